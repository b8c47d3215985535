"""Families of the default search against an independent exact join, and those of `search="lsh"` against them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import naive
import numpy as np
import reference
from recipes import Span
from recording import Record, note, ratio

import pqreuse
from pqreuse import Answer, ReuseParams, ReuseResult
from pqreuse.records import Unit, days
from pqreuse.results import family_id
from pqreuse.segments import split_answers, split_sentences, unscorable_stretches
from pqreuse.words import index_words


def measure_pairs(answers: Sequence[Answer], *, seeds: Sequence[int]) -> Record:
    """The default families by an independent join; for several seeds of the permutations, those of `lsh` by them."""
    note("pairs: families of the default search")
    default = pqreuse.find_reuse(answers)
    mine, units = members(default), {}
    for unit in ("paragraph", "sentence"):
        note(f"pairs: {unit}s joined by sparse products")
        counts, theirs = joined(answers, unit, default.params)
        units[unit] = counts | same({use: name for use, name in mine.items() if use[0] == unit}, theirs)
    repeats = []
    for seed in seeds:
        note(f"pairs: lsh, seed {seed}")
        found = pqreuse.find_reuse(answers, search="lsh", seed=seed)
        assert found.recall
        known = found.recall
        own = {name: getattr(known, name) for name in ("target", "measured", "low", "high", "sample", "pairs")}
        repeats.append({"seed": seed, **same(members(found), mine), "recall": own})
    return {
        "what": "families of the default search against an independent exact join, of search='lsh' against it",
        "size": {"answers": len(answers), "words": default.words},
        "seeds": list(seeds),
        "parameters": default.params.to_dict(),
        "units": units,
        "rule": count_broken(default),
        "lsh": repeats,
    }


def members(result: ReuseResult) -> dict[tuple[str, Span], str]:
    """The family of each use."""
    return {
        (family.unit, (use.answer_id, use.start, use.end)): family.id
        for family in result.families
        for use in family.uses
    }


def same(mine: dict[tuple[str, Span], str], theirs: dict[tuple[str, Span], str]) -> Record:
    everywhere = mine.keys() | theirs.keys()
    alike = sum(mine.get(use) == theirs.get(use) for use in everywhere)
    return {"members": len(everywhere), "same": alike, "share_same": ratio(alike, len(everywhere))}


def joined(answers: Sequence[Answer], unit: Unit, params: ReuseParams) -> tuple[Record, dict[tuple[str, Span], str]]:
    """The family of each use by the definition: all pairs by sparse products, then greedy stars."""
    words = index_words(answer.text for answer in answers)
    split = split_answers(answers, words)
    segments = split.paragraphs
    if unit == "sentence":
        segments = split_sentences(answers, words, segments, split.unscorable)
    scorable = np.ones(len(words.tokens), bool)
    for first, last in split.unscorable.tolist():
        scorable[first:last] = False
    tokens = words.tokens[scorable].tolist()
    digits = [words.vocabulary[token][0].isdigit() for token in range(len(words.vocabulary))]
    texts: dict[tuple[int, ...], int] = {}
    users: list[dict[str, int | None]] = []
    places: list[tuple[int, Span]] = []
    rows = zip(*(column.tolist() for column in (segments.answer, segments.start, segments.end)), strict=True)
    for (answer, start, end), first, last in zip(rows, segments.first.tolist(), segments.last.tolist(), strict=True):
        text = tuple(tokens[first:last])
        if sum(not digits[token] for token in text) < params.min_words:
            continue
        number = texts.setdefault(text, len(texts))
        if number == len(users):
            users.append({})
        name = answers[answer].id
        known = days(answers[answer].date)
        users[number][name] = known[0] if known else None
        places.append((number, (name, start, end)))
    masked = [-1 if digit else token for token, digit in enumerate(digits)]
    grams = [{(masked[one], masked[other]) for one, other in pairwise(text)} for text in texts]
    numbers: dict[tuple[int, int], int] = {}
    column = [numbers.setdefault(gram, len(numbers)) for those in grams for gram in those]
    sets = reference.as_sets(
        np.repeat(np.arange(len(texts)), list(map(len, grams))), np.array(column, np.int64), len(texts)
    )
    spelled = [" ".join(words.vocabulary[token] for token in text) for text in texts]
    never = max(map(len, users), default=0) + 10**9
    order = sorted(
        range(len(texts)),
        key=lambda one: (min((day for day in users[one].values() if day is not None), default=never), spelled[one]),
    )
    place = np.empty(len(texts), np.int64)
    place[order] = np.arange(len(texts))
    shingled = reference.Shingled(np.arange(len(texts)), np.array(list(map(len, users)), np.int64), place, sets)
    pairs = reference.alike(sets, 0.0, containment=params.containment, length_ratio=params.length_ratio)
    exemplar = reference.stars(shingled, pairs).tolist()
    using: dict[int, set[str]] = {}
    for number, those in enumerate(users):
        using.setdefault(exemplar[number], set()).update(those)
    names = {one: family_id(unit, spelled[one].split(" ")) for one in using if len(using[one]) >= params.min_answers}
    found = {(str(unit), span): names[exemplar[number]] for number, span in places if exemplar[number] in names}
    return {"texts": len(texts), "pairs": len(pairs.left)}, found


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
