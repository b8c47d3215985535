"""Exemplars after a change: the same as if they were chosen anew, found from the texts that the change touches.

Whether a text is an exemplar depends only on exemplars before it in the order, and which one it joins too. So what a
change can reach is found by going forward: a text that becomes an exemplar reaches those behind it that resemble it,
one that ceases to be one reaches those that had joined it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pqreuse.index.tables import Alike

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]
"""Texts asked about, texts that resemble them, the Jaccard and the containment of each pair."""
Search = Callable[[NDArray[np.int64], NDArray[np.bool_], Callable[..., NDArray[np.bool_]]], Pairs]
"""Told the texts asked about, which others count, and a test of pairs; finds what resembles, without a text itself."""
Words = Callable[[NDArray[np.int64]], Iterable[str]]

_MOST_PAIRS = 1 << 18  # each takes some hundred bytes and a microsecond in Python
_LAST = np.iinfo(np.int64).max  # the key of a text that no answer has


class _TooManyError(Exception):
    """A change reaches so many texts that it is shorter to choose all anew."""


def choose_again(
    before: Alike, after: Alike, touched: NDArray[np.int64], search: Search, words: Words, most: int
) -> bool:
    """Choose the exemplars after a change; ``after.exemplar``, which is that of before, is brought up to date.

    Parameters
    ----------
    before, after : Alike
        Of the same texts, with the answers and days of before and after the change.
    touched : ndarray of int64
        Texts whose answers or days are others.
    search : callable
    words : callable
        Gives the words of texts, joined.
    most : int
        How many texts may be reached.

    Returns
    -------
    bool
        False where more texts are reached, or too many pairs of them resemble each other: all are to be chosen anew.
    """
    chosen = _Choice(before.key(), after.key(), before.exemplar, after.exemplar, search, words, most)
    try:
        chosen.reach(_first_reached(chosen, touched))
        while chosen.decide():
            pass
    except _TooManyError:
        return False
    return True


class _Choice:
    """Texts that a change reaches, what each of them resembles, and what is decided about them so far."""

    def __init__(
        self,
        old_key: NDArray[np.int64],
        key: NDArray[np.int64],
        old_exemplar: NDArray[np.int32],
        exemplar: NDArray[np.int32],
        search: Search,
        words: Words,
        most: int,
    ) -> None:
        self.old_key, self.key, self.exemplar, self.search = old_key, key, exemplar, search
        self.alive = key < _LAST
        self.was_exemplar = old_exemplar == np.arange(len(old_exemplar))
        self.reached = np.zeros(len(key), bool)
        self._most, self._pairs = most, 0
        self._words_of, self._words = words, dict[int, str]()
        self._order: dict[int, int] = {}
        self._alike: defaultdict[int, dict[int, tuple[float, float]]] = defaultdict(dict)
        # What those that were reached last have been told that it is.
        self._told: dict[int, bool] = {}

    def reach(self, texts: NDArray[np.int64]) -> None:
        """Decide about these texts too: look up what they may join."""
        texts = texts[~self.reached[texts]]
        self.exemplar[texts[~self.alive[texts]]] = -1
        self.reached[texts] = True
        if self.reached.sum() > self._most:
            raise _TooManyError
        self._told |= {text: bool(self.was_exemplar[text]) for text in texts.tolist()}
        key, living = self.key, texts[self.alive[texts]]
        wanted = self.alive & (self.was_exemplar | self.reached)
        # What is not yet an exemplar and becomes one will tell those behind it.
        self._keep(self.search(living, wanted, lambda one, other: key[other] <= key[one]))

    def decide(self) -> bool:
        """Let each text join the best exemplar before it; whether that reaches others."""
        for text in self._in_order():
            best = (0.0, 0.0)
            joined = text
            for other, alike in self._alike[text].items():
                if self.exemplar[other] != other or not self._precedes(other, text) or alike < best:
                    continue
                if alike > best or self._precedes(other, joined):
                    best, joined = alike, other
            self.exemplar[text] = joined
        is_exemplar = {text: bool(self.alive[text]) and int(self.exemplar[text]) == text for text in self._told}
        news = [text for text, told in self._told.items() if is_exemplar[text] != told]
        self._told |= is_exemplar
        if not news:
            return False
        began = np.array([text for text in news if is_exemplar[text]], np.int64)
        ceased = np.array([text for text in news if not is_exemplar[text]], np.int64)
        left = np.flatnonzero(np.isin(self.exemplar, ceased) & self.alive & ~self.reached)
        key = self.key
        first, later, jaccard, containment = self.search(began, self.alive, lambda one, other: key[other] >= key[one])
        self._keep((later, first, jaccard, containment))
        self.reach(np.union1d(left, later))
        return True

    def _keep(self, pairs: Pairs) -> None:
        self._pairs += len(pairs[0])
        if self._pairs > _MOST_PAIRS:
            raise _TooManyError
        for text, other, jaccard, containment in zip(*(array.tolist() for array in pairs), strict=True):
            self._alike[text][other] = (jaccard, containment)

    def _in_order(self) -> list[int]:
        """The living texts that are reached, in the order in which exemplars are chosen."""
        texts = np.flatnonzero(self.reached & self.alive)
        if len(texts) > len(self._order):
            by_key = texts[np.argsort(self.key[texts], kind="stable")].tolist()
            in_order: list[int] = []
            for _, group in groupby(by_key, self.key.__getitem__):
                equal = list(group)
                if len(equal) > 1:
                    self._look_at(equal)
                    equal.sort(key=self._words.__getitem__)
                in_order += equal
            self._order = {text: place for place, text in enumerate(in_order)}
        return list(self._order)

    def _precedes(self, one: int, other: int) -> bool:
        if one in self._order and other in self._order:
            return self._order[one] < self._order[other]
        if self.key[one] != self.key[other]:
            return bool(self.key[one] < self.key[other])
        self._look_at((one, other))
        return self._words[one] < self._words[other]

    def _look_at(self, texts: Iterable[int]) -> None:
        unknown = [text for text in texts if text not in self._words]
        self._words |= zip(unknown, self._words_of(np.array(unknown, np.int64)), strict=True)


def _first_reached(choice: _Choice, touched: NDArray[np.int64]) -> NDArray[np.int64]:
    """The texts about which a change alone, without what it leads to, may decide otherwise."""
    old, new = choice.old_key[touched], choice.key[touched]
    was = choice.was_exemplar[touched]
    unseen = old == _LAST
    later = new > old
    fallen = touched[was & later]
    members = np.flatnonzero(np.isin(choice.exemplar, fallen))
    # One that joined another stays with it as long as that one is before it: there are only fewer to join.
    joined = touched[~was & ~unseen & ~later]
    overtaking = joined[choice.key[choice.exemplar[joined]] >= choice.key[joined]]
    # An exemplar that rises passes texts that could not join it before, and exemplars that were before it where a text
    # resembles both of them as much.
    risen = touched[was & (new < old)]
    low, high = choice.key[risen].min(initial=_LAST), choice.old_key[risen].max(initial=-_LAST)
    key, old_key, exemplar = choice.key, choice.old_key, choice.exemplar
    near = (key >= low) & (old_key <= high)

    def passed(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        found = np.zeros(len(one), bool)
        for place in (other, exemplar[other]):
            found |= (key[place] >= key[one]) & (old_key[place] <= old_key[one])
        return found

    _, overtaken, _, _ = choice.search(risen, choice.alive & ~choice.was_exemplar & (near | near[exemplar]), passed)
    return np.unique(np.concatenate((touched[unseen | later], members, overtaking, overtaken)))
