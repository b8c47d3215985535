"""The index on real answers: how long it takes to make, to add to and to ask, what it takes on disk, also ten times.

    python benchmarks/indexing.py                    all of it; writes results/indexing.json and the README's table
    python benchmarks/indexing.py --quick            the example answers, on standard output; writes nothing
    python benchmarks/indexing.py --tables           the table again, from the JSON that is there

The larger index holds ten copies of the answers, each with identifiers, UINs and texts of its own (see lines.py).
Answers are added in portions of 300 that the index does not have, and asked about one at a time.
"""

from __future__ import annotations

import argparse
import gzip
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from lines import EXAMPLE, write_lines  # noqa: E402
from recording import (  # noqa: E402
    README,
    RESULTS,
    Record,
    note,
    read_records,
    real_data,
    table,
    three_digits,
    write_record,
    write_section,
)

PORTIONS, PORTION, ASKED = 5, 300, 200
COPIES = 10


def program(*words: str) -> float:
    """Seconds of one run of the program."""
    started = time.perf_counter()
    command = [sys.executable, "-P", "-m", "pqreuse", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return round(time.perf_counter() - started, 4)


def plain_bytes(source: Path) -> int:
    with (gzip.open if source.suffix == ".gz" else open)(source, "rb") as lines:
        return sum(map(len, lines))


def build(source: Path, folder: Path, repeats: int) -> Record:
    """Seconds of a report and of an index of the same answers, taking turns; and what the index takes on disk."""
    from pqreuse import ReuseIndex, read_answers

    report, create = [], []
    for repeat in range(repeats):
        report.append(program("report", str(source), "--format", "json", "--quiet"))
        create.append(program("index", "create", str(folder / f"build {repeat}"), str(source), "--quiet"))
        note(f"index: report {report[-1]} s, index create {create[-1]} s")
    corpus = read_answers(source)
    index = ReuseIndex.open(folder / "build 0")
    return {
        "report_seconds": report,
        "create_seconds": create,
        "answers": len(corpus),
        "line_bytes": plain_bytes(source),
        "text_bytes": sum(len(answer.text.encode()) for answer in corpus),
        "question_bytes": sum(len(question.encode()) for answer in corpus for question in answer.questions),
        "index_bytes": index.stats().bytes,
    }


def use(records: Sequence[Any], path: Path, portion: int, asked: int) -> Record:
    """Seconds of adding to an index of all but the last of these records, and of asking it about those."""
    from pqreuse import ReuseIndex
    from pqreuse.corpus import resolve
    from pqreuse.records import Reading

    held = PORTIONS * portion
    started = time.perf_counter()
    index = ReuseIndex.create(path, Reading(list(records[:-held])))
    created = time.perf_counter() - started
    note(f"index: {len(index):,} answers in {created:.1f} s")
    new = resolve(Reading(list(records[-held:]))).answers[:asked]
    index.query(new[0].text)
    queries = []
    for answer in new:
        started = time.perf_counter()
        score = index.query([answer]).scores[0]
        assert score.spans
        queries.append(round(time.perf_counter() - started, 5))
    added = []
    for first in range(0, held, portion):
        some = Reading(list(records[len(records) - held + first :][:portion]))
        started = time.perf_counter()
        index.add(some)
        added.append(round(time.perf_counter() - started, 4))
    cold = [program("index", "query", str(path), "--text", new[0].text) for _ in range(5)]
    note(f"index: added in {added}, query {statistics.median(queries) * 1e3:.1f} ms, cold {statistics.median(cold)}")
    return {"answers": len(index), "add_seconds": added, "query_seconds": queries, "cold_seconds": cold}


def measure(source: Path, copies: int, repeats: int) -> Record:
    from pqreuse.readers import stream_records

    with tempfile.TemporaryDirectory(prefix="pqreuse-") as name:
        folder = Path(name)
        made = build(source, folder, repeats)
        file = folder / "copies.jsonl"
        write_lines(file, copies * made["line_bytes"])
        many = list(stream_records(file).records)
        once = list(stream_records(source).records)
        chance = random.Random(1)
        chance.shuffle(once)
        chance.shuffle(many)
        portion = min(PORTION, len(once) // (2 * PORTIONS))
        sizes = {name: use(those, folder / name, portion, ASKED) for name, those in (("once", once), ("copies", many))}
    return {
        "what": "an index made, added to and asked",
        "source": source.name,
        "size": {"answers": made["answers"]},
        "portion": portion,
        **made,
        **sizes,
    }


def as_table(record: Record) -> str:
    report, create = (statistics.median(record[f"{name}_seconds"]) for name in ("report", "create"))
    once, copies = record["once"], record["copies"]
    add = [statistics.median(one["add_seconds"]) for one in (once, copies)]
    query = [statistics.median(one["query_seconds"]) * 1e3 for one in (once, copies)]
    cold = [statistics.median(one["cold_seconds"]) for one in (once, copies)]
    on_disk, text = record["index_bytes"], record["text_bytes"]
    rows = [
        ["make it, seconds (a report takes " + three_digits(report) + ")", three_digits(create), "–"],
        [f"on disk, to the answers' text ({text / 1e6:.1f} MB)", f"{on_disk / text:.2f} ×", "–"],
        [f"add {record['portion']} answers, seconds", *map(three_digits, add)],
        ["ask about one answer, milliseconds", *map(three_digits, query)],
        ["`pqreuse index query`, seconds", *map(three_digits, cold)],
    ]
    head = ["", *(f"{one['answers']:,} answers" for one in (once, copies))]
    return f"{record['source']}, medians; at commit {record['commit']} on {record['machine']}.\n\n{table(head, rows)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the example answers, on standard output, nothing written")
    parser.add_argument("--tables", action="store_true", help="the README's table again, from the JSON")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    if not args.tables:
        source = EXAMPLE if args.quick else real_data() or EXAMPLE
        record = measure(source, 2 if args.quick else COPIES, 1 if args.quick else args.repeats)
        write_record(record, "indexing", None if args.quick else RESULTS)
    if not args.quick:
        (record,) = read_records(RESULTS, "indexing.json")
        write_section("indexing", as_table(record), README)


if __name__ == "__main__":
    main()
