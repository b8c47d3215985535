"""Records → questions: what was read twice used once, of several versions the one that counts (definition 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from pqreuse.records import CONTENT_FIELDS, Record
from pqreuse.words import digest, find_words

_NO_GROUPS: frozenset[str] = frozenset()
_NO_GROUPED: frozenset[tuple[str, str | None]] = frozenset()
_NAMES = ("uin", "house", "body", "asker", "minister", "heading", "url", "tabled", "answered")
_CUT = 200  # of a question that a list cuts after 255 characters, at least so many stand in its words
content = attrgetter(*CONTENT_FIELDS)
"""The content of a record, without the place where it was read."""


@lru_cache(maxsize=1 << 16)
def joined_words(text: str) -> str:
    """A text's words (definition 3.1), a space between them: what two texts of the same words have in common."""
    return " ".join(find_words(text).words)


class Question:
    """One question: a record, all marks of groups that its copies bore, its identifier, its answer's earlier texts."""

    __slots__ = ("earlier", "grouped", "groups", "id", "record")

    def __init__(self, record: Record, name: str) -> None:
        self.record = record
        self.id = name
        self.grouped = frozenset(record.grouped) if record.grouped else _NO_GROUPED
        self.groups = _NO_GROUPS if record.group is None else frozenset((record.group,))
        self.earlier: tuple[str, ...] = () if record.original is None else (record.original,)

    def absorb(self, other: Record) -> None:
        """Take from a copy what this record does not have."""
        self.grouped |= frozenset(other.grouped)
        if other.group is not None:
            self.groups |= {other.group}
        if other.original is not None and not self.earlier:
            self.earlier = (other.original,)
        if other.correction and not self.record.correction:
            self.record = replace(self.record, correction=True, corrected=other.corrected)
        missing = {
            name: getattr(other, name)
            for name in _NAMES
            if getattr(self.record, name) is None and getattr(other, name) is not None
        }
        if missing:
            self.record = replace(self.record, **missing)


class Distinct(NamedTuple):
    """Each question once, the records that say something new, and what was counted and doubted on the way."""

    questions: list[Question]
    records: list[Record]
    read: int
    duplicates: int
    warnings: list[str]


def distinct(records: Iterable[Record]) -> Distinct:
    """Each question once; the records are gone through once."""
    named: dict[str, Record] = {}
    others: defaultdict[str, list[Record]] = defaultdict(list)  # of a name that was there before
    nameless: list[Record] = []
    questions: list[Question] = []
    warnings: list[str] = []
    count = duplicates = 0
    for record in records:
        count += 1
        name = record.id or identifier_of(record)
        if name is None:
            nameless.append(record)
            continue
        first = named.get(name)
        if first is None:
            named[name] = record
        elif content(first) == content(record):
            duplicates += 1
        else:
            others[name].append(record)
    new = [*named.values(), *chain.from_iterable(others.values()), *nameless]
    _merge_names(named, others)
    for name in sorted(named):
        if name not in others:  # nearly all: nothing to compare
            questions.append(Question(named[name], name))
            continue
        found, again, warning = _one_name(name, sorted((named[name], *others[name]), key=_sortable))
        questions += found
        duplicates += again
        warnings += warning
    found, blank = _unnamed(nameless, questions) if nameless else ([], 0)
    duplicates += len(nameless) - len(found)
    questions += found
    if blank:
        warnings.append(
            f"{blank:,} record{'' if blank == 1 else 's'} without identifier or question, with the words of another "
            "answer: taken as read twice; if they are answers to different questions, each needs an identifier: name "
            "a table's id column (--column id=NAME), put documents into a table that has one"
        )
    return Distinct(questions, new, count, duplicates, warnings)


def _unnamed(records: Sequence[Record], named: Sequence[Question]) -> tuple[list[Question], int]:
    """The questions of records without identifier that are not copies, and how many copies have no question words."""
    # By words and UIN; under None those that a record of any UIN may be a copy of.
    alike: defaultdict[tuple[tuple[str, str], str | None], list[Question]] = defaultdict(list)
    for question in named:
        alike[_words(question.record), None].append(question)
    found: defaultdict[tuple[str, str], list[Question]] = defaultdict(list)
    blank = 0
    for record in sorted(records, key=lambda record: (record.uin is not None, _sortable(record))):
        words = _words(record)
        others = (*alike[words, None], *(alike[words, record.uin] if record.uin is not None else ()))
        copied = next((other for other in others if _may_be_one(other.record, record, words[0])), None)
        if copied is not None:
            copied.absorb(record)
            blank += not words[0]
        else:
            question = Question(record, digest(*words))
            alike[words, record.uin].append(question)
            found[words].append(question)
    for apart in found.values():
        for question in apart if len(apart) > 1 else ():
            record = question.record
            marks = (record.uin, record.tabled, record.answered, record.body)
            question.id += f"#{digest(*(mark or '' for mark in marks))[:8]}"
    return [question for apart in found.values() for question in apart], blank


def _may_be_one(one: Record, other: Record, asked: str) -> bool:
    """Whether nothing that both say tells two records of the same words apart: UIN, date, if nothing is asked body."""
    return (
        agree(one.uin, other.uin)
        and agree_of_dates(one.tabled, other.tabled)
        and agree_of_dates(one.answered, other.answered)
        and (asked != "" or agree(one.body, other.body))
    )


def agree(one: str | None, other: str | None) -> bool:
    """Whether two values may be the same: an unknown one may be any."""
    return one is None or other is None or one == other


def agree_of_dates(one: str | None, other: str | None) -> bool:
    """The same of dates, of which one may be a month."""
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def _merge_names(named: dict[str, Record], others: defaultdict[str, list[Record]]) -> None:
    """Give the records of one question one name where two sources, each with its own, hold the same question.

    Day tabled and UIN name a question too; but what one source tells apart by its identifiers is not the same.
    """
    by_uin: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, first in named.items():
        for record in (first, *others[name]) if name in others else (first,):
            if record.uin is not None and record.tabled is not None and len(record.tabled) == 10:
                by_uin[record.tabled, record.uin].add(name)
    for _, names in sorted((key, names) for key, names in by_uin.items() if len(names) > 1):
        kept: list[str] = []
        for name in sorted(names & named.keys()):
            records = [named[name], *others.get(name, ())]
            for other in kept:
                if any(_are_one(left, right) for left in (named[other], *others.get(other, ())) for right in records):
                    others[other] += records
                    del named[name]
                    others.pop(name, None)
                    break
            else:
                kept.append(name)


def _are_one(left: Record, right: Record) -> bool:
    """Whether two records of the same day tabled and UIN, but other identifiers, are the same question."""
    # The API's are numbers, others are not.
    if left.id is not None and right.id is not None and left.id.isdecimal() == right.id.isdecimal():
        return False
    if left.preview or right.preview:
        cut, whole = sorted((joined_words(left.text), joined_words(right.text)), key=len)
        begins = cut.rpartition(" ")[0]  # its last word may be cut too
        return begins != "" and whole.startswith(begins)
    (left_asked, left_said), (right_asked, right_said) = _words(left), _words(right)
    versions = (left.holding, left.correction) != (right.holding, right.correction)
    alike = _is_asked(left_asked, right_asked) or _is_asked(right_asked, left_asked)
    return alike and (versions or left_said == right_said)


def _is_asked(asked: str, whole: str) -> bool:
    """Whether a question's words are these, or as many of them as a list leaves: the last one may be cut too."""
    return asked == whole or (len(asked) > _CUT and whole.startswith(asked.rpartition(" ")[0]))


def _one_name(name: str, records: Sequence[Record]) -> tuple[list[Question], int, list[str]]:
    """The questions that go by one identifier: one, unless the source gave it twice with different words."""
    questions: dict[tuple[str, str], Question] = {}
    again = 0
    # A list cuts questions without a mark: the whole text counts.
    for record in sorted(records, key=lambda record: -len(record.question)):
        asked, said = _words(record)
        words = next((one for one in questions if one[1] == said and _is_asked(asked, one[0])), (asked, said))
        if words in questions:
            again += 1
            questions[words].absorb(record)
        else:
            questions[words] = Question(record, name)
    if len(questions) == 1:
        return list(questions.values()), again, []
    whole = {words: one for words, one in questions.items() if not one.record.preview} or questions
    full = {words: one for words, one in whole.items() if not one.record.holding} or whole
    corrected = [one for one in full.values() if one.record.correction]
    if corrected or len(full) == 1:
        versions = sorted(whole.values(), key=_version)
        last = versions[-1]
        earlier = [text for one in versions for text in (*one.earlier, one.record.text)]
        for question in questions.values():
            last.absorb(question.record)
        last.earlier = tuple(earlier[:-1])
        if corrected:
            reason = "the corrected version counts"
        elif len(whole) > 1:
            reason = "the full answer counts, not the holding reply"
        else:
            reason = "the full text counts, not the preview"
        return [last], again, [f"identifier {name} was read in {len(questions)} versions: {reason}"]
    for words, question in full.items():
        question.id = f"{name}#{digest(*words)[:8]}"
    names = ", ".join(sorted(question.id for question in full.values()))
    return (
        list(full.values()),
        again,
        [f"identifier {name} stands for {len(full)} records with different words: told apart as {names}"],
    )


def name_of(record: Record) -> str:
    """The name of a record: its identifier, else its day and UIN, else a digest of its words."""
    return identifier_of(record) or digest(*_words(record))


def identifier_of(record: Record) -> str | None:
    """A record's own identifier, else its day and UIN, else None."""
    if record.id:
        return record.id
    return f"{record.tabled}/{record.uin}" if record.tabled is not None and record.uin is not None else None


def _sortable(record: Record) -> tuple[str, ...]:
    """A key by content alone, so that neither order nor folder of the files matters."""
    return tuple("" if value is None else str(value) for value in content(record))


def _version(question: Question) -> tuple[bool, bool, str, tuple[str, ...]]:
    """When a version was published: corrections after what they correct, holding replies first."""
    record = question.record
    return not record.holding, record.correction, record.corrected or record.answered or "", _sortable(record)


def _words(record: Record) -> tuple[str, str]:
    return joined_words(record.question), joined_words(record.text)
