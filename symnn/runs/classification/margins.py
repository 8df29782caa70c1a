"""Losses as functions of the margin, side by side, with what the emitted gradients take at kinks (B4, B12).

The emitted functions take a sample and weights; of the sample x = 1 with the label 1, the margin is the weight itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symnn.arrays import Floats
from symnn.plots import Curve, Panel, Plot
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

GRID = np.arange(-300, 301) / 100
SHOWN = (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0)
FAR = (-1000.0, 1000.0)
ROUNDING = 1e-12


@dataclass(frozen=True)
class Loss:
    """A loss of the margin with its derivative, and the margins at which it has none.

    `factor` times the loss, which is called `bound`, is nowhere below the 0–1 loss; of some, no multiple is.
    """

    name: str
    value: Callable[[float], float]
    slope: Callable[[float], float]
    kinks: tuple[float, ...] = ()
    factor: float = 0.0
    bound: str = ""

    def values(self, at: Floats) -> Floats:
        return np.array([self.value(margin) for margin in at.tolist()])

    def slopes(self, at: Floats) -> Floats:
        return np.array([self.slope(margin) for margin in at.tolist()])


def margins(sources: Sources, options: Options) -> Report:
    """Compare the losses with the 0–1 loss, and their emitted derivatives with lines below them."""
    losses = _losses(sources)
    report = Report("margins: losses as functions of the margin ywᵀx (rows B4 and B12)")
    rows = [(f"{margin:g}", *(_decimals(loss.value(margin)) for loss in losses)) for margin in SHOWN]
    report.table("Losses by the margin m = ywᵀx", ("m", *(loss.name for loss in losses)), rows)
    rows = [(f"{margin:g}", *(_decimals(loss.slope(margin)) for loss in losses)) for margin in SHOWN]
    report.table("Their derivatives, as emitted", ("m", *(loss.name for loss in losses)), rows)
    zero_one, *others = losses
    wrong = zero_one.values(GRID)
    report.compare(
        f"Above the 0–1 loss: least difference on [{GRID[0]:g}, {GRID[-1]:g}]",
        [
            Claim(loss.bound, "at least", -ROUNDING, float(np.min(loss.factor * loss.values(GRID) - wrong)))
            for loss in others
            if loss.bound
        ],
    )
    report.remark(
        "A mean of such losses that is small therefore proves that few samples are wrong. The perceptron's loss is 0 "
        "at the margin 0, which counts as wrong: no multiple of it is above the 0–1 loss."
    )
    _at_kinks(report, losses)
    _far_out(report, losses)
    report.plot(_plot(losses))
    return report


def _losses(sources: Sources) -> tuple[Loss, ...]:
    """Those of the chapters, as functions of the margin."""

    def of_chapter(
        name: str, function: str, kinks: tuple[float, ...] = (), factor: float = 0.0, bound: str = ""
    ) -> Loss:
        value, gradient = (
            sources.function("linear_classification", f"{function}_{what}") for what in ("value", "gradient")
        )
        x = np.ones(1)
        return Loss(
            name,
            lambda margin: float(value(1.0, np.array([margin]), x)),
            lambda margin: float(gradient(1.0, np.array([margin]), x)[0]),
            kinks,
            factor,
            bound,
        )

    value, gradient = sources.function("perceptron", "value"), sources.function("perceptron", "gradient")
    x = np.ones(1)
    perceptron = Loss(
        "perceptron",
        lambda margin: float(value(1.0, np.array([margin]), x, 0.0)),
        lambda margin: float(gradient(1.0, np.array([margin]), x, 0.0)[0][0]),
        (0.0,),
    )
    return (
        of_chapter("0–1", "zero_one"),
        perceptron,
        of_chapter("hinge", "hinge", (1.0,), 1.0, "hinge"),
        of_chapter("½ hinge²", "squared_hinge", (1.0,), 2.0, "hinge²"),
        of_chapter("logistic", "logistic", (), 1 / math.log(2), "logistic / log 2"),
    )


def _decimals(number: float) -> str:
    """Four of them, and zero without a sign."""
    return f"{round(number, 4) + 0.0:.4f}"


def _at_kinks(report: Report, losses: tuple[Loss, ...]) -> None:
    """Slopes on both sides of each kink, what the code takes there, and whether the line with it is below the loss."""
    step = 2.0**-20
    rows: list[tuple[str, ...]] = []
    claims = []
    for loss in losses:
        for kink in loss.kinks:
            here, slope = loss.value(kink), loss.slope(kink)
            left = (here - loss.value(kink - step)) / step
            right = (loss.value(kink + step) - here) / step
            below = float(np.min(loss.values(GRID) - here - slope * (GRID - kink)))
            rows.append((loss.name, f"{kink:g}", *(_decimals(one) for one in (left, slope, right))))
            claims.append(Claim(f"{loss.name} at {kink:g}", "at least", -ROUNDING, below))
    report.table(
        "At the kinks: slopes to the left and right, and what the emitted code takes",
        ("loss", "m", "left", "taken", "right"),
        rows,
    )
    report.compare("A subgradient g: least f(m) − f(kink) − g(m − kink) over all m", claims)
    report.remark(
        "What is taken is a subgradient: the line through the kink with this slope is nowhere above the loss. The "
        "perceptron takes −1 at 0, so that it moves from w = 0; the hinge takes 0 at 1. Half the squared hinge has a "
        "derivative at 1, where only the second one jumps. The 0–1 loss jumps at 0, where it has none, and has the "
        "derivative 0 everywhere else: no descent can use it."
    )


def _far_out(report: Report, losses: tuple[Loss, ...]) -> None:
    """At large margins float64 must not overflow."""
    claims = []
    for loss in losses:
        numbers = [found for margin in FAR for found in (loss.value(margin), loss.slope(margin))]
        claims.append(Claim(loss.name, "at most", 0, sum(not math.isfinite(number) for number in numbers)))
    report.compare("Values and derivatives at m = ±1000 that are not finite", claims)


def _plot(losses: tuple[Loss, ...]) -> Plot:
    def curves(of: Callable[[Loss], Floats]) -> list[Curve]:
        return [Curve(loss.name, GRID.tolist(), of(loss).tolist()) for loss in losses]

    values = Panel("Losses", "margin m = ywᵀx", "loss", curves(lambda loss: loss.values(GRID)), range=(-0.1, 4.1))
    slopes = Panel("Derivatives, as emitted", "margin m", "by m", curves(lambda loss: loss.slopes(GRID)))
    return Plot("margins", "Losses of linear classification", ((values, slopes),))
