import numpy as np
from numpy.typing import NDArray

SHORT_PIECE: int

class Texts:
    def __init__(
        self,
        tokens: NDArray[np.int32],
        first: NDArray[np.int64],
        n_words: NDArray[np.int64],
        weights: NDArray[np.int64],
        bears_meaning: NDArray[np.uint8],
        glued: NDArray[np.uint8],
        support: float,
        slot_words: int,
    ) -> None: ...
    def build(
        self,
        members: NDArray[np.int64],
        indptr: NDArray[np.int64],
        kept: NDArray[np.uint8],
        places: NDArray[np.int32],
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_], NDArray[np.int32]]: ...

def align(
    exemplar: NDArray[np.int32], variant: NDArray[np.int32], most_bytes: int = ...
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]: ...
