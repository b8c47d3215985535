"""Wrapped plain text is read as the paragraphs it was wrapped from; other text is read as it stands."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqreuse import find_reuse, read_answers
from pqreuse.segments import reflow
from pqreuse.words import find_words

ENGLISH = (
    "The Department has set up a network of 31 attendance hubs, and the hubs share what works with some 2,000 schools "
    "in every region of England. Officials of the Department and of the Treasury meet the leaders of the hubs each "
    "term, and publish what they have learned so that other schools can use it."
)
GERMAN = (
    "Die Bundesregierung hat ein Netz von einunddreißig Zentren aufgebaut, deren Fachleute Schulen beim Umgang mit "
    "Fehlzeiten beraten. Es veröffentlicht die Ergebnisse dieser Arbeit jedes Jahr, damit Eltern, Gemeinden und "
    "Länder die Zahlen der Schulen vergleichen können."
)
FRENCH = (
    "Le Gouvernement a créé un réseau de trente et un centres dont les spécialistes conseillent les écoles sur "
    "l'absentéisme, et il publie chaque année les résultats de ce travail afin que les familles et les communes "
    "puissent comparer les chiffres des académies entre eux."
)
HINDI = (
    "सरकार ने देश भर में इकतीस केंद्रों का एक नेटवर्क स्थापित किया है जो हजारों विद्यालयों के साथ अनुभव साझा करता है और हर वर्ष इस "
    "कार्य के परिणाम प्रकाशित करता है ताकि अभिभावक और ग्राम पंचायतें उनकी तुलना कर सकें।"
)


def read(text: str) -> list[str]:
    """The paragraphs of a plain text, each as its words."""
    (found,) = reflow([text], [True])
    assert len(found) == len(text)
    return [" ".join(find_words(line).words) for line in found.splitlines() if find_words(line).words]


def said(*paragraphs: str) -> list[str]:
    return [" ".join(find_words(paragraph).words) for paragraph in paragraphs]


@pytest.mark.parametrize("width", [40, 55, 72, 100])
@pytest.mark.parametrize("paragraph", [ENGLISH, GERMAN, FRENCH, HINDI], ids=["English", "German", "French", "Hindi"])
def test_a_wrapped_paragraph_is_one_whatever_its_language_and_width(paragraph: str, width: int) -> None:
    other = "This one is short."
    wrapped = "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False) for one in (other, paragraph, other))
    assert read(wrapped) == said(other, paragraph, other)


@given(
    st.lists(
        st.lists(st.sampled_from(ENGLISH.split() + GERMAN.split() + FRENCH.split()), min_size=12, max_size=70),
        min_size=1,
        max_size=4,
    ),
    st.integers(50, 120),
)
def test_wrapping_loses_no_word_and_no_order(paragraphs: list[list[str]], width: int) -> None:
    texts = [" ".join(words) for words in paragraphs]
    wrapped = "\n\n".join(textwrap.fill(text, width) for text in texts)
    assert " ".join(read(wrapped)).split() == " ".join(said(*texts)).split()


@pytest.mark.parametrize(
    "text",
    [
        "Schools in Kent\nSchools in Surrey\nSchools in the City of London\nColleges",
        "- the first of the items\n- the second item, which is longer\n- a third",
        "1. Agree a plan with the school;\n2. Publish what was agreed;\n3. Report to Parliament.",
        "Yours sincerely,\nNuala Brackenreid\nMinister of State\n1 Victoria Street\nLondon SW1H 0ET",
        "Year\t2023\t2024\nSchools\t31\t32\nColleges\t5\t6",
        "2019 31 45\n2020 32 46\n2021 33 47\n2022 34 48",
        "The first answer is a line of its own.\nThe second is another, also with a full stop.\nSo is the third one.",
        ENGLISH + "\n" + GERMAN + "\n" + ENGLISH,
    ],
    ids=["names", "bullets", "numbers", "signature", "table", "figures", "sentences", "long lines"],
)
def test_text_that_is_not_wrapped_stays_as_it_is(text: str) -> None:
    assert reflow([text], [True]) == [text]


@pytest.mark.parametrize("gap", ["\t", "     "])
def test_rows_of_a_table_stay_apart(gap: str) -> None:
    rows = ["Roofing and windows", "Loss of heating", "Electrical", "Pest control"], ["31 of them", "82", "506", "17"]
    text = "The figures are these.\n\n" + "\n".join(map(gap.join, rows))
    assert reflow([text], [True]) == [text]


def test_markup_stays_as_it_is() -> None:
    text = textwrap.fill(ENGLISH, 60)
    assert reflow([text], [False]) == [text]


def test_one_long_line_does_not_keep_the_others_apart() -> None:
    address = "https://www.example.org/" + "a-long-path/" * 20
    text = f"{textwrap.fill(ENGLISH, 60)}\n\n{textwrap.fill(GERMAN, 60)}\n\n{address}"
    assert read(text)[:2] == said(ENGLISH, GERMAN)


@pytest.mark.parametrize(
    "furniture",
    ["\n\n- 2 -\n\n", "\n\nPage 2 of 7\n\n", "\n\f", "\n2\n", "\n\n12\n\fHOUSE OF COMMONS\n", "\n\nSeite 3\n\n"],
)
def test_a_page_break_within_a_sentence_is_no_end(furniture: str) -> None:
    lines = textwrap.wrap(ENGLISH, 66)
    text = "\n".join(lines[:2]) + furniture + "\n".join(lines[2:])
    assert read(text) == said(ENGLISH)


def test_running_heads_of_several_pages_are_no_words() -> None:
    pages = [textwrap.wrap(one, 66) for one in (ENGLISH, GERMAN, ENGLISH, GERMAN)]
    text = "\n\n".join(
        "\n".join(lines) + f"\n\nWritten Answers, volume 12\n\n- {number} -" for number, lines in enumerate(pages)
    )
    assert read(text) == said(ENGLISH, GERMAN, ENGLISH, GERMAN)


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad"])
def test_a_word_that_a_line_end_divides_is_one(hyphen: str) -> None:
    text = (
        f"The Department publishes the attend{hyphen}\nance of each school, and the attendance of\n"
        "all of them once a year."
    )
    assert read(text) == said(text.replace(f"{hyphen}\n", ""))
    (found,) = reflow([text], [True])
    words = find_words(found)
    place = words.words.index("attendance")
    assert text[words.starts[place] : words.ends[place]] == f"attend{hyphen}\nance"


def test_a_compound_broken_at_its_hyphen_stays_two_words() -> None:
    text = (
        "We have a plan that is long-term, and every long-\nterm plan has its own line in the term of the\n"
        "budget for long."
    )
    assert read(text) == said(text.replace("long-\nterm", "long-term"))


@pytest.mark.parametrize(("folder", "uses"), [("wrapped_de", 3), ("wrapped_hi", 3), ("split_page", 4)])
def test_the_shared_cases_are_one_family_each(shared_data: Path, folder: str, uses: int) -> None:
    cases = shared_data.parent / "cases" / folder
    if not cases.is_dir():
        pytest.skip(f"needs the shared cases: there is no {folder}")
    result = find_reuse(read_answers(cases, input_format="document"))
    paragraphs = [family for family in result.families if family.unit == "paragraph" and family.answers == uses]
    assert len(paragraphs) == 1
    assert paragraphs[0].variants == 1


def test_real_answers_wrapped_are_the_paragraphs_that_they_were(shared_data: Path) -> None:
    files = list(shared_data.glob("uk_commons_*.jsonl.gz"))
    if not files:
        pytest.skip("needs the real answers")
    answers = [answer for answer in read_answers(files[0]).answers[::50] if not answer.tables]
    texts = [[" ".join(one.split()) for one in answer.text.split("\n\n") if one.split()] for answer in answers]
    assert reflow(["\n\n".join(text) for text in texts], [True] * len(texts)) == ["\n\n".join(text) for text in texts]
    for width in (60, 72, 100):
        wrapped = [
            "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False, break_long_words=False) for one in text)
            for text in texts
        ]
        kept = total = 0
        for text, found in zip(texts, reflow(wrapped, [True] * len(texts)), strict=True):
            expected = Counter(one for one in said(*text) if one)
            kept += sum((expected & Counter(said(*found.splitlines()))).values())
            total += sum(expected.values())
        assert kept / total >= 0.99, width
