"""Figures as people read them: shares that add up, completeness that never flatters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.sample import EMPTY, RESULT

from pqreuse.records import Recall, Shares
from pqreuse.report.wording import percents, recall, share_line


def shares(template: float, slot: float, novel: float) -> Shares:
    return Shares(template=template, slot=slot, novel=novel)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (shares(1 / 3, 1 / 3, 1 / 3), ("33.4 %", "33.3 %", "33.3 %")),
        (shares(0.1664, 0.1665, 0.6671), ("16.6 %", "16.7 %", "66.7 %")),
        (shares(1.0, 0.0, 0.0), ("100.0 %", "0.0 %", "0.0 %")),
        (shares(0.57, 0.29, 0.14), ("57.0 %", "29.0 %", "14.0 %")),
        (RESULT.explain("400"), ("–", "–", "–")),
    ],
)
def test_percents(item, expected):
    assert percents(item) == expected


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any))
def test_percents_add_up_and_none_is_a_tenth_off(counts):
    exact = [count / sum(counts) for count in counts]
    tenths = [int(told.removesuffix(" %").replace(".", "")) for told in percents(shares(*exact))]
    assert sum(tenths) == 1000
    assert all(abs(tenth - 1000 * share) < 1 + 1e-6 for tenth, share in zip(tenths, exact, strict=True))


def test_share_line():
    assert share_line(replace(RESULT, shares=shares(0.2596, 0.0306, 0.7098))) == (
        "template 26.0 %, slot 3.0 %, novel 71.0 %"
    )


@pytest.mark.parametrize(
    ("measured", "told"), [(1.0, "100.0 %"), (0.99999, "99.9 %"), (0.9989, "99.8 %"), (0.57, "57.0 %"), (0.0, "0.0 %")]
)
def test_recall_is_rounded_down(measured, told):
    item = Recall(target=0.995, measured=measured, low=0.29, high=1.0, sample=1_500, pairs=2_345)
    assert recall(replace(RESULT, recall=item)) == (
        f"Of the pairs of segments that truly resemble each other, this search compared {told} "
        "(95 % interval 29.0 % to 100.0 %; 2,345 pairs, from a sample of 1,500 segments)."
    )


def test_an_exact_search_says_that_every_pair_was_compared():
    assert recall(EMPTY) == "Every pair of segments was compared."
    assert recall(replace(RESULT, recall=None)) == ""
