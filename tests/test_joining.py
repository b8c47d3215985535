"""Answers against another corpus: what they are compared with, and what never counts."""

from __future__ import annotations

from dataclasses import replace

import naive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import corpora
from test_pipeline import expected_families, scorable, segments, words_by_label

from pqreuse import Answer, ParameterError, find_reuse, score_answers
from pqreuse.corpus import resolve
from pqreuse.lazy import column
from pqreuse.readers import Reading
from pqreuse.records import Corpus, Record, days
from pqreuse.results import family_id

LINE = "We have set up a network of {} attendance hubs to share what works."
OTHER = "Something else of more than eight words is said in reply to this one."


def named(answers: list[Answer], prefix: str) -> list[Answer]:
    return [replace(answer, id=prefix + answer.id) for answer in answers]


def exemplars(corpus: list[Answer], unit: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The exemplar of each text of a corpus, by the plain definition."""
    found = [(one.id, one.date, scorable(one, *stretch)) for one in corpus for stretch in segments(one, unit)]
    return naive.families(found, {one.date: (days(one.date) or (None,))[0] for one in corpus})


def joined(words: tuple[str, ...], known: dict[tuple[str, ...], tuple[str, ...]]) -> tuple[str, ...] | None:
    """The exemplar that these words join: that of the same words, else the one that they resemble most."""
    if words in known or naive.counted(words) < 8:
        return known.get(words)
    ordered = [text for text in known if known[text] == text]  # the plain definition chooses them in this order
    ours = naive.shingles(words)
    fitting = [text for text in ordered if naive.resemble(ours, naive.shingles(text))]
    return max(
        fitting, key=lambda text: (*naive.shared(ours, naive.shingles(text)), -ordered.index(text)), default=None
    )


@given(corpora(4), corpora())
@settings(max_examples=60)
def test_spans_name_the_old_family_that_a_segment_resembles_most(new: list[Answer], old: list[Answer]) -> None:
    result = score_answers(named(new, "new"), old)
    known = {unit: exemplars(old, unit) for unit in ("paragraph", "sentence")}
    for answer in new:
        spans = result.explain("new" + answer.id).spans
        found = [
            (unit, start, end, scorable(answer, start, end)) for unit in known for start, end in segments(answer, unit)
        ]
        names = [
            (start, end, family_id(unit, exemplar))
            for unit, start, end, words in found
            if (exemplar := joined(words, known[unit]))
        ]
        for span in spans:
            if answer.text[span.start : span.end].isspace():  # behind a link, it is that of the words before
                continue
            around = {name for start, end, name in names if start < span.end and span.start < end}
            assert span.family is None or span.family in around


@given(corpora(), corpora())
def test_families_are_those_of_the_corpus_alone(new: list[Answer], old: list[Answer]) -> None:
    result = score_answers(named(new, "new"), old)
    assert result.families == find_reuse(old).families
    for unit in ("paragraph", "sentence"):
        assert {one.id for one in result.families if one.unit == unit} == set(expected_families(old, unit))
    assert result.compared_with.answers == find_reuse(old).corpus.answers
    assert [one.id for one in result.corpus] == [score.id for score in result.scores]


@given(corpora(), corpora(), st.sampled_from(["others", "earlier"]), st.integers(1, 3))
@settings(max_examples=60)
def test_no_answer_changes_what_is_said_of_another(
    new: list[Answer], old: list[Answer], against: str, threads: int
) -> None:
    together = score_answers(named(new, "new"), old, against=against, threads=threads)
    for answer in named(new, "new"):
        (alone,) = score_answers([answer], old, against=against, threads=1).scores
        assert together.explain(answer.id) == alone


@given(corpora(4), corpora(), st.integers(2, 9), st.sampled_from(["others", "earlier"]))
def test_words_in_runs_of_the_corpus_are_template(
    new: list[Answer], old: list[Answer], length: int, against: str
) -> None:
    """No family can form at this many words: each answer's labels are those of the runs that the corpus has."""
    result = score_answers(named(new, "new"), old, min_words=1000, run_words=length, against=against)
    for answer in named(new, "new"):
        own = find_reuse([answer, *old], min_words=1000, run_words=length, against=against)
        assert words_by_label(result, answer) == words_by_label(own, answer)


@given(corpora())
def test_answers_of_the_corpus_are_what_a_report_of_it_says(old: list[Answer]) -> None:
    """None is compared with itself; but a template word must be somebody else's, too."""
    result, report = score_answers(old, old), find_reuse(old)
    strength = ["novel", "slot", "template"]
    for answer in old:
        pairs = zip(words_by_label(result, answer), words_by_label(report, answer), strict=True)
        assert all(strength.index(found) <= strength.index(said) for found, said in pairs)
        assert all(span.earliest_answer_id != answer.id for span in result.explain(answer.id).spans)


@given(corpora(), corpora())
def test_spans_tile_and_shares_are_of_the_new_answers(new: list[Answer], old: list[Answer]) -> None:
    result = score_answers(named(new, "new"), old)
    there = {answer.id for answer in old}
    scored = [score for score in result.scores if score.template is not None]
    for score in result.scores:
        assert "".join(score.text[span.start : span.end] for span in score.spans) == score.text
        for left, right in zip(score.spans, score.spans[1:], strict=False):
            assert (left.label, left.family) != (right.label, right.family)
        for span in score.spans:
            assert span.earliest_answer_id is None or span.label in ("template", "slot")
            assert span.earliest_answer_id is None or span.earliest_answer_id in there
    n_words = sum(score.scorable_words for score in scored)
    assert (result.shares is None) == (n_words == 0)
    if result.shares:
        assert result.shares.novel == pytest.approx(sum(s.novel * s.scorable_words for s in scored) / n_words)
    assert result.words == sum(score.words for score in result.scores)
    assert result.scorable_words == sum(score.scorable_words for score in result.scores)
    for name in ("id", "date", "body", "words", "template", "slot", "novel"):
        assert column(result.scores, name) == [getattr(score, name) for score in result.scores]


def test_new_answers_are_not_compared_with_one_another() -> None:
    result = score_answers([LINE.format(31)] * 3, [OTHER])
    assert [score.novel for score in result.scores] == [1, 1, 1]
    assert result.shares.novel == 1


def test_a_changed_figure_of_a_line_said_once_is_a_slot() -> None:
    (score,) = score_answers([LINE.format(32) + " " + OTHER], [LINE.format(31)]).scores
    labels = [(span.label, score.text[span.start : span.end].strip()) for span in score.spans]
    assert labels[1] == ("slot", "32")
    assert labels[-1] == ("novel", OTHER)
    family = family_id("paragraph", naive.words(LINE.format(31)))
    assert {span.family for span in score.spans} == {family, None}


def test_positions_of_texts_are_no_identifiers() -> None:
    """The first of one list and the first of another are two answers, and so are two copies of one text."""
    assert score_answers([OTHER], [OTHER]).scores[0].template == 1
    assert score_answers([Answer(text=OTHER)], [Answer(text=OTHER)]).scores[0].template == 1
    assert score_answers([Answer(text=OTHER, id="a")], [Answer(text=OTHER, id="b")]).scores[0].template == 1
    assert score_answers([Answer(text=OTHER, id="a")], [Answer(text=OTHER, id="a")]).scores[0].novel == 1


def read(*records: Record) -> Corpus:
    return resolve(Reading(list(records), 1, [], []))


NAMED = Record(text=OTHER, question="What is said?", id="7")


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (NAMED, NAMED, True),
        (replace(NAMED, id=None), replace(NAMED, id=None), True),
        (replace(NAMED, id=None), NAMED, True),
        (NAMED, replace(NAMED, id=None, text=OTHER.upper(), question="what is said"), True),
        (replace(NAMED, text=OTHER + " And more."), NAMED, True),  # another version of it
        (replace(NAMED, id="8"), NAMED, False),
        (replace(NAMED, id="8", uin="21"), replace(NAMED, uin="21"), True),  # in another source
        (replace(NAMED, id="8", uin="21"), replace(NAMED, uin="22"), False),
        (replace(NAMED, id="8", uin="21", question="What else?"), replace(NAMED, uin="21"), False),
        (replace(NAMED, id=None, question="What else?"), NAMED, False),
        (replace(NAMED, id=None, question=""), replace(NAMED, question=""), False),
        (replace(NAMED, id=None, uin="5"), replace(NAMED, uin="6"), False),
        (replace(NAMED, id=None, question=""), replace(NAMED, id=None, question=""), True),
        (replace(NAMED, id=None, question="", body="A"), replace(NAMED, id=None, question="", body="B"), False),
    ],
)
@pytest.mark.parametrize("against", ["others", "earlier"])
def test_an_answer_that_stands_in_both_is_not_compared_with_itself(
    new: Record, old: Record, same: bool, against: str
) -> None:
    day = "2025-01-02" if same and None in (new.id, old.id) else "2025-01-01"  # dates too would tell these apart
    new, old = replace(new, answered="2025-01-02"), replace(old, answered=day)
    (score,) = score_answers(read(new), read(old), against=against).scores
    assert (score.template == 0) == same
    # Another one that says the same counts all the same.
    again = Record(text=OTHER, question="Why?", id="9", answered="2025-01-01")
    (score,) = score_answers(read(new), read(old, again), against=against).scores
    assert {span.earliest_answer_id for span in score.spans if span.label == "template"} == (
        {"9"} if same else {read(old)[0].id} if read(old)[0].id < "9" else {"9"}
    )


def test_the_same_text_without_identifier_on_another_day_is_another_answer() -> None:
    text = Record(text=OTHER, body="A")
    january, february, march = (replace(text, answered=f"2025-0{month}-01") for month in (1, 2, 3))
    assert score_answers(read(march), read(january)).scores[0].template == 1
    assert score_answers(read(january), read(january)).scores[0].novel == 1
    (score,) = score_answers(read(february), read(january, february)).scores
    assert score.template == 1
    assert len({span.earliest_answer_id for span in score.spans}) == 1


def test_another_version_of_an_old_answer_says_nothing_for_it() -> None:
    """The new version's own words are not the corpus's, although the corpus has the answer in its old version."""
    old = read(replace(NAMED, text=LINE.format(31)))
    result = score_answers(read(NAMED, replace(NAMED, id="8", question="And now?")), old)
    assert [score.novel for score in result.scores] == [1, 1]


def test_earlier_is_asked_of_the_corpus_alone() -> None:
    old = [Answer(id="a", text=OTHER, date="2024-01-05"), Answer(id="b", text=LINE.format(31), date="2024-01-07")]
    for date, novel in (("2024-01-05", 1), ("2024-01-06", 0), ("2024-01", 1), ("2024-02", 0), (None, 1)):
        new = [Answer(id="x", text=OTHER, date=date), Answer(id="y", text=OTHER, date="2023-01-01")]
        assert score_answers(new, old, against="earlier").explain("x").novel == novel


def test_nothing_on_either_side() -> None:
    assert score_answers([], [OTHER]).scores == ()
    assert score_answers([OTHER], []).scores[0].novel == 1
    assert score_answers(["", "https://www.gov.uk/a"], [OTHER]).shares is None
    preview = Answer(id="p", text=OTHER, preview=True)
    assert score_answers([preview], [OTHER]).scores[0].template is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((["a"], "b"), "answers must be a list of texts"), ((["a"], [None]), "got NoneType at position 0")],
)
def test_bad_answers_say_which(arguments: tuple[object, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        score_answers(*arguments)
    with pytest.raises(ParameterError, match="threads must be"):
        score_answers(["a"], ["b"], threads=0)
