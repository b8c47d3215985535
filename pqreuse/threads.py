"""The same work on many things, by one thread or several. Kernels let go of Python while they work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_threads(work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int) -> Iterator[_Result]:
    """What the work gives for each item, in order, as it is asked for. One thread is this one.

    >>> list(in_threads(str.upper, ["a", "b"], 2))
    ['A', 'B']
    """
    if threads == 1:
        yield from map(work, items)
    else:
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(work, items)
