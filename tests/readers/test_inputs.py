"""Inputs: folders, globs, lists, standard input, names of any bytes."""

from __future__ import annotations

import io
import os
import random
import sys
from pathlib import Path

import pytest
from readers.conftest import Read
from readers.sample import PAGE, SAMPLES, TRANSCRIPT

from pqreuse.errors import InputError
from pqreuse.readers import read_records


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
