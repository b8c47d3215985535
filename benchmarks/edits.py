"""The edits of planted uses: each gives the edited text, or None where it does not apply."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from pqreuse.segments import sentence_stretches
from pqreuse.words import find_words


def masked_words(text: str) -> list[str]:
    """Words, figures as one placeholder."""
    return ["0" if word[0].isdecimal() else word for word in find_words(text).words]


def runs_of(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    """All runs of so many consecutive words."""
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_stretches(text)]


FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
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
PLACE = re.compile(rf"\b(?:{_COUNTRIES}|{_TOWNS})\b(?! \w*(?:Executive|Parliament|Office|Court))")
_ACTORS = ["we", "the Government", "the department", "Ministers", "my department", "this Government", "officials"]
ACTOR = re.compile(
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

    return FIGURE.sub(other, text) if FIGURE.search(text) else None


def change_places(text: str, rng: random.Random) -> str | None:
    """Every place by a constituency."""
    return PLACE.sub(lambda match: _other(TOWNS, match.group(), rng), text) if PLACE.search(text) else None


def change_actors(text: str, rng: random.Random) -> str | None:
    """Who acts, by another, the same throughout."""
    first = ACTOR.search(text)
    if first is None:
        return None
    new = _other(_ACTORS, first.group(), rng)
    edited = ACTOR.sub(lambda match: _capital(new, _sentence_start(text, match.start())), text)
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
