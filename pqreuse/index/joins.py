"""Segments of new answers → the families of an index that they join, with all that labels need of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.comparing import AllTexts
from pqreuse.index.incoming import Incoming
from pqreuse.index.tables import SEGMENTS, UNITS, Tables
from pqreuse.joining import Joined, side_by_side
from pqreuse.ragged import NONE, Ragged, by_row, changes, distinct, ranks
from pqreuse.segments import Segments
from pqreuse.shingles import Texts

_USES = 2  # of a text: the earliest, and the next for an answer that is the earliest itself


class Times:
    """Answers of an index in their order in time, as far as they bear on what is asked.

    Parameters
    ----------
    tables : Tables
    answers : sequence of ndarray
        Some of them, each as often as it may be; negative ones do not count.

    Attributes
    ----------
    answers : ndarray of int64
        The earliest first.
    """

    def __init__(self, tables: Tables, answers: Sequence[NDArray[np.integer]]) -> None:
        self._known = known = distinct(np.concatenate([some.astype(np.int64) for some in answers]))
        known = known[known >= 0]
        rows = tables.answers[known]
        at = np.lexsort((ranks(list(tables.ids(known.tolist()))), rows["first_day"], rows["last_day"]))
        self.answers, self._last_days = known[at], rows["last_day"][at]
        self._known = known
        self._order = np.empty(len(known), np.int64)
        self._order[at] = np.arange(len(known))

    def __len__(self) -> int:
        return len(self.answers)

    def order_of(self, answers: NDArray[np.integer]) -> NDArray[np.int64]:
        """The place of each of these answers; of a negative one any."""
        if not len(self._known):
            return np.zeros(len(answers), np.int64)
        return self._order[np.minimum(np.searchsorted(self._known, answers), len(self._known) - 1)]

    def before(self, first_day: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many of them are earlier than answers with these first days."""
        return np.where(first_day == NONE, 0, np.searchsorted(self._last_days, first_day))


@dataclass(frozen=True, slots=True)
class Uses:
    """Uses of texts that are laid out: the text, and the place in time of the answer."""

    text: NDArray[np.int64]
    order: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Join:
    """Families of one unit that new segments join.

    Attributes
    ----------
    unit : int
    exemplar : ndarray of int64, shape (n_collapsed,)
        What each of the new texts joins; -1 for none.
    is_known : ndarray of bool, shape (n_collapsed,)
        Whether the family has this very text.
    families : ndarray of int64
        Their exemplars, ascending.
    members : Ragged of int64
        Texts of each of them, the exemplar first, then in the order in which exemplars are chosen.
    n_answers : ndarray of int32, shape (n_texts,)
        Answers that have each text of the index.
    users : ndarray of SEGMENTS
        Answers that have each of these texts.
    """

    unit: int
    exemplar: NDArray[np.int64]
    is_known: NDArray[np.bool_]
    families: NDArray[np.int64]
    members: Ragged
    n_answers: NDArray[np.int32]
    users: NDArray[np.void]

    def joined(
        self, uses: Uses, new: Incoming, texts: AllTexts, start: int, new_words: int, laid: Ragged
    ) -> tuple[Joined, Segments]:
        """The same as stages take it: a row for each family, and one for each wording that it does not have."""
        first_use = laid.indptr[start : start + len(uses.text)]
        old = np.flatnonzero(changes(uses.text))  # the first use of each text shows its words
        old_texts = uses.text[old]
        wordings = np.flatnonzero((self.exemplar >= 0) & ~self.is_known)
        collapsed = new.collapsed
        segments = new.segments[self.unit]
        of_segment = new.of_segment(self.unit).astype(np.int64)
        number = np.full(len(collapsed), -1, np.int64)
        known = np.flatnonzero(self.is_known)
        number[known] = np.searchsorted(old_texts, new.number[known])
        number[wordings] = len(old) + np.arange(len(wordings))
        # One more place: that of segments too short to be texts.
        of_new = np.append(number, -1)[of_segment]
        all_texts = Texts(
            np.concatenate((np.searchsorted(old_texts, uses.text), of_new)).astype(np.int32),
            np.concatenate((first_use[old], new_words + collapsed.first[wordings])),
            np.concatenate((laid.lengths[start : start + len(uses.text)][old], collapsed.length[wordings])).astype(
                np.int32
            ),
        )
        joining = np.flatnonzero(of_new >= 0)
        text = of_segment[joining]
        row = np.where(self.is_known[text], self.exemplar[text], len(texts) + text)
        rows = distinct(row)
        wording = np.where(rows < len(texts), -1, rows - len(texts))
        family = np.searchsorted(self.families, np.where(wording < 0, rows, self.exemplar[wording]))
        family_of_use = np.searchsorted(
            self.families, np.repeat(self.families, self.members.lengths)[_place(self.members.values, uses.text)]
        )
        old_uses = by_row(np.arange(len(uses.text)), family_of_use, len(self.families)).take(family)
        new_uses = by_row(len(uses.text) + joining, np.searchsorted(rows, row), len(rows))
        members = Ragged(np.searchsorted(old_texts, self.members.values), self.members.indptr).take(family)
        one_more = Ragged.of_lengths(number[wording[wording >= 0]], (wording >= 0).astype(np.int64))
        ids = texts.names(UNITS[self.unit], self.families)
        nothing = np.zeros(len(uses.text), np.int32)
        return (
            Joined(
                [ids[one] for one in family.tolist()],
                all_texts,
                side_by_side(members, one_more),
                side_by_side(old_uses, new_uses),
                np.concatenate((self.n_answers[old_texts], np.ones(len(wordings)))).astype(np.int64),
            ),
            Segments(
                nothing,
                nothing,
                nothing,
                np.concatenate((first_use, new_words + segments.first)),
                np.concatenate((first_use, new_words + segments.last)),
            ),
        )


def join(tables: Tables, texts: AllTexts, new: Incoming, unit: int) -> Join:
    """Find the family of each new text: that of the exemplar which it resembles most."""
    alike = tables.alike[unit]
    used = distinct(new.of_segment(unit))
    used = used[used >= 0]
    is_known = np.zeros(len(new.collapsed), bool)
    stored = used[new.number[used] < len(tables.texts)]
    is_known[stored] = alike.answers[new.number[stored]] > 0
    exemplar = np.full(len(new.collapsed), -1, np.int64)
    exemplar[is_known] = alike.exemplar[new.number[is_known]]
    asked = used[~is_known[used]]
    if len(asked) and len(tables.texts):
        found = texts.find_alike(new.number[asked], tables.postings, tables.sizes, tables.exemplars[unit])
        text, best = _best(*found, alike.key(found[1]), texts)
        by_number = np.argsort(new.number[asked])
        exemplar[asked[by_number][np.searchsorted(new.number[asked][by_number], text)]] = best
    families = distinct(exemplar[exemplar >= 0])
    found_members = tables.members[unit].take(families)
    members, family = found_members.values, found_members.row_of_value()
    by_words = ranks(list(texts.joined(members)))
    order = np.lexsort((by_words, alike.key(members), members != families[family], family))
    users = tables.users[unit].take(members)
    rows = np.empty(len(users.values), SEGMENTS)
    rows["answer"], rows["text"] = users.values, np.repeat(members, users.lengths)
    return Join(
        unit,
        exemplar,
        is_known,
        families,
        Ragged(members[order], found_members.indptr),
        alike.answers,
        rows,
    )


def uses_of(one: Join, times: Times) -> Uses:
    """The uses of a join's texts that are laid out: the two earliest answers of each."""
    order = times.order_of(one.users["answer"])
    pairs = distinct(one.users["text"].astype(np.int64) << 32 | order)
    text, order = pairs >> 32, pairs & 0xFFFFFFFF
    nth = np.arange(len(text)) - np.maximum.accumulate(np.where(changes(text), np.arange(len(text)), 0))
    return Uses(text[nth < _USES], order[nth < _USES])


def _best(
    text: NDArray[np.int64],
    exemplar: NDArray[np.int64],
    jaccard: NDArray[np.float64],
    containment: NDArray[np.float64],
    key: NDArray[np.int64],
    texts: AllTexts,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each text the exemplar of the highest Jaccard, then of the highest containment, then the first in order."""
    by = (text, -jaccard, -containment, key)
    order = np.lexsort(by[::-1])
    same = ~np.logical_or.reduce([changes(values[order]) for values in by])
    if same.any():
        last = np.empty(len(order), np.int64)
        last[order] = ranks(list(texts.joined(exemplar[order])))
        order = np.lexsort((last, *by[::-1]))
    first = order[changes(text[order])]
    return text[first], exemplar[first]


def _place(values: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of these stands among values that are all different."""
    order = np.argsort(values)
    return order[np.searchsorted(values, wanted, sorter=order)]
