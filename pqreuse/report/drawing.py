"""Figures → coordinates of the page's drawings: uses by month, and template share through time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SPARK_HEIGHT = 24
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 200, 44, 176
_LABELS = 9  # months that are named at most, so that their names stand apart


def sparkline(counts: Mapping[str, int], months: Sequence[str]) -> str:
    """The path of a bar for each of these months that has a count, four units a month, the highest 22 units high.

    >>> sparkline({"2024-01": 4, "2024-03": 2}, ["2024-01", "2024-02", "2024-03"])
    'M2 24v-22M10 24v-11'
    """
    most = max(counts.values(), default=1)
    place = {month: number for number, month in enumerate(months)}
    bars = ((4 * place[month] + 2, max((44 * count + most) // (2 * most), 1)) for month, count in counts.items())
    return "".join(f"M{x} {_SPARK_HEIGHT}v-{height}" for x, height in bars)


def calendar(months: Sequence[str]) -> list[str]:
    """All months from the first to the last, those without answers too.

    >>> calendar(["2023-11", "2024-02"])
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    if not months:
        return []
    first, last = (12 * int(month[:4]) + int(month[5:7]) - 1 for month in (min(months), max(months)))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A chart of the template share of months: its size, lines across, names of months, band and points.

    ``months`` are all from the first to the last that it shows.
    """

    width: int
    height: int
    left: int
    bottom: int
    months: list[str]
    levels: list[tuple[float, str]]
    names: list[tuple[float, str]]
    band: str
    line: str
    points: list[tuple[float, float, str]]


def timeline(months: Sequence[Mapping[str, Any]]) -> Timeline | None:
    """Draw the months of the JSON document that have shares; None where fewer than two do."""
    known = [one for one in months if one["month"] is not None and one["template"] is not None]
    if len(known) < 2:
        return None
    names = calendar([one["month"] for one in known])
    highest = max(one["template_high"] for one in known)
    step = 0.1 if highest <= 0.4 else 0.2
    top = min(1.0, step * (int(highest / step) + 1))
    place = {name: number for number, name in enumerate(names)}

    def x(name: str) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - 14) * place[name] / (len(names) - 1), 1)

    def y(share: float) -> float:
        return round(_BOTTOM - (_BOTTOM - 12) * share / top, 1)

    high = [f"{x(one['month'])},{y(one['template_high'])}" for one in known]
    low = [f"{x(one['month'])},{y(one['template_low'])}" for one in reversed(known)]
    every = -(-len(names) // _LABELS)
    return Timeline(
        _WIDTH,
        _HEIGHT,
        _LEFT,
        _BOTTOM,
        names,
        [(y(step * part), f"{100 * step * part:.0f} %") for part in range(round(top / step) + 1)],
        [(x(name), name) for name in names[::every]],
        " ".join(high + low),
        " ".join(f"{x(one['month'])},{y(one['template'])}" for one in known),
        [(x(one["month"]), y(one["template"]), f"{one['month']}: {100 * one['template']:.1f} %") for one in known],
    )
