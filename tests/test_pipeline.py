"""The whole pipe: families and runs against the plain definitions, and what must change nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import naive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import corpora

import pqreuse
from pqreuse import scoring
from pqreuse.corpus import resolve
from pqreuse.lazy import column
from pqreuse.pipeline import find_reuse
from pqreuse.readers import Reading
from pqreuse.records import Answer, Record, ReuseResult, days
from pqreuse.results import family_id
from pqreuse.segments import paragraph_stretches, paragraphs, sentence_stretches, sentences, unscorable_stretches

Stretch = tuple[int, int]


def scorable(answer: Answer, start: int, end: int) -> tuple[str, ...]:
    """Words of a stretch of an answer, tables and bare links blanked out."""
    text = list(answer.text)
    for low, high in unscorable_stretches(answer.text, answer.tables):
        text[low:high] = [" "] * (high - low)
    return tuple(naive.words("".join(text[start:end])))


def segments(answer: Answer, unit: str) -> list[Stretch]:
    paragraphs = paragraph_stretches(answer.text, answer.markup, answer.tables)
    if unit == "paragraph":
        return paragraphs
    return [
        stretch for start, end in paragraphs for stretch in sentence_stretches(answer.text[start:end], offset=start)
    ]


def expected_families(answers: list[Answer], unit: str) -> dict[str, set[tuple[str, int, int]]]:
    """Each family of at least two answers: its identifier and uses, by the plain definition."""
    found = [
        (answer, start, end, scorable(answer, start, end))
        for answer in answers
        for start, end in segments(answer, unit)
    ]
    first_days = {answer.date: (days(answer.date) or (None,))[0] for answer in answers}
    exemplar = naive.families([(answer.id, answer.date, words) for answer, _, _, words in found], first_days)
    uses: defaultdict[str, set[tuple[str, int, int]]] = defaultdict(set)
    for answer, start, end, words in found:
        if words in exemplar:
            uses[family_id(unit, exemplar[words])].add((answer.id, start, end))
    return {name: those for name, those in uses.items() if len({answer for answer, _, _ in those}) > 1}


def words_by_label(result: ReuseResult, answer: Answer) -> list[str]:
    """The label of each scorable word of an answer, read off its spans."""
    from pqreuse.words import find_words

    found = find_words(answer.text)
    holes = unscorable_stretches(answer.text, answer.tables)
    spans = result.explain(answer.id).spans
    return [
        next(span.label for span in spans if span.start <= start and end <= span.end)
        for start, end in zip(found.starts, found.ends, strict=True)
        if not any(low < end and start < high for low, high in holes)
    ]


@given(answers=corpora())
def test_families_are_those_of_the_plain_definition(answers: list[Answer]) -> None:
    result = find_reuse(answers)
    for unit in ("paragraph", "sentence"):
        found = {
            family.id: {(use.answer_id, use.start, use.end) for use in family.uses}
            for family in result.families
            if family.unit == unit
        }
        assert found == expected_families(answers, unit)


@given(answers=corpora(), length=st.integers(2, 9), against=st.sampled_from(["others", "earlier"]))
def test_words_in_shared_runs_are_template_and_none_is_missed(answers: list[Answer], length: int, against: str) -> None:
    # No family can form at this many words, so that the labels are those of the runs alone.
    result = find_reuse(answers, run_words=length, min_words=1000, against=against)
    stretches = []
    for answer in answers:
        holes = unscorable_stretches(answer.text, answer.tables)
        edges = [0, *(edge for hole in holes for edge in hole), len(answer.text)]
        stretches.append([naive.words(answer.text[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=True)])
    spans = [days(answer.date) for answer in answers] if against == "earlier" else None
    for answer, expected in zip(answers, naive.runs(stretches, length, spans), strict=True):
        labels = words_by_label(result, answer)
        assert [label == "template" for label in labels] == expected
        assert set(labels) <= {"template", "novel"}


@given(corpora(), st.sampled_from(["others", "earlier"]))
def test_spans_tile_shares_sum_and_uses_are_exact(answers: list[Answer], against: str) -> None:
    result = find_reuse(answers, against=against)
    texts = {answer.id: answer.text for answer in answers}
    assert [score.id for score in result.scores] == sorted(texts)
    for score in result.scores:
        assert "".join(score.text[span.start : span.end] for span in score.spans) == texts[score.id]
        assert all(span.start < span.end for span in score.spans)
        for left, right in zip(score.spans, score.spans[1:], strict=False):
            assert (left.label, left.family) != (right.label, right.family)
        if score.scorable_words:
            assert score.template + score.slot + score.novel == pytest.approx(1)
        else:
            assert score.template is score.slot is score.novel is None
        assert score.words == len(naive.words(score.text))
        for span in score.spans:
            assert span.earliest_answer_id != score.id
            assert span.earliest_answer_id is None or span.label in ("template", "slot")
    for family in result.families:
        assert family.answers == len({use.answer_id for use in family.uses}) >= 2
        assert family.template.count("{") >= len(family.slots)
        for use in family.uses:
            assert texts[use.answer_id][use.start : use.end] == use.text
            assert use.text == use.text.strip()
    if result.shares:
        assert result.shares.template + result.shares.slot + result.shares.novel == pytest.approx(1)


@given(corpora(), st.randoms(use_true_random=False), st.integers(1, 3), st.sampled_from(["others", "earlier"]))
def test_order_and_threads_change_nothing(answers: list[Answer], random: object, threads: int, against: str) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    assert find_reuse(shuffled, threads=threads, against=against) == find_reuse(answers, threads=1, against=against)


def test_how_much_is_worked_on_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "We have set up a network of {} attendance hubs to share what works, and {} of them are schools."
    texts = [f"{line.format(number, 7)} {'More is said here. ' * number}" for number in range(12)] + ["", "Nothing."]
    expected = list(find_reuse(texts).scores)
    monkeypatch.setattr(scoring, "_WORDS_AT_ONCE", 3)
    monkeypatch.setattr(paragraphs, "ANSWERS_AT_ONCE", 2)
    monkeypatch.setattr(sentences, "ANSWERS_AT_ONCE", 5)
    assert list(find_reuse(texts).scores) == expected


@given(corpora(max_answers=5))
def test_another_answer_never_makes_a_word_less_than_template(answers: list[Answer]) -> None:
    # Runs alone: adding can only add. (A family may change its exemplar by it, and with that its template.)
    before = find_reuse(answers, min_words=1000, run_words=3)
    more = [*answers, Answer(id="zz", text="\n".join(answer.text for answer in answers[:2]))]
    after = find_reuse(more, min_words=1000, run_words=3)
    for answer in answers:
        for was, now in zip(words_by_label(before, answer), words_by_label(after, answer), strict=True):
            assert now == "template" or was != "template"


@given(corpora())
def test_against_earlier_finds_no_more_than_against_others(answers: list[Answer]) -> None:
    others, earlier = find_reuse(answers), find_reuse(answers, against="earlier")
    dates = {answer.id: days(answer.date) for answer in answers}
    strength = ["novel", "slot", "template"]
    for answer in answers:
        for now, then in zip(words_by_label(others, answer), words_by_label(earlier, answer), strict=True):
            # What is a template word of the paragraph later may be a filling of the line before.
            assert strength.index(then) <= strength.index(now)
        for span in earlier.explain(answer.id).spans:
            if span.earliest_answer_id is not None:
                assert naive.precedes(dates[span.earliest_answer_id], dates[answer.id])


@given(corpora())
def test_first_use_is_novel_and_its_repeats_are_not(answers: list[Answer]) -> None:
    line = "This exact stock line of more than eight words is said on two days."
    first = Answer(id="x1", text=line, date="2020-01-01")
    again = Answer(id="x2", text=line, date="2020-01-02")
    same_day = Answer(id="x3", text=line, date="2020-01-02")
    month = Answer(id="x4", text=line, date="2020-01")
    result = find_reuse([*answers, first, again, same_day, month], against="earlier")
    assert result.explain("x1").novel == 1
    assert result.explain("x2").template == result.explain("x3").template == 1
    assert {span.earliest_answer_id for span in result.explain("x3").spans} == {"x1"}
    # Some day of that month may be the first one: not surely later.
    assert result.explain("x4").novel == 1


def test_families_at_scale_of_one_paragraph_in_many_wordings() -> None:
    """One bucket of the index holds them all: linked to the exemplar, not paired off."""
    stem = "The department has set up a network of attendance hubs which offer help to schools in {} and to others."
    answers = [Answer(id=f"{number:05}", text=stem.format(f"place{number}")) for number in range(2_000)]
    result = find_reuse(answers)
    paragraphs = [family for family in result.families if family.unit == "paragraph"]
    assert [(family.answers, family.variants) for family in paragraphs] == [(2_000, 2_000)]
    assert paragraphs[0].template == stem.format("{place0|place1|place10|…}")
    assert result.shares.novel == 0


def test_one_paragraph_many_times_and_a_corpus_of_no_reuse() -> None:
    line = "It has not proved possible to respond to the hon. Member in the time available."
    result = find_reuse([Answer(id=f"{number:06}", text=line) for number in range(20_000)])
    assert [(family.answers, family.variants, family.slots) for family in result.families] == [(20_000, 1, ())] * 2
    assert result.shares.template == 1
    apart = find_reuse([" ".join(f"w{answer}x{word}" for word in range(30)) for answer in range(50)])
    assert apart.families == ()
    assert apart.shares.novel == 1


def test_empty_corpus_and_answers_without_words() -> None:
    assert find_reuse([]).families == ()
    result = find_reuse(["", "…", "https://www.gov.uk/a"])
    assert result.shares is None
    assert [score.scorable_words for score in result.scores] == [0, 0, 0]
    assert [span.label for score in result.scores for span in score.spans] == ["none", "none"]


def test_previews_are_compared_but_not_scored() -> None:
    line = "The stock line of more than eight words that both of these answers begin with"
    result = find_reuse([Answer(id="a", text=line), Answer(id="b", text=line + " and...", preview=True)])
    assert result.explain("a").template == 1
    assert result.explain("b").template is None
    assert result.shares.template == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"containment": 1.2}, r"containment must be in \[0.1, 1\], got 1.2"),
        ({"min_answers": 1}, r"min_answers must be in \[2, 1000000\], got 1"),
        ({"run_words": 2.5}, "run_words must be a whole number, got 2.5"),
        ({"against": "later"}, "against must be 'others' or 'earlier', got 'later'"),
        ({"containmant": 0.5}, "unknown parameter 'containmant'; expected one of shingle_words, "),
        ({"threads": 0}, "threads must be a whole number of at least 1, got 0"),
    ],
)
def test_bad_arguments_say_the_value_and_the_range(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(pqreuse.ParameterError, match=message):
        find_reuse(["a"], **arguments)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("one text", "answers must be a list of texts"),
        (["a", None], "got NoneType at position 1"),
        (
            [Answer(id="x", text="a"), Answer(id="x", text="b")],
            r"two answers have the identifier 'x' \(the second at position 1",
        ),
    ],
)
def test_bad_answers_say_which(answers: object, message: str) -> None:
    with pytest.raises(pqreuse.ParameterError, match=message):
        find_reuse(answers)


def test_answers_are_found_by_any_of_their_questions_and_by_uin() -> None:
    answer = Answer(id="2025-01-08/21", question_ids=("2025-01-08/21", "2025-01-08/22"), uins=("21", "22"), text="Yes.")
    result = find_reuse([answer, replace(answer, id="2025-02-01/21", question_ids=("2025-02-01/21",), uins=("21",))])
    assert result.explain("2025-01-08/22").id == result.explain("22").id == "2025-01-08/21"
    with pytest.raises(pqreuse.UnknownAnswerError, match="2 answers go by '21'"):
        result.explain("21")
    with pytest.raises(pqreuse.UnknownAnswerError, match="no answer has the identifier '99'"):
        result.explain("99")


@given(corpora(), st.integers(2, 3))
def test_what_is_known_without_the_records_is_what_they_say(answers: list[Answer], min_answers: int) -> None:
    result = find_reuse(answers, min_answers=min_answers)
    families, scores = tuple(result.families), tuple(result.scores)
    for name in ("id", "unit", "answers", "questions", "parent"):
        assert column(result.families, name) == [getattr(family, name) for family in families]
    for name in ("id", "date", "body", "words", "template", "slot", "novel"):
        assert column(result.scores, name) == [getattr(score, name) for score in scores]
    assert families == tuple(sorted(families, key=lambda one: (-one.answers, -one.questions, one.id)))
    assert all(family.answers >= min_answers for family in families)
    for family in families:
        users = {use.answer_id: use for use in family.uses}
        assert (family.answers, family.questions) == (len(users), sum(len(use.question_ids) for use in users.values()))
        assert family.uses == tuple(
            sorted(family.uses, key=lambda use: (use.date is None, use.date or "", use.answer_id, use.start))
        )
        dates = [use.date for use in family.uses if use.date]
        assert family.first_date == min(dates, key=lambda date: (days(date)[0], date), default=None)
        assert family.last_date == max(dates, key=lambda date: (days(date)[1], date), default=None)
    scored = [score for score in scores if score.template is not None]
    if result.shares:
        n_words = sum(score.scorable_words for score in scored)
        assert result.shares.slot == pytest.approx(sum(score.slot * score.scorable_words for score in scored) / n_words)


@given(corpora())
@settings(max_examples=30)
def test_nested_lines_lie_inside_their_parent(answers: list[Answer]) -> None:
    result = find_reuse(answers)
    by_id = {family.id: family for family in result.families}
    for family in result.families:
        outer = by_id.get(family.parent)
        inside = [
            [
                other.id
                for other in result.families
                if other.unit == "paragraph"
                and any(o.answer_id == use.answer_id and o.start <= use.start and use.end <= o.end for o in other.uses)
            ]
            for use in family.uses
        ]
        if family.unit == "sentence":
            alike = all(inside) and len({names[0] for names in inside}) == 1
            assert (outer is not None) == alike
        else:
            assert family.parent is None


@pytest.mark.parametrize("against", ["others", "earlier"])
def test_the_earliest_answer_has_said_the_words(against: str) -> None:
    line, other = "We want more hubs in each town by then.", " Officials count red lorries on Tuesday mornings in Wick."
    answers = [
        Answer(id="old", date="2020-01-01", text=line),
        Answer(id="b", date="2021-01-01", text=line + other),
        Answer(id="c", date="2022-01-01", text=line + other),
    ]
    result = find_reuse(answers, against=against)
    for span in result.explain("c").spans:
        text = result.explain("c").text[span.start : span.end].strip()
        # The two sentences may be one span; then the earliest answer has said its beginning.
        assert span.earliest_answer_id == ("old" if text.startswith(line) else "b")


@given(corpora(), st.sampled_from(["others", "earlier"]))
def test_the_earliest_answer_shares_a_run_or_a_family_with_the_span(answers: list[Answer], against: str) -> None:
    result = find_reuse(answers, against=against)
    uses = {use.answer_id: set() for family in result.families for use in family.uses}
    for family in result.families:
        for use in family.uses:
            uses[use.answer_id].add(family.id)
    windows = {}
    for answer in answers:
        found = naive.words(answer.text)
        windows[answer.id] = {tuple(found[place : place + 8]) for place in range(len(found) - 7)}
    for score in result.scores:
        for span in score.spans:
            if span.earliest_answer_id is not None:
                # Words of the span and of the seven before and after it, which a run over its edge may hold.
                near = naive.words(score.text[: span.start])[-7:] + naive.words(score.text[span.start : span.end])
                near += naive.words(score.text[span.end :])[:7]
                runs = {tuple(near[place : place + 8]) for place in range(len(near) - 7)}
                shared = runs & windows[span.earliest_answer_id]
                # Both answers use a family, be it the one that the span names or the other unit's.
                assert shared or uses[span.earliest_answer_id] & uses[score.id]


@given(corpora())
def test_no_member_of_any_family_fails_the_rule_against_its_exemplar(answers: list[Answer]) -> None:
    by_id = {answer.id: answer for answer in answers}
    for family in find_reuse(answers).families:
        words = {use: scorable(by_id[use.answer_id], use.start, use.end) for use in family.uses}
        (exemplar,) = {found for found in words.values() if family_id(family.unit, found) == family.id}
        for found in words.values():
            assert found == exemplar or naive.resemble(naive.shingles(found), naive.shingles(exemplar))


@given(corpora(), st.randoms(use_true_random=False))
def test_records_read_twice_change_nothing(answers: list[Answer], random: object) -> None:
    records = [
        Record(id=answer.id, text=answer.text, question=f"Q {answer.id}", answered=answer.date, tables=answer.tables)
        for answer in answers
    ]
    doubled = [*records, *random.sample(records, random.randint(0, len(records)))]
    once, twice = (resolve(Reading(some, 1, [], [])) for some in (records, doubled))
    assert twice.duplicate_records == len(doubled) - len(records)
    assert twice.answers == once.answers
    assert find_reuse(twice).families == find_reuse(once).families


def test_a_result_is_a_line_at_the_prompt() -> None:
    line = "We have set up a network of 31 attendance hubs to share what works."
    result = find_reuse([line, line, "Nothing else is said."])
    assert repr(result.corpus) == "Corpus(3 answers, 3 questions)"
    assert (
        repr(result)
        == f"ReuseResult(3 answers, {len(result.families)} families, {result.shares.template:.1%} template)"
    )
    assert repr(find_reuse([])) == "ReuseResult(0 answers, 0 families)"
