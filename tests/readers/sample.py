"""Small files written by hand, one for each format."""

from __future__ import annotations

import io
import json
import zipfile
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

OIREACHTAS = """<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0/CSD13">
<debate name="official"><meta><identification source="#source"><FRBRWork>
<FRBRthis value="/akn/ie/debateRecord/dail/2025-01-16/writtens/main"/><FRBRdate date="2025-01-16" name="#generation"/>
</FRBRWork></identification><references source="#source">
<TLCPerson eId="AnnExample" href="/ie/oireachtas/member/id/Ann" showAs="Ann Example"/>
<TLCPerson eId="BobExample" href="/ie/oireachtas/member/id/Bob" showAs="Bob Example"/>
<TLCRole eId="Minister_for_Tests" href="/ie/oireachtas/role/1" showAs="Minister for Tests"/>
</references></meta><debateBody><debateSection eId="dbsect_1" name="writtenAnswers"><heading>Written Answers</heading>
<debateSection eId="dbsect_2" name="writtenAnswer"><heading>Steps</heading>
<question by="#AnnExample" eId="pq_12" to="#Minister_for_Tests"><p><b>12.</b> Deputy Ann Example asked what steps.
[1234/25]</p></question>
<question by="#AnnExample" eId="pq_13" to="#Minister_for_Tests"><p>13. Deputy Ann Example asked when.
[1235/25]</p></question>
<speech as="#Minister_for_Tests" by="#BobExample" eId="spk_1"><from>Minister for Tests (Deputy Bob Example)</from>
<p>These &amp; those, for €3 million.</p><p>I propose to take Questions Nos. 12 and 13 together.</p>
<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table></speech></debateSection>
<debateSection eId="dbsect_3" name="writtenAnswer"><heading>More</heading>
<question by="#AnnExample" eId="pq_14" to="#Minister_for_Tests"><p>14. Why? [1236/25]</p></question>
<speech by="#BobExample" eId="spk_2"><from>Minister for Tests</from><p>Because.</p></speech></debateSection>
</debateSection></debateBody></debate></akomaNtoso>
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


SCOTTISH = [
    {
        "UniqueID": 9001,
        "EventID": "S5W-01234",
        "EventTypeID": 2,
        "MSPID": 1234,
        "Party": "Independent",
        "Title": "Steps",
        "ItemText": "To ask the Scottish Government what steps it has taken.",
        "SubmissionDateTime": "2016-06-02T10:00:00",
        "ApprovedDate": "2016-06-03T00:00:00",
        "AnswerDate": "2016-06-17T00:00:00",
        "AnswerText": "We have taken steps.\r\n\r\nProfits < 5 & more of them.\r\nAnd more.",
        "AnsweredByMSP": "Bob Example",
    }
]

NORTHERN_IRISH = {
    "DocumentId": "123456",
    "Reference": "AQW 1234/22-27",
    "TabledDate": "2024-02-07T00:00:00+00:00",
    "TablerName": "Ann Example",
    "DepartmentName": "Department of Tests",
    "QuestionText": "To ask the Minister of Tests what steps.",
    "AnswerPlainText": "These & those.\r\n\r\nMore.",
    "AnsweredOnDate": "2024-02-21T00:00:00+00:00",
}


def parquet(rows: list[dict[str, Any]]) -> bytes:
    """Rows as the bytes of a Parquet file."""
    pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
    writer = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    buffer = io.BytesIO()
    writer.write_table(pyarrow.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def archive(members: dict[str, str | bytes]) -> bytes:
    """Files as the bytes of a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


SAMPLES: dict[str, Callable[[], str | bytes]] = {
    "api-json": lambda: json.dumps({"totalResults": 1, "results": [{"value": API, "links": []}]}),
    "wrans-xml": lambda: WRANS,
    "oireachtas-xml": lambda: OIREACHTAS,
    "scottish": lambda: json.dumps(SCOTTISH),
    "northern irish": lambda: json.dumps({"QuestionsList": {"Question": NORTHERN_IRISH}}),
    "transcript": lambda: TRANSCRIPT,
    "page": lambda: PAGE,
    "csv": lambda: CSV,
    "jsonl": lambda: '{"id": "a", "answer": "One."}\n{"id": "b", "answer": "Two.", "answered_on": "2025-01-16"}\n',
    "json": lambda: '[{"id": "a", "answer_html": "<p>One.</p>"}, {"id": "b", "answer_html": "Two."}]',
    "parquet": lambda: parquet([{"id": 7, "answer": "One.", "answered_on": "2025-01-16"}]),
    "document": lambda: "Any text.\n\nOf any kind.",
}
FORCED = {"page": "transcript", "scottish": "json", "northern irish": "json"}
