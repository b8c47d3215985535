"""Each example prints what its head says, and type checkers find nothing in them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_prints_what_its_head_says(path: Path, tmp_path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    head = ast.get_docstring(ast.parse(source), clean=False) or ""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    run = [sys.executable, "-P", "-W", "error", str(path)]
    done = subprocess.run(
        run, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    shown = textwrap.dedent(head.partition("It prints:\n\n")[2])
    assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
    assert len(source.splitlines()) < 50


def test_examples_are_listed() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES if f"`{path.name}`" not in text] == []


@pytest.mark.parametrize("checker", [["mypy", "--strict"], ["pyright", "--pythonpath", sys.executable]])
def test_type_checkers_find_nothing_in_users_code(checker: list[str]) -> None:
    if find_spec(checker[0]) is None:
        pytest.skip(f"needs {checker[0]}: pip install '.[dev]'")
    files = [str(path) for path in (*EXAMPLES, ROOT / "tests" / "typed_use.py")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", *checker, *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
