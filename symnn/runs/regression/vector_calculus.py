"""Vector calculus in numbers: a Jacobian and a gradient beside exact differences (row B3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symnn.formula import Derivations, Formula, column
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Comparison, Report, beside

Matrix = Sequence[Sequence[Fraction]]


def _matrix(*rows: str) -> list[list[Fraction]]:
    return [[Fraction(entry) for entry in row.split()] for row in rows]


LINEAR = _matrix("1 27/10 1", "1 41/10 1", "1 1 0", "1 26/5 1")
"""Four of the commute samples: the predictions XW have X as their Jacobian."""
SKEWED = _matrix("2 3", "-1 1")
SYMMETRIC = _matrix("2 1", "1 1")
"""The mean of `SKEWED` and its transpose: the same quadratic form."""
AT = (Fraction(2), Fraction(-1))
LINEAR_AT = (Fraction(1), Fraction(2), Fraction(-3))


def vector_calculus(derivations: Derivations) -> Report:
    """The Jacobian of XW, and the gradient of WᵀAW for an A that is not symmetric (B3)."""
    report = Report("vector-calculus: a Jacobian and a gradient beside exact differences (row B3)")
    report.remark(
        "Differences (f(W + e) − f(W − e))/2 are exact for linear and quadratic functions. They are computed in "
        "rational arithmetic, from the objective alone."
    )
    value, jacobian = (derivations.formula("vector_calculus", f"linear_{what}") for what in ("value", "jacobian"))
    differences = _differences(value, LINEAR_AT, X=LINEAR)
    exact, computed = jacobian.exact(X=LINEAR, W=LINEAR_AT), jacobian.computed(X=LINEAR, W=LINEAR_AT)
    report.compare(
        "∂(XW)/∂W = X: a row for each entry of XW",
        [
            Comparison(f"J[{row},{place}]", differences[place][row], exact[row][place], computed[row, place])
            for row in range(len(LINEAR))
            for place in range(len(LINEAR_AT))
        ],
    )
    _quadratic(report, derivations)
    report.plot(_level_lines(derivations))
    return report


def _differences(value: Formula, at: Sequence[Fraction], **given: Matrix) -> list[list[Fraction]]:
    """Half the difference of the values one step before and behind a point, along each coordinate."""
    found = []
    for place in range(len(at)):
        points = [[entry + sign * (place == other) for other, entry in enumerate(at)] for sign in (1, -1)]
        before, behind = (column(value.exact(W=point, **given)) for point in points)
        found.append([(one - other) / 2 for one, other in zip(before, behind, strict=True)])
    return found


def _quadratic(report: Report, derivations: Derivations) -> None:
    """Differences of WᵀAW beside (A + Aᵀ)W, and beside 2AW, which is right for a symmetric A alone."""
    for name, letter, matrix in (("quadratic", "A", SKEWED), ("symmetric", "S", SYMMETRIC)):
        value, gradient = (derivations.formula("vector_calculus", f"{name}_{what}") for what in ("value", "gradient"))
        given = {letter: matrix}
        differences = [entry for (entry,) in _differences(value, AT, **given)]
        found, found64 = column(gradient.exact(W=AT, **given)), gradient.computed(W=AT, **given)
        rows = ", ".join(f"[{' '.join(map(str, row))}]" for row in matrix)
        report.compare(f"∇(Wᵀ{letter}W) at W = (2, −1), {letter} = {rows}", beside("∇", differences, found, found64))
    twice = [2 * sum(a * w for a, w in zip(row, AT, strict=True)) for row in SKEWED]
    right = column(derivations.formula("vector_calculus", "quadratic_gradient").exact(W=AT, A=SKEWED))
    report.compare(
        "2AW for the first, which is not symmetric",
        [Claim("distance from the gradient", "at least", 1, math.dist(map(float, twice), map(float, right)))],
    )


def _level_lines(derivations: Derivations) -> Plot:
    """The gradient is at right angles to the level line; 2AW is not."""
    value, gradient = (derivations.formula("vector_calculus", f"quadratic_{what}") for what in ("value", "gradient"))
    A, at, grid = np.array(SKEWED, dtype=float), np.array(AT, dtype=float), Grid.of((-4, 4), (-4, 4))
    values = [value.function_at(W=place, A=A) for place in grid.places]
    level = float(value.function_at(W=at, A=A))
    arrows = []
    for label, direction in (("(A + Aᵀ)W", gradient.function_at(W=at, A=A)), ("2AW", 2 * A @ at)):
        end = at + 2 * direction / np.linalg.norm(direction)
        arrows.append(Curve(label, [at[0], end[0]], [at[1], end[1]]))
    levels = sorted({level, *(level * factor for factor in (0.25, 0.5, 2, 4))})
    field = grid.field(values, levels)
    panel = Panel("WᵀAW", "W₁", "W₂", arrows, points=[Points("W", [at[0]], [at[1]])], fields=[field], equal=True)
    return Plot("vector_calculus", "The gradient is at right angles to the level line", [[panel]])
