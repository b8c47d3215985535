"""Words against the plain definition, and their offsets."""

from __future__ import annotations

from itertools import pairwise

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from pqreuse._kernels.words import digest_all
from pqreuse.errors import InputError
from pqreuse.words import digest, find_links, find_words, index_words, number_words

# Characters that fold, compose, reorder, expand, vanish or count as digits, more often than chance would give them.
ODD = (
    "aA é e\u0301\u0327\u0338= \u200b\u00ad\ufeff1,234567٣\u0661"
    "ßİ\u1e9e가\u1100\u1161\u11a8क\u093c\u094d\u09c7\u09beΣς\u0345ﬁ\u2126_-’'–½²"
)
texts = st.one_of(st.text(alphabet=ODD, max_size=12), st.text(characters, max_size=30))


@given(texts)
def test_words_are_those_of_the_definition(text: str) -> None:
    assert find_words(text).words == naive.words(text)


@given(texts)
def test_spans_are_in_order_and_each_holds_its_word(text: str) -> None:
    found = find_words(text)
    reached = 0
    for word, start, end in zip(*found, strict=True):
        assert reached <= start < end <= len(text)
        assert naive.words(text[start:end]) == [word]
        reached = end
    # What no span holds yields no word.
    outside = list(text)
    for start, end in zip(found.starts, found.ends, strict=True):
        outside[start:end] = [" "] * (end - start)
    assert naive.words("".join(outside)) == []


def test_number_with_commas_is_one_word_with_all_its_characters() -> None:
    assert find_words("£1,234,567 or 12,34") == (["1234567", "or", "12", "34"], [1, 11, 14, 17], [10, 13, 16, 19])


@pytest.mark.parametrize("before", ["", "é "])
@pytest.mark.parametrize("number", ["1,23", "1,234", "1,2345", "1,234,567", "1,234,5678", "12,34,567", ",123", "1,٣٣٣"])
def test_commas_before_exactly_three_digits_are_taken_out(before: str, number: str) -> None:
    """In a text of ASCII alone, and in one with other characters: the kernel reads each in its own way."""
    assert find_words(before + number).words == naive.words(before + number)


def test_decomposed_letter_belongs_to_its_word_whole() -> None:
    assert find_words("cafe\u0301 x") == (["café", "x"], [0, 6], [5, 7])


def test_ignorable_characters_inside_a_word_are_inside_its_span() -> None:
    assert find_words("\u200battend\u00adance\u200b.") == (["attendance"], [1], [12])


def test_vowel_signs_stay_in_their_word() -> None:
    assert find_words("नमस्ते दुनिया").words == ["नमस्ते", "दुनिया"]


def test_lone_surrogates_are_no_words_and_no_error() -> None:
    assert find_words("a \ud800 b").words == ["a", "b"]
    assert len(digest("\ud800")) == 16


@given(st.lists(st.text(alphabet="ab c1é", max_size=12), max_size=6), st.randoms())
def test_tokens_compare_as_words_do_in_any_order_of_texts(several: list[str], random: object) -> None:
    found = index_words(several)
    assert list(found.vocabulary) == sorted(set(found.vocabulary))
    assert [found.vocabulary[token] for token in found.tokens] == [
        word for text in several for word in naive.words(text)
    ]
    assert list(index_words(reversed(several)).vocabulary) == list(found.vocabulary)


def test_links_are_found_to_the_next_white_space() -> None:
    text = "see www.gov.uk/a,b. and (https://x.y/z). or http:// "
    assert [text[start:end] for start, end in find_links(text)] == ["www.gov.uk/a,b.", "https://x.y/z)."]
    assert find_links("see www.gov.uk") == [(4, 14)]
    assert find_links("http://x.y/z") == [(0, 12)]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("character", ["\u2adc", "\U0001d15e", "\U0001d1c0"])
def test_a_character_that_comes_apart_into_a_word_of_its_own(character: str, threads: int) -> None:
    several = [character * 1000 + " x", "hello world", character * 5000]
    found = index_words(several, threads)
    assert np.diff(found.indptr).tolist() == [len(naive.words(text)) for text in several]
    assert number_words(several, threads).tokens.tolist() == found.tokens.tolist()


def colliding_words(n_words: int, bits: int) -> list[str]:
    """Words of 16 characters whose hashes begin with so many zeros: by the formula in words.h."""
    mask, found, start = np.uint64(2**64 - 1), [], 0
    with np.errstate(over="ignore"):
        head = np.uint64(int.from_bytes(b"collides", "little")) ^ np.uint64(16 << 59 & int(mask))
        while len(found) < n_words:
            tails = np.array([f"{number:08x}" for number in range(start, start + 200_000)], "S8").view("<u8")
            value = (head * np.uint64(0x9E3779B97F4A7C15)) ^ (tails * np.uint64(0xD6E8FEB86659FD93))
            value = (value ^ (value >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
            value ^= value >> np.uint64(29)
            found += [f"collides{start + place:08x}" for place in np.flatnonzero(value >> np.uint64(64 - bits) == 0)]
            start += 200_000
    return found[:n_words]


def test_words_chosen_for_their_hash_are_refused() -> None:
    few = colliding_words(2_000, 11)
    assert len(index_words([" ".join(few[:900])]).vocabulary) == 900
    with pytest.raises(InputError, match=r"^more than a thousand words have one hash: .*; leave out the"):
        index_words([" ".join(few)])


def test_words_of_one_hash_are_two_words() -> None:
    """The end of the longer one was computed from the formula in words.h."""
    one, other = "a" * 256, "a" * 256 + "kepmrgmdeetou8t2"
    for text in (f"{one} {other}", f"{other} {one}"):
        vocabulary = index_words([text]).vocabulary
        assert vocabulary.hashes[0] == vocabulary.hashes[1]
        assert list(vocabulary) == [one, other]


@pytest.mark.parametrize(
    "text",
    [
        "a\u0363\u0301 a\u0301\u0363",  # a mark that composes with nothing blocks another of its class
        "e\u0363\u0327\u0301 e\u0327\u0363\u0301 жи\u0363\u0306и\u0306",
        "\u1100\u0301\u1161 \u1100\u1161\u0301\u11a8",
        "e\u200b\u0301 \u1100\u00ad\u1161",  # composed once what is between them is dropped
        "caf\u200be\u0301s 1,\u0301000",
        "\u0301a \u0301\u0301 =\u0338x",
    ],
)
def test_marks_compose_as_the_definition_says(text: str) -> None:
    found = find_words(text)
    assert found.words == naive.words(text)
    assert index_words([text]).tokens.tolist() == [sorted(set(found.words)).index(word) for word in found.words]


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
@pytest.mark.parametrize("at_once", [1, 7, 50])
def test_threads_change_no_place(threads: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [f"é{number} of café\u0301s, {number},000 x" for number in range(50)]
    one = index_words(several)
    monkeypatch.setattr("pqreuse.words._TEXTS_AT_ONCE", at_once)
    more = index_words(several, threads)
    for name in ("tokens", "starts", "ends", "indptr"):
        assert getattr(one, name).tolist() == getattr(more, name).tolist()
    assert list(one.vocabulary) == list(more.vocabulary)
    assert number_words(several, threads).tokens.tolist() == one.tokens.tolist()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_text_that_is_refused_keeps_no_thread_waiting(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pqreuse.words._TEXTS_AT_ONCE", 1)
    with pytest.raises(InputError, match="one hash"):
        index_words(["of", " ".join(colliding_words(2_000, 11)), *20 * ["of"]], threads)


@pytest.mark.parametrize(("length", "bits"), [(65_535, 16), (65_536, 32)])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_places_in_a_long_text(length: int, bits: int, letter: str) -> None:
    """They have 16 bits where every text is short enough, bytes notwithstanding."""
    several = ["at last", " " * (length - 9) + "at " + 6 * letter, "at"]
    found = index_words(several, 2)
    assert found.ends.dtype.itemsize * 8 == found.starts.dtype.itemsize * 8 == bits
    assert found.starts.tolist() == [0, 3, length - 9, length - 6, 0]
    assert found.ends.tolist() == [2, 7, length - 7, length, 2]


@pytest.mark.parametrize("more", [0, 2000])
def test_the_places_of_words(more: int) -> None:
    """Of few words all are looked at, of many they are searched."""
    vocabulary = index_words([" ".join(["b d é", *(f"c{number}" for number in range(more))])]).vocabulary
    found = vocabulary.places({"a", "b", "c", "d", "z", "é", "ö"})
    assert [vocabulary[place] for place in found] == ["b", "d", "é"]
    assert vocabulary.places(frozenset()) == []


@given(st.lists(st.text(characters)))
def test_words_are_joined_by_a_space(texts: list[str]) -> None:
    words = index_words(texts)
    tokens = np.append(words.tokens, np.int32(len(words.vocabulary)))
    first, last = words.indptr[:-1], words.indptr[1:]
    # The last text goes on to the word that is none of the vocabulary.
    last = np.where(np.arange(len(texts)) == len(texts) - 1, len(tokens), last)
    utf8, bounds = words.vocabulary.join(tokens, first, last, "#")
    expected = [naive.words(text) for text in texts]
    expected[-1:] = [[*text, "#"] for text in expected[-1:]]
    found = [bytes(utf8[low:high]).decode() for low, high in pairwise(bounds)]
    assert found == [" ".join(text) for text in expected]


@given(st.lists(st.binary(max_size=40)))
def test_digests_are_those_of_siphash(texts: list[bytes]) -> None:
    indptr = np.cumsum([0, *map(len, texts)])
    found = digest_all(np.frombuffer(b"".join(texts), np.uint8), indptr)
    assert [row.tobytes() for row in found] == list(map(naive.siphash, texts))


def test_siphash_is_that_of_openssl() -> None:
    # openssl mac -macopt hexkey:00000000000000000000000000000000 -macopt size:16 SIPHASH
    assert naive.siphash(bytes(1)).hex() == "d41e12e85e4cafb831f094e57538b801"
    assert naive.siphash(bytes(range(15))).hex() == "9fb8537a9c0f25128384ea0249c0955e"
