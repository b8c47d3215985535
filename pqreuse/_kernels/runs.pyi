import numpy as np
from numpy.typing import NDArray

def fill_windows(
    tokens: NDArray[np.int32],
    closed: NDArray[np.uint8],
    length: int,
    part: int,
    parts: int,
    out: NDArray[np.uint64],
) -> int: ...
def near_answers(indptr: NDArray[np.int64]) -> NDArray[np.int32]: ...
def find_others(
    windows: NDArray[np.uint64],
    tokens: NDArray[np.int32],
    length: int,
    indptr: NDArray[np.int64],
    near: NDArray[np.int32],
    order: NDArray[np.int32],
    but: NDArray[np.int32],
    limit: NDArray[np.int32],
    none: int,
    found: NDArray[np.int32],
) -> None: ...
def cover(earliest: NDArray[np.int32], length: int, said: int, none: int, shared: NDArray[np.uint8]) -> None: ...
def number_windows(
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    indptr: NDArray[np.int64],
    families: NDArray[np.int64],
    length: int,
    numbers: NDArray[np.int32],
) -> None: ...
