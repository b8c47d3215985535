"""Answers → words that stand in another answer too, in a run of consecutive words. Exact: no sampling, no hashing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import NONE, grams, two_least


@dataclass(frozen=True, slots=True)
class SharedRuns:
    """Words in shared runs.

    Attributes
    ----------
    shared : ndarray of bool, shape (n_words,)
        The word lies in a run that stands in another answer (or, against earlier ones, in an earlier answer).
    earliest : ndarray of int64, shape (n_words,)
        The lowest order of another answer that has a run over this word; ``NONE`` where not shared.
    """

    shared: NDArray[np.bool_]
    earliest: NDArray[np.int64]


def shared_runs(
    tokens: NDArray[np.int32],
    closed: NDArray[np.bool_],
    answer: NDArray[np.int64],
    order: NDArray[np.int64],
    run_words: int,
    precedes_from: NDArray[np.int64] | None = None,
) -> SharedRuns:
    """Find every word that lies in ``run_words`` consecutive words which stand in another answer too.

    A run of at least ``run_words`` words is a chain of such windows, so that windows of exactly this length suffice.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
        All scorable words, answer by answer.
    closed : ndarray of bool, shape (n_words,)
        True where no run passes on to the next word.
    answer : ndarray of int64, shape (n_words,)
        The answer of each word.
    order : ndarray of int64, shape (n_answers,)
        Each answer's place in time, earliest first; all different.
    run_words : int
    precedes_from : ndarray of int64, shape (n_answers,), optional
        Only answers of an order below this count for each answer: those that are earlier. By default all others do.
    """
    windows = grams(tokens, run_words)
    # A window is whole where nothing closes inside it.
    closings = np.concatenate(([0], np.cumsum(closed)))
    begins = np.arange(len(windows))
    begins = begins[closings[begins + run_words - 1] == closings[begins]]
    window, owner = windows[begins], order[answer[begins]]
    first, second = two_least(window, owner, int(windows.max(initial=-1)) + 1)
    other = np.where(first[window] == owner, second[window], first[window])
    limit = np.full(len(order), NONE) if precedes_from is None else precedes_from
    counts = (other != NONE) & (other < limit[answer[begins]])
    earliest_of_window = np.full(len(tokens), NONE)
    earliest_of_window[begins[counts]] = other[counts]
    earliest = _least_of_last(earliest_of_window, run_words)
    return SharedRuns(earliest != NONE, earliest)


def _least_of_last(values: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """The least of each value and the ``length - 1`` before it, by doubling."""
    least, covered = values.copy(), 1
    while covered < length:
        step = min(covered, length - covered)
        least[step:] = np.minimum(least[step:], least[:-step].copy())
        covered += step
    return least
