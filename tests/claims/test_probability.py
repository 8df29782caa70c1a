"""Expectations by SymPy's statistics and by numbers; cases gone through exactly."""

from fractions import Fraction

import pytest
import sympy
from sympy import stats

from symnn.claims.probability import Cases, Expectation
from symnn.errors import SymnnError
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


def test_expectations_that_sympy_leaves_open_are_not_refuted_for_that():
    """Their integrals have infinite bounds, which is no infinite value."""
    open_one = sympy.exp(sympy.cos(W))
    near = Expectation(open_one, sympy.Rational(198887580114, 10**11)).judge(0)
    assert near.status is Status.UNDECIDED and near.reason.endswith("numbers alone agree to few digits")


def test_parameters_are_drawn_where_outcomes_have_probabilities():
    p = sympy.Symbol("p", positive=True)
    Y = stats.Bernoulli("Y", p)
    entropy = p * sympy.log(p) + (1 - p) * sympy.log(1 - p)
    assert Expectation(Y * sympy.log(p) + (1 - Y) * sympy.log(1 - p), entropy).judge(0).status is Status.CHECKED
    assert Expectation(Y, p).judge(0).status is Status.CHECKED
    found = Expectation(Y, sympy.Rational(1, 2)).judge(0)
    assert found.status is Status.REFUTED and found.reason.startswith("at p = ")


def test_complex_expectations():
    c = sympy.Symbol("c", real=True)
    outcomes = sum(sympy.exp(sympy.I * k) for k in range(1, 7))
    for expression, value in (
        (sympy.exp(sympy.I * D), outcomes / 6),
        (sympy.exp(sympy.I * c * W), sympy.exp(-(c**2) / 2)),
    ):
        assert Expectation(expression, value).judge(0).status is Status.CHECKED
        assert Expectation(expression, value * 6 / 5).judge(0).status is Status.REFUTED


def test_functions_that_numpy_has_not_are_left_to_sympy():
    assert Expectation((1 + sympy.erf(W / sympy.sqrt(2))) / 2, sympy.Rational(1, 2)).judge(0).status is Status.CHECKED


def _fibonacci(n):
    before, now = 0, 1
    for _ in range(n):
        before, now = now, before + now
    return Fraction(before)


def test_cases_are_compared_to_the_last_digit_and_irrational_terms_that_cancel_are_no_difference():
    n = sympy.Symbol("n", positive=True, integer=True)
    half = 1 - sympy.Rational(1, 2) ** n
    assert Cases(half, ({n: 60},), lambda n: Fraction(1)).judge(0).status is Status.REFUTED
    assert Cases(half, ({n: 60},), lambda n: 1 - Fraction(1, 2**n)).judge(0).status is Status.CHECKED
    golden = (1 + sympy.sqrt(5)) / 2
    binet = (golden**n - (1 - golden) ** n) / sympy.sqrt(5)
    assert Cases(binet, ({n: 40},), _fibonacci).judge(0).status is Status.CHECKED
    assert Cases(binet, ({n: 40},), lambda n: _fibonacci(n) + 1).judge(0).status is Status.REFUTED
    unknown = sympy.Function("M")(n)
    found = Cases(unknown, ({n: 4},), lambda n: Fraction(1)).judge(0)
    assert found.status is Status.UNDECIDED and "SymPy cannot tell whether M(4) is 1" in found.reason


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda n: Fraction(n, n - 2), r"`value` fails at \{'n': 2\}: ZeroDivisionError"),
        (lambda n: None, r"`value` is None at \{'n': 2\}; return a whole number or a Fraction"),
        (lambda n: n / 10, r"`value` is 0.2 at \{'n': 2\}; return a whole number or a Fraction, which are exact"),
        (lambda n: n == 2, "`value` is True at"),
    ],
)
def test_what_is_no_exact_number_is_refused(value, message):
    n = sympy.Symbol("n", positive=True, integer=True)
    with pytest.raises(SymnnError, match=message):
        Cases(n, ({n: 2},), value).judge(0)


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
