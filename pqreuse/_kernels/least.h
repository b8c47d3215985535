/* The two least of different orders: what says of each answer which other one is the earliest. */

#ifndef PQREUSE_LEAST_H
#define PQREUSE_LEAST_H

#include <stdint.h>

typedef struct {
    int32_t first, second;
} two_least;

/* Keep the two least of different values. Both begin as a value that is greater than every order. */
static inline void put_order(two_least *least, int32_t value) {
    if (value < least->first) {
        least->second = least->first;
        least->first = value;
    } else if (value > least->first && value < least->second) {
        least->second = value;
    }
}

/* The least one but for a value's own. */
static inline int32_t least_but(const two_least *least, int32_t own) {
    return least->first == own ? least->second : least->first;
}

#endif
