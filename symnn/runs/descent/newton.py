"""Newton's method on functions of one variable (S11): digits that double, a maximum, and steps that lead away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symnn.arrays import Packing
from symnn.errors import MissingExtraError
from symnn.formula import Derivations, Formula
from symnn.minimise import Objective
from symnn.plots import Curve, Panel, Plot, Points
from symnn.runs.descent.directions import Counted, halved
from symnn.runs.report import Claim, Comparison, Report

CHAPTER = "newton"


@dataclass(frozen=True)
class OneVariable:
    """A function of the chapter with its derivatives, and the emitted step."""

    name: str
    value: Callable[[float], float]
    slope: Callable[[float], float]
    curvature: Callable[[float], float]
    step_of: Formula

    @classmethod
    def of(cls, derivations: Derivations, name: str) -> OneVariable:
        value, slope, curvature = (
            derivations.function(CHAPTER, f"{name}_{what}") for what in ("value", "gradient", "hessian")
        )
        return cls(name, value, slope, curvature, derivations.formula(CHAPTER, "several_variables_solution"))

    def step(self, x: float) -> float:
        """To where the gradient of the model vanishes, be that its minimum or not."""
        return float(self.step_of.function_at(g=[self.slope(x)], H=[[self.curvature(x)]])[0])

    def path(self, x: float, steps: int) -> list[float]:
        """The places of whole steps, the start first."""
        places = [x]
        for _ in range(steps):
            places.append(places[-1] + self.step(places[-1]))
        return places

    def damped_path(self, x: float, steps: int) -> tuple[list[float], list[float]]:
        """The places where only so much of each step is taken that the value falls, and these parts."""
        objective = Counted(Objective(self.value, self.slope, Packing.of({"x": x}), {}))
        places, parts = [x], []
        for _ in range(steps):
            at, step = np.array([places[-1]]), np.array([self.step(places[-1])])
            parts.append(halved(objective, at, objective.gradient(at), step))
            places.append(places[-1] + parts[-1] * float(step[0]))
        return places, parts


def newton(derivations: Derivations) -> Report:
    """Steps in exact fractions and in float64, beside SciPy's where it is installed."""
    logarithm, cosine, root = (OneVariable.of(derivations, name) for name in ("logarithm", "cosine", "root"))
    report = Report("newton: steps of Newton's method on one variable (row S11)")
    _digits(report, derivations, logarithm)
    _maximum(report, derivations, cosine)
    _away(report, root)
    _scipy(report, {logarithm: 0.5, cosine: 0.3, root: 0.9})
    report.plot(_plot(logarithm, cosine, root))
    return report


def _digits(report: Report, derivations: Derivations, logarithm: OneVariable) -> None:
    """The error of each step on x − log x is the square of the one before, exactly."""
    exact = exact_path(derivations, Fraction(1, 2), 6)
    computed = logarithm.path(0.5, 6)
    rows = []
    for step, (place, rounded) in enumerate(zip(exact, computed, strict=True)):
        bits = (1 - place).denominator.bit_length() - 1
        rows.append((str(step), f"{rounded:.16f}", f"2^-{bits}", f"{bits * np.log10(2):.1f}", f"{1 - rounded:.1e}"))
    columns = ("step", "x in float64", "1 − x exactly", "right digits", "1 − x in float64")
    report.table("x − log x from ½: the digits that are right double with each step", columns, rows)
    errors = [1 - place for place in exact]
    found = [
        Comparison(f"step {step}: 1 − x", Fraction(1, 2 ** (2**step)), errors[step], 1 - computed[step], rounding=1e-15)
        for step in (1, 2, 3)
    ]
    report.compare("errors of the steps", found)


def exact_path(derivations: Derivations, x: Fraction, steps: int) -> list[Fraction]:
    """The places on x − log x in exact arithmetic: the derivatives are rational functions."""
    slope, curvature = (derivations.formula(CHAPTER, f"logarithm_{what}") for what in ("gradient", "hessian"))
    solution = derivations.formula(CHAPTER, "several_variables_solution")
    places = [x]
    for _ in range(steps):
        g, H = (formula.exact(x=places[-1]) for formula in (slope, curvature))
        places.append(places[-1] + solution.exact(g=g, H=H)[0][0])
    return places


def _maximum(report: Report, derivations: Derivations, cosine: OneVariable) -> None:
    places = cosine.path(0.3, 4)
    rows = [
        (str(step), f"{x:+.3e}", f"{cosine.value(x):.10f}", f"{cosine.slope(x):+.1e}", f"{cosine.curvature(x):+.4f}")
        for step, x in enumerate(places)
    ]
    report.table("cos from 0.3: to a maximum", ("step", "x", "J", "J′", "J″"), rows)
    report.remark(
        "The step leads to where the gradient of the model vanishes. The closed form of its minimum holds for J″ > 0 "
        f"alone, and its function refuses the start: {refusal(derivations, cosine)}."
    )
    report.compare(
        "a zero of the derivative need not be a minimum",
        [
            Claim("|J′| at the end", "at most", 1e-12, abs(cosine.slope(places[-1]))),
            Claim("J″ at the end: negative, a maximum", "at most", -0.999, cosine.curvature(places[-1])),
        ],
    )


def refusal(derivations: Derivations, cosine: OneVariable) -> str:
    """What the emitted minimum of the model says at 0.3, where it has none; nothing where it gives a step."""
    minimum = derivations.function(CHAPTER, "one_variable_solution")
    try:
        minimum(slope=cosine.slope(0.3), curvature=cosine.curvature(0.3))
    except ValueError as error:
        return str(error)
    return ""


def _away(report: Report, root: OneVariable) -> None:
    whole = root.path(1.5, 3)
    damped, parts = root.damped_path(1.5, 7)
    inside = root.path(0.9, 7)
    lost = [f"{x:+.4g}" for x in whole] + [""] * (len(damped) - len(whole))
    taken = ["", *(f"{part:g}" for part in parts)]
    rows = [
        (str(step), lost[step], f"{damped[step]:+.4g}", taken[step], f"{inside[step]:+.4g}")
        for step in range(len(damped))
    ]
    columns = ("step", "from 1.5, whole steps", "from 1.5, damped", "part taken", "from 0.9, whole steps")
    report.table("√(1 + x²): a step leads from x to −x³", columns, rows)
    report.compare(
        "convex, and yet the start decides",
        [
            Claim("from 1.5, whole steps: |x| after 3 steps", "at least", 5e4, abs(whole[-1])),
            Claim("from 1.5, damped: |x| after 7 steps", "at most", 1e-12, abs(damped[-1])),
            Claim("from 0.9, whole steps: |x| after 7 steps", "at most", 1e-12, abs(inside[-1])),
        ],
    )
    report.remark(
        "Of each damped step the first of 1, ½, ¼ … is taken with which J falls by 0.0001 of what its slope promises. "
        "Near the minimum that is the whole step, and nothing of Newton's method is lost. Far away the whole steps end "
        "altogether: J″ is no longer told from 0 in float64."
    )


def _scipy(report: Report, starts: dict[OneVariable, float]) -> None:
    """Each place beside the one of SciPy's root finder on J′ with J″."""
    try:
        from scipy.optimize import newton as root_of
    except ImportError as error:
        raise MissingExtraError("steps are compared with SciPy's: pip install 'symnn[fit]'") from error
    claims = []
    for function, start in starts.items():
        theirs = [
            root_of(function.slope, start, fprime=function.curvature, maxiter=steps, tol=1e-300, disp=False)
            for steps in (1, 2, 3)
        ]
        apart = max(abs(one - other) for one, other in zip(function.path(start, 3)[1:], theirs, strict=True))
        claims.append(Claim(f"{function.name} from {start:g}", "at most", 1e-12, float(apart)))
    report.compare("three steps: greatest distance from those of scipy.optimize.newton", claims)


# --- plots -----------------------------------------------------------------------------------------------------------


def _plot(logarithm: OneVariable, cosine: OneVariable, root: OneVariable) -> Plot:
    errors = [abs(1 - x) for x in logarithm.path(0.5, 5)]
    halves = [0.5 ** (step + 1) for step in range(6)]
    steps = list(range(6))
    digits = Panel(
        "x − log x from ½",
        "step",
        "distance from the minimum",
        curves=[Curve("Newton: squared by each step", steps, errors), Curve("halved by each step", steps, halves)],
        logarithmic_y=True,
    )
    to_maximum = _on_graph("cos x from 0.3", cosine, (-1.2, 4.2), {"whole steps": cosine.path(0.3, 4)})
    paths = {"whole step": root.path(1.5, 1), "damped": root.damped_path(1.5, 3)[0]}
    return Plot(
        "newton",
        "Newton's method on one variable",
        [[digits, to_maximum, _on_graph("√(1 + x²) from 1.5", root, (-4.2, 4.2), paths)]],
    )


def _on_graph(
    title: str, function: OneVariable, ends: tuple[float, float], paths: Mapping[str, Sequence[float]]
) -> Panel:
    """Paths on the graph of a function."""
    axis = np.linspace(*ends, 169)
    graph = Curve("J", axis.tolist(), [function.value(x) for x in axis])
    heights = {name: [function.value(x) for x in places] for name, places in paths.items()}
    return Panel(
        title,
        "x",
        "J",
        curves=[graph, *(Curve(name, list(places), heights[name]) for name, places in paths.items())],
        points=[Points("", list(places), heights[name]) for name, places in paths.items()],
    )
