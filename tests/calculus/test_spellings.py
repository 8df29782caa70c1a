"""The normal form of random expressions: all spellings have one, nothing gets longer, and what comes out reads well."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.language import exp, inner, inv, matrix, scalar, squared_norm, total, trace, vector
from symnn.algebra.nodes import (
    Add,
    Diagonal,
    DiagonalPart,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Variable,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import fold
from symnn.calculus.normalise import normal, normalise
from symnn.calculus.transposes import symmetric
from symnn.proof.court import Court
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Status
from symnn.results.result import derive

n, d = dims("n d")
X, Y = matrix("X", n, d), matrix("Y", n, d)
A, B, C = (matrix(name, n, n) for name in "ABC")
S, P = matrix("S", n, n, assume="symmetric"), matrix("P", n, n, assume="positive definite")
Q = matrix("Q", n, n, assume="orthogonal")
u, v, y = vector("u", n), vector("v", n), vector("y", n)
w = vector("w", d)
a, b = scalar("a"), scalar("b")
lam = scalar("lam", latex=r"\lambda", assume="positive")


# --- one form for all spellings -------------------------------------------------------------------------------------


def spelled_anew(root: Node, choice: random.Random) -> Node:
    """The same mathematics in another order: commuting parts shuffled, transposes and scalars moved, traces turned."""

    def combine(node: Node, children: Sequence[Node]) -> Node:
        parts = list(children)
        match node:
            case Add() | Hadamard() | Multiply() | Inner():
                choice.shuffle(parts)
                return type(node)(*parts)
            case Scale() if isinstance(parts[1], MatMul) and choice.random() < 0.5:
                factors = list(parts[1].children)
                place = choice.randrange(len(factors))
                factors[place] = Scale(parts[0], factors[place])
                return MatMul(*factors)
            case Transpose() if isinstance(parts[0], MatMul) and choice.random() < 0.5:
                return MatMul(*(Transpose(factor) for factor in reversed(parts[0].children)))
            case Trace() if isinstance(parts[0], MatMul):
                factors = list(parts[0].children)
                place = choice.randrange(len(factors))
                turned = MatMul(*factors[place:], *factors[:place])
                return Trace(Transpose(turned) if choice.random() < 0.5 else turned)
        made = node.rebuild(parts) if parts else node
        return Transpose(Transpose(made)) if isinstance(made, Variable) and choice.random() < 0.2 else made

    return fold(root, combine)


def letters(root: Node) -> int:
    """How many variables a reader reads: shared parts count wherever they are written."""
    return fold(root, lambda node, counts: 1 if isinstance(node, Variable) else sum(counts))


_scalars = st.sampled_from([a, b, lam, Number(2), Number(-1), Number(1) / 3, Extent(n)])
_matrices = st.sampled_from([A, B, C, S, P, Identity(n), Ones(n, n)])


def products(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Sums and products of every kind, transposes and powers, of n×n matrices."""
    several = st.lists(inside, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: Add(*parts)),
        several.map(lambda parts: MatMul(*parts)),
        several.map(lambda parts: Hadamard(*parts)),
        st.tuples(_scalars, inside).map(lambda parts: Scale(*parts)),
        inside.map(Transpose),
        inside.map(lambda part: Power(part, Number(2))),
        st.tuples(inside, inside).map(lambda parts: Scale(Inner(*parts), parts[0])),
    )


def diagonals(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Products, diagonal matrices and diagonals as well."""
    return st.one_of(
        products(inside),
        inside.map(lambda part: Diagonal(DiagonalPart(part))),
        inside.map(lambda part: Diagonal(Sum(part, 1))),
    )


def closed(square: st.SearchStrategy[Node], columns: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Matrices, columns, and scalars made of them."""
    pairs = st.tuples(columns, columns)
    return st.one_of(
        square,
        columns,
        pairs.map(lambda parts: Hadamard(*parts)),
        square.map(Trace),
        square.map(Sum),
        square.map(SquaredNorm),
        pairs.map(lambda parts: Inner(*parts)),
        pairs.map(lambda parts: MatMul(Transpose(parts[0]), parts[1])),
        st.tuples(_scalars, square.map(Trace), columns.map(Sum)).map(lambda p: Add(p[1], Multiply(p[0], p[2], p[0]))),
    )


def _times(square: st.SearchStrategy[Node], columns: Sequence[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(square, st.sampled_from(columns)).map(lambda parts: MatMul(*parts))


_plain = st.recursive(_matrices, products, max_leaves=6)
_rich = st.recursive(_matrices, diagonals, max_leaves=6)
plain = closed(_plain, _times(_plain, [u, v]))
expressions = closed(_rich, _times(_rich, [u, v, Ones(n, 1)]) | _rich.map(lambda part: Sum(part, 1)))


@settings(max_examples=60, deadline=None)
@given(plain, st.integers(0, 2**16))
def test_spellings_have_one_form(node: Node, seed: int) -> None:
    assert normal(spelled_anew(node, random.Random(seed))) is normal(node)


@settings(max_examples=60, deadline=None)
@given(expressions)
def test_normal_form_is_reached_and_not_longer(node: Node) -> None:
    made = normal(node)
    assert normal(made) is made
    assert made.shape == node.shape
    assert letters(made) <= letters(node)


@settings(max_examples=25, deadline=None)
@given(expressions)
def test_every_step_is_proved(node: Node) -> None:
    proof = Proof(node, ())
    normalise(proof)
    assert proof.line is normal(node)
    assert proof.status is Status.PROVED


# --- what comes out reads well --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "wrt", "text"),
    [
        (squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2, w, "Xᵀ(Xw − y) + λw"),
        (squared_norm(X @ w - y) / (2 * n), w, "(1/n)Xᵀ(Xw − y)"),
        (squared_norm(Y - X @ matrix("W", d, d)), "W", "2Xᵀ(XW − Y)"),
        (u.T @ A @ u, u, "(A + Aᵀ)u"),
        (w.T @ matrix("M", d, d, assume="symmetric") @ w, w, "2Mw"),
        (trace(A @ matrix("Z", n, n) @ B), "Z", "AᵀBᵀ"),
        (inner(u, exp(v)), v, "u ⊙ exp(v)"),
        (total(w**3), w, "3w²"),
        (v.T @ inv(A) @ v, A, "−(Aᵀ)⁻¹vvᵀ(Aᵀ)⁻¹"),
    ],
    ids=str,
)
def test_gradients_read_well(objective: Node, wrt: Variable | str, text: str) -> None:
    assert str(derive(objective, wrt=wrt).gradient) == text


def test_normal_equations_read_well() -> None:
    minimum = derive(squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2, wrt=w).solve()
    lines = [str(line) for line in minimum.proof.lines()]
    assert "(XᵀX + λI)w = Xᵀy" in lines
    assert lines[-1] == "w = (XᵀX + λI)⁻¹Xᵀy"


def test_scalar_products_cancel() -> None:
    assert normal(u.T @ A @ v - v.T @ A.T @ u) is Number(0)
    assert normal(u.T @ S @ v - v.T @ S @ u) is Number(0)
    assert normal(trace(A @ S) - trace(A.T @ S)) is Number(0)
    assert normal(u.T @ A @ v - v.T @ A @ u) is not Number(0)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (S, True),
        (A, False),
        (P + Scale(a, Identity(n)), True),
        (A + S, False),
        (MatMul(Transpose(X), X), True),
        (MatMul(Transpose(A), S, A), True),
        (MatMul(Transpose(A), B, A), False),
        (MatMul(A, B), False),
        (Inverse(S), True),
        (Inverse(A), False),
        (Hadamard(S, P), True),
        (Hadamard(S, A), False),
        (Diagonal(u), True),
        (Q, False),
    ],
    ids=str,
)
def test_symmetric(node: Node, expected: bool) -> None:
    assert symmetric(node) is expected
    if expected:
        assert Court(node, ()).judge(Relation.EQUAL, node, Transpose(node), line=node).status is Status.PROVED
