"""The slow, obvious twins of who and when, of how alike questions are, and of a family's history."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

import naive

from pqreuse import Answer, Family, Score
from pqreuse.records import days


def question_similarity(questions: Sequence[Sequence[str]], family: Sequence[int]) -> float | None:
    """The mean cosine of all pairs of the family's answers whose questions have words."""
    having = [{word for question in those for word in naive.words(question)} for those in questions]
    asked = [words for words in having if words]
    weight = {word: math.log((len(asked) + 1) / sum(word in words for words in asked)) for word in set().union(*having)}

    def product(one: set[str], other: set[str]) -> float:
        return sum(weight[word] ** 2 for word in one & other)

    cosines = [
        product(one, other) / math.sqrt(product(one, one) * product(other, other))
        for one, other in combinations([having[answer] for answer in family if having[answer]], 2)
    ]
    return sum(cosines) / len(cosines) if cosines else None


def tally(names: Sequence[str | None], *, most_first: bool) -> dict[str, int]:
    """How often each name is there."""
    counts = Counter(name for name in names if name is not None)
    return dict(sorted(counts.items(), key=lambda item: (-item[1] if most_first else 0, item[0])))


def gaps(used: Sequence[str], corpus: set[str], least: int) -> list[tuple[str, str, int]]:
    """Between two months of use that follow each other, the corpus's months: where they are many enough."""
    months = sorted(set(used))
    found = []
    for after, back in pairwise(months):
        between = [month for month in corpus if after < month < back]
        if len(between) >= least:
            found.append((after, back, len(between)))
    return found


def shares(scores: Sequence[Score], answers: Sequence[Answer], names: Sequence[str]) -> dict[tuple, tuple]:
    """Of each group: answers, scorable words, shares."""
    groups: defaultdict[tuple, list[Score]] = defaultdict(list)
    for score, answer in zip(scores, answers, strict=True):
        group = (answer.date[:7] if answer.date else None) if "month" in names else None
        groups[tuple(group if name == "month" else getattr(answer, name) for name in names)].append(score)
    found = {}
    for group, those in groups.items():
        scored = [score for score in those if score.template is not None]
        n_words = sum(score.scorable_words for score in scored)
        parts = [
            sum(getattr(score, label) * score.scorable_words for score in scored) / n_words if n_words else None
            for label in ("template", "slot", "novel")
        ]
        found[group] = len(those), n_words, *parts
    return found


def wordings(family: Family, answers: Sequence[Answer]) -> list[dict[str, object]]:
    """Its wordings by first use, each with its uses counted and the closest of the earlier ones."""
    texts = {answer.id: answer.text for answer in answers}
    found: dict[tuple[str, ...], list] = {}
    for use in family.uses:
        found.setdefault(scorable(texts[use.answer_id][use.start : use.end]), []).append(use)
    told = []
    for place, (words, uses) in enumerate(found.items()):
        earlier = list(found)[:place]
        apart = [sum(((Counter(words) - Counter(one)) + (Counter(one) - Counter(words))).values()) for one in earlier]
        dates = [use.date for use in uses if use.date]
        users = {use.answer_id: use for use in uses}.values()
        told.append(
            {
                "text": uses[0].text,
                "answer_id": uses[0].answer_id,
                "answers": len(users),
                "questions": sum(len(use.question_ids) for use in users),
                "first_date": uses[0].date,
                "last_date": max(dates, key=lambda date: (days(date)[1], date), default=None),
                "bodies": tally([use.body for use in users], most_first=True),
                "closest": max(range(place), key=lambda one: (-apart[one], one)) if place else None,
            }
        )
    return told


def scorable(text: str) -> tuple[str, ...]:
    """Words of a text that has no table, without those of bare links."""
    return tuple(
        word for part in text.split() if not part.startswith(("https://", "www.")) for word in naive.words(part)
    )
