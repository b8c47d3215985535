"""All that was found, with its tables and charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

from pqreuse.charts import ChartKind, check_kind, draw_bodies, draw_shares, draw_timeline
from pqreuse.errors import ParameterError, UnknownAnswerError, UnknownFamilyError
from pqreuse.frames import Backend, Columns, make_frame
from pqreuse.lazy import column
from pqreuse.params import ReuseParams
from pqreuse.records.answers import Corpus
from pqreuse.records.families import IN_NOTEBOOK, Family, template_of
from pqreuse.records.filters import Filter
from pqreuse.records.scores import GroupShares, Kind, Recall, Score, Shares
from pqreuse.shading import cell, for_notebook, share_bar, share_words, table, text_block

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from matplotlib.axes import Axes

Grouping = Literal["body", "minister", "house", "month"]
TableKind = Literal["families", "variants", "uses", "slots", "months", "scores", "spans"]


def _no_groups(grouping: Grouping) -> tuple[GroupShares, ...]:
    raise ParameterError("this result has no groups to draw: only those that find_reuse or score_answers made have")


def _no_uses(whole: ReuseResult, filters: tuple[Filter, ...]) -> ReuseResult:
    raise ParameterError("this result has no uses to choose: only those that find_reuse or score_answers made have")


def _no_table(kind: TableKind) -> Columns:
    raise ParameterError(f"this result has no table {kind!r}: only those that find_reuse made have tables")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReuseResult:
    """The result of `find_reuse`.

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
        None where every pair was compared, and where no pair of the sample resembles.
    kinds : mapping of str to int
        How many answers are of each kind. An answer may be of several, and most are of none.
    compared_with : Corpus or None
        What `score_answers` compared the answers with; its are the families. None where they were compared with one
        another.
    filters : tuple of Filter
        What `where` was asked for: of the uses that all of these let through is this result. Empty where of all uses.
    whole : ReuseResult or None
        Of all uses, where this one is of chosen ones.
    tables : callable
        The kind of a table → its columns: what `to_frame` makes data frames of.
    groups : callable
        ``"body"`` or ``"month"`` → the shares of these groups: what `plot` draws.
    choose : callable
        The whole result and filters → the result of chosen uses: what `where` returns.
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
    filters: tuple[Filter, ...] = ()
    whole: ReuseResult | None = field(default=None, compare=False)
    tables: Callable[[TableKind], Columns] = field(default=_no_table, compare=False)
    groups: Callable[[Grouping], tuple[GroupShares, ...]] = field(default=_no_groups, compare=False)
    choose: Callable[[ReuseResult, tuple[Filter, ...]], ReuseResult] = field(default=_no_uses, compare=False)

    def where(
        self,
        *,
        body: str | Iterable[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        kind: Kind | Iterable[Kind] | None = None,
    ) -> ReuseResult:
        """The same result of chosen uses: those in answers by a body, of some time, of a kind.

        The families are those that have a chosen use, ranked by chosen answers, then questions, then id. All that is
        counted and listed of them is of the chosen uses, and ``all_answers``, ``all_questions`` and ``all_variants``
        have the whole input's counts beside it; id, text, template and parent are those of the whole input, and so
        is ``min_answers``. Scores, shares, kinds, tables and charts are those of the chosen answers, and ``corpus`` has
        only these (what it says of files and records is of the whole input). Nothing is compared or labelled again.

        Parameters
        ----------
        body : str or iterable of str, optional
            Answering body, in small or capital letters; any of several.
        since, until : str, optional
            ``YYYY-MM-DD`` or ``YYYY-MM``, both ends included. A date of month precision fits if a day of it does; an
            answer without a date fits only where neither is given.
        kind : str or iterable of str, optional
            Kind of answer, see ``kinds``; any of several.

        Returns
        -------
        ReuseResult
            This one where nothing is asked for. Of one that is itself of chosen uses, those of them that fit.

        Raises
        ------
        ParameterError
            If an argument is not of this form, or no answer of the whole input is by a body.

        Examples
        --------
        >>> from pqreuse import Answer, find_reuse
        >>> line = "We have set up a network of hubs to share what works."
        >>> by = ["Treasury", "Home Office", "Treasury"]
        >>> result = find_reuse(Answer(id=str(number), text=line, body=body) for number, body in enumerate(by))
        >>> family = result.where(body="Treasury").families[0]
        >>> family.answers, family.all_answers
        (2, 3)
        """
        one = Filter(bodies=_several("body", body), kinds=_several("kind", kind), since=since, until=until)
        whole = self.whole or self
        return whole.choose(whole, (*self.filters, one)) if one else self

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
            ``last_date``, ``undated`` (answers), ``question_similarity``, ``all_answers``, ``all_questions``,
            ``all_variants``, ``first_said`` (an answer), ``inside`` (uses inside paragraph families; 0 for a paragraph
            family).

            ``"variants"``: a wording of a family. ``family``, ``variant`` (0 is the exemplar), ``answers``, ``text``
            and ``first_date`` (both of its earliest use).

            ``"uses"``: a use of a family. ``family``, ``variant``, ``answer_id``, ``date``, ``body``, ``minister``,
            ``questions``, ``start``, ``end``, ``text``.

            ``"slots"``: a filling of a slot. ``family``, ``slot`` (from 0, in the order of the template), ``kind``,
            ``changes``, ``value`` (from 0, most frequent first), ``text``, ``answers``, ``first_date``,
            ``all_answers``.

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
        every = "all chosen answers" if self.filters else "all answers"
        return draw_shares([(every, self.shares), *((one.group[0], one) for one in bodies)], ax)

    def __repr__(self) -> str:
        reused = "" if self.shares is None else f", {self.shares.template:.1%} template"
        return f"ReuseResult({self._answers()}, {len(self.families):,} families{reused})"

    def _answers(self) -> str:
        if self.whole is None:
            return f"{len(self.corpus):,} answers"
        return f"{len(self.corpus):,} of {len(self.whole.corpus):,} answers ({', '.join(map(str, self.filters))})"

    def _repr_html_(self) -> str:
        corpus, shares = self.corpus, self.shares
        parts = (None, None, None) if shares is None else (shares.template, shares.slot, shares.novel)
        first = [family for family in self.families[: 2 * IN_NOTEBOOK] if family.parent is None][:IN_NOTEBOOK]
        rows = [
            (
                cell(f"{family.answers:,} of {family.all_answers:,}" if self.filters else f"{family.answers:,}"),
                cell(" to ".join(filter(None, dict.fromkeys((family.first_date, family.last_date))))),
                text_block(template_of(family), 500),
            )
            for family in first
        ]
        return for_notebook(
            f"{corpus.questions:,} questions, {self._answers()}, {self.words:,} words: {share_words(parts)}",
            share_bar(parts),
            table(("answers", "dates", "most-used stock texts"), rows),
        )

    def explain(self, answer_id: str) -> Score:
        """The answer with this identifier, or with a question of this identifier, as labelled spans.

        Raises
        ------
        UnknownAnswerError
            If no answer or more than one has it, or the answer is not among the chosen ones.
        """
        place = (self.whole or self).corpus.place(answer_id)
        if self.whole is not None:
            name = self.whole.corpus[place].id
            ids = column(self.corpus.answers, "id")
            if name not in ids:
                raise UnknownAnswerError(f"answer {name!r} is not one {self._by()}")
            place = ids.index(name)
        return self.scores[place]

    def _by(self) -> str:
        return f"{', '.join(map(str, self.filters))}; ask the result that `where` was called on"

    def family(self, family_id: str) -> Family:
        """The family with this identifier.

        Raises
        ------
        UnknownFamilyError
            If no family of at least ``min_answers`` answers has it, or none of its uses is a chosen one.
        """
        ids = column(self.families, "id")
        family_id = (self.compared_with or self.corpus).former.get(family_id, family_id)
        if self.whole is not None and family_id not in ids:
            self.whole.family(family_id)
            raise UnknownFamilyError(f"family {family_id!r} has no use in an answer {self._by()}")
        if family_id not in ids:
            raise UnknownFamilyError(
                f"no family has the identifier {family_id!r}; `pqreuse report --format csv` lists those there are"
            )
        return self.families[ids.index(family_id)]


def _several(name: str, given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    several = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else ()
    if not several:
        raise ParameterError(f"{name} must be a name or several, got {given!r}")
    return several
