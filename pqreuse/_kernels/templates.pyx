"""Families → templates. The loops are C (``templates.h``); here is what holds their memory."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.string cimport memcpy, memset

cdef extern from "templates.h" nogil:
    ctypedef struct text:
        const int32_t *words
        int64_t length
    ctypedef struct aligner:
        pass
    ctypedef struct room:
        void *memory
    ctypedef struct source:
        const int32_t *tokens
        const uint8_t *glued
        const uint8_t *bears_meaning
        const int64_t *first
        const int64_t *n_words
        const int64_t *weights
        double support
        int64_t slot_words
    ctypedef struct builder:
        room all_gaps
        room all_accepted
        room all_fillings
        int64_t n_gaps
        int64_t n_fillings
    int aligner_start(aligner *self, text exemplar, int64_t most_bytes)
    void aligner_free(aligner *self)
    int align_variant(aligner *self, text variant, int32_t *at, uint8_t *fate)
    int build_family(
        builder *self, const source *origin, const int64_t *members, int64_t n_members, uint8_t *kept, int32_t *places
    )
    void builder_free(builder *self)
    enum:
        MOST_BYTES
    enum:
        C_SHORT_PIECE "SHORT_PIECE"

SHORT_PIECE = C_SHORT_PIECE


cdef class Texts:
    """The words of all texts of a unit, and what is known of them.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    first, n_words, weights : ndarray of int64, shape (n_texts,)
        A text's words are ``tokens[first:first + n_words]``; so many answers have it.
    bears_meaning : ndarray of uint8, shape (n_vocabulary,)
    glued : ndarray of uint8, shape (n_words,)
        The word is one figure with the next.
    support : float
    slot_words : int
    """

    cdef source origin
    cdef object held

    def __cinit__(
        self,
        const int32_t[::1] tokens,
        const int64_t[::1] first,
        const int64_t[::1] n_words,
        const int64_t[::1] weights,
        const uint8_t[::1] bears_meaning,
        const uint8_t[::1] glued,
        double support,
        int64_t slot_words,
    ):
        self.held = tokens, first, n_words, weights, bears_meaning, glued
        self.origin.support, self.origin.slot_words = support, slot_words
        if tokens.shape[0]:
            self.origin.tokens, self.origin.glued = &tokens[0], &glued[0]
        if bears_meaning.shape[0]:
            self.origin.bears_meaning = &bears_meaning[0]
        if first.shape[0]:
            self.origin.first, self.origin.n_words, self.origin.weights = &first[0], &n_words[0], &weights[0]

    def build(self, const int64_t[::1] members, const int64_t[::1] indptr, uint8_t[::1] kept, int32_t[::1] places):
        """Build the templates of some families.

        Parameters
        ----------
        members : ndarray of int64
            Texts of all families; those of family ``i`` are ``indptr[i]`` to ``indptr[i + 1]``, the exemplar first.
        indptr : ndarray of int64, shape (n_families + 1,)
        kept : ndarray of uint8
            Written to: whether each word of the exemplars is template, family by family.
        places : ndarray of int32
            Written to: the place of each word of the families' texts.

        Returns
        -------
        gaps_of : ndarray of int64, shape (n_families,)
            How many gaps each family has.
        gaps : ndarray of int32, shape (n_gaps, 2)
        accepted : ndarray of bool, shape (n_gaps,)
        fillings : ndarray of int32, shape (n_fillings, 2)
        """
        cdef builder build
        cdef int64_t family, member, n_families = indptr.shape[0] - 1, word = 0, place = 0, before
        cdef int failed = 0
        gaps_of = np.empty(n_families, np.int64)
        cdef int64_t[::1] gaps_of_ = gaps_of
        memset(&build, 0, sizeof(builder))
        try:
            with nogil:
                for family in range(n_families):
                    before = build.n_gaps
                    failed = build_family(
                        &build,
                        &self.origin,
                        &members[indptr[family]],
                        indptr[family + 1] - indptr[family],
                        &kept[word] if word < kept.shape[0] else NULL,
                        &places[place] if place < places.shape[0] else NULL,
                    )
                    if failed:
                        break
                    gaps_of_[family] = build.n_gaps - before
                    word += self.origin.n_words[members[indptr[family]]]
                    for member in range(indptr[family], indptr[family + 1]):
                        place += self.origin.n_words[members[member]]
            if failed:
                raise MemoryError
            return (
                gaps_of,
                copied(build.all_gaps.memory, 2 * build.n_gaps, np.int32).reshape(-1, 2),
                copied(build.all_accepted.memory, build.n_gaps, np.bool_),
                copied(build.all_fillings.memory, 2 * build.n_fillings, np.int32).reshape(-1, 2),
            )
        finally:
            builder_free(&build)


cdef copied(const void *memory, int64_t length, dtype):
    array = np.empty(length, dtype)
    cdef uint8_t[::1] bytes_ = array.view(np.uint8)
    if length:
        memcpy(&bytes_[0], memory, bytes_.shape[0])
    return array


def align(const int32_t[::1] exemplar, const int32_t[::1] variant, int64_t most_bytes=MOST_BYTES):
    """Align a variant to the exemplar, word by word: see `pqreuse.templates.build_templates`.

    Parameters
    ----------
    exemplar, variant : ndarray of int32
        Words as numbers.
    most_bytes : int
        Keep at once no more of the matrix than this, one column at least.

    Returns
    -------
    at : ndarray of int32, shape (n_exemplar + 1,)
        Where in the variant each word of the exemplar, or what replaces it, stands or would stand; the last one is the
        variant's end. Words that are put in stand directly before.
    fate : ndarray of uint8, shape (n_exemplar,)
        0 where the word is left out, 1 where it is there, 2 where another word replaces it.
    """
    cdef aligner aligner_
    cdef text first, second
    cdef int failed = 0
    at, fate = np.empty(exemplar.shape[0] + 1, np.int32), np.empty(exemplar.shape[0], np.uint8)
    cdef int32_t[::1] at_ = at
    cdef uint8_t[::1] fate_ = fate
    first.length, second.length = exemplar.shape[0], variant.shape[0]
    first.words = &exemplar[0] if first.length else NULL
    second.words = &variant[0] if second.length else NULL
    memset(&aligner_, 0, sizeof(aligner))
    with nogil:
        failed = aligner_start(&aligner_, first, most_bytes) or align_variant(
            &aligner_, second, &at_[0], &fate_[0] if first.length else NULL
        )
        aligner_free(&aligner_)
    if failed:
        raise MemoryError
    return at, fate
