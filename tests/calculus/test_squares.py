"""Quadratic forms written as weighted squares, judged; what is no square stays."""

import pytest

from symnn.algebra.language import diag, exp, matrix, scalar, vector
from symnn.algebra.nodes import Add, MatMul, Node, Power, SquaredNorm, Sum, Transpose
from symnn.algebra.sizes import dims
from symnn.calculus.squares import SQUARES, write_squares
from symnn.proof.court import Court
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A = matrix("X", n, d), matrix("A", d, d)
w, a, v, row = vector("w", d), vector("a", d), vector("v", n), matrix("r", 1, d)
b = scalar("b")

CASES: list[tuple[str, Node, str]] = [
    ("square", MatMul(Transpose(w), w), "‖w‖²"),
    ("square", MatMul(Transpose(w), Transpose(X), X, w), "‖Xw‖²"),
    ("square", MatMul(Transpose(w), Transpose(X), diag(v), X, w), "∑ v ⊙ (Xw)²"),
    ("square", MatMul(Transpose(w), diag(a), w), "∑ a ⊙ w²"),
    ("square", MatMul(Transpose(w), Transpose(row), row, w), "(rw)²"),
]


@pytest.mark.parametrize(("name", "node", "text"), CASES, ids=[text for _, _, text in CASES])
def test_rule_holds(name: str, node: Node, text: str) -> None:
    (rule,) = (rule for rule in SQUARES[type(node)] if rule.name == name)
    made = rule.apply(node)
    assert made is not None and str(made) == text
    court = Court(node, (w,))
    assert court.judge(Relation.EQUAL, node, made, line=node).status is Status.PROVED
    assert court.judge(Relation.EQUAL, node, 2 * made, line=node).status is Status.REFUTED


def test_every_rule_has_a_case() -> None:
    assert {(type(node), name) for name, node, _ in CASES} == {
        (kind, rule.name) for kind, rules in SQUARES.items() for rule in rules
    }


@pytest.mark.parametrize(
    "node",
    [
        MatMul(Transpose(w), A, w),
        MatMul(Transpose(w), Transpose(A), w),
        MatMul(Transpose(w), a),
        MatMul(Transpose(X), X),
        MatMul(Transpose(w), X.T, exp(X), w),
    ],
    ids=str,
)
def test_what_is_no_square_stays(node: Node) -> None:
    assert all(rule.apply(node) is None for rule in SQUARES[type(node)])


def test_only_squares_of_the_unknowns_are_written() -> None:
    proof = Proof(Add(w.T @ w, a.T @ a), [w])
    write_squares(proof, [w])
    assert proof.line is Add(SquaredNorm(w), a.T @ a)
    assert proof.status is Status.PROVED
    assert not any(isinstance(child, Sum | Power) for child in proof.line.children)
