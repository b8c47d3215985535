"""Speed of pqreuse beside what a user would pick instead, interleaved in one run: seconds, memory, recall, precision.

    python benchmarks/speed.py                     all parts; writes results/speed_*.json and the README's tables
    python benchmarks/speed.py --part clusters --size 1000000     one part, one size
    python benchmarks/speed.py --quick             all parts, small, on standard output; writes nothing
    python benchmarks/speed.py --tables            the README's tables again, from the JSON that is there

Parts: clusters (a list of texts in, clusters of near-duplicates out, see peers.py), kernels (each stage beside a scan
of the bytes, see kernels.py), reading and start (the program from the shell, see commands.py), lines (a large file of
JSON Lines, see lines.py). Needs the extra `bench`.

Each run of a tool is a process of its own, kept to `--threads` processors; it has done the work once on a few texts, so
that imports are not counted. The tools take turns, repeat by repeat. Texts are those of generated.py. Recall and
precision are against the exact clusters of reference.py.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

import commands  # noqa: E402
import kernels  # noqa: E402
import lines  # noqa: E402
from generated import generate  # noqa: E402
from peers import TOOLS  # noqa: E402
from recording import (  # noqa: E402
    README,
    RESULTS,
    Record,
    forget_peak,
    note,
    peak_gb,
    percent,
    read_records,
    run_child,
    table,
    three_digits,
    use_processors,
    write_record,
    write_section,
)
from reference import Pairs, Shingled, alike, judge, only, shingle, stars  # noqa: E402

PARTS = ("clusters", "kernels", "reading", "lines", "start")
MODES = {"all": "all texts", "distinct": "exact copies collapsed first"}
WARM_UP = 300
HEAD = [
    *("tool", "seconds", "to pqreuse's", "seconds, copies collapsed", "to pqreuse's"),
    *("recall", "of pairs", "precision", "of pairs", "peak GB"),
]


# One run of one tool, in a process of its own


def run_tool(name: str, file: Path, labels: Path, threads: int) -> Record:
    """Seconds from texts to labels, and memory; the labels go to a file."""
    use_processors(threads)
    os.environ["DO_NOT_TRACK"] = "1"
    texts = file.read_text(encoding="utf-8").split("\n")
    if name.startswith("Daft"):
        import daft

        daft.set_runner_native(num_threads=threads)
    cluster = TOOLS[name].cluster
    cluster(texts[:WARM_UP], threads)
    gc.collect()
    forget_peak()
    before = peak_gb()
    started = time.perf_counter()
    found = cluster(texts, threads)
    seconds = time.perf_counter() - started
    np.save(labels, found)
    return {"seconds": round(seconds, 4), "peak_gb": round(peak_gb(), 3), "texts_gb": round(before, 3)}


# All tools, taking turns

NO_FIGURES = str.maketrans("0123456789", "abcdefghij")


def measure_clusters(
    n: int, tools: Sequence[str], *, repeats: int, limit_seconds: float, threads: int = 1, seed: int = 1
) -> Record:
    """Each tool on the same generated texts, as they are and with exact copies collapsed first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        note(f"clusters: {n:,} paragraphs are generated")
        # pqreuse takes all numbers for one word, which the others do not: the criterion is to be the same for all.
        texts = [text.translate(NO_FIGURES) for text in generate(n, seed=seed).texts]
        size = {"paragraphs": n, "words": sum(text.count(" ") + 1 for text in texts)}
        first: dict[str, int] = {}
        for place, text in enumerate(texts):
            first.setdefault(text, place)
        places = {"all": np.arange(n), "distinct": np.fromiter(first.values(), np.int64, len(first))}
        for mode, some in (("all", texts), ("distinct", list(first))):
            (folder / mode).write_text("\n".join(some), encoding="utf-8")
            size[f"{mode}_texts"] = len(some)
        del texts, some, first
        runs = take_turns(folder, tools, repeats, limit_seconds, threads)
        note("clusters: the exact answer")
        exact = shingle((folder / "all").read_text(encoding="utf-8").split("\n"))
        pairs = alike(exact.sets)
        modes = {mode: judged(only(exact, places[mode]), pairs, folder, mode, runs[mode]) for mode in MODES}
    return {
        "what": "texts to clusters of near-duplicates, Jaccard of 5-word shingles at least 0.7",
        "size": size,
        "seed": seed,
        "threads": threads,
        "limit_seconds": limit_seconds,
        "modes": modes,
    }


def take_turns(
    folder: Path, tools: Sequence[str], repeats: int, limit_seconds: float, threads: int
) -> dict[str, dict[str, list[Record]]]:
    """Runs of each tool for each mode; one that was stopped is not run again."""
    runs: dict[str, dict[str, list[Record]]] = {mode: {tool: [] for tool in tools} for mode in MODES}
    for repeat in range(repeats):
        for mode in MODES:
            for tool in tools:
                if any("exceeded" in run for run in runs[mode][tool]):
                    continue
                labels = folder / f"{mode}-{tools.index(tool)}-{repeat}.npy"
                command = [sys.executable, __file__, "--one", tool, "--texts", str(folder / mode)]
                command += ["--labels", str(labels), "--threads", str(threads)]
                run = run_child(command, limit_seconds=limit_seconds)
                note(f"clusters: repeat {repeat + 1}, {MODES[mode]}, {tool}: {run}")
                runs[mode][tool].append(run)
    return runs


def judged(exact: Shingled, pairs: Pairs, folder: Path, mode: str, runs: dict[str, list[Record]]) -> Record:
    """The exact answer's size, and each tool's figures: median seconds, peak memory, recall and precision."""
    exemplar = stars(exact, pairs)
    result: Record = {
        "distinct_word_sequences": len(exact.copies),
        "pairs_alike": len(pairs.left),
        "sequences_with_an_exemplar": int((exemplar != np.arange(len(exemplar))).sum()),
        "tools": {},
    }
    for number, (tool, repeats) in enumerate(runs.items()):
        figures: Record = {"repeats": repeats}
        if not any("exceeded" in run for run in repeats):
            labels = [np.load(folder / f"{mode}-{number}-{repeat}.npy") for repeat in range(len(repeats))]
            figures |= {
                "median_seconds": statistics.median(run["seconds"] for run in repeats),
                "peak_gb": max(run["peak_gb"] for run in repeats),
                "same_every_time": all(np.array_equal(labels[0], others) for others in labels),
                **judge(exact, pairs, exemplar, labels[0]),
            }
        result["tools"][tool] = figures
    return result


# Tables


def tables(folder: Path) -> str:
    """The README's section, from the records alone."""
    found = [clusters_table(record) for record in read_records(folder, "speed_clusters_*.json")]
    for name, show in (
        ("kernels", kernels.as_table),
        ("reading", commands.reading_table),
        ("lines", lines.as_table),
        ("start", commands.start_table),
    ):
        found += [show(record) for record in read_records(folder, f"speed_{name}.json")]
    return "\n\n".join(found)


def clusters_table(record: Record) -> str:
    every, distinct = (record["modes"][mode]["tools"] for mode in MODES)
    base = [those.get("pqreuse", {}).get("median_seconds") for those in (every, distinct)]
    rows = []
    for tool, figures in every.items():
        row = [tool]
        for those, own in zip((figures, distinct[tool]), base, strict=True):
            seconds = those.get("median_seconds")
            if seconds is None:
                row += [f"stopped: {those['repeats'][-1]['exceeded']}", ""]
            else:
                row += [three_digits(seconds), f"{three_digits(seconds / own)} ×" if own else ""]
        kept = figures if "recall" in figures else distinct[tool]
        names = ("recall", "pair_recall", "precision", "pair_precision")
        row += [percent(kept[name]) if name in kept else "" for name in names]
        rows.append([*row, f"{figures['peak_gb']:.1f}" if "peak_gb" in figures else ""])
    size, exact, threads = record["size"], record["modes"]["all"], record["threads"]
    repeats = max(len(figures["repeats"]) for figures in every.values())
    on = f"{threads} processor{'s' if threads > 1 else ''}"
    return (
        f"**{size['paragraphs']:,} generated paragraphs**: {size['words']:,} words, {size['distinct_texts']:,} "
        f"distinct texts, {exact['pairs_alike']:,} pairs alike. Each tool on {on}; "
        f"medians of {repeats}; at commit {record['commit']} on {record['machine']}.\n\n" + table(HEAD, rows)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    parser.add_argument(
        "--size", type=int, action="append", help="paragraphs for clusters (default 10,000 and 100,000)"
    )
    parser.add_argument("--tool", choices=list(TOOLS), action="append", help="only this tool (may be given again)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="processors for each tool (default 1)")
    parser.add_argument("--limit-seconds", type=float, default=900, help="stop a run of a tool after this long")
    parser.add_argument("--quick", action="store_true", help="small, printed on standard output, nothing written")
    parser.add_argument("--tables", action="store_true", help="only the tables, from the JSON that is there")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the records")
    for name in ("--one", "--texts", "--labels"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(run_tool(args.one, Path(args.texts), Path(args.labels), args.threads)), flush=True)
        # Without the interpreter's own end, in which Daft's threads crashed once in twenty runs.
        os._exit(0)
    folder = None if args.quick else args.output
    for part in () if args.tables else args.part or PARTS:
        if part == "clusters":
            for n in args.size or ((2_000,) if args.quick else (10_000, 100_000)):
                tools = args.tool or [name for name, tool in TOOLS.items() if n <= tool.up_to]
                limits = {"repeats": args.repeats, "limit_seconds": args.limit_seconds, "threads": args.threads}
                write_record(measure_clusters(n, tools, **limits), f"speed_clusters_{n}", folder)
        elif part == "kernels":
            n = 2_000 if args.quick else 100_000
            command = [sys.executable, str(HERE / "kernels.py"), str(n), str(args.repeats)]
            write_record(run_child(command, limit_seconds=args.limit_seconds), "speed_kernels", folder)
        elif part == "reading":
            write_record(commands.measure_reading(args.repeats), "speed_reading", folder)
        elif part == "lines":
            write_record(lines.measure(5_000_000 if args.quick else 500_000_000, args.repeats), "speed_lines", folder)
        else:
            write_record(commands.measure_start(max(args.repeats, 3 if args.quick else 11)), "speed_start", folder)
    if not args.quick and args.output == RESULTS:
        write_section("speed", tables(RESULTS), README)


if __name__ == "__main__":
    main()
