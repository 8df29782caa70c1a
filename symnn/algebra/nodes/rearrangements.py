"""Linear maps that move the entries of a matrix to other places: columns unstacked, blocks laid out as rows."""

from __future__ import annotations

from typing import Self, cast

from symnn.algebra.nodes.node import Node
from symnn.algebra.sizes import Shape, as_size, same_shape, same_size, show_shape
from symnn.errors import ShapeError


class Unvec(Node):
    """The matrix of rows × cols whose stacked columns are the operand: the inverse of vec."""

    __slots__ = ()

    def __new__(cls, operand: Node, rows: object, cols: object) -> Node:
        shape = as_size(rows), as_size(cols)
        if not operand.is_column or not same_size(operand.rows, shape[0] * shape[1]):
            raise ShapeError(f"a matrix of {show_shape(shape)} is no unstacked {operand}: {show_shape(operand.shape)}")
        if shape[1] == 1:
            return operand
        return operand.T if shape[0] == 1 else cls._make((operand, *shape), *shape)


class BlockRows(Node):
    """A matrix of blocks with each block laid out as one row, block by block along the rows, both row by row.

    The blocks are `grid`, each of the shape `block`. Of a Kronecker product A ⊗ B with blocks aᵢⱼ·B it is
    vec(Aᵀ)·vec(Bᵀ)ᵀ (Van Loan and Pitsianis, Approximation with Kronecker Products, 1993).
    """

    __slots__ = ()

    def __new__(cls, operand: Node, down: object, across: object, high: object, wide: object) -> Self:
        grid, block = (as_size(down), as_size(across)), (as_size(high), as_size(wide))
        if not same_shape(operand.shape, (grid[0] * block[0], grid[1] * block[1])):
            shapes = f"{show_shape(grid)} blocks of {show_shape(block)}"
            raise ShapeError(f"{operand}, which is {show_shape(operand.shape)}, does not consist of {shapes}")
        return cls._make((operand, *grid, *block), grid[0] * grid[1], block[0] * block[1])

    @property
    def grid(self) -> Shape:
        return cast(Shape, self.args[1:3])

    @property
    def block(self) -> Shape:
        return cast(Shape, self.args[3:5])
