"""Conjugate gradients and BFGS on the commute table (S11): in exact arithmetic, three steps reach the weights W*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy

from symnn.arrays import Floats
from symnn.errors import MissingExtraError
from symnn.formula import Derivations, Formula, as_float, column, data_matrix
from symnn.learn.datasets import load
from symnn.plots import Curve, Panel, Plot
from symnn.runs.regression.least_squares import WEIGHTS
from symnn.runs.report import Claim, Comparison, Report

CHAPTER = "conjugate_gradients"
Column = list[Fraction]
Square = list[Column]


@dataclass(frozen=True)
class Quadratic:
    """The cost of the commute table as ½wᵀHw + cᵀw in exact fractions, by its emitted Hessian and its gradient at 0."""

    H: Square
    c: Column

    @classmethod
    def of_commute(cls, derivations: Derivations) -> Quadratic:
        data = load("commute")
        X, Y = data_matrix(data, "distance", "weekday"), list(data["minutes"])
        zero = [Fraction(0)] * len(X[0])
        gradient, hessian = (derivations.formula("book_least_squares", name) for name in ("gradient", "hessian"))
        H = hessian.exact(X=X, W=zero, Y=Y)
        return cls([list(row) for row in H], column(gradient.exact(X=X, W=zero, Y=Y)))

    @property
    def size(self) -> int:
        return len(self.c)

    def residual(self, w: Column) -> Column:
        return [-entry - inner(row, w) for row, entry in zip(self.H, self.c, strict=True)]


@dataclass(frozen=True)
class Path:
    """Weights, residuals and directions after each step, the start first."""

    weights: list[Column]
    residuals: list[Column]
    directions: list[Column]


def inner(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((one * other for one, other in zip(left, right, strict=True)), Fraction(0))


def conjugate_gradients(derivations: Derivations) -> Report:
    """Both methods in fractions and in float64, and what the theorems of the chapters say of them."""
    quadratic = Quadratic.of_commute(derivations)
    exact, computed = exact_path(derivations, quadratic), float_path(derivations, quadratic, quadratic.size)
    report = Report("conjugate-gradients: three weights, three steps (row S11)")
    _steps(report, exact, computed)
    _orthogonal(report, quadratic, exact, computed)
    _bfgs(report, derivations, quadratic, exact)
    steepest = _best_lengths(report, derivations, quadratic)
    off = _hilbert(report, derivations)
    report.plot(_plot(quadratic, computed, steepest, off))
    return report


def exact_path(derivations: Derivations, quadratic: Quadratic) -> Path:
    """From zero, as many steps as there are weights, by the emitted formulas in exact arithmetic."""
    step = [derivations.formula(CHAPTER, "step", place) for place in range(3)]
    start = [Fraction(0)] * quadratic.size
    residual = quadratic.residual(start)
    path = Path([start], [residual], [residual])
    for _ in range(quadratic.size):
        state: dict[str, Column | Square] = {
            "w": path.weights[-1],
            "r": path.residuals[-1],
            "p": path.directions[-1],
            "H": quadratic.H,
        }
        for part, formula in zip((path.weights, path.residuals, path.directions), step, strict=True):
            part.append(column(formula.exact(**state)))
    return path


def float_path(derivations: Derivations, quadratic: Quadratic, steps: int) -> list[Floats]:
    """The weights of so many steps from zero in float64: steps + 1 of them."""
    step = derivations.function(CHAPTER, "step")
    H = np.asarray(as_float(quadratic.H))
    r = -np.asarray(as_float(quadratic.c))
    w, p = np.zeros(quadratic.size), r
    weights = [w]
    for _ in range(steps):
        w, r, p = step(w=w, r=r, p=p, H=H)
        weights.append(w)
    return weights


def _steps(report: Report, exact: Path, computed: list[Floats]) -> None:
    rows = [
        (str(step), *(f"{float(entry):.6f}" for entry in w), f"{float(inner(r, r)) ** 0.5:.2e}", f"{off:.1e}")
        for step, (w, r) in enumerate(zip(exact.weights, exact.residuals, strict=True))
        for off in [np.abs(computed[step] - np.asarray(as_float(w))).max()]
    ]
    columns = ("step", "offset", "distance", "weekday", "‖residual‖", "float64 off")
    report.table("the weights after each step, in exact arithmetic", columns, rows)
    last = zip(WEIGHTS, exact.weights[-1], computed[-1], strict=True)
    found = [
        Comparison(f"W[{place}]", Fraction(printed), value, float(rounded), rounding=1e-11)
        for place, (printed, value, rounded) in enumerate(last)
    ]
    report.compare("after three steps: the weights W*", found)


def _orthogonal(report: Report, quadratic: Quadratic, exact: Path, computed: list[Floats]) -> None:
    """What is left over, of all pairs of residuals and of directions: exactly nothing."""
    pairs = [(one, other) for one in range(quadratic.size) for other in range(one)]
    residuals = [inner(exact.residuals[one], exact.residuals[other]) for one, other in pairs]
    images = [[inner(row, p) for row in quadratic.H] for p in exact.directions]
    conjugate = [inner(exact.directions[one], images[other]) for one, other in pairs]
    H, c = np.asarray(as_float(quadratic.H)), np.asarray(as_float(quadratic.c))
    rounded = [-(H @ w + c) for w in computed]
    steps = np.diff(computed, axis=0)

    def cosine(left: Floats, right: Floats) -> float:
        return float(abs(left @ right) / (np.linalg.norm(left) * np.linalg.norm(right)))

    zero = Fraction(0)
    off = max(cosine(rounded[one], rounded[other]) for one, other in pairs)
    off_conjugate = max(cosine(steps[one], H @ steps[other]) for one, other in pairs)
    report.compare(
        "greatest product of two residuals r, t, and of two directions p, u",
        [
            Comparison("rᵀt", zero, max(residuals, key=abs), off, rounding=1e-10),
            Comparison("pᵀHu", zero, max(conjugate, key=abs), off_conjugate, rounding=1e-10),
        ],
    )
    report.remark("In float64 the products are taken over the lengths of both: cosines, the second one of p and Hu.")


def _bfgs(report: Report, derivations: Derivations, quadratic: Quadratic, exact: Path) -> None:
    """BFGS with the best lengths takes the same path; ranks of the changes are exact."""
    places, matrices = exact_bfgs(derivations, quadratic)
    apart = max(
        abs(one - other)
        for mine, theirs in zip(places, exact.weights, strict=True)
        for one, other in zip(mine, theirs, strict=True)
    )
    inverse = sympy.Matrix(quadratic.H).inv()
    last = max(abs(Fraction(int(entry.p), int(entry.q))) for entry in sympy.Matrix(matrices[-1]) - inverse)
    report.compare(
        "BFGS with the best length of each step, in exact arithmetic",
        [
            Claim("greatest distance from the places above", "at most", 0.0, float(apart)),
            Claim("distance of the last matrix from H⁻¹", "at most", 0.0, float(last)),
        ],
    )
    bfgs, sr1 = (derivations.formula("quasi_newton", name) for name in ("bfgs", "sr1"))
    s = [after - before for before, after in zip(places[1], places[2], strict=True)]
    y = [inner(row, s) for row in quadratic.H]
    found = [
        _rank("BFGS", 2, bfgs, {"s": s, "y": y, "H": matrices[1]}, matrices[1]),
        _rank("SR1", 1, sr1, {"s": s, "y": y, "B": matrices[1]}, matrices[1]),
    ]
    report.compare("rank of the change by an update (printed for BFGS: 1)", found)


def exact_bfgs(derivations: Derivations, quadratic: Quadratic) -> tuple[list[Column], list[Square]]:
    """Places and approximations of the inverse Hessian, from zero and from the identity."""
    length, update = derivations.formula(CHAPTER, "length_solution"), derivations.formula("quasi_newton", "bfgs")
    size = quadratic.size
    places: list[Column] = [[Fraction(0)] * size]
    matrices: list[Square] = [[[Fraction(row == place) for place in range(size)] for row in range(size)]]
    for _ in range(size):
        w, H = places[-1], matrices[-1]
        p = [inner(row, quadratic.residual(w)) for row in H]
        eta = length.exact(w=w, p=p, H=quadratic.H, c=quadratic.c)[0][0]
        s = [eta * entry for entry in p]
        y = [inner(row, s) for row in quadratic.H]
        places.append([entry + change for entry, change in zip(w, s, strict=True)])
        matrices.append([list(row) for row in update.exact(s=s, y=y, H=H)])
    return places, matrices


def _rank(
    what: str, expected: int, update: Formula, given: dict[str, list[Fraction] | Square], before: Square
) -> Comparison:
    exact = sympy.Matrix(update.exact(**given)) - sympy.Matrix(before)
    change = update.computed(**given) - np.asarray(as_float(before))
    return Comparison(what, Fraction(expected), Fraction(exact.rank()), float(np.linalg.matrix_rank(change, tol=1e-9)))


# --- steps of the best length against the gradient -------------------------------------------------------------------

SMALL, MOST, SHOWN = 1e-10, 5_000, 31


def right_angles(derivations: Derivations, quadratic: Quadratic, steps: int) -> list[Fraction]:
    """The product of each gradient with the next one, exactly, along so many steps of the best length from zero."""
    length = derivations.formula("descent_on_a_quadratic", "length_solution")
    w, products = [Fraction(0)] * quadratic.size, []
    for _ in range(steps):
        r, eta = quadratic.residual(w), length.exact(w=w, H=quadratic.H, c=quadratic.c)[0][0]
        w = [entry + eta * part for entry, part in zip(w, r, strict=True)]
        products.append(inner(r, quadratic.residual(w)))
    return products


def gradients_of_steepest(derivations: Derivations, quadratic: Quadratic) -> Floats:
    """The gradients on that path in float64, until one is by `SMALL` shorter than the first: one in each row."""
    gradient, length = (
        derivations.function("descent_on_a_quadratic", name) for name in ("gradient", "length_solution")
    )
    H, c = np.asarray(as_float(quadratic.H)), np.asarray(as_float(quadratic.c))
    w = np.zeros(quadratic.size)
    found = [np.asarray(gradient(w=w, H=H, c=c))]
    while np.linalg.norm(found[-1]) > SMALL * np.linalg.norm(found[0]) and len(found) <= MOST:
        w = w - length(w=w, H=H, c=c) * found[-1]
        found.append(np.asarray(gradient(w=w, H=H, c=c)))
    return np.array(found)


def _best_lengths(report: Report, derivations: Derivations, quadratic: Quadratic) -> Floats:
    """Gradient descent with the best length of each step turns by right angles, and takes far more steps."""
    found = gradients_of_steepest(derivations, quadratic)
    lengths: Floats = np.linalg.norm(found, axis=1)
    cosine = np.abs(np.sum(found[1:4] * found[:3], axis=1) / (lengths[1:4] * lengths[:3])).max()
    product = max(right_angles(derivations, quadratic, 3), key=abs)
    report.compare(
        "gradient descent with the best length: greatest product of a gradient and the next, in three steps",
        [Comparison("g₊ᵀg", Fraction(0), product, float(cosine), rounding=1e-10)],
    )
    what = f"steps until ‖g‖ has fallen by {SMALL:g}; conjugate gradients take {quadratic.size}"
    report.compare("the best length is not the best direction", [Claim(what, "at least", 100, len(found) - 1)])
    return lengths


# --- what float64 loses ----------------------------------------------------------------------------------------------

SIZES = (3, 6, 9, 12)


def _hilbert(report: Report, derivations: Derivations) -> dict[int, list[float]]:
    """On matrices that are ever nearer to singular ones, the steps in float64 are no longer conjugate.

    Found are the greatest errors of a weight after each step, by the number of weights.
    """
    try:
        from scipy.sparse.linalg import cg
    except ImportError as error:
        raise MissingExtraError("steps are compared with SciPy's: pip install 'symnn[fit]'") from error
    rows, found, wrong, apart = [], {}, Fraction(0), 0.0
    for size in SIZES:
        H = [[Fraction(1, row + place + 1) for place in range(size)] for row in range(size)]
        quadratic = Quadratic(H, [-sum(row, Fraction(0)) for row in H])
        computed = float_path(derivations, quadratic, size)
        found[size] = [float(np.abs(w - 1).max()) for w in computed]
        exactly = max(abs(entry - 1) for entry in exact_path(derivations, quadratic).weights[-1])
        matrix = np.asarray(as_float(H))
        theirs = [cg(matrix, matrix.sum(axis=1), rtol=0.0, maxiter=steps)[0] for steps in (1, 2, 3)]
        from_scipys = float(np.abs(np.array(theirs) - np.array(computed[1:4])).max())
        wrong, apart = max(wrong, exactly), max(apart, from_scipys)
        condition = f"{np.linalg.cond(matrix):.1e}"
        rows.append((str(size), condition, str(exactly), f"{found[size][-1]:.1e}", f"{from_scipys:.1e}"))
    columns = ("weights", "condition number", "exactly off", "float64 off", "from SciPy's")
    report.table("as many steps as weights, H[i, j] = 1/(i + j + 1), w = (1, …, 1)", columns, rows)
    report.compare(
        "these matrices",
        [
            Claim("exactly off after the last step", "at most", 0.0, float(wrong)),
            Claim("three steps: greatest distance from scipy.sparse.linalg.cg", "at most", 1e-12, apart),
        ],
    )
    return found


# --- plots -----------------------------------------------------------------------------------------------------------


def _plot(quadratic: Quadratic, computed: list[Floats], steepest: Floats, off: dict[int, list[float]]) -> Plot:
    H, c = np.asarray(as_float(quadratic.H)), np.asarray(as_float(quadratic.c))
    lengths = [float(np.linalg.norm(H @ w + c)) for w in computed]
    commute = Panel(
        "The commute table",
        "step",
        "‖gradient‖",
        [
            Curve("gradient descent, best lengths", list(range(SHOWN)), steepest[:SHOWN].tolist()),
            Curve("conjugate gradients", list(range(len(lengths))), lengths),
        ],
        logarithmic_y=True,
    )
    curves = [Curve(f"{size} weights", list(range(size + 1)), errors) for size, errors in off.items()]
    singular = Panel(
        "Nearly singular: H[i, j] = 1/(i + j + 1), float64", "step", "greatest error", curves, logarithmic_y=True
    )
    return Plot("conjugate_gradients", "Conjugate gradients", [[commute, singular]])
