"""A limit to the memory of arrays: what is beyond it lies in files of the temporary folder."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from pqreuse.errors import NoRoomError, ParameterError


@contextmanager
def within(limit: int | None) -> Iterator[None]:
    """Keep NumPy's arrays that are made in this block, and in threads it starts with its context, to so many bytes.

    Larger ones beyond the limit are mapped files without a name in the temporary folder (``TMPDIR``), which the system
    writes out when memory is short, and which go with their arrays. Arrays of less than a megabyte are not counted.

    Parameters
    ----------
    limit : int or None
        Bytes; None for none.

    Raises
    ------
    ParameterError
        If it is not a number of bytes, or if there is no such thing on this system.
    NoRoomError
        If there is no room in memory, or beyond the limit in the temporary folder.
    """
    if limit is None:
        yield
        return
    if type(limit) is not int or limit < 0:
        raise ParameterError(f"memory_limit must be a number of bytes, got {limit!r}")
    from pqreuse._kernels.spill import can_spill, new_handler, set_handler

    if not can_spill:
        raise ParameterError("memory_limit needs files mapped as Linux and macOS do: leave it out on this system")
    pattern = os.path.join(tempfile.gettempdir(), "pqreuse-XXXXXX")
    before = set_handler(new_handler(min(limit, sys.maxsize), os.fsencode(pattern)))
    try:
        yield
    except MemoryError as error:
        raise NoRoomError(
            f"no room left for this in memory, or for files in {os.path.dirname(pattern)}: free some, or name a folder"
            " on a larger disk in TMPDIR"
        ) from error
    finally:
        set_handler(before)


@contextmanager
def scratch_folder(within: str | None = None) -> Iterator[str]:
    """A folder for tables that are too large for memory, gone with the block.

    Parameters
    ----------
    within : str, optional
        A path of any file system, where a folder of its own is named and left to whoever keeps it; by default the
        temporary folder.
    """
    if within is not None:
        yield f"{within.rstrip('/')}/pqreuse-{uuid4().hex}"
        return
    with tempfile.TemporaryDirectory(prefix="pqreuse-") as folder:
        yield folder
