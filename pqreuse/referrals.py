"""Referrals → the answers of the corpus that they point to, by UIN and date in the text or in an address in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as Date

from pqreuse.kinds import MONTHS, plain
from pqreuse.records import Answer, Kind, days

_MONTHS = MONTHS.split()
_DATE = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month>" + "|".join(_MONTHS) + r")\b(?:,? (?P<year>\d{4})\b)?"
    r"|\b(?P<iso>\d{4}-\d\d-\d\d)\b|\b(?P<slashed>\d{1,2}/\d{1,2}/\d{4})\b"
)
_UIN = r"(?:hl ?|s\dw-)?\d{1,6}\b"
_UINS = re.compile(
    r"\b(?:(?:questions?|pqw?s?|uins?|official report)[ ,:(]*)+(?:(?:numbers?|nos?) ?)?"
    rf"(?P<uins>{_UIN}(?:(?:,| and| &)+ (?:(?:questions?|pqs?|uins?) ?)*{_UIN})*)"
)
_ANY_UIN = re.compile(_UIN)
_ADDRESS = re.compile(r"/(\d{4}-\d\d-\d\d)/(\w+)")
_SENTENCE_END = re.compile(r"[.?!;] ")
# An answer follows its question by days, sometimes by weeks; the same UIN comes again months later, in another session.
_ABOUT = 60


def find_targets(
    answers: Sequence[Answer], kinds: Sequence[tuple[Kind, ...]], among: Sequence[Answer] = ()
) -> list[tuple[str, ...]]:
    """The answers that each answer refers to, as far as they are known, in the order of its text.

    Both UIN and date must fit, and fit only one answer, which is another: UINs repeat across sessions.

    Parameters
    ----------
    answers : sequence of Answer
    kinds : sequence of tuple of str
        Of these answers, in the same order.
    among : sequence of Answer
        More answers that they may refer to.
    """
    referring = [place for place, of_answer in enumerate(kinds) if "referral" in of_answer]
    by_uin = _by_uin((*answers, *among)) if referring else {}
    targets: list[tuple[str, ...]] = [()] * len(answers)
    for place in referring:
        # Most refer to answers that were not read: no need to look at their dates.
        if by_uin.keys().isdisjoint(cited_uins(answers[place].text)):
            continue
        cited = _cited(plain(answers[place].text), answers[place].date)
        found = (_target(uin, given, by_uin, answers[place]) for uin, given in cited)
        targets[place] = tuple(dict.fromkeys(name for name in found if name is not None))
    return targets


def cited_uins(text: str) -> set[str]:
    """UINs that a text names, casefolded."""
    text = plain(text)
    return {*_uins(text), *(uin for _, uin in _ADDRESS.findall(text))}


def _by_uin(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    by_uin: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        for uin in answer.uins:
            by_uin[uin.casefold()].append(answer)
    return by_uin


def _target(uin: str, given: Sequence[int], by_uin: Mapping[str, list[Answer]], referring: Answer) -> str | None:
    """The identifier of the one other answer with this UIN that was given, or asked, about one of these days."""
    fitting = {
        answer.id
        for answer in by_uin.get(uin, ())
        if (span := days(answer.date)) is not None
        and any(span[0] - _ABOUT <= day <= span[1] + _ABOUT for day in given)
        # Those of the Lords begin with letters; a bare number is one of the same house.
        and (not uin.isdecimal() or answer.house == referring.house or None in (answer.house, referring.house))
    }
    return fitting.pop() if len(fitting) == 1 and referring.id not in fitting else None


def _cited(text: str, date: str | None) -> Iterator[tuple[str, list[int]]]:
    """UINs that an answer of this date gives, each with the days that its sentence gives, as ordinals."""
    latest = days(date)
    for sentence in _SENTENCE_END.split(text):
        for day, uin in _ADDRESS.findall(sentence):
            yield uin, _ordinal(*map(int, day.split("-")))
        dates = [day for match in _DATE.finditer(sentence) for day in _day(match, latest)]
        # Without the dates, whose numbers are not UINs.
        for uin in _uins(_DATE.sub(" ", sentence)) if dates else ():
            yield uin, dates


def _uins(text: str) -> list[str]:
    return [uin.replace(" ", "") for match in _UINS.finditer(text) for uin in _ANY_UIN.findall(match["uins"])]


def _day(match: re.Match[str], latest: tuple[int, int] | None) -> list[int]:
    """The day that a text names; without a year, the last such day before its answer can have been given."""
    if match["iso"]:
        return _ordinal(*map(int, match["iso"].split("-")))
    if match["slashed"]:
        day, month, year = map(int, match["slashed"].split("/"))
        return _ordinal(year, month, day)
    month, day = _MONTHS.index(match["month"]) + 1, int(match["day"])
    if match["year"]:
        return _ordinal(int(match["year"]), month, day)
    if latest is None:
        return []
    last = latest[1] + _ABOUT
    year = Date.fromordinal(last).year
    return [found for found in (*_ordinal(year, month, day), *_ordinal(year - 1, month, day)) if found <= last][:1]


def _ordinal(year: int, month: int, day: int) -> list[int]:
    """The day's ordinal; none where there is no such day."""
    try:
        return [Date(year, month, day).toordinal()]
    except ValueError:
        return []
