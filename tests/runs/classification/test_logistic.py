"""The run of the logistic classifier: its minimum by another way, and code that does not pass."""

import sys
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import logistic
from symnn.runs.classification.logistic import clouds
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Report, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["logistic"].execute(PROJECT, Options())


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def test_the_run_passes_and_newton_is_at_the_minimum(report):
    assert report.passed
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    points, y = clouds(60, 1.0, 5)
    X = np.column_stack([np.ones(120), points])
    found = optimize.minimize(lambda w: np.logaddexp(0, -(2 * y - 1) * (X @ w)).sum(), np.zeros(3), method="BFGS")
    rows = {(row[0], row[1]): row for row in table(report, "From w").rows}
    assert float(rows["Newton", "5"][2]) == pytest.approx(found.fun, abs=1e-6)
    weights = [float(word) for word in rows["descent", "400"][4].strip("()").split(", ")]
    assert weights == pytest.approx(found.x, abs=1e-3)
    assert rows["Newton", "0"][2] == f"{120 * np.log(2):.10f}"


def test_newton_squares_the_error(report):
    slopes = [float(row[3]) for row in table(report, "From w").rows if row[0] == "Newton"]
    assert slopes[5] < slopes[4] / 100 < slopes[3] / 1_000


def test_the_penalty_shortens_the_weights(report):
    rows = table(report, "separable").rows
    assert [row[0] for row in rows] == ["0", "1", "10", "100"]
    lengths = [float(row[4]) for row in rows]
    assert lengths == sorted(lengths, reverse=True)


def test_the_clouds_are_drawn_by_seed():
    points, y = clouds(40, 2.0, 1)
    assert y.tolist() == [0.0] * 40 + [1.0] * 40
    assert points[:40].mean(axis=0) == pytest.approx([-2, -1], abs=0.5)
    assert points[40:].mean(axis=0) == pytest.approx([2, 1], abs=0.5)
    assert clouds(40, 2.0, 1)[0].tolist() == points.tolist() != clouds(40, 2.0, 2)[0].tolist()


def test_the_plot_shows_both_clouds_and_the_line_between(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    ((plane, costs, grown),) = plot.rows
    assert [len(points.x) for points in plane.points] == [60, 60]
    assert [curve.label for curve in costs.curves] == ["Newton", "descent"]
    assert all(cost > 0 for curve in costs.curves for cost in curve.y)
    assert [curve.y[-1] > 3 for curve in grown.curves] == [True, False, False, False]


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(logistic, "STEPS", (10, 20, 50, 100))


class Tampered:
    """The project with one function multiplied."""

    def __init__(self, chapter, name, factor):
        self.chapter, self.name, self.factor = chapter, name, factor

    def function(self, chapter, name):
        found = PROJECT.function(chapter, name)
        if (chapter, name) != (self.chapter, self.name):
            return found
        return lambda *arguments: self.factor * found(*arguments)


def failed(sources):
    return {one.what for one in logistic.logistic(sources, Options()).comparisons if not one.passed}


def test_wrong_code_does_not_pass(short):
    usual = failed(PROJECT)
    by_hessian = failed(Tampered("logistic_classifier", "hessian", 2)) - usual
    assert {"‖gradient‖ by Newton", "distance of the two w"} <= by_hessian


def test_a_hessian_that_is_not_semidefinite_does_not_pass():
    points, y = clouds(9, 1.0, 5)
    sources = Tampered("logistic_classifier", "hessian", -1)
    functions = (sources.function("logistic_classifier", name) for name in ("value", "gradient", "hessian"))
    classifier = logistic.Classifier(np.column_stack([np.ones(18), points]), y, *functions)
    report = Report("")
    logistic._convex(report, classifier, np.zeros(3))
    assert [one.passed for one in report.comparisons] == [False] * 3


def test_without_the_library_the_report_says_so(short, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    report = logistic.logistic(PROJECT, Options())
    assert any(isinstance(part, str) and "is not installed" in part for part in report.parts)
    assert "distance" not in {one.what for one in report.comparisons}


def test_a_bias_that_is_penalised_does_not_pass(report):
    found = PROJECT.function("network_losses", "logistic_gradient")

    class Penalised:
        def function(self, chapter, name):
            def gradient(X, theta, bias, y, lam):
                by_theta, by_bias = found(X, theta, bias, y, lam)
                return by_theta, by_bias + lam / len(y) * bias

            return gradient

    free = next(part for part in report.parts if isinstance(part, Group) and "the bias is not" in part.heading)
    assert free.comparisons[1].found == pytest.approx(np.log(20 / 60), abs=0.01)
    wrong = Report("")
    logistic._free_bias(wrong, Penalised())
    assert [one.passed for one in wrong.comparisons] == [True, False, False]
