"""What the documents and the rules of the house say about the code is true of it."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pqreuse

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "pqreuse"
FOUNDATION = {
    "errors",
    "params",
    "lazy",
    "records",
    "ragged",
    "garbage",
    "threads",
    "_kernels",
    "arrow",
    "words",
    "copies",
}
STAGES = {"segments", "scorable", "shingles", "signatures", "candidates", "families", "templates", "runs", "scores"}
DISK = {"memory", "replacing", "storage", "readers", "corpus", "index", "report", "cli"}
PRINTERS = {"cli.py", "report/terminal.py"}
BY_HAND = {"_kernels/make_unicode.py"}  # a program that writes a source file; nothing imports it
KERNELS = (
    "arrow",
    "candidates",
    "comparison",
    "copies",
    "html",
    "pairing",
    "runs",
    "scores",
    "shingles",
    "templates",
    "words",
)
HEAVY = {
    "datasketch",
    "duckdb",
    "jinja2",
    "lxml",
    "matplotlib",
    "narwhals",
    "pandas",
    "polars",
    "pyarrow",
    "rich",
    "scipy",
    "sklearn",
}


# The README


def blocks(language: str) -> list[str]:
    """The README's fenced blocks in this language, each without its fences."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def program(*arguments: str) -> str:
    """Standard output of the installed program, run at the top of the repository, not on a terminal, 80 columns."""
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    run = [sys.executable, "-P", "-m", "pqreuse", *arguments]
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_readme_has_two_commands() -> None:
    assert blocks("sh") == [
        "pip install . && pqreuse report examples/answers.jsonl\n",
        'pip install ".[test]" && pytest\n',
    ]


def test_readme_opens_with_two_sentences_and_the_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    title, opening, *_ = text.split("\n\n")
    assert title == "# pqreuse"
    assert len(re.findall(r"[.?!](?=\s|$)", opening)) == 2
    assert text.index("```") == text.index("```sh")


def test_readme_output_is_what_the_program_prints() -> None:
    (shown,) = blocks("text")
    # Trailing spaces are not worth keeping in a document.
    printed = [line.rstrip() for line in program("report", "examples/answers.jsonl").splitlines()]
    assert [line.rstrip() for line in shown.splitlines()] == printed[: len(shown.splitlines())]


def test_readme_library_block_runs() -> None:
    (block,) = blocks("python")
    assert len([line for line in block.splitlines() if line.strip()]) == 8
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", block], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


# The map and the layers


@cache
def the_map() -> tuple[str, ...]:
    """Names of the package's modules and folders in reading order, without suffix, as `__init__` lists them."""
    docstring = ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))) or ""
    _, found, listing = docstring.partition("The map, in reading order")
    assert found, "pqreuse/__init__.py has no line 'The map, in reading order'"
    return tuple(name for name, _ in re.findall(r"^\s+(\w+)(\.py|/)\s{2,}\S", listing, re.MULTILINE))


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Each module of the package: its path, its entry of the map, its tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        yield name, name.partition("/")[0].removesuffix(".py"), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    """Line and entry of the map of each import from the package, wherever it stands; `""` is `pqreuse` itself."""
    package = ("pqreuse/" + name).split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *filter(None, [node.module])])
            found = [f"pqreuse.{alias.name}" for alias in node.names] if origin == "pqreuse" else [origin]
        else:
            continue
        for target in found:
            top, _, rest = target.partition(".")
            if top == "pqreuse":
                entry = rest.partition(".")[0]
                yield node.lineno, entry if entry in the_map() else ""


def test_map_lists_every_module() -> None:
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert len(the_map()) == len(set(the_map()))
    assert {name for name in there if not name.startswith("__")} == {n for n in the_map() if not n.startswith("__")}


def test_modules_import_only_what_stands_above_them_in_the_map() -> None:
    wrong = []
    for name, unit, tree in modules():
        if unit.startswith("__"):  # __init__ gathers the public names, __main__ starts the command line
            continue
        allowed = {*the_map()[: the_map().index(unit)], unit if "/" in name else ""} - {""}
        wrong += [
            f"{name}:{line} imports {entry or 'pqreuse itself'}"
            for line, entry in imported(tree, name)
            if entry not in allowed
        ]
    assert wrong == []


def test_stages_never_import_one_another() -> None:
    assert set(the_map()) >= FOUNDATION | STAGES
    wrong = [
        f"{name}:{line} imports {entry}"
        for name, unit, tree in modules()
        if unit in STAGES
        for line, entry in imported(tree, name)
        if entry not in FOUNDATION | {unit}
    ]
    assert wrong == []


def calls(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, owner and name of each call: `os.replace(...)` is ("os", "replace"), `open(...)` is ("", "open")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, "", node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield node.lineno, owner.id if isinstance(owner, ast.Name) else "?", node.func.attr


ON_DISK = re.compile(
    "open|read_text|read_bytes|write_text|write_bytes|unlink|mkdir|rmdir|touch|iterdir|rglob|"
    "is_file|is_dir|exists|resolve|tofile|fromfile|savez|memmap"
)
OF_OS = re.compile("open|remove|unlink|rename|replace|mkdir|makedirs|rmdir|listdir|scandir|walk|stat|link|symlink")


def test_only_readers_corpus_report_and_cli_touch_the_disk() -> None:
    wrong = [
        f"{name}:{line} calls {owner}.{called}"
        for name, unit, tree in modules()
        if unit not in DISK and name not in BY_HAND
        for line, owner, called in calls(tree)
        if (ON_DISK.fullmatch(called) and (owner or called == "open"))
        or (owner == "os" and OF_OS.fullmatch(called))
        or owner in {"shutil", "tempfile", "glob"}
    ]
    assert wrong == []


def test_only_cli_and_terminal_print() -> None:
    wrong = [
        f"{name}:{line} calls {called}"
        for name, _, tree in modules()
        if name not in PRINTERS | BY_HAND
        for line, _, called in calls(tree)
        if called in {"print", "Console"}
    ]
    assert wrong == []


def test_no_pattern_has_a_possessive_group() -> None:
    """Python 3.11.2, that of Debian 12, mistakes them, and with some of them never ends."""
    possessive = re.compile(r"\)(?:[?*+]|\{[\d,]+\})\+")
    assert possessive.search("(?:(?<=a)b)?+")
    assert [name for name, _, _ in modules() if possessive.search((PACKAGE / name).read_text(encoding="utf-8"))] == []


# The kernels


def source(name: str) -> str:
    return (PACKAGE / "_kernels" / name).read_text(encoding="utf-8")


def included(name: str) -> set[str]:
    """Headers and declarations of ours that a kernel includes or cimports, and those that they do."""
    text, own = source(name), name.removesuffix(".pyx") + ".pxd"
    found = set(re.findall(r'^(?:#include|cdef extern from) "(\w+\.h)"', text, re.MULTILINE))
    found |= {f"{other}.pxd" for other in re.findall(r"^from pqreuse\._kernels\.(\w+) cimport", text, re.MULTILINE)}
    if name.endswith(".pyx") and (PACKAGE / "_kernels" / own).exists():
        found.add(own)
    return found.union(*(included(other) for other in found))


def test_kernels_are_those_that_are_built_typed_and_described() -> None:
    for suffix in (".pyx", ".pyi"):
        assert tuple(sorted(path.stem for path in (PACKAGE / "_kernels").glob(f"*{suffix}"))) == KERNELS
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(module["name"] for module in project["tool"]["setuptools"]["ext-modules"]) == [
        f"pqreuse._kernels.{name}" for name in KERNELS
    ]
    described = ast.get_docstring(ast.parse(source("__init__.py"))) or ""
    assert sorted(re.findall(r"^\s+(\w+)\.pyx {2,}\S", described, re.MULTILINE)) == list(KERNELS)


def test_kernels_are_built_again_when_a_header_changes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for module in project["tool"]["setuptools"]["ext-modules"]:
        (pyx,) = module["sources"]
        headers = included(Path(pyx).name)
        assert sorted(module.get("depends", [])) == [f"pqreuse/_kernels/{name}" for name in sorted(headers)], pyx


def test_source_that_is_not_compiled_says_so(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "pqreuse", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    command = [sys.executable, "-c", "import pqreuse; pqreuse.find_reuse(['a'])"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.stderr.splitlines()[-1].startswith("ImportError: this is the source of pqreuse, where nothing is comp")


@pytest.mark.parametrize("name", KERNELS)
def test_kernel_imports_nothing_of_the_package(name: str) -> None:
    origins = re.findall(r"^\s*(?:from|import|cimport) +([\w.]+)", source(f"{name}.pyx"), re.MULTILINE)
    ours = {origin for origin in origins if origin.startswith("pqreuse._kernels.")}
    assert {origin.partition(".")[0] for origin in {*origins} - ours} <= {"numpy", "cpython", "libc"}


def parameters(definition: ast.FunctionDef) -> list[str]:
    arguments = definition.args
    return [one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]


@pytest.mark.parametrize("name", KERNELS)
def test_stub_has_the_names_and_parameters_of_its_kernel(name: str) -> None:
    kernel = importlib.import_module(f"pqreuse._kernels.{name}")
    stub = ast.parse(source(f"{name}.pyi"))
    typed = {node.name: node for node in stub.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    values = {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}
    assert typed.keys() | values == {
        one for one, value in vars(kernel).items() if not one.startswith("_") and not inspect.ismodule(value)
    }
    for one, node in typed.items():
        value = getattr(kernel, one)
        if isinstance(node, ast.FunctionDef):
            assert parameters(node) == list(inspect.signature(value).parameters), one
            continue
        methods = {method.name: method for method in node.body if isinstance(method, ast.FunctionDef)}
        assert {method for method in methods if not method.startswith("__")} == {
            method for method in vars(value) if not method.startswith("_")
        }, one
        for method, definition in methods.items():
            if not method.startswith("__") and callable(getattr(value, method)):
                found = list(inspect.signature(getattr(value, method)).parameters)
                assert parameters(definition) == found, f"{one}.{method}"


# The public names


def test_export_list_is_sorted_and_complete() -> None:
    exported = list(pqreuse.__all__)
    assert exported == sorted(set(exported))
    for name in exported:  # those that load when first asked for are there from now on
        getattr(pqreuse, name)
    ours = {
        name
        for name, value in vars(pqreuse).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("pqreuse.")
    }
    assert ours <= set(exported)
    assert set(exported) <= set(dir(pqreuse))
    with pytest.raises(AttributeError):
        _ = pqreuse.no_such_name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(pqreuse.__all__))
def test_public_name_is_documented(name: str) -> None:
    value = getattr(pqreuse, name)
    if inspect.isclass(value) or inspect.isroutine(value):
        assert (value.__doc__ or "").strip()
        assert not (value.__doc__ or "").startswith(f"{name}("), "only the docstring that dataclass makes up"


def test_import_is_light() -> None:
    code = "import sys, pqreuse; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


# The repository


@cache
def files() -> tuple[str, ...]:
    """Files that git has, or would take."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(sorted({name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()}))


def tracked() -> tuple[str, ...]:
    if not files():
        pytest.skip("needs a git clone: git lists no files here")
    return files()


def test_top_level_folders() -> None:
    folders = {name.partition("/")[0] for name in tracked() if "/" in name}
    assert {name for name in folders if not name.startswith(".")} == {
        "benchmarks",
        "docs",
        "examples",
        "pqreuse",
        "tests",
    }


def test_no_file_names_a_registry_or_a_path_of_some_machine() -> None:
    # Written in pieces, or this file would be found.
    unwanted = re.compile(
        "|".join(["pypi" + r"\.\w", "python" + "hosted", *("/" + p for p in ("work/", "root/", "tmp/venv"))])
    )
    wrong = []
    for name in tracked():
        text = (ROOT / name).read_bytes().decode("utf-8", errors="replace")
        wrong += [f"{name}: {found}" for found in unwanted.findall(text)]
    assert wrong == []


def test_ci_is_a_script_that_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_ci_looks_for_no_program_of_the_name_of_a_function() -> None:
    """It would find the function, and never install the program."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    wanted = set(re.findall(r"command -v ([\w-]+)", script))
    assert wanted
    assert wanted.isdisjoint(re.findall(r"^([\w-]+)\(\)", script, re.M))


def test_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert importlib.metadata.version("pqreuse") == version == pqreuse.__version__
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# The example answers


@cache
def truth() -> dict[str, dict[str, int] | list[dict[str, str | int]]]:
    return json.loads((ROOT / "tests" / "examples_truth.json").read_text(encoding="utf-8"))


def test_example_readme_says_what_is_planted() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|]+\| (sentence|paragraph) \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    planted = [(item["unit"], str(item["answers"]), str(item["questions"])) for item in truth()["stock"]]
    assert rows == planted


def test_example_records_hold_what_is_planted(examples: Path) -> None:
    lines = examples.read_text(encoding="utf-8").splitlines()
    records = {record["id"]: record for record in map(json.loads, lines)}
    assert list(records) == sorted(records)
    assert len(lines) - len(records) == truth()["corpus"]["duplicate_records"]
    for item in truth()["stock"]:
        holding = [record for record in records.values() if item["phrase"] in record["answer_html"]]
        assert len(holding) == item["questions"], item["name"]
        groups = {(record["asked_on"], *sorted([record["uin"], *record["grouped"]])) for record in holding}
        assert len(groups) == item["answers"], item["name"]


def test_report_finds_what_is_planted(examples: Path) -> None:
    corpus = pqreuse.read_answers(examples)
    counted = {name: getattr(corpus, name) for name in ("records", "duplicate_records", "questions")}
    assert {**counted, "answers": len(corpus)} == truth()["corpus"]
    families = pqreuse.find_reuse(corpus).families
    for item in truth()["stock"]:
        found = [f for f in families if f.unit == item["unit"] and item["phrase"] in f.text]
        counts = [(f.answers, f.questions) for f in found]
        assert counts == [(item["answers"], item["questions"])], item["name"]
