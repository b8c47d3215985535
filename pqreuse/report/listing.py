"""Which families and answers of a result are listed, and in what order. Listing never changes what was compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pqreuse.errors import ParameterError
from pqreuse.lazy import LazySequence, column
from pqreuse.records import Family, GroupShares, Kind, ReuseResult, Score, Skipped, Span, days

TABLE_TOP, PAGE_TOP = 20, 200
"""Families that are listed unless another number is asked for; a page of 26,145 answers then has four megabytes."""

_NUMBER, _RARE = re.compile("[0-9]+"), 10


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
    kinds : tuple of str
        Kinds of answer; any of them fits. Empty for all.
    since, until : str or None
        ``YYYY-MM-DD`` or ``YYYY-MM``, both ends included. A date of month precision fits if a day of it does; no date
        fits only where neither is given.
    top : int or None
        Most families or answers that are listed; None for all.
    """

    unit: Literal["paragraph", "sentence", "both"] = "both"
    min_answers: int = 2
    bodies: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
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
        parts += [f"in answers of kind {' or '.join(self.kinds)}"] if self.kinds else []
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        return ", ".join(parts)

    def fits(self, date: str | None, body: str | None, kinds: tuple[Kind, ...] = ()) -> bool:
        """Tell whether something of this date and body, in an answer of these kinds, is what the filters ask for."""
        if self.kinds and not set(self.kinds) & set(kinds):
            return False
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
    families : sequence of Family
        All of them by answers, questions (most first), id; ``parent`` is None where the parent is not listed.
    found : int
        Families of their own (not nested in another) that the filters let through, before ``top`` cut them.
    filters : Filters
    """

    families: Sequence[Family]
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
    >>> len(list_families(empty, Filters()).families)
    0
    """
    families, fits = result.families, lru_cache(filters.fits)
    units, answers, questions, ids, parents = (
        column(families, name) for name in ("unit", "answers", "questions", "id", "parent")
    )
    fitting = [
        place
        for place in range(len(families))
        if filters.unit in ("both", units[place]) and answers[place] >= filters.min_answers
    ]
    if filters.told():
        kinds = (
            dict(zip(column(result.scores, "id"), column(result.scores, "kinds"), strict=True)) if filters.kinds else {}
        )
        fitting = [
            place
            for place in fitting
            if any(fits(use.date, use.body, kinds.get(use.answer_id, ())) for use in families[place].uses)
        ]
    fitting.sort(key=lambda place: (-answers[place], -questions[place], ids[place]))
    there = {ids[place] for place in fitting}
    own = [place for place in fitting if parents[place] not in there]
    listed = {ids[place] for place in own[: filters.top]}
    places = [place for place in fitting if (parents[place] if parents[place] in there else ids[place]) in listed]

    def family(number: int) -> Family:
        made = families[places[number]]
        return made if made.parent is None or made.parent in there else replace(made, parent=None)

    return Listing(families=LazySequence(len(places), family), found=len(own), filters=filters)


def figures(family: Family) -> tuple[int, int, int]:
    """How many answers, questions and wordings a family has."""
    return family.answers, family.questions, family.variants


def telling_lines(family: Family, nested: Iterable[Family]) -> list[Family]:
    """Choose those of the lines nested in a family that say more than it does itself."""
    # A line of a few of many uses is no part of the paragraph as people know it.
    common = [line for line in nested if line.answers * _RARE >= family.answers]
    return [line for line in common if figures(line) != figures(family)]


def sources_of(score: Score) -> dict[str, str | None]:
    """The families that an answer's spans name, each with its source: that of the longest span that has one."""
    longest: dict[str, Span] = {}
    for span in score.spans:
        if span.family is not None:
            other = longest.setdefault(span.family, span)
            longest[span.family] = max(other, span, key=lambda one: (bool(one.earliest_answer_id), one.end - one.start))
    return {family: span.earliest_answer_id for family, span in longest.items()}


def list_scores(result: ReuseResult, filters: Filters) -> Sequence[Score]:
    """Choose answers that fit, those with the largest part of stock text first (then the longer ones, then by id)."""
    novel, words, ids = (column(result.scores, name) for name in ("novel", "words", "id"))

    def stock_first(place: int) -> tuple[float, int, str]:
        return (1.0 if novel[place] is None else novel[place]), -words[place], ids[place]

    return _chosen(result.scores, sorted(_fitting(result, filters), key=stock_first)[: filters.top])


def least_and_most_novel(result: ReuseResult, filters: Filters) -> tuple[Sequence[Score], Sequence[Score]]:
    """Choose answers that fit and have shares: those with the least novel words and those with the most.

    Of equal ones those of more scorable words come first, then by id.
    """
    novel, words, ids = (column(result.scores, name) for name in ("novel", "scorable_words", "id"))
    fitting = [place for place in _fitting(result, filters) if novel[place] is not None]
    fitting.sort(key=lambda place: (-words[place], ids[place]))
    least = sorted(fitting, key=novel.__getitem__)[: filters.top]
    most = sorted(fitting, key=lambda place: -novel[place])[: filters.top]
    return _chosen(result.scores, least), _chosen(result.scores, most)


def _fitting(result: ReuseResult, filters: Filters) -> list[int]:
    """Places of the answers that fit."""
    columns = (column(result.scores, name) for name in ("date", "body", "kinds"))
    return [place for place, of_answer in enumerate(zip(*columns, strict=True)) if filters.fits(*of_answer)]


def by_id(scores: Sequence[Score]) -> Sequence[Score]:
    """The same answers by identifier."""
    return _chosen(scores, sorted(range(len(scores)), key=column(scores, "id").__getitem__))


def by_answers(groups: Iterable[GroupShares]) -> list[GroupShares]:
    """The same groups, those of most answers first."""
    return sorted(groups, key=lambda one: -one.answers)


def list_bodies(result: ReuseResult, filters: Filters) -> list[GroupShares]:
    """Choose bodies: those that are asked for, else all that are named, those of most answers first."""
    from pqreuse.usage import shares_by

    named = replace(filters, since=None, until=None)
    return [
        one
        for one in by_answers(shares_by(result, "body"))
        if one.group[0] is not None and named.fits(None, one.group[0])
    ]


def _chosen(scores: Sequence[Score], places: Sequence[int]) -> Sequence[Score]:
    """Those at these places, in this order."""

    def of_all(name: str) -> list[object]:
        values = column(scores, name)
        return [values[place] for place in places]

    return LazySequence(len(places), lambda number: scores[places[number]], of_all)


def unknown_bodies(names: Iterable[str], there_are: Iterable[str | None]) -> dict[str, list[str]]:
    """Find, for each of the names that no answer has, the closest that there are, else the most frequent.

    >>> unknown_bodies(["home office", "Home Offce"], ["Home Office", "Treasury", None])
    {'Home Offce': ['Home Office']}
    """
    if not (names := list(names)):
        return {}
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
