"""The networks of the documents on one data set: their emitted gradients agree with each other and with differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from symnn.arrays import Arrays, Floats
from symnn.learn.datasets import Preprocessing, samples_for_training
from symnn.learn.training import load_module
from symnn.plots import Curve, Panel, Plot
from symnn.runs.emitted import Emitted, apart
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

HIDDEN = 6
PENALTY = 0.05
SAME = 1e-12
"""How far two codes of one formula may be apart, in units of the largest entry of an array."""
NEAR = 1e-8
"""How far central differences may be off."""
RATE, STEPS = 0.5, 300
MODEL = "fashion_mnist_sigmoid_gd"
"""A model whose module is for sigmoid units, then a softmax; its functions take any sizes."""
BINARY = "circles_bag"
"""A model whose module is for one sigmoid unit, with a penalty."""


@dataclass(frozen=True)
class Iris:
    """Standardised inputs (120×4), one-hot labels (120×3), and which flowers are virginica (120)."""

    X: Floats
    Y: Floats
    is_last: Floats

    @classmethod
    def load(cls) -> Iris:
        samples = samples_for_training("iris")
        Y = np.eye(3)[samples.y]
        return cls(Preprocessing.of(samples.X, "standardise")(samples.X), Y, Y[:, 2])


def networks(sources: Sources, options: Options) -> Report:
    """Each row's network by its emitted code, beside another code of the same, and beside differences; then trained."""
    iris = Iris.load()
    report = Report("networks: the documents' networks on iris (L13, L15, L17, B13, B15, B19, S3, S7)")
    report.remark(
        f"120 flowers, 4 inputs, 3 species; layers of 4, {HIDDEN} and 3 units where nothing else is said. Gradients "
        "are those of the emitted code. Numbers are the largest differences of two gradients, each array in units of "
        "its largest entry."
    )
    layers = weights_of(4, HIDDEN, 3)
    softmax = Emitted.of(sources, "backpropagation", "softmax", layers, X=iris.X, Y=iris.Y)
    regularised = Emitted.of(sources, "regularised_network", "", layers, X=iris.X, Y=iris.Y, lam=PENALTY)
    unit = {"w": np.zeros(4), "b": np.array(0.0)}
    layer = Emitted.of(sources, "sigmoid", "layer", unit, X=iris.X, y=iris.is_last)
    theta = {"Theta1": theta_of(layers, 1), "Theta2": theta_of(layers, 2)}
    classes = Emitted.of(sources, "network_losses", "classes", theta, X=iris.X, Y=iris.Y, lam=PENALTY)
    logistic = Emitted.of(
        sources, "network_losses", "logistic", {"theta": np.full(4, 0.1), "bias": np.array(-0.2)},
        X=iris.X, y=iris.is_last, lam=PENALTY,
    )  # fmt: skip
    _recursion(report, sources, softmax, layers)
    _forms(report, sources, iris)
    _one_sample_at_a_time(report, sources, iris, layers)
    _penalised(report, sources, regularised, layers)
    _one_layer(report, sources, layer)
    _losses(report, sources, classes, logistic, layers)
    _trained(
        report,
        [
            ("L17, B19", "softmax and cross-entropy", softmax),
            ("L15", "squared error, λ/2 ‖W‖²", regularised),
            ("B13", "one sigmoid unit, squared error", layer),
            ("S7", "softmax, λ/2m ΣΘ²", classes),
            ("S7", "logistic, λ/2m Σθ²", logistic),
        ],
    )
    return report


def weights_of(*sizes: int, seed: int = 0) -> Arrays:
    """W1, b1, W2, … for layers of these sizes: normal weights of variance 1/inputs, and biases of deviation 0.1."""
    random = np.random.default_rng(seed)
    found = {}
    for place, (inputs, units) in enumerate(pairwise(sizes), start=1):
        found[f"W{place}"] = random.normal(0, inputs**-0.5, (inputs, units))
        found[f"b{place}"] = random.normal(0, 0.1, units)
    return found


def theta_of(layers: Arrays, place: int) -> Floats:
    """[b W]: a row for each unit, its bias first."""
    return np.column_stack([layers[f"b{place}"], layers[f"W{place}"].T])


def rows_of(theta: Arrays) -> dict[str, Floats]:
    """What stands in Theta1, Theta2, … as W1, b1, W2, b2, …."""
    found: dict[str, Floats] = {}
    for name, array in theta.items():
        place = name.removeprefix("Theta")
        found |= {f"W{place}": array[:, 1:].T, f"b{place}": array[:, 0]}
    return found


def columns_of(layers: Arrays) -> dict[str, Floats]:
    """The weights with a row for each unit."""
    return {name: array.T for name, array in layers.items()}


def summed(parts: Sequence[Arrays]) -> dict[str, Floats]:
    """The sum of gradients, array by array."""
    return {name: np.sum([part[name] for part in parts], axis=0) for name in parts[0]}


def scaled(layers: Arrays, factor: float) -> dict[str, Floats]:
    """All arrays times a number."""
    return {name: factor * array for name, array in layers.items()}


def _same(what: str, found: Arrays, expected: Arrays) -> Claim:
    return Claim(what, "at most", SAME, apart(found, expected))


def _by_differences(emitted: Emitted) -> Claim:
    return Claim("central differences of the value", "at most", NEAR, apart(emitted.gradients(), emitted.differences()))


def _recursion(report: Report, sources: Sources, softmax: Emitted, layers: Arrays) -> None:
    module = load_module(sources.current_module(MODEL))
    value, _, *found = module["differentiate"](softmax.arguments["X"], softmax.arguments["Y"], **layers)
    by_sweep = dict(zip(layers, found, strict=True))
    report.compare(
        "L13, L17, B19: forward, then δ from layer to layer, against",
        [
            Claim("the forward pass of a model's module", "at most", SAME, abs(softmax.objective() - float(value))),
            _same("the gradients of a model's module", softmax.gradients(), by_sweep),
            _by_differences(softmax),
        ],
    )


def _forms(report: Report, sources: Sources, iris: Iris) -> None:
    """Rows, columns and appended biases, in three layers of tanh."""
    layers = weights_of(4, 7, 5, 3)
    rows = Emitted.of(sources, "backpropagation_forms", "rows", layers, X=iris.X, Y=iris.Y)
    samples = list(zip(iris.X, iris.Y, strict=True))
    column = Emitted.of(sources, "backpropagation_forms", "column", columns_of(layers), x=iris.X[0], y=iris.Y[0])
    by_columns = summed([column.at(x=x, y=y).gradients() for x, y in samples])
    theta = {f"Theta{place}": theta_of(layers, place) for place in (1, 2, 3)}
    appended = Emitted.of(sources, "backpropagation_forms", "appended", theta, x=iris.X[0], y=iris.Y[0])
    by_theta = summed([appended.at(x=x, y=y).gradients() for x, y in samples])
    forward = abs(appended.objective() - column.objective())
    report.compare(
        "L17, S3: a batch as rows, in three layers of tanh, against",
        [
            _same("L17: the sum over samples as columns", rows.gradients(), columns_of(by_columns)),
            _same("S3: the sum with the bias in Θ", rows.gradients(), rows_of(by_theta)),
            Claim("S3: the forward pass with an appended 1", "at most", SAME, forward),
            _by_differences(rows),
        ],
    )


def _one_sample_at_a_time(report: Report, sources: Sources, iris: Iris, layers: Arrays) -> None:
    """The book's network of sigmoid units takes one sample, the lecture's a batch."""
    batch = Emitted.of(sources, "scaled_network", "sigmoid", layers, X=iris.X, Y=iris.Y, k=1.0)
    one = Emitted.of(sources, "vectorised_network", "network", columns_of(layers), x=iris.X[0], y=iris.Y[0])
    each = [one.at(x=x, y=y).gradients() for x, y in zip(iris.X, iris.Y, strict=True)]
    mean = columns_of(scaled(summed(each), 1 / len(each)))
    report.compare(
        "B15: the mean over samples of δaᵀ and δ, against",
        [_same("the gradients of a batch (L21, k = 1)", mean, batch.gradients()), _by_differences(one)],
    )


def _penalised(report: Report, sources: Sources, regularised: Emitted, layers: Arrays) -> None:
    # The penalty is positive by assumption: its effect is the difference of two of them.
    more = regularised.at(lam=3 * PENALTY).gradients()
    added = {name: array - regularised.gradients()[name] for name, array in more.items()}
    of_weights = {name: 2 * PENALTY * (array if name.startswith("W") else 0 * array) for name, array in layers.items()}
    iris = {name: regularised.arguments[name] for name in ("X", "Y")}
    plain = Emitted.of(sources, "scaled_network", "tanh", layers, **iris, k=1.0).gradients()
    with_penalty = {name: plain[name] + of_weights[name] / 2 for name in plain}
    report.compare(
        f"L15: N = 120 and λ = {PENALTY:g}, against",
        [
            _same("gradients without penalty (L21, k = 1) and λW", regularised.gradients(), with_penalty),
            _same("2λW, nothing for biases: what λ → 3λ adds", added, of_weights),
            _by_differences(regularised),
        ],
    )


def _one_layer(report: Report, sources: Sources, layer: Emitted) -> None:
    scores = layer.arguments["X"] @ np.array([0.4, -0.3, 0.8, 0.5])
    value, derivative = (sources.function("sigmoid", f"sigmoid_{kind}") for kind in ("value", "gradient"))
    a = np.array([value(score) for score in scores])
    slopes = np.array([derivative(score) for score in scores])
    of_sigmoid = {"derivative": slopes}
    middle = layer.at(w=np.array([0.4, -0.3, 0.8, 0.5]))
    report.compare(
        "B13: one layer of one sigmoid unit, virginica or not, against",
        [_same("σ′ at 120 scores: σ(1 − σ)", of_sigmoid, {"derivative": a * (1 - a)}), _by_differences(middle)],
    )


def _losses(report: Report, sources: Sources, classes: Emitted, logistic: Emitted, layers: Arrays) -> None:
    m = len(classes.arguments["X"])
    module = load_module(sources.current_module(MODEL))
    _, _, *found = module["differentiate"](classes.arguments["X"], classes.arguments["Y"], **layers)
    gradients = dict(zip(layers, found, strict=True))
    expected = {
        name: array + PENALTY / m * layers[name] if name.startswith("W") else array for name, array in gradients.items()
    }
    given = logistic.arguments
    binary = load_module(sources.current_module(BINARY))["differentiate"]
    _, _, by_w, by_b = binary(
        given["X"], given["y"][:, None], W1=given["theta"][:, None], b1=np.atleast_1d(given["bias"]), lam=PENALTY / m
    )
    report.compare(
        f"S7: penalties λ/2m with λ = {PENALTY:g} that leave out the bias, against",
        [
            _same("softmax: a model's gradients plus (λ/m)W", rows_of(classes.gradients()), expected),
            _by_differences(classes),
            _same("logistic: a model's gradients", logistic.gradients(), {"theta": by_w[:, 0], "bias": by_b[0]}),
            _by_differences(logistic),
        ],
    )


def _trained(report: Report, cases: Sequence[tuple[str, str, Emitted]]) -> None:
    rows, curves, claims = [], [], []
    for row, what, emitted in cases:
        _, values = emitted.descended(RATE, STEPS)
        rows.append((row, what, f"{values[0]:.4f}", f"{values[-1]:.4f}"))
        curves.append(Curve(f"{what} ({row})", list(range(STEPS + 1)), values))
        rises = sum(after > before for before, after in pairwise(values))
        claims.append(Claim(f"{row}: {what}, steps that raise it", "at most", 0, rises))
    heading = f"Gradient descent by the emitted gradients: {STEPS} steps of rate {RATE:g}"
    report.table(heading, ("rows", "objective", "at the start", "at the end"), rows)
    report.compare("The objective falls at every step", claims)
    panel = Panel("", "steps", "objective", curves)
    report.plot(Plot("networks", "The documents' networks trained on iris", [[panel]]))
