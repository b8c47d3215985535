/* Bits of a number counted. For more than one kernel. */

#ifndef PQREUSE_BITS_H
#define PQREUSE_BITS_H

#include <stdint.h>

/* Those below the lowest one that is set: one must be. */
static inline int count_zeros(uint64_t bits) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_ctzll(bits);
#else
    int count = 0;
    while (!(bits >> count & 1)) count++;
    return count;
#endif
}

static inline int count_ones(uint64_t bits) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_popcountll(bits);
#else
    int count = 0;
    for (; bits; bits &= bits - 1) count++;
    return count;
#endif
}

#endif
