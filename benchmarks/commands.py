"""The program from the shell: `pqreuse report` beside a script that only reads, and its start beside Python's own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from recording import HERE, ROOT, Record, note, peak_gb, real_data, table, three_digits

EXAMPLE = ROOT / "examples" / "answers.jsonl"


def program() -> list[str]:
    """The installed command of this Python's environment; else the package as a module."""
    command = Path(sys.executable).with_name("pqreuse")
    return [str(command)] if command.exists() else [sys.executable, "-P", "-m", "pqreuse"]


def timed(command: Sequence[str]) -> Record:
    """Seconds from start to end of a process, and its processors' seconds; its output is dropped."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {child.returncode}")
    return {
        "seconds": round(seconds, 4),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 4),
    }


def peak_of(command: Sequence[str]) -> float:
    """Peak memory of a process, looked at while it runs: the usage that a parent is told counts its own at the fork."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, peak_gb(child.pid))
        time.sleep(0.01)
    return round(peak, 3)


def take_turns(what: str, commands: dict[str, list[str]], repeats: int) -> dict[str, Record]:
    """Each command in turn, after one run of each for its memory, which also puts files and bytecode at hand."""
    peaks = {name: peak_of(command) for name, command in commands.items()}
    runs: dict[str, list[Record]] = {name: [] for name in commands}
    for repeat in range(repeats):
        for name, command in commands.items():
            runs[name].append(timed(command))
            note(f"{what}: repeat {repeat + 1}, {name}: {runs[name][-1]['seconds']} s")
    return {
        name: {
            "repeats": those,
            "median_seconds": statistics.median(run["seconds"] for run in those),
            "peak_gb": peaks[name],
        }
        for name, those in runs.items()
    }


def measure_reading(repeats: int) -> Record:
    """`pqreuse report --format json` beside a plain script that only reads the same file."""
    file = real_data() or EXAMPLE
    runs = take_turns(
        "reading",
        {
            "pqreuse": [*program(), "report", str(file), "--format", "json", "--quiet"],
            "pqreuse, one thread": [*program(), "report", str(file), "--format", "json", "--quiet", "--threads", "1"],
            "plain": [sys.executable, str(HERE / "plain_reading.py"), str(file)],
        },
        repeats,
    )
    return {
        "what": "pqreuse report --format json beside a plain script that only reads, splits and finds words",
        "source": f"{file.name}{'' if real_data() else ' (invented answers)'}",
        "size": {"bytes": file.stat().st_size},
        "runs": runs,
        "ratio": runs["pqreuse"]["median_seconds"] / runs["plain"]["median_seconds"],
    }


def measure_start(repeats: int) -> Record:
    """`pqreuse report` on the example answers beside `python -c pass`."""
    runs = take_turns(
        "start",
        {
            "pqreuse report examples/answers.jsonl": [*program(), "report", str(EXAMPLE.relative_to(ROOT))],
            "pqreuse --version": [*program(), "--version"],
            "python -c pass": [sys.executable, "-c", "pass"],
        },
        repeats,
    )
    return {"what": "the program from its start to its end", "size": {"bytes": EXAMPLE.stat().st_size}, "runs": runs}


def reading_table(record: Record) -> str:
    plain = record["runs"]["plain"]["median_seconds"]
    names = {
        "pqreuse": "`pqreuse report --format json`",
        "pqreuse, one thread": "`pqreuse report --format json --threads 1`",
        "plain": "`plain_reading.py`: json, lxml, sentencex, re; finds no reuse",
    }
    rows = [
        [
            shown,
            three_digits(run["median_seconds"]),
            f"{three_digits(run['median_seconds'] / plain)} ×",
            f"{run['peak_gb']:.2f}",
        ]
        for shown, run in ((names[name], record["runs"][name]) for name in names)
    ]
    return (
        f"From the file to the report: {record['source']}, medians of {len(record['runs']['plain']['repeats'])}; at "
        f"commit {record['commit']} on {record['machine']}.\n\n"
        + table(["command", "seconds", "to plain", "peak GB"], rows)
    )


def start_table(record: Record) -> str:
    rows = [[f"`{name}`", three_digits(run["median_seconds"])] for name, run in record["runs"].items()]
    repeats = max(len(run["repeats"]) for run in record["runs"].values())
    return f"From start to end of a process, medians of {repeats}.\n\n" + table(["command", "seconds"], rows)
