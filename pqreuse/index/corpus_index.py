"""ReuseIndex: an index opened, and each thing that it does, one call."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import numpy as np

from pqreuse._kernels.words import unicode_version
from pqreuse.answers import gather
from pqreuse.corpus import resolve
from pqreuse.errors import InputError, ParameterError
from pqreuse.index.adding import write
from pqreuse.index.asking import ask
from pqreuse.index.families import first_date, known_families, last_date
from pqreuse.index.found import Added, IndexStats, Queried
from pqreuse.index.intake import read
from pqreuse.index.interchange import candidates, make_lsh, read_parquet, wordings, write_parquet
from pqreuse.index.kept import Kept, cited_answers, same_in_index
from pqreuse.index.resolving import Resolved, resolve_with, resolve_without
from pqreuse.index.tables import UNITS, Tables
from pqreuse.index.verifying import first_difference
from pqreuse.kinds import find_kinds
from pqreuse.params import ReuseParams
from pqreuse.readers import COLUMN_KEYS
from pqreuse.readers.indexes import kept_records
from pqreuse.records import Corpus, Progress, Reading, Unit
from pqreuse.referrals import find_targets
from pqreuse.storage import Change, Store, create, locked
from pqreuse.version import version

_SCHEME = "words: 64 bits of this package, shingles: two-word products, signatures: affine32"


class ReuseIndex:
    """Answers kept on disk with all that is needed to say what of another one was said before.

    An index that is opened shows the state in which it was found, whoever writes to it meanwhile; what it adds itself
    it shows at once, and `refresh` shows what others have added. Its families are those of a search of all pairs
    (``search="exact"``), whatever was added in which order.

    Parameters
    ----------
    path : path
        A folder that `create` made.

    Attributes
    ----------
    path : Path
    params : ReuseParams
        Those that it was made with.
    created : Added or None
        What `create` made of its answers.

    Raises
    ------
    InputError
        If there is no index, it is damaged, or a later version of pqreuse made it.

    Examples
    --------
    >>> import tempfile
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ReuseIndex.create(f"{folder}/pqs.pqreuse", [line.format(31), "Nothing else is said here."]) as index:
    ...         score = index.query(line.format(32)).scores[0]
    >>> [(span.label, score.text[span.start : span.end]) for span in score.spans[:2]]
    [('template', 'We have set up a network of '), ('slot', '32 ')]
    """

    created: Added | None = None
    _tables: Tables

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.refresh()

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        answers: Any = (),
        *,
        threads: int | None = None,
        progress: Progress | None = None,
        **params: Any,
    ) -> ReuseIndex:
        """Make an index, with answers or empty: whole, or not at all.

        Parameters
        ----------
        path : path
            Of a folder that is not there yet; its name may end in ``.pqreuse``.
        answers, threads, progress
            See `add`.
        **params
            Fields of `ReuseParams`, and columns of a data frame as for `find_reuse`.

        Raises
        ------
        OutputError
            If something is there already, or it cannot be written.
        """
        columns = {key: params.pop(key) for key in COLUMN_KEYS if key in params}
        head = {
            "params": ReuseParams(**params).to_dict(),
            "unicode": unicode_version,
            "hashes": _SCHEME,
            "made_by": version(),
            "files": 0,
            "repeated": 0,
        }
        reading = read(answers, columns)
        added: Added | None = None

        def fill(part: Path) -> None:
            nonlocal added
            if reading.records or reading.skipped or reading.warnings or reading.files:
                tables = Tables(_opened(part))
                added = _add(tables, Kept(tables), reading, threads, progress)

        create(path, head, fill)
        index = cls(path)
        index.created = added
        return index

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> ReuseIndex:
        """The index at a path, see the class."""
        return cls(path)

    def refresh(self) -> None:
        """Show the newest state."""
        known = self._tables.store if "_tables" in self.__dict__ else None
        self._tables = Tables(_opened(self.path, known))
        self.params = self._tables.params
        self.__dict__.pop("_kept", None)

    def _be_current(self) -> None:
        if not self._tables.store.is_current():
            self.refresh()

    def close(self) -> None:
        """Let go of the files."""
        self.__dict__.pop("_kept", None)
        self.__dict__.pop("_tables", None)

    def __getattr__(self, name: str) -> Any:
        if name == "_tables":
            raise ParameterError("the index is closed; open it again with ReuseIndex.open")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"ReuseIndex({str(self.path)!r})"

    def __enter__(self) -> ReuseIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Answers."""
        return int(self._tables.alive.sum())

    def add(
        self,
        answers: Any,
        *,
        threads: int | None = None,
        wait: bool = False,
        progress: Progress | None = None,
        **columns: str,
    ) -> Added:
        """Add answers: as if all had been read at once, in whatever order they come.

        Parameters
        ----------
        answers : Corpus, iterable of Answer or of str, data frame, or column of one
            What `read_answers` returns, with all that the source says of groups and corrections; or answers at hand.
            A plain string has no identifier: one that is there already is not added again.
        threads : int, optional
        wait : bool
            Wait for another process that writes, instead of raising an error.
        progress : callable, optional
            See `Progress`.
        **columns
            Of a data frame, see `find_reuse`.

        Raises
        ------
        OutputError
            If another process writes, or it cannot be written; the index is as it was.
        """
        unknown = next((name for name in columns if name not in COLUMN_KEYS), None)
        if unknown is not None:
            raise ParameterError(f"{unknown} is no column of a data frame; there are {', '.join(COLUMN_KEYS)}")
        reading = read(answers, columns)
        with locked(self.path, wait=wait):
            self._be_current()
            added = _add(self._tables, self._kept, reading, threads, progress)
        self.refresh()
        return added

    def remove(self, names: str | Iterable[str], *, wait: bool = False) -> Added:
        """Remove answers, named by any of their questions; what they were grouped with goes too.

        Raises
        ------
        UnknownAnswerError
            If there is no such answer; nothing is removed.
        OutputError
            See `add`.
        """
        with locked(self.path, wait=wait):
            self._be_current()
            found = resolve_without(self._kept, [names] if isinstance(names, str) else list(names))
            added = _write(self._tables, found, Reading(()), 1)
        self.refresh()
        return added

    def query(self, answers: Any, *, threads: int = 1, **columns: str) -> Queried:
        """What of answers has been said before, where first: as `score_answers` says it, and nothing is added.

        Parameters
        ----------
        answers : str, Corpus, iterable of Answer or of str, data frame, or column of one
            An answer that the index has itself is not compared with itself.
        threads : int
        **columns
            Of a data frame, see `find_reuse`.
        """
        (new,) = gather([answers] if isinstance(answers, str) else answers, columns=columns)
        tables, kept = self._tables, self._kept
        asked = ask(tables, new.answers, same_in_index(kept, new), threads)
        kinds = find_kinds([answer.text for answer in new.answers], asked.new.all_words)
        referring = [answer for answer, its in zip(new.answers, kinds, strict=True) if "referral" in its]
        targets = find_targets(new.answers, kinds, cited_answers(kept, referring) if referring else ())
        return Queried(
            scores=asked.scores.listed(kinds, targets), families=known_families(tables, kept, asked.exemplars)
        )

    def corpus(self) -> Corpus:
        """All answers, as `read_answers` gives them: what `find_reuse` makes a report of."""
        return resolve(kept_records(self._tables.store))

    def stats(self) -> IndexStats:
        """What it holds."""
        tables = self._tables
        living = np.flatnonzero(tables.alive)
        counts = [self._n_families(unit) for unit in range(len(UNITS))]
        corpus_words = np.diff(tables.answers["words"], prepend=0)
        records = self._kept.count - int(self._kept.dropped.sum()) + tables.store.head["repeated"]
        return IndexStats(
            answers=len(living),
            records=records,
            scorable_words=int(corpus_words[living].sum()),
            paragraph_families=counts[0],
            sentence_families=counts[1],
            first_date=first_date(tables, living),
            last_date=last_date(tables, living),
            bytes=tables.store.size(),
            made_by=tables.store.head["made_by"],
            params=tables.params,
        )

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write its records as a Parquet file, from which `from_parquet` makes the same index.

        Raises
        ------
        MissingPackageError
            If pyarrow is not installed.
        OutputError
            If the file cannot be written.
        """
        reading = self.corpus().reading
        write_parquet(reading.records if reading else (), path)

    @classmethod
    def from_parquet(
        cls, path: str | os.PathLike[str], file: str | os.PathLike[str], *, threads: int | None = None, **params: Any
    ) -> ReuseIndex:
        """Make an index of a file that `to_parquet` wrote; otherwise as `create`.

        Raises
        ------
        InputError
            If it is no such file.
        """
        return cls.create(path, Reading(list(read_parquet(file))), threads=threads, **params)

    def wordings(self, unit: Unit) -> dict[str, tuple[str, ...]]:
        """Each distinct wording of a unit by its name, with the identifiers of the answers that have it.

        Its name is the identifier of the family of which it would be the exemplar; `to_datasketch` uses it.
        """
        return wordings(self._tables, unit)

    def to_datasketch(self, unit: Unit, storage_config: Mapping[str, Any] | None = None) -> Any:
        """A ``datasketch.MinHashLSH`` of the wordings of a unit: the way to an index on a server.

        Parameters
        ----------
        unit : {"paragraph", "sentence"}
        storage_config : mapping, optional
            Where datasketch keeps it: ``{"type": "redis", "redis": {"host": "localhost", "port": 6379}}``.

        Returns
        -------
        datasketch.MinHashLSH
            With the bands that ``lsh_jaccard`` and ``lsh_recall`` ask for. `text_signatures` with as many hashes
            (``lsh.h``) and `pqreuse.to_datasketch` make what it is queried with.
        """
        return make_lsh(self._tables, unit, storage_config)

    def candidates(self, text: str, unit: Unit) -> set[str]:
        """The names of wordings that share an LSH bucket with a text: what `to_datasketch`'s index finds for it."""
        return candidates(self._tables, text, unit)

    def verify(self, progress: Progress | None = None) -> None:
        """Check every file, and that what they say is what an index made anew of the same records says.

        Raises
        ------
        InputError
            At the first thing that is wrong.
        """
        # Every file once more, those too that were checked when it was opened.
        self.close()
        self.refresh()
        reading = self.corpus().reading
        with TemporaryDirectory(prefix="pqreuse-") as folder:
            params = self._tables.store.head["params"]
            anew = ReuseIndex.create(Path(folder) / "anew", reading, progress=progress, **params)
            wrong = first_difference(self._tables, anew._tables)
            anew.close()
        if wrong is not None:
            raise InputError(f"{self.path} is damaged: {wrong}; make it anew with pqreuse index create")

    def _n_families(self, unit: int) -> int:
        """Families that at least ``min_answers`` answers use."""
        tables = self._tables
        users = tables.users[unit]
        exemplar = tables.alike[unit].exemplar[users.row_of_value()].astype(np.int64)
        pairs = np.unique(exemplar << 32 | users.values)
        return int((np.unique(pairs >> 32, return_counts=True)[1] >= self.params.min_answers).sum())

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self._tables)


def _add(tables: Tables, kept: Kept, reading: Reading, threads: int | None, progress: Progress | None) -> Added:
    found = resolve_with(kept, list(reading.records))
    return _write(tables, found, reading, threads or os.cpu_count() or 1, progress)


def _write(tables: Tables, found: Resolved, reading: Reading, threads: int, progress: Progress | None = None) -> Added:
    change = Change(tables.store)
    write(tables, change, found, threads, progress)
    if reading.skipped or reading.warnings:
        skipped = [(one.file, one.where, one.reason) for one in reading.skipped]
        change.append("notes", json.dumps([skipped, reading.warnings]).encode() + b"\n")
    head = tables.store.head
    repeated = found.repeated + reading.repeated
    change.commit({**head, "files": head["files"] + reading.files, "repeated": head["repeated"] + repeated})
    before = set(tables.ids(found.gone.tolist()))
    replaced = sum(answer.id in before for answer in found.came)
    return Added(
        records=len(found.records) + repeated,
        repeated=repeated,
        answers=len(found.came) - replaced,
        replaced=replaced,
        gone=len(found.gone) - replaced,
        skipped=tuple(reading.skipped),
        warnings=(*reading.warnings, *found.warnings),
    )


def _opened(path: Path, known: Store | None = None) -> Store:
    store = Store(path, known)
    if store.head["hashes"] != _SCHEME:
        raise InputError(
            f"{path}: made with other hashes than this pqreuse has; make it anew with pqreuse index create"
        )
    made_with = store.head["unicode"]
    if made_with != unicode_version:
        raise InputError(
            f"{path}: made with the words of Unicode {made_with}, this pqreuse has those of {unicode_version}; "
            "make it anew with pqreuse index create"
        )
    return store
