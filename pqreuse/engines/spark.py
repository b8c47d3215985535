"""find_reuse on Spark: the stages of one machine in tasks, and between them joins of which no part is large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.errors import MissingPackageError
from pqreuse.params import ReuseParams

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_ROWS = 1 << 16
"""Rows of one key that any task gets: keys of more are broadcast, dealt out in parts, or summed up where they are."""
_OF_ANSWER = ("date", "body", "minister", "questions")
_COLUMNS = ("id", "question_ids", "text", "date", "body", "minister", "tables", "markup", "preview")


@dataclass(frozen=True, slots=True)
class Tables:
    """What was found, as Spark's data frames: columns as in `ReuseResult.to_frame`.

    Attributes
    ----------
    families : DataFrame
        Without ``question_similarity``; with ``slots``, a list of records as `Slot` is one.
    uses, scores, spans : DataFrame
        ``scores`` without ``refers_to``.
    """

    families: DataFrame
    uses: DataFrame
    scores: DataFrame
    spans: DataFrame


class _Flow:
    """One run: parameters, and the folder for what is worked out once."""

    def __init__(self, params: ReuseParams, folder: str, most_rows: int) -> None:
        self.params, self.most_rows = params, most_rows
        self._folder, self._reached = folder.rstrip("/"), 0

    def keep(self, table: DataFrame, name: str) -> DataFrame:
        """A table that is written once and read from there: no later step, and no lost executor, makes it anew."""
        self._reached += 1
        path = f"{self._folder}/{self._reached:03}-{name}"
        table.write.mode("overwrite").parquet(path)
        return table.sparkSession.read.schema(table.schema).parquet(path)

    def join(self, left: DataFrame, right: DataFrame, on: Sequence[str], how: str = "inner") -> DataFrame:
        """Rows of `left` with the one of `right` that has their key, which says in ``rows`` how many they may be.

        Keys of many rows are few: their rows of `right` go to where `left` is, and no task gets all rows of a key.
        """
        from pyspark.sql import functions as F

        many = F.broadcast(right.where(F.col("rows") > self.most_rows).drop("rows"))
        few = right.where(F.col("rows") <= self.most_rows).drop("rows")
        rest = left.join(many.select(*on), list(on), "left_anti")
        return left.join(many, list(on)).unionByName(rest.join(few, list(on), how))


def find_reuse(df: DataFrame, folder: str, *, most_rows: int = MOST_ROWS, **params: Any) -> Tables:
    """Find the stock paragraphs and lines of a corpus, and how much of each answer is new, on Spark."""
    settings = ReuseParams(**params)
    flow = _Flow(settings, folder, most_rows)
    answers = flow.keep(_ordered(df), "answers")
    segments = flow.keep(_segments(answers, settings), "segments")
    exemplars = flow.keep(_exemplars(_texts(segments, flow), flow), "exemplars")
    made = flow.keep(_made(exemplars, segments, flow), "wordings")
    labelled = flow.keep(_labelled(answers, segments, made, flow), "labelled")
    families = flow.keep(_families(_uses(labelled), made, flow), "families")
    uses = _uses(labelled).join(families.select("family"), "family")
    return Tables(
        families=families,
        uses=uses.select("family", "variant", "answer_id", *_OF_ANSWER, "start", "end", "text"),
        scores=_scores(labelled),
        spans=flow.keep(_spans(labelled, answers, flow), "spans"),
    )


def _ordered(df: DataFrame) -> DataFrame:
    """Answers with their ``position`` in time: by last possible day, first, identifier. Not dense, but ascending."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.splitting import DATED, date_answers

    dated = df.select(*_COLUMNS).mapInArrow(task(date_answers), DATED)
    return dated.orderBy("last_day", "first_day", "id").withColumn("position", F.monotonically_increasing_id())


def _segments(answers: DataFrame, params: ReuseParams) -> DataFrame:
    from pqreuse.engines.batches import task
    from pqreuse.engines.splitting import SEGMENTS, split_rows

    return answers.mapInArrow(task(split_rows, params), SEGMENTS)


def _texts(segments: DataFrame, flow: _Flow) -> DataFrame:
    """Distinct texts of both units; ``rank`` is their order as exemplars, ``node`` that of the best of their shape.

    Texts of one shape differ in numbers only, and resemble the same texts.
    """
    from pyspark.sql import functions as F

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
        .select("unit", "key", "answers", "uses", "first_day", "earliest", "last", "shown.words", "shown.shape", "shown.glued")
        .orderBy("unit", F.desc("answers"), "first_day", "words")
        .withColumn("rank", F.monotonically_increasing_id())
    )
    texts = flow.keep(texts, "texts")
    shapes = texts.groupBy("unit", "shape").agg(F.min("rank").alias("node"), F.count("*").alias("rows"))
    return flow.keep(flow.join(texts, shapes, ("unit", "shape")).drop("shape"), "shapes")


def _exemplars(texts: DataFrame, flow: _Flow) -> DataFrame:
    """Texts with the rank of their ``exemplar``."""
    from pyspark.sql import functions as F

    nodes = flow.keep(texts.where("rank = node").select("unit", "node", "words"), "nodes")
    edges = flow.keep(_edges(nodes, flow), "edges")
    chosen = flow.keep(_chosen(edges, flow), "chosen")
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


def _edges(nodes: DataFrame, flow: _Flow) -> DataFrame:
    """All pairs of texts that resemble each other."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.pairing import CELLS, EDGES, PAIRS, POSTINGS, count_cells, pair_up, post, verify

    cells = nodes.mapInArrow(task(count_cells, flow.params), CELLS).groupBy("cell").agg(F.sum("many").alias("many"))
    counts = _counted(cells.where("many > 1"))
    postings = nodes.mapInArrow(task(post, flow.params, counts, flow.most_rows), POSTINGS)
    pairs = (
        postings.repartition("bucket")
        .sortWithinPartitions("bucket", "unit", "hash", "part", "size", "node")
        .mapInArrow(task(pair_up, flow.params, key="bucket"), PAIRS)
        .distinct()
    )
    pairs = flow.keep(pairs, "pairs")
    with_words = pairs
    for side in ("small", "large"):
        many = pairs.groupBy(side).agg(F.count("*").alias("rows"))
        words = nodes.select(F.col("node").alias(side), F.col("words").alias(f"{side}_words")).join(many, side)
        with_words = flow.join(with_words, words, (side,))
    return with_words.select("small", "large", "small_words", "large_words").mapInArrow(task(verify, flow.params), EDGES)


def _counted(cells: DataFrame) -> NDArray[np.uint32]:
    """How many texts hold shingles of each cut hash: uint32[2**22], 16 MB, all that the driver ever gets of the data."""
    from pqreuse.engines.pairing import COUNT_BITS

    counts = np.ones(1 << COUNT_BITS, np.uint32)
    found = cells.toArrow()
    counts[found.column("cell").to_numpy()] = np.minimum(found.column("many").to_numpy(), np.iinfo(np.uint32).max)
    return counts


def _chosen(edges: DataFrame, flow: _Flow) -> DataFrame:
    """Exemplars among the texts that resemble others.

    In rounds: of the texts that are still open, one that resembles no earlier one is an exemplar, and what resembles it
    is none. Then both are closed. What is left when no two open texts resemble each other are exemplars too.
    """
    from pyspark.sql import functions as F

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


def _made(exemplars: DataFrame, segments: DataFrame, flow: _Flow) -> DataFrame:
    """Wordings of families that at least two answers use, with the places of their words in the templates."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.labelling import MADE, make_templates

    families = (
        exemplars.groupBy("exemplar")
        .agg(F.min("earliest").alias("low"), F.max("last").alias("high"))
        .where("low < high")
        .select("exemplar")
    )
    wordings = exemplars.join(families, "exemplar").withColumnRenamed("exemplar", "family")
    return (
        wordings.join(_second(wordings, segments, flow), ["unit", "key"], "left")
        .select("family", "rank", "unit", "key", "uses", "words", "glued", "answers", "earliest", "next")
        .repartition("family")
        .sortWithinPartitions("family", "rank")
        .mapInArrow(task(make_templates, flow.params, key="family"), MADE)
    )


def _second(texts: DataFrame, segments: DataFrame, flow: _Flow) -> DataFrame:
    """The ``next`` answer after the earliest that has each text."""
    from pyspark.sql import functions as F

    several = texts.where("answers > 1").select("unit", "key", "earliest", F.col("uses").alias("rows"))
    met = flow.join(segments.where("once").select("unit", "key", "position"), several, ("unit", "key"))
    return met.where("position > earliest").groupBy("unit", "key").agg(F.min("position").alias("next"))


def _runs(answers: DataFrame, flow: _Flow) -> DataFrame:
    """Windows of words that stand in another answer too: places in an answer, and the earliest other one."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.splitting import WINDOWS, window_rows

    key = ("left", "right")
    windows = flow.keep(answers.mapInArrow(task(window_rows, flow.params.run_words), WINDOWS), "windows")
    shared = (
        windows.groupBy(*key)
        .agg(F.min("position").alias("low"), F.max("position").alias("high"), F.count("*").alias("rows"))
        .where("low < high")
        .drop("high")
    )
    met = flow.keep(flow.join(windows, flow.keep(shared, "shared"), key), "met")
    others = met.where("position > low")
    second = others.groupBy(*key).agg(F.min("position").alias("earliest"))
    own = met.where("position = low").join(second, list(key))
    found = others.withColumnRenamed("low", "earliest").unionByName(own.drop("low"))
    return found.groupBy("position").agg(F.collect_list(F.struct("places", "earliest")).alias("runs"))


def _labelled(answers: DataFrame, segments: DataFrame, made: DataFrame, flow: _Flow) -> DataFrame:
    """Answers with their spans, shares and uses."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.labelling import LABELLED, label_answers

    of_text = made.select(
        "unit", "key", "rows", "name", "rank", "variant", "n_template", F.col("places"), "slots", "known"
    )
    of_segment = segments.where("key is not null").select(
        "unit", "key", "position", "first", "start", "end", "linked"
    )
    uses = flow.join(of_segment, of_text, ("unit", "key")).drop("key")
    columns = [name for name in uses.columns if name != "position"]
    by_answer = uses.groupBy("position").agg(F.collect_list(F.struct(*columns)).alias("uses"))
    whole = answers.join(by_answer, "position", "left").join(_runs(answers, flow), "position", "left")
    since = _first_of_days(answers) if flow.params.against == "earlier" else None
    return whole.mapInArrow(task(label_answers, flow.params, since), LABELLED)


def _first_of_days(answers: DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Last possible days, and the first answer of each: as many rows for the driver as there are different days."""
    from pyspark.sql import functions as F

    found = answers.groupBy("last_day").agg(F.min("position").alias("first")).orderBy("last_day").toArrow()
    return found.column("last_day").to_numpy().astype(np.int64), found.column("first").to_numpy()


def _uses(labelled: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    each = labelled.withColumn("questions", F.size("question_ids").cast("long")).withColumnRenamed("id", "answer_id")
    answer = ("position", "answer_id", "date", "last_day", "body", "minister", "questions")
    return each.select(*answer, F.inline("uses")).withColumnRenamed("name", "family")


def _spans(labelled: DataFrame, answers: DataFrame, flow: _Flow) -> DataFrame:
    """Spans with the identifier of the earliest answer."""
    from pyspark.sql import functions as F

    spans = labelled.select(F.col("id").alias("answer_id"), F.inline("spans"))
    alone = spans.where("earliest is null")
    others = spans.where("earliest is not null")
    many = others.groupBy("earliest").agg(F.count("*").alias("rows"))
    named = answers.select(F.col("position").alias("earliest"), F.col("id").alias("earliest_answer_id"))
    named = named.join(many, "earliest")
    both = flow.join(others, named, ("earliest",)).unionByName(alone.withColumn("earliest_answer_id", F.lit(None)))
    return both.select("answer_id", "start", "end", "label", "family", "earliest_answer_id")


def _scores(labelled: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    names = ("date", "body", "words", "scorable_words", "template", "slot", "novel", "kinds")
    ids = F.array_join("question_ids", "; ").alias("question_ids")
    return labelled.select(F.col("id").alias("answer_id"), ids, *names)


def _families(uses: DataFrame, made: DataFrame, flow: _Flow) -> DataFrame:
    """Families with what is counted of them, and their templates as text."""
    from pyspark.sql import functions as F

    from pqreuse.engines.batches import task
    from pqreuse.engines.listing import WRITTEN, write_templates

    use = F.struct("start", "variant", "unit", "text", "linked", "starts", "ends", "around")
    having = uses.groupBy("family", "position").agg(
        *(F.min(name).alias(name) for name in ("answer_id", "date", "last_day", "questions", "unit")),
        F.count("around").alias("inside"),
        F.min(F.coalesce("around", F.lit(""))).alias("low"),
        F.max(F.coalesce("around", F.lit(""))).alias("high"),
        F.sort_array(F.collect_list(use)).alias("uses"),
    )
    having = flow.keep(having, "having")
    counted = having.groupBy("family").agg(
        F.min("unit").alias("unit"),
        F.count("*").alias("answers"),
        F.sum("questions").alias("questions"),
        F.min("date").alias("first_date"),
        F.max(F.when(F.col("date").isNotNull(), F.struct("last_day", "date"))).alias("last"),
        F.sum(F.col("date").isNull().cast("long")).alias("undated"),
        F.sum("inside").alias("inside"),
        F.min("low").alias("low"),
        F.max("high").alias("high"),
    ).where(F.col("answers") >= flow.params.min_answers)
    # Answers that have the same wordings are one to the template; the earliest stands for all.
    wordings = F.to_json(F.transform("uses", lambda one: F.struct(one.variant, one.linked))).alias("wordings")
    earliest = F.min(F.struct(F.col("date").isNull(), "date", "answer_id", "uses")).alias("one")
    shown = having.groupBy("family", wordings).agg(F.count("*").alias("stands_for"), earliest)
    rows = shown.select(
        "family", "stands_for", F.col("one.date").alias("date"), F.col("one.answer_id").alias("id"), F.inline("one.uses")
    ).withColumnRenamed("family", "name")
    texts = made.select("name", "variant", "words", "glued", "answers")
    written = (
        rows.join(texts, ["name", "variant"])
        .select("name", "variant", "stands_for", "date", "id", "start", "text", "starts", "ends", "words", "glued", "answers")
        .repartition("name")
        .sortWithinPartitions("name", F.asc_nulls_last("date"), "id", "start")
        .mapInArrow(task(write_templates, flow.params, key="name"), WRITTEN)
    )
    sizes = made.where("variant = 0").select(F.col("name").alias("family"), F.col("variants").cast("long").alias("variants"))
    parent = F.when((F.col("unit") == 1) & (F.col("low") == F.col("high")) & (F.col("low") != ""), F.col("low"))
    unit = F.when(F.col("unit") == 1, "sentence").otherwise("paragraph").alias("unit")
    return (
        counted.join(sizes, "family")
        .join(written, "family")
        .select(
            *("family", unit, "answers", "questions", "variants", "text", "template", parent.alias("parent")),
            *("first_date", F.col("last.date").alias("last_date"), "undated", "inside", "slots"),
        )
    )
