"""The page in a real browser: nothing is asked for, and what can be done with it works, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from report.browser import Opened, chromium
from report.test_page import hostile

from pqreuse import find_reuse, read_answers, write_report
from pqreuse.records import Family, ReuseResult

COMMONS = "uk_commons_2023-09_2025-06.jsonl.gz"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def result(examples: Path) -> ReuseResult:
    return find_reuse(read_answers(examples))


@pytest.fixture(scope="module")
def path(result: ReuseResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "reuse.html"
    write_report(result, path)
    return path


@pytest.fixture(scope="module")
def large(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 26,145 real answers."""
    found = find_reuse(read_answers(shared_data / COMMONS))
    path = tmp_path_factory.mktemp("large") / "reuse.html"
    write_report(found, path)
    return path


@pytest.fixture
def opened(browser: Any, path: Path) -> Iterator[Opened]:
    window = Opened(browser, path)
    yield window
    assert window.told == []
    assert window.requests == [window.address]
    window.context.close()


def own(result: ReuseResult) -> list[Family]:
    return [family for family in result.families if family.parent is None]


def test_search(opened, result):
    opened.page.get_by_label("Search").fill("attendance HUBS")
    assert 0 < len(opened.shown()) < len(own(result))
    for name in opened.shown():
        family = result.family(name)
        said = f"{family.template} {' '.join(variant.text for variant in family.history)}".lower()
        assert "attendance" in said
        assert "hubs" in said
    users = {use.answer_id for name in opened.shown() for use in result.family(name).uses}
    found = f"{len(opened.shown())} of {len(own(result))} stock texts"
    assert opened.page.locator("#count").inner_text() == f"{found}, in {len(users)} of {len(result.corpus)} answers"
    opened.page.get_by_label("Search").fill("no such words anywhere")
    assert opened.shown() == []
    assert opened.page.locator("#nothing").is_visible()
    opened.page.get_by_role("button", name="Clear").click()
    # The page's policy lets no string be run as a script, which waiting for a condition would be.
    opened.page.locator("#families:not(:has(> li[hidden]))").wait_for(state="attached")
    assert opened.shown() == [family.id for family in own(result)]


@pytest.mark.parametrize("word", ["since", "values", "answers", "nothing"])
def test_search_is_of_the_texts_and_not_of_what_the_page_says_of_them(opened, result, word):
    said = {family.id: family.template + "".join(variant.text for variant in family.history) for family in own(result)}
    for line in result.families:
        if line.parent is not None:
            said[line.parent] += line.template
    opened.page.get_by_label("Search").fill(word)
    assert {name for name in opened.shown() if word not in said[name].lower()} == set()


def test_a_copy_saved_from_the_browser_is_whole(opened, path):
    count = "text => new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*').length"
    saved = opened.page.evaluate(count, opened.page.content())
    assert saved == opened.page.evaluate(count, path.read_text("utf-8"))


def test_a_copy_saved_while_filters_are_set_is_whole_too(browser, result, tmp_path):
    write_report(result, tmp_path / "reuse.html", top=9)
    window = Opened(browser, tmp_path / "reuse.html")
    as_opened = window.page.locator("#families").inner_text()
    window.choose("Body", "Home Office")
    window.choose("Sort by", "wordings")
    (tmp_path / "copy.html").write_text(window.page.content(), "utf-8")
    window.context.close()
    window = Opened(browser, tmp_path / "copy.html")
    assert window.page.locator("#families").inner_text() == as_opened
    assert window.page.locator("#figures [data-name=answers]").inner_text() == f"{len(result.corpus)}"
    assert window.told == []
    window.context.close()


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("answers", lambda family: -family.answers),
        ("questions", lambda family: -family.questions),
        ("wordings", lambda family: -family.variants),
        ("first used", lambda family: family.first_date),
        ("questions least alike", lambda family: family.question_similarity),
    ],
)
def test_sort(opened: Opened, result: ReuseResult, label: str, key: Callable[[Family], Any]) -> None:
    opened.choose("Sort by", label)
    # Stable: of equal ones the more used first.
    assert opened.shown() == [family.id for family in sorted(own(result), key=key)]


def test_sort_by_last_use(opened, result):
    opened.choose("Sort by", "last used")
    assert opened.shown() == [f.id for f in sorted(own(result), key=lambda family: family.last_date, reverse=True)]


@pytest.mark.parametrize(("label", "unit"), [("paragraphs", "paragraph"), ("lines", "sentence")])
def test_unit(opened, result, label, unit):
    opened.choose("Unit", label)
    assert opened.shown() == [family.id for family in own(result) if family.unit == unit]


def test_kind(opened, result):
    opened.choose("Kind of answer", "not held")
    expected = [f.id for f in own(result) if any("not_held" in result.explain(use.answer_id).kinds for use in f.uses)]
    assert opened.shown() == expected != []


def test_a_family_opens_and_a_link_leads_to_it(opened, result):
    first = opened.page.locator("#families > li").first
    assert not first.get_by_role("table", include_hidden=False).count()
    first.get_by_text("Uses, wordings, ministers").click()
    assert first.get_by_role("table").first.is_visible()
    opened.choose("Body", "Treasury")
    hidden = next(family.id for family in own(result) if family.id not in opened.shown())
    opened.page.evaluate(f"location.hash = 'f-{hidden}'")
    opened.page.locator(f"#f-{hidden} .more[open]").wait_for(state="attached")
    assert opened.page.locator(f"#f-{hidden}").is_visible()


def test_stock_texts_that_the_page_does_not_hold_are_shown_when_asked_for(browser, result, tmp_path):
    write_report(result, tmp_path / "reuse.html", top=3)
    window = Opened(browser, tmp_path / "reuse.html")
    names = [family.id for family in own(result)]
    assert window.shown() == names  # fewer than are shown at once
    opened = window.page.locator("#families > li").nth(5)
    assert opened.locator(".template").inner_text() == own(result)[5].text
    window.page.get_by_label("Search").fill(own(result)[-1].text)
    assert window.shown() == [names[-1]]
    window.page.evaluate(f"location.hash = 'f-{names[4]}'")
    window.page.locator(f"#f-{names[4]}").wait_for()
    assert window.told == []
    window.context.close()


def test_slots_by_mouse(opened):
    chips = opened.page.locator(".chip")
    chips.nth(0).locator("summary").click()
    assert chips.nth(0).locator(".values").is_visible()
    chips.nth(1).locator("summary").click()
    assert not chips.nth(0).locator(".values").is_visible()
    opened.page.locator("h1").click()
    assert opened.page.locator(".chip[open]").count() == 0


def test_keyboard_walk(opened, result):
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("hubs")
    assert len(opened.shown()) < len(own(result))
    reached = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.type"))
    assert reached >= {"sort", "body", "from", "until", "unit", "kind", "reset"}
    while not page.evaluate("document.activeElement.matches('.chip > summary')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".chip[open] .values").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".chip[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('.chip > summary')")
    while not page.evaluate("document.activeElement.matches('.more > summary')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".more[open] .wordings").first.is_visible()


def test_focus_can_be_seen(opened):
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 360)])
def test_accessibility(browser, path, scheme, width):
    """Axe's rules, contrast of all texts too, with everything open; of the lists only their beginning: axe is slow."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="needs axe: pip install '.[browser]'")
    # The page's policy allows no other script; here it is set aside for axe alone.
    window = Opened(browser, path, color_scheme=scheme, bypass_csp=True)
    window.page.set_viewport_size({"width": width, "height": 900})
    dark = window.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(253, 252, 250)"
    assert dark == (scheme == "dark")
    window.page.evaluate("document.querySelectorAll('ol > li:nth-child(n + 4)').forEach(one => one.remove())")
    window.page.evaluate("document.querySelectorAll('tbody > tr:nth-child(n + 6)').forEach(one => one.remove())")
    window.page.evaluate("document.querySelectorAll('details.more').forEach(one => one.open = true)")
    # Of a row out of sight axe would take the place for where it is not.
    window.page.add_style_tag(content=".families > li { content-visibility: visible !important }")
    window.page.locator(".chip > summary").first.click()
    window.page.evaluate(axe.AXE_SCRIPT)
    found = window.page.evaluate("axe.run()")
    faults = [
        (one["id"], one["impact"], [node["html"][:80] + node["failureSummary"] for node in one["nodes"][:3]])
        for one in found["violations"]
    ]
    assert faults == []
    assert window.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    window.context.close()


def test_without_script_all_is_there(browser, path, result):
    window = Opened(browser, path, java_script_enabled=False)
    assert window.page.locator("#families > li").count() == len(own(result))
    assert not window.page.locator("#controls").is_visible()
    window.page.locator(".chip > summary").first.click()
    assert window.page.locator(".chip .values").first.is_visible()
    window.context.close()


def test_printed(opened):
    opened.page.emulate_media(media="print")
    assert not opened.page.locator("#controls").is_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert opened.page.locator("#families > li").first.is_visible()
    assert opened.page.locator(".chip .others").first.is_visible()
    opened.page.pdf()
    assert opened.page.locator("[data-param=containment]").is_visible()


def test_hostile_texts_do_nothing(browser, tmp_path):
    write_report(hostile(), tmp_path / "hostile.html")
    window = Opened(browser, tmp_path / "hostile.html")
    window.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    window.page.get_by_label("Search").fill("<script>alert(1)</script>")
    assert len(window.shown()) > 0
    assert window.told == []
    assert window.requests == [window.address]
    assert window.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert "<script>alert(1)</script>" in window.page.locator("#families").inner_text()
    window.context.close()


def test_large_page(browser, large):
    assert large.stat().st_size <= 5_000_000
    window = Opened(browser, large)
    assert len(window.shown()) == 200
    window.page.get_by_label("Search").fill("I refer")
    assert 0 < len(window.shown()) <= 50
    window.page.get_by_label("Search").fill("")
    assert len(window.shown()) == 200
    window.choose("Sort by", "wordings")
    facts = window.page.locator("#families > li:not([hidden]) .facts").all_text_contents()
    counts = [int(told.split(" · ")[1].split(" ")[0]) for told in facts]
    assert counts == sorted(counts, reverse=True)
    assert window.told == []
    assert window.requests == [window.address]
    window.context.close()
