"""The checks in their order, and what all of them say of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symnn.plots import Plot
from symnn.recipe import data, start, training
from symnn.recipe.finding import MARKS, Finding, State
from symnn.recipe.subject import Subject

Check = Callable[[Subject], Finding]

BEFORE: tuple[Check, ...] = (data.sizes, data.numbers, data.classes, data.scale)
"""Of the data alone; where one fails, nothing can be trained."""
AFTER: tuple[Check, ...] = (
    start.loss_at_start,
    start.layers_at_start,
    start.gradient_check,
    training.order,
    training.overfit,
    training.learning_rate,
    training.noise,
    training.early_stopping,
)


def examine(subject: Subject) -> Iterator[Finding]:
    """The findings one after the other; after a failure in the data no network is asked."""
    failed = False
    for check in BEFORE:
        finding = _asked(check, subject)
        failed = failed or finding.state == "fails"
        yield finding
    if not failed:
        yield from (_asked(check, subject) for check in AFTER)


def _asked(check: Check, subject: Subject) -> Finding:
    """What a check finds; what overflows is its finding, and no warning besides."""
    with np.errstate(all="ignore"):
        return check(subject)


@dataclass(frozen=True)
class Checklist:
    """All findings of a model."""

    name: str
    findings: Sequence[Finding]

    def count(self, state: State) -> int:
        return sum(finding.state == state for finding in self.findings)

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return not self.count("fails")

    def summary(self) -> str:
        """How many lines pass, warn and fail."""
        counts = (f"{self.count(state)} {mark} {state}" for state, mark in MARKS.items())
        return f"{self.name}: {', '.join(counts)}"

    def plot(self) -> Plot:
        """What was measured, as one picture."""
        panels = [panel for finding in self.findings for panel in finding.panels]
        return Plot(f"recipe_{self.name}", f"The recipe of {self.name}", [panels])
