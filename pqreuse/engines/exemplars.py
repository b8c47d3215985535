"""Segments → texts with their exemplars, on Spark's data frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pqreuse.engines.batches import task
from pqreuse.engines.flow import Flow
from pqreuse.engines.pairing import (
    CELLS,
    COUNT_BITS,
    EDGES,
    NODES,
    PAIRS,
    POSTINGS,
    add_shingles,
    count_cells,
    pair_up,
    post,
    verify,
)


def collapse_texts(segments: DataFrame, flow: Flow) -> DataFrame:
    """Distinct texts of both units; ``rank`` is their order as exemplars, ``node`` that of the best of their shape.

    Texts of one shape differ in numbers only, and resemble the same texts.
    """
    shown = F.min(F.struct("id", "start", "words", "shape", "glued")).alias("shown")
    texts = (
        segments.where("key is not null")
        .groupBy("unit", "key")
        .agg(
            F.sum(F.col("once").cast("long")).alias("answers"),
            F.count("*").alias("uses"),
            F.min("first_day").alias("first_day"),
            F.min("position").alias("earliest"),
            F.max("position").alias("last"),
            shown,
        )
        .select(
            "unit",
            "key",
            "answers",
            "uses",
            "first_day",
            "earliest",
            "last",
            "shown.words",
            "shown.shape",
            "shown.glued",
        )
        .orderBy("unit", F.desc("answers"), "first_day", "words")
        .withColumn("rank", F.monotonically_increasing_id())
    )
    texts = flow.keep(texts, "texts")
    shapes = texts.groupBy("unit", "shape").agg(F.min("rank").alias("node"), F.count("*").alias("rows"))
    return flow.keep(flow.join(texts, shapes, ("unit", "shape")).drop("shape"), "shapes")


def find_exemplars(texts: DataFrame, flow: Flow) -> DataFrame:
    """Texts with the rank of their ``exemplar``."""
    nodes = texts.where("rank = node").select("unit", "node", "words")
    nodes = flow.keep(nodes.mapInArrow(task(add_shingles, flow.params), NODES), "nodes")
    edges = flow.keep(_edges(nodes, flow), "edges")
    chosen = flow.keep(exemplars_of(edges, flow), "chosen")
    # Each exemplar with what resembles it, from either side.
    near = edges.join(chosen, edges.earlier == chosen.node).select(
        F.col("later").alias("node"), F.col("earlier").alias("exemplar"), "jaccard", "containment"
    )
    far = edges.join(chosen, edges.later == chosen.node).select(
        F.col("earlier").alias("node"), F.col("later").alias("exemplar"), "jaccard", "containment"
    )
    offers = near.unionByName(far)
    joined = offers.join(chosen, "node", "left_anti")
    # A text is never offered what is behind it: only texts of one shape have such offers.
    best = (
        texts.select("node", "rank")
        .join(joined, "node")
        .where("exemplar < rank")
        .groupBy("rank")
        .agg(F.min(F.struct(-F.col("jaccard"), -F.col("containment"), "exemplar")).alias("best"))
        .select("rank", F.col("best.exemplar").alias("exemplar"))
    )
    return texts.join(best, "rank", "left").withColumn("exemplar", F.coalesce("exemplar", "node"))


def _edges(nodes: DataFrame, flow: Flow) -> DataFrame:
    """All pairs of texts that resemble each other."""
    cells = (
        nodes.select("shingles").mapInArrow(task(count_cells), CELLS).groupBy("cell").agg(F.sum("many").alias("many"))
    )
    counts = _counted(cells.where("many > 1"))
    postings = nodes.drop("words").mapInArrow(task(post, flow.params, counts, flow.most_rows), POSTINGS)
    pairs = (
        postings.repartition("bucket")
        .sortWithinPartitions("bucket", "size", "node")
        .mapInArrow(task(pair_up, flow.params, key="bucket"), PAIRS)
        .distinct()
    )
    pairs = flow.keep(pairs, "pairs")
    with_words = pairs
    for side in ("small", "large"):
        many = pairs.groupBy(side).agg(F.count("*").alias("rows"))
        words = nodes.select(F.col("node").alias(side), F.col("words").alias(f"{side}_words")).join(many, side)
        with_words = flow.join(with_words, words, (side,))
    return with_words.select("small", "large", "small_words", "large_words").mapInArrow(
        task(verify, flow.params), EDGES
    )


def _counted(cells: DataFrame) -> NDArray[np.uint32]:
    """How many texts hold shingles of each cut hash: uint32[2**22]. All the driver gets of the data is these 16 MB."""
    counts = np.ones(1 << COUNT_BITS, np.uint32)
    found = cells.toArrow()
    counts[found.column("cell").to_numpy()] = np.minimum(found.column("many").to_numpy(), np.iinfo(np.uint32).max)
    return counts


def exemplars_of(edges: DataFrame, flow: Flow) -> DataFrame:
    """Exemplars among the texts that resemble others.

    In rounds: of the texts that are still open, one that resembles no earlier one is an exemplar, and what resembles it
    is none. Then both are closed. What is left when no two open texts resemble each other are exemplars too.
    """
    later = F.col("later").alias("node")
    left, joined = edges.select("earlier", "later"), None
    while joined is None or not left.isEmpty():
        first = left.select("earlier").join(left.select(F.col("later").alias("earlier")), "earlier", "left_anti")
        new = flow.keep(left.join(first.distinct(), "earlier").select(later).distinct(), "joined")
        joined = new if joined is None else joined.unionByName(new)
        for side in ("earlier", "later"):
            left = left.join(new.withColumnRenamed("node", side), side, "left_anti")
        left = flow.keep(left, "left")
    every = edges.select(F.explode(F.array("earlier", "later")).alias("node")).distinct()
    return every.join(joined, "node", "left_anti")
