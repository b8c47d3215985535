"""Akoma Ntoso of the Oireachtas: who asks, who answers, which questions share a speech, and attacks."""

from __future__ import annotations

import pytest
from readers.conftest import Read
from readers.sample import OIREACHTAS, WRANS
from readers.test_wrans import LOL

from pqreuse import read_answers
from pqreuse.errors import InputError

ANSWER = "These & those, for €3 million.\n\nI propose to take Questions Nos. 12 and 13 together.\n\na\tb"


def test_fields(read: Read) -> None:
    reading = read(OIREACHTAS)
    first, second, third = reading.records
    assert (first.text, second.text, third.text) == (ANSWER, ANSWER, "Because.")
    assert [first.text[start:end] for start, end in first.tables] == ["a\tb"]
    assert first.markup
    assert first.question == "12. Deputy Ann Example asked what steps. [1234/25]"
    assert (first.id, first.uin, third.id) == ("2025-01-16/pq_12", "1234/25", "2025-01-16/pq_14")
    assert (first.asker, first.minister, first.body) == ("Ann Example", "Bob Example", "Minister for Tests")
    assert (first.heading, third.heading, first.house) == ("Steps", "More", "Dáil")
    assert (first.answered, first.tabled) == ("2025-01-16", None)
    assert first.group == second.group != third.group is None
    assert first.where == "line 11"


def test_consecutive_questions_are_one_answer(read: Read) -> None:
    corpus = read_answers(read.write(OIREACHTAS))
    assert [answer.question_ids for answer in corpus] == [
        ("2025-01-16/pq_12", "2025-01-16/pq_13"),
        ("2025-01-16/pq_14",),
    ]
    assert (corpus.groups, corpus.grouped_questions) == (1, 2)


def section(body: str, name: str = "writtenAnswer") -> str:
    return f'<akomaNtoso><debateSection name="{name}">\n{body}</debateSection></akomaNtoso>'


QUESTION, SPEECH = '<question eId="pq_{0}"><p>Q{0}</p></question>\n', "<speech><from>M (Deputy B)</from>{0}</speech>\n"


def test_odd_order(read: Read) -> None:
    reading = read(
        section(
            SPEECH.format("<p>Before all.</p>") + QUESTION.format(1) + SPEECH.format("<p>R1</p>")
            + "<table><tr><td>beside</td></tr></table>\n" + SPEECH.format("<p>and more</p>") + QUESTION.format(2)
            + SPEECH.format(" ") + QUESTION.format(3) + "<p>Reply not received from Department.</p>"
        )
    )  # fmt: skip
    (record,) = reading.records
    assert record.text == "R1\n\nbeside\n\nand more"
    assert (record.id, record.minister, record.body, record.house) == (None, "M (Deputy B)", "M", None)
    assert [(item.where, item.reason) for item in reading.skipped] == [
        ("line 7", "unanswered"),
        ("line 9", "no reply to this question"),
    ]


def test_lists_and_breaks(read: Read) -> None:
    body = "<p>One<eol/>two</p><blockList><item><num>(a)</num> <p>three</p></item><item><p>four</p></item></blockList>"
    (record,) = read(section(QUESTION.format(1) + SPEECH.format(body))).records
    assert record.text == "One\ntwo\n\n(a)\n\nthree\n\nfour"


def test_oral_questions_are_told(read: Read) -> None:
    oral = section(QUESTION.format(1) + SPEECH.format("<p>R1</p>"), "question")
    both = oral.replace("</akomaNtoso>", section(QUESTION.format(2) + SPEECH.format("<p>R2</p>"))[12:])
    reading = read(both, strict=True)
    assert [record.question for record in reading.records] == ["Q2"]
    assert [(item.where, item.reason) for item in reading.skipped] == [("line 2", "no written question")]


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + section(SPEECH.format("&x;")),
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LOL}]>' + section(QUESTION.format(1) + SPEECH.format("<p>&l11;</p>")),
        OIREACHTAS[:-40],
        "<akomaNtoso><act/></akomaNtoso>",
    ],
)
def test_attacks_and_damage_give_one_line(read: Read, content: str) -> None:
    with pytest.raises(InputError, match=r"in\.xml: [^\n]+$") as caught:
        read(content, "in.xml")
    assert "root:" not in str(caught.value)


def test_other_xml_is_refused(read: Read) -> None:
    with pytest.raises(InputError, match="XML, but no Akoma Ntoso: leave out --input-format"):
        read(WRANS, input_format="oireachtas-xml")
    with pytest.raises(InputError, match=r"XML of <\{http[^>]*>, neither"):
        read(OIREACHTAS, input_format="wrans-xml")
