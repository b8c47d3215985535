# cython: boundscheck=False, wraparound=False
"""Texts → the first of those that are the same, character by character: before anything is known of their words."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.string cimport memcmp, memcpy, memset

cdef extern from *:  # of Python.h
    int PyUnicode_KIND(object text)
    void *PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)

cdef extern from "compiler.h" nogil:
    void PREFETCH(const void *address)
    void expect_bytes(const void *bytes, int64_t length)


cdef enum:
    MOST_STEPS = 32  # in a table that is half full at most: texts chosen for their hash cost no more than others
    SOON = 4  # texts from now
    SOON_COMPARED = 16
    HASHED_AT_ONCE = 32


cdef inline uint64_t mix(uint64_t hash, const uint8_t *eight) noexcept nogil:
    cdef uint64_t value
    memcpy(&value, eight, 8)
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u
    return hash ^ hash >> 32


cdef uint64_t hash_bytes(const uint8_t *text, int64_t length) noexcept nogil:
    # Four lanes of every 32 bytes, independent of each other.
    cdef uint64_t[4] parts = [<uint64_t> length, 0xD6E8FEB86659FD93u, 0xBF58476D1CE4E5B9u, 0x94D049BB133111EBu]
    cdef uint8_t[32] rest
    cdef int64_t at = 0
    cdef int part
    while length - at >= 32:
        for part in range(4):
            parts[part] = mix(parts[part], text + at + 8 * part)
        at += 32
    memset(rest, 0, 32)
    if at < length:
        memcpy(rest, text + at, length - at)
    for part in range(4):
        parts[part] = mix(parts[part], rest + 8 * part)
    for part in range(1, 4):
        parts[0] = mix(parts[0], <const uint8_t *> &parts[part])
    return parts[0]


cdef inline bint same_text(const uint64_t[::1] addresses, const int64_t[::1] sizes, int64_t one, int64_t other) noexcept nogil:
    if one == other or sizes[one] != sizes[other] or not sizes[one]:
        return sizes[one] == sizes[other]
    return not memcmp(
        <const void *> <uintptr_t> addresses[one], <const void *> <uintptr_t> addresses[other], <size_t> (sizes[one] >> 2)
    )


def stand_at(list texts):
    """Where strings stand in memory, as `find_first` takes them. They must be held as long as that is asked.

    Returns
    -------
    addresses : ndarray of uint64, shape (n_texts,)
    sizes : ndarray of int64, shape (n_texts,)
        Four times the bytes, and one or two more where a character takes two or four of them: what stands there in the
        same bytes is another text.
    """
    cdef Py_ssize_t number, kind
    addresses, sizes = np.empty(len(texts), np.uint64), np.empty(len(texts), np.int64)
    cdef uint64_t[::1] addresses_ = addresses
    cdef int64_t[::1] sizes_ = sizes
    for number in range(len(texts)):
        text = texts[number]
        if not isinstance(text, str):
            raise TypeError(f"a text must be a string, got {text!r}")
        kind = PyUnicode_KIND(text)
        addresses_[number] = <uintptr_t> PyUnicode_DATA(text)
        sizes_[number] = PyUnicode_GET_LENGTH(text) * kind << 2 | kind >> 1
    return addresses, sizes


def find_first(const uint64_t[::1] addresses, const int64_t[::1] sizes):
    """The first of the texts that are the same as each: int32[n_texts]. Of one in a great many it is the text itself.

    Parameters
    ----------
    addresses : ndarray of uint64, shape (n_texts,)
    sizes : ndarray of int64, shape (n_texts,)
        Four times the bytes; the last two bits tell texts of the same bytes apart.
    """
    cdef int64_t n_texts = addresses.shape[0], text, soon, start, stop = 0, places = 64
    cdef uint64_t hashes[HASHED_AT_ONCE]
    cdef uint64_t hash, place, known
    cdef int step
    while places < 2 * n_texts:
        places *= 2
    first = np.arange(n_texts, dtype=np.int32)
    # The upper half of a hash, and the number of its text and one; 0 where a place is free.
    table = np.zeros(places, np.uint64)
    cdef int32_t[::1] first_ = first
    cdef uint64_t[::1] table_ = table
    with nogil:
        while stop < n_texts:
            start, stop = stop, min(stop + HASHED_AT_ONCE, n_texts)
            # The places of some texts are on their way while others are hashed.
            for text in range(start, stop):
                if text + SOON < n_texts:
                    expect_bytes(<const void *> <uintptr_t> addresses[text + SOON], sizes[text + SOON] >> 2)
                hash = hash_bytes(<const uint8_t *> <uintptr_t> addresses[text], sizes[text] >> 2)
                PREFETCH(&table_[hash & <uint64_t> (places - 1)])
                hashes[text - start] = hash
            for text in range(start, stop):
                place = hash = hashes[text - start]
                for step in range(MOST_STEPS):
                    place &= <uint64_t> (places - 1)
                    known = table_[place]
                    if known == 0:
                        table_[place] = hash >> 32 << 32 | <uint64_t> (text + 1)
                        break
                    if known >> 32 == hash >> 32:
                        first_[text] = <int32_t> (known & 0xFFFFFFFFu) - 1
                        break
                    place += 1
        # Now what is compared can be asked for in time.
        for text in range(n_texts):
            soon = text + SOON_COMPARED
            if soon < n_texts and first_[soon] < soon:
                expect_bytes(<const void *> <uintptr_t> addresses[soon], sizes[soon] >> 2)
                expect_bytes(<const void *> <uintptr_t> addresses[first_[soon]], sizes[soon] >> 2)
            if not same_text(addresses, sizes, first_[text], text):
                first_[text] = <int32_t> text
    return first
