"""The p-norms in numbers: NumPy's norms, the bounds of the limit, and unit balls that are what they are drawn as."""

from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.regression.norms import norms
from symnn.runs.report import Table

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return norms(PROJECT)


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 11


def test_the_norm_falls_towards_the_largest_entry(report):
    for exponent, largest, found, bound in table(report, "largest entry").rows:
        assert float(found) == pytest.approx(np.linalg.norm([3, -4, 5], float(exponent)), abs=1e-8)
        assert float(largest) <= float(found) <= float(bound)


def test_the_triangle_inequality_fails_below_one_alone(report):
    assert [row[3] for row in table(report, "triangle").rows] == ["no", "yes", "yes"]


def test_every_drawn_point_has_the_norm_one(report):
    balls, by_exponent = next(part for part in report.parts if isinstance(part, Plot)).rows[0]
    for curve, exponent in zip(balls.curves, (0.5, 1, 1.5, 2, 4, np.inf), strict=True):
        points = np.stack([curve.x, curve.y], axis=1)
        assert [np.linalg.norm(point, exponent) for point in points] == pytest.approx([1] * len(points))
    falling, limit = by_exponent.curves
    assert all(np.diff(falling.y) < 0) and set(limit.y) == {5.0}


def test_a_wrong_norm_does_not_come_out():
    class Tampered:
        def function(self, chapter, name):
            found = PROJECT.function(chapter, name)
            return (lambda v, p: 1.001 * found(v, p)) if name == "value" else found

    assert not norms(Tampered()).passed
