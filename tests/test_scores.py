"""Labels of words, against a twin written from definition 3.5 one word at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse.ragged import NONE, Ragged
from pqreuse.scores import NOVEL, SLOT, TEMPLATE, FamilyUses, Labels, find_labels

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
        """Family by family; uses that have the same places share a row."""
        uses = sorted(self.uses, key=lambda use: use.family)
        rows = sorted({(tuple(use.place), tuple(use.slots)) for use in uses}, reverse=True)
        return FamilyUses(
            family=np.array([use.family for use in uses], np.int32),
            first=np.array([use.first for use in uses], np.int64),
            variant=np.array([rows.index((tuple(use.place), tuple(use.slots))) for use in uses], np.int64),
            place=Ragged.of_rows([np.array(place, np.int32) for place, _ in rows], np.int32),
            slots=Ragged.of_rows([np.array(slots, np.int32) for _, slots in rows], np.int32),
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


def found_labels(*units: Drawn, earlier: bool, in_runs: list[int] | None = None, threads: int = 1) -> Labels:
    """What the kernel makes of families of some units, and of runs."""
    since = np.array(units[0].precedes_from(), np.int32) if earlier else None
    return find_labels(
        [unit.arrays() for unit in units],
        np.searchsorted(units[0].answer, np.arange(len(units[0].days) + 1)),
        np.array(units[0].order(), np.int32),
        np.array([NONE] * len(units[0].answer) if in_runs is None else in_runs, np.int32),
        since,
        threads=threads,
    )


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


def as_rows(labels: Labels) -> list[tuple[int, int, int]]:
    return list(zip(labels.family.tolist(), labels.label.tolist(), labels.earliest.tolist(), strict=True))


def joined(
    in_runs: list[int], paragraphs: list[tuple[int, int, int]], sentences: list[tuple[int, int, int]], n_paragraphs: int
) -> list[tuple[int, int, int]]:
    """Family, label and earliest other answer of each word, by runs and by the families of both units."""
    found = []
    for earliest, paragraph, sentence in zip(in_runs, paragraphs, sentences, strict=True):
        run = (-1, NOVEL if earliest == NONE else TEMPLATE, earliest)
        label = max(kind for _, kind, _ in (run, paragraph, sentence))
        if label == NOVEL:
            found.append((-1, NOVEL, NONE))
            continue
        family = paragraph[0] if paragraph[0] >= 0 else sentence[0] + n_paragraphs if sentence[0] >= 0 else -1
        found.append((family, label, min(when for _, kind, when in (run, paragraph, sentence) if kind == label)))
    return found


@given(drawn_uses(), st.booleans())
@settings(max_examples=600)
def test_labels_by_one_unit(drawn: Drawn, earlier: bool) -> None:
    expected = joined(
        [NONE] * len(drawn.answer), words_placed(drawn, earlier), [(-1, NOVEL, NONE)] * len(drawn.answer), 0
    )
    assert as_rows(found_labels(drawn, earlier=earlier)) == expected


@given(both_units(), st.data(), st.booleans(), st.integers(1, 3))
@settings(max_examples=400, deadline=None)
def test_labels_by_runs_and_both_units(
    units: tuple[Drawn, Drawn], data: st.DataObject, earlier: bool, threads: int
) -> None:
    paragraphs, sentences = units
    in_runs = [data.draw(st.sampled_from([NONE, NONE, 0, 1, 5])) for _ in paragraphs.answer]
    expected = joined(
        in_runs, words_placed(paragraphs, earlier), words_placed(sentences, earlier), len(paragraphs.n_template)
    )
    assert as_rows(found_labels(*units, earlier=earlier, in_runs=in_runs, threads=threads)) == expected


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
    placed = found_labels(drawn, earlier=True)
    assert placed.label.reshape(5, 4).tolist() == [
        [TEMPLATE, TEMPLATE, TEMPLATE, SLOT],
        [NOVEL] * 4,  # the first
        [TEMPLATE, TEMPLATE, TEMPLATE, SLOT],
        [NOVEL] * 4,  # undated: nothing precedes it
        [NOVEL] * 4,  # perhaps given on the first day
    ]
    assert placed.earliest.reshape(5, 4)[:, 0].tolist() == [0, NONE, 0, NONE, NONE]
    others = found_labels(drawn, earlier=False)
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
    assert found_labels(drawn, earlier=True).label.tolist() == [NOVEL, NOVEL, TEMPLATE, NOVEL, TEMPLATE, SLOT]
    drawn.uses[0].slots = []  # does not have the slot at all
    assert found_labels(drawn, earlier=True).label.tolist() == [NOVEL, NOVEL, TEMPLATE, NOVEL, TEMPLATE, NOVEL]


def test_no_families() -> None:
    drawn = Drawn([0, 0, 1], [], [], [None, None])
    for earlier in (False, True):
        assert as_rows(found_labels(drawn, earlier=earlier)) == [(-1, NOVEL, NONE)] * 3


def test_template_words_in_nobodys_place() -> None:
    """An exemplar may have more words than any use of its family: its own text need not be among them."""
    drawn = Drawn([0, 1], [Use(0, 0, [0], []), Use(0, 1, [0], [])], [50_000], [None] * 2)
    assert as_rows(found_labels(drawn, earlier=False)) == [(0, TEMPLATE, 1), (0, TEMPLATE, 0)]


@pytest.mark.parametrize("families", [[1, 1, 0], [0, 2, 1], [1, 0, 2]])
def test_uses_come_family_by_family(families: list[int]) -> None:
    uses = Drawn([0, 1, 2], [Use(0, place, [0], []) for place in range(3)], [1, 1, 1], [None] * 3).arrays()
    mixed = replace(uses, family=np.array(families, np.int32))
    none = np.full(3, NONE, np.int32)
    with pytest.raises(ValueError, match="sorted by family"):
        find_labels([mixed], np.arange(4), np.arange(3, dtype=np.int32), none)
