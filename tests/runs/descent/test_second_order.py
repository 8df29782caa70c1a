"""The run of second-order methods: all numbers come out, and a wrong update is told from SciPy's."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent.directions import Bfgs, ConjugateGradients
from symnn.runs.descent.second_order import (
    START,
    apart,
    beside_limited,
    beside_newton,
    greatest_sine,
    run,
    scipys,
    valley_objective,
)
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_all_numbers_come_out():
    report = RUNS["second-order"].execute(PROJECT, Options())
    assert report.passed
    assert len(list(report.comparisons)) == 21
    assert [len(part.rows) for part in report.parts if isinstance(part, Table)] == [6, 8]


def test_newtons_last_steps_square_the_distance():
    valley = valley_objective(PROJECT)
    distances = np.abs(run(PROJECT, valley, START, "Newton, whole").path - 1).max(axis=1)
    assert distances[-3] < 1e-4
    assert distances[-2] < 10 * distances[-3] ** 1.5


class Slipped:
    """The project, but for updates in which a factor was lost, or a part is missing."""

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        if name in ("bfgs", "after"):
            return lambda **values: emitted(**values) * (1 + 1e-6)
        if (chapter, name) == ("conjugate_gradients", "direction"):
            return lambda **values: emitted(**values) + 1e-6 * values["new"]
        if name == "several_variables_solution":
            return lambda **values: emitted(**values) * (1 + 1e-6)
        return emitted


def found_by(derivations):
    """How far the emitted updates are from SciPy's: two sines, a matrix, a product and steps."""
    valley = valley_objective(PROJECT)
    by_gradients, by_bfgs, limited = (scipys(valley, START, method, 8) for method in ("CG", "BFGS", "L-BFGS-B"))
    bfgs = Bfgs(derivations)
    return [
        greatest_sine(ConjugateGradients(derivations), valley, by_gradients.path),
        greatest_sine(bfgs, valley, by_bfgs.path),
        apart(bfgs.inverse, by_bfgs.scipy.hess_inv),
        beside_limited(derivations, limited),
        beside_newton(derivations, valley),
    ]


def test_a_slip_in_an_update_is_told_from_scipys():
    assert max(found_by(PROJECT)) < 1e-12
    conjugate, turned, matrix, product, steps = found_by(Slipped())
    assert conjugate > 1e-9
    assert turned > 1e-12 and matrix > 1e-7
    assert product == pytest.approx(8e-6, rel=0.9)
    assert steps == pytest.approx(1e-6, rel=1e-3)
