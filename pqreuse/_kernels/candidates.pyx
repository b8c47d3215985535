# cython: boundscheck=False, wraparound=False
"""Texts of one LSH bucket, and the pairs that a sample of texts should have found."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset

from pqreuse._kernels.shingles cimport (
    PREFETCH,
    SOON,
    Shingles,
    count_shared,
    expect_text,
    fits,
    least_shared,
    load_set,
    rule,
    set_free,
    shingle_set,
)


cdef enum:
    KEYS_AHEAD = 32
    MOST_STEPS = 256  # in a table that is half full at most


def mark_met(const uint32_t[:, ::1] keys, uint8_t[::1] met):
    """Set to 1 what belongs to texts that have the key of another one in some band.

    Parameters
    ----------
    keys : ndarray of uint32, shape (n_bands, n_texts)
    met : ndarray of uint8, shape (n_texts,)
    """
    cdef int64_t n_texts = keys.shape[1], band, text, start, stop
    cdef uint32_t key
    cdef int steps, bits = 5
    while <int64_t> 1 << bits < 2 * n_texts:
        bits += 1
    # The number of a text and one, where its key says; 0 where a place is free.
    cdef uint64_t place, mask = (<uint64_t> 1 << bits) - 1
    cdef uint32_t *table = <uint32_t *> malloc((mask + 1) * sizeof(uint32_t))
    if table == NULL:
        raise MemoryError
    with nogil:
        for band in range(keys.shape[0]):
            memset(table, 0, (mask + 1) * sizeof(uint32_t))
            stop = 0
            while stop < n_texts:
                start, stop = stop, min(stop + KEYS_AHEAD, n_texts)
                for text in range(start, stop):
                    PREFETCH(table + (keys[band, text] & mask))
                for text in range(start, stop):
                    key = keys[band, text]
                    place, steps = key & mask, 0
                    while table[place] and keys[band, table[place] - 1] != key and steps < MOST_STEPS:
                        place, steps = (place + 1) & mask, steps + 1
                    if not table[place]:
                        table[place] = <uint32_t> (text + 1)
                    else:  # the same key, or too many others: that is looked at as well
                        met[text] = met[table[place] - 1] = 1
    free(table)


cdef class BucketFinder:
    """Collects texts whose keys are equal in a band; the same texts once, in however many bands."""

    cdef int32_t *members
    cdef int32_t *sizes
    cdef uint64_t *known
    cdef int64_t n_members, n_buckets, most_members, most_buckets, places

    def __dealloc__(self):
        free(self.members)
        free(self.sizes)
        free(self.known)

    def add(self, const uint64_t[::1] keys):
        """Take the buckets of at least two texts of a band: ``key << 32 | text``, sorted."""
        cdef int failed
        with nogil:
            failed = self.collect(&keys[0], keys.shape[0]) if keys.shape[0] else 0
        if failed:
            raise MemoryError

    cdef int collect(self, const uint64_t *keys, int64_t n_keys) noexcept nogil:
        cdef int64_t first = 0, last, one
        cdef uint64_t digest
        cdef void *moved
        if self.n_members + n_keys > self.most_members:
            self.most_members = self.n_members + n_keys + self.most_members // 2
            moved = realloc(self.members, self.most_members * sizeof(int32_t))
            if moved == NULL:
                return -1
            self.members = <int32_t *> moved
        if self.n_buckets + n_keys // 2 > self.most_buckets:
            self.most_buckets = self.n_buckets + n_keys // 2 + self.most_buckets // 2
            moved = realloc(self.sizes, self.most_buckets * sizeof(int32_t))
            if moved == NULL:
                return -1
            self.sizes = <int32_t *> moved
        while first < n_keys:
            last = first + 1
            while last < n_keys and keys[last] >> 32 == keys[first] >> 32:
                last += 1
            if last - first > 1:
                digest = <uint64_t> (last - first)
                for one in range(first, last):
                    self.members[self.n_members + one - first] = <int32_t> (keys[one] & 0xFFFFFFFFu)
                    digest = (digest ^ (keys[one] & 0xFFFFFFFFu)) * 0xD6E8FEB86659FD93u
                    digest ^= digest >> 31
                # Variants of one line share most of their bands: the same texts again say nothing new. That other texts
                # have the digest of these has a chance of one to 2**64, and costs a candidate, never a wrong result.
                one = self.is_new(digest | 1)
                if one < 0:
                    return -1
                if one:
                    self.sizes[self.n_buckets] = <int32_t> (last - first)
                    self.n_buckets += 1
                    self.n_members += last - first
            first = last
        return 0

    cdef int is_new(self, uint64_t digest) noexcept nogil:
        cdef int64_t old
        cdef uint64_t place
        cdef uint64_t *before = self.known
        if 2 * (self.n_buckets + 1) > self.places:
            self.known = <uint64_t *> calloc(max(4 * self.places, 1024), sizeof(uint64_t))
            if self.known == NULL:
                self.known = before
                return -1
            old, self.places = self.places, max(4 * self.places, 1024)
            for old in range(old):
                if before[old]:
                    self.is_new(before[old])
            free(before)
        place = digest >> 1
        while True:
            place &= <uint64_t> (self.places - 1)
            if self.known[place] == digest:
                return 0
            if not self.known[place]:
                self.known[place] = digest
                return 1
            place += 1

    def taken(self):
        """All buckets.

        Returns
        -------
        members : ndarray of int32
            Texts, ascending in each bucket.
        sizes : ndarray of int32, shape (n_buckets,)
        """
        members, sizes = np.empty(self.n_members, np.int32), np.empty(self.n_buckets, np.int32)
        cdef int32_t[::1] members_ = members, sizes_ = sizes
        if self.n_buckets:
            memcpy(&members_[0], self.members, self.n_members * sizeof(int32_t))
            memcpy(&sizes_[0], self.sizes, self.n_buckets * sizeof(int32_t))
        return members, sizes


cdef inline uint64_t hash_of_pair(int64_t one, int64_t other) noexcept nogil:
    """A hash of a pair, the same in either order (the 64-bit finalizer of murmur3)."""
    cdef uint64_t value = (<uint64_t> min(one, other) << 32) ^ <uint64_t> max(one, other)
    value = (value ^ (value >> 33)) * <uint64_t> 0xFF51AFD7ED558CCD
    value = (value ^ (value >> 33)) * <uint64_t> 0xC4CEB9FE1A85EC53
    return value ^ (value >> 33)


cdef int64_t thinned(int64_t *pairs, int64_t n_pairs, uint64_t highest) noexcept nogil:
    """Keep the pairs of no higher hash; returns how many these are."""
    cdef int64_t pair, kept = 0
    for pair in range(n_pairs):
        pairs[2 * kept], pairs[2 * kept + 1] = pairs[2 * pair], pairs[2 * pair + 1]
        kept += hash_of_pair(pairs[2 * kept], pairs[2 * kept + 1]) <= highest
    return kept


def find_sharing(
    Shingles shingles,
    const int64_t[::1] sample,
    double containment,
    double length_ratio,
    double jaccard,
    int64_t most,
):
    """All pairs of a sampled text and any other that share as many shingles as the rule asks for, by one pass over all.

    Of its shingles a sampled text may have as many apart from another one that it resembles as the rule leaves. Its
    most common ones, of the sample, are among those that are not looked up: which texts share one of the others tells
    what is counted. Of more than `most` pairs those of the least hashes stay: a family of a million texts has more
    pairs than there is memory for. A pair and its reverse have one hash.

    Returns
    -------
    sampled, other : ndarray of int64
    """
    cdef rule by
    by.containment, by.length_ratio, by.jaccard = containment, length_ratio, jaccard
    values, indptr = shingles.hash_sets(sample)
    cdef shingle_set found
    cdef int64_t text, one, number, n_sample = sample.shape[0], n_touched, n_out = 0, room = 1024, small, large, least
    cdef uint64_t highest = <uint64_t> -1
    cdef const int32_t[::1] sizes = np.diff(indptr).astype(np.int32)
    apart = np.zeros(n_sample, np.int64)
    cdef int64_t[::1] apart_ = apart
    for one in range(n_sample):
        small = <int64_t> (sizes[one] * max(length_ratio, jaccard))
        while small < sizes[one] and not fits(&by, small, sizes[one]):
            small += 1
        apart_[one] = max(least_shared(&by, small) - 1, 0)
    # Which sampled texts have each hash that is looked up, in an open table.
    holders = np.repeat(np.arange(n_sample, dtype=np.int32), sizes)
    _, which, often = np.unique(values, return_inverse=True, return_counts=True)
    place_in_text = np.arange(len(values)) - np.repeat(indptr[:n_sample], sizes)
    looked_up = np.lexsort((-often[which], holders))[place_in_text >= np.repeat(apart, sizes)]
    by_hash = looked_up[np.argsort(values[looked_up], kind="stable")]
    cdef const int32_t[::1] holder = holders[by_hash]
    memset(&found, 0, sizeof(found))
    distinct_values, starts = np.unique(values[by_hash], return_index=True)
    cdef const int64_t[::1] bounds = np.append(starts, len(by_hash)).astype(np.int64)
    cdef const uint64_t[::1] distinct = distinct_values
    cdef int64_t places = 64
    while places < 4 * distinct.shape[0]:
        places *= 2
    table = np.full(places, -1, np.int32)
    cdef int32_t[::1] table_ = table
    cdef uint64_t place
    for one in range(distinct.shape[0]):
        place = distinct[one] & <uint64_t> (places - 1)
        while table_[place] >= 0:
            place = (place + 1) & <uint64_t> (places - 1)
        table_[place] = <int32_t> one
    cdef int32_t[::1] shared = np.zeros(max(n_sample, 1), np.int32), touched = np.zeros(max(n_sample, 1), np.int32)
    cdef uint64_t *scratch = <uint64_t *> malloc((shingles.longest + 1) * sizeof(uint64_t))
    cdef int64_t *pairs = <int64_t *> malloc(2 * room * sizeof(int64_t))
    cdef int64_t *moved
    cdef int failed = pairs == NULL or scratch == NULL
    with nogil:
        for text in range(shingles.texts.n_texts):
            expect_text(&shingles.texts, text + SOON)
            if failed or load_set(&shingles.texts, &found, text) < 0:
                failed = 1
                break
            n_touched = 0
            for one in range(found.n_distinct):
                place = found.hashes[one] & <uint64_t> (places - 1)
                while table_[place] >= 0 and distinct[table_[place]] != found.hashes[one]:
                    place = (place + 1) & <uint64_t> (places - 1)
                if table_[place] < 0:
                    continue
                for number in range(bounds[table_[place]], bounds[table_[place] + 1]):
                    if shared[holder[number]] == 0:
                        touched[n_touched] = holder[number]
                        n_touched += 1
                    shared[holder[number]] += 1
            for one in range(n_touched):
                number = touched[one]
                small, large = min(found.n_distinct, sizes[number]), max(found.n_distinct, sizes[number])
                least = least_shared(&by, small)
                if (
                    sample[number] != text
                    and fits(&by, small, large)
                    and shared[number] + apart_[number] >= least
                    and hash_of_pair(sample[number], text) <= highest
                    and count_shared(&shingles.texts, &found, sample[number], least, scratch) >= least
                ):
                    if n_out == room:
                        room *= 2
                        moved = <int64_t *> realloc(pairs, 2 * room * sizeof(int64_t))
                        if moved == NULL:
                            failed = 1
                            break
                        pairs = moved
                    pairs[2 * n_out] = sample[number]
                    pairs[2 * n_out + 1] = text
                    n_out += 1
                    while n_out > most:
                        highest >>= 1
                        n_out = thinned(pairs, n_out, highest)
                shared[number] = 0
    set_free(&found)
    out = np.empty((n_out, 2), np.int64)
    cdef int64_t[:, ::1] out_ = out
    if not failed and n_out:
        memcpy(&out_[0, 0], pairs, 2 * n_out * sizeof(int64_t))
    free(pairs)
    free(scratch)
    if failed:
        raise MemoryError
    return out[:, 0].copy(), out[:, 1].copy()
