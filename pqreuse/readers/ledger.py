"""Records as they are read, with what was skipped and why, and what was doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pqreuse._kernels.html import all_sound, simple_text
from pqreuse.errors import InputError
from pqreuse.readers import values
from pqreuse.readers.dates import is_missing_date, order_of, parse_date
from pqreuse.readers.html import (
    Extract,
    escaped_markup,
    field_text,
    hidden_markup,
    html_text,
    link_addresses,
    looks_like_html,
    plain_addresses,
)
from pqreuse.records import Reading, Record, Skipped, TableColumns, put_together

WHOLE_FILE = "whole file"

_SURROGATES = re.compile("[\ud800-\udfff]")
_NUMBERS = re.compile(r"(\d+)")
_PREVIEW_LENGTH = 258
_RECORDS_AT_ONCE = 1024

_DOUBTS = {
    "swallowed": "{n} answer{s} with a line like 'Asked by ...' or 'Answered by ...' inside (first: {first}): a"
    " question begins with 'Asked by: NAME' right before 'Question to the DEPARTMENT:'",
    "preview": "{n} record{s} cut short by the source (previews, left out of the shares; first: {first}):"
    " fetch the full texts to score them",
    "escaped": "{n} record{s} with HTML whose tags were escaped, read as HTML (first: {first})",
    "date": "{n} record{s} with a date that cannot be read, left empty (first: {first})",
    "either": "{n} record{s} with a date that may be day or month first, read as day first (first: {first}):"
    " write dates as 2025-06-30 to be sure",
    "american": "{n} record{s} with a date that may be day or month first, read as day first (first: {first}):"
    " others there put the month first, so these are likely wrong: write dates as 2025-06-30",
    "grouped": "{n} record{s} with something other than UINs where the questions answered together should be, read as"
    " not grouped (first: {first})",
    "column": "{n} record{s} without a value for {what}, left empty (first: {first})",
    "quotes": "{n} row{s} with text behind a closing quotation mark, where a cell may be cut (first: {first}):"
    ' write "" for a quotation mark in a cell',
    "surrogate": "{n} record{s} with lone surrogates, replaced by U+FFFD (first: {first})",
    "nul": "{n} record{s} with NUL characters, replaced by U+FFFD (first: {first})",
    "encoding": "not all of it is valid UTF-8 or what its head names: such bytes read as Windows-1252 (first: {first})",
}


class UnusableError(Exception):
    """A whole file cannot be used; the message is the reason and the way out, in one line."""


def one_line(text: str, limit: int = 1000) -> str:
    """Text fit for a message: on one line, printable, not endless."""
    text = " ".join(text.split()).encode("utf-8", "backslashreplace").decode("utf-8")
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort key in which ``record 9`` comes before ``record 10``."""
    parts = _NUMBERS.split(text)
    # Compared by length first, so that no number is ever made of a string of digits.
    return [
        (1, len(part := piece.lstrip("0")), part) if index % 2 else (0, 0, piece) for index, piece in enumerate(parts)
    ]


class Ledger:
    """Told by the readers what they find in the file that is open; `reading` sums it up."""

    def __init__(self, *, strict: bool = False, named: Mapping[str, str] = MappingProxyType({})) -> None:
        self.file = ""
        self.named = named  # the caller's columns: what they do not give is told
        self.records: list[Record] = []
        self._taken = 0
        # Warnings and columns of the files that an index was made of.
        self.told: list[str] = []
        self.columns_before: list[TableColumns] = []
        self._strict = strict
        self._skipped: list[tuple[bool, Skipped]] = []
        self._doubts: dict[tuple[str, str], tuple[int, str, str]] = {}
        self._orders: set[tuple[str, str]] = set()
        # For each file: the columns of each field, and all columns in their order.
        self._columns: dict[str, tuple[dict[str, dict[str, None]], dict[str, None]]] = {}

    @property
    def count(self) -> int:
        """Records and skipped things so far."""
        return self.n_records + len(self._skipped)

    @property
    def n_records(self) -> int:
        """Records so far, those that were taken included."""
        return self._taken + len(self.records)

    @property
    def full(self) -> bool:
        """Whether so many records are here that they should be taken before more are read."""
        return len(self.records) >= _RECORDS_AT_ONCE

    def take(self) -> list[Record]:
        """Give away the records that are here."""
        taken, self.records = self.records, []
        self._taken += len(taken)
        return taken

    def skip(self, where: str, reason: str, *, bad: bool = True) -> None:
        """Report what is not used; ``bad`` unless the source is as it should be (an unanswered question).

        Raises
        ------
        InputError
            If the reading is strict and this is bad.
        """
        skipped = Skipped(file=self.file, where=where, reason=one_line(reason))
        if bad and self._strict:
            raise InputError(message(skipped))
        self._skipped.append((bad, skipped))

    def skipped_before(self, skipped: Iterable[Skipped]) -> None:
        """Take over what an index skipped when it was made."""
        self._skipped += ((True, one) for one in skipped)

    def doubt(self, kind: str, where: str, detail: str = "") -> None:
        """Count a record or line of which something had to be guessed, replaced or left out; kinds may be KIND:WHAT."""
        count, first, last = self._doubts.get((self.file, kind), (0, f"{where}{detail}", ""))
        if last != where:  # several fields of one record count once
            self._doubts[self.file, kind] = (count + 1, first, where)

    def use(self, columns: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> None:
        """Note which of these columns of the file are read as what."""
        used, all_names = self._columns.setdefault(self.file, ({}, {}))
        all_names.update(dict.fromkeys(names))
        for field, those in columns.items():
            used.setdefault(field, {}).update(dict.fromkeys(those))

    def lack(self, field: str, where: str) -> None:
        """Count a record to which a column that the caller named gives nothing."""
        self.doubt(f"column:{field} in column {one_line(repr(self.named[field]), 40)}", where)

    def clean(self, text: str, where: str) -> str:
        """Text without lone surrogates and NUL, which neither UTF-8 output nor lxml can take."""
        if all_sound((text,)):
            return text
        if _SURROGATES.search(text):
            text = _SURROGATES.sub("\ufffd", text)
            self.doubt("surrogate", where)
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
            self.doubt("nul", where)
        return text

    def date(self, text: str | None, where: str) -> str | None:
        """ISO date of a written one; None, and counted, where it cannot be read."""
        if text is None:
            return None
        date = parse_date(text)
        if text[4:5] != "-":  # hardly any
            self._note_order(text, where)
        if date is None and not is_missing_date(text):
            self.doubt("date", where, f", {one_line(text, 40)!r}")
        return date

    def uins(self, value: Any, where: str) -> list[str]:
        """UINs of the questions answered together; none, and counted, where a field has something else."""
        try:
            return [self.clean(uin, where) for uin in values.several(value, "")]
        except values.WrongTypeError:
            self.doubt("grouped", where, f", {one_line(repr(value), 40)}")
            return []

    def _note_order(self, text: str, where: str) -> None:
        """Note whether the day or the month comes first in a date of figures alone, and whether that is open."""
        order = order_of(text)
        if order is not None:
            self._orders.add((self.file, order))
        if order == "either":
            self.doubt("either", where, f", {one_line(text, 40)!r}")

    def add_field(
        self, where: str, raw: str | None, *, question: str | None, html: tuple[bool, bool], **fields: Any
    ) -> None:
        """Add a record whose answer is a field that may hold HTML, plain text or nothing.

        ``html`` tells whether the answer and the question are known to be HTML, tags or not; a preview is none.
        """
        self.put_field(where, raw, question, html, fields)

    def put_field(
        self, where: str, raw: str | None, question: str | None, html: tuple[bool, bool], fields: dict[str, Any]
    ) -> None:
        """The same, with the other fields in a dict of their own."""
        preview = False
        if raw and "&" in raw and (markup_in_it := escaped_markup(self.clean(raw, where))) is not None:
            raw = markup_in_it
            self.doubt("escaped", where)
        simple = simple_text(raw) if raw else None
        if simple is not None:
            text, tables, written = simple
            links = plain_addresses(written) if written else ()
            markup = True
        else:
            raw = self.clean(raw or "", where)
            preview = is_preview(raw)
            text, tables, markup = Extract(raw) if preview else field_text(raw, is_html=html[0])
            links = link_addresses(raw) if markup else ()
        question = question or ""
        if "<" in question or "&" in question:
            question = self.clean(question, where)
            question = field_text(escaped_markup(question) or question, is_html=html[1] and not preview).text
        if preview:
            self.doubt("preview", where)
            fields["preview"] = True
        if links:
            fields["links"] = links
        fields["question"] = question
        self._add(where, text, tables, markup, fields)

    def add(self, where: str, answer: Extract, **fields: Any) -> None:
        """Add a record, unless its answer is blank: then it is skipped as unanswered."""
        text = self.clean(answer.text, where)
        if ("<" in text or "&" in text) and (markup := hidden_markup(text)) is not None:
            answer = html_text(markup)
            text = answer.text
            self.doubt("escaped", where)
        self._add(where, text, answer.tables, answer.markup, fields)

    def _add(
        self, where: str, text: str, tables: tuple[tuple[int, int], ...], markup: bool, fields: dict[str, Any]
    ) -> None:
        if not text or text.isspace():
            self.skip(where, "unanswered", bad=False)
            return
        if not all_sound(fields.values()):
            fields = {
                name: self.clean(value, where) if isinstance(value, str) else value for name, value in fields.items()
            }
        self.records.append(Record(text=text, tables=tables, markup=markup, file=self.file, where=where, **fields))

    def reading(self, files: int) -> Reading:
        """Everything, in an order that does not depend on the order of the files.

        Raises
        ------
        InputError
            If there is no record: the message names the first reasons.
        """
        if not self.n_records:
            raise InputError(self._nothing(files))
        skipped = sorted((item for _, item in self._skipped), key=_place)
        warnings = sorted((*self._warnings(), *self.told), key=lambda told: told.partition(": ")[0])
        return Reading(self.records, files, skipped, warnings, columns=put_together(self._used()))

    def _used(self) -> Iterator[TableColumns]:
        yield from self.columns_before
        for file, (used, names) in self._columns.items():
            columns = {field: tuple(those) for field, those in used.items()}
            taken = {name for those in columns.values() for name in those}
            unused = tuple([name for name in names if name and name not in taken])
            yield TableColumns(files=(file,), columns=columns, unused=unused)

    def _warnings(self) -> Iterator[str]:
        for (file, name), (count, first, _) in sorted(self._doubts.items()):
            kind, _, what = name.partition(":")
            # One date of a file tells the order of all.
            if kind == "either" and (file, "month") in self._orders:
                kind = kind if (file, "day") in self._orders else "american"
            elif kind == "either" and (file, "day") in self._orders:
                continue
            yield f"{file}: " + _DOUBTS[kind].format(n=count, s="" if count == 1 else "s", first=first, what=what)

    def _nothing(self, files: int) -> str:
        alike: dict[tuple[str, str], list[Skipped]] = {}
        for _, item in sorted(self._skipped, key=lambda item: (not item[0], _place(item[1]))):
            alike.setdefault((item.file, item.reason), []).append(item)
        groups = list(alike.values())
        shown = "; ".join(message(first) + _more_like_it(len(rest)) for first, *rest in groups[:3])
        rest = sum(map(len, groups[3:]))
        more = f"; and {rest:,} more" if rest else ""
        if files < 2 and len(self._skipped) == 1 and groups[0][0].where == WHOLE_FILE:
            return shown
        return f"no answers in {files} file{'' if files == 1 else 's'}: {shown or 'nothing to read'}{more}"


def message(skipped: Skipped) -> str:
    """One line: where, and what is wrong."""
    place = "" if skipped.where == WHOLE_FILE else f"{skipped.where}: "
    return f"{skipped.file}: {place}{skipped.reason}"


def _more_like_it(count: int) -> str:
    return f" (and {count:,} more like it)" if count else ""


def is_preview(text: str) -> bool:
    """Whether the text is cut as the list endpoint of the questions API cuts: 255 characters and three dots.

    The service counts in UTF-16 code units, so a text with characters beyond them is shorter in code points.
    """
    if not text.endswith("...") or len(text) > _PREVIEW_LENGTH or looks_like_html(text):
        return False
    return len(text) == _PREVIEW_LENGTH or len(text.encode("utf-16-le", "replace")) == 2 * _PREVIEW_LENGTH


def _place(skipped: Skipped) -> tuple[str, list[tuple[int, int, str]], str]:
    return skipped.file, natural(skipped.where), skipped.reason
