"""A small result made by hand, and a command line whose reading and finding are replaced by it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from types import ModuleType
from typing import Any

import naive_filters

from pqreuse.errors import InputError
from pqreuse.params import ReuseParams
from pqreuse.records import (
    Answer,
    Corpus,
    Difference,
    Family,
    Gap,
    Recall,
    ReuseResult,
    Score,
    Shares,
    Skipped,
    Slot,
    SlotValue,
    Span,
    Use,
    Variant,
)

HUBS = "There is a network of {} attendance hubs. They share good practice with schools."
HOSTILE = "[draft] =SUM(A1) | <b>[/b] \x1b[31mred\x1b[0m \x9b2J \u202eback \ud800 \x00nul *star* £5\r\nnext line"
EDUCATION, HOME = "Department for Education", "Home Office"


def _answer(name: str, text: str, date: str | None, body: str | None, *more: str, preview: bool = False) -> Answer:
    ids = (name, *more)
    questions = tuple(f"To ask about {item}, [/b]?" for item in ids)
    uins = tuple(item.rpartition("/")[2] for item in ids)
    return Answer(
        id=name, question_ids=ids, questions=questions, uins=uins, text=text, date=date, body=body, preview=preview
    )


ANSWERS = (
    _answer("2024-01-10/100", f"Novel start.\n\n{HUBS.format('31')}", "2024-01-10", EDUCATION),
    _answer("2025-01-16/200", HUBS.format("33"), "2025-01-16", EDUCATION, "2025-01-16/201"),
    _answer("2025-06/300", f"{HUBS.format('31')} {HOSTILE}", "2025-06", HOME),
    _answer("400", "The source cut this te", "2025-02-01", HOME, preview=True),
    _answer("500", "https://example.org/", None, None),
    _answer("600", f"{HOSTILE} and words that are new", None, "=Ministry of |Pipes|"),
)
BY_ID = {answer.id: answer for answer in ANSWERS}


def _use(name: str, text: str) -> Use:
    answer = BY_ID[name]
    start = answer.text.index(text)
    return Use(
        answer_id=name,
        question_ids=answer.question_ids,
        date=answer.date,
        body=answer.body,
        start=start,
        end=start + len(text),
        text=text,
    )


def _family(
    name: str,
    unit: Any,
    uses: list[Use],
    template: str,
    parent: str | None = None,
    slots: tuple[Slot, ...] = (),
    inside: int | None = None,
    **more: Any,
) -> Family:
    dates = [use.date for use in uses if use.date]
    bodies: dict[str, int] = {}
    months: dict[str, int] = {}
    for use in uses:
        if use.body:
            bodies[use.body] = bodies.get(use.body, 0) + 1
        if use.date:
            months[use.date[:7]] = months.get(use.date[:7], 0) + 1
    questions, variants = sum(len(use.question_ids) for use in uses), len({use.text for use in uses})
    return Family(
        id=name,
        unit=unit,
        answers=len(uses),
        questions=questions,
        variants=variants,
        all_answers=len(uses),
        all_questions=questions,
        all_variants=variants,
        text=uses[0].text,
        template=template,
        slots=slots,
        parent=parent,
        first_date=min(dates, default=None),
        last_date=max(dates, default=None),
        bodies=bodies,
        uses=tuple(uses),
        inside=inside,
        months=months,
        undated=len(uses) - sum(months.values()),
        **more,
    )


_NUMBERS = Slot(
    kind="number",
    values=(
        SlotValue(text="31", answers=2, first_date="2024-01-10", all_answers=2),
        SlotValue(text="33", answers=1, first_date="2025-01-16", all_answers=1),
    ),
    changes=("figure",),
)
_LINE = "They share good practice with schools."
_HISTORY = (
    Variant(
        text=HUBS.format("31"),
        answer_id="2024-01-10/100",
        answers=2,
        questions=2,
        first_date="2024-01-10",
        last_date="2025-06",
        bodies={EDUCATION: 1, HOME: 1},
        closest=None,
        differences=(),
    ),
    Variant(
        text=HUBS.format("33"),
        answer_id="2025-01-16/200",
        answers=1,
        questions=2,
        first_date="2025-01-16",
        last_date="2025-01-16",
        bodies={EDUCATION: 1},
        closest=0,
        differences=(Difference(old="31", new="33", old_start=22, start=22, changes=("figure",)),),
    ),
)
FAMILIES = (
    _family(
        "p-hubs",
        "paragraph",
        [
            _use("2024-01-10/100", HUBS.format("31")),
            _use("2025-01-16/200", HUBS.format("33")),
            _use("2025-06/300", HUBS.format("31")),
        ],
        HUBS.format("{31|33}"),
        slots=(_NUMBERS,),
        ministers={"Dr Pat [/b] Lee": 2, "=Kim": 1},
        gaps=(Gap(after="2024-01", back="2025-01", months=9),),
        question_similarity=0.256,
        history=_HISTORY,
    ),
    _family("s-share", "sentence", [_use(name, _LINE) for name in list(BY_ID)[:3]], _LINE, "p-hubs", inside=3),
    _family("p-hostile", "paragraph", [_use("2025-06/300", HOSTILE), _use("600", HOSTILE)], HOSTILE),
    _family(
        "s-old",
        "sentence",
        [_use("2024-01-10/100", "Novel start."), _use("2024-01-10/100", "Novel start.")],
        "Novel start.",
        inside=1,
    ),
)


def _spans(text: str, *parts: tuple[str, Any, str | None, str | None]) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for stretch, label, family, earliest in parts:
        assert text.startswith(stretch, start)
        spans.append(
            Span(start=start, end=start + len(stretch), label=label, family=family, earliest_answer_id=earliest)
        )
        start += len(stretch)
    assert start == len(text)
    return tuple(spans)


def _hubs(number: str, earliest: str) -> list[tuple[str, Any, str | None, str | None]]:
    before, after = HUBS.split("{}")
    return [
        (before, "template", "p-hubs", earliest),
        (f"{number} ", "slot", "p-hubs", None),
        (after[1:], "template", "p-hubs", earliest),
    ]


def _score(name: str, words: int, scorable: int, shares: tuple[float, float, float] | None, *parts: Any) -> Score:
    answer = BY_ID[name]
    template, slot, novel = shares or (None, None, None)
    referral: dict[str, Any] = {"kinds": ("referral", "not_held"), "refers_to": (FIRST,)} if name == SECOND else {}
    return Score(
        **referral,
        id=name,
        question_ids=answer.question_ids,
        date=answer.date,
        body=answer.body,
        text=answer.text,
        words=words,
        scorable_words=scorable,
        template=template,
        slot=slot,
        novel=novel,
        spans=_spans(answer.text, *parts),
    )


FIRST, SECOND, THIRD = "2024-01-10/100", "2025-01-16/200", "2025-06/300"
SCORES = (
    _score(FIRST, 15, 15, (12 / 15, 1 / 15, 2 / 15), ("Novel start.\n\n", "novel", None, None), *_hubs("31", SECOND)),
    _score(SECOND, 13, 13, (12 / 13, 1 / 13, 0.0), *_hubs("33", FIRST)),
    _score(THIRD, 25, 25, (0.96, 0.04, 0.0), *_hubs("31", FIRST), (f" {HOSTILE}", "template", None, "600")),
    _score("400", 5, 5, None, (BY_ID["400"].text, "none", None, None)),
    _score("500", 0, 0, None, (BY_ID["500"].text, "none", None, None)),
    _score(
        "600",
        17,
        17,
        (12 / 17, 0.0, 5 / 17),
        (HOSTILE, "template", "p-hostile", THIRD),
        (" and words that are new", "novel", None, None),
    ),
)
CORPUS = Corpus(
    answers=ANSWERS,
    files=2,
    records=8,
    duplicate_records=1,
    previews=1,
    skipped=(
        Skipped(file="b.txt", where="record 2", reason="no answer"),
        Skipped(file="a.txt", where="", reason="no question in it (a press release?)"),
    ),
    warnings=("zebra", "apple\nin two lines"),
)


def _tables(kind: str) -> dict[str, Any]:
    assert kind == "uses"
    rows = [(family.id, use.answer_id, hash(use.text)) for family in FAMILIES for use in family.uses]
    names = (("family", "String"), ("answer_id", "String"), ("variant", "Int64"))
    return {name: (kind, list(values)) for (name, kind), values in zip(names, zip(*rows, strict=True), strict=True)}


RESULT = ReuseResult(
    params=ReuseParams(search="lsh"),
    corpus=CORPUS,
    paragraphs=7,
    sentences=12,
    words=75,
    scorable_words=70,
    families=FAMILIES,
    scores=SCORES,
    shares=Shares(template=0.75, slot=0.05, novel=0.2),
    recall=Recall(target=0.995, measured=0.9991, low=0.9958, high=0.9998, sample=1_500, pairs=2_345),
    kinds={"holding": 0, "referral": 1, "not_held": 2},
    tables=_tables,
    choose=naive_filters.where,
)
EMPTY = ReuseResult(
    params=ReuseParams(),
    corpus=CORPUS,
    paragraphs=7,
    sentences=12,
    words=75,
    scorable_words=0,
    families=(),
    scores=tuple(replace(score, template=None, slot=None, novel=None) for score in SCORES),
    shares=None,
)


class Stages:
    """What the command line called, with what; and what reading and finding shall do."""

    def __init__(self) -> None:
        self.read: dict[str, Any] = {}
        self.found: dict[str, Any] = {}
        self.corpus = CORPUS
        self.result = RESULT
        self.error: BaseException | None = None

    def modules(self) -> dict[str, ModuleType]:
        """Stand-ins for the two modules that the command line works with."""
        corpus, pipeline, readers = (
            ModuleType("pqreuse.corpus"),
            ModuleType("pqreuse.pipeline"),
            ModuleType("pqreuse.readers"),
        )
        vars(corpus)["read_answers"] = self._read
        vars(pipeline)["find_reuse"] = vars(pipeline)["score_answers"] = self._find
        vars(readers)["FORMATS"] = ("api", "csv")
        return {"pqreuse.corpus": corpus, "pqreuse.pipeline": pipeline, "pqreuse.readers": readers}

    def _read(self, inputs: Any, **keywords: Any) -> Corpus:
        self.read = {"inputs": inputs, **keywords}
        if self.error:
            raise self.error
        if keywords.get("progress"):
            keywords["progress"]("reading", 1, 2)
        return self.corpus

    def _find(self, corpus: Corpus, **keywords: Any) -> ReuseResult:
        self.found = keywords
        if keywords.get("progress"):
            keywords["progress"]("scoring", 3, None)
        return self.result


def run_as_program() -> None:
    """The command line as a process of its own; PQREUSE_SAMPLE says what reading does beforehand."""
    from pqreuse.cli import main

    stages = Stages()
    sys.modules.update(stages.modules())
    what = os.environ.get("PQREUSE_SAMPLE", "")
    if what == "wait":
        vars(sys.modules["pqreuse.pipeline"])["find_reuse"] = _wait
    elif what == "many":
        stages.result = _many()
    elif what == "missing":
        stages.error = InputError("there is no answers.json")
    raise SystemExit(main())


def _wait(corpus: Corpus, **keywords: Any) -> ReuseResult:
    print("waiting", file=sys.stderr, flush=True)
    time.sleep(30)
    raise AssertionError("nobody interrupted")


def _many() -> ReuseResult:
    families = tuple(replace(FAMILIES[0], id=f"p-{number:05}") for number in range(5_000))
    return replace(RESULT, families=families)


if __name__ == "__main__":
    run_as_program()
