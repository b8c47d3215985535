"""The ragged type."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pqreuse.ragged import Ragged


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=6), st.data())
def test_take_gives_the_rows_asked_for(rows: list[list[int]], data: st.DataObject) -> None:
    ragged = Ragged.of_rows([np.array(row, np.int64) for row in rows], np.int64)
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8)) if rows else []
    taken = ragged.take(np.array(chosen, np.int64))
    assert [row.tolist() for row in (taken[place] for place in range(len(taken)))] == [rows[place] for place in chosen]
    assert ragged.row_of_value().tolist() == [place for place, row in enumerate(rows) for _ in row]
