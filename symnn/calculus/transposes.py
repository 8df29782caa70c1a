"""Transposes in the normal form: pushed to the variables, and left out where a matrix is its own transpose.

Sums, products entry by entry and functions of entries stand on the side of a transpose where fewer are written."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    Function,
    Hadamard,
    Identity,
    Inverse,
    Map,
    MatMul,
    Node,
    Ones,
    Power,
    Scale,
    Selection,
    Sum,
    Transpose,
    Variable,
    Zeros,
)
from symnn.algebra.sizes import same_shape
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

SYMMETRIC = ("symmetric", "positive definite")

TRANSPOSES = RuleBook()
rule = TRANSPOSES.rule


@rule("transpose of a transpose", Transpose)
def _double_transpose(node: Node) -> Node | None:
    """(Aᵀ)ᵀ = A"""
    operand = node.children[0]
    return operand.children[0] if isinstance(operand, Transpose) else None


@rule("transpose of a product", Transpose)
def _transposed_product(node: Node) -> Node | None:
    """(AB)ᵀ = BᵀAᵀ"""
    operand = node.children[0]
    if not isinstance(operand, MatMul):
        return None
    return MatMul(*(tidy.transpose(factor) for factor in reversed(operand.children)))


@rule("transpose of a multiple", Transpose)
def _transposed_multiple(node: Node) -> Node | None:
    """(a·B)ᵀ = a·Bᵀ"""
    operand = node.children[0]
    return Scale(operand.children[0], tidy.transpose(operand.children[1])) if isinstance(operand, Scale) else None


@rule("symmetry", Transpose)
def _symmetric(node: Node) -> Node | None:
    """Aᵀ = A for a symmetric matrix"""
    return node.children[0] if symmetric(node.children[0]) else None


@rule("transpose of an inverse", Transpose)
def _transposed_inverse(node: Node) -> Node | None:
    """(A⁻¹)ᵀ = (Aᵀ)⁻¹"""
    operand = node.children[0]
    return Inverse(tidy.transpose(operand.children[0])) if isinstance(operand, Inverse) else None


@rule("transpose of a sum", Transpose)
def _transposed_sum(node: Node) -> Node | None:
    """(A + B)ᵀ = Aᵀ + Bᵀ, where that leaves no more transposes"""
    operand = node.children[0]
    if not isinstance(operand, Add):
        return None
    written, turned = _transposes(operand.children)
    return Add(*map(turned_round, operand.children)) if turned <= written + 1 else None


@rule("sum of transposes", Add)
def _sum_of_transposes(node: Node) -> Node | None:
    """Aᵀ + Bᵀ = (A + B)ᵀ, where that leaves fewer transposes"""
    written, turned = _transposes(node.children)
    return Transpose(Add(*map(turned_round, node.children))) if turned + 1 < written else None


@rule("transpose of entries", Transpose)
def _transposed_entries(node: Node) -> Node | None:
    """(A ⊙ B)ᵀ = Aᵀ ⊙ Bᵀ, f(A)ᵀ = f(Aᵀ), where that leaves no more transposes"""
    parts = _entrywise(node.children[0])
    written, turned = _transposes(parts)
    return _over(node.children[0], [turned_round(part) for part in parts]) if parts and turned <= written else None


@rule("entries of transposes", Hadamard, Map, Power)
def _entries_of_transposes(node: Node) -> Node | None:
    """Aᵀ ⊙ Bᵀ = (A ⊙ B)ᵀ, f(Aᵀ) = f(A)ᵀ, where that leaves fewer transposes"""
    parts = _entrywise(node)
    written, turned = _transposes(parts)
    return Transpose(_over(node, [turned_round(part) for part in parts])) if turned < written else None


def _entrywise(node: Node) -> list[Node]:
    """The matrices on whose entries a node acts one by one; none for a scalar or another kind of node."""
    if node.is_scalar or not isinstance(node, Hadamard | Map | Power):
        return []
    return [part for part in node.children if not isinstance(part, Function) and same_shape(part.shape, node.shape)]


def _over(node: Node, parts: Sequence[Node]) -> Node:
    if isinstance(node, Hadamard):
        return Hadamard(*parts)
    return Map(node.function, *parts) if isinstance(node, Map) else Power(parts[0], node.children[1])


def _transposes(parts: Sequence[Node]) -> tuple[int, int]:
    """How many transposes the parts are written with, and how many if each were transposed."""
    pairs = [_written(part) for part in parts]
    return sum(written for written, _ in pairs), sum(turned for _, turned in pairs)


def _written(part: Node) -> tuple[int, int]:
    core = tidy.coefficient(part)[1] if not part.is_scalar else part
    while isinstance(core, Broadcast):
        core = core.children[0]
    if isinstance(core, MatMul):
        words = core.children, flipped(core.children)
        written, turned = (sum(isinstance(factor, Transpose) for factor in word) for word in words)
        return written, turned
    if core.is_scalar or isinstance(core, Ones | Zeros) or symmetric(core):
        return 0, 0
    return (1, 0) if isinstance(core, Transpose) else (0, 1)


def turned_round(node: Node) -> Node:
    """The transpose, taken through products and multiples, and left out where a matrix is its own."""
    factor, core = tidy.coefficient(node) if not node.is_scalar else (tidy.ONE, node)
    if symmetric(core):
        return node
    if isinstance(core, Broadcast):
        return tidy.scale(factor, Broadcast(turned_round(core.children[0]), core.cols, core.rows))
    return tidy.scale(factor, MatMul(*flipped(core.children)) if isinstance(core, MatMul) else tidy.transpose(core))


@rule("transpose of sums and repetitions", Transpose)
def _transposed_axis(node: Node) -> Node | None:
    """Rows and columns change places in sums, repetitions and constants"""
    operand = node.children[0]
    if isinstance(operand, Sum):
        return tidy.total(tidy.transpose(operand.children[0]), 1 - operand.axis)
    if isinstance(operand, Broadcast):
        return Broadcast(tidy.transpose(operand.children[0]), operand.cols, operand.rows)
    if isinstance(operand, Ones | Zeros | Identity | Diagonal):
        return tidy.transpose(operand)
    return None


def symmetric(node: Node) -> bool:
    """Whether a matrix is its own transpose by how it is built and by what is assumed."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Add | Hadamard):
            stack.extend(part.children)
        elif isinstance(part, Scale):
            stack.append(part.children[1])
        elif isinstance(part, Inverse):
            stack.append(part.children[0])
        elif isinstance(part, MatMul):
            factors = part.children
            half = len(factors) // 2
            if any(tidy.transpose(factors[-1 - place]) is not factors[place] for place in range(half)):
                return False
            if len(factors) % 2:
                stack.append(factors[half])
        elif isinstance(part, Variable):
            if not set(part.assumptions) & set(SYMMETRIC):
                return False
        elif not isinstance(part, Identity | Diagonal) and not (isinstance(part, Selection) and part.is_reversal):
            return False
    return True


def flipped(factors: Sequence[Node]) -> tuple[Node, ...]:
    """The factors of the transposed product."""
    return tuple(factor if symmetric(factor) else tidy.transpose(factor) for factor in reversed(factors))
