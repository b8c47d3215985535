"""Shingle sets → MinHash signatures, bit-identical to datasketch's scheme ``affine32``. Arrays in, arrays out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pqreuse.ragged import Ragged
from pqreuse.records import Progress

_EMPTY = np.uint32(0xFFFFFFFF)


def permutations(seed: int, n_hashes: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Multipliers (odd) and offsets of the hash functions, as datasketch 2.0 draws them for ``affine32``.

    Returns
    -------
    multipliers, offsets : ndarray of uint32, shape (n_hashes,)
    """
    random = np.random.RandomState(seed)
    multipliers = random.randint(0, 1 << 31, n_hashes, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return multipliers, random.randint(0, 1 << 32, n_hashes, dtype=np.uint32)


def minhash(
    columns: Ragged,
    hashes: NDArray[np.uint32],
    *,
    n_hashes: int,
    seed: int = 1,
    threads: int = 1,
    progress: Progress | None = None,
) -> NDArray[np.uint32]:
    """Minima of each set under ``n_hashes`` hash functions ``a * fmix32(h) + b mod 2**32``.

    Parameters
    ----------
    columns : Ragged
        Each row a set of places in ``hashes``.
    hashes : ndarray of uint32
    n_hashes, seed, threads : int
    progress : callable, optional

    Returns
    -------
    ndarray of uint32, shape (n_sets, n_hashes)
        All ones for an empty set.

    Notes
    -----
    Broder (1997); the finaliser is MurmurHash3's (Appleby 2011). The same hashes given to
    ``datasketch.MinHash(n_hashes, seed, scheme="affine32", hashfunc=identity)`` give the same bits.
    """
    multipliers, offsets = permutations(seed, n_hashes)
    mixed = fmix32(hashes)
    filled = np.flatnonzero(columns.lengths)
    starts = columns.indptr[filled]
    signatures = np.full((n_hashes, len(columns)), _EMPTY, np.uint32)

    def fill(row: int) -> None:
        if len(filled):
            values = mixed * multipliers[row] + offsets[row]
            signatures[row, filled] = np.minimum.reduceat(values[columns.values], starts)

    with ThreadPoolExecutor(threads) as pool:
        for done, _ in enumerate(pool.map(fill, range(n_hashes)), 1):
            if progress is not None:
                progress("sketching", done, n_hashes)
    return np.ascontiguousarray(signatures.T)


def fmix32(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser of each hash."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed = mixed * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed = mixed * np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
