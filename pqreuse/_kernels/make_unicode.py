"""Writes ``unicode.h``, what the word kernel knows of characters, from this Python's own `unicodedata`.

    python pqreuse/_kernels/make_unicode.py

Run by hand when the pinned Unicode version is to change (it changes which texts are one word: see the changelog); a
test compares the file with the running Python's tables where their versions agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

WORD, DIGIT, IGNORED, RISKY, SEVERAL = 1, 2, 4, 8, 16
PAGE = 128
LAST = 0x110000

# Soft hyphen, zero-width and bidirectional marks, word joiner and invisible operators, byte order mark.
IGNORABLE = {
    0xAD,
    0xFEFF,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
}

Entry = tuple[int, int]
"""Flags, and the distance to the folded character (for `SEVERAL`: where its characters stand)."""


def is_word(char: str) -> bool:
    r"""Whether a character is ``\w`` or of category M."""
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def later_parts() -> set[int]:
    """Characters that compose with one before them; the vowels and finals of Hangul among them."""
    found = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
    for code in range(LAST):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.is_normalized("NFC", chr(code)):
            found.add(int(parts[1], 16))
    return found


def entries() -> tuple[list[Entry], list[str]]:
    """The properties of each code point, and the foldings of more than one character."""
    composing, several = later_parts(), [""]
    found: list[Entry] = []
    for code in range(LAST):
        char = chr(code)
        folded = char.casefold()
        words = [is_word(part) for part in folded]
        if any(words) != all(words):
            raise AssertionError(f"U+{code:04X} folds to characters of which only some are parts of words")
        flags = WORD * all(words) | DIGIT * folded.isdecimal() | IGNORED * (code in IGNORABLE)
        if unicodedata.combining(char) or code in composing or unicodedata.normalize("NFC", char) != char:
            flags |= RISKY
        if len(folded) == 1:
            found.append((flags, ord(folded) - code))
        else:
            if folded not in several:
                several.append(folded)
            found.append((flags | SEVERAL, several.index(folded)))
    return found, several[1:]


def header() -> str:
    """The text of ``unicode.h``."""
    found, several = entries()
    kinds = sorted(set(found))
    number = {kind: place for place, kind in enumerate(kinds)}
    pages: dict[tuple[int, ...], int] = {}
    index = [
        pages.setdefault(tuple(number[entry] for entry in found[start : start + PAGE]), len(pages))
        for start in range(0, LAST, PAGE)
    ]
    folds = [(*map(ord, fold), 0, 0, 0)[:3] for fold in several]
    return "\n".join(
        [
            "/* What the word kernel knows of characters. Written by make_unicode.py: do not edit. */",
            "#include <stdint.h>",
            f'#define UNICODE_VERSION "{unicodedata.unidata_version}"',
            f"#define UNICODE_PAGE {PAGE}",
            f"enum {{ IN_WORD = {WORD}, DIGIT = {DIGIT}, IGNORED = {IGNORED}, RISKY = {RISKY}, SEVERAL = {SEVERAL} }};",
            "typedef struct { uint8_t flags; int32_t fold; } unicode_kind;",
            _array("static const unicode_kind UNICODE_KINDS", [f"{{{flags},{fold}}}" for flags, fold in kinds]),
            _array("static const uint16_t UNICODE_INDEX", map(str, index)),
            _array("static const uint16_t UNICODE_PAGES", (str(kind) for page in pages for kind in page)),
            _array("static const uint32_t UNICODE_FOLDS[][3]", [f"{{{a},{b},{c}}}" for a, b, c in [(0, 0, 0), *folds]]),
            "",
        ]
    )


def _array(declaration: str, values: Iterable[str]) -> str:
    lines, line = [], ""
    for value in values:
        if len(line) + len(value) > 118:
            lines.append(line)
            line = ""
        line += value + ","
    brackets = "" if declaration.endswith("]") else "[]"
    return "\n".join([f"{declaration}{brackets} = {{", *lines, line, "};"])


if __name__ == "__main__":
    target = Path(__file__).with_name("unicode.h")
    target.write_text(header(), encoding="ascii")
    print(f"{target}: Unicode {unicodedata.unidata_version}, {target.stat().st_size:,} bytes")
