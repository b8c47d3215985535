"""Which families and answers of a result are listed, and in what order. Listing never changes what was compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pqreuse.errors import ParameterError
from pqreuse.records import Family, ReuseResult, Score, Skipped, days

_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a family or an answer must have to be listed.

    Attributes
    ----------
    unit : {"paragraph", "sentence", "both"}
    min_answers : int
        Least answers of a family.
    bodies : tuple of str
        Answering bodies, compared case-folded; any of them fits. Empty for all.
    since, until : str or None
        ``YYYY-MM-DD`` or ``YYYY-MM``, both ends included. A date of month precision fits if a day of it does; no date
        fits only where neither is given.
    top : int or None
        Most families or answers that are listed; None for all.
    """

    unit: Literal["paragraph", "sentence", "both"] = "both"
    min_answers: int = 2
    bodies: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    top: int | None = None

    def __post_init__(self) -> None:
        since, until = days(self.since), days(self.until)
        if since and until and since[0] > until[1]:
            raise ParameterError(f"since must not be after until, got {self.since} and {self.until}")

    def told(self) -> str:
        """Say in words what is asked for, ``""`` where everything is.

        >>> Filters(bodies=("Home Office",), since="2025-01").told()
        'by Home Office, since 2025-01'
        """
        parts = [f"by {' or '.join(self.bodies)}"] if self.bodies else []
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        return ", ".join(parts)

    def fits(self, date: str | None, body: str | None) -> bool:
        """Tell whether something of this date and body is among what the filters ask for."""
        if self.bodies and (body or "").casefold() not in {name.casefold() for name in self.bodies}:
            return False
        if self.since is None and self.until is None:
            return True
        span, since, until = days(date), days(self.since), days(self.until)
        if span is None:
            return False
        return (since is None or span[1] >= since[0]) and (until is None or span[0] <= until[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The families that are listed.

    Attributes
    ----------
    families : tuple of Family
        All of them by answers, questions (most first), id; ``parent`` is None where the parent is not listed.
    found : int
        Families of their own (not nested in another) that the filters let through, before ``top`` cut them.
    filters : Filters
    """

    families: tuple[Family, ...]
    found: int
    filters: Filters = Filters()

    def blocks(self) -> list[tuple[Family, list[Family]]]:
        """Pair each family that stands on its own with the sentence families nested in it, most used first."""
        nested: dict[str, list[Family]] = {}
        for family in self.families:
            if family.parent is not None:
                nested.setdefault(family.parent, []).append(family)
        return [(family, nested.get(family.id, [])) for family in self.families if family.parent is None]


def list_families(result: ReuseResult, filters: Filters) -> Listing:
    """Choose families: one is listed, whole, if at least one of its uses fits; nested ones come with their parent.

    >>> from pqreuse.params import ReuseParams
    >>> from pqreuse.records import Corpus
    >>> empty = ReuseResult(params=ReuseParams(), corpus=Corpus(), paragraphs=0, sentences=0, words=0,
    ...                     scorable_words=0, families=(), scores=(), shares=None)
    >>> list_families(empty, Filters()).families
    ()
    """
    fitting = sorted((family for family in result.families if _fits(family, filters)), key=_rank)
    ids = {None, *(family.id for family in fitting)}
    fitting = [family if family.parent in ids else replace(family, parent=None) for family in fitting]
    own = [family for family in fitting if family.parent is None]
    listed = {family.id for family in own[: filters.top]}
    families = tuple(family for family in fitting if (family.parent or family.id) in listed)
    return Listing(families=families, found=len(own), filters=filters)


def list_scores(result: ReuseResult, filters: Filters) -> tuple[Score, ...]:
    """Choose answers that fit, those with the largest part of stock text first (then the longer ones, then by id)."""
    fitting = [score for score in result.scores if filters.fits(score.date, score.body)]
    return tuple(sorted(fitting, key=_stock_first)[: filters.top])


def unknown_bodies(names: Iterable[str], there_are: Iterable[str | None]) -> dict[str, list[str]]:
    """Find, for each of the names that no answer has, the closest that there are, else the most frequent.

    >>> unknown_bodies(["home office", "Home Offce"], ["Home Office", "Treasury", None])
    {'Home Offce': ['Home Office']}
    """
    import difflib

    bodies = Counter(name for name in there_are if name)
    known = {name.casefold(): name for name in sorted(bodies, key=lambda name: (-bodies[name], name))}
    closest: dict[str, list[str]] = {}
    for name in names:
        if (folded := name.casefold()) not in known:
            # "health" is nearer to a journalist's "Department of Health and Social Care" than edit distance knows.
            near = [other for other in known if folded and folded in other]
            near += [other for other in difflib.get_close_matches(folded, known, n=3, cutoff=0.4) if other not in near]
            closest[name] = [known[other] for other in (near or list(known))[:3]]
    return closest


def in_order(skipped: Iterable[Skipped]) -> list[Skipped]:
    """Sort by file, then by place, ``line 9`` before ``line 10``."""

    def place(item: Skipped) -> tuple[str, str, Skipped]:
        # A longer number is a greater one.
        natural = _NUMBER.sub(lambda number: f"{len(number[0]):04}{number[0]}", item.where)
        return item.file, natural, item

    return sorted(skipped, key=place)


def why_unscored(score: Score) -> str:
    """Say in a word or two why an answer has no shares; ``""`` where it has them."""
    if score.template is not None:
        return ""
    return "cut short" if score.scorable_words else "no words"


def _fits(family: Family, filters: Filters) -> bool:
    if filters.unit not in ("both", family.unit) or family.answers < filters.min_answers:
        return False
    return any(filters.fits(use.date, use.body) for use in family.uses)


def _rank(family: Family) -> tuple[int, int, str]:
    return -family.answers, -family.questions, family.id


def _stock_first(score: Score) -> tuple[float, int, str]:
    return (1.0 if score.novel is None else score.novel), -score.words, score.id
