"""Tables by column map: CSV, Parquet, and the rows of any JSON."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pqreuse.errors import MissingPackageError
from pqreuse.readers import values
from pqreuse.readers.columns import Columns, check_unique, find_columns, holds_html
from pqreuse.readers.ledger import Ledger, UnusableError, one_line
from pqreuse.readers.sources import Source

PARQUET_MAGIC = b"PAR1"

_DELIMITERS = ",;\t|"
_PROSE = "; or, if it is prose, read it as a document with --input-format document"
_IDENTIFIERS = ("id", "uin", "group", "house", "body", "heading", "url")
_DATES = {"date": "answered", "tabled": "tabled", "corrected": "corrected"}
_TAKE: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(("text", "question"), values.text),
    **dict.fromkeys(_IDENTIFIERS, values.identifier),
    **dict.fromkeys(_DATES, values.date_text),
    **dict.fromkeys(("asker", "minister"), lambda value, name: values.person(value)),
    **dict.fromkeys(("correction", "holding", "withdrawn"), lambda value, name: values.flag(value)),
}


def add_row(ledger: Ledger, where: str, row: Mapping[str, Any], columns: Columns, html: Collection[str] = ()) -> None:
    """Add one row as a record, or report why not; ``html`` are columns known to hold HTML, whatever their names."""
    fields: dict[str, Any] = {}
    html_columns = {"text": False, "question": False}
    try:
        for field, names in columns.items():
            for name in names:
                value = row.get(name)
                if value is None or value == "" or (type(value) is not str and values.is_missing(value)):
                    continue
                fields[field] = ledger.uins(value, where) if field == "grouped" else _TAKE[field](value, name)
                if field in html_columns:
                    html_columns[field] = name in html or holds_html(name)
                break
    except values.WrongTypeError as error:
        ledger.skip(where, str(error))
        return
    for field in ledger.named:
        if fields.get(field) is None and field != "text":  # an answer without text is unanswered
            ledger.lack(field, where)
    if fields.pop("withdrawn", False):
        ledger.skip(where, "withdrawn", bad=False)
        return
    if fields.get("group") is not None:
        fields["group"] = f"{ledger.file}#{fields['group']}"  # a key of this table, not of the world
    for field, name in _DATES.items():
        if field in fields:
            fields[name] = ledger.date(fields.pop(field), where)
    if "grouped" in fields:
        fields["grouped"] = tuple([(uin, None) for uin in fields["grouped"]])
    answer, question = fields.pop("text", None), fields.pop("question", None)
    ledger.put_field(where, answer, question, (html_columns["text"], html_columns["question"]), fields)


def sniff_delimiter(line: str) -> str:
    """Find the delimiter of a header line: the one that stands most often outside quotes."""
    bare = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def read_csv(source: Source, ledger: Ledger, columns: Mapping[str, str], *, guessed: bool = False) -> Iterator[None]:
    """Read a table with a header line; stops now and then for the ledger to be emptied.

    Parameters
    ----------
    guessed : bool
        Nothing but its look says that it is a table: the message names the other way to read it.

    Raises
    ------
    UnusableError
        If no column holds the answer, or two of the same name do.
    """
    limit = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield from _read_csv(source, ledger, columns, guessed)
    except csv.Error as error:
        raise UnusableError(f"not a table that can be read: {error}: export it again as CSV in UTF-8") from None
    finally:
        csv.field_size_limit(limit)


def _read_csv(source: Source, ledger: Ledger, columns: Mapping[str, str], guessed: bool) -> Iterator[None]:
    lines = source.lines()
    blank, header_line = next(((number, line) for number, line in enumerate(lines) if line.strip()), (0, ""))
    delimiter = sniff_delimiter(header_line)
    taken: list[str] = []

    def rows() -> Iterator[str]:
        yield header_line
        for line in lines:
            taken.append(line)
            yield line

    all_rows = rows()
    head = csv.reader(all_rows, delimiter=delimiter)
    header = [name.strip() for name in next(head, [])]
    map_ = _columns_of(header, columns, guessed)
    ledger.use(map_, header)
    reader, before = csv.reader(all_rows, delimiter=delimiter, strict=True), blank + head.line_num + 1
    while True:
        where = f"line {before + reader.line_num}"
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells = _mended(error, taken, delimiter, ledger, where)
        if cells is None:
            return
        if any(cells[len(header) :]):
            ledger.skip(where, f"{len(cells)} cells in a table of {len(header)} columns: quote cells that hold a comma")
        elif any(cells):
            row = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip() not in values.NO_VALUE}
            add_row(ledger, where, row, map_)
            if ledger.full:
                yield


def _columns_of(header: list[str], columns: Mapping[str, str], guessed: bool) -> Columns:
    try:
        map_ = find_columns(header, columns)
    except UnusableError as error:
        raise UnusableError(f"{error}{_PROSE if guessed else ''}") from None
    check_unique(header, map_)
    return map_


def _mended(error: csv.Error, lines: list[str], delimiter: str, ledger: Ledger, where: str) -> list[str]:
    """The cells of a row whose quotation marks are not as they should be; none where its end cannot be told.

    Raises
    ------
    csv.Error
        If something else is wrong with it.
    """
    behind = f"; so is what stands in the lines behind it ({len(lines) - 1:,})" if len(lines) > 1 else ""
    if "unexpected end" in str(error):
        ledger.skip(
            where,
            f"a quotation mark is opened here and never closed: the row is cut or malformed, and left out{behind}",
        )
        return []
    cells = next(csv.reader(lines, delimiter=delimiter))
    if not behind:
        ledger.doubt("quotes", where)
        return cells
    # Read on, as is usual, some rows would be one answer.
    ledger.skip(where, f'a quotation mark in a cell is not doubled ("") from here on: the row is left out{behind}')
    return []


def read_parquet(source: Source, ledger: Ledger, columns: Mapping[str, str]) -> Iterator[None]:
    """Read a Parquet file; stops now and then for the ledger to be emptied.

    Raises
    ------
    MissingPackageError
        If pyarrow is not installed.
    UnusableError
        If it is none, or damaged, or no column holds the answer, or two of the same name do.
    """
    if not source.head.startswith(PARQUET_MAGIC):
        raise UnusableError("not a Parquet file: leave out --input-format, or name its own format")
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingPackageError(
            f"{source.name}: reading Parquet needs pyarrow: pip install 'pqreuse[parquet]'"
        ) from None
    number = 0
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(source.read()))
        names = file.schema_arrow.names
        map_ = find_columns(names, columns)
        check_unique(names, map_)
        ledger.use(map_, names)
        wanted = sorted({name for names in map_.values() for name in names})
        for batch in file.iter_batches(batch_size=4096, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                add_row(ledger, f"row {number}", row, map_)
            yield
    # pyarrow raises what it likes for a damaged file, from ArrowInvalid to OSError and UnicodeDecodeError.
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, KeyError, TypeError) as error:
        raise UnusableError(
            f"damaged Parquet after row {number}: {one_line(str(error), 120)}: write it again"
        ) from None
