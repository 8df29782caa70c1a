"""Explicit values of variables that are not free entries: one-hot, binary, of signs, and orthogonal matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

import sympy
from sympy import ImmutableMatrix

from symnn.algebra.components import determinant, evaluated_size
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import variables
from symnn.errors import UnsupportedError

CHOICES = 64
DISCRETE = frozenset({"orthogonal", "onehot", "onehot rows", "binary", "signs"})


def discrete_values(roots: Sequence[Node], sizes: Mapping[str, int]) -> Iterator[dict[Variable, Any]]:
    """All values of the variables that have finitely many, and all orthogonal matrices up to a set of measure zero."""
    found = [variable for variable in variables(*roots) if DISCRETE & set(variable.assumptions)]
    choices = []
    for variable in found:
        shape = evaluated_size(variable.rows, sizes), evaluated_size(variable.cols, sizes)
        choices.append(list(islice(_values(variable, *shape), CHOICES + 1)))
    total = 1
    for given in choices:
        total *= len(given)
    if total > CHOICES:
        raise UnsupportedError(f"more than {CHOICES} values of {', '.join(variable.name for variable in found)}")
    for chosen in product(*choices):
        yield dict(zip(found, chosen, strict=True))


def _values(variable: Variable, rows: int, cols: int) -> Iterator[Any]:
    words = variable.assumptions
    if "orthogonal" in words:
        yield from _orthogonal(variable.name, rows)
    elif "onehot" in words:
        for place in product(range(rows), range(cols)):
            yield ImmutableMatrix(rows, cols, lambda row, col, hot=place: int((row, col) == hot))
    elif "onehot rows" in words:
        for hot in product(range(cols), repeat=rows):
            yield ImmutableMatrix(rows, cols, lambda row, col, hot=hot: int(hot[row] == col))
    else:
        for entries in product((0, 1) if "binary" in words else (1, -1), repeat=rows * cols):
            yield ImmutableMatrix(rows, cols, entries)


def _orthogonal(name: str, side: int) -> Iterator[Any]:
    """Cayley's (I − S)(I + S)⁻¹ of a skew S, and the same with the first row turned around."""
    if side > 3:
        raise UnsupportedError(f"the orthogonal matrix {name} has too many entries at size {side}")
    skew = sympy.zeros(side, side)
    for row in range(side):
        for col in range(row):
            skew[row, col] = sympy.Symbol(f"skew {name}[{row},{col}]", real=True)
            skew[col, row] = -skew[row, col]
    plus = sympy.eye(side) + skew
    turned = (sympy.eye(side) - skew) * plus.adjugate() / sympy.expand(determinant(plus))
    yield ImmutableMatrix(turned)
    yield ImmutableMatrix(sympy.diag(-1, *[1] * (side - 1)) * turned)
