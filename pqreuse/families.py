"""Texts that resemble → families: an exemplar each, and the texts that join it. Knows ranks, not words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.comparison import Search
from pqreuse._kernels.shingles import sort_ties
from pqreuse.ragged import changes, distinct
from pqreuse.records import Progress

_TEXTS_AT_ONCE = 1 << 14


def rank_texts(
    n_answers: NDArray[np.int64],
    first_day: NDArray[np.int64],
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    length: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Texts in the order in which exemplars are chosen: by answers (most first), first possible day, then words.

    Parameters
    ----------
    n_answers : ndarray of int64, shape (n_texts,)
        Answers that have each text.
    first_day : ndarray of int64, shape (n_texts,)
        Earliest first possible day; `NONE` where undated.
    tokens : ndarray of int32, shape (n_words,)
        Words by the sorted vocabulary. No word holds a character at or below the space, so that comparing sequences of
        words is comparing the words joined by a space.
    first : ndarray of int64, shape (n_texts,)
    length : ndarray of int32, shape (n_texts,)
        Each text's words.

    Returns
    -------
    ndarray of int64, shape (n_texts,)
        The best text first.
    """
    if not len(first):
        return np.empty(0, np.int64)
    standing = (n_answers.max() - n_answers) << 32 | first_day
    values = distinct(standing)
    # As much of the first two words as one number has room for settles nearly all that is left.
    several = length > 1
    opening, second = tokens[first].astype(np.int64), np.zeros(len(first), np.int64)
    second[several] = tokens[first[several] + 1] + 1
    bits = int(max(opening.max(), second.max())).bit_length()
    opening = opening << bits | second
    left = 63 - len(values).bit_length()
    key = np.searchsorted(values, standing) << min(left, 2 * bits) | opening >> max(2 * bits - left, 0)
    del standing, opening, second
    order = np.argsort(key)
    sort_ties(order, changes(key[order]).view(np.uint8), tokens, first, length)
    return order


def choose_exemplars(search: Search, n_texts: int, progress: Progress | None = None) -> NDArray[np.int32]:
    """The exemplar of each text, its own for an exemplar. Texts are numbered in their order: 0 is chosen first.

    Greedy: a text that resembles no exemplar chosen before it becomes one, and is compared with all later candidates.
    A text joins the exemplar with the highest Jaccard; ties go to the higher containment, then to the earlier
    exemplar. So a family never drifts by chaining, and costs what its texts and its exemplar have in common: two texts
    that both join are never compared.

    Parameters
    ----------
    search : Search
    n_texts : int
    progress : callable, optional

    Returns
    -------
    ndarray of int32, shape (n_texts,)
    """
    for start in range(0, n_texts, _TEXTS_AT_ONCE):
        if progress is not None:
            progress("verifying", start, n_texts)
        search.choose(start, min(start + _TEXTS_AT_ONCE, n_texts))
    return search.exemplar
