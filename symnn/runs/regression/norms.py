"""The p-norms in numbers: known values, the limit of large exponents, gradients and unit balls (row B7)."""

from __future__ import annotations

import numpy as np

from symnn.formula import Derivations
from symnn.plots import Curve, Panel, Plot
from symnn.runs.report import Claim, Report

KNOWN = ((1, (3, -4, 5), 12), (2, (3, -4, 12), 13), (3, (3, -4, 5), 6))
"""Exponents, vectors and their norms: 3³ + 4³ + 5³ = 6³."""
VECTOR = np.array([3.0, -4.0, 5.0])
EXPONENTS = (1, 2, 4, 8, 16, 32, 64)
BALLS = (0.5, 1, 1.5, 2, 4)
ROUNDING = 1e-14


def norms(derivations: Derivations) -> Report:
    """p-norms by the exponent: known values, the limit, gradients, the triangle inequality and unit balls (B7)."""
    value = derivations.function("norms", "value")
    report = Report("norms: the p-norm (∑ |vᵢ|^p)^(1/p) by its exponent (row B7)")
    report.compare(
        "known values: distance from them",
        [
            Claim(
                f"‖({', '.join(map(str, vector))})‖, p = {p}: {known}", "at most", ROUNDING, abs(float(found) - known)
            )
            for p, vector, known in KNOWN
            for found in [value(np.array(vector, dtype=float), float(p))]
        ],
    )
    _limit(report, derivations)
    _gradients(report, derivations)
    steps = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    sides = {p: [float(value(v, p)) for v in (*steps, steps[0] + steps[1])] for p in (0.5, 1.0, 2.0)}
    report.table(
        "the triangle inequality: is ‖e₁ + e₂‖ at most ‖e₁‖ + ‖e₂‖?",
        ["p", "‖e₁‖ + ‖e₂‖", "‖e₁ + e₂‖", "at most"],
        [[f"{p:g}", f"{a + b:g}", f"{c:.4f}", "yes" if c <= a + b else "no"] for p, (a, b, c) in sides.items()],
    )
    report.compare("no norm for p = ½", [Claim("‖e₁ + e₂‖ − ‖e₁‖ − ‖e₂‖", "at least", 2 - ROUNDING, sides[0.5][2] - 2)])
    report.plot(_balls(derivations))
    return report


def _limit(report: Report, derivations: Derivations) -> None:
    """The norm lies between the largest entry and n^(1/p) times it."""
    value, largest = derivations.function("norms", "value"), derivations.function("norms", "largest_value")
    top = float(largest(VECTOR))
    found = [float(value(VECTOR, float(p))) for p in EXPONENTS]
    bounds = [len(VECTOR) ** (1 / p) * top for p in EXPONENTS]
    report.table(
        "v = (3, −4, 5): towards the largest entry",
        ["p", "max |vᵢ|", "‖v‖", "n^(1/p) max |vᵢ|"],
        [
            [str(p), f"{top:g}", f"{norm:.9f}", f"{bound:.6f}"]
            for p, norm, bound in zip(EXPONENTS, found, bounds, strict=True)
        ],
    )
    report.compare(
        "max |vᵢ| ≤ ‖v‖ ≤ n^(1/p) max |vᵢ|, and falling with p",
        [
            Claim("least ‖v‖ − max |vᵢ|", "at least", 0, min(norm - top for norm in found)),
            Claim("least n^(1/p) max |vᵢ| − ‖v‖", "at least", 0, min(np.subtract(bounds, found))),
            Claim("largest step from p to 2p", "at most", 0, float(np.diff(found).max())),
            Claim("‖v‖ − max |vᵢ| for p = 64", "at most", 1e-7, found[-1] - top),
        ],
    )


def _gradients(report: Report, derivations: Derivations) -> None:
    """Of each gradient: its product with v, its norm for the exponent p/(p − 1), and central differences."""
    value, gradient = (derivations.function("norms", name) for name in ("value", "gradient"))
    rows, products, duals, apart = [], [], [], []
    for p in (1.5, 2.0, 3.0, 10.0):
        slope, norm = gradient(VECTOR, p), float(value(VECTOR, p))
        step = 1e-5 * np.eye(len(VECTOR))
        differences = [(value(VECTOR + e, p) - value(VECTOR - e, p)) / 2e-5 for e in step]
        dual = float(value(slope, p / (p - 1)))
        products.append(abs(float(slope @ VECTOR) - norm) / norm)
        duals.append(abs(dual - 1))
        apart.append(float(np.abs(slope - differences).max()))
        rows.append(
            [
                f"{p:g}",
                ", ".join(f"{entry:.4f}" for entry in slope),
                f"{slope @ VECTOR:.6f}",
                f"{norm:.6f}",
                f"{dual:.6f}",
            ]
        )
    report.table("gradients at v = (3, −4, 5)", ["p", "∇‖v‖", "∇‖v‖ · v", "‖v‖", "dual norm of ∇‖v‖"], rows)
    report.compare(
        "largest errors",
        [
            Claim("∇‖v‖ · v = ‖v‖, relative", "at most", ROUNDING, max(products)),
            Claim("dual norm 1", "at most", ROUNDING, max(duals)),
            Claim("central differences", "at most", 1e-9, max(apart)),
        ],
    )


def _balls(derivations: Derivations) -> Plot:
    """The vectors of norm 1, and the norm of one vector by p."""
    value, largest = derivations.function("norms", "value"), derivations.function("norms", "largest_value")
    angles = np.linspace(0, 2 * np.pi, 361)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lengths = {f"p = {p:g}": [float(value(v, p)) for v in directions] for p in BALLS}
    lengths["p = ∞"] = [float(largest(v)) for v in directions]
    balls = [Curve(label, *(directions / np.array(norm)[:, None]).T.tolist()) for label, norm in lengths.items()]
    exponents = np.linspace(0.8, 12, 113)
    by_p = [
        Curve("‖v‖", exponents.tolist(), [float(value(VECTOR, p)) for p in exponents]),
        Curve("max |vᵢ|", [0.8, 12], [float(largest(VECTOR))] * 2),
    ]
    panels = [
        Panel("‖v‖ = 1", "v₁", "v₂", balls, equal=True),
        Panel("v = (3, −4, 5)", "p", "", by_p),
    ]
    return Plot("norms", "Unit balls, and the norm by its exponent", [panels])
