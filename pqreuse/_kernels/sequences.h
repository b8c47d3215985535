/* Sequences of words, compared word by word. */

#ifndef PQREUSE_SEQUENCES_H
#define PQREUSE_SEQUENCES_H

#include <stdint.h>

typedef struct {
    const int32_t *words;
    int64_t length, number; /* `number` is the caller's name for it */
} sequence;

static inline int same_words(const int32_t *one, const int32_t *other, int64_t length) {
    for (int64_t word = 0; word < length; word++)
        if (one[word] != other[word]) return 0;
    return 1;
}

/* For qsort: as the words compare, a shorter one before what goes on behind it. */
static int compare_sequences(const void *left, const void *right) {
    const sequence *a = left, *b = right;
    for (int64_t word = 0; word < a->length && word < b->length; word++)
        if (a->words[word] != b->words[word]) return a->words[word] < b->words[word] ? -1 : 1;
    return (a->length > b->length) - (a->length < b->length);
}

#endif
