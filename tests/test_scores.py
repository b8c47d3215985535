"""Labels of words, against a twin written from definition 3.5 one word at a time."""

from __future__ import annotations

from dataclasses import dataclass

import naive
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse.ragged import NONE, Ragged
from pqreuse.scores import (
    NOVEL,
    SLOT,
    TEMPLATE,
    FamilyUses,
    Placed,
    find_earliest,
    label_words,
    name_families,
    place_words,
)

DAYS = [None, (10, 10), (11, 11), (12, 12), (10, 12), (1, 31)]


@dataclass
class Use:
    family: int
    first: int
    place: list[int]
    slots: list[int]


@dataclass
class Drawn:
    """Uses of families, and when the answers were given."""

    answer: list[int]
    uses: list[Use]
    n_template: list[int]
    days: list[tuple[int, int] | None]

    def arrays(self) -> FamilyUses:
        return FamilyUses(
            family=np.array([use.family for use in self.uses], np.int64),
            first=np.array([use.first for use in self.uses], np.int64),
            place=Ragged.of_rows([np.array(use.place, np.int64) for use in self.uses], np.int64),
            slots=Ragged.of_rows([np.array(use.slots, np.int64) for use in self.uses], np.int64),
            n_template=np.array(self.n_template, np.int64),
        )

    def order(self) -> list[int]:
        """Place in time: by last possible day, undated last, then as they stand."""
        by_last = sorted(
            range(len(self.days)),
            key=lambda place: (self.days[place] is None, self.days[place] and self.days[place][1], place),
        )
        return [by_last.index(place) for place in range(len(self.days))]

    def precedes_from(self) -> list[int]:
        return [sum(naive.precedes(other, own) for other in self.days) for own in self.days]

    def placed(self, earlier: bool) -> Placed:
        since = np.array(self.precedes_from(), np.int64) if earlier else None
        return place_words(self.arrays(), np.array(self.answer, np.int64), np.array(self.order(), np.int64), since)


def words_placed(drawn: Drawn, earlier: bool) -> list[tuple[int, int, int]]:
    """Family, label and earliest other answer of each word, by the definition."""
    order = drawn.order()
    found = [(-1, NOVEL, NONE)] * len(drawn.answer)
    for use in drawn.uses:
        own = drawn.answer[use.first]
        others = [other for other in drawn.uses if other.family == use.family and drawn.answer[other.first] != own]
        if earlier:
            others = [
                other for other in others if naive.precedes(drawn.days[drawn.answer[other.first]], drawn.days[own])
            ]
        for number, place in enumerate(use.place):
            kind = NOVEL if place < 0 else TEMPLATE if place < drawn.n_template[use.family] else SLOT
            # Those that have the same template word, or have the slot, if only with nothing in it.
            having = [other for other in others if place in (other.place if kind == TEMPLATE else other.slots)]
            if earlier and not having:
                kind = NOVEL
            when = [order[drawn.answer[other.first]] for other in having or others]
            found[use.first + number] = (use.family, kind, NONE if kind == NOVEL else min(when))
    return found


@st.composite
def drawn_uses(draw: st.DrawFn, answer: list[int] | None = None, days: list | None = None) -> Drawn:
    """Uses that lie apart inside answers, of families with at least two answers."""
    if answer is None:
        lengths = draw(st.lists(st.integers(0, 9), min_size=1, max_size=6))
        answer = [number for number, length in enumerate(lengths) for _ in range(length)]
        days = [draw(st.sampled_from(DAYS)) for _ in lengths]
    assert days is not None
    n_families = draw(st.integers(1, 3))
    n_template = [draw(st.integers(1, 4)) for _ in range(n_families)]
    n_slots = [draw(st.integers(0, 2)) for _ in range(n_families)]
    uses, place = [], 0
    while place < len(answer):
        length = draw(st.integers(1, 5))
        if answer[place : place + length] == [answer[place]] * length and draw(st.integers(0, 3)):
            family = draw(st.integers(0, n_families - 1))
            most = n_template[family] + n_slots[family] - 1
            places = [draw(st.integers(-1, most)) for _ in range(length)]
            slots = {where for where in places if where >= n_template[family]}
            slots |= {n_template[family] + number for number in range(n_slots[family]) if draw(st.booleans())}
            uses.append(Use(family, place, places, sorted(slots)))
        place += length
    users = [{answer[use.first] for use in uses if use.family == family} for family in range(n_families)]
    uses = [use for use in uses if len(users[use.family]) > 1]
    return Drawn(answer, uses, n_template, days)


@st.composite
def both_units(draw: st.DrawFn) -> tuple[Drawn, Drawn]:
    paragraphs = draw(drawn_uses())
    return paragraphs, draw(drawn_uses(paragraphs.answer, paragraphs.days))


def as_rows(placed: Placed) -> list[tuple[int, int, int]]:
    return list(zip(placed.family.tolist(), placed.label.tolist(), placed.earliest.tolist(), strict=True))


@given(drawn_uses())
@settings(max_examples=400)
def test_words_placed_against_others(drawn: Drawn) -> None:
    assert as_rows(drawn.placed(earlier=False)) == words_placed(drawn, earlier=False)


@given(drawn_uses())
@settings(max_examples=400)
def test_words_placed_against_earlier(drawn: Drawn) -> None:
    assert as_rows(drawn.placed(earlier=True)) == words_placed(drawn, earlier=True)


@given(both_units(), st.data(), st.booleans())
@settings(max_examples=300)
def test_labels_and_names(units: tuple[Drawn, Drawn], data: st.DataObject, earlier: bool) -> None:
    paragraphs, sentences = (unit.placed(earlier) for unit in units)
    n_words = len(units[0].answer)
    in_run = [data.draw(st.booleans()) for _ in range(n_words)]
    runs = [data.draw(st.integers(0, 5)) if shared else NONE for shared in in_run]
    label = label_words(np.array(in_run, bool), paragraphs, sentences)
    earliest = find_earliest(label, np.array(runs, np.int64), paragraphs, sentences)
    family, unit = name_families(label, paragraphs, sentences)
    for place in range(n_words):
        kinds = {int(paragraphs.label[place]), int(sentences.label[place])}
        expected = TEMPLATE if in_run[place] or TEMPLATE in kinds else SLOT if SLOT in kinds else NOVEL
        assert label[place] == expected
        by_paragraph, by_sentence = int(paragraphs.family[place]), int(sentences.family[place])
        if expected == NOVEL or by_paragraph == by_sentence == -1:
            name = (-1, -1)
        else:
            name = (by_paragraph, 0) if by_paragraph >= 0 else (by_sentence, 1)
        assert (int(family[place]), int(unit[place])) == name
        reasons = [int(placed.earliest[place]) for placed in (paragraphs, sentences) if placed.label[place] == expected]
        if in_run[place]:
            reasons.append(runs[place])
        assert earliest[place] == (NONE if expected == NOVEL else min(reasons))


def uses_of_one_family(days: list[tuple[int, int] | None]) -> Drawn:
    """Answers of four words in one family each: three template words and a slot."""
    n_answers = len(days)
    return Drawn(
        answer=[number for number in range(n_answers) for _ in range(4)],
        uses=[Use(0, 4 * number, [0, 1, 2, 3], [3]) for number in range(n_answers)],
        n_template=[3],
        days=days,
    )


def test_the_first_use_is_novel_and_its_repeats_are_not() -> None:
    drawn = uses_of_one_family([(2, 2), (1, 1), (2, 2), None, (1, 2)])
    placed = drawn.placed(earlier=True)
    assert placed.label.reshape(5, 4).tolist() == [
        [TEMPLATE, TEMPLATE, TEMPLATE, SLOT],
        [NOVEL] * 4,  # the first
        [TEMPLATE, TEMPLATE, TEMPLATE, SLOT],
        [NOVEL] * 4,  # undated: nothing precedes it
        [NOVEL] * 4,  # perhaps given on the first day
    ]
    assert placed.earliest.reshape(5, 4)[:, 0].tolist() == [0, NONE, 0, NONE, NONE]
    others = drawn.placed(earlier=False)
    assert (others.label.reshape(5, 4) == [TEMPLATE, TEMPLATE, TEMPLATE, SLOT]).all()
    # Everybody's earliest other is the first; the first one's is the next in time.
    order = drawn.order()
    assert others.earliest.reshape(5, 4)[:, 0].tolist() == [0, 1, 0, 0, 0]
    assert order[1] == 0


def test_a_template_word_must_have_been_said_and_an_empty_slot_counts() -> None:
    days = [(1, 1), (2, 2)]
    first = Use(0, 0, [0, 2], [3])  # leaves out the second word, and has nothing in the slot
    second = Use(0, 2, [0, 1, 2, 3], [3])
    drawn = Drawn([0, 0, 1, 1, 1, 1], [first, second], [3], days)
    assert drawn.placed(earlier=True).label.tolist() == [NOVEL, NOVEL, TEMPLATE, NOVEL, TEMPLATE, SLOT]
    drawn.uses[0].slots = []  # does not have the slot at all
    assert drawn.placed(earlier=True).label.tolist() == [NOVEL, NOVEL, TEMPLATE, NOVEL, TEMPLATE, NOVEL]


def test_no_families() -> None:
    drawn = Drawn([0, 0, 1], [], [], [None, None])
    for earlier in (False, True):
        assert as_rows(drawn.placed(earlier)) == [(-1, NOVEL, NONE)] * 3
