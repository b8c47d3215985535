"""The corpus kept on disk: answers are added day by day, and asked what of a new one has been said before.

In reading order: `postings` (texts found by their shingles), `tables` (what an index holds, as arrays), `runs` (texts
found by runs of words), `exemplars` (who is alike after a change), `comparing` (texts compared), `intake` (what is
given to records), `resolving` (records to answers that come and go), `incoming` (answers to arrays), `adding` (what is
written), `joins` and `asking` (answers asked), `found` (what people see), `interchange` (Parquet, datasketch),
`corpus_index` (all of it together). The files themselves are `pqreuse.storage`'s.
"""

from pqreuse.index.corpus_index import ReuseIndex
from pqreuse.index.found import Added, IndexStats, KnownFamily, Queried

__all__ = ["Added", "IndexStats", "KnownFamily", "Queried", "ReuseIndex"]
