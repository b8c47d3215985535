"""The report as a page: one file that holds all it shows, asks for nothing, and can be searched, printed and cited."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from itertools import combinations
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from pqreuse.kinds import KINDS
from pqreuse.lazy import column
from pqreuse.records import ReuseResult
from pqreuse.records.filters import folded
from pqreuse.report import wording
from pqreuse.report.columns import BRIEF, AnswerColumns, family_columns, pack
from pqreuse.report.contract import report_contract
from pqreuse.report.drawing import calendar, timeline
from pqreuse.report.files import check_output, write_file
from pqreuse.report.listing import PAGE_TOP, Listing, least_and_most_novel, list_families
from pqreuse.report.views import FamilyViews, clip, view_answer
from pqreuse.shading import lines, percents, shaded, share_bar

if TYPE_CHECKING:
    from jinja2 import Environment

_ANSWERS = 25
_VALUE, _NAME, _COUNTS = 160, 120, 120
_SHARING, _PAIRS, _HEATS = 12, 12, 5


def write_report(result: ReuseResult, path: str | PathLike[str], *, top: int | None = PAGE_TOP) -> None:
    """Write a result as one self-contained HTML page, whole or not at all.

    The page holds what ``pqreuse report --format html`` shows: figures of the corpus, shares of bodies and months, the
    most-used stock texts with their slots, wordings and uses, the answers with most and with least new text, which
    bodies share texts, and what was left out. It needs no network and no other file.

    Parameters
    ----------
    result : ReuseResult
    path : str or path-like
    top : int or None
        Stock texts that the page holds; None for all.

    Raises
    ------
    OutputError
        If the file cannot be written; whatever stood there still stands.

    Examples
    --------
    >>> import os, pqreuse, tempfile
    >>> result = pqreuse.find_reuse(["We have set up a network of hubs to share what works."] * 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pqreuse.write_report(result, os.path.join(folder, "reuse.html"))
    ...     os.listdir(folder)
    ['reuse.html']
    """
    check_output(fspath(path), ())
    write_file(page(result, list_families(result, top=top)), fspath(path))


def page(result: ReuseResult, listing: Listing) -> Iterator[bytes]:
    """The page in pieces of UTF-8."""
    script, style = _part("page.js"), _part("page.css")
    policy = f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; base-uri 'none'; "
    template = _environment().from_string(_part("page.html.j2"))
    told = {"script": script, "style": style, "policy": f"{policy}form-action 'none'", **_contents(result, listing)}
    for chunk in template.generate(told):
        yield chunk.encode()


def _part(name: str) -> str:
    return resources.files("pqreuse.report").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def inert(value: object) -> object:
        return lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=inert)
    made.filters |= {
        "number": "{:,}".format,
        "percents": percents,
        "percent": lambda share: "–" if share is None else f"{100 * share:.1f} %",
        "shaded": lambda pieces: Markup(shaded(pieces)),
        "bar": lambda shares: Markup(share_bar(shares)),
        "short": lambda name: clip(wording.short_body(name), _NAME),
        "name": lambda name: clip(name, _NAME),
        "raw": Markup,
        "clip": lambda text, most=_VALUE: clip(text, most),
        "body_counts": lambda counts: clip(wording.body_counts(counts, _COUNTS), 2 * _COUNTS),
        "words": lambda name: name.replace("_", " "),
        "count": wording.count,
    }
    return made


def _contents(result: ReuseResult, listing: Listing) -> dict[str, Any]:
    document, whole = report_contract(result, listing), result.whole or result
    blocks, answers = listing.blocks(), AnswerColumns(result)
    months = calendar([date[:7] for date in answers.dates])
    # Uses are of the answers that these were compared with, where those are others.
    asked = {answer.id: answer for answer in (*result.corpus, *(result.compared_with or ()))}
    views = FamilyViews(asked, months)
    families = [views.view(rank, *block) for rank, block in enumerate(blocks, 1)]
    nested = {line.id: line for view in families for line, _ in view.nested}
    numbered = {family.id: rank for rank, (family, _) in enumerate(blocks, 1)}
    sizes = {name: getattr(whole, name) for name in ("words", "paragraphs", "sentences")}
    everything = {
        **sizes,
        "answers": len(whole.corpus),
        "questions": whole.corpus.questions,
        "families": list_families(whole, unit=listing.unit).found,
        "users": len(whole.compared_with or whole.corpus),
    }

    columns = ""
    # Without stock texts there is nothing to filter.
    if blocks:
        of_families = family_columns(result, listing.own, list(nested.values()), len(blocks), answers.row)
        of_answers = answers.columns(months)
        columns = pack({"all": everything, "filtered": bool(result.filters), **of_answers, "families": of_families})
    return {
        "document": document,
        "corpus": document["corpus"],
        "all": everything,
        "shares": [document["shares"][name] for name in ("template", "slot", "novel")],
        "percents": wording.percents(result.shares),
        "found": listing.found,
        "shared": sum(parent is None for parent in column(result.families, "parent")),
        "others": len(result.compared_with or ()),
        "filters": wording.chosen_by(result),
        "once": wording.official_repetition(result),
        "recall": wording.recall(result),
        "no_families": wording.no_families(result),
        "months": months,
        "body_options": _body_options(document["bodies"], answers.bodies),
        "kind_options": [(number, KINDS[number]) for number in answers.kinds],
        "timeline": timeline(document["months"]),
        "bodies": _placed(document["bodies"], "body", answers.bodies),
        "by_month": _placed(document["months"], "month", months),
        "families": families,
        "lines": {name: listing.found + place for place, name in enumerate(nested)},
        "columns": columns,
        "brief": BRIEF,
        "answers": [
            (name, [view_answer(score, asked, numbered) for score in scores])
            for name, scores in zip(("least", "most"), least_and_most_novel(result, _ANSWERS), strict=True)
        ],
        "sharing": _sharing(result, numbered),
    }


def _placed(groups: Iterable[Mapping[str, Any]], key: str, names: Sequence[str]) -> list[tuple[Mapping[str, Any], int]]:
    """Groups of the document, each with its place among the names; -1 for none."""
    place: dict[str | None, int] = {one: number for number, one in enumerate(names)}
    return [(one, place.get(one[key], -1)) for one in groups]


def _body_options(groups: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[str, str]]:
    """The bodies to choose from, those of most answers first, and the places of their spellings among the names."""
    spelled: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        spelled.setdefault(folded(name), []).append(str(number))
    ordered = [*(one["body"] for one in groups if one["body"] is not None), *names]
    shown = {folded(name): name for name in reversed(ordered)}
    return [(shown[one], " ".join(spelled[one])) for one in dict.fromkeys(map(folded, ordered))]


def _sharing(result: ReuseResult, numbered: Mapping[str, int]) -> dict[str, Any] | None:
    """How many stock texts each two bodies both use, of those with most, and the pairs with most."""
    pairs: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    columns = (column(result.families, name) for name in ("id", "parent", "bodies"))
    for name, parent, bodies in zip(*columns, strict=True):
        if parent is None:
            for pair in combinations(sorted(bodies), 2):
                pairs[pair] += 1
                if name in numbered:
                    example.setdefault(pair, name)
    if not pairs:
        return None
    each: Counter[str] = Counter()
    for pair, count in pairs.items():
        each.update(dict.fromkeys(pair, count))
    names = sorted(each, key=lambda name: (-each[name], name))[:_SHARING]
    most = max(pairs.values())
    cells = [
        [(count := pairs[min(row, other), max(row, other)], -(-_HEATS * count // most)) for other in names]
        for row in names
    ]
    top = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]
    return {
        "names": names,
        "rows": list(zip(names, cells, strict=True)),
        "bodies": len(each),
        "pairs": [(*pair, count, numbered.get(example.get(pair, "")), example.get(pair)) for pair, count in top],
    }
