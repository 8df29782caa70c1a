"""Matrices over truncated power series in one infinitesimal t: the value of an expression along X + t·dX.

A series is a tuple of arrays, the coefficients of 1, t, t², …; None stands for zero, never for the first. What is known
here is addition, multiplication and division of scalars: the inverse is found by elimination, the determinant without
division, so that no rule of matrix calculus is taken for granted.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from symnn.proof.judges.fields import Array, Field

Series: TypeAlias = tuple[Array | None, ...]


class SeriesRing:
    """Arithmetic on series with entries from a field. Operands of different precision give the lower one."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def each(self, series: Series, linear: Callable[[Array], Any]) -> Series:
        """A linear map that only rearranges or sums entries, applied to every coefficient."""
        return tuple(None if part is None else linear(part) for part in series)

    def reduced(self, series: Series) -> Series:
        return self.each(series, self.field.reduce)

    def add(self, *terms: Series) -> Series:
        made: list[Array | None] = []
        for parts in zip(*terms, strict=False):
            total: Array | None = None
            for part in parts:
                if part is not None:
                    total = part if total is None else total + part
            made.append(total if total is None else self.field.reduce(total))
        return tuple(made)

    def multiply(self, left: Series, right: Series, product: Callable[[Array, Array], Any] = operator.mul) -> Series:
        """The product of series; `product` multiplies coefficients, entry by entry or as matrices."""
        made: list[Array | None] = []
        for order in range(min(len(left), len(right))):
            total: Array | None = None
            for low in range(order + 1):
                first, second = left[low], right[order - low]
                if first is not None and second is not None:
                    term = product(first, second)
                    total = term if total is None else total + term
            made.append(total if total is None else self.field.reduce(total))
        return tuple(made)

    def scale(self, series: Series, factor: Fraction | int) -> Series:
        number = self.field.number(Fraction(factor))
        return self.each(series, lambda part: self.field.reduce(part * number))

    def reciprocal(self, series: Series) -> Series:
        """1/s, entry by entry: the coefficients follow one by one from s·(1/s) = 1."""
        head = self.field.reciprocal(_head(series))
        made: list[Array | None] = [head]
        for order in range(1, len(series)):
            total: Array | None = None
            for low in range(1, order + 1):
                first, second = series[low], made[order - low]
                if first is not None and second is not None:
                    total = first * second if total is None else total + first * second
            made.append(None if total is None else self.field.reduce(-head * self.field.reduce(total)))
        return tuple(made)

    def power(self, series: Series, exponent: int) -> Series:
        """An integer power, entry by entry, by repeated squaring."""
        base = self.reciprocal(series) if exponent < 0 else series
        remaining = abs(exponent)
        made: Series = (_head(series) * 0 + 1, *[None] * (len(series) - 1))
        while remaining:
            if remaining & 1:
                made = self.multiply(made, base)
            remaining >>= 1
            if remaining:
                base = self.multiply(base, base)
        return made

    def compose(self, taylor: Sequence[Array], series: Series) -> Series:
        """Σ taylor[k]·hᵏ, where h is the series without its value."""
        nothing: Series = (taylor[0], *[None] * (len(series) - 1))
        if all(part is None for part in series[1:]):
            return nothing
        step: Series = (_head(series) * 0, *series[1:])
        made: Series = (taylor[-1], *nothing[1:])
        for coefficient in reversed(taylor[:-1]):
            made = self.add(self.multiply(made, step), (coefficient, *nothing[1:]))
        return made

    def derivative(self, series: Series) -> Series:
        """d/dt: one order of precision is used up."""
        rest = [
            None if part is None else self.field.reduce(part * order) for order, part in enumerate(series[1:], start=1)
        ]
        return (_head(series) * 0 if rest[0] is None else rest[0], *rest[1:])

    def inverse(self, matrix: Series) -> Series:
        """The inverse of a square matrix by Gauss–Jordan elimination. Raises Singular."""
        side = len(_head(matrix))
        identity = _unit(side)
        rows: Series = tuple(
            None if part is None else np.hstack([part, identity if order == 0 else identity * 0])
            for order, part in enumerate(matrix)
        )
        for column in range(side):
            chosen = column + self.field.pivot(_head(rows)[column:, column])
            if chosen != column:
                order = [*range(side)]
                order[column], order[chosen] = chosen, column
                rows = self.each(rows, operator.itemgetter(order))
            at = slice(column, column + 1)
            head = self.reciprocal(self.each(rows, operator.itemgetter((at, at))))
            scaled = self.multiply(head, self.each(rows, operator.itemgetter(at)))
            # Row i loses rowᵢ[c] times the scaled row; the pivot row keeps one of it and so becomes the scaled row.
            shares = self.each(rows, operator.itemgetter((slice(None), at)))
            shares = (self.field.reduce(identity[:, at] - _head(shares)), *self.each(shares[1:], operator.neg))
            rows = self.add(rows, self.multiply(shares, scaled))
        return self.each(rows, lambda part: part[:, side:])

    def determinant(self, matrix: Series) -> Series:
        """The determinant of a square matrix, singular or not, without division (R. Bird, 2011)."""
        side = len(_head(matrix))
        made = matrix
        for _ in range(side - 1):
            made = self.multiply(self.each(made, _bird), matrix, operator.matmul)
        sign = 1 if side % 2 else -1
        return self.each(made, lambda part: self.field.reduce(sign * part[:1, :1]))


def taylor_shift(taylor: Sequence[Array], order: int, field: Field) -> list[Array]:
    """The Taylor coefficients of the derivative of some order, from those of the function."""
    return [field.reduce(part * math.perm(position + order, order)) for position, part in enumerate(taylor[order:])]


def _bird(part: Array) -> Array:
    made = np.triu(part, 1)
    below = 0
    for position in reversed(range(len(part))):
        made[position, position] = -below
        below = below + part[position, position]
    return made


def _head(series: Series) -> Array:
    head = series[0]
    assert head is not None
    return head


def _unit(side: int) -> Array:
    made = np.zeros((side, side), dtype=object)
    np.fill_diagonal(made, 1)
    return made
