"""Uses of families that stand for all others → what is said of each family: its text, its template, its slots."""

from __future__ import annotations

from collections.abc import Iterator, Set

import numpy as np
import pyarrow as pa

from pqreuse.engines.batches import ragged, words_of
from pqreuse.engines.wordings import read_templates
from pqreuse.meanings import Meanings
from pqreuse.ragged import Ragged, changes
from pqreuse.records import Use
from pqreuse.scorable import ScorableWords
from pqreuse.writing import Writer

WRITTEN = (
    "family string, text string, template string, slots array<struct<kind: string, changes: array<string>, "
    "values: array<struct<text: string, answers: long, first_date: string>>>>"
)
OF_USE = ["links", "starts", "ends", "begins"]
TEMPLATE = ["places", "gaps", "accepted", "fillings"]


def write_templates(rows: pa.Table) -> Iterator[pa.Table]:
    """Uses of whole families, earliest first, each with how many answers it stands for → their templates as text."""
    numbered = words_of(rows.column("words"))
    bounds = np.append(np.flatnonzero(changes(rows.column("name").to_numpy())), rows.num_rows)
    variant = rows.column("variant").to_numpy()
    family = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    # Each wording once, best first.
    order = np.lexsort((variant, family))
    wordings = order[changes(family[order]) | changes(variant[order])]
    members = Ragged.of_lengths(np.arange(len(wordings)), np.bincount(family[wordings]))
    templates = read_templates(rows.select(TEMPLATE).take(pa.array(wordings)), members)
    starts, ends = (ragged(rows.column(name), np.int32).values for name in ("starts", "ends"))
    words = ScorableWords(numbered.tokens, starts, ends, numbered.indptr, numbered.vocabulary)
    begins = ragged(rows.column("begins"), np.bool_).values
    links = [list(zip(edges[::2], edges[1::2], strict=True)) for edges in rows.column("links").to_pylist()]
    names = rows.column("name").to_pylist()
    # An answer stands for others in one family only.
    ids = [f"{name} {answer}" for name, answer in zip(names, rows.column("id").to_pylist(), strict=True)]
    stands_for = dict(zip(ids, rows.column("stands_for").to_pylist(), strict=True))

    def many(answers: Set[str]) -> int:
        return sum(map(stands_for.__getitem__, answers))

    writer = Writer(templates, Meanings(words, begins), many)
    uses = [
        Use(answer_id=name, question_ids=(), date=date, body=None, start=0, end=len(text), text=text)
        for name, date, text in zip(ids, rows.column("date").to_pylist(), rows.column("text").to_pylist(), strict=True)
    ]
    found = []
    for place, (low, high) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        variants = variant[low:high].tolist()
        first, last = numbered.indptr[low:high].tolist(), numbered.indptr[low + 1 : high + 1].tolist()
        linked = {number: found for number, found in enumerate(links[low:high]) if found}
        template, slots = writer.write(place, uses[low:high], variants, first, last, linked)
        found.append(
            {
                "family": names[low],
                "text": uses[low + variants.index(0)].text,
                "template": template,
                "slots": [
                    {
                        "kind": slot.kind,
                        "changes": list(slot.changes),
                        "values": [
                            {"text": value.text, "answers": value.answers, "first_date": value.first_date}
                            for value in slot.values
                        ],
                    }
                    for slot in slots
                ],
            }
        )
    value = pa.struct([("text", pa.string()), ("answers", pa.int64()), ("first_date", pa.string())])
    slot = pa.struct([("kind", pa.string()), ("changes", pa.list_(pa.string())), ("values", pa.list_(value))])
    kinds = [("family", pa.string()), ("text", pa.string()), ("template", pa.string()), ("slots", pa.list_(slot))]
    yield pa.Table.from_pylist(found, pa.schema(kinds))
