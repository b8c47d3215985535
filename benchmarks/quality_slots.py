"""Planted places that come back as slots."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from filling import KINDS, Filled, Place, plant_slots
from recording import Record, note, ratio

import pqreuse
from pqreuse import Answer, Family, ReuseParams
from pqreuse.words import find_words


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
