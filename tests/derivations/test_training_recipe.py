"""The chapter on the training recipe: ln k at the start, shares of classes, and wrong forms of them refused."""

import numpy as np
import pytest
import sympy

from symnn import argument, derivation, dim, inv, matrix, scalar
from symnn.codegen import load_module
from symnn.errors import RefutedError

EQUAL = "np.outer(c, np.ones(k))"
LOSS = f"np.sum(logsumexp({EQUAL}, axis=1) - np.sum(Y * {EQUAL}, axis=1)) / m"
SHAPES = {"c": ("m",), "Y": ("m", "k")}


def test_what_the_chapter_says(chapter, lines):
    assert lines["A shifted input has mean 0"] == "0"
    assert lines["A scaled input has mean square 1"] == "1"
    assert lines["Equal scores cost ln k"] == "log(k)"
    assert lines["The gradient by the last bias at equal scores"] == "(1/k)1ₖ − (1/m)(∑ᵢ Y)ᵀ"
    assert lines["Independent samples can be given any scores"] == "T"
    assert lines["Scores of t times the labels"] == "log(1 + (k − 1) exp(−t))"
    assert lines["A batch of one class pulls"] == "1 − 1/k"
    assert {part.verdict for part in chapter.parts} == {"proved", "checked"}


def test_what_the_code_of_the_chapter_gives(chapter):
    code = vars(load_module(chapter.module(), "recipe"))
    assert code["at_rest_value"](eta=0.5, v=3.0, b=4.0, h=2.0) == pytest.approx(0.5 * 3 / (4 * 2 * (2 - 1)))
    assert code["penalised_solution"](h=3.0, target=5.0, lam=2.0) == pytest.approx(3.0)
    assert code["direction_gradient"](h=3.0, w=7.0, target=5.0) == 6.0


@pytest.mark.parametrize("wrong", ["1 + np.sum(y)/k", "2*np.sum(y)/k", "1 - 1/k**2 + 0*np.sum(y)", "0*np.sum(y)"])
def test_another_length_of_the_gradient_of_one_class_is_refused(wrong):
    with derivation("np.sum((np.ones(k)/k - y)**2)", None, {"y": ("k",)}, {"y": "onehot"}) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line("np.sum(y) - np.sum(y)/k", by="right")


def test_the_length_of_the_gradient_needs_a_label():
    with derivation("np.sum((np.ones(k)/k - y)**2)", None, {"y": ("k",)}) as proof:
        with pytest.raises(RefutedError):
            proof.line("np.sum(y) - np.sum(y)/k", by="any y")
        proof.line("np.sum(y**2) - 2*np.sum(y)/k + 1/y.shape[0]", by="what is left of it")


def test_more_samples_than_inputs_cannot_be_given_any_scores():
    m, d, k = dim("m"), dim("d"), dim("k")
    X, T = matrix("X", m, d, assume="full column rank"), matrix("T", m, k)
    with derivation(X @ (inv(X.T @ X) @ X.T @ T)) as proof:
        with pytest.raises(RefutedError):
            proof.line(T, by="as if the rows were independent")
        proof.line(X @ inv(X.T @ X) @ X.T @ T, by="the nearest that can be given")


def test_steps_that_are_too_long_do_not_lower_the_loss():
    h, eta = scalar("h", assume="positive"), scalar("eta", assume="positive")
    with argument("A step") as proof:
        with pytest.raises(RefutedError):
            proof.at_most((1 - eta * h) ** 2, 1, by="any step")
        proof.at_most((1 - eta * h) ** 2, 1, by="a short one", given=[2 - eta * h])


def test_another_variance_does_not_stay():
    h, eta, v = (scalar(name, assume="positive") for name in ("h", "eta", "v"))
    right, wrong = (eta * v / (h * (number - eta * h)) for number in (2, 1))
    with argument("Noise") as proof:
        with pytest.raises(RefutedError):
            proof.equal((1 - eta * h) ** 2 * wrong + eta**2 * v, wrong, by="wrong")
        proof.equal((1 - eta * h) ** 2 * right + eta**2 * v, right, by="right")


@pytest.mark.parametrize("wrong", ["np.log(m)", "k", "np.log(k) + np.sum(c)/m", "np.log(k)/m"])
def test_another_loss_at_the_start_is_refused(wrong):
    with derivation(LOSS, None, SHAPES, {"Y": "onehot rows"}) as proof:
        with pytest.raises(RefutedError):
            proof.line(f"{wrong} + 0*np.sum(Y) + 0*np.sum(c)", by="wrong")
        proof.line("np.log(k) + 0*np.sum(Y) + 0*np.sum(c)", by="right")


def test_it_needs_rows_of_which_the_sum_is_one():
    with derivation(LOSS, None, SHAPES) as proof:
        with pytest.raises(RefutedError):
            proof.line("np.log(k) + 0*np.sum(Y) + 0*np.sum(c)", by="any Y")
        proof.line("np.log(k) + np.sum((1 - np.sum(Y, axis=1)) * c) / m", by="what is left of it")


def test_in_numbers():
    random = np.random.default_rng(4)
    c, labels = random.normal(size=7), random.integers(0, 5, 7)
    scores = np.outer(c, np.ones(5))
    loss = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(7), labels])
    assert loss == pytest.approx(np.log(5), rel=1e-12)


def test_stopping_early_is_a_penalty_only_for_little_curvature():
    steps, curvature, rate = sympy.symbols("t h eta", positive=True)
    ratio = (1 - (1 - rate * curvature) ** steps) * (curvature + 1 / (rate * steps)) / curvature
    with argument("Stopping early") as proof:
        with pytest.raises(RefutedError):
            proof.sympy(ratio, 1, by="everywhere")
        proof.sympy(sympy.Limit(ratio, curvature, 0), 1, by="in the limit")
