"""Families with filled places: real paragraphs with a number, a date, a name that differ from use to use."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edits import PLACE, TOWNS, masked_words
from planting import add_paragraph, choose_hosts, choose_originals

from pqreuse import Answer
from pqreuse.segments import sentence_stretches
from pqreuse.words import find_words


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a planted family: its kind, the word before it (None where that is no fixed word), its fillings."""

    kind: str
    before: str | None
    fillings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A planted family: the answers of its uses, in the order of each place's fillings."""

    answer_ids: tuple[str, ...]
    places: tuple[Place, ...]


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_PHRASES = [
    "a number of", "several", "many of our", "all our", "some", "most of our", "a wide range of", "various", "both",
    "hundreds of our",
]  # fmt: skip


def _month(rng: random.Random) -> str:
    return rng.choice(_MONTHS.split("|"))


def _grouped(rng: random.Random) -> str:
    return f"{rng.randint(1_000, 990_000):,}"


# Each kind in the styles in which answers write it: a place keeps to one or two of them.
_VALUES: dict[str, list[Callable[[random.Random], str]]] = {
    "number": [
        lambda rng: str(rng.randint(2, 999)),
        _grouped,
        lambda rng: rng.choice("two three four five six seven eight nine ten eleven twelve fifteen twenty".split()),
    ],
    "money": [
        lambda rng: f"£{rng.randint(2, 990)} million",
        lambda rng: f"£{rng.randint(1, 90)}.{rng.randint(1, 9)} billion",
        lambda rng: f"£{_grouped(rng)}",
    ],
    "percent": [
        lambda rng: f"{rng.randint(2, 99)}%",
        lambda rng: f"{rng.randint(2, 99)} per cent",
        lambda rng: f"{rng.randint(2, 99)}.{rng.randint(1, 9)}%",
    ],
    "date": [
        lambda rng: f"{rng.randint(1, 28)} {_month(rng)} {rng.randint(2021, 2026)}",
        lambda rng: f"{_month(rng)} {rng.randint(2021, 2026)}",
        lambda rng: f"{rng.randint(1, 28)} {_month(rng)}",
    ],
    "reference": [lambda rng: str(rng.randint(1_000, 99_999)), lambda rng: f"HL{rng.randint(100, 9_999)}"],
    "name": [lambda rng: rng.choice(TOWNS)],
    "text": [lambda rng: rng.choice(_PHRASES)],
}
# What stands in the paragraph already, looked for in this order: a sum holds a number.
_STANDING = {
    "money": re.compile(r"£\d[\d,.]*(?<!\D)(?: (?:million|billion)\b|(?!\w|\.\d| ?(?:m|bn|k|mn|trillion)\b))"),
    "percent": re.compile(r"(?<![\w.])\d[\d.]*(?:%| per cent)"),
    "date": re.compile(rf"(?:\d{{1,2}} )?\b(?:{_MONTHS}) 20\d\d\b"),
    "reference": re.compile(r"(?<=Question )\d{3,6}\b|\bHL\d+"),
    "number": re.compile(
        r"(?<!PQ )(?<!Question )(?<![\w.,/£-])\d[\d,]*(?![\w/%-]|[.,]\d| per cent| (?:million|billion)| [A-Z])"
    ),
    "name": PLACE,
}
# What is put before a sentence's full stop where the paragraph has no such place.
_CARRIERS = {
    "number": " in {} areas",
    "money": " at a cost of {}",
    "percent": ", which is {} more than before",
    "date": ", with effect from {}",
    "reference": ", as set out in the answer to Question {}",
    "name": ", not least in {}",
    "text": ", together with {} partners",
}
KINDS = tuple(_VALUES)


def plant_slots(
    answers: Sequence[Answer], *, families: int, hosts: int, seed: int
) -> tuple[list[Answer], list[Filled]]:
    """Families of 5 to 12 uses, each a paragraph with one to four places filled; the original is not among them."""
    rng = random.Random(seed)
    originals = choose_originals(answers, families, rng)
    homes = choose_hosts(answers, originals, hosts, rng)
    free = rng.sample(range(len(homes)), len(homes))
    wanted: Counter[str] = Counter()
    planted = []
    for original in originals:
        n_uses = rng.randint(5, 12)
        if n_uses > len(free):
            break
        # The kinds planted least so far first.
        kinds = sorted(KINDS, key=lambda kind: (wanted[kind], rng.random()))[: rng.randint(1, 4)]
        pieces, found = make_places(original.text, kinds, rng)
        wanted.update(found)
        fillings = [_fill(kind, n_uses, rng) for kind in found]
        ids = []
        for use in range(n_uses):
            place = free.pop()
            text = "".join(
                piece + filling
                for piece, filling in zip(pieces, [*(those[use] for those in fillings), ""], strict=True)
            )
            homes[place], _ = add_paragraph(homes[place], text, rng)
            ids.append(homes[place].id)
        before = [find_words(piece).words[-1:] for piece in pieces]
        planted.append(
            Filled(
                tuple(ids),
                tuple(
                    Place(kind, word[0] if word else None, tuple(those))
                    for kind, word, those in zip(found, before, fillings, strict=False)
                ),
            )
        )
    return homes, planted


def make_places(text: str, kinds: Sequence[str], rng: random.Random) -> tuple[list[str], list[str]]:
    """The text cut at one place of each kind: one piece more than places, and the places' kinds, in order.

    No two places are nearer to each other than four words, and each kind has one: what stands there already in most
    of the cases, else a carrier phrase.
    """
    cuts: list[tuple[int, int, str, str, str]] = []

    def is_free(start: int, end: int) -> bool:
        return all(len(masked_words(text[min(end, high) : max(start, low)])) >= 4 for low, high, *_ in cuts)

    for kind in kinds:
        standing = [match.span() for match in _standing(text, kind) if is_free(*match.span())]
        # A full stop behind a letter: not that of a figure or an abbreviation.
        stops = [(end - 1, end - 1) for _, end in sentence_stretches(text) if re.search(r"[a-z]{3}\.$", text[:end])]
        stops = [stop for stop in stops if is_free(*stop)]
        if standing and (rng.random() < 0.7 or not stops):
            cuts.append((*rng.choice(standing), kind, "", ""))
        elif stops:
            head, tail = _CARRIERS[kind].split("{}")
            cuts.append((*rng.choice(stops), kind, head, tail))
    pieces, reached, tail = [], 0, ""
    for start, end, _, head, following in sorted(cuts):
        pieces.append(tail + text[reached:start] + head)
        reached, tail = end, following
    return [*pieces, tail + text[reached:]], [kind for _, _, kind, _, _ in sorted(cuts)]


def _standing(text: str, kind: str) -> list[re.Match[str]]:
    if kind not in _STANDING:
        return []
    others = list(_STANDING)[: list(_STANDING).index(kind)]
    taken = [match.span() for other in others for match in _STANDING[other].finditer(text)]
    return [
        match
        for match in _STANDING[kind].finditer(text)
        if not any(match.start() < end and start < match.end() for start, end in taken)
    ]


def _fill(kind: str, n_uses: int, rng: random.Random) -> list[str]:
    """One filling for each use: three or more different values, each at least once."""
    styles = rng.sample(_VALUES[kind], min(len(_VALUES[kind]), rng.randint(1, 2)))
    values: list[str] = []
    n_values = rng.randint(3, min(n_uses, 8))
    while len(values) < n_values:
        value = rng.choice(styles)(rng)
        if value not in values:
            values.append(value)
    chosen = [*values, *rng.choices(values, k=n_uses - n_values)]
    rng.shuffle(chosen)
    return chosen
