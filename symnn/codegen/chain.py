"""Products of several matrices: the cheapest order, and no more work than each factor's structure asks for.

A product of ones is a sum or a repetition, a diagonal factor scales rows or columns, a selection is a slice and its
transpose an array of zeros around what was given, an inverse solves a linear system,
and an inverse of a Gram matrix times the factor itself solves a least-squares problem. Costs are compared by dynamic
programming with every symbolic size counted as one large number, so a vector is cheaper than a matrix; ties go left.

A Gram matrix with something added, as in ridge regression, is solved as it stands: the added part bounds its condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.algebra.nodes import Selection
from symnn.algebra.sizes import ONE, Size, same_size
from symnn.codegen.instructions import Operation, Value
from symnn.codegen.program import Program, order_of
from symnn.errors import UnsupportedError

# The search for the cheapest order takes cubic time.
LONGEST_PIECE = 40


@dataclass(frozen=True)
class Factor:
    """One factor, ``rows × cols``. `value` is its array; None stands for a matrix of ones with one row or column.

    `kind` is "plain"; "diagonal", where `value` is the vector on the diagonal; "inverse", where `value` is the matrix
    that is inverted; "pseudoinverse", where `value` is A of (AᵀA)⁻¹Aᵀ; "selection", or "placement", its transpose.
    """

    value: Value | None
    rows: Size
    cols: Size
    kind: str = "plain"
    selection: Selection | None = None

    @property
    def is_ones(self) -> bool:
        return self.value is None and self.selection is None

    @property
    def is_row(self) -> bool:
        return bool(self.rows == 1)

    @property
    def is_column(self) -> bool:
        return bool(self.cols == 1)


def plain(program: Program, value: Value, rows: Size, cols: Size) -> tuple[Value | None, list[Factor]]:
    """A value that stands for a ``rows × cols`` matrix as a scalar (or None) and factors; repetition is split off."""
    rank = program.rank(value)
    if rank == 0:
        ones = [Factor(None, rows, ONE)] if rows != 1 else []
        ones += [Factor(None, ONE, cols)] if cols != 1 else []
        return value, ones or [Factor(program.number(1), ONE, ONE)]
    if rank == 1 and rows != 1 and cols != 1:
        return None, [Factor(None, rows, ONE), Factor(value, ONE, cols)]
    if rank == 2 and program.axes(value)[1] == 1 and cols != 1:
        return None, [Factor(program.transpose(value), rows, ONE), Factor(None, ONE, cols)]
    return None, [Factor(value, rows, cols)]


def cost(left: Factor, right: Factor) -> int:
    """About how many multiplications a product of two factors takes."""
    rows, inner, cols = order_of(left.rows), order_of(left.cols), order_of(right.cols)
    product = rows * inner * cols
    if left.kind in ("inverse", "pseudoinverse"):
        return inner**3 + product + _cost_alone(right)
    if right.kind in ("inverse", "pseudoinverse"):
        return inner**3 + product + 1  # solving from the left reads better
    if {left.kind, right.kind} & {"diagonal", "selection", "placement"} or (left.is_ones and right.is_ones):
        return rows * cols
    return rows * inner * cols


def _cost_alone(factor: Factor) -> int:
    """What it takes to compute an inverse with all of its columns, which is more than to solve one system."""
    rows, cols = order_of(factor.rows), order_of(factor.cols)
    return 2 * max(rows, cols) ** 3 if factor.kind in ("inverse", "pseudoinverse") else 0


def multiply(program: Program, factors: Sequence[Factor]) -> Factor:
    """The product of all factors in the cheapest order; a long one in pieces, from the side where a vector stands."""
    factors = _merge_diagonals(program, factors)
    while len(factors) > LONGEST_PIECE:
        if factors[-1].is_column and not factors[0].is_row:
            factors = [*factors[:-LONGEST_PIECE], _cheapest(program, factors[-LONGEST_PIECE:])]
        else:
            factors = [_cheapest(program, factors[:LONGEST_PIECE]), *factors[LONGEST_PIECE:]]
    return settled(program, _cheapest(program, factors))


def _cheapest(program: Program, factors: Sequence[Factor]) -> Factor:
    size = len(factors)
    best: dict[tuple[int, int], tuple[int, int]] = {(place, place): (0, place) for place in range(size)}
    for length in range(2, size + 1):
        for start in range(size - length + 1):
            end = start + length - 1
            choices = []
            for split in range(end - 1, start - 1, -1):
                left = factors[start] if split == start else Factor(0, factors[start].rows, factors[split].cols)
                right = factors[end] if split + 1 == end else Factor(0, factors[split + 1].rows, factors[end].cols)
                total = best[start, split][0] + best[split + 1, end][0] + cost(left, right)
                choices.append((total, start - split, split))
            total, _, split = min(choices)
            best[start, end] = (total, split)

    def build(start: int, end: int) -> Factor:
        if start == end:
            return factors[start]
        split = best[start, end][1]
        return pair(program, build(start, split), build(split + 1, end))

    return build(0, size - 1)


def _merge_diagonals(program: Program, factors: Sequence[Factor]) -> list[Factor]:
    merged: list[Factor] = []
    for factor in factors:
        before = merged[-1] if merged else None
        if before is not None and before.kind == factor.kind == "diagonal":
            value = program.product((_array(before), _array(factor)))
            merged[-1] = Factor(value, before.rows, factor.cols, "diagonal")
        else:
            merged.append(factor)
    return merged


def _array(factor: Factor) -> Value:
    if factor.value is None:
        raise UnsupportedError("a vector of ones has no array of its own")
    return factor.value


def settled(program: Program, factor: Factor) -> Factor:
    """A factor as a plain one: an inverse that meets no other factor is computed."""
    if factor.kind == "inverse":
        return Factor(program.of_matrix(Operation.INVERSE, _array(factor)), factor.rows, factor.cols)
    if factor.kind == "pseudoinverse":
        value = program.solve(_array(factor), program.eye(factor.cols), least_squares=True)
        return Factor(value, factor.rows, factor.cols)
    if factor.kind == "diagonal":
        vector = program.full(_array(factor), (factor.rows,))
        return Factor(program.of_matrix(Operation.DIAGONAL, vector), factor.rows, factor.cols)
    if factor.selection is not None:
        placed = _unit_or_rows(program, factor.selection)
        is_upright = factor.kind == "selection" or factor.selection.is_unit
        return Factor(placed if is_upright else program.transpose(placed), factor.rows, factor.cols)
    return factor


def _unit_or_rows(program: Program, selection: Selection) -> Value:
    """A selection as an array."""
    if selection.is_unit:
        return program.place(program.number(1), selection)
    return program.select(program.eye(selection.cols), selection)


def whole(program: Program, factor: Factor) -> Value:
    """The array of a factor at its whole shape."""
    factor = settled(program, factor)
    axes = tuple(size for size in (factor.rows, factor.cols) if size != 1)
    return program.full(program.number(1) if factor.value is None else factor.value, axes)


def pair(program: Program, left: Factor, right: Factor) -> Factor:
    """The product of two factors."""
    rows, cols = left.rows, right.cols
    if left.selection is not None:
        return Factor(_picked_rows(program, left.selection, left.kind, right), rows, cols)
    if right.selection is not None:
        return Factor(_picked_columns(program, left, right.selection, right.kind), rows, cols)
    if left.kind == "diagonal":
        return Factor(_scaled_rows(program, left, right), rows, cols)
    if right.kind == "diagonal":
        return Factor(_scaled_columns(program, left, right), rows, cols)
    if left.kind in ("inverse", "pseudoinverse"):
        solution = program.solve(_array(left), whole(program, right), least_squares=left.kind == "pseudoinverse")
        return Factor(solution, rows, cols)
    if right.kind == "inverse":
        return Factor(_solved_from_the_right(program, left, right), rows, cols)
    if right.kind == "pseudoinverse":
        return Factor(_fitted_from_the_right(program, left, right), rows, cols)
    return Factor(_product(program, left, settled(program, right)), rows, cols)


def _picked_rows(program: Program, selection: Selection, kind: str, right: Factor) -> Value:
    array = whole(program, right)
    return program.place(array, selection) if kind == "placement" else program.select(array, selection)


def _picked_columns(program: Program, left: Factor, selection: Selection, kind: str) -> Value:
    """Columns of what is to the left. A row is an array of one axis."""
    array = whole(program, left)
    if kind == "placement":
        return program.select(array, selection, 0 if left.is_row else 1)
    if left.is_row:
        return program.place(array, selection)
    if selection.is_unit:
        return program.transpose(program.place(array, selection))
    return program.transpose(program.place(program.transpose(array), selection))


def _scaled_rows(program: Program, left: Factor, right: Factor) -> Value:
    diagonal = _array(left)
    if right.is_ones:
        if right.is_column:
            return diagonal
        raise UnsupportedError("a diagonal matrix meets a row of ones that does not fit")
    value = _array(settled(program, right))
    if not right.is_column:
        value = program.full(value, (right.rows, right.cols))
        diagonal = program.column(diagonal)
    return program.product((diagonal, value))


def _scaled_columns(program: Program, left: Factor, right: Factor) -> Value:
    if left.is_ones:
        return _array(right)
    value = _array(settled(program, left))
    return program.product((value, _array(right)))


def _solved_from_the_right(program: Program, left: Factor, right: Factor) -> Value:
    matrix = program.transpose(_array(right))
    array = whole(program, left)
    if left.is_row:
        return program.solve(matrix, array)
    return program.transpose(program.solve(matrix, program.transpose(array)))


def _fitted_from_the_right(program: Program, left: Factor, right: Factor) -> Value:
    """B(XᵀX)⁻¹Xᵀ as the transpose of X(XᵀX)⁻¹Bᵀ, which has as few columns as B has rows."""
    design = _array(right)
    gram = program.matmul(program.transpose(design), design)
    array = whole(program, left)
    if left.is_row:
        return program.matmul(design, program.solve(gram, array))
    return program.transpose(program.matmul(design, program.solve(gram, program.transpose(array))))


def _product(program: Program, left: Factor, right: Factor) -> Value:
    if left.is_row and right.is_column:
        return _inner(program, left, right)
    if left.is_column and right.is_row:
        return _outer(program, left, right)
    if left.is_ones:
        return program.total(whole(program, right), 0)
    if right.is_ones:
        return program.total(whole(program, left), 1)
    return program.matmul(whole(program, left), whole(program, right))


def _inner(program: Program, left: Factor, right: Factor) -> Value:
    if left.is_ones and right.is_ones:
        return program.size(left.cols)
    if same_size(left.cols, ONE):
        return program.product((_array(left), _array(right)))
    if left.is_ones or right.is_ones:
        return program.total(whole(program, right if left.is_ones else left))
    return program.inner(whole(program, left), whole(program, right))


def _outer(program: Program, left: Factor, right: Factor) -> Value:
    """A column times a row. Where one of them is ones or a scalar, the other is repeated by NumPy's broadcasting."""
    if left.rows == 1 or right.cols == 1:
        known = [factor.value for factor in (left, right) if factor.value is not None]
        return program.product(known) if known else program.number(1)
    if left.is_ones:
        return program.number(1) if right.is_ones else _array(right)
    if right.is_ones:
        return program.column(_array(left))
    return program.outer(whole(program, left), whole(program, right))
