"""Signatures against datasketch and the plain definition."""

from __future__ import annotations

import naive
import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from pqreuse.ragged import Ragged
from pqreuse.signatures import minhash, permutations

hashes = st.lists(st.integers(0, 2**32 - 1), max_size=20, unique=True)


def signature(values: list[int], n_hashes: int, seed: int) -> np.ndarray:
    return minhash(Ragged.of_rows([np.array(values, np.uint32)], np.uint32), n_hashes=n_hashes, seed=seed)[0]


@given(hashes, st.integers(1, 64), st.integers(0, 2**32 - 1))
def test_bit_identical_to_datasketch(values: list[int], n_hashes: int, seed: int) -> None:
    reference = MinHash(n_hashes, seed=seed, scheme="affine32", hashfunc=lambda value: value)
    reference.update_batch(values)
    ours = signature(values, n_hashes, seed)
    assert ours.dtype == np.uint32
    assert ours.tolist() == reference.hashvalues.tolist()


@given(hashes)
def test_equal_to_the_definition(values: list[int]) -> None:
    assert signature(values, 16, 7).tolist() == naive.minhash(values, *permutations(7, 16))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(threads: int) -> None:
    random = np.random.default_rng(3)
    lengths = random.integers(0, 30, 40_000)
    sets = Ragged.of_lengths(random.integers(0, 2**32, lengths.sum(), dtype=np.uint32), lengths)
    one = minhash(sets, n_hashes=33)
    assert one.shape == (40_000, 33)
    assert (minhash(sets, n_hashes=33, threads=threads) == one).all()
    assert (one[lengths == 0] == 2**32 - 1).all()
