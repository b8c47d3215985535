"""The same bytes out for the same answers in: order, threads, hash seed, locale, time zone, processor change nothing.

The digests of what the examples give are pinned in tests/golden.json. They may change only with a definition or the
format of the output, and then a line of CHANGELOG.md says so: ``python tests/test_determinism.py`` pins them anew, and
``python tests/test_determinism.py 1000`` prints how much memory so many runs in one process keep.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pqreuse import find_reuse, read_answers

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).with_name("golden.json")
VERBS = {
    "report": ["report", "--format", "json"],
    "report csv": ["report", "--format", "csv"],
    "score": ["score", "--format", "json"],
    "score earlier": ["score", "--format", "json", "--against", "earlier"],
}
# Features of the processor that NumPy is to leave alone: its loops for older ones are taken.
OLD = "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"


def output(verb: str, lines: list[str], *options: str, **environment: str) -> str:
    """What the program writes of these lines, in a folder of its own, but for its version."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "answers.jsonl").write_text("\n".join(lines), "utf-8")
        command = [sys.executable, "-P", "-m", "pqreuse", VERBS[verb][0], "answers.jsonl", *VERBS[verb][1:], *options]
        paths = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        done = subprocess.run(command, cwd=folder, env=paths | environment, capture_output=True, check=True)
    return re.sub(r'"pqreuse": "[^"]*"|pqreuse \d[\w.+]*', "", done.stdout.decode("utf-8"))


@pytest.fixture(scope="module")
def lines(examples: Path) -> list[str]:
    return examples.read_text("utf-8").splitlines()


@pytest.mark.parametrize("verb", VERBS)
def test_the_examples_give_what_is_pinned(verb: str, lines: list[str]) -> None:
    found = hashlib.sha256(output(verb, lines).encode("utf-8")).hexdigest()
    why = "if a definition or the format changed, say so in CHANGELOG.md and run python tests/test_determinism.py"
    assert found == json.loads(GOLDEN.read_text("utf-8"))[verb], why


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--threads", "1"], {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0"}),
        (["--threads", "2"], {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Adak"}),
        (["--threads", "7"], {"PYTHONHASHSEED": "4294967295", "NPY_DISABLE_CPU_FEATURES": OLD}),
        (["--threads", "3"], {"PYTHONOPTIMIZE": "2", "PYTHONMALLOC": "malloc"}),
    ],
    ids=["C", "Turkish", "older processor", "optimised"],
)
def test_nothing_around_it_changes_the_bytes(options: list[str], environment: dict[str, str], lines: list[str]) -> None:
    expected = output("report", lines, "--threads", "1", PYTHONHASHSEED="17")
    shuffled = random.Random(str(environment)).sample(lines, len(lines))
    environment = {"PYTHONWARNINGS": "ignore", **environment}
    assert output("report", shuffled, *options, **environment) == expected


def test_runs_in_one_process_give_the_same_and_keep_no_memory(examples: Path) -> None:
    result = find_reuse(read_answers(examples))
    first = [list(result.families), list(result.scores)]
    del result
    assert kept(examples, 15) < 30_000_000
    # What is kept is kept each time; what the system takes its time to take back is not.
    assert min(kept(examples, 20), kept(examples, 20)) < 2_000_000
    result = find_reuse(read_answers(examples))
    assert [list(result.families), list(result.scores)] == first


def kept(examples: Path, runs: int) -> int:
    """Bytes that so many runs leave behind."""
    before = memory()
    for _ in range(runs):
        result = find_reuse(read_answers(examples))
        assert result.families
        assert result.scores
    del result
    return memory() - before


def memory() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    try:
        return 4096 * int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        pytest.skip("needs /proc to measure memory")


def pin() -> None:
    """Pin what the examples give now."""
    lines = (ROOT / "examples" / "answers.jsonl").read_text("utf-8").splitlines()
    digests = {verb: hashlib.sha256(output(verb, lines).encode("utf-8")).hexdigest() for verb in VERBS}
    GOLDEN.write_text(json.dumps(digests, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        kept(ROOT / "examples" / "answers.jsonl", 50)
        print(f"{kept(ROOT / 'examples' / 'answers.jsonl', int(sys.argv[1])):,} bytes kept by {sys.argv[1]} runs")
    else:
        pin()
