# cython: boundscheck=False, wraparound=False
"""The shingles of texts, for the kernels that compare them."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "shingles.h" nogil:
    ctypedef struct corpus:
        const int32_t *tokens
        const int32_t *shape
        const uint64_t *hashes
        const int64_t *first
        const int32_t *length
        int64_t n_texts
        int64_t width
    ctypedef struct shingle_set:
        uint64_t *hashes
        int32_t *places
        int64_t n_distinct
        int64_t text
    ctypedef struct rule:
        double containment
        double length_ratio
        double jaccard
    ctypedef struct rarity:
        uint16_t *counts
        int bits
        int64_t hits
    void set_free(shingle_set *set)
    int64_t n_shingles(const corpus *self, int64_t text)
    void expect_text(const corpus *self, int64_t text)
    int64_t hash_shingles(const corpus *self, int64_t text, uint64_t *out)
    int64_t load_set(const corpus *self, shingle_set *set, int64_t text)
    int64_t count_shared(const corpus *self, shingle_set *set, int64_t text, int64_t wanted, uint64_t *scratch)
    int64_t least_of_both(int64_t sizes, double jaccard)
    int64_t least_shared(const rule *by, int64_t size)
    int fits(const rule *by, int64_t small, int64_t large)
    int64_t largest(const rule *by, int64_t size)
    int64_t smallest(const rule *by, int64_t size)
    int resembles(const rule *by, int64_t shared, int64_t small, int64_t large)
    void PREFETCH(const void *address)
    uint64_t rarest(const rarity *self, const shingle_set *set, const rule *by, uint64_t *ranks, uint64_t *scratch)


cdef enum:
    SOON = 8  # texts from now


cdef class Shingles:
    cdef corpus texts
    cdef object held
    cdef int64_t longest
