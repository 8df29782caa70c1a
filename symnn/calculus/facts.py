"""What is assumed of the values of a variable, used in the normal form: signs, zeros and ones, orthogonal columns."""

from __future__ import annotations

from itertools import pairwise

from symnn.algebra.nodes import Identity, Map, MatMul, Node, Number, Power, Sum, Transpose, Variable
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

FACTS = RuleBook()
rule = FACTS.rule

ZEROS_AND_ONES = ("binary", "onehot", "onehot rows")

# The functions that are 1 or the argument itself on positive numbers.
_ON_POSITIVE = {"abs": False, "relu": False, "sign": True, "step": True}


@rule("powers of assumed values", Power)
def _powers(node: Node) -> Node | None:
    """y² = 1 for entries ±1, b² = b for entries 0 or 1"""
    base, exponent = node.children
    if not isinstance(base, Variable) or not isinstance(exponent, Number) or not exponent.value.is_integer:
        return None
    if "signs" in base.assumptions:
        return base if exponent.value % 2 else tidy.ones(*base.shape)
    return base if set(base.assumptions) & set(ZEROS_AND_ONES) and exponent.value > 0 else None


@rule("function of assumed values", Map)
def _functions(node: Node) -> Node | None:
    """|a| = a and sign a = 1 for a > 0, |b| = b and relu b = b for b ≥ 0"""
    if not isinstance(node, Map) or node.function.body is not None or node.function.order:
        return None
    operand, ones = node.operand, _ON_POSITIVE.get(node.function.name)
    if ones is None or not isinstance(operand, Variable):
        return None
    words = set(operand.assumptions)
    if ones:
        return tidy.ones(*operand.shape) if "positive" in words else None
    return operand if words & {"positive", "nonnegative", *ZEROS_AND_ONES} else None


@rule("sum of assumed values", Sum)
def _sums(node: Node) -> Node | None:
    """∑ y = 1 where one entry is 1 and all others are 0, and so along the rows of a matrix of such rows"""
    assert isinstance(node, Sum)
    operand = node.children[0]
    words = operand.assumptions if isinstance(operand, Variable) else ()
    if "onehot" in words:
        return tidy.ones(*node.shape) if node.is_scalar else None
    if "onehot rows" not in words or node.axis == 0:
        return None
    return tidy.total(tidy.ones(operand.rows, 1), node.axis)


@rule("orthogonal matrix", MatMul)
def _orthogonal(node: Node) -> Node | None:
    """QᵀQ = QQᵀ = I for an orthogonal matrix"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        inside = left.children[0] if isinstance(left, Transpose) else left
        turned = isinstance(left, Transpose) != isinstance(right, Transpose)
        same = inside is (right.children[0] if isinstance(right, Transpose) else right)
        if turned and same and isinstance(inside, Variable) and "orthogonal" in inside.assumptions:
            return tidy.matmul([*factors[:place], Identity(left.rows), *factors[place + 2 :]])
    return None
