"""Step sizes: the series, the errors of a mean by exact enumeration, and what is printed wrong of C/√t."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy

from symnn import argument, exp, scalar
from symnn.errors import RefutedError

C, t = sympy.symbols("C t", positive=True)
k = sympy.Symbol("k", integer=True, positive=True)


def test_the_lines(chapter):
    said = [line for _, line in chapter.equations()]
    assert chapter.verdict == "checked"
    assert said[:2] == ["Σ_(t = 1 … ∞) C/t diverges", "Σ_(t = 1 … ∞) C²/t² converges"]
    assert "Σ_(t = 1 … ∞) C²/t diverges" in said
    assert not any(getattr(part, "argued_lines", 0) for part in chapter.parts)


def test_c_over_the_root_of_t_does_not_satisfy_both_conditions():
    """It is announced to (row B9 of what is not right): the series of its squares is the harmonic one."""
    with argument("Robbins and Monro") as proof:
        with pytest.raises(RefutedError, match="the series diverges"):
            proof.converges(sympy.Sum((C / sympy.sqrt(k)) ** 2, (k, 1, sympy.oo)), by="as announced")
        with pytest.raises(RefutedError, match="the series converges"):
            proof.diverges(sympy.Sum((C / k) ** 2, (k, 1, sympy.oo)), by="the squares of C/t")
        proof.diverges(sympy.Sum((C / sympy.sqrt(k)) ** 2, (k, 1, sympy.oo)), by="the harmonic series")
        proof.converges(sympy.Sum((C / k) ** 2, (k, 1, sympy.oo)), by="p = 2")
    assert proof.verdict == "checked"


def test_the_steps_begin_at_one_and_not_at_zero():
    """ηₜ = C/√t is printed from t = 0 on (row B8): there it is infinite, and so is the sum."""
    with argument("the first step") as proof:
        with pytest.raises(RefutedError):
            proof.sympy(sympy.Limit(1 / sympy.sqrt(t), t, 0), 1, by="as if it had a value")
        proof.sympy(sympy.Limit(C / sympy.sqrt(t), t, 0), sympy.oo, by="a division by zero")
        proof.sympy(sympy.Limit(C / sympy.sqrt(t), t, 1), C, by="from t = 1 on")
    assert proof.verdict == "checked"


SAMPLES = [Fraction(value) for value in (1, 4, 10)]
MEAN = sum(SAMPLES) / 3
VARIANCE = sum((x - MEAN) ** 2 for x in SAMPLES) / 3


def expected_errors(length, start, steps):
    """E(w − m)² after each step, by all sequences of samples."""
    found = []
    for count in range(1, steps + 1):
        errors = []
        for drawn in product(SAMPLES, repeat=count):
            w = start
            for number, x in enumerate(drawn, start=1):
                w -= length(number) * (w - x)
            errors.append((w - MEAN) ** 2)
        found.append(sum(errors) / len(errors))
    return found


def test_with_one_over_t_the_error_is_the_variance_over_t():
    found = expected_errors(lambda t: Fraction(1, t), Fraction(-7), 5)
    assert found == [VARIANCE / t for t in range(1, 6)]


def test_with_a_constant_length_what_is_above_the_floor_falls():
    eta = Fraction(2, 5)
    floor = eta * VARIANCE / (2 - eta)
    found = [error - floor for error in expected_errors(lambda _: eta, Fraction(-7), 5)]
    assert found == [(1 - eta) ** (2 * t) * ((-7 - MEAN) ** 2 - floor) for t in range(1, 6)]


@pytest.mark.parametrize("C", [0.5, 2.0])
def test_with_c_over_the_root_of_t_the_error_falls_with_the_root(C):
    error, variance = 4.0, 3.0
    for t in range(1, 200_001):
        eta = C / np.sqrt(t)
        error = (1 - eta) ** 2 * error + eta**2 * variance
    assert error == pytest.approx(C * variance / (2 * np.sqrt(t)), rel=0.01)


def test_with_a_small_c_over_t_half_is_left_after_a_power_of_two():
    c = 0.1
    steps = np.arange(1, 2**10 + 1)
    left = np.prod(1 - c / steps)
    assert np.prod(1 - c / np.arange(1, 2**20 + 1)) / left == pytest.approx(0.5, rel=1e-3)


def test_the_emitted_gradient(chapter):
    space = {}
    exec(compile(chapter.module(), "step_sizes.py", "exec"), space)
    w, x = np.array([1.0, -2.0, 5.0]), np.array([4.0, 0.5, 5.0])
    assert space["gradient"](w, x).tolist() == [-3, -2.5, 0]


@pytest.mark.parametrize("rule", [lambda t: 1 / t, lambda t: 0.7 / t**0.75, lambda t: 1 / np.sqrt(t)])
def test_the_bound_from_a_step_on(rule):
    """exp(−∑ η) times the error at s, and σ² times the sum of the squares, whatever the lengths."""
    variance, error, start = 3.0, 50.0, 4
    for t in range(1, start + 1):
        error = (1 - rule(t)) ** 2 * error + rule(t) ** 2 * variance
    first, lengths = error, []
    for t in range(start + 1, 400):
        lengths.append(rule(t))
        error = (1 - rule(t)) ** 2 * error + rule(t) ** 2 * variance
        assert 0 < error <= np.exp(-np.sum(lengths)) * first + variance * np.sum(np.square(lengths))


def test_the_bound_needs_lengths_that_are_not_greater_than_one():
    eta = scalar("eta", assume="positive")
    with argument("lengths") as proof:
        with pytest.raises(RefutedError):
            proof.at_most((1 - eta) ** 2, exp(-eta), by="any length")
        proof.at_most((1 - eta) ** 2, exp(-eta), by="at most 1", given=[1 - eta])
    assert proof.verdict == "checked"


def test_wrong_errors_are_refused():
    eta, sigma = sympy.symbols("η σ", positive=True)
    floor = eta * sigma**2 / 2
    with argument("the floor") as proof:
        with pytest.raises(RefutedError):
            proof.sympy((1 - eta) ** 2 * floor + eta**2 * sigma**2, floor, by="without the second order")
        floor = eta * sigma**2 / (2 - eta)
        proof.sympy((1 - eta) ** 2 * floor + eta**2 * sigma**2, floor, by="corrected")
    assert proof.verdict == "checked"
