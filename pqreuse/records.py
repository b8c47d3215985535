"""What people see: frozen records of what was read and what was found. No record computes; stages fill them.

How a record looks in a notebook, and the charts of a result, are written by modules above this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

from pqreuse.charts import ChartKind, check_kind, draw_bodies, draw_shares, draw_timeline
from pqreuse.errors import ParameterError, UnknownAnswerError, UnknownFamilyError, nearest
from pqreuse.frames import Backend, Columns, make_frame
from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.shading import cell, for_notebook, share_bar, share_words, table, template_pieces, text_block

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from matplotlib.axes import Axes

_IN_NOTEBOOK = 10  # rows
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")

Unit = Literal["paragraph", "sentence"]
Label = Literal["template", "slot", "novel", "none"]
SlotKind = Literal["number", "money", "percent", "date", "reference", "name", "url", "text"]
Change = Literal["figure", "negation", "modal"]
Kind = Literal["holding", "referral", "not_held", "disproportionate_cost", "transfer", "deposit", "will_write"]
Grouping = Literal["body", "minister", "house", "month"]
Progress = Callable[[str, int, int | None], None]
"""Told ``(stage, done, total)`` as work goes on; ``total`` is None where it is not known."""
TableKind = Literal["families", "variants", "uses", "slots", "months", "scores", "spans"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One question and its answer as a reader found them: duplicates and groups not yet resolved.

    Attributes
    ----------
    text : str
        The answer. A plain-text field unchanged; for HTML or XML the extracted text, blocks joined by two newlines.
    question : str
        The question's text, ``""`` where the source has none.
    id : str or None
        The source's own globally unique identifier. A UIN alone is none: UINs repeat across sessions.
    uin, house, body, asker, minister, heading, url : str or None
        As the source gives them. ``body`` is the answering body.
    tabled, answered, corrected : str or None
        ISO dates, ``2025-06-30`` or, of month precision, ``2025-06``.
    correction : bool
        The source marks this text as a correction of an earlier one with the same identifier.
    holding : bool
        The source marks this text as a holding reply: a full answer is to follow.
    original : str or None
        The text before its correction, where the source gives it beside the corrected one.
    grouped : tuple of (str, str or None)
        UINs that the source says were answered together with this one, each with its date tabled where known.
    group : str or None
        A key that all records answered together share (one reply to several questions, a group column).
    tables : tuple of (int, int)
        Stretches of ``text`` that are tables: kept, not scored.
    links : tuple of str
        Addresses of the links of a text that was HTML or XML, in their order and as the source has them.
    markup : bool
        ``text`` was extracted from HTML or XML: paragraphs end at blank lines, not at every line.
    preview : bool
        The source cut ``text`` short.
    file, where : str
        Where it stands, for messages: a file name and ``record 3`` or ``line 3``.
    """

    text: str
    question: str = ""
    id: str | None = None
    uin: str | None = None
    house: str | None = None
    body: str | None = None
    asker: str | None = None
    minister: str | None = None
    heading: str | None = None
    url: str | None = None
    tabled: str | None = None
    answered: str | None = None
    corrected: str | None = None
    correction: bool = False
    holding: bool = False
    original: str | None = None
    grouped: tuple[tuple[str, str | None], ...] = ()
    group: str | None = None
    tables: tuple[tuple[int, int], ...] = ()
    links: tuple[str, ...] = ()
    markup: bool = False
    preview: bool = False
    file: str = ""
    where: str = ""


CONTENT_FIELDS = tuple(name for name in Record.__dataclass_fields__ if name not in ("file", "where"))
"""What a record says: all but where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """Something in the input that was not used, and why."""

    file: str
    where: str
    reason: str


@dataclass(slots=True)
class Reading:
    """What was found in files; of `stream_records` all but the records is known when they have been gone through.

    Attributes
    ----------
    records : iterable of Record
        In the order of the inputs: of `read_records` a list, of `stream_records` an iterator.
    files : int
        Files opened.
    skipped : list of Skipped
        By file and place.
    warnings : list of str
        One line each, by file.
    repeated : int
        Records that were read too and say nothing new: an index counts them and does not keep them.
    former : mapping of str to str
        Families of an index that have another identifier now.
    """

    records: Iterable[Record]
    files: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    repeated: int = 0
    former: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The text given once, to one question or to several that the source marks as answered together.

    Attributes
    ----------
    text : str
        What all offsets refer to, in code points.
    id : str
        The smallest identifier of its questions (by code point).
    question_ids : tuple of str
        The identifiers of all its questions that were read, smallest first.
    questions : tuple of str
        The texts of these questions, in the same order.
    uins : tuple of str
        Their UINs, where the source gives them.
    date : str or None
        Answered, else tabled, else the month tabled: ``2025-06-30`` or ``2025-06``.
    body, minister, house, heading, url : str or None
        As the source gives them.
    tables, links, markup, preview
        See `Record`.
    versions : tuple of str
        The texts that the source has since corrected, or had given as holding replies, as far as they were read, the
        oldest first; not compared.
    """

    text: str
    id: str = ""
    question_ids: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    uins: tuple[str, ...] = ()
    date: str | None = None
    body: str | None = None
    minister: str | None = None
    house: str | None = None
    heading: str | None = None
    url: str | None = None
    tables: tuple[tuple[int, int], ...] = ()
    links: tuple[str, ...] = ()
    markup: bool = False
    preview: bool = False
    versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ParameterError(f"text of answer {self.id!r} must be a string, got {type(self.text).__name__}")
        if self.date is not None:
            days(self.date)


def days(date: str | None) -> tuple[int, int] | None:
    """First and last possible day of an ISO date, as proleptic Gregorian ordinals; None where there is no date.

    >>> days("2025-01-16") == days("2025-01-16")
    True
    >>> first, last = days("2024-02")
    >>> last - first
    28

    Raises
    ------
    ParameterError
        If the date is neither ``YYYY-MM-DD`` nor ``YYYY-MM``.
    """
    if date is None:
        return None
    # fromisoformat() also takes weeks, which do not sort among the others.
    known = _DATE.fullmatch(date) is not None
    try:
        if known and len(date) == 7:
            first = Date.fromisoformat(f"{date}-01")
            year, month = first.year + first.month // 12, first.month % 12 + 1
            # The month after December 9999 does not exist; December has 31 days.
            last = first.toordinal() + 30 if year > 9999 else Date(year, month, 1).toordinal() - 1
            return first.toordinal(), last
        if known:
            day = Date.fromisoformat(date).toordinal()
            return day, day
    except ValueError:
        pass
    raise ParameterError(f"date must be YYYY-MM-DD or YYYY-MM, got {date!r}")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Corpus(Sequence[Answer]):
    """The answers of an input, sorted by identifier, with what was counted, skipped and doubted on the way.

    Attributes
    ----------
    answers : sequence of Answer
    files : int
        Files opened.
    records : int
        Records read with an answer, duplicates and group members included.
    duplicate_records : int
        Records that were read before: used once.
    groups : int
        Answers that the source marks as given to several of the questions read.
    grouped_questions : int
        The questions of these answers.
    groups_apart : int
        Sets of questions that the source marks as answered together but whose answers have different words.
    twins : int
        Questions that were also asked in another house and answered there with the same words, on the same day, by the
        same body: one answer.
    corrected_answers : int
        Answers that the source marks as corrected: the last version counts, see `Answer.versions`.
    previews : int
        Answers whose text the source cut short.
    positions : container of str
        Identifiers that are only positions in a list of texts at hand: they say nothing of another corpus.
    skipped : tuple of Skipped
    warnings : tuple of str
        One line each.
    backend : str or None
        The library of the data frame that the answers came in.
    former : mapping of str to str
        Identifiers that families had in an earlier state of an index, and those of the families that replace them.
    reading : Reading or None
        What the answers were made of, each record that says something new: an index keeps them. None where there were
        no records.
    """

    answers: Sequence[Answer] = ()
    files: int = 0
    records: int = 0
    duplicate_records: int = 0
    groups: int = 0
    grouped_questions: int = 0
    groups_apart: int = 0
    twins: int = 0
    corrected_answers: int = 0
    previews: int = 0
    positions: Container[str] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    backend: str | None = None
    former: Mapping[str, str] = field(default_factory=dict)
    reading: Reading | None = field(default=None, repr=False, compare=False)

    @property
    def questions(self) -> int:
        """Number of questions: each answer counts as often as questions that it answers were read."""
        return sum(map(len, column(self.answers, "question_ids")))

    def place(self, answer_id: str) -> int:
        """The position of the answer with this identifier, or with a question of this identifier.

        A UIN is accepted where it is unambiguous, and so is the stem of an identifier that was told apart.

        Raises
        ------
        UnknownAnswerError
            If no answer or more than one has it.
        """
        exact = [place for place, answer in enumerate(self.answers) if answer_id in (answer.id, *answer.question_ids)]
        found = exact or [
            place
            for place, answer in enumerate(self.answers)
            if answer_id in answer.uins or any(answer_id == name.partition("#")[0] for name in answer.question_ids)
        ]
        if not found:
            raise UnknownAnswerError(
                f"no answer has the identifier {answer_id!r}{self._near(answer_id)}; "
                "`pqreuse score --format csv` lists those there are"
            )
        if len(found) > 1:
            names = ", ".join(self.answers[place].id for place in found[:5])
            raise UnknownAnswerError(f"{len(found)} answers go by {answer_id!r}: name one of them in full ({names})")
        return found[0]

    def _near(self, name: str) -> str:
        """What may be meant: documents are known by their file names, which are their headings."""
        headed = [answer.id for answer in self.answers if name and answer.heading == name][:3]
        if headed:
            return f" (with this heading: {', '.join(headed)})"
        return nearest(
            name, (one for answer in self.answers for one in (answer.id, *answer.question_ids, *answer.uins))
        )

    def __repr__(self) -> str:
        return f"Corpus({len(self.answers):,} answers, {self.questions:,} questions)"

    def __len__(self) -> int:
        return len(self.answers)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Answer, ...]: ...
    def __getitem__(self, index: int | slice) -> Answer | tuple[Answer, ...]:
        return tuple(self.answers[index]) if isinstance(index, slice) else self.answers[index]

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One occurrence of a family in one answer; ``start`` and ``end`` are code points of the answer's text."""

    answer_id: str
    question_ids: tuple[str, ...]
    date: str | None
    body: str | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValue:
    """One filling of a slot (``""`` for an empty one) and the number of answers that have it."""

    text: str
    answers: int
    first_date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place where a family's variants differ.

    Attributes
    ----------
    kind : {"number", "money", "percent", "date", "reference", "name", "url", "text"}
        Of at least two thirds of the values, by answers; ``text`` where they are of different kinds.
    values : tuple of SlotValue
        Most frequent first.
    changes : tuple of {"figure", "negation", "modal"}
        What of meaning differs between the values.
    """

    kind: SlotKind
    values: tuple[SlotValue, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stock text gone and back: between two uses many months without one.

    Attributes
    ----------
    after, back : str
        The months of use on both sides: ``2024-02`` and ``2025-03``.
    months : int
        Months between in which the corpus has answers, and none of them uses it.
    """

    after: str
    back: str
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words that one wording has where another has others; ``""`` where there are none.

    Attributes
    ----------
    old, new : str
        As they stand in the two texts, a figure with its sign and the words that belong to it.
    old_start, start : int
        Where they begin there, in code points.
    changes : tuple of {"figure", "negation", "modal"}
        What of meaning differs.
    """

    old: str
    new: str
    old_start: int
    start: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One wording of a family: since when, by whom, and what is changed in it.

    Attributes
    ----------
    text : str
        As its first use has it.
    answer_id : str
        The answer of this use.
    answers, questions : int
    first_date, last_date : str or None
        Of its dated uses.
    bodies : mapping of str to int
        Answers by answering body, most first.
    closest : int or None
        The place in the history of the earlier wording that it is compared with: the one with which the fewest words
        are not shared, counted as often as they stand; of several the latest. None for the first wording.
    differences : tuple of Difference
        From that wording to this one, in the order of the text.
    """

    text: str
    answer_id: str
    answers: int
    questions: int
    first_date: str | None
    last_date: str | None
    bodies: Mapping[str, int]
    closest: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Segments that resemble one exemplar: a piece of stock text in all its wordings.

    Attributes
    ----------
    id : str
        Depends only on the exemplar's words and the unit.
    unit : {"paragraph", "sentence"}
    answers, questions, variants : int
        Answers (groups once), questions, and distinct wordings that use it.
    text : str
        The exemplar as its first use has it.
    template : str
        The exemplar with slots written ``{a|b|…}``, most frequent first.
    slots : tuple of Slot
        In the order of the template.
    parent : str or None
        For a sentence family all of whose uses lie inside uses of one paragraph family: that family's id.
    inside : int or None
        For a sentence family, how many of its uses lie inside uses of paragraph families; the others travel on their
        own. None for a paragraph family.
    first_date, last_date : str or None
        Of its dated uses.
    bodies : mapping of str to int
        Answers by answering body, most first.
    uses : tuple of Use
        By date (undated last), answer and place.
    ministers : mapping of str to int
        Answers by minister, most first.
    months : mapping of str to int
        Answers by month, ``2024-06``, in order. A date of day precision counts for its month.
    undated : int
        Answers without a date: in no month.
    gaps : tuple of Gap
        In order of time. A gap is ``gap_months`` or more months of the corpus between two uses.
    question_similarity : float or None
        How alike the questions are that it answers, 0 to 1: see `pqreuse.questions.question_similarity`. High where the
        question explains the reuse, low where it is said whatever is asked. None where fewer than two of its answers
        have questions with words.
    replaces : tuple of str
        Identifiers that it had in earlier states of an index; they are accepted wherever a family is named.
    history : sequence of Variant
        Its wordings in the order of their first uses (undated last), each with what changed; worked out when asked for.
    """

    id: str
    unit: Unit
    answers: int
    questions: int
    variants: int
    text: str
    template: str
    slots: tuple[Slot, ...]
    parent: str | None
    first_date: str | None
    last_date: str | None
    bodies: Mapping[str, int]
    uses: tuple[Use, ...]
    inside: int | None = None
    ministers: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0
    gaps: tuple[Gap, ...] = ()
    question_similarity: float | None = None
    replaces: tuple[str, ...] = ()
    # It follows from the uses, and takes longer than all the rest.
    history: Sequence[Variant] = field(default=(), compare=False, repr=False)

    def _pieces(self) -> Iterator[tuple[str, str]]:
        return template_pieces(self.template, ([value.text for value in slot.values] for slot in self.slots))

    def _repr_html_(self) -> str:
        rows = [(cell(use.date or "–"), cell(use.body or "–"), cell(use.answer_id)) for use in self.uses[:_IN_NOTEBOOK]]
        return for_notebook(
            f"{self.id}: {self.answers:,} answers, {self.questions:,} questions, {self.variants:,} wordings",
            text_block(self._pieces()),
            table(("date", "body", f"first of {len(self.uses):,} uses"), rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of an answer's text with one label; the spans of an answer tile its text.

    ``family`` is the paragraph family, else the sentence family, else None. ``earliest_answer_id`` is the earliest
    other answer (by date, undated last, then identifier) that has words of this span in a shared run or in the family.
    """

    start: int
    end: int
    label: Label
    family: str | None
    earliest_answer_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts of scorable words that are template, slot and novel; they sum to 1."""

    template: float
    slot: float
    novel: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShares:
    """Shares of the words of some of the answers: those of a body, of a month, of a body in a month.

    Attributes
    ----------
    group : tuple of (str or None)
        What they have in common, in the order asked for; None where it is not known.
    answers, questions : int
    scorable_words : int
        Of those answers that have shares.
    template, slot, novel : float or None
        Of these words. None where there are none.
    template_low, template_high : float or None
        95 % interval of the template share, see `pqreuse.usage.share_interval`.
    """

    group: tuple[str | None, ...]
    answers: int
    questions: int
    scorable_words: int
    template: float | None
    slot: float | None
    novel: float | None
    template_low: float | None
    template_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What share of the pairs of segments that truly resemble each other a run compared, on a seeded sample.

    Attributes
    ----------
    target : float
        What the index was built for; 1 for an exact search.
    measured : float
    low, high : float
        Wilson's 95 % interval.
    sample : int
        Segments (distinct wordings) sampled, each compared with all others exactly.
    pairs : int
        Pairs found by that; a part of them, at random, where there are far more than texts.
    """

    target: float
    measured: float
    low: float
    high: float
    sample: int
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One answer's words by label. The shares are None where no word is scorable, or the text is a preview.

    ``kinds`` are those of the answer (`pqreuse.kinds`), ``refers_to`` the answers of the corpus that a referral points
    to, as far as they are known without doubt. ``heading`` is the answer's; of a document it is the name of its file.
    """

    id: str
    question_ids: tuple[str, ...]
    date: str | None
    body: str | None
    text: str
    words: int
    scorable_words: int
    template: float | None
    slot: float | None
    novel: float | None
    spans: tuple[Span, ...]
    kinds: tuple[Kind, ...] = ()
    refers_to: tuple[str, ...] = ()
    heading: str | None = None

    def _repr_html_(self) -> str:
        shares = (self.template, self.slot, self.novel)
        return for_notebook(
            " · ".join(filter(None, (self.id, self.date, self.body, share_words(shares)))),
            share_bar(shares),
            text_block((self.text[span.start : span.end], span.label) for span in self.spans),
        )


def _no_groups(grouping: Grouping) -> tuple[GroupShares, ...]:
    raise ParameterError("this result has no groups to draw: only those that find_reuse or score_answers made have")


def _no_table(kind: TableKind) -> Columns:
    raise ParameterError(f"this result has no table {kind!r}: only those that find_reuse made have tables")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReuseResult:
    """What `find_reuse` found.

    Attributes
    ----------
    params : ReuseParams
    corpus : Corpus
        What was compared.
    paragraphs, sentences, words, scorable_words : int
        Sizes of what was compared, in answers (a group's text once).
    families : sequence of Family
        Most used first: by answers, questions, then id. Nested sentence families stand among the others and name
        their parent. Each record is made when it is asked for: see `LazySequence`.
    scores : sequence of Score
        One for each answer, in the order of the corpus; made when asked for as well.
    shares : Shares or None
        Of all scorable words of scored answers; None where there are none.
    recall : Recall or None
        None where no pair of the sample resembles.
    kinds : mapping of str to int
        How many answers are of each kind. An answer may be of several, and most are of none.
    compared_with : Corpus or None
        What `score_answers` compared the answers with; its are the families. None where they were compared with one
        another.
    tables : callable
        The kind of a table → its columns: what `to_frame` makes data frames of.
    groups : callable
        ``"body"`` or ``"month"`` → the shares of these groups: what `plot` draws.
    """

    params: ReuseParams
    corpus: Corpus
    paragraphs: int
    sentences: int
    words: int
    scorable_words: int
    families: Sequence[Family]
    scores: Sequence[Score]
    shares: Shares | None
    recall: Recall | None = None
    kinds: Mapping[Kind, int] = field(default_factory=dict)
    compared_with: Corpus | None = None
    tables: Callable[[TableKind], Columns] = field(default=_no_table, repr=False, compare=False)
    groups: Callable[[Grouping], tuple[GroupShares, ...]] = field(default=_no_groups, repr=False, compare=False)

    @overload
    def to_frame(self, kind: TableKind, backend: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_frame(self, kind: TableKind, backend: Literal["polars"]) -> polars.DataFrame: ...
    @overload
    def to_frame(self, kind: TableKind, backend: Literal["pyarrow"]) -> pyarrow.Table: ...
    @overload
    def to_frame(self, kind: TableKind = "families", backend: Backend | None = None) -> Any: ...
    def to_frame(self, kind: TableKind = "families", backend: Backend | None = None) -> Any:
        """One of the results as a data frame.

        Parameters
        ----------
        kind : str
            Which, by default the families; a row is, and its columns are:

            ``"families"``: a family that is listed, in the order of ``families``. ``family`` (its id), ``unit``,
            ``answers``, ``questions``, ``variants``, ``text``, ``template``, ``parent`` (a family), ``first_date``,
            ``last_date``, ``undated`` (answers), ``question_similarity``, ``inside`` (uses inside paragraph families; 0
            for a paragraph family).

            ``"variants"``: a wording of a family. ``family``, ``variant`` (0 is the exemplar), ``answers``, ``text``
            and ``first_date`` (both of its earliest use).

            ``"uses"``: a use of a family. ``family``, ``variant``, ``answer_id``, ``date``, ``body``, ``minister``,
            ``questions``, ``start``, ``end``, ``text``.

            ``"slots"``: a filling of a slot. ``family``, ``slot`` (from 0, in the order of the template), ``kind``,
            ``changes``, ``value`` (from 0, most frequent first), ``text``, ``answers``, ``first_date``.

            ``"months"``: a month in which a family was used, undated uses left out. ``family``, ``month``, ``answers``,
            ``questions``.

            ``"scores"``: an answer. ``answer_id``, ``question_ids`` (with a semicolon between), ``date``, ``body``,
            ``words``, ``scorable_words``, ``template``, ``slot``, ``novel``, ``kinds`` and ``refers_to`` (both with a
            semicolon between), ``heading``.

            ``"spans"``: a labelled stretch of an answer. ``answer_id``, ``start``, ``end``, ``label``, ``family``
            (which may be one that is not listed), ``earliest_answer_id``.

            ``family`` and ``answer_id`` join the tables; with ``variant``, ``slot`` and ``value``, ``month`` or
            ``start`` they are each table's key. Dates are ISO text, of a day or of a month. Counts, places and offsets
            (code points) are 64-bit integers, shares and similarities 64-bit floats, all else text. Null is what is not
            known: a date, a body, a parent, a span's family or earliest answer, the shares of an answer that has none.

            Of `score_answers` the scores and spans are those of the answers, all else is of the corpus that they were
            compared with.
        backend : {"pandas", "polars", "pyarrow"}, optional
            By default that of the data frame that the answers came in, else the first installed of pyarrow, polars and
            pandas.

        Returns
        -------
        pandas.DataFrame, polars.DataFrame or pyarrow.Table

        Raises
        ------
        ParameterError
            If there is no such kind or backend.
        MissingPackageError
            If the backend is not installed.
        """
        if kind not in get_args(TableKind):
            raise ParameterError(f"kind must be {', '.join(map(repr, get_args(TableKind)))}, got {kind!r}")
        return make_frame(self.tables(kind), backend, usual=self.corpus.backend)

    def plot(self, kind: ChartKind = "timeline", ax: Axes | None = None) -> Axes:
        """Draw a chart with Matplotlib (``pip install 'pqreuse[plot]'``).

        Parameters
        ----------
        kind : {"timeline", "shares", "bodies"}
            The template share of each month with its interval; the three shares of all answers and of each body; the
            template share of each body with its interval.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure where not given.

        Returns
        -------
        matplotlib.axes.Axes
            Its ``figure`` can be saved: ``result.plot("bodies").figure.savefig("bodies.svg")``.

        Raises
        ------
        ParameterError
            If there is no such chart.
        MissingPackageError
            If Matplotlib is not installed.
        """
        check_kind(kind)
        if kind == "timeline":
            return draw_timeline(self.groups("month"), ax)
        if kind == "bodies":
            return draw_bodies(self.groups("body"), ax)
        bodies = sorted(self.groups("body"), key=lambda one: -one.answers)
        return draw_shares([("all answers", self.shares), *((one.group[0], one) for one in bodies)], ax)

    def __repr__(self) -> str:
        reused = "" if self.shares is None else f", {self.shares.template:.1%} template"
        return f"ReuseResult({len(self.corpus):,} answers, {len(self.families):,} families{reused})"

    def _repr_html_(self) -> str:
        corpus, shares = self.corpus, self.shares
        parts = (None, None, None) if shares is None else (shares.template, shares.slot, shares.novel)
        first = [family for family in self.families[: 2 * _IN_NOTEBOOK] if family.parent is None][:_IN_NOTEBOOK]
        rows = [
            (
                cell(f"{family.answers:,}"),
                cell(" to ".join(filter(None, dict.fromkeys((family.first_date, family.last_date))))),
                text_block(family._pieces(), 500),
            )
            for family in first
        ]
        return for_notebook(
            f"{corpus.questions:,} questions, {len(corpus):,} answers, {self.words:,} words: {share_words(parts)}",
            share_bar(parts),
            table(("answers", "dates", "most-used stock texts"), rows),
        )

    def explain(self, answer_id: str) -> Score:
        """The answer with this identifier, or with a question of this identifier, as labelled spans.

        Raises
        ------
        UnknownAnswerError
            If no answer or more than one has it.
        """
        return self.scores[self.corpus.place(answer_id)]

    def family(self, family_id: str) -> Family:
        """The family with this identifier.

        Raises
        ------
        UnknownFamilyError
            If no family of at least ``min_answers`` answers has it.
        """
        ids = column(self.families, "id")
        family_id = (self.compared_with or self.corpus).former.get(family_id, family_id)
        if family_id not in ids:
            raise UnknownFamilyError(
                f"no family has the identifier {family_id!r}; `pqreuse report --format csv` lists those there are"
            )
        return self.families[ids.index(family_id)]
