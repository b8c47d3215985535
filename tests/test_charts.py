"""Charts draw the shares that the result has."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from report.sample import RESULT

from pqreuse import Answer, ParameterError, ReuseResult, find_reuse, read_answers


@pytest.fixture(scope="module")
def result(examples: Path) -> ReuseResult:
    return find_reuse(read_answers(examples))


@pytest.fixture(autouse=True)
def without_windows():
    pyplot = pytest.importorskip("matplotlib.pyplot", reason="needs Matplotlib: pip install '.[plot]'")
    pyplot.switch_backend("Agg")
    yield
    pyplot.close("all")


def test_timeline_and_bodies_draw_the_shares(result):
    months = [one for one in result.groups("month") if one.template is not None]
    drawn = result.plot().lines[0].get_ydata()
    assert list(drawn) == pytest.approx([100 * one.template for one in months])
    bodies = {one.group[0]: one.template for one in result.groups("body") if one.group[0]}
    ax = result.plot("bodies")
    names = [text.get_text().rpartition(" (")[0] for text in ax.get_yticklabels()]
    assert dict(zip(names, ax.lines[0].get_xdata(), strict=True)) == pytest.approx(
        {name: 100 * share for name, share in bodies.items()}
    )


def test_shares_are_drawn_side_by_side(result):
    ax = result.plot("shares")
    n_rows = len(ax.get_yticklabels())
    assert n_rows == 1 + len(result.groups("body"))
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches[2 * n_rows :]]
    assert ends == pytest.approx([100.0] * n_rows)
    assert ax.get_yticklabels()[-1].get_text() == "all answers"


def test_charts_into_given_axes(result):
    from matplotlib import pyplot

    _, ax = pyplot.subplots()
    assert result.plot("bodies", ax) is ax


def test_names_are_drawn_as_they_are():
    name = "Office of $a{ and $b_1"
    text = "We have set up a network of hubs across the country to share what works with schools."
    found = find_reuse([Answer(id=str(number), text=text, body=name) for number in range(2)])
    for kind in ("bodies", "shares"):
        ax = found.plot(kind)
        ax.figure.savefig(BytesIO())
        assert any(label.get_text().startswith(name) for label in ax.get_yticklabels())


def test_no_such_chart(result):
    with pytest.raises(ParameterError, match="kind must be one of timeline, shares, bodies, got 'pie'"):
        result.plot("pie")
    with pytest.raises(ParameterError, match="only those that find_reuse"):
        RESULT.plot("bodies")
    replaced = replace(result, families=())
    assert replaced.groups("body") == result.groups("body")
