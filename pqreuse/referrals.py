"""Referrals → the answers of the corpus that they point to, by UIN and date in the text or in an address in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as Date

from pqreuse.kinds import plain
from pqreuse.records import Answer, Kind, days

_MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month>" + "|".join(_MONTHS) + r")\b(?:,? (?P<year>\d{4})\b)?"
    r"|\b(?P<iso>\d{4}-\d\d-\d\d)\b|\b(?P<slashed>\d{1,2}/\d{1,2}/\d{4})\b"
)
_UIN = r"(?:hl ?|s\dw-)?\d{1,6}\b"
_UINS = re.compile(
    r"\b(?:(?:questions?|pqw?s?|uins?|official report)[ ,:(]*)+(?:(?:numbers?|nos?) ?)?"
    rf"(?P<uins>{_UIN}(?:(?:,| and| &)+ (?:(?:questions?|pqs?|uins?) ?)*{_UIN})*)"
)
_ADDRESS = re.compile(r"/(\d{4}-\d\d-\d\d)/(\w+)")
_CITING = re.compile("question|pq|uin|official report")
_SENTENCE_END = re.compile(r"[.?!;] ")
# An answer follows its question by days, sometimes by weeks; the same UIN comes again months later, in another session.
_ABOUT = 60


def find_targets(answers: Sequence[Answer], kinds: Sequence[tuple[Kind, ...]]) -> list[tuple[str, ...]]:
    """The answers that each answer refers to, as far as they are among these; in the order of its text.

    Both UIN and date must fit, and fit only one answer: UINs repeat across sessions.

    Parameters
    ----------
    answers : sequence of Answer
    kinds : sequence of tuple of str
        Of these answers, in the same order.
    """
    referring = [place for place, of_answer in enumerate(kinds) if "referral" in of_answer]
    by_uin = _by_uin(answers) if referring else {}
    targets: list[tuple[str, ...]] = [()] * len(answers)
    for place in referring:
        found = (_target(answers, by_uin.get(uin, ()), place, given) for uin, given in _cited(answers[place]))
        targets[place] = tuple(dict.fromkeys(answers[target].id for target in found if target is not None))
    return targets


def _by_uin(answers: Iterable[Answer]) -> Mapping[str, list[int]]:
    by_uin: defaultdict[str, list[int]] = defaultdict(list)
    for place, answer in enumerate(answers):
        for uin in answer.uins:
            by_uin[uin.casefold()].append(place)
    return by_uin


def _target(answers: Sequence[Answer], places: Iterable[int], referring: int, given: Sequence[int]) -> int | None:
    """The one other answer among these places that was given or asked about one of the days."""
    house = answers[referring].house
    fitting = [
        place
        for place in places
        if (span := days(answers[place].date)) is not None
        and any(span[0] - _ABOUT <= day <= span[1] + _ABOUT for day in given)
        and (house is None or answers[place].house in (None, house) or not answers[place].uins[0].isdecimal())
    ]
    # One answer may be there twice: as one to be scored, and in the corpus that it is scored against.
    names = {answers[place].id for place in fitting}
    return fitting[0] if len(names) == 1 and answers[referring].id not in names else None


def _cited(answer: Answer) -> Iterator[tuple[str, list[int]]]:
    """UINs that a text gives, each with the days that its sentence gives, as ordinals."""
    latest = days(answer.date)
    for sentence in _SENTENCE_END.split(plain(answer.text)):
        if not _CITING.search(sentence):
            continue
        for date, uin in _ADDRESS.findall(sentence):
            yield uin, _ordinal(*map(int, date.split("-")))
        dates = [day for match in _DATE.finditer(sentence) for day in _day(match, latest)]
        # Without the dates, whose numbers are no UINs.
        for match in _UINS.finditer(_DATE.sub(" ", sentence)) if dates else ():
            for uin in re.findall(_UIN, match["uins"]):
                yield uin.replace(" ", ""), dates


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
