"""New answers → the families of an old corpus that their segments join, for the labels. Part of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.params import ReuseParams
from pqreuse.ragged import Ragged, by_row, distinct
from pqreuse.records import Progress
from pqreuse.runs import windows_of
from pqreuse.scorable import ScorableWords
from pqreuse.scores import FamilyUses
from pqreuse.segments import Segments
from pqreuse.shingles import Texts, collapse, make_shingles
from pqreuse.stock import Stock, search_for, text_ids
from pqreuse.templates import build_templates

_WORDS_AT_ONCE = 1 << 23  # of the variants of families that are built together


@dataclass(frozen=True, slots=True)
class Joined:
    """Old families with what joins them.

    A row for all new segments of wordings that a family has, and one for each new wording, so that no new answer
    changes what is said of another one.

    Attributes
    ----------
    ids : list of str
        Each row's family.
    texts : Texts
        Of all segments, those of the old corpus first.
    members : Ragged of int64
        Texts of each row, the exemplar first.
    uses : Ragged of int64
        Segments of each row.
    n_answers : ndarray of int64, shape (n_texts,)
        Old answers that have each text; 1 for a new wording.
    """

    ids: list[str]
    texts: Texts
    members: Ragged
    uses: Ragged
    n_answers: NDArray[np.int64]


def join_families(
    stock: Stock,
    segments: Segments,
    words: ScorableWords,
    params: ReuseParams,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> Joined:
    """Find the old family of each new segment: that of the exemplar which it resembles most.

    Parameters
    ----------
    stock : Stock
        Of the old corpus.
    segments : Segments
        Of the same unit: those of the old corpus, then those of the new answers.
    words : ScorableWords
        Of all of them.
    params : ReuseParams
    threads : int
    progress : callable, optional
    """
    old = stock.grouping
    texts = collapse(words.tokens, segments.first, segments.last, params.min_words, words.vocabulary.numeric)
    # Numbered as they are met: what the old corpus has comes first, by the numbers that it has there.
    wordings = np.arange(len(old.texts), len(texts))
    exemplars = old.best_first[old.exemplar[old.best_first] == old.best_first]
    order = np.concatenate((exemplars, wordings))
    shingles = make_shingles(words.tokens, texts, order, words.vocabulary, params.shingle_words)
    search = search_for(shingles, params, threads, progress)
    search.join(len(exemplars))
    best = search.exemplar[len(exemplars) :]
    alone = best < 0
    joined = np.where(alone, -1, exemplars[best]) if len(exemplars) else np.full(len(wordings), -1, np.int64)
    exemplar = np.concatenate((old.exemplar, joined))
    # The rows: an exemplar's number for wordings that are known, behind them all the number of a new one.
    text = texts.of_segment[len(stock.segments) :].astype(np.int64)
    new = np.flatnonzero(text >= 0)
    new = new[exemplar[text[new]] >= 0]
    key = np.where(text[new] < len(old.texts), exemplar[text[new]], len(texts) + text[new])
    rows = distinct(key)
    wording = np.where(rows < len(texts), -1, rows - len(texts))
    family = np.where(wording < 0, rows, exemplar[wording])
    new_uses = by_row(new + len(stock.segments), np.searchsorted(rows, key), len(rows))
    long = np.flatnonzero(old.texts.of_segment >= 0)
    known = by_row(old.best_first, old.exemplar[old.best_first], len(old.texts)).take(family)
    uses = by_row(long, old.exemplar[old.texts.of_segment[long]], len(old.texts)).take(family)
    one_more = Ragged.of_lengths(wording[wording >= 0], (wording >= 0).astype(np.int64))
    return Joined(
        ids=text_ids(stock.unit, words.tokens, words.vocabulary, texts, family),
        texts=texts,
        members=side_by_side(known, one_more),
        uses=side_by_side(uses, new_uses),
        n_answers=np.concatenate((old.n_answers, np.ones(len(wordings), np.int64))),
    )


def joined_uses(
    joined: Joined,
    first: NDArray[np.int64],
    tokens: NDArray[np.int32],
    bears_meaning: NDArray[np.bool_],
    glued: NDArray[np.bool_],
    params: ReuseParams,
    *,
    threads: int = 1,
) -> Iterator[FamilyUses]:
    """Uses of the rows with the templates that they make, some at a time; ``first`` is each segment's first word."""
    texts, n_texts = joined.texts, max(len(joined.texts), 1)
    reached = np.concatenate(([0], np.cumsum(texts.length[joined.members.values], dtype=np.int64)))
    part = reached[joined.members.indptr[1:]] // _WORDS_AT_ONCE
    for number in distinct(part):
        these = np.flatnonzero(part == number)
        members, uses = joined.members.take(these), joined.uses.take(these)
        templates = build_templates(
            tokens,
            texts.first,
            texts.length.astype(np.int64),
            members,
            joined.n_answers,
            bears_meaning,
            glued,
            support=params.template_support,
            slot_words=params.slot_words,
            threads=threads,
        )
        family = uses.row_of_value()
        keys = members.row_of_value() * n_texts + members.values
        in_order = np.argsort(keys)
        wanted = family * n_texts + texts.of_segment[uses.values]
        yield FamilyUses(
            family=family.astype(np.int32),
            first=first[uses.values],
            variant=in_order[np.searchsorted(keys, wanted, sorter=in_order)],
            place=templates.place,
            slots=templates.slots(),
            windows=windows_of(
                tokens,
                texts.first[members.values],
                templates.place.lengths,
                members.indptr,
                params.said_words,
            ),
            n_template=templates.kept.lengths,
        )


def side_by_side(left: Ragged, right: Ragged) -> Ragged:
    """Each row of one with the same row of the other behind it."""
    row = np.concatenate((left.row_of_value(), right.row_of_value()))
    return by_row(np.concatenate((left.values, right.values)), row, len(left))
