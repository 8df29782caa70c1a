"""The softmax along an axis: exponentials divided by their sum."""

from __future__ import annotations

from typing import Self, cast

from sympy import Integer

from symnn.algebra.nodes.maps import Function, Map
from symnn.algebra.nodes.matrices import Sum
from symnn.algebra.nodes.node import Node, broadcast
from symnn.errors import ShapeError


class Softmax(Node):
    """exp(A) divided by its sum over all entries (axis -1), down each column (0) or along each row (1)."""

    __slots__ = ()

    def __new__(cls, operand: Node, axis: object = -1) -> Self:
        along = int(cast(int, axis))
        if along not in Sum.AXES:
            raise ShapeError(f"a softmax is taken over axis 0, 1 or both (-1), found {along}")
        return cls._make((operand, Integer(along)), *operand.shape)

    @property
    def axis(self) -> int:
        return int(self.args[1])

    @property
    def operand(self) -> Node:
        return self.children[0]

    @property
    def definition(self) -> Node:
        """The same without the word softmax."""
        exponentials = Map(Function("exp"), self.operand)
        total = Sum(exponentials, self.axis)
        return exponentials / (total if total.is_scalar else broadcast(total, *self.shape))
