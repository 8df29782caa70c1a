"""Ridge regression: SymPy finds the same coefficients; the penalty and the size of the sample do what they should."""

import math
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

from symnn.learn.datasets import load
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.regression.ridge import ridge
from symnn.runs.report import Group, Table

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return ridge(PROJECT)


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 49


@pytest.mark.parametrize(("alpha", "degree"), [("0", 9), ("10", 9), ("1.0374e-7", 9), ("10", 3)])
def test_sympy_finds_the_same_coefficients(report, alpha, degree):
    data, penalty = load("polynomial"), sympy.Rational(alpha)
    x, t = ([sympy.Rational(value.numerator, value.denominator) for value in data[name]] for name in ("x", "t"))
    Phi = sympy.Matrix(10, degree + 1, lambda row, column: x[row] ** column)
    weights = (Phi.T * Phi + penalty * sympy.eye(degree + 1)).LUsolve(Phi.T * sympy.Matrix(t))
    found = group(report, "the book's mean" if degree == 3 else f"α = {alpha}")
    assert [comparison.exact for comparison in found.comparisons] == [Fraction(int(w.p), int(w.q)) for w in weights]


def test_more_samples_do_what_the_penalty_does(report):
    rows = table(report, "size of the sample").rows
    assert [row[0] for row in rows] == ["10", "15", "100"]
    errors = [float(row[1]) for row in rows]
    assert errors == sorted(errors, reverse=True)
    assert float(rows[0][1]) > 2 * float(rows[0][2])


def test_the_drawn_path_ends_where_the_table_does(report):
    plot = next(part for part in report.parts if isinstance(part, Plot) and part.name == "ridge_by_penalty")
    coefficients, errors = plot.rows[0]
    assert len(coefficients.curves) == 10
    assert max(abs(curve.y[-1]) for curve in coefficients.curves) < 0.05
    rows = {row[0]: row for row in table(report, "against the penalty").rows}
    for place, curve in enumerate(errors.curves, 1):
        nearest = min(range(len(curve.x)), key=lambda at, curve=curve: abs(curve.x[at] - math.log(10)))
        assert curve.y[nearest] == pytest.approx(float(rows["10"][place]), abs=0.01)
    training, test = errors.curves
    assert training.y[0] < 0.01 and test.y[0] > 1
