"""Inequalities: proved by a margin, tried at instances, refuted where they fail however seldom that is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import Condition, apply, dim, exp, log, scalar, sigmoid, squared_norm, transpose, vector
from symnn.algebra.nodes import Function, as_node
from symnn.claims.inequality import Inequality
from symnn.proof.step import Status

d = dim("d")
ABS = Function("abs")
v, w = vector("v", d), vector("w", d)
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
    assert never.status is Status.UNDECIDED and "too few" in never.reason


def test_matrices_are_not_compared():
    assert judged(v, w).status is Status.REFUTED


@settings(max_examples=25, deadline=None)
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
