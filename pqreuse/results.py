"""Families as arrays → the records that people see, each with its template and uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import Ragged, changes
from pqreuse.records import Answer, Family, LazySequence, Slot, Unit, Use, days
from pqreuse.scorable import ScorableWords
from pqreuse.segments import Segments
from pqreuse.templates import Template
from pqreuse.words import digest, find_links
from pqreuse.writing import TellingWords, WordPlaces, Writing, write_template


@dataclass(frozen=True, slots=True)
class FamilyArrays:
    """A family as the stages leave it.

    Attributes
    ----------
    unit : {"paragraph", "sentence"}
    texts : list of int
        Its texts, the exemplar first.
    segments : ndarray of int64
        Its uses as segments, by answer and place.
    variant : ndarray of int64
        For each use, the place of its text in ``texts``.
    template : Template
    """

    unit: Unit
    texts: list[int]
    segments: NDArray[np.int64]
    variant: NDArray[np.int64]
    template: Template


def family_id(unit: Unit, words: Sequence[str]) -> str:
    """The identifier of a family: depends only on its exemplar's words and the unit."""
    return digest(unit, " ".join(words))


@dataclass(frozen=True, slots=True)
class UnitFamilies:
    """The families of one unit.

    Attributes
    ----------
    families : sequence of FamilyArrays
    ids : sequence of str
    segments : Segments
        All segments of the unit.
    of_segment : ndarray of int64, shape (n_segments,)
        The family of each segment; -1 where there is none.
    """

    families: Sequence[FamilyArrays]
    ids: Sequence[str]
    segments: Segments
    of_segment: NDArray[np.int64]


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
    """

    def __init__(
        self,
        paragraphs: UnitFamilies,
        sentences: UnitFamilies,
        within: NDArray[np.int64],
        words: ScorableWords,
        answers: Sequence[Answer],
    ) -> None:
        self._units, self._words, self._answers = (paragraphs, sentences), words, answers
        self._telling = TellingWords(words.vocabulary)
        self._ids, self._n_paragraphs = [*paragraphs.ids, *sentences.ids], len(paragraphs.ids)
        rank = _by_date(answers)
        self._uses = tuple(_ordered_uses(unit, rank) for unit in self._units)
        counts = [_counts(unit, uses, answers) for unit, uses in zip(self._units, self._uses, strict=True)]
        self._n_answers, self._n_questions = (np.concatenate(both) for both in zip(*counts, strict=True))
        around = within[self._uses[1].values]
        bounds = self._uses[1].indptr[:-1]
        self._inside = np.add.reduceat((around >= 0).astype(np.int64), bounds)
        holder = np.minimum.reduceat(around, bounds)
        self._parent = np.where(holder == np.maximum.reduceat(around, bounds), holder, -1)

    def listed(self, min_answers: int) -> LazySequence[Family]:
        """Records of the families of at least so many answers, most first; then by questions and identifier."""
        found = np.flatnonzero(self._n_answers >= min_answers)
        ids = np.array(self._ids, np.str_)[found]
        order = found[np.lexsort((ids, -self._n_questions[found], -self._n_answers[found]))]
        return LazySequence(len(order), partial(self._record, order), partial(self._column, order))

    def _column(self, order: NDArray[np.int64], name: str) -> list[Any] | None:
        """What is known of the families without their records."""
        if name in ("answers", "questions"):
            counts = self._n_answers if name == "answers" else self._n_questions
            return list(counts[order].tolist())
        known: dict[str, Callable[[int], str | None]]
        known = {"id": self._ids.__getitem__, "unit": self._unit, "parent": self._parent_id}
        return list(map(known[name], order.tolist())) if name in known else None

    def _unit(self, family: int) -> Unit:
        return "paragraph" if family < self._n_paragraphs else "sentence"

    def _parent_id(self, family: int) -> str | None:
        parent = -1 if family < self._n_paragraphs else self._parent[family - self._n_paragraphs]
        return None if parent < 0 else self._ids[parent]

    def _record(self, order: NDArray[np.int64], place: int) -> Family:
        family = int(order[place])
        of_sentences = family >= self._n_paragraphs
        unit, number = self._units[of_sentences], family - of_sentences * self._n_paragraphs
        arrays, these, segments = unit.families[number], self._uses[of_sentences][number], unit.segments
        users = [self._answers[answer] for answer in segments.answer[these].tolist()]
        uses = list(map(_use, users, segments.start[these].tolist(), segments.end[these].tolist()))
        variants = [0] * len(uses)
        if len(arrays.texts) > 1:
            variants = arrays.variant[arrays.segments.searchsorted(these)].tolist()
        text, template = uses[variants.index(0)].text, arrays.template
        slots: tuple[Slot, ...] = ()
        if template.gaps or any(find_links(use.text) for use in uses):
            words = WordPlaces(self._words, self._telling)
            bounds = segments.first[these].tolist(), segments.last[these].tolist()
            written, slots = write_template(list(map(Writing, uses, variants, *bounds, repeat(words))), template)
        else:
            written = " ".join(text.split())
        dates = [use.date for use in uses if use.date is not None]
        return Family(
            id=self._ids[family],
            unit=self._unit(family),
            answers=int(self._n_answers[family]),
            questions=int(self._n_questions[family]),
            variants=len(arrays.texts),
            text=text,
            template=written,
            slots=slots,
            parent=self._parent_id(family),
            inside=int(self._inside[number]) if of_sentences else None,
            # ISO dates of either precision sort by their first day.
            first_date=dates[0] if dates else None,
            last_date=max(dates, key=_last_day, default=None),
            bodies=_bodies({answer.id: answer.body for answer in users}.values()),
            uses=tuple(uses),
        )


def _use(answer: Answer, start: int, end: int) -> Use:
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
    dates = sorted({answer.date for answer in answers if answer.date is not None})
    number: dict[str | None, int] = {date: place for place, date in enumerate(dates)}
    order = np.argsort([number.get(answer.date, len(dates)) for answer in answers], kind="stable")
    rank = np.empty(len(answers), np.int64)
    rank[order] = np.arange(len(answers))
    return rank


def _ordered_uses(unit: UnitFamilies, rank: NDArray[np.int64]) -> Ragged:
    """Each family's segments, by rank of their answers, then place."""
    used = np.flatnonzero(unit.of_segment >= 0)
    family = unit.of_segment[used].astype(np.int64)
    order = np.argsort(family * len(rank) + rank[unit.segments.answer[used]], kind="stable")
    return Ragged.of_lengths(used[order], np.bincount(family, minlength=len(unit.ids)))


def _counts(unit: UnitFamilies, uses: Ragged, answers: Sequence[Answer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Answers and questions of each family."""
    answer = unit.segments.answer[uses.values]
    # Uses in one answer stand together.
    first = changes(answer)
    first[uses.indptr[:-1]] = True
    n_questions = np.array([len(one.question_ids) for one in answers], np.int64)
    asked = np.where(first, n_questions[answer], 0)
    return np.add.reduceat(first.astype(np.int64), uses.indptr[:-1]), np.add.reduceat(asked, uses.indptr[:-1])


def _bodies(bodies: Iterable[str | None]) -> dict[str, int]:
    """How often each body is among them, most first."""
    counts: dict[str, int] = {}
    for body in bodies:
        if body is not None:
            counts[body] = counts.get(body, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@lru_cache(maxsize=2**16)
def _last_day(date: str) -> tuple[int, str]:
    known = days(date)
    assert known is not None
    return known[1], date
