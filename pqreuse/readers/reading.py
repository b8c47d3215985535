"""All inputs to records: each file opened, its format found, read, and reported where it cannot be."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pqreuse.errors import InputError, MissingPackageError, ParameterError
from pqreuse.readers.archives import is_archive, open_members
from pqreuse.readers.columns import check_columns
from pqreuse.readers.formats import FORMATS, find_format, is_named_table, readable_head, require_content
from pqreuse.readers.indexes import is_index, read_index
from pqreuse.readers.ledger import WHOLE_FILE, Ledger, UnusableError, one_line
from pqreuse.readers.oireachtas import read_oireachtas
from pqreuse.readers.places import Place, find_places, os_reason
from pqreuse.readers.records_json import read_json
from pqreuse.readers.sources import Meter, Source, open_source
from pqreuse.readers.tables import read_csv, read_parquet
from pqreuse.readers.transcript import read_document, read_transcript
from pqreuse.readers.wrans import read_wrans
from pqreuse.records import Progress, Reading, Record

_log = logging.getLogger("pqreuse")


def stream_records(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    input_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Reading:
    """Read the questions and answers of files, one by one as they are asked for: as in `read_records`.

    Of JSON Lines and CSV no more than some records are in memory at a time, of Parquet the packed file; all other
    formats are taken file by file.

    Returns
    -------
    Reading
        Its records are an iterator; what was skipped and doubted is told when that is at its end.

    Raises
    ------
    InputError, MissingPackageError, ParameterError
        See `read_records`; what only the reading of a file shows is raised by the iterator.
    """
    if input_format is not None and input_format not in FORMATS:
        raise ParameterError(
            f"input_format must be one of {', '.join(FORMATS)}, got {one_line(repr(input_format), 80)}"
        )
    wanted = check_columns(columns)
    reading = Reading(())
    ledger, places = Ledger(strict=strict, named=wanted), find_places(inputs)
    reading.records = _records(reading, ledger, places, Meter(places, progress), input_format, wanted)
    return reading


def read_records(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    input_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Reading:
    """Read the questions and answers of files.

    Parameters
    ----------
    inputs : path, or iterable of paths
        Files, folders (with all files below them, hidden ones left out), globs, or ``-`` for standard input. Packed
        files (gzip, zstd) are unpacked, ZIP archives read like folders. A file that is named twice is read once.
    input_format : str, optional
        One of `FORMATS`, for all inputs; by default found by looking at each file.
    columns : mapping of str to str, optional
        For tables, and JSON of any kind: which column holds what, e.g. ``{"text": "Reply"}``; keys are `COLUMN_KEYS`.
        Usual names are found without it. Given, JSON of the API is read by it too, as a table of its ``value``.
    strict : bool
        Stop at the first thing that would be skipped for being bad. Unanswered and withdrawn questions are not bad.
    progress : callable, optional
        Told ``("reading", bytes done, bytes in all or None)``.

    Returns
    -------
    Reading
        Records with what was skipped and doubted. Only the order of the records depends on the order of the inputs.

    Raises
    ------
    InputError
        If an input is missing or may not be read, if nothing in any of them can be used, or at anything bad if
        ``strict``.
    MissingPackageError
        If Parquet or zstd is met without the package that reads it.
    ParameterError
        If an argument is out of its range.
    """
    reading = stream_records(inputs, input_format=input_format, columns=columns, strict=strict, progress=progress)
    reading.records = list(reading.records)
    return reading


def _records(
    reading: Reading,
    ledger: Ledger,
    places: Sequence[Place],
    meter: Meter,
    form: str | None,
    columns: Mapping[str, str],
) -> Iterator[Record]:
    """Records of all places; at the end the reading is told the rest."""
    for place in places:
        ledger.file = place.name
        if place.problem is not None:
            ledger.skip(WHOLE_FILE, place.problem)
            continue
        for _ in _read_place(place, meter, reading, ledger, form, columns):
            yield from ledger.take()
        yield from ledger.take()
    _log.info("reading: %d records from %d files", ledger.n_records, reading.files)
    rest = ledger.reading(reading.files)
    reading.skipped, reading.warnings, reading.columns = rest.skipped, rest.warnings, rest.columns


def _read_place(
    place: Place, meter: Meter, reading: Reading, ledger: Ledger, form: str | None, columns: Mapping[str, str]
) -> Iterator[None]:
    """Read a file, the files of an archive, or what an index keeps."""
    if place.path is not None and is_index(place.path):
        yield from read_index(place.path, reading, ledger)
        return
    reading.files += 1
    try:
        with open_source(place, meter) as source:
            if is_archive(source):
                reading.files -= 1
                yield from _read_archive(source, reading, ledger, form, columns)
            else:
                yield from _read_source(source, ledger, form, columns)
    except UnusableError as error:
        ledger.skip(WHOLE_FILE, str(error))
    except MissingPackageError as error:
        # A file that was only found in a folder does not stop the others.
        if place.named:
            raise
        ledger.skip(WHOLE_FILE, str(error))
    except OSError as error:
        if place.named:
            raise InputError(f"{place.name}: {os_reason(error)}") from None
        ledger.skip(WHOLE_FILE, os_reason(error))


def _read_archive(
    archive: Source, reading: Reading, ledger: Ledger, form: str | None, columns: Mapping[str, str]
) -> Iterator[None]:
    for name, source in open_members(archive):
        reading.files += 1
        ledger.file = name
        try:
            if isinstance(source, str):
                raise UnusableError(source)
            yield from _read_source(source, ledger, form, columns)
        except (UnusableError, MissingPackageError) as error:
            ledger.skip(WHOLE_FILE, str(error))


def _read_source(source: Source, ledger: Ledger, form: str | None, columns: Mapping[str, str]) -> Iterator[None]:
    name = find_format(source, columns) if form is None else form
    if form == "parquet":
        require_content(source, source.head)
    elif form is not None:
        readable_head(source)
    before = ledger.count
    match name:
        case "csv":
            yield from read_csv(source, ledger, columns, guessed=form is None and not is_named_table(source.name))
        case "parquet":
            yield from read_parquet(source, ledger, columns)
        case "wrans-xml":
            read_wrans(source, ledger)
        case "oireachtas-xml":
            read_oireachtas(source, ledger)
        case "transcript":
            read_transcript(source, ledger)
        case "document":
            read_document(source, ledger)
        case _:
            yield from read_json(source, ledger, columns, form=form)
    if ledger.count == before and not source.damage:
        raise UnusableError("no records in it: check that it is the right file")
    if source.guessed_line is not None:
        ledger.doubt("encoding", f"line {source.guessed_line}")
    if source.damage:
        ledger.skip("end of file", f"{source.damage}; whole records before it were read")
