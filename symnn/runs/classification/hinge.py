"""Squared-hinge stochastic gradient descent on iris (B11): one species against another, by the emitted gradient."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.learn.datasets import Preprocessing, Samples, labelled, samples_for_training
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.final import unseen_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

Emitted = Callable[..., Any]

FEATURES = [2, 3]
"""Length and width of the petals."""
PAIRS = ((0, 1), (1, 2))
"""Setosa and versicolor, which a line separates; versicolor and virginica, which none does."""
PASSES, RATE, SEED = 60, 0.3, 3
DESCENT_STEPS = 3_000


@dataclass(frozen=True)
class Pair:
    """Samples of two species in rows that begin with 1, with labels −1 and 1, for learning and for the final test."""

    names: tuple[str, str]
    X: Floats
    y: Floats
    X_test: Floats
    y_test: Floats


@dataclass(frozen=True)
class Learned:
    """Weights, the offset first, after all passes, and the mean cost after each, the start included."""

    w: Floats
    costs: list[float]


def hinge(sources: Sources, options: Options) -> Report:
    """Learn both pairs by single samples, and hold the cost against the least one."""
    by_one = sources.function("linear_classification", "squared_hinge_gradient")
    value, by_all = (
        sources.function("linear_classification", f"mean_squared_hinge_{what}") for what in ("value", "gradient")
    )
    data = labelled("iris")
    report = Report("hinge: half the squared hinge by stochastic gradient descent on iris (row B11)")
    report.remark(
        f"Data: {data.about}. Source: {data.source}. Licence: {data.licence}. Here the length and width of the petals, "
        f"standardised, of two species. Step t is {RATE:g}/√t times the gradient of one sample; each of {PASSES} "
        "passes goes through the samples in another order."
    )
    rows, claims, planes, costs = [], {}, [], []
    for places in PAIRS:
        pair = _pair(places)
        learned = descend(by_one, value, pair, PASSES)
        least = _least(by_all, value, pair)
        right, right_on_test = (
            float(np.mean(y * (X @ learned.w) > 0)) for X, y in ((pair.X, pair.y), (pair.X_test, pair.y_test))
        )
        title = " and ".join(pair.names)
        rows.append(
            (title, f"{100 * right:.1f}", f"{100 * right_on_test:.1f}", f"{learned.costs[-1]:.5f}", f"{least:.5f}")
        )
        claims[title] = [
            Claim("largest difference from the book's gradient", "at most", 1e-12, _difference(by_one, pair)),
            Claim("cost above the least", "at most", 0.002, learned.costs[-1] - least),
            Claim("right on the test", "at least", 0.85, right_on_test),
        ]
        planes.append(_plane(pair, learned.w))
        costs.append(Curve(title, range(len(learned.costs)), [cost - least for cost in learned.costs]))
    report.table(
        "Right in %, and the mean of ½ max(0, 1 − ywᵀx)²", ("species", "training", "test", "cost", "least cost"), rows
    )
    for title, found in claims.items():
        report.compare(title, found)
    report.remark(
        "The book's gradient is (wᵀx − y)x where ywᵀx < 1, and else zero. The least cost is that of "
        f"{DESCENT_STEPS:,} steps of descent on the mean. Samples with a margin of 1 or more change nothing."
    )
    panel = Panel("Cost above the least", "pass", "cost", costs, logarithmic_y=True)
    report.plot(Plot("hinge", "Squared hinge on iris", ((*planes, panel),)))
    return report


def _pair(places: tuple[int, int]) -> Pair:
    samples, test = samples_for_training("iris"), unseen_samples("iris")
    standardise = Preprocessing.of(_chosen(samples, places).X, "standardise")
    names = labelled("iris").classes
    found = []
    for part in (_chosen(samples, places), _chosen(test, places)):
        X = standardise(part.X)
        found += [np.column_stack([np.ones(len(X)), X]), np.where(part.y == places[1], 1.0, -1.0)]
    return Pair((names[places[0]], names[places[1]]), *found)


def _chosen(samples: Samples, places: tuple[int, int]) -> Samples:
    """Two classes and two features of the samples."""
    rows = np.isin(samples.y, places)
    return Samples(samples.X[rows][:, FEATURES], samples.y[rows])


def descend(gradient: Emitted, value: Emitted, pair: Pair, passes: int) -> Learned:
    """Go through the samples in random order, with the step RATE/√t; starts from zero."""
    source = random.Random(SEED)
    w, order = np.zeros(pair.X.shape[1]), list(range(len(pair.y)))
    costs, count = [float(value(pair.y, pair.X, w))], 0
    for _ in range(passes):
        source.shuffle(order)
        for place in order:
            count += 1
            w = w - RATE / np.sqrt(count) * gradient(pair.y[place], w, pair.X[place])
        costs.append(float(value(pair.y, pair.X, w)))
    return Learned(w, costs)


def _least(gradient: Emitted, value: Emitted, pair: Pair) -> float:
    """The least cost, by descent on the mean with 1/L, where no curvature is above the largest eigenvalue of XᵀX/n."""
    w = np.zeros(pair.X.shape[1])
    largest = np.linalg.eigvalsh(pair.X.T @ pair.X)[-1] / len(pair.y)
    for _ in range(DESCENT_STEPS):
        w = w - gradient(pair.y, pair.X, w) / largest
    return float(value(pair.y, pair.X, w))


def _difference(gradient: Emitted, pair: Pair) -> float:
    """How far the emitted gradient is from the book's at most, at random weights."""
    found = 0.0
    for w in np.random.default_rng(SEED).normal(size=(5, pair.X.shape[1])):
        for x, y in zip(pair.X, pair.y, strict=True):
            book = (w @ x - y) * x if y * (w @ x) < 1 else 0 * x
            found = max(found, float(np.abs(gradient(y, w, x) - book).max()))
    return found


def _plane(pair: Pair, w: Floats) -> Panel:
    """The samples, and the lines of the margins −1, 0 and 1."""
    points = pair.X[:, 1:]
    grid = Grid.around(points, 0.3)
    values = w[0] + grid.places @ w[1:]
    limit = float(np.abs(values).max()) + 1.0
    return Panel(
        "wᵀx = −1, 0, 1",
        "petal length, standardised",
        "petal width, standardised",
        points=Points.of_classes(points, pair.y, dict(zip((-1, 1), pair.names, strict=True))),
        fields=[grid.field(values, (-limit, -1.0, 0.0, 1.0, limit), filled=True)],
    )
