"""The tables of a run → families, uses, scores and spans, as Spark's data frames."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pqreuse.engines.batches import task
from pqreuse.engines.flow import Flow
from pqreuse.engines.listing import OF_USE, TEMPLATE, WRITTEN, write_templates


@dataclass(frozen=True, slots=True)
class Run:
    """The tables that a run wrote."""

    answers: DataFrame
    segments: DataFrame
    wordings: DataFrame
    labelled: DataFrame


def uses_of(done: Run) -> DataFrame:
    """Uses of all families, those that are not listed too."""
    questions = F.size("question_ids").cast("long")
    each = done.labelled.withColumn("questions", questions).withColumnRenamed("id", "answer_id")
    answer = ("position", "answer_id", "date", "last_day", "body", "minister", "questions")
    return each.select(*answer, F.inline("uses")).withColumnRenamed("name", "family")


def families_of(done: Run, flow: Flow) -> DataFrame:
    """Families with what is counted of them, and their templates as text."""
    use = F.struct("start", "variant", "unit", "text", "linked", "links", "starts", "ends", "begins", "around")
    having = (
        uses_of(done)
        .groupBy("family", "position")
        .agg(
            *(F.min(name).alias(name) for name in ("answer_id", "date", "last_day", "questions", "unit")),
            F.count("*").alias("rows"),
            F.count("around").alias("inside"),
            F.min(F.coalesce("around", F.lit(""))).alias("low"),
            F.max(F.coalesce("around", F.lit(""))).alias("high"),
            F.sort_array(F.collect_list(use)).alias("uses"),
        )
    )
    having = flow.keep(having, "having")
    counted = (
        having.groupBy("family")
        .agg(
            F.min("unit").alias("unit"),
            F.count("*").alias("answers"),
            F.sum("questions").alias("questions"),
            F.min("date").alias("first_date"),
            F.max(F.when(F.col("date").isNotNull(), F.struct("last_day", "date"))).alias("last"),
            F.sum(F.col("date").isNull().cast("long")).alias("undated"),
            *(F.sum(name).alias(name) for name in ("rows", "inside")),
            F.min("low").alias("low"),
            F.max("high").alias("high"),
        )
        .where(F.col("answers") >= flow.params.min_answers)
    )
    # Answers that have the same wordings are one to the template; the earliest stands for all.
    wordings = F.to_json(F.transform("uses", lambda one: F.struct(one.variant, one.linked))).alias("wordings")
    earliest = F.min(F.struct(F.col("date").isNull(), "date", "answer_id", "uses")).alias("one")
    shown = having.groupBy("family", wordings).agg(F.count("*").alias("stands_for"), earliest)
    rows = shown.select(
        "family",
        "stands_for",
        F.col("one.date").alias("date"),
        F.col("one.answer_id").alias("id"),
        F.inline("one.uses"),
    ).withColumnRenamed("family", "name")
    texts = done.wordings.select("name", "variant", "words", *TEMPLATE)
    written = (
        rows.join(texts, ["name", "variant"])
        .select("name", "variant", "stands_for", "date", "id", "start", "text", *OF_USE, "words", *TEMPLATE)
        .repartition("name")
        .sortWithinPartitions("name", F.asc_nulls_last("date"), "id", "start")
        .mapInArrow(task(write_templates, key="name"), WRITTEN)
    )
    sizes = done.wordings.where("variant = 0")
    sizes = sizes.select(F.col("name").alias("family"), F.col("variants").cast("long").alias("variants"))
    parent = F.when((F.col("unit") == 1) & (F.col("low") == F.col("high")) & (F.col("low") != ""), F.col("low"))
    unit = F.when(F.col("unit") == 1, "sentence").otherwise("paragraph").alias("unit")
    return (
        counted.join(sizes, "family")
        .join(written, "family")
        .select(
            *("family", unit, "answers", "questions", "variants", "text", "template", parent.alias("parent")),
            *("first_date", F.col("last.date").alias("last_date"), "undated", "inside", "slots", "rows"),
        )
    )


def scores_of(done: Run) -> DataFrame:
    """Scores of all answers."""
    names = ("date", "body", "words", "scorable_words", "template", "slot", "novel", "kinds", "heading")
    ids = F.array_join("question_ids", "; ").alias("question_ids")
    return done.labelled.select(F.col("id").alias("answer_id"), ids, *names)


def spans_of(done: Run, flow: Flow) -> DataFrame:
    """Spans with the identifier of the earliest answer."""
    spans = done.labelled.select(F.col("id").alias("answer_id"), F.inline("spans"))
    alone = spans.where("earliest is null")
    others = spans.where("earliest is not null")
    many = others.groupBy("earliest").agg(F.count("*").alias("rows"))
    named = done.answers.select(F.col("position").alias("earliest"), F.col("id").alias("earliest_answer_id"))
    named = named.join(many, "earliest")
    both = flow.join(others, named, ("earliest",)).unionByName(alone.withColumn("earliest_answer_id", F.lit(None)))
    return both.select("answer_id", "start", "end", "label", "family", "earliest_answer_id")
