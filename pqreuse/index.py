"""The corpus kept in one SQLite file: its records, what was found in them as tables, and arrays to compare with.

A change reads all records, resolves and analyses them again, and replaces the tables in one transaction: a few seconds
for a parliament's years, once a day. So an index says what `find_reuse` says of its answers, by construction, and
SQLite's transactions are all that keeps it whole: a storage engine of our own, with postings that grew and exemplars
that were chosen again here and there, took three thousand lines to save those seconds. A query reads the arrays alone.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import pairwise, repeat
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse._kernels.words import unicode_version
from pqreuse.answers import gather
from pqreuse.corpus import resolve, same_answers, without_body
from pqreuse.duplicates import content, identifier_of, joined_words, name_of
from pqreuse.errors import InputError, OutputError, ParameterError, UnknownAnswerError, nearest
from pqreuse.frames import is_framed, open_frame
from pqreuse.garbage import no_garbage_collection
from pqreuse.kinds import find_kinds
from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.pipeline import find_and_prepare, settings_of
from pqreuse.prepared import Asked, KnownTexts, Prepared, ask
from pqreuse.ragged import Ragged, ranges, row_digests
from pqreuse.readers import COLUMN_KEYS
from pqreuse.readers.frames import Rows
from pqreuse.readers.indexes import (
    APPLICATION_ID,
    FORMAT,
    RECORD_FIELDS,
    checksum,
    decoding,
    kept_records,
    opened,
    quoted,
    record_row,
)
from pqreuse.records import (
    Answer,
    Corpus,
    Progress,
    Reading,
    Record,
    ReuseResult,
    Score,
    Skipped,
    TableKind,
    Unit,
    put_together,
)
from pqreuse.referrals import cited_uins, find_targets
from pqreuse.results import replaced_ids
from pqreuse.segments import reflow_answers
from pqreuse.shingles import Texts
from pqreuse.stock import text_ids
from pqreuse.version import version
from pqreuse.words import Vocabulary, Words, index_words

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE notes (file TEXT, place TEXT, note TEXT);
CREATE TABLE records (record INTEGER PRIMARY KEY, {records});
CREATE TABLE former (former TEXT PRIMARY KEY, family TEXT) WITHOUT ROWID;
CREATE TABLE _arrays (name TEXT PRIMARY KEY, type TEXT, data BLOB, checksum INTEGER);
CREATE TABLE _answers (
    answer INTEGER PRIMARY KEY, answer_id TEXT UNIQUE, record INTEGER, date TEXT, body TEXT, minister TEXT, house TEXT,
    heading TEXT, url TEXT, words INTEGER, scorable_words INTEGER, template REAL, slot REAL, novel REAL, kinds TEXT,
    refers_to TEXT, said INTEGER, more TEXT
);
CREATE INDEX _answers_said ON _answers (said);
CREATE TABLE _questions (question_id TEXT PRIMARY KEY, answer INTEGER, place INTEGER, record INTEGER) WITHOUT ROWID;
CREATE INDEX _questions_answer ON _questions (answer);
CREATE TABLE uins (uin TEXT COLLATE NOCASE, answer_id TEXT);
CREATE INDEX _uins_uin ON uins (uin);
CREATE TABLE families (
    number INTEGER PRIMARY KEY, family TEXT UNIQUE, unit TEXT, answers INTEGER, questions INTEGER, variants INTEGER,
    text TEXT, template TEXT, parent TEXT, first_date TEXT, last_date TEXT, undated INTEGER, question_similarity REAL,
    inside INTEGER
);
CREATE TABLE _variants (number INTEGER, variant INTEGER, answers INTEGER, answer INTEGER, start INTEGER, "end" INTEGER,
    PRIMARY KEY (number, variant)) WITHOUT ROWID;
CREATE TABLE _uses (number INTEGER, variant INTEGER, answer INTEGER, start INTEGER, "end" INTEGER);
CREATE INDEX _uses_number ON _uses (number);
CREATE INDEX _uses_answer ON _uses (answer);
CREATE TABLE slots (family TEXT, slot INTEGER, kind TEXT, changes TEXT, value INTEGER, text TEXT, answers INTEGER,
    first_date TEXT, PRIMARY KEY (family, slot, value)) WITHOUT ROWID;
CREATE TABLE months (family TEXT, month TEXT, answers INTEGER, questions INTEGER,
    PRIMARY KEY (family, month)) WITHOUT ROWID;
CREATE TABLE _spans (answer INTEGER, start INTEGER, "end" INTEGER, label TEXT, family TEXT, earliest_answer_id TEXT,
    PRIMARY KEY (answer, start)) WITHOUT ROWID;
CREATE VIEW answers AS
    SELECT answer_id, records.text, date, _answers.body, _answers.minister, _answers.house, _answers.heading,
        _answers.url, words, scorable_words, template, slot, novel, kinds, refers_to
    FROM _answers JOIN records USING (record);
CREATE VIEW questions AS
    SELECT question_id, answer_id, question
    FROM _questions JOIN _answers USING (answer) JOIN records ON records.record = _questions.record;
CREATE VIEW scores AS
    SELECT answer_id, (SELECT group_concat(question_id, '; ') FROM _questions WHERE answer = _answers.answer)
        AS question_ids, date, body, words, scorable_words, template, slot, novel, kinds, refers_to, heading
    FROM _answers;
CREATE VIEW uses AS
    SELECT family, variant, answer_id, date, _answers.body, _answers.minister,
        (SELECT count(*) FROM _questions WHERE answer = _answers.answer) AS questions, start, "end",
        substr(records.text, start + 1, "end" - start) AS text
    FROM _uses JOIN families USING (number) JOIN _answers USING (answer) JOIN records USING (record);
CREATE VIEW variants AS
    SELECT family, variant, _variants.answers, substr(records.text, start + 1, "end" - start) AS text,
        date AS first_date
    FROM _variants JOIN families USING (number) JOIN _answers USING (answer) JOIN records USING (record);
CREATE VIEW spans AS
    SELECT answer_id, start, "end", label, family, earliest_answer_id,
        substr(records.text, start + 1, "end" - start) AS text
    FROM _spans JOIN _answers USING (answer) JOIN records USING (record);
"""
_SURROGATE = re.compile("[\ud800-\udfff]")
_FLAGS = ("correction", "holding", "markup", "preview")
_HASHES = "words: 64 bits of this package, shingles: two-word products"
_ANSWER = ("date", "body", "minister", "house", "heading", "url")
_FAMILY = (
    *("id", "unit", "answers", "questions", "variants", "text", "template", "parent", "first_date", "last_date"),
    *("undated", "question_similarity"),
)
_MORE = ("uins", "tables", "links", "markup", "preview", "versions")
_SCORED = ("words", "scorable_words", "template", "slot", "novel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The changes by an addition to an index, or a removal from it.

    Attributes
    ----------
    records : int
        Records with an answer that were read.
    repeated : int
        Records among them that say nothing new.
    answers : int
        Answers that are there now and were not before.
    replaced : int
        Answers that were there under the same identifier with other words, questions or facts.
    gone : int
        Answers that were removed, or are part of another answer now.
    skipped : tuple of Skipped
    warnings : tuple of str
        See `Corpus.warnings`; those that the index had before are left out.
    """

    records: int
    repeated: int
    answers: int
    replaced: int
    gone: int
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats:
    """The contents of an index, counted.

    Attributes
    ----------
    answers, records, scorable_words : int
    paragraph_families, sentence_families : int
        Families that at least ``min_answers`` answers use.
    first_date, last_date : str or None
        Dates of the earliest and of the latest answer.
    bytes : int
        Size of the file.
    made_by : str
        The version of pqreuse that wrote it last.
    params : ReuseParams
    """

    answers: int
    records: int
    scorable_words: int
    paragraph_families: int
    sentence_families: int
    first_date: str | None
    last_date: str | None
    bytes: int
    made_by: str
    params: ReuseParams


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFamily:
    """A stock text of an index that an answer asked about joins.

    Attributes
    ----------
    id : str
    unit : {"paragraph", "sentence"}
    answers, variants : int
        Answers of the index that use it, and its distinct wordings.
    text : str
        The text as its earliest use has it.
    first_answer : Answer or None
        Who said the words that the asked answers have of it first, as spans name it: the earliest answer, which may not
        be one that uses the whole text. None where no answer has enough of them in a row.
    last_date : str or None
        Date of its latest use.
    replaces : tuple of str
        Identifiers that it had before.
    """

    id: str
    unit: Unit
    answers: int
    variants: int
    text: str
    first_answer: Answer | None
    last_date: str | None
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queried:
    """The answer of an index to a query: a score for each answer asked about, with its text as labelled spans.

    Attributes
    ----------
    scores : sequence of Score
        By the answers' identifiers. ``earliest_answer_id`` of a span is that of an answer of the index.
    families : sequence of KnownFamily
        Texts of the index that the answers' segments join, most used first, also those that a single answer has.
    """

    scores: Sequence[Score]
    families: Sequence[KnownFamily]


class ReuseIndex:
    """Answers kept on disk with all that is needed to say what of another one was said before.

    The file is an SQLite database whose tables any tool can read; the guide lists them. It always shows its newest
    state, whoever wrote it; a call sees one state whole.

    Parameters
    ----------
    path : path
        A file that `create` made.

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

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._closed = False
        self._state: tuple[str, Prepared] | None = None
        with self._reading() as db, decoding(self.path):
            self.params = _params(_about(db))

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
            A file that is not there yet; its name may end in ``.pqreuse``.
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
        settings, n_threads = settings_of(params, threads)
        path = Path(path)
        if path.exists() or path.is_symlink():
            raise OutputError(f"{path}: it is there already; name another file, or add to it with pqreuse index add")
        if not path.parent.is_dir():
            raise OutputError(f"{path}: there is no folder {path.parent}; make it first")
        reading = _reading_of(answers, columns)
        with (
            _writing_errors(path),
            tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:50]}.") as folder,
        ):
            part = Path(folder) / "part"
            with closing(sqlite3.connect(part, isolation_level=None)) as db:
                # The file has no name yet: what a crash leaves is a hidden folder.
                db.execute("PRAGMA journal_mode = OFF")
                db.executescript(_schema())
                db.execute("BEGIN")
                added = _replace(path, db, Reading(()), reading, settings, n_threads, progress)
                db.execute("COMMIT")
            os.rename(part, path)
        index = cls(path)
        index.created = added
        return index

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> ReuseIndex:
        """The index at a path, see the class."""
        return cls(path)

    def close(self) -> None:
        """Let go of the arrays; the index cannot be used any more."""
        self._state, self._closed = None, True

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
        """Number of answers."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM _answers").fetchone()[0])

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
            Columns of a data frame, see `find_reuse`.

        Raises
        ------
        OutputError
            If another process writes, or it cannot be written; the index is as it was.
        """
        unknown = next((name for name in columns if name not in COLUMN_KEYS), None)
        if unknown is not None:
            raise ParameterError(f"unknown column {unknown!r}; expected one of {', '.join(COLUMN_KEYS)}")
        reading = _reading_of(answers, columns)
        _, n_threads = settings_of({}, threads)
        with self._changing(wait) as (db, settings):
            return _replace(self.path, db, kept_records(db, self.path), reading, settings, n_threads, progress)

    def remove(self, names: str | Iterable[str], *, wait: bool = False) -> Added:
        """Remove answers, named by any of their questions; the questions they were grouped with go too.

        Raises
        ------
        UnknownAnswerError
            If there is no such answer; nothing is removed.
        OutputError
            See `add`.
        """
        with self._changing(wait) as (db, settings):
            kept = kept_records(db, self.path)
            left = _without(kept, [names] if isinstance(names, str) else list(names), self.path)
            nothing = replace(kept, records=(), files=0, repeated=0, skipped=[], warnings=[], columns=[])
            return _replace(self.path, db, kept, nothing, settings, settings_of({}, None)[1], None, left)

    def query(self, answers: Any, *, threads: int = 1, **columns: str) -> Queried:
        """Find what of some answers was said before, and where first, as `score_answers` does. Nothing is added.

        Parameters
        ----------
        answers : str, Corpus, iterable of Answer or of str, data frame, or column of one
            An answer that the index has itself is not compared with itself.
        threads : int
        **columns
            Columns of a data frame, see `find_reuse`.
        """
        (new,) = gather([answers] if isinstance(answers, str) else answers, columns=columns)
        with self._reading() as db:
            known = self._prepared(db)
            read = reflow_answers(new.answers, known.vocabulary)
            texts = [answer.text for answer in read]
            words = index_words(texts)
            itself = np.full(1, -1) if isinstance(answers, str) else _itself(db, known, new, words)
            asked = ask(known, new.answers, read, words, itself, threads=threads)
            kinds = find_kinds(texts, words)
            referring = [answer for answer, its in zip(new.answers, kinds, strict=True) if "referral" in its]
            uins = {uin for answer in referring for uin in cited_uins(answer.text)}
            cited = _answers_where(db, "answer_id IN (SELECT answer_id FROM uins WHERE uin IN ({}))", sorted(uins))
            targets = find_targets(new.answers, kinds, cited)
            families = list(_known_families(db, known, asked))
        return Queried(scores=asked.scores.listed(kinds, targets), families=families)

    def corpus(self) -> Corpus:
        """All answers, as `read_answers` gives them: what `find_reuse` makes a report of."""
        with self._reading() as db:
            reading = kept_records(db, self.path)
        with no_garbage_collection():
            return resolve(reading)

    def stats(self) -> IndexStats:
        """Count its contents."""
        with self._reading() as db:
            about, known = _about(db), self._prepared(db)
            counts = dict(db.execute("SELECT unit, count(*) FROM families GROUP BY unit"))
            (records,) = db.execute("SELECT count(*) FROM records").fetchone()
        dated = known.times.at[: np.count_nonzero(known.last_day < np.iinfo(np.int32).max)]
        with self._reading() as db:
            ends = (
                [_answers_where(db, "answer IN ({})", [int(one)])[0].date for one in dated[[0, -1]]]
                if len(dated)
                else []
            )
        return IndexStats(
            answers=len(known.ids),
            records=records + int(about["repeated"]),
            scorable_words=len(known.tokens),
            paragraph_families=counts.get("paragraph", 0),
            sentence_families=counts.get("sentence", 0),
            first_date=ends[0] if ends else None,
            last_date=ends[1] if ends else None,
            bytes=self.path.stat().st_size,
            made_by=about["made_by"],
            params=_params(about),
        )

    def verify(self, progress: Progress | None = None) -> None:
        """Check every page of the file, and that it says what an index made again of the same records says.

        Raises
        ------
        InputError
            At the first thing that is wrong.
        """
        with self._reading() as db, tempfile.TemporaryDirectory(prefix="pqreuse-") as folder:
            for (line,) in db.execute("PRAGMA integrity_check"):
                if line != "ok":
                    raise InputError(
                        f"{self.path} is damaged: {line.splitlines()[-1]}; make it again with pqreuse index create"
                    )
            reading = kept_records(db, self.path)
            written = {table: _content(db, table) for table in _tables(db) if table not in ("about", "former")}
            params: dict[str, Any] = self.params.to_dict()
            made = ReuseIndex.create(Path(folder) / "again", reading, progress=progress, **params)
            with made._reading() as other:
                wrong = next((table for table, rows in written.items() if rows != _content(other, table)), None)
        if wrong is not None:
            raise InputError(
                f"{self.path} is damaged: its table {wrong} is not what its records make; make it again with "
                "pqreuse index create"
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._closed:
            raise ParameterError("the index is closed; open it again with ReuseIndex.open")
        with opened(self.path) as db:
            yield db

    @contextmanager
    def _changing(self, wait: bool) -> Iterator[tuple[sqlite3.Connection, ReuseParams]]:
        """One transaction that writes: all of it, or nothing."""
        with self._reading() as db:
            about = _about(db)
        with _writing_errors(self.path), closing(sqlite3.connect(self.path, isolation_level=None, timeout=0)) as db:
            # Pages wait in memory until the commit, so that readers are shut out only while it writes.
            db.execute("PRAGMA cache_spill = OFF")
            db.execute(f"PRAGMA busy_timeout = {1 << 30 if wait else 0}")
            db.execute("BEGIN IMMEDIATE")
            db.execute("PRAGMA busy_timeout = 60000")  # for readers that are not through
            try:
                yield db, _params(about)
                db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
                raise

    def _prepared(self, db: sqlite3.Connection) -> Prepared:
        """The arrays of this state."""
        (state,) = db.execute("SELECT value FROM about WHERE name = 'state'").fetchone() or ("",)
        if self._state is None or self._state[0] != state:
            with decoding(self.path):
                self._state = state, _load(db, _params(_about(db)), self.path)
        return self._state[1]


def _schema() -> str:
    kinds = {name: " INTEGER" if name in _FLAGS else " TEXT" for name in RECORD_FIELDS}
    records = ", ".join(f"{quoted(name)}{kind}" for name, kind in kinds.items())
    head = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};"
    return head + _SCHEMA.replace("{records}", records)


def _about(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, value FROM about"))


def _params(about: Mapping[str, str]) -> ReuseParams:
    known = ReuseParams.__dataclass_fields__
    return ReuseParams(**{name: value for name, value in json.loads(about["params"]).items() if name in known})


def _tables(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def _content(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(db.execute(f"SELECT * FROM {quoted(table)}"), key=repr)


@contextmanager
def _writing_errors(path: Path) -> Iterator[None]:
    """Say in a line why an index cannot be written."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise OutputError(f"{path}: another process writes to it; try again later, or wait (--wait)") from error
        raise OutputError(f"cannot write {path}: {error}; it is as it was before") from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path} is damaged: {error}; make it again with pqreuse index create") from error
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}; it is as it was before") from error


def _reading_of(answers: Any, columns: Mapping[str, str] | None) -> Reading:
    """The records of what is given: those that a reading keeps, rows of a data frame, or made of answers at hand."""
    if isinstance(answers, Reading):
        return answers
    if is_framed(answers) and (frame := open_frame(answers)) is not None:
        return Rows(frame, columns).read()
    (corpus,) = gather(answers, columns=columns)
    if corpus.reading is not None:
        return corpus.reading
    records = [record for answer in corpus for record in _records(answer, corpus)]
    return Reading(records, skipped=list(corpus.skipped), warnings=list(corpus.warnings), columns=list(corpus.columns))


def _records(answer: Answer, corpus: Corpus) -> Iterator[Record]:
    """A record for each question; two or more say by a group that they have one answer."""
    known = [answer.question_ids, answer.questions, answer.uins]
    for place, name in enumerate(answer.question_ids):
        question, uin = (some[place] if len(some) == len(known[0]) else None for some in known[1:])
        yield Record(
            text=answer.text,
            question=question or "",
            id=None if name in corpus.positions else name,
            uin=uin,
            answered=answer.date,
            body=answer.body,
            minister=answer.minister,
            house=answer.house,
            heading=answer.heading,
            url=answer.url,
            tables=answer.tables,
            links=answer.links,
            markup=answer.markup,
            preview=answer.preview,
            original=answer.versions[-1] if answer.versions else None,
            group=answer.id if len(answer.question_ids) > 1 else None,
        )


def _sound(record: Record) -> Record:
    """A record that UTF-8 can hold: each lone surrogate replaced, as readers do."""
    texts = {name: value for name in RECORD_FIELDS if isinstance(value := getattr(record, name), str)}
    unsound: dict[str, Any] = {
        name: _SURROGATE.sub("\ufffd", value)
        for name, value in texts.items()
        if not value.isascii() and _SURROGATE.search(value)
    }
    return replace(record, **unsound) if unsound else record


def _without(kept: Reading, names: Sequence[str], path: Path) -> list[Record]:
    """The records that are left without some answers.

    A record belongs to an answer that is removed by its name or, where one name stands for several answers, by its
    words too. What had given way to it (a holding reply, a version from another source) comes back once it is gone: it
    is an answer that was not there before, and goes as well.
    """
    before = resolve(kept)
    gone: dict[str, Answer] = {}
    for name in names:
        answer = next((one for one in before if name in (one.id, *one.question_ids)), None)
        if answer is None:
            raise UnknownAnswerError(
                f"no answer of the index has the identifier {name!r}{nearest(name, column(before.answers, 'id'))}; "
                f"`pqreuse score {path} --format csv` lists those there are"
            )
        gone[answer.id] = answer
    stay = {(_stem(name), joined_words(one.text)) for one in before if one.id not in gone for name in one.question_ids}
    records = list(kept.records)
    while gone:
        ids = {name for one in gone.values() for name in one.question_ids}
        stems = {(_stem(name), joined_words(one.text)) for one in gone.values() for name in one.question_ids}
        several = {name.partition("#")[0] for name in ids if "#" in name} - ids
        records = [
            record
            for record in records
            if (name := name_of(record)) not in ids
            and not (name in several and (name, joined_words(record.text)) in stems)
        ]
        there = {name for one in before for name in one.question_ids}
        gone = {
            one.id: one
            for one in resolve(replace(kept, records=records))
            if there.isdisjoint(one.question_ids)
            and all((_stem(name), joined_words(one.text)) not in stay for name in one.question_ids)
        }
    return records


def _stem(name: str) -> str:
    """An identifier without what tells it apart from others of its name."""
    return name.partition("#")[0]


def _replace(
    path: Path,
    db: sqlite3.Connection,
    kept: Reading,
    reading: Reading,
    settings: ReuseParams,
    threads: int,
    progress: Progress | None,
    left: Sequence[Record] | None = None,
) -> Added:
    """Write an index of old and new records, or of those that are left, into an open transaction."""
    with no_garbage_collection():
        old = list(kept.records)
        said = {content(record) for record in old}
        new: list[Record] = []
        count = 0
        for record in map(_sound, reading.records):
            count += 1
            # A nameless record without a question is never certain to be a copy: `resolve` counts those.
            if content(record) not in said or not (identifier_of(record) or record.question):
                said.add(content(record))
                new.append(record)
        repeated = count - len(new) + reading.repeated
        before = resolve(replace(kept, records=old))
        stay = [*old, *new] if left is None else left
        corpus = resolve(replace(kept, records=stay))
        result, prepare = find_and_prepare(corpus, settings, threads, progress)
        known = prepare()
        former = _former(db, known, result, settings, path)
        for table in _tables(db):
            db.execute(f"DELETE FROM {quoted(table)}")
        told = [*kept.warnings, *reading.warnings]
        skipped = [*kept.skipped, *reading.skipped]
        db.executemany("INSERT INTO notes VALUES (?, ?, ?)", [(one.file, one.where, one.reason) for one in skipped])
        db.executemany("INSERT INTO notes VALUES (NULL, NULL, ?)", [(one,) for one in told])
        db.executemany("INSERT INTO former VALUES (?, ?)", former.items())
        rows = list(map(record_row, stay))
        names = ", ".join(map(quoted, RECORD_FIELDS))
        marks = ", ".join("?" * len(RECORD_FIELDS))
        db.executemany(f"INSERT INTO records ({names}) VALUES ({marks})", rows)
        _write_answers(db, corpus, result, known, stay)
        _write_families(db, corpus, result)
        _store(db, known)
        about = {
            "made_by": version(),
            "params": json.dumps(settings.to_dict()),
            "unicode": unicode_version,
            "hashes": _HASHES,
            "files": kept.files + reading.files,
            "columns": json.dumps([asdict(one) for one in put_together([*kept.columns, *reading.columns])]),
            "repeated": kept.repeated + repeated,
            "records_checksum": checksum(rows),
            "state": os.urandom(8).hex(),
        }
        db.executemany("INSERT INTO about VALUES (?, ?)", [(name, str(value)) for name, value in about.items()])
    # A count of all answers without a body says nothing about those that were added.
    known_doubts = {*before.warnings, *told, *without_body([answer.body for answer in corpus])}
    were, are = ({answer.id: answer for answer in one} for one in (before, corpus))
    return Added(
        records=len(new) + repeated,
        repeated=repeated,
        answers=len(are.keys() - were.keys()),
        replaced=sum(were[name] != are[name] for name in were.keys() & are.keys()),
        gone=len(were.keys() - are.keys()),
        skipped=tuple(reading.skipped),
        warnings=(*reading.warnings, *(one for one in corpus.warnings if one not in known_doubts)),
    )


def _former(
    db: sqlite3.Connection, known: Prepared, result: ReuseResult, settings: ReuseParams, path: Path
) -> dict[str, str]:
    """Identifiers that families had before, and those of the families that have their texts now."""
    listed = set(column(result.families, "id"))
    old = dict(db.execute("SELECT former, family FROM former"))
    old.update((name, name) for (name,) in db.execute("SELECT family FROM families"))
    lost = {name for name in old if name not in listed}
    if not lost:
        return {}
    names = [_wordings(unit, known) for unit in (known.paragraphs, known.sentences)]
    family_of = {
        name: family for unit in names for members in unit for name, family in zip(members, repeat(members[0]))
    }
    # Where a family's exemplar is gone, the first of its other texts that is still there says what it is now.
    before = _load(db, settings, path)
    heirs = {
        members[0]: next((family_of[name] for name in members if name in family_of), None)
        for unit in (before.paragraphs, before.sentences)
        for members in _wordings(unit, before)
        if len(members) > 1
    }
    now = {name: family_of.get(name) or heirs.get(old[name]) or family_of.get(old[name]) for name in lost}
    return {name: family for name, family in now.items() if family is not None and family in listed}


def _wordings(unit: KnownTexts, known: Prepared) -> Iterator[list[str]]:
    """The texts of each family by the identifiers that they have as exemplars, its exemplar first."""
    texts = Texts(np.empty(0, np.int32), unit.first.astype(np.int64), unit.length)
    names = text_ids(unit.unit, known.tokens, known.vocabulary, texts, unit.members.values.astype(np.int64))
    for start, end in pairwise(unit.members.indptr.tolist()):
        yield names[start:end]


def _write_answers(
    db: sqlite3.Connection, corpus: Corpus, result: ReuseResult, known: Prepared, records: Sequence[Record]
) -> None:
    # Texts stand once, with the records; a question's number is that of a record with its words.
    record_of = {record.text: number for number, record in enumerate(records, 1)}
    asked_in = {record.question: number for number, record in enumerate(records, 1)}
    scores, digests = result.scores, _digests(known).view(np.int64).tolist()
    scored = zip(*(column(scores, name) for name in _SCORED), strict=True)
    kinds, refers_to = column(scores, "kinds"), column(scores, "refers_to")
    rows = []
    for number, (answer, figures) in enumerate(zip(corpus.answers, scored, strict=True)):
        more = {name: value for name in _MORE if (value := getattr(answer, name))}
        rows.append(
            (
                number,
                answer.id,
                record_of[answer.text],
                *(getattr(answer, name) for name in _ANSWER),
                *figures,
                "; ".join(kinds[number]),
                "; ".join(refers_to[number]),
                digests[number],
                json.dumps(more, ensure_ascii=False) if more else None,
            )
        )
    db.executemany(f"INSERT INTO _answers VALUES ({', '.join('?' * 18)})", rows)
    db.executemany(
        "INSERT INTO _questions VALUES (?, ?, ?, ?)",
        (
            (name, number, place, asked_in[question])
            for number, answer in enumerate(corpus.answers)
            for place, (name, question) in enumerate(zip(answer.question_ids, answer.questions, strict=True))
        ),
    )
    db.executemany("INSERT INTO uins VALUES (?, ?)", ((uin, one.id) for one in corpus.answers for uin in one.uins))
    number_of = {answer.id: number for number, answer in enumerate(corpus.answers)}
    spans = _columns(result, "spans")
    names = map(number_of.__getitem__, spans.pop("answer_id"))
    db.executemany(f"INSERT INTO _spans VALUES ({', '.join('?' * 6)})", zip(names, *spans.values(), strict=True))


def _write_families(db: sqlite3.Connection, corpus: Corpus, result: ReuseResult) -> None:
    answer_of = {answer.id: number for number, answer in enumerate(corpus.answers)}
    number_of: dict[str, int] = {}
    families, slots = [], []
    of_family = attrgetter(*_FAMILY)
    for number, family in enumerate(result.families):
        number_of[family.id] = number
        families.append((number, *of_family(family), family.inside or 0))
        slots += [
            (family.id, place, slot.kind, "; ".join(slot.changes), rank, value.text, value.answers, value.first_date)
            for place, slot in enumerate(family.slots)
            for rank, value in enumerate(slot.values)
        ]
    db.executemany(f"INSERT INTO families VALUES ({', '.join('?' * (len(_FAMILY) + 2))})", families)
    db.executemany(f"INSERT INTO slots VALUES ({', '.join('?' * 8)})", sorted(slots))
    uses = _columns(result, "uses")
    rows = list(
        zip(
            map(number_of.__getitem__, uses["family"]),
            uses["variant"],
            map(answer_of.__getitem__, uses["answer_id"]),
            uses["start"],
            uses["end"],
            strict=True,
        )
    )
    db.executemany("INSERT INTO _uses VALUES (?, ?, ?, ?, ?)", rows)
    first: dict[tuple[int, int], tuple[int, int, int]] = {}
    for number, variant, *place in rows:
        first.setdefault((number, variant), tuple(place))
    variants = _columns(result, "variants")
    keys = zip(map(number_of.__getitem__, variants["family"]), variants["variant"], strict=True)
    db.executemany(
        "INSERT INTO _variants VALUES (?, ?, ?, ?, ?, ?)",
        ((*key, many, *first[key]) for key, many in zip(keys, variants["answers"], strict=True)),
    )
    db.executemany("INSERT INTO months VALUES (?, ?, ?, ?)", zip(*_columns(result, "months").values(), strict=True))


def _columns(result: ReuseResult, kind: TableKind) -> dict[str, Sequence[Any]]:
    """The columns of a table as Python's own values."""
    return {
        name: values.tolist() if isinstance(values, np.ndarray) else values
        for name, (_, values) in result.tables(kind).items()
    }


def _digests(known: Prepared) -> NDArray[np.uint64]:
    """A digest of each answer's scorable words."""
    return row_digests(Ragged(known.vocabulary.hashes[known.tokens], known.indptr))


def _arrays(known: Prepared) -> Iterator[tuple[str, NDArray[Any]]]:
    utf8, indptr = known.vocabulary.parts()
    yield "vocabulary", utf8
    yield "vocabulary.indptr", indptr
    yield "vocabulary.hashes", known.vocabulary.hashes
    for name in ("first_day", "last_day", "tokens", "indptr", "anchor_hash", "anchor_place"):
        yield name, getattr(known, name)
    for name in ("closed", "glued"):
        yield name, np.packbits(getattr(known, name))
    yield "numeric", np.packbits(known.vocabulary.numeric)
    for unit in (known.paragraphs, known.sentences):
        for name in ("first", "length", "digest", "start", "end", "sizes"):
            yield f"{unit.unit}.{name}", getattr(unit, name)
        for name in ("members", "uses", "postings"):
            ragged = getattr(unit, name)
            yield f"{unit.unit}.{name}", ragged.values
            yield f"{unit.unit}.{name}.lengths", ragged.lengths


def _store(db: sqlite3.Connection, known: Prepared) -> None:
    """Write the arrays, each in the smallest type that holds its numbers."""
    for name, array in _arrays(known):
        if array.dtype.itemsize > 1 and array.dtype != np.uint64:
            low, high = (int(array.min()), int(array.max())) if len(array) else (0, 0)
            array = array.astype(np.result_type(np.min_scalar_type(low), np.min_scalar_type(high)))
        data = array.tobytes()
        db.execute("INSERT INTO _arrays VALUES (?, ?, ?, ?)", (name, array.dtype.str, data, zlib.crc32(data)))


def _load(db: sqlite3.Connection, params: ReuseParams, path: Path) -> Prepared:
    about = _about(db)
    if about["hashes"] != _HASHES or about["unicode"] != unicode_version:
        made, ours = (about["hashes"], _HASHES) if about["hashes"] != _HASHES else (about["unicode"], unicode_version)
        raise InputError(
            f"{path}: made with the words of Unicode {made}, this pqreuse has those of {ours}; make it again with "
            "pqreuse index create"
        )
    arrays: dict[str, NDArray[Any]] = {}
    for name, kind, data, known in db.execute("SELECT name, type, data, checksum FROM _arrays"):
        if zlib.crc32(data) != known:
            raise InputError(
                f"{path} is damaged: its array {name} is not what was written; make it again with pqreuse index create"
            )
        arrays[name] = np.frombuffer(data, kind)

    def wide(name: str, kind: type[np.generic]) -> NDArray[Any]:
        return arrays[name].astype(kind)

    def bits(name: str, length: int) -> NDArray[np.bool_]:
        return np.unpackbits(arrays[name], count=length).view(bool)

    def ragged(name: str) -> Ragged:
        return Ragged.of_lengths(wide(name, np.int32), arrays[f"{name}.lengths"])

    def unit(name: Unit) -> KnownTexts:
        return KnownTexts(
            unit=name,
            first=wide(f"{name}.first", np.int32),
            length=wide(f"{name}.length", np.int32),
            digest=arrays[f"{name}.digest"],
            members=ragged(f"{name}.members"),
            uses=ragged(f"{name}.uses"),
            start=wide(f"{name}.start", np.int32),
            end=wide(f"{name}.end", np.int32),
            sizes=wide(f"{name}.sizes", np.int32),
            postings=ragged(f"{name}.postings"),
        )

    hashes = arrays["vocabulary.hashes"]
    tokens = wide("tokens", np.int32)
    return Prepared(
        params=params,
        ids=[name for (name,) in db.execute("SELECT answer_id FROM _answers ORDER BY answer")],
        first_day=wide("first_day", np.int64),
        last_day=wide("last_day", np.int64),
        tokens=tokens,
        indptr=wide("indptr", np.int64),
        closed=bits("closed", len(tokens)),
        glued=bits("glued", len(tokens)),
        vocabulary=Vocabulary(
            arrays["vocabulary"], wide("vocabulary.indptr", np.int64), hashes, bits("numeric", len(hashes))
        ),
        paragraphs=unit("paragraph"),
        sentences=unit("sentence"),
        anchor_hash=wide("anchor_hash", np.uint32),
        anchor_place=wide("anchor_place", np.int32),
    )


def _answers_where(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Answer]:
    """Answers of which a condition with these values holds, by identifier."""
    found = []
    for start in range(0, len(values), 500):
        some = values[start : start + 500]
        query = (
            f"SELECT answer, answer_id, records.text, {', '.join(f'_answers.{name}' for name in _ANSWER)}, more "
            f"FROM _answers JOIN records USING (record) WHERE {where.format(', '.join('?' * len(some)))}"
        )
        for number, name, text, *known, more in db.execute(query, some):
            questions = db.execute(
                "SELECT question_id, question FROM _questions JOIN records USING (record) WHERE answer = ? "
                "ORDER BY place",
                (number,),
            ).fetchall()
            rest = json.loads(more) if more else {}
            rest = {key: _tuples(value) if isinstance(value, list) else value for key, value in rest.items()}
            found.append(
                Answer(
                    text=text,
                    id=name,
                    question_ids=tuple(one for one, _ in questions),
                    questions=tuple(question for _, question in questions),
                    **dict(zip(_ANSWER, known, strict=True)),
                    **rest,
                )
            )
    return sorted({answer.id: answer for answer in found}.values(), key=lambda answer: answer.id)


def _tuples(values: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _itself(db: sqlite3.Connection, known: Prepared, new: Corpus, words: Words) -> NDArray[np.int64]:
    """The answer of the index that each of these is, see `same_answers`; -1 for one that it does not have."""
    names = [name for one in new for name in one.question_ids if name not in new.positions]
    said = row_digests(Ragged(words.vocabulary.hashes[words.tokens], words.indptr)).view(np.int64).tolist()
    found = _answers_where(db, "answer IN (SELECT answer FROM _questions WHERE question_id IN ({}))", names)
    found += _answers_where(db, "said IN ({})", said)
    old = Corpus(answers=sorted({one.id: one for one in found}.values(), key=lambda one: one.id))
    both = index_words([answer.text for answer in (*old.answers, *new.answers)])
    same = same_answers(old, new, both)
    return np.array([-1 if place < 0 else known.number[old[place].id] for place in same], np.int64)


def _known_families(db: sqlite3.Connection, known: Prepared, asked: Asked) -> Iterator[KnownFamily]:
    """Families of both units, most used first, then by identifier: those of a single answer too."""
    found: list[tuple[int, str, KnownTexts, int, int, NDArray[np.int32]]] = []
    units = (known.paragraphs, known.sentences)
    for unit, families, said in zip(units, asked.families, asked.first_said, strict=True):
        texts = Texts(np.empty(0, np.int32), unit.first.astype(np.int64), unit.length)
        names = text_ids(unit.unit, known.tokens, known.vocabulary, texts, unit.exemplars[families].astype(np.int64))
        for name, family, first in zip(names, families.tolist(), said.tolist(), strict=True):
            users = unit.users(family)
            found.append((-len(users), name, unit, family, first, users))
    found.sort(key=lambda one: one[:2])
    earliest = [int(users[np.argmin(known.times.order[users])]) for *_, users in found]
    latest = [int(users[np.argmax(known.latest[users])]) for *_, users in found]
    named = {*earliest, *latest, *(first for *_, first, _ in found if first >= 0)}
    answers = {answer.id: answer for answer in _answers_where(db, "answer IN ({})", sorted(named))}
    replaces = replaced_ids(dict(db.execute("SELECT former, family FROM former")))
    for (less, name, unit, family, first, _), user, last in zip(found, earliest, latest, strict=True):
        members = unit.members[family]
        uses = unit.uses.take(members)
        place = ranges(unit.uses.indptr[members], uses.lengths)[uses.values == user]
        at = place[np.argmin(unit.start[place])]
        yield KnownFamily(
            id=name,
            unit=unit.unit,
            answers=-less,
            variants=len(members),
            text=answers[known.ids[user]].text[int(unit.start[at]) : int(unit.end[at])],
            first_answer=answers[known.ids[first]] if first >= 0 else None,
            last_date=answers[known.ids[last]].date,
            replaces=replaces.get(name, ()),
        )
