"""Answer HTML, and the same markup in XML, to text: blocks joined by two newlines, each table one block."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pqreuse._kernels.html import simple_text
from pqreuse.readers.decoding import repair_c1

if TYPE_CHECKING:
    from lxml import etree

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol option p pre section summary table "
    "tbody td tfoot th thead title tr ul"
)
_INLINE_NAMES = (
    "a abbr acronym b big br cite code col colgroup del em font i iframe img input ins kbd label link mark meta o:p "
    "q s script select small span strike strong style sub sup time tt u var wbr"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HIDDEN = frozenset(("script", "style", "template"))
_CELLS = frozenset(("td", "th"))
_ROWS = frozenset(("tr", "caption"))

_SPACE = re.compile("[ \t\n\r\f]+")
# Invisible characters: a block or line of nothing else is a spacer.
_UNSEEN = " \t\n\r\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BLANK_LINES = re.compile(f"\n[{_UNSEEN}]*\n")
_BREAK = "\0"  # `<br>` inside a block; fields are rid of NUL before they come here
_BREAKS = re.compile(f" ?{_BREAK} ?")

_TAG = re.compile(
    rf"</?(?:{'|'.join(f'{_BLOCK_NAMES} {_INLINE_NAMES}'.split())})(?:[\s/][^<>]*)?>|<!--|<!doctype\b", re.IGNORECASE
)
# Invisible markup: comments, scripts and tags, in which a quotation mark may be left open. Python
# 3.11.2 mistakes possessive groups; with parts that begin differently an ordinary one is as quick.
_INVISIBLE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*+>|\Z)"
    r"|</?+(?P<name>[a-z][a-z0-9]*+)?(?(name)|[!?])"
    r"(?:(?:[^<>\"']++|\"[^\"]{0,1000}+\"|'[^']{0,1000}+')*>|[^<>]*+(?:>|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"<a\b[^<>]*?\bhref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s<>\"']++))", re.IGNORECASE)
_ESCAPED = re.compile("&(?:amp;)*(?:lt|#0*60|#[xX]0*3[cC]);")
_CLOSED = re.compile(r"</[a-z]|<br\b", re.IGNORECASE)
_MOST_ESCAPES = 4
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Extract(NamedTuple):
    """Text, the stretches of it that are tables, and whether it came out of markup."""

    text: str
    tables: tuple[tuple[int, int], ...] = ()
    markup: bool = False


class BlockBuilder:
    """Told of tags and text in order, as a parser meets them; `close` gives the text of what it was told.

    An lxml parser target: no tree is built, so neither depth nor length is limited.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._pieces: list[str] = []
        self._blocks: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._length = 0
        self._rows: list[list[list[str]]] = []
        self._in_table = self._in_hidden = self._in_pre = 0

    def start(self, tag: str, attributes: object = None) -> None:
        """Begin an element."""
        if tag == "br":
            self.data(" ") if self._in_table else self._pieces.append(_BREAK)
        elif tag in _BLOCKS:
            if self._in_table:
                self._start_in_table(tag)
            else:
                self._flush()
            self._in_table += tag == "table"
            self._in_pre += tag == "pre"
        elif tag in _HIDDEN:
            self._in_hidden += 1

    def end(self, tag: str) -> None:
        """End an element."""
        if tag in _BLOCKS:
            self._in_pre -= tag == "pre"
            if not self._in_table:
                self._flush()
            elif tag == "table":
                self._in_table -= 1
                if not self._in_table:
                    self._flush_table()
            else:
                self.data(" ")
        elif tag in _HIDDEN:
            self._in_hidden -= 1

    def data(self, text: str) -> None:
        """Take text as it stands in the source."""
        if self._in_hidden:
            return
        if not self._in_table:
            self._pieces.append(text.replace("\r", "").replace("\n", _BREAK) if self._in_pre else text)
            return
        if not self._rows or not self._rows[-1]:
            if not text.strip():  # white space between the tags of a table is not a cell
                return
            self._start_in_table("td")
        self._rows[-1][-1].append(text)

    def close(self) -> Extract:
        """End of the source: the text, and a clean builder."""
        self._flush_table()
        self._flush()
        extract = Extract(repair_c1("\n\n".join(self._blocks)), tuple(self._spans), markup=True)
        self.reset()
        return extract

    def _start_in_table(self, tag: str) -> None:
        if tag in _ROWS:
            self._rows.append([])
        elif tag in _CELLS:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append([])
        else:
            self.data(" ")

    def _flush(self) -> None:
        if not self._pieces:
            return
        text = _SPACE.sub(" ", "".join(self._pieces))
        self._pieces.clear()
        if _BREAK in text:
            text = _BLANK_LINES.sub("\n\n", _BREAKS.sub("\n", text))
        self._append(text.strip(" \n"))

    def _flush_table(self) -> None:
        rows = []
        for row in self._rows:
            cells = (_SPACE.sub(" ", "".join(cell).replace(_BREAK, " ")).strip(" ") for cell in row)
            rows.append("\t".join(cell if cell.strip(_UNSEEN) else "" for cell in cells).rstrip("\t"))
        self._rows.clear()
        start = self._length + 2 if self._blocks else 0
        if self._append("\n".join(row for row in rows if row).strip("\t\n ")):
            self._spans.append((start, self._length))

    def _append(self, block: str) -> bool:
        if not block.strip(_UNSEEN):
            return False
        self._length += len(block) + (2 if self._blocks else 0)
        self._blocks.append(block)
        return True


class _Parsers(threading.local):
    """One HTML parser for each thread: making one costs three times as much as reading an answer with it."""

    def __init__(self) -> None:
        from lxml import etree

        # huge_tree lifts the limits on length. Bytes with a stated encoding: a `<meta charset>` in the text has no say.
        self.builder = BlockBuilder()
        target: Any = self.builder
        self.parser: Any = etree.HTMLParser(target=target, huge_tree=True, encoding="utf-8")


@cache
def _parsers() -> _Parsers:
    return _Parsers()


def html_text(source: str) -> Extract:
    r"""Extract the text of a piece of HTML.

    Parameters
    ----------
    source : str
        HTML, well-formed or not, without lone surrogates and NUL.

    Returns
    -------
    Extract
        Blocks are joined by two newlines, `<br>` is one newline, `<br><br>` ends a block; white space is collapsed
        as browsers do, no-break and zero-width characters stay. A table is one block: cells of a row joined by a
        tab, rows by a newline.

    Examples
    --------
    >>> html_text("<p>One&nbsp;&pound;</p><p> </p><ul><li><p>two</p></li></ul>").text
    'One\xa0£\n\ntwo'
    """
    simple = simple_text(source)
    return parsed_text(source) if simple is None else Extract(simple[0], simple[1], markup=True)


def parsed_text(source: str) -> Extract:
    """Extract the text of a piece of HTML with a parser, simple or not: `html_text` does no other thing.

    Parsers have limits, and their own ways with what is malformed: of an address whose quotation mark is never closed
    they make all the rest. A word is worth more than the markup: then the text is what stands between tags.
    """
    from lxml import etree

    parser = _parsers().parser
    _parsers().builder.reset()  # an interrupted parse may have left something
    extract = cast("Extract", etree.fromstring(source.encode("utf-8"), parser))
    visible = repair_c1(html.unescape(_INVISIBLE.sub("", source)))
    return _between_tags(source) if loses_words(visible, extract.text) else extract


def _between_tags(source: str) -> Extract:
    """All that stands between tags, in blocks as far as these tell; tables are blocks like others."""
    builder, place = BlockBuilder(), 0
    for found in _INVISIBLE.finditer(source):
        builder.data(html.unescape(source[place : found.start()]))
        place = found.end()
        name = (found["name"] or "").lower()
        if name in _BLOCKS or name == "br":
            builder.start("br" if name == "br" else "p")
    builder.data(html.unescape(source[place:]))
    return builder.close()


def loses_words(visible: str, text: str) -> bool:
    r"""Whether a text lacks letters or figures of what is visible in its source, white space aside.

    >>> loses_words("one two", "one\n\ntwo"), loses_words("one two", "one")
    (False, True)
    """
    if "".join(visible.split()) == "".join(text.split()):  # nearly always
        return False
    missing = Counter(visible) - Counter(text)
    return any(character.isalnum() for character in missing)


def link_addresses(source: str) -> tuple[str, ...]:
    """Addresses of the links of a piece of HTML, in their order.

    >>> link_addresses("<p>See <a href='https://a.uk/?b=1&amp;c'>this</a> and <a name=x>that</a></p>")
    ('https://a.uk/?b=1&c',)
    """
    return plain_addresses(one or two or three for one, two, three in _ADDRESS.findall(source))


def plain_addresses(written: Iterable[str]) -> tuple[str, ...]:
    """Addresses as they are written in HTML, without its entities and white space around; empty ones left out."""
    return tuple([address for one in written if (address := html.unescape(one).strip())])


def element_text(*elements: etree._Element) -> Extract:
    """Extract the text of XML elements that hold HTML as XML, one after the other, by the same rules."""
    from lxml import etree

    builder = BlockBuilder()
    for element in elements:
        builder.start("div")
        for event, node in etree.iterwalk(element, events=("start", "end")):
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                builder.start(tag)
                if node.text:
                    builder.data(node.text)
            else:
                builder.end(tag)
                if node.tail and node is not element:
                    builder.data(node.tail)
        builder.end("div")
    return builder.close()


def element_links(*elements: etree._Element) -> tuple[str, ...]:
    """Addresses of the links in XML elements, in their order."""
    found = (link.get("href", "").strip() for element in elements for link in element.iter("a", "ref"))
    return tuple(address for address in found if address)


def looks_like_html(text: str) -> bool:
    """Whether a known tag stands in the text, complete with its ``>``.

    >>> looks_like_html("profits < 5 and > 3"), looks_like_html("a <b"), looks_like_html("one<br/>two")
    (False, False, True)
    """
    return "<" in text and _TAG.search(text) is not None


def hidden_markup(text: str) -> str | None:
    """The markup that a text is once its entities are resolved, as often as that takes; None where it is none.

    A tag alone makes no markup of a text: it may speak of one.

    >>> hidden_markup("&amp;lt;p&amp;gt;Fish &amp;amp;amp; chips&amp;lt;/p&amp;gt;")
    '<p>Fish &amp; chips</p>'
    >>> hidden_markup("fewer than &lt;5 of them"), hidden_markup("the &lt;p&gt; tag")
    (None, None)
    """
    for _ in range(_MOST_ESCAPES):
        if looks_like_html(text):
            return text if text.lstrip().startswith("<") or _CLOSED.search(text) else None
        if "&" not in text:
            return None
        text = html.unescape(text)
    return None


def escaped_markup(source: str) -> str | None:
    """The markup that stands in a text or in the text of markup with its tags escaped; None where there is none."""
    if not _ESCAPED.search(source):
        return None
    return hidden_markup(parsed_text(source).text if looks_like_html(source) else source)


def field_text(text: str, *, is_html: bool = False) -> Extract:
    r"""Extract the text of a field that may hold HTML or plain text: found by looking for tags.

    Without tags the text stays as it is, character for character; where the field is known to hold HTML, its
    entities are resolved even so.

    >>> field_text("DE&amp;S\nsecond line").text
    'DE&amp;S\nsecond line'
    >>> field_text("DE&amp;S\nsecond line", is_html=True).text
    'DE&S\nsecond line'
    """
    if "<" in text and (simple := simple_text(text)) is not None:
        return Extract(simple[0], simple[1], markup=True)
    if looks_like_html(text):
        return parsed_text(text)
    if is_html and "&" in text:
        return Extract(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    return Extract(text)
