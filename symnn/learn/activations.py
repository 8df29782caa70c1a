"""The activations of a network's layers: a name of the table, or one line of text in `x`.

A formula has x, the layer's scores, and parameters that are learned with the weights: `alpha` and `beta` are one number
for a layer, `alphas` and `betas` one for each of its units. No derivative stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

import sympy

from symnn.algebra.nodes import Add, Hadamard, Map, Power, Scale, Where
from symnn.algebra.reader import read
from symnn.algebra.reading.declarations import nearest
from symnn.algebra.reading.words import vocabulary
from symnn.algebra.scalars import scalar_to_sympy, symbol_of
from symnn.algebra.walk import dependents, postorder
from symnn.errors import ReadError
from symnn.learn.expression import Expression

LEARNED: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {"alpha": ("alpha", False), "alphas": ("alpha", True), "beta": ("beta", False), "betas": ("beta", True)}
)
"""What a learned parameter of a formula is called in the network, and whether each unit has its own."""

STARTS: Mapping[str, float] = MappingProxyType({"alpha": 0.25, "beta": 1.0})
"""Where learning starts: for α as in He et al., Delving Deep into Rectifiers, 2015, for β at the plain Swish."""

SPELLED: Mapping[str, str] = MappingProxyType(
    {
        "identity": "x",
        "linear": "x",
        "relu_cubed": "relu(x)**3",
        "prelu": "prelu(x, alpha)",
        "softmax": "softmax(x, axis=1)",
    }
)
"""Names that are not those of a function of x alone, by their formula."""

ALONG_ROWS = frozenset({SPELLED["softmax"]})
"""Formulas that are read of a whole row of scores, and not of each by itself."""

TABLE: tuple[str, ...] = (
    *("identity", "sigmoid", "tanh", "softmax", "relu", "leaky_relu", "prelu", "elu", "softplus", "swish"),
    *("gelu", "gelu_tanh", "gelu_logistic", "selu", "mish", "softsign", "hard_tanh", "relu_cubed"),
)
"""Rows L14, L21 and S6, and what else is in use."""

EXPLANATION = (
    "It has x, the scores of the layer; alpha and beta, learned for the layer; alphas and betas, learned for each unit."
)
ENTRY_BY_ENTRY = (Add, Scale, Hadamard, Power, Map, Where)


@dataclass(frozen=True)
class Activation:
    """An activation as a formula in x. `learned` are the parameters that the formula names."""

    text: str
    learned: tuple[str, ...] = ()

    @property
    def is_identity(self) -> bool:
        return self.text == "x"

    @property
    def is_along_rows(self) -> bool:
        return self.text in ALONG_ROWS

    def at(self, point: Fraction) -> float:
        """The value at one number, with learned parameters as they start. Not a number where it has none there."""
        reading = read(self.text)
        given = {variable: symbol_of(variable) for variable in reading.parameters}
        starts = {name: STARTS[LEARNED[name][0]] for name in self.learned}
        numbers = {symbol: starts.get(variable.name, point) for variable, symbol in given.items()}
        value = sympy.N(scalar_to_sympy(reading.value, dict(given)).subs(numbers))
        return float(value) if value.is_extended_real else float("nan")

    def applied(self, scores: str, number: int) -> str:
        """The text of the activation of the layer with this number."""
        parameters = {name: f"{LEARNED[name][0]}{number}" for name in self.learned}
        return Expression(self.text, "an activation").with_names({"x": scores, **parameters})


def activation(text: object) -> Activation:
    """The activation that a name or a formula in `x` means (L14, L21, S6).

    Raises ReadError where it is neither, has other names, or is not taken of each entry by itself.
    """
    return _understood(text.strip()) if isinstance(text, str) else _formula(text)


@lru_cache(maxsize=256)
def _understood(text: str) -> Activation:
    is_name = text.isidentifier() and text not in {"x", *LEARNED}
    return _formula(_spelled(text) if is_name else text)


def _spelled(name: str) -> str:
    if name in SPELLED:
        return SPELLED[name]
    word = vocabulary().get(name)
    parameters = list(word.signature()) if word is not None else []
    if not parameters or parameters[0][0] != "x" or not all(has_default for _, has_default, _ in parameters[1:]):
        parts = [
            f"the activation `{name}` is unknown.",
            nearest(name, [*TABLE, *vocabulary()]),
            f"Those of the table are {', '.join(TABLE)};",
            "any other is a formula in x, such as `x * sigmoid(1.5 * x)`",
        ]
        raise ReadError(" ".join(filter(None, parts)))
    return f"{name}(x)"


def _formula(text: object) -> Activation:
    expression = Expression(text, "an activation")
    expression.allow(["x", *LEARNED], EXPLANATION)
    names = list(expression.names())
    learned = tuple(name for name in LEARNED if name in names)
    if len({LEARNED[name][0] for name in learned}) < len(learned):
        raise expression.source.refuse(None, "a parameter is learned for the layer or for each unit, not both")
    if "x" not in names:
        raise expression.source.refuse(expression.tree, "an activation is a formula in `x`", EXPLANATION)
    made = Activation(expression.text, learned)
    if not made.is_along_rows:
        _check_entries(expression, learned)
    return made


def _check_entries(expression: Expression, learned: tuple[str, ...]) -> None:
    """Raises ReadError unless every entry of the value comes from the same entry of x."""
    shapes = {"x": ("m", "M")} | {name: ("M",) if LEARNED[name][1] else () for name in learned}
    reading = read(expression.text, shapes)
    (x,) = (variable for variable in reading.parameters if variable.name == "x")
    moving = dependents(reading.value, [x])
    for node in postorder(reading.value):
        if node in moving and node is not x and not isinstance(node, ENTRY_BY_ENTRY):
            message = f"an activation is taken of each entry by itself; this has a `{type(node).__name__}` of several"
            raise expression.source.refuse(expression.tree, message, "Of whole rows `softmax` is read.")
    if reading.value not in moving or reading.value.shape != x.shape:
        raise expression.source.refuse(expression.tree, "the value of an activation has the shape of `x`")
