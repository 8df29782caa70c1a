"""An objective and its gradient as they were emitted, at given values: compared with differences, and descended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from symnn.arrays import Arrays, Floats
from symnn.formula import Derivations
from symnn.runs.differences import central_differences


@dataclass(frozen=True)
class Emitted:
    """The emitted functions `value` and `gradient` with all their arguments by name.

    The gradient is by the arguments that are `learned`, in this order.
    """

    value: Callable[..., Any]
    gradient: Callable[..., Any]
    arguments: Mapping[str, Any]
    learned: tuple[str, ...]

    @classmethod
    def of(cls, derivations: Derivations, chapter: str, name: str, learned: Arrays, **given: Any) -> Emitted:
        """The functions ``name_value`` and ``name_gradient`` of a chapter, or ``value``, ``gradient``."""
        first = f"{name}_" if name else ""
        value, gradient = (derivations.function(chapter, f"{first}{kind}") for kind in ("value", "gradient"))
        return cls(value, gradient, MappingProxyType({**given, **learned}), tuple(learned))

    def at(self, **values: Any) -> Emitted:
        """The same functions with other values of some arguments."""
        return replace(self, arguments=MappingProxyType({**self.arguments, **values}))

    def objective(self) -> float:
        """The value."""
        return float(self.value(**self.arguments))

    def gradients(self) -> dict[str, Floats]:
        """The gradient by each argument that is learned."""
        found = self.gradient(**self.arguments)
        parts = found if isinstance(found, tuple) else (found,)
        return {name: np.asarray(part, dtype=np.float64) for name, part in zip(self.learned, parts, strict=True)}

    def differences(self) -> dict[str, Floats]:
        """Central differences of the value by every entry of what is learned."""
        return {name: central_differences(self.value, self.arguments, name) for name in self.learned}

    def descended(self, rate: float, steps: int) -> tuple[Emitted, list[float]]:
        """After so many steps of gradient descent, with the values before the first and after each."""
        here, values = self, [self.objective()]
        for _ in range(steps):
            slopes = here.gradients()
            here = here.at(**{name: here.arguments[name] - rate * slopes[name] for name in self.learned})
            values.append(here.objective())
        return here, values


def apart(found: Arrays, expected: Arrays) -> float:
    """The largest difference of two gradients, each array in units of its largest entry."""
    if found.keys() != expected.keys():
        raise KeyError(f"gradients by {', '.join(found)} are compared with those by {', '.join(expected)}")
    return max(
        float(np.max(np.abs(found[name] - array)) / (np.max(np.abs(array)) or 1.0)) for name, array in expected.items()
    )
