"""NumPy's arrays over the algebra: a node with the number of its axes, and NumPy's rules for shapes.

An array of one axis is a column in the algebra. Broadcasting repeats an axis of literal length 1, never a symbolic one.
Messages give shapes only, never expressions: the place in the text is shown by whoever reads it.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

from symnn.algebra import language, masks
from symnn.algebra.nodes import (
    Add,
    Diagonal,
    DiagonalPart,
    Extent,
    Function,
    Map,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    SquaredNorm,
    Transpose,
    aligned,
    times,
)
from symnn.algebra.sizes import ONE, Size, same_size
from symnn.algebra.walk import fold
from symnn.errors import ShapeError

LARGEST_NUMBER_BITS = 8192
LARGEST_SIZE_PARTS = 50

SQRT, EXP = Function("sqrt"), Function("exp")


@dataclass(frozen=True)
class Array:
    """A node and the number of axes, 0, 1 or 2, that NumPy's array of it has.

    `is_condition` tells an array of truth values, such as a comparison, from one of numbers.
    """

    node: Node
    rank: int = 0
    is_condition: bool = False

    @property
    def shape(self) -> tuple[Size, ...]:
        return self.node.shape[: self.rank]

    @property
    def row(self) -> Node:
        """The row that an array of one axis is against a matrix."""
        return turned(self.node)

    @property
    def is_square(self) -> bool:
        return self.rank == 2 and same_size(*self.node.shape)

    def __str__(self) -> str:
        sizes = ", ".join(map(str, self.shape))
        return f"({sizes},)" if self.rank == 1 else f"({sizes})"


@dataclass(frozen=True, eq=False)
class LocalFunction:
    """A function that a text defines: its body is read anew, in the scope of its definition, where it is applied."""

    name: str
    definition: ast.FunctionDef | ast.Lambda
    parameters: tuple[str, ...]
    positional: int
    defaults: Mapping[str, Value]
    scope: ChainMap[str, Value]


Value: TypeAlias = Array | tuple["Value", ...] | str | bool | LocalFunction | None

Reading: TypeAlias = Generator[ast.expr, Value, Value]
"""A walk that yields the expressions whose values it needs, is sent them, and comes to a value."""


def turned(node: Node) -> Node:
    """The transpose, without turning twice."""
    return node.children[0] if isinstance(node, Transpose) else node.T


def scalar(value: object) -> Array:
    return Array(bounded(Number(value)))


def bounded(node: Node) -> Node:
    """The node itself. Raises ShapeError for a constant with too many digits."""
    if isinstance(node, Number) and max(abs(node.value.p), node.value.q).bit_length() > LARGEST_NUMBER_BITS:
        raise ShapeError("the constant is too large")
    return node


def extent(size: Size) -> Array:
    return Array(Extent(size))


def whole_number(count: Array) -> Size | None:
    """A scalar made of sizes and integers, as SymPy's; None where it is anything else."""

    def combine(node: Node, parts: Sequence[Size | None]) -> Size | None:
        if isinstance(node, Extent):
            return node.size
        if isinstance(node, Number):
            return node.value if node.value.is_Integer else None
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or not isinstance(node, Add | Multiply):
            return None
        made = known[0]
        for part in known[1:]:
            made = made + part if isinstance(node, Add) else made * part
        return made

    if count.rank:
        return None
    if fold(count.node, lambda _, parts: 1 + sum(parts)) > LARGEST_SIZE_PARTS:
        raise ShapeError(f"a size of more than {LARGEST_SIZE_PARTS} parts is not read")
    return fold(count.node, combine)


def size_of(count: Array) -> Size:
    """A scalar made of sizes and integers, as a size. Raises ShapeError where it is anything else."""
    if count.rank:
        raise ShapeError(f"a size is a scalar, found the shape {count}")
    size = whole_number(count)
    if size is None:
        raise ShapeError("a size is made of integers and sizes such as `X.shape[0]`")
    if size.is_positive is False:
        raise ShapeError(f"a size is positive, found {size}")
    return size


# --- entry by entry -------------------------------------------------------------------------------------------------


def paired(left: Array, right: Array, operator: str) -> tuple[Node, Node, int]:
    """Both operands with as many axes as the larger has. Raises ShapeError where NumPy's rules do not fit them."""
    first, second = left.node, right.node
    if left.rank == 1 and right.rank == 2:
        first = left.row
    if right.rank == 1 and left.rank == 2:
        second = right.row
    stretched = [0, 0]
    if left.rank and right.rank:
        for mine, theirs in zip(first.shape, second.shape, strict=True):
            if same_size(mine, theirs):
                continue
            if mine != 1 and theirs != 1:
                raise ShapeError(f"the shapes {left} and {right} do not fit for {operator}.{_advice(left, right)}")
            stretched[0 if mine == 1 else 1] += 1
    if left.rank != right.rank and all(stretched):
        raise ShapeError(
            f"the shapes {left} and {right} would spread to a matrix for {operator}, which is hardly meant: "
            "write `v[:, None]` to make a column of the one axis, or `c[:, 0]` to take one axis from the column"
        )
    return first, second, max(left.rank, right.rank)


def _advice(left: Array, right: Array) -> str:
    vector, matrix = (left, right) if left.rank == 1 else (right, left)
    if vector.rank == 1 and matrix.rank == 2 and same_size(vector.node.rows, matrix.node.rows):
        return " Against a matrix an array of one axis is a row; write `v[:, None]` for a column"
    if left.rank == right.rank == 2 and same_size(left.node.rows, right.node.cols):
        return " Is a `.T` missing?"
    return " Only an axis of length 1 is repeated"


class RunningSum:
    """A sum that grows by one term at a time and becomes one node, in linear time."""

    def __init__(self, first: Array) -> None:
        self._terms = [first.node]
        self._rank = first.rank
        self._is_condition = first.is_condition

    def add(self, term: Array, operator: str) -> None:
        if term.is_condition and self._is_condition:
            instead = "`|` for `or`" if operator == "+" else "`a & ~b`"
            raise ShapeError(f"NumPy does not take {operator} of two conditions as one of numbers; write {instead}")
        self._is_condition = False
        if term.rank == self._rank and term.node.shape == self._terms[0].shape:
            last, node = self._terms[-1], _signed(term.node, operator)
            if len(self._terms) == 1 and isinstance(last, Number) and isinstance(node, Number):
                self._terms = [bounded(Number(last.value + node.value))]
            else:
                self._terms.append(node)
            return
        left_node, right_node, self._rank = paired(self.array(), term, operator)
        left_node, right_node = aligned(left_node, right_node, operator)
        self._terms = [left_node, _signed(right_node, operator)]

    def array(self) -> Array:
        return Array(self._terms[0] if len(self._terms) == 1 else Add(*self._terms), self._rank)


def _signed(term: Node, operator: str) -> Node:
    return times(Number(-1), term) if operator == "-" else term


def add(left: Array, right: Array) -> Array:
    total = RunningSum(left)
    total.add(right, "+")
    return total.array()


def subtract(left: Array, right: Array) -> Array:
    total = RunningSum(left)
    total.add(right, "-")
    return total.array()


def negated(operand: Array) -> Array:
    if operand.is_condition:
        raise ShapeError("NumPy has no minus of a condition; write `~` for `not`, or `-1.0 * …`")
    return Array(times(Number(-1), operand.node), operand.rank)


def multiply(left: Array, right: Array) -> Array:
    first, second, rank = paired(left, right, "*")
    return Array(bounded(times(first, second)), rank, left.is_condition and right.is_condition)


def divide(left: Array, right: Array) -> Array:
    first, second, rank = paired(left, right, "/")
    if isinstance(second, Number) and second.value == 0:
        raise ShapeError("division by the constant zero")
    if isinstance(first, Number) and first.value == 1 and not isinstance(second, Number):
        return Array(Power(second, Number(-1)), rank)
    return Array(bounded(first / second), rank)


def power(base: Array, exponent: Array) -> Array:
    """Entry by entry; the square of a norm is the squared norm, and aᶻ of a scalar a is exp(z·log a)."""
    first, second, rank = paired(base, exponent, "**")
    if not second.is_scalar:
        if first.is_scalar:
            return Array(Map(EXP, times(_log_of_base(first), second)), rank)
        return Array(Power(*aligned(first, second, "**")), rank)
    if isinstance(second, Number):
        if isinstance(first, Number):
            return Array(_constant_power(first, second), rank)
        if second.value == 0:
            return Array(Number(1) if first.is_scalar else Ones(*first.shape), rank)
        if second.value == 1:
            return Array(first, rank)
        if second.value == 2 and isinstance(first, Map) and first.function is SQRT:
            radicand = first.operand
            if isinstance(radicand, SquaredNorm):
                return Array(radicand, rank)
    return Array(Power(first, second), rank)


def _log_of_base(base: Node) -> Node:
    if isinstance(base, Number) and base.value <= 0:
        raise ShapeError(f"the base of a power with an array as exponent is positive, found {base.value}")
    return base.operand if isinstance(base, Map) and base.function is EXP else Map(Function("log"), base)


def _constant_power(base: Number, exponent: Number) -> Node:
    value, times_taken = base.value, exponent.value
    if value == 0 and times_taken < 0:
        raise ShapeError("division by the constant zero")
    if value < 0 and not times_taken.is_Integer:
        raise ShapeError("a fractional power of a negative constant is not real")
    if not times_taken.is_Integer:
        return Power(base, exponent)
    bits = max(abs(value.p), value.q).bit_length()
    if bits > 1 and bits * abs(int(times_taken)) > LARGEST_NUMBER_BITS:
        raise ShapeError("the constant is too large")
    return Number(value**times_taken)


# --- conditions -----------------------------------------------------------------------------------------------------


def greater(left: Array, right: Array) -> Array:
    """left > right, as zeros and ones."""
    first, second, rank = paired(left, right, ">")
    if Number(0) not in (first, second):
        first, second = aligned(first, second, ">")
    return Array(masks.greater(first, second), rank, True)


def equal(left: Array, right: Array) -> Array:
    """left = right, as zeros and ones: neither is greater."""
    return both(opposite(greater(left, right)), opposite(greater(right, left)))


def opposite(condition: Array) -> Array:
    """`not`."""
    _conditions(condition)
    return Array(masks.opposite(condition.node), condition.rank, True)


def both(left: Array, right: Array) -> Array:
    """`and`."""
    _conditions(left, right)
    return multiply(left, right)


def either(left: Array, right: Array) -> Array:
    """`or`."""
    return opposite(both(opposite(left), opposite(right)))


def _conditions(*operands: Array) -> None:
    for operand in operands:
        if not operand.is_condition:
            raise ShapeError(f"a condition such as `x > 0` is expected, found numbers of shape {operand}")


def where(condition: Array, then: Array, otherwise: Array) -> Array:
    """The choice by a condition, or by zeros and ones, with all three broadcast."""
    if not condition.is_condition and not masks.is_mask(condition.node):
        raise ShapeError("a choice is made by a condition: write `x > 0`, or assume that the variable is binary")
    given = condition, then, otherwise
    for left, right in combinations(given, 2):
        paired(left, right, "where")
    rank = max(part.rank for part in given)
    mask, first, second = (part.row if part.rank == 1 and rank == 2 else part.node for part in given)
    return Array(masks.where(mask, first, second), rank, then.is_condition and otherwise.is_condition)


def maximum(left: Array, right: Array) -> Array:
    first, second, rank = paired(left, right, "maximum")
    return Array(masks.maximum(first, second), rank)


def minimum(left: Array, right: Array) -> Array:
    first, second, rank = paired(left, right, "minimum")
    return Array(masks.minimum(first, second), rank)


def mapped(function: Function, operand: Array) -> Array:
    return Array(Map(function, operand.node), operand.rank)


# --- products of matrices -------------------------------------------------------------------------------------------


def matmul(left: Array, right: Array) -> Array:
    """NumPy's `@`: an array of one axis is a row on the left and a column on the right, and that axis is dropped."""
    if not left.rank or not right.rank:
        raise ShapeError(f"`@` takes vectors and matrices, found the shapes {left} and {right}; write `*` for a scalar")
    if left.is_condition and right.is_condition:
        raise ShapeError("NumPy takes `@` of two conditions as `or` of `and`; write `1.0 * …` before one of them")
    first = left.row if left.rank == 1 else left.node
    if not same_size(first.cols, right.node.rows):
        raise ShapeError(
            f"the inner sizes of `@` differ: {left} against {right}, {first.cols} is not {right.node.rows}."
            + _advice_on_product(left, right)
        )
    product = first @ right.node
    if left.rank == 1 and right.rank == 2:
        product = turned(product)
    return Array(product, left.rank + right.rank - 2)


def _advice_on_product(left: Array, right: Array) -> str:
    if left.rank == 2 and same_size(left.node.rows, right.node.rows):
        return " Transposed, the left operand fits: `A.T @ B`"
    first = turned(left.node) if left.rank == 1 else left.node
    if right.rank == 2 and same_size(first.cols, right.node.cols):
        return " Transposed, the right operand fits: `A @ B.T`"
    return ""


def dot(left: Array, right: Array) -> Array:
    return matmul(left, right) if left.rank and right.rank else multiply(left, right)


def transpose(operand: Array) -> Array:
    """An array of one axis is its own transpose."""
    return replace(operand, node=operand.node.T) if operand.rank == 2 else operand


def column(operand: Array) -> Node:
    """A vector in any of its shapes, as a column."""
    if operand.rank < 2 or operand.node.is_column:
        return operand.node
    if operand.node.is_row:
        return turned(operand.node)
    raise ShapeError(f"a vector is expected, found the shape {operand}")


def diagonal(operand: Array) -> Array:
    """The diagonal matrix of an array of one axis, or the diagonal of a square matrix."""
    if operand.rank == 1:
        return Array(Diagonal(operand.node), 2)
    if operand.is_square:
        return Array(DiagonalPart(operand.node), 1)
    if operand.rank == 2 and operand.node.is_column:
        raise ShapeError(f"NumPy takes the diagonal of the shape {operand}, one entry; write `np.diag(v[:, 0])`")
    raise ShapeError(f"a diagonal is read of an array of one axis or a square matrix, found the shape {operand}")


# --- constants and shapes ------------------------------------------------------------------------------------------


def ones(shape: tuple[Size, ...], kind: type[Node] = Ones) -> Array:
    rows, cols = (*shape, ONE, ONE)[:2]
    if not shape:
        return Array(Number(1 if kind is Ones else 0))
    return Array(kind(rows, cols), len(shape))


def eye(size: Size) -> Array:
    return Array(language.Identity(size), 2)


def is_constant(operand: Array, value: int) -> bool:
    return isinstance(operand.node, Number) and bool(operand.node.value == value)
