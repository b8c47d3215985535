# cython: boundscheck=False, wraparound=False
"""Texts → those that are equal, shingle sets, MinHash. The inner loops are C (``shingles.h``, ``minhash.h``)."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, qsort
from libc.string cimport memcpy, memset

cdef extern from "sequences.h" nogil:
    ctypedef struct sequence:
        const int32_t *words
        int64_t length
        int64_t number
    int same_words(const int32_t *one, const int32_t *other, int64_t length)
    int compare_sequences(const void *left, const void *right)

cdef extern from "minhash.h" nogil:
    void find_minima(
        const uint32_t *hashes, int64_t n_hashes, const uint32_t *a, const uint32_t *b, int64_t count, uint32_t *out
    )
    uint32_t fmix32(uint32_t hash)
    void mix_upper(const uint64_t *hashes, int64_t count, uint32_t *out)
    uint64_t band_key(const uint32_t *minima, int64_t rows)


cdef enum:
    TEXTS_AT_ONCE = 64
    SEGMENTS_AT_ONCE = 32


def collapse(
    const int32_t[::1] tokens,
    const int64_t[::1] first,
    const int64_t[::1] last,
    int64_t min_words,
    const uint8_t[::1] numeric,
):
    """Give segments with the same words one number, in the order in which they are met; -1 to shorter ones.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    first, last : ndarray of int64, shape (n_segments,)
        A segment's words are ``tokens[first:last]``.
    min_words : int
        A segment has so many that are not numeric.
    numeric : ndarray of uint8, shape (n_vocabulary,)

    Returns
    -------
    of_segment : ndarray of int32, shape (n_segments,)
    shown_by : ndarray of int32, shape (n_texts,)
        The first segment that has each text.
    """
    cdef int64_t n_segments = first.shape[0], segment, start, stop = 0, count, word, n_texts = 0, places = 64
    cdef int64_t n_counted[SEGMENTS_AT_ONCE]
    cdef uint64_t hash, place
    cdef uint64_t hashes[SEGMENTS_AT_ONCE]
    cdef int32_t known
    while places < 2 * n_segments:
        places *= 2
    of_segment = np.full(n_segments, -1, np.int32)
    shown_by = np.empty(n_segments, np.int32)
    # The lower half of a hash, then the number of its text and one; 0 where a place is free.
    table = np.zeros(places, np.uint64)
    cdef int32_t[::1] of_segment_ = of_segment, shown_by_ = shown_by
    cdef uint64_t[::1] table_ = table
    with nogil:
        while stop < n_segments:
            start, stop = stop, min(stop + SEGMENTS_AT_ONCE, n_segments)
            # The places of some segments are on their way while others are hashed.
            for segment in range(start, stop):
                count = last[segment] - first[segment]
                hash = <uint64_t> count
                for word in range(first[segment], last[segment]):
                    count -= numeric[tokens[word]]
                    hash = (hash + <uint64_t> tokens[word]) * 0x9E3779B97F4A7C15u
                    hash ^= hash >> 29
                hash *= 0xD6E8FEB86659FD93u
                PREFETCH(&table_[hash >> 32 & <uint64_t> (places - 1)])
                hashes[segment - start], n_counted[segment - start] = hash, count
            for segment in range(start, stop):
                if n_counted[segment - start] < min_words:
                    continue
                count = last[segment] - first[segment]
                hash = hashes[segment - start]
                place = hash >> 32
                while True:
                    place &= <uint64_t> (places - 1)
                    known = <int32_t> (table_[place] & 0xFFFFFFFFu) - 1
                    if known < 0:
                        known = <int32_t> n_texts
                        shown_by_[n_texts] = <int32_t> segment
                        n_texts += 1
                        table_[place] = hash << 32 | <uint64_t> n_texts
                        break
                    if (
                        table_[place] >> 32 == hash & 0xFFFFFFFFu
                        and last[shown_by_[known]] - first[shown_by_[known]] == count
                        and same_words(&tokens[first[segment]], &tokens[first[shown_by_[known]]], count)
                    ):
                        break
                    place += 1
                of_segment_[segment] = known
    return of_segment, shown_by[:n_texts].copy()


def sort_ties(
    int64_t[::1] texts,
    const uint8_t[::1] new,
    const int32_t[::1] tokens,
    const int64_t[::1] first,
    const int32_t[::1] length,
):
    """Sort texts by their words within groups, in place.

    Parameters
    ----------
    texts : ndarray of int64
    new : ndarray of uint8
        Whether a group begins at this place.
    tokens : ndarray of int32, shape (n_words,)
    first, length : ndarray, shape (n_texts,)
        Each text's words.
    """
    cdef int64_t start = 0, stop, one, n_texts = texts.shape[0]
    cdef sequence *group
    cdef int failed = 0
    with nogil:
        while start < n_texts:
            stop = start + 1
            while stop < n_texts and not new[stop]:
                stop += 1
            if stop - start > 1:
                group = <sequence *> malloc((stop - start) * sizeof(sequence))
                if group == NULL:
                    failed = 1
                    break
                for one in range(start, stop):
                    group[one - start].words = &tokens[first[texts[one]]]
                    group[one - start].length = length[texts[one]]
                    group[one - start].number = texts[one]
                qsort(group, <size_t> (stop - start), sizeof(sequence), compare_sequences)
                for one in range(start, stop):
                    texts[one] = group[one - start].number
                free(group)
            start = stop
    if failed:
        raise MemoryError


def minhash(
    const uint32_t[::1] hashes,
    const int64_t[::1] indptr,
    const uint32_t[::1] a,
    const uint32_t[::1] b,
    uint32_t[:, ::1] out,
    int64_t start,
    int64_t stop,
):
    """Write the minima of rows `start` to `stop` of hashes; as many functions as ``a`` and ``b``, a multiple of 32."""
    cdef int64_t row, one, room = 1
    cdef uint32_t *mixed
    for row in range(start, stop):
        room = max(room, indptr[row + 1] - indptr[row])
    mixed = <uint32_t *> malloc(room * sizeof(uint32_t))
    if mixed == NULL:
        raise MemoryError
    with nogil:
        for row in range(start, stop):
            for one in range(indptr[row + 1] - indptr[row]):
                mixed[one] = fmix32(hashes[indptr[row] + one])
            find_minima(mixed, indptr[row + 1] - indptr[row], &a[0], &b[0], a.shape[0], &out[row, 0])
    free(mixed)


cdef class Shingles:
    """The shingles of texts, which stay where they are in the corpus.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    shape : ndarray of int32, shape (n_vocabulary,)
        What each word counts as: itself, or one placeholder for every number.
    hashes : ndarray of uint64, shape (n_vocabulary,)
        A hash of each word by what it counts as.
    first : ndarray of int64, shape (n_texts,)
    length : ndarray of int32, shape (n_texts,)
        Each text's first word, and how many it has.
    width : int
        Words of a shingle.
    """

    def __init__(
        self,
        const int32_t[::1] tokens,
        const int32_t[::1] shape,
        const uint64_t[::1] hashes,
        const int64_t[::1] first,
        const int32_t[::1] length,
        int64_t width,
    ):
        self.held = (tokens, shape, hashes, first, length)
        self.texts.n_texts = first.shape[0]
        self.texts.width = width
        self.longest = int(np.max(length)) if first.shape[0] else 0
        if tokens.shape[0]:
            self.texts.tokens, self.texts.shape, self.texts.hashes = &tokens[0], &shape[0], &hashes[0]
        if first.shape[0]:
            self.texts.first, self.texts.length = &first[0], &length[0]

    def __len__(self):
        return self.texts.n_texts

    @property
    def n_shingles(self):
        """Shingles of all texts, repeated ones too."""
        cdef int64_t text, total = 0
        for text in range(self.texts.n_texts):
            total += n_shingles(&self.texts, text)
        return total

    def hash_sets(self, const int64_t[::1] texts):
        """The hashes of the distinct shingles of some texts.

        Parameters
        ----------
        texts : ndarray of int64

        Returns
        -------
        values : ndarray of uint64
        indptr : ndarray of int64, shape (len(texts) + 1,)
        """
        cdef shingle_set found
        cdef int64_t row, room = 0, total = 0
        cdef int failed = 0
        memset(&found, 0, sizeof(found))
        for row in range(texts.shape[0]):
            room += n_shingles(&self.texts, texts[row])
        values = np.empty(room + 1, np.uint64)
        indptr = np.zeros(texts.shape[0] + 1, np.int64)
        cdef uint64_t[::1] values_ = values
        cdef int64_t[::1] indptr_ = indptr
        with nogil:
            for row in range(texts.shape[0]):
                if load_set(&self.texts, &found, texts[row]) < 0:
                    failed = 1
                    break
                memcpy(&values_[total], found.hashes, found.n_distinct * sizeof(uint64_t))
                total += found.n_distinct
                indptr_[row + 1] = total
        set_free(&found)
        if failed:
            raise MemoryError
        return values[:total], indptr

    def count(self, uint16_t[::1] counts, int bits):
        """Count how many shingles there are of each hash; one that a text repeats counts each time.

        Parameters
        ----------
        counts : ndarray of uint16, shape (2**bits,)
            Added to, at the upper bits of each hash; stays at its maximum.
        """
        cdef int64_t text, one, many, before = 0
        cdef uint64_t at
        cdef int shift = 64 - bits
        # Two texts alternate: the counts of one are fetched while the other's are added to.
        cdef uint64_t *room = <uint64_t *> malloc(2 * (self.longest + 1) * sizeof(uint64_t))
        cdef uint64_t *hashes = room
        cdef uint64_t *counted = room + self.longest + 1
        if room == NULL:
            raise MemoryError
        with nogil:
            for text in range(self.texts.n_texts + 1):
                expect_text(&self.texts, text + SOON)
                many = hash_shingles(&self.texts, text, hashes) if text < self.texts.n_texts else 0
                for one in range(many):
                    PREFETCH(&counts[hashes[one] >> shift])
                for one in range(before):
                    at = counted[one] >> shift
                    counts[at] += counts[at] != 0xFFFF
                before = many
                hashes, counted = counted, hashes
        free(room)

    def band_keys(
        self, const uint32_t[::1] a, const uint32_t[::1] b, int64_t rows, uint64_t[:, ::1] out, int64_t start, int64_t stop, int64_t number
    ):
        """Write ``key << 32 | text`` of each band, for texts `start` to `stop`; text 0 has this number.

        Parameters
        ----------
        a, b : ndarray of uint32
            Hash functions, `rows` for each band; a multiple of 32, the last ones left over.
        rows : int
        out : ndarray of uint64, shape (n_bands, n_texts)
        """
        cdef int64_t text, count, band, n_bands = out.shape[0], row = 0
        cdef uint64_t key
        # Some texts at a time, so that what is written to each band is more than one key.
        cdef uint64_t *keys = <uint64_t *> malloc(n_bands * TEXTS_AT_ONCE * sizeof(uint64_t))
        cdef uint64_t *hashes = <uint64_t *> malloc((self.longest + 1) * sizeof(uint64_t))
        cdef uint32_t *mixed = <uint32_t *> malloc((self.longest + 1) * sizeof(uint32_t))
        cdef uint32_t *minima = <uint32_t *> malloc(a.shape[0] * sizeof(uint32_t))
        if keys == NULL or hashes == NULL or mixed == NULL or minima == NULL:
            free(keys)
            free(hashes)
            free(mixed)
            free(minima)
            raise MemoryError
        with nogil:
            for text in range(start, stop):
                expect_text(&self.texts, text + SOON)
                count = hash_shingles(&self.texts, text, hashes)
                mix_upper(hashes, count, mixed)
                find_minima(mixed, count, &a[0], &b[0], a.shape[0], minima)
                for band in range(n_bands):
                    key = band_key(minima + band * rows, rows)
                    if count == 0:
                        # Texts without shingles have one signature, and nothing in common.
                        key = <uint64_t> (number + text + 1) * 0x9E3779B97F4A7C15u >> 32 << 32
                    keys[band * TEXTS_AT_ONCE + row] = key | <uint64_t> (number + text)
                row += 1
                if row == TEXTS_AT_ONCE or text + 1 == stop:
                    for band in range(n_bands):
                        memcpy(&out[band, text + 1 - row], keys + band * TEXTS_AT_ONCE, row * sizeof(uint64_t))
                    row = 0
        free(keys)
        free(hashes)
        free(mixed)
        free(minima)


def least_wanted(const int64_t[::1] sizes, double containment, double length_ratio, double jaccard):
    """How many of its shingles a set of each of these sizes must share with a larger one: int64[n_sizes]."""
    cdef rule by
    by.containment, by.length_ratio, by.jaccard = containment, length_ratio, jaccard
    cdef int64_t one
    found = np.empty(sizes.shape[0], np.int64)
    cdef int64_t[::1] found_ = found
    for one in range(sizes.shape[0]):
        found_[one] = least_shared(&by, sizes[one])
    return found
