"""How many polynomial features there are (S1): counted one by one, by the derived formula, and by its code."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations_with_replacement

from symnn.formula import Derivations, Formula
from symnn.plots import Curve, Panel, Plot
from symnn.runs.report import Comparison, Report

PRINTED = ((100, "quadratic", 5_050), (100, "cubic", 171_700), (2_500, "quadratic", 3_126_250))
DEGREES: Mapping[str, int] = {"quadratic": 2, "cubic": 3}
INPUTS: Mapping[str, int] = {
    "a point": 2,
    "iris": 4,
    "digits, 8×8": 64,
    "images, 28×28": 784,
    "images, 50×50": 2_500,
}
BYTES = 8
"""Of one number in float64."""


def features(derivations: Derivations) -> Report:
    """Compare the formulas with products that are listed and counted."""
    formulas = {name: derivations.formula("polynomial_features", f"{name}_value") for name in DEGREES}
    report = Report("features: how many products of n inputs there are (row S1)")
    report.compare(
        "Numbers of features, as the slides print them",
        [_compared(f"{name}, n = {inputs:,}", printed, inputs, formulas[name]) for inputs, name, printed in PRINTED],
    )
    listed = [
        _compared(f"{name}, n = {inputs}", listed_products(inputs, DEGREES[name]), inputs, formulas[name])
        for name in DEGREES
        for inputs in (1, 2, 3, 10, 100)
    ]
    report.compare("The same products listed and counted", listed)
    rows = [
        (what, f"{inputs:,}", *(f"{int(formulas[name].exact(n=inputs)[0][0]):,}" for name in DEGREES),
         _size(int(formulas["cubic"].exact(n=inputs)[0][0]) * BYTES))
        for what, inputs in INPUTS.items()
    ]  # fmt: skip
    report.table("Features of some data", ("data", "inputs", "quadratic", "cubic", "cubic, one sample"), rows)
    report.remark(
        "A linear layer on all of them has as many weights: polynomials separate circles, but nobody can list the "
        "products of the pixels of an image. A network learns the few features that it needs."
    )
    report.plot(_plot(formulas))
    return report


def listed_products(inputs: int, degree: int) -> int:
    """How many products of so many factors there are, each a choice of inputs that may be taken again."""
    return sum(1 for _ in combinations_with_replacement(range(inputs), degree))


def _compared(what: str, expected: int, inputs: int, formula: Formula) -> Comparison:
    exact = formula.exact(n=inputs)[0][0]
    return Comparison(what, Fraction(expected), exact, float(formula.computed(n=inputs)))


def _size(count: int) -> str:
    """So many bytes, in the largest unit of which there is at least one."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"


def _plot(formulas: Mapping[str, Formula]) -> Plot:
    inputs = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    curves = [Curve("inputs", inputs, inputs)]
    curves += [
        Curve(name, inputs, [float(formula.computed(n=count)) for count in inputs])
        for name, formula in formulas.items()
    ]
    panel = Panel("Numbers of polynomial features", "inputs", "features", curves, logarithmic=True, logarithmic_y=True)
    return Plot("features", "", ((panel,),))
