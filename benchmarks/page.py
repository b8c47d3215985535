"""Seconds to write the page, its size, and how long its list takes to search in Chromium: one JSON record an input.

    python benchmarks/page.py INPUT... [--repeats N]

Seconds begin when the analysis is done. A search is measured from the event to the end of the layout that it asks for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from recording import with_surroundings

SEARCH = """text => {
    const search = document.getElementById("search");
    search.value = text;
    const start = performance.now();
    search.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - start;
}"""
TEXTS = ("I refer", "", "hospital", "", "£", "", "the previous Government", "", "no such words", "")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def searches(page: Path, repeats: int) -> list[float] | None:
    """Milliseconds of searches that hide and show much of the list; None where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if (program := shutil.which("chromium")) is None:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        window = browser.new_page()
        window.goto(page.as_uri())
        took = [round(window.evaluate(SEARCH, text), 1) for _ in range(repeats) for text in TEXTS]
        browser.close()
    return took


def measure(name: str, repeats: int) -> dict[str, object]:
    import pqreuse

    seconds: list[float] = []
    cpu_seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "reuse.html"
        for _ in range(repeats):
            # What a family's record needs is worked out once for each result.
            result = pqreuse.find_reuse(pqreuse.read_answers(name))
            start, cpu_start = time.perf_counter(), time.process_time()
            pqreuse.write_report(result, page)
            seconds.append(round(time.perf_counter() - start, 2))
            cpu_seconds.append(round(time.process_time() - cpu_start, 2))
        took = searches(page, repeats)
        return {
            "what": "page: seconds to write it after the analysis, milliseconds of a search",
            "input": os.path.basename(name),
            "answers": len(result.corpus),
            "megabytes": round(page.stat().st_size / 1e6, 2),
            "seconds": seconds,
            "cpu_seconds": cpu_seconds,
            "median_seconds": statistics.median(seconds),
            "search_ms": took,
            "median_search_ms": took and statistics.median(took),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    for name in args.inputs:
        print(json.dumps(with_surroundings(measure(name, args.repeats))))


if __name__ == "__main__":
    main()
