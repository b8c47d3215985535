"""Answers → words that also stand in another answer, in a run of words. Exact: what is hashed is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.runs import cover, fill_windows, find_others, near_answers
from pqreuse.ragged import NONE
from pqreuse.threads import in_threads

_WINDOWS_AT_ONCE = 1 << 25  # of eight bytes each, for each thread


@dataclass(frozen=True, slots=True)
class SharedRuns:
    """Words in shared runs.

    Attributes
    ----------
    earliest : ndarray of int32, shape (n_words,)
        The lowest order of another answer that has a run over this word; ``NONE`` where none has.
    """

    earliest: NDArray[np.int32]

    @property
    def shared(self) -> NDArray[np.bool_]:
        """Whether the word lies in a run that stands in another answer (or in an earlier one, if only those count)."""
        shared: NDArray[np.bool_] = self.earliest != NONE
        return shared


def shared_runs(
    tokens: NDArray[np.int32],
    closed: NDArray[np.bool_],
    indptr: NDArray[np.int64],
    order: NDArray[np.int32],
    run_words: int,
    precedes_from: NDArray[np.int32] | None = None,
    threads: int = 1,
    but: NDArray[np.int32] | None = None,
) -> SharedRuns:
    """Find every word that lies in ``run_words`` consecutive words which stand in another answer too.

    A run of at least ``run_words`` words is a chain of such windows, so that windows of exactly this length suffice.
    They are dealt out by a hash and sorted a part at a time; windows of one hash are compared word by word.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
        All scorable words, answer by answer; fewer than 2**32.
    closed : ndarray of bool, shape (n_words,)
        True where no run passes on to the next word.
    indptr : ndarray of int64, shape (n_answers + 1,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of answer ``i``.
    order : ndarray of int32, shape (n_answers,)
        Each answer's place in time, earliest first; all different.
    run_words : int
    precedes_from : ndarray of int32, shape (n_answers,), optional
        Only answers of an order below this count for each answer: those that are earlier. By default all others do.
    threads : int
        Changes no result.
    but : ndarray of int32, shape (n_answers,), optional
        The one order that does not count for each answer, by default its own.
    """
    parts = len(tokens) // _WINDOWS_AT_ONCE + threads
    limit = np.full(len(order), NONE, np.int32) if precedes_from is None else precedes_from
    earliest = np.full(len(tokens), NONE, np.int32)
    near = near_answers(indptr)

    def find(thread: int) -> None:
        # Parts are nearly equal, unless one window makes up much of the corpus: then the first try says how many.
        room = np.empty(min(len(tokens), len(tokens) // parts * 9 // 8 + 1024), np.uint64)
        for part in range(thread, parts, threads):
            found = fill_windows(tokens, closed.view(np.uint8), run_words, part, parts, room)
            if found > len(room):
                room = np.empty(found, np.uint64)
                fill_windows(tokens, closed.view(np.uint8), run_words, part, parts, room)
            windows = room[:found]
            windows.sort()
            own = order if but is None else but
            find_others(windows, tokens, run_words, indptr, near, order, own, limit, NONE, earliest)

    list(in_threads(find, range(threads), threads))
    cover(earliest, run_words, NONE)
    return SharedRuns(earliest)
