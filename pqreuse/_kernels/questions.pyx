# cython: boundscheck=False, wraparound=False
"""Words of questions → those of each answer once; weighed, the squared length of what a family's answers sum up to."""

import numpy as np

from libc.stdint cimport int32_t, int64_t
from libc.math cimport sqrt


def count_once(int32_t[::1] tokens, const int64_t[::1] indptr, int64_t n_vocabulary):
    """Keep each word of an answer once.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
        Written over: what is kept stands at its beginning.
    indptr : ndarray of int64, shape (n_answers + 1,)
    n_vocabulary : int

    Returns
    -------
    kept : ndarray of int64, shape (n_answers + 1,)
        Words ``tokens[kept[i]:kept[i + 1]]`` are those of answer ``i``, as they come first.
    counts : ndarray of int64, shape (n_vocabulary,)
        Answers that have each word.
    """
    cdef int64_t n_answers = indptr.shape[0] - 1
    cdef int64_t answer, place, reached = 0
    cdef int32_t token
    kept, counts = np.zeros(n_answers + 1, np.int64), np.zeros(n_vocabulary, np.int64)
    cdef int64_t[::1] kept_ = kept, counts_ = counts
    cdef int64_t[::1] last = np.full(n_vocabulary, -1, np.int64)
    with nogil:
        for answer in range(n_answers):
            for place in range(indptr[answer], indptr[answer + 1]):
                token = tokens[place]
                if last[token] != answer:
                    last[token] = answer
                    counts_[token] += 1
                    tokens[reached] = token
                    reached += 1
            kept_[answer + 1] = reached
    return kept, counts


def sum_vectors(
    const int32_t[::1] words,
    const int64_t[::1] indptr,
    const double[::1] weights,
    const int64_t[::1] answers,
    const int64_t[::1] families,
):
    """Add up the vectors of each family's answers: of length 1, with the weights of their words.

    Parameters
    ----------
    words : ndarray of int32, shape (n_values,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of answer ``i``, each once.
    indptr : ndarray of int64, shape (n_answers + 1,)
    weights : ndarray of float64, shape (n_vocabulary,)
        All above 0.
    answers : ndarray of int64, shape (n_members,)
    families : ndarray of int64, shape (n_families + 1,)
        Answers ``families[i]`` to ``families[i + 1]`` are those of family ``i``, each once.

    Returns
    -------
    square : ndarray of float64, shape (n_families,)
        Squared length of the sum.
    counted : ndarray of int64, shape (n_families,)
        Answers that have words.
    """
    cdef int64_t n_answers = indptr.shape[0] - 1, n_families = families.shape[0] - 1
    cdef int64_t family, member, place, answer
    cdef double found
    square, counted = np.zeros(n_families), np.zeros(n_families, np.int64)
    cdef double[::1] square_ = square
    cdef int64_t[::1] counted_ = counted
    cdef double[::1] length = np.zeros(n_answers), total = np.zeros(weights.shape[0])
    with nogil:
        for answer in range(n_answers):
            for place in range(indptr[answer], indptr[answer + 1]):
                length[answer] += weights[words[place]] * weights[words[place]]
            length[answer] = sqrt(length[answer])
        for family in range(n_families):
            for member in range(families[family], families[family + 1]):
                answer = answers[member]
                counted_[family] += indptr[answer + 1] > indptr[answer]
                for place in range(indptr[answer], indptr[answer + 1]):
                    total[words[place]] += weights[words[place]] / length[answer]
            for member in range(families[family], families[family + 1]):
                answer = answers[member]
                for place in range(indptr[answer], indptr[answer + 1]):
                    # Once for each word: what was taken is nothing from then on.
                    found = total[words[place]]
                    total[words[place]] = 0
                    square_[family] += found * found
    return square, counted
