"""Kronecker products, stacked columns and commutation matrices in the normal form."""

from __future__ import annotations

from itertools import pairwise

from symnn.algebra.nodes import (
    BlockRows,
    Commutation,
    Identity,
    Kronecker,
    MatMul,
    Node,
    Ones,
    Transpose,
    Unvec,
    Vec,
    Zeros,
)
from symnn.algebra.sizes import same_shape, same_size
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

KRONECKER = RuleBook()
rule = KRONECKER.rule


@rule("scalar factors", Kronecker)
def _factors(node: Node) -> Node | None:
    """(a·B) ⊗ C = a·(B ⊗ C), I ⊗ I = I, A ⊗ 0 = 0"""
    return tidy.kronecker(*node.children)


@rule("transpose of a Kronecker product", Transpose)
def _transposed(node: Node) -> Node | None:
    """(A ⊗ B)ᵀ = Aᵀ ⊗ Bᵀ, and the commutation of n×m transposed is that of m×n"""
    operand = node.children[0]
    if isinstance(operand, Commutation):
        return Commutation(*reversed(operand.args))
    return Kronecker(*map(tidy.transpose, operand.children)) if isinstance(operand, Kronecker) else None


@rule("stacked columns", Vec)
def _vec(node: Node) -> Node | None:
    """vec(a·B) = a·vec B, and vec of a row is its transpose"""
    operand = node.children[0]
    return tidy.transpose(operand) if operand.is_row else tidy.vec(operand)


@rule("unstacked columns", Unvec)
def _unvec(node: Node) -> Node | None:
    """The matrix of the columns of A is A, and vec⁻¹(a·b) = a·vec⁻¹(b)"""
    return tidy.unvec(node.children[0], *node.shape)


@rule("blocks of a Kronecker product", BlockRows)
def _blocks(node: Node) -> Node | None:
    """The blocks of A ⊗ B as rows are vec(Aᵀ)·vec(Bᵀ)ᵀ, and scalar factors stand in front"""
    assert isinstance(node, BlockRows)
    factor, rest = tidy.coefficient(node.children[0])
    if isinstance(rest, Kronecker) and same_shape(rest.children[0].shape, node.grid):
        left, right = (tidy.vec(tidy.transpose(part)) for part in rest.children)
        return tidy.scale(factor, tidy.matmul([left, tidy.transpose(right)]))
    if isinstance(rest, Ones | Zeros):
        return tidy.scale(factor, type(rest)(*node.shape))
    return tidy.scale(factor, node.rebuild([rest])) if factor is not tidy.ONE else None


@rule("product of Kronecker products", MatMul)
def _mixed(node: Node) -> Node | None:
    """(A ⊗ B)(C ⊗ D) = AC ⊗ BD"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if isinstance(left, Kronecker) and isinstance(right, Kronecker):
            pairs = list(zip(left.children, right.children, strict=True))
            if all(same_size(first.cols, second.rows) for first, second in pairs):
                made = tidy.kronecker(*(tidy.matmul(pair) for pair in pairs))
                return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


@rule("commutation cancels", MatMul)
def _commutations(node: Node) -> Node | None:
    """To transpose twice is to do nothing"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if isinstance(left, Commutation) and right is Commutation(*reversed(left.args)):
            return tidy.matmul([*factors[:place], Identity(left.rows), *factors[place + 2 :]])
    return None


@rule("commutation of stacked columns", MatMul)
def _commuted(node: Node) -> Node | None:
    """K vec A = vec Aᵀ, (vec A)ᵀK = (vec Aᵀ)ᵀ"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        made: Node | None = None
        if isinstance(left, Commutation) and isinstance(right, Vec):
            made = tidy.vec(tidy.transpose(right.children[0]))
        if isinstance(right, Commutation) and isinstance(left, Transpose) and isinstance(left.children[0], Vec):
            made = tidy.transpose(tidy.vec(tidy.transpose(left.children[0].children[0])))
        if made is not None:
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


@rule("Kronecker product times stacked columns", MatMul)
def _stacked(node: Node) -> Node | None:
    """(Bᵀ ⊗ A) vec C = vec(ACB)"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if isinstance(left, Kronecker) and isinstance(right, Vec):
            made = _product_of_three(left, right.children[0])
            if made is not None:
                return tidy.matmul([*factors[:place], tidy.vec(made), *factors[place + 2 :]])
        if isinstance(left, Transpose) and isinstance(left.children[0], Vec) and isinstance(right, Kronecker):
            turned = Kronecker(*map(tidy.transpose, right.children))
            made = _product_of_three(turned, left.children[0].children[0])
            if made is not None:
                return tidy.matmul([*factors[:place], tidy.transpose(tidy.vec(made)), *factors[place + 2 :]])
    return None


def _product_of_three(product: Node, middle: Node) -> Node | None:
    """ACB for Bᵀ ⊗ A and C, where the sizes fit."""
    right, left = product.children
    if not (same_size(left.cols, middle.rows) and same_size(right.cols, middle.cols)):
        return None
    return tidy.matmul([left, middle, tidy.transpose(right)])
