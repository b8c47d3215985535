"""A large file of JSON Lines: records one by one, and all answers, beside plain `json.loads` over its lines.

    python benchmarks/lines.py json|records|answers FILE        seconds and memory of one way, as JSON

The file is made of the real answers (else the example's) again and again, each copy with identifiers, UINs and texts of
its own, so that nothing in it is a duplicate.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from recording import (
    ROOT,
    Record,
    note,
    peak_gb,
    real_data,
    run_child,
    table,
    three_digits,
    use_processors,
)

EXAMPLE = ROOT / "examples" / "answers.jsonl"
WAYS = {
    "json": "`json.loads` of each line",
    "records": "records one by one (`stream_records`)",
    "answers": "all answers (`read_answers`)",
}


# One way, in a process of its own: how many records it read, and what it keeps of them


def plain(file: str, told: Callable[[int], None]) -> tuple[int, object]:
    lines = 0
    with open(file, encoding="utf-8") as opened:
        for line in opened:
            json.loads(line)
            lines += 1
    return lines, None


def records(file: str, told: Callable[[int], None]) -> tuple[int, object]:
    from pqreuse.readers import stream_records

    return sum(1 for _ in stream_records(file, progress=lambda stage, done, total: told(done)).records), None


def answers(file: str, told: Callable[[int], None]) -> tuple[int, object]:
    from pqreuse import read_answers

    corpus = read_answers(file, progress=lambda stage, done, total: told(done))
    return corpus.records, corpus


def run(way: str, file: str) -> Record:
    """Seconds and memory; imports are not counted. Progress is listened to, as a bar does."""
    use_processors(1)
    read = {"json": plain, "records": records, "answers": answers}[way]
    read(str(EXAMPLE), lambda done: None)
    told: list[int] = [0]
    before = peak_gb()
    started, busy = time.perf_counter(), time.process_time()
    lines, _kept = read(file, lambda done: told.append(done))
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    return {
        "seconds": round(seconds, 4),
        "processor_seconds": round(busy, 4),
        "lines": lines,
        "peak_gb": round(peak_gb(), 3),
        "before_gb": round(before, 3),
        "told_bytes": told[-1],
    }


# All ways, taking turns


def write_lines(file: Path, n_bytes: int) -> int:
    """Write a file of about so many bytes; how many lines it has."""
    source = real_data() or EXAMPLE
    with (gzip.open if source.suffix == ".gz" else open)(source, "rt", encoding="utf-8") as opened:
        # Once each: the example answers hold some twice, as sources do.
        rows = list({row["id"]: row for row in map(json.loads, opened)}.values())
    written = lines = 0
    with open(file, "wb") as out:
        for copy in count():
            for row in rows:
                line = json.dumps(changed(row, copy), ensure_ascii=False).encode() + b"\n"
                written += out.write(line)
                lines += 1
                if written >= n_bytes:
                    return lines
    raise AssertionError


def changed(row: Record, copy: int) -> Record:
    """A row with identifiers and words that no other copy has."""
    new: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("id", "uin") and value is not None:
            new[name] = f"{value}{copy:03}"
        elif name == "grouped":
            new[name] = [f"{uin}{copy:03}" for uin in value]
        elif name in ("question", "answer_html", "answer") and isinstance(value, str):
            new[name] = value.replace(" the ", f" the {copy}th ", 1)
        else:
            new[name] = value
    return new


def measure(n_bytes: int, repeats: int) -> Record:
    """Each way in turn on the same file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lines.jsonl")
        note(f"lines: {n_bytes / 1e6:,.0f} MB are written")
        lines = write_lines(file, n_bytes)
        runs: dict[str, list[Record]] = {way: [] for way in WAYS}
        for repeat in range(repeats):
            for way in WAYS:
                runs[way].append(run_child([sys.executable, __file__, way, str(file)], limit_seconds=900))
                note(f"lines: repeat {repeat + 1}, {way}: {runs[way][-1]}")
        size = {"bytes": file.stat().st_size, "lines": lines}
    return {
        "what": "a file of JSON Lines read, beside json.loads over its lines",
        "source": (real_data() or EXAMPLE).name,
        "size": size,
        "ways": {
            way: {
                "repeats": those,
                "median_seconds": statistics.median(run["seconds"] for run in those),
                "peak_gb": max(run["peak_gb"] for run in those),
            }
            for way, those in runs.items()
        },
    }


def as_table(record: Record) -> str:
    base = record["ways"]["json"]["median_seconds"]
    rows = [
        [
            shown,
            three_digits(record["ways"][way]["median_seconds"]),
            f"{three_digits(record['ways'][way]['median_seconds'] / base)} ×",
            f"{record['ways'][way]['peak_gb']:.2f}",
        ]
        for way, shown in WAYS.items()
    ]
    size = record["size"]
    return (
        f"{size['bytes'] / 1e6:,.0f} MB of JSON Lines, {size['lines']:,} lines made of {record['source']}, on one "
        f"processor, medians of {len(record['ways']['json']['repeats'])}; at commit {record['commit']} on "
        f"{record['machine']}.\n\n" + table(["reading", "seconds", "to plain", "peak GB"], rows)
    )


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2])))
