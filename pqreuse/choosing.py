"""Findings → the public result, for all answers or chosen ones. Both are counted here, in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from pqreuse.kinds import count_kinds, find_kinds
from pqreuse.lazy import column, picked
from pqreuse.params import ReuseParams
from pqreuse.records import Answer, Corpus, Filter, Kind, Recall, ReuseResult, Score
from pqreuse.results import FamilyRecords
from pqreuse.scoring import ScoreRecords
from pqreuse.segments import Segments
from pqreuse.tidy import Tidy
from pqreuse.usage import group_shares
from pqreuse.words import index_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was found, from which a result of any answers can be made.

    Attributes
    ----------
    params, corpus, recall, compared_with
        See `ReuseResult`.
    families : FamilyRecords
        In their uses by ``compared_with``, else by ``corpus``.
    scores : sequence of Score
        One for each answer of ``corpus``.
    labels : ScoreRecords
        What the scores are made by.
    segments : ndarray of int64, shape (n_answers, 2)
        Paragraphs and sentences of each answer of ``corpus``.
    """

    params: ReuseParams
    corpus: Corpus
    recall: Recall | None
    compared_with: Corpus | None = None
    families: FamilyRecords
    scores: Sequence[Score]
    labels: ScoreRecords
    segments: NDArray[np.int64]

    def result(self) -> ReuseResult:
        """The result of all answers."""
        return self._result(np.arange(len(self.corpus)), self.corpus, self.families)

    def choose(self, whole: ReuseResult, filters: tuple[Filter, ...]) -> ReuseResult:
        """The result of the answers that all of the filters let through, see `ReuseResult.where`."""
        corpora = [one for one in (self.corpus, self.compared_with) if one is not None]
        bodies = [body for one in corpora for body in column(one.answers, "body")]
        for one in filters:
            one.check_bodies(bodies)
        fitting = _fitting(self.corpus.answers, column(self.scores, "kinds"), filters)
        places = np.flatnonzero(fitting)
        if self.compared_with is not None:
            others = self.compared_with.answers
            # Asked for by hardly anyone, and as much work as all other kinds: only where it is.
            texts = column(others, "text") if any(one.kinds for one in filters) else []
            kinds = find_kinds(texts, index_words(texts)) or [()] * len(others)
            fitting = _fitting(others, kinds, filters)
        # An index would read what belongs to the other answers again.
        corpus = replace(self.corpus, answers=picked(self.corpus.answers, places.tolist()), reading=None)
        return replace(self._result(places, corpus, self.families.of(fitting)), filters=filters, whole=whole)

    def _result(self, places: NDArray[np.int64], corpus: Corpus, families: FamilyRecords) -> ReuseResult:
        scores = picked(self.scores, places.tolist())
        users = (self.compared_with or self.corpus).answers
        paragraphs, sentences = self.segments[places].sum(axis=0).tolist()
        return ReuseResult(
            params=self.params,
            corpus=corpus,
            paragraphs=paragraphs,
            sentences=sentences,
            words=sum(column(scores, "words")),
            scorable_words=sum(column(scores, "scorable_words")),
            families=families.listed(self.params.min_answers),
            scores=scores,
            shares=self.labels.shares(places),
            recall=self.recall,
            kinds=count_kinds(column(scores, "kinds")),
            compared_with=self.compared_with,
            tables=Tidy(families, self.params.min_answers, users, scores, partial(self.labels.spans, places)).table,
            groups=partial(group_shares, corpus.answers, scores),
            choose=self.choose,
        )


def count_segments(n_answers: int, *units: Segments) -> NDArray[np.int64]:
    """Segments of each unit in each answer, int64[n_answers, n_units]."""
    return np.stack([np.bincount(segments.answer, minlength=n_answers) for segments in units], axis=1)


def _fitting(
    answers: Sequence[Answer], kinds: Sequence[tuple[Kind, ...]], filters: Sequence[Filter]
) -> NDArray[np.bool_]:
    """Whether each answer is what all of the filters ask for."""
    fits = lru_cache(lambda *of_answer: all(one.fits(*of_answer) for one in filters))
    columns = zip(column(answers, "date"), column(answers, "body"), kinds, strict=True)
    return np.array([fits(*of_answer) for of_answer in columns], bool)
