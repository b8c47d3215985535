"""Recall and precision of pqreuse: against an exact reference, against a planted truth, beside the usual recipes.

    python benchmarks/quality.py                all parts; writes results/quality_*.json, the chart, the README's tables
    python benchmarks/quality.py --quick        all parts, small, on standard output; writes nothing
    python benchmarks/quality.py --part slots   one part (pairs, planted, runs, slots)
    python benchmarks/quality.py --tables       chart and tables again, from the JSON that is there

The real answers are those of the folder `data` in the environment variable PQREUSE_SHARED, else in ../shared. Without
them the pairs are not measured, and the other parts plant in the invented answers of examples/.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pqreuse
from pqreuse import Answer

HERE = Path(__file__).resolve().parent
# The plain Python definitions are those of the tests; the parts lie beside this file, however it is started.
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from quality_pairs import measure_pairs  # noqa: E402
from quality_planted import measure_planted  # noqa: E402
from quality_runs import measure_runs  # noqa: E402
from quality_slots import measure_slots  # noqa: E402
from quality_tables import PARTS, write_tables  # noqa: E402
from recording import README, RESULTS, ROOT, Record, note, real_data, write_record  # noqa: E402


def measure(part: str, answers: Sequence[Answer], source: str, quick: bool, misses: list[Record]) -> Record:
    """One part, at full or small size; of invented answers there are too few for the full one."""
    small = quick or len(answers) < 2_000
    if part == "pairs":
        return measure_pairs(answers, seeds=(1,) if small else (1, 2, 3))
    if part == "planted":
        size = {"originals": 12, "uses": 33, "hosts": 150} if small else {"originals": 160, "uses": 900, "hosts": 6_000}
        return measure_planted(
            answers, seeds=(1, 2) if small else (1, 2, 3, 4, 5), source=source, misses=misses, **size
        )
    if part == "runs":
        return measure_runs(answers, seeds=(1,) if small else (1, 2, 3), sample=60 if small else 500, source=source)
    size = {"families": 8, "hosts": 150} if small else {"families": 150, "hosts": 2_000}
    return measure_slots(answers, seeds=(1, 2) if small else (1, 2, 3, 4, 5), source=source, misses=misses, **size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    parser.add_argument("--quick", action="store_true", help="small, printed on standard output, nothing written")
    parser.add_argument(
        "--tables", action="store_true", help="only the chart and the tables, from the JSON that is there"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the records")
    parser.add_argument("--misses", type=Path, help="write the texts of all misses to this file, to be read by hand")
    args = parser.parse_args()
    if not args.tables:
        data = real_data()
        corpus = pqreuse.read_answers(data or ROOT / "examples" / "answers.jsonl")
        answers = list(corpus)
        source = f"{len(answers):,} {'real' if data else 'invented'} answers (to {corpus.questions:,} questions)"
        misses: list[Record] = []
        for part in args.part or PARTS:
            if part == "pairs" and data is None:
                note("pairs: skipped, there is no PQREUSE_SHARED and no ../shared/data")
                continue
            some = answers[:1_500] if args.quick and data else answers
            record = measure(part, some, source, args.quick, misses)
            write_record(record, f"quality_{part}", None if args.quick else args.output)
        if args.misses:
            lines = (json.dumps(miss, ensure_ascii=False) for miss in misses)
            args.misses.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not args.quick and args.output == RESULTS:
        write_tables(args.output, README)


if __name__ == "__main__":
    main()
