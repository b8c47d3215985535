"""Dates as the sources write them, to ISO dates of day or month precision."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_LONGEST = 60
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2})(?:[t ].*)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,].*)?", re.ASCII)
_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?([a-z]+)\.?,?[ -](\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})", re.ASCII)


def parse_date(text: str) -> str | None:
    """ISO date of a written one, None where it is none; days come before months, as in Britain.

    >>> [parse_date(text) for text in ("2025-01-16T00:00:00", "16/01/2025", "16th January 2025", "2025-06", "soon")]
    ['2025-01-16', '2025-01-16', '2025-01-16', '2025-06', None]
    """
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> str | None:
    if is_missing_date(text):
        return None
    text = " ".join(text.split()).lower()
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _WORDS.fullmatch(text):
        day, month, year = found[1], str(_MONTHS.get(found[2], 0)), found[3]
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = str(_MONTHS.get(found[1], 0)), found[2], found[3]
    else:
        return None
    try:
        date = datetime.date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return None
    return date if day else date[:7]


def order_of(text: str) -> str | None:
    """The order of day and month in a date of figures alone; None where it is not a question.

    >>> [order_of(text) for text in ("16/01/2025", "01/16/2025", "03/02/2025", "3/3/2025", "2025-02-03")]
    ['day', 'month', 'either', None, None]
    """
    if not (found := _DAY_FIRST.fullmatch(" ".join(text[:_LONGEST].split()))):
        return None
    first, second = int(found[1]), int(found[2])
    if first == second:
        return None
    return "either" if first <= 12 and second <= 12 else "day" if second <= 12 else "month"


def is_missing_date(text: str) -> bool:
    """Whether this stands for no date: nothing, or the first day of .NET's calendar."""
    return not text.strip() or text.startswith("0001-01-01")
