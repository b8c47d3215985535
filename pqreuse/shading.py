"""Texts in labelled pieces → HTML that is inert whatever the texts hold, for notebooks and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

Piece = tuple[str, str]
"""A stretch of text and its label, which is the class of its HTML element; ``""`` for plain text."""

# Controls would act on a terminal, direction marks would turn the rest of its line around, and lone surrogates cannot
# be encoded. None of them is ever part of a word.
UNSAFE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], "\ufffd"
)
_UNSAFE_BUT_LINES = {code: text for code, text in UNSAFE.items() if code != 0x0A}
_ELEMENTS = {"new": "ins", "old": "del"}
_SHARES = ("template", "slot", "novel")

# As the page's own, but for what is drawn on a notebook's white or black.
_STYLE = """
.pqreuse{max-width:60em;line-height:1.5}
.pqreuse .text{white-space:pre-wrap;unicode-bidi:isolate;overflow-wrap:anywhere}
.pqreuse mark{color:inherit;background:none}
.pqreuse mark.template{background:rgba(70,125,190,.22)}
.pqreuse mark.slot{background:rgba(230,160,20,.3);border-bottom:1.5px solid #b87d0a}
.pqreuse mark.open{opacity:.6}
.pqreuse svg .template{fill:#467dbe}.pqreuse svg .slot{fill:#e0a02a}.pqreuse svg .novel{fill:rgba(128,128,128,.2)}
.pqreuse table th,.pqreuse table td{text-align:left;vertical-align:top;white-space:nowrap}
"""


def lines(text: str) -> str:
    r"""Keep the text with its line breaks, other controls replaced.

    >>> lines("a\r\nb\tc\x07")
    'a\nb c\ufffd'
    """
    if text.isprintable():
        return text  # as most are
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_UNSAFE_BUT_LINES)


def slot_text(values: Sequence[str]) -> str:
    """Write a slot as a template has it: its most frequent values, at most three.

    >>> slot_text(["31", "", "36", "40"])
    '{31||36|…}'
    """
    return "{" + "|".join([*values[:3], "…"] if len(values) > 3 else values) + "}"


def template_pieces(template: str, slots: Iterable[Sequence[str]]) -> Iterator[Piece]:
    """Cut a template at its slots, each given by its values; braces of the text itself are not slots.

    >>> list(template_pieces("See {this} in {31|32} […].", [["31", "32"]]))
    [('See {this} in ', ''), ('{31|32}', 'slot'), (' ', ''), ('[…]', 'open'), ('.', '')]
    """
    rest = template
    for written in map(slot_text, slots):
        before, found, behind = rest.partition(written)
        if found:
            yield from _open_places(before)
            yield found, "slot"
            rest = behind
    yield from _open_places(rest)


def _open_places(text: str) -> Iterator[Piece]:
    for number, part in enumerate(text.split("[…]")):
        if number:
            yield "[…]", "open"
        if part:
            yield part, ""


def clipped(pieces: Iterable[Piece], most: int) -> Iterator[Piece]:
    """The first so many characters, and how many more there are.

    >>> list(clipped([("abc", "novel"), ("def", "slot"), ("g", "")], 4))
    [('abc', 'novel'), ('d', 'slot'), (' … and 3 more characters', 'cut')]
    """
    left, more = most, 0
    for text, label in pieces:
        if left:
            yield text[:left], label
        more += max(len(text) - left, 0)
        left = max(left - len(text), 0)
    if more:
        yield f" … and {more:,} more character{'s' * (more > 1)}", "cut"


def shaded(pieces: Iterable[Piece]) -> str:
    """Write pieces as HTML, each with a label in an element of that class.

    >>> shaded([("<b>", ""), ("31", "slot"), ("32", "new")])
    '&lt;b&gt;<mark class="slot">31</mark><ins>32</ins>'
    """
    return "".join(_element(escape(lines(text)), label) for text, label in pieces)


def _element(text: str, label: str) -> str:
    if not label:
        return text
    name = _ELEMENTS.get(label)
    return f"<{name}>{text}</{name}>" if name else f'<mark class="{label}">{text}</mark>'


def share_bar(shares: Sequence[float | None]) -> str:
    """Draw template, slot and novel share side by side; ``""`` where they are not known. What it says is beside it."""
    known = [share for share in shares if share is not None]
    if len(known) < len(_SHARES):
        return ""
    drawn, reached = [], 0.0
    for share, label in zip(known, _SHARES, strict=True):
        drawn.append(f'<rect class="{label}" x="{reached:.2f}" width="{100 * share:.2f}" height="10"/>')
        reached += 100 * share
    return (
        '<svg class="bar" viewBox="0 0 100 10" width="240" height="14" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(drawn)}</svg>'
    )


def share_words(shares: Sequence[float | None]) -> str:
    """Say the three shares.

    >>> share_words((0.5, 0.125, 0.375)), share_words((None, None, None))
    ('template 50.0 %, slot 12.5 %, novel 37.5 %', 'no shares')
    """
    if None in shares:
        return "no shares"
    return ", ".join(f"{name} {text}" for name, text in zip(_SHARES, percents(shares), strict=True))


def percents(shares: Sequence[float | None]) -> tuple[str, ...]:
    """Write shares that add up to 1 as people read them: rounded so that they still add up to 100.

    >>> percents((0.2596, 0.0306, 0.7098))
    ('26.0 %', '3.0 %', '71.0 %')
    """
    exact = [1000 * share for share in shares if share is not None]
    if len(exact) < len(shares):
        return ("–",) * len(shares)
    tenths = [int(share) for share in exact]
    # The largest remainders are rounded up (Hamilton's method).
    for place in sorted(range(len(exact)), key=lambda place: tenths[place] - exact[place])[
        : max(0, 1000 - sum(tenths))
    ]:
        tenths[place] += 1
    return tuple(f"{tenth / 10:.1f} %" for tenth in tenths)


def for_notebook(title: str, *blocks: str) -> str:
    """Join blocks of HTML under a title (plain text) to what a notebook shows."""
    return f'<div class="pqreuse"><style>{_STYLE}</style><p><b>{escape(lines(title))}</b></p>{"".join(blocks)}</div>'


def text_block(pieces: Iterable[Piece], most: int = 20_000) -> str:
    """Write pieces as a block of text with its line breaks."""
    return f'<div class="text" dir="auto">{shaded(clipped(pieces, most))}</div>'


def cell(text: str) -> str:
    """Write plain text as HTML."""
    return shaded([(text, "")])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; the cells are HTML, the head is plain text."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
