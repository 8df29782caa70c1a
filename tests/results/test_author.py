"""The last line of an author's derivation as a function of a module."""

import numpy as np
import pytest

from symnn import Equation, chapter, derivation, dims, matrix, vector
from symnn.algebra.nodes import Number, Several
from symnn.codegen import Header, emit_module, load_module
from symnn.errors import SymnnError

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
x, r = np.arange(6.0).reshape(3, 2), np.array([1.0, -2.0, 0.5])


def emitted(proof):
    return load_module(emit_module(Header("A chapter", "a test", "0", "symnn build"), proof.functions()), "emitted")


def test_the_last_line_is_emitted_with_its_equation():
    with derivation((X @ w - y).T @ X, title="A product", function="product") as proof:
        proof.line(w.T @ X.T @ X - y.T @ X, by="multiply out")
    (function,) = proof.functions()
    assert [variable.name for variable in function.parameters] == ["X", "w", "y"]
    weights = np.array([2.0, 3.0])
    assert emitted(proof).product(X=x, w=weights, y=r)[0] == pytest.approx((x @ weights - r) @ x)


def test_several_expressions_are_returned_together():
    with derivation(Several(y - X @ w, X.T @ (y - X @ w)), title="Residual and slope", function="both") as proof:
        proof.line((y - X @ w, X.T @ y - X.T @ X @ w), by="multiply out")
    residual, slope = emitted(proof).both(X=x, w=np.ones(2), y=r)
    assert residual == pytest.approx(r - x.sum(axis=1))
    assert slope == pytest.approx(x.T @ residual)


def test_without_a_name_nothing_is_emitted():
    with derivation(X @ w - y) as proof:
        proof.line(-(y - X @ w), by="minus outside")
    assert proof.functions() == ()
    with pytest.raises(SymnnError, match="name of a function"):
        derivation(X @ w, function="no name")


def test_two_functions_of_one_name_and_equations_are_refused():
    with derivation(X @ w - y, function="residual") as one:
        one.line(-(y - X @ w), by="minus outside")
    with pytest.raises(SymnnError, match="residual"):
        chapter(one, one)
    with derivation(w.T @ w, function="length") as other:
        other.line(Equation(w.T @ w, Number(0)), by="of no length")
    with pytest.raises(SymnnError, match="equation"):
        other.functions()
