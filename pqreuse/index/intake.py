"""What is given to an index → records: those that a reading keeps, rows of a data frame, or made of answers at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pqreuse.answers import gather
from pqreuse.frames import is_framed, open_frame
from pqreuse.readers.frames import Rows
from pqreuse.records import Answer, Corpus, Reading, Record

_SURROGATE = re.compile("[\ud800-\udfff]")
_FIELDS = tuple(Record.__dataclass_fields__)


def read(answers: Any, columns: Mapping[str, str] | None = None) -> Reading:
    """Records of what is given.

    Parameters
    ----------
    answers : Reading, Corpus, iterable of Answer or of str, data frame, or column of one
        Strings have no identifier: two of the same words are one.
    columns : mapping of str to str, optional
        Of a data frame, see `read_answers`.

    Raises
    ------
    InputError, ParameterError
        As `gather`.
    """
    if isinstance(answers, Reading):
        return replace(answers, records=list(map(_sound, answers.records)))
    if is_framed(answers) and (frame := open_frame(answers)) is not None:
        return Rows(frame, columns).read()
    (corpus,) = gather(answers, columns=columns)
    if corpus.reading is not None:
        return corpus.reading
    records = [_sound(record) for answer in corpus for record in _records(answer, corpus)]
    return Reading(records, skipped=list(corpus.skipped), warnings=list(corpus.warnings))


def _records(answer: Answer, corpus: Corpus) -> Iterator[Record]:
    """A record for each question; two or more say by a group that they have one answer."""
    known = [answer.question_ids, answer.questions, answer.uins]
    for place, name in enumerate(answer.question_ids):
        question, uin = (some[place] if len(some) == len(known[0]) else None for some in known[1:])
        yield Record(
            text=answer.text,
            question=question or "",
            id=None if name in corpus.positions else name,
            uin=uin,
            answered=answer.date,
            body=answer.body,
            minister=answer.minister,
            house=answer.house,
            heading=answer.heading,
            url=answer.url,
            tables=answer.tables,
            links=answer.links,
            markup=answer.markup,
            preview=answer.preview,
            original=answer.versions[-1] if answer.versions else None,
            group=answer.id if len(answer.question_ids) > 1 else None,
        )


def _sound(record: Record) -> Record:
    """A record that UTF-8 can hold: each lone surrogate, as by the readers, replaced."""
    texts = {name: value for name in _FIELDS if isinstance(value := getattr(record, name), str) and not value.isascii()}
    unsound: dict[str, Any] = {
        name: _SURROGATE.sub("\ufffd", value) for name, value in texts.items() if _SURROGATE.search(value)
    }
    return replace(record, **unsound) if unsound else record
