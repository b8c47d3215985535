"""Answers, and the corpus that they make up."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from typing import overload

from pqreuse.errors import ParameterError, UnknownAnswerError, nearest
from pqreuse.lazy import column
from pqreuse.records.reading import Reading, Skipped, TableColumns

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The text given once, to one question or to several that the source marks as answered together.

    Attributes
    ----------
    text : str
        What all offsets refer to, in code points.
    id : str
        The smallest identifier of its questions (by code point).
    question_ids : tuple of str
        The identifiers of all its questions that were read, smallest first.
    questions : tuple of str
        The texts of these questions, in the same order.
    uins : tuple of str
        Their UINs, where the source gives them.
    date : str or None
        Answered, else tabled, else the month tabled: ``2025-06-30`` or ``2025-06``.
    body, minister, house, heading, url : str or None
        As the source gives them.
    tables, links, markup, preview
        See `Record`.
    versions : tuple of str
        The texts that the source has since corrected, or had given as holding replies, as far as they were read, the
        oldest first; not compared.
    """

    text: str
    id: str = ""
    question_ids: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    uins: tuple[str, ...] = ()
    date: str | None = None
    body: str | None = None
    minister: str | None = None
    house: str | None = None
    heading: str | None = None
    url: str | None = None
    tables: tuple[tuple[int, int], ...] = ()
    links: tuple[str, ...] = ()
    markup: bool = False
    preview: bool = False
    versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ParameterError(f"text of answer {self.id!r} must be a string, got {type(self.text).__name__}")
        if self.date is not None:
            days(self.date)


def days(date: str | None) -> tuple[int, int] | None:
    """First and last possible day of an ISO date, as proleptic Gregorian ordinals; None where there is no date.

    >>> days("2025-01-16") == days("2025-01-16")
    True
    >>> first, last = days("2024-02")
    >>> last - first
    28

    Raises
    ------
    ParameterError
        If the date is neither ``YYYY-MM-DD`` nor ``YYYY-MM``.
    """
    if date is None:
        return None
    # fromisoformat() also takes weeks, which do not sort among the others.
    known = _DATE.fullmatch(date) is not None
    try:
        if known and len(date) == 7:
            first = Date.fromisoformat(f"{date}-01")
            year, month = first.year + first.month // 12, first.month % 12 + 1
            # The month after December 9999 does not exist; December has 31 days.
            last = first.toordinal() + 30 if year > 9999 else Date(year, month, 1).toordinal() - 1
            return first.toordinal(), last
        if known:
            day = Date.fromisoformat(date).toordinal()
            return day, day
    except ValueError:
        pass
    raise ParameterError(f"date must be YYYY-MM-DD or YYYY-MM, got {date!r}")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Corpus(Sequence[Answer]):
    """The answers of an input, sorted by identifier, with what was counted, skipped and doubted on the way.

    Attributes
    ----------
    answers : sequence of Answer
    files : int
        Files opened.
    records : int
        Records read with an answer, duplicates and group members included.
    duplicate_records : int
        Records that were read before: used once.
    groups : int
        Answers that the source marks as given to several of the questions read.
    grouped_questions : int
        The questions of these answers.
    groups_apart : int
        Sets of questions that the source marks as answered together but whose answers have different words.
    twins : int
        Questions that were also asked in another house and answered there with the same words, on the same day, by the
        same body: one answer.
    corrected_answers : int
        Answers that the source marks as corrected: the last version counts, see `Answer.versions`.
    previews : int
        Answers whose text the source cut short.
    positions : container of str
        Identifiers that are only positions in a list of texts at hand: they say nothing of another corpus.
    skipped : tuple of Skipped
    warnings : tuple of str
        One line each.
    backend : str or None
        The library of the data frame that the answers came in.
    former : mapping of str to str
        Identifiers that families had in an earlier state of an index, and those of the families that replace them.
    columns : tuple of TableColumns
        Which columns of tables were read, and as what.
    reading : Reading or None
        What the answers were made of, each record that says something new: an index keeps them. None where there were
        no records.
    """

    answers: Sequence[Answer] = ()
    files: int = 0
    records: int = 0
    duplicate_records: int = 0
    groups: int = 0
    grouped_questions: int = 0
    groups_apart: int = 0
    twins: int = 0
    corrected_answers: int = 0
    previews: int = 0
    positions: Container[str] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    backend: str | None = None
    former: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[TableColumns, ...] = ()
    reading: Reading | None = field(default=None, repr=False, compare=False)

    @property
    def questions(self) -> int:
        """Number of questions: each answer counts as often as questions that it answers were read."""
        return sum(map(len, column(self.answers, "question_ids")))

    def place(self, answer_id: str) -> int:
        """The position of the answer with this identifier, or with a question of this identifier.

        A UIN is accepted where it is unambiguous, and so is the stem of an identifier that was told apart.

        Raises
        ------
        UnknownAnswerError
            If no answer or more than one has it.
        """
        exact = [place for place, answer in enumerate(self.answers) if answer_id in (answer.id, *answer.question_ids)]
        found = exact or [
            place
            for place, answer in enumerate(self.answers)
            if answer_id in answer.uins or any(answer_id == name.partition("#")[0] for name in answer.question_ids)
        ]
        if not found:
            raise UnknownAnswerError(
                f"no answer has the identifier {answer_id!r}{self._near(answer_id)}; "
                "`pqreuse score --format csv` lists those there are"
            )
        if len(found) > 1:
            names = ", ".join(self.answers[place].id for place in found[:5])
            raise UnknownAnswerError(f"{len(found)} answers go by {answer_id!r}: name one of them in full ({names})")
        return found[0]

    def _near(self, name: str) -> str:
        """Suggestions for a name that is not there: answers with this heading, else similar names."""
        headed = [answer.id for answer in self.answers if name and answer.heading == name][:3]
        if headed:
            return f" (with this heading: {', '.join(headed)})"
        return nearest(
            name, (one for answer in self.answers for one in (answer.id, *answer.question_ids, *answer.uins))
        )

    def __repr__(self) -> str:
        return f"Corpus({len(self.answers):,} answers, {self.questions:,} questions)"

    def __len__(self) -> int:
        return len(self.answers)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Answer, ...]: ...
    def __getitem__(self, index: int | slice) -> Answer | tuple[Answer, ...]:
        return tuple(self.answers[index]) if isinstance(index, slice) else self.answers[index]

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)
