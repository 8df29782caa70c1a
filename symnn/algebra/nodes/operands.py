"""What operands of a node must be; each check raises ShapeError, which names the operands and their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from symnn.algebra.sizes import Shape, Size, same_shape, same_size, show_shape
from symnn.errors import ShapeError

if TYPE_CHECKING:
    from symnn.algebra.nodes.node import Node


def square_side(operand: Node, name: str) -> Size:
    """The number of rows, which is that of the columns."""
    if not same_size(operand.rows, operand.cols):
        raise ShapeError(f"{name} takes a square matrix, found {operand}, which is {show_shape(operand.shape)}")
    return operand.rows


def no_lines(parts: Iterable[Node], name: str) -> None:
    """That none of them is an equation, a list or another thing that only a line of a proof can be."""
    for part in parts:
        if part.only_a_line:
            raise ShapeError(f"{name} takes expressions, found {part.only_a_line}, which only a line can be: {part}")


def only_scalars(parts: Sequence[Node], name: str) -> None:
    """That all of them are 1×1."""
    for part in parts:
        if not part.is_scalar:
            raise ShapeError(f"{name} takes scalars, found {part}, which is {show_shape(part.shape)}")


def one_shape(parts: Sequence[Node], name: str) -> Shape:
    """The shape that all of them have."""
    if not parts:
        raise ShapeError(f"{name} takes at least one operand")
    rows, cols = parts[0].shape
    for part in parts[1:]:
        if part.rows is rows and part.cols is cols:
            continue
        if not same_shape(part.shape, (rows, cols)):
            raise ShapeError(
                f"{name} takes operands of one shape: {parts[0]} is {show_shape(parts[0].shape)}, "
                f"{part} is {show_shape(part.shape)}"
            )
    return parts[0].shape
