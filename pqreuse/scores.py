"""Runs, families and templates → a label for each scorable word, and who said it before. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.scores import forget_novel, label_uses
from pqreuse.ragged import NONE, Ragged, changes
from pqreuse.threads import in_threads

# The stronger label is the larger; `_kernels/scores.pyx` has the same numbers.
NOVEL, SLOT, TEMPLATE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class FamilyUses:
    """Uses of all families of one unit as the labels need them, family by family. No two have a word in common.

    Attributes
    ----------
    family : ndarray of int32, shape (n_uses,)
        Ascending.
    first : ndarray of int64, shape (n_uses,)
        The use's first scorable word.
    variant : ndarray of int64, shape (n_uses,)
        Its row of ``place``, ``slots`` and ``windows``.
    place : Ragged of int32
        A row for each variant: each word's place in its family's template (a template word, or behind them a slot); -1
        in none.
    slots : Ragged of int32
        A row for each variant: places of the slots that it has, empty fillings included.
    windows : Ragged of int32
        A row for each variant: for each of its words a number for the few words in a row from here, see
        `pqreuse.runs.windows_of`.
    n_template : ndarray of int64, shape (n_families,)
        Places below this are template words.
    """

    family: NDArray[np.int32]
    first: NDArray[np.int64]
    variant: NDArray[np.int64]
    place: Ragged
    slots: Ragged
    windows: Ragged
    n_template: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """The label and the sources of each scorable word.

    Attributes
    ----------
    label : ndarray of int8, shape (n_words,)
        ``TEMPLATE``, ``SLOT`` or ``NOVEL``.
    family : ndarray of int32, shape (n_words,)
        The family that the word's span names, that of its paragraph, else of its sentence: families of sentences are
        numbered on behind those of paragraphs. -1 for novel words and for words of no family.
    earliest : ndarray of int32, shape (n_words,)
        The lowest order of another answer that has the few words in a row from here, in a run or in a use of the same
        family; ``NONE`` where none has. Novel words have it too: sources are asked of spans.
    placed : ndarray of int32, shape (n_words,)
        The lowest order of another answer that has the few words in a row over this one in a use of the family that the
        word's span names, or that has the word at the same template place and such words elsewhere in the use; ``NONE``
        where none has.
    of_uses : sequence of ndarray of int32
        For each unit the lowest order of another answer that has a few words in a row of each use in its family.
    """

    label: NDArray[np.int8]
    family: NDArray[np.int32]
    earliest: NDArray[np.int32]
    placed: NDArray[np.int32]
    of_uses: Sequence[NDArray[np.int32]]


def find_labels(
    units: Iterable[FamilyUses],
    indptr: NDArray[np.int64],
    order: NDArray[np.int32],
    shared: NDArray[np.bool_],
    earliest: NDArray[np.int32],
    said: int,
    precedes_from: NDArray[np.int32] | None = None,
    *,
    but: NDArray[np.int32] | None = None,
    threads: int = 1,
) -> Labels:
    """Label all scorable words (definition 3.5), and find who said them before (3.8).

    Parameters
    ----------
    units : iterable of FamilyUses
        Of paragraphs, then of sentences; taken one at a time.
    indptr : ndarray of int64, shape (n_answers + 1,)
        Scorable words ``indptr[i]`` to ``indptr[i + 1]`` are those of answer ``i``.
    order : ndarray of int32, shape (n_answers,)
        Each answer's place in time, earliest first; all different.
    shared : ndarray of bool, shape (n_words,)
        Whether a run that stands in another answer is over the word. Its memory becomes that of the labels.
    earliest : ndarray of int32, shape (n_words,)
        As in `Labels`, by runs alone. Written to: it becomes that of the result.
    said : int
        The few words in a row that name a source.
    precedes_from : ndarray of int32, shape (n_answers,), optional
        Against earlier answers: those of an order below this are earlier than the answer.
    but : ndarray of int32, shape (n_answers,), optional
        The one order that does not count for each answer, by default its own.
    threads : int
        Changes no result.

    Raises
    ------
    ValueError
        If uses are not sorted by family.
    """
    label = shared.view(np.int8)
    label *= TEMPLATE
    of_uses: list[NDArray[np.int32]] = []
    labels = Labels(label, np.full(len(label), -1, np.int32), earliest, np.full(len(label), NONE, np.int32), of_uses)
    but, first_name = order if but is None else but, 0
    for uses in units:
        of_uses.append(_label_unit(uses, labels, first_name, indptr, order, but, precedes_from, said, threads))
        first_name += len(uses.n_template)
    forget_novel(labels.label, labels.family)
    return labels


def _label_unit(
    uses: FamilyUses,
    labels: Labels,
    first_name: int,
    indptr: NDArray[np.int64],
    order: NDArray[np.int32],
    but: NDArray[np.int32],
    precedes_from: NDArray[np.int32] | None,
    said: int,
    threads: int,
) -> NDArray[np.int32]:
    if (uses.family[1:] < uses.family[:-1]).any():
        raise ValueError("uses must be sorted by family")
    answer_of_use = np.searchsorted(indptr, uses.first, "right") - 1
    when, not_counted = order[answer_of_use], but[answer_of_use]
    limit = None if precedes_from is None else precedes_from[answer_of_use]
    # Between families, so that no two threads write to one word.
    begins = np.append(np.flatnonzero(changes(uses.family)), len(uses.family))
    edges = begins[np.searchsorted(begins, np.linspace(0, len(uses.family), threads + 1))]

    def label_some(part: int) -> NDArray[np.int32]:
        these = slice(*edges[part : part + 2])
        return label_uses(
            uses.family[these],
            uses.first[these],
            uses.variant[these],
            when[these],
            not_counted[these],
            None if limit is None else limit[these],
            uses.place.values,
            uses.place.indptr,
            uses.slots.values,
            uses.slots.indptr,
            uses.windows.values,
            uses.windows.indptr,
            uses.n_template,
            said,
            first_name,
            NONE,
            labels.label,
            labels.family,
            labels.earliest,
            labels.placed,
        )

    return np.concatenate(list(in_threads(label_some, range(threads), threads)))
