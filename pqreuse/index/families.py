"""Families of an index → the records that people see, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.comparing import all_texts
from pqreuse.index.found import KnownFamily
from pqreuse.index.incoming import Incoming
from pqreuse.index.joins import Times
from pqreuse.index.kept import Kept
from pqreuse.index.tables import UNITS, Tables
from pqreuse.lazy import LazySequence
from pqreuse.ragged import NONE, distinct
from pqreuse.readers.indexes import former_ids
from pqreuse.results import replaced_ids


def known_families(tables: Tables, kept: Kept, exemplars: Sequence[NDArray[np.int64]]) -> Sequence[KnownFamily]:
    """The families of these exemplars, most used first, then by identifier: those of one answer too.

    Parameters
    ----------
    tables : Tables
    kept : Kept
    exemplars : sequence of ndarray of int64
        Of each unit.
    """
    found: list[tuple[int, str, int, int]] = []
    for unit, texts in enumerate(exemplars):
        for text, name in zip(texts.tolist(), all_texts(tables).names(UNITS[unit], texts), strict=True):
            found.append((-len(users_of(tables, unit, text)), name, unit, text))
    found.sort()
    replaces = replaced_ids(former_ids(tables.store))
    return LazySequence(len(found), lambda place: _family(tables, kept, *found[place][1:], replaces))


def users_of(tables: Tables, unit: int, exemplar: int) -> NDArray[np.int32]:
    """The answers of a family."""
    return distinct(tables.users[unit].take(tables.members[unit][exemplar]).values)


def _family(
    tables: Tables, kept: Kept, name: str, unit: int, exemplar: int, replaces: dict[str, tuple[str, ...]]
) -> KnownFamily:
    users = users_of(tables, unit, exemplar)
    first = kept.answer(int(Times(tables, [users]).answers[0]))
    new = Incoming(tables, [first])
    segment = new.segments[unit]
    place = int(new.places_of(unit, tables.members[unit][exemplar])[0])
    return KnownFamily(
        id=name,
        unit=UNITS[unit],
        answers=len(users),
        variants=len(tables.members[unit][exemplar]),
        text=first.text[int(segment.start[place]) : int(segment.end[place])],
        first_answer=first,
        last_date=last_date(tables, users),
        replaces=replaces.get(name, ()),
    )


def last_date(tables: Tables, answers: NDArray[np.integer]) -> str | None:
    """The date of the latest of these answers; None where none has one."""
    return _date(tables, answers, -1)


def first_date(tables: Tables, answers: NDArray[np.integer]) -> str | None:
    """The date of the earliest of these answers; None where none has one."""
    return _date(tables, answers, 0)


def _date(tables: Tables, answers: NDArray[np.integer], place: int) -> str | None:
    rows = tables.answers[answers]
    rows = rows[rows["first_day"] != NONE]
    if not len(rows):
        return None
    first, last = rows[["last_day", "first_day"]][np.lexsort((rows["first_day"], rows["last_day"]))[place]].tolist()[
        ::-1
    ]
    day = Date.fromordinal(first).isoformat()
    # A date of a month is known by its first and last day.
    return day if first == last else day[:7]
