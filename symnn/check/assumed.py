"""Whether given arrays are what is assumed of their variables, word by word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from symnn.algebra.nodes import Variable
from symnn.errors import AssumptionError

ROUNDED = Fraction(1, 10**9)
"""How far symmetry and orthogonality may be missed, in units of the largest entry: arrays are rounded."""

LONGEST = 10**15
"""Fractions of larger numbers are told as decimals."""

Array = np.ndarray[Any, Any]
"""An array of fractions, which is worked with exactly, or of numbers of NumPy."""


def require_assumed(variable: Variable, given: Any) -> None:
    """Raises AssumptionError where an array is not what is assumed of its variable, with what is found and where.

    The array has the shape that the variable has.
    """
    array = np.asarray(np.asarray(given) * 1)
    for word in variable.assumptions:
        found = FOUND[word](array)
        if found:
            raise AssumptionError(
                f"{variable.name} is assumed {word}, found {found}; "
                f"give {variable.name} a value as assumed, or leave out the assumption"
            )


def told(entry: Any) -> str:
    """A number as messages show it."""
    is_long = isinstance(entry, Fraction) and max(abs(entry.numerator), entry.denominator) > LONGEST
    return f"{float(entry):.4g}" if is_long else str(entry)


def _with_places(array: Array, *places: Iterable[int]) -> str:
    """Entries with their places, which are counted from 0; of a number the number."""
    entries = [(array[tuple(place)], [int(index) for index in place]) for place in places]
    return " and ".join(f"{told(entry)} at {place}" if place else told(entry) for entry, place in entries)


def _entry_other_than(is_right: Callable[[Any], bool]) -> Callable[[Array], str]:
    def found(array: Array) -> str:
        return next((_with_places(array, place) for place in np.ndindex(array.shape) if not is_right(array[place])), "")

    return found


_no_bit = _entry_other_than(lambda entry: entry in (0, 1))


def _asymmetric(array: Array) -> str:
    wrong = np.argwhere(np.abs(array - array.T) > ROUNDED * np.abs(array).max())
    return _with_places(array, wrong[0], wrong[0][::-1]) if len(wrong) else ""


def _indefinite(array: Array) -> str:
    """Symmetric elimination: there are as many positive pivots as positive eigenvalues."""
    if found := _asymmetric(array):
        return found
    rest, tolerance = _ready(array)
    for place in range(len(rest)):
        pivot = rest[place, place]
        if not pivot > tolerance * abs(array[place, place]):
            minor = f"the first {place + 1} rows and columns with a determinant that is not positive"
            return minor if place else _with_places(array, (0, 0))
        rest = rest - np.outer(rest[:, place] / pivot, rest[place])
    return ""


def _lower_rank(axis: int) -> Callable[[Array], str]:
    """Fewer independent columns (axis 1) or rows (axis 0) than there are."""

    def found(array: Array) -> str:
        matrix = array.reshape(len(array), -1)
        rank, wanted = _rank(matrix), matrix.shape[axis]
        return "" if rank == wanted else f"rank {rank} of {wanted} {('rows', 'columns')[axis]}"

    return found


def _rank(matrix: Array) -> int:
    """The rank: of fractions exactly."""
    if matrix.dtype != object:
        return int(np.linalg.matrix_rank(matrix.astype(float)))
    rows = [[QQ(entry.numerator, entry.denominator) for entry in map(Fraction, row)] for row in matrix.tolist()]
    return int(DomainMatrix(rows, matrix.shape, QQ).rank())


def _ready(array: Array) -> tuple[Array, Any]:
    """An array to be eliminated, and what is 0 in units of its entries: nothing else of fractions."""
    if array.dtype == object:
        return array, 0
    return array.astype(float), max(array.shape) * float(np.finfo(float).eps)


def _skewed(array: Array) -> str:
    products = array.T @ array
    wrong = np.argwhere(np.abs(products - np.eye(len(array), dtype=int)) > ROUNDED)
    return f"{_with_places(products, wrong[0])} of its transpose times itself" if len(wrong) else ""


def _several(array: Array) -> str:
    ones = int((array == 1).sum())
    return _no_bit(array) or ("" if ones == 1 else f"{ones} entries that are 1")


def _several_in_a_row(array: Array) -> str:
    told = (f"{found} in row {row}" for row, entries in enumerate(array) if (found := _several(entries)))
    return _no_bit(array) or next(told, "")


FOUND: Mapping[str, Callable[[Array], str]] = {
    "positive": _entry_other_than(lambda entry: entry > 0),
    "nonnegative": _entry_other_than(lambda entry: entry >= 0),
    "symmetric": _asymmetric,
    "positive definite": _indefinite,
    "full column rank": _lower_rank(1),
    "full row rank": _lower_rank(0),
    "orthogonal": _skewed,
    "onehot": _several,
    "onehot rows": _several_in_a_row,
    "binary": _no_bit,
    "signs": _entry_other_than(lambda entry: entry in (-1, 1)),
}
"""What an array has that a word excludes; nothing where it is as the word says."""
