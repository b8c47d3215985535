"""The command line: arguments, outputs, exit statuses. Reading and finding are replaced by a result made by hand."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path

import pytest
from report import sample
from report.sample import RESULT, Stages

from pqreuse import find_reuse, read_answers
from pqreuse.cli import main
from pqreuse.errors import InputError, MissingPackageError, ParameterError
from pqreuse.params import ReuseParams
from pqreuse.readers import FORMATS
from pqreuse.records import Corpus, Skipped
from pqreuse.report.options import INDEX_VERBS, OPTIONS, VERBS, parse, verb_parser

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {"show": ["--answer", "400"], "history": ["--family", "p-hubs"]}
TUNING = [field for field in fields(ReuseParams) if field.name not in ("against", "min_answers")]


@pytest.fixture
def stages(monkeypatch) -> Stages:
    stand_in = Stages()
    for name, module in stand_in.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delenv("COLUMNS", raising=False)
    return stand_in


def program(*args: str, what: str = "", **keywords) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {"PYTHONPATH": paths, "PQREUSE_SAMPLE": what, "PATH": os.environ["PATH"], **keywords.pop("env", {})}
    command = [sys.executable, sample.__file__, *args]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | keywords
    return subprocess.Popen(command, env=environment, **pipes)


def finished(*args: str, what: str = "", **keywords) -> tuple[int, bytes, str]:
    with program(*args, what=what, **keywords) as process:
        out, err = process.communicate(timeout=30)
    return process.returncode, out, err.decode()


# Help


def test_nothing_asked(capsys):
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("usage: pqreuse VERB INPUT... [options]")


@pytest.mark.parametrize(
    "args", [["--help"], ["-h"], *([verb, "--help"] for verb in VERBS), ["report", "x", "-h", "--to"]]
)
def test_help_fits_a_screen_and_has_an_example(args, capsys):
    assert main(args) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert len(lines) <= 28
    assert max(map(len, lines)) <= 80
    examples = [line for line in lines if re.match(r"\s+(e\.g\. )?pqreuse \w+ \S+/?", line)]
    assert examples


def test_help_names_every_format(capsys):
    main(["--help"])
    words = set(re.findall(r"[\w-]+", capsys.readouterr().out))
    assert set(FORMATS) <= words


def test_examples_in_help_are_right_usage():
    for name, verb in VERBS.items():
        import shlex

        program_name, verb_name, *rest = shlex.split(verb.example)
        assert (program_name, verb_name) == ("pqreuse", name)
        verb_parser(name).parse_intermixed_args(rest)


@pytest.mark.parametrize("verb", VERBS)
def test_help_names_every_option_and_the_right_defaults(verb, capsys):
    main([verb, "--help"])
    text = capsys.readouterr().out
    for option in VERBS[verb].options:
        assert f"  {option} " in text
    for field in TUNING:
        assert f"--{field.name.replace('_', '-')} {field.default}" in text
    given = vars(verb_parser(verb).parse_args(["x", *NEEDED.get(verb, [])]))
    for name, default in ReuseParams().to_dict().items():
        if name in given:
            assert given[name] == default
    missing = {name for name in ReuseParams().to_dict() if name not in given}
    assert missing <= {"min_answers", "against"}
    assert ("against" in missing) == (verb == "history")
    assert ("min_answers" in given) == (verb == "report")


@pytest.mark.parametrize("verb", VERBS)
def test_help_names_the_formats_that_the_verb_writes_and_no_others(verb, capsys):
    main([verb, "--help"])
    text = capsys.readouterr().out
    (endings,) = re.findall("format by name: (.*)", text)
    for format, ending in {"json": ".json", "csv": ".csv", "markdown": ".md", "html": ".html"}.items():
        args = ["x", *NEEDED.get(verb, []), "--output", f"a{ending}"]
        if format in VERBS[verb].formats:
            assert parse(verb, args).format == format
        else:
            with pytest.raises(ParameterError):
                parse(verb, args)
        written = format in VERBS[verb].formats
        assert (ending in endings.split(", "), re.search(rf"\b{format}\b", text) is not None) == (written, written)


def test_every_option_is_used_by_a_verb():
    assert set(OPTIONS) == {option for verb in (VERBS | INDEX_VERBS).values() for option in verb.options}


def test_version(capsys):
    assert main(["--version"]) == 0
    assert re.fullmatch(r"pqreuse \S+\n", capsys.readouterr().out)


@pytest.mark.parametrize("args", [["--help"], ["report", "--help"], ["--version"], ["report", "--top", "x", "y"]])
def test_help_imports_nothing_heavy(args):
    code = (
        "import sys; from pqreuse.cli import main; main(sys.argv[1:]);"
        "heavy = {'numpy', 'scipy', 'rich', 'lxml', 'sklearn', 'datasketch', 'pyarrow', 'sentencex'};"
        "heavy &= set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, *args], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# Arguments


def test_show_of_an_unknown_answer_fails_before_the_long_work(stages, monkeypatch, capsys):
    def find_reuse(*given, **keywords):
        pytest.fail("the long work began")

    monkeypatch.setattr(sys.modules["pqreuse.pipeline"], "find_reuse", find_reuse)
    assert main(["show", "x", "--answer", "999"]) == 2
    assert capsys.readouterr().err.startswith("pqreuse: no answer has the identifier '999'")
    assert stages.read["inputs"] == ["x"]


def test_arguments_arrive(stages, capsys):
    args = [
        "a.json",
        "--top",
        "3",
        "b.json",
        "--threads",
        "2",
        "--strict",
        "--input-format",
        "csv",
        "--quiet",
    ]
    args += ["--column", "text=Answer Text", "--column", "id=a=b", "--against", "earlier", "--containment", "0.7"]
    assert main(["report", *args, "--min-answers", "3", "-"]) == 0
    assert stages.read == {
        "inputs": ["a.json", "b.json", "-"],
        "input_format": "csv",
        "columns": {"text": "Answer Text", "id": "a=b"},
        "strict": True,
        "progress": None,
    }
    params = ReuseParams(against="earlier", containment=0.7, min_answers=3).to_dict()
    assert stages.found == {
        "engine": "threads",
        "threads": 2,
        "progress": None,
        **params,
    }


def test_bad_records_in_a_good_file(tmp_path, examples, capsys):
    """Skipped with file, line and reason; the rest is used; --strict stops at the first."""
    lines = examples.read_text("utf-8").splitlines()
    lines[4:4] = ["{", '{"id": 5, "answer_html": 5}', "[1]"]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    assert main(["report", str(path), "--format", "json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["corpus"]["questions"] == 243
    assert [(item["file"], item["where"]) for item in document["corpus"]["skipped"]] == [
        (str(path), f"line {number}") for number in (5, 6, 7)
    ]
    columns, first, *others = captured.err.splitlines()
    assert columns.startswith(f"pqreuse: columns of {path}: ")
    assert first.startswith(f"pqreuse: skipped {path}, line 5: the JSON is cut short")
    assert others == [
        f"pqreuse: skipped {path}, line 6: answer_html must be text, but is a number",
        f"pqreuse: skipped {path}, line 7: no object: an answer is written as {{...}} with its fields by name",
    ]
    assert main(["report", str(path), "--strict"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"pqreuse: {path}: line 5: the JSON is cut short")
    assert captured.err.count("\n") == 1


def test_another_corpus(tmp_path, examples, capsys):
    lines = examples.read_text("utf-8").splitlines(keepends=True)
    new, old = tmp_path / "new.jsonl", tmp_path / "old.jsonl"
    new.write_text("".join(lines[:9]), "utf-8")
    old.write_text("".join(lines), "utf-8")
    assert main(["score", str(new), "--corpus", str(old), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    known = {answer.id for answer in read_answers(old)}
    rows = document["answers"]
    assert [row["id"] for row in rows] == [answer.id for answer in read_answers(new)]
    earliest = {span["earliest_answer_id"] for row in rows for span in row["spans"]}
    assert earliest - {None} <= known
    assert all(span["earliest_answer_id"] != row["id"] for row in rows for span in row["spans"])
    assert document["corpus"]["questions"] == 9
    assert document["compared_with"]["questions"] == 243
    assert "words" not in document["compared_with"]
    families = {family.id for family in find_reuse(read_answers(old)).families}
    assert {span["family"] for row in rows for span in row["spans"]} & families
    assert main(["score", "--quiet", "--corpus", str(old), str(old), "--", str(new)]) == 0
    assert "compared with 223 answers" in " ".join(capsys.readouterr().out.split())


def test_after_two_dashes_stand_only_inputs(stages, capsys):
    assert main(["report", "a", "--quiet", "--", "--help", "-b"]) == 0
    assert stages.read["inputs"] == ["a", "--help", "-b"]
    assert main(["report", "--quiet", "--", "-"]) == 0
    assert stages.read["inputs"] == ["-"]
    assert main(["report", "--quiet", "--"]) == 2


@pytest.mark.parametrize("field", TUNING, ids=lambda field: field.name)
def test_each_parameter_arrives(field, stages, capsys):
    least_likely = field.metadata["choices"][-1] if "choices" in field.metadata else field.metadata["high"]
    value = type(field.default)(least_likely)
    assert main(["show", "x", "--answer", "400", f"--{field.name.replace('_', '-')}={value}"]) == 0
    assert stages.found[field.name] == value
    assert type(stages.found[field.name]) is type(field.default)


# Results


def test_report_formats(stages, capfdbinary):
    outputs = {}
    for name in ("table", "json", "csv", "markdown"):
        assert main(["report", "x", "--format", name, "--quiet"]) == 0
        captured = capfdbinary.readouterr()
        assert captured.err == b""
        outputs[name] = captured.out.decode()
    assert main(["report", "x"]) == 0
    assert capfdbinary.readouterr().out.decode() == outputs["table"]
    assert "There is a network of {31|33} attendance hubs" in outputs["table"]
    assert [family["id"] for family in json.loads(outputs["json"])["families"]][:2] == ["p-hubs", "s-share"]
    assert len(list(csv.reader(io.StringIO(outputs["csv"])))) == 5
    assert outputs["markdown"].count("\n|") == 11


def test_score_formats(stages, capfdbinary):
    for name in ("table", "json", "csv", "markdown"):
        assert main(["score", "x", "--format", name, "--quiet", "--body", "home office", "--since", "2025-06"]) == 0
        captured = capfdbinary.readouterr()
        assert captured.err == b""
        assert b"2025-06/300" in captured.out
        assert b"2024-01-10/100" not in captured.out.split(b'"spans"')[0]


def test_show(stages, capfdbinary):
    assert main(["show", "x", "--answer", "201", "--quiet"]) == 0
    assert "[[There is a network of {33} attendance hubs." in capfdbinary.readouterr().out.decode()
    assert main(["show", "x", "--answer", "201", "--quiet", "--format", "json"]) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    assert answer["id"] == "2025-01-16/200"
    assert "".join(answer["text"][span["start"] : span["end"]] for span in answer["spans"]) == answer["text"]


def test_history(stages, capfdbinary, tmp_path):
    told = {}
    for name in ("table", "json", "csv", "markdown"):
        assert main(["history", "x", "--family", "p-hubs", "--quiet", "--format", name]) == 0
        told[name] = capfdbinary.readouterr().out
    assert "…network of {31 → 33} attendance hubs.… (figure)" in told["table"].decode()
    assert [variant["closest"] for variant in json.loads(told["json"])["history"]] == [None, 0]
    assert len(list(csv.reader(io.StringIO(told["csv"].decode())))) == 3
    assert told["markdown"].count(b"\n|") == 4
    out = tmp_path / "out.csv"
    assert main(["history", "x", "--family", "p-hubs", "--quiet", "--output", str(out)]) == 0
    assert out.read_bytes() == b"\xef\xbb\xbf" + told["csv"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--top", "1"], ["p-hubs", "s-share"]),
        (["--unit", "sentence"], ["s-share", "s-old"]),
        (["--body", "HOME OFFICE", "--body", "=Ministry of |Pipes|", "--unit", "paragraph"], ["p-hostile", "p-hubs"]),
        (["--until", "2024-01-10", "--unit", "paragraph"], ["p-hubs"]),
        (["--kind", "holding", "--kind", "referral"], ["p-hubs", "s-share"]),
        (["--kind", "not_held", "--since", "2025-02"], []),
    ],
)
def test_filters(args, expected, stages, capfdbinary):
    assert main(["report", "x", "--format", "json", *args]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert [family["id"] for family in document["families"]] == expected


@pytest.mark.parametrize(("verb", "mark"), [("report", rb"\{31"), ("score", rb"(?m)^(?:\| |\{\"id\": \")?id\d\d\b")])
def test_tables_list_twenty_and_data_all(verb, mark, stages, capfdbinary):
    names = [f"id{number:02}" for number in range(30)]
    stages.result = replace(
        RESULT,
        families=tuple(replace(RESULT.families[0], id=name) for name in names),
        scores=tuple(replace(RESULT.scores[0], id=name) for name in names),
    )
    counts = {}
    for name in ("table", "markdown", "csv", "json"):
        assert main([verb, "x", "--quiet", "--format", name]) == 0
        counts[name] = len(re.findall(mark, capfdbinary.readouterr().out))
    assert counts == {"table": 20, "markdown": 20, "csv": 30, "json": 30}


def test_notes_go_to_standard_error(stages, capfd):
    assert main(["report", "x"]) == 0
    assert capfd.readouterr().err.splitlines() == [
        "pqreuse: skipped a.txt: no question in it (a press release?)",
        "pqreuse: skipped b.txt, record 2: no answer",
        "pqreuse: warning: apple in two lines",
        "pqreuse: warning: zebra",
    ]
    stages.corpus = replace(stages.corpus, warnings=tuple(f"w{number}" for number in range(9)))
    assert main(["report", "x"]) == 0
    lines = capfd.readouterr().err.splitlines()
    assert lines[5:] == ["pqreuse: and 6 more (all of them are in pqreuse report --format json)"]


def test_json_does_not_need_rich():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r}); from report.sample import Stages;"
        "sys.modules.update(Stages().modules()); from pqreuse.cli import main;"
        "assert main(['report', 'x', '--format', 'json']) == 0; assert 'rich' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr


# Inputs and environments that cannot be used


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (InputError("x: there is no\nsuch \x1b[31mfile"), 1, "x: there is no such �[31mfile"),
        (MissingPackageError("reading .parquet needs pyarrow"), 1, "reading .parquet needs pyarrow"),
        (ParameterError("columns: 'x' is no column"), 2, "columns: 'x' is no column"),
        (MemoryError(), 1, "not enough memory for this; read fewer files at once"),
        (OSError(5, "Input/output error", "x.gz"), 1, "x.gz: Input/output error"),
        (OSError("odd"), 1, "this system: odd"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_are_one_line(error, status, message, stages, capsys):
    stages.error = error
    assert main(["report", "x", "--quiet"]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"pqreuse: {message}\n"


def test_all_inputs_skipped(stages, capsys):
    skipped = (Skipped(file="a", where="", reason="no question"), Skipped(file="b", where="line 1", reason="binary"))
    stages.corpus = Corpus(skipped=skipped)
    assert main(["report", "a", "b"]) == 1
    assert capsys.readouterr().err == "pqreuse: no answers in the input: skipped a: no question (and 1 more like it)\n"
    stages.corpus = Corpus()
    assert main(["report", "a", "b"]) == 1
    assert capsys.readouterr().err.startswith("pqreuse: no answers in the input; see pqreuse --help")


def test_a_bug_is_not_hidden(stages):
    stages.error = RuntimeError("bug")
    with pytest.raises(RuntimeError):
        main(["report", "x"])


# Output files


def test_output_file_holds_what_standard_output_would(stages, tmp_path, capfdbinary):
    for name in ("table", "json", "csv", "markdown"):
        out = tmp_path / "out"
        assert main(["report", "x", "--format", name, "--quiet"]) == 0
        shown = capfdbinary.readouterr().out
        assert main(["report", "x", "--format", name, "--quiet", "--output", str(out)]) == 0
        assert capfdbinary.readouterr().out == b""
        mark = b"\xef\xbb\xbf" if name == "csv" else b""
        assert out.read_bytes() == mark + shown
    assert os.listdir(tmp_path) == ["out"]


def test_output_is_checked_before_any_work(stages, tmp_path, capsys):
    source = tmp_path / "answers.json"
    source.write_text("{}")
    for output, message in [
        (str(source), "it is read as input"),
        (str(tmp_path), "it is a folder"),
        (str(tmp_path / "missing" / "out"), "there is no folder"),
    ]:
        assert main(["report", str(source), "--output", output]) == 1
        assert capsys.readouterr().err.startswith(f"pqreuse: cannot write {output}: {message}")
    assert stages.read == {}
    assert source.read_text() == "{}"


@pytest.mark.parametrize("name", ["r.pdf", "r.XLSX", "r.htm"])
def test_a_name_of_a_format_that_is_not_written_is_an_error(stages, tmp_path, capsys, name):
    out = tmp_path / name
    assert main(["report", "x", "--output", str(out)]) == 2
    assert capsys.readouterr().err == (
        f"pqreuse: {out} has the name of a format that is not written: end it in .json, .csv, .md, .html, "
        "or say --format; see pqreuse report --help\n"
    )
    assert main(["report", "x", "--format", "table", "--quiet", "--output", str(out)]) == 0
    assert out.exists()


def test_output_without_rights():
    # Root may write everywhere, so it becomes nobody, who cannot reach tmp_path either.
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o555)
        output = f"{name}/out"
        try:
            status, out, err = finished("report", "x", "--output", output, **({"user": 65534} if root else {}))
        except PermissionError:
            pytest.skip("this process cannot become another user")
        if "ModuleNotFoundError" in err or "can't open file" in err:
            pytest.skip("another user cannot read the tests")
    assert (status, out) == (1, b"")
    assert err == f"pqreuse: cannot write {output}: no right to write there; choose another place\n"


def test_output_where_even_root_may_not_write():
    status, out, err = finished("report", "x", "--quiet", "--output", "/proc/out.json")
    assert (status, out) == (1, b"")
    assert re.fullmatch(r"pqreuse: cannot write /proc/out.json: .*\n", err)


# Processes


def test_broken_pipe_is_silent():
    with program("report", "x", "--format", "json", "--quiet", what="many") as process:
        assert process.stdout
        assert process.stdout.readline() == b"{\n"
        process.stdout.close()
        assert process.stderr
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("args", [["--help"], *([verb, "x", *NEEDED.get(verb, [])] for verb in VERBS)])
def test_full_standard_output(args, unbuffered):
    # Unbuffered, even an empty text written to it fails.
    with open("/dev/full", "wb") as full:
        status, _, err = finished(*args, stdout=full, env={"PYTHONUNBUFFERED": unbuffered})
    assert (status, err) == (1, "pqreuse: cannot write to standard output: No space left on device\n")


def test_closed_standard_output():
    status, _, err = finished("report", "x", "--quiet", stdout=None, preexec_fn=lambda: os.close(1))
    assert (status, err) == (1, "pqreuse: cannot write: standard output is closed; use --output FILE\n")


def test_closed_standard_error():
    status, out, _ = finished("report", "x", preexec_fn=lambda: os.close(2))
    assert status == 0
    assert out.startswith(b"2 files:")


@pytest.mark.parametrize(
    ("number", "status", "line"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_signals(number, status, line, tmp_path):
    out = tmp_path / "out"
    with program("report", "x", "--output", str(out), what="wait") as process:
        assert process.stderr
        assert process.stderr.readline() == b"waiting\n"
        process.send_signal(number)
        assert process.stderr.read().decode() == f"pqreuse: {line}\n"
        assert process.wait(30) == status
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_encoding_of_standard_output(encoding):
    for args in (
        ["report", "x"],
        ["score", "x"],
        ["show", "x", "--answer", "300"],
        ["history", "x", *NEEDED["history"]],
    ):
        status, out, err = finished(*args, "--quiet", env={"PYTHONIOENCODING": encoding})
        assert (status, err) == (0, "")
        assert "attendance" in out.decode(encoding) or args[0] == "score"
    status, out, _ = finished("report", "x", "--quiet", env={"PYTHONIOENCODING": encoding})
    assert ("########" in out.decode(encoding)) == (encoding != "utf-8")
    for name in ("json", "csv", "markdown"):
        status, out, _ = finished("report", "x", "--format", name, env={"PYTHONIOENCODING": encoding})
        assert status == 0
        assert "£" in out.decode("utf-8")


def test_progress_and_colour_on_a_terminal():
    ours, theirs = pty.openpty()
    env = {"TERM": "xterm-256color"}
    with program("report", "x", stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        assert process.wait(30) == 0
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert b"scoring" in shown
    assert b"\x1b[33m{31|33}\x1b[0m" in shown
    assert b"\x1b[?25h" in shown


# The real thing

HUBS = "8bb8d645ba5c56b9"  # "a network of 31 attendance hubs" in the examples


@pytest.fixture(scope="module")
def answers(examples: Path) -> dict[str, dict]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pqreuse", "score", str(examples), "--format", "json"],
        cwd=ROOT,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return {answer["id"]: answer for answer in json.loads(done.stdout)["answers"]}


def test_real_scores_tile_the_texts_and_sum_to_one(answers):
    for answer in answers.values():
        assert "".join(answer["text"][span["start"] : span["end"]] for span in answer["spans"]) == answer["text"]
        if answer["template"] is not None:
            assert answer["template"] + answer["slot"] + answer["novel"] == pytest.approx(1)


def test_real_report(answers, examples, capfdbinary):
    documents = []
    for threads in "12":
        assert main(["report", str(examples), "--format", "json", "--quiet", "--threads", threads]) == 0
        documents.append(capfdbinary.readouterr().out)
    assert documents[0] == documents[1]
    document = json.loads(documents[0])
    assert document["families"]
    listed = {family["id"] for family in document["families"]}
    for family in document["families"]:
        assert family["parent"] in {None, *listed}
        assert len({use["answer_id"] for use in family["uses"]}) == family["answers"]
        for use in family["uses"]:
            assert answers[use["answer_id"]]["text"][use["start"] : use["end"]] == use["text"]


def test_real_history(answers, examples, capfdbinary):
    assert main(["history", str(examples), "--family", HUBS, "--format", "json", "--quiet"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert (document["id"], document["variants"]) == (HUBS, len(document["history"]))
    told = [(one["old"], one["new"]) for variant in document["history"] for one in variant["differences"]]
    assert {("31", "32"), ("31", "36"), ("32", "36")} <= set(told)
    for variant in document["history"]:
        assert variant["text"] in answers[variant["answer_id"]]["text"]
    dates = [variant["first_date"] for variant in document["history"]]
    assert dates == sorted(dates)


@pytest.mark.parametrize("verb", VERBS)
def test_real_tables(verb, answers, examples, capfd, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    needed = {"show": ["--answer", next(iter(answers))], "history": ["--family", HUBS]}
    assert main([verb, str(examples), *needed.get(verb, [])]) == 0
    captured = capfd.readouterr()
    assert captured.out
    assert max(map(len, captured.out.splitlines())) <= 80
    assert "Traceback" not in captured.err


def test_help_is_quick():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-P", "-m", "pqreuse", "report", "--help"], cwd=ROOT, capture_output=True, check=True
        )
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3


@pytest.mark.parametrize(
    ("verb", "name", "mark"),
    [
        ("report", "a.json", b'{\n"pqreuse"'),
        ("report", "a.CSV", b"\xef\xbb\xbfrank,"),
        ("report", "a.md", b"| # |"),
        ("report", "a.txt", b"2 files"),
        ("show", "a.json", b'{\n"id"'),
    ],
)
def test_the_name_of_the_output_says_the_format(verb, name, mark, stages, tmp_path):
    answer = ["--answer", "500"] if verb == "show" else []
    assert main([verb, "in.json", "--quiet", *answer, "--output", str(tmp_path / name)]) == 0
    assert mark in (tmp_path / name).read_bytes()
    assert main([verb, "in.json", "--quiet", *answer, "--format", "table", "--output", str(tmp_path / name)]) == 0
    assert not (tmp_path / name).read_bytes().startswith((b"{", b"\xef\xbb\xbf"))
    assert b"| # |" not in (tmp_path / name).read_bytes()


def test_a_name_of_a_format_that_is_not_written(stages, tmp_path, capsys):
    out = tmp_path / "a.csv"
    assert main(["show", "in.json", "--answer", "500", "--output", str(out)]) == 2
    assert capsys.readouterr().err == (
        f"pqreuse: {out} is to be csv by its name, which show does not write (only table, json): "
        "give another name, or --format; see pqreuse show --help\n"
    )
    assert not out.exists()


def test_the_head_says_what_the_figures_are_of(stages, capfdbinary):
    for verb in ("report", "score"):
        for name in ("table", "markdown"):
            assert main([verb, "in.json", "--since", "2024-01", "--format", name]) == 0
            head = " ".join(capfdbinary.readouterr().out.decode().split())
            assert head.startswith("2 files: 5 of 7 questions, 4 of 6 answers (since 2024-01), 58 of 75 words, ")
    assert main(["report", "in.json", "--since", "2024-01", "--format", "json"]) == 0
    filters = json.loads(capfdbinary.readouterr().out)["filters"]
    assert filters == {
        "unit": "both",
        "min_answers": 2,
        "bodies": [],
        "kinds": [],
        "since": "2024-01",
        "until": None,
        "top": None,
    }
