"""Shares of groups of answers → Matplotlib charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from pqreuse.errors import MissingPackageError, ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ChartKind = Literal["timeline", "shares", "bodies"]

_COLOURS = {"template": "#467dbe", "slot": "#dfa02d", "novel": "#d9d5cc"}
_EDGES = ("template_low", "template", "template_high")
_ROW = 0.32  # inches


class Group(Protocol):
    """The facts of a group of answers that a chart needs, see `pqreuse.records.GroupShares`."""

    @property
    def group(self) -> tuple[str | None, ...]: ...  # noqa: D102
    @property
    def answers(self) -> int: ...  # noqa: D102
    @property
    def template(self) -> float | None: ...  # noqa: D102
    @property
    def template_low(self) -> float | None: ...  # noqa: D102
    @property
    def template_high(self) -> float | None: ...  # noqa: D102


def check_kind(kind: str) -> None:
    """Refuse a chart that there is not."""
    if kind not in get_args(ChartKind):
        raise ParameterError(f"kind must be one of {', '.join(get_args(ChartKind))}, got {kind!r}")


def draw_timeline(months: Sequence[Group], ax: Axes | None) -> Axes:
    """Template share of each month that is known and has shares, with its interval."""
    known = [one for one in months if one.group[0] is not None and one.template is not None]
    ax = ax or _axes(8, 3.2)
    names = [str(one.group[0]) for one in known]
    place = [12 * int(name[:4]) + int(name[5:7]) for name in names]
    low, middle, high = _percents(known)
    ax.fill_between(place, low, high, color=_COLOURS["template"], alpha=0.2, linewidth=0)
    ax.plot(place, middle, color=_COLOURS["template"], marker="o", markersize=4)
    every = -(-len(names) // 8) or 1
    ax.set_xticks(place[::every], names[::every])
    ax.set_ylim(bottom=0)
    ax.set_ylabel("template text, % of words")
    return ax


def draw_bodies(bodies: Sequence[Group], ax: Axes | None) -> Axes:
    """Template share of each body that is named and has shares, with its interval, the largest share on top."""
    known = [one for one in bodies if one.group[0] is not None and one.template is not None]
    known.sort(key=lambda one: one.template or 0)
    ax = ax or _axes(8, 1 + _ROW * len(known))
    low, middle, high = _percents(known)
    rows = range(len(known))
    ax.hlines(rows, low, high, color=_COLOURS["template"], alpha=0.4, linewidth=4)
    ax.plot(middle, rows, "o", color=_COLOURS["template"])
    ax.set_yticks(rows, [f"{one.group[0]} ({one.answers:,})" for one in known], parse_math=False)
    ax.set_xlim(0, 100)
    ax.set_xlabel("template text, % of words, with 95 % interval")
    return ax


def draw_shares(groups: Sequence[tuple[str | None, Any]], ax: Axes | None) -> Axes:
    """The three shares of each group, given with its name, that has them; the first on top."""
    known = [(name, one) for name, one in reversed(groups) if one is not None and one.template is not None]
    ax = ax or _axes(8, 1 + _ROW * len(known))
    rows = range(len(known))
    reached = [0.0] * len(known)
    for name, colour in _COLOURS.items():
        parts = [100 * getattr(one, name) for _, one in known]
        ax.barh(rows, parts, left=reached, color=colour, label=name)
        reached = [left + part for left, part in zip(reached, parts, strict=True)]
    ax.set_yticks(rows, [name or "not named" for name, _ in known], parse_math=False)
    ax.set_xlim(0, 100)
    ax.set_xlabel("% of words")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, frameon=False)
    return ax


def _percents(groups: Sequence[Group]) -> list[list[float]]:
    """Low ends, template shares and high ends."""
    return [[100.0 * (getattr(one, name) or 0) for one in groups] for name in _EDGES]


def _axes(width: float, height: float) -> Axes:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise MissingPackageError("plots need Matplotlib: pip install 'pqreuse[plot]'") from None
    _, ax = pyplot.subplots(figsize=(width, height), layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
