"""How weights begin (S13): what becomes of activations and gradients over ten layers, by the emitted code of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.codegen import emit_function_module, load_module
from symnn.learn.initialisers import INITIALISERS
from symnn.plots import Bars, Curve, Panel, Plot
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

LAYERS, UNITS, SAMPLES, SEED = 10, 128, 200, 13
SCHEMES = {
    "zero": ("zeros", 1.0),
    "N(0, 0.01²)": ("normal", 0.01),
    "Xavier": ("xavier_normal", 1.0),
    "He": ("he", 1.0),
}
"""An initialiser of the table, and a factor to its spread."""
TITLES = {"tanh": "tanh", "relu": "ReLU"}
FANS = ((64, 32), (784, 28))
"""Inputs and outputs of layers at which variances are compared."""
SHOWN = (1, 5, 10)
"""Layers whose activations are drawn."""
CLOSE = 0.2
"""How far a mean square of so many units may be from what the theory says of infinitely many, as a part of it."""


@dataclass(frozen=True)
class Passed:
    """What ten layers made of the samples, forward and backward: arrays for the layers 1 to 10."""

    activations: Sequence[Floats]
    gradients: Sequence[Floats]

    def deviations(self) -> list[float]:
        """The standard deviation of the activations of each layer."""
        return [float(array.std()) for array in self.activations]

    def of_gradients(self) -> list[float]:
        """The root mean square of the gradient by the weights of each layer."""
        return [float(np.sqrt(np.mean(array**2))) for array in self.gradients]

    def squares(self) -> list[float]:
        """The mean square of the activations of each layer."""
        return [float(np.mean(array**2)) for array in self.activations]


def initialisation(sources: Sources, options: Options) -> Report:
    """Zero, N(0, 0.01²), Xavier and He with tanh and with ReLU; equal units; theory beside what was measured."""
    random = np.random.default_rng(SEED)
    X, last = random.normal(size=(2, SAMPLES, UNITS))
    found = {}
    for phi in TITLES:
        layers = sources.function("initialisation", f"{phi}_gradient")
        for place, scheme in enumerate(SCHEMES, start=1):
            found[phi, scheme] = passed(layers, X, drawn(scheme, SEED + place), last)
    report = Report("initialisation: how weights begin, over ten layers (row S13)")
    report.remark(
        f"{SAMPLES} samples of {UNITS} inputs of variance 1, ten layers of {UNITS} units each, no biases. The "
        "gradients are by the weights, for a gradient of variance 1 by the last activations."
    )
    _variances(report, sources)
    _tables(report, found)
    _equal_units(report, sources.function("initialisation", "tanh_gradient"), X, last)
    _kept(report, found)
    report.plot(_histograms(found))
    report.plot(_by_layers(found))
    return report


def spread(scheme: str) -> float:
    """The standard deviation of a weight, by the emitted function of the initialiser."""
    name, scale = SCHEMES[scheme]
    module = load_module(emit_function_module(INITIALISERS[name].specification(scale)), "spread")
    return float(module.spread(UNITS, UNITS))


def drawn(scheme: str, seed: int) -> list[Floats]:
    """Weights of ten layers."""
    random, deviation = np.random.default_rng(seed), spread(scheme)
    return [random.normal(0, deviation, (UNITS, UNITS)) for _ in range(LAYERS)]


def passed(layers: Callable[..., Any], X: Floats, weights: Sequence[Floats], last: Floats) -> Passed:
    """Samples through the ten layers, and the gradient `last` by the last activations back through them."""
    probes = [np.zeros_like(X)] * (LAYERS - 1) + [last]
    named = {f"W{place}": array for place, array in enumerate(weights, start=1)}
    named |= {f"C{place}": array for place, array in enumerate(probes, start=1)}
    found = layers(X=X, **named)
    return Passed(found[LAYERS:], found[:LAYERS])


def _variances(report: Report, sources: Sources) -> None:
    """The emitted initialisers have the variances that the chapter solves for; s²/3 of weights uniform in ±s."""
    xavier, he = (sources.function("initialisation", f"{name}_solution") for name in ("xavier", "he"))
    rows, claims = [], []
    for name, initialiser in INITIALISERS.items():
        if not name.startswith(("xavier", "he")):
            continue
        module, off = load_module(emit_function_module(initialiser.specification()), "spread"), 0.0
        for fan_in, fan_out in FANS:
            squared = module.spread(fan_in, fan_out) ** 2
            variance = squared / 3 if initialiser.distribution == "uniform" else squared
            wanted = xavier(fan_in, fan_out) if name.startswith("xavier") else he(fan_in)
            off = max(off, abs(float(variance) - float(wanted)))
            rows.append((f"{initialiser.title}, {fan_in} × {fan_out}", f"{variance:.6g}", f"{float(wanted):.6g}"))
        claims.append(Claim(initialiser.title, "at most", 1e-15, off))
    report.table("Variance of the weights: 2/(fan_in + fan_out), 2/fan_in", ("", "emitted", "derived"), rows)
    report.compare("Emitted and derived are apart by", claims)


def _tables(report: Report, found: Mapping[tuple[str, str], Passed]) -> None:
    measures = {
        "Standard deviation of the activations": Passed.deviations,
        "Gradient by the weights (root mean square)": Passed.of_gradients,
    }
    for phi, title in TITLES.items():
        for what, measure in measures.items():
            layers = zip(*(measure(found[phi, scheme]) for scheme in SCHEMES), strict=True)
            rows = [(str(layer), *(f"{value:.2g}" for value in row)) for layer, row in enumerate(layers, start=1)]
            report.table(f"{what}, {title}", ("layer", *SCHEMES), rows)
    report.remark(
        "The gradient by the weights of a layer is a product of the activations below it, which small weights make "
        "vanish upward, and of the gradient by its scores, which they make vanish downward: it is small in every layer."
    )


def _equal_units(report: Report, layers: Callable[..., Any], X: Floats, last: Floats, steps: int = 5) -> None:
    """Units that begin equal: in every layer but the last all weights from a unit of the layer below are the same."""
    random = np.random.default_rng(SEED)
    weights = [np.outer(random.normal(0, UNITS**-0.5, UNITS), np.ones(UNITS)) for _ in range(LAYERS - 1)]
    weights = [weights[0], *(np.full((UNITS, UNITS), array.mean()) for array in weights[1:])]
    weights.append(np.outer(np.ones(UNITS), random.normal(0, UNITS**-0.5, UNITS)))
    for _ in range(steps):
        slopes = passed(layers, X, weights, last).gradients
        weights = [array - 0.01 * slope for array, slope in zip(weights, slopes, strict=True)]
    now = passed(layers, X, weights, last)
    apart = max(float(np.ptp(array, axis=1).max()) for array in now.activations[:-1])
    moved = float(np.abs(slopes[0]).max())
    report.compare(
        f"Units of a layer that begin equal (tanh), after {steps} steps of descent",
        [
            Claim("largest difference between units of layers 1–9", "at most", 1e-12, apart),
            Claim("largest gradient of the first layer", "at least", 1e-6, moved),
        ],
    )


def _kept(report: Report, found: Mapping[tuple[str, str], Passed]) -> None:
    """What the chapter proves: a layer of ReLU has ½·fan_in·Var(w) times the mean square of the layer below."""
    claims = []
    for scheme in list(SCHEMES)[1:]:
        factor = UNITS * spread(scheme) ** 2 / 2
        squares = found["relu", scheme].squares()
        rate = (squares[-1] / squares[0]) ** (1 / (LAYERS - 1))
        claims.append(
            Claim(f"{scheme}: {factor:g}, measured {rate:.3g}, off", "at most", CLOSE, abs(rate / factor - 1))
        )
    report.compare("ReLU: each layer has ½·fan_in·Var(w) times the mean square of that below", claims)
    tanh, relu = ({scheme: found[phi, scheme] for scheme in SCHEMES} for phi in TITLES)
    zero, small = tanh["zero"], tanh["N(0, 0.01²)"]
    claims = [
        Claim("zero: largest activation of layer 10", "at most", 0.0, float(np.abs(zero.activations[-1]).max())),
        Claim("zero: largest gradient of all", "at most", 0.0, max(zero.of_gradients())),
        Claim("N(0, 0.01²): deviation in layer 10", "at most", 1e-6, small.deviations()[-1]),
        Claim("N(0, 0.01²): gradient of layer 1", "at most", 1e-4, small.of_gradients()[0]),
        Claim("Xavier: deviation in layer 10", "at least", 0.2, tanh["Xavier"].deviations()[-1]),
        Claim("Xavier: gradient of layer 1 ÷ layer 10", "at least", 0.5, _first_by_last(tanh["Xavier"].of_gradients())),
    ]
    report.compare("With tanh", claims)
    claims = [
        Claim("Xavier: deviation in layer 1 ÷ layer 10", "at least", 10, _first_by_last(relu["Xavier"].deviations())),
        Claim("He: deviation in layer 1 ÷ layer 10", "at most", 2, _first_by_last(relu["He"].deviations())),
        Claim("He: gradient of layer 1 ÷ layer 10", "at least", 0.5, _first_by_last(relu["He"].of_gradients())),
    ]
    report.compare("With ReLU", claims)


def _first_by_last(values: Sequence[float]) -> float:
    return values[0] / values[-1]


def _histograms(found: Mapping[tuple[str, str], Passed]) -> Plot:
    ranges = {"tanh": (-1.0, 1.0), "relu": (0.0, 3.0)}

    def panel(phi: str, scheme: str) -> Panel:
        edges = np.linspace(*ranges[phi], 40)
        bars = []
        for layer in SHOWN:
            values = found[phi, scheme].activations[layer - 1]
            counts, _ = np.histogram(values, edges)
            bars.append(Bars(f"layer {layer}", edges.tolist(), (counts / values.size).tolist()))
        return Panel(f"{TITLES[phi]}, {scheme}", "activation", "share, cut off above 0.3", bars=bars, range=(0, 0.3))

    rows = [[panel(phi, scheme) for scheme in SCHEMES] for phi in TITLES]
    return Plot("initialisation_histograms", "Activations by layer", rows)


def _by_layers(found: Mapping[tuple[str, str], Passed]) -> Plot:
    places = list(range(1, LAYERS + 1))

    def panel(phi: str, label: str, measure: Callable[[Passed], list[float]]) -> Panel:
        curves = [Curve(scheme, places, measure(found[phi, scheme])) for scheme in list(SCHEMES)[1:]]
        return Panel(TITLES[phi], "layer", label, curves, logarithmic_y=True)

    rows = [
        [panel(phi, "deviation of activations", Passed.deviations), panel(phi, "gradient by W", Passed.of_gradients)]
        for phi in TITLES
    ]
    return Plot("initialisation", "What ten layers make of their inputs and gradients", rows)
