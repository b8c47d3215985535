"""Answers → paragraphs with offsets, and which words are scorable. Changes neither words nor answers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer
from pqreuse.segments.placing import (
    ANSWERS_AT_ONCE,
    Laid,
    Segments,
    Stretch,
    join_segments,
    scorable_before,
    trimmed,
)
from pqreuse.segments.wrapping import LINE_END, REST
from pqreuse.words import Words, find_links

_BREAK = rf"[\n\r\v\f\x85\u2028\u2029]{REST}"
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S\n\r]*{_BREAK})+")
# "Table 1: number of schools by region, 2019 to 2023": alike in every answer, and nothing that anybody says. One line
# without a sentence's end inside; without a mark behind its number, a few words only.
_CAPTION = re.compile(
    r"(?i:table|figure|fig\.|chart|graph|map)\s+(?:\d{1,3}[a-z]?|[A-Z]|(?i:[ivx]{1,5}))"
    r"(?:\s*[:.–—-]\s+(?:\S+\s+){,40}\S+|(?:\s+\S+){,12}(?<![.?!;:]))"
)
_SENTENCE_END = re.compile(r"[.?!]\s+[A-Z“‘]")


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a corpus's texts.

    Attributes
    ----------
    unscorable : ndarray of int64, shape (n_ranges, 2)
        Ranges of words of tables and bare links, in order.
    closed : ndarray of bool, shape (n_scorable,)
        True where a run must end after this scorable word: a table, a bare link or the answer's end follows.
    holes : list of tuple of (int, int)
        For each answer, tables and bare links, widened to whole words.
    paragraphs : Segments
    """

    unscorable: NDArray[np.int64]
    closed: NDArray[np.bool_]
    holes: list[tuple[Stretch, ...]]
    paragraphs: Segments


def split_answers(answers: Sequence[Answer], words: Words) -> Split:
    """Paragraphs and scorable words of each answer. Captions of tables and figures are not segments.

    Parameters
    ----------
    answers : sequence of Answer
    words : Words
        Of the answers' texts, in the same order.
    """
    holes: list[tuple[Stretch, ...]] = []
    ranges: list[Stretch] = []
    parts: list[Segments] = []
    for first in range(0, len(answers), ANSWERS_AT_ONCE):
        ours = answers[first : first + ANSWERS_AT_ONCE]
        laid = Laid(ours, words, first)
        found: list[Stretch] = []
        for place, (base, answer) in enumerate(zip(laid.bases[:-1].tolist(), ours, strict=True), first):
            text = answer.text
            widened = _whole_words(unscorable_stretches(text, answer.tables), words, place)
            holes.append(tuple([hole for hole, _ in widened]))
            ranges += [its_words for _, its_words in widened]
            found += [
                (base + start, base + end)
                for start, end in paragraph_stretches(text, answer.markup, answer.tables)
                if not is_caption(text[start:end])
            ]
        parts.append(laid.placed(found))
    unscorable = np.array(ranges, np.int64).reshape(-1, 2)
    return Split(unscorable, ends_of_runs(words.indptr, unscorable), holes, join_segments(parts, unscorable))


def ends_of_runs(indptr: NDArray[np.int64], unscorable: NDArray[np.int64]) -> NDArray[np.bool_]:
    """See `Split.closed`: from where the words of each answer begin, and the ranges that are not scorable."""
    closed = np.zeros(int(indptr[-1] - (unscorable[:, 1] - unscorable[:, 0]).sum()), bool)
    breaks = scorable_before(np.concatenate((indptr, unscorable[:, 0])), unscorable)
    closed[breaks[breaks > 0] - 1] = True
    return closed


def paragraph_stretches(text: str, markup: bool = False, tables: Sequence[Stretch] = ()) -> list[Stretch]:
    """Paragraphs of a text, tables left out, without outer white space.

    Text from markup breaks at blank lines, plain text at every line: one that is wrapped to a width is reflowed first.
    """
    separator = _BLANK_LINES if markup else LINE_END
    return trimmed(
        text, [one for start, end in _around(len(text), tables) for one in _between(text, start, end, separator)]
    )


def is_caption(paragraph: str) -> bool:
    """Whether a paragraph is the caption of a table or figure.

    >>> is_caption("Table 1: number of schools by region, 2019 to 2023")
    True
    >>> is_caption("Table 1 shows the number of schools.")
    False
    """
    matched = _CAPTION.fullmatch(paragraph)
    return matched is not None and not _SENTENCE_END.search(paragraph, len("Table 1: "))


def unscorable_stretches(text: str, tables: Sequence[Stretch] = ()) -> list[Stretch]:
    """Tables and bare links, in order and without overlap."""
    merged: list[Stretch] = []
    for start, end in sorted([*tables, *find_links(text)]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def links_of(text: str, holes: Iterable[Stretch], start: int, end: int) -> list[Stretch]:
    """Bare links that begin in a part of an answer, up to its end; offsets are counted from the part's start.

    Parameters
    ----------
    text : str
        The whole answer's: a link that begins before the part may look like another one inside it.
    holes : iterable of (int, int)
        See `Split`.
    start, end : int
        The part.
    """
    return [
        (low - start, min(high, end) - start)
        for first, last in holes
        if first < end and last > start
        for low, high in find_links(text, first, last)
        if start <= low < end
    ]


def _between(text: str, start: int, end: int, separator: re.Pattern[str]) -> list[Stretch]:
    stretches = []
    for match in separator.finditer(text, start, end):
        stretches.append((start, match.start()))
        start = match.end()
    return [*stretches, (start, end)]


def _around(length: int, holes: Sequence[Stretch]) -> list[Stretch]:
    stretches, start = [], 0
    for low, high in sorted(holes):
        stretches.append((start, low))
        start = max(start, high)
    return [*stretches, (start, length)]


def _whole_words(stretches: Sequence[Stretch], words: Words, place: int) -> list[tuple[Stretch, Stretch]]:
    """The stretches, widened so that they cut no word, each with the range of its words.

    "seehttps://a.uk" is one word and a link, and not scorable.
    """
    widened: list[tuple[Stretch, Stretch]] = []
    for start, end in stretches:
        # Words that overlap the stretch: those that end after its start and begin before its end. NumPy's own search
        # would copy all of them to the type of the offset, at each link of a long text.
        between = words.indptr[place : place + 2].tolist()
        low, high = bisect_right(words.ends, start, *between), bisect_left(words.starts, end, *between)
        if low < high:
            start, end = min(start, int(words.starts[low])), max(end, int(words.ends[high - 1]))
        if widened and start <= widened[-1][0][1]:
            (start, _), (low, _) = widened.pop()
        widened.append(((start, end), (low, high)))
    return widened
