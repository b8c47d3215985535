"""Answers → their segments, and windows of their words: what the first tasks do, with the stages of one machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse.engines.batches import hash_words, key_of, lists
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, changes, ranges
from pqreuse.records import Answer, days
from pqreuse.scorable import ScorableWords, decimal_points, scorable_words
from pqreuse.segments import Segments, Split, split_answers, split_sentences
from pqreuse.shingles import collapse
from pqreuse.words import Words, find_links, index_words

ANSWERS = (
    "id string, question_ids array<string>, text string, date string, body string, minister string, heading string, "
    "tables array<array<int>>, markup boolean, preview boolean"
)
DATED = f"{ANSWERS}, first_day int, last_day int"
SEGMENTS = (
    "position long, unit byte, key binary, first int, last int, start int, end int, once boolean, first_day int, "
    "id string, words string, shape binary, glued array<int>, linked string"
)
WINDOWS = "left long, right long, position long, place int"
PARAGRAPH, SENTENCE = 0, 1
UNITS = ("paragraph", "sentence")


class Opened(NamedTuple):
    """Some answers with their words."""

    answers: list[Answer]
    all_words: Words
    split: Split
    words: ScorableWords


def open_answers(rows: pa.Table) -> Opened:
    """The answers of some rows, split into paragraphs."""
    columns = [rows.column(name).to_pylist() for name in ("text", "tables", "markup", "preview", "id", "date")]
    answers = [
        Answer(
            text=text,
            tables=tuple((low, high) for low, high in tables or ()),
            markup=bool(markup),
            preview=bool(preview),
            id=name,
            date=date,
        )
        for text, tables, markup, preview, name, date in zip(*columns, strict=True)
    ]
    all_words = index_words([answer.text for answer in answers])
    split = split_answers(answers, all_words)
    return Opened(answers, all_words, split, scorable_words(all_words, split.unscorable))


def date_answers(rows: pa.Table) -> Iterator[pa.Table]:
    """Answers with their first and last possible days, by which they are ordered."""
    dates = rows.column("date").to_pylist()
    known = {date: days(date) or (NONE, NONE) for date in set(dates)}
    for place, name in enumerate(("first_day", "last_day")):
        rows = rows.append_column(name, pa.array([known[date][place] for date in dates], pa.int32()))
    yield rows


def split_rows(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Answers → their paragraphs and sentences; those too short to be compared have no key."""
    opened = open_answers(rows)
    sentences = split_sentences(opened.answers, opened.all_words, opened.split.paragraphs, opened.split.unscorable)
    glued = decimal_points(opened.words, opened.answers)
    strings = np.array(list(opened.words.vocabulary), object)
    # One placeholder for all numbers, which is no word.
    shapes = np.where(opened.words.vocabulary.numeric, "#", strings)
    written = (strings[opened.words.tokens].tolist(), shapes[opened.words.tokens].tolist())
    for unit, segments in enumerate((opened.split.paragraphs, sentences)):
        yield _segment_rows(unit, segments, opened, rows, written, glued, params)


def _segment_rows(
    unit: int,
    segments: Segments,
    opened: Opened,
    rows: pa.Table,
    written: tuple[list[str], list[str]],
    glued: NDArray[np.bool_],
    params: ReuseParams,
) -> pa.Table:
    tokens = opened.words.tokens
    texts = collapse(tokens, segments.first, segments.last, params.min_words)
    last = texts.first + texts.length
    bounds = list(zip(texts.first.tolist(), last.tolist(), strict=True))
    strings, shapes = written
    joined = [" ".join(strings[low:high]) for low, high in bounds]
    keys = [key_of(words) for words in joined]
    n_numeric = np.concatenate(([0], np.cumsum(opened.words.vocabulary.numeric[tokens])))
    # Texts without shingles resemble nothing, whatever their shape.
    has_shape = (n_numeric[last] > n_numeric[texts.first]) & (texts.length >= params.shingle_words)
    shaped = keys.copy()
    for place in np.flatnonzero(has_shape).tolist():
        low, high = bounds[place]
        shaped[place] = key_of(" ".join(shapes[low:high]))
    long = texts.of_segment >= 0
    text = np.where(long, texts.of_segment, 0)

    def of_text(values: list[bytes] | list[str], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(pa.array(text, mask=~long)) if values else pa.nulls(len(text), kind)

    inside = ranges(segments.first, np.where(long, segments.last - segments.first, 0))
    segment = np.repeat(np.arange(len(segments)), np.where(long, segments.last - segments.first, 0))
    at = glued[inside]
    joints = Ragged.of_lengths(
        (inside[at] - segments.first[segment[at]]).astype(np.int32), np.bincount(segment[at], minlength=len(segments))
    )
    base = opened.words.indptr[segments.answer]
    # A text that an answer repeats has one answer.
    once = np.zeros(len(segments), bool)
    where = np.flatnonzero(long)
    order = where[np.lexsort((where, texts.of_segment[where], segments.answer[where]))]
    once[order[changes(texts.of_segment[order]) | changes(segments.answer[order])]] = True
    return pa.table(
        {
            "position": rows.column("position").take(pa.array(segments.answer)),
            "unit": pa.array(np.full(len(segments), unit, np.int8)),
            "key": of_text(keys, pa.binary()),
            "first": pa.array((segments.first - base).astype(np.int32)),
            "last": pa.array((segments.last - base).astype(np.int32)),
            "start": pa.array(segments.start),
            "end": pa.array(segments.end),
            "once": pa.array(once),
            "first_day": rows.column("first_day").take(pa.array(segments.answer)),
            "id": rows.column("id").take(pa.array(segments.answer)),
            "words": of_text(joined, pa.string()),
            "shape": of_text(shaped, pa.binary()),
            "glued": lists(joints, pa.int32()),
            "linked": pa.array(_linked(opened.answers, segments, long), pa.string()),
        }
    )


def _linked(answers: list[Answer], segments: Segments, long: NDArray[np.bool_]) -> list[str | None]:
    """The text of each segment that has links: what its family's template says of links depends on all of it."""
    places = zip(segments.answer.tolist(), segments.start.tolist(), segments.end.tolist(), long.tolist(), strict=True)
    texts = (answers[answer].text[start:end] if is_long else "" for answer, start, end, is_long in places)
    return [text if ("://" in text or "www." in text) and find_links(text) else None for text in texts]


def window_rows(run_words: int, rows: pa.Table) -> Iterator[pa.Table]:
    """Answers → hashes of 128 bits of all runs of so many words, each with its place in its answer."""
    opened = open_answers(rows)
    tokens, indptr = opened.words.tokens, opened.words.indptr
    lanes = hash_words(list(opened.words.vocabulary))
    count = max(len(tokens) - run_words + 1, 0)
    closed = np.concatenate(([0], np.cumsum(opened.split.closed)))
    # No run goes on behind a word that closes one.
    first = np.flatnonzero(closed[run_words - 1 : run_words - 1 + count] == closed[:count])
    hashes = []
    for lane, base in zip(lanes, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9), strict=True):
        value, of_word = np.zeros(count, np.uint64), lane[tokens]
        for step in range(run_words):
            value = value * np.uint64(base) + of_word[step : step + count]
        hashes.append(value[first].view(np.int64))
    answer = np.searchsorted(indptr, first, "right") - 1
    yield pa.table(
        {
            "left": hashes[0],
            "right": hashes[1],
            "position": rows.column("position").take(pa.array(answer)),
            "place": pa.array((first - indptr[answer]).astype(np.int32)),
        }
    )
