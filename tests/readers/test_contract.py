"""What every reader keeps to, whatever the format."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from readers.conftest import Read
from readers.sample import API, FORCED, SAMPLES, archive

from pqreuse.errors import MissingPackageError, ParameterError
from pqreuse.readers import FORMATS, read_records
from pqreuse.records import Record, days

TEXTS = [name for name in SAMPLES if name != "parquet"]
DETECTED = [name for name in SAMPLES if name != "document"]


def check(record: Record) -> None:
    assert record.text.strip()
    assert record.file
    assert record.where
    assert re.fullmatch(r"(line|record|row) \d+.*", record.where)
    for date in (record.tabled, record.answered, record.corrected):
        days(date)
    for start, end in record.tables:
        assert 0 <= start < end <= len(record.text)
        assert record.text[start:end].strip()
    assert list(record.tables) == sorted(record.tables)
    assert record.id != ""
    json.dumps([record.text, record.question, record.id]).encode("utf-8")


def test_every_format_has_a_sample() -> None:
    assert set(FORMATS) == {FORCED.get(name, name) for name in SAMPLES}


@pytest.mark.parametrize("name", DETECTED)
def test_format_is_found_by_content_and_can_be_forced(read: Read, name: str) -> None:
    content = SAMPLES[name]()
    found, forced = read(content, "data"), read(content, "data", input_format=FORCED.get(name, name))
    assert found.records
    assert found == forced
    assert found.files == 1
    assert found.skipped == found.warnings == []
    for record in found.records:
        check(record)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("packing", ["gzip", "zstd", "two members"])
def test_packed_files_give_the_same(read: Read, name: str, packing: str) -> None:
    content = SAMPLES[name]()
    data = content.encode() if isinstance(content, str) else content
    form = FORCED.get(name, name)
    if packing == "zstd":
        zstandard = pytest.importorskip("zstandard", reason="needs zstandard")
        packed = zstandard.compress(data[:50]) + zstandard.compress(data[50:])
    elif packing == "gzip":
        packed = gzip.compress(data)
    else:
        packed = gzip.compress(data[:50]) + gzip.compress(data[50:]) + b"\0" * 100
    assert read(packed, "data", input_format=form) == read(data, "data", input_format=form)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_give_the_same_text(read: Read, name: str, encoding: str) -> None:
    content = str(SAMPLES[name]())
    if name.endswith("-xml"):  # XML states its encoding itself
        encoding = "utf-8-sig" if encoding == "utf-8-sig" else "utf-16"
        content = content.replace("UTF-8", encoding.removesuffix("-sig"))
    form = FORCED.get(name, name)
    expected = read(SAMPLES[name](), "data", input_format=form)
    assert read(content.encode(encoding), "data", input_format=form).records == expected.records


@pytest.mark.parametrize("name", TEXTS)
def test_carriage_returns_change_no_words(read: Read, name: str) -> None:
    content = str(SAMPLES[name]())
    form = FORCED.get(name, name)
    crlf = read(content.replace("\n", "\r\n"), "data", input_format=form).records
    assert [record.text.replace("\r", "") for record in crlf] == [
        record.text.replace("\r", "") for record in read(content, "data", input_format=form).records
    ]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("inside", ["", "in/a folder/"])
def test_a_member_of_an_archive_is_read_like_a_file(read: Read, name: str, inside: str) -> None:
    content = SAMPLES[name]()
    form = FORCED.get(name, name)
    packed = archive({f"{inside}data": content})
    for given in (packed, gzip.compress(packed)):
        found = read(given, "a.zip", input_format=form)
        assert {record.file.removeprefix(f"{read.folder}/") for record in found.records} == {f"a.zip/{inside}data"}
        alone = read(content, "data", input_format=form)
        unlike = {"file": "", "group": None, **({"id": None} if name == "document" else {})}
        assert [replace(record, **unlike) for record in found.records] == [
            replace(record, **unlike) for record in alone.records
        ]
        assert (found.files, found.skipped) == (1, alone.skipped)


def test_progress_ends_at_the_size_of_all_inputs(read: Read) -> None:
    paths = [read.write(SAMPLES[name](), f"in.{name}") for name in ("csv", "jsonl", "transcript")]
    read.write(b"\x89PNG" + bytes(200_000), "image.png")
    told: list[tuple[str, int, int | None]] = []
    read_records(read.folder, progress=lambda *args: told.append(args))
    total = sum(path.stat().st_size for path in paths) + 200_004
    assert told[-1] == ("reading", total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input_format": "xml"}, "input_format must be one of .*, got 'xml'"),
        ({"columns": {"txt": "a"}}, "columns: 'txt' is none of text, id, date"),
        ({"columns": {"text": ""}}, "the column for 'text' must be a name"),
    ],
)
def test_wrong_arguments(read: Read, options: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read(SAMPLES["csv"](), **options)
    with pytest.raises(ParameterError, match="inputs must be paths"):
        read_records([1])  # type: ignore[list-item]
    for one in (5, None, b"answers/"):
        with pytest.raises(ParameterError, match=f"inputs must be a path, a glob, '-' or a list of them, got {one!r}"):
            read_records(one)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "package", "extra"), [("parquet", "pyarrow", "parquet"), ("zstd", "zstandard", "zstd")]
)
def test_missing_packages(read: Read, monkeypatch: pytest.MonkeyPatch, name: str, package: str, extra: str) -> None:
    content = SAMPLES["parquet"]() if name == "parquet" else b"\x28\xb5\x2f\xfd" + bytes(20)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        MissingPackageError, match=rf"in\.dat: reading .* needs {package}: pip install 'pqreuse\[{extra}\]'"
    ):
        read(content, "in.dat")


def test_import_is_light() -> None:
    code = (
        "import sys, pqreuse.readers; print([m for m in ('lxml', 'pyarrow', 'zstandard', 'numpy') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    )


def test_strict_stops_at_bad_things_only(read: Read) -> None:
    unanswered, withdrawn = API | {"answerText": None}, API | {"isWithdrawn": True}
    reading = read(json.dumps([API, unanswered, withdrawn]), strict=True)
    assert [(item.where, item.reason) for item in reading.skipped] == [
        ("record 2", "unanswered"),
        ("record 3", "withdrawn"),
    ]
    from pqreuse.errors import InputError

    with pytest.raises(InputError, match=r"in\.txt: record 2: answerText must be text, but is a number"):
        read(json.dumps([API, API | {"answerText": 5}]), strict=True)
