"""Filters choose what is listed and nothing else; nested families follow their parent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.sample import EDUCATION, FAMILIES, HOME, RESULT

from pqreuse.errors import ParameterError
from pqreuse.records import Family, ReuseResult
from pqreuse.report.listing import list_bodies, list_families, list_scores, why_unscored


def ids(**filters: object) -> list[str]:
    return [family.id for family in list_families(RESULT.where(**filters)).families]


def test_all_are_listed_by_answers_questions_and_id():
    assert ids() == ["p-hubs", "s-share", "p-hostile", "s-old"]


def test_nested_families_follow_their_parent_and_do_not_count_towards_top():
    listing = list_families(RESULT, top=1)
    assert [family.id for family in listing.families] == ["p-hubs", "s-share"]
    assert listing.families[1].parent == "p-hubs"
    assert listing.found == 3
    assert [(own.id, [line.id for line in nested]) for own, nested in listing.blocks()] == [("p-hubs", ["s-share"])]


def test_parent_is_null_where_the_parent_is_not_listed():
    listing = list_families(RESULT, unit="sentence", top=1)
    assert [(family.id, family.parent) for family in listing.families] == [("s-share", None)]
    assert listing.found == 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"body": " HOME office"}, ["p-hostile", "p-hubs", "s-share"]),
        ({"body": EDUCATION, "since": "2025"}, ParameterError),
        ({"body": HOME, "until": "2024"}, ParameterError),
        ({"body": EDUCATION, "since": "2025-02"}, []),
        ({"body": [HOME, EDUCATION], "since": "2025-06-30"}, ["p-hostile", "p-hubs", "s-share"]),
        ({"kind": "referral"}, ["p-hubs", "s-share"]),
        ({"kind": ["referral", "deposit"], "since": "2025-02"}, []),
        ({"kind": ["deposit"]}, []),
        ({"since": "2025-07"}, []),
        ({"until": "2024-01"}, ["p-hubs", "s-old", "s-share"]),
        ({"until": "2024-01-09"}, []),
        ({"since": "2024-01-11", "until": "2025-01-15"}, []),
        ({"since": "2025-02", "until": "2025-01-31"}, ParameterError),
    ],
)
def test_families_that_have_a_chosen_use(filters, expected):
    if expected is ParameterError:
        with pytest.raises(ParameterError):
            ids(**filters)
    else:
        assert ids(**filters) == expected


def test_a_unit_is_listed_alone():
    assert [family.id for family in list_families(RESULT, unit="paragraph").families] == ["p-hubs", "p-hostile"]


def test_one_use_must_fit_both_body_and_dates():
    assert ids(body=HOME, until="2025-05") == []


def test_scores_with_most_stock_text_come_first():
    scores = list_scores(RESULT)
    assert [score.id for score in scores] == ["2025-06/300", "2025-01-16/200", "2024-01-10/100", "600", "400", "500"]
    assert [score.id for score in list_scores(RESULT.where(body=HOME), 1)] == ["2025-06/300"]
    assert [score.id for score in list_scores(RESULT.where(kind=("holding", "not_held")))] == ["2025-01-16/200"]
    assert [why_unscored(score) for score in scores] == ["", "", "", "", "cut short", "no words"]


def test_bodies_stand_beside_their_counts_in_the_whole_input():
    pairs = list_bodies(RESULT.where(until="2025-01"))
    assert [(one.group[0], one.answers, whole.answers) for one, whole in pairs] == [(EDUCATION, 2, 2)]
    pairs = list_bodies(RESULT.where(since="2025-01-16", kind="referral"))
    assert [(one.group[0], one.answers, whole.answers) for one, whole in pairs] == [(EDUCATION, 1, 2)]
    assert all(one is whole for one, whole in list_bodies(RESULT))


@st.composite
def results(draw: st.DrawFn) -> ReuseResult:
    families: list[Family] = []
    for number in range(draw(st.integers(0, 8))):
        own = draw(st.booleans())
        parents = [family.id for family in families if family.unit == "paragraph"]
        families.append(
            replace(
                FAMILIES[0],
                id=f"f{number}",
                unit="paragraph" if own else "sentence",
                answers=draw(st.integers(2, 4)),
                questions=draw(st.integers(4, 5)),
                parent=draw(st.sampled_from([None, *parents])) if not own else None,
            )
        )
    return replace(RESULT, families=tuple(draw(st.permutations(families))))


@given(results(), st.sampled_from(["both", "paragraph", "sentence"]), st.none() | st.integers(1, 4))
def test_listing_is_consistent(result, unit, top):
    listing = list_families(result, unit=unit, top=top)
    listed = {family.id for family in listing.families}
    assert all(family.parent is None or family.parent in listed for family in listing.families)
    own = [family for family in listing.families if family.parent is None]
    assert len(own) == min(listing.found, top or listing.found)
    assert sum(1 + len(nested) for _, nested in listing.blocks()) == len(listing.families)
    ranks = [(-family.answers, -family.questions, family.id) for family in listing.families]
    assert ranks == sorted(ranks)
    if top is None:
        fitting = {item.id for item in result.families if unit in ("both", item.unit)}
        assert listed == fitting
