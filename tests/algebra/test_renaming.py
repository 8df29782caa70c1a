"""Expressions in other names and sizes."""

import pytest

from symnn.algebra.language import matrix, ones, sigmoid
from symnn.algebra.nodes import Named
from symnn.algebra.renaming import renamed, resized
from symnn.algebra.sizes import dims
from symnn.errors import ShapeError

n, d, k, m = dims("n d k m")
X, W = matrix("X", n, d), matrix("W", d, k, assume="full column rank", doc="weights")


def test_variables_get_values_and_all_sizes_are_exchanged():
    V = matrix("V", k, d)
    made = renamed(sigmoid(X @ W) - ones(n, k), {W: V.T}, {n: m})
    assert str(made) == "σ(XVᵀ) − 1ₘₓₖ"
    assert list(map(str, made.shape)) == ["m", "k"]


def test_a_named_value_keeps_its_name_and_can_be_exchanged():
    value = Named("H", 2, X @ W)
    assert str(renamed(value.T, {}, {n: m}).children[0].body.shape[0]) == "m"
    H = matrix("H", n, k)
    assert renamed(value.T, {value: H}, {}) is H.T


def test_a_value_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="inner sizes"):
        renamed(X @ W, {W: matrix("V", k, d)}, {})


def test_a_resized_variable_keeps_all_but_its_name_and_sizes():
    made = resized(W, "U", {d: m})
    assert (made.name, made.assumptions, made.doc, made.rank) == ("U", ("full column rank",), "weights", 2)
    assert list(map(str, made.shape)) == ["m", "k"]
