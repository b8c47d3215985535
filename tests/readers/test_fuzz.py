"""Whatever stands in a file, reading it gives records or an error made for people."""

from __future__ import annotations

import gzip
import json
import random

import pytest
from fuzz.targets import TARGETS, attempt
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.sample import API, FORCED, SAMPLES

from pqreuse.readers import FORMATS

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.binary(max_size=300), form=st.sampled_from([None, *FORMATS]))
def test_random_bytes(data: bytes, form: str | None) -> None:
    attempt(data, form)


@given(
    name=st.sampled_from(sorted(SAMPLES)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=6)), max_size=4),
    form=st.sampled_from([None, None, *FORMATS]),
    packed=st.booleans(),
)
@settings(max_examples=300)
def test_mutated_files(name: str, cuts: list[tuple[float, int, bytes]], form: str | None, packed: bool) -> None:
    content = SAMPLES[name]()
    data = content.encode() if isinstance(content, str) else content
    data = gzip.compress(data, mtime=0) if packed else data
    for place, length, replacement in cuts:
        start = int(place * len(data))
        data = data[:start] + replacement + data[start + length :]
    attempt(data, form)
    attempt(data, FORCED.get(name, name))


@given(st.dictionaries(st.sampled_from(sorted(API)), _json, max_size=4))
def test_api_fields_of_any_type(fields: dict[str, object]) -> None:
    attempt(json.dumps([API | fields]).encode())


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "answer", "date", "tabled", "grouped", "group", "url", "house"]), _json),
        max_size=3,
    )
)
def test_rows_of_any_type(rows: list[dict[str, object]]) -> None:
    attempt(json.dumps([{"answer": "So.", "id": 1}, *rows]).encode())
    attempt(json.dumps([*rows, API]).encode(), columns={"text": "house"})
    attempt(json.dumps(rows).encode(), columns={"text": "nowhere", "url": "id"})
    attempt("\n".join(json.dumps(row) for row in [{"answer": "So.", "id": 1}, *rows]).encode())


@given(st.lists(st.sampled_from([*"<>/&;!-[]pbr\0\r\n \"'", "table", "td", "&amp;", "<p>", "</p>", "\ud800", "é"])))
def test_answers_of_any_characters(pieces: list[str]) -> None:
    attempt(json.dumps([API | {"answerText": "".join(pieces)}]).encode())


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_fuzzed_for_long_holds_for_a_moment(name: str) -> None:
    """The targets of tests/fuzz/run.py, on what they begin with, whole and damaged."""
    target, drawn = TARGETS[name], random.Random(name)
    seeds = list(target.seeds)
    for seed in seeds:
        target.run(seed)
    for _ in range(4 if name == "repeated" else 40):
        data = bytearray(drawn.choice(seeds))
        for _ in range(drawn.randint(1, 4)):
            at = drawn.randrange(len(data) + 1)
            data[at : at + drawn.randint(0, 3)] = drawn.randbytes(drawn.randint(0, 3))
        target.run(bytes(data))
