"""Lines that are rows of one table: read right into records, they are what they are one by one."""

from __future__ import annotations

import gc
import json
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from readers.conftest import Read

from pqreuse import InputError, read_answers
from pqreuse.readers import Reading, read_records, stream_records
from pqreuse.readers.json_rows import JsonRows

_text = st.sampled_from(
    ["", " ", "a b", "<p>one</p><p>two</p>", "<p>R&D <b>£3</b></p>", "x &amp; y", "\ud800", "\0", "n/a"]
)
_date = st.sampled_from(["2025-01-16", "2025-06", "16/01/2025", "soon", "", "0001-01-01T00:00:00"])
_any = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | _text
    | st.lists(_text, max_size=2)
    | st.just({"name": "A"})
)
_NAMES = {
    "answer_html": _text,
    "answer": _text,
    "question": _text,
    "id": st.integers(0, 9) | _text,
    "uin": _text | st.integers(0, 9),
    "house": st.sampled_from(["Commons", " Lords ", ""]),
    "department": _text,
    "answered_on": _date,
    "asked_on": _date,
    "tabled_month": _date,
    "date": _date,
    "grouped": st.lists(st.sampled_from(["1", "2", 3]), max_size=2) | st.just("1, 2"),
    "group": _text,
    "answered_by": _text | st.just({"name": "A"}),
    "is_correction": st.booleans(),
    "withdrawn": st.sampled_from([False, "no", "", True, "yes"]),
    "extra": _any,
    "Extra": _any,
    "answerText": _text,
    "results": _any,
    "value": _any,
}
_usual = st.sets(st.sampled_from([name for name in list(_NAMES)[2:-3] if name not in ("date", "Extra")]), max_size=6)


@st.composite
def _row(draw: st.DrawFn, names: set[str]) -> str:
    row: dict[str, Any] = {"answer_html": "<p>one</p>"} if draw(st.integers(0, 3)) else {}
    row |= {name: draw(_NAMES[name]) for name in sorted(names) if draw(st.integers(0, 4))}
    if not draw(st.integers(0, 5)):
        row[draw(st.sampled_from(list(_NAMES)))] = draw(_any)
    return json.dumps(row, ensure_ascii=draw(st.booleans()))


_lines = _usual.flatmap(
    lambda names: st.lists(
        _row(names) | st.sampled_from(["", "{", '{"id": 1} x', '[{"answer": "a"}]']), min_size=1, max_size=8
    )
)


def _read(path: Path, columns: dict[str, str] | None) -> Reading | str:
    try:
        return read_records(path, columns=columns, input_format="jsonl")
    except InputError as error:
        return str(error)


@given(lines=_lines, columns=st.sampled_from([None, None, None, {"text": "answer"}, {"body": "extra", "id": "uin"}]))
@settings(max_examples=400)
def test_they_are_what_they_are_one_by_one(lines: list[str], columns: dict[str, str] | None) -> None:
    taken: list[bool] = []
    take = JsonRows.take

    def watched(self: JsonRows, where: str, line: bytes | str) -> bool:
        taken.append(take(self, where, line))
        return taken[-1]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in.jsonl")
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        with patch.object(JsonRows, "take", watched):
            found = _read(path, columns)
        with patch.object(JsonRows, "take", lambda self, where, line: False):
            expected = _read(path, columns)
    event("rows" if any(taken) else "one by one")
    assert found == expected


def rows(count: int, **more: Any) -> str:
    some = (
        {"id": n, "answer_html": f"<p>Answer {n} is the one.</p>", "question": "Why?", **more} for n in range(count)
    )
    return "".join(json.dumps(row) + "\n" for row in some)


def test_records_come_as_they_are_read(read: Read) -> None:
    path = read.write(rows(5000) + "{\n" + rows(1), "in.jsonl")
    done: list[int] = []
    reading = stream_records(path, progress=lambda stage, so_far, total: done.append(so_far))
    records = iter(reading.records)
    assert next(records).id == "0"
    assert done[-1] < path.stat().st_size
    assert sum(1 for _ in records) == 5000
    assert [item.where for item in reading.skipped] == ["line 5001"]
    assert reading.files == 1
    assert list(stream_records(path).records) == read_records(path).records


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_memory_does_not_grow_with_the_file(read: Read, form: str) -> None:
    def most_alive(count: int) -> int:
        text = rows(count) if form == "jsonl" else "id,answer\n" + "".join(f"{n},Answer {n}\n" for n in range(count))
        alive = 0
        for number, _ in enumerate(stream_records(read.write(text, f"in.{form}")).records):
            if number % 1000 == 0:
                alive = max(alive, sum(type(one).__name__ == "Record" for one in gc.get_objects()))
        return alive

    assert most_alive(20_000) <= most_alive(5_000) + 1


def test_records_read_twice_are_not_kept(read: Read) -> None:
    path = read.write(rows(3) * 50, "in.jsonl")
    corpus = read_answers(path)
    assert (len(corpus), corpus.records, corpus.duplicate_records) == (3, 150, 147)


def test_a_stream_without_records_says_so_at_its_end(read: Read) -> None:
    reading = stream_records(read.write('{"answer": ""}\n' * 2, "in.jsonl"))
    with pytest.raises(InputError, match="unanswered"):
        list(reading.records)
