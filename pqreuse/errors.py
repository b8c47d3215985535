"""Every error that a caller can act on. Each message is one line: what, with the value and place, and the way out.

PqreuseError
├── InputError          an input cannot be used (missing, unreadable, not in any known format)
├── OutputError         a result cannot be written
├── ParameterError      an argument is out of its range (also a ValueError)
├── UnknownAnswerError  no answer has this identifier, or several have (also a LookupError)
├── UnknownFamilyError  no family has this identifier (also a LookupError)
└── MissingPackageError a package for this input or output is not installed (also an ImportError)
"""

from __future__ import annotations

from collections.abc import Iterable


class PqreuseError(Exception):
    """Base of all errors that pqreuse raises on purpose."""


class InputError(PqreuseError):
    """An input cannot be used; the message names it, the place in it and the way out."""


class OutputError(PqreuseError):
    """A result cannot be written; nothing was left behind."""


class ParameterError(PqreuseError, ValueError):
    """An argument is outside its range."""


class UnknownAnswerError(PqreuseError, LookupError):
    """No answer, or more than one, has the identifier asked for."""


class UnknownFamilyError(PqreuseError, LookupError):
    """No family has the identifier asked for."""


class MissingPackageError(PqreuseError, ImportError):
    """An optional package is needed; the message gives the command that installs it."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Up to three of the names that there are, to be told beside one that there is not.

    >>> nearest("1661084", ["uk/1661084", "1661085", "1661084#a1"])
    ' (nearest: uk/1661084, 1661084#a1)'
    >>> nearest("--fromat", ["--format", "--output"]), nearest("x", ["1661084"])
    (' (nearest: --format)', '')
    """
    from difflib import get_close_matches

    known = list(dict.fromkeys(known))
    there = [one for one in known if name and (one.startswith(name) or one.endswith(name))][:3]
    there = there or get_close_matches(name, known, cutoff=0.7)
    return f" (nearest: {', '.join(there)})" if there else ""
