"""A value with a name: what a program calls an intermediate result, and what a proof calls an adjoint."""

from __future__ import annotations

from typing import Self

from sympy import Integer
from sympy.core.symbol import Str

from symnn.algebra.nodes.node import Node, Variable


class Named(Node):
    """The same as its body. Lines show the name; rules leave the body as it is.

    `rank` is the number of axes of the value's array, as for a variable.
    """

    __slots__ = ("label",)

    label: Variable
    """A variable of this name, for all values that the body could have."""

    def __new__(cls, name: object, rank: object, body: Node) -> Self:
        label = Variable(str(name), *body.shape, rank)
        node = cls._make((Str(label.name), Integer(label.rank), body), *body.shape)
        node.label = label
        return node

    @property
    def name(self) -> str:
        return self.label.name

    @property
    def rank(self) -> int:
        return self.label.rank

    @property
    def body(self) -> Node:
        return self.children[0]
