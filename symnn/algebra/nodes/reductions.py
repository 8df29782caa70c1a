"""What is made of many entries at once, other than by adding: the largest, the smallest, and where; products."""

from __future__ import annotations

from typing import Self, cast

from sympy import Integer

from symnn.algebra.nodes.matrices import Sum
from symnn.algebra.nodes.node import Node
from symnn.algebra.nodes.operands import one_shape
from symnn.algebra.sizes import ONE
from symnn.errors import ShapeError


class Extreme(Node):
    """The largest entry (sign 1) or the smallest (sign -1): of all (axis -1), of each column (0) or each row (1)."""

    __slots__ = ()

    def __new__(cls, operand: Node, axis: object = -1, sign: object = 1) -> Self:
        along, direction = _axis_and_sign(axis, sign)
        rows = operand.rows if along == 1 else ONE
        cols = operand.cols if along == 0 else ONE
        return cls._make((operand, along, direction), rows, cols)

    @property
    def axis(self) -> int:
        return int(self.args[1])

    @property
    def sign(self) -> int:
        return int(self.args[2])


class ExtremePlace(Node):
    """1 where the entry is that of `Extreme`, 0 elsewhere; several equal ones share the 1 evenly."""

    __slots__ = ()

    def __new__(cls, operand: Node, axis: object = -1, sign: object = 1) -> Self:
        return cls._make((operand, *_axis_and_sign(axis, sign)), *operand.shape)

    @property
    def axis(self) -> int:
        return int(self.args[1])

    @property
    def sign(self) -> int:
        return int(self.args[2])


def _axis_and_sign(axis: object, sign: object) -> tuple[Integer, Integer]:
    direction = int(cast(int, sign))
    if direction not in (1, -1):
        raise ShapeError(f"an extreme entry is the largest (1) or the smallest (-1), found {direction}")
    return _axis(axis), Integer(direction)


class EntryProduct(Node):
    """The product of all entries (axis -1), of each column (0) or of each row (1)."""

    __slots__ = ()

    def __new__(cls, operand: Node, axis: object = -1) -> Self:
        along = _axis(axis)
        rows = operand.rows if along == 1 else ONE
        cols = operand.cols if along == 0 else ONE
        return cls._make((operand, along), rows, cols)

    @property
    def axis(self) -> int:
        return int(self.args[1])


class OtherProducts(Node):
    """For each entry the product of all others along an axis, or its derivative along directions."""

    __slots__ = ()

    def __new__(cls, operand: Node, axis: object = -1, *directions: Node) -> Self:
        one_shape([operand, *directions], "the derivative of products of other entries")
        return cls._make((operand, _axis(axis), *directions), *operand.shape)

    @property
    def axis(self) -> int:
        return int(self.args[1])

    @property
    def operand(self) -> Node:
        return self.children[0]

    @property
    def directions(self) -> tuple[Node, ...]:
        return self.children[1:]


def _axis(axis: object) -> Integer:
    along = int(cast(int, axis))
    if along not in Sum.AXES:
        raise ShapeError(f"entries are taken together over axis 0, 1 or both (-1), found {along}")
    return Integer(along)
