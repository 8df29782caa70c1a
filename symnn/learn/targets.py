"""What a network is told of classes: numbers of classes, or for each output a number that says whether it is the one.

A loss assumes something of its labels; a data set gives whole numbers from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symnn.arrays import Floats
from symnn.learn.datasets.samples import Labels
from symnn.learn.losses import Labels as Kind
from symnn.learn.losses import loss
from symnn.learn.model import Model


@dataclass(frozen=True)
class Targets:
    """Classes for a loss with labels of a kind, and so many outputs: one for two classes, or one for each class."""

    labels: Kind
    outputs: int

    @classmethod
    def of(cls, model: Model) -> Targets:
        return cls(loss(model.loss).labels, model.layers[-1].units)

    def __call__(self, classes: Labels) -> Floats | Labels:
        """The numbers of the classes (m,) where the loss has one-hot rows; else 0 and 1, or −1 and 1, (m, outputs)."""
        if self.labels == "onehot rows":
            return classes
        own = classes[:, None] == (np.arange(self.outputs) if self.outputs > 1 else 1)
        return np.where(own, 1.0, -1.0 if self.labels == "signs" else 0.0)
