"""Recall and precision of pqreuse: against an exact reference, against a planted truth, beside the usual recipes.

    python benchmarks/quality.py                all parts; writes results/quality_*.json, the chart, the README's tables
    python benchmarks/quality.py --quick        all parts, small, on standard output; writes nothing
    python benchmarks/quality.py --part slots   one part (pairs, planted, runs, slots)
    python benchmarks/quality.py --tables       chart and tables again, from the JSON that is there

The real answers are those of the folder `data` in the environment variable PQREUSE_SHARED, else in ../shared. Without
them the pairs are not measured, and the other parts plant in the invented answers of examples/.

A planted use counts as found where it lies in a family, of paragraphs or of sentences, that the original's own use
lies in too. A segment and a planted stretch belong together where they overlap by half of the shorter one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import pqreuse
from pqreuse import Answer, Family, ReuseParams, ReuseResult
from pqreuse.candidates import Rule, split_keys, verify
from pqreuse.families import rank_texts
from pqreuse.ragged import NONE, distinct
from pqreuse.runs import shared_runs
from pqreuse.segments import paragraph_stretches, split_answers, unscorable_stretches
from pqreuse.shingles import ShingleSets, collapse, shingle_sets
from pqreuse.words import find_words, index_words

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# The plain Python definitions are those of the tests; planting.py lies beside this file, however it is started.
sys.path[:0] = [str(HERE), str(ROOT / "tests")]

import naive  # noqa: E402
from planting import (  # noqa: E402
    EDITS,
    KINDS,
    REMOVED_RUN,
    Filled,
    Place,
    Planted,
    masked_words,
    plant_edits,
    plant_slots,
    runs_of,
)

Record = dict[str, Any]
# Where a piece of text stands: the answer's identifier, start and end.
Span = tuple[str, int, int]

# A claimed pair that was not planted is true where the two texts share so many consecutive words, or so large a part of
# the shorter one's words in the same order (figures masked both times). Neither is what pqreuse compares by.
CHECKED_RUN = 6
CHECKED_PART = 2 / 3


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def real_data() -> Path | None:
    named = os.environ.get("PQREUSE_SHARED")
    folder = Path(named) / "data" if named else ROOT.parent / "shared" / "data"
    return folder / "uk_commons_2023-09_2025-06.jsonl.gz" if folder.is_dir() else None


def commit() -> str | None:
    """What was measured; "+" behind it where the package differs from it."""
    git = ["git", "-C", str(ROOT)]
    try:
        name, changed = (
            subprocess.run([*git, *command], check=True, capture_output=True, text=True).stdout.strip()
            for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "pqreuse"])
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return name + "+" * bool(changed)


def with_surroundings(record: Record) -> Record:
    """The record with what it was measured with."""
    versions = {}
    for name in ("pqreuse", "numpy", "scipy", "rapidfuzz", "datasketch", "rensa"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return record | {
        "commit": commit(),
        "versions": versions | {"python": platform.python_version()},
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "date": time.strftime("%Y-%m-%d"),
    }


# (a) Pairs and families against the exact reference


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
    segments = split.paragraphs if unit == "paragraph" else split.sentences
    params = ReuseParams()
    texts = collapse(words.tokens[split.scorable], segments.first, segments.last, params.min_words)
    n_texts = len(texts.tokens)
    n_uses = np.bincount(texts.of_segment[texts.of_segment >= 0], minlength=n_texts)
    best_first = rank_texts(n_uses, np.full(n_texts, NONE), texts.tokens)
    sets = shingle_sets(texts.tokens.take(best_first), words.vocabulary, params.shingle_words)
    rule = Rule(params.containment, params.length_ratio)

    def resembling(**chosen: Any) -> tuple[set[int], int]:
        note(f"pairs: {unit}s, {chosen}")
        keys = candidate_keys(sets, rule, replace(params, **chosen))
        found = verify(sets.columns, *split_keys(keys, n_texts), rule)
        return set((found.left * n_texts + found.right).tolist()), len(keys)

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
        "exact_checked": check_exact(sets.columns, true, rule),
        "repeats": repeats,
        "median": {what: statistics.median(repeat[what] for repeat in repeats) for what in ("recall", "precision")},
    }


def candidate_keys(sets: ShingleSets, rule: Rule, params: ReuseParams) -> np.ndarray:
    """All candidate pairs of a run, by its own search, those of crowded texts listed too."""
    from pqreuse.candidates import Partners
    from pqreuse.stock import _candidates

    n_texts = len(sets.columns)
    keys, crowded = _candidates(sets, rule, params, os.cpu_count() or 1, None)
    partners = Partners(sets.columns, rule) if crowded.any() else None
    of_crowded = [text * n_texts + partners.later(text) for text in np.flatnonzero(crowded).tolist() if partners]
    return distinct(np.concatenate([keys, *of_crowded]))


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


# (b) Planted edits


@dataclass(frozen=True, slots=True)
class Groups:
    """What a tool claims to be one piece of stock: the spans of each group."""

    spans: list[list[Span]]

    def by_answer(self) -> dict[str, list[tuple[int, Span]]]:
        found: defaultdict[str, list[tuple[int, Span]]] = defaultdict(list)
        for number, spans in enumerate(self.spans):
            for span in spans:
                found[span[0]].append((number, span))
        return found


def by_pqreuse(answers: Sequence[Answer], **params: Any) -> Groups:
    result = pqreuse.find_reuse(answers, **params)
    return Groups([[(use.answer_id, use.start, use.end) for use in family.uses] for family in result.families])


def by_datasketch(answers: Sequence[Answer]) -> Groups:
    """As datasketch's documentation does it: MinHash of 128 permutations, MinHashLSH at 0.7, each item queried."""
    from datasketch import MinHash, MinHashLSH

    spans, shingles = shingled_paragraphs(answers)
    sketches = MinHash.bulk([[shingle.encode() for shingle in those] for those in shingles], num_perm=128)
    index = MinHashLSH(threshold=0.7, num_perm=128)
    return linked(spans, alike(sketches, index))


def by_rensa(answers: Sequence[Answer]) -> Groups:
    """As rensa's README does it: RMinHash of 128 permutations, RMinHashLSH of 16 bands (0.7 at half probability)."""
    from rensa import RMinHash, RMinHashLSH

    spans, shingles = shingled_paragraphs(answers)
    sketches = []
    for those in shingles:
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(those)
        sketches.append(sketch)
    index = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    return linked(spans, alike(sketches, index))


def shingled_paragraphs(answers: Sequence[Answer]) -> tuple[list[Span], list[list[str]]]:
    """Paragraphs of at least eight words, as pqreuse cuts them, and the 5-word shingles of each."""
    spans, shingles = [], []
    for answer in answers:
        for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables):
            words = find_words(answer.text[start:end]).words
            if len(words) >= ReuseParams().min_words:
                spans.append((answer.id, start, end))
                shingles.append([" ".join(words[place : place + 5]) for place in range(len(words) - 4)])
    return spans, shingles


def alike(sketches: Sequence[Any], index: Any) -> Iterator[tuple[int, int]]:
    """Pairs that the index of either tool finds, whose sketches estimate a Jaccard of at least 0.7."""
    for number, sketch in enumerate(sketches):
        index.insert(number, sketch)
    for number, sketch in enumerate(sketches):
        for other in index.query(sketch):
            if other > number and sketch.jaccard(sketches[other]) >= 0.7:
                yield number, other


def linked(spans: Sequence[Span], pairs: Iterable[tuple[int, int]]) -> Groups:
    """Connected components of the pairs: what users of these tools make of them."""
    group = list(range(len(spans)))

    def head(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    for one, other in pairs:
        group[head(other)] = head(one)
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for number, span in enumerate(spans):
        found[head(number)].append(span)
    return Groups([those for those in found.values() if len(those) > 1])


TOOLS: dict[str, Callable[[Sequence[Answer]], Groups]] = {
    "pqreuse": by_pqreuse,
    "pqreuse, exact search": lambda answers: by_pqreuse(answers, search="exact"),
    "datasketch": by_datasketch,
    "rensa": by_rensa,
}


def measure_planted(
    answers: Sequence[Answer],
    *,
    seeds: Sequence[int],
    originals: int,
    uses: int,
    hosts: int,
    source: str,
    misses: list[Record] | None = None,
) -> Record:
    """Recall and precision of each tool on planted uses, for each seed and each kind of edit."""
    repeats = []
    for seed in seeds:
        planted = plant_edits(answers, originals=originals, uses=uses, hosts=hosts, seed=seed)
        tools = {}
        for name, find in TOOLS.items():
            note(f"planted edits: seed {seed}, {len(planted.uses)} uses, {name}")
            try:
                groups = find(planted.answers)
            except ModuleNotFoundError as error:
                note(f"planted edits: {name} left out, {error}")
                continue
            tools[name] = judge(planted, groups, misses if name == "pqreuse" else None)
        exact = tools["pqreuse, exact search"]["found"]
        repeats.append(
            {
                "seed": seed,
                "answers": len(planted.answers),
                "originals": len(planted.originals),
                "uses": len(planted.uses),
                "of_what_exact_finds": ratio(tools["pqreuse"]["found"], exact),
                "tools": tools,
            }
        )
    return {
        "what": "planted edits of paragraphs: recall and precision, by kind of edit",
        "source": source,
        "size": {key: [repeat[key] for repeat in repeats] for key in ("answers", "originals", "uses")},
        "seeds": list(seeds),
        "parameters": {
            "pqreuse": ReuseParams().to_dict(),
            "datasketch": "MinHashLSH(threshold=0.7, num_perm=128), 5-word shingles, estimate >= 0.7, paragraphs",
            "rensa": "RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16), 5-word shingles, estimate >= 0.7, "
            "paragraphs",
            "removed": f"hosts that share {REMOVED_RUN} consecutive words (figures masked) with an original",
            "true": f"planted from that original; or {CHECKED_RUN} consecutive words are the same; or at least two "
            "thirds of the shorter text's words stand in the other one in the same order (figures masked)",
        },
        "repeats": repeats,
        "median": {
            name: {
                what: statistics.median(repeat["tools"][name][what] for repeat in repeats)
                for what in ("recall", "precision")
            }
            for name in repeats[0]["tools"]
        }
        | {"of_what_exact_finds": statistics.median(repeat["of_what_exact_finds"] for repeat in repeats)},
    }


def judge(planted: Planted, groups: Groups, misses: list[Record] | None = None) -> Record:
    """Which planted uses a tool found with their originals, and how much of what it claims of them is true."""
    standing = groups.by_answer()
    texts = {answer.id: answer.text for answer in planted.answers}

    def groups_at(span: Span) -> set[int]:
        return {number for number, other in standing.get(span[0], ()) if belong_together(span, other)}

    uses_at: defaultdict[str, list[Any]] = defaultdict(list)
    for use in planted.uses:
        uses_at[use.answer_id].append(use)
    kinds: dict[str, Counter[str]] = {kind: Counter() for kind in [*EDITS, "host text"]}
    for number, original in enumerate(planted.originals):
        home: Span = (original.answer.id, original.start, original.end)
        own = groups_at(home)
        for use in planted.uses:
            if use.original == number:
                place = (use.answer_id, use.start, use.end)
                found = bool(own & groups_at(place))
                kinds[use.kind].update(uses=1, found=found)
                if not found and misses is not None:
                    edited = texts[use.answer_id][use.start : use.end]
                    misses.append({"part": "planted", "kind": use.kind, "original": original.text, "edited": edited})
        # A pair is claimed once, however many families of paragraphs and sentences claim it: an answer counts once for
        # each planted use in it, and once for its own text.
        claims: dict[tuple[str, str], bool] = {}
        for group in sorted(own):
            mine = [span for span in groups.spans[group] if belong_together(home, span)]
            for span in groups.spans[group]:
                if span[0] == home[0]:
                    continue
                planted_here = [
                    use for use in uses_at[span[0]] if belong_together(span, (use.answer_id, use.start, use.end))
                ]
                kind = planted_here[0].kind if planted_here else "host text"
                true = any(use.original == number for use in planted_here) or any(
                    is_reuse(texts[span[0]][slice(*span[1:])], texts[home[0]][slice(*other[1:])]) for other in mine
                )
                claims[span[0], kind] = claims.get((span[0], kind), True) and true
                if not true and misses is not None:
                    misses.append(
                        {
                            "part": "planted, claimed falsely",
                            "kind": kind,
                            "original": [texts[home[0]][slice(*other[1:])] for other in mine],
                            "claimed": texts[span[0]][slice(*span[1:])],
                        }
                    )
        for (_, kind), true in claims.items():
            kinds[kind].update(claims=1, true=true)
    total = sum(kinds.values(), Counter())
    return {
        **{what: total[what] for what in ("uses", "found", "claims", "true")},
        "recall": ratio(total["found"], total["uses"]),
        "precision": ratio(total["true"], total["claims"]),
        "kinds": {
            kind: {what: counts[what] for what in ("uses", "found", "claims", "true")} for kind, counts in kinds.items()
        },
    }


def belong_together(one: Span, other: Span) -> bool:
    """Whether two spans of an answer overlap by half of the shorter one."""
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return one[0] == other[0] and 2 * shared >= min(one[2] - one[1], other[2] - other[1])


def is_reuse(one: str, other: str) -> bool:
    """The check of claimed pairs that were not planted."""
    from rapidfuzz.distance import LCSseq

    ours, theirs = masked_words(one), masked_words(other)
    return bool(runs_of(ours, CHECKED_RUN) & runs_of(theirs, CHECKED_RUN)) or (
        LCSseq.similarity(ours, theirs) >= CHECKED_PART * min(len(ours), len(theirs))
    )


def ratio(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 1.0


# (c) Runs against the plain definition


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
    owner = np.repeat(np.arange(len(answers)), np.diff(words.indptr))[split.scorable]
    fast = shared_runs(
        words.tokens[split.scorable], split.closed, owner, np.arange(len(answers)), length
    ).shared.tolist()
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


# (d) Slots


def measure_slots(
    answers: Sequence[Answer],
    *,
    seeds: Sequence[int],
    families: int,
    hosts: int,
    source: str,
    misses: list[Record] | None = None,
) -> Record:
    """How many planted places come back as slots of the right kind and with the right values and counts."""
    repeats = []
    for seed in seeds:
        corpus, planted = plant_slots(answers, families=families, hosts=hosts, seed=seed)
        note(f"slots: seed {seed}, {len(planted)} families, {sum(len(filled.places) for filled in planted)} places")
        result = pqreuse.find_reuse(corpus)
        counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        for filled in planted:
            holding = families_of(filled, result.families)
            for place in filled.places:
                kinds_found = {slot_kind for family in holding for slot_kind in kinds_at(place, family)}
                right = place.kind in kinds_found
                counts[place.kind].update(places=1, values=bool(kinds_found), recovered=right)
                if not right and misses is not None:
                    misses.append(
                        {
                            "part": "slots",
                            "kind": place.kind,
                            "found_as": sorted(kinds_found),
                            "before": place.before,
                            "fillings": place.fillings,
                            "families": [
                                (
                                    family.unit,
                                    family.answers,
                                    family.template,
                                    [(s.kind, [(v.text, v.answers) for v in s.values]) for s in family.slots],
                                )
                                for family in holding
                            ],
                        }
                    )
        total = sum(counts.values(), Counter())
        repeats.append(
            {
                "seed": seed,
                "answers": len(corpus),
                "families": len(planted),
                "places": total["places"],
                "right_values": total["values"],
                "recovered": total["recovered"],
                "share": ratio(total["recovered"], total["places"]),
                "kinds": {
                    kind: {what: those[what] for what in ("places", "values", "recovered")}
                    for kind, those in counts.items()
                },
            }
        )
    return {
        "what": "slots of planted families of 5 to 12 uses: right kind and right values",
        "source": source,
        "size": {key: [repeat[key] for repeat in repeats] for key in ("answers", "families", "places")},
        "seeds": list(seeds),
        "parameters": ReuseParams().to_dict(),
        "repeats": repeats,
        "median": {"share": statistics.median(repeat["share"] for repeat in repeats)},
    }


def families_of(filled: Filled, families: Iterable[Family]) -> list[Family]:
    """Families, of paragraphs or sentences, that hold all uses of a planted one."""
    wanted = set(filled.answer_ids)
    return [
        family
        for family in families
        if family.answers >= len(wanted) and wanted <= {use.answer_id for use in family.uses}
    ]


def kinds_at(place: Place, family: Family) -> set[str]:
    """Kinds of the family's slots that stand at this place and have exactly its fillings, each as often as planted.

    What all fillings begin or end with ("£", "million", a year) may be template or slot: both are right. A slot stands
    at the place where the template's word before it is the one before the place.
    """
    fillings = [tuple(find_words(filling).words) for filling in place.fillings]
    shortest = min(len(filling) for filling in fillings)
    lead = next((n for n in range(shortest) if len({filling[n] for filling in fillings}) > 1), shortest)
    rest = next(
        (n for n in range(shortest - lead) if len({filling[-1 - n] for filling in fillings}) > 1), shortest - lead
    )
    expected = {}
    for cut in range(lead + 1):
        before = fillings[0][cut - 1] if cut else place.before
        for end in range(rest + 1):
            counts = Counter(filling[cut : len(filling) - end] for filling in fillings)
            expected[frozenset(counts.items())] = before
    found = set()
    for slot, before in zip(family.slots, words_before_slots(family), strict=True):
        have = Counter({tuple(find_words(value.text).words): value.answers for value in slot.values})
        # No word is before a slot at the beginning, or directly behind another place that differs.
        wanted = expected.get(frozenset(have.items()), "")
        if frozenset(have.items()) in expected and (wanted == before or before is None or wanted is None):
            found.add(slot.kind)
    return found


def words_before_slots(family: Family) -> list[str | None]:
    """The template's last word before each slot; None where a slot or another difference stands directly before it."""
    found: list[str | None] = []
    before: str | None = None
    for piece in re.split(r"(\{[^{}]*\})", family.template)[:-1]:
        if piece.startswith("{"):
            found.append(before)
        else:
            words = find_words(piece.rpartition("[…]")[2]).words
            before = words[-1] if words else None
    return found


# Tables, chart, command line


PARTS = ("pairs", "planted", "runs", "slots")
MARKS = ("<!-- quality: printed by benchmarks/quality.py --tables -->", "<!-- end of quality -->")


def percent(share: float) -> str:
    """With one decimal; with two where one would say that nothing is missing and something is."""
    return f"{100 * share:.{2 if 0.9995 <= share < 1 else 1}f} %"


def pooled(record: Record, tool: str) -> dict[str, Counter[str]]:
    """Counts of all seeds together, by kind."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for repeat in record["repeats"]:
        for kind, counts in repeat["tools"][tool]["kinds"].items():
            kinds[kind].update(counts)
    return kinds


def tables(records: dict[str, Record]) -> str:
    """The README's section, from the records alone."""
    makers = {"planted": planted_table, "pairs": pairs_table, "runs": runs_table, "slots": slots_table}
    return "\n\n".join(make(records[part]) for part, make in makers.items() if part in records)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def planted_table(record: Record) -> str:
    names = list(record["repeats"][0]["tools"])
    counts = {name: pooled(record, name) for name in names}
    rows = []
    for kind in EDITS:
        cells = [f"{percent(ratio(counts[name][kind]['found'], counts[name][kind]['uses']))}" for name in names]
        rows.append([kind, str(counts[names[0]][kind]["uses"]), *cells])
    totals = {name: sum(counts[name].values(), Counter()) for name in names}
    rows.append(
        [
            "**all: recall**",
            str(totals[names[0]]["uses"]),
            *(f"**{percent(ratio(totals[name]['found'], totals[name]['uses']))}**" for name in names),
        ]
    )
    rows.append(
        [
            "**all: precision**",
            "",
            *(f"**{percent(ratio(totals[name]['true'], totals[name]['claims']))}**" for name in names),
        ]
    )
    size = record["size"]
    return (
        f"Planted edits: {len(record['seeds'])} seeds, {sum(size['uses']):,} uses in all, of {size['originals'][0]} "
        f"paragraphs a seed, of the {record['source']}; {size['answers'][0]:,} answers a seed. Recall by kind of edit, "
        f"all seeds together; the default search finds {percent(record['median']['of_what_exact_finds'])} of what the "
        "exact one finds (median of the seeds).\n\n" + table(["kind of edit", "uses", *names], rows)
    )


def pairs_table(record: Record) -> str:
    rows = [
        [
            f"{unit}s",
            f"{counts['texts']:,}",
            f"{counts['true']:,}",
            f"{100 * counts['median']['recall']:.2f} %",
            f"{100 * counts['median']['precision']:.2f} %",
        ]
        for unit, counts in record["pairs"].items()
    ]
    families, rule = record["families"], record["rule"]
    return (
        f"The default search against the exact one on {record['size']['answers']:,} real answers (median of "
        f"{len(record['seeds'])} seeds): "
        f"{100 * families['share_same']:.2f} % of {families['members']:,} members are in the same family; of "
        f"{rule['checked']:,} members {rule['broken']} break the rule against their exemplar.\n\n"
        + table(["unit", "texts", "pairs that resemble", "recall", "precision"], rows)
    )


def runs_table(record: Record) -> str:
    rows = [
        [str(repeat["seed"]), *(f"{repeat[key]:,}" for key in ("answers", "words", "in_runs", "wrong", "not_template"))]
        for repeat in record["repeats"]
    ]
    return (
        f"Shared {record['parameters']['run_words']}-word runs against the plain Python definition, on neighbouring "
        f"answers of the {record['source']}.\n\n"
        + table(["seed", "answers", "words", "in runs", "marked wrongly", "in runs, not labelled template"], rows)
    )


def slots_table(record: Record) -> str:
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for repeat in record["repeats"]:
        for kind, counts in repeat["kinds"].items():
            kinds[kind].update(counts)
    rows = [
        [
            kind,
            str(those["places"]),
            percent(ratio(those["values"], those["places"])),
            percent(ratio(those["recovered"], those["places"])),
        ]
        for kind, those in kinds.items()
    ]
    total = sum(kinds.values(), Counter())
    rows.append(
        [
            "**all**",
            str(total["places"]),
            f"**{percent(ratio(total['values'], total['places']))}**",
            f"**{percent(ratio(total['recovered'], total['places']))}**",
        ]
    )
    return (
        f"Slots: {len(record['seeds'])} seeds, {sum(record['size']['families'])} families of 5 to 12 uses, made by "
        f"filling one to four places of a paragraph of the {record['source']}.\n\n"
        + table(["kind", "places", "right values", "right values and kind"], rows)
    )


def chart(record: Record) -> str:
    """Recall by kind of edit as a bar chart: plain SVG, readable on a light and on a dark page."""
    colours = {"pqreuse": "#2a6f97", "datasketch": "#c9812f", "rensa": "#8a8f98"}
    names = [name for name in colours if name in record["repeats"][0]["tools"]]
    counts = {name: pooled(record, name) for name in names}
    left, width, bar, gap, top = 150, 400, 11, 10, 52
    row = bar * len(names) + gap
    height = top + row * (len(EDITS) + 1) + 8
    total_width = left + width + 60
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total_width}" height="{height}" '
        f'viewBox="0 0 {total_width} {height}" role="img" font-family="sans-serif" font-size="12">',
        "<title>Planted edits found, by kind of edit</title>",
        f'<rect width="{total_width}" height="{height}" fill="#ffffff"/>',
        '<text x="12" y="20" font-size="14" font-weight="bold" fill="#222">Planted edits found, by kind of edit</text>',
    ]
    for number, name in enumerate(names):
        x = left + 130 * number
        out.append(f'<rect x="{x}" y="31" width="10" height="10" fill="{colours[name]}"/>')
        out.append(f'<text x="{x + 15}" y="40" fill="#222">{name}</text>')
    for number, kind in enumerate([*EDITS, "all"]):
        y = top + row * number
        weight = ' font-weight="bold"' if kind == "all" else ""
        out.append(
            f'<text x="{left - 8}" y="{y + bar * len(names) / 2 + 4:g}" text-anchor="end" fill="#222"{weight}>'
            f"{kind}</text>"
        )
        for place, name in enumerate(names):
            those = sum(counts[name].values(), Counter()) if kind == "all" else counts[name][kind]
            share = ratio(those["found"], those["uses"])
            x, at = left + width * share, y + bar * place
            out.append(
                f'<rect x="{left}" y="{at}" width="{width * share:.1f}" height="{bar - 1}" fill="{colours[name]}"/>'
            )
            out.append(f'<text x="{x + 4:.1f}" y="{at + 9}" font-size="9" fill="#222">{percent(share)}</text>')
    return "\n".join([*out, "</svg>", ""])


def write_tables(folder: Path, readme: Path) -> None:
    """The chart and the README's section, from the records in the folder."""
    records = {
        part: json.loads(path.read_text(encoding="utf-8"))
        for part in PARTS
        if (path := folder / f"quality_{part}.json").exists()
    }
    if "planted" in records:
        (folder / "quality.svg").write_text(chart(records["planted"]), encoding="utf-8")
    text = readme.read_text(encoding="utf-8")
    start, end = (text.index(mark) for mark in MARKS)
    section = f"{MARKS[0]}\n\n{tables(records)}\n\n"
    readme.write_text(text[:start] + section + text[end:], encoding="utf-8")


def measure(part: str, answers: Sequence[Answer], source: str, quick: bool, misses: list[Record]) -> Record:
    """One part, at full or small size; of invented answers there are too few for the full one."""
    small = quick or len(answers) < 2_000
    if part == "pairs":
        return measure_pairs(answers, seeds=(1,) if small else (1, 2, 3))
    if part == "planted":
        size = {"originals": 12, "uses": 33, "hosts": 150} if small else {"originals": 160, "uses": 900, "hosts": 6_000}
        return measure_planted(
            answers, seeds=(1, 2) if small else (1, 2, 3, 4, 5), source=source, misses=misses, **size
        )
    if part == "runs":
        return measure_runs(answers, seeds=(1,) if small else (1, 2, 3), sample=60 if small else 500, source=source)
    size = {"families": 8, "hosts": 150} if small else {"families": 150, "hosts": 2_000}
    return measure_slots(answers, seeds=(1, 2) if small else (1, 2, 3, 4, 5), source=source, misses=misses, **size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    parser.add_argument("--quick", action="store_true", help="small, printed on standard output, nothing written")
    parser.add_argument(
        "--tables", action="store_true", help="only the chart and the tables, from the JSON that is there"
    )
    parser.add_argument("--output", type=Path, default=HERE / "results", help="folder of the records")
    parser.add_argument("--misses", type=Path, help="write the texts of all misses to this file, to be read by hand")
    args = parser.parse_args()
    if not args.tables:
        data = real_data()
        corpus = pqreuse.read_answers(data or ROOT / "examples" / "answers.jsonl")
        answers = list(corpus)
        source = f"{len(answers):,} {'real' if data else 'invented'} answers (to {corpus.questions:,} questions)"
        misses: list[Record] = []
        for part in args.part or PARTS:
            if part == "pairs" and data is None:
                note("pairs: skipped, there is no PQREUSE_SHARED and no ../shared/data")
                continue
            some = answers[:1_500] if args.quick and data else answers
            record = with_surroundings(measure(part, some, source, args.quick, misses))
            line = json.dumps(record, indent=1, ensure_ascii=False)
            if args.quick:
                print(line)
            else:
                args.output.mkdir(parents=True, exist_ok=True)
                (args.output / f"quality_{part}.json").write_text(line + "\n", encoding="utf-8")
        if args.misses:
            lines = (json.dumps(miss, ensure_ascii=False) for miss in misses)
            args.misses.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not args.quick and args.output == HERE / "results":
        write_tables(args.output, HERE / "README.md")


if __name__ == "__main__":
    main()
