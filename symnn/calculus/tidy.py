"""Constructors that leave out what says nothing: a factor 1, a transpose of a transpose, a sum of one term.

Rules build what they make with these, so that no step of a proof only removes what the step before put there.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Scale,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Vec,
    Where,
    Zeros,
)
from symnn.algebra.sizes import Size, same_shape

ONE, ZERO, MINUS_ONE = Number(1), Number(0), Number(-1)


def zero(rows: Size, cols: Size) -> Node:
    return ZERO if rows == 1 and cols == 1 else Zeros(rows, cols)


def ones(rows: Size, cols: Size) -> Node:
    return ONE if rows == 1 and cols == 1 else Ones(rows, cols)


def is_zero(node: Node) -> bool:
    return node is ZERO or isinstance(node, Zeros)


def add(terms: Sequence[Node]) -> Node:
    """The sum of the terms that are not zero; there is at least one term."""
    kept = [term for term in terms if not is_zero(term)]
    if not kept:
        return zero(*terms[0].shape)
    return kept[0] if len(kept) == 1 else Add(*kept)


def terms_of(node: Node) -> tuple[Node, ...]:
    """The terms of a sum; of anything else itself."""
    return node.children if isinstance(node, Add) else (node,)


def coefficient(node: Node) -> tuple[Node, Node]:
    """A matrix as scalar factor and rest, a scalar as numeric factor and rest."""
    if isinstance(node, Scale):
        return node.children[0], node.children[1]
    if isinstance(node, Multiply) and isinstance(node.children[0], Number):
        return node.children[0], product(node.children[1:])
    if isinstance(node, Number):
        return node, ONE
    return ONE, node


def product(factors: Sequence[Node]) -> Node:
    """The product of scalars, numbers in front as one."""
    number = Number(1)
    others: list[Node] = []
    for factor in factors:
        for part in factor.children if isinstance(factor, Multiply) else (factor,):
            if isinstance(part, Number):
                number = Number(number.value * part.value)
            else:
                others.append(part)
    if number is ZERO or not others:
        return number
    parts = others if number is ONE else [number, *others]
    return parts[0] if len(parts) == 1 else Multiply(*parts)


def scale(factor: Node, operand: Node) -> Node:
    """factor·operand with the scalar factors of the operand joined."""
    if operand.is_scalar:
        return product([factor, operand])
    if factor is ZERO or is_zero(operand):
        return Zeros(*operand.shape)
    inner, rest = coefficient(operand)
    joined = product([factor, inner])
    return rest if joined is ONE else Scale(joined, rest)


def negative(node: Node) -> Node:
    return scale(MINUS_ONE, node)


def transpose(node: Node) -> Node:
    """The transpose, taken through products and scalar multiples."""
    if node.is_scalar or isinstance(node, Identity | Diagonal):
        return node
    if isinstance(node, Transpose):
        return node.children[0]
    if isinstance(node, Scale):
        return Scale(node.children[0], transpose(node.children[1]))
    if isinstance(node, MatMul) and not any(isinstance(factor, MatMul) for factor in node.children):
        return MatMul(*(transpose(factor) for factor in reversed(node.children)))
    if isinstance(node, Ones | Zeros):
        return type(node)(node.cols, node.rows)
    return Transpose(node)


def matmul(factors: Sequence[Node]) -> Node:
    """The product of matrices, scalars in front and identities left out."""
    scalars: list[Node] = []
    parts: list[Node] = []
    for factor in factors:
        inner, rest = coefficient(factor) if not factor.is_scalar else (factor, ONE)
        scalars.append(inner)
        if rest is not ONE and not isinstance(rest, Identity):
            parts.append(rest)
    if not parts:
        rest = next((factor for factor in factors if isinstance(coefficient(factor)[1], Identity)), ONE)
        return scale(product(scalars), coefficient(rest)[1])
    core = parts[0] if len(parts) == 1 else MatMul(*parts)
    return scale(product(scalars), core)


def hadamard(factors: Sequence[Node]) -> Node:
    """The product entry by entry; a repeated scalar is a scalar multiple, ones are left out."""
    scalars: list[Node] = []
    parts: list[Node] = []
    for factor in factors:
        inner, rest = coefficient(factor) if not factor.is_scalar else (ONE, factor)
        if isinstance(rest, Broadcast) and rest.children[0].is_scalar:
            inner, rest = product([inner, rest.children[0]]), Ones(*rest.shape)
        scalars.append(inner)
        parts.append(rest)
    kept = [part for part in parts if not isinstance(part, Ones)]
    core = parts[0] if not kept else kept[0] if len(kept) == 1 else Hadamard(*kept)
    return scale(product(scalars), core)


def kronecker(left: Node, right: Node) -> Node:
    """A ⊗ B with scalar factors in front; of two identities, of ones and of zeros it is one again."""
    if left.is_scalar or right.is_scalar:
        return scale(left, right) if left.is_scalar else scale(right, left)
    outer_left, core_left = coefficient(left)
    outer_right, core_right = coefficient(right)
    rows, cols = left.rows * right.rows, left.cols * right.cols
    if is_zero(core_left) or is_zero(core_right):
        return Zeros(rows, cols)
    made: Node = Kronecker(core_left, core_right)
    if isinstance(core_left, Identity) and isinstance(core_right, Identity):
        made = Identity(rows)
    elif isinstance(core_left, Ones) and isinstance(core_right, Ones):
        made = Ones(rows, cols)
    return scale(product([outer_left, outer_right]), made)


def vec(operand: Node) -> Node:
    """The stacked columns; of a transposed column the column, and scalar factors in front."""
    if operand.is_column:
        return operand
    factor, rest = coefficient(operand)
    if isinstance(rest, Transpose) and rest.is_row:
        return scale(factor, rest.children[0])
    if isinstance(rest, Unvec):
        return scale(factor, rest.children[0])
    if isinstance(rest, Ones | Zeros):
        return scale(factor, type(rest)(rest.rows * rest.cols, 1))
    return scale(factor, Vec(rest))


def unvec(operand: Node, rows: Size, cols: Size) -> Node:
    """The matrix of the stacked columns; scalar factors in front."""
    factor, rest = coefficient(operand)
    if isinstance(rest, Vec) and same_shape(rest.children[0].shape, (rows, cols)):
        return scale(factor, rest.children[0])
    if isinstance(rest, Ones | Zeros):
        return scale(factor, type(rest)(rows, cols))
    if cols == 1:
        return operand
    return transpose(operand) if rows == 1 else scale(factor, Unvec(rest, rows, cols))


def inner(left: Node, right: Node) -> Node:
    """The inner product, as a product where both are scalars, as a sum where one side is all ones."""
    if is_zero(left) or is_zero(right):
        return ZERO
    if left.is_scalar:
        return product([left, right])
    for one, other in ((left, right), (right, left)):
        factor, rest = coefficient(one)
        if isinstance(rest, Broadcast) and rest.children[0].is_scalar:
            factor, rest = product([factor, rest.children[0]]), Ones(*rest.shape)
        if isinstance(rest, Ones):
            return product([factor, Sum(other)])
    outer_left, core_left = coefficient(left)
    outer_right, core_right = coefficient(right)
    return product([outer_left, outer_right, Inner(core_left, core_right)])


def broadcast(operand: Node, rows: Size, cols: Size) -> Node:
    if same_shape(operand.shape, (rows, cols)):
        return operand
    if operand is ONE:
        return Ones(rows, cols)
    factor, rest = coefficient(operand) if not operand.is_scalar else (operand, ONE)
    return scale(factor, Ones(rows, cols) if rest is ONE or isinstance(rest, Ones) else Broadcast(rest, rows, cols))


def total(operand: Node, axis: int = -1) -> Node:
    """The sum over an axis that is longer than 1, with scalar factors in front."""
    if operand.is_scalar or (axis == 0 and operand.is_row) or (axis == 1 and operand.is_column):
        return operand
    if operand.is_row or operand.is_column:
        axis = -1
    factor, rest = coefficient(operand)
    if isinstance(rest, Ones):
        counted = {-1: rest.rows * rest.cols, 0: rest.rows, 1: rest.cols}[axis]
        one = ONE if axis == -1 else Ones(1, rest.cols) if axis == 0 else Ones(rest.rows, 1)
        return scale(product([factor, Extent(counted)]), one)
    return scale(factor, Sum(rest, axis))


def trace(operand: Node) -> Node:
    factor, rest = coefficient(operand) if not operand.is_scalar else (operand, ONE)
    if rest is ONE:
        return factor
    return product([factor, Extent(rest.rows) if isinstance(rest, Identity) else Trace(rest)])


def diagonal(operand: Node) -> Node:
    if operand.is_scalar:
        return operand
    factor, rest = coefficient(operand)
    return scale(factor, Identity(rest.rows) if isinstance(rest, Ones) else Diagonal(rest))


def diagonal_part(operand: Node) -> Node:
    if operand.is_scalar:
        return operand
    factor, rest = coefficient(operand)
    return scale(factor, Ones(rest.rows, 1) if isinstance(rest, Identity) else DiagonalPart(rest))


def where(mask: Node, then: Node, otherwise: Node) -> Node:
    """The choice, with a scalar factor that all branches have in front, and none where both are one."""
    if then is otherwise:
        return then
    if mask is ONE or isinstance(mask, Ones):
        return then
    if is_zero(mask):
        return otherwise
    if is_zero(then) or is_zero(otherwise):
        outer, kept = factored(otherwise if is_zero(then) else then)
        return scale(outer, Where(mask, *(part if is_zero(part) else kept for part in (then, otherwise))))
    first, second = map(_factors, (then, otherwise))
    common = [factor for factor in first if factor in second]
    if not common:
        return Where(mask, then, otherwise)
    return scale(product(common), Where(mask, *(_divided(branch, common) for branch in (then, otherwise))))


def factored(node: Node) -> tuple[Node, Node]:
    """A matrix as scalar factor and rest; of a product of scalars the number and the choice are told apart."""
    if node.is_scalar and isinstance(node, Multiply):
        place = next((at for at, factor in enumerate(node.children) if isinstance(factor, Where)), None)
        if place is not None:
            return product([*node.children[:place], *node.children[place + 1 :]]), node.children[place]
    return coefficient(node)


def _factors(node: Node) -> tuple[Node, ...]:
    outer = coefficient(node)[0]
    return outer.children if isinstance(outer, Multiply) else () if outer is ONE else (outer,)


def _divided(node: Node, by: Sequence[Node]) -> Node:
    left = [factor for factor in _factors(node) if factor not in by]
    return scale(product(left), coefficient(node)[1])
