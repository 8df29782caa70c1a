"""The runs: every printed number comes out, SymPy agrees, and a wrong formula or wrong code does not pass."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn.learn.datasets import load
from symnn.project import Project
from symnn.runs.registry import RUNS
from symnn.runs.regression import root_mean_square
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[2])
NAMES = ("commute", "polynomial", "ridge")


@pytest.fixture(scope="module")
def reports():
    return {name: RUNS[name].execute(PROJECT, Options()) for name in NAMES}


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


@pytest.mark.parametrize(("name", "count"), [("commute", 11), ("polynomial", 17), ("ridge", 30)])
def test_all_numbers_come_out(reports, name, count):
    assert reports[name].passed
    assert len(list(reports[name].comparisons)) == count


@pytest.mark.parametrize(("degree", "alpha"), [(3, "0"), (9, "0"), (9, "10"), (9, "1.0374e-7")])
def test_sympy_finds_the_same_coefficients(reports, degree, alpha):
    data, penalty = load("polynomial"), sympy.Rational(alpha)
    x, t = ([sympy.Rational(value.numerator, value.denominator) for value in data[name]] for name in ("x", "t"))
    Phi = sympy.Matrix(10, degree + 1, lambda row, column: x[row] ** column)
    weights = (Phi.T * Phi + penalty * sympy.eye(degree + 1)).LUsolve(Phi.T * sympy.Matrix(t))
    found = (
        group(reports["ridge"], f"α = {alpha}") if alpha != "0" else group(reports["polynomial"], f"degree {degree}")
    )
    assert [comparison.exact for comparison in found.comparisons] == [Fraction(int(w.p), int(w.q)) for w in weights]


def test_the_hat_matrix_is_a_projection_of_rank_three(reports):
    idempotent, trace = group(reports["commute"], "hat matrix").comparisons
    assert (idempotent.exact, trace.exact) == (0, 3)
    assert idempotent.computed < 1e-13


def test_training_error_falls_with_the_degree_to_zero(reports):
    rows = table(reports["polynomial"], "against degree").rows
    training = [float(row[1]) for row in rows]
    assert training == sorted(training, reverse=True) and training[9] == 0
    assert float(rows[9][2]) > 2 * float(rows[3][2])


def test_normal_equations_lose_twice_the_digits(reports):
    kept = {row[0]: float(row[1]) for row in table(reports["polynomial"], "float64").rows}
    assert kept["emitted code"] < 1e-8
    assert kept["QR: R w = Qᵀt"] < 1e-8
    assert kept["solve(ΦᵀΦ, Φᵀt)"] > 1e3 * kept["QR: R w = Qᵀt"]


def test_more_samples_do_what_the_penalty_does(reports):
    rows = table(reports["ridge"], "size of the sample").rows
    assert [row[0] for row in rows] == ["10", "15", "100"]
    errors = [float(row[1]) for row in rows]
    assert errors == sorted(errors, reverse=True)
    assert float(rows[0][1]) > 2 * float(rows[0][2])


def test_root_mean_square_is_that_of_numpy():
    data, weights = load("polynomial"), [Fraction(1, 2), Fraction(-1), Fraction(1, 3)]
    x, t = (np.array(data[name], dtype=float) for name in ("x", "t"))
    assert root_mean_square(data, weights) == pytest.approx(np.sqrt(np.mean((0.5 - x + x**2 / 3 - t) ** 2)))


class Tampered:
    """The project with its closed forms replaced."""

    def __init__(self, change):
        self.change = change

    def objective(self, chapter):
        return PROJECT.objective(chapter)

    def solution(self, chapter):
        return self.change(PROJECT.solution(chapter))


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_formula_does_not_pass(name):
    report = RUNS[name].execute(Tampered(lambda formula: replace(formula, node=2 * formula.node)), Options())
    assert not report.passed


@pytest.mark.parametrize("name", NAMES)
def test_wrong_code_does_not_pass(name):
    def change(formula):
        return replace(formula, function=lambda *arguments: 1.001 * formula.function(*arguments))

    assert not RUNS[name].execute(Tampered(change), Options()).passed
