"""Families → their templates, and for each wording all that the labels of its uses can depend on; a task."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse.engines.batches import lists, nested, ragged, words_of
from pqreuse.engines.splitting import UNITS
from pqreuse.params import ReuseParams
from pqreuse.ragged import Ragged, changes, distinct
from pqreuse.runs import windows_of
from pqreuse.templates import Templates, build_templates, meaning_mask
from pqreuse.words import NumberedWords, digest

MADE = (
    "name string, unit byte, key binary, rows long, words string, rank long, "
    "variant int, variants int, n_template int, places array<int>, slots array<int>, windows array<int>, "
    "known array<struct<position: long, places: array<int>, windows: array<int>>>, "
    "gaps array<int>, accepted array<boolean>, fillings array<int>"
)
_NONE = int(np.iinfo(np.int64).max)


def _templates(members: Ragged, rows: pa.Table, words: NumberedWords, params: ReuseParams) -> Templates:
    glued = ragged(rows.column("glued"))
    joints = np.zeros(len(words.tokens), bool)
    joints[words.indptr[glued.row_of_value()] + glued.values] = True
    return build_templates(
        words.tokens,
        words.indptr[:-1],
        np.diff(words.indptr),
        members,
        rows.column("answers").to_numpy().astype(np.int64),
        meaning_mask(words.vocabulary),
        joints,
        support=params.template_support,
        slot_words=params.slot_words,
    )


def make_templates(params: ReuseParams, rows: pa.Table) -> Iterator[pa.Table]:
    """Wordings of whole families, best first → for each the places of its words, and the first answers at these.

    ``known`` are the two earliest answers that have each place and each window of the wording, with what they have of
    these: all that the label of another answer's word, and who said it before, can depend on. A family's ``gaps`` stand
    with its exemplar.
    """
    every = np.arange(rows.num_rows)
    exemplar = np.flatnonzero(changes(rows.column("family").to_numpy()))
    members = Ragged(every, np.append(exemplar, rows.num_rows))
    family = members.row_of_value()
    words = words_of(rows.column("words"))
    templates = _templates(members, rows, words, params)
    lengths = np.diff(words.indptr)
    windows = windows_of(words.tokens, words.indptr[:-1], lengths, members.indptr, params.said_words)
    units = rows.column("unit").take(pa.array(exemplar)).to_pylist()
    exemplars = rows.column("words").take(pa.array(exemplar)).to_pylist()
    names = pa.array([digest(UNITS[unit], words) for unit, words in zip(units, exemplars, strict=True)])
    slots = templates.slots()
    # The first of a family's wordings shows the gaps.
    gaps_of = np.zeros(rows.num_rows, np.int64)
    gaps_of[exemplar] = templates.gaps.lengths
    yield pa.table(
        {
            "name": names.take(pa.array(family)),
            **{name: rows.column(name) for name in ("unit", "key")},
            "rows": rows.column("uses"),
            **{name: rows.column(name) for name in ("words", "rank")},
            "variant": pa.array((every - templates.variants[family]).astype(np.int32)),
            "variants": pa.array(members.lengths[family].astype(np.int32)),
            "n_template": pa.array(templates.kept.lengths[family].astype(np.int32)),
            "places": lists(templates.place, pa.int32()),
            "slots": lists(slots, pa.int32()),
            "windows": lists(windows, pa.int32()),
            "known": _known(templates, slots, windows, family, rows),
            "gaps": _flat(Ragged.of_lengths(templates.gaps.values, gaps_of)),
            "accepted": lists(Ragged.of_lengths(templates.accepted, gaps_of), pa.bool_()),
            "fillings": _flat(templates.fillings),
        }
    )


def _known(templates: Templates, slots: Ragged, windows: Ragged, family: NDArray[np.int64], rows: pa.Table) -> pa.Array:
    """For each wording the two first answers at each of its places and of its windows, by answer."""
    # The keys of each wording: template words, slots and, numbered behind these, windows.
    word_of, slot_of, window_of = (rows_of.row_of_value() for rows_of in (templates.place, slots, windows))
    is_template = (templates.place.values >= 0) & (templates.place.values < templates.kept.lengths[family[word_of]])
    n_places = templates.kept.lengths + templates.gaps.lengths
    wording = np.concatenate((word_of[is_template], slot_of, window_of))
    having = np.concatenate(
        (templates.place.values[is_template], slots.values, n_places[family[window_of]] + windows.values)
    )
    n_having = n_places.copy()
    np.maximum.at(n_having, family[wording], having + 1)
    key = (np.cumsum(n_having) - n_having)[family[wording]] + having
    positions = _positions(rows)
    met = distinct(np.append(positions, _NONE))
    # Sorted as one number each: by wording, then by answer, then by what it has.
    most = int(n_having.max())
    answers = _two_least(key, np.searchsorted(met, positions)[:, wording], len(met) - 1)
    found = np.concatenate([(wording * len(met) + those)[there] * most + having[there] for those, there in answers])
    found.sort()
    of_answer, having = np.divmod(found, most)
    new = changes(of_answer)
    entry = np.cumsum(new) - 1
    wording, answer = np.divmod(of_answer, len(met))
    behind = having - n_places[family[wording]]

    def listed(those: NDArray[np.bool_], values: NDArray[np.int64]) -> pa.Array:
        counts = np.bincount(entry[those], minlength=np.count_nonzero(new))
        return lists(Ragged.of_lengths(values[those].astype(np.int32), counts), pa.int32())

    return nested(
        np.bincount(wording[new], minlength=rows.num_rows),
        position=met[answer[new]],
        places=listed(behind < 0, having),
        windows=listed(behind >= 0, behind),
    )


def _two_least(
    key: NDArray[np.int64], values: NDArray[np.int64], none: int
) -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """For each key the two least values that any row has with it, given for each key; and where they are there."""
    least = np.full(int(key.max(initial=-1)) + 1, none)
    second = least.copy()
    for row in values:
        np.minimum.at(least, key, row)
    for row in values:
        np.minimum.at(second, key, np.where(row == least[key], none, row))
    return [(those, those < none) for those in (least[key], second[key])]


def read_templates(wordings: pa.Table, members: Ragged) -> Templates:
    """The templates of whole families, as far as writing them needs."""
    place = ragged(wordings.column("places"), np.int32)
    exemplar = members.indptr[:-1]
    own = place.take(exemplar)
    gaps, fillings = (ragged(wordings.column(name), np.int32) for name in ("gaps", "fillings"))
    return Templates(
        kept=Ragged((own.values >= 0) & (own.values < np.repeat(own.lengths, own.lengths)), own.indptr),
        gaps=_paired(gaps.take(exemplar)),
        accepted=ragged(wordings.column("accepted"), np.bool_).take(exemplar).values,
        variants=members.indptr,
        fillings=_paired(fillings),
        place=place,
    )


def _flat(pairs: Ragged) -> pa.Array:
    return lists(Ragged(pairs.values.ravel(), 2 * pairs.indptr), pa.int32())


def _paired(flat: Ragged) -> Ragged:
    return Ragged(flat.values.reshape(-1, 2), flat.indptr // 2)


def _positions(rows: pa.Table) -> NDArray[np.int64]:
    """The two earliest answers of each wording: int64[2, n_wordings], `_NONE` where there is none."""
    return np.stack([rows.column(name).fill_null(_NONE).to_numpy() for name in ("earliest", "next")])
