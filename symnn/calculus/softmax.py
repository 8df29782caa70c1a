"""The softmax, where it was written out, and what is known of it: its entries add up to 1, a shift does not change it.

The quotient e/∑e is found where 1/∑e and e are factors of one product, however deep in its operands: a factor that is
the same in all entries may be moved anywhere in a product, one for each row or column only where it stays with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from weakref import WeakKeyDictionary

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    Function,
    Hadamard,
    Inner,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Softmax,
    Sum,
    Transpose,
)
from symnn.algebra.sizes import same_size
from symnn.algebra.walk import fold
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

SOFTMAX = RuleBook()
rule = SOFTMAX.rule

Factors = frozenset[tuple[Node, int]]
"""Exponentials, and sums of them that are divided by, each with an axis along which it may be moved."""

NONE: Factors = frozenset()
_known: WeakKeyDictionary[Node, Factors] = WeakKeyDictionary()


@rule("softmax", Multiply, Scale, Hadamard, MatMul, Inner)
def _softmax(node: Node) -> Node | None:
    """e/∑e = softmax(z) for e = exp(z), where 1/∑e and e are factors of one product"""
    factors = [fold(child, _factors, _known) for child in node.children]  # type: ignore[arg-type]
    for place, found in enumerate(factors):
        for total, axis in sorted(found, key=str):
            if not isinstance(total, Sum) or place not in _places(node, axis):
                continue
            exponentials = total.children[0]
            other = next(
                (at for at in _places(node, axis) if at != place and (exponentials, axis) in factors[at]), None
            )
            if other is None:
                continue
            parts = list(node.children)
            one = tidy.ones(*total.shape)
            parts[place] = _exchanged(parts[place], Power(total, tidy.MINUS_ONE), one, axis)
            parts[other] = _exchanged(parts[other], exponentials, Softmax(exponentials.children[1], axis), axis)
            return _rebuilt(node, parts)
    return None


def _places(node: Node, axis: int) -> Sequence[int]:
    """The operands of which a multiple is a multiple of the node: by one number (axis -1), each column (0), row (1)."""
    last = len(node.children) - 1
    match node:
        case Hadamard() | Multiply():
            return range(last + 1)
        case Scale() | MatMul() | Inner() | Transpose() | Diagonal() | Sum() | Broadcast() if axis == -1:
            return range(last + 1)
        case Scale():
            return (1,)
        case MatMul():
            return (0,) if axis == 1 else (last,)
        case Sum() if node.axis == axis:
            return (0,)
        case Broadcast() if same_size(node.shape[1 - axis], node.children[0].shape[1 - axis]):
            return (0,)
    return ()


def _factors(node: Node, parts: Sequence[Factors]) -> Factors:
    if isinstance(node, Map) and node.function is Function("exp"):
        return frozenset((node, axis) for axis in Sum.AXES)
    if isinstance(node, Power):
        base, exponent = node.children
        power = exponent.value if isinstance(exponent, Number) and exponent.value.is_integer else 0
        return frozenset({(base, base.axis)}) if power < 0 and _is_total(base) else parts[0] if power > 0 else NONE
    if isinstance(node, Add):
        return parts[0].intersection(*parts[1:])
    if not any(parts):
        return NONE
    return frozenset(
        (factor, axis) for axis in Sum.AXES for at in _places(node, axis) for factor, own in parts[at] if own == axis
    )


def _is_total(node: Node) -> bool:
    return isinstance(node, Sum) and isinstance(node.children[0], Map) and node.children[0].function is Function("exp")


def _exchanged(root: Node, old: Node, new: Node, axis: int) -> Node:
    """A product, or a sum of them, with one factor in each replaced by another."""

    def combine(node: Node, parts: Sequence[Node | None]) -> Node | None:
        if node is old:
            return new
        if isinstance(node, Power):
            base, exponent = node.children
            if not isinstance(exponent, Number) or not exponent.value.is_integer:
                return None
            if isinstance(old, Power) and base is old.children[0] and exponent.value < 0:
                return Power(base, Number(exponent.value + 1))
            rest = base if exponent.value == 2 else Power(base, Number(exponent.value - 1))
            return tidy.hadamard([parts[0], rest]) if parts[0] is not None and exponent.value > 1 else None
        if isinstance(node, Add):
            terms = [part for part in parts if part is not None]
            return tidy.add(terms) if len(terms) == len(parts) else None
        changed = list(node.children)
        for place in _places(node, axis):
            made = parts[place]
            if made is not None:
                changed[place] = made
                return _rebuilt(node, changed)
        return None

    made = fold(root, combine)
    assert made is not None
    return made


def _rebuilt(node: Node, parts: Sequence[Node]) -> Node:
    """The same product of other parts, without ones."""
    match node:
        case Hadamard() | Multiply():
            return tidy.hadamard(parts)
        case Scale():
            return tidy.scale(*parts)
        case MatMul():
            return tidy.matmul(parts)
        case Inner():
            return tidy.inner(*parts)
        case Broadcast():
            return tidy.broadcast(parts[0], *node.shape)
        case Diagonal():
            return tidy.diagonal(parts[0])
        case Sum():
            return tidy.total(parts[0], node.axis)
    return node.rebuild(parts)


@rule("softmax of a shift", Softmax)
def _shifted(node: Node) -> Node | None:
    """softmax(z + a·1) = softmax(z)"""
    assert isinstance(node, Softmax)
    terms = tidy.terms_of(node.operand)
    kept = [term for term in terms if not _is_even(tidy.coefficient(term)[1], node)]
    return Softmax(tidy.add(kept), node.axis) if 0 < len(kept) < len(terms) else None


def _is_even(term: Node, node: Softmax) -> bool:
    """Whether all entries that are compared with each other are the same."""
    if isinstance(term, Ones):
        return True
    if not isinstance(term, Broadcast):
        return False
    operand = term.children[0]
    return operand.is_scalar or (node.axis == 0 and operand.is_row) or (node.axis == 1 and operand.is_column)


@rule("softmax along an axis", Softmax)
def _along(node: Node) -> Node | None:
    """softmax Aᵀ = (softmax A)ᵀ along the other axis, of a column over all entries, of one entry 1"""
    assert isinstance(node, Softmax)
    operand, axis = node.operand, node.axis
    if operand.is_scalar or (axis == 0 and operand.is_row) or (axis == 1 and operand.is_column):
        return tidy.ones(*node.shape)
    if axis >= 0 and (operand.is_row or operand.is_column):
        return Softmax(operand)
    if isinstance(operand, Transpose):
        return tidy.transpose(Softmax(operand.children[0], axis if axis == -1 else 1 - axis))
    return None


@rule("sum of a softmax", MatMul)
def _times_ones(node: Node) -> Node | None:
    """1ᵀsoftmax(z) = 1"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if _adds_up(left, right) or _adds_up(tidy.transpose(right), tidy.transpose(left)):
            return tidy.matmul([*factors[:place], tidy.ones(left.rows, right.cols), *factors[place + 2 :]])
    return None


def _adds_up(left: Node, right: Node) -> bool:
    """Whether each entry of a product is the sum of a column of a softmax."""
    if isinstance(right, Transpose):
        return isinstance(left, Ones) and isinstance(right.children[0], Softmax) and right.children[0].axis == 1
    is_column = isinstance(right, Softmax) and (right.axis == 0 or (right.axis == -1 and right.is_column))
    return isinstance(left, Ones) and is_column


@rule("sum of a softmax", Sum)
def _sum(node: Node) -> Node | None:
    """∑ softmax(z) = 1"""
    assert isinstance(node, Sum)
    operand = node.children[0]
    if not isinstance(operand, Softmax) or node.axis not in (operand.axis, -1):
        return None
    ones = tidy.ones(operand.rows if operand.axis == 1 else 1, operand.cols if operand.axis == 0 else 1)
    return tidy.total(ones, node.axis)
