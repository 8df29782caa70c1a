"""The update of an emitted optimiser, at any learning rate."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symnn.learn.datasets.samples import Floats

State = Mapping[str, Sequence[Floats]]


@dataclass(frozen=True)
class Update:
    """The function `update` of an emitted module, with its settings, at a learning rate."""

    module: Mapping[str, Any]
    rate: float

    @cached_property
    def counts(self) -> bool:
        """Whether the rule depends on the number of the step."""
        return "t" in inspect.signature(self.module["update"]).parameters

    def begin(self, parameters: Mapping[str, Any]) -> State:
        """The state before the first step: zeros for each array of the rule."""
        return {name: [np.zeros(np.shape(array)) for _ in self.module["STATE"]] for name, array in parameters.items()}

    def step(
        self, parameters: Mapping[str, Floats], slopes: Mapping[str, Floats], state: State, number: int
    ) -> tuple[dict[str, Floats], State]:
        """Parameters and state after step `number`, which counts from 1. What is given stays as it is."""
        settings: dict[str, Any] = {"learning_rate": self.rate, **self.module["SETTINGS"]}
        if self.counts:
            settings["t"] = number
        moved, kept = {}, {}
        with np.errstate(all="ignore"):
            for name, slope in slopes.items():
                found = self.module["update"](parameters[name], slope, *state[name], **settings)
                # A rule without state gives the parameter alone.
                moved[name], *kept[name] = found if self.module["STATE"] else (found,)
        return moved, kept
