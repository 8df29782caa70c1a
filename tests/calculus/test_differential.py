"""The differential of each kind of node: true by the court, and refused with every small mistake."""

from collections.abc import Iterator

import pytest

from symnn.algebra.functions import ARGUMENT, define
from symnn.algebra.language import exp, inner, matrix, scalar, sigmoid, total, trace, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import (
    Add,
    BlockRows,
    Broadcast,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    EntryProduct,
    Equation,
    Exponential,
    Extent,
    Extreme,
    Hadamard,
    Inner,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    OtherProducts,
    Power,
    Scale,
    SingularNorm,
    SingularPart,
    Softmax,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Variable,
    Vec,
    Where,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import postorder, substitute
from symnn.calculus import tidy
from symnn.calculus.differential import DIFFERENTIALS, Dependence, differential_rule
from symnn.errors import UnsupportedError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d, k = dims("n d k")
X, Y, U = matrix("X", n, d), matrix("Y", n, d), matrix("U", d, k)
A, B, C = (matrix(name, n, n) for name in "ABC")
u, v = vector("u", n), vector("v", n)
a, b, c = (scalar(name) for name in "abc")
p, r = scalar("p", assume="positive"), vector("r", n, assume="positive")

CASES: dict[str, tuple[Node, tuple[Variable, ...]]] = {
    "sum": (Add(A, Transpose(B), A @ C), (A, B)),
    "sum with a constant": (A + B, (B,)),
    "product of scalars": (Multiply(a, b, c), (a, b)),
    "square as a product": (Multiply(a, a), (a,)),
    "scalar multiple": (Scale(a, X), (a, X)),
    "multiple of a constant": (Scale(a, X), (a,)),
    "matrix product": (MatMul(A, B, C), (A, C)),
    "rectangular product": (MatMul(X, U), (X, U)),
    "matrix square": (MatMul(A, A), (A,)),
    "entries": (Hadamard(X, Y), (X, Y)),
    "square entries": (Hadamard(A, B, A), (A,)),
    "Kronecker product": (Kronecker(X, U), (X, U)),
    "stacked columns": (Vec(X @ U), (U,)),
    "unstacked columns": (Unvec(Vec(X), d, n), (X,)),
    "blocks as rows": (BlockRows(Kronecker(X, U), *X.shape, *U.shape), (X, U)),
    "inner product": (Inner(X, Y), (X, Y)),
    "inner product with itself": (Inner(X, X), (X,)),
    "squared norm": (SquaredNorm(X @ U), (U,)),
    "squared norm of a scalar": (SquaredNorm(a), (a,)),
    "transpose": (Transpose(A @ B), (A,)),
    "trace": (Trace(A @ B), (B,)),
    "sum of entries": (Sum(X), (X,)),
    "sum down": (Sum(X, 0), (X,)),
    "sum along": (Sum(X, 1), (X,)),
    "largest entry": (Extreme(X), (X,)),
    "smallest of each column": (Extreme(X, 0, -1), (X,)),
    "largest of each row": (Extreme(X @ U, 1), (X, U)),
    "product of entries": (EntryProduct(X), (X,)),
    "product of each row": (EntryProduct(X @ U, 1), (X,)),
    "products of others": (OtherProducts(X, 0, Y), (X, Y)),
    "softmax": (Softmax(u), (u,)),
    "softmax of all entries": (Softmax(X), (X,)),
    "softmax down": (Softmax(X, 0), (X,)),
    "softmax along": (Softmax(X @ U, 1), (X, U)),
    "exponential": (Exponential(A @ B), (A,)),
    "derivative of an exponential": (Exponential(A, B), (A, B)),
    "nuclear norm": (SingularNorm(X, "nuclear"), (X,)),
    "spectral norm": (SingularNorm(X, "spectral"), (X,)),
    "smallest singular value": (SingularNorm(X, "smallest"), (X,)),
    "polar factor": (SingularPart(X, "nuclear"), (X,)),
    "repeated scalar": (Broadcast(a, n, d), (a,)),
    "repeated column": (Broadcast(u, n, d), (u,)),
    "diagonal": (Diagonal(u), (u,)),
    "diagonal part": (DiagonalPart(A), (A,)),
    "inverse": (Inverse(A), (A,)),
    "determinant": (Determinant(A @ B), (A,)),
    "entries to a power": (Power(X, Number(3)), (X,)),
    "entries to a symbolic size": (Power(X, Extent(k)), (X,)),
    "reciprocal entries": (Power(r, Number(-1)), (r,)),
    "root": (Power(p, Number(1) / 2), (p,)),
    "scalar to a scalar": (Power(p, a), (p, a)),
    "entries to a scalar": (Power(r, a), (r, a)),
    "entries to exponents": (Power(matrix("Z", n, d, assume="positive"), X), (X,)),
    "positive entries to exponents": (Power(r, u * u), (r, u)),
    "scalar function": (exp(a), (a,)),
    "function of entries": (sigmoid(X), (X,)),
    "choice": (where(greater(Y, X), X, Hadamard(X, X)), (X,)),
    "choice by a condition on a constant": (where(greater(Y, X), Scale(a, X), Y), (a,)),
    "scalar choice": (where(greater(a, b), Multiply(a, b), b), (a, b)),
    "choice by a mask that varies": (Where(X, Y, Hadamard(X, Y)), (X,)),
    "defined function": (Map(define("test_bump", 1 / (1 + ARGUMENT**2)), A), (A,)),
}

EQUIVALENT = {
    # The differential of a diagonal matrix is diagonal, its own transpose.
    ("diagonal", "transposed"),
    # A matrix and its transpose have one diagonal; a trace takes its factors round.
    ("diagonal part", "transposed differential"),
    ("trace", "transposed differential"),
    ("trace", "order"),
    ("determinant", "order"),
}


def mutants(made: Node) -> Iterator[tuple[str, Node]]:
    """What a slip of the pen makes of an expression."""
    yield "sign", tidy.negative(made)
    yield "factor", tidy.scale(Number(2), made)
    if made.rows == made.cols and not made.is_scalar:
        yield "transposed", Transpose(made)
    for node in postorder(made):
        square = not node.is_scalar and node.rows == node.cols
        if isinstance(node, Add):
            for place in range(len(node.children)):
                kept = node.children[:place] + node.children[place + 1 :]
                yield f"dropped term {place}", substitute(made, {node: tidy.add(kept)})
        if isinstance(node, MatMul) and all(child.shape == node.shape for child in node.children) and square:
            yield "entries for product", substitute(made, {node: Hadamard(*node.children)})
            if node.children[0] is not node.children[-1]:
                yield "order", substitute(made, {node: MatMul(*reversed(node.children))})
        if isinstance(node, Hadamard) and square:
            yield "product for entries", substitute(made, {node: MatMul(*node.children)})
        if isinstance(node, Differential) and square:
            yield "transposed differential", substitute(made, {node: Transpose(node)})


def judged(node: Node, wrt: tuple[Variable, ...], made: Node) -> Status:
    before = Differential(node)
    return Court(node, wrt).judge(Relation.EQUAL, before, made, line=before).status


@pytest.mark.parametrize("name", CASES)
def test_rule_holds(name: str) -> None:
    node, wrt = CASES[name]
    rule, made = differential_rule(node, Dependence(wrt))
    assert rule.name == DIFFERENTIALS[type(node)][0]
    assert rule.statement
    assert judged(node, wrt, made) in (Status.PROVED, Status.CHECKED)


@pytest.mark.parametrize("name", CASES)
def test_mistakes_are_refused(name: str) -> None:
    node, wrt = CASES[name]
    _, made = differential_rule(node, Dependence(wrt))
    found = list(mutants(made))
    assert len(found) >= 2
    for slip, mutant in found:
        expected = {Status.PROVED} if (name, slip) in EQUIVALENT else {Status.REFUTED}
        assert judged(node, wrt, mutant) in expected, f"{slip}: {mutant}"


def test_every_rule_has_a_case() -> None:
    assert {type(node) for node, _ in CASES.values()} == set(DIFFERENTIALS)


def test_rational_rules_are_proved() -> None:
    for name in ("matrix product", "inverse", "determinant", "squared norm", "entries to a power"):
        node, wrt = CASES[name]
        assert judged(node, wrt, differential_rule(node, Dependence(wrt))[1]) is Status.PROVED


@pytest.mark.parametrize("node", [A @ B, total(X), Number(3), Differential(A)])
def test_constants(node: Node) -> None:
    rule, made = differential_rule(node, Dependence([u]))
    assert rule.name == "constant"
    assert tidy.is_zero(made)
    assert made.shape == node.shape


def test_constant_parts_are_left_out() -> None:
    _, made = differential_rule(MatMul(A, B, C), Dependence([B]))
    assert made is MatMul(A, Differential(B), C)


def test_dependence() -> None:
    varies = Dependence([A])
    assert varies(A) and varies(trace(A @ B)) and varies(exp(total(A)) * X)
    assert not varies(B) and not varies(inner(X, Y))
    assert not varies(Differential(A))
    assert varies(A @ Differential(A))


def test_kind_without_a_rule() -> None:
    with pytest.raises(UnsupportedError, match="no rule gives the differential of Equation"):
        differential_rule(Equation(A, B), Dependence([A]))


def test_steps_are_constant_but_for_their_jumps() -> None:
    varies = Dependence([X])
    assert not varies(greater(X, Y)) and varies(where(greater(X, Y), X, Y))
    rule, made = differential_rule(where(greater(X, Y), Y, Zeros(n, d)), varies)
    assert made is Zeros(n, d)
    assert "by convention" in rule.statement


def test_the_convention_of_a_choice_is_stated() -> None:
    assert "by convention" in DIFFERENTIALS[Where][1]
