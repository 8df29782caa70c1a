"""Computation graphs: values forward, gradients backward on every edge, and graphs that are made once or anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symnn.formula import Derivations
from symnn.graphs import Graph, Values, graph
from symnn.graphs.drawing import panel
from symnn.graphs.text import edge_rows, vertex_rows
from symnn.graphs.values import value_at
from symnn.plots import Panel, Plot
from symnn.results.result import derive
from symnn.runs.differences import SMALL, largest_difference
from symnn.runs.report import Claim, Comparison, Report

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Printed:
    """A graph of a source: the chapter's result that it is, its data, and the value and gradients that are printed."""

    row: str
    title: str
    chapter: str
    name: str
    data: Data
    value: str
    gradients: Mapping[str, Sequence[str]]


GRAPHS = (
    Printed("L18", "x²y + (y + 2)", "graphs", "polynomial", {"x": 3, "y": 4}, "42", {"x": ["24"], "y": ["10"]}),
    Printed(
        "L19",
        "1/(1 + exp(−(wx + b)))",
        "graphs",
        "logistic",
        {"w": 0, "x": 1, "b": 0},
        "1/2",
        {"w": ["1/4"], "x": ["0"], "b": ["1/4"]},
    ),
    Printed(
        "S8",
        "(x + y)z",
        "graphs",
        "product",
        {"x": -2, "y": 5, "z": -4},
        "-12",
        {"x": ["-4"], "y": ["-4"], "z": ["3"]},
    ),
    Printed(
        "B18",
        "(y − (wx + b))²",
        "graphs",
        "line",
        {"w": 5, "x": 1, "b": 1, "y": 10},
        "16",
        {"w": ["-8"], "x": ["-40"], "b": ["-8"]},
    ),
    Printed(
        "S9",
        "‖Wx‖²",
        "vector_jacobians",
        "norm",
        {"W": [[Fraction("0.1"), Fraction("0.5")], [Fraction("-0.3"), Fraction("0.8")]],
         "x": [Fraction("0.2"), Fraction("0.4")]},
        ".116",
        {"W": [".088", ".176", ".104", ".208"], "x": ["-.112", ".636"]},
    ),
)  # fmt: skip
"""L18 is taken at x = 3, y = 4. B18 is as it must be, not with the book's sign.

Gradients stand in the order in which the emitted function gives them.
"""
OF_THE_PREDICTION = Fraction(-8)

RECTIFIED = (Fraction(-3, 2), Fraction(1, 2), Fraction(2), Fraction(-4))
ADJOINT = (5, -7, 3, 11)
"""Entries of x, and of a gradient δ that comes back to max(0, x)."""
TIME = Fraction(7, 10)
INPUTS, DERIVED_ANEW, SHAPE, SEED = 200, 5, (3, 4), 20
STARTS = (Fraction(2), Fraction(3, 2), Fraction(5), Fraction(11))
LIMIT = 100


def graphs(derivations: Derivations) -> Report:
    """The graphs of the sources with all their numbers, drawn; and what is static and what dynamic (L20)."""
    report = Report("graphs: values forward, gradients backward (rows L18, L19, L20, B14, B18, S8 and S9)")
    report.remark(
        "Every edge has the local gradient of its target by its source, derived by symnn. Backward, a vertex gets the "
        "sum of what its users pass: their gradient times the local one. An array δ passes on Jacobianᵀδ, which is "
        "printed with an arrow."
    )
    panels = []
    for printed in GRAPHS:
        found = graph(derivations.program(printed.chapter, printed.name))
        values = found.at(printed.data)
        _tables(report, f"{printed.row}: {printed.title}", found, values)
        report.compare(f"{printed.row}: printed numbers", _compared(derivations, printed, found, values))
        if printed.row == "B18":
            report.compare("B18: the gradient by the prediction", [_by_prediction(derivations, printed, found, values)])
            report.remark("The book prints 8 for it, and for w: the minus of y − prediction is lost there.")
        panels.append([panel(f"{printed.row}: {printed.title}", found, values)])
    _rectifier(report, derivations)
    panels.append([_curve(report, derivations)])
    panels.append([_arrays(report, derivations)])
    _dynamic(report)
    report.plot(Plot("graphs", "Computation graphs: values in blue, gradients of f in red", panels))
    return report


def _tables(report: Report, title: str, found: Graph, values: Values) -> None:
    report.table(title, ("vertex", "value", "gradient"), vertex_rows(found, values))
    report.table("", ("edge", "local gradient", "is", "passes"), edge_rows(found, values))


def _by_name(found: Graph, arrays: Sequence[Any]) -> dict[str, Any]:
    return {vertex.label.name: array for vertex, array in zip(found.vertices, arrays, strict=True)}


def _compared(derivations: Derivations, printed: Printed, found: Graph, values: Values) -> list[Comparison]:
    """The end, and every entry of the gradients: of the graph exactly, of the emitted functions in float64."""
    arguments = {name: np.array(value, dtype=np.float64) for name, value in printed.data.items()}
    value = derivations.function(printed.chapter, f"{printed.name}_value")(**arguments)
    emitted = derivations.function(printed.chapter, f"{printed.name}_gradient")(**arguments)
    rows = [Comparison("f", Fraction(printed.value), values.forward[-1].item(), float(value))]
    backward = _by_name(found, values.backward)
    for (name, numbers), computed in zip(printed.gradients.items(), emitted, strict=True):
        entries = zip(numbers, backward[name].ravel(), np.ravel(computed), strict=True)
        for place, (must, exact, rounded) in enumerate(entries):
            where = f"[{place}]" if len(numbers) > 1 else ""
            rows.append(Comparison(f"∂f/∂{name}{where}", Fraction(must), exact, float(rounded)))
    return rows


def _by_prediction(derivations: Derivations, printed: Printed, found: Graph, values: Values) -> Comparison:
    """The book's 8 with the sign that it has."""
    forward, backward = _by_name(found, values.forward), _by_name(found, values.backward)
    emitted = derivations.function(printed.chapter, "prediction_gradient")
    computed = emitted(prediction=float(forward["prediction"].item()), y=float(printed.data["y"]))
    return Comparison("∂f/∂prediction", OF_THE_PREDICTION, backward["prediction"].item(), float(computed))


def _rectifier(report: Report, derivations: Derivations) -> None:
    """The Jacobian of max(0, x) is diagonal with 1 where x is positive, and so an adjoint passes entry by entry."""
    data = {"x": RECTIFIED}
    formula = derivations.formula("vector_jacobians", "rectifier_jacobian")
    exact, computed = value_at(formula.node, data), formula.computed(**data)
    must = [int(x > 0) for x in RECTIFIED]
    apart = [exact - np.diag(must), computed - np.diag(must)]
    passed = [matrix.T @ np.array(ADJOINT) for matrix in (exact, computed)]
    rows = [Comparison("max |J − diag(x > 0)|", Fraction(0), *(abs(array).max() for array in apart))]
    for place, (one, adjoint) in enumerate(zip(must, ADJOINT, strict=True)):
        found = (array[place] for array in passed)
        rows.append(Comparison(f"{adjoint} at x = {RECTIFIED[place]}", Fraction(one * adjoint), *found))
    report.compare("S9: the Jacobian of max(0, x), and what it passes back: Jᵀδ for these δ", rows)


def _curve(report: Report, derivations: Derivations) -> Panel:
    """B14: no number is printed, and so the gradient stands beside central differences."""
    title = f"B14: y + exp(xy) with x = cos t, y = t², at t = {float(TIME)}"
    found = graph(derivations.program("graphs", "curve"))
    values = found.at({"t": TIME})
    _tables(report, title, found, values)
    arguments = {"t": float(TIME)}
    emitted = float(derivations.function("graphs", "curve_gradient")(**arguments))
    apart = largest_difference(derivations.function("graphs", "curve_value"), emitted, arguments, "t")
    backward = _by_name(found, values.backward)["t"].item()
    report.compare(
        "B14: how far ∂f/∂t of the emitted code is",
        [
            Claim("from central differences", "at most", SMALL, apart),
            Claim("from the graph", "at most", 1e-14, abs(emitted - float(backward))),
        ],
    )
    return panel(title, found, values)


# --- static and dynamic graphs --------------------------------------------------------------------------------------


def _arrays(report: Report, derivations: Derivations) -> Panel:
    """∑(x ⊙ y + z) on 3×4 arrays: gradients y, x and 1; derived once for many inputs, or anew for each (L20)."""
    program = derivations.program("graphs", "arrays")
    random = np.random.default_rng(SEED)
    inputs = [dict(zip("XYZ", random.integers(-9, 10, size=(3, *SHAPE)), strict=True)) for _ in range(INPUTS)]
    found = graph(program)
    values, first = found.at(inputs[0]), inputs[0]
    _tables(report, "L20: ∑(X ⊙ Y + Z) on 3×4 arrays of random whole numbers", found, values)
    emitted = derivations.function("graphs", "arrays_gradient")
    backward = _by_name(found, values.backward)
    must = {"X": ("Y", first["Y"]), "Y": ("X", first["X"]), "Z": ("1", np.ones(SHAPE, dtype=int))}
    report.compare(
        "L20: the largest entries of differences that must be 0",
        [
            Comparison(
                f"∂f/∂{name} − {other}",
                Fraction(0),
                Fraction(abs(backward[name] - expected).max()),
                float(np.abs(computed - expected).max()),
            )
            for (name, (other, expected)), computed in zip(must.items(), emitted(**first), strict=True)
        ],
    )
    ways: dict[str, tuple[int, int, Callable[[Data], Any]]] = {
        "static: the emitted function": (1, INPUTS, lambda data: emitted(**data)),
        "static: the graph, in fractions": (1, INPUTS, lambda data: _gradients(found, data)),
        "dynamic: the graph derived anew": (DERIVED_ANEW, DERIVED_ANEW, lambda data: _gradients(graph(program), data)),
    }
    rows, results = [], []
    for name, (derivations_made, count, way) in ways.items():
        start = time.perf_counter()
        made = [way(data) for data in inputs[:count]]
        seconds = (time.perf_counter() - start) / count
        results.append(made[:DERIVED_ANEW])
        rows.append((name, str(derivations_made), str(count), f"{1000 * seconds:.3g}"))
    report.table("L20: derived once, or anew for each input", ("", "derivations", "inputs", "ms an input"), rows)
    apart = max(float(np.abs(np.array(made, dtype=float) - np.array(results[0])).max()) for made in results[1:])
    report.compare("L20: gradients of all ways", [Claim("largest difference", "at most", 0.0, apart)])
    return panel("L20: ∑(X ⊙ Y + Z) on 3×4 arrays", found, values)


def _gradients(found: Graph, data: Data) -> list[Any]:
    backward = _by_name(found, found.at(data).backward)
    return [backward[name] for name in data]


def _dynamic(report: Report) -> None:
    """A program whose length depends on its input: squared until beyond a limit. Its graph is recorded as it runs."""
    rows, compared = [], []
    for start in STARTS:
        program, squarings = _recorded(start)
        found = graph(program)
        slope = found.at({"x": start}).backward[0].item()
        power = 2**squarings
        rows.append((str(start), program, str(len(found.vertices))))
        emitted = derive(program, "x").first.function()(float(start))
        compared.append(Comparison(f"x = {start}", power * start ** (power - 1), slope, float(emitted)))
    report.table(f"L20: a dynamic graph: x is squared until it is beyond {LIMIT}", ("x", "recorded", "vertices"), rows)
    report.compare("L20: the slope of x^(2ᵏ) with k squarings", compared)


def _recorded(start: Fraction) -> tuple[str, int]:
    """The program that ran for this start, and how often it squared."""
    lines, value = ["h0 = x"], start
    while value <= LIMIT:
        lines.append(f"h{len(lines)} = h{len(lines) - 1}**2")
        value *= value
    return "; ".join([*lines, f"h{len(lines) - 1}"]), len(lines) - 1
