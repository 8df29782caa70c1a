"""The two approximate forms of GELU: how far they are from it at most, and where, found by search (L14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy

from symnn.algebra.scalars import PLACE_HOLDER
from symnn.plots import Curve, Panel
from symnn.runs.report import Comparison, Report

Real = Callable[[float], float]

NAMES = ("gelu", "gelu_tanh", "gelu_logistic")
PRINTED: Mapping[str, tuple[str, str, str, int]] = {
    "gelu_tanh": ("4.73e-4", "5e-7", "2.70", 6),
    "gelu_logistic": ("2.03e-2", "5e-5", "-2.27", 4),
}
"""The largest error as it is printed, half a unit of its last digit, its place, and how many decimals it has."""
HALF_A_PLACE = Fraction("0.005")
LABELS = {"gelu_tanh": "tanh form", "gelu_logistic": "logistic form"}

FARTHEST, POINTS, ZOOMS, DIGITS = 8.0, 401, 4, 30
SMALLEST_SHOWN = 1e-7


def errors(report: Report, found: Mapping[str, tuple[Real, sympy.Expr]]) -> Panel:
    """Compare the forms of `found`, each an emitted function and its formula, with GELU; and a panel of their errors.

    The place is looked for with the emitted code, in zooming in on the largest error; the exact one is the zero of the
    derivative of the difference next to it, to 30 digits.
    """
    gelu, formula = found["gelu"]
    curves = []
    for name, (largest, half, place, decimals) in PRINTED.items():
        form, of_form = found[name]

        def error(x: float, form: Real = form) -> float:
            return abs(form(x) - gelu(x))

        side = np.sign(float(place))
        near, most = _largest(error, *sorted((0.0, side * FARTHEST)))
        exact_place, exact = _exact(of_form - formula, near)
        report.compare(
            f"GELU's {LABELS[name]}",
            [
                Comparison("largest error", Fraction(largest), exact, most, Fraction(half), decimals=decimals),
                Comparison("near x", Fraction(place), exact_place, near, HALF_A_PLACE, 1e-5, decimals=2),
            ],
        )
        grid = np.linspace(-FARTHEST / 2, FARTHEST / 2, POINTS).tolist()
        curves.append(Curve(LABELS[name], grid, [max(error(x), SMALLEST_SHOWN) for x in grid]))
    report.remark("The errors are even functions: they are as large at −x as at x.")
    return Panel("errors of GELU's forms", "x", "", curves, logarithmic_y=True)


def _largest(error: Real, low: float, high: float) -> tuple[float, float]:
    """The place of the largest value and the value, on finer and finer grids."""
    for _ in range(ZOOMS):
        grid = np.linspace(low, high, POINTS)
        best = float(max(grid, key=error))
        step = (high - low) / (POINTS - 1)
        low, high = best - step, best + step
    return best, error(best)


def _exact(difference: sympy.Expr, near: float) -> tuple[Fraction, Fraction]:
    """The zero of the derivative of a difference next to a place, and the difference there without its sign."""
    slope, value = (
        sympy.lambdify(PLACE_HOLDER, formula, "mpmath")
        for formula in (sympy.diff(difference, PLACE_HOLDER), difference)
    )
    with mpmath.workdps(DIGITS):
        place: Any = mpmath.findroot(slope, near)
        return _fraction(place), _fraction(abs(value(place)))


def _fraction(number: Any) -> Fraction:
    return Fraction(mpmath.nstr(number, DIGITS))
