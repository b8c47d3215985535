"""Bad inputs, each with the one line and the status that it must end with: the table of test_faults.py and SECURITY.md."""

from __future__ import annotations

import gzip
import json
import os
import random
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from readers.sample import API, OIREACHTAS, SAMPLES, WRANS, archive

GOOD = "good/answers.jsonl"


@dataclass(frozen=True)
class Fault:
    """One bad input.

    ``line`` is what standard error says behind the program's name, to the letter; where others have the word (the
    parser of XML), it is how the line begins, and ends in ``…``. ``files`` are written first, ``make`` may do what else
    is to be done in that folder, ``args`` is what the command gets, and ``needs`` is a package without which it says
    something else.
    """

    what: str
    line: str
    args: Sequence[str]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    status: int = 1
    make: Callable[[Path], object] | None = None
    needs: str = ""


def file(
    what: str, line: str, name: str, content: str | bytes, *options: str, needs: str = "", status: int = 1
) -> Fault:
    """A file of this name and content; options of the report behind it."""
    return Fault(what, line, ["report", name, *options], {name: content}, status, needs=needs)


def usage(line: str, *args: str) -> Fault:
    """Arguments that are wrong; `what` is what they are."""
    return Fault(f"`{' '.join(args)}`", line, args, status=2)


def place(what: str, line: str, *args: str, make: Callable[[Path], object] | None = None) -> Fault:
    """Something about where to read or to write."""
    return Fault(what, line, args, make=make)


def _packed_with_password() -> bytes:
    data = bytearray(archive({"a.csv": "id,answer\n1,So."}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def _method(number: int) -> bytes:
    data = bytearray(archive({"a.csv": "id,answer\n1,So."}))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.index(mark) + at
        data[start : start + 2] = struct.pack("<H", number)
    return bytes(data)


def _zip_bomb() -> bytes:
    """An entry that says it unpacks to four gigabytes."""
    data = bytearray(archive({"a.csv": "id,answer\n" + "1,So.\n" * 1000}))
    start = data.index(b"PK\x01\x02") + 24
    data[start : start + 4] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def _hidden_only() -> bytes:
    return archive({".DS_Store": "x", "__MACOSX/a": "x"})


def _stored(name: str, content: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as whole:
        whole.writestr(name, content)
    return buffer.getvalue()


def _bomb(depth: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return f'<!DOCTYPE p [<!ENTITY e0 "haha">{entities}]><publicwhip><reply>&e{depth - 1};</reply></publicwhip>'


def _deep_xml() -> str:
    return "<publicwhip>" + "<p>" * 100_000


_EXTERNAL = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><publicwhip><reply>&x;</reply></publicwhip>'
_UNKNOWN = "<publicwhip><reply>&nothing;</reply></publicwhip>"


def _folder(folder: Path) -> None:
    (folder / "in").mkdir()


def _empty(folder: Path) -> None:
    _folder(folder)
    (folder / "in" / "a.csv").write_text("")


def _other(folder: Path) -> None:
    (folder / "b.csv").write_text("id,answer\n1,So.\n")


def _cut(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"id": 1, "answer": "So."}\n{\n')


def _loop(folder: Path) -> None:
    (folder / "loop").symlink_to(folder / "loop")


def _pipe(folder: Path) -> None:
    _folder(folder)
    os.mkfifo(folder / "in" / "pipe")


def _nowhere(folder: Path) -> None:
    _folder(folder)
    (folder / "in" / "a.csv").symlink_to("nowhere")


def _hidden(folder: Path) -> None:
    _folder(folder)
    (folder / "in" / ".a.csv").write_text("id,answer\n1,So.\n")


def _any_bytes(folder: Path) -> None:
    Path(os.fsdecode(bytes(folder) + b"/\xff\n\x1b[31m.csv")).write_text("")


# A row is a line.
# ruff: noqa: E501
# fmt: off
FILES = [
    file("an empty file", "a.json: the file is empty: download it again or leave it out", "a.json", ""),
    file("blank lines", "a.csv: the file is empty: download it again or leave it out", "a.csv", " \n\n"),
    file("an empty gzip file", "a.json.gz: the file is empty: download it again or leave it out", "a.json.gz", gzip.compress(b"")),
    file("a mark of UTF-16 and nothing else", "a.txt: the file is empty: download it again or leave it out", "a.txt", b"\xff\xfe"),
    file("a mark of UTF-8 and an empty line", "a.csv: the file is empty: download it again or leave it out", "a.csv", b"\xef\xbb\xbf\r\n"),
    file("JSON cut short", "a.json: the JSON is cut short at line 1, column 1129: copy or download the file again", "a.json", json.dumps([API] * 3)[:-200]),
    file("JSON cut short in a text", "a.json: the JSON is cut short at line 1, column 22: copy or download the file again", "a.json", '[{"id": 1, "answer": "so'),
    file("broken JSON", "a.json: not valid JSON at line 1, column 11…", "a.json", '[{"id": 1,, "answer": "so"}]'),
    file("JSON nested 200,000 deep", "a.json: the JSON is nested too deep to be a record", "a.json", "[" * 200_000),
    file("JSON objects nested 100,000 deep", "a.jsonl: the JSON is nested too deep to be a record", "a.jsonl", '{"a":' * 100_000),
    file("a number of 5,000 digits", "a.json: the JSON holds a number of too many digits to be one", "a.json", '[{"id": ' + "1" * 5_000 + "}]"),
    file("JSON of numbers", "a.json: no object: an answer is written as {...} with its fields by name (none of 2 records can be used)", "a.json", "[1, 2]"),
    file("JSON of texts", "a.json: no object: an answer is written as {...} with its fields by name (none of 3 records can be used)", "a.json", '["a", "b", "c"]'),
    file("an API page without results", "a.json: JSON without records: there is no list of objects in it: check that it is the right file", "a.json", '{"totalResults": 0, "results": []}'),
    file("no JSON, under such a name", "a.jsonl: not valid JSON at line 1, column 1…", "a.jsonl", "what is this?"),
    file("an object for an answer", "no answers in 1 file: a.json: record 1: text must be text, but is an object", "a.json", '{"text": {"a": 1}}'),
    file("a list under a name that answers have", "a.json: no column holds the answer: name one with --column text=NAME, of 'a'", "a.json", '{"content": [{"a": 1}]}'),
    file("objects without an answer", "a.jsonl: no column holds the answer: name one with --column text=NAME, of 'a', 'b' (none of 2 records can be used)", "a.jsonl", '{"a": 1}\n{"b": 1}\n'),
    file("unanswered questions only", "no answers in 1 file: a.json: record 1: unanswered (and 4 more like it)", "a.json", json.dumps([API | {"answerText": ""}] * 5)),
    file("withdrawn questions only", "no answers in 1 file: a.json: record 1: withdrawn", "a.json", json.dumps([API | {"isWithdrawn": True}])),
    file("a gzip file cut short", "a.json.gz: the gzip data is cut short: copy or download the file again", "a.json.gz", gzip.compress(json.dumps([API]).encode(), mtime=0)[:-30]),
    file("a damaged gzip file", "a.csv.gz: the gzip data is damaged: copy or download the file again", "a.csv.gz", b"\x1f\x8b\x08" + bytes(range(100))),
    file("a damaged zstd file", "a.csv.zst: the zstd data is damaged: copy or download the file again", "a.csv.zst", b"\x28\xb5\x2f\xfd" + bytes(range(100)), needs="zstandard"),
    file("a ZIP archive cut short", "a.zip: a ZIP archive or an Office file that is damaged: copy or download it again", "a.zip", archive({"a.csv": SAMPLES["csv"]()})[:-30]),
    file("a ZIP archive without files", "a.zip: no files in this archive (hidden ones are left out): check that it is the right one", "a.zip", archive({})),
    file("a ZIP archive of hidden files", "a.zip: no files in this archive (hidden ones are left out): check that it is the right one", "a.zip", _hidden_only()),
    file("a ZIP archive with a password", "a.zip/a.csv: encrypted: unpack the archive with its password first", "a.zip", _packed_with_password()),
    file("a ZIP archive packed in an unknown way", "a.zip/a.csv: packed in a way that cannot be read here: unpack the archive first", "a.zip", _method(99)),
    file("a ZIP archive that unpacks to 4 GB", "a.zip: a ZIP archive of …", "a.zip", _zip_bomb()),
    file("a ZIP archive in a ZIP archive", "a.zip/b.zip: a ZIP archive or an Office file: unpack it, or save it as CSV or text; no answers can be read from it as it is", "a.zip", _stored("b.zip", archive({"c.csv": SAMPLES["csv"]()}))),
    file("an Office file", "a.docx: an Office file: save it as CSV or text", "a.docx", archive({"[Content_Types].xml": "", "word/document.xml": ""})),
    file("an old Office file", "a.xls: an old Office file: save it as CSV or text; no answers can be read from it as it is", "a.xls", b"\xd0\xcf\x11\xe0" + bytes(100)),
    file("random bytes", "a.bin: binary data of no known format: convert it to CSV, JSON or text", "a.bin", random.Random(1).randbytes(5_000)),
    file("NULs", "a.txt: binary data of no known format: convert it to CSV, JSON or text", "a.txt", bytes(1_000)),
    file("an image", "a.png: an image; no answers can be read from it as it is", "a.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    file("a PDF", "a.pdf: a PDF: save its text first; no answers can be read from it as it is", "a.pdf", b"%PDF-1.7\n%...."),
    file("a database", "a.db: an SQLite database: export a table as CSV; no answers can be read from it as it is", "a.db", b"SQLite format 3\0" + bytes(100)),
    file("a file packed by bzip2", "a.csv.bz2: packed by bzip2: unpack it first; no answers can be read from it as it is", "a.csv.bz2", b"BZh91AY&SY"),
    file("a file packed by xz", "a.csv.xz: packed by xz: unpack it first; no answers can be read from it as it is", "a.csv.xz", b"\xfd7zXZ\0"),
    file("a web page", "a.html: a web page: read its text as a document with --input-format document", "a.html", "<!DOCTYPE html><html><p>One"),
    file("a table without a known column", "a.csv: no column holds the answer: name one with --column text=NAME, of 'nr', 'reply to'", "a.csv", "nr,reply to\n1,x\n"),
    file("the same in UTF-16", "b.csv: no column holds the answer: name one with --column text=NAME, of 'nr', 'reply to'", "b.csv", "nr,reply to\n1,x\n".encode("utf-16")),
    file("a table of nothing but its head", "a.csv: no records in it: check that it is the right file", "a.csv", "id,answer\n"),
    file("a table with two columns of one name", "a.csv: 2 columns are named 'answer', and any may hold the text: give each its own name", "a.csv", "id,answer,answer\n1,a,b\n"),
    file("a named column that is not there", "a.csv: no column 'Reply' for text: the columns are 'id', 'answer'", "a.csv", "id,answer\n1,So.\n", "--column", "text=Reply"),
    file("a key of columns that there is not", "columns: 'txt' is none of text, id, date, tabled, body, question, group, grouped, uin, house, asker, minister, heading, url", "a.csv", "id,answer\n1,So.\n", "--column", "txt=answer", status=2),
    file("rows of more cells than the head", "no answers in 1 file: a.csv: line 2: 4 cells in a table of 2 columns: quote cells that hold a comma", "a.csv", "id,answer\n1,So, then, it is\n"),
    file("prose with commas", "a.txt: no column holds the answer: name one with --column text=NAME, of 'Well', 'this is', 'of course'; or, if it is prose, read it as a document with --input-format document", "a.txt", "Well, this is, of course\nAnd so, as said, is this\nAnd this, again, is too\n"),
    file("a press release", "a.txt: no question found: read it as a document with --input-format document", "a.txt", "Good news\n\nfor all, says the Minister."),
    file("damaged Parquet", "a.parquet: damaged Parquet after row 0: …", "a.parquet", b"PAR1" + bytes(50), needs="pyarrow"),
    file("CSV called Parquet", "a.csv: not a Parquet file: leave out --input-format, or name its own format", "a.csv", SAMPLES["csv"](), "--input-format", "parquet", needs="pyarrow"),
    file("XML cut short", "a.xml: no well-formed XML at line 1 …", "a.xml", "<publicwhip><ques>"),
    file("XML nested 100,000 deep", "a.xml: refused, its elements are nested deeper than any answer's at line 1: take that out if you trust the rest", "a.xml", _deep_xml()),
    file("XML with an entity for a file of the system", "a.xml: no well-formed XML at line 1 (Entity 'x' not defined in the file itself, and nothing outside of it is ever read): mend it or download the file again", "a.xml", _EXTERNAL),
    file("XML with an entity that is not declared", "a.xml: no well-formed XML at line 1 (Entity 'nothing' not defined in the file itself, and nothing outside of it is ever read): mend it or download the file again", "a.xml", _UNKNOWN),
    file("XML with entities that stand for ten million texts", "a.xml: refused, its entities stand for very much more than is in the file at line 1: take that out if you trust the rest", "a.xml", _bomb(8)),
    file("XML with an entity that stands for itself", "a.xml: refused, an entity in it stands for itself at line 1: take that out if you trust the rest", "a.xml", _bomb(2).replace("haha", "&e1;")),
    file("XML of questions without answers", "no answers in 1 file: a.xml: line 5: no reply to this question", "a.xml", WRANS.partition("<reply")[0] + "</publicwhip>"),
    file("Akoma Ntoso of no written answers", "no answers in 1 file: a.xml: line 11: no written question (and 2 more like it)", "a.xml", OIREACHTAS.replace("writtenAnswer", "debate")),
    file("another XML", "a.xml: XML of <rss>, neither TheyWorkForYou's <publicwhip> nor the Oireachtas's <akomaNtoso>: convert it to CSV or JSON", "a.xml", "<?xml version='1.0'?><rss><item>One</item></rss>"),
]

PLACES = [
    place("a file that is not there", "none.json: no such file or folder: check it", "report", "none.json"),
    place("a pattern that matches nothing", "*.none: no file matches: check the pattern", "report", "*.none"),
    place("a folder that is not there", "none/a.json: no such file or folder: check it", "report", "none/a.json"),
    place("a file taken for a folder", "good/answers.jsonl/a.json: no such file or folder: check it", "report", f"{GOOD}/a.json"),
    place("a name with a NUL", "a\\x00b: no such file or folder: check it", "report", "a\0b"),
    place("a name that no system has", "\\ud800\\n: no such file or folder: check it", "report", "\ud800\n"),
    place("an empty name", "'': no such file or folder: check it", "report", ""),
    place("a name of 300 characters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: cannot be read: File name too long", "report", "a" * 300),
    place("a folder without files", "in: no files in this folder (hidden ones are left out): name another", "report", "in", make=_folder),
    place("a folder of hidden files", "in: no files in this folder (hidden ones are left out): name another", "report", "in", make=_hidden),
    place("a link to itself", "loop: cannot be read: Too many levels of symbolic links", "report", "loop", make=_loop),
    place("a link that leads nowhere, in a folder", "a.csv: the file is gone, or a link that leads nowhere", "report", "in", make=_nowhere),
    place("a named pipe, in a folder", "pipe: not a regular file: name it on its own to read it", "report", "in", make=_pipe),
    place("a file name of any bytes", "\\xff\\n\\x1b[31m.csv: the file is empty: download it again or leave it out", "report", "*.csv", make=_any_bytes),
    place("nothing on standard input", "standard input: the file is empty: download it again or leave it out", "report", "-"),
    place("output over an input", "cannot write good/answers.jsonl: it is read as input (good/answers.jsonl); choose another name", "report", GOOD, "--output", GOOD),
    place("output over an input by way of its folder", "cannot write good/../good/answers.jsonl: it is read as input (good); choose another name", "report", "good", "--output", f"good/../{GOOD}"),
    place("output over the other corpus", "cannot write b.csv: it is read as input (b.csv); choose another name", "score", GOOD, "--corpus", "b.csv", "--output", "b.csv", make=_other),
    place("output that is a folder", "cannot write good: it is a folder; give a file name in it", "report", GOOD, "--output", "good"),
    place("output into a folder that is not there", "cannot write none/out.json: there is no folder {here}/none; create it first", "report", GOOD, "--output", "none/out.json"),
    place("output behind a file", "cannot write good/answers.jsonl/out.json: there is no folder {here}/good/answers.jsonl; create it first", "report", GOOD, "--output", f"{GOOD}/out.json"),
    place("output with a NUL in its name", "cannot write a�b: no file can have this name; choose another name", "report", GOOD, "--output", "a\0b"),
    place("output with a name of 300 characters", "cannot write aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: the name is too long; choose a shorter one", "report", GOOD, "--output", "a" * 300),
    place("output onto a full disk", "cannot write /dev/full: No space left on device; nothing was written", "report", GOOD, "--quiet", "--output", "/dev/full"),
    place("bad records and --strict", "a.jsonl: line 2: the JSON is cut short at column 1: copy or download the file again", "report", "a.jsonl", "--strict", make=_cut),
    place("a bad file in a folder and --strict", "a.csv: the file is empty: download it again or leave it out", "report", "in", "--strict", make=_empty),
]

USAGE = [
    usage("there is no verb 'repotr', only report, score, show, history, index; see pqreuse --help", "repotr", "x"),
    usage("missing: INPUT; see pqreuse report --help", "report"),
    usage("missing: --answer; see pqreuse show --help", "show", "x"),
    usage("missing: --family; see pqreuse history --help", "history", "x"),
    usage("--top: must be at least 1, got 0; see pqreuse report --help", "report", "x", "--top", "0"),
    usage("--top: must be a whole number, got 'many'; see pqreuse report --help", "report", "x", "--top", "many"),
    usage("--top: must be at least 1, got -3; see pqreuse report --help", "report", "x", "--top", "-3"),
    usage("--threads: must be in [1, 1024], got 0; see pqreuse report --help", "report", "x", "--threads", "0"),
    usage("--containment: must be in [0.1, 1], got 1.2; see pqreuse report --help", "report", "x", "--containment", "1.2"),
    usage("--containment: must be in [0.1, 1], got nan; see pqreuse report --help", "report", "x", "--containment", "nan"),
    usage("--shingle-words: must be a whole number, got '2.5'; see pqreuse report --help", "report", "x", "--shingle-words", "2.5"),
    usage("--seed: must be a whole number, got '1e400'; see pqreuse report --help", "report", "x", "--seed", "1e400"),
    usage("--search: must be 'exact' or 'lsh', got 'all'; see pqreuse report --help", "report", "x", "--search", "all"),
    usage("--min-answers: must be in [2, 1000000], got 1; see pqreuse report --help", "report", "x", "--min-answers", "1"),
    usage("--unit: invalid choice: 'word' …", "report", "x", "--unit", "word"),
    usage("--format: invalid choice: 'csv' …", "show", "x", "--answer", "1", "--format", "csv"),
    usage("--kind: invalid choice: 'not' …", "report", "x", "--kind", "not"),
    usage("--since: must be YYYY-MM-DD or YYYY-MM, got 'June'; see pqreuse report --help", "report", "x", "--since", "June"),
    usage("--since: must be YYYY-MM-DD or YYYY-MM, got '2025-02-30'; see pqreuse report --help", "report", "x", "--since", "2025-02-30"),
    usage("since must not be after until, got 2025-02 and 2025-01", "report", "x", "--since", "2025-02", "--until", "2025-01"),
    usage("--column: must be NAME=COLUMN, got 'text'; see pqreuse report --help", "report", "x", "--column", "text"),
    usage("--column names the same thing twice; give each NAME once", "report", "x", "--column", "id=a", "--column", "id=b"),
    usage("--input-format must be one of api-json, wrans-xml, oireachtas-xml, transcript, csv, jsonl, json, parquet, document, got 'docx'", "report", "x", "--input-format", "docx"),
    usage("unrecognized arguments: --unit both (nearest: --until, --quiet); see pqreuse score --help", "score", "x", "--unit", "both"),
    usage("unrecognized arguments: --tpo 3 (nearest: --top); see pqreuse report --help", "report", "x", "--tpo", "3"),
    usage("unrecognized arguments: --answer 3 (nearest: --min-answers, --master); see pqreuse report --help", "report", "x", "--answer", "3"),
    usage("--format: expected one argument; see pqreuse report --help", "report", "x", "--format"),
    usage("missing: INPUT (before --corpus, which takes all up to the next option); see pqreuse score --help", "score", "--corpus", "x"),
    usage("--corpus: expected at least one argument; see pqreuse score --help", "score", "x", "--corpus"),
    usage("- (standard input) cannot be both INPUT and --corpus; name a file for one of them", "score", "-", "--corpus", "-"),
    usage("--body: no answer is by 'Home Offcie'; try 'Home Office'", "report", GOOD, "--body", "Home Offcie"),
    usage("no answer has the identifier '999'; `pqreuse score --format csv` lists those there are", "show", GOOD, "--answer", "999"),
    usage("no family has the identifier 'nothing'; `pqreuse report --format csv` lists those there are", "history", GOOD, "--family", "nothing"),
    usage("unrecognized arguments: --against earlier; see pqreuse history --help", "history", GOOD, "--family", "x", "--against", "earlier"),
]

FAULTS = [*FILES, *PLACES, *USAGE]

# What was done to the program, what happened, and the test that did it.
SURVIVED = [
    ("Ctrl-C at forty moments of a run, in the midst of any function", "one line, status 130; the output is whole or not there", "tests/test_interrupts.py::test_any_moment"),
    ("SIGTERM at forty moments", "one line, status 143; the output is whole or not there", "tests/test_interrupts.py::test_any_moment"),
    ("Ctrl-C and SIGTERM amid the long work, from another process", "one line and the status", "tests/test_interrupts.py::test_a_real_one_amid_the_long_work"),
    ("the reader of its output goes away (`| head`)", "silence, status 0", "tests/test_cli.py::test_broken_pipe_is_silent"),
    ("standard output on a full disk", "one line, status 1", "tests/test_cli.py::test_full_standard_output"),
    ("standard output closed", "one line, status 1", "tests/test_cli.py::test_closed_standard_output"),
    ("standard error closed", "the output, status 0", "tests/test_cli.py::test_closed_standard_error"),
    ("a terminal that knows only ASCII", "plainer characters", "tests/test_cli.py::test_any_encoding_of_standard_output"),
    ("a failure amid the writing of a file", "what stood there still stands, nothing beside it", "tests/report/test_files.py::test_nothing_is_left_of_a_failure"),
    ("an output that is an input by another name, link or pattern", "refused before any work", "tests/report/test_files.py::test_inputs_are_not_overwritten"),
    ("an output in a folder without rights", "refused before any work", "tests/report/test_files.py::test_a_folder_without_rights"),
    ("2 to 70 MB of memory for what takes more", "one line, status 1", "tests/test_surroundings.py::test_out_of_memory"),
    ("10,000 files, 40 of which may be open", "read", "tests/test_surroundings.py::test_ten_thousand_files_with_few_of_them_open"),
    ("a file that may not be read", "one line, or skipped in a folder", "tests/readers/test_bad_input.py::test_no_rights"),
    ("gzip and zstd cut or damaged", "whole records before it are read, the rest told", "tests/readers/test_bad_input.py::test_cut_packed_lines_keep_whole_records"),
    ("gzip and zstd that unpack to over 100 times their size", "not unpacked to the end", "tests/readers/test_bad_input.py::test_what_unpacks_to_very_much_more_is_not_unpacked_to_its_end"),
    ("words of 2 MB, 100,000 paragraphs, no spaces, and 17 more texts made to take endless time", "15 s and 300 MB at most, most far less", "tests/test_limits.py::test_texts"),
    ("2,000 words chosen for one hash", "refused in one line", "tests/test_words.py::test_words_chosen_for_their_hash_are_refused"),
    ("markup again and again, 50,000 times", "less than a second", "tests/readers/test_html_kernel.py::test_hostile_repetition_takes_one_pass"),
    ("other order, threads, hash seed, locale, time zone, folder, processor", "the same bytes", "tests/test_determinism.py::test_nothing_around_it_changes_the_bytes"),
    ("run after run in one process", "the same, and no more memory", "tests/test_determinism.py::test_runs_in_one_process_give_the_same_and_keep_no_memory"),
    ("Devanagari, Arabic, Chinese, Thai, emoji, combining marks, marks of direction, Welsh, Irish", "offsets are valid, no word is cut", "tests/test_languages.py::test_offsets_are_valid_and_the_shares_are_whole"),
]
# fmt: on
