"""Values of JSON fields and table cells, each as the type that a record wants, or refused with the reason."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

# A list as languages write it into a cell: list(c("1", "2")) in R, ["1", "2"] in JSON and Python, {1,2} in SQL.
_CALL = re.compile(r"\b(?:list|c|tuple|set|array)\s*\(|\b\w+\s*\(0?\)")  # character(0) is an empty list
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_SEPARATORS = re.compile(r"[\s,;|()\[\]{}\\]+")
_LEAST_UIN = 100  # a lesser number that stands alone says how many questions were answered together
_WHOLE = re.compile(r"([-+]?\d+)(?:\.0+|L)")
NO_VALUE = frozenset(("", "NA", "N/A", "NULL", "null", "None", "NaN", "nan", "<NA>"))
"""Spellings of a missing value."""


class WrongTypeError(Exception):
    """A field holds a value of a type that it cannot have; the message names field and type."""


def is_missing(value: Any) -> bool:
    """None, or what pandas and pyarrow write for it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def text(value: Any, name: str) -> str | None:
    """Take a text or nothing.

    Raises
    ------
    WrongTypeError
        If it is anything else.
    """
    if isinstance(value, str):
        return value
    if is_missing(value):
        return None
    raise WrongTypeError(f"{name} must be text, but is {_kind(value)}")


def identifier(value: Any, name: str) -> str | None:
    """Take a text, or a whole number as text, or nothing (blank texts too).

    >>> identifier(61365.0, "uin"), identifier("61365.0", "uin"), identifier("HL61", "uin")
    ('61365', '61365', 'HL61')
    """
    if isinstance(value, str):
        value = value.strip()
        # A column of numbers becomes one of floats where a cell of it is empty.
        return (whole[1] if (whole := _WHOLE.fullmatch(value)) else value) or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float) and not is_missing(value):
        raise WrongTypeError(f"{name} must be text or a whole number, but is {_kind(value)}")
    return text(value, name)


def person(value: Any) -> str | None:
    """Take a person's name: a text, or the name of a member that the API has expanded. Numbers are not names."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, str) and (name := value.strip()) and not name.isdigit():
        return name
    return None


def date_text(value: Any, name: str) -> str | None:
    """Take a date: a date object in ISO form, a text as it stands."""
    if isinstance(value, datetime.date):  # datetime too
        return value.isoformat()
    return text(value, name)


def flag(value: Any) -> bool:
    """Tell whether this is true, or a text that says so."""
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "1", "y", "t"))


def several(value: Any, name: str) -> list[str]:
    """Take UINs: a list of them, one of them, or a text with a list as some language writes it.

    >>> several('list(c("65591", "65592"))', ""), several("65591; 65592", ""), several("['65591' '65592']", "")
    (['65591', '65592'], ['65591', '65592'], ['65591', '65592'])
    >>> several(61365.0, ""), several("character(0)", ""), several(None, "")
    (['61365'], [], [])

    Raises
    ------
    WrongTypeError
        If it is anything else, such as a number of questions.
    """
    if is_missing(value):
        return []
    if isinstance(value, str):
        # Between quotation marks a value may have spaces: "AQW 12/22-27".
        parts = _QUOTED.split(_CALL.sub("(", value.replace("\\", "")))
        quoted = [one or other for one, other in zip(parts[1::3], parts[2::3], strict=True)]
        value = [*quoted, *_SEPARATORS.split(" ".join(parts[::3]))]
    elif isinstance(value, int | float) and value >= _LEAST_UIN:
        value = [value]
    if not isinstance(value, list | tuple):
        raise WrongTypeError(f"{name} must be a list, but is {_kind(value)}")
    return [part for item in value if (part := identifier(item, name)) and part not in NO_VALUE]


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return kinds.get(type(value), type(value).__name__)
