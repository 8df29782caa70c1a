"""A page of activations (L14, S6, B16): values, derivatives, ranges, minima, kinks, saturation, the forms of GELU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib import import_module

import mpmath
import numpy as np
import sympy

from symnn.algebra.nodes import Map, Node
from symnn.algebra.scalars import PLACE_HOLDER, scalar_to_sympy
from symnn.errors import MissingExtraError
from symnn.formula import Derivations, Formula, Value, column, data_matrix
from symnn.learn.activation_shape import Shape, shape_of
from symnn.learn.datasets import load
from symnn.plots import Curve, Panel, Plot
from symnn.runs.differences import SMALL, STEP, largest_difference
from symnn.runs.networks import gelu_forms
from symnn.runs.report import Claim, Comparison, Report

Real = Callable[[float], float]

PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "prelu": {"alpha": "1/4"},
    "elu": {"gamma": "1"},
    "swish": {"beta": "1"},
}
"""What parameters are where a table needs numbers."""
TITLES: Mapping[str, str] = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "prelu": "PReLU, α = ¼",
    "elu": "ELU, γ = 1",
    "softplus": "softplus",
    "swish": "Swish, β = 1",
    "gelu": "GELU",
    "gelu_tanh": "GELU, tanh form",
    "gelu_logistic": "GELU, logistic form",
}
PLACES = (-2, -1, 0, 1, 2)
BETAS = (0.5, 1.0, 3.0)
ENDS: Mapping[str, tuple[int, int]] = {"sigmoid": (0, 1), "tanh": (-1, 1)}
"""The limits of row B16. Neither the lecture's (0, 1) for tanh is right, nor the book's "any real number" for σ."""
POINTS, WIDE, FAR, VERY_FAR, DIGITS, PANELS = 201, 4.0, 40.0, 800, 30, 4
SEED = 14
DEAD: Mapping[str, Value] = {"w": (-1, -1), "b": -1}
SATURATED: Mapping[str, Value] = {"w": (10, 10), "b": 0}


@dataclass(frozen=True)
class Activation:
    """An activation of the chapter: emitted value and derivative at numbers for its parameters, and its shape."""

    title: str
    value: Real
    slope: Real
    shape: Shape
    formula: Node
    derivative: Node
    expression: sympy.Expr
    slope_expression: sympy.Expr


def activations(derivations: Derivations) -> Report:
    """One page of all activations, by the emitted code and by SymPy's limits of the same formulas."""
    try:
        import_module("scipy.special")
    except ImportError as error:
        raise MissingExtraError("GELU needs the error function of SciPy: pip install 'symnn[data]'") from error
    found = {name: _activation(derivations, name) for name in TITLES}
    report = Report("activations: one page of all (rows L14, S6 and B16)")
    rows = [(one.title, _written(one.formula), str(one.derivative)) for one in found.values()]
    report.table("Formulas, and their derivatives as derived", ("", "f(x)", "f′(x)"), rows)
    _values(report, found)
    _far_out(report, found)
    _shapes(report, found)
    _kinks(report, derivations, found)
    _compared(report, derivations, found)
    _softmax(report, derivations)
    _units(report, derivations)
    errors = gelu_forms.errors(report, {name: (found[name].value, found[name].expression) for name in gelu_forms.NAMES})
    report.plot(_plot(found, errors))
    return report


def _activation(derivations: Derivations, name: str) -> Activation:
    numbers = {key: Fraction(number) for key, number in PARAMETERS.get(name, {}).items()}
    value = derivations.formula("activations", f"{name}_value")
    slope = derivations.formula("activations", f"{name}_gradient")
    exact = {key: sympy.Rational(number.numerator, number.denominator) for key, number in numbers.items()}

    def in_numbers(node: Node) -> sympy.Expr:
        expression = scalar_to_sympy(node, {})
        return expression.subs({symbol: exact.get(symbol.name, PLACE_HOLDER) for symbol in expression.free_symbols})

    def at(formula: Formula, x: float) -> float:
        return float(formula.function_at(x=x, **{key: float(number) for key, number in numbers.items()}))

    return Activation(
        TITLES[name],
        partial(at, value),
        partial(at, slope),
        shape_of(value.node, exact),
        value.node,
        slope.node,
        in_numbers(value.node),
        in_numbers(slope.node),
    )


def _written(formula: Node) -> str:
    """A function of the table by its own formula."""
    is_named = isinstance(formula, Map) and formula.function.body is not None
    return str(formula.function.body) if is_named else str(formula)


def _values(report: Report, found: Mapping[str, Activation]) -> None:
    columns = ("", *(f"x = {x}" for x in PLACES))
    values = [(one.title, *(_decimals(one.value(x)) for x in PLACES)) for one in found.values()]
    slopes = [(one.title, *(_decimals(one.slope(x)) for x in PLACES)) for one in found.values()]
    report.table("f by the emitted code", columns, values)
    report.table("f′ by the emitted code", columns, slopes)


def _decimals(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")


def _far_out(report: Report, found: Mapping[str, Activation]) -> None:
    """The emitted code where exp(|x|) overflows: it warns of nothing, and has the values of the formulas."""
    rows, claims = [], []
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for one in found.values():
            pairs = ((one.value, one.expression), (one.slope, one.slope_expression))
            values = [(float(of(x)), _exact_at(exact, x)) for of, exact in pairs for x in (-VERY_FAR, VERY_FAR)]
            rows.append((one.title, *(f"{value + 0:.4g}".replace("-", "−") for value, _ in values)))
            off = max(abs(value - exact) / max(1.0, abs(exact)) for value, exact in values)
            claims.append(Claim(one.title, "at most", 1e-15, off))
    columns = ("", *(f"{what} at {sign}{VERY_FAR}" for what in ("f", "f′") for sign in ("−", "")))
    report.table(f"Stable forms: no overflow, though exp({VERY_FAR}) is none of float64", columns, rows)
    report.compare(f"How far they are from the formulas there, to {DIGITS} digits", claims)


def _exact_at(formula: sympy.Expr, x: int) -> float:
    with mpmath.workdps(DIGITS):
        return float(sympy.lambdify(PLACE_HOLDER, formula, "mpmath")(mpmath.mpf(x)))


# --- shapes ---------------------------------------------------------------------------------------------------------


def _shapes(report: Report, found: Mapping[str, Activation]) -> None:
    rows = [
        (
            one.title,
            _interval(one.shape.range),
            "rises" if one.shape.is_monotone else f"falls to {_number(one.shape.turns[0][0])}",
            ", ".join(_number(slope) for slope in one.shape.slopes),
            ", ".join(_interval(interval) for interval in one.shape.flat),
        )
        for one in found.values()
    ]
    columns = ("", "range", "monotone", "f′ at\n−∞, ∞", "f′ = 0 on")
    report.table("Ranges, monotone or not, and slopes far out", columns, rows)
    report.remark(
        "A function saturates where its slope goes to 0. Swish and all GELU fall as far as to the x that is printed, "
        "where they are least, and rise from there; of the others none falls. Limits are SymPy's; the places are zeros "
        "of the derivative, looked for as changes of its sign."
    )


def _interval(interval: sympy.Interval) -> str:
    low, high = "(["[not interval.left_open], ")]"[not interval.right_open]
    return f"{low}{_number(interval.start)}, {_number(interval.end)}{high}"


def _number(value: object) -> str:
    exact = sympy.sympify(value, strict=True)
    if exact.is_infinite:
        return "∞" if exact > 0 else "−∞"
    return (str(exact) if exact.is_Rational else f"{float(exact):.4f}").replace("-", "−")


def _kinks(report: Report, derivations: Derivations, found: Mapping[str, Activation]) -> None:
    half = shape_of(derivations.formula("activations", "elu_value").node, {"gamma": sympy.Rational(1, 2)})
    shapes = {one.title: (one.shape, one.slope) for one in found.values() if one.shape.kinks}
    slope = partial(derivations.function("activations", "elu_gradient"), gamma=0.5)
    shapes["ELU, γ = ½"] = half, slope
    rows = [
        (
            title,
            *map(_number, (kink.place, kink.left, kink.right)),
            f"{float(at(float(kink.place))):g}",
            "yes" if kink.is_differentiable else "no",
        )
        for title, (shape, at) in shapes.items()
        for kink in shape.kinks
    ]
    columns = ("", "kink", "slope left", "slope right", "the code has", "differentiable")
    report.table("Kinks, and the derivative that is agreed on there", columns, rows)
    report.remark("ELU has the slopes γ and 1 on both sides of 0: it is differentiable there only for γ = 1.")


# --- what must come out ---------------------------------------------------------------------------------------------


def _compared(report: Report, derivations: Derivations, found: Mapping[str, Activation]) -> None:
    rows = []
    for name in ("sigmoid", "tanh"):
        one = found[name]
        for side, must, limit in zip((-FAR, FAR), ENDS[name], one.shape.ends, strict=True):
            rows.append(Comparison(f"{name}({side:+g})", Fraction(must), Fraction(str(limit)), one.value(side)))
    by_alpha = derivations.formula("activations", "prelu_gradient", 1)
    for x, must in ((Fraction(-2), -2), (Fraction(3, 2), 0)):
        at = {"x": x, "alpha": Fraction(1, 4)}
        rows.append(
            Comparison(f"∂PReLU/∂α at {x}", Fraction(must), by_alpha.exact(**at)[0][0], float(by_alpha.computed(**at)))
        )
    report.compare("Limits of the ranges of B16, and PReLU by α", rows)
    sigmoid, tanh = found["sigmoid"].value, found["tanh"].value
    grid = _grid(WIDE)
    place, least = found["swish"].shape.turns[0]
    lambert = mpmath.lambertw(mpmath.exp(-1)).real
    claims = [
        Claim(
            "tanh x − (2σ(2x) − 1), largest", "at most", 1e-15, max(abs(tanh(x) - 2 * sigmoid(2 * x) + 1) for x in grid)
        ),
        Claim("Swish's minimum + W(1/e)", "at most", 1e-15, abs(float(least + lambert))),
        Claim("its place + 1 + W(1/e)", "at most", 1e-15, abs(float(place + 1 + lambert))),
    ]
    report.compare("Identities", claims)
    value, by_beta = (derivations.function("activations", f"swish_{what}") for what in ("value", "gradient"))
    off = max(
        largest_difference(value, by_beta(**at)[1], at, "beta")
        for at in ({"x": x, "beta": beta} for x in PLACES for beta in BETAS)
    )
    report.compare(
        "How far the emitted derivatives are from central differences",
        [
            *(Claim(one.title, "at most", SMALL, _from_differences(one)) for one in found.values()),
            Claim("Swish by β", "at most", SMALL, off),
        ],
    )


def _grid(wide: float) -> list[float]:
    return [float(x) for x in np.linspace(-wide, wide, POINTS)]


def _from_differences(one: Activation) -> float:
    """The largest difference away from kinks."""
    kinks = [float(kink.place) for kink in one.shape.kinks]
    grid = [x for x in _grid(WIDE) if all(abs(x - kink) > 2 * STEP for kink in kinks)]
    return max(abs(one.slope(x) - (one.value(x + STEP) - one.value(x - STEP)) / (2 * STEP)) for x in grid)


def _softmax(report: Report, derivations: Derivations) -> None:
    """The one activation of a whole row: its entries are positive and add up to 1, and its Jacobian is no diagonal."""
    scores = {"s": np.random.default_rng(SEED).normal(size=5)}
    value, jacobian = (derivations.function("activations", f"softmax_{what}") for what in ("value", "jacobian"))
    entries = value(**scores)
    report.compare(
        "softmax of five random scores",
        [
            Claim("|sum of the entries − 1|", "at most", 1e-15, abs(float(entries.sum()) - 1)),
            Claim("least entry", "at least", 0.0, float(entries.min())),
            Claim(
                "Jacobian from differences",
                "at most",
                SMALL,
                largest_difference(value, jacobian(**scores), scores, "s"),
            ),
        ],
    )


def _units(report: Report, derivations: Derivations) -> None:
    """One unit on the commute table: the emitted gradients of the sum of its outputs, dead, leaking, saturated (S6)."""
    X = [row[1:] for row in data_matrix(load("commute"), "distance", "weekday")]
    sums = [sum(column, Fraction(0)) for column in zip(*X, strict=True)] + [Fraction(len(X))]
    rows = []
    for name, factor in (("relu", Fraction(0)), ("leaky_relu", Fraction(1, 10))):
        by_w, by_b = (derivations.formula("activations", f"{name}_unit_gradient", place) for place in (0, 1))
        exact = [*column(by_w.exact(X=X, **DEAD)), *column(by_b.exact(X=X, **DEAD))]
        computed = [*by_w.computed(X=X, **DEAD), by_b.computed(X=X, **DEAD)]
        for of, total, one, rounded in zip(("w[0]", "w[1]", "b"), sums, exact, computed, strict=True):
            rows.append(Comparison(f"{TITLES[name]}, ∂/∂{of}", factor * total, one, float(rounded)))
    report.compare("A unit with negative scores on the commute table: ∑ f(Xw + b) by w and b", rows)
    by_w = derivations.formula("activations", "sigmoid_unit_gradient")
    largest = float(np.abs(by_w.computed(X=X, **SATURATED)).max())
    report.compare("A saturated sigmoid there", [Claim("|∂/∂w|", "at most", 1e-3, largest)])
    report.remark("A dead unit gets the gradient 0 from every sample, and no step revives it; a leaky one is moved.")


def _plot(found: Mapping[str, Activation], errors: Panel) -> Plot:
    panels = [*(_panel(one) for one in found.values()), errors]
    rows = [panels[start : start + PANELS] for start in range(0, len(panels), PANELS)]
    return Plot("activations", "Activations and their derivatives, by the emitted code", rows)


def _panel(one: Activation) -> Panel:
    grid = _grid(WIDE)
    curves = [Curve(label, grid, [of(x) for x in grid]) for label, of in (("f", one.value), ("f′", one.slope))]
    return Panel(one.title, "x", "", curves, range=(-1.2, 2.2))
