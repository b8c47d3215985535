"""Text with a known truth: edited uses of real paragraphs, planted in real answers.

Every choice comes from one seed. The edits (edits.py) are plain and were fixed before anything was measured with them.
Natural near-copies of what is planted are taken out of the hosts by shared runs of words, which is not the rule that
pqreuse compares by (2-word shingles), so that the truth does not depend on what is measured.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edits import ACTOR, EDITS, FIGURE, PLACE, masked_words, runs_of, sentences

from pqreuse import Answer
from pqreuse.segments import paragraph_stretches, sentence_stretches, unscorable_stretches

# A host answer that shares so many consecutive words (figures masked) with a planted paragraph is left out.
REMOVED_RUN = 8


@dataclass(frozen=True, slots=True)
class Original:
    """A paragraph as its own answer has it."""

    answer: Answer
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.answer.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Use:
    """Where the text planted from the ``original``-th original stands."""

    original: int
    kind: str
    answer_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A corpus and what was planted in it."""

    answers: list[Answer]
    originals: list[Original]
    uses: list[Use]


def choose_originals(answers: Sequence[Answer], n: int, rng: random.Random) -> list[Original]:
    """Paragraphs of prose of 30 to 130 words, of one sentence or more, no two of them alike or of one answer.

    Drawn as they come, but for two in three that must have a figure, a place or an actor: what the edits change.
    """
    chosen: list[Original] = []
    seen: set[tuple[str, ...]] = set()
    for answer in rng.sample(list(answers), len(answers)):
        if len(chosen) == n:
            break
        fitting = [
            Original(answer, start, end)
            for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables)
            if _is_plain(answer.text[start:end], 30) and answer.text[start:end].endswith(".")
        ]
        if not fitting:
            continue
        original = rng.choice(fitting)
        runs = runs_of(masked_words(original.text), 6)
        changeable = sum(bool(pattern.search(original.text)) for pattern in (FIGURE, PLACE, ACTOR))
        if not runs & seen and changeable >= len(chosen) % 3:
            chosen.append(original)
            seen |= runs
    return chosen


def _is_plain(text: str, n_words: int) -> bool:
    return n_words <= len(masked_words(text)) <= 130 and "\n" not in text and not unscorable_stretches(text)


def choose_hosts(answers: Sequence[Answer], originals: Sequence[Original], n: int, rng: random.Random) -> list[Answer]:
    """Answers that share no run of eight words (figures masked) with any of the originals."""
    own = {original.answer.id for original in originals}
    runs = set().union(*(runs_of(masked_words(original.text), REMOVED_RUN) for original in originals))
    hosts: list[Answer] = []
    for answer in rng.sample(list(answers), len(answers)):
        if len(hosts) == n:
            break
        if answer.id not in own and not answer.tables and not runs & runs_of(masked_words(answer.text), REMOVED_RUN):
            hosts.append(answer)
    return hosts


def plant_edits(answers: Sequence[Answer], *, originals: int, uses: int, hosts: int, seed: int) -> Planted:
    """Edited uses of originals in host answers, each kind of edit as often as the others."""
    rng = random.Random(seed)
    chosen = choose_originals(answers, originals, rng)
    homes = choose_hosts(answers, chosen, hosts, rng)
    wide = [place for place, home in enumerate(homes) if _wide_paragraphs(home)]
    free = set(range(len(homes)))
    taken: Counter[int] = Counter()
    planted: list[Use] = []
    for number in range(uses):
        kind = list(EDITS)[number % len(EDITS)]
        # The originals used least so far first, so that each gets several kinds.
        for original in sorted(range(len(chosen)), key=lambda place: (taken[place], rng.random())):
            if any(use.original == original and use.kind == kind for use in planted):
                continue
            edited = EDITS[kind](chosen[original].text, rng)
            if edited is not None:
                break
        else:
            continue
        fitting = [place for place in wide if place in free] if kind == "embedded" else sorted(free)
        if not fitting:
            continue
        place = rng.choice(fitting)
        free.discard(place)
        taken[original] += 1
        homes[place], start = (_embed if kind == "embedded" else add_paragraph)(homes[place], edited, rng)
        planted.append(Use(original, kind, homes[place].id, start, start + len(edited)))
    return Planted([*(original.answer for original in chosen), *homes], chosen, planted)


def add_paragraph(answer: Answer, text: str, rng: random.Random) -> tuple[Answer, int]:
    """The answer with the text as a paragraph of its own before, between or behind its own, and where it begins."""
    starts = [start for start, _ in paragraph_stretches(answer.text, answer.markup, answer.tables)]
    start = rng.choice([*starts, None])
    if start is None:
        return replace(answer, text=f"{answer.text}\n\n{text}"), len(answer.text) + 2
    return replace(answer, text=f"{answer.text[:start]}{text}\n\n{answer.text[start:]}"), start


def _embed(answer: Answer, text: str, rng: random.Random) -> tuple[Answer, int]:
    """The answer with the text between two sentences of one of its own paragraphs."""
    start, end = rng.choice(_wide_paragraphs(answer))
    place = rng.choice(sentence_stretches(answer.text[start:end], offset=start)[1:])[0]
    return replace(answer, text=f"{answer.text[:place]}{text} {answer.text[place:]}"), place


def _wide_paragraphs(answer: Answer) -> list[tuple[int, int]]:
    return [
        (start, end)
        for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables)
        if _is_plain(answer.text[start:end], 20) and len(sentences(answer.text[start:end])) >= 2
    ]
