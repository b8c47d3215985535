"""The README's table against other tools, from the records of quality.py and speed.py.

python benchmarks/overview.py --tables
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from quality_tables import pooled  # noqa: E402
from recording import RESULTS, ROOT, percent, ratio, read_records, table, three_digits, write_section  # noqa: E402

# The names that quality.py and speed.py have for one tool.
TOOLS = (("pqreuse", "pqreuse"), ("datasketch", "datasketch"), ("rensa", "rensa, LSH"), (None, "Daft"))
HEAD = ("tool", "planted edits found", "true of what it claims", "seconds for 100,000 paragraphs", "to pqreuse's")


def overview(folder: Path) -> str:
    """What each tool finds, and how fast it is."""
    (planted,) = read_records(folder, "quality_planted.json")
    (speed,) = read_records(folder, "speed_clusters_100000.json")
    timed = speed["modes"]["all"]["tools"]
    rows = []
    for finds, clusters in TOOLS:
        found = ["–", "–"]
        if finds:
            counts = sum(pooled(planted, finds).values(), Counter())
            found = [percent(ratio(counts[part], counts[of])) for part, of in (("found", "uses"), ("true", "claims"))]
        seconds = timed[clusters]["median_seconds"]
        times = three_digits(seconds / timed["pqreuse"]["median_seconds"])
        rows.append([clusters.partition(",")[0], *found, three_digits(seconds), f"{times} ×"])
    return table(HEAD, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", action="store_true", required=True, help="write the table into the README")
    parser.parse_args()
    write_section("overview", overview(RESULTS), ROOT / "README.md")


if __name__ == "__main__":
    main()
