"""Scores: how much of an answer is template, slot and novel; shares of many answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pqreuse.shading import for_notebook, share_bar, share_words, text_block

Label = Literal["template", "slot", "novel", "none"]
Kind = Literal["holding", "referral", "not_held", "disproportionate_cost", "transfer", "deposit", "will_write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of an answer's text with one label; the spans of an answer tile its text.

    ``family`` is the paragraph family, else the sentence family, else None. ``earliest_answer_id`` is the earliest
    other answer (by date, undated last, then identifier) that has words of this span in a shared run or in the family.
    """

    start: int
    end: int
    label: Label
    family: str | None
    earliest_answer_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts of scorable words that are template, slot and novel; they sum to 1."""

    template: float
    slot: float
    novel: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShares:
    """Shares of the words of some of the answers: those of a body, of a month, of a body in a month.

    Attributes
    ----------
    group : tuple of (str or None)
        What they have in common, in the order asked for; None where it is not known.
    answers, questions : int
    scorable_words : int
        Of those answers that have shares.
    template, slot, novel : float or None
        Of these words. None where there are none.
    template_low, template_high : float or None
        95 % interval of the template share, see `pqreuse.usage.share_interval`.
    """

    group: tuple[str | None, ...]
    answers: int
    questions: int
    scorable_words: int
    template: float | None
    slot: float | None
    novel: float | None
    template_low: float | None
    template_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """The share of truly resembling pairs of segments that a run compared, measured on a seeded sample.

    Attributes
    ----------
    target : float
        What the index was built for.
    measured : float
    low, high : float
        Wilson's 95 % interval.
    sample : int
        Segments (distinct wordings) sampled, each compared with all others exactly.
    pairs : int
        Pairs found by that; a part of them, at random, where there are far more than texts.
    """

    target: float
    measured: float
    low: float
    high: float
    sample: int
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One answer's words by label. The shares are None where no word is scorable, or the text is a preview.

    ``kinds`` are those of the answer (`pqreuse.kinds`), ``refers_to`` the answers of the corpus that a referral points
    to, as far as they are known without doubt. ``heading`` is the answer's; of a document it is the name of its file.
    """

    id: str
    question_ids: tuple[str, ...]
    date: str | None
    body: str | None
    text: str
    words: int
    scorable_words: int
    template: float | None
    slot: float | None
    novel: float | None
    spans: tuple[Span, ...]
    kinds: tuple[Kind, ...] = ()
    refers_to: tuple[str, ...] = ()
    heading: str | None = None

    def _repr_html_(self) -> str:
        shares = (self.template, self.slot, self.novel)
        return for_notebook(
            " · ".join(filter(None, (self.id, self.date, self.body, share_words(shares)))),
            share_bar(shares),
            text_block((self.text[span.start : span.end], span.label) for span in self.spans),
        )
