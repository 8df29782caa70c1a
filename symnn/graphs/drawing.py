"""Computation graphs as pictures: boxes in columns from the data to the end, with values and gradients."""

from __future__ import annotations

from symnn.graphs.graph import Graph
from symnn.graphs.layout import Layout, layout
from symnn.graphs.text import edge_lines, vertex_lines
from symnn.graphs.values import Values
from symnn.plots import LINE_HEIGHT, Arrow, Box, Diagram, Panel

CHARACTER, SMALL_CHARACTER = 0.075, 0.062
"""The mean width of a letter in boxes and on arrows, in inches."""
MARGIN = 0.12
GAP = 1.1
"""Between a text on an arrow and the boxes at both ends."""


def panel(title: str, graph: Graph, values: Values | None = None) -> Panel:
    """The graph, with the values of vertices in blue and gradients in red where values are given."""
    found = layout(len(graph.vertices), [(edge.source, edge.target) for edge in graph.edges])
    boxes = [vertex_lines(graph, place, values) for place in range(len(graph.vertices))]
    arrows = [edge_lines(graph, place, values) for place in range(len(graph.edges))]
    return Panel(title, "", "", diagram=_diagram(graph, found, boxes, arrows))


def _diagram(graph: Graph, found: Layout, boxes: list[list[str]], arrows: list[list[str]]) -> Diagram:
    widths = [CHARACTER * max(map(len, lines)) + 2 * MARGIN for lines in boxes]
    box_height = LINE_HEIGHT * max(map(len, boxes)) + 2 * MARGIN
    centres, total = _centres(graph, found, widths, arrows)
    row = box_height + LINE_HEIGHT * 2
    highest = max(y for way in (found.points, *found.ways) for _, y in way)
    lowest = min(y for way in (found.points, *found.ways) for _, y in way)

    def height(y: float) -> float:
        return (highest - y) * row + box_height / 2 + MARGIN

    placed = [
        Box(centres[int(x)], height(y), width, box_height, lines, vertex.operation is None)
        for (x, y), width, lines, vertex in zip(found.points, widths, boxes, graph.vertices, strict=True)
    ]
    drawn = []
    for edge, way, lines in zip(graph.edges, found.ways, arrows, strict=True):
        xs = [centres[int(x)] for x, _ in way]
        xs[0] += widths[edge.source] / 2
        xs[-1] -= widths[edge.target] / 2
        drawn.append(Arrow(xs, [height(y) for _, y in way], lines))
    return Diagram(placed, drawn, total, (highest - lowest) * row + box_height + 2 * MARGIN)


def _centres(
    graph: Graph, found: Layout, widths: list[float], arrows: list[list[str]]
) -> tuple[dict[int, float], float]:
    """The middle of each column, such that its boxes and the texts on the arrows after it have room; and the end."""
    columns = 1 + max(int(x) for x, _ in found.points)
    centres, at = {}, MARGIN
    for column in range(columns):
        own = [width for (x, _), width in zip(found.points, widths, strict=True) if int(x) == column]
        texts = [
            SMALL_CHARACTER * max(map(len, lines))
            for edge, lines in zip(graph.edges, arrows, strict=True)
            if int(found.points[edge.source][0]) == column
        ]
        centres[column] = at + max(own) / 2
        at += max(own) + (max(texts, default=0) + GAP if column + 1 < columns else MARGIN)
    return centres, at
