import numpy as np
from numpy.typing import NDArray

def collapse(
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    min_words: int,
    numeric: NDArray[np.uint8],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...
def sort_ties(
    texts: NDArray[np.int64],
    new: NDArray[np.uint8],
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    length: NDArray[np.int32],
) -> None: ...
def minhash(
    hashes: NDArray[np.uint32],
    indptr: NDArray[np.int64],
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    out: NDArray[np.uint32],
    start: int,
    stop: int,
) -> None: ...

class Shingles:
    def __init__(
        self,
        tokens: NDArray[np.int32],
        shape: NDArray[np.int32],
        hashes: NDArray[np.uint64],
        first: NDArray[np.int64],
        length: NDArray[np.int32],
        width: int,
    ) -> None: ...
    def __len__(self) -> int: ...
    @property
    def n_shingles(self) -> int: ...
    def hash_sets(self, texts: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]: ...
    def count(self, counts: NDArray[np.uint16], bits: int) -> None: ...
    def band_keys(
        self,
        a: NDArray[np.uint32],
        b: NDArray[np.uint32],
        rows: int,
        out: NDArray[np.uint64],
        start: int,
        stop: int,
        number: int,
    ) -> None: ...

def least_wanted(
    sizes: NDArray[np.int64], containment: float, length_ratio: float, jaccard: float
) -> NDArray[np.int64]: ...
