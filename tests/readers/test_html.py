"""Answer HTML to text, trap by trap."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pqreuse.readers.html import Extract, field_text, html_text, link_addresses, looks_like_html

CASES = {
    "blocks": ("<p>one</p><p>two</p>", "one\n\ntwo"),
    "break": ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
    "double break": ("<p>one<br><br>two<br />\n <br>three</p>", "one\n\ntwo\n\nthree"),
    "break, no-break space, break": ("one<br>&nbsp;<br>two", "one\n\ntwo"),
    "breaks at the ends": ("<p><br>one<br></p><br><p>two</p>", "one\n\ntwo"),
    "white space collapses": ("<p>one\n\t two  <b> three</b> </p>", "one two three"),
    "no-break and zero-width stay": ("<p>£3\u00a0million\u200b.</p>", "£3\u00a0million\u200b."),
    "spacers vanish": ("<p> </p><p>one</p><p>&nbsp;</p><p>\u200b</p><p><br></p><p>two</p>", "one\n\ntwo"),
    "list items": ("<ul><li>one</li><li><p>two</p></li></ul><ol><li>three</ol>", "one\n\ntwo\n\nthree"),
    "inline": ("CO<sub>2</sub> <a href='x'>here</a>, 3<sup>rd</sup> <strong>b</strong>old", "CO2 here, 3rd bold"),
    "entities": (
        "<p>DE&amp;S &pound;3 &nbsp;&ndash; &#8217;&#x2019; &lt;5</p>",
        "DE&S £3 \u00a0– ’’ <5",
    ),
    "script and style": ("<style>p {}</style><p>one</p><script>var x = '<p>';</script><p>two</p>", "one\n\ntwo"),
    "comment": ("<p>one<!-- no --> two</p>", "one two"),
    "bare text around blocks": ("one<p>two</p>three", "one\n\ntwo\n\nthree"),
    "unclosed": ("<p>one<p>two<li>three", "one\n\ntwo\n\nthree"),
    "headings and divisions": ("<h2>one</h2><div>two<div>three</div></div>", "one\n\ntwo\n\nthree"),
    "pre": ("<pre>one\n  two\n\nthree</pre>", "one\ntwo\n\nthree"),
    "C1 characters of Windows-1252": ("<p>\x93one\x94 &#150; two</p>", "“one” – two"),
    "angle brackets in markup": ("<p>5 < 6 and 7 > 6</p>", "5 < 6 and 7 > 6"),
    "nothing": ("<p> </p>", ""),
    "own encoding": ("<meta charset='latin1'><p>é’</p>", "é’"),
}


@pytest.mark.parametrize(("source", "text"), CASES.values(), ids=CASES)
def test_text(source: str, text: str) -> None:
    assert html_text(source) == Extract(text, (), markup=True)


def test_table_is_one_block() -> None:
    text, tables, _ = html_text(
        "<p>before</p><table><caption>of steps</caption><thead><tr><th>year</th><th><p>steps</p><p>taken</p></th></tr>"
        "</thead>\n <tbody><tr> <td>2024</td> <td>1<br><br>2</td></tr><tr><td></td><td>&nbsp;</td></tr>"
        "<tr><td></td><td>x</td><td></td></tr></tbody></table><p>after</p>"
    )
    assert text == "before\n\nof steps\nyear\tsteps taken\n2024\t1 2\n\tx\n\nafter"
    assert [text[start:end] for start, end in tables] == ["of steps\nyear\tsteps taken\n2024\t1 2\n\tx"]


def test_tables_within_and_after_one_another() -> None:
    text, tables, _ = html_text(
        "<table><tr><td>a<table><tr><td>b</table></td></tr></table><table><tr><td> </table><table><tr><td>c<td>d"
    )
    assert text == "a\nb\n\nc\td"
    assert tables == ((0, 3), (5, 8))


@pytest.mark.parametrize(
    "text", ["profits < 5 and > 3", "a <b", "x<5", "plain", "<a " * 20_000, "", "<Name withheld>", "a <= b, c => d"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert not looks_like_html(text)
    assert field_text(text) == Extract(text)


def test_entities_without_tags_resolve_only_in_html_and_lines_stay() -> None:
    text = "DE&amp;S: &pound;3 &lt;both&gt;\r\n\r\n&reserved=0 & so on"
    assert field_text(text, is_html=True) == Extract("DE&S: £3 <both>\r\n\r\n&reserved=0 & so on")
    assert field_text(text) == Extract(text)


def test_no_word_is_lost_in_depth_or_length() -> None:
    began = time.perf_counter()
    for tag in ("b", "div", "ul><li", "table><tr><td"):
        assert html_text(f"<{tag}>" * 5_000 + "deep" + " word").text == "deep word"
    assert len(html_text("<p>" + "word " * 2_500_000).text) == 12_499_999
    assert len(html_text("x" * 11_000_000 + "<br>").text) == 11_000_000
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "piece", ["<a ", "<p>", "<", "&", "<!--", "<a href='", "&amp", "<table>", "<td>", "<br>", "\n "]
)
def test_hostile_repetition_is_quick(piece: str) -> None:
    began = time.perf_counter()
    field_text("<p>" + piece * 50_000 + "</p>")
    assert time.perf_counter() - began < 2


MALFORMED = {
    "address never closed": (
        '<p>one <a href="x>two</a> thr<b>ee</b></p><p>four<br>five</p>',
        "one two three\n\nfour\nfive",
    ),
    "the same, apostrophe": ("<ul><li>one</li></ul><a href='x>two</a> three", "one\n\ntwo three"),
    "address with a sign": ('<p>one <a title="a > b" href="c">two</a></p>', "one two"),
    "tag never closed": ("<p>one</p><p>two <a href=x", "one\n\ntwo"),
    "comment never closed": ("<p>one</p><!-- two <p>three", "one"),
    "script never closed": ("<p>one</p><script>two <p>three", "one"),
    "figures in angle brackets": ("<p>5 <6 and 7> 6</p>", "5 <6 and 7> 6"),
}


@pytest.mark.parametrize(("source", "text"), MALFORMED.values(), ids=MALFORMED)
def test_what_a_parser_loses_is_found_between_the_tags(source: str, text: str) -> None:
    assert html_text(source) == Extract(text, (), markup=True)


ODD = [
    '<a href="',
    "<a href='",
    '">',
    "'>",
    "</a>",
    "<b",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<p>",
    "</p>",
    "<!x",
    ">",
]


@given(st.lists(st.sampled_from([*ODD, "one ", "2 ", "&pound;", " "]), max_size=14).map("".join))
@settings(max_examples=500)
def test_words_of_a_whole_paragraph_arrive(middle: str) -> None:
    """Whatever is never closed before it, but for what hides words in a browser too."""
    assert "first" in html_text(f"<p>first</p>{middle}").text
    rest = middle.rpartition("<p>")[2]
    hidden = "<!--" in middle or "<script>" in middle or any(sign in rest for sign in "<\"'")
    assert hidden or html_text(f"<p>first</p>{middle}<br>").text.count("one") >= rest.count("one ")


LINKS = {
    '<p><a href="https://a.uk/x?y=1&amp;z=2">a</a>, <A HREF=\'b\'>b</A>, <a class="c" href = c>c</a></p>': (
        "https://a.uk/x?y=1&z=2", "b", "c",
    ),
    '<p>href="no"</p><a name="x">no</a><link href="no"><a href="">no</a><abbr href="no">': (),
}  # fmt: skip


@pytest.mark.parametrize(("source", "addresses"), LINKS.items())
def test_addresses_of_links_are_kept(source: str, addresses: tuple[str, ...]) -> None:
    assert link_addresses(source) == addresses


PIECES = [
    "<p>",
    "</p>",
    "<br>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<li>",
    " ",
    "\n",
    "&nbsp;",
    "a",
    "b c",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_shape_of_any_markup(source: str) -> None:
    text, tables, _ = html_text(source)
    assert text == text.strip(" \n")
    assert "\n\n\n" not in text
    for start, end in tables:
        assert text[start:end].strip()
        assert "\n\n" not in text[start:end]
        assert start == 0 or text[start - 2 : start] == "\n\n"
        assert end == len(text) or text[end : end + 2] == "\n\n"


@given(st.lists(st.sampled_from([*PIECES[:-5], "word", "5", "£"]), max_size=30))
def test_no_visible_word_is_lost(pieces: list[str]) -> None:
    wanted = [piece for piece in pieces if not piece.startswith("<")]
    assert "".join(html_text("".join(pieces)).text.split()) == "".join(wanted)
