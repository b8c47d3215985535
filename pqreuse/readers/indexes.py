"""An index (`pqreuse.index`) as an input: the records that it keeps, and what it was told when they were read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pqreuse.packing import BLOCKS, unpack
from pqreuse.readers.ledger import Ledger
from pqreuse.records import Reading, Record, Skipped
from pqreuse.storage import Store


def kept_records(store: Store) -> Reading:
    """What an index keeps of what it was made of."""
    reading = Reading(_records(store), files=store.head["files"], repeated=store.head["repeated"])
    reading.former = former_ids(store)
    for line in store.column("notes", "u1").tobytes().splitlines():
        skipped, warnings = json.loads(line)
        reading.skipped += [Skipped(file=file, where=where, reason=reason) for file, where, reason in skipped]
        reading.warnings += warnings
    return reading


def former_ids(store: Store) -> dict[str, str]:
    """Identifiers that families of an index had before, and those that they have now."""
    ids: dict[str, str] = json.loads(store.column("former_ids", "u1").tobytes() or b"{}")
    return ids


def read_index(path: str, reading: Reading, ledger: Ledger) -> Iterator[None]:
    """Give all records of an index to the ledger, and what else was read to the reading.

    Raises
    ------
    InputError
        If the index is damaged, or of a later format.
    """
    kept = kept_records(Store(path))
    reading.files += kept.files
    reading.repeated += kept.repeated
    reading.former = {**reading.former, **kept.former}
    ledger.skipped_before(kept.skipped)
    ledger.told += kept.warnings
    for record in kept.records:
        ledger.records.append(record)
        if ledger.full:
            yield


def _records(store: Store) -> Iterator[Record]:
    dropped = set(store.column("dropped", "<i4").tolist())
    for number, record in enumerate(unpack(store.column("records", "u1"), store.column("blocks", BLOCKS))):
        if number not in dropped:
            yield record
