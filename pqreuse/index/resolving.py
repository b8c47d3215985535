"""New records and those of an index → the answers that come and go, as if all had been read at once.

Records bear on one another only where they have a key in common: an identifier, a day and a UIN, the same words, a
group, a body that answers twice on one day. So what new records may change is found by following keys, and only that is
resolved again. A key that two records share by chance costs a little work and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from pqreuse.corpus import resolve, without_body
from pqreuse.duplicates import content, identifier_of, joined_words, name_of
from pqreuse.errors import UnknownAnswerError, nearest
from pqreuse.groups import Sets
from pqreuse.index.kept import Kept, answers_of, by_id, key, name_keys, word_digests
from pqreuse.records import Answer, Corpus, Reading, Record


@dataclass(frozen=True, slots=True)
class Resolved:
    """What new records make of the answers of an index.

    Attributes
    ----------
    records : list of Record
        Those that say something new, to be numbered on behind the old ones.
    repeated : int
        New records that say nothing new.
    keys : ndarray of uint64, shape (n_keys,)
        Keys of records that the index does not have, each with
    key_records : ndarray of int64, shape (n_keys,)
        the number of a record.
    roots : ndarray of int64, shape (n_rooted, 2)
        Records, and the record that now stands for all that bear on it.
    gone : ndarray of int64
        Answers of the index that are no more.
    came : list of Answer
    record_of : list of int
        Of each answer that came, the number of a record that bears on it.
    dropped : list of int
        Records of the index that do not count any more.
    warnings : list of str
        What was not in doubt before.
    """

    records: list[Record]
    repeated: int
    keys: NDArray[np.uint64]
    key_records: NDArray[np.int64]
    roots: NDArray[np.int64]
    gone: NDArray[np.int64]
    came: list[Answer]
    record_of: list[int]
    dropped: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def resolve_with(kept: Kept, read: Sequence[Record]) -> Resolved:
    """Say what records that were read now make of the answers of an index."""
    found = _Bearing(kept, read)
    old = resolve(Reading(found.old.values()))
    said = {content(record) for record in found.old.values()}
    new: dict[int, Record] = {}
    for number, record in found.new.items():
        # A nameless record without a question is never certain to be a copy: `resolve` counts and tells those.
        if content(record) not in said or not (identifier_of(record) or record.question):
            said.add(content(record))
            new[number] = record
    numbers = np.fromiter(new, np.int64, len(new))

    def final(places: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(places < kept.count, places, kept.count + np.searchsorted(numbers, places))

    stays = {*found.old, *new}
    now = resolve(Reading(chain(found.old.values(), new.values())))
    gone, came = _changes(kept, found.roots, by_id(old), by_id(now))
    records = np.array(_records_of(came, {**found.old, **new}), np.int64)
    rows = np.array(found.labels(new), np.int64).reshape(-1, 2)
    known = np.isin(found.key_records, list(stays))
    return Resolved(
        records=list(new.values()),
        repeated=len(found.new) - len(new),
        keys=found.keys[known],
        key_records=final(found.key_records[known]),
        roots=np.column_stack((final(rows[:, 0]), final(rows[:, 1]))),
        gone=np.array(gone, np.int64),
        came=came,
        record_of=final(records).tolist(),
        warnings=_new_warnings(old, now),
    )


def _new_warnings(old: Corpus, now: Corpus) -> list[str]:
    """What is in doubt now and was not before; of answers without a body only a count of all of them means anything."""
    known = {*old.warnings, *without_body([answer.body for answer in now])}
    return [warning for warning in now.warnings if warning not in known]


def resolve_without(kept: Kept, names: Iterable[str]) -> Resolved:
    """Say what is left of an index without some answers, named by any of their questions.

    Raises
    ------
    UnknownAnswerError
        If no answer has a name.
    """
    roots: set[int] = set()
    removed: dict[str, Answer] = {}
    for name in names:
        _, having = kept.having(np.array(name_keys(name), np.uint64))
        under = set(kept.root[having].tolist())
        known = answers_of(kept.bearing(under).values()).values()
        answer = next((one for one in known if name in (one.id, *one.question_ids)), None)
        if answer is None:
            near = nearest(name, kept.tables.ids(np.flatnonzero(kept.tables.alive).tolist()))
            raise UnknownAnswerError(
                f"no answer of the index has the identifier {name!r}{near}; "
                f"`pqreuse score {kept.tables.store.path} --format csv` lists those there are"
            )
        roots |= under
        removed[answer.id] = answer
    bearing = kept.bearing(roots)
    dropped = _making(removed, bearing)
    left = {number: one for number, one in bearing.items() if number not in dropped}
    gone, came = _changes(kept, roots, answers_of(bearing.values()), answers_of(left.values()))
    none = np.empty(0, np.int64)
    return Resolved(
        records=[],
        repeated=0,
        keys=none.astype(np.uint64),
        key_records=none,
        roots=none.reshape(-1, 2),
        gone=gone,
        came=came,
        record_of=_records_of(came, left),
        dropped=sorted(dropped),
    )


def _making(removed: Mapping[str, Answer], records: Mapping[int, Record]) -> set[int]:
    """The records without which answers are no more, under whatever name."""
    said = {joined_words(answer.text) for answer in removed.values()}
    before = answers_of(records.values())
    known = {name.partition("#")[0] for one in before.values() for name in (one.id, *one.question_ids)}
    wanted, making = dict(removed), set[int]()
    while wanted:
        names = {name for one in wanted.values() for name in (one.id, *one.question_ids)}
        # Of records that were told apart, as 1#8c07… and 1#d3f1…, only those with the words of one that is wanted.
        stems = {name.partition("#")[0] for name in names}
        found = {
            number
            for number, record in records.items()
            if name_of(record) in names or (name_of(record) in stems and joined_words(record.text) in said)
        }
        # Versions from another source, which have given way to these and have no name among the answers.
        asked = {(one.tabled, one.uin) for one in map(records.__getitem__, found) if one.tabled and one.uin}
        found |= {
            number
            for number, record in records.items()
            if (record.tabled, record.uin) in asked and name_of(record).partition("#")[0] not in known
        }
        found -= making
        making |= found
        left = answers_of(record for number, record in records.items() if number not in making)
        wanted = {
            name: one
            for name, one in left.items()
            if found and (name in removed or (name not in before and joined_words(one.text) in said))
        }
    return making


def _changes(
    kept: Kept, roots: Iterable[int], old: Mapping[str, Answer], now: Mapping[str, Answer]
) -> tuple[NDArray[np.int64], list[Answer]]:
    """Answers of the index under these roots that are no more, and those that came."""
    living = kept.answers_under(roots).tolist()
    ids = kept.tables.ids(living)
    gone = [number for number, name in zip(living, ids, strict=True) if old.get(name) != now.get(name)]
    return np.array(gone, np.int64), [answer for name, answer in now.items() if old.get(name) != answer]


def _records_of(answers: Iterable[Answer], records: Mapping[int, Record]) -> list[int]:
    """Of each answer the number of a record that bears on it."""
    number = {name_of(record): number for number, record in records.items()}
    return [number[one.id] if one.id in number else number[one.id.partition("#")[0]] for one in answers]


class _Bearing:
    """New records, numbered on behind those of an index, with all old ones that bear on them.

    Attributes
    ----------
    new, old : dict of int to Record
    roots : set of int
        Under which the old ones stand.
    keys, key_records
        See `Resolved`.
    """

    def __init__(self, kept: Kept, read: Sequence[Record]) -> None:
        self._kept = kept
        self.new = {kept.count + place: record for place, record in enumerate(read)}
        self.old: dict[int, Record] = {}
        self.roots: set[int] = set()
        self._sets = Sets(kept.count + len(read))
        self._owner: dict[int, int] = {}
        self._said: dict[int, tuple[int, int]] = {}
        self._look_at(self.new)
        # A UIN alone looks up what a referral names, and links nothing.
        told = [(key("cited", one.uin.casefold()), number) for number, one in self.new.items() if one.uin is not None]
        pending = [(key, number) for number in self.new for key in self._keys([number])]
        while pending:
            told += pending
            self._follow(pending)
            pending = [
                (key, members[0])
                for members in self._sets.members(sorted({*self.new, *self.old}))
                if len(members) > 1
                for key in self._keys(members)
                if key not in self._owner
            ]
        keys, numbers = np.array(told, np.uint64).reshape(-1, 2).T
        self.keys, self.key_records = keys, numbers.astype(np.int64)

    def labels(self, numbers: Iterable[int]) -> list[tuple[int, int]]:
        """These new records, and all old ones that bear on new ones, each with the record that stands for its like."""
        under = np.flatnonzero(np.isin(self._kept.root, list(self.roots))).tolist()
        roots = {number: self._sets.root(int(self._kept.root[number])) for number in under}
        roots |= {number: self._sets.root(number) for number in numbers}
        least: dict[int, int] = {}
        for number in sorted(roots):
            least.setdefault(roots[number], number)
        before = self._kept.root
        # A record that says nothing stands for itself.
        known = {number: int(before[number]) if number < len(before) else number for number in roots}
        return [(number, least[root]) for number, root in roots.items() if least[root] != known[number]]

    def _follow(self, pending: Sequence[tuple[int, int]]) -> None:
        """Link what has the same keys; take what the index has of them."""
        first_with: dict[int, int] = {}
        for one, number in pending:
            first_with.setdefault(one, number)
            self._sets.link([(self._owner.setdefault(one, number), number)])
        keys = np.fromiter(first_with, np.uint64, len(first_with))
        places, records = self._kept.having(keys)
        numbers = list(first_with.values())
        roots = self._kept.root[records].tolist()
        self._sets.link((root, numbers[place]) for place, root in zip(places.tolist(), roots, strict=True))
        taken = self._kept.bearing(set(roots) - self.roots)
        self.roots |= set(roots)
        self._sets.link((int(self._kept.root[number]), number) for number in taken)
        self.old |= taken
        self._look_at(taken)

    def _look_at(self, records: Mapping[int, Record]) -> None:
        """Note the words of questions and answers."""
        asked = word_digests([record.question for record in records.values()])
        said = word_digests([record.text for record in records.values()])
        self._said |= zip(records, zip(asked, said, strict=True), strict=True)

    def _keys(self, numbers: Sequence[int]) -> set[int]:
        """Keys of records that bear on one another: what one does not say another may."""
        records = [self.new.get(number) or self.old[number] for number in numbers]
        said = [self._said[number] for number in numbers]
        keys = {key("words", *words) for words in said}
        keys |= {key("name", name_of(record)) for record in records}
        keys |= {key("day", record.tabled, record.uin) for record in records if record.tabled and record.uin}
        keys |= {key("group", record.group) for record in records if record.group is not None}
        months = {(record.tabled or "")[:7] for record in records}
        uins = {(record.uin, month) for record in records if record.uin is not None for month in months}
        uins |= {
            (uin, month)
            for record in records
            for uin, date in record.grouped
            for month in (months if date is None else {date[:7]})
        }
        keys |= {key("uin", house, *pair) for house, pair in product({one.house or "" for one in records}, uins)}
        days = {record.answered for record in records if record.answered is not None and len(record.answered) == 10}
        bodies = {record.body.casefold() for record in records if record.body}
        if any(record.house for record in records):
            keys |= {key("twin", *three) for three in product(days, bodies, {answer for _, answer in said})}
        return keys
