"""ZIP archives to their members, each a source like a file of a folder; none is ever written to the disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from pqreuse.errors import MissingPackageError
from pqreuse.readers.ledger import UnusableError
from pqreuse.readers.places import display_name
from pqreuse.readers.sources import DamageError, Source, is_bomb

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_MEMBERS = 1_000_000
_CHUNK = 1 << 16
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


def is_archive(source: Source) -> bool:
    """Whether a source begins as a ZIP archive does."""
    return source.head.startswith(_MAGIC)


def open_members(source: Source) -> Iterator[tuple[str, Source | str]]:
    """The name and the source of each member, or why it is not to be read; by name, hidden ones left out.

    Raises
    ------
    UnusableError
        If it is damaged, an Office file, without members, or would unpack to very much more than its size.
    """
    data = source.read()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*_DAMAGE, NotImplementedError):
        raise UnusableError(
            source.damage or "a ZIP archive or an Office file that is damaged: copy or download it again"
        ) from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not _is_hidden(member.filename)]
        if any(member.filename == "[Content_Types].xml" for member in members):
            raise UnusableError("an Office file: save it as CSV or text")
        if not members:
            raise UnusableError("no files in this archive (hidden ones are left out): check that it is the right one")
        # A member cannot unpack to more than its entry says.
        unpacked = sum(member.file_size for member in members)
        if len(members) > _MOST_MEMBERS or is_bomb(unpacked, len(data)):
            raise UnusableError(
                f"a ZIP archive of {len(data):,} bytes that would unpack to {unpacked:,} in {len(members):,} files:"
                " unpack it yourself if you trust it"
            )
        for member in sorted(members, key=lambda member: (member.filename, member.header_offset)):
            name = f"{source.name}/{display_name(member.filename)}"
            yield name, _opened(archive, member, name)


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Source | str:
    if member.flag_bits & 1:
        return "encrypted: unpack the archive with its password first"
    try:
        return Source(name, _chunks(archive, member))
    except NotImplementedError:
        return "packed in a way that cannot be read here: unpack the archive first"
    except MissingPackageError as error:
        return str(error)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as file:
            while data := file.read(_CHUNK):
                yield data
    except NotImplementedError:
        raise
    except _DAMAGE:
        raise DamageError("the ZIP data is damaged: copy or download the archive again") from None


def _is_hidden(name: str) -> bool:
    """Hidden as in a folder, or what macOS adds for itself."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)
