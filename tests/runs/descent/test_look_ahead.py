"""Where the gradient is taken: the stability limits come out, and the wrong sign or a wrong update does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent.look_ahead import LIMITS, exact_limit, measured_limit, radius, step_matrix
from symnn.runs.registry import RUNS
from symnn.runs.report import Claim, Comparison
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["look-ahead"].execute(PROJECT, Options())


@pytest.fixture(scope="module")
def update():
    return PROJECT.function("momentum", "momentum_update")


def test_all_numbers_come_out(report):
    assert report.passed
    found = {one.what: one for one in report.comparisons if isinstance(one, Comparison)}
    nesterov = found["Nesterov: gradient at θ − ρv"]
    assert round(float(nesterov.exact), 3) == 1.357
    assert round(float(found["as printed: gradient at θ + ρv"].exact), 3) == 0.111
    assert [type(one) for one in report.comparisons] == [Comparison] * 3 + [Claim] * 3


@pytest.mark.parametrize("ahead", LIMITS)
def test_the_limits_are_those_of_a_simulation(ahead, update):
    characteristic = PROJECT.objective("momentum")
    limit = float(exact_limit(characteristic, ahead))
    assert measured_limit(update, ahead) == pytest.approx(limit, rel=1e-12)
    for factor, falls in ((0.97, True), (1.03, False)):
        state = np.array([1.0, 0.3])
        for _ in range(1000):
            place, velocity = state
            slope = factor * limit * (place - ahead * 0.9 * velocity)
            velocity = 0.9 * velocity + slope
            state = np.array([place - velocity, velocity])
        assert bool(np.abs(state).max() < 1) is falls


def test_the_radius_of_momentum_is_the_root_of_what_is_kept(update):
    assert radius(update, 1.0, 0) == pytest.approx(np.sqrt(0.9))
    np.testing.assert_allclose(np.linalg.det(step_matrix(update, 0.7, 0)), 0.9, rtol=1e-12)


class Turned:
    """The project, with an update that adds the velocity that it should subtract."""

    def objective(self, chapter):
        return PROJECT.objective(chapter)

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)

        def turned(place, slope, velocity, *rates):
            return emitted(place, slope, -np.asarray(velocity), *rates)

        return turned


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_update_does_not_pass():
    assert not RUNS["look-ahead"].execute(Turned(), Options()).passed
