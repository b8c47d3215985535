import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.candidates import Rarity
from pqreuse._kernels.shingles import Shingles

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
