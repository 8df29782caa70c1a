"""What only lines of a proof contain: differentials, equations, several expressions."""

from __future__ import annotations

from typing import Self, cast

from symnn.algebra.nodes.node import Node
from symnn.algebra.nodes.operands import one_shape
from symnn.algebra.sizes import ONE


class Differential(Node):
    """The differential dA: linear in the differentials of the variables of the derivation, zero for all others."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        return cls._make((operand,), *operand.shape)

    @property
    def operand(self) -> Node:
        return cast(Node, self.args[0])


class Equation(Node):
    """The statement that two matrices of one shape are equal."""

    __slots__ = ()

    only_a_line = "an equation"

    def __new__(cls, left: Node, right: Node) -> Self:
        return cls._make((left, right), *one_shape([left, right], "an equation"))

    @property
    def left(self) -> Node:
        return self.children[0]

    @property
    def right(self) -> Node:
        return self.children[1]


class Several(Node):
    """Several expressions or equations on one line of a proof."""

    __slots__ = ()

    only_a_line = "several expressions"
    takes_lines = True

    def __new__(cls, *parts: Node) -> Self:
        return cls._make(parts, ONE, ONE)
