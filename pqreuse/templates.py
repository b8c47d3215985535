"""Families → templates with slots: which words nearly all uses keep, and where they differ. Words are numbers here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.templates import Texts
from pqreuse.ragged import Ragged
from pqreuse.records import Change, Progress, SlotKind
from pqreuse.threads import in_threads
from pqreuse.words import Vocabulary

# A difference in one of these changes what is said: never folded into a template, however rare.
# "isn’t" is two words, isn and t.
CONTRACTED = frozenset(
    "ain aren couldn didn doesn don hadn hasn haven isn mustn needn shan shouldn wasn weren won wouldn".split()
)
NEGATIONS = CONTRACTED | set("t not no never neither nor none nothing without cannot unable refuse refused".split())
MODALS = frozenset("will would shall should may might can could must".split())
FIGURES = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "half dozen".split()
)
_PARTS = 64  # of the families: built one after the other by each thread, and told of


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates of all families of one unit.

    Attributes
    ----------
    kept : Ragged of bool
        A row for each family: words of the exemplar that are template.
    gaps : Ragged of int32, values of shape (n_gaps, 2)
        A row for each family: where its variants differ, exemplar words ``first`` to ``last``, none of them template;
        none at all where words are put in.
    accepted : ndarray of bool, shape (n_gaps,)
        Whether the gap is a slot: it makes the family's description shorter.
    variants : ndarray of int64, shape (n_families + 1,)
        Rows ``variants[i]`` to ``variants[i + 1]`` of what follows are those of family ``i``, its exemplar first.
    fillings : Ragged of int32, values of shape (n_fillings, 2)
        A row for each variant, for each gap of its family the words ``first`` to ``last`` of the variant that fill it;
        -1 and -1 where the variant leaves out the words around.
    place : Ragged of int32
        A row for each variant, for each of its words the place: an exemplar word that is template, ``n_exemplar + gap``
        in a short filling of a slot, else -1.
    """

    kept: Ragged
    gaps: Ragged
    accepted: NDArray[np.bool_]
    variants: NDArray[np.int64]
    fillings: Ragged
    place: Ragged

    def __len__(self) -> int:
        return len(self.kept)

    def slots(self) -> Ragged:
        """Places of the slots that each variant has, empty fillings included: int32, a row for each variant."""
        n_exemplar = np.repeat(self.kept.lengths, np.diff(self.variants))
        first_gap = np.repeat(self.gaps.indptr[:-1], np.diff(self.variants))
        row = self.fillings.row_of_value()
        gap = np.arange(len(row)) - self.fillings.indptr[row]
        has = self.accepted[first_gap[row] + gap] & (self.fillings.values[:, 0] >= 0)
        row, gap = row[has], gap[has]
        lengths = np.bincount(row, minlength=len(self.fillings))
        return Ragged.of_lengths((n_exemplar[row] + gap).astype(np.int32), lengths)


def build_templates(
    tokens: NDArray[np.int32],
    text_first: NDArray[np.int64],
    text_words: NDArray[np.int64],
    members: Ragged,
    weights: NDArray[np.int64],
    bears_meaning: NDArray[np.bool_],
    glued: NDArray[np.bool_],
    *,
    support: float,
    slot_words: int,
    threads: int = 1,
    progress: Progress | None = None,
) -> Templates:
    """The templates of families and the place of every word of their variants in them (definition 3.4).

    A variant is aligned to the exemplar by the fewest words put in, left out or replaced (Levenshtein's distance). Of
    the alignments with so few changes it is this one: equal words at the beginning belong together, then those at the
    end. Between them it goes backwards, equal words after equal words and changes after changes wherever either is as
    short; of changes it takes a word replaced, else one left out, else one put in. So what differs holds together: of
    19,954 variants of real answers 90 have more separate changes than they need, with words left out first 2,147.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
        Words as places in a vocabulary.
    text_first, text_words : ndarray of int64, shape (n_texts,)
        A text's words are ``tokens[first:first + words]``.
    members : Ragged of int64
        A row for each family: its texts, the exemplar first.
    weights : ndarray of int64, shape (n_texts,)
        Answers that have each text.
    bears_meaning : ndarray of bool, shape (n_vocabulary,)
        Figures, negations and modal verbs, see `meaning_mask`: where variants differ in one of them there is always a
        gap.
    glued : ndarray of bool, shape (n_words,)
        Words that are one figure with the next word, as 2 and 65 are in 2.65: changed together if at all. A text's last
        word is not.
    support : float
        The part of the answers that must keep a template word.
    slot_words : int
        The most words of a filling that counts as slot.
    threads : int
        Changes no result.
    progress : callable, optional
        Told of families.
    """
    texts = Texts(
        tokens, text_first, text_words, weights, bears_meaning.view(np.uint8), glued.view(np.uint8), support, slot_words
    )
    words = Ragged(text_words[members.values], members.indptr)
    place_edges = np.concatenate((np.zeros(1, np.int64), np.cumsum(words.values)))
    n_exemplar = words.values[members.indptr[:-1]]
    kept = Ragged.of_lengths(np.empty(int(n_exemplar.sum()), bool), n_exemplar)
    place = np.empty(int(place_edges[-1]), np.int32)
    edges = _even_parts(place_edges[members.indptr], _PARTS if threads > 1 or progress else 1)

    def build(part: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_], NDArray[np.int32]]:
        first, last = edges[part : part + 2]
        rows = members.indptr[first : last + 1]
        return texts.build(
            members.values,
            rows,
            kept.values[kept.indptr[first] : kept.indptr[last]].view(np.uint8),
            place[place_edges[rows[0]] : place_edges[rows[-1]]],
        )

    built = []
    for part, result in enumerate(in_threads(build, range(len(edges) - 1), threads)):
        built.append(result)
        if progress is not None:
            progress("templates", edges[part + 1], len(members))
    gaps_of, gaps, accepted, fillings = map(np.concatenate, zip(*built, strict=True))
    return Templates(
        kept=kept,
        gaps=Ragged.of_lengths(gaps, gaps_of),
        accepted=accepted,
        variants=members.indptr,
        fillings=Ragged.of_lengths(fillings, np.repeat(gaps_of, members.lengths)),
        place=Ragged(place, place_edges),
    )


def _even_parts(reached: NDArray[np.int64], n_parts: int) -> list[int]:
    """Edges of parts with about as many words each; ``reached`` are the words before each family and those of all."""
    wanted = np.linspace(0, int(reached[-1]), n_parts + 1)[1:-1]
    return [0, *sorted(np.searchsorted(reached, wanted).tolist()), len(reached) - 1]


def meaning_of(word: str) -> Change | None:
    """The kind of meaning that a difference in this word changes: a figure, a negation, a modal verb.

    >>> meaning_of("15"), meaning_of("not"), meaning_of("may"), meaning_of("schools")
    ('figure', 'negation', 'modal', None)
    """
    if word[0].isdecimal() or word in FIGURES:
        return "figure"
    return "negation" if word in NEGATIONS else "modal" if word in MODALS else None


def meaning_mask(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Words of a vocabulary in which a difference changes what is said, see `meaning_of`:  bool[n_vocabulary]."""
    mask = vocabulary.numeric.copy()
    mask[vocabulary.places(FIGURES | NEGATIONS | MODALS)] = True
    return mask


MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT_MONTHS = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SEASONS = "early|late|spring|summer|autumn|winter"
_NUMBER_WORDS = "|".join(sorted(FIGURES))
_SCALES = "hundreds|thousands|mille|millions|billions|milliards?|Millionen|Milliarden|Mio\\.?|Mrd\\.?|lakhs?|crores?"
_FIGURE = r"\d[\d,.·'’]*(?:st|nd|rd|th|m|bn|k)?"
_PART = rf"(?:{_FIGURE}|{_NUMBER_WORDS}|{_SCALES})"
_NUMBER = rf"{_PART}(?:[\s\u00a0-]+(?:and[\s\u00a0]+)?{_PART})*"
_QUALIFIERS = "over|around|about|nearly|almost|approximately|up to|more than|some|a further|at least"
_QUALIFIER = rf"(?:(?:{_QUALIFIERS})[\s\u00a0]+)?"
_YEAR = r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:(?:{_DAYS}),?[\s\u00a0]+)?(?:{_DAY}[\s\u00a0]+(?:of[\s\u00a0]+)?)?(?:{MONTHS}|{_SHORT_MONTHS})"
    rf"(?:[\s\u00a0]+{_DAY},?)?(?:[\s\u00a0]+{_YEAR})?|{_YEAR}|{_DAYS}|(?:{_SEASONS})[\s\u00a0]+{_YEAR}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d"
)
_CURRENCY = r"[£$€]|(?:\s|\sd['’]|\sde\s)(?:pounds|pence|euros?|dollars|francs)\b|\s[£$€]"
_PERCENT = r"\s?(?:%|per\s?cent\b|pour\s?cent\b|Prozent\b|percentage points?)"
_money = re.compile(rf"{_QUALIFIER}(?:[£$€]\s?{_NUMBER}|{_NUMBER}(?:{_CURRENCY}))", re.IGNORECASE)
_percent = re.compile(rf"{_QUALIFIER}{_NUMBER}{_PERCENT}", re.IGNORECASE)
_unit_follows = re.compile(
    rf"(?:\s(?:{_NUMBER_WORDS}|{_SCALES}))?(?:{_PERCENT}|(?:{_CURRENCY})(?!\s?\d))", re.IGNORECASE
)
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
_month_follows = re.compile(rf"[\s\u00a0]+(?:of[\s\u00a0]+)?(?:{MONTHS})\b", re.IGNORECASE)
_day_of_month = re.compile(r"(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?")
_SIGNS = frozenset("£$€")


def _any_of(words: str) -> str:
    """The same alternatives by first letters, so that not all of them are tried."""
    ordered = groupby(sorted(words.split("|")), itemgetter(0))
    return "|".join(f"{letter}(?:{'|'.join(word[1:] for word in those)})" for letter, those in ordered)


_LINKS_AND_REFERENCES = r"https?://|www\.|uin|hl|pq|aqw|s\d"
# How everything begins that is neither a name nor text.
_begins = re.compile(
    r"[£$€\d]|"
    + _any_of("|".join([_QUALIFIERS, _NUMBER_WORDS, MONTHS, _SHORT_MONTHS, _DAYS, _SEASONS, _LINKS_AND_REFERENCES])),
    re.IGNORECASE,
)


def kind_of(value: str, left: str = "", right: str = "") -> SlotKind:
    """The kind of a filling, from its text and the text directly before and after it.

    >>> kind_of("17 million", left="Over £"), kind_of("43", right="% of"), kind_of("12345", left="to Question ")
    ('money', 'percent', 'reference')
    >>> kind_of("Na h-Eileanan an Iar"), kind_of("16 January 2025"), kind_of("31"), kind_of("has been made")
    ('name', 'date', 'number', 'text')
    >>> kind_of("5", right=" September 2024"), kind_of("5", right=" schools")
    ('date', 'number')
    """
    around = left[-1:] if left[-1:] in _SIGNS else ""
    if not around and not _begins.match(value):
        return "name" if _name.fullmatch(value) else "text"
    unit = _unit_follows.match(right)
    whole = around + value + (unit[0] if unit else "")
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
