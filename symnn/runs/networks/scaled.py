"""The lecture's class NeuralNetwork (L21): four activations and three optimisers with an output that is scaled by k."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnn.formula import as_float
from symnn.learn.datasets import noisy_sine
from symnn.learn.emitted_update import Update
from symnn.learn.training import load_module
from symnn.plots import Curve, Panel, Plot
from symnn.runs.emitted import Emitted, apart
from symnn.runs.networks.backpropagation import NEAR, weights_of
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

SIZE, NOISE, SEED = 40, 0.1, 21
SCALE, SHIFT = 4.0, 2.0
"""k, and what is added to sin(2πx) so that also an output above 0 reaches it: targets lie between 0.7 and 3.3."""
HIDDEN, BATCH, EPOCHS = 10, 8, 400
TITLES = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU", "relu_cubed": "ReLU³"}
OPTIMISERS = {"GD": ("gate", None, 0.05), "SGD": ("gate", BATCH, 0.05), "Adam": ("xor", BATCH, 0.01)}
"""A model whose module has the update, the samples of a step (None: all), and the learning rate."""


def scaled_network(sources: Sources, options: Options) -> Report:
    """Gradients with and without the factor k and the sum over the batch, then training."""
    data = noisy_sine(SIZE, noise=NOISE, seed=SEED)
    x, t = (np.asarray(as_float(data[name])) for name in ("x", "t"))
    X, Y = 2 * x[:, None] - 1, t[:, None] + SHIFT
    layers = weights_of(1, HIDDEN, 1, seed=SEED)
    networks = {name: Emitted.of(sources, "scaled_network", name, layers, X=X, Y=Y, k=SCALE) for name in TITLES}
    report = Report("scaled-network: the class NeuralNetwork, its output scaled by k (row L21)")
    report.remark(
        f"{SIZE} samples of sin(2πx) + {SHIFT:g} with noise of {NOISE:g}, for which tanh and sigmoid alone end too "
        f"low; layers of 1, {HIDDEN} and 1 units, k = {SCALE:g}, and the mean of ½(kA − Y)²."
    )
    _gradients(report, networks)
    updates = {name: load_module(sources.current_module(model)) for name, (model, _, _) in OPTIMISERS.items()}
    found = {
        (name, rule): trained(networks[name], updates[rule], rate, batch)
        for name in TITLES
        for rule, (_, batch, rate) in OPTIMISERS.items()
    }
    _results(report, networks, found)
    return report


def _gradients(report: Report, networks: Mapping[str, Emitted]) -> None:
    claims, printed = [], []
    for name, emitted in networks.items():
        right, differences = emitted.gradients(), emitted.differences()
        claims.append(Claim(TITLES[name], "at most", NEAR, apart(right, differences)))
        without = {each: array / SCALE for each, array in right.items()}
        printed.append(Claim(f"{TITLES[name]}: without k", "at least", 0.5, apart(without, differences)))
    report.compare("Gradients with k and the sum over the batch: off central differences by", claims)
    report.compare("Gradients as the class prints them: off by", printed)
    one = networks["tanh"]
    X, Y = one.arguments["X"], one.arguments["Y"]
    each = [one.at(X=X[place : place + 1], Y=Y[place : place + 1]).gradients() for place in range(len(X))]
    mean = {name: np.mean([part[name] for part in each], axis=0) for name in each[0]}
    biases = {name: array for name, array in mean.items() if name.startswith("b")}
    summed = {name: array for name, array in one.gradients().items() if name.startswith("b")}
    last = {name: array for name, array in each[-1].items() if name.startswith("b")}
    report.compare(
        "The bias gradient of a batch (tanh): off by",
        [
            Claim("the sum of δ over the samples", "at most", 1e-12, apart(biases, summed)),
            Claim("δ of one sample, as it is printed", "at least", 0.1, apart(last, summed)),
        ],
    )


def trained(
    emitted: Emitted, module: Mapping[str, Any], rate: float, batch: int | None, epochs: int = EPOCHS
) -> list[float]:
    """The objective of all samples before the first epoch and after each; batches are drawn anew for every epoch.

    The `update`, its `STATE` and `SETTINGS` are those of an emitted module.
    """
    X, Y = emitted.arguments["X"], emitted.arguments["Y"]
    random, here, values = np.random.default_rng(SEED), emitted, [emitted.objective()]
    update, steps = Update.of_module(module), 0
    state = update.begin({name: emitted.arguments[name] for name in emitted.learned})
    for _ in range(epochs):
        order = random.permutation(len(X)) if batch else np.arange(len(X))
        for start in range(0, len(X), batch or len(X)):
            rows = order[start : start + (batch or len(X))]
            steps += 1
            slopes = here.at(X=X[rows], Y=Y[rows]).gradients()
            moved, state = update.step(here.arguments, slopes, state, steps, rate)
            here = here.at(**moved)
        values.append(here.objective())
    return values


def _results(report: Report, networks: Mapping[str, Emitted], found: Mapping[tuple[str, str], list[float]]) -> None:
    rows = [
        (title, f"{networks[name].objective():.4f}", *(f"{found[name, rule][-1]:.4f}" for rule in OPTIMISERS))
        for name, title in TITLES.items()
    ]
    rules = ", ".join(
        f"{rule}: {f'batches of {batch}' if batch else 'all samples'}, rate {rate:g}"
        for rule, (_, batch, rate) in OPTIMISERS.items()
    )
    report.table(f"The objective before and after {EPOCHS} epochs", ("activation", "before", *OPTIMISERS), rows)
    report.remark(f"{rules}.")
    best = {name: min(found[name, rule][-1] for rule in OPTIMISERS) for name in TITLES}
    report.compare(
        "The objective of the best optimiser",
        [Claim(title, "at most", 0.05, best[name]) for name, title in TITLES.items()],
    )
    dead = float(np.mean(networks["relu_cubed"].arguments["Y"] ** 2) / 2)
    claims = [
        Claim(f"ReLU³ by {rule}", "at most", 1e-12, abs(found["relu_cubed", rule][-1] - dead)) for rule in ("GD", "SGD")
    ]
    report.compare("Killed by too long a step: the output is 0 for all, off its mean ½y² by", claims)
    panels = [
        Panel(
            title, "epochs", "objective",
            [Curve(rule, list(range(EPOCHS + 1)), found[name, rule]) for rule in OPTIMISERS], logarithmic_y=True,
        )
        for name, title in TITLES.items()
    ]  # fmt: skip
    report.plot(Plot("scaled_network", "Outputs scaled by k", [panels[:2], panels[2:]]))
