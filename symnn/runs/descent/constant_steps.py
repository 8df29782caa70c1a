"""Gradient descent on the commute table (B8): with steps below 2/L the cost falls, with longer ones it diverges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, Rows, as_float, data_matrix
from symnn.learn.datasets import load
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Comparison, Report

CHAPTER = "gradient_descent"
EIGENVALUES = ("0.0950", "0.1806", "13.3204")
LIMIT = "0.15015"
LENGTHS = (0.05, 0.10, 0.15, 0.16)
BELOW, ABOVE = LENGTHS[-2:]
STEPS, STEPS_OF_PATH = 300, 16
ROUNDING = 1e-6
"""Along the eigenvector of L, a step gains exactly what the lemma promises."""
GRID = 81


@dataclass(frozen=True)
class Problem:
    """Least squares on the commute table: X with a column of ones, Y, and the emitted cost, gradient and step."""

    X: Floats
    Y: Floats
    value: Callable[..., Any]
    gradient: Callable[..., Any]
    step: Callable[..., Any]
    hessian: Floats
    optimum: Floats

    @classmethod
    def of_commute(cls, derivations: Derivations) -> Problem:
        """The problem with its Hessian and its W*, by the emitted functions of the chapters."""
        data = load("commute")
        X, Y = np.asarray(as_float(data_matrix(data, "distance", "weekday"))), np.asarray(as_float(data["minutes"]))
        value, gradient, step = (derivations.function(CHAPTER, name) for name in ("value", "gradient", "step_solution"))
        zero = np.zeros(X.shape[1])
        hessian = np.asarray(derivations.function("book_least_squares", "hessian")(X, zero, Y))
        optimum = derivations.function("closed_form", "solution")(X, Y)
        return cls(X, Y, value, gradient, step, hessian, np.asarray(optimum))

    def cost(self, W: Floats) -> float:
        return float(self.value(self.X, W, self.Y))

    def path(self, start: Floats, length: float, steps: int) -> Floats:
        """The points of a descent with steps of one length, the start first: (steps + 1) × d."""
        points = [start]
        for _ in range(steps):
            points.append(points[-1] + self.step(self.X, points[-1], self.Y, length))
        return np.array(points)


def descent(derivations: Derivations) -> Report:
    """The Hessian's eigenvalues, the limit 2/L, and descents with lengths on both sides of it."""
    problem = Problem.of_commute(derivations)
    report = Report("descent: gradient descent on the commute table, on both sides of 2/L (row B8)")
    _eigenvalues(report, derivations.formula("book_least_squares", "hessian"), problem)
    costs = {length: _costs(problem, length) for length in LENGTHS}
    _descents(report, problem, costs)
    report.plot(_plot(problem, costs))
    report.remark(
        "The promise of the lemma is kept with nothing to spare: at first nearly all of the error is along the "
        "eigenvector of L, where a step gains what is promised and no more."
    )
    report.remark(
        "Three panels of the plot show the plane through W* that the eigenvectors of L and of μ span. A descent "
        "that begins in it stays in it: along each eigenvector the error is multiplied by its own 1 − ηλ."
    )
    return report


def exact_eigenvalues(matrix: Rows) -> list[Fraction]:
    """Those of a symmetric matrix of fractions to 30 digits, least first."""
    entries = [[sympy.Rational(entry.numerator, entry.denominator) for entry in row] for row in matrix]
    roots = sympy.Poly(sympy.Matrix(entries).charpoly().as_expr()).real_roots()
    return sorted(Fraction(str(root.evalf(30))) for root in roots)


def _eigenvalues(report: Report, hessian: Formula, problem: Problem) -> None:
    data = load("commute")
    X, zero = data_matrix(data, "distance", "weekday"), [0] * problem.X.shape[1]
    exact = exact_eigenvalues(hessian.exact(X=X, W=zero, Y=data["minutes"]))
    computed = np.linalg.eigvalsh(problem.hessian)
    names = ("the least, μ", "the second", "the largest, L")
    found = [
        Comparison(name, Fraction(printed), value, float(rounded), Fraction(1, 20_000), 1e-12, 4)
        for name, printed, value, rounded in zip(names, EIGENVALUES, exact, computed, strict=True)
    ]
    report.compare("eigenvalues of the Hessian (1/n)XᵀX", found)
    limit = Comparison("2/L", Fraction(LIMIT), 2 / exact[-1], 2 / computed[-1], Fraction(1, 200_000), 1e-13, 5)
    report.compare("the limit for the length of a step", [limit])


def _costs(problem: Problem, length: float) -> Floats:
    """The costs of a descent from W = 0."""
    return np.array([problem.cost(W) for W in problem.path(np.zeros(problem.X.shape[1]), length, STEPS)])


def _descents(report: Report, problem: Problem, costs: dict[float, Floats]) -> None:
    least, (low, *_, high) = problem.cost(problem.optimum), np.linalg.eigvalsh(problem.hessian)
    rows = [
        (
            f"{length:.2f}",
            f"{1 - length * high:+.4f}",
            f"{1 - length * low:+.4f}",
            *(f"{found[step] - least:.3g}" for step in (1, 10, 100, STEPS)),
            f"{np.diff(found).max():+.2g}",
        )
        for length, found in costs.items()
    ]
    columns = ("η", "1 − ηL", "1 − ημ", "1 step", "10", "100", str(STEPS), "greatest change")
    report.table("C − C(W*) after some steps from W = 0, and the greatest change of C in one step", columns, rows)
    least_gain, spent = _promises(problem, BELOW)
    report.compare(
        "on both sides of the limit",
        [
            Claim(f"η = {BELOW}: greatest change of C in a step", "at most", 0.0, float(np.diff(costs[BELOW]).max())),
            Claim(f"η = {ABOVE}: C after {STEPS} steps over C(0)", "at least", 1e6, costs[ABOVE][-1] / costs[ABOVE][0]),
        ],
    )
    report.compare(
        f"the descent lemma at η = {BELOW}, with κ = ½η(2 − ηL)",
        [
            Claim("least fall of C in a step, over κ‖∇C‖²", "at least", 1 - ROUNDING, least_gain),
            Claim("κ ∑ ‖∇C‖² of all steps, over C(0) − C(W*)", "at most", 1.0, spent),
        ],
    )


def _promises(problem: Problem, length: float) -> tuple[float, float]:
    """What the steps from W = 0 gain over what the lemma promises, at least; and all promises over C(0) − C(W*)."""
    largest = np.linalg.eigvalsh(problem.hessian)[-1]
    path = problem.path(np.zeros(problem.X.shape[1]), length, STEPS)
    costs = np.array([problem.cost(W) for W in path])
    squares = np.array([np.sum(problem.gradient(problem.X, W, problem.Y) ** 2) for W in path[:-1]])
    promised = length * (2 - length * largest) / 2 * squares
    return float(np.min(-np.diff(costs) / promised)), float(promised.sum() / (costs[0] - problem.cost(problem.optimum)))


# --- plots ----------------------------------------------------------------------------------------------------------


def _plot(problem: Problem, costs: dict[float, Floats]) -> Plot:
    least = problem.cost(problem.optimum)
    curves = [
        Curve(f"η = {length:.2f}", list(range(STEPS + 1)), (found - least).tolist()) for length, found in costs.items()
    ]
    falls = Panel("η < 2/L falls, η > 2/L diverges", "step", "C − C(W*)", curves, logarithmic_y=True, range=(1e-4, 1e6))
    first, second, third = (surface(problem, *_path_in_plane(problem, length)) for length in LENGTHS[1:])
    return Plot("descent", "Gradient descent on the commute table", [[falls, first], [second, third]])


def _path_in_plane(problem: Problem, length: float) -> tuple[Floats, str]:
    """A descent from the point of the plane next to W = 0, and its title."""
    plane = _plane(problem)
    start = problem.optimum - plane @ (plane.T @ problem.optimum)
    return problem.path(start, length, STEPS_OF_PATH), f"{STEPS_OF_PATH} steps, η = {length:.2f}"


def surface(problem: Problem, path: Floats, title: str) -> Panel:
    """A path seen along two eigenvectors of the Hessian, and the cost on the plane through W* that they span.

    Near W* its rows are closer, since the levels are.
    """
    plane = _plane(problem)
    errors = (path - problem.optimum) @ plane
    flat, steep = (_axis(errors[:, place]) for place in (0, 1))
    grid = Grid(flat, steep * np.abs(steep / np.where(steep < 0, steep.min(), steep.max())))
    least = problem.cost(problem.optimum)
    values = [problem.cost(problem.optimum + plane @ place) - least for place in grid.places]
    return Panel(
        title,
        "error along the eigenvector of μ",
        "error along that of L",
        curves=[Curve("", errors[:, 0].tolist(), errors[:, 1].tolist())],
        points=[
            Points("start", errors[:1, 0].tolist(), errors[:1, 1].tolist()),
            Points("W*", [0.0], [0.0]),
        ],
        fields=[grid.field(values, np.geomspace(0.03, np.max(values), 12).tolist())],
    )


def _plane(problem: Problem) -> Floats:
    """The eigenvectors of the least and of the largest eigenvalue as columns."""
    return np.linalg.eigh(problem.hessian)[1][:, [0, -1]]


def _axis(places: Floats) -> Floats:
    """An axis on which these places and zero have room."""
    low, high = min(places.min(), 0.0), max(places.max(), 0.0)
    return np.linspace(low - 0.15 * (high - low), high + 0.15 * (high - low), GRID)
