"""Lists of texts by their shingles hold every pair that resembles, however they were written and merged."""

from __future__ import annotations

import naive
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pqreuse._kernels.postings import find_sharing
from pqreuse.candidates import Rule
from pqreuse.index.postings import (
    Sizes,
    find_candidates,
    keys_of,
    least_shared,
    make_part,
    merge,
    rare_ones,
    unpacked,
    wanted_hits,
)
from pqreuse.ragged import Ragged

parts_of_one = st.sampled_from([0.1, 0.25, 1 / 3, 0.4, 0.6, 0.7, 0.9, 1.0])
sets = st.lists(st.sets(st.integers(0, 30), min_size=1, max_size=25), min_size=1, max_size=12)


def ragged(rows: list[set[int]]) -> Ragged:
    # Keys of few bits, so that chance alone gives two shingles one.
    values = [np.array([value * 2654435761 % 29 for value in sorted(row)], np.uint32) for row in rows]
    return Ragged.of_rows(values, np.uint32)


@given(parts_of_one)
def test_the_least_that_is_shared(part: float) -> None:
    sizes = np.arange(1, 3000)
    found = least_shared(sizes, Rule(part, 0.4))
    assert (found / sizes >= part).all()
    assert ((found - 1) / sizes < part).all()


@given(sets, sets, parts_of_one, parts_of_one, st.integers(0, 12))
def test_every_pair_that_resembles_is_found(
    old: list[set[int]], new: list[set[int]], containment: float, ratio: float, cut: int
) -> None:
    rule = Rule(containment, ratio)
    kept, asked = ragged(old), ragged(new)
    numbers, parts = np.arange(len(old)), []
    for these in (numbers[:cut], numbers[cut:]):
        rows = kept.take(these)
        parts.append(make_part(these, rows, rare_ones(rows, parts, rule, alone=False)))
    sizes = Sizes.of(kept.lengths.astype(np.int32), rule)
    counted = numbers % 5 != 4
    for lists in (parts, [merge(parts)]):
        pairs = find_candidates(asked, lists, sizes, counted, rule)
        found = {(one, other) for one, other in pairs.tolist()}
        assert len(found) == len(pairs)
        assert all(counted[other] for _, other in found)
        for one, left in enumerate(new):
            for other, right in enumerate(old):
                small, large = sorted((len(left), len(right)))
                alike = len(left & right) / small >= containment and small / large >= ratio
                assert not (alike and counted[other]) or (one, other) in found
    merged = np.sort(np.concatenate([unpacked(part) for part in parts]))
    assert np.array_equal(np.sort(unpacked(merge(parts))), merged)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 9), max_size=8)), max_size=12),
    st.lists(st.integers(1, 9), min_size=10, max_size=10),
    st.lists(st.booleans(), min_size=10, max_size=10),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
    st.sampled_from([0.1, 0.5, 1.0]),
    st.booleans(),
)
def test_kernel(
    lists: list[tuple[int, list[int]]],
    size: list[int],
    counted: list[bool],
    own: list[int],
    ratio: float,
    larger: bool,
) -> None:
    lists = sorted(lists, key=lambda one: one[0])
    wanted = [1 + number % 3 for number in (own if larger else size)]
    ends = np.cumsum([0, *(len(texts) for _, texts in lists)])
    pairs = find_sharing(
        np.array([query for query, _ in lists], np.int32),
        ends[:-1],
        ends[1:],
        np.array([text for _, texts in lists for text in texts], np.uint32),
        np.array(counted, np.uint8),
        np.array(size, np.int32),
        np.array(own, np.int32),
        ratio,
        larger,
        np.array(wanted, np.uint8),
    )
    expected = naive.sharing(lists, size, counted, own, ratio, larger, wanted)
    assert sorted(map(tuple, pairs.tolist())) == expected


def test_hits_that_are_wanted() -> None:
    assert wanted_hits(np.array([0, 1, 3, 5, 100]), Rule(0.6, 0.4)).tolist() == [1, 1, 2, 3, 3]


def test_keys_are_the_upper_half() -> None:
    assert keys_of(np.array([(7 << 32) + 5], np.uint64)).tolist() == [7]
