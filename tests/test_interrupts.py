"""Ctrl-C and SIGTERM at any moment of a run: one line, its status, and an output that is whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import pytest

from pqreuse.cli import main

ROOT = Path(__file__).resolve().parent.parent
MOMENTS = 40


class Outside(BaseException):
    """The signal came before the program had begun, or after its end."""


def run(number: int, at: int) -> tuple[int, int]:
    """A report that the signal meets at its call or return number `at`; its status, and how many there were."""
    count = 0

    def watch(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            sys.setprofile(None)
            # As Python does it between two instructions of this frame.
            signal.getsignal(number)(number, frame)

    def outside(number: int, frame: object) -> None:
        raise Outside

    # As Python starts with: Ctrl-C is an exception, SIGTERM ends the process.
    before = signal.signal(number, signal.default_int_handler if number == signal.SIGINT else outside)
    sys.setprofile(watch)
    try:
        status = main(["report", "in.jsonl", "--format", "json", "--quiet", "--output", "out.json"])
    except (Outside, KeyboardInterrupt):
        status = -1
    finally:
        sys.setprofile(None)
        signal.signal(number, before)
    return status, count


@pytest.mark.parametrize(
    ("number", "status", "line"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_any_moment(number: int, status: int, line: str, examples: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_text("\n".join(examples.read_text("utf-8").splitlines()[:8]), "utf-8")
    run(number, -1)
    whole = Path("out.json").read_bytes()
    # Two threads share the work as it comes: this one has more of it in some runs than in others.
    calls = min(run(number, -1)[1] for _ in range(3))
    capsys.readouterr()
    inside = 0
    for moment in range(MOMENTS):
        Path("out.json").unlink(missing_ok=True)
        found, reached = run(number, calls * moment // MOMENTS + 10)
        told = capsys.readouterr().err
        over = [(0, "")] if reached < calls * moment // MOMENTS + 10 else []
        assert (found, told) in [(status, f"pqreuse: {line}\n"), (-1, ""), *over]
        inside += found == status
        assert set(os.listdir()) <= {"in.jsonl", "out.json"}
        if Path("out.json").exists():
            assert Path("out.json").read_bytes() == whole
    assert inside >= MOMENTS - 4


def test_handlers_are_those_of_before(examples: Path, capsys) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert main(["report", str(examples), "--quiet"]) == 0
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_another_thread_than_the_main_one_runs_a_report(examples: Path, capsys) -> None:
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(main(["report", str(examples), "--quiet"])))
    thread.start()
    thread.join()
    assert statuses == [0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_real_one_amid_the_long_work(number: int, examples: Path, tmp_path: Path) -> None:
    lines = examples.read_text("utf-8").splitlines()
    many = "".join(
        json.dumps(json.loads(line) | {"id": f"{copy}/{place}"}) + "\n"
        for copy in range(60)
        for place, line in enumerate(lines)
    )
    out = tmp_path / "out.json"
    command = [sys.executable, "-P", "-m", "pqreuse", "report", "-", "--output", str(out), "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(many.encode())  # more than a pipe holds: once it is through, the program is at work
        process.stdin.close()
        time.sleep(0.3)
        process.send_signal(number)
        told = process.stderr.read()
    expected = (130, b"pqreuse: interrupted\n") if number == signal.SIGINT else (143, b"pqreuse: terminated\n")
    assert (process.returncode, told) in [expected, (0, b"")]
    assert os.listdir(tmp_path) == (["out.json"] if process.returncode == 0 else [])
