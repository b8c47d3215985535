"""Values of JSON fields and table cells, each as the type that a record wants, or refused with the reason."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

_SEPARATORS = re.compile(r"[\s,;|]+")


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
    """Take a text, or a whole number as text, or nothing (blank texts too)."""
    if isinstance(value, str):
        return value.strip() or None
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
    """Take UINs: a list, or one text with separators between them."""
    if is_missing(value):
        return []
    if isinstance(value, str):
        parts = (part.strip("'\"") for part in _SEPARATORS.split(value.strip("[](){} ")))
        return [part for part in parts if part]
    if not isinstance(value, list | tuple):
        raise WrongTypeError(f"{name} must be a list, but is {_kind(value)}")
    return [part for item in value if (part := identifier(item, name))]


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return kinds.get(type(value), type(value).__name__)
