"""A network of two layers on two circles as an objective of one vector, by the emitted code of its chapter."""

from __future__ import annotations

import numpy as np

from symnn.arrays import Floats, Packing
from symnn.formula import Derivations
from symnn.learn.datasets.small import circles
from symnn.minimise import Objective

CHAPTER = "hessian_products"
PER_CIRCLE, HIDDEN, CLASSES, NOISE = 30, 8, 2, 0.1
PENALTY = 0.01


def network_objective(derivations: Derivations, seed: int = 0) -> tuple[Objective, Floats]:
    """Softmax cross-entropy with a penalty, and normal weights to start from; 42 of them in all."""
    samples = circles(PER_CIRCLE, noise=NOISE, seed=seed)
    random = np.random.default_rng(seed)
    inputs = samples.X.shape[1]
    start = {
        "W1": random.normal(size=(inputs, HIDDEN)),
        "b1": random.normal(size=HIDDEN) / 2,
        "W2": random.normal(size=(HIDDEN, CLASSES)) / 2,
        "b2": np.zeros(CLASSES),
    }
    packing = Packing.of(start)
    given = {"X": samples.X, "Y": np.eye(CLASSES)[samples.y.astype(int)], "lam": PENALTY}
    value, gradient, hvp = (derivations.function(CHAPTER, name) for name in ("value", "gradient", "hvp"))
    return Objective(value, gradient, packing, given, hvp), packing.pack(start)
