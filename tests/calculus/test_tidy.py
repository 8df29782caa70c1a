"""Constructors that leave out what says nothing: short where they can be, and equal in value always."""

import pytest

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Extent,
    Hadamard,
    Identity,
    Inner,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Scale,
    Sum,
    Trace,
    Transpose,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.calculus import tidy
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d, k = dims("n d k")
X, Y, U = matrix("X", n, d), matrix("Y", n, d), matrix("U", d, k)
A, B = matrix("A", n, n), matrix("B", n, n)
u, v = vector("u", n), vector("v", n)
a, b = scalar("a"), scalar("b")
two, three = Number(2), Number(3)

# What the plain constructor makes, what the tidy one makes, and what that is.
PAIRS: list[tuple[Node, Node, Node]] = [
    (Add(X, Zeros(n, d)), tidy.add([X, Zeros(n, d)]), X),
    (Add(Number(0), Number(0)), tidy.add([Number(0), Number(0)]), Number(0)),
    (Add(X, Y), tidy.add([X, Y]), Add(X, Y)),
    (Multiply(two, a, three), tidy.product([two, a, three]), Multiply(Number(6), a)),
    (Multiply(a, Number(0)), tidy.product([a, Number(0)]), Number(0)),
    (Multiply(Number(1), a), tidy.product([Number(1), a]), a),
    (Scale(a, Scale(b, X)), tidy.scale(a, Scale(b, X)), Scale(Multiply(a, b), X)),
    (Scale(two, Scale(Number(1) / 2, X)), tidy.scale(two, Scale(Number(1) / 2, X)), X),
    (Scale(Number(0), X), tidy.scale(Number(0), X), Zeros(n, d)),
    (Scale(a, Zeros(n, d)), tidy.scale(a, Zeros(n, d)), Zeros(n, d)),
    (Scale(Number(-1), Scale(Number(-1), X)), tidy.negative(tidy.negative(X)), X),
    (Transpose(Transpose(X)), tidy.transpose(Transpose(X)), X),
    (Transpose(MatMul(X, U)), tidy.transpose(MatMul(X, U)), MatMul(Transpose(U), Transpose(X))),
    (Transpose(Scale(a, X)), tidy.transpose(Scale(a, X)), Scale(a, Transpose(X))),
    (Transpose(Identity(n)), tidy.transpose(Identity(n)), Identity(n)),
    (Transpose(Diagonal(u)), tidy.transpose(Diagonal(u)), Diagonal(u)),
    (Transpose(Ones(n, d)), tidy.transpose(Ones(n, d)), Ones(d, n)),
    (MatMul(X, Scale(a, U)), tidy.matmul([X, Scale(a, U)]), Scale(a, MatMul(X, U))),
    (MatMul(A, Identity(n), B), tidy.matmul([A, Identity(n), B]), MatMul(A, B)),
    (MatMul(Identity(n), Identity(n)), tidy.matmul([Identity(n), Identity(n)]), Identity(n)),
    (
        MatMul(Scale(a, Identity(n)), Scale(b, Identity(n))),
        tidy.matmul([Scale(a, Identity(n)), Scale(b, Identity(n))]),
        Scale(Multiply(a, b), Identity(n)),
    ),
    (MatMul(u, a), tidy.matmul([u, a]), Scale(a, u)),
    (Hadamard(X, Ones(n, d)), tidy.hadamard([X, Ones(n, d)]), X),
    (Hadamard(X, Broadcast(a, n, d)), tidy.hadamard([X, Broadcast(a, n, d)]), Scale(a, X)),
    (Hadamard(Ones(n, d), Ones(n, d)), tidy.hadamard([Ones(n, d), Ones(n, d)]), Ones(n, d)),
    (Hadamard(Scale(a, X), Y), tidy.hadamard([Scale(a, X), Y]), Scale(a, Hadamard(X, Y))),
    (Inner(X, Ones(n, d)), tidy.inner(X, Ones(n, d)), Sum(X)),
    (Inner(Broadcast(a, n, d), X), tidy.inner(Broadcast(a, n, d), X), Multiply(a, Sum(X))),
    (Inner(Scale(a, X), Scale(b, Y)), tidy.inner(Scale(a, X), Scale(b, Y)), Multiply(a, b, Inner(X, Y))),
    (Multiply(a, b), tidy.inner(a, b), Multiply(a, b)),
    (Broadcast(Number(1), n, d), tidy.broadcast(Number(1), n, d), Ones(n, d)),
    (Broadcast(Scale(a, u), n, d), tidy.broadcast(Scale(a, u), n, d), Scale(a, Broadcast(u, n, d))),
    (Broadcast(a, n, d), tidy.broadcast(a, n, d), Scale(a, Ones(n, d))),
    (X, tidy.broadcast(X, n, d), X),
    (Sum(Scale(a, X)), tidy.total(Scale(a, X)), Multiply(a, Sum(X))),
    (Sum(Ones(n, d)), tidy.total(Ones(n, d)), Extent(n * d)),
    (Sum(Ones(n, d), 0), tidy.total(Ones(n, d), 0), Scale(Extent(n), Ones(1, d))),
    (Sum(Ones(n, d), 1), tidy.total(Ones(n, d), 1), Scale(Extent(d), Ones(n, 1))),
    (Sum(u, 0), tidy.total(u, 0), Sum(u)),
    (Sum(u, 1), tidy.total(u, 1), u),
    (Trace(Scale(a, A)), tidy.trace(Scale(a, A)), Multiply(a, Trace(A))),
    (Trace(Identity(n)), tidy.trace(Identity(n)), Extent(n)),
    (Trace(a), tidy.trace(a), a),
    (Diagonal(Ones(n, 1)), tidy.diagonal(Ones(n, 1)), Identity(n)),
    (Diagonal(Scale(a, u)), tidy.diagonal(Scale(a, u)), Scale(a, Diagonal(u))),
    (DiagonalPart(Identity(n)), tidy.diagonal_part(Identity(n)), Ones(n, 1)),
    (DiagonalPart(Scale(a, A)), tidy.diagonal_part(Scale(a, A)), Scale(a, DiagonalPart(A))),
]


@pytest.mark.parametrize(("plain", "made", "expected"), PAIRS, ids=[str(plain) for plain, _, _ in PAIRS])
def test_shorter_and_equal(plain: Node, made: Node, expected: Node) -> None:
    assert made is expected
    assert made.shape == plain.shape
    assert Court(plain, ()).judge(Relation.EQUAL, plain, made, line=plain).status is Status.PROVED


def test_zeros() -> None:
    assert tidy.zero(1, 1) is Number(0)
    assert tidy.zero(n, d) is Zeros(n, d)
    assert tidy.is_zero(Number(0)) and tidy.is_zero(Zeros(n, d))
    assert not tidy.is_zero(Number(1)) and not tidy.is_zero(Ones(n, d))


@pytest.mark.parametrize(
    ("node", "factor", "rest"),
    [
        (Scale(a, X), a, X),
        (Multiply(two, a, b), two, Multiply(a, b)),
        (Multiply(a, b), Number(1), Multiply(a, b)),
        (three, three, Number(1)),
        (X, Number(1), X),
    ],
    ids=str,
)
def test_coefficient(node: Node, factor: Node, rest: Node) -> None:
    assert tidy.coefficient(node) == (factor, rest)


def test_of_two_equal_choices_one_is_told_apart() -> None:
    choice = where(greater(a, b), a, b)
    assert tidy.factored(Multiply(b, choice, choice)) == (Multiply(b, choice), choice)
