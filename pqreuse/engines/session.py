"""A Spark session for a corpus at hand: Java and pyspark found or asked for, the answers as a data frame."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from pqreuse.errors import InputError, MissingPackageError
from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.records import Answer

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame, SparkSession

_JAVA = 17
_CONNECT = "sc://"


def open_session(master: str | None = None) -> SparkSession:
    """The session that is there already, else a new one.

    Parameters
    ----------
    master : str, optional
        ``local[2]``, ``spark://host:7077``, ``yarn``, or ``sc://host`` of a Spark Connect server; by default what Spark
        is configured for, else all processors of this machine.

    Raises
    ------
    MissingPackageError
        If pyspark, pyarrow or Java is not there.
    """
    try:
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingPackageError("engine 'spark' needs pyspark and pyarrow: pip install 'pqreuse[spark]'") from None
    if master is not None and master.startswith(_CONNECT):
        return SparkSession.builder.remote(master).getOrCreate()
    active = SparkSession.getActiveSession()
    if active is not None and master is None:
        return active
    check_java()
    # Executors of this machine run the Python that runs here, and import what it imports.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("pqreuse")
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            builder = builder.config("spark.sql.shuffle.partitions", 2 * (os.cpu_count() or 1))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def check_java() -> None:
    """Make sure that there is a Java that Spark runs on.

    Raises
    ------
    MissingPackageError
        If there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else "java"
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        told = ""
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) < _JAVA:
        there = f"{java} is Java {found[1]}" if found else f"{java} is not there"
        raise MissingPackageError(
            f"Spark needs Java {_JAVA} or later, but {there}: install one, or set JAVA_HOME to it"
        )


def answers_frame(session: SparkSession, answers: Sequence[Answer]) -> DataFrame:
    """Answers at hand as Spark's data frame.

    Raises
    ------
    InputError
        If a text cannot be written as UTF-8.
    """
    import pyarrow as pa

    kinds = {"question_ids": pa.list_(pa.string()), "tables": pa.list_(pa.list_(pa.int32()))}
    kinds |= dict.fromkeys(("markup", "preview"), pa.bool_())
    names = ("id", "question_ids", "text", "date", "body", "minister", "heading", "tables", "markup", "preview")
    columns = {}
    for name in names:
        try:
            columns[name] = pa.array(column(answers, name), kinds.get(name, pa.string()))
        except UnicodeEncodeError as error:
            raise InputError(
                f"{name} of an answer has a lone surrogate ({error.object[error.start]!r}), which Spark cannot hold: "
                "replace it, or leave out engine='spark'"
            ) from None
    return session.createDataFrame(pa.table(columns))


class Found(NamedTuple):
    """The results of a run, collected here: all uses and spans.

    ``positions`` are those of the answers in time, ascending.
    """

    positions: NDArray[np.int64]
    uses: pa.Table
    spans: pa.Table


@contextmanager
def scratch_folder(within: str | None = None) -> Iterator[str]:
    """A folder for tables that are too large for memory, gone with the block.

    Parameters
    ----------
    within : str, optional
        A path of any file system, in which a folder gets a name of its own; removing it is left to its owner. By
        default the temporary folder.
    """
    if within is not None:
        yield f"{within.rstrip('/')}/pqreuse-{uuid4().hex}"
        return
    with TemporaryDirectory(prefix="pqreuse-") as folder:
        yield folder


def run_on_session(answers: Sequence[Answer], params: ReuseParams) -> Found:
    """Find families and labels of answers at hand on Spark, and bring them here."""
    from pqreuse.engines.flow import Flow
    from pqreuse.engines.spark import run
    from pqreuse.engines.tables import spans_of, uses_of

    session = open_session()
    with scratch_folder(session.conf.get("spark.checkpoint.dir", None)) as folder:
        flow = Flow(params, folder)
        done = run(answers_frame(session, answers), flow)
        uses = uses_of(done).select("unit", "family", "variant", "answer_id", "start", "end", "said")
        positions = done.answers.select("position").orderBy("position").toArrow().column("position").to_numpy()
        return Found(positions, uses.toArrow(), spans_of(done, flow).toArrow())
