"""Sizes of vectors and matrices: SymPy's positive integers, symbolic or literal, compared exactly."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import TypeAlias

import sympy
from sympy import Expr, Integer, Symbol

from symnn.errors import ShapeError

Size: TypeAlias = Expr
Shape: TypeAlias = tuple[Size, Size]

ONE: Size = Integer(1)


def dim(name: str) -> Size:
    """A symbolic size. Two sizes of one name are the same size."""
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


def same_size(left: Size, right: Size) -> bool:
    """Whether two sizes are equal for all values of their symbols."""
    if left is right:
        return True
    if left == right or (left.is_Atom and right.is_Atom):
        return bool(left == right)
    return bool(sympy.expand(left - right) == 0)


def same_shape(left: Sequence[Size], right: Sequence[Size]) -> bool:
    return len(left) == len(right) and all(map(same_size, left, right))


def show_shape(shape: Sequence[Size]) -> str:
    """A shape as people write it: ``n×d``, ``scalar``."""
    if all(size == 1 for size in shape):
        return "scalar"
    return "×".join(f"({size})" if size.is_Add else str(size) for size in shape)
