"""The same table in other spellings: escaped HTML, groups as R, JSON or a float column writes them, column names."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pqreuse
from pqreuse import Corpus
from pqreuse.report.wording import columns_line

LINE = "We have set up a network of {} attendance hubs, which share what works with 2,000 schools & colleges."

# A column's usual names; the last ones are no usual ones, and are named.
NAMES = {
    "text": ["answer", "Answer_Text", "answerText", "answer_text_value", "Was gesagt wurde"],
    "id": ["id", "Question_ID", "question_answer_id", "Nr"],
    "uin": ["uin", "UIN", "question_answer_uin", "Zahl"],
    "date": ["answered_on", "Answer_Date", "date_of_answer_value", "Tag"],
    "body": ["answering_body", "answer_body_name", "Department", "Haus"],
    "question": ["question", "Question_Text", "Frage"],
    "grouped": ["grouped", "grouped_question_uin", "zusammen"],
}
GROUPS: Sequence[Callable[[list[str]], Any]] = [
    list,
    ", ".join,
    ";".join,
    " | ".join,
    json.dumps,
    repr,
    lambda uins: f"c({', '.join(json.dumps(one) for one in uins)})",
    lambda uins: f"list(c({', '.join(json.dumps(one) for one in uins)}))" if len(uins) > 1 else f'list("{uins[0]}")',
    lambda uins: f"c({', '.join(f'{one}L' for one in uins)})",
    lambda uins: [float(one) for one in uins],
    lambda uins: float(uins[0]) if len(uins) == 1 else uins,
    lambda uins: f"{uins[0]}.0" if len(uins) == 1 else uins,
    lambda uins: "{" + ",".join(uins) + "}",
]
NOTHING: Sequence[Any] = [None, "", [], "NA", "NULL", "character(0)", "list()", "[]", "list(NULL)", float("nan")]


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Questions some of which are answered together, in pairs and threes."""
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        uins = [str(65_000 + 10 * number + place) for place in range(draw(st.integers(1, 3)))]
        blocks = [LINE.format(number), *draw(st.lists(st.sampled_from(["A second one <5 & more.", "£17 million."])))]
        text = "".join(f"<p>{html.escape(block)}</p>" for block in blocks)
        for uin in uins:
            others = [one for one in uins if one != uin]
            found.append({
                **{"id": f"q{uin}", "uin": uin, "date": "2025-01-08", "body": "Home Office"},
                **{"text": text, "question": f"To ask about {uin}?", "grouped": others},
            })  # fmt: skip
    return found


def seen(corpus: Corpus) -> list[Any]:
    """All that a corpus says of its answers."""
    return [
        *((one.id, one.text, one.question_ids, one.questions, one.uins, one.date, one.body) for one in corpus),
        *(corpus.records, corpus.groups, corpus.grouped_questions, corpus.skipped),
    ]


def written(table: list[dict[str, Any]], folder: Path, form: str) -> Path:
    path = folder / f"table.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in table), encoding="utf-8")
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
        path.write_text(out.getvalue(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spellings")


@given(rows(), st.data(), st.sampled_from(["jsonl", "csv"]))
def test_escapes_groups_and_names_change_no_answer(
    folder: Path, table: list[dict[str, Any]], data: st.DataObject, form: str
) -> None:
    plain = [{**row, "grouped": row["grouped"] or None} for row in table]
    expected = seen(pqreuse.read_answers(written(plain, folder, "jsonl")))
    names = {field: data.draw(st.sampled_from(those), label=field) for field, those in NAMES.items()}
    times = data.draw(st.integers(0, 3), label="escaped")
    spelled = []
    for row in table:
        for _ in range(times):
            row = {**row, "text": html.escape(row["text"])}
        uins = row["grouped"]
        spelling = data.draw(st.sampled_from(GROUPS))(uins) if uins else data.draw(st.sampled_from(NOTHING))
        row = {**row, "grouped": spelling}
        if data.draw(st.booleans(), label="float"):
            row["uin"] = float(row["uin"])
        spelled.append({names[field]: value for field, value in row.items()})
    given_names = {field: name for field, name in names.items() if name == NAMES[field][-1]}
    corpus = pqreuse.read_answers(written(spelled, folder, form), columns=given_names)
    assert seen(corpus) == expected
    assert any("escaped" in warning for warning in corpus.warnings) == (times > 0)
    (used,) = corpus.columns
    assert used.columns == {field: (names[field],) for field in used.columns}
    assert set(used.columns) == set(names)


@pytest.mark.parametrize(
    "text",
    ["fewer than &lt;5 of them", "the &lt;p&gt; tag", "a &amp;lt; b &amp;gt; c", "x &lt;y&gt; z", "R&amp;D &lt;3"],
)
def test_entities_that_are_no_tags_stay_as_they_are_in_plain_text(text: str, tmp_path: Path) -> None:
    (answer,) = pqreuse.read_answers(written([{"id": 1, "answer": text}], tmp_path, "jsonl"))
    assert answer.text == text


def test_escaped_tags_within_markup_are_markup(tmp_path: Path) -> None:
    text = "<div>&lt;p&gt;One hub.&lt;/p&gt;&lt;p&gt;Two hubs.&lt;/p&gt;</div>"
    corpus = pqreuse.read_answers(written([{"id": 1, "answer": text}], tmp_path, "csv"))
    assert corpus[0].text == "One hub.\n\nTwo hubs."
    assert "1 record with HTML whose tags were escaped, read as HTML" in corpus.warnings[0]


@pytest.mark.parametrize("grouped", [3, 3.0, True, {"n": 3}])
def test_a_number_of_questions_loses_nothing_but_the_group(grouped: Any, tmp_path: Path) -> None:
    table = [{"id": n, "uin": str(n), "answer": LINE.format(n), "grouped": grouped} for n in (1, 2, 3)]
    corpus = pqreuse.read_answers(written(table, tmp_path, "jsonl"))
    assert (len(corpus), corpus.groups, corpus.skipped) == (3, 0, ())
    assert "3 records with something other than UINs" in corpus.warnings[0]


@given(st.permutations(["id", "body", "reply", "department", "heading"]))
def test_a_column_that_is_named_is_no_other_field(folder: Path, order: list[str]) -> None:
    row = {"id": "1", "body": LINE.format(1), "reply": "not this", "department": "Home Office", "heading": "Hubs"}
    path = written([{name: row[name] for name in order}], folder, "csv")
    (answer,) = pqreuse.read_answers(path, columns={"text": "body"})
    assert (answer.text, answer.body, answer.heading) == (row["body"], "Home Office", "Hubs")
    (answer,) = pqreuse.read_answers(path, columns={"text": "body", "heading": "department"})
    assert (answer.body, answer.heading) == (None, "Home Office")
    (answer,) = pqreuse.read_answers(path, columns={"text": "body", "body": "body"})
    assert answer.body == answer.text


def test_the_columns_of_each_kind_of_file_are_told(tmp_path: Path) -> None:
    for name, header in (("a", "answer,id,notes"), ("b", "answer,id,notes"), ("c", "Reply Text,date")):
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{LINE.format(1)!r},{name},x\n".replace("'", '"')[:-3] + "\n")
    corpus = pqreuse.read_answers(tmp_path)
    assert [(one.files, one.columns, one.unused) for one in corpus.columns] == [
        (("a.csv", "b.csv"), {"text": ("answer",), "id": ("id",)}, ("notes",)),
        (("c.csv",), {"text": ("Reply Text",), "date": ("date",)}, ()),
    ]
    told = "columns of a.csv and 1 more file: answer as text, id as id; not used: notes; 1 file with other columns"
    assert columns_line(corpus).startswith(told)


def test_letters_of_the_same_words_are_an_answer_each(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/a.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LINE.format(31), encoding="utf-8")
    corpus = pqreuse.read_answers([tmp_path, tmp_path], input_format="document")
    assert [answer.id for answer in corpus] == ["a.txt", "c.txt", "sub/a.txt"]
    assert corpus.duplicate_records == 0
