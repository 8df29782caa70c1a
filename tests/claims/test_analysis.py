"""Limits, series, sums and integrals by SymPy and by numbers."""

import pytest
import sympy

from symnn.claims.analysis import SympyEquation, random_values, special_values
from symnn.claims.series import Convergence, falls
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


z, m = sympy.Symbol("z"), sympy.Symbol("m", integer=True, nonnegative=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (abs(x), x),
        (sympy.conjugate(z), z),
        (abs(z) ** 2, z**2),
        (sympy.log(x**2), 2 * sympy.log(x)),
        (sympy.sqrt(x) ** 2, abs(x)),
        (sympy.sign(x) ** 2, 1),
        (sympy.Max(x, 1000), 1000),
        (sympy.binomial(m, 60), 0),
        (sympy.Integer(0) ** m, 0),
        (sympy.KroneckerDelta(n, 57), 0),
        (sympy.Derivative(abs(x), x), 1),
        (sympy.Integral(x, (x, -sympy.oo, sympy.oo)), 0),
        (sympy.Integral(sympy.exp(-x * b), (b, 0, sympy.oo)), 1 / x),
        (sympy.Sum(1 / n**a, (n, 1, sympy.oo)), sympy.zeta(a)),
        (sympy.Sum((-1) ** n, (n, 0, sympy.oo)), sympy.Rational(1, 2)),
        (sympy.Limit(abs(x) / x, x, 0, "+-"), 1),
        (sympy.Limit(sympy.sin(1 / x), x, 0), 0),
        (sympy.log(sympy.exp(z)), z),
        (sympy.sqrt(sympy.exp(2 * z)), sympy.exp(z)),
        (sympy.exp(z) ** a, sympy.exp(a * z)),
        (sympy.Integral(1 / x**2, (x, -a, a)), -2 / a),
        (sympy.Integral(abs(sympy.sin(x)), (x, 0, 10 * sympy.pi)), 4),
        (sympy.Subs(sympy.Derivative(abs(x), x), x, 0), 0),
        (sympy.Derivative(sympy.sign(x), x), 0),
        (sympy.Sum(n, (n, 1, sympy.oo)), sympy.Sum(2**n, (n, 1, sympy.oo))),
    ],
)
def test_what_holds_for_some_values_only_is_not_passed(left, right):
    found = SympyEquation(sympy.sympify(left), sympy.sympify(right)).judge(0)
    assert found.status in (Status.UNDECIDED, Status.REFUTED) and found.reason


def test_special_values_fit_the_assumptions():
    found = [special_values({a, m, x, z}, {sympy.Integer(57)}, place, str(place)) for place in range(60)]
    assert all(values[a] > 0 and values[m] >= 0 and values[m].is_integer and values[x].is_real for values in found)
    assert any(not values[z].is_real for values in found) and {values[x] for values in found} >= {0, 57}
    assert max(values[a] for values in found) > 10**5 and min(values[a] for values in found) < sympy.Rational(1, 10**4)


def test_an_integral_whose_value_lies_far_from_zero_is_not_refuted():
    bell = sympy.Integral(sympy.exp(-((x - 100) ** 2) / 2), (x, -sympy.oo, sympy.oo))
    found = SympyEquation(bell, sympy.sqrt(2 * sympy.pi)).judge(0)
    assert found.status is not Status.REFUTED
    assert SympyEquation(bell, sympy.sqrt(3 * sympy.pi)).judge(0).status is not Status.CHECKED
    delta = sympy.Integral(sympy.DiracDelta(x - a) * x**2, (x, -sympy.oo, sympy.oo))
    assert SympyEquation(delta, a**2).judge(0).status is Status.CHECKED


def test_a_claim_without_symbols_names_no_values():
    found = SympyEquation(sympy.Limit(sympy.sin(x) / x, x, 0), sympy.Integer(2)).judge(0)
    assert found.reason == "the left side is 1.00000000000 and the right side is 2.00000000000"


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


@pytest.mark.parametrize(("term", "converges"), [(1 - sympy.cos(1 / n), False), (sympy.sin(n) / n, False)])
def test_sympy_is_not_believed_where_the_terms_say_the_opposite(term, converges):
    found = Convergence(sympy.Sum(term, (n, 1, sympy.oo)), converges).judge(0)
    assert found.status is Status.UNDECIDED and "its terms that it converges" in found.reason


def test_a_term_without_value_is_refused():
    found = Convergence(sympy.Sum(1 / m**2, (m, 0, sympy.oo)), True).judge(0)
    assert found.status is Status.REFUTED and "at m = 0 the term is zoo" in found.reason


def test_how_fast_terms_fall():
    logarithm = sympy.log(n)
    told = {1 / n: False, 1 / n**2: True, 1 / (n * logarithm**2): True, logarithm / n: False, 2**-n: True}
    assert {term: falls(sympy.Sum(term, (n, 2, sympy.oo))) for term in told} == told
    assert falls(sympy.Sum((-1) ** n / n, (n, 1, sympy.oo))) is True
    assert falls(sympy.Sum((-1) ** n, (n, 1, sympy.oo))) is False


def test_random_values_fit_the_assumptions():
    negative, integer = sympy.Symbol("k", negative=True), sympy.Symbol("m", integer=True)
    for seed in range(20):
        values = random_values({a, negative, integer}, str(seed))
        assert values[a] > 0 and values[negative] < 0 and values[integer].is_Integer


def test_a_factor_that_may_be_zero_is_not_left_out():
    b = sympy.Symbol("b", real=True)
    assert Convergence(sympy.Sum(b / t, (t, 1, sympy.oo)), False).judge(0).status is Status.UNDECIDED


def test_powers_with_large_exponents_are_not_written_out():
    t, i = sympy.symbols("t i", integer=True, positive=True)
    beta = sympy.Symbol("beta", positive=True)
    for seed in range(4):
        found = SympyEquation(beta * beta ** (t - i), beta ** (t + 1 - i)).judge(seed)
        assert found.status is Status.CHECKED
        assert SympyEquation(beta ** (t - i), beta ** (t + 1 - i)).judge(seed).status is Status.REFUTED
