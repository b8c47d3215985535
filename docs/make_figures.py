"""Draw the figures of the guide: `python docs/make_figures.py`. What they show is worked out by pqreuse itself.

The terminal's picture is rich's own and changes with its version; all others are the same wherever they are drawn.
"""

from __future__ import annotations

import io
import re
from html import escape
from itertools import pairwise
from pathlib import Path

import pqreuse
from pqreuse.report.wording import percents
from pqreuse.words import find_words

HERE = Path(__file__).resolve().parent
FIGURES, EXAMPLES = HERE / "figures", HERE.parent / "examples" / "answers.jsonl"
TEMPLATE, SLOT, NOVEL, PLAIN, GREY = "#bfe3ec", "#fbe2a5", "#cfe8c4", "#eeeeee", "#777777"
CHARACTER = 7.3  # width of one, in the fixed font of 12 pixels

HUBS = (
    "We have set up a network of 31 attendance hubs to share what works with schools.",
    "The Government has set up a network of 32 attendance hubs to share what works.",
)


class Sheet:
    """A white page that words, boxes and arrows are put on."""

    def __init__(self, title: str, width: int, height: int) -> None:
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" font-family="monospace" font-size="12">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="#777777"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def text(self, x: float, y: float, text: str, colour: str = "#222222", anchor: str = "start") -> None:
        """Words that begin (or end, or have their middle) at a place."""
        self.parts.append(f'<text x="{x:g}" y="{y:g}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>')

    def box(self, x: float, y: float, text: str, fill: str = PLAIN, width: float = 0) -> float:
        """A word in a box of its width or of a given one; where the next may begin."""
        width = width or CHARACTER * len(text) + 10
        self.parts.append(
            f'<rect x="{x:g}" y="{y - 15:g}" width="{width:g}" height="21" rx="3" fill="{fill}" stroke="#cccccc"/>'
        )
        self.text(x + width / 2, y, text, anchor="middle")
        return x + width + 4

    def row(self, x: float, y: float, words: list[tuple[str, str]]) -> float:
        """Boxes in a row, each with its colour."""
        for word, fill in words:
            x = self.box(x, y, word, fill)
        return x

    def arrow(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """An arrow from a place to a place."""
        self.parts.append(
            f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" stroke="#777777" fill="none" marker-end="url(#tip)"/>'
        )

    def done(self) -> str:
        """The page as SVG."""
        return "\n".join([*self.parts, "</svg>", ""])


def flow() -> str:
    """What goes from stage to stage."""
    sheet = Sheet("From files to the report", 800, 190)
    rows = (
        (40, ("files", "readers", "answers", "segments", "shingles", "candidates")),
        (100, ("labels", "templates", "families")),
    )
    places: dict[str, float] = {}
    for place, name in enumerate(rows[0][1]):
        places[name] = 20 + 130 * place
        sheet.box(places[name], rows[0][0], name, width=100)
        if place:
            sheet.arrow(places[name] - 30, 35, places[name] - 2, 35)
    for place, name in enumerate(rows[1][1]):
        x = 410 + 130 * place
        sheet.box(x, 100, name, width=100)
        if place:
            sheet.arrow(x - 2, 95, x - 30, 95)
    sheet.arrow(720, 48, 720, 83)
    sheet.box(280, 160, "runs", width=100)
    sheet.arrow(330, 48, 330, 143)
    sheet.arrow(382, 155, 440, 108)
    sheet.box(150, 100, "report", width=100)
    sheet.arrow(408, 95, 252, 95)
    return sheet.done()


def words() -> str:
    """A text and its words."""
    sheet = Sheet("A text and its words", 640, 90)
    text = "The Minister’s £2,000 grant – 3.5% more"
    found = find_words(text)
    sheet.text(20, 28, text)
    x = 20.0
    for word, start, end in zip(found.words, found.starts, found.ends, strict=True):
        sheet.arrow(20 + CHARACTER * (start + end) / 2, 34, x + (CHARACTER * len(word) + 10) / 2, 52)
        x = sheet.box(x, 68, word)
    return sheet.done()


def segments() -> str:
    """Paragraphs, and the sentences in them."""
    sheet = Sheet("An answer cut into paragraphs and sentences", 700, 170)
    lines = (
        ("I refer the hon. Member to Question 13906.", "He will find the figures there."),
        ("Funding rose by 3.5 per cent in 2024.",),
    )
    y = 30.0
    for number, sentences in enumerate(lines):
        sheet.text(20, y, f"paragraph {number + 1}", GREY)
        x = 120.0
        for sentence in sentences:
            x = sheet.box(x, y, sentence, TEMPLATE if number == 0 else NOVEL)
        y += 40
    sheet.text(20, y, "table", GREY)
    sheet.box(120, y, "Year | Sum | 2023 | £2m | 2024 | £3m", "#ffffff")
    sheet.text(420, y, "read, not compared", GREY)
    sheet.text(
        20, y + 40, "Neither “hon.” nor “3.5” ends a sentence. Offsets are those of the answer’s own text.", GREY
    )
    return sheet.done()


def shingles_of(text: str) -> list[tuple[str, str]]:
    """Two-word shingles as resemblance has them: all numbers are one word."""
    masked = ["#" if word[0].isdigit() else word for word in find_words(text).words]
    return list(pairwise(masked))


def shingles() -> str:
    """What two sentences share."""
    one, other = map(shingles_of, HUBS)
    shared = set(one) & set(other)
    sheet = Sheet("The shingles that two sentences share", 830, 175)
    for y, these in ((30, one), (85, other)):
        x = 20.0
        for number, pair in enumerate(these):
            if number == 8:
                x, y = 20.0, y + 25
            x = sheet.box(x, y, " ".join(pair), TEMPLATE if pair in shared else PLAIN)
    smaller, larger = sorted((len(set(one)), len(set(other))))
    told = f"{len(shared)} shared: containment {len(shared)}/{smaller} = {len(shared) / smaller:.2f} (at least 0.6), "
    sheet.text(20, 155, told + f"sizes {smaller}/{larger} = {smaller / larger:.2f} (at least 0.4): they resemble")
    return sheet.done()


def candidates() -> str:
    """Two ways to find what is worth comparing."""
    sheet = Sheet("Two sources of candidate pairs", 780, 190)
    sheet.text(20, 25, "(a) MinHash signatures in bands")
    bands = ("17 4", "92 8", "33 5", "61 0"), ("17 4", "20 8", "33 5", "75 1")
    for y, (name, signature) in zip((55, 85), zip(("text A", "text B"), bands, strict=True), strict=True):
        sheet.text(20, y, name, GREY)
        cells = zip(signature, *bands, strict=True)
        sheet.row(75, y, [(one, TEMPLATE if first == second else PLAIN) for one, first, second in cells])
    sheet.text(20, 120, "one equal band is enough", GREY)
    sheet.text(400, 25, "(b) rare shingles, rarest first")
    sheet.box(400, 55, "attendance hubs", SLOT, 200)
    sheet.text(620, 55, "in 5 texts", GREY)
    sheet.box(400, 85, "mentoring projects", SLOT, 200)
    sheet.text(620, 85, "in 7 texts", GREY)
    sheet.text(400, 120, "who shares three of them is compared", GREY)
    sheet.arrow(180, 135, 290, 160)
    sheet.arrow(540, 135, 430, 160)
    sheet.box(280, 178, "exact shingle sets decide", NOVEL, width=200)
    return sheet.done()


def families() -> str:
    """A star and not a chain."""
    sheet = Sheet("A family is a star around its exemplar", 700, 190)
    for y in (30, 75, 120):
        sheet.arrow(250, y - 4, 322, 71)
        sheet.box(60, y, "member resembles it", TEMPLATE, width=190)
    sheet.box(325, 75, "exemplar: 13 answers", SLOT, width=190)
    sheet.arrow(155, 128, 155, 148)
    sheet.box(60, 165, "resembles a member only", PLAIN, width=190)
    sheet.text(270, 165, "not in this family: it becomes an exemplar of its own", GREY)
    return sheet.done()


def templates() -> str:
    """Wordings under one another, and what they keep."""
    rows = (
        ("We have", "set up a network of", "31", "attendance hubs", ""),
        ("The Government has", "set up a network of", "32", "attendance hubs", "in all regions"),
        ("We have", "set up a network of", "31", "attendance hubs", "in all regions"),
    )
    sheet = Sheet("Wordings aligned to the exemplar", 780, 175)
    wide = [max(CHARACTER * len(row[place]) + 10 for row in rows) for place in range(5)]
    for number, row in enumerate(rows):
        x = 20.0
        for place, cell in enumerate(row):
            fill = TEMPLATE if place in (1, 3) else SLOT
            x = sheet.box(x, 30 + 27 * number, cell or "–", fill, wide[place])
    x = 20.0
    for place, kind in enumerate(("slot: text", "template", "number", "template", "slot, may be empty")):
        sheet.text(x + wide[place] / 2, 112, kind, GREY, "middle")
        x += wide[place] + 4
    texts = [" ".join(filter(None, row)) for row in rows]
    sheet.text(20, 150, pqreuse.find_reuse(texts).families[0].template)
    return sheet.done()


def runs() -> str:
    """Consecutive words that two answers have."""
    sheet = Sheet("A run goes over the end of a sentence", 800, 130)
    before = ("He knows the answer:", "The review ended last year:")
    run = "the report is now final. It will be published this spring"
    after = ("or later.", "by the board.")
    for y, first, last in zip((30, 65), before, after, strict=True):
        x = sheet.box(20, y, first, PLAIN, width=220)
        x = sheet.box(x, y, run, TEMPLATE)
        sheet.box(x, y, last)
    count = len(find_words(run).words)
    sheet.text(20, 105, f"{count} words in a row stand in both: with 8 or more, each of them is template.", GREY)
    return sheet.done()


def labels() -> str:
    """One answer's words by label."""
    answer = f"{HUBS[0]} Its next report is due in May."
    score = pqreuse.find_reuse([answer, HUBS[1]]).scores[0]
    sheet = Sheet("The three labels of an answer", 800, 125)
    fills = {"template": TEMPLATE, "slot": SLOT, "novel": NOVEL, "none": "#ffffff"}
    x, y = 20.0, 30
    for span in score.spans:
        text = score.text[span.start : span.end].strip()
        if x + CHARACTER * len(text) > 780:
            x, y = 20.0, y + 30
        x = sheet.box(x, y, text, fills[span.label])
    x = 20.0
    for name, told in zip(("template", "slot", "novel"), percents(score), strict=True):
        sheet.box(x, 105, f"{name} {told}", fills[name], width=750 * getattr(score, name))
        x += 750 * getattr(score, name) + 4
    return sheet.done()


def figures() -> dict[str, str]:
    """All figures that are the same wherever they are drawn."""
    made = (flow, words, segments, shingles, candidates, families, templates, runs, labels)
    return {f"{one.__name__}.svg": one() for one in made}


def terminal() -> str:
    """Two commands as a terminal shows them."""
    from rich.console import Console
    from rich.text import Text

    from pqreuse.report.listing import list_families
    from pqreuse.report.terminal import report_text, show_text

    result = pqreuse.find_reuse(pqreuse.read_answers(EXAMPLES))
    width = 80
    inner = Console(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=width, markup=False, highlight=False
    )
    listing = list_families(result, top=2)
    report = report_text(result, listing, inner).split("answers  template ")[0].rsplit("\n", 1)[0]
    show = show_text(result, result.explain("1782043"), inner).split("\n\n\x1b[1mparagraph")[0]
    outer = Console(record=True, file=io.StringIO(), width=width)
    outer.print(Text("$ pqreuse report examples/answers.jsonl --top 2"))
    outer.print(Text.from_ansi(report.rstrip()))
    outer.print(Text("\n$ pqreuse show examples/answers.jsonl --answer 1782043"))
    outer.print(Text.from_ansi(show.rstrip()))
    # The picture asks no network for a font.
    return re.sub(r"@font-face \{.*?\}", "", outer.export_svg(title="pqreuse"), flags=re.DOTALL)


if __name__ == "__main__":
    for name, text in {**figures(), "terminal.svg": terminal()}.items():
        (FIGURES / name).write_text(text, encoding="utf-8")
