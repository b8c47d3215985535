"""Families, uses, scores and spans of what is read, found on a cluster that loses an executor in the middle of a task.

    python tests/engines/on_a_cluster.py FOLDER INPUT...

Two executors on this machine. The task that is the first to make templates kills its own: the rows that were shuffled
to it, and those that it had shuffled itself, are lost. Writes the tables as Parquet into the folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

import pqreuse
from pqreuse.engines import spark
from pqreuse.engines.session import answers_frame, open_session


def once_killed(work: Callable[..., Iterable[Any]], folder: str) -> Callable[..., Iterable[Any]]:
    """What it is given, after the death of the executor that is the first to call it."""

    def after_a_death(*given: Any) -> Iterable[Any]:
        # A worker's parent is the daemon that started it, whose parent is the executor.
        executor = int(Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1])
        assert b"CoarseGrainedExecutorBackend" in Path(f"/proc/{executor}/cmdline").read_bytes()
        try:
            Path(folder, "killed").touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(executor, 9)
        return work(*given)

    return after_a_death


def main(folder: str, *inputs: str) -> None:
    session = open_session("local-cluster[2,1,2048]")
    spark.make_templates = once_killed(spark.make_templates, folder)  # type: ignore[assignment]
    corpus = pqreuse.read_answers(list(inputs))
    tables = spark.find_reuse(answers_frame(session, corpus.answers), f"{folder}/work")
    for kind in ("families", "uses", "scores", "spans"):
        parquet.write_table(getattr(tables, kind).toArrow(), f"{folder}/{kind}.parquet")
    assert Path(folder, "killed").exists()
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
