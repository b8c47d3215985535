"""An index of the example answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from pqreuse import ReuseIndex, read_answers


@pytest.fixture
def index(tmp_path: Path, examples: Path) -> ReuseIndex:
    return ReuseIndex.create(tmp_path / "pqs.pqreuse", read_answers(examples))
