"""Seeded paragraphs of made-up words, of which a part are uses of templates, and which template each came from.

    generated = generate(100_000, seed=1)
    generated.texts        list of str
    generated.template     int64[n]: number of the template that a paragraph is a use of; -1 for none

Words follow Zipf's law over a vocabulary of 200,000; a paragraph has 1 to 5 sentences of 8 to 33 words: 62 words on
average. Template number k (from 0) is used ``largest // (k + 1)`` times, at least three times, until ``reused`` of all
paragraphs are uses. A template has one to three places for a number or a name. Each of its wordings fills them anew,
some have words replaced, a clause inserted or a sentence dropped; several uses have the same wording, and a quarter of
them are exact copies of the template itself.

All randomness is integer arithmetic on counters (splitmix64), so that a seed gives the same texts on every machine and
with every version of NumPy, in any order and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

VOCABULARY, NUMBERS, NAMES = 200_000, 2_000, 5_000
# Tokens: words, then numbers, then names; a word has four forms, each a whole vocabulary further.
KINDS = VOCABULARY + NUMBERS + NAMES
PLAIN, CAPITAL, STOP, COMMA = (form * KINDS for form in range(4))
# The first words are of one syllable, as the most frequent of any language are. No sentence ends with one, or begins or
# ends with a number: sentence splitters take "no." and "art." for abbreviations, "3." for a list.
SHORT = 250
PARAGRAPHS_AT_ONCE = 50_000
WORDS_STREAM, PLACES_STREAM, USES_STREAM, SHAPE_STREAM, ORDER_STREAM, FORMS_STREAM = range(6)


@dataclass(frozen=True, slots=True)
class Generated:
    """Paragraphs and the template of each; -1 for none."""

    texts: list[str]
    template: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """Rows of tokens: sentences in paragraphs, or paragraphs."""

    tokens: NDArray[np.int64]
    indptr: NDArray[np.int64]


def generate(n: int, *, seed: int = 1, reused: float = 0.5, largest: int | None = None) -> Generated:
    """All paragraphs at once; see `chunks`."""
    texts: list[str] = []
    templates = []
    for some, template in chunks(n, seed=seed, reused=reused, largest=largest):
        texts += some
        templates.append(template)
    return Generated(texts, np.concatenate([np.empty(0, np.int64), *templates]))


def chunks(
    n: int, *, seed: int = 1, reused: float = 0.5, largest: int | None = None
) -> Iterator[tuple[list[str], NDArray[np.int64]]]:
    """Paragraphs and their templates, 50,000 at a time.

    Parameters
    ----------
    n : int
        How many paragraphs in all.
    reused : float
        Part of them that are uses of templates. With half of them four in five paragraphs are distinct, as in real
        answers.
    largest : int, optional
        Uses of the most used template: by default one paragraph in sixty, at most 50,000.
    """
    sizes = template_sizes(round(n * reused), max(3, min(n // 60, 50_000)) if largest is None else largest)
    templates = Templates(sizes, seed)
    template = np.full(n, -1, np.int64)
    template[: sizes.sum()] = np.repeat(np.arange(len(sizes)), sizes)
    template = template[np.argsort(noise(seed, ORDER_STREAM, np.arange(n)), kind="stable")]
    for start in range(0, n, PARAGRAPHS_AT_ONCE):
        some = template[start : start + PARAGRAPHS_AT_ONCE]
        places = np.arange(start, start + len(some))
        fresh = paragraphs(places[some < 0], seed, SHAPE_STREAM)
        texts = np.empty(len(some), object)
        texts[some < 0] = spell(fresh)
        texts[some >= 0] = spell(templates.uses(some[some >= 0], places[some >= 0]))
        yield texts.tolist(), some


def template_sizes(uses: int, largest: int) -> NDArray[np.int64]:
    """Uses of each template, most used first: they sum to ``uses`` (or to a few less)."""
    sizes = np.maximum(largest // np.arange(1, uses // 3 + 2), 3)
    return sizes[: np.searchsorted(np.cumsum(sizes), uses, "right")]


def noise(seed: int, stream: int, counters: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Random bits of each counter: splitmix64 (Steele, Lea, Flood 2014) at a place of its sequence."""
    start = np.uint64((seed * 0xD1342543DE82EF95 + stream * 0xA0761D6478BD642F) % 2**64)
    bits = counters.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def below(bits: NDArray[np.uint64], bound: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole numbers in [0, bound) from the upper halves of random bits."""
    return (((bits >> np.uint64(32)) * np.asarray(bound, np.uint64)) >> np.uint64(32)).astype(np.int64)


@cache
def zipf() -> NDArray[np.uint64]:
    """Upper ends of the words' shares of 2⁶⁴, by rank: the word of random bits is the first end above them."""
    # Zipf–Mandelbrot with exponent 1: the most frequent word is one in fifteen.
    shares = 10**15 // (np.arange(VOCABULARY, dtype=np.int64) * 10 + 12)
    ends = np.cumsum(shares)
    return (ends.astype(np.uint64) * np.uint64((2**64 - 1) // int(ends[-1]))).astype(np.uint64)


def draw_words(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """A token for each: words by Zipf's law, one in 64 a number, one in 64 a name."""
    tokens = np.searchsorted(zipf(), bits, "right")
    kind, other = bits & np.uint64(63), noise(0, WORDS_STREAM, bits.view(np.int64))
    tokens = np.where(kind == 0, VOCABULARY + below(other, NUMBERS), np.minimum(tokens, VOCABULARY - 1))
    return np.where(kind == 1, VOCABULARY + NUMBERS + below(other, NAMES), tokens)


def paragraphs(places: NDArray[np.int64], seed: int, stream: int) -> Words:
    """Paragraphs of new words; each depends only on the seed, the stream and its place."""
    shape = noise(seed, stream, places)
    n_sentences = 1 + below(shape, 5)
    of = np.repeat(np.arange(len(places)), n_sentences)
    number = np.arange(len(of)) - np.repeat(np.cumsum(n_sentences) - n_sentences, n_sentences)
    lengths = 8 + below(noise(seed, stream + 16, places[of] * 8 + number), 26)
    ends = np.cumsum(lengths)
    sentence = np.repeat(np.arange(len(of)), lengths)
    inside = np.arange(len(sentence)) - np.repeat(ends - lengths, lengths)
    counters = (np.repeat(places[of] * 8 + number, lengths)) * 64 + inside
    tokens = draw_words(noise(seed, stream + 32, counters))
    first, last = ends - lengths, ends - 1
    edge = np.concatenate([first, last])
    is_number = (tokens[edge] >= VOCABULARY) & (tokens[edge] < VOCABULARY + NUMBERS)
    tokens[edge] -= is_number * (VOCABULARY - SHORT)
    tokens[last] += (tokens[last] < SHORT) * SHORT + STOP
    tokens[first] += CAPITAL
    # A comma behind every eleventh word or so, never next to the sentence's end.
    middle = (noise(seed, stream + 48, counters) % np.uint64(11) == 0) & (inside > 1)
    middle[last] = middle[last - 1] = False
    tokens[middle] += COMMA
    words_of = np.bincount(of, weights=lengths, minlength=len(places)).astype(np.int64)
    return Words(tokens, np.concatenate([[0], np.cumsum(words_of)]))


class Templates:
    """Templates and their uses.

    Parameters
    ----------
    sizes : ndarray of int64
        Uses of each.
    """

    def __init__(self, sizes: NDArray[np.int64], seed: int) -> None:
        self.sizes, self.seed = sizes, seed
        self.words = paragraphs(np.arange(len(sizes)), seed, SHAPE_STREAM + 64)
        # Uses draw one of so many wordings: number 0 is the template itself.
        self.wordings = np.minimum(sizes, 3 + sizes * 3 // 10)

    def uses(self, template: NDArray[np.int64], places: NDArray[np.int64]) -> Words:
        """A use of each template at each place of the corpus."""
        chosen = noise(self.seed, USES_STREAM, places)
        wording = np.where(chosen & np.uint64(3) == 0, 0, below(chosen, self.wordings[template]))
        counters = (template * 65_536 + wording)[:, None] * 32 + np.arange(24)
        bits = noise(self.seed, PLACES_STREAM, counters)
        # Where the template's places are depends on the template alone.
        fixed = noise(self.seed, PLACES_STREAM + 16, template[:, None] * 8 + np.arange(4))
        new = draw_words(noise(self.seed, PLACES_STREAM + 32, counters)).tolist()
        base, indptr = self.words.tokens, self.words.indptr
        rows = []
        for one, number, own, draws, words in zip(
            template.tolist(), wording.tolist(), fixed.tolist(), bits.tolist(), new, strict=True
        ):
            row = base[indptr[one] : indptr[one + 1]].tolist()
            rows.append(edit(row, own, draws, words) if number else row)
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        tokens = np.fromiter((token for row in rows for token in row), np.int64, int(lengths.sum()))
        return Words(tokens, np.concatenate([[0], np.cumsum(lengths)]))


def edit(tokens: list[int], fixed: list[int], draws: list[int], words: list[int]) -> list[int]:
    """A wording of a template: its places filled, in some words replaced, a clause inserted, a sentence dropped.

    Parameters
    ----------
    tokens : list of int
        The template.
    fixed : list of int
        Four random numbers that are the same for all uses: how many places, and where.
    draws, words : list of int
        24 random numbers and 24 words of this wording.
    """
    inner = [place for place, token in enumerate(tokens) if token < KINDS]
    if not inner:
        return tokens
    for slot in range(1 + fixed[0] % 3):
        kind = fixed[1 + slot] % 2
        token = VOCABULARY + (NUMBERS + draws[slot] % NAMES if kind else draws[slot] % NUMBERS)
        tokens[inner[fixed[1 + slot] // 2 % len(inner)]] = token
    if draws[4] % 4 == 0:
        for word in range(1 + draws[5] % 3):
            tokens[inner[draws[6 + word] % len(inner)]] = words[word]
    if draws[10] % 8 == 0:
        at = inner[draws[11] % len(inner)]
        tokens[at + 1 : at + 1] = words[4 : 9 + draws[12] % 6]
    if draws[20] % 8 == 0:
        ends = [place + 1 for place, token in enumerate(tokens) if STOP <= token < COMMA]
        if len(ends) > 1:
            dropped = draws[21] % len(ends)
            del tokens[ends[dropped - 1] if dropped else 0 : ends[dropped]]
    return tokens


def spell(words: Words) -> list[str]:
    """The text of each row."""
    forms, tokens, ends = spellings(), words.tokens.tolist(), words.indptr.tolist()
    spelled = [forms[token] for token in tokens]
    return [" ".join(spelled[start:end]) for start, end in pairwise(ends)]


@cache
def spellings() -> list[str]:
    """How each token is written, in each of the four forms."""
    words = word_forms()
    plain = [*words[:VOCABULARY], *map(str, range(1, NUMBERS + 1)), *(word.capitalize() for word in words[VOCABULARY:])]
    return [
        *plain,
        *(word[:1].upper() + word[1:] for word in plain),
        *(f"{word}." for word in plain),
        *(f"{word}," for word in plain),
    ]


def word_forms() -> list[str]:
    """Distinct made-up words, frequent ones first: one syllable, then two, then three, as frequent words are short."""
    onsets = "b c d f g h j l m n p r s t v w th st pr ch".split()
    vowels = "a e i o u a e i o ea".split()
    codas = ["", "", "", "", "n", "r", "s", "t", "l", "d"]
    syllables = [onset + vowel + coda for onset in onsets for vowel in vowels for coda in codas]
    found: dict[str, None] = {}
    number = 0
    while len(found) < VOCABULARY + NAMES:
        long = len(found) >= 12_000
        draws = noise(0, FORMS_STREAM, np.arange(number, number + 4)).tolist()
        number += 4
        count = 1 if len(found) < SHORT else 2 + long * (draws[3] % 2)
        found["".join(syllables[draw % len(syllables)] for draw in draws[:count])] = None
    return list(found)
