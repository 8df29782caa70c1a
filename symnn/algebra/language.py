"""The words in which an author writes an objective in Python: variables, norms, sums, functions."""

from __future__ import annotations

from collections.abc import Iterable

from symnn.algebra import nodes
from symnn.algebra.functions import SIGMOID, SOFTPLUS
from symnn.algebra.nodes import (
    Determinant,
    Diagonal,
    Extent,
    Function,
    Identity,
    Inverse,
    Map,
    MatMul,
    Node,
    Ones,
    Power,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Variable,
    as_node,
    times,
)
from symnn.algebra.sizes import same_size, show_shape
from symnn.errors import ShapeError


def _words(assume: str | Iterable[str]) -> tuple[str, ...]:
    return (assume,) if isinstance(assume, str) and assume else tuple(assume)


def matrix(
    name: str, rows: object, cols: object, *, assume: str | Iterable[str] = (), latex: str = "", doc: str = ""
) -> Variable:
    """A matrix variable of shape rows × cols: a two-dimensional array in generated code, also where cols is 1."""
    return Variable(name, rows, cols, 2, _words(assume), latex, doc)


def vector(name: str, size: object, *, assume: str | Iterable[str] = (), latex: str = "", doc: str = "") -> Variable:
    """A column of `size` entries: a one-dimensional array in generated code."""
    return Variable(name, size, 1, 1, _words(assume), latex, doc)


def scalar(name: str, *, assume: str | Iterable[str] = (), latex: str = "", doc: str = "") -> Variable:
    """A scalar variable: a float in generated code."""
    return Variable(name, 1, 1, 0, _words(assume), latex, doc)


def squared_norm(operand: object) -> Node:
    """The sum of the squares of all entries."""
    return SquaredNorm(as_node(operand))


def trace(operand: Node) -> Node:
    """The sum of the diagonal of a square matrix. Raises ShapeError for any other."""
    return Trace(operand)


def det(operand: Node) -> Node:
    """The determinant of a square matrix. Raises ShapeError for any other."""
    return Determinant(operand)


def inv(operand: Node) -> Node:
    """The inverse of a square matrix, which must have one. Raises ShapeError for any other."""
    return Inverse(operand)


def solve(left: Node, right: Node) -> Node:
    """The solution A⁻¹B of A·Z = B. Generated code factorises A and never inverts it."""
    return MatMul(Inverse(left), right)


def transpose(operand: Node) -> Node:
    """The transpose, m×n of an n×m matrix; a scalar as it is."""
    return operand if operand.is_scalar else Transpose(operand)


def diag(operand: Node) -> Node:
    """The diagonal matrix of a column."""
    return Diagonal(operand)


def ones(rows: object, cols: object = 1) -> Node:
    """The matrix of rows × cols whose entries are all 1; a column unless `cols` is told."""
    return Ones(rows, cols)


def unit_vector(size: object, place: object) -> Node:
    """The column of `size` entries that is 1 at `place`, counted from 0, and else 0. Raises ShapeError outside."""
    return nodes.Selection(1, size, place).T


def matrix_unit(rows: object, cols: object, row: object, col: object) -> Node:
    """The matrix of rows × cols that is 1 at one place, counted from 0, and else 0. Raises ShapeError outside."""
    return unit_vector(rows, row) @ unit_vector(cols, col).T


def _axis(axis: int | None) -> int:
    return -1 if axis is None else axis


def total(operand: Node, axis: int | None = None) -> Node:
    """The sum of all entries, or along one axis; an axis that is summed over stays, with length 1."""
    return Sum(operand, _axis(axis))


def mean(operand: Node, axis: int | None = None) -> Node:
    """The mean of all entries, or along one axis."""
    added = Sum(operand, _axis(axis))
    count = operand.rows / added.rows * (operand.cols / added.cols)
    return times(Power(Extent(count), nodes.Number(-1)), added) if not count.is_Rational else added / count


def inner(left: Node, right: Node) -> Node:
    """The inner product tr(AᵀB) of two matrices or columns of one shape."""
    return nodes.Inner(left, right)


def quadratic_form(operand: Node, weight: Node) -> Node:
    """The scalar zᵀWz."""
    if not operand.is_column or not same_size(operand.rows, weight.rows):
        raise ShapeError(
            f"zᵀWz takes a column and a square matrix, found {show_shape(operand.shape)}, {show_shape(weight.shape)}"
        )
    return MatMul(Transpose(operand), weight, operand)


def apply(function: Function, operand: object) -> Node:
    """A function of the table, entry by entry."""
    return Map(function, as_node(operand))


def exp(operand: object) -> Node:
    """The exponential of each entry."""
    return apply(Function("exp"), operand)


def log(operand: object) -> Node:
    """The natural logarithm of each entry; a theorem says that all are positive, where that is not assumed."""
    return apply(Function("log"), operand)


def sqrt(operand: object) -> Node:
    """The square root of each entry; a theorem says that none is negative, where that is not assumed."""
    return apply(Function("sqrt"), operand)


def tanh(operand: object) -> Node:
    """The hyperbolic tangent of each entry."""
    return apply(Function("tanh"), operand)


def relu(operand: object) -> Node:
    """The larger of 0 and each entry."""
    return apply(Function("relu"), operand)


def sigmoid(operand: object) -> Node:
    """1/(1 + exp(−z)) of each entry z."""
    return apply(SIGMOID, operand)


def softplus(operand: object) -> Node:
    """log(1 + exp z) of each entry z."""
    return apply(SOFTPLUS, operand)


__all__ = [
    "Identity",
    "apply",
    "det",
    "diag",
    "exp",
    "inner",
    "inv",
    "log",
    "matrix",
    "matrix_unit",
    "mean",
    "ones",
    "quadratic_form",
    "relu",
    "scalar",
    "sigmoid",
    "softplus",
    "solve",
    "sqrt",
    "squared_norm",
    "tanh",
    "total",
    "trace",
    "transpose",
    "unit_vector",
    "vector",
]
