"""Files of an index: columns that only grow, sorted parts, and the manifest that says what of them counts.

A change writes behind the ends of columns, or new files, and counts from the moment in which the manifest is replaced:
whoever reads meanwhile, or finds the files after a crash, sees the state before. Every file has a checksum there.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pqreuse.errors import InputError, OutputError
from pqreuse.replacing import replacing, umask

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
MANIFEST = "manifest.json"
_KIND = "pqreuse index"
_AGAIN = "restore it from a copy, or make it anew with pqreuse index create"

Arrays = Mapping[str, "NDArray[Any]"]


def is_index(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of an index."""
    return os.path.isfile(os.path.join(path, MANIFEST))


class Store:
    """The files of an index as one whole state of it, which later changes leave as it is.

    Parameters
    ----------
    path : path of the folder
    known : Store, optional
        An earlier state: what it has checked is not checked again.

    Attributes
    ----------
    head : dict
        What the manifest says beside the files.

    Raises
    ------
    InputError
        If there is no index, a file of it is damaged, or a later version of the format wrote it.
    """

    def __init__(self, path: str | os.PathLike[str], known: Store | None = None) -> None:
        self.path = Path(path)
        self._maps: dict[str, tuple[Mapping[str, Any], mmap.mmap | bytes]] = {} if known is None else dict(known._maps)
        manifest = _read_manifest(self.path)
        while True:
            try:
                self._load(manifest)
                break
            except FileNotFoundError as error:
                # A change that was finished in between takes away what it replaced.
                newer = _read_manifest(self.path)
                if newer == manifest:
                    raise _damaged(self.path, f"{Path(error.filename).name} is missing") from None
                manifest = newer

    def _load(self, manifest: dict[str, Any]) -> None:
        self.manifest: dict[str, Any] = manifest
        self.head: dict[str, Any] = manifest["head"]
        self._columns = {name: self._map(one) for name, one in manifest["columns"].items()}
        self._parts = {
            name: [_cut(self._map(one), one["arrays"]) for one in parts] for name, parts in manifest["parts"].items()
        }
        self._maps = {name: self._maps[name] for name in _files(manifest)}

    def is_current(self) -> bool:
        """Whether this is still the newest state."""
        return _read_manifest(self.path) == self.manifest

    def column(self, name: str, dtype: Any) -> NDArray[Any]:
        """A column, read where it lies; empty where nothing was ever written to it."""
        import numpy as np

        return np.frombuffer(self._columns.get(name, b""), dtype)

    def parts(self, name: str) -> list[dict[str, NDArray[Any]]]:
        """The arrays of each part of this name, the oldest part first."""
        return self._parts.get(name, [])

    def size(self) -> int:
        """Bytes that the files take on disk."""
        files = [*self.manifest["columns"].values(), *(one for many in self.manifest["parts"].values() for one in many)]
        taken: int = sum(one["bytes"] for one in files)
        return taken + (self.path / MANIFEST).stat().st_size

    def _map(self, one: Mapping[str, Any]) -> mmap.mmap | bytes:
        """The bytes of a file that count, where they lie; those that were not checked before are."""
        name, length, crc = one["file"], one["bytes"], one["crc"]
        before, mapped = self._maps.get(name, ({"bytes": 0, "crc": 0}, b""))
        if (length, crc) != (before["bytes"], before["crc"]):
            with open(self.path / name, "rb") as file:
                if os.fstat(file.fileno()).st_size < length:
                    raise _damaged(self.path, f"{name} is cut short")
                mapped = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ) if length else b""
            seen = before["bytes"]
            grown = length > seen and zlib.crc32(memoryview(mapped)[seen:], before["crc"]) == crc
            # Of a file that is another one of the same name all is looked at.
            if not grown and zlib.crc32(mapped) != crc:
                raise _damaged(self.path, f"{name} does not have its checksum")
        self._maps[name] = (one, mapped)
        return mapped


class Change:
    """What is to be written to an index, together or not at all.

    Parameters
    ----------
    store : Store
        The last state, whose lock the caller has.
    """

    def __init__(self, store: Store) -> None:
        self._path, self._before = store.path, store.manifest
        self._generation = store.manifest["generation"] + 1
        self._columns = dict(store.manifest["columns"])
        self._parts = {name: list(parts) for name, parts in store.manifest["parts"].items()}

    def append(self, name: str, data: NDArray[Any] | bytes) -> None:
        """Write behind the end of a column."""
        data = data if isinstance(data, bytes) else data.tobytes()
        if not data:
            return
        one = self._columns.get(name) or {"file": f"{name}-{self._generation}.bin", "bytes": 0, "crc": 0}
        self._columns[name] = self._written(one["file"], data, one["bytes"], one["crc"])

    def replace(self, name: str, data: NDArray[Any] | bytes) -> None:
        """Write a column anew."""
        data = data if isinstance(data, bytes) else data.tobytes()
        self._columns[name] = self._written(f"{name}-{self._generation}.bin", data, 0, 0)

    def add_part(self, name: str, arrays: Arrays, *, instead_of: int = 0) -> None:
        """Write a part of sorted arrays, instead of so many of the last ones."""
        data = b"".join(array.tobytes() for array in arrays.values())
        written = self._written(f"{name}-{self._generation}.bin", data, 0, 0)
        shape = [[key, array.dtype.str, len(array)] for key, array in arrays.items()]
        parts = self._parts.setdefault(name, [])
        del parts[len(parts) - instead_of :]
        parts.append({**written, "arrays": shape})

    def commit(self, head: Mapping[str, Any]) -> None:
        """From now on what was written counts; files that it replaces go.

        Raises
        ------
        OutputError
            If it cannot be written; the state is the one before.
        """
        manifest = {
            "kind": _KIND,
            "format": FORMAT,
            "generation": self._generation,
            "head": dict(head),
            "columns": self._columns,
            "parts": self._parts,
        }
        with _told(self._path):
            _write_manifest(self._path, manifest)
        with _told(self._path, "the change is there, but a power cut may undo it"):
            _sync_folder(self._path)
        for name in _files(self._before) - _files(manifest):
            # Where it is still open elsewhere the next change takes it away.
            with suppress(OSError):
                os.unlink(self._path / name)

    def _written(self, file: str, data: bytes, start: int, crc: int) -> dict[str, Any]:
        with _told(self._path), open(self._path / file, "r+b" if start else "wb") as out:
            out.seek(start)
            out.truncate()  # what a change that came to nothing left
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        return {"file": file, "bytes": start + len(data), "crc": zlib.crc32(data, crc)}


def create(path: str | os.PathLike[str], head: Mapping[str, Any], fill: Callable[[Path], None]) -> None:
    """Make an index in a folder of another name, let it be filled, and give it its name.

    Raises
    ------
    OutputError
        If something of this name is there, or the folder cannot be made.
    """
    target = Path(os.path.abspath(path))
    if os.path.lexists(target):
        if is_index(target):
            raise OutputError(f"cannot create {path}: it is there already; add to it with pqreuse index add")
        raise OutputError(f"cannot create {path}: something else is there; choose another name")
    if not target.parent.is_dir():
        raise OutputError(f"cannot create {path}: there is no folder {target.parent}; create it first")
    with _told(target):
        part = Path(tempfile.mkdtemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent))
    try:
        empty = {"kind": _KIND, "format": FORMAT, "generation": 0, "head": dict(head), "columns": {}, "parts": {}}
        with _told(target):
            os.chmod(part, 0o777 & ~umask())
            _write_manifest(part, empty)
            _sync_folder(part)
        fill(part)
        with _told(target):
            os.rename(part, target)
            _sync_folder(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def locked(path: str | os.PathLike[str], *, wait: bool) -> Iterator[None]:
    """Be the one who writes.

    Raises
    ------
    OutputError
        If another process is, and this one does not wait for it; or if it may not write here.
    """
    from filelock import FileLock, Timeout

    _read_manifest(Path(path))  # or a folder would be made for the lock
    lock = FileLock(Path(path) / "lock", timeout=-1 if wait else 0)
    with _told(Path(path)):
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(
                f"cannot write {path}: another process writes to it; try again later, or wait (--wait)"
            ) from None
    try:
        _remove_leftovers(Path(path))
        yield
    finally:
        lock.release()


def _remove_leftovers(path: Path) -> None:
    """Take away files that no state names: of changes that came to nothing."""
    known = _files(_read_manifest(path))
    for found in path.iterdir():
        if found.suffix in (".bin", ".part") and found.name not in known:
            with suppress(OSError):
                found.unlink()


def _files(manifest: Mapping[str, Any]) -> set[str]:
    parts = (one for many in manifest["parts"].values() for one in many)
    return {one["file"] for one in (*manifest["columns"].values(), *parts)}


def _cut(data: mmap.mmap | bytes, shape: list[list[Any]]) -> dict[str, NDArray[Any]]:
    import numpy as np

    arrays, reached = {}, 0
    for name, dtype, length in shape:
        arrays[name] = np.frombuffer(data, dtype, length, reached)
        reached += arrays[name].nbytes
    return arrays


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        text = (path / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path} is no index; make one with pqreuse index create") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    try:
        crc, _, body = text.partition(b"\n")
        if int(crc) != zlib.crc32(body):
            raise ValueError
        manifest: dict[str, Any] = json.loads(body)
        if manifest["kind"] != _KIND:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise _damaged(path, f"{MANIFEST} does not have its checksum") from None
    if manifest["format"] > FORMAT:
        raise InputError(
            f"{path}: a later pqreuse wrote this index (format {manifest['format']}, this one reads {FORMAT}); "
            "upgrade pqreuse"
        )
    return manifest


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    body = json.dumps(manifest, ensure_ascii=True, separators=(",", ":")).encode()
    # Names of new files are on disk before the one that names them is.
    _sync_folder(path)
    with replacing(path / MANIFEST) as out:
        out.write(b"%d\n%b" % (zlib.crc32(body), body))


def _sync_folder(path: Path) -> None:
    if os.name == "nt":  # which has no way to, and no need
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path, state: str = "it is as it was before") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}; {state}") from error


def _damaged(path: Path, what: str) -> InputError:
    return InputError(f"{path} is damaged: {what}; {_AGAIN}")
