"""Small mistakes made on purpose in the modules that hold the definitions: do the tests notice each of them?

    python tests/mutants.py [--most N] [MODULE...]   words shingles candidates families runs scores kernels; or all

N is how many of a module are drawn, with a seed; all by default.

Needs cosmic-ray (pip install cosmic-ray) for the mutations of Python; those of the kernels are listed here, and each is
compiled. Every mutant is tested in a process of its own, on a copy of the package. Prints how many were killed, and
each that was not.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120
TESTS = {
    "words": ["pqreuse.words", "tests/test_words.py"],
    "shingles": ["tests/test_families.py"],
    "candidates": [
        "pqreuse.candidates",
        "tests/test_candidates.py",
        "--deselect=tests/test_candidates.py::test_threads_change_no_key",
    ],
    "families": ["tests/test_families.py"],
    "runs": ["tests/test_runs.py"],
    "scores": ["tests/test_scores.py"],
}
# What stands in lines, as they are or mutated, on which no result depends: such mutants are not made.
NO_RESULT = (
    *("room = np.empty(min(", "isascii()", "slots=True"),  # memory; less room than is needed is an error
    *("_AT_ONCE", "_MANY_TEXTS", "_COST", "_COUNT_BITS", "_SAMPLED", "threads: int = 1"),  # memory and time
    *("_FEW", "old != new", "opening"),  # two ways to one result
    *("found != len(room)", "found is not len(room)", "found >= len(room)"),  # what has room is written twice
    "< NONE",  # the same as != NONE, which is greater than every order
    "_NUMBER = ",  # any number will do that is no word's hash
)
# A file of the kernels, what stands in it once, what is put there, and the tests.
# ruff: noqa: E501
# fmt: off
_WORDS, _RUNS, _SCORES, _RULE = TESTS["words"], TESTS["runs"], TESTS["scores"], [*TESTS["candidates"], *TESTS["families"]]
KERNELS: Sequence[tuple[str, str, str, Sequence[str]]] = [
    ("words.h", "count < 3; count++", "count < 2; count++", _WORDS),
    ("words.h", "return !next_is_digit(text, &at, length);", "return 1;", _WORDS),
    ("words.h", "stop = number + 1;\n        } else if", "stop = number;\n        } else if", _WORDS),
    ("words.h", "if (!written) start = number, numeric", "if (written < 2) start = number, numeric", _WORDS),
    ("words.h", "self->ends[id] - start != length", "self->ends[id] - start < length", _WORDS),
    ("runs.pyx", "for place in range(length - 1):\n            lead", "for place in range(length):\n            lead", _RUNS),
    ("runs.pyx", "            if open_for >= length:\n                mixed", "            if open_for > length:\n                mixed", _RUNS),
    ("runs.pyx", "            if closed[place]:\n                open_for = 0", "            if closed[place]:\n                pass", _RUNS),
    ("runs.pyx", "if other < limit[own]:", "if other <= limit[own]:", _RUNS),
    ("runs.pyx", "if earliest[place - back] < least:", "if earliest[place - back] > least:", _RUNS),
    ("runs.pyx", "for back in range(min(length, place + 1)):", "for back in range(min(length - 1, place + 1)):", _RUNS),
    ("runs.pyx", "while indptr[answer + 1] <= word:", "while indptr[answer + 1] < word:", _RUNS),
    ("scores.pyx", "if 0 <= place < n_template[mine]:", "if 0 < place < n_template[mine]:", _SCORES),
    ("scores.pyx", "TEMPLATE if place < n_template[mine]", "TEMPLATE if place <= n_template[mine]", _SCORES),
    ("scores.pyx", "if other >= limit[use]:", "if other > limit[use]:", _SCORES),
    ("scores.pyx", "if kind > label[word]:", "if kind >= label[word]:", _SCORES),
    ("scores.pyx", "if name[word] < 0:", "if name[word] <= 0:", _SCORES),
    ("scores.pyx", "range(max(highest + 1, n_template[mine]))", "range(max(highest, n_template[mine]))", _SCORES),
    ("shingles.h", "(double)shared / (double)small >= by->containment &&", "(double)shared / (double)small > by->containment &&", _RULE),
    ("shingles.h", "(double)small / (double)large >= by->length_ratio &&", "(double)small / (double)large > by->length_ratio &&", _RULE),
    ("shingles.h", "(double)shared / (double)(small + large - shared) >= by->jaccard", "(double)shared / (double)(small + large) >= by->jaccard", _RULE),
    ("shingles.h", "(double)small / (double)large >= least_ratio(by);", "(double)small / (double)large > least_ratio(by);", _RULE),
    ("comparison.pyx", "self.containment[text] and exemplar < self.best[text]", "self.containment[text] and exemplar > self.best[text]", _RULE),
    ("comparison.pyx", "if alike.jaccard > self.jaccard[text] or (", "if alike.jaccard >= self.jaccard[text] or (", _RULE),
]
# fmt: on


class Mutant(NamedTuple):
    """A file of the package, what it shall hold instead, and where the two differ."""

    file: str
    content: str
    where: str
    tests: Sequence[str]


def python_mutants(module: str) -> Iterator[Mutant]:
    """Every mutation that cosmic-ray knows, but for those of type annotations, which nothing runs."""
    from cosmic_ray.commands.init import _all_work_items
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    file = f"pqreuse/{module}.py"
    source = (ROOT / file).read_text("utf-8")
    lines = source.splitlines()
    unseen = list(_annotations(source))
    for item in _all_work_items([ROOT / file], {}):
        (mutation,) = item.mutations
        if any(start <= mutation.start_pos <= end for start, end in unseen):
            continue
        operator = get_operator(mutation.operator_name)()
        content = mutate_code(source, operator, mutation.occurrence)
        if content is not None and content != source:
            line = mutation.start_pos[0]
            after = " ".join(map(str.strip, content.splitlines()[line - 1 : mutation.end_pos[0]]))
            if not any(text in lines[line - 1] or text in after for text in NO_RESULT):
                yield Mutant(file, content, f"{module}.py:{line} `{after}`", TESTS[module])


def _annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast.walk(ast.parse(source)):
        for one in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(one, ast.expr):
                yield (one.lineno, one.col_offset), (one.end_lineno or 0, one.end_col_offset or 0)
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "overload" for one in node.decorator_list):
            yield (node.decorator_list[0].lineno - 1, 0), (node.end_lineno or 0, node.end_col_offset or 0)


def kernel_mutants() -> Iterator[Mutant]:
    """Those listed here."""
    for file, before, after, tests in KERNELS:
        name = f"pqreuse/_kernels/{file}"
        source = (ROOT / name).read_text("utf-8")
        assert source.count(before) == 1, f"{file} holds {source.count(before)} times: {before}"
        yield Mutant(name, source.replace(before, after), f"{file} `{before}` → `{after}`", tests)


def is_killed(mutant: Mutant, folder: Path) -> bool:
    """Whether a test fails, or does not end, with the mutant in a copy of the package."""
    path = folder / mutant.file
    original = path.read_text("utf-8")
    path.write_text(mutant.content, "utf-8")
    compiled = path.suffix in (".pyx", ".h")
    try:
        if compiled and not _built(folder):
            return True
        child = os.fork()
        if not child:
            try:
                os._exit(_tested(mutant.tests, folder))
            finally:
                os._exit(1)
        return os.waitpid(child, 0)[1] != 0
    finally:
        path.write_text(original, "utf-8")
        if compiled:  # with their times, by which is told what must be built again
            shutil.copytree(folder / "built", path.parent, dirs_exist_ok=True)


def _build_all(folder: Path) -> None:
    """Build the kernels of a copy as they are, so that of a mutant only its own must be; quickly rather than well."""
    project = folder / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"-O3"', '"-O1"'), "utf-8")
    assert _built(folder), "the kernels cannot be built"
    shutil.copytree(folder / "pqreuse/_kernels", folder / "built")


def _built(folder: Path) -> bool:
    command = [sys.executable, "-c", "from setuptools import setup; setup()", "build_ext", "--inplace", "-b", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def _tested(tests: Sequence[str], folder: Path) -> int:
    import pytest

    # Of the processor, so that other programs kill no mutant; of the clock for one that waits for ever.
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(10 * SECONDS)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    # Children of the tests are to meet the mutant too.
    os.environ["PYTHONPATH"] = str(folder)
    options = [
        "-x",
        "-q",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    return int(pytest.main(options))


def main() -> int:
    """Make and test the mutants of some modules."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--most", type=int, default=1 << 30)
    args = parser.parse_args()
    # Imported once, not in each child; and what is found need not be made smaller.
    import numpy as np  # noqa: F401
    import pytest  # noqa: F401
    from hypothesis import Phase, settings

    settings.register_profile("mutants", derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate])
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for one in ("pqreuse", "pyproject.toml", "build_kernels.py", "README.md", "LICENSE"):
            (shutil.copytree if (ROOT / one).is_dir() else shutil.copy2)(ROOT / one, folder / one)
        for name in args.names or [*TESTS, "kernels"]:
            mutants = list(kernel_mutants() if name == "kernels" else python_mutants(name))
            mutants = random.Random(1).sample(mutants, min(args.most, len(mutants)))
            if name == "kernels":
                _build_all(folder)
            for tests in {tuple(mutant.tests) for mutant in mutants}:
                unchanged = Mutant("README.md", "", "", tests)
                assert not is_killed(unchanged, folder), f"{tests} fail as it is"
            alive = 0
            for mutant in mutants:
                if not is_killed(mutant, folder):
                    alive += 1
                    print(f"alive: {mutant.where}", flush=True)
            print(f"{name}: {len(mutants) - alive} of {len(mutants)} killed", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
