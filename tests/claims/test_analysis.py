"""Limits, series, sums and integrals by SymPy and by numbers."""

import pytest
import sympy

from symnn.claims.analysis import Convergence, SympyEquation, random_values
from symnn.proof.step import Status

x = sympy.Symbol("x", real=True)
a, b = sympy.symbols("a b", positive=True)
n, t = sympy.symbols("n t", positive=True, integer=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sympy.Limit(sympy.sin(x) / x, x, 0), 1),
        (sympy.Limit((1 + a / n) ** n, n, sympy.oo), sympy.exp(a)),
        (sympy.Sum(b**t, (t, 0, n - 1)) * (1 - b), 1 - b**n),
        (sympy.Integral(a * x, (x, 0, 1)), a / 2),
        (sympy.Derivative(sympy.tanh(x), x), 1 - sympy.tanh(x) ** 2),
        (sympy.Integral(sympy.exp(-(x**2) / 2), (x, -sympy.oo, sympy.oo)), sympy.sqrt(2 * sympy.pi)),
    ],
)
def test_true_equations_are_checked_and_changed_ones_refuted(left, right):
    right = sympy.sympify(right)
    assert SympyEquation(left, right).judge(0).status is Status.CHECKED
    changed = SympyEquation(left, right + sympy.Rational(1, 10**6)).judge(0)
    assert changed.status is Status.REFUTED and "the left side is" in changed.reason


def test_an_infinite_limit_is_no_number():
    assert SympyEquation(sympy.Limit(x, x, sympy.oo), sympy.Integer(7)).judge(0).status is Status.REFUTED
    assert SympyEquation(sympy.Limit(x, x, sympy.oo), sympy.oo).judge(0).status is Status.CHECKED


def test_what_sympy_leaves_open_is_undecided():
    f = sympy.Function("f")
    found = SympyEquation(sympy.Integral(f(x), (x, 0, 1)), f(x)).judge(0)
    assert found.status is Status.UNDECIDED and "cannot show" in found.reason


def test_derivatives_of_any_function_are_compared_term_by_term():
    f = sympy.Function("f")(x)
    left, right = sympy.Derivative((a - x) * f.diff(x) + f, x), (a - x) * f.diff(x, 2)
    assert SympyEquation(left, right).judge(0).status is Status.CHECKED
    assert SympyEquation(left, right + f.diff(x)).judge(0).status is Status.UNDECIDED


@pytest.mark.parametrize(
    ("term", "converges"),
    [(1 / t, False), (1 / t**2, True), (1 / sympy.sqrt(t), False), (-a / t, False), (a**2 / t**2, True)],
)
def test_series(term, converges):
    series = sympy.Sum(term, (t, 1, sympy.oo))
    assert Convergence(series, converges).judge(0).status is Status.CHECKED
    assert Convergence(series, not converges).judge(0).status is Status.REFUTED


def test_random_values_fit_the_assumptions():
    negative, integer = sympy.Symbol("k", negative=True), sympy.Symbol("m", integer=True)
    for seed in range(20):
        values = random_values({a, negative, integer}, str(seed))
        assert values[a] > 0 and values[negative] < 0 and values[integer].is_Integer


def test_a_factor_that_may_be_zero_is_not_left_out():
    b = sympy.Symbol("b", real=True)
    assert Convergence(sympy.Sum(b / t, (t, 1, sympy.oo)), False).judge(0).status is Status.UNDECIDED
