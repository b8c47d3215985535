"""Inputs to places: paths, folders, globs and standard input, each file once and with a name for messages."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pqreuse.errors import InputError, ParameterError
from pqreuse.readers.indexes import refuse_folder
from pqreuse.readers.ledger import one_line

PathLike = str | os.PathLike[str]

STANDARD_INPUT = "standard input"


@dataclass(frozen=True, slots=True)
class Place:
    """One input before it is opened.

    ``path`` is None for standard input; ``name`` is for messages; ``size`` None where it is not known; ``named`` tells
    an input that the caller named from one that a folder or glob held; ``problem`` is why it is not to be opened.
    """

    path: str | None
    name: str
    size: int | None = None
    named: bool = False
    problem: str | None = None


def display_name(path: str) -> str:
    """Write a file name of any bytes as one line of printable text; two different names stay different."""
    try:
        text = os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # no name that the system could have given
        text = path
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def find_places(inputs: PathLike | Iterable[PathLike]) -> list[Place]:
    """All files that the inputs name, each once, in the order of the inputs and sorted within a folder.

    Raises
    ------
    InputError
        If an input does not exist, may not be read, matches nothing, or is a folder without files.
    ParameterError
        If an input is neither a string nor a path.
    """
    places: dict[object, Place] = {}
    folders: dict[object, str] = {}
    if hasattr(inputs, "columns"):  # it would be gone through as the names of its columns
        raise ParameterError("inputs must be paths, got a data frame: find_reuse(frame, text=...) takes it as it is")
    if isinstance(inputs, bytes) or not isinstance(inputs, str | os.PathLike | Iterable):
        raise ParameterError(f"inputs must be a path, a glob, '-' or a list of them, got {one_line(repr(inputs), 80)}")
    items = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    for item in items:
        if not isinstance(item, str | os.PathLike):
            raise ParameterError(f"inputs must be paths, globs or '-', got {one_line(repr(item), 80)}")
        for place, folder in _expand(os.fsdecode(item)):
            key = None if place.path is None else os.path.realpath(place.path)
            if key in places:
                place, folder = _one_of((place, folder), (places[key], folders[key]))
            places[key], folders[key] = place, folder
    if not places:
        raise InputError("no inputs: name a file, a folder, a glob, or - for standard input")
    return _told_apart(places, folders)


def _one_of(*ways: tuple[Place, str]) -> tuple[Place, str]:
    """One file that was found in several ways: under the first of its names, and named if any way names it."""
    place = max((place for place, _ in ways), key=lambda place: place.named)
    name, folder = min((place.name, folder) for place, folder in ways)
    return replace(place, name=name), folder


def _told_apart(places: dict[object, Place], folders: dict[object, str]) -> list[Place]:
    """Names are relative to the folder given; where two folders hold the same name, with the folder before it."""
    names = {key: place.name for key, place in places.items()}
    full = {key: display_name(os.path.join(folders[key], name)) for key, name in names.items()}
    for _ in range(2):  # a name with its folder may be that of another file in another folder
        seen = Counter(names.values())
        names = {key: full[key] if seen[name] > 1 else name for key, name in names.items()}
    return [replace(place, name=names[key]) for key, place in places.items()]


def _expand(item: str) -> Iterator[tuple[Place, str]]:
    """Places of one input, each with the folder that its name is relative to (empty for none)."""
    if item == "-":
        yield Place(None, STANDARD_INPUT, named=True), ""
        return
    name = display_name(item) or "''"
    try:
        status = os.stat(item)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | ValueError | NotADirectoryError)
        if not missing:
            raise InputError(f"{name}: {os_reason(error)}") from None
        found = _matches(item)
        if not found:
            what = "no file matches: check the pattern" if glob.has_magic(item) else "no such file or folder: check it"
            raise InputError(f"{name}: {what}") from None
        for match in found:
            yield from _expand_found(match)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(item)
        return
    if not os.access(item, os.R_OK):
        raise InputError(f"{name}: no permission to read it: change its rights or run as its owner")
    size = status.st_size if stat.S_ISREG(status.st_mode) else None
    yield Place(item, name, size, named=True), ""


def _matches(pattern: str) -> list[str]:
    try:
        return sorted(glob.glob(pattern, recursive=True), key=os.fsencode) if glob.has_magic(pattern) else []
    except ValueError:  # NUL or a lone surrogate in it
        return []


def _expand_found(path: str) -> Iterator[tuple[Place, str]]:
    """Expand a match of a glob: a folder counts with all its files, and may be empty."""
    if os.path.isdir(path):
        try:
            yield from _walk(path)
        except InputError as error:
            yield Place(path, display_name(path), 0, problem=str(error).partition(": ")[2]), ""
    else:
        yield _place_in(path, display_name(path)), ""


def _walk(folder: str) -> Iterator[tuple[Place, str]]:
    """Files of a folder and its subfolders, sorted by name, hidden ones left out; links to folders are followed."""
    refuse_folder(folder)
    problems: list[OSError] = []
    paths: list[str] = []
    seen = {os.path.realpath(folder)}
    for parent, subfolders, names in os.walk(folder, onerror=problems.append, followlinks=True):
        subfolders[:] = sorted((name for name in subfolders if not name.startswith(".")), key=os.fsencode)
        subfolders[:] = [name for name in subfolders if _is_new(os.path.join(parent, name), seen)]
        paths += [os.path.join(parent, name) for name in names if not name.startswith(".")]
    for error in problems:
        if not paths:
            raise InputError(f"{display_name(folder)}: {os_reason(error)}")
        name = os.path.relpath(error.filename, folder)
        yield Place(error.filename, display_name(name), 0, problem=os_reason(error)), folder
    if not paths:
        raise InputError(f"{display_name(folder)}: no files in this folder (hidden ones are left out): name another")
    for path in sorted(paths, key=lambda path: os.fsencode(os.path.relpath(path, folder))):
        yield _place_in(path, display_name(os.path.relpath(path, folder))), folder


def _is_new(folder: str, seen: set[str]) -> bool:
    """Whether a folder is met for the first time: links may lead back, or all to one place."""
    found = os.path.realpath(folder)
    if found in seen:
        return False
    seen.add(found)
    return True


def _place_in(path: str, name: str) -> Place:
    """Look at a file that was found, not named: what is wrong with it is its own problem, not the whole input's."""
    try:
        status = os.stat(path)
    except OSError as error:
        return Place(path, name, 0, problem=os_reason(error))
    if not stat.S_ISREG(status.st_mode):
        return Place(path, name, 0, problem="not a regular file: name it on its own to read it")
    return Place(path, name, status.st_size)


def os_reason(error: OSError | ValueError) -> str:
    """Say why an input cannot be read."""
    if isinstance(error, PermissionError):
        return "no permission to read it: change its rights or run as its owner"
    if isinstance(error, FileNotFoundError):
        return "the file is gone, or a link that leads nowhere"
    return one_line(f"cannot be read: {getattr(error, 'strerror', None) or error}")
