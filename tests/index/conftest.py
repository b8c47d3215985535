"""An index of the example answers, and a disk that is not waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pqreuse import ReuseIndex, read_answers


@pytest.fixture(autouse=True)
def quick_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here loses power: most of a small index's time is waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def index(tmp_path: Path, examples: Path) -> ReuseIndex:
    return ReuseIndex.create(tmp_path / "pqs.pqreuse", read_answers(examples))
