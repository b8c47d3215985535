"""The exact answer to what the tools of speed.py approximate, and how their clusters are judged by it.

Two distinct texts (word sequences) are *alike* where the Jaccard of their sets of 5-word shingles is at least 0.7. All
such pairs are found with SciPy's sparse products, by the prefix filter (Bayardo, Ma, Srikant 2007): with the shingles
of each text in one order, rarest first, two texts can be alike only if they share one of the first
``n - ⌈0.7 n⌉ + 1`` of them. No hash of a text, no sketch, nothing of pqreuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from recording import Record, ratio

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shingled:
    """Distinct word sequences of texts and their shingles.

    Attributes
    ----------
    of_text : ndarray of int64, shape (n_texts,)
        The distinct sequence of each text.
    copies : ndarray of int64, shape (n_distinct,)
        Texts of each sequence.
    order : ndarray of int64, shape (n_distinct,)
        Place of each sequence among all, by words joined by a space.
    sets : scipy.sparse.csr_array of int32, shape (n_distinct, n_shingles)
        1 where the sequence has the shingle; the shingles that stand in the fewest sequences come first.
    """

    of_text: NDArray[np.int64]
    copies: NDArray[np.int64]
    order: NDArray[np.int64]
    sets: Any


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct sequences that are alike, the smaller number left: their Jaccard and containment."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def shingle(texts: Sequence[str], length: int = 5) -> Shingled:
    """Distinct word sequences and their sets of consecutive words."""
    numbers: dict[str, int] = {}
    of_text = np.array([numbers.setdefault(" ".join(words_of(text)), len(numbers)) for text in texts], np.int64)
    distinct = list(numbers)
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(word, len(vocabulary)) for word in words.split(" ")] for words in distinct]
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    tokens = np.fromiter((token for row in rows for token in row), np.int64, int(lengths.sum()))
    del rows
    # Shingles are numbered a word at a time, which is exact: each number stands for one sequence of words.
    grams = tokens
    for step in range(1, length):
        grams = np.unique(grams[: len(tokens) - step] * len(vocabulary) + tokens[step:], return_inverse=True)[1]
    per_text = np.maximum(lengths - length + 1, 0)
    starts = np.repeat(np.cumsum(lengths) - lengths - np.cumsum(per_text) + per_text, per_text)
    places = starts + np.arange(int(per_text.sum()))
    order = np.empty(len(distinct), np.int64)
    order[sorted(range(len(distinct)), key=distinct.__getitem__)] = np.arange(len(distinct))
    return Shingled(
        of_text,
        np.bincount(of_text, minlength=len(distinct)),
        order,
        as_sets(np.repeat(np.arange(len(distinct)), per_text), grams[places], len(distinct)),
    )


def only(texts: Shingled, places: NDArray[np.int64]) -> Shingled:
    """Some of the texts, among them one of each sequence."""
    of_text = texts.of_text[places]
    return Shingled(of_text, np.bincount(of_text, minlength=len(texts.copies)), texts.order, texts.sets)


def as_sets(row: NDArray[np.int64], column: NDArray[np.int64], n_rows: int) -> Any:
    """The sparse matrix of these places, its columns renumbered, those of the fewest rows first."""
    from scipy.sparse import csr_array

    width = int(column.max(initial=0)) + 1
    row, column = np.divmod(np.unique(row * width + column), width)
    frequency = np.bincount(column, minlength=width)
    rank = np.empty(width, np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(width)
    sets = csr_array((np.ones(len(row), np.int32), (row, rank[column])), shape=(n_rows, width))
    sets.sort_indices()
    return sets


def alike(
    sets: Any, jaccard: float = 0.7, at_once: int = 20_000, *, containment: float = 0.0, length_ratio: float = 0.0
) -> Pairs:
    """All pairs of rows that reach these values; the Jaccard or the containment is above 0."""
    sizes = np.diff(sets.indptr)
    # The smaller of two sets has so much of itself in the larger one; where a Jaccard is asked for, so has the larger.
    prefixes = prefix(sets, max(jaccard, containment))
    turned = (prefixes if jaccard >= containment else sets).T.tocsr()
    length_ratio = max(length_ratio, jaccard)
    found = [Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))]
    for start in range(0, sets.shape[0], at_once):
        shared = (prefixes[start : start + at_once] @ turned).tocoo()
        left, right = shared.coords[0] + start, shared.coords[1]
        # From the smaller set, and once where both are of one size.
        kept = (sizes[left] < sizes[right]) | ((sizes[left] == sizes[right]) & (left < right))
        kept &= sizes[left] >= length_ratio * sizes[right]
        left, right = left[kept], right[kept]
        for some in range(0, len(left), 500_000):
            one, other = left[some : some + 500_000], right[some : some + 500_000]
            both = np.asarray(sets[one].multiply(sets[other]).sum(axis=1)).ravel()
            value = both / (sizes[one] + sizes[other] - both)
            part = both / sizes[one]
            reached = (value >= jaccard) & (part >= containment)
            one, other = one[reached], other[reached]
            places = np.minimum(one, other).astype(np.int64), np.maximum(one, other).astype(np.int64)
            found.append(Pairs(*places, value[reached], part[reached]))
    return Pairs(*(np.concatenate([getattr(some, name) for some in found]) for name in Pairs.__slots__))


def prefix(sets: Any, jaccard: float) -> Any:
    """Of each row the first columns, without one of which no other row is alike."""
    from scipy.sparse import csr_array

    sizes = np.diff(sets.indptr)
    needed = np.array([n - ceil(jaccard * n - 1e-9) + 1 if n else 0 for n in range(int(sizes.max(initial=0)) + 1)])
    kept = np.arange(sets.nnz) - np.repeat(sets.indptr[:-1], sizes) < np.repeat(needed[sizes], sizes)
    indptr = np.concatenate([[0], np.cumsum(needed[sizes])])
    return csr_array((sets.data[kept], sets.indices[kept], indptr), shape=sets.shape)


def stars(texts: Shingled, pairs: Pairs) -> NDArray[np.int64]:
    """The exemplar of each sequence, by the definition: greedy, the most copies first, then the words' order.

    A sequence joins the exemplar that it is alike to with the highest Jaccard (ties: the higher containment,
    then the earlier exemplar), or else becomes one.
    """
    best_first = np.lexsort((texts.order, -texts.copies))
    rank = np.empty(len(best_first), np.int64)
    rank[best_first] = np.arange(len(best_first))
    one, other = rank[pairs.left], rank[pairs.right]
    earlier, later = np.minimum(one, other), np.maximum(one, other)
    # Each later sequence's possible exemplars, the best of them first.
    sort = np.lexsort((earlier, -pairs.containment, -pairs.jaccard, later))
    earlier, later = earlier[sort].tolist(), later[sort].tolist()
    exemplar = list(range(len(rank)))
    joined = -1
    for candidate, text in zip(earlier, later, strict=True):
        if text != joined and exemplar[candidate] == candidate:
            exemplar[text] = candidate
            joined = text
    return best_first[np.array(exemplar, np.int64)[rank]]


def judge(texts: Shingled, pairs: Pairs, exemplar: NDArray[np.int64], labels: NDArray[np.int64]) -> Record:
    """Recall and precision of clusters of the texts, equal texts counted once.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_texts,)
        Texts of one cluster have one label.

    Returns
    -------
    dict
        ``recall``: of the sequences that an exact star gives an exemplar, the part that stands in one cluster with it.
        ``pair_recall``: of all pairs that are alike, the part in one cluster: stars cut through some.
        ``precision``: of the clustered sequences, the part with one in its cluster that it is alike to.
        ``pair_precision``: of the pairs in one cluster, the part that is alike: clusters by chaining hold others too.
    """
    label = np.full(len(texts.copies), -1, np.int64)
    label[texts.of_text[::-1]] = labels[::-1]
    _, label, members = np.unique(label, return_inverse=True, return_counts=True)
    linked = np.flatnonzero(exemplar != np.arange(len(exemplar)))
    together = label[pairs.left] == label[pairs.right]
    partnered = np.zeros(len(label), bool)
    partnered[pairs.left[together]] = partnered[pairs.right[together]] = True
    clustered = members[label] > 1
    held = int((label[linked] == label[exemplar[linked]]).sum())
    pairs_in_clusters = int((members * (members - 1) // 2).sum())
    return {
        "recall": ratio(held, len(linked)),
        "pair_recall": ratio(int(together.sum()), len(together)),
        "precision": ratio(int((partnered & clustered).sum()), int(clustered.sum())),
        "pair_precision": ratio(int(together.sum()), pairs_in_clusters),
        "clustered": int(clustered.sum()),
        "clusters": int((members > 1).sum()),
    }
