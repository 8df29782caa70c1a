"""Integrals side by side: ordered integrands pass, others are refuted by an instance or left undecided."""

import pytest
import sympy

from symnn import argument
from symnn.claims.integrals import IntegralInequality
from symnn.errors import RefutedError
from symnn.proof.step import Status

x, a = sympy.symbols("x a", real=True)
b = sympy.Symbol("b", positive=True)
s = sympy.Function("s", real=True)
phi = sympy.Function("φ")


def over(integrand, start=0, end=1):
    return sympy.Integral(integrand, (x, start, end))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (over(a + b * x - s(x) ** 2), over(a + b * x)),
        (over(phi(x)), over(phi(x) + b)),
        (over((a - x) ** 2 * (b - s(x) ** 2)), over((a - x) ** 2 * b)),
        (over(0, -1, 2), over(sympy.exp(x), -1, 2)),
        (over(-b * s(x) ** 2, a, a + b), over(x**2, a, a + b)),
    ],
)
def test_ordered_integrands_pass_and_turned_they_are_refuted(left, right):
    assert IntegralInequality(left, right).judge(3).status is Status.CHECKED
    turned = IntegralInequality(right, left).judge(3)
    assert turned.status is Status.REFUTED
    assert "the left side is" in turned.reason


@pytest.mark.parametrize(
    ("less", "more"),
    [(x**2, x), (1 + x, sympy.exp(x)), (sympy.log(1 + x), x), (sympy.cos(3 * x), sympy.Integer(1)), (2 * x - 1, x**2)],
)
def test_an_order_that_holds_over_the_interval_alone(less, more):
    assert IntegralInequality(over(less), over(more)).judge(0).status is Status.CHECKED
    assert IntegralInequality(over(more), over(less)).judge(0).status is Status.REFUTED


def test_an_order_that_fails_in_a_part_of_the_interval_is_not_passed():
    assert IntegralInequality(over(x**2), over(x + sympy.Rational(1, 99), -1, 1)).judge(0).status is Status.UNDECIDED
    assert IntegralInequality(over(x, -1, 2), over(x**2, -1, 2)).judge(0).status is Status.UNDECIDED
    assert IntegralInequality(over(x, 0, a), over(a * x, 0, a)).judge(0).status is not Status.CHECKED


def test_over_a_backward_interval_the_order_is_turned():
    assert IntegralInequality(over(0, 1, 0), over(s(x) ** 2, 1, 0)).judge(0).status is Status.REFUTED


def test_what_holds_for_other_reasons_is_undecided():
    """The integral of x³ from −1 to 1 is 0, and no integrand is below the other."""
    assert IntegralInequality(over(x**3, -1, 1), over(0, -1, 1)).judge(0).status is Status.UNDECIDED
    assert IntegralInequality(over(0, 0, 1), over(1, 0, 2)).judge(0).status is Status.UNDECIDED


def test_a_refuted_line_says_at_which_functions():
    with argument("The slope") as proof:
        with pytest.raises(RefutedError, match=r"at φ\(x\) = .* the left side is"):
            proof.integral_at_most(over(phi(x)), over(b * x), by="nothing is known of φ")
        proof.integral_at_most(over(b * x - s(x) ** 2), over(b * x), by="integrals keep ≤")
    assert proof.verdict == "checked"
    assert proof.argued_lines == 0


@pytest.mark.parametrize("integrand", [1 / x, sympy.log(x), sympy.tan(3 * x), sympy.sqrt(x)])
def test_an_integrand_without_values_in_the_interval_is_named(integrand):
    judged = IntegralInequality(over(integrand, -1, 1), over(integrand + 1, -1, 1)).judge(0)
    assert judged.status is Status.UNDECIDED and f"{integrand} has values in" in judged.reason


def test_what_is_assumed_of_the_variable_does_not_narrow_the_interval():
    p = sympy.Symbol("p", positive=True)
    below = IntegralInequality(sympy.Integral(0, (p, -2, 1)), sympy.Integral(p, (p, -2, 1))).judge(0)
    assert below.status is Status.REFUTED and below.reason.startswith("the left side is 0")
    assert IntegralInequality(over(0), over(sympy.log(1 + p).subs(p, x))).judge(0).status is Status.CHECKED


@pytest.mark.parametrize(
    ("told", "integrand", "status"),
    [
        ({"nonnegative": True}, lambda f: x * f(x), Status.CHECKED),
        ({"positive": True}, lambda f: f(x) - 2, Status.REFUTED),
        ({"nonpositive": True}, lambda f: f(x), Status.REFUTED),
        ({"imaginary": True}, lambda f: f(x) ** 2 + 9, Status.UNDECIDED),
    ],
)
def test_functions_are_tried_as_they_are_assumed_to_be(told, integrand, status):
    f = sympy.Function("f", **told)
    assert IntegralInequality(over(0), over(integrand(f))).judge(0).status is status
