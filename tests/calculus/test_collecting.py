"""Common factors, sums of diagonal matrices, terms that cancel when multiplied out: shorter, proved, one form."""

import pytest

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.nodes import (
    Add,
    Diagonal,
    Extent,
    Hadamard,
    Kronecker,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Sum,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import variables
from symnn.calculus.collecting import COLLECTED, COLLECTING
from symnn.calculus.normalise import normal
from symnn.calculus.ordering import letters
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A, B, C = matrix("X", n, d), matrix("A", n, n), matrix("B", n, n), matrix("C", n, n)
u, v, y = vector("u", n), vector("v", n), vector("y", n)
w = vector("w", d)
a, b, c = (scalar(name) for name in "abc")
one = Ones(n, 1)


def minus(node: Node) -> Node:
    return Scale(Number(-1), node)


over_n = Power(Extent(n), Number(-1))

CASES: list[tuple[str, Node, str]] = [
    ("common factor", Add(X.T @ X @ w, minus(X.T @ y)), "Xᵀ(Xw − y)"),
    ("common factor", Add(Scale(Number(2), X.T @ X @ w), Scale(Number(-2), X.T @ y)), "Xᵀ(2Xw − 2y)"),
    ("common factor", Add(A @ u, B @ u), "(A + B)u"),
    ("common factor", Add(X.T @ X @ w, Scale(a, w), minus(X.T @ y)), "Xᵀ(Xw − y) + aw"),
    ("common factor", Add(Scale(a, u), Scale(a, v)), "a(u + v)"),
    ("common factor", Add(Scale(Power(a, Number(3)), u), Scale(Power(a, Number(3)), v)), "a³(u + v)"),
    ("common factor", Add(Kronecker(A, C), Kronecker(B, C)), "(A + B) ⊗ C"),
    ("common factor", Add(Kronecker(A, B), Kronecker(A, C)), "A ⊗ (B + C)"),
    ("common factor", Add(Hadamard(u, y), Hadamard(v, y)), "y ⊙ (u + v)"),
    ("common factor", Add(Multiply(a, b), Multiply(Number(3), a, c)), "a(b + 3c)"),
    ("common count", Add(Scale(over_n, u), Scale(Multiply(a, over_n), v)), "(1/n)(u + av)"),
    ("sum of diagonal matrices", Add(Diagonal(u), A, Scale(a, Diagonal(v))), "diag(u + av) + A"),
    (
        "multiplied out",
        Add(Hadamard(y, Add(one, minus(u))), minus(Hadamard(u, Add(one, minus(y))))),
        "y − u",
    ),
    ("multiplied out", Add(A @ Add(u, v), minus(A @ u)), "Av"),
    ("multiplied out", Sum(Add(u, Scale(Multiply(Power(Extent(n), Number(-1)), Sum(minus(u))), Ones(n, 1)))), "0"),
    ("multiplied out", Hadamard(u, Add(Hadamard(v, Power(u, Number(-1))), minus(y))), "v − u ⊙ y"),
]


@pytest.mark.parametrize(("name", "node", "text"), CASES, ids=[f"{name}: {node}" for name, node, _ in CASES])
def test_rule_holds_and_shortens(name: str, node: Node, text: str) -> None:
    (found,) = (rule for rule in COLLECTING[type(node)] if rule.name == name)
    made = found.apply(node)
    assert made is not None
    assert str(made) == text
    assert letters(made) < letters(node) or name in ("sum of diagonal matrices", "common count")
    assert Court(node, tuple(variables(node))).judge(Relation.EQUAL, node, made, line=node).status is Status.PROVED


def test_every_rule_has_a_case() -> None:
    assert {name for name, _, _ in CASES} == {rule.name for rule in COLLECTING.all()}


@pytest.mark.parametrize(
    "node",
    [
        A.T @ A.T @ B + A.T @ B @ A.T + B @ A.T @ A.T,
        A @ B + A @ C + B @ C,
        A @ u + B @ v,
        A @ u + u,
        Scale(Number(2), A) + Scale(Number(2), B),
        Scale(a, u) + Scale(Power(a, Number(-1)), v),
        Scale(Power(a, Number(-2)), u) + Scale(Power(a, Number(-1)), v),
    ],
    ids=str,
)
def test_nothing_is_taken_out_where_there_is_a_choice_or_nothing_to_gain(node: Node) -> None:
    assert all(rule.apply(node) is None for rule in COLLECTING[Add])


def test_factored_and_multiplied_out_have_one_form() -> None:
    factored = Scale(Number(2), X.T @ Add(X @ w, minus(y))) + Scale(a, w)
    open_form = Scale(a, w) + Scale(Number(-2), X.T @ y) + Scale(Number(2), X.T @ X @ w)
    assert normal(open_form, COLLECTED) is normal(factored, COLLECTED)
    assert str(normal(factored, COLLECTED)) == "2Xᵀ(Xw − y) + aw"
