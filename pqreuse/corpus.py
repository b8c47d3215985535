"""Records → answers: what was read twice used once, of versions the last, of a group one answer (definition 3.2)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from pqreuse.duplicates import Question, agree, agree_of_dates, distinct, joined_words
from pqreuse.errors import ParameterError
from pqreuse.garbage import no_garbage_collection
from pqreuse.groups import Sets, marked_together, twins
from pqreuse.readers import Reading, stream_records
from pqreuse.records import Answer, Corpus, Progress, Record, days
from pqreuse.words import Words, digest


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
    reading = stream_records(inputs, input_format=input_format, columns=columns, strict=strict, progress=progress)
    with no_garbage_collection():
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
    # The caller's iterator may leave reference cycles behind; the loop makes none.
    with no_garbage_collection():
        ordered, positions = _named(items)
    return Corpus(
        answers=ordered,
        records=sum(len(answer.question_ids) for answer in ordered),
        previews=sum(answer.preview for answer in ordered),
        positions=positions,
    )


def _named(items: Sequence[Any]) -> tuple[tuple[Answer, ...], frozenset[str]]:
    """Answers by identifier, and the identifiers that are positions."""
    digits = len(str(max(len(items) - 1, 0)))
    named: dict[str, Answer] = {}
    positions: list[str] = []
    for place, item in enumerate(items):
        if not isinstance(item, str | Answer):
            raise ParameterError(
                f"answers must be texts or Answer records, got {type(item).__name__} at position {place}"
            )
        at_place = f"{place:0{digits}}"
        name = at_place if isinstance(item, str) else item.id or at_place
        if name in named:
            raise ParameterError(f"two answers have the identifier {name!r} (the second at position {place})")
        if isinstance(item, str):
            positions.append(name)
            named[name] = Answer(text=item, id=name, question_ids=(name,))
            continue
        if not (item.id or item.question_ids):
            positions.append(name)
        named[name] = (
            item if item.id and item.question_ids else replace(item, id=name, question_ids=item.question_ids or (name,))
        )
    return tuple(named[name] for name in sorted(named)), frozenset(positions)


def same_answers(corpus: Corpus, answers: Corpus, words: Words) -> list[int]:
    """The place in a corpus of each of these answers, -1 for one that is not in it.

    By definition 3.2: an identifier in common, or the same question words and the same answer words where they have a
    UIN in common, or where one of them has no identifier of its own and neither UINs nor dates tell them apart.

    Parameters
    ----------
    corpus, answers : Corpus
    words : Words
        Of the texts of both, one after the other.
    """
    by_id = {
        name: place for place, one in enumerate(corpus) for name in one.question_ids if name not in corpus.positions
    }
    texts = [words.tokens[start:end].tobytes() for start, end in pairwise(words.indptr.tolist())]
    wanted = set(texts[len(corpus) :])
    by_words: defaultdict[tuple[bytes, str], list[tuple[int, str]]] = defaultdict(list)
    for place, (text, one) in enumerate(zip(texts, corpus, strict=False)):
        if text in wanted:
            for name, question in zip(one.question_ids, one.questions, strict=False):
                by_words[text, joined_words(question)].append((place, name))
    found: list[int] = []
    for text, one in zip(texts[len(corpus) :], answers, strict=True):
        place = next((by_id[name] for name in one.question_ids if name in by_id and name not in answers.positions), -1)
        if place >= 0 and (one.date or one.uins) and not _may_be_same(corpus[place], one):
            # A made-up identifier says no more than the words do.
            made_up = digest(joined_words(one.questions[0] if one.questions else ""), joined_words(one.text))
            place = -1 if one.id == made_up else place
        for name, question in zip(one.question_ids, one.questions, strict=False) if place < 0 else ():
            asked = joined_words(question)
            made_up = digest(asked, joined_words(one.text))
            for other, theirs in by_words.get((text, asked), ()):
                # Without a question only two that have no name of their own are one.
                nameless = [name.partition("#")[0], theirs.partition("#")[0]].count(made_up)
                unnamed = nameless >= (1 if asked else 2) and _may_be_same(corpus[other], one)
                # Two sources, each with an identifier of its own for it, say when it was asked, or when answered.
                if unnamed or (asked and not nameless and not set(one.uins).isdisjoint(corpus[other].uins)):
                    place = other
                    break
        found.append(place)
    return found


def _may_be_same(one: Answer, other: Answer) -> bool:
    """Whether nothing that both say tells two answers of the same words apart, as of records."""
    uins = not (one.uins and other.uins) or not set(one.uins).isdisjoint(other.uins)
    return uins and agree_of_dates(one.date, other.date) and (any(one.questions) or agree(one.body, other.body))


def resolve(reading: Reading) -> Corpus:
    """Answers of what was read: what the source itself says twice is counted and taken out first.

    The records are gone through once, and those that say nothing new are not kept.
    """
    questions, new, count, duplicates, warnings = distinct(reading.records)
    sets = Sets(len(questions))
    sets.link(marked_together(questions))
    order = sorted(range(len(questions)), key=[question.id for question in questions].__getitem__)
    groups, apart = _by_answer(questions, sets.members(order))
    grouped = [members for members in groups if len(members) > 1]
    pairs = list(twins(questions, sets))
    if pairs:
        sets.link(pairs)
        groups, _ = _by_answer(questions, sets.members(order))
    answers = [_answer(members) for members in groups]
    if apart:
        warnings.append(
            f"{_number(apart, 'set')} of questions marked as answered together {_have(apart)} answers with different "
            "words: kept apart"
        )
    warnings += without_body([answer.body for answer in answers])
    return Corpus(
        answers=tuple(sorted(answers, key=attrgetter("id"))),
        files=reading.files,
        records=count + reading.repeated,
        duplicate_records=duplicates + reading.repeated,
        groups=len(grouped),
        grouped_questions=sum(map(len, grouped)),
        groups_apart=apart,
        twins=len(pairs),
        corrected_answers=sum(map(_is_corrected, groups)),
        previews=sum(answer.preview for answer in answers),
        skipped=tuple(reading.skipped),
        warnings=(*reading.warnings, *warnings),
        former=reading.former,
        columns=tuple(reading.columns),
        reading=replace(reading, records=new, repeated=reading.repeated + count - len(new)),
    )


def without_body(bodies: Sequence[str | None]) -> list[str]:
    """The warning where some answers, and not all, have no answering body."""
    nobodys = bodies.count(None)
    if not 0 < nobodys < len(bodies):
        return []
    return [f"{_number(nobodys, 'answer')} of {len(bodies):,} without an answering body: counts by body leave them out"]


def _by_answer(questions: Sequence[Question], sets: Sequence[Sequence[int]]) -> tuple[list[list[Question]], int]:
    """Questions of one answer, and the number of sets that had answers of different words."""
    groups: list[list[Question]] = []
    apart = 0
    for places in sets:
        if len(places) == 1:
            groups.append([questions[places[0]]])
            continue
        by_answer: defaultdict[str, list[Question]] = defaultdict(list)
        for place in places:
            by_answer[joined_words(questions[place].record.text)].append(questions[place])
        apart += len(by_answer) > 1
        groups += by_answer.values()
    return groups, apart


def _answer(questions: Sequence[Question]) -> Answer:
    """One answer of questions answered together, smallest identifier first."""
    if len(questions) == 1:
        return answer_alone(questions[0])
    records = [question.record for question in questions]
    # A copy with the full text says more than one that the source cut.
    text = next((record for record in records if not record.preview), records[0])
    return Answer(
        text=text.text,
        id=questions[0].id,
        question_ids=tuple(question.id for question in questions),
        questions=tuple(record.question for record in records),
        uins=tuple(dict.fromkeys(record.uin for record in records if record.uin is not None)),
        date=_date(records),
        body=_first(records, "body"),
        minister=_first(records, "minister"),
        house=_first(records, "house"),
        heading=_first(records, "heading"),
        url=_first(records, "url"),
        tables=text.tables,
        links=text.links,
        markup=text.markup,
        preview=text.preview,
        versions=_versions(text.text, [earlier for question in questions for earlier in question.earlier]),
    )


def answer_alone(question: Question) -> Answer:
    """The answer of one question: nearly all."""
    record = question.record
    return Answer(
        text=record.text,
        id=question.id,
        question_ids=(question.id,),
        questions=(record.question,),
        uins=() if record.uin is None else (record.uin,),
        date=record.tabled if record.answered is None else record.answered,
        body=record.body,
        minister=record.minister,
        house=record.house,
        heading=record.heading,
        url=record.url,
        tables=record.tables,
        links=record.links,
        markup=record.markup,
        preview=record.preview,
        versions=_versions(record.text, question.earlier) if question.earlier else (),
    )


def _is_corrected(questions: Sequence[Question]) -> bool:
    return questions[0].record.correction or (len(questions) > 1 and any(one.record.correction for one in questions))


def _versions(text: str, earlier: Iterable[str]) -> tuple[str, ...]:
    """Earlier wordings, each once and none of the same words as the one that counts."""
    by_words = {joined_words(version): version for version in earlier}
    return tuple(version for words, version in by_words.items() if words != joined_words(text))


def _date(records: Sequence[Record]) -> str | None:
    """Answered, else tabled, else the month tabled; of several the most precise, then the earliest."""
    dates = [record.answered for record in records if record.answered is not None]
    dates = dates or [record.tabled for record in records if record.tabled is not None]
    return min(dates, key=lambda date: (-len(date), days(date))) if len(dates) > 1 else next(iter(dates), None)


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
