"""Expectations by SymPy's statistics and by numbers; cases gone through exactly."""

from fractions import Fraction

import pytest
import sympy
from sympy import stats

from symnn.claims.probability import Cases, Expectation
from symnn.proof.step import Status

sigma, b = sympy.symbols("sigma b", positive=True)
Z, W = stats.Normal("Z", 0, sigma), stats.Normal("W", 0, 1)
U, D = stats.Uniform("U", -b, b), stats.Die("D", 6)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (Z**2, sigma**2),
        (sympy.Max(Z, 0) ** 2, sigma**2 / 2),
        (U**2, b**2 / 3),
        (D**2, sympy.Rational(91, 6)),
        (W**2 * Z**2, sigma**2),
        (W**2 * Z**4 * U**2, b**2 * sigma**4),
    ],
)
def test_true_expectations_are_checked_and_false_ones_refuted(expression, value):
    assert Expectation(expression, value).judge(0).status is Status.CHECKED
    found = Expectation(expression, value * sympy.Rational(1001, 1000)).judge(0)
    assert found.status is Status.REFUTED and "the expectation is" in found.reason


@pytest.mark.parametrize("deviation", ["3/8", "1/40", "1/3000"])
def test_a_narrow_density_far_from_zero_refutes_nothing_that_is_true(deviation):
    narrow = stats.Normal("N", sympy.Rational(-19, 4), sympy.Rational(deviation))
    true = sympy.Rational(19, 4) ** 2 + sympy.Rational(deviation) ** 2
    assert Expectation(narrow**2, true).judge(0).status is Status.CHECKED
    assert Expectation(narrow**2, true + 1).judge(0).status is not Status.CHECKED


def test_without_a_random_symbol_there_is_no_expectation():
    assert Expectation(sigma**2, sigma**2).judge(0).status is Status.REFUTED


def test_cases_are_compared_exactly():
    n = sympy.Symbol("n", positive=True, integer=True)
    cases = ({n: 3}, {n: 5})
    assert Cases(n * (n + 1) / 2, cases, lambda n: Fraction(sum(range(n + 1)))).judge(0).status is Status.CHECKED
    found = Cases(n**2, cases, lambda n: Fraction(sum(range(n + 1)))).judge(0)
    assert found.status is Status.REFUTED and found.reason == "at n = 3 the left side is 6 and the right side is 9"
    assert Cases(n, (), lambda n: Fraction(n)).judge(0).status is Status.UNDECIDED
