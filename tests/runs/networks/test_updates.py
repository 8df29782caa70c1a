"""Updates of W and b: against the differences of the cost, until the circles are apart; wrong code does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.learn.datasets import samples_for_training
from symnn.project import Project
from symnn.runs.networks import updates
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
NETWORK = updates.Network.of(PROJECT)
SAMPLES = samples_for_training("circles")


@pytest.fixture(scope="module")
def report():
    return RUNS["updates"].execute(PROJECT, Options())


def cost(layers, x, y):
    W1, b1, W2, b2 = layers
    hidden = 1 / (1 + np.exp(-(W1 @ x + b1)))
    return 0.5 * np.sum((1 / (1 + np.exp(-(W2 @ hidden + b2))) - y) ** 2)


def test_all_numbers_come_out(report):
    assert report.passed
    rows = {row[0]: row for row in report.parts[0].rows}
    assert list(rows) == ["W1[0, 0]", "b1[0]", "W2[0, 0]", "b2[0]"]
    for _, before, gradient, after in rows.values():
        assert float(after) == pytest.approx(float(before) - updates.ONE * float(gradient), abs=2e-6)


@pytest.mark.parametrize(("layer", "place"), [(0, (3, 1)), (1, (5,)), (2, (0, 6)), (3, (0,))])
def test_an_update_goes_against_the_differences_of_the_cost(layer, place):
    layers, (x, y) = updates.start(), (SAMPLES.X[7], updates.target(SAMPLES.y[7]))
    costs = []
    for change in (1e-6, -1e-6):
        changed = [array.copy() for array in layers]
        changed[layer][place] += change
        costs.append(cost(changed, x, y))
    after = NETWORK.updated(layers, NETWORK.gradients(x, *layers, y), 0.7)
    assert after[layer][place] - layers[layer][place] == pytest.approx(-0.7 * (costs[0] - costs[1]) / 2e-6, rel=1e-5)


def test_all_at_once_goes_against_the_mean_cost():
    layers = updates.start()
    gradients = updates.mean_gradients(NETWORK, layers, SAMPLES)
    before = NETWORK.mean_cost(layers, SAMPLES)
    assert before == pytest.approx(
        np.mean([cost(layers, x, updates.target(y)) for x, y in zip(SAMPLES.X, SAMPLES.y, strict=True)])
    )
    squares = sum(np.sum(gradient**2) for gradient in gradients)
    after = NETWORK.mean_cost(NETWORK.updated(layers, gradients, 1e-4), SAMPLES)
    assert before - after == pytest.approx(1e-4 * squares, rel=1e-2)


def test_one_at_a_time_learns_in_fewer_passes(report):
    table = next(part for part in report.parts if isinstance(part, Table) and "passes" in part.heading)
    one, *every = (list(map(float, row[1:])) for row in table.rows)
    assert len(every) == len(updates.ALL)
    assert all(one[0] == each[0] and one[-1] < each[-1] / 10 for each in every)


class Tampered:
    """The project with one emitted function replaced by a multiple of it."""

    def __init__(self, name, factor):
        self.name, self.factor = name, factor

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        if name != self.name:
            return emitted
        return lambda *values: tuple(self.factor * array for array in emitted(*values))


@pytest.mark.parametrize(
    ("name", "factor", "wrong"),
    [
        ("update_solution", -1, "C"),
        ("network_gradient", 0.001, "samples that are right, one at a time"),
    ],
)
def test_wrong_code_does_not_pass(monkeypatch, name, factor, wrong):
    monkeypatch.setattr(updates, "PASSES", 30)
    report = RUNS["updates"].execute(Tampered(name, factor), Options())
    assert wrong in [one.what for one in report.comparisons if not one.passed]
