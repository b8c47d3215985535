# cython: boundscheck=False, wraparound=False
"""How rare shingles are, for the kernel that looks them up."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from pqreuse._kernels.shingles cimport Shingles, rarity, rule, shingle_set


cdef class Rarity:
    cdef rarity of
    cdef rule by
    cdef readonly bint complete
    cdef object held
    cdef const uint64_t[::1] masks
    cdef int32_t[::1] sizes
    cdef const int32_t[::1] place
    cdef const int32_t[::1] text_at
    cdef const int64_t[::1] begins
    cdef const uint32_t[::1] postings
    cdef const int64_t[::1] directory
    cdef int directory_bits
    cdef int place_bits

    cdef int load_ahead(self, Shingles shingles, shingle_set *set, int64_t text) noexcept nogil
    cdef order_by_size(self)
    cdef int64_t begin(self, int64_t size) noexcept nogil
    cdef int64_t end(self, int64_t size) noexcept nogil
