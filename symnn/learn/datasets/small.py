"""Small data sets that are part of the package: the logic gates, XOR among them, and two circles."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from symnn.arrays import Floats
from symnn.learn.datasets.samples import LabelledData, Loader, RawSamples

TRUTH_TABLES = {
    "and": ((0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)),
    "or": ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)),
    "nor": ((0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 0)),
    "xnor": ((0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)),
    "xor": ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)),
    "not": ((0, 1), (1, 0)),
}
"""Rows of inputs with the output as the last entry."""

RADII = (1.0, 2.0)
NOISE = 0.1
TRAINING_SEED, TEST_SEED = 1, 2
PER_CIRCLE = 100


def truth_table(gate: str) -> RawSamples:
    """All inputs of a gate, each labelled by its output."""
    table = np.array(TRUTH_TABLES[gate])
    return RawSamples(table[:, :-1], table[:, -1])


def circles(size: int, *, noise: float, seed: int) -> RawSamples:
    """`size` points on each of two circles round the origin (H1), the outer one labelled 1.

    Angles are uniform, radii normal about 1 and 2. The same seed gives the same numbers on every machine: coordinates
    are rounded to six decimals.
    """
    source = random.Random(seed)
    points, labels = [], []
    for label, radius in enumerate(RADII):
        for _ in range(size):
            angle, distance = source.uniform(0, 2 * math.pi), radius + source.gauss(0, noise)
            points.append([round(distance * math.cos(angle), 6), round(distance * math.sin(angle), 6)])
            labels.append(label)
    return RawSamples(np.array(points).reshape(-1, 2), np.array(labels))


def _gate(name: str) -> LabelledData:
    def load(_: Path | None) -> RawSamples:
        return truth_table(name)

    return LabelledData(
        name,
        f"the truth table of {name.upper()}: all there is to know, so training and test are the same rows",
        "the slides' logic networks (row S4)",
        "a truth table, free of copyright",
        len(TRUTH_TABLES[name][0]) - 1,
        ("false", "true"),
        (len(TRUTH_TABLES[name]), len(TRUTH_TABLES[name])),
        load,
        load,
    )


GATES = tuple(_gate(name) for name in TRUTH_TABLES)

FEATURES: Mapping[str, Callable[[Floats, Floats], Floats]] = MappingProxyType(
    {
        "x₁": lambda first, _: first,
        "x₂": lambda _, second: second,
        "x₁x₂": lambda first, second: first * second,
        "x₁²": lambda first, _: first**2,
        "x₂²": lambda _, second: second**2,
        "x₁³": lambda first, _: first**3,
        "x₂³": lambda _, second: second**3,
    }
)
"""A bag of features of a point in the plane (H1)."""


def _circles(name: str, features: Sequence[str]) -> LabelledData:
    def loader(seed: int) -> Loader:
        def load(_: Path | None) -> RawSamples:
            points = circles(PER_CIRCLE, noise=NOISE, seed=seed)
            columns = [FEATURES[feature](*points.X.T) for feature in features]
            return RawSamples(np.column_stack(columns), points.y)

        return load

    return LabelledData(
        name,
        f"points near two circles of radii {RADII[0]:g} and {RADII[1]:g} with normal noise of {NOISE:g}, {PER_CIRCLE} "
        f"on each for training, and as many for the test: {', '.join(features)} of each point",
        "drawn by symnn, by seed; the picture is that of the notes on feature maps (row H1)",
        "as symnn",
        len(features),
        ("inner", "outer"),
        (2 * PER_CIRCLE, 2 * PER_CIRCLE),
        loader(TRAINING_SEED),
        loader(TEST_SEED),
    )


CIRCLES = (
    _circles("circles", ("x₁", "x₂")),
    _circles("circles-squares", ("x₁²", "x₂²")),
    _circles("circles-bag", tuple(FEATURES)),
)
