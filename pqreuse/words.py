"""Text → words with code point offsets: definition 3.1 of the design, the only place that knows what a word is."""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, pairwise
from threading import Condition
from typing import Any, NamedTuple, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.words import WordFinder, join_words, measure, renumber
from pqreuse.arrow import TextColumn
from pqreuse.errors import InputError
from pqreuse.ragged import Ragged
from pqreuse.threads import in_threads

# Soft hyphen, zero-width and bidirectional marks, word joiner and invisible operators, byte order mark.
_ignorable = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# An ASCII character composes with nothing before it, so that only these stretches need a look.
_composing = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_LINK = re.compile(r"https?://\S+|www\.\S+")
Offsets: TypeAlias = NDArray[np.uint16 | np.int32]
_MANY_TEXTS = 4096
_TEXTS_AT_ONCE = 512
_FEW = 64  # words for each one that is looked for: decoding all of them takes no longer than searching


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
    found = index_words([text])
    words = list(found.vocabulary)
    return FoundWords([words[token] for token in found.tokens.tolist()], found.starts.tolist(), found.ends.tolist())


def find_links(text: str, start: int = 0, end: int = sys.maxsize) -> list[tuple[int, int]]:
    """Bare links of a text, or of a part of it: stretches whose words are not scorable."""
    return [match.span() for match in _LINK.finditer(text, start, end)] if "://" in text or "www." in text else []


def digest(*texts: str) -> str:
    """16 hexadecimal digits that depend only on these texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def digests(text: str, utf8: NDArray[np.uint8], indptr: NDArray[np.int64]) -> list[str]:
    """`digest` of a text with each of others, which stand one after the other in UTF-8."""
    opening, others = f"{text}\0".encode("utf-8", "surrogatepass"), utf8.data
    return [blake2b(opening + others[low:high], digest_size=8).hexdigest() for low, high in pairwise(indptr.tolist())]


def _fold(text: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The folded text and, for each of its characters, the first and past-last original character that yields it."""
    chars = list(text)
    low, high = list(range(len(text))), list(range(1, len(text) + 1))
    chars, low, high = _nfc(chars, low, high)
    keep = [place for place, char in enumerate(chars) if not _ignorable.match(char)]
    chars, low, high = _nfc([chars[at] for at in keep], [low[at] for at in keep], [high[at] for at in keep])
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
    out: list[tuple[str, int, int]] = []
    starter = between = -1  # the class of the last mark behind the starter; -1 where there is none
    for combining, part, start, end in _ordered(parts):
        if starter >= 0 and between < combining:
            base, base_start, base_end = out[starter]
            composed = unicodedata.normalize("NFC", base + part)
            if len(composed) == 1:
                out[starter] = (composed, min(base_start, start), max(base_end, end))
                continue
        if combining:
            between = combining
        else:
            starter, between = len(out), -1
        out.append((part, start, end))
    return out


def _ordered(parts: list[tuple[int, str, int, int]]) -> list[tuple[int, str, int, int]]:
    """Canonical ordering: marks between two starters sorted by combining class, stable."""
    blocks = accumulate(not part[0] for part in parts)
    placed = sorted(zip(blocks, parts, strict=True), key=lambda one: (one[0], one[1][0]))
    return [part for _, part in placed]


class Vocabulary(Sequence[str]):
    """The distinct words of a corpus by code point; each is decoded when it is asked for.

    Parameters
    ----------
    utf8 : ndarray of uint8
        The words, one after the other.
    indptr : ndarray of int64, shape (n_vocabulary + 1,)
    hashes : ndarray of uint64, shape (n_vocabulary,)
        A hash of each word that depends on nothing else.
    numeric : ndarray of bool, shape (n_vocabulary,)
        Whether the word begins with a decimal digit.
    """

    __slots__ = ("_indptr", "_utf8", "hashes", "numeric")

    def __init__(
        self, utf8: NDArray[np.uint8], indptr: NDArray[np.int64], hashes: NDArray[np.uint64], numeric: NDArray[np.bool_]
    ) -> None:
        self._utf8, self._indptr = utf8.tobytes(), indptr
        self.hashes, self.numeric = hashes, numeric

    def __len__(self) -> int:
        return len(self._indptr) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        return self._utf8[self._indptr[place] : self._indptr[place + 1]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        bounds = self._indptr.tolist()
        for start, end in pairwise(bounds):
            yield self._utf8[start:end].decode("utf-8", "surrogatepass")

    def join(
        self, tokens: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64], one_more: str = ""
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Texts as words joined by a space, one after the other in UTF-8, and where each begins.

        Parameters
        ----------
        tokens : ndarray of int32, shape (n_words,)
        first, last : ndarray of int64, shape (n_texts,)
            A text's words are ``tokens[first:last]``.
        one_more : str
            The word that the token behind those of the vocabulary stands for.
        """
        utf8 = np.frombuffer(self._utf8 + one_more.encode(), np.uint8)
        return join_words(utf8, np.append(self._indptr, len(utf8)), tokens, first, last)

    def parts(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The words, one after the other in UTF-8, and where each begins: what it is made of."""
        return np.frombuffer(self._utf8, np.uint8), self._indptr

    def places(self, words: Set[str]) -> list[int]:
        """The places of those of these words that are among them, ascending."""
        if len(self) < _FEW * len(words):
            return [place for place, word in enumerate(self) if word in words]
        found = ((bisect_left(self, word), word) for word in sorted(words))
        return [place for place, word in found if self[place : place + 1] == [word]]


class NumberedWords(NamedTuple):
    """Words of many texts, and not where they stand: see `Words`."""

    tokens: NDArray[np.int32]
    indptr: NDArray[np.int64]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Words:
    """Words of many texts.

    Attributes
    ----------
    tokens : ndarray of int32, shape (n_words,)
        Each word's place in ``vocabulary``.
    starts, ends : ndarray of uint16 or int32, shape (n_words,)
        Code point offsets in the word's own text; of 16 bits where every text is short enough.
    indptr : ndarray of int64, shape (n_texts + 1,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of text ``i``.
    vocabulary : Vocabulary
        Distinct words by code point, so that tokens compare as words do.
    """

    tokens: NDArray[np.int32]
    starts: Offsets
    ends: Offsets
    indptr: NDArray[np.int64]
    vocabulary: Vocabulary


def index_words(texts: Iterable[str], threads: int = 1) -> Words:
    """Words of many texts as arrays, numbered by the sorted vocabulary: any order of texts gives the same numbers.

    Raises
    ------
    InputError
        If a text has over two billion bytes, or words that were chosen for their hash.
    """
    texts = _at_hand(texts)
    # Untouched pages of `np.empty` use no physical memory.
    room, longest = _measure(texts)
    offset = np.uint16 if longest <= np.iinfo(np.uint16).max else np.int32
    tokens, starts, ends = np.empty(room, np.int32), np.empty(room, offset), np.empty(room, offset)
    indptr, vocabulary = _number(texts, threads, _find, tokens, starts, ends)
    n_words = int(indptr[-1])
    return Words(_cut(tokens, n_words), _cut(starts, n_words), _cut(ends, n_words), indptr, vocabulary)


def number_words(texts: Iterable[str], threads: int = 1) -> NumberedWords:
    """The same without the places of the words: half of the memory, or less."""
    return _numbered(_at_hand(texts), threads, _find)


def hash_words(texts: list[str] | TextColumn, number: np.uint64) -> Ragged:
    """The hash of each word of some texts, as `Vocabulary` has it: a third of the time that it takes to number them.

    Parameters
    ----------
    texts : list of str or TextColumn
    number : uint64
        Stands for the hash of every word that begins with a decimal digit.

    Returns
    -------
    Ragged of uint64, one row a text

    Raises
    ------
    InputError
        If a text has over two billion bytes.
    """
    hashes = np.empty(_measure(texts)[0], np.uint64)
    finder = WordFinder(_resolve)
    with _refusing():
        if isinstance(texts, TextColumn):
            counts = finder.hash_at(texts.addresses, texts.lengths, number, hashes)
        else:
            counts = finder.hash(texts, number, hashes)
    return Ragged.of_lengths(_cut(hashes, int(counts.sum())), counts)


def number_joined(texts: TextColumn) -> NumberedWords:
    """The words of texts that are nothing but words with one space between two. Nothing is folded a second time."""
    return _numbered(texts, 1, lambda finder, some, tokens: finder.find_joined(some.addresses, some.lengths, tokens))


def _numbered(texts: list[str] | TextColumn, threads: int, find: Callable[..., NDArray[np.int64]]) -> NumberedWords:
    tokens = np.empty(_measure(texts)[0], np.int32)
    indptr, vocabulary = _number(texts, threads, find, tokens)
    return NumberedWords(_cut(tokens, int(indptr[-1])), indptr, vocabulary)


def _at_hand(texts: Iterable[str]) -> list[str] | TextColumn:
    return texts if isinstance(texts, list | TextColumn) else list(texts)


def _number(
    texts: list[str] | TextColumn, threads: int, find: Callable[..., NDArray[np.int64]], *arrays: NDArray[Any]
) -> tuple[NDArray[np.int64], Vocabulary]:
    """Write the words' tokens, and where asked for their starts and ends, into arrays that have room for them.

    They are found of some texts at a time, by several threads, each numbering for itself, and written where those of
    the texts before end.
    """
    parts = range(0, len(texts), _TEXTS_AT_ONCE)
    finders = [WordFinder(_resolve, 16 if len(texts) > threads * _MANY_TEXTS else 6) for _ in range(threads)]
    free = list(range(threads))
    used = np.empty(len(parts), np.int64)
    counts = np.zeros(len(texts), np.int64)
    reached, turn = [0], Condition()

    def find_part(part: int) -> None:
        these = slice(parts[part], parts[part] + _TEXTS_AT_ONCE)
        try:
            used[part] = free.pop()
            some = texts[these]
            found = [np.empty(_measure(some)[0], np.int32) for _ in arrays]
            counts[these] = find(finders[used[part]], some, *found)
            free.append(int(used[part]))
        finally:
            # Also where this failed: who waits for it is not to wait for ever.
            with turn:
                turn.wait_for(lambda: len(reached) > part)
                reached.append(reached[part] + int(counts[these].sum()))
                turn.notify_all()
        start, end = reached[part : part + 2]
        for array, words in zip(arrays, found, strict=True):
            array[start:end] = words[: end - start]

    with _refusing():
        list(in_threads(find_part, range(len(parts)), threads))
        numbers = [None, *(finders[0].take_words(finder) for finder in finders[1:])]
    utf8, indptr, hashes, numeric, rank = finders[0].sorted_words()
    ranks = [rank if number is None else rank[number] for number in numbers]

    def rename(part: int) -> None:
        these = arrays[0][reached[part] : reached[part + 1]]
        renumber(these, ranks[used[part]], these)

    list(in_threads(rename, range(len(parts)), threads))
    return np.cumsum(np.concatenate([np.zeros(1, np.int64), counts])), Vocabulary(utf8, indptr, hashes, numeric)


def _find(
    finder: WordFinder,
    texts: list[str] | TextColumn,
    tokens: NDArray[np.int32],
    starts: NDArray[np.int32] | None = None,
    ends: NDArray[np.int32] | None = None,
) -> NDArray[np.int64]:
    if isinstance(texts, TextColumn):
        return finder.find_at(texts.addresses, texts.lengths, tokens, starts, ends)
    return finder.find(texts, tokens, starts, ends)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what the kernel refuses into an error of the input."""
    try:
        yield
    except OverflowError as error:
        raise InputError(f"{error}; leave out the answer that has them") from None


def _cut(array: NDArray[Any], length: int) -> NDArray[Any]:
    """The array itself, shorter."""
    array.resize(length, refcheck=False)
    return array


def _measure(texts: list[str] | TextColumn) -> tuple[int, int]:
    """The most words that texts can have, and the most code points that one of them can have."""
    if isinstance(texts, TextColumn):
        return texts.most_words(), int(texts.lengths.max(initial=0))
    return measure(texts)


def _resolve(text: str) -> tuple[str, list[int], list[int]] | None:
    """Fold a text whose normal form may differ, which the kernel leaves to `unicodedata`."""
    if unicodedata.is_normalized("NFC", text) and not _ignorable.search(text):
        return None
    folded, (low, high) = _fold(text)
    return folded, low, high
