"""Derivatives of elementwise functions: found by SymPy, and written through the function itself."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra import masks
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Add, Function, Map, Multiply, Node, Power, Where, as_node, times
from symnn.algebra.scalars import PLACE_HOLDER, formula, scalar_from_sympy
from symnn.algebra.walk import fold
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook
from symnn.calculus.through import through
from symnn.errors import UnsupportedError

DERIVATIVES = RuleBook()


def lift(body: Node, operand: Node) -> Node:
    """A formula in the scalar x, applied to every entry of a matrix."""

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if node is ARGUMENT:
            return operand
        if isinstance(node, Multiply):
            made = children[0]
            for child in children[1:]:
                made = times(made, child)
            return made
        if isinstance(node, Function) or not node.children:
            return node
        if isinstance(node, Power | Map):
            return node.rebuild(children)
        if isinstance(node, Where):
            return masks.where(*children)
        if not isinstance(node, Add):
            raise UnsupportedError(f"{type(node).__name__} in a formula of x is not applied to entries: {node}")
        made = as_node(children[0])
        for child in children[1:]:
            made = made + child
        return made

    return tidy.broadcast(fold(body, combine), *operand.shape)


@DERIVATIVES.rule("derivative of a function", Map)
def _derivative(node: Node) -> Node | None:
    """f′, f″, … of a function of the table, found by SymPy"""
    if not isinstance(node, Map) or node.function.order == 0:
        return None
    try:
        return lift(scalar_from_sympy(formula(node.function), {PLACE_HOLDER: ARGUMENT}), node.operand)
    except UnsupportedError:
        return None


def found_through(node: Node) -> Node | None:
    """f′(Z) through f(Z), where it is found and has a value everywhere."""
    if not isinstance(node, Map) or node.function.order != 1:
        return None
    found = through(Function(node.function.name, node.function.args[1]))
    return None if found is None or found.poles else lift(found.body, node.operand)
