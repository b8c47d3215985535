"""The JSON of ``report`` and ``score`` (DESIGN, section 5.3): as dicts, and written the same on every run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pqreuse.lazy import LazySequence
from pqreuse.params import ReuseParams
from pqreuse.records import Corpus, Family, Filter, GroupShares, ReuseResult, Score
from pqreuse.report.listing import Listing, beside_whole, by_id, in_order, list_bodies
from pqreuse.version import version

if TYPE_CHECKING:
    from pqreuse.index import KnownFamily, Queried

_SIZES = ("paragraphs", "sentences", "words", "scorable_words")


def report_contract(result: ReuseResult, listing: Listing) -> dict[str, Any]:
    """Build the document of ``report --format json``: dicts, lists, strings, numbers, and records of slots and uses.

    Each family is made when it is asked for, so that writing them takes the memory of one.
    """
    shares = result.shares
    return {
        **_head(result),
        "shares": {name: getattr(shares, name) if shares else None for name in ("template", "slot", "novel")},
        "search": result.params.search,
        "recall": asdict(result.recall) if result.recall else None,
        "bodies": [_group("body", *pair) for pair in list_bodies(result)],
        "months": [_group("month", *pair) for pair in beside_whole(result, "month")],
        "filters": {
            "unit": listing.unit,
            "min_answers": result.params.min_answers,
            **_filters(result),
            "top": listing.top,
        },
        "families": LazySequence(len(listing.families), lambda place: _family(listing.families[place])),
    }


def score_contract(result: ReuseResult, scores: Sequence[Score]) -> dict[str, Any]:
    """Build the document of ``score --format json``; the answers by identifier, each when it is asked for."""
    ordered = by_id(scores)
    other = result.compared_with
    against = {} if other is None else {"compared_with": _counts(other)}
    return {
        **_head(result),
        **against,
        "filters": _filters(result),
        "answers": LazySequence(len(ordered), lambda place: answer_contract(ordered[place])),
    }


def answer_contract(score: Score) -> dict[str, Any]:
    """Build one answer of the ``score`` document, which is also all of ``show --format json``."""
    return {
        "id": score.id,
        "question_ids": list(score.question_ids),
        "date": score.date,
        "body": score.body,
        "text": score.text,
        "words": score.words,
        "scorable_words": score.scorable_words,
        "template": score.template,
        "slot": score.slot,
        "novel": score.novel,
        "kinds": list(score.kinds),
        "refers_to": list(score.refers_to),
        "heading": score.heading,
        "spans": [
            {
                "start": span.start,
                "end": span.end,
                "label": span.label,
                "family": span.family,
                "earliest_answer_id": span.earliest_answer_id,
            }
            for span in score.spans
        ],
    }


def asked_contract(asked: Queried, params: ReuseParams) -> dict[str, Any]:
    """Build the document of ``index query --format json``: answers as ``score`` has them, and what they join."""
    return {
        "pqreuse": version(),
        "params": params.to_dict(),
        "answers": LazySequence(len(asked.scores), lambda place: answer_contract(asked.scores[place])),
        "families": [_known(family) for family in asked.families],
    }


def history_contract(family: Family) -> dict[str, Any]:
    """Build the document of ``history --format json``; ``closest`` is a place in the list, the first one 0."""
    document = {name: value for name, value in _family(family).items() if name not in ("text", "slots", "uses")}
    return {**document, "history": [asdict(variant) for variant in family.history]}


def json_lines(document: Mapping[str, Any]) -> Iterator[bytes]:
    r"""Write a document as UTF-8: a line for each key, and one for each object of a top-level list.

    So a family or an answer can be found with grep and compared with diff, and a fast encoder, which knows no
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
    import msgspec

    encode, spaced = msgspec.json.Encoder().encode, msgspec.json.format

    def written(item: object) -> bytes:
        try:
            return spaced(encode(item), indent=0)
        except (UnicodeEncodeError, OverflowError):
            # A lone surrogate; a number of more than 64 bits.
            return _json(item)

    separator = b"{\n"
    for key, value in document.items():
        yield separator + _json(key) + b": "
        if isinstance(value, list | LazySequence) and value and isinstance(value[0], dict):
            for number, item in enumerate(value):
                yield (b",\n" if number else b"[\n") + written(item)
            yield b"\n]"
        else:
            yield _json(list(value) if isinstance(value, LazySequence) else value)
        separator = b",\n"
    yield b"\n}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=asdict).encode("utf-8", "backslashreplace")


def _head(result: ReuseResult) -> dict[str, Any]:
    return {"pqreuse": version(), "params": result.params.to_dict(), "corpus": _corpus(result, result.corpus)}


def _filters(result: ReuseResult) -> dict[str, Any]:
    asked = asdict(Filter())
    for one in result.filters:
        asked |= {name: value for name, value in asdict(one).items() if value}
    return asked


def _corpus(result: ReuseResult, corpus: Corpus) -> dict[str, Any]:
    whole = result.whole or result
    sizes = {name: getattr(result, name) for name in _SIZES}
    kinds = {
        kind: {"answers": number, "share": number / max(len(corpus), 1), "all_answers": whole.kinds[kind]}
        for kind, number in result.kinds.items()
    }
    return {
        **_counts(corpus, {**sizes, "kinds": kinds}),
        "all_questions": whole.corpus.questions,
        "all_answers": len(whole.corpus),
        **{f"all_{name}": getattr(whole, name) for name in _SIZES},
    }


def _counts(corpus: Corpus, more: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    return {
        "files": corpus.files,
        "records": corpus.records,
        "duplicate_records": corpus.duplicate_records,
        "questions": corpus.questions,
        "answers": len(corpus.answers),
        **more,
        "groups": corpus.groups,
        "grouped_questions": corpus.grouped_questions,
        "groups_apart": corpus.groups_apart,
        "twins": corpus.twins,
        "corrected_answers": corpus.corrected_answers,
        "previews": corpus.previews,
        "columns": [asdict(one) for one in corpus.columns],
        "skipped": [asdict(item) for item in in_order(corpus.skipped)],
        "warnings": sorted(corpus.warnings),
    }


def _family(family: Family) -> dict[str, Any]:
    """One family of the document; its slots and uses are written as they are, by their fields."""
    return {
        "id": family.id,
        "unit": family.unit,
        "answers": family.answers,
        "questions": family.questions,
        "variants": family.variants,
        "text": family.text,
        "template": family.template,
        "parent": family.parent,
        "slots": family.slots,
        "first_date": family.first_date,
        "last_date": family.last_date,
        "bodies": dict(sorted(family.bodies.items(), key=lambda item: (-item[1], item[0]))),
        "uses": family.uses,
        "inside": family.inside,
        "ministers": family.ministers,
        "months": family.months,
        "undated": family.undated,
        "gaps": family.gaps,
        "question_similarity": family.question_similarity,
        "replaces": family.replaces,
        "all_answers": family.all_answers,
        "all_questions": family.all_questions,
        "all_variants": family.all_variants,
        "first_said": family.first_said,
    }


def _known(family: KnownFamily) -> dict[str, Any]:
    first = family.first_answer
    return {
        "id": family.id,
        "unit": family.unit,
        "answers": family.answers,
        "variants": family.variants,
        "text": family.text,
        "first_answer": first
        and {"id": first.id, "question_ids": first.question_ids, "date": first.date, "body": first.body},
        "last_date": family.last_date,
        "replaces": family.replaces,
    }


def _group(name: str, shares: GroupShares, whole: GroupShares) -> dict[str, Any]:
    (group,) = shares.group
    return {
        name: group,
        "answers": shares.answers,
        "questions": shares.questions,
        "scorable_words": shares.scorable_words,
        "template": shares.template,
        "slot": shares.slot,
        "novel": shares.novel,
        "template_low": shares.template_low,
        "template_high": shares.template_high,
        "all_answers": whole.answers,
        "all_questions": whole.questions,
    }
