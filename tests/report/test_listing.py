"""Filters choose what is listed and nothing else; nested families follow their parent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.sample import EDUCATION, FAMILIES, HOME, RESULT

from pqreuse.errors import ParameterError
from pqreuse.records import Family, ReuseResult
from pqreuse.report.listing import Filters, list_families, list_scores, unknown_bodies, why_unscored


def ids(**filters: object) -> list[str]:
    return [family.id for family in list_families(RESULT, Filters(**filters)).families]


def test_all_are_listed_by_answers_questions_and_id():
    assert ids() == ["p-hubs", "s-share", "p-hostile", "s-old"]


def test_nested_families_follow_their_parent_and_do_not_count_towards_top():
    listing = list_families(RESULT, Filters(top=1))
    assert [family.id for family in listing.families] == ["p-hubs", "s-share"]
    assert listing.families[1].parent == "p-hubs"
    assert listing.found == 3
    assert [(own.id, [line.id for line in nested]) for own, nested in listing.blocks()] == [("p-hubs", ["s-share"])]


def test_parent_is_null_where_the_parent_is_not_listed():
    listing = list_families(RESULT, Filters(unit="sentence", top=1))
    assert [(family.id, family.parent) for family in listing.families] == [("s-share", None)]
    assert listing.found == 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"unit": "paragraph"}, ["p-hubs", "p-hostile"]),
        ({"min_answers": 3}, ["p-hubs", "s-share"]),
        ({"bodies": ("HOME office",)}, ["p-hubs", "s-share", "p-hostile"]),
        ({"bodies": (EDUCATION,), "since": "2025"}, ParameterError),
        ({"bodies": (HOME,), "until": "2024"}, ParameterError),
        ({"bodies": (EDUCATION,), "since": "2025-02"}, []),
        ({"bodies": (HOME, EDUCATION), "since": "2025-06-30"}, ["p-hubs", "s-share", "p-hostile"]),
        ({"kinds": ("referral",)}, ["p-hubs", "s-share"]),
        ({"kinds": ("referral",), "since": "2025-02"}, []),
        ({"kinds": ("deposit",)}, []),
        ({"since": "2025-07"}, []),
        ({"until": "2024-01"}, ["p-hubs", "s-share", "s-old"]),
        ({"until": "2024-01-09"}, []),
        ({"since": "2024-01-11", "until": "2025-01-15"}, []),
        ({"since": "2025-02", "until": "2025-01-31"}, ParameterError),
    ],
)
def test_filters(filters, expected):
    if expected is ParameterError:
        with pytest.raises(ParameterError):
            ids(**filters)
    else:
        assert ids(**filters) == expected


def test_a_listed_family_stays_whole():
    listed = list_families(RESULT, Filters(bodies=(HOME,), since="2025-06"))
    assert listed.families[0] is FAMILIES[0]


def test_one_use_must_fit_both_body_and_dates():
    assert ids(bodies=(HOME,), until="2025-05") == []


def test_no_date_fits_only_without_dates():
    assert not Filters(since="2000-01").fits(None, None)
    assert not Filters(until="9999-12").fits(None, None)
    assert Filters().fits(None, None)


def test_scores_with_most_stock_text_come_first():
    scores = list_scores(RESULT, Filters())
    assert [score.id for score in scores] == ["2025-06/300", "2025-01-16/200", "2024-01-10/100", "600", "400", "500"]
    assert [score.id for score in list_scores(RESULT, Filters(bodies=(HOME,), top=1))] == ["2025-06/300"]
    assert [score.id for score in list_scores(RESULT, Filters(kinds=("holding", "not_held")))] == ["2025-01-16/200"]
    assert [why_unscored(score) for score in scores] == ["", "", "", "", "cut short", "no words"]


def test_names_close_to_an_unknown_body():
    there_are = [EDUCATION, "Department of Health and Social Care", HOME, None]
    assert unknown_bodies(["home OFFICE"], there_are) == {}
    assert unknown_bodies(["health"], there_are)["health"] == ["Department of Health and Social Care"]
    assert unknown_bodies(["Dept for Education"], there_are)["Dept for Education"][0] == EDUCATION
    assert unknown_bodies(["zzz"], [*there_are, HOME])["zzz"][0] == HOME
    assert unknown_bodies(["zzz"], [None]) == {"zzz": []}


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


@given(results(), st.sampled_from(["both", "paragraph", "sentence"]), st.integers(2, 4), st.none() | st.integers(1, 4))
def test_listing_is_consistent(result, unit, least, top):
    listing = list_families(result, Filters(unit=unit, min_answers=least, top=top))
    listed = {family.id for family in listing.families}
    assert all(family.parent is None or family.parent in listed for family in listing.families)
    own = [family for family in listing.families if family.parent is None]
    assert len(own) == min(listing.found, top or listing.found)
    assert sum(1 + len(nested) for _, nested in listing.blocks()) == len(listing.families)
    ranks = [(-family.answers, -family.questions, family.id) for family in listing.families]
    assert ranks == sorted(ranks)
    if top is None:
        fitting = {item.id for item in result.families if unit in ("both", item.unit) and item.answers >= least}
        assert listed == fitting
