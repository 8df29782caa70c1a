"""The sign of all entries is read off from the form, and agrees with values."""

import pytest

from symnn import (
    Condition,
    Identity,
    apply,
    dim,
    exp,
    matrix,
    relu,
    scalar,
    sigmoid,
    sqrt,
    squared_norm,
    transpose,
    vector,
)
from symnn.algebra.nodes import Function
from symnn.proof.judges.entries import sign_of

d, n = dim("d"), dim("n")
v, w, X = vector("v", d), vector("w", d), matrix("X", n, d)
s, t, p = scalar("s"), scalar("t"), scalar("p", assume="positive")
H = matrix("H", d, d, assume="positive definite")


@pytest.mark.parametrize(
    ("node", "sign"),
    [
        (s * s, "nonnegative"),
        (-(s * s), None),
        (s * t, None),
        (s**2 * p + p, "positive"),
        (exp(s), "positive"),
        (sigmoid(s) * sigmoid(-s), "positive"),
        (1 - sigmoid(s), None),
        (relu(s) + apply(Function("abs"), t), "nonnegative"),
        (sqrt(squared_norm(v)), "nonnegative"),
        (transpose(v) @ v, "nonnegative"),
        (transpose(v) @ w, None),
        (transpose(v) @ H @ v, "nonnegative"),
        (transpose(v) @ H @ w, None),
        (transpose(v) @ transpose(X) @ X @ v, "nonnegative"),
        (2 * transpose(v) @ v, "nonnegative"),
        (-2 * (transpose(v) @ v), None),
        (1 / (1 + s**2), "positive"),
        (s**3, None),
        (p**3, "positive"),
        (sqrt(p), "positive"),
        (Identity(d), "nonnegative"),
    ],
)
def test_signs(node, sign):
    assert sign_of(node, ()) == sign


def test_what_is_given_counts_with_any_positive_factor():
    given = (Condition("nonnegative", -s * t),)
    assert sign_of(-3 * s * t, given) == "nonnegative"
    assert sign_of(-p * s * t, given) == "nonnegative"
    assert sign_of(3 * s * t, given) is None
    assert sign_of(-(s**3) * t, given) is None
    assert sign_of(-s * t * s * s, given) == "nonnegative"
    assert sign_of((s - t) * p, (Condition("nonnegative", s - t),)) == "nonnegative"
    assert sign_of(s, (Condition("positive", s),)) == "positive"


def test_products_that_are_given_are_not_asked_for_their_own_factors():
    first, second = (1 - s) * (1 - t), (1 + s) * (1 + t)
    given = (Condition("positive", first), Condition("positive", second))
    assert sign_of(first + second, given) == "positive"
    assert sign_of(s**2 * (1 - s) * (1 - t), given) == "nonnegative"
    assert sign_of(1 - s, given) is None
