"""Labels of words as arrays → the scores that people see, each with the spans of its answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.scores import source_spans
from pqreuse.lazy import LazySequence, column
from pqreuse.ragged import NONE
from pqreuse.records import Answer, Kind, Label, Score, Shares, Span
from pqreuse.scorable import ScorableWords
from pqreuse.segments import Split

_LABELS: tuple[Label, Label, Label, Label] = ("novel", "slot", "template", "none")
_SCORED = _LABELS[:3]
_WORDS_AT_ONCE = 1 << 20
_Piece = tuple[int, int, int, int]
"""Where it starts, its label, its family, the order of its source."""
_NOT_SCORABLE = (3, -1, NONE)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Scorable words with what the scores say of them.

    Attributes
    ----------
    label : ndarray of int8, shape (n_words,)
    family : ndarray of int32, shape (n_words,)
        Place in ``names`` of the family that the word's span names; -1 for none.
    earliest, placed : ndarray of int32, shape (n_words,)
        Who said them before, see `pqreuse.scores.Labels`.
    names : list of str
        Identifiers of families.
    said : int
        Words in a row of which ``earliest`` speaks.
    """

    label: NDArray[np.int8]
    family: NDArray[np.int32]
    earliest: NDArray[np.int32]
    placed: NDArray[np.int32]
    names: list[str]
    said: int


class ScoreRecords:
    """Makes the scores of answers one by one.

    Parameters
    ----------
    answers : sequence of Answer
    n_words : ndarray of int64, shape (n_answers,)
        All words of each answer's text.
    words : ScorableWords
    split : Split
    labelled : Labelled
    answer_of_order : ndarray of int64, shape (n_answers,)
    first : int
        Answers before this one are what the others were compared with, and are not listed.
    """

    def __init__(
        self,
        answers: Sequence[Answer],
        n_words: NDArray[np.int64],
        words: ScorableWords,
        split: Split,
        labelled: Labelled,
        answer_of_order: NDArray[np.int64],
        first: int = 0,
    ) -> None:
        self._begin = first
        self._answers, self._holes, self._names = answers, split.holes, labelled.names
        self._ids = column(answers, "id")
        self._answer_of_order, self._n_words = answer_of_order, n_words
        label, family = labelled.label, labelled.family
        # Only of a span's first word is anything kept: words are many more.
        at = _first_words(label, family, split.closed)
        self._starts, self._label, self._family = words.starts[at], label[at], family[at]
        said_before = (labelled.earliest, labelled.placed, labelled.said)
        self._source = source_spans(at, self._label, *said_before, NONE)
        self._edges = np.searchsorted(at, words.indptr)
        row = np.repeat(np.arange(len(answers)), np.diff(self._edges)) * len(_SCORED) + self._label
        lengths = np.diff(at, append=len(label))
        counts = np.bincount(row, lengths, len(answers) * len(_SCORED))
        self._counts = counts.astype(np.int64).reshape(len(answers), len(_SCORED))
        # Shares of a text that the source cut short would be shares of its beginning.
        preview = np.array(column(answers, "preview"), bool)
        self._scored = (self._counts.sum(axis=1) > 0) & ~preview
        self._scored[:first] = False

    def shares(self, places: NDArray[np.int64]) -> Shares | None:
        """Shares of the words of those of the listed answers that are scored, together; None where there are none."""
        places = places + self._begin
        novel, slot, template = self._counts[places[self._scored[places]]].sum(axis=0).tolist()
        n_words = novel + slot + template
        if not n_words:
            return None
        return Shares(template=template / n_words, slot=slot / n_words, novel=novel / n_words)

    def listed(self, kinds: Sequence[tuple[Kind, ...]], refers_to: Sequence[tuple[str, ...]]) -> LazySequence[Score]:
        """The scores, in the order of the answers, with the kinds of each and the answers that it refers to."""
        known = {"kinds": kinds, "refers_to": refers_to}
        return LazySequence(
            len(kinds),
            lambda place: self._record(place + self._begin, kinds[place], refers_to[place]),
            lambda name: known[name] if name in known else self._column(name),
        )

    def _column(self, name: str) -> Sequence[Any] | None:
        """An attribute of all scores that is known without making them."""
        if name in ("id", "question_ids", "date", "body", "heading"):
            return column(self._answers, name)[self._begin :]
        if name == "words":
            return list(self._n_words[self._begin :].tolist())
        if name == "scorable_words":
            return list(self._counts[self._begin :].sum(axis=1).tolist())
        if name in _SCORED:
            counts = self._counts[self._scored]
            shares = np.full(len(self._answers), None)
            shares[self._scored] = counts[:, _SCORED.index(name)] / counts.sum(axis=1)
            return list(shares[self._begin :].tolist())
        return None

    def _record(self, place: int, kinds: tuple[Kind, ...], refers_to: tuple[str, ...]) -> Score:
        answer, scored = self._answers[place], bool(self._scored[place])
        novel, slot, template = self._counts[place].tolist()
        n_scorable = novel + slot + template
        return Score(
            id=answer.id,
            question_ids=answer.question_ids,
            date=answer.date,
            body=answer.body,
            text=answer.text,
            words=int(self._n_words[place]),
            scorable_words=n_scorable,
            template=template / n_scorable if scored else None,
            slot=slot / n_scorable if scored else None,
            novel=novel / n_scorable if scored else None,
            spans=tuple(
                [
                    Span(start=start, end=end, label=label, family=family, earliest_answer_id=earliest)
                    for start, end, label, family, earliest in self._spans(place, len(answer.text))
                ]
            ),
            kinds=kinds,
            refers_to=refers_to,
            heading=answer.heading,
        )

    def spans(self, places: NDArray[np.int64]) -> Iterator[tuple[str, int, int, Label, str | None, str | None]]:
        """The spans of some of the listed answers: the answer's identifier, and what a `Span` has."""
        texts = column(self._answers, "text")
        for place in (places + self._begin).tolist():
            for span in self._spans(place, len(texts[place])):
                yield (self._ids[place], *span)

    def _spans(self, place: int, length: int) -> Iterator[tuple[int, int, Label, str | None, str | None]]:
        """Spans that tile an answer's text of this length: start, end, label, family, its source's identifier.

        Characters between two words take the label of the word before; what no scorable word covers (a table, a bare
        link, anything before the first word) has the label ``none``.
        """
        these = slice(self._edges[place], self._edges[place + 1])
        known = (self._starts, self._label, self._family, self._source)
        pieces = _tile(list(zip(*(array[these].tolist() for array in known), strict=True)), self._holes[place], length)
        for number, (start, label, family, when) in enumerate(pieces):
            yield (
                start,
                pieces[number + 1][0] if number + 1 < len(pieces) else length,
                _LABELS[label],
                None if family < 0 else self._names[family],
                None if when == NONE else self._ids[self._answer_of_order[when]],
            )


def _first_words(label: NDArray[np.int8], family: NDArray[np.int32], closed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where spans begin: where the label or the family changes, and behind a hole or an answer's end."""
    first = [np.zeros(min(len(label), 1), np.int64)]
    # Some words at a time: what is compared takes memory as well.
    for start in range(1, len(label), _WORDS_AT_ONCE):
        these, before = (slice(start - back, start - back + _WORDS_AT_ONCE) for back in (0, 1))
        ended = closed[before][: len(label) - start]
        changed = (label[these] != label[before][: len(ended)]) | (family[these] != family[before][: len(ended)])
        first.append(start + np.flatnonzero(changed | ended))
    return np.concatenate(first)


def _tile(spans: Sequence[_Piece], holes: Sequence[tuple[int, int]], length: int) -> list[_Piece]:
    """Pieces that tile a text: the spans, each up to the next one, the holes in them, and what stands before them."""
    known = [(0, *_NOT_SCORABLE), *spans]
    parts: list[_Piece] = []
    for low, high in holes:
        # Behind a hole goes on what was said before it.
        before = known[bisect_right(spans, low, key=itemgetter(0))]
        parts += [(low, *_NOT_SCORABLE), (high, *before[1:])]
    # Sorting is stable: where a span begins at a hole's end, nothing goes on.
    parts = sorted([*parts, *known], key=itemgetter(0)) if parts else known
    pieces: list[_Piece] = []
    for part, end in zip(parts, [*(part[0] for part in parts[1:]), length], strict=True):
        if part[0] == end:
            continue
        if pieces and pieces[-1][1:3] == part[1:3]:
            start, label, family, when = pieces[-1]
            pieces[-1] = (start, label, family, min(when, part[3]))
        else:
            pieces.append(part)
    return pieces
