"""Who said it first (definition 3.8): one source, which spans, families, histories, the page and the JSON name."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import naive
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import corpora

from pqreuse import Answer, ReuseIndex, find_reuse, read_answers, score_answers
from pqreuse.lazy import column
from pqreuse.records import Family, ReuseResult, Score
from pqreuse.report.contract import history_contract, json_lines, report_contract
from pqreuse.report.listing import list_families
from pqreuse.report.page import page
from pqreuse.report.terminal import history_text, make_console, show_text
from pqreuse.times import times_of

LINE = "We have set up a network of {} attendance hubs to share what works in schools."
BEFORE = "Red lorries were counted on Tuesday mornings in Wick by three officials of the council."
BEHIND = "Nobody has asked since then how many of them were late or had no lights at all."


def dated(*texts: str) -> list[Answer]:
    """Answers a, b, c of January, February, March."""
    return [
        Answer(id=chr(ord("a") + n), date=f"2025-0{n + 1}-01", body=f"Office {n}", text=text, questions=("Why?",))
        for n, text in enumerate(texts)
    ]


def flat(text: str) -> str:
    return " ".join(text.split())


def sources(score: Score) -> list[tuple[str, str, str | None]]:
    return [
        (score.text[span.start : span.end].strip(), span.label, span.earliest_answer_id)
        for span in score.spans
        if span.label != "novel"
    ]


def family_of(result: ReuseResult, words: str, unit: str = "paragraph") -> Family:
    (found,) = [one for one in result.families if one.unit == unit and one.text.startswith(words)]
    return found


def test_everything_names_one_answer_for_words_said_before_in_another_paragraph() -> None:
    """The first one has the line in a paragraph that is too long to be of the line's family."""
    line = LINE.format(31)
    answers = dated(" ".join([BEFORE, line, BEHIND, BEFORE[::-1]]), line, line)
    result = find_reuse(answers)
    family = family_of(result, line)
    assert {use.answer_id for use in family.uses} == {"b", "c"}
    assert {span.earliest_answer_id for name in "bc" for span in result.explain(name).spans} == {"a"}
    said = family.first_said
    assert said is not None
    assert (said.answer_id, said.date, said.body) == ("a", "2025-01-01", "Office 0")
    assert said.text == line.rstrip(".")
    assert answers[0].text[said.start : said.end] == said.text
    assert [variant.first_said for variant in family.history] == [said]
    written = json.loads(b"".join(json_lines(report_contract(result, list_families(result, top=None)))))
    (listed,) = [one for one in written["families"] if one["id"] == family.id]
    assert listed["first_said"] == json.loads(b"".join(json_lines(history_contract(family))))["first_said"]
    assert listed["first_said"]["answer_id"] == "a"
    told = "first said 2025-01-01, a, Office 0"
    assert f"{told} {said.text}" in flat(history_text(family, make_console(None)))
    assert "earliest other: a, 2025-01-01, Office 0" in flat(show_text(result, result.explain("c"), make_console(None)))
    shown = flat(b"".join(page(result, list_families(result))).decode())
    # Of the text, and of the answers that have it.
    assert shown.count("first said 2025-01-01, <bdi>a</bdi>, Office 0") > 1
    assert result.to_frame("families", "pyarrow").to_pylist()[0]["first_said"] == "a"
    # Asked of a new answer too, whose families are those of the others.
    asked = score_answers([Answer(id="new", text=line)], answers)
    assert {span.earliest_answer_id for span in asked.scores[0].spans} == {"a"}
    assert family_of(asked, line).first_said == said


def test_a_family_is_first_said_by_its_earliest_use_in_any_wording() -> None:
    answers = dated(LINE.format(30), LINE.format(31), LINE.format(31), LINE.format(32))
    result = find_reuse(answers)
    family = family_of(result, "We have")
    assert family.text == LINE.format(31)
    assert family.first_said == family.uses[0]
    assert [(one.text, one.first_said) for one in family.history] == [
        (LINE.format(number), family.uses[0]) for number in (30, 31, 32)
    ]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("Deporting offenders is a top priority for this Government and for the courts.", "Animal welfare", False),
        ("Deporting them is a clear priority for this Government.", "Animal welfare", True),
    ],
)
def test_a_formula_has_no_source(before: str, after: str, named: bool) -> None:
    """In one pair five words in a row are the same, in the other one seven; in neither is there a run."""
    answers = dated(before, f"{after} is a clear priority for this Government.")
    result = find_reuse(answers, containment=0.5)
    spans = result.explain("b").spans
    assert any(span.label == "template" for span in spans)
    assert {span.earliest_answer_id for span in spans if span.label == "template"} == {"a" if named else None}
    for family in result.families:
        first = family.uses[0] if named else next(use for use in family.uses if use.text.startswith(family.text))
        assert family.first_said == first
    shown = flat(show_text(result, result.explain("b"), make_console(None)))
    assert ("with other answers it shares a formula only" in shown) == (not named)


def test_a_piece_between_slots_has_the_source_of_its_line_and_another_filling_none() -> None:
    text = "We opened {} hubs in {} to share what works best in schools."
    result = find_reuse(dated(text.format(1, "Ayr"), text.format(2, "Wick")))
    assert sources(result.explain("b")) == [
        ("We opened", "template", "a"),
        ("2", "slot", None),
        ("hubs in", "template", "a"),
        ("Wick", "slot", None),
        ("to share what works best in schools.", "template", "a"),
    ]


def test_a_filling_has_the_source_that_said_it_in_six_words_in_a_row() -> None:
    text = "This year we opened {} hubs in {} to share what works."
    values = [(1, "Ayr"), (2, "Ayr"), (3, "Wick"), (2, "Wick")]
    result = find_reuse(dated(*(text.format(*both) for both in values)))
    # The first one shares four words in a row at most with the last one, the others seven.
    assert sources(result.explain("d")) == [
        ("This year we opened", "template", "b"),
        ("2", "slot", "b"),
        ("hubs in", "template", "b"),
        ("Wick", "slot", "c"),
        ("to share what works.", "template", "c"),
    ]


def test_a_fragment_that_was_said_elsewhere_is_no_source_of_the_whole() -> None:
    idiom = "We are doing all that we can to help the people there."
    line = f"{idiom} {BEFORE} {BEHIND}"
    result = find_reuse(dated(f"{idiom} More of it is said on the page of the office, which many read.", line, line))
    (span,) = result.explain("c").spans
    assert (span.label, span.earliest_answer_id) == ("template", "b")
    # Where it is a family of its own, it has a source of its own.
    family = family_of(result, idiom, "sentence")
    assert family.first_said is not None
    assert family.first_said.answer_id == "a"


def test_words_that_a_run_ends_in_make_no_source_of_what_begins_with_them() -> None:
    """The run goes from the first paragraph to two words of the second."""
    second = "We are to publish the report on bees by the end of the year, and the one on wasps after that."
    other = "We are to ask each of them for a list of what was sold, to whom, and at what price."
    result = find_reuse(dated(f"{BEFORE}\n\n{other}", f"Yes.\n\n{second}", f"{BEFORE}\n\n{second}"))
    found = dict(zip(("first", "second"), result.explain("c").spans, strict=True))
    assert [found[name].earliest_answer_id for name in ("first", "second")] == ["a", "b"]


def test_only_earlier_answers_are_named_against_earlier() -> None:
    same_day = [replace(answer, date="2025-01-01") for answer in dated(LINE.format(31), LINE.format(31))]
    later = Answer(id="c", date="2025-01-02", text=LINE.format(31))
    result = find_reuse([*same_day, later], against="earlier")
    assert [{span.earliest_answer_id for span in score.spans} for score in result.scores] == [{None}, {None}, {"a"}]
    assert {family.first_said.answer_id for family in result.families if family.first_said} == {"a"}


def in_a_row(answer: Answer, many: int) -> set[tuple[str, ...]]:
    words = naive.words(answer.text)
    return {tuple(words[start : start + many]) for start in range(len(words) - many + 1)}


def without_holes(answers: list[Answer]) -> list[Answer]:
    """The same without links and tables, so that what stands in a row in the text does so in the words."""
    return [replace(answer, text=answer.text.replace("https://a.uk/the/hub", ""), tables=()) for answer in answers]


@given(corpora(), st.sampled_from(["others", "earlier"]), st.sampled_from([4, 8]))
def test_a_source_has_six_words_in_a_row_and_a_run_has_a_source(
    answers: list[Answer], against: Any, run_words: int
) -> None:
    answers = without_holes(answers)
    result = find_reuse(answers, against=against, run_words=run_words)
    having = {answer.id: in_a_row(answer, min(6, run_words)) for answer in answers}
    for score in result.scores:
        for span in score.spans:
            if span.earliest_answer_id is not None:
                assert having[score.id] & having[span.earliest_answer_id]
            elif span.family is None:
                assert span.label in ("novel", "none")


@given(corpora(max_answers=9))
def test_spans_of_whole_uses_name_who_said_their_wording_first(answers: list[Answer]) -> None:
    result = find_reuse(without_holes(answers))
    check_spans(result, result.families)


def test_real_answers(shared_data: Path) -> None:
    result = find_reuse(read_answers(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz"))
    assert check_spans(result, Random(1).sample(result.families, 1_000)) > 250


def test_a_query_names_the_answer_that_its_spans_name(shared_data: Path, tmp_path: Path) -> None:
    answers = list(read_answers(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz"))
    answers.sort(key=lambda answer: (answer.date or "", answer.id))
    checked = 0
    with ReuseIndex.create(tmp_path / "index", answers[:6_000]) as index:
        for answer in answers[6_000:6_300]:
            asked = index.query([answer])
            (score,) = asked.scores
            named = {family.id: family.first_answer for family in asked.families}
            paragraphs = set(map(flat, re.split(r"\n\s*\n", answer.text)))
            for span in score.spans:
                if span.family is not None and flat(answer.text[span.start : span.end]) in paragraphs:
                    said = named[span.family]
                    assert span.earliest_answer_id == (said and said.id)
                    checked += 1
    assert checked > 20


def check_spans(result: ReuseResult, families: Sequence[Family]) -> int:
    """Compare the spans that are one whole use with what its family says of the wording; how many there are.

    But for the first answer that has the wording: it is no source of itself.
    """
    order = dict(zip(column(result.scores, "id"), times_of(result.corpus.answers).order.tolist(), strict=True))
    checked = 0
    for family in families:
        assert family.first_said == family.history[0].first_said or family.text != family.history[0].text
        listed = {tuple(naive.words(one.text)): one.first_said for one in family.history}
        using: dict[tuple[str, ...], set[str]] = {words: set() for words in listed}
        for use in family.uses:
            using.get(tuple(naive.words(use.text)), set()).add(use.answer_id)
        for use in family.uses:
            words, score = tuple(naive.words(use.text)), result.explain(use.answer_id)
            if words not in listed or use.answer_id == min(using[words], key=order.__getitem__):
                continue
            for span in score.spans:
                if span.family == family.id and score.text[span.start : span.end].strip() == use.text:
                    said = listed[words]
                    assert said is not None
                    assert span.earliest_answer_id == said.answer_id
                    checked += 1
    return checked
