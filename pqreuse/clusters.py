"""Texts, each taken whole → the first one of its family. Part of the pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from pqreuse.arrow import TextColumn
from pqreuse.candidates import choose_bands, mark_met
from pqreuse.copies import find_copies
from pqreuse.families import choose_exemplars, rank_texts
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE
from pqreuse.records import Progress
from pqreuse.shingles import collapse, hashed_shingles, make_shingles
from pqreuse.signatures import band_keys, permutations
from pqreuse.stock import search_for
from pqreuse.threads import in_threads
from pqreuse.words import NumberedWords, number_words

_TEXTS_AT_ONCE = 1024


def find_exemplars(
    texts: list[str] | TextColumn, params: ReuseParams, *, threads: int = 1, progress: Progress | None = None
) -> NDArray[np.int64]:
    """The exemplar of each text: the place of the first text that has its words.

    Copies, character by character, are taken once. With ``search="lsh"`` a text that shares no bucket and has no copies
    is alone: its words are hashed, and never numbered.

    Parameters
    ----------
    texts : list of str or TextColumn
    params : ReuseParams
    threads : int
    progress : callable, optional
    """
    if isinstance(texts, list):
        texts = texts.copy()  # that nobody changes while strings are looked at where they are
    places = np.arange(len(texts))
    first = find_copies(texts)
    is_first = first == places
    shown = np.flatnonzero(is_first)
    n_copies = np.bincount(first, minlength=len(texts))[shown]
    some = _pick(texts, is_first)
    exemplar = np.arange(len(some))
    if params.search == "lsh":
        keys, met = _sketch(some, params, threads, progress)
        met |= n_copies > 1
        which = np.flatnonzero(met)
        words = number_words(_pick(some, met), threads)
        found = _find_among(words, n_copies[which], params, threads, progress, (keys, which))
        exemplar[which] = np.where(found < 0, -1, which[found])
    else:
        exemplar = _find_among(number_words(some, threads), n_copies, params, threads, progress)
    # Texts that are too short are in no family, nor are their copies.
    exemplar_of = np.full(len(texts), -1)
    exemplar_of[shown] = np.where(exemplar < 0, -1, shown[exemplar])
    found = exemplar_of[first]
    return np.where(found < 0, places, found)


def _pick(texts: list[str] | TextColumn, picked: NDArray[np.bool_]) -> list[str] | TextColumn:
    if isinstance(texts, TextColumn):
        return texts.take(np.flatnonzero(picked))
    return list(compress(texts, picked.tobytes()))


def _sketch(
    texts: list[str] | TextColumn, params: ReuseParams, threads: int, progress: Progress | None
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Keys of texts, uint32[n_bands, n_texts], and which texts share a bucket with another one."""
    bands, rows = choose_bands(params.lsh_jaccard, params.lsh_recall)
    functions = permutations(params.seed, bands * rows)
    keys = np.empty((bands, len(texts)), np.uint32)
    n_words = np.empty(len(texts), np.int64)

    def sketch(start: int) -> None:
        these = slice(start, start + _TEXTS_AT_ONCE)
        shingles, n_words[these] = hashed_shingles(texts[these], params.shingle_words)
        found = band_keys(shingles, functions, rows, number=start)
        np.right_shift(found, 32, out=keys[:, these], casting="unsafe")

    for done, _ in enumerate(in_threads(sketch, range(0, len(texts), _TEXTS_AT_ONCE), threads)):
        if progress is not None:
            progress("sketching", min((done + 1) * _TEXTS_AT_ONCE, len(texts)), len(texts))
    # Texts without shingles have nothing to share a bucket by, and can have the same words.
    met = (n_words < params.shingle_words) & (n_words >= params.min_words)
    # Whichever thread writes there writes the same.
    list(in_threads(lambda some: mark_met(some, met.view(np.uint8)), np.array_split(keys, threads), threads))
    return keys, met


def _find_among(
    words: NumberedWords,
    n_copies: NDArray[np.int64],
    params: ReuseParams,
    threads: int,
    progress: Progress | None,
    sketched: tuple[NDArray[np.uint32], NDArray[np.int64]] | None = None,
) -> NDArray[np.int64]:
    """The exemplar of each text: the place of the first one that has its words; -1 where a text is too short.

    ``n_copies`` says how many times each text stands. ``sketched`` has the band keys of the texts and the places of
    these texts in them.
    """
    n_texts = len(words.indptr) - 1
    texts = collapse(words.tokens, words.indptr[:-1], words.indptr[1:], params.min_words, words.vocabulary.numeric)
    long = np.flatnonzero(texts.of_segment >= 0)
    n_uses = np.zeros(len(texts), np.int64)
    np.add.at(n_uses, texts.of_segment[long], n_copies[long])
    shown_by = np.full(len(texts), n_texts, np.int64)
    np.minimum.at(shown_by, texts.of_segment[long], long)
    undated = np.full(len(texts), NONE, np.int64)
    best_first = rank_texts(n_uses, undated, words.tokens, texts.first, texts.length)
    shingles = make_shingles(words.tokens, texts, best_first, words.vocabulary, params.shingle_words)
    bands = None if sketched is None else _sorted_bands(sketched[0], sketched[1][shown_by[best_first]])
    search = search_for(shingles, params, threads, progress, bands)
    chosen = choose_exemplars(search, len(shingles), progress)
    exemplar = np.empty(len(texts), np.int64)
    exemplar[best_first] = shown_by[best_first[chosen]]
    found = np.full(n_texts, -1)
    found[long] = exemplar[texts.of_segment[long]]
    return found


def _sorted_bands(keys: NDArray[np.uint32], places: NDArray[np.int64]) -> Iterable[NDArray[np.uint64]]:
    """``key << 32 | text``, sorted, of one band after the other; text 0 is the one at the first of these places."""
    numbers = np.arange(len(places), dtype=np.uint64)
    for band in keys:
        found = band[places].astype(np.uint64)
        found <<= np.uint64(32)
        found |= numbers
        found.sort()
        yield found
