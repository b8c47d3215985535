"""Simple markup: its text without a parser is what a parser gives."""

from __future__ import annotations

import gzip
import html
import json
import time
from itertools import chain, product
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lxml import etree

from pqreuse._kernels.html import all_sound, simple_text
from pqreuse.readers.html import Extract, looks_like_html, parsed_text

SIMPLE = [
    "<p>one</p>",
    '<p class="a b" style="">one  two</p> <p> </p><p>\u200b&nbsp;</p>',
    "<p>one<p>two<li>three",
    "</p><ul><li>one</li> <li><p>two</p></li></ul><ol></ul>",
    '<p>a <b> b</b> <a href="x?a=1&b">c <br> d</a><br /> &nbsp;<br/>e</p>',
    "<p>R &amp; D & &lt;p&gt; &amp;nbsp; &pound;3 &#39;</p>",
    '<p>a<table style="x"><tbody><tr><td>b<p>c</p>d</td> <th colspan="2">&nbsp;</th></tr> </tbody></table></p>',
    "<table><tr></tr><tr><td><br></td><td>  x &lt; y</td></tr></table><p>&amp;</p><table></table><table> </table>",
    "<p><b>one<i> two <a href='x'>three</a></i></b></p>",
    '<p nowrap title=\'a "b"\' id="" >one</p>',
    '<P>one<BR CLASS="x"/>two</P>\n\t<DIV>three</DIV><h2>four</h2>',
    "<p>one<p /><p class='a'/> <p>R&D, A&E: Q&A&nbsp;</p>",
    "<table><tr><td>a<p/>b<ul> <li>c</li><li><p>d</p><ol><li>e</li></ol></li></ul>f</td></tr></table>",
    "<p>one\n\ttwo \n three<br>\n<br>four</p>",
    "<p>&ndash; &#8217; &#x2019;&#X20ac;</p>",
    "<p>\u0142 &#8217;</p><p>\U0001f600 &#8217;</p>",
    "<table><thead><tr><th></th><th>a</th></tr></thead> <tbody><tr><td><br>\t</td><td>b</td></tr></tbody></table><br>",
    "<p>" + "a long line of plain words, " * 20 + "</p><p>" + "’a long line of wide words " * 20 + " </p>",
]
NOT_SIMPLE = [
    "",
    " ",
    "one",
    "<br>",
    "one<p>two</p>",
    "<p>one</p>two",
    "<p>one</p><b>two</b>",
    "<center>one</center>",
    "<p><b>one</p><p>two</b>three</p>",
    "<p><b>one<i>two</b></i></p>",
    "<p>one</b></p>",
    "<p><b>one",
    '<p title="a>b">one</p>',
    "<p title=a>one</p>",
    '<p title="a"id="b">one</p>',
    '<p title="a\0">one</p>',
    "<p/>one",
    "<p><b/>one</p>",
    "<table><tr><td><ul>one<li>two</li></ul></td></tr></table>",
    "<table><tr><td><p><ul><li>one</li></ul></p></td></tr></table>",
    "<table><tr><td><li>one</li></td></tr></table>",
    "<table><tr><td><ul><li>one</ul></td></tr></table>",
    "<p>&AMP &GTX &REG one</p>",
    "<p>&copy &notin; &#150;</p>",
    "<p>&#32; &#xd800; &#1114112; &#; &#x; &;</p>",
    "<p>\u00a3 &#128512;</p>",
    "<p>one\rtwo</p>",
    "<p>\x93one\x94</p>",
    "<p>one<!-- two --></p>",
    "<p>one</p",
    "<table><tr><td>one<table></table></td></tr></table>",
    "<table>one<tr><td>two</td></tr></table>",
    "<table><tr><td><p>one</td></tr></table>",
    "<table><tr><td>one</th></tr></table>",
    "<table><tr><td>one</td></tr>",
]
INLINE = ("a", "b", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u", "STRONG")

_PIECES = (
    "one|two | |  |é|’|\u00a0|\u200b|\ufeff|&amp;|&nbsp;|&lt;|&gt;|&quot;|&pound;|&#39;|& |&|nbsp;|<br>|<br/>|"
    '<br />|\n|\t|\r|&D|\x93|>|"|<|<b>|&ndash;|&#8217;|&#x20ac;|&#128512;|&#10;|&hellip|\U0001f600|'
    "A&E|&AMP |&GTA |&LT|<p/>|a line of plain words, longer than the others  |"
    "of ’wide’ words, that is longer than the others"
)
_words = st.lists(
    st.sampled_from(_PIECES.split("|")) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4
).map("".join)
_ATTRIBUTES = """|||| class="a b"| href="x?a=1&b=2" id=""| nowrap| a='b"'| a=b| a='b>'| title="a>b"| a=\"| href=' g '"""
_ATTRIBUTES += """| data-href="d" HREF="" href="e" title='f'"""
_attributes = st.sampled_from(_ATTRIBUTES.split("|"))


def _element(names: tuple[str, ...], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(names), _attributes, inside).map(lambda e: f"<{e[0]}{e[1]}>{e[2]}</{e[0]}>")


def _several(*pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*pieces), max_size=4).map("".join)


_between = st.sampled_from([" ", "\n", "<br>"])
_inline = st.recursive(_words, lambda inside: _element(INLINE, _several(_words, inside)), max_leaves=4)
_rich = _several(_words, _inline)
_paragraph = _element(("p",), _rich)
_block = _element(("p", "div", "h1", "h3", "li"), _rich)
_items = st.recursive(
    _several(_rich, _paragraph),
    lambda inside: _element(("ul", "ol"), _several(_element(("li",), _several(inside)), _between)),
    max_leaves=4,
)
_cell = _element(("td", "td", "th"), _several(_rich, _paragraph, _items))
_row = _element(("tr",), _several(_cell, _cell, _between))
_section = _element(("tbody", "thead", "tfoot"), _several(_row, _between))
_table = _element(("table",), _several(_row, _row, _between) | _several(_section, _between))
_list = _element(("ul", "ol"), _several(_element(("li",), _several(_rich, _paragraph)), st.just("<li>one"), _between))
_stray = st.sampled_from(
    ["<p>", "</p>", "<li>", "</li>", "<ul>", "</ul>", "</div>", "</h2>", "</b>", "</table>", "<td>", "<div>", "<pre>"]
)
markup = _several(_paragraph, _paragraph, _block, _table, _list, _stray, _between)


def check(source: str) -> bool:
    """Whether it is simple; then it must be what the parser gives, and markup, and sound."""
    simple = simple_text(source)
    if simple is not None:
        assert Extract(simple[0], simple[1], markup=True) == parsed_text(source)
        links = [link.get("href") for link in etree.HTML(f"<body>{source}").iter("a")]
        assert [*filter(None, map(html.unescape, simple[2]))] == [*filter(None, links)]
        assert looks_like_html(source)
        assert all_sound([source, *simple[:1]])
    return simple is not None


@given(markup)
@settings(max_examples=1000)
def test_it_is_what_the_parser_gives(source: str) -> None:
    event("simple" if check(source) else "not simple")


@given(st.lists(_paragraph | st.just("<p>a line of plain words</p>"), max_size=3), st.data())
def test_it_is_what_the_parser_gives_of_damaged_markup(paragraphs: list[str], data: st.DataObject) -> None:
    source = "".join(paragraphs)
    at = data.draw(st.integers(0, len(source)))
    put = data.draw(st.sampled_from(["", "<", ">", "&", "/", " ", '"', "</", "<b", "\0", "\ud800", "\r"]))
    damaged = source[:at] + put + source[at + data.draw(st.integers(0, 3)) :]
    if {"\0", "\ud800"}.isdisjoint(damaged):
        check(damaged)
    else:
        assert simple_text(damaged) is None


@pytest.mark.parametrize("source", SIMPLE)
def test_simple(source: str) -> None:
    assert check(source)


@pytest.mark.parametrize("source", NOT_SIMPLE)
def test_not_simple(source: str) -> None:
    assert simple_text(source) is None


def test_any_character() -> None:
    """Each alone in a paragraph, so that what the parser drops or changes shows; then so long that many go at once."""
    characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in "<&"]
    for start in range(0, len(characters), 50):
        some = characters[start : start + 50]
        check("".join(f"<p>{character}|</p>" for character in some))
        check("".join(f"<p>many plain ones,{character}and many plain ones</p>" for character in some))


def test_any_entity() -> None:
    names = {name.rstrip(";") for name in html.entities.html5}
    for name in names:
        for source in (f"<p>{name}&{name};|</p>", f"<p>&{name}|</p>", f"<p>&{name} </p>", f"<p>\u0142&{name};</p>"):
            check(source)
    simple = {name for name in names if check(f"<p>&{name};</p>")}
    assert {"amp", "lt", "gt", "quot", "nbsp", "pound", "rsquo", "ndash"} <= simple


def test_any_initials_behind_an_ampersand() -> None:
    for letters in chain.from_iterable(product(ascii_uppercase, repeat=length) for length in (1, 2, 3)):
        check(f"<p>R&{''.join(letters)} &{''.join(letters)}.</p>")
    assert simple_text("<p>R&D</p>") == ("R&D", (), ())


def test_any_character_reference() -> None:
    codes = [*range(0x3000), *range(0xD700, 0xE100), *range(0xFE00, 0x10100), *range(0x10FF00, 0x110100)]
    for code in codes:
        for reference in (f"&#{code};", f"&#x{code:x};", f"&#X{code:06X};"):
            check(f"<p>a{reference}b</p>")
        check(f"<p>\u0142{code}&#{code}; </p>")


def test_all_real_answers(shared_data: Path) -> None:
    with gzip.open(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz", "rt", encoding="utf-8") as lines:
        sources = [source for line in lines if "<" in (source := json.loads(line)["answer_html"] or "")]
    assert sum(map(check, sources)) > 0.99 * len(sources)


@pytest.mark.parametrize(
    "piece",
    '<p>|<p> |<p>a</p>|<p>a<b>|<b>c</b>|<br>|& |<p a="b" | a="b"|<table>|<table><tr>|<tr><td>|<td>|<ul><li>| |'
    "a |<td>a</td>|<tr></tr>|<table></table>|<p>a<br>&nbsp;|&#|&amp".split("|"),
)
@pytest.mark.parametrize("start", ["", "<p>", "<table>", "<table><tr>", "<table><tr><td>"])
def test_hostile_repetition_takes_one_pass(start: str, piece: str) -> None:
    began = time.process_time()
    simple_text(start + piece * 50_000 + "\0")
    simple_text(start + piece * 50_000)
    assert time.process_time() - began < 1


@given(st.lists(st.text(alphabet="ab\0\ud800\udfff\x80ł\U0001f600") | st.none() | st.integers(), max_size=3))
def test_what_is_sound(values: list[str | int | None]) -> None:
    wrong = set("\0\ud800\udfff")
    assert all_sound(values) == all(wrong.isdisjoint(value) for value in values if isinstance(value, str))
