"""Questions of answers → how alike those of one family are: which of its reuse the question explains, and which not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pqreuse.ragged import Ragged
from pqreuse.words import number_words


def question_similarity(questions: Iterable[Iterable[str]], answers: Ragged) -> list[float | None]:
    """How alike the questions of each family's answers are: the mean cosine of all pairs of different answers.

    1 where all were asked the same, so that the question explains the reuse; near 0 where the line is said whatever is
    asked. None where fewer than two of the answers have questions with words.

    An answer's vector has a place for each word of its questions, however often they have it, with the weight
    ``log((n + 1) / n_with)``: of the ``n`` answers whose questions have words, ``n_with`` have this one. So what nearly
    all questions say, "to ask the Secretary of State", counts for next to nothing.

    Parameters
    ----------
    questions : iterable of iterable of str
        Those of each answer of the corpus.
    answers : Ragged of int64
        A row for each family: its answers, each once.

    Notes
    -----
    Vectors of length 1 have as cosine their product, and ``|sum|**2`` has each pair twice and each vector with itself:
    no pair needs to be looked at. Rounded to six decimals, so that the order of addition is not seen.

    Examples
    --------
    >>> asked = [["How many hubs?"], ["How many hubs?"], ["What of ferries?"], [""]]
    >>> question_similarity(asked, Ragged.of_rows([np.array([0, 1]), np.array([1, 2]), np.array([2, 3])], np.int64))
    [1.0, 0.0, None]
    """
    from scipy.sparse import csr_array

    # No word goes on from one line to the next.
    found = number_words("\n".join(those) for those in questions)
    n_answers, n_words = len(found.indptr) - 1, len(found.vocabulary)
    vectors = csr_array((np.ones(len(found.tokens)), found.tokens, found.indptr), shape=(n_answers, n_words))
    vectors.sum_duplicates()
    has_words = np.diff(vectors.indptr) > 0
    weights = np.log((has_words.sum() + 1) / np.bincount(vectors.indices, minlength=n_words))[vectors.indices]
    row = np.repeat(np.arange(n_answers), np.diff(vectors.indptr))
    vectors.data = weights / np.sqrt(np.bincount(row, weights**2, minlength=n_answers))[row]
    members = csr_array((np.ones(len(answers.values)), answers.values, answers.indptr), shape=(len(answers), n_answers))
    square, n = (members @ vectors).power(2).sum(axis=1), members @ has_words.astype(np.int64)
    mean = np.clip((square - n) / np.maximum(n * (n - 1), 1), 0, 1).round(6)
    return [value if many > 1 else None for value, many in zip(mean.tolist(), n.tolist(), strict=True)]
