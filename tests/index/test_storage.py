"""An index keeps its word: killed, on a full disk, damaged, written to by several: never a half state."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from index.said import said

import pqreuse
from pqreuse import InputError, OutputError, ReuseIndex, storage
from pqreuse.records import Reading, Record

LINE = "We have set up a network of {} attendance hubs to share what works in schools of {}."

# Adds an answer at a time until it is stopped, and says after each which one is confirmed.
ADDING = """
import sys
from pqreuse import ReuseIndex
from pqreuse.records import Reading, Record
index = ReuseIndex.open(sys.argv[1])
for number in range(int(sys.argv[2]), 10_000):
    text = f"We have set up a network of {number} attendance hubs to share what works in schools of {number % 7}."
    index.add(Reading([Record(text=text, id=f"{number:05}", question=f"question {number}")]), threads=1)
    print(number, flush=True)
"""


def some(numbers: range) -> Reading:
    return Reading(
        [
            Record(text=LINE.format(number, number % 7), id=f"{number:05}", question=f"question {number}")
            for number in numbers
        ]
    )


@contextmanager
def adding(path: Path, first: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that adds answers, until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", ADDING, str(path), str(first)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == first
        try:
            yield process
        finally:
            process.kill()


def confirmed(process: subprocess.Popen[str]) -> int:
    """The last answer that a process said it had added, -1 for none."""
    assert process.stdout is not None
    numbers = process.stdout.read().split()
    return int(numbers[-1]) if numbers else -1


KILLS = int(os.environ.get("PQREUSE_KILLS", "12"))  # 200 take some minutes


def test_killed_at_any_moment_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    path, chance = tmp_path / "index", random.Random(4)
    ReuseIndex.create(path)
    there = 0
    for _ in range(KILLS):
        with adding(path, there) as process:
            time.sleep(chance.random() * 0.2)
            process.send_signal(signal.SIGKILL)
            last = max(there, confirmed(process))
        index = ReuseIndex.open(path)
        # The one that was being added may be there too.
        assert len(index) in (last + 1, last + 2)
        there = len(index)
    index.verify()
    whole = ReuseIndex.create(tmp_path / "whole")
    whole.add(some(range(there)))
    assert said(index) == said(whole)


def failing(at: int, monkeypatch: pytest.MonkeyPatch, calls: list[str]) -> None:
    """Let the write, flush to disk or rename of this number fail, and all after it."""
    real = {"fsync": os.fsync, "replace": os.replace, "rename": os.rename}

    def told(name: str) -> Callable[..., object]:
        def call(*args: object) -> object:
            calls.append(name)
            if len(calls) > at:
                raise OSError(28, "No space left on device")
            return real[name](*args)

        return call

    for name in real:
        monkeypatch.setattr(storage.os, name, told(name))


def _told(index: ReuseIndex) -> str | None:
    """Why five answers cannot be added; None where they can."""
    try:
        index.add(some(range(20, 25)))
    except OutputError as error:
        return str(error)
    return None


def test_full_disk_at_every_write_leaves_the_state_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    index = ReuseIndex.create(path)
    index.add(some(range(20)))
    before = said(index)
    at = 0
    while True:
        calls: list[str] = []
        with monkeypatch.context() as patch:
            failing(at, patch, calls)
            told = _told(index)
        if told is None:
            break
        # The last call but the flush of the folder behind it: from then on the change counts.
        replaced = "replace" in calls[:-1]
        state = "the change is there, but a power cut may undo it" if replaced else "it is as it was before"
        assert told == f"cannot write {path}: No space left on device; {state}"
        if not replaced:
            assert said(ReuseIndex.open(path)) == before
        at += 1
    assert at > 10
    index.verify()
    assert len(index) == 25


def test_files_that_may_not_grow_leave_the_state_before(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs limits of a process")
    path = tmp_path / "index"
    index = ReuseIndex.create(path, some(range(20)))
    before, usual = said(index), resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    for most in range(0, 60_000, 2_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, usual[1]))
        try:
            index.add(some(range(20, 120)))
            break
        except OutputError:
            refused += 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert said(ReuseIndex.open(path)) == before
    assert refused > 3
    assert len(index) == 120
    index.verify()


def test_no_room_to_create_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        failing(3, patch, [])
        with pytest.raises(OutputError, match="No space left"):
            ReuseIndex.create(tmp_path / "index", some(range(5)))
    assert list(tmp_path.iterdir()) == []


def damaged(index: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Ways to damage each file of an index."""
    for file in sorted(index.iterdir()):
        if not file.stat().st_size:
            continue
        whole = file.read_bytes()

        def cut(file: Path = file, whole: bytes = whole) -> None:
            file.write_bytes(whole[: len(whole) // 2])

        def flip(file: Path = file, whole: bytes = whole) -> None:
            place = random.Random(len(whole)).randrange(len(whole))
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])

        def gone(file: Path = file) -> None:
            file.unlink()

        for name, way in (("cut", cut), ("flipped", flip), ("gone", gone)):
            yield f"{file.name} {name}", way


def test_damage_to_any_file_is_told_and_nothing_written(index: ReuseIndex, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name, _ in list(damaged(index.path)):
        shutil.copytree(index.path, copy)
        dict(damaged(copy))[name]()
        there = {file.name: file.read_bytes() for file in copy.iterdir()}
        # Without its manifest it is a folder of files as any other.
        for use in (ReuseIndex.open, pqreuse.read_answers)[: 1 + ("manifest" not in name or "gone" not in name)]:
            with pytest.raises(InputError) as told:
                use(copy)
            assert "\n" not in str(told.value)
            assert str(copy) in str(told.value)
        assert {file.name: file.read_bytes() for file in copy.iterdir()} == there, name
        shutil.rmtree(copy)


def rewritten(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the manifest, and give it the checksum that it then has to have."""
    file = path / storage.MANIFEST
    manifest = json.loads(file.read_bytes().partition(b"\n")[2])
    change(manifest)
    body = json.dumps(manifest).encode()
    file.write_bytes(b"%d\n%b" % (zlib.crc32(body), body))


def test_a_later_format_is_refused(index: ReuseIndex) -> None:
    rewritten(index.path, lambda manifest: manifest.update(format=storage.FORMAT + 1))
    with pytest.raises(InputError, match=r"a later pqreuse wrote this index \(format 2, this one reads 1\)"):
        ReuseIndex.open(index.path)


def test_words_of_another_unicode_are_refused(index: ReuseIndex) -> None:
    rewritten(index.path, lambda manifest: manifest["head"].update(unicode="15.1.0"))
    with pytest.raises(InputError, match=r"made with the words of Unicode 15\.1\.0"):
        ReuseIndex.open(index.path)


def test_what_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    for path, told in ((tmp_path, "is damaged"), (tmp_path / "none", "is no index"), (Path(__file__), "is no index")):
        with pytest.raises(InputError, match=told):
            ReuseIndex.open(path)


def test_an_index_is_not_made_where_something_is(index: ReuseIndex, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is there already"):
        ReuseIndex.create(index.path)
    with pytest.raises(OutputError, match="there is no folder"):
        ReuseIndex.create(tmp_path / "none" / "index")


def test_leftovers_of_a_crash_are_taken_away(index: ReuseIndex) -> None:
    (index.path / "tokens-9.bin").write_bytes(b"x" * 100)
    tokens = next(index.path.glob("tokens-1.bin"))
    tokens.write_bytes(tokens.read_bytes() + b"half of what was to be added")
    before = said(index)
    assert said(ReuseIndex.open(index.path)) == before
    index.add(some(range(3)))
    assert not (index.path / "tokens-9.bin").exists()
    index.verify()


def test_one_writes_and_a_second_is_told_or_waits(index: ReuseIndex) -> None:
    told = r"another process writes to it; try again later, or wait \(--wait\)$"
    with FileLock(index.path / "lock"), pytest.raises(OutputError, match=told):
        index.add(some(range(20_000, 20_010)))
    with adding(index.path, 0):
        assert index.add(some(range(30_000, 30_010)), wait=True).answers == 10
    index.refresh()
    index.verify()


SECONDS = float(os.environ.get("PQREUSE_SECONDS", "4"))  # of a minute in the long run

READING = """
import sys, time
from pqreuse import ReuseIndex
until, seen = time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < until:
    index = ReuseIndex.open(sys.argv[1])
    texts = ["We have set up a network of 3 attendance hubs to share what works in schools of 3."]
    score = index.query(texts).scores[0]
    assert len(index) >= seen, (len(index), seen)
    assert len(index) < 3 or score.novel == 0, score
    seen = len(index)
print(seen)
"""


def test_one_writer_and_four_readers(tmp_path: Path) -> None:
    path = tmp_path / "index"
    ReuseIndex.create(path)
    command = [sys.executable, "-P", "-c", READING, str(path), str(SECONDS)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with adding(path, 0) as writer:
        readers = [subprocess.Popen(command, **pipes) for _ in range(4)]
        for reader in readers:
            out, err = reader.communicate()
            assert (reader.returncode, err) == (0, "")
            assert int(out) > 0
        assert writer.poll() is None
    ReuseIndex.open(path).verify()


@pytest.mark.parametrize("others", [2, 20, 50])
def test_another_index_of_the_same_path_is_seen_as_such(tmp_path: Path, others: int) -> None:
    path = tmp_path / "index"
    index = ReuseIndex.create(path, some(range(20)))
    shutil.rmtree(path)
    ReuseIndex.create(path, some(range(100, 100 + others)))
    index.refresh()
    assert len(index) == others
    assert index.add(some(range(5))).answers == 5
    ReuseIndex.open(path).verify()


def test_an_index_that_is_gone_is_not_made_by_adding(index: ReuseIndex) -> None:
    shutil.rmtree(index.path)
    with pytest.raises(InputError, match="is no index"):
        index.add(some(range(2)))
    assert not index.path.exists()
