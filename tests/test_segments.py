"""Paragraphs, sentences and scorable words: by example, and what must hold for every text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sentencex import get_sentence_boundaries

from pqreuse.records import Answer
from pqreuse.scorable import scorable_words
from pqreuse.segments import (
    Segments,
    paragraph_stretches,
    reflow,
    sentence_stretches,
    split_answers,
    split_sentences,
    unscorable_stretches,
)
from pqreuse.segments.paragraphs import is_caption
from pqreuse.segments.sentences import _BEFORE_ANY, _BEFORE_NUMBER
from pqreuse.words import Words, find_words, index_words

Stretch = tuple[int, int]

# Every separator of lines, marks, ignorable characters, what closes a sentence and what only looks like it, a link.
_PIECES = [
    *"The hub we 31 2 ,000 2,000 para. No. e.g. Mr. ß İ 한 . . “ ” ’ \" ' … (a) - • – http://a.uk/b.c www.x.uk".split(),
    *("e\u0301", "\u0301", "\u00ad", "\u200b", "\ufeff", "\u202c", "\ud800", "\U0001f600", "न\u093e", "\u1112\u1161"),
    *("\u0345", "\x00", ". ", "! ", "? ", "1. ", " ", " ", " ", " ", "\u00a0", "\t"),
    *("\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\u2028", "\u2029", "\x1c", "\x85", "\v", "\f", "\n \n"),
    *("The next one. ", "and more of it ", "sub-paras. ", "etc.)", "ſ. ", "iv. ", "。", "x.com"),
]
texts = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


def paragraphs(text: str, *, markup: bool = False, **keywords: object) -> list[str]:
    (read,) = reflow([text], [not markup])
    assert len(read) == len(text)
    return [text[start:end] for start, end in paragraph_stretches(read, markup, **keywords)]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_stretches(text)]


class Found(NamedTuple):
    """All that answers are split into; whether each word is scorable."""

    paragraphs: Segments
    sentences: Segments
    closed: NDArray[np.bool_]
    scorable: NDArray[np.bool_]


def split_all(answers: Sequence[Answer], words: Words) -> Found:
    found = split_answers(answers, words)
    scorable = np.ones(len(words.tokens), bool)
    for first, last in found.unscorable.tolist():
        scorable[first:last] = False
    kept = scorable_words(words, found.unscorable)
    assert kept.tokens.tolist() == words.tokens[scorable].tolist()
    assert kept.starts.tolist() == words.starts[scorable].tolist()
    sentences = split_sentences(answers, words, found.paragraphs, found.unscorable)
    return Found(found.paragraphs, sentences, found.closed, scorable)


def split(text: str, tables: Sequence[Stretch] = (), markup: bool = False) -> tuple[Words, Found]:
    (text,) = reflow([text], [not markup])
    words = index_words([text])
    return words, split_all([Answer(text=text, tables=tuple(tables), markup=markup)], words)


def is_scorable(text: str, tables: Sequence[Stretch] = ()) -> list[tuple[str, bool]]:
    words, found = split(text, tables)
    return [
        (words.vocabulary[token], bool(scorable)) for token, scorable in zip(words.tokens, found.scorable, strict=True)
    ]


# Paragraphs


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_plain_text_breaks_at_every_line(end: str) -> None:
    text = f"The first line.{end}The second line.{end}{end} \t{end}  The third, after blank ones. {end}"
    assert paragraphs(text) == ["The first line.", "The second line.", "The third, after blank ones."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028"])
def test_markup_breaks_at_blank_lines_only(end: str) -> None:
    text = f"One line{end}and its other half.{end}{end}Another.{end} \u00a0{end}{end}A third."
    assert paragraphs(text, markup=True) == [f"One line{end}and its other half.", "Another.", "A third."]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_wrapped_to_a_width_is_one_paragraph(end: str) -> None:
    wrapped = end.join(
        ["The department has set up a network", "of hubs that help schools, and it", "will set up more."]
    )
    text = f"{wrapped}{end}{end}Another paragraph stands here."
    assert paragraphs(text) == [wrapped, "Another paragraph stands here."]


@pytest.mark.parametrize(
    "lines",
    [
        ["The first line ends here.", "the second begins small."],  # a full stop: no break inside a sentence
        ["The answers are in the table", "England and Wales", "Scotland"],  # capitals: no break inside a sentence
        ["a long line " * 17, "and a second one"],  # longer than any width that text is wrapped to
    ],
)
def test_lines_that_are_not_wrapped_stay_apart(lines: list[str]) -> None:
    assert paragraphs("\n".join(lines)) == [line.strip() for line in lines]


def test_spacers_are_no_paragraphs() -> None:
    text = "One.\n\n\u00a0\n\n \n\n\u2003\n\nTwo."
    assert paragraphs(text, markup=True) == paragraphs(text) == ["One.", "Two."]
    assert paragraphs("", markup=True) == paragraphs(" \n\u00a0\n") == []


def test_tables_are_left_out_and_part_what_stands_around_them() -> None:
    text = "Before the table 1 2 3 after it.\n\n4 5 6"
    tables = ((17, 22), (34, 39))
    assert paragraphs(text, tables=tables) == ["Before the table", "after it."]
    assert paragraphs(text, tables=tables[::-1], markup=True) == ["Before the table", "after it."]
    assert paragraphs(text, tables=((0, len(text)),)) == []
    # One table inside another, as markup may have it.
    assert paragraphs(text, tables=((0, 22), (3, 8))) == ["after it.", "4 5 6"]


# Sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "As para. 3 says, the rule is clear.",
        "As paras. 3 and 4 say, the rule is clear.",
        "It is printed in Vol. 2 of the report.",
        "It was raised by Ms. Brown in the debate.",
        "It was presented as Cm. 9000 to the House.",
        "The Govt. Department concerned has replied.",
        "It will cost approx. £17 million in all.",
        "It will take approx. Thirty days in all.",
        "See the Road Traffic Regs. 2010 for the rule.",
        "See Sch. 2 of the Act for the rule.",
        "Members may ring tel. 020 7219 3000 at any time.",
        "I refer to the answer to Question No. 12345 of that day.",
        "See reg. (2) of that instrument and s. 14 of the Act.",
        "The fee is 2.65 per cent, not 2.4 per cent, of the sum.",
        "Schools, e.g. Ashfield Academy, may apply for it.",
        "1. Workforce is the first of the missions.",
        "(a) Workforce is the first of the missions.",
        "iv. Workforce is the first of the missions.",
    ],
)
def test_abbreviations_and_heads_of_lists_end_no_sentence(sentence: str) -> None:
    assert sentences(sentence) == [sentence]
    assert sentences(f"This comes before it. {sentence} This comes after it.") == [
        "This comes before it.",
        sentence,
        "This comes after it.",
    ]


def test_numbered_list_in_one_paragraph() -> None:
    assert sentences("1. Workforce comes first. 2. Skills come next. 3. Digital comes last.") == [
        "1. Workforce comes first.",
        "2. Skills come next.",
        "3. Digital comes last.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "That is what the paras. The next one says more.",  # an abbreviation, but nothing of a number follows
        "We met the terms of the Act. The next one says more.",
        "It costs £17 million. The next one says more.",
        "Is that so? The next one says more.",
        "“The hubs help schools.” The next one says more.",
        "It was “taken out of service.” The next one says more.",
        "The hon. Member asked (in May). The next one says more.",
    ],
)
def test_sentences_end_where_they_end(text: str) -> None:
    assert len(sentences(text)) == 2
    assert sentences(text)[1] == "The next one says more."


def test_a_stretch_without_words_is_no_sentence_of_its_own() -> None:
    assert sentences("The hubs help schools. …") == ["The hubs help schools. …"]
    assert all(find_words(sentence).words for sentence in sentences("Yes! ! ! No. . . “ ” Perhaps? ?"))


def test_offsets_are_moved() -> None:
    text = "One stands here. Two stands there."
    assert [(low + 5, high + 5) for low, high in sentence_stretches(text)] == sentence_stretches(text, offset=5)


def test_no_sentence_ends_inside_a_word() -> None:
    text = "Is the first here?The second is there."
    assert sentence_stretches(text) == [(0, 18), (18, len(text))]
    inside = range(17, 21).__contains__  # as if one word ran over the break
    assert sentence_stretches(text, inside=inside) == [(0, len(text))]
    assert sentence_stretches(text, inside=lambda offset: inside(offset - 9), offset=9) == [(9, 9 + len(text))]


def test_lone_surrogates_are_kept_in_place() -> None:
    text = "The \ud800 first \udfff one. The second \udc00one."
    assert sentences(text) == ["The \ud800 first \udfff one.", "The second \udc00one."]
    assert paragraphs(f"{text}\n\ud800") == [text, "\ud800"]


@pytest.mark.parametrize("space", ["\u00a0", " \u2003", "\u3000\u3000", "\u2028"])
def test_an_initial_and_a_wide_space_before_a_full_stop(space: str) -> None:
    # sentencex panics at them, and a panic is no `Exception`.
    assert sentences(f"It is vitamin C{space}. The next one says more.") == [
        f"It is vitamin C{space}.",
        "The next one says more.",
    ]


@pytest.mark.parametrize("quote", ["“", "”", "‘", '"', "(", "“a "])
def test_a_flood_of_quotes(quote: str) -> None:
    text = quote * 200_000
    found = sentence_stretches(text)
    assert "".join(text[low:high] for low, high in found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "n_paragraphs", "n_sentences"),
    [
        ("A line of its own.\n" * 200_000, 200_000, 200_000),
        ("line of a text that is wrapped\n" * 200_000, 1, 1),
        ("\r\n \x1c" * 200_000, 0, 0),
        ("a" * 1_000_000, 1, 1),
        ("It ends? " * 500_000, 1, 500_000),
        ("It ends. " + "… ! ? " * 300_000, 1, 1),
        ("See para. 3. " * 300_000, 1, 300_000),
        ("1. Schools. " * 300_000, 1, 300_000),
        ("www.a.uk " * 200_000, 1, 1),
        (f"It is.{' ' * 1_000_000}So.", 1, 2),
        ("Is it?Yes. " * 100_000, 1, 200_000),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_a_very_long_text(text: str, n_paragraphs: int, n_sentences: int) -> None:
    words, found = split(text)
    assert (len(found.paragraphs), len(found.sentences)) == (n_paragraphs, n_sentences)
    n_scorable = 0 if text.startswith("www.") else len(words.tokens)
    for segments in (found.paragraphs, found.sentences):
        assert (segments.last - segments.first).sum() == n_scorable


def test_a_long_paragraph_is_not_cut_inside_a_word() -> None:
    text = "interdepartmental " * 5_000
    words, found = split(text)
    assert list(words.vocabulary) == ["interdepartmental"]
    assert {text[low:high] for low, high in zip(words.starts, words.ends, strict=True)} == {"interdepartmental"}
    lengths = found.sentences.last - found.sentences.first
    assert lengths.sum() == 5_000
    for start, end in zip(found.sentences.start, found.sentences.end, strict=True):
        assert set(text[start:end].split()) == {"interdepartmental"}


# What must hold for every text


def check_stretches(text: str, stretches: Sequence[Stretch], low: int, high: int) -> None:
    """In order, disjoint, inside, not empty, trimmed."""
    reached = low
    for start, end in stretches:
        assert reached <= start < end <= high
        assert text[start:end] == text[start:end].strip()
        reached = end


@st.composite
def texts_with_tables(draw: st.DrawFn) -> tuple[str, tuple[Stretch, ...]]:
    """A text, some of whose blocks are tables: what the readers give, so no table cuts a word."""
    parts = [(f"{draw(texts)}\n\n", draw(st.integers(0, 3)) == 0) for _ in range(draw(st.integers(0, 4)))]
    text, tables = "", []
    for part, is_table in parts:
        if is_table:
            tables.append((len(text), len(text) + len(part) - 2))
        text += part
    return text, tuple(table for table in tables if table[0] < table[1])


@given(texts_with_tables(), st.booleans())
def test_every_word_lies_whole_in_one_paragraph_and_one_sentence(
    drawn: tuple[str, tuple[Stretch, ...]], markup: bool
) -> None:
    text, tables = drawn
    words, found = split(text, tables, markup)
    by_unit = []
    for segments in (found.paragraphs, found.sentences):
        stretches = list(zip(segments.start.tolist(), segments.end.tolist(), strict=True))
        check_stretches(text, stretches, 0, len(text))
        by_unit.append(stretches)
        assert all(end <= low or high <= start for start, end in stretches for low, high in tables)
        for start, end in zip(words.starts.tolist(), words.ends.tolist(), strict=True):
            touching = [(low, high) for low, high in stretches if low < end and start < high]
            in_table = any(low <= start and end <= high for low, high in tables)
            assert len(touching) == (not in_table)
            assert all(low <= start and end <= high for low, high in touching)
        # Scorable words of each segment, counted one by one.
        kept = [
            (start, end)
            for start, end, scorable in zip(words.starts, words.ends, found.scorable, strict=True)
            if scorable
        ]
        for number, (low, high) in enumerate(stretches):
            inside = [place for place, (start, end) in enumerate(kept) if low <= start and end <= high]
            assert list(range(segments.first[number], segments.last[number])) == inside
    # A sentence lies in one paragraph.
    for low, high in by_unit[1]:
        assert sum(start <= low and high <= end for start, end in by_unit[0]) == 1


@given(texts_with_tables())
def test_scorable_words_are_those_that_no_table_or_link_touches(drawn: tuple[str, tuple[Stretch, ...]]) -> None:
    text, tables = drawn
    words, found = split(text, tables)
    holes = unscorable_stretches(text, tables)
    check = []
    for start, end in zip(words.starts.tolist(), words.ends.tolist(), strict=True):
        check.append(not any(low < end and start < high for low, high in holes))
    assert found.scorable.tolist() == check
    # A run ends after a scorable word where a hole, or the text's end, lies before the next one.
    kept = [(words.starts[place], words.ends[place]) for place, scorable in enumerate(check) if scorable]
    following = [*(start for start, _ in kept[1:]), len(text) + 1]
    for place, (_, end) in enumerate(kept):
        hole = any(end <= low and high <= following[place] for low, high in holes)
        assert found.closed[place] == (hole or place == len(kept) - 1)


@given(texts)
def test_paragraphs_are_those_of_the_plain_definition(text: str) -> None:
    line_end = r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])"
    blocks = re.split(rf"{line_end}(?:[^\S\n\r]*{line_end})+", text)
    assert paragraphs(text, markup=True) == [block.strip() for block in blocks if block.strip()]
    (read,) = reflow([text], [True])
    expected = []
    for line in re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", read):
        expected += [line.strip()] if line.strip() else []
    # What is reflowed is the same but for line ends, hyphens and furniture.
    assert [read[start:end] for start, end in paragraph_stretches(read)] == expected


def plain_sentences(paragraph: str, cut_words: Sequence[int] = ()) -> list[str]:
    """Sentences as they are defined: all of the left part is looked at for each break that sentencex finds."""
    spans = get_sentence_boundaries("en", re.sub("[\ud800-\udfff]", "\ufffd", paragraph))
    starts = [span["start_index"] for span in spans]
    joined: list[str] = []
    for start, end in pairwise([*starts, len(paragraph)]):
        left, right = joined[-1] if joined else "", paragraph[start:end]
        last = left.rstrip()
        before, number = (
            re.search(rf"(?:^|[\s(\[“‘\"'/])(?:{words})\.$", last, re.IGNORECASE)
            for words in (_BEFORE_ANY, _BEFORE_NUMBER)
        )
        belongs = (
            before
            or (number and re.match(r"[(\[]?(?:\d|[ivxlcIVXLC]+\b|[a-z])|\([A-Za-z]{1,3}\)|[£$€+]\s?\d", right))
            or re.fullmatch(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]+", left.strip())
            or not re.search(r"\w", right)
            or start in cut_words
        )
        if joined and belongs:
            joined[-1] += right
        else:
            joined.append(right)
    return [sentence.strip() for sentence in joined if sentence.strip()]


@given(texts)
def test_sentences_are_those_of_the_plain_definition(text: str) -> None:
    assert sentences(text) == plain_sentences(text)


@given(st.lists(st.tuples(texts_with_tables(), st.sampled_from(["", "Figure 2: schools"]), st.booleans()), max_size=4))
def test_answers_are_split_as_their_paragraphs_one_by_one(
    drawn: list[tuple[tuple[str, tuple[Stretch, ...]], str, bool]],
) -> None:
    answers = [Answer(text=text + end, tables=tables, markup=markup) for (text, tables), end, markup in drawn]
    found = split_all(answers, index_words([answer.text for answer in answers]))
    expected_paragraphs, expected_sentences = [], []
    for place, answer in enumerate(answers):
        words = find_words(answer.text)
        inner = {at for low, high in zip(words.starts, words.ends, strict=True) for at in range(low + 1, high)}
        for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables):
            paragraph = answer.text[start:end]
            if not is_caption(paragraph):
                expected_paragraphs.append((place, paragraph))
                cut_words = [at - start for at in inner]
                expected_sentences += [(place, sentence) for sentence in plain_sentences(paragraph, cut_words)]
    for segments, expected in ((found.paragraphs, expected_paragraphs), (found.sentences, expected_sentences)):
        places = zip(segments.answer.tolist(), segments.start.tolist(), segments.end.tolist(), strict=True)
        assert [(place, answers[place].text[start:end]) for place, start, end in places] == expected


@given(st.lists(st.tuples(texts, st.booleans()), max_size=5))
def test_a_text_is_split_alike_alone_and_among_others(drawn: list[tuple[str, bool]]) -> None:
    answers = [Answer(text=text, markup=markup) for text, markup in drawn]
    words = index_words(answer.text for answer in answers)
    together = split_all(answers, words)
    for place, answer in enumerate(answers):
        alone = split_all([answer], index_words([answer.text]))
        before = int(together.scorable[: words.indptr[place]].sum())
        for ours, theirs in ((together.paragraphs, alone.paragraphs), (together.sentences, alone.sentences)):
            mine = ours.answer == place
            assert ours.start[mine].tolist() == theirs.start.tolist()
            assert ours.end[mine].tolist() == theirs.end.tolist()
            assert (ours.first[mine] - before).tolist() == theirs.first.tolist()
            assert (ours.last[mine] - before).tolist() == theirs.last.tolist()


# Words of tables and links


def test_words_of_bare_links_are_not_scorable() -> None:
    assert is_scorable("See https://www.gov.uk/a-b?c=1 or www.nhs.uk now") == [
        ("see", True),
        *((word, False) for word in ("https", "www", "gov", "uk", "a", "b", "c", "1")),
        ("or", True),
        *((word, False) for word in ("www", "nhs", "uk")),
        ("now", True),
    ]


@pytest.mark.parametrize("text", ["seehttps://a.uk", "éwww.a.uk"])
def test_a_word_partly_inside_a_link_is_not_scorable(text: str) -> None:
    found = is_scorable(f"Word {text} word")
    assert found[0] == found[-1] == ("word", True)
    assert len(found) > 3
    assert not any(scorable for _, scorable in found[1:-1])


def test_a_word_partly_inside_a_table_is_not_scorable() -> None:
    assert is_scorable("before inside after", tables=((5, 10),)) == [
        ("before", False),
        ("inside", False),
        ("after", True),
    ]


def test_a_table_without_words_ends_a_run_and_words_of_no_link_do_not() -> None:
    _, found = split("one two --- three http four", tables=((8, 11),))
    assert found.closed.tolist() == [False, True, False, False, True]


def test_links_and_tables_that_overlap_are_one_stretch() -> None:
    text = "a http://b.uk c"
    assert unscorable_stretches(text, ((2, 6), (13, 14))) == [(2, 14)]
    assert unscorable_stretches(text) == [(2, 13)]
    assert unscorable_stretches("no link: http and www") == []
