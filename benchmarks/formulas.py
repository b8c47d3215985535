"""Families of short lines whose wordings share only a formula: how many there are, and some of them to read.

    python benchmarks/formulas.py [SEED]    100 of them, the exemplar beside the wording that shares most with it

A formula is fewer than six words in a row that are the same (definition 3.8); the lines have at most 14 words.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

import pqreuse
from pqreuse.records import Family
from pqreuse.words import find_words

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from recording import real_data  # noqa: E402

_IN_A_ROW, _SHORT, _READ = 6, 14, 100


def short_lines(families: Iterator[Family]) -> Iterator[tuple[Family, int, str]]:
    """Families of several wordings, one of them short: the longest run that the exemplar has with another one."""
    for family in families:
        if family.unit == "paragraph" or family.variants < 2:
            continue
        exemplar, *others = sorted(
            ((find_words(one.text).words, one.text) for one in family.history), key=lambda one: one[1] != family.text
        )
        if min(len(words) for words, _ in (exemplar, *others)) <= _SHORT:
            yield (
                family,
                *max(
                    (SequenceMatcher(None, exemplar[0], words, autojunk=False).find_longest_match().size, text)
                    for words, text in others
                ),
            )


def main(seed: int = 5) -> None:
    path = real_data()
    if path is None:
        sys.exit("needs the real answers: see PQREUSE_SHARED")
    families = pqreuse.find_reuse(pqreuse.read_answers(path)).families
    short = list(short_lines(iter(families)))
    formulas = [(family, other) for family, in_a_row, other in short if in_a_row < _IN_A_ROW]
    answers = sum(family.answers for family, _ in formulas)
    counts = f"{len(families):,} families, {len(short):,} of short lines, {len(formulas):,} by a formula"
    print(f"{counts} in {answers:,} answers")
    for family, other in Random(seed).sample(formulas, min(_READ, len(formulas))):
        print(f"\n{family.answers}  {' '.join(family.text.split())}\n   {' '.join(other.split())}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
