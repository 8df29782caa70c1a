"""Optimisers side by side (S10): their paths on two valleys, how many steps they need, and curves of a training.

Every step is taken by the emitted update of a chapter, with the emitted gradient of a chapter or of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import isqrt
from typing import Any

import numpy as np

from symnn.arrays import Floats, Packing
from symnn.formula import Derivations
from symnn.learn.emitted_update import Update
from symnn.learn.training import data_of, given_samples, load_module
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.descent.stepping import CHAPTERS, LABELS, emitted_update
from symnn.runs.report import Claim, Comparison, Report
from symnn.runs.run import Options, Sources

RATES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
TRAINING_RATES = (1.0, 0.3, 0.1, 0.03, 0.01)
LEAST, MOST_STEPS, HIGHEST = 1e-4, 1000, 2.0
STEPPED = ("gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam_biased", "adam", "nadam", "amsgrad")
"""All but AdamW, whose decay moves the minimum."""
DRAWN = (("gd", "momentum", "nesterov"), ("rmsprop", "adam", "nadam"))
"""AdaGrad's path is nearly that of RMSProp, which would hide it."""
MODEL, TRAINED_STEPS = "iris", 100
SHOWN_STEPS = (10, 30, 100)
DIGITS = 10**30


@dataclass(frozen=True)
class Valley:
    """A function of two variables by its emitted value and gradient, a start, its minimum, and the part to be drawn."""

    name: str
    value: Callable[[Floats], float]
    gradient: Callable[[Floats], Floats]
    start: tuple[float, float]
    minimum: tuple[float, float]
    x_range: tuple[float, float]
    y_range: tuple[float, float]


def valleys(derivations: Derivations) -> list[Valley]:
    """A long quadratic, of curvatures 1 and 25, and Rosenbrock's bent valley."""
    value, gradient = (derivations.function("descent_on_a_quadratic", name) for name in ("value", "gradient"))
    H, c = np.diag([1.0, 25.0]), np.zeros(2)
    bent, bent_gradient = (derivations.function("rosenbrock", name) for name in ("value", "gradient"))
    return [
        Valley(
            "½(x₁² + 25x₂²)",
            lambda w: float(value(w=w, H=H, c=c)),
            lambda w: np.asarray(gradient(w=w, H=H, c=c)),
            (-4.0, 1.5),
            (0.0, 0.0),
            (-5, 2),
            (-2, 2),
        ),
        Valley(
            "Rosenbrock's valley",
            lambda w: float(bent(w)),
            lambda w: np.asarray(bent_gradient(w)),
            (-1.2, 1.0),
            (1.0, 1.0),
            (-1.6, 2.4),
            (-0.6, 1.8),
        ),
    ]


@dataclass(frozen=True)
class Descent:
    """A descent with the rate of RATES that needs the fewest steps to LEAST, or ends lowest where none gets there.

    A rate with which the value was ever HIGHEST times that of the start is not taken.
    """

    name: str
    rate: float
    places: Sequence[Floats]
    values: Sequence[float]

    @property
    def steps(self) -> int | None:
        """How many steps it took to come below LEAST; None where it did not."""
        return len(self.values) - 1 if self.values[-1] <= LEAST else None

    @property
    def order(self) -> tuple[bool, float]:
        """The least is the best."""
        return (False, float(self.steps)) if self.steps is not None else (True, self.values[-1])


def fastest(name: str, update: Update, valley: Valley) -> Descent:
    """The best of the descents with the rates of RATES; one that is slower than another before it is broken off."""
    best: Descent | None = None
    for rate in RATES:
        most = MOST_STEPS if best is None or best.steps is None else best.steps
        found = _descended(name, update, valley, rate, most)
        if best is None or found.order < best.order:
            best = found
    assert best is not None
    return best


def _descended(name: str, update: Update, valley: Valley, rate: float, most: int) -> Descent:
    places, values, highest = [], [], HIGHEST * valley.value(np.array(valley.start))
    path = update.path(valley.gradient, np.array(valley.start), rate)
    for place in islice(path, most + 1):
        value = valley.value(place)
        if not value <= highest:
            return Descent(name, rate, [place], [float("inf")])
        places.append(place)
        values.append(value)
        if value <= LEAST:
            break
    return Descent(name, rate, places, values)


# --- the training of a small network ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Training:
    """The losses of a network trained on all samples in each step, before the first step and after each."""

    name: str
    rate: float
    losses: Sequence[float]


class Network:
    """A model with its emitted loss and gradients as functions of one vector of all its parameters."""

    def __init__(self, sources: Sources, name: str) -> None:
        model = sources.model(name)
        self.module: Mapping[str, Any] = load_module(sources.current_module(name))
        samples, _ = given_samples(data_of(model), None)
        self.X, self.y = samples.X, samples.y
        start = self.module["initialise"](0)
        self.packing = Packing.of(start)
        self.start = self.packing.pack(start)

    def loss(self, vector: Floats) -> float:
        return float(self.module["loss"](self.packing.unpack(vector), self.X, self.y))

    def gradient(self, vector: Floats) -> Floats:
        return self.packing.pack(self.module["gradients"](self.packing.unpack(vector), self.X, self.y))


def trained(name: str, update: Update, network: Network) -> Training:
    """The training with the rate of TRAINING_RATES that ends lowest."""
    found = []
    for rate in TRAINING_RATES:
        path = islice(update.path(network.gradient, network.start, rate), TRAINED_STEPS + 1)
        losses = [network.loss(vector) for vector in path]
        if len(losses) == TRAINED_STEPS + 1 and np.isfinite(losses[-1]):
            found.append(Training(name, rate, losses))
    return min(found, key=lambda training: training.losses[-1])


# --- the report ------------------------------------------------------------------------------------------------------


def optimisers(sources: Sources, options: Options) -> Report:
    """The first step of Adam, paths and steps on two valleys, and curves of a training, all by emitted updates."""
    report = Report("optimisers: how they go down, with the updates that the chapters emit (row S10)")
    _first_steps(report, sources)
    found = valleys(sources)
    options.watcher.begin("optimisers", len(CHAPTERS))
    descents: dict[str, list[Descent]] = {}
    trainings = []
    network = Network(sources, MODEL)
    for name in CHAPTERS:
        update = emitted_update(sources, name)
        if name in STEPPED:
            descents[name] = [fastest(name, update, valley) for valley in found]
        trainings.append(trained(name, update, network))
        options.watcher.advance()
    options.watcher.end()
    _steps(report, descents, found)
    _training(report, trainings)
    report.plot(_paths(descents, found))
    report.plot(_curves(trainings))
    return report


def _first_steps(report: Report, derivations: Derivations) -> None:
    """Exactly by the chapter's square of the first step in learning rates; in float64 by the emitted updates."""
    square = derivations.objective("adam")
    zero = {"w": np.zeros(1)}

    def moved(name: str) -> float:
        update = emitted_update(derivations, name, epsilon=0.0)
        after, _ = update.step(zero, {"w": np.array([0.7])}, update.begin(zero), 1, 1.0)
        return -float(after["w"][0])

    def exactly(corrected: int) -> Fraction:
        return square.exact(alpha=1, corrected=corrected, beta1=Fraction(9, 10), beta2=Fraction(999, 1000))[0][0]

    biased, corrected = moved("adam_biased"), moved("adam")
    root = Fraction(isqrt(int(exactly(0) * DIGITS**2)), DIGITS)
    report.compare(
        "Adam's first step in learning rates, β = (0.9, 0.999)",
        [
            Comparison("biased", Fraction("3.16"), root, biased, Fraction(1, 200), decimals=2),
            Comparison("biased, squared", Fraction(10), exactly(0), biased**2),
            Comparison("corrected, squared", Fraction(1), exactly(1), corrected**2),
        ],
    )


def _steps(report: Report, descents: Mapping[str, Sequence[Descent]], found: Sequence[Valley]) -> None:
    rows = [
        (LABELS[name], *(text for one in each for text in (f"{one.rate:g}", _shown(one))))
        for name, each in descents.items()
    ]
    columns = ("", *(text for valley in found for text in ("rate", valley.name)))
    report.table(f"Steps to the value {LEAST:g}, with the best of the rates", columns, rows)
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    report.remark(
        f"Rates tried: {rates}; at most {MOST_STEPS} steps, from {found[0].start} and from {found[1].start}. "
        "Rates with which the value was ever twice that of the start are left out, and so is AdamW, whose decay moves "
        "the minimum. Points in the plot are the start and the minimum."
    )
    quadratic = {name: each[0].steps or MOST_STEPS for name, each in descents.items()}
    bent = {name: each[1].steps or MOST_STEPS for name, each in descents.items()}
    report.compare(
        "What the table shows",
        [
            Claim(
                "long quadratic, Nesterov: steps of descent's", "at most", 0.7, quadratic["nesterov"] / quadratic["gd"]
            ),
            Claim("Rosenbrock, momentum: steps", "at most", MOST_STEPS - 1, bent["momentum"]),
            Claim("Rosenbrock, Adam: steps", "at most", MOST_STEPS - 1, bent["adam"]),
        ],
    )


def _shown(descent: Descent) -> str:
    return str(descent.steps) if descent.steps is not None else f"{descent.values[-1]:.1g} after {MOST_STEPS}"


def _training(report: Report, trainings: Sequence[Training]) -> None:
    rows = [
        (LABELS[one.name], f"{one.rate:g}", *(f"{one.losses[step]:.4f}" for step in (0, *SHOWN_STEPS)))
        for one in trainings
    ]
    columns = ("", "rate", "loss before", *(f"after {step}" for step in SHOWN_STEPS))
    report.table(f"Training of {MODEL}, all samples in each step, with the best of the rates", columns, rows)
    falls = [Claim(LABELS[one.name], "at most", one.losses[0] / 2, one.losses[-1]) for one in trainings]
    report.compare("The loss at the end is less than half of that before", falls)


def _paths(descents: Mapping[str, Sequence[Descent]], found: Sequence[Valley]) -> Plot:
    rows = [
        [_of_valley(valley, [descents[name][place] for name in names]) for names in DRAWN]
        for place, valley in enumerate(found)
    ]
    return Plot("optimisers", "Paths with the best of the rates", rows)


def _of_valley(valley: Valley, descents: Sequence[Descent]) -> Panel:
    grid = Grid.of(valley.x_range, valley.y_range, 100, 90)
    values = [valley.value(place) for place in grid.places]
    curves = []
    for one in descents:
        places = np.array(one.places)
        curves.append(Curve(LABELS[one.name], places[:, 0].tolist(), places[:, 1].tolist()))
    levels = np.logspace(-1, np.log10(np.max(values)), 10).tolist()
    ends = Points("", *zip(valley.start, valley.minimum, strict=True))
    field = grid.field(values, levels)
    return Panel(valley.name, "x₁", "x₂", curves, range=valley.y_range, points=[ends], fields=[field])


def _curves(trainings: Sequence[Training]) -> Plot:
    panels = [
        Panel(
            title,
            "step",
            "loss",
            [
                Curve(LABELS[one.name], list(range(len(one.losses))), one.losses)
                for one in trainings
                if (one.name in DRAWN[0]) is first
            ],
            logarithmic_y=True,
        )
        for title, first in (("Descent and momentum", True), ("Adaptive rates", False))
    ]
    return Plot("optimisers_training", f"Training of {MODEL}, all samples in each step", [panels])
