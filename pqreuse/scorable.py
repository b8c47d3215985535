"""Words of a corpus → those that count, where each stands, and which of them a decimal point joins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer
from pqreuse.words import Offsets, Vocabulary, Words

_WORDS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class ScorableWords:
    """Scorable words of the corpus, answer by answer.

    Attributes
    ----------
    tokens : ndarray of int32, shape (n_scorable,)
    starts, ends : ndarray of uint16 or int32, shape (n_scorable,)
        Code point offsets in the word's own answer.
    indptr : ndarray of int64, shape (n_answers + 1,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of answer ``i``.
    vocabulary : Vocabulary
    """

    tokens: NDArray[np.int32]
    starts: Offsets
    ends: Offsets
    indptr: NDArray[np.int64]
    vocabulary: Vocabulary


def scorable_words(words: Words, unscorable: NDArray[np.int64]) -> ScorableWords:
    """The scorable ones of these words; the same arrays where that is all of them.

    Parameters
    ----------
    words : Words
    unscorable : ndarray of int64, shape (n_ranges, 2)
        Ranges of words that are not.
    """
    if not len(unscorable):
        return ScorableWords(words.tokens, words.starts, words.ends, words.indptr, words.vocabulary)
    scorable = np.ones(len(words.tokens), bool)
    for first, last in unscorable.tolist():
        scorable[first:last] = False
    indptr = np.concatenate(([0], np.cumsum(scorable)))[words.indptr]
    return ScorableWords(words.tokens[scorable], words.starts[scorable], words.ends[scorable], indptr, words.vocabulary)


def decimal_points(words: ScorableWords, answers: Sequence[Answer]) -> NDArray[np.bool_]:
    """Which words a decimal point joins to the next one, as it is written: 2.65 is two words and one figure.

    Returns
    -------
    ndarray of bool, shape (n_scorable,)
    """
    joined = np.zeros(len(words.tokens), bool)
    # A digit, and one character before it: few enough to look at one by one.
    places = np.concatenate([np.zeros(0, np.int64), *_figures(words)]) - 1
    places = places[places >= 0]
    places = places[words.starts[places + 1] - words.ends[places] == 1]
    answer_of = np.searchsorted(words.indptr, places, "right") - 1
    same = places + 1 < words.indptr[answer_of + 1]
    places = places[same]
    ends, answer = words.ends[places].tolist(), answer_of[same].tolist()
    joined[places] = [
        text[end] == "." and text[end - 1].isdecimal()
        for end, text in zip(ends, (answers[one].text for one in answer), strict=True)
    ]
    return joined


def _figures(words: ScorableWords) -> Iterator[NDArray[np.int64]]:
    """Places of words that begin with a digit; some words at a time, for NumPy's indices take eight bytes each."""
    for start in range(0, len(words.tokens), _WORDS_AT_ONCE):
        yield start + np.flatnonzero(words.vocabulary.numeric[words.tokens[start : start + _WORDS_AT_ONCE]])
