"""TheyWorkForYou's XML of written answers (`wrans`), in its old layout and its present one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pqreuse.readers.dates import parse_date
from pqreuse.readers.decoding import repair_c1
from pqreuse.readers.html import element_links, element_text
from pqreuse.readers.ledger import Ledger, UnusableError, one_line
from pqreuse.readers.sources import Source
from pqreuse.readers.xml_tree import parse_xml

if TYPE_CHECKING:
    from lxml import etree

_DATE = re.compile(r"/(\d{4}-\d{2}-\d{2})[a-z]*\.")


def read_wrans(source: Source, ledger: Ledger) -> None:
    """Read the questions and replies of one file.

    Raises
    ------
    UnusableError
        If it is not well-formed XML, has entities that must not be resolved (external ones, bombs), or is other XML.
    """
    body = heading = None
    questions: list[etree._Element] = []
    replies: list[etree._Element] = []
    root = parse_xml(source)
    if root.tag != "publicwhip":
        raise UnusableError(
            f"XML of <{one_line(str(root.tag), 40)}>, neither TheyWorkForYou's <publicwhip> nor the Oireachtas's"
            " <akomaNtoso>: convert it to CSV or JSON"
        )
    for element in root.iter("major-heading", "minor-heading", "ques", "reply"):
        if element.tag == "reply":
            if questions:
                replies.append(element)
            else:
                ledger.skip(_where(element), "a reply without a question before it")
            continue
        if element.tag != "ques" or replies:
            _add(ledger, questions, replies, body, heading)
            questions, replies = [], []
        if element.tag == "ques":
            questions.append(element)
        elif element.tag == "major-heading":
            body, heading = _title(element), None
        else:
            heading = _title(element)
    _add(ledger, questions, replies, body, heading)


def _add(
    ledger: Ledger,
    questions: list[etree._Element],
    replies: list[etree._Element],
    body: str | None,
    heading: str | None,
) -> None:
    """Add a record for each question of one reply; several replies are one answer."""
    if not replies:
        for question in questions:
            ledger.skip(_where(question), "no reply to this question", bad=False)
        return
    answer, links = element_text(*replies), element_links(*replies)
    minister = next((name for reply in replies if (name := _attribute(reply, "speakername"))), None)
    group = _attribute(questions[0], "id") or f"{ledger.file}#{_where(questions[0])}"
    for question in questions:
        identifier = _attribute(question, "id")
        fields: dict[str, Any] = _dates(question, identifier)
        uin = _uin(question, identifier)
        ledger.add(
            _where(question),
            answer,
            question=element_text(question).text,
            id=identifier,
            uin=uin,
            house=_house(uin),
            body=body,
            heading=heading,
            asker=_attribute(question, "speakername"),
            minister=minister,
            url=_attribute(question, "url"),
            links=links,
            group=group if len(questions) > 1 else None,
            **fields,
        )


def _dates(question: etree._Element, identifier: str | None) -> dict[str, str | None]:
    """Read the day in the identifier: in files from Hansard's pages that of the answer, else of the question."""
    found = _DATE.search(identifier or "")
    date = parse_date(found[1]) if found else None
    old = question.get("oldstyleid") is not None or question.get("colnum") is not None
    return {"answered" if old else "tabled": date}


def _uin(question: etree._Element, identifier: str | None) -> str | None:
    """The number in the identifier of a question with several ("(1) ...; (2) ..."), else the first."""
    numbers = [number for part in question.iter() if (number := (part.get("qnum") or "").strip())]
    stem = (identifier or "").rpartition("/")[2].split(".")
    return next((number for number in numbers if number in stem), numbers[0] if numbers else None)


def _house(uin: str | None) -> str | None:
    """Both houses' files look the same; in the Lords a UIN begins with HL."""
    if uin is None or not (uin.isdecimal() or uin.startswith("HL")):
        return None
    return "Lords" if uin.startswith("HL") else "Commons"


def _attribute(element: etree._Element, name: str) -> str | None:
    return repair_c1(" ".join((element.get(name) or "").split())) or None


def _title(element: etree._Element) -> str | None:
    return " ".join(element_text(element).text.split()) or None


def _where(element: etree._Element) -> str:
    return f"line {element.sourceline}"
