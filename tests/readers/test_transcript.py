"""Plain transcripts, scraped pages, headless pages and documents."""

from __future__ import annotations

import pytest
from readers.conftest import Read
from readers.sample import PAGE, TRANSCRIPT

from pqreuse.errors import InputError


def test_transcript(read: Read) -> None:
    first, second = read(
        TRANSCRIPT + TRANSCRIPT.replace("Ann", "Cyd").replace(" (Independent - Somewhere)", "")
    ).records
    assert first.text == "We have taken steps.\nAnd more of them."
    assert first.question == "To ask the Secretary of State, what steps she has taken."
    assert (first.body, first.asker, first.minister) == ("Department for Tests", "Ann Example", "Bob Example")
    assert (first.id, first.uin, first.tabled, first.answered, first.heading) == (None,) * 5
    assert not first.markup
    assert (second.asker, second.where) == ("Cyd Example", "line 7")


@pytest.mark.parametrize("glue", ["\n\n", "", "\n", " "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_page(read: Read, glue: str, newline: str) -> None:
    page = PAGE.replace("\n\nReticulating", glue + "Reticulating").replace("\n", newline)
    (record,) = read(page).records
    assert record.text == f"We have taken steps.{newline}{newline}And more of them."
    assert record.question == "To ask the Secretary of State, what steps she has taken."
    assert (record.tabled, record.answered) == ("2025-01-08", "2025-01-16")
    assert (record.heading, record.minister, record.asker) == ("Steps: Progress", "Bob Example", None)


def test_pages_after_one_another(read: Read) -> None:
    records = read(PAGE + "\n\n" + PAGE.replace("Steps: Progress", "Leaps")).records
    assert [record.heading for record in records] == ["Steps: Progress", "Leaps"]
    assert records[0].text == records[1].text == "We have taken steps.\n\nAnd more of them."


def test_page_without_the_date_of_the_answer(read: Read) -> None:
    (record,) = read(PAGE.replace("This question was answered on 16th January 2025\n", "")).records
    assert record.text == "We have taken steps.\n\nAnd more of them."
    assert (record.minister, record.answered) == ("Bob Example", None)


def test_headless_page(read: Read) -> None:
    (record,) = read("Question to the Home Office:\nTo ask, what steps.\nThese.\n\nAnd those.\n").records
    assert (record.body, record.question, record.text) == ("Home Office", "To ask, what steps.", "These.\n\nAnd those.")


def test_answer_that_speaks_of_asking_and_answering(read: Read) -> None:
    answer = (
        "Asked by: the Committee, we said so.\nAsked by many\nWe said:\nQuestion to the House:\n"
        "Answered by Bob - in a letter.\n(asked on 3rd May 2024) we did not know."
    )
    (record,) = read(TRANSCRIPT.replace("And more of them.", answer)).records
    assert record.text == f"We have taken steps.\n{answer}"


def test_unanswered_and_stray_text(read: Read) -> None:
    unanswered = TRANSCRIPT.partition("Answered by")[0]
    reading = read("Transcripts\n\n" + unanswered + TRANSCRIPT, strict=True)
    assert len(reading.records) == 1
    assert [(item.where, item.reason) for item in reading.skipped] == [
        ("line 1", "text before the first question"),
        ("line 3", "unanswered"),
    ]


def test_lines_that_only_python_knows_do_not_split(read: Read) -> None:
    (record,) = read(TRANSCRIPT.replace("steps.\n", "steps.\u2028\x0b\x85 \x1c")).records
    assert record.text == "We have taken steps.\u2028\x0b\x85 \x1cAnd more of them."


def test_document(read: Read) -> None:
    release = "New measures\n\nThe Minister said £17 million.\n"
    with pytest.raises(InputError, match=r"in\.txt: no question found: read it as a document with --input-format"):
        read(release)
    (record,) = read(release, input_format="document").records
    assert (record.text, record.question, record.markup) == (release.strip(), "", False)
    assert record.id == record.file
    (record,) = read("<html><body><p>One<p>two", input_format="document").records
    assert (record.text, record.markup) == ("One\n\ntwo", True)


def test_a_missing_colon_after_the_department_swallows_no_question(read):
    text = "".join(
        f"Asked by: {name} (Leeds)\nQuestion to the Department for Transport{colon}\nTo ask about {what}.\n"
        f"Answered by Ann Roe - Minister\nThe Department holds no figures on {what}.\n"
        for name, colon, what in (("Jane Doe", ":", "buses"), ("Max Poe", "", "trams"))
    )
    reading = read(text)
    assert [record.body for record in reading.records] == ["Department for Transport"] * 2
    assert [record.text for record in reading.records] == [
        "The Department holds no figures on buses.",
        "The Department holds no figures on trams.",
    ]
    assert reading.warnings == []
    doubtful = read(text.replace("Question to the Department for Transport\n", ""))
    assert len(doubtful.records) == 1
    assert "1 answer with a line like 'Asked by ...'" in doubtful.warnings[0]
