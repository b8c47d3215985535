"""Texts made to take endless time or memory take neither: bounds for each, far above what is usual, far below trouble.

``python tests/test_limits.py 1000000`` prints what they take at ten times the size: 20 MB words, a million paragraphs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pqreuse import find_reuse, read_answers

ROOT = Path(__file__).resolve().parent.parent
SIZE = 100_000
SECONDS, MEGABYTES = 15, 300
"""What SIZE may take at most: most take a tenth of it, or less."""
TEXTS: dict[str, Callable[[int], str]] = {
    "a word of 2 MB": lambda n: "a" * 20 * n,
    "a word of two million accented letters": lambda n: "é" * 10 * n,
    "letters with two marks each": lambda n: "e\u0301\u0327" * n,
    "one letter with many marks": lambda n: "e" + "\u0301\u0327" * n,
    "Chinese without a space": lambda n: "".join(chr(0x4E00 + i * i % 5003) for i in range(10 * n)),
    "100,000 equal paragraphs": lambda n: "A stock line, said again and again in here.\n" * n,
    "100,000 paragraphs that differ in a number": (
        lambda n: "\n".join(f"A stock line {i}, said again and again in here." for i in range(n))
    ),
    "100,000 paragraphs of HTML": lambda n: "<p>A line of text.</p>" * n,
    "a paragraph of 100,000 sentences": lambda n: "A short line of stock is said. " * n,
    "a paragraph of 200,000 words": lambda n: " ".join(f"w{i * i % 9973}" for i in range(2 * n)),
    "opening quotation marks": lambda n: "“" * n,
    "full stops": lambda n: ". " * 2 * n,
    "abbreviations": lambda n: "e.g. Mr. " * n,
    "digits and commas": lambda n: "1," * 5 * n,
    "links": lambda n: "www.a " * n,
    "a link of a million characters": lambda n: "https://" + "a" * 10 * n,
    "tags nested 50,000 deep": lambda n: "<div>" * (n // 2) + "x",
    "tags that are never closed": lambda n: "<a " * n,
    "entities": lambda n: "<p>" + "&amp;" * 2 * n,
    "a row of 100,000 cells": lambda n: "<table><tr>" + "<td>x" * n,
}


def measure(size: int) -> dict[str, tuple[float, float]]:
    """Seconds of the processor and MB that each takes, in a process of its own."""
    child = [sys.executable, "-P", __file__, str(size)]
    done = subprocess.run(child, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return {name: (seconds, megabytes) for name, seconds, megabytes in map(json.loads, done.stdout.splitlines())}


def take(name: str, size: int) -> tuple[float, float]:
    """Read and compare a text with half of it and something else."""
    text = TEXTS[name](size)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        rows = [{"id": 1, "answer": text}, {"id": 2, "answer": text[: len(text) // 2] + " And more."}]
        json.dump([*rows, {"id": 3, "answer": "Another short answer."}], file)
        file.flush()
        del text, rows
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        result = find_reuse(read_answers(file.name), threads=1)
        for score in result.scores:
            assert "".join(score.text[span.start : span.end] for span in score.spans) == score.text
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return time.process_time() - began, used / 1024


@pytest.fixture(scope="module")
def measured() -> dict[str, tuple[float, float]]:
    return measure(SIZE)


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, measured: dict[str, tuple[float, float]]) -> None:
    seconds, megabytes = measured[name]
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def main() -> None:
    """Print what each takes; forked, so that all of them begin with what is imported and nothing else."""
    find_reuse(["warmed up"])
    for name in TEXTS:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            print(json.dumps([name, *take(name, int(sys.argv[1]))]), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0, name


if __name__ == "__main__":
    main()
