"""Hypothesis profiles, where the data lies, and what was skipped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# Doctests would run it, and it is only to be read by type checkers.
collect_ignore = ["typed_use.py"]

# "ci" gives every run the same examples: a red run is red again. HYPOTHESIS_PROFILE=thorough looks further.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def examples() -> Path:
    """The invented answers that come with the project."""
    return ROOT / "examples" / "answers.jsonl"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data, which is no part of the project: the folder `data` in PQREUSE_SHARED, else in `../shared`."""
    named = os.environ.get("PQREUSE_SHARED")
    folder = Path(named) / "data" if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        where = "PQREUSE_SHARED has no folder `data`" if named else "there is no ../shared/data"
        pytest.skip(f"needs the shared data: {where}")
    return folder


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """After pytest's own summary, just above its closing line: how many tests were skipped, and why."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    # `longrepr` of a skipped test is (file, line, "Skipped: reason").
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    terminalreporter.write_line(f"{len(skipped)} skipped" + "".join(f"\n  {n} × {why}" for why, n in reasons.items()))
