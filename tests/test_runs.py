"""Shared runs on arrays, against the plain definition and a plain twin for the earliest owner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse.ragged import NONE
from pqreuse.runs import RunFinder, SharedRuns, windows_of
from pqreuse.threads import in_threads

Stretches = list[list[list[int]]]
"""For each answer its stretches, which no run crosses."""

DAYS = [None, (10, 10), (11, 11), (12, 12), (10, 12), (1, 31), (12, 40)]

stretches = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=9), max_size=3)
corpora = st.lists(stretches, max_size=6)


def times(days: Sequence[tuple[int, int] | None]) -> tuple[np.ndarray, np.ndarray]:
    """Each answer's place in time by last possible day, and below which place those stand that precede it."""
    by_last = sorted(range(len(days)), key=lambda place: (days[place] is None, days[place] and days[place][1], place))
    order = np.empty(len(days), np.int32)
    order[by_last] = np.arange(len(days))
    precedes_from = np.array([sum(naive.precedes(other, own) for other in days) for own in days], np.int32)
    return order, precedes_from


def shared_runs(*arrays: Any, said: int = 1, threads: int = 1) -> SharedRuns:
    finder = RunFinder(*arrays, threads=threads)
    list(in_threads(finder.find, finder.parts, threads))
    return finder.taken(said)


def find(
    answers: Stretches, length: int, order: np.ndarray, since: np.ndarray | None = None, said: int = 1
) -> SharedRuns:
    tokens = [token for answer in answers for stretch in answer for token in stretch]
    closed = [place == len(stretch) - 1 for answer in answers for stretch in answer for place in range(len(stretch))]
    return shared_runs(
        np.array(tokens, np.int32),
        np.array(closed, bool),
        np.cumsum([0, *(sum(map(len, answer)) for answer in answers)]),
        order.astype(np.int32),
        length,
        since,
        said=said,
    )


def earliest_owners(
    answers: Stretches, length: int, order: Sequence[int], counts: Sequence[set[int]], said: int = 1
) -> list[int]:
    """For each word the lowest order of an answer in ``counts`` that has a run over the ``said`` words from it."""
    found = []
    for number, answer in enumerate(answers):
        for stretch in answer:
            for place in range(len(stretch)):
                owners = {
                    order[other]
                    for start in range(max(0, place + said - length), min(place, len(stretch) - length) + 1)
                    for other in counts[number] - {number}
                    for theirs in answers[other]
                    for at in range(len(theirs) - length + 1)
                    if theirs[at : at + length] == stretch[start : start + length]
                }
                found.append(min(owners, default=NONE))
    return found


@given(corpora, st.integers(2, 5), st.data(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_against_all_others(answers: Stretches, length: int, data: st.DataObject, random: object) -> None:
    said = data.draw(st.integers(1, length))
    order = list(range(len(answers)))
    random.shuffle(order)
    found = find(answers, length, np.array(order, np.int32), said=said)
    as_words = [[list(map(str, stretch)) for stretch in answer] for answer in answers]
    assert found.shared.tolist() == [label for answer in naive.runs(as_words, length) for label in answer]
    everyone = set(range(len(answers)))
    assert found.earliest.tolist() == earliest_owners(answers, length, order, [everyone] * len(answers), said)


@given(corpora, st.integers(2, 5), st.data())
@settings(max_examples=300)
def test_against_earlier_ones(answers: Stretches, length: int, data: st.DataObject) -> None:
    days = [data.draw(st.sampled_from(DAYS)) for _ in answers]
    order, since = times(days)
    found = find(answers, length, order, since)
    as_words = [[list(map(str, stretch)) for stretch in answer] for answer in answers]
    assert found.shared.tolist() == [label for answer in naive.runs(as_words, length, days) for label in answer]
    earlier = [{other for other, span in enumerate(days) if naive.precedes(span, own)} for own in days]
    assert found.earliest.tolist() == earliest_owners(answers, length, order.tolist(), earlier)


@given(corpora, st.integers(2, 6))
def test_a_longer_run_is_a_chain_of_shorter_ones(answers: Stretches, length: int) -> None:
    """Every word of a longer run lies in a shorter one too, and nothing is shared with oneself alone."""
    order = np.arange(len(answers))
    longer, shorter = (find(answers, words, order).shared for words in (length + 1, length))
    assert not (longer & ~shorter).any()
    assert not find(answers[:1], length, order[:1]).shared.any()


def test_runs_cross_what_is_not_closed_only() -> None:
    run = list(range(8))
    order = np.arange(2)
    assert find([[run], [run]], 8, order).shared.all()
    assert find([[run], [run]], 8, order).earliest.tolist() == [1] * 8 + [0] * 8
    # One word short, or closed in the middle, of either.
    assert not find([[run[:7]], [run]], 8, order).shared.any()
    assert not find([[run], [run[:4], run[4:]]], 8, order).shared.any()
    # A run of ten of which one stands in each of two others.
    ten = list(range(10))
    found = find([[ten], [ten[:8]], [ten[2:]]], 8, np.arange(3))
    assert found.shared.all()
    assert found.earliest[:10].tolist() == [1] * 8 + [2] * 2


def test_the_same_run_twice_in_one_answer_is_not_shared() -> None:
    run = list(range(8))
    assert not find([[run, run], [[9]]], 8, np.arange(2)).shared.any()


def test_earlier_by_order_only() -> None:
    run = list(range(8))
    order, since = times([(3, 3), (1, 1), (3, 3), None])
    found = find([[run]] * 4, 8, order, since)
    assert found.shared.reshape(4, 8).all(axis=1).tolist() == [True, False, True, False]
    assert found.earliest.reshape(4, 8)[0].tolist() == [0] * 8


@pytest.mark.parametrize("answers", [[], [[]], [[], [[1]]], [[[1, 2]], [[1, 2]]]])
def test_nothing_to_share(answers: Stretches) -> None:
    found = find(answers, 8, np.arange(len(answers)))
    n_words = sum(len(stretch) for answer in answers for stretch in answer)
    assert found.shared.tolist() == [False] * n_words
    assert found.earliest.tolist() == [NONE] * n_words


@pytest.mark.parametrize("length", [2, 3, 7, 8, 9, 16, 100])
def test_every_length_and_a_word_of_any_number(length: int) -> None:
    random = np.random.default_rng(length)
    common = random.integers(0, 2**31 - 1, length).tolist()
    answers = [[[*random.integers(0, 2**31 - 1, 5).tolist(), *common, 7]] for _ in range(3)]
    found = find(answers, length, np.arange(3)).shared.reshape(3, -1)
    # The last word is the same in all, and so the run is one longer.
    assert found.tolist() == [[False] * 5 + [True] * (length + 1)] * 3


def test_long_answers_and_answers_without_words() -> None:
    """The answer of a word is found by steps from the nearest known one, whatever lies between."""
    drawn = np.random.default_rng(1)
    lengths = [0, 63, 0, 0, 65, 1, 0, 200, 0, 64, 0]
    answers = [[drawn.integers(0, 2, length).tolist()] if length else [] for length in lengths]
    order = drawn.permutation(len(answers))
    found = find(answers, 6, order)
    everyone = [set(range(len(answers)))] * len(answers)
    assert found.earliest.tolist() == earliest_owners(answers, 6, order.tolist(), everyone)
    assert 0 < found.shared.sum() < len(found.shared)


@given(
    st.lists(st.lists(st.lists(st.integers(0, 2), max_size=9), min_size=1, max_size=4), max_size=4), st.integers(1, 5)
)
def test_equal_words_in_a_row_of_a_family_have_one_number(families: list[list[list[int]]], said: int) -> None:
    texts = [text for family in families for text in family]
    length = np.array(list(map(len, texts)), np.int64)
    first = np.cumsum(length) - length
    edges = np.cumsum([0, *map(len, families)])
    windows = windows_of(np.array([word for text in texts for word in text], np.int32), first, length, edges, said)
    for low, high in pairwise(edges.tolist()):
        words = [tuple(text[start : start + said]) for text in texts[low:high] for start in range(len(text) - said + 1)]
        numbers = windows.values[windows.indptr[low] : windows.indptr[high]].tolist()
        if high - low > 1:
            assert len(set(zip(words, numbers, strict=True))) == len(set(words)) == len(set(numbers))
        assert len(numbers) == len(words)
        assert set(numbers) == set(range(len(set(numbers))))


def test_one_run_that_makes_up_the_corpus_does_not_fit_a_thread_s_share() -> None:
    """All windows are equal, so that one part holds them all: nine times what it was given room for."""
    tokens, indptr = np.zeros(40_000, np.int32), np.arange(0, 40_001, 1000)
    closed = np.zeros(len(tokens), bool)
    closed[indptr[1:] - 1] = True
    found = shared_runs(tokens, closed, indptr, np.arange(40, dtype=np.int32), 3, threads=8)
    assert found.shared.all()
    assert found.earliest.tolist() == [1] * 1000 + [0] * 39_000
