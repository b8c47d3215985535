"""Tables and plot of scale.py, from its records alone."""

from __future__ import annotations

from pathlib import Path

from recording import Record, percent, read_records, table, three_digits

HEAD = [
    *("paragraphs", "words", "seconds", "split before", "ns a word", "peak GB", "of it texts"),
    *("planted uses found", "in one family", "precision"),
]


def tables(folder: Path) -> str:
    """The README's section, from the records alone."""
    records = read_records(folder, "scale_*.json")
    if not records:
        return ""
    threads, commit, machine = (records[-1][name] for name in ("threads", "commit", "machine"))
    parts = [
        f"The whole job on generated paragraphs, {threads} threads; at commit {commit} on {machine}.\n\n"
        + table(HEAD, map(size_row, records))
    ]
    done = [record for record in records if "median_seconds" in record]
    if done:
        names = list(
            dict.fromkeys(cost["stage"] for record in reversed(done) for cost in record["repeats"][0]["stages"])
        )
        costs = [{cost["stage"]: cost for cost in record["repeats"][0]["stages"]} for record in done]
        rows = [
            [
                name,
                *(f"{own[name]['seconds']:.2f} / {own[name]['peak_gb']:.2f}" if name in own else "" for own in costs),
            ]
            for name in names
        ]
        sizes = [f"{record['size']['paragraphs']:,}" for record in done]
        parts.append("Seconds / peak GB of each stage, first repeat.\n\n" + table(["stage", *sizes], rows))
        parts.append("![Seconds and memory against words](results/scale.svg)")
    return "\n\n".join(parts)


def size_row(record: Record) -> list[str]:
    row = [f"{record['size']['paragraphs']:,}"]
    if "median_seconds" not in record:
        return [*row, "", f"stopped: {record['repeats'][-1]['exceeded']}", "", "", "", "", "", "", ""]
    first, truth = record["repeats"][0], record["repeats"][0]["truth"]
    return [
        *row,
        f"{first['words']:,}",
        three_digits(record["median_seconds"]),
        three_digits(record["median_split_before_seconds"]),
        f"{record['ns_per_word']:,.0f}",
        f"{record['peak_gb']:.2f}",
        f"{first['at_hand_gb']:.2f}",
        *(percent(truth[name]) for name in ("found", "together", "precision")),
    ]


def plot(folder: Path) -> None:
    """Seconds of the job and of its longest stages, and memory, against words: both axes logarithmic."""
    records = [record for record in read_records(folder, "scale_*.json") if "median_seconds" in record]
    if not records:
        return
    import matplotlib as mpl

    mpl.use("svg")
    # The same file from the same records.
    mpl.rcParams.update({"svg.hashsalt": "pqreuse", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt

    words = [record["size"]["words"] for record in records]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    left.loglog(words, [record["median_seconds"] for record in records], "o-", color="#222", label="the whole job")
    last = {cost["stage"]: cost["seconds"] for cost in records[-1]["repeats"][0]["stages"]}
    for stage in sorted(last, key=last.__getitem__, reverse=True)[:6]:
        costs = [{cost["stage"]: cost["seconds"] for cost in record["repeats"][0]["stages"]} for record in records]
        left.loglog(words, [max(own.get(stage, 0.0), 1e-3) for own in costs], ".-", linewidth=1, label=stage)
    scale = records[0]["median_seconds"] / words[0]
    left.loglog(words, [scale * count for count in words], ":", color="#888", label="the same cost per word")
    left.set(xlabel="words", ylabel="seconds", title="Time")
    left.legend(fontsize=7)
    right.loglog(words, [record["peak_gb"] for record in records], "o-", color="#222", label="peak")
    right.loglog(
        words, [record["repeats"][0]["at_hand_gb"] for record in records], ".-", color="#2a6f97", label="texts"
    )
    right.set(xlabel="words", ylabel="GB", title="Memory")
    right.legend(fontsize=7)
    figure.savefig(folder / "scale.svg", metadata={"Date": None, "Creator": None})
