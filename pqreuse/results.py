"""Arrays → the records that people see: families with their templates and uses, scores with their spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import NONE
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
from pqreuse.segments import Segments, unscorable_stretches
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


def score_records(
    answers: Sequence[Answer],
    words: Words,
    scorable: NDArray[np.bool_],
    label: NDArray[np.int8],
    family: Sequence[str | None],
    earliest: NDArray[np.int64],
    answer_of_order: NDArray[np.int64],
    progress: Progress | None = None,
) -> list[Score]:
    """A score for each answer.

    Parameters
    ----------
    answers : sequence of Answer
    words : Words
        All words; ``scorable`` says which of them are scored.
    scorable : ndarray of bool, shape (n_words,)
    label : ndarray of int8, shape (n_scorable,)
    family : sequence of str or None
        The family that each scorable word's span names.
    earliest : ndarray of int64, shape (n_scorable,)
        Order of the earliest other answer that has each word; ``NONE`` where none has.
    answer_of_order : ndarray of int64, shape (n_answers,)
    progress : callable, optional
        See `Progress`.
    """
    counted = np.concatenate(([0], np.cumsum(scorable)))
    starts, ends = words.starts[scorable].tolist(), words.ends[scorable].tolist()
    labels, whens = label.tolist(), earliest.tolist()
    scores = []
    for place, answer in enumerate(answers):
        if progress is not None and place % 1000 == 0:
            progress("scoring", place, len(answers))
        first, last = int(counted[words.indptr[place]]), int(counted[words.indptr[place + 1]])
        these = slice(first, last)
        spans = _spans(answer, starts[these], ends[these], labels[these], family[first:last], whens[these])
        scores.append(
            _score(
                answer,
                int(words.indptr[place + 1] - words.indptr[place]),
                np.bincount(label[these], minlength=3),
                [_span(start, end, name, fam, when, answers, answer_of_order) for start, end, name, fam, when in spans],
            )
        )
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


_Stretch = tuple[int, int, Label, str | None, int]


def _spans(
    answer: Answer,
    starts: Sequence[int],
    ends: Sequence[int],
    labels: Sequence[int],
    family: Sequence[str | None],
    whens: Sequence[int],
) -> list[_Stretch]:
    """Stretches of one label and family that tile the text.

    Characters between two words take the label of the word before; what no scorable word covers (a table, a bare link,
    anything before the first word) has the label ``none``.
    """
    spans: list[_Stretch] = []
    holes = unscorable_stretches(answer.text, answer.tables)
    hole = 0

    def extend(start: int, end: int, label: Label, name: str | None, when: int) -> None:
        if start >= end:
            return
        if spans and spans[-1][2:4] == (label, name):
            spans[-1] = (spans[-1][0], end, label, name, min(spans[-1][4], when))
        else:
            spans.append((start, end, label, name, when))

    for number, (start, _, label) in enumerate(zip(starts, ends, labels, strict=True)):
        until = starts[number + 1] if number + 1 < len(starts) else len(answer.text)
        if number == 0:
            extend(0, start, "none", None, NONE)
        reached, said = start, (_LABELS[label], family[number], whens[number] if label else NONE)
        while hole < len(holes) and holes[hole][0] < until:
            low, high = max(holes[hole][0], start), holes[hole][1]
            hole += 1
            if high <= start:
                continue
            low = max(low, ends[number])
            extend(reached, low, *said)
            extend(low, min(high, until), "none", None, NONE)
            reached = max(reached, min(high, until))
        extend(reached, until, *said)
    if not starts:
        extend(0, len(answer.text), "none", None, NONE)
    return spans


def _span(
    start: int,
    end: int,
    label: Label,
    family: str | None,
    when: int,
    answers: Sequence[Answer],
    answer_of_order: NDArray[np.int64],
) -> Span:
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
