"""What each parameter changes, on real answers and on planted edits: a sweep of one parameter at a time.

    python benchmarks/tuning.py            all parameters; writes results/tuning.json and the charts of docs/tuning.md
    python benchmarks/tuning.py --quick    two values each, on the invented answers; printed, nothing written
    python benchmarks/tuning.py --charts   the charts again, from the JSON that is there

The real answers are those of the folder `data` in the environment variable PQREUSE_SHARED, else in ../shared.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pqreuse
from pqreuse import ReuseParams

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from planting import Planted, plant_edits  # noqa: E402
from quality_planted import judge  # noqa: E402
from recipes import by_pqreuse  # noqa: E402
from recording import RESULTS, ROOT, Record, note, percent, real_data, write_record  # noqa: E402

FIGURES = ROOT / "docs" / "figures"
SWEEPS: dict[str, Sequence[float]] = {
    "containment": (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0),
    "length_ratio": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    "jaccard": (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "shingle_words": (1, 2, 3, 4, 5),
    "min_words": (4, 6, 8, 10, 12, 16, 20),
    "run_words": (4, 5, 6, 7, 8, 10, 12, 16, 24),
    "slot_words": (1, 2, 3, 4, 6, 8, 12, 20),
    "template_support": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
}
# What each chart shows: of a measured point, name -> share.
Curves = dict[str, Callable[[Record], float | None]]
FOUND: Curves = {
    "planted edits found": lambda point: point["recall"],
    "true among those claimed": lambda point: point["precision"],
    "answers with stock text": lambda point: point["in_families"],
}
SHARES: Curves = {
    "template": lambda point: point["template"],
    "slot": lambda point: point["slot"],
    "novel": lambda point: point["novel"],
}
CHARTS = {name: SHARES if name in ("run_words", "slot_words", "template_support") else FOUND for name in SWEEPS}
COLOURS = ("#2a6f97", "#c9812f", "#6b7a3a")


def measure(corpus: Any, planted: Sequence[Planted], **params: Any) -> Record:
    """What one setting finds on the corpus, and of what was planted."""
    started = time.perf_counter()
    result = pqreuse.find_reuse(corpus, recall_sample=0, **params)
    seconds = time.perf_counter() - started
    assert result.shares is not None
    used = {use.answer_id for family in result.families for use in family.uses}
    judged = [judge(one, by_pqreuse(one.answers, **params)) for one in planted]
    counts = {what: sum(one[what] for one in judged) for what in ("uses", "found", "claims", "true")}
    return {
        "families": len(result.families),
        "in_families": round(len(used) / len(corpus), 5),
        **{what: round(getattr(result.shares, what), 5) for what in ("template", "slot", "novel")},
        "recall": round(counts["found"] / max(counts["uses"], 1), 5),
        "precision": round(counts["true"] / max(counts["claims"], 1), 5),
        "seconds": round(seconds, 2),
    }


def sweep(quick: bool) -> Record:
    """All points: of each parameter, with all others as they are by default."""
    data = None if quick else real_data()
    corpus = pqreuse.read_answers(data or ROOT / "examples" / "answers.jsonl")
    size = (
        {"originals": 12, "uses": 33, "hosts": 150} if data is None else {"originals": 160, "uses": 900, "hosts": 6_000}
    )
    planted = [plant_edits(list(corpus), seed=seed, **size) for seed in ((1,) if quick else (1, 2))]
    points: dict[str, list[Record]] = {}
    for name, values in SWEEPS.items():
        points[name] = []
        for value in values[:: len(values) - 1] if quick else values:
            note(f"{name} {value}")
            points[name].append({"value": value} | measure(corpus, planted, **{name: value}))
    return {
        "what": "one parameter at a time: families and shares of the corpus, recall and precision on planted edits",
        "source": f"{len(corpus):,} {'invented' if data is None else 'real'} answers",
        "size": {"answers": len(corpus), "planted": [len(one.uses) for one in planted]},
        "defaults": ReuseParams().to_dict(),
        "points": points,
    }


def chart(name: str, points: Sequence[Record], default: float, curves: Curves) -> str:
    """Lines over the values of one parameter, the default marked: plain SVG on white."""
    left, top, width, height = 44, 40, 400, 180
    values = [point["value"] for point in points]
    low, high = min(values), max(values)

    def x(value: float) -> float:
        return left + width * (value - low) / (high - low)

    def y(share: float) -> float:
        return top + height * (1 - share)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 200}" height="{top + height + 40}" '
        f'viewBox="0 0 {left + width + 200} {top + height + 40}" role="img" font-family="sans-serif" font-size="11">',
        f"<title>What {name} changes</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{left}" y="20" font-size="13" font-weight="bold" fill="#222">{name}</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        out.append(f'<path d="M{left} {y(share):g}h{width}" stroke="#e4e4e4"/>')
        out.append(
            f'<text x="{left - 6}" y="{y(share) + 4:g}" text-anchor="end" fill="#555">{100 * share:.0f} %</text>'
        )
    out.append(f'<path d="M{x(default):.1f} {top}v{height}" stroke="#999" stroke-dasharray="3 3"/>')
    out.append(f'<text x="{x(default):.1f}" y="{top - 6}" text-anchor="middle" fill="#555">default</text>')
    for value in values:
        out.append(
            f'<text x="{x(value):.1f}" y="{top + height + 16}" text-anchor="middle" fill="#555">{value:g}</text>'
        )
    below = 0.0
    ends = sorted((-(curve(points[-1]) or 0), number) for number, curve in enumerate(curves.values()))
    for end, number in ends:
        label, curve = list(curves.items())[number]
        places = [(x(point["value"]), y(curve(point) or 0)) for point in points]
        line = " ".join(f"{at:.1f},{up:.1f}" for at, up in places)
        out.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"/>')
        out += [f'<circle cx="{at:.1f}" cy="{up:.1f}" r="2.5" fill="{COLOURS[number]}"/>' for at, up in places]
        below = max(y(-end) + 4, below + 14)  # labels keep apart
        out.append(
            f'<text x="{left + width + 10}" y="{below:.1f}" fill="{COLOURS[number]}">{label} {percent(-end)}</text>'
        )
    return "\n".join([*out, "</svg>", ""])


def write_charts(record: Record, folder: Path) -> None:
    """One SVG for each parameter."""
    for name, curves in CHARTS.items():
        text = chart(name, record["points"][name], record["defaults"][name], curves)
        (folder / f"tuning_{name}.svg").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small, printed on standard output, nothing written")
    parser.add_argument("--charts", action="store_true", help="only the charts, from the JSON that is there")
    args = parser.parse_args()
    if not args.charts:
        write_record(sweep(args.quick), "tuning", None if args.quick else RESULTS)
    if not args.quick:
        FIGURES.mkdir(parents=True, exist_ok=True)
        write_charts(json.loads((RESULTS / "tuning.json").read_text(encoding="utf-8")), FIGURES)


if __name__ == "__main__":
    main()
