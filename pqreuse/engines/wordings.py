"""Families → their templates, and for each wording all that the labels of its uses can depend on; a task."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pqreuse.engines.batches import lists, nested, ragged, words_of
from pqreuse.engines.splitting import UNITS
from pqreuse.params import ReuseParams
from pqreuse.ragged import Ragged, changes
from pqreuse.templates import Templates, build_templates, meaning_mask
from pqreuse.words import NumberedWords, digest

MADE = (
    "name string, unit byte, key binary, rows long, words string, glued array<int>, answers long, "
    "rank long, variant int, variants int, n_template int, places array<int>, slots array<int>, "
    "known array<struct<position: long, places: array<int>>>, "
    "gaps array<int>, accepted array<boolean>, fillings array<int>"
)


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

    ``known`` are the two earliest answers at each place, and the two earliest of the family, each with the wording's
    places that it has: all that the label of another answer's word can depend on. A family's ``gaps`` stand with its
    exemplar.
    """
    every = np.arange(rows.num_rows)
    exemplar = np.flatnonzero(changes(rows.column("family").to_numpy()))
    members = Ragged(every, np.append(exemplar, rows.num_rows))
    family = members.row_of_value()
    templates = _templates(members, rows, words_of(rows.column("words")), params)
    units = rows.column("unit").take(pa.array(exemplar)).to_pylist()
    exemplars = rows.column("words").take(pa.array(exemplar)).to_pylist()
    names = pa.array([digest(UNITS[unit], words) for unit, words in zip(units, exemplars, strict=True)])
    n_template = templates.kept.lengths[family]
    slots = templates.slots()
    # What each wording has: template words, slots, and, as place -1, the family.
    word_of, slot_of = templates.place.row_of_value(), slots.row_of_value()
    is_template = (templates.place.values >= 0) & (templates.place.values < n_template[word_of])
    wording = np.concatenate((word_of[is_template], slot_of, every))
    place = np.concatenate((templates.place.values[is_template], slots.values, np.full(len(every), -1))).astype(
        np.int64
    )
    most = int(place.max()) + 2
    key = family[wording] * most + place + 1
    least, second = _two_least(key, wording, rows)
    wording, place, position = np.tile(wording, 2), np.tile(place, 2), np.concatenate((least, second))
    there = position >= 0
    wording, place, position = wording[there], place[there], position[there]
    order = np.lexsort((place, position, wording))
    wording, place, position = wording[order], place[order], position[order]
    new = np.flatnonzero(changes(wording) | changes(position))
    # Of a family's wordings the first one shows the gaps.
    gaps_of = np.zeros(rows.num_rows, np.int64)
    gaps_of[exemplar] = templates.gaps.lengths
    per_row = np.bincount(wording[new], minlength=rows.num_rows)
    named = place >= 0
    counts = np.add.reduceat(named.astype(np.int64), new)
    yield pa.table(
        {
            "name": names.take(pa.array(family)),
            **{name: rows.column(name) for name in ("unit", "key")},
            "rows": rows.column("uses"),
            **{name: rows.column(name) for name in ("words", "glued", "answers", "rank")},
            "variant": pa.array((every - templates.variants[family]).astype(np.int32)),
            "variants": pa.array(members.lengths[family].astype(np.int32)),
            "n_template": pa.array(n_template.astype(np.int32)),
            "places": lists(templates.place, pa.int32()),
            "slots": lists(slots, pa.int32()),
            "known": nested(
                per_row,
                position=position[new],
                places=lists(Ragged.of_lengths(place[named].astype(np.int32), counts), pa.int32()),
            ),
            "gaps": _flat(Ragged.of_lengths(templates.gaps.values, gaps_of)),
            "accepted": lists(Ragged.of_lengths(templates.accepted, gaps_of), pa.bool_()),
            "fillings": _flat(templates.fillings),
        }
    )


def read_templates(wordings: pa.Table, members: Ragged) -> Templates:
    """What was made, as far as writing needs it, of wordings of whole families."""
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


def _two_least(
    key: NDArray[np.int64], wording: NDArray[np.int64], rows: pa.Table
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each key the two earliest answers of the wordings that have it, -1 for none; given for each row of it."""
    positions = [rows.column(name).to_numpy(zero_copy_only=False) for name in ("earliest", "next")]
    values = np.concatenate([np.nan_to_num(column, nan=-1).astype(np.int64)[wording] for column in positions])
    keys = np.tile(key, 2)
    there = values >= 0
    keys, values = keys[there], values[there]
    order = np.lexsort((values, keys))
    keys, values = keys[order], values[order]
    new = changes(keys) | changes(values)
    keys, values = keys[new], values[new]
    first = np.searchsorted(keys, key)
    after = np.minimum(first + 1, len(keys) - 1)
    return values[first], np.where((keys[after] == key) & (after > first), values[after], -1)
