"""Shingles of texts as sorted lists of the texts that have each: what resembles a text is found without the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.postings import find_sharing
from pqreuse._kernels.shingles import least_wanted
from pqreuse.candidates import Rule
from pqreuse.ragged import Ragged, changes, ranges

Part = Mapping[str, NDArray[np.uint32]]
"""``keys``, sorted; the list of each is ``texts[begins[i]:begins[i + 1]]``, those first, up to ``middles[i]``, that
look the shingle up themselves."""

_HITS = 3  # as in `pqreuse.candidates`
_COMMON = np.uint64(1) << np.uint64(31)
_TEXT = np.uint64((1 << 31) - 1)


class Sizes(NamedTuple):
    """Distinct shingles of each text: int32[n_texts]; and `wanted_hits` of these."""

    shingles: NDArray[np.int32]
    wanted: NDArray[np.uint8]

    @classmethod
    def of(cls, shingles: NDArray[np.int32], rule: Rule) -> Sizes:
        """Of texts with so many shingles."""
        return cls(shingles, wanted_hits(shingles, rule))

    def with_more(self, shingles: NDArray[np.int32], rule: Rule) -> Sizes:
        """The same with more texts behind them."""
        more = Sizes.of(shingles, rule)
        return Sizes(np.append(self.shingles, more.shingles), np.append(self.wanted, more.wanted))


def keys_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """What lists are found by: hashes of shingles, shortened; two shingles of one key only cost a comparison."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def make_part(texts: NDArray[np.int64], sets: Ragged, rare: NDArray[np.bool_]) -> dict[str, NDArray[np.uint32]]:
    """Lists of texts that are new.

    Parameters
    ----------
    texts : ndarray of int64, shape (n_sets,)
        Their numbers.
    sets : Ragged of uint32
        The keys of each text's shingles.
    rare : ndarray of bool, shape (n_values,)
        Which of them the text looks up itself.
    """
    places = np.repeat(texts.astype(np.uint64), sets.lengths)
    rows = sets.values.astype(np.uint64) << np.uint64(32) | places
    rows |= np.where(rare, np.uint64(0), _COMMON)
    return _packed(rows)


def merge(parts: Sequence[Part]) -> dict[str, NDArray[np.uint32]]:
    """One part of several."""
    return _packed(np.concatenate([unpacked(part) for part in parts]))


def rare_ones(sets: Ragged, parts: Sequence[Part], rule: Rule, *, alone: bool) -> NDArray[np.bool_]:
    """Which shingles each text looks up: the rarest, so many that any larger text it resembles has enough of them.

    Parameters
    ----------
    sets : Ragged of uint32
    parts : sequence of Part
    rule : Rule
    alone : bool
        Count only what the parts have, not the texts themselves.

    Returns
    -------
    ndarray of bool, shape (n_values,)
    """
    count = np.zeros(len(sets.values), np.int64)
    for part in parts:
        begin, _, end = _lists(part, sets.values)
        count += end - begin
    if not alone:
        by_key = np.argsort(sets.values, kind="stable")
        first = np.flatnonzero(changes(sets.values[by_key]))
        times = np.diff(np.append(first, len(by_key)))
        count[by_key] += np.repeat(times, times)
    row = sets.row_of_value()
    order = np.lexsort((sets.values, count, row))
    size = sets.lengths
    least = least_shared(size, rule)
    many = size - least + wanted_hits(size, rule)
    rare = np.zeros(len(sets.values), bool)
    rare[order] = np.arange(len(order)) - np.repeat(sets.indptr[:-1], size) < np.repeat(many, size)
    return rare


def find_candidates(
    sets: Ragged,
    parts: Sequence[Part],
    sizes: Sizes,
    counted: NDArray[np.bool_],
    rule: Rule,
) -> NDArray[np.int32]:
    """Pairs of one of these texts and one of the index that may resemble it: all that do are among them.

    Parameters
    ----------
    sets : Ragged of uint32
        Keys of the shingles of each text that is asked about.
    parts : sequence of Part
    sizes : Sizes
        Of the texts of the index.
    counted : ndarray of bool, shape (n_texts,)
        Which of them are wanted.
    rule : Rule

    Returns
    -------
    ndarray of int32, shape (n_pairs, 2)
        Row of ``sets``, and text.
    """
    own = sets.lengths.astype(np.int32)
    row = sets.row_of_value().astype(np.int32)
    rare = rare_ones(sets, parts, rule, alone=True)
    ratio = max(rule.length_ratio, rule.jaccard)
    wanted = wanted_hits(own, rule)
    found = [np.empty((0, 2), np.int32)]
    mask = counted.view(np.uint8)
    for part in parts:
        begin, middle, end = _lists(part, sets.values)
        for larger, these, last in ((True, rare, end), (False, np.ones(len(row), bool), middle)):
            there = np.flatnonzero(these & (begin < last))
            found.append(
                find_sharing(
                    row[there],
                    begin[there],
                    last[there],
                    part["texts"],
                    mask,
                    sizes.shingles,
                    own,
                    ratio,
                    larger,
                    wanted if larger else sizes.wanted,
                )
            )
    return np.concatenate(found)


def least_shared(size: NDArray[np.integer], rule: Rule) -> NDArray[np.int64]:
    """The least number of shingles that a text of this size shares with a larger one that it resembles."""
    return least_wanted(size.astype(np.int64), *rule)


def wanted_hits(size: NDArray[np.integer], rule: Rule) -> NDArray[np.uint8]:
    """In how many of the lists that a text looks up a larger one that it resembles must stand."""
    return np.clip(least_shared(size, rule), 1, _HITS).astype(np.uint8)


def _lists(part: Part, keys: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Where each key's list begins, where those end that look it up themselves, and where it ends."""
    known = part["keys"]
    if not len(known):
        nothing = np.zeros(len(keys), np.int64)
        return nothing, nothing, nothing
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    there = known[place] == keys
    begin = part["begins"][place].astype(np.int64)
    middle = np.where(there, part["middles"][place], begin)
    return begin, middle, np.where(there, part["begins"][place + 1], begin)


def _packed(rows: NDArray[np.uint64]) -> dict[str, NDArray[np.uint32]]:
    rows.sort()
    keys = (rows >> np.uint64(32)).astype(np.uint32)
    first = np.flatnonzero(changes(keys))
    common = np.concatenate(([0], np.cumsum((rows & _COMMON) != 0)))
    begins = np.append(first, len(rows))
    return {
        "keys": keys[first],
        "begins": begins.astype(np.uint32),
        "middles": (begins[1:] - np.diff(common[begins])).astype(np.uint32),
        "texts": (rows & _TEXT).astype(np.uint32),
    }


def unpacked(part: Part) -> NDArray[np.uint64]:
    """A row for each text of each list: ``key << 32 | not looked up << 31 | text``."""
    begins = part["begins"].astype(np.int64)
    lengths = begins[1:] - begins[:-1]
    rows = np.repeat(part["keys"].astype(np.uint64), lengths) << np.uint64(32) | part["texts"]
    rare = part["middles"] - begins[:-1]
    rows[ranges(begins[:-1] + rare, lengths - rare)] |= _COMMON
    return rows
