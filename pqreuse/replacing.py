"""A file that is written beside its place, and gets its name when it is whole: so no reader ever sees a part of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from typing import BinaryIO


@contextlib.contextmanager
def replacing(target: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file in this block; it stands in its place behind the block, and nothing of it where that fails."""
    folder, name = os.path.split(target)
    # The name is made first, so that an interrupt at any moment finds it.
    part_name = os.path.join(folder, f".{name[:50]}.{secrets.token_hex(8)}.part")
    try:
        with open(part_name, "xb", opener=_only_ours) as part:
            yield part
            part.flush()
            os.fchmod(part.fileno(), _mode(target))
            os.fsync(part.fileno())
        os.replace(part_name, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part_name)
        raise


def umask() -> int:
    """The rights that new files and folders do not get."""
    # It can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode(target: str | os.PathLike[str]) -> int:
    """Rights of the file that is replaced, else those that a new file would get."""
    if os.path.exists(target):
        return stat.S_IMODE(os.stat(target).st_mode)
    return 0o666 & ~umask()
