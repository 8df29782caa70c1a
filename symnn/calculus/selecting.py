"""Selections of rows and columns, and triangles of ones, in the normal form."""

from __future__ import annotations

from itertools import pairwise

from symnn.algebra.nodes import Broadcast, Identity, MatMul, Node, Ones, Selection, Transpose
from symnn.algebra.sizes import same_size
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

SELECTIONS = RuleBook()
rule = SELECTIONS.rule


@rule("selection of a selection", MatMul)
def _selection_of_selection(node: Node) -> Node | None:
    """Rows picked from picked rows are picked at once, and so are columns"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        made: Node | None = None
        if isinstance(left, Selection) and isinstance(right, Selection):
            made = _composed(left, right)
        elif isinstance(left, Transpose) and isinstance(right, Transpose):
            inner, outer = left.children[0], right.children[0]
            if isinstance(inner, Selection) and isinstance(outer, Selection):
                made = tidy.transpose(_composed(outer, inner))
        if made is not None:
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


def _composed(outer: Selection, inner: Selection) -> Node:
    return Selection(outer.rows, inner.cols, inner.start + inner.step * outer.start, inner.step * outer.step)


@rule("rows of the identity matrix", MatMul)
def _orthonormal(node: Node) -> Node | None:
    """SSᵀ = I for distinct rows S of the identity matrix, and eᵢᵀeⱼ = 0 for different unit vectors"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if isinstance(left, Selection) and isinstance(right, Transpose):
            other = right.children[0]
            if left is other:
                made: Node = tidy.ONE if left.is_unit else Identity(left.rows)
            elif isinstance(other, Selection) and left.is_unit and other.is_unit and _are_apart(left, other):
                return tidy.zero(*node.shape)
            else:
                continue
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


def _are_apart(left: Selection, right: Selection) -> bool:
    gap = (left.start - right.start).expand()
    return bool(gap.is_Integer and gap != 0)


@rule("selection of repeated rows", MatMul)
def _repeated(node: Node) -> Node | None:
    """Rows picked from equal rows are equal rows"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        made: Node | None = None
        if isinstance(left, Selection):
            made = _fewer_rows(right, left)
        elif isinstance(right, Transpose) and isinstance(right.children[0], Selection):
            made = _fewer_columns(left, right.children[0])
        if made is not None:
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


def _fewer_columns(node: Node, selection: Selection) -> Node | None:
    """A·Sᵀ where the columns of A are equal; None where that is not seen."""
    if isinstance(node, Ones):
        return tidy.ones(node.rows, selection.rows)
    if isinstance(node, Broadcast) and node.children[0].is_column and not same_size(node.cols, node.children[0].cols):
        return tidy.broadcast(node.children[0], node.rows, selection.rows)
    return None


def _fewer_rows(node: Node, selection: Selection) -> Node | None:
    """S·A where the rows of A are equal; None where that is not seen."""
    if isinstance(node, Ones):
        return tidy.ones(selection.rows, node.cols)
    if isinstance(node, Broadcast) and node.children[0].is_row and not same_size(node.rows, node.children[0].rows):
        return tidy.broadcast(node.children[0], selection.rows, node.cols)
    return None
