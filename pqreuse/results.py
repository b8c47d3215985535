"""Arrays → the records that people see: families with their templates and uses, scores with their spans."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import NONE, changes
from pqreuse.records import (
    Answer,
    Family,
    Label,
    Progress,
    Score,
    Shares,
    Span,
    Unit,
    Use,
    days,
)
from pqreuse.segments import Segments, Split
from pqreuse.templates import Template
from pqreuse.words import Words, digest
from pqreuse.writing import ScorableWords, Writing, write_template

_LABELS: tuple[Label, Label, Label] = ("novel", "slot", "template")


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


def family_record(
    arrays: FamilyArrays,
    segments: Segments,
    words: ScorableWords,
    answers: Sequence[Answer],
    parent: str | None = None,
    inside: int | None = None,
) -> Family:
    """A family for people.

    Parameters
    ----------
    arrays : FamilyArrays
    segments : Segments
        Of the family's unit.
    words : ScorableWords
    answers : sequence of Answer
    parent : str, optional
        Identifier of the paragraph family that holds all its uses.
    inside : int, optional
        For a sentence family, how many of its uses lie inside uses of paragraph families.
    """
    uses, order = _uses(arrays, segments, answers)
    users = {use.answer_id: use for use in uses}
    writings = [
        Writing(answers[segments.answer[segment]], segments, segment, words, int(arrays.variant[place]))
        for place, segment in ((place, int(arrays.segments[place])) for place in order)
    ]
    exemplar = next(writing for writing in writings if writing.variant == 0)
    template, slots = write_template(exemplar, writings, arrays.template)
    bodies = Counter(use.body for use in users.values() if use.body is not None)
    dates = [use.date for use in uses if use.date is not None]
    return Family(
        id=family_id(arrays.unit, exemplar.words()),
        unit=arrays.unit,
        answers=len(users),
        questions=sum(len(use.question_ids) for use in users.values()),
        variants=len(arrays.texts),
        text=exemplar.text(),
        template=template,
        slots=slots,
        parent=parent,
        inside=inside,
        first_date=min(dates, key=_first_day, default=None),
        last_date=max(dates, key=_last_day, default=None),
        bodies=dict(sorted(bodies.items(), key=lambda item: (-item[1], item[0]))),
        uses=tuple(uses),
    )


def _uses(arrays: FamilyArrays, segments: Segments, answers: Sequence[Answer]) -> tuple[list[Use], list[int]]:
    """Uses by date (undated last), answer and place, and the same order as places in the arrays."""
    made = []
    for place, segment in enumerate(arrays.segments):
        answer = answers[segments.answer[segment]]
        start, end = int(segments.start[segment]), int(segments.end[segment])
        use = Use(
            answer_id=answer.id,
            question_ids=answer.question_ids,
            date=answer.date,
            body=answer.body,
            start=start,
            end=end,
            text=answer.text[start:end],
        )
        made.append(((use.date is None, use.date or "", use.answer_id, use.start), place, use))
    made.sort(key=lambda item: item[0])
    return [use for _, _, use in made], [place for _, place, _ in made]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Scorable words with what the scores say of them.

    Attributes
    ----------
    label : ndarray of int8, shape (n_words,)
    family : ndarray of int64, shape (n_words,)
        Place in ``names`` of the family that the word's span names; -1 for none.
    earliest : ndarray of int64, shape (n_words,)
        Order of the earliest other answer that has it; ``NONE`` where none has.
    names : list of str
        Identifiers of families.
    """

    label: NDArray[np.int8]
    family: NDArray[np.int64]
    earliest: NDArray[np.int64]
    names: list[str]


def score_records(
    answers: Sequence[Answer],
    words: Words,
    split: Split,
    labelled: Labelled,
    answer_of_order: NDArray[np.int64],
    progress: Progress | None = None,
) -> list[Score]:
    """A score for each answer.

    Parameters
    ----------
    answers : sequence of Answer
    words : Words
        All words of the answers' texts.
    split : Split
    labelled : Labelled
    answer_of_order : ndarray of int64, shape (n_answers,)
    progress : callable, optional
        See `Progress`.
    """
    counted = np.concatenate(([0], np.cumsum(split.scorable)))
    bounds = counted[words.indptr]
    label, family = labelled.label, labelled.family
    # A span begins where the label or the family changes, and behind a hole or an answer's end.
    begins = np.concatenate(([True], split.closed[:-1])) | changes(label) | changes(family)
    first = np.flatnonzero(begins[: len(label)])
    earliest = np.minimum.reduceat(labelled.earliest, first) if len(first) else labelled.earliest
    starts = words.starts[split.scorable][first].tolist()
    known = [
        (_LABELS[kind], None if place < 0 else labelled.names[place], when)
        for kind, place, when in zip(label[first].tolist(), family[first].tolist(), earliest.tolist(), strict=True)
    ]
    edges = np.searchsorted(first, bounds).tolist()
    scores = []
    for place, answer in enumerate(answers):
        if progress is not None and place % 1000 == 0:
            progress("scoring", place, len(answers))
        these = slice(edges[place], edges[place + 1])
        spans = _spans(answer.text, split.holes[place], starts[these], known[these])
        n_words = int(words.indptr[place + 1] - words.indptr[place])
        counts = np.bincount(label[bounds[place] : bounds[place + 1]], minlength=3)
        scores.append(_score(answer, n_words, counts, [_span(span, answers, answer_of_order) for span in spans]))
    return scores


def total_shares(scores: Sequence[Score]) -> Shares | None:
    """Shares of the words of all scored answers together; None where there are none."""
    scored = [score for score in scores if score.template is not None]
    n_words = sum(score.scorable_words for score in scored)
    if not n_words:
        return None
    # Whole words again, so that the sums do not depend on the order of the answers.
    template, slot = (
        sum(round(getattr(score, name) * score.scorable_words) for score in scored) for name in ("template", "slot")
    )
    return Shares(template=template / n_words, slot=slot / n_words, novel=(n_words - template - slot) / n_words)


_Known = tuple[Label, str | None, int]
_NOT_SCORABLE: _Known = ("none", None, NONE)


def _spans(
    text: str, holes: Sequence[tuple[int, int]], starts: Sequence[int], known: Sequence[_Known]
) -> list[tuple[int, int, _Known]]:
    """Stretches of one label and family that tile the text.

    Characters between two words take the label of the word before; what no scorable word covers (a table, a bare link,
    anything before the first word) has the label ``none``.
    """
    spans: list[tuple[int, int, _Known]] = []

    def extend(start: int, end: int, said: _Known) -> None:
        if start >= end:
            return
        if spans and spans[-1][2][:2] == said[:2]:
            before, _, (label, family, when) = spans.pop()
            start, said = before, (label, family, min(when, said[2]))
        spans.append((start, end, said))

    extend(0, starts[0] if starts else len(text), _NOT_SCORABLE)
    remaining = deque(holes)
    for number, (start, said) in enumerate(zip(starts, known, strict=True)):
        until = starts[number + 1] if number + 1 < len(starts) else len(text)
        while remaining and remaining[0][0] < until:
            low, high = remaining.popleft()
            if low >= start:
                extend(start, low, said)
                extend(low, high, _NOT_SCORABLE)
                start = high
        extend(start, until, said)
    return spans


def _span(span: tuple[int, int, _Known], answers: Sequence[Answer], answer_of_order: NDArray[np.int64]) -> Span:
    start, end, (label, family, when) = span
    earliest = None if when == NONE else answers[answer_of_order[when]].id
    return Span(start=start, end=end, label=label, family=family, earliest_answer_id=earliest)


def _score(answer: Answer, n_words: int, counts: NDArray[np.int64], spans: Sequence[Span]) -> Score:
    novel, slot, template = (int(count) for count in counts)
    n_scorable = novel + slot + template
    # Shares of a text that the source cut short would be shares of its beginning.
    scored = n_scorable > 0 and not answer.preview
    return Score(
        id=answer.id,
        question_ids=answer.question_ids,
        date=answer.date,
        body=answer.body,
        text=answer.text,
        words=n_words,
        scorable_words=n_scorable,
        template=template / n_scorable if scored else None,
        slot=slot / n_scorable if scored else None,
        novel=novel / n_scorable if scored else None,
        spans=tuple(spans),
    )


def _first_day(date: str) -> tuple[int, str]:
    known = days(date)
    assert known is not None
    return known[0], date


def _last_day(date: str) -> tuple[int, str]:
    known = days(date)
    assert known is not None
    return known[1], date
