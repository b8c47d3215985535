"""`pqreuse index`: each verb, what it says, and how it may end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pqreuse import ReuseIndex, ReuseParams
from pqreuse.cli import main

Say = pytest.CaptureFixture[str]


def said(capsys: Say, *words: str | Path, status: int = 0) -> str:
    assert main([str(word) for word in words]) == status
    captured = capsys.readouterr()
    told = [line for line in captured.err.splitlines() if not line.startswith("pqreuse: columns of ")]
    assert (told == []) == (status == 0)
    return captured.out if status == 0 else captured.err


def test_a_day(capsys: Say, tmp_path: Path, examples: Path) -> None:
    path = tmp_path / "pqs.pqreuse"
    lines = examples.read_text(encoding="utf-8").splitlines(keepends=True)
    archive, today = tmp_path / "archive.jsonl", tmp_path / "today.jsonl"
    archive.write_text("".join(lines[:200]), encoding="utf-8")
    today.write_text("".join(lines[200:]), encoding="utf-8")
    assert said(capsys, "index", "create", path, archive).endswith(" answers\n")
    found = json.loads(said(capsys, "index", "query", path, today, "--format", "json"))
    assert found.keys() == {"pqreuse", "params", "answers", "families"}
    assert len(found["answers"]) > 10
    assert found["families"][0].keys() == {
        *("id", "unit", "answers", "variants", "text", "first_answer", "last_date", "replaces"),
    }
    assert " added" in said(capsys, "index", "add", path, today)
    assert said(capsys, "index", "verify", path) == f"{path}: whole\n"
    for verb in (["report"], ["score"], ["history", "--family", "8bb8d645ba5c56b9"]):
        from_index = json.loads(said(capsys, *verb, path, "--format", "json", "--quiet"))
        from_files = json.loads(said(capsys, *verb, archive, today, "--format", "json", "--quiet"))
        # Only an index has seen other names.
        for family in (*from_index.get("families", ()), from_index):
            family.pop("replaces", None)
        for family in (*from_files.get("families", ()), from_files):
            family.pop("replaces", None)
        assert from_index == from_files
    scored = json.loads(said(capsys, "score", today, "--corpus", path, "--format", "json", "--quiet"))
    assert (
        scored["answers"]
        == json.loads(said(capsys, "score", today, "--corpus", archive, today, "--format", "json", "--quiet"))[
            "answers"
        ]
    )


def test_doubts_are_told(capsys: Say, tmp_path: Path) -> None:
    path, archive, today = tmp_path / "pqs", tmp_path / "archive.csv", tmp_path / "today.csv"
    archive.write_text("id,answer\n1,Two bats.\n1,Three bats.\n2,\n", encoding="utf-8")
    today.write_text("id,answer\n3,No bats.\n1,Four bats.\n", encoding="utf-8")
    told = "pqreuse: warning: identifier 1 stands for {} records with different words: told apart as 1#"
    assert main(["index", "create", str(path), str(archive), "--strict"]) == 0
    columns, skipped, warning = capsys.readouterr().err.splitlines()
    assert columns == f"pqreuse: columns of {archive}: answer as text, id as id"
    assert skipped == f"pqreuse: skipped {archive}, line 4: unanswered"
    assert warning.startswith(told.format(2))
    assert main(["index", "add", str(path), str(today)]) == 0
    _, warning = capsys.readouterr().err.splitlines()
    assert warning.startswith(told.format(3))
    assert main(["index", "add", str(path), str(today), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_query_of_a_text(capsys: Say, index: ReuseIndex, tmp_path: Path) -> None:
    text = "The Department keeps no central record of the number of bats in its loft."
    shown = said(capsys, "index", "query", index.path, "--text", text)
    assert "[[The Department keeps no central record of the number of]]" in " ".join(shown.split())
    assert "sentence af22a516a6afdae8: 13 answers, 6 wordings" in shown
    out = tmp_path / "asked.json"
    assert said(capsys, "index", "query", index.path, "--text", text, "--output", out, "--format", "json") == ""
    (answer,) = json.loads(out.read_text(encoding="utf-8"))["answers"]
    assert answer["text"] == text


def test_stats_and_remove(capsys: Say, index: ReuseIndex) -> None:
    stats = json.loads(said(capsys, "index", "stats", index.path, "--format", "json"))
    assert (stats["answers"], stats["records"]) == (223, 245)
    assert stats["bytes"] < 800_000
    assert "paragraph families" in said(capsys, "index", "stats", index.path)
    assert stats["params"] == ReuseParams().to_dict()
    assert "the usual ones\n" in said(capsys, "index", "stats", index.path)
    other = index.path.with_name("other")
    said(capsys, "index", "create", other, "--containment", "0.7", "--quiet")
    assert "containment=0.7\n" in said(capsys, "index", "stats", other)
    name = index.corpus()[0].id
    assert said(capsys, "index", "remove", index.path, name) == f"{index.path}: 1 removed\n"
    there_are = [one.id for one in ReuseIndex(index.path).corpus() if one.id.startswith(name[:-1])]
    assert said(capsys, "index", "remove", index.path, name[:-1], status=2) == (
        f"pqreuse: no answer of the index has the identifier {name[:-1]!r} (nearest: {', '.join(there_are)}); "
        f"`pqreuse score {index.path} --format csv` lists those there are\n"
    )
    assert said(capsys, "index", "add", index.path, index.path) == f"{index.path}: 244 records known already\n"


def test_help(capsys: Say) -> None:
    shown = said(capsys, "index", "--help")
    for verb in ("create", "add", "query", "remove", "verify", "stats"):
        assert f"usage: pqreuse index {verb} PATH" in shown
        one = said(capsys, "index", verb, "--help")
        assert one in shown
        assert max(map(len, one.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "index: missing verb; there are create, add, query, remove, verify, stats"),
        (["creat"], "index: there is no verb 'creat'"),
        (["create"], "missing: PATH; see pqreuse index create --help"),
        (["add", "x"], "missing: INPUT; see pqreuse index add --help"),
        (["remove", "x"], "missing: ID; see pqreuse index remove --help"),
        (["query", "x"], "index query needs either INPUT or --text TEXT"),
        (["query", "x", "y", "--text", "z"], "index query needs either INPUT or --text TEXT"),
        (["stats", "x", "y"], "index stats takes one PATH, got 'y' too"),
        (["stats", "x", "--top", "3"], "unrecognized arguments: --top"),
        (["add", "x", "y", "--containment", "0.5"], "unrecognized arguments: --containment"),
    ],
)
def test_wrong_usage(capsys: Say, index: ReuseIndex, words: list[str], told: str) -> None:
    words = [str(index.path) if word == "x" else word for word in words]
    assert said(capsys, "index", *words, status=2).startswith(f"pqreuse: {told}")


def test_what_cannot_be_used(capsys: Say, index: ReuseIndex, tmp_path: Path, examples: Path) -> None:
    assert said(capsys, "index", "stats", tmp_path / "none", status=1) == (
        f"pqreuse: {tmp_path / 'none'} is not an index; make one with pqreuse index create\n"
    )
    assert "it is there already" in said(capsys, "index", "create", index.path, examples, status=1)
    assert "no such file" in said(capsys, "index", "add", index.path, tmp_path / "none", status=1)
    index.path.write_bytes(index.path.read_bytes()[:5_000])
    for verb in ("verify", "stats"):
        assert said(capsys, "index", verb, index.path, status=1).startswith(f"pqreuse: {index.path} is damaged: ")
