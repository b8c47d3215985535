"""CSV, JSON rows and Parquet by column map."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from readers.conftest import Read
from readers.sample import NORTHERN_IRISH, SCOTTISH, parquet

from pqreuse.errors import InputError
from pqreuse.readers.dates import parse_date
from pqreuse.segments import paragraph_stretches


def test_usual_names(read: Read) -> None:
    row: dict[str, Any] = {
        "id": 5, "uin": "123", "house": "Commons", "tabled_month": "2025-06", "asked_on": None, "grouped": ["124", 125],
        "answering_body": "Tests", "question": "Why &amp; how?", "answer_html": "<p>So.</p><p>There.</p>",
        "heading": "Why", "asked_by": 4321, "answered_by": "Bob Example", "answered_on": "2025-07-01",
        "is_correction": True, "is_holding": False,
    }  # fmt: skip
    (record,) = read(json.dumps([row])).records
    assert (record.id, record.uin, record.text) == ("5", "123", "So.\n\nThere.")
    assert (record.tabled, record.answered) == ("2025-06", "2025-07-01")
    assert record.grouped == (("124", None), ("125", None))
    assert (record.asker, record.minister) == (None, "Bob Example")
    assert (record.question, record.body, record.correction) == ("Why &amp; how?", "Tests", True)
    assert read(json.dumps([row | {"asked_on": "2025-06-03"}])).records[0].tabled == "2025-06-03"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Question_ID,Answer_Text,Date,Answer_Date",
            {"id": "a", "text": "b", "tabled": "2025-01-03", "answered": "2025-01-04"},
        ),
        ("UIN,Answer Text,Date,Topic", {"id": None, "uin": "a", "text": "b", "answered": "2025-01-03", "tabled": None}),
        ("EventID,AnswerText,Approved Date,ItemText", {"id": "a", "text": "b", "question": "2025-01-04"}),
        ("Reference,answer-plain-text,AnsweredOnDate,x", {"id": "a", "text": "b", "answered": "2025-01-03"}),
        (
            "value.id,value.answerText,value.dateTabled,value.dateAnswered",
            {"id": "a", "text": "b", "tabled": "2025-01-03"},
        ),
        ("x,answer,group,department", {"text": "b", "group": "t.csv#2025-01-03", "body": "2025-01-04"}),
    ],
)
def test_names_of_columns(read: Read, header: str, expected: dict[str, str | None]) -> None:
    path = read.write(f"{header}\na,b,2025-01-03,2025-01-04\n", "t.csv")
    from pqreuse.readers import read_records

    (record,) = read_records(path.parent).records
    assert {name: getattr(record, name) for name in expected} == expected


def test_explicit_columns_win_and_are_found_by_content(read: Read) -> None:
    content = "nr,answer,Antwort,when\n1,x,y,03/02/2025\n"
    (record,) = read(content, columns={"text": "Antwort", "id": "nr", "tabled": "WHEN"}).records
    assert (record.text, record.id, record.tabled) == ("y", "1", "2025-02-03")
    with pytest.raises(
        InputError, match=r"no column 'Reply' for text: the columns are 'nr', 'answer', 'Antwort', 'when'"
    ):
        read(content, columns={"text": "Reply"})


def test_what_a_named_column_does_not_give_is_counted(read: Read) -> None:
    columns = {"text": "Reply", "body": "Dept", "date": "Day"}
    rows = [
        {"Reply": "One."},
        {"Reply": "Two.", "Dept": "A"},
        {"Reply": "Three.", "Dept": "", "Day": "2025-01-16", "department": "not asked for"},
        {"Dept": "B"},
        {"Reply": "Four.", "dept": "A", "Day": "2025-01-17"},
    ]
    for content in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        reading = read(content, "in.json", columns=columns)
        assert [(record.text, record.body, record.answered) for record in reading.records] == [
            ("One.", None, None),
            ("Two.", "A", None),
            ("Three.", None, "2025-01-16"),
            ("Four.", "A", "2025-01-17"),
        ]
        assert [item.reason.split(":")[0] for item in reading.skipped] == ["no column 'Reply' for text"]
        place = "record" if content[0] == "[" else "line"
        assert [warning.partition(": ")[2] for warning in reading.warnings] == [
            f"2 records without a value for body in column 'Dept', left empty (first: {place} 1)",
            f"2 records without a value for date in column 'Day', left empty (first: {place} 1)",
        ]
    table = "Reply,Dept,Day\nOne.,,2025-01-16\nTwo.,A,2025-01-16\n"
    (warning,) = read(table, "in.csv", columns=columns).warnings
    assert warning.endswith("1 record without a value for body in column 'Dept', left empty (first: line 2)")
    assert read(table, "in.csv").warnings == []


def test_a_named_column_that_no_record_has_is_a_mistake(read: Read) -> None:
    rows = [{"Reply": "One.", "Dept": "A"}, {"Reply": "Two.", "Day": "2025-01-16"}]
    for content in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        with pytest.raises(
            InputError,
            match=r"no column 'Boby' for body: the columns are 'Reply', 'Dept', 'Day' \(none of 2 records",
        ):
            read(content, columns={"text": "Reply", "body": "Boby", "date": "Day"})


def test_a_question_without_the_answer_that_others_have_is_unanswered(read: Read) -> None:
    unanswered = {name: value for name, value in NORTHERN_IRISH.items() if not name.startswith("Answer")}
    rows = [unanswered, NORTHERN_IRISH, unanswered | {"AnswerByDate": "2024-03-01"}, {"Reference": "x"}]
    reading = read(json.dumps({"QuestionsList": {"Question": rows}}))
    assert len(reading.records) == 1
    assert [(item.where, item.reason.split(":")[0]) for item in reading.skipped] == [
        ("record 1", "unanswered"),
        ("record 3", "unanswered"),
        ("record 4", "no column holds the answer"),
    ]
    assert read(json.dumps(rows[:3]), strict=True).records
    with pytest.raises(
        InputError, match="no column holds the answer: name one with --column text=NAME, of 'DocumentId'"
    ):
        read(json.dumps([unanswered] * 2))


def test_scottish_answers(read: Read) -> None:
    """Plain text, paragraphs by carriage return and line feed; a question without answer has an empty one."""
    (answer,) = SCOTTISH
    reading = read(json.dumps([answer, answer | {"EventID": "S5W-01235", "AnswerText": "", "AnswerDate": None}]))
    (record,) = reading.records
    assert record.text == answer["AnswerText"]
    assert not record.markup
    assert (record.id, record.uin, record.heading) == ("S5W-01234", "S5W-01234", "Steps")
    assert record.question == answer["ItemText"]
    assert (record.tabled, record.answered, record.minister) == ("2016-06-02", "2016-06-17", "Bob Example")
    assert record.uin == record.id  # by which other answers refer to it
    assert record.asker is record.body is None
    assert [(item.where, item.reason) for item in reading.skipped] == [("record 2", "unanswered")]
    assert [record.text[start:end] for start, end in paragraph_stretches(record.text, record.markup, ())] == [
        "We have taken steps.",
        "Profits < 5 & more of them.",
        "And more.",
    ]
    without = {name: value for name, value in answer.items() if name != "SubmissionDateTime"}
    assert read(json.dumps([without])).records[0].tabled == "2016-06-03"


@pytest.mark.parametrize("rows", [NORTHERN_IRISH, [NORTHERN_IRISH], [NORTHERN_IRISH] * 2])
def test_northern_irish_answers(read: Read, rows: object) -> None:
    records = read(json.dumps({"QuestionsList": {"Question": rows}})).records
    assert len(records) == (len(rows) if isinstance(rows, list) else 1)
    record = records[0]
    assert (record.id, record.uin, record.text) == ("123456", "AQW 1234/22-27", NORTHERN_IRISH["AnswerPlainText"])
    assert (record.question, record.asker) == (NORTHERN_IRISH["QuestionText"], "Ann Example")
    assert (record.tabled, record.answered, record.body) == ("2024-02-07", "2024-02-21", "Department of Tests")


def test_no_answer_column_lists_what_there_is(read: Read) -> None:
    for content, name in (("nr,reply to it\n1,2\n3,4\n", "t.csv"), ('[{"nr": 1, "reply to it": "x"}]', "t.json")):
        with pytest.raises(InputError, match=r"--column text=NAME, of 'nr', 'reply to it'$"):
            read(content, name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_dialects(read: Read, delimiter: str, newline: str) -> None:
    lines = ["id", "answer"], ["1", '"So, they; said ""yes"".\nTwice."'], [], ["2", "No"]
    content = newline.join(delimiter.join(cells) for cells in lines)
    reading = read(content.encode("utf-8-sig"))
    assert [record.text.replace("\r", "\n") for record in reading.records] == ['So, they; said "yes".\nTwice.', "No"]
    assert [record.where for record in reading.records] == ["line 2", "line 5"]


def test_csv_in_windows_1252(read: Read) -> None:
    reading = read("id,answer\n1,£5 – “so”\n2,plain\n".encode("cp1252"))
    assert [record.text for record in reading.records] == ["£5 – “so”", "plain"]
    assert "read as Windows-1252 (first: line 2)" in reading.warnings[0]


def test_one_bad_byte_garbles_nothing_else(read: Read) -> None:
    reading = read(b'[{"id": 1, "answer": "\xc2\xa35 \x96 caf\xc3\xa9"}]')
    assert reading.records[0].text == "£5 – café"


def test_csv_large_and_odd_cells(read: Read) -> None:
    reading = read('id,answer,x\n1,"' + "long " * 100_000 + '",\n2,5" wide,\n3,NA,\n4,,\n5,a,b,c\n6\n7,"cut')
    assert [record.id for record in reading.records] == ["1", "2"]
    assert reading.records[1].text == '5" wide'
    assert [(item.where, item.reason.split(":")[0]) for item in reading.skipped] == [
        ("line 4", "unanswered"),
        ("line 5", "unanswered"),
        ("line 6", "4 cells in a table of 3 columns"),
        ("line 7", "unanswered"),
        ("line 8", "a quotation mark is opened here and never closed"),
    ]


def test_rows_that_a_quotation_mark_runs_together_are_no_answer(read: Read) -> None:
    """They would be read as one, and nobody would know."""
    reading = read('id,answer\n1,"Yes, he said\n2,second\n3,"third"\n4,fourth\n5,"so\n6,sixth\n')
    assert [(record.where, record.text) for record in reading.records] == [("line 5", "fourth")]
    assert [(item.where, item.reason.partition("; ")[2]) for item in reading.skipped] == [
        ("line 2", "so is what stands in the lines behind it (2)"),
        ("line 6", "so is what stands in the lines behind it (1)"),
    ]


def test_a_cell_with_text_behind_its_closing_mark_is_told(read: Read) -> None:
    reading = read('"id" ,answer\n1,"He" said\n2,"a ""good"" one"\n3,"x" y\n')
    assert [record.text for record in reading.records] == ["He said", 'a "good" one', "x y"]
    assert [record.id for record in reading.records] == ["1", "2", "3"]
    assert ["2 rows" in warning and "(first: line 2)" in warning for warning in reading.warnings] == [True]


def test_plain_text_cells_stay_as_they_are(read: Read) -> None:
    text = "First < second.\r\n\r\nThird  line,  a <b "
    (record,) = read(json.dumps([{"id": 1, "AnswerText": text}])).records
    assert (record.text, record.markup) == (text, False)


@pytest.mark.parametrize(
    ("answer", "question", "resolved"),
    [
        ("answer", "question", (False, False)),
        ("AnswerText", "questionText", (False, False)),
        ("answer_html", "question", (True, False)),
        ("Answer HTML", "question_html", (True, True)),
        ("value.answerText", "value.questionText", (True, True)),
    ],
)
def test_entities_without_tags_resolve_only_in_columns_of_html(
    read: Read, answer: str, question: str, resolved: tuple[bool, bool]
) -> None:
    kept, read_as = "DE&amp;S, &lt;both&gt; <withheld>", "DE&S, <both> <withheld>"
    expected = tuple(read_as if html else kept for html in resolved)
    table = f'id,{answer},{question}\n1,"{kept}","{kept}"\n'
    for content in (table, json.dumps([{"id": 1, answer: kept, question: kept}])):
        (record,) = read(content, columns={"text": answer}).records
        assert (record.text, record.question) == expected
        assert not record.markup


def test_two_columns_of_one_name_are_refused_where_they_are_read(read: Read) -> None:
    for content in ("id,answer,answer \n1,a,b\n", "answer,answer\na,b\n", "nr,text,answer,answer\n1,a,b,c\n"):
        with pytest.raises(
            InputError,
            match=r"in\.csv: 2 columns are named 'answer', and any may hold the text: give each its own name$",
        ):
            read(content, "in.csv")
    with pytest.raises(InputError, match="2 columns are named 'id', and any may hold the id"):
        read("id,answer,id\n1,a,2\n")
    # A column that is not read may be there as often as it likes, and so may the answer's if another is named.
    assert read("id,answer,note,note,,\n1,a,b,c,,\n").records[0].text == "a"
    assert read("id,answer,answer,Reply\n1,a,b,c\n", columns={"text": "Reply"}).records[0].text == "c"


def test_two_columns_of_one_name_in_parquet(read: Read) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
    writer = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    columns = [pyarrow.array(["a"])] * 3
    for names, wrong in ((["id", "answer", "answer"], "answer"), (["note", "answer", "note"], None)):
        writer.write_table(pyarrow.Table.from_arrays(columns, names=names), read.folder / "in.parquet")
        content = (read.folder / "in.parquet").read_bytes()
        if wrong:
            with pytest.raises(InputError, match=f"2 columns are named '{wrong}'"):
                read(content)
        else:
            assert read(content).records[0].text == "a"


def test_many_columns_are_listed_within_reason(read: Read) -> None:
    names = [f"column number {number}" for number in range(200)]
    with pytest.raises(InputError) as caught:
        read(",".join(names) + "\n" + ",".join("x" * 200) + "\n", "in.csv")
    message = str(caught.value).rpartition("in.csv: ")[2]
    listed = message.count("'column number")
    assert 20 < listed < 200
    assert message.endswith(f" and {200 - listed} more")
    assert len(message) < 900


ENVELOPES = {
    "list under a name of answers": '{"content": [{"id": 1, "answer": "So."}], "pages": 1}',
    "object under a name of answers": '{"response": {"id": 1, "answer": "So."}}',
    "two objects": '{"response": {"reply": {"id": 1, "answer": "So."}}}',
    "list in an object": '{"response": {"items": [{"id": 1, "answer": "So."}]}}',
}


@pytest.mark.parametrize("content", ENVELOPES.values(), ids=ENVELOPES)
def test_envelopes_with_names_of_answers(read: Read, content: str) -> None:
    (record,) = read(content).records
    assert (record.id, record.text) == ("1", "So.")
    (record,) = read(content.replace("answer", "nr"), columns={"text": "nr"}).records
    assert (record.id, record.text) == ("1", "So.")


def test_rows_inside_other_objects(read: Read) -> None:
    question = {"Reference": "AQW 1/22", "AnswerPlainText": "So.", "AnsweredOnDate": "2025-01-16T00:00:00+00:00"}
    for rows in ([question, question], [question], question):
        reading = read(json.dumps({"QuestionsList": {"Question": rows}}))
        assert {record.id for record in reading.records} == {"AQW 1/22"}
        assert {record.answered for record in reading.records} == {"2025-01-16"}
    unanswered = {"id": 1, "answer": None, "attachments": [{"answer": "no"}]}
    assert read(json.dumps([question, unanswered])).skipped[0].reason == "unanswered"


@pytest.mark.parametrize(
    ("field", "value"),
    [("answer", 5), ("answer", ["a"]), ("id", {}), ("id", True), ("question", 5), ("answered_on", 5)],
)
def test_wrong_types_are_skipped_with_the_reason(read: Read, field: str, value: object) -> None:
    good = {"id": 1, "answer": "So.", "question": "Why?", "answered_on": "2025-01-16"}
    reading = read("\n".join(json.dumps(row) for row in (good, good | {field: value})))
    assert len(reading.records) == 1
    assert (reading.skipped[0].where, reading.skipped[0].reason.split()[0]) == ("line 2", field)


def test_parquet(read: Read) -> None:
    day = datetime.date(2025, 1, 16)
    rows = [
        {
            "id": 1,
            "answer": "<p>So.</p>",
            "answered_on": day,
            "tabled": datetime.datetime(2025, 1, 8),
            "grouped": ["2"],
        },
        {"id": 2, "answer": None, "answered_on": None, "tabled": None, "grouped": None},
    ]
    reading = read(parquet(rows))
    (record,) = reading.records
    assert (record.id, record.text, record.answered, record.tabled) == ("1", "So.", "2025-01-16", "2025-01-08")
    assert (record.grouped, record.where) == ((("2", None),), "row 1")
    assert [(item.where, item.reason) for item in reading.skipped] == [("row 2", "unanswered")]
    with pytest.raises(InputError, match="--column text=NAME, of 'x'"):
        read(parquet([{"x": 1}]))


DATES = {
    "2025-01-16": "2025-01-16",
    "2025-01-16T00:00:00": "2025-01-16",
    "2025-01-16T09:30:00.123Z": "2025-01-16",
    "2025-1-6": "2025-01-06",
    "16/01/2025": "2025-01-16",
    "16/01/2025 09:30": "2025-01-16",
    "16.1.2025": "2025-01-16",
    "16-01-2025": "2025-01-16",
    "2025/01/16": "2025-01-16",
    "16 January 2025": "2025-01-16",
    "Thursday, 16th January, 2025": "2025-01-16",
    "16-Jan-2025": "2025-01-16",
    "January 16, 2025": "2025-01-16",
    "2025-06": "2025-06",
    "June 2025": "2025-06",
    "01/16/2025": None,
    "31/02/2025": None,
    "2025-13": None,
    "2025": None,
    "soon": None,
    "": None,
    "9" * 10_000: None,
    "٢٠٢٥-٠١-١٦": None,
}


@pytest.mark.parametrize(("text", "date"), DATES.items(), ids=[text[:20] for text in DATES])
def test_dates(text: str, date: str | None) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (["03/02/2025", "4.5.2025", "2025-01-01"], "2 records with a date that may be day or month first, read as day"),
        (["3-2-2025", "2025/02/03"], "1 record with a date that may be day or month first, read as day"),
        (["03/02/2025", "16/01/2025"], None),  # the second tells the order
        (["03/03/2025", "2025-02-03"], None),
        (["16/01/2025"], None),
        (["03/02/2025", "01/16/2025"], "1 record with a date that may be day or month first, read as day"),
        (
            ["03/02/2025", "16/01/2025", "01/16/2025"],
            "1 record with a date that may be day or month first, read as day",
        ),
    ],
)
def test_dates_that_may_be_american_are_told(read: Read, dates: list[str], told: str | None) -> None:
    rows = "".join(f"{number},So.,{day}\n" for number, day in enumerate(dates))
    reading = read("id,answer,date\n" + rows)
    assert reading.records[0].answered == parse_date(dates[0])
    found = [warning for warning in reading.warnings if "month first" in warning]
    assert len(found) == (told is not None)
    assert told is None or f"{told} first (first: line 2, '{dates[0]}')" in found[0]


def test_dates_of_a_file_that_puts_the_month_first_are_told_as_wrong(read: Read) -> None:
    rows = "1,So.,03/02/2025\n2,So.,01/16/2025\n"
    assert any("likely wrong" in warning for warning in read("id,answer,date\n" + rows).warnings)
    assert not any("likely wrong" in warning for warning in read(f"id,answer,date\n{rows}3,So.,16/01/2025\n").warnings)
