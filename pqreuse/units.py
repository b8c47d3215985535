"""The stock of both units, paragraphs and sentences: found side by side, shown together. Part of the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.params import ReuseParams
from pqreuse.records import Corpus, Progress, Recall, Unit
from pqreuse.results import FamilyRecords, UnitFamilies, family_parts
from pqreuse.scorable import ScorableWords
from pqreuse.scores import Labels
from pqreuse.segments import Segments, Split, beginnings
from pqreuse.stock import Stock, find_stock, first_said
from pqreuse.threads import turns_often
from pqreuse.times import Times
from pqreuse.usage import wilson_interval


def find_both(
    paragraphs: Segments,
    sentences: Callable[[], Segments],
    words: ScorableWords,
    glued: NDArray[np.bool_],
    first_day: NDArray[np.int64],
    params: ReuseParams,
    *,
    more: Sequence[Callable[[], Any]],
    threads: int = 1,
    progress: Progress | None = None,
) -> tuple[tuple[Stock, Stock], list[Any]]:
    """Paragraph and sentence families, and what else is done; each of two threads takes one unit, then of the rest.

    Parameters
    ----------
    paragraphs : Segments
    sentences : callable
        Gives the sentences.
    words, glued, first_day, params, threads, progress
        See `find_stock`.
    more : sequence of callable
        What else is to be done, in any order: by a thread that is through with its families while another is not.

    Returns
    -------
    stocks : tuple of Stock
        Of paragraphs, and of sentences.
    done : list
        What else was done: the result of each.
    """

    def find(unit: Unit, segments: Segments, threads: int, progress: Progress | None) -> Stock:
        return find_stock(unit, segments, words, glued, first_day, params, threads=threads, progress=progress)

    if threads == 1:
        stocks = find("paragraph", paragraphs, 1, progress), find("sentence", sentences(), 1, progress)
        return stocks, [job() for job in more]
    stopped = Event()

    def listen(stage: str, done: int, total: int | None) -> None:
        if stopped.is_set():
            raise CancelledError

    with turns_often(), ThreadPoolExecutor(threads - 1) as pool:
        # Only the longer task reports progress: two bars at once would confuse.
        other = pool.submit(copy_context().run, find, "paragraph", paragraphs, threads // 2, listen)
        waiting = [pool.submit(copy_context().run, job) for job in more]
        try:
            found = find("sentence", sentences(), threads - threads // 2, progress)
            # The last ones first, so that tasks not yet begun are cancelled.
            done = [job() if one.cancel() else one.result() for job, one in zip(more[::-1], waiting[::-1], strict=True)]
            return (other.result(), found), done[::-1]
        except BaseException:
            # On interrupt, don't wait for the other thread.
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def family_records(
    paragraphs: Stock,
    sentences: Stock,
    words: ScorableWords,
    split: Split,
    corpus: Corpus,
    params: ReuseParams,
    times: Times,
    reach: NDArray[np.int32],
    labels: Labels,
) -> FamilyRecords:
    """The families of both units as records; for ``reach`` see `first_said`."""
    around = np.append(paragraphs.of_segment, -1)[containing(paragraphs.segments, sentences.segments)]
    nowhere = np.zeros(len(paragraphs.segments), bool)
    units = [
        UnitFamilies(
            one.ids,
            one.segments,
            one.families.uses,
            one.families.variant,
            one.families.templates,
            times.at[first_said(one, times.order, reach, inside, of_uses, labels.earliest, params.said_words)],
        )
        for one, inside, of_uses in zip((paragraphs, sentences), (nowhere, around >= 0), labels.of_uses, strict=True)
    ]
    begins = beginnings(sentences.segments, len(words.tokens))
    of_corpus = (corpus.answers, corpus.former, params.gap_months)
    return FamilyRecords(family_parts(units[0], units[1], around, words, begins, split.holes, *of_corpus))


def containing(outer: Segments, inner: Segments) -> NDArray[np.int64]:
    """The outer segment that each inner one lies in; -1 where there is none."""
    if not len(outer) or not len(inner):
        return np.full(len(inner), -1, np.int64)
    longest = int(max(outer.end.max(), inner.end.max())) + 1
    begins = [segments.answer.astype(np.int64) * longest + segments.start for segments in (outer, inner)]
    place = np.searchsorted(begins[0], begins[1], "right") - 1
    inside = (place >= 0) & (outer.answer[place] == inner.answer) & (inner.end <= outer.end[place])
    return np.where(inside, place, -1)


def measured_recall(params: ReuseParams, *stocks: Stock) -> Recall | None:
    """How complete the search was in both units together.

    None where every pair was compared, and where no pair of the sample resembles.
    """
    counts = [stock.held for stock in stocks if stock.held]
    sample, pairs, held = (sum(each) for each in zip(*counts, strict=True)) if counts else (0, 0, 0)
    if not pairs:
        return None
    measured = held / pairs
    low, high = wilson_interval(measured, pairs)
    return Recall(target=params.lsh_recall, measured=measured, low=low, high=high, sample=sample, pairs=pairs)
