"""Questions that people ask of an index: each one SELECT with the standard library says what the library says."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from pqreuse import ReuseIndex, ReuseResult, find_reuse


@pytest.fixture
def result(index: ReuseIndex) -> ReuseResult:
    return find_reuse(index.corpus())


@pytest.fixture
def db(index: ReuseIndex) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(index.path)) as db:
        yield db


def test_most_reused_texts(db: sqlite3.Connection, result: ReuseResult) -> None:
    rows = db.execute("SELECT family, answers, template FROM families ORDER BY answers DESC, questions DESC, family")
    assert rows.fetchall() == [(one.id, one.answers, one.template) for one in result.families]


def test_most_reused_texts_of_a_body(db: sqlite3.Connection, result: ReuseResult) -> None:
    rows = db.execute("SELECT family, count(DISTINCT answer_id) FROM uses WHERE body = 'Home Office' GROUP BY family")
    assert dict(rows) == {one.id: one.bodies["Home Office"] for one in result.families if "Home Office" in one.bodies}


def test_sources_of_an_answer(db: sqlite3.Connection, result: ReuseResult) -> None:
    score = next(one for one in result.scores if any(span.earliest_answer_id for span in one.spans))
    rows = db.execute(
        "SELECT spans.text, earliest_answer_id, source.date FROM spans "
        "JOIN answers AS source ON source.answer_id = earliest_answer_id WHERE spans.answer_id = ? ORDER BY start",
        (score.id,),
    )
    assert rows.fetchall() == [
        (score.text[span.start : span.end], span.earliest_answer_id, result.explain(span.earliest_answer_id).date)
        for span in score.spans
        if span.earliest_answer_id
    ]


def test_a_text_by_month(db: sqlite3.Connection, result: ReuseResult) -> None:
    family = result.families[0]
    rows = db.execute("SELECT month, answers FROM months WHERE family = ? ORDER BY month", (family.id,))
    assert dict(rows) == family.months


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("SELECT count(*) FROM answers", lambda result: len(result.corpus)),
        ("SELECT count(*) FROM questions", lambda result: result.corpus.questions),
        (
            "SELECT count(*) FROM answers WHERE novel = 0",
            lambda result: sum(one.novel == 0 for one in result.scores),
        ),
        (
            "SELECT round(sum(template * scorable_words) / sum(scorable_words), 9) FROM scores WHERE template NOT NULL",
            lambda result: round(result.shares.template, 9),
        ),
        (
            "SELECT count(*) FROM answers WHERE kinds LIKE '%holding%'",
            lambda result: result.kinds["holding"],
        ),
        (
            "SELECT count(DISTINCT text) FROM variants",
            lambda result: len({variant.text for one in result.families for variant in one.history}),
        ),
        (
            "SELECT text FROM slots GROUP BY text ORDER BY sum(answers) DESC, text LIMIT 1",
            lambda result: max(
                (
                    counts := sum(
                        (
                            Counter({value.text: value.answers})
                            for one in result.families
                            for slot in one.slots
                            for value in slot.values
                        ),
                        Counter(),
                    )
                ),
                key=lambda text: (counts[text], [-ord(char) for char in text]),
            ),
        ),
        (
            "SELECT body FROM answers WHERE body NOT NULL GROUP BY body ORDER BY avg(template) DESC, body LIMIT 1",
            None,
        ),
    ],
)
def test_one_figure(db: sqlite3.Connection, result: ReuseResult, question: str, answer: Any) -> None:
    (found,) = db.execute(question).fetchone()
    assert found == answer(result) if answer else found in {one.body for one in result.corpus}


def test_uses_are_cut_at_code_points(db: sqlite3.Connection, result: ReuseResult) -> None:
    rows = db.execute('SELECT family, answer_id, start, "end", text FROM uses ORDER BY family, answer_id, start')
    assert rows.fetchall() == sorted(
        (one.id, use.answer_id, use.start, use.end, use.text) for one in result.families for use in one.uses
    )
