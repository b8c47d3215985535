import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.shingles import Shingles

def mark_met(keys: NDArray[np.uint32], met: NDArray[np.uint8]) -> None: ...

class BucketFinder:
    def add(self, keys: NDArray[np.uint64]) -> None: ...
    def taken(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...

def find_sharing(
    shingles: Shingles, sample: NDArray[np.int64], containment: float, length_ratio: float, jaccard: float, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
