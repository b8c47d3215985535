from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

unicode_version: str

def measure(texts: list[str]) -> tuple[int, int]: ...

class WordFinder:
    def __init__(
        self, resolve: Callable[[str], tuple[str, Sequence[int], Sequence[int]] | None], bits: int = ...
    ) -> None: ...
    def find(
        self,
        texts: list[str],
        tokens: NDArray[np.int32],
        starts: NDArray[np.int32] | None,
        stops: NDArray[np.int32] | None,
    ) -> NDArray[np.int64]: ...
    def find_at(
        self,
        addresses: NDArray[np.uint64],
        lengths: NDArray[np.int64],
        tokens: NDArray[np.int32],
        starts: NDArray[np.int32] | None,
        stops: NDArray[np.int32] | None,
    ) -> NDArray[np.int64]: ...
    def hash(self, texts: list[str], number: np.uint64, hashes: NDArray[np.uint64]) -> NDArray[np.int64]: ...
    def hash_at(
        self,
        addresses: NDArray[np.uint64],
        lengths: NDArray[np.int64],
        number: np.uint64,
        hashes: NDArray[np.uint64],
    ) -> NDArray[np.int64]: ...
    def find_joined(
        self, addresses: NDArray[np.uint64], lengths: NDArray[np.int64], tokens: NDArray[np.int32]
    ) -> NDArray[np.int64]: ...
    def take_words(self, other: WordFinder) -> NDArray[np.int32]: ...
    def sorted_words(
        self,
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_], NDArray[np.int32]]: ...

def renumber(tokens: NDArray[np.int32], numbers: NDArray[np.int32], out: NDArray[np.int32]) -> None: ...
def join_words(
    utf8: NDArray[np.uint8],
    indptr: NDArray[np.int64],
    tokens: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]: ...
def digest_all(utf8: NDArray[np.uint8], indptr: NDArray[np.int64]) -> NDArray[np.uint64]: ...
