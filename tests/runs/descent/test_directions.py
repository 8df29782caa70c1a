"""Descents by emitted directions: on SciPy's valley, with lengths that obey Wolfe's conditions."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import LbfgsInvHessProduct, rosen, rosen_der, rosen_hess_prod

from symnn.arrays import Packing
from symnn.minimise import Objective
from symnn.project import Project
from symnn.runs.descent.directions import (
    FALL,
    LEVEL,
    Bfgs,
    ConjugateGradients,
    Counted,
    LimitedBfgs,
    Newton,
    SteepestDescent,
    descend,
    halved,
    levelled,
    whole_step,
)

PROJECT = Project(Path(__file__).parents[3])
START = np.array([-1.2, 1.0, 0.7])
VALLEY = Objective(
    lambda w: rosen(w),
    lambda w: rosen_der(w),
    Packing.of({"w": START}),
    {},
    lambda w, direction: rosen_hess_prod(w, direction),
)


@pytest.mark.parametrize(
    ("directions", "search", "steps"),
    [
        (lambda: Newton(PROJECT, VALLEY), halved, 40),
        (lambda: ConjugateGradients(PROJECT), levelled, 90),
        (lambda: Bfgs(PROJECT), levelled, 60),
        (lambda: LimitedBfgs(PROJECT), levelled, 60),
    ],
)
def test_methods_reach_the_end_of_the_valley(directions, search, steps):
    found = descend(VALLEY, START, directions(), search, steps=steps, tolerance=1e-9)
    assert found.steps < steps
    assert found.path[-1] == pytest.approx(np.ones(3), abs=1e-8)
    assert (np.diff(found.values) < 1e-15).all()
    assert found.slopes[-1] == pytest.approx(np.linalg.norm(rosen_der(found.path[-1])))


def test_steepest_descent_is_still_on_its_way():
    found = descend(VALLEY, START, SteepestDescent(), halved, steps=60, tolerance=1e-9)
    assert found.steps == 60
    assert found.evaluations == 61
    assert np.abs(found.path[-1] - 1).max() > 0.1


def test_whole_steps_are_the_directions():
    newton = Newton(PROJECT, VALLEY)
    (_, after) = descend(VALLEY, START, newton, whole_step, steps=1, tolerance=0.0).path
    assert after - START == pytest.approx(newton.at(START, rosen_der(START)))


def test_a_length_obeys_wolfes_conditions():
    g = rosen_der(START)
    length = levelled(Counted(VALLEY), START, g, -g)
    after = START - length * g
    assert rosen(after) <= rosen(START) - FALL * length * g @ g
    assert abs(rosen_der(after) @ g) <= LEVEL * g @ g


def test_a_limited_memory_is_scipys_product():
    random = np.random.default_rng(9)
    steps = random.normal(size=(4, 6))
    changes = steps @ np.diag(np.arange(1.0, 7.0))
    limited = LimitedBfgs(PROJECT, memory=3)
    for step, change in zip(steps, changes, strict=True):
        limited.learn(step, change)
    vector = random.normal(size=6)
    assert len(limited.pairs) == 3
    assert limited.times(vector, 1.0) == pytest.approx(LbfgsInvHessProduct(steps[1:], changes[1:]) @ vector, rel=1e-11)
