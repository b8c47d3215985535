"""What a person sees: the layouts at 80 columns, colours, hostile texts, narrow and wide terminals."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.sample import CORPUS, EMPTY, FAMILIES, HOSTILE, RESULT
from rich.cells import cell_len

from pqreuse.pipeline import find_reuse
from pqreuse.records import Difference, ReuseResult, Span
from pqreuse.report.listing import Listing, list_families, list_scores
from pqreuse.report.terminal import (
    history_text,
    make_console,
    marked,
    progress_bars,
    report_text,
    score_text,
    show_text,
)

ALL = list_families(RESULT)

REPORT = """\
2 files: 7 questions, 6 answers, 75 words, 1 duplicate record, 2 skipped
██████████████████████▓▓░░░░░░  template 75.0 %, slot 5.0 %, novel 20.0 %
Answers by rule: not held 33.3 %, referral 16.7 %

       answers questions  wordings  first and last date

   1         3         4         2  2024-01-10 to 2025-06
      There is a network of {31|33} attendance hubs. They share good practice
      with schools.
      – Education 2 · Home Office 1
      – Dr Pat [/b] Lee 2 · =Kim 1
      – p-hubs · 3 months, most in 2024-01 (1) · gone after 2024-01, back in
      2025-01 · questions 26 % alike
   ↳         3         4         1  2024-01-10 to 2025-06
        They share good practice with schools.

   2         2         2         1  2025-06
      [draft] =SUM(A1) | <b>[/b] �[31mred�[0m �2J �back � �nul *star* £5 next
      line
      – =Ministry of |Pipes| 1 · Home Office 1
      – p-hostile · 1 undated

   3         2         2         1  2024-01-10 · line
      Novel start.
      – Education 2
      – s-old
      – 1 of 2 uses inside a stock paragraph

       answers  template    95 % interval  body
             2    85.7 %   32.0 to 98.7 %  Education
             2    96.0 %  19.0 to 100.0 %  Home Office
             1    70.6 %   10.5 to 98.0 %  =Ministry of |Pipes|

3 families of stock text, most used first. --format json has every use of them.
{a|b} is where wordings differ, most frequent first; […] has no pattern.
Of the pairs of segments that truly resemble each other, this search compared
99.9 % (95 % interval 99.5 % to 99.9 %; 2,345 pairs, from a sample of 1,500
segments).
2 skipped and 2 warnings: --format json names them.
"""

CHOSEN = """\
2 files: 2 of 7 questions, 2 of 6 answers (by Home Office), 30 of 75 words, 1
duplicate record, 2 skipped
█████████████████████████████▓  template 96.0 %, slot 4.0 %, novel 0.0 %

"""

SCORE = """\
id              date         words  template     slot    novel  body, kinds
2025-06/300     2025-06         25    96.0 %    4.0 %    0.0 %  Home Office
2025-01-16/200  2025-01-16      13    92.3 %    7.7 %    0.0 %  Education  refe…
2024-01-10/100  2024-01-10      15    80.0 %    6.7 %   13.3 %  Education
600             –               17    70.6 %    0.0 %   29.4 %  =Ministry of |P…
400             2025-02-01       5         –        –        –  (cut short)  Ho…
500             –                0         –        –        –  (no words)

6 of 6 answers, most stock text first. --top N lists more, --format json all
with their words.
"""

SHOW = """\
2024-01-10/100, 2024-01-10, Department for Education, 15 words
  2024-01-10/100: To ask about 2024-01-10/100, [/b]?

Novel start.

[[There is a network of {31} attendance hubs. They share good practice with
schools.]]

[[template]] 80.0 %   {slot} 6.7 %   novel 13.3 %

paragraph, 3 answers, 2024-01-10 to 2025-06; earliest other: 2025-01-16/200,
2025-01-16, Department for Education
  There is a network of {31|33} attendance hubs. They share good practice with
  schools.
"""


HISTORY = """\
paragraph p-hubs: 3 answers, 4 questions, 2 wordings, 2024-01-10 to 2025-06
  There is a network of {31|33} attendance hubs. They share good practice with
  schools.

   1  2024-01-10 to 2025-06 · 2 answers · Education 1 · Home Office 1
      There is a network of 31 attendance hubs. They share good practice with
      schools.

   2  2025-01-16 · 1 answer · closest to 1 · Education 1
      …network of {31 → 33} attendance hubs.… (figure)

{a → b}: b stands where the closest earlier wording had a; {→ b} is put in, {a
→} left out.
"""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_report():
    assert report_text(RESULT, ALL, make_console(None)) == REPORT


def test_a_report_of_chosen_uses_has_the_whole_inputs_counts_beside():
    result = RESULT.where(body="Home Office")
    text = report_text(result, list_families(result), make_console(None))
    assert text.startswith(CHOSEN)
    rows = [line for line in text.splitlines() if " of " in line and "  20" in line]
    assert rows == [
        "   1    1 of 2    1 of 2    1 of 1  2025-06",
        "   2    1 of 3    1 of 4    1 of 2  2025-06",
        "   ↳    1 of 3    1 of 4    1 of 1  2025-06",
    ]


def test_figures_of_chosen_uses_stay_in_their_columns():
    whole = {"all_answers": 12_345, "all_questions": 23_456, "all_variants": 67}
    many = replace(FAMILIES[0], answers=1_234, questions=2, variants=5, **whole)
    result = replace(RESULT.where(body="Home Office"), families=(many,))
    text = report_text(result, list_families(result), make_console(None))
    head = next(line for line in text.splitlines() if "wordings" in line)
    (row,) = [line for line in text.splitlines() if "12,345" in line]
    for name, cell in (("answers", "1,234 of 12,345"), ("questions", "2 of 23,456"), ("wordings", "5 of 67")):
        assert head.index(name) + len(name) == row.index(cell) + len(cell)
    assert row.index("2024-01-10") == head.index("first and")


def test_score():
    assert score_text(RESULT, list_scores(RESULT), make_console(None)).split("\n\n", 1)[1].startswith(SCORE)


def test_show():
    assert show_text(RESULT, RESULT.explain("2024-01-10/100"), make_console(None)) == SHOW


def test_show_tells_kinds_and_what_is_referred_to():
    text = show_text(RESULT, RESULT.explain("201"), make_console(None))
    assert text.startswith("2025-01-16/200, 2025-01-16, Department for Education, 13 words, referral, not\nheld\n")
    assert "\n  refers to 2024-01-10/100\n" in text


def test_history():
    assert history_text(FAMILIES[0], make_console(None)) == HISTORY
    assert "\x1b[33m{31 → 33}\x1b[0m" in history_text(FAMILIES[0], make_console(Terminal()))


def test_bodies_are_those_of_the_answers_the_first_ten():
    assert "Education" not in table_of_bodies(RESULT.where(body="home office"))
    chosen = table_of_bodies(RESULT.where(body="home office", since="2025-06"))
    assert "\n        1 of 2    96.0 %  19.0 to 100.0 %  Home Office" in chosen
    answers = tuple(replace(answer, body=f"Body {n}") for n in range(2) for answer in CORPUS.answers)
    many = [replace(answer, body=f"Body {n:02}") for n, answer in enumerate(answers)]
    result = replace(RESULT, corpus=replace(CORPUS, answers=tuple(many)), scores=RESULT.scores * 2)
    table = table_of_bodies(result)
    assert [f"Body {n:02}" in table for n in range(12)] == [True] * 10 + [False] * 2
    assert table.endswith("             2  more: --format json")
    nameless = [replace(answer, body=None) for answer in CORPUS.answers]
    assert table_of_bodies(replace(RESULT, corpus=replace(CORPUS, answers=tuple(nameless)))) == ""


def table_of_bodies(result: ReuseResult) -> str:
    text = report_text(result, list_families(result), make_console(None))
    return "".join(part for part in text.split("\n\n") if part.startswith("       answers  template"))


def test_show_names_runs_that_no_family_holds():
    text = show_text(RESULT, RESULT.explain("300"), make_console(None))
    assert "word for word, earliest other: 600, =Ministry of |Pipes|\n  [draft] =SUM" in text


def test_show_of_an_answer_without_shares():
    assert "No shares: the source cut the text short." in show_text(RESULT, RESULT.explain("400"), make_console(None))
    assert "No shares: it has no words" in show_text(RESULT, RESULT.explain("500"), make_console(None))


def test_show_lists_at_most_ten_runs():
    words = " ".join(f"w{number:03}" for number in range(40))
    spans = tuple(
        Span(start=5 * n, end=5 * n + 5, label="template", family=None, earliest_answer_id=f"{n}") for n in range(40)
    )
    text = show_text(RESULT, replace(RESULT.scores[0], text=words, spans=spans), make_console(None))
    assert text.count("word for word") == 10
    assert "and 30 more runs (--format json)" in text


def test_runs_without_families_are_not_called_nothing():
    shared = "the review of the 31 attendance hubs will be published in the spring of next year"
    alone = ["Rail", "Farm", "Ports"]
    texts = [f"{one} " + " ".join(f"{one}{n}" for n in range(40)) + f" {shared}" for one in alone]
    result = find_reuse(texts, min_words=8)
    assert not result.families
    assert result.shares.template > 0
    text = report_text(result, list_families(result), make_console(None))
    assert "Nothing is stock" not in text
    assert "The template words counted above stand in runs of 8 words or more" in " ".join(text.split())


def test_nothing_found_says_so():
    text = report_text(EMPTY, list_families(EMPTY), make_console(None))
    assert "no answer here has words that can be compared" in text
    assert "Nothing is stock here: no paragraph or line stands in two answers." in text
    assert "first and last date" not in text
    assert "{a|b}" not in text
    assert "Of the pairs" not in text


def test_nothing_fits_says_so():
    result = RESULT.where(since="2030-01")
    text = report_text(result, list_families(result), make_console(None))
    assert "no answer fits the filters" in text
    # As many as a report without filters says.
    found = list_families(RESULT).found
    assert f"No stock text fits the filters; without them there are {found} families." in text
    assert found < len(RESULT.families)


@pytest.mark.parametrize(
    ("changed", "inside"),
    [
        ({"inside": 2}, "2 of 2 uses"),
        ({"inside": 0}, None),
        ({"inside": None}, None),
        ({"inside": 1, "uses": FAMILIES[3].uses * 600}, "1 of 1,200 uses"),
    ],
)
def test_a_line_says_how_many_uses_are_inside_a_paragraph(changed, inside):
    family = replace(FAMILIES[3], **changed)
    listing = Listing(families=(family,), own=(family,))
    text = report_text(RESULT, listing, make_console(None))
    assert "Novel start.\n      – Education 2\n      – s-old\n" in text
    assert [line for line in text.splitlines() if "inside" in line] == (
        [f"      – {inside} inside a stock paragraph"] if inside else []
    )


def test_a_place_without_a_pattern_is_highlighted_like_a_slot():
    family = replace(FAMILIES[0], template="We gave […] to […] of {31|33}, [draft] of it.")
    result = replace(RESULT, families=(family,))
    shown = report_text(result, list_families(result), make_console(Terminal()))
    shown += show_text(result, result.explain("2024-01-10/100"), make_console(Terminal()))
    assert shown.count("We gave \x1b[33m[…]\x1b[0m to \x1b[33m[…]\x1b[0m of \x1b[33m{31|33}\x1b[0m, [draft] of") == 2


def test_more_than_top():
    text = report_text(RESULT, list_families(RESULT, top=1), make_console(None))
    assert "1 family" not in text
    assert "1 of 3 families of stock text, most used first. --top 5 lists more, --format\njson" in text


def test_long_templates_and_many_nested_lines_are_cut():
    parent = replace(FAMILIES[0], template=" ".join(["stock"] * 5_000))
    lines = [replace(FAMILIES[1], id=f"s{number}") for number in range(5)]
    text = report_text(RESULT, Listing(families=(parent, *lines), own=(parent,)), make_console(None))
    assert sum(line.startswith("      stock stock") for line in text.splitlines()) == 4
    assert "stock…\n" in text
    assert text.count("↳") == 4
    assert "↳  2 more lines of it" in text


@pytest.mark.parametrize("width", [40, 60, 80, 132, 250])
def test_fitted_to_the_width(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    texts = [
        report_text(RESULT, ALL, make_console(None)),
        history_text(FAMILIES[0], make_console(None)),
        show_text(RESULT, RESULT.explain("300"), make_console(None)),
    ]
    if width >= 80:
        texts.append(score_text(RESULT, list_scores(RESULT), make_console(None)))
    for text in texts:
        assert max(map(cell_len, text.splitlines())) <= max(width, 59)


@pytest.mark.parametrize("columns", ["0", "1", "wide", "-3", "²"])
def test_columns_without_sense(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert make_console(None).width in (40, 80)


def test_colour_on_a_terminal_only(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    coloured = report_text(RESULT, ALL, make_console(Terminal()))
    assert "\x1b[33m{31|33}\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == REPORT
    assert "\x1b" not in report_text(RESULT, ALL, make_console(io.StringIO()))


@pytest.mark.parametrize(
    ("stream", "environment", "colours", "bold"),
    [
        (Terminal(), {}, True, True),
        (Terminal(), {"NO_COLOR": "1"}, False, True),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (io.StringIO(), {}, False, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
    ],
)
def test_the_environment_is_asked_for_colour(stream, environment, colours, bold, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = report_text(RESULT, ALL, make_console(stream))
    assert ("\x1b[33m" in text) == colours
    assert ("\x1b[1m" in text) == bold


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_is_written_to_the_stream(terminal):
    class Untouched(io.StringIO):
        def isatty(self) -> bool:
            return terminal

        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        flush = write

    console = make_console(Untouched())
    assert "attendance hubs" in report_text(RESULT, ALL, console)
    assert "Education" in score_text(RESULT, list_scores(RESULT), console)
    assert "attendance hubs" in show_text(RESULT, RESULT.explain("201"), console)


def test_show_in_colour_has_no_brackets(monkeypatch):
    text = show_text(RESULT, RESULT.explain("2024-01-10/100"), make_console(Terminal()))
    assert "[[" not in text
    assert "\x1b[36mThere is a network of \x1b[0m\x1b[33m31 \x1b[0m" in text
    monkeypatch.setenv("NO_COLOR", "1")
    text = show_text(RESULT, RESULT.explain("2024-01-10/100"), make_console(Terminal()))
    assert "[[There is a network of {31} attendance hubs." in text


def test_marks_hug_the_words():
    score = RESULT.scores[0]
    text = "  a b\n\nc 7 \nnew  x."
    stretches = [(0, 9, "template"), (9, 12, "slot"), (12, 17, "novel"), (17, 19, "slot")]
    spans = tuple(Span(start=a, end=b, label=label, family=None, earliest_answer_id=None) for a, b, label in stretches)
    assert marked(replace(score, text=text, spans=spans)).plain == "  [[a b]]\n\n[[c {7}]] \nnew  {x.}"


@given(
    st.text(st.characters(exclude_categories=()) | st.sampled_from("[]{}\\/|\x1b\x9b\r\n\x00\u202e\ud800"), min_size=1)
)
def test_no_text_reaches_the_terminal_raw(text):
    difference = Difference(old=text, new=text, old_start=0, start=0)
    variant = replace(FAMILIES[0].history[1], text=text, bodies={text: 1}, differences=(difference,))
    named = {"template": text, "bodies": {text: 1}, "ministers": {text: 1}, "history": (variant, variant)}
    family = replace(FAMILIES[0], **named)
    score = replace(
        RESULT.scores[0],
        id=text,
        question_ids=(text,),
        body=text,
        text=text,
        spans=(Span(start=0, end=len(text), label="template", family="p-hubs", earliest_answer_id=text),),
    )
    answer = replace(CORPUS.answers[0], id=text, question_ids=(text,), questions=(text,), body=text)
    corpus = replace(CORPUS, answers=(answer,))
    result = replace(RESULT, corpus=corpus, families=(family,), scores=(score,))
    console = make_console(None)
    shown = report_text(result, list_families(result), console)
    shown += score_text(result, [score], console) + show_text(result, score, console)
    shown += history_text(family, console)
    shown.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_markup_in_data_is_text():
    text = report_text(RESULT, ALL, make_console(None))
    assert "[draft]" in text
    assert "[/b]" in text
    assert HOSTILE not in text


def test_progress_bars(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    with progress_bars() as progress:
        progress("reading", 1, None)
        progress("reading", 7, None)
        progress("sketching", 50, 100)
        progress("sketching", 100, 100)
    assert "sketching" in stream.getvalue()
    assert "100%" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")
