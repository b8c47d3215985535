"""Filtered reports counted plainly: by hand over the JSON of the whole, and every format held against it."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from typing import Any, get_args

import naive_filters
import pytest

from pqreuse import ReuseResult
from pqreuse.records import Filter, Kind
from pqreuse.report import contract, tables
from pqreuse.report.listing import list_families

Document = dict[str, Any]


def report_of(result: ReuseResult) -> Document:
    """The JSON of report."""
    return json.loads(b"".join(contract.json_lines(contract.report_contract(result, list_families(result)))))


def score_of(result: ReuseResult) -> Document:
    """The JSON of score."""
    return json.loads(b"".join(contract.json_lines(contract.score_contract(result, result.scores))))


def plain_count(report: Document, score: Document, asked: Filter) -> tuple[list[Document], Any, tuple[int, int]]:
    """Families of the unfiltered JSON in their chosen uses, the shares, and how many answers and questions."""
    chosen = {
        answer["id"]: answer
        for answer in score["answers"]
        if naive_filters.fits(asked, answer["date"], answer["body"], answer["kinds"])
    }
    families = []
    for family in report["families"]:
        uses = [use for use in family["uses"] if use["answer_id"] in chosen]
        users = {use["answer_id"]: use for use in uses}
        if uses:
            families.append(
                {
                    "id": family["id"],
                    "answers": len(users),
                    "questions": sum(len(use["question_ids"]) for use in users.values()),
                    "all_answers": family["answers"],
                    "all_questions": family["questions"],
                    "all_variants": family["variants"],
                    "first_date": min((use["date"] for use in uses if use["date"]), default=None),
                    "bodies": dict(Counter(use["body"] for use in users.values() if use["body"])),
                    "months": dict(Counter(use["date"][:7] for use in users.values() if use["date"])),
                    "undated": sum(use["date"] is None for use in users.values()),
                    "uses": uses,
                    **{name: family[name] for name in ("text", "template", "unit")},
                }
            )
    families.sort(key=lambda family: (-family["answers"], -family["questions"], family["id"]))
    scored = [answer for answer in chosen.values() if answer["template"] is not None]
    n_words = sum(answer["scorable_words"] for answer in scored)
    shares = {
        name: sum(answer[name] * answer["scorable_words"] for answer in scored) / n_words if n_words else None
        for name in ("template", "slot", "novel")
    }
    return families, shares, (len(chosen), sum(len(answer["question_ids"]) for answer in chosen.values()))


def random_filters(result: ReuseResult, many: int) -> list[Filter]:
    """Of bodies that are there, of times, of kinds, and of several of them at once."""
    rng = random.Random(21)
    bodies = sorted({answer.body for answer in result.corpus if answer.body})
    dates = sorted({answer.date for answer in result.corpus if answer.date})
    found = []
    for _ in range(many):
        since, until = sorted(rng.sample(dates, 2))
        found.append(
            Filter(
                bodies=tuple(rng.sample(bodies, rng.choice([0, 1, 1, 2]))),
                kinds=tuple(rng.sample(get_args(Kind), rng.choice([0, 0, 0, 2]))),
                since=rng.choice([None, since, since[:7]]),
                until=rng.choice([None, None, until, until[:7]]),
            )
        )
    return [one for one in found if one]


def check_formats(result: ReuseResult, report: dict[str, Any], families: list[dict[str, Any]], shares: Any) -> None:
    """The library's records, JSON, CSV and Markdown of a filtered result have these families and shares."""
    names = [name for name in families[0] if name != "uses"] if families else []
    assert [{name: family[name] for name in names} for family in report["families"]] == [
        {name: family[name] for name in names} for family in families
    ]
    assert [family["uses"] for family in report["families"]] == [family["uses"] for family in families]
    assert report["shares"] == {name: value and pytest.approx(value) for name, value in shares.items()}
    assert [(family.id, family.answers, family.questions, family.all_answers) for family in result.families] == [
        (family["id"], family["answers"], family["questions"], family["all_answers"]) for family in families
    ]
    for unit in ("paragraph", "sentence"):
        ranked = [family for family in families if family["unit"] == unit]
        listing = list_families(result, unit=unit)
        rows = list(csv.DictReader(io.StringIO(tables.report_csv(listing))))
        figures = ("id", "answers", "questions", "all_answers", "all_questions", "all_variants", "undated")
        assert [[row[name] for name in figures] for row in rows] == [
            [str(family[name]) for name in figures] for family in ranked
        ]
        lines = tables.report_markdown(result, listing).splitlines()[4:]
        cells = [line.split(" | ")[:3] for line in lines[: len(rows)]]
        assert [(row[1], row[2]) for row in cells] == [
            (f"{one['answers']:,} of {one['all_answers']:,}", f"{one['questions']:,} of {one['all_questions']:,}")
            for one in ranked
        ]
