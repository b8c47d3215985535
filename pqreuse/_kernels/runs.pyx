# cython: boundscheck=False, wraparound=False
"""Words → which of them stand in another answer too: windows of words hashed, sorted outside, compared word by word."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc, qsort

cdef extern from "sequences.h" nogil:
    ctypedef struct sequence:
        const int32_t *words
        int64_t length
        int64_t number
    int same_words(const int32_t *one, const int32_t *other, int64_t length)
    int compare_sequences(const void *left, const void *right)

cdef extern from "least.h" nogil:
    ctypedef struct two_least:
        int32_t first
        int32_t second
    void put_order(two_least *least, int32_t value)
    int32_t least_but(const two_least *least, int32_t own)

cdef extern from "compiler.h" nogil:
    void PREFETCH(const void *address)

cdef uint64_t BASE = 0x9E3779B97F4A7C15u

cdef enum:
    NEAR = 64  # words; an array with the answer of each word would be as large as the words
    SOON = 32  # windows from now


cdef inline uint64_t spread(int32_t token) noexcept nogil:
    """A number of 64 bits for a token: neighbouring ones are far apart."""
    cdef uint64_t value = (<uint64_t> token + 1) * 0xBF58476D1CE4E5B9u
    return value ^ value >> 31


cdef inline uint64_t finish(uint64_t value) noexcept nogil:
    value = (value ^ value >> 32) * 0xD6E8FEB86659FD93u
    return value ^ value >> 32


def fill_windows(
    const int32_t[::1] tokens, const uint8_t[::1] closed, int64_t length, uint64_t part, uint64_t parts, uint64_t[::1] out
):
    """Write ``hash << 32 | place`` of each window of one part, to be sorted.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    closed : ndarray of uint8, shape (n_words,)
        No window passes from such a word to the next.
    length : int
        Words of a window.
    part, parts : int
        Windows are dealt out by their hash; equal windows are of one part.
    out : ndarray of uint64
        With room for them.

    Returns
    -------
    int
        How many there are, or would be: where that is more than `out` has room for, nothing behind its end is written.
    """
    cdef uint64_t hash = 0, mixed, lead = 1
    cdef int64_t place, open_for = 0, found = 0, room = out.shape[0]
    with nogil:
        for place in range(length - 1):
            lead *= BASE
        for place in range(tokens.shape[0]):
            if open_for >= length:
                hash -= spread(tokens[place - length]) * lead
            elif open_for == 0:
                hash = 0
            hash = hash * BASE + spread(tokens[place])
            open_for += 1
            if open_for >= length:
                mixed = finish(hash)
                # No branch but the first: which are of the part cannot be foretold.
                if found < room:
                    out[found] = mixed >> 32 << 32 | <uint64_t> (place - length + 1)
                found += ((mixed & 0xFFFFFFFFu) * parts) >> 32 == part
            if closed[place]:
                open_for = 0
    return found


def near_answers(const int64_t[::1] indptr):
    """The answer of every `NEAR`-th word, int32[n_words // NEAR + 1]: from there it is a step or two to any."""
    cdef int64_t place, answer = 0, n_places = indptr[indptr.shape[0] - 1] // NEAR + 1
    near = np.zeros(n_places, np.int32)
    cdef int32_t[::1] near_ = near
    with nogil:
        for place in range(n_places):
            while answer + 2 < indptr.shape[0] and indptr[answer + 1] <= place * NEAR:
                answer += 1
            near_[place] = <int32_t> answer
    return near


def find_others(
    const uint64_t[::1] windows,
    const int32_t[::1] tokens,
    int64_t length,
    const int64_t[::1] indptr,
    const int32_t[::1] near,
    const int32_t[::1] order,
    const int32_t[::1] but,
    const int32_t[::1] limit,
    int32_t none,
    int32_t[::1] found,
):
    """Write, at the place of each window that another answer has too, the lowest order of such an answer.

    Parameters
    ----------
    windows : ndarray of uint64
        What `fill_windows` wrote, sorted. Windows of one hash are compared word by word.
    tokens : ndarray of int32, shape (n_words,)
    length : int
    indptr : ndarray of int64, shape (n_answers + 1,)
        Words ``indptr[i]`` to ``indptr[i + 1]`` are those of answer ``i``.
    near : ndarray of int32
        The answer of every `NEAR`-th word.
    order, but : ndarray of int32, shape (n_answers,)
        The order of each answer, and the one order that does not count for it: its own, as a rule.
    limit : ndarray of int32, shape (n_answers,)
        Only answers of an order below this count for each answer.
    none : int
        Greater than every order.
    found : ndarray of int32, shape (n_words,)
        Zeros. Where there is such an answer, `none` less its order is written: the earlier, the more.
    """
    cdef int64_t n_windows = windows.shape[0], first = 0, last, one, same, start, answer, ahead = 1, closer = 1
    cdef sequence *sorted_windows
    cdef bint alike
    cdef int failed = 0
    if not n_windows:
        return
    with nogil:
        while first < n_windows:
            # Words of windows that are equal lie anywhere: they are on their way while others are looked at.
            while ahead < min(first + SOON, n_windows):
                if windows[ahead] >> 32 == windows[ahead - 1] >> 32:
                    for one in range(ahead - 1, ahead + 1):
                        start = <int64_t> (windows[one] & 0xFFFFFFFFu)
                        PREFETCH(&tokens[start])
                        PREFETCH(&tokens[start + length - 1])
                        PREFETCH(&near[start // NEAR])
                        PREFETCH(&found[start])
                ahead += 1
            # Their answers are known by now: what is said of these comes next.
            while closer < min(first + SOON // 2, n_windows):
                if windows[closer] >> 32 == windows[closer - 1] >> 32:
                    for one in range(closer - 1, closer + 1):
                        answer = near[<int64_t> (windows[one] & 0xFFFFFFFFu) // NEAR]
                        PREFETCH(&indptr[answer])
                        PREFETCH(&order[answer])
                        PREFETCH(&but[answer])
                        PREFETCH(&limit[answer])
                closer += 1
            last = first + 1
            while last < n_windows and windows[last] >> 32 == windows[first] >> 32:
                last += 1
            if last - first > 1:
                start = <int64_t> (windows[first] & 0xFFFFFFFFu)
                alike = True
                for one in range(first + 1, last):
                    if not same_words(&tokens[start], &tokens[<int64_t> (windows[one] & 0xFFFFFFFFu)], length):
                        alike = False
                        break
                sorted_windows = <sequence *> malloc((last - first) * sizeof(sequence))
                if sorted_windows == NULL:
                    failed = 1
                    break
                for one in range(first, last):
                    sorted_windows[one - first].number = <int64_t> (windows[one] & 0xFFFFFFFFu)
                    sorted_windows[one - first].words = &tokens[sorted_windows[one - first].number]
                    sorted_windows[one - first].length = length
                if alike:
                    tell(sorted_windows, last - first, indptr, near, order, but, limit, none, found)
                else:
                    # Different words met in one hash: sorted by their words, equal ones stand together.
                    qsort(sorted_windows, <size_t> (last - first), sizeof(sequence), compare_sequences)
                    one = 0
                    while one < last - first:
                        same = one + 1
                        while same < last - first and same_words(
                            sorted_windows[one].words, sorted_windows[same].words, length
                        ):
                            same += 1
                        tell(sorted_windows + one, same - one, indptr, near, order, but, limit, none, found)
                        one = same
                free(sorted_windows)
            first = last
    if failed:
        raise MemoryError


cdef inline int64_t answer_of(int64_t word, const int64_t[::1] indptr, const int32_t[::1] near) noexcept nogil:
    cdef int64_t answer = near[word // NEAR]
    while indptr[answer + 1] <= word:
        answer += 1
    return answer


cdef void tell(
    const sequence *windows,
    int64_t n_windows,
    const int64_t[::1] indptr,
    const int32_t[::1] near,
    const int32_t[::1] order,
    const int32_t[::1] but,
    const int32_t[::1] limit,
    int32_t none,
    int32_t[::1] found,
) noexcept nogil:
    """For each of some equal windows, the lowest order of an answer that counts for its own answer."""
    cdef two_least least
    cdef int32_t other
    cdef int64_t one, own
    least.first = least.second = none
    for one in range(n_windows):
        put_order(&least, order[answer_of(windows[one].number, indptr, near)])
    if least.second == none:
        return
    for one in range(n_windows):
        own = answer_of(windows[one].number, indptr, near)
        other = least_but(&least, but[own])
        if other < limit[own]:
            found[windows[one].number] = none - other


def cover(int32_t[::1] earliest, int64_t length, int64_t said, int32_t none, uint8_t[::1] shared):
    """Turn values of windows, at their first words, into what is said of words.

    Parameters
    ----------
    earliest : ndarray of int32, shape (n_words,)
        Written to: the least value of the windows that hold the ``said`` words from here.
    length, said : int
        Words of a window, and as many or fewer.
    none : int
        Where there is no window; greater than every value.
    shared : ndarray of uint8, shape (n_words,)
        Written to: whether a window is over the word.
    """
    cdef int64_t place, back, end = 0
    cdef int32_t least
    with nogil:
        for place in range(earliest.shape[0]):
            if earliest[place] != none:
                end = place + length
            shared[place] = place < end
        for place in range(earliest.shape[0] - 1, -1, -1):
            least = none
            for back in range(min(length - said + 1, place + 1)):
                if earliest[place - back] < least:
                    least = earliest[place - back]
            earliest[place] = least


def number_windows(
    const int32_t[::1] tokens,
    const int64_t[::1] first,
    const int64_t[::1] indptr,
    const int64_t[::1] families,
    int64_t length,
    int32_t[::1] numbers,
):
    """Number the windows of words of each family's texts from 0, equal ones alike.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    first : ndarray of int64, shape (n_texts,)
        The first word of each text.
    indptr : ndarray of int64, shape (n_texts + 1,)
        A text's windows, each by its first word, are ``indptr[i]`` to ``indptr[i + 1]`` of `numbers`.
    families : ndarray of int64, shape (n_families + 1,)
        Texts ``families[i]`` to ``families[i + 1]`` are those of family ``i``.
    length : int
        Words of a window.
    numbers : ndarray of int32, shape (n_windows,)
        Written to.
    """
    cdef int64_t family, text, place, at, size, mask, most = 1, n_families = families.shape[0] - 1
    cdef int32_t next_number
    cdef uint64_t hash, mixed, lead = 1
    with nogil:
        for family in range(n_families):
            if families[family + 1] - families[family] > 1:
                most = max(most, indptr[families[family + 1]] - indptr[families[family]])
        size = 1
        while size < 2 * most:
            size *= 2
        for place in range(length - 1):
            lead *= BASE
    # Open addressing: where a window of this hash stands first, and its number.
    where, known = np.empty(size, np.int64), np.empty(size, np.int32)
    cdef int64_t[::1] where_ = where
    cdef int32_t[::1] known_ = known
    with nogil:
        for family in range(n_families):
            if families[family + 1] - families[family] == 1:
                # A text alone has nobody to be compared with.
                for place in range(indptr[families[family]], indptr[families[family] + 1]):
                    numbers[place] = <int32_t> (place - indptr[families[family]])
                continue
            size = 1
            while size < 2 * (indptr[families[family + 1]] - indptr[families[family]]):
                size *= 2
            mask = size - 1
            for place in range(size):
                where_[place] = -1
            next_number = 0
            for text in range(families[family], families[family + 1]):
                hash = 0
                if indptr[text] < indptr[text + 1]:
                    for place in range(length - 1):
                        hash = hash * BASE + spread(tokens[first[text] + place])
                for place in range(first[text], first[text] + indptr[text + 1] - indptr[text]):
                    hash = hash * BASE + spread(tokens[place + length - 1])
                    mixed = finish(hash)
                    hash -= spread(tokens[place]) * lead
                    at = <int64_t> (mixed & <uint64_t> mask)
                    while where_[at] >= 0 and not same_words(&tokens[where_[at]], &tokens[place], length):
                        at = (at + 1) & mask
                    if where_[at] < 0:
                        where_[at] = place
                        known_[at] = next_number
                        next_number += 1
                    numbers[indptr[text] + place - first[text]] = known_[at]
