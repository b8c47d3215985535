"""The families of one unit: from its segments to their templates, each stage one call. Part of the pipeline."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.comparison import BucketSearch, Comparison, ExactSearch
from pqreuse._kernels.scores import source_texts
from pqreuse.candidates import HITS, Held, Rule, choose_bands, count_held, count_shingles, find_buckets
from pqreuse.families import choose_exemplars, rank_texts
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, changes, distinct
from pqreuse.records import Progress, Unit
from pqreuse.runs import windows_of
from pqreuse.scorable import ScorableWords
from pqreuse.scores import FamilyUses
from pqreuse.segments import Segments
from pqreuse.shingles import Shingles, Texts, collapse, make_shingles
from pqreuse.signatures import LANES, band_keys, permutations
from pqreuse.templates import Templates, build_templates, meaning_mask
from pqreuse.threads import in_threads
from pqreuse.words import Vocabulary, digests

_log = logging.getLogger("pqreuse")
_KEYS_AT_ONCE = 1 << 22  # of eight bytes each: how many bands are worked on together


@dataclass(frozen=True, slots=True)
class Families:
    """Families of one unit with at least two answers.

    Attributes
    ----------
    uses : Ragged of int64, n_families rows
        Segments of each family, by answer and place.
    variant : ndarray of int64, shape (n_uses,)
        For each of these, its text's row in what ``templates`` has of variants.
    templates : Templates
    """

    uses: Ragged
    variant: NDArray[np.int64]
    templates: Templates


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which texts of a unit are alike, those that stand alone too.

    Attributes
    ----------
    texts : Texts
    n_answers : ndarray of int32, shape (n_texts,)
        Answers that have each text.
    best_first : ndarray of int32, shape (n_texts,)
        Texts in the order in which exemplars are chosen.
    exemplar : ndarray of int32, shape (n_texts,)
        The text whose family each text is in: its own for an exemplar.
    """

    texts: Texts
    n_answers: NDArray[np.int32]
    best_first: NDArray[np.int32]
    exemplar: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Stock:
    """Families of one unit with at least two answers, and where their uses stand.

    Attributes
    ----------
    unit : {"paragraph", "sentence"}
    segments : Segments
        All segments of the unit.
    families : Families
    ids : list of str
        The families' identifiers.
    of_segment : ndarray of int32, shape (n_segments,)
        The family of each segment; -1 where there is none.
    held : Held or None
        How many of the pairs that resemble were compared, on a sample; None where every pair was.
    grouping : Grouping
    """

    unit: Unit
    segments: Segments
    families: Families
    ids: list[str]
    of_segment: NDArray[np.int32]
    held: Held | None
    grouping: Grouping


def find_stock(
    unit: Unit,
    segments: Segments,
    words: ScorableWords,
    glued: NDArray[np.bool_],
    first_day: NDArray[np.int64],
    params: ReuseParams,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> Stock:
    """Families of one unit with their templates.

    Parameters
    ----------
    unit : {"paragraph", "sentence"}
    segments : Segments
    words : ScorableWords
    glued : ndarray of bool, shape (n_scorable,)
        Words that are one figure with the next one.
    first_day : ndarray of int64, shape (n_answers,)
        First possible day of each answer; `NONE` where undated.
    params : ReuseParams
    threads : int
    progress : callable, optional
    """
    texts = collapse(words.tokens, segments.first, segments.last, params.min_words, words.vocabulary.numeric)
    # Each (text, answer) once: a text that an answer repeats has one answer.
    long = np.flatnonzero(texts.of_segment >= 0)
    n_all = max(len(first_day), 1)
    having = distinct(texts.of_segment[long].astype(np.int64) * n_all + segments.answer[long])
    text_of, answer_of = np.divmod(having, n_all)
    n_answers = np.bincount(text_of, minlength=len(texts))
    text_first_day = np.full(len(texts), NONE, np.int64)
    np.minimum.at(text_first_day, text_of, first_day[answer_of])
    del long, having, text_of, answer_of
    best_first = rank_texts(n_answers, text_first_day, words.tokens, texts.first, texts.length)
    del text_first_day
    shingles = make_shingles(words.tokens, texts, best_first, words.vocabulary, params.shingle_words)
    search = search_for(shingles, params, threads, progress)
    chosen = choose_exemplars(search, len(shingles), progress)
    held = None
    if isinstance(search, BucketSearch):
        held = count_held(search, shingles, rule_of(params), sample=params.recall_sample, seed=params.seed)
    del search  # all that was looked up
    exemplar = np.empty(len(texts), np.int64)
    exemplar[best_first] = best_first[chosen]
    del shingles, chosen  # templates need the memory
    uses = _used_twice(texts, exemplar, segments.answer)
    of_segment = np.full(len(segments), -1, np.int32)
    of_segment[uses.values] = np.repeat(np.arange(len(uses), dtype=np.int32), uses.lengths)
    members = _members(texts, best_first, uses)
    templates = build_templates(
        words.tokens,
        texts.first,
        texts.length.astype(np.int64),
        members,
        n_answers,
        meaning_mask(words.vocabulary),
        glued,
        support=params.template_support,
        slot_words=params.slot_words,
        threads=threads,
        progress=progress,
    )
    place = np.empty(len(texts), np.int64)
    place[members.values] = np.arange(len(members.values))
    families = Families(uses, place[texts.of_segment[uses.values]], templates)
    ids = text_ids(unit, words.tokens, words.vocabulary, texts, members.values[members.indptr[:-1]])
    grouping = Grouping(texts, *(column.astype(np.int32) for column in (n_answers, best_first, exemplar)))
    return Stock(unit, segments, families, ids, of_segment, held, grouping)


def family_uses(stock: Stock, words: ScorableWords, said: int) -> FamilyUses:
    """Uses of all families of one unit as rows, as the labels need them; ``said`` words in a row name a source."""
    families, texts = stock.families, stock.grouping.texts
    length = families.templates.place.lengths
    text = np.empty(len(length), np.int64)
    text[families.variant] = texts.of_segment[families.uses.values]
    return FamilyUses(
        family=stock.of_segment[families.uses.values],
        first=stock.segments.first[families.uses.values],
        variant=families.variant,
        place=families.templates.place,
        slots=families.templates.slots(),
        windows=windows_of(words.tokens, texts.first[text], length, families.templates.variants, said),
        n_template=families.templates.kept.lengths,
    )


def first_said(
    stock: Stock,
    order: NDArray[np.int32],
    reach: NDArray[np.int32],
    inside: NDArray[np.bool_],
    of_uses: NDArray[np.int32],
    earliest: NDArray[np.int32],
    said: int,
) -> NDArray[np.int32]:
    """Find who said each wording of the families of one unit first, as the spans of its uses name it (definition 3.8).

    Parameters
    ----------
    stock : Stock
    order, reach : ndarray of int32, shape (n_answers,)
        Each answer's place in time, and below which place those stand that it was compared with.
    inside : ndarray of bool, shape (n_segments,)
        Segments that lie in a use of another family, which their spans name.
    of_uses, earliest : ndarray of int32
        Of the labels: those of the unit's uses, and of words.
    said : int
        Words in a row that name a source.

    Returns
    -------
    ndarray of int32, shape (n_variants,)
        The order of an answer: the first one that uses the wording, or an earlier one.
    """
    uses, lengths = stock.families.uses.values, stock.families.templates.place.lengths
    answer = stock.segments.answer[uses]
    shown, own = speaking_uses(stock.families.variant, order[answer], reach[answer], inside[uses])
    own = np.minimum(own, of_uses[shown])
    return source_texts(stock.segments.first[uses[shown]], lengths, own, earliest, said, NONE)


def speaking_uses(
    variant: NDArray[np.int64], when: NDArray[np.int32], reach: NDArray[np.int32], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The use that speaks for all of each wording, and the lowest order of one: int64 and int32[n_variants].

    It is the one that was compared with the most answers, and of no other family if there is such a one.
    """
    ordered = np.lexsort((when, reach, ~inside, variant))
    first = np.flatnonzero(changes(variant[ordered]))
    last = np.append(first[1:], len(ordered))[: len(first)] - 1
    return ordered[last], np.minimum.reduceat(when[ordered], first) if len(first) else when


def search_for(
    shingles: Shingles,
    params: ReuseParams,
    threads: int = 1,
    progress: Progress | None = None,
    keys: Iterable[NDArray[np.uint64]] | None = None,
) -> ExactSearch | BucketSearch:
    """The search for exemplars that the parameters ask for.

    Parameters
    ----------
    shingles : Shingles
        Texts in the order in which exemplars are chosen.
    params : ReuseParams
    threads : int
    progress : callable, optional
    keys : iterable of ndarray of uint64, optional
        Of each band, as `find_buckets` takes them, where they are at hand.
    """
    rule = rule_of(params)
    if params.search == "exact":
        return ExactSearch(shingles, *rule, count_shingles(shingles), HITS)
    buckets = find_buckets(_band_keys(shingles, params, threads, progress) if keys is None else keys, len(shingles))
    return BucketSearch(shingles, *rule, buckets.members.indptr, buckets.of_text.values, buckets.of_text.indptr)


def compare_pairs(
    shingles: Shingles, rule: Rule, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Jaccard and containment of pairs of texts; both 0 where they do not resemble each other."""
    return Comparison(shingles, *rule).compare(left, right)


def rule_of(params: ReuseParams) -> Rule:
    """When two texts resemble each other."""
    return Rule(params.containment, params.length_ratio, params.jaccard)


def _band_keys(
    shingles: Shingles, params: ReuseParams, threads: int, progress: Progress | None
) -> Iterator[NDArray[np.uint64]]:
    """Sorted keys of one band after the other, to be read before the next; some are worked on together."""
    bands, rows = choose_bands(params.lsh_jaccard, params.lsh_recall)
    functions = permutations(params.seed, bands * rows)
    # Never fewer than the kernel's lanes are good for.
    least = max(LANES // rows, threads)
    together = min(max(_KEYS_AT_ONCE // max(len(shingles), 1) // least, 1) * least, bands)
    # The same memory for all: what is new takes longer to get than to sort.
    room = np.empty((together, len(shingles)), np.uint64)
    for start in range(0, bands, together):
        if progress is not None:
            progress("sketching", start, bands)
        these = slice(start * rows, min(start + together, bands) * rows)
        some = (functions[0][these], functions[1][these])
        yield from in_threads(_sorted, band_keys(shingles, some, rows, threads, room), threads)


def _sorted(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    keys.sort()
    return keys


def _used_twice(texts: Texts, exemplar: NDArray[np.int64], answer: NDArray[np.int32]) -> Ragged:
    """Segments of each family that at least two answers use, by answer and place."""
    long = np.flatnonzero(texts.of_segment >= 0)
    family = exemplar[texts.of_segment[long]]
    order = np.argsort(family, kind="stable")
    uses = Ragged.of_lengths(long[order], np.bincount(family, minlength=len(texts)))
    uses = uses.take(np.flatnonzero(uses.lengths > 1))
    # Segments stand by answer, so that one answer alone is both first and last.
    return uses.take(np.flatnonzero(answer[uses.values[uses.indptr[:-1]]] != answer[uses.values[uses.indptr[1:] - 1]]))


def _members(texts: Texts, best_first: NDArray[np.int64], uses: Ragged) -> Ragged:
    """Texts of each family, best first: the exemplar, then the others."""
    rank = np.empty(len(texts), np.int64)
    rank[best_first] = np.arange(len(texts))
    n_texts = max(len(texts), 1)
    keys = distinct(uses.row_of_value() * n_texts + rank[texts.of_segment[uses.values]])
    family, place = np.divmod(keys, n_texts)
    return Ragged.of_lengths(best_first[place], np.bincount(family, minlength=len(uses)))


def text_ids(
    unit: Unit, tokens: NDArray[np.int32], vocabulary: Vocabulary, texts: Texts, exemplars: NDArray[np.int64]
) -> list[str]:
    """Identifiers of the families that have these texts as exemplars: `family_id` of each."""
    first = texts.first[exemplars]
    return digests(unit, *vocabulary.join(tokens, first, first + texts.length[exemplars]))
