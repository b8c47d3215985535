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
    """Whether it is worth asking: lists and generators are the usual case, and narwhals takes its time."""
    return not isinstance(data, str | list | tuple | Iterator) or hasattr(data, "__arrow_c_stream__")


def _known(data: Any) -> Any:
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import DuplicateError

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
    """What only speaks Arrow's C interface, as pyarrow or polars has it."""
    if find_spec("pyarrow"):
        import pyarrow

        return pyarrow.table(data)
    if find_spec("polars"):
        import polars

        return polars.DataFrame(data)
    raise MissingPackageError(f"reading {type(data).__name__} needs pyarrow or polars: pip install pyarrow")


def make_frame(columns: Mapping[str, tuple[str, Any]], backend: str | None, usual: str | None = None) -> Any:
    """A data frame of these columns.

    Parameters
    ----------
    columns : mapping of str to (str, sequence)
        Name, type as narwhals calls it (``"String"``, ``"Int64"``, ``"Float64"``), and values; None is a null.
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
    import narwhals.stable.v2 as nw

    if backend is None:
        installed = filter(find_spec, _BACKENDS)
        backend = usual if usual in _BACKENDS else next(installed, None)
        if backend is None:
            raise MissingPackageError("a data frame needs pyarrow, polars or pandas: pip install pyarrow")
    elif backend not in _BACKENDS:
        raise ParameterError(f"backend must be {', '.join(map(repr, _BACKENDS))} or None, got {backend!r}")
    elif not find_spec(backend):
        raise MissingPackageError(f"a data frame of {backend} needs {backend}: pip install {backend}")
    data = {name: values for name, (_, values) in columns.items()}
    schema = {name: getattr(nw, type_)() for name, (type_, _) in columns.items()}
    try:
        return nw.from_dict(data, schema, backend=backend).to_native()
    except UnicodeEncodeError:
        # Lone surrogates, which no data frame can hold; what is read from files has none.
        whole = {
            name: [one.encode("utf-8", "replace").decode() if isinstance(one, str) else one for one in values]
            for name, values in data.items()
        }
        return nw.from_dict(whole, schema, backend=backend).to_native()
