"""Make the page of the example answers, `report.html`, and with Playwright and a Chromium on the path its picture.

python examples/make_report.py [FOLDER]
"""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pqreuse

HERE = Path(__file__).resolve().parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def take_picture(page: Path, picture: Path) -> None:
    """What a reader sees first: the head of the page, and the list with a slot open."""
    from playwright.sync_api import sync_playwright  # pyright: ignore[reportMissingImports] # it comes with `browser`

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        window = browser.new_page(viewport={"width": 1000, "height": 1420})
        window.goto(page.as_uri())
        window.get_by_label("Search").fill("hubs")
        window.locator("#families > li:not([hidden]) .chip > summary").nth(1).click()
        window.screenshot(path=picture)
        browser.close()


def main(folder: Path) -> None:
    """Write the page, and the picture where there is a browser."""
    result = pqreuse.find_reuse(pqreuse.read_answers(HERE / "answers.jsonl"))
    pqreuse.write_report(result, folder / "report.html")
    if shutil.which("chromium") and find_spec("playwright"):
        take_picture(folder / "report.html", folder / "report.png")
    else:
        print("no picture: it needs chromium on the path and pip install '.[browser]'", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
