"""find_reuse: each stage one call. The only place that knows them all, and that hands arrays from one to the next."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, fields
from functools import partial
from itertools import chain
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.candidates import Held
from pqreuse.corpus import as_corpus, same_answers
from pqreuse.errors import ParameterError
from pqreuse.joining import join_families, joined_uses
from pqreuse.kinds import count_kinds, find_kinds
from pqreuse.memory import within
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE
from pqreuse.records import Answer, Corpus, Family, LazySequence, Progress, Recall, ReuseResult, Unit, days
from pqreuse.referrals import find_targets
from pqreuse.results import FamilyRecords, UnitFamilies
from pqreuse.runs import shared_runs
from pqreuse.scorable import ScorableWords, decimal_points, scorable_words
from pqreuse.scores import find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Segments, Split, split_answers, split_sentences
from pqreuse.stock import Stock, family_uses, find_exemplars, find_stock
from pqreuse.usage import group_shares
from pqreuse.words import Words, index_words, number_words

_log = logging.getLogger("pqreuse")


def find_reuse(
    answers: Iterable[Answer] | Iterable[str],
    *,
    threads: int | None = None,
    memory_limit: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> ReuseResult:
    """Find the stock paragraphs and lines of a corpus, and how much of each answer is new.

    Parameters
    ----------
    answers : Corpus, iterable of Answer, or iterable of str
        What `read_answers` returns, or texts at hand: strings get their position as identifier.
    threads : int, optional
        How many to use; by default as many as there are processors. Changes no result.
    memory_limit : int, optional
        Bytes that arrays may take in memory; what is beyond lies in files of the temporary folder, which the system
        reads and writes as memory allows: slower, for a corpus that is larger than memory. Changes no result.
    progress : callable, optional
        See `Progress`.
    **params
        Fields of `ReuseParams`.

    Returns
    -------
    ReuseResult

    Raises
    ------
    ParameterError
        If an argument is out of its range.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> result = find_reuse([line.format(31), "Nothing else is said here.", line.format(32)])
    >>> result.families[0].answers, result.families[0].template
    (2, 'We have set up a network of {31|32} attendance hubs to share what works.')
    """
    settings, n_threads = _settings(params, threads)
    corpus = as_corpus(answers)
    with within(memory_limit):
        return _find(corpus, settings, n_threads, progress)


def score_answers(
    answers: Iterable[Answer] | Iterable[str],
    corpus: Iterable[Answer] | Iterable[str],
    *,
    threads: int | None = None,
    memory_limit: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> ReuseResult:
    """Say how much of each of these answers stands in another corpus: they are not compared with one another.

    The families are those that `find_reuse` finds in the corpus alone, under the same identifiers; a segment of an
    answer joins the one whose exemplar it resembles most. Its wording, where it is new, is added for this answer alone,
    so that an answer's labels do not depend on what else is scored. An answer that stands in the corpus too is not
    compared with itself.

    Parameters
    ----------
    answers, corpus : Corpus, iterable of Answer, or iterable of str
    threads, memory_limit, progress
        See `find_reuse`.
    **params
        Fields of `ReuseParams`.

    Returns
    -------
    ReuseResult
        Scores, shares and counts are of the answers. Families are those of the corpus, and so is the earliest answer
        that a span names. The span of a segment that only one answer of the corpus has the like of names the family
        that would be if there were a second one.

    Raises
    ------
    ParameterError
        If an argument is out of its range.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> result = score_answers([line.format(32)], [line.format(31), "Nothing else is said here."])
    >>> [(span.label, result.scores[0].text[span.start : span.end]) for span in result.scores[0].spans[:2]]
    [('template', 'We have set up a network of '), ('slot', '32 ')]
    """
    settings, n_threads = _settings(params, threads)
    old, new = as_corpus(corpus), as_corpus(answers)
    with within(memory_limit):
        return _compare(old, new, settings, n_threads, progress)


def cluster_texts(
    texts: Sequence[str],
    *,
    threads: int | None = None,
    memory_limit: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> NDArray[np.int64]:
    """Find near-duplicates among texts, each taken whole.

    Parameters
    ----------
    texts : sequence of str
    threads, memory_limit, progress
        See `find_reuse`.
    **params
        Fields of `ReuseParams`: those of shingles, resemblance and search. ``shingle_words=5, jaccard=0.7`` is what
        deduplication tools usually look for.

    Returns
    -------
    ndarray of int64, shape (n_texts,)
        For each text the place of the first one that has the words of its family's exemplar: its own where it is
        alone.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> cluster_texts([line.format(31), "Nothing else is said here.", line.format(32)]).tolist()
    [0, 1, 0]
    """
    settings, n_threads = _settings(params, threads)
    with within(memory_limit):
        return find_exemplars(number_words(texts, n_threads), settings, threads=n_threads, progress=progress)


def _find(corpus: Corpus, settings: ReuseParams, n_threads: int, progress: Progress | None) -> ReuseResult:
    times = _times(corpus.answers)
    all_words = index_words((answer.text for answer in corpus), n_threads)
    n_words = np.diff(all_words.indptr)
    split = split_answers(corpus.answers, all_words)
    words = scorable_words(all_words, split.unscorable)
    _log.info("%d answers: %d words, %d of them scorable", len(corpus), n_words.sum(), len(words.tokens))
    paragraphs, sentences = _both_units(
        partial(_find_stock, words, decimal_points(words, corpus.answers), times, settings),
        split.paragraphs,
        partial(split_sentences, corpus.answers, all_words, split.paragraphs, split.unscorable, progress),
        n_threads,
        progress,
    )
    kinds = find_kinds([answer.text for answer in corpus], all_words)
    labelled = _labelled(corpus.answers, split, words, (paragraphs, sentences), times, settings, n_threads)
    targets = find_targets(corpus.answers, kinds)
    scores = ScoreRecords(corpus.answers, n_words, words, split, labelled, times.at, kinds, targets)
    del all_words, labelled  # of each word there are some twenty bytes in them
    listed = scores.listed()
    return ReuseResult(
        params=settings,
        corpus=corpus,
        paragraphs=len(split.paragraphs),
        sentences=len(sentences.segments),
        words=int(n_words.sum()),
        scorable_words=len(words.tokens),
        families=_families(paragraphs, sentences, words, corpus.answers, settings),
        scores=listed,
        shares=scores.shares(),
        recall=_recall(settings, paragraphs.held, sentences.held),
        kinds=count_kinds(kinds),
        groups=partial(group_shares, corpus.answers, listed),
    )


def _compare(old: Corpus, new: Corpus, settings: ReuseParams, n_threads: int, progress: Progress | None) -> ReuseResult:
    both = (*old.answers, *new.answers)
    times = _times(old.answers)
    all_words = index_words((answer.text for answer in both), n_threads)
    split = split_answers(both, all_words)
    words = scorable_words(all_words, split.unscorable)
    glued = decimal_points(words, both)
    sentences = split_sentences(both, all_words, split.paragraphs, split.unscorable, progress)
    units = (split.paragraphs, sentences)
    old_units = [_until(segments, len(old)) for segments in units]
    stocks = _both_units(
        partial(_find_stock, words, glued, times, settings), old_units[0], lambda: old_units[1], n_threads, progress
    )
    order, but, limit = _only_with(old, new, all_words, times, settings.against)
    runs = shared_runs(words.tokens, split.closed, words.indptr, order, settings.run_words, limit, n_threads, but)
    joined = [
        join_families(stock, segments, words, settings, threads=n_threads, progress=progress)
        for stock, segments in zip(stocks, units, strict=True)
    ]
    uses = chain.from_iterable(
        joined_uses(one, segments, words, glued, settings, threads=n_threads)
        for one, segments in zip(joined, units, strict=True)
    )
    labels = find_labels(uses, words.indptr, order, runs.earliest, limit, but=but, threads=n_threads)
    names, family = _once([name for one in joined for name in one.ids], labels.family)
    labelled = Labelled(labels.label, family, labels.earliest, names)
    kinds = find_kinds([answer.text for answer in both], all_words)
    targets = find_targets(both, kinds)
    n_words = np.diff(all_words.indptr)
    scores = ScoreRecords(both, n_words, words, split, labelled, times.at, kinds, targets, len(old))
    listed = scores.listed()
    return ReuseResult(
        params=settings,
        corpus=new,
        paragraphs=len(split.paragraphs) - len(old_units[0]),
        sentences=len(sentences) - len(old_units[1]),
        words=int(all_words.indptr[-1] - all_words.indptr[len(old)]),
        scorable_words=int(words.indptr[-1] - words.indptr[len(old)]),
        families=_families(*stocks, words, old.answers, settings),
        scores=listed,
        shares=scores.shares(),
        recall=_recall(settings, *(stock.held for stock in stocks)),
        compared_with=old,
        kinds=count_kinds(kinds[len(old) :]),
        groups=partial(group_shares, new.answers, listed),
    )


def _settings(params: dict[str, Any], threads: int | None) -> tuple[ReuseParams, int]:
    """The parameters, and the number of threads."""
    known = ReuseParams.__dataclass_fields__
    if unknown := sorted(set(params) - set(known)):
        raise ParameterError(f"{unknown[0]} is no parameter; there are {', '.join(known)}, threads and progress")
    settings = ReuseParams(**params)
    n_threads = os.cpu_count() or 1 if threads is None else threads
    if type(n_threads) is not int or n_threads < 1:
        raise ParameterError(f"threads must be a whole number of at least 1, got {threads!r}")
    return settings, n_threads


def _find_stock(
    words: ScorableWords,
    glued: NDArray[np.bool_],
    times: _Times,
    settings: ReuseParams,
    unit: Unit,
    segments: Segments,
    threads: int,
    progress: Progress | None,
) -> Stock:
    return find_stock(unit, segments, words, glued, times.first_day, settings, threads=threads, progress=progress)


def _both_units(
    find: Callable[[Unit, Segments, int, Progress | None], Stock],
    paragraphs: Segments,
    sentences: Callable[[], Segments],
    threads: int,
    progress: Progress | None,
) -> tuple[Stock, Stock]:
    """Paragraph and sentence families; with two threads paragraphs are compared while sentences are split."""
    if threads == 1:
        return find("paragraph", paragraphs, 1, progress), find("sentence", sentences(), 1, progress)
    stopped = Event()

    def listen(stage: str, done: int, total: int | None) -> None:
        if stopped.is_set():
            raise CancelledError

    with ThreadPoolExecutor(1) as pool:
        # Only the longer work tells how far it is: nobody is told of two things at once.
        other = pool.submit(copy_context().run, find, "paragraph", paragraphs, threads // 2, listen)
        try:
            found = find("sentence", sentences(), threads - threads // 2, progress)
        except BaseException:
            # Whoever interrupts is not to wait for the other half.
            stopped.set()
            raise
        return other.result(), found


def _labelled(
    answers: Sequence[Answer],
    split: Split,
    words: ScorableWords,
    stocks: tuple[Stock, Stock],
    times: _Times,
    params: ReuseParams,
    threads: int,
) -> Labelled:
    since = times.preceding(answers) if params.against == "earlier" else None
    runs = shared_runs(words.tokens, split.closed, words.indptr, times.order, params.run_words, since, threads)
    units = [family_uses(stock) for stock in stocks]
    labels = find_labels(units, words.indptr, times.order, runs.earliest, since, threads=threads)
    return Labelled(labels.label, labels.family, labels.earliest, [*stocks[0].ids, *stocks[1].ids])


def _only_with(
    old: Corpus, new: Corpus, words: Words, times: _Times, against: str
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


def _once(names: Sequence[str], family: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Each name once, and the numbers of families by these; -1 stays."""
    distinct_names = list(dict.fromkeys(names))
    number = {name: place for place, name in enumerate(distinct_names)}
    places = np.array([*(number[name] for name in names), -1], np.int32)
    return distinct_names, places[family]


@dataclass(frozen=True, slots=True)
class _Times:
    """When each answer was given.

    Attributes
    ----------
    order : ndarray of int32, shape (n_answers,)
        Each answer's place in time: by last possible day (undated last), then first, then identifier.
    at : ndarray of int64, shape (n_answers,)
        The answer at each place.
    first_day : ndarray of int64, shape (n_answers,)
        First possible day; `NONE` where undated.
    last_days : ndarray of int64, shape (n_answers,)
        Last possible days in this order.
    """

    order: NDArray[np.int32]
    at: NDArray[np.int64]
    first_day: NDArray[np.int64]
    last_days: NDArray[np.int64]

    def preceding(self, answers: Sequence[Answer]) -> NDArray[np.int32]:
        """For each of these other answers, how many of the ordered ones precede it: int32[n_answers]."""
        first, _ = _days(answers)
        # An undated answer has no day that another's could be before.
        return np.where(first == NONE, 0, np.searchsorted(self.last_days, first, "left")).astype(np.int32)


def _times(answers: Sequence[Answer]) -> _Times:
    first, last = _days(answers)
    # The answers come sorted by identifier; stable sorting keeps that among equals.
    at = np.lexsort((first, last))
    order = np.empty(len(answers), np.int32)
    order[at] = np.arange(len(answers))
    return _Times(order, at, first, last[at])


def _days(answers: Sequence[Answer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last possible day of each answer; `NONE` where undated."""
    spans = [days(answer.date) or (NONE, NONE) for answer in answers]
    first, last = np.array(spans, np.int64).reshape(-1, 2).T
    return first, last


def _recall(params: ReuseParams, *counted: Held) -> Recall | None:
    sample, pairs, held = (sum(column) for column in zip(*counted, strict=True))
    if not pairs:
        return None
    # Wilson (1927), for 95 %.
    z2 = 1.959963984540054**2
    measured = held / pairs
    middle = (measured + z2 / (2 * pairs)) / (1 + z2 / pairs)
    half = (z2 * (measured * (1 - measured) / pairs + z2 / (4 * pairs**2))) ** 0.5 / (1 + z2 / pairs)
    return Recall(
        target=1.0 if params.search == "exact" else params.lsh_recall,
        measured=measured,
        # At the ends the interval's own formula is exact but for the last bit.
        low=0.0 if held == 0 else middle - half,
        high=1.0 if held == pairs else middle + half,
        sample=sample,
        pairs=pairs,
    )


def _families(
    paragraphs: Stock, sentences: Stock, words: ScorableWords, answers: Sequence[Answer], params: ReuseParams
) -> LazySequence[Family]:
    """Records of the families that are listed, most used first."""
    around = np.append(paragraphs.of_segment, -1)[_containing(paragraphs.segments, sentences.segments)]
    units = [
        UnitFamilies(one.ids, one.segments, one.families.uses, one.families.variant, one.families.templates)
        for one in (paragraphs, sentences)
    ]
    records = FamilyRecords(units[0], units[1], around, words, answers, params.gap_months)
    return records.listed(params.min_answers)


def _containing(outer: Segments, inner: Segments) -> NDArray[np.int64]:
    """The outer segment that each inner one lies in; -1 where there is none."""
    if not len(outer) or not len(inner):
        return np.full(len(inner), -1, np.int64)
    longest = int(max(outer.end.max(), inner.end.max())) + 1
    begins = [segments.answer.astype(np.int64) * longest + segments.start for segments in (outer, inner)]
    place = np.searchsorted(begins[0], begins[1], "right") - 1
    inside = (place >= 0) & (outer.answer[place] == inner.answer) & (inner.end <= outer.end[place])
    return np.where(inside, place, -1)
