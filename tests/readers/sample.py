"""Small files written by hand, one for each format."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

API = {
    "id": 101,
    "house": "Commons",
    "dateTabled": "2025-01-08T00:00:00",
    "uin": "2101",
    "questionText": "To ask the Minister, what steps she has taken.",
    "answeringBodyName": "Department for Tests",
    "isWithdrawn": False,
    "groupedQuestions": [],
    "answeringMember": None,
    "dateAnswered": "2025-01-16T00:00:00",
    "answerText": "<p>We have taken £3 million steps.</p><table><tr><td>a</td><td>b</td></tr></table><p>More.</p>",
    "heading": "Steps",
}

WRANS = """<?xml version="1.0" encoding="UTF-8"?>
<publicwhip>
<major-heading id="uk.org.publicwhip/wrans/2024-12-02.1.mh">Department for Tests</major-heading>
<minor-heading id="uk.org.publicwhip/wrans/2024-12-02.1.h">Steps</minor-heading>
<ques id="uk.org.publicwhip/wrans/2024-12-02.1.q0" speakername="A Member" url="https://example.org/1">
<p qnum="1">What steps?</p></ques>
<reply id="uk.org.publicwhip/wrans/2024-12-02.1.r0" speakername="A Minister"><p>These &amp; those.</p>
<table><tr><td>a</td><td>b</td></tr></table></reply>
</publicwhip>
"""

TRANSCRIPT = """Asked by: Ann Example (Independent - Somewhere)
Question to the Department for Tests:
To ask the Secretary of State, what steps she has taken.
Answered by Bob Example - Minister of State (Tests)
We have taken steps.
And more of them.
"""

PAGE = """Steps: Progress

(asked on 8th January 2025) - View Source

Question to the Department for Tests:

To ask the Secretary of State, what steps she has taken.


Answered by
Bob Example Portrait
Bob Example
Minister of State (Tests)
This question was answered on 16th January 2025

We have taken steps.

And more of them.

Reticulating Splines"""

CSV = """Question_ID,Question_Text,Answer_Text,Date,Answer_Date
Q1,"Which, then?","<p>This, of course.</p>",2025-01-08,2025-01-16
"""


def parquet(rows: list[dict[str, Any]]) -> bytes:
    """Rows as the bytes of a Parquet file."""
    pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
    writer = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    buffer = io.BytesIO()
    writer.write_table(pyarrow.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


SAMPLES: dict[str, Callable[[], str | bytes]] = {
    "api-json": lambda: json.dumps({"totalResults": 1, "results": [{"value": API, "links": []}]}),
    "wrans-xml": lambda: WRANS,
    "transcript": lambda: TRANSCRIPT,
    "page": lambda: PAGE,
    "csv": lambda: CSV,
    "jsonl": lambda: '{"id": "a", "answer": "One."}\n{"id": "b", "answer": "Two.", "answered_on": "2025-01-16"}\n',
    "json": lambda: '[{"id": "a", "answer_html": "<p>One.</p>"}, {"id": "b", "answer_html": "Two."}]',
    "parquet": lambda: parquet([{"id": 7, "answer": "One.", "answered_on": "2025-01-16"}]),
    "document": lambda: "Any text.\n\nOf any kind.",
}
FORCED = {"page": "transcript"}
