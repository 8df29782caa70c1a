"""The perceptron on four sets of points (L9, L10, B12): two are separable, and it ends; two are not, and it never does.

Every update is the emitted one. That a set is separable is shown by weights that are right for all points; that it is
not, by a mean of the points of one label that is a mean of those of the other. That a run never ends is also seen from
weights that come back: what follows them is what followed them before.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Formula, as_float, column
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Comparison, Report
from symnn.runs.run import Options, Sources

Update = Callable[..., tuple[Any, Any]]
"""Weights and offset after a sample, from (eta, y, w0, x, b0)."""

CAP = 50
"""After so many passes a run is ended that would not end."""
CLOUD, CLOUD_SEED, GAP = 40, 7, 0.3


@dataclass(frozen=True)
class Labelled:
    """Points of the plane with labels −1 and 1; `weights` of the points show that they are not separable."""

    name: str
    X: Sequence[Sequence[Fraction]]
    y: Sequence[int]
    weights: Sequence[int] = ()


@dataclass(frozen=True)
class Learned:
    """How many updates each pass made, and weights with the offset last: at the start, and after each pass."""

    updates: tuple[int, ...]
    states: tuple[tuple[float, ...], ...]

    @property
    def w(self) -> Floats:
        return np.array(self.states[-1][:-1])

    @property
    def b(self) -> float:
        return self.states[-1][-1]

    @property
    def ended(self) -> bool:
        """Whether the last pass changed nothing; if not, the cap was met."""
        return self.updates[-1] == 0

    @property
    def came_back(self) -> tuple[int, int] | None:
        """The first pass after which weights were as after an earlier one, and that one; 0 is the start."""
        seen: dict[tuple[float, ...], int] = {}
        for place, state in enumerate(self.states[:-1] if self.ended else self.states):
            if state in seen:
                return place, seen[state]
            seen[state] = place
        return None


def _points(name: str, coordinates: str, labels: str, weights: Sequence[int] = ()) -> Labelled:
    """Points from words such as ``3,-3`` and labels from signs."""
    X = [[Fraction(number) for number in pair.split(",")] for pair in coordinates.split()]
    return Labelled(name, X, [1 if sign == "+" else -1 for sign in labels], weights)


def _cloud() -> Labelled:
    """Points on both sides of the line 2x₁ − 3x₂ = 1, none of them nearer to it than about a twelfth."""
    source = random.Random(CLOUD_SEED)
    X: list[list[Fraction]] = []
    y = []
    while len(X) < CLOUD:
        point = [Fraction(source.randint(-30, 30), 10) for _ in range(2)]
        side = 2 * point[0] - 3 * point[1] - 1
        if abs(side) >= GAP:
            X.append(point)
            y.append(1 if side > 0 else -1)
    return Labelled("a narrow gap", X, y)


PRINTED = _points("four points", "3,-3 4,-3 1,1 1,2", "--++")
SETS = (
    PRINTED,
    _cloud(),
    _points("exclusive or", "0,0 0,1 1,0 1,1", "-++-", (1, 1, 1, 1)),
    _points("overlap", "0,0 2,1 1,3 3,3 1,1 4,4 5,2 4,0", "++++----", (2, 2, 1, 0, 5, 0, 0, 0)),
)


def perceptron(sources: Sources, options: Options) -> Report:
    """Learn the four sets, and follow the updates of the first in exact arithmetic."""
    report = Report("perceptron: four sets of points, two of them separable (rows L9, L10 and B12)")
    _followed(report, *(sources.formula("perceptron", "update_solution", place) for place in (0, 1)))
    update = sources.function("perceptron", "update_solution")
    learned = _learned_sets(update)
    _ends(report, learned)
    _endless(report, learned)
    _shown(report, sources.function("separability", "weighted_margins_gradient"), learned)
    _by_prediction(report, sources.function("perceptron", "by_prediction_solution"), learned)
    report.plot(_plot(learned))
    return report


def _learned_sets(update: Update) -> list[Learned]:
    return [learn(update, as_float(points.X), as_float(points.y), CAP) for points in SETS]


def learn(update: Update, X: Any, y: Any, cap: int, rate: float = 1.0) -> Learned:
    """Go through the samples in order, again and again, until a pass changes nothing or `cap` passes are over.

    X: (n, d), y: (n,) of −1 and 1. Starts from zero.
    """
    w, b, updates = np.zeros(X.shape[1]), 0.0, []
    states = [(*w.tolist(), b)]
    for _ in range(cap):
        updates.append(0)
        for x, label in zip(X, y, strict=True):
            w_after, b_after = update(rate, label, w, x, b)
            updates[-1] += bool(b_after != b)
            w, b = w_after, b_after
        states.append((*w.tolist(), float(b)))
        if not updates[-1]:
            break
    return Learned(tuple(updates), tuple(states))


# --- the first set, in exact arithmetic ------------------------------------------------------------------------------


def _followed(report: Report, weights: Formula, offset: Formula) -> None:
    """Each update of the printed points from zero, and the numbers that must come out."""
    state, state64 = ([Fraction(0)] * 2, Fraction(0)), (np.zeros(2), 0.0)
    rows, gains, count, count64 = [], [], 0, 0
    for _ in range(CAP):
        updated = False
        for x, label in zip(PRINTED.X, PRINTED.y, strict=True):
            given: dict[str, Any] = {"eta": 1, "y": label, "w0": state[0], "x": x, "b0": state[1]}
            after = column(weights.exact(**given)), offset.exact(**given)[0][0]
            rounded = given | {"w0": state64[0].tolist(), "b0": state64[1]}
            after64 = weights.computed(**rounded), float(offset.computed(**rounded))
            count64 += after64[1] != state64[1]
            if after != state:
                updated, count = True, count + 1
                rows.append(_row(count, x, label, state, after))
                gains.append(_gain(count, x, label, (state, after), (state64, after64)))
            state, state64 = after, after64
        if not updated:
            break
    report.table(
        "Updates of the four points from w = 0, b = 0, with η = 1",
        ("update", "x", "label", "margin", "w after", "b after", "margin after"),
        rows,
    )
    found = [*zip(("w[0]", "w[1]", "b"), (-2, 4, 0), (*state[0], state[1]), (*state64[0], state64[1]), strict=True)]
    numbers = [Comparison(what, Fraction(must), exact, float(near)) for what, must, exact, near in found]
    report.compare(
        "Learned from the four points", [*numbers, Comparison("updates", Fraction(2), Fraction(count), float(count64))]
    )
    report.compare("The gain in margin of an update is η(‖x‖² + 1)", gains)


def _margin(x: Sequence[Any], label: int, state: tuple[Sequence[Any], Any]) -> Any:
    """y(wᵀx + b)."""
    return label * (sum(weight * entry for weight, entry in zip(state[0], x, strict=True)) + state[1])


def _row(count: int, x: Any, label: int, before: Any, after: Any) -> tuple[str, ...]:
    margins = (str(_margin(x, label, state)) for state in (before, after))
    return (str(count), _vector(x), f"{label:+d}", next(margins), _vector(after[0]), str(after[1]), next(margins))


def _gain(count: int, x: Any, label: int, exact: Any, rounded: Any) -> Comparison:
    before, after = (_margin(x, label, state) for state in exact)
    before64, after64 = (_margin(list(map(float, x)), label, state) for state in rounded)
    expected = sum(entry * entry for entry in x) + 1
    return Comparison(f"update {count}, x = {_vector(x)}", expected, after - before, float(after64 - before64))


def _vector(entries: Sequence[Any]) -> str:
    return f"({', '.join(f'{float(entry):g}' for entry in entries)})"


# --- all four --------------------------------------------------------------------------------------------------------


def _ends(report: Report, learned: Sequence[Learned]) -> None:
    rows = [
        (
            points.name,
            str(len(points.y)),
            str(len(one.updates)),
            str(sum(one.updates)),
            str(one.updates[-1]),
            _vector(one.w.tolist()),
            f"{one.b:g}",
        )
        for points, one in zip(SETS, learned, strict=True)
    ]
    report.table(
        f"Four runs with a cap of {CAP} passes",
        ("set", "points", "passes", "updates", "in the last pass", "w", "b"),
        rows,
    )
    claims = []
    for points, one in zip(SETS, learned, strict=True):
        last = one.updates[-1]
        claims.append(
            Claim(points.name, "at least", 1, last) if points.weights else Claim(points.name, "at most", 0, last)
        )
    report.compare("Updates in the last pass: none where the set is separable", claims)


def _endless(report: Report, learned: Sequence[Learned]) -> None:
    """Weights that come back: their numbers are whole, and small enough for float64 to make no error."""
    rows, claims = [], []
    for points, one in zip(SETS, learned, strict=True):
        if points.weights:
            later, earlier = one.came_back or (math.inf, 0)
            before = f"after pass {earlier}" if earlier else "at the start"
            rows.append((points.name, f"after pass {later}", before, _vector(one.states[earlier])))
            claims.append(Claim(points.name, "at most", CAP, later))
    report.table("Weights that come back, and the passes with them", ("set", "as", "were", "(w, b)"), rows)
    report.compare("Passes until the weights are those of an earlier pass", claims)
    report.remark(
        f"So the exclusive or and the overlap, which were ended by the cap of {CAP} passes, would never end: after the "
        "same weights come the same updates. What is learned last there is no line in particular: of the exclusive or "
        "it is w = 0, as at the start."
    )


def _shown(report: Report, sums: Callable[..., tuple[Any, Any]], learned: Sequence[Learned]) -> None:
    """What shows that a set is separable, or that it is not."""
    claims = []
    for points, one in zip(SETS, learned, strict=True):
        X, y = as_float(points.X), as_float(points.y)
        if points.weights:
            by_w, by_b = sums(as_float(points.weights), y, X, one.w, one.b)
            claims.append(
                Claim(f"{points.name}: |∑ αyx| + |∑ αy|", "at most", 0.0, float(np.abs(by_w).sum() + abs(by_b)))
            )
            claims.append(Claim(f"{points.name}: ∑ α", "at least", 1.0, sum(points.weights)))
        else:
            wrong = int(np.sum(y * (X @ one.w + one.b) <= 0))
            claims.append(Claim(f"{points.name}: points that are wrong", "at most", 0, wrong))
    report.compare("What shows that a set is separable: no point is wrong; or not: weights α ≥ 0", claims)
    report.remark(
        "With ∑ αyx = 0 and ∑ αy = 0 the margins of every w and b, weighted by α, add up to 0, so that not all are "
        "positive. Of the exclusive or, all α are 1: both diagonals have the middle (½, ½). Of the overlap, the point "
        "(1, 1) with the label − is ⅖(0, 0) + ⅖(2, 1) + ⅕(1, 3), a mean of points with the label +."
    )


def _by_prediction(report: Report, update: Callable[..., tuple[Any, Any]], learned: Sequence[Learned]) -> None:
    """The book's w + η(y − ŷ)x: twice the update where ŷ is wrong, and once on the border, where ŷ is the sign of 0."""

    def step(eta: float, y: float, w0: Any, x: Any, b0: Any) -> tuple[Any, Any]:
        return update(eta, y, np.sign(w0 @ x + b0), x, w0, b0)

    def printed(eta: float, y: float, w0: Any, x: Any, b0: Any) -> tuple[Any, Any]:
        return step(eta, y, w0, x, b0) if y * (w0 @ x + b0) < 0 else (w0, b0)

    found = _learned_sets(step)
    rows = [
        (points.name, str(len(one.updates)), str(sum(one.updates)), str(one.updates[-1]), _vector(one.states[-1]))
        for points, one in zip(SETS, found, strict=True)
    ]
    report.table(
        "The book's rule: w ← w + η(y − ŷ)x where ŷ ≠ y",
        ("set", "passes", "updates", "in the last pass", "(w, b)"),
        rows,
    )
    differ = sum(one.ended != other.ended for one, other in zip(found, learned, strict=True))
    waiting = _learned_sets(printed)
    report.compare(
        "The same sets end; and by the rule as it is printed, nothing is learned",
        [
            Claim("sets that end by one rule alone", "at most", 0, differ),
            Claim("updates of all sets where ywᵀx < 0 is asked for", "at most", 0, sum(map(_count, waiting))),
        ],
    )
    report.remark(
        "As the book prints it, an update is made where yWᵀx < 0, and W is 0 at the start: then no margin is below 0, "
        "and none is ever made. What is on the border must count as wrong."
    )


def _count(learned: Learned) -> int:
    return sum(learned.updates)


def _plot(learned: Sequence[Learned]) -> Plot:
    panels = [_plane(points, one) for points, one in zip(SETS, learned, strict=True)]
    curves = [
        Curve(points.name, range(1, len(one.updates) + 1), one.updates)
        for points, one in zip(SETS, learned, strict=True)
    ]
    passes = Panel("Updates of each pass: a run ends at 0", "pass", "updates", curves, logarithmic=True)
    return Plot("perceptron", "The perceptron on four sets of points", (panels[:2], panels[2:], (passes,)))


def _plane(points: Labelled, one: Learned) -> Panel:
    """The points, and on which side of wᵀx + b = 0 each place of the plane is."""
    X, y = np.asarray(as_float(points.X)), np.array(points.y)
    grid = Grid.around(X, 0.5)
    values = grid.places @ one.w + one.b
    limit = float(np.abs(values).max()) + 1.0
    field = grid.field(values, (-limit, 0.0, limit), filled=True)
    classes = Points.of_classes(X, y, {-1: "−", 1: "+"})
    end = f"ended in pass {len(one.updates)}" if one.ended else f"stopped after {CAP} passes"
    return Panel(f"{points.name}: {end}", "x₁", "x₂", points=classes, fields=[field])
