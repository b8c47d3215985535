"""The benchmarks say what is true: each part of quality.py on invented text, small. The figures are not tested."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

import pqreuse
from pqreuse import Answer

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


def load(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


planting = load("planting")
quality = load("quality")

TEXT = (
    "The Government has put £21 million into 31 attendance hubs in Kent, which support schools across England. "
    "However, we know that many pupils still miss lessons, and we will publish a review in January 2025. "
    "The department is working with councils to ensure that 40% of them receive help."
)


@pytest.fixture(scope="module")
def answers(examples: Path) -> list[Answer]:
    return list(pqreuse.read_answers(examples))


@pytest.mark.parametrize("kind", list(planting.EDITS))
def test_every_edit_applies_and_changes_the_text(kind: str) -> None:
    for seed in range(20):
        edited = planting.EDITS[kind](TEXT, random.Random(seed))
        assert edited is not None
        assert (edited == TEXT) == (kind == "embedded")


def test_what_is_planted_stands_where_the_truth_says(answers: list[Answer]) -> None:
    planted = planting.plant_edits(answers, originals=12, uses=33, hosts=150, seed=3)
    texts = {answer.id: answer.text for answer in planted.answers}
    assert len(texts) == len(planted.answers)
    assert {use.kind for use in planted.uses} == set(planting.EDITS)
    assert len({use.answer_id for use in planted.uses}) == len(planted.uses)
    for original in planted.originals:
        assert texts[original.answer.id][original.start : original.end] == original.text
    for use in planted.uses:
        text, original = texts[use.answer_id][use.start : use.end], planted.originals[use.original].text
        assert text == text.strip()
        assert (text == original) == (use.kind == "embedded")
        assert quality.is_reuse(text, original)


def test_hosts_have_no_natural_copy(answers: list[Answer]) -> None:
    originals = planting.choose_originals(answers, 12, random.Random(1))
    hosts = planting.choose_hosts(answers, originals, 150, random.Random(1))
    runs = {run for one in originals for run in planting.runs_of(planting.masked_words(one.text), planting.REMOVED_RUN)}
    assert hosts
    assert not any(runs & planting.runs_of(planting.masked_words(host.text), planting.REMOVED_RUN) for host in hosts)


def test_planted_edits_are_judged(answers: list[Answer]) -> None:
    record = quality.measure_planted(answers, seeds=[1], originals=10, uses=22, hosts=120, source="invented answers")
    tools = record["repeats"][0]["tools"]
    assert {"pqreuse", "pqreuse, exact search", "datasketch"} <= set(tools)
    for counts in tools.values():
        assert 0 <= counts["found"] <= counts["uses"] == record["size"]["uses"][0]
        assert 0 <= counts["true"] <= counts["claims"]
    assert tools["pqreuse"]["recall"] > tools["datasketch"]["recall"]


def test_a_tool_that_says_nothing_or_everything_is_judged_so(answers: list[Answer]) -> None:
    planted = planting.plant_edits(answers, originals=10, uses=22, hosts=120, seed=1)
    nothing = quality.judge(planted, quality.Groups([]))
    assert (nothing["recall"], nothing["precision"], nothing["claims"]) == (0.0, 1.0, 0)
    spans, _ = quality.shingled_paragraphs(planted.answers)
    everything = quality.judge(planted, quality.Groups([spans]))
    assert everything["recall"] == 1.0
    assert everything["precision"] < 0.1


def test_pairs_of_the_default_search(answers: list[Answer]) -> None:
    record = quality.measure_pairs(answers, seeds=[1])
    assert record["pairs"]["paragraph"]["true"] > 0
    assert record["rule"]["broken"] == 0
    for counts in record["pairs"].values():
        assert counts["median"]["precision"] == 1.0
        assert counts["exact_checked"]["held"] == counts["exact_checked"]["pairs"]


def test_runs_equal_the_plain_definition(answers: list[Answer]) -> None:
    record = quality.measure_runs(answers, seeds=[1], sample=60, source="invented answers")
    assert record["repeats"][0]["in_runs"] > 0
    assert record["median"]["wrong"] == record["median"]["not_template"] == 0


def test_slots_are_counted(answers: list[Answer]) -> None:
    record = quality.measure_slots(answers, seeds=[1], families=6, hosts=120, source="invented answers")
    (repeat,) = record["repeats"]
    assert 0 < repeat["recovered"] <= repeat["right_values"] <= repeat["places"]


def test_a_slot_is_recovered_only_with_all_its_values_and_its_kind() -> None:
    frame = "We have put £{} million into new hubs for schools, and {} of them opened last year in the north."
    texts = [frame.format(money, number) for money, number in zip((3, 5, 7, 9, 9), (10, 11, 12, 13, 14), strict=True)]
    (family,) = (family for family in pqreuse.find_reuse(texts).families if family.unit == "paragraph")
    sums = ("£3 million", "£5 million", "£7 million", "£9 million", "£9 million")
    assert quality.kinds_at(planting.Place("money", "put", sums), family) == {"money"}
    assert quality.kinds_at(planting.Place("money", "and", sums), family) == set()
    assert quality.kinds_at(planting.Place("money", "put", ("£3 million", *sums[:4])), family) == set()
    assert quality.kinds_at(planting.Place("number", "and", ("10", "11", "12", "13", "14")), family) == {"number"}


def test_readme_and_chart_are_printed_from_the_records(tmp_path: Path) -> None:
    results = FOLDER / "results"
    for path in results.glob("quality_*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    readme = tmp_path / "README.md"
    readme.write_bytes((FOLDER / "README.md").read_bytes())
    quality.write_tables(tmp_path, readme)
    assert readme.read_text(encoding="utf-8") == (FOLDER / "README.md").read_text(encoding="utf-8")
    assert (tmp_path / "quality.svg").read_bytes() == (results / "quality.svg").read_bytes()


def test_records_say_how_they_were_made_and_hold_no_text() -> None:
    for path in (FOLDER / "results").glob("quality_*.json"):
        text = path.read_text(encoding="utf-8")
        record = json.loads(text)
        assert {"what", "size", "parameters", "versions", "machine"} <= set(record)
        assert str(FOLDER.parent) not in text


def test_chart_is_a_picture_with_every_kind() -> None:
    picture = ElementTree.parse(FOLDER / "results" / "quality.svg").getroot()
    texts = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert set(planting.EDITS) <= set(texts)
