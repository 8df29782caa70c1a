"""Values and derivatives of all activations against 60 digits: at ±800, near zero, and at kinks."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from symnn import derive
from symnn.codegen import load_module
from symnn.learn.activations import TABLE, activation

mp = mpmath.mp.clone()
mp.dps = 60


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def sigmoid_slope(x: Any) -> Any:
    return 1 / (2 + mp.exp(-x) + mp.exp(x))


def times_sigmoid(beta: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """x·σ(βx) and its derivative."""
    factor = mp.mpf(beta)
    return lambda x: x * sigmoid(factor * x), lambda x: sigmoid(factor * x) + factor * x * sigmoid_slope(factor * x)


def normal_density(x: Any) -> Any:
    return mp.exp(-(x**2) / 2) / mp.sqrt(2 * mp.pi)


def inner(x: Any) -> Any:
    return 2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


SELU = mp.mpf("1.0507009873554805"), mp.mpf("1.7580993408473768")

# Value and derivative, written by hand; at a kink the derivative that the convention gives.
BY_HAND: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "identity": (lambda x: x, lambda x: 1),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2),
    "relu": (lambda x: max(x, 0), lambda x: int(x > 0)),
    "leaky_relu": (lambda x: x if x > 0 else x / 100, lambda x: 1 if x > 0 else mp.mpf("0.01")),
    "leaky_relu(x, 0.1)": (lambda x: x if x > 0 else x / 10, lambda x: 1 if x > 0 else mp.mpf("0.1")),
    "prelu": (lambda x: x if x > 0 else x / 4, lambda x: 1 if x > 0 else mp.mpf("0.25")),
    "elu": (lambda x: x if x > 0 else mp.expm1(x), lambda x: 1 if x > 0 else mp.exp(x)),
    "elu(x, 1.5)": (lambda x: x if x > 0 else 1.5 * mp.expm1(x), lambda x: 1 if x > 0 else 1.5 * mp.exp(x)),
    "softplus": (softplus, sigmoid),
    "swish": times_sigmoid("1"),
    "swish(x, 2.5)": times_sigmoid("2.5"),
    "gelu": (lambda x: x * mp.ncdf(x), lambda x: mp.ncdf(x) + x * normal_density(x)),
    "gelu_tanh": (
        lambda x: x * sigmoid(inner(x)),
        lambda x: (
            sigmoid(inner(x))
            + x * sigmoid_slope(inner(x)) * 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)
        ),
    ),
    "gelu_logistic": times_sigmoid("1.702"),
    "selu": (
        lambda x: SELU[0] * x if x > 0 else SELU[1] * mp.expm1(x),
        lambda x: SELU[0] if x > 0 else SELU[1] * mp.exp(x),
    ),
    "mish": (
        lambda x: x * mp.tanh(softplus(x)),
        lambda x: mp.tanh(softplus(x)) + x * mp.sech(softplus(x)) ** 2 * sigmoid(x),
    ),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "hard_tanh": (lambda x: max(min(x, 1), -1), lambda x: int(-1 <= x <= 1)),
    "relu_cubed": (lambda x: max(x, 0) ** 3, lambda x: 3 * max(x, 0) ** 2),
    "x * sigmoid(1.5 * x)": times_sigmoid("1.5"),
    "x / (1 + np.exp(-1.5 * x))": times_sigmoid("1.5"),
    "np.log(1 + np.exp(x))": (softplus, sigmoid),
    "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))": (mp.tanh, lambda x: mp.sech(x) ** 2),
}
POINTS = (-800.0, -100.0, -20.0, -3.0, -1.0, -0.7, -1e-9, 0.0, 1e-9, 0.7, 1.0, 3.0, 20.0, 100.0, 800.0)
LEARNED = {"alpha": 0.25}


def test_the_table_is_whole() -> None:
    assert set(TABLE) - set(BY_HAND) == {"softmax"}


@pytest.mark.parametrize("name", BY_HAND)
def test_values_and_derivatives(name: str) -> None:
    made = activation(name)
    points = np.array(POINTS)
    given = {"x": points, **{key: LEARNED[key] for key in made.learned}}
    result = derive(f"np.sum({made.text})", "x", {"x": ("n",)})
    value = load_module(derive(made.text, "x", {"x": ("n",)}).numpy("value"), "made").value(**given)
    slope = load_module(result.numpy("gradient"), "made").gradient(**given)
    for found, by_hand in zip((value, slope), BY_HAND[name], strict=True):
        for point, number in zip(POINTS, found, strict=True):
            expected = by_hand(mp.mpf(point))
            assert np.isfinite(number)
            assert abs(mp.mpf(float(number)) - expected) <= 4e-16 + 1e-14 * abs(expected), (name, point)


@pytest.mark.parametrize("axis_is_rows", [True, False])
def test_softmax_far_out(axis_is_rows: bool) -> None:
    scores = np.array([[800.0, -800.0, 799.0], [-800.0, -801.0, -900.0]])
    network = load_module(derive("softmax(Z, axis=1)", "Z", {"Z": ("m", "k")}).numpy("value"), "made")
    found = network.value(Z=scores)
    for row, made in zip(scores, found, strict=True):
        exponentials = [mp.exp(mp.mpf(entry) - max(row)) for entry in row]
        for number, exponential in zip(made, exponentials, strict=True):
            assert abs(mp.mpf(float(number)) - exponential / sum(exponentials)) <= 1e-15


@pytest.mark.parametrize(
    ("name", "convention"),
    [
        ("relu", "relu′(0) = 0"),
        ("leaky_relu", "a comparison is a constant also where both sides are equal"),
        ("prelu", "a comparison is a constant also where both sides are equal"),
        ("selu", "a comparison is a constant also where both sides are equal"),
        ("hard_tanh", "a comparison is a constant also where both sides are equal"),
        ("sigmoid", None),
        ("mish", None),
        ("softsign", None),
        ("relu_cubed", None),
    ],
)
def test_conventions_at_kinks_are_said(name: str, convention: str | None) -> None:
    result = derive(activation(name).text, "x")
    said = [text.removeprefix("by convention, ") for text in result.assumptions if text.startswith("by convention")]
    assert said == ([] if convention is None else [convention])


def test_the_two_other_forms_of_gelu_are_as_far_off_as_the_literature_says() -> None:
    grid = np.linspace(-6, 6, 120_001)
    exact, *others = (
        load_module(derive(f"{name}(x)", "x", {"x": ("n",)}).numpy("value"), "made").value(x=grid)
        for name in ("gelu", "gelu_tanh", "gelu_logistic")
    )
    for found, largest, place in zip(others, (4.73e-4, 2.03e-2), (2.70, 2.27), strict=True):
        errors = np.abs(found - exact)
        assert errors.max() == pytest.approx(largest, rel=2e-3)
        assert abs(grid[errors.argmax()]) == pytest.approx(place, abs=0.01)
