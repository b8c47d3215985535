"""Texts of an index, and others beside them → which of them resemble each other, by exact shingle sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.shingles import Shingles
from pqreuse.index.exemplars import Pairs
from pqreuse.index.postings import Part, Sizes, find_candidates, keys_of
from pqreuse.index.tables import TEXTS, TOKEN, Tables
from pqreuse.ragged import Ragged, ranges
from pqreuse.records import Unit
from pqreuse.results import family_id
from pqreuse.shingles import numbers_alike
from pqreuse.stock import compare_pairs

_PAIRS_AT_ONCE = 1 << 20


class AllTexts:
    """The texts of an index with others behind them.

    Parameters
    ----------
    tables : Tables
    rows : ndarray of TEXTS
        The others; their words are numbered on behind those of the index.
    tokens : ndarray of uint32
        The words of these.
    words : sequence of str
        Words that the index does not have, with their
    hashes, numeric : ndarray
    """

    def __init__(
        self,
        tables: Tables,
        rows: NDArray[np.void],
        tokens: NDArray[np.uint32],
        words: Sequence[str],
        hashes: NDArray[np.uint64],
        numeric: NDArray[np.bool_],
    ) -> None:
        self._tables, self._rows, self._tokens, self._words = tables, rows, tokens, words
        self._more_hashes, self._more_numeric = hashes, numeric
        self.rule = tables.rule

    def __len__(self) -> int:
        return len(self._tables.texts) + len(self._rows)

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        """Of all words, by their numbers."""
        return np.append(self._tables.hashes, self._more_hashes)

    @cached_property
    def numeric(self) -> NDArray[np.bool_]:
        """Which words are numbers."""
        return np.append(self._tables.numeric, self._more_numeric)

    @cached_property
    def _alike(self) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
        return numbers_alike(self.hashes, self.numeric)

    def written(self, words: Iterable[int]) -> list[str]:
        """The words of these numbers."""
        known, behind = self._tables.words, self._words
        return [known[one] if one < len(known) else behind[one - len(known)] for one in words]

    def words_of(self, texts: NDArray[np.integer]) -> Ragged:
        """The words of texts, by their numbers."""
        old, n_old = self._tables, len(self._tables.texts)
        known, behind = np.flatnonzero(texts < n_old), np.flatnonzero(texts >= n_old)
        if not len(behind):
            found = old.words_of(texts)
            return Ragged((found.values & TOKEN).astype(np.int32), found.indptr)
        first, length = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
        first[known], first[behind] = old.texts["first"][texts[known]], self._rows["first"][texts[behind] - n_old]
        length[known], length[behind] = old.texts["length"][texts[known]], self._rows["length"][texts[behind] - n_old]
        places = ranges(first, length)
        values = np.empty(len(places), np.int32)
        here = places < len(old.tokens)
        values[here], values[~here] = (
            old.tokens[places[here]] & TOKEN,
            self._tokens[places[~here] - len(old.tokens)] & TOKEN,
        )
        return Ragged.of_lengths(values, length)

    def joined(self, texts: NDArray[np.integer]) -> Iterator[str]:
        """The words of texts, a space between them."""
        found = self.words_of(texts)
        words = self.written(found.values.tolist())
        for start, end in pairwise(found.indptr.tolist()):
            yield " ".join(words[start:end])

    def names(self, unit: Unit, texts: NDArray[np.integer]) -> list[str]:
        """Identifiers of the families of a unit that have these texts as exemplars."""
        return [family_id(unit, words.split(" ")) for words in self.joined(texts)]

    def shingles(self, texts: NDArray[np.integer]) -> Shingles:
        """The shingles of texts."""
        words = self.words_of(texts)
        length = words.lengths.astype(np.int32)
        return Shingles(words.values, *self._alike, words.indptr[:-1], length, self._tables.params.shingle_words)

    def keys(self, texts: NDArray[np.integer]) -> Ragged:
        """What the shingles of texts are found by."""
        hashes, indptr = self.shingles(texts).hash_sets(np.arange(len(texts)))
        return Ragged(keys_of(hashes), indptr)

    def find_alike(
        self,
        texts: NDArray[np.int64],
        parts: Sequence[Part],
        sizes: Sizes,
        counted: NDArray[np.bool_],
        kept: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]] | None = None,
    ) -> Pairs:
        """What resembles each of these texts, itself left out.

        Parameters
        ----------
        texts : ndarray of int64
        parts : sequence of Part
            Where texts are found by their shingles.
        sizes : Sizes
            Of all texts that stand in the parts.
        counted : ndarray of bool, shape (n_texts,)
            Which of them count.
        kept : callable, optional
            Told texts asked about, and as many others: which of these pairs count.
        """
        pairs = find_candidates(self.keys(texts), parts, sizes, counted, self.rule)
        one, other = texts[pairs[:, 0]], pairs[:, 1].astype(np.int64)
        these = one != other
        if kept is not None:
            these &= kept(one, other)
        one, other = one[these], other[these]
        jaccard, containment = self._compare(one, other)
        alike = containment > 0
        return one[alike], other[alike], jaccard[alike], containment[alike]

    def _compare(
        self, one: NDArray[np.int64], other: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found = [(np.empty(0), np.empty(0))]
        for start in range(0, len(one), _PAIRS_AT_ONCE):
            these = slice(start, start + _PAIRS_AT_ONCE)
            texts, place = np.unique(np.concatenate((one[these], other[these])), return_inverse=True)
            left, right = np.split(place.astype(np.int64), 2)
            found.append(compare_pairs(self.shingles(texts), self.rule, left, right))
        jaccard, containment = zip(*found, strict=True)
        return np.concatenate(jaccard), np.concatenate(containment)


def all_texts(tables: Tables) -> AllTexts:
    """The texts of an index alone."""
    nothing = np.empty(0, TEXTS)
    return AllTexts(tables, nothing, tables.tokens[:0], (), tables.hashes[:0], tables.numeric[:0])
