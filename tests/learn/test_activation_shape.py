"""Shapes of functions: ranges, turns, kinks and slopes far out, against what is known of them and against NumPy."""

import mpmath
import numpy as np
import pytest
import sympy
from sympy import Interval, Rational, oo

from symnn.algebra.reader import read
from symnn.errors import UnsupportedError
from symnn.learn.activation_shape import shape_of


def shape(text, **numbers):
    return shape_of(read(text).value, numbers)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("sigmoid(x)", Interval.open(0, 1)),
        ("np.tanh(x)", Interval.open(-1, 1)),
        ("relu(x)", Interval(0, oo)),
        ("elu(x, 0.5)", Interval.open(Rational(-1, 2), oo)),
        ("softplus(x)", Interval.open(0, oo)),
        ("hard_tanh(x)", Interval(-1, 1)),
        ("softsign(x)", Interval.open(-1, 1)),
        ("leaky_relu(x, 0.1)", Interval(-oo, oo)),
        ("relu6(x)", Interval(0, 6)),
        ("-np.abs(x - 3)", Interval(-oo, 0)),
        ("np.minimum(x, 2)", Interval(-oo, 2)),
        ("1/(1 + x**2)", Interval.Lopen(0, 1)),
    ],
)
def test_ranges(text, interval):
    found = shape(text).range
    assert (found.left_open, found.right_open) == (
        interval.left_open,
        interval.right_open,
    ) or interval.start == interval.end
    assert [float(end) for end in (found.start, found.end)] == [float(end) for end in (interval.start, interval.end)]


def test_the_minimum_of_swish_is_that_of_lambert():
    with mpmath.workdps(40):
        w = mpmath.lambertw(mpmath.exp(-1)).real
        ((place, value),) = shape("swish(x)").turns
        assert abs(place + 1 + w) < 1e-28 and abs(value + w) < 1e-28
    assert not shape("swish(x)").is_monotone
    assert float(shape("swish(x)").range.start) == pytest.approx(float(-w), abs=1e-15)


@pytest.mark.parametrize("text", ["gelu(x)", "gelu_tanh(x)", "gelu_logistic(x)", "mish(x)", "x*sigmoid(1.5*x)"])
def test_the_least_value_is_what_a_fine_grid_finds(text):
    expression = read(text).value.to_sympy().doit()
    (symbol,) = expression.free_symbols
    grid = np.linspace(-4, 2, 60_001)
    values = sympy.lambdify(symbol, expression, ["scipy", "numpy"])(grid)
    ((place, value),) = shape(text).turns
    assert float(value) == pytest.approx(values.min(), abs=1e-8)
    assert float(place) == pytest.approx(grid[values.argmin()], abs=2e-4)


def test_several_turns_are_all_found():
    found = shape("x**4 - 2*x**2")
    assert np.array(found.turns, dtype=float) == pytest.approx(np.array([(-1, -1), (0, 0), (1, -1)]), abs=1e-15)
    assert found.range == Interval(found.range.start, oo) and float(found.range.start) == -1


@pytest.mark.parametrize(
    ("text", "kinks"),
    [
        ("relu(x)", [(0, 0, 1, False)]),
        ("elu(x)", [(0, 1, 1, True)]),
        ("elu(x, 0.5)", [(0, Rational(1, 2), 1, False)]),
        ("hard_tanh(x)", [(-1, 0, 1, False), (1, 1, 0, False)]),
        ("relu(x)**3", [(0, 0, 0, True)]),
        ("np.abs(2*x - 3)", [(Rational(3, 2), -2, 2, False)]),
        ("relu(x**2 - 4)", [(-2, -4, 0, False), (2, 0, 4, False)]),
        ("np.tanh(x)", []),
    ],
)
def test_kinks_have_a_slope_on_each_side(text, kinks):
    assert [(k.place, k.left, k.right, k.is_differentiable) for k in shape(text).kinks] == kinks


def test_slopes_far_out_and_flat_parts():
    assert shape("sigmoid(x)").slopes == (0, 0) and shape("softplus(x)").slopes == (0, 1)
    assert shape("relu(x)").flat == (Interval(-oo, 0),) and shape("leaky_relu(x)").flat == ()
    assert shape("hard_tanh(x)").flat == (Interval(-oo, -1), Interval(1, oo))


def test_parameters_are_given_as_numbers():
    assert shape("prelu(x, alpha)", alpha=Rational(1, 4)).kinks[0].left == Rational(1, 4)
    assert not shape("prelu(x, alpha)", alpha=-1).is_monotone
    assert shape("prelu(x, alpha)", alpha=-1).range == Interval(0, oo)
    with pytest.raises(UnsupportedError, match="a function of x alone"):
        shape("prelu(x, alpha)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("np.sign(x)", "jumps at 0"),
        ("np.sin(x)", "limit"),
        ("np.abs(np.sin(x))", "are not looked for"),
        ("np.abs(relu(x) - 1)", "are not looked for"),
    ],
)
def test_what_cannot_be_told_is_refused(text, message):
    with pytest.raises(UnsupportedError, match=message):
        found = shape(text)
        assert found.range
