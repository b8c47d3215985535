"""Places to bytes: opened, unpacked from gzip and zstd, decoded line by line; how far the reading has come."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, BinaryIO

from pqreuse.errors import InputError, MissingPackageError
from pqreuse.readers.decoding import decode, sniff_encoding
from pqreuse.readers.places import Place
from pqreuse.records import Progress
from pqreuse.threads import ahead

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
# Text packs to a tenth, the most repetitive JSON to a fiftieth: what unpacks to this much, and so many times its size,
# was made to fill memories.
_MOST_BYTES, _MOST_TIMES = 1 << 28, 100


class DamageError(Exception):
    """The bytes of a source cannot all be had; the message says why, and the way out."""


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether the data expands so much that it must be a decompression bomb."""
    return unpacked > _MOST_BYTES and unpacked > _MOST_TIMES * packed


class Meter:
    """Tells `progress` how many bytes of all inputs are done; silent without one."""

    def __init__(self, places: list[Place], progress: Progress | None) -> None:
        sizes = [place.size for place in places]
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._progress = progress
        self._done = 0

    def advance(self, count: int) -> None:
        """``count`` more bytes are done."""
        self._done += count
        if self._progress is not None:
            self._progress("reading", self._done, self._total)


class Source:
    """The bytes of one input, unpacked. `head` may be looked at before `read`, `text` or `lines` takes everything.

    Attributes
    ----------
    head : bytes
        The first 64 KiB or more; all of a shorter input.
    encoding : str
        As the head shows it.
    damage : str or None
        What is wrong with the packed data; known once the end is reached.
    guessed_line : int or None
        The first line whose bytes did not fit the encoding.
    """

    def __init__(self, name: str, packed: Iterator[bytes]) -> None:
        self.name = name
        self.damage: str | None = None
        self.guessed_line: int | None = None
        self._n_packed = 0
        packed = self._until_damage(packed)
        start = next(packed, b"")
        self._is_packed = start.startswith((_GZIP, _ZSTD))
        if start.startswith(_GZIP):
            self._chunks = self._until_bomb(self._gunzip(start, packed))
        elif start.startswith(_ZSTD):
            self._chunks = self._until_bomb(self._unzstd(start, packed))
        else:
            self._chunks = _chain(start, packed)
        head: list[bytes] = []
        while sum(map(len, head)) < _CHUNK and (chunk := next(self._chunks, None)) is not None:
            head.append(chunk)
        self.head = b"".join(head)
        self.encoding = sniff_encoding(self.head[:4096])

    def read(self) -> bytes:
        """Everything."""
        return b"".join((self.head, *self._chunks))

    def text(self) -> str:
        """Everything, decoded."""
        text, guessed = decode(self.read(), self.encoding)
        if guessed:
            self.guessed_line = 1
        return text.removeprefix("\ufeff")

    def lines(self) -> Iterator[str]:
        """Decode line by line, see `raw_lines`."""
        for number, line in enumerate(self.raw_lines(), start=1):
            yield self.decoded(line, number)

    def raw_lines(self) -> Iterator[bytes | str]:
        r"""Line by line, ends kept; only ``\n`` ends a line (``\r`` where there is no other). Of UTF-8 as bytes.

        Of damaged packed data the last line is left out where it has no end.
        """
        first_end = re.search(rb"\r\n|\n|\r", self.head)
        if not self.encoding.startswith("utf-8") or (first_end and first_end[0] == b"\r"):
            text = self.text()
            first_end_read = re.search(r"\r\n|\n|\r", text)
            if first_end_read and first_end_read[0] == "\r":
                text = text.replace("\r", "\n")
            yield from (line + "\n" for line in text.split("\n"))
            return
        yield from self._byte_lines()

    def decoded(self, line: bytes | str, number: int) -> str:
        """A raw line as text, and its number from 1 on."""
        if isinstance(line, str):
            return line
        text, guessed = decode(line)
        if guessed and self.guessed_line is None:
            self.guessed_line = number
        return text.removeprefix("\ufeff") if number == 1 else text

    def _byte_lines(self) -> Iterator[bytes]:
        rest: list[bytes] = []
        # Unpacking lets go of Python, so that lines are used meanwhile.
        for chunk in _chain(self.head, ahead(self._chunks) if self._is_packed else self._chunks):
            lines = BytesIO(chunk).readlines()
            rest += lines[:1]
            if chunk.endswith(b"\n") or len(lines) > 1:
                yield b"".join(rest)
                del lines[0]
                rest = [] if chunk.endswith(b"\n") else [lines.pop()]
                yield from lines
        if (last := b"".join(rest)) and self.damage is None:
            yield last

    def _until_damage(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        try:
            for chunk in packed:
                self._n_packed += len(chunk)
                yield chunk
        except DamageError as error:
            self.damage = str(error)

    def _until_bomb(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        unpacked = 0
        for chunk in chunks:
            unpacked += len(chunk)
            if is_bomb(unpacked, self._n_packed):
                self.damage = f"it unpacks to over {_MOST_TIMES} times its size: unpack it yourself if you trust it"
                return
            yield chunk

    def _gunzip(self, start: bytes, packed: Iterator[bytes]) -> Iterator[bytes]:
        unpacker, data = zlib.decompressobj(wbits=31), start
        while True:
            # Bounded steps: a small file may unpack to a very large one.
            while data and not unpacker.eof:
                before = unpacker.copy()
                try:
                    unpacked = unpacker.decompress(data, 1 << 20)
                except zlib.error:
                    self.damage = "the gzip data is damaged: copy or download the file again"
                    yield from _salvage(before, data)
                    return
                yield unpacked
                data = unpacker.unconsumed_tail
            if unpacker.eof:  # another member may follow, or a padding of zeros
                data = (unpacker.unused_data or data).lstrip(b"\0") or next(_not_padding(packed), b"")
                if not data:
                    return
                unpacker = zlib.decompressobj(wbits=31)
            elif not (data := next(packed, b"")):
                self.damage = "the gzip data is cut short: copy or download the file again"
                return

    def _unzstd(self, start: bytes, packed: Iterator[bytes]) -> Iterator[bytes]:
        try:
            import zstandard
        except ImportError:
            raise MissingPackageError(
                f"{self.name}: reading zstd needs zstandard: pip install 'pqreuse[zstd]'"
            ) from None
        decompressor = zstandard.ZstdDecompressor()
        unpacker: Any = decompressor.decompressobj()
        for chunk in _chain(start, packed):
            # Small steps: 4 KiB of repeats unpack to 128 MiB at most.
            for begin in range(0, len(chunk), 4096):
                data = chunk[begin : begin + 4096]
                try:
                    while data:
                        if unpacker.eof:
                            unpacker = decompressor.decompressobj()
                        yield unpacker.decompress(data)
                        data = unpacker.unused_data
                except zstandard.ZstdError:
                    self.damage = "the zstd data is damaged: copy or download the file again"
                    return
        if not unpacker.eof:
            self.damage = "the zstd data is cut short: copy or download the file again"


@contextmanager
def open_source(place: Place, meter: Meter) -> Iterator[Source]:
    """Open one place; its file is closed afterwards, and its whole size counted as done.

    Raises
    ------
    OSError
        If it cannot be opened or read.
    """
    done = 0

    def packed(file: BinaryIO) -> Iterator[bytes]:
        nonlocal done
        while data := file.read(_CHUNK):
            done += len(data)
            meter.advance(len(data))
            yield data

    try:
        yield from _open(place, packed)
    finally:
        if place.size is not None and done < place.size:
            meter.advance(place.size - done)


def _open(place: Place, packed: Callable[[BinaryIO], Iterator[bytes]]) -> Iterator[Source]:
    if place.path is None:
        # No buffer: a standard input that is closed, or replaced by something without bytes.
        stream = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise InputError("standard input: there is none to read: name a file")
        yield Source(place.name, packed(stream))
    else:
        with open(place.path, "rb") as file:
            yield Source(place.name, packed(file))


def _salvage(unpacker: Any, data: bytes) -> Iterator[bytes]:
    """The data before the damage. zlib returns nothing from a call that fails, so it is fed single bytes."""
    try:
        for index in range(len(data)):
            yield unpacker.decompress(data[index : index + 1])
    except zlib.error:
        return


def _chain(start: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from rest


def _not_padding(packed: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in packed:
        if data := chunk.lstrip(b"\0"):
            yield data
