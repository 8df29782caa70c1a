"""The run of the squared hinge on iris: its cost by another way, and code that does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import hinge
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["hinge"].execute(PROJECT, Options())


def test_both_pairs_are_learned(report):
    assert report.passed
    (table,) = (part for part in report.parts if isinstance(part, Table))
    setosa, virginica = table.rows
    assert setosa[:3] == ("setosa and versicolor", "100.0", "100.0")
    assert float(virginica[1]) < 100 and float(virginica[3]) > float(virginica[4]) > 0.05


def test_the_least_cost_is_that_of_scipy(report):
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    pair = hinge._pair((1, 2))
    found = optimize.minimize(
        lambda w: np.mean(np.maximum(0, 1 - pair.y * (pair.X @ w)) ** 2) / 2, np.zeros(3), method="BFGS"
    )
    (table,) = (part for part in report.parts if isinstance(part, Table))
    assert float(table.rows[1][4]) == pytest.approx(found.fun, abs=1e-5)


def test_a_pair_is_standardised_by_its_training_samples():
    pair = hinge._pair((0, 1))
    assert pair.names == ("setosa", "versicolor")
    assert pair.X.shape == (80, 3) and pair.X_test.shape == (20, 3)
    assert pair.X.mean(axis=0) == pytest.approx([1, 0, 0], abs=1e-12)
    assert pair.X[:, 1:].std(axis=0) == pytest.approx([1, 1])
    assert abs(pair.X_test[:, 1:].mean()) > 1e-6
    assert sorted(set(pair.y)) == [-1, 1] and pair.y.sum() == pair.y_test.sum() == 0


def test_the_plot_has_all_samples_and_both_curves(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    ((first, second, costs),) = plot.rows
    assert [len(points.x) for panel in (first, second) for points in panel.points] == [40, 40, 40, 40]
    assert [len(curve.y) for curve in costs.curves] == [hinge.PASSES + 1] * 2
    assert all(curve.y[-1] < curve.y[0] / 100 for curve in costs.curves)


def test_the_hinges_gradient_in_its_place_does_not_pass(monkeypatch):
    monkeypatch.setattr(hinge, "PASSES", 5)
    monkeypatch.setattr(hinge, "DESCENT_STEPS", 200)

    class Tampered:
        def function(self, chapter, name):
            if name == "squared_hinge_gradient":
                return PROJECT.function(chapter, "hinge_gradient")
            return PROJECT.function(chapter, name)

    failed = [one.what for one in hinge.hinge(Tampered(), Options()).comparisons if not one.passed]
    assert failed.count("largest difference from the book's gradient") == 2
