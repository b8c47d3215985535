"""Lines of JSON that are rows of one table: decoded right into what a record needs, without a dict between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import DecodeError, defstruct
from msgspec.json import Decoder

from pqreuse.readers import values
from pqreuse.readers.columns import FIELDS, find_columns, holds_html, same_for_parts
from pqreuse.readers.ledger import Ledger

_MOST_CHANGES = 16
_MOST_KNOWN = 4096
_NOTHING = (None, "")
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("text", "question", "date", "tabled", "corrected"), str | None),
    **dict.fromkeys(("id", "uin", "group", "house", "body", "heading", "url"), str | int | None),
    **dict.fromkeys(("asker", "minister"), str | int | None),
}
_REFUSED = (DecodeError, values.WrongTypeError, ValueError, RecursionError)


class _Known(dict[str | int | None, str | None]):
    """A cache of values that repeat often, such as the names of bodies."""

    def __init__(self, take: Callable[[Any], str | None]) -> None:
        super().__init__()
        self._take = take

    def __missing__(self, value: str | int | None) -> str | None:
        if len(self) == _MOST_KNOWN:
            self.clear()
        self[value] = taken = self._take(value)
        return taken


class JsonRows:
    """Takes lines that are rows of columns that it knows; whatever else it meets it leaves to others.

    Parameters
    ----------
    ledger : Ledger
    columns : mapping of str to str
        The caller's names for some fields.
    """

    def __init__(self, ledger: Ledger, columns: Mapping[str, str]) -> None:
        self._ledger, self._columns = ledger, columns
        self._names: dict[str, None] = {}
        self._changes = 0
        self._decode: Callable[[bytes | str], Any] | None = None
        self._known, self._people = _Known(lambda value: values.identifier(value, "")), _Known(values.person)

    def learn(self, names: Iterable[str]) -> None:
        """Rows may have these columns, all or some of them; a row that has them is one of a table."""
        union = {**self._names, **dict.fromkeys(names)}
        if len(union) == len(self._names) or self._changes == _MOST_CHANGES or not same_for_parts(union):
            return
        found = find_columns(union, self._columns)
        html = [{holds_html(name) for name in found.get(field, ())} for field in ("text", "question")]
        if all(len(kinds) < 2 for kinds in html):
            self._names, self._found, self._html = union, found, (True in html[0], True in html[1])
            self._changes, self._decode = self._changes + 1, None

    def take(self, where: str, line: bytes | str) -> bool:
        """Add a line as a record, if it is a row of known columns with an answer: whether it was."""
        if not self._names:
            return False
        try:
            row = (self._decode or self._prepare())(line)
            for field, others in self._others:
                for name in others:
                    if getattr(row, field) in _NOTHING:
                        setattr(row, field, getattr(row, name))
        except _REFUSED:
            return False
        if not row.text or (row.withdrawn and values.flag(row.withdrawn)):
            return False
        ledger, known, people = self._ledger, self._known, self._people
        for field in self._columns:
            if getattr(row, field) in _NOTHING:
                ledger.lack(field, where)
        group = known[row.group]
        ledger.put_field(
            where,
            row.text,
            row.question,
            self._html,
            {
                "id": None if row.id is None else values.identifier(row.id, "id"),
                "uin": None if row.uin is None else values.identifier(row.uin, "uin"),
                "house": known[row.house],
                "body": known[row.body],
                "heading": known[row.heading],
                "url": None if row.url is None else values.identifier(row.url, "url"),
                "asker": people[row.asker],
                "minister": people[row.minister],
                "tabled": None if row.tabled is None else ledger.date(row.tabled, where),
                "answered": None if row.date is None else ledger.date(row.date, where),
                "corrected": None if row.corrected is None else ledger.date(row.corrected, where),
                "correction": row.correction is not None and values.flag(row.correction),
                "holding": row.holding is not None and values.flag(row.holding),
                "group": None if group is None else f"{ledger.file}#{group}",
                "grouped": tuple([(uin, None) for uin in ledger.uins(row.grouped, where)]) if row.grouped else (),
            },
        )
        return True

    def _prepare(self) -> Callable[[bytes | str], Any]:
        """Make the decoder of rows of these columns: it fills a field with the first of its columns.

        What has no value is None. No other column may be there, and one that the caller named must be.
        """
        renamed = {
            f"{field}_{place}" if place else field: name
            for field, names in self._found.items()
            for place, name in enumerate(names)
        }
        used = set(renamed.values())
        renamed |= {f"other_{place}": name for place, name in enumerate(self._names) if name not in used}
        wanted = set(self._columns.values())
        typed: list[Any] = []
        for attribute, name in renamed.items():
            kind = _TYPES.get(attribute.partition("_")[0], object)
            typed.append((attribute, kind) if name in wanted else (attribute, kind, None))
        absent: dict[str, Any] = dict.fromkeys(set(FIELDS) - renamed.keys())
        row = defstruct(
            "Row", typed, namespace=absent, rename=renamed, forbid_unknown_fields=True, kw_only=True, gc=False
        )
        self._others = [
            (field, [f"{field}_{place}" for place in range(1, len(names))])
            for field, names in self._found.items()
            if len(names) > 1
        ]
        self._decode = Decoder(row).decode
        return self._decode
