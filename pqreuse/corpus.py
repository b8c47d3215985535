"""Records → answers: what was read twice is used once, what was answered together is one answer (definition 3.2)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from pqreuse.errors import ParameterError
from pqreuse.readers import Reading, read_records
from pqreuse.records import Answer, Corpus, Progress, Record, days
from pqreuse.words import digest, find_words

_CONTENT = attrgetter(*(name for name in Record.__dataclass_fields__ if name not in ("file", "where")))
_NO_GROUPS: frozenset[str] = frozenset()


def read_answers(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    input_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Corpus:
    """Read answers from files.

    Parameters
    ----------
    inputs : path, str or iterable of them
        Files, folders, globs; ``"-"`` is standard input.
    input_format : str, optional
        One of ``pqreuse.readers.FORMATS``; by default found by looking at each file.
    columns : mapping, optional
        For tables: which column is the text, the id and so on, as ``{"text": "Answer given"}``. Usual names are found.
    strict : bool
        Stop at the first bad record instead of leaving it out and saying so.
    progress : callable, optional
        See `Progress`.

    Returns
    -------
    Corpus
        Duplicates used once, official groups as one answer, sorted by identifier.

    Raises
    ------
    InputError
        If nothing at all can be read, or at the first bad record when ``strict``.
    """
    reading = read_records(inputs, input_format=input_format, columns=columns, strict=strict, progress=progress)
    return resolve(reading)


def as_corpus(answers: Iterable[Answer] | Iterable[str]) -> Corpus:
    """A corpus of answers at hand.

    Plain strings, and answers without an identifier, get their position as one: ``"0"``, ``"1"`` and so on, with zeros
    in front where there are more than ten, so that they sort as they stand.

    Raises
    ------
    ParameterError
        If an item is neither text nor `Answer`, or two have the same identifier.
    """
    if isinstance(answers, Corpus):
        return answers
    if isinstance(answers, str | bytes | os.PathLike | Mapping | Set) or not isinstance(answers, Iterable):
        raise ParameterError(
            "answers must be a list of texts, a data frame, or what read_answers(path) returns, not "
            f"{type(answers).__name__}"
        )
    items = list(answers)
    digits = len(str(max(len(items) - 1, 0)))
    named: dict[str, Answer] = {}
    for place, item in enumerate(items):
        if not isinstance(item, str | Answer):
            raise ParameterError(
                f"answers must be texts or Answer records, got {type(item).__name__} at position {place}"
            )
        answer = Answer(text=item) if isinstance(item, str) else item
        name = answer.id or f"{place:0{digits}}"
        if name in named:
            raise ParameterError(f"two answers have the identifier {name!r} (the second at position {place})")
        known = answer.id and answer.question_ids
        named[name] = answer if known else replace(answer, id=name, question_ids=answer.question_ids or (name,))
    ordered = tuple(named[name] for name in sorted(named))
    return Corpus(
        answers=ordered,
        records=sum(len(answer.question_ids) for answer in ordered),
        previews=sum(answer.preview for answer in ordered),
    )


def resolve(reading: Reading) -> Corpus:
    """Answers of what was read."""
    entries, duplicates, warnings = _distinct(reading.records)
    answers, apart = _group(entries)
    if apart:
        warnings.append(
            f"{_number(apart, 'set')} of questions marked as answered together {_have(apart)} answers with different "
            "words: kept apart"
        )
    return Corpus(
        answers=tuple(sorted(answers, key=lambda answer: answer.id)),
        files=reading.files,
        records=len(reading.records),
        duplicate_records=duplicates,
        groups_apart=apart,
        previews=sum(answer.preview for answer in answers),
        skipped=tuple(reading.skipped),
        warnings=(*reading.warnings, *warnings),
    )


class _Entry:
    """One question: a record, all marks of groups that its copies bore, and its identifier."""

    __slots__ = ("grouped", "groups", "id", "record")

    def __init__(self, record: Record, name: str) -> None:
        self.record = record
        self.id = name
        self.grouped = frozenset(record.grouped)
        self.groups = _NO_GROUPS if record.group is None else frozenset((record.group,))

    def absorb(self, other: Record) -> None:
        """Take from a copy what this record does not have."""
        self.grouped |= frozenset(other.grouped)
        if other.group is not None:
            self.groups |= {other.group}
        missing = {
            name: getattr(other, name)
            for name in ("uin", "house", "body", "asker", "minister", "heading", "url", "tabled", "answered")
            if getattr(self.record, name) is None and getattr(other, name) is not None
        }
        if missing:
            self.record = replace(self.record, **missing)


def _distinct(records: Sequence[Record]) -> tuple[list[_Entry], int, list[str]]:
    """Each question once, how many records were read again, and what is doubtful."""
    named: defaultdict[str, list[Record]] = defaultdict(list)
    nameless: list[Record] = []
    for record in records:
        name = _identifier(record)
        if name is None:
            nameless.append(record)
        else:
            named[name].append(record)
    entries: list[_Entry] = []
    warnings: list[str] = []
    duplicates = 0
    for name in sorted(named):
        if len(named[name]) == 1:  # nearly all: nothing to compare
            entries.append(_Entry(named[name][0], name))
            continue
        found, again, warning = _one_name(name, sorted(named[name], key=_content))
        entries += found
        duplicates += again
        warnings += warning
    by_words = {}
    if nameless:
        for entry in reversed(entries):
            by_words[_words(entry.record)] = entry
    blank = 0
    for record in sorted(nameless, key=_content):
        words = _words(record)
        if words in by_words:
            by_words[words].absorb(record)
            duplicates += 1
            blank += not words[0]
        else:
            entry = by_words[words] = _Entry(record, digest(*words))
            entries.append(entry)
    if blank:
        warnings.append(
            f"{_number(blank, 'record')} without identifier or question, with the words of another answer: "
            "taken as read twice; if they are answers to different questions, name an id column (--column id=NAME)"
        )
    return entries, duplicates, warnings


def _one_name(name: str, records: Sequence[Record]) -> tuple[list[_Entry], int, list[str]]:
    """The questions that go by one identifier: one, unless the source gave it twice with different words."""
    entries: dict[tuple[str, str], _Entry] = {}
    again = 0
    for record in records:
        words = _words(record)
        if words in entries:
            again += 1
            entries[words].absorb(record)
        else:
            entries[words] = _Entry(record, name)
    if len(entries) == 1:
        return list(entries.values()), again, []
    full = {words: entry for words, entry in entries.items() if not entry.record.preview} or entries
    corrected = [entry for entry in full.values() if entry.record.correction]
    if corrected or len(full) == 1:
        last = max(corrected or full.values(), key=lambda entry: (_last_changed(entry.record), _content(entry.record)))
        for entry in entries.values():
            last.absorb(entry.record)
        reason = "the corrected version counts" if corrected else "the full text counts, not the preview"
        return [last], again, [f"identifier {name} was read in {len(entries)} versions: {reason}"]
    for words, entry in full.items():
        entry.id = f"{name}#{digest(*words)[:8]}"
    names = ", ".join(sorted(entry.id for entry in full.values()))
    return (
        list(full.values()),
        again,
        [f"identifier {name} stands for {len(full)} records with different words: told apart as {names}"],
    )


def _group(entries: Sequence[_Entry]) -> tuple[list[Answer], int]:
    """Answers, and the number of sets marked as answered together whose members' answers differ."""
    parent = list(range(len(entries)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for left, right in _links(entries):
        parent[root(right)] = root(left)
    sets: defaultdict[int, list[_Entry]] = defaultdict(list)
    for place in sorted(range(len(entries)), key=lambda place: entries[place].id):
        sets[root(place)].append(entries[place])
    answers: list[Answer] = []
    apart = 0
    for members in sets.values():
        if len(members) == 1:
            answers.append(_answer(members))
            continue
        by_answer: defaultdict[str, list[_Entry]] = defaultdict(list)
        for entry in members:
            by_answer[_fold(entry.record.text)].append(entry)
        apart += len(by_answer) > 1
        answers += [_answer(together) for together in by_answer.values()]
    return answers, apart


def _links(entries: Sequence[_Entry]) -> Iterator[tuple[int, int]]:
    """Pairs of questions that the source marks as answered together.

    A UIN only looks up: two records that share one are no pair by that, for UINs repeat across sessions.
    """
    by_group: dict[str, int] = {}
    by_uin: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for name in entry.groups:
            yield by_group.setdefault(name, place), place
        if entry.record.uin is not None:
            by_uin[entry.record.house or "", entry.record.uin].append(place)
    for place, entry in enumerate(entries):
        if not entry.grouped:
            continue
        tabled = entry.record.tabled or ""
        for uin, date in entry.grouped:
            for other in by_uin[entry.record.house or "", uin]:
                theirs = entries[other].record.tabled or ""
                # On the date that the source gives, as exactly as the other's is known; else in the same month.
                same_time = theirs == date[: len(theirs)] != "" if date else theirs[:7] == tabled[:7]
                if same_time and other != place:
                    yield place, other


def _answer(entries: Sequence[_Entry]) -> Answer:
    """One answer of questions answered together, smallest identifier first."""
    return answer_of([entry.record for entry in entries], [entry.id for entry in entries])


def answer_of(records: Sequence[Record], names: Sequence[str]) -> Answer:
    """One answer of records that were answered together, with their identifiers, smallest first."""
    # A copy with the full text says more than one that the source cut.
    text = next((record for record in records if not record.preview), records[0])
    return Answer(
        text=text.text,
        id=names[0],
        question_ids=tuple(names),
        questions=tuple(record.question for record in records),
        uins=tuple(dict.fromkeys(record.uin for record in records if record.uin is not None)),
        date=_date(records),
        body=_first(records, "body"),
        minister=_first(records, "minister"),
        house=_first(records, "house"),
        heading=_first(records, "heading"),
        url=_first(records, "url"),
        tables=text.tables,
        markup=text.markup,
        preview=text.preview,
    )


def _date(records: Sequence[Record]) -> str | None:
    """Answered, else tabled, else the month tabled; of several the most precise, then the earliest."""
    dates = [record.answered for record in records if record.answered is not None]
    dates = dates or [record.tabled for record in records if record.tabled is not None]
    return min(dates, key=lambda date: (-len(date), days(date))) if len(dates) > 1 else next(iter(dates), None)


def _identifier(record: Record) -> str | None:
    if record.id is not None:
        return record.id
    return f"{record.tabled}/{record.uin}" if record.tabled is not None and record.uin is not None else None


def _content(record: Record) -> tuple[str, ...]:
    """A key by content alone, so that neither order nor folder of the files matters."""
    return tuple("" if value is None else str(value) for value in _CONTENT(record))


def _last_changed(record: Record) -> str:
    return record.corrected or record.answered or ""


def _words(record: Record) -> tuple[str, str]:
    return _fold(record.question), _fold(record.text)


@lru_cache(maxsize=1 << 16)
def _fold(text: str) -> str:
    return " ".join(find_words(text).words)


def _first(records: Iterable[Record], name: str) -> str | None:
    for record in records:
        value: str | None = getattr(record, name)
        if value is not None:
            return value
    return None


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
