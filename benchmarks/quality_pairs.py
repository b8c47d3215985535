"""Pairs and families of the default search against the exact reference."""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import naive
import numpy as np
from recipes import Span
from recording import Record, note, ratio

import pqreuse
from pqreuse import Answer, ReuseParams, ReuseResult
from pqreuse.candidates import Rule
from pqreuse.families import rank_texts
from pqreuse.ragged import NONE, Ragged, distinct
from pqreuse.scorable import scorable_words
from pqreuse.segments import split_answers, split_sentences, unscorable_stretches
from pqreuse.shingles import collapse, make_shingles
from pqreuse.stock import compare_texts
from pqreuse.words import index_words


def measure_pairs(answers: Sequence[Answer], *, seeds: Sequence[int]) -> Record:
    """Candidates and families of the default search against those of the exact one, on the same answers.

    The pairs for several seeds of the MinHash permutations, the families for the first.
    """
    units = {unit: pairs_of_unit(answers, unit, seeds) for unit in ("paragraph", "sentence")}
    note("pairs: families of both searches")
    default, exact = (pqreuse.find_reuse(answers, search=search, seed=seeds[0]) for search in ("lsh", "exact"))
    return {
        "what": "pairs and families of search='lsh' against search='exact'",
        "size": {"answers": len(answers), "words": exact.words},
        "seeds": list(seeds),
        "parameters": ReuseParams(seed=seeds[0]).to_dict(),
        "pairs": units,
        "families": compare_members(default, exact),
        "rule": count_broken(default),
        "own_estimate": recall_record(default),
    }


def pairs_of_unit(answers: Sequence[Answer], unit: str, seeds: Sequence[int]) -> Record:
    """Pairs that resemble each other: how many there are, how many of them the candidates held."""
    words = index_words(answer.text for answer in answers)
    split = split_answers(answers, words)
    segments = split.paragraphs
    if unit == "sentence":
        segments = split_sentences(answers, words, segments, split.unscorable)
    params = ReuseParams()
    scored = scorable_words(words, split.unscorable)
    texts = collapse(scored.tokens, segments.first, segments.last, params.min_words)
    n_texts = len(texts)
    n_uses = np.bincount(texts.of_segment[texts.of_segment >= 0], minlength=n_texts)
    undated = np.full(n_texts, NONE, np.int64)
    best_first = rank_texts(n_uses, undated, scored.tokens, texts.first, texts.length)
    shingles = make_shingles(scored.tokens, texts, best_first, words.vocabulary, params.shingle_words)

    def resembling(**chosen: Any) -> tuple[set[int], int]:
        note(f"pairs: {unit}s, {chosen}")
        comparison = compare_texts(shingles, replace(params, **chosen), os.cpu_count() or 1)
        met = [comparison.candidates(text) for text in range(n_texts)]
        one, other = np.repeat(np.arange(n_texts), [len(those) for those in met]), np.concatenate(met)
        left, right = np.divmod(distinct(np.minimum(one, other) * n_texts + np.maximum(one, other)), n_texts)
        true = comparison.compare(left, right)[1] > 0
        return set((left[true] * n_texts + right[true]).tolist()), len(left)

    true, _ = resembling(search="exact")
    repeats = []
    for seed in seeds:
        found, n_candidates = resembling(search="lsh", seed=seed)
        both = len(found & true)
        shares = {"recall": ratio(both, len(true)), "precision": ratio(both, len(found))}
        repeats.append({"seed": seed, "candidates": n_candidates, "found": both, **shares})
    return {
        "texts": n_texts,
        "true": len(true),
        "exact_checked": check_exact(
            Ragged(*shingles.hash_sets(np.arange(n_texts))), true, Rule(params.containment, params.length_ratio)
        ),
        "repeats": repeats,
        "median": {what: statistics.median(repeat[what] for repeat in repeats) for what in ("recall", "precision")},
    }


def check_exact(columns: Any, true: set[int], rule: Rule, sample: int = 100) -> Record:
    """The exact search itself, on a sample of texts, against a comparison of sets with every other text."""
    n_texts = len(columns)
    rng = random.Random(1)
    sets = [frozenset(columns[row].tolist()) for row in range(n_texts)]
    expected, held = 0, 0
    for one in rng.sample(range(n_texts), min(sample, n_texts)):
        for other in range(n_texts):
            small, large = sorted((len(sets[one]), len(sets[other])))
            if one == other or not small or small / large < rule.length_ratio:
                continue
            if len(sets[one] & sets[other]) / small >= rule.containment:
                expected += 1
                held += min(one, other) * n_texts + max(one, other) in true
    return {"sample": min(sample, n_texts), "pairs": expected, "held": held}


def members(result: ReuseResult) -> dict[tuple[str, Span], str]:
    """The family of each use."""
    return {
        (family.unit, (use.answer_id, use.start, use.end)): family.id
        for family in result.families
        for use in family.uses
    }


def compare_members(default: ReuseResult, exact: ReuseResult) -> Record:
    mine, theirs = members(default), members(exact)
    everywhere = mine.keys() | theirs.keys()
    same = sum(mine.get(use) == theirs.get(use) for use in everywhere)
    return {
        "families": {"lsh": len(default.families), "exact": len(exact.families)},
        "members": len(everywhere),
        "same": same,
        "share_same": ratio(same, len(everywhere)),
    }


def count_broken(result: ReuseResult) -> Record:
    """Members that do not resemble their family's exemplar, by the plain definition: there must be none."""
    params, checked, broken = result.params, 0, 0
    for family in result.families:
        exemplar = scorable_shingles(family.text)
        for text in {use.text for use in family.uses}:
            checked += 1
            own = scorable_shingles(text)
            broken += own != exemplar and not naive.resemble(own, exemplar, params.containment, params.length_ratio)
    return {"checked": checked, "broken": broken}


def scorable_shingles(text: str) -> set[tuple[str, ...]]:
    """2-word shingles of a segment, its bare links left out, by the plain definition."""
    for start, end in reversed(unscorable_stretches(text)):
        text = text[:start] + " " + text[end:]
    return naive.shingles(naive.words(text))


def recall_record(result: ReuseResult) -> Record | None:
    """What the run said of its own recall."""
    known = getattr(result, "recall", None)
    return known and {name: getattr(known, name) for name in ("target", "measured", "low", "high", "sample", "pairs")}
