import numpy as np
from numpy.typing import NDArray

def count_once(
    tokens: NDArray[np.int32], indptr: NDArray[np.int64], n_vocabulary: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def sum_vectors(
    words: NDArray[np.int32],
    indptr: NDArray[np.int64],
    weights: NDArray[np.float64],
    answers: NDArray[np.int64],
    families: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]: ...
