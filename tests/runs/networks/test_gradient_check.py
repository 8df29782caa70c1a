"""The run of gradient checking: all numbers come out, orders hold on a cubic, and round-off is of the size assumed."""

from pathlib import Path

import numpy as np
import pytest

from symnn.arrays import Packing
from symnn.minimise import Objective
from symnn.project import Project
from symnn.runs.networks.gradient_check import DISTANCES, Differences, errors_by_distance, higher, slope
from symnn.runs.networks.network_objective import network_objective
from symnn.runs.registry import RUNS
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_all_numbers_come_out():
    report = RUNS["gradient-check"].execute(PROJECT, Options())
    assert report.passed
    assert len(list(report.comparisons)) == 12


def products(w, direction):
    return 6 * w * direction


CUBIC = Objective(lambda w: np.sum(w**3), lambda w: 3 * w**2, Packing.of({"w": np.zeros(4)}), {}, products)


def test_orders_on_a_cubic():
    errors = errors_by_distance(CUBIC, np.array([1.0, -2.0, 0.5, 3.0]), Differences.of(PROJECT))
    assert slope(errors.central, 1e-3, 1e-1) == pytest.approx(2, abs=0.02)
    assert slope(errors.one_sided, 1e-6, 1e-3) == pytest.approx(1, abs=0.02)
    assert errors.best_central / errors.predicted_central == pytest.approx(1, abs=0.9)


def test_higher_derivatives_along_a_direction():
    w, p = np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.5, 1.0, -1.0, 2.0])
    assert higher(CUBIC, w, p) == pytest.approx((6 * np.sum(w * p**2), 6 * np.sum(p**3)), rel=1e-7)


def test_a_slope_is_the_exponent():
    assert slope(3 * DISTANCES**1.5, 1e-8, 1e-2) == pytest.approx(1.5)


def test_the_network_has_forty_two_weights_and_its_gradient():
    objective, w = network_objective(PROJECT)
    assert len(w) == 42
    direction = np.linspace(-1, 1, 42)
    difference = (objective.value(w + 1e-5 * direction) - objective.value(w - 1e-5 * direction)) / 2e-5
    assert objective.gradient(w) @ direction == pytest.approx(difference, rel=1e-8)


class Tampered:
    """The project with one emitted function replaced by a multiple of it."""

    def __init__(self, name, factor):
        self.name, self.factor = name, factor

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        if (chapter, name) != self.name:
            return emitted

        def multiple(*values, **named):
            found = emitted(*values, **named)
            return tuple(self.factor * part for part in found) if isinstance(found, tuple) else self.factor * found

        return multiple


@pytest.mark.parametrize(
    ("name", "factor", "wrong"),
    [
        (("hessian_products", "gradient"), 1 + 1e-6, "as emitted"),
        (("gradient_checking", "central"), 2, "central: least error"),
        (("gradient_checking", "best_central"), 20, "central: |log₁₀ found/predicted|"),
        (("gradient_checking", "best_one_sided"), 0.05, "one-sided: |log₁₀ found/predicted|"),
    ],
)
def test_wrong_code_does_not_pass(name, factor, wrong):
    report = RUNS["gradient-check"].execute(Tampered(name, factor), Options())
    assert wrong in [one.what for one in report.comparisons if not one.passed]
