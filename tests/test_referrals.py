"""What a referral points to: UIN and date must both fit, and fit one other answer."""

from __future__ import annotations

import re
from datetime import date as Date
from pathlib import Path

import pytest

from pqreuse import Answer, find_reuse, read_answers, score_answers
from pqreuse.kinds import answer_kinds, find_kinds
from pqreuse.records import days
from pqreuse.referrals import find_targets
from pqreuse.words import index_words


def answer(name: str, date: str | None, *uins: str, house: str | None = "Commons", text: str = "Yes.") -> Answer:
    return Answer(id=name, question_ids=(name,), uins=uins, date=date, house=house, text=text)


def target(text: str, *others: Answer, date: str | None = "2024-04-02", uin: str = "9") -> tuple[str, ...]:
    answers = [answer("this", date, uin, text=text), *others]
    return find_targets(answers, [answer_kinds(one.text) for one in answers])[0]


THERE = answer("there", "2024-03-12", "12345", "12346")
SESSION_BEFORE = answer("before", "2022-11-30", "12345")
LORDS = answer("lords", "2024-03-12", "HL123", house="Lords")


@pytest.mark.parametrize(
    "text",
    [
        "I refer the hon. Member to the answer given on 12 March 2024 to Question 12345.",
        "I refer the rt. hon. Member to the answer I gave to Question UIN 12346 on 12th of March.",
        "I refer the hon. Member to my answer of 12 March, Official Report, 12345.",
        "I refer the hon. Member to the Answers of 12 March 2024 to Questions 7, 8, 12346 and PQ 9.",
        "Please see my previous answer.\n\nAs set out in my answer to PQ12345 on 12/03/2024, there is none.",
        "I refer the hon. Member to the reply (UIN 12345) of\u00a012\u00a0March\u00a02024.",
        "I refer the hon. Member to my answer to Question\u200b 12345 on 12 March 2024.",
        "I refer the hon. Member to the answer that is available at this address: "
        "https://questions-statements.parliament.uk/written-questions/detail/2024-03-05/12345/",
    ],
)
def test_a_target_is_found(text: str) -> None:
    assert target(text, THERE, SESSION_BEFORE, LORDS) == ("there",)


@pytest.mark.parametrize(
    "text",
    [
        "I refer the hon. Member to the answer given on 12 March 2023 to Question 12345.",  # another session
        "I refer the hon. Member to the answer given to Question 12345.",  # no date
        "I refer the hon. Member to the answer given on 12 March 2024.",  # no UIN
        "I refer the hon. Member to the answer given on 31 June 2024 to Question 12345.",  # no such day
        "I refer the hon. Member to the answer given on 12 March 2024 to Question 9.",  # itself
        "On 12 March 2024 we received Question 12345.",  # no referral
        "I refer the hon. Member to the answer given on 12 March 2024, column 12345 of the Official Report.",
    ],
)
def test_no_target_where_either_is_missing_or_does_not_fit(text: str) -> None:
    assert target(text, THERE, SESSION_BEFORE, LORDS, answer("other", "2024-03-12", "12")) == ()


def test_ambiguous_targets_stay_open() -> None:
    text = "I refer the hon. Member to the answer given on 12 March 2024 to Question 12345."
    assert target(text, THERE, answer("again", "2024-03", "12345")) == ()
    assert target(text, THERE, answer("again", None, "12345")) == ("there",)
    assert target(text, THERE, answer("again", "2024-03-12", "12345", house="Lords")) == ("there",)


def test_several_targets_in_the_order_of_the_text() -> None:
    text = "I refer the noble Lord to the answers given on 12 March 2024 to Questions HL 123 and 12345."
    assert target(text, THERE, LORDS) == ("lords", "there")
    both = "I refer the hon. Member to the answers to Questions 12345 and 12346 on 12 March 2024."
    assert target(both, THERE) == ("there",)


def test_a_day_without_a_year_is_the_last_before_the_answer() -> None:
    text = "I refer the hon. Member to the answer given on 20 December to Question 77."
    last_year, this_year = answer("last", "2023-12-20", "77"), answer("next", "2024-12-20", "77")
    assert target(text, last_year, this_year, date="2024-01-10") == ("last",)
    assert target(text, last_year, this_year, date="2025-01") == ("next",)
    assert target(text, last_year, this_year, date=None) == ()


def test_scores_tell_kinds_and_targets() -> None:
    text = "I refer the hon. Member to the answer given on 12 March 2024 to Question 12345."
    result = find_reuse([answer("this", "2024-04-02", "9", text=text), THERE])
    assert [(score.kinds, score.refers_to) for score in result.scores] == [((), ()), (("referral",), ("there",))]
    assert {kind: number for kind, number in result.kinds.items() if number} == {"referral": 1}


def test_answers_scored_against_a_corpus_refer_to_it() -> None:
    text = "I refer the hon. Member to the answers given on 12 March 2024 to Questions 12345 and 7."
    new = [answer("this", "2024-04-02", "9", text=text), answer("seven", "2024-03-12", "7"), THERE]
    result = score_answers(new, [THERE, SESSION_BEFORE])
    assert {score.id: score.refers_to for score in result.scores if score.kinds} == {"this": ("there", "seven")}
    assert result.kinds["referral"] == 1


def test_real_targets_have_the_uin_that_is_cited_and_were_answered_about_then(shared_data: Path) -> None:
    corpus = read_answers(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz")
    named = {one.id: one for one in corpus}
    texts = [one.text for one in corpus]
    targets = find_targets(corpus.answers, find_kinds(texts, index_words(texts)))
    pairs = [(one, named[name]) for one, names in zip(corpus, targets, strict=True) for name in names]
    assert len(pairs) > 100
    for one, other in pairs:
        assert one is not other
        assert any(re.search(rf"(?<!\d){uin}(?!\d)", one.text) for uin in other.uins)
        # Sessions are longer apart than that.
        (given, _), (earlier, _) = days(one.date) or (0, 0), days(other.date) or (0, 0)
        assert earlier - 31 <= given <= earlier + 300, (one.id, other.id, Date.fromordinal(earlier))
        assert one.house == other.house
