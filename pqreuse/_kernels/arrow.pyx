# cython: boundscheck=False, wraparound=False
"""Arrow's text, through its C stream interface, as addresses and lengths of UTF-8: nothing is copied."""

import numpy as np

from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t, uintptr_t
from libc.string cimport memcpy

# https://arrow.apache.org/docs/format/CDataInterface.html, CStreamInterface.html
cdef extern from *:
    """
    #include <stdint.h>

    struct ArrowSchema {
        const char *format, *name, *metadata;
        int64_t flags, n_children;
        struct ArrowSchema **children, *dictionary;
        void (*release)(struct ArrowSchema *);
        void *private_data;
    };

    struct ArrowArray {
        int64_t length, null_count, offset, n_buffers, n_children;
        const void **buffers;
        struct ArrowArray **children, *dictionary;
        void (*release)(struct ArrowArray *);
        void *private_data;
    };

    struct ArrowArrayStream {
        int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
        int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
        const char *(*get_last_error)(struct ArrowArrayStream *);
        void (*release)(struct ArrowArrayStream *);
        void *private_data;
    };
    """
    struct ArrowSchema:
        const char *format
        ArrowSchema *dictionary
        void (*release)(ArrowSchema *)

    struct ArrowArray:
        int64_t length, offset, n_buffers
        const void **buffers
        void (*release)(ArrowArray *)

    struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *)
        int (*get_next)(ArrowArrayStream *, ArrowArray *)
        const char *(*get_last_error)(ArrowArrayStream *)
        void (*release)(ArrowArrayStream *)


cdef class Chunk:
    """One array of a stream: its memory is given back when nobody holds this any more."""

    cdef ArrowArray array

    def __dealloc__(self):
        if self.array.release != NULL:
            self.array.release(&self.array)

    cdef void find(self, char kind, uint64_t[::1] addresses, int64_t[::1] lengths) noexcept nogil:
        """Where each text stands; of a null the length is -1."""
        cdef const void **buffers = self.array.buffers
        cdef const uint8_t *valid = <const uint8_t *> buffers[0] if self.array.n_buffers else NULL
        cdef const int32_t *view
        cdef const int32_t *short_ends
        cdef const int64_t *long_ends
        cdef int64_t row, at
        for row in range(self.array.length):
            at = self.array.offset + row
            if kind == b"n" or (valid != NULL and not valid[at >> 3] >> (at & 7) & 1):
                addresses[row], lengths[row] = 0, -1
            elif kind == b"u":
                short_ends = <const int32_t *> buffers[1] + at
                addresses[row] = <uintptr_t> buffers[2] + short_ends[0]
                lengths[row] = short_ends[1] - short_ends[0]
            elif kind == b"U":
                long_ends = <const int64_t *> buffers[1] + at
                addresses[row] = <uintptr_t> buffers[2] + long_ends[0]
                lengths[row] = long_ends[1] - long_ends[0]
            else:
                # A view has the length, then the text itself, or its first bytes, its buffer and its offset there.
                view = <const int32_t *> buffers[1] + 4 * at
                lengths[row] = view[0]
                addresses[row] = <uintptr_t> (view + 1) if view[0] <= 12 else <uintptr_t> buffers[2 + view[2]] + view[3]


def read_stream(capsule):
    """The texts of a stream of string, large_string or string_view arrays, or of nulls.

    Parameters
    ----------
    capsule : PyCapsule
        What ``__arrow_c_stream__`` of a column gives; it is used up.

    Returns
    -------
    addresses : ndarray of uint64, shape (n_texts,)
    lengths : ndarray of int64, shape (n_texts,)
        In bytes; -1 for a null.
    chunks : list
        To be kept as long as the addresses are used.

    Raises
    ------
    TypeError
        If it holds something else; the message is Arrow's name of what.
    """
    cdef ArrowArrayStream *stream = <ArrowArrayStream *> PyCapsule_GetPointer(capsule, "arrow_array_stream")
    cdef ArrowSchema schema
    cdef Chunk chunk
    cdef list chunks = []
    cdef int64_t start = 0
    check(stream, stream.get_schema(stream, &schema))
    form = schema.format.decode() if schema.dictionary == NULL else "dictionary"
    schema.release(&schema)
    if form not in ("n", "u", "U", "vu"):
        raise TypeError(form)
    cdef char kind = ord(form[0])
    while True:
        chunk = Chunk()
        check(stream, stream.get_next(stream, &chunk.array))
        if chunk.array.release == NULL:
            break
        chunks.append(chunk)
    n_texts = sum([(<Chunk> one).array.length for one in chunks])
    addresses, lengths = np.empty(n_texts, np.uint64), np.empty(n_texts, np.int64)
    for chunk in chunks:
        these = slice(start, start + chunk.array.length)
        chunk.find(kind, addresses[these], lengths[these])
        start = these.stop
    return addresses, lengths, chunks


cdef check(ArrowArrayStream *stream, int status):
    cdef const char *message
    if status:
        message = stream.get_last_error(stream)
        raise OSError(status, "" if message == NULL else message.decode("utf-8", "replace"))


def most_words(const uint64_t[::1] addresses, const int64_t[::1] lengths):
    """The most words that texts can have, see `pqreuse.words`; -1 - i where text i is not valid UTF-8."""
    cdef int64_t row, n_characters, most = 0
    with nogil:
        for row in range(lengths.shape[0]):
            if lengths[row] > 0:
                n_characters = characters(<const uint8_t *> <uintptr_t> addresses[row], lengths[row])
                if n_characters < 0:
                    most = -1 - row
                    break
                most += (n_characters // 2 if n_characters == lengths[row] else n_characters) + 1
    return most


cdef int64_t characters(const uint8_t *text, int64_t length) noexcept nogil:
    """How many characters a text of UTF-8 has; -1 where it is not valid."""
    cdef int64_t at = 0, count = 0, more, low, high
    cdef uint64_t eight
    while at < length:
        if length - at >= 8:
            memcpy(&eight, text + at, 8)
            if not eight & 0x8080808080808080u:
                at, count = at + 8, count + 8
                continue
        count += 1
        if text[at] < 0x80:
            at += 1
            continue
        # Unicode 16, table 3-7: no sequence longer than it need be, no surrogates, nothing beyond U+10FFFF.
        more = 1 if 0xC2 <= text[at] < 0xE0 else 2 if 0xE0 <= text[at] < 0xF0 else 3 if 0xF0 <= text[at] < 0xF5 else 0
        low = 0xA0 if text[at] == 0xE0 else 0x90 if text[at] == 0xF0 else 0x80
        high = 0x9F if text[at] == 0xED else 0x8F if text[at] == 0xF4 else 0xBF
        if not more or length - at <= more or not low <= text[at + 1] <= high:
            return -1
        at += 2
        for more in range(more - 1):
            if text[at] >> 6 != 2:
                return -1
            at += 1
    return count


def decode(uint64_t address, int64_t length):
    """One text."""
    return PyUnicode_DecodeUTF8(<const char *> <uintptr_t> address, length, NULL)
