"""The real files: counts checked by hand and by other means, and every word and sign of them."""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from pqreuse import read_answers
from pqreuse.readers import read_records
from pqreuse.readers.decoding import repair_c1
from pqreuse.readers.html import field_text
from pqreuse.records import Record
from pqreuse.segments import paragraph_stretches

FOLDER = {
    "list": "raw/uk_questions_api/list_2024-08.json",
    "page 0": "raw/uk_questions_api/full_page0.json",
    "page 1": "raw/uk_questions_api/full_page1.json",
    "csv": "raw/uk_pqtool_csv/MoJwrittenPQs.csv",
    "2010": "raw/theyworkforyou_wrans/answers2010-02-01b.xml",
    "2024": "raw/theyworkforyou_wrans/answers2024-12-11.xml",
    "2025": "raw/theyworkforyou_wrans/answers2025-01-15.xml",
    "commons": "uk_commons_2023-09_2025-06.jsonl.gz",
}


def test_seeds(shared_data: Path) -> None:
    """Two transcripts of ten, one page, one headless: 22 records; the press release is none."""
    reading = read_records(shared_data / "seeds")
    assert len(reading.records) == 22
    assert reading.files == 5
    assert [(item.file[:3], item.reason.split(":")[0]) for item in reading.skipped] == [("004", "no question found")]
    texts = [record.text for record in reading.records]
    assert sum("two mentoring projects" in text for text in texts) == 7
    assert sum("31 attendance hubs" in text for text in texts) == 5
    assert not any("Reticulating" in text or "Asked by" in text or "Question to" in text for text in texts)
    page = next(record for record in reading.records if record.file.startswith("001"))
    assert (page.tabled, page.answered, page.heading) == ("2025-01-08", "2025-01-16", "Schools: Attendance")
    assert page.text.endswith("to attend school regularly.")
    assert all(record.question and record.body for record in reading.records)
    # Every character of an answer is the file's own.
    for record in reading.records:
        assert record.text in (shared_data / "seeds" / record.file).read_bytes().decode("utf-8")


@pytest.mark.parametrize(("name", "questions", "replies"), [("2010", 325, 322), ("2024", 88, 88), ("2025", 101, 101)])
def test_wrans(shared_data: Path, name: str, questions: int, replies: int) -> None:
    raw = (shared_data / FOLDER[name]).read_bytes().decode("latin-1" if name == "2010" else "utf-8")
    assert (raw.count("<ques "), raw.count("<reply ")) == (questions, replies)
    reading = read_records(shared_data / FOLDER[name])
    assert len(reading.records) == questions
    assert reading.skipped == reading.warnings == []
    assert len({record.group or record.id for record in reading.records}) == replies
    assert all(record.uin and record.body and record.heading and record.url for record in reading.records)
    if name == "2010":
        assert {record.answered for record in reading.records} == {"2010-02-01"}
        assert {record.tabled for record in reading.records} == {None}
    else:
        assert all(record.tabled == record.id.partition("wrans/")[2][:10] for record in reading.records if record.id)


@pytest.mark.parametrize("name", ["2010", "2024", "2025"])
def test_every_word_and_sign_of_the_xml_arrives(shared_data: Path, name: str) -> None:
    raw = (shared_data / FOLDER[name]).read_bytes().decode("latin-1" if name == "2010" else "utf-8")
    pounds = 0
    for tag, field in (("reply", "text"), ("ques", "question")):
        wanted = [
            "".join(html.unescape(re.sub(r"<[^>]*>", "", body)).split())
            for body in re.findall(rf"<{tag} [^>]*>(.*?)</{tag}>", raw, re.DOTALL)
        ]
        records = read_records(shared_data / FOLDER[name]).records
        found = {
            record.group or record.id if tag == "reply" else record.id: getattr(record, field) for record in records
        }
        assert ["".join(text.split()) for text in found.values()] == wanted
        pounds += sum(text.count("£") for text in found.values())
    if name == "2010":
        assert pounds == raw.count("&#163;") - 1 == 151  # one in the DOCTYPE


def test_api(shared_data: Path) -> None:
    entries = json.loads((shared_data / FOLDER["list"]).read_bytes())
    reading = read_records(shared_data / FOLDER["list"])
    assert len(reading.records) == len(entries) == 1_004
    cut = [len(entry["value"]["answerText"]) == 258 for entry in entries]
    assert [record.preview for record in reading.records] == cut
    assert sum(cut) == 869
    assert ["869 records cut short" in warning for warning in reading.warnings] == [True]
    assert sum(record.correction for record in reading.records) == 4
    for name in ("page 0", "page 1"):
        envelope = json.loads((shared_data / FOLDER[name]).read_bytes())
        reading = read_records(shared_data / FOLDER[name])
        assert [record.id for record in reading.records] == [str(item["value"]["id"]) for item in envelope["results"]]
        assert len(reading.records) == 100
        assert reading.skipped == reading.warnings == []


def test_csv(shared_data: Path) -> None:
    with open(shared_data / FOLDER["csv"], encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    reading = read_records(shared_data / FOLDER["csv"])
    assert len(reading.records) == len(rows) == 1_000
    assert reading.skipped == reading.warnings == []
    assert [(record.id, record.tabled, record.answered) for record in reading.records] == [
        (row["Question_ID"], row["Date"], row["Answer_Date"]) for row in rows
    ]


def test_commons_is_read_whole_and_quickly(shared_data: Path) -> None:
    with gzip.open(shared_data / FOLDER["commons"]) as file:
        rows = [json.loads(line) for line in file]
    began = time.perf_counter()
    reading = read_records(shared_data / FOLDER["commons"])
    assert time.perf_counter() - began < 8  # 2 s on the machine it was made on
    assert len(reading.records) == len(rows) == 26_145
    assert reading.skipped == reading.warnings == []
    assert [record.id for record in reading.records] == [str(row["id"]) for row in rows]
    assert sum(bool(record.grouped) for record in reading.records) == sum(bool(row["grouped"]) for row in rows)
    assert sum(bool(record.answered) for record in reading.records) == 5_196
    assert all(record.tabled for record in reading.records)


def blocks(markup: str) -> int:
    """Paragraphs and items of some markup by plain means: what stands between the tags of blocks, tables left out."""
    parts = re.split(r"</?(?:p|ul|ol|li|br|div|h\d)\b[^>]*>", re.sub(r"(?s)<table.*?</table>", "<p>", markup))
    texts = (html.unescape(re.sub(r"<[^>]*>", "", part)) for part in parts)
    return sum(bool(text.strip(" \t\r\n\u00a0\u200b")) for text in texts)


def paragraphs(records: list[Record]) -> int:
    return sum(len(paragraph_stretches(one.text, one.markup, one.tables)) for one in records)


@pytest.mark.parametrize(
    ("name", "number", "tables"),
    [("2010", 891, 90), ("2024", 167, 2), ("2025", 174, 1), ("page 0", 157, 0), ("page 1", 166, 1)],
)
def test_paragraphs_and_tables_are_those_of_the_markup(shared_data: Path, name: str, number: int, tables: int) -> None:
    raw = (shared_data / FOLDER[name]).read_bytes()
    if name.startswith("page"):
        replies = [item["value"]["answerText"] for item in json.loads(raw)["results"]]
    else:
        replies = re.findall(r"(?s)<reply [^>]*>(.*?)</reply>", raw.decode("latin-1" if name == "2010" else "utf-8"))
    answers = list({one.group or one.id: one for one in read_records(shared_data / FOLDER[name]).records}.values())
    if not name.startswith("page"):
        assert sum(len(one.tables) for one in answers) == sum(reply.count("<table") for reply in replies) == tables
        assert paragraphs(answers) == sum(map(blocks, replies)) == number
    else:  # a group's answer stands in each of its records
        assert paragraphs(answers) == sum(map(blocks, replies))
        corpus = read_answers(shared_data / FOLDER[name])
        assert (paragraphs(corpus), sum(len(one.tables) for one in corpus)) == (number, tables)


@pytest.mark.parametrize(("seed", "lines"), [("000", 65), ("001", 8), ("002", 58), ("003", 4)])
def test_paragraphs_of_the_seeds(shared_data: Path, seed: str, lines: int) -> None:
    """Counted in the files: lines that are not blank, without the heads of the questions and the page's furniture."""
    [path] = (shared_data / "seeds").glob(f"{seed}*")
    there = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    heads = {"000": 40, "001": 10, "002": 40, "003": 2}[seed]
    assert paragraphs(read_records(path).records) == len(there) - heads == lines


def test_fields_are_those_of_the_files(shared_data: Path) -> None:
    """One record of each, as one reads it there."""
    first = {name: read_records(shared_data / FOLDER[name]).records[0] for name in FOLDER}
    api, cut = first["page 0"], first["list"]
    assert (api.id, api.uin, api.house, api.tabled, api.answered) == (
        "1656874", "196562", "Commons", "2023-09-01", "2023-09-07",
    )  # fmt: skip
    assert (api.body, api.heading, api.asker, api.minister) == ("Home Office", "Alcoholic Drinks: Scotland", None, None)
    assert api.url == "https://questions-statements.parliament.uk/written-questions/detail/2023-09-01/196562"
    assert api.text.startswith("The Government maintains an interest in the impact of minimum unit pricing")
    assert (cut.id, cut.correction, cut.corrected, cut.preview) == ("1725947", True, "2024-11-26", True)
    wrans = first["2024"]
    assert wrans.id == "uk.org.publicwhip/wrans/2024-12-02.17249.q0"
    assert (wrans.uin, wrans.tabled, wrans.answered, wrans.house) == ("17249", "2024-12-02", None, "Commons")
    assert (wrans.asker, wrans.minister, wrans.heading) == ("Member 4785", "Member 4822", "Food: Research")
    assert wrans.body == "Department for Science, Innovation and Technology"
    assert wrans.text == (
        "The Department has regular discussions with businesses and universities on a range of issues."
    )
    table = first["csv"]
    assert (table.id, table.tabled, table.answered) == ("174860", "2013-11-06", "2014-04-30")
    assert (table.asker, table.minister, table.body) == ("Leslie, Chris", "Mr Shailesh Vara", None)
    assert paragraphs([table]) == 3
    assert paragraphs(read_records(shared_data / FOLDER["csv"]).records[-1:]) == 10


class _Words(HTMLParser):
    """The standard library's parser as another opinion."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("p", "br", "td", "tr", "li", "table"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, None)


def test_words_of_html_are_those_another_parser_finds(shared_data: Path) -> None:
    with gzip.open(shared_data / FOLDER["commons"]) as file:
        sources = [json.loads(line)["answer_html"] for line in file][::5]
    invisible = {"\u200b", ""}
    for source in sources:
        parser = _Words()
        parser.feed(source)
        parser.close()
        wanted = [word for word in "".join(parser.pieces).split() if word not in invisible]
        assert [word for word in field_text(source, is_html=True).text.split() if word not in invisible] == wanted


def test_no_word_of_any_answer_is_lost(shared_data: Path) -> None:
    """Every letter and sign of every answer, in order, as the tree of another parser has them."""
    with gzip.open(shared_data / FOLDER["commons"]) as file:
        sources = [json.loads(line)["answer_html"] for line in file]
    for name in ("page 0", "page 1"):
        document = json.loads((shared_data / FOLDER[name]).read_bytes())
        sources += [item["value"]["answerText"] for item in document["results"]]
    with open(shared_data / FOLDER["csv"], encoding="utf-8-sig", newline="") as file:
        sources += [row["Answer_Text"] for row in csv.DictReader(file)]
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    for source in sources:
        tree = etree.fromstring(f"<div>{source}</div>".encode(), parser)
        wanted = repair_c1("".join(tree.itertext()))
        # Paragraphs of nothing but a zero-width space are spacers.
        found, wanted = (
            "".join(text.replace("\u200b", "").split()) for text in (field_text(source, is_html=True).text, wanted)
        )
        assert found == wanted


def test_links_are_those_of_another_parser(shared_data: Path) -> None:
    reading = read_records(shared_data / FOLDER["commons"])
    with gzip.open(shared_data / FOLDER["commons"]) as file:
        sources = [json.loads(line)["answer_html"] for line in file]
    n_links = 0
    for record, source in zip(reading.records, sources, strict=True):
        if "<a " in source:
            links = etree.fromstring(f"<div>{source}</div>", etree.HTMLParser()).iter("a")
            assert list(record.links) == [link.get("href").strip() for link in links if link.get("href", "").strip()]
            n_links += len(record.links)
        else:
            assert record.links == ()
    assert n_links > 6_000


def test_all_of_it_at_once(shared_data: Path) -> None:
    reading = read_records(shared_data)
    answers = [record for record in reading.records if not record.file.startswith("labelled/")]
    assert len(answers) == 22 + 325 + 88 + 101 + 1_004 + 200 + 1_000 + 26_145
    skipped = [item.file for item in reading.skipped if not item.file.startswith("labelled/")]
    assert skipped == ["README.md", "seeds/004_af9ba46786a3be4d.txt"]
