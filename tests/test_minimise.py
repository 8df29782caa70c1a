"""SciPy's methods on emitted functions: the minimum of a closed form, several arrays, refusals."""

import builtins

import numpy as np
import pytest

from symnn import SymnnError, derive
from symnn.errors import AssumptionError, DataError, MissingExtraError, UnsupportedError
from symnn.minimise import BY_VALUE, METHODS, minimise

random = np.random.default_rng(5)
n, d, k = 8, 3, 2
X, Y = random.normal(size=(n, d)), random.normal(size=(n, k))
SHAPES = {"X": ("n", "d"), "W": ("d", "k"), "b": ("k",), "Y": ("n", "k")}
LINEAR = derive("np.sum((X@W + b - Y)**2)/2 + np.sum(W**2)/4", ["W", "b"], SHAPES)
START = {"W": np.ones((d, k)), "b": np.zeros(k)}
VALUE, GRADIENT = LINEAR.derivative("value").function(), LINEAR.first.function()


def closed_form():
    """By normal equations in which a column of ones has no penalty."""
    ones = np.hstack([X, np.ones((n, 1))])
    weights = np.linalg.solve(ones.T @ ones + np.diag([0.5] * d + [0.0]), ones.T @ Y)
    return weights[:d], weights[d]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_minimum(method):
    options = {"maxfev": 20_000, "maxiter": 20_000} if method in ("Nelder-Mead", "Powell") else {}
    found = LINEAR.minimise(START, {"X": X, "Y": Y}, method=method, tolerance=1e-10, options=options)
    W, b = closed_form()
    by_value = method in BY_VALUE
    assert found["W"] == pytest.approx(W, abs=1e-3 if by_value else 1e-5)
    assert found["b"] == pytest.approx(b, abs=1e-3 if by_value else 1e-5)
    assert found.value == pytest.approx(VALUE(X=X, Y=Y, W=W, b=b), rel=1e-6)
    assert found.path[0] == pytest.approx(found.packing.pack(START))


def test_newton_takes_one_step_on_a_quadratic():
    found = LINEAR.minimise(START, {"X": X, "Y": Y}, method="trust-exact", options={"initial_trust_radius": 100.0})
    assert len(found.path) == 2
    assert found.converged


def test_results_in_another_order_are_refused():
    with pytest.raises(DataError, match="b has shape"):
        minimise(VALUE, GRADIENT, {"b": START["b"], "W": START["W"]}, {"X": X, "Y": Y})
    with pytest.raises(DataError, match="2 results are given for 1 arrays"):
        minimise(VALUE, GRADIENT, {"W": START["W"]}, {"X": X, "Y": Y, "b": START["b"]})


def test_what_is_not_there_is_refused():
    with pytest.raises(UnsupportedError, match="no method 'sgd'; there are CG"):
        minimise(VALUE, GRADIENT, START, {"X": X, "Y": Y}, method="sgd")
    with pytest.raises(UnsupportedError, match="hvp="):
        minimise(VALUE, GRADIENT, START, {"X": X, "Y": Y}, method="Newton-CG")
    with pytest.raises(SymnnError, match="each of W, b"):
        LINEAR.minimise({"W": START["W"]}, {"X": X, "Y": Y, "b": START["b"]})
    with pytest.raises(DataError, match="at least one"):
        minimise(VALUE, GRADIENT, {}, {"X": X, "Y": Y})


def test_without_scipy_it_says_what_to_install(monkeypatch):
    original = builtins.__import__

    def without(name, *rest):
        if name.startswith("scipy"):
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"symnn\[fit\]"):
        minimise(VALUE, GRADIENT, START, {"X": X, "Y": Y})


def test_arrays_that_are_not_what_is_assumed_are_refused():
    ridge = derive("(x - 1)**2 + lam*x**2", "x", assume={"lam": "positive"})
    assert ridge.minimise({"x": 0.0}, {"lam": 1.0})["x"] == pytest.approx(0.5, abs=1e-6)
    with pytest.raises(AssumptionError, match=r"lam is assumed positive, found -2\.0; give lam a value as assumed"):
        ridge.minimise({"x": 0.0}, {"lam": -2.0})
