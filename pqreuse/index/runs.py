"""Runs of words as sorted keys, and which runs of new answers stand in answers of an index. Exact: words are compared.

Of an old answer only every third window of six words is kept: each run of eight holds one of them. (Of other lengths of
runs likewise: see `_window`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.tables import CLOSED, TOKEN
from pqreuse.ragged import ranges

_FACTOR = 0x9E3779B97F4A7C15
_PLACE = np.uint64((1 << 32) - 1)


def run_rows(
    tokens: NDArray[np.uint32], ends: NDArray[np.int64], hashes: NDArray[np.uint64], run_words: int, base: int
) -> NDArray[np.uint64]:
    """Sorted ``hash << 32 | place`` of the windows that are kept of some answers.

    Parameters
    ----------
    tokens : ndarray of uint32, shape (n_words,)
        With what else is known of each word.
    ends : ndarray of int64, shape (n_answers + 1,)
        Where the words of each answer end, a zero before them.
    hashes : ndarray of uint64, shape (n_vocabulary,)
    run_words : int
    base : int
        The place of the first of these words in the index.
    """
    window, step = _window(run_words)
    places = np.arange(len(tokens)) - np.repeat(ends[:-1], np.diff(ends))
    open_ones, hashed = _hashed(tokens, hashes, window)
    at = np.flatnonzero((places[: len(hashed)] % step == 0) & open_ones)
    rows: NDArray[np.uint64] = np.sort(hashed[at] & ~_PLACE | (at + base).astype(np.uint64))
    return rows


def merge_rows(parts: Sequence[Mapping[str, NDArray[np.uint64]]]) -> dict[str, NDArray[np.uint64]]:
    """One part of several."""
    return {"rows": np.sort(np.concatenate([part["rows"] for part in parts]), kind="stable")}


def find_runs(
    tokens: NDArray[np.uint32],
    hashes: NDArray[np.uint64],
    run_words: int,
    parts: Sequence[Mapping[str, NDArray[np.uint64]]],
    old: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of exactly so many words that stand in the index too.

    Parameters
    ----------
    tokens : ndarray of uint32, shape (n_words,)
        Of new answers, by the numbers of the index.
    hashes : ndarray of uint64, shape (n_vocabulary,)
    run_words : int
    parts : sequence of mappings
        What `run_rows` gave.
    old : ndarray of uint32
        The words of the index.

    Returns
    -------
    first, place : ndarray of int64, shape (n_found,)
        The run's first word among the new ones, and where it stands among the old ones.
    """
    window, step = _window(run_words)
    open_ones, hashed = _hashed(tokens, hashes, window)
    asked = np.flatnonzero(open_ones)
    low = hashed[asked] & ~_PLACE
    mine, theirs = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for part in parts:
        begin, end = np.searchsorted(part["rows"], low), np.searchsorted(part["rows"], low | _PLACE, "right")
        mine.append(np.repeat(asked, end - begin))
        theirs.append((part["rows"][ranges(begin, end - begin)] & _PLACE).astype(np.int64))
    one, other = np.concatenate(mine), np.concatenate(theirs)
    found = [np.empty((0, 2), np.int64)]
    # The window stands anywhere in the run.
    for back in range(step):
        first, place = one - back, other - back
        within = (first >= 0) & (place >= 0) & (first + run_words <= len(tokens)) & (place + run_words <= len(old))
        found.append(np.column_stack(_equal(first[within], place[within], tokens, old, run_words)))
    first, place = np.concatenate(found).T
    return first, place


def _window(run_words: int) -> tuple[int, int]:
    """Words of a window, and every how manyth is kept: the longer a window, the fewer are met by chance."""
    step = max(1, min(3, (run_words - 1) // 2))
    return run_words - step + 1, step


def _hashed(
    tokens: NDArray[np.uint32], hashes: NDArray[np.uint64], window: int
) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
    """Of each window, at its first word: whether it may be part of a run, and its hash."""
    count = max(len(tokens) - window + 1, 0)
    hashed = np.zeros(count, np.uint64)
    closed = np.zeros(count, bool)
    words = hashes[tokens & TOKEN]
    ends = (tokens & CLOSED) != 0
    for place in range(window):
        hashed = (hashed + words[place : place + count]) * np.uint64(_FACTOR)
        if place < window - 1:
            closed |= ends[place : place + count]
    hashed ^= hashed >> np.uint64(29)
    return ~closed, hashed * np.uint64(_FACTOR)


def _equal(
    first: NDArray[np.int64], place: NDArray[np.int64], new: NDArray[np.uint32], old: NDArray[np.uint32], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of places from which so many words are the same, and nothing ends in between."""
    for word in range(length):
        one, other = new[first + word], old[place + word]
        same = (one & TOKEN) == (other & TOKEN)
        if word < length - 1:
            same &= ((one | other) & CLOSED) == 0
        first, place = first[same], place[same]
    return first, place
