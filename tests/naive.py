"""The slow, obvious twin of each definition (DESIGN, section 3), written from the text of the definition alone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

IGNORABLE = {
    0x00AD,
    0xFEFF,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
}


def words(text: str) -> list[str]:
    """3.1, step by step on whole strings."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(char for char in text if ord(char) not in IGNORABLE)
    text = unicodedata.normalize("NFC", text)
    text = text.casefold()
    text = re.sub(r"(?<=\d),(?=\d\d\d(?!\d))", "", text)
    found, current = [], ""
    for char in text + " ":
        if re.fullmatch(r"\w", char) or unicodedata.category(char).startswith("M"):
            current += char
        elif current:
            found.append(current)
            current = ""
    return found


def shingles(sequence: Sequence[str], length: int = 2) -> set[tuple[str, ...]]:
    """3.3: sets of consecutive words, every word that begins with a digit the same placeholder."""
    placed = ["#" if word[0].isdecimal() else word for word in sequence]
    return {tuple(placed[place : place + length]) for place in range(len(placed) - length + 1)}


def counted(sequence: Sequence[str]) -> int:
    """3.3: how many words do not begin with a digit, which decides whether a segment is compared."""
    return sum(not word[0].isdecimal() for word in sequence)


def shared(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> tuple[float, float]:
    """Jaccard and containment."""
    if not a or not b:
        return 0.0, 0.0
    return len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))


def resemble(
    a: set[tuple[str, ...]],
    b: set[tuple[str, ...]],
    containment: float = 0.6,
    ratio: float = 0.4,
    jaccard: float = 0.0,
) -> bool:
    """3.3: containment and length ratio (and Jaccard, where one is asked for), all at least."""
    if not a or not b:
        return False
    small, large = sorted((len(a), len(b)))
    return len(a & b) / small >= containment and small / large >= ratio and len(a & b) / len(a | b) >= jaccard


def families(
    segments: Sequence[tuple[str, str | None, tuple[str, ...]]],
    first_day: dict[str | None, int | None],
    *,
    min_words: int = 8,
    containment: float = 0.6,
    ratio: float = 0.4,
    jaccard: float = 0.0,
    length: int = 2,
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """3.3: each text's exemplar. A segment is (answer, its date, its words)."""
    answers: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    earliest: dict[tuple[str, ...], float] = {}
    for answer, date, sequence in segments:
        if counted(sequence) >= min_words:
            answers[sequence].add(answer)
            day = first_day[date]
            earliest[sequence] = min(earliest.get(sequence, float("inf")), float("inf") if day is None else day)
    ordered = sorted(answers, key=lambda text: (-len(answers[text]), earliest[text], " ".join(text)))
    sets = {text: shingles(text, length) for text in ordered}
    exemplars: list[tuple[str, ...]] = []
    joined = {}
    for text in ordered:
        fitting = [
            exemplar for exemplar in exemplars if resemble(sets[text], sets[exemplar], containment, ratio, jaccard)
        ]
        if fitting:
            joined[text] = max(
                fitting, key=lambda exemplar: (*shared(sets[text], sets[exemplar]), -ordered.index(exemplar))
            )
        else:
            exemplars.append(text)
            joined[text] = text
    return joined


def precedes(a: tuple[int, int] | None, b: tuple[int, int] | None) -> bool:
    """3.2: A's last possible day is before B's first; no date precedes nothing."""
    return a is not None and b is not None and a[1] < b[0]


def runs(
    stretches: Sequence[Sequence[Sequence[str]]], length: int, days: Sequence[tuple[int, int] | None] | None = None
) -> list[list[bool]]:
    """3.5: for each answer (a list of stretches that no run crosses), which words lie in a shared run.

    With ``days``, only answers that precede count.
    """
    having = [
        {tuple(stretch[place : place + length]) for stretch in answer for place in range(len(stretch) - length + 1)}
        for answer in stretches
    ]
    marked = []
    for number, answer in enumerate(stretches):
        others = [
            windows
            for other, windows in enumerate(having)
            if other != number and (days is None or precedes(days[other], days[number]))
        ]
        labels = []
        for stretch in answer:
            covered = [False] * len(stretch)
            for place in range(len(stretch) - length + 1):
                if any(tuple(stretch[place : place + length]) in windows for windows in others):
                    covered[place : place + length] = [True] * length
            labels += covered
        marked.append(labels)
    return marked


def minhash(hashes: Sequence[int], multipliers: Sequence[int], offsets: Sequence[int]) -> list[int]:
    """MinHash of scheme affine32, one shingle and one function at a time."""

    def mix(value: int) -> int:
        value ^= value >> 16
        value = value * 0x85EBCA6B % 2**32
        value ^= value >> 13
        value = value * 0xC2B2AE35 % 2**32
        return value ^ (value >> 16)

    return [
        min(((int(a) * mix(value) + int(b)) % 2**32 for value in hashes), default=2**32 - 1)
        for a, b in zip(multipliers, offsets, strict=True)
    ]


def groups(
    records: Sequence[tuple[str, str, str, str, str, Sequence[str]]],
) -> set[frozenset[str]]:
    """3.2: sets of questions with one answer. A record is (id, house, month, uin, answer, UINs answered together)."""
    linked = {
        (i, j)
        for i, (_, house, month, _, _, together) in enumerate(records)
        for j, (_, other_house, other_month, uin, _, _) in enumerate(records)
        if uin and uin in together and (house, month) == (other_house, other_month)
    }
    sets = [{place} for place in range(len(records))]
    merged = True
    while merged:
        merged = False
        for a in range(len(sets)):
            for b in range(len(sets)):
                if a != b and any((i, j) in linked for i in sets[a] for j in sets[b]):
                    sets[a] |= sets[b]
                    sets[b] = set()
                    merged = True
    found = set()
    for members in filter(None, sets):
        for wording in {tuple(words(records[i][4])) for i in members}:
            found.add(frozenset(records[i][0] for i in members if tuple(words(records[i][4])) == wording))
    return found


def sharing(
    lists: Sequence[tuple[int, Sequence[int]]],
    size: Sequence[int],
    counted: Sequence[bool],
    own: Sequence[int],
    ratio: float,
    larger: bool,
    wanted: Sequence[int],
) -> list[tuple[int, int]]:
    """Pairs of a query and a text that counts, of a size that allows it, and stands in enough of the query's lists."""
    hits = Counter((query, text) for query, texts in lists for text in texts)
    found = []
    for (query, text), number in hits.items():
        small, large = sorted((own[query], size[text]))
        fits = (size[text] >= own[query]) == larger and small >= ratio * large
        if counted[text] and fits and number >= wanted[query if larger else text]:
            found.append((query, text))
    return sorted(found)


def siphash(text: bytes) -> bytes:
    """SipHash-2-4 of 128 bits with a key of zeros."""
    whole = (1 << 64) - 1
    a, b, c, d = 0x736F6D6570736575, 0x646F72616E646F6D ^ 0xEE, 0x6C7967656E657261, 0x7465646279746573

    def turned(value: int, bits: int) -> int:
        return (value << bits | value >> 64 - bits) & whole

    def rounds(many: int) -> None:
        nonlocal a, b, c, d
        for _ in range(many):
            a, c = (a + b) & whole, (c + d) & whole
            b, d = turned(b, 13) ^ a, turned(d, 16) ^ c
            a, c = (turned(a, 32) + d) & whole, (c + b) & whole
            b, d = turned(b, 17) ^ c, turned(d, 21) ^ a
            c = turned(c, 32)

    padded = text + bytes(7 - len(text) % 8) + bytes([len(text) % 256])
    for at in range(0, len(padded), 8):
        eight = int.from_bytes(padded[at : at + 8], "little")
        d ^= eight
        rounds(2)
        a ^= eight
    c ^= 0xEE
    rounds(4)
    left = a ^ b ^ c ^ d
    b ^= 0xDD
    rounds(4)
    return left.to_bytes(8, "little") + (a ^ b ^ c ^ d).to_bytes(8, "little")
