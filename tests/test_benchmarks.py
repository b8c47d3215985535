"""The benchmarks say what is true: each part on invented or generated text, small. The figures are not tested."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
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


recording = load("recording")
quality = load("quality")
edits = load("edits")
planting = load("planting")
filling = load("filling")
recipes = load("recipes")
quality_pairs = load("quality_pairs")
quality_planted = load("quality_planted")
quality_runs = load("quality_runs")
quality_slots = load("quality_slots")
quality_tables = load("quality_tables")
generated = load("generated")
reference = load("reference")
peers = load("peers")
kernels = load("kernels")
words_exact = load("words_exact")
commands = load("commands")
lines = load("lines")
indexing = load("indexing")
speed = load("speed")
scale = load("scale")
overview = load("overview")
tuning = load("tuning")

TEXT = (
    "The Government has put £21 million into 31 attendance hubs in Kent, which support schools across England. "
    "However, we know that many pupils still miss lessons, and we will publish a review in January 2025. "
    "The department is working with councils to ensure that 40% of them receive help."
)


@pytest.fixture(scope="module")
def answers(examples: Path) -> list[Answer]:
    return list(pqreuse.read_answers(examples))


@pytest.mark.parametrize("kind", list(edits.EDITS))
def test_every_edit_applies_and_changes_the_text(kind: str) -> None:
    for seed in range(20):
        edited = edits.EDITS[kind](TEXT, random.Random(seed))
        assert edited is not None
        assert (edited == TEXT) == (kind == "embedded")


def test_what_is_planted_stands_where_the_truth_says(answers: list[Answer]) -> None:
    planted = planting.plant_edits(answers, originals=12, uses=33, hosts=150, seed=3)
    texts = {answer.id: answer.text for answer in planted.answers}
    assert len(texts) == len(planted.answers)
    assert {use.kind for use in planted.uses} == set(edits.EDITS)
    assert len({use.answer_id for use in planted.uses}) == len(planted.uses)
    for original in planted.originals:
        assert texts[original.answer.id][original.start : original.end] == original.text
    for use in planted.uses:
        text, original = texts[use.answer_id][use.start : use.end], planted.originals[use.original].text
        assert text == text.strip()
        assert (text == original) == (use.kind == "embedded")
        assert quality_planted.is_reuse(text, original)


def test_hosts_have_no_natural_copy(answers: list[Answer]) -> None:
    originals = planting.choose_originals(answers, 12, random.Random(1))
    hosts = planting.choose_hosts(answers, originals, 150, random.Random(1))
    runs = {run for one in originals for run in edits.runs_of(edits.masked_words(one.text), planting.REMOVED_RUN)}
    assert hosts
    assert not any(runs & edits.runs_of(edits.masked_words(host.text), planting.REMOVED_RUN) for host in hosts)


def test_planted_edits_are_judged(answers: list[Answer]) -> None:
    record = quality_planted.measure_planted(
        answers, seeds=[1], originals=10, uses=22, hosts=120, source="invented answers"
    )
    tools = record["repeats"][0]["tools"]
    assert {"pqreuse", "pqreuse, LSH alone", "datasketch"} <= set(tools)
    for counts in tools.values():
        assert 0 <= counts["found"] <= counts["uses"] == record["size"]["uses"][0]
        assert 0 <= counts["true"] <= counts["claims"]
    assert tools["pqreuse"]["recall"] > tools["datasketch"]["recall"]


def test_a_tool_that_says_nothing_or_everything_is_judged_so(answers: list[Answer]) -> None:
    planted = planting.plant_edits(answers, originals=10, uses=22, hosts=120, seed=1)
    nothing = quality_planted.judge(planted, recipes.Groups([]))
    assert (nothing["recall"], nothing["precision"], nothing["claims"]) == (0.0, 1.0, 0)
    spans, _ = recipes.shingled_paragraphs(planted.answers)
    everything = quality_planted.judge(planted, recipes.Groups([spans]))
    assert everything["recall"] == 1.0
    assert everything["precision"] < 0.1


def test_families_are_those_of_an_independent_join(answers: list[Answer]) -> None:
    record = quality_pairs.measure_pairs(answers, seeds=[1])
    assert record["units"]["paragraph"]["pairs"] > 0
    assert record["rule"]["broken"] == 0
    for counts in record["units"].values():
        assert counts["same"] == counts["members"] > 0
    assert record["lsh"][0]["share_same"] > 0.9


def test_runs_equal_the_plain_definition(answers: list[Answer]) -> None:
    record = quality_runs.measure_runs(answers, seeds=[1], sample=60, source="invented answers")
    assert record["repeats"][0]["in_runs"] > 0
    assert record["median"]["wrong"] == record["median"]["not_template"] == 0


def test_slots_are_counted(answers: list[Answer]) -> None:
    record = quality_slots.measure_slots(answers, seeds=[1], families=6, hosts=120, source="invented answers")
    (repeat,) = record["repeats"]
    assert 0 < repeat["recovered"] <= repeat["right_values"] <= repeat["places"]


def test_a_slot_is_recovered_only_with_all_its_values_and_its_kind() -> None:
    frame = "We have put £{} million into new hubs for schools, and {} of them opened last year in the north."
    texts = [frame.format(money, number) for money, number in zip((3, 5, 7, 9, 9), (10, 11, 12, 13, 14), strict=True)]
    (family,) = (family for family in pqreuse.find_reuse(texts).families if family.unit == "paragraph")
    sums = ("£3 million", "£5 million", "£7 million", "£9 million", "£9 million")
    assert quality_slots.kinds_at(filling.Place("money", "put", sums), family) == {"money"}
    assert quality_slots.kinds_at(filling.Place("money", "and", sums), family) == set()
    assert quality_slots.kinds_at(filling.Place("money", "put", ("£3 million", *sums[:4])), family) == set()
    assert quality_slots.kinds_at(filling.Place("number", "and", ("10", "11", "12", "13", "14")), family) == {"number"}


def test_readme_and_chart_are_printed_from_the_records(tmp_path: Path) -> None:
    results = FOLDER / "results"
    for path in results.glob("quality_*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    readme = tmp_path / "README.md"
    readme.write_bytes((FOLDER / "README.md").read_bytes())
    quality_tables.write_tables(tmp_path, readme)
    assert readme.read_text(encoding="utf-8") == (FOLDER / "README.md").read_text(encoding="utf-8")
    assert (tmp_path / "quality.svg").read_bytes() == (results / "quality.svg").read_bytes()


def test_records_say_how_they_were_made_and_hold_no_text() -> None:
    for path in (FOLDER / "results").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        record = json.loads(text)
        assert {"what", "size", "versions", "machine"} <= set(record)
        assert str(FOLDER.parent) not in text


def test_chart_is_a_picture_with_every_kind() -> None:
    picture = ElementTree.parse(FOLDER / "results" / "quality.svg").getroot()
    texts = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert set(edits.EDITS) <= set(texts)


def test_generated_texts_depend_on_the_seed_alone() -> None:
    one = generated.generate(1_500, seed=7)
    again = generated.generate(1_500, seed=7)
    assert one.texts == again.texts
    assert np.array_equal(one.template, again.template)
    assert one.texts != generated.generate(1_500, seed=8).texts
    # The same on every machine, and from now on: the records of different days are of the same texts.
    assert sha256("\n".join(one.texts).encode()).hexdigest()[:16] == "e0bb27f18961f501"


def test_generated_texts_come_in_parts_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generated.generate(700)
    monkeypatch.setattr(generated, "PARAGRAPHS_AT_ONCE", 64)
    parts = generated.generate(700)
    assert whole.texts == parts.texts
    assert np.array_equal(whole.template, parts.template)


def test_generated_texts_are_as_their_truth_says() -> None:
    made = generated.generate(3_000, reused=0.4)
    assert len(made.texts) == len(made.template) == 3_000
    assert (made.template >= 0).mean() == pytest.approx(0.4, abs=0.01)
    sizes = np.bincount(made.template[made.template >= 0])
    assert sizes[0] == 50
    assert sizes.min() >= 3
    words = [set(text.lower().split()) for text in made.texts]
    for number in range(0, len(sizes), 20):
        members = np.flatnonzero(made.template == number).tolist()
        # Uses of one template share most words, each with some other use of it.
        for one in members:
            shared = [len(words[one] & words[other]) / len(words[one]) for other in members if other != one]
            assert max(shared) > 0.6
    assert all(text.endswith(".") and text[0].isupper() and "  " not in text for text in made.texts)
    assert 55 < sum(text.count(" ") + 1 for text in made.texts) / 3_000 < 70


# Five texts: b differs from a in its last word, c from b in its first, d from all; e is a in other case.
FIVE = [
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen six",
    "two two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen six",
    "nothing of this stands in any other of these texts at all, we say",
    "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.",
]


def test_exact_pairs_and_stars_by_hand() -> None:
    texts = reference.shingle(FIVE)
    assert texts.of_text.tolist() == [0, 1, 2, 3, 0]
    assert texts.copies.tolist() == [2, 1, 1, 1]
    # 12 shingles each: a and b share 11 of 13, b and c too; a and c share 10 of 14, which is over 0.7.
    pairs = reference.alike(texts.sets)
    assert sorted(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert sorted(pairs.jaccard.tolist()) == pytest.approx([10 / 14, 11 / 13, 11 / 13])
    # a has most copies; b and c join it, though c is nearer to b, which is no exemplar.
    assert reference.stars(texts, pairs).tolist() == [0, 0, 0, 3]
    assert len(reference.alike(texts.sets, 0.8).left) == 2
    assert reference.stars(texts, reference.alike(texts.sets, 0.8)).tolist() == [0, 0, 2, 3]
    # Copies collapsed, the first in the words' order is the exemplar: "one … six" stands before "one … sixteen".
    once = reference.only(texts, np.arange(4))
    assert once.copies.tolist() == [1, 1, 1, 1]
    assert reference.stars(once, pairs).tolist() == [1, 1, 1, 3]


def test_clusters_are_judged_by_hand() -> None:
    texts = reference.shingle(FIVE)
    pairs = reference.alike(texts.sets)
    exemplar = reference.stars(texts, pairs)

    def judged(*labels: int) -> dict[str, float]:
        return reference.judge(texts, pairs, exemplar, np.array(labels))

    names = ("recall", "pair_recall", "precision", "pair_precision")
    assert [judged(0, 0, 0, 3, 0)[name] for name in names] == [1, 1, 1, 1]
    assert [judged(0, 1, 2, 3, 0)[name] for name in names] == [0, 0, 1, 1]
    # b with a; c alone with d, which it is not alike to.
    assert [judged(0, 0, 9, 9, 0)[name] for name in names] == pytest.approx([0.5, 1 / 3, 0.5, 0.5], abs=1e-5)
    # All in one: three of six pairs are alike, d has no partner.
    assert [judged(5, 5, 5, 5, 5)[name] for name in names] == [1, 1, 0.75, 0.5]


def test_exact_pairs_equal_brute_force() -> None:
    texts = reference.shingle(generated.generate(1_200, seed=5).texts)
    rows = [set(texts.sets[row : row + 1].indices.tolist()) for row in range(len(texts.copies))]
    expected = {
        (one, other)
        for other, right in enumerate(rows)
        for one, left in enumerate(rows[:other])
        if 10 * len(left & right) >= 7 * len(left | right)
    }
    found = reference.alike(texts.sets)
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected
    assert expected


def test_datasketch_clusters_what_is_alike() -> None:
    found = generated.generate(600, seed=2).texts
    texts = reference.shingle(found)
    pairs = reference.alike(texts.sets)
    labels = peers.TOOLS["datasketch"].cluster(found, 1)
    assert reference.judge(texts, pairs, reference.stars(texts, pairs), labels)["recall"] > 0.9


def test_families_are_compared_with_templates_by_hand() -> None:
    # Template 0 is in families 4 and 5, template 1 in none but for one that shares a family with a stranger.
    template = np.array([0, 0, 0, 0, 1, 1, -1])
    family = np.array([4, 4, 4, 5, 5, -1, -1])
    truth = scale.found_together(family, template)
    assert (truth["planted"], truth["members"]) == (6, 5)
    assert truth["found"] == 3 / 6
    assert truth["together"] == 3 / 6
    assert truth["precision"] == 4 / 5


def test_the_whole_job_is_measured() -> None:
    run = json.loads(
        subprocess.run(
            [sys.executable, str(FOLDER / "scale.py"), "--one", "301", "--threads", "1"],
            check=True,
            capture_output=True,
        ).stdout
    )
    assert run["answers"] == 101
    assert run["truth"]["found"] > 0.8
    assert sum(cost["seconds"] for cost in run["stages"]) == pytest.approx(run["seconds"], abs=0.1)


def test_a_run_that_exceeds_its_limits_is_recorded_as_such() -> None:
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert recording.run_child(sleeping, limit_seconds=0.2) == {"exceeded": "0.2 s"}
    large = [sys.executable, "-c", "import time; kept = bytearray(300_000_000); time.sleep(60)"]
    assert recording.run_child(large, limit_seconds=30, limit_gb=0.2) == {"exceeded": "0.2 GB"}
    assert recording.run_child([sys.executable, "-c", "print('{\"a\": 1}')"], limit_seconds=30) == {"a": 1}
    assert recording.run_child([sys.executable, "-c", "raise SystemExit(3)"], limit_seconds=30) == {
        "exceeded": "ended with status 3"
    }


@pytest.mark.parametrize("name", ["speed", "scale"])
def test_tables_of_speed_and_scale_are_printed_from_the_records(name: str, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_bytes((FOLDER / "README.md").read_bytes())
    recording.write_section(name, {"speed": speed, "scale": scale}[name].tables(FOLDER / "results"), readme)
    assert readme.read_text(encoding="utf-8") == (FOLDER / "README.md").read_text(encoding="utf-8")


def test_overview_is_printed_from_the_records(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_bytes((FOLDER.parent / "README.md").read_bytes())
    recording.write_section("overview", overview.overview(FOLDER / "results"), readme)
    assert readme.read_text(encoding="utf-8") == (FOLDER.parent / "README.md").read_text(encoding="utf-8")


def test_tuning_charts_are_drawn_from_the_record(tmp_path: Path) -> None:
    record = json.loads((FOLDER / "results" / "tuning.json").read_text(encoding="utf-8"))
    now = pqreuse.ReuseParams().to_dict()
    assert [name for name in tuning.SWEEPS if record["defaults"][name] != now[name]] == []
    tuning.write_charts(record, tmp_path)
    for name, values in tuning.SWEEPS.items():
        assert [point["value"] for point in record["points"][name]] == list(values)
        shown = (FOLDER.parent / "docs" / "figures" / f"tuning_{name}.svg").read_text(encoding="utf-8")
        assert (tmp_path / f"tuning_{name}.svg").read_text(encoding="utf-8") == shown


def test_one_setting_is_measured(answers: list[Answer]) -> None:
    planted = planting.plant_edits(answers, originals=12, uses=33, hosts=150, seed=1)
    usual, strict = (tuning.measure(answers, [planted], containment=value) for value in (0.6, 1.0))
    assert usual["recall"] > strict["recall"]
    assert usual["template"] + usual["slot"] + usual["novel"] == pytest.approx(1, abs=1e-4)


def test_words_are_compared_with_the_definition(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = words_exact.measure_random(300, seed=2)
    assert set(record["kinds"]) == set(words_exact.KINDS)
    assert record["total"]["texts"] == 300
    assert (record["total"]["differing"], record["total"]["wrong_spans"]) == (0, 0)
    read = words_exact.measure_answers([str(examples)])["total"]
    assert (read["texts"], read["differing"]) == (223, 0)
    # It would notice.
    monkeypatch.setattr(words_exact.naive, "words", lambda text: [*text.split(), "more"])
    assert words_exact.compare(["one two", "three"])["differing"] == 2


def test_a_large_file_has_nothing_twice_and_is_read_in_every_way(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    written = lines.write_lines(file, 300_000)
    corpus = pqreuse.read_answers(file)
    assert (corpus.records, corpus.questions, corpus.duplicate_records) == (written, written, 0)
    record = recording.with_surroundings(lines.measure(300_000, repeats=1))
    assert record["size"]["lines"] == written
    for way, runs in record["ways"].items():
        (run,) = runs["repeats"]
        assert run["lines"] == written
        assert run["told_bytes"] == (0 if way == "json" else record["size"]["bytes"])
    assert lines.as_table(record).count("\n|") == len(lines.WAYS) + 2


def test_kernels_are_shown_beside_a_scan() -> None:
    record = recording.with_surroundings(kernels.measure(200, repeats=1))
    assert set(record["stages"]) == {name for name, _ in kernels.STAGES}
    assert record["stages"][kernels.STAGES[0][0]]["gb_per_second"] > 0
    assert kernels.as_table(record).count("\n|") == len(kernels.STAGES) + 2


def test_an_index_is_made_added_to_and_asked(examples: Path) -> None:
    record = recording.with_surroundings(indexing.measure(examples, copies=2, repeats=1))
    assert record["portion"] == 24
    assert record["copies"]["answers"] > record["once"]["answers"]
    assert len(record["once"]["add_seconds"]) == indexing.PORTIONS
    assert indexing.as_table(record).count("\n|") == 7
