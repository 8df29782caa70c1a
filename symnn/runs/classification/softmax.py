"""Ten classes by one softmax layer (S5): one-hot labels and the emitted gradient of a batch, on the digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.arrays import Floats
from symnn.learn.datasets import labelled, samples_for_training
from symnn.plots import Curve, Field, Panel, Plot
from symnn.runs.final import unseen_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

STEPS = 400
SIDE = 8
"""Pixels of an image in a row."""


@dataclass(frozen=True)
class Layer:
    """Weights W (d×k) and biases b (k), with the mean cost at each step, the start included."""

    W: Floats
    b: Floats
    costs: list[float]

    def chosen(self, X: Floats) -> NDArray[np.int64]:
        """The class of the largest input of the softmax: the softmax itself would choose the same."""
        best: NDArray[np.int64] = np.argmax(X @ self.W + self.b, axis=1)
        return best


def classes(sources: Sources, options: Options) -> Report:
    """Learn the digits by descent from zero, and tell which are taken for which."""
    data, samples = labelled("digits"), samples_for_training("digits")
    count = len(data.classes)
    value, gradient = (sources.function("one_hot", f"batch_{what}") for what in ("value", "gradient"))
    layer = descend(value, gradient, samples.X, np.eye(count)[samples.y])
    report = Report("classes: the digits by one softmax layer on one-hot labels (row S5)")
    report.remark(f"Data: {data.about}. Source: {data.source}. Licence: {data.licence}.")
    test = unseen_samples("digits")
    said = layer.chosen(test.X)
    counts = np.zeros((count, count), dtype=int)
    np.add.at(counts, (test.y, said), 1)
    report.table(
        "Test: rows are the digits, columns what they are taken for",
        ("", *data.classes, "right in %"),
        [
            (name, *(str(number) if number else "·" for number in row.tolist()), f"{100 * row[place] / row.sum():.0f}")
            for place, (name, row) in enumerate(zip(data.classes, counts, strict=True))
        ],
    )
    right = float(np.mean(layer.chosen(samples.X) == samples.y))
    report.compare(
        f"After {STEPS} steps of descent from zero",
        [
            Claim("cost at the start, above log 10", "at most", 1e-12, abs(layer.costs[0] - float(np.log(count)))),
            Claim("steps on which the cost rose", "at most", 0, int(np.sum(np.diff(layer.costs) > 0))),
            Claim("right on the training samples", "at least", 0.93, right),
            Claim("right on the test samples", "at least", 0.9, float(np.mean(said == test.y))),
        ],
    )
    report.remark(
        "At zero weights all ten probabilities are 1/10, and each sample costs log 10. No curvature is above ½L, with "
        "L the largest eigenvalue of XᵀX/n, a column of ones included, so that steps of 2/L never raise the cost."
    )
    report.plot(_plot(layer))
    return report


def descend(value: Callable[..., Any], gradient: Callable[..., Any], X: Floats, Y: Floats) -> Layer:
    """Steps of 2/L from zero, as the Hessian by the inputs of a softmax is at most ½.

    X: (n, d), Y: (n, k) one-hot.
    """
    W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
    with_ones = np.column_stack([np.ones(len(X)), X])
    step = 2 * len(X) / np.linalg.eigvalsh(with_ones.T @ with_ones)[-1]
    costs = [float(value(X, W, b, Y))]
    for _ in range(STEPS):
        by_W, by_b = gradient(X, W, b, Y)
        W, b = W - step * by_W, b - step * by_b
        costs.append(float(value(X, W, b, Y)))
    return Layer(W, b, costs)


def _plot(layer: Layer) -> Plot:
    """The weights of each class as an image, and the cost."""
    limit = float(np.abs(layer.W).max())
    levels = np.linspace(-limit, limit, 12).tolist()
    across, down = list(range(SIDE)), list(range(SIDE - 1, -1, -1))
    images = [
        Panel(
            str(place),
            "",
            "",
            fields=[Field(across, down, layer.W[:, place].reshape(SIDE, SIDE).tolist(), levels, filled=True)],
            equal=True,
        )
        for place in range(layer.W.shape[1])
    ]
    cost = Panel("Mean cost", "step", "cost", [Curve("", range(len(layer.costs)), layer.costs)], logarithmic_y=True)
    title = "Weights of each digit: red speaks for it, blue against"
    return Plot("classes", title, (images[:4], images[4:8], [*images[8:], cost]))
