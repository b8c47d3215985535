"""Nearly all answers are simple markup: their text without a parser, the same as a parser's and several times as fast.

Simple is markup in which text stands only right behind the start tag of a paragraph or item, or in the cells of a table
whose tags are paired, and in which inline tags are paired and not nested. Then the next tag of a block ends the text,
however a parser mends the nesting of blocks. What parsers may differ about is not simple: control characters, other
tags, comments, attributes without quotes, an `&` that is neither a common entity nor alone.
"""

from __future__ import annotations

import html
import re

# Single spaces, nearly all there are, are passed over: this halves the time.
SPACE = re.compile("[\t\n\r\f][ \t\n\r\f]*| [ \t\n\r\f]+")
# What no reader sees: a block or line of nothing else is a spacer.
UNSEEN = " \t\n\r\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
BLANK_LINES = re.compile(f"\n[{UNSEEN}]*\n")

_INLINE_NAMES = "a|b|em|i|span|strong|sub|sup|u"
# Quantifiers that never give back: one pass over the source, whatever it is.
_ATTRIBUTES = r'(?: [a-z-]++="[^"<>]*+")*+'
_WORDS = r"(?:[^<&\0-\x1f\x7f-\x9f\ufffe\uffff]++|&(?:(?:amp|quot|lt|gt|nbsp|pound|#39);|(?= ))|<br ?/?>)*+"


def _rich(group: str) -> str:
    inline = rf"<(?P<{group}>{_INLINE_NAMES}){_ATTRIBUTES}>{_WORDS}</(?P={group})>"
    return f"{_WORDS}(?:{inline}{_WORDS})*+"


_CELL_TEXT = f"{_rich('first')}(?:<p{_ATTRIBUTES}>{_rich('inner')}</p>{_rich('later')})*+"
_CELL = f"<(?P<cell>t[dh]){_ATTRIBUTES}>{_CELL_TEXT}</(?P=cell)>"
_ROWS = f"(?: *+<tr{_ATTRIBUTES}>(?: *+{_CELL})*+ *+</tr>)*+ *+"
_TABLE = f"<table{_ATTRIBUTES}>(?: *+<tbody>)?+{_ROWS}(?:</tbody> *+)?+</table>"
_SIMPLE = re.compile(f"(?: *+(?:<(?:p|li){_ATTRIBUTES}>{_rich('block')}|</?(?:ul|ol)>|</(?:p|li)>|{_TABLE}))++ *+")

_INLINE_TAG = re.compile(f"</?(?:{_INLINE_NAMES})(?: [^>]*+)?+>")
_ANY_TAG = re.compile("<[^>]*+>")
_BREAK = re.compile(" ?<br ?/?> ?")
_WHOLE_TABLE = re.compile("<table[^>]*+>(.*?)</table>")
_CELL_TAG = re.compile("<t[dh][^>]*+>")


def simple_text(source: str) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The text of simple markup and the stretches of it that are tables; None where the markup is not simple."""
    if not _SIMPLE.fullmatch(source):
        return None
    text = _INLINE_TAG.sub("", source).replace("&nbsp;", "\u00a0")
    if "  " in text:
        text = SPACE.sub(" ", text)
    if "<table" not in text:
        return _unescaped("\n\n".join(_blocks(text))), ()
    blocks: list[str] = []
    tables: list[tuple[int, int]] = []
    length = -2  # of the blocks so far, each with what joins it to the one before
    for number, piece in enumerate(_WHOLE_TABLE.split(text)):
        for block in map(_unescaped, [_table(piece)] if number % 2 else _blocks(piece)):
            if block:
                blocks.append(block)
                if number % 2:
                    tables.append((length + 2, length + 2 + len(block)))
                length += len(block) + 2
    return "\n\n".join(blocks), tuple(tables)


def _blocks(text: str) -> list[str]:
    if "<br" in text:
        text = BLANK_LINES.sub("\n\n", _BREAK.sub("\n", text))
    pieces = [piece.strip(" \n") for piece in _ANY_TAG.split(text) if piece]
    return [piece for piece in pieces if piece.strip(UNSEEN)]


def _table(text: str) -> str:
    rows = []
    for row in text.split("</tr>"):
        cells = (SPACE.sub(" ", _ANY_TAG.sub(" ", cell)).strip(" ") for cell in _CELL_TAG.split(row)[1:])
        rows.append("\t".join([cell if cell.strip(UNSEEN) else "" for cell in cells]).rstrip("\t"))
    return "\n".join([row for row in rows if row]).strip("\t\n ")


def _unescaped(text: str) -> str:
    return html.unescape(text) if "&" in text else text
