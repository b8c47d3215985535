"""Texts to clusters where only those of one bucket are compared: nothing is lost by what is left out beforehand."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import naive
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse import cluster_texts
from pqreuse._kernels.candidates import mark_met
from pqreuse._kernels.comparison import Search
from pqreuse._kernels.shingles import Shingles
from pqreuse.candidates import find_buckets
from pqreuse.errors import InputError
from pqreuse.stock import search_for
from pqreuse.words import hash_words, number_words

NEAR = {
    "search": "lsh",
    "shingle_words": 2,
    "containment": 0.1,
    "length_ratio": 0.1,
    "jaccard": 0.7,
    "lsh_jaccard": 0.4,
}
word = st.sampled_from(["hubs", "Schools", "31", "32", "2,000", "é", "ß", "we", "fund", "them", "all"])
texts = st.lists(st.lists(word, max_size=14).map(" ".join), max_size=24)


def wordings(seed: int, n: int) -> list[str]:
    """A few lines in many wordings, with copies, the same words in other characters, and short ones."""
    draw = random.Random(seed)
    vocabulary = [f"w{place}" for place in range(900)]
    lines = [draw.choices(vocabulary, k=draw.choice((3, 8, 12, 40))) for _ in range(n // 8)]
    found: list[str] = []
    for _ in range(n):
        line = [draw.choice(vocabulary) if draw.random() < 0.02 else one for one in draw.choice(lines)]
        found.append(draw.choice((" ", ", ")).join(line))
        if draw.random() < 0.2:
            found.append(draw.choice(found))
        if draw.random() < 0.1:
            found.append(draw.choice(found).upper())
    return found


@given(texts, st.integers(1, 9), st.integers(1, 3), st.integers(1, 2))
@settings(max_examples=300)
def test_clusters_by_the_index_are_those_of_the_definition(
    several: list[str], min_words: int, length: int, threads: int
) -> None:
    # So many bands for a Jaccard of 0.4 that of those at 0.7 none is missed.
    rule = NEAR | {"shingle_words": length, "lsh_recall": 0.9999}
    found = cluster_texts(several, threads=threads, min_words=min_words, **rule)
    sequences = [tuple(naive.words(text)) for text in several]
    named = [(str(place), None, words) for place, words in enumerate(sequences)]
    expected = naive.families(
        named, {None: None}, min_words=min_words, containment=0.1, ratio=0.1, jaccard=0.7, length=length
    )
    for place, words in enumerate(sequences):
        exemplar = expected.get(words)
        assert found[place] == (place if exemplar is None else sequences.index(exemplar))


@pytest.mark.parametrize("rule", [NEAR, {}, {"search": "lsh", "shingle_words": 10, "jaccard": 0.7, "min_words": 2}])
def test_neither_threads_nor_where_texts_stand_nor_copies_change_a_cluster(rule: dict[str, Any]) -> None:
    several = wordings(5, 6000)
    found = cluster_texts(several, threads=1, **rule)
    assert len(np.unique(found)) < len(several) / 2
    assert (cluster_texts(several, threads=3, **rule) == found).all()
    assert (cluster_texts(pl.Series(several), threads=2, **rule) == found).all()
    # No copy, character by character, is left: the same words are the same text all the same.
    apart = [f"{text} {'.' * place}" for place, text in enumerate(several)]
    assert (cluster_texts(apart, **rule) == found).all()


def test_copies_of_a_text_that_is_too_short_stay_alone() -> None:
    assert cluster_texts(["Too short."] * 3, **NEAR).tolist() == [0, 1, 2]
    assert cluster_texts(["Too short."] * 3, min_words=2, **NEAR).tolist() == [0, 0, 0]
    assert cluster_texts(["Seven words and 1 2 3 4 5 figures are short."] * 3, **NEAR).tolist() == [0, 1, 2]
    assert cluster_texts([], **NEAR).tolist() == []


@pytest.mark.parametrize("more", [" more", ", more"])
def test_texts_of_fewer_words_than_a_shingle_are_alike_where_their_words_are(more: str) -> None:
    several = ["one two three", "one two four", "One, two three", f"one two three{more}"]
    for search in ("exact", "lsh"):
        found = cluster_texts(several, search=search, min_words=3, shingle_words=9, jaccard=0.7)
        assert found.tolist() == [0, 1, 0, 3]


@given(texts)
def test_hashes_are_those_that_the_vocabulary_has(several: list[str]) -> None:
    words = number_words(several)
    hashed = hash_words(several, np.uint64(7))
    assert hashed.indptr.tolist() == words.indptr.tolist()
    expected = np.where(words.vocabulary.numeric, np.uint64(7), words.vocabulary.hashes)
    assert (hashed.values == expected[words.tokens]).all()


@given(st.lists(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 3), min_size=9, max_size=9), max_size=4))
def test_met_are_those_with_the_key_of_another(bands: list[list[int]]) -> None:
    met = np.zeros(9, np.uint8)
    mark_met(np.array(bands, np.uint32).reshape(-1, 9), met)
    assert met.astype(bool).tolist() == [any(band.count(band[text]) > 1 for band in bands) for text in range(9)]


def test_of_keys_that_were_made_to_stand_together_none_is_lost() -> None:
    """Those that find no place of their own count as met: they are looked at."""
    keys = (np.arange(50_000, dtype=np.uint32) << np.uint32(17))[None]
    met = np.zeros(50_000, np.uint8)
    mark_met(keys, met)
    _, place, often = np.unique(keys[0], return_inverse=True, return_counts=True)
    assert met[often[place] > 1].all()


@pytest.mark.parametrize("threads", [1, 40])
def test_nothing_is_lost_beforehand(threads: int) -> None:
    """What compares all pairs goes through neither sketches nor their chunks."""
    several = wordings(7, 3000)
    rule = NEAR | {"lsh_recall": 0.9999, "min_words": 2}
    found = cluster_texts(several, threads=threads, **rule)
    assert (found == cluster_texts(several, **rule | {"search": "exact"})).all()


def test_texts_without_shingles_share_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: they would be compared with one another, each with all."""
    n_buckets = []

    def search(shingles: Shingles, *others: Any) -> Search:
        n_buckets.append(len(find_buckets(others[-1], len(shingles)).members))
        return search_for(shingles, *others[:-1])

    monkeypatch.setattr("pqreuse.clusters.search_for", search)
    several = [f"one{number} two three four" for number in range(5000)]
    found = cluster_texts(several, search="lsh", shingle_words=5, min_words=1, jaccard=0.7)
    assert n_buckets == [0]
    assert (found == np.arange(5000)).all()


@pytest.mark.parametrize("rule", [NEAR, {}])
def test_a_text_of_more_than_two_billion_bytes_is_refused(
    rule: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OverflowError("a text is longer than two billion bytes")

    # Making one takes as much memory.
    monkeypatch.setattr("pqreuse.words.WordFinder", lambda *_: SimpleNamespace(hash=refuse, find=refuse))
    with pytest.raises(InputError, match="two billion bytes; leave out the answer that has them"):
        cluster_texts(["One text."], threads=1, **rule)
