"""A result → the columns in which the page's filters count: a row an answer, a row a stock text.

They stand in the page as JSON, deflated, in base64: the stock texts that the page does not have in full would otherwise
take as much room as all the rest of it.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from typing import Any, NamedTuple

from pqreuse.history import last_day
from pqreuse.kinds import KINDS, find_kinds
from pqreuse.lazy import column
from pqreuse.records import Answer, Family, Kind, ReuseResult
from pqreuse.report import wording
from pqreuse.report.views import clip
from pqreuse.shading import lines
from pqreuse.usage import numbered
from pqreuse.words import index_words

BRIEF = 300
"""Characters of a stock text that is shown in brief."""

_NAME = 240


def pack(columns: Mapping[str, Any]) -> str:
    """Write columns as text that the page's script unpacks."""
    written = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return b64encode(zlib.compress(written.encode(), 5)).decode()


class _Row(NamedTuple):
    """The counts of an answer, see `AnswerColumns.columns`."""

    date: str | None
    id: str
    body: str | None
    minister: str | None
    kinds: int
    questions: int
    words: int
    unscored: int
    template: int
    slot: int


class AnswerColumns:
    """The answers, by date (undated last) and identifier: as their uses stand in a family.

    Parameters
    ----------
    result : ReuseResult

    Attributes
    ----------
    row : dict of str to int
        The row of each answer that families are used in.
    dates : list of str
        Those that there are, as they sort.
    bodies, ministers : list of str
        Those that there are, as they sort.
    kinds : list of int
        Places of those that there are among all.
    """

    def __init__(self, result: ReuseResult) -> None:
        rows = users = list(_scored(result))
        if result.compared_with is not None:
            users = list(_compared(result.compared_with.answers))
            rows = [*rows, *users]
        self._rows = sorted(rows, key=lambda row: (row.date is None, row.date or "", row.id))
        number = {id(row): place for place, row in enumerate(self._rows)}
        self.row = {row.id: number[id(row)] for row in users}
        self.dates = sorted({row.date for row in rows if row.date is not None})
        self.bodies, self._body = numbered([row.body for row in self._rows])
        self.ministers, self._minister = numbered([row.minister for row in self._rows])
        self.kinds = [place for place in range(len(KINDS)) if any(row.kinds >> place & 1 for row in rows)]

    def columns(self, months: Sequence[str]) -> dict[str, Any]:
        """Those of answers, and of the dates and names that they name by number.

        Undated answers have the date behind the last; a number is -1 where there is none. Kinds are bits. Of the words
        of an answer ``unscored`` have no label that counts; one that others were only compared with has -1 words.
        """
        date = {one: number for number, one in enumerate([*self.dates, None])}
        month = {name: number for number, name in enumerate(months)}
        last = {one: number for number, one in enumerate(sorted(self.dates, key=last_day))}
        figures = {
            name: [getattr(row, name) for row in self._rows]
            for name in ("kinds", "questions", "words", "unscored", "template", "slot")
        }
        return {
            "answers": {
                "date": _steps([date[row.date] for row in self._rows]),
                "body": self._body.tolist(),
                "minister": self._minister.tolist(),
                **figures,
            },
            "dates": {
                "text": [*self.dates, None],
                "month": [*(month[one[:7]] for one in self.dates), -1],
                "last": [*(last[one] for one in self.dates), -1],
            },
            "months": months,
            "bodies": [clip(wording.short_body(name), _NAME) for name in self.bodies],
            "ministers": [clip(wording.short_body(name), _NAME) for name in self.ministers],
        }


def _scored(result: ReuseResult) -> Iterator[_Row]:
    names = ("kinds", "words", "scorable_words", "template", "slot")
    scores = zip(*(column(result.scores, name) for name in names), strict=True)
    for answer, (kinds, words, scorable, template, slot) in zip(result.corpus.answers, scores, strict=True):
        # An answer without shares has no words that count for any.
        scored = 0 if template is None else scorable
        counts = (words, words - scored, round((template or 0) * scored), round((slot or 0) * scored))
        yield _row(answer, kinds, *counts)


def _compared(answers: Sequence[Answer]) -> Iterator[_Row]:
    texts = column(answers, "text")
    for answer, kinds in zip(answers, find_kinds(texts, index_words(texts)), strict=True):
        yield _row(answer, kinds, -1, -1, 0, 0)


def _row(answer: Answer, kinds: Iterable[Kind], *words: int) -> _Row:
    bits = sum(1 << KINDS.index(kind) for kind in kinds)
    return _Row(answer.date, answer.id, answer.body, answer.minister, bits, len(answer.question_ids), *words)


def family_columns(
    result: ReuseResult, own: Sequence[Family], nested: Sequence[Family], held: int, row: Mapping[str, int]
) -> dict[str, Any]:
    """The columns of stock texts, and of the lines that the page shows with them.

    ``text`` is only of stock texts, and empty for the first ones, which the page has. ``uses`` is how many uses each
    has; ``user`` and ``wording`` are of all uses, family by family: their answers, as steps, and their wordings by the
    order of first uses.

    Parameters
    ----------
    result : ReuseResult
    own, nested : sequence of Family
    held : int
    row : mapping of str to int
        See `AnswerColumns`.
    """

    def of_both(name: str) -> list[Any]:
        return [*column(own, name), *column(nested, name)]

    columns = {
        "id": of_both("id"),
        "text": [*repeat("", held), *(clip(lines(text), BRIEF) for text in column(own, "text")[held:])],
        "sentence": [int(unit == "sentence") for unit in of_both("unit")],
        "answers": of_both("all_answers"),
        "questions": of_both("all_questions"),
        "wordings": of_both("all_variants"),
        "alike": [None if share is None else round(share, 3) for share in column(own, "question_similarity")],
    }
    table = result.tables("uses")
    used: dict[str, list[tuple[str, int]]] = {}
    for family, answer, variant in zip(*(table[name][1] for name in ("family", "answer_id", "variant")), strict=True):
        used.setdefault(family, []).append((answer, int(variant)))
    uses = [used[name] for name in columns["id"]]
    return {
        **columns,
        "uses": list(map(len, uses)),
        "user": _steps([row[answer] for these in uses for answer, _ in these]),
        "wording": [number for these in uses for number in _in_order(variant for _, variant in these)],
    }


def _in_order(names: Iterable[int]) -> Iterator[int]:
    """Number things in the order in which they first come.

    >>> list(_in_order([7, 7, 3, 7, 9]))
    [0, 0, 1, 0, 2]
    """
    number: dict[int, int] = {}
    return (number.setdefault(name, len(number)) for name in names)


def _steps(numbers: Sequence[int]) -> list[int]:
    """Each number less the one before it; most are small then.

    >>> _steps([5, 5, 8, 2])
    [5, 0, 3, -6]
    """
    return [number - before for before, number in pairwise((0, *numbers))]
