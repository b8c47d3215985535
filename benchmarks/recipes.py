"""What each tool claims of answers: pqreuse, and the usual recipes of datasketch and rensa."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pqreuse
from pqreuse import Answer, ReuseParams
from pqreuse.segments import paragraph_stretches
from pqreuse.words import find_words

# Where a piece of text stands: the answer's identifier, start and end.
Span = tuple[str, int, int]


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
    "pqreuse, LSH alone": lambda answers: by_pqreuse(answers, search="lsh"),
    "datasketch": by_datasketch,
    "rensa": by_rensa,
}
