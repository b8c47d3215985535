"""Shared runs of words against the plain Python definition."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence

import naive
import numpy as np
from recording import Record, note

import pqreuse
from pqreuse import Answer, ReuseParams
from pqreuse.runs import RunFinder
from pqreuse.scorable import scorable_words
from pqreuse.segments import split_answers, unscorable_stretches
from pqreuse.words import find_words, index_words


def measure_runs(answers: Sequence[Answer], *, seeds: Sequence[int], sample: int, source: str) -> Record:
    """Words in shared runs against the plain Python definition, and their labels, on samples of neighbouring answers.

    Neighbours by identifier are of the same days and departments, so that a sample holds reuse.
    """
    length = ReuseParams().run_words
    repeats = []
    for seed in seeds:
        note(f"runs: seed {seed}")
        first = random.Random(seed).randrange(max(len(answers) - sample, 0) + 1)
        chosen = sorted(answers[first : first + sample], key=lambda answer: answer.id)
        repeats.append({"seed": seed, "answers": len(chosen), **compare_runs(chosen, length)})
    return {
        "what": f"words in shared {length}-word runs against the plain Python definition",
        "source": source,
        "size": {"answers": [repeat["answers"] for repeat in repeats]},
        "seeds": list(seeds),
        "parameters": {"run_words": length},
        "repeats": repeats,
        "median": {
            what: statistics.median(repeat[what] for repeat in repeats)
            for what in ("words", "in_runs", "wrong", "not_template")
        },
    }


def compare_runs(answers: Sequence[Answer], length: int) -> Record:
    words = index_words(answer.text for answer in answers)
    split = split_answers(answers, words)
    scored = scorable_words(words, split.unscorable)
    order = np.arange(len(answers), dtype=np.int32)
    finder = RunFinder(scored.tokens, split.closed, scored.indptr, order, length)
    for part in finder.parts:
        finder.find(part)
    fast = finder.taken(length).shared.tolist()
    slow = [marked for those in naive.runs([stretches(answer) for answer in answers], length) for marked in those]
    if len(fast) != len(slow):
        raise SystemExit(f"runs: {len(fast)} words against {len(slow)} of the plain definition")
    labels = [
        label for score in pqreuse.find_reuse(answers).scores for label in labels_of_words(score) if label != "none"
    ]
    return {
        "words": len(slow),
        "in_runs": sum(slow),
        "wrong": sum(one != other for one, other in zip(fast, slow, strict=True)),
        "not_template": sum(marked and label != "template" for marked, label in zip(slow, labels, strict=True)),
    }


def stretches(answer: Answer) -> list[list[str]]:
    """Words of an answer between its tables and bare links, by the plain definition."""
    pieces, reached = [], 0
    for start, end in unscorable_stretches(answer.text, answer.tables):
        pieces.append(answer.text[reached:start])
        reached = end
    return [naive.words(piece) for piece in [*pieces, answer.text[reached:]]]


def labels_of_words(score: pqreuse.Score) -> list[str]:
    """The label of each word of an answer, read off its spans."""
    labels, spans = [], iter(score.spans)
    span = next(spans, None)
    for start in find_words(score.text).starts:
        while span is not None and span.end <= start:
            span = next(spans, None)
        assert span is not None
        labels.append(span.label)
    return labels
