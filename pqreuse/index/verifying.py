"""Two indexes compared by what they say: one as it is kept, one made anew of the same records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.comparing import all_texts
from pqreuse.index.incoming import text_keys
from pqreuse.index.postings import unpacked
from pqreuse.index.runs import run_rows
from pqreuse.index.tables import TOKEN, UNITS, Tables
from pqreuse.ragged import Ragged, ranges, row_digests

_SHOWN = ~np.uint64(1 << 31)  # a row of a list, without whether its text looks the shingle up itself


def first_difference(kept: Tables, anew: Tables) -> str | None:
    """What one says and the other does not; None where they say the same."""
    for tables in (kept, anew):
        if not _lists_are_whole(tables):
            return "its lists do not hold all texts and runs"
    if _answers(kept) != _answers(anew):
        return "its answers are not those of its records"
    for unit, name in enumerate(UNITS):
        if _families(kept, unit) != _families(anew, unit):
            return f"its {name} families are not those of its answers"
    return None


def _answers(tables: Tables) -> dict[str, tuple[int, int, int]]:
    """Of each answer its days, and a digest of its words and of what is known of them."""
    tokens = tables.tokens
    values = tables.hashes[tokens & TOKEN] ^ (tokens & ~np.uint32(TOKEN)).astype(np.uint64)
    digests = row_digests(Ragged(values, tables.word_ends)).tolist()
    days = tables.answers[["first_day", "last_day"]].tolist()
    living = np.flatnonzero(tables.alive).tolist()
    return {name: (*days[one], digests[one]) for name, one in zip(tables.ids(living), living, strict=True)}


def _families(tables: Tables, unit: int) -> dict[int, tuple[int, int, int]]:
    """Of each text, by a digest of its words: that of its exemplar, its answers, its first day."""
    rows, alike = tables.texts, tables.alike[unit]
    words = Ragged.of_lengths(
        tables.hashes[tables.tokens[ranges(rows["first"], rows["length"])] & TOKEN], rows["length"]
    )
    digests = row_digests(words).tolist()
    living = np.flatnonzero(alike.answers > 0).tolist()
    known = zip(alike.exemplar.tolist(), alike.answers.tolist(), alike.first_day.tolist(), strict=True)
    of_text = list(known)
    return {digests[one]: (digests[of_text[one][0]], *of_text[one][1:]) for one in living}


def _lists_are_whole(tables: Tables) -> bool:
    """Whether texts and runs are found by all that they are to be found by."""
    texts = all_texts(tables)
    numbers = np.arange(len(texts))
    sets, words = texts.keys(numbers), texts.words_of(numbers)
    shingles = sets.values.astype(np.uint64) << np.uint64(32) | sets.row_of_value().astype(np.uint64)
    runs = run_rows(tables.tokens, tables.word_ends, tables.hashes, tables.params.run_words, 0)
    parts = tables.store.parts
    return (
        _same(shingles, [unpacked(part) & _SHOWN for part in tables.postings])
        and _same(runs, [part["rows"] for part in parts("runs")])
        and _same(text_keys(row_digests(words)), [part["keys"] for part in parts("text_keys")])
        and _same(numbers.astype(np.uint64), [part["values"].astype(np.uint64) for part in parts("text_keys")])
    )


def _same(values: NDArray[Any], parts: Sequence[NDArray[Any]]) -> bool:
    """Whether the parts have these values, in whatever order."""
    return np.array_equal(np.sort(values), np.sort(np.concatenate([values[:0], *parts])))
