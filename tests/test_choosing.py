"""Results of chosen uses: every count against a plain one, in the library and in every format."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import naive_filters
import naive_usage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import check_formats, plain_count, random_filters, report_of, score_of
from strategies import corpora

from pqreuse import (
    Answer,
    ParameterError,
    ReuseResult,
    UnknownAnswerError,
    UnknownFamilyError,
    find_reuse,
    read_answers,
    score_answers,
    shares_by,
)
from pqreuse.cli import main
from pqreuse.records import Filter, Gap, TableKind

LINE = "We have set up a network of {} attendance hubs to share what works."
BODIES = ["Home Office", "Treasury", " Department for Education "]
EXTRAS = ["I will write to the hon. Member.", "I refer the hon. Member to the answer of 3 May to question 1234.", ""]


@st.composite
def attributed(draw: st.DrawFn) -> list[Answer]:
    """Answers with a body, a minister, questions and a kind."""
    return [
        replace(
            answer,
            text=f"{answer.text} {draw(st.sampled_from(EXTRAS))}",
            body=draw(st.sampled_from([None, *BODIES])),
            minister=draw(st.sampled_from([None, "A", "B"])),
            question_ids=tuple(f"{answer.id}.{n}" for n in range(draw(st.integers(1, 3)))),
            questions=(draw(st.sampled_from(["", "How many hubs?", "What of the ferries?"])),),
            preview=draw(st.integers(0, 5)) == 0,
        )
        for answer in draw(corpora())
    ]


filters = st.fixed_dictionaries(
    {},
    optional={
        "body": st.lists(st.sampled_from(BODIES), min_size=1, max_size=2),
        "kind": st.lists(st.sampled_from(["referral", "will_write"]), min_size=1, max_size=2),
        "since": st.sampled_from(["2023-12", "2024-01-06", "2024-01", "2024-02"]),
        "until": st.sampled_from(["2024-02-01", "2024-02", "2024-03"]),
    },
)


def known(asked: dict[str, Any], answers: Sequence[Answer]) -> dict[str, Any]:
    """The filter without bodies that no answer has."""
    bodies = [name for name in asked.get("body", ()) if name in {answer.body for answer in answers}]
    return {**{name: value for name, value in asked.items() if name != "body"}, **({"body": bodies} if bodies else {})}


def counted(result: ReuseResult) -> ReuseResult:
    """The result without what its plain twin leaves as it is."""
    left = {"slots": (), "question_similarity": None}
    families = tuple(replace(family, **left) for family in result.families)
    shares = result.shares and tuple(round(getattr(result.shares, name), 9) for name in ("template", "slot", "novel"))
    return replace(result, families=families, shares=shares, paragraphs=0, sentences=0)


@given(attributed(), filters, st.integers(1, 3))
def test_chosen_uses_are_counted_as_plainly(answers: list[Answer], asked: dict[str, Any], gap_months: int) -> None:
    whole = find_reuse(answers, gap_months=gap_months)
    asked = known(asked, answers)
    result = whole.where(**asked)
    if not asked:
        assert result is whole
        return
    expected = naive_filters.where(whole, result.filters)
    assert counted(result) == counted(expected)
    # What is said of the whole input stays, and how alike questions are is weighed by all of them.
    before = {family.id: family for family in whole.families}
    order = {answer.id: place for place, answer in enumerate(whole.corpus)}
    asked_all = [answer.questions for answer in whole.corpus]
    for family in result.families:
        same = before[family.id]
        assert family.all_answers == same.answers == same.all_answers
        assert (family.all_questions, family.all_variants) == (same.questions, same.variants)
        users = [order[name] for name in dict.fromkeys(use.answer_id for use in family.uses)]
        alike = naive_usage.question_similarity(asked_all, users)
        assert family.question_similarity == (None if alike is None else pytest.approx(alike, abs=1e-6))
        assert len(family.history) == family.variants
        assert {variant.answer_id for variant in family.history} <= {use.answer_id for use in family.uses}
    again = find_reuse([answer for answer in answers if answer.id in {score.id for score in result.scores}])
    assert (result.paragraphs, result.sentences) == (again.paragraphs, again.sentences)


@given(attributed(), filters, filters)
def test_where_of_where_is_both(answers: list[Answer], one: dict[str, Any], other: dict[str, Any]) -> None:
    whole = find_reuse(answers)
    one, other = known(one, answers), known(other, answers)
    narrowed = whole.where(**one).where(**other)
    assert replace(narrowed, filters=()) == replace(whole.where(**other).where(**one), filters=())
    if one and other:
        assert counted(narrowed) == counted(naive_filters.where(whole, narrowed.filters))
    assert replace(whole.where(**one).where(**one), filters=()) == replace(whole.where(**one), filters=())


@given(attributed())
def test_a_filter_that_all_answers_fit_changes_no_figure(answers: list[Answer]) -> None:
    answers = [replace(answer, date=answer.date or "2024-01") for answer in answers]
    whole = find_reuse(answers)
    result = whole.where(since="2000-01")
    assert replace(result, filters=()) == whole
    assert list(map(tuple, (family.history for family in result.families))) == [
        tuple(family.history) for family in whole.families
    ]
    for kind in get_args(TableKind):
        assert {name: list(values) for name, (_, values) in result.tables(kind).items()} == {
            name: list(values) for name, (_, values) in whole.tables(kind).items()
        }


@given(attributed(), st.sampled_from(["2024-01-06", "2024-02-01"]))
def test_fillings_of_slots_are_shared_out_among_the_filters(answers: list[Answer], day: str) -> None:
    # Days only, so that each answer is chosen by one of the two.
    answers = [replace(a, date=a.date if a.date and len(a.date) == 10 else "2024-01-05") for a in answers]
    whole = find_reuse(answers)
    before = {"2024-01-06": "2024-01-05", "2024-02-01": "2024-01-31"}[day]
    halves = [whole.where(until=before), whole.where(since=day)]
    by_id = [{family.id: family for family in half.families} for half in halves]
    for family in whole.families:
        parts = [half[family.id] for half in by_id if family.id in half]
        for number, slot in enumerate(family.slots):
            for place, value in enumerate(slot.values):
                values = [part.slots[number].values[place] for part in parts]
                assert {one.text for one in values} == {value.text}
                assert sum(one.answers for one in values) == value.answers == value.all_answers
                assert {one.all_answers for one in values} == {value.answers}
                dates = [one.first_date for one in values if one.answers]
                assert min(dates) == value.first_date
                assert all(one.first_date is None for one in values if not one.answers)


# What follows the filters, and what does not

ANSWERS = [
    Answer(id="a", text=LINE.format(31), body="Treasury", date="2024-01-05"),
    Answer(id="b", text=LINE.format(32), body="Home Office", date="2024-02", question_ids=("b", "c")),
    Answer(id="d", text=f"{LINE.format(33)} I will write to the hon. Member.", body="Treasury", date="2024-03-01"),
    Answer(id="e", text="Nothing else is said here.", body="Cabinet Office"),
]


@pytest.fixture(scope="module")
def whole() -> ReuseResult:
    return find_reuse(ANSWERS)


def test_labels_and_templates_are_those_of_the_whole_input(whole: ReuseResult) -> None:
    result = whole.where(body="treasury")
    assert [score.id for score in result.scores] == ["a", "d"]
    assert all(score == whole.explain(score.id) for score in result.scores)
    (family,) = (one for one in result.families if one.unit == "sentence")
    same = whole.family(family.id)
    assert (family.text, family.template, family.parent) == (same.text, same.template, same.parent)
    assert [(value.text, value.answers, value.all_answers) for value in family.slots[0].values] == [
        *(("31", 1, 1), ("32", 0, 1), ("33", 1, 1)),
    ]
    assert [variant.text for variant in family.history] == [LINE.format(31), LINE.format(33)]
    assert family.variants == 2
    assert family.all_variants == 3


def test_tables_groups_and_the_corpus_follow(whole: ReuseResult) -> None:
    result = whole.where(body=["Treasury", "cabinet office "])
    assert [answer.id for answer in result.corpus] == ["a", "d", "e"]
    assert result.to_frame("scores", "polars")["answer_id"].to_list() == ["a", "d", "e"]
    assert set(result.to_frame("spans", "polars")["answer_id"]) == {"a", "d", "e"}
    assert set(result.to_frame("uses", "polars")["answer_id"]) == {"a", "d"}
    assert [(*one.group, one.answers) for one in shares_by(result, "body")] == [("Cabinet Office", 1), ("Treasury", 2)]
    assert [one.group for one in result.groups("month")] == [("2024-01",), ("2024-03",), (None,)]
    assert result.plot("shares").get_yticklabels()[-1].get_text().startswith("all chosen answers")
    assert find_reuse(result.corpus).corpus.questions == 3
    assert (result.kinds["will_write"], whole.where(body="Home Office").kinds["will_write"]) == (1, 0)


def test_months_without_a_chosen_answer_are_no_gap() -> None:
    used = [Answer(id=date, text=LINE.format(31), body="Treasury", date=date) for date in ("2024-01", "2024-09")]
    between = [
        Answer(id=f"2024-{month:02}", text=f"Other words of {month}.", body="Home Office", date=f"2024-{month:02}")
        for month in range(2, 9)
    ]
    result = find_reuse([*used, *between])
    assert result.families[0].gaps == (Gap(after="2024-01", back="2024-09", months=7),)
    assert result.where(since="2024-01").families[0].gaps == result.families[0].gaps
    assert result.where(body="Treasury").families[0].gaps == ()


def test_the_corpus_of_a_part_has_no_records_of_the_rest(examples: Path) -> None:
    result = find_reuse(read_answers(examples))
    assert result.corpus.reading is not None
    assert result.where(since="2025-01").corpus.reading is None


def test_a_result_says_what_it_is_of(whole: ReuseResult) -> None:
    result = whole.where(body="treasury", until="2024-02").where(since="2024-01-05")
    told = "1 of 4 answers (by treasury, until 2024-02, since 2024-01-05)"
    assert repr(result).startswith(f"ReuseResult({told}, ")
    assert told in result._repr_html_()
    assert ">1 of 3<" in result._repr_html_()
    assert result.whole is whole


def test_a_month_fits_if_a_day_of_it_does(whole: ReuseResult) -> None:
    for asked in ({"since": "2024-02-29"}, {"until": "2024-02-01"}, {"since": "2024-02", "until": "2024-02-10"}):
        assert "b" in [score.id for score in whole.where(**asked).scores]
    assert [score.id for score in whole.where(since="2024-03").scores] == ["d"]
    # An answer without a date fits no time at all.
    assert "e" not in [score.id for score in whole.where(since="0001-01").scores]


def test_an_answer_or_family_that_is_not_chosen_is_no_unknown_one(whole: ReuseResult) -> None:
    result = whole.where(body="Cabinet Office", since=None)
    assert result.explain("e").id == "e"
    with pytest.raises(UnknownAnswerError, match=r"^answer 'b' is not one by Cabinet Office; ask the result that"):
        result.explain("c")
    with pytest.raises(UnknownAnswerError, match="no answer has the identifier 'x'"):
        result.explain("x")
    with pytest.raises(UnknownFamilyError, match="has no use in an answer by Cabinet Office; ask the result that"):
        result.family(whole.families[0].id)
    with pytest.raises(UnknownFamilyError, match="no family has the identifier 'x'"):
        result.family("x")


def test_min_answers_counts_the_whole_input() -> None:
    result = find_reuse(ANSWERS, min_answers=3)
    assert [(family.answers, family.all_answers) for family in result.where(body="Home Office").families] == [
        (family.answers - 2, 3) for family in result.families
    ]


def test_a_result_that_was_pickled_can_be_narrowed(whole: ReuseResult) -> None:
    result = whole.where(body="Treasury")
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    for one, other in ((again, result), (pickle.loads(pickle.dumps(whole)), whole)):
        narrowed, expected = one.where(since="2024-02"), other.where(since="2024-02")
        assert narrowed == expected
        assert narrowed.to_frame("spans", "polars").equals(expected.to_frame("spans", "polars"))
        assert narrowed.to_frame("slots", "polars").equals(expected.to_frame("slots", "polars"))


def test_answers_scored_against_others_and_the_uses_by_those_are_chosen() -> None:
    old = [replace(answer, id=f"old-{answer.id}") for answer in ANSWERS]
    result = score_answers([*ANSWERS, replace(ANSWERS[0], id="f", body="Scotland Office")], old)
    chosen = result.where(body="Treasury", kind="will_write")
    assert [score.id for score in chosen.scores] == ["d"]
    assert [[use.answer_id for use in family.uses] for family in chosen.families if family.unit == "sentence"] == [
        ["old-d"]
    ]
    assert len(chosen.compared_with or ()) == 4
    # A body of either side is known.
    assert [score.id for score in result.where(body="Scotland Office").scores] == ["f"]
    assert result.where(body="Scotland Office").families == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"body": "Home Offce"}, "no answer is by 'Home Offce'; try 'Home Office' or 'Cabinet Office'"),
        ({"body": []}, r"body must be a name or several, got \[\]"),
        ({"body": 3}, "body must be a name or several, got 3"),
        ({"body": [None]}, "body must be a name or several, got None"),
        ({"kind": "refusal"}, "kind must be one of holding, .*, will_write, got 'refusal'"),
        ({"since": "2025"}, "since must be YYYY-MM-DD or YYYY-MM, got '2025'"),
        ({"until": 2025}, "until must be YYYY-MM-DD or YYYY-MM, got 2025"),
        ({"since": "2025-02", "until": "2025-01-31"}, "since must not be after until, got 2025-02 and 2025-01-31"),
    ],
)
def test_what_cannot_be_chosen_by(whole: ReuseResult, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=f"^{said}$"):
        whole.where(**asked)


def test_names_close_to_an_unknown_body() -> None:
    there_are = ["Department for Education", "Department of Health and Social Care", "Home Office", "Home Office", None]

    def closest(name: str, there_are: list[str | None] = there_are) -> str:
        with pytest.raises(ParameterError) as error:
            Filter(bodies=(name,)).check_bodies(there_are)
        return str(error.value).partition("; ")[2]

    Filter(bodies=(" home OFFICE",)).check_bodies(there_are)
    assert closest("health") == "try 'Department of Health and Social Care'"
    assert closest("Dept for Education").startswith("try 'Department for Education'")
    assert closest("zzz").startswith("try 'Home Office' or ")
    assert closest("zzz", [None]) == "no answer here names its body"


# Every format against a plain count over the unfiltered JSON


def test_formats_have_what_a_plain_count_says(examples: Path) -> None:
    whole = find_reuse(read_answers(examples))
    report, score = report_of(whole), score_of(whole)
    asked = random_filters(whole, 40)
    assert len(asked) > 20
    n_families = 0
    for one in asked:
        result = whole.where(body=one.bodies or None, since=one.since, until=one.until, kind=one.kinds or None)
        families, shares, (answers, questions) = plain_count(report, score, one)
        n_families += len(families)
        filtered = report_of(result)
        check_formats(result, filtered, families, shares)
        corpus = filtered["corpus"]
        assert (corpus["answers"], corpus["questions"]) == (answers, questions)
        assert (corpus["all_answers"], corpus["all_questions"]) == (len(whole.corpus), whole.corpus.questions)
    assert n_families > 100


def test_the_command_line_prints_what_a_plain_count_says(examples: Path, capfdbinary: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    def printed(verb: str, *args: str) -> bytes:
        assert main([verb, str(examples), "--quiet", *args]) == 0
        return bytes(capfdbinary.readouterr().out)

    report, score = (json.loads(printed(verb, "--format", "json")) for verb in ("report", "score"))
    asked = Filter(bodies=("home office", "Department for Education"), since="2024-06", until="2025-11-15")
    args = ["--body", asked.bodies[0], "--body", asked.bodies[1], "--since", asked.since, "--until", asked.until]
    families, shares, (answers, questions) = plain_count(report, score, asked)
    document = json.loads(printed("report", *args, "--format", "json"))
    assert [(one["id"], one["answers"], one["all_answers"]) for one in document["families"]] == [
        (one["id"], one["answers"], one["all_answers"]) for one in families
    ]
    assert document["shares"] == pytest.approx(shares)
    table = printed("report", *args, "--top", "9", "--unit", "sentence").decode()
    rows = [line.split() for line in table.splitlines()]
    ranked = [one for one in families if one["unit"] == "sentence"][:9]
    assert [row[1:7] for row in rows if row and row[0].isdecimal() and row[2:3] == ["of"]][:9] == [
        f"{one['answers']} of {one['all_answers']} {one['questions']} of {one['all_questions']}".split()
        for one in ranked
    ]
    chosen = json.loads(printed("score", *args, "--format", "json"))
    assert (len(chosen["answers"]), chosen["corpus"]["answers"], chosen["corpus"]["questions"]) == (
        *(answers, answers),
        questions,
    )
    assert chosen["filters"] == {
        "bodies": list(asked.bodies), "kinds": [], "since": asked.since, "until": asked.until,
    }  # fmt: skip
