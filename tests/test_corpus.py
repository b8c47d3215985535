"""Duplicates, versions and groups: definition 3.2 rule by rule, through records as a reader leaves them."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import naive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse.corpus import as_corpus, resolve
from pqreuse.errors import ParameterError
from pqreuse.readers import Reading
from pqreuse.records import Answer, Corpus, Record

LINE = "The answer to this is that we have set up hubs."
OTHER = "Something else is said in reply to this one."
CUT = "The answer to this is that we have..."


def record(text: str = LINE, question: str = "What has been set up?", **fields: Any) -> Record:
    return Record(text=text, question=question, **fields)


def made(*records: Record) -> Corpus:
    corpus = resolve(Reading(list(records), 1, [], []))
    backwards = resolve(Reading(list(records[::-1]), 1, [], []))
    assert corpus == backwards
    return corpus


def ids(corpus: Corpus) -> list[tuple[str, ...]]:
    return [answer.question_ids for answer in corpus]


# Identifiers


def test_the_sources_own_identifier_goes_first() -> None:
    assert ids(made(record(id="1234", uin="55", tabled="2025-01-08"))) == [("1234",)]


def test_then_date_tabled_and_uin() -> None:
    assert ids(made(record(uin="55", tabled="2025-01-08"))) == [("2025-01-08/55",)]
    assert ids(made(record(uin="55", tabled="2025-01"))) == [("2025-01/55",)]


@pytest.mark.parametrize(
    "fields", [{}, {"uin": "55"}, {"tabled": "2025-01-08"}, {"uin": "55", "answered": "2025-01-16"}]
)
def test_else_a_digest_of_the_words(fields: dict[str, str]) -> None:
    [answer] = made(record(**fields))
    assert len(answer.id) == 16
    assert int(answer.id, 16) >= 0
    # Of the words of both, and of nothing else.
    assert made(record(LINE.upper() + "!", "what HAS been set up", body="x"))[0].id == answer.id
    assert made(record(LINE + " More."))[0].id != answer.id
    assert made(record(question="What else?"))[0].id != answer.id
    assert made(record("a b", "c"))[0].id != made(record("b", "c a"))[0].id


def test_a_uin_alone_is_no_identifier() -> None:
    """UINs repeat across sessions: two questions of the same one are two, and not one answer either."""
    corpus = made(record(uin="55"), record(uin="55", question="What else has been done?"))
    assert corpus.duplicate_records == 0
    assert corpus.questions == 2
    assert len(corpus) == 2


# Records read twice


def test_same_identifier_and_same_words_are_one() -> None:
    corpus = made(record(id="1"), record(LINE.replace(" ", "\u00a0").upper(), id="1"), record(id="1", body="A"))
    assert ids(corpus) == [("1",)]
    assert (corpus.records, corpus.duplicate_records, corpus.warnings) == (3, 2, ())
    assert corpus[0].body == "A"


def test_date_and_uin_are_an_identifier_like_any_other() -> None:
    corpus = made(record(uin="5", tabled="2025-01-08"), record(uin="5", tabled="2025-01-08"))
    assert (len(corpus), corpus.duplicate_records) == (1, 1)
    assert len(made(record(uin="5", tabled="2025-01-08"), record(uin="5", tabled="2025-01-09"))) == 2
    assert len(made(record(uin="5", tabled="2025-01-08"), record(uin="5", tabled="2024-01-08"))) == 2


def test_without_identifier_the_words_decide() -> None:
    corpus = made(record(), record(file="b"), record(id="7", body="A"), record(question="Another?"), record(OTHER))
    assert corpus.duplicate_records == 2
    assert corpus.questions == len(corpus) == 3
    assert ("7",) in ids(corpus)


def test_two_identifiers_of_the_same_words_are_two_questions() -> None:
    """Two members who ask the same on different days."""
    corpus = made(record(id="7"), record(id="8"))
    assert ids(corpus) == [("7",), ("8",)]
    assert corpus.duplicate_records == 0
    # One without a name that could be either is neither a third one nor what makes them one.
    corpus = made(record(id="7"), record(id="8"), record())
    assert ids(corpus) == [("7",), ("8",)]
    assert corpus.duplicate_records == 1


def test_same_answer_to_different_questions_is_reuse() -> None:
    assert len(made(record(id="7"), record(id="8", question="Another?"))) == 2
    assert len(made(record(), record(question="Another?"))) == 2


def test_a_copy_gives_what_the_other_lacks() -> None:
    corpus = made(
        record(id="7", body="A", tabled="2025-01-08", links=("https://a.uk",)),
        record(minister="M", answered="2025-01-16", body="B", url="u", heading="h"),
    )
    [answer] = corpus
    assert (answer.body, answer.minister, answer.date) == ("A", "M", "2025-01-16")
    assert (answer.url, answer.heading, answer.links) == ("u", "h", ("https://a.uk",))


def test_marks_of_groups_on_any_copy_count() -> None:
    fields = {"house": "Commons", "tabled": "2025-01-08"}
    first, second = record(id="1", uin="21", **fields), record(id="2", uin="22", question="Another?", **fields)
    copy = replace(first, grouped=(("22", None),))
    assert ids(made(first, second)) == [("1",), ("2",)]
    assert ids(made(first, second, copy)) == [("1", "2")]


def test_a_record_without_question_and_name_is_doubted() -> None:
    corpus = made(record(question=""), record(question=""))
    assert (len(corpus), corpus.duplicate_records) == (1, 1)
    assert [warning.split(" without")[0] for warning in corpus.warnings] == ["1 record"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"uin": "5"}, {"uin": "6"}),
        ({"answered": "2025-01-08"}, {"answered": "2025-02-08"}),
        ({"answered": "2025-01"}, {"answered": "2025-02-08"}),
        ({"tabled": "2025-01-08", "uin": "5"}, {"tabled": "2025-02-08"}),
        ({"question": "", "body": "A"}, {"question": "", "body": "B"}),
    ],
)
def test_what_records_say_of_themselves_tells_them_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The same stock text to two questions is reuse, whether or not the source names them."""
    corpus = made(record(**one), record(**other), record(**one))
    assert (len(corpus), corpus.duplicate_records) == (2, 1)
    assert len({answer.id.partition("#")[0] for answer in corpus if answer.id != "2025-01-08/5"}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"uin": "5"}, {"answered": "2025-02-08"}),
        ({"answered": "2025-02"}, {"answered": "2025-02-08"}),
        ({"body": "Treasury"}, {"body": "HM Treasury"}),
        ({"question": "", "body": "A"}, {"question": ""}),
    ],
)
def test_what_only_one_copy_says_tells_nothing_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    corpus = made(record(**one), record(**other))
    assert (len(corpus), corpus.duplicate_records) == (1, 1)


# One identifier, other words


def test_same_identifier_and_other_words_are_told_apart() -> None:
    corpus = made(record(id="7"), record(OTHER, id="7"), record(OTHER, id="7"))
    assert len(corpus) == corpus.questions == 2
    assert corpus.duplicate_records == 1
    assert {answer.text for answer in corpus} == {LINE, OTHER}
    assert all(answer.id.startswith("7#") for answer in corpus)
    [warning] = corpus.warnings
    assert warning.startswith("identifier 7 stands for 2 records with different words")
    assert all(answer.id in warning for answer in corpus)


def test_what_is_told_apart_is_no_group() -> None:
    """They share a UIN because they share an identifier; the source marks nothing as answered together."""
    fields = {"id": "7", "uin": "21", "house": "Commons", "tabled": "2025-01-08"}
    corpus = made(record(**fields), record(OTHER, **fields))
    assert len(corpus) == 2
    assert corpus.groups_apart == 0
    assert len(corpus.warnings) == 1


@pytest.mark.parametrize("dates", [("2025-01-16", "2025-02-20"), (None, None)])
def test_a_correction_counts(dates: tuple[str | None, str | None]) -> None:
    corpus = made(
        record(id="7", answered="2025-01-16", body="A"),
        record(OTHER, id="7", correction=True, corrected=dates[0]),
        record(OTHER + " Again.", id="7", correction=True, corrected=dates[1]),
    )
    [answer] = corpus
    if dates[0]:
        assert answer.text == OTHER + " Again."
    assert answer.text != LINE
    assert answer.versions[0] == LINE
    assert {answer.text, *answer.versions} == {LINE, OTHER, OTHER + " Again."}
    assert (answer.id, answer.body, answer.date) == ("7", "A", "2025-01-16")
    assert corpus.corrected_answers == 1
    assert (corpus.records, corpus.duplicate_records, corpus.questions) == (3, 0, 1)
    [warning] = corpus.warnings
    assert "identifier 7" in warning
    assert "correct" in warning


def test_a_correction_alone_is_a_record_like_any_other() -> None:
    corpus = made(record(id="7", correction=True), record(id="8", correction=True))
    assert ids(corpus) == [("7",), ("8",)]
    assert corpus.warnings == ()
    assert (corpus.corrected_answers, corpus[0].versions) == (2, ())


def test_the_text_that_a_correction_gives_with_it_is_its_earlier_version() -> None:
    """Once, even where it was read on its own too, and not where only signs differ."""
    correction = record(OTHER, id="7", correction=True, original=LINE)
    assert made(correction)[0].versions == (LINE,)
    assert made(correction, replace(correction, original=None))[0].versions == (LINE,)
    [answer] = made(correction, record(LINE.upper(), id="7"))
    assert (answer.text, [version.lower() for version in answer.versions]) == (OTHER, [LINE.lower()])
    assert made(record(OTHER, id="7", correction=True, original=f"“{OTHER}”"))[0].versions == ()


def test_a_full_answer_counts_and_not_the_holding_reply_before_it() -> None:
    later = "I will reply to the hon. Member as soon as possible."
    holding = record(later, id="7", holding=True, answered="2025-01-10")
    corpus = made(holding, record(id="7", answered="2025-01-16"))
    [answer] = corpus
    assert (answer.text, answer.versions, answer.date) == (LINE, (later,), "2025-01-16")
    assert (corpus.records, corpus.questions, corpus.corrected_answers) == (2, 1, 0)
    assert ["not the holding reply" in warning for warning in corpus.warnings] == [True]
    correction = record(OTHER, id="7", correction=True, corrected="2025-02-01")
    [answer] = made(holding, correction, record(id="7", answered="2025-01-16"))
    assert (answer.text, answer.versions) == (OTHER, (later, LINE))
    # Of two holding replies nobody knows which counts.
    assert len(made(holding, replace(holding, text=OTHER))) == 2


def test_a_copy_that_does_not_tell_of_the_correction_changes_nothing() -> None:
    """As that of a table without such a column."""
    correction = record(OTHER, id="7", correction=True, corrected="2025-02-01")
    corpus = made(record(id="7"), correction, record(OTHER, id="7", body="A"), record(OTHER, id="7", body="zz"))
    assert (ids(corpus), corpus.corrected_answers, corpus[0].versions) == ([("7",)], 1, (LINE,))


# One question in two sources

TABLED = {"uin": "2101", "tabled": "2025-01-08"}


@pytest.mark.parametrize("other", ["uk.org.publicwhip/wrans/2025-01-08.2101.q0", None])
def test_one_question_under_the_names_of_two_sources_is_one(other: str | None) -> None:
    """Or else every answer that is in both would be stock."""
    corpus = made(record(id="1234", **TABLED), record(id=other, body="A", **TABLED))
    assert ids(corpus) == [("1234",)]
    assert (corpus.records, corpus.duplicate_records, corpus.warnings) == (2, 1, ())
    assert corpus[0].body == "A"


def test_versions_in_two_sources_are_versions() -> None:
    text = f"{LINE} {OTHER}"
    preview = record(f"{LINE} {OTHER[:9]}...", "What has", id="1", preview=True, **TABLED)
    [answer] = made(preview, record(text, id="x", **TABLED))
    assert (answer.text, answer.id) == (text, "1")
    [answer] = made(record(OTHER, id="1", correction=True, **TABLED), record(id="x", **TABLED))
    assert (answer.text, answer.versions) == (OTHER, (LINE,))


@pytest.mark.parametrize(
    "other",
    [
        {"id": "2"},
        {"text": OTHER},
        {"question": "Another?"},
        {"uin": "2102"},
        {"tabled": "2024-01-08"},
        {"text": "Something...", "preview": True},
    ],
)
def test_anything_less_is_another_question(other: dict[str, Any]) -> None:
    """What one source tells apart is never put together, nor what only may be the same."""
    first = record(id="1", **TABLED)
    assert len(made(first, replace(first, **({"id": "x"} | other)))) == 2


def test_months_and_uins_alone_name_no_question() -> None:
    first = record(id="1", uin="2101", tabled="2025-01")
    assert len(made(first, replace(first, id="x"))) == 2


def test_a_full_text_is_no_correction_of_its_preview() -> None:
    [answer] = made(record(CUT, id="7", preview=True), record(id="7"))
    assert (answer.text, answer.versions) == (LINE, ())


def test_the_full_text_counts_and_not_the_preview() -> None:
    corpus = made(
        record(CUT, "What has been", id="7", preview=True, body="A"), record(id="7", markup=True, tables=((0, 3),))
    )
    [answer] = corpus
    assert (answer.text, answer.questions, answer.preview) == (LINE, ("What has been set up?",), False)
    assert (answer.id, answer.body, answer.markup, answer.tables) == ("7", "A", True, ((0, 3),))
    assert (corpus.previews, corpus.duplicate_records) == (0, 0)
    assert ["full text" in warning for warning in corpus.warnings] == [True]


def test_a_question_that_a_list_has_cut_is_the_same() -> None:
    """The API's list cuts questions after 255 characters without a mark, and short answers not at all."""
    whole = f"To ask the Secretary of State, {'what steps he has taken on this, and ' * 8}why."
    cut = record(question=whole[:255], id="7", body="A")
    corpus = made(cut, record(question=whole, id="7"))
    assert (ids(corpus), corpus.duplicate_records, corpus.warnings) == ([("7",)], 1, ())
    assert (corpus[0].questions, corpus[0].body) == ((whole,), "A")
    assert len(made(replace(cut, **TABLED), record(question=whole, id="x", **TABLED))) == 1
    assert len(made(cut, record(OTHER, whole, id="7"))) == 2
    assert len(made(cut, record(question=whole[:200] + " else?", id="7"))) == 2
    assert len(made(record(question=whole[:99], id="7"), record(question=whole, id="7"))) == 2


def test_previews_are_counted() -> None:
    assert made(record(CUT, id="7", preview=True), record(id="8")).previews == 1


# Answered together


def question(number: int, text: str = LINE, *together: int, **fields: Any) -> Record:
    """Question 21 has the identifier q21 and the UIN 21."""
    fields = {"house": "Commons", "tabled": "2025-01-08"} | fields
    grouped = tuple((str(uin), None) for uin in together)
    return record(text, f"What of {number}?", id=f"q{number}", uin=str(number), grouped=grouped, **fields)


def test_a_group_is_one_answer_named_by_the_smallest_identifier() -> None:
    corpus = made(question(23, LINE, 21, 22), question(21, LINE, 22, 23), question(22, LINE, 21, 23), question(9))
    assert ids(corpus) == [("q21", "q22", "q23"), ("q9",)]
    assert corpus[0].id == "q21"
    assert corpus[0].questions == ("What of 21?", "What of 22?", "What of 23?")
    assert (len(corpus), corpus.questions, corpus.groups_apart) == (2, 4, 0)
    assert (corpus.groups, corpus.grouped_questions, corpus.twins) == (1, 3, 0)
    assert corpus.place("q23") == corpus.place("q21") == 0


def test_smallest_by_code_point() -> None:
    assert made(question(9, LINE, 10), question(10))[0].id == "q10"


def test_one_sided_mention_is_enough() -> None:
    assert ids(made(question(21, LINE, 22), question(22))) == [("q21", "q22")]


def test_a_uin_that_was_not_read_links_nothing() -> None:
    """A UIN links to a record; what two records name that nobody read makes them no group."""
    assert ids(made(question(21, LINE, 30), question(22, LINE, 30))) == [("q21",), ("q22",)]
    # Read, it links both, and only what was read is a question.
    corpus = made(question(21, LINE, 30), question(22, LINE, 30), question(30))
    assert ids(corpus) == [("q21", "q22", "q30")]
    assert corpus.questions == 3


def test_two_of_one_uin_are_both_found_by_it_and_not_linked_by_it() -> None:
    other = replace(question(22), id="other", question="What else?")
    assert len(made(question(22), other)) == 2
    assert ids(made(question(21, LINE, 22), question(22), other)) == [("other", "q21", "q22")]


def test_a_group_of_one_that_was_read_is_one_question() -> None:
    assert ids(made(question(21, LINE, 22, 23))) == [("q21",)]


def test_links_are_passed_on() -> None:
    assert ids(made(question(21, LINE, 22), question(22, LINE, 23), question(23))) == [("q21", "q22", "q23")]


def test_houses_do_not_mix() -> None:
    lords = question(22, house="Lords")
    assert len(made(question(21, LINE, 22), lords)) == 2
    assert len(made(question(21, LINE, 22), replace(lords, house=None))) == 2


@pytest.mark.parametrize(
    ("tabled", "answers"), [("2025-01-31", 1), ("2025-01", 1), ("2025-02-01", 2), ("2024-01-08", 2)]
)
def test_the_same_month_only(tabled: str, answers: int) -> None:
    assert len(made(question(21, LINE, 22), question(22, tabled=tabled))) == answers


def test_a_date_of_the_group_names_another_month() -> None:
    first = replace(question(21), grouped=(("22", "2024-12-19"),))
    assert len(made(first, question(22, tabled="2024-12-19"))) == 1
    assert len(made(first, question(22))) == 2


def test_reply_and_group_column_link_over_all_months_and_houses() -> None:
    first, second = question(21, group="reply 1"), question(22, group="reply 1", tabled="2024-03-04", house="Lords")
    assert ids(made(first, second)) == [("q21", "q22")]
    assert len(made(first, replace(second, group="reply 2"))) == 2


def test_members_whose_words_differ_stay_apart_and_are_counted() -> None:
    corpus = made(question(21, LINE, 22, 23), question(22, OTHER), question(23, LINE.upper()), question(31, LINE, 32),
                  question(32, OTHER))  # fmt: skip
    assert ids(corpus) == [("q21", "q23"), ("q22",), ("q31",), ("q32",)]
    assert (corpus.groups, corpus.grouped_questions, corpus.groups_apart) == (1, 2, 2)
    assert ["2 sets" in warning for warning in corpus.warnings] == [True]
    assert corpus[0].text == LINE


def test_metadata_of_a_group_is_that_of_its_first_that_has_it() -> None:
    corpus = made(question(21, LINE, 22), question(22, body="B", minister="M"), question(23, LINE, 22, body="C"))
    assert (corpus[0].body, corpus[0].minister, corpus[0].house) == ("B", "M", "Commons")


# Asked in both houses

TO_LORDS = "To ask His Majesty's Government what steps they are taking about hubs."
TO_COMMONS = (
    "To ask the Secretary of State for Environment, Food and Rural Affairs, what steps they are taking about hubs."
)


def asked(number: int, house: str | None, text: str = LINE, question: str = TO_COMMONS, **fields: Any) -> Record:
    fields = {"body": "Department for Tests", "answered": "2025-01-16"} | fields
    return record(text, question, id=f"q{number}", house=house, **fields)


def test_twins_are_one_answer_and_two_questions() -> None:
    corpus = made(asked(1, "Commons"), asked(2, "Lords", LINE.upper(), TO_LORDS), asked(3, "Commons", OTHER))
    assert ids(corpus) == [("q1", "q2"), ("q3",)]
    assert (corpus.twins, corpus.questions, corpus.groups, corpus.grouped_questions) == (1, 3, 0, 0)


def test_a_twin_of_a_groups_member_is_a_twin_of_its_answer() -> None:
    first, second = replace(asked(1, "Commons"), group="g"), replace(asked(2, "Commons", LINE, "And why?"), group="g")
    corpus = made(first, second, asked(3, "Lords", LINE, TO_LORDS))
    assert ids(corpus) == [("q1", "q2", "q3")]
    assert (corpus.twins, corpus.groups, corpus.grouped_questions) == (1, 1, 2)


@pytest.mark.parametrize(
    "other",
    [
        asked(2, "Commons"),
        asked(2, None),
        asked(2, "Lords", OTHER),
        asked(2, "Lords", LINE, "To ask His Majesty's Government what steps they are taking about buses."),
        asked(2, "Lords", LINE, "To ask His Majesty's Government whether they are taking steps about hubs."),
        asked(2, "Lords", LINE, ""),
        asked(2, "Lords", answered="2025-01-17"),
        asked(2, "Lords", answered="2025-01"),
        asked(2, "Lords", answered=None, tabled="2025-01-16"),
        asked(2, "Lords", body="Home Office"),
        asked(2, "Lords", body=None),
        asked(2, "Lords", preview=True),
    ],
)
def test_anything_less_is_no_twin(other: Record) -> None:
    """Equal wording alone merges nothing."""
    for first in (asked(1, "Commons"), asked(1, None, body=None)):
        corpus = made(first, other)
        assert (len(corpus), corpus.twins) == (2, 0)


def test_of_two_that_could_be_the_twin_neither_is() -> None:
    """Two members of one house who ask the same are two, also where the other house was told the same."""
    corpus = made(asked(1, "Commons"), asked(2, "Commons"), asked(3, "Lords", LINE, TO_LORDS))
    assert (len(corpus), corpus.twins) == (3, 0)


# Dates


@pytest.mark.parametrize(
    ("tabled", "answered", "date"),
    [
        ("2025-01-08", "2025-01-16", "2025-01-16"),
        ("2025-01-08", None, "2025-01-08"),
        ("2025-01", None, "2025-01"),
        ("2025-01", "2025-02", "2025-02"),
        (None, "2025-01-16", "2025-01-16"),
        (None, None, None),
    ],
)
def test_answered_else_tabled(tabled: str | None, answered: str | None, date: str | None) -> None:
    assert made(record(id="1", tabled=tabled, answered=answered))[0].date == date


@pytest.mark.parametrize(
    ("dates", "date"),
    [
        (["2025-01-17", "2025-01-16"], "2025-01-16"),
        ([None, "2025-01-16"], "2025-01-16"),
        (["2025-01", "2025-01-16"], "2025-01-16"),
        (["2024-12", "2025-01-16"], "2025-01-16"),
    ],
)
def test_of_several_dates_of_a_group_the_most_precise_then_the_earliest(dates: list[str | None], date: str) -> None:
    corpus = made(*(question(20 + number, LINE, 20, answered=day) for number, day in enumerate(dates)))
    assert [answer.date for answer in corpus] == [date]


def test_answers_without_a_body_are_counted_where_others_have_one() -> None:
    bodies = [None, "A", None]
    corpus = made(*(record(f"{LINE} {number}", id=str(number), body=body) for number, body in enumerate(bodies)))
    assert corpus.warnings == ("2 answers of 3 without an answering body: counts by body leave them out",)
    assert made(record(id="1"), record(OTHER, id="2")).warnings == ()


# What must hold for every reading


@st.composite
def grouped_records(draw: st.DrawFn) -> list[Record]:
    """Records of different identifiers, in few houses, months and UINs."""
    records = []
    for number in range(draw(st.integers(0, 8))):
        uin = draw(st.sampled_from(["", "1", "2", "3", "4", "5"]))
        together = draw(st.lists(st.sampled_from("1234567"), max_size=2)) if uin else []
        records.append(
            record(
                draw(st.sampled_from(["Yes.", "yes", "No, we do not."])),
                f"Question {number}?",
                id=draw(st.sampled_from("abc")) + str(number),
                uin=uin or None,
                house=draw(st.sampled_from([None, "Commons", "Lords"])),
                tabled=draw(st.sampled_from(["2025-01-08", "2025-01", "2025-02-08"])),
                grouped=tuple((uin, None) for uin in together),
            )
        )
    return records


@given(grouped_records())
@settings(max_examples=300)
def test_groups_are_those_of_the_plain_definition(records: list[Record]) -> None:
    corpus = made(*records)
    found = {frozenset(answer.question_ids) for answer in corpus}
    assert found == naive.groups(
        [(r.id, r.house or "", r.tabled[:7], r.uin or "", r.text, [uin for uin, _ in r.grouped]) for r in records]
    )
    assert corpus.questions == len(records)
    assert corpus.duplicate_records == 0
    for answer in corpus:
        assert list(answer.question_ids) == sorted(answer.question_ids)
        assert set(answer.uins) == {r.uin for r in records if r.id in answer.question_ids and r.uin}
        assert answer.id == answer.question_ids[0]
    assert [answer.id for answer in corpus] == sorted(answer.id for answer in corpus)


@st.composite
def any_records(draw: st.DrawFn) -> list[Record]:
    """Records of all kinds that collide in every way."""
    maybe = st.sampled_from
    return [
        Record(
            text=draw(maybe(["Yes.", "YES", "No.", "Perhaps it is so.", "Perhaps..."])),
            question=draw(maybe(["", "Why?", "why", "Where?"])),
            id=draw(maybe([None, None, "1", "2", "2025-01-08/1"])),
            uin=draw(maybe([None, "1", "2"])),
            house=draw(maybe([None, "Commons", "Lords"])),
            body=draw(maybe([None, "A", "B"])),
            tabled=draw(maybe([None, "2025-01-08", "2025-01", "2025-02-08"])),
            answered=draw(maybe([None, "2025-01-16", "2025-02"])),
            corrected=draw(maybe([None, "2025-03-01"])),
            original=draw(maybe([None, None, "Never."])),
            correction=draw(st.integers(0, 4)) == 0,
            holding=draw(st.integers(0, 4)) == 0,
            grouped=draw(maybe([(), (), (("1", None),), (("2", "2025-02-08"), ("9", None))])),
            group=draw(maybe([None, None, "g"])),
            preview=draw(st.integers(0, 4)) == 0,
            file=draw(maybe(["a", "b"])),
        )
        for _ in range(draw(st.integers(0, 7)))
    ]


def name(record: Record) -> str | None:
    """The identifier, where the record has one."""
    if record.id is not None:
        return record.id
    return f"{record.tabled}/{record.uin}" if record.tabled and record.uin else None


@given(any_records(), st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_order_changes_nothing_and_counts_add_up(records: list[Record], random: Any) -> None:
    corpus = resolve(Reading(records, 2, [], []))
    shuffled = list(records)
    random.shuffle(shuffled)
    assert resolve(Reading(shuffled, 2, [], [])) == corpus
    names = [name for answer in corpus for name in answer.question_ids]
    assert len(set(names)) == len(names) == corpus.questions
    assert all(len(answer.questions) == len(answer.question_ids) for answer in corpus)
    assert corpus.records == len(records)
    assert corpus.previews == sum(answer.preview for answer in corpus)
    named = {(name(r), r.tabled, r.uin) for r in records if r.uin and name(r)}
    if len({one[1:] for one in named}) < len(named):
        return  # they may be one question under the names of two sources
    # Questions and what was read again or superseded, counted from the records alone.
    wordings = {(name(record), naive_words(record)) for record in records if name(record)}
    superseded = 0
    named_words = set()
    for identifier in {identifier for identifier, _ in wordings}:
        versions = {words for found, words in wordings if found == identifier}
        # A wording counts as what the first of its copies says it is.
        copies = [[r for r in records if name(r) == identifier and naive_words(r) == words] for words in versions]
        if any(len({(r.preview, r.correction, r.holding) for r in same}) > 1 for same in copies):
            return
        firsts = [same[0] for same in copies]
        firsts = [one for one in firsts if not one.preview] or firsts
        firsts = [one for one in firsts if not one.holding] or firsts
        full, corrected = len(firsts), any(one.correction for one in firsts)
        superseded += len(copies) - (1 if corrected and len(copies) > 1 else full)
        named_words |= versions
    assert corpus.questions + corpus.duplicate_records + superseded == len(records)
    if not superseded:
        nameless = {naive_words(record) for record in records if not name(record)}
        told_apart = {(*naive_words(r), r.uin, r.tabled, r.answered, r.body) for r in records if not name(r)}
        assert len(nameless - named_words) <= corpus.questions - len(wordings) <= len(told_apart)


def naive_words(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(naive.words(record.question)), tuple(naive.words(record.text))


@given(any_records())
def test_reading_everything_twice_adds_only_duplicates(records: list[Record]) -> None:
    once = resolve(Reading(records, 1, [], []))
    twice = resolve(Reading([*records, *(replace(record, file="c") for record in records)], 1, [], []))
    assert twice.answers == once.answers
    assert twice.questions == once.questions
    for name in ("groups", "grouped_questions", "groups_apart", "twins", "corrected_answers"):
        assert getattr(twice, name) == getattr(once, name)
    assert twice.records == 2 * once.records


@given(any_records())
def test_no_text_is_made_up_and_none_of_an_unnamed_question_lost(records: list[Record]) -> None:
    corpus = resolve(Reading(records, 1, [], []))
    assert {answer.text for answer in corpus} <= {record.text for record in records}
    if not any(name(record) for record in records):
        answered = Counter(tuple(naive.words(answer.text)) for answer in corpus)
        assert set(answered) == {naive_words(record)[1] for record in records}


# Answers at hand


def test_texts_at_hand_get_their_position() -> None:
    corpus = as_corpus(["a", "b", "a"])
    assert ids(corpus) == [("0",), ("1",), ("2",)]
    assert (corpus.records, corpus.duplicate_records) == (3, 0)
    assert as_corpus(corpus) is corpus


def test_answers_at_hand_keep_their_names() -> None:
    corpus = as_corpus([Answer(text="a", id="z"), Answer(text="b", id="b", question_ids=("b", "c"), preview=True), "c"])
    assert ids(corpus) == [("2",), ("b", "c"), ("z",)]
    assert (corpus.records, corpus.questions, corpus.previews) == (4, 4, 1)


def test_an_answer_at_hand_that_gets_a_name_keeps_all_else() -> None:
    one = Answer(
        text="a",
        questions=("Why?",),
        uins=("123",),
        date="2025-06",
        body="Treasury",
        minister="M",
        house="Lords",
        heading="H",
        url="U",
        tables=((0, 1),),
        links=("L",),
        markup=True,
        preview=True,
        versions=("earlier",),
    )
    assert as_corpus([one])[0] == replace(one, id="0", question_ids=("0",))
    assert as_corpus([replace(one, id="z")])[0] == replace(one, id="z", question_ids=("z",))


def test_an_answer_of_a_class_with_more_fields_keeps_them() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Marked(Answer):
        mark: str

    one = Marked(text="a", mark="kept")
    assert as_corpus([one])[0] == replace(one, id="0", question_ids=("0",))


def test_whoever_makes_the_answers_may_leave_cycles_behind() -> None:
    assert as_corpus(str(gc.isenabled()) for _ in range(2))[0].text == "True"


def test_a_position_that_is_taken_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"two answers have the identifier '1' \(the second at position 1\)"):
        as_corpus([Answer(text="a", id="1"), "b"])
