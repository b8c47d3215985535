"""Candidates: bands, anchors, and that what leaves the stage resembles by the plain definition."""

from __future__ import annotations

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqreuse.candidates import (
    Partners,
    Rule,
    anchor_pairs,
    band_pairs,
    choose_bands,
    count_held,
    least_shared,
    split_keys,
    verify,
)
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
    keys, crowded = band_pairs(signatures, bands, rows)
    assert not crowded.any()
    assert len(np.intersect1d(keys, expected)) >= 0.98 * len(expected)


def test_texts_of_a_wide_bucket_are_crowded_and_not_paired_off() -> None:
    signatures = np.zeros((1000, 4), np.uint32)
    signatures[990:, 0] = np.arange(1, 11)
    signatures[990:, 2] = np.arange(1, 11)
    keys, crowded = band_pairs(signatures, 2, 2)
    assert len(keys) == 0
    assert crowded.tolist() == [True] * 990 + [False] * 10


@given(sets, parts, parts)
def test_partners_hold_every_later_text_that_resembles(
    several: list[set[int]], containment: float, ratio: float
) -> None:
    partners = Partners(ragged(several), Rule(containment, ratio))
    found = {(text, other) for text in range(len(several)) for other in partners.later(text).tolist()}
    assert all(text < other for text, other in found)
    assert found >= set(resembling(several, containment, ratio))


@given(sets, parts, st.integers(0, 12), st.data())
def test_count_held_counts_what_the_candidates_lack(
    several: list[set[int]], containment: float, sample: int, data: st.DataObject
) -> None:
    rule, n_sets = Rule(containment, 0.4), len(several)
    true_pairs = resembling(several, containment, 0.4)
    kept = data.draw(st.lists(st.sampled_from(true_pairs), unique=True)) if true_pairs else []
    keys = np.array(sorted(left * n_sets + right for left, right in kept), np.int64)
    crowded = np.zeros(n_sets, bool)
    everything = count_held(ragged(several), keys, crowded, rule, sample=n_sets, seed=1)
    assert everything == (n_sets, len(true_pairs), len(kept))
    some = count_held(ragged(several), keys, crowded, rule, sample=sample, seed=1)
    assert some.sample == min(sample, n_sets)
    assert some.held <= some.pairs <= len(true_pairs)
    assert count_held(ragged(several), keys, ~crowded, rule, sample=n_sets, seed=1).held == len(true_pairs)
