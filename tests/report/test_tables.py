"""CSV that a spreadsheet can open without harm, Markdown tables that hold when pasted."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report.sample import RESULT

from pqreuse.report.listing import list_families, list_scores
from pqreuse.report.tables import (
    history_csv,
    history_markdown,
    report_csv,
    report_markdown,
    score_csv,
    score_markdown,
)

ALL = list_families(RESULT)
SCORES = list_scores(RESULT)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def cells(line: str) -> list[str]:
    """A Markdown row's cells, as a renderer splits and unescapes them."""
    parts = re.split(r"(?<!\\)(?:\\\\)*\|", line.strip())[1:-1]
    return [re.sub(r"\\(\W|_)", r"\1", part.strip()) for part in parts]


def test_report_csv():
    table = rows(report_csv(ALL))
    assert [row["rank"] for row in table] == ["1", "", "2", "3"]
    assert [row["id"] for row in table] == ["p-hubs", "s-share", "p-hostile", "s-old"]
    assert table[0] == {
        "rank": "1",
        "id": "p-hubs",
        "unit": "paragraph",
        "parent": "",
        "answers": "3",
        "questions": "4",
        "variants": "2",
        "first_date": "2024-01-10",
        "last_date": "2025-06",
        "bodies": "Department for Education 2; Home Office 1",
        "template": "There is a network of {31|33} attendance hubs. They share good practice with schools.",
        "text": "There is a network of 31 attendance hubs. They share good practice with schools.",
        "uses": "3",
        "inside": "",
        "changes": "figure",
        "ministers": "Dr Pat [/b] Lee 2; =Kim 1",
        "months": "2024-01 1; 2025-01 1; 2025-06 1",
        "undated": "0",
        "gaps": "2024-01 to 2025-01",
        "question_similarity": "0.256",
        "all_answers": "3",
        "all_questions": "4",
        "all_variants": "2",
    }
    assert list(table[0])[-8:-3] == ["ministers", "months", "undated", "gaps", "question_similarity"]
    assert [(row["uses"], row["inside"]) for row in table[1:]] == [("3", "3"), ("2", ""), ("2", "1")]
    assert table[1]["parent"] == "p-hubs"
    assert table[2]["bodies"].startswith("Home Office 1; =Ministry")


def test_figures_of_chosen_uses_stand_beside_those_of_the_whole_input():
    result = RESULT.where(body="Home Office")
    listing = list_families(result)
    names = ("id", "answers", "questions", "variants", "all_answers", "all_questions", "all_variants", "uses")
    assert [[row[name] for name in names] for row in rows(report_csv(listing))] == [
        ["p-hostile", "1", "1", "1", "2", "2", "1", "1"],
        ["p-hubs", "1", "1", "1", "3", "4", "2", "1"],
        ["s-share", "1", "1", "1", "3", "4", "1", "1"],
    ]
    caption, *lines = report_markdown(result, listing).splitlines()
    assert caption.startswith("2 files: 2 of 7 questions, 2 of 6 answers (by Home Office), 30 of 75 words, ")
    assert cells(lines[3])[1:7] == ["1 of 2", "1 of 2", "1 of 1", "2025-06", "2025-06", "Home Office 1"]
    assert "| Home Office | 2 of 2 | 96.0 % |" in "\n".join(lines)


def test_nested_families_follow_their_parent_whatever_their_id():
    hubs, line, hostile, _ = RESULT.families
    families = (hubs, replace(line, id="a-line"), replace(hubs, id="b-other"), replace(hostile, answers=9))
    listing = list_families(replace(RESULT, families=families))
    table = rows(report_csv(listing))
    assert [row["id"] for row in table] == ["p-hostile", "b-other", "p-hubs", "a-line"]
    assert [row["rank"] for row in table] == ["1", "2", "3", ""]
    lines = report_markdown(RESULT, listing).splitlines()[4:8]
    assert [cells(line)[0] for line in lines] == ["1", "2", "3", "↳"]
    assert cells(lines[3])[-1] == "They share good practice with schools."


def test_changes_of_all_slots_are_named_once():
    slot = RESULT.families[0].slots[0]
    slots = (slot, replace(slot, changes=()), replace(slot, changes=("figure", "modal")))
    (row,) = rows(report_csv(replace(ALL, families=(replace(RESULT.families[0], slots=slots),))))
    assert row["changes"] == "figure; modal"


def test_score_csv():
    table = rows(score_csv(SCORES))
    assert [row["id"] for row in table] == [score.id for score in RESULT.scores]
    assert float(table[0]["template"]) == RESULT.scores[0].template
    assert table[1]["question_ids"] == "2025-01-16/200; 2025-01-16/201"
    assert (table[3]["template"], table[3]["note"]) == ("", "cut short")
    assert table[4]["note"] == "no words"
    assert table[5]["body"] == "'=Ministry of |Pipes|"
    assert (table[1]["kinds"], table[1]["refers_to"]) == ("referral; not_held", "2024-01-10/100")


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("=+-@\t\r\n\x00,\"'|\\\ud800")))
def test_csv_holds_any_text_in_one_line_and_no_formula(text):
    family = replace(RESULT.families[0], template=text, text=text, bodies={text: 1})
    written = report_csv(replace(ALL, families=(family,)))
    written.encode()
    assert len(written.splitlines()) == 2
    (row,) = rows(written)
    assert not row["template"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert None not in row


def test_report_markdown():
    caption, blank, head, rule, *lines, end, recall = report_markdown(RESULT, ALL).splitlines()
    assert end == ""
    middle = lines.index("")
    lines, (legend, _, *bodies) = lines[:middle], lines[middle + 1 :]
    assert legend.endswith("[…] has no pattern. ↳ is a line within the paragraph above it.")
    assert cells(bodies[0]) == ["body", "answers", "template", "95 % interval"]
    assert cells(bodies[2]) == ["Department for Education", "2", "85.7 %", "32.0 to 98.7 %"]
    assert len(bodies) == 5
    assert recall.startswith("Of the pairs of segments that truly resemble each other, this search compared 99.9 %")
    assert caption.startswith("2 files: 7 questions, 6 answers")
    assert caption.endswith("novel 20.0 %. Answers by rule: not held 33.3 %, referral 16.7 %.")
    assert blank == ""
    assert head == "| # | answers | questions | variants | first | last | bodies | template |"
    assert rule.count("|") == head.count("|")
    assert [cells(line)[0] for line in lines] == ["1", "↳", "2", "3"]
    assert (
        cells(lines[0])[-1] == "There is a network of {31|33} attendance hubs. They share good practice with schools."
    )
    assert r"\[draft\] =SUM(A1) \| \<b\>\[/b\]" in lines[2]
    assert r"\*star\*" in lines[2]


def test_report_markdown_ends_with_the_bodies_where_no_recall_was_measured():
    written = report_markdown(replace(RESULT, recall=None), ALL)
    assert report_markdown(RESULT, ALL).startswith(written)
    assert written.splitlines()[-1].startswith("| =Ministry of ")


def test_history_csv():
    table = rows(history_csv(RESULT.families[0]))
    assert [row["number"] for row in table] == ["1", "2"]
    assert table[1] == {
        "number": "2",
        "first_date": "2025-01-16",
        "last_date": "2025-01-16",
        "answers": "1",
        "questions": "2",
        "bodies": "Department for Education 1",
        "closest": "1",
        "differences": "31 → 33",
        "changes": "figure",
        "answer_id": "2025-01-16/200",
        "text": "There is a network of 33 attendance hubs. They share good practice with schools.",
    }
    assert (table[0]["closest"], table[0]["differences"]) == ("", "")


def test_history_markdown():
    caption, _, head, rule, first, second = history_markdown(RESULT.families[0]).splitlines()
    assert caption == "paragraph p-hubs: 3 answers, 4 questions, 2 wordings, 2024-01-10 to 2025-06."
    assert rule.count("|") == head.count("|")
    assert cells(first)[-2:] == ["", RESULT.families[0].text]
    assert cells(second) == [
        *("2", "2025-01-16", "2025-01-16", "1", "Education 1", "1", "…network of {31 → 33} attendance hubs.…"),
    ]


def test_score_markdown():
    lines = score_markdown(RESULT, SCORES).splitlines()[4:]
    assert cells(lines[0]) == ["2025-06/300", "2025-06", "Home Office", "25", "96.0 %", "4.0 %", "0.0 %", "", ""]
    assert cells(lines[1])[-1] == "referral; not_held"
    assert cells(lines[-1])[4:] == ["–", "–", "–", "no words", ""]


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("|\\`*_[]<>~#$&\n\r\x00\x1b\ud800")))
def test_markdown_cells_hold_any_text(text):
    family = replace(RESULT.families[0], template=f"a{text}z", bodies={})
    written = report_markdown(replace(RESULT, recall=None), replace(ALL, families=(family,)))
    written.encode()
    line, rest = written.split("\n", 5)[4:]
    assert rest.startswith("\n{a|b} is where wordings differ, most frequent first; […] has no pattern.\n\n| body |")
    assert len(re.sub(r"\\.", "", line).split("|")) == 10
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)
