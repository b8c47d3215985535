"""Spark against one machine on generated paragraphs: processor seconds, shuffled bytes, the most rows that a task gets.

    python benchmarks/spark.py                   10⁵ paragraphs; writes results/spark_*.json and the README's table
    python benchmarks/spark.py --size 1000000    another size (may be given again)
    python benchmarks/spark.py --repeated        as many answers, of which every second one is the same paragraph
    python benchmarks/spark.py --quick           a small size, on standard output; writes nothing
    python benchmarks/spark.py --tables          the table again, from the JSON that is there

Three paragraphs of generated.py make an answer; beside a repeated one, the first twelve words of one. The job is
`pqreuse.engines.spark.find_reuse` in ``local[2]`` with all four tables written, and `find_reuse` on one thread beside
it. Python's processor seconds are those of Spark's workers: the stages, Arrow and their start; Java's are Spark's own.
What of these the stages take, all from a batch that
was read to one that is given back, a clock in each task says; the rest is Spark's: workers, Arrow, what lies between.
What of Python's is fixed, and grows with no paragraph, the same job on two answers shows, in a session of its own: the
start of the workers, what they import, what a task takes without rows.
Rows and bytes are from Spark's event log: a task's rows are those that it reads from shuffles.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from generated import generate  # noqa: E402
from recording import (  # noqa: E402
    README,
    RESULTS,
    Record,
    note,
    read_records,
    run_child,
    table,
    three_digits,
    write_record,
    write_section,
)

PER_ANSWER = 3
STOCK = (
    "We are clear that every child should be in school and ready to learn, and have set up hubs to share what works."
)


def make_answers(n: int, repeated: bool) -> list[Any]:
    from pqreuse import Answer

    texts = generate(n, seed=1).texts
    if repeated:
        texts = [STOCK if place % 2 else " ".join(text.split()[:12]) for place, text in enumerate(texts)]
    else:
        texts = ["\n".join(texts[place : place + PER_ANSWER]) for place in range(0, n, PER_ANSWER)]
    names = [f"{place:09}" for place in range(len(texts))]
    return [Answer(text=text, id=name, question_ids=(name,)) for text, name in zip(texts, names, strict=True)]


def clocked(spent: Any) -> Callable[..., Any]:
    """`pqreuse.engines.batches.task`, of which each adds up the processor seconds that it spends on its batches."""

    def clocked_task(work: Any, *given: Any, key: str | None = None) -> Callable[..., Any]:
        from pqreuse.engines.batches import task

        run = task(work, *given, key=key)

        def timed(batches: Iterable[Any]) -> Iterator[Any]:
            outside = 0.0

            def read() -> Iterator[Any]:
                nonlocal outside
                begun = time.process_time()
                for batch in batches:
                    outside += time.process_time() - begun
                    yield batch
                    begun = time.process_time()
                outside += time.process_time() - begun

            begun = time.process_time()
            for made in run(read()):
                spent.add(time.process_time() - begun - outside)
                yield made
                outside, begun = 0.0, time.process_time()
            spent.add(time.process_time() - begun - outside)

        return timed

    return clocked_task


class Spent(threading.Thread):
    """Processor seconds of all processes below this one, looked at ten times a second: they come and go."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._of: dict[tuple[int, str], float] = {}
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.1):
            self.look()

    def look(self) -> None:
        tick = os.sysconf("SC_CLK_TCK")
        children: dict[int, list[tuple[int, str, float]]] = {}
        for path in Path("/proc").iterdir():
            if path.name.isdecimal():
                try:
                    head, _, tail = (path / "stat").read_text().rpartition(")")
                except OSError:
                    continue
                fields, name = tail.split(), head.partition("(")[2]
                spent = sum(map(int, fields[11:13])) / tick
                children.setdefault(int(fields[1]), []).append((int(path.name), name, spent))
        waiting = [os.getpid()]
        while waiting:
            for pid, name, spent in children.get(waiting.pop(), []):
                self._of[pid, name] = spent
                waiting.append(pid)

    def of(self, name: str) -> float:
        self._done.set()
        return sum(spent for (_, known), spent in self._of.items() if known.startswith(name))


def run_spark(n: int, repeated: bool) -> Record:
    return run_job(make_answers(n, repeated), n)


def run_fixed(n: int, repeated: bool) -> Record:
    return {"cpu_python": run_job(make_answers(2 * PER_ANSWER, False), n)["cpu_python"]}


def run_job(answers: list[Any], n: int) -> Record:
    from pyspark.sql import SparkSession

    from pqreuse.engines import exemplars, spark
    from pqreuse.engines import tables as tables_module
    from pqreuse.engines.session import answers_frame

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "events").mkdir()
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.sql.shuffle.partitions", max(4, n // 50_000))
            .config("spark.driver.memory", "6g")
            .config("spark.ui.enabled", False)
            .config("spark.ui.showConsoleProgress", False)
            .config("spark.eventLog.enabled", True)
            .config("spark.eventLog.compress", False)
            .config("spark.eventLog.rolling.enabled", False)
            .config("spark.eventLog.dir", (Path(folder) / "events").as_uri())
            .config("spark.local.dir", f"{folder}/local")
            .getOrCreate()
        )
        stages = session.sparkContext.accumulator(0.0)
        for module in (exemplars, spark, tables_module):
            setattr(module, "task", clocked(stages))  # noqa: B010
        frame = answers_frame(session, answers)
        del answers
        spent = Spent()
        spent.start()
        begun = time.perf_counter()
        tables = spark.find_reuse(frame, f"{folder}/work")
        for name in ("families", "uses", "scores", "spans"):
            getattr(tables, name).write.parquet(f"{folder}/out/{name}")
        seconds = time.perf_counter() - begun
        spent.look()
        cpu = {f"cpu_{name}": spent.of(name) for name in ("python", "java")}
        counts = {name: getattr(tables, name).count() for name in ("families", "uses", "spans")}
        session.stop()
        (log,) = (Path(folder) / "events").iterdir()
        shuffled = read_events(log)
        kept = sum(path.stat().st_size for path in Path(folder, "work").rglob("*.parquet"))
    return {
        "seconds": seconds,
        **cpu,
        "cpu_stages": stages.value,
        "bytes_kept": kept,
        **counts,
        **shuffled,
    }


def read_events(log: Path) -> Record:
    most = written = rows = 0
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            metrics = event.get("Task Metrics") if event["Event"] == "SparkListenerTaskEnd" else None
            if metrics:
                most = max(most, metrics["Shuffle Read Metrics"]["Total Records Read"])
                written += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                rows += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
    return {"most_rows_in_a_task": most, "shuffled_bytes": written, "shuffled_rows": rows}


def run_single(n: int, repeated: bool) -> Record:
    import pqreuse

    answers = make_answers(n, repeated)
    begun, cpu = time.perf_counter(), time.process_time()
    result = pqreuse.find_reuse(answers, threads=1)
    for kind in ("families", "uses", "scores", "spans"):
        result.to_frame(kind, "pyarrow")  # type: ignore[call-overload]
    return {
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "paragraphs": result.paragraphs,
        "sentences": result.sentences,
        "words": result.words,
        "families": len(result.families),
    }


def measure(n: int, repeated: bool) -> Record:
    record: Record = {"what": "spark", "size": {"paragraphs": n}, "repeated": repeated}
    for engine in ("single", "spark", "fixed"):
        note(f"{n:,} paragraphs{', one repeated' * repeated}: {engine}")
        command = [sys.executable, str(Path(__file__)), "--job", engine, "--size", str(n)]
        record[engine] = run_child(command + ["--repeated"] * repeated, limit_seconds=3600)
    return record


def tables_text(folder: Path) -> str:
    head = ["paragraphs", "one machine, CPU", "Spark: Python, CPU", "ratio", "of it fixed", "ratio without"]
    head += ["of it stages", "their ratio"]
    head += ["Spark: Java, CPU", "shuffled", "a paragraph", "kept", "most rows in a task"]
    rows = []
    for record in read_records(folder, "spark_*.json"):
        one, spark, n = record["single"], record["spark"], record["single"]["paragraphs"]
        fixed = record["fixed"]["cpu_python"] if "fixed" in record else None
        stages = spark.get("cpu_stages")
        rows.append(
            [
                f"{n:,}" + ", one in half of the answers" * record["repeated"],
                f"{three_digits(one['cpu'])} s",
                f"{three_digits(spark['cpu_python'])} s",
                f"{spark['cpu_python'] / one['cpu']:.2f}",
                "" if fixed is None else f"{three_digits(fixed)} s",
                "" if fixed is None else f"{(spark['cpu_python'] - fixed) / one['cpu']:.2f}",
                "" if stages is None else f"{three_digits(stages)} s",
                "" if stages is None else f"{stages / one['cpu']:.2f}",
                f"{three_digits(spark['cpu_java'])} s",
                f"{spark['shuffled_bytes'] / 1e6:,.0f} MB",
                f"{spark['shuffled_bytes'] / n:,.0f} bytes",
                f"{spark['bytes_kept'] / 1e6:,.0f} MB",
                f"{spark['most_rows_in_a_task']:,}",
            ]
        )
    return table(head, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, action="append", help="paragraphs")
    parser.add_argument("--repeated", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--job", choices=("single", "spark", "fixed"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    sizes = args.size or [3_000 if args.quick else 100_000]
    if args.job:
        job = {"single": run_single, "spark": run_spark, "fixed": run_fixed}[args.job]
        print(json.dumps(job(sizes[0], args.repeated)))
        return
    if not args.tables:
        for n in sizes:
            name = f"spark_{n}{'_repeated' * args.repeated}"
            write_record(measure(n, args.repeated), name, None if args.quick else RESULTS)
    if not args.quick:
        write_section("spark", tables_text(RESULTS), README)


if __name__ == "__main__":
    main()
