# cython: boundscheck=False, wraparound=False
"""Texts → each text's exemplar, with every pair compared or those of one LSH bucket. Sets are compared in C.

A text only ever joins an exemplar, so that exemplars are all that is looked up. An index of all texts, and each text
asked for all that it resembles, was quadratic where a corpus is one text in many wordings.
"""

import numpy as np

from pqreuse._kernels.shingles import least_wanted as _least_wanted

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

from pqreuse._kernels.shingles cimport (
    PREFETCH,
    SOON,
    Shingles,
    count_shared,
    expect_text,
    fits,
    largest,
    least_of_both,
    least_shared,
    load_set,
    rarest,
    rarity,
    resembles,
    rule,
    set_free,
    shingle_set,
    smallest,
)


cdef enum:
    AHEAD = 4  # texts that are on their way
    SOON_MET = 16  # postings from now
    STEPS = 16  # to search takes about as long as to look at so many postings
    MANY = 256  # postings: fewer are met in less time than it takes to find the longest lists
    ALL = 0x7FFFFFFF  # shingles
    LARGEST = 0xFFFF  # shingles; a set of more counts as one of so many where sizes are looked up
    FEW = 4  # exemplars, which are compared
    COST = 4  # as many postings are met in the time in which a word of a text is compared
    SAMPLED = 1 << 18  # counts
    CLASSES = 32  # of lists, by the bits of their length

cdef extern from *:
    """
    #define SINGLE 0x80000000u /* of a list: its only exemplar, and no block */
    #define RARE 0x80000000u   /* of a slot: the text's shingle is one of its rare ones */
    """
    const uint32_t SINGLE
    const uint32_t RARE


cdef inline uint16_t clamped(int64_t size) noexcept nogil:
    return <uint16_t> min(size, <int64_t> LARGEST)


cdef inline bint within(uint16_t size, uint16_t low, uint16_t high) noexcept nogil:
    return <uint16_t> (size - low) <= <uint16_t> (high - low)


cdef inline int64_t first_not_before(const uint32_t *numbers, int64_t count, uint32_t number) noexcept nogil:
    """The place of the first of some ascending numbers that is no less than this one."""
    cdef int64_t half, low = 0
    cdef bint before
    # No branch: which way to go cannot be foretold.
    while count > 0:
        half = count // 2
        before = numbers[low + half] < number
        low = low + half + 1 if before else low
        count = count - half - 1 if before else half
    return low


cdef struct Alike:
    double jaccard
    double containment


cdef struct Found:  # an exemplar that a text may resemble
    int32_t text
    int32_t most  # shingles that the two share


cdef class Comparison:
    """Compares the shingle sets of texts.

    Parameters
    ----------
    shingles : Shingles
    containment, length_ratio, jaccard : float
        The rule.
    """

    cdef Shingles shingles
    cdef rule by
    cdef int32_t[::1] sizes
    cdef readonly int64_t n_compared
    cdef bint failed
    cdef shingle_set own_set
    cdef shingle_set other_set
    cdef shingle_set *set  # of the text at hand
    cdef uint64_t *hashes

    def __cinit__(self):
        memset(&self.own_set, 0, sizeof(self.own_set))
        memset(&self.other_set, 0, sizeof(self.other_set))
        self.set = &self.own_set

    def __init__(self, Shingles shingles, double containment, double length_ratio, double jaccard):
        self.shingles = shingles
        self.by.containment, self.by.length_ratio, self.by.jaccard = containment, length_ratio, jaccard
        self.sizes = np.full(len(shingles), -1, np.int32)
        self.hashes = <uint64_t *> malloc((shingles.longest + 1) * sizeof(uint64_t))
        if self.hashes == NULL:
            raise MemoryError

    def __dealloc__(self):
        set_free(&self.own_set)
        set_free(&self.other_set)
        free(self.hashes)

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

    cdef bint judge(self, int64_t text, int64_t other, int64_t most, double least, Alike *alike) noexcept nogil:
        """Whether the text at hand resembles another one, at this Jaccard at least: and how much.

        Not compared are sets whose sizes, or the shingles that they share at most, allow no more.
        """
        cdef const rule *by = &self.by
        cdef int64_t one = self.size(text), two = self.size(other), small, large, shared, wanted
        small, large = min(one, two), max(one, two)
        if not fits(by, small, large) or <double> small / <double> large < least:
            return False
        wanted = max(least_shared(by, small), least_of_both(small + large, max(least, by.jaccard)))
        if most < wanted:
            return False
        self.n_compared += 1
        shared = count_shared(&self.shingles.texts, self.set, other, wanted, self.hashes)
        if shared < 0 or not resembles(by, shared, small, large):
            return False
        alike.jaccard = <double> shared / <double> (small + large - shared)
        alike.containment = <double> shared / <double> small
        return True

    def compare(self, const int64_t[::1] left, const int64_t[::1] right):
        """Jaccard and containment of pairs of texts; both 0 where they do not resemble each other."""
        jaccards, containments = np.zeros(left.shape[0]), np.zeros(left.shape[0])
        cdef double[::1] jaccard = jaccards, containment = containments
        cdef Alike alike
        cdef int64_t pair, loaded = -1
        with nogil:
            for pair in range(left.shape[0]):
                if left[pair] != loaded:
                    loaded = left[pair]
                    self.set = &self.own_set
                    if load_set(&self.shingles.texts, self.set, loaded) < 0:
                        self.failed = True
                        break
                if self.judge(loaded, right[pair], ALL, 0, &alike):
                    jaccard[pair], containment[pair] = alike.jaccard, alike.containment
        if self.failed:
            raise MemoryError
        return jaccards, containments


cdef class Search(Comparison):
    """Chooses exemplars: each text, best first, joins the exemplar that it resembles most, or becomes one.

    A kind of search says how exemplars are found that a text may resemble: `find` lists them, `add` takes one more.

    Attributes
    ----------
    exemplar : ndarray of int32, shape (n_texts,)
    """

    cdef readonly object exemplar
    cdef int32_t[::1] best
    cdef Found *found
    cdef int64_t n_found
    cdef int64_t room

    def __init__(self, Shingles shingles, double containment, double length_ratio, double jaccard):
        Comparison.__init__(self, shingles, containment, length_ratio, jaccard)
        self.exemplar = np.full(len(shingles), -1, np.int32)
        self.best = self.exemplar

    def __dealloc__(self):
        free(self.found)

    def choose(self, int64_t start, int64_t stop):
        """Go on with texts `start` to `stop`; `exemplar` has the result once all are through."""
        cdef int64_t text
        with nogil:
            for text in range(start, stop):
                if self.find(text):
                    break
                self.take_best(text)
                if self.best[text] < 0:
                    self.best[text] = <int32_t> text
                    if self.add(text):
                        break
        if self.failed:
            raise MemoryError

    def join(self, int64_t n_exemplars):
        """Let the texts behind the first ones, which are exemplars all, join the exemplar that they resemble most.

        `exemplar` has the result: -1 for a text that resembles none.
        """
        cdef int64_t text
        with nogil:
            for text in range(self.shingles.texts.n_texts):
                if self.find(text):
                    break
                if text >= n_exemplars:
                    self.take_best(text)
                elif self.add(text):
                    break
        if self.failed:
            raise MemoryError

    cdef void take_best(self, int64_t text) noexcept nogil:
        """Let a text join the best of the exemplars that were found."""
        cdef Alike most = Alike(0, 0), alike
        cdef int64_t one
        cdef int32_t other, best = -1
        for one in range(self.n_found):
            other = self.found[one].text
            if self.judge(text, other, self.found[one].most, most.jaccard, &alike) and (
                alike.jaccard > most.jaccard
                or alike.jaccard == most.jaccard
                and (
                    alike.containment > most.containment or alike.containment == most.containment and other < best
                )
            ):
                most, best = alike, other
        self.best[text] = best

    cdef int find(self, int64_t text) noexcept nogil:
        """List the exemplars that a text may resemble, with the text's set at hand where there are any."""
        return 0

    cdef int add(self, int64_t text) noexcept nogil:
        """Let the text that was last asked about be found."""
        return 0

    cdef int list_found(self, int32_t text, int32_t most) noexcept nogil:
        cdef void *moved
        if self.n_found == self.room:
            moved = realloc(self.found, (2 * self.room + 64) * sizeof(Found))
            if moved == NULL:
                self.failed = True
                return -1
            self.found, self.room = <Found *> moved, 2 * self.room + 64
        self.found[self.n_found] = Found(text, most)
        self.n_found += 1
        return 0


cdef class BucketSearch(Search):
    """Compares texts that share an LSH bucket.

    Parameters
    ----------
    shingles : Shingles
        Texts in the order in which exemplars are chosen.
    containment, length_ratio, jaccard : float
        The rule.
    bucket_indptr : ndarray of int64, shape (n_buckets + 1,)
        Where the texts of each bucket are counted from.
    text_buckets : ndarray of int32
        Buckets of each text, ascending.
    text_indptr : ndarray of int64, shape (n_texts + 1,)
    """

    cdef const int64_t[::1] bucket_indptr
    cdef const int32_t[::1] text_buckets
    cdef const int64_t[::1] text_indptr
    cdef int32_t[::1] exemplars  # of each bucket, then -1
    cdef uint8_t[::1] seen

    def __init__(
        self,
        Shingles shingles,
        double containment,
        double length_ratio,
        double jaccard,
        const int64_t[::1] bucket_indptr,
        const int32_t[::1] text_buckets,
        const int64_t[::1] text_indptr,
    ):
        Search.__init__(self, shingles, containment, length_ratio, jaccard)
        self.bucket_indptr, self.text_buckets, self.text_indptr = bucket_indptr, text_buckets, text_indptr
        self.exemplars = np.full(text_buckets.shape[0], -1, np.int32)
        self.seen = np.zeros(len(shingles), np.uint8)

    cdef int find(self, int64_t text) noexcept nogil:
        cdef int64_t at, one, bucket
        cdef int32_t other
        self.n_found = 0
        expect_text(&self.shingles.texts, text + SOON)
        for at in range(self.text_indptr[text], self.text_indptr[text + 1]):
            bucket = self.text_buckets[at]
            for one in range(self.bucket_indptr[bucket], self.bucket_indptr[bucket + 1]):
                other = self.exemplars[one]
                if other < 0:
                    break
                if not self.seen[other]:
                    self.seen[other] = 1
                    if self.list_found(other, ALL):
                        return -1
        for one in range(self.n_found):
            self.seen[self.found[one].text] = 0
        if self.n_found and load_set(&self.shingles.texts, self.set, text) < 0:
            self.failed = True
            return -1
        return 0

    cdef int add(self, int64_t text) noexcept nogil:
        cdef int64_t at, place
        for at in range(self.text_indptr[text], self.text_indptr[text + 1]):
            place = self.bucket_indptr[self.text_buckets[at]]
            while self.exemplars[place] >= 0:
                place += 1
            self.exemplars[place] = <int32_t> text
        return 0

    def share(self, const int64_t[::1] left, const int64_t[::1] right):
        """Whether the texts of each pair share a bucket."""
        shared = np.zeros(left.shape[0], bool)
        cdef uint8_t[::1] shared_ = shared.view(np.uint8)
        cdef int64_t pair, one, other
        with nogil:
            for pair in range(left.shape[0]):
                one, other = self.text_indptr[left[pair]], self.text_indptr[right[pair]]
                while one < self.text_indptr[left[pair] + 1] and other < self.text_indptr[right[pair] + 1]:
                    if self.text_buckets[one] == self.text_buckets[other]:
                        shared_[pair] = 1
                        break
                    if self.text_buckets[one] < self.text_buckets[other]:
                        one += 1
                    else:
                        other += 1
        return shared


cdef struct Loaded:
    shingle_set set
    uint32_t *slots  # of the shingles that another text may hold, the rare ones first
    int64_t n_rare
    int64_t n_slots


cdef struct Lists:  # of the exemplars that hold a shingle: 0, one exemplar with SINGLE, or a block of the pool
    uint32_t rare  # where it is among their own rare ones
    uint32_t common


cdef struct Exemplar:
    uint16_t size
    uint16_t hits  # lists in which the text at hand met it


cdef class ExactSearch(Search):
    """Compares all texts that can resemble each other, by the shingles that they share.

    A set of n shingles of which a part c must stand in a larger set has, among any n - ⌈cn⌉ + h of its shingles, at
    least h that the larger set holds (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007).
    A text looks up its rarest ones among all of a larger exemplar, and all of its own among the rarest of a smaller one.

    Parameters
    ----------
    shingles : Shingles
        Texts in the order in which exemplars are chosen.
    containment, length_ratio, jaccard : float
        The rule.
    counts : ndarray of uint16, shape (2**bits,)
        What `Shingles.count` made.
    hits : int
        So many of them must two texts share to be compared.
    """

    cdef object held
    cdef rarity of
    cdef Loaded ahead[AHEAD]
    cdef Loaded *loaded
    cdef int64_t n_loaded
    cdef int64_t n_ranked
    cdef int64_t n_near
    cdef uint64_t *ranks
    cdef uint8_t[::1] wanted  # hits, by the size of the smaller set
    cdef Lists[::1] lists
    cdef int shift
    cdef uint32_t *pool  # blocks of 2**k numbers, k > 1: how many it has, then exemplars, ascending
    cdef int64_t n_pool
    cdef int64_t pool_room
    cdef uint32_t emptied[CLASSES]  # the first block of each size that is free, which has the number of the next one
    cdef Exemplar *exemplars
    cdef int32_t *text_of
    cdef uint32_t *met  # numbers of exemplars
    cdef int64_t n_met
    cdef int64_t n_exemplars
    cdef int64_t exemplar_room

    def __cinit__(self):
        memset(self.ahead, 0, sizeof(self.ahead))
        memset(self.emptied, 0, sizeof(self.emptied))

    def __init__(
        self,
        Shingles shingles,
        double containment,
        double length_ratio,
        double jaccard,
        uint16_t[::1] counts,
        int64_t hits,
    ):
        cdef int64_t room = shingles.longest + 1
        cdef int slot, bits = 8
        Search.__init__(self, shingles, containment, length_ratio, jaccard)
        self.held = counts
        self.of.counts, self.of.bits, self.of.hits = &counts[0], int(counts.shape[0]).bit_length() - 1, hits
        # Twice as many as there are counts of two and more, as far as a part of them tells: few shingles share a place.
        while <int64_t> 1 << bits < 2 * counts.shape[0] * np.mean(np.asarray(counts)[:SAMPLED] > 1):
            bits += 1
        self.lists = np.zeros(1 << bits, np.dtype([("rare", np.uint32), ("common", np.uint32)]))
        self.shift = 64 - bits
        sizes = np.arange(min(room, LARGEST) + 1)
        self.wanted = np.minimum(_least_wanted(sizes, containment, length_ratio, jaccard), hits).astype(np.uint8)
        self.ranks = <uint64_t *> malloc(2 * room * sizeof(uint64_t))
        if self.ranks == NULL:
            raise MemoryError
        for slot in range(AHEAD):
            self.ahead[slot].slots = <uint32_t *> malloc(room * sizeof(uint32_t))
            if self.ahead[slot].slots == NULL:
                raise MemoryError
        self.n_pool = 1  # in blocks of four; the first is none

    def __dealloc__(self):
        cdef int slot
        for slot in range(AHEAD):
            set_free(&self.ahead[slot].set)
            free(self.ahead[slot].slots)
        free(self.ranks)
        free(self.pool)
        free(self.exemplars)
        free(self.text_of)
        free(self.met)

    cdef int find(self, int64_t text) noexcept nogil:
        cdef const rule *by = &self.by
        cdef int64_t one, size, n_slots, n_last
        cdef uint16_t own, low, high
        if self.come_near(text):
            return -1
        self.loaded = &self.ahead[text % AHEAD]
        self.set, self.n_found, self.n_met, n_slots = &self.loaded.set, 0, 0, self.loaded.n_slots
        if not n_slots:
            return 0
        size = self.set.n_distinct
        own, low, high = clamped(size), clamped(smallest(by, size)), clamped(largest(by, size))
        # What stands in none but the last few lists is not met often enough: the longest ones are only asked for what
        # was met before (Li, Lu and Lu 2008).
        n_last = min(<int64_t> self.wanted[low] - 1, n_slots) if self.longest_last(self.wanted[low] - 1) else 0
        for one in range(n_slots):
            self.meet(self.loaded.slots[one], own, low, high, one >= n_slots - n_last)
        self.keep_enough(own)
        return self.list_met(own, self.meet_rest(own, low, high))

    cdef int come_near(self, int64_t text) noexcept nogil:
        """Load a text. In steps, so that what lies anywhere in memory is on its way while others are looked at."""
        cdef int64_t n_texts = self.shingles.texts.n_texts
        expect_text(&self.shingles.texts, text + SOON)
        while self.n_loaded < min(text + AHEAD, n_texts):
            if self.load(self.n_loaded):
                self.failed = True
                return -1
            self.n_loaded += 1
        while self.n_ranked < min(text + AHEAD - 1, n_texts):
            self.rank(self.n_ranked)
            self.n_ranked += 1
        while self.n_near < min(text + AHEAD - 2, n_texts):
            self.expect_lists(self.n_near)
            self.n_near += 1
        return 0

    cdef int load(self, int64_t text) noexcept nogil:
        cdef shingle_set *set = &self.ahead[text % AHEAD].set
        cdef int64_t one
        if load_set(&self.shingles.texts, set, text) < 0:
            return -1
        self.sizes[text] = <int32_t> set.n_distinct
        for one in range(set.n_distinct):
            PREFETCH(self.of.counts + (set.hashes[one] >> (64 - self.of.bits)))
        return 0

    cdef void rank(self, int64_t text) noexcept nogil:
        """Find the lists of a loaded text: none where too few of its shingles stand elsewhere."""
        cdef Loaded *loaded = &self.ahead[text % AHEAD]
        cdef int64_t one, n_slots = 0, size = loaded.set.n_distinct
        cdef uint64_t limit = rarest(&self.of, &loaded.set, &self.by, self.ranks, self.ranks + self.shingles.longest + 1)
        for one in range(size):
            loaded.slots[n_slots] = <uint32_t> (loaded.set.hashes[one] >> self.shift)
            loaded.slots[n_slots] |= RARE if self.ranks[one] <= limit else 0
            # A shingle that was met once is in no other text. No branch: which are cannot be foretold.
            n_slots += self.ranks[one] >> 48 > 1
        loaded.n_slots = n_slots if n_slots >= least_shared(&self.by, smallest(&self.by, size)) else 0
        for one in range(loaded.n_slots):
            PREFETCH(&self.lists[loaded.slots[one] & ~RARE])

    cdef void expect_lists(self, int64_t text) noexcept nogil:
        cdef Loaded *loaded = &self.ahead[text % AHEAD]
        cdef Lists *lists
        cdef int64_t one
        for one in range(loaded.n_slots):
            lists = &self.lists[loaded.slots[one] & ~RARE]
            self.expect_list(lists.rare)
            if loaded.slots[one] & RARE:
                self.expect_list(lists.common)

    cdef inline void expect_list(self, uint32_t list) noexcept nogil:
        if list & SINGLE:
            PREFETCH(self.exemplars + (list & ~SINGLE))
        else:
            PREFETCH(self.pool + 4 * <int64_t> list)

    cdef inline int64_t length(self, uint32_t slot) noexcept nogil:
        """How many exemplars are to be met in the lists of a shingle."""
        cdef const Lists *lists = &self.lists[slot & ~RARE]
        return self.n_listed(lists.rare) + (self.n_listed(lists.common) if slot & RARE else 0)

    cdef inline int64_t n_listed(self, uint32_t list) noexcept nogil:
        return 1 if list & SINGLE else self.pool[4 * <int64_t> list] if list else 0

    cdef bint longest_last(self, int64_t n_last) noexcept nogil:
        """Put the shingles of so many of the longest lists last; False where all are short."""
        cdef uint32_t *slots = self.loaded.slots
        cdef int64_t one, longest, total = 0, stop = self.loaded.n_slots
        for one in range(stop):
            self.ranks[one] = <uint64_t> self.length(slots[one])
            total += self.ranks[one]
        if total <= MANY:
            return False
        for stop in range(stop - 1, max(stop - 1 - n_last, 0), -1):
            longest = stop
            for one in range(stop):
                longest = one if self.ranks[one] > self.ranks[longest] else longest
            slots[longest], slots[stop] = slots[stop], slots[longest]
            self.ranks[longest] = self.ranks[stop]
        return True

    cdef void meet(self, uint32_t slot, uint16_t own, uint16_t low, uint16_t high, bint again) noexcept nogil:
        """Meet the exemplars of a shingle: smaller ones if it is among their rare ones, others if among the text's."""
        cdef const Lists *lists = &self.lists[slot & ~RARE]
        if slot & RARE:
            self.meet_list(lists.rare, low, high, again)
            self.meet_list(lists.common, own, high, again)
        else:
            self.meet_list(lists.rare, low, own, again)

    cdef bint meet_rest(self, uint16_t own, uint16_t low, uint16_t high) noexcept nogil:
        """Meet those that were met in all other lists too, where that takes less than to compare them: then they share
        no more shingles than they have hits.
        """
        cdef const uint32_t *slots = self.loaded.slots
        cdef const Lists *lists
        cdef int64_t one, total = 0
        if self.n_met <= FEW or own == LARGEST:
            return False
        for one in range(self.loaded.n_slots):
            lists = &self.lists[slots[one] & ~RARE]
            total += self.n_listed(lists.common) + (0 if slots[one] & RARE else self.n_listed(lists.rare))
        if total > COST * self.n_met * own:
            return False
        for one in range(self.loaded.n_slots):
            lists = &self.lists[slots[one] & ~RARE]
            if slots[one] & RARE:
                self.meet_list(lists.common, low, own - 1, True)
            else:
                self.meet_list(lists.rare, own + 1, high, True)
                self.meet_list(lists.common, low, high, True)
        return True

    cdef void meet_list(self, uint32_t list, uint16_t low, uint16_t high, bint again) noexcept nogil:
        """Meet the exemplars of these sizes; `again`: only those that were met before."""
        cdef const uint32_t *numbers
        cdef uint32_t single = list & ~SINGLE
        cdef int64_t at, n_numbers = 1, n_met = self.n_met
        cdef Exemplar *exemplar
        cdef bint hit
        if not list or high < low:
            return
        if list & SINGLE:
            numbers = &single
        else:
            numbers = self.pool + 4 * <int64_t> list
            n_numbers, numbers = numbers[0], numbers + 1
        if again and n_numbers > STEPS * n_met:
            self.look_for_met(numbers, n_numbers, low, high)
            return
        for at in range(n_numbers):
            if at + SOON_MET < n_numbers:
                PREFETCH(self.exemplars + numbers[at + SOON_MET])
            exemplar = self.exemplars + numbers[at]
            # No branch: whether an exemplar was met before cannot be foretold.
            hit = within(exemplar.size, low, high) & (exemplar.hits != 0xFFFF) & ((exemplar.hits > 0) | (not again))
            self.met[n_met] = numbers[at]
            n_met += hit & (exemplar.hits == 0)
            exemplar.hits += hit
        self.n_met = n_met

    cdef void look_for_met(self, const uint32_t *numbers, int64_t n_numbers, uint16_t low, uint16_t high) noexcept nogil:
        """Look in a list for those that were met before: it is far longer."""
        cdef int64_t one, at
        cdef Exemplar *exemplar
        for one in range(self.n_met):
            exemplar = self.exemplars + self.met[one]
            if within(exemplar.size, low, high) and exemplar.hits != 0xFFFF:
                at = first_not_before(numbers, n_numbers, self.met[one])
                exemplar.hits += at < n_numbers and numbers[at] == self.met[one]

    cdef void keep_enough(self, uint16_t own) noexcept nogil:
        """Keep those that were met often enough, and forget the others."""
        cdef int64_t one, kept = 0
        cdef Exemplar *exemplar
        cdef bint enough
        for one in range(self.n_met):
            exemplar = self.exemplars + self.met[one]
            enough = exemplar.hits >= self.wanted[min(exemplar.size, own)]
            self.met[kept] = self.met[one]
            kept += enough
            exemplar.hits = exemplar.hits if enough else 0
        self.n_met = kept

    cdef int list_met(self, uint16_t own, bint all_met) noexcept nogil:
        """List the texts of those that are left, first the one that seems most alike."""
        cdef int64_t one
        cdef Exemplar *exemplar
        cdef Exemplar most = Exemplar(0, 0)
        for one in range(self.n_met):
            exemplar = self.exemplars + self.met[one]
            if self.list_found(self.text_of[self.met[one]], exemplar.hits if all_met else ALL):
                return -1
            if <int64_t> exemplar.hits * (own + most.size) > <int64_t> most.hits * (own + exemplar.size):
                most = exemplar[0]
                self.found[one], self.found[0] = self.found[0], self.found[one]
            exemplar.hits = 0
        return 0

    cdef int add(self, int64_t text) noexcept nogil:
        cdef int64_t one
        cdef Lists *lists
        cdef uint32_t slot
        if not self.loaded.n_slots:  # nothing resembles it
            return 0
        if self.room_for_exemplar():
            self.failed = True
            return -1
        self.exemplars[self.n_exemplars] = Exemplar(clamped(self.set.n_distinct), 0)
        self.text_of[self.n_exemplars] = <int32_t> text
        for one in range(self.loaded.n_slots):
            slot = self.loaded.slots[one]
            lists = &self.lists[slot & ~RARE]
            if self.append(&lists.rare if slot & RARE else &lists.common):
                self.failed = True
                return -1
        self.n_exemplars += 1
        return 0

    cdef int room_for_exemplar(self) noexcept nogil:
        cdef int64_t room = 2 * self.exemplar_room + 1024
        cdef void *exemplars
        cdef void *text_of
        cdef void *met
        if self.n_exemplars < self.exemplar_room:
            return 0
        exemplars = realloc(self.exemplars, room * sizeof(Exemplar))
        self.exemplars = <Exemplar *> exemplars if exemplars != NULL else self.exemplars
        text_of = realloc(self.text_of, room * sizeof(int32_t))
        self.text_of = <int32_t *> text_of if text_of != NULL else self.text_of
        met = realloc(self.met, (room + 1) * sizeof(uint32_t))  # one more is written than is met
        self.met = <uint32_t *> met if met != NULL else self.met
        if exemplars == NULL or text_of == NULL or met == NULL:
            return -1
        self.exemplar_room = room
        return 0

    cdef int append(self, uint32_t *list) noexcept nogil:
        """Append the new exemplar to a list."""
        cdef uint32_t number = <uint32_t> self.n_exemplars, block = list[0], count, first
        cdef int bits = 2
        if not block:
            list[0] = SINGLE | number
            return 0
        count = 1 if block & SINGLE else self.pool[4 * <int64_t> block]
        # A block of 2**k numbers is full.
        if block & SINGLE or count > 1 and not count & (count + 1):
            while <uint32_t> 1 << bits <= count + 1:
                bits += 1
            first, block = block, self.new_block(bits)
            if not block:
                return -1
            if first & SINGLE:
                self.pool[4 * <int64_t> block + 1] = first & ~SINGLE
            else:
                memcpy(self.pool + 4 * <int64_t> block, self.pool + 4 * <int64_t> first, (count + 1) * sizeof(uint32_t))
                self.pool[4 * <int64_t> first] = self.emptied[bits - 1]
                self.emptied[bits - 1] = first
            list[0] = block
        self.pool[4 * <int64_t> block] = count + 1
        self.pool[4 * <int64_t> block + count + 1] = number
        return 0

    cdef uint32_t new_block(self, int bits) noexcept nogil:
        """A block of 2**bits numbers; 0 where there is no memory."""
        cdef uint32_t block = self.emptied[bits]
        cdef int64_t more = <int64_t> 1 << (bits - 2), room = self.pool_room
        cdef void *moved
        if block:
            self.emptied[bits] = self.pool[4 * <int64_t> block]
            return block
        if self.n_pool + more > room:
            room = self.n_pool + more + max(room // 2, 1024)
            moved = realloc(self.pool, 4 * room * sizeof(uint32_t)) if room < <int64_t> SINGLE else NULL
            if moved == NULL:
                return 0
            self.pool, self.pool_room = <uint32_t *> moved, room
        block = <uint32_t> self.n_pool
        self.n_pool += more
        return block
