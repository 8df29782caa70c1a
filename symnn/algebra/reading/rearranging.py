"""Words that move entries: arrays joined to one, differences of neighbours, triangles, axes added or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import sympy
from sympy import Integer

from symnn.algebra.nodes import Hadamard, Kronecker, MatMul, Node, Selection, Transpose, Triangle, Unvec, Vec, as_node
from symnn.algebra.reading import arrays
from symnn.algebra.reading.arrays import Array, turned
from symnn.algebra.reading.reductions import mean, total
from symnn.algebra.reading.subscripts import WHOLE, Subscript, subscript
from symnn.algebra.reading.word import Arguments, Word, binary, integer_of, unary
from symnn.algebra.sizes import ONE, Size, same_size
from symnn.errors import ShapeError


def along(operand: Array, axis: int, part: Subscript) -> Array:
    """A slice or an entry along one axis."""
    return subscript(operand, [part if place == checked(operand, axis) else WHOLE for place in range(operand.rank)])


def checked(operand: Array, axis: int) -> int:
    """An axis counted from 0. Raises ShapeError where there is none."""
    if not -operand.rank <= axis < operand.rank:
        raise ShapeError(f"the shape {operand} has no axis {axis}")
    return axis % operand.rank


# --- several arrays as one ------------------------------------------------------------------------------------------


def joined(parts: Sequence[Array], axis: int) -> Array:
    """Arrays one after the other along an axis: each stands among zeros, and all are added."""
    ranks = {part.rank for part in parts}
    if len(ranks) != 1 or 0 in ranks:
        raise ShapeError(f"arrays with equally many axes are joined, found {', '.join(map(str, parts))}")
    along_axis = checked(parts[0], axis)
    other = 1 - along_axis
    if parts[0].rank == 2 and any(not same_size(part.shape[other], parts[0].shape[other]) for part in parts):
        raise ShapeError(f"the shapes {', '.join(map(str, parts))} differ on the axis that is not joined")
    lengths = [part.node.shape[along_axis] for part in parts]
    size = reduce(lambda left, right: left + right, lengths)
    start: Size = Integer(0)
    terms = []
    for part, length in zip(parts, lengths, strict=True):
        selection = Selection(length, size, start)
        if isinstance(selection, Selection):
            placed = MatMul(Transpose(selection), part.node) if along_axis == 0 else MatMul(part.node, selection)
            terms.append(Array(placed, part.rank))
        else:
            terms.append(part)
        start = start + length
    return reduce(arrays.add, terms)


def stacked(parts: Sequence[Array], axis: int) -> Array:
    """Arrays of one axis as the rows or the columns of a matrix, scalars as one array."""
    shape: list[Subscript] = [None, WHOLE] if axis in (0, -2) else [WHOLE, None]
    if any(part.rank != parts[0].rank for part in parts) or parts[0].rank > 1 or axis not in (-2, -1, 0, 1):
        raise ShapeError(f"scalars, or arrays of one axis, are stacked, found {', '.join(map(str, parts))}")
    if not parts[0].rank:
        return joined([subscript(part, [None]) for part in parts], 0)
    return joined([subscript(part, shape) for part in parts], 0 if axis in (0, -2) else 1)


def _horizontally(parts: Sequence[Array]) -> Array:
    parts = [subscript(part, [None]) if not part.rank else part for part in parts]
    return joined(parts, parts[0].rank - 1)


def _vertically(parts: Sequence[Array]) -> Array:
    return joined([_as_rows(part) for part in parts], 0)


def _as_rows(operand: Array) -> Array:
    return subscript(operand, [None] * (2 - operand.rank) + [WHOLE] * operand.rank)


def _as_columns(parts: Sequence[Array]) -> Array:
    return joined([subscript(part, [WHOLE, None]) if part.rank == 1 else part for part in parts], 1)


def _block(given: Arguments) -> Array:
    """Rows of blocks, or one row."""
    value = given.values["arrays"]
    if isinstance(value, tuple) and value and all(isinstance(row, tuple) for row in value):
        rows = [replace(given, values={"arrays": row}).arrays("arrays") for row in value]
        return joined([_horizontally([_as_rows(part) for part in row]) for row in rows], 0)
    return _horizontally(given.arrays("arrays"))


# --- parts of one array ---------------------------------------------------------------------------------------------


def difference(operand: Array, axis: int) -> Array:
    return arrays.subtract(along(operand, axis, (Integer(1), None, 1)), along(operand, axis, (None, Integer(-1), 1)))


def _diff(given: Arguments) -> Array:
    operand, times = given.array("a"), given.integer("n")
    if not 0 <= times <= 8:
        raise given.refuse("n", "an integer from 0 to 8")
    for _ in range(times):
        operand = difference(operand, given.integer("axis"))
    return operand


def _flip(given: Arguments) -> Array:
    operand, axis = given.array("m"), given.axis()
    for each in range(operand.rank) if axis is None else [axis]:
        operand = along(operand, each, (None, None, -1))
    return operand


def _flipped(axis: int) -> Word:
    name, needed = ("flipud", 1) if axis == 0 else ("fliplr", 2)

    def build(operand: Array) -> Array:
        if operand.rank < needed:
            raise ShapeError(f"{name} takes {needed} axes or more, found the shape {operand}")
        return along(operand, axis, (None, None, -1))

    return Word(name, "x", unary(build))


# --- triangles ------------------------------------------------------------------------------------------------------


def _cumsum(given: Arguments) -> Array:
    """Sums of all entries so far: a product with a triangle of ones."""
    operand, axis = given.array("a"), given.axis()
    if axis is None and operand.rank != 1:
        raise given.refuse("axis", "needed for a matrix: 0 or 1")
    along_axis = checked(operand, 0 if axis is None else axis)
    size = operand.node.shape[along_axis]
    if size == 1:
        return replace(operand, is_condition=False)
    triangle = Triangle(size, size)
    product = MatMul(triangle, operand.node) if along_axis == 0 else MatMul(operand.node, triangle.T)
    return replace(operand, node=product, is_condition=False)


def _lower(given: Arguments) -> Array:
    operand = given.array("m")
    return _masked(operand, Triangle(*operand.node.shape, given.integer("k")))


def _upper(given: Arguments) -> Array:
    """On and above the diagonal k, which is on and below the diagonal −k of the transpose."""
    operand = given.array("m")
    return _masked(operand, Triangle(operand.node.cols, operand.node.rows, -given.integer("k")).T)


def _masked(operand: Array, mask: Node) -> Array:
    if operand.rank != 2:
        raise ShapeError(f"a triangle is taken of a matrix, found the shape {operand}")
    return Array(Hadamard(mask, operand.node), 2)


def _tri(given: Arguments) -> Array:
    rows = given.size("N")
    cols = rows if given.values["M"] is None else given.size("M")
    return Array(Triangle(rows, cols, given.integer("k")), 2)


# --- axes -----------------------------------------------------------------------------------------------------------


def _squeeze(given: Arguments) -> Array:
    """Axes of literal length 1 are dropped."""
    operand, axis = given.array("a"), given.values["axis"]
    chosen = range(operand.rank) if axis is None else [checked(operand, given.integer("axis"))]
    parts: list[Subscript] = [WHOLE] * operand.rank
    for each in chosen:
        if operand.shape[each] == 1:
            parts[each] = Integer(0)
        elif axis is not None:
            raise ShapeError(f"the axis {each} of the shape {operand} is not of length 1")
    return subscript(operand, parts)


def _expand_dims(given: Arguments) -> Array:
    operand, axis = given.array("a"), given.integer("axis")
    if not -operand.rank - 1 <= axis <= operand.rank:
        raise given.refuse("axis", f"an axis of the new array, of {operand.rank + 1}")
    place = axis % (operand.rank + 1)
    return subscript(operand, [*[WHOLE] * place, None])


def _swapaxes(given: Arguments) -> Array:
    operand = given.array("a")
    axes = {checked(operand, given.integer(name)) for name in ("axis1", "axis2")}
    return replace(operand, node=turned(operand.node)) if len(axes) == 2 else operand


def _transpose(given: Arguments) -> Array:
    operand, axes = given.array("a"), given.values["axes"]
    if axes is None:
        return arrays.transpose(operand)
    order = [integer_of(axis) for axis in axes] if isinstance(axes, tuple) else []
    if sorted(axis % operand.rank for axis in order if axis is not None and operand.rank) != list(range(operand.rank)):
        raise given.refuse("axes", f"an order of the axes of the shape {operand}")
    is_turned = operand.rank == 2 and order[0] in (1, -1)
    return arrays.transpose(operand) if is_turned else operand


def _at_least(rank: int) -> Word:
    def build(operand: Array) -> Array:
        return subscript(operand, [*[None] * max(0, rank - operand.rank), *[WHOLE] * operand.rank])

    return Word(f"atleast_{rank}d", "x", unary(build))


# --- other shapes ---------------------------------------------------------------------------------------------------


def flat(operand: Array) -> Array:
    """All entries in one axis, row by row."""
    node = operand.node
    if operand.rank == 2 and not node.is_column:
        node = Vec(turned(node))
    return replace(operand, node=node, rank=1)


def reshaped(operand: Array, shape: Sequence[Size], order: str) -> Array:
    """The same entries, read and laid out row by row (order C) or column by column (F)."""
    rows, cols = (*shape, ONE, ONE)[:2]
    if not same_size(rows * cols, operand.node.rows * operand.node.cols):
        wanted = ", ".join(map(str, shape))
        raise ShapeError(f"an array of shape {operand} has not as many entries as one of shape ({wanted})")
    by_columns = order == "F" and operand.rank == 2
    entries = Vec(operand.node) if by_columns else flat(operand).node
    if len(shape) < 2:
        return replace(operand, node=entries, rank=len(shape))
    laid_out = Unvec(entries, rows, cols) if order == "F" else turned(Unvec(entries, cols, rows))
    return replace(operand, node=laid_out, rank=2)


def _reshape(given: Arguments) -> Array:
    operand, order, wanted = given.array("a"), given.values["order"], given.values["shape"]
    if order is not None and order not in ("C", "F"):
        raise given.refuse("order", "'C' or 'F'")
    parts = wanted if isinstance(wanted, tuple) else (wanted,)
    open_places = [place for place, part in enumerate(parts) if integer_of(part) == -1]
    if len(parts) > 2 or len(open_places) > 1:
        raise given.refuse("shape", "a size, or two of which one may be -1")
    known = tuple(part for place, part in enumerate(parts) if place not in open_places)
    sizes = list(replace(given, values={"shape": known}).shape("shape"))
    if open_places:
        whole = operand.node.rows * operand.node.cols
        missing = sympy.cancel(whole / sizes[0]) if sizes else whole
        if not missing.is_integer or missing.is_positive is False:
            raise ShapeError(f"{whole} entries have no axis of a whole length beside one of length {sizes[0]}")
        sizes.insert(open_places[0], missing)
    return reshaped(operand, sizes, str(order or "C"))


def _kron(left: Array, right: Array) -> Array:
    """NumPy takes an array of one axis for a row beside a matrix."""
    if not left.rank or not right.rank:
        return arrays.multiply(left, right)
    if left.rank == right.rank:
        return Array(Kronecker(left.node, right.node), left.rank)
    first, second = (part.row if part.rank == 1 else part.node for part in (left, right))
    return Array(Kronecker(first, second), 2)


# --- spread ---------------------------------------------------------------------------------------------------------


def _variance(given: Arguments) -> Array:
    """The mean of squared distances from the mean, with n − ddof instead of n."""
    operand, axis, keepdims = given.array("a"), given.axis(), given.flag("keepdims")
    squares = arrays.power(arrays.subtract(operand, mean(operand, axis, True)), arrays.scalar(2))
    fewer = given.integer("ddof")
    if not fewer:
        return mean(squares, axis, keepdims)
    added = total(squares, axis, keepdims)
    whole = operand.node.rows * operand.node.cols
    count = whole if axis is None or operand.rank == 1 else operand.shape[checked(operand, axis)]
    return arrays.divide(added, Array(as_node(count - fewer)))


def _deviation(given: Arguments) -> Array:
    return arrays.mapped(arrays.SQRT, _variance(given))


def _average(given: Arguments) -> Array:
    operand, axis = given.array("a"), given.axis()
    if given.values["weights"] is None:
        return mean(operand, axis, False)
    weights = given.array("weights")
    if axis is None and weights.shape != operand.shape:
        raise given.refuse("weights", f"an array of the shape {operand}, or `axis` is needed")
    if axis is not None and operand.rank == 2:
        weights = subscript(weights, [None, WHOLE] if checked(operand, axis) == 1 else [WHOLE, None])
    return arrays.divide(total(arrays.multiply(weights, operand), axis, False), total(weights))


REARRANGING: tuple[Word, ...] = (
    Word("concatenate", "arrays axis=0", lambda given: joined(given.arrays("arrays"), given.integer("axis"))),
    Word("stack", "arrays axis=0", lambda given: stacked(given.arrays("arrays"), given.integer("axis"))),
    Word("hstack", "tup", lambda given: _horizontally(given.arrays("tup"))),
    Word("vstack", "tup", lambda given: _vertically(given.arrays("tup"))),
    Word("column_stack", "tup", lambda given: _as_columns(given.arrays("tup"))),
    Word("block", "arrays", _block),
    Word("diff", "a n=1 axis=-1", _diff),
    Word("flip", "m axis=None", _flip),
    _flipped(0),
    _flipped(1),
    Word("cumsum", "a axis=None", _cumsum, method=True),
    Word("tril", "m k=0", _lower),
    Word("triu", "m k=0", _upper),
    Word("tri", "N M=None k=0", _tri),
    Word("reshape", "a shape order=None", _reshape, method=True),
    Word("ravel", "x", unary(flat), method=True),
    Word("kron", "x1 x2", binary(_kron)),
    Word("squeeze", "a axis=None", _squeeze, method=True),
    Word("expand_dims", "a axis", _expand_dims),
    Word("swapaxes", "a axis1 axis2", _swapaxes, method=True),
    Word("transpose", "a axes=None", _transpose, method=True),
    _at_least(1),
    _at_least(2),
    Word("var", "a axis=None keepdims=False ddof=0", _variance, method=True),
    Word("std", "a axis=None keepdims=False ddof=0", _deviation, method=True),
    Word("average", "a axis=None weights=None", _average),
)
