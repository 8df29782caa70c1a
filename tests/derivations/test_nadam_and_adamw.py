"""Nadam and AdamW in numbers, and what is not the same: a penalty in Adam is no decay."""

import numpy as np
import pytest

from symnn import derivation, dim, ones, scalar, vector
from symnn.errors import RefutedError
from symnn.learn.optimisers import OPTIMISERS

GRADIENTS = np.random.default_rng(8).normal(size=(6, 4)) * [1.0, 20.0, 0.3, 5.0]
RATE, BETA1, BETA2, EPSILON = 0.05, 0.9, 0.99, 1e-8

n = dim("n")
theta, g, S = vector("theta", n), vector("g", n), vector("S", n, assume="nonnegative")
alpha, lam = scalar("alpha", assume="positive"), scalar("lam", assume="positive")


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "nadam_and_adamw.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert chapter.verdict == "proved"
    assert said["Adam that keeps what the next step keeps is Nadam"] == (
        "θ − α((1/(1 − β₁^(t + 1)))(β₁(β₁m + (1 − β₁)g)) + (1/(1 − β₁^t))((1 − β₁)g)) ⊙ D⁻¹"
    )
    assert said["Without divisors AdamW's decay is the penalty"] == "θ − α(g + λθ)"


def test_nadam_has_the_average_of_the_next_step(code):
    place, first, second = np.ones(4), np.zeros(4), np.zeros(4)
    for t, gradient in enumerate(GRADIENTS, 1):
        before = place
        place, first, second = code["nadam_update"](place, gradient, first, second, t, RATE, BETA1, BETA2, EPSILON)
        divisor = np.sqrt(second / (1 - BETA2**t)) + EPSILON
        ahead = BETA1 * first / (1 - BETA1 ** (t + 1)) + (1 - BETA1) * gradient / (1 - BETA1**t)
        np.testing.assert_allclose(place, before - RATE * ahead / divisor, rtol=1e-13)


def test_adamw_shrinks_all_parameters_alike(code):
    zeros, start = np.zeros(4), np.array([1.0, -2.0, 0.5, 4.0])
    rates = (RATE, BETA1, BETA2, EPSILON)
    with_decay, *_ = code["adamw_update"](start, GRADIENTS[0], zeros, zeros, 1, *rates, 0.3)
    without, *_ = code["adamw_update"](start, GRADIENTS[0], zeros, zeros, 1, *rates, 0.0)
    np.testing.assert_allclose(without - with_decay, RATE * 0.3 * start, rtol=1e-12)


def test_a_penalty_in_adam_is_refused_as_a_decay():
    """With the divisor: Adam on g + λθ against AdamW. Without it they are one."""
    zeros = 0 * ones(n)
    averages = {"first_moment": zeros, "second_moment": S, "beta1": 0, "beta2": lam / (1 + lam), "t": 1, "epsilon": 1}
    rates = {"parameter": theta, "learning_rate": alpha, **averages}
    decayed = OPTIMISERS["adamw"].step(gradient=g, weight_decay=lam, **rates)["parameter"]
    penalised = OPTIMISERS["adam"].step(gradient=g + lam * theta, **rates)["parameter"]
    proof = derivation(decayed)
    with pytest.raises(RefutedError):
        proof.line(penalised, by="weight decay for a penalty")


def test_nesterovs_step_without_its_own_correction_is_refused():
    m, t, kept = vector("m", n), scalar("t", assume="positive"), scalar("k", assume="positive")
    values = {"parameter": theta, "gradient": g, "first_moment": m, "second_moment": S, "learning_rate": alpha, "t": t}
    rates = {"beta1": kept / (1 + kept), "beta2": kept / (2 + kept), "epsilon": 1}
    of_nadam = OPTIMISERS["nadam"].step(**values, **rates)
    of_adam = OPTIMISERS["adam"].step(**{**values, "first_moment": of_nadam["first_moment"]}, **rates)
    proof = derivation(of_nadam["parameter"])
    with pytest.raises(RefutedError):
        proof.line(of_adam["parameter"], by="the correction of this step for that of the next")
