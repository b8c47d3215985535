"""Results on a terminal: the report, the scores, one answer with its labels, one text in time, and progress bars."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from pqreuse.lazy import column
from pqreuse.records import Answer, Family, Progress, ReuseResult, Score, Span, Variant
from pqreuse.report import wording
from pqreuse.report.listing import Listing, list_bodies, sources_of, telling_lines, why_unscored
from pqreuse.shading import lines

if TYPE_CHECKING:
    from pqreuse.index import Queried

STYLES = {"template": "cyan", "slot": "yellow", "novel": "bold green", "none": "dim"}

_SLOT = re.compile(r"\{[^{}]*\}|\[…\]")
_FIGURE_NAMES = ("answers", "questions", "wordings")
_RANK, _NUMBER, _LINES, _NESTED, _NESTED_LINES = 4, 9, 4, 3, 2
_QUESTIONS, _RUNS = 3, 10
_BAR, _NARROWEST, _LONG_WORD = 30, 40, 20
_BODIES = 10
_CHANGED = re.compile(r"\{[^{}]* ?→ ?[^{}]*\}")
_ARROWS = "{a → b}: b stands where the closest earlier wording had a; {→ b} is put in, {a →} left out."


def make_console(stream: TextIO | None) -> Console:
    """Make a console of the width and colours of a stream, or of a file (None): 80 columns but for COLUMNS.

    It never writes to the stream itself: its text is what `files.write_stdout` or `files.write_file` is given.
    """
    terminal = stream is not None and stream.isatty()
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        width = int(columns)
    elif terminal:
        width = get_terminal_size().columns
    else:
        # rich would ask standard input's terminal for the width: the same pipe would differ from shell to shell.
        width = 80
    return Console(
        file=io.StringIO(),
        # None lets rich ask FORCE_COLOR; NO_COLOR and TERM=dumb it asks in any case.
        force_terminal=terminal or None,
        width=max(width, _NARROWEST),
        height=25,
        markup=False,
        highlight=False,
        emoji=False,
    )


def report_text(result: ReuseResult, listing: Listing, console: Console) -> str:
    """Families as blocks: a line of figures, the template with its slots, the bodies; nested lines below."""
    with console.capture() as capture:
        _heading(console, result)
        blocks = listing.blocks()
        listed = (one for family, nested in blocks for one in (family, *nested))
        width = max([_NUMBER, *(len(cell) for one in listed for cell in wording.figures_of(one, result))])

        def head(mark: str, family: Family) -> str:
            return _figures_line(mark, wording.figures_of(family, result), width)

        if blocks:
            console.print(Text(f"\n{_figures_line('', _FIGURE_NAMES, width)}  first and last date", style="dim"))
        for rank, (family, nested) in enumerate(blocks, 1):
            _block(console, head, f"{rank:,}", family, nested)
        if blocks:
            _bodies(console, result)
        console.print()
        _print(console, Text(_foot(result, listing, len(blocks))))
        if blocks:
            _print(console, Text(wording.SIGNS, style="dim"))
        if searched := wording.recall(result):
            _print(console, Text(searched, style="dim"))
        _noted(console, result)
    return capture.get()


def score_text(result: ReuseResult, scores: Sequence[Score], console: Console) -> str:
    """One row an answer, and the shares of the whole corpus."""
    with console.capture() as capture:
        _heading(console, result)
        width = max([10, *(cell_len(wording.one_line(name)) for name in column(scores, "id"))])
        if scores:
            shares = f"{'template':>8}  {'slot':>7}  {'novel':>7}"
            head = f"{'id':<{width}}  {'date':<10}  {'words':>6}  {shares}  body, kinds"
            console.print(Text(f"\n{head}", style="dim"), no_wrap=True, crop=False, overflow="ignore")
        for score in scores:
            row = _score_row(score, width, console.width)
            console.print(row, no_wrap=True, crop=False, overflow="ignore")
        shown = f"{len(scores):,} of {wording.count(len(result.scores), 'answer')}, most stock text first."
        console.print()
        _print(console, Text(f"{shown} --top N lists more, --format json all with their words."))
        _noted(console, result)
    return capture.get()


def show_text(result: ReuseResult, score: Score, console: Console) -> str:
    """One answer: its questions, its text with template, slot and novel words told apart, and the families it uses."""
    answer = next((item for item in result.corpus if item.id == score.id), None)
    with console.capture() as capture:
        _answer_head(console, score, answer)
        plain = console.no_color or console.color_system is None
        _print(console, marked(score) if plain else coloured(score))
        console.print()
        _legend(console, score, plain)
        _families_of(console, result, score)
    return capture.get()


def asked_text(asked: Queried, console: Console) -> str:
    """Answers asked about: each with its words marked by label, then the stock texts that they join."""
    with console.capture() as capture:
        plain = console.no_color or console.color_system is None
        for score in asked.scores:
            _answer_head(console, score, None)
            _print(console, marked(score) if plain else coloured(score))
            console.print()
            _legend(console, score, plain)
        for family in asked.families:
            head = f"{family.unit} {family.id}: {wording.count(family.answers, 'answer')}, "
            head += f"{wording.count(family.variants, 'wording')}, the last {family.last_date or 'undated'}"
            console.print()
            _print(console, Text(head, style="bold"), 0, 2)
            if first := family.first_answer:
                said = wording.named(first.date or "no date", first.id, first.body)
                _print(console, Text(f"first said {said}", style="dim"), 2)
            _print(console, Text(family.text), 2, _LINES)
    return capture.get()


def history_text(family: Family, console: Console) -> str:
    """One family: its wordings in the order of their first uses, the first in full, of the others what changed."""
    with console.capture() as capture:
        _print(console, Text(wording.family_line(family), style="bold"))
        _print(console, _template(family), 2, _LINES)
        if family.first_said:
            _print(console, Text(wording.first_said(family), style="dim"), 2)
            if family.first_said not in family.uses:
                _print(console, Text(wording.one_line(family.first_said.text)), 4, _NESTED_LINES)
        for number, variant in enumerate(family.history, 1):
            console.print()
            _variant(console, number, variant, family)
        if family.variants > 1:
            console.print()
            _print(console, Text(_ARROWS, style="dim"))
    return capture.get()


def coloured(score: Score) -> Text:
    """Give the answer's text, each label in its colour."""
    text = Text()
    for span in score.spans:
        text.append(_words(score, span), STYLES[span.label])
    return text


def marked(score: Score) -> Text:
    """Give the answer's text where there is no colour: stock text in [[ ]], slots in { }, novel words bare."""
    parts: list[str] = []
    for _, spans in groupby(score.spans, key=lambda span: span.label in ("template", "slot")):
        region = list(spans)
        words = [(_words(score, span), span.label == "slot") for span in region]
        text = "".join(_bracket(stretch, "{", "}") if slot else stretch for stretch, slot in words)
        if any(span.label == "template" for span in region):
            text = "\n".join(_bracket(line, "[[", "]]") for line in text.split("\n"))
        parts.append(text)
    return Text("".join(parts))


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show a bar for each stage on standard error while the block runs."""
    from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(file=sys.stderr), transient=True) as bars:

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                # Stages follow one another, and the last word of one need not be its total.
                for task in bars.tasks:
                    whole = task.total or task.completed or 1
                    bars.update(task.id, completed=whole, total=whole)
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _heading(console: Console, result: ReuseResult) -> None:
    _print(console, Text(wording.corpus_line(result), style="bold"))
    bar = Text()
    if result.shares:
        template = round(_BAR * result.shares.template)
        slot = round(_BAR * (result.shares.template + result.shares.slot)) - template
        bar.append("█" * template, STYLES["template"]).append("▓" * slot, STYLES["slot"])
        bar.append("░" * (_BAR - template - slot), STYLES["novel"]).append("  ")
    _print(console, bar.append(wording.share_line(result)))
    if told := wording.official_repetition(result):
        _print(console, Text(told, style="dim"))
    if kinds := wording.kinds_line(result):
        _print(console, Text(kinds, style="dim"))


def _block(
    console: Console, head: Callable[[str, Family], str], rank: str, family: Family, nested: Sequence[Family]
) -> None:
    """Print a family and the lines nested in it, but for those whose figures only repeat the paragraph's."""
    console.print()
    _family(console, head(rank, family), family, _RANK + 2, _LINES)
    bodies = wording.body_counts(family.bodies, console.width - _RANK - 4)
    if bodies:
        _print(console, Text(f"– {bodies}", style="dim"), _RANK + 2, 1)
    ministers = wording.body_counts(family.ministers, console.width - _RANK - 4)
    if ministers:
        _print(console, Text(f"– {ministers}", style="dim"), _RANK + 2, 1)
    _print(console, Text(f"– {wording.when(family)}", style="dim"), _RANK + 2, 2)
    if family.inside:
        inside = f"– {family.inside:,} of {wording.count(len(family.uses), 'use')} inside a stock paragraph"
        _print(console, Text(inside, style="dim"), _RANK + 2)
    telling = telling_lines(family, nested)
    for line in telling[:_NESTED]:
        _family(console, head("↳", line), line, _RANK + 4, _NESTED_LINES)
    if len(telling) > _NESTED:
        rest = wording.count(len(telling) - _NESTED, "more line")
        console.print(Text(f"{'↳':>{_RANK}}  {rest} of it", style="dim"))


def _bodies(console: Console, result: ReuseResult) -> None:
    """Print the share of template text of the bodies with most answers."""
    bodies = [pair for pair in list_bodies(result) if pair[0].group[0] is not None]
    if not bodies:
        return
    answers = [wording.beside(one.answers, whole.answers, result) for one, whole in bodies]
    indent, width = " " * _RANK, max([_NUMBER, *map(len, answers[:_BODIES])]) + 1
    console.print(Text(f"\n{indent}{'answers':>{width}}  template    95 % interval  body", style="dim"))
    for (one, _), cell in zip(bodies[:_BODIES], answers, strict=False):
        row = Text(f"{indent}{cell:>{width}}  ")
        row.append(f"{wording.percents(one)[0]:>8}", STYLES["template"]).append(f"  {wording.interval(one):>15}  ")
        name = Text(wording.short_body(one.group[0] or ""))
        name.truncate(max(console.width - row.cell_len, 12), overflow="ellipsis")
        console.print(row.append_text(name), no_wrap=True, crop=False, overflow="ignore")
    if len(bodies) > _BODIES:
        rest = len(bodies) - _BODIES
        console.print(Text(f"{indent}{rest:>{width},}  more: --format json", style="dim"))


def _variant(console: Console, number: int, variant: Variant, family: Family) -> None:
    told = [wording.span_of_dates(variant), wording.count(variant.answers, "answer")]
    told += [f"closest to {variant.closest + 1:,}"] if variant.closest is not None else []
    if variant.first_said not in (None, family.first_said) and variant.first_said.answer_id != variant.answer_id:
        told.append(wording.first_said(variant))
    told += [wording.body_counts(variant.bodies, console.width // 2)] if variant.bodies else []
    _print(console, Text(f"{number:>{_RANK},}  {' · '.join(told)}", style="bold"), 0, 1)
    if not variant.differences:
        _print(console, Text(wording.one_line(variant.text)), _RANK + 2)
    for one in variant.differences:
        line = Text(wording.difference(variant.text, one))
        line.highlight_regex(_CHANGED, STYLES["slot"])
        _print(console, line.append(f" ({', '.join(one.changes)})" if one.changes else "", "dim"), _RANK + 2)


def _figures_line(rank: str, cells: Iterable[str], width: int) -> str:
    return f"{rank:>{_RANK}}" + "".join(f"{cell:>{width + 1}}" for cell in cells)


def _family(console: Console, head: str, family: Family, indent: int, most_lines: int) -> None:
    line = Text(head, style="bold")
    alone = " · line" if family.unit == "sentence" and family.parent is None else ""
    console.print(line.append(f"  {wording.span_of_dates(family)}{alone}", "not bold"))
    _print(console, _template(family), indent, most_lines)


def _template(family: Family) -> Text:
    template = Text(wording.one_line(family.template))
    template.highlight_regex(_SLOT, STYLES["slot"])
    return template


def _print(console: Console, text: Text, indent: int = 0, most_lines: int | None = None) -> None:
    """Wrap a text to the console's width, indented; what goes beyond so many lines is cut, with an ellipsis."""
    width = console.width - indent
    # Wrapping costs time for each word, and a template may be as long as a speech.
    part = text if most_lines is None else text[: width * most_lines * 2]
    whole = part.wrap(console, width)
    shown = list(whole[:most_lines])
    for line in shown:
        line.rstrip()
    if shown and (len(whole) > len(shown) or len(part) < len(text)):
        shown[-1].truncate(width - 1, overflow="crop")
        # Not within a word, unless that would cost more than a long one.
        end = shown[-1].plain.rfind(" ", -_LONG_WORD)
        shown[-1].right_crop(len(shown[-1]) - end if end > 0 else 0)
        shown[-1].append("…")
    for line in shown:
        console.print(Text(" " * indent) + line, no_wrap=True, crop=False, overflow="ignore")


def _foot(result: ReuseResult, listing: Listing, shown: int) -> str:
    whole = result.whole or result
    if not whole.families:
        return wording.no_families(whole)
    if not shown:
        alone = sum(parent is None for parent in column(whole.families, "parent"))  # nested lines are not counted
        return f"No stock text fits the filters; without them there are {wording.count(alone, 'family')}."
    found = f"{wording.count(listing.found, 'family')} of stock text, most used first"
    if shown == listing.found:
        return f"{found}. --format json has every use of them."
    return f"{shown:,} of {found}. --top {shown * 5} lists more, --format json all with every use."


def _noted(console: Console, result: ReuseResult) -> None:
    skipped, warnings = len(result.corpus.skipped), len(result.corpus.warnings)
    if skipped or warnings:
        told = [f"{skipped:,} skipped"] if skipped else []
        told += [wording.count(warnings, "warning")] if warnings else []
        console.print(Text(f"{' and '.join(told)}: --format json names them.", style="dim"))


def _score_row(score: Score, id_width: int, width: int) -> Text:
    template, slot, novel = wording.percents(score)
    row = Text(set_cell_size(wording.one_line(score.id), id_width))
    row.append(f"  {score.date or '–':<10}  {score.words:>6,}  ")
    row.append(f"{template:>8}", STYLES["template"]).append(f"  {slot:>7}", STYLES["slot"])
    row.append(f"  {novel:>7}", STYLES["novel"])
    reason = why_unscored(score)
    kinds = ", ".join(kind.replace("_", " ") for kind in score.kinds)
    body = wording.short_body(score.body or "") or wording.one_line(score.heading or "")
    last = Text("  ".join(filter(None, (f"({reason})" if reason else "", body, kinds))))
    last.truncate(max(width - row.cell_len - 2, 12), overflow="ellipsis")
    return row.append("  ").append_text(last)


def _words(score: Score, span: Span) -> str:
    return lines(score.text[span.start : span.end])


def _bracket(text: str, left: str, right: str) -> str:
    """Put marks around a text, inside the white space that its span carries along."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}{left}{inner}{right}{text[start + len(inner) :]}"


def _answer_head(console: Console, score: Score, answer: Answer | None) -> None:
    kinds = (kind.replace("_", " ") for kind in score.kinds)
    head = wording.named(
        score.id, score.date or "no date", score.body or score.heading, wording.count(score.words, "word"), *kinds
    )
    _print(console, Text(head, style="bold"), 0, 3)
    questions = list(zip(answer.question_ids, answer.questions, strict=False)) if answer else []
    for name, question in questions[:_QUESTIONS]:
        _print(console, Text(f"{wording.one_line(name)}: {wording.one_line(question)}", style="dim"), 2, 3)
    if len(questions) > _QUESTIONS:
        more = wording.count(len(questions) - _QUESTIONS, "more question")
        _print(console, Text(f"and {more}", style="dim"), 2, 1)
    if score.refers_to:
        _print(console, Text(f"refers to {wording.named(*score.refers_to)}", style="dim"), 2, 2)
    console.print()


def _legend(console: Console, score: Score, plain: bool) -> None:
    if score.template is None:
        reason = "the source cut the text short" if score.scorable_words else "it has no words that can be compared"
        _print(console, Text(f"No shares: {reason}."), 0, 2)
        return
    signs = {"template": "[[template]]", "slot": "{slot}", "novel": "novel"} if plain else {}
    legend = Text()
    for label, share in zip(("template", "slot", "novel"), wording.percents(score), strict=True):
        legend.append(signs.get(label, label), STYLES[label])
        legend.append(f" {share}   ")
    _print(console, legend)


def _families_of(console: Console, result: ReuseResult, score: Score) -> None:
    """Print the families that the answer's spans name, each with its source; then mere runs."""
    answers = {answer.id: answer for answer in (*result.corpus, *(result.compared_with or ()))}
    sources = sources_of(score)
    place_of = {name: place for place, name in enumerate(column(result.families, "id"))}
    for family in [result.families[place_of[name]] for name in sources if name in place_of]:
        head = f"{family.unit}, {wording.count(family.answers, 'answer')}, {wording.span_of_dates(family)}"
        head += f"; {_source(answers, sources[family.id])}"
        console.print()
        _print(console, Text(head, style="bold"), 0, 2)
        _print(console, _template(family), 2, _LINES)
    runs = [span for span in score.spans if span.label == "template" and span.family is None]
    for span in runs[:_RUNS]:
        console.print()
        head = f"word for word, {_source(answers, span.earliest_answer_id)}"
        _print(console, Text(head, style="bold"), 0, 2)
        _print(console, Text(wording.one_line(_words(score, span))), 2, _NESTED_LINES)
    if len(runs) > _RUNS:
        _print(console, Text(f"\nand {wording.count(len(runs) - _RUNS, 'more run')} (--format json)", style="dim"))


def _source(answers: Mapping[str, Answer], name: str | None) -> str:
    if name is None:
        return "with other answers it shares a formula only"
    first = answers.get(name)
    return f"earliest other: {wording.named(first.id, first.date, first.body) if first else 'unknown'}"
