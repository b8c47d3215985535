"""Answers against another corpus, whose families stay as they are: each stage one call. Part of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pqreuse.choosing import Findings, count_segments
from pqreuse.corpus import same_answers
from pqreuse.joining import join_families, joined_uses
from pqreuse.kinds import find_kinds
from pqreuse.params import ReuseParams
from pqreuse.records import Corpus, Progress, ReuseResult
from pqreuse.referrals import find_targets
from pqreuse.runs import RunFinder, SharedRuns
from pqreuse.scorable import ScorableWords, joined_figures, scorable_words
from pqreuse.scores import Labels, find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Segments, reflow_answers, split_answers, split_sentences
from pqreuse.stock import Stock, family_uses
from pqreuse.templates import meaning_mask
from pqreuse.times import Times, times_of
from pqreuse.units import family_records, find_both, measured_recall
from pqreuse.words import Words, index_words


def compare_with(
    old: Corpus, new: Corpus, params: ReuseParams, *, threads: int = 1, progress: Progress | None = None
) -> ReuseResult:
    """Score new answers against an old corpus, for `score_answers`.

    Parameters
    ----------
    old, new : Corpus
    params : ReuseParams
    threads : int
    progress : callable, optional
    """
    both = (*old.answers, *new.answers)
    read = reflow_answers(both)
    times = times_of(old.answers)
    all_words = index_words((answer.text for answer in read), threads)
    split = split_answers(read, all_words)
    words = scorable_words(all_words, split.unscorable)
    glued = joined_figures(words, read)
    sentences = split_sentences(read, all_words, split.paragraphs, split.unscorable, progress)
    units = (split.paragraphs, sentences)
    old_units = [_until(segments, len(old)) for segments in units]
    order, but, limit = _only_with(old, new, all_words, times, params.against)
    since = times.preceding(old.answers) if params.against == "earlier" else None
    reach = np.concatenate((np.full(len(old), len(old), np.int32) if since is None else since, limit[len(old) :]))
    runs = RunFinder(words.tokens, split.closed, words.indptr, order, params.run_words, reach, but, threads=threads)
    stocks, (kinds, *_) = find_both(
        old_units[0],
        lambda: old_units[1],
        words,
        glued,
        times.first_day,
        params,
        more=[
            lambda: find_kinds([answer.text for answer in read[len(old) :]], _behind(all_words, len(old))),
            *(partial(runs.find, part) for part in runs.parts),
        ],
        threads=threads,
        progress=progress,
    )
    joined = [
        join_families(stock, segments, words, params, threads=threads, progress=progress)
        for stock, segments in zip(stocks, units, strict=True)
    ]
    mask = meaning_mask(words.vocabulary)
    uses = chain.from_iterable(
        joined_uses(one, segments.first, words.tokens, mask, glued, params, threads=threads)
        for one, segments in zip(joined, units, strict=True)
    )
    shared = runs.taken(params.said_words)
    labels_of_old = _labels_of_old(stocks, words, times.order, shared, since, params.said_words, threads)
    labels = find_labels(
        uses, words.indptr, order, shared.shared, shared.earliest, params.said_words, limit, but=but, threads=threads
    )
    names, family = names_once([name for one in joined for name in one.ids], labels.family)
    labelled = Labelled(labels.label, family, labels.earliest, labels.placed, names, params.said_words)
    scores = ScoreRecords(both, np.diff(all_words.indptr), words, split, labelled, times.at, len(old))
    families = family_records(*stocks, words, split, old, params, times, reach[: len(old)], labels_of_old)
    return Findings(
        params=params,
        corpus=new,
        recall=measured_recall(params, *stocks),
        compared_with=old,
        families=families,
        scores=scores.listed(kinds, find_targets(new.answers, kinds, old.answers)),
        labels=scores,
        segments=count_segments(len(both), split.paragraphs, sentences)[len(old) :],
    ).result()


def _labels_of_old(
    stocks: tuple[Stock, Stock],
    words: ScorableWords,
    order: NDArray[np.int32],
    shared: SharedRuns,
    since: NDArray[np.int32] | None,
    said: int,
    threads: int,
) -> Labels:
    """The labels of the old corpus alone, for who said its families first."""
    indptr = words.indptr[: len(order) + 1]
    n_words = int(indptr[-1])
    in_runs, earliest = shared.shared[:n_words].copy(), shared.earliest[:n_words].copy()
    uses = (family_uses(stock, words, said) for stock in stocks)
    return find_labels(uses, indptr, order, in_runs, earliest, said, since, threads=threads)


def _only_with(
    old: Corpus, new: Corpus, words: Words, times: Times, against: str
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Orders of which only those of old answers count for new ones: of each, the one that does not, and the limit."""
    n_all = len(old) + len(new)
    # Old answers come first, whatever the dates.
    order = np.concatenate((times.order, np.arange(len(old), n_all, dtype=np.int32)))
    but, limit = order.copy(), np.zeros(n_all, np.int32)
    itself = np.array(same_answers(old, new, words), np.int64)
    but[len(old) + np.flatnonzero(itself >= 0)] = order[itself[itself >= 0]]
    limit[len(old) :] = len(old) if against == "others" else times.preceding(new.answers)
    return order, but, limit


def _until(segments: Segments, n_answers: int) -> Segments:
    """The segments of the first answers."""
    end = int(np.searchsorted(segments.answer, n_answers))
    return Segments(*(getattr(segments, field.name)[:end] for field in fields(Segments)))


def _behind(words: Words, n_texts: int) -> Words:
    """The words of all texts but the first ones."""
    first = words.indptr[n_texts]
    places = (words.tokens[first:], words.starts[first:], words.ends[first:])
    return Words(*places, words.indptr[n_texts:] - first, words.vocabulary)


def names_once(names: Sequence[str], family: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Each name once, and the families' numbers among these; -1 stays."""
    distinct_names = list(dict.fromkeys(names))
    number = {name: place for place, name in enumerate(distinct_names)}
    places = np.array([*(number[name] for name in names), -1], np.int32)
    return distinct_names, places[family]
