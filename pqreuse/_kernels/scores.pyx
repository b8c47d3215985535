# cython: boundscheck=False, wraparound=False
"""Uses of families → labels of words (definition 3.5), written where they belong: no array of all words is made here."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, int64_t
from libc.stdlib cimport qsort

cdef enum:
    NOVEL = 0
    SLOT = 1
    TEMPLATE = 2


cdef extern from "least.h" nogil:
    ctypedef struct two_least:
        int32_t first
        int32_t second
    void put_order(two_least *least, int32_t value)
    int32_t least_but(const two_least *least, int32_t own)


cdef struct part:
    int64_t order
    int64_t words


def label_uses(
    const int32_t[::1] family,
    const int64_t[::1] first,
    const int64_t[::1] variant,
    const int32_t[::1] when,
    const int32_t[::1] but,
    const int32_t[::1] limit,
    const int32_t[::1] places,
    const int64_t[::1] places_indptr,
    const int32_t[::1] slots,
    const int64_t[::1] slots_indptr,
    const int32_t[::1] windows,
    const int64_t[::1] windows_indptr,
    const int64_t[::1] n_template,
    int64_t said,
    int32_t first_name,
    int32_t none,
    int8_t[::1] label,
    int32_t[::1] name,
    int32_t[::1] earliest,
    int32_t[::1] placed,
):
    """Label the words of uses of families, where this label is stronger than theirs, and find who said them before.

    Parameters
    ----------
    family : ndarray of int32, shape (n_uses,)
        Ascending.
    first, variant : ndarray of int64, shape (n_uses,)
        The use's first word, and its row of ``places``, ``slots`` and ``windows``.
    when, but : ndarray of int32, shape (n_uses,)
        Order of its answer, and the one order that does not count for it: its own, as a rule.
    limit : ndarray of int32, shape (n_uses,), or None
        Only answers of an order below this count.
    places, slots, windows : ndarray of int32
        With ``places_indptr``, ``slots_indptr`` and ``windows_indptr`` their rows.
    n_template : ndarray of int64, shape (n_families,)
    said : int
        Words of a window.
    first_name : int
        The name of the first family.
    none : int
        What stands for no order; greater than every order.
    label : ndarray of int8, shape (n_words,)
    name, earliest, placed : ndarray of int32, shape (n_words,)
        Written to: see `pqreuse.scores.Labels`.

    Returns
    -------
    ndarray of int32, shape (n_uses,)
        The lowest order of another answer that has a window of the use in its family.
    """
    cdef int64_t n_uses = family.shape[0], start = 0, end, use, at, n_words, word, place, highest, n_windows
    cdef int64_t n_places = 0, most_windows = 0, n_orders = 0, back
    cdef int32_t other, own, mine, below, before
    cdef int8_t kind
    cdef bint limited = limit is not None
    with nogil:
        for at in range(places.shape[0]):
            n_places = max(n_places, places[at] + 1)
        for at in range(slots.shape[0]):
            n_places = max(n_places, slots[at] + 1)
        # A template's last words may be nobody's place.
        for at in range(n_template.shape[0]):
            n_places = max(n_places, n_template[at])
        for at in range(windows.shape[0]):
            most_windows = max(most_windows, windows[at] + 1)
        for at in range(n_uses):
            n_orders = max(n_orders, when[at] + 1)
    # For each place and window of the current family; reset to none between families.
    of_places, of_windows = np.full((n_places, 2), none, np.int32), np.full((most_windows, 2), none, np.int32)
    cdef int32_t[:, ::1] of_places_ = of_places, of_windows_ = of_windows
    cdef two_least *least = <two_least *> &of_places_[0, 0]
    cdef two_least *of_window = <two_least *> &of_windows_[0, 0]
    of_uses = np.full(n_uses, none, np.int32)
    cdef int32_t[::1] of_uses_ = of_uses
    # The last use that has a window with each answer.
    cdef int64_t[::1] shares = np.full(n_orders, -1, np.int64)
    with nogil:
        while start < n_uses:
            mine, highest, n_windows = family[start], -1, 0
            end = start
            while end < n_uses and family[end] == mine:
                own = when[end]
                for at in range(places_indptr[variant[end]], places_indptr[variant[end] + 1]):
                    place = places[at]
                    if 0 <= place < n_template[mine]:
                        put_order(&least[place], own)
                # A slot is had by every use that has the words around it, whatever it is filled with.
                for at in range(slots_indptr[variant[end]], slots_indptr[variant[end] + 1]):
                    put_order(&least[slots[at]], own)
                    highest = max(highest, slots[at])
                for at in range(windows_indptr[variant[end]], windows_indptr[variant[end] + 1]):
                    put_order(&of_window[windows[at]], own)
                    n_windows = max(n_windows, windows[at] + 1)
                end += 1
            for use in range(start, end):
                own = but[use]
                below = limit[use] if limited else none
                word, before = first[use], none
                for at in range(windows_indptr[variant[use]], windows_indptr[variant[use] + 1]):
                    other = least_but(&of_window[windows[at]], own)
                    other = other if other < below else none
                    if other < none:
                        earliest[word] = min(earliest[word], other)
                        of_uses_[use] = min(of_uses_[use], other)
                        shares[other] = use
                        # As a rule the words before it have the same.
                        for back in range(said - 1 if other == before else 0, said):
                            if name[word + back] < 0 or name[word + back] == first_name + mine:
                                placed[word + back] = min(placed[word + back], other)
                    before = other
                    word += 1
                at = places_indptr[variant[use]]
                n_words = places_indptr[variant[use] + 1] - at
                for word in range(first[use], first[use] + n_words):
                    place = places[at]
                    at += 1
                    if name[word] < 0:
                        name[word] = first_name + mine
                    if place < 0:
                        continue
                    kind = TEMPLATE if place < n_template[mine] else SLOT
                    other = least_but(&least[place], own)
                    # Unless only some answers count, the place alone says the label: the family has another answer.
                    if limited and other >= below:
                        continue
                    label[word] = max(label[word], kind)
                    if kind == TEMPLATE and other < below and shares[other] == use and name[word] == first_name + mine:
                        placed[word] = min(placed[word], other)
            for place in range(max(highest + 1, n_template[mine])):
                least[place].first = least[place].second = none
            for at in range(n_windows):
                of_window[at].first = of_window[at].second = none
            start = end
    return of_uses


def forget_novel(const int8_t[::1] label, int32_t[::1] name):
    """Take the names from words that are novel."""
    cdef int64_t word
    with nogil:
        for word in range(label.shape[0]):
            name[word] = -1 if label[word] == NOVEL else name[word]


def source_spans(
    const int64_t[::1] first,
    const int8_t[::1] label,
    const int32_t[::1] earliest,
    const int32_t[::1] placed,
    int64_t said,
    int32_t none,
):
    """Find the source of each span (definition 3.8).

    Parameters
    ----------
    first : ndarray of int64, shape (n_spans,)
        The first word of each span, ascending; it ends where the next one begins.
    label : ndarray of int8, shape (n_spans,)
    earliest, placed : ndarray of int32, shape (n_words,)
        See `pqreuse.scores.Labels`.
    said : int
        Words in a row of which ``earliest`` speaks.
    none : int

    Returns
    -------
    ndarray of int32, shape (n_spans,)
        The lowest order of those that have a word of it at its place in the family, and of one that is the first to
        have said half of its words or more; where there is neither, of one that is the first for most of them. `none`
        for novel spans, and where nobody has said a word of it.
    """
    cdef int64_t span, word, low, n_words, most = 1, n_spans = first.shape[0]
    cdef int32_t own
    for span in range(n_spans):
        most = max(most, (first[span + 1] if span + 1 < n_spans else earliest.shape[0]) - first[span])
    found = np.full(n_spans, none, np.int32)
    cdef int32_t[::1] found_ = found, sources = np.empty(most, np.int32)
    cdef int64_t[:, ::1] room = np.empty((most, 2), np.int64)
    with nogil:
        for span in range(n_spans):
            if label[span] == NOVEL:
                continue
            low = first[span]
            n_words = (first[span + 1] if span + 1 < n_spans else earliest.shape[0]) - low
            for word in range(n_words):
                sources[word] = none
            if n_words >= said:
                cover_words(&earliest[low], n_words, said, &sources[0])
            else:
                # Words that hold the whole span.
                for word in range(max(low + n_words - said, 0), low + 1):
                    sources[0] = min(sources[0], earliest[word])
                for word in range(1, n_words):
                    sources[word] = sources[0]
            own = none
            for word in range(low, low + n_words):
                own = min(own, placed[word])
            found_[span] = source_of(&sources[0], n_words, own, <part *> &room[0, 0], none)
    return found


def source_texts(
    const int64_t[::1] first,
    const int64_t[::1] length,
    const int32_t[::1] own,
    const int32_t[::1] earliest,
    int64_t said,
    int32_t none,
):
    """Find who said texts first: as `source_spans` does it for spans, but that they have a source of their own.

    Parameters
    ----------
    first, length : ndarray of int64, shape (n_texts,)
        The first word of each text, and how many it has.
    own : ndarray of int32, shape (n_texts,)
        The lowest order of an answer of its family that has it or `said` words in a row of it.
    earliest, said, none
        See `source_spans`.

    Returns
    -------
    ndarray of int32, shape (n_texts,)
    """
    cdef int64_t text, word, most = 1, n_texts = length.shape[0]
    for text in range(n_texts):
        most = max(most, length[text])
    found = np.empty(n_texts, np.int32)
    cdef int32_t[::1] found_ = found, sources = np.empty(most, np.int32)
    cdef int64_t[:, ::1] room = np.empty((most, 2), np.int64)
    with nogil:
        for text in range(n_texts):
            for word in range(length[text]):
                sources[word] = none
            cover_words(&earliest[first[text]], length[text], said, &sources[0])
            found_[text] = source_of(&sources[0], length[text], own[text], <part *> &room[0, 0], none)
    return found


cdef void cover_words(const int32_t *earliest, int64_t n_words, int64_t said, int32_t *sources) noexcept nogil:
    """Lower the source of each word to that of the words in a row over it."""
    cdef int64_t place, word
    for place in range(n_words - said + 1):
        # As a rule the one before has the same source.
        word = place + said - 1 if place and earliest[place] == earliest[place - 1] else place
        while word < place + said:
            sources[word] = min(sources[word], earliest[place])
            word += 1


cdef int by_order(const void *left, const void *right) noexcept nogil:
    cdef int64_t one = (<const part *> left).order, other = (<const part *> right).order
    return (one > other) - (one < other)


cdef int32_t source_of(const int32_t *sources, int64_t n_words, int32_t own, part *parts, int32_t none) noexcept nogil:
    """The source of most words, of as many the earliest: if it has half of them, or the family's own one is none.

    Of it and the family's own one the earlier.
    """
    cdef int64_t word, at, n_parts = 0, words = 0, best = 0
    cdef int32_t found = none
    for word in range(n_words):
        if sources[word] == none:
            continue
        if not n_parts or parts[n_parts - 1].order != sources[word]:
            parts[n_parts].order, parts[n_parts].words = sources[word], 0
            n_parts += 1
        parts[n_parts - 1].words += 1
    if n_parts > 1:
        qsort(parts, <size_t> n_parts, sizeof(part), by_order)
    for at in range(n_parts):
        words = words + parts[at].words if at and parts[at - 1].order == parts[at].order else parts[at].words
        if words > best:
            best, found = words, <int32_t> parts[at].order
    return min(own, found) if own == none or 2 * best >= n_words else own
