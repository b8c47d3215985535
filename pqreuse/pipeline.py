"""find_reuse: each stage one call. The only place that knows them all, and that hands arrays from one to the next."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.candidates import Held
from pqreuse.corpus import as_corpus
from pqreuse.errors import ParameterError
from pqreuse.families import nest
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE
from pqreuse.records import Answer, Family, Progress, Recall, ReuseResult, days
from pqreuse.results import Labelled, family_record, score_records, total_shares
from pqreuse.runs import shared_runs
from pqreuse.scores import find_earliest, label_words, name_families, place_words
from pqreuse.segments import Segments, split_answers
from pqreuse.stock import Stock, family_uses, find_stock
from pqreuse.words import index_words
from pqreuse.writing import ScorableWords

_log = logging.getLogger("pqreuse")


def find_reuse(
    answers: Iterable[Answer] | Iterable[str],
    *,
    threads: int | None = None,
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
    known = ReuseParams.__dataclass_fields__
    if unknown := sorted(set(params) - set(known)):
        raise ParameterError(f"{unknown[0]} is no parameter; there are {', '.join(known)}, threads and progress")
    settings = ReuseParams(**params)
    n_threads = os.cpu_count() or 1 if threads is None else threads
    if type(n_threads) is not int or n_threads < 1:
        raise ParameterError(f"threads must be a whole number of at least 1, got {threads!r}")
    corpus = as_corpus(answers)
    times = _times(corpus.answers)
    all_words = index_words(answer.text for answer in corpus)
    split = split_answers(corpus.answers, all_words, progress)
    words = ScorableWords(
        tokens=all_words.tokens[split.scorable],
        starts=all_words.starts[split.scorable],
        ends=all_words.ends[split.scorable],
        answer=np.repeat(np.arange(len(corpus)), np.diff(all_words.indptr))[split.scorable],
        vocabulary=all_words.vocabulary,
    )
    _log.info("%d answers: %d words, %d of them scorable", len(corpus), len(split.scorable), len(words.tokens))
    shared = (words, corpus.answers, times.first_day, settings)
    paragraphs = find_stock("paragraph", split.paragraphs, *shared, threads=n_threads, progress=progress)
    sentences = find_stock("sentence", split.sentences, *shared, threads=n_threads, progress=progress)
    since = times.precedes_from if settings.against == "earlier" else None
    runs = shared_runs(words.tokens, split.closed, words.answer, times.order, settings.run_words, since)
    by_paragraph = place_words(family_uses(paragraphs), words.answer, times.order, since)
    by_sentence = place_words(family_uses(sentences), words.answer, times.order, since)
    label = label_words(runs.shared, by_paragraph, by_sentence)
    labelled = Labelled(
        label,
        _place_in_names(*name_families(label, by_paragraph, by_sentence), len(paragraphs.ids)),
        find_earliest(label, runs.earliest, by_paragraph, by_sentence),
        [*paragraphs.ids, *sentences.ids],
    )
    scores = score_records(corpus.answers, all_words, split, labelled, times.at, progress)
    return ReuseResult(
        params=settings,
        corpus=corpus,
        paragraphs=len(split.paragraphs),
        sentences=len(split.sentences),
        words=len(all_words.tokens),
        scorable_words=len(words.tokens),
        families=_families(paragraphs, sentences, words, corpus.answers, settings.min_answers),
        scores=tuple(scores),
        shares=total_shares(scores),
        recall=_recall(settings, paragraphs.held, sentences.held),
    )


@dataclass(frozen=True, slots=True)
class _Times:
    """When each answer was given.

    Attributes
    ----------
    order : ndarray of int64, shape (n_answers,)
        Each answer's place in time: by last possible day (undated last), then first, then identifier.
    at : ndarray of int64, shape (n_answers,)
        The answer at each place.
    first_day : ndarray of int64, shape (n_answers,)
        First possible day; `NONE` where undated.
    precedes_from : ndarray of int64, shape (n_answers,)
        Those that precede an answer are of an order below this: their last possible day is before its first.
    """

    order: NDArray[np.int64]
    at: NDArray[np.int64]
    first_day: NDArray[np.int64]
    precedes_from: NDArray[np.int64]


def _times(answers: Sequence[Answer]) -> _Times:
    spans = [days(answer.date) for answer in answers]
    last = np.array([NONE if span is None else span[1] for span in spans], np.int64)
    first = np.array([NONE if span is None else span[0] for span in spans], np.int64)
    # The answers come sorted by identifier; stable sorting keeps that among equals.
    at = np.lexsort((first, last))
    order = np.empty(len(answers), np.int64)
    order[at] = np.arange(len(answers))
    # An undated answer has no day that another's could be before.
    precedes_from = np.where(first == NONE, 0, np.searchsorted(last[at], first, "left"))
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


def _place_in_names(family: NDArray[np.int64], unit: NDArray[np.int8], n_paragraph_families: int) -> NDArray[np.int64]:
    """Families of both units numbered together: the sentences' behind the paragraphs'."""
    return np.where(unit == 1, family + n_paragraph_families, family)


def _families(
    paragraphs: Stock, sentences: Stock, words: ScorableWords, answers: Sequence[Answer], min_answers: int
) -> tuple[Family, ...]:
    """Records of the families that are listed, most used first."""
    paragraph_of = _containing(paragraphs.segments, sentences.segments)
    outer = np.append(paragraphs.of_segment, -1)[paragraph_of]
    parents = nest([outer[family.segments] for family in sentences.families])
    parent_ids = [None if parent < 0 else paragraphs.ids[parent] for parent in parents.tolist()]
    records = [
        *(family_record(family, paragraphs.segments, words, answers) for family in paragraphs.families),
        *(
            family_record(family, sentences.segments, words, answers, parent, int((outer[family.segments] >= 0).sum()))
            for family, parent in zip(sentences.families, parent_ids, strict=True)
        ),
    ]
    listed = (record for record in records if record.answers >= min_answers)
    return tuple(sorted(listed, key=lambda record: (-record.answers, -record.questions, record.id)))


def _containing(outer: Segments, inner: Segments) -> NDArray[np.int64]:
    """The outer segment that each inner one lies in; -1 where there is none."""
    if not len(outer) or not len(inner):
        return np.full(len(inner), -1, np.int64)
    longest = int(max(outer.end.max(), inner.end.max())) + 1
    place = np.searchsorted(outer.answer * longest + outer.start, inner.answer * longest + inner.start, "right") - 1
    inside = (place >= 0) & (outer.answer[place] == inner.answer) & (inner.end <= outer.end[place])
    return np.where(inside, place, -1)
