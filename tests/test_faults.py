"""What goes wrong is told in one line, with a status, and leaves nothing behind; SECURITY.md lists what was tried.

``python tests/test_faults.py`` writes the tables of SECURITY.md anew.
"""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from faults import FAULTS, FILES, GOOD, SURVIVED, Fault

from pqreuse.cli import main
from pqreuse.errors import InputError
from pqreuse.readers import read_records

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- {}: written by tests/test_faults.py -->", "<!-- end of {} -->"
NOT_BAD = ("unanswered", "withdrawn", "no reply to this question", "no written question")
ALONE = [fault for fault in FILES if fault.args == ["report", *fault.files] and fault.status == 1]


def make(fault: Fault, folder: Path) -> None:
    """All that the fault needs, in this folder; something that can be read, too."""
    if fault.needs:
        pytest.importorskip(fault.needs, reason=f"needs {fault.needs}")
    (folder / GOOD).parent.mkdir()
    (folder / GOOD).write_text('{"id": "1", "answer": "We have set up attendance hubs.", "body": "Home Office"}\n')
    for name, content in fault.files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if fault.make is not None:
        fault.make(folder)


def seen(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_one_line_and_a_status(fault: Fault, tmp_path: Path, monkeypatch, capsys) -> None:
    make(fault, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    before = seen(tmp_path)
    assert main(fault.args) == fault.status
    captured = capsys.readouterr()
    assert captured.out == ""
    line = captured.err.replace(str(tmp_path), "{here}")
    if fault.line.endswith("…"):
        assert line.startswith(f"pqreuse: {fault.line[:-1]}")
        assert line.count("\n") == 1
    else:
        assert line == f"pqreuse: {fault.line}\n"
    assert len(line) < 600
    assert seen(tmp_path) == before


@pytest.mark.parametrize("fault", ALONE, ids=lambda fault: fault.what)
def test_beside_good_ones_it_is_skipped_and_told(fault: Fault, tmp_path: Path) -> None:
    make(fault, tmp_path)
    (name,) = fault.files
    reason = fault.line.removeprefix("no answers in 1 file: ").split(" (", 1)[0].rstrip("…")
    reading = read_records(tmp_path)
    assert [record.file for record in reading.records] == [GOOD]
    (first, *others) = reading.skipped
    assert {item.file for item in others} <= {first.file}
    assert first.file.startswith(name)
    where = "" if first.where == "whole file" else f"{first.where}: "
    assert f"{first.file}: {where}{first.reason}".startswith(reason)
    if first.reason not in NOT_BAD:
        with pytest.raises(InputError) as caught:
            read_records(tmp_path, strict=True)
        assert str(caught.value).startswith(reason)


def test_there_are_many_and_no_two_are_the_same() -> None:
    assert len({(tuple(fault.args), *fault.files.items(), fault.make) for fault in FAULTS}) == len(FAULTS)
    assert len({fault.what for fault in FAULTS}) == len(FAULTS) >= 60


# SECURITY.md


def tables() -> dict[str, str]:
    """The tables of SECURITY.md."""
    cell = lambda text: text.replace("|", "\\|")  # noqa: E731
    bad = [f"| {cell(fault.what)} | {fault.status} | `{cell(fault.line)}` |" for fault in FAULTS]
    survived = [f"| {what} | {outcome} | `{test}` |" for what, outcome, test in SURVIVED]
    return {
        "bad inputs": "\n".join(["| input | status | `pqreuse: …` |", "|---|---|---|", *bad]),
        "survived": "\n".join(["| what was done to it | what happened | by the test |", "|---|---|---|", *survived]),
    }


def written(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in tables().items():
        begin, end = BEGIN.format(name), END.format(name)
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return text


def test_the_tables_of_security_are_these() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    for name in tables():
        assert BEGIN.format(name) in text
        assert END.format(name) in text
    assert text == written(text), "write it anew with python tests/test_faults.py"


def test_what_was_survived_has_been_tried() -> None:
    for _, _, test in SURVIVED:
        file, _, name = test.partition("::")
        functions = {node.name for node in ast.parse((ROOT / file).read_text("utf-8")).body if hasattr(node, "name")}
        assert name in functions, test


if __name__ == "__main__":
    page = ROOT / "SECURITY.md"
    page.write_text(written(page.read_text("utf-8")), "utf-8")
