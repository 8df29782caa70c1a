"""Functions of a matrix by its spectrum: the exponential, and what is made of singular values.

Each stands for its derivatives, too: the directions after a matrix are those along which it is differentiated.
"""

from __future__ import annotations

from typing import ClassVar, Self

from sympy.core.symbol import Str

from symnn.algebra.nodes.maps import Function, Map
from symnn.algebra.nodes.matrices import SquaredNorm
from symnn.algebra.nodes.node import Multiply, Node
from symnn.algebra.nodes.operands import one_shape, square_side
from symnn.algebra.sizes import ONE
from symnn.errors import ShapeError


class Exponential(Node):
    """The matrix exponential I + A + A²/2 + …, or its derivative at A along directions: ∂ₛ∂ₜ exp(A + sE + tF) at 0."""

    __slots__ = ()

    def __new__(cls, operand: Node, *directions: Node) -> Node:
        side = square_side(operand, "a matrix exponential")
        one_shape([operand, *directions], "the derivative of a matrix exponential")
        if operand.is_scalar:
            value = Map(Function("exp"), operand)
            return Multiply(value, *directions) if directions else value
        return cls._make((operand, *directions), side, side)

    @property
    def operand(self) -> Node:
        return self.children[0]

    @property
    def directions(self) -> tuple[Node, ...]:
        return self.children[1:]


class SingularNorm(Node):
    """A norm by singular values: their sum ("nuclear"), the largest ("spectral"), or the smallest of them."""

    __slots__ = ()

    KINDS: ClassVar[tuple[str, ...]] = ("nuclear", "spectral", "smallest")

    def __new__(cls, operand: Node, kind: object) -> Node:
        word = _kind(kind)
        if operand.is_scalar:
            return Map(Function("abs"), operand)
        if operand.is_column or operand.is_row:
            return Map(Function("sqrt"), SquaredNorm(operand))
        return cls._make((operand, Str(word)), ONE, ONE)

    @property
    def kind(self) -> str:
        return str(self.args[1].name)


class SingularPart(Node):
    """U·diag(h)·Vᵀ of the singular value decomposition: h is 1 for all singular values, the largest, or the smallest.

    Or its derivative along directions, as for the exponential.
    """

    __slots__ = ()

    def __new__(cls, operand: Node, kind: object, *directions: Node) -> Self:
        one_shape([operand, *directions], "the derivative of a part of a singular value decomposition")
        return cls._make((operand, Str(_kind(kind)), *directions), *operand.shape)

    @property
    def kind(self) -> str:
        return str(self.args[1].name)

    @property
    def operand(self) -> Node:
        return self.children[0]

    @property
    def directions(self) -> tuple[Node, ...]:
        return self.children[1:]


def _kind(kind: object) -> str:
    word = kind.name if isinstance(kind, Str) else str(kind)
    if word not in SingularNorm.KINDS:
        raise ShapeError(f"a norm by singular values is {', '.join(SingularNorm.KINDS)}, found {word!r}")
    return word
