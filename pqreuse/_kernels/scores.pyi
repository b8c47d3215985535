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
    n_template: NDArray[np.int64],
    first_name: int,
    none: int,
    label: NDArray[np.int8],
    name: NDArray[np.int32],
    earliest: NDArray[np.int32],
) -> None: ...
def forget_novel(label: NDArray[np.int8], name: NDArray[np.int32]) -> None: ...
