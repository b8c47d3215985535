"""Questions → those that have one answer: marked by the source as answered together, or asked in both houses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pqreuse.duplicates import Question, joined_words
from pqreuse.words import index_words

# Whom a question is put to: the Secretary of State for Environment, Food and Rural Affairs; in the Lords always the
# Government. Ends before the first word that such a name never has.
_ADDRESS = re.compile(
    "to ask (?:[^ ]+ ){1,20}?(?=(?:what|how|whether|if|when|which|who|whose|whom|why|where|"
    "with|pursuant|further|following|by|in|on|under|at|as) )"
)


class Sets:
    """Places that belong together, by what links them (a union-find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._linked: set[int] = set()

    def root(self, place: int) -> int:
        """The place that stands for this one's set."""
        parent = self._parent
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def link(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Both places of each pair belong together."""
        for left, right in pairs:
            self._parent[self.root(right)] = self.root(left)
            self._linked.update((left, right))

    def members(self, order: Iterable[int]) -> list[list[int]]:
        """The sets, each and all of them in this order of the places."""
        sets: list[list[int]] = []
        of_root: dict[int, list[int]] = {}
        for place in order:
            if place not in self._linked:
                sets.append([place])
            elif (root := self.root(place)) in of_root:
                of_root[root].append(place)
            else:
                of_root[root] = [place]
                sets.append(of_root[root])
        return sets


def marked_together(questions: Sequence[Question]) -> Iterator[tuple[int, int]]:
    """Pairs of questions that the source marks as answered together.

    A UIN only looks up: sharing one does not make two records a pair, since UINs repeat across sessions.
    """
    by_group: dict[str, int] = {}
    marked: list[tuple[int, Question]] = []
    for place, question in enumerate(questions):
        if question.grouped:
            marked.append((place, question))
        for name in question.groups:
            yield by_group.setdefault(name, place), place
    wanted = {(question.record.house or "", uin) for _, question in marked for uin, _ in question.grouped}
    by_uin: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, question in enumerate(questions) if wanted else ():
        uin = question.record.uin
        if uin is not None and (key := (question.record.house or "", uin)) in wanted:
            by_uin[key].append(place)
    for place, question in marked:
        tabled = question.record.tabled or ""
        for uin, date in question.grouped:
            for other in by_uin[question.record.house or "", uin]:
                theirs = questions[other].record.tabled or ""
                # On the date that the source gives, as exactly as the other's is known; else in the same month.
                same_time = theirs == date[: len(theirs)] != "" if date else theirs[:7] == tabled[:7]
                if same_time and other != place:
                    yield place, other


def twins(questions: Sequence[Question], sets: Sets) -> Iterator[tuple[int, int]]:
    """Pairs of questions that were asked in both houses and answered there alike.

    Twins have the same words of question (but for whom it is put to) and of answer, given on the same day by the same
    body. Where one house has several answers of these words, it is unclear which is the twin: none is.
    """
    if not _in_several_houses(questions, range(len(questions))):
        return
    by_day: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        record = question.record
        # Only a whole day is one day, and only a whole text has its words.
        if record.house and record.body and len(record.answered or "") == 10 and record.question and not record.preview:
            by_day[record.answered or "", record.body.casefold()].append(place)
    days = [places for places in by_day.values() if _in_several_houses(questions, places)]
    answers = index_words([questions[place].record.text for places in days for place in places])
    rows = iter(zip(answers.indptr[:-1].tolist(), answers.indptr[1:].tolist(), strict=True))
    for places in days:
        by_answer: defaultdict[bytes, list[int]] = defaultdict(list)
        for place, (start, end) in zip(places, rows, strict=False):
            by_answer[answers.tokens[start:end].tobytes()].append(place)
        for alike in by_answer.values():
            if _in_several_houses(questions, alike):
                yield from _alike(questions, alike, sets)


def _in_several_houses(questions: Sequence[Question], places: Iterable[int]) -> bool:
    return len({questions[place].record.house for place in places}) > 1


def _alike(questions: Sequence[Question], places: Sequence[int], sets: Sets) -> Iterator[tuple[int, int]]:
    """Twins among questions of one answer's words, day and body."""
    asked: defaultdict[str, defaultdict[str | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        record = questions[place].record
        asked[_without_address(joined_words(record.question))][record.house].append(place)
    for houses in asked.values():
        if all(len(set(map(sets.root, found))) == 1 for found in houses.values()):
            first, *others = (found[0] for found in houses.values())
            yield from ((first, other) for other in others if sets.root(other) != sets.root(first))


def _without_address(words: str) -> str:
    """A question's words without whom it is put to.

    >>> _without_address("to ask his majesty s government what plans they have")
    'what plans they have'
    """
    address = _ADDRESS.match(words)
    return words[address.end() :] if address else words
