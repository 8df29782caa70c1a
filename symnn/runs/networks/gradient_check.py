"""Gradient checking (S12): errors of differences by ε, the best ε beside its prediction, and wrong gradients caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.minimise import Objective
from symnn.plots import Curve, Panel, Plot
from symnn.runs.networks.network_objective import network_objective
from symnn.runs.report import Claim, Report

CHAPTER = "gradient_checking"
DIRECTIONS = 40
DISTANCES = np.logspace(-13, 0, 53)
UNIT = float(np.finfo(np.float64).eps) / 2
"""How far a number may be from the nearest one in float64, relative to it."""


@dataclass(frozen=True)
class Differences:
    """The emitted differences and best distances of the chapter."""

    one_sided: Callable[..., Any]
    central: Callable[..., Any]
    best_one_sided: Callable[..., Any]
    best_central: Callable[..., Any]

    @classmethod
    def of(cls, derivations: Derivations) -> Differences:
        names = ("one_sided", "central", "best_one_sided", "best_central")
        return cls(*(derivations.function(CHAPTER, name) for name in names))

    def along(self, objective: Objective, w: Floats, direction: Floats, epsilon: float) -> tuple[float, float]:
        """The one-sided and the central difference of the values."""
        here, ahead, back = (objective.value(w + sign * epsilon * direction) for sign in (0, 1, -1))
        one_sided = self.one_sided(epsilon=epsilon, ahead=ahead, here=here)
        return float(one_sided), float(self.central(epsilon=epsilon, ahead=ahead, back=back))


@dataclass(frozen=True)
class Errors:
    """Errors by ε, the median over directions, of both differences; the best ε as found and as predicted."""

    one_sided: Floats
    central: Floats
    predicted_one_sided: float
    predicted_central: float

    @property
    def best_one_sided(self) -> float:
        return float(DISTANCES[np.argmin(self.one_sided)])

    @property
    def best_central(self) -> float:
        return float(DISTANCES[np.argmin(self.central)])


def gradient_check(derivations: Derivations) -> Report:
    """Differences of the value of a network, beside its emitted gradient."""
    objective, w = network_objective(derivations)
    differences = Differences.of(derivations)
    errors = errors_by_distance(objective, w, differences)
    report = Report("gradient-check: a network's gradient, beside differences (row S12)")
    _table(report, errors)
    _slopes(report, errors)
    _best(report, errors)
    _wrong(report, objective, w, differences, errors.predicted_central)
    report.plot(_plot(errors))
    return report


def errors_by_distance(objective: Objective, w: Floats, differences: Differences) -> Errors:
    """Errors along random directions of length 1, where the emitted gradient is taken for right."""
    random = np.random.default_rng(12)
    directions = random.normal(size=(DIRECTIONS, len(w)))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    gradient = objective.gradient(w)
    found = np.array(
        [
            [np.abs(np.array(differences.along(objective, w, p, epsilon)) - gradient @ p) for epsilon in DISTANCES]
            for p in directions
        ]
    )
    one_sided, central = np.median(found, axis=0).T
    second, third = np.median([np.abs(higher(objective, w, p)) for p in directions], axis=0)
    delta = UNIT * abs(objective.value(w))
    return Errors(
        one_sided,
        central,
        float(differences.best_one_sided(M=float(second), delta=delta)),
        float(differences.best_central(M=float(third), delta=delta)),
    )


def higher(objective: Objective, w: Floats, p: Floats) -> tuple[float, float]:
    """The second and the third derivative along p: by the emitted Hessian product, and by differences of it."""
    second, ahead, back = (objective.hvp(w + shift * p, p) @ p for shift in (0.0, 1e-4, -1e-4))
    return float(second), float(ahead - back) / 2e-4


def slope(errors: Floats, low: float, high: float) -> float:
    """The exponent k of an error like εᵏ, by least squares on logarithms between two distances."""
    chosen = (low <= DISTANCES) & (high >= DISTANCES)
    return float(np.polyfit(np.log(DISTANCES[chosen]), np.log(errors[chosen]), 1)[0])


def _table(report: Report, errors: Errors) -> None:
    rows = [
        (f"{DISTANCES[place]:.0e}", f"{errors.one_sided[place]:.1e}", f"{errors.central[place]:.1e}")
        for place in range(0, len(DISTANCES), 4)
    ]
    report.table(f"median error over {DIRECTIONS} directions", ("ε", "one-sided", "central"), rows)


def _slopes(report: Report, errors: Errors) -> None:
    one_sided, central = slope(errors.one_sided, 1e-6, 1e-2), slope(errors.central, 1e-3, 1e-1)
    rounding = slope(errors.central, 1e-13, 1e-8)
    report.compare(
        "the error is like a power of ε: 1 and 2, and −1 where round-off decides",
        [
            Claim("one-sided: distance of the power from 1", "at most", 0.05, abs(one_sided - 1)),
            Claim("central: distance of the power from 2", "at most", 0.05, abs(central - 2)),
            Claim("central, ε ≤ 1e-8: distance of the power from −1", "at most", 0.1, abs(rounding + 1)),
        ],
    )


def _best(report: Report, errors: Errors) -> None:
    rows = [
        (
            "one-sided",
            f"{errors.best_one_sided:.1e}",
            f"{errors.predicted_one_sided:.1e}",
            f"{errors.one_sided.min():.1e}",
        ),
        ("central", f"{errors.best_central:.1e}", f"{errors.predicted_central:.1e}", f"{errors.central.min():.1e}"),
    ]
    report.table("the best ε", ("difference", "found", "predicted", "least error"), rows)
    apart = [
        abs(np.log10(errors.best_one_sided / errors.predicted_one_sided)),
        abs(np.log10(errors.best_central / errors.predicted_central)),
    ]
    report.compare(
        "found and predicted are of one order",
        [
            Claim("one-sided: |log₁₀ found/predicted|", "at most", 0.7, float(apart[0])),
            Claim("central: |log₁₀ found/predicted|", "at most", 0.7, float(apart[1])),
            Claim("central: least error", "at most", 1e-9, float(errors.central.min())),
        ],
    )
    report.remark(
        "Predicted are √(4δ/|J″|) and ∛(3δ/|J‴|), where δ = 1.1e-16 |J| is how far a value is off at most by its last "
        "rounding alone, J″ along a direction is found by the emitted Hessian product, and J‴ by differences of that."
    )


def _wrong(report: Report, objective: Objective, w: Floats, differences: Differences, epsilon: float) -> None:
    """Each entry beside its central difference at the predicted ε: of the right gradient, and of wrong ones."""
    right = objective.gradient(w)
    found = np.array([differences.along(objective, w, p, epsilon)[1] for p in np.eye(len(w))])
    one = right.copy()
    one[np.argmax(np.abs(right))] *= 1 + 1e-6
    samples = len(objective.given["X"])
    parts = objective.packing.unpack(w)
    penalty = {name: part * objective.given["lam"] * (part.ndim == 2) for name, part in parts.items()}
    gradients = {
        "as emitted": right,
        "one entry off by a millionth of it": one,
        "all of it off by a millionth": right * (1 + 1e-6),
        "without the penalty": right - objective.packing.pack(penalty),
        "a sum for the mean": right * samples,
        "with the other sign": -right,
    }
    off = {name: float(np.linalg.norm(claimed - found) / np.linalg.norm(found)) for name, claimed in gradients.items()}
    report.table(
        f"all {len(w)} entries beside central differences at ε = {epsilon:.1e}",
        ("gradient", "‖gradient − differences‖/‖differences‖"),
        [(name, f"{value:.1e}") for name, value in off.items()],
    )
    claims = [Claim("as emitted", "at most", 1e-8, off["as emitted"])]
    claims += [Claim(name, "at least", 1e-7, value) for name, value in off.items() if name != "as emitted"]
    report.compare("a wrong gradient is told from a right one", claims)


def _plot(errors: Errors) -> Plot:
    distances = DISTANCES.tolist()
    curves = [
        Curve("one-sided", distances, errors.one_sided.tolist()),
        Curve("central", distances, errors.central.tolist()),
    ]
    for name, predicted, values in (
        ("√(4δ/|J″|)", errors.predicted_one_sided, errors.one_sided),
        ("∛(3δ/|J‴|)", errors.predicted_central, errors.central),
    ):
        curves.append(Curve(name, [predicted, predicted], [values.min(), values.max()]))
    panel = Panel(
        "round-off left, truncation right",
        "ε",
        "median error of the derivative",
        curves,
        logarithmic=True,
        logarithmic_y=True,
    )
    return Plot("gradient_check", "Differences beside an emitted gradient", [[panel]])
