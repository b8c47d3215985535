"""One row a family or an answer, as CSV for a spreadsheet and as Markdown to paste.

A cell of CSV that a spreadsheet would run as a formula (its first character is = + - @ or a full-width form of these)
gets an apostrophe in front, as OWASP advises; white space, line breaks too, becomes one blank and controls U+FFFD, so
a row is a line. The texts themselves, character for character, are in the JSON.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pqreuse.records import Family, ReuseResult, Score, Variant
from pqreuse.report.listing import Listing, by_id, list_bodies, why_unscored
from pqreuse.report.wording import (
    SIGNS,
    beside,
    body_counts,
    corpus_line,
    difference,
    family_line,
    figures_of,
    first_said,
    interval,
    kinds_line,
    one_line,
    percents,
    recall,
    share_line,
)

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#$&])")

_FAMILY_COLUMNS = ("rank", "id", "unit", "parent", "answers", "questions", "variants", "first_date", "last_date")
_MORE_COLUMNS = (
    *("bodies", "template", "text", "uses", "inside", "changes"),
    *("ministers", "months", "undated", "gaps", "question_similarity"),
    *("all_answers", "all_questions", "all_variants"),
)
_HISTORY_COLUMNS = (
    *("number", "first_date", "last_date", "answers", "questions", "bodies", "closest"),
    *("differences", "changes", "answer_id", "text"),
)
_SCORE_COLUMNS = ("id", "question_ids", "date", "body", "words", "scorable_words", "template", "slot", "novel", "note")
_KIND_COLUMNS = ("kinds", "refers_to", "heading")


def report_csv(listing: Listing) -> str:
    """List families by answers, questions, id; nested ones follow their parent and have no rank."""
    rows = [_family_row(rank, family) for rank, family in _ranked(listing)]
    return _csv((*_FAMILY_COLUMNS, *_MORE_COLUMNS), rows)


def score_csv(scores: Sequence[Score]) -> str:
    """List answers by identifier, as in the JSON; no shares where an answer has none, and the reason in ``note``."""
    return _csv((*_SCORE_COLUMNS, *_KIND_COLUMNS), map(_score_row, by_id(scores)))


def report_markdown(result: ReuseResult, listing: Listing) -> str:
    """Put the corpus into a sentence and families into a table; nested ones follow their parent, marked ``↳``."""
    rows = [_markdown_row(rank or "↳", family, result) for rank, family in _ranked(listing)]
    columns = ("#", "answers", "questions", "variants", "first", "last", "bodies", "template")
    table = _caption(result) + _markdown(columns, ":---:|---:|---:|---:|---|---|---|---", rows)
    nested = " ↳ is a line within the paragraph above it." if any(row[0] == "↳" for row in rows) else ""
    table += f"\n{SIGNS}{nested}\n" if rows else ""
    bodies = [
        (one.group[0], beside(one.answers, whole.answers, result), percents(one)[0], interval(one))
        for one, whole in list_bodies(result)
        if one.group[0] is not None
    ]
    if bodies:
        table += "\n" + _markdown(("body", "answers", "template", "95 % interval"), "---|---:|---:|---:", bodies)
    searched = recall(result)
    return f"{table}\n{searched}\n" if searched else table


def score_markdown(result: ReuseResult, scores: Iterable[Score]) -> str:
    """Put the corpus into a sentence and answers into a table, those with most stock text first."""
    rows: list[Sequence[Cell]] = [
        (
            score.id,
            score.date,
            score.body or score.heading,
            score.words,
            *percents(score),
            why_unscored(score),
            "; ".join(score.kinds),
        )
        for score in scores
    ]
    columns = ("id", "date", "body", "words", "template", "slot", "novel", "note", "kinds")
    return _caption(result) + _markdown(columns, "---|---|---|---:|---:|---:|---:|---|---", rows)


def history_csv(family: Family) -> str:
    """List the wordings of a family in the order of their first uses."""
    return _csv(_HISTORY_COLUMNS, [_variant_row(number, variant) for number, variant in enumerate(family.history, 1)])


def history_markdown(family: Family) -> str:
    """Put a family into a sentence, and its wordings into a table: the first one's text, then what changed."""
    rows: list[Sequence[Cell]] = [
        (
            number,
            *(variant.first_date, variant.last_date, variant.answers, body_counts(variant.bodies, 60)),
            _number(variant),
            "; ".join(difference(variant.text, one) for one in variant.differences) or variant.text,
        )
        for number, variant in enumerate(family.history, 1)
    ]
    columns = ("#", "first", "last", "answers", "bodies", "closest to", "what changed")
    told = "; ".join(filter(None, (family_line(family), _markdown_cell(first_said(family)))))
    return f"{told}.\n\n" + _markdown(columns, "---:|---|---|---:|---|---:|---", rows)


def _variant_row(number: int, variant: Variant) -> list[Cell]:
    changes = dict.fromkeys(change for one in variant.differences for change in one.changes)
    when = (number, variant.first_date, variant.last_date, variant.answers, variant.questions)
    what = "; ".join(f"{one.old} → {one.new}" for one in variant.differences)
    return [*when, _counts(variant.bodies), _number(variant), what, "; ".join(changes), variant.answer_id, variant.text]


def _number(variant: Variant) -> int | None:
    """The number of the wording that it is compared with."""
    return None if variant.closest is None else variant.closest + 1


def _counts(names: Mapping[str, int]) -> str:
    return "; ".join(f"{name} {answers}" for name, answers in names.items())


def _caption(result: ReuseResult) -> str:
    return f"{'. '.join(filter(None, (f'{corpus_line(result)}; {share_line(result)}', kinds_line(result))))}.\n\n"


def _ranked(listing: Listing) -> Iterator[tuple[int | None, Family]]:
    """Give families with their ranks, in the order in which people read them."""
    for rank, (family, nested) in enumerate(listing.blocks(), 1):
        yield rank, family
        for line in nested:
            yield None, line


def _family_row(rank: int | None, family: Family) -> list[Cell]:
    figures = (family.id, family.unit, family.parent, family.answers, family.questions, family.variants)
    texts = (family.first_date, family.last_date, _counts(family.bodies), family.template, family.text)
    changes = "; ".join(dict.fromkeys(change for slot in family.slots for change in slot.changes))
    gaps = "; ".join(f"{gap.after} to {gap.back}" for gap in family.gaps)
    when = (_counts(family.ministers), _counts(family.months), family.undated, gaps, family.question_similarity)
    whole = (family.all_answers, family.all_questions, family.all_variants)
    return [rank, *figures, *texts, len(family.uses), family.inside, changes, *when, *whole]


def _score_row(score: Score) -> list[Cell]:
    who = (score.id, "; ".join(score.question_ids), score.date, score.body, score.words, score.scorable_words)
    shares = (score.template, score.slot, score.novel)
    return [*who, *shares, why_unscored(score), "; ".join(score.kinds), "; ".join(score.refers_to), score.heading]


def _markdown_row(rank: Cell, family: Family, result: ReuseResult) -> list[Cell]:
    dates = (family.first_date, family.last_date)
    return [rank, *figures_of(family, result), *dates, body_counts(family.bodies, 60), family.template]


def _csv(columns: Sequence[str], rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _csv_cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = one_line(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _markdown(columns: Sequence[str], rule: str, rows: Iterable[Iterable[Cell]]) -> str:
    head = f"| {' | '.join(columns)} |\n|{rule}|\n"
    return head + "".join(f"| {' | '.join(_markdown_cell(cell) for cell in row)} |\n" for row in rows)


def _markdown_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int):
        return f"{cell:,}"
    # A bare & would turn "&lt;" in a text into "<"; a backslash before it does the same as &amp;.
    return _MARKDOWN.sub(r"\\\1", one_line(str(cell)))
