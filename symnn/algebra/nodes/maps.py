"""Functions of one real variable, applied entry by entry, and choices."""

from __future__ import annotations

from typing import Self, cast

from sympy import Integer, Tuple
from sympy.core.symbol import Str

from symnn.algebra.nodes.node import Node, as_node
from symnn.algebra.nodes.operands import one_shape, only_scalars
from symnn.algebra.sizes import ONE


class Function(Node):
    """A function of one real variable, or its derivative of some order.

    A function with a body is that body, an expression in the scalar variable `x`; one without is a primitive.
    """

    __slots__ = ()

    def __new__(cls, name: object, body: Node | Tuple = Tuple(), order: object = 0) -> Self:  # noqa: B008
        if isinstance(body, Node):
            only_scalars([body], "the body of a function")
        return cls._make((Str(str(name)), body, Integer(cast(int, order))), ONE, ONE)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def body(self) -> Node | None:
        return self.args[1] if isinstance(self.args[1], Node) else None

    @property
    def order(self) -> int:
        return int(self.args[2])

    def derivative(self) -> Function:
        return Function(self.name, self.args[1], self.order + 1)

    def __call__(self, operand: object) -> Node:
        return Map(self, as_node(operand))


class Map(Node):
    """A function applied to every entry."""

    __slots__ = ()

    def __new__(cls, function: Function, operand: Node) -> Self:
        return cls._make((function, operand), *operand.shape)

    @property
    def function(self) -> Function:
        return cast(Function, self.args[0])

    @property
    def operand(self) -> Node:
        return cast(Node, self.args[1])


class Where(Node):
    """A choice entry by entry: of `then` where the mask is 1, of `otherwise` where it is 0, else M ⊙ A + (1 − M) ⊙ B.

    The branch that is not chosen need not have a value.
    """

    __slots__ = ()

    def __new__(cls, mask: Node, then: Node, otherwise: Node) -> Self:
        shape = one_shape([mask, then, otherwise], "a choice")
        return cls._make((mask, then, otherwise), *shape)

    @property
    def mask(self) -> Node:
        return self.children[0]

    @property
    def branches(self) -> tuple[Node, Node]:
        return self.children[1], self.children[2]
