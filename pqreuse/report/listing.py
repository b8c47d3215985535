"""Which families and answers of a result are listed, and in what order. Listing never changes what was compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pqreuse.lazy import LazySequence, column, picked
from pqreuse.records import Family, Grouping, GroupShares, ReuseResult, Score, Skipped, Span

ListedUnit = Literal["paragraph", "sentence", "both"]

TABLE_TOP, PAGE_TOP = 20, 200
"""Families that are listed unless another number is asked for; a page of 26,145 answers then has four megabytes."""

_NUMBER, _RARE = re.compile("[0-9]+"), 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The families that are listed.

    Attributes
    ----------
    families : sequence of Family
        All of them by answers, questions (most first), id; ``parent`` is None where the parent is not listed.
    own : sequence of Family
        Those that are not listed under another, in the same order, and those beyond ``top`` too.
    unit : {"paragraph", "sentence", "both"}
        What is listed.
    top : int or None
        Most families of their own; None for all.
    """

    families: Sequence[Family]
    own: Sequence[Family]
    unit: ListedUnit = "both"
    top: int | None = None

    @property
    def found(self) -> int:
        """How many families of their own there are, before ``top`` cut them."""
        return len(self.own)

    def blocks(self) -> list[tuple[Family, list[Family]]]:
        """Pair each family that stands on its own with the sentence families nested in it, most used first."""
        nested: dict[str, list[Family]] = {}
        for family in self.families:
            if family.parent is not None:
                nested.setdefault(family.parent, []).append(family)
        return [(family, nested.get(family.id, [])) for family in self.families if family.parent is None]


def list_families(result: ReuseResult, *, unit: ListedUnit = "both", top: int | None = None) -> Listing:
    """Choose families of a unit, as many as are asked for; nested ones come with their parent.

    >>> from pqreuse.params import ReuseParams
    >>> from pqreuse.records import Corpus
    >>> empty = ReuseResult(params=ReuseParams(), corpus=Corpus(), paragraphs=0, sentences=0, words=0,
    ...                     scorable_words=0, families=(), scores=(), shares=None)
    >>> len(list_families(empty).families)
    0
    """
    families = result.families
    units, answers, questions, ids, parents = (
        column(families, name) for name in ("unit", "answers", "questions", "id", "parent")
    )
    fitting = [place for place in range(len(families)) if unit in ("both", units[place])]
    fitting.sort(key=lambda place: (-answers[place], -questions[place], ids[place]))
    there = {ids[place] for place in fitting}
    own = [place for place in fitting if parents[place] not in there]
    listed = {ids[place] for place in own[:top]}
    places = [place for place in fitting if (parents[place] if parents[place] in there else ids[place]) in listed]

    def family(number: int) -> Family:
        made = families[places[number]]
        return made if made.parent is None or made.parent in there else replace(made, parent=None)

    return Listing(families=LazySequence(len(places), family), own=picked(families, own), unit=unit, top=top)


def figures(family: Family) -> tuple[int, ...]:
    """How many answers, questions and wordings a family has, chosen ones and those of the whole input."""
    whole = (family.all_answers, family.all_questions, family.all_variants)
    return (family.answers, family.questions, family.variants, *whole)


def telling_lines(family: Family, nested: Iterable[Family]) -> list[Family]:
    """Choose those of the lines nested in a family that say more than it does itself."""
    # A line in a few of many uses does not belong to the paragraph as people know it.
    common = [line for line in nested if line.all_answers * _RARE >= family.all_answers]
    return [line for line in common if figures(line) != figures(family)]


def sources_of(score: Score) -> dict[str, str | None]:
    """The families that an answer's spans name, each with its source: that of the longest span that has one."""
    longest: dict[str, Span] = {}
    for span in score.spans:
        if span.family is not None:
            other = longest.setdefault(span.family, span)
            longest[span.family] = max(other, span, key=lambda one: (bool(one.earliest_answer_id), one.end - one.start))
    return {family: span.earliest_answer_id for family, span in longest.items()}


def list_scores(result: ReuseResult, top: int | None = None) -> Sequence[Score]:
    """Choose answers: those with the largest part of stock text first (then the longer ones, then by id)."""
    novel, words, ids = (column(result.scores, name) for name in ("novel", "words", "id"))

    def stock_first(place: int) -> tuple[float, int, str]:
        return (1.0 if novel[place] is None else novel[place]), -words[place], ids[place]

    return picked(result.scores, sorted(range(len(ids)), key=stock_first)[:top])


def least_and_most_novel(result: ReuseResult, top: int | None) -> tuple[Sequence[Score], Sequence[Score]]:
    """Choose answers that have shares: those with the least novel words and those with the most.

    Of equal ones those of more scorable words come first, then by id.
    """
    novel, words, ids = (column(result.scores, name) for name in ("novel", "scorable_words", "id"))
    scored = [place for place in range(len(ids)) if novel[place] is not None]
    scored.sort(key=lambda place: (-words[place], ids[place]))
    least = sorted(scored, key=novel.__getitem__)[:top]
    most = sorted(scored, key=lambda place: -novel[place])[:top]
    return picked(result.scores, least), picked(result.scores, most)


def by_id(scores: Sequence[Score]) -> Sequence[Score]:
    """The same answers by identifier."""
    return picked(scores, sorted(range(len(scores)), key=column(scores, "id").__getitem__))


def beside_whole(result: ReuseResult, grouping: Grouping) -> list[tuple[GroupShares, GroupShares]]:
    """Shares of groups of the result's answers, each with those of the same group of the whole input."""
    from pqreuse.usage import shares_by

    chosen = shares_by(result, grouping)
    whole = chosen if result.whole is None else shares_by(result.whole, grouping)
    same = {one.group: one for one in whole}
    return [(one, same[one.group]) for one in chosen]


def list_bodies(result: ReuseResult) -> list[tuple[GroupShares, GroupShares]]:
    """Bodies, those of most answers first, each with its shares in the whole input."""
    return sorted(beside_whole(result, "body"), key=lambda pair: -pair[0].answers)


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
