"""Python functions and lambdas are read from their source and never run; formulas define elementwise functions."""

import importlib.util
import linecache

import numpy as np
import pytest

from symnn.algebra import functions
from symnn.algebra.nodes import (
    Map,
    Sum,
    Variable,
)
from symnn.algebra.reader import (
    read,
    read_formula,
    read_function,
)
from symnn.errors import ReadError

OUTSIDE = 3.0


def ridge(X, w, y, lam):
    """An objective with a docstring."""
    n, _ = X.shape
    residual = X @ w - y
    return np.sum(residual**2) / n + lam * w @ w


def outside(w):
    return OUTSIDE * w @ w


def without_return(w):
    w @ w


def sigmoid(z):
    return np.tanh(z)


def own_sigmoid(w):
    return sigmoid(w) @ w


def never_run(w):
    return np.sum(w) + [][0]


def test_function_is_read():
    shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
    reading = read_function(ridge, shapes, {"lam": "positive"})
    text = "np.sum((X@w - y)**2)/X.shape[0] + lam*w@w"
    assert reading.value is read(text, shapes, {"lam": "positive"}).value
    assert [variable.name for variable in reading.parameters] == ["X", "w", "y", "lam"]
    assert reading.inferred == ("lam",)


def test_lambdas_on_one_line_are_told_apart():
    both = (lambda w: w @ w * 2, lambda w: w @ w * 3)  # fmt: skip
    values = [read_function(function, {"w": ("d",)}).value for function in both]
    assert values == [read("w@w*2", {"w": ("d",)}).value, read("w@w*3", {"w": ("d",)}).value]


def test_lambda_within_a_function_that_imports_numpy():
    import numpy as np

    assert read_function(lambda w: np.sum(w), {"w": ("d",)}).value is read("w.sum()", {"w": ("d",)}).value


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (outside, "OUTSIDE"),
        (without_return, "return"),
        (own_sigmoid, "of your own"),
        (never_run, "a tuple of 0"),
        (np.sum, "Python function"),
        (len, "plain Python function"),
        (3, "plain Python function"),
        (eval("lambda w: w"), "not at hand"),
    ],
)
def test_refused_functions(function, reason):
    with pytest.raises(ReadError) as caught:
        read_function(function, {"w": ("d",)})
    assert reason in str(caught.value)


def test_closure_is_refused():
    factor = 2
    with pytest.raises(ReadError, match="`factor` is no parameter"):
        read_function(lambda w: factor * w, {"w": ("d",)})


def test_a_changed_source_is_noticed(tmp_path):
    path = tmp_path / "objective_module.py"
    path.write_text("def loss(w):\n    return w @ w\n")
    spec = importlib.util.spec_from_file_location("objective_module", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert read_function(module.loss, {"w": ("d",)}).value.is_scalar
    path.write_text("def loss(w):\n    return w @ w * 3\n")
    linecache.clearcache()
    with pytest.raises(ReadError, match="changed"):
        read_function(module.loss, {"w": ("d",)})


# --- formulas of functions ------------------------------------------------------------------------------------------


def test_formula_defines_a_function():
    body = read_formula("x/(1 + np.exp(-3*x))", "swish3")
    function = functions.define("swish3", body)
    assert read("np.sum(swish3(w))", {"w": ("d",)}).value is Sum(Map(function, Variable("w", "d", 1, 1)))
    for text, name, reason in (
        ("x*t", "f1", "only the scalar x"),
        ("x", "exp", "taken"),
        ("x", "1f", "named like"),
        ("np.ones(3)*x", "f2", "scalar"),
    ):
        with pytest.raises(ReadError, match=reason):
            read_formula(text, name)
