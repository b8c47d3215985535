"""What an index says, in words: two indexes of the same answers say the same, in whatever order these came."""

from __future__ import annotations

from typing import Any

import numpy as np

from pqreuse import ReuseIndex
from pqreuse.index.comparing import all_texts
from pqreuse.index.tables import Tables
from pqreuse.storage import Store


def said(index: ReuseIndex) -> dict[str, Any]:
    """Its answers, and of each unit the exemplar, the answers and the first day of each wording."""
    tables = Tables(Store(index.path))
    found: dict[str, Any] = {"answers": sorted(tables.ids(np.flatnonzero(tables.alive).tolist()))}
    words = dict(enumerate(all_texts(tables).joined(np.arange(len(tables.texts)))))
    for unit, alike in zip(("paragraph", "sentence"), tables.alike, strict=True):
        living = np.flatnonzero(alike.answers > 0).tolist()
        assert (np.delete(alike.exemplar, living) == -1).all()
        found[unit] = {
            words[text]: (words[int(alike.exemplar[text])], int(alike.answers[text]), int(alike.first_day[text]))
            for text in living
        }
    return found
