"""Inequalities: proved by a margin, tried at instances, refuted where they fail however seldom that is."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import (
    Condition,
    apply,
    argument,
    dim,
    exp,
    inner,
    log,
    matrix,
    quadratic_form,
    scalar,
    sigmoid,
    squared_norm,
    total,
    trace,
    transpose,
    vector,
)
from symnn.algebra.nodes import Function, as_node
from symnn.claims.descent import descend
from symnn.claims.inequality import Inequality
from symnn.claims.instances import REAL
from symnn.errors import RefutedError
from symnn.proof.step import Status

d = dim("d")
ABS = Function("abs")
v, w = vector("v", d), vector("w", d)
A = matrix("A", d, d)
P, Q = (matrix(name, d, d, assume="positive definite") for name in "PQ")
s, t = scalar("s"), scalar("t")
p = scalar("p", assume="positive")


def judged(left, right, **options):
    return Inequality(as_node(left), as_node(right), **options).judge(0)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((transpose(v) @ w) ** 2, squared_norm(v) * squared_norm(w)),
        (1 + t, exp(t)),
        (log(p), p - 1),
        (sigmoid(t) * (1 - sigmoid(t)), as_node(1) / 4),
        (2 * s * t, s**2 + t**2),
        (apply(ABS, s + t), apply(ABS, s) + apply(ABS, t)),
    ],
)
def test_true_ones_hold_at_all_instances(left, right):
    assert judged(left, right).status is Status.CHECKED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (squared_norm(v) * squared_norm(w), (transpose(v) @ w) ** 2),
        (1 + t + t**2 / 2, exp(t)),
        (sigmoid(t) * (1 - sigmoid(t)), as_node(6) / 25),
        (2 * s * t, s**2 + t**2 - s**2 * t**2 / 10**4),
        (t, t**2 + as_node(6) / 25),
    ],
)
def test_false_ones_are_refuted_at_values_where_they_fail(left, right):
    found = judged(left, right)
    assert found.status is Status.REFUTED
    assert "the left side is" in found.reason


def test_equality_refutes_what_is_strict():
    assert judged(2 * s * t, s**2 + t**2, strict=True).status is Status.REFUTED
    assert judged(2 * s * t, s**2 + t**2 + 1, strict=True).status is Status.CHECKED
    assert judged(2 * s * t, s**2 + t**2 + 1, strict=True, margin=(s - t) ** 2 + 1).status is Status.PROVED
    weak = judged(2 * s * t, s**2 + t**2 + p, strict=True, margin=(s - t) ** 2)
    assert weak.status is Status.REFUTED and "the margin is not" in weak.reason


def test_a_margin_must_be_the_difference_and_have_an_evident_sign():
    wrong = judged(2 * s * t, s**2 + t**2, margin=(s + t) ** 2)
    assert wrong.status is Status.REFUTED and "the margin is not the right side minus the left" in wrong.reason
    hidden = judged(2 * s * t, s**2 + t**2, margin=s**2 - 2 * s * t + t**2)
    assert hidden.status is Status.UNDECIDED and "does not show that it is nonnegative" in hidden.reason
    false = judged(s, t, margin=t - s)
    assert false.status is Status.REFUTED


def test_what_is_given_narrows_the_values():
    given_one = (Condition("nonnegative", t - 1),)
    assert judged(t, t**2, conditions=given_one).status is Status.CHECKED
    assert judged(t, t**2, conditions=given_one, margin=(t - 1) ** 2 + (t - 1)).status is Status.PROVED
    never = judged(t, t**2, conditions=(Condition("nonnegative", -1 - t**2),))
    assert never.status is Status.UNDECIDED and "no values were found" in never.reason


FALSE = [
    ("narrow", 0, (s - 3) ** 2 - as_node(1) / 10**8),
    ("narrow, of two", as_node(1) / 10**6, (as_node(13) / 10 - s) ** 2 + 100 * (t - s**2) ** 2),
    ("far out", s**2, 10**8 + s),
    ("near zero", as_node(1) / 10**5, p),
    ("beyond a kink", apply(Function("relu"), s - 5000), 0),
    ("at large sizes", total(v) ** 2, 10 * squared_norm(v)),
    ("a small eigenvalue", squared_norm(v) / 1000, quadratic_form(v, P)),
    ("two by two", 0, quadratic_form(v, P @ Q + Q @ P)),
    ("a special matrix", trace(A) ** 2, 5 * squared_norm(A)),
]


@pytest.mark.parametrize(("left", "right"), [pair[1:] for pair in FALSE], ids=[pair[0] for pair in FALSE])
def test_what_fails_seldom_is_refuted(left, right):
    assert judged(left, right).status is Status.REFUTED


def test_a_border_that_is_not_met_by_chance_is_sought():
    ball = (Condition("nonnegative", 1 - squared_norm(v)),)
    assert judged(total(v), as_node(dim("d")), conditions=ball).status is Status.CHECKED
    assert judged(total(v), as_node(1), conditions=ball).status is Status.REFUTED
    half = (Condition("nonnegative", exp(-t) - as_node(1) / 2),)
    assert judged(t, as_node(694) / 1000, conditions=half).status is Status.CHECKED
    assert judged(t, as_node(693) / 1000, conditions=half).status is Status.REFUTED


@pytest.mark.parametrize("seed", range(3))
def test_a_corner_at_which_several_conditions_barely_hold_is_sought(seed):
    """At t = 1 and s² = 5, where v is 10/9, the left side is 10/3; 4ts²/(1 + s²) is that, too."""
    v3 = scalar("v3", assume="positive")
    squared, lowered = s**2, 1 / (1 + s**2)
    given = [(2 * lowered + 1) * squared * lowered - v3, t - 1, squared - 5]
    conditions = tuple(Condition("nonnegative", each) for each in given)
    right = 4 * t * squared * lowered
    if seed == 0:
        assert Inequality((t + 2) * v3, right, conditions).judge(seed).status is Status.CHECKED
    assert Inequality((t + 2) * v3, right * as_node(9999) / 10000, conditions).judge(seed).status is Status.REFUTED
    wider = Condition("nonnegative", t - as_node(999) / 1000)
    assert Inequality((t + 2) * v3, right, (conditions[0], wider, conditions[2])).judge(seed).status is Status.REFUTED


RELU, SINE = Function("relu"), Function("sin")


@pytest.mark.parametrize(
    ("left", "bound"),
    [
        (exp(-10 * (s - 60) ** 2), "1"),
        (apply(RELU, s - 10) * apply(RELU, 14 - s), "4"),
        (apply(RELU, s - 3) * apply(RELU, 4 - s) + 0 * apply(RELU, s - 20), "1/4"),
        (apply(SINE, s) + apply(SINE, 10 * s) + apply(SINE, as_node(17) / 10 * s), "3"),
        (total(v) ** 2 - 999 * squared_norm(v) - squared_norm(v) * (as_node(dim("d")) - 999), "0"),
    ],
)
def test_what_is_great_in_a_narrow_place_is_met(left, bound):
    """The bounds are right, and what is 2 % less is not."""
    least = as_node(Fraction(bound)) if bound != "0" else as_node(0)
    assert judged(left, least).status is Status.CHECKED
    lower = least * as_node(98) / 100 if bound != "0" else -squared_norm(v)
    assert judged(left, lower).status is Status.REFUTED


def test_claims_that_fail_at_large_sizes_alone_are_refuted_and_the_values_are_shown_in_short():
    vectors, matrices = judged(total(v) ** 2, 200 * squared_norm(v)), judged(trace(A) ** 2, 100 * squared_norm(A))
    assert {vectors.status, matrices.status} == {Status.REFUTED}
    assert vectors.reason.startswith("at v = 1 in all 1000 entries the left side is 1000000.0")
    assert " …] of size 120×120 the left side" in matrices.reason and len(matrices.reason) < 200


def test_a_condition_that_is_positive_nowhere_proves_nothing_by_a_margin():
    never = Condition("positive", 2 * s * t - s**2 - t**2)
    found = judged((s - t) ** 2, 0, conditions=(never,), margin=2 * s * t - s**2 - t**2)
    assert found.status is Status.UNDECIDED and "check that it can" in found.reason


@pytest.mark.parametrize("seed", range(3))
def test_rounding_where_both_sides_are_equal_refutes_nothing_that_is_true(seed):
    size = as_node(dim("d"))
    differences = [
        size * squared_norm(v) - total(v) ** 2,
        squared_norm(v) * squared_norm(w) - inner(v, w) ** 2,
        s**2 + t**2 - 2 * s * t,
        p + 1 / p - 2,
    ]
    for difference in differences:
        assert Inequality(as_node(0), difference).judge(seed).status is Status.CHECKED
        assert Inequality(as_node(0), difference, strict=True).judge(seed).status is Status.REFUTED


@pytest.mark.parametrize("seed", range(3))
def test_a_condition_that_is_a_product_is_brought_to_its_border_by_its_factors(seed):
    """It fails for 1 < s, t with st < 1.001."""
    given = (1 - s) * (1 - t), (1 + s) * (1 + t), 1 - s * t
    conditions = tuple(Condition("positive", each) for each in given)
    assert judged(s**2, 1, conditions=conditions).status is Status.CHECKED
    wider = (*conditions[:2], Condition("positive", given[2] + as_node(1) / 1000))
    assert Inequality(s**2, as_node(1), wider).judge(seed).status is Status.REFUTED


def test_a_slope_too_small_for_floating_point_ends_a_search():
    assert descend(lambda at: at[0] * REAL.mpf("1e-300"), [REAL.mpf(2)], 9, lambda _: False) == [2]


def test_a_strict_one_is_not_passed_where_both_sides_meet():
    k = scalar("k", assume="nonnegative")
    assert judged(0, k, strict=True).status is Status.REFUTED
    assert judged(0, (s - as_node(3) / 10) ** 2, strict=True).status is Status.REFUTED
    at_a_root = judged(0, (s**2 - 2) ** 2, strict=True)
    assert at_a_root.status is Status.UNDECIDED and "s = 1.414" in at_a_root.reason.replace("-", "")
    assert judged(0, exp(-t), strict=True).status is Status.CHECKED
    assert judged(apply(Function("tanh"), t), 1, strict=True).status is Status.CHECKED


def test_a_factor_that_may_be_zero_hides_the_sign_of_the_other():
    k = scalar("k", assume="nonnegative")
    given_product = (Condition("nonnegative", k * s),)
    assert judged(0, p * s, conditions=given_product, margin=p * s).status is Status.REFUTED
    assert judged(0, p * k * s, conditions=given_product, margin=p * k * s).status is Status.PROVED
    above_zero = (Condition("positive", k * s),)
    assert judged(0, p * s, conditions=above_zero, margin=p * s).status is Status.PROVED


@pytest.mark.parametrize("never", [-1 - t**2, -p, -squared_norm(v) - as_node(1) / 10**9])
def test_what_can_never_hold_proves_nothing(never):
    found = judged(never, 0, conditions=(Condition("nonnegative", never),), margin=-never)
    assert found.status in (Status.UNDECIDED, Status.REFUTED)
    found = judged(0, never, conditions=(Condition("nonnegative", never),), margin=never)
    assert found.status is Status.UNDECIDED and "no values were found" in found.reason


def test_both_sides_are_named_as_they_were_written():
    with argument("sides") as proof:
        with pytest.raises(RefutedError, match=r"the left side is 0.0 and the right side is 1.0"):
            proof.at_least(0 * s, 1, by="guess")
        proof.argued("So it is not.", by="words")


def test_matrices_are_not_compared():
    assert judged(v, w).status is Status.REFUTED


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-6, 6), min_size=3, max_size=3), st.integers(1, 5))
def test_quadratics_are_judged_as_their_discriminant_says(coefficients, first):
    _, b, c = coefficients
    nonnegative = b * b - 4 * first * c <= 0
    found = judged(0, first * t**2 + b * t + c)
    lowest = np.polyval([first, b, c], -b / (2 * first))
    if nonnegative:
        assert found.status is Status.CHECKED
    elif lowest < -0.5:
        assert found.status is Status.REFUTED
