"""What an index says: frozen records of what was added, of what it holds, and of what was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pqreuse.params import ReuseParams
from pqreuse.records import Answer, Score, Skipped, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What an index made of what was added to it, or removed.

    Attributes
    ----------
    records : int
        Read with an answer.
    repeated : int
        Of these, those that say nothing new.
    answers : int
        That are there now and were not before.
    replaced : int
        That were there before under the same identifier, with other words, other questions, or said to be otherwise.
    gone : int
        That were there before, and are part of another answer now or were removed.
    skipped : tuple of Skipped
    warnings : tuple of str
        As `Corpus.warnings`: of what was read, and of that together with what bears on it in the index.
    """

    records: int
    repeated: int
    answers: int
    replaced: int
    gone: int
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats:
    """What an index holds.

    Attributes
    ----------
    answers, records, scorable_words : int
    paragraph_families, sentence_families : int
        Of at least two answers.
    first_date, last_date : str or None
        Days of the earliest and of the latest answer.
    bytes : int
        On disk.
    made_by : str
        The version of pqreuse that made it.
    params : ReuseParams
        With which families are found in it.
    """

    answers: int
    records: int
    scorable_words: int
    paragraph_families: int
    sentence_families: int
    first_date: str | None
    last_date: str | None
    bytes: int
    made_by: str
    params: ReuseParams


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFamily:
    """A stock text of an index that something asked of it joins.

    Attributes
    ----------
    id : str
    unit : {"paragraph", "sentence"}
    answers, variants : int
        Answers of the index that use it, and distinct wordings.
    text : str
        As the first answer has it.
    first_answer : Answer
        The earliest answer that uses it (by date, undated last, then identifier).
    last_date : str or None
        Of its latest use.
    replaces : tuple of str
        Identifiers that it had before.
    """

    id: str
    unit: Unit
    answers: int
    variants: int
    text: str
    first_answer: Answer
    last_date: str | None
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queried:
    """What an index says of answers: the score of each, with its text as labelled spans.

    Attributes
    ----------
    scores : sequence of Score
        In the order of the answers' identifiers. ``earliest_answer_id`` of a span is that of an answer of the index.
    families : sequence of KnownFamily
        Texts of the index that the answers' segments join, most used first, also those that only one answer has: made
        when they are asked for.
    """

    scores: Sequence[Score]
    families: Sequence[KnownFamily]
