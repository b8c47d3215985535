"""Candidates: bands, anchors, and that what leaves the stage resembles by the plain definition."""

from __future__ import annotations

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqreuse.candidates import Rule, anchor_pairs, band_pairs, choose_bands, least_shared, split_keys, verify
from pqreuse.ragged import Ragged
from pqreuse.signatures import minhash

sets = st.lists(st.sets(st.integers(0, 25), max_size=14), max_size=12)
parts = st.sampled_from([0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.9, 1.0])


def ragged(several: list[set[int]]) -> Ragged:
    return Ragged.of_rows([np.array(sorted(one), np.int64) for one in several], np.int64)


def resembling(several: list[set[int]], containment: float, ratio: float) -> list[tuple[int, int]]:
    as_shingles = [{(str(item),) for item in one} for one in several]
    return [
        (left, right)
        for left in range(len(several))
        for right in range(left + 1, len(several))
        if naive.resemble(as_shingles[left], as_shingles[right], containment, ratio)
    ]


@given(sets, parts, parts)
def test_anchors_and_verification_find_exactly_the_pairs_that_resemble(
    several: list[set[int]], containment: float, ratio: float
) -> None:
    columns = ragged(several)
    keys = anchor_pairs(columns, Rule(containment, ratio), complete=True)
    assert len(set(keys.tolist())) == len(keys)
    found = verify(columns, *split_keys(np.sort(keys), len(several)), Rule(containment, ratio))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == resembling(several, containment, ratio)
    for left, right, jaccard, held in zip(found.left, found.right, found.jaccard, found.containment, strict=True):
        a, b = several[left], several[right]
        assert jaccard == len(a & b) / len(a | b)
        assert held == len(a & b) / min(len(a), len(b))


@given(sets, parts, parts)
def test_verification_rejects_what_does_not_resemble(several: list[set[int]], containment: float, ratio: float) -> None:
    n_sets = len(several)
    left, right = np.triu_indices(n_sets, 1)
    found = verify(ragged(several), left, right, Rule(containment, ratio))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == resembling(several, containment, ratio)


@given(st.integers(0, 3000), parts)
def test_least_shared_is_the_least_number_that_reaches_the_containment(size: int, containment: float) -> None:
    least = int(least_shared(np.array([size]), containment)[0])
    reaching = [count for count in range(size + 1) if size and count / size >= containment]
    assert least == min(reaching, default=0)


@pytest.mark.parametrize("jaccard", [0.2, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("recall", [0.9, 0.99, 0.999])
def test_bands_reach_the_recall_target(jaccard: float, recall: float) -> None:
    bands, rows = choose_bands(jaccard, recall)
    assert bands * rows <= 512
    assert 1 - (1 - jaccard**rows) ** bands >= recall


def test_bands_hold_the_pairs_they_promise() -> None:
    random = np.random.default_rng(5)
    several, expected = [], []
    for number in range(300):
        common = random.integers(0, 2**31, 40)
        own = random.integers(0, 2**31, (2, 20))
        several += [set(common.tolist()) | set(own[0].tolist()), set(common.tolist()) | set(own[1].tolist())]
        expected.append((2 * number) * 600 + 2 * number + 1)
    values, places = np.unique(np.concatenate([sorted(one) for one in several]), return_inverse=True)
    columns = Ragged.of_lengths(places, np.array([len(one) for one in several]))
    bands, rows = choose_bands(0.5, 0.99)
    signatures = minhash(columns, values.astype(np.uint32), n_hashes=bands * rows)
    keys, wide = band_pairs(signatures, bands, rows)
    assert len(wide) == 0
    assert len(np.intersect1d(keys, expected)) >= 0.98 * len(expected)


def test_a_wide_bucket_is_kept_as_a_bucket() -> None:
    signatures = np.zeros((1000, 4), np.uint32)
    keys, wide = band_pairs(signatures, 2, 2)
    assert len(keys) == 0
    assert [row.tolist() for row in (wide[place] for place in range(len(wide)))] == [list(range(1000))]
