"""Lines that an author gets wrong: each is refused, with small rationals at which both sides really differ."""

import re
from collections.abc import Sequence
from fractions import Fraction

import pytest

from symnn import (
    Node,
    Variable,
    derivation,
    derive,
    dims,
    inv,
    matrix,
    mean,
    quadratic_form,
    scalar,
    sigmoid,
    squared_norm,
    total,
    trace,
    transpose,
    vector,
)
from symnn.algebra.nodes import Add, Differential, Inner, Several
from symnn.algebra.walk import substitute, variables
from symnn.errors import RefutedError
from symnn.proof.court import Court
from symnn.proof.judges.interpreter import evaluate_rational
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A, B, S = matrix("X", n, d), matrix("A", n, n), matrix("B", n, n), matrix("S", n, n, assume="symmetric")
w, y, x, u, v = vector("w", d), vector("y", n), vector("x", n), vector("u", n), vector("v", n)
M, lam = matrix("M", n, n), scalar("lam", assume="positive")
beta0, beta1 = scalar("beta0"), scalar("beta1")

LEAST_SQUARES = squared_norm(X @ w - y) / 2
RIDGE = LEAST_SQUARES + lam * squared_norm(w) / 2
LINE = squared_norm(y - beta0 - beta1 * x) / 2
DENOMINATOR = n * total(x**2) - total(x) ** 2
INTERCEPT = (total(x**2) * total(y) - total(x) * total(x * y)) / DENOMINATOR
SLOPE = (n * total(x * y) - total(x) * total(y)) / DENOMINATOR

# Objective, variable, the wrong gradient, the right one.
GRADIENTS: dict[str, tuple[Node, Variable, Node, Node]] = {
    "transposed": (trace(M @ A), M, A, A.T),
    "factor 2 dropped": (squared_norm(X @ w - y), w, X.T @ (X @ w - y), 2 * X.T @ (X @ w - y)),
    "factor 2 too many": (LEAST_SQUARES, w, 2 * X.T @ (X @ w - y), X.T @ (X @ w - y)),
    "sum for a mean": (mean((X @ w - y) ** 2), w, 2 * X.T @ (X @ w - y), 2 * X.T @ (X @ w - y) / n),
    "mean for a sum": (squared_norm(X @ w - y), w, 2 * X.T @ (X @ w - y) / n, 2 * X.T @ (X @ w - y)),
    "sign": (LEAST_SQUARES, w, X.T @ (y - X @ w), X.T @ (X @ w - y)),
    "entries for a matrix product": (trace(A @ M @ B), M, (A * B).T, (B @ A).T),
    "order of factors": (trace(A @ M @ B), M, (A @ B).T, (B @ A).T),
    "M for its transpose": (squared_norm(M @ u), M, 2 * u @ (M @ u).T, 2 * M @ u @ u.T),
    "W for its transpose": (squared_norm(A @ M), M, 2 * A @ A @ M, 2 * A.T @ A @ M),
    "dropped term": (RIDGE, w, X.T @ (X @ w - y), X.T @ (X @ w - y) + lam * w),
    "2W for λW (B6)": (lam * squared_norm(w) / 2, w, 2 * w, lam * w),
    "2AW for any A (B3)": (quadratic_form(u, A), u, 2 * A @ u, (A + A.T) @ u),
    "inverse without its transpose": (v.T @ inv(M) @ u, M, -inv(M) @ v @ u.T @ inv(M), -inv(M).T @ v @ u.T @ inv(M).T),
    "missing product rule": (u.T @ (M @ M) @ v, M, u @ (M @ v).T, u @ (M @ v).T + M.T @ u @ v.T),
    "symmetry used before differentiating": (
        quadratic_form(u, S),
        S,
        2 * u @ u.T,
        u @ u.T,
    ),
}

# What is claimed equal: the line before, the wrong line after.
EQUALITIES: dict[str, tuple[Node, Node]] = {
    "order of a transposed product": (transpose(A @ B), transpose(A) @ transpose(B)),
    "inverse of a product": (inv(A @ B), inv(A) @ inv(B)),
    "inverse of a sum": (inv(A + B), inv(A) + inv(B)),
    "square of a sum": (squared_norm(u + v), squared_norm(u) + squared_norm(v)),
    "trace of a product": (trace(A @ B), trace(A) * trace(B)),
    "turning a trace the wrong way": (trace(A @ B @ M), trace(B @ A @ M)),
    "products commute": (A @ B, B @ A),
    "entries for a product": (A @ B, A * B),
    "sum of products": (total(u * v), total(u) * total(v)),
    "mean without n": (mean(u), total(u)),
    "diagonal for ones": (total(A), trace(A)),
    "intercept and slope exchanged (L2)": (INTERCEPT, SLOPE),
    "intercept as printed (L2)": (derive(LINE, wrt=[beta0, beta1]).solve().values["beta0"], SLOPE),
    "slope as printed (L2)": (derive(LINE, wrt=[beta0, beta1]).solve().values["beta1"], INTERCEPT),
    "XᵀX for XXᵀ under the trace of squares": (trace(X.T @ X) ** 2, trace(X @ X.T @ X @ X.T)),
}

SMALL = 100


def rational(rows: Sequence[Sequence[str]]) -> list[list[Fraction]]:
    made = [[Fraction(entry) for entry in row] for row in rows]
    assert all(abs(entry.numerator) < SMALL and entry.denominator < SMALL for row in made for entry in row)
    return made


def entry(node: Node, values: dict[Variable, list[list[Fraction]]], place: tuple[int, int]) -> Fraction:
    return evaluate_rational(node, values)[place[0]][place[1]]


@pytest.mark.parametrize("name", EQUALITIES)
def test_wrong_equalities(name: str) -> None:
    before, after = EQUALITIES[name]
    with derivation(before) as proof:
        with pytest.raises(RefutedError, match=r"line \(2\) does not follow by 'claimed'"):
            proof.line(after, by="claimed")
        proof.line(before, by="it is itself")
    judgement = Court(before, ()).judge(Relation.EQUAL, before, after, line=before)
    found = judgement.counterexample
    assert judgement.status is Status.REFUTED and found is not None
    values = {variable: rational(found.values[variable.name]) for variable in variables(before, after)}
    sides = entry(before, values, found.entry), entry(after, values, found.entry)
    assert sides == (Fraction(found.before), Fraction(found.after))
    assert sides[0] != sides[1]


@pytest.mark.parametrize("name", GRADIENTS)
def test_wrong_gradients(name: str) -> None:
    objective, variable, wrong, right = GRADIENTS[name]
    with derivation(objective, wrt=variable) as proof:
        with pytest.raises(RefutedError, match="does not follow by 'claimed'"):
            proof.line(wrong, by="claimed")
        assert not proof.proof.steps
        proof.line(right, by="corrected")
    assert proof.verdict == "proved"


@pytest.mark.parametrize("name", GRADIENTS)
def test_counterexamples_of_gradients(name: str) -> None:
    """At the values that are shown the entries differ, and the true one is a difference quotient in exact fractions."""
    objective, variable, wrong, right = GRADIENTS[name]
    found = Court(objective, (variable,)).judge(Relation.GRADIENT, objective, wrong, line=objective).counterexample
    assert found is not None
    values = {part: rational(found.values[part.name]) for part in variables(objective, wrong)}
    true, claimed = entry(right, values, found.entry), entry(wrong, values, found.entry)
    assert (true, claimed) == (Fraction(found.before), Fraction(found.after))
    assert true != claimed
    assert float(quotient(objective, variable, values, found.entry)) == pytest.approx(float(true), rel=1e-9, abs=1e-9)


def quotient(
    objective: Node, variable: Variable, values: dict[Variable, list[list[Fraction]]], place: tuple[int, int]
) -> Fraction:
    """The central difference of an objective by one entry of a variable of which nothing is assumed."""
    free = Variable(variable.name, *variable.shape, variable.rank)
    function = substitute(objective, {variable: free})
    step = Fraction(1, 10**7)
    ends = []
    for change in (step, -step):
        moved = [list(row) for row in values[variable]]
        moved[place[0]][place[1]] += change
        ends.append(entry(function, {**values, free: moved}, (0, 0)))
    return (ends[0] - ends[1]) / (2 * step)


def test_message_says_line_rule_and_values() -> None:
    with derivation(LEAST_SQUARES, wrt=w) as proof:
        proof.line(X.T @ (X @ w - y), by="the chain rule")
        with pytest.raises(RefutedError) as caught:
            proof.line(X.T @ X @ w + X.T @ y, by="multiplied out")
    message = str(caught.value)
    assert "line (3) does not follow by 'multiplied out'" in message
    assert re.search(r"counterexample at n = \d, d = \d:", message)
    assert re.search(r"entry \(\d, 0\): the line before gives -?\d+(/\d+)?, the line after -?\d+(/\d+)?", message)
    assert proof.verdict == "proved"


def test_swapped_coefficients_of_a_line() -> None:
    """Errata L2: β₀ and β₁ exchanged."""
    point = derive(LINE, wrt=[beta0, beta1]).solve()
    right, wrong = Several(INTERCEPT, SLOPE), Several(SLOPE, INTERCEPT)
    before = Several(*point.values.values())
    with derivation(before) as proof:
        with pytest.raises(RefutedError, match="does not follow"):
            proof.line(wrong, by="the slides")
        proof.line(right, by="exchanged")


def test_wrong_line_with_functions_is_refused_in_decimals() -> None:
    objective = mean((sigmoid(X @ w) - y) ** 2) / 2
    a = sigmoid(X @ w)
    with derivation(objective, wrt=w) as proof:
        with pytest.raises(RefutedError, match="counterexample"):
            proof.line(X.T @ (a - y) / n, by="without the derivative of the sigmoid")
        with pytest.raises(RefutedError, match="counterexample"):
            proof.line(X.T @ ((a - y) * a * (1 - a)), by="sum for a mean")
        proof.line(X.T @ ((a - y) * a * (1 - a)) / n, by="corrected")
    assert proof.verdict == "checked"


def test_wrong_shape_is_refused() -> None:
    with derivation(LEAST_SQUARES, wrt=w) as proof:
        with pytest.raises(RefutedError, match=r"gradient by w has its shape d×1, found 1×d"):
            proof.line(transpose(X.T @ (X @ w - y)), by="as a row")
        with pytest.raises(RefutedError, match="2 gradients"):
            derivation(RIDGE, wrt=[w, lam]).line(X.T @ (X @ w - y) + lam * w, by="one of two")
        proof.line(X.T @ (X @ w - y), by="as a column")


def test_differentials_of_wrong_gradients_are_compared_as_inner_products() -> None:
    wrong = 2 * X.T @ (X @ w - y)
    court = Court(LEAST_SQUARES, (w,))
    before, after = Differential(LEAST_SQUARES), Inner(wrong, Differential(w))
    assert court.judge(Relation.EQUAL, before, after, line=before).status is Status.REFUTED
    right = Inner(X.T @ (X @ w - y), Differential(w))
    assert court.judge(Relation.EQUAL, before, Add(right, 0 * right), line=before).status is Status.PROVED
