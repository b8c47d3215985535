"""A real browser for the page: Chromium, driven by Playwright; tests that need it are skipped where it is absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Any]:
    """A running Chromium: the one that PQREUSE_CHROMIUM names, else the installed one."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install '.[browser]'")
    program = os.environ.get("PQREUSE_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("needs a browser: there is no chromium on the path")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


class Opened:
    """A page in a window of its own, with all that it logged, threw and asked for."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1100, "height": 900}, **context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(5_000)
        self.told: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.told.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("dialog", lambda dialog: self.told.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.address = path.as_uri()
        self.page.goto(self.address)
        if context.get("java_script_enabled", True) and self.page.locator("#families").count():
            # The script unpacks its columns first.
            self.page.locator("#controls").wait_for()

    def shown(self) -> list[str]:
        """Identifiers of the families that are listed, in the order in which they stand."""
        found: list[str] = self.page.eval_on_selector_all(
            "#families > li:not([hidden])", "rows => rows.map(row => row.id.slice(2))"
        )
        return found

    def choose(self, name: str, label: str) -> None:
        self.page.get_by_role("combobox", name=name, exact=True).select_option(label=label)
