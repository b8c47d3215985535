# cython: boundscheck=False, wraparound=False
"""Texts → words with code point offsets, numbered. The loops are C (``words.h``); here is what holds their memory."""

import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc, qsort
from libc.string cimport memcmp, memcpy

cdef extern from *:  # of Python.h
    bint PyUnicode_IS_ASCII(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)

cdef extern from "compiler.h" nogil:
    void expect_bytes(const void *bytes, int64_t length)

cdef extern from "words.h" nogil:
    ctypedef struct finder:
        uint8_t *bytes
        int64_t n_bytes
        int64_t *ends
        uint64_t *hashes
        uint8_t *numeric
        int32_t n_words
        int32_t *tokens
        int32_t *starts
        int32_t *stops
        uint64_t *word_hashes
        uint64_t number_hash
        int64_t n_tokens
        int64_t most_tokens
    const char *UNICODE_VERSION
    enum:
        WORDS_FOUND
        WORDS_RISKY
        WORDS_NO_MEMORY
        WORDS_TOO_LONG
        WORDS_NO_ROOM
        WORDS_FLOODED
    int finder_start(finder *self, int bits)
    void finder_free(finder *self)
    int find_in(finder *self, const uint8_t *text, int64_t length, int ascii, int normal)
    int find_joined(finder *self, const uint8_t *text, int64_t length, int ascii)
    int32_t number_of(finder *self, const uint8_t *word, int64_t length, int numeric)

cdef extern from "siphash.h" nogil:
    void siphash(const uint8_t *text, int64_t length, uint64_t *hash)

unicode_version = UNICODE_VERSION.decode()


cdef enum:
    TEXTS_AT_ONCE = 256
    SOON = 2  # texts from now


cdef struct Text:
    const uint8_t *utf8
    int64_t length
    int ascii


cdef struct Sorted:
    uint64_t head
    const uint8_t *word
    int64_t length
    int64_t number


cdef int compare_words(const void *left, const void *right) noexcept nogil:
    """By bytes of UTF-8, which is by code point."""
    cdef const Sorted *a = <const Sorted *> left
    cdef const Sorted *b = <const Sorted *> right
    cdef int order = memcmp(a.word, b.word, <size_t> min(a.length, b.length))
    if order:
        return order
    return (a.length > b.length) - (a.length < b.length)


cdef int is_ascii(const uint8_t *text, int64_t length) noexcept nogil:
    cdef int64_t at = 0
    cdef uint64_t eight, seen = 0
    while length - at >= 8:
        memcpy(&eight, text + at, 8)
        seen |= eight
        at += 8
    while at < length:
        seen |= text[at]
        at += 1
    return not seen & 0x8080808080808080u


def measure(list texts):
    """The most words that texts can have, and the most code points that one of them has.

    There can be as many words as every second character, or as every one where one may come apart into several: U+2ADC
    is, in normal form, a fork and a stroke through it, and the stroke, a mark, is a word of its own.
    """
    cdef Py_ssize_t length, most = 0, longest = 0
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a text must be a string, got {text!r}")
        length = PyUnicode_GET_LENGTH(text)
        most += length // 2 + 1 if PyUnicode_IS_ASCII(text) else length
        longest = max(longest, length)
    return most, longest


cdef class WordFinder:
    """Finds and numbers the words of texts, in the order in which they are met.

    Parameters
    ----------
    resolve : callable
        What to do with a text that may not be in normal form (NFC): given the text, it returns None where it is, or the
        folded text with, for each of its characters, the first and the past-last original character that yields it.
    bits : int
        Room for two to the power of these words at first.
    """

    cdef finder found
    cdef object resolve

    def __cinit__(self, resolve, int bits=6):
        self.resolve = resolve
        if finder_start(&self.found, bits):
            raise MemoryError

    def __dealloc__(self):
        finder_free(&self.found)

    def find(self, list texts, int32_t[::1] tokens, int32_t[::1] starts, int32_t[::1] stops):
        """Find the words of these texts and write them into arrays that have room for them.

        Parameters
        ----------
        texts : list of str
        tokens : ndarray of int32
            Each word's number.
        starts, stops : ndarray of int32, or None
            Its code point offsets in its text.

        Returns
        -------
        ndarray of int64, shape (n_texts,)
            Words of each text.
        """
        self.write_to(tokens, starts, stops)
        return self.read(texts)

    def find_at(
        self,
        const uint64_t[::1] addresses,
        const int64_t[::1] lengths,
        int32_t[::1] tokens,
        int32_t[::1] starts,
        int32_t[::1] stops,
    ):
        """The same for texts of UTF-8, known to be valid, that stand in memory: their addresses, their bytes.

        A length below 0 is that of no text.
        """
        self.write_to(tokens, starts, stops)
        return self.read_at(addresses, lengths)

    def hash(self, list texts, uint64_t number, uint64_t[::1] hashes):
        """Hash the words of these texts, and number none.

        Parameters
        ----------
        texts : list of str
        number : int
            The hash of every word that begins with a decimal digit.
        hashes : ndarray of uint64
            Each word's hash: with room for all, as in `find`.

        Returns
        -------
        ndarray of int64, shape (n_texts,)
            Words of each text.
        """
        self.hash_to(number, hashes)
        return self.read(texts)

    def hash_at(
        self, const uint64_t[::1] addresses, const int64_t[::1] lengths, uint64_t number, uint64_t[::1] hashes
    ):
        """The same for texts that stand in memory as in `find_at`."""
        self.hash_to(number, hashes)
        return self.read_at(addresses, lengths)

    def find_joined(self, const uint64_t[::1] addresses, const int64_t[::1] lengths, int32_t[::1] tokens):
        """The same for texts that are words joined by one space, as they are; where they stand is nowhere said."""
        cdef Py_ssize_t n_texts = lengths.shape[0], number
        cdef const uint8_t *text
        cdef int64_t length, before
        cdef int status = WORDS_FOUND
        counts = np.zeros(n_texts, np.int64)
        cdef int64_t[::1] counts_ = counts
        self.write_to(tokens, None, None)
        with nogil:
            for number in range(n_texts):
                text, length = <const uint8_t *> <uintptr_t> addresses[number], max(lengths[number], 0)
                before = self.found.n_tokens
                status = find_joined(&self.found, text, length, is_ascii(text, length))
                if status != WORDS_FOUND:
                    break
                counts_[number] = self.found.n_tokens - before
        if status != WORDS_FOUND:
            raise_for(status)
        return counts

    cdef write_to(self, int32_t[::1] tokens, int32_t[::1] starts, int32_t[::1] stops):
        if tokens.shape[0]:
            self.found.tokens = &tokens[0]
            self.found.starts = NULL if starts is None else &starts[0]
            self.found.stops = NULL if stops is None else &stops[0]
        self.found.word_hashes = NULL
        self.found.n_tokens, self.found.most_tokens = 0, tokens.shape[0]

    cdef hash_to(self, uint64_t number, uint64_t[::1] hashes):
        self.found.starts = NULL
        if hashes.shape[0]:
            self.found.word_hashes, self.found.number_hash = &hashes[0], number
        self.found.n_tokens, self.found.most_tokens = 0, hashes.shape[0]

    cdef read(self, list texts):
        cdef Text held[TEXTS_AT_ONCE]
        cdef Py_ssize_t n_texts = len(texts), first, number, size
        cdef list encoded
        cdef bytes utf8
        counts = np.zeros(n_texts, np.int64)
        cdef int64_t[::1] counts_ = counts
        for first in range(0, n_texts if self.found.most_tokens else 0, TEXTS_AT_ONCE):
            encoded = []
            for number in range(min(TEXTS_AT_ONCE, n_texts - first)):
                text = texts[first + number]
                held[number].ascii = PyUnicode_IS_ASCII(text)
                if held[number].ascii:
                    held[number].utf8 = <const uint8_t *> PyUnicode_AsUTF8AndSize(text, &size)
                    held[number].length = size
                else:
                    # A copy that goes when these texts are done: PyUnicode_AsUTF8AndSize would keep one for ever.
                    utf8 = (<str> text).encode("utf-8", "surrogatepass")
                    encoded.append(utf8)
                    held[number].utf8 = <const uint8_t *> PyBytes_AS_STRING(utf8)
                    held[number].length = PyBytes_GET_SIZE(utf8)
            self.find_held(held, counts_[first : first + TEXTS_AT_ONCE])
        return counts

    cdef read_at(self, const uint64_t[::1] addresses, const int64_t[::1] lengths):
        cdef Text held[TEXTS_AT_ONCE]
        cdef Py_ssize_t n_texts = lengths.shape[0], first, number
        counts = np.zeros(n_texts, np.int64)
        cdef int64_t[::1] counts_ = counts
        for first in range(0, n_texts if self.found.most_tokens else 0, TEXTS_AT_ONCE):
            with nogil:
                for number in range(min(TEXTS_AT_ONCE, n_texts - first)):
                    held[number].utf8 = <const uint8_t *> <uintptr_t> addresses[first + number]
                    held[number].length = max(lengths[first + number], 0)
                    held[number].ascii = is_ascii(held[number].utf8, held[number].length)
            self.find_held(held, counts_[first : first + TEXTS_AT_ONCE])
        return counts

    cdef find_held(self, Text *held, int64_t[::1] counts):
        cdef Py_ssize_t number = 0, n_texts = counts.shape[0]
        cdef int64_t before = 0
        cdef int status = WORDS_FOUND
        while number < n_texts:
            with nogil:
                while number < n_texts:
                    if number + SOON < n_texts:
                        # Texts lie anywhere.
                        expect_bytes(held[number + SOON].utf8, held[number + SOON].length)
                    before = self.found.n_tokens
                    status = find_in(&self.found, held[number].utf8, held[number].length, held[number].ascii, False)
                    if status != WORDS_FOUND:
                        break
                    counts[number] = self.found.n_tokens - before
                    number += 1
            if status == WORDS_RISKY:
                self.find_risky(
                    PyUnicode_DecodeUTF8(<const char *> held[number].utf8, held[number].length, "surrogatepass")
                )
                counts[number] = self.found.n_tokens - before
                number += 1
            elif status != WORDS_FOUND:
                raise_for(status)

    cdef find_risky(self, str text):
        """Append the words of a text with characters that a normal form may change."""
        cdef int64_t before = self.found.n_tokens, word
        resolved = self.resolve(text)
        utf8 = (text if resolved is None else resolved[0]).encode("utf-8", "surrogatepass")
        cdef int status = find_in(
            &self.found, <const uint8_t *> PyBytes_AS_STRING(utf8), PyBytes_GET_SIZE(utf8), False, True
        )
        if status != WORDS_FOUND:
            raise_for(status)
        if resolved is not None and self.found.starts != NULL:
            _, low, high = resolved
            for word in range(before, self.found.n_tokens):
                start, stop = self.found.starts[word], self.found.stops[word]
                self.found.starts[word] = min(low[start:stop])
                self.found.stops[word] = max(high[start:stop])

    def take_words(self, WordFinder other):
        """Number the words of another finder here too.

        Returns
        -------
        ndarray of int32
            The number here of each word there.
        """
        cdef int32_t word
        cdef int64_t start = 0, length
        cdef uint8_t *copy = <uint8_t *> malloc(<size_t> other.found.n_bytes + 16)
        numbers = np.empty(other.found.n_words, np.int32)
        cdef int32_t[::1] into = numbers
        if copy == NULL:
            raise MemoryError
        if other.found.n_bytes:
            memcpy(copy, other.found.bytes, <size_t> other.found.n_bytes)
        try:
            for word in range(other.found.n_words):
                length = other.found.ends[word] - start
                into[word] = number_of(&self.found, copy + start, length, other.found.numeric[word])
                if into[word] < 0:
                    raise_for(into[word])
                start += length
        finally:
            free(copy)
        return numbers

    def sorted_words(self):
        """All words by code point.

        Returns
        -------
        utf8 : ndarray of uint8
            The words, one after the other.
        indptr : ndarray of int64, shape (n_words + 1,)
        hashes : ndarray of uint64, shape (n_words,)
        numeric : ndarray of bool, shape (n_words,)
            Whether it begins with a decimal digit.
        rank : ndarray of int32, shape (n_words,)
            The place here of each word by its number.
        """
        cdef int64_t n_words = self.found.n_words, place, at = 0, start, byte, last
        cdef Sorted *order = <Sorted *> malloc((n_words + 1) * sizeof(Sorted))
        utf8 = np.empty(self.found.n_bytes, np.uint8)
        indptr = np.zeros(n_words + 1, np.int64)
        hashes = np.empty(n_words, np.uint64)
        numeric = np.empty(n_words, bool)
        rank = np.empty(n_words, np.int32)
        cdef uint8_t[::1] utf8_ = utf8
        cdef int64_t[::1] indptr_ = indptr
        cdef uint64_t[::1] hashes_ = hashes
        cdef uint8_t[::1] numeric_ = numeric.view(np.uint8)
        cdef int32_t[::1] rank_ = rank
        if order == NULL:
            raise MemoryError
        heads = np.empty(n_words, np.uint64)
        cdef uint64_t[::1] heads_ = heads
        with nogil:
            for place in range(n_words):
                heads_[place] = 0
                start = self.found.ends[place - 1] if place else 0
                for byte in range(8):
                    heads_[place] = heads_[place] << 8 | (
                        self.found.bytes[start + byte] if start + byte < self.found.ends[place] else 0
                    )
        # The first eight bytes settle most of it, and numbers are sorted faster than structures.
        by_head = np.argsort(heads)
        cdef const int64_t[::1] number = by_head
        with nogil:
            for place in range(n_words):
                start = self.found.ends[number[place] - 1] if number[place] else 0
                order[place].word = self.found.bytes + start
                order[place].length = self.found.ends[number[place]] - start
                order[place].number = number[place]
                order[place].head = heads_[number[place]]
            place = 0
            while place < n_words:
                last = place + 1
                while last < n_words and order[last].head == order[place].head:
                    last += 1
                if last - place > 1:
                    qsort(order + place, <size_t> (last - place), sizeof(Sorted), compare_words)
                place = last
            for place in range(n_words):
                memcpy(&utf8_[at], order[place].word, <size_t> order[place].length)
                at += order[place].length
                indptr_[place + 1] = at
                hashes_[place] = self.found.hashes[order[place].number]
                numeric_[place] = self.found.numeric[order[place].number]
                rank_[order[place].number] = <int32_t> place
        free(order)
        return utf8, indptr, hashes, numeric, rank


cdef raise_for(int status):
    if status == WORDS_NO_MEMORY:
        raise MemoryError
    if status == WORDS_NO_ROOM:
        raise ValueError("there are more words than the arrays have room for")
    if status == WORDS_FLOODED:
        raise OverflowError("more than a thousand words have one hash: they were made to take endless time")
    raise OverflowError("a text is longer than two billion bytes, or a corpus has more than two billion distinct words")


def renumber(const int32_t[::1] tokens, const int32_t[::1] numbers, int32_t[::1] out):
    """Write ``numbers[token]`` of each token into ``out``, which may be the tokens themselves."""
    cdef int64_t place
    with nogil:
        for place in range(tokens.shape[0]):
            out[place] = numbers[tokens[place]]


def join_words(
    const uint8_t[::1] utf8,
    const int64_t[::1] indptr,
    const int32_t[::1] tokens,
    const int64_t[::1] first,
    const int64_t[::1] last,
):
    """Texts as words joined by one space.

    Parameters
    ----------
    utf8 : ndarray of uint8
        The words of a vocabulary, one after the other.
    indptr : ndarray of int64, shape (n_vocabulary + 1,)
    tokens : ndarray of int32
    first, last : ndarray of int64, shape (n_texts,)
        A text's words are ``tokens[first:last]``.

    Returns
    -------
    utf8 : ndarray of uint8
    indptr : ndarray of int64, shape (n_texts + 1,)
    """
    cdef int64_t n_texts = first.shape[0], text, at, start, length, total = 0
    ends = np.zeros(n_texts + 1, np.int64)
    cdef int64_t[::1] ends_ = ends
    with nogil:
        for text in range(n_texts):
            for at in range(first[text], last[text]):
                total += indptr[tokens[at] + 1] - indptr[tokens[at]] + (at > first[text])
            ends_[text + 1] = total
    joined = np.empty(total, np.uint8)
    cdef uint8_t[::1] joined_ = joined
    total = 0
    with nogil:
        for text in range(n_texts):
            for at in range(first[text], last[text]):
                if at > first[text]:
                    joined_[total] = c" "
                    total += 1
                start, length = indptr[tokens[at]], indptr[tokens[at] + 1] - indptr[tokens[at]]
                if length:
                    memcpy(&joined_[total], &utf8[start], <size_t> length)
                total += length
    return joined, ends


def digest_all(const uint8_t[::1] utf8, const int64_t[::1] indptr):
    """128 bits that stand for each text, by SipHash: uint64[n_texts, 2].

    Parameters
    ----------
    utf8 : ndarray of uint8
        Texts, one after the other.
    indptr : ndarray of int64, shape (n_texts + 1,)
    """
    cdef int64_t n_texts = indptr.shape[0] - 1, text
    cdef const uint8_t *first = &utf8[0] if utf8.shape[0] else NULL
    digests = np.empty((n_texts, 2), np.uint64)
    cdef uint64_t[:, ::1] digests_ = digests
    with nogil:
        for text in range(n_texts):
            siphash(first + indptr[text], indptr[text + 1] - indptr[text], &digests_[text, 0])
    return digests
