"""Evaluates nodes at an instance, as series along the differentials of the variables of a derivation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any, cast

import numpy as np

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Function, Node, Variable
from symnn.algebra.sizes import Size
from symnn.algebra.walk import fold, postorder
from symnn.errors import ShapeError, UnsupportedError
from symnn.proof.judges import spectra
from symnn.proof.judges.fields import Array, Field, RationalField, Undefined
from symnn.proof.judges.instance import Converted, Given, Instance
from symnn.proof.judges.series import Series, SeriesRing, taylor_shift

# Kinds of nodes that act entry by entry, so that a function's body is evaluated at a whole matrix at once.
ENTRYWISE = (
    nodes.Number,
    nodes.Extent,
    nodes.Variable,
    nodes.Add,
    nodes.Multiply,
    nodes.Power,
    nodes.Map,
    nodes.Where,
    nodes.Function,
)

LARGEST_RATIONAL_POWER = 256
MOST_ENTRIES = 250_000


class Interpreter:
    """Evaluates any node once. A series has order + 1 coefficients, and one fewer for each differential in its node."""

    def __init__(
        self,
        instance: Instance,
        order: int = 0,
        wrt: Collection[Variable] = (),
        known: Mapping[Node, Series] | None = None,
    ) -> None:
        self.instance = instance
        self.field = instance.field
        self.ring = SeriesRing(self.field)
        self.order = order
        self.wrt = wrt
        self.memo: dict[Node, Series] = dict(known or {})

    def __call__(self, root: Node) -> Series:
        return fold(root, self._combine, self.memo)

    def _combine(self, node: Node, parts: Sequence[Series]) -> Series:
        rule = RULES.get(type(node))
        if rule is None:
            raise UnsupportedError(f"{type(node).__name__} has no value; it stands only at the top of a line")
        if isinstance(node, nodes.Kronecker | nodes.Commutation) and prod(self.shape(node)) > MOST_ENTRIES:
            raise Undefined(f"a matrix of {' × '.join(map(str, self.shape(node)))} is too large to be tried")
        return rule(self, node, parts)

    def constant(self, array: Array) -> Series:
        return (array, *[None] * self.order)

    def filled(self, node: Node, entry: int) -> Series:
        return self.constant(np.full(self.shape(node), entry, dtype=object))

    def shape(self, node: Node) -> tuple[int, int]:
        return self.instance.size(node.rows), self.instance.size(node.cols)

    def number(self, value: Fraction) -> Series:
        made = np.empty((1, 1), dtype=object)
        made[0, 0] = self.field.number(value)
        return self.constant(made)

    def variable(self, variable: Variable) -> Series:
        value = self.instance.value(variable)
        if self.order and variable in self.wrt:
            return (value, self.instance.direction(variable), *[None] * (self.order - 1))
        return self.constant(value)

    def power(self, node: nodes.Power, base: Series, exponent: Series) -> Series:
        constant = constant_exponent(node.children[1], self.instance.size)
        if constant is not None and constant.denominator == 1:
            if isinstance(self.field, RationalField) and abs(constant) > LARGEST_RATIONAL_POWER:
                raise Undefined(f"a power with the exponent {constant} is too large for exact fractions")
            return self.ring.power(base, int(constant))
        logarithm = self.applied(Function("log"), base)
        return self.applied(Function("exp"), self.ring.multiply(exponent, logarithm))

    def applied(self, function: Function, operand: Series) -> Series:
        """f⁽ᵏ⁾ of a series, by the Taylor coefficients of f at its value."""
        value = operand[0]
        assert value is not None
        terms = 1 if all(part is None for part in operand[1:]) else len(operand)
        taylor = self.taylor(function, value, terms + function.order)
        return self.ring.compose(taylor_shift(taylor, function.order, self.field), operand)

    def taylor(self, function: Function, value: Array, terms: int) -> list[Array]:
        """The first Taylor coefficients of a function, disregarding its order, at every entry of `value`."""
        body = function.body
        if body is None:
            made, factorial = [], Fraction(1)
            for order in range(terms):
                factorial *= max(order, 1)
                derivative = self.field.primitive(function.name, order, value)
                weight = self.field.number(1 / factorial)
                made.append(derivative if order < 2 else self.field.reduce(derivative * weight))
            return made
        if all(isinstance(node, ENTRYWISE) for node in postorder(body)):
            return self._taylor_of_body(body, value, terms)
        entries = [
            self._taylor_of_body(body, value[at : at + 1, to : to + 1], terms) for at, to in np.ndindex(value.shape)
        ]
        return [
            np.array([parts[order] for parts in entries], dtype=object).reshape(value.shape) for order in range(terms)
        ]

    def _taylor_of_body(self, body: Node, value: Array, terms: int) -> list[Array]:
        argument: Series = (value, value * 0 + 1, *[None] * (terms - 2)) if terms > 1 else (value,)
        series = Interpreter(self.instance, terms - 1, known={ARGUMENT: argument})(body)
        return [np.broadcast_to(value * 0 if part is None else part, value.shape) for part in series]


def constant_exponent(exponent: Node, size: Callable[[Size], int]) -> Fraction | None:
    """The rational number that an exponent is, given the sizes; None for one that contains a variable or a function.

    None also for n/2 and the like: that it is an integer at some sizes says nothing of all.
    """
    if isinstance(exponent, nodes.Number):
        return Fraction(int(exponent.value.p), int(exponent.value.q))
    parts_of = list(postorder(exponent))
    if any(isinstance(part, nodes.Extent) for part in parts_of) and any(map(_divides, parts_of)):
        return None

    def combine(node: Node, parts: Sequence[Fraction | None]) -> Fraction | None:
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        match node:
            case nodes.Number():
                return Fraction(int(node.value.p), int(node.value.q))
            case nodes.Extent():
                return Fraction(size(node.size))
            case nodes.Add():
                return sum(known, Fraction(0))
            case nodes.Multiply():
                return cast(Fraction, np.prod(np.array(known, dtype=object)))
            case nodes.Power() if known[1].denominator == 1 and abs(known[1]) < 64 and (known[0] or known[1] >= 0):
                return Fraction(known[0] ** int(known[1]))
        return None

    return fold(exponent, combine)


def _divides(node: Node) -> bool:
    if isinstance(node, nodes.Power):
        return not (isinstance(node.children[1], nodes.Number) and node.children[1].value >= 0)
    return isinstance(node, nodes.Number) and not node.value.is_Integer


Rule = Callable[[Interpreter, Any, Sequence[Series]], Series]


def _product(multiply: Callable[[Array, Array], Any]) -> Rule:
    def rule(interpreter: Interpreter, _node: Any, parts: Sequence[Series]) -> Series:
        made = parts[0]
        for part in parts[1:]:
            made = interpreter.ring.multiply(made, part, multiply)
        return made

    return rule


def _linear(linear: Callable[[Array], Any]) -> Rule:
    def rule(interpreter: Interpreter, _node: Any, parts: Sequence[Series]) -> Series:
        return interpreter.ring.each(parts[0], linear)

    return rule


def _single(entry: Any) -> Array:
    made = np.empty((1, 1), dtype=object)
    made[0, 0] = entry
    return made


def _summed(interpreter: Interpreter, node: nodes.Sum, parts: Sequence[Series]) -> Series:
    axis = None if node.axis == -1 else node.axis
    return interpreter.ring.reduced(
        interpreter.ring.each(parts[0], lambda part: np.sum(part, axis=axis, keepdims=True))
    )


def _inner(interpreter: Interpreter, _node: Any, parts: Sequence[Series]) -> Series:
    return interpreter.ring.multiply(parts[0], parts[-1], lambda left, right: _single((left * right).sum()))


def _diagonal(part: Array) -> Array:
    made = np.zeros((len(part), len(part)), dtype=object)
    np.fill_diagonal(made, part[:, 0])
    return made


def _commutation(rows: int, cols: int) -> Array:
    """The matrix that takes the entry (i, j) of a stacked matrix to its place in the stacked transpose."""
    made = np.zeros((rows * cols, rows * cols), dtype=object)
    for row, col in np.ndindex(rows, cols):
        made[col + cols * row, row + rows * col] = 1
    return made


def _block_rows(run: Interpreter, node: nodes.BlockRows, parts: Sequence[Series]) -> Series:
    down, across, high, wide = (run.instance.size(size) for size in (*node.grid, *node.block))

    def laid_out(part: Array) -> Array:
        blocks = [
            part[i * high : (i + 1) * high, j * wide : (j + 1) * wide] for i in range(down) for j in range(across)
        ]
        return np.array([block.ravel() for block in blocks], dtype=object)

    return run.ring.each(parts[0], laid_out)


def _selection(run: Interpreter, node: nodes.Selection, _: Sequence[Series]) -> Series:
    made = np.zeros(run.shape(node), dtype=object)
    start = run.instance.size(node.start + 1) - 1
    for row in range(len(made)):
        place = start + node.step * row
        if not 0 <= place < made.shape[1]:
            raise ShapeError(f"there is no row {place} among {made.shape[1]} rows")
        made[row, place] = 1
    return run.constant(made)


def _triangle(run: Interpreter, node: nodes.Triangle, _: Sequence[Series]) -> Series:
    return run.constant(np.tri(*run.shape(node), node.diagonal, dtype=int).astype(object))


def _chosen(interpreter: Interpreter, node: nodes.Where, parts: Sequence[Series]) -> Series:
    """M ⊙ A + (1 − M) ⊙ B; where the mask is 1 or 0 and stays so, the branch that is not chosen needs no value."""
    mask, then, otherwise = parts
    ring = interpreter.ring
    opposite = ring.add(interpreter.number(Fraction(1)), ring.scale(mask, -1))
    made = ring.add(ring.multiply(mask, then), ring.multiply(opposite, otherwise))
    head = mask[0]
    assert head is not None
    steady = np.full(head.shape, True)
    for part in mask[1:]:
        steady &= True if part is None else np.asarray(part == 0, dtype=bool)
    for value, branch in ((1, then), (0, otherwise)):
        taken = np.asarray(head == value, dtype=bool) & steady
        if taken.any():
            interpreter.field.note_branch(node, bool(value))
            made = tuple(_merged(taken, part, mixed) for part, mixed in zip(branch, made, strict=False))
    return made


def _extreme(interpreter: Interpreter, node: nodes.Extreme, parts: Sequence[Series]) -> Series:
    """Σ of the places ⊙ the entries: the places do not move with the entries, but for jumps."""
    axis = None if node.axis == -1 else node.axis
    place = _place(interpreter, node, parts)[0]
    return interpreter.ring.reduced(
        interpreter.ring.each(parts[0], lambda part: np.sum(place * part, axis=axis, keepdims=True))
    )


def _place(interpreter: Interpreter, node: Any, parts: Sequence[Series]) -> Series:
    head = parts[0][0]
    assert head is not None
    signed = interpreter.field.reduce(node.sign * head)
    if node.axis == -1:
        return interpreter.constant(interpreter.field.largest(signed))
    slices = signed.T if node.axis == 0 else signed
    places = np.vstack([interpreter.field.largest(part.reshape(1, -1)) for part in slices])
    return interpreter.constant(places.T if node.axis == 0 else places)


def _exponential(interpreter: Interpreter, _node: Any, parts: Sequence[Series]) -> Series:
    return interpreter.ring.reduced(spectra.exponential(interpreter.ring, parts[0], parts[1:]))


def _singular(
    interpreter: Interpreter, node: nodes.SingularNorm | nodes.SingularPart, parts: Sequence[Series]
) -> Series:
    """Modulo a prime the value is known as an atom only, and has no derivative."""
    value = parts[0][0]
    assert value is not None
    is_norm = isinstance(node, nodes.SingularNorm)
    name = f"{node.kind} {'norm' if is_norm else 'part'}"
    atoms = interpreter.field.opaque(name, value, interpreter.shape(node))
    if atoms is not None:
        if len(parts) > 1 or any(part is not None for part in parts[0][1:]):
            raise Undefined(f"the derivative of the {name} is not known modulo a prime")
        return interpreter.constant(atoms)
    if is_norm:
        return spectra.singular_norm(interpreter.ring, node.kind, parts[0])
    return spectra.singular_part(interpreter.ring, node.kind, parts[0], parts[1:])


def _slices(interpreter: Interpreter, axis: int, series: Series) -> list[Series]:
    """The entries that are multiplied with each other, side by side for all products along an axis."""
    value = series[0]
    assert value is not None
    if axis == -1:
        series = interpreter.ring.each(series, lambda part: part.reshape(-1, 1))
    count = value.size if axis == -1 else value.shape[axis]
    along = max(axis, 0)
    return [
        interpreter.ring.each(series, lambda part, at=place: np.take(part, [at], axis=along))  # type: ignore[misc]
        for place in range(count)
    ]


def _entry_product(interpreter: Interpreter, node: nodes.EntryProduct, parts: Sequence[Series]) -> Series:
    return reduce(interpreter.ring.multiply, _slices(interpreter, node.axis, parts[0]))


def _other_products(interpreter: Interpreter, node: nodes.OtherProducts, parts: Sequence[Series]) -> Series:
    slices = [_slices(interpreter, node.axis, part) for part in parts]
    made = spectra.other_products(interpreter.ring, list(zip(*slices, strict=True)))
    shape = interpreter.shape(node)
    joined: list[Array | None] = []
    for coefficients in zip(*made, strict=True):
        known = next((part for part in coefficients if part is not None), None)
        if known is None:
            joined.append(None)
            continue
        filled = [known * 0 if part is None else part for part in coefficients]
        joined.append(np.concatenate(filled, axis=max(node.axis, 0)).reshape(shape))
    return tuple(joined)


def _merged(taken: Any, part: Array | None, mixed: Array | None) -> Array | None:
    if part is None and mixed is None:
        return None
    return cast(Array, np.where(taken, 0 if part is None else part, 0 if mixed is None else mixed))


RULES: Mapping[type[Node], Rule] = {
    nodes.Number: lambda run, node, _: run.number(Fraction(int(node.value.p), int(node.value.q))),
    nodes.Extent: lambda run, node, _: run.number(Fraction(run.instance.size(node.size))),
    nodes.Variable: lambda run, node, _: run.variable(node),
    nodes.Identity: lambda run, node, _: run.constant(_diagonal(np.full((run.shape(node)[0], 1), 1, dtype=object))),
    nodes.Ones: lambda run, node, _: run.filled(node, 1),
    nodes.Zeros: lambda run, node, _: run.filled(node, 0),
    nodes.Add: lambda run, _, parts: run.ring.add(*parts),
    nodes.Multiply: _product(operator.mul),
    nodes.Scale: _product(operator.mul),
    nodes.Hadamard: _product(operator.mul),
    nodes.MatMul: _product(operator.matmul),
    nodes.Inner: _inner,
    nodes.SquaredNorm: _inner,
    nodes.Power: lambda run, node, parts: run.power(node, *parts),
    nodes.Transpose: _linear(np.transpose),
    nodes.Inverse: lambda run, _, parts: run.ring.inverse(parts[0]),
    nodes.Determinant: lambda run, _, parts: run.ring.determinant(parts[0]),
    nodes.Trace: lambda run, _, parts: run.ring.reduced(run.ring.each(parts[0], lambda part: _single(np.trace(part)))),
    nodes.Sum: _summed,
    nodes.Extreme: _extreme,
    nodes.EntryProduct: _entry_product,
    nodes.OtherProducts: _other_products,
    nodes.Exponential: _exponential,
    nodes.SingularNorm: _singular,
    nodes.SingularPart: _singular,
    nodes.ExtremePlace: _place,
    nodes.Broadcast: lambda run, node, parts: run.ring.each(
        parts[0], lambda part: np.broadcast_to(part, run.shape(node))
    ),
    nodes.Diagonal: _linear(_diagonal),
    nodes.DiagonalPart: _linear(lambda part: np.diagonal(part).reshape(-1, 1)),
    nodes.Kronecker: _product(np.kron),
    nodes.Unvec: lambda run, node, parts: run.ring.each(
        parts[0], lambda part: part.reshape(run.shape(node), order="F")
    ),
    nodes.BlockRows: _block_rows,
    nodes.Vec: _linear(lambda part: part.reshape((-1, 1), order="F")),
    nodes.Commutation: lambda run, node, _: run.constant(_commutation(*map(run.instance.size, node.args))),
    nodes.Selection: _selection,
    nodes.Triangle: _triangle,
    nodes.Where: _chosen,
    nodes.Function: lambda _run, _node, _parts: (),
    nodes.Map: lambda run, node, parts: run.applied(node.function, parts[1]),
    nodes.Differential: lambda run, _, parts: run.ring.derivative(parts[0]),
}


def evaluate(node: Node, values: Mapping[Variable, Sequence[Sequence[Fraction | int]]], field: Field) -> Array:
    """The value of a node over a field, at rows of rationals for its variables; the sizes follow from them.

    Raises ShapeError where values are missing or do not fit, and a subclass of `Undefined` where there is no value.
    """
    value = Interpreter(Converted(Given(values, RationalField()), field))(node)[0]
    assert value is not None
    return value


def evaluate_rational(
    node: Node, values: Mapping[Variable, Sequence[Sequence[Fraction | int]]], field: RationalField | None = None
) -> tuple[tuple[Fraction, ...], ...]:
    """The exact value of a rational expression, as rows. Raises FunctionsInvolved where a function has none.

    `field` may know values of more functions.
    """
    made = evaluate(node, values, field or RationalField())
    return tuple(tuple(Fraction(entry) for entry in row) for row in made)
