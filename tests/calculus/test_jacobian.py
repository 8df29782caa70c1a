"""Jacobians of columns and Hessians by columns: their form, their proofs, and their values by central differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symnn.algebra.language import exp, log, matrix, scalar, sigmoid, squared_norm, total, vector
from symnn.algebra.nodes import Node, Variable, Zeros
from symnn.algebra.sizes import dims
from symnn.calculus.jacobian import take_jacobian
from symnn.proof.proof import Proof
from symnn.proof.step import Relation
from symnn.results.result import derive

n, d = dims("n d")
X, A = matrix("X", n, d), matrix("A", d, d)
w, a, y = vector("w", d), vector("a", d), vector("y", n)
b = scalar("b")
SIZES = {"n": 4, "d": 3}

CASES: list[tuple[Node, Variable, str]] = [
    (X @ w, w, "X"),
    (y - X @ w, w, "−X"),
    (exp(X @ w), w, "diag(exp(Xw))X"),
    ((a.T @ w) * w, w, "(aᵀw)I + waᵀ"),
    (A @ w + w**3, w, "3 diag(w²) + A"),
    (w.T @ A @ w, w, "wᵀ(A + Aᵀ)"),
    (X.T @ ((X @ w) * y), w, "Xᵀ diag(y)X"),
    (sigmoid(A @ w) * w, w, "diag(w ⊙ σ(Aw) ⊙ (1_d − σ(Aw)))A + diag(σ(Aw))"),
    (b * w, b, "w"),
    (exp(b * w) + a, b, "w ⊙ exp(bw)"),
    (w / (1 + b**2), b, "−2b(b² + 1)⁻²w"),
    (exp(b), b, "exp(b)"),
    (y, w, "0"),
]


@pytest.mark.parametrize(("function", "variable", "text"), CASES, ids=[str(case[0]) for case in CASES])
def test_jacobian(function: Node, variable: Variable, text: str) -> None:
    proof = Proof(function, [variable])
    take_jacobian(proof)
    assert str(proof.line) == text
    assert proof.line.shape == (function.rows, variable.rows)
    assert Relation.JACOBIAN in {step.relation for step in proof.steps}
    assert proof.status.value in ("proved", "checked")


def loaded(source: str, name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(source, name, "exec"), space)
    return space[name]


def values_of(parameters: tuple[Variable, ...]) -> list[Any]:
    random = np.random.default_rng(5)
    return [
        random.normal(size=[SIZES[str(size)] for size in p.shape[: p.rank]]) if p.rank else float(random.normal())
        for p in parameters
    ]


def differences(function: Callable[..., Any], values: list[Any], place: int) -> Any:
    step, at = 1e-6, np.asarray(values[place], dtype=float)
    columns = []
    for index in np.ndindex(at.shape):
        ends = []
        for sign in (1, -1):
            moved = at.copy()
            moved[index] += sign * step
            ends.append(np.asarray(function(*values[:place], moved, *values[place + 1 :])))
        columns.append((ends[0] - ends[1]) / (2 * step))
    return np.stack(columns, axis=-1).reshape(np.shape(columns[0]) + at.shape)


@pytest.mark.parametrize("case", [case for case in CASES if case[2] != "0"], ids=lambda case: str(case[0]))
def test_values_of_jacobians(case: tuple[Node, Variable, str]) -> None:
    result = derive(case[0], wrt=case[1])
    values = values_of(result.parameters)
    place = result.parameters.index(case[1])
    expected = differences(loaded(result.numpy("value"), "value"), values, place)
    found = loaded(result.numpy("jacobian"), "jacobian")(*values)
    assert np.shape(found) == np.shape(expected)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-7)


HESSIANS: list[tuple[Node, str]] = [
    (squared_norm(X @ w - y) / (2 * n), "(1/n)XᵀX"),
    (log(total(exp(w))), "diag(softmax(w)) − softmax(w) softmax(w)ᵀ"),
    (total(log(1 + exp(X @ w))), ""),
    (squared_norm(w) ** 2, "8wwᵀ + 4‖w‖²I"),
]


@pytest.mark.parametrize(("objective", "text"), HESSIANS, ids=[str(case[0]) for case in HESSIANS])
def test_hessians(objective: Node, text: str) -> None:
    result = derive(objective, wrt=w)
    if text:
        assert str(result.hessian) == text
    assert result.second().proof.status.value in ("proved", "checked")
    values = values_of(result.parameters)
    place = result.parameters.index(w)
    expected = differences(loaded(result.numpy("gradient"), "gradient"), values, place)
    hessian = loaded(result.numpy("hessian"), "hessian")(*values)
    assert hessian == pytest.approx(expected, rel=1e-6, abs=1e-7)
    direction = np.array([0.3, -1.1, 0.7])
    assert loaded(result.numpy("hvp"), "hvp")(*values, direction) == pytest.approx(hessian @ direction, rel=1e-10)


@pytest.mark.parametrize("function", [w - w, X @ (2 * w) - 2 * (X @ w), 0 * w])
def test_a_derivative_that_vanishes_is_zero(function: Node) -> None:
    proof = Proof(function, [w])
    take_jacobian(proof)
    assert proof.line is Zeros(function.rows, w.rows)
    assert proof.status.value == "proved"
