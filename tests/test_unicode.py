"""What the word kernel knows of characters: its table, and every assigned character where it can matter."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import naive
import pytest
from strategies import later_characters

from pqreuse._kernels import make_unicode
from pqreuse._kernels.words import unicode_version
from pqreuse.words import index_words

HEADER = Path(__file__).resolve().parents[1] / "pqreuse" / "_kernels" / "unicode.h"
SAME = unicodedata.unidata_version == unicode_version
CHARACTERS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) != "Cn"]
AROUND = {"in a word": "a{}b", "in a number": "1{}234", "behind a comma": "1,{}234", "twice": "é{0}{0}"}


def words_of(texts: list[str]) -> list[list[str]]:
    found = index_words(texts)
    words, bounds = list(found.vocabulary), found.indptr.tolist()
    tokens = found.tokens.tolist()
    return [[words[token] for token in tokens[start:end]] for start, end in pairwise(bounds)]


def test_table_is_what_its_program_writes() -> None:
    if not SAME:
        pytest.skip(f"the table is of Unicode {unicode_version}, this Python's is {unicodedata.unidata_version}")
    assert HEADER.read_text(encoding="ascii") == make_unicode.header()


def test_table_is_of_the_version_that_the_kernel_has() -> None:
    assert f'\n#define UNICODE_VERSION "{unicode_version}"\n' in HEADER.read_text(encoding="ascii")


def test_every_character_is_as_in_the_definition() -> None:
    both = zip(CHARACTERS, words_of(CHARACTERS), map(naive.words, CHARACTERS), strict=True)
    differing = {character: words for character, *words in both if words[0] != words[1]}
    # Of what a newer Python has more than the table, the kernel makes no word.
    assert set(differing) == set(later_characters())


@pytest.mark.parametrize("where", AROUND)
def test_every_character_among_others_is_as_in_the_definition(where: str) -> None:
    characters = [character for character in CHARACTERS if character not in later_characters()]
    texts = [AROUND[where].format(character) for character in characters]
    both = zip(texts, words_of(texts), map(naive.words, texts), strict=True)
    assert [(text, fast, slow) for text, fast, slow in both if fast != slow] == []
