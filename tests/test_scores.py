"""Labels of words, against a twin written from definition 3.5 one word at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse._kernels.scores import source_spans, source_texts
from pqreuse.ragged import NONE, Ragged
from pqreuse.runs import SharedRuns
from pqreuse.scores import NOVEL, SLOT, TEMPLATE, FamilyUses, Labels, find_labels

DAYS = [None, (10, 10), (11, 11), (12, 12), (10, 12), (1, 31)]


@dataclass
class Use:
    """``windows`` are numbers of the few words in a row from each of its words on."""

    family: int
    first: int
    place: list[int]
    slots: list[int]
    windows: list[int] = field(default_factory=list)

    def row(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self.place), tuple(self.slots), tuple(self.windows)


@dataclass
class Drawn:
    """Uses of families, and when the answers were given."""

    answer: list[int]
    uses: list[Use]
    n_template: list[int]
    days: list[tuple[int, int] | None]

    def sorted(self) -> list[Use]:
        return sorted(self.uses, key=lambda use: use.family)

    def arrays(self) -> FamilyUses:
        """Family by family; uses that have the same places share a row."""
        uses = self.sorted()
        rows = sorted({use.row() for use in uses}, reverse=True)
        columns = [Ragged.of_rows([np.array(row[n], np.int32) for row in rows], np.int32) for n in range(3)]
        return FamilyUses(
            np.array([use.family for use in uses], np.int32),
            np.array([use.first for use in uses], np.int64),
            np.array([rows.index(use.row()) for use in uses], np.int64),
            *columns,
            np.array(self.n_template, np.int64),
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


def found_labels(
    *units: Drawn, earlier: bool, in_runs: list[int] | None = None, said: int = 1, threads: int = 1
) -> Labels:
    """What the kernel makes of families of some units, and of runs of as many words as name a source."""
    since = np.array(units[0].precedes_from(), np.int32) if earlier else None
    runs = np.array([NONE] * len(units[0].answer) if in_runs is None else in_runs, np.int32)
    found = SharedRuns.of(runs, said, said)
    return find_labels(
        [unit.arrays() for unit in units],
        np.searchsorted(units[0].answer, np.arange(len(units[0].days) + 1)),
        np.array(units[0].order(), np.int32),
        found.shared,
        found.earliest,
        said,
        since,
        threads=threads,
    )


@dataclass
class Said:
    """What the definitions say of words, from nothing but runs: see `Labels`."""

    family: list[int]
    label: list[int]
    earliest: list[int]
    placed: list[int]
    of_uses: list[list[int]]

    @classmethod
    def by_runs(cls, in_runs: list[int], said: int) -> Said:
        n = len(in_runs)
        label = [TEMPLATE if min(in_runs[max(0, i - said + 1) : i + 1]) < NONE else NOVEL for i in range(n)]
        return cls([-1] * n, label, list(in_runs), [NONE] * n, [])

    def add(self, drawn: Drawn, first_name: int, earlier: bool, said: int) -> None:
        """What families of one unit say; those of the units before have named their words."""
        order, named, of_uses = drawn.order(), list(self.family), []
        for use in drawn.sorted():
            own = drawn.answer[use.first]
            others = [other for other in drawn.uses if other.family == use.family and drawn.answer[other.first] != own]
            if earlier:
                days = [(other, drawn.days[drawn.answer[other.first]]) for other in others]
                others = [other for other, when in days if naive.precedes(when, drawn.days[own])]

            def first_of(having: list[Use]) -> int:
                return min((order[drawn.answer[other.first]] for other in having), default=NONE)

            sources = [first_of([other for other in others if window in other.windows]) for window in use.windows]
            of_uses.append(min(sources, default=NONE))
            for number, place in enumerate(use.place):
                word = use.first + number
                here = named[word] < 0
                if here:
                    self.family[word] = first_name + use.family
                    over = sources[max(0, number - said + 1) : number + 1]
                    self.placed[word] = min([self.placed[word], *over])
                self.earliest[word] = min([self.earliest[word], *sources[number : number + 1]])
                if place < 0:
                    continue
                kind = TEMPLATE if place < drawn.n_template[use.family] else SLOT
                # Those that have the same template word, or have the slot, if only with nothing in it.
                first = first_of(
                    [other for other in others if place in (other.place if kind == TEMPLATE else other.slots)]
                )
                if earlier and first == NONE:
                    continue
                self.label[word] = max(self.label[word], kind)
                if here and kind == TEMPLATE and first < NONE and first in sources:
                    self.placed[word] = min(self.placed[word], first)
        self.of_uses.append(of_uses)

    def rows(self) -> list[tuple[int, ...]]:
        named = [-1 if label == NOVEL else name for label, name in zip(self.label, self.family, strict=True)]
        return list(zip(named, self.label, self.earliest, self.placed, strict=True))


@st.composite
def drawn_uses(draw: st.DrawFn, said: int, answer: list[int] | None = None, days: list | None = None) -> Drawn:
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
            windows = [draw(st.integers(0, 3)) for _ in range(length - said + 1)]
            uses.append(Use(family, place, places, sorted(slots), windows))
        place += length
    users = [{answer[use.first] for use in uses if use.family == family} for family in range(n_families)]
    uses = [use for use in uses if len(users[use.family]) > 1]
    return Drawn(answer, uses, n_template, days)


@st.composite
def some_units(draw: st.DrawFn, most: int) -> tuple[list[Drawn], int]:
    """Families of some units over the same words, and how many words in a row name a source."""
    said = draw(st.integers(1, 3))
    units = [draw(drawn_uses(said))]
    while len(units) < most:
        units.append(draw(drawn_uses(said, units[0].answer, units[0].days)))
    return units, said


def as_rows(labels: Labels) -> list[tuple[int, ...]]:
    columns = (labels.family, labels.label, labels.earliest, labels.placed)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(some_units(1), st.booleans())
@settings(max_examples=600)
def test_labels_and_sources_by_one_unit(drawn: tuple[list[Drawn], int], earlier: bool) -> None:
    (unit,), said = drawn
    expected = Said.by_runs([NONE] * len(unit.answer), said)
    expected.add(unit, 0, earlier, said)
    labels = found_labels(unit, earlier=earlier, said=said)
    assert as_rows(labels) == expected.rows()
    assert [of_uses.tolist() for of_uses in labels.of_uses] == expected.of_uses


@given(some_units(2), st.data(), st.booleans(), st.integers(1, 3))
@settings(max_examples=400, deadline=None)
def test_labels_and_sources_by_runs_and_both_units(
    drawn: tuple[list[Drawn], int], data: st.DataObject, earlier: bool, threads: int
) -> None:
    units, said = drawn
    # A run ends with the answer.
    answer = units[0].answer
    in_runs = [
        data.draw(st.sampled_from([NONE, NONE, 0, 1, 5])) if answer[n : n + said] == [one] * said else NONE
        for n, one in enumerate(answer)
    ]
    expected = Said.by_runs(in_runs, said)
    expected.add(units[0], 0, earlier, said)
    expected.add(units[1], len(units[0].n_template), earlier, said)
    labels = found_labels(*units, earlier=earlier, in_runs=in_runs, said=said, threads=threads)
    assert as_rows(labels) == expected.rows()
    assert [of_uses.tolist() for of_uses in labels.of_uses] == expected.of_uses


def source(earliest: list[int], own: int, n_words: int) -> int:
    """3.8: of the first for half of the words or more, and of the family's own source, the earlier."""
    counts = Counter(order for order in earliest if order != NONE)
    if not counts:
        return own
    most, words = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return min(most, own) if own == NONE or 2 * words >= n_words else own


def covering(earliest: list[int], n_words: int, said: int) -> list[int]:
    """For each word the least of the windows over it that lie in these words."""
    return [min(earliest[max(0, n - said + 1) : min(n + 1, n_words - said + 1)], default=NONE) for n in range(n_words)]


orders = st.sampled_from([NONE, NONE, 0, 1, 2, 3])


@given(st.lists(st.tuples(orders, orders, st.booleans()), min_size=1, max_size=30), st.integers(1, 4), st.data())
@settings(max_examples=500)
def test_the_source_of_a_span_is_the_first_for_half_of_its_words_or_the_familys(
    words: list[tuple[int, int, bool]], said: int, data: st.DataObject
) -> None:
    earliest, placed = ([word[column] for word in words] for column in (0, 1))
    first = [n for n, (*_, begins) in enumerate(words) if begins or n == 0]
    label = [data.draw(st.sampled_from([NOVEL, SLOT, TEMPLATE])) for _ in first]
    expected = []
    for low, high, kind in zip(first, [*first[1:], len(words)], label, strict=True):
        n_words = high - low
        if n_words >= said:
            over = covering(earliest[low:high], n_words, said)
        else:  # nothing is longer than the span but what holds it
            over = [min(earliest[max(high - said, 0) : low + 1])] * n_words
        expected.append(NONE if kind == NOVEL else source(over, min(placed[low:high]), n_words))
    arrays = (np.array(column, np.int32) for column in (earliest, placed))
    found = source_spans(np.array(first, np.int64), np.array(label, np.int8), *arrays, said, NONE)
    assert found.tolist() == expected


@given(st.lists(orders, max_size=30), st.integers(1, 4), st.data())
def test_the_source_of_a_text_is_found_in_the_same_way(earliest: list[int], said: int, data: st.DataObject) -> None:
    first = data.draw(st.lists(st.integers(0, len(earliest)), max_size=4))
    length = [data.draw(st.integers(0, len(earliest) - low)) for low in first]
    own = [data.draw(st.integers(0, 4)) for _ in first]
    expected = [
        source(covering(earliest[low : low + n], n, said), mine, n)
        for low, n, mine in zip(first, length, own, strict=True)
    ]
    texts = (np.array(first, np.int64), np.array(length, np.int64), np.array(own, np.int32))
    assert source_texts(*texts, np.array(earliest, np.int32), said, NONE).tolist() == expected


def uses_of_one_family(days: list[tuple[int, int] | None]) -> Drawn:
    """Answers of four words in one family each: three template words and a slot."""
    n_answers = len(days)
    return Drawn(
        answer=[number for number in range(n_answers) for _ in range(4)],
        uses=[Use(0, 4 * number, [0, 1, 2, 3], [3], [0, 1, 2, 3]) for number in range(n_answers)],
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
        assert as_rows(found_labels(drawn, earlier=earlier)) == [(-1, NOVEL, NONE, NONE)] * 3


def test_template_words_in_nobodys_place() -> None:
    """An exemplar may have more words than any use of its family: its own text need not be among them."""
    drawn = Drawn([0, 1], [Use(0, 0, [0], []), Use(0, 1, [0], [])], [50_000], [None] * 2)
    assert as_rows(found_labels(drawn, earlier=False)) == [(0, TEMPLATE, NONE, NONE)] * 2


@pytest.mark.parametrize("families", [[1, 1, 0], [0, 2, 1], [1, 0, 2]])
def test_uses_come_family_by_family(families: list[int]) -> None:
    uses = Drawn([0, 1, 2], [Use(0, place, [0], []) for place in range(3)], [1, 1, 1], [None] * 3).arrays()
    mixed = replace(uses, family=np.array(families, np.int32))
    order, none = np.arange(3, dtype=np.int32), np.full(3, NONE, np.int32)
    with pytest.raises(ValueError, match="sorted by family"):
        find_labels([mixed], np.arange(4), order, np.zeros(3, bool), none, 6)
