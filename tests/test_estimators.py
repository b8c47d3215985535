"""Estimators: scikit-learn's own checks, and that they say what the functions say.

`check_estimator` stops at once at an estimator of texts. So its checks are called by hand, all that are listed here and
that the installed version has: those without data as they are, the others on an estimator that first writes each row of
numbers as a text. Left out are those of numbers themselves (NaN, infinity, complex, sparse, dtypes, one feature, the
number of features), of classes and weights, and of arrays in other libraries: no text has any of these.
"""

from __future__ import annotations

import pickle
import warnings
from functools import partial
from typing import Any

import datasketch
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.utils import estimator_checks

import pqreuse
from pqreuse import MinHashVectorizer, NoveltyTransformer, ReuseClusterer, cluster_texts, find_reuse, text_signatures

ESTIMATORS = (MinHashVectorizer, ReuseClusterer, NoveltyTransformer)

# Of the installed version; scikit-learn 1.5 has not all of them, and some under another name.
WITHOUT_DATA = """
    check_estimator_cloneable check_estimator_repr check_estimator_tags_renamed check_valid_tag_types
    check_no_attributes_set_in_init check_parameters_default_constructible check_get_params_invariance check_set_params
    check_do_not_raise_errors_in_init_or_set_params check_mixin_order
""".split()
WITH_DATA = """
    check_estimators_fit_returns_self check_estimators_overwrite_params check_dont_overwrite_parameters
    check_dict_unchanged check_estimators_pickle check_fit_idempotent check_fit_check_is_fitted
    check_methods_sample_order_invariance check_methods_subset_invariance check_pipeline_consistency
    check_readonly_memmap_input check_f_contiguous_array_estimator check_estimators_unfitted
    check_fit_score_takes_y
""".split()
OF_TRANSFORMERS = """
    check_transformer_get_feature_names_out check_transformer_get_feature_names_out_pandas
    check_set_output_transform check_set_output_transform_pandas check_set_output_transform_polars
    check_global_output_transform_pandas check_global_set_output_transform_polars
    check_get_feature_names_out_error check_transformer_general check_transformers_unfitted
    check_transformers_unfitted_stateless
""".split()
OF_CLUSTERERS = ["check_clusterer_compute_labels_predict"]

# Of three estimators some checks are not.
EXEMPT = {
    # fit_transform compares with the others, transform with the past.
    ("NoveltyTransformer", "check_transformer_general"),
    ("NoveltyTransformer", "check_transformers_unfitted_stateless"),
    # Its names are always the same.
    ("NoveltyTransformer", "check_get_feature_names_out_error"),
    # It has no state.
    ("MinHashVectorizer", "check_transformers_unfitted"),
    ("MinHashVectorizer", "check_fit_check_is_fitted"),
    ("MinHashVectorizer", "check_get_feature_names_out_error"),
}

LINE = "We have set up a network of {} attendance hubs in {} to share what works in schools."
NEW = "Nothing that is said of {} here has been said by any minister of {} in the years before this one."


def as_text(X: Any) -> list[str]:
    """Each row of numbers as a text of some words, alike where the numbers are."""
    rows = np.asarray(X, dtype=float).reshape(len(X), -1)
    return [" ".join("w" + str(round(value * 4)).replace("-", "m") for value in np.resize(row, 12)) for row in rows]


def of_numbers(estimator: Any) -> Any:
    """The estimator, but that it writes what it is given as texts first."""

    class OfNumbers(estimator):  # type: ignore[misc]
        # scikit-learn asks for the parameters of the class's own constructor.
        __init__ = estimator.__init__

        def fit(self, X: Any, y: object = None) -> Any:
            # partial_fit calls it with texts.
            return super().fit(X if isinstance(X, list) and isinstance(X[0], str) else as_text(X), y)

        if hasattr(estimator, "partial_fit"):

            def partial_fit(self, X: Any, y: object = None) -> Any:
                return super().partial_fit(as_text(X), y)

        if hasattr(estimator, "transform"):

            def transform(self, X: Any) -> Any:
                return super().transform(as_text(X))

        if estimator is NoveltyTransformer:

            def fit_transform(self, X: Any, y: object = None) -> Any:
                self.fit(X)
                return NoveltyTransformer(**self.get_params()).fit_transform(as_text(X))

    OfNumbers.__name__ = OfNumbers.__qualname__ = estimator.__name__
    globals()[f"_{estimator.__name__}"] = OfNumbers
    OfNumbers.__qualname__ = f"_{estimator.__name__}"  # so that it can be pickled
    return OfNumbers


def cases() -> list[Any]:
    found = []
    for estimator in ESTIMATORS:
        adapted = of_numbers(estimator)
        own = OF_TRANSFORMERS if hasattr(estimator, "transform") else OF_CLUSTERERS
        for names, kind in ((WITHOUT_DATA, estimator), ([*WITH_DATA, *own], adapted)):
            found += [
                pytest.param(kind, name, id=f"{estimator.__name__}-{name}")
                for name in names
                if (estimator.__name__, name) not in EXEMPT
            ]
    return found


@pytest.mark.parametrize(("kind", "name"), cases())
def test_common_check(kind: Any, name: str) -> None:
    check = getattr(estimator_checks, name, None)
    if check is None:
        pytest.skip("this version of scikit-learn has no such check")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(kind.__name__, kind())


def test_each_check_is_one_of_this_or_an_older_version() -> None:
    names = {*WITHOUT_DATA, *WITH_DATA, *OF_TRANSFORMERS, *OF_CLUSTERERS}
    assert sum(hasattr(estimator_checks, name) for name in names) >= 25


def past() -> list[str]:
    return [LINE.format(31, "Kent"), NEW.format("fishing", "Wales"), LINE.format(32, "Devon")]


def test_clusterer_says_what_the_function_says() -> None:
    texts = [NEW.format("a", "b"), *past(), LINE.format(5, "Kent"), "short", ""]
    fitted = ReuseClusterer().fit(texts)
    assert fitted.labels_.tolist() == [0, 1, 0, 1, 1, -1, -1]
    exemplar = cluster_texts(texts)
    for place, label in enumerate(fitted.labels_.tolist()):
        assert exemplar[place] == (fitted.exemplars_[label] if label >= 0 else place)
    assert ReuseClusterer(containment=1.0).fit_predict(texts).tolist() == [-1, 0, -1, -1, 0, -1, -1]
    assert ReuseClusterer().fit_predict([]).tolist() == []


def test_vectorizer_says_what_the_function_says() -> None:
    found = MinHashVectorizer(16, seed=3).fit_transform(past())
    assert found.dtype == np.uint32
    assert (found == text_signatures(past(), n_hashes=16, seed=3)).all()
    assert MinHashVectorizer(3).get_feature_names_out().tolist() == [f"minhashvectorizer{at}" for at in range(3)]


def test_novelty_is_that_against_the_past_and_not_against_one_another() -> None:
    new = [
        LINE.format(33, "Kent"),
        NEW.format("ships", "Wales"),
        "A text that no other is like.",
        "",
        "Twice said. " * 9,
    ]
    found = NoveltyTransformer().fit(past()).transform([*new, new[-1]])
    assert found[0].tolist() == pytest.approx([17 / 18, 1 / 18, 0])
    assert found[1, 0] > 0.8
    assert found[2].tolist() == [0, 0, 1]
    assert np.isnan(found[3]).all()
    # The same text twice is new both times: only the past counts.
    assert found[4].tolist() == found[5].tolist() == [0, 0, 1]


def test_novelty_of_what_it_is_fitted_on_is_that_against_the_others() -> None:
    scores = find_reuse(past()).scores
    assert NoveltyTransformer().fit_transform(past()).tolist() == [
        [one.template, one.slot, one.novel] for one in scores
    ]


def test_past_can_be_added_to() -> None:
    first, *others = past()
    both = NoveltyTransformer().partial_fit([first]).partial_fit(others)
    new = [LINE.format(9, "Kent"), NEW.format("ships", "Kent")]
    assert both.past_ == past()
    assert (both.transform(new) == NoveltyTransformer().fit(past()).transform(new)).all()
    assert (MinHashVectorizer().partial_fit([first]).transform(new) == text_signatures(new)).all()


@pytest.mark.parametrize("column", [pl.Series, pd.Series, np.array, tuple, iter])
def test_any_column_of_texts(column: Any) -> None:
    assert ReuseClusterer().fit_predict(column(past())).tolist() == [0, -1, 0]
    assert NoveltyTransformer().fit(column(past())).transform(column(past())).shape == (3, 3)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("wrong", ["one text", [1, 2], None, [["a"], ["b"]], [None], pl.DataFrame({"a": ["x"]})])
def test_what_is_no_texts_is_said(estimator: Any, wrong: Any) -> None:
    with pytest.raises(ValueError, match="texts must be"):
        estimator().fit(wrong)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_wrong_parameters_are_said_when_it_is_fitted(estimator: Any) -> None:
    with pytest.raises(ValueError, match=r"^shingle_words must be in \[1, 32\], got 0$"):
        estimator(shingle_words=0).fit(past())


def test_unfitted() -> None:
    with pytest.raises(NotFittedError):
        NoveltyTransformer().transform(past())


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parameters_of_the_estimator_are_those_of_the_library(estimator: Any) -> None:
    known = pqreuse.ReuseParams()
    for name, value in estimator().get_params().items():
        if name not in ("threads", "n_hashes"):
            assert value == getattr(known, name), name


def test_cloned_pickled_and_routed() -> None:
    fitted = NoveltyTransformer(containment=0.5).fit(past())
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "past_")
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.transform(past()) == fitted.transform(past())).all()
    assert fitted.get_metadata_routing() is not None


def test_in_pipelines_and_searches() -> None:
    def some(place: str, stems: str) -> list[str]:
        own = [" ".join(f"{stem}{word}" for word in range(12)) for stem in stems]
        return [LINE.format(number, place) for number in range(8)] + own

    texts = some("Kent", "abcdefgh")
    stock = [1] * 8 + [0] * 8
    model = make_pipeline(make_union(NoveltyTransformer(), TfidfVectorizer()), LogisticRegression())
    search = GridSearchCV(
        make_pipeline(NoveltyTransformer(), LogisticRegression()), {"noveltytransformer__containment": [0.4, 0.8]}, cv=2
    )
    assert model.fit(texts, stock).score(some("Devon", "ijklmnop"), stock) == 1
    assert search.fit(texts, stock).best_score_ == 1
    score = lambda estimator, X, y: adjusted_rand_score(y, estimator.fit_predict(X))  # noqa: E731
    clusters = [0] * 8 + [-1] * 8
    found = GridSearchCV(ReuseClusterer(), {"containment": [0.6, 1.0]}, scoring=score, cv=2).fit(texts, clusters)
    assert found.best_score_ == 1
    frame = pd.DataFrame({"answer": texts, "other": stock})
    columns = ColumnTransformer([("novelty", NoveltyTransformer(), "answer")]).set_output(transform="pandas")
    assert columns.fit_transform(frame).columns.tolist() == ["novelty__template", "novelty__slot", "novelty__novel"]


# datasketch


@pytest.mark.parametrize("lean", [False, True])
def test_signatures_are_those_of_datasketch_both_ways(lean: bool) -> None:
    ours = text_signatures([*past(), ""], n_hashes=32, seed=5)
    theirs = pqreuse.to_datasketch(ours, seed=5, lean=lean)
    assert {type(one) for one in theirs} == {datasketch.LeanMinHash if lean else datasketch.MinHash}
    assert (pqreuse.from_datasketch(theirs) == ours).all()
    assert theirs[0].jaccard(theirs[2]) == (ours[0] == ours[2]).mean()


def test_datasketch_goes_on_where_we_stopped() -> None:
    # What datasketch adds to our object it would have added to its own.
    (ours,) = pqreuse.to_datasketch(text_signatures(past()[:1], n_hashes=16, seed=5), seed=5)
    own = datasketch.MinHash(16, seed=5, scheme="affine32", hashvalues=ours.hashvalues)
    for one in (ours, own):
        one.update(b"something else")
    assert ours == own
    fresh = datasketch.MinHash(16, seed=5, scheme="affine32")
    fresh.update(b"something else")
    assert (np.minimum(fresh.hashvalues, text_signatures(past()[:1], n_hashes=16, seed=5)[0]) == ours.hashvalues).all()


@pytest.mark.parametrize("wrong", [np.zeros(4, np.uint32), np.zeros((2, 4), np.int64), [[1, 2]]])
def test_what_is_no_signatures_is_refused(wrong: Any) -> None:
    with pytest.raises(pqreuse.ParameterError, match=r"^signatures must be uint32\[n_texts, n_hashes\], got u?int"):
        pqreuse.to_datasketch(wrong)


def test_sketches_of_different_kinds_are_refused() -> None:
    make = partial(datasketch.MinHash, 8)
    assert pqreuse.from_datasketch([]).shape == (0, 0)
    for kinds in ([make(seed=1), make(seed=2)], [make(scheme="affine64")], [make(), datasketch.MinHash(9)]):
        with pytest.raises(ValueError, match="all be of scheme affine32, of one seed and one length, got"):
            pqreuse.from_datasketch(kinds)
