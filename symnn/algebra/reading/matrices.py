"""What NumPy and SciPy make of whole matrices: powers, pseudoinverses, products of many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from symnn.algebra.nodes import Exponential, Identity, Inverse, MatMul, Node, Number, Scale, Transpose, Variable
from symnn.algebra.reading.arrays import Array, matmul, turned
from symnn.errors import ShapeError

HIGHEST_POWER = 64

INVERTIBLE = frozenset({"positive definite", "orthogonal"})
COLUMNS, ROWS = "full column rank", "full row rank"


def matrix_power(base: Array, exponent: int) -> Array:
    """A power with a constant integer exponent, as a product of matrices or of their inverses."""
    if not base.is_square:
        raise ShapeError(f"a power of a matrix takes a square matrix, found the shape {base}")
    if abs(exponent) > HIGHEST_POWER:
        raise ShapeError(f"a power of a matrix is read up to {HIGHEST_POWER}, found {exponent}")
    if exponent == 0:
        return Array(Identity(base.node.rows), 2)
    factor = base.node if exponent > 0 else Inverse(base.node)
    return Array(MatMul(*[factor] * abs(exponent)) if abs(exponent) > 1 else factor, 2)


def product_of_all(operands: Sequence[Array]) -> Array:
    """NumPy's `multi_dot`: a vector may stand first or last."""
    if len(operands) < 2:
        raise ShapeError("a product of at least two matrices is expected")
    if any(operand.rank != 2 for operand in operands[1:-1]) or any(operand.rank == 0 for operand in operands):
        raise ShapeError("matrices are expected, and vectors only first and last")
    return reduce(matmul, operands)


def exponential(operand: Array) -> Array:
    if not operand.is_square:
        raise ShapeError(f"a matrix exponential takes a square matrix, found the shape {operand}")
    return Array(Exponential(operand.node), 2)


def pseudoinverse(operand: Array) -> Array:
    """(XᵀX)⁻¹Xᵀ of a matrix with full column rank, Xᵀ(XXᵀ)⁻¹ of one with full row rank.

    Raises ShapeError where neither is assumed: the pseudoinverse jumps where the rank changes.
    """
    if operand.rank != 2:
        raise ShapeError(f"a pseudoinverse takes a matrix, found the shape {operand}")
    matrix = operand.node
    words = ranks_of(matrix)
    if operand.is_square and words:
        return Array(Inverse(matrix), 2)
    if COLUMNS in words:
        return Array(MatMul(Inverse(MatMul(turned(matrix), matrix)), turned(matrix)), 2)
    if ROWS in words:
        return Array(MatMul(turned(matrix), Inverse(MatMul(matrix, turned(matrix)))), 2)
    raise ShapeError(
        "the pseudoinverse jumps where the rank changes: assume that the matrix has `full column rank` or "
        "`full row rank`, or write `np.linalg.solve(X.T @ X + eps * np.eye(X.shape[1]), X.T)`"
    )


def ranks_of(matrix: Node) -> frozenset[str]:
    """Of full column rank and full row rank those that are assumed of a variable, its transpose or a multiple."""
    turns = 0
    while True:
        if isinstance(matrix, Transpose):
            matrix, turns = matrix.children[0], 1 - turns
        elif isinstance(matrix, Scale) and isinstance(matrix.children[0], Number) and matrix.children[0].value != 0:
            matrix = matrix.children[1]
        elif isinstance(matrix, Inverse | Identity):
            return frozenset({COLUMNS, ROWS})
        else:
            break
    words = frozenset(matrix.assumptions) if isinstance(matrix, Variable) else frozenset()
    if words & INVERTIBLE:
        return frozenset({COLUMNS, ROWS})
    found = words & {COLUMNS, ROWS}
    return frozenset({COLUMNS, ROWS}.difference(found)) if turns and len(found) == 1 else found
