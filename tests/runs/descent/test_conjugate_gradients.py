"""The run of conjugate gradients: exact weights after three steps, as SymPy solves for them, and ranks."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn.project import Project
from symnn.runs.descent.conjugate_gradients import (
    Quadratic,
    exact_bfgs,
    exact_path,
    float_path,
    gradients_of_steepest,
    right_angles,
)
from symnn.runs.registry import RUNS
from symnn.runs.report import Group
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["conjugate-gradients"].execute(PROJECT, Options())


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 13


def test_ranks_are_two_and_one(report):
    ranks = next(part for part in report.parts if isinstance(part, Group) and "rank" in part.heading)
    assert [comparison.exact for comparison in ranks.comparisons] == [2, 1]


def test_steps_of_the_best_length_turn_by_right_angles_and_are_those_of_numpy():
    quadratic = Quadratic([[Fraction(3), Fraction(1)], [Fraction(1), Fraction(2)]], [Fraction(-4), Fraction(5)])
    assert right_angles(PROJECT, quadratic, 4) == [0, 0, 0, 0]
    H, c, w = np.array([[3.0, 1], [1, 2]]), np.array([-4.0, 5]), np.zeros(2)
    found = gradients_of_steepest(PROJECT, quadratic)
    for gradient in found[:6]:
        assert gradient == pytest.approx(H @ w + c, rel=1e-9)
        w = w - (gradient @ gradient) / (gradient @ H @ gradient) * gradient
    assert np.linalg.norm(found[-1]) <= 1e-10 * np.linalg.norm(found[0]) < np.linalg.norm(found[-2])


class TooLong:
    """The project with lengths that are not the best ones."""

    def formula(self, chapter, name, place=0):
        formula = PROJECT.formula(chapter, name, place)
        return replace(formula, node=2 * formula.node) if name == "length_solution" else formula

    def function(self, chapter, name):
        return PROJECT.function(chapter, name)


def test_a_step_of_twice_the_length_does_not_turn_by_a_right_angle():
    quadratic = Quadratic.of_commute(PROJECT)
    assert all(product != 0 for product in right_angles(TooLong(), quadratic, 3))


def test_any_quadratic_is_solved_exactly_in_as_many_steps_as_it_has_weights():
    H = [[Fraction(entry) for entry in row] for row in ([4, 1, 0, 2], [1, 3, 1, 0], [0, 1, 5, 1], [2, 0, 1, 6])]
    quadratic = Quadratic(H, [Fraction(entry) for entry in (1, -2, 3, 5)])
    expected = sympy.Matrix(H).LUsolve(-sympy.Matrix(quadratic.c))
    path, (places, matrices) = exact_path(PROJECT, quadratic), exact_bfgs(PROJECT, quadratic)
    assert path.weights[-1] == list(expected)
    assert path.residuals[-1] == [0, 0, 0, 0]
    assert path.residuals[-2] != [0, 0, 0, 0]
    assert places == path.weights
    assert sympy.Matrix(matrices[-1]) == sympy.Matrix(H).inv()
    assert float_path(PROJECT, quadratic, 4)[-1] == pytest.approx(np.array(expected, dtype=float).ravel(), rel=1e-12)
