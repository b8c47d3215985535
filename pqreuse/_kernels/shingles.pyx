# cython: boundscheck=False, wraparound=False
"""Texts → shingle sets → MinHash, buckets, rare shingles, exemplars. The inner loops are C (``shingles.h``)."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, qsort, realloc
from libc.string cimport memcpy, memset

cdef extern from "sequences.h" nogil:
    ctypedef struct sequence:
        const int32_t *words
        int64_t length
        int64_t number
    int same_words(const int32_t *one, const int32_t *other, int64_t length)
    int compare_sequences(const void *left, const void *right)

cdef extern from "shingles.h" nogil:
    ctypedef struct corpus:
        const int32_t *tokens
        const int32_t *shape
        const uint64_t *hashes
        const int64_t *first
        const int32_t *length
        int64_t n_texts
        int64_t width
    ctypedef struct shingle_set:
        uint64_t *hashes
        int32_t *places
        int64_t n_distinct
        int64_t text
    ctypedef struct rule:
        double containment
        double length_ratio
        double jaccard
    ctypedef struct rarity:
        uint16_t *counts
        int bits
        int64_t most
        int64_t hits
    void set_free(shingle_set *set)
    int64_t n_shingles(const corpus *self, int64_t text)
    void expect_text(const corpus *self, int64_t text)
    int64_t hash_shingles(const corpus *self, int64_t text, uint64_t *out)
    int64_t load_set(const corpus *self, shingle_set *set, int64_t text)
    int64_t count_shared(const corpus *self, shingle_set *set, int64_t text, int64_t wanted, uint64_t *scratch)
    int64_t least_shared(const rule *by, int64_t size)
    int fits(const rule *by, int64_t small, int64_t large)
    int64_t largest(const rule *by, int64_t size)
    int resembles(const rule *by, int64_t shared, int64_t small, int64_t large)
    void find_minima(
        const uint32_t *hashes, int64_t n_hashes, const uint32_t *a, const uint32_t *b, int64_t count, uint32_t *out
    )
    void PREFETCH(const void *address)
    uint32_t fmix32(uint32_t hash)
    uint64_t band_key(const uint32_t *minima, int64_t rows)
    int64_t hits_wanted(const rarity *self, int64_t least)
    uint64_t rarest(const rarity *self, const shingle_set *set, const rule *by, uint64_t *ranks, uint64_t *scratch)
    int looked_up(const rarity *self, uint64_t rank)


cdef enum:
    TEXTS_AT_ONCE = 64
    SOON = 8  # texts from now
    MET_AT_ONCE = 512
    RUNS_AT_ONCE = 4
    MANY_MET = 256  # to meet fewer takes less than to sort them
    AHEAD = 4  # texts that are on their way

cdef enum Wanted:  # of the texts that a search meets
    EXEMPLARS, OTHERS, ALL
    LARGEST = 0xFFFF  # shingles; texts of more count as of so many where texts are ordered by their size


def collapse(const int32_t[::1] tokens, const int64_t[::1] first, const int64_t[::1] last, int64_t min_words):
    """Give segments with the same words one number, in the order in which they are met; -1 to shorter ones.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    first, last : ndarray of int64, shape (n_segments,)
        A segment's words are ``tokens[first:last]``.
    min_words : int

    Returns
    -------
    of_segment : ndarray of int32, shape (n_segments,)
    shown_by : ndarray of int32, shape (n_texts,)
        The first segment that has each text.
    """
    cdef int64_t n_segments = first.shape[0], segment, count, word, n_texts = 0, places = 64
    cdef uint64_t hash, place
    cdef int32_t known
    while places < 2 * n_segments:
        places *= 2
    of_segment = np.full(n_segments, -1, np.int32)
    shown_by = np.empty(n_segments, np.int32)
    table = np.full(places, -1, np.int32)
    tags = np.zeros(places, np.uint32)
    cdef int32_t[::1] of_segment_ = of_segment, shown_by_ = shown_by, table_ = table
    cdef uint32_t[::1] tags_ = tags
    with nogil:
        for segment in range(n_segments):
            count = last[segment] - first[segment]
            if count < min_words:
                continue
            hash = <uint64_t> count
            for word in range(first[segment], last[segment]):
                hash = (hash + <uint64_t> tokens[word]) * 0x9E3779B97F4A7C15u
                hash ^= hash >> 29
            hash *= 0xD6E8FEB86659FD93u
            place = hash >> 32
            while True:
                place &= <uint64_t> (places - 1)
                known = table_[place]
                if known < 0:
                    table_[place] = <int32_t> n_texts
                    tags_[place] = <uint32_t> hash
                    shown_by_[n_texts] = <int32_t> segment
                    known = <int32_t> n_texts
                    n_texts += 1
                    break
                if (
                    tags_[place] == <uint32_t> hash
                    and last[shown_by_[known]] - first[shown_by_[known]] == count
                    and same_words(&tokens[first[segment]], &tokens[first[shown_by_[known]]], count)
                ):
                    break
                place += 1
            of_segment_[segment] = known
    return of_segment, shown_by[:n_texts].copy()


def sort_ties(
    int64_t[::1] texts,
    const uint8_t[::1] new,
    const int32_t[::1] tokens,
    const int64_t[::1] first,
    const int32_t[::1] length,
):
    """Sort texts by their words within groups, in place.

    Parameters
    ----------
    texts : ndarray of int64
    new : ndarray of uint8
        Whether a group begins at this place.
    tokens : ndarray of int32, shape (n_words,)
    first, length : ndarray, shape (n_texts,)
        Each text's words.
    """
    cdef int64_t start = 0, stop, one, n_texts = texts.shape[0]
    cdef sequence *group
    cdef int failed = 0
    with nogil:
        while start < n_texts:
            stop = start + 1
            while stop < n_texts and not new[stop]:
                stop += 1
            if stop - start > 1:
                group = <sequence *> malloc((stop - start) * sizeof(sequence))
                if group == NULL:
                    failed = 1
                    break
                for one in range(start, stop):
                    group[one - start].words = &tokens[first[texts[one]]]
                    group[one - start].length = length[texts[one]]
                    group[one - start].number = texts[one]
                qsort(group, <size_t> (stop - start), sizeof(sequence), compare_sequences)
                for one in range(start, stop):
                    texts[one] = group[one - start].number
                free(group)
            start = stop
    if failed:
        raise MemoryError


def minhash(
    const uint32_t[::1] hashes,
    const int64_t[::1] indptr,
    const uint32_t[::1] a,
    const uint32_t[::1] b,
    uint32_t[:, ::1] out,
    int64_t start,
    int64_t stop,
):
    """Write the minima of rows `start` to `stop` of hashes; as many functions as ``a`` and ``b``, a multiple of 32."""
    cdef int64_t row, one, room = 1
    cdef uint32_t *mixed
    for row in range(start, stop):
        room = max(room, indptr[row + 1] - indptr[row])
    mixed = <uint32_t *> malloc(room * sizeof(uint32_t))
    if mixed == NULL:
        raise MemoryError
    with nogil:
        for row in range(start, stop):
            for one in range(indptr[row + 1] - indptr[row]):
                mixed[one] = fmix32(hashes[indptr[row] + one])
            find_minima(mixed, indptr[row + 1] - indptr[row], &a[0], &b[0], a.shape[0], &out[row, 0])
    free(mixed)


cdef class Shingles:
    """The shingles of texts, which stay where they are in the corpus.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_words,)
    shape : ndarray of int32, shape (n_vocabulary,)
        What each word counts as: itself, or one placeholder for every number.
    hashes : ndarray of uint64, shape (n_vocabulary,)
        A hash of each word by what it counts as.
    first : ndarray of int64, shape (n_texts,)
    length : ndarray of int32, shape (n_texts,)
        Each text's first word, and how many it has.
    width : int
        Words of a shingle.
    """

    cdef corpus texts
    cdef object held
    cdef int64_t longest

    def __init__(
        self,
        const int32_t[::1] tokens,
        const int32_t[::1] shape,
        const uint64_t[::1] hashes,
        const int64_t[::1] first,
        const int32_t[::1] length,
        int64_t width,
    ):
        self.held = (tokens, shape, hashes, first, length)
        self.texts.n_texts = first.shape[0]
        self.texts.width = width
        self.longest = int(np.max(length)) if first.shape[0] else 0
        if tokens.shape[0]:
            self.texts.tokens, self.texts.shape, self.texts.hashes = &tokens[0], &shape[0], &hashes[0]
        if first.shape[0]:
            self.texts.first, self.texts.length = &first[0], &length[0]

    def __len__(self):
        return self.texts.n_texts

    @property
    def n_shingles(self):
        """Shingles of all texts, repeated ones too."""
        cdef int64_t text, total = 0
        for text in range(self.texts.n_texts):
            total += n_shingles(&self.texts, text)
        return total

    def hash_sets(self, const int64_t[::1] texts):
        """The hashes of the distinct shingles of some texts.

        Parameters
        ----------
        texts : ndarray of int64

        Returns
        -------
        values : ndarray of uint64
        indptr : ndarray of int64, shape (len(texts) + 1,)
        """
        cdef shingle_set found
        cdef int64_t row, room = 0, total = 0
        cdef int failed = 0
        memset(&found, 0, sizeof(found))
        for row in range(texts.shape[0]):
            room += n_shingles(&self.texts, texts[row])
        values = np.empty(room + 1, np.uint64)
        indptr = np.zeros(texts.shape[0] + 1, np.int64)
        cdef uint64_t[::1] values_ = values
        cdef int64_t[::1] indptr_ = indptr
        with nogil:
            for row in range(texts.shape[0]):
                if load_set(&self.texts, &found, texts[row]) < 0:
                    failed = 1
                    break
                memcpy(&values_[total], found.hashes, found.n_distinct * sizeof(uint64_t))
                total += found.n_distinct
                indptr_[row + 1] = total
        set_free(&found)
        if failed:
            raise MemoryError
        return values[:total], indptr

    def count(self, uint16_t[::1] counts, int bits):
        """Count how many shingles there are of each hash; one that a text repeats counts each time.

        Parameters
        ----------
        counts : ndarray of uint16, shape (2**bits,)
            Added to, at the upper bits of each hash; stays at its maximum.
        """
        cdef int64_t text, one, many, before = 0
        cdef uint64_t at
        cdef int shift = 64 - bits
        # Of two texts by turns: the counts of one are on their way while the other's are added to.
        cdef uint64_t *room = <uint64_t *> malloc(2 * (self.longest + 1) * sizeof(uint64_t))
        cdef uint64_t *hashes = room
        cdef uint64_t *counted = room + self.longest + 1
        if room == NULL:
            raise MemoryError
        with nogil:
            for text in range(self.texts.n_texts + 1):
                expect_text(&self.texts, text + SOON)
                many = hash_shingles(&self.texts, text, hashes) if text < self.texts.n_texts else 0
                for one in range(many):
                    PREFETCH(&counts[hashes[one] >> shift])
                for one in range(before):
                    at = counted[one] >> shift
                    counts[at] += counts[at] != 0xFFFF
                before = many
                hashes, counted = counted, hashes
        free(room)

    def band_keys(
        self, const uint32_t[::1] a, const uint32_t[::1] b, int64_t rows, uint64_t[:, ::1] out, int64_t start, int64_t stop
    ):
        """Write ``key << 32 | text`` of each band, for texts `start` to `stop`.

        Parameters
        ----------
        a, b : ndarray of uint32
            Hash functions, `rows` for each band; a multiple of 32, the last ones left over.
        rows : int
        out : ndarray of uint64, shape (n_bands, n_texts)
        """
        cdef int64_t text, one, count, band, n_bands = out.shape[0], row = 0
        cdef uint64_t key
        # Some texts at a time, so that what is written to each band is more than one key.
        cdef uint64_t *keys = <uint64_t *> malloc(n_bands * TEXTS_AT_ONCE * sizeof(uint64_t))
        cdef uint64_t *hashes = <uint64_t *> malloc((self.longest + 1) * sizeof(uint64_t))
        cdef uint32_t *mixed = <uint32_t *> malloc((self.longest + 1) * sizeof(uint32_t))
        cdef uint32_t *minima = <uint32_t *> malloc(a.shape[0] * sizeof(uint32_t))
        if keys == NULL or hashes == NULL or mixed == NULL or minima == NULL:
            free(keys)
            free(hashes)
            free(mixed)
            free(minima)
            raise MemoryError
        with nogil:
            for text in range(start, stop):
                expect_text(&self.texts, text + SOON)
                count = hash_shingles(&self.texts, text, hashes)
                for one in range(count):
                    mixed[one] = fmix32(<uint32_t> (hashes[one] >> 32))
                find_minima(mixed, count, &a[0], &b[0], a.shape[0], minima)
                for band in range(n_bands):
                    key = band_key(minima + band * rows, rows)
                    if count == 0:
                        # Texts without shingles have one signature, and nothing in common.
                        key = <uint64_t> (text + 1) * 0x9E3779B97F4A7C15u >> 32 << 32
                    keys[band * TEXTS_AT_ONCE + row] = key | <uint64_t> text
                row += 1
                if row == TEXTS_AT_ONCE or text + 1 == stop:
                    for band in range(n_bands):
                        memcpy(&out[band, text + 1 - row], keys + band * TEXTS_AT_ONCE, row * sizeof(uint64_t))
                    row = 0
        free(keys)
        free(hashes)
        free(mixed)
        free(minima)


cdef class BucketFinder:
    """Collects texts whose keys are equal in a band; the same texts once, in however many bands."""

    cdef int32_t *members
    cdef int32_t *sizes
    cdef uint64_t *known
    cdef int64_t n_members, n_buckets, most_members, most_buckets, places

    def __dealloc__(self):
        free(self.members)
        free(self.sizes)
        free(self.known)

    def add(self, const uint64_t[::1] keys):
        """Take the buckets of at least two texts of a band: ``key << 32 | text``, sorted."""
        cdef int failed
        with nogil:
            failed = self.collect(&keys[0], keys.shape[0]) if keys.shape[0] else 0
        if failed:
            raise MemoryError

    cdef int collect(self, const uint64_t *keys, int64_t n_keys) noexcept nogil:
        cdef int64_t first = 0, last, one
        cdef uint64_t digest
        cdef void *moved
        if self.n_members + n_keys > self.most_members:
            self.most_members = self.n_members + n_keys + self.most_members // 2
            moved = realloc(self.members, self.most_members * sizeof(int32_t))
            if moved == NULL:
                return -1
            self.members = <int32_t *> moved
        if self.n_buckets + n_keys // 2 > self.most_buckets:
            self.most_buckets = self.n_buckets + n_keys // 2 + self.most_buckets // 2
            moved = realloc(self.sizes, self.most_buckets * sizeof(int32_t))
            if moved == NULL:
                return -1
            self.sizes = <int32_t *> moved
        while first < n_keys:
            last = first + 1
            while last < n_keys and keys[last] >> 32 == keys[first] >> 32:
                last += 1
            if last - first > 1:
                digest = <uint64_t> (last - first)
                for one in range(first, last):
                    self.members[self.n_members + one - first] = <int32_t> (keys[one] & 0xFFFFFFFFu)
                    digest = (digest ^ (keys[one] & 0xFFFFFFFFu)) * 0xD6E8FEB86659FD93u
                    digest ^= digest >> 31
                # Variants of one line share most of their bands: the same texts again say nothing new. That other texts
                # have the digest of these has a chance of one to 2**64, and costs a candidate, never a wrong result.
                one = self.is_new(digest | 1)
                if one < 0:
                    return -1
                if one:
                    self.sizes[self.n_buckets] = <int32_t> (last - first)
                    self.n_buckets += 1
                    self.n_members += last - first
            first = last
        return 0

    cdef int is_new(self, uint64_t digest) noexcept nogil:
        cdef int64_t old
        cdef uint64_t place
        cdef uint64_t *before = self.known
        if 2 * (self.n_buckets + 1) > self.places:
            self.known = <uint64_t *> calloc(max(4 * self.places, 1024), sizeof(uint64_t))
            if self.known == NULL:
                self.known = before
                return -1
            old, self.places = self.places, max(4 * self.places, 1024)
            for old in range(old):
                if before[old]:
                    self.is_new(before[old])
            free(before)
        place = digest >> 1
        while True:
            place &= <uint64_t> (self.places - 1)
            if self.known[place] == digest:
                return 0
            if not self.known[place]:
                self.known[place] = digest
                return 1
            place += 1

    def taken(self):
        """All buckets.

        Returns
        -------
        members : ndarray of int32
            Texts, ascending in each bucket.
        sizes : ndarray of int32, shape (n_buckets,)
        """
        members, sizes = np.empty(self.n_members, np.int32), np.empty(self.n_buckets, np.int32)
        cdef int32_t[::1] members_ = members, sizes_ = sizes
        if self.n_buckets:
            memcpy(&members_[0], self.members, self.n_members * sizeof(int32_t))
            memcpy(&sizes_[0], self.sizes, self.n_buckets * sizeof(int32_t))
        return members, sizes


cdef inline int64_t first_posting(
    const uint8_t *tags, const uint32_t *places, int64_t low, int64_t high, uint64_t tag, uint64_t place
) noexcept nogil:
    """The first of some postings, ascending by tag, then place, that is not before these."""
    cdef int64_t half, count = high - low
    cdef bint before
    # No branch: which way to go cannot be foretold.
    while count > 0:
        half = count // 2
        before = (<uint64_t> tags[low + half] << 32 | places[low + half]) < (tag << 32 | place)
        low = low + half + 1 if before else low
        count = count - half - 1 if before else half
    return low


cdef class Rarity:
    """How rare shingles are, and which texts hold the rare ones.

    Parameters
    ----------
    counts : ndarray of uint16, shape (2**bits,)
        What `Shingles.count` made.
    hits : int
        Looked-up shingles that two texts must share to be compared.
    containment, length_ratio, jaccard : float
        The rule.

    Attributes
    ----------
    complete : bool
        Whether no shingle is left out, so that every pair that resembles is found.
    """

    cdef rarity of
    cdef rule by
    cdef readonly bint complete
    cdef object held
    cdef const uint64_t[::1] masks
    cdef int32_t[::1] sizes
    cdef const int32_t[::1] place
    cdef const int32_t[::1] text_at
    cdef const int64_t[::1] begins
    cdef const uint32_t[::1] postings
    cdef const uint8_t[::1] tags
    cdef const int64_t[::1] directory
    cdef int directory_bits

    def __init__(
        self, uint16_t[::1] counts, int bits, int64_t hits, double containment, double length_ratio, double jaccard
    ):
        self.held, self.complete = counts, True
        self.of.counts, self.of.bits, self.of.hits, self.of.most = &counts[0], bits, hits, 1 << 62
        self.by.containment, self.by.length_ratio, self.by.jaccard = containment, length_ratio, jaccard

    def fill(self, Shingles shingles, uint64_t[::1] out):
        """Write ``hash32 << 32 | text`` of each shingle that some text looks up, and return how many there are.

        Remembers how many shingles each text has, and which of them are its rare ones.
        """
        cdef shingle_set found[2]
        cdef shingle_set *set
        cdef int64_t text, one, n_out = 0
        cdef uint64_t limit, posted, mask
        cdef uint64_t *ranks = <uint64_t *> malloc(2 * (shingles.longest + 1) * sizeof(uint64_t))
        memset(found, 0, sizeof(found))
        if ranks == NULL:
            raise MemoryError
        masks, sizes = np.zeros(shingles.texts.n_texts, np.uint64), np.empty(shingles.texts.n_texts, np.int32)
        cdef uint64_t[::1] masks_ = masks
        cdef int32_t[::1] sizes_ = sizes
        with nogil:
            if shingles.texts.n_texts:
                n_out = self.load_ahead(shingles, found, 0)
            for text in range(shingles.texts.n_texts):
                # The counts of the next text are on their way while this one's are looked at.
                if n_out < 0 or self.load_ahead(shingles, &found[(text + 1) % 2], text + 1):
                    n_out = -1
                    break
                set, mask = &found[text % 2], 0
                sizes_[text] = <int32_t> set.n_distinct
                limit = rarest(&self.of, set, &self.by, ranks, ranks + shingles.longest + 1)
                # No branch: which are posted cannot be foretold.
                for one in range(set.n_distinct):
                    posted = looked_up(&self.of, ranks[one])
                    out[n_out] = set.hashes[one] >> 32 << 32 | <uint64_t> text
                    n_out += <int64_t> posted
                    mask |= (posted & (ranks[one] <= limit) & (one < 64)) << (one & 63)
                masks_[text] = mask
        free(ranks)
        set_free(&found[0])
        set_free(&found[1])
        if n_out < 0:
            raise MemoryError
        self.masks, self.sizes = masks, sizes
        return n_out

    cdef int load_ahead(self, Shingles shingles, shingle_set *set, int64_t text) noexcept nogil:
        """Load the set of a text, if there is one, and have the counts of its shingles on their way."""
        cdef int64_t one
        if text >= shingles.texts.n_texts:
            return 0
        expect_text(&shingles.texts, text + SOON)
        if load_set(&shingles.texts, set, text) < 0:
            return -1
        for one in range(set.n_distinct):
            PREFETCH(self.of.counts + (set.hashes[one] >> (64 - self.of.bits)))
        return 0

    cdef order_by_size(self):
        sizes = np.minimum(self.sizes, LARGEST).astype(np.uint16)
        text_at = np.argsort(sizes, kind="stable").astype(np.int32)
        place = np.empty(len(text_at), np.int32)
        place[text_at] = np.arange(len(text_at), dtype=np.int32)
        self.text_at, self.place = text_at, place
        self.begins = np.searchsorted(sizes[text_at], np.arange(LARGEST + 1)).astype(np.int64)

    cdef inline int64_t begin(self, int64_t size) noexcept nogil:
        """The first place of texts that may have so many distinct shingles."""
        return self.begins[min(size, <int64_t> LARGEST)]

    cdef inline int64_t end(self, int64_t size) noexcept nogil:
        """The place behind those of texts that may have so many."""
        return self.begins[size + 1] if size < LARGEST else self.text_at.shape[0]

    def costs(self, Shingles shingles, int64_t step):
        """What looking up the rare shingles of every `step`-th text costs.

        Returns
        -------
        ndarray of int64, shape (17,)
            Texts that hold such a shingle, by the bits of how many those are.
        """
        cdef shingle_set found
        cdef int64_t text, one, many, bits
        cdef uint64_t limit
        cdef uint64_t *ranks = <uint64_t *> malloc(2 * (shingles.longest + 1) * sizeof(uint64_t))
        cdef int failed = 0
        memset(&found, 0, sizeof(found))
        if ranks == NULL:
            raise MemoryError
        costs = np.zeros(17, np.int64)
        cdef int64_t[::1] costs_ = costs
        with nogil:
            text = 0
            while text < shingles.texts.n_texts:
                if load_set(&shingles.texts, &found, text) < 0:
                    failed = 1
                    break
                limit = rarest(&self.of, &found, &self.by, ranks, ranks + shingles.longest + 1)
                for one in range(found.n_distinct):
                    many = <int64_t> (ranks[one] >> 48)
                    if many > 1 and ranks[one] <= limit:
                        bits = 0
                        while many >> bits:
                            bits += 1
                        costs_[bits] += many
                text += step
        free(ranks)
        set_free(&found)
        if failed:
            raise MemoryError
        return costs

    def leave_out(self, int64_t most):
        """Look up no shingle that more texts than this hold."""
        self.of.most, self.complete = most, False

    cdef inline uint8_t tag(self, uint64_t hash) noexcept nogil:
        """The eight bits behind those that the directory goes by."""
        return <uint8_t> (<uint32_t> (hash >> 32 << self.directory_bits) >> 24)

    def keep(self, postings):
        """Take what `fill` wrote, and sort it; the array is cut to what is left of it.

        Of a posting stays the text's place among all by size, so that those that may resemble one stand together, and
        of its hash the bits of the directory and a tag, some ten more than it takes to
        tell the postings apart: a text that is met by chance costs a look, never a result.
        """
        cdef int64_t at, slot = 0, n_postings = postings.shape[0]
        cdef uint64_t posting, dropped
        cdef uint32_t text
        cdef uint64_t[::1] postings_ = postings
        cdef char *texts = <char *> &postings_[0] if n_postings else NULL
        self.directory_bits = 4
        while (<int64_t> 1 << self.directory_bits) < n_postings // 4 and self.directory_bits < 24:
            self.directory_bits += 1
        self.order_by_size()
        # Sorted by what stays of them.
        dropped = ((<uint64_t> 1 << (24 - self.directory_bits)) - 1) << 32
        with nogil:
            for at in range(n_postings):
                posting = postings_[at]
                postings_[at] = (posting & ~dropped) >> 32 << 32 | <uint64_t> self.place[<uint32_t> posting]
        postings.sort()
        directory = np.empty((1 << self.directory_bits) + 1, np.int64)
        tags = np.empty(n_postings, np.uint8)
        cdef int64_t[::1] directory_ = directory
        cdef uint8_t[::1] tags_ = tags
        with nogil:
            # Where the postings of each value of their upper bits begin.
            for at in range(n_postings):
                posting = postings_[at]
                while slot <= <int64_t> (posting >> (64 - self.directory_bits)):
                    directory_[slot] = at
                    slot += 1
                tags_[at] = self.tag(posting)
                text = <uint32_t> posting
                memcpy(texts + 4 * at, &text, 4)  # before what is still to be read
            while slot < directory_.shape[0]:
                directory_[slot] = n_postings
                slot += 1
        postings_ = None
        postings.resize((n_postings + 1) // 2, refcheck=False)
        self.postings, self.directory, self.tags = postings.view(np.uint32)[:n_postings], directory, tags


cdef struct Alike:
    double jaccard
    double containment


cdef struct Run:  # of postings of one shingle
    int64_t start
    int64_t stop
    uint64_t tag


cdef int compare_runs(const void *left, const void *right) noexcept nogil:
    """Shorter ones first."""
    cdef const Run *a = <const Run *> left
    cdef const Run *b = <const Run *> right
    cdef int64_t one = a.stop - a.start, other = b.stop - b.start
    return (one > other) - (one < other)


cdef struct Loaded:
    shingle_set set
    uint64_t *rare  # hashes of the shingles that are looked up
    int64_t n_rare


cdef struct Scratch:
    uint64_t *ranks
    uint64_t *more
    Run *runs
    int32_t met[MET_AT_ONCE]
    int32_t *texts
    int64_t n_texts
    int64_t room


cdef inline int make_room(Scratch *scratch, int64_t more) noexcept nogil:
    """Room for so many texts behind those that are listed."""
    cdef int32_t *moved
    if scratch.n_texts + more > scratch.room:
        scratch.room = 2 * (scratch.n_texts + more)
        moved = <int32_t *> realloc(scratch.texts, scratch.room * sizeof(int32_t))
        if moved == NULL:
            return -1
        scratch.texts = moved
    return 0


cdef class Comparison:
    """Chooses exemplars: each text, best first, joins the exemplar that it resembles most, or becomes one.

    Each text looks up its own rare shingles, and so finds the larger ones that it resembles: those chosen before, which
    it may join, and, once it is an exemplar itself, those behind it, which may join it. Texts that share a bucket are
    met by the first of them that becomes an exemplar.

    Parameters
    ----------
    shingles : Shingles
        Texts in the order in which exemplars are chosen.
    containment, length_ratio, jaccard : float
        The rule.
    rarity : Rarity or None
    bucket_members : ndarray of int32
    bucket_indptr : ndarray of int64, shape (n_buckets + 1,)
        Texts of each bucket, ascending.
    text_buckets : ndarray of int32
    text_indptr : ndarray of int64, shape (n_texts + 1,)
        Buckets of each text.
    """

    cdef Shingles shingles
    cdef Rarity rarity
    cdef rule by
    cdef int32_t[::1] sizes
    cdef const int32_t[::1] bucket_members
    cdef const int64_t[::1] bucket_indptr
    cdef const int32_t[::1] text_buckets
    cdef const int64_t[::1] text_indptr
    cdef readonly int64_t n_compared
    cdef readonly object exemplar
    cdef int32_t[::1] best
    cdef double[::1] jaccard
    cdef double[::1] containment
    cdef uint8_t[::1] hits
    cdef uint8_t[::1] chosen
    cdef uint8_t[::1] seen
    cdef bint looking
    cdef bint failed
    cdef shingle_set other_set
    cdef Loaded ahead[AHEAD]
    cdef Loaded *loaded
    cdef Scratch scratch

    def __cinit__(self):
        memset(&self.scratch, 0, sizeof(self.scratch))
        memset(self.ahead, 0, sizeof(self.ahead))
        memset(&self.other_set, 0, sizeof(self.other_set))

    def __init__(
        self,
        Shingles shingles,
        double containment,
        double length_ratio,
        double jaccard,
        Rarity rarity,
        const int32_t[::1] bucket_members,
        const int64_t[::1] bucket_indptr,
        const int32_t[::1] text_buckets,
        const int64_t[::1] text_indptr,
    ):
        cdef int64_t room = 2 * (shingles.longest + 1)
        cdef int slot
        self.shingles, self.rarity = shingles, rarity
        self.by.containment, self.by.length_ratio, self.by.jaccard = containment, length_ratio, jaccard
        self.looking = rarity is not None
        self.bucket_members, self.bucket_indptr = bucket_members, bucket_indptr
        self.text_buckets, self.text_indptr = text_buckets, text_indptr
        n_texts = len(shingles)
        self.sizes = rarity.sizes if self.looking else np.full(n_texts, -1, np.int32)
        self.exemplar = np.full(n_texts, -1, np.int32)
        self.best = self.exemplar
        self.jaccard = np.zeros(n_texts)
        self.containment = np.zeros(n_texts)
        self.hits = np.zeros(n_texts + 1, np.uint8)
        self.chosen = np.zeros(n_texts // 8 + 1, np.uint8)
        self.seen = np.zeros(n_texts, np.uint8)
        self.scratch.ranks = <uint64_t *> malloc(room * sizeof(uint64_t))
        self.scratch.more = <uint64_t *> malloc(room * sizeof(uint64_t))
        self.scratch.runs = <Run *> malloc(room * sizeof(Run))
        if not (self.scratch.ranks and self.scratch.more and self.scratch.runs):
            raise MemoryError
        for slot in range(AHEAD):
            self.ahead[slot].rare = <uint64_t *> malloc(room * sizeof(uint64_t))
            if not self.ahead[slot].rare:
                raise MemoryError
        self.loaded = self.ahead

    def __dealloc__(self):
        cdef int slot
        for slot in range(AHEAD):
            set_free(&self.ahead[slot].set)
            free(self.ahead[slot].rare)
        set_free(&self.other_set)
        free(self.scratch.ranks)
        free(self.scratch.more)
        free(self.scratch.runs)
        free(self.scratch.texts)

    def choose(self, int64_t start, int64_t stop):
        """Go on with texts `start` to `stop`; `exemplar` has the result once all are through."""
        cdef int64_t text, one, other, loaded = start, near = start
        cdef Wanted wanted
        cdef int failed = 0
        with nogil:
            for text in range(start, stop):
                if self.looking:
                    # In steps, so that what lies anywhere in memory is on its way while others are looked at.
                    expect_text(&self.shingles.texts, text + SOON)
                    while loaded < min(text + AHEAD - 1, stop) and not failed:
                        failed = self.load(loaded)
                        loaded += 1
                    while near < min(text + 2, stop):
                        self.come_near(near)
                        near += 1
                else:
                    # Only as an exemplar, and in a bucket, has it anything to be compared with.
                    if self.best[text] < 0 and self.text_indptr[text] == self.text_indptr[text + 1]:
                        self.best[text] = <int32_t> text
                    if self.best[text] >= 0:
                        continue
                    failed = self.load(text)
                if failed:
                    break
                self.loaded = &self.ahead[text % AHEAD]
                # Of a family of many wordings all meet all, unless one that looks for its exemplar passes by the others.
                wanted = EXEMPLARS if self.find_runs() > MANY_MET else ALL
                if self.look_up(text, wanted):
                    failed = 1
                    break
                for one in range(self.scratch.n_texts):
                    other = self.scratch.texts[one]
                    if other < text and self.best[other] == other:
                        self.offer(text, other, text)
                if self.best[text] >= 0:
                    continue
                self.best[text] = <int32_t> text
                if (wanted == EXEMPLARS and self.look_up(text, OTHERS)) or self.meet_buckets(text, text + 1):
                    failed = 1
                    break
                self.mark_chosen(text)
                for one in range(self.scratch.n_texts):
                    if self.scratch.texts[one] > text:
                        self.offer(text, text, self.scratch.texts[one])
        if failed or self.failed:
            raise MemoryError

    def join(self, int64_t n_exemplars):
        """Let the texts behind the first ones, which are exemplars all, join the one that they resemble most.

        `exemplar` has the result: -1 for a text that resembles none. No text that joins is compared with another one.
        """
        cdef int64_t text, one, other
        cdef int failed = 0
        with nogil:
            for text in range(self.shingles.texts.n_texts):
                if self.find(text):
                    failed = 1
                    break
                if text < n_exemplars and self.meet_buckets(text, n_exemplars):
                    failed = 1
                    break
                for one in range(self.scratch.n_texts):
                    other = self.scratch.texts[one]
                    if text < n_exemplars <= other:
                        self.offer(text, text, other)
                    elif other < n_exemplars <= text:
                        self.offer(text, other, text)
        if failed or self.failed:
            raise MemoryError

    def candidates(self, int64_t text):
        """Texts that this one finds, ascending: larger ones by its rare shingles, and all that share a bucket."""
        if self.find(text) or self.meet_buckets(text, 0) or self.failed:
            raise MemoryError
        return np.sort([self.scratch.texts[one] for one in range(self.scratch.n_texts)]).astype(np.int64)

    cdef int find(self, int64_t text) noexcept nogil:
        """List all larger texts that hold enough of this one's rare shingles."""
        if self.load(text):
            return -1
        self.come_near(text)
        self.loaded = &self.ahead[text % AHEAD]
        self.find_runs()
        return self.look_up(text, ALL)

    cdef int load(self, int64_t text) noexcept nogil:
        """Load a text's set, and which of its shingles are looked up."""
        cdef Loaded *loaded = &self.ahead[text % AHEAD]
        cdef Scratch *scratch = &self.scratch
        cdef int64_t one, n_rare = 0
        cdef uint64_t limit, mask
        loaded.n_rare = 0
        if load_set(&self.shingles.texts, &loaded.set, text) < 0:
            return -1
        self.sizes[text] = <int32_t> loaded.set.n_distinct
        if not self.looking or not self.rarity.postings.shape[0]:
            return 0
        if loaded.set.n_distinct <= 64:
            mask = self.rarity.masks[text]
            for one in range(loaded.set.n_distinct):
                loaded.rare[n_rare] = loaded.set.hashes[one]
                n_rare += mask >> one & 1
        else:
            limit = rarest(&self.rarity.of, &loaded.set, &self.by, scratch.ranks, scratch.more)
            for one in range(loaded.set.n_distinct):
                loaded.rare[n_rare] = loaded.set.hashes[one]
                if scratch.ranks[one] <= limit and looked_up(&self.rarity.of, scratch.ranks[one]):
                    n_rare += 1
        loaded.n_rare = n_rare
        for one in range(n_rare):
            PREFETCH(&self.rarity.directory[loaded.rare[one] >> (64 - self.rarity.directory_bits)])
        return 0

    cdef void come_near(self, int64_t text) noexcept nogil:
        """Have the postings of a text that is loaded on their way."""
        cdef Loaded *loaded = &self.ahead[text % AHEAD]
        cdef int64_t one, at
        for one in range(loaded.n_rare):
            at = self.rarity.directory[loaded.rare[one] >> (64 - self.rarity.directory_bits)]
            PREFETCH(&self.rarity.tags[0] + at)
            PREFETCH(&self.rarity.postings[0] + at)

    cdef int64_t find_runs(self) noexcept nogil:
        """Find the postings of each rare shingle of the text at hand, and return how many they are."""
        cdef const uint8_t *tags
        cdef const uint32_t *places
        cdef int64_t one, at, high, begin, end, total = 0
        cdef uint64_t key, tag
        cdef int shift
        if not self.loaded.n_rare:
            return 0
        tags, places, shift = &self.rarity.tags[0], &self.rarity.postings[0], 64 - self.rarity.directory_bits
        # Those that are large enough, and not too large.
        begin = self.rarity.begin(self.loaded.set.n_distinct)
        end = self.rarity.end(largest(&self.by, self.loaded.set.n_distinct))
        for one in range(self.loaded.n_rare):
            key = self.loaded.rare[one]
            tag, high = self.rarity.tag(key), self.rarity.directory[(key >> shift) + 1]
            at = first_posting(tags, places, self.rarity.directory[key >> shift], high, tag, begin)
            high = first_posting(tags, places, at, high, tag, end)
            self.scratch.runs[one] = Run(at, high, tag)
            total += high - at
        return total

    cdef int look_up(self, int64_t text, Wanted wanted) noexcept nogil:
        """List the wanted texts that hold enough of the rare shingles of the text at hand, whose runs were found."""
        cdef int64_t one, n_met = 0
        self.scratch.n_texts = 0
        if wanted == EXEMPLARS:
            n_met = self.meet_exemplars(text)
        else:
            for one in range(self.loaded.n_rare):
                n_met = self.meet(self.scratch.runs[one].start, self.scratch.runs[one].stop, wanted, n_met)
        if n_met < 0 or self.count_met(n_met):
            return -1
        self.keep_enough(text)
        return 0

    cdef int64_t meet(self, int64_t start, int64_t stop, Wanted wanted, int64_t n_met) noexcept nogil:
        """Meet the wanted texts of some postings. Returns how many are still to be counted; -1 where there is no memory.
        """
        cdef const uint32_t *places = &self.rarity.postings[0]
        cdef const uint8_t *chosen = &self.chosen[0]
        cdef const uint8_t *hits = &self.hits[0]
        cdef uint8_t mask = wanted != ALL, value = wanted == EXEMPLARS
        cdef int32_t *met = self.scratch.met
        cdef uint32_t place
        cdef int64_t at
        if n_met < 0:
            return -1
        for at in range(start, stop):
            place = places[at]
            if (chosen[place >> 3] >> (place & 7) & mask) != value:
                continue
            if n_met == MET_AT_ONCE:
                if self.count_met(n_met):
                    return -1
                n_met = 0
            met[n_met] = <int32_t> place
            PREFETCH(hits + place)
            n_met += 1
        return n_met

    cdef int64_t meet_exemplars(self, int64_t text) noexcept nogil:
        """Meet the exemplars that the loaded text may join: of a family of many wordings each meets all others, unless
        it stops when no better exemplar can be left.

        The shortest postings come first. From time to time the exemplar that was met most often is compared. From then
        on only what is as similar is looked for: it has at most so many shingles, and holds at least so many of these
        that fewer need be looked up. Returns what `meet` does.
        """
        cdef Scratch *scratch = &self.scratch
        cdef const uint8_t *tags = &self.rarity.tags[0]
        cdef const uint32_t *places = &self.rarity.postings[0]
        cdef int64_t one, stop, end, n_met = 0, wanted = self.loaded.n_rare, size = self.loaded.set.n_distinct
        cdef double jaccard
        qsort(scratch.runs, <size_t> self.loaded.n_rare, sizeof(Run), compare_runs)
        end = self.rarity.end(largest(&self.by, size))
        for one in range(self.loaded.n_rare):
            if one % RUNS_AT_ONCE == 0:
                if self.count_met(n_met):
                    return -1
                n_met = 0
                self.offer_most_met(text)
                jaccard = self.jaccard[text]
                if jaccard > 0:
                    end = min(end, self.rarity.end(<int64_t> (<double> size / jaccard) + 1))
                    # At most 2 * size - shared are in both; rounded down, for a reciprocal is never exact.
                    if self.rarity.complete:
                        wanted = self.loaded.n_rare + least_shared(&self.by, size) - max(
                            <int64_t> (2 * <double> size * jaccard / (1 + jaccard) * (1 - 1e-9)),
                            least_shared(&self.by, size),
                        )
            if one >= wanted:
                break
            stop = first_posting(tags, places, scratch.runs[one].start, scratch.runs[one].stop, scratch.runs[one].tag, end)
            n_met = self.meet(scratch.runs[one].start, stop, EXEMPLARS, n_met)
            if n_met < 0:
                return -1
        return n_met

    cdef void offer_most_met(self, int64_t text) noexcept nogil:
        """Let the loaded text join the exemplar that it met most often so far, where it resembles that one most."""
        cdef int64_t one
        cdef int32_t most = -1
        for one in range(self.scratch.n_texts):
            if most < 0 or self.hits[self.scratch.texts[one]] > self.hits[most]:
                most = self.scratch.texts[one]
        if most >= 0 and self.rarity.text_at[most] != self.best[text]:
            self.offer(text, self.rarity.text_at[most], text)

    cdef void keep_enough(self, int64_t text) noexcept nogil:
        """Of the places that were met, list the texts of those that were met often enough, and forget the others."""
        cdef Scratch *scratch = &self.scratch
        cdef int64_t one, other, kept = 0
        cdef int64_t least = hits_wanted(&self.rarity.of, least_shared(&self.by, self.loaded.set.n_distinct))
        cdef uint8_t *hits = &self.hits[0]
        cdef bint enough
        for one in range(scratch.n_texts):
            enough = hits[scratch.texts[one]] >= least
            hits[scratch.texts[one]] = 0
            if enough:
                other = self.rarity.text_at[scratch.texts[one]]
                # Of two that are as large, the first finds the other one.
                if other != text and self.size(other) + (other > text) > self.loaded.set.n_distinct:
                    scratch.texts[kept] = <int32_t> other
                    kept += 1
        scratch.n_texts = kept

    cdef void mark_chosen(self, int64_t text) noexcept nogil:
        """Remember an exemplar."""
        cdef uint32_t place
        if self.looking:
            place = <uint32_t> self.rarity.place[text]
            self.chosen[place >> 3] |= 1 << (place & 7)

    cdef inline int count_met(self, int64_t n_met) noexcept nogil:
        """Count each time that a text was met, and list those that are met for the first time."""
        cdef int64_t one, n_texts = self.scratch.n_texts
        cdef int32_t other
        cdef int32_t *texts
        cdef uint8_t *hits = &self.hits[0]
        if make_room(&self.scratch, n_met):
            return -1
        texts = self.scratch.texts
        # No branch: whether a text was met before cannot be foretold.
        for one in range(n_met):
            other = self.scratch.met[one]
            texts[n_texts] = other
            n_texts += hits[other] == 0
            hits[other] += hits[other] != 0xFF
        self.scratch.n_texts = n_texts
        return 0

    cdef int meet_buckets(self, int64_t text, int64_t first) noexcept nogil:
        """List the texts from `first` on that share a bucket with this one too."""
        cdef int64_t at, one, other, bucket
        self.mark(1)
        for at in range(self.text_indptr[text], self.text_indptr[text + 1]):
            bucket = self.text_buckets[at]
            for one in range(self.bucket_indptr[bucket + 1] - 1, self.bucket_indptr[bucket] - 1, -1):
                other = self.bucket_members[one]
                if other < first:
                    break
                if not self.seen[other] and other != text:
                    self.seen[other] = 1
                    if make_room(&self.scratch, 1):
                        return -1
                    self.scratch.texts[self.scratch.n_texts] = <int32_t> other
                    self.scratch.n_texts += 1
        self.mark(0)
        return 0

    cdef inline int64_t size(self, int64_t text) noexcept nogil:
        """Distinct shingles of a text, counted when they are first asked for; 0, and failed, where there is no memory."""
        cdef int64_t count
        if self.sizes[text] < 0:
            count = load_set(&self.shingles.texts, &self.other_set, text)
            if count < 0:
                self.failed = True
                return 0
            self.sizes[text] = <int32_t> count
        return self.sizes[text]

    cdef bint judge(self, int64_t loaded, int64_t other, double least, Alike *alike) noexcept nogil:
        """Whether two texts, of which one's set is loaded, resemble each other, at this Jaccard at least: and how much.

        Sets whose sizes allow no more are not compared.
        """
        cdef const rule *by = &self.by
        cdef int64_t one = self.size(loaded), two = self.size(other), small, large, shared
        small, large = min(one, two), max(one, two)
        if not fits(by, small, large) or <double> small / <double> large < least:
            return False
        self.n_compared += 1
        shared = count_shared(&self.shingles.texts, &self.loaded.set, other, least_shared(by, small), self.scratch.more)
        if shared < 0 or not resembles(by, shared, small, large):
            return False
        alike.jaccard = <double> shared / <double> (small + large - shared)
        alike.containment = <double> shared / <double> small
        return True

    cdef void offer(self, int64_t loaded, int64_t exemplar, int64_t text) noexcept nogil:
        """Let a text join an exemplar where it is the best so far; the set of one of them is loaded."""
        cdef Alike alike
        if not self.judge(loaded, text if loaded == exemplar else exemplar, self.jaccard[text], &alike):
            return
        if alike.jaccard > self.jaccard[text] or (
            alike.jaccard == self.jaccard[text]
            and (
                alike.containment > self.containment[text]
                or (alike.containment == self.containment[text] and exemplar < self.best[text])
            )
        ):
            self.jaccard[text], self.containment[text] = alike.jaccard, alike.containment
            self.best[text] = <int32_t> exemplar

    def compare(self, const int64_t[::1] left, const int64_t[::1] right):
        """Jaccard and containment of pairs of texts; both 0 where they do not resemble each other."""
        jaccards, containments = np.zeros(left.shape[0]), np.zeros(left.shape[0])
        cdef double[::1] jaccard = jaccards, containment = containments
        cdef Alike alike
        cdef int64_t pair, loaded = -1
        cdef int failed = 0
        with nogil:
            for pair in range(left.shape[0]):
                if left[pair] != loaded:
                    loaded = left[pair]
                    if load_set(&self.shingles.texts, &self.loaded.set, loaded) < 0:
                        failed = 1
                        break
                if self.judge(loaded, right[pair], 0, &alike):
                    jaccard[pair], containment[pair] = alike.jaccard, alike.containment
        if failed or self.failed:
            raise MemoryError
        return jaccards, containments

    def holds(self, const int64_t[::1] left, const int64_t[::1] right):
        """Whether each `left`, equal ones together, finds its `right`."""
        held = np.zeros(left.shape[0], bool)
        cdef uint8_t[::1] held_ = held.view(np.uint8)
        cdef int64_t pair, loaded = -1
        cdef int failed = 0
        with nogil:
            for pair in range(left.shape[0]):
                if left[pair] != loaded:
                    self.mark(0)
                    loaded = left[pair]
                    if self.find(loaded) or self.meet_buckets(loaded, 0):
                        failed = 1
                        break
                    self.mark(1)
                held_[pair] = self.seen[right[pair]]
            self.mark(0)
        if failed or self.failed:
            raise MemoryError
        return held

    cdef void mark(self, uint8_t value) noexcept nogil:
        cdef int64_t one
        for one in range(self.scratch.n_texts):
            self.seen[self.scratch.texts[one]] = value


cdef inline uint64_t hash_of_pair(int64_t one, int64_t other) noexcept nogil:
    """Of a pair in either order (the finalizer of murmur3, 64 bits)."""
    cdef uint64_t value = (<uint64_t> min(one, other) << 32) ^ <uint64_t> max(one, other)
    value = (value ^ (value >> 33)) * <uint64_t> 0xFF51AFD7ED558CCD
    value = (value ^ (value >> 33)) * <uint64_t> 0xC4CEB9FE1A85EC53
    return value ^ (value >> 33)


cdef int64_t thinned(int64_t *pairs, int64_t n_pairs, uint64_t highest) noexcept nogil:
    """Keep the pairs of no higher hash; returns how many these are."""
    cdef int64_t pair, kept = 0
    for pair in range(n_pairs):
        pairs[2 * kept], pairs[2 * kept + 1] = pairs[2 * pair], pairs[2 * pair + 1]
        kept += hash_of_pair(pairs[2 * kept], pairs[2 * kept + 1]) <= highest
    return kept


def least_wanted(const int64_t[::1] sizes, double containment, double length_ratio, double jaccard):
    """How many of its shingles a set of each of these sizes must share with a larger one: int64[n_sizes]."""
    cdef rule by
    by.containment, by.length_ratio, by.jaccard = containment, length_ratio, jaccard
    cdef int64_t one
    found = np.empty(sizes.shape[0], np.int64)
    cdef int64_t[::1] found_ = found
    for one in range(sizes.shape[0]):
        found_[one] = least_shared(&by, sizes[one])
    return found


def find_sharing(
    Shingles shingles,
    const int64_t[::1] sample,
    double containment,
    double length_ratio,
    double jaccard,
    int64_t most,
):
    """All pairs of a sampled text and any other that share as many shingles as the rule asks for, by one pass over all.

    Of its shingles a sampled text may have as many apart from another one that it resembles as the rule leaves. Its
    most common ones, of the sample, are among those that are not looked up: which texts share one of the others tells
    what is counted. Of more than `most` pairs those of the least hashes stay: a family of a million texts has more
    pairs than there is memory for. A pair and its reverse have one hash.

    Returns
    -------
    sampled, other : ndarray of int64
    """
    cdef rule by
    by.containment, by.length_ratio, by.jaccard = containment, length_ratio, jaccard
    values, indptr = shingles.hash_sets(sample)
    cdef shingle_set found
    cdef int64_t text, one, number, n_sample = sample.shape[0], n_touched, n_out = 0, room = 1024, small, large, least
    cdef uint64_t highest = <uint64_t> -1
    cdef const int32_t[::1] sizes = np.diff(indptr).astype(np.int32)
    apart = np.zeros(n_sample, np.int64)
    cdef int64_t[::1] apart_ = apart
    for one in range(n_sample):
        small = <int64_t> (sizes[one] * max(length_ratio, jaccard))
        while small < sizes[one] and not fits(&by, small, sizes[one]):
            small += 1
        apart_[one] = max(least_shared(&by, small) - 1, 0)
    # Which sampled texts have each hash that is looked up, in an open table.
    holders = np.repeat(np.arange(n_sample, dtype=np.int32), sizes)
    _, which, often = np.unique(values, return_inverse=True, return_counts=True)
    place_in_text = np.arange(len(values)) - np.repeat(indptr[:n_sample], sizes)
    looked_up = np.lexsort((-often[which], holders))[place_in_text >= np.repeat(apart, sizes)]
    by_hash = looked_up[np.argsort(values[looked_up], kind="stable")]
    cdef const int32_t[::1] holder = holders[by_hash]
    memset(&found, 0, sizeof(found))
    distinct_values, starts = np.unique(values[by_hash], return_index=True)
    cdef const int64_t[::1] bounds = np.append(starts, len(by_hash)).astype(np.int64)
    cdef const uint64_t[::1] distinct = distinct_values
    cdef int64_t places = 64
    while places < 4 * distinct.shape[0]:
        places *= 2
    table = np.full(places, -1, np.int32)
    cdef int32_t[::1] table_ = table
    cdef uint64_t place
    for one in range(distinct.shape[0]):
        place = distinct[one] & <uint64_t> (places - 1)
        while table_[place] >= 0:
            place = (place + 1) & <uint64_t> (places - 1)
        table_[place] = <int32_t> one
    cdef int32_t[::1] shared = np.zeros(max(n_sample, 1), np.int32), touched = np.zeros(max(n_sample, 1), np.int32)
    cdef uint64_t *scratch = <uint64_t *> malloc((shingles.longest + 1) * sizeof(uint64_t))
    cdef int64_t *pairs = <int64_t *> malloc(2 * room * sizeof(int64_t))
    cdef int64_t *moved
    cdef int failed = pairs == NULL or scratch == NULL
    with nogil:
        for text in range(shingles.texts.n_texts):
            expect_text(&shingles.texts, text + SOON)
            if failed or load_set(&shingles.texts, &found, text) < 0:
                failed = 1
                break
            n_touched = 0
            for one in range(found.n_distinct):
                place = found.hashes[one] & <uint64_t> (places - 1)
                while table_[place] >= 0 and distinct[table_[place]] != found.hashes[one]:
                    place = (place + 1) & <uint64_t> (places - 1)
                if table_[place] < 0:
                    continue
                for number in range(bounds[table_[place]], bounds[table_[place] + 1]):
                    if shared[holder[number]] == 0:
                        touched[n_touched] = holder[number]
                        n_touched += 1
                    shared[holder[number]] += 1
            for one in range(n_touched):
                number = touched[one]
                small, large = min(found.n_distinct, sizes[number]), max(found.n_distinct, sizes[number])
                least = least_shared(&by, small)
                if (
                    sample[number] != text
                    and fits(&by, small, large)
                    and shared[number] + apart_[number] >= least
                    and hash_of_pair(sample[number], text) <= highest
                    and count_shared(&shingles.texts, &found, sample[number], least, scratch) >= least
                ):
                    if n_out == room:
                        room *= 2
                        moved = <int64_t *> realloc(pairs, 2 * room * sizeof(int64_t))
                        if moved == NULL:
                            failed = 1
                            break
                        pairs = moved
                    pairs[2 * n_out] = sample[number]
                    pairs[2 * n_out + 1] = text
                    n_out += 1
                    while n_out > most:
                        highest >>= 1
                        n_out = thinned(pairs, n_out, highest)
                shared[number] = 0
    set_free(&found)
    out = np.empty((n_out, 2), np.int64)
    cdef int64_t[:, ::1] out_ = out
    if not failed and n_out:
        memcpy(&out_[0, 0], pairs, 2 * n_out * sizeof(int64_t))
    free(pairs)
    free(scratch)
    if failed:
        raise MemoryError
    return out[:, 0].copy(), out[:, 1].copy()
