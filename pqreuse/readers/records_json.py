"""JSON and JSON Lines to single items: questions of the API, or rows of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder

from pqreuse.readers.api import HTML_FIELDS, add_question, is_question, unwrap
from pqreuse.readers.columns import Columns, find_columns, given_columns, has_question
from pqreuse.readers.json_rows import JsonRows
from pqreuse.readers.ledger import Ledger, UnusableError
from pqreuse.readers.sources import Source
from pqreuse.readers.tables import add_row

# RecursionError: nested too deep. ValueError: JSONDecodeError, and numbers of more than 4,300 digits.
_ERRORS = (ValueError, RecursionError)
_LINES_AT_ONCE = 64
_MOST_NAMES = 256

_decode = Decoder().decode
# `json` may accept what `_decode` refuses, or explains it: NaN, lone surrogates, numbers out of range.
_REFUSED = (DecodeError, *_ERRORS)


def read_json(source: Source, ledger: Ledger, columns: Mapping[str, str], *, form: str | None = None) -> Iterator[None]:
    """Read JSON of any known shape; stops now and then for the ledger to be emptied.

    Parameters
    ----------
    form : {None, "api-json", "jsonl", "json"}
        What it is; by default found by looking, item by item.

    Raises
    ------
    UnusableError
        If it is not JSON, or none of its items can be a record.
    """
    items = _Items(ledger, columns, form)
    if form == "jsonl" or (form != "json" and _in_lines(source)):
        yield from _read_lines(source, source.raw_lines(), ledger, items)
        return
    text = source.text()
    try:
        found = _unpack(_loads(text), columns)
    except _ERRORS as error:
        if source.damage:
            raise UnusableError(source.damage) from None
        # One object a line whose first line is broken; a pretty-printed object has no whole object on a line.
        if form != "json" and text.lstrip().startswith("{") and any(map(_is_object, text.split("\n"))):
            yield from _read_lines(source, text.split("\n"), ledger, items)
            return
        raise UnusableError(_why(error, text)) from None
    if not found:
        raise UnusableError("JSON without records: there is no list of objects in it: check that it is the right file")
    for number, item in enumerate(found, start=1):
        items.take(f"record {number}", item)
    items.end()


def _read_lines(source: Source, lines: Iterable[bytes | str], ledger: Ledger, items: _Items) -> Iterator[None]:
    for number, line in enumerate(lines, start=1):
        where = f"line {number}"
        if not number % _LINES_AT_ONCE:
            yield
        if items.rows.take(where, line):
            continue
        try:
            data = _decode(line)
        except _REFUSED:
            text = source.decoded(line, number)
            if not text.strip():
                continue
            try:
                data = json.loads(text)
            except _ERRORS as error:
                ledger.skip(where, _why(error, text, in_line=True))
                continue
        items.take_all(where, data)
    items.end()


class _Items:
    """Adds items as records: as questions of the API or as rows of a table."""

    def __init__(self, ledger: Ledger, columns: Mapping[str, str], form: str | None) -> None:
        self._ledger, self._columns, self._form = ledger, columns, form
        self._misfits = _Misfits(ledger, columns)
        # How to add items of these names: found once for nearly all there are.
        self._adding: dict[tuple[str, ...], Callable[[str, dict[str, Any]], None]] = {}
        self.rows = JsonRows(ledger, columns)

    def take_all(self, where: str, data: Any) -> None:
        """Add what stands on a line."""
        items = _unpack(data, self._columns)
        for index, item in enumerate(items, start=1):
            self.take(where if len(items) == 1 else f"{where}, record {index}", item)

    def take(self, where: str, item: Any) -> None:
        """Add one item, or report why not."""
        row = unwrap(item)
        if not isinstance(row, dict):
            self._misfits.take(where, "no object: an answer is written as {...} with its fields by name")
            return
        names = tuple(row)
        add = self._adding.get(names)
        if add is None:
            if len(self._adding) == _MOST_NAMES:
                self._adding.clear()
            add = self._adding[names] = self._find(row)
        add(where, row)

    def end(self) -> None:
        """No more items: see `_Misfits.end`."""
        self._misfits.end()

    def _find(self, row: dict[str, Any]) -> Callable[[str, dict[str, Any]], None]:
        """How to add items of the names of this one."""
        question = is_question(row)
        if not self._columns and self._form == "api-json" and "answerText" not in row:
            return partial(self._add_misfit, "no question of the API: there is no answerText in it", (), False)
        if not self._columns and (self._form == "api-json" or (self._form is None and question)):
            self._misfits.release()
            return partial(add_question, self._ledger)
        given = given_columns(row, self._columns)
        try:
            # A record needs its answer; other columns of the caller that it lacks are left empty and counted.
            wanted = {field: name for field, name in self._columns.items() if field in given or field == "text"}
            found = find_columns(row, wanted)
        except UnusableError as error:
            unanswered = not self._columns and has_question(row)
            return partial(self._add_misfit, str(error), tuple(row), unanswered)
        found = {field: names for field, names in found.items() if field in given or field not in self._columns}
        self._ledger.use(found, row)
        self._misfits.see(row, given)
        # With these an object may be a question, or an envelope, if it has another name too.
        if len(given) == len(self._columns) and row.keys().isdisjoint(("answerText", "results", "value")):
            self.rows.learn(row)
        html = HTML_FIELDS if question else ()
        return lambda where, row: self._misfits.add(where, row, found, html)

    def _add_misfit(self, reason: str, names: Iterable[str], unanswered: bool, where: str, row: dict[str, Any]) -> None:
        self._misfits.take(where, reason, names, unanswered=unanswered)


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

        Sources leave out the answer of a question that has none yet: where others have theirs, that is not a fault.
        """
        if self._held is not None:
            self._held.append((where, reason, unanswered))
            self._names.update(dict.fromkeys(names))
        elif unanswered:
            self._ledger.skip(where, "unanswered", bad=False)
        else:
            self._ledger.skip(where, reason)

    def see(self, names: Iterable[str], given: Iterable[str]) -> None:
        """An item fits that has these columns, and gives these fields of those that the caller named."""
        self._unseen -= set(given)
        if self._unseen:
            self._names.update(dict.fromkeys(names))
            return
        self.release()
        for late in self._late:
            add_row(self._ledger, *late)
        self._late.clear()

    def add(self, where: str, row: dict[str, Any], columns: Columns, html: tuple[str, ...]) -> None:
        """Add a row that fits, now or when all columns that the caller named have been seen."""
        if self._unseen:
            self._late.append((where, row, columns, html))
        else:
            add_row(self._ledger, where, row, columns, html)

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


def _loads(text: str) -> Any:
    try:
        return _decode(text)
    except _REFUSED:
        return json.loads(text)


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
