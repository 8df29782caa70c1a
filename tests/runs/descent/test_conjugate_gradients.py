"""The run of conjugate gradients: exact weights after three steps, as SymPy solves for them, and ranks."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn.project import Project
from symnn.runs.descent.conjugate_gradients import Quadratic, exact_bfgs, exact_path, float_path
from symnn.runs.registry import RUNS
from symnn.runs.report import Group
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["conjugate-gradients"].execute(PROJECT, Options())


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 10


def test_ranks_are_two_and_one(report):
    ranks = next(part for part in report.parts if isinstance(part, Group) and "rank" in part.heading)
    assert [comparison.exact for comparison in ranks.comparisons] == [2, 1]


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
