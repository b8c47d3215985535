"""The frozen records, dates, the parameters' ranges, and finding an answer by name."""

from __future__ import annotations

import dataclasses
import datetime
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pqreuse
from pqreuse import params, records
from pqreuse.errors import ParameterError, UnknownAnswerError
from pqreuse.lazy import LazySequence, column
from pqreuse.params import ReuseParams
from pqreuse.records import Answer, Corpus, Skipped, days

RECORDS = [
    thing
    for module in (records, params)
    for thing in vars(module).values()
    # A reading is filled as it goes on; it is for the readers.
    if isinstance(thing, type) and dataclasses.is_dataclass(thing) and thing is not records.Reading
]
NUMBERS = [field for field in dataclasses.fields(ReuseParams) if "low" in field.metadata]
CHOICES = [field for field in dataclasses.fields(ReuseParams) if "choices" in field.metadata]


# Dates


@given(st.dates())
def test_a_day_is_one_day_and_a_month_all_of_its_days(date: datetime.date) -> None:
    assert days(date.isoformat()) == (date.toordinal(), date.toordinal())
    first, last = days(date.isoformat()[:7])
    assert first <= date.toordinal() <= last
    assert datetime.date.fromordinal(first).day == 1
    assert datetime.date.fromordinal(first).month == datetime.date.fromordinal(last).month == date.month
    assert last == datetime.date.max.toordinal() or datetime.date.fromordinal(last + 1).day == 1


def test_no_date() -> None:
    assert days(None) is None


@pytest.mark.parametrize(
    "date",
    ["", "2025", "2025-1", "2025-13", "2025-00", "2025-02-30", "16 January 2025", "2025-01-1x", "2025-W03-4",
     "2025-01-16T00:00:00", " 2025-01", "2025/01"],
)  # fmt: skip
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(ParameterError, match="date must be YYYY-MM-DD or YYYY-MM, got "):
        days(date)
    with pytest.raises(ParameterError):
        Answer(text="x", date=date)


# Records


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_slotted_and_by_keyword(record: type) -> None:
    assert record.__dataclass_params__.frozen
    assert all(field.kw_only for field in dataclasses.fields(record))
    assert "__slots__" in vars(record)
    assert not hasattr(object.__new__(record), "__dict__")


def test_all_public_records_are_looked_at() -> None:
    names = {record.__name__ for record in RECORDS}
    assert names >= {"Answer", "Corpus", "Family", "ReuseParams", "ReuseResult", "Score", "Slot", "Span", "Use"}
    assert {getattr(pqreuse, name) for name in names & set(pqreuse.__all__)} <= set(RECORDS)


def test_a_record_cannot_be_changed_and_can_be_copied() -> None:
    answer = Answer(text="x", id="1", question_ids=("1", "2"), date="2025-01")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.text = "y"
    assert pickle.loads(pickle.dumps(answer)) == answer == dataclasses.replace(answer)
    assert hash(answer) == hash(dataclasses.replace(answer))


# Records that are made when they are asked for


def test_a_lazy_sequence_makes_only_what_is_asked_for() -> None:
    made = []
    lazy = LazySequence(5, lambda place: made.append(place) or str(place))
    assert (len(lazy), bool(lazy), bool(LazySequence(0, str)), made) == (5, True, False, [])
    assert (lazy[1], lazy[-1], lazy[3:], lazy[::-2]) == ("1", "4", ("3", "4"), ("4", "2", "0"))
    assert made == [1, 4, 3, 4, 4, 2, 0]
    assert len(repr(lazy)) < 50
    for place in (5, -6):
        with pytest.raises(IndexError):
            lazy[place]


def test_lazy_sequences_are_equal_by_content_and_to_tuples() -> None:
    lazy, other = LazySequence(3, str), LazySequence(3, "012".__getitem__)
    assert lazy == other == ("0", "1", "2") == lazy
    assert hash(lazy) == hash(("0", "1", "2"))
    assert lazy != ("0", "1") != lazy
    assert lazy != LazySequence(3, int) != lazy
    assert lazy != ["0", "1", "2"]
    assert (list(lazy), list(reversed(lazy)), "2" in lazy, lazy.index("2")) == (
        ["0", "1", "2"],
        ["2", "1", "0"],
        True,
        2,
    )
    assert pickle.loads(pickle.dumps(lazy)) == lazy


def test_a_column_is_read_off_the_records_where_nothing_else_knows_it() -> None:
    made = []

    def make(place: int) -> Skipped:
        made.append(place)
        return Skipped(file=f"{place}", where="x", reason="")

    lazy = LazySequence(2, make, {"file": ["0", "1"]}.get)
    assert column(lazy, "file") == ["0", "1"]
    assert made == []
    assert column(lazy, "where") == ["x", "x"] == column(tuple(lazy), "where")


# Parameters


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_ends_of_a_range_are_taken_and_what_is_just_outside_is_not(field: dataclasses.Field) -> None:
    low, high = field.metadata["low"], field.metadata["high"]
    assert low <= field.default <= high
    step = 1 if isinstance(field.default, int) else 1e-9
    for value in (low, high, field.default):
        assert getattr(ReuseParams(**{field.name: value}), field.name) == value
    for value in (low - step, high + step, float("nan"), float("inf"), -1):
        with pytest.raises(ParameterError, match=rf"^{field.name} must be (in \[|a whole number)"):
            ReuseParams(**{field.name: value})


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
@pytest.mark.parametrize("value", ["2", None, True, [1], 1j])
def test_what_is_no_number_is_refused(field: dataclasses.Field, value: object) -> None:
    with pytest.raises(ParameterError, match=f"^{field.name} must be a"):
        ReuseParams(**{field.name: value})


@pytest.mark.parametrize("field", CHOICES, ids=lambda field: field.name)
def test_choices(field: dataclasses.Field) -> None:
    for choice in field.metadata["choices"]:
        assert getattr(ReuseParams(**{field.name: choice}), field.name) == choice
    for value in ("", "Others", None, 1):
        with pytest.raises(ParameterError, match=f"^{field.name} must be '"):
            ReuseParams(**{field.name: value})


def test_whole_numbers_are_whole() -> None:
    for field in NUMBERS:
        if isinstance(field.default, int):
            with pytest.raises(ParameterError, match="must be a whole number"):
                ReuseParams(**{field.name: field.default + 0.5})


def test_every_field_says_what_it_means_and_is_in_the_dict() -> None:
    assert len(NUMBERS) + len(CHOICES) == len(dataclasses.fields(ReuseParams))
    assert all(field.metadata["meaning"] for field in NUMBERS + CHOICES)
    assert ReuseParams().to_dict() == {field.name: field.default for field in dataclasses.fields(ReuseParams)}


def test_defaults_are_those_of_the_definitions() -> None:
    defaults = ReuseParams()
    assert (defaults.shingle_words, defaults.containment, defaults.length_ratio, defaults.min_words) == (2, 0.6, 0.4, 8)
    assert (defaults.run_words, defaults.slot_words, defaults.min_answers) == (8, 6, 2)
    assert (defaults.lsh_jaccard, defaults.lsh_recall, defaults.against) == (0.5, 0.99, "others")


# Finding an answer


def corpus(*question_ids: tuple[str, ...]) -> Corpus:
    """Answers of these questions; what stands behind a slash is a UIN."""
    uins = {ids: tuple(name.rpartition("/")[2] for name in ids if "/" in name) for ids in question_ids}
    return Corpus(
        answers=tuple(Answer(text="x", id=ids[0], question_ids=ids, uins=uins[ids]) for ids in sorted(question_ids))
    )


def test_a_corpus_is_a_sequence_of_answers() -> None:
    found = corpus(("a", "b"), ("c",))
    assert len(found) == 2
    assert found.questions == 3
    assert [answer.id for answer in found] == [found[0].id, found[-1].id] == ["a", "c"]
    assert found[1:] == found.answers[1:]
    assert found.answers[1] in found
    assert len(Corpus()) == Corpus().questions == 0


def test_place_by_identifier_question_and_uin() -> None:
    found = corpus(("2025-01-08/21", "2025-01-08/22"), ("2025-02-03/21",), ("77#0a1b2c3d",), ("77#99999999",), ("9",))
    assert [found.place(answer.id) for answer in found] == [0, 1, 2, 3, 4]
    assert found.place("2025-01-08/22") == found.place("22") == 0
    with pytest.raises(UnknownAnswerError, match=r"2 answers go by '21'.*\(2025-01-08/21, 2025-02-03/21\)"):
        found.place("21")
    with pytest.raises(UnknownAnswerError, match=r"2 answers go by '77'.*\(77#0a1b2c3d, 77#99999999\)"):
        found.place("77")
    for name in ("", "2", "2025-01-08", "77#", "x"):
        with pytest.raises(UnknownAnswerError, match="no answer has the identifier"):
            found.place(name)


def test_an_unknown_name_is_told_with_the_nearest_there_are() -> None:
    text = Answer(text="No.", id="0b1c", question_ids=("0b1c",), heading="c.html")
    found = Corpus(answers=(*corpus(("2025-01-08/21", "2025-01-08/22"), ("1661084",)).answers, text))
    for name, told in {
        "2025-01": "'2025-01' (nearest: 2025-01-08/21, 2025-01-08/22);",
        "084": "'084' (nearest: 1661084);",
        "1661048": "'1661048' (nearest: 1661084);",
        "c.html": "'c.html' (with this heading: 0b1c);",
        "x": "'x'; `pqreuse score --format csv` lists those there are",
    }.items():
        with pytest.raises(UnknownAnswerError, match=re.escape(f"no answer has the identifier {told}")):
            found.place(name)


def test_an_identifier_in_full_goes_before_a_uin() -> None:
    found = corpus(("2025-01-08/21",), ("21",))
    assert found[found.place("21")].id == "21"
    # An answer of two questions of which both end alike is one answer.
    both = corpus(("2025-01-08/21", "2025-02-03/21"))
    assert both.place("21") == 0
