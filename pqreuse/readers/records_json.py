"""JSON and JSON Lines to single items: questions of the API, or rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pqreuse.readers.api import HTML_FIELDS, add_question, is_question, unwrap
from pqreuse.readers.columns import Columns, find_columns, given_columns, has_question
from pqreuse.readers.ledger import Ledger, UnusableError
from pqreuse.readers.sources import Source
from pqreuse.readers.tables import add_row

# RecursionError: nested too deep. ValueError: JSONDecodeError, and numbers of more than 4,300 digits.
_ERRORS = (ValueError, RecursionError)


def read_json(source: Source, ledger: Ledger, columns: Mapping[str, str], *, form: str | None = None) -> None:
    """Read JSON of any known shape.

    Parameters
    ----------
    form : {None, "api-json", "jsonl", "json"}
        What it is; by default found by looking, item by item.

    Raises
    ------
    UnusableError
        If it is no JSON, or none of its items can be a record.
    """
    misfits = _Misfits(ledger, columns)
    for where, item in _items(source, ledger, columns, {"jsonl": True, "json": False}.get(form or "")):
        row = unwrap(item)
        question = is_question(row)
        if not isinstance(row, dict):
            misfits.take(where, "no object: an answer is written as {...} with its fields by name")
        elif not columns and form == "api-json" and "answerText" not in row:
            misfits.take(where, "no question of the API: there is no answerText in it")
        elif not columns and (form == "api-json" or (form is None and question)):
            misfits.release()
            add_question(ledger, where, row)
        else:
            _add_by_columns(misfits, where, row, columns, HTML_FIELDS if question else ())
    misfits.end()


def _add_by_columns(
    misfits: _Misfits, where: str, row: dict[str, Any], columns: Mapping[str, str], html: tuple[str, ...]
) -> None:
    given = given_columns(row, columns) if columns else columns
    try:
        # Without its answer a record is none; what else it lacks of the caller's columns is left empty and told.
        found = find_columns(row, {field: name for field, name in columns.items() if field in given or field == "text"})
    except UnusableError as error:
        misfits.take(where, str(error), row, unanswered=not columns and has_question(row))
        return
    lacking = columns.keys() - given.keys()
    misfits.add(where, row, {field: names for field, names in found.items() if field not in lacking}, html, given)


class _Misfits:
    """Items that can be no records, and those that must wait until it is known what the file is.

    Each misfit is skipped; but if no item at all can be a record, that is one reason in all. And so it is if no item
    has a column that the caller named: until one has, the items before it wait.
    """

    def __init__(self, ledger: Ledger, columns: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._columns = columns
        self._held: list[tuple[str, str, bool]] | None = []  # until an item fits
        self._names: dict[str, None] = {}
        self._unseen = set(columns) - {"text"}
        self._late: list[tuple[str, dict[str, Any], Columns, tuple[str, ...]]] = []

    def take(self, where: str, reason: str, names: Iterable[str] = (), *, unanswered: bool = False) -> None:
        """Take an item that does not fit, with its columns where it is for want of one.

        Sources leave out the answer of a question that has none yet: where others have theirs, that is no fault.
        """
        if self._held is not None:
            self._held.append((where, reason, unanswered))
            self._names.update(dict.fromkeys(names))
        elif unanswered:
            self._ledger.skip(where, "unanswered", bad=False)
        else:
            self._ledger.skip(where, reason)

    def add(
        self, where: str, row: dict[str, Any], columns: Columns, html: tuple[str, ...], given: Iterable[str]
    ) -> None:
        """Take a row that fits, but for columns that the caller named and it lacks."""
        self._unseen -= set(given)
        self._late.append((where, row, columns, html))
        if self._unseen:
            self._names.update(dict.fromkeys(row))
            return
        self.release()
        for late in self._late:
            add_row(self._ledger, *late)
        self._late.clear()

    def release(self) -> None:
        """An item fits: those before it are skipped one by one."""
        held, self._held = self._held, None
        for where, reason, unanswered in held or ():
            self.take(where, reason, unanswered=unanswered)

    def end(self) -> None:
        """No more items.

        Raises
        ------
        UnusableError
            If there were some and none fits.
        """
        count = len(self._held or ()) + len(self._late)
        if count:
            raise UnusableError(self._reason() + (f" (none of {count:,} records can be used)" if count > 1 else ""))

    def _reason(self) -> str:
        """Why none fits: by the columns of all items together, where it is for want of a column."""
        if self._names:
            try:
                find_columns(self._names, self._columns)
            except UnusableError as error:
                return str(error)
        assert self._held
        return self._held[0][1]


def _items(source: Source, ledger: Ledger, columns: Mapping[str, str], lines: bool | None) -> Iterator[tuple[str, Any]]:
    if lines or (lines is None and _in_lines(source)):
        yield from _items_of_lines(source.lines(), ledger, columns)
        return
    text = source.text()
    try:
        items = _unpack(json.loads(text), columns)
    except _ERRORS as error:
        if source.damage:
            raise UnusableError(source.damage) from None
        # One object a line whose first line is broken; a pretty-printed object has no whole object on a line.
        if lines is None and text.lstrip().startswith("{") and any(map(_is_object, text.split("\n"))):
            yield from _items_of_lines(iter(text.split("\n")), ledger, columns)
            return
        raise UnusableError(_why(error, text)) from None
    if not items:
        raise UnusableError("JSON without records: there is no list of objects in it: check that it is the right file")
    for number, item in enumerate(items, start=1):
        yield f"record {number}", item


def _items_of_lines(lines: Iterator[str], ledger: Ledger, columns: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            items = _unpack(json.loads(line), columns)
        except _ERRORS as error:
            ledger.skip(f"line {number}", _why(error, line, in_line=True))
            continue
        if len(items) == 1:
            yield f"line {number}", items[0]
        else:
            yield from ((f"line {number}, record {index}", item) for index, item in enumerate(items, start=1))


def _in_lines(source: Source) -> bool:
    """Whether the first line is a whole object and something follows it."""
    start = source.head.decode(source.encoding, "replace").lstrip("\ufeff \t\r\n")
    first, _, rest = start.partition("\n")
    return bool(rest.strip()) and _is_object(first)


def _is_object(line: str) -> bool:
    line = line.strip()
    if not (line.startswith("{") and line.endswith("}")):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except _ERRORS:
        return False


def _unpack(data: Any, columns: Mapping[str, str], depth: int = 5) -> list[Any]:
    """Find the records in a JSON value: itself, the results of an envelope, or the only list of objects in it."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict) or is_question(data) or not depth:
        return [data]
    if isinstance(data.get("results"), list):
        return list(data["results"])
    if (inner := _inner(data)) is None:
        return [data]
    texts = _texts(data, columns)
    if any(data[name] is None or isinstance(data[name], str) for name in texts):
        return [data]  # it holds its own answer: then it is a record, whatever lists it has
    items = _unpack(inner, columns, depth - 1)
    # "text" or "response" may name an envelope, or an answer that is an object: then the record is here, not in it.
    leads_nowhere = bool(items) and items[0] is inner and not _texts(unwrap(inner), columns)
    return [data] if texts and leads_nowhere else items


def _inner(data: dict[str, Any]) -> Any:
    """Return what an object may be the envelope of: its only member, an object, or its only list of objects."""
    if len(data) == 1 and isinstance(member := next(iter(data.values())), dict):
        return member
    lists = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if len(lists) == 1 else None


def _texts(data: Any, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Columns of an object that hold its answer, by the caller's map or else by the usual names."""
    for map_ in (columns, {}) if isinstance(data, dict) else ():
        try:
            return find_columns(data, map_)["text"]
        except UnusableError:
            pass
    return ()


def _why(error: Exception, text: str, *, in_line: bool = False) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = f"column {error.colno}" if in_line else f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            return f"the JSON is cut short at {place}: copy or download the file again"
        return f"not valid JSON at {place} ({error.msg}): mend or leave out this part"
    if isinstance(error, RecursionError):
        return "the JSON is nested too deep to be a record"
    return "the JSON holds a number of too many digits to be one"
