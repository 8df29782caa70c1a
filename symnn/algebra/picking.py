"""Selections of rows and columns in a product, found so that they can be written behind what they pick from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from symnn.algebra.nodes import Node, Selection, Transpose, is_unit


@dataclass(frozen=True)
class Picked:
    """A factor of a product by its position, with the rows and the columns that are picked from it."""

    position: int
    rows: Selection | None = None
    cols: Selection | None = None


def rows_of(node: Node | None) -> Selection | None:
    """The selection that picks rows of what stands on its right; of a unit vector there is none."""
    return node if isinstance(node, Selection) and not node.is_unit else None


def columns_of(node: Node | None) -> Selection | None:
    """The selection that picks columns of what stands on its left, transposed."""
    return rows_of(node.children[0]) if isinstance(node, Transpose) else None


def is_unit_vector(node: Node) -> bool:
    return isinstance(node, Transpose) and is_unit(node.children[0])


def _is_selection(node: Node) -> bool:
    return isinstance(node.children[0] if isinstance(node, Transpose) else node, Selection)


def picked(factors: Sequence[Node]) -> list[Picked]:
    """The factors that stay; a selection beside another one stays too, and so do unit vectors."""
    found: list[Picked] = []
    rows: Selection | None = None
    around: list[Node | None] = [*factors, None]
    for position, (factor, after) in enumerate(pairwise(around)):
        assert factor is not None
        if rows_of(factor) is not None and after is not None and not _is_selection(after):
            rows = rows_of(factor)
            continue
        if columns_of(factor) is not None and position > 0 and not _is_selection(factors[position - 1]):
            continue
        found.append(Picked(position, rows, None if _is_selection(factor) else columns_of(after)))
        rows = None
    return found


def entry(factors: Sequence[Node]) -> tuple[list[Selection], Sequence[Node]] | None:
    """The places of the one entry that a product is, and the factors that it is an entry of; None for others."""
    first, last = factors[0], factors[-1]
    if not (isinstance(first, Selection) and first.is_unit and last.is_column):
        return None
    if not is_unit_vector(last):
        return [first], factors[1:]
    second = last.children[0]
    assert isinstance(second, Selection)
    return ([first, second], factors[1:-1]) if len(factors) > 2 else None
