"""What an index does: adds, replaces, removes, answers; names that families had; other tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from index.said import said

import pqreuse
from pqreuse import Answer, InputError, ParameterError, ReuseIndex, UnknownAnswerError, read_answers
from pqreuse.records import Reading, Record

LINE = "We have set up a network of {} attendance hubs to share what works in schools."


def record(number: int, text: str, **known: object) -> Record:
    return Record(text=text, id=str(number), question=f"question {number}", **known)  # type: ignore[arg-type]


def test_report_from_an_index_is_that_from_the_files(index: ReuseIndex, examples: Path) -> None:
    assert index.corpus() == read_answers(examples)
    assert read_answers(index.path) == read_answers(examples)
    assert len(index) == len(read_answers(examples))


def test_an_index_in_a_folder_or_beside_files_is_read(index: ReuseIndex, examples: Path) -> None:
    assert read_answers(index.path.parent).answers == read_answers(examples).answers
    both = read_answers([index.path, examples])
    assert both.answers == read_answers(examples).answers
    assert (both.files, both.records) == (2, 490)


def test_what_is_added_twice_is_counted_and_not_kept(index: ReuseIndex, examples: Path) -> None:
    before = said(index)
    added = index.add(read_answers(examples))
    assert (added.records, added.repeated, added.answers, added.replaced, added.gone) == (245, 245, 0, 0, 0)
    assert said(index) == before
    assert read_answers(index.path).duplicate_records == 247


def test_a_correction_replaces(tmp_path: Path) -> None:
    index = ReuseIndex.create(tmp_path / "index", Reading([record(1, LINE.format(31)), record(2, LINE.format(32))]))
    added = index.add(Reading([record(1, LINE.format(33), correction=True)]))
    assert (added.answers, added.replaced, added.gone) == (0, 1, 0)
    (answer,) = (answer for answer in index.corpus() if answer.id == "1")
    assert (answer.text, answer.versions) == (LINE.format(33), (LINE.format(31),))


def test_one_identifier_for_two_texts_is_told(tmp_path: Path) -> None:
    body = {"body": "Treasury"}
    both = [record(1, LINE.format(31)), record(1, "Quite another answer, of other words.", **body)]
    index = ReuseIndex.create(tmp_path / "index", Reading(both[:1]))
    assert index.created is not None
    assert index.created.warnings == ()
    (warning,) = index.add(Reading(both[1:])).warnings
    assert warning.startswith("identifier 1 stands for 2 records with different words: told apart as 1#")
    # What the index knew is not told again; that only one of these two has a body says nothing of all of them.
    assert index.add(Reading([*both, record(2, "One more.", **body)], warnings=["a doubt"])).warnings == ("a doubt",)
    at_once = ReuseIndex.create(tmp_path / "at once", Reading(both)).created
    assert at_once is not None
    assert at_once.warnings == (warning,)
    assert ReuseIndex(tmp_path / "index").created is None


def test_questions_answered_together_in_two_portions(tmp_path: Path) -> None:
    marks = {"house": "Commons", "tabled": "2024-01-05"}
    first = record(1, LINE.format(31), uin="7", grouped=(("8", None),), **marks)
    index = ReuseIndex.create(tmp_path / "index", Reading([first]))
    added = index.add(Reading([record(2, LINE.format(31), uin="8", **marks)]))
    assert (len(index), added.answers, added.replaced) == (1, 0, 1)
    assert [answer.question_ids for answer in index.corpus()] == [("1", "2")]
    # Named by either question.
    removed = index.remove("2")
    assert (len(index), removed.gone) == (0, 1)


def test_an_answer_that_is_not_there_is_not_removed(index: ReuseIndex) -> None:
    before = said(index)
    name = index.corpus()[0].id
    with pytest.raises(UnknownAnswerError, match="no answer of the index has the identifier 'nothing'"):
        index.remove([name, "nothing"])
    assert said(index) == before


def test_an_answer_is_not_compared_with_itself(index: ReuseIndex) -> None:
    corpus = index.corpus()
    found = index.query(corpus[:20])
    expected = pqreuse.find_reuse(corpus, search="exact")
    for score in found.scores:
        assert score.id not in {span.earliest_answer_id for span in score.spans}
        # A line that only this answer has twice is no use of another's.
        assert score.template == pytest.approx(expected.explain(score.id).template, abs=0.2)


def test_a_text_asked_about_is_compared_with_the_same_text(index: ReuseIndex) -> None:
    text = index.corpus()[0].text
    (score,) = index.query(text).scores
    assert score.template == 1.0


def test_references_are_followed(index: ReuseIndex) -> None:
    known = {"house": "Commons", "uin": "16611", "answered": "2024-03-04"}
    index.add(Reading([record(1, "The hubs are open to all schools of the county.", **known)]))
    text = "I refer the hon. Member to the answer I gave on 4 March 2024 to Question 16611."
    (score,) = index.query([Answer(text=text, id="x", question_ids=("x",), date="2024-05-01", house="Commons")]).scores
    assert (score.kinds, score.refers_to) == (("referral",), ("1",))


def test_names_that_families_had_are_known(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = ReuseIndex.create(path, Reading([record(number, LINE.format(31)) for number in range(3)]))
    (before,) = (family for family in pqreuse.find_reuse(index.corpus()).families if family.unit == "paragraph")
    index.add(Reading([record(number, f"Now we can say: {LINE.format(31)}") for number in range(10, 15)]))
    result = pqreuse.find_reuse(index.corpus())
    now = result.family(before.id)
    assert now.id != before.id
    assert before.id in now.replaces
    assert result.family(now.id) == now
    known = next(family for family in index.query(LINE.format(32)).families if family.unit == "paragraph")
    assert before.id in known.replaces
    # Where it is an exemplar again, it is a name of its own.
    index.remove([str(number) for number in range(10, 15)])
    again = pqreuse.find_reuse(index.corpus())
    assert again.family(before.id).id == before.id
    index.verify()


def test_parameters_are_kept(tmp_path: Path) -> None:
    index = ReuseIndex.create(tmp_path / "index", [LINE.format(31)], containment=0.9, run_words=5)
    assert (index.params.containment, index.params.run_words) == (0.9, 5)
    assert ReuseIndex.open(index.path).params == index.params
    (score,) = index.query("We have set up a network of friends.").scores
    assert score.spans[0].label == "template"
    with pytest.raises(ParameterError):
        ReuseIndex.create(tmp_path / "other", containment=2)


def test_answers_at_hand(tmp_path: Path) -> None:
    index = ReuseIndex.create(tmp_path / "index")
    assert index.add([LINE.format(31), LINE.format(32), LINE.format(31)]).answers == 2
    assert index.add([LINE.format(31)]).answers == 0
    answer = Answer(text="A \ud800 stray one.", id="x", question_ids=("x", "y"), questions=("a", "b"), date="2024-05")
    assert index.add([answer]).answers == 1
    (known,) = (one for one in index.corpus() if one.id == "x")
    assert (known.text, known.question_ids, known.date) == ("A \ufffd stray one.", ("x", "y"), "2024-05")
    index.verify()


def test_a_data_frame(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"Reply": [LINE.format(31), LINE.format(32)], "id": ["1", "2"]})
    index = ReuseIndex.create(tmp_path / "index", frame, text="Reply")
    assert len(index) == 2
    assert index.add(frame, text="Reply").repeated == 2
    assert index.query(frame, text="Reply").scores[0].template > 0.8
    with pytest.raises(ParameterError, match="unknown column 'txt'; expected one of text"):
        index.add(frame, txt="Reply")


def test_an_empty_index(tmp_path: Path) -> None:
    index = ReuseIndex.create(tmp_path / "index")
    (score,) = index.query(LINE.format(31)).scores
    assert (score.novel, len(index), len(index.corpus())) == (1.0, 0, 0)
    stats = index.stats()
    assert (stats.answers, stats.scorable_words, stats.first_date, stats.paragraph_families) == (0, 0, None, 0)
    index.verify()
    with pytest.raises(InputError, match="no answers"):
        read_answers(index.path)


def test_an_open_index_shows_what_another_process_added(index: ReuseIndex) -> None:
    other = ReuseIndex.open(index.path)
    assert other.query(LINE.format(31)).scores[0].template < 1
    index.add([LINE.format(31)])
    assert len(other) == len(index)
    assert other.query(LINE.format(31)).scores[0].template == 1


def test_removing_does_not_bring_back_what_had_given_way(tmp_path: Path) -> None:
    said = {"uin": "7", "tabled": "2024-01-05"}
    full = Record(text=LINE.format(31), id="1", question="what", **said)
    holding = Record(text="It has not proved possible to reply.", question="what", holding=True, **said)
    index = ReuseIndex.create(tmp_path / "index", Reading([full, holding]))
    assert len(index) == 1
    assert index.remove("1").gone == 1
    assert len(index) == 0


@pytest.mark.parametrize("name", ["http://x/a#g1", "A#3", ""])
def test_identifiers_with_signs_in_them(tmp_path: Path, name: str) -> None:
    index = ReuseIndex.create(tmp_path / "index", Reading([Record(text=LINE.format(31), id=name, question="what")]))
    (answer,) = index.corpus()
    assert index.query(index.corpus()).scores[0].novel == 1
    assert index.remove(answer.id).gone == 1


def test_names_of_names_are_known(tmp_path: Path) -> None:
    lines = [LINE.format(31), f"Now: {LINE.format(31)}", f"And so: {LINE.format(31)}"]
    numbers = iter(range(99))
    made = [(next(numbers), line) for line, times in zip(lines, (4, 3, 2), strict=True) for _ in range(times)]
    index = ReuseIndex.create(tmp_path / "index", Reading([record(*one) for one in made]))
    first = next(one for one in pqreuse.find_reuse(index.corpus()).families if one.unit == "paragraph")
    index.remove([str(number) for number, line in made if line == lines[0]])
    index.remove([str(number) for number, line in made if line == lines[1]])
    last = pqreuse.find_reuse(index.corpus()).family(first.id)
    assert (last.answers, first.id in last.replaces) == (2, True)
    index.remove([str(number) for number, line in made if line == lines[2]])
    assert index.corpus().former == {}


def test_many_wordings_are_chosen_anew(tmp_path: Path) -> None:
    line = "We have {} hubs of kind {} that share what works with {} other schools of the county."
    made = [record(number, line.format(f"w{number}", f"k{number % 7}", number)) for number in range(700)]
    whole = ReuseIndex.create(tmp_path / "whole", Reading(made))
    parts = ReuseIndex.create(tmp_path / "parts", Reading(made[:1]))
    parts.add(Reading(made[1:]))
    assert said(parts) == said(whole)


def test_a_closed_index_says_so(index: ReuseIndex) -> None:
    with index:
        pass
    with pytest.raises(ParameterError, match="the index is closed"):
        index.query(LINE.format(31))
