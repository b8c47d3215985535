"""TheyWorkForYou XML: both layouts, groups, dates, entities, attacks."""

from __future__ import annotations

import time

import pytest
from readers.conftest import Read
from readers.sample import WRANS

from pqreuse.errors import InputError

OLD = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE publicwhip [
<!ENTITY pound "&#163;">
<!ENTITY ndash "&#8211;">
]>
<publicwhip scrapeversion="b" latest="yes">
<major-heading id="uk.org.publicwhip/wrans/2010-02-01b.10.mh" nospeaker="true" colnum="1W">
\tNORTHERN
\tTESTS
</major-heading>
<gidredirect oldgid="uk.org.publicwhip/wrans/2010-02-01b.11.h" newgid="uk.org.publicwhip/wrans/2010-02-01b.10.h"/>
<minor-heading id="uk.org.publicwhip/wrans/2010-02-01b.10.h" colnum="1W">Sums</minor-heading>
<ques id="uk.org.publicwhip/wrans/2010-02-01b.10.q0" oldstyleid="x" speakername="Zo\xeb Example" colnum="1W" url="u">
\t<p pid="1">To ask the Secretary of State </p>
\t<p pid="2" class="numindent" qnum="11">(1)  what sums;</p>
\t<p pid="3" class="numindent" qnum="10">(2)  how <i> (a)</i> soon.</p>
</ques>
<ques id="uk.org.publicwhip/wrans/2010-02-01b.10.q1" colnum="1W"><p qnum="12">To ask.</p></ques>
<!-- a comment -->
<reply id="uk.org.publicwhip/wrans/2010-02-01b.10.r0" speakername="Bob Example" colnum="1W">
\t<p pid="4">It was &pound;5&#8212;or <i> more</i> \x96 he said \x93so\x94.</p>
\t<table><tbody>
\t\t<tr pid="5"> <td>a</td> <td></td> <td><i> b</i></td> </tr>
\t</tbody></table>
</reply>
<reply id="uk.org.publicwhip/wrans/2010-02-01b.10.r1" colnum="2W"><p>And &ndash; later &#8211; more.</p></reply>
</publicwhip>
"""


def test_old_layout(read: Read) -> None:
    reading = read(OLD.encode("latin-1"))
    first, second = reading.records
    assert reading.skipped == reading.warnings == []
    assert first.text == second.text == "It was £5—or more – he said “so”.\n\na\t\tb\n\nAnd – later – more."
    assert [first.text[start:end] for start, end in first.tables] == ["a\t\tb"]
    assert first.markup
    assert first.question == "To ask the Secretary of State\n\n(1) what sums;\n\n(2) how (a) soon."
    assert (first.id, first.uin) == ("uk.org.publicwhip/wrans/2010-02-01b.10.q0", "10")
    assert (second.id, second.uin) == ("uk.org.publicwhip/wrans/2010-02-01b.10.q1", "12")
    assert first.group == second.group == first.id
    assert (first.body, first.heading) == ("NORTHERN TESTS", "Sums")
    assert (first.asker, first.minister, first.url) == ("Zoë Example", "Bob Example", "u")
    assert (first.tabled, first.answered) == (None, "2010-02-01")
    assert first.where == "line 13"


def test_addresses_of_links_are_kept(read: Read) -> None:
    reply = '<reply><p><a href="https://a.uk/1">R</a> <a name="x"/></p></reply><reply><p><a href="b">S</a></p></reply>'
    (record,) = read(publicwhip(QUES.format(1) + reply)).records
    assert (record.text, record.links) == ("R\n\nS", ("https://a.uk/1", "b"))


def test_present_layout(read: Read) -> None:
    (record,) = read(WRANS).records
    assert record.text == "These & those.\n\na\tb"
    assert (record.tabled, record.answered) == ("2024-12-02", None)
    assert (record.uin, record.group, record.heading, record.url) == ("1", None, "Steps", "https://example.org/1")


def publicwhip(body: str) -> str:
    return f"<publicwhip>{body}</publicwhip>"


QUES, REPLY = '<ques id="a/wrans/2024-12-02.1.q{0}"><p>Q{0}</p></ques>\n', "<reply><p>R{0}</p></reply>\n"
HL = QUES.replace("<p>", '<p qnum="{1}">')
HEADING = "<minor-heading>H</minor-heading>\n"


def test_odd_order(read: Read) -> None:
    reading = read(
        publicwhip(
            REPLY.format(0) + QUES.format(1) + HEADING + QUES.format(2) + REPLY.format(2) + QUES.format(3) + HEADING
            + REPLY.format(4) + QUES.format(5) + "<reply> </reply>\n" + QUES.format(6) + "<p/>" + REPLY.format(6)
        )
    )  # fmt: skip
    assert [record.question for record in reading.records] == ["Q2", "Q6"]
    assert [(item.where, item.reason) for item in reading.skipped] == [
        ("line 1", "a reply without a question before it"),
        ("line 2", "no reply to this question"),
        ("line 6", "no reply to this question"),
        ("line 8", "a reply without a question before it"),
        ("line 9", "unanswered"),
    ]


@pytest.mark.parametrize(("uin", "house"), [("12", "Commons"), ("HL12", "Lords"), ("S5W-12", None), ("", None)])
def test_house_by_uin(read: Read, uin: str, house: str | None) -> None:
    (record,) = read(publicwhip(HL.format(1, uin) + REPLY.format(1))).records
    assert (record.uin, record.house) == (uin or None, house)


LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ATTACKS = {
    "long text": publicwhip(QUES.format(1) + "<reply>" + "x" * 11_000_000 + "</reply>"),
    "external entity": '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + publicwhip("&x;"),
    "parameter entity": '<!DOCTYPE p [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>' + publicwhip("&y;"),
    "bomb": f'<!DOCTYPE p [<!ENTITY l0 "lol">{LOL}]>' + publicwhip(QUES.format(1) + "<reply>&l11;</reply>"),
    "wide bomb": f'<!DOCTYPE p [<!ENTITY x "{"x" * 100_000}">]>' + publicwhip("<reply>" + "&x;" * 20_000 + "</reply>"),
    "recursive entity": '<!DOCTYPE p [<!ENTITY x "&y;"><!ENTITY y "&x;">]>' + publicwhip("&x;"),
    "deep": publicwhip(QUES.format(1) + "<reply>" + "<i>" * 5_000 + "</i>" * 5_000 + "</reply>"),
    "cut": WRANS[:-40],
    "unknown entity": publicwhip("&pound;"),
    "unknown encoding": '<?xml version="1.0" encoding="x-none"?><publicwhip/>',
    "other XML": "<?xml version='1.0'?><akomaNtoso/>",
}


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS)
def test_attacks_and_damage_give_one_line_quickly(read: Read, content: str) -> None:
    began = time.perf_counter()
    with pytest.raises(InputError, match=r"in\.xml: [^\n]+$") as caught:
        read(content, "in.xml")
    assert time.perf_counter() - began < 1
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("external entity", "'x' not defined in the file itself, and nothing outside of it is ever read"),
        ("parameter entity", "nothing outside of it is ever read"),
        ("unknown entity", "nothing outside of it is ever read"),
        ("bomb", "its entities stand for very much more"),
        ("wide bomb", "its entities stand for very much more"),
        ("recursive entity", "an entity in it stands for itself"),
        ("deep", "nested deeper"),
        ("long text", "longer than any answer"),
    ],
)
def test_what_is_refused_is_told_in_words(read: Read, name: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read(ATTACKS[name], "in.xml")
    assert reason in str(caught.value)
