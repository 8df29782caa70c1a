"""Expressions in other names and sizes: what two of them have in common is seen where both are written in the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr, Symbol

from symnn.algebra.nodes import Function, Node, Variable
from symnn.algebra.sizes import Size, dim
from symnn.algebra.walk import fold, size_symbols, surface


@dataclass(frozen=True)
class Canonical:
    """An expression in which names and sizes are numbers: `names` and `sizes` tell what they were, in their order."""

    expression: Node
    names: Mapping[Variable, Variable]
    sizes: Mapping[Symbol, Symbol]


def canonical(root: Node) -> Canonical:
    """The expression with names and sizes by the place where they first stand; assumptions and ranks are kept."""
    sizes = {symbol: dim(f"s{place}") for place, symbol in enumerate(size_symbols(root))}
    names: dict[Variable, Variable] = {}
    for node in surface(root):
        if isinstance(node, Variable):
            rows, cols = (size.xreplace(sizes) for size in node.shape)
            names[node] = Variable(f"v{len(names)}", rows, cols, node.rank, node.assumptions)
    return Canonical(renamed(root, names, sizes), names, sizes)


def renamed(root: Node, names: Mapping[Variable, Node] | Mapping[Node, Node], sizes: Mapping[Symbol, Size]) -> Node:
    """The expression with other variables or values in the place of some, and other sizes in all else.

    Raises ShapeError where a value does not fit.
    """

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if isinstance(node, Function):
            return node
        rest = iter(children)
        return type(node)(*(next(rest) if isinstance(arg, Node) else _resized(arg, sizes) for arg in node.args))

    return fold(root, combine, dict(names))


def resized(variable: Variable, name: str, sizes: Mapping[Symbol, Size]) -> Variable:
    """The variable with another name and other sizes."""
    _, rows, cols, rank, _, latex, doc = variable.args
    shape = (rows.xreplace(dict(sizes)), cols.xreplace(dict(sizes)))
    return Variable(name, *shape, rank, variable.assumptions, latex, doc)


def _resized(argument: object, sizes: Mapping[Symbol, Size]) -> object:
    return argument.xreplace(dict(sizes)) if isinstance(argument, Expr) else argument
