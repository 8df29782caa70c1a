"""The chapter on the training recipe: ln k at the start, shares of classes, and wrong forms of them refused."""

import numpy as np
import pytest
import sympy

from symnn import argument
from symnn.errors import RefutedError
from symnn.results.author import derivation

EQUAL = "np.outer(c, np.ones(k))"
LOSS = f"np.sum(logsumexp({EQUAL}, axis=1) - np.sum(Y * {EQUAL}, axis=1)) / m"
SHAPES = {"c": ("m",), "Y": ("m", "k")}


def test_what_the_chapter_says(chapter, lines):
    assert lines["Equal scores cost ln k"] == "log(k)"
    assert lines["The gradient by the last bias at equal scores"] == "(1/k)1ₖ − (1/m)(∑ᵢ Y)ᵀ"
    assert [part.verdict for part in chapter.parts] == ["proved", "proved", "checked", "proved", "checked", "checked"]


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
