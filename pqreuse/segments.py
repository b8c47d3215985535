"""Answers → paragraphs and sentences with offsets, and which words are scorable. Changes neither words nor answers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sentencex import segment

from pqreuse.records import Answer, Progress
from pqreuse.words import Words, find_links

Stretch = tuple[int, int]

_ANSWERS_AT_ONCE = 8192
# sentencex is quadratic in runs of opening quotes; no real paragraph comes near this many characters.
_LONGEST = 20_000
# More than what can matter of a sentence's end: a sentence joined of very many pieces is not copied for each of them.
_TAIL = 1_000
# A set of characters first, since such patterns are found fastest. Possessive: a carriage return and line feed are one
# line end, never two.
_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029](?:(?<=\r)\n)?+")
_BREAK = r"[\n\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?+"
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S\n\r]*{_BREAK})+")
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
_abbreviation = re.compile(rf"{_OPEN}(?:({_BEFORE_ANY})|{_BEFORE_NUMBER})\.$", re.IGNORECASE)
_anything = re.compile("")
_number = re.compile(r"[(\[]?(?:\d|[ivxlcIVXLC]+\b|[a-z])|\([A-Za-z]{1,3}\)|[£$€+]\s?\d")
# "1.", "(a)", "iv.": the head of a list item is no sentence.
_list_head = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]+")
_no_words = re.compile(r"[^\w]*$")
# What sentencex cannot read: a lone surrogate raises; a capital letter, a space beyond ASCII and a full stop make it
# panic. Whether there is any such stop is asked first, since a pattern that begins with one character is found fastest.
_surrogate = re.compile("[\ud800-\udfff]")
_spaced_stop = re.compile(r"\.(?<=[^\S\x00-\x7f]\.)")
_spaced_initial = re.compile(r"([A-Z]\s*)[^\S\x00-\x7f](?=\.)")


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
    # Some at a time: what Python holds of them is some ten times larger than the arrays that are made of it.
    found = [_split_some(answers, words, first, progress) for first in range(0, len(answers), _ANSWERS_AT_ONCE)]
    holes = [hole for part in found for hole in part.holes]
    unscorable = np.array([its_words for part in found for its_words in part.unscorable], np.int64).reshape(-1, 2)
    scorable = np.ones(len(words.tokens), bool)
    for first, last in unscorable.tolist():
        scorable[first:last] = False
    n_scorable = len(scorable) - int((unscorable[:, 1] - unscorable[:, 0]).sum())
    closed = np.zeros(n_scorable, bool)
    breaks = _scorable_before(np.concatenate((words.indptr, unscorable[:, 0])), unscorable)
    closed[breaks[breaks > 0] - 1] = True
    return Split(
        scorable=scorable,
        closed=closed,
        holes=holes,
        paragraphs=_segments([part.paragraphs for part in found], unscorable),
        sentences=_segments([part.sentences for part in found], unscorable),
    )


def paragraph_stretches(text: str, markup: bool = False, tables: Sequence[Stretch] = ()) -> list[Stretch]:
    """Paragraphs of a text, tables left out, without outer white space.

    Text from markup breaks at blank lines. Plain text breaks at every line, except inside a block that is plainly
    wrapped to a width: then at blank lines too.
    """
    stretches: list[Stretch] = []
    for start, end in _around(len(text), tables):
        for block in _between(text, start, end, _BLANK_LINES):
            stretches += [block] if markup else _paragraphs_of(text, block)
    return _trimmed(text, stretches)


def sentence_stretches(
    paragraph: str, *, inside: Callable[[int], bool] = lambda _: False, offset: int = 0
) -> list[Stretch]:
    """Sentences of a paragraph, moved by ``offset``, without outer white space.

    Parameters
    ----------
    paragraph : str
    inside : callable
        Whether a code point offset (moved) lies inside a word: no sentence ends there. Not asked behind white space,
        since no word holds any.
    offset : int

    Examples
    --------
    >>> text = "See para. 3 of Vol. 2 of the Regs. 2010. It is clear."
    >>> [text[start:end] for start, end in sentence_stretches(text)]
    ['See para. 3 of Vol. 2 of the Regs. 2010.', 'It is clear.']
    """
    stretches: list[Stretch] = []
    left, start, end = "", 0, 0
    for piece in _pieces(paragraph):
        if not left or _belong(left, piece) or (not left[-1].isspace() and inside(offset + end)):
            left = left[-_TAIL:] + piece
        else:
            stretches.append((start, end))
            left, start = piece, end
        end += len(piece)
    stretches.append((start, end))
    return _trimmed(paragraph, stretches, offset)


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


class _Found(NamedTuple):
    """What some answers are made of: holes, ranges of words that are not scorable, and the stretches of each unit.

    Stretches are int64[5, n_stretches]: answer, start, end, first and past-last of all words.
    """

    holes: list[list[Stretch]]
    unscorable: list[Stretch]
    paragraphs: NDArray[np.int64]
    sentences: NDArray[np.int64]


def _split_some(answers: Sequence[Answer], words: Words, first: int, progress: Progress | None) -> _Found:
    """Split the answers from `first` on, laid end to end: then one search places all stretches among the words."""
    ours = answers[first : first + _ANSWERS_AT_ONCE]
    bases = np.cumsum([0, *(len(answer.text) + 1 for answer in ours)], dtype=np.int64)
    indptr = words.indptr[first : first + len(ours) + 1]
    starts, ends = words.starts[indptr[0] : indptr[-1]], words.ends[indptr[0] : indptr[-1]]
    begins = np.repeat(bases[:-1], np.diff(indptr)) + starts

    def inside(offset: int) -> bool:
        """Whether an offset lies inside a word, so that a break there would cut it."""
        word = int(begins.searchsorted(offset)) - 1
        return word >= 0 and offset - int(begins[word]) < int(ends[word]) - int(starts[word])

    def placed(stretches: list[Stretch]) -> NDArray[np.int64]:
        start, end = np.fromiter(chain.from_iterable(stretches), np.int64, 2 * len(stretches)).reshape(-1, 2).T
        answer = np.searchsorted(bases, start, "right") - 1
        words_before = [indptr[0] + np.searchsorted(begins, edge) for edge in (start, end)]
        return np.stack((first + answer, start - bases[answer], end - bases[answer], *words_before))

    holes: list[list[Stretch]] = []
    unscorable: list[Stretch] = []
    paragraphs: list[Stretch] = []
    sentences: list[Stretch] = []
    for place, (base, answer) in enumerate(zip(bases[:-1].tolist(), ours, strict=True), first):
        text = answer.text
        widened = _whole_words(unscorable_stretches(text, answer.tables), words, place)
        holes.append([hole for hole, _ in widened])
        unscorable += [its_words for _, its_words in widened]
        for start, end in paragraph_stretches(text, answer.markup, answer.tables):
            paragraph = text[start:end]
            if not is_caption(paragraph):
                paragraphs.append((base + start, base + end))
                sentences += sentence_stretches(paragraph, inside=inside, offset=base + start)
        if progress is not None and place % 1000 == 0:
            progress("splitting", place, len(answers))
    return _Found(holes, unscorable, placed(paragraphs), placed(sentences))


def _belong(left: str, right: str) -> bool:
    """Whether sentencex split these two by mistake."""
    if _no_words.match(right):
        return True
    parts = left.rsplit(None, 1)
    if len(parts) == 1 and _list_head.fullmatch(parts[0]):
        return True
    # No abbreviation has 16 characters.
    needed = _needed_after(parts[-1][-16:]) if parts else None
    return needed is not None and needed.match(right) is not None


@lru_cache(maxsize=16_384)
def _needed_after(word: str) -> re.Pattern[str] | None:
    """What must follow for the sentence to go on after this word. The same words end sentences over and over."""
    found = _abbreviation.search(word)
    if found is None:
        return None
    return _anything if found[1] else _number


def _pieces(paragraph: str) -> list[str]:
    """Sentences as sentencex finds them, a part of a very long paragraph at a time; joined they are the paragraph."""
    if len(paragraph) <= _LONGEST:
        return _read(paragraph)
    starts, begin, whole = {0}, 0, len(paragraph)
    while begin < whole:
        *found, end = accumulate(map(len, _read(paragraph[begin : begin + _LONGEST])), initial=begin)
        begin = end
        if end < whole:
            # The last sentence may go on behind the part: it is read again with what follows.
            last = found.pop()
            begin = last if found else end
        starts.update(found)
    return [paragraph[start:end] for start, end in pairwise([*sorted(starts), whole])]


def _read(text: str) -> list[str]:
    """Sentences as sentencex finds them; what it cannot read is replaced, character for character."""
    if not text.isascii() and _spaced_stop.search(text):
        text = _spaced_initial.sub(r"\1 ", text)
    try:
        pieces: list[str] = segment("en", text)
    except UnicodeEncodeError:
        pieces = segment("en", _surrogate.sub("\ufffd", text))
    return pieces


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


def _paragraphs_of(text: str, block: Stretch) -> list[Stretch]:
    """The lines of a block of plain text, or the block as a whole where it is wrapped to a width."""
    lines = _between(text, *block, _LINE_END)
    return [block] if _is_wrapped(text, lines) else lines


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


def _trimmed(text: str, stretches: Sequence[Stretch], offset: int = 0) -> list[Stretch]:
    """The stretches without outer white space, where something is left, moved by ``offset``."""
    trimmed: list[Stretch] = []
    for start, end in stretches:
        # Character by character: hardly any, and a slice would copy the whole stretch.
        while start < end and text[end - 1].isspace():
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            trimmed.append((offset + start, offset + end))
    return trimmed


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


def _scorable_before(word: NDArray[np.int64], unscorable: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many scorable words stand before each of these places among all words; ``unscorable`` are ranges of words."""
    if not len(unscorable):
        return word
    first, last = unscorable.T
    left_out = np.concatenate(([0], np.cumsum(last - first)))
    within = np.searchsorted(first, word, "right") - 1
    # Of the last range that begins before a place it may be that only a part stands there.
    part = np.minimum(word, last[within]) - first[within]
    return np.where(within < 0, word, word - left_out[within] - part)


def _segments(found: Sequence[NDArray[np.int64]], unscorable: NDArray[np.int64]) -> Segments:
    answer, start, end, first, last = np.concatenate([np.zeros((5, 0), np.int64), *found], axis=1)
    return Segments(answer, start, end, _scorable_before(first, unscorable), _scorable_before(last, unscorable))
