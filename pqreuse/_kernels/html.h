/* The text of simple markup, in one pass: what is simple is said in html.pyx. No Python in here. */

#ifndef PQREUSE_HTML_H
#define PQREUSE_HTML_H

#include <stdint.h>
#include <string.h>

#include "compiler.h"

/* Values that `read` returns in place of the length of the text. Too narrow: a character that the markup names is
   wider than those that it is written in. */
enum { HTML_NOT_SIMPLE = -1, HTML_TOO_NARROW = -2 };

enum { MOST_NESTED = 16, CHUNK = 16, LONGEST_NAME = 8 };

/* Characters. Those that nobody sees make no text by themselves. Refused: control characters, lone surrogates and
   non-characters, which parsers drop or change. */
enum { SEEN, UNSEEN, SPACE, OPENS_TAG, OPENS_ENTITY, REFUSED };

static inline int kind_of(uint32_t c) {
    if (c > 0x20 && c < 0x7f) return c == '<' ? OPENS_TAG : c == '&' ? OPENS_ENTITY : SEEN;
    if (c == ' ' || c == '\t' || c == '\n') return SPACE;
    if (c < 0xa0) return REFUSED;
    if (c == 0xa0 || c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff) return UNSEEN;
    return (c >= 0xd800 && c < 0xe000) || c == 0xfffe || c == 0xffff ? REFUSED : SEEN;
}

static inline int is_letter(uint32_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

static inline int is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

/* Names of tags and entities as numbers: their characters, the last one in the lowest byte. */
#define NAME2(a, b) ((uint64_t)(a) << 8 | (b))
#define NAME3(a, b, c) (NAME2(a, b) << 8 | (c))
#define NAME4(a, b, c, d) (NAME3(a, b, c) << 8 | (d))
#define NAME5(a, b, c, d, e) (NAME4(a, b, c, d) << 8 | (e))
#define NAME6(a, b, c, d, e, f) (NAME5(a, b, c, d, e) << 8 | (f))

enum { OTHER_TAG, INLINE, BREAK, BLOCK, LIST, TABLE, SECTION, ROW, CELL };

static int kind_of_tag(uint64_t name) {
    switch (name) {
    case 'a': case 'b': case 'i': case 's': case 'u': case NAME2('e', 'm'): case NAME3('s', 'u', 'b'):
    case NAME3('s', 'u', 'p'): case NAME4('f', 'o', 'n', 't'): case NAME4('s', 'p', 'a', 'n'):
    case NAME5('s', 'm', 'a', 'l', 'l'): case NAME6('s', 't', 'r', 'o', 'n', 'g'):
        return INLINE;
    case NAME2('b', 'r'):
        return BREAK;
    case 'p': case NAME2('l', 'i'): case NAME3('d', 'i', 'v'): case NAME2('h', '1'): case NAME2('h', '2'):
    case NAME2('h', '3'): case NAME2('h', '4'): case NAME2('h', '5'): case NAME2('h', '6'):
        return BLOCK;
    case NAME2('u', 'l'): case NAME2('o', 'l'):
        return LIST;
    case NAME5('t', 'a', 'b', 'l', 'e'):
        return TABLE;
    case NAME5('t', 'b', 'o', 'd', 'y'): case NAME5('t', 'h', 'e', 'a', 'd'): case NAME5('t', 'f', 'o', 'o', 't'):
        return SECTION;
    case NAME2('t', 'r'):
        return ROW;
    case NAME2('t', 'd'): case NAME2('t', 'h'):
        return CELL;
    default:
        return OTHER_TAG;
    }
}

/* 0 where it is none of the common ones. */
static uint32_t entity(uint64_t name) {
    switch (name) {
    case NAME3('a', 'm', 'p'): return '&';
    case NAME2('l', 't'): return '<';
    case NAME2('g', 't'): return '>';
    case NAME4('q', 'u', 'o', 't'): return '"';
    case NAME4('n', 'b', 's', 'p'): return 0xa0;
    case NAME5('p', 'o', 'u', 'n', 'd'): return 0xa3;
    case NAME4('c', 'o', 'p', 'y'): return 0xa9;
    case NAME3('d', 'e', 'g'): return 0xb0;
    case NAME6('m', 'i', 'd', 'd', 'o', 't'): return 0xb7;
    case NAME6('f', 'r', 'a', 'c', '1', '2'): return 0xbd;
    case NAME6('e', 'a', 'c', 'u', 't', 'e'): return 0xe9;
    case NAME5('n', 'd', 'a', 's', 'h'): return 0x2013;
    case NAME5('m', 'd', 'a', 's', 'h'): return 0x2014;
    case NAME5('l', 's', 'q', 'u', 'o'): return 0x2018;
    case NAME5('r', 's', 'q', 'u', 'o'): return 0x2019;
    case NAME5('l', 'd', 'q', 'u', 'o'): return 0x201c;
    case NAME5('r', 'd', 'q', 'u', 'o'): return 0x201d;
    case NAME4('b', 'u', 'l', 'l'): return 0x2022;
    case NAME6('h', 'e', 'l', 'l', 'i', 'p'): return 0x2026;
    case NAME4('e', 'u', 'r', 'o'): return 0x20ac;
    default: return 0;
    }
}

/* Whether these are one to three capitals that no parser takes for an entity whose end is missing. */
static int is_initials(uint64_t name, int64_t length) {
    int64_t i;
    if (length < 1 || length > 3) return 0;
    for (i = 0; i < length; i++) {
        if ((name >> 8 * i & 0xff) < 'A' || (name >> 8 * i & 0xff) > 'Z') return 0;
    }
    if (length == 3) {
        if (name == NAME3('A', 'M', 'P') || name == NAME3('R', 'E', 'G') || name == NAME3('E', 'T', 'H')) return 0;
        name >>= 8;
    }
    return name != NAME2('G', 'T') && name != NAME2('L', 'T');
}

/* Where text may stand: between blocks none, behind the start tag of a block, in a cell of a table. */
enum { BETWEEN, IN_BLOCK, IN_TABLE, IN_SECTION, IN_ROW, IN_CELL };

typedef struct {
    int64_t length;  /* of the text so far */
    int64_t before;  /* its length before the block that is open, and before what joins this one to the last */
    int64_t start;   /* where the block that is open begins */
    int64_t newline; /* the first line break in what nobody sees at the end of the text; -1 where there is none */
    int64_t row_before, row_start, cell_start;
    int64_t n_tables, n_links;
    int open, blocks, rows, cells;
    int space; /* white space was read and is not written yet */
    int bare;  /* white space that comes next is dropped */
    int seen, seen_in_table;

    int where;
    int sectioned; /* the row stands in a section of its table */
    int any;       /* there was a block */
    int depth;
    uint64_t inside[MOST_NESTED]; /* names of the inline tags that are open, in a cell of its blocks too */
    uint64_t section, cell;       /* names of these tags */
} extract;

/* The kind of the tag that is open. */
static inline int kind_inside(const extract *to) { return to->depth ? kind_of_tag(to->inside[to->depth - 1]) : OTHER_TAG; }

/* A tag that must be paired; whether it is, so far. */
static int nest(extract *to, uint64_t name, int closes) {
    if (!closes && to->depth < MOST_NESTED) {
        to->inside[to->depth++] = name;
        return 1;
    }
    return closes && to->depth && to->inside[--to->depth] == name;
}

/* A tag of a block in a cell: paragraphs, and lists with their items; whether it may stand here. */
static int nest_in_cell(extract *to, int kind, uint64_t name, int closes) {
    uint64_t item = NAME2('l', 'i'), around = to->depth ? to->inside[to->depth - 1] : 0;
    if (kind != LIST && name != 'p' && name != item) return 0;
    if (!closes && (name == item ? kind_of_tag(around) != LIST : around && around != item)) return 0;
    return nest(to, name, closes);
}

#define CHARACTER uint8_t
#define WRITTEN uint8_t
#define NAMED(name) name##_8
#include "html_text.h"

#define CHARACTER uint8_t
#define WRITTEN uint16_t
#define NAMED(name) name##_8_16
#include "html_text.h"

#define CHARACTER uint16_t
#define WRITTEN uint16_t
#define NAMED(name) name##_16
#include "html_text.h"

#define CHARACTER uint32_t
#define WRITTEN uint32_t
#define NAMED(name) name##_32
#include "html_text.h"

#endif
