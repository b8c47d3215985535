"""ZIP archives: read like folders, and what is not read of them."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from contextlib import suppress

import pytest
from readers.conftest import Read
from readers.sample import CSV, PAGE, TRANSCRIPT, archive

from pqreuse.errors import InputError
from pqreuse.readers import read_records


def test_members_are_read_like_files_of_a_folder(read: Read) -> None:
    members = {
        "b/one.txt": TRANSCRIPT,
        "a.csv": CSV,
        "./c.txt": PAGE,
        ".hidden.txt": TRANSCRIPT,
        "b/.git/two.txt": TRANSCRIPT,
        "__MACOSX/b/._one.txt": b"\0\5\x16\7",
        "empty/": "",
        "z.txt": "Good news\n\nfor all.",
    }
    read.write(archive(members), "all.zip")
    reading = read_records(read.folder)
    assert [record.file for record in reading.records] == ["all.zip/./c.txt", "all.zip/a.csv", "all.zip/b/one.txt"]
    assert [(item.file, item.reason.split(":")[0]) for item in reading.skipped] == [
        ("all.zip/z.txt", "no question found")
    ]
    assert reading.files == 4
    with pytest.raises(InputError, match=r"^all\.zip/z\.txt: no question found"):
        read_records(read.folder, strict=True)


def test_what_cannot_be_read_is_told_and_the_rest_is_read(read: Read) -> None:
    content = archive({"a.zip": archive({"x.csv": CSV}), "b.csv": CSV, "c.csv": CSV, "d.csv": CSV})
    buffer = bytearray(content)
    # In the local header and in the directory: encrypted, and packed by a method that nobody knows.
    for name, offset, value in ((b"c.csv", 0, 1), (b"d.csv", 2, 99)):
        first, second = buffer.index(name), buffer.rindex(name)
        buffer[first - 24 + offset], buffer[second - 38 + offset] = value, value
    reading = read(bytes(buffer), "in.zip")
    assert {record.file.rpartition("/")[2] for record in reading.records} == {"b.csv"}
    assert [(item.file.rpartition("/")[2], item.where, item.reason) for item in reading.skipped] == [
        (
            "a.zip",
            "whole file",
            "a ZIP archive or an Office file: unpack it, or save it as CSV or text; no answers can be read from it as"
            " it is",
        ),
        ("c.csv", "whole file", "encrypted: unpack the archive with its password first"),
        ("d.csv", "whole file", "packed in a way that cannot be read here: unpack the archive first"),
    ]


def test_damage_inside_keeps_whole_records_before_it(read: Read) -> None:
    rows = "id,answer\n" + "".join(f"{number},{random.Random(number).random()}\n" for number in range(20_000))
    content = bytearray(archive({"a.csv": rows}))
    content[len(content) // 2] ^= 0xFF
    reading = read(bytes(content), "in.zip")
    assert 0 < len(reading.records) <= 20_000
    assert ("end of file", True) in {(item.where, "the ZIP data is damaged" in item.reason) for item in reading.skipped}


def bomb() -> bytes:
    """Many entries for the same bytes: 100 GB unpacked, a few kilobytes packed."""
    kernel = archive({"a": b"0" * (1 << 24)})
    with zipfile.ZipFile(io.BytesIO(kernel)) as file:
        (member,) = file.infolist()
        start = file.start_dir
    entry = kernel[start : kernel.rindex(b"PK\x05\x06")]
    count = 6_000
    assert member.file_size * count > 10**11
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entry) * count, start, 0)
    return kernel[:start] + entry * count + end


NOT_READ = {
    "bomb": (bomb, "bytes that would unpack to 100,663,296,000 in 6,000 files: unpack it yourself if you trust it"),
    "Office": (
        lambda: archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}),
        "an Office file: save it as CSV or text",
    ),
    "cut": (lambda: archive({"a.csv": CSV})[:-30], "a ZIP archive or an Office file that is damaged"),
    "empty": (lambda: archive({}), "no files in this archive (hidden ones are left out)"),
    "hidden only": (lambda: archive({".a": "x"}), "no files in this archive (hidden ones are left out)"),
    "noise": (lambda: b"PK\3\4" + random.Random(2).randbytes(5_000), "that is damaged"),
}


@pytest.mark.parametrize(("content", "reason"), NOT_READ.values(), ids=NOT_READ)
def test_archives_that_are_not_read_give_one_line_quickly(read: Read, content: object, reason: str) -> None:
    data = content()
    began = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read(data, "in.zip")
    assert time.perf_counter() - began < 1
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_large_archive_of_text_is_no_bomb(read: Read) -> None:
    """What is much larger unpacked, and yet text: the limit asks for both."""
    text = "id,answer\n" + "".join(f"{number},The answer to question {number}.\n" for number in range(200_000))
    assert len(read(archive({"a.csv": text}), "in.zip").records) == 200_000


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_raise_anything_else(read: Read, seed: int) -> None:
    random_ = random.Random(seed)
    content = bytearray(archive({"a.csv": CSV, "b/c.txt": TRANSCRIPT, "d.json": "[]"}))
    for _ in range(random_.randint(1, 6)):
        content[random_.randrange(4, len(content))] = random_.randrange(256)
    with suppress(InputError):  # and nothing else
        assert read(bytes(content), "in.zip").records
