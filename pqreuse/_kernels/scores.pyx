# cython: boundscheck=False, wraparound=False
"""Uses of families → labels of words (definition 3.5), written where they belong: no array of all words is made here."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, int64_t

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
    const int64_t[::1] n_template,
    int32_t first_name,
    int32_t none,
    int8_t[::1] label,
    int32_t[::1] name,
    int32_t[::1] earliest,
):
    """Label the words of uses of families, where this label is stronger than theirs.

    Parameters
    ----------
    family : ndarray of int32, shape (n_uses,)
        Ascending.
    first, variant : ndarray of int64, shape (n_uses,)
        The use's first word, and its row of ``places`` and ``slots``.
    when, but : ndarray of int32, shape (n_uses,)
        Order of its answer, and the one order that does not count for it: its own, as a rule.
    limit : ndarray of int32, shape (n_uses,), or None
        Only answers of an order below this count.
    places, slots : ndarray of int32
        With ``places_indptr`` and ``slots_indptr`` their rows.
    n_template : ndarray of int64, shape (n_families,)
    first_name : int
        The name of the first family.
    none : int
        What stands for no order.
    label : ndarray of int8, shape (n_words,)
    name, earliest : ndarray of int32, shape (n_words,)
        Written to.
    """
    cdef int64_t n_uses = family.shape[0], start = 0, end, use, at, n_words, word, place, highest, n_places = 0
    cdef int32_t other, own, of_family, mine
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
    # Of each place of the family at hand; none in all of them between families.
    scratch = np.full((n_places, 2), none, np.int32)
    cdef int32_t[:, ::1] scratch_ = scratch
    cdef two_least *least = <two_least *> &scratch_[0, 0]
    cdef two_least any_use
    with nogil:
        while start < n_uses:
            mine, highest = family[start], -1
            any_use.first = any_use.second = none
            end = start
            while end < n_uses and family[end] == mine:
                own = when[end]
                put_order(&any_use, own)
                for at in range(places_indptr[variant[end]], places_indptr[variant[end] + 1]):
                    place = places[at]
                    if 0 <= place < n_template[mine]:
                        put_order(&least[place], own)
                # A slot is had by every use that has the words around it, whatever it is filled with.
                for at in range(slots_indptr[variant[end]], slots_indptr[variant[end] + 1]):
                    put_order(&least[slots[at]], own)
                    highest = max(highest, slots[at])
                end += 1
            for use in range(start, end):
                own = but[use]
                of_family = least_but(&any_use, own)
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
                    if limited:
                        if other >= limit[use]:
                            continue
                    elif other == none:
                        # Where nobody else has this very place, somebody has the family.
                        other = of_family
                    if kind > label[word]:
                        label[word] = kind
                        earliest[word] = other
                    elif kind == label[word]:
                        earliest[word] = min(earliest[word], other)
            for place in range(max(highest + 1, n_template[mine])):
                least[place].first = least[place].second = none
            start = end


def forget_novel(const int8_t[::1] label, int32_t[::1] name):
    """Take the names from words that are novel."""
    cdef int64_t word
    with nogil:
        for word in range(label.shape[0]):
            name[word] = -1 if label[word] == NOVEL else name[word]
