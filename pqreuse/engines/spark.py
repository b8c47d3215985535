"""find_reuse on Spark: the stages of one machine in tasks, and between them joins of which no part is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from pqreuse.engines.batches import task
from pqreuse.engines.exemplars import collapse_texts, find_exemplars
from pqreuse.engines.flow import MOST_ROWS, Flow
from pqreuse.engines.labelling import LABELLED, label_answers
from pqreuse.engines.splitting import ANSWERS, DATED, OPENED, UNITS, date_answers, open_answers
from pqreuse.engines.tables import Run, families_of, scores_of, spans_of, uses_of
from pqreuse.engines.wordings import MADE, make_templates
from pqreuse.errors import ParameterError
from pqreuse.params import ReuseParams

_OF_ANSWER = ("date", "body", "minister", "questions")
_COLUMNS = ("id", "question_ids", "text", "date", "body", "minister", "heading", "tables", "markup", "preview")


@dataclass(frozen=True, slots=True)
class Tables:
    """Results as Spark's data frames, with the columns of `ReuseResult.to_frame`.

    Attributes
    ----------
    families : DataFrame
        Without ``question_similarity`` and ``first_said``; with ``slots``, a list of records as `Slot` is one.
    uses, scores, spans : DataFrame
        ``scores`` without ``refers_to``.
    """

    families: DataFrame
    uses: DataFrame
    scores: DataFrame
    spans: DataFrame


def find_reuse(df: DataFrame, folder: str, *, most_rows: int = MOST_ROWS, **params: Any) -> Tables:
    """Find the stock paragraphs and lines of a corpus, and how much of each answer is new, on Spark.

    Parameters
    ----------
    df : DataFrame
        A row an answer. Columns ``id`` (all different) and ``text``; as far as they are there ``question_ids`` (list),
        ``date`` (ISO text), ``body``, ``minister``, ``heading``, ``tables`` (lists of two code points each),
        ``markup``, ``preview``: see `Answer`.
    folder : str
        Where the tables between the steps are written, as Parquet: a path that all executors see, of which nothing else
        is kept. The tables that are returned read from there.
    most_rows : int
        Rows of one key that a task may get: of more, none gets all. Changes no result.
    **params
        Fields of `ReuseParams`. The search is always exact.

    Returns
    -------
    Tables
        Nothing of them is brought to the driver.

    Raises
    ------
    ParameterError
        If a column is missing, an identifier stands twice, or a parameter is out of its range.
    """
    flow = Flow(ReuseParams(**params), folder, most_rows)
    return _tables(run(df, flow), flow)


def run(df: DataFrame, flow: Flow) -> Run:
    """Each step one call."""
    answers = flow.keep(_ordered(df).mapInArrow(task(open_answers, flow.params), OPENED), "answers")
    _check_ids(answers)
    segments = _segments(answers)
    exemplars = flow.keep(find_exemplars(collapse_texts(segments, flow), flow), "exemplars")
    wordings = flow.keep(_made(exemplars, segments, flow), "wordings")
    labelled = flow.keep(_labelled(answers, segments, wordings, flow), "labelled")
    return Run(answers, segments, wordings, labelled)


def _tables(done: Run, flow: Flow) -> Tables:
    families = flow.keep(families_of(done, flow), "families")
    uses = flow.join(uses_of(done), families.select("family", "rows"), ("family",))
    return Tables(
        families=families.drop("rows"),
        uses=uses.select("family", "variant", "answer_id", *_OF_ANSWER, "start", "end", "text"),
        scores=scores_of(done),
        spans=spans_of(done, flow),
    )


def _ordered(df: DataFrame) -> DataFrame:
    """Answers with their ``position`` in time: by last possible day, first, identifier. Not dense, but ascending."""
    missing = [name for name in _COLUMNS if name not in df.columns]
    if lacking := {"id", "text"} & set(missing):
        raise ParameterError(f"the data frame must have the column {min(lacking)!r}; it has {', '.join(df.columns)}")
    types = {field.name: field.dataType for field in cast(StructType, StructType.fromDDL(ANSWERS)).fields}
    given = [(F.lit(None) if name in missing else F.col(name)).cast(types[name]).alias(name) for name in _COLUMNS]
    whole = df.select(*given).withColumn("question_ids", F.coalesce("question_ids", F.array("id")))
    dated = whole.mapInArrow(task(date_answers), DATED)
    return dated.orderBy("last_day", "first_day", "id").withColumn("position", F.monotonically_increasing_id())


def _check_ids(answers: DataFrame) -> None:

    twice = answers.groupBy("id").agg(F.count("*").alias("rows")).where("rows > 1 or id is null").orderBy("id").take(1)
    if twice:
        raise ParameterError(f"id {twice[0].id!r} stands in {twice[0].rows} rows: an answer must have one of its own")


def _segments(answers: DataFrame) -> DataFrame:
    """Segments of both units, each with what they have of their answer."""
    paragraphs, sentences = (
        answers.select(F.lit(number).cast("byte").alias("unit"), "position", "first_day", "id", F.inline(f"{unit}s"))
        for number, unit in enumerate(UNITS)
    )
    return paragraphs.unionByName(sentences)


def _made(exemplars: DataFrame, segments: DataFrame, flow: Flow) -> DataFrame:
    """Wordings of families that at least two answers use, with the places of their words in the templates."""
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


def _second(texts: DataFrame, segments: DataFrame, flow: Flow) -> DataFrame:
    """The ``next`` answer after the earliest that has each text."""
    several = texts.where("answers > 1").select("unit", "key", "earliest", F.col("uses").alias("rows"))
    met = flow.join(segments.where("once").select("unit", "key", "position"), several, ("unit", "key"))
    return met.where("position > earliest").groupBy("unit", "key").agg(F.min("position").alias("next"))


def _runs(answers: DataFrame, flow: Flow) -> DataFrame:
    """Windows of words that stand in another answer too: places in an answer, and the earliest other one."""
    key = ("left", "right")
    windows = answers.select("position", F.inline("windows"))
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
    return found.groupBy("position").agg(F.collect_list(F.struct("place", "earliest")).alias("runs"))


def _labelled(answers: DataFrame, segments: DataFrame, made: DataFrame, flow: Flow) -> DataFrame:
    """Answers with their spans, shares and uses."""
    of_text = made.select(
        "unit", "key", "rows", "name", "rank", "variant", "n_template", F.col("places"), "slots", "windows", "known"
    )
    of_segment = segments.where("key is not null").select("unit", "key", "position", "first", "start", "end", "linked")
    uses = flow.join(of_segment, of_text, ("unit", "key")).drop("key")
    # In each answer by unit and place.
    columns = [name for name in uses.columns if name not in ("position", "unit", "first")]
    sorted_uses = F.sort_array(F.collect_list(F.struct("unit", "first", *columns))).alias("uses")
    by_answer = uses.groupBy("position").agg(sorted_uses)
    whole = answers.drop("paragraphs", "sentences", "windows")
    whole = whole.join(by_answer, "position", "left").join(_runs(answers, flow), "position", "left")
    since = _first_of_days(answers) if flow.params.against == "earlier" else None
    return whole.mapInArrow(task(label_answers, flow.params, since), LABELLED)


def _first_of_days(answers: DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Last possible days, and the first answer of each: as many rows for the driver as there are different days."""
    found = answers.groupBy("last_day").agg(F.min("position").alias("first")).orderBy("last_day").toArrow()
    return found.column("last_day").to_numpy().astype(np.int64), found.column("first").to_numpy()
