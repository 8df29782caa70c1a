"""Training by updates of W and b (B17): a network of sigmoid units on circles, a sample or all of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.learn.datasets import samples_for_training
from symnn.learn.datasets.samples import Samples
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Report

CHAPTER = "vectorised_network"
UNITS, PASSES, SEED = 8, 60, 0
ONE, ALL = 1.0, (6.0, 60.0, 90.0)
"""The lengths of the steps, for one sample at a time, and those tried for the mean over all."""
GRID, EDGE = 60, 2.6

Layers = tuple[Floats, Floats, Floats, Floats]
"""W1, b1, W2 and b2."""


@dataclass(frozen=True)
class Network:
    """The emitted cost of one sample, its gradients, and the updates of W and b of a layer."""

    cost: Callable[..., Any]
    gradients: Callable[..., Any]
    updates: Callable[..., Any]

    @classmethod
    def of(cls, derivations: Derivations) -> Network:
        names = ("network_value", "network_gradient", "update_solution")
        return cls(*(derivations.function(CHAPTER, name) for name in names))

    def updated(self, layers: Layers, gradients: Sequence[Floats], length: float) -> Layers:
        """The layers after a step: every gradient is there before the first of them is changed."""
        W1, b1, W2, b2 = layers
        (U1, u1), (U2, u2) = (self.updates(*gradients[place : place + 2], length) for place in (0, 2))
        return W1 + U1, b1 + u1, W2 + U2, b2 + u2

    def mean_cost(self, layers: Layers, samples: Samples) -> float:
        return float(np.mean([self.cost(x, *layers, target(y)) for x, y in zip(samples.X, samples.y, strict=True)]))

    def is_outer(self, layers: Layers, x: Floats) -> bool:
        """Whether the network's output at x is nearer to 1 than to 0, by the costs of both labels."""
        return bool(self.cost(x, *layers, target(1)) < self.cost(x, *layers, target(0)))


def target(label: int) -> Floats:
    return np.array([float(label)])


def start() -> Layers:
    """Normal weights of variance 1 over the number of inputs, and biases of zero."""
    source = np.random.default_rng(SEED)
    W1, W2 = source.normal(size=(UNITS, 2)) / np.sqrt(2), source.normal(size=(1, UNITS)) / np.sqrt(UNITS)
    return W1, np.zeros(UNITS), W2, np.zeros(1)


def one_at_a_time(network: Network, layers: Layers, samples: Samples) -> tuple[Layers, list[float]]:
    """An update for each sample, in a new order in each pass, and the mean cost after each pass."""
    source, costs = np.random.default_rng(SEED), [network.mean_cost(layers, samples)]
    for _ in range(PASSES):
        for place in source.permutation(len(samples)):
            gradients = network.gradients(samples.X[place], *layers, target(samples.y[place]))
            layers = network.updated(layers, gradients, ONE)
        costs.append(network.mean_cost(layers, samples))
    return layers, costs


def all_at_once(network: Network, layers: Layers, samples: Samples, length: float) -> tuple[Layers, list[float]]:
    """One update a pass, by the mean of the gradients of all samples, and the mean cost after each."""
    costs = [network.mean_cost(layers, samples)]
    for _ in range(PASSES):
        layers = network.updated(layers, mean_gradients(network, layers, samples), length)
        costs.append(network.mean_cost(layers, samples))
    return layers, costs


def mean_gradients(network: Network, layers: Layers, samples: Samples) -> list[Floats]:
    found = [network.gradients(x, *layers, target(y)) for x, y in zip(samples.X, samples.y, strict=True)]
    return [np.mean(each, axis=0) for each in zip(*found, strict=True)]


def updates(derivations: Derivations) -> Report:
    """The first update in numbers, and what many of them do."""
    network, samples, layers = Network.of(derivations), samples_for_training("circles"), start()
    report = Report("updates: a network of sigmoid units learns two circles (rows B17 and L22)")
    _first_update(report, network, layers, samples)
    trained, costs = one_at_a_time(network, layers, samples)
    curves = {f"one at a time, η = {ONE:g}": costs}
    for length in ALL:
        curves[f"all at once, η = {length:g}"] = all_at_once(network, layers, samples, length)[1]
    best = min(found[-1] for name, found in curves.items() if name.startswith("all"))
    shown = [0, 1, 10, 30, PASSES]
    report.table(
        f"Mean cost after some passes over the {len(samples)} samples",
        ("", *map(str, shown)),
        [(name, *(f"{found[place]:.4f}" for place in shown)) for name, found in curves.items()],
    )
    right = [network.is_outer(trained, x) == bool(y) for x, y in zip(samples.X, samples.y, strict=True)]
    report.compare(
        "What came of it",
        [
            Claim("samples that are right, one at a time", "at least", 0.99, float(np.mean(right))),
            Claim("its cost over the least of all at once", "at most", 0.5, costs[-1] / best),
        ],
    )
    report.remark(
        "In a pass both work out 200 gradients. One at a time makes as many updates of them; all at once makes one, by "
        "their mean. With short steps it hardly moves; with ten times as long ones the cost rises at first, and is "
        "still far behind in the end; with even longer ones it hardly comes down."
    )
    report.plot(_plot(network, trained, samples, curves))
    return report


def _first_update(report: Report, network: Network, layers: Layers, samples: Samples) -> None:
    x, y = samples.X[0], target(samples.y[0])
    gradients = network.gradients(x, *layers, y)
    after = network.updated(layers, gradients, ONE)
    rows = [
        (f"{name}[{', '.join('0' * array.ndim)}]", *(f"{value.flat[0]:+.6f}" for value in (array, gradient, new)))
        for name, array, gradient, new in zip(("W1", "b1", "W2", "b2"), layers, gradients, after, strict=True)
    ]
    report.table(f"The first update, η = {ONE:g}: four of its numbers", ("", "before", "∂C/∂", "after"), rows)
    before, then = (float(network.cost(x, *each, y)) for each in (layers, after))
    report.compare("The cost of the sample after its update", [Claim("C", "at most", before, then)])


def _plot(network: Network, layers: Layers, samples: Samples, costs: Mapping[str, Sequence[float]]) -> Plot:
    passes = list(range(PASSES + 1))
    curves = [Curve(name, passes, found) for name, found in costs.items()]
    grid = Grid.of((-EDGE, EDGE), (-EDGE, EDGE), GRID, GRID)
    is_outer = [network.is_outer(layers, place) for place in grid.places]
    plane = Panel(
        "One at a time: where the output is above ½",
        "x₁",
        "x₂",
        points=Points.of_classes(samples.X, samples.y, {0: "inner", 1: "outer"}),
        fields=[grid.field(is_outer, [-0.5, 0.5, 1.5], filled=True)],
        equal=True,
    )
    falls = Panel("Mean cost", "passes over the samples", "C", curves, logarithmic_y=True)
    return Plot("updates", "A network of sigmoid units on two circles", [[falls, plane]])
