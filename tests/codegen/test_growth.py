"""Growth: which values overflow or vanish as they are written, and which products of them are therefore in danger."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sympy import Integer, Symbol

from symnn import derive
from symnn.codegen.growth import Growth, inverted, is_in_danger
from symnn.codegen.instructions import Value
from symnn.codegen.stable import StableProgram

n, d = (Symbol(name, integer=True, positive=True) for name in "nd")


class Case:
    """Values to ask about: a vector u, a matrix M, and functions of them."""

    def __init__(self) -> None:
        self.program = StableProgram()
        self.u, self.y = self.program.parameter("u", (n,)), self.program.parameter("y", (n,))
        self.M, self.W = self.program.parameter("M", (n, d)), self.program.parameter("W", (d, n))

    def call(self, name: str, value: Value) -> Value:
        return self.program.call(name, value)

    def difference(self, left: Value, right: Value) -> Value:
        return self.program.add([left, self.program.scale(-Integer(1), right)])

    def number(self, value: object) -> Value:
        return self.program.number(value)

    def growth(self, value: Value) -> Growth:
        return self.program.forms.growths.of(value)


UP, DOWN, BOTH = {1}, {-1}, {1, -1}
GROWTHS: dict[str, tuple[Callable[[Case], Value], set[int], set[int]]] = {
    "exponential": (lambda c: c.call("np.exp", c.u), UP, UP),
    "exponential of the opposite": (lambda c: c.call("np.exp", c.program.scale(-Integer(1), c.u)), DOWN, DOWN),
    "hyperbolic cosine": (lambda c: c.call("np.cosh", c.u), BOTH, set()),
    "hyperbolic tangent": (lambda c: c.call("np.tanh", c.u), set(), set()),
    "sigmoid": (lambda c: c.call("_sigmoid", c.u), set(), UP),
    "root": (lambda c: c.call("np.sqrt", c.call("_sigmoid", c.u)), set(), UP),
    "data": (lambda c: c.u, set(), set()),
    "data and an exponential": (lambda c: c.difference(c.y, c.call("np.exp", c.u)), UP, set()),
    "data and a sigmoid": (lambda c: c.difference(c.y, c.call("_sigmoid", c.u)), set(), set()),
    "a number and a sigmoid": (lambda c: c.difference(c.number(2), c.call("_sigmoid", c.u)), set(), set()),
    "one less a square of tanh": (
        lambda c: c.difference(c.number(1), c.program.power(c.call("np.tanh", c.u), c.number(2))),
        set(),
        BOTH,
    ),
    "product with data": (lambda c: c.program.product([c.y, c.call("np.exp", c.u)]), UP, UP),
    "opaque function": (lambda c: c.call("np.sin", c.call("np.exp", c.u)), set(), set()),
}


@pytest.mark.parametrize("name", GROWTHS)
def test_growth(name: str) -> None:
    make, large, small = GROWTHS[name]
    case = Case()
    growth = case.growth(make(case))
    assert {sign for atom, sign in growth.large if atom == case.u} == large
    assert {sign for atom, sign in growth.small if atom == case.u} == small


def test_a_product_is_in_danger_where_one_factor_may_overflow_while_another_vanishes() -> None:
    case = Case()
    opposite = case.program.scale(-Integer(1), case.u)
    up, down = case.growth(case.call("np.exp", case.u)), case.growth(case.call("_sigmoid", opposite))
    other = case.growth(case.call("_sigmoid", case.y))
    residual = case.growth(case.difference(case.y, case.call("np.exp", case.u)))
    assert is_in_danger([up, down])
    assert is_in_danger([up, inverted(up)])
    assert is_in_danger([up, other])
    assert is_in_danger([other, residual])
    assert not is_in_danger([up])
    assert not is_in_danger([up, residual])
    assert not is_in_danger([down, other])


def test_a_product_of_matrices_is_in_danger_only_where_directions_are_opposite() -> None:
    case = Case()
    program = case.program
    product = program.matmul(program.call("np.exp", case.M), case.W)
    opposite = program.call("_sigmoid", program.scale(-Integer(1), case.M))
    growth = case.growth(product)
    assert is_in_danger([growth, case.growth(opposite)])
    assert is_in_danger([growth, inverted(growth)])
    assert not is_in_danger([growth, case.growth(program.call("_sigmoid", case.y))])


def test_a_bounded_exponential_never_overflows() -> None:
    case = Case()
    square = case.program.power(case.u, case.number(2))
    bell = case.growth(case.call("np.exp", case.program.scale(-Integer(1), square)))
    assert (bell.large, bell.small) == (frozenset(), {(square, -1)})
    growing = case.growth(case.call("np.exp", case.call("np.abs", case.u)))
    assert (growing.large, growing.small) == ({(case.call("np.abs", case.u), 1)}, frozenset())


def test_growth_passes_through_matrix_products_and_transposes() -> None:
    case = Case()
    program = case.program
    large = program.matmul(program.transpose(case.call("np.exp", case.M)), case.u)
    bounded = program.matmul(program.transpose(case.call("_sigmoid", case.M)), case.u)
    assert (case.M, 1) in case.growth(large).large
    assert not case.growth(bounded).large
    assert not case.growth(program.add([bounded, program.matmul(case.W, case.u)]))


def test_directions_of_a_deep_sum_stay_few() -> None:
    program = StableProgram()
    value = program.number(1)
    for place in range(60):
        value = (
            program.matmul(program.call("np.exp", program.parameter(f"A{place}", (n, n))), value)
            if place
            else (program.call("np.exp", program.parameter("A0", (n, n))))
        )
    assert len(program.forms.growths.of(value).large) == 16


@pytest.mark.parametrize(
    ("objective", "used", "lines"),
    [
        (
            "np.sum((y - a*np.exp(-k*t))**2)",
            "yat",
            ["exp_value = np.exp(-k * t)", "return 2 * np.sum(a * t * exp_value * (y - a * exp_value))"],
        ),
        ("np.sum(np.exp(k*t) - y*k*t)", "ty", ["return np.exp(k * t) @ t - t @ y"]),
        (
            "np.sum((y - np.tanh(k*t))**2)",
            "yt",
            ["tanh_value = np.tanh(k * t)", "return 2 * np.sum(t * (tanh_value - y) * (1 - tanh_value**2))"],
        ),
    ],
)
def test_what_is_fine_as_it_is_written_stays_so(objective: str, used: str, lines: list[str]) -> None:
    result = derive(objective, "k", dict.fromkeys(used, ("n",)))
    code = [line.partition("  # ")[0].strip() for line in result.numpy("gradient").splitlines()]
    assert code[-len(lines) :] == lines


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        ("np.sum((y - a*np.exp(-x))*np.exp(x))", lambda x, y, a: y * np.exp(x) - a),
        ("np.sum((y - np.exp(a*x))*sigmoid(x))", lambda x, y, a: (y - np.exp(a * x)) / (1 + np.exp(-x))),
        ("np.sum(y*sigmoid(-x)*np.exp(a*x))", lambda x, y, a: y * np.exp(a * x) / (1 + np.exp(x))),
        ("np.sum(np.exp(y - 50)*np.exp(-x**2)*a)", lambda x, y, a: a * np.exp(y - 50 - x**2)),
    ],
)
def test_what_is_in_danger_is_joined(objective: str, expected: Callable[..., np.ndarray]) -> None:
    function = derive(objective, "x", dict.fromkeys("yax", ("n",))).derivative("value").function()
    near = {"y": np.array([1.0, 2.0]), "a": np.array([0.5, -1.0]), "x": np.array([0.5, -3.0])}
    assert function(**near) == pytest.approx(float(np.sum(expected(**near))), rel=1e-13)
    far = {"y": np.array([1.0, 2.0]), "a": np.array([1.0, 1.0]), "x": np.array([-800.0, 800.0])}
    with np.errstate(over="ignore"):
        assert not np.isnan(function(**far))
