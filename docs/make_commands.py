"""Write commands.md, the command reference, from the parsers of the command line: `python docs/make_commands.py`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from pqreuse.params import ReuseParams
from pqreuse.report.options import HELP, INDEX_VERBS, VERBS, verb_parser

PAGE = Path(__file__).resolve().parent / "commands.md"
HEAD = """\
# Commands

<!-- Written by docs/make_commands.py from the parsers; a test compares. -->

Results go to standard output, everything else (notes, progress, errors) to standard error. The exit status is 0 when
the work is done, 1 when an input or the environment cannot be used, 2 for wrong usage, 130 when interrupted, 143 when
terminated. [The command line in use](command_line.md) explains what the options are for.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, shown("pqreuse --help", HELP)]
    for verb in (*VERBS, *INDEX_VERBS):
        parts += [f"## pqreuse {verb}\n", shown(f"pqreuse {verb} --help", verb_parser(verb).format_help())]
    told = "[Tuning](tuning.md) shows what they change. An index keeps those that it was made with.\n"
    parts += ["## Tuning options\n", told, tuning()]
    return "\n".join(parts)


def shown(command: str, text: str) -> str:
    """A command and what it prints, as the block that a test runs."""
    return f"```console\n$ {command}\n{text}```\n"


def tuning() -> str:
    """The table of the numbers that are in `ReuseParams`."""
    taken = {verb: {action.dest for action in verb_parser(verb)._actions} for verb in (*VERBS, *INDEX_VERBS)}
    tuned = [verb for verb, names in taken.items() if {field.name for field in fields(ReuseParams)} & names]
    rows = ["| option | default | range | meaning | of |", "|---|---:|---|---|---|"]
    for field in fields(ReuseParams):
        meta = field.metadata
        choices = " or ".join(f"`{choice}`" for choice in meta.get("choices", ()))
        allowed = choices or f"{meta['low']:,} to {meta['high']:,}"
        verbs = [verb for verb in tuned if field.name in taken[verb]]
        option, of = f"--{field.name.replace('_', '-')}", "all" if verbs == tuned else ", ".join(verbs)
        rows.append(f"| `{option}` | {field.default} | {allowed} | {meta['meaning']} | {of} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
