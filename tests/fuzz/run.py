"""Fuzz readers, files of an index and kernels, one after the other: python tests/fuzz/run.py [--runs N] [NAME...]

Needs atheris (pip install atheris). A tenth of the executions is guided by the branches of the Python that they reach,
the rest, five times as fast, changes at random the inputs which that tenth has found. Prints one line a target with the
executions that there were; what is wrong is left in the folder --findings, and the status is 1. A finding is run again
by --again FILE NAME.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]


def fuzz(name: str, guided: bool, options: list[str]) -> None:
    """Run one target in this process until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["pqreuse", "naive", "naive_templates"]) if guided else nullcontext():
        from fuzz.targets import TARGETS

    atheris.Setup([sys.argv[0], *options], TARGETS[name].run)
    atheris.Fuzz()


def supervise(name: str, args: argparse.Namespace) -> bool:
    """Run one target in processes of its own and print how it went; whether nothing was found."""
    from fuzz.targets import TARGETS

    target = TARGETS[name]
    findings = Path(args.findings, name.replace(" ", "_") + "-")
    options = [f"-seed={args.seed}", f"-max_len={target.longest}", "-timeout=10", f"-artifact_prefix={findings}"]
    options += ["-keep_seed=1", "-print_final_stats=1"]
    executions, fine, began = 0, True, time.perf_counter()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            Path(corpus, f"seed{number}").write_bytes(seed)
        for how, runs in (("guided", args.runs // 10), ("blind", args.runs - args.runs // 10)):
            command = [sys.executable, "-P", str(HERE), "--one", name, how, f"-runs={runs}", *options, corpus]
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            counted = re.findall(r"(?:number_of_executed_units:|Done)\s+(\d+)", done.stderr)
            executions += int(counted[-1]) if counted else 0
            if done.returncode or not counted:
                fine = False
                Path(f"{findings}log").write_text(done.stdout + done.stderr)
                break
    seconds = time.perf_counter() - began
    print(f"{name:15} {executions:>12,} {seconds:>8.0f} s  {'nothing found' if fine else 'FOUND'}", flush=True)
    return fine


def main() -> int:
    """Run what was asked for."""
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], sys.argv[3] == "guided", sys.argv[4:])
        return 0
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TARGETS)}; all of them by default")
    parser.add_argument("--runs", type=int, default=20_000, help="executions of each (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer (%(default)s)")
    parser.add_argument("--findings", default=tempfile.gettempdir(), help="folder (%(default)s)")
    parser.add_argument("--again", metavar="FILE", help="run one input of the target NAME and no other")
    args = parser.parse_args()
    if args.again:
        TARGETS[args.names[0]].run(Path(args.again).read_bytes())
        return 0
    fine = [supervise(name, args) for name in args.names or TARGETS]
    return int(not all(fine))


if __name__ == "__main__":
    raise SystemExit(main())
