"""Operations moved across an inner product: ⟨G, L(dX)⟩ = ⟨L*(G), dX⟩, and refused with every small mistake."""

from collections.abc import Iterator

import pytest

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import (
    Add,
    BlockRows,
    Broadcast,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    Exponential,
    Hadamard,
    Inner,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    Number,
    OtherProducts,
    Scale,
    SingularPart,
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
from symnn.algebra.walk import postorder, substitute, variables
from symnn.calculus import tidy
from symnn.calculus.adjoint import ADJOINTS, Holding, Moved, moved, term
from symnn.errors import UnsupportedError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d, k, m = dims("n d k m")
X, Y, Z = matrix("X", n, d), matrix("Y", n, d), matrix("Z", n, d)
L, R = matrix("L", k, n), matrix("R", d, m)
A, B, C = (matrix(name, n, n) for name in "ABC")
u, v = vector("u", n), vector("v", n)
t = vector("t", d)
a, b, g = (scalar(name) for name in "abg")


def gradient(*shape: object) -> Variable:
    return matrix("G", *shape)


# G and the linear expression; what is on the one differential's place is moved.
CASES: dict[str, tuple[Node, Node]] = {
    "product of scalars": (g, Multiply(a, Differential(b))),
    "scalar factor of a matrix": (gradient(n, d), Scale(a, Differential(X))),
    "matrix times a differential": (gradient(n, d), Scale(Differential(a), X)),
    "product": (gradient(k, m), MatMul(L, Differential(X), R)),
    "product with the differential last": (gradient(k, d), MatMul(L, Differential(X))),
    "product with the differential first": (gradient(n, m), MatMul(Differential(X), R)),
    "square product": (gradient(n, n), MatMul(A, Differential(B), C)),
    "Kronecker product, left": (gradient(n * k, d * m), Kronecker(Differential(X), matrix("M", k, m))),
    "Kronecker product, right": (gradient(k * n, m * d), Kronecker(matrix("M", k, m), Differential(X))),
    "stacked columns": (gradient(n * d, 1), Vec(Differential(X))),
    "unstacked columns": (gradient(d, n), Unvec(Vec(Differential(X)), d, n)),
    "blocks as rows": (gradient(6, n * d), BlockRows(Differential(matrix("M", 2 * n, 3 * d)), 2, 3, n, d)),
    "entries": (gradient(n, d), Hadamard(Y, Differential(X), Z)),
    "square entries": (gradient(n, n), Hadamard(A, Differential(B))),
    "inner product": (g, Inner(Y, Differential(X))),
    "inner product from the left": (g, Inner(Differential(X), Y)),
    "exponential": (gradient(n, n), Exponential(A, Differential(B))),
    "part of singular values": (gradient(n, d), SingularPart(Y, "spectral", Differential(X))),
    "products of others": (gradient(n, d), OtherProducts(Y, 1, Differential(X))),
    "transpose": (gradient(d, n), Transpose(Differential(X))),
    "square transpose": (gradient(n, n), Transpose(Differential(A))),
    "trace": (g, Trace(Differential(A))),
    "sum of all entries": (g, Sum(Differential(X))),
    "sum down": (gradient(1, d), Sum(Differential(X), 0)),
    "sum along": (gradient(n, 1), Sum(Differential(X), 1)),
    "repeated scalar": (gradient(n, d), Broadcast(Differential(a), n, d)),
    "repeated column": (gradient(n, d), Broadcast(Differential(u), n, d)),
    "repeated row": (gradient(n, d), Broadcast(Transpose(Differential(t)), n, d)),
    "first branch": (gradient(n, d), where(greater(Y, Z), Differential(X), Zeros(n, d))),
    "second branch": (gradient(n, d), where(greater(Y, Z), Zeros(n, d), Differential(X))),
    "scalar branch": (g, where(greater(a, Number(1)), Differential(b), Number(0))),
    "diagonal matrix": (gradient(n, n), Diagonal(Differential(u))),
    "diagonal": (gradient(n, 1), DiagonalPart(Differential(A))),
}

EQUIVALENT = {
    # What is moved to the other side is symmetric.
    ("trace", "transposed"),
    ("diagonal", "transposed"),
    # A diagonal matrix takes the diagonal of what it meets.
    ("diagonal", "transposed differential"),
    ("trace", "transposed differential"),
}


def crossed(gradient: Node, linear: Node) -> tuple[str, str, list[Moved]]:
    return moved(gradient, linear, Holding())


def judged(before: Node, after: Node) -> Status:
    wrt = tuple(
        node.operand
        for node in postorder(before)
        if isinstance(node, Differential) and isinstance(node.operand, Variable)
    )
    statement = Add(*map(Sum, variables(before)))
    return Court(statement, wrt).judge(Relation.EQUAL, before, after, line=before).status


def mutants(made: Node, part: Node) -> Iterator[tuple[str, Node]]:
    """What a slip of the pen makes of the new gradient."""
    yield "sign", term(tidy.negative(made), part)
    yield "factor", term(tidy.scale(Number(2), made), part)
    if made.rows == made.cols and not made.is_scalar:
        yield "transposed", term(Transpose(made), part)
        yield "transposed differential", term(made, Transpose(part))
    for node in postorder(made):
        if node.is_scalar or node.rows != node.cols:
            continue
        if isinstance(node, MatMul) and all(child.shape == node.shape for child in node.children):
            yield "entries for product", term(substitute(made, {node: Hadamard(*node.children)}), part)
            yield "order", term(substitute(made, {node: MatMul(*reversed(node.children))}), part)
        if isinstance(node, Hadamard):
            yield "product for entries", term(substitute(made, {node: MatMul(*node.children)}), part)
        if isinstance(node, Transpose) and node is not made:
            yield "forgotten transpose", term(substitute(made, {node: node.children[0]}), part)


@pytest.mark.parametrize("name", CASES)
def test_rule_holds(name: str) -> None:
    factor, linear = CASES[name]
    rule, statement, parts = crossed(factor, linear)
    assert (rule, statement) == ADJOINTS[type(linear)][:2]
    ((made, part),) = parts
    assert made.shape == part.shape
    assert part is not linear
    expected = Status.CHECKED if isinstance(linear, SingularPart) else Status.PROVED
    assert judged(term(factor, linear), term(made, part)) is expected


@pytest.mark.parametrize("name", CASES)
def test_mistakes_are_refused(name: str) -> None:
    factor, linear = CASES[name]
    _, _, ((made, part),) = crossed(factor, linear)
    before = term(factor, linear)
    for slip, mutant in mutants(made, part):
        expected = Status.PROVED if (name, slip) in EQUIVALENT else Status.REFUTED
        assert judged(before, mutant) is expected, f"{slip}: {mutant}"


def test_every_rule_has_a_case() -> None:
    assert {type(linear) for _, linear in CASES.values()} == set(ADJOINTS)


def test_sums_open() -> None:
    G = gradient(n, d)
    rule, _, parts = crossed(G, Add(Differential(X), Scale(a, Differential(Y))))
    assert rule == "linearity"
    assert parts == [(G, Differential(X)), (G, Scale(a, Differential(Y)))]


def test_both_branches_of_a_choice() -> None:
    G, mask = gradient(n, d), greater(Y, Z)
    linear = where(mask, Differential(X), Scale(a, Differential(X)))
    rule, _, parts = crossed(G, linear)
    assert rule == "choice across the inner product"
    nothing = Zeros(n, d)
    assert parts == [(Where(mask, G, nothing), Differential(X)), (Where(mask, nothing, G), linear.children[2])]
    assert judged(term(G, linear), Add(*(term(*part) for part in parts))) is Status.PROVED
    swapped = [(parts[1][0], parts[0][1]), (parts[0][0], parts[1][1])]
    assert judged(term(G, linear), Add(*(term(*part) for part in swapped))) is Status.REFUTED


@pytest.mark.parametrize(
    "linear",
    [Determinant(Differential(A)), MatMul(Differential(A), Differential(B)), Hadamard(A, B)],
    ids=["kind without a rule", "two differentials", "no differential"],
)
def test_what_is_not_linear_is_refused(linear: Node) -> None:
    with pytest.raises(UnsupportedError, match=f"no rule moves {type(linear).__name__}"):
        crossed(gradient(*linear.shape), linear)


def test_holding() -> None:
    holds = Holding()
    assert holds(A @ Differential(B)) and holds(Differential(A @ B))
    assert not holds(A @ B)
