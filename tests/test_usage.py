"""Who and when: bodies, ministers, months, gaps and shares against their plain definitions; the interval's coverage."""

from __future__ import annotations

from dataclasses import replace

import naive_usage
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import corpora

import pqreuse
from pqreuse import Answer, Gap, find_reuse, shares_by
from pqreuse.usage import share_interval

NAMES = st.sampled_from([None, "Home Office", "Treasury", "Education"])
LINE = "The stock line of more than eight words that all of these answers have."


@st.composite
def attributed(draw: st.DrawFn) -> list[Answer]:
    """Answers with a body, a minister and several questions."""
    return [
        replace(
            answer,
            body=draw(NAMES),
            minister=draw(NAMES),
            question_ids=tuple(f"{answer.id}.{n}" for n in range(draw(st.integers(1, 3)))),
            preview=draw(st.integers(0, 5)) == 0,
        )
        for answer in draw(corpora())
    ]


@given(attributed(), st.integers(1, 3))
def test_families_say_who_and_when(answers: list[Answer], gap_months: int) -> None:
    by_id = {answer.id: answer for answer in answers}
    corpus = {answer.date[:7] for answer in answers if answer.date}
    for family in find_reuse(answers, gap_months=gap_months).families:
        users = [by_id[name] for name in dict.fromkeys(use.answer_id for use in family.uses)]
        months = [answer.date and answer.date[:7] for answer in users]
        expected = naive_usage.tally([answer.body for answer in users], most_first=True)
        assert list(family.bodies.items()) == list(expected.items())
        expected = naive_usage.tally([answer.minister for answer in users], most_first=True)
        assert list(family.ministers.items()) == list(expected.items())
        expected = naive_usage.tally(months, most_first=False)
        assert list(family.months.items()) == list(expected.items())
        assert sum(family.months.values()) + family.undated == family.answers
        gaps = [(gap.after, gap.back, gap.months) for gap in family.gaps]
        assert gaps == naive_usage.gaps([month for month in months if month], corpus, gap_months)


def dated(*dates: str | None, text: str = LINE) -> list[Answer]:
    return [Answer(id=f"{text[:3]}{n:03}", date=date, text=text) for n, date in enumerate(dates)]


def gaps(answers: list[Answer], **params: int) -> tuple[Gap, ...]:
    return next(one for one in find_reuse(answers, **params).families if one.text == LINE).gaps


def test_a_line_gone_and_back() -> None:
    year = [f"2024-{month:02}-15" for month in range(1, 13)]
    other = dated(*year, text="Officials count what lorries there are in Wick on each Tuesday of the year.")
    used = dated("2024-01-30", "2024-01", "2024-09-01", "2024-12", None)
    assert gaps(other + used) == (Gap(after="2024-01", back="2024-09", months=7),)
    assert gaps(other + used, gap_months=8) == ()
    assert gaps(other + used, gap_months=2) == (
        Gap(after="2024-01", back="2024-09", months=7),
        Gap(after="2024-09", back="2024-12", months=2),
    )


def test_months_without_any_answer_are_no_gap() -> None:
    assert gaps(dated("2019-01", "2024-12")) == ()


@given(attributed(), st.lists(st.sampled_from(["body", "minister", "month"]), min_size=1, max_size=2, unique=True))
def test_shares_of_groups_are_those_of_their_words(answers: list[Answer], names: list) -> None:
    result = find_reuse(answers)
    found = shares_by(result, *names)
    expected = naive_usage.shares(tuple(result.scores), result.corpus.answers, names)
    assert {one.group for one in found} == expected.keys()
    for one in found:
        figures = (one.answers, one.scorable_words, one.template, one.slot, one.novel)
        assert figures == pytest.approx(expected[one.group])
    assert sum(one.answers for one in found) == len(answers)
    assert sum(one.questions for one in found) == result.corpus.questions
    # In order of the names, those that are not known last.
    order = [[(name is None, name or "") for name in one.group] for one in found]
    assert order == sorted(order)
    for one in found:
        if one.template is None:
            assert (one.slot, one.novel, one.template_low, one.template_high) == (None,) * 4
        else:
            assert one.template + one.slot + one.novel == pytest.approx(1)
            assert 0 <= one.template_low <= one.template <= one.template_high <= 1


def test_shares_of_all_answers_are_those_of_the_result() -> None:
    answers = [replace(answer, house="Commons") for answer in dated("2024-01", "2024-02-03", None)]
    answers.append(Answer(id="new", house="Commons", text="Nothing else is said here in these few words of ours."))
    result = find_reuse(answers)
    (one,) = shares_by(result, "house")
    assert (one.template, one.slot, one.novel) == (result.shares.template, result.shares.slot, result.shares.novel)
    assert [(*one.group, one.answers) for one in shares_by(result, "month")] == [
        ("2024-01", 1),
        ("2024-02", 1),
        (None, 2),
    ]


def test_no_answers_no_groups() -> None:
    assert shares_by(find_reuse([]), "body", "month") == ()


@pytest.mark.parametrize(
    ("groupings", "given"), [((), "none"), (("party",), "'party'"), (("body", "x"), "'body', 'x'")]
)
def test_unknown_groupings(groupings: tuple, given: str) -> None:
    message = f"groupings must be some of body, minister, house, month, got {given}"
    with pytest.raises(pqreuse.ParameterError, match=message):
        shares_by(find_reuse([]), *groupings)


# The interval


def all_or_nothing(random: np.random.Generator, many: int) -> tuple[np.ndarray, np.ndarray]:
    """Three answers of ten are wholly template."""
    n_words = random.integers(20, 200, many)
    return n_words * (random.random(many) < 0.3), n_words


def nearly_all(random: np.random.Generator, many: int) -> tuple[np.ndarray, np.ndarray]:
    """All but three answers of a hundred are wholly template."""
    n_words = random.integers(20, 200, many)
    return n_words * (random.random(many) < 0.97), n_words


def part_of_some(random: np.random.Generator, many: int) -> tuple[np.ndarray, np.ndarray]:
    """Half of the answers have no template, the others some; few are long."""
    n_words = np.round(random.lognormal(4.5, 0.6, many)) + 1
    part = np.where(random.random(many) < 0.5, 0, random.beta(2, 2, many))
    return np.round(n_words * part), n_words


def of_all_sizes(random: np.random.Generator, many: int) -> tuple[np.ndarray, np.ndarray]:
    n_words = np.round(random.lognormal(4.5, 0.6, many)) + 1
    return np.round(n_words * random.beta(0.6, 0.6, many)), n_words


def long_is_stock(random: np.random.Generator, many: int) -> tuple[np.ndarray, np.ndarray]:
    """The longer an answer, the likelier it is template."""
    n_words = np.round(random.lognormal(4.5, 0.8, many)) + 1
    return n_words * (random.random(many) < np.clip((np.log(n_words) - 3) / 4, 0, 1)), n_words


@pytest.mark.parametrize("many", [3, 10, 30, 200])
@pytest.mark.parametrize("draw", [all_or_nothing, nearly_all, part_of_some, of_all_sizes, long_is_stock])
def test_the_interval_holds_the_true_share_as_often_as_it_says(draw: object, many: int) -> None:
    random = np.random.default_rng(1)
    part, whole = draw(random, 400_000)
    true = part.sum() / whole.sum()
    intervals = np.array([share_interval(*map(np.float64, draw(random, many))) for _ in range(1000)])
    covered = ((intervals[:, 0] <= true) & (true <= intervals[:, 1])).mean()
    # Where long answers are stock and short ones are not, ten of them may hold no long one.
    assert covered > (0.88 if draw is long_is_stock and many < 100 else 0.92)
    if many == 200:
        # Nor is it wider than it must be: the ratio estimator's own interval is the narrowest that is honest.
        spread = np.std([np.divide(*(column.sum() for column in draw(random, many))) for _ in range(1000)])
        assert np.mean(intervals[:, 1] - intervals[:, 0]) < 1.1 * 2 * 1.96 * spread


def test_a_few_answers_that_are_alike_make_no_narrow_interval() -> None:
    low, high = share_interval(np.array([50.0, 50.0]), np.array([50.0, 50.0]))
    assert (low < 0.4, high) == (True, 1.0)
    low, high = share_interval(np.array([0.0]), np.array([50.0]))
    assert (low, high > 0.7) == (0.0, True)
    low, high = share_interval(np.full(3, 25.0), np.full(3, 50.0))
    assert high - low > 0.5


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=1, max_size=20))
def test_the_interval_is_around_the_share_and_knows_no_order(parts: list[tuple[int, int]]) -> None:
    part, whole = np.array([(min(one, all_of), all_of) for one, all_of in parts], np.float64).T
    low, high = share_interval(part, whole)
    assert 0 <= low <= part.sum() / whole.sum() <= high <= 1
    assert low < high
    assert share_interval(part[::-1], whole[::-1]) == pytest.approx((low, high))
