"""Answers → what is asked of each by itself: its segments, its windows of words, its kinds; the first task."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse._kernels.words import digest_all
from pqreuse.engines.batches import digests, lengths_of, lists, nested
from pqreuse.kinds import find_kinds
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged
from pqreuse.records import Answer, days
from pqreuse.scorable import ScorableWords, joined_figures, scorable_words
from pqreuse.segments import Segments, Split, beginnings, ends_of_runs, links_of, reflow, split_answers, split_sentences
from pqreuse.shingles import collapse
from pqreuse.words import Words, index_words

ANSWERS = (
    "id string, question_ids array<string>, text string, date string, body string, minister string, heading string, "
    "tables array<array<int>>, markup boolean, preview boolean"
)
DATED = f"{ANSWERS}, first_day int, last_day int"
_SEGMENTS = (
    "array<struct<key: binary, first: int, last: int, start: int, end: int, once: boolean, words: string, "
    "shape: binary, glued: array<int>, linked: string>>"
)
OPENED = (
    f"{DATED}, position long, kinds string, begins array<int>, "
    "holes array<struct<start: int, end: int, first: int, last: int>>, "
    f"paragraphs {_SEGMENTS}, sentences {_SEGMENTS}, windows array<struct<left: long, right: long, place: int>>"
)
PARAGRAPH, SENTENCE = 0, 1
UNITS = ("paragraph", "sentence")
_WORDS_AT_ONCE = 1 << 15
_NONE = np.zeros(0, np.int32)
_NO_SEGMENTS = Segments(_NONE, _NONE, _NONE, _NONE.astype(np.int64), _NONE.astype(np.int64))


class Opened(NamedTuple):
    """Some answers with their words."""

    answers: list[Answer]
    all_words: Words
    split: Split
    words: ScorableWords


def _split(rows: pa.Table) -> Opened:
    """The answers of some rows, split into paragraphs."""
    columns = [rows.column(name).to_pylist() for name in ("text", "tables", "markup")]
    answers = [
        Answer(text=text, tables=tuple((low, high) for low, high in tables or ()), markup=bool(markup))
        for text, tables, markup in zip(*columns, strict=True)
    ]
    all_words = index_words([answer.text for answer in answers])
    split = split_answers(answers, all_words)
    return Opened(answers, all_words, split, scorable_words(all_words, split.unscorable))


def look_again(rows: pa.Table) -> Opened:
    """Answers that were opened before: their words again, which takes less than to send them, but no segments."""
    columns = [rows.column(name).to_pylist() for name in ("text", "preview", "id")]
    answers = [Answer(text=text, preview=bool(preview), id=name) for text, preview, name in zip(*columns, strict=True)]
    all_words = index_words([answer.text for answer in answers])
    column = rows.column("holes").combine_chunks()
    lengths = lengths_of(column)
    start, end, first, last = (column.flatten().field(name).to_numpy() for name in ("start", "end", "first", "last"))
    base = np.repeat(all_words.indptr[:-1], lengths)
    unscorable = np.stack((base + first, base + last), axis=1)
    stretches = list(zip(start.tolist(), end.tolist(), strict=True))
    bounds = np.concatenate(([0], np.cumsum(lengths))).tolist()
    holes = [tuple(stretches[low:high]) for low, high in pairwise(bounds)]
    closed = ends_of_runs(all_words.indptr, unscorable)
    split = Split(unscorable, closed, holes, _NO_SEGMENTS)
    return Opened(answers, all_words, split, scorable_words(all_words, unscorable))


def date_answers(rows: pa.Table) -> Iterator[pa.Table]:
    """Answers with their first and last possible days, by which they are ordered."""
    dates = rows.column("date").to_pylist()
    known = {date: days(date) or (NONE, NONE) for date in set(dates)}
    for place, name in enumerate(("first_day", "last_day")):
        rows = rows.append_column(name, pa.array([known[date][place] for date in dates], pa.int32()))
    # Each text by itself: which answers share a batch is chance.
    texts, markup = rows.column("text").to_pylist(), rows.column("markup").to_pylist()
    read = [reflow([text], [not is_markup])[0] if text else text for text, is_markup in zip(texts, markup, strict=True)]
    yield rows.set_column(rows.schema.get_field_index("text"), "text", pa.array(read, rows.schema.field("text").type))


def open_answers(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Answers → the same, with all that later steps ask of each by itself, so that they need not open it again."""
    opened = _split(rows)
    sentences = split_sentences(opened.answers, opened.all_words, opened.split.paragraphs, opened.split.unscorable)
    glued = joined_figures(opened.words, opened.answers)
    kinds = find_kinds([answer.text for answer in opened.answers], opened.all_words)
    made = {
        "kinds": pa.array(["; ".join(those) for those in kinds], pa.string()),
        "begins": _begins(sentences, opened),
        "holes": _holes(opened),
        "paragraphs": _segments(opened.split.paragraphs, opened, glued, params),
        "sentences": _segments(sentences, opened, glued, params),
        "windows": _windows(opened, params.run_words),
    }
    for name, column in made.items():
        rows = rows.append_column(name, column)
    yield rows


def _begins(sentences: Segments, opened: Opened) -> pa.Array:
    """The scorable words of each answer with which sentences begin, counted in the answer."""
    words = np.flatnonzero(beginnings(sentences, len(opened.words.tokens)))
    answer = np.searchsorted(opened.words.indptr, words, "right") - 1
    places = (words - opened.words.indptr[answer]).astype(np.int32)
    return lists(Ragged.of_lengths(places, np.bincount(answer, minlength=len(opened.answers))), pa.int32())


def _holes(opened: Opened) -> pa.Array:
    """Tables and bare links of each answer, with the words that they hold, counted in the answer."""
    counts = list(map(len, opened.split.holes))
    stretches = np.array([hole for holes in opened.split.holes for hole in holes], np.int32).reshape(-1, 2)
    base = np.repeat(opened.all_words.indptr[:-1], counts)
    words = (opened.split.unscorable - base[:, None]).astype(np.int32)
    return nested(counts, start=stretches[:, 0], end=stretches[:, 1], first=words[:, 0], last=words[:, 1])


def _segments(
    segments: Segments,
    opened: Opened,
    glued: NDArray[np.bool_],
    params: ReuseParams,
) -> pa.Array:
    """The segments of each answer; those too short to be compared have no key."""
    tokens, vocabulary = opened.words.tokens, opened.words.vocabulary
    texts = collapse(tokens, segments.first, segments.last, params.min_words, vocabulary.numeric)
    last = texts.first + texts.length
    joined = vocabulary.join(tokens, texts.first, last)
    keys = digest_all(*joined)
    n_numeric = np.concatenate(([0], np.cumsum(vocabulary.numeric[tokens])))
    # Texts without shingles resemble nothing, whatever their shape.
    shaped = np.flatnonzero((n_numeric[last] > n_numeric[texts.first]) & (texts.length >= params.shingle_words))
    # One placeholder for all numbers; it is not a word.
    alike = np.where(vocabulary.numeric, len(vocabulary), np.arange(len(vocabulary))).astype(np.int32)[tokens]
    shapes = keys.copy()
    of_shapes = vocabulary.join(alike, texts.first[shaped], last[shaped], "#")
    shapes[shaped] = digest_all(*of_shapes)
    utf8, bounds = joined
    words = pa.StringArray.from_buffers(len(texts), pa.py_buffer(bounds.astype(np.int32)), pa.py_buffer(utf8))
    long = texts.of_segment >= 0
    text = pa.array(np.where(long, texts.of_segment, 0), mask=~long)
    base = opened.words.indptr[segments.answer]
    # A text that an answer repeats has one answer.
    once = np.zeros(len(segments), bool)
    where = np.flatnonzero(long)
    keyed = segments.answer[where].astype(np.int64) * max(len(texts), 1) + texts.of_segment[where]
    once[where[np.unique(keyed, return_index=True)[1]]] = True
    return nested(
        np.bincount(segments.answer, minlength=len(opened.answers)),
        key=digests(keys).take(text),
        first=(segments.first - base).astype(np.int32),
        last=(segments.last - base).astype(np.int32),
        start=segments.start,
        end=segments.end,
        once=once,
        words=words.take(text),
        shape=digests(shapes).take(text),
        glued=_joints(segments, glued, long),
        linked=pa.array(_linked(opened, segments, long), pa.string()),
    )


def _joints(segments: Segments, glued: NDArray[np.bool_], long: NDArray[np.bool_]) -> pa.Array:
    """The words of each segment that are one figure with the next one, counted in the segment."""
    words = np.flatnonzero(glued) if len(segments) else np.zeros(0, np.int64)
    segment = np.searchsorted(segments.first, words, "right") - 1
    inside = (segment >= 0) & (words < segments.last[segment]) & long[segment]
    words, segment = words[inside], segment[inside]
    places = (words - segments.first[segment]).astype(np.int32)
    return lists(Ragged.of_lengths(places, np.bincount(segment, minlength=len(segments))), pa.int32())


def _linked(opened: Opened, segments: Segments, long: NDArray[np.bool_]) -> list[str | None]:
    """The text of each segment that has links: what its family's template says of links depends on all of it."""
    found: list[str | None] = [None] * len(segments)
    having = np.array(list(map(bool, opened.split.holes)), bool)
    for place in np.flatnonzero(long & having[segments.answer]).tolist():
        answer, start, end = (int(column[place]) for column in (segments.answer, segments.start, segments.end))
        text = opened.answers[answer].text
        if links_of(text, opened.split.holes[answer], start, end):
            found[place] = text[start:end]
    return found


def _windows(opened: Opened, run_words: int) -> pa.Array:
    """Hashes of 128 bits of all runs of so many words of each answer, with their places in it."""
    tokens, indptr = opened.words.tokens, opened.words.indptr
    count = max(len(tokens) - run_words + 1, 0)
    closed = np.concatenate(([0], np.cumsum(opened.split.closed)))
    # No run goes on behind a word that closes one.
    first = np.flatnonzero(closed[run_words - 1 : run_words - 1 + count] == closed[:count])
    every, bases = np.arange(len(opened.words.vocabulary) + 1), (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)
    each = opened.words.vocabulary.join(every.astype(np.int32), every[:-1], every[1:])
    lanes = digest_all(*each).T.copy()
    rolled = [_rolled(lane, tokens, base, run_words) for lane, base in zip(lanes, bases, strict=True)]
    left, right = (hashes[first].view(np.int64) for hashes in rolled)
    answer = np.searchsorted(indptr, first, "right") - 1
    place = (first - indptr[answer]).astype(np.int32)
    counts = np.bincount(answer, minlength=len(opened.answers))
    return nested(counts, left=left, right=right, place=place)


def _rolled(lane: NDArray[np.uint64], tokens: NDArray[np.int32], base: int, length: int) -> NDArray[np.uint64]:
    """The polynomials of the hashes of as many words from each place on. A part at a time, which the cache holds."""
    count = max(len(tokens) - length + 1, 0)
    rolled = np.empty(count, np.uint64)
    for start in range(0, count, _WORDS_AT_ONCE):
        part = rolled[start : start + _WORDS_AT_ONCE]
        part[:] = _of_halves(lane[tokens[start : start + len(part) + length - 1]], base, length)
    return rolled


def _of_halves(values: NDArray[np.uint64], base: int, length: int) -> NDArray[np.uint64]:
    if length == 1:
        return values
    half = _of_halves(values, base, length // 2)
    even = length // 2 * 2
    count = len(values) - even + 1
    whole = half[:count] * np.uint64(pow(base, length // 2, 1 << 64)) + half[length // 2 :][:count]
    return whole if length == even else whole[:-1] * np.uint64(base) + values[even:]
