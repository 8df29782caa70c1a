"""What a run is given, and what all runs of networks say in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from symnn.formula import Derivations
from symnn.learn.model import Model
from symnn.learn.training import Networks, Trained, Unwatched, Watcher
from symnn.plots import Curve
from symnn.runs.report import Report

SEEDS = 5


class Sources(Derivations, Networks, Protocol):
    """Where a run takes its mathematics and its networks from: a project."""


@dataclass(frozen=True)
class Options:
    """What a user may say of a run: the folder of the data, how many seeds, and who is told how far it is."""

    folder: Path | None = None
    seeds: int = SEEDS
    watcher: Watcher = field(default_factory=Unwatched)


@dataclass(frozen=True)
class Run:
    """A run on data, by its name; it takes formulas, networks and code from a project.

    `rows` are the rows of the source documents that it shows. One that `has_files` reads data from the folder that a
    user names; one that `is_long` takes minutes.
    """

    name: str
    execute: Callable[[Sources, Options], Report]
    rows: tuple[str, ...] = ()
    has_files: bool = False
    is_long: bool = False


def spread(values: Sequence[float], scale: float = 1.0, decimals: int = 1) -> str:
    """The mean of some values and, of several, their standard deviation: ``84.2±0.5``."""
    mean = f"{scale * float(np.mean(values)):.{decimals}f}"
    return mean if len(values) == 1 else f"{mean}±{scale * float(np.std(values, ddof=1)):.{decimals}f}"


def percent(values: Sequence[float]) -> str:
    """Accuracies as percentages."""
    return spread(values, 100)


def mean_of(trained: Sequence[Trained], measure: str) -> float:
    """The mean over the seeds of a measure at the best epochs."""
    return float(np.mean([one.measure(measure) for one in trained]))


def settings_of(model: Model) -> tuple[str, ...]:
    """How a model is trained: weights, learning rate with its decay, batch, epochs at most, patience."""
    optimiser, training = model.optimiser, model.training
    decay = "" if optimiser.decay == "none" else f" · {optimiser.decay}"
    return (
        model.initialisation.weights,
        f"{optimiser.learning_rate:g}{decay}",
        "all" if training.batch is None else str(training.batch),
        str(training.epochs),
        "none" if training.patience is None else str(training.patience),
    )


def curve(label: str, trained: Sequence[Trained], measure: str, steps: int = 1) -> Curve:
    """A measure by epochs, of so many `steps` each: mean and deviation over the seeds, as far as all of them went."""
    length = min(len(one.history[measure]) for one in trained)
    values = np.array([one.history[measure][:length] for one in trained])
    epochs = np.arange(1, length + 1) * steps
    return Curve(label, epochs.tolist(), values.mean(axis=0).tolist(), values.std(axis=0).tolist())
