"""Moving linear operations across an inner product: ⟨G, L(dX)⟩ = ⟨L*(G), dX⟩, one rule for each kind of node.

Each rule takes G and a node with exactly one part that contains differentials, and gives the new G and that part.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.algebra.nodes import (
    Add,
    BlockRows,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Differential,
    Exponential,
    Hadamard,
    Identity,
    Inner,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    OtherProducts,
    Scale,
    SingularPart,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Vec,
    Where,
)
from symnn.algebra.walk import fold
from symnn.calculus import tidy
from symnn.calculus.rule import RuleTable
from symnn.errors import UnsupportedError

Moved = tuple[Node, Node]
Holds = Callable[[Node], bool]

ADJOINTS: RuleTable[Callable[[Node, Node, int], Moved]] = RuleTable()
_adjoint = ADJOINTS.rule


def term(gradient: Node, part: Node) -> Node:
    """⟨gradient, part⟩ as it is written on a line."""
    return tidy.inner(gradient, part)


def moved(gradient: Node, linear: Node, holds: Holds) -> tuple[str, str, list[Moved]]:
    """One operation of `linear` moved to the other side: name, statement, and the new terms.

    `holds` tells whether a node contains a differential. Raises UnsupportedError for a kind of node without a rule.
    """
    if isinstance(linear, Add):
        return "linearity", "⟨G, A + B⟩ = ⟨G, A⟩ + ⟨G, B⟩", [(gradient, child) for child in linear.children]
    positions = [position for position, child in enumerate(linear.children) if holds(child)]
    separable = isinstance(linear, Where) and len(positions) == 2 and 0 not in positions
    if type(linear) not in ADJOINTS or (len(positions) != 1 and not separable):
        raise UnsupportedError(f"no rule moves {type(linear).__name__} across an inner product: {linear}")
    name, statement, move = ADJOINTS[type(linear)]
    return name, statement, [move(gradient, linear, position) for position in positions]


def _others(node: Node, position: int) -> list[Node]:
    return [child for place, child in enumerate(node.children) if place != position]


@_adjoint("scalar factor", Multiply)
def _multiply(gradient: Node, linear: Node, position: int) -> Moved:
    """g·(a·db) = (g·a)·db"""
    return tidy.weighted(_others(linear, position), gradient), linear.children[position]


@_adjoint("scalar factor", Scale)
def _scale(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, a·dB⟩ = ⟨a·G, dB⟩, and ⟨G, da·B⟩ = ⟨G, B⟩·da"""
    factor, operand = linear.children
    return (tidy.scale(factor, gradient), operand) if position == 1 else (tidy.inner(gradient, operand), factor)


@_adjoint("matrix product across the inner product", MatMul)
def _matmul(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, A·dX·B⟩ = ⟨AᵀGBᵀ, dX⟩"""
    before, after = linear.children[:position], linear.children[position + 1 :]
    factors = [tidy.transpose(factor) for factor in reversed(before)]
    factors += [gradient, *(tidy.transpose(factor) for factor in reversed(after))]
    return tidy.matmul(factors), linear.children[position]


@_adjoint("product of entries across the inner product", Hadamard)
def _hadamard(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, U ⊙ dX⟩ = ⟨U ⊙ G, dX⟩"""
    return tidy.weighted(_others(linear, position), gradient), linear.children[position]


@_adjoint("scalar factor", Inner)
def _inner(gradient: Node, linear: Node, position: int) -> Moved:
    """g·⟨A, dX⟩ = ⟨g·A, dX⟩"""
    return tidy.scale(gradient, linear.children[1 - position]), linear.children[position]


@_adjoint("transpose across the inner product", Transpose)
def _transpose(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, dXᵀ⟩ = ⟨Gᵀ, dX⟩"""
    return tidy.transpose(gradient), linear.children[0]


@_adjoint("trace as inner product", Trace)
def _trace(gradient: Node, linear: Node, position: int) -> Moved:
    """g·tr dX = ⟨g·I, dX⟩"""
    return tidy.scale(gradient, Identity(linear.children[0].rows)), linear.children[0]


@_adjoint("sum as inner product", Sum)
def _sum(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, sum of dX⟩ = ⟨G repeated, dX⟩"""
    operand = linear.children[0]
    return tidy.broadcast(gradient, *operand.shape), operand


@_adjoint("sum over what was repeated", Broadcast)
def _broadcast(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, dX repeated⟩ = ⟨sum of G, dX⟩"""
    operand = linear.children[0]
    rows_repeated = operand.rows == 1 and linear.rows != 1
    cols_repeated = operand.cols == 1 and linear.cols != 1
    axis = -1 if rows_repeated and cols_repeated else 0 if rows_repeated else 1
    return tidy.total(gradient, axis), operand


@_adjoint("diagonal across the inner product", Diagonal)
def _diagonal(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, diag(dx)⟩ = ⟨diag(G), dx⟩"""
    return tidy.diagonal_part(gradient), linear.children[0]


@_adjoint("diagonal across the inner product", DiagonalPart)
def _diagonal_part(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨g, diag(dX)⟩ = ⟨diag(g), dX⟩"""
    return tidy.diagonal(gradient), linear.children[0]


@_adjoint("stacked columns across the inner product", Vec, Unvec)
def _vec(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨g, vec dX⟩ = ⟨G, dX⟩ for vec G = g, and ⟨G, dX⟩ = ⟨vec G, dx⟩ for vec dX = dx"""
    operand = linear.children[0]
    stacked = isinstance(linear, Vec)
    return tidy.unvec(gradient, *operand.shape) if stacked else tidy.vec(gradient), operand


@_adjoint("blocks across the inner product", BlockRows)
def _block_rows(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, blocks of dX as rows⟩ = ⟨rows of G as blocks, dX⟩"""
    assert isinstance(linear, BlockRows)
    (down, across), (high, wide) = linear.grid, linear.block
    return BlockRows(gradient, down, high, across, wide), linear.children[0]


@_adjoint("Kronecker product across the inner product", Kronecker)
def _kronecker(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, A ⊗ B⟩ = ⟨R, vec(Aᵀ)·vec(Bᵀ)ᵀ⟩ where R has a row for each block of G"""
    left, right = linear.children
    rows = BlockRows(gradient, *left.shape, *right.shape)
    differentiated, other = (left, right) if position == 0 else (right, left)
    weights = rows if position == 0 else tidy.transpose(rows)
    column = tidy.matmul([weights, tidy.vec(tidy.transpose(other))])
    unstacked = tidy.unvec(column, differentiated.cols, differentiated.rows)
    return tidy.transpose(unstacked), differentiated


@_adjoint("choice across the inner product", Where)
def _where(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, where(M, dA, dB)⟩ = ⟨where(M, G, 0), dA⟩ + ⟨where(M, 0, G), dB⟩"""
    nothing = tidy.zero(*gradient.shape)
    branches = (gradient, nothing) if position == 1 else (nothing, gradient)
    return tidy.where(linear.children[0], *branches), linear.children[position]


@_adjoint("direction of an exponential across the inner product", Exponential)
def _exponential(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, expm′(A; dX)⟩ = ⟨expm′(Aᵀ; G), dX⟩"""
    turned = [tidy.transpose(child) for child in linear.children]
    direction = _direction(linear, position)
    return linear.rebuild([*turned[:position], gradient, *turned[position + 1 :]]), direction


@_adjoint("direction of a derivative across the inner product", SingularPart, OtherProducts)
def _along(gradient: Node, linear: Node, position: int) -> Moved:
    """⟨G, f′(A; dX)⟩ = ⟨f′(A; G), dX⟩ where f is the gradient of a function: second derivatives are symmetric"""
    children = linear.children
    direction = _direction(linear, position)
    return linear.rebuild([*children[:position], gradient, *children[position + 1 :]]), direction


def _direction(linear: Node, position: int) -> Node:
    if position == 0:
        raise UnsupportedError(f"only its directions enter linearly: {linear}")
    return linear.children[position]


class Holding:
    """Tells whether a node contains a differential, each node asked once."""

    def __init__(self) -> None:
        self._memo: dict[Node, bool] = {}

    def __call__(self, node: Node) -> bool:
        return fold(node, lambda at, children: isinstance(at, Differential) or any(children), self._memo)
