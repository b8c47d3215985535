"""find_reuse: each stage one call. The only place that knows them all, and that hands arrays from one to the next."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.answers import as_texts, bare, gather
from pqreuse.candidates import Held
from pqreuse.errors import ParameterError
from pqreuse.memory import within
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged
from pqreuse.readers import COLUMN_KEYS
from pqreuse.records import Answer, Corpus, Progress, Recall, ReuseResult, Unit, column, days
from pqreuse.results import FamilyRecords, UnitFamilies
from pqreuse.runs import shared_runs
from pqreuse.scorable import ScorableWords, decimal_points, scorable_words
from pqreuse.scores import find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Segments, Split, split_answers, split_sentences
from pqreuse.shingles import collapse, make_shingles
from pqreuse.signatures import minhash
from pqreuse.stock import Stock, family_uses, find_exemplars, find_stock
from pqreuse.tidy import Tidy
from pqreuse.words import Words, index_words, number_words

_log = logging.getLogger("pqreuse")


def find_reuse(
    answers: Any,
    *,
    threads: int | None = None,
    memory_limit: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> ReuseResult:
    """Find the stock paragraphs and lines of a corpus, and how much of each answer is new.

    Parameters
    ----------
    answers : Corpus, iterable of Answer or of str, data frame, or column of one
        What `read_answers` returns, or texts at hand: strings get their position as identifier. A data frame of
        pandas, polars or pyarrow, a DuckDB relation, a lazy frame, anything with ``__arrow_c_stream__``: its rows are
        read as those of a table file are.
    threads : int, optional
        How many to use; by default as many as there are processors. Changes no result.
    memory_limit : int, optional
        Bytes that arrays may take in memory; what is beyond lies in files of the temporary folder, which the system
        reads and writes as memory allows: slower, for a corpus that is larger than memory. Changes no result.
    progress : callable, optional
        See `Progress`.
    **params
        Fields of `ReuseParams`. For a data frame also which column holds what, where it has none of the usual names:
        ``text="answer", id="uin", date="answered_on"``, and so on for all that `read_answers` takes in ``columns``.

    Returns
    -------
    ReuseResult

    Raises
    ------
    InputError
        If a data frame cannot be used: the message names the column and what there is.
    ParameterError
        If an argument is out of its range.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> result = find_reuse([line.format(31), "Nothing else is said here.", line.format(32)])
    >>> result.families[0].answers, result.families[0].template
    (2, 'We have set up a network of {31|32} attendance hubs to share what works.')
    """
    columns = {key: params.pop(key) for key in COLUMN_KEYS if key in params}
    settings, n_threads = _settings(params, threads)
    corpus = gather(answers, columns)
    with within(memory_limit):
        return _find(corpus, settings, n_threads, progress)


def cluster_texts(
    texts: Any,
    *,
    threads: int | None = None,
    memory_limit: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> NDArray[np.int64]:
    """Find near-duplicates among texts, each taken whole.

    Parameters
    ----------
    texts : sequence of str, or column of a data frame
        A column that Arrow holds (polars, pyarrow, pandas with Arrow's strings, anything with ``__arrow_c_stream__``)
        is read where it is. A null is a text without words.
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
        words = number_words(as_texts(texts), n_threads)
        return find_exemplars(words, settings, threads=n_threads, progress=progress)


def text_signatures(
    texts: Any, *, n_hashes: int = 128, shingle_words: int = 2, seed: int = 1, threads: int | None = None
) -> NDArray[np.uint32]:
    """MinHash signatures of texts, each taken whole: of the shingles by which segments are compared.

    Parameters
    ----------
    texts : sequence of str, or column of a data frame
        See `cluster_texts`.
    n_hashes : int
        Hash functions.
    shingle_words, seed
        See `ReuseParams`.
    threads : int, optional

    Returns
    -------
    ndarray of uint32, shape (n_texts, n_hashes)
        The part of two rows that is equal estimates the Jaccard of the texts' shingles. All ones for a text without
        shingles. `to_datasketch` makes datasketch's objects of them.

    Examples
    --------
    >>> a, b = text_signatures(["Schools have 31 hubs, and colleges too.", "Schools have 32 hubs, and colleges too."])
    >>> float((a == b).mean())
    1.0
    """
    settings, n_threads = _settings({"shingle_words": shingle_words, "seed": seed}, threads)
    if type(n_hashes) is not int or n_hashes < 1:
        raise ParameterError(f"n_hashes must be a whole number of at least 1, got {n_hashes!r}")
    words = number_words(as_texts(texts), n_threads)
    distinct = collapse(words.tokens, words.indptr[:-1], words.indptr[1:], 1)
    order = np.arange(len(distinct))
    shingles = make_shingles(words.tokens, distinct, order, words.vocabulary, settings.shingle_words)
    hashes, indptr = shingles.hash_sets(order)
    # The upper half, as the bands of `find_reuse` have it.
    sets = Ragged((hashes >> np.uint64(32)).astype(np.uint32), indptr)
    signatures = minhash(sets, n_hashes=n_hashes, seed=seed, threads=n_threads)
    # Those without words have the last row.
    empty = np.full((1, n_hashes), np.iinfo(np.uint32).max, np.uint32)
    return np.concatenate((signatures, empty))[distinct.of_segment]


def _find(corpus: Corpus, settings: ReuseParams, n_threads: int, progress: Progress | None) -> ReuseResult:
    times = _times(corpus.answers)
    all_words = index_words(column(corpus.answers, "text"), n_threads)
    n_words = np.diff(all_words.indptr)
    texts = bare(corpus.answers)
    split = split_answers(texts, all_words)
    words = scorable_words(all_words, split.unscorable)
    _log.info("%d answers: %d words, %d of them scorable", len(corpus), n_words.sum(), len(words.tokens))
    paragraphs, sentences = _both_units(
        texts, all_words, split, words, times, settings, threads=n_threads, progress=progress
    )
    del all_words  # its places of words, where some are not scorable, are many
    scores = _scores(corpus.answers, n_words, split, words, (paragraphs, sentences), times, settings, n_threads)
    families = _families(paragraphs, sentences, words, corpus.answers)
    return ReuseResult(
        params=settings,
        corpus=corpus,
        paragraphs=len(split.paragraphs),
        sentences=len(sentences.segments),
        words=int(n_words.sum()),
        scorable_words=len(words.tokens),
        families=families.listed(settings.min_answers),
        scores=scores.listed(),
        shares=scores.shares(),
        recall=_recall(settings, paragraphs.held, sentences.held),
        tables=Tidy(families, settings.min_answers, scores, corpus.answers).table,
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


def _both_units(
    answers: Sequence[Answer],
    all_words: Words,
    split: Split,
    words: ScorableWords,
    times: _Times,
    params: ReuseParams,
    *,
    threads: int,
    progress: Progress | None,
) -> tuple[Stock, Stock]:
    """Paragraph and sentence families; with two threads paragraphs are compared while sentences are split."""
    glued = decimal_points(words, answers)

    def find(unit: Unit, segments: Segments, threads: int, told: Progress | None) -> Stock:
        return find_stock(unit, segments, words, glued, times.first_day, params, threads=threads, progress=told)

    def sentences() -> Segments:
        return split_sentences(answers, all_words, split.paragraphs, split.unscorable, progress)

    if threads == 1:
        return find("paragraph", split.paragraphs, 1, progress), find("sentence", sentences(), 1, progress)
    stopped = Event()

    def listen(stage: str, done: int, total: int | None) -> None:
        if stopped.is_set():
            raise CancelledError

    with ThreadPoolExecutor(1) as pool:
        # Only the longer work tells how far it is: nobody is told of two things at once.
        paragraphs = pool.submit(copy_context().run, find, "paragraph", split.paragraphs, threads // 2, listen)
        try:
            found = find("sentence", sentences(), threads - threads // 2, progress)
        except BaseException:
            # Whoever interrupts is not to wait for the other half.
            stopped.set()
            raise
        return paragraphs.result(), found


def _scores(
    answers: Sequence[Answer],
    n_words: NDArray[np.int64],
    split: Split,
    words: ScorableWords,
    stocks: tuple[Stock, Stock],
    times: _Times,
    params: ReuseParams,
    threads: int,
) -> ScoreRecords:
    """What is new of each answer. Of each word it takes some ten bytes, which are gone afterwards."""
    since = times.precedes_from if params.against == "earlier" else None
    runs = shared_runs(words.tokens, split.closed, words.indptr, times.order, params.run_words, since, threads)
    units = [family_uses(stock) for stock in stocks]
    labels = find_labels(units, words.indptr, times.order, runs.earliest, since, threads=threads)
    labelled = Labelled(labels.label, labels.family, labels.earliest, [*stocks[0].ids, *stocks[1].ids])
    return ScoreRecords(answers, n_words, words, split, labelled, times.at)


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
    precedes_from : ndarray of int32, shape (n_answers,)
        Those that precede an answer are of an order below this: their last possible day is before its first.
    """

    order: NDArray[np.int32]
    at: NDArray[np.int64]
    first_day: NDArray[np.int64]
    precedes_from: NDArray[np.int32]


def _times(answers: Sequence[Answer]) -> _Times:
    spans = list(map(days, column(answers, "date")))
    last = np.array([NONE if span is None else span[1] for span in spans], np.int64)
    first = np.array([NONE if span is None else span[0] for span in spans], np.int64)
    # The answers come sorted by identifier; stable sorting keeps that among equals.
    at = np.lexsort((first, last))
    order = np.empty(len(answers), np.int32)
    order[at] = np.arange(len(answers))
    # An undated answer has no day that another's could be before.
    precedes_from = np.where(first == NONE, 0, np.searchsorted(last[at], first, "left")).astype(np.int32)
    return _Times(order, at, first, precedes_from)


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


def _families(paragraphs: Stock, sentences: Stock, words: ScorableWords, answers: Sequence[Answer]) -> FamilyRecords:
    around = np.append(paragraphs.of_segment, -1)[_containing(paragraphs.segments, sentences.segments)]
    units = [
        UnitFamilies(one.ids, one.segments, one.families.uses, one.families.variant, one.families.templates)
        for one in (paragraphs, sentences)
    ]
    return FamilyRecords(units[0], units[1], around, words, answers)


def _containing(outer: Segments, inner: Segments) -> NDArray[np.int64]:
    """The outer segment that each inner one lies in; -1 where there is none."""
    if not len(outer) or not len(inner):
        return np.full(len(inner), -1, np.int64)
    longest = int(max(outer.end.max(), inner.end.max())) + 1
    begins = [segments.answer.astype(np.int64) * longest + segments.start for segments in (outer, inner)]
    place = np.searchsorted(begins[0], begins[1], "right") - 1
    inside = (place >= 0) & (outer.answer[place] == inner.answer) & (inner.end <= outer.end[place])
    return np.where(inside, place, -1)
