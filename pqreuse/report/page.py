"""The report as a page: one file that holds all it shows, asks for nothing, and can be searched, printed and cited."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import resources
from itertools import combinations
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pqreuse.records import Answer, Family, Kind, ReuseResult, Score, Slot, Variant, column
from pqreuse.report import wording
from pqreuse.report.contract import report_contract
from pqreuse.report.drawing import calendar, sparkline, timeline
from pqreuse.report.files import check_output, write_file
from pqreuse.report.listing import (
    Filters,
    Listing,
    least_and_most_novel,
    list_families,
    telling_lines,
)
from pqreuse.shading import Piece, clipped, lines, shaded, share_bar, slot_text, template_pieces

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE_TOP = 200
"""Families on the page unless ``top`` says another number: of 26,145 answers that makes three megabytes."""

_ANSWERS, _LONGEST_ANSWER = 25, 6_000
_USES, _WORDINGS, _NESTED = 30, 12, 8
_TEXT, _QUESTION, _VALUE, _NAME, _CHIP, _COUNTS = 2_000, 300, 160, 120, 48, 120
_SHARING, _PAIRS, _HEATS = 12, 12, 5
_KINDS = get_args(Kind)
T = TypeVar("T")


def write_report(result: ReuseResult, path: str | PathLike[str], *, top: int | None = PAGE_TOP) -> None:
    """Write a result as one self-contained HTML page, whole or not at all.

    The page holds what ``pqreuse report --format html`` shows: figures of the corpus, shares of bodies and months, the
    most-used stock texts with their slots, wordings and uses, the answers with most and with least new text, which
    bodies share texts, and what was left out. It needs no network and no other file.

    Parameters
    ----------
    result : ReuseResult
    path : str or path-like
    top : int or None
        Stock texts that the page holds; None for all.

    Raises
    ------
    OutputError
        If the file cannot be written; whatever stood there still stands.

    Examples
    --------
    >>> import os, pqreuse, tempfile
    >>> result = pqreuse.find_reuse(["We have set up a network of hubs to share what works."] * 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pqreuse.write_report(result, os.path.join(folder, "reuse.html"))
    ...     os.listdir(folder)
    ['reuse.html']
    """
    check_output(fspath(path), ())
    write_file(page(result, list_families(result, Filters(top=top))), fspath(path))


def page(result: ReuseResult, listing: Listing) -> Iterator[bytes]:
    """The page in pieces of UTF-8."""
    script, style = _part("page.js"), _part("page.css")
    policy = f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; base-uri 'none'; "
    template = _environment().from_string(_part("page.html.j2"))
    told = {"script": script, "style": style, "policy": f"{policy}form-action 'none'", **_contents(result, listing)}
    for chunk in template.generate(told):
        yield chunk.encode()


def _part(name: str) -> str:
    return resources.files("pqreuse.report").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def inert(value: object) -> object:
        return lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=inert)
    made.filters |= {
        "number": "{:,}".format,
        "percent": lambda share: "–" if share is None else f"{100 * share:.1f} %",
        "shaded": lambda pieces: Markup(shaded(pieces)),
        "bar": lambda shares: Markup(share_bar(shares)),
        "short": lambda name: _clip(wording.short_body(name), _NAME),
        "name": lambda name: _clip(name, _NAME),
        "raw": Markup,
        "clip": lambda text, most=_VALUE: _clip(text, most),
        "body_counts": lambda counts: _clip(wording.body_counts(counts, _COUNTS), 2 * _COUNTS),
        "words": lambda name: name.replace("_", " "),
        "count": wording.count,
    }
    return made


def _contents(result: ReuseResult, listing: Listing) -> dict[str, Any]:
    document = report_contract(result, listing)
    blocks = listing.blocks()
    # Uses are of the answers that these were compared with, where those are others.
    asked = {answer.id: answer for answer in (*result.corpus, *(result.compared_with or ()))}
    months = calendar(sorted({answer.date[:7] for answer in asked.values() if answer.date is not None}))
    named = dict.fromkeys([one["body"] for one in document["bodies"]] + [answer.body for answer in asked.values()])
    bodies = [name for name in named if name is not None]
    families = _Families(result, asked, months, bodies)
    numbered = {family.id: rank for rank, (family, _) in enumerate(blocks, 1)}
    chosen = replace(listing.filters, top=_ANSWERS)
    return {
        "document": document,
        "corpus": document["corpus"],
        "shares": [document["shares"][name] for name in ("template", "slot", "novel")],
        "percents": wording.percents(result.shares),
        "found": listing.found,
        "all_found": sum(parent is None for parent in column(result.families, "parent")),
        "others": len(result.compared_with or ()),
        "told": listing.filters.told(),
        "once": wording.official_repetition(result.corpus),
        "recall": wording.recall(result.recall) if result.recall else "",
        "months": months,
        "bodies": bodies,
        "kinds": [kind for kind in _KINDS if result.kinds.get(kind)],
        "all_kinds": _KINDS,
        "timeline": timeline(document["months"]),
        "families": [families.view(rank, *block) for rank, block in enumerate(blocks, 1)],
        "answers": [
            (name, [_answer(score, asked.get(score.id), numbered) for score in scores])
            for name, scores in zip(("least", "most"), least_and_most_novel(result, chosen), strict=True)
        ],
        "sharing": _sharing(result, numbered),
    }


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


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


@dataclass(frozen=True, slots=True)
class _View:
    """A family as the page shows it; `record` has the figures."""

    rank: int
    record: Family
    pieces: list[tuple[str, Slot | None, str]]
    spark: str
    when: str
    fits: str
    uses: tuple[Sequence[Any], int, Sequence[Any]]
    wordings: list[tuple[int, Variant, list[Piece]]]
    nested: list[tuple[Family, list[Piece]]]
    more_nested: int


class _Families:
    """Makes views of families.

    Parameters
    ----------
    result : ReuseResult
    answers : mapping of str to Answer
        Those that families are used in, by identifier.
    months, bodies : sequence of str
        As the page's filters list them.
    """

    def __init__(
        self, result: ReuseResult, answers: Mapping[str, Answer], months: Sequence[str], bodies: Sequence[str]
    ) -> None:
        self._months = months
        self._month = {name: number for number, name in enumerate(months)}
        self._body = {name: number for number, name in enumerate(bodies)}
        self._answers = answers
        kinds = zip(column(result.scores, "id"), column(result.scores, "kinds"), strict=True)
        self._kinds = {name: sum(1 << _KINDS.index(kind) for kind in those) for name, those in kinds if those}

    def view(self, rank: int, family: Family, nested: Sequence[Family]) -> _View:
        head, between, tail = first_and_last(family.uses, _USES)
        telling = telling_lines(family, nested)
        return _View(
            rank,
            family,
            [*_chips(family)],
            sparkline(family.months, self._months),
            wording.when(replace(family, id="")).removeprefix(" · "),
            self._fits(family),
            (self._with_answers(head), between, self._with_answers(tail)),
            _wordings(family),
            [(line, list(_template(line))) for line in telling[:_NESTED]],
            max(len(telling) - _NESTED, 0),
        )

    def _fits(self, family: Family) -> str:
        """Month, body and kinds of its uses, each once, as the page's filters compare them; -1 for none."""
        found = {
            (
                self._month.get((use.date or "")[:7], -1),
                self._body.get(use.body or "", -1),
                self._kinds.get(use.answer_id, 0),
            )
            for use in family.uses
        }
        return " ".join(f"{month},{body},{kinds}" for month, body, kinds in sorted(found))

    def _with_answers(self, uses: Iterable[Any]) -> list[tuple[Any, str | None, str, int]]:
        """Uses with the address of the official page, the question, and how many more there are."""
        told = []
        for use in uses:
            answer = self._answers.get(use.answer_id)
            questions = [text for text in answer.questions if text] if answer else []
            question = _clip(" ".join(questions[0].split()), _QUESTION) if questions else ""
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
            yield _clip(slot.values[0].text, _CHIP), slot, label
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


def _answer(score: Score, answer: Answer | None, numbered: Mapping[str, int]) -> dict[str, Any]:
    named = dict.fromkeys(span.family for span in score.spans if span.family in numbered)
    spans = ((score.text[span.start : span.end], span.label) for span in score.spans)
    questions = [text for text in answer.questions if text] if answer else []
    return {
        "score": score,
        "percents": wording.percents(score),
        "pieces": list(clipped(spans, _LONGEST_ANSWER)),
        "question": _clip(" ".join(questions[0].split()), _QUESTION) if questions else "",
        "link": link(answer.url) if answer else None,
        "families": [(numbered[name], name) for name in named if name is not None],
    }


def _sharing(result: ReuseResult, numbered: Mapping[str, int]) -> dict[str, Any] | None:
    """How many stock texts each two bodies both use, of those with most, and the pairs with most."""
    pairs: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    columns = (column(result.families, name) for name in ("id", "parent", "bodies"))
    for name, parent, bodies in zip(*columns, strict=True):
        if parent is None:
            for pair in combinations(sorted(bodies), 2):
                pairs[pair] += 1
                if name in numbered:
                    example.setdefault(pair, name)
    if not pairs:
        return None
    each: Counter[str] = Counter()
    for pair, count in pairs.items():
        each.update(dict.fromkeys(pair, count))
    names = sorted(each, key=lambda name: (-each[name], name))[:_SHARING]
    most = max(pairs.values())
    cells = [
        [(count := pairs[min(row, other), max(row, other)], -(-_HEATS * count // most)) for other in names]
        for row in names
    ]
    top = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]
    return {
        "names": names,
        "rows": list(zip(names, cells, strict=True)),
        "bodies": len(each),
        "pairs": [(*pair, count, numbered.get(example.get(pair, "")), example.get(pair)) for pair, count in top],
    }
