"""Hypothesis strategies: small corpora of small words, in which reuse of every kind happens by chance."""

from __future__ import annotations

import unicodedata
from functools import cache

import naive
from hypothesis import strategies as st

from pqreuse import Answer
from pqreuse._kernels.words import unicode_version
from pqreuse.words import index_words

_WORDS = ["the", "hub", "not", "31", "2,000", "schools", "Romford", "we"]
_DATES = [None, "2024-01-05", "2024-01-06", "2024-01", "2024-02", "2024-02-01", "2023-12-31"]

words = st.sampled_from(_WORDS)
sequences = st.lists(words, min_size=1, max_size=14)


@cache
def later_characters() -> str:
    """Characters that this Python takes for parts of words, and that the kernel's older Unicode does not know."""
    if unicodedata.unidata_version == unicode_version:
        return ""
    every = [chr(code) for code in range(0x110000)]
    counts = index_words(every).indptr
    without = (char for char, n_words in zip(every, (counts[1:] - counts[:-1]).tolist(), strict=True) if not n_words)
    return "".join(char for char in without if naive.words(char))


characters = st.deferred(lambda: st.characters(exclude_categories=["Cs"], exclude_characters=later_characters()))


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """A new sentence, or one of three stock sentences with up to three words changed."""
    stock = [["The", "31", "hubs", "of", "Romford", "have", "helped", "2,000", "schools", "so", "far"] * 1]
    stock.append(
        ["Over", "£17", "million", "is", "being", "invested", "across", "two", "projects", "in", "15", "areas"]
    )
    stock.append(
        ["I", "refer", "the", "hon", "Member", "to", "the", "answer", "of", "3", "May", "to", "question", "1234"]
    )
    chosen = list(draw(st.one_of(sequences, st.sampled_from(stock))))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(chosen) - 1))
        chosen[place : place + draw(st.integers(0, 1))] = draw(st.lists(words, max_size=2))
        chosen = chosen or ["the"]
    return " ".join(chosen) + "."


@st.composite
def corpora(draw: st.DrawFn, max_answers: int = 7) -> list[Answer]:
    """Answers of a few short paragraphs, some dated, some with a link or a table."""
    pool = draw(st.lists(sentences(), min_size=1, max_size=5))
    answers = []
    for number in range(draw(st.integers(0, max_answers))):
        paragraphs = []
        for _ in range(draw(st.integers(0, 3))):
            chosen = draw(st.lists(st.one_of(st.sampled_from(pool), sentences()), min_size=1, max_size=3))
            if draw(st.integers(0, 5)) == 0:
                chosen.insert(1, "See https://a.uk/the/hub.")
            paragraphs.append(" ".join(chosen))
        text = "\n".join(paragraphs)
        tables: tuple[tuple[int, int], ...] = ()
        if paragraphs and draw(st.integers(0, 5)) == 0:
            tables = ((0, len(paragraphs[0])),)
        answers.append(Answer(id=f"q{number}", text=text, date=draw(st.sampled_from(_DATES)), tables=tables))
    return answers


_STOCK = "the next update of these figures will be published here for the year ending March 2025".split()
# What stands against a word and is no white space: links, tags, marks, characters that are no part of a word, digits.
_GLUE = [
    "https://a.uk/x", "https://a.uk/x.", "www.a.uk", "www.", "http://", "<b>", "</p>", "&nbsp;", "\u0301", "\u093e",
    "\u00ad", "\u200b", "\u200d", "\u202e", "\u2060", "\ufeff", "\u212b", "ﬁ", "İ", "ß", "e\u0301", ",", ",000",
    ",00", "2,", "12,345", ".", ". ", ".5", "5.", "’", "'t", "-", "—", "\u00a0", "\u202f000", "2 ", "١", "%", "£",
    "(", ")", "“", "/", "\n", "\r\n", "\u2028", "\t", " ", "中", "\U0001f469\u200d\U0001f467", "not", "May", "5 May ",
]  # fmt: skip


@st.composite
def glued_answers(draw: st.DrawFn) -> list[Answer]:
    """Answers with one stock sentence each, in which words are glued to links, tags, marks and what is no word."""
    answers = []
    for number in range(draw(st.integers(2, 5))):
        words = list(_STOCK)
        for _ in range(draw(st.integers(0, 4))):
            place, glue = draw(st.integers(0, len(words) - 1)), draw(st.sampled_from(_GLUE))
            words[place] = draw(st.sampled_from([glue + words[place], words[place] + glue, glue]))
        edges = [draw(st.sampled_from(["", "See ", "See www.a.uk/b.", "https://a.uk/", *_GLUE])) for _ in range(2)]
        joints = [draw(st.sampled_from([" "] * 9 + [". ", ".", "", "\n"])) for _ in words]
        text = edges[0] + "".join(map("".join, zip(words, joints, strict=True))) + edges[1]
        tables: tuple[tuple[int, int], ...] = ()
        if draw(st.integers(0, 4)) == 0:
            low, high = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
            tables = ((low, high),)
        answers.append(Answer(id=f"q{number}", text=text, date=draw(st.sampled_from(_DATES)), tables=tables))
    return answers
