"""Data frames: each row a record, by the same rules as the rows of a table file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from pqreuse.arrow import TextColumn
from pqreuse.errors import InputError
from pqreuse.readers.columns import Columns, check_columns, find_columns
from pqreuse.readers.ledger import Ledger, UnusableError, one_line
from pqreuse.readers.tables import add_row
from pqreuse.records import Reading, Record

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

FRAME = "data frame"
"""The name of a data frame in messages, in place of a file's."""

_TEXTS = ("text", "question")
_DATES = ("date", "tabled", "corrected")
_NAMES = ("id", "uin", "group", "house", "body", "heading", "url")


class Rows:
    """The rows of a data frame, of the columns that are used; those of a lazy one are fetched.

    Parameters
    ----------
    frame : narwhals.DataFrame or narwhals.LazyFrame
    columns : mapping of str to str, optional
        See `read_records`.

    Attributes
    ----------
    backend : str
        The library that holds the rows.
    fields : set of str
        What the columns hold.
    text : sequence of str, or None
        The answers' column, where there is only one.

    Raises
    ------
    InputError
        If no column holds the answer, one is missing, or one holds what it cannot; the message lists what there is.
    ParameterError
        If the column map is none.
    """

    def __init__(self, frame: nw.DataFrame[Any] | nw.LazyFrame[Any], columns: Mapping[str, str] | None = None) -> None:
        import narwhals.stable.v2 as nw

        self._schema = frame.collect_schema()
        self._columns = _find(self._schema, check_columns(columns))
        frame = frame.select(sorted({name for names in self._columns.values() for name in names}))
        rows = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        self._cells = {name: cells(rows[name]) for name in rows.columns}
        self._n_rows, self.backend = len(rows), str(rows.implementation)
        self.fields, texts = set(self._columns), self._columns["text"]
        self.text = self._cells[texts[0]] if len(texts) == 1 else None

    def __len__(self) -> int:
        return self._n_rows

    def add(self, ledger: Ledger, row: int) -> None:
        """Add a row as a record, or report why not."""
        add_row(ledger, f"row {row + 1}", {name: cells[row] for name, cells in self._cells.items()}, self._columns)

    def record(self, row: int) -> Record:
        """The record of a row that is known to have one."""
        ledger = Ledger()
        self.add(ledger, row)
        return ledger.records[0]

    def read(self) -> Reading:
        """All rows.

        Raises
        ------
        InputError
            If none has an answer.
        """
        ledger = Ledger()
        ledger.file = FRAME
        for row in range(len(self)):
            self.add(ledger, row)
        return self.sum_up(ledger)

    def sum_up(self, ledger: Ledger) -> Reading:
        """The reading of a ledger that has the rows.

        Raises
        ------
        InputError
            If there is no record.
        """
        ledger.use(self._columns, filter(_is_text, self._schema))
        try:
            return ledger.reading(0)
        except InputError as error:
            shown = ", ".join(f"{name!r} ({self._schema[name]})" for name in self._columns["text"])
            raise InputError(str(error).replace("0 files", f"{len(self):,} rows of column {shown}")) from None


def cells(column: nw.Series[Any]) -> Sequence[Any]:
    """The values of a column, None for nulls; text that Arrow has or can have stays one column, its nulls empty."""
    import narwhals.stable.v2 as nw

    native = column.to_native()
    if isinstance(column.dtype, nw.String) and hasattr(native, "__arrow_c_stream__"):
        # pandas asks pyarrow, which may be missing, and which refuses lone surrogates.
        with suppress(ImportError, UnicodeEncodeError):
            return TextColumn.of(native)
    # pandas has a null of its own for each type, and some are neither true nor false; of lists it makes arrays.
    return [
        None if null else cell.tolist() if isinstance(cell, np.ndarray) else cell
        for cell, null in zip(column.to_list(), column.is_null().to_list(), strict=True)
    ]


def _is_text(name: Any) -> bool:
    return isinstance(name, str)


def _find(schema: Mapping[str, nw.dtypes.DType], columns: Mapping[str, str]) -> Columns:
    """Which column holds what, each of a type that can."""
    import narwhals.stable.v2 as nw

    texts = (nw.String, nw.Categorical, nw.Enum, nw.Object, nw.Unknown)
    try:
        # pandas allows column names that are not text; a caller cannot name them.
        found = find_columns(filter(_is_text, schema), columns)
    except UnusableError as error:
        raise InputError(f"{FRAME}: {str(error).replace('--column ', '')}") from None
    for field, names in found.items():
        for name in names:
            kind = schema[name]
            if field in _TEXTS:
                wanted, fits = "text", isinstance(kind, texts)
            elif field in _DATES:
                wanted, fits = "dates or text", isinstance(kind, (*texts, nw.Date, nw.Datetime))
            elif field in _NAMES:
                wanted, fits = "text or whole numbers", isinstance(kind, texts) or kind.is_numeric()
            else:
                continue
            if not fits:
                there = one_line(", ".join(f"{one!r} ({schema[one]})" for one in schema), 600)
                raise InputError(
                    f"{FRAME}: column {name!r} ({kind}) cannot be the {field}, which needs {wanted}: "
                    f"name another with {field}=NAME, of {there}"
                )
    return found
