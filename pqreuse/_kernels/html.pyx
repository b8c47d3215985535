# cython: boundscheck=False, wraparound=False
"""HTML of simple markup, as nearly all answers are, → text and where its tables stand. The loops are C (``html.h``).

Simple is markup in which text stands only right behind the start tag of a paragraph, item, heading or division, or in
the cells of a table whose tags are paired, and in which inline tags are paired. Then the next tag of a block ends the
text, however a parser mends the nesting of blocks. What parsers may differ about is not simple: control characters,
other tags, comments, attributes without quotes, an ``&`` that is neither a common entity nor alone.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_FromKindAndData, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, malloc

cdef extern from "html.h" nogil:
    enum:
        CHUNK
        HTML_TOO_NARROW
    ctypedef struct extract:
        int64_t n_tables
        int64_t n_links
    int64_t read_8(const uint8_t *text, int64_t n, extract *to, uint8_t *out, int64_t *tables, int64_t *links)
    int64_t read_8_16(const uint8_t *text, int64_t n, extract *to, uint16_t *out, int64_t *tables, int64_t *links)
    int64_t read_16(const uint16_t *text, int64_t n, extract *to, uint16_t *out, int64_t *tables, int64_t *links)
    int64_t read_32(const uint32_t *text, int64_t n, extract *to, uint32_t *out, int64_t *tables, int64_t *links)
    int unsound_8(const uint8_t *text, int64_t n)
    int unsound_16(const uint16_t *text, int64_t n)
    int unsound_32(const uint32_t *text, int64_t n)


def simple_text(str source):
    """The text of simple markup, the stretches of it that are tables, and the addresses of links as they are written;
    None where the markup is not simple.

    What is simple has neither NUL nor lone surrogates, and a whole tag.
    """
    cdef int kind = PyUnicode_KIND(source), written = kind
    cdef int64_t n = PyUnicode_GET_LENGTH(source), length, place
    cdef const void *text = PyUnicode_DATA(source)
    # For characters that are written wider, and for the tables `<table></table>` and links `<a>` that there may be.
    cdef void *out = malloc(<size_t> (n + CHUNK) * max(kind, 2))
    cdef int64_t *tables = <int64_t *> malloc(<size_t> (n // 15 + 1) * 2 * sizeof(int64_t))
    cdef int64_t *links = <int64_t *> malloc(<size_t> (n // 3 + 1) * 2 * sizeof(int64_t))
    cdef extract to
    if out == NULL or tables == NULL or links == NULL:
        free(out)
        free(tables)
        free(links)
        raise MemoryError
    try:
        if kind == 1:
            length = read_8(<const uint8_t *> text, n, &to, <uint8_t *> out, tables, links)
            if length == HTML_TOO_NARROW:
                written = 2
                length = read_8_16(<const uint8_t *> text, n, &to, <uint16_t *> out, tables, links)
        elif kind == 2:
            length = read_16(<const uint16_t *> text, n, &to, <uint16_t *> out, tables, links)
        else:
            length = read_32(<const uint32_t *> text, n, &to, <uint32_t *> out, tables, links)
        if length < 0:
            return None
        found = PyUnicode_FromKindAndData(written, out, length)
        if not to.n_tables and not to.n_links:
            return found, (), ()
        return (
            found,
            tuple([(tables[2 * place], tables[2 * place + 1]) for place in range(to.n_tables)]),
            tuple([source[links[2 * place] : links[2 * place + 1]] for place in range(to.n_links)]),
        )
    finally:
        free(out)
        free(tables)
        free(links)


def all_sound(values):
    """Whether no text among the values holds NUL or a lone surrogate."""
    cdef int kind
    cdef int64_t n
    cdef const void *text
    for value in values:
        if type(value) is str:
            kind, n, text = PyUnicode_KIND(value), PyUnicode_GET_LENGTH(value), PyUnicode_DATA(value)
            if kind == 1:
                if unsound_8(<const uint8_t *> text, n):
                    return False
            elif unsound_16(<const uint16_t *> text, n) if kind == 2 else unsound_32(<const uint32_t *> text, n):
                return False
    return True
