"""The logistic classifier trained by its emitted gradient and by Newton's steps with its emitted Hessian (L12, S7)."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

PER_CLASS, SEED = 60, 5
CENTRE = (1.0, 0.5)
"""Of the cloud labelled 1; that of the other is opposite."""
NEWTON_STEPS, DESCENT_STEPS = 8, 400
DIRECTIONS = 200
PROBABILITIES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
PENALTIES = (1.0, 10.0, 100.0)
STEPS = (10, 100, 1_000, 10_000)
APART = 3.0
HEAVY, FEW = 10_000.0, 20
"""A penalty that leaves no weights but the bias, and of how many points this gives the share."""
CONVERGED = 1e-9


@dataclass(frozen=True)
class Path:
    """What a method went through from w = 0: weights, costs and lengths of the gradient, the start included."""

    weights: list[Floats]
    costs: list[float]
    slopes: list[float]


@dataclass(frozen=True)
class Classifier:
    """The emitted cost of a chapter with its gradient and its Hessian, on one data set."""

    X: Floats
    y: Floats
    value: Callable[..., Any]
    gradient: Callable[..., Any]
    hessian: Callable[..., Any]

    def path(self, step: Callable[[Floats], Floats], count: int) -> Path:
        """Take so many steps from zero; `step` gives what is subtracted."""
        w = np.zeros(self.X.shape[1])
        path = Path([], [], [])
        for place in range(count + 1):
            path.weights.append(w)
            path.costs.append(float(self.value(self.y, self.X, w)))
            path.slopes.append(float(np.linalg.norm(self.gradient(self.y, self.X, w))))
            if place < count:
                w = w - step(w)
        return path

    def newton(self, w: Floats) -> Floats:
        """H⁻¹g."""
        step: Floats = np.linalg.solve(self.hessian(self.y, self.X, w), self.gradient(self.y, self.X, w))
        return step

    def descent(self, w: Floats) -> Floats:
        """g/L: no eigenvalue of XᵀDX is above L, the largest of ¼XᵀX, since p(1 − p) is at most ¼."""
        step: Floats = self.gradient(self.y, self.X, w) / (np.linalg.eigvalsh(self.X.T @ self.X)[-1] / 4)
        return step


def clouds(size: int, distance: float, seed: int) -> tuple[Floats, Floats]:
    """Points of two normal clouds, labelled 0 and 1, with centres at so many times CENTRE and opposite."""
    source = random.Random(seed)
    points = [[source.gauss(sign * distance * centre, 1) for centre in CENTRE] for sign in (-1, 1) for _ in range(size)]
    return np.array(points), np.repeat([0.0, 1.0], size)


def logistic(sources: Sources, options: Options) -> Report:
    """Train on two clouds that overlap, compare with scikit-learn, and penalise the weights on two that do not."""
    points, y = clouds(PER_CLASS, 1.0, SEED)
    functions = (sources.function("logistic_classifier", name) for name in ("value", "gradient", "hessian"))
    classifier = Classifier(np.column_stack([np.ones(len(y)), points]), y, *functions)
    report = Report("logistic: the classifier by gradient and by Hessian (rows L12 and S7)")
    report.remark(
        f"Data: {PER_CLASS} points of each of two normal clouds round (−1, −½) and (1, ½), deviation 1, seed "
        f"{SEED}. They overlap, so that the cost has a minimum."
    )
    newton = classifier.path(classifier.newton, NEWTON_STEPS)
    descent = classifier.path(classifier.descent, DESCENT_STEPS)
    _trained(report, classifier, newton, descent)
    _convex(report, classifier, newton.weights[-1])
    _beside_the_library(report, classifier, newton.weights[-1])
    curves = _penalised(report, sources)
    _free_bias(report, sources)
    report.plot(_plot(classifier, newton, descent, curves))
    return report


def _trained(report: Report, classifier: Classifier, newton: Path, descent: Path) -> None:
    rows = [
        (name, str(step), f"{path.costs[step]:.10f}", f"{path.slopes[step]:.1e}", _vector(path.weights[step]))
        for name, path, steps in (
            ("Newton", newton, range(NEWTON_STEPS - 2)),
            ("descent", descent, (1, 10, 100, DESCENT_STEPS)),
        )
        for step in steps
    ]
    report.table("From w = 0", ("method", "step", "cost", "‖gradient‖", "w"), rows)
    wrong = int(np.sum((classifier.X @ newton.weights[-1] > 0) != (classifier.y == 1)))
    report.compare(
        f"After {NEWTON_STEPS} steps of Newton and {DESCENT_STEPS} of descent",
        [
            Claim("‖gradient‖ by Newton", "at most", CONVERGED, newton.slopes[-1]),
            Claim("distance of the two w", "at most", 1e-6, _distance(newton.weights[-1], descent.weights[-1])),
            Claim("increases of the cost by descent", "at most", 0, int(np.sum(np.diff(descent.costs) > 1e-12))),
            Claim(f"points of {len(classifier.y)} on the wrong side", "at most", len(classifier.y) // 4, wrong),
        ],
    )
    report.remark(
        f"At w = 0 every point costs log 2, all of them {len(classifier.y)} log 2 = {newton.costs[0]:.4f}. Near the "
        "minimum a Newton step doubles the number of digits that are right; descent divides the error by about the "
        "same factor each time. Its step is 1/L with L the largest eigenvalue of ¼XᵀX, which no Hessian is above."
    )


def _convex(report: Report, classifier: Classifier, minimum: Floats) -> None:
    """Least eigenvalues of the Hessian at random weights, and where columns depend on each other."""
    draws = np.random.default_rng(SEED).normal(scale=2.0, size=(DIRECTIONS, len(minimum)))
    least = min(float(np.linalg.eigvalsh(classifier.hessian(classifier.y, classifier.X, w))[0]) for w in draws)
    twice = np.column_stack([classifier.X, classifier.X[:, 1] + classifier.X[:, 2]])
    dependent = classifier.hessian(classifier.y, twice, np.append(minimum, 0.0))
    eigenvalues = np.linalg.eigvalsh(classifier.hessian(classifier.y, classifier.X, minimum))
    report.compare(
        "The Hessian is positive semi-definite",
        [
            Claim(f"least eigenvalue at {DIRECTIONS} random w", "at least", 0.0, least),
            Claim("least eigenvalue at the minimum", "at least", 0.1, float(eigenvalues[0])),
            Claim("the same with a dependent column", "at most", 1e-10, abs(float(np.linalg.eigvalsh(dependent)[0]))),
        ],
    )


def _beside_the_library(report: Report, classifier: Classifier, w: Floats) -> None:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        report.remark("scikit-learn (the extra `data`) is not installed: its weights are not compared.")
        return
    library = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=200)
    library.fit(classifier.X[:, 1:], classifier.y)
    theirs = np.append(library.intercept_, library.coef_[0])
    report.compare("scikit-learn's weights", [Claim("distance", "at most", 1e-6, _distance(theirs, w))])


# --- with a penalty, on separable samples ----------------------------------------------------------------------------


def _penalised(report: Report, sources: Sources) -> list[Curve]:
    """J with (λ/2m)‖θ‖² and a bias that is not penalised (S7), where without a penalty there is no minimum."""
    X, y = clouds(PER_CLASS, APART, SEED)
    functions = (sources.function("logistic_classifier", name) for name in ("value", "gradient", "hessian"))
    free = Classifier(np.column_stack([np.ones(len(y)), X]), y, *functions)
    path = free.path(free.descent, STEPS[-1])
    lengths = {"0": [float(np.linalg.norm(w[1:])) for w in path.weights]}
    slopes = {"0": path.slopes[-1] / len(y)}
    gradient = sources.function("network_losses", "logistic_gradient")
    for penalty in PENALTIES:
        lengths[f"{penalty:g}"], slopes[f"{penalty:g}"], _ = _descended(gradient, X, y, penalty)
    report.table(
        "‖θ‖ on separable clouds, by descent on J = cross-entropy/m + (λ/2m)‖θ‖²",
        ("λ", *(f"{step:,} steps" for step in STEPS), "‖gradient‖"),
        [(name, *(f"{found[step]:.4f}" for step in STEPS), f"{slopes[name]:.1e}") for name, found in lengths.items()],
    )
    wrong = int(np.sum((free.X @ path.weights[-1] > 0) != (y == 1)))
    grown = lengths["0"][STEPS[-1]] / lengths["0"][STEPS[-2]]
    report.compare(
        "Only a penalty gives a minimum",
        [
            Claim("λ = 0: points on the wrong side", "at most", 0, wrong),
            Claim(f"λ = 0: growth of ‖θ‖ from {STEPS[-2]:,} to {STEPS[-1]:,} steps", "at least", 1.1, grown),
            *(Claim(f"λ = {penalty:g}: ‖gradient‖", "at most", 1e-9, slopes[f"{penalty:g}"]) for penalty in PENALTIES),
        ],
    )
    report.remark(
        f"The clouds are {APART:g} times as far apart, so that a line separates them. Twice the weights of such a line "
        "always cost less: without a penalty there is no minimum, and ‖θ‖ grows without end, ever more slowly."
    )
    shown = np.unique(np.geomspace(1, STEPS[-1], 60).astype(int)).tolist()
    return [Curve(f"λ = {name}", shown, [found[step] for step in shown]) for name, found in lengths.items()]


def _free_bias(report: Report, sources: Sources) -> None:
    """With a large λ no θ is left, and the bias alone says how many labels are 1: it is not penalised (S7)."""
    points, labels = clouds(PER_CLASS, 1.0, SEED)
    X, y = points[: PER_CLASS + FEW], labels[: PER_CLASS + FEW]
    gradient = sources.function("network_losses", "logistic_gradient")
    lengths, _, bias = _descended(gradient, X, y, HEAVY)
    report.compare(
        f"λ = {HEAVY:,.0f} on {PER_CLASS} points labelled 0 and {FEW} labelled 1: the bias is not penalised",
        [
            Claim("‖θ‖", "at most", 0.01, lengths[-1]),
            Claim("bias", "at most", -1, bias),
            Claim(f"distance from log({FEW}/{PER_CLASS})", "at most", 0.01, abs(bias - math.log(FEW / PER_CLASS))),
        ],
    )


def _descended(gradient: Callable[..., Any], X: Floats, y: Floats, penalty: float) -> tuple[list[float], float, float]:
    """‖θ‖ by steps of descent from zero, the length of the gradient at the end, and the bias there."""
    m, with_bias = len(y), np.column_stack([np.ones(len(y)), X])
    largest = np.linalg.eigvalsh(with_bias.T @ with_bias)[-1] / (4 * m) + penalty / m
    theta, bias = np.zeros(X.shape[1]), 0.0
    lengths = [0.0]
    for _ in range(STEPS[-1]):
        by_theta, by_bias = gradient(X, theta, bias, y, penalty)
        theta, bias = theta - by_theta / largest, bias - by_bias / largest
        lengths.append(float(np.linalg.norm(theta)))
    by_theta, by_bias = gradient(X, theta, bias, y, penalty)
    return lengths, float(np.hypot(np.linalg.norm(by_theta), by_bias)), float(bias)


# --- plots -----------------------------------------------------------------------------------------------------------


def _plot(classifier: Classifier, newton: Path, descent: Path, lengths: list[Curve]) -> Plot:
    w, points = newton.weights[-1], classifier.X[:, 1:]
    grid = Grid.around(points, 0.3)
    values = 1 / (1 + np.exp(-(w[0] + grid.places @ w[1:])))
    plane = Panel(
        "P(y = 1 | x) by 0.1, 0.3, 0.5, 0.7, 0.9",
        "x₁",
        "x₂",
        points=Points.of_classes(points, classifier.y, {0: "y = 0", 1: "y = 1"}),
        fields=[grid.field(values, PROBABILITIES, filled=True)],
    )
    least = min(*newton.costs, *descent.costs)
    curves = []
    for name, path in (("Newton", newton), ("descent", descent)):
        above = [(step, cost - least) for step, cost in enumerate(path.costs, start=1) if cost - least > 1e-12]
        curves.append(Curve(name, [step for step, _ in above], [cost for _, cost in above]))
    costs = Panel("Cost above the least", "step, from 1", "cost", curves, logarithmic=True, logarithmic_y=True)
    grown = Panel("‖θ‖ on separable clouds", "step", "‖θ‖", lengths, logarithmic=True)
    return Plot("logistic", "The logistic classifier", ((plane, costs, grown),))


def _distance(first: Floats, second: Floats) -> float:
    return float(np.linalg.norm(first - second))


def _vector(w: Floats) -> str:
    return f"({', '.join(f'{entry:.4f}' for entry in w.tolist())})"
