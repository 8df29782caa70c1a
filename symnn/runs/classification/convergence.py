"""Novikoff's bound on the perceptron's updates (L11), on random separable sets.

The offset is absorbed: each sample has a last entry 1, R is the length of the longest, and w starts at zero. For a unit
vector u with all margins yᵢuᵀxᵢ at least γ > 0, there are at most R²/γ² updates. Two such u are taken for each set: the
one by which it was drawn, and one that SciPy finds with the largest γ, which gives the smallest bound.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.errors import MissingExtraError
from symnn.plots import Bars, Curve, Panel, Plot, Points
from symnn.runs.classification.perceptron import Learned, Update, learn
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

SETS, SEED = 200, 11
SIZES, DIMENSIONS, GAPS = (10, 40), (2, 6), (0.01, 0.3)
BINS = 20
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
PORTIONS = ("least", "10 %", "25 %", "median", "75 %", "90 %", "largest")
"""How many of the sets are not above a number."""
REACHED = 8
"""A power of two."""


@dataclass(frozen=True)
class Separable:
    """Samples as rows with a last entry 1, their labels, and the unit vector by which they were drawn."""

    X: Floats
    y: Floats
    drawn_by: Floats

    @property
    def radius(self) -> float:
        """The length of the longest row."""
        return float(np.linalg.norm(self.X, axis=1).max())

    def margin(self, u: Floats) -> float:
        """The least margin by a unit vector."""
        return float((self.y * (self.X @ u)).min() / np.linalg.norm(u))


@dataclass(frozen=True)
class Trial:
    """One set with its updates and its two bounds R²/γ²."""

    updates: int
    ended: bool
    drawn: float
    least: float


def convergence(sources: Sources, options: Options) -> Report:
    """Learn 200 sets, and compare the updates of each with the bounds."""
    source = random.Random(SEED)
    update = sources.function("perceptron", "update_solution")
    trials = [_trial(update, drawn_set(source)) for _ in range(SETS)]
    report = Report(f"convergence: updates of the perceptron and Novikoff's bound on {SETS} sets (row L11)")
    ratios = {
        "of the drawn u": np.array([trial.updates / trial.drawn for trial in trials]),
        "the largest": np.array([trial.updates / trial.least for trial in trials]),
    }
    rows = [(name, *(f"{number:.4f}" for number in np.quantile(found, QUANTILES))) for name, found in ratios.items()]
    report.table("Updates divided by the bound R²/γ²", ("γ", *PORTIONS), rows)
    numbers: dict[str, list[float]] = {
        "updates": [trial.updates for trial in trials],
        "bound by the drawn u": [trial.drawn for trial in trials],
        "bound by the largest γ": [trial.least for trial in trials],
    }
    rows = [(name, *(f"{number:,.0f}" for number in np.quantile(found, QUANTILES))) for name, found in numbers.items()]
    report.table("Updates and bounds", ("", *PORTIONS), rows)
    report.compare(
        "No set took more updates than the bound",
        [
            *(Claim(f"largest ratio, γ {name}", "at most", 1.0, float(found.max())) for name, found in ratios.items()),
            Claim("sets that did not end", "at most", 0, sum(not trial.ended for trial in trials)),
        ],
    )
    orthogonal = orthogonal_set(REACHED)
    reached = _trial(update, orthogonal)
    report.compare(
        f"The bound is reached by {REACHED} orthogonal samples of one label",
        [
            Claim("largest ratio", "at most", 1.0, reached.updates / reached.drawn),
            Claim("updates", "at least", REACHED, reached.updates),
        ],
    )
    report.remark(
        f"Each set has {SIZES[0]} to {SIZES[1]} samples with {DIMENSIONS[0]} to {DIMENSIONS[1]} entries and a last "
        "entry 1, drawn evenly and kept where they are far enough from a random plane. γ is measured on the samples. "
        "The bound is far from what happens there. Where all samples are orthogonal, no update helps with another "
        "sample: each needs its own, and their number is the bound."
    )
    report.plot(_plot(trials, ratios))
    return report


def drawn_set(source: random.Random) -> Separable:
    """Samples with entries between −1 and 1, none nearer to a plane than a gap; sizes, plane and gap are drawn."""
    size, dimension = source.randint(*SIZES), source.randint(*DIMENSIONS)
    gap = source.uniform(*GAPS)
    u = np.array([source.gauss(0, 1) for _ in range(dimension)] + [source.uniform(-0.5, 0.5)])
    u /= np.linalg.norm(u)
    rows: list[list[float]] = []
    while len(rows) < size:
        row = [*(source.uniform(-1, 1) for _ in range(dimension)), 1.0]
        if abs(u @ row) >= gap:
            rows.append(row)
    X = np.array(rows)
    return Separable(X, np.sign(X @ u), u)


def orthogonal_set(size: int) -> Separable:
    """The rows of Sylvester's matrix of −1 and 1, all labelled 1: R² is `size`, and γ by the last unit vector is 1."""
    X = np.ones((1, 1))
    while len(X) < size:
        X = np.block([[X, X], [-X, X]])
    return Separable(X, np.ones(size), np.eye(size)[-1])


def widest(samples: Separable) -> Floats:
    """The unit vector with the largest least margin: it points to the nearest point of the hull of the rows yᵢxᵢ.

    Weights α ≥ 0 that minimise ‖∑ αᵢyᵢxᵢ‖² + (∑ α − 1)² are a multiple of those of that point.

    Raises MissingExtraError without SciPy.
    """
    try:
        from scipy.optimize import nnls
    except ImportError as error:
        raise MissingExtraError(
            "the largest margin is found by SciPy, which is missing: pip install 'symnn[fit]'"
        ) from error
    signed = samples.y[:, None] * samples.X
    rows = np.vstack([signed.T, np.ones(len(signed))])
    weights, _ = nnls(rows, np.eye(len(rows))[-1])
    u: Floats = signed.T @ weights
    return u / np.linalg.norm(u)


def _trial(update: Update, samples: Separable) -> Trial:
    squared = samples.radius**2
    drawn, least = (squared / samples.margin(u) ** 2 for u in (samples.drawn_by, widest(samples)))
    learned = _learned(update, samples, cap=int(drawn) + 2)
    return Trial(sum(learned.updates), learned.ended, drawn, least)


def _learned(update: Update, samples: Separable, cap: int) -> Learned:
    """The offset of the update is the weight of the last entry."""
    return learn(update, samples.X[:, :-1], samples.y, cap)


def _plot(trials: list[Trial], ratios: dict[str, Any]) -> Plot:
    bars = []
    for name, found in ratios.items():
        counts, edges = np.histogram(np.log10(found), bins=BINS, range=(-3.0, 0.0))
        bars.append(Bars(name, edges.tolist(), counts.tolist()))
    histogram = Panel(
        "Updates divided by the bound R²/γ²", "log₁₀ of the ratio: at 0 the bound is reached", "sets", bars=bars
    )
    bounds = [trial.least for trial in trials]
    line = [min(bounds), max(bounds)]
    scatter = Panel(
        "Each set",
        "R²/γ² by the largest γ",
        "updates",
        [Curve("the bound", line, line)],
        points=[Points("sets", bounds, [trial.updates for trial in trials])],
        logarithmic=True,
        logarithmic_y=True,
    )
    return Plot("convergence", "Novikoff's bound on the updates of the perceptron", ((histogram, scatter),))
