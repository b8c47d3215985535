"""Simple markup: its text without a parser is what a parser gives."""

from __future__ import annotations

import time

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pqreuse.readers.html import Extract, parsed_text
from pqreuse.readers.simple_html import simple_text

SIMPLE = [
    "<p>one</p>",
    '<p class="a b" style="">one  two</p> <p> </p><p>\u200b&nbsp;</p>',
    "<p>one<p>two<li>three",
    "</p><ul><li>one</li> <li><p>two</p></li></ul><ol></ul>",
    '<p>a <b> b</b> <a href="x?a=1&b">c <br> d</a><br /> &nbsp;<br/>e</p>',
    "<p>R &amp; D & &lt;p&gt; &amp;nbsp; &pound;3 &#39;</p>",
    '<p>a<table style="x"><tbody><tr><td>b<p>c</p>d</td> <th colspan="2">&nbsp;</th></tr> </tbody></table></p>',
    "<table><tr></tr><tr><td><br></td><td>  x &lt; y</td></tr></table><p>&amp;</p><table></table><table> </table>",
]
NOT_SIMPLE = [
    "",
    "one",
    "one<p>two</p>",
    "<p>one</p>two",
    "<div>one</div>",
    "<p><b>one<i>two</i></b></p>",
    "<p><b>one</p><p>two</b>three</p>",
    "<p>one</b></p>",
    '<p title="a>b">one</p>',
    "<p title='a'>one</p>",
    "<p>R&D &copy &notin; &#150;</p>",
    "<p>one\ntwo</p>",
    "<p>\x93one\x94</p>",
    "<p>one<!-- two --></p>",
    "<table><tr><td>one<table></table></td></tr></table>",
    "<table>one<tr><td>two</td></tr></table>",
    "<table><tr><td><p>one</td></tr></table>",
]
INLINE = ("a", "b", "em", "i", "span", "strong", "sub", "sup", "u")

_words = st.lists(
    st.sampled_from(
        "one|two | |  |é|’|\u00a0|\u200b|\ufeff|&amp;|&nbsp;|&lt;|&gt;|&quot;|&pound;|&#39;|& |&|nbsp;|<br>|<br/>|"
        '<br />|\n|&D|\x93|>|"|<|<b>'.split("|")
    )
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=4,
).map("".join)
_attributes = st.sampled_from(
    ["", "", "", ' class="a b"', ' href="x?a=1&b=2" id=""', " a='b>'", ' title="a>b"', ' a="']
)


def _element(names: tuple[str, ...], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(names), _attributes, inside).map(lambda e: f"<{e[0]}{e[1]}>{e[2]}</{e[0]}>")


def _several(*pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*pieces), max_size=4).map("".join)


_rich = _several(_words, _element(INLINE, _words))
_paragraph = _element(("p",), _rich)
_cell = _element(("td", "td", "th"), _several(_rich, _paragraph))
_row = _element(("tr",), _several(_cell, _cell, st.just(" ")))
_table = _element(("table",), _several(_row, _row, st.just(" ")) | _element(("tbody",), _several(_row)))
_list = _element(("ul", "ol"), _several(_element(("li",), _several(_rich, _paragraph)), st.just("<li>one")))
_stray = st.sampled_from(["<p>", "</p>", "<li>", "</li>", "<ul>", "</ul>", " ", "</b>", "</table>", "<td>", "<div>"])
markup = _several(_paragraph, _paragraph, _table, _list, _stray)


@given(markup)
@settings(max_examples=1000)
def test_it_is_what_the_parser_gives(source: str) -> None:
    simple = simple_text(source)
    event("not simple" if simple is None else "simple")
    if simple is not None:
        assert Extract(*simple, markup=True) == parsed_text(source)


@pytest.mark.parametrize("source", SIMPLE)
def test_simple(source: str) -> None:
    simple = simple_text(source)
    assert simple is not None
    assert Extract(*simple, markup=True) == parsed_text(source)


@pytest.mark.parametrize("source", NOT_SIMPLE)
def test_not_simple(source: str) -> None:
    assert simple_text(source) is None


def test_any_character() -> None:
    """Each alone in a paragraph, so that what the parser drops or changes shows."""
    characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in "<&"]
    for start in range(0, len(characters), 50):
        source = "".join(f"<p>{character}|</p>" for character in characters[start : start + 50])
        simple = simple_text(source)
        assert simple is None or Extract(*simple, markup=True) == parsed_text(source)


@pytest.mark.parametrize(
    "piece",
    '<p>|<p> |<p>a</p>|<p>a<b>|<b>c</b>|<br>|& |<p a="b" | a="b"|<table>|<table><tr>|<tr><td>|<td>|<ul><li>| '.split(
        "|"
    ),
)
@pytest.mark.parametrize("start", ["", "<p>", "<table>", "<table><tr><td>"])
def test_hostile_repetition_takes_one_pass(start: str, piece: str) -> None:
    began = time.process_time()
    simple_text(start + piece * 50_000 + "\0")
    simple_text(start + piece * 50_000)
    assert time.process_time() - began < 1
