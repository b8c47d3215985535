"""The page says what the JSON says, and is inert and legible whatever the texts hold."""

from __future__ import annotations

import io
import json
import zlib
from base64 import b64decode
from collections import Counter
from itertools import accumulate, combinations, islice
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from report.sample import EMPTY, HOSTILE, RESULT

from pqreuse import Answer, find_reuse, read_answers, score_answers, write_report
from pqreuse.cli import main
from pqreuse.errors import OutputError
from pqreuse.kinds import KINDS
from pqreuse.records import ReuseResult
from pqreuse.report import wording
from pqreuse.report.columns import BRIEF
from pqreuse.report.contract import json_lines, report_contract
from pqreuse.report.listing import list_families
from pqreuse.report.page import page
from pqreuse.report.views import clip
from pqreuse.shading import percents


def rendered(result: ReuseResult, **listing: Any) -> Any:
    return html.fromstring(b"".join(page(result, list_families(result, **listing))).decode())


def document_of(result: ReuseResult, **listing: Any) -> dict[str, Any]:
    return json.loads(b"".join(json_lines(report_contract(result, list_families(result, **listing)))))


@pytest.fixture(scope="module")
def result(examples: Path) -> ReuseResult:
    return find_reuse(read_answers(examples))


@pytest.fixture(scope="module")
def whole(result: ReuseResult) -> Any:
    return rendered(result)


def texts(found: list[Any]) -> list[str]:
    return [" ".join(one.text_content().split()) for one in found]


# The numbers


@pytest.mark.parametrize("name", ["questions", "answers", "words", "paragraphs", "sentences"])
def test_figures_of_the_corpus(whole, result, name):
    (shown,) = whole.xpath(f"//*[@id='figures']//*[@data-name='{name}']")
    assert shown.text == f"{document_of(result)['corpus'][name]:,}"


def test_what_was_left_out(whole, result):
    corpus = document_of(result)["corpus"]
    shown = {one.get("data-name"): one.text for one in whole.xpath("//*[@class='left-out']//dd")}
    assert shown.pop("skipped") == str(len(corpus["skipped"]))
    assert shown == {name: f"{corpus[name]:,}" for name in shown}
    assert {"duplicate_records", "groups", "groups_apart", "twins", "corrected_answers", "previews"} <= set(shown)
    assert shown["duplicate_records"] == "2"


def test_parameters_version_and_recall(whole, result):
    document = document_of(result)
    shown = {one.get("data-param"): one.text for one in whole.xpath("//*[@data-param]")}
    assert shown == {name: str(value) for name, value in document["params"].items()}
    assert whole.get_element_by_id("version").text == document["pqreuse"]
    assert whole.get_element_by_id("recall").text == wording.recall(result)


def test_families_are_those_of_the_json(whole, result):
    families = [one for one in document_of(result)["families"] if one["parent"] is None]
    rows = whole.xpath("//*[@id='families']/li")
    assert [row.get("id") for row in rows] == [f"f-{one['id']}" for one in families]
    shown = texts(whole.xpath("//*[@id='families']/li//h3/b"))
    assert shown == [wording.count(one["answers"], "answer") for one in families]
    for row, one in zip(rows, families, strict=True):
        dates = " – ".join(dict.fromkeys((one["first_date"], one["last_date"])))
        counts = f"{wording.count(one['questions'], 'question')} · {wording.count(one['variants'], 'wording')}"
        line = " · line" * (one["unit"] == "sentence")
        assert texts(row.xpath(".//*[@class='facts']")) == [f"{counts} · {dates}{line}"]


def test_uses_are_those_of_the_json(whole, result):
    for family in document_of(result)["families"]:
        rows = whole.xpath(f"//*[@id='f-{family['id']}']//*[@class='scroll uses']//tbody/tr")
        if family["parent"] is None:
            shown = [(texts(row.xpath("td[1]"))[0], texts(row.xpath("td[3]"))[0]) for row in rows]
            assert shown == [(use["date"], use["answer_id"]) for use in family["uses"]]


def test_slots_open_their_values(whole, result):
    for family in (one for one in document_of(result)["families"] if one["parent"] is None):
        chips = whole.xpath(f"//*[@id='f-{family['id']}']//details[@class='chip']")
        assert len(chips) == len(family["slots"])
        for chip, slot in zip(chips, family["slots"], strict=True):
            shown = [tuple(texts(row.xpath("td"))[:2]) for row in chip.xpath(".//tbody/tr")]
            values = [(value["text"] or "(nothing)", f"{value['answers']:,}") for value in slot["values"]]
            assert [count for _, count in shown] == [count for _, count in values[:12]]
            assert all(told.removesuffix(" …") in value for (told, _), (value, _) in zip(shown, values, strict=False))


def test_wordings_mark_what_changed(result):
    family = next(one for one in result.families if one.variants > 2)
    shown = rendered(result).xpath(f"//*[@id='f-{family.id}']//*[@class='wordings']/li")
    history = list(family.history)
    assert len(shown) == min(len(history), 12)
    for row in shown:
        number = int(texts(row.xpath("p"))[0].split(" ")[0])
        variant = history[number - 1]
        assert [ins.text_content() for ins in row.xpath(".//ins")] == [d.new for d in variant.differences if d.new]
        assert [old.text_content() for old in row.xpath(".//del")] == [d.old for d in variant.differences if d.old]
        for old in row.xpath(".//del"):
            old.drop_tree()
        said = row.xpath("*[@class='text']")[0].text_content()
        assert said.split() == variant.text.split()


@pytest.mark.parametrize(("section", "key"), [("bodies", "body"), ("months", "month")])
def test_shares_of_bodies_and_months(whole, result, section, key):
    rows = whole.xpath(f"//*[@id='{section}']//tbody/tr")
    groups = document_of(result)[section]
    assert [row.get("data-answers") for row in rows] == [str(one["answers"]) for one in groups]
    for row, group in zip(rows, groups, strict=True):
        told = texts(row.xpath("th | td"))
        assert told[0] == group[key]
        share, interval, slot, novel = told[-4:]
        assert (share, slot, novel) == percents([group[name] for name in ("template", "slot", "novel")])
        assert interval == f"{100 * group['template_low']:.1f} – {100 * group['template_high']:.1f} %"


def test_shared_texts_are_counted_over_all_families(result):
    """Also over those that the page does not hold."""
    pairs: Counter[tuple[str, ...]] = Counter()
    for family in result.families:
        if family.parent is None:
            pairs.update(combinations(sorted(family.bodies), 2))
    shown = rendered(result, top=3).xpath("//*[@id='sharing']")[0]
    cells = [[int(one) for one in texts(row.xpath("td")) if one != "–"] for row in shown.xpath(".//tbody/tr")]
    assert sum(map(sum, cells)) == 2 * sum(pairs.values())
    assert texts(shown.xpath(".//ol/li/b"))[0] == f"{max(pairs.values())} texts"


def test_least_and_most_novel_answers(whole, result):
    novel = {score.id: score.novel for score in result.scores if score.novel is not None}
    for section, ends in (("least", sorted(novel.values())), ("most", sorted(novel.values(), reverse=True))):
        shown = [one.get("data-answer") for one in whole.xpath(f"//*[@id='{section}']//li[@data-answer]")]
        assert [novel[name] for name in shown] == ends[: len(shown)]
        assert len(shown) == 25


def test_shaded_answers_hold_their_whole_text(whole, result):
    for row in whole.xpath("//li[@data-answer]"):
        score = result.explain(row.get("data-answer"))
        (text,) = row.xpath(".//*[@class='text']")
        assert text.text_content() == score.text
        for label in ("template", "slot", "novel"):
            marked = "".join(mark.text_content() for mark in text.xpath(f"mark[@class='{label}']"))
            assert marked == "".join(score.text[s.start : s.end] for s in score.spans if s.label == label)


def test_the_page_says_what_it_holds(result):
    found = list_families(result).found
    (told,) = texts(rendered(result, top=7).xpath("//*[@id='stock']/p[1]"))
    assert told.startswith(f"This page holds the 7 most used of {found} stock texts.")
    assert len(rendered(result, top=7).xpath("//*[@id='families']/li")) == 7
    (filtered,) = texts(rendered(result.where(body="Home Office")).xpath("//p[@class='note']"))[:1]
    assert filtered == "All figures are of the answers by Home Office; those of the whole input stand beside them."


@pytest.mark.parametrize(
    "asked", [{"body": "Home Office"}, {"since": "2025-03", "until": "2025-06"}, {"kind": "not_held"}]
)
def test_the_page_of_chosen_uses_has_their_numbers_and_the_whole_input_s_beside_them(result, asked):
    chosen = result.where(**asked)
    shown = rendered(chosen)
    own = [family for family in chosen.families if family.parent is None]
    assert [row.get("id") for row in shown.xpath("//*[@id='families']/li")] == [f"f-{family.id}" for family in own]
    assert texts(shown.xpath("//*[@id='families']/li//h3/b")) == [
        f"{family.answers} of {wording.count(family.all_answers, 'answer')}" for family in own
    ]
    assert shown.get_element_by_id("share").text == wording.percents(chosen.shares)[0]
    sizes = {
        "questions": (chosen.corpus.questions, result.corpus.questions),
        "answers": (len(chosen.corpus), len(result.corpus)),
        "families": (len(own), list_families(result).found),
        **{name: (getattr(chosen, name), getattr(result, name)) for name in ("words", "paragraphs", "sentences")},
    }
    figures = {one.get("data-name"): one.text for one in shown.xpath("//*[@id='figures']//dd")}
    assert figures == {name: f"{part:,} of {whole:,}" for name, (part, whole) in sizes.items()}
    for section in ("bodies", "months"):
        rows = shown.xpath(f"//*[@id='{section}']//tbody/tr")
        assert texts([row.xpath(".//td")[0] for row in rows]) == [
            f"{one['answers']:,} of {one['all_answers']:,}" for one in document_of(chosen)[section]
        ]


def embedded(page_: Any) -> dict[str, Any]:
    """What the page's script unpacks."""
    found: dict[str, Any] = json.loads(zlib.decompress(b64decode(page_.get_element_by_id("columns").text)))
    return found


def test_filters_of_the_page_count_in_every_use_of_every_stock_text(result):
    columns = embedded(rendered(result, top=3))
    answers, dates, families = (columns[name] for name in ("answers", "dates", "families"))
    date, user = (list(accumulate(steps)) for steps in (answers["date"], families["user"]))
    uses = zip(user, families["wording"], strict=True)
    bodies = {name: wording.short_body(name) for answer in result.corpus if (name := answer.body)}
    for name, n_uses in zip(families["id"], families["uses"], strict=True):
        family, these = result.family(name), list(islice(uses, n_uses))
        known = {score.id: score for score in map(result.explain, {use.answer_id for use in family.uses})}
        for (row, number), use in zip(these, family.uses, strict=True):
            score = known[use.answer_id]
            assert dates["text"][date[row]] == use.date
            assert columns["months"][dates["month"][date[row]]] == use.date[:7]
            assert columns["bodies"][answers["body"][row]] == bodies[use.body]
            assert answers["kinds"][row] == sum(1 << KINDS.index(kind) for kind in score.kinds)
            assert answers["questions"][row] == len(use.question_ids)
            assert answers["words"][row] == score.words
            n_words = score.words - answers["unscored"][row]
            assert (answers["template"][row], answers["slot"][row]) == pytest.approx(
                (n_words * score.template, n_words * score.slot)
            )
            assert number <= max((of_earlier for _, of_earlier in these[: these.index((row, number))]), default=-1) + 1
        assert len({number for _, number in these}) == family.variants
    assert next(uses, None) is None


def test_stock_texts_beyond_those_on_the_page_are_there_in_brief(result):
    own, families = list_families(result).own, embedded(rendered(result, top=3))["families"]
    assert families["text"] == ["", "", "", *(clip(family.text, BRIEF) for family in own[3:])]
    for name, column in {"answers": "all_answers", "questions": "all_questions", "wordings": "all_variants"}.items():
        assert families[name][: len(own)] == [getattr(family, column) for family in own]


def test_a_body_spelled_in_several_ways_is_one_to_choose():
    bodies = ["Treasury", "TREASURY ", "MoD", "treasury"]
    answers = [Answer(id=str(number), text=LINE, body=body) for number, body in enumerate(bodies)]
    options = rendered(find_reuse(answers)).xpath("//*[@id='body']/option")[1:]
    names = sorted(bodies)
    assert [[names[int(place)] for place in one.get("value").split()] for one in options] == [
        ["MoD"],
        ["TREASURY ", "Treasury", "treasury"],
    ]


# Hostile texts

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)></style></textarea>{{ 7*7 }}{% raw %}&amp;\"'`"
TURNED = "\u202egnol\u202c \u2066isolated\u2069 \u05d0\u05d1\u05d2"
LINE = "We have set up a network of hubs to share what works with all of the schools."


def hostile() -> ReuseResult:
    told = f"{MARKUP} {TURNED} \ud800 \x00\x1b[31m"
    body, minister = f"Ministry of {MARKUP}{TURNED}", f"Lady {MARKUP}"
    answers = [
        Answer(
            id=f"{number}{MARKUP}",
            text=f"{LINE} {told} {what}\n\n{'x' * 1_000_000}",
            date=f"2024-0{number}",
            body=f"{body}{number}",
            minister=minister,
            questions=(f"To ask {told}?",),
            question_ids=(f"{number}{MARKUP}",),
            url=f"javascript:alert({number})",
        )
        for number, what in enumerate(["one", "two", "three"], 1)
    ]
    return find_reuse(answers)


@pytest.fixture(scope="module")
def hostile_page() -> Any:
    return rendered(hostile())


def test_hostile_texts_are_text(hostile_page):
    assert len(hostile_page.xpath("//style")) == 1
    assert [(one.get("type"), one.get("id")) for one in hostile_page.xpath("//script")] == [
        ("text/plain", "columns"),
        (None, None),
    ]
    assert hostile_page.xpath("//img | //textarea | //iframe | //object | //form[@action] | //link | //base") == []
    assert [name for name in hostile_page.xpath("//@*") if name.attrname.startswith("on")] == []
    assert hostile_page.xpath("//@style") == []
    assert [one for one in hostile_page.xpath("//@href") if not one.startswith("#")] == []


def test_hostile_texts_are_legible(hostile_page):
    said = hostile_page.text_content()
    assert MARKUP in said
    assert "{{ 7*7 }}" in said
    assert "\u05d0\u05d1\u05d2" in said
    assert not set(said) & set("\u202e\u2066\x00\x1b\ud800")


def test_long_texts_are_cut_and_say_so(hostile_page):
    assert len(html.tostring(hostile_page)) < 600_000
    assert "more characters" in hostile_page.text_content()


def test_hostile_names_leave_the_page_as_large_as_it_is():
    name = "x" * 1_000_000
    answers = [Answer(id=f"{number}{name}", text=LINE, body=name, minister=name, house=name) for number in "12"]
    result = find_reuse(answers)
    assert sum(map(len, page(result, list_families(result)))) < 100_000


def test_hostile_sample_in_all_places():
    for result in (RESULT, EMPTY):
        shown = rendered(result)
        assert len(shown.xpath("//script[not(@type)]")) == 1
        assert "\x1b" not in shown.text_content()
    (text,) = rendered(RESULT).xpath("//*[@id='f-p-hostile']/*[@class='template']")
    unseen = dict.fromkeys(map(ord, "\x1b\x9b\u202e\ud800\x00"), "\ufffd")
    assert text.text_content() == HOSTILE.replace("\r\n", "\n").translate(unseen)


def test_policy_allows_the_page_s_own_script_and_style_only(whole):
    from base64 import b64encode
    from hashlib import sha256

    (policy,) = whole.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for kind in ("script", "style"):
        text = whole.xpath(f"//{kind}[not(@type)]")[0].text.encode()
        assert rules[f"{kind}-src"] == f"'sha256-{b64encode(sha256(text).digest()).decode()}'"
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}


# The file


def test_an_official_page_is_linked_where_it_is_known():
    url = "https://questions-statements.parliament.uk/written-questions/detail/2024-01-08/9028"
    result = find_reuse([Answer(id="a", text=LINE, url=url), Answer(id="b", text=LINE)])
    assert set(rendered(result).xpath("//a[starts-with(@href, 'https:')]/@href")) == {url}


def test_same_result_same_bytes(result, tmp_path):
    for name in ("a", "b"):
        write_report(result, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_library_and_command_line_write_the_same_page(result, examples, tmp_path):
    write_report(result, str(tmp_path / "library.html"))
    assert main(["report", str(examples), "--output", str(tmp_path / "program.html"), "--quiet"]) == 0
    assert (tmp_path / "library.html").read_bytes() == (tmp_path / "program.html").read_bytes()


def test_the_example_page_is_what_its_script_makes(result, examples, tmp_path):
    write_report(result, tmp_path / "report.html")
    made = (tmp_path / "report.html").read_bytes()
    assert examples.with_name("report.html").read_bytes() == made, "run `python examples/make_report.py examples`"
    assert examples.with_name("report.png").read_bytes().startswith(b"\x89PNG")


def test_to_standard_output(examples, capsysbinary):
    assert main(["report", str(examples), "--format", "html", "--top", "1", "--quiet"]) == 0
    shown = html.parse(io.BytesIO(capsysbinary.readouterr().out))
    assert len(shown.xpath("//*[@id='families']/li")) == 1


def test_written_whole_or_not_at_all(result, tmp_path, monkeypatch):
    target = tmp_path / "reuse.html"
    target.write_text("as it was")
    with pytest.raises(OutputError, match="there is no folder"):
        write_report(result, tmp_path / "no" / "reuse.html")
    broken = iter([b"a part", None])
    monkeypatch.setattr("pqreuse.report.page.page", lambda *_: (len(x) and x for x in broken))
    with pytest.raises(TypeError):
        write_report(result, target)
    assert target.read_text() == "as it was"
    assert [one.name for one in tmp_path.iterdir()] == ["reuse.html"]


def test_answers_compared_with_those_of_another_corpus():
    old = [Answer(id=name, text=LINE, date="2020-01-02", body="Treasury", questions=("Old?",)) for name in "ab"]
    new = [Answer(id="new", text=f"{LINE} And this.", date="2024-05-06", body="Home Office")]
    shown = rendered(score_answers(new, old))
    assert "compared with 2 other answers" in shown.text_content()
    assert texts(shown.xpath("//*[@class='scroll uses']//tr/td[3]"))[:2] == ["a", "b"]
    assert shown.xpath("//*[@class='spark']/*/@d") == ["M2 24v-22"]


def test_a_result_without_anything():
    for texts_ in ([], ["", "https://example.org/"], ["Nothing here is said twice, and that is all there is to it."]):
        shown = rendered(find_reuse(texts_))
        assert "Nothing is stock here" in shown.text_content()
        assert shown.xpath("//*[@id='families']") == []
