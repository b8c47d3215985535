"""A family's uses → its wordings in the order of their first uses, each with what changed: the records people see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.templates import align
from pqreuse.meanings import Filling, Meanings
from pqreuse.ragged import Ragged, ranges
from pqreuse.records import Difference, Use, Variant, days
from pqreuse.scorable import ScorableWords, joined_figures
from pqreuse.templates import kind_of

_SIGNS = ("£", "$", "€")
_sign_behind = re.compile(r"\s?[%€](?!\s?\d)")
_WITHIN_FIGURES = (" ", "-", "\u00a0", "\u202f")
_Change = tuple[int, int, int, int]
"""Words of the old wording, from and to, and those of the new one that stand there instead."""


class History:
    """Makes the wordings of one family when the first of them is asked for.

    Parameters
    ----------
    uses : sequence of Use
        Earliest first, undated last.
    variants : sequence of int
        For each of them, a number of its wording.
    first, last : sequence of int
        For each of them, its words among all scorable words: what tells one wording from another. Cut from the use's
        text alone they may be others, or the same.
    first_said : callable
        The number of a wording → who said its words first.
    meanings : Meanings
        Of these words.
    """

    __slots__ = ("_first", "_first_said", "_found", "_last", "_meanings", "_uses", "_variants")

    def __init__(
        self,
        uses: Sequence[Use],
        variants: Sequence[int],
        first: Sequence[int],
        last: Sequence[int],
        first_said: Callable[[int], Use],
        meanings: Meanings,
    ) -> None:
        self._uses, self._variants, self._first, self._last = uses, variants, first, last
        self._first_said, self._meanings = first_said, meanings
        self._found: list[Variant] | None = None

    def __call__(self, place: int) -> Variant:
        """The wording that is at this place in time."""
        if self._found is None:
            having: dict[int, list[int]] = {}
            for number, variant in enumerate(self._variants):
                having.setdefault(variant, []).append(number)
            shown = [numbers[0] for numbers in having.values()]
            words = _Words(
                [self._uses[number] for number in shown],
                [self._first[number] for number in shown],
                [self._last[number] for number in shown],
                self._meanings,
            )
            uses = [[self._uses[number] for number in numbers] for numbers in having.values()]
            self._found = list(_trace(uses, list(map(self._first_said, having)), words))
        return self._found[place]


def last_day(date: str) -> tuple[int, str]:
    """How dates compare by their last possible day; of such dates the longest is the last."""
    known = days(date)
    assert known is not None
    return known[1], date


def _trace(wordings: Sequence[Sequence[Use]], first_said: Sequence[Use], words: _Words) -> Iterator[Variant]:
    """The wordings, each given by its uses and who said it first, compared with the closest that was there before."""
    for place, (uses, said, closest) in enumerate(zip(wordings, first_said, words.closest(), strict=True)):
        answers = [next(those) for _, those in groupby(uses, attrgetter("answer_id"))]
        bodies = Counter(use.body for use in answers if use.body is not None)
        yield Variant(
            text=uses[0].text,
            answer_id=uses[0].answer_id,
            answers=len(answers),
            questions=sum(len(use.question_ids) for use in answers),
            first_date=uses[0].date,
            last_date=max((use.date for use in uses if use.date is not None), key=last_day, default=None),
            bodies=dict(sorted(bodies.items(), key=lambda item: (-item[1], item[0]))),
            closest=closest,
            differences=() if closest is None else tuple(words.differences(closest, place)),
            first_said=said,
        )


class _Words:
    """The words that some uses have in the corpus: ``first`` to ``last`` of all scorable words each."""

    def __init__(self, uses: Sequence[Use], first: Sequence[int], last: Sequence[int], meanings: Meanings) -> None:
        every, offset = meanings.words, np.array([use.start for use in uses], np.int64)
        lengths = np.subtract(last, first)
        at, self._first = ranges(np.array(first, np.int64), lengths), first
        self._uses, self._meanings, self._vocabulary = uses, meanings, every.vocabulary
        self._tokens = Ragged.of_lengths(every.tokens[at], lengths)
        starts, ends = (of_all[at] - np.repeat(offset, lengths) for of_all in (every.starts, every.ends))
        self._starts, self._ends = (Ragged(edges, self._tokens.indptr) for edges in (starts, ends))
        words = ScorableWords(self._tokens.values, starts, ends, self._tokens.indptr, every.vocabulary)
        self._joined = Ragged(joined_figures(words, uses), self._tokens.indptr)

    def closest(self) -> list[int | None]:
        """For each text the earlier one with which the fewest words are not shared, of several the latest.

        A word counts as often as both have it.
        """
        word = _counted(self._tokens)
        # Words that all of them have, most words, tell no wording from another.
        telling = np.bincount(word)[word] < len(self._tokens)
        row, word = self._tokens.row_of_value()[telling], word[telling]
        edges = np.concatenate(([0], np.cumsum(telling)))[self._tokens.indptr]
        in_this = np.zeros(int(word.max(initial=-1)) + 1, np.int64)
        lengths, found = self._tokens.lengths, list[int | None]([None] * min(len(self._tokens), 1))
        for place in range(1, len(self._tokens)):
            first, last = edges[place : place + 2]
            in_this[word[first:last]] = 1
            shared = np.bincount(row[:first], in_this[word[:first]], place)
            in_this[word[first:last]] = 0
            apart = lengths[:place] - 2 * shared
            found.append(place - 1 - int(np.argmin(apart[::-1])))
        return found

    def differences(self, old: int, new: int) -> Iterator[Difference]:
        """The differences between two texts."""
        tokens = self._tokens[old], self._tokens[new]
        for low, high, first, last in self._whole(_joined(_changes(*tokens)), old, new):
            old_start, old_text = self._written(old, low, high)
            start, text = self._written(new, first, last)
            dates = kind_of(old_text) == kind_of(text) == "date"
            fillings = [self._filling(old, low, high), self._filling(new, first, last)]
            changes = self._meanings.changes(fillings, dates=dates)
            yield Difference(old=old_text, new=text, old_start=old_start, start=start, changes=changes)

    def _filling(self, text: int, first: int, last: int) -> Filling:
        begin = self._first[text]
        tokens = tuple(self._tokens[text][first:last].tolist())
        return Filling(tokens, self._uses[text], begin + first, begin + len(self._tokens[text]))

    def _whole(self, changes: Sequence[_Change], old: int, new: int) -> list[_Change]:
        """The changes with all of a figure that is changed in part; those that meet by it are one."""
        whole: list[_Change] = []
        ends = [*(change[0] for change in changes[1:]), len(self._tokens[old])]
        for (low, high, first, last), end in zip(changes, ends, strict=True):
            begin = whole[-1][1] if whole else 0
            while low > begin and (self._one_figure(old, low) or self._one_figure(new, first)):
                low, first = low - 1, first - 1
            while high < end and (self._one_figure(old, high) or self._one_figure(new, last)):
                high, last = high + 1, last + 1
            if whole and low == begin:
                low, _, first, _ = whole.pop()
            whole.append((low, high, first, last))
        return whole

    def _one_figure(self, text: int, place: int) -> bool:
        """Whether a word and the one before it are one figure: 2.65, 17 million, two hundred."""
        if not 0 < place < len(self._tokens[text]):
            return False
        if self._joined[text][place - 1]:
            return True
        tokens = self._tokens[text][place - 1 : place + 1].tolist()
        between = self._uses[text].text[self._ends[text][place - 1] : self._starts[text][place]]
        figures = all(map(self._meanings.is_figure, tokens))
        return figures and not all(self._vocabulary.numeric[tokens]) and between in _WITHIN_FIGURES

    def _written(self, text: int, first: int, last: int) -> tuple[int, str]:
        """Where words of a text begin, and how they are written, a figure with its sign."""
        whole, starts, ends = self._uses[text].text, self._starts[text].tolist(), self._ends[text].tolist()
        if first == last:
            return ends[first - 1] if first else starts[0], ""
        start, end = starts[first], ends[last - 1]
        start -= whole[:start].endswith(_SIGNS)
        sign = _sign_behind.match(whole, end)
        return start, whole[start : sign.end() if sign else end]


def _counted(tokens: Ragged) -> NDArray[np.int64]:
    """Numbers of the words by which a second "the" of a text is another word than the first, as in all texts."""
    row = tokens.row_of_value()
    order = np.lexsort((tokens.values, row))
    same = np.zeros(len(order), bool)
    same[1:] = (np.diff(row[order]) == 0) & (np.diff(tokens.values[order]) == 0)
    place = np.arange(len(order))
    before = np.empty(len(order), np.int64)
    before[order] = place - np.maximum.accumulate(np.where(same, 0, place))
    # int64[n_words]
    numbers: NDArray[np.int64] = tokens.values * (before.max(initial=0) + 1) + before
    return numbers


def _changes(old: NDArray[np.int32], new: NDArray[np.int32]) -> list[_Change]:
    """Stretches between the words that two texts share, by the alignment that templates use."""
    at, fate = align(old, new)
    kept = np.flatnonzero(fate == 1)
    pairs = [(-1, -1), *zip(kept.tolist(), at[kept].tolist(), strict=True), (len(old), len(new))]
    return [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(pairs) if c - a > 1 or d - b > 1]


def _joined(changes: Sequence[_Change]) -> list[_Change]:
    """Changes with fewer words between them than either has, as one: text put otherwise keeps an "of the" by chance."""
    joined: list[_Change] = []
    for change in changes:
        whole = change
        while joined and whole[0] - joined[-1][1] < min(_size(joined[-1]), _size(whole)):
            low, _, first, _ = joined.pop()
            whole = low, whole[1], first, whole[3]
        joined.append(whole)
    return joined


def _size(change: _Change) -> int:
    return max(change[1] - change[0], change[3] - change[2])
