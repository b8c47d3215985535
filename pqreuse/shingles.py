"""Segments → texts (equal ones collapsed) and their shingles. Hashed for speed; kernels compare them word by word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels import shingles as kernel
from pqreuse._kernels.shingles import Shingles as Shingles
from pqreuse.arrow import TextColumn
from pqreuse.words import Vocabulary, hash_words

_NUMBER = np.uint64(0x2545F4914F6CDD1D)
"""The hash of the placeholder that stands for every word that begins with a digit, in shingles and only there."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct word sequences of the segments that are long enough to compare.

    Attributes
    ----------
    of_segment : ndarray of int32, shape (n_segments,)
        The text of each segment; -1 where it is too short.
    first : ndarray of int64, shape (n_texts,)
    length : ndarray of int32, shape (n_texts,)
        A text's words, numbers as they are, are ``tokens[first:first + length]``: of the first segment that has it.
    """

    of_segment: NDArray[np.int32]
    first: NDArray[np.int64]
    length: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.first)


def collapse(
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    min_words: int,
    numeric: NDArray[np.bool_],
) -> Texts:
    """Give segments with the same word sequence one number.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_scorable,)
    first, last : ndarray of int64, shape (n_segments,)
        Each segment's words are ``tokens[first:last]``.
    min_words : int
        A segment of fewer words is not a text. Words that begin with a digit do not count: all rows of figures look
        alike.
    numeric : ndarray of bool, shape (n_vocabulary,)
        Which words those are.
    """
    of_segment, shown_by = kernel.collapse(tokens, first, last, min_words, numeric.view(np.uint8))
    return Texts(of_segment, first[shown_by], (last - first)[shown_by].astype(np.int32))


def make_shingles(
    tokens: NDArray[np.int32], texts: Texts, order: NDArray[np.int64], vocabulary: Vocabulary, shingle_words: int
) -> Shingles:
    """The shingles of texts, taken in this order: ``shingle_words`` consecutive words, all numbers alike.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_scorable,)
    texts : Texts
    order : ndarray of int64, shape (n_texts,)
    vocabulary : Vocabulary
    shingle_words : int
    """
    shape, hashes = numbers_alike(vocabulary.hashes, vocabulary.numeric)
    return Shingles(tokens, shape, hashes, texts.first[order], texts.length[order], shingle_words)


def hashed_shingles(texts: list[str] | TextColumn, shingle_words: int) -> tuple[Shingles, NDArray[np.int64]]:
    """Shingles of texts whose words are hashed and not numbered, to be hashed too and not compared; words of each text.

    Parameters
    ----------
    texts : list of str or TextColumn
    shingle_words : int
    """
    words = hash_words(texts, _NUMBER)
    each = np.arange(max(len(words.values), 1), dtype=np.int32)  # there is something to point at
    lengths = words.lengths
    return Shingles(each, each, words.values, words.indptr[:-1], lengths.astype(np.int32), shingle_words), lengths


def numbers_alike(
    hashes: NDArray[np.uint64], numeric: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """The token and hash that stand for each word in shingles: the same for every word that begins with a digit."""
    # One place behind the vocabulary stands for every number.
    shape = np.where(numeric, len(numeric), np.arange(len(numeric))).astype(np.int32)
    return shape, np.where(numeric, _NUMBER, hashes)
