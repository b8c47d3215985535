import numpy as np
from numpy.typing import NDArray

def bitmaps(values: NDArray[np.uint64], indptr: NDArray[np.int64]) -> NDArray[np.uint64]: ...
def match_postings(
    looking: NDArray[np.int64],
    ends: NDArray[np.int64],
    least: NDArray[np.int64],
    unit: NDArray[np.int8],
    node: NDArray[np.int64],
    size: NDArray[np.int32],
    place: NDArray[np.int32],
    home: NDArray[np.uint8],
    maps: NDArray[np.uint64],
) -> NDArray[np.int64]: ...
