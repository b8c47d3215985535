"""How alike questions are: the sums of vectors against all pairs one by one, and what must change nothing."""

from __future__ import annotations

import naive_usage
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from pqreuse import Answer, find_reuse
from pqreuse.questions import question_similarity
from pqreuse.ragged import Ragged

words = st.sampled_from("to ask the minister how many hubs schools 2,000 31 Romford ferries".split())
texts = st.one_of(st.lists(words, max_size=8).map(" ".join), st.text(characters, max_size=6))
asked = st.lists(st.lists(texts, max_size=3), min_size=1, max_size=8)


@given(asked, st.data())
def test_it_is_the_mean_cosine_of_all_pairs(questions: list[list[str]], data: st.DataObject) -> None:
    rows = st.lists(st.integers(0, len(questions) - 1), min_size=1, unique=True)
    families = data.draw(st.lists(rows, max_size=4))
    found = question_similarity(questions, Ragged.of_rows(map(np.array, families), np.int64))
    for family, similarity in zip(families, found, strict=True):
        expected = naive_usage.question_similarity(questions, family)
        assert similarity == (None if expected is None else pytest.approx(expected, abs=1e-6))
        assert similarity is None or 0 <= similarity <= 1


def test_the_same_question_is_1_and_nothing_in_common_0() -> None:
    asked = [["How many hubs are there?"]] * 3 + [["What of ferries?"], ["", "…"], []]
    rows = [[0, 1, 2], [0, 3], [0, 4], [4, 5], [0, 1, 4, 5]]
    found = question_similarity(asked, Ragged.of_rows(map(np.array, rows), np.int64))
    assert found == [1.0, 0.0, None, None, 1.0]


def test_what_nearly_all_questions_say_counts_for_little() -> None:
    topics = ["hubs", "ferries", "prisons", "lorries", "geese", "lamps", "bees", "canals"]
    asked = [[f"To ask the Secretary of State about {topic}"] for topic in topics]
    (found,) = question_similarity(asked, Ragged.of_rows([np.arange(8)], np.int64))
    assert found < 0.03


LINE = "The stock line of more than eight words that all of these answers have."


@given(st.lists(st.lists(texts, min_size=1, max_size=2), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_families_have_it_in_any_order_of_answers(questions: list[list[str]], random: object) -> None:
    answers = [
        Answer(id=str(n), question_ids=tuple(f"{n}.{k}" for k in range(len(those))), questions=tuple(those), text=LINE)
        for n, those in enumerate(questions)
    ]
    expected = naive_usage.question_similarity(questions, range(len(questions)))
    random.shuffle(answers)
    for family in find_reuse(answers).families:
        assert family.question_similarity == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_answers_that_repeat_a_line_count_once() -> None:
    answers = [
        Answer(id="a", questions=("How many hubs?",), text=f"{LINE} {LINE} {LINE}"),
        Answer(id="b", questions=("What of ferries?",), text=LINE),
    ]
    (family,) = (one for one in find_reuse(answers).families if one.unit == "sentence")
    assert (len(family.uses), family.question_similarity) == (4, 0.0)


def test_texts_alone_have_no_questions() -> None:
    assert [family.question_similarity for family in find_reuse([LINE, LINE]).families] == [None, None]
