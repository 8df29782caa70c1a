"""How long the products of a line are: matrices that are too small satisfy identities that larger ones do not.

The square of AB − BA commutes with everything at 2×2; and whatever the size, there is such a line. But no identity of
degree less than 2n holds for all n×n matrices (Amitsur and Levitzki, 1950). What is counted here, for each size, is how
often products and inner products of a line sum over it: about its degree in matrices of that size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sympy import Symbol

from symnn.algebra import nodes
from symnn.algebra.nodes import Node, Number
from symnn.algebra.sizes import Size
from symnn.algebra.walk import fold

PRODUCTS = (nodes.MatMul, nodes.Multiply, nodes.Scale, nodes.Hadamard, nodes.Inner, nodes.Kronecker)

Length: TypeAlias = Counter[Symbol]


def needed_sizes(roots: Iterable[Node], memo: dict[Node, Length]) -> dict[Symbol, int]:
    """For each size the least at which products as long as these are not too long."""
    longest: Length = Counter()
    for root in roots:
        found: Length = fold(root, _combine, memo)
        longest |= found
    return {symbol: (count + 1) // 2 + 1 for symbol, count in longest.items()}


def _combine(node: Node, parts: Sequence[Length]) -> Length:
    made: Length = Counter()
    if isinstance(node, nodes.MatMul | nodes.Inner | nodes.SquaredNorm):
        made += _summed(factor.rows for factor in node.children[1:] or node.children)
    if isinstance(node, PRODUCTS):
        for part in parts:
            made += part
        return made
    for part in parts:
        made |= part
    if isinstance(node, nodes.SquaredNorm | nodes.Inverse | nodes.Determinant):
        made += made
    elif isinstance(node, nodes.Power) and isinstance(node.children[1], Number):
        times = max(1, abs(int(node.children[1].value)))
        return Counter({symbol: count * times for symbol, count in made.items()})
    return made


def _summed(sizes: Iterable[Size]) -> Length:
    return Counter(symbol for size in sizes for symbol in size.free_symbols)
