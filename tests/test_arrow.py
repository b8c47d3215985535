"""Text in Arrow's memory: the same words as those of strings, in every layout, and no copy."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from pqreuse.arrow import TextColumn
from pqreuse.errors import ParameterError
from pqreuse.pipeline import cluster_texts
from pqreuse.words import index_words, number_words

TYPES = [pa.string(), pa.large_string(), *([pa.string_view()] if hasattr(pa, "string_view") else [])]
# Risky ones (in two normal forms), those that come apart into words, ASCII only, longer than a view holds inside.
texts = st.one_of(
    st.none(),
    st.text(characters, max_size=20),
    st.text("ab 1,é\u0301\u2adcß", max_size=40),
    st.text("ab 1,", min_size=13),
)


def layouts(several: list[str | None]) -> list[Any]:
    """The same texts as Arrow columns: of each type, in one piece, in chunks, as a slice of something longer."""
    found = []
    for kind in TYPES:
        whole = pa.array(several, kind)
        longer = pa.concat_arrays([pa.array(["before", None], kind), whole, pa.array(["after"], kind)])
        found += [
            pa.chunked_array([whole]),
            pa.chunked_array([whole[:1], whole[1:1], whole[1:]], kind),
            pa.chunked_array([longer[2:-1]]),
        ]
    return [*found, pl.Series(several, dtype=pl.String)]


@given(st.lists(texts, max_size=8), st.integers(1, 3))
def test_words_are_those_of_the_same_strings(several: list[str | None], threads: int) -> None:
    strings = [text or "" for text in several]
    expected = index_words(strings)
    for layout in layouts(several):
        column = TextColumn.of(layout)
        assert list(column) == strings
        assert (column.lengths < 0).tolist() == [text is None for text in several]
        found = index_words(column, threads)
        for name in ("tokens", "starts", "ends", "indptr"):
            assert getattr(found, name).tolist() == getattr(expected, name).tolist()
        assert list(found.vocabulary) == list(expected.vocabulary)
        assert number_words(column, threads).tokens.tolist() == expected.tokens.tolist()


@given(st.lists(st.one_of(st.binary(max_size=9), st.text(max_size=4).map(str.encode)), min_size=1, max_size=4))
def test_what_is_no_utf_8_is_refused_and_its_place_said(several: list[bytes]) -> None:
    def valid(one: bytes) -> bool:
        try:
            one.decode()
        except UnicodeDecodeError:
            return False
        return True

    # pyarrow does not look at bytes that are called text.
    column = pa.chunked_array([pa.array(several, pa.binary()).view(pa.string())])
    if all(map(valid, several)):
        assert list(TextColumn.of(column)) == [one.decode() for one in several]
    else:
        first = next(place for place, one in enumerate(several) if not valid(one))
        with pytest.raises(ParameterError, match=f"^text {first} of the column is not valid UTF-8$"):
            TextColumn.of(column)


def test_parts_of_a_column() -> None:
    column = TextColumn.of(pl.Series(["a", None, "é", "b"]))
    assert list(column[1:3]) == ["", "é"]
    assert list(column.take(np.array([3, 0]))) == ["b", "a"]
    assert column[-1] == "b"
    with pytest.raises(IndexError):
        column[4]


def test_a_column_outlives_what_it_was_made_of() -> None:
    column = TextColumn.of(pl.Series([f"a text that is long enough {number}" for number in range(1000)]))
    gc.collect()
    assert column[999] == "a text that is long enough 999"


def test_a_column_that_is_pickled_becomes_a_list() -> None:
    assert pickle.loads(pickle.dumps(TextColumn.of(pl.Series(["a", None])))) == ["a", ""]


def test_nulls_only() -> None:
    assert cluster_texts(pl.Series([None, None])).tolist() == [0, 1]
    assert cluster_texts(pa.array([None], pa.null())).tolist() == [0]


@pytest.mark.parametrize("wrong", [pl.Series([1]), pa.array([b"a"]), pl.DataFrame({"a": ["x"]})])
def test_other_types_are_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError, match=r"^texts must be "):
        cluster_texts(wrong)


# No copy


def test_a_column_is_where_the_data_frame_has_it() -> None:
    several = [f"a text that is long enough {number}" for number in range(100)]
    array = pa.array(several, pa.large_string())
    column = TextColumn.of(pa.chunked_array([array]))
    assert column.addresses[0] == array.buffers()[2].address
    # polars does not say where its texts are. Were they copied, two copies would be in two places.
    frame = pl.DataFrame({"answer": several})
    first, second = TextColumn.of(frame["answer"]), TextColumn.of(frame["answer"])
    assert (first.addresses == second.addresses).all()


# The texts stand in a mapped file, every page of it in memory: nothing that was freed before can be taken again.
MEASURE = """
import sys
import narwhals.stable.v2, numpy as np, pandas, polars as pl, pyarrow as pa, pqreuse.pipeline as pipeline

def memory(key):
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

table = pa.ipc.open_file(pa.memory_map(sys.argv[2])).read_all()
touched = sum(np.frombuffer(buffer, np.uint8).sum() for buffer in table["answer"].chunk(0).buffers()[1:])
frame = pl.from_arrow(table)
open("/proc/self/clear_refs", "w").write("5")
before = memory("VmRSS")
if sys.argv[1] == "cluster_texts":
    pipeline.cluster_texts(frame["answer"], threads=1)
elif sys.argv[1] == "a list made of it":
    pipeline.cluster_texts(frame["answer"].to_list(), threads=1)
else:
    pipeline.find_reuse(frame["answer"] if "column" in sys.argv[1] else frame, threads=1, recall_sample=0)
print(memory("VmHWM") - before)
"""


def peak(what: str, file: Path) -> int:
    run = [sys.executable, "-P", "-c", MEASURE, what, str(file)]
    return int(subprocess.run(run, stdout=subprocess.PIPE, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def short_and_long(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """50,000 texts that differ only in how long their words are."""
    files = [tmp_path_factory.mktemp("arrow") / name for name in ("short", "long")]
    rows = pl.int_range(50_000)
    for file, length in zip(files, (4, 164), strict=True):
        words = [((rows * (7 + 2 * at)) % 997).cast(pl.String).str.pad_start(length, "x") for at in range(12)]
        table = pl.select(pl.concat_str(words, separator=" ").alias("answer"), rows.alias("id")).rechunk().to_arrow()
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    return files


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs /proc to measure memory")
@pytest.mark.parametrize(
    ("what", "copies"),
    [("cluster_texts", 0), ("find_reuse of a column", 0), ("find_reuse of a frame", 0), ("a list made of it", 1)],
)
def test_texts_are_not_copied(short_and_long: list[Path], what: str, copies: int) -> None:
    short, long = (peak(what, file) for file in short_and_long)
    # For 96 MB more of text no more memory than for the few thousand answers that are split together.
    assert (long - short) / 96_000_000 == pytest.approx(copies, abs=0.3)
