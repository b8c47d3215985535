"""Kinds of answer: what an answer does with its question, as far as set phrases tell. One table of rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from pqreuse.records import Kind
from pqreuse.words import Words, index_words

KINDS: tuple[Kind, ...] = get_args(Kind)


class Rule(NamedTuple):
    """A phrase that makes an answer one of a kind.

    Attributes
    ----------
    kind : str
    words : tuple of str
        Groups of words, ``*`` for any ending: every match has one of each group, in this order and near one another.
        So only a small part of a corpus is looked at closely.
    pattern : str
        For text as `plain` writes it. ``…`` is anything, but not much, within one sentence; what patterns have in
        common stands in angle brackets.
    example : str
    """

    kind: Kind
    words: tuple[str, ...]
    pattern: str
    example: str


_PARTS = {
    "<asker>": r"(?:<member>|you|him|her|them|the (?:right|rt))\b",
    "<member>": r"(?:(?:the|my|our|rt|right|noble|learned|gallant) )*"
    r"(?:hon(?:ou?rable)?(?:members?)?|members?|deputy|deputies|lord|lady|baroness|earl|viscount|peer)\b",
    "<answer>": r"(?:answers?|repl(?:y|ies)|responses?)\b",
    # A consultation has questions too, but not hundreds of them.
    "<question>": r"(?:questions?(?=\W*(?:\w+ )?(?:hl|s\dw-|aqw )?\d{3})|(?:pqw?|uin)s?(?=\W*(?:\w+ )?(?:hl|pq)?\d))",
    "<soon>": r"(?:shortly|soon|in due course|once|when|as quickly)\b",
    "<department>": r"(?:i|we|he|she|ministers?|department|ministry|office|officials|secretary of state|treasury)",
    "<held>": r"(?:held|collected|collated|recorded|kept|maintained|retained|compiled|stored|logged|tracked)\b",
    "<hold>": r"(?:hold|collect|collate|record|keep|maintain|gather|capture|retain|compile|store|log|track)\b",
    "<facts>": r"(?:information|data|datasets?|figures?|statistics|details?|records?|breakdowns?|lists?|registers?"
    r"|numbers?|estimates?|logs?|database|totals?|costs?)\b",
    "<so>": r"(?:centrally|nationally|in (?:the|a|this|that|any|such)…(?:form|format|way|manner)\b"
    r"|at (?:\w+ ){1,4}level"
    r"|by (?:the |my |this )?(?:department|ministry|government|home office|cabinet office|treasury))\b",
    "<library>": r"(?:the |both |each )?(?:(?:house of commons|house of lords|houses?|commons?|lords|parliamentary"
    r"|parliament|respective)(?:'s?)? )*librar(?:y|ies)\b",
    "…": r"[^.?!;\n]{0,90}?",
}
_ANSWER, _QUESTION, _POINT = "answer* reply replies response*", "question* pq* uin*", "refer* direct point draw"
_SOON = "shortly soon course once when quickly"
_HELD = "held collected collated recorded kept maintained retained compiled stored logged tracked gathered captured"
MONTHS = "january february march april may june july august september october november december"
_HOLD = "hold collect collate record keep maintain gather capture retain compile store log track"

RULES = (
    Rule(
        "holding",
        ("possible", "respond reply answer* response*", "before available usual"),
        r"\b(?:has|is|will) not (?:been |proved |proven |be )*possible to (?:provide (?:an? )?)?"
        r"(?:respond|<answer>)…\b(?:before|in the time available|within the usual)\b",
        "It has not proved possible to respond to the hon. Member in the time available before Prorogation.",
    ),
    Rule(
        "holding",
        ("enough sufficient", "time", "respond reply answer response"),
        r"\bnot (?:been )?(?:enough|sufficient) time to…\b(?:respond|<answer>)",
        "There was not enough time to prepare a full reply before the House rose.",
    ),
    Rule(
        "holding",
        ("respond reply answer", _SOON),
        r"\b<department>(?: \w+){0,2} (?:will|shall|hope to|aim to|intend to|expect to)(?: \w+){0,2} "
        r"(?:respond|reply|answer)(?: \w+)?(?: to)? "
        r"(?:<asker>(?!(?: members?)?')|(?:this|the|these|your) questions?)…\b<soon>",
        "I will respond to the hon. Member shortly.",
    ),
    Rule(
        "holding",
        ("question*", "answered", _SOON),
        r"\bquestions? (?:will|shall) (?:\w+ )?be (?:\w+ )?answered…\b<soon>",
        "This question will be answered as soon as possible.",
    ),
    Rule(
        "holding",
        ("answer reply response", "provided given sent", _SOON),
        r"(?:\ban answer|\ba (?:full|substantive|final) <answer>|\n(?:an?|the) (?:\w+ )?<answer>) (?:to <member>…)?"
        r"(?:will be|is being prepared and will be) (?:provided|given|sent)…\b<soon>",
        "An answer is being prepared and will be provided as soon as it is available.",
    ),
    Rule(
        "referral",
        (_POINT, "answer answers reply replies"),
        r"\b(?:refer(?:s|red)?|direct|point|draw)\b…\b(?:answers?|repl(?:y|ies))\b",
        "I refer the hon. Member to the answer given on 12 March 2024 to Question 12345.",
    ),
    Rule(
        "referral",
        (_POINT, f"response* {_QUESTION}"),
        r"\b(?:refers?|direct|point)\b…\b(?:responses?…\b(?:gave|given|(?<!be )provided|questions?)\b|<question>)",
        "I refer the hon. Member to my response to PQ 12345.",
    ),
    Rule(
        "referral",
        (f"{_ANSWER} official", _QUESTION),
        r"\b(?:<answer>|official report\b)…\b<question>",
        "As set out in my answer to Question UIN 12345, the review is under way.",
    ),
    Rule(
        "referral",
        ("previous earlier", _ANSWER),
        r"\b(?:(?:as|further)\b…\b(?:in|to|per)|see) (?:(?:my|our|the|his|her) )?"
        r"(?:previous|earlier) (?:written )?<answer>",
        "As set out in my previous answer, the review is under way.",
    ),
    Rule(
        "referral",
        ("out stated noted explained outlined mentioned said referred confirmed described", _ANSWER, MONTHS),
        r"\bas \w+ (?:\w+ )?in (?:my|our|the) (?:written )?<answer> (?:given )?(?:on|of) (?:the )?\d",
        "As set out in my answer of 12 March, the review is under way.",
    ),
    Rule(
        "referral",
        ("nothing", "add", _ANSWER),
        r"\bnothing (?:\w+ )?to add to…\b<answer>",
        "I have nothing to add to the answer that I gave on 12 March 2024.",
    ),
    Rule(
        "referral", ("pq* uin*",), r"\bas \w+ in (?:pq|uin)s? ?\d", "As published in PQ 12345, the review is under way."
    ),
    Rule(
        "referral",
        (_QUESTION, "answered"),
        r"\b<question>.{0,16}\b(?:was|has been) answered\b",
        "Question 12345 was answered on 12 March 2024.",
    ),
    Rule(
        "not_held",
        ("centrally routinely separately systematically currently specifically readily regularly", f"{_HELD} {_HOLD}"),
        r"\bnot (?:centrally|routinely|separately|systematically|currently|specifically|readily|regularly) "
        r"(?:<held>|<hold>)",
        "Such cases are not centrally recorded.",
    ),
    Rule(
        "not_held",
        ("not nor", _HELD),
        r"\b(?:not|nor) (?:\w+ ){0,3}(?:<held>|captured|gathered) (?:\w+ ){0,2}<so>"
        r"|\b<facts>…\b(?:is|are|was|were|been|being) not (?:\w+ ){0,3}<held>"
        r"|\b(?:is|are) not (?:held|collected|recorded|kept)(?=[.,]|$)"
        r"|\b(?:has|have) not (?:\w+ )?(?:collected|recorded|kept) (?:\w+ ){0,3}<facts>",
        "The information requested is not held.",
    ),
    Rule(
        "not_held",
        ("do does did nor neither", f"{_HOLD} holds collects"),
        r"\b(?:(?:do|does|did) not (?:\w+ ){0,3}|(?:nor|neither) (?:\w+ ){0,6})"
        r"(?:<hold>(?! the responsib)|holds|collects)(?: [\w-]+){0,5} <facts>"
        r"|\b(?:do|does) not (?:\w+ ){0,2}(?:record|collect|collate|track) "
        r"(?:the|this|these|how|whether|when|why|which)\b",
        "The Department does not collect data on this.",
    ),
    Rule(
        "not_held",
        ("do does", "have", "data information statistics figures record*"),
        r"\b(?:department|ministry|office|government|we|agency|hmrc|england|executive) (?:\w+ )?(?:do|does) not "
        r"(?:currently )?have (?:(?:any|the|a|central|centrally|comprehensive|specific|relevant|held|such) )*"
        r"(?:data|information|statistics|figures|records?)\b",
        "The Department does not have data on this.",
    ),
    Rule(
        "not_held",
        ("no", _HELD),
        r"\bno (?:\w+ ){0,3}<facts>…\b(?:is|are|was|were|been)(?: \w+){0,2} (?:<held>|gathered)"
        r"|\b<facts>…\b(?:is|are) no longer <held>",
        "No central record of these visits is kept.",
    ),
    Rule(
        "not_held",
        ("hold* keep* collect* maintain*", "no", "data information statistics figures record*"),
        r"\b(?:(?:holds?|keeps?|collects?|maintains?) no (?:\w+ ){0,2}records?|(?:holds?|collects?) no "
        r"(?:(?:relevant|central|such|further|specific|detailed) )*(?:data|information))\b",
        "The Department keeps no central record of this information.",
    ),
    Rule(
        "not_held",
        ("not nor", "available", "centrally nationally form format way manner level"),
        r"\b(?:information|data|figures|statistics|breakdown)\b…\b(?:is|are) not (?:\w+ )?available <so>",
        "The information is not available in the format requested.",
    ),
    Rule(
        "disproportionate_cost",
        ("disproportionate*",),
        r"\bdisproportionate(?:ly)? (?:on )?"
        r"(?:costs?|costly|expense|expensive|effort|amount of (?:activity|time|work))\b",
        "The information could be obtained only at disproportionate cost.",
    ),
    Rule(
        "disproportionate_cost",
        ("exceed*", "cost", "limit threshold"),
        r"\bexceed(?:ing|s)? the (?:\w+ )?cost (?:limit|threshold)\b",
        "To answer would exceed the appropriate cost limit.",
    ),
    Rule(
        "transfer",
        ("question*", "transferred passed forwarded redirected"),
        r"\b(?:this|these|the|your)(?: \w+){0,4} questions? (?:\w+ ){0,3}(?:been|was|were|is|are|being) (?:\w+ )?"
        r"(?:transferred|passed|forwarded|redirected) (?:on )?to\b",
        "This question has been transferred to the Home Office.",
    ),
    Rule(
        "transfer",
        ("referred passed transferred forwarded asked", "direct"),
        r"\b(?:referred|passed|transferred|forwarded|asked)\b…\bto\b…\bfor (?:\w+ )?direct (?:reply|response)",
        "I have referred the question to the Executive for direct reply.",
    ),
    Rule(
        "transfer",
        ("fall*", "remit responsib*"),
        r"\b(?:information|questions?)\b…\bfalls? (?:under|within|into) the (?:remit|responsibilit(?:y|ies)) of\b",
        "The information requested falls under the remit of the UK Statistics Authority.",
    ),
    Rule(
        "transfer",
        ("asked", "write reply respond"),
        r"\b(?:have|has) asked (?!(?:\w+ )?officials)…\bto (?:write|reply|respond)\b",
        "I have asked the Chief Executive to write to the hon. Member.",
    ),
    Rule(
        "transfer",
        ("asked", "reply respond"),
        r"\bi have been asked to (?:reply|respond)\b",
        "I have been asked to reply on behalf of my right hon. Friend the Prime Minister.",
    ),
    Rule(
        "transfer",
        ("respond reply write", "letter directly"),
        r"(?<!\bi) will (?:\w+ )?(?:respond|reply|write) (?:\w+ )?to <member>…\b(?:by letter|directly)\b"
        r"|(?<!\bi) will (?:respond|reply|write) directly to <member>",
        "The Authority will respond to the hon. Member by letter.",
    ),
    Rule(
        "transfer",
        ("direct address", "question* query queries enquir*"),
        r"\b(?:direct|address) (?:this|these|your|the|his|her) (?:question|query|queries|enquir(?:y|ies)) to\b",
        "You may wish to direct your query to the Home Office.",
    ),
    Rule(
        "transfer",
        ("matter matters",),
        r"\n(?:this|these|(?:the|this|these) (?:questions?|issues?|matters?)(?: raised)?) (?:is|are) "
        r"(?!not )(?:\w+ ){0,3}?matters? for\b",
        "This is a matter for the Scottish Government.",
    ),
    Rule(
        "deposit",
        ("librar*",),
        r"(?<!not )(?<!not be )(?<!plans to )(?<!or )\b(?:plac(?:e|ed|es|ing)|deposit(?:ed|ing)?|la(?:id|y)(?! out)"
        r"|lodged?|put|available|found|provided?(?! by)|publish(?:ed|es)|sen[dt])\b…\b(?:in|to) <library>"
        r"(?! (?:research|briefing))",
        "I will place a copy of my letter in the Library of the House.",
    ),
    Rule("deposit", ("deposited*",), r"\bdeposited ?papers?\b", "See deposited paper DEP2024-0123."),
    Rule(
        "will_write",
        ("write",),
        r"\b<department> (?:\w+ ){0,5}?(?:will|shall) (?!not )(?:\w+ ){0,5}?write (?:\w+ )?(?:to )?<asker>",
        "I will write to the hon. Member.",
    ),
    Rule(
        "will_write",
        ("written writing happy officials", "hon* member* noble you him her them deputy lord lady"),
        r"\b<department> (?:am|are|is|have|has) (?!not )(?:\w+ )?(?:(?:written|writing)(?: \w+)?|happy to write"
        r"|asked (?:\w+ )?officials to write) to <asker>",
        "I have written to the hon. Member.",
    ),
)

_BEFORE, _BEHIND = 20, 25
"""Words before and behind the first word of a rule that are looked at."""


def answer_kinds(text: str) -> tuple[Kind, ...]:
    """The kinds of an answer, none or several, in the order of `KINDS`.

    >>> answer_kinds("I will write to the hon. Member and place a copy of my letter in the Library.")
    ('deposit', 'will_write')
    """
    return find_kinds([text], index_words([text]))[0]


def find_kinds(texts: Sequence[str], words: Words) -> list[tuple[Kind, ...]]:
    """The kinds of each answer.

    Parameters
    ----------
    texts : sequence of str
    words : Words
        Of these texts.
    """
    found: list[set[Kind]] = [set() for _ in texts]
    starts, ends, bounds = words.starts.data, words.ends.data, words.indptr.tolist()
    for (kind, _, pattern, _), places in zip(RULES, _places(words), strict=True):
        search, opening = compiled(pattern).search, pattern.startswith(r"\n")
        answers = np.searchsorted(words.indptr, places, "right") - 1
        for answer, place in zip(answers.tolist(), places.tolist(), strict=True):
            if kind in found[answer]:
                continue
            first, end = max(place - _BEFORE, bounds[answer]), min(place + _BEHIND, bounds[answer + 1])
            begins = first == bounds[answer]
            if begins or not opening:
                part = plain(texts[answer][starts[first] : ends[end - 1] + 1])
                if search("\n" + part if begins else part):
                    found[answer].add(kind)
    return [tuple(kind for kind in KINDS if kind in kinds) for kinds in found]


def count_kinds(kinds: Iterable[tuple[Kind, ...]]) -> dict[Kind, int]:
    """How many answers are of each kind; all kinds are there, in the order of `KINDS`."""
    counts = Counter(chain.from_iterable(kinds))
    return {kind: counts[kind] for kind in KINDS}


def _places(words: Words) -> Iterator[NDArray[np.int64]]:
    """For each rule, where its first group has a word behind which the other groups have one, near and in order."""
    groups = sorted({group for rule in RULES for group in rule.words})
    bits = np.zeros(len(words.vocabulary), np.uint64)
    vocabulary = list(words.vocabulary)  # each would be decoded at every step of the search
    for number, group in enumerate(groups):
        for word in group.split():
            bits[_range(vocabulary, word)] |= np.uint64(1 << number)
    places = np.flatnonzero((bits != 0)[words.tokens])
    of_words = bits[words.tokens[places]]
    of_group = {group: places[of_words & np.uint64(1 << number) != 0] for number, group in enumerate(groups)}
    for rule in RULES:
        first = last = of_group[rule.words[0]]
        for group in rule.words[1:]:
            following = np.append(of_group[group], len(words.tokens) + _BEHIND)
            last = following[np.searchsorted(following, last, "right")]
            near = last - first < _BEHIND
            first, last = first[near], last[near]
        yield first


def _range(vocabulary: Sequence[str], word: str) -> slice:
    """Places of a word, or with ``*`` of all that begin so."""
    start = word.removesuffix("*")
    end = f"{start}\U0010ffff" if word.endswith("*") else f"{start}\0"
    return slice(bisect_left(vocabulary, start), bisect_left(vocabulary, end))


def plain(text: str) -> str:
    """Small letters, straight quotes, single blanks, no dots of common abbreviations."""
    text = " ".join(text.split()).casefold().replace("\u2019", "'").replace("\u200b", "").replace("\u00ad", "")
    return text.replace("hon. ", "hon ").replace("rt. ", "rt ").replace("no. ", "no ").replace("dr. ", "dr ")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A rule's pattern with its parts written out."""
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return re.compile(pattern)
