"""JSON and JSON Lines to single items: questions of the API, or rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pqreuse.readers.api import add_question, is_question, unwrap
from pqreuse.readers.columns import find_columns
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
        If it is no JSON, or no list of objects is found in it.
    """
    for where, item in _items(source, ledger, lines={"jsonl": True, "json": False}.get(form or "")):
        if form == "api-json" or (form is None and is_question(item) and not _mapped(unwrap(item), columns)):
            add_question(ledger, where, item)
        elif isinstance(item, dict):
            row = unwrap(item)
            try:
                found = find_columns(row, columns)
            except UnusableError as error:
                ledger.skip(where, str(error))
            else:
                add_row(ledger, where, row, found)
        else:
            ledger.skip(where, "no object: an answer is written as {...} with its fields by name")


def _mapped(item: dict[str, Any], columns: Mapping[str, str]) -> bool:
    return bool(columns) and all(name in item for name in columns.values())


def _items(source: Source, ledger: Ledger, lines: bool | None) -> Iterator[tuple[str, Any]]:
    if lines or (lines is None and _in_lines(source)):
        yield from _items_of_lines(source.lines(), ledger)
        return
    text = source.text()
    try:
        items = _unpack(json.loads(text))
    except _ERRORS as error:
        if source.damage:
            raise UnusableError(source.damage) from None
        # One object a line whose first line is broken; a pretty-printed object has no whole object on a line.
        if lines is None and text.lstrip().startswith("{") and any(map(_is_object, text.split("\n"))):
            yield from _items_of_lines(iter(text.split("\n")), ledger)
            return
        raise UnusableError(_why(error, text)) from None
    if not items:
        raise UnusableError("JSON without records: there is no list of objects in it: check that it is the right file")
    for number, item in enumerate(items, start=1):
        yield f"record {number}", item


def _items_of_lines(lines: Iterator[str], ledger: Ledger) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            items = _unpack(json.loads(line))
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


def _unpack(data: Any) -> list[Any]:
    """Find the records in a JSON value: itself, the results of an envelope, or the only list of objects in it."""
    for _ in range(5):
        if isinstance(data, list):
            return data
        if not isinstance(data, dict) or is_question(data):
            return [data]
        if isinstance(data.get("results"), list):
            return list(data["results"])
        lists = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        objects = [value for value in data.values() if isinstance(value, dict)]
        if len(data) == 1 and len(objects) == 1:
            data = objects[0]
        elif len(lists) == 1 and not any(data[name] is None or isinstance(data[name], str) for name in _texts(data)):
            data = lists[0]
        else:
            return [data]
    return [data]


def _texts(data: dict[str, Any]) -> tuple[str, ...]:
    """Columns of an object that hold its own answer: then it is a record, whatever lists it has."""
    try:
        return find_columns(data)["text"]
    except UnusableError:
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
