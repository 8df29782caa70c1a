"""The derivative through the function: the forms that are found, of formulas that no table has; nothing is known."""

import pytest
import sympy

from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.functions import ARGUMENT, SIGMOID, SOFTPLUS, define
from symnn.algebra.language import exp, matrix, sigmoid, tanh
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import Function, Map, Node, Number
from symnn.algebra.scalars import PLACE_HOLDER, formula, scalar_to_sympy
from symnn.algebra.sizes import dims
from symnn.algebra.walk import postorder
from symnn.calculus.elementwise import found_through
from symnn.calculus.through import through

n, d = dims("n d")
X = matrix("X", n, d)
x: Node = ARGUMENT

STEEP = define("through_steep", 1 / (1 + exp(-3 * x)))
SWISH = define("through_swish", x / (1 + exp(-x)))
BELL = define("through_bell", exp(-(x**2)))
HALF_TANH = define("through_half_tanh", 2 / (1 + exp(-x / 2)) - 1)
GOMPERTZ = define("through_gompertz", exp(-exp(-x)))
LORENTZ = define("through_lorentz", 1 / (1 + x**2))
PRODUCT = define("through_product", x * sigmoid(3 * x / 2))
PULSE = define("through_pulse", exp(-1 / x))
CUBED = define("through_cubed", x * tanh(x) ** 3)
PIECES = define("through_pieces", where(greater(x, Number(0)), 2 * x + 3, 3 * exp(x) - 2))
HALF_FOUND = define("through_half_found", where(greater(x, Number(0)), x * exp(x**2) + exp(x), exp(x)))
CANCELLING = define("through_cancelling", x + tanh(x))
GROWING = define("through_growing", exp(x) + tanh(x))

FOUND = [
    (SIGMOID, "(1 − σ(x))σ(x)", 2),
    (STEEP, "3(1 − through_steep(x)) through_steep(x)", 2),
    (Function("tanh"), "1 − tanh(x)²", 2),
    (Function("tan"), "1 + tan(x)²", 2),
    (Function("exp"), "exp(x)", 1),
    (BELL, "−2x through_bell(x)", 1),
    (PRODUCT, "−(3/2)(−1 + σ((3/2)x)) through_product(x) + σ((3/2)x)", 1),
    (PIECES, "where(x > 0, 2, 2 + through_pieces(x))", 1),
    (ACTIVATIONS["swish"], "(1 − σ(x)) swish(x) + σ(x)", 1),
    (ACTIVATIONS["elu"], "where(x > 0, 1, 1 + elu(x))", 1),
    (HALF_TANH, "¼(1 − through_half_tanh(x)²)", 2),
]
NOT_FOUND = [
    SOFTPLUS,
    GOMPERTZ,
    LORENTZ,
    GROWING,
    HALF_FOUND,
    CANCELLING,
    CUBED,
    SWISH,
    *(ACTIVATIONS[name] for name in ("gelu", "mish", "softsign", "hard_tanh", "relu6")),
    *(Function(name) for name in ("sin", "cosh", "erf", "relu", "abs", "sqrt")),
]


@pytest.mark.parametrize(("function", "text", "degree"), FOUND, ids=lambda part: str(part))
def test_through_the_function(function: Function, text: str, degree: int) -> None:
    found = through(function)
    assert found is not None
    assert (str(found.body), found.degree, found.poles) == (text, degree, False)
    assert Map(function, ARGUMENT) in postorder(found.body)
    for point in (-1.3, 0.0, 0.4, 2.1):
        expected = sympy.diff(formula(function), PLACE_HOLDER).subs(PLACE_HOLDER, point)
        made = scalar_to_sympy(found.body, symbols := {}).subs(symbols[ARGUMENT], point)
        assert float(made) == pytest.approx(float(expected), abs=1e-12)


def test_poles_are_told() -> None:
    found = through(PULSE)
    assert found is not None and found.poles
    assert found_through(Map(PULSE.derivative(), X)) is None


@pytest.mark.parametrize("function", NOT_FOUND, ids=str)
def test_none_where_there_is_none(function: Function) -> None:
    assert through(function) is None
    assert found_through(Map(function.derivative(), X)) is None
