"""Optimisers at work: emitted updates, step by step, with what they keep from step to step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Arrays, Floats

State = Mapping[str, Sequence[Floats]]
"""For each parameter by name, the arrays that its rule keeps, of its shape each."""


@dataclass(frozen=True)
class Update:
    """The emitted function of one step of an optimiser, with its settings.

    By name it takes `parameter`, its `gradient`, the arrays that are `kept` from step to step, `learning_rate` and the
    settings, and the number `t` of the step where it `counts`; it returns the new parameter and the new arrays.
    """

    function: Callable[..., Any]
    kept: tuple[str, ...]
    settings: Mapping[str, float]
    counts: bool

    @classmethod
    def of_module(cls, module: Mapping[str, Any]) -> Update:
        """The optimiser of an emitted network, by the names that its module defines."""
        counts = "t" in inspect.signature(module["update"]).parameters
        return cls(module["update"], tuple(module["STATE"]), module["SETTINGS"], counts)

    def begin(self, parameters: Arrays) -> State:
        """The state before the first step: zeros of the shapes of the parameters."""
        return {name: [np.zeros(np.shape(array)) for _ in self.kept] for name, array in parameters.items()}

    def step(
        self, parameters: Arrays, gradients: Arrays, state: State, number: int, rate: float
    ) -> tuple[dict[str, Floats], State]:
        """Parameters and state after step `number`, which counts from 1. What is given stays as it is."""
        settings = {"learning_rate": rate, **self.settings, **({"t": number} if self.counts else {})}
        moved, kept = {}, {}
        with np.errstate(all="ignore"):
            for name, gradient in gradients.items():
                arrays = {
                    "parameter": parameters[name],
                    "gradient": gradient,
                    **dict(zip(self.kept, state[name], strict=True)),
                }
                found = self.function(**arrays, **settings)
                # A rule without state gives the parameter alone.
                moved[name], *kept[name] = found if self.kept else (found,)
        return moved, kept

    def path(self, gradient: Callable[[Floats], Floats], start: Floats, rate: float) -> Iterator[Floats]:
        """The places of a descent without end, the start first, (n,) each; it ends where one is not finite."""
        place, state, number = start, self.begin({"": start}), 0
        while np.all(np.isfinite(place)):
            yield place
            number += 1
            moved, state = self.step({"": place}, {"": gradient(place)}, state, number, rate)
            place = moved[""]
