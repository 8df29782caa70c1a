"""Stationary points: closed forms, why they are the only ones, under which conditions, and what is refused."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symnn.algebra.language import exp, inv, matrix, quadratic_form, scalar, squared_norm, total, vector
from symnn.algebra.nodes import Equation, Node, Variable
from symnn.algebra.sizes import dims
from symnn.errors import UnsupportedError
from symnn.proof.judges.interpreter import evaluate_rational
from symnn.proof.step import Relation
from symnn.result import derive
from symnn.solution import Solution

n, d, k = dims("n d k")
X, full = matrix("X", n, d), matrix("X", n, d, assume="full column rank")
W, Y, A = matrix("W", d, k), matrix("Y", n, k), matrix("A", d, d)
P, C = matrix("P", d, d, assume="positive definite"), matrix("C", n, n, assume="positive definite")
w, a, x, y, v = vector("w", d), vector("a", d), vector("x", n), vector("y", n), vector("v", n)
p = vector("p", n, assume="positive")
lam, mu = scalar("lam", latex=r"\lambda"), scalar("mu", assume="positive")
b, c = scalar("b"), scalar("c")

RESIDUAL = X @ w - y
LINE = y - b - c * x

# Objective, unknowns, values, kind, conditions, last lines of the lemmas.
CASES: dict[str, tuple[Node, list[Variable], list[str], str, list[str], list[str]]] = {
    "ridge": (
        squared_norm(RESIDUAL) + mu * squared_norm(w),
        [w],
        ["(XᵀX + μI)⁻¹Xᵀy"],
        "minimum",
        [],
        ["‖Xv‖² + μ‖v‖²"],
    ),
    "ridge with a penalty of unknown sign": (
        squared_norm(RESIDUAL) + lam * squared_norm(w),
        [w],
        ["(XᵀX + λI)⁻¹Xᵀy"],
        "minimum",
        ["λ positive"],
        ["‖Xv‖² + λ‖v‖²"],
    ),
    "least squares": (squared_norm(RESIDUAL), [w], ["(XᵀX)⁻¹Xᵀy"], "minimum", ["X full column rank"], ["‖Xv‖²"]),
    "least squares of full rank": (
        squared_norm(full @ w - y) / n,
        [w],
        ["(XᵀX)⁻¹Xᵀy"],
        "minimum",
        [],
        ["‖Xv‖²"],
    ),
    "negated": (-squared_norm(RESIDUAL), [w], ["(XᵀX)⁻¹Xᵀy"], "maximum", ["X full column rank"], ["‖Xv‖²"]),
    "many outputs": (
        squared_norm(X @ W - Y) + mu * squared_norm(W),
        [W],
        ["(XᵀX + μI)⁻¹XᵀY"],
        "minimum",
        [],
        ["‖Xv‖² + μ‖v‖²"],
    ),
    "weighted": (
        total(p * RESIDUAL**2),
        [w],
        ["(Xᵀ diag(p)X)⁻¹Xᵀ(p ⊙ y)"],
        "minimum",
        ["X full column rank"],
        ["∑ p ⊙ (Xv)²"],
    ),
    "weights of unknown sign": (
        total(v * RESIDUAL**2),
        [w],
        ["(Xᵀ diag(v)X)⁻¹Xᵀ(v ⊙ y)"],
        "minimum",
        ["v positive", "X full column rank"],
        ["∑ v ⊙ (Xp)²"],
    ),
    "generalised": (
        quadratic_form(RESIDUAL, inv(C)),
        [w],
        ["(XᵀC⁻¹X)⁻¹XᵀC⁻¹y"],
        "minimum",
        ["X full column rank"],
        ["vᵀXᵀC⁻¹Xv"],
    ),
    "positive definite quadratic": (
        quadratic_form(w, P) - a.T @ w,
        [w],
        ["½P⁻¹a"],
        "minimum",
        [],
        ["2vᵀPv"],
    ),
    "any quadratic": (
        quadratic_form(w, A) - a.T @ w,
        [w],
        ["(A + Aᵀ)⁻¹a"],
        "stationary point",
        ["A + Aᵀ invertible"],
        [],
    ),
    "saddle": (
        squared_norm(X @ w) - mu * squared_norm(w),
        [w],
        ["0"],
        "stationary point",
        ["XᵀX − μI invertible"],
        [],
    ),
    "mean": (squared_norm(y - b), [b], ["(1/n) ∑ y"], "minimum", [], ["nv²"]),
    "weighted mean": (total(p * (y - b) ** 2), [b], ["pᵀy/∑ p"], "minimum", [], ["v² ∑ p"]),
    "line": (
        squared_norm(LINE),
        [b, c],
        ["((∑ y)xᵀx − (∑ x)xᵀy)/(nxᵀx − (∑ x)²)", "(nxᵀy − (∑ x) ∑ y)/(nxᵀx − (∑ x)²)"],
        "minimum",
        ["cx + b1ₙ independent"],
        ["2‖dc x + db 1ₙ‖²"],
    ),
    "negated line": (
        -squared_norm(LINE),
        [b, c],
        ["((∑ y)xᵀx − (∑ x)xᵀy)/(nxᵀx − (∑ x)²)", "(nxᵀy − (∑ x) ∑ y)/(nxᵀx − (∑ x)²)"],
        "maximum",
        ["cx + b1ₙ independent"],
        ["2‖dc x + db 1ₙ‖²"],
    ),
    "saddle in two scalars": (b**2 - c**2 + b, [b, c], ["−½", "0"], "stationary point", [], []),
}


def solved(name: str) -> Solution:
    objective, wrt, *_ = CASES[name]
    return derive(objective, wrt=wrt).solve()


@pytest.mark.parametrize("name", CASES)
def test_closed_form_and_why(name: str) -> None:
    objective, wrt, values, kind, conditions, lemmas = CASES[name]
    found = derive(objective, wrt=wrt).solve()
    assert list(found.values) == [variable.name for variable in wrt]
    assert [str(value) for value in found.values.values()] == values
    assert found.kind == kind
    assert [f"{condition.node} {condition.word}" for condition in found.conditions] == conditions
    assert [str(lemma.line) for lemma in found.lemmas] == lemmas
    assert all(lemma.steps[-1].relation is Relation.POSITIVE for lemma in found.lemmas)
    assert found.verdict == "proved"


@pytest.mark.parametrize("name", ["ridge", "weighted", "generalised", "many outputs", "line", "any quadratic"])
def test_gradient_vanishes_at_the_closed_form(name: str) -> None:
    """In exact fractions, at sizes that differ."""
    objective, wrt, *_ = CASES[name]
    result = derive(objective, wrt=wrt)
    random = np.random.default_rng(3)
    values: dict[Variable, Any] = {}
    for parameter in result.parameters:
        shape = tuple({"n": 5, "d": 3, "k": 2}.get(str(size), 1) for size in parameter.shape)
        made = random.integers(-4, 5, size=shape)
        if "positive definite" in parameter.assumptions:
            made = made @ made.T + np.eye(len(made), dtype=int)
        if "positive" in parameter.assumptions:
            made = abs(made) + 1
        values[parameter] = [[Fraction(int(entry)) for entry in row] for row in made]
    at = {**values, **{v: evaluate_rational(result.solve().point.values[v], values) for v in wrt}}
    for gradient in result.gradients.values():
        assert all(entry == 0 for row in evaluate_rational(gradient, at) for entry in row)


def test_offset_and_weights_together() -> None:
    found = derive(squared_norm(y - X @ w - b) / n + mu * squared_norm(w), wrt=[w, b]).solve()
    assert (found.kind, found.conditions, found.verdict) == ("minimum", (), "proved")
    unpenalised = derive(squared_norm(y - X @ w - b), wrt=[w, b]).solve()
    assert [f"{condition.node} {condition.word}" for condition in unpenalised.conditions] == ["Xw + b1ₙ independent"]


def test_lines_lead_from_the_gradient_to_the_closed_form() -> None:
    proof = solved("ridge").proof
    lines = list(proof.lines())
    assert str(lines[0]) == "2Xᵀ(Xw − y) + 2μw"
    assert all(isinstance(line, Equation) for line in lines[1:])
    assert "(XᵀX + μI)w = Xᵀy" in map(str, lines)
    assert str(lines[-1]) == "w = (XᵀX + μI)⁻¹Xᵀy"


REFUSED: dict[str, tuple[Node, list[Variable], str]] = {
    "function of the unknown": (exp(b), [b], r"the term exp\(b\), which is not of the form M·b"),
    "fourth power": (squared_norm(w) ** 2, [w], "the term 4‖w‖²w, which is not of the form M·w"),
    "fourth power and a linear term": (squared_norm(w) ** 2 / 4 - a.T @ w, [w], "not of the form M·w"),
    "unknown on both sides": (
        squared_norm(X @ W - Y) + squared_norm(W @ matrix("R", k, k) - matrix("Z", d, k)),
        [W],
        "with the unknown on the right of each product",
    ),
    "linear objective": (a.T @ w, [w], "w does not occur in its equation a = 0: every value, or none"),
    "vanishing unknown": ((b - c) ** 2, [b, c], "c does not occur in its equation 0 = 0"),
    "only the product is determined": (squared_norm(b * x * c - y), [b, c], "c does not occur in its equation 0 = 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    objective, wrt, reason = REFUSED[name]
    with pytest.raises(UnsupportedError, match=reason):
        derive(objective, wrt=wrt).solve()
