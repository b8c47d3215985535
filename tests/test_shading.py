"""Labelled pieces become HTML that says the same and does nothing; what notebooks show of results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from report.sample import FAMILIES, RESULT, SCORES

from pqreuse.shading import clipped, lines, percents, shaded, share_bar, slot_text, template_pieces

LABELS = st.sampled_from(["", "template", "slot", "novel", "none", "open", "cut", "new", "old"])
PIECES = st.lists(st.tuples(st.text(), LABELS))


def said(markup: str) -> str:
    return html.fragment_fromstring(markup, create_parent="div").text_content()


@given(PIECES)
def test_all_is_said_and_nothing_but_marks_is_there(pieces):
    made = html.fragment_fromstring(shaded(pieces), create_parent="div")
    assert made.text_content() == "".join(lines(text) for text, _ in pieces)
    assert {one.tag for one in made.iterdescendants()} <= {"mark", "ins", "del"}
    assert all(set(one.keys()) <= {"class"} for one in made.iterdescendants())


@given(PIECES, st.integers(0, 50))
def test_clipped_is_the_beginning(pieces, most):
    whole = "".join(text for text, _ in pieces)
    kept = list(clipped(pieces, most))
    told = kept.pop() if len(whole) > most else None
    assert "".join(text for text, _ in kept) == whole[:most]
    assert told is None or f"{len(whole) - most:,} more" in told[0]


@given(st.lists(st.tuples(st.text(alphabet="ab {}|…[]"), st.lists(st.text(alphabet="ab|{"), min_size=2, max_size=5))))
def test_template_pieces_are_the_template(parts):
    template = "".join(text + slot_text(values) for text, values in parts)
    pieces = list(template_pieces(template, [values for _, values in parts]))
    assert "".join(text for text, _ in pieces) == template
    assert [text for text, label in pieces if label == "slot"] == [slot_text(values) for _, values in parts]


@given(st.tuples(*[st.integers(0, 1000)] * 3).filter(any))
def test_percents_add_up(parts):
    shown = percents([part / sum(parts) for part in parts])
    assert sum(round(10 * float(one.removesuffix(" %"))) for one in shown) == 1000


def test_bar_is_as_wide_as_its_shares():
    bar = html.fragment_fromstring(share_bar((0.5, 0.125, 0.375)))
    assert [(one.get("class"), float(one.get("x")), float(one.get("width"))) for one in bar] == [
        ("template", 0, 50),
        ("slot", 50, 12.5),
        ("novel", 62.5, 37.5),
    ]
    assert share_bar((None, None, None)) == ""


# Notebooks


@pytest.mark.parametrize("record", [RESULT, *FAMILIES, *SCORES])
def test_notebooks_show_records_inert(record):
    made = html.fromstring(record._repr_html_())
    assert {one.tag for one in made.iter()} <= set("div style p b svg rect table thead tbody tr th td mark".split())
    assert not set(made.text_content()) & set("\x1b\x9b\u202e\ud800\x00")


def test_notebook_answer_is_its_text_with_its_labels():
    for score in SCORES:
        (text,) = html.fromstring(score._repr_html_()).xpath("//*[@class='text']")
        assert text.text_content() == lines(score.text)
        assert [one.get("class") for one in text] == [span.label for span in score.spans]


def test_notebook_result_and_family_tell_their_figures():
    told = said(RESULT._repr_html_())
    assert "template 75.0 %, slot 5.0 %, novel 20.0 %" in told
    assert FAMILIES[0].template in told
    assert "p-hubs: 3 answers, 4 questions, 2 wordings" in said(FAMILIES[0]._repr_html_())
