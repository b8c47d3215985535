"""Plain text: transcripts of questions and answers, a scraped page of one, and documents without a question."""

from __future__ import annotations

import re
from typing import NamedTuple

from pqreuse.readers.html import Extract, html_text, looks_like_html
from pqreuse.readers.ledger import Ledger, UnusableError
from pqreuse.readers.places import STANDARD_INPUT
from pqreuse.readers.sources import Source

_LINE = re.compile(r"[^\r\n]+")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_ASKED_BY = re.compile(r"Asked by:? (?P<asker>.{1,200})")
_ASKED_ON = re.compile(r"\(asked on (?P<date>[^()]{6,40})\).{0,40}")
_QUESTION_TO = re.compile(r"Question to (?:the )?(?P<body>.{1,150}?):?")
_ANSWERED_BY = re.compile(r"Answered by:? (?:(?P<minister>.{1,150}?) [-–] .{1,200}|(?P<name>[^.]{1,80}))")
_ANSWERED_BY_ALONE = re.compile(r"Answered by:?")
_ANSWERED_ON = re.compile(r"This question was answered on (?P<date>.{6,40})")
_PARTY = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)*\)$")
# Text of the site, not of the answer; the first may be glued to the last paragraph.
_GLUED = "Reticulating Splines"
_FURNITURE = frozenset((_GLUED, "Related Articles", "View Source"))
_NAME_LINES = 5


class _Line(NamedTuple):
    """One line that is not blank, stripped, with its place in the file's text."""

    text: str
    start: int
    end: int
    number: int

    @property
    def where(self) -> str:
        """Its place, for messages."""
        return f"line {self.number}"


class _Block(NamedTuple):
    """A question with its answer: its first line, the line "Question to ...", and where it stops."""

    first: int
    anchor: int
    stop: int


def has_questions(text: str) -> bool:
    """Whether any question and answer of a known layout stands in the text."""
    return bool(_blocks(_lines(text)))


def read_transcript(source: Source, ledger: Ledger) -> None:
    """Read all questions and answers of a plain text.

    Raises
    ------
    UnusableError
        If there is none.
    """
    text = source.text()
    lines = _lines(text)
    blocks = _blocks(lines)
    if not blocks:
        raise UnusableError("no question found: read it as a document with --input-format document")
    if blocks[0].first:
        ledger.skip(lines[0].where, "text before the first question", bad=False)
    if source.damage:
        # Its answer may be cut without a sign of it.
        ledger.skip(lines[blocks.pop().first].where, "the last answer before the damage: it may be cut short")
    for block in blocks:
        _add(ledger, text, lines, block)


def read_document(source: Source, ledger: Ledger) -> None:
    """Read a whole text as one record without a question.

    Raises
    ------
    UnusableError
        If it is damaged, so that an unknown part is missing.
    """
    text = source.text()
    if source.damage:
        raise UnusableError(source.damage)
    text = ledger.clean(text, "line 1")
    ledger.add(
        "line 1",
        html_text(text) if looks_like_html(text) else Extract(text.strip()),
        id=None if ledger.file == STANDARD_INPUT else ledger.file,
    )


def _lines(text: str) -> list[_Line]:
    lines = []
    number, end = 1, 0
    for match in _LINE.finditer(text):
        number += len(_NEWLINE.findall(text, end, match.start()))
        end = match.end()
        if stripped := match[0].strip():
            lines.append(_Line(stripped, match.start(), match.end(), number))
    return lines


def _blocks(lines: list[_Line]) -> list[_Block]:
    """Blocks by their structure: a line of an answer that begins with "Asked by" starts none.

    A block begins with "Asked by NAME" or with "TITLE" and "(asked on DATE)", right before "Question to the ...:". A
    text whose first or second line is such an anchor is a block without a head.
    """
    starts: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if not _QUESTION_TO.fullmatch(line.text):
            continue
        before = lines[index - 1].text if index else ""
        if _ASKED_BY.fullmatch(before):
            starts.append((index - 1, index))
        elif _ASKED_ON.fullmatch(before):
            starts.append((index - (2 if index > 1 and _is_title(lines[index - 2].text) else 1), index))
        elif not starts and line.text.endswith(":") and (index == 0 or (index == 1 and _is_title(before))):
            starts.append((0, index))
    stops = [*(first for first, _ in starts), len(lines)][1:]
    return [_Block(first, anchor, stop) for (first, anchor), stop in zip(starts, stops, strict=True)]


def _is_title(line: str) -> bool:
    return len(line) <= 200 and not line.endswith(".") and line not in _FURNITURE and not line.endswith(_GLUED)


def _add(ledger: Ledger, text: str, lines: list[_Line], block: _Block) -> None:
    where = lines[block.first].where
    head, anchor = lines[block.first : block.anchor], lines[block.anchor]
    question, minister, answered, answer = _parts(lines[block.anchor + 1 : block.stop])
    asked_by = next((found["asker"] for line in head if (found := _ASKED_BY.fullmatch(line.text))), None)
    asked_on = next((found["date"] for line in head if (found := _ASKED_ON.fullmatch(line.text))), None)
    body = _QUESTION_TO.fullmatch(anchor.text)
    title = head[0].text if head and not asked_by and head[0].text != anchor.text else None
    reply = text[answer[0].start : answer[-1].end].strip() if answer else ""
    if any(_ASKED_BY.fullmatch(line.text) or _ANSWERED_BY.fullmatch(line.text) for line in answer):
        ledger.doubt("swallowed", where)
    if asked_on:
        while reply.rpartition("\n")[2].strip() in _FURNITURE or reply.endswith(_GLUED):
            reply = reply.removesuffix(_GLUED) if reply.endswith(_GLUED) else reply.rpartition("\n")[0]
            reply = reply.rstrip()
    ledger.add(
        where,
        Extract(reply),
        question=text[question[0].start : question[-1].end].strip() if question else "",
        body=body["body"].strip() if body else None,
        asker=_PARTY.sub("", asked_by).strip() if asked_by else None,
        minister=minister,
        heading=title if title and not _ASKED_ON.fullmatch(title) else None,
        tabled=ledger.date(asked_on, where),
        answered=ledger.date(answered, where),
    )


def _parts(lines: list[_Line]) -> tuple[list[_Line], str | None, str | None, list[_Line]]:
    """Question, minister, date of the answer, answer, of the lines after "Question to ...:"."""
    for index, line in enumerate(lines):
        if found := _ANSWERED_BY.fullmatch(line.text):
            return lines[:index], (found["minister"] or found["name"]).strip(), None, lines[index + 1 :]
        if _ANSWERED_BY_ALONE.fullmatch(line.text):
            minister, answered, answer = _page_parts(lines[index + 1 :])
            return lines[:index], minister, answered, answer
    # Without an answerer the question is one line.
    return lines[:1], None, None, lines[1:]


def _page_parts(lines: list[_Line]) -> tuple[str | None, str | None, list[_Line]]:
    """Minister, date and answer: the name stands twice, once with " Portrait", then the post, then the date."""
    names = [line.text for line in lines[:_NAME_LINES]]
    minister = next((name for name in names if not name.endswith(" Portrait")), None)
    for index, line in enumerate(lines[:_NAME_LINES]):
        if found := _ANSWERED_ON.fullmatch(line.text):
            return minister if index else None, found["date"], lines[index + 1 :]
    portrait = bool(names) and names[0].endswith(" Portrait")
    return minister, None, lines[3 if portrait else 2 :]
