"""Optimisers side by side: Adam's first step, steps to a tolerance, and a training, by the emitted updates."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent.optimisers import LEAST, Network, _first_steps, fastest, optimisers, trained, valleys
from symnn.runs.descent.stepping import CHAPTERS, emitted_update
from symnn.runs.registry import RUNS
from symnn.runs.report import Report, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["optimisers"].execute(PROJECT, Options())


def test_all_numbers_come_out(report):
    assert report.passed and RUNS["optimisers"].execute is optimisers
    found = {one.what: one for one in report.comparisons}
    assert (found["biased, squared"].exact, found["corrected, squared"].exact) == (10, 1)
    assert float(found["biased"].exact) == pytest.approx(10**0.5, rel=1e-15)
    assert found["biased"].computed == pytest.approx(3.16, abs=0.005)


def test_the_tables_have_every_optimiser(report):
    steps, training = (part for part in report.parts if isinstance(part, Table))
    assert len(training.rows) == len(CHAPTERS) and len(steps.rows) == len(CHAPTERS) - 1
    plots = [part for part in report.parts if hasattr(part, "draw")]
    assert [len(row) for row in plots[0].rows] == [2, 2]


def test_the_steps_of_descent_are_those_by_hand():
    """On ½(x₁² + 25x₂²) both entries shrink by a factor: 0.97 and 0.25 at the rate 0.03."""
    valley, _ = valleys(PROJECT)
    found = fastest("gd", emitted_update(PROJECT, "gd"), valley)
    place, steps = np.array(valley.start), 0
    while place @ (place * [1, 25]) / 2 > LEAST:
        place, steps = place * [0.97, 0.25], steps + 1
    assert (found.rate, found.steps) == (0.03, steps)


def test_a_rate_that_throws_far_away_is_not_taken():
    """AdaGrad's first step is as long as the rate in each entry; on Rosenbrock's valley 1 is far too long."""
    bent = valleys(PROJECT)[1]
    found = fastest("adagrad", emitted_update(PROJECT, "adagrad"), bent)
    thrown = np.add(bent.start, 1)
    assert bent.value(thrown) > 2 * bent.value(np.array(bent.start))
    assert found.rate < 1 and max(found.values) <= 2 * found.values[0]


def test_the_minima_are_level():
    for valley in valleys(PROJECT):
        np.testing.assert_allclose(valley.gradient(np.array(valley.minimum)), 0, atol=1e-12)


def test_the_gradients_are_those_of_the_values():
    for valley in valleys(PROJECT):
        at = np.array(valley.start) + 0.1
        by_differences = [(valley.value(at + step) - valley.value(at - step)) / 2e-6 for step in (np.eye(2) * 1e-6)]
        np.testing.assert_allclose(valley.gradient(at), by_differences, rtol=1e-5)


def test_a_network_is_a_function_of_one_vector_of_all_its_parameters():
    network = Network(PROJECT, "iris")
    parameters = network.module["initialise"](0)
    assert network.start.shape == (sum(array.size for array in parameters.values()),)
    assert network.loss(network.start) == network.module["loss"](parameters, network.X, network.y)
    way, step = np.linspace(-1, 1, len(network.start)), 1e-6
    difference = (network.loss(network.start + step * way) - network.loss(network.start - step * way)) / (2 * step)
    assert network.gradient(network.start) @ way == pytest.approx(difference, rel=1e-7)


def test_a_network_is_trained_for_all_steps():
    network = Network(PROJECT, "iris")
    assert len(trained("adam", emitted_update(PROJECT, "adam"), network).losses) == 101


class Tampered:
    """The project with updates that go a thousandth too far."""

    def objective(self, chapter):
        return PROJECT.objective(chapter)

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        return lambda **arguments: [1.001 * array for array in emitted(**arguments)]


def test_wrong_updates_do_not_pass():
    report = Report("the first step")
    _first_steps(report, Tampered())
    assert [one.passed for one in report.comparisons] == [False, False, False]
