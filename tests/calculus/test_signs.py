"""Signs and common numbers of products: in front, or inside of a difference; sums in products primitive."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.nodes import Add, Hadamard, Inner, MatMul, Multiply, Node, Number, Ones, Power, Scale, Zeros
from symnn.algebra.sizes import dims
from symnn.calculus import tidy
from symnn.calculus.normalise import normal
from symnn.calculus.signs import oriented, unsigned
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A, B = matrix("X", n, d), matrix("A", n, n), matrix("B", n, n)
w, y, s = vector("w", d), vector("y", n), vector("s", n)
a, b = scalar("a"), scalar("b")


def minus(node: Node) -> Node:
    return tidy.negative(node)


def test_minus_sign_goes_into_a_difference() -> None:
    assert str(oriented(Scale(Number(-1), MatMul(X.T, Add(y, minus(X @ w)))))) == "Xᵀ(Xw − y)"


def test_minus_sign_stays_before_a_sum() -> None:
    assert oriented(Scale(Number(-1), MatMul(X.T, Add(y, X @ w)))) is None


def test_common_number_comes_out() -> None:
    assert str(oriented(MatMul(A, Add(Scale(Number(4), B), Scale(Number(6), A))))) == "2A(3A + 2B)"
    assert str(oriented(Multiply(a, Add(b, Number(1) / 2)))) == "½a(2b + 1)"


def test_the_constant_one_leads() -> None:
    assert oriented(Hadamard(s, Add(Ones(n, 1), minus(s)))) is None
    assert str(oriented(Hadamard(s, Add(minus(Ones(n, 1)), s)))) == "s ⊙ (s − 1ₙ)"
    assert str(oriented(Scale(Number(-1), Hadamard(s, Add(s, minus(Ones(n, 1))))))) == "s ⊙ (1ₙ − s)"


def test_a_sum_of_three_with_a_negative_constant_comes_to_rest() -> None:
    assert oriented(Multiply(Number(2), Add(a, b, Number(-1)))) is None
    assert str(normal(Multiply(Number(2), Add(Number(-1), b, a)))) == "2(a + b − 1)"


@pytest.mark.parametrize("node", [Multiply(a, b), MatMul(A, B), Hadamard(A, B), Scale(Number(-2), A)], ids=str)
def test_products_without_sums_stay(node: Node) -> None:
    assert oriented(node) is None


numbers = st.fractions(min_value=-4, max_value=4, max_denominator=6).filter(bool)


@settings(max_examples=40, deadline=None)
@given(numbers, numbers, numbers, st.sampled_from([MatMul, Hadamard, Inner]))
def test_value_stays_and_turning_ends(first: object, second: object, third: object, kind: type[Node]) -> None:
    total = Add(Scale(Number(first), A), Scale(Number(second), B))
    node = tidy.scale(Number(third), kind(A, total)) if kind is not Inner else Inner(A, total)
    made = oriented(node)
    if made is None:
        return
    assert Court(node, ()).judge(Relation.EQUAL, node, made, line=node).status is Status.PROVED
    assert oriented(made) is None
    assert normal(made) is normal(node)


def test_an_expression_and_its_negative_are_one_up_to_the_sign() -> None:
    difference = Add(y, minus(X @ w))
    for made in (difference, MatMul(X.T, difference), Hadamard(s, difference), Power(difference, Number(3))):
        turned = normal(minus(made))
        assert turned is not made
        assert unsigned(turned)[1] is unsigned(made)[1]
        assert unsigned(turned)[0] == -unsigned(made)[0]
    assert unsigned(Power(difference, Number(2)))[0] == 1


def test_a_factor_and_its_negative_join() -> None:
    difference = Add(y, minus(s))
    assert str(normal(Hadamard(difference, Add(s, minus(y))))) == "−(s − y)²"
    assert normal(Add(A @ difference, A @ Add(s, minus(y)))) is Zeros(n, 1)


@pytest.mark.parametrize(
    "outer",
    [lambda inner: Hadamard(s, inner), lambda inner: MatMul(B, inner), lambda inner: Inner(Hadamard(s, y), inner)],
    ids=["entries", "product", "inner product"],
)
def test_a_sign_inside_of_a_product_is_one_of_the_product(outer: Callable[[Node], Node]) -> None:
    inside = MatMul(A, Add(y, minus(s)))
    assert normal(outer(inside)) is normal(minus(outer(MatMul(A, Add(s, minus(y))))))


def test_decimals_stay_in_a_sum_and_whole_numbers_go_in_front():
    x = scalar("x")
    decimals = x + Number(Rational("0.044715")) * x**3
    assert normal(Number(3) * decimals) is normal(Number(Rational("0.000015")) * (200000 * x + 8943 * x**3))
    assert str(normal(s.T @ s * decimals)) == "‖s‖²(0.044715x³ + x)"
    assert str(normal(s.T @ s * (3 * x + 6 * x**3))) == "3‖s‖²(2x³ + x)"
    assert str(normal(s.T @ s * (x / 2 + x**3 / 3))) == "⅙‖s‖²(2x³ + 3x)"
