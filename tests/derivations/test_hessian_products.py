"""The Hessian of a network times a direction: differences of the gradient, by autograd, and symmetric."""

import runpy
from pathlib import Path

import numpy as np
import pytest

CODE = runpy.run_path(str(Path(__file__).parents[2] / "generated/hessian_products.py"))

m, d, h, k = 9, 4, 5, 3
random = np.random.default_rng(6)
X, Y, lam = random.normal(size=(m, d)), np.eye(k)[random.integers(k, size=m)], 0.3
SHAPES = {"W1": (d, h), "b1": (h,), "W2": (h, k), "b2": (k,)}
weights, one, other = ({name: random.normal(size=shape) for name, shape in SHAPES.items()} for _ in range(3))


def gradient(**weights):
    return CODE["gradient"](X=X, Y=Y, lam=lam, **weights)


def hvp(direction):
    return CODE["hvp"](X=X, Y=Y, lam=lam, **weights, **{f"direction_{name}": part for name, part in direction.items()})


def test_it_is_the_difference_of_gradients():
    epsilon = 1e-5
    ahead, back = (
        gradient(**{name: part + sign * epsilon * one[name] for name, part in weights.items()}) for sign in (1, -1)
    )
    for found, after, before in zip(hvp(one), ahead, back, strict=True):
        assert found == pytest.approx((after - before) / (2 * epsilon), abs=1e-8)


def test_it_is_what_autograd_finds():
    anp = pytest.importorskip("autograd.numpy")
    from autograd import grad

    def loss(parts):
        W1, b1, W2, b2 = parts
        logits = anp.dot(anp.tanh(anp.dot(X, W1) + b1), W2) + b2
        logs = logits - anp.log(anp.sum(anp.exp(logits), axis=1, keepdims=True))
        return -anp.sum(Y * logs) / m + lam * (anp.sum(W1**2) + anp.sum(W2**2)) / 2

    def along(parts):
        return sum(anp.sum(part * one[name]) for part, name in zip(grad(loss)(parts), SHAPES, strict=True))

    for found, expected in zip(hvp(one), grad(along)(list(weights.values())), strict=True):
        assert found == pytest.approx(expected, abs=1e-12)


def test_the_hessian_is_symmetric():
    def inner(parts, direction):
        return sum(np.sum(part * direction[name]) for part, name in zip(parts, SHAPES, strict=True))

    assert inner(hvp(one), other) == pytest.approx(inner(hvp(other), one), rel=1e-12)
