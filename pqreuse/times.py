"""Dates of answers → their order in time, and which of them precede another (definition 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.lazy import column
from pqreuse.ragged import NONE
from pqreuse.records import Answer, days


@dataclass(frozen=True, slots=True)
class Times:
    """When each answer was given.

    Attributes
    ----------
    order : ndarray of int32, shape (n_answers,)
        Each answer's place in time: by last possible day (undated last), then first, then identifier.
    at : ndarray of int64, shape (n_answers,)
        The answer at each place.
    first_day : ndarray of int64, shape (n_answers,)
        First possible day; `NONE` where undated.
    last_days : ndarray of int64, shape (n_answers,)
        Last possible days in this order.
    """

    order: NDArray[np.int32]
    at: NDArray[np.int64]
    first_day: NDArray[np.int64]
    last_days: NDArray[np.int64]

    def preceding(self, answers: Sequence[Answer]) -> NDArray[np.int32]:
        """For each of these other answers, how many of the ordered ones precede it: int32[n_answers]."""
        first, _ = _days(answers)
        # An undated answer has no day that another's could be before.
        return np.where(first == NONE, 0, np.searchsorted(self.last_days, first, "left")).astype(np.int32)


def times_of(answers: Sequence[Answer]) -> Times:
    """When each answer was given; the answers are sorted by identifier."""
    return in_order(*_days(answers))


def in_order(first: NDArray[np.int64], last: NDArray[np.int64]) -> Times:
    """The same by the first and the last possible day of each answer."""
    # Stable sorting keeps the order of identifiers among equals.
    at = np.lexsort((first, last))
    order = np.empty(len(at), np.int32)
    order[at] = np.arange(len(at))
    return Times(order, at, first, last[at])


def _days(answers: Sequence[Answer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last possible day of each answer; `NONE` where undated."""
    spans = [days(date) or (NONE, NONE) for date in column(answers, "date")]
    first, last = np.array(spans, np.int64).reshape(-1, 2).T
    return first, last
