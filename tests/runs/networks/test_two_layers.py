"""The notes' networks on data: exact numbers at zero weights, NumPy by hand elsewhere, and wrong code does not pass."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import two_layers
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["two-layers"].execute(PROJECT, Options())


def group(report, start):
    (found,) = (part for part in report.parts if isinstance(part, Group) and part.heading.startswith(start))
    return {one.what: one for one in found.comparisons}


def test_all_numbers_come_out(report):
    assert report.passed


def test_the_gradient_at_zero_weights_is_exact(report):
    found = group(report, "H3: all weights 0")
    assert [one.exact for one in found.values()] == [Fraction(-1, 12), Fraction(1, 24), Fraction(1, 24), 0]
    assert all(isinstance(one.exact, Fraction) for one in found.values())


def test_the_loss_and_its_descent_by_hand(report):
    X, Y = two_layers.clouds()
    random = np.random.default_rng(two_layers.SEED + 2)
    W1, W2 = random.normal(size=(2, 5)), random.normal(size=(5, 3))
    losses = []
    for _ in range(11):
        H1 = 1 / (1 + np.exp(-X @ W1))
        S = np.exp(H1 @ W2)
        S /= S.sum(axis=1, keepdims=True)
        losses.append(-np.sum(Y * np.log(S)) / len(X))
        by_first, by_second = X.T @ (((S - Y) @ W2.T) * H1 * (1 - H1)) / len(X), H1.T @ (S - Y) / len(X)
        W1, W2 = W1 - two_layers.RATE * by_first, W2 - two_layers.RATE * by_second
    shown = dict(next(part for part in report.parts if isinstance(part, Table)).rows)
    assert [float(shown[step]) for step in ("0", "1", "10")] == pytest.approx(
        [losses[0], losses[1], losses[10]], abs=6e-5
    )
    assert group(report, "H3: what")["accuracy"].found == 1


def test_gradients_of_all_depths_are_compared(report):
    found = group(report, "Emitted gradients")
    assert [what.split(": ")[1] for what in found] == [f"∂/∂W{layer}" for layer in (1, 2, 1, 2, 1, 2, 3, 4)]


def test_the_jacobian_at_equal_scores(report):
    assert [one.exact for one in group(report, "H4: the softmax's").values()] == [Fraction(3, 16), Fraction(-1, 16)]


def test_the_plot_has_a_boundary_for_each_class(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    losses, boundaries = plot.rows[0]
    assert len(losses.curves[0].y) == two_layers.STEPS + 1 and losses.curves[0].y[0] > math.log(3)
    assert [len(points.x) for points in boundaries.points] == [20, 20, 20] and len(boundaries.fields) == 3
    margins = np.array([field.values for field in boundaries.fields])
    assert ((margins > 0).sum(axis=0) == 1).all()


def test_the_sign_that_is_printed_does_not_pass():
    class Printed:
        def __getattr__(self, name):
            return getattr(PROJECT, name)

        def function(self, chapter, name):
            right = PROJECT.function(chapter, name)
            if (chapter, name) != ("two_layers", "gradient"):
                return right
            return lambda **data: tuple(-part for part in right(**data))

    report = two_layers.two_layers(Printed())
    failed = {one.what for one in report.comparisons if not one.passed}
    assert {"∂/∂W₂[0, 0]", "H3, linear second layer: ∂/∂W2", "accuracy", "printed sign: the loss rises by"} <= failed
