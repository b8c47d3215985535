"""The page's filters in a real browser: they count what the library counts, and what a plain count over uses gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from plain_counts import plain_count, report_of, score_of
from report.browser import Opened, chromium
from report.test_page import rendered, texts

from pqreuse import Answer, find_reuse, read_answers, score_answers, write_report
from pqreuse.records import Filter, ReuseResult
from pqreuse.report.wording import body_counts, count
from pqreuse.shading import percents

COMMONS = "uk_commons_2023-09_2025-06.jsonl.gz"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def invented(number: int) -> list[Answer]:
    """Answers with dates of days and of months and without, spellings of bodies, kinds, groups and repeated lines."""
    chance = random.Random(number)
    lines = [f"The {name} has set up {{}} hubs to share what works in all {name} schools." for name in "abcdefghij"]
    kinds = ["The information requested is not held centrally.", "I will write to the hon. Member.", "", "", ""]
    dates = [None, "2024-02", "2024-02-29", "2024-03", "2024-03-01", "2024-12-31", "2025-01"]
    bodies = [None, "Treasury", "TREASURY ", "Home Office", "Ministry of Justice", "Cabinet Office"]

    def answer(one: int) -> Answer:
        said = [chance.choice(lines).format(chance.randint(1, 3)) for _ in range(chance.randint(0, 3))]
        ids = tuple(f"{one:02}/{question}" for question in range(chance.choice([1, 1, 1, 2, 5])))
        rest = f"Only here: {' '.join(chance.sample('uvwxyz', 6))}."
        return Answer(
            id=ids[0],
            question_ids=ids,
            questions=tuple(f"To ask about {name}." for name in ids),
            text="\n\n".join([*said, chance.choice(kinds), rest]),
            date=chance.choice(dates),
            body=chance.choice(bodies),
            minister=chance.choice([None, "Lady A", "Sir B", "Ms C"]),
        )

    return [answer(one) for one in range(60)]


@pytest.fixture(scope="module", params=["examples", "invented"])
def whole(request: pytest.FixtureRequest, examples: Path) -> ReuseResult:
    return find_reuse(invented(1) if request.param == "invented" else read_answers(examples))


def choices(result: ReuseResult, many: int) -> Iterator[dict[str, Any]]:
    """Random arguments of `where` that the page's filters can be set to."""
    chance = random.Random(many)
    bodies = sorted({answer.body for answer in result.corpus if answer.body})
    months = sorted({answer.date[:7] for answer in result.corpus if answer.date})
    kinds = [kind for kind, answers in result.kinds.items() if answers]
    for _ in range(many):
        since, until = sorted(chance.choices(months, k=2))
        asked = {"body": chance.choice(bodies), "since": since, "until": until, "kind": chance.choice(kinds)}
        yield {name: asked[name] for name in chance.sample(sorted(asked), chance.choice([1, 1, 2, 2, 3]))}


def choose(window: Opened, asked: dict[str, Any]) -> None:
    window.page.get_by_role("button", name="Clear").click()
    for name, label in {"body": "Body", "since": "From", "until": "Until", "kind": "Kind of answer"}.items():
        if name == "body" and name in asked:
            # All spellings of a body are one option.
            options = window.page.locator("#body > option").all_inner_texts()
            window.choose(label, next(one for one in options if one.casefold() == asked[name].strip().casefold()))
        elif name in asked:
            window.choose(label, asked[name].replace("_", " "))


def now(window: Opened) -> Any:
    return html.fromstring(window.page.content())


def said(page: Any) -> dict[str, list[str]]:
    """What a page counts, as it stands there."""
    for hidden in page.xpath("//*[@hidden]"):
        hidden.drop_tree()
    counted = {
        "head": "//h1 | //p[@class='lead']",
        "figures": "//*[@id='figures']/div[dd[not(@data-name='paragraphs' or @data-name='sentences')]]",
        "rows": "//ol[@id='families']/li/div[@class='head']",
        "bodies of rows": "//ol[@id='families']/li/p[@class='bodies']",
        "bodies": "//*[@id='bodies']//tbody/tr",
        "months": "//*[@id='months']//tbody/tr",
    }
    return {name: texts(page.xpath(path)) for name, path in counted.items()}


def details(page: Any) -> dict[str, list[list[str]]]:
    """Ministers, lines, uses and dates of wordings of the rows that open, after `said` has taken out what is hidden."""
    parts = (
        ".//*[@class='ministers']/bdi",
        ".//*[@class='nested']//b",
        ".//*[@class='scroll uses']//tbody/tr",
        ".//*[@class='wordings']/li//*[@class='nowrap']",
    )
    rows = page.xpath("//ol[@id='families']/li[details[@class='more']]")
    return {row.get("id"): [sorted(texts(row.xpath(part))) for part in parts] for row in rows}


def open_all(window: Opened) -> None:
    window.page.evaluate("document.querySelectorAll('.more').forEach(one => one.open = true)")
    # What a row holds is counted once it has said that it is open.
    window.page.evaluate("new Promise(done => setTimeout(done, 50))")


def test_with_nothing_asked_the_script_counts_what_the_page_says(browser, whole, tmp_path):
    write_report(whole, tmp_path / "reuse.html")
    as_written = html.fromstring((tmp_path / "reuse.html").read_text("utf-8"))
    window = Opened(browser, tmp_path / "reuse.html")
    open_all(window)
    shown = now(window)
    for path in ("//*[@class='spark']/path/@d", "//*[@class='points']//title/text()", "//*[@class='listed']/text()"):
        assert shown.xpath(path) == as_written.xpath(path)
    assert said(shown) == said(as_written)
    assert details(shown) == details(as_written)
    assert window.told == []
    window.context.close()


def test_filters_say_what_the_page_of_the_chosen_uses_says(browser, whole, tmp_path, monkeypatch):
    """In the rows, those in brief too, the head and the tables; and in what opens, as far as it lists the same."""
    for most in ("_USES", "_WORDINGS", "_NESTED"):
        monkeypatch.setattr(f"pqreuse.report.views.{most}", 1_000)
    write_report(whole, tmp_path / "reuse.html", top=12)
    window = Opened(browser, tmp_path / "reuse.html")
    open_all(window)
    for asked in choices(whole, 20):
        choose(window, asked)
        chosen = whole.where(**asked)
        shown, expected = now(window), rendered(chosen)
        told, expected_told = said(shown), said(expected)
        if chosen.shares is None or not expected_told["months"]:
            # The page of such a result has another headline, and no months.
            told |= {name: expected_told[name] for name in ("head", "months")}
        assert told == expected_told, asked
        opened, expected_details = details(shown), details(expected)
        assert opened == {name: expected_details[name] for name in opened}, asked
    assert window.told == []
    window.context.close()


def test_filters_of_the_page_of_chosen_uses_choose_among_them(browser, whole, tmp_path):
    some = whole.where(since="2024-02", until="2025-01")
    write_report(some, tmp_path / "reuse.html", top=5)
    window = Opened(browser, tmp_path / "reuse.html")
    assert said(now(window))["figures"] == said(rendered(some))["figures"]
    for asked in choices(some, 5):
        choose(window, asked)
        shown, expected = said(now(window)), said(rendered(some.where(**asked)))
        assert [shown[name] for name in ("figures", "rows", "bodies")] == [
            expected[name] for name in ("figures", "rows", "bodies")
        ]
    window.context.close()


def test_filters_where_answers_are_compared_with_others(browser, tmp_path):
    """Stock texts are in the others, shares of the answers themselves."""
    line = "We have set up a network of hubs to share what works with all of the schools."
    old = [
        Answer(id=str(number), text=line, date=f"2024-0{number}", body=body)
        for number, body in enumerate(["Treasury", "Home Office", "Treasury"], 1)
    ]
    new = [
        Answer(id="1", text=f"{line} And this is new.", date="2024-01", body="Treasury"),
        Answer(id="new", text=f"{line} And this is new and it is longer.", date="2024-02", body="Home Office"),
    ]
    result = score_answers(new, old)
    write_report(result, tmp_path / "reuse.html")
    window = Opened(browser, tmp_path / "reuse.html")
    for asked in ({}, {"body": "Treasury"}, {"since": "2024-02"}, {"since": "2024-03"}):
        choose(window, asked)
        shown, expected = said(now(window)), said(rendered(result.where(**asked)))
        assert [shown[name] for name in ("figures", "rows", "bodies")] == [
            expected[name] for name in ("figures", "rows", "bodies")
        ]
    window.context.close()


def test_filters_equal_a_plain_count_over_the_uses_of_real_answers(browser, shared_data, tmp_path):
    result = find_reuse(read_answers(shared_data / COMMONS))
    write_report(result, tmp_path / "reuse.html")
    window = Opened(browser, tmp_path / "reuse.html")
    report, score = report_of(result), score_of(result)
    own = {family["id"] for family in report["families"] if family["parent"] is None}
    parts = ("h3 > b", ".facts > span", ".bodies")
    read = ", ".join(f"row.querySelector('{part}').textContent" for part in parts)

    def listed() -> list[list[str]]:
        rows = "#families > li:not([hidden])"
        return window.page.eval_on_selector_all(rows, f"rows => rows.map(row => [row.id, {read}])")

    for asked in choices(result, 20):
        several = {"body": "bodies", "kind": "kinds"}
        wanted = Filter(**{several.get(name, name): (one,) if name in several else one for name, one in asked.items()})
        families, shares, (answers, questions) = plain_count(report, score, wanted)
        rows = [
            [
                f"f-{one['id']}",
                f"{one['answers']:,} of {count(one['all_answers'], 'answer')}",
                f"{one['questions']:,} of {count(one['all_questions'], 'question')}",
                body_counts(one["bodies"], 120),
            ]
            for one in families
            if one["id"] in own
        ]
        choose(window, asked)
        found = f"{len(rows):,} of {len(own):,} stock texts, in "
        assert window.page.locator("#count").inner_text().startswith(found), asked
        shown = [[name, used, facts.split(" · ")[0], bodies] for name, used, facts, bodies in listed()]
        assert shown == rows[:50], asked
        assert window.page.locator("#share").inner_text() == percents(list(shares.values()))[0], asked
        told = [window.page.locator(f"#told-{name}").inner_text() for name in ("answers", "questions")]
        assert told == [
            f"{answers:,} of {count(len(result.corpus), 'answer')}",
            f"{questions:,} of {count(result.corpus.questions, 'question')}",
        ]
    while window.page.locator("#further").is_visible():
        window.page.locator("#further").click()
    assert [name for name, *_ in listed()] == [name for name, *_ in rows]
    assert window.told == []
    window.context.close()
