"""Texts → the first of those that are the same, character by character: before anything is known of their words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.copies import find_first, stand_at
from pqreuse.arrow import TextColumn


def find_copies(texts: list[str] | TextColumn) -> NDArray[np.int32]:
    """The place of the first text that is the same as each.

    Of texts that were made to have one hash a copy may be taken for a text of its own: who has to know of all that say
    the same compares their words.

    Parameters
    ----------
    texts : list of str or TextColumn
        A list that nobody changes meanwhile.

    Returns
    -------
    ndarray of int32, shape (n_texts,)

    Examples
    --------
    >>> find_copies(["One line.", "Another.", "One line."]).tolist()
    [0, 1, 0]
    """
    if isinstance(texts, TextColumn):
        return find_first(texts.addresses, np.maximum(texts.lengths, 0) << 2)
    return find_first(*stand_at(texts))
