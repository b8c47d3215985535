"""An index keeps its word: killed, on a full disk, damaged, written to by several: never a half state."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from index.said import said

import pqreuse
from pqreuse import InputError, OutputError, ReuseIndex
from pqreuse.readers.indexes import FORMAT
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


def test_files_that_may_not_grow_leave_the_state_before(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs limits of a process")
    path = tmp_path / "index"
    index = ReuseIndex.create(path, some(range(20)))
    before, usual = said(index), resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    for most in range(0, 800_000, 20_000):
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


def test_no_room_to_create_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs limits of a process")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, usual[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*index: "):
            ReuseIndex.create(tmp_path / "index", some(range(5)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(tmp_path.iterdir()) == []


def used_in_every_way(path: Path) -> str | None:
    """What is said of the damage to an index; None where there is none."""
    try:
        index = ReuseIndex.open(path)
        index.query(LINE.format(3, 3))
        index.corpus()
        index.stats()
        index.verify()
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("way", ["cut", "flipped", "emptied"])
def test_damage_anywhere_is_found_by_verify_and_changes_no_other_error(
    index: ReuseIndex, tmp_path: Path, way: str
) -> None:
    whole, before, chance = index.path.read_bytes(), said(index), random.Random(7)
    found = 0
    for _ in range(40):
        at = chance.randrange(100, len(whole))
        changed = {
            "cut": whole[:at],
            "flipped": whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :],
            "emptied": whole[:at] + bytes(500) + whole[at + 500 :],
        }[way]
        copy = tmp_path / "copy"
        copy.write_bytes(changed)
        problem = used_in_every_way(copy)
        found += problem is not None
        if problem is None:  # some bytes of a file hold nothing
            assert said(ReuseIndex.open(copy)) == before
        else:
            assert "\n" not in problem
            assert str(copy) in problem
        assert copy.read_bytes() == changed
    assert found > 10


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
        db.commit()


def test_a_later_format_is_refused(index: ReuseIndex) -> None:
    changed(index.path, f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(InputError, match=rf"a later pqreuse wrote this index \(format {FORMAT + 1}, this one reads"):
        ReuseIndex.open(index.path)


def test_words_of_another_unicode_are_refused(index: ReuseIndex) -> None:
    changed(index.path, "UPDATE about SET value = '15.1.0' WHERE name = 'unicode'")
    with pytest.raises(InputError, match=r"made with the words of Unicode 15\.1\.0"):
        ReuseIndex.open(index.path).query(LINE.format(1, 1))


def test_other_files_are_not_taken_for_an_index(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    changed(other, "CREATE TABLE answers (answer TEXT)")
    for path in (other, tmp_path, tmp_path / "none", Path(__file__)):
        with pytest.raises(InputError, match="is not an index; make one with pqreuse index create"):
            ReuseIndex.open(path)


def test_a_folder_of_the_first_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "lock").write_text("")
    for use in (ReuseIndex.open, pqreuse.read_answers):
        with pytest.raises(InputError, match="make it again from its sources with pqreuse index create"):
            use(tmp_path)


def test_an_index_is_not_made_where_something_is(index: ReuseIndex, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is there already"):
        ReuseIndex.create(index.path)
    with pytest.raises(OutputError, match="there is no folder"):
        ReuseIndex.create(tmp_path / "none" / "index")


def test_one_writes_and_a_second_is_refused_or_waits(index: ReuseIndex) -> None:
    refused = r"another process writes to it; try again later, or wait \(--wait\)$"
    with closing(sqlite3.connect(index.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match=refused):
            index.add(some(range(20_000, 20_010)))
        # Readers go on while another process writes.
        assert len(index) == 223
    with adding(index.path, 0):
        assert index.add(some(range(30_000, 30_010)), wait=True).answers == 10
    index.verify()


def test_an_index_without_write_permission_is_read(index: ReuseIndex) -> None:
    index.path.chmod(0o444)
    index.path.parent.chmod(0o555)
    try:
        assert len(ReuseIndex.open(index.path)) == 223
    finally:
        index.path.parent.chmod(0o755)


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


def test_another_index_of_the_same_path_is_seen_as_such(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = ReuseIndex.create(path, some(range(20)))
    index.query("A text.")
    path.unlink()
    ReuseIndex.create(path, some(range(100, 120)))
    assert index.query(some(range(100, 101)).records[0].text).scores[0].template == 1
    assert index.add(some(range(5))).answers == 5
    index.verify()


def test_an_index_that_is_gone_is_not_made_by_adding(index: ReuseIndex) -> None:
    index.path.unlink()
    with pytest.raises(InputError, match="is not an index"):
        index.add(some(range(2)))
    assert not index.path.exists()
