"""Curve fitting: SymPy and NumPy find the same numbers, errors fall and rise as they should, and so do the plots."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn.learn.datasets import load
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.regression.curves import polynomial, root_mean_square
from symnn.runs.report import Group, Table

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return polynomial(PROJECT)


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 32


@pytest.mark.parametrize("degree", [0, 1, 3, 9])
def test_sympy_finds_the_same_coefficients(report, degree):
    data = load("polynomial")
    x, t = ([sympy.Rational(value.numerator, value.denominator) for value in data[name]] for name in ("x", "t"))
    Phi = sympy.Matrix(10, degree + 1, lambda row, column: x[row] ** column)
    weights = (Phi.T * Phi).LUsolve(Phi.T * sympy.Matrix(t))
    found = group(report, f"degree {degree}").comparisons
    assert [comparison.exact for comparison in found] == [Fraction(int(w.p), int(w.q)) for w in weights]


def test_the_normal_equations_are_sums_of_powers(report):
    x = np.arange(10) / 9
    found = [float(entry.exact) for entry in group(report, "A_ij").comparisons]
    assert found == pytest.approx([np.sum(x**power) for power in (0, 1, 2, 2, 3, 4)])


def test_training_error_falls_with_the_degree_to_zero(report):
    rows = table(report, "against degree").rows
    training = [float(row[1]) for row in rows]
    assert training == sorted(training, reverse=True) and training[9] == 0
    assert float(rows[9][2]) > 2 * float(rows[3][2])


def test_normal_equations_lose_twice_the_digits(report):
    kept = {row[0]: float(row[1]) for row in table(report, "float64").rows}
    assert kept["emitted code"] < 1e-8
    assert kept["QR: R w = Qᵀt"] < 1e-8
    assert kept["solve(ΦᵀΦ, Φᵀt)"] > 1e3 * kept["QR: R w = Qᵀt"]


def test_root_mean_square_is_that_of_numpy():
    data, weights = load("polynomial"), [Fraction(1, 2), Fraction(-1), Fraction(1, 3)]
    x, t = (np.array(data[name], dtype=float) for name in ("x", "t"))
    assert root_mean_square(data, weights) == pytest.approx(np.sqrt(np.mean((0.5 - x + x**2 / 3 - t) ** 2)))


def test_the_drawn_fits_are_those_of_polyfit(report):
    plots = {part.name: part for part in report.parts if isinstance(part, Plot)}
    assert set(plots) == {"polynomial", "polynomial_errors"}
    data = load("polynomial")
    x, t = (np.array(data[name], dtype=float) for name in ("x", "t"))
    for panel, degree in zip(plots["polynomial"].rows[0], (0, 1, 3, 9), strict=True):
        sine, fit = panel.curves
        assert np.array(sine.y) == pytest.approx(np.sin(2 * np.pi * np.array(sine.x)))
        assert np.array(fit.y) == pytest.approx(np.polyval(np.polyfit(x, t, degree), fit.x), abs=1e-3)
    last = plots["polynomial"].rows[1][3].points[0]
    assert np.array(last.y) == pytest.approx(np.zeros(10), abs=1e-6)
