"""Find the stock text of written parliamentary answers, and how much of each answer is new.

The map, in reading order. A module imports only modules above it; the stages (segments to scores) never import one
another: the pipeline hands arrays from one to the next.

    version.py       the version of the installed package
    errors.py        one base class, one class for each situation that a caller can act on
    params.py        ReuseParams: every tunable number once, with default, range, meaning
    charts.py        shares of groups of answers -> Matplotlib charts
    shading.py       labelled pieces of text -> HTML, for notebooks and for the page
    frames.py        data frames of any library, recognised and made
    lazy.py          records made when they are asked for
    records/         Record, Answer, Corpus, Family, Slot, Use, Variant, Span, Score, ReuseResult: frozen, slotted
    ragged.py        the one ragged type between stages
    garbage.py       Python's search for cycles, kept still where millions of records are made
    threads.py       the same work on many things, by one thread or several
    _kernels/        compiled loops, one file for each stage that needs one: arrays in, arrays out
    arrow.py         a column of text in Arrow's memory, read in place
    replacing.py     a file that is written beside its place, and gets its name when it is whole
    words.py         text -> words with code point offsets
    copies.py        texts -> the first of those that are the same, character by character
    readers/         files -> records: one file for each format
    duplicates.py    records -> questions: those read again, and of several versions the one that counts
    groups.py        questions -> those that have one answer
    corpus.py        records -> answers
    answers.py       lists, data frames, columns -> answers
    kinds.py         texts -> kinds of answer: holding, referral, not held and so on, by rule
    referrals.py     referrals -> the answers that they point to
    segments/        answers -> paragraphs and sentences with offsets
    scorable.py      words -> those that count, where each stands, and which are one figure
    shingles.py      segments -> texts (equal ones collapsed) and their shingles
    signatures.py    shingles -> MinHash signatures, bit-identical to datasketch's scheme, and the keys of their bands
    candidates.py    keys of bands, and shared rare shingles -> which texts are compared
    families.py      texts compared, best first -> families
    templates.py     families -> templates with slots
    runs.py          answers -> words that stand in another answer too
    scores.py        labels of each answer's words
    meanings.py      what stands at one place of a text -> what of meaning differs
    writing.py       how a family's uses are written -> its template as text
    questions.py     questions of answers -> how alike those of a family are
    usage.py         answers of families, and scores -> who and when: months, gaps, shares of bodies with intervals
    history.py       a family's uses -> its wordings in order of time, each with what changed
    results.py       families -> the records that people see
    scoring.py       labels of words -> the records that people see
    tidy.py          what was found -> tables for data frames
    choosing.py      what was found, of all answers or of chosen ones -> the result that people see
    times.py         dates of answers -> their order in time
    stock.py         the families of one unit: shingles to templates, each stage one call
    units.py         the families of both units, found side by side and shown together
    joining.py       new answers -> the families of an old corpus that they join
    against.py       answers against another corpus: each stage one call
    prepared.py      a corpus as arrays that later answers are compared with, without work on all of it
    clusters.py      texts, each taken whole -> the first one of its family
    engines/         where the work runs when it is not this process: Spark
    pipeline.py      find_reuse: each stage one call
    index.py         the corpus kept in one SQLite file: add, query, verify
    estimators.py    the same as scikit-learn classes
    report/          result -> terminal, page, tables, the JSON contract
    cli_index.py     the index from a shell
    cli.py           the rest from a shell
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pqreuse.corpus import read_answers as read_answers
    from pqreuse.errors import InputError as InputError
    from pqreuse.errors import MissingPackageError as MissingPackageError
    from pqreuse.errors import OutputError as OutputError
    from pqreuse.errors import ParameterError as ParameterError
    from pqreuse.errors import PqreuseError as PqreuseError
    from pqreuse.errors import UnknownAnswerError as UnknownAnswerError
    from pqreuse.errors import UnknownFamilyError as UnknownFamilyError
    from pqreuse.estimators import MinHashVectorizer as MinHashVectorizer
    from pqreuse.estimators import NoveltyTransformer as NoveltyTransformer
    from pqreuse.estimators import ReuseClusterer as ReuseClusterer
    from pqreuse.index import ReuseIndex as ReuseIndex
    from pqreuse.params import ReuseParams as ReuseParams
    from pqreuse.pipeline import cluster_texts as cluster_texts
    from pqreuse.pipeline import find_reuse as find_reuse
    from pqreuse.pipeline import score_answers as score_answers
    from pqreuse.pipeline import text_signatures as text_signatures
    from pqreuse.records import Answer as Answer
    from pqreuse.records import Corpus as Corpus
    from pqreuse.records import Difference as Difference
    from pqreuse.records import Family as Family
    from pqreuse.records import Gap as Gap
    from pqreuse.records import GroupShares as GroupShares
    from pqreuse.records import ReuseResult as ReuseResult
    from pqreuse.records import Score as Score
    from pqreuse.records import Slot as Slot
    from pqreuse.records import Span as Span
    from pqreuse.records import Use as Use
    from pqreuse.records import Variant as Variant
    from pqreuse.report.page import write_report as write_report
    from pqreuse.signatures import from_datasketch as from_datasketch
    from pqreuse.signatures import to_datasketch as to_datasketch
    from pqreuse.usage import shares_by as shares_by

# Where each public name lives: loaded when first asked for, so that `import pqreuse` costs next to nothing.
_HOMES = {
    "Answer": "records",
    "Corpus": "records",
    "Difference": "records",
    "Family": "records",
    "Gap": "records",
    "GroupShares": "records",
    "InputError": "errors",
    "MinHashVectorizer": "estimators",
    "MissingPackageError": "errors",
    "NoveltyTransformer": "estimators",
    "OutputError": "errors",
    "ParameterError": "errors",
    "PqreuseError": "errors",
    "ReuseClusterer": "estimators",
    "ReuseIndex": "index",
    "ReuseParams": "params",
    "ReuseResult": "records",
    "Score": "records",
    "Slot": "records",
    "Span": "records",
    "UnknownAnswerError": "errors",
    "UnknownFamilyError": "errors",
    "Use": "records",
    "Variant": "records",
    "cluster_texts": "pipeline",
    "find_reuse": "pipeline",
    "from_datasketch": "signatures",
    "read_answers": "corpus",
    "score_answers": "pipeline",
    "shares_by": "usage",
    "text_signatures": "pipeline",
    "to_datasketch": "signatures",
    "write_report": "report.page",
}

__all__ = [
    "Answer",
    "Corpus",
    "Difference",
    "Family",
    "Gap",
    "GroupShares",
    "InputError",
    "MinHashVectorizer",
    "MissingPackageError",
    "NoveltyTransformer",
    "OutputError",
    "ParameterError",
    "PqreuseError",
    "ReuseClusterer",
    "ReuseIndex",
    "ReuseParams",
    "ReuseResult",
    "Score",
    "Slot",
    "Span",
    "UnknownAnswerError",
    "UnknownFamilyError",
    "Use",
    "Variant",
    "__version__",
    "cluster_texts",
    "find_reuse",
    "from_datasketch",
    "read_answers",
    "score_answers",
    "shares_by",
    "text_signatures",
    "to_datasketch",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from pqreuse.version import version

        value: Any = version()
    elif name in _HOMES:
        value = getattr(import_module(f"pqreuse.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'pqreuse' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
