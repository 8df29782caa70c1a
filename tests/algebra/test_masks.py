"""Comparisons as masks, and choices by them: shapes, recognition, printing, SymPy."""

import pytest
import sympy

from symnn.algebra.bridge import explicit, from_sympy, scalar_from_sympy, scalar_to_sympy
from symnn.algebra.functions import primitive
from symnn.algebra.language import exp, matrix, scalar, sigmoid, vector
from symnn.algebra.masks import greater, is_mask, maximum, minimum, opposite, split_mask, where
from symnn.algebra.nodes import Broadcast, Kronecker, Map, Number, Ones, Transpose, Vec, Where, Zeros
from symnn.algebra.scalars import inverted
from symnn.algebra.sizes import dims
from symnn.algebra.table import load, store
from symnn.errors import ShapeError

n, d = dims("n d")
X, Y = matrix("X", n, d), matrix("Y", n, d)
B = matrix("B", n, d, assume="binary")
v, w = vector("v", n), vector("w", n)
a, b = scalar("a"), scalar("b")
STEP = primitive("step")


def test_a_choice_is_of_one_shape() -> None:
    with pytest.raises(ShapeError, match=r"a choice takes operands of one shape: .* is n×d, .* is n×1"):
        Where(greater(X, Y), X, v)
    assert where(greater(a, b), X, Number(0)).shape == X.shape
    with pytest.raises(ShapeError, match="different shapes"):
        where(greater(v, w), v, X.T @ v)


def test_comparisons() -> None:
    assert greater(v, Number(0)) is Map(STEP, v)
    assert greater(Number(0), v) is Map(STEP, -v)
    assert split_mask(greater(v, w)) == (">", v - w)
    assert split_mask(opposite(greater(v, w))) == ("<=", v - w)
    assert split_mask(opposite(opposite(greater(v, w)))) is None
    assert split_mask(B) is None


def test_larger_and_smaller() -> None:
    assert maximum(Number(0), v) is Map(primitive("relu"), v)
    assert minimum(v, Number(0)) is -Map(primitive("relu"), -v)
    assert maximum(v, w) is Where(Map(STEP, v - w), v, w)
    assert minimum(v, w) is Where(Map(STEP, w - v), v, w)


@pytest.mark.parametrize(
    "mask",
    [
        greater(X, Y),
        opposite(greater(X, Y)),
        1 - greater(X, Y),
        greater(X, Y) * opposite(greater(X, Number(1))),
        opposite(opposite(greater(X, Y)) * B),
        B,
        Ones(n, d),
        Zeros(n, d),
        Transpose(greater(X, Y)),
        Broadcast(greater(v, w), n, d),
        Where(B, greater(X, Y), Zeros(n, d)),
        Vec(B),
        Kronecker(B, greater(X, Y)),
        Vec(greater(X, Y)) @ Ones(1, d),
    ],
)
def test_masks(mask) -> None:
    assert is_mask(mask)


@pytest.mark.parametrize("other", [X, 2 * B, B + B, -B, B - 1, 1 + B, sigmoid(X), B @ X.T, Number(2)])
def test_what_is_no_mask(other) -> None:
    assert not is_mask(other)


def test_printing() -> None:
    residual = X @ vector("t", d) - v
    loss = where(opposite(greater(Map(primitive("abs"), residual), Number(1))), residual, v)
    assert str(loss) == "where(|Xt − v| ≤ 1ₙ, Xt − v, v)"
    assert str(where(greater(v, Number(-1)), v, w)) == "where(v > (−1)·1ₙ, v, w)"
    assert str(where(greater(v + 1, Number(0)), v, w)) == "where(v > −1ₙ, v, w)"
    assert str(where(greater(Number(0), v), v, w)) == "where(0 > v, v, w)"
    assert str(Where(B, X, Y)) == "where(B, X, Y)"
    assert r"\operatorname{where}(a \le b,\, a,\, b)" in sympy.latex(where(opposite(greater(a, b)), a, b))


def test_sympy_and_back() -> None:
    choice = where(opposite(greater(a, b)), a**2, exp(b))
    symbols: dict = {}
    spelled = scalar_to_sympy(choice, symbols)
    one, other = symbols[a], symbols[b]
    for point, value in (((1, 2), 1), ((2, 2), 4), ((3, 2), sympy.exp(2))):
        assert spelled.subs(dict(zip((one, other), point, strict=True))) == value
    assert spelled.diff(one).subs({one: 1, other: 2}) == 2
    back = scalar_from_sympy(spelled, inverted(symbols))
    assert isinstance(back, Where)
    assert sympy.simplify(scalar_to_sympy(back, symbols) - spelled) == 0
    assert isinstance(from_sympy(choice.to_sympy()), Where)


def test_components() -> None:
    made = explicit(where(greater(v, Number(1)), v, 2 * w), {"n": 2}, {v: [[1], [3]]})
    assert list(made) == [2 * sympy.Symbol("w[0,0]", real=True), 3]


def test_storing() -> None:
    choice = where(greater(X, Y), X, Number(0))
    assert load(store(choice)) is choice
