"""find_reuse: each stage one call. The only place that knows them all, and that hands arrays from one to the next."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.candidates import Pairs, anchor_pairs, band_pairs, choose_bands, split_keys, verify
from pqreuse.corpus import as_corpus
from pqreuse.errors import ParameterError
from pqreuse.families import choose_exemplars, nest, rank_texts
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, distinct
from pqreuse.records import Answer, Family, Progress, ReuseResult, Unit, days
from pqreuse.results import FamilyArrays, ScorableWords, family_id, family_record, score_records, total_shares
from pqreuse.runs import shared_runs
from pqreuse.scores import FamilyUses, Placed, label_words, name_families, place_words
from pqreuse.segments import Segments, split_answers
from pqreuse.shingles import ShingleSets, Texts, collapse, shingle_sets
from pqreuse.signatures import minhash
from pqreuse.templates import MODALS, NEGATIONS, Template, build_template
from pqreuse.words import index_words

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
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise ParameterError(f"threads must be a whole number of at least 1, got {threads!r}")
    return _Work(as_corpus(answers), settings, threads or os.cpu_count() or 1, progress).run()


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
        First possible day; the largest integer where undated.
    precedes_from : ndarray of int64, shape (n_answers,)
        The answers that precede an answer are those of an order below this: whose last possible day is before its first.
    """

    order: NDArray[np.int64]
    at: NDArray[np.int64]
    first_day: NDArray[np.int64]
    precedes_from: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _UnitFamilies:
    """Families of one unit with at least two answers, and where their uses stand."""

    unit: Unit
    segments: Segments
    families: list[FamilyArrays]
    ids: list[str]
    of_segment: NDArray[np.int64]


class _Work:
    """One run of the pipeline: what the stages share."""

    def __init__(self, corpus: Any, params: ReuseParams, threads: int, progress: Progress | None) -> None:
        self.corpus, self.params, self.threads, self.progress = corpus, params, threads, progress
        self.times = _times(corpus.answers)

    def run(self) -> ReuseResult:
        answers, params = self.corpus.answers, self.params
        words = index_words(answer.text for answer in answers)
        split = split_answers(answers, words, self.progress)
        answer_of_word = np.repeat(np.arange(len(answers)), np.diff(words.indptr))
        self.words = ScorableWords(
            tokens=words.tokens[split.scorable],
            starts=words.starts[split.scorable],
            ends=words.ends[split.scorable],
            answer=answer_of_word[split.scorable],
            vocabulary=words.vocabulary,
        )
        _log.info("split %d answers into %d words", len(answers), len(words.tokens))
        paragraphs = self.find_families("paragraph", split.paragraphs)
        sentences = self.find_families("sentence", split.sentences)
        since = self.times.precedes_from if params.against == "earlier" else None
        runs = shared_runs(
            self.words.tokens, split.closed, self.words.answer, self.times.order, params.run_words, since
        )
        placed = [self.place(unit, since) for unit in (paragraphs, sentences)]
        label = label_words(runs.shared, *placed)
        family, unit_of_word = name_families(label, *placed)
        earliest = np.minimum(runs.earliest, np.minimum(placed[0].earliest, placed[1].earliest))
        names = np.array([*paragraphs.ids, *sentences.ids, None], object)
        named = np.where(unit_of_word == 1, family + len(paragraphs.ids), family)
        named[unit_of_word < 0] = len(names) - 1
        if self.progress is not None:
            self.progress("scoring", 0, len(answers))
        scores = score_records(
            answers, words, split.scorable, label, names[named].tolist(), earliest, self.times.at
        )
        return ReuseResult(
            params=params,
            corpus=self.corpus,
            paragraphs=len(split.paragraphs),
            sentences=len(split.sentences),
            words=len(words.tokens),
            scorable_words=len(self.words.tokens),
            families=self.describe(paragraphs, sentences),
            scores=tuple(scores),
            shares=total_shares(scores),
        )

    def find_families(self, unit: Unit, segments: Segments) -> _UnitFamilies:
        """Families of one unit, from its segments to their templates."""
        params, answer = self.params, segments.answer
        texts = collapse(self.words.tokens, segments.first, segments.last, params.min_words)
        n_texts = len(texts.tokens)
        long = np.flatnonzero(texts.of_segment >= 0)
        # Each (text, answer) once: a text that an answer repeats has one answer.
        having = distinct(texts.of_segment[long] * len(self.corpus.answers) + answer[long])
        text_of, answer_of = np.divmod(having, max(len(self.corpus.answers), 1))
        n_answers = np.bincount(text_of, minlength=n_texts)
        first_day = np.full(n_texts, NONE)
        np.minimum.at(first_day, text_of, self.times.first_day[answer_of])
        best_first = rank_texts(n_answers, first_day, texts.tokens)
        exemplar = best_first[self.choose(texts, best_first)]
        back = np.empty(n_texts, np.int64)
        back[best_first] = exemplar
        return self.build(unit, segments, texts, back, n_answers)

    def choose(self, texts: Texts, best_first: NDArray[np.int64]) -> NDArray[np.int64]:
        """The exemplar of each text, texts numbered best first."""
        params = self.params
        sets = shingle_sets(texts.tokens.take(best_first), self.words.vocabulary, params.shingle_words)
        rule = {"containment": params.containment, "length_ratio": params.length_ratio}
        keys, wide = self.candidates(sets)
        left, right = split_keys(keys, len(best_first))
        pairs = verify(sets.columns, left, right, **rule, progress=self.progress)
        _log.info("%d of %d candidate pairs resemble each other", len(pairs.left), len(keys))

        def resembling(lefts: NDArray[np.int64], rights: NDArray[np.int64]) -> Pairs:
            rows = distinct(np.concatenate((lefts, rights)))
            few = sets.columns.take(rows)
            found = verify(few, np.searchsorted(rows, lefts), np.searchsorted(rows, rights), **rule)
            return Pairs(rows[found.left], rows[found.right], found.jaccard, found.containment)

        return choose_exemplars(len(best_first), pairs, wide, resembling)

    def candidates(self, sets: ShingleSets) -> tuple[NDArray[np.int64], Ragged]:
        """Pairs that may resemble each other, and the buckets of the index too large to pair off."""
        params = self.params
        rule = {"containment": params.containment, "length_ratio": params.length_ratio}
        if params.search == "exact":
            return anchor_pairs(sets.columns, **rule, complete=True, progress=self.progress), Ragged.of_rows([], np.int64)
        bands, rows = choose_bands(params.lsh_jaccard, params.lsh_recall)
        signatures = minhash(
            sets.columns,
            sets.hashes,
            n_hashes=bands * rows,
            seed=params.seed,
            threads=self.threads,
            progress=self.progress,
        )
        banded, wide = band_pairs(signatures, bands, rows)
        anchored = anchor_pairs(sets.columns, **rule, complete=False, progress=self.progress)
        return distinct(np.concatenate((banded, anchored))), wide

    def build(
        self,
        unit: Unit,
        segments: Segments,
        texts: Texts,
        exemplar: NDArray[np.int64],
        n_answers: NDArray[np.int64],
    ) -> _UnitFamilies:
        """Families with at least two answers, their templates and uses."""
        exemplar_of_segment = np.where(texts.of_segment >= 0, exemplar[texts.of_segment], -1)
        by_family = np.argsort(exemplar_of_segment, kind="stable")
        by_family = by_family[exemplar_of_segment[by_family] >= 0]
        edges = np.flatnonzero(np.diff(exemplar_of_segment[by_family], prepend=-1, append=-1))
        used = [
            segments_of
            for segments_of in np.split(by_family, edges[1:-1])
            if len(segments_of) > 1 and (segments.answer[segments_of] != segments.answer[segments_of[0]]).any()
        ]
        bears_meaning = np.array(
            [word[0].isdecimal() or word in NEGATIONS or word in MODALS for word in self.words.vocabulary], bool
        )
        families: list[FamilyArrays] = []
        of_segment = np.full(len(segments), -1, np.int64)
        for number, uses in enumerate(used):
            families.append(self.family(unit, segments, uses, texts, exemplar, n_answers, bears_meaning))
            of_segment[uses] = number
            if self.progress is not None and number % 256 == 0:
                self.progress("templates", number, len(used))
        ids = [
            family_id(unit, [self.words.vocabulary[token] for token in texts.tokens[family.texts[0]]])
            for family in families
        ]
        return _UnitFamilies(unit, segments, families, ids, of_segment)

    def family(
        self,
        unit: Unit,
        segments: Segments,
        uses: NDArray[np.int64],
        texts: Texts,
        exemplar: NDArray[np.int64],
        n_answers: NDArray[np.int64],
        bears_meaning: NDArray[np.bool_],
    ) -> FamilyArrays:
        """One family: its texts with the exemplar first, and its template."""
        of_use = texts.of_segment[uses]
        first = int(exemplar[of_use[0]])
        others = sorted(
            (text for text in distinct(of_use).tolist() if text != first), key=lambda text: texts.tokens[text].tolist()
        )
        members = [first, *others]
        place = {text: number for number, text in enumerate(members)}
        template = build_template(
            [texts.tokens[text].tolist() for text in members],
            [int(n_answers[text]) for text in members],
            bears_meaning,
            self.glued(segments, int(uses[np.flatnonzero(of_use == first)[0]])),
            support=self.params.template_support,
            slot_words=self.params.slot_words,
        )
        return FamilyArrays(unit, members, uses, np.array([place[text] for text in of_use.tolist()]), template)

    def glued(self, segments: Segments, segment: int) -> NDArray[np.bool_]:
        """Words of a segment that a decimal point joins to the next one, as it is written."""
        words, text = self.words, self.corpus.answers[segments.answer[segment]].text
        first, last = int(segments.first[segment]), int(segments.last[segment])
        ends, starts = words.ends[first : last - 1], words.starts[first + 1 : last]
        joined = np.zeros(last - first, bool)
        for number in np.flatnonzero(starts - ends == 1):
            end = int(ends[number])
            joined[number] = text[end] == "." and text[end - 1].isdecimal() and text[end + 1].isdecimal()
        return joined

    def place(self, found: _UnitFamilies, since: NDArray[np.int64] | None) -> Placed:
        """Labels of words by the families of one unit."""
        variants = [
            (number, segment, family.template, variant)
            for number, family in enumerate(found.families)
            for segment, variant in zip(family.segments.tolist(), family.variant.tolist(), strict=True)
        ]
        uses = FamilyUses(
            family=np.array([number for number, _, _, _ in variants], np.int64),
            first=found.segments.first[[segment for _, segment, _, _ in variants]]
            if variants
            else np.empty(0, np.int64),
            place=Ragged.of_rows([template.place[variant] for _, _, template, variant in variants], np.int64),
            slots=Ragged.of_rows([_slots(template, variant) for _, _, template, variant in variants], np.int64),
            n_template=np.array([len(family.template.kept) for family in found.families], np.int64),
        )
        return place_words(uses, self.words.answer, self.times.order, since)

    def describe(self, paragraphs: _UnitFamilies, sentences: _UnitFamilies) -> tuple[Family, ...]:
        """Records of the families that are listed, most used first."""
        paragraph_of = _containing(paragraphs.segments, sentences.segments)
        outer = np.where(paragraph_of >= 0, paragraphs.of_segment[paragraph_of], -1)
        parents = nest([outer[family.segments] for family in sentences.families])
        records = [
            family_record(family, found.segments, self.words, self.corpus.answers, parent)
            for found, named in (
                (paragraphs, [None] * len(paragraphs.families)),
                (sentences, [None if parent < 0 else paragraphs.ids[parent] for parent in parents]),
            )
            for family, parent in zip(found.families, named, strict=True)
        ]
        listed = (record for record in records if record.answers >= self.params.min_answers)
        return tuple(sorted(listed, key=lambda record: (-record.answers, -record.questions, record.id)))


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


def _containing(outer: Segments, inner: Segments) -> NDArray[np.int64]:
    """The outer segment that each inner one lies in; -1 where there is none."""
    if not len(outer) or not len(inner):
        return np.full(len(inner), -1, np.int64)
    longest = int(max(outer.end.max(), inner.end.max())) + 1
    place = np.searchsorted(outer.answer * longest + outer.start, inner.answer * longest + inner.start, "right") - 1
    inside = (place >= 0) & (outer.answer[place] == inner.answer) & (inner.end <= outer.end[place])
    return np.where(inside, place, -1)


def _slots(template: Template, variant: int) -> NDArray[np.int64]:
    """Places of the slots that a variant has, empty fillings included."""
    return np.array(
        [
            len(template.kept) + number
            for number, filling in enumerate(template.fillings[variant])
            if filling is not None and template.accepted[number]
        ],
        np.int64,
    )
