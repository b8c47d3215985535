"""An index (`pqreuse.index`) as an input: the records that it keeps, and what was said when they were read."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pqreuse.errors import InputError
from pqreuse.readers.ledger import Ledger
from pqreuse.records import Reading, Record, Skipped, TableColumns

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x70717265
"""The application id of an index file: "pqre" in bytes 68 to 71 of its header."""
FORMAT = 2
RECORD_FIELDS = tuple(Record.__dataclass_fields__)
_NESTED = ("grouped", "tables", "links")
_FLAGS = ("correction", "holding", "markup", "preview")
_AGAIN = "restore it from a copy, or make it again with pqreuse index create"


def is_index(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of an index."""
    with suppress(OSError, ValueError):
        if not os.path.isfile(path):  # what is read of a pipe is gone
            return False
        with open(path, "rb") as file:
            head = file.read(72)
        return head.startswith(b"SQLite format 3\0") and int.from_bytes(head[68:72], "big") == APPLICATION_ID
    return False


def refuse_folder(path: str | os.PathLike[str]) -> None:
    """Say what to do with an index that the first version of pqreuse wrote: those were folders.

    Raises
    ------
    InputError
    """
    manifest = os.path.join(path, "manifest.json")
    if os.path.isfile(manifest) and os.path.isfile(os.path.join(path, "lock")):
        raise InputError(
            f"{path}: a folder, as pqreuse 0.1 kept an index; this version keeps one file: make it again from its "
            "sources with pqreuse index create"
        )


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """The database of an index, in one read transaction, so that all of it is of one state.

    Raises
    ------
    InputError
        If there is no index, it is damaged, or a later version of pqreuse wrote it.
    """
    import sqlite3

    if not is_index(path):
        refuse_folder(path)
        raise InputError(f"{path} is not an index; make one with pqreuse index create")
    name = quote(os.fspath(os.path.abspath(path)))
    # An index in a folder without write permission can still be read.
    mode = "rw" if os.access(path, os.W_OK) else "ro"
    try:
        with closing(sqlite3.connect(f"file:{name}?mode={mode}", uri=True, isolation_level=None, timeout=60)) as db:
            db.execute("BEGIN")
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version > FORMAT:
                raise InputError(
                    f"{path}: a later pqreuse wrote this index (format {version}, this one reads {FORMAT}); update it"
                )
            yield db
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path} is damaged: {error}; {_AGAIN}") from error


@contextmanager
def decoding(path: str | os.PathLike[str]) -> Iterator[None]:
    """Report any failure to decode rows in this block as damage of the index."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged: a row of it cannot be read ({error!r}); {_AGAIN}") from error


def kept_records(db: sqlite3.Connection, path: str | os.PathLike[str]) -> Reading:
    """The records that an index keeps.

    Raises
    ------
    InputError
        If the records are not those that were written.
    """
    with decoding(path):
        return _kept_records(db, path)


def _kept_records(db: sqlite3.Connection, path: str | os.PathLike[str]) -> Reading:
    rows = db.execute(f"SELECT {', '.join(map(quoted, RECORD_FIELDS))} FROM records ORDER BY record").fetchall()
    about = dict(db.execute("SELECT name, value FROM about"))
    if str(checksum(rows)) != about["records_checksum"]:
        raise InputError(f"{path} is damaged: its records are not those that were written; {_AGAIN}")
    return Reading(
        [_record(dict(zip(RECORD_FIELDS, row, strict=True))) for row in rows],
        files=int(about["files"]),
        repeated=int(about["repeated"]),
        skipped=[
            Skipped(file=file, where=where, reason=reason)
            for file, where, reason in db.execute("SELECT file, place, note FROM notes WHERE file IS NOT NULL")
        ],
        warnings=[note for (note,) in db.execute("SELECT note FROM notes WHERE file IS NULL")],
        former=dict(db.execute("SELECT former, family FROM former ORDER BY former")),
        columns=[_table_columns(one) for one in json.loads(about["columns"])],
    )


def record_row(record: Record) -> tuple[str | int | None, ...]:
    """A record as a row of the table of records."""
    row = {name: getattr(record, name) for name in RECORD_FIELDS}
    for name in _NESTED:
        row[name] = json.dumps(row[name], ensure_ascii=False) if row[name] else None
    for name in _FLAGS:
        row[name] = int(row[name])
    return tuple(row.values())


def quoted(name: str) -> str:
    """A column's name in SQL, of which some are its own words."""
    return f'"{name}"'


def checksum(rows: Iterable[tuple[object, ...]]) -> int:
    """A checksum of rows."""
    found = 0
    for row in rows:
        found = zlib.crc32("\0".join(map(str, row)).encode("utf-8", "surrogatepass"), found)
    return found


def read_index(path: str, reading: Reading, ledger: Ledger) -> Iterator[None]:
    """Give all records of an index to the ledger, and what else was read to the reading.

    Raises
    ------
    InputError
        If the index is damaged, or of a later format.
    """
    with opened(path) as db:
        kept = kept_records(db, path)
    reading.files += kept.files
    reading.repeated += kept.repeated
    reading.former = {**reading.former, **kept.former}
    ledger.skipped_before(kept.skipped)
    ledger.told += kept.warnings
    ledger.columns_before += kept.columns
    for record in kept.records:
        ledger.records.append(record)
        if ledger.full:
            yield


def _table_columns(one: dict[str, Any]) -> TableColumns:
    columns = {field: tuple(names) for field, names in one["columns"].items()}
    return TableColumns(files=tuple(one["files"]), columns=columns, unused=tuple(one["unused"]))


def _record(row: dict[str, object]) -> Record:
    grouped, tables, links = (json.loads(str(row[name])) if row[name] else () for name in _NESTED)
    row.update(grouped=tuple(map(tuple, grouped)), tables=tuple(map(tuple, tables)), links=tuple(links))
    row.update((name, bool(row[name])) for name in _FLAGS)
    return Record(**row)  # type: ignore[arg-type]
