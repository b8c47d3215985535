"""A column of text in Arrow's memory, read in place: of polars, pyarrow, DuckDB, or pandas with Arrow's strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.arrow import decode, most_words, read_stream
from pqreuse.errors import ParameterError


class TextColumn(Sequence[str]):
    """Texts in Arrow's memory; each becomes a string when it is asked for. A null is an empty text.

    Parameters
    ----------
    addresses : ndarray of uint64, shape (n_texts,)
        Where each text stands, in UTF-8.
    lengths : ndarray of int64, shape (n_texts,)
        In bytes; -1 for a null.
    held : object
        What keeps that memory.
    """

    __slots__ = ("_held", "addresses", "lengths")

    def __init__(self, addresses: NDArray[np.uint64], lengths: NDArray[np.int64], held: object) -> None:
        self.addresses, self.lengths, self._held = addresses, lengths, held

    @classmethod
    def of(cls, column: Any) -> TextColumn:
        """The texts of a column that has ``__arrow_c_stream__``: string, large_string or string_view, any chunks.

        Raises
        ------
        ParameterError
            If it does not hold text, or not all of it is valid UTF-8.
        """
        try:
            found = cls(*read_stream(column.__arrow_c_stream__(None)))
        except TypeError as error:
            raise ParameterError(
                f"texts must be one column of strings, but this is what Arrow calls {str(error)!r}: select or cast it"
            ) from None
        if (most := most_words(found.addresses, found.lengths)) < 0:
            raise ParameterError(f"text {-1 - most} of the column is not valid UTF-8")
        return found

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> TextColumn: ...
    def __getitem__(self, place: int | slice) -> str | TextColumn:
        if isinstance(place, slice):
            return TextColumn(self.addresses[place], self.lengths[place], self._held)
        return decode(self.addresses[place], max(self.lengths[place], 0))

    def __reduce__(self) -> tuple[type[list[str]], tuple[list[str]]]:
        # Addresses mean nothing elsewhere.
        return list, (list(self),)

    def take(self, places: NDArray[np.int64] | Sequence[int]) -> TextColumn:
        """These texts, in this order."""
        return TextColumn(self.addresses[places], self.lengths[places], self._held)

    def most_words(self) -> int:
        """The most words that the texts can have."""
        return most_words(self.addresses, self.lengths)
