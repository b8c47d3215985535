"""What all benchmarks share: JSON records with their surroundings, processes of their own, tables in the README."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
README = HERE / "README.md"
PACKAGES = ("pqreuse", "numpy", "scipy", "rapidfuzz", "datasketch", "rensa", "daft", "lxml", "sentencex")

Record = dict[str, Any]


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def real_data() -> Path | None:
    """The real answers: those of the folder `data` in PQREUSE_SHARED, else in ../shared; None where there are none."""
    named = os.environ.get("PQREUSE_SHARED")
    folder = Path(named) / "data" if named else ROOT.parent / "shared" / "data"
    return folder / "uk_commons_2023-09_2025-06.jsonl.gz" if folder.is_dir() else None


# Records


def commit() -> str | None:
    """What was measured; "+" behind it where the package differs from it."""
    git = ["git", "-C", str(ROOT)]
    try:
        name, changed = (
            subprocess.run([*git, *command], check=True, capture_output=True, text=True).stdout.strip()
            for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "pqreuse"])
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return name + "+" * bool(changed)


def machine() -> str:
    """Kind and number of processors, widest vectors, memory: what times depend on; nothing names the machine."""
    flags, memory = "", ""
    with contextlib.suppress(OSError):
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        flags = next((f" {name}" for name, flag in (("AVX-512", " avx512bw"), ("AVX2", " avx2")) if flag in info), "")
    with contextlib.suppress(OSError, ValueError, AttributeError):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    return f"{platform.machine()}{flags}, {os.cpu_count()} processors{memory}"


def with_surroundings(record: Record) -> Record:
    """The record with what it was measured with."""
    versions: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return record | {
        "commit": commit(),
        "versions": versions | {"python": platform.python_version()},
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d"),
    }


def write_record(record: Record, name: str, folder: Path | None) -> None:
    """The record with its surroundings as ``NAME.json`` in the folder; without a folder on standard output."""
    text = json.dumps(with_surroundings(record), indent=1, ensure_ascii=False) + "\n"
    if folder is None:
        sys.stdout.write(text)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def read_records(folder: Path, pattern: str) -> list[Record]:
    """The records of these names, smallest size first."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(pattern))]
    return sorted(records, key=lambda record: record["size"].get("paragraphs", 0))


# Processes of their own


def run_child(command: Sequence[str], *, limit_seconds: float, limit_gb: float | None = None) -> Record:
    """The JSON that the command prints on its last line; ``{"exceeded": …}`` where it was stopped or failed.

    A process that crashes is started again, twice at most; ``crashes`` says how often it did.
    """
    crashes = -1
    record: Record = {"exceeded": "crash"}
    while crashes < 2 and str(record.get("exceeded", "")).startswith("crash"):
        record = _run_once(command, limit_seconds, limit_gb)
        crashes += 1
    return record | ({"crashes": crashes} if crashes else {})


def _run_once(command: Sequence[str], limit_seconds: float, limit_gb: float | None) -> Record:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        child = subprocess.Popen(command, stdout=printed)
        started = time.perf_counter()
        while child.poll() is None:
            time.sleep(0.05)
            slow = time.perf_counter() - started > limit_seconds
            if slow or (limit_gb is not None and peak_gb(child.pid) > limit_gb):
                child.kill()
                child.wait()
                return {"exceeded": f"{limit_seconds:g} s" if slow else f"{limit_gb:g} GB"}
        printed.seek(0)
        lines = printed.read().splitlines()
    if child.returncode < 0:
        return {"exceeded": f"crash by signal {-child.returncode}"}
    if child.returncode or not lines:
        return {"exceeded": f"ended with status {child.returncode}"}
    return json.loads(lines[-1])


def peak_gb(pid: int | str = "self") -> float:
    """Most memory that a process has held since it began (or since `forget_peak`), in 10⁹ bytes."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e9
    if pid != "self":
        return 0.0
    # In kilobytes on Linux, in bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def forget_peak() -> None:
    """Begin the peak of this process anew, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def use_processors(n: int) -> None:
    """Keep this process to so many processors, where the system can: the one limit that every library obeys."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-n:])
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[name] = str(n)


# Tables


def ratio(part: float, whole: float) -> float:
    """The share; 1 where there is nothing to find."""
    return round(part / whole, 5) if whole else 1.0


def percent(share: float) -> str:
    """With one decimal; with two where one would say that nothing is missing and something is."""
    return f"{100 * share:.{2 if 0.9995 <= share < 1 else 1}f} %"


def three_digits(value: float) -> str:
    """A figure of three significant digits, written out: 0.0123, 1.23, 12.3, 123, 1,230."""
    return f"{float(f'{value:.3g}'):,.{max(0, 2 - len(str(int(value))) + 1) if value >= 1 else 3}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(name: str, text: str, readme: Path) -> None:
    """Put the text between the README's marks of this name."""
    marks = (f"<!-- {name}: printed by benchmarks/{name}.py --tables -->", f"<!-- end of {name} -->")
    old = readme.read_text(encoding="utf-8")
    start, end = (old.index(mark) for mark in marks)
    body = f"{text}\n\n" if text else ""
    readme.write_text(f"{old[:start]}{marks[0]}\n\n{body}{old[end:]}", encoding="utf-8")
