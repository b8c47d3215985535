"""The word kernel against the plain definition: how many texts have other words, or spans that hold other words.

    python benchmarks/words_exact.py                    a million random texts; writes results/words_exact_random.json
    python benchmarks/words_exact.py FILE               all answers of a file; writes results/words_exact_answers.json
    python benchmarks/words_exact.py --strings 1000 --quick    small, on standard output; writes nothing

Ends with status 1 where there is any difference, and prints the first ones.
"""

from __future__ import annotations

import argparse
import random
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pqreuse
from pqreuse._kernels.words import unicode_version
from pqreuse.words import index_words

HERE = Path(__file__).resolve().parent
# The plain Python definition is that of the tests.
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import naive  # noqa: E402
from recording import RESULTS, Record, note, write_record  # noqa: E402

AT_ONCE = 20_000
SHOWN = 10

# Characters that fold, compose, reorder, expand, vanish, or count as digits.
ODD = (
    "aAiI é\u0301\u0327\u0338\u0345= \u200b\u00ad\ufeff\u2060,.'’-–_0123٣\u0661²½ßİı\u1e9eΣςσﬁ\u0149\u01f0\u0390\u1fb7"
    "\u2126K\u212bक\u093c\u094d\u0958\u09c7\u09be\u0f73가\u1100\u1161\u11a8\U0001d7d8\U00010400\U0001d15e\ud800\n\t"
)
MARKS = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]
COMPOSED = [
    chr(code)
    for code in range(0x110000)
    if not 0xD800 <= code < 0xE000 and unicodedata.normalize("NFD", chr(code)) != chr(code)
]
PIECES = (
    "The the Government government’s hon. Member MEMBER for Ynys Môn Môn's café naïve Ó Éire £2,000 £1,234,567 12,34 "
    "1,2345 3.5% 40 31st 2023-24 COVID-19 Act 1998 (No. 2) “quoted” 'quoted' — – - … & per cent e-mail @gov http://x.y "
    "www.gov.uk/a?b=1,000 co-ordinated twenty_one Straße ΟΔΟΣ İstanbul \u00ad \u200b \u00a0 \n\n / ; : , . ! ?"
).split(" ")


def of_odd(source: random.Random) -> str:
    return "".join(source.choices(ODD, k=source.randrange(24)))


def of_all_planes(source: random.Random) -> str:
    highest = source.choice([0x250, 0x3000, 0x10000, 0x20000, 0x110000])
    return "".join(chr(source.randrange(highest)) for _ in range(source.randrange(16)))


def of_ascii(source: random.Random) -> str:
    """Of up to 200 characters: the kernel works on 64 at a time."""
    return "".join(map(chr, source.choices(range(1, 128), k=source.randrange(200))))


def of_digits(source: random.Random) -> str:
    return "".join(source.choices("0123456789,,,, a٣\u200b\u0301", k=source.randrange(20)))


def of_marks(source: random.Random) -> str:
    """Letters under several marks, composed and not, in any order."""
    return "".join(
        source.choice(MARKS) if source.random() < 0.4 else source.choice(COMPOSED if source.random() < 0.5 else ODD)
        for _ in range(source.randrange(14))
    )


def of_text(source: random.Random) -> str:
    """What looks like an answer, some of it decomposed."""
    text = " ".join(source.choices(PIECES, k=source.randrange(30)))
    return unicodedata.normalize(source.choice(["NFC", "NFD", "NFC"]), text)


KINDS: dict[str, Callable[[random.Random], str]] = {
    "odd characters": of_odd,
    "all planes": of_all_planes,
    "ASCII": of_ascii,
    "digits and commas": of_digits,
    "letters and marks": of_marks,
    "like answers": of_text,
}


def random_texts(kind: str, n: int, seed: int) -> Iterator[str]:
    source = random.Random(f"{seed} {kind}")
    return (KINDS[kind](source) for _ in range(n))


def compare(texts: Iterable[str]) -> Record:
    """Texts, words, texts with other words than the definition's, words whose span in the text holds other words."""
    found = {"texts": 0, "words": 0, "differing": 0, "wrong_spans": 0}
    remaining = iter(texts)
    while some := list(islice(remaining, AT_ONCE)):
        indexed = index_words(some)
        vocabulary, tokens = list(indexed.vocabulary), indexed.tokens.tolist()
        bounds, starts, ends = (array.tolist() for array in (indexed.indptr, indexed.starts, indexed.ends))
        for number, text in enumerate(some):
            these = range(bounds[number], bounds[number + 1])
            words = [vocabulary[tokens[place]] for place in these]
            differs = words != naive.words(text)
            wrong = sum(not holds(text[starts[at] : ends[at]], vocabulary[tokens[at]]) for at in these)
            if (differs or wrong) and found["differing"] + found["wrong_spans"] < SHOWN:
                note(f"{text!r}: {words}, by the definition {naive.words(text)}, {wrong} wrong spans")
            found["texts"] += 1
            found["words"] += len(words)
            found["differing"] += differs
            found["wrong_spans"] += wrong
    return found


def holds(stretch: str, word: str) -> bool:
    r"""Whether the characters of a span yield the word; nearly all are it already.

    A mark that the normal form takes away to a symbol before the word may stand between the word's own characters, as
    the stroke of ``=\u0327\u0338a`` (``≠`` and a word that begins with a cedilla): no interval leaves it out.
    """
    if stretch == word or naive.words(stretch) == [word]:
        return True
    marks = [place for place, char in enumerate(stretch) if unicodedata.combining(char)]
    return any(naive.words(stretch[:place] + stretch[place + 1 :]) == [word] for place in marks)


def measure_random(n: int, seed: int) -> Record:
    kinds = {}
    for place, kind in enumerate(KINDS):
        kinds[kind] = compare(random_texts(kind, n // len(KINDS) + (place < n % len(KINDS)), seed))
        note(f"words: {kind}: {kinds[kind]}")
    total = {what: sum(those[what] for those in kinds.values()) for what in next(iter(kinds.values()))}
    return {**described("random texts"), "seed": seed, "size": {"texts": n}, "total": total, "kinds": kinds}


def measure_answers(paths: Sequence[str]) -> Record:
    answers = pqreuse.read_answers(paths)
    total = compare(answer.text for answer in answers)
    return {**described("answers"), "size": {"texts": len(answers)}, "total": total}


def described(source: str) -> Record:
    return {
        "what": f"words of {source} against the plain definition",
        "unicode": {"kernel": unicode_version, "python": unicodedata.unidata_version},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="*", help="answers to compare; random texts where none is named")
    parser.add_argument("--strings", type=int, default=1_000_000, help="random texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="the record on standard output, nothing written")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the records")
    args = parser.parse_args()
    record = measure_answers(args.file) if args.file else measure_random(args.strings, args.seed)
    write_record(record, f"words_exact_{'answers' if args.file else 'random'}", None if args.quick else args.output)
    total = record["total"]
    note("{texts:,} texts, {words:,} words: {differing} texts differ, {wrong_spans} spans are wrong".format(**total))
    return 1 if total["differing"] or total["wrong_spans"] else 0


if __name__ == "__main__":
    sys.exit(main())
