"""Answers added in portions, in any order, and removed again: the same as one build, and as `find_reuse` finds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from index.said import said
from strategies import sentences

import pqreuse
from pqreuse import Corpus, ReuseIndex, read_answers
from pqreuse.corpus import resolve
from pqreuse.records import Reading, Record

DATES = [None, "2024-01", "2024-01-05", "2024-01-06", "2024-02-01"]
HOUSES = [None, "Commons", "Lords"]
BODIES = [None, "Home Office", "Treasury"]


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    """Records of few wordings that bear on one another in every way that a source can say."""
    pool = draw(st.lists(sentences(), min_size=1, max_size=5))
    questions = draw(st.lists(sentences(), min_size=1, max_size=3))
    numbers = st.sampled_from(["7", "8", "HL9"])
    found = []
    for _ in range(draw(st.integers(1, 14))):
        house = draw(st.sampled_from(HOUSES))
        found.append(
            Record(
                text="\n\n".join(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3))),
                question=draw(st.sampled_from(["", *questions])),
                id=draw(st.sampled_from([None, "1", "2", "3", "a-1", "a-2"])),
                uin=draw(st.none() | numbers),
                house=house,
                body=draw(st.sampled_from(BODIES)),
                tabled=draw(st.sampled_from(DATES)),
                answered=draw(st.sampled_from(DATES)),
                correction=draw(st.sampled_from([False, False, False, True])),
                holding=draw(st.sampled_from([False, False, False, True])),
                grouped=tuple(draw(st.lists(st.tuples(numbers, st.sampled_from(DATES)), max_size=1))),
                group=draw(st.sampled_from([None, None, "g"])),
                markup=True,
            )
        )
    return found


def many(records: Sequence[Record]) -> Corpus:
    return resolve(Reading(list(records)))


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(records(), st.randoms(use_true_random=False))
def test_portions_in_any_order_say_what_one_build_says(records: list[Record], chance: random.Random) -> None:
    with TemporaryDirectory() as folder:
        whole = ReuseIndex.create(Path(folder) / "whole", many(records))
        parts = ReuseIndex.create(Path(folder) / "parts")
        shuffled = chance.sample(records, len(records))
        told: set[str] = set()
        while shuffled:
            size = chance.randint(1, 5)
            told.update(parts.add(Reading(shuffled[:size])).warnings)
            shuffled = shuffled[size:]
        assert said(parts) == said(whole)
        doubts = {warning for warning in many(records).warnings if "answering body" not in warning}
        assert set(whole.created.warnings if whole.created else ()) == doubts
        assert {warning for warning in doubts if warning.startswith("identifier ")} <= told
        counted = ("records", "duplicate_records", "groups", "groups_apart", "twins", "corrected_answers")
        for corpus in (parts.corpus(), whole.corpus()):
            assert corpus.answers == many(records).answers
            assert sorted(corpus.warnings) == sorted(many(records).warnings)
            assert [getattr(corpus, name) for name in counted] == [getattr(many(records), name) for name in counted]
        parts.verify()


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(records(), st.randoms(use_true_random=False))
def test_what_is_removed_leaves_no_trace(records: list[Record], chance: random.Random) -> None:
    with TemporaryDirectory() as folder:
        index = ReuseIndex.create(Path(folder) / "all", many(records))
        before = index.corpus().answers
        gone = chance.sample(before, chance.randint(0, len(before)))
        index.remove([answer.id for answer in gone])
        rest = index.corpus()
        assert {one.text for one in rest} <= {one.text for one in before}
        asked = {(name, answer.text) for answer in gone for name in answer.question_ids}
        assert not asked & {(name, answer.text) for answer in rest for name in answer.question_ids}
        assert said(index) == said(ReuseIndex.create(Path(folder) / "rest", rest))
        index.verify()


@st.composite
def apart(draw: st.DrawFn) -> list[Record]:
    """Records that have nothing but wordings in common."""
    found = draw(records())
    return [
        replace(record, id=str(place), question=f"question {place}", uin=None, group=None, grouped=(), holding=False)
        for place, record in enumerate(found)
    ]


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(apart(), apart(), st.sampled_from(["others", "earlier"]))
def test_a_query_says_what_score_answers_says(old: list[Record], new: list[Record], against: str) -> None:
    asked = many([replace(record, id=f"new {record.id}") for record in new])
    with TemporaryDirectory() as folder:
        half = len(old) // 2
        index = ReuseIndex.create(Path(folder) / "index", many(old[:half]), against=against)
        index.add(Reading(old[half:]))
        expected = pqreuse.score_answers(asked, many(old), search="exact", against=against)
        found = index.query(asked)
        assert list(found.scores) == list(expected.scores)
        listed = {family.id: family for family in expected.families}
        for family in found.families:
            assert (family.answers > 1) == (family.id in listed)
            if family.id in listed:
                full = listed[family.id]
                assert (family.answers, family.variants, family.unit) == (full.answers, full.variants, full.unit)
                assert family.text == full.uses[0].text
                assert family.last_date == full.last_date
        named = {span.family for score in found.scores for span in score.spans} - {None}
        assert named <= {family.id for family in found.families}


parameters = st.fixed_dictionaries(
    {
        "containment": st.sampled_from([0.3, 0.5, 0.6, 0.8]),
        "length_ratio": st.sampled_from([0.2, 0.28, 0.4, 0.56, 0.7]),
        "jaccard": st.sampled_from([0.0, 0.0, 0.3]),
        "shingle_words": st.sampled_from([1, 2, 3]),
        "min_words": st.sampled_from([2, 5, 8]),
        "run_words": st.sampled_from([2, 3, 5, 8]),
        "against": st.sampled_from(["others", "earlier"]),
    }
)
# Few words, so that a text resembles several exemplars, and often equally.
lines = st.lists(st.sampled_from(["hub", "pay", "31", "not", "will", "we", "York"]), min_size=3, max_size=14)


@settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(lines, st.sampled_from(DATES)), min_size=2, max_size=24), parameters, st.integers(1, 9))
def test_any_parameters(texts: list[tuple[list[str], str | None]], parameters: dict[str, Any], portion: int) -> None:
    made = [
        Record(text=" ".join(text), id=str(place), question=f"question {place}", answered=day)
        for place, (text, day) in enumerate(texts)
    ]
    old, new = made[:-2], many(made[-2:])
    with TemporaryDirectory() as folder:
        whole = ReuseIndex.create(Path(folder) / "whole", many(old), **parameters)
        parts = ReuseIndex.create(Path(folder) / "parts", **parameters)
        for first in range(0, len(old), portion):
            parts.add(Reading(old[first : first + portion]))
        assert said(parts) == said(whole)
        expected = pqreuse.score_answers(new, many(old), search="exact", **parameters)
        assert list(parts.query(new).scores) == list(expected.scores)
        families = pqreuse.find_reuse(many(old), search="exact", **parameters).families
        stats = parts.stats()
        assert stats.paragraph_families + stats.sentence_families == len(families)


def test_real_answers_in_portions(shared_data: Path, tmp_path: Path) -> None:
    files = [
        shared_data / "raw/uk_questions_api" / name
        for name in ("full_page0.json", "full_page1.json", "list_2024-08.json")
    ]
    files += [*sorted((shared_data / "raw/theyworkforyou_wrans").glob("*.xml")), shared_data / "seeds"]
    if not all(path.exists() for path in files):
        pytest.skip("needs the shared data: a file of it is not there")
    corpus = read_answers(files)
    parts = ReuseIndex.create(tmp_path / "parts")
    for path in reversed(files):
        parts.add(read_answers(path))
    assert parts.corpus().answers == corpus.answers
    assert said(parts) == said(ReuseIndex.create(tmp_path / "whole", corpus))
    found = pqreuse.find_reuse(corpus, search="exact", recall_sample=0)
    stats = parts.stats()
    assert stats.paragraph_families == sum(family.unit == "paragraph" for family in found.families)
    assert stats.sentence_families == sum(family.unit == "sentence" for family in found.families)
    parts.verify()
