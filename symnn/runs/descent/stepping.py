"""Optimisers at work: the emitted updates of the chapters, step by step, with what they keep from step to step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.formula import Derivations
from symnn.learn.optimisers import OPTIMISERS

Floats = NDArray[np.float64]

CHAPTERS: Mapping[str, str] = MappingProxyType(
    {
        "gd": "momentum",
        "momentum": "momentum",
        "nesterov": "momentum",
        "adagrad": "adaptive_rates",
        "rmsprop": "adaptive_rates",
        "adam_biased": "adam",
        "adam": "adam",
        "amsgrad": "amsgrad",
        "nadam": "nadam_and_adamw",
        "adamw": "nadam_and_adamw",
    }
)
"""The chapters that emit the updates, by the names of the optimisers."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "gd": "gradient descent",
        "momentum": "momentum",
        "nesterov": "Nesterov",
        "adagrad": "AdaGrad",
        "rmsprop": "RMSProp",
        "adam_biased": "Adam, not corrected",
        "adam": "Adam",
        "amsgrad": "AMSGrad",
        "nadam": "Nadam",
        "adamw": "AdamW",
    }
)
"""What they are called in tables and plots."""


@dataclass(frozen=True)
class Stepper:
    """The emitted update of an optimiser with its settings, which are those of the table but for what is changed."""

    name: str
    update: Callable[..., Any]
    arguments: tuple[str, ...]
    settings: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, derivations: Derivations, name: str, **changed: float) -> Stepper:
        """The optimiser `name` of the table, S10."""
        rule = OPTIMISERS[name]
        arguments = tuple(variable.name for variable in rule.specification().parameters)
        settings = {each: setting.default for each, setting in rule.settings.items()} | changed
        return cls(name, derivations.function(CHAPTERS[name], f"{name}_update"), arguments, MappingProxyType(settings))

    def begin(self, start: Floats) -> Mapping[str, Floats]:
        """The parameter and the state before the first step: zeros of the parameter's shape, (n,)."""
        return {"parameter": start, **{name: np.zeros_like(start) for name in OPTIMISERS[self.name].state}}

    def step(self, before: Mapping[str, Floats], gradient: Floats, t: int, rate: float) -> Mapping[str, Floats]:
        """The parameter and the state after step t, which is 1 at first, with a learning rate."""
        known = {**before, "gradient": gradient, "t": t, "learning_rate": rate, **self.settings}
        found = self.update(**{name: known[name] for name in self.arguments})
        return dict(zip(before, found if len(before) > 1 else (found,), strict=True))

    def path(self, gradient: Callable[[Floats], Floats], start: Floats, rate: float) -> Iterator[Floats]:
        """The places of a descent without end, the start first, (n,) each; it ends where one is not finite."""
        now, t = self.begin(start), 0
        while np.all(np.isfinite(now["parameter"])):
            yield now["parameter"]
            t += 1
            now = self.step(now, gradient(now["parameter"]), t, rate)
