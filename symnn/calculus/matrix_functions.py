"""Extreme entries, absolute values, exponentials and products of entries in the normal form."""

from __future__ import annotations

from symnn.algebra.functions import primitive
from symnn.algebra.nodes import (
    EntryProduct,
    Exponential,
    Extreme,
    ExtremePlace,
    Hadamard,
    Identity,
    Map,
    Multiply,
    Node,
    Number,
    OtherProducts,
    Power,
    SingularNorm,
    SingularPart,
    Transpose,
    Zeros,
)
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

MATRIX_FUNCTIONS = RuleBook()
rule = MATRIX_FUNCTIONS.rule

ABSOLUTE, SIGN = primitive("abs"), primitive("sign")


@rule("number times its sign", Multiply, Hadamard)
def _absolute(node: Node) -> Node | None:
    """a·sign(a) = |a|, and sign(a)/|a| = 1/a"""
    for factor in node.children:
        if not isinstance(factor, Map) or factor.function is not SIGN:
            continue
        operand, size = factor.operand, ABSOLUTE(factor.operand)
        joined = {operand: size, Power(size, tidy.MINUS_ONE): Power(operand, tidy.MINUS_ONE)}
        partner = next((other for other in node.children if other in joined), None)
        if partner is not None:
            others = list(node.children)
            others.remove(factor)
            others[others.index(partner)] = joined[partner]
            return tidy.hadamard(others) if not node.is_scalar else tidy.product(others)
    return None


@rule("extreme of a multiple", Extreme, ExtremePlace)
def _multiple(node: Node) -> Node | None:
    """max(a·A) = a·max A for a number a > 0, and a·min A for a < 0; the places stay"""
    assert isinstance(node, Extreme | ExtremePlace)
    factor, rest = tidy.coefficient(node.children[0])
    if not isinstance(factor, Number) or factor.value == 0 or rest is tidy.ONE or factor is tidy.ONE:
        return None
    made = type(node)(rest, node.axis, node.sign * (1 if factor.value > 0 else -1))
    return tidy.scale(factor, made) if isinstance(node, Extreme) else made


@rule("extreme along an axis of one entry", Extreme, ExtremePlace)
def _single(node: Node) -> Node | None:
    """The largest of one entry is that entry"""
    assert isinstance(node, Extreme | ExtremePlace)
    operand = node.children[0]
    if not (operand.is_scalar or (node.axis == 0 and operand.is_row) or (node.axis == 1 and operand.is_column)):
        return None
    return operand if isinstance(node, Extreme) else tidy.ones(*operand.shape)


@rule("extreme of a transpose", Extreme, ExtremePlace)
def _transposed(node: Node) -> Node | None:
    """max Aᵀ = max A, and along an axis the transpose of that along the other one"""
    assert isinstance(node, Extreme | ExtremePlace)
    operand = node.children[0]
    if not isinstance(operand, Transpose):
        return None
    return tidy.transpose(type(node)(operand.children[0], _turned(node.axis), node.sign))


@rule("derivative along a multiple", Exponential, SingularPart, OtherProducts)
def _directions(node: Node) -> Node | None:
    """f′(A; b·E) = b·f′(A; E), f′(A; 0) = 0"""
    operand, *directions = node.children
    if any(map(tidy.is_zero, directions)):
        return tidy.zero(*node.shape)
    factors = [tidy.coefficient(direction) for direction in directions]
    if all(factor is tidy.ONE for factor, _ in factors):
        return None
    made = node.rebuild([operand, *(rest for _, rest in factors)])
    return tidy.scale(tidy.product([factor for factor, _ in factors]), made)


@rule("exponential along the identity", Exponential)
def _identity(node: Node) -> Node | None:
    """expm′(A; I) = expm(A)"""
    operand, *directions = node.children
    kept = [direction for direction in directions if not isinstance(direction, Identity)]
    return None if len(kept) == len(directions) else Exponential(operand, *kept)


@rule("exponential of zero", Exponential)
def _of_zero(node: Node) -> Node | None:
    """expm(0) = I, expm′(0; E) = E"""
    operand, *directions = node.children
    if not isinstance(operand, Zeros) or len(directions) > 1:
        return None
    return directions[0] if directions else Identity(operand.rows)


@rule("transpose of a function of a matrix", Transpose, SingularNorm, EntryProduct, SingularPart, OtherProducts)
def _of_transpose(node: Node) -> Node | None:
    """expm(A)ᵀ = expm(Aᵀ), ‖Aᵀ‖ = ‖A‖, polar(Aᵀ) = polar(A)ᵀ, prod Aᵀ = prod A, others(Aᵀ) = others(A)ᵀ"""
    operand = node.children[0]
    if isinstance(node, Transpose):
        if not isinstance(operand, Exponential):
            return None
        return Exponential(*map(tidy.transpose, operand.children))
    if not isinstance(operand, Transpose):
        return None
    inside = operand.children[0]
    if isinstance(node, SingularNorm):
        return SingularNorm(inside, node.kind)
    if isinstance(node, EntryProduct):
        return tidy.transpose(EntryProduct(inside, _turned(node.axis)))
    assert isinstance(node, SingularPart | OtherProducts)
    directions = map(tidy.transpose, node.directions)
    if isinstance(node, SingularPart):
        return tidy.transpose(SingularPart(inside, node.kind, *directions))
    return tidy.transpose(OtherProducts(inside, _turned(node.axis), *directions))


@rule("norm of a multiple", SingularNorm, SingularPart)
def _norm_of_multiple(node: Node) -> Node | None:
    """‖a·B‖ = |a|·‖B‖, polar(a·B) = sign(a)·polar(B)"""
    factor, rest = tidy.coefficient(node.children[0])
    if factor is tidy.ONE or tidy.is_zero(node.children[0]) or len(node.children) > 1:
        return None
    outer = ABSOLUTE(factor) if isinstance(node, SingularNorm) else SIGN(factor)
    if isinstance(factor, Number):
        value = factor.value
        outer = Number(abs(value)) if isinstance(node, SingularNorm) else Number(1 if value > 0 else -1)
    return tidy.scale(outer, node.rebuild([rest]))


def _turned(axis: int) -> int:
    return axis if axis == -1 else 1 - axis
