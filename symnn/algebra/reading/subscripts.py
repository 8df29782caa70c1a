"""NumPy's subscripts: entries, slices, new axes and `...`, as products with selections of rows of the identity matrix.

Sizes are symbolic: that a slice is not cut short, and that an entry exists, becomes a condition on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import EllipsisType
from typing import TypeAlias, cast

import sympy
from sympy import Integer

from symnn.algebra.nodes import MatMul, Node, Selection, unit
from symnn.algebra.reading.arrays import Array, turned
from symnn.algebra.sizes import Size
from symnn.errors import ShapeError

Index: TypeAlias = Size
Span: TypeAlias = tuple[Size | None, Size | None, int]
"""Start, stop and step of a slice."""

Subscript: TypeAlias = Index | Span | EllipsisType | None
"""An entry's place, a slice, ``...``, or None for a new axis."""

WHOLE: Span = (None, None, 1)


def subscript(operand: Array, parts: Sequence[Subscript]) -> Array:
    """What NumPy's subscripts pick: an entry drops its axis, a slice keeps it, None makes one."""
    layout: list[int | None] = []
    node = operand.node
    axis = 0
    for part in _one_each(operand, parts):
        if part is None:
            layout.append(None)
            continue
        if isinstance(part, tuple):
            node = _picked(node, axis, _slice(operand.shape[axis], part))
            layout.append(axis)
        else:
            node = _picked(node, axis, _entry(operand.shape[axis], part))
        axis += 1
    if len(layout) > 2:
        raise ShapeError("an array has at most two axes")
    return replace(operand, node=_laid_out(node, layout), rank=len(layout))


def _one_each(operand: Array, parts: Sequence[Subscript]) -> list[Subscript]:
    """One subscript for each axis, where `...` and what is left out stand for whole axes."""
    if sum(part is ... for part in parts) > 1:
        raise ShapeError("`...` stands at most once in a subscript")
    missing = operand.rank - sum(part is not None and part is not ... for part in parts)
    if missing < 0:
        raise ShapeError(f"{operand.rank - missing} subscripts for the shape {operand}")
    place = next((at for at, part in enumerate(parts) if part is ...), len(parts))
    return [*parts[:place], *[WHOLE] * missing, *parts[place + 1 :]]


def _picked(node: Node, axis: int, selection: Node) -> Node:
    if not isinstance(selection, Selection):
        return node
    return MatMul(selection, node) if axis == 0 else MatMul(node, selection.T)


def _laid_out(node: Node, layout: Sequence[int | None]) -> Node:
    kept = [axis for axis in layout if axis is not None]
    if len(kept) != 1:
        return node
    upright = node if kept[0] == 0 else turned(node)
    return turned(upright) if layout[0] is None and len(layout) == 2 else upright


def _from_the_start(place: Size, size: Size) -> Size:
    """A place counted from 0; a negative number counts from the end."""
    return size + place if place.is_Integer and place < 0 else place


def _entry(size: Size, place: Index) -> Node:
    start = _from_the_start(place, size)
    if size.is_Integer and start.is_Integer and not 0 <= start < size:
        raise ShapeError(f"there is no entry {place} on an axis of length {size}")
    return unit(start, size)


def _slice(size: Size, span: Span) -> Node:
    """The rows that a slice picks. Raises ShapeError for none, and where their number depends on a remainder."""
    start, stop, step = span
    if step == 0:
        raise ShapeError("the step of a slice is not zero")
    if size.is_Integer and all(bound is None or bound.is_Integer for bound in (start, stop)):
        written = slice(*(None if bound is None else int(bound) for bound in (start, stop, Integer(step))))
        picked = range(int(size))[written]
        if not picked:
            raise _nothing(size)
        return Selection(len(picked), size, picked[0], step)
    ends = (Integer(0), size) if step > 0 else (size - 1, Integer(-1))
    first, beyond = (
        end if bound is None else _from_the_start(bound, size) for bound, end in zip((start, stop), ends, strict=True)
    )
    count = _steps(sympy.expand(beyond - first), step, size)
    if count.is_positive is False:
        raise _nothing(size)
    try:
        return Selection(count, size, first, step)
    except ShapeError as error:
        raise _nothing(size) from error


def _nothing(size: Size) -> ShapeError:
    return ShapeError(f"the slice picks nothing, or reaches beyond the axis of length {size}; an array is not empty")


def _steps(distance: Size, step: int, size: Size) -> Size:
    """distance / step, rounded up, where all symbols in the distance have multiples of the step before them."""
    rest, terms = distance.as_coeff_add()
    if any(term.as_coeff_Mul()[0] % step for term in terms):
        raise ShapeError(
            f"how many entries there are in steps of {abs(step)} on an axis of length {size} depends on a remainder; "
            f"declare the length as a multiple, such as ({abs(step)}*m,)"
        )
    return cast(Size, sympy.expand(sympy.Add(*terms) / step + sympy.ceiling(rest / step)))
