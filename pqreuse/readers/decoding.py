"""Bytes to text: byte order marks, UTF-16 and UTF-32, and Windows-1252 where UTF-8 does not fit."""

from __future__ import annotations

import codecs
import re

# Longest first: the mark of UTF-16 little-endian begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Five bytes of Windows-1252 have no character; they keep their code, as browsers do.
_C1 = {
    code: ord(character)
    for code in range(0x80, 0xA0)
    if (character := bytes([code]).decode("cp1252", "replace")) != "\ufffd"
}
_C1_PATTERN = re.compile("[\x80-\x9f]")


def repair_c1(text: str) -> str:
    r"""Turn C1 control characters into the Windows-1252 characters that were meant; the length stays the same.

    >>> repair_c1("\x93quoted\x94")
    '“quoted”'
    """
    return text.translate(_C1) if _C1_PATTERN.search(text) else text


def sniff_encoding(head: bytes) -> str:
    """Find the encoding that the first bytes show: ``utf-8`` unless a mark or a pattern of NULs says otherwise."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    # UTF-16 without a mark: in Latin text every other byte is NUL.
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        half, other = head[offset::2], head[1 - offset :: 2]
        if len(half) >= 8 and half.count(0) > 0.6 * len(half) and other.count(0) < 0.05 * len(half):
            return name
    return "utf-8"


def decode(data: bytes, encoding: str = "utf-8") -> tuple[str, bool]:
    """Decode, never failing; the second value says whether the bytes did not fit and were read another way."""
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError:
        pass
    if not encoding.startswith("utf-8"):
        return data.decode(encoding, "replace"), True
    try:  # Surrogates encoded one by one (CESU-8): replaced later, and reported, like any lone surrogate.
        return data.decode("utf-8", "surrogatepass"), False
    except UnicodeDecodeError:
        return data.decode("utf-8", _HANDLER).removeprefix("\ufeff"), True


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read only the bytes that are not UTF-8 as Windows-1252: one bad byte must not garble a whole file."""
    assert isinstance(error, UnicodeDecodeError)
    return repair_c1(error.object[error.start : error.end].decode("latin-1")), error.end


_HANDLER = "pqreuse-windows-1252"
codecs.register_error(_HANDLER, _as_windows_1252)
