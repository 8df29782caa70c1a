"""Inverses and determinants in the normal form."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import (
    Determinant,
    Diagonal,
    Identity,
    Inverse,
    MatMul,
    Node,
    Power,
    Scale,
    Transpose,
    Variable,
)
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

INVERSES = RuleBook()
rule = INVERSES.rule


@rule("inverse cancels", MatMul)
def _cancel(node: Node) -> Node | None:
    """A⁻¹A = I, AA⁻¹ = I"""
    rest = without_inverse(node.children)
    return None if rest is None else tidy.matmul(rest)


def without_inverse(factors: Sequence[Node]) -> list[Node] | None:
    """The factors with an inverse beside its operand replaced by the identity; None where there is none."""
    for start, factor in enumerate(factors):
        if isinstance(factor, Inverse):
            inside = factor.children[0]
            parts = inside.children if isinstance(inside, MatMul) else (inside,)
            wide = len(parts)
            side = Identity(inside.rows)
            if tuple(factors[start + 1 : start + 1 + wide]) == parts:
                return [*factors[:start], side, *factors[start + 1 + wide :]]
            if start >= wide and tuple(factors[start - wide : start]) == parts:
                return [*factors[: start - wide], side, *factors[start + 1 :]]
    return None


@rule("inverse", Inverse)
def _inverse(node: Node) -> Node | None:
    """(A⁻¹)⁻¹ = A, (a·B)⁻¹ = a⁻¹·B⁻¹, I⁻¹ = I, (AB)⁻¹ = B⁻¹A⁻¹ for square A and B"""
    operand = node.children[0]
    if operand.is_scalar:
        return Power(operand, tidy.MINUS_ONE)
    if isinstance(operand, Inverse):
        return operand.children[0]
    if isinstance(operand, Identity):
        return operand
    if isinstance(operand, Scale):
        return tidy.scale(Power(operand.children[0], tidy.MINUS_ONE), Inverse(operand.children[1]))
    if isinstance(operand, Diagonal):
        return Diagonal(Power(operand.children[0], tidy.MINUS_ONE))
    if isinstance(operand, MatMul) and all(factor.rows == factor.cols for factor in operand.children):
        return MatMul(*(Inverse(factor) for factor in reversed(operand.children)))
    if isinstance(operand, Variable) and "orthogonal" in operand.assumptions:
        return Transpose(operand)
    return None


@rule("determinant", Determinant)
def _determinant(node: Node) -> Node | None:
    """det I = 1, det Aᵀ = det A, det A⁻¹ = 1/det A"""
    operand = node.children[0]
    if isinstance(operand, Identity):
        return tidy.ONE
    if isinstance(operand, Transpose):
        return Determinant(operand.children[0])
    if isinstance(operand, Inverse):
        return Power(Determinant(operand.children[0]), tidy.MINUS_ONE)
    return None
