"""Families as arrays → the records that people see, each with its template and uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, partial
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse.history import History, last_day
from pqreuse.lazy import LazySequence, column
from pqreuse.meanings import Meanings
from pqreuse.questions import question_similarity
from pqreuse.ragged import Ragged, changes, distinct, ranges
from pqreuse.records import Answer, Family, Gap, Unit, Use
from pqreuse.scorable import ScorableWords
from pqreuse.segments import Segments, links_of
from pqreuse.templates import Templates
from pqreuse.usage import Tally, find_gaps, months_of
from pqreuse.words import digest
from pqreuse.writing import Writer


def replaced_ids(former: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The identifiers that each family had before, from what each of them is now.

    >>> replaced_ids({"f1": "f3", "f2": "f3"})
    {'f3': ('f1', 'f2')}
    """
    replaced: dict[str, tuple[str, ...]] = {}
    for old, new in sorted(former.items()):
        replaced[new] = (*replaced.get(new, ()), old)
    return replaced


def family_id(unit: Unit, words: Sequence[str]) -> str:
    """The identifier of a family: depends only on its exemplar's words and the unit."""
    return digest(unit, " ".join(words))


@dataclass(frozen=True, slots=True)
class UnitFamilies:
    """The families of one unit.

    Attributes
    ----------
    ids : sequence of str
    segments : Segments
        All segments of the unit.
    uses : Ragged of int64
        A row for each family: its uses as segments, by answer and place.
    variant : ndarray of int64, shape (n_uses,)
        For each of these, its text's row among the variants of the templates.
    templates : Templates
    first_said : ndarray of int64, shape (n_variants,)
        The answer that said each of these wordings first: one that uses it, or an earlier one.
    """

    ids: Sequence[str]
    segments: Segments
    uses: Ragged
    variant: NDArray[np.int64]
    templates: Templates
    first_said: NDArray[np.int64]


class UseColumns(NamedTuple):
    """Uses of families as arrays of int64, family by family, each in the order of its uses.

    ``family`` is the family's place among those that are listed, ``variant`` is 0 for its exemplar.
    """

    family: NDArray[np.int64]
    answer: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    variant: NDArray[np.int64]


class _Uses(NamedTuple):
    """Uses as arrays of int64, family by family, each in the order of its uses.

    ``first`` and ``last`` are the first and the past-last word, ``variant`` is 0 for the exemplar, ``around`` the
    paragraph family that has a use around a sentence, -1 for none and for a paragraph.
    """

    answer: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    variant: NDArray[np.int64]
    around: NDArray[np.int64]


class FamilyParts(NamedTuple):
    """The inputs of family records: paragraph and sentence families, numbered together.

    Attributes
    ----------
    ids : list of str
    n_paragraphs : int
        Families of paragraphs; they come first.
    replaces : mapping of str to tuple of str
        See `replaced_ids`.
    templates : tuple of Templates
        Of each unit.
    first_said : tuple of ndarray
        Of each unit, see `UnitFamilies`.
    words : ScorableWords
    begins : ndarray of bool, shape (n_scorable,)
        The words with which sentences begin.
    holes : sequence of sequence of (int, int)
        For each answer, its tables and bare links: see `Split`.
    answers : sequence of Answer
        Sorted by identifier.
    uses : _Uses
    lengths : ndarray of int64, shape (n_families,)
        Uses of each family.
    parent : ndarray of int64, shape (n_families,)
        The paragraph family that each family is nested in; -1 for none.
    gap_months : int
        See `pqreuse.usage.find_gaps`.
    """

    ids: list[str]
    n_paragraphs: int
    replaces: Mapping[str, tuple[str, ...]]
    templates: tuple[Templates, Templates]
    first_said: tuple[NDArray[np.int64], NDArray[np.int64]]
    words: ScorableWords
    begins: NDArray[np.bool_]
    holes: Sequence[Sequence[tuple[int, int]]]
    answers: Sequence[Answer]
    uses: _Uses
    lengths: NDArray[np.int64]
    parent: NDArray[np.int64]
    gap_months: int


def family_parts(
    paragraphs: UnitFamilies,
    sentences: UnitFamilies,
    within: NDArray[np.int64],
    words: ScorableWords,
    begins: NDArray[np.bool_],
    holes: Sequence[Sequence[tuple[int, int]]],
    answers: Sequence[Answer],
    former: Mapping[str, str],
    gap_months: int,
) -> FamilyParts:
    """Put the families of both units together.

    Parameters
    ----------
    paragraphs, sentences : UnitFamilies
    within : ndarray of int64, shape (n_sentences,)
        The paragraph family that has a use around each sentence; -1 for none.
    words, begins, holes, answers, gap_months
        See `FamilyParts`.
    former : mapping of str to str
        See `Corpus`.
    """
    units, rank = (paragraphs, sentences), _by_date(answers)
    orders = [_order_uses(unit, rank) for unit in units]
    columns = [np.concatenate(both) for both in zip(*map(_use_columns, units, orders), strict=True)]
    around = within[sentences.uses.values[orders[1]]]
    bounds = sentences.uses.indptr[:-1]
    holder = np.minimum.reduceat(around, bounds)
    holder[holder != np.maximum.reduceat(around, bounds)] = -1
    none = [np.full(n, -1, np.int64) for n in (len(orders[0]), len(paragraphs.ids))]
    return FamilyParts(
        ids=[*paragraphs.ids, *sentences.ids],
        n_paragraphs=len(paragraphs.ids),
        replaces=replaced_ids(former),
        templates=(paragraphs.templates, sentences.templates),
        first_said=(paragraphs.first_said, sentences.first_said),
        words=words,
        begins=begins,
        holes=holes,
        answers=answers,
        uses=_Uses(*[*columns, np.concatenate((none[0], around))]),
        lengths=np.concatenate([unit.uses.lengths for unit in units]),
        parent=np.concatenate((none[1], holder)),
        gap_months=gap_months,
    )


class _Counts:
    """The counts of families over all or chosen uses: a row for each family that has any of them.

    Parameters
    ----------
    parts : FamilyParts
    chosen : ndarray of bool, shape (n_answers,), optional
        Answers whose uses count; all where not given.
    """

    def __init__(self, parts: FamilyParts, chosen: NDArray[np.bool_] | None = None) -> None:
        uses, lengths = parts.uses, parts.lengths
        if chosen is not None:
            these = chosen[uses.answer]
            uses = _Uses(*[of_all[these] for of_all in uses])
            lengths = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[these], minlength=len(lengths))
        self._parts, self._chosen = parts, chosen
        self.family = np.flatnonzero(lengths)
        answer = Ragged.of_lengths(uses.answer, lengths[self.family])
        self.uses, self.bounds = uses, answer.indptr
        self._users = users = _once(answer)
        n_questions = np.array(list(map(len, column(parts.answers, "question_ids"))), np.int64)
        self.answers = users.lengths
        self.questions = np.add.reduceat(n_questions[users.values], users.indptr[:-1])

    @cached_property
    def variants(self) -> NDArray[np.int64]:
        """Wordings of each."""
        if self._chosen is None:
            return np.concatenate([np.diff(templates.variants) for templates in self._parts.templates])
        row = np.repeat(np.arange(len(self.family)), np.diff(self.bounds))
        most = int(self.uses.variant.max(initial=0)) + 1
        return np.bincount(distinct(row * most + self.uses.variant) // most, minlength=len(self.family))

    @cached_property
    def inside(self) -> NDArray[np.int64]:
        """Uses of each inside uses of paragraph families."""
        return np.add.reduceat((self.uses.around >= 0).astype(np.int64), self.bounds[:-1])

    @cached_property
    def bodies(self) -> Tally:
        """Answers by body, most first."""
        return Tally(self._users, column(self._parts.answers, "body"), most_first=True)

    @cached_property
    def ministers(self) -> Tally:
        """Answers by minister, most first."""
        return Tally(self._users, column(self._parts.answers, "minister"), most_first=True)

    @cached_property
    def months(self) -> Tally:
        """Answers by month, in order."""
        return Tally(self._users, months_of(self._parts.answers), most_first=False)

    @cached_property
    def undated(self) -> NDArray[np.int64]:
        """Answers of each without a date."""
        missing = np.array([date is None for date in column(self._parts.answers, "date")], np.int64)
        return np.add.reduceat(missing[self._users.values], self._users.indptr[:-1])

    @cached_property
    def gaps(self) -> dict[int, tuple[Gap, ...]]:
        """Gaps of the rows that have any. Months without a chosen answer say nothing of chosen uses."""
        months = months_of(self._parts.answers)
        if self._chosen is not None:
            months = [month if one else None for month, one in zip(months, self._chosen.tolist(), strict=True)]
        return find_gaps(self._users, months, self._parts.gap_months)

    @cached_property
    def last_date(self) -> list[str | None]:
        """The date of each with the last day; of such dates the longest."""
        return _last_dates(self._users, self._parts.answers)

    @cached_property
    def question_similarity(self) -> list[float | None]:
        """For all rows at once: one alone would take as long."""
        return question_similarity(column(self._parts.answers, "questions"), self._users)


class FamilyRecords:
    """Makes the records of families one by one.

    Parameters
    ----------
    parts : FamilyParts
    chosen : ndarray of bool, shape (n_answers,), optional
        Answers whose uses the records have and count; all where not given. Texts, templates and parents are those of
        all uses in any case.
    """

    def __init__(self, parts: FamilyParts, chosen: NDArray[np.bool_] | None = None) -> None:
        self._parts, self._chosen = parts, chosen
        self._meanings = Meanings(parts.words, parts.begins)
        self._writers = [Writer(templates, self._meanings) for templates in parts.templates]
        self._all = _Counts(parts)
        self._counts = self._all if chosen is None else _Counts(parts, chosen)
        # A slice of a view costs a fraction of one of an array, and the records take many.
        self._answer, self._start, self._end, self._first, self._last, self._variant, _ = (
            of_all.data for of_all in parts.uses
        )

    def __reduce__(self) -> tuple[type[FamilyRecords], tuple[FamilyParts, NDArray[np.bool_] | None]]:
        return FamilyRecords, (self._parts, self._chosen)

    def of(self, chosen: NDArray[np.bool_]) -> FamilyRecords:
        """The same families in the uses of these answers."""
        return FamilyRecords(self._parts, chosen)

    def listed(self, min_answers: int) -> LazySequence[Family]:
        """Records of the families that at least so many answers use, chosen or not, and a chosen one does.

        Most first, by chosen answers; then by questions and identifier.
        """
        order = self._order(min_answers)
        return LazySequence(len(order), partial(self._record, order.data), partial(self._column, order))

    def uses(self, min_answers: int) -> UseColumns:
        """The chosen uses of the families that are listed."""
        order, counts = self._order(min_answers), self._counts
        lengths = np.diff(counts.bounds)[order]
        these = ranges(counts.bounds[order], lengths)
        uses = counts.uses
        columns = (of_all[these] for of_all in (uses.answer, uses.start, uses.end, uses.variant))
        return UseColumns(np.repeat(np.arange(len(order)), lengths), *columns)

    def _order(self, min_answers: int) -> NDArray[np.int64]:
        """Rows of the counts."""
        counts = self._counts
        found = np.flatnonzero(self._all.answers[counts.family] >= min_answers)
        ids = np.array(self._parts.ids, np.str_)[counts.family[found]]
        return found[np.lexsort((ids, -counts.questions[found], -counts.answers[found]))]

    def _column(self, order: NDArray[np.int64], name: str) -> list[Any] | None:
        """An attribute of all families that is known without making records."""
        counts, family = self._counts, self._counts.family[order]
        if name in ("answers", "questions", "variants"):
            return list(getattr(counts, name)[order].tolist())
        if name in ("all_answers", "all_questions", "all_variants"):
            return list(getattr(self._all, name.removeprefix("all_"))[family].tolist())
        if name == "bodies":
            return list(map(counts.bodies.__getitem__, order.tolist()))
        if name == "question_similarity":
            return list(map(counts.question_similarity.__getitem__, order.tolist()))
        known: dict[str, Callable[[int], Any]] = {
            "id": self._parts.ids.__getitem__,
            "unit": self._unit,
            "parent": self._parent_id,
            "text": self._text,
        }
        return list(map(known[name], family.tolist())) if name in known else None

    def _unit(self, family: int) -> Unit:
        return "paragraph" if family < self._parts.n_paragraphs else "sentence"

    def _parent_id(self, family: int) -> str | None:
        parent = int(self._parts.parent[family])
        return None if parent < 0 else self._parts.ids[parent]

    def _text(self, family: int) -> str:
        """The exemplar as its first use has it."""
        low, high = self._all.bounds[family : family + 2].tolist()
        use = low + self._variant[low:high].tolist().index(0)
        answer: Answer = self._parts.answers[self._answer[use]]
        return answer.text[self._start[use] : self._end[use]]

    def _record(self, order: Sequence[int], place: int) -> Family:
        row = order[place]
        counts, whole = self._counts, self._all
        family = int(counts.family[row])
        of_sentences = family >= self._parts.n_paragraphs
        these = slice(whole.bounds[family], whole.bounds[family + 1])
        variants = self._variant[these].tolist()
        users = [self._parts.answers[answer] for answer in self._answer[these]]
        uses = list(map(_use_of, users, self._start[these], self._end[these]))
        shown, taken, chosen = uses, [True] * len(uses), None
        if self._chosen is not None:
            taken = self._chosen[whole.uses.answer[these]].tolist()
            shown = list(compress(uses, taken))
            chosen = {use.answer_id: (place, use.date) for place, use in enumerate(shown)}
        number = family - of_sentences * self._parts.n_paragraphs
        links = {
            number: found
            for number, answer in enumerate(self._answer[these])
            if (holes := self._parts.holes[answer])
            and (found := links_of(users[number].text, holes, uses[number].start, uses[number].end))
        }
        first, last = self._first[these], self._last[these]
        template, slots = self._writers[of_sentences].write(number, uses, variants, first, last, links, chosen)
        templates = self._parts.templates[of_sentences]
        first_said = self._parts.first_said[of_sentences][templates.variants[number] :]

        def said(variant: int) -> Use:
            return self._said(int(first_said[variant]), variants.index(variant), these, uses)

        history = History(
            shown,
            list(compress(variants, taken)),
            list(compress(first, taken)),
            list(compress(last, taken)),
            said,
            self._meanings,
        )
        return Family(
            id=self._parts.ids[family],
            unit=self._unit(family),
            answers=int(counts.answers[row]),
            questions=int(counts.questions[row]),
            variants=int(counts.variants[row]),
            all_answers=int(whole.answers[family]),
            all_questions=int(whole.questions[family]),
            all_variants=int(whole.variants[family]),
            text=self._text(family),
            template=template,
            slots=slots,
            parent=self._parent_id(family),
            # Undated uses stand last.
            first_date=shown[0].date,
            last_date=counts.last_date[row],
            bodies=counts.bodies[row],
            uses=tuple(shown),
            first_said=said(0),
            inside=int(counts.inside[row]) if of_sentences else None,
            ministers=counts.ministers[row],
            months=counts.months[row],
            undated=int(counts.undated[row]),
            gaps=counts.gaps.get(row, ()),
            question_similarity=counts.question_similarity[row],
            replaces=self._parts.replaces.get(self._parts.ids[family], ()),
            history=LazySequence(int(counts.variants[row]), history),
        )

    def _said(self, answer: int, use: int, these: slice, uses: Sequence[Use]) -> Use:
        """The words of the answer that said a use first: its own first use, else the longest stretch they share."""
        users = self._answer[these].tolist()
        if answer in users:
            return uses[users.index(answer)]
        words, place = self._parts.words, int(these.start) + use
        ours = words.tokens[self._first[place] : self._last[place]].tolist()
        begin, end = words.indptr[answer : answer + 2].tolist()
        matcher = SequenceMatcher(None, ours, words.tokens[begin:end].tolist(), autojunk=False)
        _, start, length = matcher.find_longest_match()
        first, last = begin + start, begin + start + length - 1
        return _use_of(self._parts.answers[answer], int(words.starts[first]), int(words.ends[last]))


def _use_of(answer: Answer, start: int, end: int) -> Use:
    return Use(
        answer_id=answer.id,
        question_ids=answer.question_ids,
        date=answer.date,
        body=answer.body,
        start=start,
        end=end,
        text=answer.text[start:end],
    )


def _by_date(answers: Sequence[Answer]) -> NDArray[np.int64]:
    """Each answer's place in the order of uses: by date as it is written, undated last, then identifier."""
    of_answer = column(answers, "date")
    dates = sorted({date for date in of_answer if date is not None})
    number: dict[str | None, int] = {date: place for place, date in enumerate(dates)}
    order = np.argsort([number.get(date, len(dates)) for date in of_answer], kind="stable")
    rank = np.empty(len(answers), np.int64)
    rank[order] = np.arange(len(answers))
    return rank


def _order_uses(unit: UnitFamilies, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of the uses by family, rank of their answers, then place."""
    keys = unit.uses.row_of_value() * len(rank) + rank[unit.segments.answer[unit.uses.values]]
    return np.argsort(keys, kind="stable")


def _use_columns(unit: UnitFamilies, order: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Answers, starts, ends, first and past-last words, and variants in their families of the uses in this order."""
    these, segments = unit.uses.values[order], unit.segments
    columns = [
        of_all[these] for of_all in (segments.answer, segments.start, segments.end, segments.first, segments.last)
    ]
    variant = unit.variant - np.repeat(unit.templates.variants[:-1], unit.uses.lengths)
    return [column.astype(np.int64) for column in (*columns, variant[order])]


def _once(answer: Ragged) -> Ragged:
    """The answers of each family's uses, each once."""
    # Uses in one answer stand together.
    first = changes(answer.values)
    first[answer.indptr[:-1]] = True
    return Ragged(answer.values[first], np.concatenate(([0], np.cumsum(first)))[answer.indptr])


def _last_dates(answer: Ragged, answers: Sequence[Answer]) -> list[str | None]:
    """The date with the last day of each family; of such dates the longest."""
    of_answer = column(answers, "date")
    dates = sorted({date for date in of_answer if date is not None}, key=last_day)
    number: dict[str | None, int] = {date: place for place, date in enumerate(dates)}
    place = np.array([number.get(date, -1) for date in of_answer], np.int64)
    last = np.maximum.reduceat(place[answer.values], answer.indptr[:-1])
    return list(map([*dates, None].__getitem__, last.tolist()))
