"""An index (`pqreuse.index`) as an input: the records that it keeps, and what it was told when they were read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pqreuse.packing import BLOCKS, unpack
from pqreuse.readers.ledger import Ledger
from pqreuse.records import Reading, Skipped
from pqreuse.storage import Store


def read_index(path: str, reading: Reading, ledger: Ledger) -> Iterator[None]:
    """Give all records of an index to the ledger, and what else was read to the reading.

    Raises
    ------
    InputError
        If the index is damaged, or of a later format.
    """
    store = Store(path)
    reading.files += store.head["files"]
    reading.repeated += store.head["repeated"]
    reading.former = {**reading.former, **json.loads(store.column("former_ids", "u1").tobytes() or b"{}")}
    for line in store.column("notes", "u1").tobytes().splitlines():
        skipped, warnings = json.loads(line)
        ledger.skipped_before(Skipped(file=file, where=where, reason=reason) for file, where, reason in skipped)
        ledger.told += warnings
    dropped = set(store.column("dropped", "<i4").tolist())
    for number, record in enumerate(unpack(store.column("records", "u1"), store.column("blocks", BLOCKS))):
        if number not in dropped:
            ledger.records.append(record)
        if ledger.full:
            yield
