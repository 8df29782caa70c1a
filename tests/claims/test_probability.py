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


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (stats.Cauchy("C", 0, 1), 0),
        (1 / W, 0),
        (W / stats.Normal("V", 0, 1), 0),
        (sympy.tan(stats.Uniform("T", -sympy.pi / 2, sympy.pi / 2)), 0),
        (sympy.exp(W**2 / 2), 2 * sympy.sinh(6) / sympy.sqrt(2 * sympy.pi)),
        (sympy.exp(stats.Exponential("X", b)), b / (b - 1)),
        (stats.Poisson("K", b) ** 2, b**2),
    ],
)
def test_what_has_no_expectation_or_another_is_not_passed(expression, value):
    assert Expectation(expression, sympy.sympify(value)).judge(0).status in (Status.UNDECIDED, Status.REFUTED)


def test_a_value_that_is_wrong_by_little_or_far_out_is_not_passed():
    little = sympy.Rational(1, 10**10)
    for true, expression in ((sigma**2, Z**2), (sympy.Rational(7, 2), D), (sympy.sqrt(2 / sympy.pi) * sigma, abs(Z))):
        assert Expectation(expression, true).judge(0).status is Status.CHECKED
        assert Expectation(expression, true + little).judge(0).status is Status.REFUTED
    assert Expectation(Z**2, sigma**2 * sympy.Max(7, sigma) / 7).judge(0).status is not Status.CHECKED


def test_without_a_random_symbol_there_is_no_expectation():
    assert Expectation(sigma**2, sigma**2).judge(0).status is Status.REFUTED


def test_cases_are_compared_exactly():
    n = sympy.Symbol("n", positive=True, integer=True)
    cases = ({n: 3}, {n: 5})
    assert Cases(n * (n + 1) / 2, cases, lambda n: Fraction(sum(range(n + 1)))).judge(0).status is Status.CHECKED
    found = Cases(n**2, cases, lambda n: Fraction(sum(range(n + 1)))).judge(0)
    assert found.status is Status.REFUTED and found.reason == "at n = 3 the left side is 6 and the right side is 9"
    assert Cases(sympy.Float("1.5") * n, cases, lambda n: Fraction(3 * n, 2)).judge(0).status is Status.UNDECIDED
    assert Cases(n**2, cases, lambda n: Fraction(n**2), sympy.binomial(n + 1, 2)).judge(0).status is Status.REFUTED
    assert Cases(n**2, cases, lambda n: Fraction(n**2), sympy.Function("M")(n)).judge(0).status is Status.CHECKED
    assert Cases(n**2, cases, lambda n: Fraction(n**2), sympy.Symbol("M")).judge(0).status is Status.CHECKED
    assert Cases(n, (), lambda n: Fraction(n)).judge(0).status is Status.UNDECIDED
