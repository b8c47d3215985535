"""Seconds of each stage and peak memory of the main job on given files: one JSON record on standard output.

    python benchmarks/stages.py INPUT... [--repeats N] [--threads N]

Every repeat is a process of its own, so that the peak is that of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import version


def measure(inputs: list[str], threads: int) -> dict[str, object]:
    """One run: seconds until each stage was first heard of, and what was found."""
    import pqreuse

    started = time.perf_counter()
    stages: list[list[object]] = []

    def heard(stage: str, done: int, total: int | None) -> None:
        if not stages or stages[-1][0] != stage:
            stages.append([stage, round(time.perf_counter() - started, 2)])

    corpus = pqreuse.read_answers(inputs, progress=heard)
    result = pqreuse.find_reuse(corpus, threads=threads, progress=heard)
    seconds = time.perf_counter() - started
    return {
        "answers": len(corpus),
        "words": result.words,
        "families": len(result.families),
        "stages": stages,
        "seconds": round(seconds, 2),
        "ns_per_word": round(1e9 * seconds / max(result.words, 1)),
        # ru_maxrss is in kilobytes on Linux.
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.once:
        print(json.dumps(measure(args.inputs, args.threads)))
        return
    again = [sys.executable, __file__, *args.inputs, "--threads", str(args.threads), "--once"]
    runs = [json.loads(subprocess.run(again, check=True, capture_output=True).stdout) for _ in range(args.repeats)]
    record = {
        "what": "report, from files to families and shares",
        "inputs": [os.path.basename(name) for name in args.inputs],
        "threads": args.threads,
        "median_seconds": statistics.median(run["seconds"] for run in runs),
        "runs": runs,
        "pqreuse": version("pqreuse"),
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
    }
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
