"""How a family's uses are written → its template with slots as text. Between arrays and the records that people see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Answer, Slot, SlotKind, SlotValue
from pqreuse.segments import Segments
from pqreuse.templates import Template, kind_of, meaning_changes
from pqreuse.words import find_links


@dataclass(frozen=True, slots=True)
class ScorableWords:
    """Scorable words of the corpus: tokens, and where each stands in its answer's text."""

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    answer: NDArray[np.int64]
    vocabulary: tuple[str, ...]


class Writing:
    """One use of a family: its words' places in the original text.

    Parameters
    ----------
    answer : Answer
    segments : Segments
    segment : int
        The use.
    words : ScorableWords
    variant : int
        The family's variant that this use has; 0 is the exemplar.
    """

    __slots__ = ("_ends", "_starts", "_tokens", "_vocabulary", "answer", "end", "start", "variant")

    def __init__(self, answer: Answer, segments: Segments, segment: int, words: ScorableWords, variant: int) -> None:
        self.answer, self.variant = answer, variant
        self.start, self.end = int(segments.start[segment]), int(segments.end[segment])
        these = slice(segments.first[segment], segments.last[segment])
        self._tokens, self._vocabulary = words.tokens[these], words.vocabulary
        self._starts, self._ends = words.starts[these], words.ends[these]

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        """The folded words ``first`` to ``last``."""
        return [self._vocabulary[token] for token in self._tokens[first:last].tolist()]

    def text(self) -> str:
        """The use, exactly."""
        return self.answer.text[self.start : self.end]

    def before(self, word: int) -> int:
        """Where the text between a word and the one before it begins."""
        return int(self._ends[word - 1]) if word else self.start

    def after(self, word: int) -> int:
        """Where the text between a word and the one before it ends."""
        return int(self._starts[word]) if word < len(self._starts) else self.end

    def links(self) -> dict[int, str]:
        """Bare links, by the word that each stands before."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for start, end in find_links(self.text()):
            word = int(np.searchsorted(self._starts, self.start + start))
            found[word].append(_without_stop(self.text()[start:end]))
        return {word: " ".join(links) for word, links in found.items()}


class _Filling(NamedTuple):
    """What one use has at one place: a key of the value, the value as written, and what stands around it."""

    key: tuple[str, ...]
    text: str
    left: str = ""
    right: str = ""


def write_template(exemplar: Writing, writings: Sequence[Writing], template: Template) -> tuple[str, tuple[Slot, ...]]:
    """The exemplar with each slot as ``{a|b|…}``, and the slots in this order.

    A place where the variants differ without a pattern is ``[…]``.

    Parameters
    ----------
    exemplar : Writing
        Its first use.
    writings : sequence of Writing
        All uses, earliest first.
    template : Template
    """
    pieces: list[tuple[int, int, str]] = []
    slots: list[tuple[int, Slot]] = []
    for number, (first, last) in enumerate(template.gaps):
        # Words that are put in stand directly behind the word before.
        start = exemplar.after(first) if first < last or first == 0 else exemplar.before(first)
        end = exemplar.before(last) if first < last else start
        if template.accepted[number]:
            slots.append((start, _slot(writings, [_words_of(use, template, number) for use in writings])))
        pieces.append((start, end, _braces(slots[-1][1]) if template.accepted[number] else "[…]"))
    for word, fillings in _links(writings, template):
        slot = replace(_slot(writings, fillings), kind="url", changes=())
        if len(slot.values) > 1:
            start, end = _link_place(exemplar, word)
            slots.append((start, slot))
            pieces.append((start, end, _braces(slot)))
    ordered = sorted(slots, key=lambda item: item[0])
    return _put_in(exemplar, sorted(pieces)), tuple(slot for _, slot in ordered)


def _put_in(exemplar: Writing, pieces: Sequence[tuple[int, int, str]]) -> str:
    """The exemplar's text with these stretches replaced, on one line."""
    text, reached, written = exemplar.answer.text, exemplar.start, ""
    for start, end, piece in pieces:
        written += text[reached:start]
        if start == end:
            # Between words, not against one; a comma may follow directly.
            written += " " if written[-1:].strip() else ""
            piece += " " if text[end : end + 1].isalnum() else ""
        written += piece
        reached = end
    return " ".join((written + text[reached : exemplar.end]).split())


def _braces(slot: Slot) -> str:
    values = [value.text for value in slot.values]
    return "{" + "|".join([*values[:3], *(["…"] if len(values) > 3 else [])]) + "}"


def _words_of(use: Writing, template: Template, gap: int) -> _Filling | None:
    """How a use fills a gap; None where it leaves out the words around it."""
    filling = template.fillings[use.variant][gap]
    if filling is None:
        return None
    first, last = filling
    if first == last:
        return _Filling((), "")
    start, end, text = use.after(first), use.before(last), use.answer.text
    return _Filling(tuple(use.words(first, last)), text[start:end], text[use.start : start], text[end : use.end])


def _links(writings: Sequence[Writing], template: Template) -> Iterator[tuple[int, list[_Filling | None]]]:
    """Places with bare links, whose words are in no shingle: the exemplar's word that they stand before, and the links.

    Only links directly behind a template word, or before all words: others belong to a filling.
    """
    linked: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for number, use in enumerate(writings):
        for word, link in use.links().items():
            place = -1 if word == 0 else int(template.place[use.variant][word - 1])
            if word == 0 or 0 <= place < len(template.kept):
                linked[place + 1][number] = link
    for word, links in sorted(linked.items()):
        having = [word == 0 or word - 1 in template.place[use.variant] for use in writings]
        yield (
            word,
            [
                _Filling((links[number],) if number in links else (), links.get(number, "")) if has else None
                for number, has in enumerate(having)
            ],
        )


def _link_place(exemplar: Writing, word: int) -> tuple[int, int]:
    """Where the exemplar has links between a word and the one before, or would have them."""
    low, high = exemplar.before(word), exemplar.after(word)
    links = find_links(exemplar.answer.text[low:high])
    if not links:
        return low, low
    last = _without_stop(exemplar.answer.text[low : low + links[-1][1]])
    return low + links[0][0], low + len(last)


def _without_stop(link: str) -> str:
    """A link without what ends the sentence or the brackets around it."""
    return link.rstrip(".,;:)]’”\"'")


def _slot(writings: Sequence[Writing], fillings: Sequence[_Filling | None]) -> Slot:
    """The fillings of all uses, most frequent first, each as its earliest use writes it."""
    having: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    written: dict[tuple[str, ...], tuple[str, SlotKind, str | None]] = {}
    for use, filling in zip(writings, fillings, strict=True):
        if filling is None:
            continue
        having[filling.key].add(use.answer.id)
        if filling.key not in written:
            kind = kind_of(filling.text, filling.left, filling.right)
            written[filling.key] = (" ".join(filling.text.split()), kind, use.answer.date)
    ranked = sorted(having, key=lambda key: (-len(having[key]), written[key][0], key))
    kinds: Counter[SlotKind] = Counter()
    for key in filter(None, ranked):
        kinds[written[key][1]] += len(having[key])
    return Slot(
        kind=_kind(kinds),
        values=tuple(
            SlotValue(text=written[key][0], answers=len(having[key]), first_date=written[key][2]) for key in ranked
        ),
        changes=meaning_changes(ranked),
    )


def _kind(kinds: Counter[SlotKind]) -> SlotKind:
    """The kind of at least two thirds of the fillings; ``text`` where they are of different kinds."""
    if not kinds:
        return "text"
    kind, count = min(kinds.items(), key=lambda item: (-item[1], item[0]))
    return kind if 3 * count >= 2 * kinds.total() else "text"
