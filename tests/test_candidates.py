"""What is compared: with `exact` every pair that resembles by the plain definition; with `lsh` what shares a bucket."""

from __future__ import annotations

from collections import defaultdict

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse import ReuseParams
from pqreuse._kernels.candidates import find_sharing
from pqreuse._kernels.comparison import BucketSearch, ExactSearch
from pqreuse._kernels.shingles import Shingles
from pqreuse.candidates import HITS, Rule, choose_bands, count_held, count_shingles, find_buckets
from pqreuse.ragged import Ragged
from pqreuse.shingles import Texts, make_shingles
from pqreuse.signatures import band_keys, permutations
from pqreuse.stock import compare_pairs, search_for
from pqreuse.words import index_words

Several = list[list[str]]

parts = st.sampled_from([0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.9, 1.0])
jaccards = st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0])
lengths = st.integers(1, 4)


@st.composite
def texts(draw: st.DrawFn) -> Several:
    """Texts of few words, many of them variants of one another."""
    words = st.sampled_from(["a", "b", "c", "d", "ee", "1", "2", "3x"])
    several = draw(st.lists(st.lists(words, min_size=1, max_size=16), max_size=7))
    for _ in range(draw(st.integers(0, 6)) if several else 0):
        changed = list(draw(st.sampled_from(several)))
        place = draw(st.integers(0, len(changed)))
        changed[place : place + draw(st.integers(0, 3))] = draw(st.lists(words, max_size=3))
        several.append(changed or ["a"])
    return several


def shingles_of(several: Several, length: int) -> Shingles:
    words = index_words(" ".join(text) for text in several)
    starts, ends = words.indptr[:-1], words.indptr[1:]
    whole = Texts(np.arange(len(several), dtype=np.int32), starts.copy(), (ends - starts).astype(np.int32))
    return make_shingles(words.tokens, whole, np.arange(len(several)), words.vocabulary, length)


@given(texts(), lengths, parts, parts, jaccards)
def test_texts_are_compared_word_by_word_though_all_words_have_one_hash(
    several: Several, length: int, containment: float, ratio: float, jaccard: float
) -> None:
    words = index_words(" ".join(text) for text in several)
    counted = np.array([-1 if word[0].isdecimal() else place for place, word in enumerate(words.vocabulary)], np.int32)
    hashes = np.zeros(len(counted), np.uint64)
    n_words = np.diff(words.indptr).astype(np.int32)
    shingles = Shingles(words.tokens, counted, hashes, words.indptr[:-1].copy(), n_words, length)
    left, right = (side.ravel() for side in np.indices((len(several), len(several))))
    found = compare_pairs(shingles, Rule(containment, ratio, jaccard), left, right)
    for one, other, alike, contained in zip(left.tolist(), right.tolist(), *found, strict=True):
        sets = naive.shingles(several[one], length), naive.shingles(several[other], length)
        expected = naive.shared(*sets) if naive.resemble(*sets, containment, ratio, jaccard) else (0, 0)
        assert (alike, contained) == expected


def resembling(several: Several, length: int, rule: Rule) -> list[tuple[int, int]]:
    sets = [naive.shingles(text, length) for text in several]
    return [
        (left, right)
        for left in range(len(several))
        for right in range(left + 1, len(several))
        if naive.resemble(sets[left], sets[right], *rule)
    ]


def exact(shingles: Shingles, rule: Rule) -> ExactSearch:
    return ExactSearch(shingles, *rule, count_shingles(shingles), HITS)


@given(texts(), lengths, parts, parts, jaccards, st.integers(0, 7))
@settings(max_examples=300)
def test_texts_join_the_best_of_given_exemplars(
    several: Several, length: int, containment: float, ratio: float, jaccard: float, n_exemplars: int
) -> None:
    """The exemplars may resemble one another: which they are is decided elsewhere."""
    rule, n_exemplars = Rule(containment, ratio, jaccard), min(n_exemplars, len(several))
    search = exact(shingles_of(several, length), rule)
    search.join(n_exemplars)
    sets = [naive.shingles(text, length) for text in several]
    for text in range(n_exemplars, len(several)):
        fitting = [one for one in range(n_exemplars) if naive.resemble(sets[text], sets[one], *rule)]
        best = max(fitting, key=lambda one: (*naive.shared(sets[text], sets[one]), -one), default=-1)
        assert search.exemplar[text] == best


def test_texts_of_more_shingles_than_sizes_are_told_apart_by_find_each_other() -> None:
    words = [f"w{place}" for place in range(70_000)]
    several = [words, words[:66_000], words[:65_537], words[:65_535], words[:30_000], words[:20_000]]
    for one in range(6):
        for other in range(one):
            search = exact(shingles_of([several[other], several[one]], 2), Rule(0.6, 0.4))
            search.join(1)
            # The last one is too small for all but the one before it.
            assert search.exemplar[1] == (0 if one < 5 or other == 4 else -1)


@given(texts(), lengths, parts, parts, jaccards)
@settings(max_examples=300)
def test_comparison_is_that_of_the_definition(
    several: Several, length: int, containment: float, ratio: float, jaccard: float
) -> None:
    rule, n_texts = Rule(containment, ratio, jaccard), len(several)
    left, right = np.triu_indices(n_texts, 1)
    found = compare_pairs(shingles_of(several, length), rule, left.astype(np.int64), right.astype(np.int64))
    true = set(resembling(several, length, rule))
    sets = [naive.shingles(text, length) for text in several]
    for one, other, jaccard_found, held in zip(left.tolist(), right.tolist(), *found, strict=True):
        expected = naive.shared(sets[one], sets[other]) if (one, other) in true else (0.0, 0.0)
        assert (jaccard_found, held) == expected


@given(texts(), lengths)
def test_hashes_are_equal_where_shingles_are(several: Several, length: int) -> None:
    sets = Ragged(*shingles_of(several, length).hash_sets(np.arange(len(several))))
    found = [set(sets[text].tolist()) for text in range(len(several))]
    expected = [naive.shingles(text, length) for text in several]
    for one in range(len(several)):
        assert len(sets[one]) == len(expected[one])
        for other in range(len(several)):
            assert len(found[one] & found[other]) == len(expected[one] & expected[other])


@pytest.mark.parametrize("jaccard", [0.2, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("recall", [0.9, 0.99, 0.999])
def test_bands_reach_the_recall_target(jaccard: float, recall: float) -> None:
    bands, rows = choose_bands(jaccard, recall)
    assert bands * rows <= 512
    assert 1 - (1 - jaccard**rows) ** bands >= recall


@pytest.mark.parametrize(
    ("jaccard", "recall", "expected"),
    [
        (0.99, 0.5, (1, 3)),
        (0.5, 0.72, (20, 4)),  # with three rows, 0.00125 at a tenth
        (0.434, 0.99, (128, 4)),  # 512 hashes, no more
        (0.05, 0.99, (90, 1)),  # two rows would take 1,840 bands
        (0.001, 0.99, (512, 1)),  # what 512 hashes allow
    ],
)
def test_bands_of_the_fewest_rows_within_512_hashes(jaccard: float, recall: float, expected: tuple[int, int]) -> None:
    assert choose_bands(jaccard, recall) == expected


def test_buckets_hold_the_pairs_they_promise() -> None:
    random = np.random.default_rng(5)
    several, expected = [], []
    for number in range(300):
        words = [f"w{word}" for word in random.integers(0, 10**6, 61)]
        changed = words.copy()
        # 20 of 60 pairs of words are others: a Jaccard of a half.
        for place in range(0, 60, 6):
            changed[place] = f"v{number}x{place}"
        several += [words, changed]
        expected.append((2 * number, 2 * number + 1))
    bands, rows = choose_bands(0.5, 0.99)
    keys = band_keys(shingles_of(several, 2), permutations(1, bands * rows), rows)
    buckets = find_buckets(np.sort(keys, axis=1), 600)
    held = {tuple(buckets.members[row].tolist()) for row in range(len(buckets.members))}
    assert len(held & set(expected)) >= 0.98 * len(expected)
    assert len(held) <= 1.02 * len(expected)


@given(st.lists(st.lists(st.integers(0, 3), min_size=9, max_size=9), max_size=4))
def test_buckets_are_texts_with_equal_keys_each_once(bands: list[list[int]]) -> None:
    keys = [np.sort(np.array([key << 32 | text for text, key in enumerate(band)], np.uint64)) for band in bands]
    found = find_buckets(iter(keys), 9)
    expected = set()
    for band in bands:
        equal = defaultdict(list)
        for text, key in enumerate(band):
            equal[key].append(text)
        expected |= {tuple(same) for same in equal.values() if len(same) > 1}
    buckets = [tuple(found.members[row].tolist()) for row in range(len(found.members))]
    assert len(buckets) == len(set(buckets))
    assert set(buckets) == expected
    for text in range(9):
        assert sorted(found.of_text[text].tolist()) == [row for row, bucket in enumerate(buckets) if text in bucket]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_key(threads: int) -> None:
    random = np.random.default_rng(2)
    shingles = shingles_of([[f"w{word}" for word in random.integers(0, 50, 20)] for _ in range(40_000)], 2)
    functions = permutations(1, 8)
    assert (band_keys(shingles, functions, 4, threads) == band_keys(shingles, functions, 4)).all()


@given(texts(), lengths, parts, jaccards, st.integers(0, 12))
def test_count_held_counts_the_pairs_that_share_no_bucket(
    several: Several, length: int, containment: float, jaccard: float, sample: int
) -> None:
    rule, n_texts = Rule(containment, 0.4, jaccard), len(several)
    shingles = shingles_of(several, length)
    keys = np.sort(band_keys(shingles, permutations(1, 8), 4), axis=1)
    members = [set(bucket.tolist()) for bucket in rows_of(find_buckets(iter(keys), n_texts).members)]
    search = by_buckets(shingles, rule, keys)
    true = set(resembling(several, length, rule))
    held = {pair for pair in true if any(set(pair) <= bucket for bucket in members)}
    assert count_held(search, shingles, rule, sample=n_texts, seed=1) == (n_texts, len(true), len(held))
    some = count_held(search, shingles, rule, sample=sample, seed=1)
    assert some.sample == min(sample, n_texts)
    assert some.held <= some.pairs <= len(true)


@given(texts(), lengths, parts, parts, jaccards)
def test_with_an_index_texts_join_the_best_exemplar_of_their_buckets(
    several: Several, length: int, containment: float, ratio: float, jaccard: float
) -> None:
    rule, n_texts = Rule(containment, ratio, jaccard), len(several)
    shingles = shingles_of(several, length)
    keys = np.sort(band_keys(shingles, permutations(1, 8), 4), axis=1)
    members = [set(bucket.tolist()) for bucket in rows_of(find_buckets(iter(keys), n_texts).members)]
    search = by_buckets(shingles, rule, keys)
    search.choose(0, n_texts)
    sets = [naive.shingles(text, length) for text in several]
    for text in range(n_texts):
        exemplars = [one for one in range(text) if search.exemplar[one] == one]
        met = [one for one in exemplars if any({one, text} <= bucket for bucket in members)]
        fitting = [one for one in met if naive.resemble(sets[text], sets[one], *rule)]
        best = max(fitting, key=lambda one: (*naive.shared(sets[text], sets[one]), -one), default=text)
        assert search.exemplar[text] == best


def rows_of(ragged: Ragged) -> list[np.ndarray]:
    return [ragged[row] for row in range(len(ragged))]


def by_buckets(shingles: Shingles, rule: Rule, keys: np.ndarray) -> BucketSearch:
    buckets = find_buckets(iter(keys), len(shingles))
    return BucketSearch(shingles, *rule, buckets.members.indptr, buckets.of_text.values, buckets.of_text.indptr)


def one_family(n_texts: int) -> Shingles:
    """Texts that all resemble one another, and as many that resemble nothing."""
    stock = "we have set up a network of hubs to share what works".split()
    alone = [[f"w{place}x{word}" for word in range(12)] for place in range(n_texts)]
    return shingles_of([*([*stock, f"x{place}"] for place in range(n_texts)), *alone], 2)


@given(st.integers(1, 300), st.integers(2, 25))
def test_of_too_many_pairs_a_sample_is_drawn_both_ways_round_alike(most: int, n_texts: int) -> None:
    shingles = one_family(n_texts)
    sample = np.arange(2 * n_texts, dtype=np.int64)
    rule = (0.6, 0.4, 0.0)
    every, drawn = (
        set(zip(*(side.tolist() for side in find_sharing(shingles, sample, *rule, limit)), strict=True))
        for limit in (1 << 40, most)
    )
    assert every == {(a, b) for a in range(n_texts) for b in range(n_texts) if a != b}
    assert drawn <= every
    assert len(drawn) <= most
    if len(every) <= most:
        assert drawn == every
    assert {(b, a) for a, b in drawn} == drawn


LSH = ReuseParams(search="lsh")


def test_recall_of_one_large_family_is_measured_on_a_part_of_its_pairs() -> None:
    shingles, rule = one_family(400), Rule(0.6, 0.4)
    found = count_held(search_for(shingles, LSH), shingles, rule, sample=100, seed=1)
    assert 1_000 <= found.pairs <= 5_000
    assert found.sample == 100
    assert found.held > 0.98 * found.pairs


def test_recall_is_measured_on_ten_pairs_of_each_sampled_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pqreuse.candidates._MOST_PAIRS", 1)
    shingles, rule = one_family(400), Rule(0.6, 0.4)
    assert 250 <= count_held(search_for(shingles, LSH), shingles, rule, sample=100, seed=1).pairs <= 1_000


def test_two_texts_are_compared_for_three_rare_shingles_not_for_two() -> None:
    """Of the last text's 20 shingles, of which four are asked for, all are looked up but the most common."""
    shared_by_three, shared_by_two, common = "a b c d", "e f g", ["h i", "j k"]
    others = [f"{shared_by_three} {{}}", f"{shared_by_two} {{}}", *(f"{words} {{}}" for words in common * 4)]
    several = [
        opening.format(" ".join(f"w{place}x{word}" for word in range(17))).split()
        for place, opening in enumerate(others)
    ]
    several.append([*f"{shared_by_three} x {shared_by_two} y h i z j k".split(), *(f"v{word}" for word in range(7))])
    search = exact(shingles_of(several, 2), Rule(0.2, 0.4))
    search.join(len(others))
    assert search.n_compared == 1


@pytest.mark.parametrize("n_pairs", [4, 60, 200])
def test_a_shingle_that_all_texts_share_counts_with_two_rare_ones(n_pairs: int) -> None:
    """Each pair has two of its own; what all have is looked for among those that were met by these, or gone through."""
    pairs = [f"p{one} q{one} r{one}" for one in range(n_pairs)] * 2
    several = [f"{shared} x{one} c d y{one} z{one}".split() for one, shared in enumerate(pairs)]
    search = exact(shingles_of(several, 2), Rule(0.3, 0.4))
    search.choose(0, len(several))
    assert search.exemplar.tolist() == [*range(n_pairs), *range(n_pairs)]


def test_what_has_joined_is_not_compared_with_what_comes_later() -> None:
    """2,000 wordings of four lines: pairs of them are half a million; some thousand of them are compared."""
    random = np.random.default_rng(3)
    several = []
    for number in range(2_000):
        line = [f"w{number % 4}x{place}" for place in range(60)]
        line[int(random.integers(60))] = f"own{number}"
        several.append(line)
    search = exact(shingles_of(several, 2), Rule(0.6, 0.4))
    search.choose(0, len(several))
    assert len(np.unique(search.exemplar)) == 4
    assert search.n_compared < 4_000


def test_of_many_exemplars_that_share_too_little_none_is_compared() -> None:
    """Each two share half of their shingles, or a little less: they are counted, list by list, for all at once."""
    several = [
        [f"w{place}" for place in range(30)] + [f"own{one}x{place}" for place in range(30)] for one in range(300)
    ]
    search = exact(shingles_of(several, 2), Rule(0.6, 0.4))
    search.choose(0, len(several))
    assert search.exemplar.tolist() == list(range(300))
    assert search.n_compared < 300
