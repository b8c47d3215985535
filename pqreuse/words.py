"""Text → words with code point offsets: definition 3.1 of the design, the only place that knows what a word is."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Soft hyphen, zero-width and bidirectional marks, word joiner and invisible operators, byte order mark.
_IGNORABLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_ignorable = re.compile(f"[{_IGNORABLE}]")
# An ASCII character composes with nothing before it, so that only these stretches need a look.
_composing = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_LINK = re.compile(r"https?://\S+|www\.\S+")


class FoundWords(NamedTuple):
    """Words of one text: the folded words and where each begins and ends in the original text."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def find_words(text: str) -> FoundWords:
    r"""Words of a text with their code point offsets.

    NFC, ignorable characters dropped, NFC, case folding, digit commas out, then maximal runs of ``\w`` and marks.
    An original character that yields any part of a word belongs to it.

    >>> find_words("Over £2,000 is paid")
    FoundWords(words=['over', '2000', 'is', 'paid'], starts=[0, 6, 12, 15], ends=[4, 11, 14, 19])
    """
    if text.isascii():
        folded, sources = text.lower(), None
    else:
        folded = text.casefold()
        plain = len(folded) == len(text) and not _ignorable.search(text) and unicodedata.is_normalized("NFC", text)
        folded, sources = (folded, None) if plain else _fold(text)
    spans = [match.span() for match in _pattern(folded).finditer(folded)]
    words = [folded[start:end] for start, end in spans]
    if "," in folded:
        words = [word.replace(",", "") for word in words]
    if sources is None:
        return FoundWords(words, [start for start, _ in spans], [end for _, end in spans])
    low, high = sources
    return FoundWords(
        words,
        [min(low[start:end]) for start, end in spans],
        [max(high[start:end]) for start, end in spans],
    )


def find_links(text: str) -> list[tuple[int, int]]:
    """Bare links of a text: stretches whose words are not scorable."""
    return [match.span() for match in _LINK.finditer(text)] if "://" in text or "www." in text else []


def digest(*texts: str) -> str:
    """16 hexadecimal digits that depend only on these texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _pattern(folded: str) -> re.Pattern[str]:
    if folded.isascii():
        return _word_pattern("")
    # `re` knows no category M, so the marks that this text has are named one by one: mostly none.
    marks = {char for char in set(folded) if char > "\u02ff" and unicodedata.category(char)[0] == "M"}
    return _word_pattern("".join(sorted(marks)))


@lru_cache(maxsize=256)
def _word_pattern(marks: str) -> re.Pattern[str]:
    # A comma between a digit and exactly three digits is inside the word, and is taken out of it afterwards.
    return re.compile(rf"(?:[\w{re.escape(marks)}]|(?<=\d),(?=\d\d\d(?!\d)))+")


def _fold(text: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The folded text and, for each of its characters, the first and past-last original character that yields it."""
    chars = list(text)
    low, high = list(range(len(text))), list(range(1, len(text) + 1))
    chars, low, high = _nfc(chars, low, high)
    keep = [place for place, char in enumerate(chars) if not _ignorable.match(char)]
    if len(keep) < len(chars):
        chars, low, high = [chars[at] for at in keep], [low[at] for at in keep], [high[at] for at in keep]
        chars, low, high = _nfc(chars, low, high)
    folded = [char.casefold() for char in chars]
    return "".join(folded), (
        [start for start, fold in zip(low, folded, strict=True) for _ in fold],
        [end for end, fold in zip(high, folded, strict=True) for _ in fold],
    )


def _nfc(chars: list[str], low: list[int], high: list[int]) -> tuple[list[str], list[int], list[int]]:
    """Unicode's canonical composition (UAX 15), carrying along where each character came from."""
    out_chars: list[str] = []
    out_low: list[int] = []
    out_high: list[int] = []
    reached = 0
    for match in _composing.finditer("".join(chars)):
        start, end = match.span()
        if unicodedata.is_normalized("NFC", match.group()):
            continue
        composed = _compose(chars[start:end], low[start:end], high[start:end])
        out_chars += [*chars[reached:start], *(char for char, _, _ in composed)]
        out_low += [*low[reached:start], *(first for _, first, _ in composed)]
        out_high += [*high[reached:start], *(last for _, _, last in composed)]
        reached = end
    return out_chars + chars[reached:], out_low + low[reached:], out_high + high[reached:]


def _compose(chars: list[str], low: list[int], high: list[int]) -> list[tuple[str, int, int]]:
    """Each composed character with the first and past-last original one that is part of it."""
    parts = [
        (unicodedata.combining(part), part, start, end)
        for char, start, end in zip(chars, low, high, strict=True)
        for part in unicodedata.normalize("NFD", char)
    ]
    out: list[tuple[int, str, int, int]] = []
    starter = -1
    for combining, part, start, end in _ordered(parts):
        blocked = starter < 0 or (len(out) - 1 > starter and (out[-1][0] >= combining or out[-1][0] == 0))
        if not blocked:
            _, base, base_start, base_end = out[starter]
            composed = unicodedata.normalize("NFC", base + part)
            if len(composed) == 1:
                out[starter] = (0, composed, min(base_start, start), max(base_end, end))
                continue
        if combining == 0:
            starter = len(out)
        out.append((combining, part, start, end))
    return [(char, start, end) for _, char, start, end in out]


def _ordered(parts: list[tuple[int, str, int, int]]) -> list[tuple[int, str, int, int]]:
    """Canonical ordering: marks between two starters sorted by combining class, stable."""
    block = 0
    keys = []
    for part in parts:
        block += part[0] == 0
        keys.append((block, part[0]))
    order = sorted(range(len(parts)), key=keys.__getitem__)
    return [parts[place] for place in order]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of many texts.

    Attributes
    ----------
    tokens : ndarray of int32, shape (n_words,)
        Each word's place in ``vocabulary``.
    starts, ends : ndarray of int64, shape (n_words,)
        Code point offsets in the word's own text.
    indptr : ndarray of int64, shape (n_texts + 1,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of text ``i``.
    vocabulary : tuple of str
        Distinct words by code point, so that tokens compare as words do.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    indptr: NDArray[np.int64]
    vocabulary: tuple[str, ...]


def index_words(texts: Iterable[str]) -> Words:
    """Words of many texts as arrays, numbered by the sorted vocabulary: any order of texts gives the same numbers."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    tokens, starts, ends, counts = array("i"), array("q"), array("q"), array("q", [0])
    for text in texts:
        found = find_words(text)
        tokens.extend([numbers[word] for word in found.words])
        starts.extend(found.starts)
        ends.extend(found.ends)
        counts.append(len(tokens))
    vocabulary = sorted(numbers)
    place = np.empty(len(vocabulary), np.int32)
    place[[numbers[word] for word in vocabulary]] = np.arange(len(vocabulary), dtype=np.int32)
    return Words(
        tokens=place[np.frombuffer(tokens, np.int32)] if tokens else np.empty(0, np.int32),
        starts=np.array(starts, np.int64),
        ends=np.array(ends, np.int64),
        indptr=np.array(counts, np.int64),
        vocabulary=tuple(vocabulary),
    )
