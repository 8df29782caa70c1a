"""Checks before the first step, against numbers that are known, and with what is wrong made so."""

from dataclasses import replace

import numpy as np
import pytest

from symnn.recipe import start
from symnn.recipe.subject import MOST_SAMPLES
from tests.recipe.conftest import subject_of


def begun(subject, change):
    initialise = subject.module["initialise"]
    return replace(subject, module={**subject.module, "initialise": lambda seed: change(initialise(seed))})


def test_guessing_costs_the_logarithm_of_the_classes(usual):
    assert usual.baseline == pytest.approx(np.log(2), rel=1e-12)
    assert "ln\N{NO-BREAK SPACE}2" in start.loss_at_start(usual).found


def test_guessing_by_numbers_costs_what_an_output_of_zero_costs():
    subject = subject_of(loss="squared_error", last="identity")
    _, Y = subject.some(MOST_SAMPLES)
    assert subject.baseline == pytest.approx((Y**2).mean() / 2)
    found = start.loss_at_start(subject)
    assert found.state in ("passes", "warns") and "ln" not in found.found


@pytest.mark.parametrize(("factor", "state"), [(1, "passes"), (4, "warns"), (300, "fails")])
def test_weights_that_are_too_large_are_told_by_the_loss(usual, factor, state):
    large = begun(usual, lambda found: {name: factor * array for name, array in found.items()})
    assert start.loss_at_start(large).state == state


def test_units_that_begin_equal_fail():
    found = start.layers_at_start(subject_of(weights="zeros"))
    assert (found.state, found.found) == ("fails", "all units of W1 begin with the same weights")


def test_a_layer_that_no_gradient_reaches_fails(usual):
    cut = begun(usual, lambda found: {**found, "W2": 0 * found["W2"]})
    found = start.layers_at_start(cut)
    assert found.state == "fails" and "from 0 (W1)" in found.found


def test_a_layer_with_a_small_gradient_warns(usual):
    thin = begun(usual, lambda found: {**found, "W1": 1e-6 * found["W1"]})
    assert start.layers_at_start(thin).state == "warns"
    assert start.layers_at_start(usual).state == "passes"


@pytest.mark.parametrize("activation", ["tanh", "relu", "x * sigmoid(1.5 * x)"])
def test_emitted_gradients_pass(activation):
    found = start.gradient_check(subject_of(activation=activation))
    assert found.state == "passes" and found.found.startswith("12 directions on 20 samples")


@pytest.mark.parametrize("place", range(2, 6))
def test_a_gradient_that_is_wrong_by_a_hundred_thousandth_fails(usual, place):
    differentiate = usual.module["differentiate"]

    def wrong(*arguments, **named):
        found = list(differentiate(*arguments, **named))
        found[place] = found[place] * (1 + 1e-5)
        return found

    found = start.gradient_check(replace(usual, module={**usual.module, "differentiate": wrong}))
    assert found.state == "fails" and f"({list(usual.module['SHAPES'])[place - 2]})" in found.found
