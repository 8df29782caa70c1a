"""Descents on the commute table: the printed eigenvalues and the limit come out, and wrong ones do not pass."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent import constant_steps
from symnn.runs.registry import RUNS
from symnn.runs.report import Plot, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
X = np.array([[1, 2.7, 1], [1, 4.1, 1], [1, 1.0, 0], [1, 5.2, 1], [1, 2.8, 0]])
Y = np.array([25.0, 33, 15, 45, 22])


@pytest.fixture(scope="module")
def report():
    return RUNS["descent"].execute(PROJECT, Options())


@pytest.fixture(scope="module")
def problem():
    return constant_steps.Problem.of_commute(PROJECT)


def test_all_numbers_come_out(report):
    assert report.passed
    found = {one.what: one for one in report.comparisons}
    eigenvalues = [found[name].computed for name in ("the least, μ", "the second", "the largest, L")]
    assert eigenvalues == pytest.approx(np.linalg.svd(X / np.sqrt(5))[1][::-1] ** 2, rel=1e-12)
    assert [round(value, 4) for value in eigenvalues] == [0.0950, 0.1806, 13.3204]
    assert found["2/L"].exact == pytest.approx(0.15015, abs=5e-6)


def test_the_exact_eigenvalues_are_roots_of_the_characteristic_polynomial():
    rows = [(2, 1, 0), (1, 2, 0), (0, 0, Fraction(1, 3))]
    third, one, three = constant_steps.exact_eigenvalues([[Fraction(entry) for entry in row] for row in rows])
    assert (one, three) == (1, 3) and 0 <= Fraction(1, 3) - third < Fraction(1, 10**29)


@pytest.mark.parametrize("length", [0.05, 0.10, 0.15])
def test_below_the_limit_every_step_falls(problem, length):
    costs = [np.sum((X @ W - Y) ** 2) / 10 for W in problem.path(np.zeros(3), length, 200)]
    assert np.all(np.diff(costs) < 0)


def test_the_path_is_that_of_numpy(problem):
    at = np.array([1.0, -2.0, 3.0])
    path = problem.path(at, 0.15, 5)
    for found in path:
        assert found == pytest.approx(at, rel=1e-12)
        at = at - 0.15 * X.T @ (X @ at - Y) / 5
    assert path.shape == (6, 3)


def test_from_the_limit_on_it_diverges(report):
    rows = {row[0]: row for row in next(part for part in report.parts if isinstance(part, Table)).rows}
    assert float(rows["0.16"][5]) > 1e12 and float(rows["0.10"][5]) < 0.1
    assert [float(rows[length][7]) < 0 for length in ("0.05", "0.10", "0.15", "0.16")] == [True, True, True, False]


def test_the_plane_of_the_plot_holds_the_whole_path(report, problem):
    """The last point of a drawn path, by the powers of the two factors."""
    plot = next(part for part in report.parts if isinstance(part, Plot))
    low, _, high = np.linalg.eigvalsh(problem.hessian)
    for panel, length in zip(plot.rows[1], (0.15, 0.16), strict=True):
        path = panel.curves[0]
        assert path.x[-1] == pytest.approx(path.x[0] * (1 - length * low) ** 16)
        assert path.y[-1] == pytest.approx(path.y[0] * (1 - length * high) ** 16)


class Tampered:
    """The project with one emitted function replaced."""

    def __init__(self, name, change):
        self.name, self.change = name, change

    def formula(self, chapter, name):
        return PROJECT.formula(chapter, name)

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        return self.change(emitted) if name == self.name else emitted


@pytest.mark.parametrize(
    ("name", "factor", "wrong"),
    [
        ("step_solution", 1.1, "η = 0.15: greatest change of C in a step"),
        ("step_solution", 0.9, "η = 0.16: C after 300 steps over C(0)"),
        ("gradient", 1.001, "least fall of C in a step, over κ‖∇C‖²"),
        ("gradient", 1.3, "κ ∑ ‖∇C‖² of all steps, over C(0) − C(W*)"),
        ("hessian", 1.01, "2/L"),
    ],
)
def test_wrong_code_does_not_pass(name, factor, wrong):
    def change(emitted):
        return lambda *arguments: factor * emitted(*arguments)

    report = RUNS["descent"].execute(Tampered(name, change), Options())
    assert wrong in [one.what for one in report.comparisons if not one.passed]
