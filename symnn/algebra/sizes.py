"""Sizes of vectors and matrices: SymPy's positive integers, symbolic or literal, compared exactly."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import sympy
from sympy import Expr, Integer, Symbol

from symnn.errors import ShapeError

Size: TypeAlias = Expr
Shape: TypeAlias = tuple[Size, Size]

ONE: Size = Integer(1)


def dim(name: str) -> Size:
    """A symbolic size. Two sizes of one name are the same size. Raises ShapeError for what is no name."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ShapeError(f"a size is named like a Python variable, found {name!r}")
    return Symbol(name, integer=True, positive=True)


def dims(names: str) -> tuple[Size, ...]:
    """Several symbolic sizes, written as one text: ``n, d = dims("n d")``."""
    return tuple(dim(name) for name in names.replace(",", " ").split())


def as_size(value: object) -> Size:
    """Take a name, a positive integer or a SymPy expression in sizes as a size.

    Raises ShapeError for anything else; texts are names, never evaluated.
    """
    if isinstance(value, str):
        return Integer(int(value)) if value.isdecimal() and int(value) > 0 else dim(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return Integer(value)
    if isinstance(value, Expr) and value.is_integer and value.is_positive is not False:
        return value
    raise ShapeError(f"a size is a name or a positive integer, found {value!r}")


def as_index(value: object) -> Size:
    """Take an integer, or a SymPy expression in sizes, as a place counted from 0. Raises ShapeError for others."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Integer(value)
    if isinstance(value, Expr) and value.is_integer:
        return sympy.expand(value)
    raise ShapeError(f"a place is an integer or made of sizes, found {value!r}")


def same_size(left: Size, right: Size) -> bool:
    """Whether two sizes are equal for all values of their symbols."""
    if left is right:
        return True
    if left == right or (left.is_Atom and right.is_Atom):
        return bool(left == right)
    return bool(sympy.expand(left - right) == 0)


def same_shape(left: Sequence[Size], right: Sequence[Size]) -> bool:
    return len(left) == len(right) and all(map(same_size, left, right))


def least(bound: Size) -> tuple[Symbol, int] | None:
    """The symbol and its smallest value for which a bound is positive: n and 3 for n − 2; None for other bounds."""
    if len(bound.free_symbols) != 1:
        return None
    (symbol,) = bound.free_symbols
    expanded = sympy.expand(bound)
    slope, rest = expanded.coeff(symbol, 1), expanded.coeff(symbol, 0)
    if not (slope.is_Integer and slope > 0 and rest.is_Integer) or expanded != slope * symbol + rest:
        return None
    return symbol, max(1, int(sympy.ceiling((1 - rest) / slope)))


def least_sizes(bounds: Iterable[Size]) -> dict[Symbol, int]:
    """The smallest value of each symbol that is above 1 by some bound."""
    found: dict[Symbol, int] = {}
    for bound in bounds:
        known = least(bound)
        if known is not None and known[1] > 1:
            found[known[0]] = max(known[1], found.get(known[0], 1))
    return found


def inequalities(bounds: Sequence[Size]) -> list[tuple[Size, Size]]:
    """Pairs left ≥ right, such as n and 3, that say that bounds are positive; none for what holds at all sizes."""
    found: list[tuple[Size, Size]] = [(symbol, Integer(value)) for symbol, value in least_sizes(bounds).items()]
    for bound in bounds:
        if least(bound) is None and not bound.is_positive:
            terms = sympy.expand(bound - 1).as_ordered_terms()
            right = sympy.Add(*(-term for term in terms if term.as_coeff_Mul()[0] < 0))
            found.append((sympy.Add(*terms) + right, right))
    return list(dict.fromkeys(found))


def bounds_in_words(bounds: Sequence[Size]) -> list[str]:
    """``n ≥ 3`` and the like, for bounds that are not met by all sizes."""
    return [f"{left} ≥ {right}" for left, right in inequalities(bounds)]


def show_shape(shape: Sequence[Size]) -> str:
    """A shape as people write it: ``n×d``, ``scalar``."""
    if all(size == 1 for size in shape):
        return "scalar"
    return "×".join(f"({size})" if size.is_Add else str(size) for size in shape)
