"""Differentials written out, and second differentials as sums of squares."""

import pytest

from symnn.algebra.language import exp, matrix, quadratic_form, scalar, sigmoid, squared_norm, total, trace, vector
from symnn.algebra.nodes import Differential, Node, Variable
from symnn.algebra.sizes import dims
from symnn.algebra.walk import postorder
from symnn.calculus.second import second_differential, take_differential
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A, W = matrix("X", n, d), matrix("A", d, d), matrix("W", n, n)
w, y, x, v = vector("w", d), vector("y", n), vector("x", n), vector("v", n)
lam, b, c = scalar("lam", latex=r"\lambda"), scalar("b"), scalar("c")


@pytest.mark.parametrize(
    "node", [X @ w - y, exp(X @ w), squared_norm(X @ w) * w, trace(W @ W.T) + total(W), quadratic_form(w, A)], ids=str
)
def test_only_differentials_of_the_variables_are_left(node: Node) -> None:
    wrt = [w] if w in postorder(node) else [W]
    proof = Proof(node, wrt)
    take_differential(proof)
    found = [part.operand for part in postorder(proof.line) if isinstance(part, Differential)]
    assert found == wrt
    assert proof.steps[0].relation is Relation.DIFFERENTIAL
    assert proof.status in (Status.PROVED, Status.CHECKED)


@pytest.mark.parametrize(
    ("objective", "wrt", "text"),
    [
        (squared_norm(X @ w - y) / 2 + lam * squared_norm(w), [w], "‖X dw‖² + 2λ‖dw‖²"),
        (squared_norm(y - b - c * x), [b, c], "2‖dc x + db 1ₙ‖²"),
        (total(v * (X @ w - y) ** 2), [w], "2 ∑ v ⊙ (X dw)²"),
        (quadratic_form(w, A), [w], "2 dwᵀA dw"),
    ],
    ids=str,
)
def test_second_differential(objective: Node, wrt: list[Variable], text: str) -> None:
    proof = Proof(objective, wrt)
    second_differential(proof)
    assert str(proof.line) == text
    assert [step.relation for step in proof.steps].count(Relation.DIFFERENTIAL) == 2
    assert proof.status is Status.PROVED


def test_second_differential_of_a_function() -> None:
    proof = Proof(total(sigmoid(X @ w)), [w])
    second_differential(proof)
    assert proof.status in (Status.PROVED, Status.CHECKED)
    assert "σ″(Xw)" in str(proof.line)
