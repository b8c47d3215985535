# cython: boundscheck=False, wraparound=False
"""Lists of the texts that have each shingle → pairs of a text that is asked about and one that shares enough of them."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, realloc


cdef struct Found:
    int32_t *pairs
    int64_t n_pairs, room


cdef inline int put(Found *found, int32_t query, int32_t text) noexcept nogil:
    cdef void *moved
    if found.n_pairs == found.room:
        found.room = 2 * found.room + 1024
        moved = realloc(found.pairs, 2 * found.room * sizeof(int32_t))
        if moved == NULL:
            return -1
        found.pairs = <int32_t *> moved
    found.pairs[2 * found.n_pairs] = query
    found.pairs[2 * found.n_pairs + 1] = text
    found.n_pairs += 1
    return 0


def find_sharing(
    const int32_t[::1] query,
    const int64_t[::1] begin,
    const int64_t[::1] end,
    const uint32_t[::1] texts,
    const uint8_t[::1] counted,
    const int32_t[::1] size,
    const int32_t[::1] query_size,
    double ratio,
    bint larger,
    const uint8_t[::1] wanted,
):
    """Find the texts that stand in enough of the lists of each query.

    Parameters
    ----------
    query : ndarray of int32, shape (n_lists,)
        Whose list it is, ascending.
    begin, end : ndarray of int64, shape (n_lists,)
        A list is ``texts[begin:end]``.
    texts : ndarray of uint32
    counted : ndarray of uint8, shape (n_texts,)
        Only these texts are found.
    size : ndarray of int32, shape (n_texts,)
    query_size : ndarray of int32, shape (n_queries,)
        Shingles of each.
    ratio : float
        The least ratio of the smaller size to the larger one.
    larger : bool
        Find texts at least as large as the query, else smaller ones.
    wanted : ndarray of uint8
        In how many lists a text must stand: of each query where larger texts are found, else of each text.

    Returns
    -------
    ndarray of int32, shape (n_pairs, 2)
        Query and text.
    """
    cdef Found found
    cdef int64_t n_lists = query.shape[0], n_texts = counted.shape[0], one = 0, at, n_met, number
    cdef int32_t text, asked, own, other
    cdef uint8_t *hits = <uint8_t *> calloc(n_texts + 1, 1)
    cdef int32_t *met = <int32_t *> calloc(n_texts + 1, sizeof(int32_t))
    cdef int failed = hits == NULL or met == NULL
    found.pairs, found.n_pairs, found.room = NULL, 0, 0
    with nogil:
        while not failed and one < n_lists:
            asked, n_met = query[one], 0
            own = query_size[asked]
            while one < n_lists and query[one] == asked:
                for at in range(begin[one], end[one]):
                    text = <int32_t> texts[at]
                    if not counted[text]:
                        continue
                    if not hits[text]:
                        # Once for each text: whether its size allows it to resemble this one.
                        met[n_met] = text
                        n_met += 1
                        other = size[text]
                        if larger:
                            hits[text] = 255 - wanted[asked] if other >= own > 0 and <double> own / other >= ratio else 255
                        else:
                            hits[text] = 255 - wanted[text] if 0 < other < own and <double> other / own >= ratio else 255
                    if hits[text] == 255:
                        continue
                    hits[text] += 1
                    if hits[text] == 255 and put(&found, asked, text):
                        failed = 1
                        break
                one += 1
            for number in range(n_met):
                hits[met[number]] = 0
    free(hits)
    free(met)
    if failed:
        free(found.pairs)
        raise MemoryError
    pairs = np.empty((found.n_pairs, 2), np.int32)
    cdef int32_t[:, ::1] pairs_ = pairs
    for at in range(found.n_pairs):
        pairs_[at, 0], pairs_[at, 1] = found.pairs[2 * at], found.pairs[2 * at + 1]
    free(found.pairs)
    return pairs
