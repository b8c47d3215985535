import numpy as np
from numpy.typing import NDArray

def collapse(
    tokens: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64], min_words: int
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
    ) -> None: ...

class BucketFinder:
    def add(self, keys: NDArray[np.uint64]) -> None: ...
    def taken(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...

class Rarity:
    @property
    def complete(self) -> bool: ...
    def __init__(
        self,
        counts: NDArray[np.uint16],
        bits: int,
        hits: int,
        containment: float,
        length_ratio: float,
        jaccard: float,
    ) -> None: ...
    def fill(self, shingles: Shingles, out: NDArray[np.uint64]) -> int: ...
    def costs(self, shingles: Shingles, step: int) -> NDArray[np.int64]: ...
    def leave_out(self, most: int) -> None: ...
    def keep(self, postings: NDArray[np.uint64]) -> None: ...

class Comparison:
    @property
    def n_compared(self) -> int: ...
    @property
    def exemplar(self) -> NDArray[np.int32]: ...
    def __init__(
        self,
        shingles: Shingles,
        containment: float,
        length_ratio: float,
        jaccard: float,
        rarity: Rarity | None,
        bucket_members: NDArray[np.int32],
        bucket_indptr: NDArray[np.int64],
        text_buckets: NDArray[np.int32],
        text_indptr: NDArray[np.int64],
    ) -> None: ...
    def choose(self, start: int, stop: int) -> None: ...
    def join(self, n_exemplars: int) -> None: ...
    def candidates(self, text: int) -> NDArray[np.int64]: ...
    def compare(
        self, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def holds(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]: ...

def least_wanted(
    sizes: NDArray[np.int64], containment: float, length_ratio: float, jaccard: float
) -> NDArray[np.int64]: ...
def find_sharing(
    shingles: Shingles, sample: NDArray[np.int64], containment: float, length_ratio: float, jaccard: float, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
