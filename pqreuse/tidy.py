"""Findings → tidy tables, column by column: see `ReuseResult.to_frame`. Records are made only for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Literal

import numpy as np

from pqreuse.frames import Columns
from pqreuse.lazy import column
from pqreuse.ragged import changes
from pqreuse.records import Answer, Score, TableKind
from pqreuse.results import FamilyRecords, UseColumns
from pqreuse.usage import months_of, numbered

_TYPES: dict[str, Literal["Int64", "Float64"]] = {
    **dict.fromkeys("answers questions variants inside undated start end slot value".split(), "Int64"),
    **dict.fromkeys(("all_answers", "all_questions", "all_variants"), "Int64"),
    "question_similarity": "Float64",
}


class Tidy:
    """Makes the tables of a result.

    Parameters
    ----------
    families : FamilyRecords
    min_answers : int
        Families of fewer answers are not listed.
    answers : sequence of Answer
        Of the families.
    scores : sequence of Score
    spans : callable
        Gives the spans of all of them: the answer's identifier, and what a `Span` has.
    """

    def __init__(
        self,
        families: FamilyRecords,
        min_answers: int,
        answers: Sequence[Answer],
        scores: Sequence[Score],
        spans: Callable[[], Iterable[Sequence[Any]]],
    ) -> None:
        self._families, self._min_answers, self._answers = families, min_answers, answers
        self._scores, self._spans = scores, spans

    def table(self, kind: TableKind) -> Columns:
        """The columns of one kind of table."""
        return {
            "families": self._of_families,
            "variants": self._of_variants,
            "uses": self._of_uses,
            "slots": self._of_slots,
            "months": self._of_months,
            "scores": self._of_scores,
            "spans": self._of_spans,
        }[kind]()

    def _of_families(self) -> Columns:
        names = "id unit answers questions variants text template parent first_date last_date".split()
        names += "undated question_similarity all_answers all_questions all_variants first_said.answer_id".split()
        values = attrgetter(*names)
        listed = self._families.listed(self._min_answers)
        columns = ["family", *names[1:-1], "first_said", "inside"]
        return _table(columns, ((*values(one), one.inside or 0) for one in listed))

    def _of_slots(self) -> Columns:
        rows = (
            (
                *(family.id, number, slot.kind, "; ".join(slot.changes), place),
                *(value.text, value.answers, value.first_date, value.all_answers),
            )
            for family in self._families.listed(self._min_answers)
            for number, slot in enumerate(family.slots)
            for place, value in enumerate(slot.values)
        )
        return _table("family slot kind changes value text answers first_date all_answers".split(), rows)

    def _of_uses(self) -> Columns:
        uses = self._families.uses(self._min_answers)
        n_questions = list(map(len, column(self._answers, "question_ids")))
        return {
            "family": ("String", self._names(uses)),
            "variant": ("Int64", uses.variant),
            "answer_id": ("String", self._of_answers("id", uses)),
            "date": ("String", self._of_answers("date", uses)),
            "body": ("String", self._of_answers("body", uses)),
            "minister": ("String", self._of_answers("minister", uses)),
            "questions": ("Int64", np.array(n_questions, np.int64)[uses.answer]),
            "start": ("Int64", uses.start),
            "end": ("Int64", uses.end),
            "text": ("String", self._texts(uses)),
        }

    def _of_variants(self) -> Columns:
        uses = self._families.uses(self._min_answers)
        # Uses are the earliest first, and stable sorting keeps that.
        order = np.lexsort((uses.variant, uses.family))
        ordered = UseColumns(*(values[order] for values in uses))
        new = changes(ordered.family) | changes(ordered.variant)
        # Uses in one answer stand together.
        once = new | changes(ordered.answer)
        shown = UseColumns(*(values[new] for values in ordered))
        return {
            "family": ("String", self._names(shown)),
            "variant": ("Int64", shown.variant),
            "answers": ("Int64", np.bincount(np.cumsum(new)[once] - 1)),
            "text": ("String", self._texts(shown)),
            "first_date": ("String", self._of_answers("date", shown)),
        }

    def _of_months(self) -> Columns:
        uses = self._families.uses(self._min_answers)
        names, month_of = numbered(months_of(self._answers))
        # Each answer once: its uses of a family stand together.
        once = (changes(uses.family) | changes(uses.answer)) & (month_of[uses.answer] >= 0)
        answer = uses.answer[once]
        keys, row, n_answers = np.unique(
            uses.family[once] * max(len(names), 1) + month_of[answer], return_inverse=True, return_counts=True
        )
        n_questions = np.array(list(map(len, column(self._answers, "question_ids"))), np.int64)
        family, month = np.divmod(keys, max(len(names), 1))
        ids = column(self._families.listed(self._min_answers), "id")
        return {
            "family": ("String", [ids[place] for place in family.tolist()]),
            "month": ("String", [names[place] for place in month.tolist()]),
            "answers": ("Int64", n_answers),
            "questions": ("Int64", np.bincount(row, n_questions[answer], len(keys)).astype(np.int64)),
        }

    def _of_scores(self) -> Columns:
        scores = self._scores
        return {
            "answer_id": ("String", column(scores, "id")),
            "question_ids": ("String", _joined(column(scores, "question_ids"))),
            "date": ("String", column(scores, "date")),
            "body": ("String", column(scores, "body")),
            "words": ("Int64", column(scores, "words")),
            "scorable_words": ("Int64", column(scores, "scorable_words")),
            **{share: ("Float64", column(scores, share)) for share in ("template", "slot", "novel")},
            "kinds": ("String", _joined(column(scores, "kinds"))),
            "refers_to": ("String", _joined(column(scores, "refers_to"))),
            "heading": ("String", column(scores, "heading")),
        }

    def _of_spans(self) -> Columns:
        return _table("answer_id start end label family earliest_answer_id".split(), self._spans())

    def _names(self, uses: UseColumns) -> list[str]:
        ids = column(self._families.listed(self._min_answers), "id")
        return [ids[place] for place in uses.family.tolist()]

    def _of_answers(self, name: str, uses: UseColumns) -> list[Any]:
        values = column(self._answers, name)
        return [values[answer] for answer in uses.answer.tolist()]

    def _texts(self, uses: UseColumns) -> list[str]:
        texts = column(self._answers, "text")
        places = zip(uses.answer.tolist(), uses.start.tolist(), uses.end.tolist(), strict=True)
        return [texts[answer][start:end] for answer, start, end in places]


def _joined(names: Iterable[Iterable[str]]) -> list[str]:
    return list(map("; ".join, names))


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Columns:
    found = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: (_TYPES.get(name, "String"), list(values)) for name, values in zip(names, found, strict=True)}
