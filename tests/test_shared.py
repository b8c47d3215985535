"""The real data, end to end: what the main job must show, counted by other means."""

from __future__ import annotations

import gzip
import html
import json
import random
import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from plain_counts import check_formats, plain_count, random_filters, report_of, score_of

from pqreuse import pipeline, read_answers, shares_by
from pqreuse.cli import main
from pqreuse.records import Answer, Corpus, Family, ReuseResult
from pqreuse.runs import RunFinder, SharedRuns
from pqreuse.segments import unscorable_stretches
from pqreuse.words import find_words

COMMONS = "uk_commons_2023-09_2025-06.jsonl.gz"
API = "raw/uk_questions_api"
WRANS = "raw/theyworkforyou_wrans"
CSV = "raw/uk_pqtool_csv/MoJwrittenPQs.csv"
MENTORING, HUBS = "two mentoring projects", "31 attendance hubs"


def report(*args: object, out: Path) -> dict[str, Any]:
    """The JSON of ``pqreuse report``, written to a file."""
    assert main(["report", *map(str, args), "--format", "json", "--output", str(out), "--quiet"]) == 0
    return json.loads(out.read_bytes())


def without_names(document: bytes) -> bytes:
    """The JSON without the names of files."""
    return re.sub(rb'("file": )"[^"]*"', rb"\1null", document)


def plain(source: str) -> str:
    """Words of HTML or text by plain means: tags and entities off, small letters, single spaces."""
    apart = re.sub(r"<(?=/?(?:p|br|div|h\d|li|ul|ol|table|td|th|tr)\b)", " <", source)
    text = html.unescape(re.sub(r"<[^>]*>", "", apart))
    return " ".join(re.findall(r"\w+", text.replace("\u200b", "").casefold()))


# The five documents


@pytest.fixture(scope="module")
def seeds(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return report(shared_data / "seeds", "--unit", "both", out=tmp_path_factory.mktemp("seeds") / "report.json")


def holding(document: dict[str, Any], phrase: str) -> list[dict[str, Any]]:
    """Families some of whose uses hold a phrase, figures and all."""
    return [family for family in document["families"] if any(phrase in use["text"] for use in family["uses"])]


def test_seeds_are_counted(seeds: dict[str, Any], shared_data: Path) -> None:
    corpus = seeds["corpus"]
    counts = (corpus["files"], corpus["records"], corpus["duplicate_records"], corpus["questions"], corpus["answers"])
    assert counts == (5, 22, 1, 21, 21)
    [skipped] = corpus["skipped"]
    assert (Path(skipped["file"]).name[:4], skipped["where"]) == ("004_", "whole file")
    assert skipped["reason"].startswith("no question found")
    assert corpus["warnings"] == []
    asked = [
        path.read_text("utf-8").count("Question to the") for path in sorted((shared_data / "seeds").glob("00[0-3]*"))
    ]
    assert sum(asked) == 22


@pytest.mark.parametrize(("phrase", "questions", "records"), [(MENTORING, 6, 7), (HUBS, 5, 5)])
def test_seeds_have_one_family_of_each_line(
    seeds: dict[str, Any], shared_data: Path, phrase: str, questions: int, records: int
) -> None:
    files = [path.read_text("utf-8") for path in sorted((shared_data / "seeds").glob("*.txt"))]
    assert sum(text.count(phrase) for text in files) == records
    # All answers that have it are in one family that holds no other.
    families = holding(seeds, phrase)
    answers = {use["answer_id"] for family in families for use in family["uses"] if phrase in use["text"]}
    assert len(answers) == questions
    whole = [family for family in families if {use["answer_id"] for use in family["uses"]} == answers]
    assert {(family["answers"], family["questions"]) for family in whole} == {(questions, questions)}
    paragraphs = [family for family in families if family["unit"] == "paragraph"]
    assert len(paragraphs) == 1
    assert paragraphs[0] in whole
    assert all(phrase in use["text"] for use in paragraphs[0]["uses"])
    assert phrase in paragraphs[0]["template"]


def test_the_press_release_is_in_no_family(seeds: dict[str, Any], shared_data: Path) -> None:
    [path] = (shared_data / "seeds").glob("004*")
    release = plain(path.read_text("utf-8"))
    for family in seeds["families"]:
        for use in family["uses"]:
            assert plain(use["text"]) not in release
    # Its own sum of £17 million is another one.
    assert "17 million" in release
    assert MENTORING not in release


def test_seeds_have_shares_that_sum_to_one(seeds: dict[str, Any]) -> None:
    assert sum(seeds["shares"].values()) == pytest.approx(1)
    assert all(0 < share < 1 for share in seeds["shares"].values())
    assert seeds["corpus"]["words"] >= seeds["corpus"]["scorable_words"] > 4_000


def test_seeds_in_any_order_layout_and_threads(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "seeds").glob("*.txt"))
    assert len(files) == 5
    wanted = tmp_path / "wanted.json"
    report(shared_data / "seeds", "--unit", "both", out=wanted)
    # Named the other way round, in folders within folders, one file in each.
    folder = tmp_path / "other"
    for number, path in enumerate(files):
        copy = folder / "abcde"[4 - number] / "x" / f"{9 - number}.txt"
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
    copies = sorted(folder.rglob("*.txt"))
    layouts: list[Sequence[object]] = [files, files[::-1], [folder], copies, [*copies[3:], *copies[:3]]]
    for number, inputs in enumerate(layouts):
        for threads in (1, 2):
            out = tmp_path / f"{number}-{threads}.json"
            report(*inputs, "--unit", "both", "--threads", threads, out=out)
            assert without_names(out.read_bytes()) == without_names(wanted.read_bytes())


# Each raw file


@pytest.mark.parametrize(
    ("name", "records", "questions", "answers", "previews"),
    [
        (f"{API}/full_page0.json", 100, 100, 94, 0),
        (f"{API}/full_page1.json", 100, 100, 86, 0),
        (f"{API}/list_2024-08.json", 1_004, 1_004, 886, 759),
        (f"{WRANS}/answers2010-02-01b.xml", 325, 325, 322, 0),
        (f"{WRANS}/answers2024-12-11.xml", 88, 88, 88, 0),
        (f"{WRANS}/answers2025-01-15.xml", 101, 101, 101, 0),
        (CSV, 1_000, 1_000, 1_000, 0),
    ],
)
def test_raw_files_are_counted(
    shared_data: Path, name: str, records: int, questions: int, answers: int, previews: int
) -> None:
    corpus = read_answers(shared_data / name)
    counts = (corpus.records, corpus.duplicate_records, corpus.questions, len(corpus), corpus.previews)
    assert counts == (records, 0, questions, answers, previews)
    assert (corpus.files, corpus.skipped, corpus.groups_apart) == (1, (), 0)


def components(keys: Sequence[object], named: Sequence[Sequence[object]]) -> list[set[int]]:
    """Records of which one names the key of another, directly or through others."""
    places = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    near = defaultdict(set)
    for place, others in enumerate(named):
        for other in (other for key in others for other in places[key]):
            near[place].add(other)
            near[other].add(place)
    found, seen = [], set()
    for start in range(len(keys)):
        waiting, members = [start], set()
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                members.add(place)
                waiting += near[place]
        if members:
            found.append(members)
    return found


def parted(groups: Sequence[set[int]], texts: Sequence[str]) -> tuple[set[frozenset[int]], int]:
    """The groups, those of different words apart, and how many there are of these."""
    found, apart = set(), 0
    for members in groups:
        wordings = defaultdict(set)
        for place in members:
            wordings[plain(texts[place]) if len(members) > 1 else ""].add(place)
        found |= {frozenset(same) for same in wordings.values()}
        apart += len(wordings) > 1
    return found, apart


@pytest.mark.parametrize("name", ["full_page0", "full_page1", "list_2024-08"])
def test_groups_of_the_api_are_those_its_fields_name(shared_data: Path, name: str) -> None:
    document = json.loads((shared_data / API / f"{name}.json").read_bytes())
    values = [item["value"] for item in (document if isinstance(document, list) else document["results"])]
    keys = [(item["house"], item["dateTabled"][:7], item["uin"]) for item in values]
    named = [
        [(*key[:2], uin) for uin in item["groupedQuestions"] or []] for key, item in zip(keys, values, strict=True)
    ]
    expected, _ = parted(components(keys, named), [item["answerText"] for item in values])
    corpus = read_answers(shared_data / API / f"{name}.json")
    by_id = {str(item["id"]): place for place, item in enumerate(values)}
    assert {frozenset(by_id[name] for name in answer.question_ids) for answer in corpus} == expected
    # A cut answer: 255 characters and three dots, no end of it is known.
    cut = {str(item["id"]) for item in values if len(item["answerText"]) == 258 and item["answerText"][-3:] == "..."}
    assert all(answer.preview == (answer.id in cut) for answer in corpus)


def test_questions_before_one_reply_are_one_answer(shared_data: Path) -> None:
    for path in sorted((shared_data / WRANS).glob("*.xml")):
        raw = path.read_bytes().decode("latin-1" if "2010" in path.name else "utf-8")
        tags = re.findall(r"<(ques|reply) ", raw)
        before = [len(part.split()) for part in " ".join(tags).split("reply")[:-1]]
        corpus = read_answers(path)
        assert Counter(len(answer.question_ids) for answer in corpus) == Counter(before)


def test_previews_are_compared_and_not_scored(shared_data: Path, tmp_path: Path) -> None:
    name = "list_2024-08.json"
    document = report(shared_data / API / name, out=tmp_path / "report.json")
    assert document["corpus"]["previews"] == 759
    [warning] = document["corpus"]["warnings"]
    assert name in warning
    assert "869 records cut short" in warning
    assert document["families"]
    result = pipeline.find_reuse(read_answers(shared_data / API / name))
    for answer, score in zip(result.corpus, result.scores, strict=True):
        assert (score.template is None) == (answer.preview or not score.scorable_words)
    scored = sum(score.scorable_words for score in result.scores if score.template is not None)
    template = sum(score.template * score.scorable_words for score in result.scores if score.template is not None)
    assert result.shares.template == pytest.approx(template / scored)
    assert scored < result.scorable_words / 2


def test_all_the_raw_files_at_once(shared_data: Path) -> None:
    corpus = read_answers(shared_data / "raw")
    assert (corpus.files, corpus.records, corpus.skipped) == (7, 2_718, ())
    assert corpus.questions == 2_718 - corpus.duplicate_records
    assert corpus.duplicate_records == 0


# The whole of the Commons file, in one run


@dataclass
class Commons:
    """One run, with the words in shared runs as the labels got them."""

    rows: list[dict[str, Any]]
    corpus: Corpus
    result: ReuseResult
    runs: SharedRuns
    seconds: float


@pytest.fixture(scope="module")
def commons(shared_data: Path) -> Commons:
    with gzip.open(shared_data / COMMONS) as file:
        rows = [json.loads(line) for line in file]
    kept: list[SharedRuns] = []

    class Kept(RunFinder):
        def taken(self, said: int) -> SharedRuns:
            runs = super().taken(said)
            kept.append(SharedRuns(runs.shared.copy(), runs.earliest.copy()))  # the labels are written over them
            return runs

    began = time.process_time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "RunFinder", Kept)
        corpus = read_answers(shared_data / COMMONS)
        result = pipeline.find_reuse(corpus)
    return Commons(rows, corpus, result, kept[0], time.process_time() - began)


def top(result: ReuseResult, number: int) -> list[Family]:
    return [family for family in result.families if family.parent is None][:number]


def test_commons_is_done_in_time(commons: Commons) -> None:
    # Processor time, so that a busy machine changes little; 30 s of the clock alone on two processors.
    assert commons.seconds < 60
    assert commons.result.corpus is commons.corpus


def test_commons_is_grouped_as_its_fields_say(commons: Commons) -> None:
    rows, corpus = commons.rows, commons.corpus
    assert (corpus.records, corpus.questions, corpus.duplicate_records) == (26_145, 26_145, 0)
    assert len(corpus) == len(commons.result.scores) == 25_635
    keys = [(row["tabled_month"], row.get("uin", row["id"])) for row in rows]
    named = [[(row["tabled_month"], uin) for uin in row["grouped"]] for row in rows]
    expected, apart = parted(components(keys, named), [row["answer_html"] for row in rows])
    by_id = {str(row["id"]): place for place, row in enumerate(rows)}
    assert {frozenset(by_id[name] for name in answer.question_ids) for answer in corpus} == expected
    assert corpus.groups_apart == apart == 1
    assert (corpus.groups, corpus.grouped_questions, corpus.twins) == (289, 799, 0)
    assert corpus.corrected_answers == sum(bool(row.get("is_correction")) for row in rows)


def test_sets_of_the_source_that_are_no_answer(commons: Commons) -> None:
    """By UIN alone 305 sets, 51 of them across months; within months 290, 18 of different markup, one of words."""
    rows = commons.rows
    uins = [row.get("uin", row["id"]) for row in rows]
    across = [found for found in components(uins, [row["grouped"] for row in rows]) if len(found) > 1]
    assert len(across) == 305
    assert sum(len({rows[place]["tabled_month"] for place in found}) > 1 for found in across) == 51
    keys = [(row["tabled_month"], uin) for row, uin in zip(rows, uins, strict=True)]
    named = [[(row["tabled_month"], uin) for uin in row["grouped"]] for row in rows]
    within = [found for found in components(keys, named) if len(found) > 1]
    assert len(within) == 290
    assert sum(len({rows[place]["answer_html"] for place in found}) > 1 for found in within) == 18
    # None is a family on account of the mark: a family's answers are never the members of one such set alone, but for
    # the set whose words differ.
    by_id = {str(row["id"]): place for place, row in enumerate(rows)}
    set_of = {place: number for number, found in enumerate(within) for place in found}
    alone = set()
    for family in commons.result.families:
        sets = {set_of.get(by_id[name], -1 - by_id[name]) for use in family.uses for name in use.question_ids}
        alone |= sets if len(sets) == 1 else set()
    assert all(len({plain(rows[place]["answer_html"]) for place in within[number]}) > 1 for number in alone)
    assert len(alone) <= 1


def test_top_families_are_real_stock(commons: Commons) -> None:
    texts = {answer.id: answer for answer in commons.corpus}
    sources = [plain(row["answer_html"]) for row in commons.rows]
    for family in top(commons.result, 30):
        for written in (family.text, family.template):
            assert not re.search(r"<\w|</|/>|&\w+;|&#|\bnbsp\b|\bhref\b|[\ufffd\u200b]", written)
        # Words outside the slots, and outside links.
        assert len(naive.words(re.sub(r"\{[^{}]*\}|https?://\S+|www\.\S+", " ", family.template))) >= 5
        assert len(naive.words(re.sub(r"https?://\S+|www\.\S+", " ", family.text))) >= 8
        assert any(word.isalpha() and len(word) > 3 for word in naive.words(family.text))
        # Its most used wording stands word for word in the source of each of its questions.
        asked = defaultdict(set)
        for use in family.uses:
            asked[plain(use.text)].update(use.question_ids)
        phrase, questions = max(asked.items(), key=lambda item: len(item[1]))
        having = {str(row["id"]) for row, source in zip(commons.rows, sources, strict=True) if phrase in source}
        assert having >= questions
        for use in family.uses:
            answer = texts[use.answer_id]
            assert answer.text[use.start : use.end] == use.text
            assert all(use.end <= low or high <= use.start for low, high in answer.tables)


def test_the_reply_before_prorogation_is_found_wherever_it_stands(commons: Commons) -> None:
    phrase = "it has not proved possible to respond to the hon member in the time available"
    having = {str(row["id"]) for row in commons.rows if phrase in plain(row["answer_html"])}
    family = next(family for family in top(commons.result, 10) if phrase in plain(family.text))
    assert {name for use in family.uses for name in use.question_ids} >= having
    assert family.answers > 100
    assert family.questions == len({name for use in family.uses for name in use.question_ids})
    # Whatever was asked, and most before the two prorogations.
    assert family.question_similarity < 0.05
    assert family.months["2023-10"] + family.months["2024-05"] > 0.75 * family.answers


def test_a_figure_that_moved_is_in_the_history(commons: Commons) -> None:
    (family,) = (one for one in top(commons.result, 20_000) if "the DVSA to reduce waiting times" in one.text)
    told = {(one.old, one.new, one.changes) for variant in family.history for one in variant.differences}
    assert {("42,900", "46,900", ("figure",)), ("46,900", "48,300", ("figure",))} <= told
    assert family.question_similarity > 0.2
    for variant in family.history:
        assert plain(variant.text) in {plain(use.text) for use in family.uses if use.answer_id == variant.answer_id}


def test_shares_of_bodies_and_months_add_up(commons: Commons) -> None:
    named = Counter(answer.body for answer in commons.corpus)
    for grouping in ("body", "month"):
        groups = shares_by(commons.result, grouping)
        n_words = sum(one.scorable_words for one in groups)
        assert n_words == commons.result.scorable_words
        template = sum((one.template or 0) * one.scorable_words for one in groups) / n_words
        assert template == pytest.approx(commons.result.shares.template)
        if grouping == "body":
            assert {one.group[0]: one.answers for one in groups} == named
        large = [one for one in groups if one.answers >= 1000]
        assert len(large) > 5
        assert all(one.template_high - one.template_low < 0.1 for one in large)


def test_families_are_listed_most_used_first(commons: Commons) -> None:
    families = commons.result.families
    keys = [(-family.answers, -family.questions, family.id) for family in families]
    assert keys == sorted(keys)
    assert len({family.id for family in families}) == len(families)
    assert all(family.template and family.text and family.answers >= 2 for family in families)
    texts = {answer.id: answer.text for answer in commons.corpus}
    for family in families:
        assert family.answers == len({use.answer_id for use in family.uses})
        assert all(texts[use.answer_id][use.start : use.end] == use.text for use in family.uses)


def stretches(answer: Answer) -> Iterator[tuple[list[str], list[int]]]:
    """Scorable words between tables and links, and where each begins."""
    found = find_words(answer.text)
    words: list[str] = []
    starts: list[int] = []
    holes = iter(unscorable_stretches(answer.text, answer.tables))
    hole = next(holes, None)
    for word, start, end in zip(*found, strict=True):
        while hole is not None and hole[1] <= start:
            if words:
                yield words, starts
                words, starts = [], []
            hole = next(holes, None)
        if hole is None or end <= hole[0]:
            words.append(word)
            starts.append(start)
    if words:
        yield words, starts


def test_every_shared_run_is_template_and_nothing_else_is_a_shared_run(commons: Commons) -> None:
    """The plain definition over all answers, no sampling."""
    # Which answer has each run of eight words: -1 for several.
    owner: dict[tuple[str, ...], int] = {}
    for number, answer in enumerate(commons.corpus):
        for words, _ in stretches(answer):
            for window in zip(*(words[step:] for step in range(8)), strict=False):
                if owner.setdefault(window, number) != number:
                    owner[window] = -1
    expected: list[bool] = []
    begins: list[int] = []
    n_words = []
    for answer in commons.corpus:
        n_words.append(0)
        for words, starts in stretches(answer):
            covered = [False] * len(words)
            for place, window in enumerate(zip(*(words[step:] for step in range(8)), strict=False)):
                if owner[window] == -1:
                    covered[place : place + 8] = [True] * 8
            expected += covered
            begins += starts
            n_words[-1] += len(words)
    assert n_words == [score.scorable_words for score in commons.result.scores]
    assert np.array_equal(commons.runs.shared, np.array(expected))
    assert 0.25 < np.mean(expected) < 0.5
    # And the labels that people see.
    first = 0
    for score, count in zip(commons.result.scores, n_words, strict=True):
        ends = np.array([span.end for span in score.spans])
        these = slice(first, first + count)
        inside = np.searchsorted(ends, begins[these], "right")
        for place, shared in zip(inside.tolist(), expected[these], strict=True):
            assert not shared or score.spans[place].label == "template"
        first += count


def test_members_resemble_their_exemplar(commons: Commons) -> None:
    """By the definition, on a sample of all uses of all families."""
    texts = {answer.id: answer for answer in commons.corpus}

    def scorable(answer: Answer, start: int, end: int) -> set[tuple[str, ...]]:
        letters = list(answer.text)
        for low, high in unscorable_stretches(answer.text, answer.tables):
            letters[low:high] = [" "] * (high - low)
        words = naive.words("".join(letters[start:end]))
        assert len(words) >= 8
        return naive.shingles(words)

    # A family of one wording proves nothing.
    uses = [(family, use) for family in commons.result.families if family.variants > 1 for use in family.uses]
    assert len(uses) > 20_000
    alike = 0
    for family, use in random.Random(1).sample(uses, 2_000):
        first = next(other for other in family.uses if other.text == family.text)
        ours = scorable(texts[use.answer_id], use.start, use.end)
        exemplar = scorable(texts[first.answer_id], first.start, first.end)
        assert naive.resemble(ours, exemplar)
        alike += ours == exemplar
    assert alike < 1_500


def test_shares_of_the_whole(commons: Commons) -> None:
    shares = commons.result.shares
    assert shares.template + shares.slot + shares.novel == pytest.approx(1)
    # The runs alone are a third of all words; families find more of them.
    assert shares.template >= commons.runs.shared.mean()
    assert 0 < shares.slot < 0.1
    for score in commons.result.scores:
        if score.scorable_words:
            assert score.template + score.slot + score.novel == pytest.approx(1)
        assert score.spans[0].start == 0
        assert score.spans[-1].end == len(score.text)
        assert all(left.end == right.start for left, right in zip(score.spans, score.spans[1:], strict=False))


def test_chosen_uses_have_what_a_plain_count_over_the_json_says(commons: Commons) -> None:
    report, score = report_of(commons.result), score_of(commons.result)
    asked = random_filters(commons.result, 25)[:20]
    assert len(asked) == 20
    n_families = 0
    for one in asked:
        result = commons.result.where(body=one.bodies or None, since=one.since, until=one.until, kind=one.kinds or None)
        # Each family is made once, and not for every format.
        result = replace(result, families=tuple(result.families))
        families, shares, counts = plain_count(report, score, one)
        n_families += len(families)
        filtered = report_of(result)
        check_formats(result, filtered, families, shares)
        assert (filtered["corpus"]["answers"], filtered["corpus"]["questions"]) == counts
    assert n_families > 10_000
