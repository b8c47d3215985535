"""Answers that come and go → what is written to an index: records, words, texts, their lists, and who is alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pqreuse.errors import OutputError
from pqreuse.families import choose_exemplars, rank_texts
from pqreuse.index import postings
from pqreuse.index.comparing import AllTexts
from pqreuse.index.exemplars import Pairs, choose_again
from pqreuse.index.incoming import Incoming, text_keys
from pqreuse.index.resolving import Resolved
from pqreuse.index.runs import merge_rows, run_rows
from pqreuse.index.tables import ANSWERS, CHANGES, FORMER, UNITS, WORD_FACTS, Alike, Tables
from pqreuse.packing import BLOCKS, pack
from pqreuse.ragged import distinct, ranks
from pqreuse.readers.indexes import former_ids
from pqreuse.records import Progress
from pqreuse.shingles import Shingles, numbers_alike
from pqreuse.stock import search_for
from pqreuse.storage import Arrays, Change

_MOST_WORDS = 1 << 32
# Rows of what has become of texts are written anew where most of them no longer count.
_ROWS_OF_A_TEXT = 4
_FEW = 256  # texts that are looked at one by one in any case


def write(tables: Tables, change: Change, found: Resolved, threads: int = 1, progress: Progress | None = None) -> None:
    """Write what new records change; the caller commits it.

    Parameters
    ----------
    tables : Tables
        The state before.
    change : Change
    found : Resolved
    threads : int
    progress : callable, optional

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    new = Incoming(tables, found.came, threads, progress)
    if len(tables.tokens) + len(new.tokens) > _MOST_WORDS:
        raise OutputError(f"cannot write {tables.store.path}: an index holds at most {_MOST_WORDS:,} words")
    _write_records(tables, change, found)
    texts = new.beside(tables)
    _write_answers(tables, change, found, texts, new)
    parts, sizes = _write_texts(tables, change, texts, new)
    former = [tables.store.column("former", FORMER)]
    now = []
    for unit, alike in enumerate(tables.alike):
        before = alike.resized(len(texts))
        after = _counted(tables, found.gone, before, new, unit)
        if not _choose_again(texts, parts, sizes, before, after):
            _choose(tables, texts, after, threads, progress)
        _write_alike(tables, change, unit, before, after)
        former.append(_former(unit, before, after))
        now.append(after.exemplar)
    for rows in former[1:]:
        change.append("former", rows)
    _write_names(tables, change, texts, np.concatenate(former), now)


def _write_records(tables: Tables, change: Change, found: Resolved) -> None:
    data, blocks = pack(found.records, tables.store.column("blocks", BLOCKS))
    change.append("records", data)
    change.append("blocks", blocks)
    change.append("dropped", np.array(found.dropped, np.int32))
    change.append("roots", found.roots.astype(np.int32))
    order = np.argsort(found.keys, kind="stable")
    values = found.key_records[order].astype(np.uint32)
    _add_part(tables, change, "record_keys", {"keys": found.keys[order], "values": values}, _merge_keys)


def _write_answers(tables: Tables, change: Change, found: Resolved, texts: AllTexts, new: Incoming) -> None:
    change.append("words", "".join(f"{word}\n" for word in new.words).encode("utf-8", "surrogatepass"))
    facts = np.empty(len(new.words), WORD_FACTS)
    facts["hash"], facts["numeric"] = new.hashes, new.numeric
    change.append("word_facts", facts)
    change.append("tokens", new.tokens)
    ids = [answer.id.encode("utf-8", "surrogatepass") for answer in found.came]
    rows = np.empty(len(ids), ANSWERS)
    rows["first_day"], rows["last_day"] = new.days.T
    rows["words"] = len(tables.tokens) + new.local.indptr[1:]
    rows["id"] = len(tables.store.column("ids", "u1")) + np.cumsum([*map(len, ids)], dtype=np.int64)
    rows["record"] = found.record_of
    change.append("ids", b"".join(ids))
    change.append("answers", rows)
    change.append("dead", found.gone.astype(np.int32))
    for unit, name in enumerate(UNITS):
        uses = new.uses(unit)
        uses["answer"] += len(tables.answers)
        change.append(f"{name}_segments", uses)
    runs = run_rows(new.tokens, new.local.indptr, texts.hashes, tables.params.run_words, len(tables.tokens))
    _add_part(tables, change, "runs", {"rows": runs}, merge_rows)


def _write_texts(
    tables: Tables, change: Change, texts: AllTexts, new: Incoming
) -> tuple[list[postings.Part], postings.Sizes]:
    """Write the texts that are new; the lists by which all are found, and their sizes."""
    numbers = len(tables.texts) + np.arange(len(new.rows))
    sets = texts.keys(numbers)
    new.rows["shingles"] = sets.lengths
    change.append("texts", new.rows)
    found_by = text_keys(new.digests)
    order = np.argsort(found_by, kind="stable")
    _add_part(
        tables,
        change,
        "text_keys",
        {"keys": found_by[order], "values": numbers[order].astype(np.uint32)},
        _merge_keys,
    )
    rare = postings.rare_ones(sets, tables.postings, texts.rule, alone=False)
    part = postings.make_part(numbers, sets, rare)
    _add_part(tables, change, "postings", part, postings.merge)
    return [*tables.postings, part], tables.sizes.with_more(sets.lengths.astype(np.int32), texts.rule)


def _counted(tables: Tables, gone: NDArray[np.int64], before: Alike, new: Incoming, unit: int) -> Alike:
    """The texts' answers and days after the change; their exemplars are still those of before."""
    after = Alike(before.exemplar.copy(), before.answers.copy(), before.first_day.copy())
    if len(gone):
        uses = tables.uses(unit)
        lost = np.isin(uses["answer"], gone)
        text, _ = _once(uses[lost])
        np.subtract.at(after.answers, text, 1)
        alive = tables.alive.copy()
        alive[gone] = False
        still = alive[uses["answer"]] & np.isin(uses["text"], text)
        after.first_day[text] = Alike.of_rows(np.empty(0, CHANGES), len(after.answers)).first_day[text]
        np.minimum.at(after.first_day, uses["text"][still], tables.answers["first_day"][uses["answer"][still]])
    text, answer = _once(new.uses(unit))
    np.add.at(after.answers, text, 1)
    np.minimum.at(after.first_day, text, new.days[answer, 0])
    return after


def _once(uses: NDArray[np.void]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Texts and answers of uses, each pair once."""
    text, answer = np.divmod(distinct(uses["text"].astype(np.int64) << 32 | uses["answer"]), 1 << 32)
    return text, answer


def _choose(tables: Tables, texts: AllTexts, after: Alike, threads: int, progress: Progress | None) -> None:
    """Choose all exemplars anew, by the stages of `find_reuse`."""
    living = np.flatnonzero(after.answers > 0)
    place = ranks(texts.written(range(len(texts.hashes)))).astype(np.int32)
    in_order = np.argsort(place)
    found = texts.words_of(living)
    tokens, first, length = place[found.values], found.indptr[:-1], found.lengths.astype(np.int32)
    n_answers, first_day = after.answers[living].astype(np.int64), after.first_day[living].astype(np.int64)
    order = rank_texts(n_answers, first_day, tokens, first, length)
    shape, hashes = numbers_alike(texts.hashes[in_order], texts.numeric[in_order])
    # Later changes find every pair, so this has to.
    exact = replace(tables.params, search="exact")
    shingles = Shingles(tokens, shape, hashes, first[order], length[order], exact.shingle_words)
    chosen = choose_exemplars(search_for(shingles, exact, threads, progress), len(shingles), progress)
    after.exemplar[:] = -1
    after.exemplar[living[order]] = living[order][chosen]


def _choose_again(
    texts: AllTexts, parts: Sequence[postings.Part], sizes: postings.Sizes, before: Alike, after: Alike
) -> bool:
    """Choose those exemplars that a change reaches; False where these are too many for that to be shorter."""
    touched = np.flatnonzero((before.answers != after.answers) | (before.first_day != after.first_day))
    most = max(_FEW, int((after.answers > 0).sum()) // 4)
    if len(touched) > most:
        return False

    def search(these: NDArray[np.int64], counted: NDArray[np.bool_], kept: Any) -> Pairs:
        return texts.find_alike(these, parts, sizes, counted, kept)

    return choose_again(before, after, touched, search, texts.joined, most)


def _write_alike(tables: Tables, change: Change, unit: int, before: Alike, after: Alike) -> None:
    names = ("exemplar", "answers", "first_day")
    changed = np.zeros(len(after.exemplar), bool)
    for name in names:
        changed |= getattr(before, name) != getattr(after, name)
    column = f"{UNITS[unit]}_changes"
    most = _ROWS_OF_A_TEXT * len(changed)
    anew = len(tables.store.column(column, CHANGES)) + int(changed.sum()) > most
    texts = np.arange(len(changed)) if anew else np.flatnonzero(changed)
    rows = np.empty(len(texts), CHANGES)
    rows["text"] = texts
    for name in names:
        rows[name] = getattr(after, name)[texts]
    (change.replace if anew else change.append)(column, rows)


def _former(unit: int, before: Alike, after: Alike) -> NDArray[np.void]:
    """Exemplars of families that are none any more, each with a text that is in the family now."""
    members = np.bincount(
        before.exemplar[before.exemplar >= 0], before.answers[before.exemplar >= 0], len(before.answers)
    )
    texts = np.flatnonzero(before.is_exemplar & ~after.is_exemplar & (members > 1))
    heir = texts.copy()
    for place in np.flatnonzero(after.exemplar[texts] < 0).tolist():
        left = np.flatnonzero((before.exemplar == texts[place]) & (after.exemplar >= 0))
        heir[place] = left[np.argmax(before.answers[left])] if len(left) else -1
    rows = np.empty(len(texts), FORMER)
    rows["unit"], rows["text"], rows["heir"] = unit, texts, heir
    return rows[heir >= 0]


def _write_names(
    tables: Tables, change: Change, texts: AllTexts, former: NDArray[np.void], exemplar: Sequence[NDArray[np.int32]]
) -> None:
    """Write by which names families went that go by another now."""
    names: dict[str, str] = {}
    for unit, name in enumerate(UNITS):
        rows = former[former["unit"] == unit]
        heirs: dict[int, int] = dict(zip(rows["text"].tolist(), rows["heir"].tolist(), strict=True))
        now = exemplar[unit]
        # What is an exemplar again has its own name.
        old = np.array([text for text in heirs if now[text] != text], np.int64)
        new = now[np.array([_last(heirs, now, text) for text in old.tolist()], np.int64)]
        names |= zip(texts.names(name, old[new >= 0]), texts.names(name, new[new >= 0]), strict=True)
    if names != former_ids(tables.store):
        change.replace("former_ids", json.dumps(names, sort_keys=True).encode())


def _last(heirs: Mapping[int, int], exemplar: NDArray[np.int32], text: int) -> int:
    """The text that a former exemplar's family is found by: of an heir that is gone its own heir."""
    seen: set[int] = set()
    while exemplar[text] < 0 and text in heirs and text not in seen:
        seen.add(text)
        text = heirs[text]
    return text


def _add_part(
    tables: Tables, change: Change, name: str, part: Arrays, merge: Callable[[list[Any]], dict[str, NDArray[Any]]]
) -> None:
    """Write a part together with the last ones that are not much larger: so there are few, and most stay."""
    size = _size(part)
    if not size:
        return
    parts = [*tables.store.parts(name), part]
    together = 1
    while together < len(parts) and _size(parts[-together - 1]) < 2 * size:
        together += 1
        size += _size(parts[-together])
    change.add_part(name, merge(parts[-together:]) if together > 1 else part, instead_of=together - 1)


def _size(part: Arrays) -> int:
    return max(map(len, part.values()))


def _merge_keys(parts: Sequence[Arrays]) -> dict[str, NDArray[Any]]:
    keys, values = (np.concatenate([part[name] for part in parts]) for name in ("keys", "values"))
    order = np.argsort(keys, kind="stable")
    return {"keys": keys[order], "values": values[order]}
