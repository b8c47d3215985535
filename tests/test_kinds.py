"""Kinds of answer: each rule by its example, what looks like a kind and is none, and the rules on real answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqreuse import read_answers
from pqreuse.kinds import KINDS, RULES, answer_kinds, compiled, count_kinds, find_kinds, plain
from pqreuse.records import Corpus, Kind
from pqreuse.words import index_words

FILLER = "The Government keeps its plans under review and works with councils on these matters."
READ = json.loads((Path(__file__).parent / "kinds_read.json").read_text(encoding="utf-8"))["kinds"]


def kinds_of(text: str) -> tuple[Kind, ...]:
    """The definition: every pattern is looked for in the whole text."""
    whole = "\n" + plain(text)
    found = {rule.kind for rule in RULES if compiled(rule.pattern).search(whole)}
    return tuple(kind for kind in KINDS if kind in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example[:40])
def test_each_rule_finds_its_example(rule) -> None:
    assert rule.kind in answer_kinds(rule.example)
    odd = rule.example.upper().replace("'", "\u2019").replace(" ", "\u00a0 ")
    assert rule.kind in answer_kinds(f"{odd}\n\n{FILLER} {FILLER}")


def test_every_kind_has_a_rule() -> None:
    assert {rule.kind for rule in RULES} == set(KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        FILLER,
        "There are no plans to place a copy of the minutes in the House of Commons Library.",
        "I will not place a copy of the minutes in the Library of the House, and I will not write to the hon. Member.",
        "I have not written to the hon. Member.",
        "The assessment has not been produced, so will not be placed in the Library of the House.",
        "The British Library has published a report, and the Women's Health Library was set up in July.",
        "I refer the hon. Member to the written ministerial statement made on 10 March 2025 (HCWS510).",
        "I refer the hon. Member to the Government\u2019s response to the consultation on planning.",
        "Of the 900 responses to Question 5, 800 agreed.",
        "These risks were referred to in Question 202953.",
        "The Home Office will respond to the hon. Member\u2019s correspondence in due course.",
        "The Government will respond to the consultation in due course. It is a good question.",
        "On this occasion it was not possible to answer these questions within the usual time frame.",
        "I will write to local authorities in further detail, and to the public.",
        "I have written to all members of Cabinet.",
        "Young people who do not hold a GCSE grade 4 continue to study. No discussions have been held.",
        "The FCDO does not hold the responsibility for reporting on the numbers of staff.",
        "We have no plans to publish information on these conversations. No trade union holds a mandate.",
        "It does not set requirements for how government departments record sex.",
        "The threshold is unfair, and product data will not place a disproportionate burden or cost on suppliers.",
        "This is not a matter for the House of Commons Commission.",
        "Detention is a matter for Pakistan. This is also a matter for the EU.",
        "Costs of this were passed to leaseholders, and patients with questions were transferred to other services.",
        "I have asked my officials to reply to the letter sooner than that.",
    ],
)
def test_what_is_of_no_kind(text: str) -> None:
    assert answer_kinds(text) == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "It is taking time to collate the information. I will write to him when it is available, and a copy of "
            "this letter will be placed in the Library of the House.",
            ("deposit", "will_write"),
        ),
        (
            "This is a matter for His Majesty\u2019s Chief Inspector. I have asked him to write to the hon. Member "
            "and a copy of his reply will be placed in the Libraries of both Houses.",
            ("transfer", "deposit"),
        ),
        (
            "The information requested is not held centrally and could only be obtained at disproportionate cost.",
            ("not_held", "disproportionate_cost"),
        ),
        ("I would point the noble Lord to the reply that I gave on 12 March to Question HL1234.", ("referral",)),
        ("There is no news. I have nothing further to add to my answer of 3 May.", ("referral",)),
        (f"{FILLER} A reply will be sent in due course.", ()),
        ("A reply will be given as soon as possible.", ("holding",)),
        ("Neither my Department nor NHS England holds information on this.", ("not_held",)),
    ],
)
def test_kinds_of_whole_answers(text: str, kinds: tuple[Kind, ...]) -> None:
    assert answer_kinds(text) == kinds


PIECES = sorted({piece for rule in RULES for piece in re.findall(r"\S+(?: \S+){0,4}", rule.example)})


@given(st.lists(st.lists(st.sampled_from([*PIECES, FILLER, "\n\n", "hon. Member"])).map(" ".join), max_size=6))
def test_looking_closely_at_a_few_words_finds_what_looking_at_all_does(texts: list[str]) -> None:
    found = find_kinds(texts, index_words(texts))
    assert found == [kinds_of(text) for text in texts]
    assert found == list(map(answer_kinds, texts))
    assert count_kinds(found) == {kind: sum(kind in kinds for kinds in found) for kind in KINDS}


# Real answers


@pytest.fixture(scope="module")
def commons(shared_data: Path) -> Corpus:
    return read_answers(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz")


@pytest.fixture(scope="module")
def found(commons: Corpus) -> dict[str, tuple[Kind, ...]]:
    texts = [answer.text for answer in commons]
    return dict(zip((answer.id for answer in commons), find_kinds(texts, index_words(texts)), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_of_answers_read_by_hand_at_most_one_in_twenty_is_not_of_the_kind(
    kind: Kind, found: dict[str, tuple[Kind, ...]]
) -> None:
    read, misses = READ[kind]["read"], READ[kind]["misses"]
    changed = [name for name in read if kind not in found[name]]
    assert changed == [], "these were read as answers of the kind and are no longer: draw and read them anew"
    assert set(misses) <= set(read)
    assert len(set(read)) == min(200, sum(kind in kinds for kinds in found.values()))
    assert 1 - len(misses) / len(read) >= 0.95


def test_real_answers_have_the_kinds_that_looking_at_all_of_their_text_gives(
    commons: Corpus, found: dict[str, tuple[Kind, ...]]
) -> None:
    for answer in commons[::10]:
        assert found[answer.id] == kinds_of(answer.text), answer.id
