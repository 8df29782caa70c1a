"""Optimisers at work: emitted updates, step by step, with what they keep from step to step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symnn.arrays import Arrays, Floats

State = Mapping[str, Sequence[Floats]]
"""For each parameter by name, the arrays that its rule keeps, of its shape each."""


@dataclass(frozen=True)
class Update:
    """The emitted function of one step of an optimiser, the names of the arrays that it keeps, and its settings.

    The function takes a parameter, its gradient, the arrays that are kept, t where the rule counts steps, and by name
    the learning rate and the settings; it returns the new parameter and the new arrays.
    """

    function: Callable[..., Any]
    kept: tuple[str, ...]
    settings: Mapping[str, float]

    @classmethod
    def of_module(cls, module: Mapping[str, Any]) -> Update:
        """The optimiser of an emitted network, by the names that its module defines."""
        return cls(module["update"], tuple(module["STATE"]), module["SETTINGS"])

    @cached_property
    def counts(self) -> bool:
        """Whether the rule depends on the number of the step."""
        return "t" in inspect.signature(self.function).parameters

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
                found = self.function(parameters[name], gradient, *state[name], **settings)
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
