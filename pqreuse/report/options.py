"""The verbs of the command line, their options and help texts; the tuning numbers come from `ReuseParams`.

Help is composed here and not by argparse, which prints each option on a line or two of its own: with the tuning numbers
that is two screens, and nobody reads the second.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from pathlib import PurePath
from typing import Any, NoReturn, get_args

from pqreuse.errors import ParameterError, nearest
from pqreuse.params import ReuseParams
from pqreuse.records import Kind, days

_WIDTH, _COLUMN = 79, 24
_SUFFIXES = {".json": "json", ".csv": "csv", ".md": "markdown", ".html": "html"}
# File names that do not mean a text table either.
_FOREIGN = {".doc", ".docx", ".htm", ".ods", ".odt", ".parquet", ".pdf", ".xls", ".xlsx"}


_TUNING = tuple(field for field in fields(ReuseParams) if field.name not in ("against", "min_answers"))


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: what it does, an example of its use, the options that mean something to it, the formats it writes."""

    summary: str
    example: str
    options: tuple[str, ...]
    formats: tuple[str, ...] = ()
    operands: str = "INPUT..."
    least: int = 1
    tuned: bool = True


_READING = ("--input-format", "--column", "--threads", "--quiet", "--strict")
_LABELLING = ("--against", *_READING)
_FORMATS = ("table", "json", "csv", "markdown")

VERBS = {
    "report": Verb(
        "Lists stock paragraphs and lines: how often, in which wordings, when, by whom.",
        'pqreuse report answers/ --body "Home Office" --since 2025-01 --top 50',
        (
            "--format",
            "--output",
            "--top",
            "--unit",
            "--min-answers",
            "--body",
            "--kind",
            "--since",
            "--until",
            *_LABELLING,
            "--engine",
            "--master",
        ),
        (*_FORMATS, "html"),
    ),
    "score": Verb(
        "Lists answers, one a row, with the part of their words that is template text,\n"
        "slots in it (a figure, a place), and novel; most stock text first.",
        "pqreuse score answers/ --since 2025-06 --format csv --output scores.csv",
        ("--corpus", "--format", "--output", "--top", "--body", "--kind", "--since", "--until", *_LABELLING),
        _FORMATS,
    ),
    "show": Verb(
        "Shows one answer, its words coloured by label. Where there is no colour, stock\n"
        "text stands in [[ ]], slots in { }, and novel words as they are.",
        "pqreuse show answers/ --answer 1661084 --against earlier",
        ("--answer", "--format", "--output", *_LABELLING),
        ("table", "json"),
    ),
    "history": Verb(
        "Shows the wordings of one stock text in the order of their first uses, each with\n"
        "what changed since the earlier wording that it is closest to.",
        "pqreuse history answers/ --family e92b363dc48b571c",
        ("--family", "--format", "--output", *_READING),
        _FORMATS,
    ),
}

INDEX_VERBS = {
    "index create": Verb(
        "Makes an index, a folder PATH, of answers: whole, or not at all.",
        "pqreuse index create pqs.pqreuse answers/",
        _READING,
        operands="PATH [INPUT...]",
    ),
    "index add": Verb(
        "Adds answers to an index, as if all had been read at once.",
        "pqreuse index add pqs.pqreuse today.json",
        ("--wait", *_READING),
        operands="PATH INPUT...",
        least=2,
        tuned=False,
    ),
    "index query": Verb(
        "Says what of answers the index has, where it was first; adds nothing.",
        "pqreuse index query pqs.pqreuse today.json --format json",
        ("--text", "--format", "--output", *_READING),
        ("table", "json"),
        operands="PATH [INPUT...]",
        tuned=False,
    ),
    "index remove": Verb(
        "Removes answers, named by any of their questions.",
        "pqreuse index remove pqs.pqreuse 1661084",
        ("--wait", "--quiet"),
        operands="PATH ID...",
        least=2,
        tuned=False,
    ),
    "index verify": Verb(
        "Checks an index for damage, and that it equals one made again from its records.",
        "pqreuse index verify pqs.pqreuse",
        ("--quiet",),
        operands="PATH",
        tuned=False,
    ),
    "index stats": Verb(
        "Says what an index holds.",
        "pqreuse index stats pqs.pqreuse --format json",
        ("--format", "--output"),
        ("table", "json"),
        operands="PATH",
        tuned=False,
    ),
}

HELP = """\
usage: pqreuse VERB INPUT... [options]

Finds stock paragraphs in written answers, and how much of each answer is new.

verbs:
  report INPUT...             stock paragraphs and lines, most used first
  score INPUT...              how much of each answer is template, slot, novel
  show INPUT... --answer ID   one answer with its stock words marked
  history INPUT... --family ID
                              one stock text through time: what changed in it
  index create|add|query|remove|verify|stats PATH ...
                              answers kept on disk: see pqreuse index

INPUT is a file, a folder, a ZIP archive, an index or a glob, several of them,
or - for standard input. Its format is found by looking at it: api-json,
wrans-xml, oireachtas-xml, transcript, csv, jsonl, json, parquet; document only
if named.

examples:
  pqreuse report answers/
  pqreuse score answers.jsonl --format csv --output scores.csv
  pqreuse score today.json --corpus archive/

"pqreuse VERB --help" lists a verb's options, "pqreuse --version" the version.
Exit status: 0 done, 1 input or environment cannot be used, 2 wrong usage,
130 interrupted, 143 terminated.
"""


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """Make a reader of whole numbers in a range."""

    def read(text: str) -> int:
        if not text.strip().lstrip("+-").isdecimal():
            raise ParameterError(f"must be a whole number, got {text!r}")
        number = int(text)
        if number < low or (high is not None and number > high):
            bounds = f"at least {low}" if high is None else f"in [{low}, {high}]"
            raise ParameterError(f"must be {bounds}, got {text}")
        return number

    return _told(read)


def parameter(name: str) -> Callable[[str], int | float | str]:
    """Make a reader of what `ReuseParams` accepts under this name."""
    kind = type(getattr(ReuseParams(), name))

    def read(text: str) -> int | float | str:
        try:
            value: int | float | str = kind(text)
        except ValueError:
            raise ParameterError(f"must be {'a whole number' if kind is int else 'a number'}, got {text!r}") from None
        values: dict[str, Any] = {name: value}
        try:
            ReuseParams(**values)
        except ParameterError as error:
            raise ParameterError(str(error).removeprefix(f"{name} ")) from None
        return value

    return _told(read)


def date(text: str) -> str:
    """Read a day or a month."""
    days(text)
    return text


def column(text: str) -> tuple[str, str]:
    """Read ``NAME=COLUMN``."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ParameterError(f"must be NAME=COLUMN, got {text!r}")
    return name, value


def _told(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let argparse say which option a ParameterError is about."""

    def told(text: str) -> Any:
        try:
            return read(text)
        except ParameterError as error:
            raise argparse.ArgumentTypeError(str(error).removeprefix("date ")) from None

    return told


OPTIONS: dict[str, dict[str, Any]] = {
    "--answer": {"metavar": "ID", "required": True, "help": "the answer, or any of its questions"},
    "--corpus": {
        "metavar": "OTHER...",
        "action": "extend",
        "nargs": "+",
        "default": [],
        "help": "compare with OTHER, not with one another",
    },
    "--family": {"metavar": "ID", "required": True, "help": "the stock text, as report names it"},
    "--format": {"metavar": "NAME"},
    "--output": {"metavar": "FILE"},
    "--text": {"metavar": "TEXT", "help": "ask about this text, not about files"},
    "--wait": {"action": "store_true", "help": "wait while another process writes to the index"},
    "--top": {"metavar": "N", "type": whole(1)},
    "--unit": {
        "metavar": "UNIT",
        "choices": ("paragraph", "sentence", "both"),
        "default": "both",
        "help": "paragraph, sentence or both (default)",
    },
    "--min-answers": {
        "metavar": "N",
        "type": parameter("min_answers"),
        "default": ReuseParams().min_answers,
        "help": f"list what stands in at least N answers ({ReuseParams().min_answers})",
    },
    "--body": {"metavar": "NAME", "action": "append", "default": [], "help": "list what this body used; repeatable"},
    "--kind": {
        "metavar": "NAME",
        "action": "append",
        "choices": get_args(Kind),
        "default": [],
        "help": "list what referral, not_held, ... answers used",
    },
    "--since": {"metavar": "DATE", "type": _told(date), "help": "list what was used on 2025-06-30 or later"},
    "--until": {"metavar": "DATE", "type": _told(date), "help": "list what was used until then; 2025-06 will do"},
    "--against": {
        "metavar": "WHICH",
        "choices": ("others", "earlier"),
        "default": ReuseParams().against,
        "help": "label against others (default) or earlier answers",
    },
    "--input-format": {"metavar": "NAME", "help": "read every input as this, not by its content"},
    "--column": {
        "metavar": "NAME=COLUMN",
        "action": "append",
        "type": _told(column),
        "default": [],
        "help": "a table's column for text, id, body, ...; repeatable",
    },
    "--threads": {"metavar": "N", "type": whole(1, 1024), "help": "threads to work with (as many as there are)"},
    "--engine": {
        "metavar": "NAME",
        "choices": ("threads", "spark"),
        "default": "threads",
        "help": "threads of this machine (default), or spark",
    },
    "--master": {"metavar": "URL", "help": "Spark's: local[4], spark://..., yarn, sc://..."},
    "--quiet": {"action": "store_true", "help": "no progress bars and no notes, only errors"},
    "--strict": {"action": "store_true", "help": "stop at the first thing that cannot be read"},
}


def verb_parser(name: str) -> argparse.ArgumentParser:
    """Make the parser of one verb, with only the options that mean something to it."""
    verb = _verb(name)
    parser = _Parser(prog=f"pqreuse {name}", add_help=False, allow_abbrev=False)
    parser.verb = verb
    meaning = "file, folder or glob; - is standard input" if "INPUT" in verb.operands else ""
    parser.add_argument("inputs", nargs="*", metavar=verb.operands.split()[-1].strip("[.]"), help=meaning)
    by_formats = _by_formats(verb)
    for option in verb.options:
        parser.add_argument(option, **OPTIONS[option], **by_formats.get(option, {}))
    for field in _TUNING if verb.tuned else ():
        parser.add_argument(_option(field), metavar="VALUE", type=parameter(field.name), default=field.default)
    return parser


def parse(name: str, argv: list[str]) -> argparse.Namespace:
    """Read a verb's arguments; options and inputs may stand in any order, after ``--`` stand only inputs.

    Raises
    ------
    ParameterError
        For every mistake.
    """
    parser, verb = verb_parser(name), _verb(name)
    # Not left to argparse, whose intermixed parsing stumbles over "--".
    end = argv.index("--") if "--" in argv else len(argv)
    args, unknown = parser.parse_known_intermixed_args(argv[:end])
    if unknown:
        near = nearest(unknown[0].partition("=")[0], (*verb.options, *map(_option, _TUNING if verb.tuned else ())))
        parser.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
    args.inputs = [*args.inputs, *argv[end + 1 :]]
    if len(args.inputs) < verb.least:
        missing = verb.operands.split()[len(args.inputs)].strip("[.]")
        taken = " (before --corpus, which takes all up to the next option)" if vars(args).get("corpus") else ""
        parser.error(f"missing: {missing}{taken}")
    if verb.formats and args.format is None:
        # A file called .csv is not meant to be a text table.
        suffix = PurePath(args.output or "").suffix.lower()
        args.format = _SUFFIXES.get(suffix, "table")
        if suffix in _FOREIGN:
            parser.error(
                f"{args.output} has the name of a format that is not written: end it in {_endings(verb)}, "
                "or say --format"
            )
        if args.format not in verb.formats:
            parser.error(
                f"{args.output} is to be {args.format} by its name, which {name} does not write "
                f"(only {', '.join(verb.formats)}): give another name, or --format"
            )
    return args


def _verb(name: str) -> Verb:
    return VERBS[name] if name in VERBS else INDEX_VERBS[name]


class _Parser(argparse.ArgumentParser):
    """Composes our help, and turns each mistake into one line with the way out."""

    verb: Verb

    def format_help(self) -> str:
        lines = [
            f"usage: {self.prog} {self.verb.operands} [options]",
            self.verb.summary,
            f"  e.g. {self.verb.example}",
            "",
        ]
        for action in self._actions:
            if action.help:
                name = " ".join(filter(None, (*action.option_strings, str(action.metavar or ""))))
                lines.append(f"  {name:<{_COLUMN}}{action.help}")
        # No-break spaces keep an option and its number on one line.
        if not self.verb.tuned:
            return "\n".join([*lines, ""])
        tuning = "tuning: " + "  ".join(f"{_option(field)}\xa0{field.default}" for field in _TUNING)
        wrapped = textwrap.wrap(tuning, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        return "\n".join([*lines, *wrapped, ""]).replace("\xa0", " ")

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ").replace("the following arguments are required", "missing")
        raise ParameterError(f"{message}; see {self.prog} --help")


def _by_formats(verb: Verb) -> dict[str, dict[str, Any]]:
    """Options whose defaults depend on the formats that a verb writes."""
    html = ", html 200" if "html" in verb.formats else ""
    return {
        "--format": {"choices": verb.formats, "help": ", ".join(("table (default)", *verb.formats[1:]))},
        "--output": {"help": f"write there; format by name: {_endings(verb)}"},
        "--top": {"help": f"list N (table, markdown 20{html}, else all)"},
    }


def _endings(verb: Verb) -> str:
    return ", ".join(ending for ending, format in _SUFFIXES.items() if format in verb.formats)


def _option(field: Field[Any]) -> str:
    return f"--{field.name.replace('_', '-')}"


def given_params(args: argparse.Namespace) -> dict[str, Any]:
    """The parameters of `find_reuse` among the options of a verb."""
    return {field.name: getattr(args, field.name) for field in fields(ReuseParams) if hasattr(args, field.name)}
