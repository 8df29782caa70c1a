"""What is examined: a model, its emitted module, and the samples that it is trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.errors import TrainingError
from symnn.learn.datasets import LabelledData, labelled
from symnn.learn.datasets.samples import Labels
from symnn.learn.emitted_update import Update
from symnn.learn.model import Data, Model
from symnn.learn.targets import Targets
from symnn.learn.training import data_of, given_samples

Parameters = Mapping[str, Floats]
Batch = tuple[Floats, Floats]
"""Inputs (m×d) and targets (m×k)."""

MOST_SAMPLES = 1_000
"""So many samples at most tell a loss, where all would take long."""

SHORTER = "training diverges: a smaller learning rate, or smaller weights at the start"
WITHIN = (
    "no step was taken yet: inputs lie outside of the domain of an activation or of the loss, or weights begin too "
    "large: write another formula, or a smaller [initialisation] scale"
)


@dataclass(frozen=True)
class Subject:
    """A model with the names that its module defines, and its training samples: inputs (m×d), classes (m)."""

    model: Model
    module: Mapping[str, Any]
    X: Floats
    classes: Labels
    folder: Path | None = None

    @classmethod
    def of(cls, model: Model, module: Mapping[str, Any], folder: Path | None = None) -> Subject:
        """With the samples that the model names. Raises TrainingError where it names none, DataError for bad files."""
        samples, _ = given_samples(data_of(model), folder)
        return cls(model, module, samples.X, samples.y, folder)

    @property
    def data(self) -> Data:
        return data_of(self.model)

    @property
    def targets(self) -> Floats | Labels:
        """The classes as the network is told them."""
        return Targets.of(self.model)(self.classes)

    @property
    def about_data(self) -> LabelledData:
        return labelled(self.data.name)

    @cached_property
    def samples(self) -> Batch:
        """Inputs and targets as the module takes them. Raises TrainingError where it does not."""
        try:
            X, Y = self.module["_samples"](self.X, self.targets)
        except (TypeError, ValueError) as error:
            raise TrainingError(f"{self.model.name} cannot be trained on {self.data.name}: {error}") from error
        return X, Y

    def some(self, count: int, seed: int = 0) -> Batch:
        """So many samples at most, drawn by the seed, without one twice."""
        X, Y = self.samples
        rows = np.random.default_rng(seed).permutation(len(X))[:count]
        return X[rows], Y[rows]

    # --- the emitted code -------------------------------------------------------------------------------------------

    def start(self, seed: int | None = None) -> Parameters:
        """Parameters as training begins with them."""
        try:
            found: Parameters = self.module["initialise"](self.model.training.seed if seed is None else seed)
        except OverflowError as error:
            remedy = "write a smaller [initialisation] scale"
            raise TrainingError(f"{self.model.name}: the first weights overflow: {error}; {remedy}") from error
        return found

    @property
    def constants(self) -> Mapping[str, Any]:
        """What the loss needs besides samples and parameters, without the penalty."""
        found: Mapping[str, Any] = self.module.get("UNPENALISED", self.module["CONSTANTS"])
        return found

    def loss(self, parameters: Parameters, batch: Batch) -> float:
        """The loss of a batch, without the penalty; not a number where it overflows."""
        return float(self._evaluated(parameters, batch)[0])

    def accuracy(self, parameters: Parameters, batch: Batch) -> float | None:
        """The share of targets that are predicted; None where targets are numbers and no classes."""
        if "_is_right" not in self.module:
            return None
        return float(self.module["_is_right"](self._evaluated(parameters, batch)[1], batch[1]).mean())

    def _evaluated(self, parameters: Parameters, batch: Batch) -> tuple[Any, Floats]:
        """The loss of a batch, and what the last layer gives."""
        with np.errstate(all="ignore"):
            loss, result = self.module["evaluate"](*batch, **parameters, **self.constants)
        return loss, result

    def gradients(self, parameters: Parameters, batch: Batch) -> Parameters:
        """The gradients of the loss of a batch, without the penalty, by name."""
        with np.errstate(all="ignore"):
            _, _, *found = self.module["differentiate"](*batch, **parameters, **self.constants)
        return dict(zip(self.module["SHAPES"], found, strict=True))

    @property
    def weights(self) -> Sequence[str]:
        """The names of the weights, layer by layer."""
        return [name for name, shape in self.module["SHAPES"].items() if len(shape) == 2]

    @cached_property
    def of_overflow(self) -> str:
        """What to do where a loss is not finite: other than for steps that are too long, where it is not at first."""
        start, batch = self.start(), self.some(MOST_SAMPLES)
        found = [np.asarray(self.loss(start, batch)), *self.gradients(start, batch).values()]
        return SHORTER if all(np.isfinite(each).all() for each in found) else WITHIN

    @cached_property
    def baseline(self) -> float:
        """The loss of an output that does not depend on the input: that of the start with last weights of zero."""
        last = self.weights[-1]
        start = self.start()
        return self.loss({**start, last: np.zeros_like(start[last])}, self.some(MOST_SAMPLES))

    def descend(self, rate: float, batches: Iterator[Batch]) -> Iterator[Parameters]:
        """The parameters after each step of the model's optimiser at a constant rate, for as many batches as asked."""
        update = Update.of_module(self.module)
        here, state = self.start(), update.begin(self.start())
        for step, batch in enumerate(batches, start=1):
            here, state = update.step(here, self.gradients(here, batch), state, step, rate)
            yield here

    def batches(self, size: int | None, seed: int = 0, most: int = MOST_SAMPLES) -> Iterator[Batch]:
        """Batches of so many samples (None: of `most`) without end, in a new order each time all were gone through."""
        X, Y = self.samples
        size = min(size or most, len(X), most)
        random = np.random.default_rng(seed)
        while True:
            order = random.permutation(len(X))
            for start in range(0, len(X) - size + 1, size):
                rows = order[start : start + size]
                yield X[rows], Y[rows]
