"""Answers → words that also stand in another answer, in a run of words. Exact: what is hashed is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.runs import cover, fill_windows, find_others, near_answers
from pqreuse.ragged import NONE

_WINDOWS_AT_ONCE = 1 << 26  # of eight bytes each, for each part


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


class RunFinder:
    """Finds every word that lies in ``run_words`` consecutive words which stand in another answer too.

    A run of at least ``run_words`` words is a chain of such windows, so that windows of exactly this length suffice.
    They are dealt out by a hash and sorted a part at a time; windows of one hash are compared word by word. Parts may
    be found in any order, by any thread, each once.

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
    but : ndarray of int32, shape (n_answers,), optional
        The one order that does not count for each answer, by default its own.
    threads : int
        There are at least so many parts. Changes no result.

    Attributes
    ----------
    parts : range
    """

    def __init__(
        self,
        tokens: NDArray[np.int32],
        closed: NDArray[np.bool_],
        indptr: NDArray[np.int64],
        order: NDArray[np.int32],
        run_words: int,
        precedes_from: NDArray[np.int32] | None = None,
        but: NDArray[np.int32] | None = None,
        *,
        threads: int = 1,
    ) -> None:
        self._tokens, self._closed, self._indptr, self._run_words = tokens, closed.view(np.uint8), indptr, run_words
        self._order, self._but = order, order if but is None else but
        self._limit = np.full(len(order), NONE, np.int32) if precedes_from is None else precedes_from
        self._near = near_answers(indptr)
        # Of zeros, so that there is no memory behind it yet: the parts may be a long time from now.
        self._found = np.zeros(len(tokens), np.int32)
        self._rooms: list[NDArray[np.uint64]] = []
        self.parts = range(len(tokens) // _WINDOWS_AT_ONCE + threads)

    def find(self, part: int) -> None:
        """Find the runs whose windows are of this part."""
        parts = len(self.parts)
        # Parts are nearly equal, unless one window makes up much of the corpus: then the first try says how many.
        try:
            room = self._rooms.pop()
        except IndexError:
            room = self._room(len(self._tokens) // parts * 9 // 8 + 1024)
        found = fill_windows(self._tokens, self._closed, self._run_words, part, parts, room)
        if found > len(room):
            room = self._room(found)
            fill_windows(self._tokens, self._closed, self._run_words, part, parts, room)
        windows = room[:found]
        windows.sort()
        where = (self._tokens, self._run_words, self._indptr, self._near)
        find_others(windows, *where, self._order, self._but, self._limit, NONE, self._found)
        self._rooms.append(room)

    def _room(self, windows: int) -> NDArray[np.uint64]:
        return np.empty(min(len(self._tokens), windows), np.uint64)

    def taken(self) -> SharedRuns:
        """What the parts found, once all are through; nothing is left here."""
        earliest, self._found = self._found, np.empty(0, np.int32)
        self._rooms.clear()
        np.subtract(NONE, earliest, out=earliest)
        cover(earliest, self._run_words, NONE)
        return SharedRuns(earliest)
