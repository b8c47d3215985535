"""The slow, obvious twin of filters: a result of chosen uses, counted again from the records of the whole one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import naive_usage

from pqreuse.records import Answer, Family, Filter, Gap, ReuseResult, Shares, Use, days


def fits(one: Filter, date: str | None, body: str | None, kinds: Sequence[str]) -> bool:
    """Whether an answer is what a filter asks for: dates as text, a month as its first or its last day."""

    def first(day: str) -> str:
        return day if len(day) == 10 else f"{day}-01"

    def last(day: str) -> str:
        return day if len(day) == 10 else f"{day}-31"

    if one.kinds and not any(kind in kinds for kind in one.kinds):
        return False
    if one.bodies and (body or "").strip().casefold() not in [name.strip().casefold() for name in one.bodies]:
        return False
    if one.since and (date is None or last(date) < first(one.since)):
        return False
    return not (one.until and (date is None or first(date) > last(one.until)))


def where(whole: ReuseResult, filters: tuple[Filter, ...]) -> ReuseResult:
    """The result of the answers that all filters let through.

    Paragraphs, sentences, slots, similarities of questions and histories are left as they are: they are not in the
    records. Every count of the whole is in the chosen families as well, but for these.
    """
    for one in filters:
        one.check_bodies(answer.body for answer in whole.corpus)
    kinds = {score.id: score.kinds for score in whole.scores}
    answers = {
        answer.id: answer
        for answer in whole.corpus
        if all(fits(one, answer.date, answer.body, kinds[answer.id]) for one in filters)
    }
    scores = [score for score in whole.scores if score.id in answers]
    scored = [score for score in scores if score.template is not None]
    n_words = sum(score.scorable_words for score in scored)
    parts = {
        name: sum(getattr(score, name) * score.scorable_words for score in scored) / max(n_words, 1)
        for name in ("template", "slot", "novel")
    }
    around = [
        (use.answer_id, use.start, use.end) for one in whole.families if one.unit == "paragraph" for use in one.uses
    ]
    families = [_chosen(family, answers, around, whole.params.gap_months) for family in whole.families]
    kept = [family for family in families if family is not None]
    return replace(
        whole,
        corpus=replace(whole.corpus, answers=tuple(answers.values())),
        words=sum(score.words for score in scores),
        scorable_words=sum(score.scorable_words for score in scores),
        families=tuple(sorted(kept, key=lambda one: (-one.answers, -one.questions, one.id))),
        scores=tuple(scores),
        shares=Shares(**parts) if n_words else None,
        kinds={kind: sum(kind in score.kinds for score in scores) for kind in whole.kinds},
        filters=filters,
        whole=whole,
    )


def _chosen(
    family: Family, answers: dict[str, Answer], around: Sequence[tuple[str, int, int]], gap_months: int
) -> Family | None:
    uses = [use for use in family.uses if use.answer_id in answers]
    users = [answers[name] for name in dict.fromkeys(use.answer_id for use in uses)]
    if not users:
        return None
    dates = [answer.date for answer in users if answer.date]
    months = [date[:7] for date in dates]
    corpus = {answer.date[:7] for answer in answers.values() if answer.date}
    return replace(
        family,
        answers=len(users),
        questions=sum(len(answer.question_ids) for answer in users),
        variants=len({naive_usage.scorable(use.text) for use in uses}),
        first_date=uses[0].date,
        last_date=max(dates, key=lambda date: (days(date)[1], date), default=None),
        bodies=naive_usage.tally([answer.body for answer in users], most_first=True),
        uses=tuple(uses),
        inside=None if family.inside is None else sum(any(_holds(one, use) for one in around) for use in uses),
        ministers=naive_usage.tally([answer.minister for answer in users], most_first=True),
        months=dict(sorted(Counter(months).items())),
        undated=len(users) - len(dates),
        gaps=tuple(
            Gap(after=after, back=back, months=many)
            for after, back, many in naive_usage.gaps(months, corpus, gap_months)
        ),
    )


def _holds(outer: tuple[str, int, int], use: Use) -> bool:
    return outer[0] == use.answer_id and outer[1] <= use.start and use.end <= outer[2]
