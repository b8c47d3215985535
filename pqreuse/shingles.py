"""Segments → texts (equal ones collapsed) and their shingle sets. Exact: shingles are numbered, not hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import Ragged, distinct, grams, ranges

_NUMBER = "0"
"""The placeholder that stands for every word that begins with a digit, in shingles and only there."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct word sequences of the segments that are long enough to compare.

    Attributes
    ----------
    of_segment : ndarray of int64, shape (n_segments,)
        The text of each segment; -1 where it is too short.
    tokens : Ragged of int32, n_texts rows
        Words, numbers as they are.
    """

    of_segment: NDArray[np.int64]
    tokens: Ragged


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The shingle set of each text.

    Attributes
    ----------
    columns : Ragged of int64, n_texts rows
        Numbers of the distinct shingles, ascending in each row.
    hashes : ndarray of uint32, shape (n_shingles,)
        A hash of each numbered shingle that depends only on its words.
    """

    columns: Ragged
    hashes: NDArray[np.uint32]


def collapse(tokens: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64], min_words: int) -> Texts:
    """Give segments with the same word sequence one number.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_scorable,)
    first, last : ndarray of int64, shape (n_segments,)
        Each segment's words are ``tokens[first:last]``.
    min_words : int
        Shorter segments are no texts.
    """
    of_segment = np.full(len(first), -1, np.int64)
    numbers: dict[bytes, int] = {}
    rows: list[NDArray[np.int32]] = []
    for segment in np.flatnonzero(last - first >= min_words):
        words = tokens[first[segment] : last[segment]]
        number = numbers.setdefault(words.tobytes(), len(rows))
        if number == len(rows):
            rows.append(words)
        of_segment[segment] = number
    return Texts(of_segment, Ragged.of_rows(rows, np.int32))


def shingle_sets(texts: Ragged, vocabulary: Sequence[str], shingle_words: int) -> ShingleSets:
    """Sets of ``shingle_words`` consecutive words, numbers replaced by a placeholder.

    Parameters
    ----------
    texts : Ragged of int32
        Words of each text, as places in ``vocabulary``.
    vocabulary : sequence of str
    shingle_words : int
    """
    tokens = number_placeholders(texts.values, vocabulary)
    numbers = grams(tokens, shingle_words)
    # A gram is a shingle where all its words lie in one text.
    per_text = np.maximum(texts.lengths - shingle_words + 1, 0)
    places = ranges(texts.indptr[:-1], per_text)
    columns = grams(numbers[places], 1)
    n_shingles = int(columns.max(initial=-1)) + 1
    # A place where each numbered shingle stands, to hash its words once.
    place_of = np.empty(n_shingles, np.int64)
    place_of[columns] = places
    row = np.repeat(np.arange(len(texts)), per_text)
    row, columns = np.divmod(distinct(row * max(n_shingles, 1) + columns), max(n_shingles, 1))
    return ShingleSets(
        columns=Ragged.of_lengths(columns, np.bincount(row, minlength=len(texts))),
        hashes=_hash_grams(tokens, place_of, shingle_words, vocabulary),
    )


def number_placeholders(tokens: NDArray[np.int32], vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """The tokens, with one token for every word that begins with a digit: the place behind the vocabulary."""
    replaced = np.arange(len(vocabulary) + 1, dtype=np.int64)
    replaced[[place for place, word in enumerate(vocabulary) if word[0].isdecimal()]] = len(vocabulary)
    return replaced[tokens]


def _hash_grams(
    tokens: NDArray[np.int64], places: NDArray[np.int64], length: int, vocabulary: Sequence[str]
) -> NDArray[np.uint32]:
    """Hash the grams that begin at these places: a polynomial in the words' hashes, mixed (splitmix64's finaliser)."""
    needed = distinct(tokens)
    of_word = np.zeros(len(vocabulary) + 1, np.uint64)
    of_word[needed] = [_hash_word(_NUMBER if word == len(vocabulary) else vocabulary[word]) for word in needed.tolist()]
    hashes = np.zeros(len(places), np.uint64)
    for step in range(length):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + of_word[tokens[places + step]]
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _hash_word(word: str) -> int:
    # Python's own hash() differs between runs.
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
