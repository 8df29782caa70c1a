"""Linear regression on the commute table: the closed form beside printed numbers, and when it is the only one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations, Formula, Value, as_float, column, combined, data_matrix
from symnn.learn.datasets import Columns, load
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.report import Claim, Comparison, Report, beside

Matrix = Sequence[Sequence[Fraction]]

WEIGHTS = ("2897/476", "1555/238", "431/204")
PREDICTIONS = ("36899/1428", "49961/1428", "6007/476", "15056/357", "11605/476")
LEAST_COST = "34231/14280"
GRADIENT_AT_ZERO = ("-28", "-2567/25", "-103/5")
"""Minus the means of the targets, of targets by distance, and of targets by weekday."""
HESSIAN = (("1", "79/25", "3/5"), ("79/25", "2999/250", "12/5"), ("3/5", "12/5", "3/5"))
"""The means of products of columns."""

BY_DISTANCE = ("14274/2513", "17750/2513")
"""Intercept and slope of the minutes by distance alone, from n = 5, Σx = 15.8, Σx² = 59.98, Σy = 140, Σxy = 513.4."""
SAME_INPUT = Fraction(2)
LEAST_OF_SAME_INPUT = 264
"""Half the sum of the squared distances of the minutes from their mean, which is 28."""
SLOPES = (-1, 0, 3)


def commute(derivations: Derivations) -> Report:
    """Minutes to work by distance and weekday: weights, least cost, hat matrix, residuals, Hessian (L1, B1, B2)."""
    data = load("commute")
    X, Y = data_matrix(data, "distance", "weekday"), list(data["minutes"])
    closed_form, cost = derivations.solution("closed_form"), derivations.objective("book_least_squares")
    weights, weights64 = column(closed_form.exact(X=X, Y=Y)), closed_form.computed(X=X, Y=Y)
    predictions64 = np.asarray(as_float(X)) @ weights64
    report = Report("commute: minutes to work by distance and weekday (rows L1, B1 and B2)")
    report.compare("weights W*", beside("W", WEIGHTS, weights, weights64))
    report.compare("predictions Y* = X W*", beside("Y", PREDICTIONS, combined(X, weights), predictions64))
    least = cost.exact(X=X, W=weights, Y=Y)[0]
    least64 = np.atleast_1d(cost.function_at(X=as_float(X), W=weights64, Y=as_float(Y)))
    report.compare("least cost C(W*)", beside("C", [LEAST_COST], least, least64))
    _hat_matrix(report, closed_form, X)
    _derivatives(report, derivations, X, Y, weights, weights64)
    _samples_as_columns(report, derivations, X, Y)
    _definiteness(report, derivations.formula("book_least_squares", "hessian"), X, Y)
    report.plot(_residuals(data, predictions64))
    return report


def _hat_matrix(report: Report, closed_form: Formula, X: Matrix) -> None:
    """H is the matrix with H Y = X W*: its columns are the predictions for the columns of the identity."""
    size = len(X)
    units = [[Fraction(row == place) for row in range(size)] for place in range(size)]
    columns = [combined(X, column(closed_form.exact(X=X, Y=unit))) for unit in units]
    hat = _transposed(columns)
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


def _derivatives(
    report: Report,
    derivations: Derivations,
    X: Matrix,
    Y: Sequence[Fraction],
    weights: Sequence[Fraction],
    weights64: Floats,
) -> None:
    """The gradient at zero and at the minimum, and the Hessian, which is the same everywhere."""
    gradient = derivations.formula("book_least_squares", "gradient")
    zero = [Fraction(0)] * len(weights)
    at_zero, at_zero64 = column(gradient.exact(X=X, W=zero, Y=Y)), gradient.computed(X=X, W=zero, Y=Y)
    report.compare("gradient at W = 0: −XᵀY/n", beside("∇C", GRADIENT_AT_ZERO, at_zero, at_zero64))
    at_least64 = gradient.function_at(X=as_float(X), W=weights64, Y=as_float(Y))
    report.compare(
        "gradient at W*: the residuals are orthogonal to the columns of X",
        beside("∇C", ["0"] * len(weights), column(gradient.exact(X=X, W=weights, Y=Y)), at_least64, rounding=1e-12),
    )
    hessian = derivations.formula("book_least_squares", "hessian")
    exact, computed = hessian.exact(X=X, W=zero, Y=Y), hessian.computed(X=X, W=zero, Y=Y)
    report.compare(
        "Hessian XᵀX/n",
        [
            Comparison(f"H[{row},{place}]", Fraction(HESSIAN[row][place]), exact[row][place], computed[row, place])
            for row in range(len(exact))
            for place in range(row, len(exact))
        ],
    )


def _samples_as_columns(report: Report, derivations: Derivations, X: Matrix, Y: Sequence[Fraction]) -> None:
    """The slides' gradient −X(y − Xᵀw) at w = (1, 1, 1), with their X, beside ours with its transpose."""
    ones = [Fraction(1)] * len(X[0])
    residual = [y - found for y, found in zip(Y, combined(X, ones), strict=True)]
    slides = [-entry for entry in combined(_transposed(X), residual)]
    gradient = derivations.formula("least_squares", "gradient")
    report.compare(
        "the slides, one sample per column: ∇R = −X(y − Xᵀw) at w = (1, 1, 1)",
        beside("∇R", slides, column(gradient.exact(X=X, y=Y, w=ones)), gradient.computed(X=X, y=Y, w=ones)),
    )


def _definiteness(report: Report, hessian: Formula, X: Matrix, Y: Sequence[Fraction]) -> None:
    """Eigenvalues of XᵀX/n for full rank, for a column given twice, and for too few samples."""
    twice = [[*row, row[-1]] for row in X]
    cases: Mapping[str, tuple[Matrix, Sequence[int]]] = {
        "all five samples": (X, ()),
        "weekday twice": (twice, (0, 0, 1, -1)),
        "two samples": (X[:2], (1, 0, -1)),
    }
    rows, level, claims = [], [], []
    for name, (matrix, direction) in cases.items():
        given: dict[str, Value] = {"X": matrix, "W": [Fraction(0)] * len(matrix[0]), "Y": Y[: len(matrix)]}
        found = hessian.computed(**given)
        eigenvalues = np.linalg.eigvalsh(found)
        rank = int(np.linalg.matrix_rank(np.asarray(as_float(matrix))))
        kernel = f"({', '.join(map(str, direction))})" if direction else "0 only"
        shown = ", ".join(f"{max(value, 0):.4f}" for value in eigenvalues)
        rows.append([name, f"{rank} of {len(matrix[0])}", shown, kernel])
        if direction:
            v = [Fraction(entry) for entry in direction]
            exact = combined([v], combined(hessian.exact(**given), v))[0]
            level.append(Comparison(name, Fraction(0), exact, float(np.array(v, float) @ found @ np.array(v, float))))
        else:
            claims.append(Claim(f"smallest eigenvalue, {name}", "at least", 0.0949, float(eigenvalues[0])))
    report.table("rank of X and definiteness of the Hessian", ["X", "rank", "eigenvalues", "Xv = 0 for v ="], rows)
    report.compare("vᵀHv = ‖Xv‖²/n for such a v ≠ 0: semi-definite, and W* + v is a minimum, too", level)
    report.compare("full column rank: positive definite", claims)


def _residuals(data: Columns, predictions: Floats) -> Plot:
    minutes, weekday = np.asarray(as_float(data["minutes"])), np.asarray(as_float(data["weekday"]))
    kinds = {"weekday": weekday == 1, "weekend": weekday == 0}
    measured = [Points(kind, predictions[which].tolist(), minutes[which].tolist()) for kind, which in kinds.items()]
    apart = [
        Points(kind, predictions[which].tolist(), (minutes - predictions)[which].tolist())
        for kind, which in kinds.items()
    ]
    ends = [float(predictions.min()) - 2, float(predictions.max()) + 2]
    panels = [
        Panel("measured", "predicted minutes", "minutes", [Curve("as predicted", ends, ends)], points=measured),
        Panel("residuals Y − X W*", "predicted minutes", "minutes", [Curve("", ends, [0, 0])], points=apart),
    ]
    return Plot("commute", "Minutes to work by distance and weekday", [panels])


def _transposed(rows: Matrix) -> list[list[Fraction]]:
    return [list(entries) for entries in zip(*rows, strict=True)]


# --- one variable ---------------------------------------------------------------------------------------------------


def one_variable(derivations: Derivations) -> Report:
    """Minutes by distance alone: intercept and slope, the two exchanged, and inputs that are all equal (L2)."""
    data = load("commute")
    x, y = list(data["distance"]), list(data["minutes"])
    solution = [derivations.formula("one_variable", "solution", place) for place in (0, 1)]
    exact = [formula.exact(x=x, y=y)[0][0] for formula in solution]
    computed = [float(formula.computed(x=x, y=y)) for formula in solution]
    report = Report("one-variable: minutes to work by distance alone (row L2)")
    named = [
        Comparison(name, Fraction(expected), found, found64)
        for name, expected, found, found64 in zip(("β₀", "β₁"), BY_DISTANCE, exact, computed, strict=True)
    ]
    report.compare("intercept β₀ and slope β₁", named)
    cost = derivations.objective("one_variable")
    least, exchanged = (
        float(cost.computed(x=x, y=y, beta0=first, beta1=second)) for first, second in (exact, exact[::-1])
    )
    report.remark(
        f"Printed with β₀ and β₁ exchanged, the line has the cost {exchanged:.2f}; the least cost is {least:.2f}."
    )
    report.compare("the printed formulas, exchanged", [Claim("cost over least cost", "at least", 2, exchanged / least)])
    _same_input(report, derivations, y)
    report.plot(_lines(data, exact))
    return report


def _same_input(report: Report, derivations: Derivations, y: Sequence[Fraction]) -> None:
    """Where all inputs are equal, every line through their point of means has the least cost."""
    x, middle = [SAME_INPUT] * len(y), sum(y, Fraction(0)) / len(y)
    cost = derivations.objective("one_variable")
    comparisons = []
    for slope in map(Fraction, SLOPES):
        line = {"beta0": middle - SAME_INPUT * slope, "beta1": slope}
        found, found64 = cost.exact(x=x, y=y, **line)[0][0], float(cost.computed(x=x, y=y, **line))
        comparisons.append(Comparison(f"cost with slope {slope}", Fraction(LEAST_OF_SAME_INPUT), found, found64))
        for place, name in enumerate(("β₀", "β₁")):
            gradient = derivations.formula("one_variable", "gradient", place)
            at_line, at_line64 = gradient.exact(x=x, y=y, **line)[0][0], float(gradient.computed(x=x, y=y, **line))
            comparisons.append(Comparison(f"∂/∂{name} with slope {slope}", Fraction(0), at_line, at_line64))
    report.compare(f"degenerate: all x = {SAME_INPUT}, lines through ({SAME_INPUT}, {middle})", comparisons)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = derivations.function("one_variable", "solution")(as_float(y), as_float(x))
    report.compare(
        "nΣx² − (Σx)² = 0: no closed form",
        [Claim("finite numbers among β₀ and β₁", "at most", 0, int(np.isfinite(found).sum()))],
    )


def _lines(data: Columns, coefficients: Sequence[Fraction]) -> Plot:
    x, y = np.asarray(as_float(data["distance"])), np.asarray(as_float(data["minutes"]))
    intercept, slope = map(float, coefficients)
    ends, same, middle = np.array([0.5, 5.5]), float(SAME_INPUT), float(y.mean())
    samples = [Points("samples", x.tolist(), y.tolist())]
    fitted = [
        Curve("least squares", ends.tolist(), (intercept + slope * ends).tolist()),
        Curve("β₀ and β₁ exchanged", ends.tolist(), (slope + intercept * ends).tolist()),
    ]
    equal = [Curve(f"slope {slope}", ends.tolist(), (middle + slope * (ends - same)).tolist()) for slope in SLOPES]
    panels = [
        Panel("one minimum", "distance", "minutes", fitted, points=samples),
        Panel("all x equal: equal costs", "distance", "minutes", equal,
              points=[Points("samples", [same] * len(y), y.tolist())]),
    ]  # fmt: skip
    return Plot("one_variable", "Minutes by distance", [panels])
