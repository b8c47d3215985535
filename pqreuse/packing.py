"""Records → packed blocks of bytes, and back: how an index keeps what was read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.lazy import fast_maker
from pqreuse.records import CONTENT_FIELDS, Record

BLOCKS = np.dtype([("end", "<i8"), ("records", "<i8")])
"""Of each block: where its bytes end, and how many records there are up to its end."""

_AT_ONCE = 32  # more are packed better, and one is unpacked more slowly
# Where a record stood in a file says nothing once it is in an index.
_VALUES = attrgetter(*CONTENT_FIELDS)
_new_record = fast_maker(Record)


def pack(records: Sequence[Record], block: NDArray[np.void]) -> tuple[bytes, NDArray[np.void]]:
    """Records as bytes behind the last of these blocks, and the rows of the new blocks."""
    from msgspec import msgpack

    end, count = (int(block[-1][name]) if len(block) else 0 for name in ("end", "records"))
    packed: list[bytes] = []
    rows: list[tuple[int, int]] = []
    for first in range(0, len(records), _AT_ONCE):
        some = records[first : first + _AT_ONCE]
        packed.append(zlib.compress(msgpack.encode([_VALUES(record) for record in some]), 6))
        end, count = end + len(packed[-1]), count + len(some)
        rows.append((end, count))
    return b"".join(packed), np.array(rows, BLOCKS)


def unpack(data: NDArray[np.uint8], blocks: NDArray[np.void]) -> Iterator[Record]:
    """All records."""
    for block in range(len(blocks)):
        yield from map(_made, _unpack(data, blocks, block))


def unpack_some(data: NDArray[np.uint8], blocks: NDArray[np.void], places: Sequence[int]) -> dict[int, Record]:
    """The records at some places."""
    wanted: dict[int, Record] = {}
    ordered = np.unique(np.asarray(places, np.int64))
    of_place = np.searchsorted(blocks["records"], ordered, "right")
    for block in np.unique(of_place).tolist():
        first = int(blocks[block - 1]["records"]) if block else 0
        rows = _unpack(data, blocks, block)
        wanted |= {place: _made(rows[place - first]) for place in ordered[of_place == block].tolist()}
    return wanted


def _unpack(data: NDArray[np.uint8], blocks: NDArray[np.void], block: int) -> list[list[Any]]:
    from msgspec import msgpack

    start = int(blocks[block - 1]["end"]) if block else 0
    rows: list[list[Any]] = msgpack.decode(zlib.decompress(data[start : int(blocks[block]["end"])].tobytes()))
    return rows


def _made(row: Sequence[Any]) -> Record:
    values = dict(zip(CONTENT_FIELDS, row, strict=True))
    # What was a tuple comes back as a list.
    values["links"] = tuple(values["links"])
    values["tables"], values["grouped"] = (tuple(map(tuple, values[name])) for name in ("tables", "grouped"))
    record: Record = _new_record(**values)
    return record
