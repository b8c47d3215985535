"""Shingles and band keys → which texts are compared: those of one LSH bucket, and those that share rare shingles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.candidates import BucketFinder, Rarity, find_sharing
from pqreuse._kernels.candidates import mark_met as mark_met
from pqreuse._kernels.comparison import Comparison
from pqreuse._kernels.shingles import Shingles
from pqreuse.ragged import Ragged, distinct

_MOST_HASHES = 512
# So many rare shingles must two texts share to be compared: one or two are often chance.
_HITS = 3
# What the look-ups of a text may cost, in holders met, before the most common of its rare shingles are left out.
_COST = 4096
_SAMPLED = 1 << 14
_COUNT_BITS = 26
# Pairs on which the recall is measured, at most: each may take a search of its own.
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


def least_jaccard(rule: Rule) -> float:
    """The least Jaccard of two texts that meet a rule.

    >>> round(least_jaccard(Rule(0.6, 0.4)), 3)
    0.207
    """
    # A smaller set of one, a larger one of 1 / ratio, and in both of them what the containment asks for.
    return max(rule.jaccard, rule.containment / (1 + 1 / rule.length_ratio - rule.containment))


def find_rare(shingles: Shingles, rule: Rule, *, complete: bool) -> Rarity:
    """Which texts hold the shingles that are rare enough to look up: what resembles at a Jaccard too low for the index.

    A set of n shingles of which a part c must stand in a larger set has, among any n - ⌈cn⌉ + 3 of its shingles, at
    least three that the larger set holds (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant
    2007). Looking up its rarest ones finds every pair that resembles.

    Parameters
    ----------
    shingles : Shingles
    rule : Rule
    complete : bool
        Look up every one of these shingles, however common: all pairs, by construction. Otherwise the most common ones
        are left out where looking them up would make the search slower than linear.

    Returns
    -------
    Rarity
    """
    n_shingles = shingles.n_shingles
    bits = min(max(int(n_shingles).bit_length(), 8), _COUNT_BITS)
    counts = np.zeros(1 << bits, np.uint16)
    shingles.count(counts, bits)
    rarity = Rarity(counts, bits, _HITS, *rule)
    if not complete:
        step = len(shingles) // _SAMPLED + 1
        too_dear = np.cumsum(rarity.costs(shingles, step)) > _COST * (len(shingles) / step)
        if too_dear.any():
            rarity.leave_out(1 << int(too_dear.argmax()) - 1)
    postings = np.empty(n_shingles, np.uint64)
    postings.resize(rarity.fill(shingles, postings), refcheck=False)
    rarity.keep(postings)
    return rarity


class Held(NamedTuple):
    """How many texts were sampled, how many pairs of them truly resemble, and how many of those were candidates."""

    sample: int
    pairs: int
    held: int


def count_held(comparison: Comparison, shingles: Shingles, rule: Rule, *, sample: int, seed: int) -> Held:
    """Count, on a seeded sample of texts, how many of the pairs that truly resemble would be compared.

    Each sampled text is compared with every other one by exact shingle sets. Where far more pairs than texts resemble,
    as in a corpus that is one family, a sample of the pairs is looked at.

    Parameters
    ----------
    comparison : Comparison
        With the candidates of the run.
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
    containment = comparison.compare(left, right)[1]
    true = containment > 0
    left, right = left[true], right[true]
    # Either may find the other. Each text on the right is one more search: only for what the left has not found.
    held = comparison.holds(left, right)
    missed = np.flatnonzero(~held)
    missed = missed[np.argsort(right[missed], kind="stable")]
    held[missed] = comparison.holds(right[missed], left[missed])
    return Held(len(chosen), len(left), int(held.sum()))
