"""The result of reading files: records, and what was skipped or doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Progress = Callable[[str, int, int | None], None]
"""Told ``(stage, done, total)`` as work goes on; ``total`` is None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One question and its answer as a reader found them: duplicates and groups not yet resolved.

    Attributes
    ----------
    text : str
        The answer. A plain-text field unchanged; for HTML or XML the extracted text, blocks joined by two newlines.
    question : str
        The question's text, ``""`` where the source has none.
    id : str or None
        The source's own globally unique identifier. A UIN alone is none: UINs repeat across sessions.
    uin, house, body, asker, minister, heading, url : str or None
        As the source gives them. ``body`` is the answering body.
    tabled, answered, corrected : str or None
        ISO dates, ``2025-06-30`` or, of month precision, ``2025-06``.
    correction : bool
        The source marks this text as a correction of an earlier one with the same identifier.
    holding : bool
        The source marks this text as a holding reply: a full answer is to follow.
    original : str or None
        The text before its correction, where the source gives it beside the corrected one.
    grouped : tuple of (str, str or None)
        UINs that the source says were answered together with this one, each with its date tabled where known.
    group : str or None
        A key that all records answered together share (one reply to several questions, a group column).
    tables : tuple of (int, int)
        Stretches of ``text`` that are tables: kept, not scored.
    links : tuple of str
        Addresses of the links of a text that was HTML or XML, in their order and as the source has them.
    markup : bool
        ``text`` was extracted from HTML or XML: paragraphs end at blank lines, not at every line.
    preview : bool
        The source cut ``text`` short.
    file, where : str
        Where it stands, for messages: a file name and ``record 3`` or ``line 3``.
    """

    text: str
    question: str = ""
    id: str | None = None
    uin: str | None = None
    house: str | None = None
    body: str | None = None
    asker: str | None = None
    minister: str | None = None
    heading: str | None = None
    url: str | None = None
    tabled: str | None = None
    answered: str | None = None
    corrected: str | None = None
    correction: bool = False
    holding: bool = False
    original: str | None = None
    grouped: tuple[tuple[str, str | None], ...] = ()
    group: str | None = None
    tables: tuple[tuple[int, int], ...] = ()
    links: tuple[str, ...] = ()
    markup: bool = False
    preview: bool = False
    file: str = ""
    where: str = ""


CONTENT_FIELDS = tuple(name for name in Record.__dataclass_fields__ if name not in ("file", "where"))
"""All fields of a record but its place."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """Something in the input that was not used, and why."""

    file: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """Which columns of some tables were read, and as what.

    Attributes
    ----------
    files : tuple of str
    columns : mapping of str to tuple of str
        For each field its columns, the preferred one first.
    unused : tuple of str
        The other columns.
    """

    files: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...] = ()


def put_together(columns: Iterable[TableColumns]) -> list[TableColumns]:
    """One record for all files that have the same columns; of what is said twice of a file the last counts."""
    of_file = {file: one for one in columns for file in one.files}
    alike: dict[str, TableColumns] = {}
    for file, one in sorted(of_file.items(), key=lambda item: item[0]):
        key = repr((one.columns, one.unused))
        before = alike[key].files if key in alike else ()
        alike[key] = TableColumns(files=(*before, file), columns=one.columns, unused=one.unused)
    return list(alike.values())


@dataclass(slots=True)
class Reading:
    """The result of reading files. `stream_records` fills all but the records once they have been consumed.

    Attributes
    ----------
    records : iterable of Record
        In the order of the inputs: of `read_records` a list, of `stream_records` an iterator.
    files : int
        Files opened.
    skipped : list of Skipped
        By file and place.
    warnings : list of str
        One line each, by file.
    repeated : int
        Records that were read too and say nothing new: an index counts them and does not keep them.
    former : mapping of str to str
        Families of an index that have another identifier now.
    columns : list of TableColumns
        Of tables and of JSON that was read as one: a record for all files that have the same columns.
    """

    records: Iterable[Record]
    files: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    repeated: int = 0
    former: Mapping[str, str] = field(default_factory=dict)
    columns: list[TableColumns] = field(default_factory=list)
