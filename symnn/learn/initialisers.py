"""How weights begin: a distribution around zero, and how far it spreads as a formula. Biases begin at zero.

S13. In the formulas, `fan_in` and `fan_out` are the numbers of rows and columns of a matrix of weights, the inputs and
the outputs of its layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from symnn.algebra import notation
from symnn.algebra.nodes import Variable
from symnn.algebra.reader import read
from symnn.codegen import FunctionSpec

FANS = {name: Variable(name, 1, 1, 0, ("positive",)) for name in ("fan_in", "fan_out")}
SPREAD = {"normal": "the standard deviation", "uniform": "the largest entry"}


@dataclass(frozen=True)
class Initialiser:
    """Entries from N(0, spread²), or from U(−spread, spread)."""

    name: str
    title: str
    source: str
    distribution: Literal["normal", "uniform"]
    spread: str

    def specification(self, scale: float = 1.0) -> FunctionSpec:
        """The function ``spread(fan_in, fan_out)``, times a scale."""
        formula = self.spread if scale == 1 else f"{scale!r}*({self.spread})"
        value = read(formula, assume={name: "positive" for name in FANS if name in formula}).value
        return FunctionSpec(
            name="spread",
            parameters=tuple(FANS.values()),
            results=(value,),
            ranks=(0,),
            summary=f"{self.title}: {SPREAD[self.distribution]} of weights from fan_in inputs to fan_out outputs.",
            theorem=notation.text(value),
        )


INITIALISERS: Mapping[str, Initialiser] = MappingProxyType(
    {
        initialiser.name: initialiser
        for initialiser in (
            Initialiser("zeros", "Zeros", "S13: why they fail", "normal", "0"),
            Initialiser("normal", "Normal", "S13", "normal", "1"),
            Initialiser("uniform", "Uniform", "S13", "uniform", "1"),
            Initialiser("xavier", "Xavier", "S13; Glorot, Bengio 2010", "uniform", "np.sqrt(6/(fan_in + fan_out))"),
            Initialiser(
                "xavier_normal", "Xavier, normal", "S13; Glorot, Bengio 2010", "normal", "np.sqrt(2/(fan_in + fan_out))"
            ),
            Initialiser("he", "He", "S13; He et al. 2015", "normal", "np.sqrt(2/fan_in)"),
            Initialiser("he_uniform", "He, uniform", "S13; He et al. 2015", "uniform", "np.sqrt(6/fan_in)"),
            Initialiser("lecun", "LeCun", "LeCun et al. 1998", "normal", "np.sqrt(1/fan_in)"),
            Initialiser("lecun_uniform", "LeCun, uniform", "LeCun et al. 1998", "uniform", "np.sqrt(3/fan_in)"),
        )
    }
)
