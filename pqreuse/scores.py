"""Runs, families and templates → one label for each scorable word, and the three shares. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import NONE, Ragged, two_least

NOVEL, SLOT, TEMPLATE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Placed:
    """Words by the families of one unit (paragraphs or sentences).

    Attributes
    ----------
    family : ndarray of int64, shape (n_words,)
        The family of the segment that each scorable word stands in; -1 where there is none.
    label : ndarray of int8, shape (n_words,)
        ``TEMPLATE``, ``SLOT`` or ``NOVEL`` by this family.
    earliest : ndarray of int64, shape (n_words,)
        The lowest order of another answer that has the family; ``NONE`` where there is no family.
    """

    family: NDArray[np.int64]
    label: NDArray[np.int8]
    earliest: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FamilyUses:
    """Uses of all families of one unit, one row for each, as the labels need them.

    Attributes
    ----------
    family : ndarray of int64, shape (n_uses,)
    first : ndarray of int64, shape (n_uses,)
        The use's first scorable word.
    place : Ragged of int64, n_uses rows
        Each word's place in its family's template (a template word, or behind them a slot); -1 in none.
    slots : Ragged of int64, n_uses rows
        Places of the slots that the use has, empty fillings included.
    n_template : ndarray of int64, shape (n_families,)
        Places below this are template words.
    """

    family: NDArray[np.int64]
    first: NDArray[np.int64]
    place: Ragged
    slots: Ragged
    n_template: NDArray[np.int64]


def place_words(
    uses: FamilyUses,
    answer: NDArray[np.int64],
    order: NDArray[np.int64],
    precedes_from: NDArray[np.int64] | None = None,
) -> Placed:
    """Label words by the families of one unit.

    Parameters
    ----------
    uses : FamilyUses
    answer : ndarray of int64, shape (n_words,)
        The answer of each scorable word.
    order : ndarray of int64, shape (n_answers,)
        Each answer's place in time, earliest first; all different.
    precedes_from : ndarray of int64, shape (n_answers,), optional
        Against earlier answers: the same place must be had by an answer whose order is below this.
    """
    n_words = len(answer)
    family, label, earliest = np.full(n_words, -1), np.zeros(n_words, np.int8), np.full(n_words, NONE)
    use = uses.place.row_of_value()
    word = uses.first[use] + np.arange(len(use)) - uses.place.indptr[use]
    owner, place = answer[word], uses.place.values
    family[word] = uses.family[use]
    had = place >= 0
    label[word[had]] = np.where(place[had] < uses.n_template[uses.family[use[had]]], TEMPLATE, SLOT)
    first, second = two_least(uses.family, order[answer[uses.first]], len(uses.n_template))
    mine = uses.family[use]
    earliest[word] = np.where(first[mine] == order[owner], second[mine], first[mine])
    if precedes_from is not None:
        keep = _had_before(uses, answer, order, precedes_from)
        label[word[~keep]] = NOVEL
        # The family's first use is the earliest that can precede; where it does not, nothing does.
        earliest[word[earliest[word] >= precedes_from[owner]]] = NONE
    return Placed(family, label, earliest)


def label_words(in_run: NDArray[np.bool_], paragraphs: Placed, sentences: Placed) -> NDArray[np.int8]:
    """``TEMPLATE``, ``SLOT`` or ``NOVEL`` for each scorable word (definition 3.5)."""
    # The labels are numbered so that the stronger one is the larger.
    return np.maximum(np.maximum(paragraphs.label, sentences.label), np.where(in_run, TEMPLATE, NOVEL).astype(np.int8))


def name_families(
    label: NDArray[np.int8], paragraphs: Placed, sentences: Placed
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Which family gives each word its label: the paragraph's first, else the sentence's.

    Returns
    -------
    family : ndarray of int64
        -1 for novel words and for words of no family.
    unit : ndarray of int8
        0 where it is a paragraph family, 1 for a sentence family, -1 for none.
    """
    unit = np.full(len(label), -1, np.int8)
    said = label != NOVEL
    # Weakest claim first: the later line overwrites. A run inside a family's segment names that family too.
    unit[said & (sentences.family >= 0)] = 1
    unit[said & (paragraphs.family >= 0)] = 0
    unit[said & (sentences.family >= 0) & (sentences.label == label) & (paragraphs.label != label)] = 1
    family = np.select([unit == 0, unit == 1], [paragraphs.family, sentences.family], -1)
    return family, unit


def _had_before(
    uses: FamilyUses, answer: NDArray[np.int64], order: NDArray[np.int64], precedes_from: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """For each word of the uses, whether an earlier answer has the same place of the same family."""
    width = int(max(uses.place.values.max(initial=0), uses.slots.values.max(initial=0))) + 2
    use, use_of_slot = uses.place.row_of_value(), uses.slots.row_of_value()
    keys = uses.family[use] * width + uses.place.values + 1
    slot_keys = uses.family[use_of_slot] * width + uses.slots.values + 1
    when = order[answer[uses.first]]
    is_template = (uses.place.values >= 0) & (uses.place.values < uses.n_template[uses.family[use]])
    all_keys = np.concatenate((keys[is_template], slot_keys))
    all_when = np.concatenate((when[use[is_template]], when[use_of_slot]))
    earliest = np.full(len(uses.n_template) * width + 1, NONE)
    np.minimum.at(earliest, all_keys, all_when)
    had: NDArray[np.bool_] = earliest[keys] < precedes_from[answer[uses.first]][use]
    return had
