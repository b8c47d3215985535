"""A reader of small files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pqreuse.readers import Reading, read_records


class Read:
    """Writes content to a file, and reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, content: str | bytes, name: str = "in.txt") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def __call__(self, content: str | bytes, name: str = "in.txt", **options: Any) -> Reading:
        return read_records(self.write(content, name), **options)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return Read(tmp_path)
