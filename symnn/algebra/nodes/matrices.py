"""Functions of matrices: inverse, determinant, trace, norms, sums, diagonals, Kronecker products."""

from __future__ import annotations

from typing import ClassVar, Self, cast

from sympy import Integer

from symnn.algebra.nodes.node import Identity, Node, times
from symnn.algebra.nodes.operands import square_side
from symnn.algebra.sizes import ONE, as_size, show_shape
from symnn.errors import ShapeError


class Inverse(Node):
    """The inverse of a square matrix."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        side = square_side(operand, "an inverse")
        return cls._make((operand,), side, side)


class Determinant(Node):
    """The determinant of a square matrix."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        square_side(operand, "a determinant")
        return cls._make((operand,), ONE, ONE)


class Trace(Node):
    """The trace of a square matrix."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        square_side(operand, "a trace")
        return cls._make((operand,), ONE, ONE)


class SquaredNorm(Node):
    """The sum of the squares of all entries, ‖A‖²."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        return cls._make((operand,), ONE, ONE)


class Sum(Node):
    """The sum of all entries (axis -1), down each column (axis 0, a row), or along each row (axis 1, a column)."""

    __slots__ = ()

    AXES: ClassVar[dict[int, str]] = {-1: "all entries", 0: "down each column", 1: "along each row"}

    def __new__(cls, operand: Node, axis: object = -1) -> Self:
        along = int(cast(int, axis))
        if along not in cls.AXES:
            raise ShapeError(f"a matrix is summed over axis 0, 1 or both (-1), found {along}")
        rows = operand.rows if along == 1 else ONE
        cols = operand.cols if along == 0 else ONE
        return cls._make((operand, Integer(along)), rows, cols)

    @property
    def axis(self) -> int:
        return int(self.args[1])


class Diagonal(Node):
    """The diagonal matrix of a column."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        if not operand.is_column:
            raise ShapeError(f"a diagonal matrix is made of a column, found {operand}: {show_shape(operand.shape)}")
        return cls._make((operand,), operand.rows, operand.rows)


class DiagonalPart(Node):
    """The diagonal of a square matrix, as a column."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        return cls._make((operand,), square_side(operand, "a diagonal"), ONE)


class Kronecker(Node):
    """The Kronecker product A ⊗ B: the matrix of the blocks aᵢⱼ·B."""

    __slots__ = ()

    def __new__(cls, left: Node, right: Node) -> Node:
        if left.is_scalar or right.is_scalar:
            return times(left, right)
        return cls._make((left, right), left.rows * right.rows, left.cols * right.cols)


class Vec(Node):
    """The columns of a matrix stacked into one: vec A."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Node:
        return operand if operand.is_column else cls._make((operand,), operand.rows * operand.cols, ONE)


class Commutation(Node):
    """The commutation matrix K of a shape: K·vec A = vec Aᵀ for every matrix A of rows × cols."""

    __slots__ = ()

    def __new__(cls, rows: object, cols: object) -> Node:
        shape = as_size(rows), as_size(cols)
        side = shape[0] * shape[1]
        return Identity(side) if ONE in shape else cls._make(shape, side, side)
