# cython: boundscheck=False, wraparound=False
"""Texts and their candidates → each text's exemplar. Sets are compared in C (``shingles.h``)."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, qsort, realloc
from libc.string cimport memset

from pqreuse._kernels.candidates cimport Rarity
from pqreuse._kernels.shingles cimport (
    PREFETCH,
    SOON,
    Shingles,
    count_shared,
    expect_text,
    fits,
    hits_wanted,
    largest,
    least_of_both,
    least_shared,
    load_set,
    looked_up,
    rarest,
    resembles,
    rule,
    set_free,
    shingle_set,
    tag_of,
)


cdef enum:
    MET_AT_ONCE = 512
    RUNS_AT_ONCE = 4
    MANY_MET = 256  # to meet fewer takes less than to sort them
    AHEAD = 4  # texts that are on their way
    SOON_MET = 16  # postings from now
    STEPS = 16  # to search takes about as long as to look at so many postings

cdef enum Wanted:  # of the texts that a search meets
    EXEMPLARS, OTHERS, ALL


cdef inline int64_t first_posting(const uint32_t *postings, int64_t low, int64_t high, uint64_t posting) noexcept nogil:
    """The first of some ascending postings that is not before this one."""
    cdef int64_t half, count = high - low
    cdef bint before
    # No branch: which way to go cannot be foretold.
    while count > 0:
        half = count // 2
        before = postings[low + half] < posting
        low = low + half + 1 if before else low
        count = count - half - 1 if before else half
    return low


cdef struct Alike:
    double jaccard
    double containment


cdef struct Run:  # of postings of one shingle
    int64_t start
    int64_t stop
    uint64_t tag  # its postings, less the places of texts


cdef int compare_runs(const void *left, const void *right) noexcept nogil:
    """Shorter ones first; of equal ones the first."""
    cdef const Run *a = <const Run *> left
    cdef const Run *b = <const Run *> right
    cdef int64_t one = a.stop - a.start, other = b.stop - b.start
    if one == other:
        one, other = a.start, b.start
    return (one > other) - (one < other)


cdef struct Loaded:
    shingle_set set
    uint64_t *rare  # hashes of the shingles that are looked up
    int64_t n_rare
    int64_t least  # of these must another text hold


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
        cdef int64_t text, loaded = start, near = start
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
                if failed or self.choose_one(text):
                    failed = 1
                    break
        if failed or self.failed:
            raise MemoryError

    cdef int choose_one(self, int64_t text) noexcept nogil:
        """Let a text join one of the exemplars, or become one that others may join."""
        cdef int64_t one, other
        cdef Wanted wanted = ALL
        self.loaded, self.scratch.n_texts = &self.ahead[text % AHEAD], 0
        if self.looking:
            # Of a family of many wordings all meet all, unless one that looks for its exemplar passes by the others.
            wanted = EXEMPLARS if self.find_runs() > MANY_MET else ALL
            if self.look_up(text, wanted):
                return -1
            for one in range(self.scratch.n_texts):
                other = self.scratch.texts[one]
                if other < text and self.best[other] == other:
                    self.offer(text, other, text)
        if self.best[text] >= 0:
            return 0
        self.best[text] = <int32_t> text
        if (wanted == EXEMPLARS and self.look_up(text, OTHERS)) or self.meet_buckets(text, text + 1):
            return -1
        self.mark_chosen(text)
        # Only what it shares a bucket with asks for its set, where none is looked up.
        if not self.looking and self.scratch.n_texts and self.load(text):
            return -1
        for one in range(self.scratch.n_texts):
            if self.scratch.texts[one] > text:
                self.offer(text, text, self.scratch.texts[one])
        return 0

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
        loaded.least = hits_wanted(&self.rarity.of, least_shared(&self.by, loaded.set.n_distinct))
        if n_rare < loaded.least:
            return 0
        loaded.n_rare = n_rare
        for one in range(n_rare):
            PREFETCH(&self.rarity.directory[self.slot_of(loaded.rare[one])])
        return 0

    cdef void come_near(self, int64_t text) noexcept nogil:
        """Have the postings of a text that is loaded on their way."""
        cdef Loaded *loaded = &self.ahead[text % AHEAD]
        cdef int64_t one, slot, at, high
        for one in range(loaded.n_rare):
            slot = self.slot_of(loaded.rare[one])
            at, high = self.rarity.directory[slot], self.rarity.directory[slot + 1]
            PREFETCH(&self.rarity.postings[0] + at)
            PREFETCH(&self.rarity.postings[0] + (at + high) // 2)  # where a search begins
            PREFETCH(&self.rarity.postings[0] + high - 1)

    cdef int64_t find_runs(self) noexcept nogil:
        """Find the postings of each rare shingle of the text at hand: a run each, the longest last, all in order of
        length where there are many postings. Returns how many postings there are.
        """
        cdef const uint32_t *postings
        cdef int64_t one, slot, at, high, begin, end, total = 0, longest = 0
        cdef uint64_t tag
        cdef Run *runs = self.scratch.runs
        if not self.loaded.n_rare:
            return 0
        postings = &self.rarity.postings[0]
        # Those that are large enough, and not too large.
        begin = self.rarity.begin(self.loaded.set.n_distinct)
        end = self.rarity.end(largest(&self.by, self.loaded.set.n_distinct))
        for one in range(self.loaded.n_rare):
            slot = self.slot_of(self.loaded.rare[one])
            tag = tag_of(self.loaded.rare[one], self.rarity.directory_bits, self.rarity.place_bits)
            at = first_posting(postings, self.rarity.directory[slot], self.rarity.directory[slot + 1], tag + begin)
            high = first_posting(postings, at, self.rarity.directory[slot + 1], tag + end)
            runs[one] = Run(at, high, tag)
            longest = one if high - at > runs[longest].stop - runs[longest].start else longest
            total += high - at
        if total > MANY_MET:
            qsort(runs, <size_t> self.loaded.n_rare, sizeof(Run), compare_runs)
        else:
            runs[longest], runs[self.loaded.n_rare - 1] = runs[self.loaded.n_rare - 1], runs[longest]
        return total

    cdef int look_up(self, int64_t text, Wanted wanted) noexcept nogil:
        """List the wanted texts that hold enough of the rare shingles of the text at hand, whose runs were found."""
        cdef int64_t one, n_rare = self.loaded.n_rare, n_met = 0
        self.scratch.n_texts = 0
        if not n_rare:  # there may be no rarity to ask
            return 0
        if wanted == EXEMPLARS:
            n_met = self.meet_exemplars(text)
        else:
            for one in range(n_rare):
                n_met = self.meet_run(one, self.scratch.runs[one].stop, wanted, n_rare, n_met)
        if n_met < 0 or self.count_met(n_met):
            return -1
        self.keep_enough(text)
        return 0

    cdef int64_t meet(self, int64_t start, int64_t stop, Wanted wanted, int64_t n_met) noexcept nogil:
        """Meet the wanted texts of some postings. Returns how many are still to be counted; -1 where there is no memory.
        """
        cdef const uint32_t *postings = &self.rarity.postings[0]
        cdef const uint8_t *chosen = &self.chosen[0]
        cdef const uint8_t *hits = &self.hits[0]
        cdef uint8_t mask = wanted != ALL, value = wanted == EXEMPLARS
        cdef int32_t *met = self.scratch.met
        cdef uint32_t place, places = self.places()
        cdef int64_t at
        if n_met < 0:
            return -1
        for at in range(start, stop):
            if n_met == MET_AT_ONCE:
                if self.count_met(n_met):
                    return -1
                n_met = 0
            place = postings[at] & places
            met[n_met] = <int32_t> place
            PREFETCH(hits + place)
            # No branch: which are wanted cannot be foretold.
            n_met += (chosen[place >> 3] >> (place & 7) & mask) == value
        return n_met

    cdef int64_t meet_run(self, int64_t one, int64_t stop, Wanted wanted, int64_t n_runs, int64_t n_met) noexcept nogil:
        """Meet the wanted texts of one of so many runs, the longest last. Returns what `meet` does.

        A text that stands in none but the last few is not met often enough: what only these hold need not be listed
        (Li, Lu and Lu 2008).
        """
        cdef Run *run = &self.scratch.runs[one]
        if one < n_runs - max(self.loaded.least - 1, 0):
            return self.meet(run.start, stop, wanted, n_met)
        if n_met < 0 or self.count_met(n_met):
            return -1
        self.meet_again(run, stop)
        return 0

    cdef void meet_again(self, const Run *run, int64_t stop) noexcept nogil:
        """Of the postings of a run, meet those of texts that were met and counted before."""
        cdef const uint32_t *postings = &self.rarity.postings[0]
        cdef uint8_t *hits = &self.hits[0]
        cdef uint32_t place, places = self.places()
        cdef int64_t at, one
        if stop - run.start > STEPS * self.scratch.n_texts:
            for one in range(self.scratch.n_texts):
                place = <uint32_t> self.scratch.texts[one]
                at = first_posting(postings, run.start, stop, run.tag + place)
                hits[place] += at < stop and postings[at] == run.tag + place and hits[place] != 0xFF
            return
        for at in range(run.start, stop):
            if at + SOON_MET < stop:
                PREFETCH(hits + (postings[at + SOON_MET] & places))
            place = postings[at] & places
            if hits[place]:
                hits[place] += hits[place] != 0xFF

    cdef inline int64_t slot_of(self, uint64_t hash) noexcept nogil:
        """Where the directory says which postings may be of this hash."""
        return hash >> (64 - self.rarity.directory_bits)

    cdef inline uint32_t places(self) noexcept nogil:
        """The bits of a posting that are its text's place."""
        return (<uint32_t> 1 << self.rarity.place_bits) - 1

    cdef int64_t meet_exemplars(self, int64_t text) noexcept nogil:
        """Meet the exemplars that the loaded text may join: of a family of many wordings each meets all others, unless
        it stops when no better exemplar can be left.

        The shortest postings come first. From time to time the exemplar that was met most often is compared. From then
        on only what is as similar is looked for: it has at most so many shingles, and holds at least so many of these
        that fewer need be looked up. Returns what `meet` does.
        """
        cdef Scratch *scratch = &self.scratch
        cdef Run *runs = scratch.runs
        cdef int64_t one, stop, end, n_met = 0, wanted = self.loaded.n_rare, size = self.loaded.set.n_distinct
        cdef double jaccard
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
                    if self.rarity.complete:
                        wanted = self.loaded.n_rare + least_shared(&self.by, size) - max(
                            least_of_both(2 * size, jaccard), least_shared(&self.by, size)
                        )
            if one >= wanted:
                break
            stop = first_posting(&self.rarity.postings[0], runs[one].start, runs[one].stop, runs[one].tag + end)
            n_met = self.meet_run(one, stop, EXEMPLARS, wanted, n_met)
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
        cdef uint8_t *hits = &self.hits[0]
        cdef bint enough
        for one in range(scratch.n_texts):
            enough = hits[scratch.texts[one]] >= self.loaded.least
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
        cdef int64_t one = self.size(loaded), two = self.size(other), small, large, shared, wanted
        small, large = min(one, two), max(one, two)
        if not fits(by, small, large) or <double> small / <double> large < least:
            return False
        self.n_compared += 1
        wanted = max(least_shared(by, small), least_of_both(small + large, max(least, by.jaccard)))
        shared = count_shared(&self.shingles.texts, &self.loaded.set, other, wanted, self.scratch.more)
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
