"""Second-order methods (S11) by emitted steps: down a curved valley, step for step with SciPy's, and on a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from symnn.arrays import Floats, Packing
from symnn.formula import Derivations
from symnn.minimise import Minimum, Objective, minimise
from symnn.plots import Curve, Grid, Panel, Plot
from symnn.runs.descent.directions import (
    Bfgs,
    ConjugateGradients,
    Descent,
    Directions,
    LimitedBfgs,
    Newton,
    Search,
    SteepestDescent,
    descend,
    halved,
    levelled,
    whole_step,
)
from symnn.runs.networks.network_objective import network_objective
from symnn.runs.report import Claim, Report

START = np.array([-1.2, 1.0])
STEPS, TOLERANCE = 300, 1e-9
COMPARED, CLOSE = 12, 1e-12
SHOWN = ("steepest descent", "Newton, damped", "conjugate gradients", "BFGS")
SCIPYS = ("CG", "BFGS", "L-BFGS-B", "Newton-CG", "trust-ncg")


def second_order(derivations: Derivations) -> Report:
    """The methods on a valley, their updates beside SciPy's, and SciPy's methods on a network."""
    valley = valley_objective(derivations)
    descents = {name: run(derivations, valley, START, name) for name in METHODS}
    report = Report("second-order: methods that know, or learn, the curvature (row S11)")
    _valley(report, descents)
    _products(report, derivations)
    _updates(report, derivations, valley)
    _network(report, derivations)
    report.plot(_plot(valley, descents))
    return report


def valley_objective(derivations: Derivations) -> Objective:
    """The valley of the chapter in two dimensions, with its emitted gradient and Hessian product."""
    value, gradient, hvp = (derivations.function("newton", f"valley_{name}") for name in ("value", "gradient", "hvp"))
    return Objective(value, gradient, Packing.of({"w": START}), {}, hvp)


METHODS: Mapping[str, tuple[Callable[[Derivations, Objective], Directions], Search]] = MappingProxyType(
    {
        "steepest descent": (lambda *_: SteepestDescent(), halved),
        "Newton, whole": (Newton, whole_step),
        "Newton, damped": (Newton, halved),
        "conjugate gradients": (lambda derivations, _: ConjugateGradients(derivations), levelled),
        "BFGS": (lambda derivations, _: Bfgs(derivations), levelled),
        "L-BFGS, 5 pairs": (lambda derivations, _: LimitedBfgs(derivations), levelled),
    }
)
"""Directions and searches, by name."""


def run(derivations: Derivations, objective: Objective, start: Floats, name: str) -> Descent:
    """One of the methods from a start."""
    directions, search = METHODS[name]
    return descend(objective, start, directions(derivations, objective), search, steps=STEPS, tolerance=TOLERANCE)


def _valley(report: Report, descents: Mapping[str, Descent]) -> None:
    rows = [
        (
            name,
            f"{found.steps}{'' if found.steps < STEPS else ' (cut)'}",
            str(found.evaluations),
            f"{found.values.max():.4g}",
            f"{found.values[-1]:.1e}",
            f"{np.abs(found.path[-1] - 1).max():.1e}",
        )
        for name, found in descents.items()
    ]
    columns = ("method", "steps", "∇J asked", "greatest J", "last J", "from (1, 1)")
    report.table("100(w₂ − w₁²)² + (1 − w₁)² from (−1.2, 1)", columns, rows)
    ends = {name: float(np.abs(found.path[-1] - 1).max()) for name, found in descents.items()}
    first = "steepest descent"
    claims = [
        Claim(f"{name}: distance from (1, 1)", "at most", 1e-8, end) for name, end in ends.items() if name != first
    ]
    claims.append(Claim(f"{first}: distance from (1, 1) after {STEPS} steps", "at least", 1e-3, ends[first]))
    whole = descents["Newton, whole"]
    claims.append(Claim("Newton, whole: greatest J on the way", "at least", 100.0, float(whole.values.max())))
    report.compare("at the end of the valley", claims)
    last = [float(np.abs(place - 1).max()) for place in whole.path[-4:]]
    report.remark(
        "Whole Newton steps climb out of the valley and fall back into it. Their last distances from the minimum are "
        f"{', '.join(f'{distance:.0e}' for distance in last)}: each is about the square of the one before, up to a "
        "factor. The searches for a nearly level place on the line ask for several gradients with each step."
    )


def _products(report: Report, derivations: Derivations) -> None:
    """The emitted product with the Hessian of a network, beside differences of the gradient, and symmetric."""
    objective, w = network_objective(derivations)
    random = np.random.default_rng(7)
    off, skew = [], []
    for _ in range(10):
        one, other = random.normal(size=(2, len(w)))
        product = objective.hvp(w, one)
        differences = (objective.gradient(w + 1e-5 * one) - objective.gradient(w - 1e-5 * one)) / 2e-5
        off.append(float(np.linalg.norm(product - differences) / np.linalg.norm(product)))
        skew.append(abs(product @ other - objective.hvp(w, other) @ one) / np.linalg.norm(product))
    report.compare(
        f"the Hessian of a network with {len(w)} weights, times 10 random directions",
        [
            Claim("off differences of the gradient, relative", "at most", 1e-8, max(off)),
            Claim("aᵀHb − bᵀHa, relative", "at most", 1e-13, float(max(skew))),
        ],
    )


# --- beside SciPy ----------------------------------------------------------------------------------------------------


def _updates(report: Report, derivations: Derivations, valley: Objective) -> None:
    """Along SciPy's own paths, the emitted updates give SciPy's directions and SciPy's matrices."""
    network, start = network_objective(derivations)
    claims = []
    for name, objective, place in (("valley", valley, START), ("network", network, start)):
        by_gradients, by_bfgs, limited = (
            scipys(objective, place, method, COMPARED) for method in ("CG", "BFGS", "L-BFGS-B")
        )
        conjugate = greatest_sine(ConjugateGradients(derivations), objective, by_gradients.path)
        bfgs = Bfgs(derivations)
        turned = greatest_sine(bfgs, objective, by_bfgs.path)
        claims += [
            Claim(f"{name}, CG: greatest sine of two steps", "at most", CLOSE, conjugate),
            Claim(f"{name}, BFGS: greatest sine of two steps", "at most", CLOSE, turned),
            Claim(
                f"{name}, BFGS: last matrix", "at most", CLOSE, apart(np.asarray(bfgs.inverse), by_bfgs.scipy.hess_inv)
            ),
            Claim(f"{name}, L-BFGS: product", "at most", CLOSE, beside_limited(derivations, limited)),
        ]
    claims.append(Claim("valley, Newton: steps", "at most", CLOSE, beside_newton(derivations, valley)))
    report.compare(f"emitted updates along {COMPARED} steps of SciPy's: how far from SciPy's own, relative", claims)


def scipys(objective: Objective, start: Floats, method: str, steps: int | None = None) -> Minimum:
    """One of SciPy's methods from a start, for so many steps at most."""
    return minimise(
        objective.value_of,
        objective.gradient_of,
        objective.packing.unpack(start),
        objective.given,
        method=method,
        hvp=objective.hvp_of,
        tolerance=1e-8,
        options={} if steps is None else {"maxiter": steps},
    )


def apart(mine: Floats, theirs: Floats) -> float:
    """The distance of two arrays, relative to the second."""
    return float(np.linalg.norm(mine - theirs) / np.linalg.norm(theirs))


def greatest_sine(directions: Directions, objective: Objective, path: Floats) -> float:
    """The greatest sine between a step of a path and the emitted direction, which learns from each step."""
    gradients = [objective.gradient(place) for place in path]
    sines = []
    for before, after, g, g_after in zip(path, path[1:], gradients, gradients[1:], strict=False):
        direction, step = directions.at(before, g), after - before
        along = direction / np.linalg.norm(direction)
        sines.append(float(np.linalg.norm(step - (step @ along) * along) / np.linalg.norm(step)))
        directions.learn(step, g_after - g)
    return max(sines)


def beside_newton(derivations: Derivations, valley: Objective) -> float:
    """How far whole emitted steps are from those that NumPy solves for with SciPy's derivatives of the same valley."""
    from scipy.optimize import rosen_der, rosen_hess

    path = run(derivations, valley, START, "Newton, whole").path
    return max(
        apart(after - before, -np.linalg.solve(rosen_hess(before), rosen_der(before)))
        for before, after in pairwise(path[:5])
    )


def beside_limited(derivations: Derivations, found: Minimum) -> float:
    """How far the emitted two changes for each pair are from SciPy's product, with the pairs that SciPy kept."""
    theirs = found.scipy.hess_inv
    mine = LimitedBfgs(derivations, memory=len(theirs.sk))
    for step, change in zip(theirs.sk, theirs.yk, strict=True):
        mine.learn(step, change)
    vector = np.random.default_rng(1).normal(size=theirs.shape[0])
    return apart(mine.times(vector, 1.0), theirs @ vector)


def _network(report: Report, derivations: Derivations) -> None:
    """Our methods and SciPy's, fed with the emitted value, gradient and Hessian product of a network."""
    objective, start = network_objective(derivations)
    mine = {name: run(derivations, objective, start, name) for name in ("steepest descent", "BFGS", "L-BFGS, 5 pairs")}
    rows = [
        (name, str(one.steps), str(one.evaluations), f"{one.values[-1]:.6f}", f"{one.slopes[-1]:.0e}")
        for name, one in mine.items()
    ]
    for method in SCIPYS:
        found = scipys(objective, start, method)
        slope = np.linalg.norm(objective.gradient(found.path[-1]))
        asked = str(found.scipy.njev)
        rows.append((f"{method}, SciPy", str(len(found.path) - 1), asked, f"{found.value:.6f}", f"{slope:.0e}"))
    columns = ("method", "steps", "∇J asked", "last loss", "‖∇J‖")
    report.table("a network on two circles: softmax cross-entropy with a penalty", columns, rows)
    bfgs, steepest = mine["BFGS"], mine["steepest descent"]
    report.compare(
        "the network by emitted updates",
        [
            Claim("BFGS: ‖∇J‖ at the end", "at most", 1e-7, float(bfgs.slopes[-1])),
            Claim(f"steepest descent: ‖∇J‖ after {steepest.steps} steps", "at least", 1e-4, float(steepest.slopes[-1])),
            Claim(
                "BFGS: last loss over that of steepest descent", "at most", 1.0, bfgs.values[-1] / steepest.values[-1]
            ),
        ],
    )
    report.remark(
        "A network has many minima: two methods from one start may end in different ones. The least loss is no merit "
        "of the method, the length of the gradient at the end is."
    )


# --- plots -----------------------------------------------------------------------------------------------------------


def _plot(valley: Objective, descents: Mapping[str, Descent]) -> Plot:
    grid = Grid.of((-1.6, 1.6), (-0.6, 2.6), 81, 91)
    values = [np.log10(valley.value(place) + 1e-3) for place in grid.places]
    field = grid.field(values, np.linspace(-2.5, 3.0, 12).tolist())
    paths = [Curve(name, descents[name].path[:, 0].tolist(), descents[name].path[:, 1].tolist()) for name in SHOWN]
    surface = Panel("from (−1.2, 1) to (1, 1)", "w₁", "w₂", paths, fields=[field], range=(-0.6, 2.6))
    falls = []
    for name in (*SHOWN, *(name for name in descents if name not in SHOWN)):
        slopes = descents[name].slopes[:61]
        falls.append(Curve(name, list(range(len(slopes))), np.maximum(slopes, 1e-14).tolist()))
    lengths = Panel("how the gradient falls", "step", "‖gradient‖", falls, logarithmic_y=True)
    return Plot("second_order", "Methods on a curved valley", [[surface, lengths]])
