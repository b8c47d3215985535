"""The JSON of ``report`` and ``score`` (DESIGN, section 5.3): as plain dicts, and written the same on every run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from pqreuse.records import Corpus, Family, ReuseResult, Score, Use
from pqreuse.report.listing import Listing, in_order


def version() -> str:
    """Tell the version of the installed package, ``"unknown"`` when it runs from a folder that was never installed."""
    try:
        return metadata.version("pqreuse")
    except metadata.PackageNotFoundError:
        return "unknown"


def report_contract(result: ReuseResult, listing: Listing) -> dict[str, Any]:
    """Build the document of ``report --format json``: plain dicts, lists, strings and numbers."""
    shares = result.shares
    return {
        **_head(result),
        "shares": {name: getattr(shares, name) if shares else None for name in ("template", "slot", "novel")},
        "recall": asdict(result.recall) if result.recall else None,
        "filters": asdict(listing.filters) | {"bodies": list(listing.filters.bodies)},
        "families": [_family(family) for family in listing.families],
    }


def score_contract(result: ReuseResult, scores: Iterable[Score]) -> dict[str, Any]:
    """Build the document of ``score --format json``; the answers by identifier."""
    return {**_head(result), "answers": [answer_contract(score) for score in sorted(scores, key=lambda item: item.id)]}


def answer_contract(score: Score) -> dict[str, Any]:
    """Build one answer of the ``score`` document, which is also all of ``show --format json``."""
    names = ("date", "body", "text", "words", "scorable_words", "template", "slot", "novel")
    return {
        "id": score.id,
        "question_ids": list(score.question_ids),
        **{name: getattr(score, name) for name in names},
        "spans": [
            {name: getattr(span, name) for name in ("start", "end", "label", "family", "earliest_answer_id")}
            for span in score.spans
        ],
    }


def json_lines(document: Mapping[str, Any]) -> Iterator[bytes]:
    r"""Write a document as UTF-8: a line for each key, and one for each object of a top-level list.

    So a family or an answer can be found with grep and compared with diff, and Python's fast encoder, which knows no
    indentation, does the work. A lone surrogate, which UTF-8 cannot hold, becomes its JSON escape.

    >>> print(b"".join(json_lines({"a": 1, "families": [{"text": "£5 \ud800"}, {}]})).decode(), end="")
    {
    "a": 1,
    "families": [
    {"text": "£5 \ud800"},
    {}
    ]
    }
    """
    separator = "{\n"
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield _utf8(f"{separator}{_json(key)}: [\n")
            for number, item in enumerate(value):
                yield _utf8((",\n" if number else "") + _json(item))
            yield b"\n]"
        else:
            yield _utf8(f"{separator}{_json(key)}: {_json(value)}")
        separator = ",\n"
    yield b"\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _head(result: ReuseResult) -> dict[str, Any]:
    return {"pqreuse": version(), "params": result.params.to_dict(), "corpus": _corpus(result, result.corpus)}


def _corpus(result: ReuseResult, corpus: Corpus) -> dict[str, Any]:
    return {
        "files": corpus.files,
        "records": corpus.records,
        "duplicate_records": corpus.duplicate_records,
        "questions": corpus.questions,
        "answers": len(corpus.answers),
        "paragraphs": result.paragraphs,
        "sentences": result.sentences,
        "words": result.words,
        "scorable_words": result.scorable_words,
        "groups_apart": corpus.groups_apart,
        "previews": corpus.previews,
        "skipped": [asdict(item) for item in in_order(corpus.skipped)],
        "warnings": sorted(corpus.warnings),
    }


def _family(family: Family) -> dict[str, Any]:
    return {
        **{name: getattr(family, name) for name in ("id", "unit", "answers", "questions", "variants")},
        **{name: getattr(family, name) for name in ("text", "template", "parent")},
        "slots": [
            {
                "kind": slot.kind,
                "values": [
                    {"text": value.text, "answers": value.answers, "first_date": value.first_date}
                    for value in slot.values
                ],
                "changes": list(slot.changes),
            }
            for slot in family.slots
        ],
        "first_date": family.first_date,
        "last_date": family.last_date,
        "bodies": dict(sorted(family.bodies.items(), key=lambda item: (-item[1], item[0]))),
        "uses": [_use(use) for use in family.uses],
        "inside": family.inside,
    }


def _use(use: Use) -> dict[str, Any]:
    return {
        "answer_id": use.answer_id,
        "question_ids": list(use.question_ids),
        **{name: getattr(use, name) for name in ("date", "body", "start", "end", "text")},
    }
