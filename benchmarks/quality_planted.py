"""Recall and precision of each tool on planted edits.

A planted use counts as found where it lies in a family, of paragraphs or of sentences, that the original's own use
lies in too. A segment and a planted stretch belong together where they overlap by half of the shorter one.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from edits import EDITS, masked_words, runs_of
from planting import REMOVED_RUN, Planted, plant_edits
from recipes import TOOLS, Groups, Span
from recording import Record, note, ratio

from pqreuse import Answer, ReuseParams

# A claimed pair that was not planted is true where the two texts share so many consecutive words, or so large a part of
# the shorter one's words in the same order (figures masked both times). Neither is what pqreuse compares by.
CHECKED_RUN = 6
CHECKED_PART = 2 / 3


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
        sketched = tools["pqreuse, LSH alone"]["found"]
        repeats.append(
            {
                "seed": seed,
                "answers": len(planted.answers),
                "originals": len(planted.originals),
                "uses": len(planted.uses),
                "lsh_of_exact": ratio(sketched, tools["pqreuse"]["found"]),
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
        | {"lsh_of_exact": statistics.median(repeat["lsh_of_exact"] for repeat in repeats)},
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
