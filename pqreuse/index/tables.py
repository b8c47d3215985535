"""What an index holds, as arrays: answers, their words, texts, and which texts are alike. Reads; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.postings import Sizes
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, by_row, ranges
from pqreuse.records import Unit
from pqreuse.stock import rule_of
from pqreuse.storage import Store

UNITS: tuple[Unit, Unit] = ("paragraph", "sentence")

ANSWERS = np.dtype([("first_day", "<i4"), ("last_day", "<i4"), ("words", "<i8"), ("id", "<i8"), ("record", "<i4")])
"""Of each answer: its days, where its words and its identifier end, and one of its records."""
TEXTS = np.dtype([("first", "<i8"), ("length", "<i4"), ("shingles", "<i4")])
"""Of each text: where its words stand, how many they are, how many distinct shingles they have."""
SEGMENTS = np.dtype([("answer", "<i4"), ("text", "<i4")])
CHANGES = np.dtype([("text", "<i4"), ("exemplar", "<i4"), ("answers", "<i4"), ("first_day", "<i4")])
"""What has become of a text in one unit; of several the last row counts."""
FORMER = np.dtype([("unit", "<i4"), ("text", "<i4"), ("heir", "<i4")])
"""A text that was an exemplar and is none, and one of the texts of the family that it is in now."""
WORD_FACTS = np.dtype([("hash", "<u8"), ("numeric", "?")])

_ALL = slice(None)
CLOSED, GLUED, TOKEN = 1 << 30, 1 << 31, (1 << 30) - 1
"""In a word's number: whether no run passes on to the next word, whether a decimal point joins it to that."""


@dataclass(slots=True)
class Alike:
    """Which texts are alike in one unit.

    Attributes
    ----------
    exemplar : ndarray of int32, shape (n_texts,)
        The text whose family each text is in; -1 where no answer has it in this unit.
    answers : ndarray of int32, shape (n_texts,)
        Answers that have each text.
    first_day : ndarray of int32, shape (n_texts,)
    """

    exemplar: NDArray[np.int32]
    answers: NDArray[np.int32]
    first_day: NDArray[np.int32]

    @classmethod
    def of_rows(cls, rows: NDArray[np.void], n_texts: int) -> Alike:
        """What the rows of a column of changes come to."""
        alike = cls(np.full(n_texts, -1, np.int32), np.zeros(n_texts, np.int32), np.full(n_texts, NONE, np.int32))
        # Of equal places NumPy keeps what is assigned last.
        for name in ("exemplar", "answers", "first_day"):
            getattr(alike, name)[rows["text"]] = rows[name]
        return alike

    def resized(self, n_texts: int) -> Alike:
        """The same with so many texts, the new ones in no answer."""
        more = n_texts - len(self.exemplar)
        return Alike(
            np.append(self.exemplar, np.full(more, -1, np.int32)),
            np.append(self.answers, np.zeros(more, np.int32)),
            np.append(self.first_day, np.full(more, NONE, np.int32)),
        )

    @property
    def is_exemplar(self) -> NDArray[np.bool_]:
        """Which texts are exemplars."""
        found: NDArray[np.bool_] = self.exemplar == np.arange(len(self.exemplar))
        return found

    def key(self, texts: NDArray[np.integer] | slice = _ALL) -> NDArray[np.int64]:
        """What texts are ordered by before their words: more answers first, then the earlier day; others last."""
        answers = self.answers[texts].astype(np.int64)
        return np.where(answers == 0, np.iinfo(np.int64).max, -answers << 32 | self.first_day[texts])


class Tables:
    """The arrays of one state of an index.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.params = ReuseParams(**store.head["params"])
        self.tokens: NDArray[np.uint32] = store.column("tokens", "<u4")
        self.answers = store.column("answers", ANSWERS)
        self.texts = store.column("texts", TEXTS)
        self.rule = rule_of(self.params)
        self.postings = store.parts("postings")
        facts = store.column("word_facts", WORD_FACTS)
        self.hashes: NDArray[np.uint64] = np.ascontiguousarray(facts["hash"])
        self.numeric: NDArray[np.bool_] = np.ascontiguousarray(facts["numeric"])

    @cached_property
    def sizes(self) -> Sizes:
        """Of the texts."""
        return Sizes.of(np.ascontiguousarray(self.texts["shingles"]), self.rule)

    @cached_property
    def words(self) -> list[str]:
        """The distinct words, in the order in which they were met."""
        text = self.store.column("words", "u1").tobytes().decode("utf-8", "surrogatepass")
        return text.split("\n")[:-1]

    @cached_property
    def word_numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Which answers count: others were removed, or replaced."""
        alive = np.ones(len(self.answers), bool)
        alive[self.store.column("dead", "<i4")] = False
        return alive

    @cached_property
    def alike(self) -> tuple[Alike, Alike]:
        """Of paragraphs, and of sentences."""
        paragraphs, sentences = (
            Alike.of_rows(self.store.column(f"{unit}_changes", CHANGES), len(self.texts)) for unit in UNITS
        )
        return paragraphs, sentences

    @cached_property
    def word_ends(self) -> NDArray[np.int64]:
        """Where the words of each answer end, a zero before them."""
        return np.concatenate(([0], self.answers["words"]))

    def ids(self, answers: Iterable[int]) -> Iterator[str]:
        """Identifiers of answers."""
        text, ends = self.store.column("ids", "u1"), self.answers["id"]
        for answer in answers:
            start = int(ends[answer - 1]) if answer else 0
            yield text[start : int(ends[answer])].tobytes().decode("utf-8", "surrogatepass")

    def uses(self, unit: int) -> NDArray[np.void]:
        """Segments of a unit that are long enough to compare, as they were added: answer and text."""
        return self.store.column(f"{UNITS[unit]}_segments", SEGMENTS)

    @cached_property
    def exemplars(self) -> tuple[NDArray[np.bool_], ...]:
        """Of each unit, which texts are exemplars."""
        return tuple(alike.is_exemplar for alike in self.alike)

    @cached_property
    def members(self) -> tuple[Ragged, ...]:
        """Of each unit, the texts that are in the family of each exemplar; of other texts none."""
        return tuple(by_row(np.arange(len(self.texts)), alike.exemplar, len(self.texts)) for alike in self.alike)

    @cached_property
    def users(self) -> tuple[Ragged, ...]:
        """Of each unit, the living answers that have each text, as often as they have it."""
        found = []
        for unit in range(len(UNITS)):
            uses = self.uses(unit)
            uses = uses[self.alive[uses["answer"]]]
            found.append(by_row(uses["answer"], uses["text"], len(self.texts)))
        return tuple(found)

    def words_of(self, texts: NDArray[np.integer]) -> Ragged:
        """The words of texts, by their numbers, with what else is known of each."""
        rows = self.texts[texts]
        return Ragged.of_lengths(self.tokens[ranges(rows["first"], rows["length"])], rows["length"])
