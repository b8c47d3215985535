"""The JSON contract of DESIGN 5.3, key by key, and how it is written."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report.sample import BY_ID, CORPUS, EMPTY, HOSTILE, RESULT

from pqreuse.params import ReuseParams
from pqreuse.records import Skipped
from pqreuse.report.contract import history_contract, json_lines, report_contract, score_contract, version
from pqreuse.report.listing import list_families, list_scores
from pqreuse.report.wording import notes

CORPUS_KEYS = ["files", "records", "duplicate_records", "questions", "answers", "paragraphs", "sentences", "words"]
ADDED = ("kinds", "groups", "grouped_questions", "groups_apart", "twins", "corrected_answers", "previews", "columns")


def written(document) -> bytes:
    return b"".join(json_lines(document))


def write_report(result=RESULT) -> bytes:
    return written(report_contract(result, list_families(result)))


def report(result=RESULT):
    return json.loads(write_report(result))


def test_report_keys():
    document = report()
    assert list(document) == [
        *("pqreuse", "params", "corpus", "shares", "search", "recall", "bodies", "months", "filters", "families"),
    ]
    assert document["pqreuse"] == version()
    assert document["params"] == ReuseParams(search="lsh").to_dict()
    assert document["corpus"]["kinds"] == {
        "holding": {"answers": 0, "share": 0, "all_answers": 0},
        "referral": {"answers": 1, "share": 1 / 6, "all_answers": 1},
        "not_held": {"answers": 2, "share": 1 / 3, "all_answers": 2},
    }
    whole = [f"all_{name}" for name in (*CORPUS_KEYS[3:], "scorable_words")]
    assert list(document["corpus"]) == [*CORPUS_KEYS, "scorable_words", *ADDED, "skipped", "warnings", *whole]
    assert document["shares"] == {"template": 0.75, "slot": 0.05, "novel": 0.2}
    recall = {"target": 0.995, "measured": 0.9991, "low": 0.9958, "high": 0.9998, "sample": 1500, "pairs": 2345}
    assert (document["search"], document["recall"]) == ("lsh", recall)
    assert list(document["recall"]) == list(recall)
    family = document["families"][0]
    assert list(family) == [
        *("id", "unit", "answers", "questions", "variants", "text", "template", "parent", "slots"),
        *("first_date", "last_date", "bodies", "uses", "inside"),
        *("ministers", "months", "undated", "gaps", "question_similarity", "replaces"),
        *("all_answers", "all_questions", "all_variants", "first_said"),
    ]
    assert family["ministers"] == {"Dr Pat [/b] Lee": 2, "=Kim": 1}
    assert list(family["months"].items()) == [("2024-01", 1), ("2025-01", 1), ("2025-06", 1)]
    assert family["gaps"] == [{"after": "2024-01", "back": "2025-01", "months": 9}]
    assert [family["undated"] for family in document["families"]] == [0, 0, 1, 0]
    assert [family["question_similarity"] for family in document["families"]] == [0.256, None, None, None]
    assert list(family["slots"][0]) == ["kind", "values", "changes"]
    assert family["slots"][0]["changes"] == ["figure"]
    assert [family["inside"] for family in document["families"]] == [None, 3, None, 1]
    assert family["slots"][0]["values"][0] == {
        "text": "31",
        "answers": 2,
        "first_date": "2024-01-10",
        "all_answers": 2,
    }
    assert list(family["uses"][0]) == ["answer_id", "question_ids", "date", "body", "start", "end", "text"]


def test_a_report_of_chosen_uses_has_the_whole_inputs_counts_beside():
    document = report(RESULT.where(kind="referral", since="2025-01").where(until="2025-05"))
    corpus = {name: document["corpus"][name] for name in ("answers", "questions", "words", "scorable_words")}
    assert corpus == {"answers": 1, "questions": 2, "words": 13, "scorable_words": 13}
    whole = {name: document["corpus"][f"all_{name}"] for name in corpus}
    assert whole == {"answers": 6, "questions": 7, "words": 75, "scorable_words": 70}
    assert document["corpus"]["kinds"]["not_held"] == {"answers": 1, "share": 1, "all_answers": 2}
    assert document["shares"] == {"template": 12 / 13, "slot": 1 / 13, "novel": 0}
    asked = {"bodies": [], "kinds": ["referral"], "since": "2025-01", "until": "2025-05"}
    assert document["filters"] == {"unit": "both", "min_answers": 2, **asked, "top": None}
    figures = ("id", "answers", "all_answers", "questions", "all_questions", "variants", "all_variants")
    assert [[family[name] for name in figures] for family in document["families"]] == [
        ["p-hubs", 1, 3, 2, 4, 1, 2],
        ["s-share", 1, 3, 2, 4, 1, 1],
    ]
    assert [use["answer_id"] for family in document["families"] for use in family["uses"]] == ["2025-01-16/200"] * 2
    (body,), (month,) = document["bodies"], document["months"]
    assert (body["answers"], body["all_answers"], body["all_questions"]) == (1, 2, 3)
    assert (month["answers"], month["all_answers"]) == (1, 1)


def test_uses_are_exactly_the_text():
    for family in report()["families"]:
        for use in family["uses"]:
            assert BY_ID[use["answer_id"]].text[use["start"] : use["end"]] == use["text"]


def test_bodies_and_months():
    document = report()
    assert [(one["body"], one["answers"], one["questions"]) for one in document["bodies"]] == [
        ("Department for Education", 2, 3),
        ("Home Office", 2, 2),
        ("=Ministry of |Pipes|", 1, 1),
        (None, 1, 1),
    ]
    assert [(one["month"], one["answers"]) for one in document["months"]] == [
        *(("2024-01", 1), ("2025-01", 1), ("2025-02", 1), ("2025-06", 1)),
        (None, 2),
    ]
    keys = ["answers", "questions", "scorable_words", "template", "slot", "novel", "template_low", "template_high"]
    keys += ["all_answers", "all_questions"]
    for name in ("body", "month"):
        (groups,) = (document[key] for key in ("bodies", "months") if name in document[key][0])
        assert [list(one) for one in groups] == [[name, *keys]] * len(groups)
    # One of its two answers is cut short: no shares, no words.
    assert document["bodies"][1]["scorable_words"] == 25
    assert document["bodies"][1]["template"] == 0.96
    assert [document["bodies"][3][key] for key in keys[2:-2]] == [0, *[None] * 5]


def test_history_keys():
    document = json.loads(written(history_contract(RESULT.families[0])))
    assert list(document) == [
        *("id", "unit", "answers", "questions", "variants", "template", "parent", "first_date", "last_date", "bodies"),
        *("inside", "ministers", "months", "undated", "gaps", "question_similarity", "replaces"),
        *("all_answers", "all_questions", "all_variants", "first_said", "history"),
    ]
    first, second = document["history"]
    assert list(first) == [
        *("text", "answer_id", "answers", "questions", "first_date", "last_date", "bodies", "closest", "differences"),
        "first_said",
    ]
    assert (first["closest"], first["differences"], second["closest"]) == (None, [], 0)
    assert second["differences"] == [
        {"old": "31", "new": "33", "old_start": 22, "start": 22, "changes": ["figure"]},
    ]


def test_score_keys():
    document = score_contract(RESULT, list_scores(RESULT))
    assert list(document) == ["pqreuse", "params", "corpus", "filters", "answers"]
    assert document["filters"] == {"bodies": (), "kinds": (), "since": None, "until": None}
    assert document["corpus"] == report()["corpus"]
    assert [answer["id"] for answer in document["answers"]] == [score.id for score in RESULT.scores]
    first = document["answers"][0]
    assert list(first) == [
        *("id", "question_ids", "date", "body", "text", "words", "scorable_words"),
        *("template", "slot", "novel", "kinds", "refers_to", "heading", "spans"),
    ]
    assert [(answer["kinds"], answer["refers_to"]) for answer in document["answers"]][:2] == [
        ([], []),
        (["referral", "not_held"], ["2024-01-10/100"]),
    ]
    assert list(first["spans"][0]) == ["start", "end", "label", "family", "earliest_answer_id"]
    unscored = next(answer for answer in document["answers"] if answer["id"] == "500")
    assert (unscored["template"], unscored["slot"], unscored["novel"]) == (None, None, None)


def test_order_of_lists_does_not_depend_on_the_input():
    corpus = replace(CORPUS, skipped=CORPUS.skipped[::-1], warnings=CORPUS.warnings[::-1])
    families = tuple(replace(item, bodies=dict(reversed(item.bodies.items()))) for item in RESULT.families[::-1])
    assert write_report(replace(RESULT, corpus=corpus, families=families)) == write_report()
    assert [item["file"] for item in report()["corpus"]["skipped"]] == ["a.txt", "b.txt"]
    assert list(report()["families"][2]["bodies"]) == ["=Ministry of |Pipes|", "Home Office"]


def test_skipped_places_are_in_natural_order():
    places = ["", "line 2", "line 10", "record 9, page 3", "record 9, page 20", "record 100, page 1"]
    skipped = tuple(Skipped(file=file, where=where, reason="cut") for file in ("b10", "b9") for where in places)
    for mixed in (skipped[::-1], tuple(sorted(skipped))):
        corpus = replace(CORPUS, skipped=mixed)
        listed = report(replace(RESULT, corpus=corpus))["corpus"]["skipped"]
        assert listed == [{"file": item.file, "where": item.where, "reason": "cut"} for item in skipped]
        assert [note for note in notes(corpus) if "b9" in note] == [
            f"skipped b9{', ' if where else ''}{where}: cut" for where in places
        ]


def test_families_are_in_strict_order_even_before_their_parent():
    hubs, line = RESULT.families[0], replace(RESULT.families[1], id="a-line")
    document = report(replace(RESULT, families=(hubs, line)))
    assert [family["id"] for family in document["families"]] == ["a-line", "p-hubs"]


def test_nothing_found():
    document = report(EMPTY)
    assert document["shares"] == {"template": None, "slot": None, "novel": None}
    assert (document["search"], document["recall"]) == ("exact", None)
    assert document["families"] == []


def test_written_as_utf8_with_lone_surrogates_escaped():
    data = write_report()
    assert data.endswith(b"]\n}\n")
    assert "£5".encode() in data
    assert b"\\ud800" in data
    assert json.loads(data)["families"][2]["text"] == HOSTILE


def test_a_family_is_a_line():
    lines = write_report().decode().splitlines()
    assert sum(line.startswith('{"id": ') for line in lines) == 4


# A high surrogate before a low one is what JSON reads as one character; Python's own reader never makes such a text.
texts = st.text(st.characters(exclude_categories=()) | st.sampled_from('\\"\ud800\u2028')).filter(
    lambda text: text == json.loads(json.dumps(text))
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda item: st.lists(item, max_size=3) | st.dictionaries(texts, item, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, min_size=1, max_size=4))
def test_what_is_written_is_read_back(document):
    assert json.loads(written(document)) == document


def test_numbers_of_more_than_64_bits_are_written():
    assert json.loads(written({"families": [{"n": 2**70}, {"n": 1}]})) == {"families": [{"n": 2**70}, {"n": 1}]}
