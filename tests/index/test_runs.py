"""Runs of words that stand in an index, however its windows are kept: those of the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pqreuse.index.runs import find_runs, merge_rows, run_rows
from pqreuse.index.tables import CLOSED

texts = st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=30)
HASHES = np.array([11, 5, 11], np.uint64) << np.uint64(40)  # two words of one hash: what is hashed is compared


def tokens(words: list[tuple[int, bool]], *, end: bool) -> np.ndarray:
    found = np.array([word | (CLOSED if closed else 0) for word, closed in words], np.uint32)
    if end and len(found):
        found[-1] |= np.uint32(CLOSED)
    return found


def windows(words: list[tuple[int, bool]], length: int) -> dict[int, tuple[int, ...]]:
    """Runs of this length that nothing closes, by their first word."""
    return {
        first: tuple(word for word, _ in words[first : first + length])
        for first in range(len(words) - length + 1)
        if not any(closed for _, closed in words[first : first + length - 1])
    }


@given(st.lists(texts, max_size=4), texts, st.sampled_from([2, 3, 5, 8]), st.integers(0, 4))
def test_runs_of_the_definition(
    old: list[list[tuple[int, bool]]], new: list[tuple[int, bool]], length: int, cut: int
) -> None:
    ends = np.cumsum([0, *map(len, old)])
    kept = np.concatenate([np.empty(0, np.uint32), *(tokens(text, end=True) for text in old)])
    parts = []
    for first, last in ((0, min(cut, len(old))), (min(cut, len(old)), len(old))):
        start = ends[first]
        rows = run_rows(kept[start : ends[last]], ends[first : last + 1] - start, HASHES, length, int(start))
        parts.append({"rows": rows})
    expected = set()
    for number, text in enumerate(old):
        for place, run in windows(text, length).items():
            expected |= {
                (first, int(ends[number]) + place) for first, other in windows(new, length).items() if other == run
            }
    for lists in (parts, [merge_rows(parts)]):
        first, place = find_runs(tokens(new, end=True), HASHES, length, lists, kept)
        assert set(zip(first.tolist(), place.tolist(), strict=True)) == expected
