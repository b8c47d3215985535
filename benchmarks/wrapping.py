"""How much of hard-wrapped text is read as it was before: paragraphs, families and shares, beside the same unwrapped.

    python benchmarks/wrapping.py [STEP]    every STEP-th real answer (20); writes results/wrapping.json

Answers are written as plain text, a blank line between paragraphs; then wrapped to a width, with and without words
divided at line ends, with and without a page's number and running head every 50 lines.
"""

from __future__ import annotations

import re
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pqreuse
from pqreuse import Answer
from pqreuse.records import ReuseResult
from pqreuse.segments import reflow
from pqreuse.words import find_words

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from recording import RESULTS, note, percent, real_data, table, write_record  # noqa: E402

_PAGE = 50  # lines
_LONG = re.compile(r"[a-z]{7,}")
_VOWEL = re.compile(r"(?<=[aeiouy])(?=[bcdfghklmnprstvw][aeiouy])")  # a syllable ends before a consonant and a vowel


def wrapped(paragraph: str, width: int, *, divided: bool) -> list[str]:
    """Lines of at most this width; where words may be divided, long ones are, behind a syllable that still fits."""
    if not divided:
        return textwrap.wrap(paragraph, width, break_on_hyphens=False, break_long_words=False)
    lines, line = [], ""
    for word in paragraph.split(" "):
        if line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            cuts = [cut.end() for cut in _VOWEL.finditer(word, 2, len(word) - 2) if cut.end() <= room]
            if _LONG.fullmatch(word) and cuts:
                line, word = f"{line} {word[: cuts[-1]]}-", word[cuts[-1] :]
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def printed(paragraphs: Sequence[str], width: int, *, divided: bool, paged: bool) -> str:
    """Paragraphs as a printed text has them."""

    def lines() -> Iterator[str]:
        count = page = 0
        for paragraph in paragraphs:
            for line in wrapped(paragraph, width, divided=divided):
                yield line
                count += 1
                if paged and not count % _PAGE:
                    page += 1
                    yield from ("", str(page), "\fHOUSE OF COMMONS", "")
            yield ""

    return "\n".join(lines()).strip()


def said(text: str) -> list[str]:
    """The paragraphs of a reflowed text as their words."""
    return [words for line in re.split(r"[\n\f]", text) if (words := " ".join(find_words(line).words))]


def uses(result: ReuseResult) -> Counter[tuple[str, str]]:
    """How many uses each answer has in each paragraph family: what the families are, whatever the offsets."""
    return Counter((one.id, use.answer_id) for one in result.families if one.unit == "paragraph" for use in one.uses)


def main(step: int = 20) -> None:
    path = real_data()
    if path is None:
        sys.exit("needs the real answers: see PQREUSE_SHARED")
    answers = pqreuse.read_answers(path).answers[::step]
    texts = [[" ".join(one.split()) for one in re.split(r"\n\s*\n", answer.text) if one.split()] for answer in answers]
    flat = ["\n\n".join(text) for text in texts]
    raw = [answer.text for answer in answers]
    unchanged = {
        name: sum(one == other for one, other in zip(plain, reflow(plain, [True] * len(plain)), strict=True))
        for name, plain in (("a paragraph a line", flat), ("as the source has it", raw))
    }
    plain = find(answers, flat)
    expected = [said(text) for text in flat]
    rows = []
    for width, divided, paged in product((60, 72, 100), (False, True), (False, True)):
        began = time.perf_counter()
        made = [printed(text, width, divided=divided, paged=paged) for text in texts]
        read = reflow(made, [True] * len(made))
        kept = sum(
            sum((Counter(one) & Counter(said(other))).values()) for one, other in zip(expected, read, strict=True)
        )
        found = find(answers, made)
        same = uses(plain) & uses(found)
        shares = [(one.shares and one.shares.template) or 0.0 for one in (plain, found)]
        rows.append(
            {
                **{"width": width, "divided": divided, "paged": paged},
                "paragraphs": kept / sum(map(len, expected)),
                "uses": sum(same.values()) / sum(uses(plain).values()),
                **{"template": shares[0], "template_wrapped": shares[1]},
            }
        )
        note(f"{rows[-1]} {time.perf_counter() - began:.0f} s")
    record = {
        "what": "hard-wrapped text beside the same text unwrapped",
        "size": {"answers": len(answers)},
        "unchanged": unchanged,
        "rows": rows,
    }
    write_record(record, "wrapping", RESULTS)
    head = ("width", "words divided", "page heads", "paragraphs as before", "uses in the same families", "template")
    print(f"unchanged of {len(answers):,}: {unchanged}")
    print(
        table(
            head,
            (
                (
                    str(row["width"]),
                    "yes" if row["divided"] else "no",
                    "yes" if row["paged"] else "no",
                    percent(row["paragraphs"]),
                    percent(row["uses"]),
                    f"{percent(row['template'])} / {percent(row['template_wrapped'])}",
                )
                for row in rows
            ),
        )
    )


def find(answers: Sequence[Answer], texts: Sequence[str]) -> ReuseResult:
    """What is found in these texts, read as plain text."""
    return pqreuse.find_reuse(
        [replace(one, text=text, markup=False, tables=()) for one, text in zip(answers, texts, strict=True)]
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
