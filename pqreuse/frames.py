"""Data frames of any library, through narwhals: recognised where they come in, made where they go out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, get_args

from pqreuse.errors import InputError, MissingPackageError, ParameterError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

Backend = Literal["pyarrow", "polars", "pandas"]
"""A kind of data frame that can be made."""

Columns = Mapping[str, tuple[Literal["String", "Int64", "Float64"], Any]]
"""For each column of a frame its type and its values: a list, or an array; None is a null."""

# The preferred one first.
_BACKENDS: tuple[Backend, ...] = get_args(Backend)


def open_frame(data: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any] | None:
    """A data frame of any library, or anything with ``__arrow_c_stream__``, as narwhals has it; None for all else.

    Raises
    ------
    InputError
        If two columns have the same name.
    MissingPackageError
        If nothing is installed that reads such streams.
    """
    import narwhals.stable.v2 as nw

    known = _known(data)
    if not isinstance(known, nw.DataFrame | nw.LazyFrame | nw.Series) and hasattr(data, "__arrow_c_stream__"):
        known = _known(_table(data))
    return known if isinstance(known, nw.DataFrame | nw.LazyFrame) else None


def open_column(data: Any) -> nw.Series[Any] | None:
    """A column of any library as narwhals has it; None for all else."""
    import narwhals.stable.v2 as nw

    known = _known(data)
    return known if isinstance(known, nw.Series) else None


def is_framed(data: Any) -> bool:
    """Whether it is worth asking: our own records, lists and generators are usual, and narwhals takes its time."""
    ours = isinstance(data, str | list | tuple | Iterator) or type(data).__module__.startswith("pqreuse.")
    return not ours or hasattr(data, "__arrow_c_stream__")


def _known(data: Any) -> Any:
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import DuplicateError

    if type(data).__module__.startswith("narwhals."):
        data = data.to_native()  # which may be of another of its stable versions
    if find_spec("pyarrow") and type(data).__module__.startswith("pyarrow"):
        import pyarrow

        # Neither is narwhals told of: an array and a batch are a column and a frame in one piece.
        if isinstance(data, pyarrow.Array):
            data = pyarrow.chunked_array([data])
        elif isinstance(data, pyarrow.RecordBatch):
            data = pyarrow.Table.from_batches([data])
    try:
        return nw.from_native(data, pass_through=True, allow_series=True)
    except DuplicateError as error:
        raise InputError(f"data frame: {' '.join(str(error).split())}") from None


def _table(data: Any) -> Any:
    """An object that only offers Arrow's C interface, as a pyarrow or polars object."""
    if find_spec("pyarrow"):
        import pyarrow

        return pyarrow.table(data)
    if find_spec("polars"):
        import polars

        return polars.DataFrame(data)
    raise MissingPackageError(f"reading {type(data).__name__} needs pyarrow or polars: pip install pyarrow")


def make_frame(columns: Columns, backend: str | None, usual: str | None = None) -> Any:
    """A data frame of these columns.

    Parameters
    ----------
    columns : mapping of str to (type, values)
    backend : {"pyarrow", "polars", "pandas"} or None
    usual : str, optional
        What stands for None; else the first that is installed.

    Raises
    ------
    ParameterError
        If there is no such kind.
    MissingPackageError
        If it is not installed, or none is.
    """
    if backend is None:
        installed = filter(find_spec, _BACKENDS)
        backend = usual if usual in _BACKENDS else next(installed, None)
        if backend is None:
            raise MissingPackageError("a data frame needs pyarrow, polars or pandas: pip install pyarrow")
    elif backend not in _BACKENDS:
        raise ParameterError(f"backend must be {', '.join(map(repr, _BACKENDS))} or None, got {backend!r}")
    elif not find_spec(backend):
        raise MissingPackageError(f"a data frame of {backend} needs {backend}: pip install {backend}")
    make = {"pyarrow": _pyarrow, "polars": _polars, "pandas": _pandas}[backend]
    try:
        return make(columns)
    except UnicodeEncodeError:
        # Lone surrogates, which Arrow cannot hold; what is read from files has none.
        return make({name: (kind, list(map(_whole, values))) for name, (kind, values) in columns.items()})


def _whole(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


# By hand, not by narwhals: of a null in a column of text its older versions make a text for pandas.


def _pyarrow(columns: Columns) -> Any:
    import pyarrow

    types = {"String": pyarrow.string(), "Int64": pyarrow.int64(), "Float64": pyarrow.float64()}
    return pyarrow.table({name: pyarrow.array(values, types[kind]) for name, (kind, values) in columns.items()})


def _polars(columns: Columns) -> Any:
    import polars

    types = {"String": polars.String, "Int64": polars.Int64, "Float64": polars.Float64}
    return polars.DataFrame([polars.Series(name, values, types[kind]) for name, (kind, values) in columns.items()])


def _pandas(columns: Columns) -> Any:
    import pandas

    types = {"String": str, "Int64": "int64", "Float64": "float64"}
    return pandas.DataFrame(
        {name: pandas.Series(values, dtype=types[kind]) for name, (kind, values) in columns.items()}
    )
