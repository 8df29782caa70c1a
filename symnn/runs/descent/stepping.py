"""The updates that the chapters emit, by the names of their optimisers, and what these are called (S10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.formula import Derivations
from symnn.learn.emitted_update import Update
from symnn.learn.optimisers import OPTIMISERS

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


def emitted_update(derivations: Derivations, name: str, **changed: float) -> Update:
    """An optimiser of the table as a chapter emits it, with its settings but for those that are `changed` (S10)."""
    optimiser = OPTIMISERS[name]
    settings = {each: setting.default for each, setting in optimiser.settings.items()} | changed
    counts = any(variable.name == "t" for variable in optimiser.specification().parameters)
    return Update(derivations.function(CHAPTERS[name], f"{name}_update"), optimiser.state, settings, counts)
