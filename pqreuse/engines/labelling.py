"""Answers with their uses and runs → labels, spans and shares, by the stages of one machine; a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse._kernels.scores import source_texts
from pqreuse.engines.batches import lengths_of, lists, nested
from pqreuse.engines.splitting import SENTENCE, Opened, look_again
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, changes, distinct, ranges
from pqreuse.records import Answer
from pqreuse.runs import SharedRuns
from pqreuse.scorable import ScorableWords
from pqreuse.scores import FamilyUses, find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Split, links_of

LABELLED = (
    "position long, id string, question_ids array<string>, date string, last_day int, body string, minister string, "
    "heading string, kinds string, words long, scorable_words long, template double, slot double, novel double, "
    "spans array<struct<start: int, end: int, label: string, family: string, earliest: long>>, "
    "uses array<struct<unit: byte, name: string, rank: long, variant: int, start: int, end: int, text: string, "
    "said: long, around: string, linked: string, links: array<int>, starts: array<int>, ends: array<int>, "
    "begins: array<boolean>>>"
)


_OF_ANSWER = ("position", "id", "question_ids", "date", "last_day", "body", "minister", "heading")
_Since = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Last possible days, and the position of the first answer of each."""


class _Uses(NamedTuple):
    """Uses in some answers as columns, by answer and place."""

    answer: NDArray[np.int64]
    columns: pa.StructArray

    def numbers(self, name: str) -> NDArray[np.int64]:
        """A column of numbers."""
        numbers: NDArray[np.int64] = self.columns.field(name).to_numpy(zero_copy_only=False).astype(np.int64)
        return numbers


def label_answers(params: ReuseParams, since: _Since | None, rows: pa.Table) -> Iterator[pa.Table]:
    """Answers with their uses of families and their runs → spans, shares, and the uses as they are written."""
    opened = look_again(rows)
    uses = _uses_of(rows)
    labelled, stubs, said = _labels(params, since, rows, opened, uses)
    n_stubs = len(stubs.answers)
    n_words = np.diff(opened.all_words.indptr)
    answers = [*stubs.answers, *opened.answers]
    split = Split(
        opened.split.unscorable,
        np.concatenate((np.ones(stubs.n_words, bool), opened.split.closed)),
        [()] * n_stubs + opened.split.holes,
        opened.split.paragraphs,
    )
    words = ScorableWords(
        stubs.before(opened.words.tokens),
        stubs.before(opened.words.starts),
        stubs.before(opened.words.ends),
        np.concatenate((stubs.indptr[:-1], opened.words.indptr + stubs.n_words)),
        opened.words.vocabulary,
    )
    records = ScoreRecords(
        answers,
        np.concatenate((np.zeros(n_stubs, np.int64), n_words)),
        words,
        split,
        labelled,
        np.arange(n_stubs),
        n_stubs,
    )
    scores = records.listed([()] * len(opened.answers), [()] * len(opened.answers))
    spans = list(records.spans(np.arange(len(opened.answers))))
    names, starts, ends, labels, families, earliest = zip(*spans, strict=True) if spans else ((),) * 6
    counts = Counter(names)
    yield pa.table(
        {name: rows.column(name) for name in (*_OF_ANSWER, "kinds")}
        | {name: pa.array(scores.column(name), pa.int64()) for name in ("words", "scorable_words")}
        | {name: pa.array(scores.column(name), pa.float64()) for name in ("template", "slot", "novel")}
        | {
            "spans": nested(
                [counts[answer.id] for answer in opened.answers],
                start=pa.array(starts, pa.int32()),
                end=pa.array(ends, pa.int32()),
                label=pa.array(labels, pa.string()),
                family=pa.array(families, pa.string()),
                earliest=pa.array([None if name is None else int(name) for name in earliest], pa.int64()),
            ),
            "uses": _written(opened, uses, said, rows.column("begins").combine_chunks()),
        }
    )


def _uses_of(rows: pa.Table) -> _Uses:
    column = rows.column("uses").combine_chunks()
    flat = column.flatten()
    answer = np.repeat(np.arange(rows.num_rows), lengths_of(column))
    return _Uses(answer, flat)


def _preceding(days: _Since, first_day: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each answer the first position that does not precede it."""
    after = np.append(days[1], np.iinfo(np.int64).max)[np.searchsorted(days[0], first_day, "left")]
    before: NDArray[np.int64] = np.where(first_day == NONE, 0, after)
    return before


class _Stubs(NamedTuple):
    """Answers that stand for others of the corpus: of each only the order, and room for words."""

    answers: list[Answer]
    indptr: NDArray[np.int64]

    @property
    def n_words(self) -> int:
        return int(self.indptr[-1])

    def before(self, words: NDArray[np.uint16 | np.int32]) -> NDArray[np.int32]:
        return np.concatenate((np.zeros(self.n_words, np.int32), words))


def _labels(
    params: ReuseParams, days: _Since | None, rows: pa.Table, opened: Opened, uses: _Uses
) -> tuple[Labelled, _Stubs, NDArray[np.int64]]:
    """Labels of the words, those of the stubs before them, and the position of who said each use first.

    Orders count from 0 among the answers that are met here.
    """
    own = rows.column("position").to_numpy()
    known = uses.columns.field("known")
    known_at = Ragged.of_lengths(*_flat(known, "position"))
    runs = _runs_of(rows)
    met = distinct(np.concatenate((own, known_at.values, runs[2])))
    # A word at least, or no place would be theirs.
    room = np.ones(len(met), np.int64)
    for name, more in (("places", 0), ("windows", params.said_words - 1)):
        np.maximum.at(room, np.searchsorted(met, known_at.values), lengths_of(known.flatten().field(name)) + more)
    indptr = np.concatenate(([0], np.cumsum(room)))
    stubs = _Stubs([Answer(text="", id=str(position)) for position in met.tolist()], indptr)
    order = np.concatenate((np.arange(len(met)), np.searchsorted(met, own))).astype(np.int32)
    in_runs = np.full(stubs.n_words + len(opened.words.tokens), NONE, np.int32)
    answer, place, earliest = runs
    in_runs[stubs.n_words + opened.words.indptr[answer] + place] = np.searchsorted(met, earliest)
    since = None
    if days is not None:
        before = np.searchsorted(met, _preceding(days, rows.column("first_day").to_numpy()))
        since = np.concatenate((np.zeros(len(met), np.int64), before)).astype(np.int32)
        at = stubs.n_words + opened.words.indptr[answer] + place
        in_runs[at[in_runs[at] >= before[answer]]] = NONE
    shared = SharedRuns.of(in_runs, params.run_words, params.said_words)
    encoded = uses.columns.field("name").dictionary_encode()
    names = encoded.indices.to_numpy()
    units = [_family_uses(uses, unit, known, known_at, met, stubs, opened) for unit in (0, SENTENCE)]
    all_indptr = np.concatenate((indptr[:-1], opened.words.indptr + stubs.n_words))
    labels = find_labels(
        [one for one, _ in units], all_indptr, order, shared.shared, shared.earliest, params.said_words, since
    )
    # Each use was a family of its own there.
    of_use = np.append(np.concatenate([names[these] for _, these in units]), -1).astype(np.int32)
    names_of = encoded.dictionary.to_pylist()
    labelled = Labelled(
        labels.label, of_use[labels.family], labels.earliest, labels.placed, names_of, params.said_words
    )
    said = np.empty(len(uses.answer), np.int64)
    for (one, these), of_uses in zip(units, labels.of_uses, strict=True):
        rows_of = np.flatnonzero(changes(one.family)) if len(these) else these
        own = np.minimum(order[len(met) + uses.answer[these]], of_uses[rows_of])
        lengths = one.place.lengths[rows_of]
        said[these] = met[source_texts(one.first[rows_of], lengths, own, labels.earliest, params.said_words, NONE)]
    return labelled, stubs, said


def _family_uses(
    uses: _Uses,
    unit: int,
    known: pa.Array,
    known_at: Ragged,
    met: NDArray[np.int64],
    stubs: _Stubs,
    opened: Opened,
) -> tuple[FamilyUses, NDArray[np.int64]]:
    """Each use of a unit as a family: the use itself, and others by those of which its labels depend."""
    these = np.flatnonzero(uses.numbers("unit") == unit)
    places = Ragged.of_lengths(*_flat(uses.columns.field("places"))).take(these)
    slots, windows = (Ragged.of_lengths(*_flat(uses.columns.field(name))).take(these) for name in ("slots", "windows"))
    all_known = Ragged.of_lengths(np.arange(len(known_at.values)), known_at.lengths).take(these)
    rows_of, windows_of = (
        Ragged.of_lengths(*_flat(known.flatten().field(name))).take(all_known.values) for name in ("places", "windows")
    )
    # A row for the use, then one for each of the others.
    n_rows = all_known.lengths + 1
    family = np.repeat(np.arange(len(these)), n_rows)
    is_use = changes(family) if len(family) else np.zeros(0, bool)
    first = np.empty(len(family), np.int64)
    first[is_use] = stubs.n_words + opened.words.indptr[uses.answer[these]] + uses.numbers("first")[these]
    first[~is_use] = stubs.indptr[np.searchsorted(met, known_at.values[all_known.values])]
    place = _woven(is_use, places, rows_of)
    slot = _woven(is_use, slots, Ragged.of_lengths(np.empty(0, np.int32), np.zeros(len(rows_of), np.int64)))
    # Others have a slot by its place, without a word of their own there.
    n_template = uses.numbers("n_template")[these]
    slot_rows, place_rows = _apart(place, slot, is_use, n_template[family])
    return (
        FamilyUses(
            family=family.astype(np.int32),
            first=first,
            variant=np.arange(len(family)),
            place=place_rows,
            slots=slot_rows,
            windows=_woven(is_use, windows, windows_of),
            n_template=n_template,
        ),
        these,
    )


def _woven(is_use: NDArray[np.bool_], own: Ragged, others: Ragged) -> Ragged:
    """Rows of both in turn."""
    row = np.empty(len(is_use), np.int64)
    row[is_use] = np.arange(len(own))
    row[~is_use] = len(own) + np.arange(len(others))
    both = Ragged.of_lengths(np.concatenate((own.values, others.values)), np.concatenate((own.lengths, others.lengths)))
    return both.take(row)


def _apart(
    place: Ragged, slot: Ragged, is_use: NDArray[np.bool_], n_template: NDArray[np.int64]
) -> tuple[Ragged, Ragged]:
    """Slots and places of words as rows of int32: what others have behind the template words are slots of theirs."""
    limit = np.where(is_use, NONE, n_template).astype(np.int32)
    is_slot = place.values >= np.repeat(limit, place.lengths)
    at = np.flatnonzero(is_slot)
    row = np.searchsorted(place.indptr, at, "right") - 1
    values = np.concatenate((slot.values, place.values[at]))
    rows = np.concatenate((slot.row_of_value(), row))
    order = np.argsort(rows, kind="stable")
    slots = Ragged.of_lengths(values[order].astype(np.int32), np.bincount(rows, minlength=len(is_use)))
    lengths = place.lengths - np.bincount(row, minlength=len(is_use))
    return slots, Ragged.of_lengths(place.values[~is_slot].astype(np.int32), lengths)


def _flat(column: pa.Array, field: str | None = None) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """Values and lengths of a column of lists."""
    values = column.flatten()
    values = values if field is None else values.field(field)
    return values.to_numpy(zero_copy_only=False), lengths_of(column)


def _runs_of(rows: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.integer], NDArray[np.integer]]:
    """Answer, place in it and earliest other answer of each window that stands elsewhere too."""
    column = rows.column("runs").combine_chunks()
    answer = np.repeat(np.arange(rows.num_rows), lengths_of(column))
    return answer, _flat(column, "place")[0], _flat(column, "earliest")[0]


def _written(opened: Opened, uses: _Uses, said: NDArray[np.int64], begins: pa.Array) -> pa.Array:
    """Uses as they stand in their answers, with the paragraph family around each sentence, their links and lines."""
    columns, answer = uses.columns, uses.answer
    start, end = uses.numbers("start"), uses.numbers("end")
    first = opened.words.indptr[answer] + uses.numbers("first")
    lengths = lengths_of(columns.field("places"))
    inside = ranges(first, lengths)
    base = np.repeat(start, lengths)
    around = pa.array(_around(answer, uses.numbers("unit"), start, end), pa.int64(), from_pandas=True)
    at = {
        name: (opened.words.starts if name == "starts" else opened.words.ends)[inside] - base
        for name in ("starts", "ends")
    }
    places = list(zip(answer.tolist(), start.tolist(), end.tolist(), strict=True))
    texts = [opened.answers[one].text[low:high] for one, low, high in places]
    # Where each begins and ends, one after the other.
    links = [
        [edge for link in links_of(opened.answers[one].text, opened.split.holes[one], low, high) for edge in link]
        for one, low, high in places
    ]
    line_begins = np.zeros(len(opened.words.tokens), bool)
    words, counts = _flat(begins)
    line_begins[np.repeat(opened.words.indptr[:-1], counts) + words] = True
    return nested(
        np.bincount(answer, minlength=len(opened.answers)),
        unit=columns.field("unit"),
        name=columns.field("name"),
        rank=columns.field("rank"),
        variant=columns.field("variant"),
        start=columns.field("start"),
        end=columns.field("end"),
        text=pa.array(texts, pa.string()),
        said=pa.array(said),
        around=columns.field("name").take(around),
        linked=columns.field("linked"),
        links=pa.array(links, pa.list_(pa.int32())),
        **{name: lists(Ragged.of_lengths(those.astype(np.int32), lengths), pa.int32()) for name, those in at.items()},
        begins=lists(Ragged.of_lengths(line_begins[inside], lengths), pa.bool_()),
    )


def _around(
    answer: NDArray[np.int64], unit: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The use of a paragraph around that of each sentence; NaN, which Arrow takes for null, where there is none."""
    outer = np.flatnonzero(unit != SENTENCE)
    if not len(outer):
        return np.full(len(answer), np.nan)
    longest = int(end.max()) + 1
    place = np.searchsorted(answer[outer] * longest + start[outer], answer * longest + start, "right") - 1
    holder = outer[np.maximum(place, 0)]
    inside = (unit == SENTENCE) & (place >= 0) & (answer[holder] == answer) & (end <= end[holder])
    return np.where(inside, holder, np.nan)
