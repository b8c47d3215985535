"""Answers in any script: offsets are valid, reuse is found; what is declared for languages without spaces."""

from __future__ import annotations

import json
from pathlib import Path

import naive
import pytest

from pqreuse import find_reuse, read_answers
from pqreuse.words import find_words

# A stock sentence with a number, and another sentence, of each language or kind of text. Invented.
TEXTS = {
    "Welsh": (
        "Rydym wedi sefydlu rhwydwaith o {} o ganolfannau presenoldeb i rannu'r hyn sy'n gweithio mewn ysgolion.",
        "Bydd y Gweinidog yn ysgrifennu at yr Aelod anrhydeddus cyn bo hir.",
    ),
    "Irish": (
        "Tá líonra de {} mol tinrimh curtha ar bun againn chun a bhfuil ag obair i scoileanna a roinnt le daoine eile.",
        "Scríobhfaidh an tAire chuig an Teachta go luath ina thaobh seo.",
    ),
    "Hindi": (
        "हमने {} उपस्थिति केंद्रों का एक नेटवर्क स्थापित किया है ताकि विद्यालयों में जो काम करता है वह साझा किया जा सके।",
        "मंत्री जल्द ही माननीय सदस्य को इस विषय में लिखेंगे।",
    ),
    "Arabic": (
        "لقد أنشأنا شبكة من {} مركزاً للحضور من أجل تبادل ما ينجح في المدارس في جميع أنحاء البلاد هذا العام.",
        "سيكتب الوزير إلى العضو المحترم قريباً حول هذا الموضوع.",
    ),
    "marks of direction": (
        "\u2067לקד\u2069 We have \u202dset up\u202c a network of {} attendance\u200f hubs to share what works in them.",
        "The Minister \u2068will\u2069 write to the hon. Member shortly.",
    ),
    "emoji": (
        "We have 👩‍👩‍👧‍👦 set up a network 🏴󠁧󠁢󠁷󠁬󠁳󠁿 of {} attendance hubs 👍🏽 to share what works in 🏫 schools now.",
        "The Minister will write ✍️ to the hon. Member shortly.",
    ),
    "combining marks": (
        "We have se\u0301t up a ne\u0323\u0307twork of {} attenda\u0308nce hubs to share what wo\u0302\u0301rks now.",
        "The Mi\u0308nister will wri\u0301te to the hon. Member shortly.",
    ),
    "full-width figures": (
        "We have set up a network of {} attendance hubs to share what works in schools, and ３１ of them are new.",
        "The Minister will write to the hon. Member shortly.",
    ),
}
WITHOUT_SPACES = {
    "Chinese": ("我们已经建立了由{}个出勤中心组成的网络，以分享学校中行之有效的做法。", "部长不久将致函尊敬的议员。"),
    "Thai": ("เราได้จัดตั้งเครือข่ายศูนย์การเข้าเรียน {} แห่งเพื่อแบ่งปันสิ่งที่ได้ผลในโรงเรียน", "รัฐมนตรีจะเขียนถึงท่านสมาชิกในเร็วๆ นี้"),
}


def answers(stock: str, other: str, folder: Path) -> Path:
    path = folder / "answers.jsonl"
    rows = [
        {"id": f"{place}", "answer": f"{stock.format(31 + place % 2)} {other if place < 2 else ''}\n\n{place}. {other}"}
        for place in range(4)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.mark.parametrize("name", [*TEXTS, *WITHOUT_SPACES])
def test_offsets_are_valid_and_the_shares_are_whole(name: str, tmp_path: Path) -> None:
    stock, other = (TEXTS | WITHOUT_SPACES)[name]
    result = find_reuse(read_answers(answers(stock, other, tmp_path)))
    for score in result.scores:
        assert "".join(score.text[span.start : span.end] for span in score.spans) == score.text
        found = find_words(score.text)
        assert found.words == naive.words(score.text)
        edges = {span.start for span in score.spans} | {len(score.text)}
        for start, end in zip(found.starts, found.ends, strict=True):
            assert not edges & set(range(start + 1, end)), "a span cuts a word"
        assert score.template + score.slot + score.novel == pytest.approx(1)
    for family in result.families:
        for use in family.uses:
            text = next(score.text for score in result.scores if score.id == use.answer_id)
            assert text[use.start : use.end] == use.text


@pytest.mark.parametrize("name", TEXTS)
def test_a_stock_sentence_and_its_number_are_found(name: str, tmp_path: Path) -> None:
    stock, other = TEXTS[name]
    result = find_reuse(read_answers(answers(stock, other, tmp_path)))
    family = max(result.families, key=lambda family: (family.answers, len(family.text)))
    assert family.answers == 4
    (slot,) = [slot for slot in family.slots if {value.text for value in slot.values} == {"31", "32"}]
    assert slot.kind == "number"
    assert all(score.novel < 0.5 for score in result.scores)


@pytest.mark.parametrize("name", WITHOUT_SPACES)
def test_where_no_spaces_stand_between_words_a_stretch_without_a_mark_is_one_word(name: str, tmp_path: Path) -> None:
    """Declared in the README: nothing is lost or cut, but only whole stretches of it can be found again."""
    stock, other = WITHOUT_SPACES[name]
    path = tmp_path / "answers.jsonl"
    text = stock.format(31)
    assert len(find_words(text).words) < 8
    path.write_text(
        "".join(json.dumps({"id": str(n), "answer": f"{text}{other}" * 4}) + "\n" for n in range(3)), "utf-8"
    )
    result = find_reuse(read_answers(path))
    assert {score.template for score in result.scores} == {1.0}
