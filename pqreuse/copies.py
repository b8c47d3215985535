"""Texts → the first of those that are the same, character by character: before anything is known of their words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.copies import find_first, stand_at
from pqreuse.arrow import TextColumn


def find_copies(texts: list[str] | TextColumn) -> NDArray[np.int32]:
    """The place of the first text that is the same as each: int32[n_texts].

    Now and then a copy may not be found, and is its own first one: what needs to know them all compares their words.
    """
    if isinstance(texts, TextColumn):
        return find_first(texts.addresses, np.maximum(texts.lengths, 0) << 2)
    return find_first(*stand_at(texts))
