"""Computation graphs: an objective as nodes and edges, with values forward and gradients backward, in DOT and in text."""

from symnn.graphs.graph import Edge, Graph, Vertex, graph
from symnn.graphs.values import Values

__all__ = ["Edge", "Graph", "Values", "Vertex", "graph"]
