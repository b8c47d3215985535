"""Text with a known truth: edited uses of real paragraphs, and families with filled places, planted in real answers.

Every choice comes from one seed. The edits are plain and were fixed before anything was measured with them. Natural
near-copies of what is planted are taken out of the hosts by shared runs of words, which is not the rule that pqreuse
compares by (2-word shingles), so that the truth does not depend on what is measured.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pqreuse import Answer
from pqreuse.segments import paragraph_stretches, sentence_stretches, unscorable_stretches
from pqreuse.words import find_words

# A host answer that shares so many consecutive words (figures masked) with a planted paragraph is left out.
REMOVED_RUN = 8


@dataclass(frozen=True, slots=True)
class Original:
    """A paragraph as its own answer has it."""

    answer: Answer
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.answer.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Use:
    """Where the text planted from the ``original``-th original stands."""

    original: int
    kind: str
    answer_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A corpus and what was planted in it."""

    answers: list[Answer]
    originals: list[Original]
    uses: list[Use]


def masked_words(text: str) -> list[str]:
    """Words, figures as one placeholder."""
    return ["0" if word[0].isdecimal() else word for word in find_words(text).words]


def runs_of(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    """All runs of so many consecutive words."""
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_stretches(text)]


def choose_originals(answers: Sequence[Answer], n: int, rng: random.Random) -> list[Original]:
    """Paragraphs of prose of 30 to 130 words, of one sentence or more, no two of them alike or of one answer.

    Drawn as they come, but for two in three that must have a figure, a place or an actor: what the edits change.
    """
    chosen: list[Original] = []
    seen: set[tuple[str, ...]] = set()
    for answer in rng.sample(list(answers), len(answers)):
        if len(chosen) == n:
            break
        fitting = [
            Original(answer, start, end)
            for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables)
            if _is_plain(answer.text[start:end], 30) and answer.text[start:end].endswith(".")
        ]
        if not fitting:
            continue
        original = rng.choice(fitting)
        runs = runs_of(masked_words(original.text), 6)
        changeable = sum(bool(pattern.search(original.text)) for pattern in (_FIGURE, _PLACE, _ACTOR))
        if not runs & seen and changeable >= len(chosen) % 3:
            chosen.append(original)
            seen |= runs
    return chosen


def _is_plain(text: str, n_words: int) -> bool:
    return n_words <= len(masked_words(text)) <= 130 and "\n" not in text and not unscorable_stretches(text)


def choose_hosts(answers: Sequence[Answer], originals: Sequence[Original], n: int, rng: random.Random) -> list[Answer]:
    """Answers that share no run of eight words (figures masked) with any of the originals."""
    own = {original.answer.id for original in originals}
    runs = set().union(*(runs_of(masked_words(original.text), REMOVED_RUN) for original in originals))
    hosts: list[Answer] = []
    for answer in rng.sample(list(answers), len(answers)):
        if len(hosts) == n:
            break
        if answer.id not in own and not answer.tables and not runs & runs_of(masked_words(answer.text), REMOVED_RUN):
            hosts.append(answer)
    return hosts


def plant_edits(answers: Sequence[Answer], *, originals: int, uses: int, hosts: int, seed: int) -> Planted:
    """Edited uses of originals in host answers, each kind of edit as often as the others."""
    rng = random.Random(seed)
    chosen = choose_originals(answers, originals, rng)
    homes = choose_hosts(answers, chosen, hosts, rng)
    wide = [place for place, home in enumerate(homes) if _wide_paragraphs(home)]
    free = set(range(len(homes)))
    taken: Counter[int] = Counter()
    planted: list[Use] = []
    for number in range(uses):
        kind = list(EDITS)[number % len(EDITS)]
        # The originals used least so far first, so that each gets several kinds.
        for original in sorted(range(len(chosen)), key=lambda place: (taken[place], rng.random())):
            if any(use.original == original and use.kind == kind for use in planted):
                continue
            edited = EDITS[kind](chosen[original].text, rng)
            if edited is not None:
                break
        else:
            continue
        fitting = [place for place in wide if place in free] if kind == "embedded" else sorted(free)
        if not fitting:
            continue
        place = rng.choice(fitting)
        free.discard(place)
        taken[original] += 1
        homes[place], start = (_embed if kind == "embedded" else _add)(homes[place], edited, rng)
        planted.append(Use(original, kind, homes[place].id, start, start + len(edited)))
    return Planted([*(original.answer for original in chosen), *homes], chosen, planted)


def _add(answer: Answer, text: str, rng: random.Random) -> tuple[Answer, int]:
    """The answer with the text as a paragraph of its own before, between or behind its own, and where it begins."""
    starts = [start for start, _ in paragraph_stretches(answer.text, answer.markup, answer.tables)]
    start = rng.choice([*starts, None])
    if start is None:
        return replace(answer, text=f"{answer.text}\n\n{text}"), len(answer.text) + 2
    return replace(answer, text=f"{answer.text[:start]}{text}\n\n{answer.text[start:]}"), start


def _embed(answer: Answer, text: str, rng: random.Random) -> tuple[Answer, int]:
    """The answer with the text between two sentences of one of its own paragraphs."""
    start, end = rng.choice(_wide_paragraphs(answer))
    place = rng.choice(sentence_stretches(answer.text[start:end], offset=start)[1:])[0]
    return replace(answer, text=f"{answer.text[:place]}{text} {answer.text[place:]}"), place


def _wide_paragraphs(answer: Answer) -> list[tuple[int, int]]:
    return [
        (start, end)
        for start, end in paragraph_stretches(answer.text, answer.markup, answer.tables)
        if _is_plain(answer.text[start:end], 20) and len(sentences(answer.text[start:end])) >= 2
    ]


# The edits: each gives the edited text, or None where it does not apply


_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_COUNTRIES = (
    "England|Scotland|Wales|Northern Ireland|the United Kingdom|the UK|Great Britain|London|Ukraine|Russia|Israel|Gaza|"
    "China|India|Pakistan|Afghanistan|Iran|Sudan|Syria|Turkey|Kenya|Nigeria|France|Germany|Poland|Ireland|the USA|"
    "the United States|Canada|Australia|Europe|Africa|Birmingham|Manchester|Leeds|Liverpool|Bristol|Sheffield|Cornwall|"
    "Devon|Kent|Essex|Norfolk|Suffolk|Yorkshire|Lancashire|Cumbria|Oxfordshire|Cambridge|Oxford|Newcastle|Portsmouth"
)
_TOWNS = (
    "South Suffolk|Stoke-on-Trent North|Weston-super-Mare|Hull|Grimsby|Isle of Wight East|Berwick-upon-Tweed|Dover|"
    "North East Derbyshire|Torbay|Blackpool South|Hexham|Ynys Môn|Na h-Eileanan an Iar|Dundee Central|East Surrey|"
    "Kingston upon Hull East|Luton|Middlesbrough|Gower|Strangford|Bury St Edmunds|Ashfield|Redcar|Ludlow|Slough|"
    "Mid Bedfordshire|Runnymede and Weybridge|West Dorset|Walsall|Carlisle|Hove|Ealing Southall|Great Yarmouth"
)
TOWNS = _TOWNS.split("|")
_PLACE = re.compile(rf"\b(?:{_COUNTRIES}|{_TOWNS})\b(?! \w*(?:Executive|Parliament|Office|Court))")
_ACTORS = ["we", "the Government", "the department", "Ministers", "my department", "this Government", "officials"]
_ACTOR = re.compile(
    r"\b(?:[Tt]he (?:UK )?Government|[Tt]his Government|[Oo]ur Government|[Tt]he [Dd]epartment(?! (?:for|of))|"
    r"[Mm]y [Dd]epartment|[Ww]e|Ministers|[Tt]he Secretary of State)\b(?!['’])"
)
_CLAUSES = [
    "as set out in the statement made to the House last month",
    "working hand in hand with partners in local government",
    "subject to the outcome of the spending review",
    "where it represents good value for the taxpayer",
    "following a consultation that closed in the summer",
    "together with colleagues in the devolved administrations",
    "as many hon. Members have rightly pointed out",
    "for the first time in more than a decade",
    "on the advice of the independent panel of experts",
    "in line with the recommendations of the committee",
    "alongside charities and community groups",
    "in the coming months",
]
_REWORDINGS = {
    "ensuring": "making sure", "ensure": "make sure", "however": "but", "also": "in addition", "including": "such as",
    "in order to": "to", "regarding": "about", "a number of": "several", "a range of": "various",
    "currently": "at present", "working with": "engaging with", "support": "help", "supporting": "helping",
    "provides": "gives", "provide": "give", "provided": "supplied", "providing": "offering", "important": "vital",
    "significant": "substantial", "across": "throughout", "through": "by means of", "additional": "extra",
    "people": "individuals", "improve": "strengthen", "improving": "strengthening", "increase": "raise",
    "deliver": "bring about", "delivering": "bringing about", "such as": "for example", "as well as": "together with",
    "announced": "confirmed", "published": "issued", "set out": "laid out", "previous": "last", "recent": "latest",
    "appropriate": "suitable", "relevant": "pertinent", "required": "needed", "access to": "use of", "help": "assist",
    "receive": "get", "regularly": "often", "ongoing": "continuing", "launched": "started", "introduced": "brought in",
    "measures": "steps", "committed to": "intent on", "continues to": "still does", "continue to": "go on to",
    "clear": "plain", "all": "each and every one of", "most": "the greater part of", "within": "inside",
    "consider": "weigh", "reduce": "cut", "need": "require", "take": "carry out", "further": "more", "will": "shall",
}  # fmt: skip
_REWORDED = re.compile(rf"\b(?:{'|'.join(sorted(_REWORDINGS, key=len, reverse=True))})\b", re.IGNORECASE)


def _capital(text: str, like: str) -> str:
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def _other(choices: Sequence[str], old: str, rng: random.Random) -> str:
    return rng.choice([choice for choice in choices if choice.casefold() != old.casefold()])


def change_numbers(text: str, rng: random.Random) -> str | None:
    """Every figure by another of as many digits, a year by another year."""

    def other(match: re.Match[str]) -> str:
        old = match.group()
        if re.fullmatch(r"(?:19|20)\d\d", old):
            return _other([str(year) for year in range(2005, 2031)], old, rng)
        while (new := re.sub(r"\d", lambda _: rng.choice("123456789"), old)) == old:
            pass
        return new

    return _FIGURE.sub(other, text) if _FIGURE.search(text) else None


def change_places(text: str, rng: random.Random) -> str | None:
    """Every place by a constituency."""
    return _PLACE.sub(lambda match: _other(TOWNS, match.group(), rng), text) if _PLACE.search(text) else None


def change_actors(text: str, rng: random.Random) -> str | None:
    """Who acts, by another, the same throughout."""
    first = _ACTOR.search(text)
    if first is None:
        return None
    new = _other(_ACTORS, first.group(), rng)
    edited = _ACTOR.sub(lambda match: _capital(new, _sentence_start(text, match.start())), text)
    return edited if edited != text else None


def _sentence_start(text: str, place: int) -> str:
    return "A" if place == 0 or re.search(r"[.?!]\s+$", text[:place]) else "a"


def insert_clause(text: str, rng: random.Random) -> str | None:
    """A clause of four to ten words put into a sentence."""
    places = [
        match.start() for match in re.finditer(r"(?<=[a-z]{3}) (?=(?:and|to|for|in|with|which|by|as|on)\b)", text)
    ]
    if not places:
        return None
    place = rng.choice(places)
    return f"{text[:place]}, {rng.choice(_CLAUSES)},{text[place:]}"


def drop_sentence(text: str, rng: random.Random) -> str | None:
    """One of two or more sentences left out, so that at least ten words stay."""
    parts = sentences(text)
    shorter = [" ".join([*parts[:number], *parts[number + 1 :]]) for number in range(len(parts))]
    fitting = [text for text in shorter if len(masked_words(text)) >= 10]
    return rng.choice(fitting) if fitting else None


def reword(text: str, rng: random.Random) -> str | None:
    """Two to five words by others of the same meaning: at most one in ten words."""
    found = list(_REWORDED.finditer(text))
    n_words = len(masked_words(text))
    if len(found) < 2:
        return None
    for match in sorted(rng.sample(found, min(len(found), 5, max(2, n_words // 10))), key=lambda match: -match.start()):
        new = _capital(_REWORDINGS[match.group().lower()], match.group())
        text = text[: match.start()] + new + text[match.end() :]
    return text


def change_all(text: str, rng: random.Random) -> str | None:
    """A sentence dropped, then rewording, figures, places, actors and a clause, as far as each applies: at least three.

    Of a paragraph of two sentences none is dropped: half of the text gone would be more than an edit.
    """
    applied = 0
    whole = len(sentences(text)) < 3
    for edit in (drop_sentence, reword, change_numbers, change_places, change_actors, insert_clause):
        edited = None if whole and edit is drop_sentence else edit(text, rng)
        if edited is not None:
            text, applied = edited, applied + 1
    return text if applied >= 3 else None


def keep_whole(text: str, rng: random.Random) -> str | None:
    """The text as it is: to be set inside another paragraph."""
    return text


def one_sentence(text: str, rng: random.Random) -> str | None:
    """One sentence of at least ten words alone, of two or more."""
    parts = sentences(text)
    long = [part for part in parts if len(masked_words(part)) >= 10]
    return rng.choice(long) if long and len(parts) > 1 else None


_JOINTS = [
    (re.compile(r",? and (?=(?:we|the|this|it|they|these|our)\b)"), ". "),
    (re.compile(r", which "), ". This "),
    (re.compile(r"; "), ". "),
    (re.compile(r",? but "), ". However, "),
    (re.compile(r", including "), ". This includes "),
    (re.compile(r",? so that "), ". In this way "),
    (re.compile(r", with "), ". There is "),
]


def split_sentence(text: str, rng: random.Random) -> str | None:
    """A sentence cut in two at a joint; in half of the uses the rest of the paragraph is left out."""
    parts = sentences(text)
    cuts = [
        (number, match, between)
        for number, part in enumerate(parts)
        for joint, between in _JOINTS
        for match in joint.finditer(part)
        if len(masked_words(part[: match.start()])) >= 6 and len(masked_words(part[match.end() :])) >= 6
    ]
    if not cuts:
        return None
    number, match, between = rng.choice(cuts)
    head, tail = match.string[: match.start()], match.string[match.end() :]
    cut = head + between + (_capital(tail, "A") if between == ". " else tail)
    return cut if rng.random() < 0.5 else " ".join([*parts[:number], cut, *parts[number + 1 :]])


def merge_sentences(text: str, rng: random.Random) -> str | None:
    """Two sentences made one; in half of the uses the rest of the paragraph is left out."""
    parts = sentences(text)
    fitting = [
        number
        for number in range(len(parts) - 1)
        if parts[number].endswith(".") and min(len(masked_words(part)) for part in parts[number : number + 2]) >= 6
    ]
    if not fitting:
        return None
    number = rng.choice(fitting)
    second = parts[number + 1]
    if re.match(r"(?:The|We|This|It|These|They|Our|In|For|As|To|There|That|A|An|All|Any)\b", second):
        second = second[0].lower() + second[1:]
    merged = parts[number][:-1] + rng.choice([", and ", "; "]) + second
    return merged if rng.random() < 0.5 else " ".join([*parts[:number], merged, *parts[number + 2 :]])


EDITS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number changed": change_numbers,
    "place changed": change_places,
    "actor changed": change_actors,
    "clause inserted": insert_clause,
    "sentence dropped": drop_sentence,
    "light rewording": reword,
    "all at once": change_all,
    "embedded": keep_whole,
    "one sentence alone": one_sentence,
    "sentence split": split_sentence,
    "sentences merged": merge_sentences,
}


# Families with filled places


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a planted family: its kind, the word before it (None where that is no fixed word), its fillings."""

    kind: str
    before: str | None
    fillings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A planted family: the answers of its uses, in the order of each place's fillings."""

    answer_ids: tuple[str, ...]
    places: tuple[Place, ...]


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_PHRASES = [
    "a number of", "several", "many of our", "all our", "some", "most of our", "a wide range of", "various", "both",
    "hundreds of our",
]  # fmt: skip


def _month(rng: random.Random) -> str:
    return rng.choice(_MONTHS.split("|"))


def _grouped(rng: random.Random) -> str:
    return f"{rng.randint(1_000, 990_000):,}"


# Each kind in the styles in which answers write it: a place keeps to one or two of them.
_VALUES: dict[str, list[Callable[[random.Random], str]]] = {
    "number": [
        lambda rng: str(rng.randint(2, 999)),
        _grouped,
        lambda rng: rng.choice("two three four five six seven eight nine ten eleven twelve fifteen twenty".split()),
    ],
    "money": [
        lambda rng: f"£{rng.randint(2, 990)} million",
        lambda rng: f"£{rng.randint(1, 90)}.{rng.randint(1, 9)} billion",
        lambda rng: f"£{_grouped(rng)}",
    ],
    "percent": [
        lambda rng: f"{rng.randint(2, 99)}%",
        lambda rng: f"{rng.randint(2, 99)} per cent",
        lambda rng: f"{rng.randint(2, 99)}.{rng.randint(1, 9)}%",
    ],
    "date": [
        lambda rng: f"{rng.randint(1, 28)} {_month(rng)} {rng.randint(2021, 2026)}",
        lambda rng: f"{_month(rng)} {rng.randint(2021, 2026)}",
        lambda rng: f"{rng.randint(1, 28)} {_month(rng)}",
    ],
    "reference": [lambda rng: str(rng.randint(1_000, 99_999)), lambda rng: f"HL{rng.randint(100, 9_999)}"],
    "name": [lambda rng: rng.choice(TOWNS)],
    "text": [lambda rng: rng.choice(_PHRASES)],
}
# What stands in the paragraph already, looked for in this order: a sum holds a number.
_STANDING = {
    "money": re.compile(r"£\d[\d,.]*(?<!\D)(?: (?:million|billion)\b|(?!\w|\.\d| ?(?:m|bn|k|mn|trillion)\b))"),
    "percent": re.compile(r"(?<![\w.])\d[\d.]*(?:%| per cent)"),
    "date": re.compile(rf"(?:\d{{1,2}} )?\b(?:{_MONTHS}) 20\d\d\b"),
    "reference": re.compile(r"(?<=Question )\d{3,6}\b|\bHL\d+"),
    "number": re.compile(
        r"(?<!PQ )(?<!Question )(?<![\w.,/£-])\d[\d,]*(?![\w/%-]|[.,]\d| per cent| (?:million|billion)| [A-Z])"
    ),
    "name": _PLACE,
}
# What is put before a sentence's full stop where the paragraph has no such place.
_CARRIERS = {
    "number": " in {} areas",
    "money": " at a cost of {}",
    "percent": ", which is {} more than before",
    "date": ", with effect from {}",
    "reference": ", as set out in the answer to Question {}",
    "name": ", not least in {}",
    "text": ", together with {} partners",
}
KINDS = tuple(_VALUES)


def plant_slots(
    answers: Sequence[Answer], *, families: int, hosts: int, seed: int
) -> tuple[list[Answer], list[Filled]]:
    """Families of 5 to 12 uses, each a paragraph with one to four places filled; the original is not among them."""
    rng = random.Random(seed)
    originals = choose_originals(answers, families, rng)
    homes = choose_hosts(answers, originals, hosts, rng)
    free = rng.sample(range(len(homes)), len(homes))
    wanted: Counter[str] = Counter()
    planted = []
    for original in originals:
        n_uses = rng.randint(5, 12)
        if n_uses > len(free):
            break
        # The kinds planted least so far first.
        kinds = sorted(KINDS, key=lambda kind: (wanted[kind], rng.random()))[: rng.randint(1, 4)]
        pieces, found = make_places(original.text, kinds, rng)
        wanted.update(found)
        fillings = [_fill(kind, n_uses, rng) for kind in found]
        ids = []
        for use in range(n_uses):
            place = free.pop()
            text = "".join(
                piece + filling
                for piece, filling in zip(pieces, [*(those[use] for those in fillings), ""], strict=True)
            )
            homes[place], _ = _add(homes[place], text, rng)
            ids.append(homes[place].id)
        before = [find_words(piece).words[-1:] for piece in pieces]
        planted.append(
            Filled(
                tuple(ids),
                tuple(
                    Place(kind, word[0] if word else None, tuple(those))
                    for kind, word, those in zip(found, before, fillings, strict=False)
                ),
            )
        )
    return homes, planted


def make_places(text: str, kinds: Sequence[str], rng: random.Random) -> tuple[list[str], list[str]]:
    """The text cut at one place of each kind: one piece more than places, and the places' kinds, in order.

    No two places are nearer to each other than four words, and each kind has one: what stands there already in most
    of the cases, else a carrier phrase.
    """
    cuts: list[tuple[int, int, str, str, str]] = []

    def is_free(start: int, end: int) -> bool:
        return all(len(masked_words(text[min(end, high) : max(start, low)])) >= 4 for low, high, *_ in cuts)

    for kind in kinds:
        standing = [match.span() for match in _standing(text, kind) if is_free(*match.span())]
        # A full stop behind a letter: not that of a figure or an abbreviation.
        stops = [(end - 1, end - 1) for _, end in sentence_stretches(text) if re.search(r"[a-z]{3}\.$", text[:end])]
        stops = [stop for stop in stops if is_free(*stop)]
        if standing and (rng.random() < 0.7 or not stops):
            cuts.append((*rng.choice(standing), kind, "", ""))
        elif stops:
            head, tail = _CARRIERS[kind].split("{}")
            cuts.append((*rng.choice(stops), kind, head, tail))
    pieces, reached, tail = [], 0, ""
    for start, end, _, head, following in sorted(cuts):
        pieces.append(tail + text[reached:start] + head)
        reached, tail = end, following
    return [*pieces, tail + text[reached:]], [kind for _, _, kind, _, _ in sorted(cuts)]


def _standing(text: str, kind: str) -> list[re.Match[str]]:
    if kind not in _STANDING:
        return []
    others = list(_STANDING)[: list(_STANDING).index(kind)]
    taken = [match.span() for other in others for match in _STANDING[other].finditer(text)]
    return [
        match
        for match in _STANDING[kind].finditer(text)
        if not any(match.start() < end and start < match.end() for start, end in taken)
    ]


def _fill(kind: str, n_uses: int, rng: random.Random) -> list[str]:
    """One filling for each use: three or more different values, each at least once."""
    styles = rng.sample(_VALUES[kind], min(len(_VALUES[kind]), rng.randint(1, 2)))
    values: list[str] = []
    n_values = rng.randint(3, min(n_uses, 8))
    while len(values) < n_values:
        value = rng.choice(styles)(rng)
        if value not in values:
            values.append(value)
    chosen = [*values, *rng.choices(values, k=n_uses - n_values)]
    rng.shuffle(chosen)
    return chosen
