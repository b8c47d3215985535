/* MinHash signatures of hashed shingles, and the keys of their bands. No Python in here. */

#ifndef PQREUSE_MINHASH_H
#define PQREUSE_MINHASH_H

#include <stdint.h>
#include <string.h>

#include "compiler.h"

/* MurmurHash3's 32-bit finaliser. */
static inline uint32_t fmix32(uint32_t hash) {
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
    return hash ^ hash >> 16;
}

/* The upper halves of hashes, mixed. */
CLONED static void mix_upper(const uint64_t *hashes, int64_t count, uint32_t *out) {
    for (int64_t at = 0; at < count; at++) out[at] = fmix32((uint32_t)(hashes[at] >> 32));
}

/* MinHash: the minima of a * h + b mod 2**32 over the hashes, for `count` functions, a multiple of 32. */
CLONED static void find_minima(
    const uint32_t *hashes, int64_t n_hashes, const uint32_t *a, const uint32_t *b, int64_t count, uint32_t *out
) {
    for (int64_t block = 0; block < count; block += 32) {
        uint32_t least[32], times[32], plus[32];
        for (int at = 0; at < 32; at++) least[at] = UINT32_MAX, times[at] = a[block + at], plus[at] = b[block + at];
        for (int64_t one = 0; one < n_hashes; one++) {
            uint32_t hash = hashes[one];
            for (int at = 0; at < 32; at++) {
                uint32_t value = hash * times[at] + plus[at];
                least[at] = value < least[at] ? value : least[at];
            }
        }
        memcpy(out + block, least, sizeof least);
    }
}

/* A 32-bit key of a band's minima, in the upper half. Keys that meet by chance cost a check, never a result. */
static inline uint64_t band_key(const uint32_t *minima, int64_t rows) {
    uint64_t key = 0;
    for (int64_t row = 0; row < rows; row++) key = (key + minima[row]) * 0x9E3779B97F4A7C15u;
    return (key ^ key >> 32) * 0xD6E8FEB86659FD93u & 0xFFFFFFFF00000000u;
}

#endif
