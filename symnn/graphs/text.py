"""The vertices and edges of a graph in words and numbers: for tables, and for the boxes and arrows of a picture."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symnn.graphs.graph import Graph
from symnn.graphs.values import Values
from symnn.proof.judges.fields import Array
from symnn.typeset.spelling import condition_text

MOST_SHOWN, LARGE = 6, "of "
"""An array of more entries is told by its shape, after a word."""
LONGEST_FRACTION = 9
LONGEST_DECIMAL = 7

Rows = list[tuple[str, ...]]


def vertex_rows(graph: Graph, values: Values | None = None) -> Rows:
    """A row for each vertex: what it is made of, its value, and the gradient of the end by it."""
    if values is None:
        return [(str(vertex),) for vertex in graph.vertices]
    numbers = zip(graph.vertices, values.forward, values.backward, strict=True)
    return [
        (str(vertex), *(shown(one, vertex.label.rank) for one in (value, slope))) for vertex, value, slope in numbers
    ]


def edge_rows(graph: Graph, values: Values | None = None) -> Rows:
    """A row for each edge: its ends, its local gradient, the number that it is, and what is passed back."""
    found: Rows = []
    for place, edge in enumerate(graph.edges):
        source, target = graph.vertices[edge.source], graph.vertices[edge.target]
        row = f"{source.name} → {target.name}", graph.local(edge)
        found.append(row if values is None else (*row, _local(graph, values, place), _passed(graph, values, place)))
    return found


def vertex_lines(graph: Graph, place: int, values: Values | None) -> list[str]:
    """What a vertex is made of, and where there are values its own and the gradient of the end by it."""
    row = vertex_rows(graph, values)[place]
    return [row[0], *(f"{what} {one}" for what, one in zip(("value", "gradient"), row[1:], strict=False))]


def edge_lines(graph: Graph, place: int, values: Values | None) -> list[str]:
    """The local gradient of an edge, and where there are values what it passes on."""
    formula = graph.local(graph.edges[place])
    if values is None:
        return [formula]
    local = _local(graph, values, place)
    is_new = local and not local.startswith(LARGE) and not formula.endswith(f" = {local}")
    told = f"{formula} = {local}" if is_new else formula
    return [told, f"passes {_passed(graph, values, place)}"]


def _local(graph: Graph, values: Values, place: int) -> str:
    """The number that a local gradient is; nothing where it is a map of arrays."""
    local = values.local[place]
    return "" if local is None else shown(local, graph.vertices[graph.edges[place].source].label.rank)


def _passed(graph: Graph, values: Values, place: int) -> str:
    return shown(values.passed[place], graph.vertices[graph.edges[place].source].label.rank)


def convention_line(values: Values) -> str:
    """What is agreed of derivatives at kinks where a value stands; nothing where none does."""
    said = " and ".join(map(condition_text, values.conventions))
    return f"By convention, {said}." if said else ""


def shown(array: Array, rank: int) -> str:
    """The entries of a small array by its number of axes; of a larger one its shape."""
    if rank == 0:
        return number(array.item())
    if array.size > MOST_SHOWN:
        return f"{LARGE}{' × '.join(map(str, array.shape[:rank]))}"
    rows = [", ".join(map(number, row)) for row in (array.T if rank == 1 else array)]
    return f"[{rows[0]}]" if rank == 1 else f"[{', '.join(f'[{row}]' for row in rows)}]"


def number(value: Fraction | float) -> str:
    """A decimal that ends soon, a fraction of few digits, or four significant digits."""
    if not isinstance(value, float):
        exact = Fraction(value)
        if abs(exact) < 10**LONGEST_DECIMAL and 10**4 % exact.denominator == 0:
            return _signed(np.format_float_positional(float(exact), trim="-"))
        if exact.denominator < 10**LONGEST_FRACTION and len(str(exact)) <= LONGEST_FRACTION:
            return _signed(str(exact))
    return _signed(f"{float(value):.4g}" if value else "0")


def _signed(text: str) -> str:
    return text.replace("-", "−")
