"""An index for other tools: its records as Parquet and back, its signatures in an index of datasketch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.candidates import choose_bands
from pqreuse.errors import InputError, MissingPackageError, OutputError
from pqreuse.index.comparing import all_texts
from pqreuse.index.tables import UNITS, Tables
from pqreuse.pipeline import text_signatures
from pqreuse.records import CONTENT_FIELDS, Record, Unit
from pqreuse.replacing import replacing
from pqreuse.signatures import minhash, to_datasketch

_PAIRS = {"tables": ("start", "end"), "grouped": ("uin", "tabled")}
_FLAGS = ("correction", "holding", "markup", "preview")
_FIELDS = list(CONTENT_FIELDS)
_ROWS = 1 << 14


def write_parquet(records: Iterable[Record], path: str | os.PathLike[str]) -> None:
    """Write records as a Parquet file, a column for each field: whole, or not at all.

    Raises
    ------
    MissingPackageError
        If pyarrow is not installed.
    OutputError
        If the file cannot be written.
    """
    pyarrow, parquet = _arrow()
    schema = _schema(pyarrow)
    try:
        with replacing(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for rows in _some(map(_row, records)):
                writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}; nothing was written") from error


def read_parquet(path: str | os.PathLike[str]) -> Iterator[Record]:
    """The records of a file that `write_parquet` wrote.

    Raises
    ------
    InputError
        If it is no such file.
    MissingPackageError
        If pyarrow is not installed.
    """
    pyarrow, parquet = _arrow()
    try:
        with parquet.ParquetFile(path) as file:
            if file.schema_arrow.names != _FIELDS:
                raise InputError(f"{path}: no Parquet file of an index; read other files with pqreuse index add")
            for batch in file.iter_batches(_ROWS):
                yield from map(_record, batch.to_pylist())
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError(f"{path}: {str(error).splitlines()[0]}") from error


def wordings(tables: Tables, unit: Unit) -> dict[str, tuple[str, ...]]:
    """The name of each distinct wording of a unit, and the answers that have it, by identifier.

    A wording's name is the identifier of the family of which it would be the exemplar.
    """
    number = UNITS.index(unit)
    texts = _living(tables, number)
    users = tables.users[number].take(texts)
    ids = dict(enumerate(tables.ids(range(len(tables.answers)))))
    names = all_texts(tables).names(unit, texts)
    return {name: tuple(sorted({ids[one] for one in users[row].tolist()})) for row, name in enumerate(names)}


def candidates(tables: Tables, text: str, unit: Unit) -> set[str]:
    """The names of the wordings of a unit that share an LSH bucket with a text."""
    texts = _living(tables, UNITS.index(unit))
    n_hashes, rows = _hashes(tables)
    params = tables.params
    own = text_signatures([text], n_hashes=n_hashes, shingle_words=params.shingle_words, seed=params.seed)
    own = own.reshape(-1, rows)
    known = _signatures(tables, texts).reshape(len(texts), -1, rows)
    met = texts[(known == own).all(axis=2).any(axis=1)]
    return set(all_texts(tables).names(unit, met))


def make_lsh(tables: Tables, unit: Unit, storage_config: Mapping[str, Any] | None) -> Any:
    """A ``datasketch.MinHashLSH`` of the wordings of a unit, under their names, with the bands of the index.

    Parameters
    ----------
    tables : Tables
    unit : {"paragraph", "sentence"}
    storage_config : mapping, optional
        See datasketch: ``{"type": "redis", "redis": {"host": "localhost", "port": 6379}}``.
    """
    from datasketch import MinHashLSH

    texts = _living(tables, UNITS.index(unit))
    n_hashes, rows = _hashes(tables)
    given = {} if storage_config is None else {"storage_config": dict(storage_config)}
    lsh = MinHashLSH(num_perm=n_hashes, params=(n_hashes // rows, rows), **given)
    signatures = to_datasketch(_signatures(tables, texts), seed=tables.params.seed, lean=True)
    with lsh.insertion_session() as session:
        for name, signature in zip(all_texts(tables).names(unit, texts), signatures, strict=True):
            session.insert(name, signature)
    return lsh


def _living(tables: Tables, unit: int) -> NDArray[np.int64]:
    return np.flatnonzero(tables.alike[unit].answers > 0)


def _hashes(tables: Tables) -> tuple[int, int]:
    """How many hash functions the signatures have, and how many of them are a band."""
    bands, rows = choose_bands(tables.params.lsh_jaccard, tables.params.lsh_recall)
    return bands * rows, rows


def _signatures(tables: Tables, texts: NDArray[np.int64]) -> NDArray[np.uint32]:
    n_hashes, _ = _hashes(tables)
    return minhash(all_texts(tables).keys(texts), n_hashes=n_hashes, seed=tables.params.seed)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingPackageError("Parquet needs pyarrow: pip install 'pqreuse[parquet]'") from error
    return pyarrow, parquet


def _schema(pyarrow: Any) -> Any:
    text = pyarrow.string()
    types = {
        **dict.fromkeys(_FIELDS, text),
        **dict.fromkeys(_FLAGS, pyarrow.bool_()),
        "links": pyarrow.list_(text),
        "tables": pyarrow.list_(pyarrow.struct([("start", pyarrow.int64()), ("end", pyarrow.int64())])),
        "grouped": pyarrow.list_(pyarrow.struct([("uin", text), ("tabled", text)])),
    }
    return pyarrow.schema([(name, types[name]) for name in _FIELDS])


def _row(record: Record) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _FIELDS}
    for name, parts in _PAIRS.items():
        row[name] = [dict(zip(parts, pair, strict=True)) for pair in row[name]]
    return row


def _record(row: Mapping[str, Any]) -> Record:
    pairs = {name: tuple(tuple(pair[part] for part in parts) for pair in row[name]) for name, parts in _PAIRS.items()}
    return Record(**{**row, **pairs, "links": tuple(row["links"])})


def _some(rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    taken: list[dict[str, Any]] = []
    for row in rows:
        taken.append(row)
        if len(taken) == _ROWS:
            yield taken
            taken = []
    yield taken
