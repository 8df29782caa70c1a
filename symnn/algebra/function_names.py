"""How functions of whole matrices are called, with what is said of axes and of derivatives."""

from __future__ import annotations

from symnn.algebra import nodes
from symnn.algebra.dialects import Dialect
from symnn.algebra.nodes import Node

NAMED = (
    nodes.Extreme,
    nodes.ExtremePlace,
    nodes.EntryProduct,
    nodes.OtherProducts,
    nodes.Exponential,
    nodes.SingularPart,
    nodes.Softmax,
)
"""The kinds of nodes that are printed as a name and an argument, with directions of a derivative behind it."""


def name_of(node: Node, dialect: Dialect) -> str:
    """The name, with an index for an axis and a prime for each direction."""
    primes = dialect.primes(len(node.children) - 1)
    match node:
        case nodes.Extreme():
            return dialect.extremes[node.sign] + dialect.along[node.axis]
        case nodes.ExtremePlace():
            return dialect.places[node.sign] + dialect.along[node.axis]
        case nodes.EntryProduct():
            return dialect.product_of_entries + dialect.along[node.axis]
        case nodes.OtherProducts():
            return dialect.matrix_functions["others"] + dialect.along[node.axis] + primes
        case nodes.Softmax():
            return dialect.matrix_functions["softmax"] + dialect.along[node.axis]
        case nodes.SingularPart():
            return dialect.matrix_functions[node.kind] + primes
    return dialect.matrix_functions["exponential"] + primes
