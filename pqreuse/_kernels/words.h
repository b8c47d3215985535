/* Folds UTF-8 text, cuts it into words, hashes and numbers them: definition 3.1 of the design, but for the normal form
   (NFC), which the caller sees to where a text has characters that need it. No Python in here. */

#ifndef PQREUSE_WORDS_H
#define PQREUSE_WORDS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "bits.h"
#include "compiler.h"
#include "unicode.h"

/* Return values of `find_in`. */
enum { WORDS_FOUND = 0, WORDS_RISKY = 1, WORDS_NO_MEMORY = -1, WORDS_TOO_LONG = -2, WORDS_NO_ROOM = -3, WORDS_FLOODED = -4 };

/* A table this full has a few hundred words in a row, if it holds billions: more were chosen to stand there. */
#define MOST_STEPS 1024

typedef struct {
    uint64_t head; /* the word's first eight bytes: of most words all there is */
    int32_t id;    /* -1 where the place is free */
    uint32_t tag;  /* of its hash and length */
} entry;

/* A word that is found but not yet numbered. */
typedef struct {
    const uint8_t *word;
    uint64_t head, tail, hash;
    int32_t length, numeric, start, stop;
} pending;

enum { MOST_PENDING = 64 };

/* The distinct words met so far, numbered as they were met, and the words of the texts as such numbers. */
typedef struct {
    entry *table;
    int bits; /* the table has two to the power of these places */
    uint8_t *bytes;
    int64_t n_bytes, most_bytes;
    int64_t *ends; /* word i is bytes[ends[i - 1]:ends[i]] */
    uint64_t *hashes;
    uint64_t *tails; /* the second eight bytes of each word */
    uint8_t *numeric; /* whether it begins with a decimal digit */
    int32_t n_words, most_words;

    /* The caller's arrays; NULL for places that nobody asks for. */
    int32_t *tokens, *starts, *stops;
    /* Where there is such an array, words are hashed, and not numbered; this stands for all that begin with a digit. */
    uint64_t *word_hashes, number_hash;
    int64_t n_tokens, most_tokens;
    pending waiting[MOST_PENDING]; /* the last ones: their places in the table are on their way from memory */
    int n_waiting;

    uint8_t *scratch; /* of the text at hand: folded, or the word that is being put together */
    uint8_t *plain;   /* of a text with no words but those of ASCII: one byte a character */
    int32_t *edges;   /* of a text of ASCII: where words begin and end by turns */
    int64_t most_scratch;
} finder;

static int grow(void **array, int64_t *most, int64_t wanted, size_t size) {
    int64_t more = *most + *most / 2 > wanted ? *most + *most / 2 : wanted;
    void *moved = realloc(*array, (size_t)more * size);
    if (!moved) return WORDS_NO_MEMORY;
    *array = moved;
    *most = more;
    return 0;
}

static inline uint64_t load8(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* FIRST_BYTES[8 + n] keeps the first n bytes of eight: none below 0, all above 8. */
#define ALL_BYTES 0xFFFFFFFFFFFFFFFF
static const uint64_t FIRST_BYTES[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
    ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES, ALL_BYTES,
};

/* Up to eight bytes, zeros behind them; eight must be readable. Without a branch: lengths cannot be foretold. */
static inline uint64_t load_part(const uint8_t *bytes, int64_t length) {
    return load8(bytes) & FIRST_BYTES[8 + (length < 0 ? 0 : length > 8 ? 8 : length)];
}

/* A hash that depends only on the word's bytes. Its upper bits are the best. */
static inline uint64_t hash_word(const uint8_t *word, int64_t length, uint64_t head, uint64_t tail) {
    uint64_t hash = (head ^ (uint64_t)length << 59) * 0x9E3779B97F4A7C15u ^ tail * 0xD6E8FEB86659FD93u;
    for (int64_t at = 16; at < length; at += 8)
        hash = (hash ^ hash >> 32) * 0xBF58476D1CE4E5B9u + load_part(word + at, length - at);
    hash = (hash ^ hash >> 32) * 0xBF58476D1CE4E5B9u;
    return hash ^ hash >> 29;
}

static inline uint32_t tag_of(uint64_t hash, int64_t length) {
    return (uint32_t)(hash << 8) | (uint32_t)(length < 255 ? length : 255);
}

static void finder_free(finder *self) {
    free(self->table), free(self->bytes), free(self->ends), free(self->hashes), free(self->tails), free(self->numeric);
    free(self->scratch), free(self->edges), free(self->plain);
    memset(self, 0, sizeof *self);
}

static int resize_table(finder *self, int bits) {
    int64_t places = (int64_t)1 << bits;
    entry *table = malloc((size_t)places * sizeof *table);
    if (!table) return WORDS_NO_MEMORY;
    for (int64_t place = 0; place < places; place++) table[place].id = -1;
    for (int64_t old = 0; self->table && old < (int64_t)1 << self->bits; old++) {
        if (self->table[old].id < 0) continue;
        int64_t place = (int64_t)(self->hashes[self->table[old].id] >> (64 - bits));
        while (table[place].id >= 0) place = (place + 1) & (places - 1);
        table[place] = self->table[old];
    }
    free(self->table);
    self->table = table;
    self->bits = bits;
    return 0;
}

static int finder_start(finder *self, int bits) {
    memset(self, 0, sizeof *self);
    return resize_table(self, bits);
}

static int is_word_number(const finder *self, int32_t id, const uint8_t *word, int64_t length) {
    int64_t start = id ? self->ends[id - 1] : 0;
    const uint8_t *known = self->bytes + start;
    if (self->ends[id] - start != length) return 0;
    for (int64_t at = 16; at < length; at += 8)
        if (load_part(known + at, length - at) != load_part(word + at, length - at)) return 0;
    return 1;
}

/* The number of a word, a new one where it is met for the first time; negative for an error. */
static inline int32_t number_word(finder *self, const pending *found) {
    uint64_t hash = found->hash;
    int64_t length = found->length;
    const uint8_t *word = found->word;
    uint32_t tag = tag_of(hash, length);
    int64_t mask = ((int64_t)1 << self->bits) - 1, place = (int64_t)(hash >> (64 - self->bits));
    for (int steps = 0;; place = (place + 1) & mask) {
        if (++steps > MOST_STEPS) return WORDS_FLOODED;
        entry *met = self->table + place;
        if (met->id < 0) break;
        if (met->head == found->head && met->tag == tag && (length <= 8 || self->tails[met->id] == found->tail) &&
            (length <= 16 || is_word_number(self, met->id, word, length)))
            return met->id;
    }
    if (self->n_words == INT32_MAX) return WORDS_TOO_LONG;
    if (self->n_words == self->most_words) {
        int64_t most = self->most_words, wanted = most ? 2 * most : 64, same = most;
        if (grow((void **)&self->ends, &same, wanted, sizeof *self->ends)) return WORDS_NO_MEMORY;
        same = most;
        if (grow((void **)&self->hashes, &same, wanted, sizeof *self->hashes)) return WORDS_NO_MEMORY;
        same = most;
        if (grow((void **)&self->tails, &same, wanted, sizeof *self->tails)) return WORDS_NO_MEMORY;
        same = most;
        if (grow((void **)&self->numeric, &same, wanted, sizeof *self->numeric)) return WORDS_NO_MEMORY;
        self->most_words = (int32_t)(wanted < INT32_MAX ? wanted : INT32_MAX);
    }
    /* Behind the last word there is room to read on. */
    if (self->n_bytes + length + 16 > self->most_bytes &&
        grow((void **)&self->bytes, &self->most_bytes, self->n_bytes + length + 1024, 1))
        return WORDS_NO_MEMORY;
    int32_t id = self->n_words++;
    memcpy(self->bytes + self->n_bytes, word, (size_t)length);
    self->n_bytes += length;
    self->ends[id] = self->n_bytes;
    self->hashes[id] = hash;
    self->numeric[id] = (uint8_t)found->numeric;
    self->tails[id] = found->tail;
    self->table[place] = (entry){found->head, id, tag};
    if (8 * (int64_t)self->n_words > 5 * mask && resize_table(self, self->bits + 1)) return WORDS_NO_MEMORY;
    return id;
}

/* Fifteen bytes behind the word must be readable. */
static inline pending look_at(const uint8_t *word, int64_t length, int numeric) {
    int64_t first = length > 16 ? 16 : length;
    uint64_t head = load8(word) & FIRST_BYTES[8 + first], tail = load8(word + 8) & FIRST_BYTES[first];
    return (pending){word, head, tail, hash_word(word, length, head, tail), (int32_t)length, numeric, 0, 0};
}

/* Number the words that wait. Their bytes must still stand where they were found. */
static int number_waiting(finder *self) {
    int32_t ids[MOST_PENDING];
    if (!self->n_waiting) return 0; /* there may be no arrays to write to */
    for (int number = 0; number < self->n_waiting; number++) {
        int32_t id = number_word(self, self->waiting + number);
        if (id < 0) return id;
        ids[number] = id;
    }
    /* One array after the other: writing to all of them word by word takes as long as all the rest. */
    int64_t first = self->n_tokens - self->n_waiting;
    memcpy(self->tokens + first, ids, (size_t)self->n_waiting * sizeof *ids);
    for (int number = 0; self->starts && number < self->n_waiting; number++)
        self->starts[first + number] = self->waiting[number].start;
    for (int number = 0; self->starts && number < self->n_waiting; number++)
        self->stops[first + number] = self->waiting[number].stop;
    self->n_waiting = 0;
    return 0;
}

static inline int put_word(finder *self, const uint8_t *word, int64_t length, int numeric, int64_t start, int64_t stop) {
    int failed;
    if (self->n_tokens == self->most_tokens) return WORDS_NO_ROOM;
    if (self->word_hashes) {
        self->word_hashes[self->n_tokens++] = numeric ? self->number_hash : look_at(word, length, numeric).hash;
        return 0;
    }
    if (self->n_waiting == MOST_PENDING && (failed = number_waiting(self))) return failed;
    pending found = look_at(word, length, numeric);
    found.start = (int32_t)start;
    found.stop = (int32_t)stop;
    PREFETCH(self->table + (found.hash >> (64 - self->bits)));
    self->waiting[self->n_waiting++] = found;
    self->n_tokens++;
    return 0;
}

static inline int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

/* One bit for each of 64 bytes, each all ones or all zeros. */
static inline uint64_t bits_of(const uint8_t *bytes) {
    uint64_t bits = 0;
#if defined(__SSE2__)
    for (int at = 0; at < 64; at += 16)
        bits |= (uint64_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(bytes + at))) << at;
#else
    for (int at = 0; at < 64; at += 8) bits |= ((load8(bytes + at) & 0x0101010101010101u) * 0x0102040810204080u >> 56) << at;
#endif
    return bits;
}

/* Fold 64 bytes of ASCII, and mark those that are parts of words. */
static inline uint64_t fold_block(const uint8_t *restrict source, uint8_t *restrict folded) {
    uint8_t parts[64];
    for (int at = 0; at < 64; at++) {
        uint8_t byte = source[at], lower = (uint8_t)(byte | ((uint8_t)(byte - 'A') < 26 ? 32 : 0));
        folded[at] = lower;
        parts[at] = ((uint8_t)(lower - 'a') < 26) | ((uint8_t)(byte - '0') < 10) | (byte == '_') ? 255 : 0;
    }
    return bits_of(parts);
}

/* Fold a text of ASCII into the scratch, and list where words begin and end. Returns how many such edges there are. */
CLONED static int64_t fold_ascii(finder *self, const uint8_t *text, int64_t length) {
    int32_t *edges = self->edges;
    uint64_t before = 0; /* whether the last byte was part of a word */
    for (int64_t at = 0; at <= length; at += 64) {
        uint8_t rest[64] = {0};
        /* An empty text may be at NULL, which must not be copied from. */
        if (length > at && length - at < 64) memcpy(rest, text + at, (size_t)(length - at));
        uint64_t bits = fold_block(length - at < 64 ? rest : text + at, self->scratch + at);
        uint64_t turns = bits ^ (bits << 1 | before);
        before = bits >> 63;
        /* Eight at a time, wanted or not: how many there are cannot be foretold. */
        int32_t *next = edges;
        for (edges += count_ones(turns); next < edges; next += 8) {
            for (int number = 0; number < 8; number++) {
                next[number] = (int32_t)at + count_zeros(turns | (uint64_t)1 << 63);
                turns &= turns - 1;
            }
        }
    }
    return edges - self->edges;
}

/* Whether a comma, behind a digit and in front of exactly three, is inside a number. */
static inline int comma_inside(const uint8_t *folded, int64_t at) {
    return is_digit(folded[at - 1]) && folded[at] == ',' && is_digit(folded[at + 1]) && is_digit(folded[at + 2]) &&
           is_digit(folded[at + 3]) && !is_digit(folded[at + 4]);
}

static int find_ascii(finder *self, const uint8_t *text, int64_t length) {
    int64_t n_edges = fold_ascii(self, text, length);
    uint8_t *folded = self->scratch;
    for (int64_t edge = 0; edge < n_edges; edge += 2) {
        int64_t start = self->edges[edge], stop = self->edges[edge + 1], written = stop;
        /* A comma inside a number is taken out: what is behind it moves down. */
        while (comma_inside(folded, stop)) {
            edge += 2;
            int64_t after = self->edges[edge + 1];
            memmove(folded + written, folded + stop + 1, (size_t)(after - stop - 1));
            written += after - stop - 1;
            stop = after;
        }
        int failed = put_word(self, folded + start, written - start, is_digit(folded[start]), start, stop);
        if (failed) return failed;
    }
    return number_waiting(self);
}

static inline const unicode_kind *kind_of(uint32_t code) {
    return UNICODE_KINDS + UNICODE_PAGES[UNICODE_PAGE * UNICODE_INDEX[code / UNICODE_PAGE] + code % UNICODE_PAGE];
}

/* The code point at a place of valid UTF-8 (surrogates allowed), and the place behind it. */
static inline uint32_t decode(const uint8_t *text, int64_t *at) {
    uint32_t lead = text[(*at)++];
    if (lead < 0x80) return lead;
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    uint32_t code = lead & (0x3Fu >> more);
    while (more--) code = code << 6 | (text[(*at)++] & 0x3Fu);
    return code;
}

static inline int64_t encode(uint32_t code, uint8_t *out) {
    if (code < 0x80) return out[0] = (uint8_t)code, 1;
    int more = code >= 0x10000 ? 3 : code >= 0x800 ? 2 : 1;
    out[0] = (uint8_t)(0xF0E0C000u >> 8 * more | code >> 6 * more);
    for (int at = 1; at <= more; at++) out[at] = (uint8_t)(0x80 | (code >> 6 * (more - at) & 0x3F));
    return more + 1;
}

static inline int next_is_digit(const uint8_t *text, int64_t *at, int64_t length) {
    while (*at < length) {
        int flags = kind_of(decode(text, at))->flags;
        if (!(flags & IGNORED)) return flags & DIGIT;
    }
    return 0;
}

/* Whether exactly three digits follow. */
static int three_digits(const uint8_t *text, int64_t at, int64_t length) {
    for (int count = 0; count < 3; count++)
        if (!next_is_digit(text, &at, length)) return 0;
    return !next_is_digit(text, &at, length);
}

static int find_unicode(finder *self, const uint8_t *text, int64_t length, int normal) {
    uint8_t *word = self->scratch;
    int64_t before = self->n_tokens, written = 0, start = 0, stop = 0, number = 0;
    int numeric = 0, after_digit = 0, failed;
    for (int64_t at = 0; at < length; number++) {
        uint32_t code = decode(text, &at);
        const unicode_kind *kind = kind_of(code);
        if ((kind->flags & RISKY) && !normal) return self->n_tokens = before, self->n_waiting = 0, WORDS_RISKY;
        if (kind->flags & IGNORED) continue;
        if (kind->flags & IN_WORD) {
            if (!written) start = number, numeric = kind->flags & DIGIT;
            if (kind->flags & SEVERAL) {
                for (int part = 0; part < 3 && UNICODE_FOLDS[kind->fold][part]; part++)
                    written += encode(UNICODE_FOLDS[kind->fold][part], word + written);
            } else {
                written += encode(code + (uint32_t)kind->fold, word + written);
            }
            after_digit = kind->flags & DIGIT;
            stop = number + 1;
        } else if (written && !(code == ',' && after_digit && three_digits(text, at, length))) {
            if ((failed = put_word(self, word, written, numeric != 0, start, stop))) return failed;
            word += written;
            written = 0;
        }
    }
    if (written && (failed = put_word(self, word, written, numeric != 0, start, stop))) return failed;
    return number_waiting(self);
}

/* Make a text ASCII: one byte a character, a full stop for each other one. Returns its length; -1 where there is another
   one that is part of a word, or that vanishes. Quotes, dashes, pounds and no-break spaces are nearly all there are. */
static int64_t squeeze(finder *self, const uint8_t *text, int64_t length) {
    uint8_t *out = self->plain;
    for (int64_t at = 0; at < length;) {
        if (length - at >= 8 && !(load8(text + at) & 0x8080808080808080u)) {
            memcpy(out, text + at, 8);
            at += 8, out += 8;
        } else if (text[at] < 0x80) {
            *out++ = text[at++];
        } else {
            if (kind_of(decode(text, &at))->flags & (IN_WORD | IGNORED | RISKY)) return -1;
            *out++ = '.';
        }
    }
    return out - self->plain;
}

/* The number of a word with fifteen readable bytes behind it. */
static int32_t number_of(finder *self, const uint8_t *word, int64_t length, int numeric) {
    pending found = look_at(word, length, numeric);
    return number_word(self, &found);
}

static int make_room(finder *self, int64_t wanted) {
    if (wanted <= self->most_scratch) return 0;
    int64_t same = 0;
    if (grow((void **)&self->scratch, &self->most_scratch, wanted, 1)) return WORDS_NO_MEMORY;
    if (grow((void **)&self->edges, &same, self->most_scratch + 16, sizeof *self->edges)) return WORDS_NO_MEMORY;
    same = 0;
    return grow((void **)&self->plain, &same, self->most_scratch, 1);
}

/* Append the words of a text. `normal`: its characters are in normal form, and none of them need be looked at for that.
   A text that may not be is left alone, and WORDS_RISKY returned. */
static int find_in(finder *self, const uint8_t *text, int64_t length, int ascii, int normal) {
    if (length > INT32_MAX) return WORDS_TOO_LONG;
    /* A fold is at most three times as long: U+0390, two bytes, becomes six. Words are read sixteen bytes at a time. */
    if (make_room(self, (ascii ? length : 3 * length) + 144)) return WORDS_NO_MEMORY;
    if (ascii) return find_ascii(self, text, length);
    int64_t plain = squeeze(self, text, length);
    return plain >= 0 ? find_ascii(self, self->plain, plain) : find_unicode(self, text, length, normal);
}

/* Append the words of a text that is nothing but words with one space between two. They are folded already. */
static int find_joined(finder *self, const uint8_t *text, int64_t length, int ascii) {
    if (length > INT32_MAX) return WORDS_TOO_LONG;
    if (make_room(self, length + 144)) return WORDS_NO_MEMORY;
    /* Words of ASCII are what they are folded to. Others may not be: a second fold could take them apart. */
    if (ascii) return find_ascii(self, text, length);
    uint8_t *word = self->scratch, *end = word + length;
    memcpy(word, text, (size_t)length);
    *end = ' ';
    for (uint8_t *stop; word < end; word = stop + 1) {
        int64_t first = 0;
        stop = memchr(word, ' ', (size_t)(end + 1 - word));
        int numeric = (kind_of(decode(word, &first))->flags & DIGIT) != 0, failed;
        if ((failed = put_word(self, word, stop - word, numeric, 0, 0))) return failed;
    }
    return number_waiting(self);
}

#endif
