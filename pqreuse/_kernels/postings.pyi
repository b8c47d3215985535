import numpy as np
from numpy.typing import NDArray

def find_sharing(
    query: NDArray[np.int32],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    texts: NDArray[np.uint32],
    counted: NDArray[np.uint8],
    size: NDArray[np.int32],
    query_size: NDArray[np.int32],
    ratio: float,
    larger: bool,
    wanted: NDArray[np.uint8],
) -> NDArray[np.int32]: ...
