"""Constant matrices of zeros and ones: rows of the identity matrix, which pick, and triangles of ones."""

from __future__ import annotations

from typing import TypeAlias

import sympy
from sympy import Integer

from symnn.algebra.nodes.node import Identity, Node
from symnn.algebra.sizes import ONE, Size, as_index, as_size, same_size, show_shape
from symnn.errors import ShapeError

Bound: TypeAlias = Size | None


class Selection(Node):
    """The rows start, start + step, … of the identity matrix: S·A are those rows of A, and A·Sᵀ those columns.

    One row is the transpose of a unit vector. That all rows exist is a condition on symbolic sizes, `bounds`.
    """

    __slots__ = ()

    def __new__(cls, rows: object, cols: object, start: object = 0, step: object = 1) -> Node:
        count, size = as_size(rows), as_size(cols)
        first, stride = as_index(start), as_index(step) if count != 1 else Integer(1)
        if not stride.is_Integer or stride == 0:
            raise ShapeError(f"the step of a selection is an integer other than zero, found {stride}")
        if first == 0 and stride == 1 and same_size(count, size):
            return Identity(size)
        made = cls._make((count, size, first, stride), count, size)
        for bound in made.bounds:
            if bound.is_positive is False:
                raise ShapeError(f"{count} rows from {first} in steps of {stride} do not lie within {size} rows")
        return made

    @property
    def start(self) -> Size:
        return self.args[2]

    @property
    def step(self) -> int:
        return int(self.args[3])

    @property
    def is_unit(self) -> bool:
        """Whether it is the transpose of a unit vector."""
        return self.is_row

    @property
    def is_reversal(self) -> bool:
        """Whether all rows are picked, from the last to the first."""
        return same_size(self.rows, self.cols)

    @property
    def last(self) -> Size:
        return sympy.expand(self.start + self.step * (self.rows - 1))

    @property
    def bounds(self) -> tuple[Size, ...]:
        ends = (self.start, self.last)
        return tuple(sympy.expand(bound) for end in ends for bound in (end + 1, self.cols - end))

    @property
    def slice(self) -> tuple[Bound, Bound, int]:
        """Start, stop and step as Python writes them; None where nothing is written."""
        size, step = self.cols, self.step
        beyond = sympy.expand(self.last + step)
        if step > 0:
            reaches_end = bool((size - beyond).is_nonpositive)
            stop = None if reaches_end else _from_the_end(sympy.expand(self.last + 1), size)
            return (None if self.start == 0 else _from_the_end(self.start, size)), stop, step
        starts_at_end = same_size(self.start, size - 1)
        stop = None if beyond.is_negative else _from_the_end(beyond, size)
        return (None if starts_at_end else _from_the_end(self.start, size)), stop, step


def _from_the_end(position: Size, size: Size) -> Size:
    """A place that stands at a fixed distance from the end of an axis of symbolic length, as a negative number."""
    distance = sympy.expand(position - size)
    return distance if distance.is_Integer and distance < 0 and not position.is_Integer else position


class Triangle(Node):
    """Ones on and below a diagonal, zeros above: the entry (i, j) is 1 where j ≤ i + diagonal."""

    __slots__ = ()

    def __new__(cls, rows: object, cols: object, diagonal: object = 0) -> Node:
        shape = as_size(rows), as_size(cols)
        offset = as_index(diagonal)
        if not offset.is_Integer:
            raise ShapeError(f"the diagonal of a triangle of {show_shape(shape)} is an integer, found {offset}")
        return cls._make((*shape, offset), *shape)

    @property
    def diagonal(self) -> int:
        return int(self.args[2])


def unit(index: object, size: object) -> Node:
    """The row eᵀ of the unit vector e with a 1 at the place `index`, counted from 0."""
    return Selection(ONE, size, index)


def is_unit(node: Node) -> bool:
    return isinstance(node, Selection) and node.is_unit
