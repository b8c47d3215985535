"""Which column of a table is what: the usual names, or a map that the caller gives."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pqreuse.errors import ParameterError
from pqreuse.readers.ledger import UnusableError, one_line

Columns = Mapping[str, tuple[str, ...]]
"""For each field its columns, the preferred one first: a record takes the first that has a value."""

# In lower case, without spaces, underscores, hyphens and dots; the preferred name first.
_NAMES = {
    "text": "answertext answerhtml answer answerplaintext answerbody replytext reply responsetext response text "
    "content writtenanswer answercontent fullanswer",
    "id": "id questionid answerid recordid questionanswerid eventid documentid docid identifier reference",
    "date": "answeredon dateanswered answerdate answereddate answeredondate dateofanswer answerdatetime replydate "
    "answered",
    "tabled": "tabledon askedon datetabled dateasked tableddate askeddate questiondate dateofquestion "
    "submissiondatetime approveddate tabled tabledmonth",
    "body": "answeringbody answeringbodyname answerbody answerbodyname body department answeringdepartment "
    "answeringdepartmentname departmentname dept ministry",
    "question": "question questiontext questionhtml itemtext",
    "group": "group groupid groupkey answergroup",
    "grouped": "grouped groupedquestions groupedquestionuin groupedquestionuins groupeduins groupedwith",
    "uin": "uin questionuin questionansweruin questionnumber reference eventid",
    "house": "house chamber questionanswerhouse",
    "asker": "asker askedby askingmember askingmembername askingmp questionmp tabledby tablername tablingmember "
    "tablingmembername tablingmemberprinted questionmembername membername",
    "minister": "minister answeredby answeringmember answeringmembername answeringmemberprinted answermembername "
    "answermp answeredbymsp answeringminister ministername",
    "heading": "heading title subject questionanswersubject hansardheading",
    "url": "url link href uri",
    # Found by name only: no one has asked to map them.
    "correction": "iscorrection answeriscorrection isministerialcorrection",
    "holding": "isholding answerisholding",
    "corrected": "dateanswercorrected correctedon datecorrected",
    "withdrawn": "iswithdrawn questioniswithdrawn withdrawn",
}
_HIDDEN = ("correction", "holding", "corrected", "withdrawn")
_QUESTIONS = frozenset(_NAMES["question"].split())
# In which a row's fields are looked at: where several hold what they cannot, the first is told.
FIELDS = (
    *("text", "question", "id", "uin", "group", "house", "body", "heading", "url"),
    *("date", "tabled", "corrected", "grouped", "correction", "holding", "asker", "minister", "withdrawn"),
)
# Fields of the API in tables made by flattening its JSON.
_API_HTML = ("value.answerText", "value.questionText")
_LISTED = 600  # characters of column names in a message
_IGNORED = re.compile(r"[\s_.\-]+")
_FLATTENED = re.compile(r"\Avalue\.|(?<=\w)[._]+value\Z")

COLUMN_KEYS = tuple(name for name in _NAMES if name not in _HIDDEN)
"""Fields that a column map may name."""


def check_columns(columns: Mapping[str, Any] | None) -> dict[str, str]:
    """Check the caller's column map.

    Raises
    ------
    ParameterError
        If a key is not in `COLUMN_KEYS` or a name is not text.
    """
    columns = {} if columns is None else columns
    for key, name in columns.items():
        if key not in COLUMN_KEYS:
            raise ParameterError(f"columns: {one_line(repr(key), 80)} is none of {', '.join(COLUMN_KEYS)}")
        if not (isinstance(name, str) and name):
            raise ParameterError(f"columns: the column for {key!r} must be a name, got {one_line(repr(name), 80)}")
    return dict(columns)


def find_columns(names: Iterable[str], columns: Mapping[str, str] | None = None) -> Columns:
    """Find which of these columns holds what.

    Parameters
    ----------
    names : iterable of str
        Column names of the table.
    columns : mapping, optional
        The caller's names for some fields; they win over the usual ones, and a named column is used for another field
        only if the caller names it there too.

    Raises
    ------
    UnusableError
        If no column holds the answer, or one that the caller named is not there. The message lists the columns.

    Examples
    --------
    >>> dict(find_columns(["Question_ID", "Answer_Text", "Date", "Answer_Date"]))
    {'text': ('Answer_Text',), 'id': ('Question_ID',), 'date': ('Answer_Date',), 'tabled': ('Date',)}
    >>> dict(find_columns(["id", "body"], {"text": "body"}))
    {'text': ('body',), 'id': ('id',)}
    """
    return _find_columns(tuple(names), tuple(sorted(columns.items())) if columns else ())


def given_columns(names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The part of the caller's map that these columns provide.

    >>> given_columns(["Reply", "dept"], {"text": "Reply", "body": "Dept", "date": "Day"})
    {'text': 'Reply', 'body': 'Dept'}
    """
    there = set(names)
    plain = set(map(_plain, there))
    return {field: name for field, name in columns.items() if name in there or _plain(name) in plain}


def has_question(names: Iterable[str]) -> bool:
    """Whether a column holds the question, by the usual names."""
    return not _QUESTIONS.isdisjoint(map(_plain, names))


def check_unique(names: Sequence[str], columns: Columns) -> None:
    """Check that each column that is to be read has its name alone.

    Raises
    ------
    UnusableError
        If two have it, so that it is ambiguous.
    """
    for field, found in columns.items():
        for name in found:
            if (count := names.count(name)) > 1:
                shown = one_line(repr(name), 40)
                raise UnusableError(
                    f"{count} columns are named {shown}, and any may hold the {field}: give each its own name"
                )


def same_for_parts(names: Collection[str]) -> bool:
    """Whether a row that has only some of these columns has in each what it has there in a row of all of them."""
    plain = set(map(_plain, names))
    # The meaning of a column depends on other columns only if it is named "date", or if two are named alike.
    return len(plain) == len(names) and "date" not in plain


@lru_cache(maxsize=256)
def holds_html(name: str) -> bool:
    """Whether a column is known to hold HTML, tags or not, by its name.

    >>> holds_html("answer_html"), holds_html("value.answerText"), holds_html("AnswerText")
    (True, True, False)
    """
    return "html" in name.casefold() or name in _API_HTML


@lru_cache(maxsize=256)
def _find_columns(names: tuple[str, ...], columns: tuple[tuple[str, str], ...]) -> Columns:
    by_name: dict[str, list[str]] = {}
    for name in names:
        by_name.setdefault(_plain(name), []).append(name)
    named: dict[str, tuple[str, ...]] = {}
    for field, wanted in columns:
        if wanted not in names and not by_name.get(_plain(wanted)):
            raise UnusableError(f"no column {one_line(repr(wanted), 80)} for {field}: the columns are {_listed(names)}")
        named[field] = (wanted,) if wanted in names else tuple(by_name[_plain(wanted)])
    for name in {name for those in named.values() for name in those}:
        by_name[_plain(name)].remove(name)
    found: dict[str, tuple[str, ...]] = {}
    for field, usual in _NAMES.items():
        if matches := [name for plain in usual.split() for name in by_name.get(plain, ())]:
            found[field] = tuple(matches)
    # "Date" alone is the date of the answer; beside an answer date it is the date of the question.
    if generic := by_name.get("date"):
        free = next((field for field in ("date", "tabled") if field not in found), None)
        if free:
            found[free] = tuple(generic)
    found |= named
    if "text" not in found:
        raise UnusableError(f"no column holds the answer: name one with --column text=NAME, of {_listed(names)}")
    return {field: found[field] for field in FIELDS if field in found}


def _plain(name: str) -> str:
    # Programs that flatten JSON leave the name of what a value stood in: value.uin, answer_text_value.
    return _IGNORED.sub("", _FLATTENED.sub("", name.strip())).casefold()


def _listed(names: tuple[str, ...]) -> str:
    shown: list[str] = []
    for name in names:
        shown.append(one_line(repr(name), 40))
        if sum(map(len, shown)) > _LISTED:
            break
    more = len(names) - len(shown)
    return (", ".join(shown) or "none") + (f" and {more} more" if more else "")
