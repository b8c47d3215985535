"""Plain text wrapped to a width → the same text with a paragraph on each line, character for character as long.

Line breaks inside a paragraph become spaces, page numbers and running heads become spaces too, and a hyphen that only a
line's end has put into a word becomes an ignorable character. So every later stage sees whole paragraphs and words, and
its offsets are those of the original text.

Its lines alone show whether a text is wrapped: a line is *full* where the first word of the next line would not have
fitted on it. That needs no capitals and no alphabet; asking for lower case at the beginning of lines failed on German
nouns, on question numbers and on scripts without case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from pqreuse.lazy import column
from pqreuse.records import Answer
from pqreuse.words import Vocabulary, index_words

# A carriage return and line feed are one line end. A set of characters first, since such patterns are found fastest; no
# possessive group, with which Python 3.11.2 never comes to an end.
REST = r"(?:(?<=\r)\n|(?<!\r)|(?!\n))"
LINE_END = re.compile(rf"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]{REST}")
_TERMINATED = re.compile(r"[.?!:;…。！？।॥۔؟][\"'”’»)\]]*$|[”\"’'»]$")
_MARKER = re.compile(r"(?:[-–—•·*‣▪◦●○■□]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s")
_LABEL = re.compile(r"[A-Z][a-z]{2,11}:(?:\s|\Z)")  # "Source: …" below a caption
_PAGE = re.compile(
    r"[-–—\[(]\s?\d{1,4}\s?[-–—\])]|(?:page|seite|página|pagina|pagina|strana|sida|side|p\.|s\.|pg\.)\s?\d{1,4}"
    r"(?:\s?(?:/|of|von|de|sur|di|av|af)\s?\d{1,4})?",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}(?:\s?(?:/|of|von|de|sur|di)\s?\d{1,4})?")
_CELLS = re.compile(r"\t| {4}")  # within a line, between the cells of a table's row
_HYPHEN = re.compile(r"([^\W\d_]{2,})[-\u2010\u00ad]$")
_BEGINNING = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_MANY_DIGITS = re.compile(r"\d+")
_JOINER = "\u2060"  # word joiner: ignorable
_LONGEST_HEAD = 120
_NARROWEST = 25  # columns; what is narrower is a list or a poem
_WIDE = 45
_WIDEST = 200


@dataclass(slots=True)
class _Line:
    """A line that is not blank: where its text stands, and what it begins and ends with."""

    start: int
    end: int
    text: str
    indent: int
    paged: bool  # a page ends before it
    blank: bool  # a blank line stands before it
    furniture: bool = False

    @property
    def terminated(self) -> bool:
        return _TERMINATED.search(self.text) is not None

    @property
    def tabular(self) -> bool:
        return _CELLS.search(self.text) is not None

    @property
    def marked(self) -> bool:
        return _MARKER.match(self.text) is not None


def reflow_answers(answers: Sequence[Answer], known: Vocabulary | None = None) -> Sequence[Answer]:
    """Answers as the later stages read them: the text of those that are plain text reflowed, see `reflow`."""
    texts = column(answers, "text")
    found = reflow(texts, [not markup for markup in column(answers, "markup")], known)
    if found is texts:
        return answers
    return [one if one.text is text else replace(one, text=text) for one, text in zip(answers, found, strict=True)]


def reflow(texts: Sequence[str], plain: Sequence[bool], known: Vocabulary | None = None) -> Sequence[str]:
    """Texts with a paragraph on each line, each as long as it was; the sequence itself where none is wrapped.

    Parameters
    ----------
    texts : sequence of str
    plain : sequence of bool
        Whether each is plain text; what was extracted from markup stays as it is.
    known : Vocabulary, optional
        Words that are known from elsewhere, by which a hyphen at a line's end is judged beside those of the texts.
    """
    found: list[str] = []
    hyphens: dict[int, list[tuple[int, int, int, int]]] = {}
    for place, (text, is_plain) in enumerate(zip(texts, plain, strict=True)):
        if is_plain and LINE_END.search(text):
            read, broken = _reflowed(text)
            if read is not text:
                found = found or list(texts)
                found[place] = read
            if broken:
                hyphens[place] = broken
    if hyphens:
        _join_words(found, hyphens, known)
    return found or texts


def _reflowed(text: str) -> tuple[str, list[tuple[int, int, int, int]]]:
    """A text reflowed, and its words that a line's end divides: begin, hyphen, begin of the rest, end."""
    lines = _lines(text)
    if not lines:
        return text, []
    _mark_furniture(lines)
    content: list[_Line] = []
    paged = False
    for line in lines:
        paged = paged or line.paged or line.furniture
        if not line.furniture:
            content.append(line)
            line.paged, paged = paged, False
    if len(content) == len(lines) < 2:
        return text, []
    whole = _width(content)
    widths = [whole] * len(content)
    if not whole:  # a table or a list does not keep a paragraph beside it from being one
        edges = [place for place, line in enumerate(content) if place == 0 or line.blank]
        for start, end in pairwise([*edges, len(content)]):
            widths[start:end] = [_width(content[start:end])] * (end - start)
    edits: list[tuple[int, int, str]] = [
        (line.start, line.end, " " * (line.end - line.start)) for line in lines if line.furniture
    ]
    broken = []
    for width, (line, following) in zip(widths, pairwise(content), strict=False):
        if not _goes_on(line, following, width):
            continue
        edits.append((line.end, following.start, " " * (following.start - line.end)))
        left, right = _HYPHEN.search(line.text), _BEGINNING.match(following.text)
        if left and right and (right[0][0].islower() or right[0].lower() == right[0].upper()):
            broken.append((line.end - len(left[0]), line.end - 1, following.start, following.start + right.end()))
    if not edits:
        return text, []
    pieces, reached = [], 0
    for start, end, piece in sorted(edits):
        if start >= reached:  # furniture within a break
            pieces += [text[reached:start], piece]
            reached = end
    return "".join([*pieces, text[reached:]]), broken


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start, paged, blank = 0, False, False
    for match in [*LINE_END.finditer(text), None]:
        end = len(text) if match is None else match.start()
        whole = text[start:end]
        stripped = whole.strip()
        if stripped:
            indent = len(whole) - len(whole.lstrip())
            lines.append(_Line(start + indent, start + indent + len(stripped), stripped, indent, paged, blank))
            paged = blank = False
        else:
            blank = True
        if match is not None:
            paged = paged or match.group() == "\f"
            start = match.end()
    return lines


def _mark_furniture(lines: Sequence[_Line]) -> None:
    """Mark page numbers, and the lines that stand beside several of them alike."""
    lengths = sorted(len(line.text) for line in lines)
    usual = lengths[3 * len(lengths) // 4]
    bare = []
    for place, line in enumerate(lines):
        if len(line.text) > _LONGEST_HEAD:
            continue
        if _PAGE.fullmatch(line.text):
            line.furniture = True
        elif _BARE_NUMBER.fullmatch(line.text):
            bare.append(place)
    numbers = {int(_MANY_DIGITS.findall(lines[place].text)[0]) for place in bare}
    for place in bare:
        before, after = lines[max(place - 1, 0)], lines[min(place + 1, len(lines) - 1)]
        number = int(_MANY_DIGITS.findall(lines[place].text)[0])
        if not (_is_prose(before) and _is_prose(after)):
            continue
        among_text = all(_BARE_NUMBER.fullmatch(one.text) is None for one in (before, after) if one is not lines[place])
        at_break = lines[place].paged or after.paged or (lines[place].blank and after.blank)
        # A number in the middle of a sentence, or one of several that count pages.
        if among_text and (
            (at_break and ({number - 1, number + 1} & numbers or after.paged))
            or (0 < place < len(lines) - 1 and _in_sentence(before, after, usual))
        ):
            lines[place].furniture = True
    pages = [place for place, line in enumerate(lines) if line.furniture or line.paged]
    breaks = [page for before, page in pairwise([-9, *pages]) if page - before > 2]
    beside = Counter(
        text
        for place in breaks
        for text in {
            _MANY_DIGITS.sub("#", line.text)
            for line in lines[max(place - 2, 0) : place + 4]
            if _may_be_head(line, usual) and not line.furniture
        }
    )
    heads = {text for text, many in beside.items() if many > 1}
    for line in lines:
        is_head = _may_be_head(line, usual) and _MANY_DIGITS.sub("#", line.text) in heads
        line.furniture = line.furniture or is_head
    for place in breaks:
        _mark_heads_within_a_sentence(lines, place, usual)


def _is_prose(line: _Line) -> bool:
    """Whether a line may be of a sentence: it has a letter and is not a row of a table."""
    return not line.tabular and any(map(str.isalpha, line.text))


def _in_sentence(before: _Line, after: _Line, usual: int) -> bool:
    """Whether a sentence goes on from one line to another one behind a page's end."""
    long = 4 * len(before.text) > 3 * usual and 2 * len(after.text) > usual
    return not before.terminated and (after.text[:1].islower() or long)


def _mark_heads_within_a_sentence(lines: Sequence[_Line], page: int, usual: int) -> None:
    """Mark up to two short lines on either side of a page's end where a sentence goes on behind them."""
    for before, after in sorted(product(range(3), repeat=2), key=sum):
        low, high = page - 1 - before, page + lines[page].furniture + after
        if low < 0 or high >= len(lines):
            continue
        between = [line for line in lines[low + 1 : high] if not line.furniture]
        ends = lines[low], lines[high]
        if (
            not any(line.furniture for line in ends)
            and _in_sentence(*ends, usual)
            and all(_may_be_head(line, usual) for line in between)
        ):
            for line in between:
                line.furniture = True
            return


def _may_be_head(line: _Line, usual: int) -> bool:
    """Whether a line is short as running heads are, and neither ends a sentence nor goes on with one."""
    short = len(line.text) <= min(_LONGEST_HEAD, 0.7 * usual)
    return short and not line.terminated and not line.text[:1].islower()


def _width(lines: Sequence[_Line]) -> float:
    """The width that a text is wrapped to; 0 where it is not."""
    pairs = [
        (left, right)
        for left, right in pairwise(lines)
        if not (right.blank or right.paged or right.marked or left.tabular or right.tabular)
        and _LABEL.match(right.text) is None
    ]
    lengths = sorted(len(left.text) + left.indent for left, _ in pairs)
    if not lengths:
        return 0
    middle = lengths[len(lengths) // 2]
    # A single long line, such as an address, is not the width.
    width = max(length for length in lengths if length <= 1.3 * middle + 5)
    open_pairs = [(left, right) for left, right in pairs if not left.terminated]
    small = sum(right.text[:1].islower() for _, right in open_pairs)
    large = sum(right.text[:1].isupper() or right.text[:1].isdigit() for _, right in open_pairs)
    full = sum(_is_full(left, right, width) for left, right in pairs)
    if 2 * small >= len(pairs) and width <= _WIDEST:
        return width
    if small:
        goes_on = 5 * small >= small + large
    elif large:
        # Names and headings begin in capitals too, but a wrapped text's last lines are no longer than its others.
        goes_on = width >= _WIDE and full == len(pairs) and all(len(right.text) <= width for _, right in pairs)
    else:
        goes_on = len(pairs) > 1
    is_wrapped = (
        _NARROWEST <= width <= _WIDEST and 2 * len(open_pairs) >= len(pairs) and 4 * full >= 3 * len(pairs) and goes_on
    )
    return width if is_wrapped else 0


def _is_full(line: _Line, following: _Line, width: float) -> bool:
    """Whether the first word of the next line would not have fitted on a line, but for some play of a printed page."""
    return len(line.text) + line.indent + 1 + len(following.text.split(maxsplit=1)[0]) > 0.93 * width


def _goes_on(line: _Line, following: _Line, width: float) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    small = following.text[:1].islower()
    if line.tabular or following.tabular:
        return False
    if following.paged:
        full = bool(width) and _is_full(line, following, width)
        return not line.terminated and (small or (full and not following.marked))
    if following.blank or not width:
        return False
    full = _is_full(line, following, width)
    if following.marked:
        # "… schools\n– who work with …", "… on\n26. September …": no item of a list.
        rest = following.text.split(maxsplit=1)[-1]
        return full and not line.terminated and (rest[:1].islower() or following.text[0].isdigit())
    if following.indent > line.indent + 1 and line.terminated:
        return False
    return full or (small and not line.terminated)


def _join_words(
    texts: list[str], hyphens: Mapping[int, Sequence[tuple[int, int, int, int]]], known: Vocabulary | None
) -> None:
    """Take the hyphens out of the words that only a line's end divides, and leave those of real compounds.

    Judged by what stands elsewhere: the word in one, or both of its parts joined by a hyphen within a line; where
    neither does, parts that are not words of their own are parts of one.
    """
    parts = {
        (place, one): (texts[place][one[0] : one[1]].casefold(), texts[place][one[2] : one[3]].casefold())
        for place, ones in hyphens.items()
        for one in ones
    }
    wanted = set(parts.values())
    compounds: Counter[tuple[str, str]] = Counter()
    undivided = []
    for place, text in enumerate(texts):
        for start, _, _, end in reversed(hyphens.get(place, ())):
            text = f"{text[:start]} {text[end:]}"
        undivided.append(text)
        if "-" in text or "\u2010" in text:
            for match in _COMPOUND.finditer(text):
                compounds.update(set(pairwise(re.split("[-\u2010]", match[0].casefold()))) & wanted)
    words = index_words(undivided)
    asked = {word for left, right in wanted for word in (left, right, left + right)}
    counts = np.bincount(words.tokens, minlength=len(words.vocabulary))
    number = Counter({words.vocabulary[place]: int(counts[place]) for place in words.vocabulary.places(asked)})
    if known is not None:
        number.update(known[place] for place in known.places(asked))
    for place, ones in hyphens.items():
        text = texts[place]
        for one in ones:
            left, right = parts[place, one]
            whole, apart = number[left + right], compounds[left, right]
            soft = text[one[1]] == "\u00ad"
            if soft or whole > apart or (whole == apart and not (number[left] and number[right])):
                text = text[: one[1]] + _JOINER * (one[2] - one[1]) + text[one[2] :]
        texts[place] = text
