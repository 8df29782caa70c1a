"""A graph in the DOT language of Graphviz."""

from __future__ import annotations

from symnn.graphs.graph import Graph
from symnn.graphs.text import edge_lines, vertex_lines
from symnn.graphs.values import Values


def dot(graph: Graph, values: Values | None = None) -> str:
    """The graph for Graphviz, from left to right: `dot -Tsvg`. With values, it tells them and the gradients."""
    lines = ["digraph {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    lines.append('  edge [fontname="sans-serif", fontsize=10];')
    for place, vertex in enumerate(graph.vertices):
        shape = ", style=solid" if vertex.operation is None else ""
        lines.append(f"  n{place} [label={_quoted(*vertex_lines(graph, place, values))}{shape}];")
    for place, edge in enumerate(graph.edges):
        lines.append(f"  n{edge.source} -> n{edge.target} [label={_quoted(*edge_lines(graph, place, values))}];")
    return "\n".join([*lines, "}", ""])


def _quoted(*lines: str) -> str:
    """A label of lines; quotes and backslashes are escaped."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
