"""Inputs: folders, globs, lists, standard input, names of any bytes."""

from __future__ import annotations

import io
import json
import os
import random
import sys
import time
from pathlib import Path

import pytest
from readers.conftest import Read
from readers.sample import PAGE, SAMPLES, TRANSCRIPT

from pqreuse.errors import InputError, ParameterError
from pqreuse.readers import read_records


def answer(number: int, text: str = "So.") -> str:
    return json.dumps({"id": number, "answer": text})


def test_folder_glob_list_and_path(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read.write(TRANSCRIPT, "b/one.txt")
    read.write(PAGE, "a.txt")
    read.write(TRANSCRIPT, "b/.hidden.txt")
    read.write(TRANSCRIPT, ".git/two.txt")
    monkeypatch.chdir(read.folder)
    files = {
        name: [record.file for record in read_records(given).records]
        for name, given in {
            "folder": ".", "path": Path(), "folder b": "b", "glob": "**/*.txt", "list": ["b/one.txt", "a.txt"],
            "twice": ["a.txt", Path("a.txt"), "./a.txt", ".", "b"],
        }.items()
    }  # fmt: skip
    assert files == {
        "folder": ["a.txt", "b/one.txt"],
        "path": ["a.txt", "b/one.txt"],
        "folder b": ["one.txt"],
        "glob": ["a.txt", "b/one.txt"],
        "list": ["b/one.txt", "a.txt"],
        "twice": ["./a.txt", "b/one.txt"],
    }


def test_a_data_frame_is_no_list_of_paths() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ParameterError, match="got a data frame: find_reuse"):
        read_records(pandas.DataFrame({"answer": ["So."]}))


def test_same_names_in_two_folders_are_told_apart(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read.write(TRANSCRIPT, "x/a.txt")
    read.write(PAGE, "y/a.txt")
    monkeypatch.chdir(read.folder)
    assert [record.file for record in read_records(["x", "y"]).records] == ["x/a.txt", "y/a.txt"]


def test_the_order_of_files_changes_nothing_but_the_order_of_records(read: Read) -> None:
    paths = [read.write(SAMPLES[name](), f"{name}.dat") for name in SAMPLES if name != "parquet"]
    paths.append(read.write('[{"id": 1, "answer": "a\\u0000", "date": "soon"}, 5, {"answer": ""}]', "odd.json"))
    first = read_records(paths)
    for seed in range(5):
        random.Random(seed).shuffle(paths)
        other = read_records([*paths, *paths])
        assert (other.skipped, other.warnings, other.files) == (first.skipped, first.warnings, first.files)
        assert sorted(map(repr, other.records)) == sorted(map(repr, first.records))


def test_places_are_in_natural_order(read: Read) -> None:
    reading = read('{"id": 1, "answer": "x"}\n' + "5\n" * 11)
    assert [item.where for item in reading.skipped] == [f"line {number}" for number in range(2, 13)]


def test_skipped_is_by_file_then_natural_place(read: Read) -> None:
    lines = "".join(answer(number, "") + "\n" for number in range(12)) + answer(12) + "\n"
    several = '[{"id": 1, "answer": "x"}, ' + ", ".join(["5"] * 10) + "]\n"
    paths = [read.write(lines, "b.jsonl"), read.write('{"a": 1}\n' + several * 10, "a.jsonl"), read.write("", "c.txt")]
    first = [(item.file.rpartition("/")[2], item.where) for item in read_records(paths, input_format="jsonl").skipped]
    assert first == [
        ("a.jsonl", "line 1"),
        *(("a.jsonl", f"line {line}, record {number}") for line in range(2, 12) for number in range(2, 12)),
        *(("b.jsonl", f"line {line}") for line in range(1, 13)),
        ("c.txt", "whole file"),
    ]


def test_many_files_in_a_folder(read: Read) -> None:
    for number in range(5_000):
        read.write(answer(number), f"{number % 7}/{number}.json")
    began = time.perf_counter()
    reading = read_records(read.folder)
    assert time.perf_counter() - began < 10  # 0.7 s on the machine it was made on
    assert (reading.files, reading.skipped) == (5_000, [])
    assert {record.id for record in reading.records} == set(map(str, range(5_000)))
    assert len({record.file for record in reading.records}) == 5_000
    files = [record.file for record in reading.records]
    assert files == sorted(files)


def test_a_folder_in_a_folder_with_the_same_names(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("a.json", "x/a.json", "x/x/a.json", "y/a.json", "z/x/x/a.json")):
        read.write(answer(number), name)
    monkeypatch.chdir(read.folder)
    files = {record.id: record.file for record in read_records(".").records}
    assert list(files.values()) == ["a.json", "x/a.json", "x/x/a.json", "y/a.json", "z/x/x/a.json"]
    expected = {"1": "x/a.json", "2": "x/x/a.json", "3": "y/a.json"}
    for inputs in (["x", "x/x", "y"], ["y", "x/x", "x"]):
        assert {record.id: record.file for record in read_records(inputs).records} == expected
    # The name that tells one file apart may be that of another in its own folder.
    for inputs in (["x/x", "y", "z"], ["z", "y", "x/x"]):
        files = {record.id: record.file for record in read_records(inputs).records}
        assert files == {"2": "x/x/a.json", "3": "y/a.json", "4": "z/x/x/a.json"}


def test_one_file_by_several_spellings_and_links(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read.write(answer(1), "b.json")
    read.write(answer(2), "elsewhere/e.json")
    (read.folder / "folder").mkdir()
    (read.folder / "folder/link.json").symlink_to("../elsewhere/e.json")
    (read.folder / "a.json").symlink_to("b.json")
    monkeypatch.chdir(read.folder)
    spellings = ["./b.json", "b.json", "folder/../b.json", "*.json", "a.json", Path("b.json")]
    for inputs in (spellings, spellings[::-1]):
        reading = read_records(inputs)
        assert (len(reading.records), reading.files, reading.skipped) == (1, 1, [])
        assert reading.records[0].file == "./b.json"
    assert [(record.id, record.file) for record in read_records("folder").records] == [("2", "link.json")]
    assert [(record.id, record.file) for record in read_records(".").records] == [
        ("1", "a.json"),
        ("2", "elsewhere/e.json"),
    ]


def test_links_to_folders_are_followed_and_never_in_a_circle(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read.write(answer(1), "top/a.json")
    read.write(answer(2), "elsewhere/b.json")
    read.write(answer(3), "elsewhere/deep/c.json")
    for link, target in {
        "top/out": "../elsewhere", "top/again": "../elsewhere/deep", "top/self": ".", "top/parent": "..",
        "elsewhere/deep/back": "../../top", "top/.hidden": "../elsewhere", "top/nowhere": "gone",
    }.items():  # fmt: skip
        (read.folder / link).symlink_to(target, target_is_directory=True)
    monkeypatch.chdir(read.folder)
    reading = read_records("top")
    assert sorted(record.id for record in reading.records) == ["1", "2", "3"]
    assert [item.file for item in reading.skipped] == ["nowhere"]
    assert {record.id: record.file for record in read_records("elsewhere").records}.keys() == {"1", "2", "3"}


def test_a_file_named_and_found_is_named_in_any_order(read: Read) -> None:
    """So that a pipe is read, and a file that cannot be opened is an error, whichever comes first."""
    read.write(TRANSCRIPT, "a.txt")
    for inputs in ([read.folder, "fd"], ["fd", read.folder]):
        reader, writer = os.pipe()
        os.write(writer, PAGE.encode())
        os.close(writer)
        link = read.folder / "pipe"
        link.symlink_to(f"/dev/fd/{reader}")
        reading = read_records([link if item == "fd" else item for item in inputs])
        os.close(reader)
        link.unlink()
        assert (len(reading.records), reading.skipped) == (2, [])


def test_names_of_any_bytes(tmp_path: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"a\xff\nb [x] \xc2\xa3.txt")
    try:
        with open(odd, "wb") as file:
            file.write(TRANSCRIPT.encode())
    except OSError:
        pytest.skip("this file system takes no such name")
    (record,) = read_records(tmp_path).records
    assert record.file == "a\\xff\\nb [x] £.txt"
    assert read_records(os.fsdecode(odd)).records[0].text == record.text


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TRANSCRIPT.encode())))
    told: list[int | None] = []
    reading = read_records(["-", "-"], progress=lambda stage, done, total: told.append(total))
    assert [record.file for record in reading.records] == ["standard input"]
    assert set(told) == {None}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(InputError, match=r"^standard input: the file is empty: download it again or leave it out$"):
        read_records("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="there is none to read"):
        read_records("-")


def test_pipes_are_read_where_named_and_reported_where_found(read: Read) -> None:
    read.write(TRANSCRIPT, "a.txt")
    os.mkfifo(read.folder / "pipe")
    (read.folder / "nowhere").symlink_to("gone")
    reading = read_records(read.folder)
    assert [(item.file, item.reason) for item in reading.skipped] == [
        ("nowhere", "the file is gone, or a link that leads nowhere"),
        ("pipe", "not a regular file: name it on its own to read it"),
    ]
    reader, writer = os.pipe()
    os.write(writer, TRANSCRIPT.encode())
    os.close(writer)
    assert len(read_records(f"/dev/fd/{reader}").records) == 1
    os.close(reader)
