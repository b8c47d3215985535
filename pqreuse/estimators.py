"""scikit-learn estimators: thin over `text_signatures`, `cluster_texts`, `find_reuse` and `score_answers`."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from pqreuse.answers import as_texts
from pqreuse.pipeline import cluster_texts, find_reuse, score_answers, text_signatures
from pqreuse.records import ReuseResult

_SHARES = ("template", "slot", "novel")


class _OfTexts(BaseEstimator):  # type: ignore[misc]
    """An estimator whose samples are texts: a list of strings, or a column of a data frame."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """The same for scikit-learn 1.5."""
        return {"X_types": ["string"]}

    def __sklearn_is_fitted__(self) -> bool:
        return any(name.endswith("_") and not name.startswith("_") for name in vars(self))


class MinHashVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, _OfTexts):  # type: ignore[misc]
    """Texts → MinHash signatures: see `text_signatures`. Stateless, so that fitting does nothing.

    Parameters
    ----------
    n_hashes : int, default 128
    shingle_words, seed
        See `ReuseParams`.
    threads : int, optional

    Examples
    --------
    >>> MinHashVectorizer(n_hashes=4).fit_transform(["We have set up a network of 31 hubs."]).shape
    (1, 4)
    """

    def __init__(
        self, n_hashes: int = 128, *, shingle_words: int = 2, seed: int = 1, threads: int | None = None
    ) -> None:
        self.n_hashes = n_hashes
        self.shingle_words = shingle_words
        self.seed = seed
        self.threads = threads

    def fit(self, X: Any, y: object = None) -> Self:
        """Check the parameters; there is nothing to learn."""
        text_signatures([], **self.get_params())
        as_texts(X)
        return self

    partial_fit = fit

    def transform(self, X: Any) -> NDArray[np.uint32]:
        """Signatures, uint32[n_texts, n_hashes]."""
        return text_signatures(X, **self.get_params())

    @property
    def _n_features_out(self) -> int:
        return self.n_hashes

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        return {**super()._more_tags(), "requires_fit": False, "stateless": True}


class ReuseClusterer(ClusterMixin, _OfTexts):  # type: ignore[misc]
    """Near-duplicates among texts, each taken whole: see `cluster_texts`.

    Parameters
    ----------
    containment, length_ratio, jaccard, min_words, shingle_words, search, seed
        See `ReuseParams`.
    threads : int, optional

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_texts,)
        The cluster of each text, by the first text of each; -1 for a text like no other.
    exemplars_ : ndarray of int64, shape (n_clusters,)
        For each cluster the place of the first text that has its exemplar's words.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> ReuseClusterer().fit_predict(["Nothing else is said here.", line.format(31), line.format(32)]).tolist()
    [-1, 0, 0]
    """

    def __init__(
        self,
        *,
        containment: float = 0.6,
        length_ratio: float = 0.4,
        jaccard: float = 0.0,
        min_words: int = 8,
        shingle_words: int = 2,
        search: str = "exact",
        seed: int = 1,
        threads: int | None = None,
    ) -> None:
        self.containment = containment
        self.length_ratio = length_ratio
        self.jaccard = jaccard
        self.min_words = min_words
        self.shingle_words = shingle_words
        self.search = search
        self.seed = seed
        self.threads = threads

    def fit(self, X: Any, y: object = None) -> Self:
        """Cluster these texts."""
        exemplar = cluster_texts(X, **self.get_params())
        having = np.bincount(exemplar, minlength=len(exemplar))
        several = np.flatnonzero(having[exemplar] > 1)
        self.exemplars_, first, cluster = np.unique(exemplar[several], return_index=True, return_inverse=True)
        order = np.argsort(first)
        self.exemplars_ = self.exemplars_[order]
        self.labels_ = np.full(len(exemplar), -1, np.int64)
        self.labels_[several] = np.argsort(order)[cluster]
        return self


class NoveltyTransformer(TransformerMixin, _OfTexts):  # type: ignore[misc]
    """How much of new answers stands in past ones: their template, slot and novel shares.

    As a feature of a model: ``fit_transform`` compares each text with the others, never with itself, so that what a
    pipeline is fitted on looks like what it will see; it is not the same as ``fit`` and then ``transform``.

    Parameters
    ----------
    containment, length_ratio, jaccard, min_words, run_words, slot_words, template_support, shingle_words, search, seed
        See `ReuseParams`.
    threads : int, optional

    Attributes
    ----------
    past_ : list of str
        The past answers.

    Examples
    --------
    >>> line = "We have set up a network of {} attendance hubs to share what works."
    >>> NoveltyTransformer().fit([line.format(31)]).transform([line.format(31), "That is new."]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """

    def __init__(
        self,
        *,
        containment: float = 0.6,
        length_ratio: float = 0.4,
        jaccard: float = 0.0,
        min_words: int = 8,
        run_words: int = 8,
        slot_words: int = 6,
        template_support: float = 0.9,
        shingle_words: int = 2,
        search: str = "exact",
        seed: int = 1,
        threads: int | None = None,
    ) -> None:
        self.containment = containment
        self.length_ratio = length_ratio
        self.jaccard = jaccard
        self.min_words = min_words
        self.run_words = run_words
        self.slot_words = slot_words
        self.template_support = template_support
        self.shingle_words = shingle_words
        self.search = search
        self.seed = seed
        self.threads = threads

    def fit(self, X: Any, y: object = None) -> Self:
        """Take these as the past answers."""
        self.past_ = list(as_texts(X))
        find_reuse([], **self._params())
        return self

    def partial_fit(self, X: Any, y: object = None) -> Self:
        """Add these to the past answers."""
        return self.fit([*getattr(self, "past_", []), *as_texts(X)])

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Shares against the past answers, float64[n_texts, 3]; NaN for a text without scorable words."""
        check_is_fitted(self)
        return _shares(score_answers(list(as_texts(X)), self.past_, **self._params()))

    def fit_transform(self, X: Any, y: object = None) -> NDArray[np.float64]:
        """Take these as the past answers; shares of each against all others, float64[n_texts, 3]."""
        return _shares(find_reuse(self.fit(X).past_, **self._params()))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """``template``, ``slot``, ``novel``."""
        return np.array(_SHARES, object)

    def _params(self) -> dict[str, Any]:
        return {**self.get_params(), "recall_sample": 0}


def _shares(result: ReuseResult) -> NDArray[np.float64]:
    table = result.tables("scores")
    return np.array([table[share][1] for share in _SHARES], np.float64).T
