"""How a family's uses are written → its template with slots as text. Between arrays and the records that people see."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from operator import itemgetter

from pqreuse.meanings import Filling, Meanings
from pqreuse.records import Slot, SlotKind, SlotValue, Use
from pqreuse.shading import slot_text
from pqreuse.templates import Templates, kind_of

_FEW = 2  # words, too few to be a template

_Value = tuple[int, str, Filling, SlotKind, str | None, Set[str]]
"""What some uses have at one place, as it sorts: answers that have it (negative, so that the most come first), as the
earliest use writes it (``""`` for nothing), its words (none for a link), its kind, the earliest use's date, the
answers."""
_Variant = tuple[int, int, int, Use, set[str]]
"""A variant's number, its earliest use's first and past-last words, this use, the answers that have the variant."""


class Writer:
    """Writes the templates of one unit's families. Words and gaps are looked up one by one: in views, not in arrays.

    Parameters
    ----------
    templates : Templates
    meanings : Meanings
        Of the words that the uses have in the corpus.
    many : callable
        How many answers these are, where the uses are not all there and some stand for others.
    """

    def __init__(
        self,
        templates: Templates,
        meanings: Meanings,
        many: Callable[[Set[str]], int] = len,
    ) -> None:
        words = meanings.words
        self._tokens, self._starts, self._ends = words.tokens.data, words.starts.data, words.ends.data
        self._templates, self._meanings, self._many = templates, meanings, many
        self._gaps_of, self._gaps = templates.gaps.indptr.data, templates.gaps.values.ravel().data
        self._kept_of, self._kept = templates.kept.indptr.data, templates.kept.values.data
        self._accepted, self._variants = templates.accepted.data, templates.variants.data
        self._fillings_of, self._fillings = templates.fillings.indptr.data, templates.fillings.values.ravel().data

    def write(
        self,
        family: int,
        uses: Sequence[Use],
        variants: Sequence[int],
        first: Sequence[int],
        last: Sequence[int],
        links: Mapping[int, Sequence[tuple[int, int]]],
        chosen: Mapping[str, tuple[int, str | None]] | None = None,
    ) -> tuple[str, tuple[Slot, ...]]:
        """The exemplar as its first use has it with each slot as ``{a|b|…}``, and the slots in this order.

        A place where the variants differ without a pattern is ``[…]``, or as the exemplar has it where hardly a word is
        left beside it: unless slots say what it is about, and other wordings are as usual. A family without a template
        word is written as its exemplar, without slots.

        Parameters
        ----------
        family : int
            Its place among the templates.
        uses : sequence of Use
            All uses, earliest first.
        variants : sequence of int
            For each of them, the family's variant that it has; 0 is the exemplar.
        first, last : sequence of int
            For each of them, its words among all scorable words.
        links : mapping of int to sequence of (int, int)
            For those that have any, the bare links of their text.
        chosen : mapping of str to tuple, optional
            Answers whose uses the slots count, each with its place in time and its date; all where not given. What is
            written, and in which order, is that of all uses in any case.
        """
        low, high = self._gaps_of[family], self._gaps_of[family + 1]
        exemplar = variants.index(0)
        use = uses[exemplar]
        kept = self._kept[self._kept_of[family] : self._kept_of[family + 1]]
        if (low == high and not links) or not any(kept):
            return " ".join(use.text.split()), ()
        places = _Places(use, first[exemplar], last[exemplar], self._starts, self._ends, links.get(exemplar, ()))
        pieces: list[tuple[int, int, str]] = []
        slots: list[tuple[int, Slot]] = []

        def put(start: int, end: int, values: Sequence[_Value]) -> None:
            slot = self._slot(values, chosen)
            slots.append((start, slot))
            pieces.append((start, end, slot_text([value.text for value in slot.values])))

        if low < high:
            accepted = self._accepted[low:high].tolist()
            plain = not all(accepted) and sum(kept) <= _FEW and (not any(accepted) or self._is_usual(uses, variants))
            earliest = _earliest(uses, variants, first, last)
            gaps = self._gaps[2 * low : 2 * high].tolist()
            rows = self._fillings_of[self._variants[family]], self._fillings_of[self._variants[family + 1]]
            fillings = self._fillings[2 * rows[0] : 2 * rows[1]].tolist()
            for gap, is_slot in zip(range(0, len(gaps), 2), accepted, strict=True):
                start, end = places.of_gap(*gaps[gap : gap + 2])
                if is_slot:
                    # Each variant's row has as many fillings as there are gaps.
                    column = fillings[gap :: len(gaps)], fillings[gap + 1 :: len(gaps)]
                    put(start, end, self._values(earliest, *column))
                elif not plain:
                    pieces.append((start, end, "[…]"))
        if links:
            for word, values in self._links(family, uses, variants, first, last, links):
                if len(values) > 1:
                    put(*places.of_link(word), values)
        pieces.sort()
        slots.sort(key=itemgetter(0))
        return _put_in(use.text, pieces), tuple([slot for _, slot in slots])

    def _is_usual(self, uses: Sequence[Use], variants: Sequence[int]) -> bool:
        """Whether most answers have the exemplar's wording."""
        having = {use.answer_id for use, variant in zip(uses, variants, strict=True) if variant == 0}
        return 2 * self._many(having) > self._many({use.answer_id for use in uses})

    def _values(self, variants: Sequence[_Variant], low: Sequence[int], high: Sequence[int]) -> list[_Value]:
        """What the variants have in a gap; those that leave out the words around it have nothing there."""
        having: dict[tuple[int, ...], list[_Variant]] = {}
        for variant in variants:
            begin, first = low[variant[0]], variant[1]
            if begin >= 0:
                tokens = tuple(self._tokens[first + begin : first + high[variant[0]]].tolist())
                if tokens in having:
                    having[tokens].append(variant)
                else:
                    having[tokens] = [variant]
        values: list[_Value] = []
        for tokens, those in having.items():
            # The earliest use of a variant is also the earliest with any of its fillings.
            number, first, last, use, users = those[0]
            users = users if len(those) == 1 else users.union(*[variant[4] for variant in those])
            less = -self._many(users)
            filling = Filling(tokens, use, first + low[number], last)
            if not tokens:
                values.append((less, "", filling, "text", use.date, users))
                continue
            whole, offset = use.text, use.start
            start, end = self._starts[first + low[number]] - offset, self._ends[first + high[number] - 1] - offset
            text = whole[start:end]
            kind = kind_of(text, whole[:start], whole[end:])
            if kind == "date" and self._meanings.is_may(filling):
                kind = "text"
            values.append((less, " ".join(text.split()), filling, kind, use.date, users))
        return values

    def _links(
        self,
        family: int,
        uses: Sequence[Use],
        variants: Sequence[int],
        first: Sequence[int],
        last: Sequence[int],
        links: Mapping[int, Sequence[tuple[int, int]]],
    ) -> Iterator[tuple[int, list[_Value]]]:
        """Places with bare links, whose words are in no shingle: the exemplar's word that they stand before, the links.

        Only links directly behind a template word, or before all words: others belong to a filling.
        """
        place, row = self._templates.place, self._variants[family]
        exemplar_words = self._kept_of[family + 1] - self._kept_of[family]
        linked: defaultdict[int, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for number, stretches in links.items():
            use = uses[number]
            for start, end in stretches:
                word = bisect_left(self._starts, use.start + start, first[number], last[number]) - first[number]
                behind = -1 if word == 0 else int(place[row + variants[number]][word - 1])
                if word == 0 or 0 <= behind < exemplar_words:
                    linked[behind + 1][number].append(_without_stop(use.text[start:end]))
        for word, found in sorted(linked.items()):
            has_word = {variant: word == 0 or word - 1 in place[row + variant] for variant in set(variants)}
            having: defaultdict[str, list[Use]] = defaultdict(list)
            for number, use in enumerate(uses):
                if has_word[variants[number]]:
                    having[" ".join(found[number]) if number in found else ""].append(use)
            users = [{use.answer_id for use in those} for those in having.values()]
            yield (
                word,
                [
                    (-self._many(some), link, Filling((), those[0], 0, 0), "url", those[0].date, some)
                    for (link, those), some in zip(having.items(), users, strict=True)
                ],
            )

    def _slot(self, values: Sequence[_Value], chosen: Mapping[str, tuple[int, str | None]] | None) -> Slot:
        """The values of a slot, most frequent first."""
        ranked = sorted(values, key=itemgetter(0, 1))
        kinds: dict[SlotKind, int] = {}
        for less, text, _, kind, *_ in ranked:
            if text:
                kinds[kind] = kinds.get(kind, 0) - less
        # Beside dates alone "may" is a month, whatever stands around it.
        dates = "date" in kinds and all(
            kind == "date" or not text or self._meanings.is_may(filling) for _, text, filling, kind, *_ in ranked
        )
        if chosen is None:
            listed = tuple(
                [
                    SlotValue(text=text, answers=-less, first_date=date, all_answers=-less)
                    for less, text, _, _, date, _ in ranked
                ]
            )
        else:
            having = [[chosen[answer] for answer in users & chosen.keys()] for *_, users in ranked]
            listed = tuple(
                [
                    SlotValue(
                        text=text,
                        answers=len(some),
                        first_date=min(some)[1] if some else None,
                        all_answers=-less,
                    )
                    for (less, text, *_), some in zip(ranked, having, strict=True)
                ]
            )
        changes = self._meanings.changes([value[2] for value in ranked], dates=dates)
        return Slot(kind="date" if dates else _main_kind(kinds), values=listed, changes=changes)


class _Places:
    """Where something is to be written in a use's text."""

    __slots__ = ("_ends", "_first", "_last", "_links", "_starts", "_use")

    def __init__(
        self,
        use: Use,
        first: int,
        last: int,
        starts: Sequence[int],
        ends: Sequence[int],
        links: Sequence[tuple[int, int]],
    ) -> None:
        self._use, self._first, self._last, self._links = use, first, last, links
        self._starts, self._ends = starts, ends

    def _before(self, word: int) -> int:
        """Where the text between a word and the one before it begins."""
        return self._ends[self._first + word - 1] - self._use.start if word else 0

    def _after(self, word: int) -> int:
        """Where the text between a word and the one before it ends."""
        place = self._first + word
        return self._starts[place] - self._use.start if place < self._last else len(self._use.text)

    def of_gap(self, first: int, last: int) -> tuple[int, int]:
        """From one word to another; words that are put in stand directly behind the word before."""
        if first < last:
            return self._after(first), self._before(last)
        place = self._before(first) if first else self._after(first)
        return place, place

    def of_link(self, word: int) -> tuple[int, int]:
        """Links between a word and the one before, or where they would be."""
        low, high = self._before(word), self._after(word)
        links = [link for link in self._links if low <= link[0] < high]
        if not links:
            return low, low
        start, end = links[0][0], links[-1][1]
        return start, start + len(_without_stop(self._use.text[start:end]))


def _earliest(
    uses: Sequence[Use], variants: Sequence[int], first: Sequence[int], last: Sequence[int]
) -> list[_Variant]:
    """Each variant with its earliest use, in the order of these."""
    found: dict[int, _Variant] = {}
    for variant, begin, end, use in zip(variants, first, last, uses, strict=True):
        if variant in found:
            found[variant][4].add(use.answer_id)
        else:
            found[variant] = variant, begin, end, use, {use.answer_id}
    return list(found.values())


def _without_stop(link: str) -> str:
    """A link without what ends the sentence or the brackets around it."""
    return link.rstrip(".,;:)]’”\"'")


def _main_kind(answers: Mapping[SlotKind, int]) -> SlotKind:
    """The kind of at least two thirds of the fillings, by answers; ``text`` where they are of different kinds."""
    total = sum(answers.values())
    for kind, many in answers.items():
        if 3 * many >= 2 * total:
            return kind
    return "text"


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
