"""Sums of entries of values that may stand for larger matrices: what is repeated is counted, not added one by one."""

from __future__ import annotations

from sympy import Rational

from symnn.algebra.nodes import Node
from symnn.algebra.sizes import Size
from symnn.codegen.instructions import Value
from symnn.codegen.patterns import axes_of
from symnn.codegen.program import Program


def dot(program: Program, left: Value, right: Value, like: Node) -> Value:
    """The sum of products of entries of two values that stand for arrays of the shape of `like`."""
    axes = axes_of(like)
    if program.axes(left) == program.axes(right) == axes and axes:
        return program.inner(left, right)
    return total(program, program.product((left, right)), like.rows, like.cols, -1)


def total(program: Program, value: Value, rows: Size, cols: Size, axis: int) -> Value:
    """The sum of a value that stands for ``rows × cols``: repeated entries are counted, not added one by one."""
    rank, count = program.rank(value), [Rational(1)]
    sum_rows, sum_cols = axis != 1 and rows != 1, axis != 0 and cols != 1
    has_rows, has_cols = rank > 0 and rows != 1, rank > 0 and cols != 1
    if rank == 1 and rows != 1 and cols != 1:
        has_rows = False
    if rank == 2 and program.axes(value)[1] == 1 and cols != 1:
        has_cols = False
        value = program.transpose(value)
    count += [rows] if sum_rows and not has_rows else []
    count += [cols] if sum_cols and not has_cols else []
    along = [axis for axis, (summed, has) in enumerate([(sum_rows, has_rows), (sum_cols, has_cols)]) if summed and has]
    if along:
        is_matrix = program.rank(value) == 2
        value = program.total(value, along[0] if is_matrix and len(along) == 1 else None)
    elif has_rows and not has_cols and cols != 1 and not sum_cols:
        value = program.column(value)
    times = count[0]
    for size in count[1:]:
        times = times * size
    return program.product((program.size(times), value))
