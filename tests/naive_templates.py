"""The slow, obvious twin of the templates (DESIGN, 3.4): whole matrices, one word and one variant at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

Step = tuple[int | None, int | None]
"""A word of the exemplar and the word of the variant in the same place; None where one of them has none."""
SHORT = 6


@dataclass
class Template:
    """As `pqreuse.templates.Template`, of lists."""

    kept: list[bool]
    gaps: list[tuple[int, int]]
    accepted: list[bool]
    fillings: list[list[tuple[int, int] | None]]
    place: list[list[int]]


def align(exemplar: Sequence[int], variant: Sequence[int]) -> list[Step]:
    """The shortest alignment that `pqreuse.templates.build_templates` describes, by Wagner and Fischer's matrix."""
    shorter, prefix, suffix = min(len(exemplar), len(variant)), 0, 0
    while prefix < shorter and exemplar[prefix] == variant[prefix]:
        prefix += 1
    while suffix < shorter - prefix and exemplar[-1 - suffix] == variant[-1 - suffix]:
        suffix += 1
    i, j = len(exemplar) - suffix, len(variant) - suffix
    far = distances(exemplar[prefix:i], variant[prefix:j])
    steps: list[Step] = [(i + number, j + number) for number in reversed(range(suffix))]
    changing = False
    while i > prefix or j > prefix:
        here = far[i - prefix][j - prefix]
        leave = i > prefix and far[i - prefix - 1][j - prefix] == here - 1
        put = j > prefix and far[i - prefix][j - prefix - 1] == here - 1
        equal = i > prefix and j > prefix and exemplar[i - 1] == variant[j - 1]
        replace = not equal and i > prefix and j > prefix and far[i - prefix - 1][j - prefix - 1] == here - 1
        changing = not equal or (changing and (leave or put))
        both = replace or not changing
        i, j = i - (both or leave), j - (both or not leave)
        steps.append((i if both or leave else None, j if both or not leave else None))
    return [*((number, number) for number in range(prefix)), *reversed(steps)]


def distances(left: Sequence[int], right: Sequence[int]) -> list[list[int]]:
    """Levenshtein's distance of every beginning of the one to every beginning of the other."""
    far = [list(range(len(right) + 1))]
    for row, word in enumerate(left, 1):
        far.append([row])
        for column, other in enumerate(right, 1):
            far[row].append(min(far[row - 1][column] + 1, far[row][-1] + 1, far[row - 1][column - 1] + (word != other)))
    return far


def stretches(mask: Sequence[bool]) -> list[tuple[int, int]]:
    """Where it is true."""
    edges = [place for place, (a, b) in enumerate(pairwise([False, *mask, False])) if a != b]
    return list(zip(edges[::2], edges[1::2], strict=True))


class Aligned:
    """A variant's words beside the exemplar's."""

    def __init__(self, exemplar: Sequence[int], variant: Sequence[int], weight: int) -> None:
        self.words, self.weight = variant, weight
        steps = align(exemplar, variant)
        both = [(i, j) for i, j in steps if i is not None and j is not None]
        self.column = {j: i for i, j in both if exemplar[i] == variant[j]}
        self.replaced = {i: j for i, j in both if exemplar[i] != variant[j]}
        self.present = set(self.column.values())
        self.left_out = {i for i, j in steps if i is not None and j is None}
        # The words of the variant between a word of the exemplar and the one before it.
        self.between: list[list[int]] = [[]]
        self.starts = [0]
        reached = 0
        for i, j in steps:
            if i is not None:
                self.between.append([])
                self.starts.append(reached + (j is not None))
            elif j is not None:
                self.between[-1].append(j)
            reached += j is not None

    def filling(self, start: int, end: int) -> tuple[int, int]:
        return self.starts[start], self.starts[end] + len(self.between[end])


def build_template(
    variants: Sequence[Sequence[int]],
    weights: Sequence[int],
    bears_meaning: Collection[int],
    glued: Sequence[Sequence[bool]],
    *,
    support: float,
    slot_words: int,
) -> Template:
    """The template of one family; ``bears_meaning`` are the words that do."""
    exemplar, total = variants[0], sum(weights)
    aligned = [Aligned(exemplar, variant, weight) for variant, weight in zip(variants, weights, strict=True)]
    kept = [
        sum(one.weight for one in aligned if word in one.present) >= support * total * (1 - 1e-9)
        and not any(changes_meaning(exemplar, one, word, bears_meaning) for one in aligned)
        for word in range(len(exemplar))
    ]
    for one, joined in zip(aligned, glued, strict=True):
        for start, end in stretches(joined[:-1]):
            columns = [one.column.get(word) for word in range(start, end + 1)]
            whole = [columns[0] is not None and column == columns[0] + at for at, column in enumerate(columns)]
            if not all(whole):
                kept = [old and word not in columns for word, old in enumerate(kept)]
    for start, end in stretches(glued[0][:-1]):
        kept[start : end + 1] = [all(kept[start : end + 1])] * (end + 1 - start)
    opens = [opens_gap(aligned, gap, bears_meaning, (1 - support) * total * (1 + 1e-9)) for gap in range(len(kept) + 1)]
    joins = [
        old and sum(one.weight for one in aligned if word in one.replaced) > (1 - support) / 2 * total
        for word, old in enumerate(kept)
    ]
    for start, end in find_gaps(kept, opens):
        while start > 0 and joins[start - 1]:
            start -= 1
            kept[start] = False
        while end < len(kept) and joins[end]:
            kept[end] = False
            end += 1
    gaps = find_gaps(kept, opens)
    fillings = [
        [one.filling(start, end) if has_around(one, start, end, len(kept)) else None for start, end in gaps]
        for one in aligned
    ]
    accepted = [shortens(variants, [row[gap] for row in fillings]) for gap in range(len(gaps))]
    place = []
    for one, row in zip(aligned, fillings, strict=True):
        places = [
            one.column[word] if word in one.column and kept[one.column[word]] else -1 for word in range(len(one.words))
        ]
        for number, filling in enumerate(row):
            if filling is not None and accepted[number] and filling[1] - filling[0] <= slot_words:
                places[slice(*filling)] = [len(kept) + number] * (filling[1] - filling[0])
        place.append(places)
    return Template(kept, gaps, accepted, fillings, place)


def changes_meaning(exemplar: Sequence[int], one: Aligned, word: int, bears_meaning: Collection[int]) -> bool:
    """Whether the variant has another word there, or leaves out a short piece, and this changes what is said."""
    if word in one.replaced:
        return exemplar[word] in bears_meaning or one.words[one.replaced[word]] in bears_meaning
    if word not in one.left_out or exemplar[word] not in bears_meaning:
        return False
    pieces = stretches([other in one.left_out for other in range(len(exemplar))])
    return any(start <= word < end <= start + SHORT for start, end in pieces)


def opens_gap(aligned: Sequence[Aligned], gap: int, bears_meaning: Collection[int], most: float) -> bool:
    """Whether words are put in there by more than a few, or words that change what is said."""
    pieces = [one.between[gap] for one in aligned]
    bearing = any(
        len(piece) <= SHORT and any(one.words[word] in bears_meaning for word in piece)
        for one, piece in zip(aligned, pieces, strict=True)
    )
    return bearing or sum(one.weight for one, piece in zip(aligned, pieces, strict=True) if piece) > most


def find_gaps(kept: Sequence[bool], opens: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches that are not template, and places where words are put in; those that touch are one."""
    found = stretches([not word for word in kept])
    touched = {edge for start, end in found for edge in range(start, end + 1)}
    return sorted([*found, *((gap, gap) for gap, is_open in enumerate(opens) if is_open and gap not in touched)])


def has_around(one: Aligned, start: int, end: int, length: int) -> bool:
    """Whether the variant has a word beside the gap, or the gap is everything."""
    return start - 1 in one.present or end in one.present or (start, end) == (0, length)


def shortens(variants: Sequence[Sequence[int]], fillings: Sequence[tuple[int, int] | None]) -> bool:
    """Whether naming the fillings is shorter than listing the variants that differ there; one more for each entry."""
    having = [
        (variant, tuple(variant[slice(*filling)]))
        for variant, filling in zip(variants, fillings, strict=True)
        if filling is not None
    ]
    own = having[0][1]
    as_slot = sum(len(value) + 1 for value in {value for _, value in having})
    return as_slot < sum(len(variant) + 1 for variant, value in having if value != own)
