"""Inputs of which only a part can be used, and what is told of the rest; those of no use are in tests/faults.py."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from readers.conftest import Read
from readers.sample import API, SAMPLES, TRANSCRIPT

from pqreuse.errors import InputError
from pqreuse.readers import read_records

LINES = "".join(json.dumps(API | {"id": number, "heading": f"{number * 7919:x}"}) + "\n" for number in range(3_000))


def test_a_reason_is_told_once_with_a_count(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(json.dumps(["a"] * 2_000))
    assert str(caught.value).count("no object") == 1
    assert str(caught.value).endswith("(none of 2,000 records can be used)")
    rows: list[object] = [{"id": 1, "answer": {}}] * 1_200
    with pytest.raises(InputError) as caught:
        read(json.dumps([*rows, 5]))
    assert str(caught.value).replace(f"{read.folder}/", "") == (
        "no answers in 1 file: in.txt: record 1: answer must be text, but is an object (and 1,199 more like it);"
        " in.txt: record 1201: no object: an answer is written as {...} with its fields by name"
    )
    reading = read(json.dumps(["a", "b", {"id": 1, "answer": "So."}, "c"]))
    assert [item.where for item in reading.skipped] == ["record 1", "record 2", "record 4"]


def test_a_table_that_its_name_or_the_caller_calls_one_is_not_taken_for_prose(read: Read) -> None:
    content = "nr,reply to,x\n1,x,y\n"
    for name, form in (("a.csv", None), ("a.tsv.gz", None), ("a.txt", "csv")):
        with pytest.raises(InputError, match=r"'x'$"):
            read(content, name, input_format=form)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "parquet"])
def test_no_parquet(read: Read, name: str) -> None:
    with pytest.raises(
        InputError, match=r"a\.x: not a Parquet file: leave out --input-format, or name its own format$"
    ):
        read(SAMPLES[name](), "a.x", input_format="parquet")
    with pytest.raises(InputError, match=r"a\.x: the file is empty"):
        read("", "a.x", input_format="parquet")


def test_the_reason_names_the_file_in_its_folder(read: Read) -> None:
    read.write('["a", "b"]', "sub/in.json")
    with pytest.raises(InputError, match=r"^sub/in\.json: no object"):
        read_records(read.folder)
    read.write('["a", "b"]', "in.json")
    with pytest.raises(InputError, match=r"^no answers in 2 files: in\.json: no object.*; sub/in\.json: no object"):
        read_records(read.folder)


def test_no_inputs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no inputs"):
        read_records([])


def test_no_rights(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything: the refusal is played."""
    bad, good = read.write(LINES, "bad.jsonl"), read.write(SAMPLES["jsonl"](), "good.jsonl")
    from pqreuse.readers import sources

    def refuse(path: str, mode: str) -> object:
        if path == str(bad):
            raise PermissionError(13, "Permission denied")
        return open(path, mode)

    monkeypatch.setattr(sources, "open", refuse, raising=False)
    with pytest.raises(InputError, match=r"bad\.jsonl: no permission to read it"):
        read_records([bad, good])
    reading = read_records(read.folder)
    assert [(item.file, item.reason.split(":")[0]) for item in reading.skipped] == [
        ("bad.jsonl", "no permission to read it")
    ]
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match=r"good\.jsonl: no permission to read it"):
        read_records(good)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_cut_packed_lines_keep_whole_records(read: Read, packing: str) -> None:
    if packing == "zstd":
        packed = pytest.importorskip("zstandard", reason="needs zstandard").compress(LINES.encode())
    else:
        packed = gzip.compress(LINES.encode())
    reading = read(packed[: len(packed) // 2], "a.jsonl.x")
    assert 0 < len(reading.records) < 3_000
    assert [record.id for record in reading.records] == [str(number) for number in range(len(reading.records))]
    (skipped,) = reading.skipped
    assert skipped.where == "end of file"
    assert skipped.reason.startswith(f"the {packing} data is cut short: copy or download the file again")


@pytest.mark.parametrize("packing", ["gzip", "zstandard"])
@pytest.mark.parametrize("name", ["a.json", "a.csv", "in.txt"])
def test_what_unpacks_to_very_much_more_is_not_unpacked_to_its_end(
    read: Read, packing: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pytest.importorskip(packing, reason=f"needs {packing}").compress
    monkeypatch.setattr("pqreuse.readers.sources._MOST_BYTES", 1 << 20)
    with pytest.raises(InputError, match="over 100 times its size: unpack it yourself if you trust it"):
        read(pack(b'[{"answer": "' + b"a" * (1 << 23)), name)
    for start in (LINES, ""):
        # What is far larger, but not by so much, or by so much, but not large, is read.
        lines = start + "".join(f'{{"answer": "{number} {"a" * 500}"}}\n' for number in range(1_000))
        assert len(read(pack(lines.encode())).records) == 1_000 + 3_000 * bool(start)


def test_gzip_with_a_wrong_checksum_or_a_tail(read: Read) -> None:
    packed = gzip.compress(LINES.encode())
    for data in (packed[:-8] + bytes(8), packed + b"tail"):
        reading = read(data)
        assert len(reading.records) == 3_000
        assert "the gzip data is damaged" in reading.skipped[0].reason


def test_cut_packed_transcript_leaves_out_its_last_answer(read: Read) -> None:
    text = "".join(TRANSCRIPT.replace("steps.", f"{number * 7919:x} steps.") for number in range(2_000))
    reading = read(gzip.compress(text.encode())[:8_000])
    assert len(reading.records) > 10
    assert {record.text[-18:] for record in reading.records} == {"\nAnd more of them."}
    assert "the last answer before the damage" in reading.skipped[1].reason


def test_the_message_names_the_first_reasons(read: Read) -> None:
    for number in range(5):
        read.write("no question", f"{number}.txt")
    with pytest.raises(InputError) as caught:
        read_records(read.folder)
    assert str(caught.value).startswith("no answers in 5 files: 0.txt: no question found")
    assert str(caught.value).endswith("; and 2 more")
