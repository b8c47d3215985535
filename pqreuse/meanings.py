"""Words that stand at one place of a text → the change of meaning: a figure, a negation, a modal verb.

The words alone do not say it: "May" is a month in "5 May" and a name in "Theresa May", and a line that some leave out
is not a line that says something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.templates import SHORT_PIECE
from pqreuse.records import Change, Use
from pqreuse.scorable import ScorableWords
from pqreuse.templates import CONTRACTED, MODALS, MONTHS, NEGATIONS, meaning_mask

_PHRASE = 12  # words; a longer difference is a different line
_AROUND = 40  # characters beside a word that are looked at

_OTHER_MONTHS = "|".join(sorted(set(MONTHS.split("|")) - {"may"}))
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_TO = r"(?:\s*[,/–-]\s*|\s+(?:and|or|to|until|till)\s+)"
# "5 May", "the 5th of May", "April and May", "April to 3 May".
_before_month = re.compile(rf"(?:\b{_DAY}\.?\s+(?:of\s+)?|\b(?:{_OTHER_MONTHS})(?:\s+{_DAY})?{_TO})$", re.IGNORECASE)
# "May 2025", "May 5", "May and June", "May to 3 June".
_behind_month = re.compile(
    rf"[\s,]+(?:(?:19|20)\d\d|{_DAY})\b(?![.,%]?\d|%|\s+(?:million|billion))|{_TO}(?:{_DAY}\s+)?(?:{_OTHER_MONTHS})\b",
    re.IGNORECASE,
)
# Before a small "may" these say that it is a month where no verb follows.
_time_before = re.compile(
    r"\b(?:in|by|since|until|till|before|after|during|from|mid|early|late|last|next)[\s-]+$", re.IGNORECASE
)
_verb_behind = re.compile(r"\s+[^\W\d]")
_noun_before = re.compile(r"\b(?:a|an|the|my|our|your|his|her|its|their|political|free|public)\s+$", re.IGNORECASE)
_sentence_begins = re.compile(r"(?:^|[.?!:;•…\n“‘\"()–—-])\W*$")
_subject_behind = re.compile(
    r"\s+(?:I|we|you|he|she|it|they|there|one|the|an?|this|that|these|those|my|our|your|his|her|its|their|any|all|no)\b",
    re.IGNORECASE,
)
_numbered = re.compile(r"\.\s*\d")
_APOSTROPHES = frozenset("'’‘´`")


class Filling(NamedTuple):
    """Words that stand at a place of a use: from ``first`` among all scorable words. The use's words end at ``end``."""

    tokens: tuple[int, ...]
    use: Use
    first: int
    end: int


class Meanings:
    """Finds changes of meaning between texts that stand at one place.

    Parameters
    ----------
    words : ScorableWords
        The words of all uses.
    begins : ndarray of bool, shape (n_scorable,)
        The words with which sentences begin.
    """

    def __init__(self, words: ScorableWords, begins: NDArray[np.bool_]) -> None:
        self.words = words
        self._starts, self._ends, self._begins = words.starts.data, words.ends.data, begins.data
        self._bearing = frozenset(np.flatnonzero(meaning_mask(words.vocabulary)).tolist())
        negations, modals = (frozenset(words.vocabulary.places(those)) for those in (NEGATIONS, MODALS))
        # Their meaning depends on the words around them.
        self._doubtful = negations | modals
        self._figures = self._bearing - self._doubtful
        self._by_change: list[tuple[Change, frozenset[int]]] = [
            ("figure", self._figures),
            ("negation", negations),
            ("modal", modals),
        ]
        self._may = tuple(words.vocabulary.places({"may"}))

    def changes(self, fillings: Sequence[Filling], *, dates: bool = False) -> tuple[Change, ...]:
        """The changes of meaning between the fillings of one place.

        Words are compared of phrases, and of lines that are mostly the same; a line is a whole sentence, goes over the
        end of one, or is longer than a phrase. Against nothing only a short phrase is a change: a longer one, or a
        line, is one more thing that is said.

        Parameters
        ----------
        fillings : sequence of Filling
            The most usual first.
        dates : bool
            Whether all of them are dates, so that "may" is a month.
        """
        if self._bearing.isdisjoint(chain.from_iterable([one.tokens for one in fillings])):
            return ()
        having = [frozenset(one.tokens) for one in fillings]
        if self._bearing.isdisjoint(_apart(having)):
            return ()
        phrases, lines, short, nothing = [], [], [frozenset[int]()], False
        for one, tokens in zip(fillings, having, strict=True):
            if not one.tokens:
                nothing = True
                continue
            borne = tokens if self._doubtful.isdisjoint(tokens) else self._borne(one, dates)
            if self._is_line(one):
                lines.append(borne)
            else:
                phrases.append(borne)
                if len(one.tokens) <= SHORT_PIECE:
                    short.append(borne)
        same = [line for line in lines if 2 * len(line & lines[0]) >= max(len(line), len(lines[0]))]
        apart = _apart(phrases) | _apart(same) | (_apart(short) if nothing else frozenset())
        return tuple([change for change, words in self._by_change if not words.isdisjoint(apart)])

    def is_may(self, filling: Filling) -> bool:
        """Whether a filling is "may", and a verb by what stands around it."""
        return bool(self._may) and filling.tokens == self._may and self._bears(filling, 0)

    def is_figure(self, token: int) -> bool:
        """Whether a word is a figure, in digits or not."""
        return token in self._figures

    def _is_line(self, filling: Filling) -> bool:
        first, last, begins = filling.first, filling.first + len(filling.tokens), self._begins
        if last - first > _PHRASE or (begins[first] and (last == filling.end or begins[last])):
            return True
        return last - first > 1 and any(begins[first + 1 : last])

    def _borne(self, filling: Filling, dates: bool) -> frozenset[int]:
        """The tokens of a filling, below zero where a negation or a modal verb is none as it stands."""
        return frozenset(
            ~token if token in self._doubtful and not self._bears(filling, place, dates) else token
            for place, token in enumerate(filling.tokens)
        )

    def _bears(self, filling: Filling, place: int, dates: bool = False) -> bool:
        """Whether the word there is a negation or a modal verb as it stands."""
        word, text = self.words.vocabulary[filling.tokens[place]], filling.use.text
        at, offset = filling.first + place, filling.use.start
        start, end = self._starts[at] - offset, self._ends[at] - offset
        left, right = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
        written = text[start:end]
        if word not in MODALS:
            return _is_negation(left, written, right)
        if word == "may" and (dates or _is_month(left, written, right)):
            return False
        return _is_verb(left, written, right)


def _apart(tokens: Sequence[frozenset[int]]) -> frozenset[int]:
    """Tokens that some sets have and others do not."""
    return frozenset().union(*tokens).difference(frozenset.intersection(*tokens)) if tokens else frozenset()


def _is_month(left: str, word: str, right: str) -> bool:
    """Whether "may" is a month, by what stands around it; a capital alone does not say so, see `_is_verb`.

    >>> _is_month("on 5 ", "May", ""), _is_month("in ", "may", " 2025"), _is_month("of whom 5 ", "may", " be there")
    (True, True, False)
    """
    small = not word.istitle()
    if _behind_month.match(right):
        return True
    if _before_month.search(left) or (small and _time_before.search(left)):
        return not (small and _verb_behind.match(right))
    return False


def _is_verb(left: str, word: str, right: str) -> bool:
    """Whether a modal verb is one where it stands: not a name ("Will Stone"), not a noun ("the will"), not "would-be".

    >>> _is_verb("We ", "will", " pay."), _is_verb("thank ", "Will", " Stone")
    (True, False)
    >>> _is_verb("the political ", "will", " to")
    False
    >>> _is_verb("", "May", " I ask"), _is_verb("", "May", " saw a rise")
    (True, False)
    """
    if right.startswith("-") or _noun_before.search(left):
        return False
    if not word.istitle():
        return True
    # In the middle of a sentence a capital makes it a name.
    begins = _sentence_begins.search(left) is not None
    return begins and (word.casefold() != "may" or _subject_behind.match(right) is not None)


def _is_negation(left: str, word: str, right: str) -> bool:
    """Whether a negation is one where it stands: not "No. 10", not "T Levels", not "won" without "t".

    >>> _is_negation("at ", "No", " 10"), _is_negation("isn’", "t", " here"), _is_negation("", "T", " Levels")
    (False, True, False)
    """
    folded = word.casefold()
    if folded == "no":
        return not _numbered.match("." + right if word.istitle() else right)
    if folded == "t":
        return left[-1:] in _APOSTROPHES and left[-2:-1] in ("n", "N")
    return folded not in CONTRACTED or right[:1] in _APOSTROPHES
