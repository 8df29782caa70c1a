"""Step sizes C/t and C/√t (B9): on the mean of the commute times, where the answer is known, and on least squares."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, as_float, column
from symnn.learn.datasets import load
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.descent.constant_steps import Problem
from symnn.runs.report import Claim, Comparison, Report

CHAPTER = "step_sizes"
Length = Callable[[int], float]

RULES: Mapping[str, Length] = {"1/t": lambda t: 1 / t, "1/√t": lambda t: 1 / math.sqrt(t), "0.1": lambda _: 0.1}
SMALL: Mapping[str, Length] = {"0.06/t": lambda t: 0.06 / t, "0.06/√t": lambda t: 0.06 / math.sqrt(t)}
ENUMERATED, STEPS, SIDE_BY_SIDE = 5, 2_000, 2_000
LONG, SEEDS, BATCH = 10_000, 2, 2
TIMES = (1, 10, 100, 1_000, 2_000)
LATE = (10, 100, 1_000, 10_000)


def step_sizes(derivations: Derivations) -> Report:
    """What both conditions of Robbins and Monro are for, and what they do not say."""
    report = Report("step-sizes: C/t, C/√t and a constant, by stochastic gradient descent (row B9)")
    _sums(report)
    gradient, after = (derivations.function(CHAPTER, name) for name in ("gradient", "expected_error"))
    minutes = load("commute")["minutes"]
    _enumerated(report, derivations, minutes)
    errors = {name: mean_errors(gradient, minutes, length) for name, length in RULES.items()}
    expected = {name: expected_errors(after, minutes, length) for name, length in RULES.items()}
    _measured(report, errors, expected)
    problem = Problem.of_commute(derivations)
    distances = {name: commute_distances(problem, length) for name, length in SMALL.items()}
    _least_squares(report, problem, distances)
    report.plot(_plot(errors, expected, distances))
    return report


def _sums(report: Report) -> None:
    rows = []
    for name, length in RULES.items():
        lengths = np.array([length(t) for t in range(1, 10**6 + 1)])
        found = [np.cumsum(lengths**power)[[10**2 - 1, 10**4 - 1, 10**6 - 1]] for power in (1, 2)]
        rows.append((name, *(f"{value:.5g}" for values in found for value in values)))
    columns = ("η", "Σ η to 10²", "10⁴", "10⁶", "Σ η² to 10²", "10⁴", "10⁶")
    report.table("the first sum must grow without end, the second one must not", columns, rows)


# --- the mean of samples --------------------------------------------------------------------------------------------


def _moments(minutes: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    mean = sum(minutes, Fraction(0)) / len(minutes)
    return mean, sum(((x - mean) ** 2 for x in minutes), Fraction(0)) / len(minutes)


def _enumerated(report: Report, derivations: Derivations, minutes: Sequence[Fraction]) -> None:
    """The expected squared error with η = 1/t, by all sequences of samples side by side."""
    mean, variance = _moments(minutes)
    report.remark(
        f"The mean of the five commute times is m = {mean}, their variance σ² = {float(variance):g}. Samples of them "
        "are drawn one after the other, from w = 0 on."
    )
    exact, computed = by_all_sequences(derivations.formula(CHAPTER, "gradient"), minutes, ENUMERATED)
    promised = [variance / t for t in range(1, ENUMERATED + 1)]
    found = [
        Comparison(f"t = {t}", *numbers, rounding=1e-11, decimals=4)
        for t, numbers in enumerate(zip(promised, exact, computed, strict=True), start=1)
    ]
    report.compare(f"E(w − m)² with η = 1/t is σ²/t: all {len(minutes) ** ENUMERATED} sequences of samples", found)


def by_all_sequences(gradient: Formula, samples: Sequence[Fraction], steps: int) -> tuple[list[Fraction], list[float]]:
    """E(w − m)² after each step with η = 1/t from w = 0, by the emitted gradient: in fractions, and in float64."""
    mean, _ = _moments(samples)
    sequences = list(product(samples, repeat=steps))
    w, w64 = [Fraction(0)] * len(sequences), np.zeros(len(sequences))
    exact, computed = [], []
    for t, drawn in enumerate(zip(*sequences, strict=True), start=1):
        slopes = column(gradient.exact(w=w, x=drawn))
        w = [here - slope / t for here, slope in zip(w, slopes, strict=True)]
        w64 = w64 - gradient.function_at(w=w64, x=as_float(drawn)) / t
        exact.append(sum(((here - mean) ** 2 for here in w), Fraction(0)) / len(w))
        computed.append(float(np.mean((w64 - float(mean)) ** 2)))
    return exact, computed


def mean_errors(gradient: Callable[..., Any], minutes: Sequence[Fraction], length: Length) -> Floats:
    """The mean squared error after each step, of many runs side by side that draw their own samples."""
    source = np.random.default_rng(0)
    times, mean = np.array(minutes, dtype=float), float(_moments(minutes)[0])
    w, found = np.zeros(SIDE_BY_SIDE), []
    for t in range(1, STEPS + 1):
        w = w - length(t) * gradient(w, source.choice(times, SIDE_BY_SIDE))
        found.append(np.mean((w - mean) ** 2))
    return np.array(found)


def expected_errors(after: Callable[..., Any], minutes: Sequence[Fraction], length: Length) -> Floats:
    """The expected squared error after each step, by the emitted recursion."""
    mean, variance = map(float, _moments(minutes))
    error, found = mean**2, []
    for t in range(1, STEPS + 1):
        error = float(after(e=error, eta=length(t), sigma=math.sqrt(variance)))
        found.append(error)
    return np.array(found)


def _measured(report: Report, errors: Mapping[str, Floats], expected: Mapping[str, Floats]) -> None:
    rows = []
    for name in RULES:
        rows.append((f"η = {name}", *(f"{errors[name][t - 1]:.4g}" for t in TIMES)))
        rows.append(("  expected", *(f"{expected[name][t - 1]:.4g}" for t in TIMES)))
    columns = ("", *(f"t = {t}" for t in TIMES))
    report.table(f"(w − m)² in the mean over {SIDE_BY_SIDE} runs", columns, rows)
    ratios = {name: errors[name][-1] / expected[name][-1] for name in RULES}
    report.compare(
        f"found over expected at t = {STEPS}",
        [
            *(Claim(f"η = {name}", "at least", 0.9, float(ratio)) for name, ratio in ratios.items()),
            *(Claim(f"η = {name}", "at most", 1.1, float(ratio)) for name, ratio in ratios.items()),
        ],
    )
    report.remark(
        "1/√t does not satisfy the second condition, and yet its error falls: the conditions are sufficient, not "
        "necessary. It falls like 1/√t, that of 1/t like 1/t, and that of a constant length to a floor."
    )


# --- least squares --------------------------------------------------------------------------------------------------


def commute_distances(problem: Problem, length: Length) -> Floats:
    """‖W − W*‖ after each step from W = 0 by batches of two, in the mean over the seeds."""
    found = []
    for seed in range(SEEDS):
        source = np.random.default_rng(seed)
        W, distances = np.zeros(problem.X.shape[1]), []
        for t in range(1, LONG + 1):
            batch = source.choice(len(problem.Y), BATCH, replace=False)
            W = W + problem.step(problem.X[batch], W, problem.Y[batch], length(t))
            distances.append(np.linalg.norm(W - problem.optimum))
        found.append(distances)
    return np.asarray(np.mean(found, axis=0))


def _least_squares(report: Report, problem: Problem, distances: Mapping[str, Floats]) -> None:
    rows = [(f"η = {name}", *(f"{found[t - 1]:.3f}" for t in LATE)) for name, found in distances.items()]
    columns = ("", *(f"t = {t}" for t in LATE))
    report.table(f"‖W − W*‖ of least squares by batches of {BATCH}, in the mean over {SEEDS} seeds", columns, rows)
    least = np.linalg.eigvalsh(problem.hessian)[0]
    report.remark(
        f"C/t satisfies both conditions, but with C = 0.06 and the eigenvalue μ = {least:.4f} a part of the order "
        "t^(−Cμ) of the error along its eigenvector is left after t steps: to halve it takes 2^(1/(Cμ)) = "
        f"2^{1 / (0.06 * least):.0f} steps. A larger C diverges at first, since 2/L = 0.15."
    )
    by_root, by_time = distances["0.06/√t"][-1], distances["0.06/t"][-1]
    report.compare(
        f"‖W − W*‖ at t = {LONG}",
        [
            Claim("η = 0.06/√t", "at most", 1.5, float(by_root)),
            Claim("η = 0.06/t", "at least", 3.5, float(by_time)),
        ],
    )


# --- plots ----------------------------------------------------------------------------------------------------------


def _plot(errors: Mapping[str, Floats], expected: Mapping[str, Floats], distances: Mapping[str, Floats]) -> Plot:
    times, late = list(range(1, STEPS + 1)), list(range(1, LONG + 1))
    recursion = [Curve(f"η = {name}, expected", times, values.tolist()) for name, values in expected.items()]
    shown = np.unique(np.geomspace(1, STEPS, 24).astype(int))
    found = [errors[name][t - 1] for name in errors for t in shown]
    samples = Points(f"mean of {SIDE_BY_SIDE} runs", shown.tolist() * len(errors), found)
    mean = Panel(
        "The mean of samples, and what is expected",
        "step",
        "(w − m)²",
        recursion,
        points=[samples],
        logarithmic=True,
        logarithmic_y=True,
    )
    curves = [Curve(f"η = {name}", late, values.tolist()) for name, values in distances.items()]
    squares = Panel("Least squares on the commute table", "step", "‖W − W*‖", curves, logarithmic=True, range=(0, 6))
    return Plot("step_sizes", "Step sizes of stochastic gradient descent", [[mean, squares]])
