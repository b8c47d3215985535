"""find_reuse: each stage one call, from one to the next of which it hands arrays; and what else is asked of texts."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from pqreuse.against import compare_with
from pqreuse.answers import as_texts, bare, gather
from pqreuse.choosing import Findings, count_segments
from pqreuse.clusters import find_exemplars
from pqreuse.errors import ParameterError
from pqreuse.garbage import no_garbage_collection
from pqreuse.kinds import find_kinds
from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.prepared import Prepared, prepare
from pqreuse.ragged import Ragged
from pqreuse.readers import COLUMN_KEYS
from pqreuse.records import Corpus, Progress, ReuseResult
from pqreuse.referrals import find_targets
from pqreuse.runs import RunFinder
from pqreuse.scorable import joined_figures, scorable_words
from pqreuse.scores import find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import reflow_answers, split_answers, split_sentences
from pqreuse.shingles import collapse, make_shingles
from pqreuse.signatures import minhash
from pqreuse.stock import family_uses
from pqreuse.times import times_of
from pqreuse.units import family_records, find_both, measured_recall
from pqreuse.words import index_words, number_words

_log = logging.getLogger("pqreuse")
Engine = Literal["threads", "spark"]


def find_reuse(
    answers: Any,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: Engine = "threads",
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
    progress : callable, optional
        See `Progress`.
    engine : {"threads", "spark"}
        Where the work runs: on this machine, or on Spark (``pip install 'pqreuse[spark]'``), with the session that is
        active, else a new one. Changes no result, but that Spark's search is exact and measures no recall. The records
        are made here; a corpus too large for that is what `pqreuse.engines.spark.find_reuse` is for.
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
    settings, n_threads = settings_of(params, threads)
    (corpus,) = gather(answers, columns=columns)
    if engine not in get_args(Engine):
        raise ParameterError(f"engine must be {' or '.join(map(repr, get_args(Engine)))}, got {engine!r}")
    with no_garbage_collection():
        if engine == "spark":
            return _find_on_spark(corpus, settings, n_threads, progress)
        return find_and_prepare(corpus, settings, n_threads, progress)[0]


def score_answers(
    answers: Any,
    corpus: Any,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> ReuseResult:
    """Say how much of each of these answers stands in another corpus: they are not compared with one another.

    The families are those that `find_reuse` finds in the corpus alone, under the same identifiers; a segment of an
    answer joins the one whose exemplar it resembles most. Its wording, where it is new, is added for this answer alone,
    so that an answer's labels do not depend on what else is scored. An answer that stands in the corpus too is not
    compared with itself: one with an identifier in common or, where one of them has none of its own, with the same
    words of question and answer. A plain string has neither, and is compared with the same string.

    Parameters
    ----------
    answers, corpus : Corpus, iterable of Answer or of str, data frame, or column of one
    threads, progress, **params
        See `find_reuse`. Columns that are named are those of each that is a data frame.

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
    columns = {key: params.pop(key) for key in COLUMN_KEYS if key in params}
    settings, n_threads = settings_of(params, threads)
    old, new = gather(corpus, answers, columns=columns)
    with no_garbage_collection():
        return compare_with(old, new, settings, threads=n_threads, progress=progress)


def cluster_texts(
    texts: Any,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    **params: Any,
) -> NDArray[np.int64]:
    """Find near-duplicates among texts, each taken whole.

    Parameters
    ----------
    texts : sequence of str, or column of a data frame
        A column that Arrow holds (polars, pyarrow, pandas with Arrow's strings, anything with ``__arrow_c_stream__``)
        is read where it is. A null is a text without words.
    threads, progress
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
    settings, n_threads = settings_of(params, threads)
    with no_garbage_collection():
        return find_exemplars(as_texts(texts), settings, threads=n_threads, progress=progress)


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
    settings, n_threads = settings_of({"shingle_words": shingle_words, "seed": seed}, threads)
    if type(n_hashes) is not int or n_hashes < 1:
        raise ParameterError(f"n_hashes must be a whole number of at least 1, got {n_hashes!r}")
    words = number_words(as_texts(texts), n_threads)
    distinct = collapse(words.tokens, words.indptr[:-1], words.indptr[1:], 0, words.vocabulary.numeric)
    order = np.arange(len(distinct))
    shingles = make_shingles(words.tokens, distinct, order, words.vocabulary, settings.shingle_words)
    hashes, indptr = shingles.hash_sets(order)
    # The upper half, as the bands of `find_reuse` have it.
    sets = Ragged((hashes >> np.uint64(32)).astype(np.uint32), indptr)
    return minhash(sets, n_hashes=n_hashes, seed=seed, threads=n_threads)[distinct.of_segment]


def find_and_prepare(
    corpus: Corpus, settings: ReuseParams, n_threads: int, progress: Progress | None
) -> tuple[ReuseResult, Callable[[], Prepared]]:
    """The result for a corpus, and a function that prepares it for comparison with later answers."""
    times = times_of(corpus.answers)
    answers = reflow_answers(bare(corpus.answers))
    texts = column(answers, "text")
    all_words = index_words(texts, n_threads)
    n_words = np.diff(all_words.indptr)
    split = split_answers(answers, all_words)
    words = scorable_words(all_words, split.unscorable)
    _log.info("%d answers: %d words, %d of them scorable", len(corpus), n_words.sum(), len(words.tokens))
    since = times.preceding(corpus.answers) if settings.against == "earlier" else None
    runs = RunFinder(
        words.tokens, split.closed, words.indptr, times.order, settings.run_words, since, threads=n_threads
    )
    glued = joined_figures(words, answers)
    (paragraphs, sentences), (kinds, *_) = find_both(
        split.paragraphs,
        partial(split_sentences, answers, all_words, split.paragraphs, split.unscorable, progress),
        words,
        glued,
        times.first_day,
        settings,
        more=[partial(find_kinds, texts, all_words), *(partial(runs.find, part) for part in runs.parts)],
        threads=n_threads,
        progress=progress,
    )
    # One unit at a time: each has a number for every word of its uses.
    said = settings.said_words
    units = (family_uses(stock, words, said) for stock in (paragraphs, sentences))
    shared = runs.taken(said)
    labels = find_labels(
        units, words.indptr, times.order, shared.shared, shared.earliest, said, since, threads=n_threads
    )
    labelled = Labelled(
        labels.label, labels.family, labels.earliest, labels.placed, [*paragraphs.ids, *sentences.ids], said
    )
    scores = ScoreRecords(corpus.answers, n_words, words, split, labelled, times.at)
    families = family_records(
        paragraphs, sentences, words, split, corpus, settings, times, times.order if since is None else since, labels
    )
    del all_words, shared, labels, labelled  # of each word there are some twenty bytes in them
    result = Findings(
        params=settings,
        corpus=corpus,
        recall=measured_recall(settings, paragraphs, sentences),
        families=families,
        scores=scores.listed(kinds, find_targets(corpus.answers, kinds)),
        labels=scores,
        segments=count_segments(len(corpus), split.paragraphs, sentences.segments),
    ).result()
    ids = column(corpus.answers, "id")
    return result, partial(prepare, settings, ids, times, words, split.closed, glued, paragraphs, sentences)


def _find_on_spark(corpus: Corpus, settings: ReuseParams, n_threads: int, progress: Progress | None) -> ReuseResult:
    from pqreuse.engines.collected import Placed, family_records, labels_of
    from pqreuse.engines.session import run_on_session

    answers = reflow_answers(bare(corpus.answers))
    found = run_on_session(reflow_answers(corpus.answers), settings)
    times = times_of(corpus.answers)
    texts = column(answers, "text")
    all_words = index_words(texts, n_threads)
    split = split_answers(answers, all_words)
    words = scorable_words(all_words, split.unscorable)
    placed = Placed.of(words, corpus.answers)
    n_words = np.diff(all_words.indptr)
    scores = ScoreRecords(corpus.answers, n_words, words, split, labels_of(found.spans, placed, times), times.at)
    kinds = find_kinds(texts, all_words)
    sentences = split_sentences(answers, all_words, split.paragraphs, split.unscorable)
    reach = times.preceding(corpus.answers) if settings.against == "earlier" else times.order
    families = family_records(found, placed, times, reach, split.holes, sentences, corpus.former, settings, n_threads)
    return Findings(
        params=settings,
        corpus=corpus,
        recall=None,
        families=families,
        scores=scores.listed(kinds, find_targets(corpus.answers, kinds)),
        labels=scores,
        segments=count_segments(len(corpus), split.paragraphs, sentences),
    ).result()


def settings_of(params: dict[str, Any], threads: int | None) -> tuple[ReuseParams, int]:
    """The parameters, and the number of threads."""
    known = ReuseParams.__dataclass_fields__
    if unknown := sorted(set(params) - set(known)):
        there = ", ".join((*known, "threads"))
        raise ParameterError(f"unknown parameter {unknown[0]!r}; expected one of {there}, progress")
    settings = ReuseParams(**params)
    n_threads = os.cpu_count() or 1 if threads is None else threads
    if type(n_threads) is not int or n_threads < 1:
        raise ParameterError(f"threads must be a whole number of at least 1, got {threads!r}")
    return settings, n_threads
