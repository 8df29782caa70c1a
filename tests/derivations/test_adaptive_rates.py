"""AdaGrad and RMSProp in numbers: both forms, other units, and an inner product in the place of squares is refused."""

import numpy as np
import pytest

from symnn import derivation, dim, inner, ones, scalar, sqrt, vector
from symnn.errors import RefutedError
from symnn.learn.optimisers import OPTIMISERS

GRADIENTS = np.random.default_rng(8).normal(size=(6, 4)) * [1.0, 20.0, 0.3, 5.0]
RATE = 0.3

n = dim("n")
g, S = vector("g", n), vector("S", n, assume="nonnegative")
t, alpha = scalar("t", assume="nonnegative"), scalar("alpha", assume="positive")


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "adaptive_rates.py", "exec"), space)
    return space


def path(update, gradients, *settings):
    place, squares, found = np.ones(gradients.shape[1]), np.zeros(gradients.shape[1]), []
    for gradient in gradients:
        place, squares = update(place, gradient, squares, RATE, *settings)
        found.append(place)
    return np.array(found)


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert said["AdaGrad by the root mean square of T + 1 gradients, with α/√(T + 1)"] == (
        "θ − αg ⊙ (√((G²)ᵀ1_T + g²) + ε·1ₙ)⁻¹"
    )
    assert said["What is missing to weights of sum 1"] == "ρ(1 − ∑ w)"
    assert said["The mean of squares that a constant gradient keeps up"] == "h²"


def test_adagrad_is_its_form_with_the_root_mean_square(code):
    place = np.ones(4)
    for t, found in enumerate(path(code["adagrad_update"], GRADIENTS, 0.0)):
        root_mean_square = np.sqrt(np.mean(GRADIENTS[: t + 1] ** 2, axis=0))
        place = place - RATE / np.sqrt(t + 1) * GRADIENTS[t] / root_mean_square
        np.testing.assert_allclose(found, place, rtol=1e-13)


def test_rmsprop_is_a_weighted_sum_of_all_squares(code):
    weights = 0.1 * 0.9 ** np.arange(6)[::-1]
    assert weights.sum() == pytest.approx(1 - 0.9**6)
    *_, squares = code["rmsprop_update"](np.ones(4), GRADIENTS[0], np.zeros(4), RATE, 0.9, 0.0)
    for gradient in GRADIENTS[1:]:
        _, squares = code["rmsprop_update"](np.ones(4), gradient, squares, RATE, 0.9, 0.0)
    np.testing.assert_allclose(squares, weights @ GRADIENTS**2, rtol=1e-13)


@pytest.mark.parametrize(("name", "settings"), [("adagrad", (0.0,)), ("rmsprop", (0.9, 0.0))])
def test_other_units_move_a_parameter_as_before(name, settings, code):
    update = code[f"{name}_update"]
    units = np.array([1e3, 1e-2, 7.0, 1.0])
    np.testing.assert_allclose(path(update, GRADIENTS * units, *settings), path(update, GRADIENTS, *settings))


@pytest.mark.parametrize(("name", "array"), [("adagrad", "sum_of_squares"), ("rmsprop", "second_moment")])
def test_an_inner_product_for_the_squares_is_refused(name, array):
    """S10 prints ∇Jᵀ∇J for ∇J ⊙ ∇J: one number for all parameters."""
    kept = {"second_moment": 1 / (1 + t), "sum_of_squares": 1}[array]
    share = {"second_moment": 1 - kept, "sum_of_squares": 1}[array]
    rule = {"rho": kept} if name == "rmsprop" else {}
    after = OPTIMISERS[name].step(gradient=g, **{array: S}, **rule)[array]
    with derivation(after) as proof:
        with pytest.raises(RefutedError):
            proof.line(kept * S + share * inner(g, g) * ones(n), by="as printed")
        proof.line(kept * S + share * (g * g), by="entry by entry")
    assert proof.verdict == "proved"


def test_the_root_mean_square_without_the_decay_is_refused():
    after = OPTIMISERS["adagrad"].step(gradient=g, sum_of_squares=S, learning_rate=alpha, epsilon=0)
    with derivation(vector("parameter", n) - after["parameter"]) as proof:
        with pytest.raises(RefutedError):
            proof.line(alpha * g / sqrt((S + g**2) / (t + 1)), by="α for α/√(t + 1)")
        proof.line(alpha / sqrt(t + 1) * g / sqrt((S + g**2) / (t + 1)), by="√(t + 1) cancels")
    assert proof.verdict == "checked"
