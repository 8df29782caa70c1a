"""Computation graphs: an objective as vertices and edges, with values forward and gradients backward."""

from symnn.graphs.graph import Edge, Graph, Vertex, graph
from symnn.graphs.values import Values

__all__ = ["Edge", "Graph", "Values", "Vertex", "graph"]
