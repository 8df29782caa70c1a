"""The run of one softmax layer on the digits: its layer by hand, and code that does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.learn.datasets import samples_for_test
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import softmax
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["classes"].execute(PROJECT, Options())


def test_the_digits_are_learned(report):
    assert report.passed
    start, rose, training, test = report.comparisons
    assert start.found < 1e-14 and rose.found == 0 and 0.93 < test.found < 1 and 0.93 < training.found < 1
    (table,) = (part for part in report.parts if isinstance(part, Table))
    counts = np.array([[0 if word == "·" else int(word) for word in row[1:-1]] for row in table.rows])
    assert counts.sum(axis=1).tolist() == np.bincount(samples_for_test("digits").y).tolist()
    assert np.trace(counts) / counts.sum() == pytest.approx(test.found)
    assert table.rows[0][-1] == "100"


def test_the_plot_has_an_image_of_each_digit_and_the_cost(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    *images, cost = [panel for row in plot.rows for panel in row]
    assert [panel.title for panel in images] == list("0123456789")
    zero = np.array(images[0].fields[0].values)
    assert zero.shape == (8, 8) and zero[3:5, 3:5].max() < 0 < zero[3, 2]
    assert cost.curves[0].y[0] == pytest.approx(np.log(10)) and cost.curves[0].y[-1] < 0.5


def test_descent_by_hand_on_few_samples():
    random = np.random.default_rng(6)
    X, Y = random.normal(size=(9, 4)), np.eye(3)[random.integers(3, size=9)]

    def value(X, W, b, Y):
        Z = X @ W + b
        return np.mean(np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1))

    def gradient(X, W, b, Y):
        S = np.exp(X @ W + b)
        errors = (S / S.sum(axis=1, keepdims=True) - Y) / len(X)
        return X.T @ errors, errors.sum(axis=0)

    emitted = (PROJECT.function("one_hot", f"batch_{what}") for what in ("value", "gradient"))
    mine, theirs = softmax.descend(*emitted, X, Y), softmax.descend(value, gradient, X, Y)
    assert pytest.approx(theirs.W) == mine.W and mine.b == pytest.approx(theirs.b)
    assert mine.costs == pytest.approx(theirs.costs) and np.all(np.diff(mine.costs) <= 0)
    assert mine.chosen(X).tolist() == np.argmax(X @ theirs.W + theirs.b, axis=1).tolist()


def test_a_gradient_of_the_wrong_sign_does_not_pass(monkeypatch):
    monkeypatch.setattr(softmax, "STEPS", 5)

    class Tampered:
        def function(self, chapter, name):
            found = PROJECT.function(chapter, name)
            return found if name == "batch_value" else lambda *given: [-slope for slope in found(*given)]

    failed = [one.what for one in softmax.classes(Tampered(), Options()).comparisons if not one.passed]
    assert failed == ["steps on which the cost rose", "right on the training samples", "right on the test samples"]
