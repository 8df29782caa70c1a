"""Vector calculus in numbers: differences that know no rule agree with the gradients, and drawn arrows stand right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.regression.vector_calculus import vector_calculus
from symnn.runs.report import Group

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return vector_calculus(PROJECT)


def test_all_numbers_come_out(report):
    assert report.passed
    counts = [len(part.comparisons) for part in report.parts if isinstance(part, Group)]
    assert counts == [12, 2, 2, 1]


def test_the_gradient_of_a_skewed_form(report):
    A, W = np.array([[2, 3], [-1, 1]]), np.array([2, -1])
    quadratic = [part for part in report.parts if isinstance(part, Group)][1]
    assert [float(one.expected) for one in quadratic.comparisons] == ((A + A.T) @ W).tolist()


def test_the_gradient_is_drawn_at_right_angles_to_the_level_line(report):
    plot = next(part for part in report.parts if isinstance(part, Plot))
    (panel,) = plot.rows[0]
    right, wrong = (np.array([np.diff(curve.x)[0], np.diff(curve.y)[0]]) for curve in panel.curves)
    A, W = np.array([[2, 3], [-1, 1]]), np.array([2, -1])
    along = np.array([-((A + A.T) @ W)[1], ((A + A.T) @ W)[0]])
    assert right @ along == pytest.approx(0, abs=1e-12)
    assert abs(wrong @ along) > 1


def test_a_wrong_jacobian_does_not_come_out():
    class Tampered:
        def formula(self, chapter, name, place=0):
            found = PROJECT.formula(chapter, name, place)
            return replace(found, node=2 * found.node) if name.endswith("jacobian") else found

    assert not vector_calculus(Tampered()).passed
