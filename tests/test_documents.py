"""What the documents say is so: each code block runs and prints what stands below it, each link leads somewhere.

In README.md and in the guide (docs/*.md) the language of a block says what is done with it:

    sh              only in the README: installs and tests; `.ci/run` runs it
    console         commands after "$ ", run by bash; below each what it prints, "…" for any lines
    python          run; what it prints is not compared
    pycon           a doctest; "..." for any text
    text, json      what the program prints, held by tests/test_repository.py in the README; nowhere else
    LANGUAGE NAME   a file of this name, for the blocks below it
    {DIRECTIVE}     Sphinx's

Each page has an empty folder of its own, in which the folder `examples` stands as well. A page that says
`<!-- needs NAME -->` is skipped where the module NAME is not installed.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

import pqreuse
from pqreuse.params import ReuseParams
from pqreuse.report.options import INDEX_VERBS, VERBS

ROOT = Path(__file__).resolve().parents[1]
GUIDE = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDE]
DOCUMENTS = [*PAGES, *(path for path in ROOT.glob("*.md") if path not in PAGES)]
DOCUMENTS += [ROOT / name / "README.md" for name in ("benchmarks", "examples")]
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: the words behind its fence, its text, the line of the page that it begins in."""

    info: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield Block(found[2].strip(), found[3], text.count("\n", 0, found.start()) + 1)


def shell(command: str, folder: Path) -> tuple[int, str]:
    """Status and all output of a command as someone would run it who has installed the package."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def check_console(block: Block, folder: Path, place: str) -> None:
    """Run each command; below it stands what it prints, and only a message of pqreuse's own excuses a failure."""
    for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = re.sub(r"\\\n", "", piece).partition("\n")
        status, printed = shell(command, folder)
        assert status == 0 or shown.startswith("pqreuse: "), f"{place}: {command}\n{printed}"
        # Nobody can tell a no-break space from another on a page.
        printed = printed.replace("\xa0", " ")
        lines = [line.rstrip() for line in shown.rstrip().splitlines()]
        if lines:
            pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in lines)
            got = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
            assert re.fullmatch(pattern, got), f"{place}: {command} prints\n{got}"


def check_doctest(block: Block, names: dict[str, Any], place: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, {}, place, place, block.line)
    test.globs = names  # those of the page: not a copy
    told: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=told.append, clear_globs=False)
    assert not told, "".join(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in re.findall(r"<!-- needs (\w+) -->", page.read_text(encoding="utf-8")):
        pytest.importorskip(name)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        place = f"{page.name}, line {block.line}"
        language, _, name = block.info.partition(" ")
        if language.startswith("{") or (page.name == "README.md" and block.info in ("sh", "text")):
            continue
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(block.text, encoding="utf-8")
        elif language == "console":
            check_console(block, tmp_path, place)
        elif language == "python":
            exec(compile(block.text, place, "exec"), names)
        elif language == "pycon":
            check_doctest(block, names, place)
        else:
            pytest.fail(f"{place}: nobody knows what to do with a block of {block.info!r}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_code_block_goes_unseen(page: Path) -> None:
    rest = FENCE.sub("", page.read_text(encoding="utf-8"))
    assert re.findall(r"^(?:\s*```|~~~).*|(?<=\n\n) {4}\S.*", rest, re.MULTILINE) == []


def test_blocks_that_lie_are_found(tmp_path: Path) -> None:
    check_console(Block("console", "$ echo one; echo two\n…\ntwo\n", 1), tmp_path, "here")
    for text in ("$ echo one\ntwo\n", "$ echo one; echo two\none\n", "$ false\n"):
        with pytest.raises(AssertionError):
            check_console(Block("console", text, 1), tmp_path, "here")
    with pytest.raises(AssertionError):
        check_doctest(Block("pycon", ">>> 1 + 1\n3\n", 1), {}, "here")


def test_readme_tells_of_real_answers_what_is_found_there(shared_data: Path) -> None:
    result = pqreuse.find_reuse(pqreuse.read_answers(shared_data / "uk_commons_2023-09_2025-06.jsonl.gz"))
    long = [score.novel for score in result.scores if score.novel is not None and score.scorable_words >= 50]
    # The line, then the paragraph that it begins: the longer one has fewer uses.
    line, paragraph = [
        next(one for one in result.families if one.unit == unit and one.text.startswith("It is the responsibility of "))
        for unit in ("sentence", "paragraph")
    ]
    assert result.shares is not None
    told = (
        f"{len(result.scores):,} answers",
        f"{100 * result.shares.template:.1f} % of the words are template text",
        f"{100 * long.count(0) / len(long):.1f} % have not one word that is new",
        f"stands in {paragraph.answers} of them, {paragraph.months['2023-10']} of these to questions of October 2023",
    )
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert [sentence for sentence in told if sentence not in text] == []
    assert [(gap.after, gap.back) for gap in line.gaps] == [("2024-03", "2024-11")]


# Links


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub and MyST make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = (re.sub(r"[`*]|\[|\]\([^)]*\)", "", title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or not there.is_relative_to(ROOT) or (anchor and anchor not in anchors(there)):
            wrong.append(target)
    assert wrong == []


# The guide


def load(name: str) -> ModuleType:
    """A script of the folder docs."""
    spec = spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_in_the_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    (contents,) = (block.text for block in blocks(ROOT / "docs" / "index.md") if block.info == "{toctree}")
    listed = [line for line in contents.splitlines() if re.fullmatch(r"\w+", line)]
    assert sorted([*listed, "index"]) == sorted(page.stem for page in GUIDE)
    assert [name for name in listed if f"]({name}.md)" not in index] == []


def test_command_reference_is_made_from_the_parsers() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == load("make_commands").page(), "python docs/make_commands.py writes it anew"
    assert all(f"## pqreuse {verb}" in page for verb in (*VERBS, *INDEX_VERBS))


def test_tuning_names_every_parameter() -> None:
    page = (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8")
    assert [name for name in ReuseParams.__dataclass_fields__ if f"`{name}`" not in page] == []


def test_api_reference_names_every_public_name() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"^\.\. auto\w+:: pqreuse\.(\w+)$", page, re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == set(pqreuse.__all__) - {"__version__"}


def test_figures_are_pictures_and_made_by_their_script() -> None:
    made = load("make_figures").figures()
    folder = ROOT / "docs" / "figures"
    for name, text in made.items():
        assert (folder / name).read_text(encoding="utf-8") == text, "python docs/make_figures.py writes it anew"
    shown = {
        Path(target).name for page in PAGES for target in re.findall(r"!\[[^\]]+\]\(([^)]+\.svg)\)", page.read_text())
    }
    for path in sorted(folder.glob("*.svg")):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert path.name in shown


def test_licences_of_all_that_is_asked_for_are_listed() -> None:
    licences = load("make_licences")
    page = (ROOT / "LICENCES.md").read_text(encoding="utf-8")
    rows = {licences.key(name): told for name, told in re.findall(r"^\| ([\w.-]+) \| (.+) \|$", page, re.MULTILINE)}
    wanted = set().union(*licences.asked().values())
    assert [name for name in wanted if licences.key(name) not in rows] == []
    assert [extra for extra in licences.asked() if extra and f"extra `{extra}`" not in page] == []
    families = re.compile("MIT|BSD|Apache|Python Software|PSF")
    for name in wanted:
        with suppress(PackageNotFoundError):  # versions write the same licence differently
            assert set(families.findall(licences.licence(name))) & set(families.findall(rows[licences.key(name)])), name


def test_guide_builds_without_a_warning(tmp_path: Path) -> None:
    if find_spec("sphinx") is None:
        pytest.skip("needs Sphinx: pip install '.[docs]'")
    run = [sys.executable, "-P", "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "cache")]
    done = subprocess.run(
        [*run, "-c", "docs", ".", str(tmp_path / "site")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "docs" / "first_steps.html").is_file()
