"""Comparisons as masks, matrices of 0 and 1 made with the primitive step, and choices by them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from symnn.algebra import nodes
from symnn.algebra.functions import primitive
from symnn.algebra.nodes import Function, Map, Node, Number, Ones, Variable, Where, aligned, broadcast
from symnn.algebra.walk import fold

STEP = primitive("step")

BINARY_WORDS = frozenset({"binary", "onehot", "onehot rows"})


def greater(left: Node, right: Node) -> Node:
    """The mask of left > right, entry by entry."""
    if right is Number(0):
        return Map(STEP, left)
    return Map(STEP, -right if left is Number(0) else left - right)


def opposite(mask: Node) -> Node:
    """The mask that is 1 where the other is 0."""
    one: Node = Number(1) if mask.is_scalar else Ones(*mask.shape)
    return one - mask


def where(mask: Node, then: Node, otherwise: Node) -> Node:
    """The choice between two expressions; a scalar, and an axis of literal length 1, is repeated."""
    then, otherwise = aligned(then, otherwise, "where")
    mask, then = aligned(mask, then, "where")
    return Where(mask, then, broadcast(otherwise, *then.shape))


def maximum(left: Node, right: Node) -> Node:
    """The larger of two, entry by entry."""
    for zero, other in ((left, right), (right, left)):
        if zero is Number(0):
            return Map(primitive("relu"), other)
    return where(greater(left, right), left, right)


def minimum(left: Node, right: Node) -> Node:
    """The smaller of two, entry by entry."""
    for zero, other in ((left, right), (right, left)):
        if zero is Number(0):
            return -Map(primitive("relu"), -other)
    return where(greater(right, left), left, right)


class _Kind(Enum):
    """What is known of all entries of a matrix."""

    ONE = auto()
    MINUS_ONE = auto()
    MASK = auto()
    MINUS_MASK = auto()
    OTHER = auto()


_POSITIVE = {_Kind.ONE, _Kind.MASK}
_NEGATIVE = {_Kind.MINUS_ONE, _Kind.MINUS_MASK}


def is_mask(node: Node) -> bool:
    """Whether all entries are 0 or 1 by how the node is built."""
    return fold(node, _kind) in _POSITIVE


def _kind(node: Node, parts: Sequence[_Kind]) -> _Kind:
    match node:
        case Number():
            known = {1: _Kind.ONE, -1: _Kind.MINUS_ONE, 0: _Kind.MASK}
            return known[int(node.value)] if node.value in (1, -1, 0) else _Kind.OTHER
        case Ones():
            return _Kind.ONE
        case nodes.Zeros() | nodes.Identity() | nodes.Selection() | nodes.Triangle():
            return _Kind.MASK
        case Variable():
            return _Kind.MASK if BINARY_WORDS.intersection(node.assumptions) else _Kind.OTHER
        case Function():
            return _Kind.MASK if node is STEP else _Kind.OTHER
        case Map():
            return parts[0]
        case nodes.Broadcast() | nodes.Transpose() | nodes.Vec():
            return parts[0]
        case nodes.Multiply() | nodes.Scale() | nodes.Hadamard() | nodes.Kronecker():
            return _product(parts)
        case nodes.MatMul() if len(parts) == 2 and node.children[0].is_column:
            return _product(parts)
        case nodes.Add() if len(parts) == 2:
            return _Kind.MASK if _Kind.ONE in parts and _NEGATIVE.intersection(parts) else _Kind.OTHER
        case Where():
            return _Kind.MASK if _POSITIVE.issuperset(parts) else _Kind.OTHER
    return _Kind.OTHER


def _product(parts: Sequence[_Kind]) -> _Kind:
    negative = [part for part in parts if part in _NEGATIVE]
    if _Kind.OTHER in parts or len(negative) > 1:
        return _Kind.OTHER
    return _Kind.MINUS_MASK if negative else _Kind.MASK


def split_mask(mask: Node) -> tuple[str, Node] | None:
    """A mask as z > 0 or z ≤ 0: the sign and z. None for one that is built otherwise."""
    if isinstance(mask, Map) and mask.function is STEP:
        return ">", mask.operand
    if isinstance(mask, nodes.Add) and len(mask.children) == 2:
        for one, other in (mask.children, mask.children[::-1]):
            if _is_one(one) and isinstance(other, nodes.Scale | nodes.Multiply) and len(other.children) == 2:
                sign, inner = other.children
                if sign is Number(-1) and isinstance(inner, Map) and inner.function is STEP:
                    return "<=", inner.operand
    return None


def _is_one(node: Node) -> bool:
    repeated = node.children[0] if isinstance(node, nodes.Broadcast) else node
    return repeated is Number(1) or isinstance(repeated, Ones)
