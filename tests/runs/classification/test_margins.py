"""The run of the losses of the margin: values by hand, and what must not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification.margins import GRID, margins
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
BY_HAND = {
    "0–1": lambda m: float(m <= 0),
    "perceptron": lambda m: max(0.0, -m),
    "hinge": lambda m: max(0.0, 1 - m),
    "½ hinge²": lambda m: max(0.0, 1 - m) ** 2 / 2,
    "logistic": lambda m: np.log(1 + np.exp(-m)),
}


@pytest.fixture(scope="module")
def report():
    return RUNS["margins"].execute(PROJECT, Options())


def test_the_curves_are_the_losses_by_hand(report):
    assert report.passed
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    ((values, slopes),) = plot.rows
    assert [curve.label for curve in values.curves] == list(BY_HAND)
    for curve in values.curves:
        assert curve.y == pytest.approx([BY_HAND[curve.label](m) for m in GRID], abs=1e-12)
    for curve, of in zip(slopes.curves[1:], list(BY_HAND.values())[1:], strict=True):
        for m in (-2.5, -0.7, 0.4, 1.6):
            place = int(np.argmin(np.abs(GRID - m)))
            assert curve.y[place] == pytest.approx((of(m + 1e-6) - of(m - 1e-6)) / 2e-6, abs=1e-6)


def test_the_table_of_kinks(report):
    table = next(part for part in report.parts if isinstance(part, Table) and "kinks" in part.heading)
    assert table.rows == [
        ("perceptron", "0", "-1.0000", "-1.0000", "0.0000"),
        ("hinge", "1", "-1.0000", "0.0000", "0.0000"),
        ("½ hinge²", "1", "0.0000", "0.0000", "0.0000"),
    ]


class Tampered:
    """The project with one function replaced."""

    def __init__(self, name, function):
        self.name, self.replaced = name, function

    def function(self, chapter, name):
        return self.replaced if name == self.name else PROJECT.function(chapter, name)


def failed(report):
    groups = [part for part in report.parts if isinstance(part, Group)]
    return [one.what for group in groups for one in group.comparisons if not one.passed]


def test_a_slope_that_is_no_subgradient_does_not_pass():
    steep = Tampered("hinge_gradient", lambda y, w, x: -1.5 * y * x * float(y * (w @ x) <= 1))
    assert failed(margins(steep, Options())) == ["hinge at 1"]


def test_a_loss_below_the_0_1_loss_does_not_pass():
    low = Tampered("logistic_value", lambda y, w, x: 0.9 * np.logaddexp(0, -y * (w @ x)))
    assert failed(margins(low, Options())) == ["logistic / log 2"]


def test_a_loss_that_overflows_does_not_pass():
    def naive(y, w, x):
        with np.errstate(over="ignore"):
            return np.log(1 + np.exp(-y * (w @ x)))

    assert failed(margins(Tampered("logistic_value", naive), Options())) == ["logistic"]
