"""The whole job on 10⁴ to 3·10⁶ generated paragraphs: seconds and peak memory of each stage, cost per word, recall.

    python benchmarks/scale.py                     all sizes; writes results/scale_*.json, the plot, the README's tables
    python benchmarks/scale.py --size 100000       one size (may be given again)
    python benchmarks/scale.py --quick             two small sizes, on standard output; writes nothing
    python benchmarks/scale.py --tables            the plot and the tables again, from the JSON that is there

The job is `find_reuse` at its default rule, from answers at hand: families of paragraphs and of sentences, runs,
shares, templates, the records of the result. Three paragraphs of generated.py, a line each, make an answer. Every run
is a process of its own; one that exceeds the limits is stopped and recorded as such.

Seconds between two calls of `progress` belong to the stage that the later one names (to the earlier one's where the
later says that nothing is done yet). A stage's peak is the most memory the process held until the next stage's first
call; it includes the texts and what earlier stages left. Then the job once more with the paragraphs and sentences of
the first time: what it takes where texts are split already.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from generated import chunks  # noqa: E402
from recording import (  # noqa: E402
    README,
    RESULTS,
    Record,
    forget_peak,
    note,
    peak_gb,
    ratio,
    run_child,
    use_processors,
    write_record,
    write_section,
)
from scale_tables import plot, tables  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
PER_ANSWER = 3


# One run, in a process of its own


@dataclass
class Stages:
    """Seconds and peak memory of each stage, in the order in which they were first heard of."""

    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    stage: str = "before the first call"
    since: float = field(default_factory=time.perf_counter)

    def heard(self, stage: str, done: int, total: int | None) -> None:
        """What `find_reuse` calls as its ``progress``."""
        del total
        now = time.perf_counter()
        owner = stage if done else self.stage
        self.seconds[owner] = self.seconds.get(owner, 0.0) + now - self.since
        if stage != self.stage:
            self.close()
        self.stage, self.since = stage, time.perf_counter()

    def close(self) -> None:
        """Note the peak of the stage that ends, and begin it anew."""
        self.peaks[self.stage] = max(self.peaks.get(self.stage, 0.0), peak_gb())
        forget_peak()

    def end(self) -> list[Record]:
        """The last stage ends with the job."""
        last = "after the last call"
        self.seconds[last] = time.perf_counter() - self.since
        self.close()
        self.peaks[last] = self.peaks[self.stage]
        return [
            {"stage": stage, "seconds": round(seconds, 3), "peak_gb": round(self.peaks.get(stage, 0.0), 3)}
            for stage, seconds in self.seconds.items()
        ]


class Remembered:
    """A function that is called once: the second time it gives what it gave before."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._given: Any = None

    def __call__(self, *args: Any) -> Any:
        if self._given is None:
            self._given = self._function(*args)
        return self._given


def run_job(n: int, seed: int, threads: int) -> Record:
    """The job on n paragraphs: what it cost, and what of the truth it found."""
    import pqreuse
    from pqreuse import pipeline

    use_processors(threads)
    for name in ("split_answers", "split_sentences"):
        setattr(pipeline, name, Remembered(getattr(pipeline, name)))
    answers, template, starts = make_answers(n, seed)
    text_bytes = sum(len(answer.text) for answer in answers)
    gc.collect()
    forget_peak()
    at_hand = peak_gb()
    stages = Stages()
    started = time.perf_counter()
    result = pqreuse.find_reuse(answers, threads=threads, progress=stages.heard)
    seconds = time.perf_counter() - started
    costs = stages.end()
    family = families_of_paragraphs(result.families, starts)
    found = {
        "peak_gb": max(cost["peak_gb"] for cost in costs),
        "at_hand_gb": round(at_hand, 3),
        "stages": costs,
        "words": result.words,
        "text_bytes": text_bytes,
        "answers": len(answers),
        "families": len(result.families),
        "shares": {name: round(getattr(result.shares, name), 5) for name in ("template", "slot", "novel")},
        "own_recall": result.recall and round(result.recall.measured, 5),
        "truth": found_together(family, template),
    }
    del result, family
    gc.collect()
    started = time.perf_counter()
    pqreuse.find_reuse(answers, threads=threads)
    split = time.perf_counter() - started
    return {"seconds": round(seconds, 3), "split_before_seconds": round(split, 3), **found}


def make_answers(n: int, seed: int) -> tuple[list[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Answers of three paragraphs each; of each paragraph its template and where it starts in its answer."""
    from pqreuse import Answer

    answers, templates = [], []
    starts = np.zeros(n, np.int64)
    for texts, template in by_answers(chunks(n, seed=seed)):
        templates.append(template)
        for first in range(0, len(texts), PER_ANSWER):
            some = texts[first : first + PER_ANSWER]
            place = len(answers) * PER_ANSWER
            for after in range(1, len(some)):
                starts[place + after] = starts[place + after - 1] + len(some[after - 1]) + 1
            answers.append(Answer(id=f"{len(answers):08}", text="\n".join(some)))
    return answers, np.concatenate(templates), starts


def by_answers(parts: Iterator[tuple[list[str], NDArray[np.int64]]]) -> Iterator[tuple[list[str], NDArray[np.int64]]]:
    """The same paragraphs, cut so that no answer stands in two parts."""
    texts: list[str] = []
    template = np.empty(0, np.int64)
    for more, their in parts:
        texts, template = texts + more, np.concatenate([template, their])
        whole = len(texts) - len(texts) % PER_ANSWER
        yield texts[:whole], template[:whole]
        texts, template = texts[whole:], template[whole:]
    if texts:
        yield texts, template


def families_of_paragraphs(families: Any, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The paragraph family of each paragraph; -1 for none."""
    family = np.full(len(starts), -1, np.int64)
    place = {}
    for answer in range(0, len(starts), PER_ANSWER):
        for number in range(answer, min(answer + PER_ANSWER, len(starts))):
            place[answer // PER_ANSWER, int(starts[number])] = number
    for number, one in enumerate(families):
        if one.unit == "paragraph":
            for use in one.uses:
                family[place[int(use.answer_id), use.start]] = number
    return family


def found_together(family: NDArray[np.int64], template: NDArray[np.int64]) -> Record:
    """How families agree with the templates that the paragraphs came from.

    Returns
    -------
    dict
        ``found``: of the planted paragraphs, the part that is in a family with another use of its template.
        ``together``: the part that is in the family that holds most uses of its template.
        ``precision``: of the paragraphs in families, the part that is a use of the template most of its family is of.
    """
    planted, member = template >= 0, family >= 0
    both = planted & member
    width = int(family.max(initial=0)) + 1
    cells, of, counts = np.unique(template[both] * width + family[both], return_inverse=True, return_counts=True)
    of_template, of_family = np.divmod(cells, width)
    most_of_template = np.zeros(int(template.max(initial=0)) + 1, np.int64)
    most_of_family = np.zeros(width, np.int64)
    np.maximum.at(most_of_template, of_template, np.where(counts > 1, counts, 0))
    np.maximum.at(most_of_family, of_family, counts)
    return {
        "planted": int(planted.sum()),
        "members": int(member.sum()),
        "found": ratio(int((counts[of] > 1).sum()), int(planted.sum())),
        "together": ratio(int(most_of_template.sum()), int(planted.sum())),
        "precision": ratio(int(most_of_family.sum()), int(member.sum())),
    }


# All sizes


def measure(n: int, *, repeats: int, limits: dict[str, float], seed: int, threads: int) -> Record:
    """Runs of one size; one that was stopped is not repeated."""
    command = [sys.executable, __file__, "--one", str(n), "--seed", str(seed), "--threads", str(threads)]
    runs: list[Record] = []
    while len(runs) < repeats and not any("exceeded" in run for run in runs):
        runs.append(run_child(command, **limits))
        note(f"scale: {n:,} paragraphs, repeat {len(runs)}: {runs[-1].get('exceeded') or runs[-1]['seconds']}")
    record: Record = {
        "what": "the whole job: families of paragraphs and sentences, runs, shares, templates",
        "size": {"paragraphs": n},
        "seed": seed,
        "threads": threads,
        "limits": limits,
        "repeats": runs,
    }
    if not any("exceeded" in run for run in runs):
        seconds = statistics.median(run["seconds"] for run in runs)
        record["size"] |= {name: runs[0][name] for name in ("answers", "words", "text_bytes")}
        record["median_seconds"] = seconds
        record["median_split_before_seconds"] = statistics.median(run["split_before_seconds"] for run in runs)
        record["ns_per_word"] = round(1e9 * seconds / runs[0]["words"], 1)
        record["peak_gb"] = max(run["peak_gb"] for run in runs)
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, action="append", help="paragraphs (may be given again)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit-seconds", type=float, default=1800, help="stop a run after this long, texts included")
    parser.add_argument("--limit-gb", type=float, default=20, help="stop a run that holds more memory than this")
    parser.add_argument("--quick", action="store_true", help="two small sizes, on standard output, nothing written")
    parser.add_argument(
        "--tables", action="store_true", help="only the plot and the tables, from the JSON that is there"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the records")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(run_job(args.one, args.seed, args.threads)))
        return
    limits = {"limit_seconds": args.limit_seconds, "limit_gb": args.limit_gb}
    for n in () if args.tables else args.size or ((1_000, 3_000) if args.quick else SIZES):
        record = measure(n, repeats=args.repeats, limits=limits, seed=args.seed, threads=args.threads)
        write_record(record, f"scale_{n}", None if args.quick else args.output)
    if not args.quick:
        plot(args.output)
        if args.output == RESULTS:
            write_section("scale", tables(RESULTS), README)


if __name__ == "__main__":
    main()
