"""Filters: which uses a result is of, by the body, the date and the kinds of their answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from pqreuse.errors import ParameterError
from pqreuse.records.answers import days
from pqreuse.records.scores import Kind

_KINDS = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions that an answer must meet for its uses to be chosen. As text: the arguments of `ReuseResult.where`.

    Attributes
    ----------
    bodies : tuple of str
        Answering bodies, compared without outer space and case-folded; any of them fits. Empty for all.
    kinds : tuple of str
        Kinds of answer; any of them fits. Empty for all.
    since, until : str or None
        ``YYYY-MM-DD`` or ``YYYY-MM``, both ends included. A date of month precision fits if a day of it does; an answer
        without a date fits only where neither is given.

    Examples
    --------
    >>> print(Filter(bodies=("Home Office", "Treasury"), since="2025-01"))
    by Home Office or Treasury, since 2025-01
    """

    bodies: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        for body in self.bodies:
            if not isinstance(body, str):
                raise ParameterError(f"body must be a name or several, got {body!r}")
        for kind in self.kinds:
            if kind not in _KINDS:
                raise ParameterError(f"kind must be one of {', '.join(_KINDS)}, got {kind!r}")
        since, until = _days("since", self.since), _days("until", self.until)
        if since and until and since[0] > until[1]:
            raise ParameterError(f"since must not be after until, got {self.since} and {self.until}")

    def __bool__(self) -> bool:
        return self != Filter()

    def __str__(self) -> str:
        parts = [f"by {' or '.join(self.bodies)}"] if self.bodies else []
        parts += [f"of kind {' or '.join(self.kinds)}"] if self.kinds else []
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        return ", ".join(parts)

    def fits(self, date: str | None, body: str | None, kinds: tuple[Kind, ...]) -> bool:
        """Whether an answer of this date, this body and these kinds is chosen."""
        if self.kinds and not set(self.kinds) & set(kinds):
            return False
        if self.bodies and folded(body or "") not in map(folded, self.bodies):
            return False
        if self.since is None and self.until is None:
            return True
        span, since, until = days(date), days(self.since), days(self.until)
        if span is None:
            return False
        return (since is None or span[1] >= since[0]) and (until is None or span[0] <= until[1])

    def check_bodies(self, there_are: Iterable[str | None]) -> None:
        """Refuse a body that no answer has.

        Parameters
        ----------
        there_are : iterable of (str or None)
            The body of each answer.

        Raises
        ------
        ParameterError
            With the closest bodies that there are, else the most frequent.
        """
        if not self.bodies:
            return
        import difflib

        bodies = Counter(name for name in there_are if name)
        known = {folded(name): name for name in sorted(bodies, key=lambda name: (-bodies[name], name))}
        for name in self.bodies:
            if (key := folded(name)) in known:
                continue
            # "health" is nearer to a journalist's "Department of Health and Social Care" than edit distance knows.
            near = [other for other in known if key and key in other]
            near += [one for one in difflib.get_close_matches(key, known, n=3, cutoff=0.4) if one not in near]
            closest = [repr(known[other]) for other in (near or list(known))[:3]]
            way_out = f"try {' or '.join(closest)}" if closest else "no answer here names its body"
            raise ParameterError(f"no answer is by {name!r}; {way_out}")


def _days(name: str, date: str | None) -> tuple[int, int] | None:
    try:
        return days(date)
    except (ParameterError, TypeError):
        raise ParameterError(f"{name} must be YYYY-MM-DD or YYYY-MM, got {date!r}") from None


def folded(name: str) -> str:
    """A body as names are compared."""
    return name.strip().casefold()
