"""The run of Novikoff's bound: the largest margin by another way, the reached bound, and a rule that breaks it."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from symnn.errors import MissingExtraError
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import convergence
from symnn.runs.classification.convergence import Separable, drawn_set, orthogonal_set, widest
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])

pytest.importorskip("scipy", reason="SciPy is not installed")


@pytest.fixture(scope="module")
def report():
    return RUNS["convergence"].execute(PROJECT, Options())


def test_no_set_takes_more_updates_than_the_bound(report):
    assert report.passed
    drawn, largest, endless, reached, updates = report.comparisons
    assert 0.1 < drawn.found < largest.found < 1
    assert endless.found == 0 and reached.found == pytest.approx(1) and updates.found == 8
    table = next(part for part in report.parts if isinstance(part, Table) and "Updates and" in part.heading)
    columns = [[int(entry.replace(",", "")) for entry in row[1:]] for row in table.rows]
    assert all(column == sorted(column) and column[0] < column[-1] for column in columns)


def test_every_set_is_in_the_plot(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    ((histogram, scatter),) = plot.rows
    assert [sum(bars.counts) for bars in histogram.bars] == [200, 200]
    (points,) = scatter.points
    assert len(points.x) == 200 and all(y <= x for x, y in zip(points.x, points.y, strict=True))


def test_the_widest_margin_of_a_square_is_known():
    square = Separable(np.array([[2.0, 1], [2, -1], [-2, 1], [-2, -1]]), np.array([1.0, 1, -1, -1]), np.array([1.0, 0]))
    assert widest(square) == pytest.approx([1, 0])
    assert square.margin(np.array([3.0, 0])) == pytest.approx(2)
    assert square.radius == pytest.approx(np.sqrt(5))


@pytest.mark.parametrize("seed", range(5))
def test_no_unit_vector_has_a_wider_margin(seed):
    samples = drawn_set(random.Random(seed))
    best = samples.margin(widest(samples))
    assert samples.margin(samples.drawn_by) <= best + 1e-12
    around = np.random.default_rng(seed).normal(size=(2_000, samples.X.shape[1]))
    near = widest(samples) + 0.05 * around
    assert max(samples.margin(u) for u in [*around, *near]) <= best + 1e-12
    assert samples.margin(widest(samples) + 1e-6) == pytest.approx(best, rel=1e-2)


def test_orthogonal_samples_reach_the_bound():
    samples = orthogonal_set(4)
    assert pytest.approx(4 * np.eye(4)) == samples.X @ samples.X.T
    assert (samples.radius**2, samples.margin(samples.drawn_by)) == pytest.approx((4, 1))
    assert samples.X[:, -1].tolist() == [1, 1, 1, 1]


def test_a_rule_that_updates_too_often_does_not_pass(monkeypatch):
    """Samples are learned again although their margin is positive, below 3."""

    def eager(eta, y, w0, x, b0):
        step = eta * y * (y * (w0 @ x + b0) <= 3)
        return w0 + step * x, b0 + step

    class Tampered:
        def function(self, chapter, name):
            return eager

    monkeypatch.setattr(convergence, "SETS", 25)
    report = convergence.convergence(Tampered(), Options())
    assert not report.passed


def test_without_scipy_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtraError, match=r"symnn\[fit\]"):
        widest(orthogonal_set(2))
