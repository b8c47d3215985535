"""Records of which a large result has many: made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import eq
from typing import Any, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class LazySequence(Sequence[T_co]):
    """Records in a fixed order, each made every time it is asked for: a large result holds arrays, not objects.

    A slice is a tuple, and so is a pickled one. Equal to a tuple, or another of its kind, with equal records. Whoever
    goes over the same records again and again keeps them: ``tuple(result.families)``.

    Parameters
    ----------
    length : int
    make : callable
        A place, from 0 to ``length - 1`` → the record there.
    column : callable, optional
        The name of an attribute → its values for all records, as far as they are known without making one, else None.

    Examples
    --------
    >>> squares = LazySequence(4, lambda place: place**2)
    >>> squares[-1], squares[:2], squares == (0, 1, 4, 9)
    (9, (0, 1), True)
    """

    __slots__ = ("_column", "_length", "_make")

    def __init__(
        self,
        length: int,
        make: Callable[[int], T_co],
        column: Callable[[str], Sequence[Any] | None] | None = None,
    ) -> None:
        self._length, self._make, self._column = length, make, column

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> T_co | tuple[T_co, ...]:
        if isinstance(index, slice):
            return tuple(map(self._make, range(self._length)[index]))
        return self._make(range(self._length)[index])

    def __iter__(self) -> Iterator[T_co]:
        return map(self._make, range(self._length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | LazySequence):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[T_co, ...]], tuple[tuple[T_co, ...]]]:
        # The function that makes records holds all arrays of a result.
        return tuple, (tuple(self),)

    def __repr__(self) -> str:
        return f"<{self._length} records, made when asked for>"

    def column(self, name: str) -> Sequence[Any]:
        """One attribute of all records, made only where nothing else knows it."""
        known = self._column(name) if self._column else None
        return [getattr(record, name) for record in self] if known is None else known


def column(records: Sequence[Any], name: str) -> Sequence[Any]:
    """One attribute of all records, without making those of a `LazySequence` that knows it.

    >>> column((1, 1j), "imag")
    [0, 1.0]
    """
    if isinstance(records, LazySequence):
        return records.column(name)
    return [getattr(record, name) for record in records]


def picked(records: Sequence[T_co], places: Sequence[int]) -> Sequence[T_co]:
    """Those of the records that are at these places, in this order; the records themselves where that is all of them.

    >>> picked(("a", "b", "c"), [2, 0])[:]
    ('c', 'a')
    """
    if list(places) == list(range(len(records))):
        return records

    def of_all(name: str) -> list[Any]:
        values = column(records, name)
        return [values[place] for place in places]

    return LazySequence(len(places), lambda number: records[places[number]], of_all)
