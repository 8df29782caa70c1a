"""Likelihood, posterior and risk on data: probability and risk choose the same weights (rows L6, L7 and L8)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, Value, as_float, column, data_matrix, powers
from symnn.learn.datasets import load
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.regression.least_squares import WEIGHTS
from symnn.runs.report import Claim, Comparison, Report, beside

NOISE_VARIANCE = "34231/7140"
"""RSS/N of the commute table: twice the least cost that the book prints."""
DRAWN_SIZES, DRAWS, NOISE = (5, 10, 40), 1_000, 2.0
"""Numbers of samples, how often their noise is drawn, and its deviation."""
DEGREE, SIGMA, NU = 3, Fraction(3, 10), Fraction(2)
"""Of the ten samples of the sine: the degree, and the deviations of noise and prior."""

MINUTES_SIGMA, MINUTES_NU = 10.0, 5.0
"""Of minutes per mile: the deviations of noise and prior."""
STEPS = (0.5, 0.05, 0.005)
FEW = (1, 2, 5)

LINE_SIGMA, LINE_NU = Fraction(4), Fraction(3)
"""Of the line through the commute table: the deviations of noise and prior."""
DRAWN, SEED = 200, 8
FALLS = (0.5, 2.0, 4.5, 8.0)
"""By how much the logarithm of a density has fallen at the level lines."""


def probability(derivations: Derivations) -> Report:
    """Maximum likelihood and least squares, maximum a posteriori and ridge: the same weights by either way."""
    report = Report("probability: likelihood, posterior and risk (rows L6, L7 and L8)")
    _likelihood(report, derivations)
    _drawn_variances(report, derivations)
    _posterior(report, derivations)
    _one_weight(report, derivations)
    _summary(report, derivations)
    return report


def _likelihood(report: Report, derivations: Derivations) -> None:
    """The most likely weights and variance of the commute table, and the slope of −log likelihood about it (L6)."""
    data = load("commute")
    X, y = data_matrix(data, "distance", "weekday"), list(data["minutes"])
    solution, variance = (
        derivations.formula("maximum_likelihood", name) for name in ("by_weights_solution", "variance_value")
    )
    given: dict[str, Value] = {"X": X, "y": y}
    weights, weights64 = column(solution.exact(**given)), solution.computed(sigma=1, **given)
    report.compare("most likely weights: those of least squares", beside("w", WEIGHTS, weights, weights64))
    found = variance.exact(w=weights, **given)[0][0]
    found64 = float(variance.function_at(w=weights64, X=as_float(X), y=as_float(y)))
    report.compare("most likely variance σ̂² = RSS/N", [Comparison("σ̂²", Fraction(NOISE_VARIANCE), found, found64)])
    slope = derivations.function("maximum_likelihood", "by_deviation_gradient")
    best = math.sqrt(found64)
    at = {factor: float(slope(factor * best, as_float(y), as_float(X), weights64)) for factor in (0.9, 1.0, 1.1)}
    report.compare(
        "∂/∂σ of −log likelihood: it falls before σ̂ and rises behind",
        [
            Claim("at 0.9 σ̂", "at most", -0.1, at[0.9]),
            Claim("size at σ̂", "at most", 1e-12, abs(at[1.0])),
            Claim("at 1.1 σ̂", "at least", 0.1, at[1.1]),
        ],
    )


def _drawn_variances(report: Report, derivations: Derivations) -> None:
    """The mean of σ̂² over many draws of the noise: (N − d)/N of the noise's variance (L6)."""
    solution, variance = (
        derivations.function("maximum_likelihood", name) for name in ("by_weights_solution", "variance_value")
    )
    random = np.random.default_rng(SEED)
    rows, apart = [], []
    for size in DRAWN_SIZES:
        X, w = random.normal(size=(size, 3)), random.normal(size=3)
        drawn = X @ w + NOISE * random.normal(size=(DRAWS, size))
        found = np.array([variance(y, X, solution(NOISE, y, X)) for y in drawn]) / NOISE**2
        least, error = (size - 3) / size, math.sqrt(2 * (size - 3) / DRAWS) / size
        rows.append([str(size), f"{found.mean():.4f}", f"{least:.4f}", f"{found.mean() * size / (size - 3):.4f}"])
        apart.append(abs(found.mean() - least) / error)
    report.table(
        f"three weights, {DRAWS:,} draws of the noise: means of σ̂²/σ²",
        ["N", "σ̂²/σ²", "(N − 3)/N", "RSS/((N − 3)σ²)"],
        rows,
    )
    report.compare(
        "distance from (N − 3)/N", [Claim("largest, in standard errors of the mean", "at most", 4, max(apart))]
    )
    report.remark("The most likely variance is too small in the mean, the more so the fewer samples there are.")


def _posterior(report: Report, derivations: Derivations) -> None:
    """The most probable weights are those of ridge; what is dropped is a constant, and no factor (L7)."""
    data = load("polynomial")
    X, y, lam = powers(data["x"], DEGREE), list(data["t"]), SIGMA**2 / NU**2
    posterior, ridge = derivations.solution("maximum_a_posteriori"), derivations.solution("ridge")
    given: dict[str, Value] = {"X": X, "y": y, "sigma": SIGMA, "nu": NU}
    weights = column(posterior.exact(**given))
    report.compare(
        f"degree {DEGREE}, σ = {SIGMA}, ν = {NU}: most probable weights, ridge with λ = σ²/ν² = {lam}",
        beside("w", column(ridge.exact(X=X, y=y, lam=lam)), weights, posterior.computed(**given), rounding=1e-12,
               decimals=6),
    )  # fmt: skip
    value, cost = derivations.objective("maximum_a_posteriori"), derivations.objective("ridge")
    free = derivations.solution("least_squares").exact(X=X, y=y)
    places = {"most probable": weights, "most likely": column(free), "zero": [Fraction(0)] * len(weights)}
    rows, differences, ratios = [], [], []
    for name, w in places.items():
        less = float(value.computed(w=w, **given))
        penalised = float(cost.computed(X=X, y=y, w=w, lam=lam)) / float(SIGMA**2)
        differences.append(less - penalised)
        ratios.append(less / penalised)
        rows.append([name, f"{less:.6f}", f"{penalised:.6f}", f"{differences[-1]:.6f}", f"{ratios[-1]:.3f}"])
    report.table("what is dropped", ["w", "−log posterior", "ridge cost/σ²", "difference", "ratio"], rows)
    report.compare(
        "equal up to a constant, and not proportional",
        [
            Claim("spread of the differences", "at most", 1e-9, float(np.ptp(differences))),
            Claim("spread of the ratios", "at least", 0.1, float(np.ptp(ratios))),
        ],
    )


def _one_weight(report: Report, derivations: Derivations) -> None:
    """The posterior of the minutes per mile: divided by an integral over w, for which no sum can stand (L7)."""
    data = load("commute")
    distance, minutes = (np.asarray(as_float(data[name])) for name in ("distance", "minutes"))
    density = _posterior_density(derivations, distance, minutes)
    sums = {step: sum(density(w) for w in np.arange(-10, 30, step)) for step in STEPS}
    report.table(
        "posterior of the minutes per mile, added up over w from −10 to 30",
        ["step h of w", "Σ p(w)", "Σ p(w) h"],
        [[f"{step:g}", f"{found:.6f}", f"{found * step:.6f}"] for step, found in sums.items()],
    )
    apart = max(abs(found * step - 1) for step, found in sums.items())
    report.compare(
        "p(w) is divided by ∫ dw: a sum over w depends on its step",
        [
            Claim("largest |Σ p(w) h − 1|", "at most", 1e-9, apart),
            Claim("Σ p(w) for the finest step", "at least", 199, sums[STEPS[-1]]),
        ],
    )
    axis = np.linspace(-12, 20, 241)
    prior = np.exp(-(axis**2) / (2 * MINUTES_NU**2)) / math.sqrt(2 * math.pi * MINUTES_NU**2)
    panels = []
    for count in FEW:
        density = _posterior_density(derivations, distance[:count], minutes[:count])
        posterior = np.array([density(float(w)) for w in axis])
        likelihood = posterior / prior
        likelihood = likelihood / np.trapezoid(likelihood, axis)
        drawn = {"prior": prior, "likelihood": likelihood, "posterior": posterior}
        curves = [Curve(name, axis.tolist(), values.tolist()) for name, values in drawn.items()]
        panels.append(Panel(f"{count} sample{'s' if count > 1 else ''}", "minutes per mile", "density", curves))
    report.plot(Plot("probability_posterior", "One weight: prior, likelihood and posterior", [panels]))


def _posterior_density(derivations: Derivations, distance: Floats, minutes: Floats) -> Callable[[float], float]:
    """exp of minus the emitted −log posterior, divided by its integral: that of a normal density, by its height."""
    value, solution = (derivations.function("maximum_a_posteriori", name) for name in ("value", "solution"))
    X, sigma, nu = distance[:, None], MINUTES_SIGMA, MINUTES_NU

    def joint(w: float) -> float:
        return math.exp(-value(sigma, minutes, X, np.array([w]), nu))

    precision = float(distance @ distance) / sigma**2 + 1 / nu**2
    whole = joint(float(solution(sigma, minutes, X, nu)[0])) * math.sqrt(2 * math.pi / precision)
    return lambda w: joint(w) / whole


def _summary(report: Report, derivations: Derivations) -> None:
    """Empirical and structural risk beside likelihood and posterior, on the line through the commute table (L8)."""
    data = load("commute")
    X, y = data_matrix(data, "distance"), list(data["minutes"])
    lam = LINE_SIGMA**2 / LINE_NU**2
    risks = {
        "empirical risk": column(derivations.solution("least_squares").exact(X=X, y=y)),
        "structural risk": column(derivations.solution("ridge").exact(X=X, y=y, lam=lam)),
    }
    densities = {
        "likelihood": (f"σ = {LINE_SIGMA}", derivations.solution("maximum_likelihood")),
        "posterior": (f"σ = {LINE_SIGMA}, ν = {LINE_NU}", derivations.solution("maximum_a_posteriori")),
    }
    best = {name: ", ".join(f"{float(weight):.4f}" for weight in weights) for name, weights in risks.items()}
    report.table(
        f"the 2×2 summary, with λ = σ²/ν² = {lam}: least risk, greatest probability",
        ["", "risk", "probability", "intercept, slope"],
        [
            ["y ~ N(Xw, σ²I)", "empirical: ½‖y − Xw‖²", "likelihood", best["empirical risk"]],
            ["and w ~ N(0, ν²I)", "structural: + ½λ‖w‖²", "posterior", best["structural risk"]],
        ],
        justify="left",
    )
    given: dict[str, Value] = {"X": X, "y": y, "sigma": LINE_SIGMA, "nu": LINE_NU}
    for (risk, weights), (density, (given_words, solution)) in zip(risks.items(), densities.items(), strict=True):
        report.compare(
            f"least {risk}, and greatest {density} with {given_words}",
            beside("w", weights, column(solution.exact(**given)), solution.computed(**given), rounding=1e-12),
        )
        gradient = derivations.formula("risk_and_likelihood", f"{density}_gradient")
        report.compare(
            f"gradient of −log {density} there",
            beside("∇", ["0"] * 2, column(gradient.exact(w=weights, **given)), gradient.computed(w=weights, **given),
                   rounding=1e-12),
        )  # fmt: skip
    arrays = {name: as_float(each) for name, each in given.items()} | {"lam": float(lam)}
    functions = _functions(derivations, arrays)
    drawn = np.random.default_rng(SEED).normal(scale=8, size=(DRAWN, 2))
    orders = {name: np.argsort([function(w) for w in drawn]) for name, function in functions.items()}
    apart = {
        f"{risk} and {density}": int(np.sum(orders[risk] != orders[density]))
        for risk, density in zip(risks, densities, strict=True)
    }
    report.compare(
        f"{DRAWN} random w by risk and by −log density: places in another order",
        [Claim(what, "at most", 0, count) for what, count in apart.items()],
    )
    report.plot(_level_lines(functions, {**risks, **dict(zip(densities, risks.values(), strict=True))}))


def _functions(derivations: Derivations, given: Mapping[str, Any]) -> dict[str, Callable[[Floats], float]]:
    """The risks, and the densities as −log, by the weights; all of them emitted."""
    formulas = {
        "empirical risk": derivations.objective("least_squares"),
        "likelihood": derivations.formula("risk_and_likelihood", "likelihood_value"),
        "structural risk": derivations.objective("ridge"),
        "posterior": derivations.formula("risk_and_likelihood", "posterior_value"),
    }

    def of(formula: Formula) -> Callable[[Floats], float]:
        return lambda w: float(formula.function_at(w=w, **given))

    return {name: of(formula) for name, formula in formulas.items()}


def _level_lines(functions: Mapping[str, Callable[[Floats], float]], best: Mapping[str, Sequence[Fraction]]) -> Plot:
    """Risk and density have the same level lines, about the same point."""
    grid = Grid.of((-8, 18), (2, 13), 79, 67)
    panels = []
    for name, function in functions.items():
        at = np.array(list(map(float, best[name])))
        values = np.array([function(place) for place in grid.places]) - function(at)
        if name.endswith("risk"):
            levels = [fall * float(LINE_SIGMA) ** 2 for fall in FALLS]
        else:
            values, levels = np.exp(-values), [math.exp(-fall) for fall in reversed(FALLS)]
        field = grid.field(values, levels)
        title = f"{name}, above its least" if name.endswith("risk") else f"{name}, over its greatest"
        panels.append(Panel(title, "intercept", "slope", points=[Points("best", [at[0]], [at[1]])], fields=[field]))
    return Plot(
        "probability", "Risk and density: the same level lines, the same best weights", [panels[:2], panels[2:]]
    )
