"""Regression on the commute table: every number comes out, and a wrong formula or wrong code does not pass."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
NAMES = ("commute", "one-variable")
X = np.array([[1, 2.7, 1], [1, 4.1, 1], [1, 1.0, 0], [1, 5.2, 1], [1, 2.8, 0]])
Y = np.array([25.0, 33, 15, 45, 22])


@pytest.fixture(scope="module")
def reports():
    return {name: RUNS[name].execute(PROJECT, Options()) for name in NAMES}


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


@pytest.mark.parametrize(("name", "count"), [("commute", 29), ("one-variable", 13)])
def test_all_numbers_come_out(reports, name, count):
    assert reports[name].passed
    assert len(list(reports[name].comparisons)) == count


def test_numpy_finds_the_same_numbers(reports):
    weights, *_ = np.linalg.lstsq(X, Y, rcond=None)
    expected = {
        "weights W*": weights,
        "predictions": X @ weights,
        "least cost": [np.mean((Y - X @ weights) ** 2) / 2],
        "gradient at W = 0": -X.T @ Y / 5,
        "gradient at W*": np.zeros(3),
        "Hessian XᵀX/n": (X.T @ X / 5)[np.triu_indices(3)],
        "one sample per column": -X.T @ (Y - X.sum(axis=1)),
    }
    for word, numbers in expected.items():
        found = [float(comparison.exact) for comparison in group(reports["commute"], word).comparisons]
        assert found == pytest.approx(np.asarray(numbers), rel=1e-12, abs=1e-11), word


def test_the_hat_matrix_is_a_projection_of_rank_three(reports):
    idempotent, trace = group(reports["commute"], "hat matrix").comparisons
    assert (idempotent.exact, trace.exact) == (0, 3)
    assert idempotent.computed < 1e-13


def test_the_hessian_is_definite_for_full_column_rank_only(reports):
    rows = next(part for part in reports["commute"].parts if isinstance(part, Table)).rows
    assert [row[1] for row in rows] == ["3 of 3", "3 of 4", "2 of 3"]
    assert [row[2].startswith("0.0000") for row in rows] == [False, True, True]
    assert [row[3] == "0 only" for row in rows] == [True, False, False]


def test_intercept_and_slope_are_those_of_polyfit(reports):
    slope, intercept = np.polyfit(X[:, 1], Y, 1)
    named = group(reports["one-variable"], "intercept").comparisons
    assert [float(one.exact) for one in named] == pytest.approx([intercept, slope])


def test_the_residuals_that_are_drawn_sum_to_zero_by_weekday(reports):
    plot = next(part for part in reports["commute"].parts if isinstance(part, Plot))
    for points in plot.rows[0][1].points:
        assert sum(points.y) == pytest.approx(0, abs=1e-12)


class Tampered:
    """The project with its formulas replaced."""

    def __init__(self, change):
        self.change = change

    def objective(self, chapter):
        return self.change(PROJECT.objective(chapter))

    def solution(self, chapter):
        return self.change(PROJECT.solution(chapter))

    def formula(self, chapter, name, place=0):
        return self.change(PROJECT.formula(chapter, name, place))

    def function(self, chapter, name):
        return PROJECT.function(chapter, name)


@pytest.mark.parametrize("name", [*NAMES, "polynomial", "ridge"])
def test_a_wrong_formula_does_not_pass(name):
    report = RUNS[name].execute(Tampered(lambda formula: replace(formula, node=2 * formula.node)), Options())
    assert not report.passed


@pytest.mark.parametrize("name", [*NAMES, "polynomial", "ridge"])
def test_wrong_code_does_not_pass(name):
    def change(formula):
        return replace(formula, function=lambda *arguments: 1.001 * formula.function(*arguments))

    assert not RUNS[name].execute(Tampered(change), Options()).passed
