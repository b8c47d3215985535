"""A line's history: its wordings against the plain definition, and what is told of how each came to be."""

from __future__ import annotations

import pickle
from dataclasses import replace

import naive
import naive_usage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import corpora

from pqreuse import Answer, Difference, Family, UnknownFamilyError, find_reuse
from pqreuse.words import find_words


@given(corpora(), st.randoms(use_true_random=False))
def test_wordings_are_those_of_the_plain_definition(answers: list[Answer], random: object) -> None:
    answers = [replace(answer, body=random.choice([None, "Home Office", "Treasury"])) for answer in answers]
    shuffled = random.sample(answers, len(answers))
    for family, other in zip(find_reuse(answers).families, find_reuse(shuffled).families, strict=True):
        told = [{name: getattr(one, name) for name in EVERYTHING} for one in family.history]
        assert told == naive_usage.wordings(family, answers)
        assert len(family.history) == family.variants
        assert family.history == other.history


EVERYTHING = ("text", "answer_id", "answers", "questions", "first_date", "last_date", "bodies", "closest")


def put_in(text: str, differences: tuple[Difference, ...]) -> str:
    """The old text with all differences made."""
    for one in reversed(differences):
        end = one.old_start + len(one.old)
        assert text[one.old_start : end] == one.old
        text = f"{text[: one.old_start]} {one.new} {text[end:]}"
    return text


@given(corpora())
def test_differences_make_one_wording_of_the_other(answers: list[Answer]) -> None:
    for family in find_reuse(answers).families:
        history = tuple(family.history)
        assert (history[0].closest, history[0].differences) == (None, ())
        for one in history[1:]:
            assert one.differences
            before = history[one.closest].text
            assert naive_usage.scorable(put_in(before, one.differences)) == naive_usage.scorable(one.text)
            for difference in one.differences:
                end = difference.start + len(difference.new)
                assert one.text[difference.start : end] == difference.new
                assert naive.words(difference.old) != naive.words(difference.new)


def family(*texts: str) -> Family:
    """The family of these paragraphs, one a day."""
    answers = [Answer(id=f"a{n}", date=f"2024-01-{n + 1:02}", text=text) for n, text in enumerate(texts)]
    (found,) = (one for one in find_reuse(answers).families if one.unit == "paragraph")
    return found


def changed(old: str, new: str, stem: str = "The network of hubs {} to the schools of the north by next year.") -> list:
    first, second = family(stem.format(old), stem.format(new)).history
    assert (first.text, second.text, second.closest) == (stem.format(old), stem.format(new), 0)
    return [(one.old, one.new, one.changes) for one in second.differences]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("will be open", "aims to be open", [("will", "aims to", ("modal",))]),
        ("is open", "is not open", [("", "not", ("negation",))]),
        ("is now open", "is open", [("now", "", ())]),
        ("gives 1.6 million pounds", "gives 1.5 million pounds", [("1.6 million", "1.5 million", ("figure",))]),
        ("gives £1.6 million", "gives £1.65 billion", [("£1.6 million", "£1.65 billion", ("figure",))]),
        ("gives 2 per cent", "gives 2.5 per cent", [("2", "2.5", ("figure",))]),
        ("gives 15%", "gives 20%", [("15%", "20%", ("figure",))]),
        ("gives two hundred books", "gives three hundred books", [("two hundred", "three hundred", ("figure",))]),
        ("gives £17\u00a0million", "gives £15 million", [("£17\u00a0million", "£15 million", ("figure",))]),
        ("gave in 2024 15 books", "gave in 2024 16 books", [("15", "16", ("figure",))]),
        (
            "will not give 5 books, or so it says,",
            "may not give 6 books, or so it says,",
            [("will", "may", ("modal",)), ("5", "6", ("figure",))],
        ),
        (
            "gives some help of its own making and all it has",
            "lends what time of day few people have, and all it has",
            [("gives some help of its own making", "lends what time of day few people have", ())],
        ),
    ],
)
def test_what_changed(old: str, new: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert changed(old, new) == expected
    backwards = [(new, old, changes) for old, new, changes in expected]
    assert changed(new, old) == backwards


def test_a_wording_is_compared_with_the_closest_earlier_one_not_the_one_before() -> None:
    stem = "The Government will give £{} million to the {} of the {} for repairs."
    history = family(
        stem.format(17, "schools", "north"),
        stem.format(21, "councils", "south and of the west"),
        stem.format(18, "schools", "north"),
        stem.format(17, "schools", "north"),
        stem.format(19, "schools", "north"),
    ).history
    assert [one.closest for one in history] == [None, 0, 0, 2]
    assert [one.answers for one in history] == [2, 1, 1, 1]
    assert (history[0].first_date, history[0].last_date) == ("2024-01-01", "2024-01-04")
    assert [(one.old, one.new) for one in history[3].differences] == [("£18 million", "£19 million")]


def test_undated_wordings_come_last_and_a_month_is_a_date() -> None:
    stem = "The Government will give £{} million to the schools of the north for repairs."
    dates = [None, "2024-03", "2024-02-15", "2024-03-02"]
    answers = [Answer(id=str(n), date=date, text=stem.format(n)) for n, date in enumerate(dates)]
    history = find_reuse([*answers, replace(answers[1], id="9", date="2024-03-31")]).families[0].history
    assert [one.answer_id for one in history] == ["2", "1", "3", "0"]
    assert [(one.first_date, one.last_date) for one in history] == [
        ("2024-02-15", "2024-02-15"),
        ("2024-03", "2024-03-31"),
        ("2024-03-02", "2024-03-02"),
        (None, None),
    ]


def test_links_are_no_wording() -> None:
    stem = "The guidance for schools is at {} and applies to all {} of them."
    history = family(stem.format("https://a.uk/x", 31), stem.format("https://b.uk/y", 31), stem.format("www.c.uk", 32))
    history = history.history
    assert [one.answers for one in history] == [2, 1]
    assert [(one.old, one.new) for one in history[1].differences] == [("31", "32")]


def test_a_family_with_a_history_can_be_kept() -> None:
    found = family("The hub of the north has given 31 schools its help.", "The hub of the north has given 32 its help.")
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.history == found.history
    # Worked out once.
    assert found.history[1] is found.history[1]


def test_many_wordings() -> None:
    stem = "The department has set up a network of {} attendance hubs which offer help to schools in the year {}."
    answers = [Answer(id=f"{n:04}", text=stem.format(f"x{n}", f"y{n // 2}")) for n in range(600)]
    (found,) = (one for one in find_reuse(answers).families if one.unit == "paragraph")
    assert len(found.history) == 600
    assert [one.closest for one in found.history[1:]] == list(range(599))
    assert [len(one.differences) for one in found.history[1:5]] == [1, 2, 1, 2]


def test_a_family_is_found_by_its_name() -> None:
    result = find_reuse(["The hub of the north has given 31 schools its help."] * 2)
    assert [result.family(one.id) for one in result.families] == list(result.families)
    with pytest.raises(
        UnknownFamilyError, match="no family has the identifier 'x'; `pqreuse report --format csv` lists"
    ):
        result.family("x")


@given(corpora())
def test_a_figure_is_told_whole(answers: list[Answer]) -> None:
    for found in find_reuse(answers).families:
        for one in found.history:
            for difference in one.differences:
                for text, start, part in (
                    (one.text, difference.start, difference.new),
                    (found.history[one.closest or 0].text, difference.old_start, difference.old),
                ):
                    if find_words(part).words:
                        assert text[:start][-1:] != "£"
