"""Signatures and shingle sets → candidate pairs → pairs that resemble, each verified by its exact shingle sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import Ragged, changes, distinct, ranges
from pqreuse.records import Progress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST_HASHES = 512
# A bucket of more texts than this is not paired off: its texts are crowded.
_WIDE = 64
# Anchors: a shingle that more texts than this hold is too common to look up.
_MOST_HOLDERS = 1024
_PAIRS_AT_ONCE = 200_000
_ROWS_AT_ONCE = 2_000
_SAMPLED_AT_ONCE = 50


class Rule(NamedTuple):
    """When two segments resemble each other: the least containment and the least ratio of their sizes."""

    containment: float
    length_ratio: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts, ``left < right``, each once, sorted.

    Attributes
    ----------
    left, right : ndarray of int64, shape (n_pairs,)
    jaccard, containment : ndarray of float64, shape (n_pairs,)
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]


def choose_bands(jaccard: float, recall: float) -> tuple[int, int]:
    """Bands and rows with which an index holds a pair of this Jaccard with at least this probability.

    The most rows (fewest false candidates) that reach it with at most 512 hashes: not the equal-error optimum of
    common libraries, which holds 31 to 55 % of the pairs at its threshold.

    >>> choose_bands(0.5, 0.99)
    (72, 4)
    """
    chosen = (1, 1)
    for rows in range(1, _MOST_HASHES + 1):
        agree = jaccard**rows
        bands = max(1, int(np.ceil(np.log1p(-recall) / np.log1p(-agree)))) if agree < 1 else 1
        if bands * rows > _MOST_HASHES:
            # With a Jaccard so low that even one row needs more, the most bands there can be.
            return chosen if rows > 1 else (_MOST_HASHES, 1)
        chosen = (bands, rows)
    return chosen


def band_pairs(signatures: NDArray[np.uint32], bands: int, rows: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Candidates of an LSH index: texts whose signatures agree in a band.

    Parameters
    ----------
    signatures : ndarray of uint32, shape (n_texts, at least bands * rows)
    bands, rows : int

    Returns
    -------
    keys : ndarray of int64
        Each pair once, as ``left * n_texts + right``.
    crowded : ndarray of bool, shape (n_texts,)
        Texts of buckets too large to pair off (a paragraph in 15,000 wordings would make 112 million pairs). Only their
        pairs with exemplars matter, and `Partners` finds those.
    """
    n_texts = len(signatures)
    found, crowded = [np.empty(0, np.int64)], np.zeros(n_texts, bool)
    for band in range(bands):
        buckets = _group(_band_keys(signatures[:, band * rows : (band + 1) * rows]))
        lengths = buckets.lengths
        found.append(_all_pairs(buckets.take(np.flatnonzero((lengths > 1) & (lengths <= _WIDE))), n_texts))
        crowded[buckets.take(np.flatnonzero(lengths > _WIDE)).values] = True
    return distinct(np.concatenate(found)), crowded


def anchor_pairs(columns: Ragged, rule: Rule, *, complete: bool, progress: Progress | None = None) -> NDArray[np.int64]:
    """Candidates that share a rare shingle: what resembles at a Jaccard too low for the index.

    A set of n shingles of which a part c must stand in a larger set has, among any n - ⌈cn⌉ + 1 of its shingles, at
    least one that the larger set holds (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant
    2007). Looking up its rarest ones finds every pair that resembles.

    Parameters
    ----------
    columns : Ragged of int64
        Shingle set of each text.
    rule : Rule
    complete : bool
        Look up every one of these shingles, however common: all pairs, by construction. Otherwise leave out those that
        more than 1,024 texts hold.

    Returns
    -------
    ndarray of int64
        Each pair once, as ``left * n_texts + right``.
    """
    n_texts, sizes = len(columns), columns.lengths
    sets = _matrix(columns)
    anchors = _matrix(_rarest(columns, rule, None if complete else _MOST_HOLDERS), sets.shape[1])
    holding = sets.T.tocsr()
    found = [np.empty(0, np.int64)]
    for start in range(0, n_texts, _ROWS_AT_ONCE):
        met = (anchors[start : start + _ROWS_AT_ONCE] @ holding).tocoo()
        small, large = met.row.astype(np.int64) + start, met.col.astype(np.int64)
        # The smaller set looks up the larger one; of two equally large ones, the first.
        fits = (sizes[small] < sizes[large]) | ((sizes[small] == sizes[large]) & (small < large))
        fits &= sizes[small] >= rule.length_ratio * sizes[large] * (1 - 1e-9)
        small, large = small[fits], large[fits]
        found.append(np.minimum(small, large) * n_texts + np.maximum(small, large))
        if progress is not None:
            progress("verifying", start, n_texts)
    # Each pair was met once: a product of matrices adds up what a pair shares.
    return np.concatenate(found)


class Partners:
    """Finds all texts that may resemble a given one, by rare shingles: for texts whose buckets are too large.

    Parameters
    ----------
    columns : Ragged of int64
        Shingle set of each text.
    rule : Rule
    """

    def __init__(self, columns: Ragged, rule: Rule) -> None:
        self._columns, self._rare = columns, _rarest(columns, rule, None)
        n_shingles = int(columns.values.max(initial=-1)) + 1
        self._holders, self._rare_holders = (_transpose(rows, n_shingles) for rows in (columns, self._rare))

    def later(self, text: int) -> NDArray[np.int64]:
        """Texts of a higher number than this one, ascending."""
        # The smaller of two sets that resemble has one of its rarest shingles in the larger: either may be the smaller.
        met = np.concatenate(
            (
                self._holders.take(self._rare[text]).values,
                self._rare_holders.take(self._columns[text]).values,
            )
        )
        return distinct(met[met > text])


def verify(
    columns: Ragged,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    rule: Rule,
    progress: Progress | None = None,
) -> Pairs:
    """Those of the candidate pairs that resemble each other, by their exact shingle sets (definition 3.3).

    Parameters
    ----------
    columns : Ragged of int64
        Shingle set of each text, ascending.
    left, right : ndarray of int64, shape (n_candidates,)
    rule : Rule
    """
    sizes = columns.lengths
    small, large = np.minimum(sizes[left], sizes[right]), np.maximum(sizes[left], sizes[right])
    likely = (small > 0) & (small >= rule.length_ratio * large * (1 - 1e-9))
    left, right, small, large = left[likely], right[likely], small[likely], large[likely]
    shared = np.empty(len(left), np.int64)
    sets = _matrix(columns)
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        these = slice(start, start + _PAIRS_AT_ONCE)
        shared[these] = np.asarray(sets[left[these]].multiply(sets[right[these]]).sum(axis=1)).ravel()
        if progress is not None:
            progress("verifying", start, len(left))
    held = shared / small
    keep = (held >= rule.containment) & (small / large >= rule.length_ratio)
    jaccard = shared / (small + large - shared)
    return Pairs(left[keep], right[keep], jaccard[keep], held[keep])


class Held(NamedTuple):
    """How many texts were sampled, how many pairs of them truly resemble, and how many of those were candidates."""

    sample: int
    pairs: int
    held: int


def count_held(
    columns: Ragged, keys: NDArray[np.int64], crowded: NDArray[np.bool_], rule: Rule, *, sample: int, seed: int
) -> Held:
    """Count, on a seeded sample of texts, how many of the pairs that truly resemble the candidates held.

    Each sampled text is compared with every other one by exact shingle sets.

    Parameters
    ----------
    columns : Ragged of int64
        Shingle set of each text.
    keys : ndarray of int64
        Candidate pairs, sorted.
    crowded : ndarray of bool, shape (n_texts,)
        Texts all of whose pairs with later ones are candidates too.
    rule : Rule
    sample : int
        How many texts to compare; all where there are fewer.
    seed : int
    """
    n_texts, sizes = len(columns), columns.lengths
    chosen = np.sort(np.random.default_rng(seed).permutation(n_texts)[:sample])
    sets = _matrix(columns)
    holding = sets.T.tocsr()
    found = [np.empty(0, np.int64)]
    for start in range(0, len(chosen), _SAMPLED_AT_ONCE):
        these = chosen[start : start + _SAMPLED_AT_ONCE]
        met = (sets[these] @ holding).tocoo()
        one, other = these[met.row], met.col.astype(np.int64)
        small, large = np.minimum(sizes[one], sizes[other]), np.maximum(sizes[one], sizes[other])
        alike = (one != other) & (met.data / small >= rule.containment) & (small / large >= rule.length_ratio)
        found.append(np.minimum(one[alike], other[alike]) * n_texts + np.maximum(one[alike], other[alike]))
    true_pairs = distinct(np.concatenate(found))
    place = np.searchsorted(keys, true_pairs)
    held = np.append(keys, -1)[place] == true_pairs
    held |= crowded[true_pairs // max(n_texts, 1)]
    return Held(len(chosen), len(true_pairs), int(held.sum()))


def least_shared(sizes: NDArray[np.int64], containment: float) -> NDArray[np.int64]:
    """The least whole number of shared shingles with which a set of each size reaches the containment."""
    least: NDArray[np.int64] = np.ceil(sizes * containment).astype(np.int64)
    # The product may round up past a whole number: 25 * 0.28 is 7.000000000000001, though 7 / 25 is 0.28.
    least[(least - 1) / np.maximum(sizes, 1) >= containment] -= 1
    return least


def _rarest(columns: Ragged, rule: Rule, most_holders: int | None) -> Ragged:
    """The shingles of each set of which a larger set that resembles it holds at least one."""
    sizes, text = columns.lengths, columns.row_of_value()
    holders = np.bincount(columns.values)
    rare_first = columns.values[np.lexsort((columns.values, holders[columns.values], text))]
    rank = np.arange(len(text)) - np.repeat(columns.indptr[:-1], sizes)
    looked_up = rank < (sizes - least_shared(sizes, rule.containment) + 1)[text]
    if most_holders is not None:
        looked_up &= holders[rare_first] <= most_holders
    return Ragged.of_lengths(rare_first[looked_up], np.bincount(text[looked_up], minlength=len(columns)))


def _transpose(rows: Ragged, n_values: int) -> Ragged:
    """The rows in which each value stands."""
    order = np.argsort(rows.values, kind="stable")
    return Ragged.of_lengths(rows.row_of_value()[order], np.bincount(rows.values, minlength=n_values))


def _band_keys(band: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A 32-bit key of each row, in the upper half. Keys that meet by chance cost a check, never a result."""
    keys = np.zeros(len(band), np.uint64)
    for column in band.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys >> np.uint64(32) << np.uint64(32)


def _group(keys: NDArray[np.uint64]) -> Ragged:
    """Places with equal keys, ascending in each group. Sorting ``key32 << 32 | place`` is the fastest way there is."""
    marked = np.sort(keys | np.arange(len(keys), dtype=np.uint64))
    key = marked >> np.uint64(32)
    starts = np.flatnonzero(changes(key))
    places = (marked & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return Ragged.of_lengths(places, np.diff(np.append(starts, len(key))))


def _all_pairs(buckets: Ragged, n_texts: int) -> NDArray[np.int64]:
    """Every pair of each bucket as a key."""
    ends = np.repeat(buckets.indptr[1:], buckets.lengths)
    partners = ends - np.arange(len(buckets.values)) - 1
    keys: NDArray[np.int64] = np.repeat(buckets.values, partners) * n_texts
    keys += buckets.values[ranges(np.arange(len(buckets.values)) + 1, partners)]
    return keys


def _matrix(rows: Ragged, n_columns: int | None = None) -> csr_matrix:
    from scipy.sparse import csr_matrix

    width = n_columns if n_columns is not None else int(rows.values.max(initial=-1)) + 1
    return csr_matrix((np.ones(len(rows.values), np.int32), rows.values, rows.indptr), shape=(len(rows), width))


def split_keys(keys: NDArray[np.int64], n_texts: int) -> Iterator[NDArray[np.int64]]:
    """Left and right texts of pair keys."""
    yield from np.divmod(keys, max(n_texts, 1))
