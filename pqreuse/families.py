"""Pairs that resemble → families: an exemplar each, and the texts that join it. Knows ranks, not words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import Ragged


class Resembling(Protocol):
    """Pairs of texts that resemble each other, ``left < right``, as arrays of one length."""

    @property
    def left(self) -> NDArray[np.int64]:
        """The earlier text of each pair."""

    @property
    def right(self) -> NDArray[np.int64]:
        """The later text of each pair."""

    @property
    def jaccard(self) -> NDArray[np.float64]:
        """Shared shingles over the union."""

    @property
    def containment(self) -> NDArray[np.float64]:
        """Shared shingles over the smaller set."""


def rank_texts(n_answers: NDArray[np.int64], first_day: NDArray[np.int64], tokens: Ragged) -> NDArray[np.int64]:
    """Texts in the order in which exemplars are chosen: by answers (most first), first possible day, then words.

    Parameters
    ----------
    n_answers : ndarray of int64, shape (n_texts,)
        Answers that have each text.
    first_day : ndarray of int64, shape (n_texts,)
        Earliest first possible day; the largest integer where undated.
    tokens : Ragged of int32, n_texts rows
        Words by the sorted vocabulary. No word holds a character at or below the space, so that comparing sequences of
        words is comparing the words joined by a space.

    Returns
    -------
    ndarray of int64, shape (n_texts,)
        The best text first.
    """
    # Big-endian bytes compare as the sequences do.
    words = tokens.values.astype(">u4").tobytes()
    bounds = (tokens.indptr * 4).tolist()
    keys = zip((-n_answers).tolist(), first_day.tolist(), bounds, bounds[1:], strict=False)
    ordered = [(answers, day, words[start:end]) for answers, day, start, end in keys]
    return np.array(sorted(range(len(ordered)), key=ordered.__getitem__), np.int64)


def choose_exemplars(
    n_texts: int,
    pairs: Resembling,
    crowded: NDArray[np.bool_],
    resembling: Callable[[int], Resembling],
) -> NDArray[np.int64]:
    """The exemplar of each text, its own for an exemplar. Texts are numbered in their order: 0 is chosen first.

    Greedy: a text that resembles no exemplar chosen before it becomes one. A text joins the exemplar with the highest
    Jaccard; ties go to the higher containment, then to the earlier exemplar. So a family never drifts by chaining.

    Parameters
    ----------
    n_texts : int
    pairs : Resembling
        Verified pairs, sorted by left text.
    crowded : ndarray of bool, shape (n_texts,)
        Texts whose pairs are not all among these because there would be too many. Only pairs with an exemplar matter,
        so that each of them that becomes one is compared with all later texts here: linear in a family's texts, and
        with the same result.
    resembling : callable
        The verified pairs of such a text with all later ones.

    Returns
    -------
    ndarray of int64, shape (n_texts,)
    """
    # Best link of each text so far as (Jaccard, containment, -exemplar): tuples compare as the definition says.
    best: list[tuple[float, float, int] | None] = [None] * n_texts
    starts = np.searchsorted(pairs.left, np.arange(n_texts + 1)).tolist()
    exemplar = np.arange(n_texts, dtype=np.int64)
    for text in range(n_texts):
        joined = best[text]
        if joined is not None:
            exemplar[text] = -joined[2]
            continue
        if starts[text] < starts[text + 1]:
            _offer(best, text, pairs, slice(starts[text], starts[text + 1]))
        if crowded[text]:
            _offer(best, text, resembling(text), slice(None))
    return exemplar


def _offer(best: list[tuple[float, float, int] | None], exemplar: int, pairs: Resembling, these: slice) -> None:
    """Let the right texts of these pairs join the exemplar where it is the best so far."""
    rights, jaccards, containments = pairs.right[these], pairs.jaccard[these], pairs.containment[these]
    for right, jaccard, containment in zip(rights.tolist(), jaccards.tolist(), containments.tolist(), strict=True):
        link, held = (jaccard, containment, -exemplar), best[right]
        if held is None or link > held:
            best[right] = link


def nest(inner: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The one outer family that holds all uses of an inner one, or -1.

    Parameters
    ----------
    inner : sequence of ndarray of int64
        For each inner family, the outer family that each of its uses lies in; -1 where it lies in none.
    """
    return np.array(
        [holders[0] if len(holders) and (holders == holders[0]).all() else -1 for holders in inner], np.int64
    )
