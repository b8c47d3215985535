import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.shingles import Shingles

class Comparison:
    @property
    def n_compared(self) -> int: ...
    def __init__(self, shingles: Shingles, containment: float, length_ratio: float, jaccard: float) -> None: ...
    def compare(
        self, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

class Search(Comparison):
    @property
    def exemplar(self) -> NDArray[np.int32]: ...
    def choose(self, start: int, stop: int) -> None: ...
    def join(self, n_exemplars: int) -> None: ...

class BucketSearch(Search):
    def __init__(
        self,
        shingles: Shingles,
        containment: float,
        length_ratio: float,
        jaccard: float,
        bucket_indptr: NDArray[np.int64],
        text_buckets: NDArray[np.int32],
        text_indptr: NDArray[np.int64],
    ) -> None: ...
    def share(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]: ...

class ExactSearch(Search):
    def __init__(
        self,
        shingles: Shingles,
        containment: float,
        length_ratio: float,
        jaccard: float,
        counts: NDArray[np.uint16],
        hits: int,
    ) -> None: ...
