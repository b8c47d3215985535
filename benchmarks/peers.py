"""The same work by each tool: a list of texts in, one label a text out; texts of one cluster have the same label.

Near-duplicates are texts whose Jaccard of 5-word shingles is at least 0.7. Each tool as its own documentation does it,
its heavy loops its own; what is around them (connected components by SciPy) is the fastest that is at hand. Signatures
of 125 to 128 hashes in 25 bands of 5, which find 99 % of the pairs at Jaccard 0.7, unless the tool's documentation is
followed to the letter ("as documented").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reference import words_of

Labels = NDArray[np.int64]
BANDS, ROWS = 25, 5


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to do the work.

    Attributes
    ----------
    cluster : callable
        Texts and number of threads → label of each text.
    up_to : int
        Paragraphs beyond which it takes too long to be measured unless it is asked for.
    """

    cluster: Callable[[list[str], int], Labels]
    up_to: int


def by_pqreuse(texts: list[str], threads: int) -> Labels:
    """24 bands of 4 rows find 99.86 % of the pairs at 0.7: 96 hashes, three times what the kernel takes at once."""
    import pqreuse

    return pqreuse.cluster_texts(
        texts, threads=threads, search="lsh", shingle_words=5, jaccard=0.7, lsh_jaccard=0.7, lsh_recall=0.9985
    )


def by_datasketch(texts: list[str], threads: int) -> Labels:
    """datasketch's documentation, "MinHash LSH" and `MinHash.bulk`: insertion session, then each item queried."""
    from datasketch import MinHash, MinHashLSH

    del threads  # It has one.
    sketches = MinHash.bulk([[shingle.encode() for shingle in those] for those in shingles(texts)], num_perm=128)
    index = MinHashLSH(num_perm=128, params=(BANDS, ROWS))
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch, check_duplication=False)
    return components([index.query(sketch) for sketch in sketches])


def by_rensa(texts: list[str], threads: int) -> Labels:
    """rensa's batch interface (README: `RMinHash.from_token_sets`) and its index, `RMinHashLSH`."""
    from rensa import RMinHash, RMinHashLSH

    del threads  # RAYON_NUM_THREADS, see recording.use_processors.
    sketches = RMinHash.from_token_sets(shingles(texts), num_perm=BANDS * ROWS, seed=42)
    index = RMinHashLSH(threshold=0.7, num_perm=BANDS * ROWS, num_bands=BANDS)
    index.insert_many(sketches)
    return components(index.query_all(sketches))


def by_rensa_deduplicator(texts: list[str], threads: int) -> Labels:
    """rensa's README, "Keep unique documents": what is not kept belongs to the first kept one that it duplicates."""
    from rensa import RMinHash, RMinHashDeduplicator

    del threads
    sketches = RMinHash.from_token_sets(shingles(texts), num_perm=128, seed=42)
    return kept_first(RMinHashDeduplicator(threshold=0.7, num_perm=128, use_lsh=True), sketches)


def by_rensa_cminhash(texts: list[str], threads: int) -> Labels:
    """The same with rensa's C-MinHash (README: "`CMinHash` supports the same similarity interface")."""
    from rensa import CMinHash, CMinHashDeduplicator

    del threads
    sketches = CMinHash.from_token_sets(shingles(texts), num_perm=128, seed=42)
    return kept_first(CMinHashDeduplicator(threshold=0.7, num_perm=128), sketches)


def kept_first(deduplicator: Any, sketches: Sequence[Any]) -> Labels:
    """What a deduplicator of rensa does not keep, labelled as the first kept one that it duplicates."""
    kept = deduplicator.add_pairs((str(number), sketch) for number, sketch in enumerate(sketches))
    labels = np.arange(len(sketches))
    others = np.flatnonzero(~np.array(kept, bool)).tolist()
    found = deduplicator.get_duplicate_sets([sketches[number] for number in others])
    for number, keys in zip(others, found, strict=True):
        labels[number] = min(map(int, keys), default=number)
    return labels


def by_daft(texts: list[str], threads: int, bands: int = BANDS, rows: int = ROWS) -> Labels:
    """Daft's tutorial "MinHash Deduplication on Common-Crawl Web Text": normalise, minhash, bands, group, edges.

    Its connected components by alternating stars are replaced by SciPy's, as the tutorial checks them with igraph's.
    """
    import daft
    from daft import col

    frame = daft.from_pydict({"text": texts, "node": np.arange(len(texts))})
    sketched = frame.select(
        "node",
        col("text")
        .normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
        .minhash(num_hashes=bands * rows, ngram_size=5, seed=42, hash_function="xxhash")
        .chunk(rows)
        .alias("bands"),
    )
    numbered = sketched.with_column("band", daft.lit(list(range(bands)))).explode("bands", "band")
    grouped = numbered.groupby("band", "bands").agg(col("node").list_agg().alias("nodes"))
    edges = (
        grouped.with_column("u", col("nodes").list_min())
        .explode("nodes")
        .select("u", col("nodes").alias("v"))
        .where(col("u") != col("v"))
        .distinct()
        .to_arrow()
    )
    return of_edges(edges["u"].to_numpy(), edges["v"].to_numpy(), len(texts))


def shingles(texts: Sequence[str]) -> list[list[str]]:
    """The 5-word shingles of each text, as those tools want them whose input is sets of tokens."""
    rows = map(words_of, texts)
    return [[" ".join(words[place : place + 5]) for place in range(len(words) - 4)] for words in rows]


def components(found: Sequence[Iterable[int]]) -> Labels:
    """Connected components of what was found for each text."""
    lengths = np.fromiter(map(len, found), np.int64, len(found))
    others = np.fromiter(chain.from_iterable(found), np.int64, int(lengths.sum()))
    return of_edges(np.repeat(np.arange(len(found)), lengths), others, len(found))


def of_edges(one: NDArray[np.int64], other: NDArray[np.int64], n: int) -> Labels:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


TOOLS: dict[str, Tool] = {
    "pqreuse": Tool(by_pqreuse, 10_000_000),
    "Daft": Tool(by_daft, 1_000_000),
    "Daft, as documented (8 × 8)": Tool(lambda texts, threads: by_daft(texts, threads, 8, 8), 1_000_000),
    "rensa, LSH": Tool(by_rensa, 100_000),
    "rensa, as documented": Tool(by_rensa_deduplicator, 100_000),
    "rensa, C-MinHash": Tool(by_rensa_cminhash, 10_000),
    "datasketch": Tool(by_datasketch, 100_000),
}
