"""Derivatives of elementwise functions: SymPy's, and through the function where that is found."""

import math

import pytest

from symnn.algebra.functions import ARGUMENT, PRIMITIVES, SIGMOID, define, known_functions
from symnn.algebra.language import exp, matrix, scalar, sigmoid, total
from symnn.algebra.nodes import Function, Hadamard, Map, Multiply, Node, Number
from symnn.algebra.scalars import scalar_to_sympy
from symnn.algebra.sizes import dims
from symnn.algebra.walk import postorder
from symnn.calculus.elementwise import DERIVATIVES, found_through, lift
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status
from symnn.results.result import derive

n, d = dims("n d")
X = matrix("X", n, d)
x: Node = ARGUMENT
z = scalar("z")

SWISH = define("test_swish", x / (1 + exp(-x)))
PULSE = define("test_pulse", exp(-1 / x))


def test_a_form_with_poles_is_not_used_in_a_gradient() -> None:
    for function in (SWISH, PULSE):
        gradient = derive(total(Map(function, X)), wrt=X).gradient
        assert not any(isinstance(node, Map) and node.function is function for node in postorder(gradient))
    assert derive(Map(SWISH, z), wrt=z).verdict == "checked"


def test_only_first_derivatives_are_written_through_the_function() -> None:
    assert found_through(sigmoid(X)) is None
    assert found_through(Map(SIGMOID.derivative().derivative(), X)) is None
    assert found_through(Map(SIGMOID.derivative(), X)) is (1 - sigmoid(X)) * sigmoid(X)


def test_every_rule_has_a_case() -> None:
    assert [(kind, [rule.name for rule in rules]) for kind, rules in DERIVATIVES.items() if rules] == [
        (Map, ["derivative of a function"])
    ]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", sorted({*PRIMITIVES, "sigmoid", "softplus", "test_swish"}))
def test_rule_holds(name: str, order: int) -> None:
    function = known_functions()[name]
    for _ in range(order):
        function = function.derivative()
    node = Map(function, X)
    (rule,) = DERIVATIVES[Map]
    made = rule.apply(node)
    assert made is not None and made.shape == X.shape
    court = Court(node, (X,))
    status = court.judge(Relation.EQUAL, node, made, line=node).status
    assert status in (Status.PROVED, Status.CHECKED)
    assert court.judge(Relation.EQUAL, node, 2 * made + 1, line=node).status is Status.REFUTED


def test_the_rule_leaves_functions_alone() -> None:
    (rule,) = DERIVATIVES[Map]
    assert rule.apply(sigmoid(X)) is None
    assert rule.apply(X) is None


def test_lift() -> None:
    body = Multiply(Number(2), ARGUMENT, exp(ARGUMENT)) + 1
    lifted = lift(body, X)
    assert lifted.shape == X.shape
    assert any(isinstance(node, Hadamard) for node in postorder(lifted))
    assert lift(body, z) is 2 * z * exp(z) + 1


def test_derivatives_at_kinks_are_the_declared_ones() -> None:
    for name in ("abs", "relu"):
        derivative = DERIVATIVES[Map][0].apply(Map(Function(name).derivative(), z))
        assert derivative is not None
        value = scalar_to_sympy(derivative, symbols := {}).subs(symbols[z], 0)
        assert math.isclose(float(value), 0.0)


def test_constant_derivatives_have_the_shape_of_their_place() -> None:
    line = define("test_line", 3 * x + 1)
    assert str(derive(total(Map(line, X)), wrt=X).gradient) == "3·1_(n×d)"
    assert str(derive(total(Map(Function("sign"), X) * X), wrt=X).gradient) == "sign(X)"
