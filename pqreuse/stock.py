"""The families of one unit: from its segments to their templates, each stage one call. Part of the pipeline."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse.candidates import (
    Held,
    Pairs,
    Partners,
    Rule,
    anchor_pairs,
    band_pairs,
    choose_bands,
    count_held,
    split_keys,
    verify,
)
from pqreuse.families import choose_exemplars, rank_texts
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, distinct
from pqreuse.records import Answer, Progress, Unit
from pqreuse.results import FamilyArrays, family_id
from pqreuse.scores import FamilyUses
from pqreuse.segments import Segments
from pqreuse.shingles import ShingleSets, Texts, collapse, shingle_sets
from pqreuse.signatures import minhash
from pqreuse.templates import Template, bears_meaning, build_template
from pqreuse.writing import ScorableWords

_log = logging.getLogger("pqreuse")


@dataclass(frozen=True, slots=True)
class Stock:
    """Families of one unit with at least two answers, and where their uses stand.

    Attributes
    ----------
    unit : {"paragraph", "sentence"}
    segments : Segments
        All segments of the unit.
    families : list of FamilyArrays
    ids : list of str
        The families' identifiers.
    of_segment : ndarray of int64, shape (n_segments,)
        The family of each segment; -1 where there is none.
    held : Held
        What share of the pairs that resemble the candidates held, on a sample.
    """

    unit: Unit
    segments: Segments
    families: list[FamilyArrays]
    ids: list[str]
    of_segment: NDArray[np.int64]
    held: Held


def find_stock(
    unit: Unit,
    segments: Segments,
    words: ScorableWords,
    answers: Sequence[Answer],
    first_day: NDArray[np.int64],
    params: ReuseParams,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> Stock:
    """Families of one unit with their templates.

    Parameters
    ----------
    unit : {"paragraph", "sentence"}
    segments : Segments
    words : ScorableWords
    answers : sequence of Answer
    first_day : ndarray of int64, shape (n_answers,)
        First possible day of each answer; `NONE` where undated.
    params : ReuseParams
    threads : int
    progress : callable, optional
    """
    texts = collapse(words.tokens, segments.first, segments.last, params.min_words)
    # Each (text, answer) once: a text that an answer repeats has one answer.
    long = np.flatnonzero(texts.of_segment >= 0)
    having = distinct(texts.of_segment[long] * len(answers) + segments.answer[long])
    text_of, answer_of = np.divmod(having, max(len(answers), 1))
    n_answers = np.bincount(text_of, minlength=len(texts.tokens))
    text_first_day = np.full(len(texts.tokens), NONE)
    np.minimum.at(text_first_day, text_of, first_day[answer_of])
    best_first = rank_texts(n_answers, text_first_day, texts.tokens)
    sets = shingle_sets(texts.tokens.take(best_first), words.vocabulary, params.shingle_words)
    exemplar = np.empty(len(texts.tokens), np.int64)
    chosen, held = _choose(sets, params, threads, progress)
    exemplar[best_first] = best_first[chosen]
    # A segment that is too short has the text -1, the last entry here.
    exemplar_of_segment = np.append(exemplar, -1)[texts.of_segment]
    build = _Builder(unit, segments, words, answers, texts, n_answers, params)
    families: list[FamilyArrays] = []
    of_segment = np.full(len(segments), -1, np.int64)
    used = _with_two_answers(exemplar_of_segment, segments.answer)
    for number, uses in enumerate(used):
        families.append(build.family(int(exemplar_of_segment[uses[0]]), uses))
        of_segment[uses] = number
        if progress is not None and number % 256 == 0:
            progress("templates", number, len(used))
    ids = [
        family_id(unit, [words.vocabulary[token] for token in texts.tokens[family.texts[0]].tolist()])
        for family in families
    ]
    return Stock(unit, segments, families, ids, of_segment, held)


def family_uses(stock: Stock) -> FamilyUses:
    """Uses of all families of one unit as rows, as the labels need them."""
    rows = [
        (number, segment, family.template, variant)
        for number, family in enumerate(stock.families)
        for segment, variant in zip(family.segments.tolist(), family.variant.tolist(), strict=True)
    ]
    used = np.array([segment for _, segment, _, _ in rows], np.int64)
    return FamilyUses(
        family=np.array([number for number, _, _, _ in rows], np.int64),
        first=stock.segments.first[used],
        place=Ragged.of_rows([template.place[variant] for _, _, template, variant in rows], np.int64),
        slots=Ragged.of_rows([_slots(template, variant) for _, _, template, variant in rows], np.int64),
        n_template=np.array([len(family.template.kept) for family in stock.families], np.int64),
    )


def _choose(
    sets: ShingleSets, params: ReuseParams, threads: int, progress: Progress | None
) -> tuple[NDArray[np.int64], Held]:
    """The exemplar of each text, texts numbered best first, and how complete the search was."""
    rule, n_texts = Rule(params.containment, params.length_ratio), len(sets.columns)
    keys, crowded = _candidates(sets, rule, params, threads, progress)
    left, right = split_keys(keys, n_texts)
    pairs = verify(sets.columns, left, right, rule, progress)
    _log.info("%d texts: %d of %d candidate pairs resemble each other", n_texts, len(pairs.left), len(keys))
    partners = Partners(sets.columns, rule) if crowded.any() else None

    def resembling(text: int) -> Pairs:
        assert partners is not None
        rows = np.concatenate(([text], partners.later(text)))
        place = np.arange(1, len(rows))
        found = verify(sets.columns.take(rows), np.zeros_like(place), place, rule)
        return Pairs(rows[found.left], rows[found.right], found.jaccard, found.containment)

    held = count_held(sets.columns, keys, crowded, rule, sample=params.recall_sample, seed=params.seed)
    return choose_exemplars(n_texts, pairs, crowded, resembling), held


def _candidates(
    sets: ShingleSets, rule: Rule, params: ReuseParams, threads: int, progress: Progress | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs that may resemble each other, sorted, and the texts that have too many of them to list."""
    if params.search == "exact":
        keys = anchor_pairs(sets.columns, rule, complete=True, progress=progress)
        return np.sort(keys), np.zeros(len(sets.columns), bool)
    bands, rows = choose_bands(params.lsh_jaccard, params.lsh_recall)
    signatures = minhash(
        sets.columns, sets.hashes, n_hashes=bands * rows, seed=params.seed, threads=threads, progress=progress
    )
    banded, crowded = band_pairs(signatures, bands, rows)
    anchored = anchor_pairs(sets.columns, rule, complete=False, progress=progress)
    return distinct(np.concatenate((banded, anchored))), crowded


def _with_two_answers(exemplar: NDArray[np.int64], answer: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Segments of each family that at least two answers use, by answer and place."""
    order = np.argsort(exemplar, kind="stable")
    order = order[exemplar[order] >= 0]
    edges = np.flatnonzero(np.diff(exemplar[order], prepend=-1, append=-1))
    families = np.split(order, edges[1:-1])
    return [uses for uses in families if len(uses) > 1 and (answer[uses] != answer[uses[0]]).any()]


class _Builder:
    """Makes families of one unit: holds what all of them share."""

    def __init__(
        self,
        unit: Unit,
        segments: Segments,
        words: ScorableWords,
        answers: Sequence[Answer],
        texts: Texts,
        n_answers: NDArray[np.int64],
        params: ReuseParams,
    ) -> None:
        self.unit, self.segments, self.words, self.answers = unit, segments, words, answers
        self.texts, self.n_answers, self.params = texts, n_answers, params
        self.bears_meaning = np.array([bears_meaning(word) for word in words.vocabulary], bool)

    def family(self, exemplar: int, uses: NDArray[np.int64]) -> FamilyArrays:
        """One family: its texts with the exemplar first, and its template."""
        tokens, of_use = self.texts.tokens, self.texts.of_segment[uses]
        others = sorted(set(of_use.tolist()) - {exemplar}, key=lambda text: tokens[text].tolist())
        members = [exemplar, *others]
        # The first use of each text in the order of the answers shows how it is written.
        first_use = dict(zip(reversed(of_use.tolist()), range(len(uses) - 1, -1, -1), strict=True))
        template = build_template(
            [tokens[text].tolist() for text in members],
            [int(self.n_answers[text]) for text in members],
            self.bears_meaning,
            [self.glued(int(uses[first_use[text]])) for text in members],
            support=self.params.template_support,
            slot_words=self.params.slot_words,
        )
        place = {text: number for number, text in enumerate(members)}
        return FamilyArrays(self.unit, members, uses, np.array([place[text] for text in of_use.tolist()]), template)

    def glued(self, segment: int) -> NDArray[np.bool_]:
        """Words of a segment that a decimal point joins to the next one, as it is written."""
        words, text = self.words, self.answers[self.segments.answer[segment]].text
        first, last = int(self.segments.first[segment]), int(self.segments.last[segment])
        ends, starts = words.ends[first : last - 1], words.starts[first + 1 : last]
        joined = np.zeros(last - first, bool)
        for number in np.flatnonzero(starts - ends == 1).tolist():
            end = int(ends[number])
            joined[number] = text[end] == "." and text[end - 1].isdecimal() and text[end + 1].isdecimal()
        return joined


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
