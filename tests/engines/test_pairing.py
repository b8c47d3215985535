"""The search as tasks on Arrow batches: every pair that resembles by the plain definition, and no other."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from pqreuse import ReuseParams
from pqreuse._kernels.pairing import bitmaps, match_postings
from pqreuse._kernels.shingles import least_wanted
from pqreuse.candidates import Rule
from pqreuse.ragged import Ragged
from pqreuse.words import index_words

pa = pytest.importorskip("pyarrow", reason="needs pyarrow: pip install 'pqreuse[spark]'")

from pqreuse.engines import pairing  # noqa: E402
from pqreuse.engines.batches import by_batch, by_group, words_of  # noqa: E402

parts = st.sampled_from([0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.9, 1.0])

jaccards = st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0])


@st.composite
def texts(draw: st.DrawFn) -> list[list[str]]:
    """Different texts of few words, many of them variants of one another."""
    words = st.sampled_from(["a", "b", "c", "d", "ee", "ß", "1", "2", "3x"])
    several = draw(st.lists(st.lists(words, min_size=1, max_size=16), max_size=7))
    for _ in range(draw(st.integers(0, 6)) if several else 0):
        changed = list(draw(st.sampled_from(several)))
        place = draw(st.integers(0, len(changed)))
        changed[place : place + draw(st.integers(0, 3))] = draw(st.lists(words, max_size=3))
        several.append(changed or ["a"])
    return [list(text) for text in dict.fromkeys(map(tuple, several))]


def pairs_found(several: list[list[str]], params: ReuseParams, most: int, at_once: int) -> set[tuple[int, int]]:
    """What the tasks find, run one after the other; Spark's part is the sorting between them."""
    nodes = pa.table(
        {
            "unit": pa.array([0] * len(several), pa.int8()),
            "node": pa.array([place << 33 for place in range(len(several))], pa.int64()),
            "words": pa.array([" ".join(text) for text in several], pa.string()),
        }
    )
    counts = np.ones(1 << pairing.COUNT_BITS, np.uint32)
    batches = list(by_batch(partial(pairing.add_shingles, params), nodes.to_batches(max_chunksize=at_once)))
    added = np.zeros_like(counts)
    for batch in by_batch(pairing.count_cells, batches):
        np.add.at(added, batch.column("cell").to_numpy(), batch.column("many").to_numpy().astype(np.uint32))
    counts = np.maximum(counts, added)
    posted = list(by_batch(partial(pairing.post, params, counts, most), batches))
    if not posted:
        return set()
    postings = pa.Table.from_batches(posted).sort_by([(key, "ascending") for key in ("bucket", "size", "node")])
    pairs = set()
    for batch in by_group(
        partial(pairing.pair_up, params), "bucket", postings.combine_chunks().to_batches(at_once), at_once
    ):
        pairs |= set(zip(batch.column("small").to_pylist(), batch.column("large").to_pylist(), strict=True))
    small, large = (np.array([pair[side] >> 33 for pair in sorted(pairs)], np.int64) for side in (0, 1))
    words = nodes.column("words").combine_chunks()
    rows = pa.table(
        {"small": small, "large": large, "small_words": words.take(small), "large_words": words.take(large)}
    )
    return {
        (one, other)
        for batch in by_batch(partial(pairing.verify, params), rows.to_batches())
        for one, other in zip(batch.column("earlier").to_pylist(), batch.column("later").to_pylist(), strict=True)
    }


@given(texts(), parts, parts, jaccards, st.integers(1, 4), st.sampled_from([1, 2, 100]), st.sampled_from([1, 3, 100]))
def test_tasks_find_every_pair_that_resembles(
    several: list[list[str]], containment: float, ratio: float, jaccard: float, length: int, most: int, at_once: int
) -> None:
    rule = Rule(containment, ratio, jaccard)
    params = ReuseParams(containment=containment, length_ratio=ratio, jaccard=jaccard, shingle_words=length)
    expected = {
        (one, other)
        for one, other in combinations(range(len(several)), 2)
        if naive.resemble(*(naive.shingles(several[text], length) for text in (one, other)), *rule)
    }
    assert pairs_found(several, params, most, at_once) == expected


@given(st.lists(st.integers(0, 300)), parts, parts)
def test_least_wanted_is_the_least_part(sizes: list[int], containment: float, jaccard: float) -> None:
    part = max(containment, jaccard)
    expected = [next(n for n in range(size + 1) if not size or n / size >= part) for size in sizes]
    assert least_wanted(np.array(sizes, np.int64), *Rule(containment, 0.4, jaccard)).tolist() == expected


def test_bitmaps_never_differ_in_more_than_the_sets() -> None:
    random = np.random.default_rng(3)
    sets = [random.choice(400, size, replace=False).astype(np.uint64) << np.uint64(20) for size in range(1, 90)]
    rows = Ragged.of_rows(sets, np.uint64)
    maps = numbers_of(bitmaps(rows.values, rows.indptr))
    for left, map_of_left in zip(sets, maps, strict=True):
        for right, map_of_right in zip(sets, maps, strict=True):
            assert (map_of_left ^ map_of_right).bit_count() <= len(np.setxor1d(left, right))


def numbers_of(maps: np.ndarray) -> list[int]:
    """Each bitmap as one number."""
    return [int.from_bytes(row.tobytes(), "little") for row in maps.T]


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_postings_match_where_no_rule_forbids_it(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    size = random.integers(1, 12, n).astype(np.int32)
    place = (random.random(n) * size).astype(np.int32)
    unit, home = random.integers(0, 2, n).astype(np.int8), random.integers(0, 2, n).astype(np.uint8)
    node = random.integers(0, 9, n)
    # Few bits each, so that some pairs differ in few.
    maps = random.integers(0, 2**63, (4, n), np.uint64) & random.integers(0, 2, (4, n), np.uint64) * np.uint64(0x8421)
    looking = np.flatnonzero(random.random(n) < 0.7)
    ends = np.array([random.integers(one + 1, n + 1) for one in looking.tolist()], np.int64)
    least = random.integers(1, 6, len(looking))
    numbers = numbers_of(maps)
    expected = [
        (int(node[one]), int(node[other]))
        for one, end, wanted in zip(looking.tolist(), ends.tolist(), least.tolist(), strict=True)
        for other in range(one + 1, end)
        if home[other]
        and unit[one] == unit[other]
        and node[one] != node[other]
        and min(size[one] - place[one], size[other] - place[other]) >= wanted
        and size[one] + size[other] - (numbers[one] ^ numbers[other]).bit_count() >= 2 * wanted
    ]
    found = match_postings(looking, ends, least, unit, node, size, place, home, maps)
    assert list(zip(*found.tolist(), strict=True)) == expected


@given(st.lists(st.one_of(st.text(characters), st.text("aZ1,ß ŉ²𝟙_'"))))
def test_joined_words_are_numbered_as_they_are(written: list[str]) -> None:
    several = [naive.words(text) for text in written]
    found = words_of(pa.chunked_array([pa.array([" ".join(text) for text in several], pa.string())]))
    words = list(found.vocabulary)
    assert words == sorted({word for text in several for word in text})
    rows = Ragged(found.tokens, found.indptr)
    assert [[words[token] for token in rows[place]] for place in range(len(rows))] == several
    assert found.vocabulary.numeric.tolist() == [word[0].isdecimal() for word in words]
    assert found.vocabulary.hashes.tolist() == index_words(written).vocabulary.hashes.tolist()
