"""Output is written whole or not at all, and never over an input."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pqreuse.errors import OutputError
from pqreuse.report.files import check_output, write_file


def test_written(tmp_path: Path):
    write_file([b"a", b"b"], str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == b"ab"
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o666 & ~mask


def test_rights_of_a_replaced_file_stay(tmp_path: Path):
    (tmp_path / "out").write_text("old")
    (tmp_path / "out").chmod(0o640)
    write_file([b"new"], str(tmp_path / "out"))
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file([b"new"], str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("failure", [RuntimeError("bug"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_nothing_is_left_of_a_failure(tmp_path: Path, failure: BaseException):
    (tmp_path / "out").write_text("old")

    def chunks():
        yield b"half"
        raise failure

    with pytest.raises(OutputError if isinstance(failure, OSError) else type(failure)):
        write_file(chunks(), str(tmp_path / "out"))
    assert [item.name for item in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out").read_text() == "old"


def test_devices_are_not_replaced():
    write_file([b"x"], os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_full_disk():
    with pytest.raises(OutputError, match="cannot write /dev/full: No space left on device; nothing was written"):
        write_file([b"x" * 100_000], "/dev/full")


def test_places_that_cannot_be_written(tmp_path: Path):
    with pytest.raises(OutputError, match="it is a folder"):
        check_output(str(tmp_path), [])
    with pytest.raises(OutputError, match=r"there is no folder .*missing; create it first"):
        check_output(str(tmp_path / "missing" / "out"), [])
    check_output(str(tmp_path / "out"), [])


def test_inputs_are_not_overwritten(tmp_path: Path):
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    source = folder / "a.json"
    source.write_text("{}")
    (tmp_path / "soft").symlink_to(source)
    os.link(source, tmp_path / "hard")
    (tmp_path / "other").write_text("")
    for output in (source, tmp_path / "soft", tmp_path / "hard"):
        for name in (str(source), f"{folder}/*.json", f"{tmp_path}/**/*.json"):
            with pytest.raises(OutputError, match=r"it is read as input \(.*\); choose another name"):
                check_output(str(output), [str(tmp_path / "other"), name])
    with pytest.raises(OutputError, match="it is read as input"):
        check_output(str(source), [str(tmp_path / "in")])
    check_output(str(folder / "new.json"), [str(tmp_path / "in")])
    check_output(str(tmp_path / "other"), [str(source), str(tmp_path / "nothing*"), "-"])


def test_a_folder_without_rights(tmp_path: Path, monkeypatch):
    # Root may write everywhere, so the system's answer is made here.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="no right to write there; choose another place"):
        check_output(str(tmp_path / "out"), [])


def test_a_link_to_itself(tmp_path: Path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OutputError, match="cannot write"):
        check_output(str(tmp_path / "loop" / "out"), [])
    write_file([b"x"], str(tmp_path / "loop"))
    assert (tmp_path / "loop").read_bytes() == b"x"
