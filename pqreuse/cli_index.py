"""The verbs of `pqreuse index`: what each reads, does and says. `cli` writes it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from pqreuse.errors import ParameterError
from pqreuse.params import ReuseParams
from pqreuse.records import Corpus, Reading
from pqreuse.report.options import given_params

if TYPE_CHECKING:
    from rich.console import Console

    from pqreuse.index import Added, IndexStats, Queried, ReuseIndex
    from pqreuse.records import Progress


Table = Callable[[Callable[["Console"], str]], Iterable[bytes]]
"""Makes bytes of a table for where the output goes."""


def run(
    name: str,
    args: Namespace,
    columns: Mapping[str, str] | None,
    table: Table,
    tell: Callable[[Corpus], None],
    progress: Progress | None,
) -> Iterable[bytes]:
    """Do what a verb says, and give what it has to say; what was skipped and doubted is told at once."""
    from pqreuse.index import ReuseIndex

    path, *rest = args.inputs
    if name == "create":
        reading = _read(args, rest, columns, progress) if rest else Reading(())
        index = ReuseIndex.create(path, reading, threads=args.threads, progress=progress, **given_params(args))
        tell(_noted(index.created, reading))
        told = "1 answer" if len(index) == 1 else f"{len(index):,} answers"
        return [] if args.quiet else [f"{path}: {told}\n".encode()]
    if name == "add":
        reading = _read(args, rest, columns, progress)
        added = ReuseIndex(path).add(reading, threads=args.threads, wait=args.wait, progress=progress)
        tell(_noted(added, reading))
        return [] if args.quiet else [f"{path}: {_told(added)}\n".encode()]
    if name == "remove":
        removed = ReuseIndex(path).remove(rest, wait=args.wait)
        return [] if args.quiet else [f"{path}: {_told(removed)}\n".encode()]
    if rest and name != "query":
        raise ParameterError(f"index {name} takes one PATH, got {rest[0]!r} too; see pqreuse index {name} --help")
    if name == "verify":
        ReuseIndex(path).verify(progress=progress)
        return [] if args.quiet else [f"{path}: whole\n".encode()]
    index = ReuseIndex(path)
    if name == "stats":
        return _stats(args, index.stats())
    asked = _asked(args, index, rest, columns, tell, progress)
    if args.format == "json":
        from pqreuse.report.contract import asked_contract, json_lines

        return json_lines(asked_contract(asked, index.params))
    from pqreuse.report.terminal import asked_text

    return table(partial(asked_text, asked))


def _read(args: Namespace, inputs: list[str], columns: Mapping[str, str] | None, progress: Progress | None) -> Reading:
    from pqreuse.readers import stream_records

    return stream_records(
        inputs, input_format=args.input_format, columns=columns, strict=args.strict, progress=progress
    )


def _told(added: Added) -> str:
    known = "record known already" if added.repeated == 1 else "records known already"
    parts = [
        (added.answers, "added"),
        (added.replaced, "replaced"),
        (added.gone, "removed"),
        (added.repeated, known),
    ]
    return ", ".join(f"{number:,} {what}" for number, what in parts if number) or "nothing new"


def _stats(args: Namespace, stats: IndexStats) -> Iterable[bytes]:
    from pqreuse.report.contract import json_lines

    known = asdict(stats)
    if args.format == "json":
        return json_lines(known)
    usual = ReuseParams().to_dict()
    chosen = [f"{name}={value}" for name, value in known["params"].items() if value != usual[name]]
    known["params"] = ", ".join(chosen) or "the usual ones"
    width = max(map(len, known))
    rows = ((name, f"{value:,}" if isinstance(value, int) else value or "–") for name, value in known.items())
    return ["".join(f"{name.replace('_', ' '):<{width}}  {value}\n" for name, value in rows).encode()]


def _asked(
    args: Namespace,
    index: ReuseIndex,
    inputs: list[str],
    columns: Mapping[str, str] | None,
    tell: Callable[[Corpus], None],
    progress: Progress | None,
) -> Queried:
    from pqreuse.corpus import resolve

    if (args.text is None) == (not inputs):
        raise ParameterError("index query needs either INPUT or --text TEXT; see pqreuse index query --help")
    if args.text is not None:
        return index.query(args.text)
    corpus = resolve(_read(args, inputs, columns, progress))
    tell(corpus)
    return index.query(corpus)


def _noted(added: Added | None, reading: Reading) -> Corpus:
    columns = tuple(reading.columns)
    return Corpus() if added is None else Corpus(skipped=added.skipped, warnings=added.warnings, columns=columns)
