"""Stretches of answers → segments: where each stands in its answer and among the scorable words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer
from pqreuse.words import Words

Stretch = tuple[int, int]

ANSWERS_AT_ONCE = 4096
"""Stretches as Python objects take some ten times the memory of the arrays that they become."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of answers, sorted by answer and place; those of one unit do not overlap.

    Attributes
    ----------
    answer : ndarray of int32, shape (n_segments,)
        Place of the answer in the corpus.
    start, end : ndarray of int32, shape (n_segments,)
        Code points of the answer's text, outer white space left out.
    first, last : ndarray of int64, shape (n_segments,)
        The segment's scorable words are ``first`` to ``last`` (excluded) of all scorable words.
    """

    answer: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.answer)


class Laid:
    """Some answers laid end to end, so that one search places all their stretches among the words.

    Parameters
    ----------
    answers : sequence of Answer
        Those of the corpus from `first` on, as many as are given.
    words : Words
        Of the whole corpus.
    first : int

    Attributes
    ----------
    bases : ndarray of int64, shape (n_answers + 1,)
        Where each of these answers begins.
    """

    def __init__(self, answers: Sequence[Answer], words: Words, first: int) -> None:
        self.bases = np.cumsum([0, *(len(answer.text) + 1 for answer in answers)], dtype=np.int64)
        self._first, self._indptr = first, words.indptr[first : first + len(answers) + 1]
        its_words = slice(self._indptr[0], self._indptr[-1])
        self._starts, self._ends = words.starts[its_words], words.ends[its_words]
        self._begins = np.repeat(self.bases[:-1], np.diff(self._indptr)) + self._starts

    def inside_word(self, offset: int) -> bool:
        """Whether an offset lies inside a word, so that a break there would cut it."""
        word = int(self._begins.searchsorted(offset)) - 1
        return word >= 0 and offset - int(self._begins[word]) < int(self._ends[word]) - int(self._starts[word])

    def placed(self, stretches: Sequence[Stretch]) -> Segments:
        """Stretches of what is laid end to end as segments of the answers, their words counted among all words."""
        start, end = np.fromiter(chain.from_iterable(stretches), np.int64, 2 * len(stretches)).reshape(-1, 2).T
        answer = np.searchsorted(self.bases, start, "right") - 1
        return Segments(
            (self._first + answer).astype(np.int32),
            (start - self.bases[answer]).astype(np.int32),
            (end - self.bases[answer]).astype(np.int32),
            *(self._indptr[0] + np.searchsorted(self._begins, edge) for edge in (start, end)),
        )


def join_segments(parts: Iterable[Segments], unscorable: NDArray[np.int64]) -> Segments:
    """Join parts that were placed one by one, their words counted among the scorable ones.

    Parameters
    ----------
    parts : iterable of Segments
    unscorable : ndarray of int64, shape (n_ranges, 2)
        Ranges of words that are not scorable.
    """
    placed = list(parts)
    at, words = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Segments(
        np.concatenate([at, *(part.answer for part in placed)]),
        np.concatenate([at, *(part.start for part in placed)]),
        np.concatenate([at, *(part.end for part in placed)]),
        scorable_before(np.concatenate([words, *(part.first for part in placed)]), unscorable),
        scorable_before(np.concatenate([words, *(part.last for part in placed)]), unscorable),
    )


def scorable_before(word: NDArray[np.int64], unscorable: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many scorable words stand before each of these places among all words; ``unscorable`` are ranges of words."""
    if not len(unscorable):
        return word
    first, last = unscorable.T
    left_out = np.concatenate(([0], np.cumsum(last - first)))
    within = np.searchsorted(first, word, "right") - 1
    # The last range that begins before a place may reach over it.
    part = np.minimum(word, last[within]) - first[within]
    return np.where(within < 0, word, word - left_out[within] - part)


def beginnings(segments: Segments, n_words: int) -> NDArray[np.bool_]:
    """The scorable words with which segments begin:  bool[n_words]."""
    begins = np.zeros(n_words, bool)
    begins[segments.first[segments.first < segments.last]] = True
    return begins


def trimmed(text: str, stretches: Sequence[Stretch], offset: int = 0) -> list[Stretch]:
    """The stretches without outer white space, where something is left, moved by ``offset``."""
    trimmed: list[Stretch] = []
    for start, end in stretches:
        # Character by character: hardly any, and a slice would copy the whole stretch.
        while start < end and text[end - 1].isspace():
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            trimmed.append((offset + start, offset + end))
    return trimmed
