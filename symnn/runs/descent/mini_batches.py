"""Mini-batches on the commute table: every batch gone through (B10), and a stopping rule that stops too early (B11)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, Rows, Value, column, data_matrix
from symnn.learn.datasets import load
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.descent.constant_steps import Problem, surface
from symnn.runs.report import Claim, Comparison, Report

CHAPTER = "gradient_descent"
START = (Fraction(0), Fraction(0), Fraction(0))
LENGTH, BATCH, SMALL = 0.06, 2, 0.02
SHOWN_SEEDS, SEEDS = 5, 100
FAR, LONG = 1_000, 10_000
KINDS = ("without replacement", "with replacement")


def mini_batches(derivations: Derivations) -> Report:
    """Mean and variance of a batch's gradient, exactly; and a descent by batches that stops far from W*."""
    report = Report("mini-batches: gradients of batches on the commute table (rows B10 and B11)")
    variances = _all_batches(report, derivations.formula(CHAPTER, "gradient"))
    problem = Problem.of_commute(derivations)
    runs = [stopped(problem, seed) for seed in range(SEEDS)]
    _stopping_rule(report, problem, runs)
    report.plot(_plot(problem, variances, runs[:SHOWN_SEEDS]))
    return report


# --- all batches (B10) ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moments:
    """The mean of the gradients of all batches of one size, and their mean squared distance from it."""

    mean: Sequence[Fraction]
    variance: Fraction
    mean64: Floats
    variance64: float


def all_batches(size: int, samples: int, replaced: bool) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every batch as places of its samples, with how many draws in order lead to it."""
    choose = combinations_with_replacement if replaced else combinations
    for batch in choose(range(samples), size):
        yield batch, math.factorial(size) // math.prod(map(math.factorial, Counter(batch).values()))


def moments(gradient: Formula, X: Rows, Y: Sequence[Fraction], size: int, replaced: bool) -> Moments:
    """Mean and variance of a batch's gradient at W = 0."""
    exact, computed, counts = [], [], []
    for batch, count in all_batches(size, len(X), replaced):
        given: dict[str, Value] = {"X": [X[place] for place in batch], "Y": [Y[place] for place in batch], "W": START}
        exact.append(column(gradient.exact(**given)))
        computed.append(gradient.computed(**given))
        counts.append(count)
    mean = [_average(entries, counts) for entries in zip(*exact, strict=True)]
    distances = [sum((entry - m) ** 2 for entry, m in zip(found, mean, strict=True)) for found in exact]
    mean64 = np.average(computed, axis=0, weights=counts)
    distances64 = np.sum((np.array(computed) - mean64) ** 2, axis=1)
    return Moments(mean, _average(distances, counts), mean64, float(np.average(distances64, weights=counts)))


def _average(values: Sequence[Fraction | int], counts: Sequence[int]) -> Fraction:
    return Fraction(sum(count * value for count, value in zip(counts, values, strict=True))) / sum(counts)


def _all_batches(report: Report, gradient: Formula) -> dict[str, list[Moments]]:
    data = load("commute")
    X, Y = data_matrix(data, "distance", "weekday"), list(data["minutes"])
    n = len(X)
    found = {kind: [moments(gradient, X, Y, b, kind == KINDS[1]) for b in range(1, n + 1)] for kind in KINDS}
    whole = found[KINDS[0]][-1].mean
    report.remark(
        f"At W = 0, every batch of the n = {n} samples is gone through: in all orders, and with replacement also with "
        "samples that come more than once."
    )
    mean = [
        Comparison(
            kind,
            Fraction(0),
            max(abs(m - entry) for one in all_sizes for m, entry in zip(one.mean, whole, strict=True)),
            max(float(abs(one.mean64 - np.array(whole, dtype=float)).max()) for one in all_sizes),
            rounding=1e-12,
        )
        for kind, all_sizes in found.items()
    ]
    report.compare(f"how far the mean of the batches' gradients is from ∇C, at most, b = 1 to {n}", mean)
    one_sample, without, replaced = found[KINDS[1]][0].variance, found[KINDS[0]], found[KINDS[1]]
    report.compare(
        "with replacement: b E‖g − ∇C‖² over that of one sample is 1",
        [
            Comparison(f"b = {b}", Fraction(1), b * one.variance / one_sample, b * one.variance64 / float(one_sample))
            for b, one in enumerate(replaced, start=1)
        ],
    )
    report.compare(
        "E‖g − ∇C‖² without over with replacement is (n − b)/(n − 1)",
        [
            Comparison(
                f"b = {b}",
                Fraction(n - b, n - 1),
                one.variance / other.variance,
                one.variance64 / other.variance64,
            )
            for b, (one, other) in enumerate(zip(without, replaced, strict=True), start=1)
        ],
    )
    return found


# --- a rule that stops too early (B11) ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stopped:
    """A descent by batches: all its points, and after how many steps the rule stopped it."""

    path: Floats
    steps: int

    @property
    def end(self) -> Floats:
        return np.asarray(self.path[self.steps])


def stopped(problem: Problem, seed: int, steps: int = 0) -> Stopped:
    """Descend from W = 0 by batches of 2 with η = 0.06/√t until ‖ΔW‖ < 0.02, or on until so many `steps` are done.

    Where the rule does not stop it, that many steps or 10,000 of them are its end.
    """
    source = np.random.default_rng(seed)
    points, end = [np.zeros(problem.X.shape[1])], 0
    for t in range(1, max(steps, LONG) + 1):
        batch = source.choice(len(problem.Y), BATCH, replace=False)
        step = problem.step(problem.X[batch], points[-1], problem.Y[batch], LENGTH / math.sqrt(t))
        points.append(points[-1] + step)
        if not end and np.linalg.norm(step) < SMALL:
            end = t
        if end and t >= steps:
            break
    return Stopped(np.array(points), end or len(points) - 1)


def _distance(problem: Problem, W: Floats) -> float:
    return float(np.linalg.norm(W - problem.optimum))


def _stopping_rule(report: Report, problem: Problem, runs: Sequence[Stopped]) -> None:
    least = problem.cost(problem.optimum)
    rows = []
    for seed, run in enumerate(runs[:SHOWN_SEEDS]):
        length = LENGTH / math.sqrt(run.steps)
        change = float(np.linalg.norm(run.path[run.steps] - run.path[run.steps - 1]))
        later = stopped(problem, seed, LONG).path[-1]
        rows.append(
            (
                str(seed),
                str(run.steps),
                f"{change:.4f}",
                f"{change / length:.2f}",
                f"{np.linalg.norm(problem.gradient(problem.X, run.end, problem.Y)):.2f}",
                f"{_distance(problem, run.end):.2f}",
                f"{problem.cost(run.end) - least:.2f}",
                f"{_distance(problem, later):.2f}",
            )
        )
    report.table(
        f"Batches of {BATCH}, η = {LENGTH}/√t from W = 0, until ‖ΔW‖ < {SMALL}",
        ("seed", "stops at t", "‖ΔW‖", "‖g‖", "‖∇C‖", "‖W − W*‖", "C − C(W*)", f"‖W − W*‖ at {LONG}"),
        rows,
    )
    distances = [_distance(problem, run.end) for run in runs]
    report.remark(
        f"W* is {np.linalg.norm(problem.optimum):.2f} away from the start. The rule stops where one step is small, and "
        "a step is small where η is, or where the two samples of the batch happen to be fitted: g is the gradient of "
        "the batch, ∇C that of the cost. Neither tells how far W* is, to which the descent would still come nearer."
    )
    report.compare(
        f"‖W − W*‖ where the rule stops, over {SEEDS} seeds: about 4",
        [
            Claim("median", "at least", 3.5, float(np.median(distances))),
            Claim("median", "at most", 4.5, float(np.median(distances))),
            Claim("least", "at least", 2.5, min(distances)),
        ],
    )


# --- plots ----------------------------------------------------------------------------------------------------------


def _plot(problem: Problem, variances: dict[str, list[Moments]], runs: Sequence[Stopped]) -> Plot:
    spread = [
        Curve(kind, list(range(1, len(found) + 1)), [one.variance64 for one in found])
        for kind, found in variances.items()
    ]
    of_size = Panel(
        "All batches of the commute table",
        "samples in a batch",
        "E‖g − ∇C‖²",
        spread,
        marked=True,
        ticks=["", *(str(size) for size in spread[0].x)],
    )
    curves, ends = [], []
    for seed, run in enumerate(runs):
        distances = [_distance(problem, W) for W in stopped(problem, seed, FAR).path[1:]]
        curves.append(Curve(f"seed {seed}", list(range(1, len(distances) + 1)), distances))
        ends.append((run.steps, _distance(problem, run.end)))
    stops = Points("the rule stops", *(list(values) for values in zip(*ends, strict=True)))
    away = Panel(
        f"The rule ‖ΔW‖ < {SMALL} stops far from W*",
        "step",
        "‖W − W*‖",
        curves,
        logarithmic=True,
        points=[stops],
        range=(0, 10),
    )
    path = surface(problem, runs[0].path, "seed 0 until it stops")
    return Plot("mini_batches", "Mini-batches on the commute table", [[of_size, path, away]])
