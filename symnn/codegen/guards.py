"""Choices whose branches are computed everywhere: what has no value, or overflows, where it is not chosen is kept away.

NumPy computes both branches of `where`. A logarithm, a root or a quotient in a branch is taken of 1, the inverse of a
function and an exponential that the mask bounds of 0 or 1, wherever the branch is not chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from symnn.algebra.masks import is_mask
from symnn.algebra.nodes import Function, Map, Node, Number, Ones, Power, Where, Zeros
from symnn.algebra.ranges import Range, facts, range_of
from symnn.algebra.sizes import same_shape
from symnn.algebra.walk import fold, postorder
from symnn.proof.domain import ENTRY_BY_ENTRY, MET, needs

EXP = Function("exp")

# Where inverses of functions have values, and a constant of which they have one.
INVERSES = {
    Function("arccosh"): (Range(1, inf, low_open=False), Ones),
    Function("arcsin"): (Range(-1, 1, low_open=False, high_open=False), Zeros),
    Function("arccos"): (Range(-1, 1, low_open=False, high_open=False), Zeros),
    Function("arctanh"): (Range(-1, 1), Zeros),
}


def guarded(node: Where) -> Where:
    """The choice with branches that have a value everywhere."""
    if not is_mask(node.mask):
        return node
    branches = [_branch(branch, node.mask, chosen=place == 0) for place, branch in enumerate(node.branches)]
    return Where(node.mask, *branches)


def _branch(root: Node, mask: Node, *, chosen: bool) -> Node:
    limits = facts(mask, chosen)
    parts, around = _entry_by_entry(root, mask)
    has_stable_form = any(map(_takes_exponentials, parts))

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if isinstance(node, Function):
            return node
        if isinstance(node, Where):
            return Where(node.mask, *children[1:])
        kept = [
            made if same_shape(child.shape, node.shape) else child
            for child, made in zip(node.children, children, strict=True)
        ]
        for word, operand in needs(node):
            place = node.children.index(operand) if operand in node.children else 0
            if word in MET and node.children[place] is operand and not MET[word](range_of(kept[place])):
                kept[place] = _else(kept[place], mask, Ones(*mask.shape), chosen)
        if isinstance(node, Map) and node.function in INVERSES:
            inside, constant = INVERSES[node.function]
            own = range_of(kept[1])
            if own.intersection(inside) != own:
                kept[1] = _else(kept[1], mask, constant(*mask.shape), chosen)
        if isinstance(node, Map) and node.function is EXP and not has_stable_form:
            is_bounded_by_mask = range_of(node.operand).high == inf > range_of(node.operand, limits).high
            kept[1] = _else(kept[1], mask, Zeros(*mask.shape), chosen) if is_bounded_by_mask else kept[1]
        return node.rebuild(kept)

    return fold(root, combine, {node: node for node in around})


def _entry_by_entry(root: Node, mask: Node) -> tuple[dict[Node, None], list[Node]]:
    """The parts of a branch that are computed entry by entry, and the values that they are computed from."""
    inside: dict[Node, None] = {}
    around = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node in inside:
            continue
        if isinstance(node, ENTRY_BY_ENTRY) and same_shape(node.shape, mask.shape):
            inside[node] = None
            pending.extend(child for child in node.children if not isinstance(child, Function))
        else:
            around.append(node)
    return inside, around


def _takes_exponentials(node: Node) -> bool:
    """Whether it is a logarithm or a quotient of exponentials, which do not overflow in code."""
    inside = isinstance(node, Map) and node.function is Function("log")
    inside = inside or (isinstance(node, Power) and node.children[1] is Number(-1))
    return inside and any(isinstance(part, Map) and part.function is EXP for part in postorder(node))


def _else(operand: Node, mask: Node, constant: Node, chosen: bool) -> Node:
    if operand.is_scalar:
        constant = Number(1 if isinstance(constant, Ones) else 0)
    return Where(mask, operand, constant) if chosen else Where(mask, constant, operand)
