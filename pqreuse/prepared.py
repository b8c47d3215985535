"""A corpus as later answers are compared with it: its words, texts, families and runs as arrays.

`prepare` makes it of what the stages found; an index keeps it in a file and reads it back without work. `ask` compares
answers with it and touches only the families that their segments join, and the runs that they share. It says what
`score_answers` says of the same answers and corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.scores import source_texts
from pqreuse.against import names_once
from pqreuse.joining import Joined, joined_uses, side_by_side
from pqreuse.params import ReuseParams
from pqreuse.ragged import NONE, Ragged, by_row, changes, distinct, ranges, row_digests
from pqreuse.records import Answer, Unit
from pqreuse.runs import SharedRuns
from pqreuse.scorable import ScorableWords, joined_figures, scorable_words
from pqreuse.scores import FamilyUses, find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Segments, Split, split_answers, split_sentences
from pqreuse.shingles import Shingles, Texts, collapse, numbers_alike
from pqreuse.stock import Stock, compare_pairs, rule_of, text_ids
from pqreuse.templates import meaning_mask
from pqreuse.times import Times, in_order
from pqreuse.words import Vocabulary, Words

_ANCHOR = 5  # words by which runs are looked up: fewer are met by chance too often, more take more room
_PAIRS_AT_ONCE = 1 << 21
_SLACK = 1e-9  # of what is computed in floating point before the exact comparison
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class KnownTexts:
    """The texts of one unit, the families that they make, and the answers that use them.

    Attributes
    ----------
    first : ndarray of int32, shape (n_texts,)
    length : ndarray of int32, shape (n_texts,)
        A text's words are ``tokens[first:first + length]`` of the corpus.
    digest : ndarray of uint64, shape (n_texts,)
        See `row_digests`, of the hashes of the words.
    members : Ragged of int32, one row a family
        Texts of each family, the exemplar first, then in the order in which exemplars are chosen; families stand in
        the order of their exemplars.
    uses : Ragged of int32, n_texts rows
        Answers that have each text, the earliest first, as often as they have it.
    start, end : ndarray of int32, shape (n_uses,)
        Code points of each use in its answer's text.
    sizes : ndarray of int32, shape (n_families,)
        Distinct shingles of each exemplar.
    postings : Ragged of int32, 2**bits rows
        Families by the leading bits of the hashes of their exemplars' shingles.
    """

    unit: Unit
    first: NDArray[np.int32]
    length: NDArray[np.int32]
    digest: NDArray[np.uint64]
    members: Ragged
    uses: Ragged
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    sizes: NDArray[np.int32]
    postings: Ragged

    @cached_property
    def family(self) -> NDArray[np.int32]:
        """The family of each text: int32[n_texts]."""
        family = np.empty(len(self.first), np.int32)
        family[self.members.values] = self.members.row_of_value()
        return family

    @cached_property
    def exemplars(self) -> NDArray[np.int32]:
        """The exemplar of each family: int32[n_families]."""
        return self.members.values[self.members.indptr[:-1]]

    @cached_property
    def n_answers(self) -> NDArray[np.int64]:
        """Answers that have each text: int64[n_texts]."""
        new = changes(self.uses.values)
        new[self.uses.indptr[:-1]] = True
        return (
            np.add.reduceat(new.astype(np.int64), self.uses.indptr[:-1]) if len(self.first) else np.zeros(0, np.int64)
        )

    @cached_property
    def digests(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The digests, ascending, and the text of each."""
        order = np.argsort(self.digest)
        return self.digest[order], order

    def users(self, family: int) -> NDArray[np.int32]:
        """The answers of a family, each once."""
        return distinct(self.uses.take(self.members[family]).values)


@dataclass(frozen=True)
class Prepared:
    """All that is known of a corpus before answers are compared with it.

    Attributes
    ----------
    params : ReuseParams
    ids : sequence of str
        Identifiers of the answers.
    first_day, last_day : ndarray of int64, shape (n_answers,)
        See `Times`.
    tokens : ndarray of int32, shape (n_scorable,)
        Scorable words, answer by answer, as places in ``vocabulary``.
    indptr : ndarray of int64, shape (n_answers + 1,)
    closed, glued : ndarray of bool, shape (n_scorable,)
        See `Split` and `joined_figures`.
    vocabulary : Vocabulary
    paragraphs, sentences : KnownTexts
    anchor_hash : ndarray of uint32, ascending
    anchor_place : ndarray of int32
        Where runs are looked up: five words each, such that any ``run_words`` consecutive words hold at least one (the
        one with the least hash: Schleimer, Wilkerson and Aiken 2003), by their hash and their first word.
    """

    params: ReuseParams
    ids: Sequence[str]
    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]
    tokens: NDArray[np.int32]
    indptr: NDArray[np.int64]
    closed: NDArray[np.bool_]
    glued: NDArray[np.bool_]
    vocabulary: Vocabulary
    paragraphs: KnownTexts
    sentences: KnownTexts
    anchor_hash: NDArray[np.uint32]
    anchor_place: NDArray[np.int32]

    @cached_property
    def times(self) -> Times:
        """When each answer was given."""
        return in_order(self.first_day, self.last_day)

    @cached_property
    def latest(self) -> NDArray[np.int64]:
        """Each answer's place by last possible day, undated ones first: int64[n_answers]."""
        return np.where(self.last_day == NONE, -1, self.last_day)

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each answer by its identifier."""
        return {name: place for place, name in enumerate(self.ids)}

    @cached_property
    def bears_meaning(self) -> NDArray[np.bool_]:
        """See `meaning_mask`."""
        return meaning_mask(self.vocabulary)

    @cached_property
    def by_hash(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The hashes of the words, ascending, and the place of each word in the vocabulary."""
        order = np.argsort(self.vocabulary.hashes)
        return self.vocabulary.hashes[order], order


@dataclass(frozen=True, slots=True)
class Asked:
    """The result of asking a corpus about other answers.

    Attributes
    ----------
    scores : ScoreRecords
        Of the answers asked about.
    families : tuple of ndarray of int64
        Paragraph and sentence families that their segments join, ascending.
    first_said : tuple of ndarray of int64
        For each of these, the answer of the corpus that said the words of the segments that join it first; -1 where no
        answer has enough of them in a row.
    """

    scores: ScoreRecords
    families: tuple[NDArray[np.int64], NDArray[np.int64]]
    first_said: tuple[NDArray[np.int64], NDArray[np.int64]]


def prepare(
    params: ReuseParams,
    ids: Sequence[str],
    times: Times,
    words: ScorableWords,
    closed: NDArray[np.bool_],
    glued: NDArray[np.bool_],
    paragraphs: Stock,
    sentences: Stock,
) -> Prepared:
    """Arrange what the stages found so that later answers can be compared with it; see `Prepared`."""
    anchor_hash, anchor_place = _anchors(words.vocabulary.hashes[words.tokens], params.run_words)
    order = np.argsort(anchor_hash, kind="stable")
    last_day = np.empty(len(times.at), np.int64)
    last_day[times.at] = times.last_days
    return Prepared(
        params=params,
        ids=ids,
        first_day=times.first_day,
        last_day=last_day,
        tokens=words.tokens,
        indptr=words.indptr,
        closed=closed,
        glued=glued,
        vocabulary=words.vocabulary,
        paragraphs=_known(paragraphs, words, times, params),
        sentences=_known(sentences, words, times, params),
        anchor_hash=anchor_hash[order],
        anchor_place=anchor_place[order],
    )


def _known(stock: Stock, words: ScorableWords, times: Times, params: ReuseParams) -> KnownTexts:
    texts, grouping, segments = stock.grouping.texts, stock.grouping, stock.segments
    n_texts = len(texts)
    best_first, exemplar = grouping.best_first, grouping.exemplar
    exemplars = best_first[exemplar[best_first] == best_first].astype(np.int64)
    number = np.empty(n_texts, np.int64)
    number[exemplars] = np.arange(len(exemplars))
    # Best first, so that an exemplar stands before what joined it.
    members = by_row(best_first, number[exemplar[best_first]], len(exemplars))
    long = np.flatnonzero(texts.of_segment >= 0)
    when = times.order[segments.answer[long]]
    long = long[np.lexsort((segments.start[long], when, texts.of_segment[long]))]
    uses = Ragged.of_lengths(segments.answer[long], np.bincount(texts.of_segment[long], minlength=n_texts))
    shape, hashes = numbers_alike(words.vocabulary.hashes, words.vocabulary.numeric)
    width = params.shingle_words
    shingles = Shingles(words.tokens, shape, hashes, texts.first[exemplars], texts.length[exemplars], width)
    sets = Ragged(*shingles.hash_sets(np.arange(len(exemplars))))
    bits = max(len(sets.values).bit_length() - 2, 4)
    slot = (sets.values >> np.uint64(64 - bits)).astype(np.int64)
    in_order = np.argsort(slot, kind="stable")
    postings = Ragged.of_lengths(sets.row_of_value()[in_order].astype(np.int32), np.bincount(slot, minlength=1 << bits))
    return KnownTexts(
        unit=stock.unit,
        first=texts.first.astype(np.int32),
        length=texts.length,
        digest=row_digests(
            Ragged.of_lengths(words.vocabulary.hashes[words.tokens[ranges(texts.first, texts.length)]], texts.length)
        ),
        members=Ragged(members.values.astype(np.int32), members.indptr),
        uses=uses,
        start=segments.start[long],
        end=segments.end[long],
        sizes=sets.lengths.astype(np.int32),
        postings=postings,
    )


def _anchors(hashes: NDArray[np.uint64], run_words: int) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Hash and first word of the anchors: in each run the few words with the least hash."""
    width = min(_ANCHOR, run_words)
    n_anchors = len(hashes) - width + 1
    span = run_words - width + 1
    if n_anchors < span:
        return np.empty(0, np.uint32), np.empty(0, np.int32)
    mixed = np.zeros(n_anchors, np.uint64)
    for place in range(width):
        mixed = (mixed ^ hashes[place : place + n_anchors]) * _SPREAD
        mixed ^= mixed >> np.uint64(29)
    anchor = (mixed >> np.uint64(32)).astype(np.uint32)
    n_runs = n_anchors - span + 1
    least = anchor[:n_runs].copy()
    for place in range(1, span):
        np.minimum(least, anchor[place : place + n_runs], out=least)
    chosen = np.zeros(n_anchors, bool)
    for place in range(span):
        chosen[place : place + n_runs] |= anchor[place : place + n_runs] == least
    where = np.flatnonzero(chosen)
    return anchor[where], where.astype(np.int32)


class _New:
    """The words of other answers by the vocabulary of a corpus: those that it does not have are numbered behind it."""

    def __init__(self, known: Prepared, answers: Sequence[Answer], all_words: Words) -> None:
        self.all_words = all_words
        self.split = split_answers(answers, self.all_words)
        own = scorable_words(self.all_words, self.split.unscorable)
        glued = joined_figures(own, answers)
        sentences = split_sentences(answers, self.all_words, self.split.paragraphs, self.split.unscorable)
        self.own, self.glued = own, glued
        self.segments = (self.split.paragraphs, sentences)
        number = self._numbers(known, own.vocabulary)
        unknown = number >= len(known.vocabulary)
        self.tokens = number[own.tokens]
        self.hashes = np.append(known.vocabulary.hashes, own.vocabulary.hashes[unknown])
        self.numeric = np.append(known.vocabulary.numeric, own.vocabulary.numeric[unknown])
        self.bears_meaning = np.append(known.bears_meaning, meaning_mask(own.vocabulary)[unknown])

    @staticmethod
    def _numbers(known: Prepared, vocabulary: Vocabulary) -> NDArray[np.int32]:
        """The number of each of these words: its place in the vocabulary of the corpus, or one behind it."""
        there, (hashes, by_hash) = known.vocabulary, known.by_hash
        number = np.full(len(vocabulary), -1, np.int32)
        low = np.searchsorted(hashes, vocabulary.hashes)
        for word, (place, high) in enumerate(
            zip(low.tolist(), np.searchsorted(hashes, vocabulary.hashes, "right").tolist(), strict=True)
        ):
            for one in by_hash[place:high].tolist():
                if there[one] == vocabulary[word]:
                    number[word] = one
        unknown = np.flatnonzero(number < 0)
        number[unknown] = len(there) + np.arange(len(unknown))
        return number


def ask(
    known: Prepared,
    answers: Sequence[Answer],
    read: Sequence[Answer],
    words: Words,
    itself: NDArray[np.int64],
    *,
    threads: int = 1,
) -> Asked:
    """Label the words of answers by what a corpus has.

    Parameters
    ----------
    known : Prepared
    answers : sequence of Answer
    read : sequence of Answer
        The same reflowed, see `reflow_answers`.
    words : Words
        Of the reflowed texts.
    itself : ndarray of int64, shape (n_answers,)
        The answer of the corpus that each of them is, and is not compared with; -1 for none.
    threads : int
    """
    params, times, new = known.params, known.times, _New(known, read, words)
    n_old, n_new = len(known.ids), len(answers)
    own = np.append(times.order, NONE)[itself]  # no answer has the order NONE
    limit = np.full(n_new, n_old, np.int32) if params.against == "others" else times.preceding(answers)
    joins = [_Join(known, texts, new, segments) for texts, segments in zip(_units(known), new.segments, strict=True)]
    # The families' texts, each as its two earliest answers have it (the second counts for an answer that is the first),
    # then the new answers.
    laid = np.concatenate([one.tokens for one in joins])
    lengths = np.concatenate([one.lengths for one in joins])
    indptr = np.concatenate(([0], np.cumsum(lengths), len(laid) + new.own.indptr[1:]))
    tokens = np.concatenate((laid, new.tokens))
    glued = np.concatenate([*(one.glued for one in joins), new.glued])
    order = np.concatenate([*(one.order for one in joins), n_old + np.arange(n_new, dtype=np.int32)])
    but, limits = order.copy(), np.zeros(len(order), np.int32)
    but[len(lengths) :] = np.where(own == NONE, but[len(lengths) :], own)
    limits[len(lengths) :] = limit
    windows = np.full(len(tokens), NONE, np.int32)
    _find_runs(known, new, but[len(lengths) :], limit, windows[len(laid) :])
    runs = SharedRuns.of(windows, params.run_words, params.said_words)
    uses = [
        list(one.labelled(tokens, new.bears_meaning, glued, begin, len(laid), threads))
        for one, begin in zip(joins, (0, len(joins[0].tokens)), strict=True)
    ]
    labels = find_labels(
        chain.from_iterable(uses),
        indptr,
        order,
        runs.shared,
        runs.earliest,
        params.said_words,
        limits,
        but=but,
        threads=threads,
    )
    of_uses = iter(labels.of_uses)
    first_said = tuple(
        one.first_said(its_uses, list(islice(of_uses, len(its_uses))), labels.earliest, len(laid), times)
        for one, its_uses in zip(joins, uses, strict=True)
    )
    behind = slice(len(laid), None)
    names, family = names_once([name for one in joins for name in one.names], labels.family[behind])
    # Only the answers that are named take part in the records.
    said = np.concatenate((labels.earliest[behind], labels.placed[behind]))
    named, place = np.unique(said, return_inverse=True)
    sources = times.at[named[named != NONE]].tolist()
    earliest, placed = np.split(np.where(said == NONE, NONE, place).astype(np.int32), 2)
    nothing = np.zeros(len(sources), np.int64)
    scores = ScoreRecords(
        [*(Answer(text="", id=known.ids[one]) for one in sources), *answers],
        np.concatenate((nothing, np.diff(new.all_words.indptr))),
        ScorableWords(
            new.tokens, new.own.starts, new.own.ends, np.concatenate((nothing, new.own.indptr)), new.own.vocabulary
        ),
        Split(new.split.unscorable, new.split.closed, [()] * len(sources) + new.split.holes, new.split.paragraphs),
        Labelled(labels.label[behind], family, earliest, placed, names, params.said_words),
        np.arange(len(sources)),
        len(sources),
    )
    return Asked(scores, (joins[0].families, joins[1].families), (first_said[0], first_said[1]))


def _units(known: Prepared) -> tuple[KnownTexts, KnownTexts]:
    return known.paragraphs, known.sentences


class _Join:
    """Families of one unit that new segments join, with the words of their texts.

    Attributes
    ----------
    families : ndarray of int64
        Ascending.
    names : list of str
        The family of each row that `labelled` gives.
    tokens, glued : ndarray
        Words of old uses, one use after the other: each text as its two earliest answers have it.
    lengths, order : ndarray of int64 and of int32, shape (n_old_uses,)
        Words of each use, and the place in time of its answer.
    """

    def __init__(self, known: Prepared, texts: KnownTexts, new: _New, segments: Segments) -> None:
        self._params, self._segments = known.params, segments
        wordings = collapse(new.tokens, segments.first, segments.last, known.params.min_words, new.numeric)
        self._wordings = wordings
        same = _same_texts(known, texts, new, wordings)
        family = np.append(texts.family, -1)[same].astype(np.int64)
        asked = np.flatnonzero(same < 0)
        family[asked] = _most_alike(known, texts, new, wordings, asked)
        self.families = distinct(family[family >= 0])
        self._members = texts.members.take(self.families)
        old = self._members.values
        uses = texts.uses.take(old)
        another = changes(uses.values)  # uses in one answer stand together
        another[uses.indptr[:-1]] = True
        place = np.cumsum(another)
        early = another & (place - np.repeat(place[uses.indptr[:-1]], uses.lengths) < 2)
        self._text_of_use = uses.row_of_value()[early]
        self.order = known.times.order[uses.values[early]]
        self.lengths = texts.length[old][self._text_of_use].astype(np.int64)
        where = ranges(texts.first[old][self._text_of_use], self.lengths)
        self.tokens, self.glued = known.tokens[where], known.glued[where]
        self._length, self._n_answers = texts.length[old], texts.n_answers[old]
        self._number = {text: place for place, text in enumerate(old.tolist())}
        # A row holds the new segments of all wordings that a family has, or of a single new wording, so that no new
        # answer changes what is said of another one.
        text = wordings.of_segment.astype(np.int64)
        self._joining = np.flatnonzero(np.append(family, -1)[text] >= 0)
        text = text[self._joining]
        key = np.where(same[text] >= 0, family[text], len(texts.sizes) + text)
        rows = distinct(key)
        self._row = np.searchsorted(rows, key)
        self._new_text = np.where(rows < len(texts.sizes), -1, rows - len(texts.sizes))
        of_row = np.where(self._new_text < 0, rows, family[self._new_text])
        self._family_of_row = np.searchsorted(self.families, of_row)
        self._same, self._text = same, text
        shown = Texts(np.empty(0, np.int32), texts.first.astype(np.int64), texts.length)
        names = text_ids(texts.unit, known.tokens, known.vocabulary, shown, texts.exemplars[self.families])
        self.names = [names[one] for one in self._family_of_row.tolist()]

    def labelled(
        self,
        tokens: NDArray[np.int32],
        bears_meaning: NDArray[np.bool_],
        glued: NDArray[np.bool_],
        old_words: int,
        new_words: int,
        threads: int,
    ) -> Iterator[FamilyUses]:
        """The uses of each row, old ones first, as the labels take them.

        Parameters
        ----------
        tokens, bears_meaning, glued : ndarray
            Of all words that are laid out.
        old_words, new_words : int
            Where this unit's old uses and the new answers begin among them.
        threads : int
        """
        n_uses, n_old = len(self.lengths), len(self._length)
        first_use = old_words + np.cumsum(self.lengths) - self.lengths
        first = np.empty(n_old, np.int64)
        first[self._text_of_use[::-1]] = first_use[::-1]
        more = self._new_text[self._new_text >= 0]
        number = np.full(len(self._same), -1, np.int64)
        number[more] = n_old + np.arange(len(more))
        there = np.flatnonzero(self._same >= 0)
        number[there] = [self._number.get(one, -1) for one in self._same[there].tolist()]
        of_new = np.full(len(self._segments), -1, np.int64)
        of_new[self._joining] = number[self._text]
        old_uses = by_row(np.arange(n_uses), self._members.row_of_value()[self._text_of_use], len(self.families))
        one_more = Ragged.of_lengths(n_old + np.arange(len(more)), (self._new_text >= 0).astype(np.int64))
        members = Ragged(np.arange(n_old), self._members.indptr).take(self._family_of_row)
        joined = Joined(
            self.names,
            Texts(
                np.concatenate((self._text_of_use, of_new)).astype(np.int32),
                np.concatenate((first, new_words + self._wordings.first[more])),
                np.concatenate((self._length, self._wordings.length[more])),
            ),
            side_by_side(members, one_more),
            side_by_side(
                old_uses.take(self._family_of_row), by_row(n_uses + self._joining, self._row, len(self._new_text))
            ),
            np.concatenate((self._n_answers, np.ones(len(more), np.int64))),
        )
        first_word = np.concatenate((first_use, new_words + self._segments.first))
        return joined_uses(joined, first_word, tokens, bears_meaning, glued, self._params, threads=threads)

    def first_said(
        self,
        uses: Sequence[FamilyUses],
        of_uses: Sequence[NDArray[np.int32]],
        earliest: NDArray[np.int32],
        new_words: int,
        times: Times,
    ) -> NDArray[np.int64]:
        """Who said the new uses of each family first, see `Asked`.

        Parameters
        ----------
        uses : sequence of FamilyUses
            As `labelled` made them.
        of_uses : sequence of ndarray of int32
            For each of them, see `Labels`.
        earliest : ndarray of int32
            Of all words that are laid out, see `Labels`.
        new_words : int
            Where the new answers begin among them.
        times : Times
        """
        found, row = np.full(len(self.families), NONE, np.int32), 0
        for some, own in zip(uses, of_uses, strict=True):
            new = some.first >= new_words
            lengths = some.place.lengths[some.variant[new]]
            said = source_texts(some.first[new], lengths, own[new], earliest, self._params.said_words, NONE)
            np.minimum.at(found, self._family_of_row[row + some.family[new]], said)
            row += len(some.n_template)
        return np.where(found == NONE, -1, times.at[np.where(found == NONE, 0, found)])


def _same_texts(known: Prepared, texts: KnownTexts, new: _New, wordings: Texts) -> NDArray[np.int64]:
    """The text of the corpus that has the words of each of these; -1 for none."""
    digests, order = texts.digests
    words = Ragged.of_lengths(new.tokens[ranges(wordings.first, wordings.length)], wordings.length)
    wanted = row_digests(Ragged(new.hashes[words.values], words.indptr))
    found = np.full(len(wordings), -1, np.int64)
    low, high = (np.searchsorted(digests, wanted, side).tolist() for side in ("left", "right"))
    for place, (start, end) in enumerate(zip(low, high, strict=True)):
        for text in order[start:end].tolist():
            first = texts.first[text]
            if np.array_equal(known.tokens[first : first + texts.length[text]], words[place]):
                found[place] = text
    return found


def _most_alike(
    known: Prepared, texts: KnownTexts, new: _New, wordings: Texts, asked: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The family whose exemplar each of these wordings resembles most; -1 for none.

    The shingles that most exemplars hold are not looked up: an exemplar that shares enough shingles to resemble the
    wording shares one of the others too.
    """
    rule = rule_of(known.params)
    alike = numbers_alike(new.hashes, new.numeric)
    width = known.params.shingle_words
    own = Shingles(new.tokens, *alike, wordings.first[asked], wordings.length[asked], width)
    sets = Ragged(*own.hash_sets(np.arange(len(asked))))
    slots = (sets.values >> np.uint64(64 - (len(texts.postings) - 1).bit_length())).astype(np.int64)
    starts, stops = texts.postings.indptr[slots], texts.postings.indptr[slots + 1]
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for row, (begin, end) in enumerate(pairwise(sets.indptr.tolist())):
        size = end - begin
        least = max(ceil(rule.containment * rule.length_ratio * size - _SLACK), 1)
        order = np.argsort(stops[begin:end] - starts[begin:end])[: size - least + 1]
        runs = zip(starts[begin:end][order].tolist(), stops[begin:end][order].tolist(), strict=True)
        met = np.concatenate([texts.postings.values[:0], *(texts.postings.values[low:high] for low, high in runs)])
        hits = np.bincount(met, minlength=1)
        there = np.flatnonzero(hits)
        sizes = texts.sizes[there]
        wanted = rule.containment * np.minimum(size, sizes) - _SLACK - (least - 1)
        there = there[hits[there] >= wanted]
        left.append(np.full(len(there), row))
        right.append(there)
    one, other = np.concatenate(left), np.concatenate(right)
    family = np.full(len(asked), -1, np.int64)
    if len(one):
        those, place = np.unique(other, return_inverse=True)
        exemplars = texts.exemplars[those]
        length = texts.length[exemplars].astype(np.int64)
        both = Shingles(
            np.concatenate((new.tokens, known.tokens[ranges(texts.first[exemplars], length)])),
            *alike,
            np.concatenate((wordings.first[asked], len(new.tokens) + np.cumsum(length) - length)),
            np.concatenate((wordings.length[asked], length.astype(np.int32))),
            width,
        )
        jaccard, containment = compare_pairs(both, rule, one, len(asked) + place)
        order = np.lexsort((other, -containment, -jaccard, one))
        order = order[containment[order] > 0]
        best = order[changes(one[order])]
        family[one[best]] = other[best]
    return family


def _find_runs(
    known: Prepared, new: _New, but: NDArray[np.int32], limit: NDArray[np.int32], windows: NDArray[np.int32]
) -> None:
    """Write the lowest order of another answer that has the ``run_words`` words from each of the new answers on."""
    run_words = known.params.run_words
    anchor, place = _anchors(new.hashes[new.tokens], run_words)
    low, high = (np.searchsorted(known.anchor_hash, anchor, side) for side in ("left", "right"))
    part = np.cumsum(high - low) // _PAIRS_AT_ONCE
    for number in distinct(part).tolist():
        these = part == number
        many = (high - low)[these]
        theirs = known.anchor_place[ranges(low[these], many)].astype(np.int64)
        first, runs, mine, theirs = _shared_runs(known, new, np.repeat(place[these].astype(np.int64), many), theirs)
        when = known.times.order[np.searchsorted(known.indptr, theirs, "right") - 1]
        answer = np.searchsorted(new.own.indptr, mine, "right") - 1
        counts = (when != but[answer]) & (when < limit[answer])
        np.minimum.at(windows, ranges(first[counts], runs[counts]), np.repeat(when[counts], runs[counts]))


def _shared_runs(
    known: Prepared, new: _New, mine: NDArray[np.int64], theirs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Runs over pairs of anchors: where the first begins, how many begin one word after another, the anchors.

    What is hashed is compared, then the words behind and before, as far as a run with the anchor may reach.
    """
    run_words = known.params.run_words
    width = min(_ANCHOR, run_words)

    def same(pairs: NDArray[np.int64], step: int) -> NDArray[np.int64]:
        """Pairs whose words at a distance from the anchor are the same."""
        here, there = mine[pairs] + step, theirs[pairs] + step
        inside = (here >= 0) & (here < len(new.tokens)) & (there >= 0) & (there < len(known.tokens))
        pairs, here, there = pairs[inside], here[inside], there[inside]
        found: NDArray[np.int64] = pairs[new.tokens[here] == known.tokens[there]]
        return found

    def passing(pairs: NDArray[np.int64], step: int) -> NDArray[np.int64]:
        """Pairs in which a run may pass on behind the word at a distance."""
        found: NDArray[np.int64] = pairs[~(new.split.closed[mine[pairs] + step] | known.closed[theirs[pairs] + step])]
        return found

    pairs = same(np.arange(len(mine)), 0)
    for step in range(1, width):
        pairs = same(passing(pairs, step - 1), step)
    whole = pairs
    behind, before = np.zeros(len(mine), np.int64), np.zeros(len(mine), np.int64)
    for step in range(width, run_words):
        pairs = same(passing(pairs, step - 1), step)
        behind[pairs] += 1
    pairs = whole
    for step in range(1, run_words - width + 1):
        pairs = passing(same(pairs, -step), -step)
        before[pairs] += 1
    spare = before[whole] + width + behind[whole] - run_words
    run = whole[spare >= 0]
    return mine[run] - before[run], spare[spare >= 0] + 1, mine[run], theirs[run]
