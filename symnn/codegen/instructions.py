"""The instructions of a program over NumPy arrays: an operation on earlier values, and the symbolic shape of its array.

A scalar has shape ``()``, a vector ``(n,)``, a matrix ``(n, d)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from symnn.algebra.sizes import Size

Value: TypeAlias = int
Axes: TypeAlias = tuple[Size, ...]


class Operation(Enum):
    """What an instruction does. `detail` holds what is not an operand."""

    PARAMETER = "parameter"
    """detail: the name"""
    NUMBER = "number"
    """detail: a rational"""
    SIZE = "size"
    NAMED = "named"
    """detail: a constant of NumPy, such as np.pi"""
    """detail: a size"""
    SCALE = "scale"
    """detail: the rational factor of the operand"""
    ADD = "add"
    """detail: one rational factor for each operand"""
    PRODUCT = "product"
    """detail: how many operands are factors; the others are divisors"""
    POWER = "power"
    """a base and an exponent, entry by entry"""
    CALL = "call"
    """detail: the function's name in the module; applied entry by entry, or a helper's own meaning"""
    COMPARE = "compare"
    """detail: the relation of the left operand to the right one"""
    WHERE = "where"
    """a condition, and what is taken where it holds and where not"""
    TRANSPOSE = "transpose"
    COLUMN = "column"
    """a vector as a matrix of one column"""
    ONLY_COLUMN = "only column"
    """a matrix of one column as a vector"""
    MATMUL = "matmul"
    INNER = "inner"
    """the sum of the products of entries of two arrays of one shape"""
    OUTER = "outer"
    SUM = "sum"
    """detail: the axis, or None"""
    MEAN = "mean"
    """detail: the axis, or None"""
    SOLVE = "solve"
    LEAST_SQUARES = "least squares"
    INVERSE = "inverse"
    DETERMINANT = "determinant"
    TRACE = "trace"
    EYE = "eye"
    """detail: the size"""
    DIAGONAL = "diagonal"
    DIAGONAL_PART = "diagonal part"
    KRONECKER = "kronecker"
    VEC = "vec"
    """the columns of a matrix, stacked"""
    UNVEC = "unvec"
    """detail: the shape of the matrix whose stacked columns the operand is"""
    BLOCK_ROWS = "block rows"
    """detail: how many blocks there are down and across, and how high and wide they are"""
    COMMUTATION = "commutation"
    """detail: the shape of the matrix that is transposed"""
    SELECT = "select"
    """detail: the selection, and the axis along which it picks"""
    PLACE = "place"
    """an array of zeros but for the operand; detail: the selection of the rows where the operand stands"""
    TRIANGLE = "triangle"
    """detail: the shape, and the diagonal"""
    FULL = "full"
    """detail: the shape to which the operand is repeated"""


PLAIN_PYTHON = frozenset(
    {Operation.NUMBER, Operation.NAMED, Operation.SIZE, Operation.SCALE, Operation.ADD, Operation.PRODUCT}
)


@dataclass(frozen=True)
class Instruction:
    """One operation on earlier values. `equation` is the number of the line of the proof that it comes from."""

    operation: Operation
    operands: tuple[Value, ...]
    detail: Any
    axes: Axes
    equation: int | None
