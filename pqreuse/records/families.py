"""Families: stock text with its slots, uses and wordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pqreuse.shading import Piece, cell, for_notebook, table, template_pieces, text_block

IN_NOTEBOOK = 10  # rows

Unit = Literal["paragraph", "sentence"]
SlotKind = Literal["number", "money", "percent", "date", "reference", "name", "url", "text"]
Change = Literal["figure", "negation", "modal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One occurrence of a family in one answer; ``start`` and ``end`` are code points of the answer's text."""

    answer_id: str
    question_ids: tuple[str, ...]
    date: str | None
    body: str | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValue:
    """One filling of a slot (``""`` for an empty one), the number of answers that have it and the date of the earliest.

    Of a result of chosen uses these are the chosen answers, which may be none, and ``all_answers`` those of the whole
    input.
    """

    text: str
    answers: int
    first_date: str | None
    all_answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place where a family's variants differ.

    Attributes
    ----------
    kind : {"number", "money", "percent", "date", "reference", "name", "url", "text"}
        Of at least two thirds of the values, by answers; ``text`` where they are of different kinds.
    values : tuple of SlotValue
        Most frequent first, in the whole input: as the template has them.
    changes : tuple of {"figure", "negation", "modal"}
        What of meaning differs between the values.
    """

    kind: SlotKind
    values: tuple[SlotValue, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stock text gone and back: between two uses many months without one.

    Attributes
    ----------
    after, back : str
        The months of use on both sides: ``2024-02`` and ``2025-03``.
    months : int
        Months between in which the corpus has answers, and none of them uses it.
    """

    after: str
    back: str
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words that one wording has where another has others; ``""`` where there are none.

    Attributes
    ----------
    old, new : str
        As they stand in the two texts, a figure with its sign and the words that belong to it.
    old_start, start : int
        Where they begin there, in code points.
    changes : tuple of {"figure", "negation", "modal"}
        What of meaning differs.
    """

    old: str
    new: str
    old_start: int
    start: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One wording of a family: since when, by whom, and what is changed in it.

    Attributes
    ----------
    text : str
        As its first use has it.
    answer_id : str
        The answer of this use.
    answers, questions : int
    first_date, last_date : str or None
        Of its dated uses.
    bodies : mapping of str to int
        Answers by answering body, most first.
    closest : int or None
        The place in the history of the earlier wording that it is compared with: the one with which the fewest words
        are not shared, counted as often as they stand; of several the latest. None for the first wording.
    differences : tuple of Difference
        From that wording to this one, in the order of the text.
    first_said : Use or None
        What the answer that said these words first has of them, see `Family.first_said`.
    """

    text: str
    answer_id: str
    answers: int
    questions: int
    first_date: str | None
    last_date: str | None
    bodies: Mapping[str, int]
    closest: int | None
    differences: tuple[Difference, ...]
    first_said: Use | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Segments that resemble one exemplar: a piece of stock text in all its wordings.

    Attributes
    ----------
    id : str
        Depends only on the exemplar's words and the unit.
    unit : {"paragraph", "sentence"}
    answers, questions, variants : int
        Answers (groups once), questions, and distinct wordings that use it; of a result of chosen uses
        (`ReuseResult.where`) the chosen ones.
    all_answers, all_questions, all_variants : int
        The same of the whole input.
    text : str
        The exemplar as its first use has it.
    template : str
        The exemplar with slots written ``{a|b|…}``, most frequent first.
    slots : tuple of Slot
        In the order of the template.
    parent : str or None
        For a sentence family all of whose uses lie inside uses of one paragraph family: that family's id.
    inside : int or None
        For a sentence family, how many of its uses lie inside uses of paragraph families; the others travel on their
        own. None for a paragraph family.
    first_date, last_date : str or None
        Of its dated uses.
    bodies : mapping of str to int
        Answers by answering body, most first.
    uses : tuple of Use
        By date (undated last), answer and place.
    first_said : Use or None
        What the answer that said ``text`` first has of it: the source that spans of these words name. It is the
        earliest of the answers that use the family and have six words in a row of ``text``, unless another one said
        half of it or more before, in a stretch that is not of the family. None where it is not known.
    ministers : mapping of str to int
        Answers by minister, most first.
    months : mapping of str to int
        Answers by month, ``2024-06``, in order. A date of day precision counts for its month.
    undated : int
        Answers without a date: in no month.
    gaps : tuple of Gap
        In order of time. A gap is ``gap_months`` or more months of the corpus between two uses.
    question_similarity : float or None
        How alike the questions are that it answers, 0 to 1: see `pqreuse.questions.question_similarity`. High where the
        question explains the reuse, low where it is said whatever is asked. None where fewer than two of its answers
        have questions with words.
    replaces : tuple of str
        Identifiers that it had in earlier states of an index; they are accepted wherever a family is named.
    history : sequence of Variant
        Its wordings in the order of their first uses (undated last), each with what changed; worked out when asked for.
    """

    id: str
    unit: Unit
    answers: int
    questions: int
    variants: int
    all_answers: int
    all_questions: int
    all_variants: int
    text: str
    template: str
    slots: tuple[Slot, ...]
    parent: str | None
    first_date: str | None
    last_date: str | None
    bodies: Mapping[str, int]
    uses: tuple[Use, ...]
    first_said: Use | None = None
    inside: int | None = None
    ministers: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0
    gaps: tuple[Gap, ...] = ()
    question_similarity: float | None = None
    replaces: tuple[str, ...] = ()
    # It follows from the uses, and takes longer than all the rest.
    history: Sequence[Variant] = field(default=(), compare=False, repr=False)

    def _repr_html_(self) -> str:
        rows = [(cell(use.date or "–"), cell(use.body or "–"), cell(use.answer_id)) for use in self.uses[:IN_NOTEBOOK]]
        return for_notebook(
            f"{self.id}: {self.answers:,} answers, {self.questions:,} questions, {self.variants:,} wordings",
            text_block(template_of(self)),
            table(("date", "body", f"first of {len(self.uses):,} uses"), rows),
        )


def template_of(family: Family) -> Iterator[Piece]:
    """Cut a family's template at its slots."""
    return template_pieces(family.template, ([value.text for value in slot.values] for slot in family.slots))
