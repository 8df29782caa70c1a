"""What is examined: its samples, its loss without the penalty, what guessing costs, and steps that are not kept."""

import math
from dataclasses import replace
from itertools import islice, repeat

import numpy as np
import pytest

from symnn.errors import TrainingError


def test_some_samples_are_drawn_once_each_and_the_same_for_a_seed(usual):
    X, Y = usual.some(30, seed=4)
    assert (X.shape, Y.shape) == ((30, 2), (30, 1))
    assert len(np.unique(X, axis=0)) == 30
    assert np.array_equal(usual.some(30, seed=4)[0], X) and not np.array_equal(usual.some(30, seed=5)[0], X)
    assert len(usual.some(10**6)[0]) == len(usual.X)


def test_guessing_costs_the_logarithm_of_two_where_two_classes_are_as_many(usual):
    assert usual.baseline == pytest.approx(math.log(2), rel=1e-12)
    assert usual.weights == ["W1", "W2"]


def test_the_gradients_are_those_of_the_loss(usual):
    here, batch = usual.start(), usual.some(12)
    slopes = usual.gradients(here, batch)
    assert {name: slope.shape for name, slope in slopes.items()} == {n: array.shape for n, array in here.items()}
    direction, step = np.linspace(-1, 1, 12).reshape(2, 6), 1e-6
    above, below = (usual.loss({**here, "W1": here["W1"] + sign * step * direction}, batch) for sign in (1, -1))
    assert (above - below) / (2 * step) == pytest.approx(float(np.sum(slopes["W1"] * direction)), abs=1e-8)


def test_accuracy_is_the_share_that_is_right(usual):
    X, Y = usual.some(40)
    here = {**usual.start(), "W2": np.zeros((6, 1)), "b2": np.array([1.0])}
    assert usual.accuracy(here, (X, Y)) == pytest.approx(Y.mean())


def test_descent_learns_and_leaves_the_start_alone(usual):
    batch, before = usual.some(20), usual.start()
    *_, last = islice(usual.descend(0.1, repeat(batch)), 200)
    assert usual.loss(last, batch) < 0.2 * usual.loss(before, batch)
    for name, array in usual.start().items():
        assert np.array_equal(array, before[name])


def test_batches_go_through_all_samples_before_one_comes_again(usual):
    m, size = len(usual.X), 32
    passes = m // size
    taken = [X for X, _ in islice(usual.batches(size, seed=2), 2 * passes)]
    assert all(X.shape == (size, 2) for X in taken)
    for first in (0, passes):
        assert len(np.unique(np.concatenate(taken[first : first + passes]), axis=0)) == passes * size
    assert not np.array_equal(taken[0], taken[passes])
    (whole, _), *_ = islice(usual.batches(None), 1)
    assert len(whole) == m


def test_samples_that_the_module_does_not_take_are_refused(usual):
    with pytest.raises(TrainingError, match="examined cannot be trained on circles"):
        _ = replace(usual, X=usual.X[:, :1]).samples


def test_first_weights_that_overflow_are_refused(usual):
    def overflowing(seed):
        raise OverflowError("Range exceeds valid bounds")

    spoiled = replace(usual, module={**usual.module, "initialise": overflowing})
    with pytest.raises(
        TrainingError, match=r"examined: the first weights overflow: .*write a smaller \[initialisation\]"
    ):
        spoiled.start()
