"""The inputs of a search: how often shingles occur, or the LSH buckets of texts, and what these miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.candidates import BucketFinder, find_sharing
from pqreuse._kernels.candidates import mark_met as mark_met
from pqreuse._kernels.comparison import BucketSearch
from pqreuse._kernels.shingles import Shingles
from pqreuse.ragged import Ragged, distinct

_MOST_HASHES = 512
HITS = 3
"""So many rare shingles must two texts share to be compared: one or two are often chance."""
_COUNT_BITS = 26
# Pairs on which the recall is measured, at most.
_MOST_PAIRS, _PAIRS_PER_TEXT = 5_000, 10


class Rule(NamedTuple):
    """When two segments resemble each other: the least containment, ratio of their sizes, and Jaccard."""

    containment: float
    length_ratio: float
    jaccard: float = 0.0


@dataclass(frozen=True, slots=True)
class Buckets:
    """Texts whose signatures agree in a band.

    Attributes
    ----------
    members : Ragged of int32, one row a bucket
        Texts, ascending. No two buckets have the same ones.
    of_text : Ragged of int32, n_texts rows
        Buckets of each text.
    """

    members: Ragged
    of_text: Ragged


def choose_bands(jaccard: float, recall: float) -> tuple[int, int]:
    """Bands and rows with which an index holds a pair of this Jaccard with at least this probability.

    The fewest rows with which it holds a pair of a tenth of this Jaccard with a probability of at most 0.001 too, or as
    near to that as 512 hashes allow: not the equal-error optimum of common libraries, which holds 31 to 55 % of the
    pairs at its threshold.

    >>> choose_bands(0.5, 0.99), choose_bands(0.7, 0.999)
    ((72, 4), (26, 4))
    """
    chosen = (_MOST_HASHES, 1)
    for rows in count(1):
        bands = int(np.ceil(np.log1p(-recall) / np.log1p(-(jaccard**rows))))
        if bands * rows > _MOST_HASHES:
            break
        chosen = (bands, rows)
        if bands * (jaccard / 10) ** rows <= 0.001:
            break
    return chosen


def find_buckets(keys: Iterable[NDArray[np.uint64]], n_texts: int) -> Buckets:
    """Texts with equal keys in a band.

    Parameters
    ----------
    keys : iterable of ndarray of uint64
        For each band ``key << 32 | text``, sorted.
    n_texts : int
    """
    found = BucketFinder()
    for band in keys:
        found.add(band)
    members, sizes = found.taken()
    buckets = Ragged.of_lengths(members, sizes)
    order = np.argsort(buckets.values, kind="stable")
    of_text = buckets.row_of_value().astype(np.int32)[order]
    return Buckets(buckets, Ragged.of_lengths(of_text, np.bincount(buckets.values, minlength=n_texts)))


def count_shingles(shingles: Shingles) -> NDArray[np.uint16]:
    """How many shingles there are of each hash, cut to some bits: never fewer than there are of a shingle."""
    bits = min(max(int(shingles.n_shingles).bit_length(), 8), _COUNT_BITS)
    counts = np.zeros(1 << bits, np.uint16)
    shingles.count(counts, bits)
    return counts


class Held(NamedTuple):
    """How many texts were sampled, how many pairs of them truly resemble, and how many of those were candidates."""

    sample: int
    pairs: int
    held: int


def count_held(search: BucketSearch, shingles: Shingles, rule: Rule, *, sample: int, seed: int) -> Held:
    """Count, on a seeded sample of texts, how many of the pairs that truly resemble share a bucket.

    Each sampled text is compared with every other one by exact shingle sets. Where far more pairs than texts resemble,
    as in a corpus that is one family, a sample of the pairs is looked at.

    Parameters
    ----------
    search : BucketSearch
    shingles : Shingles
    rule : Rule
    sample : int
        How many texts to compare; all where there are fewer.
    seed : int
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(len(shingles))[:sample])
    if not len(chosen):
        return Held(0, 0, 0)
    one, other = find_sharing(shingles, chosen, *rule, max(_MOST_PAIRS, _PAIRS_PER_TEXT * sample))
    # Each pair once, though both may be of the sample.
    n_texts = len(shingles)
    left, right = np.divmod(distinct(np.minimum(one, other) * n_texts + np.maximum(one, other)), n_texts)
    true = search.compare(left, right)[1] > 0
    return Held(len(chosen), int(true.sum()), int(search.share(left[true], right[true]).sum()))
