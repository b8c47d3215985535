"""Spark finds what one machine finds: on the same corpora, with skewed keys, with an executor lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

import pqreuse
from pqreuse.engines.session import answers_frame, check_java
from pqreuse.errors import InputError, MissingPackageError, ParameterError
from pqreuse.records import Answer, TableKind

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Many small queries: what the second compiler does for them it does for nothing.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
ROOT = Path(__file__).resolve().parents[2]
TABLES: tuple[TableKind, ...] = ("families", "uses", "scores", "spans")
# What Spark's tables leave out: it would need all questions, or all answers, in one place; or a result of chosen uses.
NOT_THERE = {
    "families": {"question_similarity", "all_answers", "all_questions", "all_variants", "first_said"},
    "scores": {"refers_to"},
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    pytest.importorskip("pyspark", reason="needs pyspark: pip install 'pqreuse[spark]'")
    pytest.importorskip("pyarrow", reason="needs pyarrow: pip install 'pqreuse[spark]'")
    try:
        check_java()
    except MissingPackageError as error:
        pytest.skip(str(error))
    from pyspark.sql import SparkSession

    log = tmp_path_factory.mktemp("events")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        # Workers import what is installed, not what lies in the working folder.
        patch.setenv("PYTHONSAFEPATH", "1")
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.ui.enabled", False)
            .config("spark.ui.showConsoleProgress", False)
            .config("spark.eventLog.enabled", True)
            .config("spark.eventLog.rolling.enabled", False)
            .config("spark.eventLog.compress", False)
            .config("spark.eventLog.dir", log.as_uri())
            .config("spark.driver.memory", "3g")
            .config("spark.driver.extraJavaOptions", QUICK_JAVA)
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


def found(session: SparkSession, corpus: Any, folder: Path, **given: Any) -> dict[TableKind, Any]:
    from pqreuse.engines.spark import find_reuse

    tables = find_reuse(answers_frame(session, corpus.answers), str(folder), **given)
    return {kind: getattr(tables, kind).toArrow() for kind in TABLES}


def rows(table: Any, columns: list[str]) -> list[str]:
    return sorted(map(repr, zip(*(table.column(name).to_pylist() for name in columns), strict=True)))


def check(tables: dict[TableKind, Any], result: pqreuse.ReuseResult) -> None:
    for kind in TABLES:
        expected = result.to_frame(kind, "pyarrow")
        columns = [name for name in expected.column_names if name not in NOT_THERE.get(kind, ())]
        assert rows(tables[kind], columns) == rows(expected, columns), kind


@pytest.fixture(scope="module")
def inputs(examples: Path) -> list[str]:
    """The invented answers and, where they are, the seeds."""
    seeds = Path(os.environ.get("PQREUSE_SHARED", ROOT.parent / "shared")) / "data" / "seeds"
    return [str(examples), *([str(seeds)] if seeds.is_dir() else [])]


@pytest.fixture(scope="module")
def small(inputs: list[str]) -> pqreuse.Corpus:
    return pqreuse.read_answers(inputs)


# The same result


def test_example_and_seeds(spark: SparkSession, small: pqreuse.Corpus, tmp_path: Path) -> None:
    tables = found(spark, small, tmp_path)
    result = pqreuse.find_reuse(small)
    check(tables, result)
    slots = dict(zip(*(tables["families"].column(name).to_pylist() for name in ("family", "slots")), strict=True))
    for family in result.families:
        expected = [
            (slot.kind, list(slot.changes), [(value.text, value.answers, value.first_date) for value in slot.values])
            for slot in family.slots
        ]
        assert [
            (
                slot["kind"],
                slot["changes"],
                [(one["text"], one["answers"], one["first_date"]) for one in slot["values"]],
            )
            for slot in slots[family.id]
        ] == expected


def test_real_answers(spark: SparkSession, shared_data: Path, tmp_path: Path) -> None:
    corpus = pqreuse.read_answers(str(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz"))
    check(found(spark, corpus, tmp_path), pqreuse.find_reuse(corpus))


def test_records_are_the_same(spark: SparkSession) -> None:
    line = "We have set up a network of {} attendance hubs, ἅπαξ εἰς ᾠδὴν ﬃ ŉ, to share what works."
    texts = [
        "",
        " \n",
        "short",
        line.format(31),
        line.format("2.65"),
        line.format(2),
        "1 2 3 4 5 6 7 8 9 10 11",
        "ǰ " * 9,
    ]
    texts += [f"{line.format(7)}\n\n{line.format(7)} https://www.a.uk/b?c=1. {line.format(8)}", "9 8 7 6 5 4 3 2 1 0 1"]
    given = cast(Any, {"shingle_words": 3})
    here, there = pqreuse.find_reuse(texts, **given), pqreuse.find_reuse(texts, engine="spark", **given)
    assert len(here.families) > 1
    assert list(there.families) == list(here.families)
    assert list(there.scores) == list(here.scores)
    for name in ("params", "corpus", "shares", "kinds", "paragraphs", "sentences", "words", "scorable_words"):
        assert getattr(there, name) == getattr(here, name), name
    assert there.recall is None


def test_exemplars_are_chosen_in_rounds_as_one_by_one(spark: SparkSession, tmp_path: Path) -> None:
    from pqreuse.engines.exemplars import exemplars_of
    from pqreuse.engines.flow import Flow

    random = Random(4)
    # A chain, which needs a round for every second text, beside what is denser.
    edges = {(place, place + 1) for place in range(4)}
    edges |= {tuple(sorted(random.sample(range(10, 60), 2))) for _ in range(70)}
    expected: set[int] = set()
    for text in sorted({text for edge in edges for text in edge}):
        if not any((other, text) in edges for other in expected):
            expected.add(text)
    table = spark.createDataFrame(sorted(edges), "earlier long, later long")
    chosen = exemplars_of(table, Flow(pqreuse.ReuseParams(), str(tmp_path)))
    assert {row.node for row in chosen.collect()} == expected


# Skew


@pytest.fixture
def bare_keys(spark: SparkSession) -> Iterator[None]:
    """Keys alone decide what a task gets: nothing is broadcast for being small, nor put together."""
    settings = {
        "spark.sql.autoBroadcastJoinThreshold": -1,
        "spark.sql.adaptive.enabled": False,
        "spark.sql.shuffle.partitions": 8,
    }
    before = {name: cast(str, spark.conf.get(name)) for name in settings}
    for name, value in settings.items():
        spark.conf.set(name, value)
    yield
    for name, old in before.items():
        spark.conf.set(name, old)


def rows_read(session: SparkSession, since: int) -> dict[int, list[int]]:
    """Rows that each task of each stage since the so-and-so-many-th event got from shuffles."""
    stages: dict[int, list[int]] = {}
    for event in events(session)[since:]:
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            read = event["Task Metrics"]["Shuffle Read Metrics"]["Total Records Read"]
            stages.setdefault(event["Stage ID"], []).append(read)
    return stages


def events(session: SparkSession) -> list[dict[str, Any]]:
    context = cast(Any, session.sparkContext)
    context._jsc.sc().listenerBus().waitUntilEmpty()
    folder = Path(context.getConf().get("spark.eventLog.dir").removeprefix("file:"))
    (log,) = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("bare_keys")
def test_no_task_gets_all_rows_of_a_large_key(spark: SparkSession, tmp_path: Path) -> None:
    from pqreuse.engines.flow import Flow

    n_rows, most = 40_000, 2_000
    left = spark.sql(f"select if(id % 2 = 0, 0, id) as key, id as value from range(0, {n_rows}, 1, 4)")
    right = left.groupBy("key").agg({"*": "count", "value": "max"}).where("key % 3 = 0")
    right = right.toDF("key", "rows", "last")
    flow = Flow(pqreuse.ReuseParams(), str(tmp_path), most)
    joined: dict[bool, list[Any]] = {}
    read: dict[bool, int] = {}
    for ours in (True, False):
        before = len(events(spark))
        both = flow.join(left, right, ("key",)) if ours else left.join(right.drop("rows"), "key")
        joined[ours] = sorted(map(tuple, both.collect()))
        read[ours] = max(max(tasks) for tasks in rows_read(spark, before).values())
    assert joined[True] == joined[False]
    assert read[False] >= n_rows // 2
    # An eighth of what is left, and of two tables.
    assert read[True] <= n_rows // 2 // 8 * 2 * 1.2


@pytest.mark.usefixtures("bare_keys")
def test_half_of_the_answers_are_one_paragraph(spark: SparkSession, examples: Path, tmp_path: Path) -> None:
    line = "We have set up a network of 31 attendance hubs to share what works with other schools."
    texts = [line if n % 2 else " ".join(f"w{n}x{place}" for place in range(12)) for n in range(3_000)]
    more = [Answer(text=text, id=f"{n:06}", question_ids=(f"{n:06}",)) for n, text in enumerate(texts)]
    corpus = pqreuse.Corpus(answers=[*more, *pqreuse.read_answers(str(examples)).answers])
    before = len(events(spark))
    given = {"against": "earlier", "containment": 0.7, "min_answers": 3}
    check(found(spark, corpus, tmp_path, most_rows=50, **given), pqreuse.find_reuse(corpus, **cast(Any, given)))
    large = [tasks for tasks in rows_read(spark, before).values() if len(tasks) > 1 and sum(tasks) >= len(corpus)]
    assert len(large) > 10
    # Had one got all copies of the paragraph, or of its words, it would have four times its part.
    assert all(max(tasks) < 2 * sum(tasks) / len(tasks) for tasks in large)


# An executor lost


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find executors by")
def test_executor_killed_on_a_cluster(
    spark: SparkSession, small: pqreuse.Corpus, inputs: list[str], tmp_path: Path
) -> None:
    import pyarrow.parquet as parquet

    options = " ".join(f'--conf spark.{side}.extraJavaOptions="{QUICK_JAVA}"' for side in ("driver", "executor"))
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("on_a_cluster.py")), str(tmp_path), *inputs],
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_SUBMIT_ARGS": f"{options} pyspark-shell"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    check({kind: parquet.read_table(tmp_path / f"{kind}.parquet") for kind in TABLES}, pqreuse.find_reuse(small))


# What is told


def test_identifiers_must_differ(spark: SparkSession, tmp_path: Path) -> None:
    from pqreuse.engines.spark import find_reuse

    table = spark.createDataFrame([("a", "One."), ("a", "Two.")], "id string, text string")
    with pytest.raises(ParameterError, match="'a' stands in 2 rows"):
        find_reuse(table, str(tmp_path))
    with pytest.raises(ParameterError, match="must have the column 'id'; it has name, text"):
        find_reuse(table.withColumnRenamed("id", "name"), str(tmp_path))


def test_lone_surrogates_are_named(spark: SparkSession) -> None:
    with pytest.raises(InputError, match=r"text of an answer has a lone surrogate \('\\ud800'\)"):
        answers_frame(spark, [Answer(text="\ud800", id="1")])


def test_missing_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingPackageError, match=r"needs Java 17 or later, but .*java is not there"):
        check_java()


def test_engines_are_two() -> None:
    with pytest.raises(ParameterError, match="engine must be 'threads' or 'spark', got 'dask'"):
        pqreuse.find_reuse(["One."], engine=cast(Any, "dask"))
