"""Texts and figures of a result put into words that are safe to show in any place."""

from __future__ import annotations

from collections.abc import Mapping

from pqreuse.records import Corpus, Difference, Family, GroupShares, ReuseResult, Score, Shares, Variant
from pqreuse.report.listing import in_order
from pqreuse.shading import UNSAFE
from pqreuse.shading import percents as _percents

_UNUSED = 12  # columns that are listed
_AROUND = 2  # words on each side of what changed
_OFFICES = ("Department for ", "Department of ", "Ministry of ", "Ministry for ", "Office of the ", "Office of ")

SIGNS = "{a|b} is where wordings differ, most frequent first; […] has no pattern."


def one_line(text: str) -> str:
    r"""Put the text on one line, controls replaced.

    >>> one_line("a\tb\n c\x1b[31m")
    'a b c\ufffd[31m'
    """
    return " ".join(text.split()).translate(UNSAFE)


def percents(item: Shares | Score | GroupShares | None) -> tuple[str, str, str]:
    """Write template, slot and novel share as people read them: rounded so that the three still add up to 100.

    >>> percents(Shares(template=0.2596, slot=0.0306, novel=0.7098))
    ('26.0 %', '3.0 %', '71.0 %')
    >>> percents(None)
    ('–', '–', '–')
    """
    template, slot, novel = _percents((None,) * 3 if item is None else (item.template, item.slot, item.novel))
    return template, slot, novel


def count(number: int, noun: str) -> str:
    """Write a number with its noun.

    >>> count(1, "answer"), count(26145, "answer"), count(2, "family")
    ('1 answer', '26,145 answers', '2 families')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def beside(chosen: int, all_of: int, result: ReuseResult) -> str:
    """Write a number and, for a result of chosen uses, that of the whole input behind it.

    >>> from types import SimpleNamespace
    >>> beside(3, 1431, SimpleNamespace(filters=())), beside(3, 1431, SimpleNamespace(filters=("by Home Office",)))
    ('3', '3 of 1,431')
    """
    return f"{chosen:,} of {all_of:,}" if result.filters else f"{chosen:,}"


def figures_of(family: Family, result: ReuseResult) -> tuple[str, str, str]:
    """Write the answers, questions and wordings of a family."""
    return (
        beside(family.answers, family.all_answers, result),
        beside(family.questions, family.all_questions, result),
        beside(family.variants, family.all_variants, result),
    )


def chosen_by(result: ReuseResult) -> str:
    """Say which uses a result is of; ``""`` where of all."""
    return ", ".join(map(str, result.filters))


def short_body(name: str) -> str:
    """Name an answering body without the words that many share.

    >>> short_body("Department for Education"), short_body("Home Office")
    ('Education', 'Home Office')
    """
    name = one_line(name)
    return next((name.removeprefix(office) for office in _OFFICES if name.startswith(office)), name)


def body_counts(bodies: Mapping[str, int], width: int | None = None) -> str:
    """Name the bodies with most answers and their counts, as many as the width holds, and how many more there are.

    >>> body_counts({"Home Office": 9, "Ministry of Justice": 4, "Department for Transport": 1}, 34)
    'Home Office 9 · Justice 4 · 1 more'
    >>> body_counts({"Home Office": 9, "Ministry of Justice": 4, "Department for Transport": 1}, 33)
    'Home Office 9 · 2 more'
    >>> body_counts({"Home Office": 9})
    'Home Office 9'
    """
    ordered = sorted(bodies.items(), key=lambda item: (-item[1], item[0]))
    shown: list[str] = []
    told = ""
    for number, (name, answers) in enumerate(ordered, 1):
        shown.append(f"{short_body(name)} {answers:,}")
        rest = len(ordered) - number
        line = " · ".join([*shown, f"{rest:,} more"] if rest else shown)
        if told and width is not None and len(line) > width:
            break
        told = line
    return told


def interval(shares: GroupShares) -> str:
    """Write the interval of a template share.

    >>> from types import SimpleNamespace
    >>> interval(SimpleNamespace(template_low=0.4471, template_high=0.478))
    '44.7 to 47.8 %'
    """
    if shares.template_low is None or shares.template_high is None:
        return "–"
    return f"{100 * shares.template_low:.1f} to {100 * shares.template_high:.1f} %"


def when(family: Family) -> str:
    """Say what a family's name is, in which months it is used, where it was gone, and how alike the questions are."""
    told = [family.id]
    if len(family.months) > 1:
        most = max(family.months, key=family.months.__getitem__)
        told.append(f"{len(family.months)} months, most in {most} ({family.months[most]:,})")
    if family.gaps:
        longest = max(family.gaps, key=lambda gap: gap.months)
        more = f" and {count(len(family.gaps) - 1, 'more gap')}" if len(family.gaps) > 1 else ""
        told.append(f"gone after {longest.after}, back in {longest.back}{more}")
    if family.undated:
        told.append(f"{family.undated:,} undated")
    if family.question_similarity is not None:
        told.append(f"questions {100 * family.question_similarity:.0f} % alike")
    return " · ".join(told)


def family_line(family: Family) -> str:
    """Say what a family is, in figures."""
    figures = [count(family.answers, "answer"), count(family.questions, "question"), count(family.variants, "wording")]
    return f"{family.unit} {family.id}: {', '.join(figures)}, {span_of_dates(family)}"


def first_said(family: Family | Variant) -> str:
    """Say who said a family's text, or a wording's, first; ``""`` where it is not known.

    >>> from types import SimpleNamespace
    >>> said = SimpleNamespace(date="2025-07-01", answer_id="1234", body="Home Office")
    >>> first_said(SimpleNamespace(first_said=said))
    'first said 2025-07-01, 1234, Home Office'
    """
    said = family.first_said
    return f"first said {named(said.date or 'no date', said.answer_id, said.body)}" if said else ""


def named(*parts: str | None) -> str:
    """Write what names a thing on one line, as far as it is known."""
    return ", ".join(one_line(part) for part in parts if part)


def difference(text: str, changed: Difference) -> str:
    """Write what changed with two words of the new text before and behind it.

    >>> from pqreuse.records import Difference
    >>> difference("It has 33 hubs by now.", Difference(old="31", new="33", old_start=7, start=7))
    'It has {31 → 33} hubs by…'
    >>> difference("There are no more hubs by now.", Difference(old="", new="no more", old_start=9, start=10))
    'There are {→ no more} hubs by…'
    >>> difference("There are hubs by now.", Difference(old="no more", new="", old_start=10, start=9))
    'There are {no more →} hubs by…'
    """
    before, behind = text[: changed.start], text[changed.start + len(changed.new) :]
    left, right = before.rsplit(maxsplit=_AROUND)[-_AROUND:], behind.split(maxsplit=_AROUND)[:_AROUND]
    start = ("" if before.split(maxsplit=_AROUND)[_AROUND:] == [] else "…") + " ".join(left)
    end = " ".join(right) + ("…" if behind.split(maxsplit=_AROUND)[_AROUND:] else "")
    start += " " if before and (before[-1].isspace() or not changed.new) else ""
    end = (" " if behind[:1].isspace() or (behind[:1].isalnum() and not changed.new) else "") + end
    return one_line(f"{start}{{{' → '.join((one_line(changed.old), one_line(changed.new))).strip()}}}{end}")


def corpus_line(result: ReuseResult) -> str:
    """Say what was compared, in figures."""
    corpus, whole = result.corpus, result.whole
    told = [count(corpus.questions, "question"), count(len(corpus.answers), "answer"), count(result.words, "word")]
    if whole is not None:
        told = [
            f"{corpus.questions:,} of {count(whole.corpus.questions, 'question')}",
            f"{len(corpus):,} of {count(len(whole.corpus), 'answer')} ({chosen_by(result)})",
            f"{result.words:,} of {count(whole.words, 'word')}",
        ]
    if corpus.duplicate_records:
        told.append(count(corpus.duplicate_records, "duplicate record"))
    if corpus.skipped:
        told.append(f"{len(corpus.skipped):,} skipped")
    other = result.compared_with
    against = "" if other is None else f"; compared with {count(len(other.answers), 'answer')}"
    return f"{count(corpus.files, 'file')}: {', '.join(told)}{against}"


def official_repetition(result: ReuseResult) -> str:
    """Say what the source itself repeats and was therefore counted once; ``""`` where it repeats nothing.

    Records read twice are in the line of figures.

    >>> from types import SimpleNamespace
    >>> official_repetition(SimpleNamespace(corpus=Corpus(groups=2, grouped_questions=5, twins=1), filters=()))
    'Counted once: 5 questions answered together in 2 answers, 1 answer given in both houses.'
    """
    corpus, told = result.corpus, []
    if corpus.groups:
        together = count(corpus.grouped_questions, "question")
        told.append(f"{together} answered together in {count(corpus.groups, 'answer')}")
    if corpus.twins:
        told.append(f"{count(corpus.twins, 'answer')} given in both houses")
    if corpus.corrected_answers:
        told.append(f"the last version of {count(corpus.corrected_answers, 'corrected answer')}")
    # The source's marks were read once, for the whole input.
    where = " in the whole input" if result.filters else ""
    return f"Counted once{where}: {', '.join(told)}." if told else ""


def no_families(result: ReuseResult) -> str:
    """Say that no family is listed, and where the template words come from if there are any all the same."""
    least = result.params.min_answers
    if least > 2:
        return f"No paragraph or line stands in {least:,} answers or more."
    if not (result.shares and result.shares.template):
        return "Nothing is stock here: no paragraph or line stands in two answers."
    return (
        "No whole paragraph or line stands in two answers. The template words counted above stand in runs of "
        f"{result.params.run_words} words or more that other answers have too."
    )


def recall(result: ReuseResult) -> str:
    """Say how complete the search was; ``""`` where that is not known."""
    if result.params.search == "exact":
        return "Every pair of segments was compared."
    measured = result.recall
    if measured is None:
        return ""
    # Rounded down: 100 % must not be printed where a pair was missed.
    found, low, high = (f"{int(1000 * share) / 10:.1f} %" for share in (measured.measured, measured.low, measured.high))
    return (
        f"Of the pairs of segments that truly resemble each other, this search compared {found} "
        f"(95 % interval {low} to {high}; {measured.pairs:,} pairs, from a sample of {measured.sample:,} segments)."
    )


def share_line(result: ReuseResult) -> str:
    """Say the three shares of all scorable words."""
    shares = result.shares
    if not len(result.corpus) and result.filters:
        return "no answer fits the filters"
    if shares is None:
        return "no answer here has words that can be compared"
    template, slot, novel = percents(shares)
    return f"template {template}, slot {slot}, novel {novel}"


def kinds_line(result: ReuseResult) -> str:
    """Say what part of the answers is of which kind by the rules, largest first; ``""`` where none is of any.

    >>> from types import SimpleNamespace
    >>> kinds_line(SimpleNamespace(corpus=[None] * 200, kinds={"holding": 0, "referral": 5, "not_held": 10}))
    'Answers by rule: not held 5.0 %, referral 2.5 %'
    """
    counted = sorted(result.kinds.items(), key=lambda item: -item[1])
    total = len(result.corpus)
    told = [f"{kind.replace('_', ' ')} {100 * answers / total:.1f} %" for kind, answers in counted if answers]
    return f"Answers by rule: {', '.join(told)}" if told else ""


def span_of_dates(family: Family | Variant) -> str:
    """Write first and last date of a family, or of a wording.

    >>> from types import SimpleNamespace
    >>> span_of_dates(SimpleNamespace(first_date="2024-01", last_date="2025-06-30"))
    '2024-01 to 2025-06-30'
    """
    if family.first_date is None:
        return "no dates"
    return family.first_date if family.first_date == family.last_date else f"{family.first_date} to {family.last_date}"


def columns_line(corpus: Corpus) -> str:
    """Write on one line which columns of tables were read as what; ``""`` where there were no tables.

    >>> from pqreuse.records import TableColumns
    >>> used = TableColumns(files=("a.csv", "b.csv"), columns={"text": ("Reply",), "id": ("No",)}, unused=("Notes",))
    >>> columns_line(Corpus(columns=(used,)))
    'columns of a.csv and 1 more file: Reply as text, No as id; not used: Notes'
    """
    if not corpus.columns:
        return ""
    first, *others = corpus.columns
    more = len(first.files) - 1
    files = f"{first.files[0]} and {count(more, 'more file')}" if more else first.files[0]
    used = ", ".join(f"{'/'.join(names)} as {field}" for field, names in first.columns.items())
    shown, left = first.unused[:_UNUSED], len(first.unused) - _UNUSED
    rest = f"; not used: {', '.join(shown)}" + (f" and {left} more" if left > 0 else "") if shown else ""
    elsewhere = f"; {count(sum(len(one.files) for one in others), 'file')} with other columns: --format json"
    return one_line(f"columns of {files}: {used}{rest}{elsewhere if others else ''}")


def notes(corpus: Corpus) -> list[str]:
    """Write a line for each thing skipped and each warning."""
    skipped = ((", ".join(filter(None, (item.file, item.where))), item.reason) for item in in_order(corpus.skipped))
    told = [f"skipped {place}: {reason}" for place, reason in skipped]
    return [one_line(note) for note in [*told, *(f"warning: {text}" for text in sorted(corpus.warnings))]]
