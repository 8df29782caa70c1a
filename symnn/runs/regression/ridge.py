"""Ridge regression of degree 9: printed coefficients by penalty, two conventions of λ, and what more samples do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from symnn.formula import Derivations, Formula, Value, as_float, column, powers
from symnn.learn.datasets import Columns, load, noisy_sine
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.regression.curves import (
    NOISE,
    PRINTED_COEFFICIENTS,
    SIX_DECIMALS,
    TEST_SEED,
    TEST_SIZE,
    TWO_DECIMALS,
    fit_panel,
    held_out_samples,
    root_mean_square,
)
from symnn.runs.report import Claim, Report, beside

PRINTED_RIDGE = {
    "10": ".13 -.05 -.06 -.05 -.03 -.02 -.01 -.00 .00 .01",
    "1.0374e-7": ".35 4.74 -.77 -31.97 -3.89 55.28 41.32 -45.95 -91.53 72.68",
}
HEADINGS = {"10": "printed for ln λ = 0", "1.0374e-7": "printed for ln λ = −18"}
FIVE_DIGITS = Fraction(1, 100)
"""How far the printed ridge coefficients may be off where the penalty itself is known to five digits."""
SIX_DIGITS = "1.03744e-7"
"""The middle of the penalties that give all ten to two decimals."""
PENALTIES = ("1e-12", "1e-9", "1.0374e-7", "1e-5", "1e-3", "1e-1", "10")
LOGARITHMS = np.linspace(-40, 5, 91)
FIRST_SEEN = -20
"""Coefficients are drawn from this ln α on: below, they are up to a million."""

SAMPLE_SIZES, SAMPLE_SEED = (15, 100), 15
SINGULAR_DEGREE, SINGULAR_PENALTY = 11, Fraction(1, 1000)


def ridge(derivations: Derivations) -> Report:
    """Degree 9 with the penalty α‖w‖²/2 on all coefficients (L5, B6), and the effect of the size of the sample."""
    data = load("polynomial")
    X, y = powers(data["x"], 9), list(data["t"])
    closed_form, unpenalised = derivations.solution("ridge"), derivations.solution("least_squares")
    report = Report("ridge: degree 9 with the penalty α‖w‖²/2 on all coefficients (rows L5 and B6)")
    exact, computed = column(unpenalised.exact(X=X, y=y)), unpenalised.computed(X=X, y=y)
    printed, rounding = PRINTED_COEFFICIENTS[9].split(), float(SIX_DECIMALS)
    report.compare("printed for ln λ = −∞: α = 0", beside("w", printed, exact, computed, SIX_DECIMALS, rounding, 2))
    for penalty, coefficients in reversed(PRINTED_RIDGE.items()):
        alpha, tolerance = Fraction(penalty), TWO_DECIMALS if penalty == "10" else FIVE_DIGITS
        exact, computed = column(closed_form.exact(X=X, y=y, lam=alpha)), closed_form.computed(X=X, y=y, lam=alpha)
        heading = f"{HEADINGS[penalty]}: reproduced by α = {penalty}"
        report.compare(heading, beside("w", coefficients.split(), exact, computed, tolerance, 1e-4, 2))
    ten = map(Fraction, PRINTED_RIDGE["1.0374e-7"].split())
    closer = column(closed_form.exact(X=X, y=y, lam=Fraction(SIX_DIGITS)))
    apart = max(abs(found - must) for found, must in zip(closer, ten, strict=True))
    report.compare(
        f"all ten to two decimals: α = {SIX_DIGITS}, with a digit more",
        [Claim("largest distance from what is printed", "at most", float(TWO_DECIMALS), float(apart))],
    )
    report.remark(
        "What is printed for ln λ = 0 is not α = λ = 1 but α = Nλ = 10, the penalty of a mean over N = 10 samples. "
        f"What is printed for ln λ = −18 is α = 1.0374e-7, where λ = {math.exp(-18):.4e} and Nλ = "
        f"{10 * math.exp(-18):.4e}."
    )
    _mean(report, derivations, data)
    _more_weights_than_samples(report, derivations, data)
    _errors_by_penalty(report, closed_form, data)
    _errors_by_size(report, closed_form, unpenalised, data)
    return report


def _mean(report: Report, derivations: Derivations, data: Columns) -> None:
    """The book's λ for a mean is α/n for a sum."""
    X, y, alpha = powers(data["x"], 3), list(data["t"]), Fraction(10)
    sum_form, mean_form = derivations.solution("ridge"), derivations.solution("book_ridge")
    of_mean: dict[str, Value] = {"X": X, "Y": y, "lam": alpha / len(y)}
    report.compare(
        "the book's mean with λ = α/n beside the sum with α = 10, degree 3",
        beside("w", column(sum_form.exact(X=X, y=y, lam=alpha)), column(mean_form.exact(**of_mean)),
               mean_form.computed(**of_mean), decimals=6),
    )  # fmt: skip


def _more_weights_than_samples(report: Report, derivations: Derivations, data: Columns) -> None:
    """Degree 11 on ten samples: XᵀX is singular, and XᵀX + αI is not."""
    X, y = powers(data["x"], SINGULAR_DEGREE), list(data["t"])
    matrix = np.asarray(as_float(X))
    closed_form, gradient = derivations.solution("ridge"), derivations.formula("ridge", "gradient")
    weights = column(closed_form.exact(X=X, y=y, lam=SINGULAR_PENALTY))
    found = closed_form.computed(X=X, y=y, lam=SINGULAR_PENALTY)
    at_least = gradient.function_at(X=matrix, y=as_float(y), w=found, lam=float(SINGULAR_PENALTY))
    report.compare(
        f"gradient at the solution, degree {SINGULAR_DEGREE} on ten samples, α = {float(SINGULAR_PENALTY):g}",
        beside("∇", ["0"] * len(weights), column(gradient.exact(X=X, y=y, w=weights, lam=SINGULAR_PENALTY)), at_least,
               rounding=1e-11),
    )  # fmt: skip
    smallest = [float(np.linalg.eigvalsh(matrix.T @ matrix + alpha * np.eye(len(weights)))[0])
                for alpha in (0, float(SINGULAR_PENALTY))]  # fmt: skip
    report.compare(
        "smallest eigenvalue: every α > 0 makes the matrix invertible",
        [
            Claim("XᵀX", "at most", 1e-12, smallest[0]),
            Claim("XᵀX + αI", "at least", 0.999 * float(SINGULAR_PENALTY), smallest[1]),
        ],
    )


def _errors_by_penalty(report: Report, closed_form: Formula, data: Columns) -> None:
    samples = {"training": data, "test": held_out_samples()}
    X, y = powers(data["x"], 9), list(data["t"])
    rows = []
    for penalty in PENALTIES:
        weights = column(closed_form.exact(X=X, y=y, lam=Fraction(penalty)))
        rows.append([penalty, *(f"{root_mean_square(sample, weights):.3f}" for sample in samples.values())])
    report.table("E_RMS against the penalty α, degree 9", ["α", *samples], rows)
    report.plot(_path(closed_form, data, samples))


def _path(closed_form: Formula, data: Columns, samples: Mapping[str, Columns]) -> Plot:
    """Coefficients and errors by the logarithm of the penalty, exact where float64 would lose all digits."""
    X, y = powers(data["x"], 9), list(data["t"])
    path = [column(closed_form.exact(X=X, y=y, lam=Fraction(f"{math.exp(place):.1e}"))) for place in LOGARITHMS]
    weights = np.array([list(map(float, found)) for found in path])
    seen = LOGARITHMS >= FIRST_SEEN
    coefficients = [
        Curve(f"w[{place}]", LOGARITHMS[seen].tolist(), values.tolist()) for place, values in enumerate(weights[seen].T)
    ]
    printed = {math.log(float(penalty)): words.split() for penalty, words in PRINTED_RIDGE.items()}
    points = Points(
        "printed",
        [place for place, words in printed.items() for _ in words],
        [float(word) for words in printed.values() for word in words],
    )
    errors = []
    for name, sample in samples.items():
        apart = weights @ np.asarray(as_float(powers(sample["x"], 9))).T - as_float(sample["t"])
        errors.append(Curve(name, LOGARITHMS.tolist(), np.sqrt(np.mean(apart**2, axis=1)).tolist()))
    panels = [
        Panel("coefficients", "ln α", "w", coefficients, range=(-120, 120), points=[points]),
        Panel("errors", "ln α", "E_RMS", errors),
    ]
    return Plot("ridge_by_penalty", "Degree 9 by the penalty α‖w‖²/2", [panels])


def _errors_by_size(report: Report, closed_form: Formula, unpenalised: Formula, data: Columns) -> None:
    test = held_out_samples()
    samples = [data, *(noisy_sine(size, noise=NOISE, seed=SAMPLE_SEED) for size in SAMPLE_SIZES)]
    rows, sizes = [], []
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
        sizes.append(fit_panel(f"{len(y)} samples, no penalty", sample, unpenalised.computed(X=X, y=y)))
    report.table(
        "effect of the size of the sample, degree 9",
        ["samples", "test E_RMS", "with α = 1.0374e-7", "largest |w|", "with α"],
        rows,
    )
    drawn = " and ".join(map(str, SAMPLE_SIZES))
    report.remark(
        f"The samples of {drawn} are drawn like the test set, with seed {SAMPLE_SEED}; the test set is that of "
        f"{TEST_SIZE} samples with seed {TEST_SEED} and noise {NOISE}. More samples do what the penalty does."
    )
    X, y = powers(data["x"], 9), list(data["t"])
    penalised = [
        fit_panel(f"10 samples, α = {penalty}", data, closed_form.computed(X=X, y=y, lam=Fraction(penalty)))
        for penalty in ("1e-12", "1.0374e-7", "10")
    ]
    report.plot(Plot("ridge", "Degree 9: by the penalty, and by the size of the sample", [penalised, sizes]))
