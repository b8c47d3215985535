"""The written questions API: shapes, fields, previews, what is skipped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from readers.conftest import Read
from readers.sample import API

from pqreuse.errors import InputError

SHAPES = {
    "envelope": json.dumps({"totalResults": 2, "results": [{"value": API, "links": []}, {"value": API}]}, indent=1),
    "bare results": json.dumps([{"value": API}, {"value": API}]),
    "bare values": json.dumps([API, API]),
    "values a line": "\n".join([json.dumps({"value": API}), "", json.dumps(API)]),
    "envelopes a line": "\n".join([json.dumps({"results": [{"value": API}]})] * 2),
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_shapes(read: Read, content: str) -> None:
    assert [record.id for record in read(content).records] == ["101", "101"]


@pytest.mark.parametrize("item", [API, {"value": API, "links": []}])
@pytest.mark.parametrize("indent", [None, 2])
def test_single_question(read: Read, item: dict[str, Any], indent: int | None) -> None:
    (record,) = read(json.dumps(item, indent=indent)).records
    assert record.id == "101"
    assert record.where == "record 1"


def test_fields(read: Read) -> None:
    (record,) = read(
        json.dumps(
            API
            | {
                "askingMember": {"id": 1, "name": "Ann Example"},
                "answeringMember": {"id": 2, "name": "Bob Example"},
                "answerIsCorrection": True,
                "dateAnswerCorrected": "2025-02-01T00:00:00",
                "originalAnswerText": "<p>We have taken &pound;2 million steps.</p>",
                "groupedQuestions": ["2102", "2103"],
                "groupedQuestionsDates": [{"questionUin": "2102", "dateTabled": "2025-01-07T00:00:00"}],
            }
        ),
        "in.json",
    ).records
    assert record.text == "We have taken £3 million steps.\n\na\tb\n\nMore."
    assert [record.text[start:end] for start, end in record.tables] == ["a\tb"]
    assert record.markup
    assert not record.preview
    assert record.question == "To ask the Minister, what steps she has taken."
    assert (record.uin, record.house, record.body) == ("2101", "Commons", "Department for Tests")
    assert (record.asker, record.minister, record.heading) == ("Ann Example", "Bob Example", "Steps")
    assert (record.tabled, record.answered, record.corrected) == ("2025-01-08", "2025-01-16", "2025-02-01")
    assert record.correction
    assert record.original == "We have taken £2 million steps."
    assert record.grouped == (("2102", "2025-01-07"), ("2103", None))
    assert record.url == "https://questions-statements.parliament.uk/written-questions/detail/2025-01-08/2101"


@pytest.mark.parametrize("text", [None, "", " ", "<p> </p>", "x" * 255 + "..."])
def test_what_a_list_gives_of_the_original_is_none(read: Read, text: str | None) -> None:
    (record,) = read(json.dumps(API | {"originalAnswerText": text})).records
    assert record.original is None


@pytest.mark.parametrize(
    ("text", "preview"),
    [
        ("x" * 255 + "...", True),
        ("R&amp;D " + "x" * 247 + "...", True),
        ("x" * 253 + "\U0001f600" + "...", True),  # the service counts UTF-16 code units
        ("x" * 254 + "...", False),
        ("x" * 258, False),
        ("<p>" + "x" * 248 + "</p>...", False),
    ],
)
def test_previews(read: Read, text: str, preview: bool) -> None:
    reading = read(json.dumps([API | {"answerText": text}, API]))
    assert [record.preview for record in reading.records] == [preview, False]
    assert bool(reading.warnings) is preview
    if preview:
        assert reading.records[0].text == text
        assert not reading.records[0].markup
        assert (
            "1 record cut short by the source (previews, left out of the shares; first: record 1)"
            in reading.warnings[0]
        )


def test_text_without_tags_is_text_with_its_entities_resolved(read: Read) -> None:
    (record,) = read(json.dumps(API | {"answerText": "DE&amp;S is < 5 &nbsp;years old."})).records
    assert record.text == "DE&S is < 5 \u00a0years old."
    assert not record.markup


WRONG = {
    "answerText": [5, True, [], {}],
    "id": [[], {}, True, 1.5],
    "uin": [[], 0.1],
    "questionText": [4, ["a"]],
    "dateTabled": [20250101, {}],
    "heading": [5],
    "originalAnswerText": [5],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_wrong_types_are_skipped_with_the_reason(read: Read, field: str, value: object) -> None:
    reading = read(json.dumps([API, API | {field: value}]))
    assert len(reading.records) == 1
    (skipped,) = reading.skipped
    assert skipped.where == "record 2"
    assert skipped.reason.startswith(field)


@pytest.mark.parametrize("value", [5, {"a": 1}, True, [5, {"a": 1}]])
def test_a_group_that_is_no_list_of_uins_is_left_out_and_counted(read: Read, value: object) -> None:
    reading = read(json.dumps([API, API | {"id": 2, "groupedQuestions": value}]))
    assert [record.grouped for record in reading.records] == [(), ()]
    assert reading.skipped == []
    (warning,) = reading.warnings
    assert "1 record with something other than UINs" in warning
    assert "first: record 2" in warning


@pytest.mark.parametrize("value", [None, "", "<p> </p>", " \n", "<p>&nbsp;</p>"])
def test_unanswered(read: Read, value: str | None) -> None:
    reading = read(json.dumps([API, API | {"answerText": value}]), strict=True)
    assert [(item.where, item.reason) for item in reading.skipped] == [("record 2", "unanswered")]


ENVELOPES = {
    "envelope": SHAPES["envelope"],
    "bare results": SHAPES["bare results"],
    "values a line": SHAPES["values a line"],
    "one": json.dumps({"value": API}),
}


@pytest.mark.parametrize("form", [None, "api-json"])
@pytest.mark.parametrize("content", ENVELOPES.values(), ids=ENVELOPES)
def test_a_column_map_is_never_ignored(read: Read, content: str, form: str | None) -> None:
    """Its columns are those of ``value``; one that fits nothing is one error."""
    for field in ("text", "id", "question"):
        with pytest.raises(InputError) as caught:
            read(content, "in.json", input_format=form, columns={field: "nothere"})
        message = str(caught.value)
        assert message.count(f"no column 'nothere' for {field}: the columns are 'id', 'house', 'dateTabled'") == 1
        assert all(repr(name) in message for name in API)
        assert ("none of 2 records can be used" in message) is (content is not ENVELOPES["one"])
    records = read(content, input_format=form, columns={"text": "questionText", "heading": "answeringbodyname"}).records
    assert {record.text for record in records} == {API["questionText"]}
    # A column that is named for one field is no other one.
    assert {(record.heading, record.body) for record in records} == {("Department for Tests", None)}


def test_a_column_map_reads_the_same_answers(read: Read) -> None:
    items = [
        API | {"answerText": "DE&amp;S", "questionText": "R&amp;D?"},
        API | {"answerText": "x&amp;" * 42 + "abc..."},
    ]
    for item in items:
        content = json.dumps({"results": [{"value": item}]})
        (by_map,) = read(content, columns={"text": "answerText"}).records
        (record,) = read(content).records
        assert (by_map.text, by_map.question, by_map.preview) == (record.text, record.question, record.preview)
    assert (record.preview, record.text) == (True, items[1]["answerText"])


def test_a_column_map_that_fits_some_skips_the_others(read: Read) -> None:
    reading = read(json.dumps([API, 5, API | {"Reply": "So."}, {"value": API}]), columns={"text": "Reply"})
    assert [record.text for record in reading.records] == ["So."]
    assert [item.where for item in reading.skipped] == ["record 1", "record 2", "record 4"]
    assert reading.skipped[0].reason.startswith("no column 'Reply' for text: the columns are 'id'")
    with pytest.raises(InputError, match=r"in\.txt: record 1: no column 'Reply' for text"):
        read(json.dumps([API, API | {"Reply": 5}]), columns={"text": "Reply"}, strict=True)


def test_entities_of_a_preview_stay_in_its_question_too(read: Read) -> None:
    question = "Is it R&amp;D?"
    records = read(json.dumps([API | {"questionText": question, "answerText": "x" * 255 + "..."}, API])).records
    assert records[0].preview
    assert records[0].question == question
    assert read(json.dumps(API | {"questionText": question})).records[0].question == "Is it R&D?"


def test_odd_items_beside_good_ones(read: Read) -> None:
    reading = read(json.dumps([API, 5, None, "text", [], {}, {"value": {"id": 1, "uin": "2"}}]))
    assert len(reading.records) == 1
    assert [item.where for item in reading.skipped] == [f"record {number}" for number in range(2, 8)]
    assert "the columns" not in reading.skipped[0].reason
    assert "'id', 'uin'" in reading.skipped[-1].reason


def test_dates_that_cannot_be_read_are_counted(read: Read) -> None:
    reading = read(json.dumps([API, API | {"dateAnswered": "soon"}, API | {"dateAnswered": "0001-01-01T00:00:00"}]))
    assert [record.answered for record in reading.records] == ["2025-01-16", None, None]
    assert reading.warnings[0].endswith(
        "1 record with a date that cannot be read, left empty (first: record 2, 'soon')"
    )


def test_surrogates_and_nul_are_replaced_and_counted(read: Read) -> None:
    odd = API | {"answerText": "a\ud800b\0c", "heading": "\udfff", "uin": "1\ud800"}
    reading = read(json.dumps([API, odd, odd | {"answerText": "<p>a\ud800b\0c</p>"}]))
    assert [record.text for record in reading.records[1:]] == ["a\ufffdb\ufffdc"] * 2
    assert reading.records[1].heading == "\ufffd"
    assert [warning.partition(": ")[2] for warning in reading.warnings] == [
        "2 records with NUL characters, replaced by U+FFFD (first: record 2)",
        "2 records with lone surrogates, replaced by U+FFFD (first: record 2)",
    ]


def test_broken_lines_are_skipped_with_their_place(read: Read) -> None:
    good = json.dumps(API)
    reading = read("\n".join([good, good[:80], "nonsense", "[" * 100_000, "5" * 5_000, good]))
    assert len(reading.records) == 2
    assert [item.where for item in reading.skipped] == ["line 2", "line 3", "line 4", "line 5"]
    assert "cut short at column" in reading.skipped[0].reason


def test_broken_first_line_does_not_lose_the_others(read: Read) -> None:
    good = json.dumps(API)
    reading = read("\n".join([good[:80], good, good]))
    assert len(reading.records) == 2
    assert [item.where for item in reading.skipped] == ["line 1"]
