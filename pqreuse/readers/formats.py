"""Which format a file has, found by looking at its first bytes."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping

from pqreuse.readers.columns import find_columns
from pqreuse.readers.decoding import decode
from pqreuse.readers.ledger import UnusableError
from pqreuse.readers.sources import Source
from pqreuse.readers.tables import PARQUET_MAGIC, sniff_delimiter
from pqreuse.readers.transcript import has_questions

FORMATS = ("api-json", "wrans-xml", "oireachtas-xml", "transcript", "csv", "jsonl", "json", "parquet", "document")
"""Names of the formats, for `input_format`. ``json`` and ``jsonl`` are tables of any objects."""

_MAGIC = (
    (PARQUET_MAGIC, "a Parquet file: leave out --input-format"),
    (b"%PDF", "a PDF: save its text first"),
    (b"PK\x03\x04", "a ZIP archive or an Office file: unpack it, or save it as CSV or text"),
    (b"\xd0\xcf\x11\xe0", "an old Office file: save it as CSV or text"),
    (b"SQLite format 3", "an SQLite database: export a table as CSV"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"BZh", "packed by bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed by xz: unpack it first"),
)
# The start of an object or of an array of objects; a document may begin with "[draft]".
_JSON = re.compile(r'\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[\]{"]|\Z))')
_XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\s+(?!html)|<publicwhip\b|<(?:\w+:)?akomaNtoso\b)")
_AKOMA_NTOSO = re.compile(r"<(?:\w+:)?akomaNtoso\b")
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SUFFIX = re.compile(r"\.(json|jsonl|ndjson|xml)(\.(gz|zst|zstd))?$", re.IGNORECASE)
_TABLE_SUFFIX = re.compile(r"\.(csv|tsv|tab)(\.(gz|zst|zstd))?$", re.IGNORECASE)


def find_format(source: Source, columns: Mapping[str, str]) -> str:
    """Name of the format; JSON of any kind is ``json``.

    Raises
    ------
    UnusableError
        If it is empty or of no known format: the message says what it seems to be, and the way out.
    """
    if source.head.startswith(PARQUET_MAGIC):
        return "parquet"
    head = readable_head(source)
    if _HTML.match(head):
        raise UnusableError("a web page: read its text as a document with --input-format document")
    if _XML.match(head):
        return "oireachtas-xml" if _AKOMA_NTOSO.search(head) else "wrans-xml"
    if _JSON.match(head):
        return "json"
    if _is_table(head, source.name, columns):
        return "csv"
    # The format that it was meant to be, so that the message fits it.
    if (suffix := _SUFFIX.search(source.name)) and not has_questions(head):
        return "wrans-xml" if suffix[1].lower() == "xml" else "json"
    return "transcript"


def readable_head(source: Source) -> str:
    """Decode the first bytes.

    Raises
    ------
    UnusableError
        If there are none, or they are not text.
    """
    require_content(source, source.head)
    for magic, what in _MAGIC:
        if source.head.startswith(magic):
            raise UnusableError(f"{what}; no answers can be read from it as it is")
    head = decode(source.head, source.encoding)[0].removeprefix("\ufeff")
    require_content(source, head)
    if len(_CONTROLS.findall(head)) > 0.02 * len(head):
        raise UnusableError("binary data of no known format: convert it to CSV, JSON or text")
    return head


def require_content(source: Source, head: bytes | str) -> None:
    """Check that something stands in the first bytes, or in the text that they are.

    Raises
    ------
    UnusableError
        If nothing does.
    """
    if not head.strip():
        raise UnusableError(source.damage or "the file is empty: download it again or leave it out")


def is_named_table(name: str) -> bool:
    """Whether the file's name says that it is a table."""
    return _TABLE_SUFFIX.search(name) is not None


def _is_table(head: str, name: str, columns: Mapping[str, str]) -> bool:
    """Whether the first line is a header: it names an answer column, or rows of as many cells follow it."""
    if is_named_table(name):
        return True
    lines = [line for line in re.split(r"[\r\n]+", head) if line.strip()][:4] or [""]
    delimiter = sniff_delimiter(lines[0])
    try:
        header, *rows = csv.reader(lines, delimiter=delimiter)
    except (csv.Error, ValueError):
        return False
    if len(header) < 2 or any(len(cell) > 60 for cell in header):
        return False
    try:
        find_columns(header, columns)
    except UnusableError:
        # Prose too may have commas on each line: it is taken for a table only if nothing else speaks against it.
        return (
            bool(rows) and len(header) > 2 and all(len(row) == len(header) for row in rows) and not has_questions(head)
        )
    return True
