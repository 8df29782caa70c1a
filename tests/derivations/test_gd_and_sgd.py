"""A pass in one step and in two: in numbers by the emitted gradients, and wrong second-order terms refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation

random = np.random.default_rng(12)
X1, Y1, X2, Y2 = random.normal(size=(5, 3)), random.normal(size=5), random.normal(size=(2, 3)), random.normal(size=2)
W, eta = random.normal(size=3), 0.05


@pytest.fixture(scope="module")
def module(chapter):
    space = {}
    exec(compile(chapter.module(), "gd_and_sgd.py", "exec"), space)
    return space


def test_a_pass_in_two_steps(chapter, module):
    assert chapter.verdict == "proved"
    first, second = module["first_gradient"], module["second_gradient"]
    at = W - eta * first(X1, W, Y1)
    at = at - eta * second(X2, at, Y2)
    one_step = W - eta * module["gradient"](X1, W, Y1, X2, Y2)
    assert at - one_step == pytest.approx(eta**2 * X2.T @ X2 @ first(X1, W, Y1))
    other = W - eta * second(X2, W, Y2)
    other = other - eta * first(X1, other, Y1)
    assert other - one_step == pytest.approx(eta**2 * X1.T @ X1 @ second(X2, W, Y2))


def test_at_the_minimum_a_pass_in_two_steps_moves_on(module):
    optimum = np.linalg.lstsq(np.vstack([X1, X2]), np.hstack([Y1, Y2]))[0]
    assert np.abs(module["gradient"](X1, optimum, Y1, X2, Y2)).max() < 1e-12
    at = optimum - eta * module["first_gradient"](X1, optimum, Y1)
    assert np.abs(at - eta * module["second_gradient"](X2, at, Y2) - optimum).max() > 1e-4


SHAPES = {"A": ("n", "d"), "B": ("m", "d"), "y": ("n",), "z": ("m",), "W": ("d",)}
FIRST = "A.T@(A@W - y)"
WRONG = {
    "no second order": "0*W",
    "the other sign": f"-eta**2*(B.T@B@{FIRST})",
    "the other Hessian": f"eta**2*(A.T@A@{FIRST})",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_second_order_is_refused(name):
    statement = f"W - eta*{FIRST} - eta*(B.T@(B@(W - eta*{FIRST}) - z))"
    one_step = f"W - eta*({FIRST} + B.T@(B@W - z))"
    with derivation(statement, shapes=SHAPES) as proof:
        with pytest.raises(RefutedError):
            proof.line(f"{one_step} + {WRONG[name]}", by="a slip")
        proof.line(f"{one_step} + eta**2*(B.T@B@{FIRST})", by="corrected")
    assert proof.verdict == "proved"
