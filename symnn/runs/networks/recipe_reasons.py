"""Why the lines of the recipe say what they say (S14): the chapter's statements in numbers, by its emitted code.

Scaled inputs, the start of a network that knows nothing, steps that do not come to rest for noise, and stopping early.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.learn.datasets import Preprocessing, load
from symnn.plots import Curve, Panel, Plot
from symnn.recipe.subject import Subject
from symnn.runs.emitted import Emitted
from symnn.runs.report import Claim, Report

CHAPTER = "training_recipe"
SAME = 1e-12
AT_REST, PATIENCE = 1e-6, 20_000
"""Descent is at the minimum where no gradient is larger than the first; it takes at most so many steps."""
CURVATURE, DEVIATION, NOISY_STEPS, LEFT_OUT, SEED = 1.0, 2.0, 20_000, 500, 14
NOISY = ((0.1, 1), (0.1, 16), (0.02, 1), (1.0, 1))
"""Learning rates and sizes of batches; the first steps are left out, in which the start is forgotten."""
SPREAD = 0.15
"""How far the variance of so many dependent steps may be from its limit, as a part of it."""
UNEVEN = 50
"""So many samples, drawn at random, do not have the same number of every class."""
RATE, STEPS = 0.02, 50
CURVATURES = (0.001, 0.01, 0.1, 1.0, 10.0)


def reasons(report: Report, derivations: Derivations, subject: Subject) -> None:
    """Add what the chapter says of each line to the report: of the commute table, of a subject, of one direction."""
    _scaled_inputs(report, derivations)
    _at_the_start(report, subject)
    _noise(report, derivations)
    _stopping(report, derivations)


def _scaled_inputs(report: Report, derivations: Derivations) -> None:
    """Steps of descent to the minimum of one weight and a bias, each at the rate that is best for its Hessian."""
    table = load("commute")
    minutes = np.array(table["minutes"], dtype=float)
    rows, found = [], {}
    for name in ("distance", "weekday"):
        raw = np.array(table[name], dtype=float)
        for how in ("none", "standardise"):
            u = Preprocessing.of(raw[:, None], how)(raw[:, None])[:, 0]
            columns = np.column_stack([u, np.ones_like(u)])
            curvatures = np.linalg.eigvalsh(columns.T @ columns / len(u))
            start = Emitted.of(derivations, CHAPTER, "line", {"w": np.zeros(()), "bias": np.zeros(())}, u=u, y=minutes)
            found[name, how] = _steps_to_rest(start, 2 / float(curvatures.sum()))
            words = "as it is" if how == "none" else "shifted and scaled"
            rows.append((f"{name}, {words}", f"{curvatures[1] / curvatures[0]:.4g}", str(found[name, how])))
    report.table("Preprocessing: descent on minutes ≈ wx + b", ("x", "curvatures' ratio", "steps"), rows)
    report.compare(
        "Steps to the minimum",
        [
            *(Claim(f"{name}, scaled", "at most", 1, found[name, "standardise"]) for name in ("distance", "weekday")),
            Claim("distance as it is", "at least", 100, found["distance", "none"]),
        ],
    )


def _steps_to_rest(here: Emitted, rate: float) -> int:
    """How many steps it takes until the gradients are as good as zero."""
    for steps in range(PATIENCE):
        slopes = here.gradients()
        if max(float(np.abs(slope)) for slope in slopes.values()) < AT_REST:
            return steps
        here = here.at(**{name: here.arguments[name] - rate * slope for name, slope in slopes.items()})
    return PATIENCE


def _at_the_start(report: Report, subject: Subject) -> None:
    """With last weights of zero all scores are equal: the loss is ln k, the last bias has 1/k less the shares."""
    start, batch = subject.start(), subject.samples
    last, bias = subject.weights[-1], list(start)[-1]
    equal = {**start, last: np.zeros_like(start[last]), bias: np.zeros_like(start[bias])}
    k = subject.model.layers[-1].units
    some = subject.some(UNEVEN)
    slope, shares = subject.gradients(equal, some)[bias], some[1].mean(axis=0)
    of_class = [subject.gradients(equal, _of_class(batch, place))[bias] for place in range(k)]
    report.compare(
        f"{subject.model.name} with equal scores, by the emitted code of the model",
        [
            Claim(f"loss, off ln {k} by", "at most", SAME, abs(subject.loss(equal, batch) - math.log(k))),
            Claim(
                f"∂/∂{bias} of {UNEVEN} samples, off 1/{k} − shares by", "at most", SAME,
                float(np.abs(slope - (1 / k - shares)).max()),
            ),
            Claim(
                f"‖∂/∂{bias}‖² of one class alone, off 1 − 1/{k} by", "at most", SAME,
                max(abs(float(one @ one) - (1 - 1 / k)) for one in of_class),
            ),
        ],
    )  # fmt: skip


def _of_class(batch: tuple[Floats, Floats], place: int) -> tuple[Floats, Floats]:
    X, Y = batch
    rows = Y[:, place] == 1
    return X[rows], Y[rows]


def _noise(report: Report, derivations: Derivations) -> None:
    """Descent with noisy gradients does not come to rest: the variance of w beside ηv/(bh(2 − ηh))."""
    slope, at_rest = (derivations.function(CHAPTER, name) for name in ("direction_gradient", "at_rest_value"))
    random = np.random.default_rng(SEED)
    rows, claims = [], []
    for rate, size in NOISY:
        noise = random.normal(0, DEVIATION / math.sqrt(size), NOISY_STEPS)
        w, places = 0.0, []
        for error in noise:
            w -= rate * (float(slope(h=CURVATURE, w=w, target=0.0)) + error)
            places.append(w)
        measured = float(np.mean(np.square(places[LEFT_OUT:])))
        limit = float(at_rest(h=CURVATURE, eta=rate, v=DEVIATION**2, b=size))
        rows.append((f"{rate:g}", str(size), f"{limit:.4f}", f"{measured:.4f}"))
        claims.append(Claim(f"η = {rate:g}, b = {size}", "at most", SPREAD, abs(measured / limit - 1)))
    heading = f"Gradient noise: the variance of w in {NOISY_STEPS:,} steps, h = {CURVATURE:g}, v = {DEVIATION**2:g}"
    report.table(heading, ("η", "b", "ηv/(bh(2 − ηh))", "measured"), rows)
    report.compare("Measured and derived are apart by, as a part", claims)


def _stopping(report: Report, derivations: Derivations) -> None:
    """The part of the way that some steps go, beside the part that a penalty of λ = 1/(ηt) leaves."""
    rate, penalty = RATE, 1 / (RATE * STEPS)
    slope, solution = (derivations.function(CHAPTER, name) for name in ("direction_gradient", "penalised_solution"))
    grid = np.geomspace(CURVATURES[0], CURVATURES[-1], 60)
    stopped = {h: _part(slope, h, rate) for h in (*CURVATURES, *grid)}
    shrunk = {h: float(solution(h=h, target=1.0, lam=penalty)) for h in stopped}
    rows = [(f"{h:g}", f"{stopped[h]:.5f}", f"{shrunk[h]:.5f}") for h in CURVATURES]
    report.table(
        f"Early stopping: the part of the way in {STEPS} steps of η = {rate:g}, and by λ = {penalty:g}",
        ("curvature h", "stopped", "penalised"),
        rows,
    )
    off = max(abs(stopped[h] - (1 - (1 - rate * h) ** STEPS)) for h in CURVATURES)
    least = CURVATURES[0]
    report.compare(
        "Early stopping",
        [
            Claim("off 1 − (1 − ηh)ᵗ by", "at most", SAME, off),
            Claim(
                f"at h = {least:g} off the penalty's part by", "at most", 1e-3, abs(stopped[least] / shrunk[least] - 1)
            ),
            Claim(
                "the penalty's part is nowhere larger, by",
                "at most",
                1e-12,
                max(shrunk[h] - stopped[h] for h in stopped),
            ),
        ],
    )
    labelled = {f"stopped after {STEPS} steps": stopped, "penalised with λ = 1/(ηt)": shrunk}
    curves = [Curve(label, grid.tolist(), [part[h] for h in grid]) for label, part in labelled.items()]
    panel = Panel("", "curvature h", "part of the way to the minimum", curves, logarithmic=True)
    report.plot(Plot("recipe_stopping", f"{STEPS} steps are like a penalty", [[panel]]))


def _part(slope: Callable[..., Floats], h: float, rate: float) -> float:
    """Where descent from 0 to 1 has come to."""
    w = 0.0
    for _ in range(STEPS):
        w -= rate * float(slope(h=h, w=w, target=1.0))
    return w
