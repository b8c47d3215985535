"""Every tunable number once: its default, its range and what it means. Source of keywords and command line options."""

from __future__ import annotations

from dataclasses import Field, asdict, dataclass, field, fields
from numbers import Integral, Real
from typing import Any, Literal

from pqreuse.errors import ParameterError

Against = Literal["others", "earlier"]
Search = Literal["exact", "lsh"]


def _number(default: float, low: float, high: float, meaning: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "meaning": meaning})


def _choice(default: str, choices: tuple[str, ...], meaning: str) -> Any:
    return field(default=default, metadata={"choices": choices, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseParams:
    """All parameters that can change a result.

    Examples
    --------
    >>> ReuseParams(containment=0.7).containment
    0.7
    >>> ReuseParams(containment=1.2)
    Traceback (most recent call last):
    ...
    pqreuse.errors.ParameterError: containment must be in [0.1, 1], got 1.2
    """

    shingle_words: int = _number(2, 1, 32, "words in a shingle")
    containment: float = _number(0.6, 0.1, 1, "least shared part of the smaller shingle set")
    length_ratio: float = _number(0.4, 0.1, 1, "least ratio of the smaller to the larger shingle set")
    jaccard: float = _number(0.0, 0, 1, "least Jaccard of the two shingle sets; 0 asks for none")
    min_words: int = _number(
        8, 1, 1000, "least words of a segment that is compared, not counting words that begin with a digit"
    )
    run_words: int = _number(8, 2, 1000, "least words of a run that counts as template")
    slot_words: int = _number(6, 1, 1000, "most words of a filling that counts as slot")
    template_support: float = _number(0.9, 0.5, 1, "least part of a family's answers that keeps a template word")
    min_answers: int = _number(2, 2, 1_000_000, "least answers of a family that is listed")
    lsh_jaccard: float = _number(0.5, 0.05, 0.99, "Jaccard at which the index reaches its recall target")
    lsh_recall: float = _number(0.99, 0.5, 0.9999, "recall target of the index at that Jaccard")
    search: Search = _choice(
        "exact", ("exact", "lsh"), "whether every pair is compared, or those that a MinHash index holds"
    )
    recall_sample: int = _number(500, 0, 1_000_000, "segments of each unit on which the recall is measured")
    seed: int = _number(1, 0, 2**32 - 1, "seed of the MinHash permutations and of that sample")
    gap_months: int = _number(6, 1, 1200, "least months of the corpus between two uses that are a gap")
    against: Against = _choice("others", ("others", "earlier"), "compare with all other answers, or with earlier ones")

    def __post_init__(self) -> None:
        for item in fields(self):
            value, bounds = getattr(self, item.name), item.metadata
            if "choices" in bounds:
                if value not in bounds["choices"]:
                    raise ParameterError(
                        f"{item.name} must be {' or '.join(map(repr, bounds['choices']))}, got {value!r}"
                    )
                continue
            whole = isinstance(item.default, int)
            if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
                raise ParameterError(f"{item.name} must be {'a whole number' if whole else 'a number'}, got {value!r}")
            if not bounds["low"] <= value <= bounds["high"]:
                raise ParameterError(f"{item.name} must be in [{bounds['low']}, {bounds['high']}], got {value!r}")

    @property
    def said_words(self) -> int:
        """Words in a row that another answer must have to be named as a source: 6, or ``run_words`` if that is less.

        Fewer are a formula of the language: of real answers, 2.5 % of the words stand in five words in a row of an
        unrelated corpus, 0.5 % in six.
        """
        return min(6, self.run_words)

    def to_dict(self) -> dict[str, int | float | str]:
        """Field names and values, in the order of the class."""
        return asdict(self)


def _describe(item: Field[Any]) -> str:
    choices, meta = item.metadata.get("choices"), item.metadata
    allowed = " or ".join(map(repr, choices)) if choices else f"{meta['low']} to {meta['high']}"
    meaning = meta["meaning"][0].upper() + meta["meaning"][1:]
    return f"    {item.name} : {allowed}, default {item.default!r}\n        {meaning}."


# One source: what is documented is what is checked.
ReuseParams.__doc__ = f"{ReuseParams.__doc__}\n    Parameters\n    ----------\n" + "\n".join(
    _describe(item) for item in fields(ReuseParams)
)
