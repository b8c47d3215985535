"""Output written whole or not at all, to a file or to standard output."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import sys
from collections.abc import Iterable, Sequence

from pqreuse.errors import OutputError
from pqreuse.replacing import replacing


def check_output(path: str, inputs: Sequence[str]) -> None:
    """Refuse, before any work is done, an output that cannot be written or that is one of the inputs.

    Raises
    ------
    OutputError
        If the path is a folder, its folder is missing or not writable, or an input would be overwritten.
    """
    try:
        os.lstat(path)
    except ValueError:  # a NUL, or a lone surrogate
        raise OutputError(f"cannot write {path}: no file can have this name; choose another name") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise OutputError(f"cannot write {path}: the name is too long; choose a shorter one") from None
    # os.path says no where pathlib raises: a folder that may not be entered, a link that leads to itself.
    if os.path.isdir(path):
        raise OutputError(f"cannot write {path}: it is a folder; give a file name in it")
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise OutputError(f"cannot write {path}: there is no folder {folder}; create it first")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise OutputError(f"cannot write {path}: no right to write there; choose another place")
    if os.path.isfile(path):
        for name in inputs:
            if _reads(name, path):
                raise OutputError(f"cannot write {path}: it is read as input ({name}); choose another name")


def write_file(chunks: Iterable[bytes], path: str) -> None:
    """Write to a temporary file in the same folder and rename it, so that no reader ever sees a part.

    What is not a regular file (``/dev/null``, a named pipe) is written to as it stands: a rename would replace it.

    Raises
    ------
    OutputError
        If the file cannot be written; whatever stood there still stands.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as device:
                device.writelines(chunks)
        else:
            with replacing(os.path.realpath(path)) as file:
                file.writelines(chunks)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}; nothing was written") from error


def write_output(chunks: Iterable[bytes], path: str | None) -> None:
    """Write to a file, or to standard output where there is none: see `write_file` and `write_stdout`."""
    if path is None:
        write_stdout(chunks)
    else:
        write_file(chunks, path)


def write_stdout(chunks: Iterable[bytes]) -> None:
    """Write to standard output and flush it.

    Raises
    ------
    OutputError
        If standard output is closed, or its disk full. A reader that went away is a `BrokenPipeError` as always.
    """
    if sys.stdout is None:
        raise OutputError("cannot write: standard output is closed; use --output FILE")
    try:
        # Text written before must not arrive after these bytes.
        sys.stdout.flush()
        binary = getattr(sys.stdout, "buffer", None)
        for chunk in chunks:
            if binary is not None:
                binary.write(chunk)
            else:
                sys.stdout.write(chunk.decode("utf-8", "replace"))
        sys.stdout.flush()
    except OSError as error:
        _abandon_stdout()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def _abandon_stdout() -> None:
    """Point standard output at nothing: Python flushes it once more at exit, and would fail once more."""
    with contextlib.suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _reads(name: str, target: str) -> bool:
    """Tell whether this input, a file, a folder, a glob or ``-``, takes in the target, a file that exists."""
    if name == "-":
        try:
            return os.path.samestat(os.fstat(0), os.stat(target))
        except OSError:
            return False
    if os.path.isdir(name):
        return os.path.realpath(target).startswith(os.path.join(os.path.realpath(name), ""))
    found = [name] if os.path.exists(name) else glob.glob(name, recursive=True)
    return any(os.path.exists(item) and os.path.samefile(item, target) for item in found)
