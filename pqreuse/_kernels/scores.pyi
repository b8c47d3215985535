import numpy as np
from numpy.typing import NDArray

def label_uses(
    family: NDArray[np.int32],
    first: NDArray[np.int64],
    variant: NDArray[np.int64],
    when: NDArray[np.int32],
    but: NDArray[np.int32],
    limit: NDArray[np.int32] | None,
    places: NDArray[np.int32],
    places_indptr: NDArray[np.int64],
    slots: NDArray[np.int32],
    slots_indptr: NDArray[np.int64],
    windows: NDArray[np.int32],
    windows_indptr: NDArray[np.int64],
    n_template: NDArray[np.int64],
    said: int,
    first_name: int,
    none: int,
    label: NDArray[np.int8],
    name: NDArray[np.int32],
    earliest: NDArray[np.int32],
    placed: NDArray[np.int32],
) -> NDArray[np.int32]: ...
def forget_novel(label: NDArray[np.int8], name: NDArray[np.int32]) -> None: ...
def source_spans(
    first: NDArray[np.int64],
    label: NDArray[np.int8],
    earliest: NDArray[np.int32],
    placed: NDArray[np.int32],
    said: int,
    none: int,
) -> NDArray[np.int32]: ...
def source_texts(
    first: NDArray[np.int64],
    length: NDArray[np.int64],
    own: NDArray[np.int32],
    earliest: NDArray[np.int32],
    said: int,
    none: int,
) -> NDArray[np.int32]: ...
