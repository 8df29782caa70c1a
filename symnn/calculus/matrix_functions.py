"""Extreme entries and absolute values in the normal form."""

from __future__ import annotations

from symnn.algebra.functions import primitive
from symnn.algebra.nodes import Extreme, ExtremePlace, Hadamard, Map, Multiply, Node, Number, Power, Transpose
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
    axis = node.axis if node.axis == -1 else 1 - node.axis
    return tidy.transpose(type(node)(operand.children[0], axis, node.sign))
