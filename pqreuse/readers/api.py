"""Records of the UK Parliament written questions API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pqreuse.readers import values
from pqreuse.readers.html import field_text
from pqreuse.readers.ledger import Ledger, is_preview

HTML_FIELDS = ("answerText", "questionText")
"""Fields that hold HTML in a full record, even without tags."""

_PAGE = "https://questions-statements.parliament.uk/written-questions/detail"


def is_question(item: Any) -> bool:
    """Whether this JSON value is a question of the API, bare or as ``{"value": ...}``."""
    value = unwrap(item)
    return (
        isinstance(value, dict)
        and "answerText" in value
        and not value.keys().isdisjoint(("questionText", "uin", "dateTabled"))
    )


def unwrap(item: Any) -> Any:
    """Return the question inside ``{"value": ..., "links": ...}``, or the item itself."""
    if isinstance(item, dict) and isinstance(item.get("value"), dict):
        return item["value"]
    return item


def add_question(ledger: Ledger, where: str, value: dict[str, Any]) -> None:
    """Add one question, unwrapped and with an ``answerText``, as a record, or report why not."""
    if values.flag(value.get("isWithdrawn")):
        ledger.skip(where, "withdrawn", bad=False)
        return
    try:
        answer = values.text(value["answerText"], "answerText")
        fields: dict[str, Any] = {
            field: values.identifier(value.get(name), name) for field, name in (("id", "id"), ("uin", "uin"))
        } | {
            field: values.text(value.get(name), name)
            for field, name in (
                ("question", "questionText"),
                ("house", "house"),
                ("body", "answeringBodyName"),
                ("heading", "heading"),
                ("tabled", "dateTabled"),
                ("answered", "dateAnswered"),
                ("corrected", "dateAnswerCorrected"),
                ("original", "originalAnswerText"),
            )
        }
        grouped = _grouped(ledger, where, value)
    except values.WrongTypeError as error:
        ledger.skip(where, str(error))
        return
    for field in ("tabled", "answered", "corrected"):
        fields[field] = ledger.date(fields[field], where)
    if fields["tabled"] and fields["uin"]:
        fields["url"] = f"{_PAGE}/{fields['tabled']}/{quote(ledger.clean(fields['uin'], where), safe='')}"
    if fields["original"] is not None:
        fields["original"] = _original(ledger.clean(fields["original"], where))
    ledger.add_field(
        where,
        answer,
        html=(True, True),
        correction=values.flag(value.get("answerIsCorrection")),
        holding=values.flag(value.get("answerIsHolding")),
        asker=values.person(value.get("askingMember")),
        minister=values.person(value.get("answeringMember")),
        grouped=grouped,
        **fields,
    )


def _original(text: str) -> str | None:
    """The text before its correction; a part of it that a list gives is none."""
    return None if is_preview(text) else field_text(text, is_html=True).text.strip() or None


def _grouped(ledger: Ledger, where: str, value: dict[str, Any]) -> tuple[tuple[str, str | None], ...]:
    """UINs answered together with this one; newer records give each with its date tabled in a second list."""
    dated: dict[str, str | None] = {}
    members = value.get("groupedQuestionsDates")
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict) and (uin := values.identifier(member.get("questionUin"), "questionUin")):
            dated[uin] = ledger.date(values.text(member.get("dateTabled"), "dateTabled"), where)
    uins = ledger.uins(value.get("groupedQuestions"), where)
    return tuple((uin, dated.get(uin)) for uin in dict.fromkeys([*uins, *dated]))
