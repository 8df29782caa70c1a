"""Questions about nodes that decide how they are written as arrays."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra import nodes
from symnn.algebra.nodes import Function, MatMul, Node, Transpose
from symnn.algebra.scalars import derivative_of
from symnn.codegen.instructions import Axes
from symnn.codegen.parameters import RESERVED
from symnn.errors import UnsupportedError


def axes_of(node: Node) -> Axes:
    """The shape of the array of a node: axes of literal length 1 are left out."""
    return tuple(size for size in node.shape if size != 1)


def axis_in_code(node: nodes.Extreme | nodes.ExtremePlace | nodes.EntryProduct | nodes.OtherProducts) -> int | None:
    """The axis of a matrix; None for all entries, and for a row or column, whose array has one axis."""
    child = node.children[0]
    return None if node.axis == -1 or child.is_row or child.is_column else node.axis


def is_single(node: nodes.ExtremePlace | nodes.OtherProducts) -> bool:
    """Whether each entry is alone along the axis."""
    child = node.children[0]
    return child.is_row if node.axis == 0 else child.is_column if node.axis == 1 else child.is_scalar


def place_of_inverse(matrix: Node, parts: Sequence[Node]) -> tuple[int | None, bool]:
    """Where the inverse of a matrix, or its transpose, stands in a product, and whether it is the transpose."""
    inverse = nodes.Inverse(matrix)
    transposed = (Transpose(inverse), nodes.Inverse(Transpose(matrix)))
    for place, part in enumerate(parts):
        if part is inverse or part in transposed:
            return place, part is not inverse
    return None, False


def design_of_gram(node: Node) -> Node | None:
    """The X of a node XᵀX, else None."""
    if isinstance(node, MatMul) and len(node.children) == 2:
        left, right = node.children
        if left is right.T:
            return right
    return None


def formula_of(function: Function) -> Node:
    """The function as an expression in the scalar x."""
    if function.order == 0 and function.body is not None:
        return function.body
    return derivative_of(Function(function.name, function.args[1], function.order - 1))


def helper_name(function: Function) -> str:
    """The name under which a module defines a function or its derivative."""
    if not function.name.isidentifier():
        raise UnsupportedError(f"the function {function.name!r} is not named like a Python function")
    own = f"_{function.name}" + (f"_derivative_{function.order}" if function.order else "")
    return f"{own}_function" if own in RESERVED else own
