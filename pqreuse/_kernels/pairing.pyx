# cython: boundscheck=False, wraparound=False
"""Postings of a bucket → pairs of texts that may resemble; sets → bitmaps, which say in how much sets differ at least."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint64_t

cdef enum:
    MAPS = 4  # of 64 bits


cdef inline int64_t count_bits(uint64_t bits) noexcept nogil:
    """Bits that are set (Hacker's Delight, 5-2)."""
    bits -= bits >> 1 & 0x5555555555555555u
    bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u)
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu
    return <int64_t> (bits * 0x0101010101010101u >> 56)


def bitmaps(const uint64_t[::1] values, const int64_t[::1] indptr):
    """For each set, bits that its shingles turn over: sets differ in at least as many shingles as bits.

    Parameters
    ----------
    values : ndarray of uint64
        Hashes of shingles.
    indptr : ndarray of int64, shape (n_sets + 1,)

    Returns
    -------
    ndarray of uint64, shape (4, n_sets)
    """
    cdef int64_t n_sets = indptr.shape[0] - 1, row, at
    cdef uint64_t bit
    maps = np.zeros((MAPS, n_sets), np.uint64)
    cdef uint64_t[:, ::1] maps_ = maps
    with nogil:
        for row in range(n_sets):
            for at in range(indptr[row], indptr[row + 1]):
                bit = (values[at] >> 20) % (64 * MAPS)
                maps_[<int64_t> (bit >> 6), row] ^= <uint64_t> 1 << (bit & 63)
    return maps


def match_postings(
    const int64_t[::1] looking,
    const int64_t[::1] ends,
    const int64_t[::1] least,
    const int8_t[::1] unit,
    const int64_t[::1] node,
    const int32_t[::1] size,
    const int32_t[::1] place,
    const uint8_t[::1] home,
    const uint64_t[:, ::1] maps,
):
    """Find the pairs of postings whose texts may share enough shingles.

    Parameters
    ----------
    looking : ndarray of int64, shape (n_looking,)
        Postings that look for others, which stand behind them.
    ends : ndarray of int64, shape (n_looking,)
        Before which posting the last of these is, of one bucket and not too large.
    least : ndarray of int64, shape (n_looking,)
        How many shingles must be shared.
    unit : ndarray of int8, shape (n_postings,)
    node : ndarray of int64, shape (n_postings,)
        The text.
    size, place : ndarray of int32, shape (n_postings,)
        Shingles of the text, and the place of this one among them.
    home : ndarray of uint8, shape (n_postings,)
        Whether it is found by others.
    maps : ndarray of uint64, shape (4, n_postings)

    Returns
    -------
    ndarray of int64, shape (2, n_pairs)
        The postings' texts: of who looks, and of who is found.
    """
    cdef int64_t one, this, other, left, differ, row, n_pairs = 0, room = 0
    for one in range(looking.shape[0]):
        room += max(ends[one] - looking[one] - 1, 0)
    # Untouched pages of `np.empty` use no physical memory.
    pairs = np.empty((2, room), np.int64)
    cdef int64_t[:, ::1] pairs_ = pairs
    with nogil:
        for one in range(looking.shape[0]):
            this = looking[one]
            for other in range(this + 1, ends[one]):
                if not home[other] or unit[this] != unit[other] or node[this] == node[other]:
                    continue
                # Shingles that either has left from this one on.
                left = min(size[this] - place[this], size[other] - place[other])
                if left < least[one]:
                    continue
                differ = 0
                for row in range(MAPS):
                    differ += count_bits(maps[row, this] ^ maps[row, other])
                if size[this] + size[other] - differ >= 2 * least[one]:
                    pairs_[0, n_pairs], pairs_[1, n_pairs] = node[this], node[other]
                    n_pairs += 1
    return pairs[:, :n_pairs]
