"""How templates and their slots are written, through the whole pipe."""

from __future__ import annotations

import pytest

from pqreuse import Answer, Family, find_reuse


def family(*texts: str, unit: str = "paragraph") -> Family:
    """The one family of these answers' paragraphs."""
    answers = [Answer(id=f"a{n}", date=f"2024-01-{n + 1:02}", text=text) for n, text in enumerate(texts)]
    (found,) = (one for one in find_reuse(answers).families if one.unit == unit)
    return found


def values(found: Family) -> list[list[tuple[str, int]]]:
    return [[(value.text, value.answers) for value in slot.values] for slot in found.slots]


STEM = "The guidance on school attendance was published in August and can be found here: {} It applies to all schools."


def test_a_link_that_differs_is_a_slot_and_one_that_does_not_is_text() -> None:
    same = family(STEM.format("https://a.uk/x."), STEM.format("https://a.uk/x."))
    assert same.template == STEM.format("https://a.uk/x.")
    assert same.slots == ()
    other = family(STEM.format("https://a.uk/x."), STEM.format("https://b.uk/y."), STEM.format("https://b.uk/y."))
    assert other.template == STEM.format("{https://b.uk/y|https://a.uk/x}.")
    assert [slot.kind for slot in other.slots] == ["url"]
    assert values(other) == [[("https://b.uk/y", 2), ("https://a.uk/x", 1)]]


def test_a_link_that_is_put_in_is_a_slot() -> None:
    plain = "The guidance on school attendance was published in August and applies to all schools"
    found = family(f"{plain}.", f"{plain}.", f"{plain}: www.a.uk/x")
    assert found.template == f"{plain} {{|www.a.uk/x}}."
    assert [slot.kind for slot in found.slots] == ["url"]


def test_slots_stand_in_the_order_of_the_template() -> None:
    text = "In {} the hubs of the {} helped schools, see https://a.uk/{} for what each of the {} schools did with it."
    found = family(
        text.format("May", "north", "1", "31"),
        text.format("June", "east", "2", "15"),
        text.format("July", "west", "3", "7"),
    )
    assert [slot.kind for slot in found.slots] == ["date", "text", "url", "number"]
    assert found.template == text.format("{July|June|May}", "{east|north|west}", "§", "{15|31|7}").replace(
        "https://a.uk/§", "{https://a.uk/1|https://a.uk/2|https://a.uk/3}"
    )


def test_more_than_three_values_end_in_an_ellipsis_and_the_commonest_comes_first() -> None:
    text = "The department has given the schools of {} a grant of money for their breakfast clubs."
    places = ["York", "York", "Leeds", "Hull", "Bath"]
    found = family(*(text.format(place) for place in places))
    assert found.template == text.format("{York|Bath|Hull|…}")
    assert values(found) == [[("York", 2), ("Bath", 1), ("Hull", 1), ("Leeds", 1)]]
    assert [value.first_date for value in found.slots[0].values] == [
        "2024-01-01",
        "2024-01-05",
        "2024-01-04",
        "2024-01-03",
    ]
    assert found.slots[0].kind == "name"


@pytest.mark.parametrize(
    ("left", "right", "changes"),
    [
        ("will pay", "may pay", ("modal",)),
        ("will pay", "will not pay", ("negation",)),
        ("pays 15", "pays 20", ("figure",)),
        ("pays two", "pays three", ("figure",)),
        ("pays", "helps", ()),
    ],
)
def test_what_of_meaning_changes_is_marked(left: str, right: str, changes: tuple[str, ...]) -> None:
    text = "It is clear that the department {} of the schools in the north of England for this."
    found = family(text.format(left), text.format(right))
    assert {change for slot in found.slots for change in slot.changes} == set(changes)


def test_money_keeps_its_sign_in_the_template() -> None:
    text = "Over £{} is being invested across two projects that support pupils in many areas."
    found = family(text.format("17 million"), text.format("18 million"), text.format("2.5 billion"))
    assert found.slots[0].kind == "money"
    assert found.template.startswith("Over £{")


def test_lines_say_how_often_they_travel_alone() -> None:
    line = "The department keeps no central record of how many schools have breakfast clubs."
    rest = " It asks every council once a year for the number of pupils who attend, and publishes what they say."
    alone = [" ".join(f"w{n}x{word}" for word in range(60)) for n in range(2)]
    texts = [line + rest] * 3 + [f"{line} {words}." for words in alone]
    answers = [Answer(id=f"{n}", text=text) for n, text in enumerate(texts)]
    (found,) = (one for one in find_reuse(answers).families if one.unit == "sentence" and one.answers == 5)
    assert (len(found.uses), found.inside, found.parent) == (5, 3, None)


def test_captions_make_no_family_though_their_numbers_differ() -> None:
    caption = "Table {}: Number of pupils who were absent from school in England by region and year, {} to 2024"
    answers = [
        caption.format(n, 2015 + n) + f"\nThis answer {n} is about something else entirely, number {n}."
        for n in range(3)
    ]
    assert [one.unit for one in find_reuse(answers).families if "Table" in one.text] == []


def test_recall_is_measured_on_pairs_that_truly_resemble() -> None:
    text = "The department has given the schools of {} a grant of money for their breakfast clubs."
    answers = [text.format(place) for place in ("York", "Leeds", "Hull")]
    recall = find_reuse(answers, search="lsh").recall
    # Three paragraphs and three sentences, each resembling the two others.
    assert (recall.sample, recall.pairs, recall.measured, recall.high) == (6, 6, 1.0, 1.0)
    assert 0.5 < recall.low < 0.7
    assert recall.target == 0.99
    assert find_reuse(["Nothing here is said twice in these few words."], search="lsh").recall is None
    assert find_reuse(answers, search="lsh", recall_sample=0).recall is None


def test_no_recall_is_measured_where_every_pair_is_compared() -> None:
    text = "The department has given the schools of {} a grant of money for their breakfast clubs."
    assert find_reuse([text.format(place) for place in ("York", "Leeds", "Hull")]).recall is None


def test_a_word_beside_a_slot_joins_it_where_some_have_another() -> None:
    text = "I would point the {} to the reply that I gave before, which covers the same ground."
    people = ["hon. Gentleman", "hon. Lady", "hon. Member for York"] * 5 + ["noble Baroness"]
    found = family(*(text.format(person) for person in people))
    assert found.template == text.format("{hon. Gentleman|hon. Lady|hon. Member for York|…}")
    assert ("noble Baroness", 1) in values(found)[0]
