"""Functions of matrices by their spectrum, for SymPy entry by entry: up to two eigenvalues, by their formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import ImmutableMatrix

from symnn.algebra import nodes
from symnn.errors import UnsupportedError

LARGEST = 2


def spectral(node: nodes.Exponential | nodes.SingularNorm | nodes.SingularPart, children: Sequence[Any]) -> Any:
    """The entries of a function of a matrix; along directions by SymPy's derivatives.

    Raises UnsupportedError for more than two eigenvalues or singular values.
    """
    operand, *directions = children
    if min(operand.shape) > LARGEST:
        raise UnsupportedError(f"a function of a matrix is known entry by entry up to size {LARGEST}: {node}")
    steps = [sympy.Dummy(f"s{place}", real=True) for place in range(len(directions))]
    for step, direction in zip(steps, directions, strict=True):
        operand = operand + step * direction
    if isinstance(node, nodes.Exponential):
        made = by_eigenvalues(operand, sympy.exp, sympy.exp)
    elif isinstance(node, nodes.SingularNorm):
        made = ImmutableMatrix([[_norm(node.kind, operand)]])
    else:
        made = _part(node.kind, operand)
    for step in steps:
        made = made.diff(step).subs(step, 0)
    return made


def by_eigenvalues(matrix: Any, larger: Callable[[Any], Any], smaller: Callable[[Any], Any]) -> Any:
    """The matrix that has f(λ₁) and g(λ₂) in the place of its eigenvalues λ₁ ≥ λ₂ (Sylvester's formula)."""
    if matrix.rows == 1:
        return ImmutableMatrix([[larger(matrix[0, 0])]])
    unit = sympy.eye(2)
    first, second = _eigenvalues(matrix)
    if first == second:
        if matrix != first * unit:
            raise UnsupportedError("a function of a matrix is known entry by entry for different eigenvalues")
        return ImmutableMatrix(larger(first) * unit)
    made = (larger(first) * (matrix - second * unit) - smaller(second) * (matrix - first * unit)) / (first - second)
    return ImmutableMatrix(made)


def _eigenvalues(matrix: Any) -> tuple[Any, Any]:
    middle = (matrix[0, 0] + matrix[1, 1]) / 2
    gap = sympy.sqrt(((matrix[0, 0] - matrix[1, 1]) / 2) ** 2 + matrix[0, 1] * matrix[1, 0])
    return middle + gap, middle - gap


def _gram(matrix: Any) -> Any:
    return matrix * matrix.T if matrix.rows <= matrix.cols else matrix.T * matrix


def _norm(kind: str, matrix: Any) -> Any:
    roots = [sympy.sqrt(value) for value in _eigenvalues(_gram(matrix))]
    return {"nuclear": roots[0] + roots[1], "spectral": roots[0], "smallest": roots[1]}[kind]


def _part(kind: str, matrix: Any) -> Any:
    def reciprocal_root(value: Any) -> Any:
        return 1 / sympy.sqrt(value)

    def nothing(_value: Any) -> Any:
        return sympy.S.Zero

    larger, smaller = {
        "nuclear": (reciprocal_root, reciprocal_root),
        "spectral": (reciprocal_root, nothing),
        "smallest": (nothing, reciprocal_root),
    }[kind]
    weight = by_eigenvalues(_gram(matrix), larger, smaller)
    return weight * matrix if matrix.rows <= matrix.cols else matrix * weight
