"""Families and answers → what the page shows of each: cut to what can be read, with what was cut counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pqreuse.records import Answer, Family, Score, Slot, Use, Variant
from pqreuse.report import wording
from pqreuse.report.drawing import sparkline
from pqreuse.report.listing import sources_of, telling_lines
from pqreuse.shading import Piece, clipped, slot_text, template_pieces

_LONGEST_ANSWER = 6_000
_USES, _WORDINGS, _NESTED = 20, 12, 8
_TEXT, _QUESTION, _CHIP = 2_000, 160, 48
T = TypeVar("T")
UseRow = tuple[Use, str | None, str, int]
"""A use, the address of the official page, the question, and how many more questions there are."""
Source = tuple[str, str | None, str | None, str | None]
"""The answer that said something first: its identifier, date, body, and the address of the official page."""


def first_and_last(items: Sequence[T], most: int) -> tuple[Sequence[T], int, Sequence[T]]:
    """At most so many items from both ends, and how many are left out between them.

    >>> first_and_last("abcdefg", 4)
    ('ab', 3, 'fg')
    >>> first_and_last("abc", 4)
    ('abc', 0, '')
    """
    if len(items) <= most:
        return items, 0, items[:0]
    half = most // 2
    return items[: most - half], len(items) - most, items[len(items) - half :]


def link(url: str | None) -> str | None:
    """An address that a browser may be sent to, else None.

    >>> link("https://example.org/1"), link("javascript:alert(1)")
    ('https://example.org/1', None)
    """
    return url if url is not None and url.startswith(("https://", "http://")) else None


def clip(text: str, most: int) -> str:
    """Cut a text that is longer than so many characters."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


@dataclass(frozen=True, slots=True)
class View:
    """A family as the page shows it; `record` has the figures."""

    rank: int
    record: Family
    pieces: list[tuple[str, Slot | None, str]]
    spark: str
    when: str
    first_said: Source | None
    said_elsewhere: str
    uses: tuple[Sequence[UseRow], int, Sequence[UseRow]]
    wordings: list[tuple[int, Variant, list[Piece]]]
    nested: list[tuple[Family, list[Piece]]]
    more_nested: int


class FamilyViews:
    """Makes views of families.

    Parameters
    ----------
    answers : mapping of str to Answer
        Those that families are used in, by identifier.
    months : sequence of str
        As the page's filters list them.
    """

    def __init__(self, answers: Mapping[str, Answer], months: Sequence[str]) -> None:
        self._answers, self._months = answers, months

    def view(self, rank: int, family: Family, nested: Sequence[Family]) -> View:
        """A family of this place in the list, with the lines nested in it."""
        head, between, tail = first_and_last(family.uses, _USES)
        said = family.first_said
        telling = telling_lines(family, nested)
        return View(
            rank,
            family,
            [*_chips(family)],
            sparkline(family.months, self._months),
            wording.when(replace(family, id="")).removeprefix(" · "),
            _source(self._answers.get(said.answer_id)) if said else None,
            clip(said.text, _TEXT) if said and said not in family.uses else "",
            (self._with_answers(head), between, self._with_answers(tail)),
            _wordings(family),
            [(line, list(_template(line))) for line in telling[:_NESTED]],
            max(len(telling) - _NESTED, 0),
        )

    def _with_answers(self, uses: Iterable[Use]) -> list[UseRow]:
        told = []
        for use in uses:
            answer = self._answers.get(use.answer_id)
            questions = [text for text in answer.questions if text] if answer else []
            question = clip(" ".join(questions[0].split()), _QUESTION) if questions else ""
            told.append((use, link(answer.url) if answer else None, question, max(len(use.question_ids) - 1, 0)))
        return told


def _template(family: Family) -> Iterator[Piece]:
    return clipped(((text, label) for text, _, label in _pieces(family)), _TEXT)


def _pieces(family: Family) -> Iterator[tuple[str, Slot | None, str]]:
    """The template cut at its slots."""
    slots = iter(family.slots)
    slot = next(slots, None)
    for text, label in template_pieces(family.template, ([value.text for value in one.values] for one in family.slots)):
        if label != "slot":
            yield text, None, label
            continue
        # A slot whose braces were not found in the template is passed over.
        while slot is not None and slot_text([value.text for value in slot.values]) != text:
            slot = next(slots, None)
        yield text, slot, label
        slot = next(slots, None)


def _chips(family: Family) -> Iterator[tuple[str, Slot | None, str]]:
    """The same, slots by their most frequent value, plain text cut where it is beyond reading."""
    left = _TEXT
    for text, slot, label in _pieces(family):
        if left <= 0:
            yield "…", None, "cut"
            return
        if slot is None:
            (shown, _), *more = clipped([(text, label)], left)
            yield shown, None, label
            yield from ((told, None, name) for told, name in more)
        else:
            yield clip(slot.values[0].text, _CHIP), slot, label
        left -= len(text)


def _wordings(family: Family) -> list[tuple[int, Variant, list[Piece]]]:
    """The wordings with most answers, in order of time and with their numbers, what changed in each marked."""
    history = list(enumerate(family.history, 1))
    # The first is what others are compared with.
    most = sorted(history[1:], key=lambda one: -one[1].answers)[: _WORDINGS - 1]
    return [
        (number, variant, list(clipped(_marked(variant), _TEXT)))
        for number, variant in [*history[:1], *sorted(most, key=lambda one: one[0])]
    ]


def _marked(variant: Variant) -> Iterator[Piece]:
    """A wording with what it has new, and what it has no more."""
    text, reached = variant.text, 0
    for one in variant.differences:
        before = text[reached : one.start]
        yield before, ""
        if one.old:
            # Where nothing stands instead, a word was taken out behind the one before.
            yield (" " if before and not one.new else ""), ""
            yield one.old, "old"
            yield (" " if one.new else ""), ""
        yield one.new, "new"
        reached = one.start + len(one.new)
    yield text[reached:], ""


def _source(answer: Answer | None) -> Source | None:
    return (answer.id, answer.date, answer.body, link(answer.url)) if answer else None


def view_answer(score: Score, answers: Mapping[str, Answer], numbered: Mapping[str, int]) -> dict[str, Any]:
    """An answer with its labels; ``numbered`` are the families on the page, by identifier, and their places."""
    answer = answers.get(score.id)
    spans = ((score.text[span.start : span.end], span.label) for span in score.spans)
    questions = [text for text in answer.questions if text] if answer else []
    return {
        "score": score,
        "percents": wording.percents(score),
        "pieces": list(clipped(spans, _LONGEST_ANSWER)),
        "question": clip(" ".join(questions[0].split()), _QUESTION) if questions else "",
        "link": link(answer.url) if answer else None,
        "families": [
            (numbered[name], name, _source(answers.get(source or "")))
            for name, source in sources_of(score).items()
            if name in numbered
        ],
    }
