"""What users' type checkers are to see: read by mypy --strict and by pyright, never run."""

from __future__ import annotations

from typing import assert_type

import numpy as np
import polars as pl
from numpy.typing import NDArray

import pqreuse


def use() -> None:
    """Everything that is public, with the types that it has."""
    answers = pqreuse.read_answers("answers/", columns={"text": "Reply"})
    assert_type(answers, pqreuse.Corpus)
    assert_type(answers[0], pqreuse.Answer)

    frame = pl.DataFrame({"answer": ["One."], "nr": [1]})
    result = pqreuse.find_reuse(frame, text="answer", id="nr", containment=0.7, threads=2)
    assert_type(result, pqreuse.ReuseResult)
    assert_type(result.families[0], pqreuse.Family)
    assert_type(result.explain("1").spans, tuple[pqreuse.Span, ...])
    assert_type(result.to_frame("uses", "polars"), pl.DataFrame)
    print(result.to_frame("uses", backend="pyarrow").num_rows)
    print(len(result.to_frame()), len(result.to_frame(backend="polars")))
    for family in result.families[:5]:
        assert_type(family.uses, tuple[pqreuse.Use, ...])
        assert_type(family.slots, tuple[pqreuse.Slot, ...])

    assert_type(pqreuse.cluster_texts(frame["answer"]), NDArray[np.int64])
    assert_type(pqreuse.text_signatures(["One."], n_hashes=16), NDArray[np.uint32])
    assert_type(pqreuse.NoveltyTransformer(containment=0.7).fit(["One."]), pqreuse.NoveltyTransformer)
    assert_type(pqreuse.NoveltyTransformer().fit(["One."]).transform(["Two."]), NDArray[np.float64])

    result.to_frame("no such kind")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    result.to_frame("uses", "duckdb")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
