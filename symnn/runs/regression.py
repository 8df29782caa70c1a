"""Regression runs: derived closed forms on the commute table and the curve-fitting sample, beside printed numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.learn.datasets import Columns, load, noisy_sine
from symnn.runs.formula import Derivations, Formula, as_float, column, combined, data_matrix, powers
from symnn.runs.report import Comparison, Report

Floats = NDArray[np.float64]

COMMUTE_WEIGHTS = ("2897/476", "1555/238", "431/204")
COMMUTE_PREDICTIONS = ("36899/1428", "49961/1428", "6007/476", "15056/357", "11605/476")
COMMUTE_COST = "34231/14280"

PRINTED_COEFFICIENTS = {
    0: ".19",
    1: ".82 -1.27",
    3: ".31 7.99 -25.43 17.37",
    9: ".35 232.37 -5321.83 48568.31 -231639.30 640042.26 -1061800.52 1042400.18 -557682.99 125201.43",
}
PRINTED_RIDGE = {
    "10": ".13 -.05 -.06 -.05 -.03 -.02 -.01 -.00 .00 .01",
    "1.0374e-7": ".35 4.74 -.77 -31.97 -3.89 55.28 41.32 -45.95 -91.53 72.68",
}
RIDGE_HEADINGS = {"10": "printed for ln λ = 0", "1.0374e-7": "printed for ln λ = −18"}
TWO_DECIMALS = Fraction(1, 200)
FIVE_DIGITS = Fraction(1, 100)
"""How far the printed ridge coefficients may be off where the penalty itself is known to five digits."""
SIX_DECIMALS = Fraction("0.13")
"""How far the printed degree 9 may be off: t is known to six decimals, and the coefficients are up to a million."""

NOISE = 0.3
TEST_SIZE, TEST_SEED = 100, 2006
SAMPLE_SIZES, SAMPLE_SEED = (15, 100), 15


def commute(derivations: Derivations) -> Report:
    """Minutes to work by distance and weekday: weights, predictions, least cost and the hat matrix (B1, B2)."""
    data = load("commute")
    X, Y = data_matrix(data, "distance", "weekday"), list(data["minutes"])
    closed_form, cost = derivations.solution("closed_form"), derivations.objective("book_least_squares")
    weights, weights64 = column(closed_form.exact(X=X, Y=Y)), closed_form.computed(X=X, Y=Y)
    report = Report("commute: minutes to work by distance and weekday (rows B1 and B2)")
    report.compare("weights W*", _beside("W", COMMUTE_WEIGHTS, weights, weights64))
    report.compare(
        "predictions Y* = X W*",
        _beside("Y", COMMUTE_PREDICTIONS, combined(X, weights), np.asarray(as_float(X)) @ weights64),
    )
    least = cost.exact(X=X, W=weights, Y=Y)[0]
    least64 = np.atleast_1d(cost.function_at(X=as_float(X), W=weights64, Y=as_float(Y)))
    report.compare("least cost C(W*)", _beside("C", [COMMUTE_COST], least, least64))
    _hat_matrix(report, closed_form, X)
    return report


def _hat_matrix(report: Report, closed_form: Formula, X: list[list[Fraction]]) -> None:
    """H is the matrix with H Y = X W*: its columns are the predictions for the columns of the identity."""
    size = len(X)
    units = [[Fraction(row == place) for row in range(size)] for place in range(size)]
    columns = [combined(X, column(closed_form.exact(X=X, Y=unit))) for unit in units]
    hat = [list(row) for row in zip(*columns, strict=True)]
    hat64 = np.column_stack([np.asarray(as_float(X)) @ closed_form.computed(X=X, Y=unit) for unit in units])
    squared = [combined(hat, values) for values in columns]
    worst = max(
        abs(after - before) for pair in zip(squared, columns, strict=True) for after, before in zip(*pair, strict=True)
    )
    trace = sum((hat[place][place] for place in range(size)), Fraction(0))
    report.compare(
        "hat matrix H, with H Y = X W*",
        [
            Comparison("max |HH − H|", Fraction(0), worst, float(np.abs(hat64 @ hat64 - hat64).max())),
            Comparison("tr H = d + 1", Fraction(3), trace, float(np.trace(hat64))),
        ],
    )


def _beside(
    name: str,
    printed: Sequence[str],
    exact: Sequence[Fraction],
    computed: Sequence[Any] | Floats,
    tolerance: Fraction = Fraction(0),
    rounding: float = 1e-13,
    decimals: int | None = None,
) -> list[Comparison]:
    """One comparison for each entry."""
    names = [name] if len(printed) == 1 else [f"{name}[{place}]" for place in range(len(printed))]
    return [
        Comparison(what, Fraction(expected), found, float(rounded), tolerance, rounding, decimals)
        for what, expected, found, rounded in zip(names, printed, exact, computed, strict=True)
    ]


# --- the polynomial curve -------------------------------------------------------------------------------------------


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
        report.compare(f"degree {degree}", _beside("w", printed.split(), exact, computed, tolerance, rounding, 2))
    _errors_by_degree(report, closed_form, data)
    _digits_lost(report, closed_form, data)
    return report


def root_mean_square(data: Columns, weights: Sequence[Fraction]) -> float:
    """E_RMS = √(2E/N), with E half the sum of the squared errors: exact up to the root."""
    X = powers(data["x"], len(weights) - 1)
    errors = [found - t for found, t in zip(combined(X, weights), data["t"], strict=True)]
    return math.sqrt(sum((error * error for error in errors), Fraction(0)) / len(errors))


def _errors_by_degree(report: Report, closed_form: Formula, data: Columns) -> None:
    test = noisy_sine(TEST_SIZE, noise=NOISE, seed=TEST_SEED)
    rows = []
    for degree in range(10):
        weights = column(closed_form.exact(Phi=powers(data["x"], degree), t=list(data["t"])))
        rows.append([str(degree), *(f"{root_mean_square(sample, weights):.3f}" for sample in (data, test))])
    report.table("E_RMS against degree", ["degree", "training", "test"], rows)
    report.remark(
        f"Test set: {TEST_SIZE} samples of sin(2πx) with normal noise of standard deviation {NOISE}, x even on [0, 1], "
        f"seed {TEST_SEED}. It is our own: the source does not print one."
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


# --- ridge ----------------------------------------------------------------------------------------------------------


def ridge(derivations: Derivations) -> Report:
    """Degree 9 with the penalty α‖w‖²/2 on all coefficients (L5, B6), and the effect of the size of the sample."""
    data = load("polynomial")
    X, y = powers(data["x"], 9), list(data["t"])
    closed_form, unpenalised = derivations.solution("ridge"), derivations.solution("least_squares")
    report = Report("ridge: degree 9 with the penalty α‖w‖²/2 on all coefficients (rows L5 and B6)")
    report.compare(
        "printed for ln λ = −∞: α = 0",
        _beside(
            "w",
            PRINTED_COEFFICIENTS[9].split(),
            column(unpenalised.exact(X=X, y=y)),
            unpenalised.computed(X=X, y=y),
            SIX_DECIMALS,
            float(SIX_DECIMALS),
            2,
        ),
    )
    for penalty, printed in reversed(PRINTED_RIDGE.items()):
        alpha, tolerance = Fraction(penalty), TWO_DECIMALS if penalty == "10" else FIVE_DIGITS
        exact, computed = column(closed_form.exact(X=X, y=y, lam=alpha)), closed_form.computed(X=X, y=y, lam=alpha)
        heading = f"{RIDGE_HEADINGS[penalty]}: reproduced by α = {penalty}"
        report.compare(heading, _beside("w", printed.split(), exact, computed, tolerance, 1e-4, 2))
    report.remark(
        "What is printed for ln λ = 0 is not α = λ = 1 but α = Nλ = 10, the penalty of a mean over N = 10 samples. "
        f"What is printed for ln λ = −18 is α = 1.0374e-7, where λ = {math.exp(-18):.4e} and Nλ = "
        f"{10 * math.exp(-18):.4e}."
    )
    _errors_by_penalty(report, closed_form, data)
    _errors_by_size(report, closed_form, unpenalised, data)
    return report


def _errors_by_penalty(report: Report, closed_form: Formula, data: Columns) -> None:
    test = noisy_sine(TEST_SIZE, noise=NOISE, seed=TEST_SEED)
    rows = []
    for penalty in ("1e-12", "1e-9", "1.0374e-7", "1e-5", "1e-3", "1e-1", "10"):
        weights = column(closed_form.exact(X=powers(data["x"], 9), y=list(data["t"]), lam=Fraction(penalty)))
        rows.append([penalty, *(f"{root_mean_square(sample, weights):.3f}" for sample in (data, test))])
    report.table("E_RMS against the penalty α, degree 9", ["α", "training", "test"], rows)


def _errors_by_size(report: Report, closed_form: Formula, unpenalised: Formula, data: Columns) -> None:
    test = noisy_sine(TEST_SIZE, noise=NOISE, seed=TEST_SEED)
    samples = [data, *(noisy_sine(size, noise=NOISE, seed=SAMPLE_SEED) for size in SAMPLE_SIZES)]
    rows = []
    for sample in samples:
        X, y = powers(sample["x"], 9), list(sample["t"])
        free = column(unpenalised.exact(X=X, y=y))
        held = column(closed_form.exact(X=X, y=y, lam=Fraction("1.0374e-7")))
        rows.append(
            [
                str(len(y)),
                *(f"{root_mean_square(test, weights):.3f}" for weights in (free, held)),
                *(f"{float(max(map(abs, weights))):.1f}" for weights in (free, held)),
            ]
        )
    report.table(
        "effect of the size of the sample, degree 9",
        ["samples", "test E_RMS", "with α = 1.0374e-7", "largest |w|", "with α"],
        rows,
    )
    sizes = " and ".join(map(str, SAMPLE_SIZES))
    report.remark(
        f"The samples of {sizes} are drawn like the test set, with seed {SAMPLE_SEED}; the test set is that of "
        f"{TEST_SIZE} samples with seed {TEST_SEED} and noise {NOISE}. More samples do what the penalty does."
    )
