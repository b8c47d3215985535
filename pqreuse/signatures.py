"""Shingles → MinHash signatures, bit-identical to datasketch's scheme ``affine32``, and the keys of their bands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels import shingles as kernel
from pqreuse._kernels.shingles import Shingles
from pqreuse.errors import ParameterError
from pqreuse.ragged import Ragged
from pqreuse.threads import in_threads

LANES = 32
"""The kernel works on so many hash functions at once: fewer take as long."""

_TEXTS_AT_ONCE = 1 << 14


def permutations(seed: int, n_hashes: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Multipliers (odd) and offsets of the hash functions, as datasketch 2.0 draws them for ``affine32``.

    Returns
    -------
    multipliers, offsets : ndarray of uint32, shape (n_hashes,)
    """
    random = np.random.RandomState(seed)
    multipliers = random.randint(0, 1 << 31, n_hashes, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return multipliers, random.randint(0, 1 << 32, n_hashes, dtype=np.uint32)


def minhash(sets: Ragged, *, n_hashes: int, seed: int = 1, threads: int = 1) -> NDArray[np.uint32]:
    """Minima of each set under ``n_hashes`` hash functions ``a * fmix32(h) + b mod 2**32``.

    Parameters
    ----------
    sets : Ragged of uint32
        Hashes of each set's members.
    n_hashes, seed, threads : int

    Returns
    -------
    ndarray of uint32, shape (n_sets, n_hashes)
        All ones for an empty set.

    Notes
    -----
    Broder (1997); ``fmix32`` is MurmurHash3's finaliser (Appleby 2011). The same hashes given to
    ``datasketch.MinHash(n_hashes, seed, scheme="affine32", hashfunc=identity)`` give the same bits.
    """
    functions = _padded(permutations(seed, n_hashes))
    signatures = np.empty((len(sets), len(functions[0])), np.uint32)

    def fill(start: int, stop: int) -> None:
        kernel.minhash(sets.values, sets.indptr, *functions, signatures, start, stop)

    _by_chunks(fill, len(sets), threads)
    return np.ascontiguousarray(signatures[:, :n_hashes])


def to_datasketch(signatures: NDArray[np.uint32], *, seed: int = 1, lean: bool = False) -> list[Any]:
    """Signatures as objects of datasketch, for its indexes: scheme ``affine32`` with the same seed, to the bit.

    Parameters
    ----------
    signatures : ndarray of uint32, shape (n_texts, n_hashes)
    seed : int
        That they were made with.
    lean : bool
        As ``LeanMinHash``, which takes less memory and no further values.

    Returns
    -------
    list of datasketch.MinHash or of datasketch.LeanMinHash

    Raises
    ------
    ParameterError
        If these are not signatures.
    """
    found = np.asarray(signatures)
    if found.dtype != np.uint32 or found.ndim != 2:
        raise ParameterError(f"signatures must be uint32[n_texts, n_hashes], got {found.dtype} of shape {found.shape}")
    from datasketch import LeanMinHash, MinHash

    if lean:
        return [LeanMinHash(seed=seed, hashvalues=row, scheme="affine32") for row in signatures]
    # Made once for all: most of an object's time otherwise.
    functions = MinHash(max(signatures.shape[1], 1), seed=seed, scheme="affine32").permutations
    return [MinHash(seed=seed, hashvalues=row, permutations=functions, scheme="affine32") for row in signatures]


def from_datasketch(sketches: Iterable[Any]) -> NDArray[np.uint32]:
    """Signatures of datasketch's ``MinHash`` or ``LeanMinHash`` objects.

    Returns
    -------
    ndarray of uint32, shape (n_sketches, n_hashes)

    Raises
    ------
    ParameterError
        If they are not all of scheme ``affine32``, or differ in seed or length.
    """
    rows, kinds = [], set()
    for sketch in sketches:
        rows.append(np.asarray(sketch.hashvalues, np.uint32))
        kinds.add((sketch.scheme, sketch.seed, len(sketch)))
    if len(kinds) > 1 or any(scheme != "affine32" for scheme, _, _ in kinds):
        found = ", ".join(f"{scheme} seed {seed} length {length}" for scheme, seed, length in sorted(kinds))
        raise ParameterError(f"sketches must all be of scheme affine32, of one seed and one length, got {found}")
    return np.array(rows, np.uint32).reshape(len(rows), len(rows[0]) if rows else 0)


def band_keys(
    shingles: Shingles,
    functions: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    rows: int,
    threads: int = 1,
    out: NDArray[np.uint64] | None = None,
    number: int = 0,
) -> NDArray[np.uint64]:
    """Keys of the bands of each text's signature: equal bands have equal keys.

    Parameters
    ----------
    shingles : Shingles
    functions : tuple of ndarray of uint32
        Hash functions, `rows` for each band; see `permutations`.
    rows : int
    threads : int
    out : ndarray of uint64, shape (at least n_bands, n_texts), optional
        To write them to.
    number : int
        Of the first text, among all whose keys are brought together.

    Returns
    -------
    ndarray of uint64, shape (n_bands, n_texts)
        ``key << 32 | text``, to be sorted: the fastest way to bring equal keys together.
    """
    n_bands = len(functions[0]) // rows
    keys = np.empty((n_bands, len(shingles)), np.uint64) if out is None else out[:n_bands]
    padded = _padded(functions)
    _by_chunks(lambda start, stop: shingles.band_keys(*padded, rows, keys, start, stop, number), len(shingles), threads)
    return keys


def _padded(
    functions: tuple[NDArray[np.uint32], NDArray[np.uint32]],
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    multipliers, offsets = (np.concatenate((one, np.zeros(-len(one) % LANES, np.uint32))) for one in functions)
    return multipliers, offsets


def _by_chunks(work: Callable[[int, int], None], n_rows: int, threads: int) -> None:
    starts = range(0, n_rows, _TEXTS_AT_ONCE)
    list(in_threads(lambda start: work(start, min(start + _TEXTS_AT_ONCE, n_rows)), starts, threads))
