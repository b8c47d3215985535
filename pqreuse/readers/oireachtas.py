"""Written answers of the Oireachtas in Akoma Ntoso: consecutive questions share the speech that follows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pqreuse.readers.html import Extract, element_links, element_text
from pqreuse.readers.ledger import Ledger, UnusableError
from pqreuse.readers.sources import Source
from pqreuse.readers.xml_tree import parse_xml

if TYPE_CHECKING:
    from lxml import etree

_REFERENCE = re.compile(r"\[(\d+/\d+)\]")
_DEPUTY = re.compile(r"\s*\((?:Deputy|Senator)\b.*\)$")
# Elements whose names differ between Akoma Ntoso and HTML.
_HTML = {"item": "li", "blockList": "ul", "eol": "br"}


class _Document(NamedTuple):
    """Facts of a whole file: day, house, and the names of persons and roles by their references."""

    date: str | None
    house: str | None
    names: dict[str, str]

    def name(self, element: etree._Element, attribute: str) -> str | None:
        """Whom an attribute refers to."""
        return self.names.get((element.get(attribute) or "").removeprefix("#"))


def read_oireachtas(source: Source, ledger: Ledger) -> None:
    """Read the questions and answers of one file.

    Raises
    ------
    UnusableError
        If it is not well-formed XML, has entities that must not be resolved, or is other XML.
    """
    root = parse_xml(source)
    for element in root.iter():
        if isinstance(element.tag, str):
            name = element.tag.rpartition("}")[2]
            element.tag = _HTML.get(name, name)
    if root.tag != "akomaNtoso":
        raise UnusableError("XML, but no Akoma Ntoso: leave out --input-format")
    document = _document(root, ledger)
    for section in root.iter("debateSection"):
        _read_section(section, ledger, document)


def _document(root: etree._Element, ledger: Ledger) -> _Document:
    work = next(root.iter("FRBRWork"), root)
    day = next((element.get("date") for element in work.iter("FRBRdate")), None)
    address = next((element.get("value") or "" for element in work.iter("FRBRuri", "FRBRthis")), "")
    house = "Dáil" if "/dail/" in address else "Seanad" if "/seanad/" in address else None
    names = {
        element.get("eId") or "": " ".join((element.get("showAs") or "").split())
        for element in root.iter("TLCPerson", "TLCRole", "TLCOrganization")
    }
    return _Document(ledger.date(day, "line 1"), house, {key: name for key, name in names.items() if name})


def _read_section(section: etree._Element, ledger: Ledger, document: _Document) -> None:
    """Read what stands directly in a section; what follows a speech up to the next question belongs to it."""
    written = (section.get("name") or "").casefold() == "writtenanswer"
    heading = next((_line(child) for child in section if child.tag == "heading"), None)
    questions: list[etree._Element] = []
    reply: list[etree._Element] = []
    for child in section:
        if child.tag == "question" and not written:
            ledger.skip(_where(child), "no written question", bad=False)
        elif child.tag == "question":
            if reply:
                _add(ledger, document, heading, questions, reply)
                questions, reply = [], []
            questions.append(child)
        elif questions and (child.tag == "speech" or (reply and child.tag not in ("heading", "debateSection"))):
            reply.append(child)
    _add(ledger, document, heading, questions, reply)


def _add(
    ledger: Ledger,
    document: _Document,
    heading: str | None,
    questions: list[etree._Element],
    reply: list[etree._Element],
) -> None:
    """Add a record for each question of one reply."""
    if not reply:
        for question in questions:
            ledger.skip(_where(question), "no reply to this question", bad=False)
        return
    speech = reply[0]
    answer, links = _answer(reply), element_links(*reply)
    speaker = next((_line(element) for element in speech if element.tag == "from"), None)
    names = [f"{document.date}/{name}" if document.date and (name := one.get("eId")) else None for one in questions]
    for question, name in zip(questions, names, strict=True):
        text = element_text(question).text
        ledger.add(
            _where(question),
            answer,
            question=text,
            id=name,
            uin=next(iter(_REFERENCE.findall(text)[-1:]), None),
            house=document.house,
            body=document.name(question, "to") or document.name(speech, "as") or _DEPUTY.sub("", speaker or "") or None,
            heading=heading,
            asker=document.name(question, "by"),
            minister=document.name(speech, "by") or speaker,
            answered=document.date,
            links=links,
            group=f"{ledger.file}#{_where(questions[0])}" if len(questions) > 1 else None,
        )


def _answer(reply: list[etree._Element]) -> Extract:
    """Text of speeches without who speaks, and of what stands beside them: tables, as a rule."""
    parts = [part for element in reply for part in (element if element.tag == "speech" else [element])]
    return element_text(*(part for part in parts if part.tag != "from"))


def _line(element: etree._Element) -> str | None:
    return " ".join(element_text(element).text.split()) or None


def _where(element: etree._Element) -> str:
    return f"line {element.sourceline}"
