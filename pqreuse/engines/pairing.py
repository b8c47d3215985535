"""Texts → rare shingles → pairs that resemble: the exact search of `pqreuse.candidates`, dealt out by shingle.

A set of n shingles of which c must stand in a larger set has, among any n - c + 1 of its shingles, one that the larger
set holds (prefix filter: Chaudhuri, Ganti and Kaushik 2006). Each text looks up its rarest ones; what that finds is
thinned by what is left behind the shingle in either set (Xiao et al. 2008) and by bitmaps of the sets (Sandes, Teodoro
and Melo 2017), and then compared word by word. None of this can miss a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse._kernels.pairing import bitmaps, match_postings
from pqreuse._kernels.shingles import least_wanted
from pqreuse.engines.batches import lists, ragged, words_of
from pqreuse.params import ReuseParams
from pqreuse.ragged import Ragged, changes, distinct, ranges
from pqreuse.shingles import Shingles, Texts, make_shingles
from pqreuse.stock import compare_pairs, rule_of

NODES = "unit byte, node long, words string, shingles array<long>"
CELLS = "cell long, many long"
POSTINGS = (
    "bucket long, unit byte, node long, size int, place int, rare boolean, home boolean, "
    "map0 long, map1 long, map2 long, map3 long"
)
PAIRS = "small long, large long"
EDGES = "earlier long, later long, jaccard double, containment double"
COUNT_BITS = 22
_MAPS = 4  # of 64 bits
_PAIRS_AT_ONCE = 1 << 20


def shingles_of(joined: pa.ChunkedArray, shingle_words: int) -> Shingles:
    """The shingles of texts that are given as words joined by a space."""
    words = words_of(joined)
    every = np.arange(len(words.indptr) - 1)
    texts = Texts(every.astype(np.int32), words.indptr[:-1], np.diff(words.indptr).astype(np.int32))
    return make_shingles(words.tokens, texts, every, words.vocabulary, shingle_words)


def add_shingles(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Texts → the same, with the hashes of their distinct shingles."""
    shingles = shingles_of(rows.column("words"), params.shingle_words)
    values, indptr = shingles.hash_sets(np.arange(rows.num_rows))
    yield rows.append_column("shingles", lists(Ragged(values.view(np.int64), indptr), pa.int64()))


def count_cells(rows: pa.Table) -> Iterator[pa.Table]:
    """How many texts hold shingles of each hash, cut to some bits."""
    hashes = ragged(rows.column("shingles")).values.view(np.uint64)
    cells = np.sort(hashes >> np.uint64(64 - COUNT_BITS)).astype(np.int64)
    new = np.flatnonzero(changes(cells))
    yield pa.table({"cell": cells[new], "many": np.diff(np.append(new, len(cells)))})


def post(params: ReuseParams, counts: NDArray[np.uint32], most: int, rows: pa.Table) -> Iterator[pa.Table]:
    """Texts → their shingles that other texts may hold, each with its place in the order from rare to common.

    Buckets of more than `most` texts are dealt out.
    """
    stored = ragged(rows.column("shingles"))
    sets = Ragged(stored.values.view(np.uint64), stored.indptr)
    many = counts[sets.values >> np.uint64(64 - COUNT_BITS)].astype(np.int64)
    row, sizes = sets.row_of_value(), sets.lengths
    # From rare to common, of as many texts the lesser hash first. Numbers of 16 bits are sorted the fastest by far.
    order = np.argsort(sets.values)
    keys = np.minimum(many, np.iinfo(np.uint16).max).astype(np.uint16), row.astype(np.min_scalar_type(len(sets)))
    order = order[np.lexsort([key[order] for key in keys])]
    place = np.arange(len(row)) - sets.indptr[row]
    rule = rule_of(params)
    least = least_wanted(sizes, *rule)
    # The rest of a set must be enough for the smallest set that it may be compared with.
    smallest = np.ceil(sizes * max(rule.length_ratio, rule.jaccard) * (1 - 1e-9)).astype(np.int64)
    enough = least_wanted(smallest, *rule)
    held = np.flatnonzero((many[order] > 1) & (sizes[row] - place >= enough[row]))
    shingle, row, place = order[held], row[held], place[held]
    rare = place <= sizes[row] - least[row]
    maps = bitmaps(sets.values, sets.indptr)
    node = rows.column("node").to_numpy()
    unit = rows.column("unit").to_numpy()
    for at, part, looks, home in _dealt_out(many[shingle], node[row], rare, most):
        hashes, of = sets.values[shingle[at]].view(np.int64), row[at]
        yield pa.table(
            {
                # Other shingles may meet in one bucket: what they find is compared, and costs no more than that.
                "bucket": hashes * 3 + part * 0x9E3779B1 + unit[of],
                "unit": unit[of],
                "node": node[of],
                "size": sizes[of].astype(np.int32),
                "place": place[at].astype(np.int32),
                "rare": pa.array(looks),
                "home": pa.array(home),
            }
            | {f"map{one}": maps[one][of].view(np.int64) for one in range(_MAPS)}
        )


def _dealt_out(
    many: NDArray[np.int64], node: NDArray[np.int64], rare: NDArray[np.bool_], most: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]]:
    """Which postings go to which part of their bucket, whether each looks there, and whether it is held there.

    A bucket of more than `most` is a square of parts: a row of parts for who looks, a column for who is held, so that
    each two meet in one part.
    """
    parts = -(-many // most)
    home = (node * 0x9E3779B1 >> 7) % parts
    small = np.flatnonzero(parts == 1)
    yield small, np.zeros(len(small), np.int64), rare[small], np.ones(len(small), bool)
    for looks in (True, False):
        those = np.flatnonzero((parts > 1) & rare if looks else parts > 1)
        at = np.repeat(those, parts[those])
        other = ranges(np.zeros(len(those), np.int64), parts[those])
        part = home[at] * parts[at] + other if looks else other * parts[at] + home[at]
        yield at, part, np.full(len(at), looks), np.full(len(at), not looks)


def pair_up(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Postings, whole buckets sorted by size and text → pairs of texts that may resemble, the smaller one first."""
    buckets, sizes, nodes, places = (rows.column(name).to_numpy() for name in ("bucket", "size", "node", "place"))
    unit, rare, home = (rows.column(name).to_numpy() for name in ("unit", "rare", "home"))
    maps = np.stack([rows.column(f"map{one}").to_numpy() for one in range(_MAPS)]).view(np.uint64)
    bucket = np.cumsum(changes(buckets))
    rule = rule_of(params)
    ratio, most = max(rule.length_ratio, rule.jaccard), int(sizes.max()) + 1
    looking = np.flatnonzero(rare)
    wanted = sizes[looking].astype(np.int64)
    # One more than fits, so that no rounding leaves one out; the comparison is exact.
    largest = np.minimum((wanted / ratio).astype(np.int64) + 1, most - 1)
    # Two sets of one size find each other, in either order.
    ends = np.searchsorted(bucket * most + sizes, bucket[looking] * most + largest, "right")
    least = least_wanted(wanted, *rule)
    reached = np.concatenate(([0], np.cumsum(ends - looking - 1)))
    cuts = distinct(np.searchsorted(reached, np.arange(0, reached[-1], _PAIRS_AT_ONCE)))
    for low, high in pairwise([*cuts, len(looking)]):
        these = slice(low, high)
        pairs = match_postings(
            looking[these], ends[these], least[these], unit, nodes, sizes, places, home.view(np.uint8), maps
        )
        if pairs.size:
            names, number = np.unique(pairs, return_inverse=True)
            small, large = number.reshape(pairs.shape)
            found = distinct(small * len(names) + large)
            yield pa.table({"small": names[found // len(names)], "large": names[found % len(names)]})


def verify(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Pairs of texts with the words of both → those that resemble each other, and how much."""
    small, large = rows.column("small").to_numpy(), rows.column("large").to_numpy()
    names, shown = np.unique(np.concatenate((small, large)), return_index=True)
    joined = pa.concat_arrays(
        [rows.column("small_words").combine_chunks(), rows.column("large_words").combine_chunks()]
    ).take(pa.array(shown))
    shingles = shingles_of(pa.chunked_array([joined]), params.shingle_words)
    order = np.lexsort((large, small))
    jaccard, containment = compare_pairs(
        shingles, rule_of(params), np.searchsorted(names, small[order]), np.searchsorted(names, large[order])
    )
    found = np.flatnonzero(containment > 0)
    small, large = small[order][found], large[order][found]
    yield pa.table(
        {
            "earlier": np.minimum(small, large),
            "later": np.maximum(small, large),
            "jaccard": jaccard[found],
            "containment": containment[found],
        }
    )
