"""The command line: what `report`, `score`, `show` and `history` read, find and write, and how each of them may end.

Nothing heavy is imported before the arguments are known to be right: ``--help`` takes as long as Python's own start.
"""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from itertools import takewhile
from types import FrameType
from typing import TYPE_CHECKING, Any

from pqreuse.errors import InputError, ParameterError, PqreuseError, UnknownAnswerError, UnknownFamilyError
from pqreuse.garbage import no_garbage_collection
from pqreuse.report.options import HELP, INDEX_VERBS, VERBS, given_params, parse, verb_parser

if TYPE_CHECKING:
    from rich.console import Console

    from pqreuse.pipeline import Engine
    from pqreuse.records import Corpus, Filter, Progress, ReuseResult

_NOTES = 5
# Replacements for the characters that our tables are drawn with, for terminals of ASCII or Latin-1; others become "?".
_PLAINER = str.maketrans("↳█▓░–‘’“”…·", ">#=.-''\"\"~|")


class Terminated(BaseException):
    """SIGTERM arrived. Not an Exception, so that no handler of failures takes it for one and goes on."""


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """Raise `Terminated` for SIGTERM in this block, so that temporary files go as they do after Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def arrive(signum: int, frame: FrameType | None) -> None:
        signal.signal(signum, signal.SIG_DFL)  # a second one ends the process at once
        raise Terminated

    before = signal.signal(signal.SIGTERM, arrive)
    try:
        yield
    except Exception as error:
        # A failure while an interrupt was being cleaned up after (argparse has one) is not the reason for the end.
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, KeyboardInterrupt | Terminated):
            cause = cause.__context__
        if cause is None:
            raise
        raise cause from None
    finally:
        signal.signal(signal.SIGTERM, before)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; those of the process where not given.

    Returns
    -------
    int
        0 done (also when the reader of a pipe went away), 1 an input or the environment cannot be used, 2 wrong usage,
        130 interrupted, 143 terminated.
    """
    try:
        with _sigterm_raises(), no_garbage_collection():
            return _run(list(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:
        return 0
    except (ParameterError, UnknownAnswerError, UnknownFamilyError) as error:
        return _fail(str(error), 2)
    except PqreuseError as error:
        return _fail(str(error), 1)
    except MemoryError:
        pass  # what was in memory goes with the error: only then there is room to tell
    except OSError as error:
        return _fail(f"{error.filename or 'this system'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except Terminated:
        return _fail("terminated", 143)
    _tell("not enough memory for this; read fewer files at once")
    return 1


def _run(argv: list[str]) -> int:
    from pqreuse.report.files import write_stdout

    first = argv[0] if argv else None
    if first is None:
        sys.stderr.write(HELP)
        return 2
    if first in ("-h", "--help"):
        write_stdout([HELP.encode()])
    elif first == "--version":
        from pqreuse.version import version

        write_stdout([f"pqreuse {version()}\n".encode()])
    elif first == "index":
        _run_index(argv[1:])
    elif first not in VERBS:
        verbs = ", ".join((*VERBS, "index"))
        raise ParameterError(f"there is no verb {first!r}, only {verbs}; see pqreuse --help")
    elif _asks_for_help(argv):
        write_stdout([verb_parser(first).format_help().encode()])
    else:
        _verb(first, parse(first, argv[1:]))
    return 0


def _asks_for_help(words: Sequence[str]) -> bool:
    return not {"-h", "--help"}.isdisjoint(takewhile(lambda word: word != "--", words))


def _run_index(argv: list[str]) -> None:
    from pqreuse.report.files import check_output, write_output, write_stdout

    names = [name.partition(" ")[2] for name in INDEX_VERBS]
    first = argv[0] if argv else None
    if first in ("-h", "--help"):
        write_stdout([verb_parser(f"index {name}").format_help().encode() + b"\n" for name in names])
    elif first not in names:
        told = "missing verb" if first is None else f"there is no verb {first!r}"
        raise ParameterError(f"index: {told}; there are {', '.join(names)}: see pqreuse index --help")
    elif _asks_for_help(argv):
        write_stdout([verb_parser(f"index {first}").format_help().encode()])
    else:
        from pqreuse.cli_index import run

        args = parse(f"index {first}", argv[1:])
        output = vars(args).get("output")
        if output is not None:
            check_output(output, args.inputs)
        with _bars(args) as progress:
            columns = _columns(vars(args).get("column", []))
            tell = _say_nothing if vars(args).get("quiet") else _tell_notes
            chunks = run(first, args, columns, partial(_table, args), tell, progress)
        write_output(chunks, output)


def _verb(name: str, args: Namespace) -> None:
    from pqreuse.report.files import check_output, write_output

    if args.output is not None:
        check_output(args.output, [*args.inputs, *_others(args)])
    asked = _filter(args)
    corpus, result = _find(args, asked)
    # An empty list asks for nothing here, where the library takes it for a mistake.
    result = result.where(body=asked.bodies or None, since=asked.since, until=asked.until, kind=asked.kinds or None)
    chunks = {"report": _report, "score": _score, "show": _show, "history": _history}[name](args, result)
    write_output(chunks, args.output)
    if not args.quiet:
        _tell_notes(*filter(None, (corpus, result.compared_with)))


def _filter(args: Namespace) -> Filter:
    from pqreuse.records import Filter

    given = vars(args)
    bodies, kinds = tuple(given.get("body", ())), tuple(given.get("kind", ()))
    return Filter(bodies=bodies, kinds=kinds, since=given.get("since"), until=given.get("until"))


def _top(args: Namespace) -> int | None:
    from pqreuse.report.listing import PAGE_TOP, TABLE_TOP

    usual = {"table": TABLE_TOP, "markdown": TABLE_TOP, "html": PAGE_TOP}
    return usual.get(args.format) if args.top is None else args.top


def _find(args: Namespace, asked: Filter) -> tuple[Corpus, ReuseResult]:
    from pqreuse.pipeline import find_reuse, score_answers
    from pqreuse.readers import FORMATS

    if args.input_format is not None and args.input_format not in FORMATS:
        raise ParameterError(f"--input-format must be one of {', '.join(FORMATS)}, got {args.input_format!r}")
    params = given_params(args)
    others = _others(args)
    if "-" in args.inputs and "-" in others:
        raise ParameterError("- (standard input) cannot be both INPUT and --corpus; name a file for one of them")
    with _bars(args) as progress:
        corpus = _read(args, args.inputs, progress)
        _check_bodies(asked, corpus)  # here, and not after the long work
        if "answer" in args:
            corpus.place(args.answer)  # an unknown one is told before the long work, not after it
        if others:
            other = _read(args, others, progress)
            return corpus, score_answers(corpus, other, threads=args.threads, progress=progress, **params)
        engine = _engine(args)
        return corpus, find_reuse(corpus, threads=args.threads, progress=progress, engine=engine, **params)


def _engine(args: Namespace) -> Engine:
    """Where the work is to run; a session of Spark is opened for it."""
    engine: Engine = vars(args).get("engine", "threads")
    master = vars(args).get("master")
    if engine == "spark":
        from pqreuse.engines.session import open_session

        open_session(master)
    elif master is not None:
        raise ParameterError("--master is for --engine spark only")
    return engine


def _others(args: Namespace) -> list[str]:
    """Inputs of the corpus that answers are compared with, where that is not their own."""
    return list(vars(args).get("corpus", ()))


def _read(args: Namespace, inputs: list[str], progress: Progress | None) -> Corpus:
    from pqreuse.corpus import read_answers

    corpus = read_answers(
        inputs,
        input_format=args.input_format,
        columns=_columns(args.column),
        strict=args.strict,
        progress=progress,
    )
    if not corpus.answers:
        raise InputError(_nothing_read(corpus))
    return corpus


def _columns(pairs: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    columns = dict(pairs)
    if len(columns) < len(pairs):
        raise ParameterError("--column names the same thing twice; give each NAME once")
    return columns or None


def _nothing_read(corpus: Corpus) -> str:
    from pqreuse.report.wording import notes

    told = notes(corpus)
    if not told:
        return "no answers in the input; see pqreuse --help for what it may be"
    rest = f" (and {len(told) - 1:,} more like it)" if len(told) > 1 else ""
    return f"no answers in the input: {told[0]}{rest}"


def _check_bodies(asked: Filter, corpus: Corpus) -> None:
    try:
        asked.check_bodies(answer.body for answer in corpus.answers)
    except ParameterError as error:
        raise ParameterError(f"--body: {error}") from None


def _report(args: Namespace, result: ReuseResult) -> Iterable[bytes]:
    from pqreuse.report import contract, tables
    from pqreuse.report.listing import list_families

    listing = list_families(result, unit=args.unit, top=_top(args))
    if args.format == "table":
        from pqreuse.report.terminal import report_text

        return _table(args, partial(report_text, result, listing))
    if args.format == "html":
        from pqreuse.report.page import page

        return page(result, listing)
    return _data(
        args,
        json=partial(contract.report_contract, result, listing),
        csv=partial(tables.report_csv, listing),
        markdown=partial(tables.report_markdown, result, listing),
    )


def _score(args: Namespace, result: ReuseResult) -> Iterable[bytes]:
    from pqreuse.report import contract, tables
    from pqreuse.report.listing import list_scores

    scores = list_scores(result, _top(args))
    if args.format == "table":
        from pqreuse.report.terminal import score_text

        return _table(args, partial(score_text, result, scores))
    return _data(
        args,
        json=partial(contract.score_contract, result, scores),
        csv=partial(tables.score_csv, scores),
        markdown=partial(tables.score_markdown, result, scores),
    )


def _show(args: Namespace, result: ReuseResult) -> Iterable[bytes]:
    score = result.explain(args.answer)
    if args.format == "json":
        from pqreuse.report.contract import answer_contract, json_lines

        return json_lines(answer_contract(score))
    from pqreuse.report.terminal import show_text

    return _table(args, lambda console: show_text(result, score, console))


def _history(args: Namespace, result: ReuseResult) -> Iterable[bytes]:
    from pqreuse.report import contract, tables

    family = result.family(args.family)
    if args.format == "table":
        from pqreuse.report.terminal import history_text

        return _table(args, partial(history_text, family))
    return _data(
        args,
        json=partial(contract.history_contract, family),
        csv=partial(tables.history_csv, family),
        markdown=partial(tables.history_markdown, family),
    )


def _table(args: Namespace, render: Callable[[Console], str]) -> list[bytes]:
    from pqreuse.report.terminal import make_console

    stream = sys.stdout if args.output is None else None
    text = render(make_console(stream))
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return [text.encode(encoding)]
    except UnicodeEncodeError:
        return [text.translate(_PLAINER).encode(encoding, "replace")]


def _data(
    args: Namespace, *, json: Callable[[], dict[str, Any]], csv: Callable[[], str], markdown: Callable[[], str]
) -> Iterable[bytes]:
    if args.format == "json":
        from pqreuse.report.contract import json_lines

        return json_lines(json())
    if args.format == "csv":
        # Excel takes a file for Latin-1 unless it begins with a mark; programs at the end of a pipe expect none.
        return [csv().encode("utf-8" if args.output is None else "utf-8-sig")]
    return [markdown().encode()]


def _bars(args: Namespace) -> AbstractContextManager[Progress | None]:
    if vars(args).get("quiet", True) or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext()
    from pqreuse.report.terminal import progress_bars

    return progress_bars()


def _say_nothing(corpus: Corpus) -> None:
    """For those who want no notes."""


def _tell_notes(*corpora: Corpus) -> None:
    from pqreuse.report.wording import columns_line, notes

    for corpus in corpora:
        if line := columns_line(corpus):
            _tell(line)
    told = list(dict.fromkeys(note for corpus in corpora for note in notes(corpus)))
    for note in told[:_NOTES]:
        _tell(note)
    if len(told) > _NOTES:
        _tell(f"and {len(told) - _NOTES:,} more (all of them are in pqreuse report --format json)")


def _fail(message: str, status: int) -> int:
    from pqreuse.report.wording import one_line

    _tell(one_line(message))
    return status


def _tell(line: str) -> None:
    # A closed standard error leaves nowhere to report to.
    with suppress(OSError):
        if sys.stderr is not None:
            print(f"pqreuse: {line}", file=sys.stderr, flush=True)
