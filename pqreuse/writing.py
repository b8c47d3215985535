"""How a family's uses are written → its template with slots as text. Between arrays and the records that people see."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from pqreuse.records import Change, Slot, SlotKind, SlotValue, Use
from pqreuse.scorable import ScorableWords
from pqreuse.templates import Filling, Template, bears_meaning, kind_of, meaning_changes
from pqreuse.words import find_links


class WordPlaces:
    """`ScorableWords` for looking up single words, which an array does three times slower than a view.

    Parameters
    ----------
    words : ScorableWords
    telling : TellingWords
    """

    __slots__ = ("ends", "starts", "telling", "tokens")

    def __init__(self, words: ScorableWords, telling: TellingWords) -> None:
        self.tokens, self.starts, self.ends = words.tokens.data, words.starts.data, words.ends.data
        self.telling = telling


class TellingWords(dict[int, str]):
    """Words that bear meaning by their tokens; ``""`` for other words. Each is looked up once.

    Parameters
    ----------
    vocabulary : sequence of str
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, token: int) -> str:
        word = self._vocabulary[token]
        self[token] = word if bears_meaning(word) else ""
        return self[token]


class Writing:
    """One use of a family, and where its words stand in its text.

    Parameters
    ----------
    use : Use
    variant : int
        The family's variant that it has; 0 is the exemplar.
    first, last : int
        Its words among all scorable words.
    words : WordPlaces
    """

    __slots__ = ("first", "last", "use", "variant", "words")

    def __init__(self, use: Use, variant: int, first: int, last: int, words: WordPlaces) -> None:
        self.use, self.variant, self.first, self.last, self.words = use, variant, first, last, words

    def before(self, word: int) -> int:
        """Where the text between a word and the one before it begins."""
        return self.words.ends[self.first + word - 1] - self.use.start if word else 0

    def after(self, word: int) -> int:
        """Where the text between a word and the one before it ends."""
        place = self.first + word
        return self.words.starts[place] - self.use.start if place < self.last else len(self.use.text)

    def links(self) -> dict[int, str]:
        """Bare links, by the word that each stands before."""
        stretches = find_links(self.use.text)
        if not stretches:
            return {}
        found: defaultdict[int, list[str]] = defaultdict(list)
        for start, end in stretches:
            place = bisect_left(self.words.starts, self.use.start + start, self.first, self.last)
            found[place - self.first].append(_without_stop(self.use.text[start:end]))
        return {word: " ".join(links) for word, links in found.items()}


_Value = tuple[int, str, tuple[int, ...], SlotKind, str | None]
"""What some uses have at one place, as it sorts: answers that have it (negative, so that the most come first), as the
earliest use writes it (``""`` for nothing), its words' tokens (none for a link), its kind, the earliest use's date."""
_Variant = tuple[Sequence[Filling | None], int, Use, set[str]]
"""What a variant fills the gaps with, its earliest use's first word, this use, the answers that have the variant."""


def write_template(writings: Sequence[Writing], template: Template) -> tuple[str, tuple[Slot, ...]]:
    """The exemplar as its first use has it with each slot as ``{a|b|…}``, and the slots in this order.

    A place where the variants differ without a pattern is ``[…]``.

    Parameters
    ----------
    writings : sequence of Writing
        All uses, earliest first.
    template : Template
    """
    words, first_uses, users = writings[0].words, dict[int, Writing](), defaultdict[int, set[str]](set)
    for writing in writings:
        first_uses.setdefault(writing.variant, writing)
        users[writing.variant].add(writing.use.answer_id)
    exemplar = first_uses[0]
    # The earliest use of a variant is also the earliest with any of its fillings.
    variants = [
        (template.fillings[variant], writing.first, writing.use, users[variant])
        for variant, writing in first_uses.items()
    ]
    pieces: list[tuple[int, int, str]] = []
    slots: list[tuple[int, Slot]] = []
    for number, (first, last) in enumerate(template.gaps):
        # Words that are put in stand directly behind the word before.
        start = exemplar.after(first) if first < last or first == 0 else exemplar.before(first)
        end = exemplar.before(last) if first < last else start
        written = "[…]"
        if template.accepted[number]:
            slot = _slot(_fillings(variants, number, words), words)
            slots.append((start, slot))
            written = _braces(slot)
        pieces.append((start, end, written))
    for word, values in _links(writings, template):
        if len(values) > 1:
            slot = _slot(values, words)
            start, end = _link_place(exemplar, word)
            slots.append((start, slot))
            pieces.append((start, end, _braces(slot)))
    slots.sort(key=itemgetter(0))
    return _put_in(exemplar.use.text, sorted(pieces)), tuple([slot for _, slot in slots])


def _fillings(variants: Sequence[_Variant], gap: int, words: WordPlaces) -> list[_Value]:
    """What the variants have in a gap; those that leave out the words around it have nothing there."""
    having: dict[tuple[int, ...], list[_Variant]] = {}
    for variant in variants:
        filling = variant[0][gap]
        if filling is not None:
            first = variant[1]
            tokens = tuple(words.tokens[first + filling[0] : first + filling[1]].tolist())
            if tokens in having:
                having[tokens].append(variant)
            else:
                having[tokens] = [variant]
    values: list[_Value] = []
    for tokens, those in having.items():
        fillings, first, use, users = those[0]
        less = -len(users if len(those) == 1 else users.union(*[variant[3] for variant in those]))
        if not tokens:
            values.append((less, "", tokens, "text", use.date))
            continue
        low, high = fillings[gap] or (0, 0)
        whole, start, end = use.text, words.starts[first + low] - use.start, words.ends[first + high - 1] - use.start
        text = whole[start:end]
        values.append((less, " ".join(text.split()), tokens, kind_of(text, whole[:start], whole[end:]), use.date))
    return values


def _links(writings: Sequence[Writing], template: Template) -> Iterator[tuple[int, list[_Value]]]:
    """Places with bare links, whose words are in no shingle: the exemplar's word that they stand before, and the links.

    Only links directly behind a template word, or before all words: others belong to a filling.
    """
    linked: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for number, writing in enumerate(writings):
        for word, link in writing.links().items():
            place = -1 if word == 0 else int(template.place[writing.variant][word - 1])
            if word == 0 or 0 <= place < len(template.kept):
                linked[place + 1][number] = link
    for word, links in sorted(linked.items()):
        having: defaultdict[str, list[Use]] = defaultdict(list)
        for number, writing in enumerate(writings):
            if word == 0 or word - 1 in template.place[writing.variant]:
                having[links.get(number, "")].append(writing.use)
        yield (
            word,
            [(-len({use.answer_id for use in uses}), link, (), "url", uses[0].date) for link, uses in having.items()],
        )


def _link_place(exemplar: Writing, word: int) -> tuple[int, int]:
    """Where the exemplar has links between a word and the one before, or would have them."""
    low, high = exemplar.before(word), exemplar.after(word)
    links = find_links(exemplar.use.text[low:high])
    if not links:
        return low, low
    last = _without_stop(exemplar.use.text[low : low + links[-1][1]])
    return low + links[0][0], low + len(last)


def _without_stop(link: str) -> str:
    """A link without what ends the sentence or the brackets around it."""
    return link.rstrip(".,;:)]’”\"'")


def _slot(values: Sequence[_Value], words: WordPlaces) -> Slot:
    """The values of a slot, most frequent first."""
    ranked = sorted(values)
    kinds: dict[SlotKind, int] = {}
    for less, text, _, kind, _ in ranked:
        if text:
            kinds[kind] = kinds.get(kind, 0) - less
    changes: tuple[Change, ...] = ()
    telling = words.telling.__getitem__
    if any(map(telling, chain.from_iterable([tokens for _, _, tokens, _, _ in ranked]))):
        changes = meaning_changes([list(filter(None, map(telling, tokens))) for _, _, tokens, _, _ in ranked])
    return Slot(
        kind=_main_kind(kinds),
        values=tuple([SlotValue(text=text, answers=-less, first_date=date) for less, text, _, _, date in ranked]),
        changes=changes,
    )


def _main_kind(answers: Mapping[SlotKind, int]) -> SlotKind:
    """The kind of at least two thirds of the fillings, by answers; ``text`` where they are of different kinds."""
    total = sum(answers.values())
    return next((kind for kind, many in answers.items() if 3 * many >= 2 * total), "text")


def _braces(slot: Slot) -> str:
    values = [value.text for value in slot.values]
    return "{" + "|".join([*values[:3], *(["…"] if len(values) > 3 else [])]) + "}"


def _put_in(text: str, pieces: Sequence[tuple[int, int, str]]) -> str:
    """The text with these stretches replaced, on one line."""
    reached, written = 0, ""
    for start, end, piece in pieces:
        written += text[reached:start]
        if start == end:
            # Between words, not against one; a comma may follow directly.
            written += " " if written[-1:].strip() else ""
            piece += " " if text[end : end + 1].isalnum() else ""
        written += piece
        reached = end
    return " ".join((written + text[reached:]).split())
