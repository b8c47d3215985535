"""Answers that an index does not have → arrays: words by the numbers of the index, and the texts of their segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.comparing import AllTexts
from pqreuse.index.tables import CLOSED, GLUED, SEGMENTS, TEXTS, TOKEN, Tables
from pqreuse.ragged import NONE, Ragged, ranges, row_digests
from pqreuse.records import Answer, Progress, days
from pqreuse.scorable import decimal_points, scorable_words
from pqreuse.segments import split_answers, split_sentences
from pqreuse.shingles import collapse
from pqreuse.words import index_words


class Incoming:
    """Answers beside those of an index, numbered on behind them.

    Parameters
    ----------
    tables : Tables
    answers : sequence of Answer
    threads : int
    progress : callable, optional

    Attributes
    ----------
    all_words : Words
    split : Split
    local : ScorableWords
        By the sorted vocabulary of these answers alone.
    segments : tuple of Segments
        Of each unit.
    collapsed : Texts
        Of the segments of both units, one after the other; words by the local numbers.
    words : list of str
        Those that the index does not have, with their
    hashes, numeric : ndarray
    tokens : ndarray of uint32, shape (n_scorable,)
        By the numbers of the index, with what else is known of each word.
    days : ndarray of int32, shape (n_answers, 2)
    number : ndarray of int64, shape (n_collapsed,)
        Of each text: that of the index, or the next ones.
    added : ndarray of int64
        The texts that the index does not have.
    rows : ndarray of TEXTS
    digests : ndarray of uint64
        Of these.
    """

    def __init__(
        self, tables: Tables, answers: Sequence[Answer], threads: int = 1, progress: Progress | None = None
    ) -> None:
        self.all_words = index_words([answer.text for answer in answers], threads)
        self.split = split_answers(answers, self.all_words)
        self.local = scorable_words(self.all_words, self.split.unscorable)
        paragraphs = self.split.paragraphs
        sentences = split_sentences(answers, self.all_words, paragraphs, self.split.unscorable, progress)
        self.segments = (paragraphs, sentences)
        spans = [days(answer.date) or (NONE, NONE) for answer in answers]
        self.days = np.array(spans, np.int32).reshape(-1, 2)
        self._number_words(tables)
        self.tokens: NDArray[np.uint32] = self._numbers[self.local.tokens]
        self.tokens |= np.where(self.split.closed, np.uint32(CLOSED), np.uint32(0))
        self.tokens |= np.where(decimal_points(self.local, answers), np.uint32(GLUED), np.uint32(0))
        self._number_texts(tables)

    def of_segment(self, unit: int) -> NDArray[np.int32]:
        """The collapsed text of each segment of a unit; -1 where it is too short to compare."""
        start = len(self.segments[0]) if unit else 0
        return self.collapsed.of_segment[start : start + len(self.segments[unit])]

    def uses(self, unit: int) -> NDArray[np.void]:
        """Segments of a unit that are long enough to compare: answer, here from 0, and text."""
        of_segment = self.of_segment(unit)
        long = np.flatnonzero(of_segment >= 0)
        rows = np.empty(len(long), SEGMENTS)
        rows["answer"], rows["text"] = self.segments[unit].answer[long], self.number[of_segment[long]]
        return rows

    def places_of(self, unit: int, texts: NDArray[np.integer]) -> NDArray[np.int64]:
        """The segments of a unit that have one of these texts of the index."""
        of_segment = self.of_segment(unit)
        return np.flatnonzero((of_segment >= 0) & np.isin(np.append(self.number, -1)[of_segment], texts))

    def beside(self, tables: Tables) -> AllTexts:
        """The texts of the index with those that it does not have."""
        return AllTexts(tables, self.rows, self.tokens, self.words, self.hashes, self.numeric)

    def _number_words(self, tables: Tables) -> None:
        vocabulary, known = self.local.vocabulary, tables.word_numbers
        words = list(vocabulary)
        numbers = np.array([known.get(word, -1) for word in words], np.int64)
        unknown = np.flatnonzero(numbers < 0)
        numbers[unknown] = len(known) + np.arange(len(unknown))
        self._numbers = numbers.astype(np.uint32)
        self.words = [words[place] for place in unknown.tolist()]
        self.hashes, self.numeric = vocabulary.hashes[unknown], vocabulary.numeric[unknown]

    def _number_texts(self, tables: Tables) -> None:
        first, last = (np.concatenate([getattr(one, edge) for one in self.segments]) for edge in ("first", "last"))
        numeric = self.local.vocabulary.numeric
        self.collapsed = collapse(self.local.tokens, first, last, tables.params.min_words, numeric)
        length = self.collapsed.length
        words = Ragged.of_lengths(self.tokens[ranges(self.collapsed.first, length)] & TOKEN, length)
        digests = row_digests(words)
        self.number = _known_texts(tables, words, digests)
        self.added = np.flatnonzero(self.number < 0)
        self.number[self.added] = len(tables.texts) + np.arange(len(self.added))
        self.digests = digests[self.added]
        self.rows = np.zeros(len(self.added), TEXTS)
        self.rows["first"] = self.collapsed.first[self.added] + len(tables.tokens)
        self.rows["length"] = length[self.added]


def _known_texts(tables: Tables, words: Ragged, digests: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The text of the index that has the same words; -1 where none has."""
    number = np.full(len(words), -1, np.int64)
    keys = text_keys(digests)
    for part in tables.store.parts("text_keys"):
        begin, end = (np.searchsorted(part["keys"], keys, side) for side in ("left", "right"))
        # Hardly ever have two texts the same key.
        for nth in range(int((end - begin).max(initial=0))):
            these = np.flatnonzero(begin + nth < end)
            texts = part["values"][begin[these] + nth].astype(np.int64)
            same = tables.texts[texts]["length"] == words.lengths[these]
            these, texts = these[same], texts[same]
            ours, theirs = words.take(these), tables.words_of(texts)
            unequal = np.concatenate(([0], np.cumsum(ours.values != theirs.values & TOKEN)))
            equal = unequal[ours.indptr[1:]] == unequal[ours.indptr[:-1]]
            number[these[equal]] = texts[equal]
    return number


def text_keys(digests: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """What texts are found by: digests of their words, shortened."""
    return (digests >> np.uint64(32)).astype(np.uint32)
