"""Templates: alignment, what is kept, what is a slot, and what each filling is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import naive_templates
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pqreuse import find_reuse
from pqreuse._kernels.templates import align
from pqreuse.ragged import Ragged
from pqreuse.records import Family
from pqreuse.templates import Templates, build_templates, kind_of, meaning_mask, meaning_of
from pqreuse.words import find_words, index_words

tokens = st.integers(0, 5)
sequences = st.lists(tokens, min_size=1, max_size=16)


@dataclass
class Built:
    """A template with the words that it was built from."""

    variants: list[list[str]]
    template: naive_templates.Template

    def kept(self) -> list[str]:
        """Words of the exemplar that are template."""
        return [word for word, kept in zip(self.variants[0], self.template.kept, strict=True) if kept]

    def slots(self) -> list[list[str | None]]:
        """Each slot's filling in each variant."""
        accepted = np.flatnonzero(self.template.accepted)
        return [
            [
                None if (filling := row[slot]) is None else " ".join(variant[slice(*filling)])
                for variant, row in zip(self.variants, self.template.fillings, strict=True)
            ]
            for slot in accepted
        ]

    def labels(self, variant: int) -> list[tuple[str, str]]:
        """Each word of a variant with template, slot or novel."""
        length = len(self.variants[0])
        return [
            (word, "novel" if place < 0 else "template" if place < length else "slot")
            for word, place in zip(self.variants[variant], self.template.place[variant], strict=True)
        ]


def glued(text: str) -> np.ndarray:
    """Words that a decimal point joins to the next one."""
    found = find_words(text)
    joined = [
        end + 1 == start and text[end] == "." and text[end - 1].isdecimal() and text[start].isdecimal()
        for end, start in zip(found.ends, found.starts[1:], strict=False)
    ]
    return np.array([*joined, False])


def apart(variants: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """No figure of two words."""
    return [np.zeros(len(variant), bool) for variant in variants]


def build_families(
    families: Sequence[Sequence[Sequence[int]]],
    weights: Sequence[Sequence[int]],
    meaning: np.ndarray,
    joined: Sequence[Sequence[np.ndarray]],
    *,
    support: float = 0.9,
    slot_words: int = 6,
    threads: int = 1,
) -> Templates:
    """Templates of families given as lists; the texts stand in the corpus one after the other, the last one first."""
    lengths = np.array([len(variant) for variants in families for variant in variants][::-1], np.int64)
    tokens = [np.array(variant, np.int32) for variants in families for variant in variants][::-1]
    return build_templates(
        np.concatenate(tokens),
        np.cumsum(lengths) - lengths,
        lengths,
        Ragged.of_lengths(np.arange(len(lengths))[::-1].copy(), np.array([len(variants) for variants in families])),
        np.array([weight for row in weights for weight in row][::-1], np.int64),
        meaning,
        np.concatenate([words for row in joined for words in row][::-1]),
        support=support,
        slot_words=slot_words,
        threads=threads,
    )


def as_lists(built: Templates) -> list[naive_templates.Template]:
    """Each family's template as the twin writes it."""
    return [
        naive_templates.Template(
            built.kept[family].tolist(),
            [(first, last) for first, last in built.gaps[family].tolist()],
            built.accepted[slice(*built.gaps.indptr[family : family + 2])].tolist(),
            [
                [None if first < 0 else (first, last) for first, last in built.fillings[row].tolist()]
                for row in range(*built.variants[family : family + 2])
            ],
            [built.place[row].tolist() for row in range(*built.variants[family : family + 2])],
        )
        for family in range(len(built))
    ]


def build_template(
    variants: Sequence[Sequence[int]],
    weights: Sequence[int],
    meaning: np.ndarray,
    joined: Sequence[np.ndarray],
    *,
    support: float,
    slot_words: int,
) -> naive_templates.Template:
    """The template of one family."""
    built = build_families([variants], [weights], meaning, [joined], support=support, slot_words=slot_words)
    (template,) = as_lists(built)
    return template


def build(
    texts: Sequence[str], weights: Sequence[int] | None = None, support: float = 0.9, slot_words: int = 6
) -> Built:
    """A template of texts as they stand, the first the exemplar; figures with a point are two words joined."""
    variants = [find_words(text).words for text in texts]
    vocabulary = sorted({word for variant in variants for word in variant})
    number = {word: place for place, word in enumerate(vocabulary)}
    template = build_template(
        [[number[word] for word in variant] for variant in variants],
        weights or [1] * len(texts),
        np.array([meaning_of(word) is not None for word in vocabulary]),
        [glued(text) for text in texts],
        support=support,
        slot_words=slot_words,
    )
    return Built(variants, template)


def paragraph(texts: Sequence[str]) -> Family:
    """The one paragraph family of these texts, each an answer."""
    families = [family for family in find_reuse(list(texts)).families if family.unit == "paragraph"]
    assert len(families) == 1
    assert families[0].answers == len(texts)
    return families[0]


def values(family: Family) -> list[dict[str, int]]:
    return [{value.text: value.answers for value in slot.values} for slot in family.slots]


# Alignment


def as_arrays(exemplar: Sequence[int], variant: Sequence[int]) -> tuple[list[int], list[int]]:
    """The twin's alignment as the kernel gives it."""
    at, fate, reached = [0] * len(exemplar) + [len(variant)], [0] * len(exemplar), 0
    for word, other in naive_templates.align(exemplar, variant):
        if word is not None:
            at[word] = reached
            fate[word] = 0 if other is None else 1 if exemplar[word] == variant[other] else 2
        reached += other is not None
    return at, fate


def aligned(exemplar: Sequence[int], variant: Sequence[int], most_bytes: int = 1 << 23) -> tuple[list[int], list[int]]:
    at, fate = align(np.array(exemplar, np.int32), np.array(variant, np.int32), most_bytes)
    return at.tolist(), fate.tolist()


def changes(exemplar: Sequence[int], variant: Sequence[int], fate: Sequence[int]) -> int:
    """Words left out, put in or replaced."""
    there = sum(one != 0 for one in fate)
    return len(exemplar) - there + len(variant) - there + fate.count(2)


@given(st.lists(tokens, max_size=16), st.lists(tokens, max_size=16))
@settings(max_examples=500)
def test_alignment_is_that_of_the_twin_and_takes_the_fewest_changes(exemplar: list[int], variant: list[int]) -> None:
    at, fate = aligned(exemplar, variant)
    assert (at, fate) == as_arrays(exemplar, variant)
    assert changes(exemplar, variant, fate) == naive_templates.distances(exemplar, variant)[-1][-1]
    reached = 0
    for word, (place, became) in enumerate(zip(at[:-1], fate, strict=True)):
        assert place >= reached
        assert became == 0 or (variant[place] == exemplar[word]) == (became == 1)
        reached = place + (became != 0)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("most_bytes", [1, 3000, 1 << 23])
def test_alignment_of_long_texts_is_that_of_the_twin(seed: int, most_bytes: int) -> None:
    """More words than 64, changes outside the first bands, and matrices that are not kept whole."""
    draw = random.Random(seed)
    words = draw.choice([2, 10, 200])
    exemplar = [draw.randrange(words) for _ in range(draw.randint(60, 420))]
    variant = list(exemplar)
    for _ in range(draw.choice([1, 4, 20])):
        place = draw.randrange(len(variant) + 1)
        variant[place : place + draw.choice([0, 1, 5, 150])] = [
            draw.randrange(words) for _ in range(draw.choice([0, 1, 5, 150]))
        ]
    assert aligned(exemplar, variant, most_bytes) == as_arrays(exemplar, variant)


@pytest.mark.parametrize("seed", range(40))
def test_alignment_leaves_the_first_band_and_comes_back(seed: int) -> None:
    """Words put in here and as many left out there: the way between is far off the diagonal, and as short as it is."""
    draw = random.Random(seed)
    words = iter(range(10_000))
    before, put_in, between, left_out, behind = (
        [next(words) for _ in range(length)]
        for length in (draw.randint(0, 90), draw.randint(65, 110), draw.randint(60, 170), draw.randint(65, 110), 90)
    )
    texts = [before + between + left_out + behind, before + put_in + between + behind]
    exemplar, variant = ([word for word in text if draw.random() < 0.97] for text in texts)
    for left, right in [(exemplar, variant), (variant, exemplar)]:
        assert aligned(left, right) == as_arrays(left, right)


def test_alignment_of_very_long_texts_takes_bounded_memory_and_time() -> None:
    draw = np.random.default_rng(1)
    exemplar = draw.integers(0, 5_000, 30_000).astype(np.int32)
    variant = exemplar.copy()
    variant[draw.choice(30_000, 200, replace=False)] = 5_001
    at, fate = align(exemplar, variant)
    assert (fate == np.where(variant == 5_001, 2, 1)).all()
    assert (at == np.arange(30_001)).all()
    at, fate = align(exemplar, exemplar[::-1].copy())
    assert at[-1] == 30_000


@pytest.mark.parametrize(
    ("exemplar", "variant", "together"),
    [
        # A word that stays in its place by chance does not cut a change in two.
        ("with the new minister", "with mr a and the minister", "the=and new=the"),
        (
            "support of 6 months or less to all",
            "support of more than 6 months to all",
            "6=more months=than or=6 less=months",
        ),
        # Equal words at the beginning belong together first.
        ("we act we wait", "we wait", "act=- we=-"),
    ],
)
def test_changes_hold_together(exemplar: str, variant: str, together: str) -> None:
    left, right = exemplar.split(), variant.split()
    number = {word: place for place, word in enumerate([*left, *right])}
    at, fate = aligned([number[word] for word in left], [number[word] for word in right])
    found = [
        f"{word}={right[place] if became else '-'}"
        for word, place, became in zip(left, at[:-1], fate, strict=True)
        if became != 1
    ]
    assert " ".join(found) == together


def test_alignment_of_a_text_with_itself() -> None:
    assert aligned([3, 1, 3], [3, 1, 3]) == ([0, 1, 2, 3], [1, 1, 1])


# What must hold for every family


@st.composite
def drawn_families(draw: st.DrawFn) -> tuple[list[list[list[int]]], list[list[int]], list[list[list[bool]]]]:
    """Families of texts that mostly resemble the first one, how many answers have each, and where points stand."""
    families, weights, joined = [], [], []
    for _ in range(draw(st.integers(1, 3))):
        exemplar = draw(sequences)
        variants = [exemplar]
        for _ in range(draw(st.integers(0, 6))):
            variant = list(draw(st.one_of(st.just(exemplar), sequences)))
            for _ in range(draw(st.integers(1, 3))):
                place = draw(st.integers(0, len(variant)))
                variant[place : place + draw(st.integers(0, 3))] = draw(st.lists(tokens, max_size=3))
            if variant and variant not in variants:
                variants.append(variant)
        families.append(variants)
        weights.append([draw(st.integers(1, 9)) for _ in variants])
        rare = st.integers(0, 4).map(lambda number: number == 0)
        joined.append([[*(draw(rare) for _ in variant[1:]), draw(rare)] for variant in variants])
    return families, weights, joined


@given(
    drawn_families(),
    st.sets(tokens, max_size=2),
    st.sampled_from([0.5, 0.75, 0.9, 1.0]),
    st.integers(1, 6),
    st.booleans(),
)
@settings(max_examples=600, deadline=None)
def test_templates_are_those_of_the_twin(
    drawn: tuple[list[list[list[int]]], list[list[int]], list[list[list[bool]]]],
    meaning: set[int],
    support: float,
    slot_words: int,
    together: bool,
) -> None:
    families, weights, joined = drawn
    built = build_families(
        families,
        weights,
        np.array([token in meaning for token in range(6)]),
        [[np.array(words) for words in row] for row in joined],
        support=support,
        slot_words=slot_words,
        threads=2 if together else 1,
    )
    slots = iter(built.slots()[row].tolist() for row in range(len(built.place)))
    assert len(built) == len(families)
    for found, *family in zip(as_lists(built), families, weights, joined, strict=True):
        variants, counts, points = family
        expected = naive_templates.build_template(
            variants, counts, meaning, points, support=support, slot_words=slot_words
        )
        assert found == expected
        for row in expected.fillings:
            having = zip(row, expected.accepted, strict=True)
            assert next(slots) == [
                len(variants[0]) + gap for gap, (filling, slot) in enumerate(having) if filling is not None and slot
            ]


def test_no_families() -> None:
    none = np.empty(0, np.int64)
    built = build_templates(
        np.empty(0, np.int32), none, none, Ragged.of_lengths(none, none), none, np.empty(0, bool), np.empty(0, bool),
        support=0.9, slot_words=6,
    )  # fmt: skip
    assert len(built) == len(built.slots()) == 0


def test_threads_and_progress_change_nothing() -> None:
    draw = random.Random(3)
    families = [[[draw.randrange(9) for _ in range(20)] for _ in range(draw.randint(1, 4))] for _ in range(300)]
    weights = [[1] * len(variants) for variants in families]
    joined = [apart(variants) for variants in families]
    one = build_families(families, weights, np.zeros(9, bool), joined)
    several = build_families(families, weights, np.zeros(9, bool), joined, threads=3)
    for left, right in [(one.gaps, several.gaps), (one.fillings, several.fillings), (one.place, several.place)]:
        assert (left.values == right.values).all()
        assert (left.indptr == right.indptr).all()
    assert (one.accepted == several.accepted).all()


@given(st.lists(st.sampled_from(["not", "31", "hubs", "Five", "٣", "would", "wouldn’t", "2,000"]), max_size=9))
def test_meaning_mask_is_that_of_each_word(words: list[str]) -> None:
    vocabulary = index_words([" ".join(words)]).vocabulary
    assert meaning_mask(vocabulary).tolist() == [meaning_of(word) is not None for word in vocabulary]


@given(
    st.lists(sequences, min_size=1, max_size=7),
    st.data(),
    st.sampled_from([0.5, 0.75, 0.9, 1.0]),
    st.integers(1, 6),
)
@settings(max_examples=300)
def test_place_of_words_is_consistent(
    variants: list[list[int]], data: st.DataObject, support: float, slot_words: int
) -> None:
    variants = list(map(list, dict.fromkeys(map(tuple, variants))))
    exemplar, n_words = variants[0], len(variants[0])
    weights = [data.draw(st.integers(1, 5)) for _ in variants]
    joined = [np.array([*(data.draw(st.integers(0, 3)) == 0 for _ in variant[1:]), False]) for variant in variants]
    meaning = np.array([False, False, False, False, True, True])
    built = build_template(variants, weights, meaning, joined, support=support, slot_words=slot_words)
    # Gaps are in order, do not touch, and hold what is not template: all of it.
    in_gap = np.zeros(n_words, bool)
    for (_, end), (start, _) in zip(built.gaps, built.gaps[1:], strict=False):
        assert end < start
    for start, end in built.gaps:
        in_gap[start:end] = True
    assert in_gap.tolist() == [not kept for kept in built.kept]
    # A figure is kept whole or not at all.
    for place in np.flatnonzero(joined[0]):
        assert built.kept[place] == built.kept[place + 1]
    for variant, place, fillings in zip(variants, built.place, built.fillings, strict=True):
        assert len(place) == len(variant)
        templates = [where for where in place if 0 <= where < n_words]
        assert templates == sorted(set(templates))
        numbers = np.array([where - n_words if where >= n_words else -1 for where in place])
        assert sorted(numbers[numbers >= 0].tolist()) == numbers[numbers >= 0].tolist()
        for word, where in zip(variant, place, strict=True):
            if 0 <= where < n_words:
                assert built.kept[where]
                assert exemplar[where] == word
        for number, filling in enumerate(fillings):
            words = np.flatnonzero(numbers == number)
            assert len(words) == 0 or built.accepted[number]
            assert len(words) <= slot_words
            if filling is not None:
                short = built.accepted[number] and filling[1] - filling[0] <= slot_words
                assert words.tolist() == (list(range(*filling)) if short else [])
            else:
                assert len(words) == 0
    own = [None if filling is None else exemplar[slice(*filling)] for filling in built.fillings[0]]
    assert own == [exemplar[slice(*gap)] for gap in built.gaps]


@given(st.lists(sequences, min_size=1, max_size=7, unique_by=tuple), st.data())
def test_kept_words_are_those_of_nearly_all_answers(variants: list[list[int]], data: st.DataObject) -> None:
    """Where no word bears meaning, only the votes count; beside a gap, so do words that stand in its place."""
    weights = [data.draw(st.integers(1, 9)) for _ in variants]
    exemplar = variants[0]
    plain = np.zeros(6, bool)
    built = build_template(variants, weights, plain, apart(variants), support=0.9, slot_words=6)
    fates = [aligned(exemplar, variant)[1] for variant in variants]
    for place in range(len(exemplar)):
        votes, others = (
            sum(weight for fate, weight in zip(fates, weights, strict=True) if fate[place] == became)
            for became in (1, 2)
        )
        nearly_all = 10 * votes >= 9 * sum(weights)
        assert not built.kept[place] or nearly_all
        beside = any(start <= place < end for start, end in built.gaps)
        assert built.kept[place] or not nearly_all or (beside and 20 * others > sum(weights))


@given(st.lists(sequences, min_size=2, max_size=7, unique_by=tuple))
def test_a_slot_is_accepted_only_where_it_makes_the_description_shorter(variants: list[list[int]]) -> None:
    built = build_template(variants, [1] * len(variants), np.zeros(6, bool), apart(variants), support=0.9, slot_words=6)
    for number, accepted in enumerate(built.accepted):
        fillings = [
            None if row[number] is None else tuple(variant[slice(*row[number])])
            for variant, row in zip(variants, built.fillings, strict=True)
        ]
        with_slot = sum(len(filling) + 1 for filling in set(fillings) - {None})
        listing = sum(
            len(variant) + 1
            for variant, filling in zip(variants, fillings, strict=True)
            if filling not in (None, fillings[0])
        )
        assert accepted == (with_slot < listing)


# Families made by hand

_HUBS = "We have {}set up a network of {} attendance hubs, which have offered support to {} secondary schools."
HUBS = [
    _HUBS.format("", "31", "2,000 primary and"),
    _HUBS.format("", "32", "2000 primary and"),
    _HUBS.format("", "31", "1,900 primary and"),
    _HUBS.format("now ", "31", "2,400 primary and"),
    _HUBS.format("", "34", "2000"),
]


def test_hubs_in_five_wordings() -> None:
    family = paragraph(HUBS)
    assert family.variants == 5
    assert values(family) == [
        {"": 4, "now": 1},
        {"31": 3, "32": 1, "34": 1},
        # 2,000 and 2000 are one word, hence one value; a word that one answer in five leaves out is no template word.
        {"2,000 primary and": 2, "1,900 primary and": 1, "2,400 primary and": 1, "2000": 1},
    ]
    assert [slot.kind for slot in family.slots] == ["text", "number", "text"]
    assert family.template == _HUBS.format(
        "{|now} ", "{31|32|34}", "{2,000 primary and|1,900 primary and|2,400 primary and|…}"
    )
    result = find_reuse(HUBS)
    assert [score.novel for score in result.scores] == [0] * 5
    # What the runs do not share with another answer is what each one fills in by itself.
    assert [
        [score.text[span.start : span.end].strip() for span in score.spans if span.label == "slot"]
        for score in result.scores
    ] == [[], ["32"], ["1,900 primary and"], ["now", "2,400 primary and"], ["34"]]


STEM = "The Department {} support the schools of the north with {} hubs that offer help to pupils {} every day."


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        (("will", "31", "and parents"), ("may", "31", "and parents")),
        (("will", "31", "and parents"), ("will not", "31", "and parents")),
        (("does not", "31", "and parents"), ("does", "31", "and parents")),
        (("will", "31", "and parents"), ("will", "32", "and parents")),
        (("will", "31", "and parents"), ("will", "no", "and parents")),
        (("will", "31", "and parents"), ("will", "more", "and parents")),
        (("could", "the", "and parents"), ("could", "the 31", "and parents")),
        (("can", "31", "and parents"), ("cannot", "31", "and parents")),
        (("will", "£2", "and parents"), ("will", "£2.4", "and parents")),
        (("will", "£2.4", "and parents"), ("will", "£2", "and parents")),
        (("will", "£17 million of", "and parents"), ("will", "£17 billion of", "and parents")),
        (("will", "two", "and parents"), ("will", "three", "and parents")),
        (("does", "31", "and parents"), ("doesn’t", "31", "and parents")),
    ],
)
@pytest.mark.parametrize("often", [1, 99])
def test_a_changed_figure_negation_or_modal_is_never_folded_into_the_template(
    common: tuple[str, ...], rare: tuple[str, ...], often: int
) -> None:
    texts = [STEM.format(*common)] * often + [STEM.format(*rare)]
    family = paragraph(texts)
    differing = [(left, right) for left, right in zip(common, rare, strict=True) if left != right]
    [(left, right)] = differing
    changed = set(find_words(left).words) ^ set(find_words(right).words)
    assert len(family.slots) == 1
    held = {word for value in family.slots[0].values for word in find_words(value.text).words}
    assert changed <= held
    # What differs is a whole figure on both sides, if it is one.
    for text, label in [(left, "2"), (right, "2.4")]:
        assert label not in text or any(label in value.text for value in family.slots[0].values)
    # And a word that bears no meaning, so rare, opens no slot.
    plain = paragraph([STEM.format("will", "31", "and parents")] * 99 + [STEM.format("will", "31", "and families")])
    assert plain.slots == ()


def test_figures_with_a_point_are_one_slot() -> None:
    line = "The Government is investing £{} billion in the hubs which offer support to schools across England."
    family = paragraph([line.format(figure) for figure in ("2.65", "2.4", "2.65", "3.65", "2.9")])
    assert values(family) == [{"2.65": 2, "2.4": 1, "2.9": 1, "3.65": 1}]
    assert family.slots[0].kind == "money"


def test_inserted_clause() -> None:
    line = "The hubs{} offer help to schools in every part of England, and they will do so for three years."
    clause = ", some thirty opened by ministers last winter alone,"
    once = build([line.format("")] * 1 + [line.format(clause)], weights=[19, 1])
    assert once.kept() == once.variants[0]
    assert once.slots() == []
    assert [word for word, label in once.labels(1) if label == "novel"] == find_words(clause).words
    often = build([line.format(""), line.format(clause)], weights=[1, 1])
    assert often.slots() == [["", " ".join(find_words(clause).words)]]
    # A slot, but the filling is too long to be counted as one.
    assert {label for word, label in often.labels(1) if word in find_words(clause).words} == {"novel"}


@pytest.mark.parametrize("n_words", [5, 6, 7])
def test_fillings_longer_than_six_words_are_not_labelled_slot(n_words: int) -> None:
    line = "The hubs offer help to schools of {} and they will do so for all of the next three years."
    places = ["Ashfield", " ".join(f"Borough{letter}" for letter in "abcdefgh"[:n_words]), "Romford"]
    built = build([line.format(place) for place in places])
    assert built.slots() == [[place.casefold() for place in places]]
    labels = [label for word, label in built.labels(1) if word.startswith("borough")]
    assert labels == ["slot" if n_words <= 6 else "novel"] * n_words
    assert dict(built.labels(0))["ashfield"] == "slot"


def test_dropped_sentence() -> None:
    kept = "The hubs offer help to schools in every part of England, and they will do so for three years."
    dropped = "Ministers have written to all of the heads about this matter in the course of the year."
    rarely = build([f"{kept} {dropped}", kept], weights=[19, 1])
    assert rarely.kept() == rarely.variants[0]
    assert {label for _, label in rarely.labels(1)} == {"template"}
    # In half of the answers: not template. A piece as long as this is no slot of two variants.
    often = build([f"{kept} {dropped}", kept], weights=[1, 1])
    assert often.kept() == often.variants[1]
    assert [word for word, label in often.labels(0) if label == "novel"] == find_words(dropped).words


def test_slots_that_touch_are_one() -> None:
    line = "The hubs of {} {} offer help to schools in every part of the country for {} and {} years."
    built = build([
        line.format("Ashfield", "Borough", "3", "4"),
        line.format("Romford", "Borough", "5", "4"),
        line.format("Ashfield", "Town", "3", "6"),
        line.format("Romford", "Town", "3", "4"),
    ])  # fmt: skip
    assert built.slots() == [
        ["ashfield borough", "romford borough", "ashfield town", "romford town"],
        ["3", "5", "3", "3"],
        ["4", "4", "6", "4"],
    ]


def test_a_gap_that_shortens_nothing_is_no_slot() -> None:
    """Two variants, all of whose middle differs: listing both is shorter than naming a slot."""
    line = "Hubs {} schools"
    built = build([line.format("a b c d e f g h i j"), line.format("k l m n o p q r s t")])
    assert built.template.gaps == [(1, 11)]
    assert built.template.accepted == [False]
    assert {label for _, label in built.labels(1)[1:-1]} == {"novel"}
    # With many fillings, each short against its variant, it is one.
    many = build([line.format(f"w{number} b c d e f g h i j") for number in range(6)])
    assert many.slots() == [[f"w{number}" for number in range(6)]]


def test_support_decides_what_is_kept() -> None:
    line = "The hubs offer help to {} in every part of England, and they will do so for three years."
    texts, weights = [line.format("schools"), line.format("pupils")], [8, 2]
    assert "schools" not in build(texts, weights, support=0.9).kept()
    assert "schools" in build(texts, weights, support=0.8).kept()
    # Nine in ten is nearly all, and in floating point too.
    assert "schools" in build(texts, [9, 1]).kept()
    assert "schools" in build(texts, [63, 7]).kept()
    assert "schools" not in build(texts, [62, 8]).kept()


# Slots planted


@pytest.mark.parametrize("seed", range(40))
def test_planted_slots_are_recovered_with_their_values(seed: int) -> None:
    """An exemplar of different words, of which some far from one another are filled anew in each variant."""
    draw = random.Random(seed)
    n_words, n_variants = draw.randint(20, 60), draw.randint(5, 12)
    exemplar = [f"word{place}" for place in range(n_words)]
    places = sorted(draw.sample(range(1, n_words - 1, 3), draw.randint(1, 4)))
    fillings = []
    for variant in range(n_variants):
        fillings.append(
            [
                " ".join(f"v{variant}x{place}x{part}" for part in range(draw.randint(1, 4) if variant else 1))
                for place in places
            ]
        )
    texts = []
    for row in fillings:
        filled = dict(zip(places, row, strict=True))
        texts.append(" ".join(filled.get(place, word) for place, word in enumerate(exemplar)))
    built = build(texts)
    assert built.kept() == [word for place, word in enumerate(exemplar) if place not in places]
    assert built.slots() == [list(column) for column in zip(*fillings, strict=True)]
    for variant, row in enumerate(fillings):
        labels = built.labels(variant)
        assert [word for word, label in labels if label == "slot"] == " ".join(row).split()
        assert not [word for word, label in labels if label == "novel"]


@given(st.lists(st.sampled_from(["31", "32", "2,400", "7", "15"]), min_size=5, max_size=9), st.data())
@settings(max_examples=40)
def test_planted_figures_are_recovered_in_the_whole_pipe(figures: list[str], data: st.DataObject) -> None:
    assume(len(set(figures)) > 1)
    towns = [data.draw(st.sampled_from(["Ashfield", "Romford", "Poole"])) for _ in figures]
    line = "Over {} schools in the area of {} have had help from an attendance hub in each of the past three years."
    family = paragraph([line.format(*both) for both in zip(figures, towns, strict=True)])
    found = values(family)
    assert found[0] == {figure: figures.count(figure) for figure in figures}
    towns_vary = max(map(towns.count, towns)) < 0.9 * len(towns)
    if towns_vary:
        assert found[1] == {town: towns.count(town) for town in towns}
        assert [slot.kind for slot in family.slots] == ["number", "name"]
    # Most frequent first, then as they sort.
    for slot in family.slots:
        assert [-value.answers for value in slot.values] == sorted(-value.answers for value in slot.values)


# Kinds


@pytest.mark.parametrize(
    ("left", "value", "right", "kind"),
    [
        ("Over £", "17 million", " is", "money"),
        ("£", "2.65", " billion", "money"),
        ("", "£2,000", "", "money"),
        ("", "over £17 million", "", "money"),
        ("", "€3 billion", "", "money"),
        ("", "$1.5m", "", "money"),
        ("fee of ", "50 pence", "", "money"),
        ("", "two million pounds", "", "money"),
        ("", "43%", "", "percent"),
        ("by ", "43", "% of", "percent"),
        ("by ", "2.5", " per cent", "percent"),
        ("by ", "2.5", "\u00a0per cent", "percent"),
        ("", "around 40 per cent", "", "percent"),
        ("", "three percentage points", "", "percent"),
        ("to Question ", "12345", " on", "reference"),
        ("to Questions ", "12345", "", "reference"),
        ("to question UIN ", "31", " on", "number"),  # too short for a question's number
        ("UIN ", "36088", "", "reference"),
        ("", "UIN 36088", "", "reference"),
        ("answer ", "HL1234", "", "reference"),
        ("", "PQ 4321", "", "reference"),
        ("Question No. ", "12345", "", "reference"),
        ("support to ", "12345", " schools", "number"),
        ("on ", "16 January 2025", "", "date"),
        ("on ", "16th January", "", "date"),
        ("on ", "Monday 3 March 2025", "", "date"),
        ("on ", "the 3rd", "", "text"),
        ("in ", "January", "", "date"),
        ("in ", "sept 2024", "", "date"),
        ("in ", "2024", "", "date"),
        ("in ", "2024-25", "", "date"),
        ("in ", "2024/25", "", "date"),
        ("in ", "2024–25", "", "date"),
        ("in ", "spring 2025", "", "date"),
        ("on ", "03/04/2025", "", "date"),
        ("on ", "2025-04-03", "", "date"),
        ("network of ", "31", " hubs", "number"),
        ("", "2,000", "", "number"),
        ("", "twenty-five", "", "number"),
        ("", "over 2,000", "", "number"),
        ("", "more than three hundred", "", "number"),
        ("", "1.2 million", "", "number"),
        ("Member for ", "South Suffolk", "", "name"),
        ("Member for ", "Newcastle upon Tyne Central and West", "", "name"),
        ("Member for ", "Ynys Môn", "", "name"),
        ("Member for ", "Élan Valley", "", "name"),
        ("", "the hon. Member", "", "name"),
        ("", "Ben O’Brien-Smith", "", "name"),
        ("", "Department for Education", "", "name"),
        ("at ", "https://www.gov.uk/a", "", "url"),
        ("at ", "www.gov.uk", "", "url"),
        ("", "has been made", "", "text"),
        ("", "primary and", "", "text"),
        ("", "", "", "text"),
        ("", "not", "", "text"),
        ("", "31 hubs in England", "", "text"),
    ],
)
def test_kind_of_a_filling(left: str, value: str, right: str, kind: str) -> None:
    assert kind_of(value, left, right) == kind


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_every_filling_has_a_kind(value: str, left: str, right: str) -> None:
    kind = kind_of(value, left, right)
    assert kind in ("number", "money", "percent", "date", "reference", "name", "url", "text")
    if kind in ("number", "percent", "date") and value.isascii():
        assert any(char.isalnum() for char in value)


@pytest.mark.parametrize("value", ["A a " * 5_000, "and " * 5_000, "9," * 5_000, "two " * 5_000 + "x", "A-" * 5_000])
def test_a_long_filling_takes_bounded_time(value: str) -> None:
    assert kind_of(value, "to Question ", " per cent") in ("text", "name", "number", "percent")
