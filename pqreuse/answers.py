"""Answers at hand → a corpus: lists of texts or answers, data frames and columns of any library."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import eq, itemgetter
from types import UnionType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.arrow import TextColumn
from pqreuse.corpus import answer_alone, as_corpus, resolve, without_body
from pqreuse.duplicates import Question
from pqreuse.errors import ParameterError
from pqreuse.frames import is_framed, open_column, open_frame
from pqreuse.lazy import LazySequence, column
from pqreuse.readers.frames import FRAME, Rows, cells
from pqreuse.readers.ledger import Ledger
from pqreuse.records import Answer, Corpus, Skipped

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


def gather(*several: Any, columns: Mapping[str, str] | None = None) -> list[Corpus]:
    """Corpora of answers at hand.

    Plain strings, and answers without an identifier, get their position as one: ``"0"``, ``"1"`` and so on, with zeros
    in front where there are more than ten, so that they sort as they stand. Rows of a data frame are read as those of
    a table file are.

    Parameters
    ----------
    *several : Corpus, iterable of Answer or of str, data frame, or column of one
    columns : mapping of str to str, optional
        Of those that are data frames, see `read_answers`.

    Raises
    ------
    InputError
        If a data frame cannot be used.
    ParameterError
        If an item is neither text nor `Answer`, two have the same identifier, or columns are named of no data frame.
    """
    frames = [open_frame(answers) if is_framed(answers) else None for answers in several]
    if columns and not any(frame is not None for frame in frames):
        kinds = " and ".join(dict.fromkeys(type(answers).__name__ for answers in several))
        raise ParameterError(f"{next(iter(columns))}= names a column of a data frame, but answers are {kinds}")
    return [
        _at_hand(answers) if frame is None else _of_rows(Rows(frame, columns))
        for answers, frame in zip(several, frames, strict=True)
    ]


def _at_hand(answers: Any) -> Corpus:
    if is_framed(answers) and (texts := open_column(answers)) is not None:
        return replace(_of_column(*_texts(texts)), backend=str(texts.implementation))
    return as_corpus(answers)


def _of_rows(rows: Rows) -> Corpus:
    return replace(_in_place(rows) or resolve(rows.read()), backend=rows.backend)


def bare(answers: Sequence[Answer]) -> Sequence[Answer]:
    """The same texts, and nothing else of answers made when they are asked for: these have no tables or markup."""
    if not isinstance(answers, LazySequence):
        return answers
    texts = column(answers, "text")
    columns: dict[str, Sequence[Any]] = {"text": texts, "markup": [False] * len(answers)}
    return LazySequence(len(answers), lambda place: Answer(text=texts[place]), columns.get)


def as_texts(texts: Any) -> list[str] | TextColumn:
    """Texts at hand: a list, or a column that is left where it is, its nulls empty.

    Raises
    ------
    ParameterError
        If they are not texts.
    """
    if is_framed(texts):
        if (opened := open_column(texts)) is not None:
            return _texts(opened)[0]
        if hasattr(texts, "__arrow_c_stream__"):
            return TextColumn.of(texts)
    if isinstance(texts, str | bytes | Mapping) or not isinstance(texts, Iterable):
        raise ParameterError(f"texts must be a list of strings or a column of a data frame, not {type(texts).__name__}")
    found = texts if isinstance(texts, list) else list(texts)
    _check(found, str)
    return found


def _check(texts: Sequence[Any], kind: type | UnionType) -> None:
    if all(issubclass(one, kind) for one in set(map(type, texts))):
        return
    for place, text in enumerate(texts):
        if not isinstance(text, kind):
            raise ParameterError(f"texts must be strings, got {type(text).__name__} at position {place}")


def _texts(column: nw.Series[Any]) -> tuple[list[str] | TextColumn, NDArray[np.bool_]]:
    """The texts of a column, and which of them are null."""
    found = cells(column)
    if isinstance(found, TextColumn):
        return found, found.lengths < 0
    _check(found, str | None)
    return ["" if text is None else text for text in found], np.array([text is None for text in found], bool)


def _of_column(texts: Sequence[str], missing: NDArray[np.bool_]) -> Corpus:
    """As a list of strings, but that nulls are skipped, and that no answer is made before it is asked for."""
    of_row = np.flatnonzero(~missing).tolist()
    digits = len(str(max(len(texts) - 1, 0)))
    names = LazySequence(len(of_row), lambda place: f"{of_row[place]:0{digits}}")

    def make(place: int) -> Answer:
        return Answer(text=texts[of_row[place]], id=names[place], question_ids=(names[place],))

    texts_there = texts.take(of_row) if isinstance(texts, TextColumn) else [texts[row] for row in of_row]
    skipped = [Skipped(file=FRAME, where=f"row {row + 1}", reason="null") for row in np.flatnonzero(missing).tolist()]
    nothing = [None] * len(of_row)
    answers = _made_when_asked_for(make, texts_there, names, date=nothing, body=nothing, minister=nothing)
    return Corpus(answers=answers, records=len(of_row), skipped=tuple(skipped), positions=_Every())


class _Every(Container[str]):
    """All identifiers."""

    def __contains__(self, name: object) -> bool:
        return True


# Columns that do not concern other rows: an answer with only these is that of its row alone.
_OF_ONE_ROW = frozenset("text id date tabled body question uin asker minister heading url".split())


def _in_place(rows: Rows) -> Corpus | None:
    """The answers of rows, each made when it is asked for, from its row; None where rows must be looked at together.

    So it is where rows have no identifier, or one stands for several, where a column says which were answered together,
    or where a text is not the one that the frame holds, because it is HTML.
    """
    if not isinstance(rows.text, TextColumn) or not rows.fields <= _OF_ONE_ROW:
        return None
    ledger = Ledger()
    ledger.file = FRAME
    found: list[tuple[str, int, str | None, str | None, str | None]] = []
    same: dict[str | None, str | None] = {}  # one string for all rows of one department
    for row in range(len(rows)):
        rows.add(ledger, row)
        for record in ledger.take():
            if record.id is None or record.markup or record.preview or record.text != rows.text[row]:
                return None
            one = answer_alone(Question(record, record.id))
            date, body, minister = (same.setdefault(value, value) for value in (one.date, one.body, one.minister))
            found.append((one.id, row, date, body, minister))
    reading = rows.sum_up(ledger)
    found.sort(key=itemgetter(0))
    names, of_row, dates, bodies, ministers = map(list, zip(*found, strict=True))
    del found
    if any(map(eq, names, names[1:])):
        return None

    def make(place: int) -> Answer:
        return answer_alone(Question(rows.record(of_row[place]), names[place]))

    return Corpus(
        answers=_made_when_asked_for(make, rows.text.take(of_row), names, date=dates, body=bodies, minister=ministers),
        records=len(names),
        skipped=tuple(reading.skipped),
        warnings=(*reading.warnings, *without_body(bodies)),
        columns=tuple(reading.columns),
    )


def _made_when_asked_for(
    make: Callable[[int], Answer], texts: Sequence[str], names: Sequence[str], **known: Sequence[str | None]
) -> LazySequence[Answer]:
    """Answers to one question each, of texts that are whole, with what stages ask of all of them."""
    columns: dict[str, Sequence[Any]] = {
        "text": texts,
        "id": names,
        "question_ids": LazySequence(len(names), lambda place: (names[place],)),
        "preview": [False] * len(names),
        **known,
    }
    return LazySequence(len(names), make, columns.get)
