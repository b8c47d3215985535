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
        The lowest order of another answer that has the same place of the family; ``NONE`` for novel words.
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
    family[word] = uses.family[use]
    in_template = (uses.place.values >= 0) & (uses.place.values < uses.n_template[uses.family[use]])
    label[word] = np.select([in_template, uses.place.values >= 0], [TEMPLATE, SLOT], NOVEL)
    earliest[word] = _earliest_other(uses, use, in_template, order[answer[uses.first]])
    if precedes_from is not None:
        late = earliest[word] >= precedes_from[answer[word]]
        label[word[late]], earliest[word[late]] = NOVEL, NONE
    else:
        # Where nobody else has this very place, somebody has the family.
        first, second = two_least(uses.family, order[answer[uses.first]], len(uses.n_template))
        mine, alone = uses.family[use], earliest[word] == NONE
        of_family = np.where(first[mine] == order[answer[word]], second[mine], first[mine])
        earliest[word[alone]] = of_family[alone]
    earliest[label == NOVEL] = NONE
    return Placed(family, label, earliest)


def label_words(in_run: NDArray[np.bool_], paragraphs: Placed, sentences: Placed) -> NDArray[np.int8]:
    """``TEMPLATE``, ``SLOT`` or ``NOVEL`` for each scorable word (definition 3.5)."""
    # The labels are numbered so that the stronger one is the larger.
    return np.maximum(np.maximum(paragraphs.label, sentences.label), np.where(in_run, TEMPLATE, NOVEL).astype(np.int8))


def find_earliest(
    label: NDArray[np.int8], run_earliest: NDArray[np.int64], paragraphs: Placed, sentences: Placed
) -> NDArray[np.int64]:
    """The earliest other answer of what gives each word its label: a run over it, or its place in a family.

    Returns
    -------
    ndarray of int64, shape (n_words,)
        An order; ``NONE`` for novel words.
    """
    earliest: NDArray[np.int64] = np.where(label == TEMPLATE, run_earliest, NONE)
    for placed in (paragraphs, sentences):
        earliest = np.where(placed.label == label, np.minimum(earliest, placed.earliest), earliest)
    return earliest


def name_families(
    label: NDArray[np.int8], paragraphs: Placed, sentences: Placed
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Which family each word's span names: its paragraph's, else its sentence's.

    Returns
    -------
    family : ndarray of int64
        -1 for novel words and for words of no family.
    unit : ndarray of int8
        0 where it is a paragraph family, 1 for a sentence family, -1 for none.
    """
    units = [(label != NOVEL) & (paragraphs.family >= 0), (label != NOVEL) & (sentences.family >= 0)]
    unit = np.select(units, [np.int8(0), np.int8(1)], np.int8(-1))
    return np.select(units, [paragraphs.family, sentences.family], -1), unit


def _earliest_other(
    uses: FamilyUses, use: NDArray[np.int64], in_template: NDArray[np.bool_], when: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each word of the uses, the earliest other answer that has the same place of the same family.

    A slot is had by every use that has the words around it, whatever it is filled with.
    """
    width = int(max(uses.place.values.max(initial=0), uses.slots.values.max(initial=0))) + 2
    keys = uses.family[use] * width + uses.place.values + 1
    of_slot = uses.slots.row_of_value()
    least, second = two_least(
        np.concatenate((keys[in_template], uses.family[of_slot] * width + uses.slots.values + 1)),
        np.concatenate((when[use[in_template]], when[of_slot])),
        len(uses.n_template) * width + 1,
    )
    other: NDArray[np.int64] = np.where(least[keys] == when[use], second[keys], least[keys])
    return other
