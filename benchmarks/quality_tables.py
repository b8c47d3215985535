"""Tables and chart of quality.py, from its records alone."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from pathlib import Path

from edits import EDITS
from recording import Record, percent, ratio, table, write_section

PARTS = ("pairs", "planted", "runs", "slots")


def pooled(record: Record, tool: str) -> dict[str, Counter[str]]:
    """Counts of all seeds together, by kind."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for repeat in record["repeats"]:
        for kind, counts in repeat["tools"][tool]["kinds"].items():
            kinds[kind].update(counts)
    return kinds


def tables(records: dict[str, Record]) -> str:
    """The README's section, from the records alone."""
    makers = {"planted": planted_table, "pairs": pairs_table, "runs": runs_table, "slots": slots_table}
    return "\n\n".join(make(records[part]) for part, make in makers.items() if part in records)


def planted_table(record: Record) -> str:
    names = list(record["repeats"][0]["tools"])
    counts = {name: pooled(record, name) for name in names}
    rows = []
    for kind in EDITS:
        cells = [f"{percent(ratio(counts[name][kind]['found'], counts[name][kind]['uses']))}" for name in names]
        rows.append([kind, str(counts[names[0]][kind]["uses"]), *cells])
    totals = {name: sum(counts[name].values(), Counter()) for name in names}
    rows.append(
        [
            "**all: recall**",
            str(totals[names[0]]["uses"]),
            *(f"**{percent(ratio(totals[name]['found'], totals[name]['uses']))}**" for name in names),
        ]
    )
    rows.append(
        [
            "**all: precision**",
            "",
            *(f"**{percent(ratio(totals[name]['true'], totals[name]['claims']))}**" for name in names),
        ]
    )
    size = record["size"]
    return (
        f"Planted edits: {len(record['seeds'])} seeds, {sum(size['uses']):,} uses in all, of {size['originals'][0]} "
        f"paragraphs a seed, of the {record['source']}; {size['answers'][0]:,} answers a seed. Recall by kind of edit, "
        f"all seeds together; LSH alone finds {percent(record['median']['lsh_of_exact'])} of what the default "
        "search finds (median of the seeds).\n\n" + table(["kind of edit", "uses", *names], rows)
    )


def pairs_table(record: Record) -> str:
    rows = [
        [f"{unit}s", *(f"{counts[name]:,}" for name in ("texts", "pairs", "members", "same"))]
        for unit, counts in record["units"].items()
    ]
    rule, sketched = record["rule"], statistics.median(one["share_same"] for one in record["lsh"])
    return (
        f"Families of {record['size']['answers']:,} real answers against those of an independent join of all pairs; "
        f'of {rule["checked"]:,} members {rule["broken"]} break the rule against their exemplar. With `search="lsh"` '
        f"{100 * sketched:.2f} % of the members are in the same family (median of {len(record['lsh'])} seeds).\n\n"
        + table(["unit", "texts", "pairs that resemble", "members", "in the same family"], rows)
    )


def runs_table(record: Record) -> str:
    rows = [
        [str(repeat["seed"]), *(f"{repeat[key]:,}" for key in ("answers", "words", "in_runs", "wrong", "not_template"))]
        for repeat in record["repeats"]
    ]
    return (
        f"Shared {record['parameters']['run_words']}-word runs against the plain Python definition, on neighbouring "
        f"answers of the {record['source']}.\n\n"
        + table(["seed", "answers", "words", "in runs", "marked wrongly", "in runs, not labelled template"], rows)
    )


def slots_table(record: Record) -> str:
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for repeat in record["repeats"]:
        for kind, counts in repeat["kinds"].items():
            kinds[kind].update(counts)
    rows = [
        [
            kind,
            str(those["places"]),
            percent(ratio(those["values"], those["places"])),
            percent(ratio(those["recovered"], those["places"])),
        ]
        for kind, those in kinds.items()
    ]
    total = sum(kinds.values(), Counter())
    rows.append(
        [
            "**all**",
            str(total["places"]),
            f"**{percent(ratio(total['values'], total['places']))}**",
            f"**{percent(ratio(total['recovered'], total['places']))}**",
        ]
    )
    return (
        f"Slots: {len(record['seeds'])} seeds, {sum(record['size']['families'])} families of 5 to 12 uses, made by "
        f"filling one to four places of a paragraph of the {record['source']}.\n\n"
        + table(["kind", "places", "right values", "right values and kind"], rows)
    )


def chart(record: Record) -> str:
    """Recall by kind of edit as a bar chart: plain SVG, readable on a light and on a dark page."""
    colours = {"pqreuse": "#2a6f97", "datasketch": "#c9812f", "rensa": "#8a8f98"}
    names = [name for name in colours if name in record["repeats"][0]["tools"]]
    counts = {name: pooled(record, name) for name in names}
    left, width, bar, gap, top = 150, 400, 11, 10, 52
    row = bar * len(names) + gap
    height = top + row * (len(EDITS) + 1) + 8
    total_width = left + width + 60
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total_width}" height="{height}" '
        f'viewBox="0 0 {total_width} {height}" role="img" font-family="sans-serif" font-size="12">',
        "<title>Planted edits found, by kind of edit</title>",
        f'<rect width="{total_width}" height="{height}" fill="#ffffff"/>',
        '<text x="12" y="20" font-size="14" font-weight="bold" fill="#222">Planted edits found, by kind of edit</text>',
    ]
    for number, name in enumerate(names):
        x = left + 130 * number
        out.append(f'<rect x="{x}" y="31" width="10" height="10" fill="{colours[name]}"/>')
        out.append(f'<text x="{x + 15}" y="40" fill="#222">{name}</text>')
    for number, kind in enumerate([*EDITS, "all"]):
        y = top + row * number
        weight = ' font-weight="bold"' if kind == "all" else ""
        out.append(
            f'<text x="{left - 8}" y="{y + bar * len(names) / 2 + 4:g}" text-anchor="end" fill="#222"{weight}>'
            f"{kind}</text>"
        )
        for place, name in enumerate(names):
            those = sum(counts[name].values(), Counter()) if kind == "all" else counts[name][kind]
            share = ratio(those["found"], those["uses"])
            x, at = left + width * share, y + bar * place
            out.append(
                f'<rect x="{left}" y="{at}" width="{width * share:.1f}" height="{bar - 1}" fill="{colours[name]}"/>'
            )
            out.append(f'<text x="{x + 4:.1f}" y="{at + 9}" font-size="9" fill="#222">{percent(share)}</text>')
    return "\n".join([*out, "</svg>", ""])


def write_tables(folder: Path, readme: Path) -> None:
    """The chart and the README's section, from the records in the folder."""
    records = {
        part: json.loads(path.read_text(encoding="utf-8"))
        for part in PARTS
        if (path := folder / f"quality_{part}.json").exists()
    }
    if "planted" in records:
        (folder / "quality.svg").write_text(chart(records["planted"]), encoding="utf-8")
    write_section("quality", tables(records), readme)
