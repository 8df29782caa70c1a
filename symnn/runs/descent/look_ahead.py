"""How far ahead the gradient is taken (S10): momentum, Nesterov and the wrong sign on a parabola ½aθ².

The emitted update of momentum is called with the gradient at θ − sρv: s = 0 is momentum, s = 1 Nesterov's look-ahead,
s = −1 the printed sign. A step is a linear map of (θ, v), whose spectral radius tells whether it leads to the minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula
from symnn.plots import Curve, Panel, Plot
from symnn.runs.report import Claim, Comparison, Report

Update = Callable[..., Any]

CHAPTER = "momentum"
KEPT = Fraction(9, 10)
WAYS = {0: "momentum", 1: "Nesterov: gradient at θ − ρv", -1: "as printed: gradient at θ + ρv"}
LIMITS = {0: Fraction(19, 5), 1: Fraction(19, 14), -1: Fraction(1, 9)}
"""The largest stable αλ at ρ = 0.9, for each way: 3.8, 1.357 and 0.111."""
SHOWN, STEPS, LAST = 0.2, 60, 15
HALVINGS = 60


def step_matrix(update: Update, a: float, ahead: int, kept: float = float(KEPT)) -> Floats:
    """The step as a matrix of (θ, v), 2×2: the emitted update with α = 1 at (1, 0) and at (0, 1)."""
    columns = []
    for place, velocity in ((1.0, 0.0), (0.0, 1.0)):
        slope = a * (place - ahead * kept * velocity)
        columns.append(np.concatenate(update([place], [slope], [velocity], 1.0, kept)))
    return np.column_stack(columns)


def radius(update: Update, a: float, ahead: int) -> float:
    """The largest absolute value of an eigenvalue: below 1, every start leads to the minimum."""
    return float(np.abs(np.linalg.eigvals(step_matrix(update, a, ahead))).max())


def measured_limit(update: Update, ahead: int) -> float:
    """The αλ at which the spectral radius passes 1, by halving an interval."""
    low, high = 1e-3, 5.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if radius(update, middle, ahead) < 1 else (low, middle)
    return (low + high) / 2


def exact_limit(characteristic: Formula, ahead: int) -> Fraction:
    """The least positive αλ at which p(−1) or 1 − p(0) is zero; both are affine in it."""

    def roots() -> list[Fraction]:
        found = []
        for place, constant in ((-1, 0), (0, 1)):
            at_zero, at_one = (constant - characteristic.exact(z=place, rho=KEPT, a=a, s=ahead)[0][0] for a in (0, 1))
            if at_zero != at_one:
                found.append(at_zero / (at_zero - at_one))
        return found

    return min(root for root in roots() if root > 0)


def look_ahead(derivations: Derivations) -> Report:
    """Stability on a parabola for the three places of the gradient, exactly and by the emitted update."""
    update, characteristic = derivations.function(CHAPTER, "momentum_update"), derivations.objective(CHAPTER)
    report = Report("look-ahead: where the gradient is taken, and how long a step may be (row S10)")
    report.remark(
        "A parabola with curvature λ, learning rate α, momentum ρ = 0.9. A step is stable where both roots of its "
        "characteristic polynomial p are inside the unit circle."
    )
    report.compare(
        "Largest stable αλ",
        [
            Comparison(
                what, LIMITS[ahead], exact_limit(characteristic, ahead), measured_limit(update, ahead), rounding=1e-9
            )
            for ahead, what in WAYS.items()
        ],
    )
    paths = {ahead: _path(update, ahead) for ahead in WAYS}
    rows = [
        (what, f"{radius(update, SHOWN, ahead):.4f}", *(f"{paths[ahead][step]:+.3g}" for step in (10, 30, 60)))
        for ahead, what in WAYS.items()
    ]
    columns = ("", "largest |root|", "θ after 10 steps", "30", "60")
    report.table(f"Descent from θ = 1 with αλ = {SHOWN}", columns, rows)
    far = {ahead: max(map(abs, path[-LAST:])) for ahead, path in paths.items()}
    report.compare(
        f"Largest |θ| of the last {LAST} steps",
        [
            Claim("momentum", "at most", 0.2, far[0]),
            Claim("Nesterov", "at most", 0.001, far[1]),
            Claim("as printed", "at least", 5, far[-1]),
        ],
    )
    report.plot(_drawn(update, paths))
    return report


def _path(update: Update, ahead: int) -> list[float]:
    """θ after each step, from θ = 1 without velocity."""
    kept, found = float(KEPT), [1.0]
    velocity = np.zeros(1)
    for _ in range(STEPS):
        slope = SHOWN * (found[-1] - ahead * kept * velocity)
        place, velocity = update([found[-1]], slope, velocity, 1.0, kept)
        found.append(float(place[0]))
    return found


def _drawn(update: Update, paths: dict[int, list[float]]) -> Plot:
    lengths = np.linspace(0.01, 4, 240)
    radii = [
        Curve(what, lengths.tolist(), [radius(update, length, ahead) for length in lengths])
        for ahead, what in WAYS.items()
    ]
    radii.append(Curve("1", [0, 4], [1, 1]))
    steps = list(range(STEPS + 1))
    descents = [Curve(what, steps, paths[ahead]) for ahead, what in WAYS.items()]
    return Plot(
        "look_ahead",
        "Momentum on a parabola, ρ = 0.9",
        [
            [
                Panel("Stable below 1", "αλ", "largest |root|", radii, range=(0, 1.6)),
                Panel(f"Descent with αλ = {SHOWN}", "step", "θ", descents, range=(-3, 3)),
            ]
        ],
    )
