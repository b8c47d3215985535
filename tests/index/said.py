"""What an index says: two indexes of the same answers say the same, in whatever order these came."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from pqreuse import ReuseIndex

TABLES = (
    "answers",
    "questions",
    "uins",
    "families",
    "variants",
    "uses",
    "slots",
    "months",
    "scores",
    "spans",
    "_arrays",
)


def said(index: ReuseIndex) -> dict[str, list[str]]:
    """The rows of its tables but for how its records were numbered."""
    with closing(sqlite3.connect(index.path)) as db:
        return {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in TABLES}
