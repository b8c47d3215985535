"""Spark's results → the public records, on this machine: uses and spans become arrays again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, changes
from pqreuse.records import Answer
from pqreuse.results import FamilyRecords, UnitFamilies, family_parts
from pqreuse.scorable import ScorableWords, joined_figures
from pqreuse.scores import NOVEL, SLOT, TEMPLATE
from pqreuse.scoring import Labelled
from pqreuse.segments import Segments, beginnings
from pqreuse.stock import speaking_uses
from pqreuse.templates import build_templates, meaning_mask
from pqreuse.times import Times
from pqreuse.units import containing

if TYPE_CHECKING:
    import pyarrow as pa

    from pqreuse.engines.session import Found

_LABELS = {"novel": NOVEL, "slot": SLOT, "template": TEMPLATE, "none": NOVEL}


@dataclass(frozen=True, slots=True)
class Placed:
    """Words of a corpus, and which answer and code point each stands at, to find them by."""

    words: ScorableWords
    answers: Sequence[Answer]
    place: Mapping[str, int]
    longest: int
    keys: NDArray[np.int64]

    @classmethod
    def of(cls, words: ScorableWords, answers: Sequence[Answer]) -> Placed:
        """The words of these answers."""
        longest = max(map(len, column(answers, "text")), default=0) + 1
        answer = np.repeat(np.arange(len(answers)), np.diff(words.indptr))
        place = {name: number for number, name in enumerate(column(answers, "id"))}
        return cls(words, answers, place, longest, answer * longest + words.starts)

    def at(self, rows: pa.Table, offset: str) -> NDArray[np.int64]:
        """Answers and offsets of some rows, as the words' keys are."""
        answer = np.array([self.place[name] for name in rows.column("answer_id").to_pylist()], np.int64)
        offsets: NDArray[np.int64] = rows.column(offset).to_numpy().astype(np.int64)
        return answer * self.longest + offsets


def family_records(
    found: Found,
    placed: Placed,
    times: Times,
    reach: NDArray[np.int32],
    holes: Sequence[Sequence[tuple[int, int]]],
    lines: Segments,
    former: Mapping[str, str],
    params: ReuseParams,
    threads: int,
) -> FamilyRecords:
    """Records of all families, from where they are used.

    Parameters
    ----------
    found : Found
    placed : Placed
    times : Times
    reach : ndarray of int32, shape (n_answers,)
        See `pqreuse.stock.first_said`.
    holes : sequence of sequence of (int, int)
        For each answer, its tables and bare links.
    lines : Segments
        All sentences.
    former : mapping of str to str
        The identifiers that families had before.
    params : ReuseParams
    threads : int
    """
    glued = joined_figures(placed.words, placed.answers)
    unit, starts = found.uses.column("unit").to_numpy(), placed.at(found.uses, "start")
    by_unit = [np.flatnonzero(unit == one) for one in (0, 1)]
    uses = [found.uses.take(these[np.argsort(starts[these])]) for these in by_unit]
    paragraphs, sentences = (_unit(those, placed, glued, params, threads) for those in uses)
    outer = containing(paragraphs.segments, sentences.segments)
    of_use = np.full(len(paragraphs.segments) + 1, -1, np.int64)
    of_use[paragraphs.uses.values] = paragraphs.uses.row_of_value()
    alone = np.zeros(len(paragraphs.segments), bool)
    for one, rows, inside in zip((paragraphs, sentences), uses, (alone, outer >= 0), strict=True):
        # The source of each use, as a position in time.
        said = np.searchsorted(found.positions, rows.column("said").to_numpy())[one.uses.values]
        answer = one.segments.answer[one.uses.values]
        shown, own = speaking_uses(one.variant, times.order[answer], reach[answer], inside[one.uses.values])
        one.first_said[:] = times.at[np.minimum(own, said[shown])]
    begins = beginnings(lines, len(placed.words.tokens))
    of_corpus = (placed.answers, former, params.gap_months)
    return FamilyRecords(family_parts(paragraphs, sentences, of_use[outer], placed.words, begins, holes, *of_corpus))


def _unit(uses: pa.Table, placed: Placed, glued: NDArray[np.bool_], params: ReuseParams, threads: int) -> UnitFamilies:
    """The families of one unit, from their uses by place; who said them first is yet to be filled in."""
    begins = placed.at(uses, "start")
    ends = placed.at(uses, "end")
    answer, start = np.divmod(begins, placed.longest)
    first, last = np.searchsorted(placed.keys, begins), np.searchsorted(placed.keys, ends)
    segments = Segments(
        answer.astype(np.int32), start.astype(np.int32), (ends % placed.longest).astype(np.int32), first, last
    )
    ids, family = np.unique(np.array(uses.column("family").to_pylist(), np.str_), return_inverse=True)
    by_family = np.argsort(family, kind="stable")
    # A wording is shown by its first use, as it was when the texts were collapsed.
    number = uses.column("variant").to_numpy().astype(np.int64)
    order = np.lexsort((number, family))
    new = changes(family[order]) | changes(number[order])
    wording = np.empty(len(order), np.int64)
    wording[order] = np.cumsum(new) - 1
    shown = order[new]
    once = new | changes(answer[order])
    members = Ragged.of_lengths(np.arange(len(shown)), np.bincount(family[shown], minlength=len(ids)))
    templates = build_templates(
        placed.words.tokens,
        first[shown],
        (last - first)[shown],
        members,
        np.bincount(wording[order][once], minlength=len(shown)),
        meaning_mask(placed.words.vocabulary),
        glued,
        support=params.template_support,
        slot_words=params.slot_words,
        threads=threads,
    )
    used = Ragged.of_lengths(by_family, np.bincount(family, minlength=len(ids)))
    first_said = np.empty(len(shown), np.int64)
    return UnitFamilies(ids.tolist(), segments, used, wording[by_family], templates, first_said)


def labels_of(spans: pa.Table, placed: Placed, times: Times) -> Labelled:
    """Labels of the words, from the spans that they lie in."""
    begins = placed.at(spans, "start")
    order = np.argsort(begins)
    of_word = order[np.searchsorted(begins[order], placed.keys, "right") - 1] if len(order) else order
    label = np.array([_LABELS[name] for name in spans.column("label").to_pylist()], np.int8)
    names = sorted({name for name in _texts(spans, "family") if name is not None})
    number: dict[Any, int] = {name: place for place, name in enumerate(names)} | {None: -1}
    family = np.array([number[name] for name in _texts(spans, "family")], np.int32)
    earliest = np.array(
        [NONE if name is None else times.order[placed.place[name]] for name in _texts(spans, "earliest_answer_id")],
        np.int32,
    )
    # A span's source is that of each of its words.
    return Labelled(label[of_word], family[of_word], earliest[of_word], earliest[of_word], names, 1)


def _texts(rows: pa.Table, name: str) -> list[str | None]:
    found: list[str | None] = rows.column(name).to_pylist()
    return found
