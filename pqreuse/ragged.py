"""The one ragged type that travels between stages: rows of different lengths in one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row ``i`` is ``values[indptr[i]:indptr[i + 1]]``.

    Attributes
    ----------
    values : ndarray, shape (n_values,)
    indptr : ndarray of int64, shape (n_rows + 1,)
    """

    values: NDArray[Any]
    indptr: NDArray[np.int64]

    @classmethod
    def of_lengths(cls, values: NDArray[Any], lengths: NDArray[Any]) -> Ragged:
        """Rows of these lengths, one after the other."""
        indptr = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=indptr[1:])
        return cls(values, indptr)

    @classmethod
    def of_rows(cls, rows: Iterable[NDArray[Any]], dtype: type[np.generic]) -> Ragged:
        """The rows, copied into one array."""
        rows = list(rows)
        values = np.concatenate(rows).astype(dtype) if rows else np.empty(0, dtype)
        return cls.of_lengths(values, np.array([len(row) for row in rows], np.int64))

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        return self.values[self.indptr[row] : self.indptr[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each row, int64[n_rows]."""
        return np.diff(self.indptr)

    def row_of_value(self) -> NDArray[np.int64]:
        """The row that each value stands in, int64[n_values]."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.lengths)

    def take(self, rows: NDArray[Any]) -> Ragged:
        """These rows, in this order."""
        starts = self.indptr[rows]
        lengths = self.indptr[1:][rows] - starts
        return Ragged.of_lengths(self.values[ranges(starts, lengths)], lengths)


def by_row(values: NDArray[Any], row: NDArray[np.integer], n_rows: int) -> Ragged:
    """Values by the row that each stands in, in their order; those of a negative row are left out.

    >>> by_row(np.array([7, 8, 9]), np.array([1, -1, 0]), 2).values.tolist()
    [9, 7]
    """
    order = np.argsort(row, kind="stable")
    order = order[np.count_nonzero(row < 0) :]
    return Ragged.of_lengths(values[order], np.bincount(row[order], minlength=n_rows))


def ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """``start, start + 1, …`` of each length, one after the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(lengths, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    counted: NDArray[np.int64] = np.arange(total, dtype=np.int64) + np.repeat(
        np.asarray(starts, np.int64) - (ends - lengths), lengths
    )
    return counted


def row_digests(rows: Ragged) -> NDArray[np.uint64]:
    """A hash of the numbers of each row, in their order: equal rows have equal ones, on any machine.

    >>> one, other, third = row_digests(Ragged.of_lengths(np.array([3, 1, 3, 1, 1, 3]), np.array([2, 2, 2])))
    >>> bool(one == other), bool(one == third)
    (True, False)
    """
    place = (np.arange(len(rows.values)) - np.repeat(rows.indptr[:-1], rows.lengths)).astype(np.uint64)
    mixed = (rows.values.astype(np.uint64) ^ place * _SPREAD) * _SPREAD
    mixed ^= mixed >> np.uint64(29)
    # Sums wrap around, and so do their differences.
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed * _SPREAD, dtype=np.uint64)))
    digests: NDArray[np.uint64] = sums[rows.indptr[1:]] - sums[rows.indptr[:-1]]
    return digests


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Distinct values, ascending. Sorts; ``np.unique`` hashes first since NumPy 2.3, ten times slower on many keys.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(keys)
    return ordered[changes(ordered)]


def changes(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """True where a sorted array has a value for the first time.

    >>> changes(np.array([1, 1, 2])).tolist()
    [True, False, True]
    """
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def ranks(keys: Sequence[str]) -> NDArray[np.int64]:
    """The place of each key among all in order; of equal ones the first comes first.

    >>> ranks(["b", "c", "a"]).tolist()
    [1, 2, 0]
    """
    found = np.empty(len(keys), np.int64)
    found[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return found


NONE = int(np.iinfo(np.int32).max)
"""Where there is no order and no day: greater than all of them."""
