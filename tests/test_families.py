"""Texts and families: equal texts collapsed, their order, and each text's exemplar, against the plain definition."""

from __future__ import annotations

import random

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_candidates import jaccards, lengths, parts, texts

from pqreuse import ReuseParams, cluster_texts, find_reuse
from pqreuse.families import rank_texts
from pqreuse.ragged import NONE
from pqreuse.shingles import collapse
from pqreuse.words import index_words

sequences = st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=100)
numeric = np.array([False, False, False, True])


def laid_out(several: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tokens = np.array([token for one in several for token in one], np.int32)
    bounds = np.cumsum([0, *map(len, several)])
    return tokens, bounds[:-1], bounds[1:]


@given(sequences, st.integers(0, 4))
def test_equal_sequences_of_enough_words_that_are_not_numeric_are_one_text(
    several: list[list[int]], min_words: int
) -> None:
    tokens, first, last = laid_out(several)
    found = collapse(tokens, first, last, min_words, numeric)
    long = {tuple(one): None for one in several if sum(token < 3 for token in one) >= min_words}
    assert [
        tuple(tokens[start : start + length].tolist()) for start, length in zip(found.first, found.length, strict=True)
    ] == list(long)
    for one, text in zip(several, found.of_segment.tolist(), strict=True):
        assert text == (list(long).index(tuple(one)) if tuple(one) in long else -1)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 6),
            st.sampled_from([1, 2, 738_000, NONE]),
            st.lists(st.sampled_from([0, 1, 2, 2**31 - 3, 2**31 - 2]), min_size=1, max_size=6),
        ),
        max_size=12,
        unique_by=lambda text: tuple(text[2]),
    )
)
def test_texts_stand_by_answers_then_day_then_words(several: list[tuple[int, int, list[int]]]) -> None:
    tokens, first, last = laid_out([words for _, _, words in several])
    n_answers, days = (np.array([text[column] for text in several], np.int64) for column in (0, 1))
    order = rank_texts(n_answers, days, tokens, first, (last - first).astype(np.int32))
    expected = sorted(range(len(several)), key=lambda text: (-several[text][0], several[text][1], several[text][2]))
    assert order.tolist() == expected


@given(texts(), lengths, parts, parts, jaccards, st.integers(1, 9))
@settings(max_examples=400)
def test_exemplars_are_those_of_the_definition(
    several: list[list[str]], length: int, containment: float, ratio: float, jaccard: float, min_words: int
) -> None:
    expected = naive.families(
        [(str(place), None, tuple(naive.words(" ".join(text)))) for place, text in enumerate(several)],
        {None: None},
        min_words=min_words,
        containment=containment,
        ratio=ratio,
        jaccard=jaccard,
        length=length,
    )
    found = cluster_texts(
        [" ".join(text) for text in several],
        threads=1,
        shingle_words=length,
        containment=containment,
        length_ratio=ratio,
        jaccard=jaccard,
        min_words=min_words,
    )
    for place, text in enumerate(several):
        exemplar = expected.get(tuple(text))
        assert several[found[place]] == (text if exemplar is None else list(exemplar))
        if exemplar is None:
            assert found[place] == place
        else:
            assert found[place] == several.index(list(exemplar))


@pytest.mark.parametrize("seed", range(20))
def test_exemplars_of_many_wordings_are_those_of_the_definition(seed: int) -> None:
    """Each meets far more exemplars than it is compared with: which it may pass by is decided on the way."""
    draw = random.Random(seed)
    vocabulary = naive.words("".join(f"w{place} " for place in range(400)))
    lines = [draw.choices(vocabulary, k=draw.choice((20, 40, 90))) for _ in range(2)]
    several = []
    for _ in range(400):
        line, changed = draw.choice(lines), draw.choice((0.02, 0.1, 0.25))
        kept = [draw.choice(vocabulary) if draw.random() < changed else word for word in line]
        several.append(kept[: draw.randint(len(kept) // 2, len(kept))] + draw.choices(vocabulary, k=draw.randint(0, 9)))
    rule = {
        "containment": draw.choice((0.3, 0.6, 0.8)),
        "length_ratio": draw.choice((0.2, 0.4, 0.7)),
        "jaccard": draw.choice((0.0, 0.4)),
    }
    length = draw.choice((1, 2, 3))
    named = [(str(place), None, tuple(text)) for place, text in enumerate(several)]
    expected = naive.families(
        named,
        {None: None},
        min_words=1,
        containment=rule["containment"],
        ratio=rule["length_ratio"],
        jaccard=rule["jaccard"],
        length=length,
    )
    found = cluster_texts([" ".join(text) for text in several], shingle_words=length, min_words=1, **rule)
    assert [" ".join(several[place]) for place in found] == [" ".join(expected[tuple(text)]) for text in several]


@pytest.mark.parametrize("seed", range(200))
def test_many_wordings_of_few_texts_are_the_families_of_the_definition(seed: int) -> None:
    """At the edge of the rule, in any order, on any number of threads: the exemplars are wordings themselves."""
    draw = random.Random(seed)
    vocabulary = [f"w{place}" for place in range(draw.choice((8, 40, 2000)))]
    lines = [draw.choices(vocabulary, k=draw.choice((9, 20, 60))) for _ in range(draw.randint(1, 4))]
    several = set()
    for _ in range(120):
        line = list(draw.choice(lines))
        for place in draw.sample(range(len(line)), draw.randint(0, len(line) // 4)):
            line[place] = draw.choice((*vocabulary, "17", "18"))
        several.add(tuple(line[: draw.randint(len(line) // 2, len(line))] if draw.random() < 0.2 else line))
    wordings = sorted(several)
    draw.shuffle(wordings)
    expected = naive.families([(str(place), None, text) for place, text in enumerate(wordings)], {None: None})
    found = cluster_texts([" ".join(text) for text in wordings], threads=1 + seed % 3)
    assert [wordings[place] for place in found] == [expected.get(text, text) for text in wordings]


def behind(own: str, n_words: int, first: int, last: int) -> str:
    """Words of its own, then some of those that `test_ties` looks for a family for."""
    return " ".join([*(f"{own}{place}" for place in range(n_words)), *(f"t{place}" for place in range(first, last))])


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        # Six of ten shingles and six of ten: the earlier exemplar.
        (behind("a", 4, 4, 11), behind("b", 4, 0, 7), 0),
        (behind("b", 4, 4, 11), behind("a", 4, 0, 7), 2),
        # 6 / 14 is 9 / 21: the higher containment.
        (behind("a", 4, 4, 11), behind("b", 11, 0, 10), 2),
        (behind("b", 4, 4, 11), behind("a", 11, 0, 10), 2),
    ],
)
def test_ties_of_jaccard(one: str, other: str, joined: int) -> None:
    found = cluster_texts([one, one, other, other, behind("", 0, 0, 11)])
    assert found.tolist() == [0, 0, 2, 2, joined]


@given(texts(), st.integers(1, 3))
def test_with_an_index_every_member_resembles_its_exemplar(several: list[list[str]], threads: int) -> None:
    params = ReuseParams(min_words=2)
    found = cluster_texts([" ".join(text) for text in several], search="lsh", threads=threads, min_words=2)
    assert (found[found] == found).all()
    for place, exemplar in enumerate(found.tolist()):
        if several[place] != several[exemplar]:
            sets = naive.shingles(several[place]), naive.shingles(several[exemplar])
            assert naive.resemble(*sets, params.containment, params.length_ratio)


def test_a_family_of_very_many_wordings_costs_what_its_texts_cost() -> None:
    """15,000 wordings of one paragraph: pairs of them are 112 million, with their exemplar 15,000."""
    random = np.random.default_rng(3)
    words = [f"word{place}" for place in range(60)]
    several = []
    for number in range(15_000):
        changed = words.copy()
        for place in random.choice(60, 5, replace=False):
            changed[place] = f"other{number}x{place}"
        several.append(" ".join(changed))
    assert len(np.unique(cluster_texts(several))) == 1
    assert (cluster_texts([" ".join(words), " ".join(words), *several]) == 0).all()


def test_rows_of_figures_make_no_family() -> None:
    rows = [
        f"{year}-01, 870; {year + 1}-02, 861; {year + 2}-03, 811; {year + 3}-04, 929." for year in range(2000, 2009)
    ]
    seven = "seven words before the figures are few 1 2 3 4 5 6 7"
    assert cluster_texts([*rows, *rows, seven, seven]).tolist() == list(range(20))
    assert find_reuse([*rows, *rows, seven, seven]).families == ()
    eight = f"now {seven}"
    assert cluster_texts([eight, eight]).tolist() == [0, 0]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_no_number(threads: int) -> None:
    several = [f"One line {number} of {number % 7} words é and “quotes” {number * 1000:,}" for number in range(300)]
    one, more = index_words(several), index_words(several, threads)
    for name in ("tokens", "starts", "ends", "indptr"):
        assert (getattr(one, name) == getattr(more, name)).all()
    assert list(one.vocabulary) == list(more.vocabulary)
    assert (one.vocabulary.hashes == more.vocabulary.hashes).all()


def test_texts_without_shingles_meet_nobody() -> None:
    """They all have the signature of the empty set, and would fill one bucket of every band."""
    several = [f"one{number} two three four" for number in range(60_000)]
    found = cluster_texts(several, search="lsh", shingle_words=5, min_words=1, jaccard=0.7)
    assert (found == np.arange(len(several))).all()


def test_progress_is_told_of_one_thing_at_a_time() -> None:
    inside, told = [0], []

    def progress(stage: str, done: int, total: int | None) -> None:
        inside[0] += 1
        assert inside[0] == 1
        told.append(stage)
        inside[0] -= 1

    find_reuse(
        [f"Line {number} of some words that are not all the same here." for number in range(5000)],
        search="lsh",
        threads=2,
        progress=progress,
    )
    assert {"splitting", "sketching", "verifying"} <= set(told)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interruption_arrives_as_it_is(threads: int) -> None:
    def interrupt(stage: str, done: int, total: int | None) -> None:
        if stage == "verifying":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_reuse(["This line has more than enough words to be compared."] * 3, threads=threads, progress=interrupt)
