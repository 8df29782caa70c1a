"""The descent lemma: its lines, what it says of a cost that is no quadratic, and claims without its conditions."""

import numpy as np
import pytest
import sympy

from symnn import Condition, argument, dim, scalar, squared_norm, vector
from symnn.errors import RefutedError


@pytest.fixture(scope="module")
def claims(chapter):
    return [claim for part in chapter.parts for claim in part.claims]


d = dim("d")
g = vector("g", d)
eta, L = scalar("eta", assume="positive"), scalar("L", assume="positive")
gain = eta * (2 - eta * L) * squared_norm(g) / 2


def test_the_lines(chapter, claims):
    judges = [claim.judgement.judge if claim.judgement else "argued" for claim in claims]
    assert judges == ["margin", *["sympy"] * 3, *["margin"] * 6]
    assert chapter.verdict == "checked"
    assert sum(part.argued_lines for part in chapter.parts) == 0


@pytest.mark.parametrize("part", range(6))
def test_the_lines_hold_for_other_random_values(chapter, part):
    part = chapter.parts[part]
    kept = [claim.judgement.status for claim in part.claims if claim.judgement]
    assert [again.status for again in part.judged_again(11)] == kept


@pytest.mark.parametrize("length", [0.1, 1.0, 1.9])
def test_what_the_lemma_says_of_a_logistic_cost(length):
    """Σ log(1 + exp(a·w)) is L-smooth with a quarter of the largest eigenvalue of AᵀA."""
    random = np.random.default_rng(5)
    A = random.normal(size=(9, 4))
    smoothness = np.linalg.eigvalsh(A.T @ A)[-1] / 4
    eta = length / smoothness
    for w in 3 * random.normal(size=(20, 4)):
        gradient = A.T @ (1 / (1 + np.exp(-A @ w)))
        before, after = (np.sum(np.logaddexp(0, A @ at)) for at in (w, w - eta * gradient))
        assert before - after >= eta * (1 - eta * smoothness / 2) * gradient @ gradient > 0


def test_the_gradients_of_a_descent_on_a_logistic_cost_have_a_finite_sum_of_squares():
    A = np.random.default_rng(7).normal(size=(12, 3))
    smoothness = np.linalg.eigvalsh(A.T @ A)[-1] / 4
    eta, w, squares = 1.2 / smoothness, np.ones(3), []
    start = np.sum(np.logaddexp(0, A @ w))
    for _ in range(400):
        gradient = A.T @ (1 / (1 + np.exp(-A @ w)))
        squares.append(gradient @ gradient)
        w = w - eta * gradient
    kappa = eta * (2 - eta * smoothness) / 2
    assert 0 < np.sum(squares) <= (start - np.sum(np.logaddexp(0, A @ w))) / kappa


def test_the_integral_keeps_the_order_of_slopes_only_where_they_are_bounded():
    x, a, b = sympy.symbols("x a b", real=True)
    slope = sympy.Function("s", real=True)(x)
    bound = sympy.Integral(a + b * x, (x, 0, 1))
    with argument("the bound on the whole step") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.integral_at_most(sympy.Integral(a + b * x + slope, (x, 0, 1)), bound, by="no bound on the slope")
        proof.integral_at_most(sympy.Integral(a + b * x - slope**2, (x, 0, 1)), bound, by="the slope is bounded")
    assert proof.verdict == "checked"


def test_the_cost_does_not_fall_without_the_conditions():
    """C(W⁺) < C(W) is printed without them (row B8 of what is not right)."""
    with argument("the gain") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_least(gain, 0, by="as printed", strict=True)
        with pytest.raises(RefutedError):
            proof.at_least(gain, 0, by="η < 2/L alone", given=[Condition("positive", 2 / L - eta)], strict=True)
        with pytest.raises(RefutedError):
            proof.at_least(gain, 0, by="g ≠ 0 alone", given=[Condition("positive", squared_norm(g))], strict=True)
        both = [Condition("positive", 2 / L - eta), Condition("positive", squared_norm(g))]
        proof.at_least(
            gain, 0, by="both", given=both, margin=eta * L * (2 / L - eta) * squared_norm(g) / 2, strict=True
        )
    assert proof.verdict == "proved"


def test_a_lemma_that_promises_too_much_is_refused():
    step, before, after = -eta * g, scalar("before"), scalar("after")
    bound = before + g.T @ step + L / 2 * squared_norm(step) - after
    with argument("too much") as proof:
        with pytest.raises(RefutedError):
            proof.at_least(before - after, eta * squared_norm(g), by="no second order", given=[bound])
        with pytest.raises(RefutedError):
            proof.at_least(
                before - after, eta * (1 - eta * L) * squared_norm(g), by="no half", given=[bound], margin=bound
            )
        proof.at_least(before - after, gain, by="the lemma", given=[bound], margin=bound)
    assert proof.verdict == "proved"
