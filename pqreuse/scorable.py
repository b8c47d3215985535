"""Words of a corpus → those that count, where each stands, and which of them are one figure as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer, Use
from pqreuse.words import Offsets, Vocabulary, Words

_WORDS_AT_ONCE = 1 << 20
_POINTS = ".,·٫"  # between any digits: 2.65, 3,5, 12,34,567
_SPACES = " \u00a0\u2007\u2009\u202f'’٬"  # between groups of three digits: 2 000, 1'234'567


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


def joined_figures(words: ScorableWords, texts: Sequence[Answer] | Sequence[Use]) -> NDArray[np.bool_]:
    """Which words are one figure with the next one, as it is written: 2.65 is two words and one figure, so is 2 000.

    A point or a comma joins any digits. A space or an apostrophe joins groups of exactly three to one of at most three:
    "in 2023 150 schools" has two figures.

    Parameters
    ----------
    words : ScorableWords
    texts : sequence of Answer or Use
        In which the words stand.

    Returns
    -------
    ndarray of bool, shape (n_scorable,)
    """
    joined = np.zeros(len(words.tokens), bool)
    numeric, tokens = words.vocabulary.numeric, words.tokens
    # A digit, one character before it, and a digit before that: few enough to look at one by one.
    places = np.concatenate([np.zeros(0, np.int64), *_figures(words)]) - 1
    places = places[places >= 0]
    places = places[numeric[tokens[places]] & (words.starts[places + 1] - words.ends[places] == 1)]
    text_of = np.searchsorted(words.indptr, places, "right") - 1
    same = places + 1 < words.indptr[text_of + 1]
    places = places[same]
    before, by = -1, ""  # the last word that is joined to the next one, and what joins them
    for place, end, text in zip(places.tolist(), words.ends[places].tolist(), text_of[same].tolist(), strict=True):
        written = texts[text].text
        mark = written[end]
        if mark in _POINTS:
            one = written[end - 1].isdecimal()
        elif mark in _SPACES:
            left, right = words.vocabulary[tokens[place]], words.vocabulary[tokens[place + 1]]
            begins = by == mark if before == place - 1 else len(left) <= 3
            one = begins and len(right) == 3 and left.isdecimal() and right.isdecimal()
        else:
            one = False
        if one:
            joined[place], before, by = True, place, mark
    return joined


def _figures(words: ScorableWords) -> Iterator[NDArray[np.int64]]:
    """Places of words that begin with a digit; some words at a time, for NumPy's indices take eight bytes each."""
    for start in range(0, len(words.tokens), _WORDS_AT_ONCE):
        yield start + np.flatnonzero(words.vocabulary.numeric[words.tokens[start : start + _WORDS_AT_ONCE]])
