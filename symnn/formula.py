"""A derived formula put to work: in exact rational arithmetic, and in float64 by the code that was emitted from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from symnn.algebra.nodes import Node
from symnn.algebra.walk import variables
from symnn.arrays import Floats
from symnn.errors import DataError
from symnn.proof.judges.fields import Array, RationalField
from symnn.proof.judges.interpreter import evaluate_rational

Rows = Sequence[Sequence[Fraction]]
Value = Fraction | int | Sequence[Fraction | int] | Sequence[Sequence[Fraction | int]]


class _OrderedRationals(RationalField):
    """Exact fractions, each of which is positive or not: of a formula with cases, the case is known."""

    def primitive(self, name: str, order: int, array: Array) -> Array:
        if (name, order) != ("step", 0):
            return super().primitive(name, order, array)
        positive: Array = np.frompyfunc(lambda entry: Fraction(entry > 0), 1, 1)(array)
        return positive


@dataclass(frozen=True)
class Formula:
    """A formula of a chapter beside the function of its generated module; both take the values by name.

    A value is a number, a sequence of numbers (a vector) or of rows (a matrix), all of them rational.
    """

    node: Node
    function: Callable[..., Any]
    parameters: tuple[str, ...]

    def exact(self, **values: Value) -> Rows:
        """The exact value, as rows. Raises DataError where a value is missing."""
        given = {}
        for variable in variables(self.node):
            if variable.name not in values:
                raise DataError(f"the formula needs a value for {variable.name}")
            given[variable] = as_rows(values[variable.name])
        return evaluate_rational(self.node, given, _OrderedRationals())

    def computed(self, **values: Value) -> Floats:
        """What the emitted function returns for the same values, rounded to float64 on the way in."""
        return self.function_at(**{name: as_float(value) for name, value in values.items()})

    def function_at(self, **arguments: Any) -> Floats:
        """What the emitted function returns for arrays by name. Raises DataError where one is missing."""
        missing = [name for name in self.parameters if name not in arguments]
        if missing:
            raise DataError(f"the function needs a value for {', '.join(missing)}")
        return np.asarray(self.function(*(arguments[name] for name in self.parameters)), dtype=np.float64)


class Derivations(Protocol):
    """Where a run takes its mathematics from: the chapters of a project and the modules built from them."""

    def objective(self, chapter: str) -> Formula:
        """The objective of a chapter's first part."""

    def program(self, chapter: str, name: str) -> Node:
        """The objective of the result of this name in a chapter, in which intermediate results have their names."""

    def solution(self, chapter: str) -> Formula:
        """The closed form of a chapter's first solution."""

    def formula(self, chapter: str, name: str, place: int = 0) -> Formula:
        """One result of an emitted function of a chapter: `place` tells which of several."""

    def function(self, chapter: str, name: str) -> Callable[..., Any]:
        """A function of a chapter's generated module, by its name."""


def as_rows(value: Value) -> list[list[Fraction]]:
    """A number, a vector or a matrix as rows; a vector is a column."""
    rows: Sequence[Any] = value if isinstance(value, Sequence) else [value]
    return [[Fraction(entry) for entry in row] if isinstance(row, Sequence) else [Fraction(row)] for row in rows]


def as_float(value: Value) -> Floats | float:
    """The nearest float64 numbers."""
    if not isinstance(value, Sequence):
        return float(value)
    return np.array([list(map(float, row)) if isinstance(row, Sequence) else float(row) for row in value])


def column(rows: Rows) -> list[Fraction]:
    """The entries of a column."""
    return [row[0] for row in rows]


def combined(rows: Rows, weights: Sequence[Fraction]) -> list[Fraction]:
    """The matrix of `rows` times the column of `weights`."""
    return [sum((entry * weight for entry, weight in zip(row, weights, strict=True)), Fraction(0)) for row in rows]


def data_matrix(columns: Mapping[str, Sequence[Fraction]], *names: str) -> list[list[Fraction]]:
    """One sample per row: 1, then the named columns."""
    return [[Fraction(1), *entries] for entries in zip(*(columns[name] for name in names), strict=True)]


def powers(x: Sequence[Fraction], degree: int) -> list[list[Fraction]]:
    """One sample per row: 1, x, …, x to the degree."""
    return [[value**power for power in range(degree + 1)] for value in x]
