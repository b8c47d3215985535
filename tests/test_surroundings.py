"""What the program does to the machine it runs on, and what it says where that machine has no more room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORMATS = {"report": ["table", "json", "csv", "markdown", "html"], "score": ["json"]}
# Opened for writing, sent, run: told by Python's own audit hooks (PEP 578).
WATCHED = """
import os, sys
def watch(event, args):
    if event == "open" and isinstance(args[0], str | bytes) and (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        print(event, os.fsdecode(args[0]), file=sys.stderr)
    elif event.partition(".")[0] in ("socket", "subprocess", "pickle", "urllib", "ftplib", "smtplib", "webbrowser"):
        print(event, *args[:1], file=sys.stderr)
    elif event in ("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename", "os.mkdir"):
        print(event, *args[:2], file=sys.stderr)
sys.addaudithook(watch)
sys.dont_write_bytecode = True
from pqreuse.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(("verb", "form"), [(verb, form) for verb, forms in FORMATS.items() for form in forms])
def test_nothing_is_written_but_the_output_and_nothing_sent_or_run(
    verb: str, form: str, examples: Path, tmp_path: Path
):
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-P",
        "-c",
        WATCHED,
        verb,
        str(examples),
        "--format",
        form,
        "--output",
        str(out),
        "--quiet",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    opened, moved = dict.fromkeys(done.stderr.splitlines())
    assert opened.startswith(f"open {tmp_path}/.out.")
    assert moved == f"os.rename {opened.removeprefix('open ')} {out}"
    assert os.listdir(tmp_path) == ["out"]


def test_ten_thousand_files_with_few_of_them_open(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.json").write_text(f'[{{"id": {number}, "answer": "An answer, number {number % 7}."}}]')
    limited = "import resource as r, sys; r.setrlimit(r.RLIMIT_NOFILE, (40, 40)); from pqreuse.cli import main; main()"
    command = [sys.executable, "-P", "-c", limited, "report", str(tmp_path), "--format", "json", "--threads", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    corpus = json.loads(done.stdout)["corpus"]
    assert (corpus["files"], corpus["questions"]) == (10_000, 10_000)


SMALL = """
import resource, sys
import pqreuse, pqreuse.pipeline, pqreuse.report.contract, pqreuse.readers, lxml.etree
from pqreuse.cli import main
pqreuse.find_reuse(["warmed up"]).families
with open("/proc/self/status") as status:
    data = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
room = 1000 * data + 1_000_000 * int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_DATA, (room, room))
sys.exit(main())
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 MB of answers."""
    path = tmp_path_factory.mktemp("large") / "answers.jsonl"
    with path.open("w") as file:
        for number in range(20_000):
            words = " ".join(f"word{number * place % 9973}" for place in range(1, 60))
            file.write(json.dumps({"id": str(number), "answer": words}) + "\n")
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to know the memory in use")
@pytest.mark.parametrize("megabytes", [2, 8, 20, 40, 70])
def test_out_of_memory(megabytes: int, large: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = [sys.executable, "-P", "-c", SMALL, str(megabytes), "report", str(large), "--output", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == "pqreuse: not enough memory for this; read fewer files at once\n"
    assert done.returncode == 1
    assert os.listdir(tmp_path) == []
