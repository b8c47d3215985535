"""Paragraphs → sentences: as sentencex finds them, joined again where an abbreviation or a list head misled it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray
from sentencex import segment

from pqreuse.records import Answer, Progress
from pqreuse.segments.placing import ANSWERS_AT_ONCE, Laid, Segments, Stretch, join_segments, trimmed
from pqreuse.words import Words

# sentencex is quadratic in runs of opening quotes; no real paragraph comes near this many characters.
_LONGEST = 20_000
# More than what can matter of a sentence's end: a sentence joined of very many pieces is not copied for each of them.
_TAIL = 1_000
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
# "1.", "(a)", "iv.": the head of a list item is not a sentence.
_list_head = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]+")
_no_words = re.compile(r"[^\w]*$")
# Unreadable for sentencex: a lone surrogate raises; a capital letter, a space beyond ASCII and a full stop make it
# panic. Whether there is any such stop is asked first, since a pattern that begins with one character is found fastest.
_surrogate = re.compile("[\ud800-\udfff]")
_spaced_stop = re.compile(r"\.(?<=[^\S\x00-\x7f]\.)")
_spaced_initial = re.compile(r"([A-Z]\s*)[^\S\x00-\x7f](?=\.)")


def split_sentences(
    answers: Sequence[Answer],
    words: Words,
    paragraphs: Segments,
    unscorable: NDArray[np.int64],
    progress: Progress | None = None,
) -> Segments:
    """Sentences of paragraphs.

    Parameters
    ----------
    answers : sequence of Answer
    words : Words
        Of the answers' texts, in the same order.
    paragraphs : Segments
    unscorable : ndarray of int64, shape (n_ranges, 2)
        Ranges of words that are not scorable.
    progress : callable, optional
        See `Progress`.
    """
    parts: list[Segments] = []
    for first in range(0, len(answers), ANSWERS_AT_ONCE):
        ours = answers[first : first + ANSWERS_AT_ONCE]
        laid = Laid(ours, words, first)
        these = slice(*np.searchsorted(paragraphs.answer, (first, first + len(ours))))
        found: list[Stretch] = []
        places = (paragraphs.answer[these] - first, paragraphs.start[these], paragraphs.end[these])
        for place, start, end in zip(*(array.tolist() for array in places), strict=True):
            paragraph, offset = ours[place].text[start:end], int(laid.bases[place]) + start
            found += sentence_stretches(paragraph, inside=laid.inside_word, offset=offset)
        parts.append(laid.placed(found))
        if progress is not None:
            progress("splitting", first + len(ours), len(answers))
    return join_segments(parts, unscorable)


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
    return trimmed(paragraph, stretches, offset)


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
    """The pattern that must follow this word for the sentence to go on. Cached: few words end most sentences."""
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
