"""Copies of texts against the plain definition."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from pqreuse.arrow import TextColumn
from pqreuse.copies import find_copies

# Of a few lengths about those that are hashed together, so that many are the same and many nearly.
alike = st.builds(
    lambda start, length, end: start + "x" * length + end,
    st.sampled_from(["", "a", "é", "“"]),
    st.sampled_from([0, 7, 30, 31, 32, 33, 64, 200]),
    st.sampled_from(["", "a", "b", "é", "\U0001f600"]),
)
texts = st.lists(st.one_of(alike, st.text(characters, max_size=8)), max_size=60)


@given(texts)
def test_the_first_of_the_same_is_found(several: list[str]) -> None:
    # Joined anew: that two are the same object is not what is looked at.
    fresh = ["".join(list(text)) for text in several]
    assert find_copies(fresh).tolist() == [several.index(text) for text in several]


@given(texts)
def test_in_a_column_too(several: list[str]) -> None:
    several = [text.encode("utf-8", "ignore").decode() for text in several]
    column = TextColumn.of(pl.Series(several, dtype=pl.String))
    assert find_copies(column).tolist() == [several.index(text) for text in several]


def test_a_null_is_an_empty_text() -> None:
    assert find_copies(TextColumn.of(pl.Series(["a", None, "", "a"]))).tolist() == [0, 1, 1, 0]


def test_same_bytes_of_other_characters_are_no_copy() -> None:
    """In memory a character takes one, two or four bytes: here the bytes of all three are the same."""
    wide = "\U00010101"
    assert wide.encode("utf-32-le") == "\u0101\u0001".encode("utf-16-le") == b"\x01\x01\x01\x00"
    assert find_copies([wide, "\u0101\u0001", "\x01\x01\x01\x00", wide]).tolist() == [0, 1, 2, 0]


def test_among_very_many() -> None:
    several = [f"Text number {number % 30_000} of a corpus." for number in range(100_000)]
    assert (find_copies(several) == [number % 30_000 for number in range(100_000)]).all()
