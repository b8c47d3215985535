"""A limit to the memory of arrays: the same results, the rest in files that leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import numpy as np
import pytest

import pqreuse
from pqreuse._kernels.spill import can_spill
from pqreuse.errors import NoRoomError, ParameterError
from pqreuse.memory import within

pytestmark = pytest.mark.skipif(not can_spill, reason="this system maps no files as Linux and macOS do")
MEGABYTE = 1 << 20


def mapped() -> int:
    """Bytes of our files in this process's memory map."""
    lines = Path("/proc/self/smaps").read_text().split("\n")
    total, ours = 0, False
    for line in lines:
        if "-" in line.split(" ")[0]:
            ours = "/pqreuse-" in line
        elif ours and line.startswith("Size:"):
            total += int(line.split()[1]) * 1024
    return total


@pytest.fixture
def _linux() -> None:
    if not Path("/proc/self/smaps").exists():
        pytest.skip("needs /proc/self/smaps to see what is mapped")


@pytest.mark.usefixtures("_linux")
def test_what_is_beyond_the_limit_lies_in_files_until_it_goes() -> None:
    with within(4 * MEGABYTE):
        small, first, second = (np.ones(size, np.uint8) for size in (1000, 3 * MEGABYTE, 3 * MEGABYTE))
        assert mapped() == 3 * MEGABYTE
        del first
        third = np.zeros(3 * MEGABYTE, np.uint8)
        assert mapped() == 3 * MEGABYTE
    assert (np.ones(9 * MEGABYTE, np.uint8)).all()
    assert mapped() == 3 * MEGABYTE
    assert small.all()
    assert second.all()
    assert not third.any()
    del second, third
    assert mapped() == 0


@pytest.mark.usefixtures("_linux")
def test_threads_keep_the_limit_of_their_context() -> None:
    with within(0), ThreadPoolExecutor(1) as pool:
        kept = pool.submit(copy_context().run, np.zeros, MEGABYTE).result()
        assert mapped() == kept.nbytes
    del kept


@pytest.mark.parametrize("limit", [0, 3 * MEGABYTE, 1 << 40])
def test_arrays_that_grow_and_shrink_keep_what_they_hold(limit: int) -> None:
    drawn = np.random.default_rng(limit)
    with within(limit):
        for _ in range(60):
            array = np.arange(drawn.integers(1, 3 * MEGABYTE) >> drawn.integers(0, 12), dtype=np.uint32)
            for _ in range(6):
                size = int(drawn.integers(1, 3 * MEGABYTE) >> drawn.integers(0, 12))
                known = min(size, len(array))
                array.resize(size, refcheck=False)
                assert (array[:known] == np.arange(known)).all()
                array[:] = np.arange(size)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_result_is_the_same(threads: int) -> None:
    line = "We have set up a network of {} attendance hubs to share what works, and {} of them are schools."
    texts = [f"{line.format(number, number % 7)} {'More is said here. ' * (number % 9)}" for number in range(3000)]
    free, bound = (pqreuse.find_reuse(texts, threads=threads, memory_limit=limit) for limit in (None, 0))
    assert list(free.families) == list(bound.families)
    assert list(free.scores) == list(bound.scores)
    labels = [pqreuse.cluster_texts(texts, threads=threads, memory_limit=limit).tolist() for limit in (None, 0)]
    assert labels[0] == labels[1]


CHILD = """
import resource, sys
import pqreuse
texts = [" ".join(f"word{(place * number) % 20011}" for place in range(120)) for number in range(1, 20001)]
pqreuse.cluster_texts(texts[:100], threads=1)
with open("/proc/self/status") as status:
    data = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
room = 1000 * data + 30_000_000
resource.setrlimit(resource.RLIMIT_DATA, (room, room))
limit = int(sys.argv[1]) if len(sys.argv) > 1 else None
print(len(pqreuse.cluster_texts(texts, threads=1, memory_limit=limit)))
"""


@pytest.mark.usefixtures("_linux")
def test_a_corpus_larger_than_memory_goes_through() -> None:
    found = [
        subprocess.run([sys.executable, "-P", "-c", CHILD, *limit], capture_output=True, text=True, check=False)
        for limit in ([], ["2000000"])
    ]
    assert "MemoryError" in found[0].stderr
    assert (found[1].stdout, found[1].stderr) == ("20000\n", "")


def test_a_full_disk_is_an_error_and_no_crash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nothing"))
    message = f"no room left for this in memory, or for files in {tmp_path}/nothing: free some, or name a folder on a"
    with pytest.raises(NoRoomError, match=message), within(0):
        np.zeros(MEGABYTE)


def test_more_than_there_can_be_is_no_limit() -> None:
    with within(1 << 70):
        assert np.ones(3 * MEGABYTE, np.uint8).all()


@pytest.mark.parametrize("limit", [-1, 1.5, "4GB", True])
def test_a_limit_is_a_number_of_bytes(limit: object) -> None:
    with pytest.raises(ParameterError, match="memory_limit must be a number of bytes"):
        pqreuse.find_reuse(["a"], memory_limit=limit)
