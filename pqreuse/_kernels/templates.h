/* Aligns the variants of a family to its exemplar, and finds what they have in common: definition 3.4 of the design. No
   Python in here.

   Distances are those of Levenshtein, over words, 64 rows of the matrix at a time: Myers (1999) as Hyyrö (2003) writes
   it, inside a band (Ukkonen 1985) that is doubled until it holds every shortest alignment. Where the matrix is large,
   only some of its columns are kept, and those between are computed again on the way back. */

#ifndef PQREUSE_TEMPLATES_H
#define PQREUSE_TEMPLATES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"

enum { TEMPLATES_NO_MEMORY = -1 };
/* The fate of a word of the exemplar in a variant. */
enum { LEFT_OUT = 0, EQUAL = 1, REPLACED = 2 };
/* Words; a longer piece left out or put in is another piece of text, not a changed word. */
enum { SHORT_PIECE = 6 };
/* Bytes of a matrix that are kept at once. */
enum { MOST_BYTES = 1 << 23 };

typedef struct {
    const int32_t *words;
    int64_t length;
} text;

/* Memory that is kept from one use to the next. */
typedef struct {
    void *memory;
    size_t size;
} room;

/* Room for so many bytes, what was there kept; NULL where there is no memory. */
static void *need(room *held, int64_t size) {
    if (held->memory && (size_t)size <= held->size) return held->memory;
    size_t more = (size_t)size + held->size / 2 + 64;
    void *moved = realloc(held->memory, more);
    if (!moved) return NULL;
    held->memory = moved;
    held->size = more;
    return moved;
}

/* Of one column and 64 rows: where the distance is that of the row above in the column before, where it is one more
   than in the row above, and where it is one more than in the column before. */
typedef struct {
    uint64_t same, from_above, from_left;
} cells;

typedef struct {
    text exemplar;
    int bits;       /* the table has two to the power of these places */
    int32_t *table; /* of the exemplar's distinct words: their numbers, -1 where free */
    int32_t *words; /* by number: the word */
    int32_t *starts; /* by number: its places begin here, those of the next number behind them */
    int32_t *places;

    int64_t prefix, n_rows, n_columns; /* rows and columns: what stands between the equal words at both ends */
    int64_t low, high;                 /* row - column, in the band */
    int64_t most_bytes;                /* of a matrix that are kept at once */
    int64_t n_blocks;                  /* of 64 rows that a column of the band touches at most */
    int64_t stretch;                   /* columns whose cells are kept at once */
    int32_t *numbers;                  /* by column: its word's number, -1 where the exemplar has no such word */
    uint64_t *rises, *falls;           /* by block: where the distance is one more, or less, than in the row above */
    uint64_t *saved;                   /* both of the columns where stretches begin */
    cells *trace;
    room rooms[8];
} aligner;

static void aligner_free(aligner *self) {
    for (int number = 0; number < 8; number++) free(self->rooms[number].memory);
    memset(self, 0, sizeof *self);
}

static inline int64_t place_in_table(const aligner *self, int32_t word) {
    int64_t mask = ((int64_t)1 << self->bits) - 1, place = (uint32_t)word * 0x9E3779B1u >> (32 - self->bits);
    while (self->table[place] >= 0 && self->words[self->table[place]] != word) place = (place + 1) & mask;
    return place;
}

/* Begin with an exemplar: list the places of each of its words. */
static int aligner_start(aligner *self, text exemplar, int64_t most_bytes) {
    int64_t length = exemplar.length, bytes = (length + 1) * (int64_t)sizeof(int32_t);
    self->exemplar = exemplar, self->most_bytes = most_bytes;
    for (self->bits = 4; (int64_t)1 << self->bits < 2 * length; self->bits++) continue;
    self->table = need(self->rooms, ((int64_t)1 << self->bits) * (int64_t)sizeof(int32_t));
    self->words = need(self->rooms + 1, bytes);
    self->starts = need(self->rooms + 2, bytes);
    self->places = need(self->rooms + 3, bytes);
    if (!self->table || !self->words || !self->starts || !self->places) return TEMPLATES_NO_MEMORY;
    memset(self->table, 0xFF, ((size_t)1 << self->bits) * sizeof(int32_t));
    int32_t n_words = 0;
    for (int64_t place = 0; place < length; place++) {
        int64_t at = place_in_table(self, exemplar.words[place]);
        if (self->table[at] < 0) {
            self->words[n_words] = exemplar.words[place];
            self->starts[n_words] = 0;
            self->table[at] = n_words++;
        }
        self->starts[self->table[at]]++;
    }
    for (int32_t number = 1; number < n_words; number++) self->starts[number] += self->starts[number - 1];
    /* So far these are ends. Going backwards, each moves down to where its places start. */
    for (int64_t place = length - 1; place >= 0; place--)
        self->places[--self->starts[self->table[place_in_table(self, exemplar.words[place])]]] = (int32_t)place;
    self->starts[n_words] = (int32_t)length;
    return 0;
}

/* The first of a word's places that is not before this one. */
static inline const int32_t *first_place(const aligner *self, int32_t number, int64_t from) {
    const int32_t *low = self->places + self->starts[number], *high = self->places + self->starts[number + 1];
    while (low < high) {
        const int32_t *middle = low + (high - low) / 2;
        if (*middle < from) low = middle + 1;
        else high = middle;
    }
    return low;
}

static inline int64_t clamp(int64_t value, int64_t low, int64_t high) {
    return value < low ? low : value > high ? high : value;
}

/* The blocks that the band touches in a column; rows and columns are counted from 1. */
static inline int64_t first_block(const aligner *self, int64_t column) {
    return (clamp(column + self->low, 1, self->n_rows) - 1) / 64;
}

static inline int64_t last_block(const aligner *self, int64_t column) {
    return (clamp(column + self->high, 1, self->n_rows) - 1) / 64;
}

/* Compute the columns behind `from`, up to `to`. Above the band and below it, distances are taken to grow by one: they
   are never too small, so that the cells of a shortest alignment inside the band are right, and what they say of cells
   that are not is right as well. Returns the distance at the end. */
static int64_t run_columns(aligner *self, int64_t from, int64_t to, cells *trace, uint64_t *saved) {
    uint64_t *rises = self->rises, *falls = self->falls;
    int64_t first = first_block(self, from), last = last_block(self, from), top = 64 * first + from;
    for (int64_t column = from + 1; column <= to; column++) {
        if (saved && (column - 1) % self->stretch == 0) {
            size_t size = (size_t)(last - first + 1) * sizeof *rises;
            uint64_t *into = saved + (column - 1) / self->stretch * 2 * self->n_blocks;
            memcpy(into, rises + first, size);
            memcpy(into + self->n_blocks, falls + first, size);
        }
        for (; first < first_block(self, column); first++) top += count_ones(rises[first]) - count_ones(falls[first]);
        for (; last < last_block(self, column); last++) rises[last + 1] = ~(uint64_t)0, falls[last + 1] = 0;
        top++;
        int32_t number = self->numbers[column - 1];
        const int32_t *place = NULL, *end = NULL;
        if (number >= 0) {
            place = first_place(self, number, self->prefix + 64 * first);
            end = self->places + self->starts[number + 1];
        }
        uint64_t rising = 1, falling = 0; /* from the column before to this one, in the row above the block */
        for (int64_t block = first; block <= last; block++) {
            uint64_t equal = falling, more = rises[block], less = falls[block];
            int64_t base = self->prefix + 64 * block;
            for (; place < end && *place < base + 64; place++) equal |= (uint64_t)1 << (*place - base);
            uint64_t same = (((equal & more) + more) ^ more) | equal | less;
            uint64_t from_left = less | ~(same | more), before = more & same;
            uint64_t right = from_left << 1 | rising, left = before << 1 | falling;
            rises[block] = left | ~(same | right);
            falls[block] = right & same;
            rising = from_left >> 63, falling = before >> 63;
            if (trace) *trace++ = (cells){same, rises[block], from_left};
        }
        if (trace) trace += self->n_blocks - (last - first + 1);
    }
    for (int64_t block = first; block <= last; block++) {
        int64_t rows = self->n_rows - 64 * block;
        uint64_t counted = rows < 64 ? ((uint64_t)1 << rows) - 1 : ~(uint64_t)0;
        top += count_ones(rises[block] & counted) - count_ones(falls[block] & counted);
    }
    return top;
}

/* Lay a band so much wider than the corners of the matrix need. */
static int lay_band(aligner *self, int64_t spare) {
    int64_t shift = self->n_rows - self->n_columns;
    self->low = (shift < 0 ? shift : 0) - spare;
    self->high = (shift > 0 ? shift : 0) + spare;
    int64_t all = (self->n_rows + 63) / 64, across = (self->high - self->low) / 64 + 2;
    self->n_blocks = across < all ? across : all;
    int64_t column = self->n_blocks * (int64_t)sizeof(cells);
    self->stretch = self->n_columns;
    if (column * self->n_columns > self->most_bytes)
        for (self->stretch = 1; self->stretch * self->stretch < self->n_columns; self->stretch++) continue;
    int64_t n_stretches = (self->n_columns + self->stretch - 1) / self->stretch;
    self->trace = need(self->rooms + 6, column * self->stretch);
    self->saved = need(self->rooms + 7, n_stretches * 2 * self->n_blocks * (int64_t)sizeof(uint64_t));
    return self->trace && self->saved ? 0 : TEMPLATES_NO_MEMORY;
}

static void begin_columns(aligner *self) {
    for (int64_t block = 0; block <= last_block(self, 0); block++)
        self->rises[block] = ~(uint64_t)0, self->falls[block] = 0;
}

static void restore_columns(aligner *self, int64_t column) {
    int64_t first = first_block(self, column);
    size_t size = (size_t)(last_block(self, column) - first + 1) * sizeof(uint64_t);
    const uint64_t *from = self->saved + column / self->stretch * 2 * self->n_blocks;
    memcpy(self->rises + first, from, size);
    memcpy(self->falls + first, from + self->n_blocks, size);
}

/* Go back from the last cell to the first. */
static void walk_back(aligner *self, text variant, int32_t *at, uint8_t *fate) {
    const int32_t *words = self->exemplar.words + self->prefix, *others = variant.words + self->prefix;
    int64_t row = self->n_rows, column = self->n_columns;
    int32_t prefix = (int32_t)self->prefix;
    int changing = 0;
    at += prefix, fate += prefix;
    while (row && column) {
        int64_t to = column, from = (column - 1) / self->stretch * self->stretch;
        if (self->stretch < self->n_columns) {
            restore_columns(self, from);
            run_columns(self, from, to, self->trace, NULL);
        }
        while (row && column > from) {
            const cells *of_column = self->trace + (column - 1 - from) * self->n_blocks;
            cells here = of_column[(row - 1) / 64 - first_block(self, column)];
            int bit = (int)((row - 1) % 64), same = here.same >> bit & 1;
            int from_above = here.from_above >> bit & 1, from_left = here.from_left >> bit & 1;
            int equal = words[row - 1] == others[column - 1];
            /* Go on as before where that is as short: changes after changes, equal words after equal words. */
            if (equal && !(changing && (from_above || from_left))) {
                fate[--row] = EQUAL, at[row] = prefix + (int32_t)--column;
                changing = 0;
                continue;
            }
            changing = 1;
            if (!equal && !same) fate[--row] = REPLACED, at[row] = prefix + (int32_t)--column;
            else if (from_above) fate[--row] = LEFT_OUT, at[row] = prefix + (int32_t)column;
            else column--;
        }
    }
    while (row) fate[--row] = LEFT_OUT, at[row] = prefix;
}

/* Align a variant to the exemplar, by the choices that `build_templates` describes. By word of the exemplar: what
   became of it, and where in the variant it, or what replaces it, stands or would stand, with one more place for the
   end. Words that are put in stand directly before. */
static int align_variant(aligner *self, text variant, int32_t *at, uint8_t *fate) {
    text exemplar = self->exemplar;
    int64_t shorter = exemplar.length < variant.length ? exemplar.length : variant.length, prefix = 0, suffix = 0;
    while (prefix < shorter && exemplar.words[prefix] == variant.words[prefix]) prefix++;
    while (suffix < shorter - prefix &&
           exemplar.words[exemplar.length - 1 - suffix] == variant.words[variant.length - 1 - suffix])
        suffix++;
    int64_t moved = variant.length - exemplar.length;
    for (int64_t place = 0; place < prefix; place++) fate[place] = EQUAL, at[place] = (int32_t)place;
    for (int64_t place = exemplar.length - suffix; place < exemplar.length; place++)
        fate[place] = EQUAL, at[place] = (int32_t)(place + moved);
    at[exemplar.length] = (int32_t)variant.length;
    self->prefix = prefix;
    self->n_rows = exemplar.length - prefix - suffix;
    self->n_columns = variant.length - prefix - suffix;
    if (!self->n_rows) return 0;
    int64_t blocks = ((self->n_rows + 63) / 64) * (int64_t)sizeof(uint64_t);
    self->numbers = need(self->rooms + 4, (self->n_columns + 1) * (int64_t)sizeof(int32_t));
    self->rises = need(self->rooms + 5, 2 * blocks);
    if (!self->numbers || !self->rises) return TEMPLATES_NO_MEMORY;
    self->falls = self->rises + blocks / (int64_t)sizeof(uint64_t);
    for (int64_t column = 0; column < self->n_columns; column++)
        self->numbers[column] = self->table[place_in_table(self, variant.words[prefix + column])];
    /* An alignment that leaves the band takes at least `within + 1` changes. */
    int64_t apart = moved < 0 ? -moved : moved, changes = 1, within = 0;
    for (int64_t spare = 64; self->n_columns && changes > within; spare *= 2) {
        if (lay_band(self, spare)) return TEMPLATES_NO_MEMORY;
        int whole = self->stretch == self->n_columns;
        begin_columns(self);
        changes = run_columns(self, 0, self->n_columns, whole ? self->trace : NULL, whole ? NULL : self->saved);
        within = apart + 2 * spare + 1;
    }
    walk_back(self, variant, at, fate);
    return 0;
}

/* The inputs for the families of a unit. */
typedef struct {
    const int32_t *tokens;
    const uint8_t *glued;         /* by word: it is one figure with the next word */
    const uint8_t *bears_meaning; /* by entry of the vocabulary */
    const int64_t *first, *n_words, *weights; /* by text */
    double support;
    int64_t slot_words;
} source;

/* Builds families one after the other; their gaps and fillings, pairs of first and last word, are kept one after the
   other too. */
typedef struct {
    aligner aligner;
    room all_gaps, all_accepted, all_fillings;
    int64_t n_gaps, n_fillings;
    /* The current family: */
    const int64_t *members;
    int64_t n_members, length; /* the exemplar's */
    int32_t *at;               /* by variant: how it is aligned */
    uint8_t *fate;
    int64_t *votes, *others, *put_in; /* by word of the exemplar, one more for the end: answers */
    uint8_t *changed;                 /* by word: variants differ in what bears meaning */
    uint8_t *opens;                   /* words that are put in before it make a gap */
    int32_t *table;                   /* of different fillings: a variant that has each, -1 where free */
    room rooms[8];
} builder;

static void builder_free(builder *self) {
    aligner_free(&self->aligner);
    for (int number = 0; number < 8; number++) free(self->rooms[number].memory);
    free(self->all_gaps.memory), free(self->all_accepted.memory), free(self->all_fillings.memory);
    memset(self, 0, sizeof *self);
}

static inline text text_of(const source *from, int64_t number) {
    return (text){from->tokens + from->first[number], from->n_words[number]};
}

static inline int32_t *at_of(const builder *self, int64_t variant) { return self->at + variant * (self->length + 1); }

static inline uint8_t *fate_of(const builder *self, int64_t variant) { return self->fate + variant * self->length; }

/* Where the words begin that a variant has directly before a word of the exemplar; they end at `at[word]`. */
static inline int32_t begin_before(const int32_t *at, const uint8_t *fate, int64_t word) {
    return word ? at[word - 1] + (fate[word - 1] != LEFT_OUT) : 0;
}

static uint8_t any_bears_meaning(const source *from, const int32_t *words, int64_t n_words) {
    for (int64_t word = 0; word < n_words; word++)
        if (from->bears_meaning[words[word]]) return 1;
    return 0;
}

static int start_family(builder *self, const source *from, const int64_t *members, int64_t n_members) {
    int64_t length = from->n_words[members[0]], sums = (length + 1) * (int64_t)sizeof(int64_t);
    self->members = members, self->n_members = n_members, self->length = length;
    self->at = need(self->rooms, n_members * (length + 1) * (int64_t)sizeof(int32_t));
    self->fate = need(self->rooms + 1, n_members * length);
    self->votes = need(self->rooms + 2, sums);
    self->others = need(self->rooms + 3, sums);
    self->put_in = need(self->rooms + 4, sums);
    self->changed = need(self->rooms + 5, length + 1);
    self->opens = need(self->rooms + 6, length + 1);
    self->table = need(self->rooms + 7, 4 * n_members * (int64_t)sizeof(int32_t));
    if (!self->at || !self->fate || !self->votes || !self->others || !self->put_in || !self->changed || !self->opens ||
        !self->table)
        return TEMPLATES_NO_MEMORY;
    memset(self->votes, 0, (size_t)sums), memset(self->others, 0, (size_t)sums), memset(self->put_in, 0, (size_t)sums);
    memset(self->changed, 0, (size_t)length + 1), memset(self->opens, 0, (size_t)length + 1);
    return 0;
}

/* Align all variants, and write the exemplar's word that each of their words equals; -1 where it equals none. */
static int align_variants(builder *self, const source *from, int32_t *columns) {
    if (aligner_start(&self->aligner, text_of(from, self->members[0]), MOST_BYTES)) return TEMPLATES_NO_MEMORY;
    for (int64_t variant = 0; variant < self->n_members; variant++) {
        text words = text_of(from, self->members[variant]);
        int32_t *at = at_of(self, variant);
        uint8_t *fate = fate_of(self, variant);
        if (align_variant(&self->aligner, words, at, fate)) return TEMPLATES_NO_MEMORY;
        memset(columns, 0xFF, (size_t)words.length * sizeof *columns);
        for (int64_t word = 0; word < self->length; word++)
            if (fate[word] == EQUAL) columns[at[word]] = (int32_t)word;
        columns += words.length;
    }
    return 0;
}

/* Count the answers that keep each word, that replace it and that put words in before it, and note where that changes
   what is said. */
static void count_answers(builder *self, const source *from) {
    int64_t length = self->length;
    const int32_t *exemplar = text_of(from, self->members[0]).words;
    for (int64_t variant = 0; variant < self->n_members; variant++) {
        const int32_t *at = at_of(self, variant), *words = text_of(from, self->members[variant]).words;
        const uint8_t *fate = fate_of(self, variant);
        int64_t weight = from->weights[self->members[variant]], left_out = 0;
        for (int64_t word = 0; word <= length; word++) {
            int32_t begin = begin_before(at, fate, word), n_put_in = at[word] - begin;
            if (n_put_in) self->put_in[word] += weight;
            if (n_put_in <= SHORT_PIECE) self->opens[word] |= any_bears_meaning(from, words + begin, n_put_in);
            if (word < length && fate[word] == LEFT_OUT) {
                left_out++;
                continue;
            }
            for (int64_t lost = word - left_out; left_out <= SHORT_PIECE && lost < word; lost++)
                self->changed[lost] |= from->bears_meaning[exemplar[lost]];
            left_out = 0;
            if (word < length && fate[word] == EQUAL) self->votes[word] += weight;
            if (word < length && fate[word] == REPLACED) {
                self->others[word] += weight;
                self->changed[word] |= from->bears_meaning[exemplar[word]] | from->bears_meaning[words[at[word]]];
            }
        }
    }
}

/* Let a figure be template whole or not at all, be it the exemplar's (2.65) or one that a variant makes of it. */
static void keep_whole_figures(const builder *self, const source *from, const int32_t *columns, uint8_t *kept) {
    columns += self->length;
    for (int64_t variant = 1; variant < self->n_members; variant++) {
        const uint8_t *glued = from->glued + from->first[self->members[variant]];
        int64_t n_words = from->n_words[self->members[variant]];
        for (int64_t start = 0, end; start < n_words; start = end + 1) {
            int whole = columns[start] >= 0;
            for (end = start; end < n_words - 1 && glued[end]; end++) whole &= columns[end + 1] == columns[end] + 1;
            for (int64_t word = start; !whole && start < end && word <= end; word++)
                if (columns[word] >= 0) kept[columns[word]] = 0;
        }
        columns += n_words;
    }
    const uint8_t *glued = from->glued + from->first[self->members[0]];
    for (int64_t start = 0, end; start < self->length; start = end + 1) {
        uint8_t whole = kept[start];
        for (end = start; end < self->length - 1 && glued[end]; end++) whole &= kept[end + 1];
        memset(kept + start, whole, (size_t)(end + 1 - start));
    }
}

/* Find stretches that are not template, and places where words are put in; those that touch are one. */
static int find_gaps(builder *self, const uint8_t *kept) {
    for (int64_t word = 0, end; word <= self->length; word = end + 1) {
        for (end = word; end < self->length && !kept[end]; end++) continue;
        if (end == word && !self->opens[word]) continue;
        int32_t *gaps = need(&self->all_gaps, (self->n_gaps + 1) * 2 * (int64_t)sizeof *gaps);
        if (!gaps) return TEMPLATES_NO_MEMORY;
        gaps[2 * self->n_gaps] = (int32_t)word, gaps[2 * self->n_gaps + 1] = (int32_t)end;
        self->n_gaps++;
    }
    return 0;
}

/* Let words beside a gap join it where so many answers have another word there. */
static void widen_gaps(const builder *self, int64_t first_gap, double wanted, uint8_t *kept) {
    const int32_t *gaps = self->all_gaps.memory;
    const int64_t *others = self->others;
    for (int64_t gap = first_gap; gap < self->n_gaps; gap++) {
        int64_t before = gaps[2 * gap] - 1, behind = gaps[2 * gap + 1];
        while (before >= 0 && kept[before] && (double)others[before] > wanted) kept[before--] = 0;
        while (behind < self->length && kept[behind] && (double)others[behind] > wanted) kept[behind++] = 0;
    }
}

/* Choose the words that are template, and list the gaps between them. */
static int choose_kept(builder *self, const source *from, const int32_t *columns, uint8_t *kept) {
    int64_t total = 0, first_gap = self->n_gaps;
    for (int64_t variant = 0; variant < self->n_members; variant++) total += from->weights[self->members[variant]];
    /* Whole numbers of answers against products of floats: a billionth below is not below. */
    double least = from->support * (double)total * (1 - 1e-9), most = (1 - from->support) * (double)total * (1 + 1e-9);
    for (int64_t word = 0; word <= self->length; word++) {
        if (word < self->length) kept[word] = (double)self->votes[word] >= least && !self->changed[word];
        self->opens[word] |= (double)self->put_in[word] > most;
    }
    keep_whole_figures(self, from, columns, kept);
    if (find_gaps(self, kept)) return TEMPLATES_NO_MEMORY;
    /* Half as many as for a gap of its own suffice beside one. Else "hon. {Gentleman|Lady}" and one "noble Baroness"
       would make "hon. {Gentleman|Lady|Baroness}", which nobody said. */
    widen_gaps(self, first_gap, (1 - from->support) / 2 * (double)total, kept);
    self->n_gaps = first_gap;
    return find_gaps(self, kept);
}

/* List what each variant has in each gap: -1 where it leaves out the words around. */
static int find_fillings(builder *self, int64_t first_gap) {
    const int32_t *gaps = self->all_gaps.memory;
    int64_t wanted = self->n_fillings + self->n_members * (self->n_gaps - first_gap);
    int32_t *fillings = need(&self->all_fillings, wanted * 2 * (int64_t)sizeof *fillings);
    if (!fillings) return TEMPLATES_NO_MEMORY;
    fillings += 2 * self->n_fillings;
    self->n_fillings = wanted;
    for (int64_t variant = 0; variant < self->n_members; variant++) {
        const int32_t *at = at_of(self, variant);
        const uint8_t *fate = fate_of(self, variant);
        for (int64_t gap = first_gap; gap < self->n_gaps; gap++, fillings += 2) {
            int64_t first = gaps[2 * gap], last = gaps[2 * gap + 1];
            int around = (first > 0 && fate[first - 1] == EQUAL) || (last < self->length && fate[last] == EQUAL) ||
                         (first == 0 && last == self->length);
            fillings[0] = around ? begin_before(at, fate, first) : -1;
            fillings[1] = around ? at[last] : -1;
        }
    }
    return 0;
}

static text filling_of(const source *from, int64_t number, const int32_t *filling) {
    return (text){from->tokens + from->first[number] + filling[0], filling[1] - filling[0]};
}

static int same_words(text left, text right) {
    return left.length == right.length && !memcmp(left.words, right.words, (size_t)left.length * sizeof *left.words);
}

/* Whether the exemplar and a gap's fillings are shorter than listing the variants that differ there.

   In words, one more for each entry of a list. A long piece of the exemplar that a short variant lacks is no slot. */
static uint8_t shortens(builder *self, const source *from, const int32_t *fillings, int64_t n_gaps) {
    text own = filling_of(from, self->members[0], fillings);
    int64_t as_slot = own.length + 1, listed = 0, places = 4;
    while (places < 2 * self->n_members) places *= 2;
    memset(self->table, 0xFF, (size_t)places * sizeof *self->table);
    for (int64_t variant = 1; variant < self->n_members; variant++) {
        if (fillings[2 * n_gaps * variant] < 0) continue;
        text filling = filling_of(from, self->members[variant], fillings + 2 * n_gaps * variant);
        if (same_words(filling, own)) continue;
        listed += from->n_words[self->members[variant]] + 1;
        uint64_t hash = 0;
        for (int64_t word = 0; word < filling.length; word++)
            hash = (hash ^ (uint32_t)filling.words[word]) * 0x9E3779B97F4A7C15u, hash ^= hash >> 32;
        int64_t place = (int64_t)(hash & (uint64_t)(places - 1));
        for (; self->table[place] >= 0; place = (place + 1) & (places - 1)) {
            int64_t other = self->table[place];
            if (same_words(filling, filling_of(from, self->members[other], fillings + 2 * n_gaps * other))) break;
        }
        if (self->table[place] >= 0) continue;
        self->table[place] = (int32_t)variant;
        as_slot += filling.length + 1;
    }
    return as_slot < listed;
}

/* Turn columns into places: of a word that is not template, the slot that it fills; -1 where it fills none. */
static void find_places(const builder *self, const source *from, const uint8_t *kept, const uint8_t *accepted,
                        const int32_t *fillings, int64_t n_gaps, int32_t *places) {
    for (int64_t variant = 0; variant < self->n_members; variant++) {
        int64_t n_words = from->n_words[self->members[variant]];
        for (int64_t word = 0; word < n_words; word++)
            if (places[word] >= 0 && !kept[places[word]]) places[word] = -1;
        for (int64_t gap = 0; gap < n_gaps; gap++, fillings += 2) {
            if (!accepted[gap] || fillings[1] - fillings[0] > from->slot_words) continue;
            for (int64_t word = fillings[0]; word < fillings[1]; word++) places[word] = (int32_t)(self->length + gap);
        }
        places += n_words;
    }
}

/* Build a family: which words of the exemplar are kept, the gaps, and the place of each word of its variants. */
static int build_family(builder *self, const source *from, const int64_t *members, int64_t n_members, uint8_t *kept,
                        int32_t *places) {
    int64_t first_gap = self->n_gaps, first_filling = self->n_fillings;
    if (start_family(self, from, members, n_members)) return TEMPLATES_NO_MEMORY;
    if (align_variants(self, from, places)) return TEMPLATES_NO_MEMORY;
    count_answers(self, from);
    if (choose_kept(self, from, places, kept)) return TEMPLATES_NO_MEMORY;
    if (find_fillings(self, first_gap)) return TEMPLATES_NO_MEMORY;
    int64_t n_gaps = self->n_gaps - first_gap;
    uint8_t *accepted = need(&self->all_accepted, self->n_gaps);
    if (!accepted) return TEMPLATES_NO_MEMORY;
    const int32_t *fillings = (const int32_t *)self->all_fillings.memory + 2 * first_filling;
    for (int64_t gap = 0; gap < n_gaps; gap++)
        accepted[first_gap + gap] = shortens(self, from, fillings + 2 * gap, n_gaps);
    find_places(self, from, kept, accepted + first_gap, fillings, n_gaps, places);
    return 0;
}

#endif
