"""Answers → paragraphs and sentences with offsets, and which words are scorable. Changes neither words nor answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer, Progress
from pqreuse.words import Words, find_links

Stretch = tuple[int, int]
Boundaries = Callable[[str], list[Stretch]]

# sentencex is quadratic in runs of opening quotes; no real paragraph comes near this many characters.
_LONGEST = 20_000
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Atomic: a carriage return and line feed are one line end, never two.
_BLANK_LINES = re.compile(r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])(?:[^\S\n\r]*(?>\r\n|[\n\r\v\f\x85\u2028\u2029]))+")
# "Table 1: number of schools by region, 2019 to 2023": alike in every answer, and nothing that anybody says. One line
# without a sentence's end inside; without a mark behind its number, a few words only.
_CAPTION = re.compile(
    r"(?i:table|figure|fig\.|chart|graph|map)\s+(?:\d{1,3}[a-z]?|[A-Z]|(?i:[ivx]{1,5}))"
    r"(?:\s*[:.–—-]\s+(?:\S+\s+){,40}\S+|(?:\s+\S+){,12}(?<![.?!;:]))"
)
_SENTENCE_END = re.compile(r"[.?!]\s+[A-Z“‘]")

# sentencex takes no abbreviations of its own users, so what it splits wrongly is joined again here.
# Always inside a sentence: titles and words that only ever stand before something else.
_BEFORE_ANY = r"Ms|Mx|Mmes|Govt|Gov|Rt|Hon|Messrs|Revd|Cllr|Insp|Supt|Lieut|approx|viz|cf|incl|esp|e\.g|i\.e|eg|ie"
# Inside a sentence where a number, a letter in brackets or a lower-case word follows.
_BEFORE_NUMBER = (
    r"paras?|vols?|pp?|nos?|cm|cmnd|cmd|cd|cp|hc|hl|regs?|sch|scheds?|ss?|sects?|secs?|arts?|cls?|cols?|chs?|chap|pts?|tel|ext|"
    r"figs?|tabs?|apps?|annexe?s?|eds?|sub-?paras?|q|qs|ref|refs|st|ave|dept|depts|ltd|etc|al|vs?|est|max|min|avg|temp|resp"
)
_OPEN = r"(?:^|[\s(\[“‘\"'/])"
_ends_any = re.compile(rf"{_OPEN}(?:{_BEFORE_ANY})\.\s*$", re.IGNORECASE)
_ends_number = re.compile(rf"{_OPEN}(?:{_BEFORE_NUMBER})\.\s*$", re.IGNORECASE)
_starts_number = re.compile(r"[(\[]?(?:\d|[ivxlcIVXLC]+\b|[a-z])|\([A-Za-z]{1,3}\)|[£$€+]\s?\d")
# "1. ", "(a) ", "iv. ": the head of a list item is no sentence.
_list_head = re.compile(r"\s*[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]+\s*$")
_surrogate = re.compile("[\ud800-\udfff]")
_no_words = re.compile(r"[^\w]*$")


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of answers, sorted by answer and place; those of one unit do not overlap.

    Attributes
    ----------
    answer : ndarray of int64, shape (n_segments,)
        Place of the answer in the corpus.
    start, end : ndarray of int64, shape (n_segments,)
        Code points of the answer's text, outer white space left out.
    first, last : ndarray of int64, shape (n_segments,)
        The segment's scorable words are ``first`` to ``last`` (excluded) of all scorable words.
    """

    answer: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.answer)


@dataclass(frozen=True, slots=True)
class Split:
    """What the texts of a corpus are made of.

    Attributes
    ----------
    scorable : ndarray of bool, shape (n_words,)
        False for words of tables and bare links.
    closed : ndarray of bool, shape (n_scorable,)
        True where a run must end after this scorable word: a table, a bare link or the answer's end follows.
    holes : list of list of (int, int)
        For each answer, tables and bare links, widened to whole words.
    paragraphs, sentences : Segments
    """

    scorable: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    holes: list[list[Stretch]]
    paragraphs: Segments
    sentences: Segments


def split_answers(answers: Sequence[Answer], words: Words, progress: Progress | None = None) -> Split:
    """Paragraphs, sentences and scorable words of each answer. Captions of tables and figures are no segments.

    Parameters
    ----------
    answers : sequence of Answer
    words : Words
        Of the answers' texts, in the same order.
    progress : callable, optional
        See `Progress`.
    """
    paragraphs: list[tuple[int, int, int]] = []
    sentences: list[tuple[int, int, int]] = []
    holes: list[list[Stretch]] = []
    for place, answer in enumerate(answers):
        text = answer.text
        holes.append(_whole_words(unscorable_stretches(text, answer.tables), words, place))
        inside = find_inner(words, place)
        for start, end in paragraph_stretches(text, answer.markup, answer.tables):
            if is_caption(text[start:end]):
                continue
            paragraphs.append((place, start, end))
            for first, last in sentence_stretches(text[start:end], inside=inside, offset=start):
                sentences.append((place, first, last))
        if progress is not None and place % 1000 == 0:
            progress("splitting", place, len(answers))
    scorable, closed = _scorable(words, holes)
    return Split(
        scorable=scorable,
        closed=closed,
        holes=holes,
        paragraphs=_segments(paragraphs, words, scorable),
        sentences=_segments(sentences, words, scorable),
    )


def paragraph_stretches(text: str, markup: bool = False, tables: Sequence[Stretch] = ()) -> list[Stretch]:
    """Paragraphs of a text, tables left out, without outer white space.

    Text from markup breaks at blank lines. Plain text breaks at every line, except inside a block that is plainly
    wrapped to a width: then at blank lines too.
    """
    stretches: list[Stretch] = []
    for start, end in _around(len(text), tables):
        for block in _between(text, start, end, _BLANK_LINES):
            lines = _between(text, *block, _LINE_END)
            stretches += [block] if markup or _is_wrapped(text, lines) else lines
    trimmed = [_trim(text, start, end) for start, end in stretches]
    return [(start, end) for start, end in trimmed if start < end]


def sentence_stretches(
    paragraph: str, *, inside: Callable[[int], bool] = lambda _: False, offset: int = 0
) -> list[Stretch]:
    """Sentences of a paragraph, moved by ``offset``, without outer white space.

    Parameters
    ----------
    paragraph : str
    inside : callable
        Whether a code point offset (moved) lies inside a word: no sentence ends there.
    offset : int

    Examples
    --------
    >>> text = "See para. 3 of Vol. 2 of the Regs. 2010. It is clear."
    >>> [text[start:end] for start, end in sentence_stretches(text)]
    ['See para. 3 of Vol. 2 of the Regs. 2010.', 'It is clear.']
    """
    joined: list[Stretch] = []
    for start, end in _boundaries(paragraph):
        if joined and (_belong(paragraph[slice(*joined[-1])], paragraph[start:end]) or inside(offset + start)):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    trimmed = [_trim(paragraph, start, end) for start, end in joined]
    return [(offset + start, offset + end) for start, end in trimmed if start < end]


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


def find_inner(words: Words, place: int) -> Callable[[int], bool]:
    """A test whether an offset of this text lies inside a word, so that a break there would cut it."""
    first, last = words.indptr[place], words.indptr[place + 1]
    starts, ends = words.starts[first:last], words.ends[first:last]

    def inside(offset: int) -> bool:
        word = int(np.searchsorted(starts, offset, "left")) - 1
        return word >= 0 and offset < int(ends[word])

    return inside


def _belong(left: str, right: str) -> bool:
    """Whether sentencex split these two by mistake."""
    if _list_head.match(left) or _no_words.match(right):
        return True
    tail = left.rstrip()[-16:]
    return bool(_ends_any.search(tail) or (_ends_number.search(tail) and _starts_number.match(right)))


def _boundaries(paragraph: str) -> list[Stretch]:
    """Sentences as sentencex finds them, a piece of a very long paragraph at a time."""
    from sentencex import get_sentence_boundaries

    starts, begin, whole = [0], 0, len(paragraph)
    while begin < whole:
        # A lone surrogate raises; a replacement character of the same length does not.
        piece = _surrogate.sub("\ufffd", paragraph[begin : begin + _LONGEST])
        found = [begin + boundary["start_index"] for boundary in get_sentence_boundaries("en", piece)]
        if begin + len(piece) == whole:
            starts += found
            break
        # The last sentence may go on behind the piece: it is read again with what follows.
        starts += found[:-1]
        begin = found[-1] if len(found) > 1 else begin + len(piece)
    starts = sorted({start for start in starts if start < whole})
    return list(zip(starts, [*starts[1:], whole], strict=True)) if whole else []


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


def _is_wrapped(text: str, lines: Sequence[Stretch]) -> bool:
    """Whether the lines of a block are one paragraph broken at a width: most breaks fall inside a sentence."""
    if len(lines) < 2 or max(end - start for start, end in lines) > 120:
        return False
    broken = sum(
        text[left[0] : left[1]].rstrip()[-1:] not in tuple(".?!:;”\"'")
        and text[right[0] : right[1]].lstrip()[:1].islower()
        for left, right in pairwise(lines)
    )
    return 2 * broken >= len(lines) - 1


def _trim(text: str, start: int, end: int) -> Stretch:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, start + len(piece.rstrip()))


def _whole_words(stretches: Sequence[Stretch], words: Words, place: int) -> list[Stretch]:
    """The stretches, widened so that they cut no word: "seehttps://a.uk" is one word and a link, and not scorable."""
    first, last = words.indptr[place], words.indptr[place + 1]
    starts, ends = words.starts[first:last], words.ends[first:last]
    widened: list[Stretch] = []
    for start, end in stretches:
        # Words that overlap the stretch: those that end after its start and begin before its end.
        low, high = np.searchsorted(ends, start, "right"), np.searchsorted(starts, end, "left")
        if low < high:
            start, end = min(start, int(starts[low])), max(end, int(ends[high - 1]))
        if widened and start <= widened[-1][1]:
            start = widened.pop()[0]
        widened.append((start, end))
    return widened


def _scorable(words: Words, holes: Sequence[Sequence[Stretch]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which words are scorable, and after which scorable words a run must end."""
    n_words = len(words.tokens)
    scorable = np.ones(n_words, bool)
    # ``ends_before[i]``: a run may not pass from word i - 1 to word i.
    ends_before = np.zeros(n_words + 1, bool)
    ends_before[words.indptr] = True
    for place, stretches in enumerate(holes):
        first, last = words.indptr[place], words.indptr[place + 1]
        for start, end in stretches:
            low = first + np.searchsorted(words.starts[first:last], start, "left")
            high = first + np.searchsorted(words.starts[first:last], end, "left")
            scorable[low:high] = False
            ends_before[low] = ends_before[high] = True
    which = np.flatnonzero(scorable)
    following = np.append(which[1:], n_words)
    breaks = np.concatenate(([0], np.cumsum(ends_before)))
    return scorable, breaks[following + 1] > breaks[which + 1]


def _segments(found: list[tuple[int, int, int]], words: Words, scorable: NDArray[np.bool_]) -> Segments:
    answer, start, end = np.array(found, np.int64).reshape(-1, 3).T.copy()
    # Offsets of all texts laid end to end, so that one search places every segment.
    longest = max(int(words.ends.max(initial=0)), int(end.max(initial=0))) + 1
    text_of_word = np.repeat(np.arange(len(words.indptr) - 1), np.diff(words.indptr))
    begins = text_of_word * longest + words.starts
    counted = np.concatenate(([0], np.cumsum(scorable)))
    return Segments(
        answer=answer,
        start=start,
        end=end,
        first=counted[np.searchsorted(begins, answer * longest + start)],
        last=counted[np.searchsorted(begins, answer * longest + end)],
    )
