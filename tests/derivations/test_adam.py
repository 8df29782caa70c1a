"""Adam in numbers: its averages as weighted sums, the bias and its correction, and the length of the first step."""

import numpy as np
import pytest
import sympy

from symnn import argument, derivation, dim, ones, scalar, sqrt, vector
from symnn.errors import RefutedError
from symnn.learn.optimisers import OPTIMISERS

GRADIENTS = np.random.default_rng(8).normal(size=(6, 4)) * [1.0, 20.0, 0.3, 5.0]
RATE, BETA1, BETA2 = 0.3, 0.9, 0.999


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "adam.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {
        numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs() if hasattr(numbered, "proof")
    }
    assert said["What is missing to weights of sum 1"] == "β(1 − ∑ w)"
    assert said["The first step without the correction"] == "θ − (α(1 − β₁)/√(1 − β₂))(g ⊙ (√(g²))⁻¹)"
    assert said["The first step of Adam"] == "θ − α(g ⊙ (√(g²))⁻¹)"
    assert said["Its square without it, for α = 1 and β = (0.9, 0.999)"] == "10"
    (bias,) = chapter.arguments()
    assert bias.argued_lines == 1 and bias.judged == 8


def test_the_first_steps(code):
    zeros = np.zeros(4)
    biased, *_ = code["adam_biased_update"](zeros, GRADIENTS[0], zeros, zeros, RATE, BETA1, BETA2, 0.0)
    np.testing.assert_allclose(biased, -np.sqrt(10) * RATE * np.sign(GRADIENTS[0]), rtol=1e-13)
    corrected, *_ = code["adam_update"](zeros, GRADIENTS[0], zeros, zeros, 1, RATE, BETA1, BETA2, 0.0)
    np.testing.assert_allclose(corrected, -RATE * np.sign(GRADIENTS[0]), rtol=1e-13)
    assert code["first_step_value"](alpha=1, beta1=BETA1, beta2=BETA2, corrected=0) == pytest.approx(10, rel=1e-13)
    assert code["first_step_value"](alpha=1, beta1=BETA1, beta2=BETA2, corrected=1) == pytest.approx(1, rel=1e-13)


def test_the_averages_are_weighted_sums_of_what_was(code):
    place, first, second = np.ones(4), np.zeros(4), np.zeros(4)
    for t, gradient in enumerate(GRADIENTS, 1):
        place, first, second = code["adam_update"](place, gradient, first, second, t, RATE, BETA1, BETA2, 0.0)
    for average, beta, values in ((first, BETA1, GRADIENTS), (second, BETA2, GRADIENTS**2)):
        weights = (1 - beta) * beta ** np.arange(6)[::-1]
        np.testing.assert_allclose(average, weights @ values, rtol=1e-12)
        assert weights.sum() == pytest.approx(1 - beta**6)


def test_other_units_move_a_parameter_as_before(code):
    def path(gradients):
        place, first, second = np.ones(4), np.zeros(4), np.zeros(4)
        for t, gradient in enumerate(gradients, 1):
            place, first, second = code["adam_update"](place, gradient, first, second, t, RATE, BETA1, BETA2, 0.0)
        return place

    np.testing.assert_allclose(path(GRADIENTS * [1e3, 1e-2, 7.0, 1.0]), path(GRADIENTS), rtol=1e-12)


def test_wrong_corrections_are_refused():
    b = sympy.Symbol("b", positive=True)
    t, i = sympy.symbols("t i", positive=True, integer=True)
    total = sympy.Sum((1 - b) * b ** (t - i), (i, 1, t))
    with argument("the sum of the weights") as proof:
        for wrong in (1, 1 - b ** (t - 1), 1 - b * t):
            with pytest.raises(RefutedError):
                proof.sympy(total, wrong, by="a slip")
        proof.sympy(total, 1 - b**t, by="a geometric sum")
    assert proof.verdict == "checked"


def test_an_inner_product_for_the_squares_is_refused():
    n = dim("n")
    g, S, beta = vector("g", n), vector("S", n), scalar("beta")
    after = OPTIMISERS["adam"].step(gradient=g, second_moment=S, beta2=beta)["second_moment"]
    with derivation(after) as proof:
        with pytest.raises(RefutedError):
            proof.line(beta * S + (1 - beta) * (g.T @ g) * ones(n), by="as printed")
        proof.line(beta * S + (1 - beta) * (g * g), by="entry by entry")
    assert proof.verdict == "proved"


def test_the_first_step_of_biased_adam_is_not_that_of_the_corrected():
    theta, g, alpha = scalar("theta"), scalar("g", assume="positive"), scalar("alpha", assume="positive")
    kept = scalar("k", assume="positive")
    values = {"parameter": theta, "gradient": g, "learning_rate": alpha, "first_moment": 0, "second_moment": 0}
    after = OPTIMISERS["adam_biased"].step(**values, beta1=0, beta2=kept / (1 + kept), epsilon=0)
    with derivation(after["parameter"]) as proof:
        with pytest.raises(RefutedError):
            proof.line(theta - alpha, by="the corrected one")
        proof.line(theta - alpha * sqrt(1 + kept), by="1/√(1 − β₂)")
    assert proof.verdict == "checked"
