"""Each stage of pqreuse on one thread, in nanoseconds a word and bytes of text a second, beside a scan of the bytes.

To measure another stage, add a line to `STAGES`: its name, and a function that takes a `Given` and returns the call
that is timed. What a stage needs from those before it is made by that function, outside of the time.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from generated import generate
from recording import Record, note, table, three_digits, use_processors

Call = Callable[[], object]


@dataclass
class Given:
    """Generated texts, and what stages make of them, made when first asked for."""

    texts: list[str]
    encoded: bytes = field(init=False)
    n_words: int = field(init=False)

    def __post_init__(self) -> None:
        self.encoded = "\n".join(self.texts).encode()
        self.n_words = sum(text.count(" ") + 1 for text in self.texts)

    @cached_property
    def words(self) -> Any:
        from pqreuse.words import index_words

        return index_words(self.texts)

    @cached_property
    def shingles(self) -> Any:
        """5-word shingles of the texts."""
        from pqreuse.shingles import collapse, make_shingles

        words = self.words
        texts = collapse(words.tokens, words.indptr[:-1], words.indptr[1:], 8, words.vocabulary.numeric)
        return make_shingles(words.tokens, texts, np.arange(len(texts)), words.vocabulary, 5)


def scan(given: Given) -> Call:
    """The bytes read once, by the widest instructions: what memory allows."""
    values = np.frombuffer(given.encoded, np.uint8)
    return lambda: int(values.max())


def count(given: Given) -> Call:
    """The bytes counted that are a space."""
    return lambda: given.encoded.count(b" ")


def split(given: Given) -> Call:
    """What Python itself needs to split the texts at white space: no folding, no numbering."""
    return lambda: sum(len(text.split()) for text in given.texts)


def index_words(given: Given) -> Call:
    from pqreuse.words import index_words

    return lambda: index_words(given.texts)


def hash_words(given: Given) -> Call:
    from pqreuse.words import hash_words

    return lambda: hash_words(given.texts, np.uint64(1))


def sketch(given: Given) -> Call:
    from pqreuse.signatures import band_keys, permutations

    functions = permutations(1, 128)
    return lambda: band_keys(given.shingles, functions, 4)


def runs(given: Given) -> Call:
    from pqreuse.runs import RunFinder, SharedRuns

    words = given.words
    closed = np.zeros(len(words.tokens), bool)
    closed[words.indptr[1:][np.diff(words.indptr) > 0] - 1] = True
    order = np.arange(len(given.texts), dtype=np.int32)

    def find() -> SharedRuns:
        finder = RunFinder(words.tokens, closed, words.indptr, order, 8)
        for part in finder.parts:
            finder.find(part)
        return finder.taken(6)

    return find


def cluster(given: Given) -> Call:
    from pqreuse import cluster_texts

    rule = {"search": "lsh", "shingle_words": 5, "jaccard": 0.7, "lsh_jaccard": 0.7, "lsh_recall": 0.9985}
    return lambda: cluster_texts(given.texts, threads=1, **rule)


STAGES: list[tuple[str, Callable[[Given], Call]]] = [
    ("scan of the bytes (`numpy.max`)", scan),
    ("spaces counted (`bytes.count`)", count),
    ("Python's own `str.split`", split),
    ("fold, tokenise, hash (`words.hash_words`)", hash_words),
    ("the same, numbered by a sorted vocabulary, with offsets (`words.index_words`)", index_words),
    ("128 MinHash functions of 5-word shingles in 32 bands (`signatures.band_keys`)", sketch),
    ("words in shared 8-word runs (`runs.RunFinder`)", runs),
    ("texts to clusters (`cluster_texts`)", cluster),
]


def measure(n: int, *, repeats: int, seed: int = 1) -> Record:
    """Each stage on the same texts, taking turns."""
    given = Given(generate(n, seed=seed).texts)
    calls: dict[str, Call] = {}
    stages: dict[str, Record] = {name: {"repeats": []} for name, _ in STAGES}
    for name, prepare in STAGES:
        try:
            calls[name] = prepare(given)
            calls[name]()
        except (ImportError, AttributeError, TypeError) as error:
            # A stage whose function has moved is shown as not measured, not left out.
            note(f"kernels: {name}: {error}")
            stages[name]["failed"] = f"{type(error).__name__}: {error}"
            calls.pop(name, None)
    for _ in range(repeats):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            stages[name]["repeats"].append(round(time.perf_counter() - started, 6))
    for name in calls:
        seconds = stages[name]["median_seconds"] = statistics.median(stages[name]["repeats"])
        stages[name]["ns_per_word"] = round(1e9 * seconds / given.n_words, 4)
        stages[name]["gb_per_second"] = round(len(given.encoded) / seconds / 1e9, 4)
    return {
        "what": "stages on one thread beside a scan of the bytes",
        "size": {"paragraphs": n, "words": given.n_words, "bytes": len(given.encoded)},
        "seed": seed,
        "stages": stages,
    }


def main() -> None:
    """One record on standard output: of so many paragraphs, with so many repeats, on one processor."""
    use_processors(1)
    print(json.dumps(measure(int(sys.argv[1]), repeats=int(sys.argv[2]))))


def as_table(record: Record) -> str:
    rows = [
        [name, three_digits(those["ns_per_word"]), three_digits(those["gb_per_second"])]
        if "median_seconds" in those
        else [name, "not measured", ""]
        for name, those in record["stages"].items()
    ]
    size = record["size"]
    return (
        f"Stages on one thread, {size['paragraphs']:,} generated paragraphs, {size['words']:,} words, "
        f"{size['bytes'] / 1e6:,.0f} MB; at commit {record['commit']} on {record['machine']}.\n\n"
        + table(["stage", "ns a word", "GB/s of text"], rows)
    )


if __name__ == "__main__":
    main()
