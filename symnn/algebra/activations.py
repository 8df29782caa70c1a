"""Functions of one variable that networks use, each by its formula alone: their derivatives are found, not written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.algebra.functions import ARGUMENT, SIGMOID, SOFTPLUS, define
from symnn.algebra.nodes import Function, Map, Multiply, Node, Number, Power, Where


def _applied(name: str, operand: Node) -> Node:
    return Map(Function(name), operand)


def where_positive(condition: Node, then: Node, otherwise: Node) -> Node:
    """The choice of `then` where a scalar is positive."""
    return Where(_applied("step", condition), then, otherwise)


def _root(number: int) -> Node:
    return _applied("sqrt", Number(number))


x: Node = ARGUMENT
_ONE, _HALF, _MINUS = Number(1), Number("1/2"), Number(-1)
_PI = Multiply(Number(4), _applied("arctan", _ONE))
# Klambauer et al., Self-Normalizing Neural Networks, 2017, equation 14; the product of both numbers below zero.
_SELU_ABOVE, _SELU_BELOW = Number("1.0507009873554805"), Number("1.7580993408473768")

FORMULAS: Mapping[str, Node] = MappingProxyType(
    {
        "swish": x * SIGMOID(x),
        "gelu": _HALF * x * (_ONE + _applied("erf", x * Power(_root(2), _MINUS))),
        "gelu_tanh": (
            _HALF
            * x
            * (
                _ONE
                + _applied(
                    "tanh",
                    _applied("sqrt", Number(2) * Power(_PI, _MINUS)) * (x + Number("0.044715") * x ** Number(3)),
                )
            )
        ),
        "gelu_logistic": x * SIGMOID(Number("1.702") * x),
        "mish": x * _applied("tanh", SOFTPLUS(x)),
        "softsign": x * Power(_ONE + _applied("abs", x), _MINUS),
        "log_sigmoid": -SOFTPLUS(-x),
        "elu": where_positive(x, x, _applied("exp", x) - _ONE),
        "selu": where_positive(x, _SELU_ABOVE * x, _SELU_BELOW * (_applied("exp", x) - _ONE)),
        "relu6": where_positive(x - Number(6), Number(6), _applied("relu", x)),
        "hard_tanh": where_positive(x - _ONE, _ONE, where_positive(-x - _ONE, _MINUS, x)),
        "erfc": _ONE - _applied("erf", x),
        "logit": _applied("log", x) - _applied("log", _ONE - x),
    }
)

ACTIVATIONS: Mapping[str, Function] = MappingProxyType({name: define(name, body) for name, body in FORMULAS.items()})
