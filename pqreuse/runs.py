"""Answers → words that also stand in another answer, in a run of words. Exact: what is hashed is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.runs import cover, fill_windows, find_others, near_answers, number_windows
from pqreuse.ragged import NONE, Ragged

_WINDOWS_AT_ONCE = 1 << 26  # of eight bytes each, for each part


@dataclass(frozen=True, slots=True)
class SharedRuns:
    """Words in shared runs.

    Attributes
    ----------
    shared : ndarray of bool, shape (n_words,)
        Whether the word lies in a run that stands in another answer (or in an earlier one, if only those count).
    earliest : ndarray of int32, shape (n_words,)
        The lowest order of another answer that has a run over the ``said`` words from here; ``NONE`` where none has.
    """

    shared: NDArray[np.bool_]
    earliest: NDArray[np.int32]

    @classmethod
    def of(cls, windows: NDArray[np.int32], run_words: int, said: int) -> SharedRuns:
        """From the lowest order of another answer that has the ``run_words`` words from here; written to."""
        shared = np.empty(len(windows), bool)
        cover(windows, run_words, said, NONE, shared.view(np.uint8))
        return cls(shared, windows)


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
        # Zeros take no physical memory until they are written, which may be much later.
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

    def taken(self, said: int) -> SharedRuns:
        """Move out the results of all parts, once all are through."""
        windows, self._found = self._found, np.empty(0, np.int32)
        self._rooms.clear()
        np.subtract(NONE, windows, out=windows)
        return SharedRuns.of(windows, self._run_words, said)


def windows_of(
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    length: NDArray[np.int64],
    families: NDArray[np.int64],
    said: int,
) -> Ragged:
    """Number every ``said`` words in a row of the texts of a family, equal ones alike.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    first, length : ndarray of int64, shape (n_texts,)
    families : ndarray of int64, shape (n_families + 1,)
        Texts ``families[i]`` to ``families[i + 1]`` are those of family ``i``.
    said : int

    Returns
    -------
    Ragged of int32
        A row for each text: a number for each of its words but the last ``said - 1``; from 0 in each family.
    """
    lengths = np.maximum(length - said + 1, 0)
    windows = Ragged.of_lengths(np.empty(int(lengths.sum()), np.int32), lengths)
    number_windows(tokens, first, windows.indptr, families, said, windows.values)
    return windows
