"""What is fuzzed: functions of bytes that fail where a reader or a kernel does something wrong, and inputs to begin.

Bytes mean what lets the fuzzer get far: a byte of markup may be a whole tag, a byte of a text any odd character.
"""

from __future__ import annotations

import atexit
import gzip
import io
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import naive
import numpy as np
import test_families
import test_questions
import test_runs
import test_scores
import test_templates
from readers import test_html_kernel
from readers.sample import FORCED, SAMPLES
from readers.test_contract import check
from strategies import later_characters
from test_words import ODD

from pqreuse import ReuseIndex, cluster_texts
from pqreuse.errors import PqreuseError
from pqreuse.ragged import Ragged
from pqreuse.readers import FORMATS, read_records
from pqreuse.readers.html import field_text, link_addresses
from pqreuse.signatures import minhash, permutations
from pqreuse.words import find_words

SLOW = 1.0
"""Seconds of the processor that 100 kB may take."""


@dataclass(frozen=True)
class Target:
    """A function of bytes that raises where something is wrong, and bytes to begin with."""

    run: Callable[[bytes], object]
    seeds: Iterable[bytes]
    kernel: bool = False
    longest: int = 1024


# Readers


def attempt(data: bytes, form: str | None = None, columns: dict[str, str] | None = None) -> None:
    """Read bytes from standard input: records that keep the contract, or an error made for people."""
    before, sys.stdin = sys.stdin, SimpleNamespace(buffer=io.BytesIO(data))  # type: ignore[assignment]
    try:
        reading = read_records("-", input_format=form, columns=columns)
    except PqreuseError as error:
        messages = [str(error)]
    else:
        messages = [*reading.warnings, *(item.reason for item in reading.skipped)]
        for record in reading.records:
            check(record)
    finally:
        sys.stdin = before
    assert "\n" not in "".join(messages)
    "".join(messages).encode("utf-8")


def reader(form: str) -> Callable[[bytes], None]:
    return lambda data: attempt(data, form)


def packed(data: bytes) -> None:
    """The first byte says how the rest is packed, the second where the packed bytes are damaged."""
    how, where, rest = data[:1], data[1:2], data[2:]
    if not rest:
        return
    if how[0] % 3 == 0:
        whole = gzip.compress(rest, 1, mtime=0)
    elif how[0] % 3 == 1:
        import zstandard

        whole = zstandard.compress(rest)
    else:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(zipfile.ZipInfo("a"), rest[: len(rest) // 2])
            file.writestr(zipfile.ZipInfo("b.csv"), rest[len(rest) // 2 :])
        whole = buffer.getvalue()
    if where[0]:
        at = where[0] * len(whole) // 256
        whole = whole[:at] + rest[:1] + whole[at + how[0] % 5 :]
    attempt(whole)


def answer_html(data: bytes) -> None:
    """The HTML of an answer, simple or not: its text, and tables within it."""
    source = markup_of(data)
    extract = field_text(source, is_html=True)
    assert all(0 <= start < end <= len(extract.text) for start, end in extract.tables)
    assert all(map(str.strip, link_addresses(source)))


_REPEATED = r"""<p> <a <!-- " “ & &# ( [ { {"a": [1, , 1,000 é e""".split()
_REPEATED += ["\r\n", "\n\n", "\u0301", "\u200b", "\0", "Asked by: ", "Answered by ", "www.", "<td>", "</p>", ". "]


def repeated(data: bytes) -> None:
    """A start, then a few bytes again and again up to 100 kB: none of it takes a second."""
    form = FORMATS[data[0] % len(FORMATS)] if data and data[0] < 128 else None
    start, _, piece = bytes(data[1:]).partition(b"\0")
    piece = b"".join(_REPEATED[byte % len(_REPEATED)].encode() if byte > 127 else bytes([byte]) for byte in piece[:16])
    if not piece or form == "parquet":
        return
    whole = start + piece * (100_000 // len(piece))
    began = time.process_time()
    attempt(whole, form)
    field_text(whole.decode("utf-8", "replace").replace("\0", " "), is_html=True)
    link_addresses(whole.decode("utf-8", "replace"))
    assert time.process_time() - began < SLOW


# Index


@cache
def _whole_index() -> tuple[Path, bytes, list[object]]:
    """An index in a folder that goes with this process, its bytes, what it says."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    path = Path(folder, "index")
    index = ReuseIndex.create(path, ["We have set up 31 hubs, and they share what works.", "No."], shingle_words=2)
    index.add(["We have set up 32 hubs, and they share what works.", "There is nothing to add to this at all."])
    return path, path.read_bytes(), _said(index)


def _said(index: ReuseIndex) -> list[object]:
    asked = index.query("We have set up 33 hubs, and they share what works.")
    return [index.corpus(), list(asked.scores), list(asked.families), index.stats()]


def index_file(data: bytes) -> None:
    """An index cut, lengthened, or with other bytes at a place: it says the same, or that it is damaged."""
    if len(data) < 4:
        return
    path, whole, said = _whole_index()
    at = int.from_bytes(data[1:3], "big") * (len(whole) + 1) >> 16
    rest = whole[at + len(data) - 4 :] if data[3] % 3 else b""
    changed = whole[:at] + data[4:] + (whole[at:] if data[3] % 3 == 2 else rest)
    path.write_bytes(changed)
    told = ""
    try:
        index = ReuseIndex.open(path)
        assert _said(index) == said
        index.verify()
    except PqreuseError as error:
        told = str(error)
    finally:
        path.write_bytes(whole)
    assert "\n" not in told
    assert not told or changed != whole


# Kernels


def words(data: bytes) -> None:
    """Words and their places, of odd characters or of any: those of the definition."""
    if not data:
        return
    if data[0] & 1:
        text = "".join(ODD[byte % len(ODD)] for byte in data[1:])
    else:
        text = data[1:].decode(("utf-8", "utf-16-le")[data[0] >> 1 & 1], "surrogatepass" if data[0] & 4 else "ignore")
    if not set(text).isdisjoint(later_characters()):
        return
    found = find_words(text)
    assert found.words == naive.words(text)
    reached = 0
    for start, end in zip(found.starts, found.ends, strict=True):
        assert reached <= start < end <= len(text)
        reached = end


def _words(data: bytes) -> None:
    try:
        words(data)
    except UnicodeDecodeError:
        return  # what "surrogatepass" lets pass is not all


_TAGS = [f"<{slash}{name}>" for name in "p br b a td th tr ul ol li table tbody div em".split() for slash in ("", "/")]
_MARKUP = [
    *_TAGS,
    *test_html_kernel._PIECES.split("|"),
    *(f"<p{attributes}>" for attributes in test_html_kernel._ATTRIBUTES.split("|")),
]


def markup_of(data: bytes) -> str:
    """Bytes below 128 as they are, others a tag, an entity, a word."""
    return "".join(chr(byte or 32) if byte < 128 else _MARKUP[(byte - 128) % len(_MARKUP)] for byte in data)


def markup(data: bytes) -> None:
    """Simple markup without a parser: what a parser gives."""
    test_html_kernel.check(markup_of(data))


def runs(data: bytes) -> None:
    """Words in runs that stand elsewhere too; a byte is a word, the end of a stretch or of an answer."""
    answers: list[list[list[int]]] = [[[]]]
    for byte in data[1:200]:
        if byte % 8 == 7:
            answers.append([[]])
        elif byte % 8 == 6:
            answers[-1].append([])
        else:
            answers[-1][-1].append(byte % 8 % 3)
    several = [[stretch for stretch in answer if stretch] for answer in answers]
    length = 2 + (data[0] if data else 0) % 5
    found = test_runs.find(several, length, np.arange(len(several)))
    assert found.shared.tolist() == [label for answer in naive.runs(several, length) for label in answer]


def alignment(data: bytes) -> None:
    """The first byte says which of the others are the exemplar."""
    if len(data) < 3:
        return
    cut = 1 + data[0] % (len(data) - 2)
    left, right = ([byte % 6 for byte in part[:40]] for part in (data[1 : cut + 1], data[cut + 1 :]))
    if not left or not right:
        return
    assert test_templates.aligned(left, right) == test_templates.as_arrays(left, right)


def minima(data: bytes) -> None:
    """MinHash, one shingle and one function at a time."""
    hashes = np.frombuffer(data[: len(data) // 4 * 4], np.uint32)[:64]
    found = minhash(Ragged.of_rows([hashes], np.uint32), n_hashes=5, seed=1)[0]
    assert found.tolist() == naive.minhash(hashes.tolist(), *permutations(1, 5))


def clusters(data: bytes) -> None:
    """Texts of few words: collapsed, compared and joined to exemplars as the definition says."""
    texts = [
        [("a", "b", "c", "d", "ee", "1", "2", "3x")[byte % 8] for byte in part] for part in data[:150].split(b"\n")
    ]
    found = cluster_texts([" ".join(text) for text in texts], threads=1, min_words=4)
    expected = naive.families(
        [(str(place), None, tuple(text)) for place, text in enumerate(texts)], {None: None}, min_words=4
    )
    for place, text in enumerate(texts):
        exemplar = expected.get(tuple(text))
        assert texts[found[place]] == (text if exemplar is None else list(exemplar))


PROPERTIES: Sequence[Callable[..., object]] = [
    test_runs.test_against_earlier_ones,
    test_scores.test_labels_and_sources_by_runs_and_both_units,
    test_templates.test_templates_are_those_of_the_twin,
    test_families.test_texts_stand_by_answers_then_day_then_words,
    test_questions.test_it_is_the_mean_cosine_of_all_pairs,
]


def properties(data: bytes) -> None:
    """Hypothesis's own comparisons of the other kernels with their twins, fed by the fuzzer."""
    if data:
        PROPERTIES[data[0] % len(PROPERTIES)].hypothesis.fuzz_one_input(data[1:])  # type: ignore[attr-defined]


def _sample(name: str) -> bytes:
    content = SAMPLES[name]()
    return content.encode() if isinstance(content, str) else content


TARGETS = {
    "words": Target(_words, [b"\1" + bytes(range(60)), "\2नमस्ते e\u0301 1,000".encode()], kernel=True),
    "markup": Target(markup, [source.encode("ascii", "ignore") for source in test_html_kernel.SIMPLE], kernel=True),
    "runs": Target(runs, [bytes([0, *range(6), 7, *range(6), 6, *range(3)])], kernel=True),
    "alignment": Target(alignment, [bytes(range(30)), b"\5abcabcabaabcbabc"], kernel=True),
    "minima": Target(minima, [bytes(range(64))], kernel=True),
    "clusters": Target(clusters, [b"abcdefgh\nabcdefgg\nbbabacdb\nabcdefgh"], kernel=True),
    "properties": Target(properties, [bytes([number]) * 200 for number in range(len(PROPERTIES))], kernel=True),
    **{
        form: Target(reader(form), [_sample(name) for name in SAMPLES if FORCED.get(name, name) == form])
        for form in FORMATS
    },
    "any format": Target(attempt, [_sample(name) for name in SAMPLES]),
    "packed": Target(packed, [bytes([how, 0]) + _sample("csv") for how in range(3)]),
    "answer HTML": Target(answer_html, [b"<p>a</p><!-- ", b"<pre>\n<b", b"<table><td>a<table><tr><td>b</table>c"]),
    "index file": Target(
        index_file, [bytes([0, place, 0, how]) + b"ab" for place in range(1, 250, 20) for how in range(3)]
    ),
    "repeated": Target(repeated, [b"\xff\0" + piece.encode() for piece in _REPEATED], longest=64),
}
