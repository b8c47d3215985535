/* The loops of html.h for characters of one width; included once for each, with these defined:

   CHARACTER what the markup is written in, WRITTEN what its text is to be written in, NAMED the names of the functions. */

/* Write one character. */
static inline void NAMED(put)(extract *to, WRITTEN *out, uint32_t c, int kind) {
    if (to->space) {
        out[to->length++] = ' ';
        to->space = 0;
    }
    out[to->length++] = (WRITTEN)c;
    to->bare = 0;
    if (kind != UNSEEN) {
        to->seen = 1;
        to->newline = -1;
    }
}

static inline void NAMED(line_break)(extract *to, WRITTEN *out) {
    to->space = 0;
    to->bare = 1;
    if (to->newline < 0) {
        to->newline = to->length;
    } else { /* of a second one, with nothing seen between: an empty line, however many follow */
        to->length = to->newline;
        out[to->length++] = '\n';
    }
    out[to->length++] = '\n';
}

static void NAMED(begin)(extract *to, WRITTEN *out) {
    to->open = to->any = to->bare = 1;
    to->before = to->length;
    if (to->blocks) {
        out[to->length++] = '\n';
        out[to->length++] = '\n';
    }
    to->start = to->length;
    to->newline = -1;
    to->space = to->seen = 0;
}

/* End the block that is open, if any; whether something of it is left. */
static int NAMED(finish)(extract *to, WRITTEN *out) {
    int64_t start = to->start, end = to->length;
    if (!to->open) return 0;
    to->open = 0;
    if (!to->seen) {
        to->length = to->before;
        return 0;
    }
    while (out[end - 1] == ' ' || out[end - 1] == '\n' || out[end - 1] == '\t') end--;
    while (out[start] == ' ' || out[start] == '\n' || out[start] == '\t') start++;
    if (start > to->start) memmove(out + to->start, out + start, (size_t)(end - start) * sizeof(WRITTEN));
    to->length = to->start + (end - start);
    to->blocks++;
    return 1;
}

/* Whether an attribute's name of four letters is "href". */
static inline int NAMED(is_address)(const CHARACTER *name) {
    return (name[0] | 0x20) == 'h' && (name[1] | 0x20) == 'r' && (name[2] | 0x20) == 'e' && (name[3] | 0x20) == 'f';
}

/* Behind a tag's name: where the tag has ended, behind its attributes. Where the first address that it has stands goes to
   `link`, unless that is NULL. */
static int64_t NAMED(end_of_tag)(const CHARACTER *in, int64_t at, int64_t n, int may_close, int64_t *link) {
    for (;;) {
        int64_t gap = at, name, length;
        while (at < n && kind_of(in[at]) == SPACE) at++;
        if (at < n && in[at] == '>') return at + 1;
        if (may_close && at + 1 < n && in[at] == '/' && in[at + 1] == '>') return at + 2;
        name = at;
        while (at < n && (is_letter(in[at]) || (at > name && (is_digit(in[at]) || in[at] == '-')))) at++;
        if (at == n || at == name || name == gap) return HTML_NOT_SIMPLE;
        length = at - name;
        if (in[at] == '=') {
            CHARACTER quote = ++at < n ? in[at] : 0;
            if (quote != '"' && quote != '\'') return HTML_NOT_SIMPLE;
            gap = at + 1;
            for (at++; at < n && in[at] != quote; at++) {
                if (in[at] == '<' || in[at] == '>' || kind_of(in[at]) == REFUSED) return HTML_NOT_SIMPLE;
            }
            if (link != NULL && length == 4 && NAMED(is_address)(in + name) && link[1] < 0) {
                link[0] = gap;
                link[1] = at;
            }
            if (at++ >= n) return HTML_NOT_SIMPLE;
        }
    }
}

/* At an ampersand: write the character that it stands for. Where it ends. */
static int64_t NAMED(read_entity)(const CHARACTER *in, int64_t at, int64_t n, extract *to, WRITTEN *out) {
    uint32_t c = '&';
    int64_t first = ++at;
    int kind;
    if (at == n) return HTML_NOT_SIMPLE;
    if (in[at] == '#') {
        int hex = at + 1 < n && (in[at + 1] | 0x20) == 'x';
        at = first += 1 + hex;
        for (c = 0; at < n && at < first + 7 && (is_digit(in[at]) || (hex && is_letter(in[at]))); at++) {
            uint32_t digit = is_digit(in[at]) ? (uint32_t)in[at] - '0' : (in[at] | 0x20u) - 'a' + 10;
            if (digit > 15) return HTML_NOT_SIMPLE;
            c = c * (hex ? 16 : 10) + digit;
        }
        if (at == first || c > 0x10ffff) return HTML_NOT_SIMPLE;
    } else if (in[at] != ' ') {
        uint64_t name = 0;
        for (; at < n && at < first + LONGEST_NAME && (is_letter(in[at]) || is_digit(in[at])); at++) name = name << 8 | in[at];
        c = entity(name);
        if (at < n && in[at] != ';' && is_initials(name, at - first)) { /* as in "R&D" */
            c = '&';
            at = first;
        }
    }
    if (at > first && (at == n || in[at++] != ';')) return HTML_NOT_SIMPLE;
    kind = kind_of(c);
    if (kind == REFUSED || kind == SPACE) return HTML_NOT_SIMPLE;
    if (c > (WRITTEN)-1) return HTML_TOO_NARROW;
    NAMED(put)(to, out, c, kind);
    return at;
}

/* Whether all of the next characters are plain, with single spaces between. */
static inline int NAMED(all_plain)(const CHARACTER *in) {
    CHARACTER odd[CHUNK], any = 0;
    int i;
    ROLLED for (i = 0; i < CHUNK; i++) {
        CHARACTER one = in[i], next = in[i + 1];
        odd[i] = (one < ' ') | (one == '<') | (one == '&') | ((one == ' ') & (next == ' '));
        if (sizeof(CHARACTER) == 1) {
            odd[i] |= one > '~';
        } else {
            CHARACTER control = one - 0x7f, unseen = one - 0x200b;
            odd[i] |= (control <= 0xa0 - 0x7f) | (one == 0xad) | (unseen <= 4) | (one == 0x2060) | (one >= 0xd800);
        }
    }
    for (i = 0; i < CHUNK; i++) any |= odd[i];
    return !any;
}

/* Write text until the next tag. Where it ends. */
static int64_t NAMED(read_text)(const CHARACTER *in, int64_t at, int64_t n, extract *to, WRITTEN *out) {
    int64_t odd_before = 0;
    while (at >= 0 && at < n) {
        uint32_t c = in[at];
        int kind = kind_of(c), i;
        if (kind == OPENS_TAG) return at;
        if (kind == REFUSED) return HTML_NOT_SIMPLE;
        if (kind == OPENS_ENTITY) {
            at = NAMED(read_entity)(in, at, n, to, out);
            continue;
        }
        at++;
        if (kind == SPACE) {
            to->space = !to->bare;
            continue;
        }
        NAMED(put)(to, out, c, kind);
        /* Nearly all there is, many at a time. Where one of these is odd, they are taken one by one. */
        while (at >= odd_before && at + CHUNK < n) {
            if (!NAMED(all_plain)(in + at)) {
                odd_before = at + CHUNK;
                break;
            }
            for (i = 0; i < CHUNK; i++) out[to->length + i] = in[at + i];
            to->length += CHUNK;
            at += CHUNK;
            to->seen = 1;
            to->newline = -1;
            if (in[at - 1] == ' ') { /* may be the last of its block */
                to->length--;
                at--;
                break;
            }
        }
    }
    return at;
}

/* A tag of a block, outside tables. */
static void NAMED(block_tag)(extract *to, WRITTEN *out, int text, int closes) {
    NAMED(finish)(to, out);
    to->any = 1;
    to->where = BETWEEN;
    if (text && !closes) {
        NAMED(begin)(to, out);
        to->where = IN_BLOCK;
    }
}

/* A tag of a table, or of a block in a cell; whether it may stand here. */
static int NAMED(table_tag)(extract *to, WRITTEN *out, int kind, uint64_t name, int closes, int64_t *tables) {
    int outside = to->where == BETWEEN || to->where == IN_BLOCK;
    switch (kind) {
    case TABLE:
        if (!closes && outside) {
            NAMED(finish)(to, out);
            NAMED(begin)(to, out);
            to->rows = to->seen_in_table = 0;
            to->where = IN_TABLE;
            return 1;
        }
        if (!closes || to->where != IN_TABLE) return 0;
        to->seen = to->seen_in_table;
        if (NAMED(finish)(to, out)) {
            tables[2 * to->n_tables] = to->start;
            tables[2 * to->n_tables++ + 1] = to->length;
        }
        to->where = BETWEEN;
        return 1;
    case SECTION:
        if (to->where != (closes ? IN_SECTION : IN_TABLE) || (closes && name != to->section)) return 0;
        to->section = name;
        to->where = closes ? IN_TABLE : IN_SECTION;
        return 1;
    case ROW:
        if (!closes && (to->where == IN_TABLE || to->where == IN_SECTION)) {
            to->sectioned = to->where == IN_SECTION;
            to->row_before = to->length;
            if (to->rows) out[to->length++] = '\n';
            to->row_start = to->length;
            to->cells = 0;
            to->where = IN_ROW;
            return 1;
        }
        if (!closes || to->where != IN_ROW) return 0;
        while (to->length > to->row_start && out[to->length - 1] == '\t') to->length--;
        if (to->length == to->row_start) {
            to->length = to->row_before;
        } else {
            to->rows++;
        }
        to->where = to->sectioned ? IN_SECTION : IN_TABLE;
        return 1;
    case CELL:
        if (!closes && to->where == IN_ROW) {
            if (to->cells++) out[to->length++] = '\t';
            to->cell_start = to->length;
            to->cell = name;
            to->space = to->seen = 0;
            to->bare = 1;
            to->where = IN_CELL;
            return 1;
        }
        if (!closes || to->where != IN_CELL || name != to->cell || to->depth) return 0;
        if (!to->seen) to->length = to->cell_start;
        to->seen_in_table |= to->seen;
        to->where = IN_ROW;
        return 1;
    default:
        if (to->where != IN_CELL || !nest_in_cell(to, kind, name, closes)) return 0;
        to->space = !to->bare;
        return 1;
    }
}

/* Behind the opening of a tag: do what it says. Where it ends. */
static int64_t NAMED(read_tag)(
    const CHARACTER *in, int64_t at, int64_t n, extract *to, WRITTEN *out, int64_t *tables, int64_t *links
) {
    uint64_t name = 0;
    int closes = at < n && in[at] == '/', closed = 0, kind;
    int64_t first = at += closes;
    for (; at < n && at < first + LONGEST_NAME && (is_letter(in[at]) || is_digit(in[at])); at++) {
        name = name << 8 | (is_letter(in[at]) ? in[at] | 0x20 : in[at]);
    }
    kind = kind_of_tag(name);
    if (!closes) {
        int64_t *link = name == 'a' ? links + 2 * to->n_links : NULL;
        if (link != NULL) link[1] = -1;
        at = NAMED(end_of_tag)(in, at, n, kind == BREAK || name == 'p', link);
        to->n_links += link != NULL && link[1] >= 0;
        closed = at > 0 && in[at - 2] == '/' && name == 'p';
    } else if (at == n || in[at++] != '>' || kind == BREAK) {
        return HTML_NOT_SIMPLE;
    }
    if (at < 0) return at;
    if (kind == BREAK) {
        if (to->where == IN_BLOCK) {
            NAMED(line_break)(to, out);
        } else if (to->where == IN_CELL) {
            to->space = !to->bare;
        } else if (to->where != BETWEEN) {
            return HTML_NOT_SIMPLE;
        }
        return at;
    }
    if (kind == INLINE) {
        if (to->where != IN_BLOCK && to->where != IN_CELL) return HTML_NOT_SIMPLE;
        return nest(to, name, closes) ? at : HTML_NOT_SIMPLE;
    }
    if (kind == OTHER_TAG || kind_inside(to) == INLINE) return HTML_NOT_SIMPLE;
    if ((kind == BLOCK || kind == LIST) && (to->where == BETWEEN || to->where == IN_BLOCK)) {
        NAMED(block_tag)(to, out, kind == BLOCK, closes);
        if (closed) NAMED(block_tag)(to, out, 1, 1);
    } else if (!NAMED(table_tag)(to, out, kind, name, closes, tables)) {
        return HTML_NOT_SIMPLE;
    } else if (closed) {
        to->depth--;
    }
    return at;
}

/* Read `n` characters of markup. `out` has room for as many and a few more, `tables` for two numbers for each fifteen,
   `links` for two for each three. The length of its text, or why there is none. */
static int64_t NAMED(read)(const CHARACTER *in, int64_t n, extract *to, WRITTEN *out, int64_t *tables, int64_t *links) {
    int64_t at = 0;
    memset(to, 0, sizeof(*to));
    while (at >= 0 && at < n) {
        if (in[at] == '<') {
            at = NAMED(read_tag)(in, at + 1, n, to, out, tables, links);
        } else if (to->where == IN_BLOCK || (to->where == IN_CELL && kind_inside(to) != LIST)) {
            at = NAMED(read_text)(in, at, n, to, out);
        } else if (kind_of(in[at]) == SPACE) {
            at++;
        } else {
            return HTML_NOT_SIMPLE;
        }
    }
    if (at < 0) return at;
    if (!to->any || to->depth || (to->where != BETWEEN && to->where != IN_BLOCK)) return HTML_NOT_SIMPLE;
    NAMED(finish)(to, out);
    return to->length;
}

/* Whether NUL or a lone surrogate is among the characters. */
static inline int NAMED(unsound)(const CHARACTER *in, int64_t n) {
    CHARACTER found = 0;
    int64_t at;
    for (at = 0; at < n; at++) found |= (in[at] == 0) | ((sizeof(CHARACTER) > 1) & ((in[at] & ~0x7ffu) == 0xd800));
    return found;
}

#undef CHARACTER
#undef WRITTEN
#undef NAMED
