"""Arrow batches → arrays for the stages, and back: what all tasks on an engine's executors share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pqreuse.arrow import TextColumn
from pqreuse.garbage import no_garbage_collection
from pqreuse.ragged import Ragged
from pqreuse.words import NumberedWords, number_joined

Batches = Iterable[pa.RecordBatch]
Task = Callable[[pa.Table], Iterable[pa.Table]]
_ROWS_AT_ONCE = 1 << 16


def by_batch(work: Task, batches: Batches) -> Iterator[pa.RecordBatch]:
    """The output of a task for each batch that has rows."""
    for batch in batches:
        if batch.num_rows:
            for made in work(pa.Table.from_batches([batch])):
                yield from made.to_batches()


def by_group(work: Task, key: str, batches: Batches, at_once: int = _ROWS_AT_ONCE) -> Iterator[pa.RecordBatch]:
    """What a task makes of whole groups of rows, which stand together: no group is cut between two of its tables.

    Held at a time are about so many rows, or twice those of a group that has more.
    """
    held: list[pa.RecordBatch] = []
    n_rows, wanted = 0, at_once
    for batch in batches:
        held.append(batch)
        n_rows += batch.num_rows
        if n_rows < wanted:
            continue
        rows = pa.Table.from_batches(held)
        keys = rows.column(key).to_numpy()
        last = int(np.flatnonzero(keys != keys[-1]).max(initial=-1)) + 1
        if last:
            for made in work(rows.slice(0, last)):
                yield from made.to_batches()
        held = rows.slice(last).to_batches()
        n_rows -= last
        wanted = max(at_once, 2 * n_rows)
    if n_rows:
        for made in work(pa.Table.from_batches(held)):
            yield from made.to_batches()


def task(work: Callable[..., Iterable[pa.Table]], *given: Any, key: str | None = None) -> Callable[..., Any]:
    """A function for Spark's ``mapInArrow``: batches → batches. Each of a module's, so that executors import it."""
    bound = partial(work, *given)
    return partial(_run, partial(by_batch, bound) if key is None else partial(by_group, bound, key))


def _run(work: Callable[[Batches], Iterator[pa.RecordBatch]], batches: Batches) -> Iterator[pa.RecordBatch]:
    with no_garbage_collection():
        yield from work(batches)


def words_of(joined: pa.ChunkedArray) -> NumberedWords:
    """The words of a column of texts that are given as words joined by a space."""
    return number_joined(TextColumn.of(joined))


def digests(hashes: NDArray[np.uint64]) -> pa.Array:
    """Hashes of 128 bits as a column. That two of 10**9 texts have the same has a chance of one to 10**20."""
    offsets = np.arange(0, hashes.nbytes + 1, 16, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), len(hashes), [None, pa.py_buffer(offsets), pa.py_buffer(hashes)])


def ragged(column: pa.ChunkedArray, dtype: type[np.generic] = np.int64) -> Ragged:
    """A column of lists of numbers; a null is an empty one."""
    lists = pc.fill_null(column.combine_chunks(), [])
    offsets = lists.offsets.to_numpy().astype(np.int64)
    return Ragged(
        lists.values.to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]].astype(dtype), offsets - offsets[0]
    )


def lengths_of(column: pa.Array) -> NDArray[np.int64]:
    """How long each list of a column is; a null is an empty one."""
    lengths: NDArray[np.int64] = pc.list_value_length(column).fill_null(0).to_numpy().astype(np.int64)
    return lengths


def lists(rows: Ragged, kind: Any = None) -> pa.Array:
    """Rows of different lengths as a column of lists."""
    return pa.ListArray.from_arrays(rows.indptr.astype(np.int32), pa.array(rows.values, kind))


def nested(rows: Sequence[int] | NDArray[np.int64], **columns: Any) -> pa.Array:
    """A column of lists of records: ``rows`` says how many each row has, the columns have all of them in order."""
    offsets = np.concatenate(([0], np.cumsum(rows))).astype(np.int32)
    arrays = [column if isinstance(column, pa.Array) else pa.array(column) for column in columns.values()]
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, list(columns)))
