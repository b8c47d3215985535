"""Data frames in and out: the same as files, whatever the library, and tables whose keys join."""

from __future__ import annotations

import datetime
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pqreuse
from pqreuse import frames
from pqreuse.answers import gather
from pqreuse.errors import InputError, MissingPackageError, ParameterError
from pqreuse.frames import Backend
from pqreuse.lazy import LazySequence, column
from pqreuse.records import Corpus, ReuseResult, TableKind

LINE = "We have set up a network of {} attendance hubs to share what works."
ROWS = [
    {"uin": str(n), "id": n, "answer": f"{LINE.format(n)}\n\nThat is £{n} – new.", "answered_on": f"2025-01-{n}",
     "department": "Education" if n % 2 else None, "answered_by": "Ann Example"}
    for n in range(10, 30)
]  # fmt: skip


# A relation does not keep its connection.
CONNECTION = duckdb.connect()


class Capsule:
    """What speaks nothing but Arrow's C interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def relation(table: pa.Table) -> duckdb.DuckDBPyRelation:
    return CONNECTION.from_arrow(table)


MAKERS: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "batch": lambda table: table.combine_chunks().to_batches()[0],
    "chunks": lambda table: pa.concat_tables([table[:3], table[3:]]),
    "reader": lambda table: table.to_reader(),
    "capsule": Capsule,
    "pandas": lambda table: table.to_pandas(),
    "pandas, objects": lambda table: table.to_pandas().astype(object),
    "pandas, nullable": lambda table: table.to_pandas().convert_dtypes(),
    "pandas, Arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars, shuffled": lambda table: pl.from_arrow(table).sample(fraction=1, shuffle=True, seed=1),
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),
    "duckdb": relation,
    "narwhals": lambda table: nw.from_native(pl.from_arrow(table)),
}


def told(result: ReuseResult) -> list[Any]:
    """Everything that is found, and what was counted."""
    corpus = result.corpus
    return [
        list(result.families),
        list(result.scores),
        result.shares,
        (corpus.records, corpus.duplicate_records, corpus.questions, len(corpus.skipped)),
    ]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[pa.Table, ReuseResult]:
    rows = [*ROWS, {**ROWS[0], "id": 5, "answer": None}, {**ROWS[0], "id": 6, "answer": " "}]
    file = tmp_path_factory.mktemp("frames") / "plain.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return pa.Table.from_pylist(rows), pqreuse.find_reuse(pqreuse.read_answers(file))


@pytest.fixture(scope="module")
def html(examples: Path) -> tuple[pa.Table, ReuseResult]:
    """The example answers: HTML, with groups and duplicates."""
    rows = [json.loads(line) for line in examples.read_text(encoding="utf-8").splitlines()]
    return pa.Table.from_pylist(rows), pqreuse.find_reuse(pqreuse.read_answers(examples))


@pytest.mark.parametrize("name", MAKERS)
def test_plain_rows_give_what_their_file_gives(plain: tuple[pa.Table, ReuseResult], name: str) -> None:
    table, expected = plain
    result = pqreuse.find_reuse(MAKERS[name](table))
    assert told(result) == told(expected)
    assert len(result.corpus.skipped) == 2
    if "pandas" not in name or hasattr(pd.Series, "__arrow_c_stream__"):
        assert isinstance(result.corpus.answers, LazySequence)


@pytest.mark.parametrize("name", MAKERS)
def test_html_rows_with_groups_give_what_their_file_gives(html: tuple[pa.Table, ReuseResult], name: str) -> None:
    table, expected = html
    assert told(pqreuse.find_reuse(MAKERS[name](table))) == told(expected)


def test_strings_give_the_same_families_and_shares(plain: tuple[pa.Table, ReuseResult]) -> None:
    _, expected = plain
    texts = [answer.text for answer in expected.corpus]
    columns = [texts, pl.Series(texts), pd.Series(texts), pd.Series(texts, dtype=object), pa.array(texts)]
    columns += [pa.chunked_array([texts]), nw.from_native(pl.Series(texts), series_only=True)]
    for result in map(pqreuse.find_reuse, columns):
        assert [one.template for one in result.families] == [one.template for one in expected.families]
        assert [one.novel for one in result.scores] == [one.novel for one in expected.scores]
        assert [one.id for one in result.scores] == [f"{place:02}" for place in range(20)]


@pytest.mark.parametrize("make", [pl.Series, pd.Series, lambda texts: pd.Series(texts, dtype=object), pa.array])
def test_nulls_of_a_column_are_skipped_and_counted(make: Callable[[Any], Any]) -> None:
    corpus = pqreuse.find_reuse(make(["a", None, "", None])).corpus
    assert [answer.id for answer in corpus] == ["0", "2"]
    assert [(one.where, one.reason) for one in corpus.skipped] == [("row 2", "null"), ("row 4", "null")]


@pytest.mark.parametrize("dtype", [object, pd.StringDtype("python")])
def test_pandas_does_without_pyarrow(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    rows = pd.DataFrame({"text": pd.Series([LINE.format(31), None, LINE.format(32)], dtype=dtype)})
    expected = pqreuse.find_reuse(rows)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found = pqreuse.find_reuse(rows)
    assert (found.families, found.scores) == (expected.families, expected.scores)
    assert found.corpus.skipped == expected.corpus.skipped
    assert [one.where for one in pqreuse.find_reuse(rows["text"]).corpus.skipped] == ["row 2"]
    assert pqreuse.cluster_texts(rows["text"]).tolist() == [0, 1, 0]


def test_lone_surrogates_in_pandas_are_read() -> None:
    rows = pd.DataFrame({"text": pd.Series([f"{LINE.format(31)} \ud800", LINE.format(32)], dtype=object)})
    assert pqreuse.cluster_texts(rows["text"]).tolist() == [0, 0]
    for these in (rows, rows["text"]):
        assert pqreuse.find_reuse(these).families[0].answers == 2


@pytest.mark.parametrize("name", ["polars", "pandas", "pyarrow", "duckdb"])
def test_columns_that_are_named_and_typed(name: str) -> None:
    given = {"when": datetime.date(2025, 1, 9), "who": "Ann", "where": "Home"}
    rows = [{"nr": n, "Antwort": LINE.format(n), "set": n // 2, **given} for n in range(6)]
    names = {"text": "Antwort", "id": "nr", "date": "when", "minister": "who", "body": "where", "group": "set"}
    found = pqreuse.find_reuse(MAKERS[name](pa.Table.from_pylist(rows)), **names)
    # What one group says in other words stays apart.
    assert len(found.corpus) == 6
    assert found.corpus.groups_apart == 3
    answer = found.corpus[0]
    assert (answer.id, answer.date, answer.body, answer.minister) == ("0", "2025-01-09", "Home", "Ann")
    together = pa.Table.from_pylist([{**row, "Antwort": LINE} for row in rows])
    assert [one.question_ids for one in pqreuse.find_reuse(MAKERS[name](together), **names).corpus] == [
        ("0", "1"), ("2", "3"), ("4", "5")
    ]  # fmt: skip


cells = {
    "answer": st.sampled_from(
        [LINE.format(31), LINE, "<p>One</p><p>two &amp; so</p>", "5 < 6", " ", "", None, "a\0b", "x" * 255 + "..."]
    ),
    "id": st.sampled_from(["1", "2", "3", "4", " 5 ", None]),
    "uin": st.sampled_from(["7", "8", None]),
    "date": st.sampled_from(["2025-01-09", "9 January 2025", "2025-01", "soon", "", None]),
    "question": st.sampled_from(["Why?", "<p>Why &amp; how?</p>", None]),
    "department": st.sampled_from(["Home", "", None]),
    "group": st.sampled_from(["a", None]),
}  # fmt: skip


@given(
    st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=6),
    st.sets(st.sampled_from([name for name in cells if name != "answer"])),
)
def test_any_rows_are_read_as_those_of_a_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], left_out: set[str]
) -> None:
    rows = [{name: row[name] for name in row if name not in left_out} for row in rows]
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))

    def read(work: Callable[[], Corpus]) -> Any:
        try:
            corpus = work()
        except InputError:
            return None
        names = re.compile(r"^(data frame|.*rows\.jsonl): ")
        warnings = [re.sub(r"\b(line|row|record) \d+", "row", names.sub("", one)) for one in corpus.warnings]
        counts = corpus.records, corpus.duplicate_records, corpus.groups_apart, corpus.previews, corpus.questions
        # What is asked of all answers at once is what each of them has.
        for name in ("text", "id", "date", "question_ids", "preview", "body"):
            assert list(column(corpus.answers, name)) == [getattr(answer, name) for answer in corpus]
        return list(corpus), counts, sorted(warnings), sorted(one.reason for one in corpus.skipped)

    expected = read(lambda: pqreuse.read_answers(file))
    assert read(lambda: gather(frame)[0]) == expected
    assert read(lambda: gather(frame.to_pandas().astype(object))[0]) == expected


# Errors


TYPES = "column {!r} ({}) cannot be the {}, which needs {}: name another with {}=NAME, of "
NO_TEXT = "no column holds the answer: name one with text=NAME, of "
XY = pl.DataFrame({"x": ["a"], "y": [1]})


@pytest.mark.parametrize(
    ("frame", "names", "said"),
    [
        (XY, {}, NO_TEXT + "'x', 'y'"),
        (XY, {"text": "z"}, "no column 'z' for text: the columns are 'x', 'y'"),
        (XY.lazy(), {"text": "z"}, "no column 'z' for text: the columns are 'x', 'y'"),
        (XY, {"text": "y"}, TYPES.format("y", "Int64", "text", "text", "text") + "'x' (String), 'y' (Int64)"),
        (pd.DataFrame({"answer": ["a"], "date": [20240101]}), {},
         TYPES.format("date", "Int64", "date", "dates or text", "date") + "'answer' (String), 'date' (Int64)"),
        (pa.table({"answer": ["a"], "id": [True]}), {},
         TYPES.format("id", "Boolean", "id", "text or whole numbers", "id") + "'answer' (String), 'id' (Boolean)"),
        (pl.DataFrame({"answer": [["a"]]}), {}, "column 'answer' (List(String)) cannot be the text, which needs text"),
        (pl.DataFrame({"answer": []}, schema={"answer": pl.String}), {},
         "no answers in 0 rows of column 'answer' (String): nothing to read"),
        (pl.DataFrame({"answer": [None, None]}, schema={"answer": pl.String}), {},
         "no answers in 2 rows of column 'answer' (String): data frame: row 1: unanswered (and 1 more like it)"),
        (pd.DataFrame([["a", "b"]], columns=["answer", "answer"]), {}, "'answer' 2 times"),
        (pd.DataFrame(), {}, NO_TEXT + "none"),
    ],
)  # fmt: skip
def test_one_clear_error(frame: Any, names: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as error:
        pqreuse.find_reuse(frame, **names)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "names", "said"),
    [
        (["a"], {"text": "x"}, "text= names a column of a data frame, but answers are list"),
        (pl.Series(["a"]), {"text": "x"}, "text= names a column of a data frame, but answers are Series"),
        (pl.DataFrame({"answer": ["a"]}), {"answer": "x"}, "unknown parameter 'answer'"),
        (pd.DataFrame({3: ["a"]}), {"text": 3}, "columns: the column for 'text' must be a name, got 3"),
        (pl.Series([1]), {}, "texts must be strings, got int at position 0"),
        (pd.Series(["a", 1], dtype=object), {}, "texts must be strings, got int at position 1"),
        ({"answer": ["a"]}, {}, "answers must be a list of texts, a data frame, or what read_answers"),
    ],
)
def test_what_is_no_data_frame(data: Any, names: dict[str, str], said: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(said)):
        pqreuse.find_reuse(data, **names)


def test_a_row_of_a_wrong_type_is_skipped_with_its_reason() -> None:
    corpus = pqreuse.find_reuse(pd.DataFrame({"answer": ["a", 3, "b"], "id": [1, 2, 3]})).corpus
    assert [answer.id for answer in corpus] == ["1", "3"]
    assert [(one.where, one.reason) for one in corpus.skipped] == [("row 2", "answer must be text, but is a number")]


def test_duplicate_identifiers_are_told_apart_as_those_of_files() -> None:
    corpus = pqreuse.find_reuse(pl.DataFrame({"answer": ["a b", "a b", "c"], "id": [1, 1, 1]})).corpus
    assert corpus.duplicate_records == 1
    assert len(corpus) == 2
    assert "stands for 2 records with different words: told apart" in corpus.warnings[0]


# Out


@pytest.fixture(scope="module", params=["whole", "with gaps", "chosen"])
def result(request: pytest.FixtureRequest, html: tuple[pa.Table, ReuseResult]) -> ReuseResult:
    """What was found in the examples, in a part of their uses, and where many answers lack body, date, minister."""
    if request.param == "whole":
        return html[1]
    if request.param == "chosen":
        return html[1].where(since="2025-01")
    rows = html[0].to_pylist()
    for number, row in enumerate(rows):
        row["answering_body"] = None if number % 4 else row["answering_body"]
        row["answered_on"] = row["answered_on"] if number % 3 else None
        row["answered_by"] = row["answered_by"] if number % 5 else None
        row["answer_html"] = row["answer_html"] if number % 7 else "<p>www.gov.uk</p>"
    found = pqreuse.find_reuse(pa.Table.from_pylist(rows))
    assert any(not family.bodies for family in found.families)
    assert any(score.novel is None for score in found.scores)
    return found


KINDS = get_args(TableKind)
KEYS: dict[str, list[str]] = {
    "families": ["family"],
    "variants": ["family", "variant"],
    "uses": ["family", "answer_id", "start"],
    "slots": ["family", "slot", "value"],
    "months": ["family", "month"],
    "scores": ["answer_id"],
    "spans": ["answer_id", "start"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_table_in_every_library(result: ReuseResult, kind: TableKind) -> None:
    table = result.to_frame(kind, "pyarrow")
    frame = result.to_frame(kind, "polars")
    assert frame.equals(pl.from_arrow(table))
    pandas = result.to_frame(kind, "pandas")
    assert list(pandas.columns) == frame.columns
    assert pandas.astype(object).where(pandas.notna(), None).to_dict("records") == frame.to_dicts()
    kinds = {"i": pl.Int64, "f": pl.Float64}
    assert frame.schema == {name: kinds.get(type_.kind, pl.String) for name, type_ in pandas.dtypes.items()}
    empty = pqreuse.find_reuse([])
    assert empty.to_frame(kind, "polars").schema == frame.schema
    for backend in get_args(Backend):
        assert empty.to_frame(kind, backend).shape == (0, len(frame.columns))


@pytest.mark.parametrize("kind", KINDS)
def test_columns_are_those_that_are_documented(result: ReuseResult, kind: TableKind) -> None:
    text = " ".join((ReuseResult.to_frame.__doc__ or "").split())
    described = text.partition(f'``"{kind}"``: ')[2].split(' ``"')[0].split(" ``family`` and ``answer_id`` join")[0]
    without_asides = re.sub(r"\([^)]*\)", "", described)
    assert re.findall("``([a-z_]+)``", without_asides.partition(". ")[2]) == list(result.tables(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_keys_and_join(result: ReuseResult, kind: TableKind) -> None:
    frame = result.to_frame(kind, "polars")
    assert len(frame) == frame.select(KEYS[kind]).n_unique() > 0
    assert not any(frame[name].has_nulls() for name in KEYS[kind])
    for key, home in (("family", "families"), ("answer_id", "scores")):
        if key in frame.columns:
            known = set(result.to_frame(home, "polars")[key])
            assert set(frame[key].drop_nulls()) <= known


def test_tables_say_what_the_records_say(result: ReuseResult) -> None:
    tables = {kind: result.to_frame(kind, "polars") for kind in KINDS}
    families = {row["family"]: row for row in tables["families"].to_dicts()}
    assert list(families) == [family.id for family in result.families]
    for family in result.families:
        row = families[family.id]
        for name in (
            "unit",
            "answers",
            "questions",
            "variants",
            "text",
            "template",
            "parent",
            "first_date",
            "last_date",
            "all_answers",
            "all_questions",
            "all_variants",
        ):
            assert row[name] == getattr(family, name)
        assert row["inside"] == (family.inside or 0)
        those = {
            kind: frame.filter(family=family.id).to_dicts()
            for kind, frame in tables.items()
            if "family" in frame.columns
        }
        names = ("answer_id", "date", "body", "start", "end", "text")
        assert [[one[name] for name in names] for one in those["uses"]] == [
            [getattr(use, name) for name in names] for use in family.uses
        ]
        assert [one["questions"] for one in those["uses"]] == [len(use.question_ids) for use in family.uses]
        for variant in those["variants"]:
            having = [one for one in those["uses"] if one["variant"] == variant["variant"]]
            assert variant["answers"] == len({one["answer_id"] for one in having})
            assert (variant["text"], variant["first_date"]) == (having[0]["text"], having[0]["date"])
        assert len(those["variants"]) == family.variants
        if not result.filters:
            assert [one["variant"] for one in those["variants"]] == list(range(family.variants))
        names = ("slot", "kind", "value", "text", "answers", "first_date", "all_answers")
        assert [tuple(one[name] for name in names) for one in those["slots"]] == [
            (number, slot.kind, place, value.text, value.answers, value.first_date, value.all_answers)
            for number, slot in enumerate(family.slots)
            for place, value in enumerate(slot.values)
        ]
        months: dict[str, set[tuple[str, int]]] = {}
        for use in family.uses:
            if use.date:
                months.setdefault(use.date[:7], set()).add((use.answer_id, len(use.question_ids)))
        assert [(one["month"], one["answers"], one["questions"]) for one in those["months"]] == [
            (month, len(users), sum(count for _, count in users)) for month, users in sorted(months.items())
        ]
    names = ("date", "body", "words", "scorable_words", "template", "slot", "novel")
    assert [[row[name] for name in names] for row in tables["scores"].to_dicts()] == [
        [getattr(score, name) for name in names] for score in result.scores
    ]
    assert tables["scores"]["question_ids"].str.split("; ").to_list() == [
        list(score.question_ids) for score in result.scores
    ]
    assert [tuple(row.values()) for row in tables["spans"].to_dicts()] == [
        (score.id, span.start, span.end, span.label, span.family, span.earliest_answer_id)
        for score in result.scores
        for span in score.spans
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("polars, lazy", pl.DataFrame), ("pyarrow", pa.Table),
     ("duckdb", pa.Table), ("reader", pa.Table)],
)  # fmt: skip
def test_out_comes_what_came_in(plain: tuple[pa.Table, ReuseResult], name: str, kind: type) -> None:
    result = pqreuse.find_reuse(MAKERS[name](plain[0]))
    assert type(result.to_frame("scores")) is kind
    assert type(result.to_frame("scores", "polars")) is pl.DataFrame
    assert result.to_frame(backend="polars").equals(result.to_frame("families", "polars"))


def test_what_came_in_as_none_goes_out_as_the_first_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    result = pqreuse.find_reuse([LINE, LINE])
    assert type(result.to_frame("uses")) is pa.Table
    monkeypatch.setattr(frames, "find_spec", {"pandas": True}.get)
    assert type(result.to_frame("uses")) is pd.DataFrame
    with pytest.raises(MissingPackageError, match="a data frame of polars needs polars: pip install polars"):
        result.to_frame("uses", "polars")
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match="needs pyarrow, polars or pandas: pip install pyarrow"):
        result.to_frame("uses")
    with pytest.raises(MissingPackageError, match="reading Capsule needs pyarrow or polars: pip install pyarrow"):
        pqreuse.find_reuse(Capsule(pa.table({"answer": ["a"]})))


def test_unknown_kinds_are_said(result: ReuseResult) -> None:
    with pytest.raises(ParameterError, match=r"^kind must be 'families', .*, got 'months of'$"):
        result.to_frame("months of")  # type: ignore[call-overload]
    with pytest.raises(ParameterError, match=r"^backend must be .*, got 'duckdb'$"):
        result.to_frame("uses", "duckdb")  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["polars", "pandas", "reader"])
def test_a_result_is_pickled_with_all_it_can_say(plain: tuple[pa.Table, ReuseResult], name: str) -> None:
    result = pqreuse.find_reuse(MAKERS[name](plain[0]))
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert again.families[0].history == result.families[0].history
    for kind in get_args(TableKind):
        assert again.to_frame(kind, "pyarrow").equals(result.to_frame(kind, "pyarrow"))


def test_lone_surrogates_are_replaced() -> None:
    for backend in get_args(Backend):
        text = str(pqreuse.find_reuse([f"{LINE} \ud800"] * 2).to_frame("uses", backend)["text"][0])
        # Older pandas holds Python's own strings.
        assert text in (f"{LINE} ?", f"{LINE} \ud800")


def test_columns_are_those_of_either_side_that_is_a_data_frame() -> None:
    rows, texts = pl.DataFrame({"said": [LINE.format(31)]}), [LINE.format(32)]
    corpus = pqreuse.find_reuse(texts).corpus
    others = pl.DataFrame({"said": [LINE.format(33)]})
    for new, old in ((rows, corpus), (rows, texts), (texts, rows), (rows, others)):
        assert pqreuse.score_answers(new, old, text="said").shares.novel == 0
    with pytest.raises(ParameterError, match="text= names a column of a data frame, but answers are Corpus and list"):
        pqreuse.score_answers(texts, corpus, text="said")


def test_lists_and_what_was_read_do_without_narwhals() -> None:
    code = (
        "import sys, pqreuse; pqreuse.find_reuse(pqreuse.find_reuse(['a']).corpus); sys.exit('narwhals' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-P", "-c", code], check=False).returncode == 0
