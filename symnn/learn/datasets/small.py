"""Small data sets that are part of the package: the logic gates, XOR among them, and two circles."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np

from symnn.learn.datasets.samples import LabelledData, RawSamples

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
        load,
        load,
    )


GATES = tuple(_gate(name) for name in TRUTH_TABLES)

CIRCLES = LabelledData(
    "circles",
    f"points near two circles of radii {RADII[0]:g} and {RADII[1]:g}, {PER_CIRCLE} on each, normal noise of {NOISE:g}",
    "drawn by symnn, by seed; the picture is that of the notes on feature maps (row H1)",
    "as symnn",
    2,
    ("inner", "outer"),
    lambda _: circles(PER_CIRCLE, noise=NOISE, seed=TRAINING_SEED),
    lambda _: circles(PER_CIRCLE, noise=NOISE, seed=TEST_SEED),
)
