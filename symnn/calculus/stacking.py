"""Linear expressions in dX brought to the form J·vec dX: the columns are stacked, one operation at a time moved out.

Each rule takes a node with exactly one part Z that contains differentials, and gives its stacked columns in terms of
vec Z (Magnus and Neudecker, Matrix Differential Calculus, chapters 2 and 3). vec of a column is the column itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Commutation,
    Diagonal,
    DiagonalPart,
    Differential,
    Hadamard,
    Identity,
    Inner,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    Ones,
    Scale,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Vec,
    Where,
)
from symnn.algebra.walk import dependents, fold, postorder
from symnn.calculus import tidy
from symnn.calculus.rule import RuleTable
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Relation

STACKINGS: RuleTable[Callable[[Node, int], Node]] = RuleTable()
_stacking = STACKINGS.rule


def stack_columns(proof: Proof, directions: Sequence[Differential]) -> list[Node]:
    """Take the line, linear in dX, dY, …, to J·vec dX + K·vec dY + …, and give J, K, ….

    Raises UnsupportedError for a kind of node without a rule.
    """
    line = proof.line
    if not line.is_column:
        proof.step(
            line,
            Vec(line),
            rule="stacked columns",
            statement="stack the columns of both sides",
            relation=Relation.STACKED,
            place=(),
        )
    stack_in(proof, lambda: proof.line, directions)
    matrices = [coefficient_of_columns(proof.line, direction) for direction in directions]
    products = [tidy.matmul([part, tidy.vec(step)]) for part, step in zip(matrices, directions, strict=True)]
    total = tidy.add(products)
    if total is not proof.line:
        proof.step(proof.line, total, rule="collect", statement="A·u + BC·u = (A + BC)·u", place=())
    return matrices


def stack_in(proof: Proof, part: Callable[[], Node], unknowns: Sequence[Node]) -> None:
    """Rewrite a column on the line, linear in X, Y, …, to products from the left of vec X, vec Y, …"""
    while (found := _next(part(), unknowns)) is not None:
        redex, (name, statement, made) = found
        proof.step(redex, made, rule=name, statement=statement)


def _next(line: Node, directions: Sequence[Node]) -> tuple[Node, tuple[str, str, Node]] | None:
    """A part of the line that is not yet of the form M·u, and what it becomes."""
    live = dependents(line, directions)
    for node in postorder(line):
        if node in directions or node not in live:
            continue
        operand = node.children[0] if isinstance(node, Vec) else node
        if operand in directions or not node.is_column or (node is operand and _is_linear(node, live)):
            continue
        found = stacked(operand, live)
        if found[2] is not node:
            return node, found
    return None


def _is_linear(node: Node, live: set[Node]) -> bool:
    """Whether a column is a sum or a multiple of columns M·u already."""
    if isinstance(node, MatMul):
        return node.children[-1] in live and node.children[-1].is_column
    return isinstance(node, Add | Multiply | Scale | Where)


def stacked(node: Node, live: set[Node]) -> tuple[str, str, Node]:
    """Name and statement of the rule for a node, and its stacked columns. Raises UnsupportedError without a rule."""
    if isinstance(node, Add):
        return "stacked sum", "vec(A + B) = vec A + vec B", tidy.add([tidy.vec(child) for child in node.children])
    positions = [position for position, child in enumerate(node.children) if child in live]
    if isinstance(node, Where) and 0 not in positions:
        return "stacked choice", "vec where(M, A, B) = where(vec M, vec A, vec B)", Where(*map(tidy.vec, node.children))
    if type(node) not in STACKINGS or len(positions) != 1:
        raise UnsupportedError(
            f"no rule stacks the columns of {type(node).__name__}: {node}; its products with directions are available: "
            "of a Hessian ask for `hvp`"
        )
    name, statement, make = STACKINGS[type(node)]
    return name, statement, make(node, positions[0])


def coefficient_of_columns(line: Node, direction: Node) -> Node:
    """The M of the terms M·u, u = vec dX, of a line made of sums, choices, multiples and products from the left."""
    unknown = tidy.vec(direction)
    live = dependents(line, [direction])
    if line not in live:
        return tidy.zero(line.rows, unknown.rows)

    def combine(node: Node, found: Sequence[Node | None]) -> Node | None:
        if node is unknown:
            return Identity(unknown.rows) if not unknown.is_scalar else tidy.ONE
        if node not in live or not node.is_column:
            return None
        parts = [part for part in found if part is not None]
        if isinstance(node, Add):
            missing = any(part is None and child in live for part, child in zip(found, node.children, strict=True))
            return None if missing else tidy.add(parts)
        if isinstance(node, Where) and node.mask not in live:
            rows = [tidy.zero(node.rows, unknown.rows) if part is None else part for part in found[1:]]
            return tidy.where(tidy.broadcast(node.mask, *rows[0].shape), *rows)
        others = [child for child in node.children if child not in live]
        if len(parts) != 1 or len(others) != len(node.children) - 1:
            return None
        if isinstance(node, MatMul) and node.children[-1] in live:
            return tidy.matmul([*others, parts[0]])
        if isinstance(node, Multiply):
            return tidy.scale(tidy.product(others), parts[0])
        if isinstance(node, Scale):
            return tidy.scale(others[0], parts[0]) if node.children[1] in live else tidy.matmul([others[0], parts[0]])
        return None

    matrix = fold(line, combine)
    if matrix is None:
        raise UnsupportedError(f"{line} is not of the form M·{unknown}")
    return matrix


# --- the rules ------------------------------------------------------------------------------------------------------


def _others(node: Node, position: int) -> list[Node]:
    return [child for place, child in enumerate(node.children) if place != position]


def _whole(factors: Sequence[Node], side: Node) -> Node:
    """The product of factors; of none the identity."""
    return tidy.matmul(factors) if factors else side


@_stacking("stacked product", MatMul)
def _matmul(node: Node, position: int) -> Node:
    """vec(A·Z·B) = (Bᵀ ⊗ A) vec Z"""
    operand = node.children[position]
    before = _unit(_whole(node.children[:position], Identity(operand.rows)))
    after = _unit(_whole(node.children[position + 1 :], Identity(operand.cols)))
    return tidy.matmul([tidy.kronecker(tidy.transpose(after), before), tidy.vec(operand)])


@_stacking("stacked Kronecker product", Kronecker)
def _kronecker(node: Node, position: int) -> Node:
    """vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec A ⊗ vec B), where vec A ⊗ vec B = (I ⊗ vec B) vec A = (vec A ⊗ I) vec B"""
    left, right = node.children
    moved = tidy.kronecker(Commutation(right.cols, left.rows), Identity(right.rows))
    moved = tidy.kronecker(_unit(Identity(left.cols)), moved)
    parts = (
        (Identity(left.rows * left.cols), tidy.vec(right))
        if position == 0
        else (tidy.vec(left), Identity(right.rows * right.cols))
    )
    return tidy.matmul([moved, tidy.kronecker(*map(_unit, parts)), tidy.vec(node.children[position])])


@_stacking("stacked columns of unstacked ones", Unvec)
def _unvec(node: Node, position: int) -> Node:
    """vec vec⁻¹(z) = z"""
    return node.children[0]


@_stacking("stacked transpose", Transpose)
def _transpose(node: Node, position: int) -> Node:
    """vec Zᵀ = K·vec Z with the commutation matrix K"""
    operand = node.children[0]
    return tidy.matmul([Commutation(*operand.shape), tidy.vec(operand)])


@_stacking("stacked product of entries", Hadamard)
def _hadamard(node: Node, position: int) -> Node:
    """vec(U ⊙ Z) = diag(vec U) vec Z"""
    weights = tidy.vec(tidy.hadamard(_others(node, position)))
    return tidy.matmul([tidy.diagonal(weights), tidy.vec(node.children[position])])


@_stacking("stacked multiple", Scale)
def _scale(node: Node, position: int) -> Node:
    """vec(a·Z) = a·vec Z, and vec(z·A) = z·vec A"""
    factor, operand = node.children
    return tidy.scale(factor, tidy.vec(operand))


@_stacking("stacked repetition", Broadcast)
def _broadcast(node: Node, position: int) -> Node:
    """vec(z1ᵀ) = (1 ⊗ I)z, vec(1zᵀ) = (I ⊗ 1)z, and a repeated scalar is a multiple of ones"""
    operand = node.children[0]
    if operand.is_scalar:
        return tidy.scale(operand, Ones(node.rows * node.cols, 1))
    ones, rest = (Ones(node.cols, 1), Identity(node.rows)), (Identity(node.cols), Ones(node.rows, 1))
    return tidy.matmul([tidy.kronecker(*(ones if operand.is_column else rest)), tidy.vec(operand)])


@_stacking("stacked sum of entries", Sum)
def _sum(node: Node, position: int) -> Node:
    """ΣZ = 1ᵀ vec Z, vec(1ᵀZ) = (I ⊗ 1ᵀ) vec Z, Z1 = (1ᵀ ⊗ I) vec Z"""
    assert isinstance(node, Sum)
    operand = node.children[0]
    left = Ones(1, operand.rows) if node.axis != 1 else Identity(operand.rows)
    right = Ones(1, operand.cols) if node.axis != 0 else Identity(operand.cols)
    return tidy.matmul([tidy.kronecker(_unit(right), _unit(left)), tidy.vec(operand)])


def _unit(matrix: Node) -> Node:
    """The number 1 for an identity or ones of one entry."""
    return tidy.ONE if matrix.is_scalar and isinstance(matrix, Identity | Ones) else matrix


@_stacking("inner product of stacked columns", Inner)
def _inner(node: Node, position: int) -> Node:
    """⟨A, Z⟩ = (vec A)ᵀ vec Z"""
    other = tidy.vec(node.children[1 - position])
    return tidy.matmul([tidy.transpose(other), tidy.vec(node.children[position])])


@_stacking("trace of stacked columns", Trace)
def _trace(node: Node, position: int) -> Node:
    """tr Z = (vec I)ᵀ vec Z"""
    operand = node.children[0]
    return tidy.matmul([tidy.transpose(Vec(Identity(operand.rows))), tidy.vec(operand)])


@_stacking("stacked diagonal matrix", Diagonal)
def _diagonal(node: Node, position: int) -> Node:
    """vec diag(z) = vec(I ⊙ z1ᵀ) = diag(vec I)(1 ⊗ I)z"""
    operand = node.children[0]
    repeated = tidy.kronecker(Ones(operand.rows, 1), Identity(operand.rows))
    return tidy.matmul([Diagonal(Vec(Identity(operand.rows))), repeated, operand])


@_stacking("stacked diagonal", DiagonalPart)
def _diagonal_part(node: Node, position: int) -> Node:
    """The diagonal of Z is (I ⊙ Z)1 = (1ᵀ ⊗ I) diag(vec I) vec Z"""
    operand = node.children[0]
    added = tidy.kronecker(Ones(1, operand.rows), Identity(operand.rows))
    return tidy.matmul([added, Diagonal(Vec(Identity(operand.rows))), tidy.vec(operand)])
