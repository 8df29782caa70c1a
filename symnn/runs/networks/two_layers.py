"""The notes' networks (H2, H3, H4): emitted gradients on data, the softmax's Jacobian, and stacked columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.graphs import graph
from symnn.graphs.values import value_at
from symnn.plots import Curve, Grid, Panel, Plot, Points
from symnn.runs.differences import SMALL, largest_difference
from symnn.runs.report import Claim, Comparison, Report

SAMPLES, INPUTS, HIDDEN, CLASSES, SEED = 60, 2, 5, 3, 3
CENTRES = ((0.0, 1.5), (-1.5, -1.0), (1.5, -1.0))
FEW, STEPS, RATE, SMALL_RATE, SMALLEST_RISE = 4, 400, 2.0, 0.1, 1e-3
WIDE, GRID = 3.5, 41
WIDTHS = (2, 5, 4, 6, 3)
ROUND_OFF = 1e-14


def two_layers(derivations: Derivations) -> Report:
    """Two layers with softmax and cross-entropy on three clouds of points, and deeper ones (H2, H3, H4)."""
    report = Report("two-layers: the notes' gradients on three clouds of points (rows H2, H3 and H4)")
    X, Y = clouds()
    _at_zero(report, derivations, X, Y)
    _against_differences(report, derivations, X, Y)
    loss, regions = _descent(report, derivations, X, Y)
    _jacobian(report, derivations)
    _stacked(report, derivations)
    report.plot(Plot("two_layers", "Two layers trained by the emitted gradient", [[loss, regions]]))
    return report


def clouds() -> tuple[Floats, Floats]:
    """Points around three centres, and their classes as one-hot rows."""
    random = np.random.default_rng(SEED)
    classes = np.arange(SAMPLES) % CLASSES
    return np.array(CENTRES)[classes] + 0.6 * random.normal(size=(SAMPLES, INPUTS)), np.eye(CLASSES)[classes]


def _weights(random: np.random.Generator, widths: tuple[int, ...]) -> dict[str, Floats]:
    return {f"W{layer}": random.normal(size=shape) for layer, shape in enumerate(pairwise(widths), start=1)}


def _at_zero(report: Report, derivations: Derivations, X: Floats, Y: Floats) -> None:
    """With all weights 0, H₁ is ½ and S is 1/k, so that the gradient by W₂ is rational: ½(1/k − share of the class)."""
    weights = {"W1": np.zeros((INPUTS, HIDDEN)), "W2": np.zeros((HIDDEN, CLASSES))}
    data = {"X": X[:FEW], "Y": Y[:FEW], **weights}
    value, gradient = (derivations.function("two_layers", what) for what in ("value", "gradient"))
    found = graph(derivations.program("two_layers", ""))
    backward = {v.label.name: g for v, g in zip(found.vertices, found.at(data).backward, strict=True)}
    by_first, by_second = gradient(**data)
    shares = [Fraction(int(count), FEW) for count in Y[:FEW].sum(axis=0)]
    rows = [
        Comparison(
            f"∂/∂W₂[0, {place}]",
            (Fraction(1, CLASSES) - share) / 2,
            backward["W2"][0, place],
            float(by_second[0, place]),
        )
        for place, share in enumerate(shares)
    ]
    largest = Fraction(abs(backward["W1"]).max())
    rows.append(Comparison("max |∂/∂W₁|", Fraction(0), largest, float(np.abs(by_first).max())))
    report.compare(f"H3: all weights 0, {FEW} samples: ½(1/k − share of the class)", rows)
    report.compare(
        "H3: the loss there", [Claim("|loss − ln k|", "at most", 1e-15, abs(float(value(**data)) - math.log(CLASSES)))]
    )


def _against_differences(report: Report, derivations: Derivations, X: Floats, Y: Floats) -> None:
    random = np.random.default_rng(SEED + 1)
    networks = {
        "H3, linear second layer": ("two_layers", "", (INPUTS, HIDDEN, CLASSES)),
        "H2, 2 sigmoid layers": ("activation_adjoints", "", (INPUTS, HIDDEN, CLASSES)),
        "H2, 4 sigmoid layers": ("activation_adjoints", "four_", WIDTHS),
    }
    claims = []
    for words, (chapter, name, widths) in networks.items():
        data = {"X": X, "Y": Y, **_weights(random, widths)}
        value, gradient = (derivations.function(chapter, f"{name}{what}") for what in ("value", "gradient"))
        for layer, derivative in enumerate(gradient(**data), start=1):
            apart = largest_difference(value, derivative, data, f"W{layer}")
            claims.append(Claim(f"{words}: ∂/∂W{layer}", "at most", SMALL, apart))
    report.compare("Emitted gradients on the clouds, from central differences", claims)


def _descent(report: Report, derivations: Derivations, X: Floats, Y: Floats) -> tuple[Panel, Panel]:
    """Gradient descent with the emitted gradient; and what the sign that is printed does."""
    value, gradient = (derivations.function("two_layers", what) for what in ("value", "gradient"))
    weights = _weights(np.random.default_rng(SEED + 2), (INPUTS, HIDDEN, CLASSES))
    start = float(value(X=X, Y=Y, **weights))
    slopes = gradient(X=X, Y=Y, **weights)
    printed = {name: weight + SMALL_RATE * slope for (name, weight), slope in zip(weights.items(), slopes, strict=True)}
    rise = float(value(X=X, Y=Y, **printed)) - start
    losses = [start]
    for _ in range(STEPS):
        slopes = gradient(X=X, Y=Y, **weights)
        weights = {name: weight - RATE * slope for (name, weight), slope in zip(weights.items(), slopes, strict=True)}
        losses.append(float(value(X=X, Y=Y, **weights)))

    def losses_of(points: Floats) -> Floats:
        """The loss of each point for each class, −log of its probability."""
        return np.array(
            [[value(X=point[None], Y=unit[None], **weights) for unit in np.eye(CLASSES)] for point in points]
        )

    accuracy = float(np.mean(losses_of(X).argmin(axis=1) == Y.argmax(axis=1)))
    shown = [(str(step), f"{losses[step]:.4f}") for step in (0, 1, 10, 100, STEPS)]
    report.table(f"H3: gradient descent with the rate {RATE:g}", ("step", "loss"), shown)
    report.compare(
        "H3: what descent reaches, and what a step with the printed sign (Y − Z) does",
        [
            Claim("accuracy", "at least", 0.95, accuracy),
            Claim(f"loss after {STEPS} steps", "at most", 0.2, losses[-1]),
            Claim("printed sign: the loss rises by", "at least", SMALLEST_RISE, rise),
        ],
    )
    return (
        Panel("loss", "step", "loss", [Curve("", list(range(STEPS + 1)), losses)], logarithmic_y=True),
        _boundaries(losses_of, X, Y),
    )


def _boundaries(losses_of: Callable[[Floats], Floats], X: Floats, Y: Floats) -> Panel:
    """Lines on which a class is as probable as the most probable other one."""
    grid = Grid.of((-WIDE, WIDE), (-WIDE, WIDE), GRID, GRID)
    found = losses_of(grid.places)
    fields = []
    for one in range(CLASSES):
        margin = np.delete(found, one, axis=1).min(axis=1) - found[:, one]
        fields.append(grid.field(margin, levels=(0.0,)))
    points = Points.of_classes(X, Y.argmax(axis=1), {one: f"class {one}" for one in range(CLASSES)})
    return Panel("boundaries of the most probable class", "x₁", "x₂", points=points, fields=fields, equal=True)


def _jacobian(report: Report, derivations: Derivations) -> None:
    """diag(s) − ssᵀ: symmetric, its rows add up to 0, and no eigenvalue is negative (H4)."""
    value, jacobian = (derivations.function("softmax_jacobian", f"softmax_{what}") for what in ("value", "jacobian"))
    zero = {"h": np.zeros(4)}
    formula = derivations.formula("softmax_jacobian", "softmax_jacobian").node
    exact, computed = value_at(formula, zero), jacobian(**zero)
    report.compare(
        "H4: the softmax's Jacobian at four equal scores",
        [
            Comparison("diagonal, ¼ − 1/16", Fraction(3, 16), exact[0, 0], float(computed[0, 0])),
            Comparison("elsewhere, −1/16", Fraction(-1, 16), exact[2, 1], float(computed[2, 1])),
        ],
    )
    scores = {"h": np.random.default_rng(SEED).normal(size=5)}
    s, J = value(**scores), jacobian(**scores)
    report.compare(
        "H4: at five random scores",
        [
            Claim("J from diag(s) − ssᵀ", "at most", ROUND_OFF, float(np.abs(J - (np.diag(s) - np.outer(s, s))).max())),
            Claim("J from central differences", "at most", SMALL, largest_difference(value, J, scores, "h")),
            Claim("largest sum of a row", "at most", ROUND_OFF, float(np.abs(J.sum(axis=1)).max())),
            Claim("least eigenvalue", "at least", -ROUND_OFF, float(np.linalg.eigvalsh(J).min())),
        ],
    )


def _stacked(report: Report, derivations: Derivations) -> None:
    """vec(H₁W₂) = (I ⊗ H₁) vec W₂ on whole numbers; the matrix is the emitted Jacobian of the product, unfolded."""
    random = np.random.default_rng(SEED)
    H1, W2 = random.integers(-9, 10, size=(4, 2)), random.integers(-9, 10, size=(2, 3))
    product = derivations.function("softmax_jacobian", "product_value")(H1=H1, W2=W2)
    jacobian = derivations.function("softmax_jacobian", "product_jacobian")(H1=H1, W2=W2)
    matrix = jacobian.reshape(product.size, W2.size, order="F")
    apart = float(np.abs(matrix @ W2.ravel(order="F") - product.ravel(order="F")).max())
    blocks = float(np.abs(matrix - np.kron(np.eye(3), H1)).max())
    report.compare(
        "H4: 4×2 times 2×3, columns stacked",
        [
            Claim("vec(H₁W₂) from (I ⊗ H₁) vec W₂", "at most", 0.0, apart),
            Claim("the matrix from I ⊗ H₁", "at most", 0.0, blocks),
        ],
    )
