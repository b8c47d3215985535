"""Families as arrays → the records that people see, each with its template and uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse.history import History, last_day
from pqreuse.lazy import LazySequence, column, fast_maker
from pqreuse.questions import question_similarity
from pqreuse.ragged import Ragged, changes, ranges
from pqreuse.records import Answer, Family, Unit, Use
from pqreuse.scorable import ScorableWords
from pqreuse.segments import Segments
from pqreuse.templates import Templates
from pqreuse.usage import Tally, find_gaps, months_of
from pqreuse.words import digest
from pqreuse.writing import Meanings, Writer

_use, _family = fast_maker(Use), fast_maker(Family)


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


class FamilyRecords:
    """Makes the records of families one by one: those of paragraphs and of sentences, numbered together.

    Parameters
    ----------
    paragraphs, sentences : UnitFamilies
    within : ndarray of int64, shape (n_sentences,)
        The paragraph family that has a use around each sentence; -1 for none.
    words : ScorableWords
    answers : sequence of Answer
        Sorted by identifier.
    former : mapping of str to str
        See `Corpus`.
    gap_months : int
        See `pqreuse.usage.find_gaps`.
    """

    def __init__(
        self,
        paragraphs: UnitFamilies,
        sentences: UnitFamilies,
        within: NDArray[np.int64],
        words: ScorableWords,
        answers: Sequence[Answer],
        former: Mapping[str, str],
        gap_months: int,
    ) -> None:
        units, self._answers, self._words = (paragraphs, sentences), answers, words
        self._first_said = [unit.first_said.data for unit in units]
        self._variants = [unit.templates.variants.data for unit in units]
        self._ids, self._n_paragraphs = [*paragraphs.ids, *sentences.ids], len(paragraphs.ids)
        self._replaces = replaced_ids(former)
        meanings = Meanings(words.vocabulary)
        self._writers = [Writer(unit.templates, words, meanings) for unit in units]
        self._n_variants = np.concatenate([np.diff(unit.templates.variants) for unit in units]).data
        rank = _by_date(answers)
        orders = [_order_uses(unit, rank) for unit in units]
        answer, start, end, first, last, variant = (
            np.concatenate(both) for both in zip(*map(_use_columns, units, orders), strict=True)
        )
        # A slice of a view costs a fraction of one of an array, and the records take many.
        self._answer, self._start, self._end = answer.data, start.data, end.data
        self._first, self._last, self._variant = first.data, last.data, variant.data
        uses = Ragged.of_lengths(answer, np.concatenate([unit.uses.lengths for unit in units]))
        self._bounds = uses.indptr.data
        self._users = users = _once(uses)
        n_questions = np.array(list(map(len, column(answers, "question_ids"))), np.int64)
        self._n_answers = users.lengths.data
        self._n_questions = np.add.reduceat(n_questions[users.values], users.indptr[:-1]).data
        self._last_date = _last_dates(users, answers)
        months = months_of(answers)
        self._bodies = Tally(users, column(answers, "body"), most_first=True)
        self._ministers = Tally(users, column(answers, "minister"), most_first=True)
        self._months = Tally(users, months, most_first=False)
        self._undated = np.add.reduceat(
            np.array([month is None for month in months], np.int64)[users.values], users.indptr[:-1]
        ).data
        self._gaps = find_gaps(users, months, gap_months)
        around = within[sentences.uses.values[orders[1]]]
        bounds = sentences.uses.indptr[:-1]
        self._inside = np.add.reduceat((around >= 0).astype(np.int64), bounds).data
        holder = np.minimum.reduceat(around, bounds)
        self._parent = np.where(holder == np.maximum.reduceat(around, bounds), holder, -1).data

    def listed(self, min_answers: int) -> LazySequence[Family]:
        """Records of the families of at least so many answers, most first; then by questions and identifier."""
        order = self._order(min_answers)
        return LazySequence(len(order), partial(self._record, order.data), partial(self._column, order))

    def uses(self, min_answers: int) -> UseColumns:
        """The uses of the families that are listed."""
        order, bounds = self._order(min_answers), np.asarray(self._bounds)
        lengths = np.diff(bounds)[order]
        these = ranges(bounds[order], lengths)
        columns = (np.asarray(view)[these] for view in (self._answer, self._start, self._end, self._variant))
        return UseColumns(np.repeat(np.arange(len(order)), lengths), *columns)

    def _order(self, min_answers: int) -> NDArray[np.int64]:
        n_answers, n_questions = np.asarray(self._n_answers), np.asarray(self._n_questions)
        found = np.flatnonzero(n_answers >= min_answers)
        return found[np.lexsort((np.array(self._ids, np.str_)[found], -n_questions[found], -n_answers[found]))]

    def _column(self, order: NDArray[np.int64], name: str) -> list[Any] | None:
        """What is known of the families without their records."""
        known: dict[str, Callable[[int], Any]] = {
            "id": self._ids.__getitem__,
            "unit": self._unit,
            "answers": self._n_answers.__getitem__,
            "questions": self._n_questions.__getitem__,
            "parent": self._parent_id,
            "bodies": self._bodies.__getitem__,
        }
        return list(map(known[name], order.tolist())) if name in known else None

    @cached_property
    def _question_similarity(self) -> list[float | None]:
        """Of all families at once: one alone would take as long."""
        return question_similarity([answer.questions for answer in self._answers], self._users)

    def _unit(self, family: int) -> Unit:
        return "paragraph" if family < self._n_paragraphs else "sentence"

    def _parent_id(self, family: int) -> str | None:
        parent = -1 if family < self._n_paragraphs else self._parent[family - self._n_paragraphs]
        return None if parent < 0 else self._ids[parent]

    def _record(self, order: Sequence[int], place: int) -> Family:
        family = order[place]
        of_sentences = family >= self._n_paragraphs
        number = family - of_sentences * self._n_paragraphs
        these = slice(self._bounds[family], self._bounds[family + 1])
        variants = self._variant[these].tolist()
        users = [self._answers[answer] for answer in self._answer[these]]
        uses = list(map(_use_of, users, self._start[these], self._end[these]))
        first_said = self._first_said[of_sentences][self._variants[of_sentences][number] :]

        def said(variant: int) -> Use:
            return self._said(first_said[variant], variants.index(variant), these, uses)

        template, slots = self._writers[of_sentences].write(
            number, uses, variants, self._first[these], self._last[these]
        )
        return _family(
            self._ids[family],
            "sentence" if of_sentences else "paragraph",
            self._n_answers[family],
            self._n_questions[family],
            self._n_variants[family],
            uses[variants.index(0)].text,
            template,
            slots,
            self._parent_id(family),
            # Undated uses stand last.
            uses[0].date,
            self._last_date[family],
            self._bodies[family],
            tuple(uses),
            said(0),
            self._inside[number] if of_sentences else None,
            self._ministers[family],
            self._months[family],
            self._undated[family],
            self._gaps.get(family, ()),
            self._question_similarity[family],
            self._replaces.get(self._ids[family], ()),
            LazySequence(self._n_variants[family], History(uses, variants, said)),
        )

    def _said(self, answer: int, use: int, these: slice, uses: Sequence[Use]) -> Use:
        """What the answer that said a use first has of it: its own first use or, where it has none, what both share."""
        users = self._answer[these].tolist()
        if answer in users:
            return uses[users.index(answer)]
        words, place = self._words, these.start + use
        ours = words.tokens[self._first[place] : self._last[place]].tolist()
        begin, end = words.indptr[answer : answer + 2].tolist()
        matcher = SequenceMatcher(None, ours, words.tokens[begin:end].tolist(), autojunk=False)
        _, start, length = matcher.find_longest_match()
        first, last = begin + start, begin + start + length - 1
        return _use_of(self._answers[answer], int(words.starts[first]), int(words.ends[last]))


def _use_of(answer: Answer, start: int, end: int) -> Use:
    return _use(answer.id, answer.question_ids, answer.date, answer.body, start, end, answer.text[start:end])


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
