"""The records of an index, what bears on what among them, and the answers that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pqreuse.corpus import resolve, same_answers
from pqreuse.index.tables import Tables
from pqreuse.packing import BLOCKS, unpack_some
from pqreuse.ragged import Ragged, row_digests
from pqreuse.records import Answer, Corpus, Reading, Record
from pqreuse.referrals import cited_uins
from pqreuse.words import index_words


class Kept:
    """The records of an index, with what bears on what.

    Parameters
    ----------
    tables : Tables
    """

    def __init__(self, tables: Tables) -> None:
        store = tables.store
        self.tables = tables
        self._data, self._blocks = store.column("records", "u1"), store.column("blocks", BLOCKS)
        self.count = int(self._blocks[-1]["records"]) if len(self._blocks) else 0
        self.root = np.arange(self.count)
        rows = store.column("roots", "<i4").reshape(-1, 2)
        self.root[rows[:, 0]] = rows[:, 1]
        self.dropped = np.zeros(self.count, bool)
        self.dropped[store.column("dropped", "<i4")] = True
        self._parts = store.parts("record_keys")

    def having(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of these keys, and a record that has each, as often as there is one."""
        places, records = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for part in self._parts:
            begin, end = (np.searchsorted(part["keys"], keys, side) for side in ("left", "right"))
            for place in np.flatnonzero(begin < end).tolist():
                found = part["values"][begin[place] : end[place]].astype(np.int64)
                places.append(np.full(len(found), place))
                records.append(found)
        return np.concatenate(places), np.concatenate(records)

    def bearing(self, roots: Iterable[int]) -> dict[int, Record]:
        """All records that bear on one another under these roots, those that were dropped left out."""
        there = np.isin(self.root, list(roots)) & ~self.dropped
        return unpack_some(self._data, self._blocks, np.flatnonzero(there).tolist())

    def answers_with(self, keys: Iterable[int]) -> dict[str, Answer]:
        """Answers of all records that bear on those with one of these keys, by identifier."""
        _, records = self.having(np.fromiter(set(keys), np.uint64))
        return answers_of(self.bearing(set(self.root[records].tolist())).values())

    def answer(self, number: int) -> Answer:
        """A living answer."""
        root = self.root[self.tables.answers[number]["record"]]
        (name,) = self.tables.ids([number])
        return answers_of(self.bearing([root]).values())[name]

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """The numbers of living answers of these identifiers."""
        wanted = set(names)
        _, records = self.having(np.array([one for name in wanted for one in name_keys(name)], np.uint64))
        living = self.answers_under(set(self.root[records].tolist())).tolist()
        return {name: one for one, name in zip(living, self.tables.ids(living), strict=True) if name in wanted}

    def answers_under(self, roots: Iterable[int]) -> NDArray[np.int64]:
        """Living answers of these records."""
        tables = self.tables
        under = np.isin(self.root[tables.answers["record"]], list(roots))
        return np.flatnonzero(under & tables.alive)


def answers_of(records: Iterable[Record]) -> dict[str, Answer]:
    """The answers that records make, by identifier."""
    return by_id(resolve(Reading(records)))


def by_id(corpus: Corpus) -> dict[str, Answer]:
    """Answers by their identifiers."""
    return {answer.id: answer for answer in corpus.answers}


def same_in_index(kept: Kept, new: Corpus) -> list[int]:
    """The number of the answer of the index that each of these is, see `same_answers`; -1 for one that it has not."""
    keys: set[int] = set()
    for answer in new:
        names = [name for name in answer.question_ids if name not in new.positions]
        keys |= {one for name in names for one in name_keys(name)}
        if names or any(answer.questions):
            (said,) = word_digests([answer.text])
            keys |= {key("words", asked, said) for asked in word_digests(list(answer.questions))}
    found = kept.answers_with(keys)
    if not found:
        return [-1] * len(new)
    old = Corpus(answers=[found[name] for name in sorted(found)])
    words = index_words([answer.text for answer in (*old.answers, *new.answers)])
    numbers = kept.numbers(found)
    return [-1 if place < 0 else numbers[old[place].id] for place in same_answers(old, new, words)]


def cited_answers(kept: Kept, answers: Sequence[Answer]) -> list[Answer]:
    """Answers of the index with a UIN that one of these texts names."""
    uins = {uin for answer in answers for uin in cited_uins(answer.text)}
    return list(kept.answers_with(key("cited", uin) for uin in uins).values())


def name_keys(name: str) -> tuple[int, int]:
    """Keys of the records that an answer's identifier may be of: its own, or one that was told apart by ``#``."""
    return key("name", name), key("name", name.partition("#")[0])


def key(*parts: object) -> int:
    """A number by which records are found that have something in common."""
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def word_digests(texts: list[str]) -> list[int]:
    """A number of each text's words: equal where they are."""
    words = index_words(texts)
    digests: list[int] = row_digests(Ragged(words.vocabulary.hashes[words.tokens], words.indptr)).tolist()
    return digests
