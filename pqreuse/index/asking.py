"""Answers asked of an index → their labels, as `pqreuse.against` finds them, from what in the index bears on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pqreuse.against import names_once
from pqreuse.index.comparing import AllTexts
from pqreuse.index.incoming import Incoming
from pqreuse.index.joins import Times, join, uses_of
from pqreuse.index.runs import find_runs
from pqreuse.index.tables import CLOSED, GLUED, TOKEN, UNITS, Tables
from pqreuse.joining import joined_uses
from pqreuse.ragged import NONE, Ragged, ranks
from pqreuse.records import Answer
from pqreuse.runs import SharedRuns
from pqreuse.scorable import ScorableWords
from pqreuse.scores import find_labels
from pqreuse.scoring import Labelled, ScoreRecords
from pqreuse.segments import Split
from pqreuse.words import Vocabulary

_NOTHING = Answer(text="")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an index says of answers.

    Attributes
    ----------
    scores : ScoreRecords
    new : Incoming
    exemplars : tuple of ndarray of int64
        Of each unit, the exemplars of the families that the answers' segments join.
    """

    scores: ScoreRecords
    new: Incoming
    exemplars: tuple[NDArray[np.int64], ...]


def ask(tables: Tables, answers: Sequence[Answer], itself: Sequence[int], threads: int = 1) -> Asked:
    """Label the words of answers by what the index has.

    What is laid out for that: an empty place for each old answer that bears on them, in their order in time; behind
    these the texts of the families that they join, each as its two earliest answers have it (the second counts for an
    answer that is the first); behind these the new answers.

    Parameters
    ----------
    tables : Tables
    answers : sequence of Answer
    itself : sequence of int
        The answer of the index that each of them is, and is not compared with; -1 for none.
    threads : int
    """
    params = tables.params
    new = Incoming(tables, answers, threads)
    texts = new.beside(tables)
    joins = [join(tables, texts, new, unit) for unit in range(len(UNITS))]
    first, in_answer = _runs(tables, texts, new)
    times = Times(tables, [in_answer, *(one.users["answer"] for one in joins), np.array(itself, np.int64)])
    uses = [uses_of(one, times) for one in joins]
    used = np.concatenate([one.text for one in uses])
    laid = tables.words_of(used)
    words, glued, closed = _words(texts, new, laid, len(times))
    n_old, n_laid = len(times), len(used)
    order = np.concatenate((np.arange(n_old), *(one.order for one in uses), n_old + np.arange(len(answers)))).astype(
        np.int32
    )
    but, limit = order.copy(), np.zeros(len(order), np.int32)
    but_new, limit_new = but[n_old + n_laid :], limit[n_old + n_laid :]
    but_new[:] = np.where(np.array(itself) < 0, but_new, times.order_of(np.array(itself, np.int64)))
    limit_new[:] = n_old if params.against == "others" else times.before(new.days[:, 0])
    earliest = np.full(len(words.tokens), NONE, np.int32)
    asked = np.searchsorted(new.local.indptr, first, "right") - 1
    when = times.order_of(in_answer)
    these = (when != but_new[asked]) & (when < limit_new[asked])
    np.minimum.at(earliest, len(laid.values) + first[these], when[these])
    shared = SharedRuns.of(earliest, params.run_words, params.said_words)
    joined = [
        one.joined(its_uses, new, texts, start, len(laid.values), laid)
        for one, its_uses, start in zip(joins, uses, (0, len(uses[0].text)), strict=True)
    ]
    labels = find_labels(
        chain.from_iterable(
            joined_uses(one, segments, words, glued, params, threads=threads) for one, segments in joined
        ),
        words.indptr,
        order,
        shared.shared,
        shared.earliest,
        params.said_words,
        limit,
        but=but,
        threads=threads,
    )
    names, family = names_once([name for one, _ in joined for name in one.ids], labels.family)
    scores = ScoreRecords(
        [*(Answer(text="", id=name) for name in tables.ids(times.answers.tolist())), *[_NOTHING] * n_laid, *answers],
        np.concatenate((np.zeros(n_old + n_laid, np.int64), np.diff(new.all_words.indptr))),
        words,
        Split(np.empty((0, 2), np.int64), closed, [()] * (n_old + n_laid) + new.split.holes, new.split.paragraphs),
        Labelled(labels.label, family, labels.earliest, labels.placed, names, params.said_words),
        np.arange(n_old),
        n_old + n_laid,
    )
    return Asked(scores, new, tuple(one.families for one in joins))


def _runs(tables: Tables, texts: AllTexts, new: Incoming) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of the new answers that stand in a living one: their first words, and the answer."""
    parts = tables.store.parts("runs")
    first, place = find_runs(new.tokens, texts.hashes, tables.params.run_words, parts, tables.tokens)
    answer = np.searchsorted(tables.answers["words"], place, "right")
    living = tables.alive[answer]
    return first[living], answer[living]


def _words(
    texts: AllTexts, new: Incoming, laid: Ragged, n_old: int
) -> tuple[ScorableWords, NDArray[np.bool_], NDArray[np.bool_]]:
    """All words that are laid out, by a vocabulary of their own, and which are glued and which closed."""
    raw = np.concatenate((laid.values, new.tokens))
    numbers = (raw & TOKEN).astype(np.int64)
    there = np.unique(numbers)
    written = texts.written(there.tolist())
    place = ranks(written).astype(np.int32)
    in_order = there[np.argsort(place)]
    utf8 = [word.encode("utf-8", "surrogatepass") for word in sorted(written)]
    vocabulary = Vocabulary(
        np.frombuffer(b"".join(utf8), np.uint8),
        np.cumsum([0, *map(len, utf8)], dtype=np.int64),
        texts.hashes[in_order],
        texts.numeric[in_order],
    )
    closed = (raw & CLOSED) != 0
    closed[laid.indptr[1:] - 1] = True
    none = np.zeros(len(laid.values), np.int32)
    words = ScorableWords(
        place[np.searchsorted(there, numbers)],
        np.concatenate((none, new.local.starts)),
        np.concatenate((none, new.local.ends)),
        np.concatenate((np.zeros(n_old, np.int64), laid.indptr, len(laid.values) + new.local.indptr[1:])),
        vocabulary,
    )
    return words, (raw & GLUED) != 0, closed
