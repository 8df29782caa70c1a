"""What NumPy makes of the entries along an axis: sums, means, extremes and norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symnn.algebra import language
from symnn.algebra.functions import primitive
from symnn.algebra.nodes import EntryProduct, Extreme, Map, Node, Number, SingularNorm, SquaredNorm
from symnn.algebra.reading.arrays import SQRT, Array, divide, mapped, power, scalar, turned
from symnn.errors import ShapeError

INFINITIES = INFINITY, MINUS_INFINITY = "np.inf", "-np.inf"

Reduce: TypeAlias = Callable[[Node, int], Node]
"""What is made of all entries (axis -1), of each column (0, a row) or of each row (1, a column)."""


def reduced(operand: Array, axis: int | None, keepdims: bool, reduce: Reduce) -> Array:
    """All entries (axis None), or those along one axis, as one; the axis is dropped unless `keepdims`."""
    if operand.rank == 0:
        if axis is not None:
            raise ShapeError("a scalar has no axis")
        return Array(operand.node)
    if axis is not None and not -operand.rank <= axis < operand.rank:
        raise ShapeError(f"the shape {operand} has no axis {axis}")
    if axis is None or operand.rank == 1:
        return Array(reduce(operand.node, -1), operand.rank if keepdims else 0)
    made = reduce(operand.node, axis % 2)
    if keepdims:
        return Array(made, 2)
    return Array(turned(made) if axis % 2 == 0 else made, 1)


def total(operand: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    return reduced(operand, axis, keepdims, lambda node, along: language.total(node, along))


def mean(operand: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    return reduced(operand, axis, keepdims, lambda node, along: language.mean(node, None if along == -1 else along))


def extreme(operand: Array, axis: int | None, keepdims: bool, sign: int) -> Array:
    """The largest (sign 1) or the smallest (sign -1) of the entries."""
    return reduced(operand, axis, keepdims, lambda node, along: Extreme(node, along, sign))


def product(operand: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    return reduced(operand, axis, keepdims, EntryProduct)


# --- norms ----------------------------------------------------------------------------------------------------------


def vector_norm(operand: Array, order: Array | str | None, axis: int | None, keepdims: bool) -> Array:
    """The norm of the entries along an axis: (Σ|x|^p)^(1/p) for a number p, the largest |x| for p = ∞."""
    if order is None:
        return _euclidean(operand, axis, keepdims)
    if isinstance(order, str):
        return extreme(_absolute(operand), axis, keepdims, 1 if order == INFINITY else -1)
    if order.rank:
        raise ShapeError(f"the order of a norm is a scalar, found the shape {order}")
    number = order.node.value if isinstance(order.node, Number) else None
    if number == 0:
        raise ShapeError("the number of entries that are not zero jumps, and has no derivative of use")
    if number == 2:
        return _euclidean(operand, axis, keepdims)
    is_even = number is not None and number.is_Integer and number % 2 == 0
    added = total(power(operand if is_even else _absolute(operand), order), axis, keepdims)
    return added if number == 1 else power(added, divide(scalar(1), order))


def matrix_norm(operand: Array, order: Array | str, keepdims: bool) -> Array:
    """NumPy's norms of a matrix: the largest or smallest sum of |x| down a column (±1) or along a row (±∞).

    Raises ShapeError for an order that NumPy has not for matrices.
    """
    number = order.node.value if isinstance(order, Array) and isinstance(order.node, Number) else order
    rank = 2 if keepdims else 0
    if number == "fro":
        return _euclidean(operand, None, keepdims)
    spectral = {"nuc": "nuclear", 2: "spectral", -2: "smallest"}
    if number in spectral:
        return Array(SingularNorm(operand.node, spectral[number]), rank)
    sums = {1: (0, 1), -1: (0, -1), INFINITY: (1, 1), MINUS_INFINITY: (1, -1)}
    if number in sums:
        axis, sign = sums[number]
        return Array(Extreme(language.total(_absolute(operand).node, axis), -1, sign), rank)
    raise ShapeError(
        "of a matrix NumPy has the norms 'fro', 'nuc', 1, 2, inf and their negatives; write "
        "`np.sum(np.abs(X)**p)**(1/p)` for the p-norm of all entries"
    )


def _absolute(operand: Array) -> Array:
    return mapped(primitive("abs"), operand)


def _euclidean(operand: Array, axis: int | None, keepdims: bool) -> Array:
    if axis is None:
        return Array(Map(SQRT, SquaredNorm(operand.node)), operand.rank if keepdims else 0)
    return mapped(SQRT, total(power(operand, scalar(2)), axis, keepdims))
