/* Texts as sets of shingles: hashed for speed, compared word by word for truth. No Python in here. */

#ifndef PQREUSE_SHINGLES_H
#define PQREUSE_SHINGLES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

typedef struct {
    const int32_t *tokens;  /* all words of the corpus */
    const int32_t *shape;   /* what a word counts as: itself, or one placeholder for every number */
    const uint64_t *hashes; /* of each word, by what it counts as */
    const int64_t *first;   /* each text's first word ... */
    const int32_t *length;  /* ... and how many it has */
    int64_t n_texts;
    int64_t width; /* words of a shingle */
} corpus;

/* The distinct shingles of one text: their hashes and first places. The caller keeps it from text to text. */
typedef struct {
    uint64_t *hashes;  /* of all shingles in order; then of the distinct ones */
    int32_t *places;   /* of the distinct ones */
    int32_t *table;    /* open addressing: a number of a distinct one, or -1 */
    int32_t *stamps;   /* of each distinct one: the last text that was found to have it */
    int64_t n_distinct, mask, room;
    int64_t text;
} shingle_set;

static inline int64_t n_shingles(const corpus *self, int64_t text) {
    int64_t count = self->length[text] - self->width + 1;
    return count > 0 ? count : 0;
}

static inline void set_free(shingle_set *set) {
    free(set->hashes), free(set->places), free(set->table), free(set->stamps);
    memset(set, 0, sizeof *set);
}

/* Room for a text of so many shingles and words. Returns non-zero where there is no memory. */
static inline int set_room(shingle_set *set, int64_t count) {
    if (count <= set->room) return 0;
    int64_t table_room = 64;
    while (table_room < 2 * count) table_room *= 2;
    set_free(set);
    set->hashes = malloc((size_t)count * sizeof *set->hashes);
    set->places = malloc((size_t)count * sizeof *set->places);
    set->stamps = malloc((size_t)count * sizeof *set->stamps);
    set->table = malloc((size_t)table_room * sizeof *set->table);
    if (!set->hashes || !set->places || !set->stamps || !set->table) return set_free(set), -1;
    set->room = count;
    return 0;
}

static inline uint64_t finish_hash(uint64_t hash) {
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 29;
}

/* Texts lie anywhere among the words: have those of one that is soon read on their way. */
static inline void expect_text(const corpus *self, int64_t text) {
    if (text >= self->n_texts) return;
    for (int64_t at = 0; at < self->length[text] && at < 128; at += 16) PREFETCH(self->tokens + self->first[text] + at);
}

/* A hash of each shingle of a text in order; depends only on the words. */
static inline int64_t hash_shingles(const corpus *self, int64_t text, uint64_t *out) {
    int64_t count = n_shingles(self, text);
    const int32_t *words = self->tokens + self->first[text];
    if (self->width == 2) {
        uint64_t before = count ? self->hashes[words[0]] : 0;
        for (int64_t at = 0; at < count; at++) {
            uint64_t word = self->hashes[words[at + 1]];
            out[at] = finish_hash(before * 0x9E3779B97F4A7C15u + word);
            before = word;
        }
    } else if (count) {
        /* A polynomial in the words' hashes that rolls from shingle to shingle (Karp and Rabin 1987). */
        uint64_t hash = 0, lead = 1;
        for (int64_t step = 0; step < self->width - 1; step++) {
            lead *= 0x9E3779B97F4A7C15u;
            hash = hash * 0x9E3779B97F4A7C15u + self->hashes[words[step]];
        }
        for (int64_t at = 0; at < count; at++) {
            hash = hash * 0x9E3779B97F4A7C15u + self->hashes[words[at + self->width - 1]];
            out[at] = finish_hash(hash);
            hash -= self->hashes[words[at]] * lead;
        }
    }
    return count;
}

/* Whether two shingles, at these words of the corpus, are the same, of which the first words are known to be. */
static inline int same_shingle(const corpus *self, int64_t one, int64_t other, int64_t known) {
    for (int64_t step = known; step < self->width; step++)
        if (self->shape[self->tokens[one + step]] != self->shape[self->tokens[other + step]]) return 0;
    return 1;
}

/* The number that a shingle (at a word of the corpus) has in a set; -1 where the set does not have it. `next`: the place
   in the set's text at which all of its words but the last are known to stand. */
static inline int64_t find_shingle(const corpus *self, const shingle_set *set, uint64_t hash, int64_t word, int64_t next) {
    int64_t first = self->first[set->text];
    for (uint64_t at = hash;; at++) {
        int32_t number = set->table[at & (uint64_t)set->mask];
        if (number < 0) return -1;
        if (set->hashes[number] != hash) continue;
        int64_t known = set->places[number] == next ? self->width - 1 : 0;
        if (same_shingle(self, first + set->places[number], word, known)) return number;
    }
}

/* Load the set of a text. Returns how many distinct shingles it has; -1 where there is no memory. */
static inline int64_t load_set(const corpus *self, shingle_set *set, int64_t text) {
    int64_t count = n_shingles(self, text), first = self->first[text];
    if (set_room(set, count + 1)) return -1;
    hash_shingles(self, text, set->hashes);
    int64_t places = 16;
    while (places < 2 * count) places *= 2;
    memset(set->table, 0xFF, (size_t)places * sizeof *set->table);
    set->mask = places - 1;
    set->text = text;
    set->n_distinct = 0;
    for (int64_t at = 0; at < count; at++) {
        uint64_t hash = set->hashes[at], place = hash;
        for (;; place++) {
            int32_t number = set->table[place & (uint64_t)set->mask];
            if (number < 0) break;
            if (set->hashes[number] == hash && same_shingle(self, first + set->places[number], first + at, 0)) goto known;
        }
        set->table[place & (uint64_t)set->mask] = (int32_t)set->n_distinct;
        /* The distinct ones come first: what is written here has been read. */
        set->hashes[set->n_distinct] = hash;
        set->stamps[set->n_distinct] = -1;
        set->places[set->n_distinct++] = (int32_t)at;
    known:;
    }
    return set->n_distinct;
}

/* How many shingles of a loaded set a text has; -1 as soon as it is known to have fewer than are wanted. */
static inline int64_t count_shared(const corpus *self, shingle_set *set, int64_t text, int64_t wanted, uint64_t *scratch) {
    int64_t count = hash_shingles(self, text, scratch), first = self->first[text], shared = 0, next = -1;
    for (int64_t at = 0; at < count; at++) {
        if (shared + count - at < wanted) return -1;
        int64_t number = find_shingle(self, set, scratch[at], first + at, next);
        next = number < 0 ? -1 : set->places[number] + 1;
        if (number >= 0 && set->stamps[number] != (int32_t)text) {
            set->stamps[number] = (int32_t)text;
            shared++;
        }
    }
    return shared;
}

/* The rule by which two texts resemble each other: of the shared shingles and the sizes of the two sets. */
typedef struct {
    double containment, length_ratio, jaccard;
} rule;

/* The least number of shared shingles with which a set of this size reaches a part of it. */
static inline int64_t least_part(int64_t size, double part) {
    int64_t least = (int64_t)((double)size * part) - 1;
    if (least < 0) least = 0;
    while (least < size && (double)least / (double)size < part) least++;
    return least;
}

/* The least number of shared shingles with which the smaller of two sets that resemble, of this size, meets the rule. */
static inline int64_t least_shared(const rule *by, int64_t size) {
    /* Shared over the union is at most shared over the smaller. */
    return least_part(size, by->containment > by->jaccard ? by->containment : by->jaccard);
}

/* How many shingles two sets of so many together share at least, to have a Jaccard: rounded down, for a quotient is never
   exact. */
static inline int64_t least_of_both(int64_t sizes, double jaccard) {
    return (int64_t)((double)sizes * jaccard / (1 + jaccard) * (1 - 1e-9));
}

static inline double least_ratio(const rule *by) {
    return by->length_ratio > by->jaccard ? by->length_ratio : by->jaccard;
}

static inline int fits(const rule *by, int64_t small, int64_t large) {
    return small > 0 && (double)small / (double)large >= least_ratio(by);
}

/* As many shingles as a set may have that fits a smaller one of this size, or a few more. */
static inline int64_t largest(const rule *by, int64_t size) {
    double most = (double)size / least_ratio(by) + 1;
    return most < (double)INT32_MAX ? (int64_t)most : INT32_MAX;
}

/* As few shingles as a set may have that fits a larger one of this size, or one less. */
static inline int64_t smallest(const rule *by, int64_t size) {
    int64_t least = (int64_t)((double)size * least_ratio(by));
    return least > 1 ? least : 1;
}

static inline int resembles(const rule *by, int64_t shared, int64_t small, int64_t large) {
    return (double)shared / (double)small >= by->containment && (double)small / (double)large >= by->length_ratio &&
           (double)shared / (double)(small + large - shared) >= by->jaccard;
}

/* Rarity: how often shingles with this hash were met (never too few), then the hash. An order of all shingles that
   depends on nothing but the corpus. */
typedef struct {
    uint16_t *counts;
    int bits;
    int64_t hits; /* rare shingles that two texts must share to be compared */
} rarity;

static inline uint64_t rank_shingle(const rarity *self, uint64_t hash) {
    return (uint64_t)self->counts[hash >> (64 - self->bits)] << 48 | hash >> 16;
}

static inline int64_t hits_wanted(const rarity *self, int64_t least) { return least < self->hits ? least : self->hits; }

/* The k-th smallest (from 0) of these numbers, which are moved about (Hoare 1961). */
static inline uint64_t select_smallest(uint64_t *values, int64_t count, int64_t k) {
    int64_t low = 0, high = count - 1;
    while (low < high) {
        uint64_t pivot = values[low + (high - low) / 2];
        int64_t left = low, right = high;
        while (left <= right) {
            while (values[left] < pivot) left++;
            while (values[right] > pivot) right--;
            if (left <= right) {
                uint64_t swapped = values[left];
                values[left++] = values[right];
                values[right--] = swapped;
            }
        }
        if (k <= right) high = right;
        else if (k >= left) low = left;
        else return values[k];
    }
    return values[low];
}

/* The rank up to which a set's shingles are its rare ones: a larger set that resembles it holds `hits` of them, for it
   holds `least` of all (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007; of several hits:
   Wang, Li and Feng 2012). Writes the rank of each into `ranks`; `scratch` is moved about. */
static inline uint64_t rarest(
    const rarity *self, const shingle_set *set, const rule *by, uint64_t *ranks, uint64_t *scratch
) {
    int64_t count = set->n_distinct, least = least_shared(by, count);
    for (int64_t at = 0; at < count; at++) ranks[at] = scratch[at] = rank_shingle(self, set->hashes[at]);
    if (!count || least < 1) return UINT64_MAX;
    return select_smallest(scratch, count, count - least + hits_wanted(self, least) - 1);
}

#endif
