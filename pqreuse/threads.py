"""The same work on many things, by one thread or several. Kernels let go of Python while they work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import TypeVar, cast

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_TURN = 0.0005  # seconds


@contextmanager
def turns_often() -> Iterator[None]:
    """Let a thread that comes from a kernel have Python sooner than the usual 5 ms later, where another one has it.

    >>> with turns_often():
    ...     sys.getswitchinterval() < 0.001
    True
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(_TURN, before))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items, each made by another thread while the one before it is used.

    >>> list(ahead(iter("ab")))
    ['a', 'b']
    """
    end = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield cast(_Item, item)


def in_threads(work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int) -> Iterator[_Result]:
    """The result of the work for each item, in order, made when it is asked for. One of the threads is the caller's.

    >>> list(in_threads(str.upper, ["a", "b"], 2))
    ['A', 'B']
    """
    if threads == 1:
        yield from map(work, items)
        return

    def run(within: tuple[Context, _Item]) -> _Result:
        return within[0].run(work, within[1])

    with ThreadPoolExecutor(threads) as pool:
        # Where arrays get their memory is a matter of the context.
        yield from pool.map(run, ((copy_context(), item) for item in items))
