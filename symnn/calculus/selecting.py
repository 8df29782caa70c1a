"""Selections of rows and columns, and triangles of ones, in the normal form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Identity,
    MatMul,
    Node,
    Number,
    Ones,
    Power,
    Selection,
    Transpose,
    Triangle,
)
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
    """SSᵀ = I for distinct rows S of the identity matrix, and STᵀ = 0 where S and T have no row in common"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        made = _product(left, right)
        if made is not None:
            if tidy.is_zero(made):
                return tidy.zero(*node.shape)
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


def _product(left: Node, right: Node) -> Node | None:
    """STᵀ where it is the identity or zero; None where that is not seen."""
    if not isinstance(left, Selection) or not isinstance(right, Transpose):
        return None
    other = right.children[0]
    if left is other:
        return tidy.ONE if left.is_unit else Identity(left.rows)
    apart = isinstance(other, Selection) and _are_apart(left, other)
    return tidy.zero(left.rows, other.rows) if apart else None


def _are_apart(left: Selection, right: Selection) -> bool:
    """Whether one selection ends before the other begins, at all sizes."""
    (first, last), (other_first, other_last) = (
        (part.start, part.last) if part.step > 0 else (part.last, part.start) for part in (left, right)
    )
    return bool((other_first - last).expand().is_positive or (first - other_last).expand().is_positive)


@rule("rows of joined arrays", MatMul)
def _parts_of_joined(node: Node) -> Node | None:
    """S(SᵀA + TᵀB) = A where S and T have no row in common"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        made: Node | None = None
        if isinstance(left, Selection) and isinstance(right, Add):
            made = _met(left, right.children, turned=False)
        elif isinstance(left, Add) and isinstance(right, Transpose) and isinstance(right.children[0], Selection):
            made = _met(right.children[0], left.children, turned=True)
        if made is not None:
            return tidy.matmul([*factors[:place], made, *factors[place + 2 :]])
    return None


def _met(selection: Selection, terms: Sequence[Node], *, turned: bool) -> Node | None:
    """What a selection leaves of a sum in which each term stands in rows of its own; with `turned`, in columns."""
    found = []
    for term in terms:
        outer, core = tidy.coefficient(term)
        factors = core.children if isinstance(core, MatMul) else (core,)
        met = _product(selection, tidy.transpose(factors[-1]) if turned else factors[0])
        if met is None:
            return None
        rest = factors[:-1] if turned else factors[1:]
        parts = [*rest, tidy.transpose(met)] if turned else [met, *rest]
        shape = (core.rows, selection.rows) if turned else (selection.rows, core.cols)
        found.append(tidy.zero(*shape) if tidy.is_zero(met) else tidy.scale(outer, tidy.matmul(parts)))
    return tidy.add(found)


@rule("zeros and ones", Power)
def _idempotent(node: Node) -> Node | None:
    """0ᵏ = 0 and 1ᵏ = 1 for k = 1, 2, …"""
    base, exponent = node.children
    operand = base.children[0] if isinstance(base, Transpose) else base
    is_whole = isinstance(exponent, Number) and exponent.value.is_Integer and exponent.value > 0
    return base if is_whole and isinstance(operand, Triangle | Selection | Identity) else None


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
