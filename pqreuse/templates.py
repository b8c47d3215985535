"""Families → templates with slots: which words nearly all uses keep, and where they differ. Words are numbers here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Change, SlotKind

Gap = tuple[int, int]
Filling = tuple[int, int]

# A difference in one of these changes what is said: never folded into a template, however rare.
NEGATIONS = frozenset(
    # "isn’t" is two words, isn and t.
    "not no never neither nor none nothing without cannot unable refuse refused t ain aren couldn didn doesn don hadn "
    "hasn haven isn mustn needn shan shouldn wasn weren won wouldn".split()
)
MODALS = frozenset("will would shall should may might can could must".split())
FIGURES = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "half dozen".split()
)
_SHORT = 6  # words; a longer piece left out or put in is another piece of text, not a changed word


@dataclass(frozen=True, slots=True)
class Alignment:
    """A variant's words beside the exemplar's.

    Attributes
    ----------
    column : ndarray of int64, shape (n_words,)
        The exemplar's word that each word equals; -1 where it equals none.
    before, after : ndarray of int64, shape (n_exemplar + 1,)
        The variant's words between the exemplar's words ``i - 1`` and ``i`` are ``before[i]`` to ``after[i]``.
    replaced : ndarray of int64, shape (n_replaced, 2)
        Exemplar word and variant word that stand in the same place and differ.
    """

    column: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    replaced: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Template:
    """What a family's variants have in common.

    Attributes
    ----------
    kept : ndarray of bool, shape (n_exemplar,)
        Exemplar words that are template.
    gaps : list of (int, int)
        Where variants differ: exemplar words ``a`` to ``b``, none of them template; none at all where words are put in.
    accepted : list of bool
        Whether the gap is a slot: it makes the family's description shorter.
    fillings : list of list of (int, int) or None
        For each variant and gap, the variant's words that fill it; None where the variant leaves out the words around.
    place : list of ndarray of int64
        For each variant, each word's place: an exemplar word that is template, ``n_exemplar + gap`` in a short filling
        of a slot, else -1.
    """

    kept: NDArray[np.bool_]
    gaps: list[Gap]
    accepted: list[bool]
    fillings: list[list[Filling | None]]
    place: list[NDArray[np.int64]]


def align(exemplar: Sequence[int], variant: Sequence[int]) -> Alignment:
    """Align a variant to the exemplar, word by word, by the fewest words put in, left out or replaced."""
    from rapidfuzz.distance import Levenshtein

    column = np.full(len(variant), -1, np.int64)
    before = np.zeros(len(exemplar) + 1, np.int64)
    after = np.zeros(len(exemplar) + 1, np.int64)
    replaced: list[tuple[int, int]] = []
    reached = 0
    for step in Levenshtein.opcodes(exemplar, variant):
        tag, low, high, first, last = step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end
        if tag == "insert":
            after[low] = last
            reached = last
            continue
        # Words are put in before the exemplar word `low`, if at all: then `before[low]` is already behind.
        if tag == "equal":
            column[first:last] = np.arange(low, high)
        elif tag == "replace":
            replaced += zip(range(low, high), range(first, last), strict=True)
        after[low] = reached
        passed = reached + (tag != "delete") * np.arange(1, high - low + 1)
        before[low + 1 : high + 1] = passed
        after[low + 1 : high + 1] = passed
        reached = int(passed[-1])
    after[len(exemplar)] = reached
    return Alignment(column, before, after, np.array(replaced, np.int64).reshape(-1, 2))


def build_template(
    variants: Sequence[Sequence[int]],
    weights: Sequence[int],
    bears_meaning: NDArray[np.bool_],
    glued: Sequence[NDArray[np.bool_]],
    *,
    support: float,
    slot_words: int,
) -> Template:
    """The template of a family and the place of every word of its variants in it (definition 3.4).

    Parameters
    ----------
    variants : sequence of sequences of int
        Words of each variant as places in a vocabulary; the exemplar first.
    weights : sequence of int
        Answers that have each variant.
    bears_meaning : ndarray of bool, shape (n_vocabulary,)
        Figures, negations and modal verbs: where variants differ in one of them there is always a gap.
    glued : sequence of ndarray of bool
        For each variant, which words are one figure with the next word, as 2 and 65 are in 2.65: changed together if
        at all.
    support : float
        The part of the answers that must keep a template word.
    slot_words : int
        The most words of a filling that counts as slot.
    """
    exemplar = variants[0]
    alignments = [align(exemplar, variant) for variant in variants]
    kept = _whole_figures(_kept(variants, weights, alignments, bears_meaning, support), alignments, glued)
    gaps = _gaps(variants, weights, alignments, kept, bears_meaning, support)
    kept = _beside_gaps(kept, gaps, weights, alignments, support)
    gaps = _gaps(variants, weights, alignments, kept, bears_meaning, support)
    fillings = [_fillings(alignment, gaps, kept) for alignment in alignments]
    accepted = _shortens(variants, gaps, fillings)
    place = [
        _place(alignment, kept, row, accepted, slot_words) for alignment, row in zip(alignments, fillings, strict=True)
    ]
    return Template(kept, gaps, accepted, fillings, place)


def _kept(
    variants: Sequence[Sequence[int]],
    weights: Sequence[int],
    alignments: Sequence[Alignment],
    bears_meaning: NDArray[np.bool_],
    support: float,
) -> NDArray[np.bool_]:
    exemplar = np.asarray(variants[0])
    votes = np.zeros(len(exemplar), np.int64)
    changed = np.zeros(len(exemplar), bool)
    for variant, weight, alignment in zip(variants, weights, alignments, strict=True):
        equal = alignment.column[alignment.column >= 0]
        votes[equal] += weight
        if len(alignment.replaced):
            old, new = alignment.replaced.T
            changed[old] |= bears_meaning[exemplar[old]] | bears_meaning[np.asarray(variant)[new]]
        left_out = np.ones(len(exemplar), bool)
        left_out[equal] = left_out[alignment.replaced[:, 0]] = False
        for start, end in _stretches(left_out):
            if end - start <= _SHORT:
                changed[start:end] |= bears_meaning[exemplar[start:end]]
    # A whole number of answers against a product of floats: a billionth below is not below.
    return (votes >= support * sum(weights) * (1 - 1e-9)) & ~changed


def _beside_gaps(
    kept: NDArray[np.bool_],
    gaps: Sequence[Gap],
    weights: Sequence[int],
    alignments: Sequence[Alignment],
    support: float,
) -> NDArray[np.bool_]:
    """Let a word beside a gap join it where some uses have another word there.

    Else "hon. {Gentleman|Lady}" and one "noble Baroness" would make "hon. {Gentleman|Lady|Baroness}", which nobody
    said. Half as many uses suffice as for a gap of its own.
    """
    kept, others = kept.copy(), np.zeros(len(kept), np.int64)
    for weight, alignment in zip(weights, alignments, strict=True):
        others[alignment.replaced[:, 0]] += weight
    joins = kept & (others > (1 - support) / 2 * sum(weights))
    for start, end in gaps:
        while start > 0 and joins[start - 1]:
            start -= 1
            kept[start] = False
        while end < len(kept) and joins[end]:
            kept[end] = False
            end += 1
    return kept


def _whole_figures(
    kept: NDArray[np.bool_], alignments: Sequence[Alignment], glued: Sequence[NDArray[np.bool_]]
) -> NDArray[np.bool_]:
    """Let a figure be template whole or not at all, be it the exemplar's (2.65) or one that a variant makes of it."""
    kept = kept.copy()
    for alignment, joined in zip(alignments[1:], glued[1:], strict=True):
        for start, end in _stretches(joined):
            columns = alignment.column[start : end + 1]
            if (np.diff(columns) != 1).any() or columns[0] < 0:
                kept[columns[columns >= 0]] = False
    for start, end in _stretches(glued[0]):
        kept[start : end + 1] = kept[start : end + 1].all()
    return kept


def _gaps(
    variants: Sequence[Sequence[int]],
    weights: Sequence[int],
    alignments: Sequence[Alignment],
    kept: NDArray[np.bool_],
    bears_meaning: NDArray[np.bool_],
    support: float,
) -> list[Gap]:
    """Stretches that are not template, and places where words are put in; those that touch are one."""
    length = len(kept)
    put_in = np.zeros(length + 1, np.int64)
    always = np.zeros(length + 1, bool)
    for variant, weight, alignment in zip(variants, weights, alignments, strict=True):
        words = np.asarray(variant)
        for gap in np.flatnonzero(alignment.after > alignment.before):
            put_in[gap] += weight
            piece = words[alignment.before[gap] : alignment.after[gap]]
            always[gap] |= len(piece) <= _SHORT and bool(bears_meaning[piece].any())
    # The counterpart of a template word: nearly all answers have nothing there.
    open_here = (put_in > (1 - support) * sum(weights) * (1 + 1e-9)) | always
    stretches = _stretches(~kept)
    touched = {edge for start, end in stretches for edge in range(start, end + 1)}
    return sorted([*stretches, *((gap, gap) for gap in np.flatnonzero(open_here).tolist() if gap not in touched)])


def _fillings(alignment: Alignment, gaps: Sequence[Gap], kept: NDArray[np.bool_]) -> list[Filling | None]:
    present = np.zeros(len(kept), bool)
    present[alignment.column[alignment.column >= 0]] = True
    fillings: list[Filling | None] = []
    for start, end in gaps:
        neighbours = present[max(start - 1, 0) : start].any() or present[end : end + 1].any()
        around = neighbours or (start == 0 and end == len(kept))
        fillings.append((int(alignment.before[start]), int(alignment.after[end])) if around else None)
    return fillings


def _shortens(
    variants: Sequence[Sequence[int]], gaps: Sequence[Gap], fillings: Sequence[Sequence[Filling | None]]
) -> list[bool]:
    """Whether the exemplar and a gap's fillings are shorter than listing the variants that differ there.

    In words, one more for each entry of a list. A long piece of the exemplar that a short variant lacks is no slot.
    """
    contents = [
        [None if filling is None else tuple(variant[slice(*filling)]) for filling in row]
        for variant, row in zip(variants, fillings, strict=True)
    ]
    accepted = []
    for gap in range(len(gaps)):
        own = contents[0][gap]
        values = {row[gap] for row in contents} - {None}
        as_slot = sum(len(value) + 1 for value in values if value is not None)
        listed = sum(
            len(variant) + 1
            for variant, row in zip(variants, contents, strict=True)
            if row[gap] is not None and row[gap] != own
        )
        accepted.append(as_slot < listed)
    return accepted


def _place(
    alignment: Alignment,
    kept: NDArray[np.bool_],
    fillings: Sequence[Filling | None],
    accepted: Sequence[bool],
    slot_words: int,
) -> NDArray[np.int64]:
    place = np.full(len(alignment.column), -1, np.int64)
    for number, filling in enumerate(fillings):
        if filling is not None and accepted[number] and filling[1] - filling[0] <= slot_words:
            place[slice(*filling)] = len(kept) + number
    template = (alignment.column >= 0) & kept[alignment.column]
    place[template] = alignment.column[template]
    return place


def _stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def bears_meaning(word: str) -> bool:
    """Whether a difference in this word changes what is said: a figure, a negation, a modal verb."""
    return word[0].isdecimal() or word in FIGURES or word in NEGATIONS or word in MODALS


def meaning_changes(fillings: Sequence[Sequence[str]]) -> tuple[Change, ...]:
    """What of meaning differs between the fillings of a slot: a figure, a negation, a modal verb.

    >>> meaning_changes([["will", "not", "pay", "15"], ["may", "pay", "20"]])
    ('figure', 'negation', 'modal')
    """
    tests: dict[Change, Callable[[str], bool]] = {
        "figure": lambda word: word[0].isdecimal() or word in FIGURES,
        "negation": NEGATIONS.__contains__,
        "modal": MODALS.__contains__,
    }
    return tuple(
        change for change, bears in tests.items() if len({frozenset(filter(bears, words)) for words in fillings}) > 1
    )


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT_MONTHS = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NUMBER_WORDS = "|".join(sorted(FIGURES))
_FIGURE = r"\d[\d,.]*(?:st|nd|rd|th|m|bn|k)?"
_NUMBER = rf"(?:{_FIGURE}|{_NUMBER_WORDS})(?:[\s\u00a0-]+(?:and[\s\u00a0]+)?(?:{_FIGURE}|{_NUMBER_WORDS}))*"
_QUALIFIER = (
    r"(?:(?:over|around|about|nearly|almost|approximately|up to|more than|some|a further|at least)[\s\u00a0]+)?"
)
_YEAR = r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:(?:{_DAYS}),?[\s\u00a0]+)?(?:{_DAY}[\s\u00a0]+(?:of[\s\u00a0]+)?)?(?:{_MONTHS}|{_SHORT_MONTHS})"
    rf"(?:[\s\u00a0]+{_DAY},?)?(?:[\s\u00a0]+{_YEAR})?|{_YEAR}|{_DAYS}|(?:early|late|spring|summer|autumn|winter)[\s\u00a0]+{_YEAR}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d"
)
_money = re.compile(rf"{_QUALIFIER}[£$€]\s?{_NUMBER}|{_NUMBER}[\s\u00a0](?:pounds|pence|euros|dollars)", re.IGNORECASE)
_percent = re.compile(rf"{_QUALIFIER}{_NUMBER}[\s\u00a0]?(?:%|per[\s\u00a0]?cent|percentage points?)", re.IGNORECASE)
_date = re.compile(_DATE, re.IGNORECASE)
_reference = re.compile(r"(?:UIN[\s\u00a0]*)?(?:(?:HL|PQ|AQW|S\dW-)\s?\d{1,6}|\d{3,6})", re.IGNORECASE)
_reference_before = re.compile(
    r"(?:\bUINs?|\bPQs?|\bquestions?|\bnumbers?|\bnos?\.?|\breference)[\s\u00a0]*$", re.IGNORECASE
)
_number = re.compile(rf"{_QUALIFIER}{_NUMBER}", re.IGNORECASE)
_url = re.compile(r"(?:https?://|www\.)\S+")
_PARTICLE = r"(?:and|of|the|on|upon|in|for|with|under|by|le|la|de|y|yr|an|na|von|van|der)"
_CAPITALISED = r"(?:h-|al-|d[’'])?[^\W\d_a-z][\w’'.-]*"
_GAP = r"[\s\u00a0,&-]+"
_name = re.compile(rf"(?:the\s+)?(?:hon\.?\s+)?{_CAPITALISED}(?:{_GAP}(?:{_PARTICLE}{_GAP})*{_CAPITALISED})*")
_month_follows = re.compile(rf"[\s\u00a0]+(?:of[\s\u00a0]+)?(?:{_MONTHS})\b", re.IGNORECASE)
_day_of_month = re.compile(r"(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?")


def kind_of(value: str, left: str = "", right: str = "") -> SlotKind:
    """What a filling is, from its text and the text directly before and after it.

    >>> kind_of("17 million", left="Over £"), kind_of("43", right="% of"), kind_of("12345", left="to Question ")
    ('money', 'percent', 'reference')
    >>> kind_of("Na h-Eileanan an Iar"), kind_of("16 January 2025"), kind_of("31"), kind_of("has been made")
    ('name', 'date', 'number', 'text')
    >>> kind_of("5", right=" September 2024"), kind_of("5", right=" schools")
    ('date', 'number')
    """
    around = left[-1:] if left[-1:] in "£$€" else ""
    behind = next((mark for mark in ("%", " per cent", " percent", "\u00a0per cent") if right.startswith(mark)), "")
    whole = around + value + behind
    if _url.fullmatch(value):
        return "url"
    if _money.fullmatch(whole) or _money.fullmatch(around + value):
        return "money"
    if _percent.fullmatch(whole):
        return "percent"
    if _reference.fullmatch(value) and (_reference_before.search(left) or not value[0].isdigit()):
        return "reference"
    if _date.fullmatch(value) or (_day_of_month.fullmatch(value) and _month_follows.match(right)):
        return "date"
    if _number.fullmatch(value):
        return "number"
    return "name" if _name.fullmatch(value) else "text"
