"""Stationary points: closed forms, why they are the only ones, under which conditions, and what is refused."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from symnn.algebra.language import (
    det,
    exp,
    inv,
    log,
    matrix,
    ones,
    quadratic_form,
    scalar,
    squared_norm,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import Equation, Node, Variable
from symnn.algebra.sizes import dims
from symnn.codegen import load_module
from symnn.errors import UnsupportedError
from symnn.proof.judges.interpreter import evaluate_rational
from symnn.proof.step import Relation
from symnn.results.result import derive
from symnn.results.solution import Solution

n, d, k = dims("n d k")
X, full = matrix("X", n, d), matrix("X", n, d, assume="full column rank")
W, Y, A = matrix("W", d, k), matrix("Y", n, k), matrix("A", d, d)
P, C = matrix("P", d, d, assume="positive definite"), matrix("C", n, n, assume="positive definite")
w, a, x, y, v = vector("w", d), vector("a", d), vector("x", n), vector("y", n), vector("v", n)
p = vector("p", n, assume="positive")
lam, mu = scalar("lam", latex=r"\lambda"), scalar("mu", assume="positive")
b, c = scalar("b"), scalar("c")
m_, h = dims("m h")
R, Z, Z0, D = matrix("R", k, m_), matrix("Z", d, m_), matrix("Z", d, k), matrix("D", d, k)
B, T, U = matrix("B", h, d), matrix("T", h, m_), matrix("U", d, k)
nu, m, u = vector("nu", h), vector("m", h), vector("u", d)
c_row = matrix("c", 1, k)

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
        ["((∑ y)‖x‖² − (∑ x)xᵀy)/(n‖x‖² − (∑ x)²)", "(nxᵀy − (∑ x) ∑ y)/(n‖x‖² − (∑ x)²)"],
        "minimum",
        ["cx + b1ₙ independent"],
        ["2‖dc x + db 1ₙ‖²"],
    ),
    "negated line": (
        -squared_norm(LINE),
        [b, c],
        ["((∑ y)‖x‖² − (∑ x)xᵀy)/(n‖x‖² − (∑ x)²)", "(nxᵀy − (∑ x) ∑ y)/(n‖x‖² − (∑ x)²)"],
        "maximum",
        ["cx + b1ₙ independent"],
        ["2‖dc x + db 1ₙ‖²"],
    ),
    "saddle in two scalars": (b**2 - c**2 + b, [b, c], ["−½", "0"], "saddle point", [], ["2(db)²", "2(dc)²"]),
    "unknown on the left": (
        squared_norm(W @ R - Z),
        [W],
        ["ZRᵀ(RRᵀ)⁻¹"],
        "minimum",
        ["R full row rank"],
        ["2‖dW R‖²"],
    ),
    "unknown between two": (
        squared_norm(B @ U @ R - T),
        [U],
        ["(BᵀB)⁻¹BᵀTRᵀ(RRᵀ)⁻¹"],
        "minimum",
        ["B full column rank", "R full row rank"],
        ["2‖B dU R‖²"],
    ),
    "unknown on both sides": (
        squared_norm(X @ W - Y) + squared_norm(W @ R - Z),
        [W],
        ["(RRᵀ ⊗ I_d + Iₖ ⊗ XᵀX)⁻¹ vec(XᵀY + ZRᵀ)"],
        "minimum",
        ["R full row rank"],
        ["2‖dW R‖² + 2‖X dW‖²"],
    ),
    "entry by entry": (
        squared_norm(D * W - Z0) / 2,
        [W],
        ["vec(D²)⁻¹ ⊙ vec(D ⊙ Z)"],
        "stationary point",
        ["diag(vec(D²)) invertible"],
        [],
    ),
    "constrained": (
        squared_norm(RESIDUAL) + nu.T @ (B @ w - m),
        [w, nu],
        ["(XᵀX)⁻¹Bᵀ(B(XᵀX)⁻¹Bᵀ)⁻¹(m − B(XᵀX)⁻¹Xᵀy) + (XᵀX)⁻¹Xᵀy", "2(B(XᵀX)⁻¹Bᵀ)⁻¹(B(XᵀX)⁻¹Xᵀy − m)"],
        "constrained minimum",
        ["X full column rank", "B full row rank"],
        ["2‖X dw‖²", "vᵀB(XᵀX)⁻¹Bᵀv"],
    ),
    "bilinear": (
        w.T @ A @ u + a.T @ w + a.T @ u,
        [w, u],
        ["−(Aᵀ)⁻¹a", "−A⁻¹a"],
        "stationary point",
        ["A invertible"],
        [],
    ),
    "weights and a row of offsets": (
        squared_norm(X @ W + ones(n) @ c_row - Y) + mu * squared_norm(W),
        [W, c_row],
        [],
        "minimum",
        [],
        ["2‖X dW + 1ₙ dc‖² + 2μ‖dW‖²"],
    ),
}


def solved(name: str) -> Solution:
    objective, wrt, *_ = CASES[name]
    return derive(objective, wrt=wrt).solve()


@pytest.mark.parametrize("name", CASES)
def test_closed_form_and_why(name: str) -> None:
    objective, wrt, values, kind, conditions, lemmas = CASES[name]
    found = derive(objective, wrt=wrt).solve()
    assert list(found.values) == [variable.name for variable in wrt]
    assert not values or [str(value) for value in found.values.values()] == values
    assert found.kind == kind
    assert [f"{condition.node} {condition.word}" for condition in found.conditions] == conditions
    assert [str(lemma.line) for lemma in found.lemmas] == lemmas
    assert all(lemma.steps[-1].relation is Relation.POSITIVE for lemma in found.lemmas)
    assert found.verdict == "proved"


@pytest.mark.parametrize(
    "name", ["ridge", "weighted", "generalised", "many outputs", "line", "any quadratic", "constrained", "bilinear"]
)
def test_gradient_vanishes_at_the_closed_form(name: str) -> None:
    """In exact fractions, at sizes that differ."""
    objective, wrt, *_ = CASES[name]
    result = derive(objective, wrt=wrt)
    random = np.random.default_rng(3)
    values: dict[Variable, Any] = {}
    for parameter in result.parameters:
        shape = tuple({"n": 5, "d": 3, "k": 2, "h": 2}.get(str(size), 1) for size in parameter.shape)
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


@pytest.mark.parametrize(
    "name",
    [
        "unknown on the left",
        "unknown between two",
        "unknown on both sides",
        "entry by entry",
        "constrained",
        "bilinear",
        "weights and a row of offsets",
        "saddle in two scalars",
    ],
)
def test_the_emitted_solution_is_stationary_and_inverts_nothing(name: str) -> None:
    found = solved(name)
    report = found.check(seed=2)
    assert report.passed, report.summary()
    assert "linalg.inv" not in found.numpy()


def test_a_matrix_is_found_by_its_stacked_columns() -> None:
    """AW + WC = E with the condition for one solution; SciPy solves the same Sylvester equation."""
    left, wanted = matrix("P", d, d, assume="positive definite"), Z0
    right = matrix("Q", k, k, assume="positive definite")
    objective = trace(W.T @ left @ W) / 2 + trace(W @ right @ W.T) / 2 - trace(W.T @ wanted)
    found = derive(objective, wrt=W).solve()
    assert found.stacked == {"W"}
    assert str(found.value) == "(Q ⊗ I_d + Iₖ ⊗ P)⁻¹ vec(Z)"
    assert found.conditions == ()
    random = np.random.default_rng(3)
    P, Q, E = random.normal(size=(3, 3)), random.normal(size=(2, 2)), random.normal(size=(3, 2))
    P, Q = P @ P.T + np.eye(3), Q @ Q.T + np.eye(2)
    values = {"P": P, "Q": Q, "Z": E}
    function = load_module(found.numpy(), "sylvester").solution
    names = [parameter.name for parameter in found.functions()[0].parameters]
    assert function(*(values[name] for name in names)) == pytest.approx(scipy.linalg.solve_sylvester(P, Q, E))


def test_blocks_of_a_definite_system_are_no_conditions_of_the_theorem() -> None:
    found = derive(squared_norm(X @ w + matrix("V", n, k) @ vector("t", k) - y), wrt=["w", "t"]).solve()
    assert (found.kind, found.verdict) == ("minimum", "proved")
    assert [condition.word for condition in found.conditions] == ["independent"]
    assert "Schur complement" in found.proof.note and "XᵀX" in found.proof.note


def test_a_condition_that_follows_from_others_is_not_added() -> None:
    assert [f"{c.node} {c.word}" for c in solved("ridge").proof.conditions] == []
    assert [f"{c.node} {c.word}" for c in solved("least squares").proof.conditions] == ["X full column rank"]


def test_lines_lead_from_the_gradient_to_the_closed_form() -> None:
    proof = solved("ridge").proof
    lines = list(proof.lines())
    assert str(lines[0]) == "2Xᵀ(Xw − y) + 2μw"
    assert all(isinstance(line, Equation) for line in lines[1:])
    assert "(XᵀX + μI)w = Xᵀy" in map(str, lines)
    assert str(lines[-1]) == "w = (XᵀX + μI)⁻¹Xᵀy"


REFUSED: dict[str, tuple[Node, list[Variable], str]] = {
    "function of the unknown": (exp(b), [b], r"the term exp\(b\), which is not affine in b"),
    "fourth power": (squared_norm(w) ** 2, [w], "the term 4‖w‖²w, which is not affine in w"),
    "fourth power and a linear term": (squared_norm(w) ** 2 / 4 - a.T @ w, [w], "not affine in w"),
    "a determinant": (log(det(A)) - trace(A @ P), [A], r"the term \(Aᵀ\)⁻¹, which is not affine in A"),
    "columns stacked and another unknown": (
        squared_norm(X @ W - Y) + squared_norm(W @ R - Z + b),
        [W, b],
        "W is given by its stacked columns only",
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


def test_a_solution_by_a_symmetric_matrix_says_where_it_is_not_symmetric() -> None:
    any_ = matrix("A", d, d)
    S, known = matrix("S", d, d, assume="symmetric"), matrix("C", d, d, assume="symmetric")
    nearest = derive(squared_norm(S - any_), wrt=S)
    assert str(nearest.solve().value) == "A"
    assert "S = A makes the unconstrained gradient zero, and is not symmetric" in nearest.solve().remarks[0]
    assert str(nearest.solve(symmetric=True).value) in ("½(Aᵀ + A)", "½(A + Aᵀ)")
    assert nearest.solve(symmetric=True).remarks == ()
    report = nearest.solve(symmetric=True).check(seed=1)
    assert report.passed, report.summary()
    assert derive(squared_norm(S - known), wrt=S).solve().remarks == ()
    # Along steps that are not symmetric tr(dS P dS) has either sign, along symmetric ones it is positive.
    lyapunov = derive(trace(S @ P @ S) - trace(any_ @ S), wrt=S)
    assert "vec(S) = (P ⊗ I + I ⊗ P)⁻¹ vec(Aᵀ)" in lyapunov.solve().remarks[0]
    assert lyapunov.solve(symmetric=True).remarks == ()
    assert (lyapunov.solve().kind, lyapunov.solve(symmetric=True).kind) == ("stationary point", "minimum")
    assert derive(trace(S @ S), wrt=S).solve().kind == "stationary point"
    assert lyapunov.solve(symmetric=True).check(seed=2).passed


def test_what_has_no_inverse_anywhere_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"no equation gives one solution: .*wwᵀ.* was singular"):
        derive(squared_norm(A @ w - a), wrt=A).solve()
