"""Differences in numbers: errors of the orders that are proved, the best distances, and wrong claims refused."""

import math
import runpy
from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy.optimize import minimize_scalar

from symnn import argument, derivation, scalar
from symnn.errors import RefutedError

CODE = runpy.run_path(str(Path(__file__).parents[2] / "generated/gradient_checking.py"))


def central(epsilon):
    return CODE["central"](epsilon=epsilon, ahead=math.exp(1 + epsilon), back=math.exp(1 - epsilon))


def test_the_error_falls_with_the_square_and_with_the_distance():
    e = math.e
    assert (central(1e-2) - e) / 1e-4 == pytest.approx(e / 6, rel=1e-4)
    one_sided = CODE["one_sided"](epsilon=1e-4, ahead=math.exp(1 + 1e-4), here=e)
    assert (one_sided - e) / 1e-4 == pytest.approx(e / 2, rel=1e-3)


@pytest.mark.parametrize(("best", "error"), [("best_central", "error"), ("best_one_sided", "error_of_one_sided")])
def test_no_distance_has_a_smaller_bound(best, error):
    M, delta = 2.7, 3e-16
    epsilon = CODE[best](M=M, delta=delta)
    assert CODE[f"{error}_gradient"](M=M, delta=delta, epsilon=epsilon) == pytest.approx(0, abs=1e-9)

    def bound(logarithm):
        return float(np.log(CODE[f"{error}_value"](M=M, delta=delta, epsilon=np.exp(logarithm))))

    found = minimize_scalar(bound, bracket=(-30.0, -12.0, 0.0))
    assert np.exp(found.x) == pytest.approx(epsilon, rel=1e-5)


def test_that_the_error_is_of_third_order_is_refused():
    e, x = sympy.Symbol("epsilon", positive=True), sympy.Symbol("x", real=True)
    difference = (sympy.exp(x + e) - sympy.exp(x - e)) / (2 * e) - sympy.exp(x)
    with argument("The order") as proof:
        with pytest.raises(RefutedError):
            proof.sympy(sympy.Limit(difference / e**2, e, 0), sympy.S.Zero, by="third order")
        proof.sympy(sympy.Limit(difference / e**2, e, 0), sympy.exp(x) / 6, by="second order")


def test_a_bound_that_is_too_small_is_refused():
    left, right, M = scalar("left"), scalar("right"), scalar("M", assume="positive")
    given = [M - left, M - right]
    with argument("The bound") as proof:
        with pytest.raises(RefutedError):
            proof.at_most((left + right) / 12, M / 12, by="one side forgotten", given=given)
        proof.at_most((left + right) / 12, M / 6, by="both sides", given=given, margin=sum(given[1:], given[0]) / 12)
    assert proof.verdict == "proved"


def test_a_one_sided_difference_is_not_of_second_order():
    epsilon, J, J1, J2 = (scalar(name) for name in ("epsilon", "J", "J1", "J2"))
    with derivation((J + epsilon * J1 + epsilon**2 * J2 / 2 - J) / epsilon - J1) as proof:
        with pytest.raises(RefutedError):
            proof.line(epsilon**2 * J2 / 2, by="second order")
        proof.line(epsilon * J2 / 2, by="first order")


def test_taylors_bound_needs_the_bound_of_the_third_derivative():
    s, e, m = sympy.symbols("s e m", positive=True)
    third, weight = sympy.Function("third", real=True)(s), (e - s) ** 2 / 2
    bound = sympy.Integral(weight * m, (s, 0, e))
    with argument("Taylor's theorem") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.integral_at_most(sympy.Integral(weight * third, (s, 0, e)), bound, by="without a bound")
        with pytest.raises(RefutedError):
            proof.sympy(bound, m * e**3 / 3, by="the half forgotten")
        proof.integral_at_most(sympy.Integral(weight * (m - third**2), (s, 0, e)), bound, by="with one")
        proof.sympy(bound, m * e**3 / 6, by="the integral of the weight")
    assert proof.verdict == "checked"


@pytest.mark.parametrize("epsilon", [0.5, -0.3])
def test_what_is_left_of_taylors_series_is_the_integral(epsilon):
    """Of exp at 0, where all derivatives are exp: by Simpson's rule."""
    places = np.linspace(0, epsilon, 2001)
    weights = np.ones(2001)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    integral = np.sum(weights * (epsilon - places) ** 2 / 2 * np.exp(places)) * epsilon / 6000
    assert math.exp(epsilon) - 1 - epsilon - epsilon**2 / 2 == pytest.approx(integral, rel=1e-10)
