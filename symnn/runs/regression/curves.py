"""Curve fitting by polynomials of degrees 0 to 9: printed coefficients, over-fitting, and what float64 loses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, as_float, column, combined, powers
from symnn.learn.datasets import Columns, load, noisy_sine
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.report import Claim, Comparison, Report, beside

PRINTED_COEFFICIENTS = {
    0: ".19",
    1: ".82 -1.27",
    3: ".31 7.99 -25.43 17.37",
    9: ".35 232.37 -5321.83 48568.31 -231639.30 640042.26 -1061800.52 1042400.18 -557682.99 125201.43",
}
TWO_DECIMALS = Fraction(1, 200)
SIX_DECIMALS = Fraction("0.13")
"""How far the printed degree 9 may be off: t is known to six decimals, and the coefficients are up to a million."""
POWER_SUMS = ("10", "5", "95/27", "25/9", "5111/2187")
"""Σ (i/9)ᵏ over i = 0, …, 9 for k = 0, …, 4, from the sums of the powers of 0, …, 9."""

NOISE = 0.3
TEST_SIZE, TEST_SEED = 100, 2006
GRID = np.linspace(0, 1, 201)


def polynomial(derivations: Derivations) -> Report:
    """Curve fitting by polynomials of degrees 0 to 9 (L3, L4, B5), and what float64 loses at degree 9."""
    data = load("polynomial")
    closed_form = derivations.solution("polynomial")
    report = Report("polynomial: least squares fits of ten samples (rows L3, L4 and B5)")
    report.remark(
        "Degree 9 passes through all ten samples. t is known to six decimals, so its printed coefficients agree within "
        f"{float(SIX_DECIMALS)} only; the others agree to the two decimals printed."
    )
    for degree, printed in PRINTED_COEFFICIENTS.items():
        Phi, t = powers(data["x"], degree), list(data["t"])
        tolerance, rounding = (SIX_DECIMALS, float(SIX_DECIMALS)) if degree == 9 else (TWO_DECIMALS, 1e-10)
        exact, computed = column(closed_form.exact(Phi=Phi, t=t)), closed_form.computed(Phi=Phi, t=t)
        report.compare(f"degree {degree}", beside("w", printed.split(), exact, computed, tolerance, rounding, 2))
    _normal_equations(report, derivations, data)
    _errors_by_degree(report, closed_form, data)
    _digits_lost(report, closed_form, data)
    report.plot(_fits(closed_form, data))
    return report


def held_out_samples() -> Columns:
    """A test set of our own, drawn like the sample: the source does not print one."""
    return noisy_sine(TEST_SIZE, noise=NOISE, seed=TEST_SEED)


def root_mean_square(data: Columns, weights: Sequence[Fraction]) -> float:
    """E_RMS = √(2E/N), with E half the sum of the squared errors: exact up to the root."""
    X = powers(data["x"], len(weights) - 1)
    errors = [found - t for found, t in zip(combined(X, weights), data["t"], strict=True)]
    return math.sqrt(sum((error * error for error in errors), Fraction(0)) / len(errors))


def fit_panel(title: str, data: Columns, weights: Floats) -> Panel:
    """Samples, the sine that they were drawn from, and the polynomial with the given coefficients."""
    curves = [
        Curve("sin(2πx)", GRID.tolist(), np.sin(2 * np.pi * GRID).tolist()),
        Curve("fit", GRID.tolist(), np.polynomial.polynomial.polyval(GRID, weights).tolist()),
    ]
    samples = Points("samples", list(map(float, data["x"])), list(map(float, data["t"])))
    return Panel(title, "x", "t", curves, range=(-1.6, 1.6), points=[samples])


def _normal_equations(report: Report, derivations: Derivations, data: Columns) -> None:
    """A_ij = Σ xₙ^(i+j) is the Hessian, and r_i = Σ xₙ^i tₙ minus the gradient at zero; the book's form is the same."""
    Phi, t, zero = powers(data["x"], 2), list(data["t"]), [Fraction(0)] * 3
    hessian, gradient = (derivations.formula("polynomial", name) for name in ("hessian", "gradient"))
    A, A64 = hessian.exact(Phi=Phi, w=zero, t=t), hessian.computed(Phi=Phi, w=zero, t=t)
    entries = [(row, place) for row in range(3) for place in range(row, 3)]
    report.compare(
        "A_ij = Σ xₙ^(i+j), degree 2",
        [
            Comparison(f"A[{row},{place}]", Fraction(POWER_SUMS[row + place]), A[row][place], A64[row, place])
            for row, place in entries
        ],
    )
    right = [sum((x**row * value for x, value in zip(data["x"], t, strict=True)), Fraction(0)) for row in range(3)]
    r = [-entry for entry in column(gradient.exact(Phi=Phi, w=zero, t=t))]
    report.compare(
        "r_i = Σ xₙ^i tₙ, degree 2",
        beside("r", right, r, -gradient.computed(Phi=Phi, w=zero, t=t), decimals=6),
    )
    book, ours = derivations.solution("closed_form"), derivations.solution("polynomial")
    report.compare(
        "the book's closed form for X = φ(x), degree 2: the same coefficients",
        beside("w", column(ours.exact(Phi=Phi, t=t)), column(book.exact(X=Phi, Y=t)), book.computed(X=Phi, Y=t),
               rounding=1e-10, decimals=6),
    )  # fmt: skip


def _errors_by_degree(report: Report, closed_form: Formula, data: Columns) -> None:
    samples = {"training": data, "test": held_out_samples()}
    errors: dict[str, list[float]] = {name: [] for name in samples}
    for degree in range(10):
        weights = column(closed_form.exact(Phi=powers(data["x"], degree), t=list(data["t"])))
        for name, sample in samples.items():
            errors[name].append(root_mean_square(sample, weights))
    rows = [[str(degree), *(f"{errors[name][degree]:.3f}" for name in samples)] for degree in range(10)]
    report.table("E_RMS against degree", ["degree", *samples], rows)
    report.remark(
        f"Test set: {TEST_SIZE} samples of sin(2πx) with normal noise of standard deviation {NOISE}, x even on [0, 1], "
        f"seed {TEST_SEED}. It is our own: the source does not print one."
    )
    report.compare(
        "over-fitting",
        [
            Claim("training E_RMS of degree 9", "at most", 1e-6, errors["training"][9]),
            Claim("test E_RMS of degree 9", "at least", 1, errors["test"][9]),
            Claim("test E_RMS of degrees 3 to 8, the worst", "at most", 0.4, max(errors["test"][3:9])),
        ],
    )
    degrees = list(map(float, range(10)))
    curves = [Curve(name, degrees, found) for name, found in errors.items()]
    report.plot(
        Plot(
            "polynomial_errors",
            "Root mean square error by degree",
            [[Panel("over-fitting", "degree", "E_RMS", curves, ticks=[str(degree) for degree in range(10)])]],
        )
    )


def _digits_lost(report: Report, closed_form: Formula, data: Columns) -> None:
    """Ways to solve degree 9 in float64, with how many digits of the exact coefficients each keeps."""
    Phi, t = powers(data["x"], 9), list(data["t"])
    exact = column(closed_form.exact(Phi=Phi, t=t))
    A, b = np.asarray(as_float(Phi)), np.asarray(as_float(t))
    Q, R = np.linalg.qr(A)
    ways = {
        "emitted code": closed_form.computed(Phi=Phi, t=t),
        "QR: R w = Qᵀt": np.linalg.solve(R, Q.T @ b),
        "lstsq": np.linalg.lstsq(A, b)[0],
        "solve(ΦᵀΦ, Φᵀt)": np.linalg.solve(A.T @ A, A.T @ b),
    }
    rows = []
    for name, found in ways.items():
        worst = max(float(abs((Fraction(float(w)) - e) / e)) for w, e in zip(found, exact, strict=True))
        digits = max(0.0, -math.log10(worst)) if worst else 16.0
        rows.append([name, f"{worst:.1e}", f"{digits:.0f}"])
    report.table("degree 9 in float64", ["way", "relative error", "digits kept"], rows)
    report.remark(
        f"The condition number of Φ is {np.linalg.cond(A):.1e}, that of ΦᵀΦ is its square, "
        f"{np.linalg.cond(A) ** 2:.1e}. float64 has 16 digits: the normal equations lose twice as many as QR does."
    )


def _fits(closed_form: Formula, data: Columns) -> Plot:
    """The fits of the printed degrees above their residuals."""
    x, t = np.asarray(as_float(data["x"])), np.asarray(as_float(data["t"]))
    fits, residuals = [], []
    for degree in PRINTED_COEFFICIENTS:
        weights = closed_form.computed(Phi=powers(data["x"], degree), t=list(data["t"]))
        fits.append(fit_panel(f"degree {degree}", data, weights))
        apart = t - np.polynomial.polynomial.polyval(x, weights)
        residuals.append(
            Panel(f"residuals, degree {degree}", "x", "t − fit", [Curve("", [0, 1], [0, 0])],
                  range=(-1.2, 1.2), points=[Points("", x.tolist(), apart.tolist())])
        )  # fmt: skip
    return Plot("polynomial", "Polynomials fitted to ten samples of a sine with noise", [fits, residuals])
